/* SPDX-License-Identifier: BSD-2-Clause */
/* run.c - a run on QEMU's RME machine, from its files to its report. */
#include "tools/qemu/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/late_file.h"
#include "tools/layout.h"
#include "tools/map.h"
#include "tools/qemu/machine.h"
#include "tools/qemu/rmm.h"
#include "tools/run_report.h"
#include "tools/token_file.h"
#include "tools/trace_file.h"

enum { LOG_LINE_BUFFER = 1 << 13, NS_IN_S = 1000000000 };

/* All that a run has open. */
struct qemu_life {
	const struct run_options *options;
	const struct streams *streams;
	struct qemu_parts parts;
	struct qemu_rmm rmm;
	struct qemu_job job;
	struct summary summary;
	struct account account;
	struct uart uart;
	struct typed typed;
	struct trace_file trace;
	bool is_trace_open;        /* it is a file, no longer only memory */
	struct message trace_lost; /* why it could not be opened; "" */
	struct late_file map;
	struct late_file token;
	struct late_file disk;
	FILE *log;
};

/* The monitor accepted the realm: what was traced so far goes to the file, which a refused run leaves as it was. */
static void trace_begin(struct qemu_life *life)
{
	life->is_trace_open = true;
	if (trace_file_open(&life->trace, life->streams->err, &life->trace_lost)) {
		life->account.trace = life->trace.stream;
	}
}

static void frame_take(void *context, const struct frame *frame)
{
	struct qemu_life *life = context;

	if (!life->is_trace_open && (frame->kind == FRAME_MEASURED || frame->kind == FRAME_PHASE)) {
		trace_begin(life);
	}
	account_take(&life->account, frame);
}

/* What others than the host say is the console of a host that sends no frames. */
static void text_take(void *context, const char *text, size_t size)
{
	struct qemu_life *life = context;

	if (life->options->nt_fw_path != NULL && life->uart.frames == 0) {
		fprintf(life->streams->out, "%.*s\n", (int)size, text);
		(void)fflush(life->streams->out);
	}
}

static bool log_open(struct qemu_life *life, struct message *why)
{
	const struct run_options *options = life->options;

	if (options->machine_log == NULL) {
		return true;
	}
	life->log = fopen(options->machine_log, "we");
	if (life->log == NULL) {
		return message_set(
			why, "--machine-log %s cannot be written: %s", options->machine_log, strerror(errno));
	}
	/* Whoever watches it, and whoever reads it after reeve was killed, has whole lines. */
	(void)setvbuf(life->log, NULL, _IOLBF, LOG_LINE_BUFFER);
	return true;
}

/* False with *why set and what was opened still to be closed. */
static bool life_open(struct qemu_life *life, const struct boot_parts *parts, struct message *why)
{
	life->rmm.copy = -1;
	if (!qemu_parts_find(life->options, &life->parts, why) ||
		!qemu_rmm_open(&life->rmm, &life->parts, life->options->attest.form, why) ||
		!qemu_job_make(life->options, parts, &life->job, why) ||
		!trace_file_begin(&life->trace, life->options, why) || !trace_file_check(&life->trace, why) ||
		!late_file_open(&life->map, "--map", life->options->map_path, why) ||
		!late_file_open(&life->token, "--token", life->options->attest.token_path, why) ||
		!late_file_open(&life->disk, "--disk-out", life->options->linux_files.disk_out, why) ||
		!log_open(life, why)) {
		return false;
	}
	life->uart = (struct uart){.log = life->log, .frame = frame_take, .text = text_take, .context = life};
	return account_open(
		&life->account, life->options, &life->job, life->streams->out, life->trace.stream, &life->summary, why);
}

static void life_close(struct qemu_life *life)
{
	struct message unused;

	account_close(&life->account);
	(void)trace_file_close(&life->trace, &unused);
	late_file_drop(&life->map);
	late_file_drop(&life->token);
	late_file_drop(&life->disk);
	qemu_job_free(&life->job);
	qemu_rmm_close(&life->rmm);
	free(life->summary.leaks);
	for (size_t i = 0; i < life->summary.map_count; i++) {
		map_free(life->summary.maps[i]);
	}
}

