/* SPDX-License-Identifier: BSD-2-Clause */
/* test_qemu_launcher.c - the launcher of QEMU's machine: its UART told apart, frames made a summary, the job it makes, children it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/qemu/account.h"
#include "tools/qemu/child.h"
#include "tools/qemu/uart.h"
#include "tools/qemu/where.h"

enum { TEXT_ROOM = 2 * FRAME_LINE_MAX, CHALLENGE_BYTE = 0x5a };

/* What came out of a uart. */
struct heard {
	struct uart uart;
	char frames[TEXT_ROOM];
	char text[TEXT_ROOM];
};

/* Put bytes and a bar behind what is there. */
static void text_add(char text[TEXT_ROOM], const void *bytes, size_t size)
{
	size_t length = strlen(text);

	assert_true(length + size + 2 <= TEXT_ROOM);
	memcpy(text + length, bytes, size);
	memcpy(text + length + size, "|", 2);
}

static void frame_hear(void *context, const struct frame *frame)
{
	struct heard *heard = context;

	text_add(heard->frames, frame->payload, frame->size);
}

static void text_hear(void *context, const char *text, size_t size)
{
	struct heard *heard = context;

	text_add(heard->text, text, size);
}

static struct heard *hear(void)
{
	static struct heard heard;

	heard = (struct heard){.uart = {.frame = frame_hear, .text = text_hear, .context = &heard}};
	return &heard;
}

static void say(struct heard *heard, const char *bytes)
{
	uart_take(&heard->uart, bytes, strlen(bytes));
}

static void say_frame(struct heard *heard, uint64_t sequence, const char *payload)
{
	char line[FRAME_LINE_MAX];

	uart_take(&heard->uart, line, frame_encode(FRAME_CONSOLE, sequence, payload, strlen(payload), line));
}

static void frames_and_text(void **state)
{
	struct heard *heard = hear();

	(void)state;
	say(heard, "NOTICE:  Booting\r\n");
	say_frame(heard, 0, "one");
	say(heard, "half a li");
	say(heard, "ne");
	say_frame(heard, 1, "two");
	say(heard, "\n");
	say(heard, "the end");
	uart_finish(&heard->uart);
	assert_string_equal(heard->frames, "one|two|");
	assert_string_equal(heard->text, "NOTICE:  Booting|half a line||the end|");
	assert_int_equal(heard->uart.frames, 2);
	assert_int_equal(heard->uart.lost, 0);
}

static void gaps_are_counted(void **state)
{
	struct heard *heard = hear();

	(void)state;
	say_frame(heard, 0, "a");
	say_frame(heard, 3, "b");
	assert_int_equal(heard->uart.lost, 2);
	say(heard, "@C 4:torn*00000000\n");
	say_frame(heard, 5, "c");
	assert_int_equal(heard->uart.lost, 3);
	assert_string_equal(heard->frames, "a|b|c|");
}

/* A line without an end does not grow, and only the last lines are kept, cut to their columns. */
static void nothing_grows(void **state)
{
	struct heard *heard = hear();
	char *last = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&last, &size);

	(void)state;
	assert_non_null(to);
	for (unsigned i = 0; i < 3 * FRAME_LINE_MAX; i++) {
		uart_take(&heard->uart, "x", 1);
		heard->text[0] = '\0';
	}
	assert_true(heard->uart.used <= FRAME_LINE_MAX);
	for (unsigned i = 0; i < 2 * LAST_LINES; i++) {
		char line[] = "0\x1b[1m\n";

		line[0] = (char)('a' + i);
		say(heard, line);
	}
	last_lines_write(&heard->uart.last, "> ", to);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(last, "> i.[1m\n> j.[1m\n> k.[1m\n> l.[1m\n> m.[1m\n> n.[1m\n> o.[1m\n> p.[1m\n");
	free(last);
}

/* An account with one job, and what it makes of a frame. */
struct bench {
	struct run_options options;
	struct qemu_job job;
	struct summary summary;
	struct account account;
	uint64_t sequence;
};

