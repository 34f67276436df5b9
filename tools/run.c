/* SPDX-License-Identifier: BSD-2-Clause */
/* run.c - reeve run: builds a Realm from an image, runs it, takes it apart and says how it went. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/hosted/p384_pem.h"
#include "tools/feeder.h"
#include "tools/late_file.h"
#include "tools/plan.h"
#include "tools/program.h"
#include "tools/qemu/run.h"
#include "tools/rpv.h"
#include "tools/run_files.h"
#include "tools/run_report.h"
#include "tools/stop.h"
#include "tools/token_file.h"
#include "tools/trace_file.h"
#include "tools/verb.h"
#include "tools/vmm.h"

/* Put the content of the challenge's file into options->attest. */
static bool challenge_read(struct attest_options *options, struct message *why)
{
	uint8_t bytes[CHALLENGE_SIZE + 1]; /* with a byte to see that there is more */
	size_t size = 0;

	if (options->challenge_path == NULL) {
		return true;
	}
	if (!bytes_peek(options->challenge_path, bytes, sizeof(bytes), &size, why)) {
		return false;
	}
	if (size != CHALLENGE_SIZE) {
		return message_set(why, "--challenge @%s: the file has %s %d bytes; a challenge has just so many",
			options->challenge_path, size < CHALLENGE_SIZE ? "less than" : "more than", CHALLENGE_SIZE);
	}
	memcpy(options->challenge, bytes, CHALLENGE_SIZE);
	return true;
}

/* Make the plan of --fault and --rule one. */
static bool plan_complete(struct run_options *options, struct message *why)
{
	return options->fault_path == NULL ||
		plan_prepend_file(options->fault_path, &plan_run_phases, &options->plan, why);
}

/* Build, run and destroy the realm of an open machine. False with *why set when it was not even begun. */
static bool live(struct vmm *vmm, const struct boot_parts *parts, FILE *err, struct message *why)
{
	struct feeder feeder;
	struct stop stop;

	if (!stop_begin(&stop, vmm, why)) {
		return false;
	}
	if (vmm_build(vmm, parts)) {
		feeder_begin(&feeder, &vmm->threads.all, err);
		vmm_run(vmm);
		feeder_end(&feeder);
	}
	stop_timer_end(&stop);
	vmm_destroy(vmm);
	return true;
}

/* What is written beside the summary. */
struct files {
	struct trace_file trace;
	struct late_file map;
	struct late_file token;
	struct late_file anchor;
};

static bool anchor_write(struct late_file *file, struct reeve_model *model, struct message *why)
{
	uint8_t point[REEVE_MODEL_POINT_SIZE];
	char pem[P384_PEM_MAX];
	bool is_good;

	if (file->stream == NULL) {
		return true;
	}
	is_good = late_file_begin(file) && reeve_model_anchor(model, point) && hosted_p384_pem_public(point, pem) != 0;
	if (is_good) {
		(void)fputs(pem, file->stream);
	}
	return late_file_end(file, is_good, why);
}

/* Write and close them all. False, each reason said, when one could not be. */
static bool files_close(struct files *files, struct vmm *vmm, const struct streams *streams)
{
	const struct mailbox *mailbox = &vmm->threads.all.mailbox;
	struct message why = {""};
	bool is_good = true;

	if (!trace_file_close(&files->trace, &why)) {
		run_say(&why, streams);
		is_good = false;
	}
	if (!run_map_write(&files->map, &vmm->summary, &why)) {
		run_say(&why, streams);
		is_good = false;
	}
	if (!token_file_end(&files->token, reeve_span(mailbox->token, mailbox->token_size), &vmm->options->attest,
		    &vmm->summary.token, &why)) {
		run_say(&why, streams);
		is_good = false;
	}
	if (!anchor_write(&files->anchor, vmm->model, &why)) {
		run_say(&why, streams);
		is_good = false;
	}
	return is_good;
}

