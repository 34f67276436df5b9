/* SPDX-License-Identifier: BSD-2-Clause */
/* run.c - reeve run: builds a Realm from an image, runs it, takes it apart and says how it went. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/stop.h"
#include "tools/verb.h"
#include "tools/vmm.h"

enum { TRACE_LINE_BUFFER = 1 << 16 };

/* What an ELF file may hold beside what it loads: symbols, debug information. */
static const uint64_t image_beside_max = UINT64_C(1) << 30;

static int refused(const struct message *why, const struct streams *streams)
{
	fprintf(streams->err, "reeve run: %s\n", why->text);
	return EXIT_REFUSED;
}

/* Put the content of the RPV's file into options->rpv. */
static bool rpv_read(struct run_options *options, struct message *why)
{
	uint8_t rpv[RMI_RPV_SIZE + 1]; /* with a byte to see that there is more */
	size_t size = 0;

	if (options->rpv_path == NULL) {
		return true;
	}
	if (!bytes_peek(options->rpv_path, rpv, sizeof(rpv), &size, why)) {
		return false;
	}
	if (size == 0 || size > RMI_RPV_SIZE) {
		return message_set(why, "--rpv @%s: the file is %s; a personalisation value has 1 to %d bytes",
			options->rpv_path, size == 0 ? "empty" : "longer", RMI_RPV_SIZE);
	}
	memset(options->rpv, 0, sizeof(options->rpv));
	memcpy(options->rpv, rpv, size);
	return true;
}

static bool image_open(const struct run_options *options, struct image *image, struct message *why)
{
	struct bytes file;
	bool is_good;

	if (!layout_ram_check(options->ram, options->page_size, why) ||
		!bytes_read(options->image_path, options->ram + image_beside_max, &file, why)) {
		return false;
	}
	is_good = image_load(&file, options->image_path, LAYOUT_IMAGE_BASE, LAYOUT_RAM_BASE + options->ram, image, why);
	free(file.data);
	return is_good;
}

/* Open the trace, or NULL when there is to be none. False with *why set when it cannot be. */
static bool trace_open(
	const struct run_options *options, const struct streams *streams, FILE **trace, struct message *why)
{
	*trace = NULL;
	if (options->trace_path == NULL) {
		return true;
	}
	/* The error stream has no buffer: a trace on it has one of its own, of a line. */
	if (strcmp(options->trace_path, "-") == 0) {
		*trace = fdopen(fcntl(fileno(streams->err), F_DUPFD_CLOEXEC, 0), "w");
	} else {
		*trace = fopen(options->trace_path, "we");
	}
	if (*trace == NULL) {
		return message_set(why, "--trace %s cannot be written: %s", options->trace_path, strerror(errno));
	}
	if (strcmp(options->trace_path, "-") == 0) {
		(void)setvbuf(*trace, NULL, _IOLBF, TRACE_LINE_BUFFER);
	}
	return true;
}

/* Close the trace. False with *why set when not all of it was written. */
static bool trace_close(const struct run_options *options, FILE *trace, struct message *why)
{
	bool is_good;

	if (trace == NULL) {
		return true;
	}
	is_good = !ferror(trace);
	is_good = fclose(trace) == 0 && is_good;
	return is_good || message_set(why, "--trace %s is not complete: it cannot be written", options->trace_path);
}

/* Build, run and destroy the realm of an open machine. False with *why set when it was not even begun. */
static bool live(struct vmm *vmm, const struct image *image, struct message *why)
{
	struct stop stop;

	if (!stop_begin(&stop, vmm, why)) {
		return false;
	}
	if (vmm_build(vmm, image)) {
		vmm_run(vmm);
	}
	stop_timer_end(&stop);
	vmm_destroy(vmm);
	return true;
}

static void report(const struct run_options *options, const struct summary *summary, const struct streams *streams)
{
	if (summary->error.text[0] != '\0') {
		fprintf(streams->err, "reeve run: %s\n", summary->error.text);
	}
	if (options->json) {
		summary_json(summary, streams->err);
		return;
	}
	summary_print(summary, streams->err);
}

/* Live on the machine, with its end reported as the last thing on the error stream. */
static int machine_run(struct vmm *vmm, const struct image *image, FILE *trace, const struct streams *streams)
{
	const struct run_options *options = vmm->options;
	struct message why = {""};
	bool has_lived = live(vmm, image, &why);
	bool is_good = has_lived && vmm->summary.end == END_SYSTEM_OFF && vmm->summary.leak_count == 0;

	conduit_trace_end(&vmm->conduit);
	if (!has_lived) {
		(void)refused(&why, streams);
	}
	if (!trace_close(options, trace, &why)) {
		(void)refused(&why, streams);
		is_good = false;
	}
	if (ferror(streams->out)) {
		(void)refused(
			&(struct message){"standard output cannot be written: the console is not complete"}, streams);
		is_good = false;
	}
	if (has_lived) {
		report(options, &vmm->summary, streams);
	}
	stop_end();
	vmm_close(vmm);
	return is_good ? EXIT_DONE : EXIT_REFUSED;
}

/* Everything from the loaded image on. */
static int realm_run(const struct run_options *options, const struct image *image, const struct streams *streams)
{
	struct vmm *vmm = malloc(sizeof(*vmm));
	struct message why = {"there is not enough memory"};
	bool is_shown =
		isatty(fileno(streams->err)) && (options->trace_path == NULL || strcmp(options->trace_path, "-") != 0);
	FILE *trace = NULL;
	int code;

	if (vmm == NULL || !trace_open(options, streams, &trace, &why)) {
		free(vmm);
		return refused(&why, streams);
	}
	if (vmm_open(vmm, options, streams->out, trace, is_shown ? streams->err : NULL, &why)) {
		code = machine_run(vmm, image, trace, streams);
	} else {
		struct message unused = {""};

		(void)trace_close(options, trace, &unused);
		code = refused(&why, streams);
	}
	free(vmm);
	return code;
}

static int run(int argc, char *const argv[], const struct streams *streams)
{
	struct run_options options;
	struct image image;
	struct message why = {""};
	int code;

	if (!run_options_parse(argc, argv, &options, &why)) {
		return verb_misused(&verb_run, &why, streams->err);
	}
	if (options.help) {
		verb_usage(&verb_run, streams->out);
		return EXIT_DONE;
	}
	if (!rpv_read(&options, &why) || !image_open(&options, &image, &why)) {
		return refused(&why, streams);
	}
	code = realm_run(&options, &image, streams);
	image_free(&image);
	return code;
}

const struct verb verb_run = {
	"run", "IMAGE", "Build a Realm from an AArch64 ELF file or raw binary and run it", &run_option_table, run};
