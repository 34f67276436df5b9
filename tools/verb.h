/* SPDX-License-Identifier: BSD-2-Clause */
/* verb.h - what the reeve command can do: a row for each verb, and what a verb is given. */
#ifndef TOOLS_VERB_H
#define TOOLS_VERB_H

#include <stddef.h>
#include <stdio.h>

#include "tools/options.h"

/* Exit codes of every verb. */
enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_MALFORMED = 3 /* verify: no token */ };

struct streams {
	FILE *out;
	FILE *err;
};

struct verb {
	const char *name;
	const char *operand; /* "IMAGE", "[FILE]", or NULL when there is none */
	const char *text;
	const struct option_table *options;
	/* argv[0] is the verb's name. Returns an exit code. */
	int (*run)(int argc, char *const argv[], const struct streams *streams);
};

extern const struct verb verb_run;
extern const struct verb verb_info;
extern const struct verb verb_faults;
extern const struct verb verb_rmi;
extern const struct verb verb_measure;
extern const struct verb verb_token;
extern const struct verb verb_verify;

/* "usage: reeve run [--ram SIZE] … IMAGE" and a line for each option, from the rows. */
void verb_usage(const struct verb *verb, FILE *to);

/* Say what was wrong with the arguments and where help is. Returns EXIT_USAGE. */
int verb_misused(const struct verb *verb, const struct message *why, FILE *to);

#endif