static void bench_open(struct bench *bench)
{
	static uint8_t content[REEVE_GRANULE_SIZE];
	struct message why = {""};
	char *argv[] = {"run", "--machine", "qemu", "--lpa2", "--sve-vl", "512", "image"};
	struct bytes file = {content, sizeof(content)};
	struct image image;
	struct boot_parts parts = {.image = &image, .names = {"image", "image"}, .granule = REEVE_GRANULE_SIZE};

	*bench = (struct bench){0};
	assert_true(run_options_parse(sizeof(argv) / sizeof(argv[0]), argv, &bench->options, &why));
	bench->options.attest.has_challenge = true;
	memset(bench->options.attest.challenge, CHALLENGE_BYTE, sizeof(bench->options.attest.challenge));
	assert_true(image_load(&file, "image", 0x40200000, 0x44000000, &image, &why));
	assert_true(qemu_job_make(&bench->options, &parts, &bench->job, &why));
	image_free(&image);
	assert_true(account_open(&bench->account, &bench->options, &bench->job, stdout, NULL, &bench->summary, &why));
}

static void bench_close(struct bench *bench)
{
	account_close(&bench->account);
	free(bench->summary.leaks);
	qemu_job_free(&bench->job);
}

static void bench_take(struct bench *bench, enum frame_kind kind, const void *payload, size_t size)
{
	char line[FRAME_LINE_MAX];
	size_t length = frame_encode(kind, bench->sequence++, payload, size, line);
	struct frame frame;

	frame_decode(line, length - 1, &frame);
	assert_int_equal(frame.kind, kind);
	account_take(&bench->account, &frame);
}

/* The bare host finds what the options said. */
static void a_job_opens(void **state)
{
	static const uint8_t challenge[MAILBOX_CHALLENGE_SIZE] = {[0 ... MAILBOX_CHALLENGE_SIZE - 1] = CHALLENGE_BYTE};
	const struct job_header *job = NULL;
	struct bench bench;
	uint64_t value = 0;

	(void)state;
	bench_open(&bench);
	assert_int_equal(job_open(bench.job.header, bench.job.size, 1, &job, &value), JOB_GOOD);
	assert_int_equal(job->realm.ipa_bits, 40);
	assert_int_equal(job->realm.flags, JOB_REALM_LPA2 | JOB_REALM_SVE);
	assert_int_equal(job->realm.sve_vl, 3);
	assert_int_equal(job->ram_count, 1);
	assert_int_equal(job->ram[0].size, 64 << 20);
	assert_int_equal(job->entry, 0x40200000);
	assert_true((job->flags & JOB_FLAG_CHALLENGE) != 0);
	assert_memory_equal(job->challenge, challenge, sizeof(challenge));
	assert_non_null(qemu_job_granule(&bench.job, 0x40200000));
	assert_non_null(qemu_job_granule(&bench.job, 0x40000000));
	assert_null(qemu_job_granule(&bench.job, 0x43000000));
	bench_close(&bench);
}

static void frames_make_a_summary(void **state)
{
	const struct frame_leak leak = {0x41a07000, REEVE_USE_RD, RMI_REALM_DESTROY, 2};
	const struct frame_fact calls = {FRAME_FACT_CALLS, RMI_REC_ENTER, 7};
	const struct frame_fact at_work = {FRAME_FACT_AT_WORK, 0, 1};
	const struct frame_end end = {END_SYSTEM_OFF, 1, 4, 5};
	uint8_t payload[FRAME_PAYLOAD_MAX];
	struct bench bench;

	(void)state;
	bench_open(&bench);
	assert_false(bench.account.is_counted);
	bench_take(&bench, FRAME_LEAK, payload, frame_leak_write(&leak, payload));
	bench_take(&bench, FRAME_FACT, payload, frame_fact_write(&calls, payload));
	bench_take(&bench, FRAME_FACT, payload, frame_fact_write(&at_work, payload));
	bench_take(&bench, FRAME_FACT, payload, frame_fact_write(&at_work, payload));
	bench_take(&bench, FRAME_TOKEN, "to", 2);
	bench_take(&bench, FRAME_TOKEN, "ken", 3);
	bench_take(&bench, FRAME_MESSAGE, "why", 3);
	assert_false(bench.account.has_end);
	assert_true(bench.account.is_counted);
	bench_take(&bench, FRAME_END, payload, frame_end_write(&end, payload));
	assert_true(bench.account.has_end && bench.account.is_begun);
	assert_int_equal(bench.summary.end, END_SYSTEM_OFF);
	assert_int_equal(bench.summary.calls[RMI_REC_ENTER], 7);
	assert_int_equal(bench.account.at_work, 2);
	assert_int_equal(bench.summary.leak_count, 1);
	assert_string_equal(bench.summary.leaks[0].command, "RMI_REALM_DESTROY");
	assert_string_equal(bench.summary.error.text, "why");
	assert_int_equal(bench.account.token_size, 5);
	assert_memory_equal(bench.account.token, "token", 5);
	assert_int_equal(bench.account.bad, 0);
	bench_close(&bench);
}

