/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - the reeve command: finds the verb and hands it its arguments. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/verb.h"

static const struct verb *const verbs[] = {
	&verb_run, &verb_info, &verb_faults, &verb_rmi, &verb_measure, &verb_token, &verb_verify};

static void usage(FILE *to)
{
	fprintf(to,
		"usage: reeve VERB [OPTION]... [ARGUMENT]\n\nBuilds, runs, measures and verifies Arm CCA Realms.\n\n");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		fprintf(to, "  %-12s%s\n", verbs[i]->name, verbs[i]->text);
	}
	fprintf(to, "  %-12sshow the version\n  %-12sshow this text; reeve VERB --help shows a verb's options\n",
		"--version", "-h, --help");
}

static const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i]->name, name) == 0) {
			return verbs[i];
		}
	}
	return NULL;
}

/* Take the numbers of standard streams that are closed, or the next file that is opened gets one. Nothing can be written there, as before. */
static void streams_occupy(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0) {
		(void)close(fd);
	}
}

int main(int argc, char *argv[])
{
	struct streams streams = {stdout, stderr};
	const struct verb *verb;
	int code;

	streams_occupy();
	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("reeve %s\n", REEVE_VERSION);
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
		usage(stdout);
		return EXIT_DONE;
	}
	verb = verb_find(argv[1]);
	if (verb == NULL) {
		fprintf(stderr, "reeve: there is no verb '%s'; reeve --help lists them\n", argv[1]);
		return EXIT_USAGE;
	}
	code = verb->run(argc - 1, argv + 1, &streams);
	if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_DONE) {
		fprintf(stderr, "reeve: standard output cannot be written\n");
		return EXIT_REFUSED;
	}
	return code;
}
