/* SPDX-License-Identifier: BSD-2-Clause */
/* options.h - the command line of reeve rmi as one struct. */
#ifndef TOOLS_RMI_OPTIONS_H
#define TOOLS_RMI_OPTIONS_H

#include "tools/options.h"

struct rmi_options {
	bool help; /* the rest is not checked */
	bool json;
	const char *machine; /* settings as in a line `machine ...`; NULL: none */
	const char *path;    /* NULL or "-": standard input */
};

extern const struct option_table rmi_option_table;

/* Read argv[1..argc). True and *options set, or false with *why saying what is wrong. */
bool rmi_options_parse(int argc, char *const argv[], struct rmi_options *options, struct message *why);

#endif
