/* SPDX-License-Identifier: BSD-2-Clause */
/* options.h - the command line of reeve measure. */
#ifndef TOOLS_MEASURE_OPTIONS_H
#define TOOLS_MEASURE_OPTIONS_H

#include "reeve/measure.h"
#include "tools/measure/format.h"
#include "tools/options.h"

struct measure_options {
	struct run_options run; /* first: what realm is built, as for reeve run */
	bool has_hash;
	bool has_image_option; /* one that means nothing for a list of events */
	const struct reeve_rules *rules;
	size_t granule; /* bytes */
	enum measure_format format;
	const char *out_path; /* NULL: standard output */
	bool is_explained;
	bool has_other_rules;    /* the RIMs by the other rule sets as well */
	unsigned jobs;           /* 0: as many as there are processors */
	const char *events_path; /* NULL: an image is measured */
	unsigned realm;          /* of a trace */
	const char *diff_path;   /* NULL: nothing is compared; A, and the operand is B */
};

extern const struct option_table measure_option_table;

/* Read argv[1..argc). True and *options set, or false with *why saying what is wrong; *options is then not to be used. */
bool measure_options_parse(int argc, char *const argv[], struct measure_options *options, struct message *why);

#endif