/* Numbers out of range are counted, and change nothing. */
static void senseless_frames(void **state)
{
	const struct frame_fact facts[] = {{FRAME_FACT_CALLS, RMI_COMMAND_COUNT + 1, 1},
		{FRAME_FACT_GRANULES, REEVE_USE_COUNT, 1}, {FRAME_FACT_ACTED, REEVE_FAULT_RULES, 1},
		{FRAME_FACT_KIND_COUNT, 0, 1}};
	const struct frame_measured ripas[] = {
		{.what = FRAME_MEASURE_RIPAS, .base = 0, .top = UINT64_MAX, .size = 4096},
		{.what = FRAME_MEASURE_RIPAS, .base = 4096, .top = 0, .size = 4096},
		{.what = FRAME_MEASURE_RIPAS, .base = 0, .top = 4096, .size = 0}};
	const struct frame_measured data = {.what = FRAME_MEASURE_DATA, .base = 0x43000000, .top = 0x43001000};
	const struct frame_end end = {END_COUNT, 1, 4, 5};
	const struct frame_phase phase = {PHASE_COUNT, 0, 0};
	uint8_t payload[FRAME_PAYLOAD_MAX];
	struct bench bench;

	(void)state;
	bench_open(&bench);
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		bench_take(&bench, FRAME_FACT, payload, frame_fact_write(&facts[i], payload));
	}
	for (size_t i = 0; i < sizeof(ripas) / sizeof(ripas[0]); i++) {
		bench_take(&bench, FRAME_MEASURED, payload, frame_measured_write(&ripas[i], payload));
	}
	bench_take(&bench, FRAME_MEASURED, payload, frame_measured_write(&data, payload));
	bench_take(&bench, FRAME_END, payload, frame_end_write(&end, payload));
	bench_take(&bench, FRAME_PHASE, payload, frame_phase_write(&phase, payload));
	bench_take(&bench, FRAME_CALL, "no call", 7);
	assert_int_equal(bench.account.bad, 11);
	assert_false(bench.account.has_end || bench.summary.has_rim);
	bench_close(&bench);
}

static void worlds(void **state)
{
	(void)state;
	assert_string_equal(where_world(3, 0xe090000), "the firmware");
	assert_string_equal(where_world(2, 0x40100000), "the monitor");
	assert_string_equal(where_world(2, 0x60000010), "the host");
	assert_string_equal(where_world(2, 0x200), "no image's code");
	assert_string_equal(where_world(1, 0x40200000), "the Realm");
}

static void children_end(void **state)
{
	char *const talks[] = {"sh", "-c", "echo one >&2; echo two >&2; echo >&2; exit 3", NULL};
	char *const waits[] = {"sleep", "1000", NULL};
	char *const nothing[] = {"reeve-no-such-program", NULL};
	struct message why = {""};
	struct child_end end;
	struct child child;
	char words[32];

	(void)state;
	assert_true(child_start(&child, talks, "dash", &why));
	end = child_end(&child, false, words, sizeof(words));
	assert_int_equal(end.code, 3);
	assert_int_equal(end.signal, 0);
	assert_string_equal(words, "two");
	assert_true(child_start(&child, waits, "coreutils", &why));
	end = child_end(&child, true, words, sizeof(words));
	assert_int_equal(end.signal, 9);
	assert_string_equal(words, "");
	assert_false(child_start(&child, nothing, "its-package", &why));
	assert_string_equal(
		why.text, "reeve-no-such-program is missing: apt-get install its-package, or scripts/setup machine");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_and_text),
		cmocka_unit_test(gaps_are_counted),
		cmocka_unit_test(nothing_grows),
		cmocka_unit_test(a_job_opens),
		cmocka_unit_test(frames_make_a_summary),
		cmocka_unit_test(senseless_frames),
		cmocka_unit_test(worlds),
		cmocka_unit_test(children_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