/* Draw what the host told. A file that is there keeps what it has when that was nothing. */
static bool map_write(struct qemu_life *life, struct message *why)
{
	if (life->map.stream != NULL && life->summary.map_count == 0) {
		late_file_drop(&life->map);
		return message_set(why, "--map %s: nothing is drawn, the machine's host told nothing", life->map.path);
	}
	return run_map_write(&life->map, &life->summary, why);
}

/* Whether a realm can have written to the disk; of a host that sends no frames nobody knows. */
static bool has_run(const struct qemu_life *life, enum machine_end end)
{
	return life->summary.phases_ns[PHASE_ACTIVATE] != 0 ||
		(life->options->nt_fw_path != NULL && life->uart.frames == 0 && end == MACHINE_OFF);
}

/* Write the disk as the realm left it. A file that is there keeps what it has when no realm ran, or not all of the disk is known. */
static bool disk_write(struct qemu_life *life, enum machine_end end, struct message *why)
{
	const struct job_header *header = life->job.header;
	bool is_good;

	if (life->disk.stream == NULL) {
		return true;
	}
	if (!has_run(life, end) || !life->job.is_disk_back) {
		late_file_drop(&life->disk);
		return message_set(why, "--disk-out %s: nothing is written, %s", life->disk.path,
			has_run(life, end) ? "the disk cannot be read back from the machine's memory" : "no Realm ran");
	}
	is_good = late_file_begin(&life->disk);
	(void)fwrite(job_bytes(header, header->disk_offset), 1, header->disk_size, life->disk.stream);
	return late_file_end(&life->disk, is_good, why);
}

/* Close what is written beside the console. False when something of it is lost; said then. */
static bool files_close(struct qemu_life *life, enum machine_end end)
{
	struct message why = {""};
	bool is_good = true;

	account_trace_end(&life->account);
	if (life->trace_lost.text[0] != '\0') {
		run_say(&life->trace_lost, life->streams);
		is_good = false;
	}
	if (!trace_file_close(&life->trace, &why)) {
		run_say(&why, life->streams);
		is_good = false;
	}
	if (!map_write(life, &why)) {
		run_say(&why, life->streams);
		is_good = false;
	}
	if (!token_file_end(&life->token, reeve_span(life->account.token, life->account.token_size),
		    &life->options->attest, &life->summary.token, &why)) {
		run_say(&why, life->streams);
		is_good = false;
	}
	if (!disk_write(life, end, &why)) {
		run_say(&why, life->streams);
		is_good = false;
	}
	if (life->log != NULL) {
		bool is_written = !ferror(life->log);

		if (fclose(life->log) != 0 || !is_written) {
			(void)message_set(&why, "--machine-log %s is not complete: it cannot be written",
				life->options->machine_log);
			run_say(&why, life->streams);
			is_good = false;
		}
		life->log = NULL;
	}
	if (ferror(life->streams->out)) {
		run_say(&(struct message){"standard output cannot be written: the console is not complete"},
			life->streams);
		is_good = false;
	}
	return is_good;
}

/* A run whose end the host did not tell: what is known, and the machine's last lines. */
static void cut_short(struct qemu_life *life, enum end end, const struct message *why)
{
	run_say(why, life->streams);
	if (life->uart.last.count != 0) {
		run_say(&(struct message){"the last lines of the machine:"}, life->streams);
		last_lines_write(&life->uart.last, "  ", life->streams->err);
	}
	summary_cut_short(end, why, life->options->json, life->streams->err);
}

/* An early console is begun before the kernel asks what is unprotected: it has to be told. */
static void earlycon_say(const struct run_options *options, const struct streams *streams)
{
	const char *bootargs = options->linux_files.bootargs;
	struct layout layout;
	struct message word;
	struct message why;

	if (bootargs == NULL || strstr(bootargs, "earlycon") == NULL ||
		!layout_make(&layout, options->ipa_bits, options->ram, options->cpus, &why)) {
		return;
	}
	(void)message_set(&word, "earlycon=pl011,0x%llx", (unsigned long long)layout.uart);
	if (strstr(bootargs, word.text) == NULL) {
		(void)message_set(&why, "its early console can only be at the unprotected address: %s", word.text);
		run_say(&why, streams);
	}
}

/* A kernel that knows what a Realm is asks the monitor for its memory before all else. One that never did, and neither switched itself
 * off nor was taken away in the middle of its boot, most likely does not know. */
