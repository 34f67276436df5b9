/* SPDX-License-Identifier: BSD-2-Clause */
/* options.c - reads the command line of reeve rmi by its rows. */
#include "tools/rmi/options.h"

static bool set_machine(void *options, const char *value, struct message *why)
{
	struct rmi_options *rmi = options;

	if (value[0] == '\0') {
		return message_set(why, "--machine needs settings, such as 'memory=16M aux=2'");
	}
	rmi->machine = value;
	return true;
}

static bool set_json(void *options, const char *value, struct message *why)
{
	struct rmi_options *rmi = options;

	(void)value;
	(void)why;
	rmi->json = true;
	return true;
}

static const struct option_row rows[] = {
	{"--machine", "SETTINGS", "as if the first line were machine SETTINGS", set_machine},
	{"--json", NULL, "an object a line for what is printed", set_json},
};
const struct option_table rmi_option_table = {rows, sizeof(rows) / sizeof(rows[0])};

bool rmi_options_parse(int argc, char *const argv[], struct rmi_options *options, struct message *why)
{
	*options = (struct rmi_options){0};
	if (!option_words_parse(&rmi_option_table, argc, argv, options, &options->help, &options->path, why)) {
		return false;
	}
	if (!options->help && options->path != NULL && options->path[0] == '\0') {
		return message_set(why, "the name of the file is empty");
	}
	return true;
}