/* Live on the machine, with its end reported as the last thing on the error stream. */
static int machine_run(
	struct vmm *vmm, const struct boot_parts *parts, struct files *files, const struct streams *streams)
{
	const struct run_options *options = vmm->options;
	struct message why = {""};
	bool has_lived = live(vmm, parts, streams->err, &why);
	bool is_good = has_lived && vmm->summary.end == END_SYSTEM_OFF && vmm->summary.leak_count == 0;

	conduit_trace_end(&vmm->conduit);
	is_good = files_close(files, vmm, streams) && is_good;
	if (ferror(streams->out)) {
		run_say(&(struct message){"standard output cannot be written: the console is not complete"}, streams);
		is_good = false;
	}
	if (vmm->key_error.text[0] != '\0') {
		run_say(&vmm->key_error, streams); /* the Realm asked for a token, and had none */
	}
	if (has_lived) {
		run_report(options, &vmm->summary, streams);
	} else {
		(void)run_refused(options, &why, streams);
	}
	stop_end();
	vmm_close(vmm);
	return is_good ? EXIT_DONE : EXIT_REFUSED;
}

/* Open the files of a machine whose configuration was accepted; the trace was begun. */
static bool files_open(struct files *files, const struct run_options *options, FILE *err, struct message *why)
{
	const struct attest_options *attest = &options->attest;

	if (late_file_open(&files->map, "--map", options->map_path, why) &&
		late_file_open(&files->token, "--token", attest->token_path, why) &&
		late_file_open(&files->anchor, "--anchor", attest->anchor_path, why) &&
		trace_file_open(&files->trace, err, why)) {
		return true;
	}
	late_file_drop(&files->map);
	late_file_drop(&files->token);
	late_file_drop(&files->anchor);
	return false;
}

/* Open the machine, and the files once its configuration was accepted. False with *why set and nothing left to close. */
static bool machine_open(struct vmm *vmm, const struct run_options *options, struct files *files,
	const struct streams *streams, struct message *why)
{
	struct trace_file *trace = &files->trace;
	bool is_shown =
		isatty(fileno(streams->err)) && (options->trace_path == NULL || strcmp(options->trace_path, "-") != 0);
	struct message unused = {""};

	if (!trace_file_begin(trace, options, why)) {
		return false;
	}
	if (!vmm_open(vmm, options, streams->out, trace->stream, is_shown ? streams->err : NULL, why)) {
		(void)trace_file_close(trace, &unused);
		return false;
	}
	if (!files_open(files, options, streams->err, why)) {
		vmm_close(vmm);
		(void)trace_file_close(trace, &unused);
		return false;
	}
	conduit_trace_move(&vmm->conduit, trace->stream);
	return true;
}

/* Everything from the loaded image on. */
static int realm_run(const struct run_options *options, const struct boot_parts *parts, const struct streams *streams)
{
	struct vmm *vmm = malloc(sizeof(*vmm));
	struct message why = {"there is not enough memory"};
	struct files files = {0};
	int code;

	if (vmm == NULL || !machine_open(vmm, options, &files, streams, &why)) {
		free(vmm);
		return run_refused(options, &why, streams);
	}
	code = machine_run(vmm, parts, &files, streams);
	free(vmm);
	return code;
}

static int run(int argc, char *const argv[], const struct streams *streams)
{
	struct run_options options;
	struct program program;
	struct message why = {""};
	int code;

	if (!run_options_parse(argc, argv, &options, &why)) {
		return verb_misused(&verb_run, &why, streams->err);
	}
	if (options.help) {
		verb_usage(&verb_run, streams->out);
		return EXIT_DONE;
	}
	if (!run_files_check(&options, &why) || !rpv_read(&options, &why) || !challenge_read(&options.attest, &why) ||
		!plan_complete(&options, &why) || !program_open(&program, &options, &why)) {
		return run_refused(&options, &why, streams);
	}
	if (program_dump_dtb(&program, &options, &why)) {
		code = (options.machine == MACHINE_QEMU ? qemu_run : realm_run)(&options, &program.parts, streams);
	} else {
		code = run_refused(&options, &why, streams);
	}
	program_close(&program);
	return code;
}

const struct verb verb_run = {"run", "[IMAGE]",
	"Build a Realm from an ELF file, a raw binary or a Linux kernel and run it", &run_option_table, run};