static void unaware_say(struct qemu_life *life)
{
	static const bool is_telling[END_COUNT] = {[END_SYSTEM_RESET] = true,
		[END_CPUS_OFF] = true,
		[END_FAULT] = true,
		[END_SERROR] = true,
		[END_TIMEOUT] = true};
	const struct summary *summary = &life->summary;
	struct message why;

	if (life->options->linux_files.kernel == NULL || !is_telling[summary->end] || life->account.rsi != 0 ||
		summary->phases_ns[PHASE_RUN] == 0) {
		return;
	}
	last_lines_end(&life->account.said);
	(void)message_set(&why,
		"in the %.1f s that it ran %s made no RSI call that its host saw: a kernel with realm support "
		"(CONFIG_ARM_CCA_GUEST, Linux 6.13 or newer) begins with one; %s",
		(double)summary->phases_ns[PHASE_RUN] / NS_IN_S, life->options->linux_files.kernel,
		life->account.said.count == 0 ? "it wrote nothing on its console" : "its last lines:");
	run_say(&why, life->streams);
	last_lines_write(&life->account.said, "  ", life->streams->err);
	earlycon_say(life->options, life->streams);
}

/* QEMU ended by itself and well. Returns whether the run was good. */
static bool off_report(struct qemu_life *life)
{
	struct message why = {""};

	if (!life->account.has_end && life->options->nt_fw_path != NULL && life->uart.frames == 0) {
		fprintf(life->streams->err,
			"reeve run: the machine switched itself off; its host told nothing of a Realm\n");
		return true;
	}
	if (!life->account.has_end) {
		(void)message_set(&why, "the machine switched itself off before its host told how the run went");
		cut_short(life, END_ERROR, &why);
		return false;
	}
	if (life->uart.lost + life->account.bad != 0) {
		(void)message_set(&why,
			"%llu frames of the machine's host were lost and %llu made no sense: nothing is sure",
			(unsigned long long)life->uart.lost, (unsigned long long)life->account.bad);
		cut_short(life, END_ERROR, &why);
		return false;
	}
	if (!life->account.is_begun) {
		(void)run_refused(life->options, &life->summary.error, life->streams);
		return false;
	}
	if (!life->account.is_counted && life->summary.end == END_ERROR) {
		/* It died in the middle, of an exception of its own: no Realm was taken apart, no granule counted. */
		run_say(&life->summary.error, life->streams);
		summary_cut_short(END_ERROR, &life->summary.error, life->options->json, life->streams->err);
		return false;
	}
	unaware_say(life);
	run_report(life->options, &life->summary, life->streams);
	return life->summary.end == END_SYSTEM_OFF && life->summary.leak_count == 0;
}

static bool end_report(struct qemu_life *life, enum machine_end end, struct message *why)
{
	if (life->uart.stopped[0] != '\0') {
		fprintf(life->streams->err, "reeve run: %s\n", life->uart.stopped);
	}
	switch (end) {
	case MACHINE_OFF:
		return off_report(life);
	case MACHINE_INTERRUPTED:
		cut_short(life, END_INTERRUPTED, why);
		return false;
	case MACHINE_HUNG:
		cut_short(life, life->options->timeout_ns == 0 ? END_ERROR : END_TIMEOUT, why);
		return false;
	case MACHINE_BROKEN:
	case MACHINE_END_COUNT:
		break;
	}
	cut_short(life, END_ERROR, why);
	return false;
}

static enum machine_end machine_run(struct qemu_life *life, struct message *why)
{
	const struct machine_traffic traffic = {
		&life->uart, &life->account, life->rmm.refusals, &life->typed, life->streams->err};

	return qemu_machine_run(life->options, &life->parts, &life->job, &traffic, why);
}

int qemu_run(const struct run_options *options, const struct boot_parts *parts, const struct streams *streams)
{
	struct qemu_life *life = calloc(1, sizeof(*life));
	struct message why = {"there is not enough memory"};
	enum machine_end end;
	bool is_good;

	if (life == NULL) {
		return run_refused(options, &why, streams);
	}
	life->options = options;
	life->streams = streams;
	if (!life_open(life, parts, &why)) {
		life_close(life);
		free(life);
		return run_refused(options, &why, streams);
	}
	end = machine_run(life, &why);
	is_good = files_close(life, end);
	is_good = end_report(life, end, &why) && is_good;
	life_close(life);
	free(life);
	return is_good ? EXIT_DONE : EXIT_REFUSED;
}
