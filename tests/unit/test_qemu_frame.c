/* SPDX-License-Identifier: BSD-2-Clause */
/* test_qemu_frame.c - lines of the machine's UART: what goes in comes out, and nothing else is taken for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "machine/qemu/frame.h"

static char line[FRAME_LINE_MAX];
static uint8_t payload[FRAME_PAYLOAD_MAX];
static struct frame frame;

/* Encode and decode; the line end is the transport's. */
static void pass(enum frame_kind kind, uint64_t sequence, const void *bytes, size_t size)
{
	size_t length = frame_encode(kind, sequence, bytes, size, line);

	assert_true(length <= FRAME_LINE_MAX);
	assert_int_equal(line[length - 1], '\n');
	frame_decode(line, length - 1, &frame);
	assert_int_equal(frame.kind, kind);
	assert_int_equal(frame.sequence, sequence);
	assert_int_equal(frame.foreign, 0);
}

static void a_known_line(void **state)
{
	size_t length = frame_encode(FRAME_CONSOLE, 0x1f, "a@b\n", 4, line);

	(void)state;
	/* CRC-32 of `C 1f:a\40b\0a`, by zlib. */
	assert_int_equal(length, strlen("@C 1f:a\\40b\\0a*00000000\n"));
	assert_memory_equal(line, "@C 1f:a\\40b\\0a*4e849b02\n", length);
}

static void every_byte_survives(void **state)
{
	uint8_t bytes[256];

	(void)state;
	for (unsigned i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)i;
	}
	pass(FRAME_CONSOLE, UINT64_MAX, bytes, sizeof(bytes));
	assert_int_equal(frame.size, sizeof(bytes));
	assert_memory_equal(frame.payload, bytes, sizeof(bytes));
	for (const char *c = line; *c != '\n'; c++) {
		assert_in_range(*c, ' ', '~');
	}
	pass(FRAME_MESSAGE, 0, "", 0);
	assert_int_equal(frame.size, 0);
}

static void the_longest_is_cut(void **state)
{
	static uint8_t bytes[FRAME_PAYLOAD_MAX + 1];

	(void)state;
	pass(FRAME_CONSOLE, UINT64_MAX, bytes, sizeof(bytes));
	assert_int_equal(frame.size, FRAME_PAYLOAD_MAX);
}

/* Text of firmware before a frame and a carriage return after it do no harm. */
static void foreign_text_before(void **state)
{
	char both[256];
	size_t length = frame_encode(FRAME_CONSOLE, 3, "hi", 2, line);

	(void)state;
	(void)snprintf(both, sizeof(both), "NOTICE: a@b*c %.*s\r", (int)length - 1, line);
	frame_decode(both, strlen(both), &frame);
	assert_int_equal(frame.kind, FRAME_CONSOLE);
	assert_int_equal(frame.foreign, strlen("NOTICE: a@b*c "));
	assert_string_equal((const char *)frame.payload, "hi");
}

/* Text of others inside a frame, a lost byte, a changed bit: none is taken for a frame. */
static void torn_frames(void **state)
{
	size_t length = frame_encode(FRAME_CONSOLE, 3, "hello\n", 6, line) - 1;
	char torn[128];

	(void)state;
	for (size_t i = 0; i <= length; i++) {
		(void)snprintf(torn, sizeof(torn), "%.*sRMM%.*s", (int)i, line, (int)(length - i), line + i);
		frame_decode(torn, length + 3, &frame);
		assert_int_equal(frame.kind, i == 0 ? FRAME_CONSOLE : FRAME_NONE);
	}
	for (size_t i = 0; i < length; i++) {
		(void)snprintf(torn, sizeof(torn), "%.*s%.*s", (int)i, line, (int)(length - i - 1), line + i + 1);
		frame_decode(torn, length - 1, &frame);
		assert_int_equal(frame.kind, FRAME_NONE);
		assert_int_equal(frame.foreign, length - 1);
		for (unsigned bit = 0; bit < 7; bit++) {
			memcpy(torn, line, length);
			torn[i] = (char)(torn[i] ^ (1 << bit));
			frame_decode(torn, length, &frame);
			assert_int_equal(frame.kind, FRAME_NONE);
		}
	}
}

static void garbage(void **state)
{
	static const char *const lines[] = {"", "@", "@*", "@C", "@C 0:", "@C 0:*", "*", "@*00000000", "@C 0:x*0000000",
		"@? 0:*00000000", "Booting Trusted Firmware", "@@@@****"};
	uint32_t seed = 1;
	char noise[64];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		frame_decode(lines[i], strlen(lines[i]), &frame);
		assert_int_equal(frame.kind, FRAME_NONE);
		assert_int_equal(frame.foreign, strlen(lines[i]));
	}
	for (unsigned n = 0; n < 20000; n++) {
		static const char alphabet[] = "@*\\C 0:1af\r\n";

		for (size_t i = 0; i < sizeof(noise); i++) {
			seed = seed * 1664525 + 1013904223;
			noise[i] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
		}
		frame_decode(noise, sizeof(noise), &frame);
		assert_int_equal(frame.kind, FRAME_NONE);
	}
}

static void calls(void **state)
{
	static struct rmi_rec_exit was;
	static struct rmi_rec_exit is;
	struct frame_call call = {.n = 7, .cpu = 3, .t_ns = 1, .dur_ns = UINT64_MAX, .extra = FRAME_EXTRA_EXIT};
	struct frame_call back;

	(void)state;
	for (unsigned i = 0; i < FRAME_REGISTERS; i++) {
		call.in[i] = UINT64_MAX - i;
	}
	call.out[4] = 5;
	for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
		was.gprs[i] = UINT64_MAX;
	}
	was.exit_reason = RMI_EXIT_PSCI;
	was.imm = 0x1234;
	frame_sparse_of(&was, sizeof(was), &call.sparse);
	pass(FRAME_CALL, 1, payload, frame_call_write(&call, payload));
	assert_true(frame_call_read(&frame, &back));
	assert_memory_equal(back.in, call.in, sizeof(call.in));
	assert_memory_equal(back.out, call.out, sizeof(call.out));
	assert_int_equal(back.n, 7);
	assert_int_equal(back.cpu, 3);
	assert_int_equal(back.dur_ns, UINT64_MAX);
	assert_int_equal(back.extra, FRAME_EXTRA_EXIT);
	frame_sparse_to(&back.sparse, &is, sizeof(is));
	assert_memory_equal(&is, &was, sizeof(is));
}

/* What a plan did goes with the call, as far as there is anything to say. */
static void calls_with_faults(void **state)
{
	static const bool is_changed[FRAME_FAULT_COUNT] = {
		[FRAME_FAULT_MISREPORTED] = true, [FRAME_FAULT_ALTERED] = true};
	struct frame_call call = {.delay_us = 9, .monitor = {1, 2}, .has_monitor_exit = true};
	struct frame_call back;

	(void)state;
	for (unsigned i = 0; i < FRAME_SPARSE_MAX; i++) {
		call.sparse.words[i].index = (uint16_t)(UINT16_MAX - i);
		call.sparse.words[i].word = UINT64_MAX - i;
	}
	call.sparse.count = FRAME_SPARSE_MAX;
	call.monitor_exit = call.sparse;
	memset(call.in, 0xff, sizeof(call.in));
	memset(call.out, 0xff, sizeof(call.out));
	call.monitor[FRAME_REGISTERS - 1] = 1;
	for (unsigned fault = 0; fault < FRAME_FAULT_COUNT; fault++) {
		call.fault = (enum frame_fault)fault;
		pass(FRAME_CALL, 1, payload, frame_call_write(&call, payload));
		assert_true(frame_call_read(&frame, &back));
		assert_int_equal(back.fault, fault);
		assert_int_equal(back.delay_us, fault == FRAME_FAULT_DELAYED ? 9 : 0);
		assert_int_equal(back.has_monitor_exit, is_changed[fault]);
		assert_int_equal(back.monitor_exit.count, is_changed[fault] ? FRAME_SPARSE_MAX : 0);
		assert_int_equal(back.monitor[1], is_changed[fault] ? 2 : 0);
	}
}

/* A word that is not in the structure goes nowhere. */
static void sparse_bounds(void **state)
{
	struct frame_sparse sparse = {.count = 2, .words = {{1, 5}, {2, 6}}};
	uint64_t words[3] = {9, 9, 9};

	(void)state;
	frame_sparse_to(&sparse, words, 2 * sizeof(words[0]));
	assert_int_equal(words[0], 0);
	assert_int_equal(words[1], 5);
	assert_int_equal(words[2], 9);
}

static void plain_payloads(void **state)
{
	struct frame_measured measured = {FRAME_MEASURE_DATA, 0x40000000, 0x40003000, 0, 1, {0}};
	struct frame_phase phase = {2, 3, UINT64_MAX};
	struct frame_fact fact = {FRAME_FACT_GRANULES, 4, 5};
	struct frame_leak leak = {0x1000, REEVE_USE_RD, RMI_COMMAND_COUNT, 7};
	struct frame_end end = {1, 1, 99, 12345};
	struct frame_measured measured_back;
	struct frame_phase phase_back;
	struct frame_fact fact_back;
	struct frame_leak leak_back;
	struct frame_end end_back;

	(void)state;
	pass(FRAME_MEASURED, 2, payload, frame_measured_write(&measured, payload));
	assert_true(frame_measured_read(&frame, &measured_back));
	assert_int_equal(measured_back.what, FRAME_MEASURE_DATA);
	assert_int_equal(measured_back.top, 0x40003000);
	assert_int_equal(measured_back.flags, 1);
	pass(FRAME_PHASE, 2, payload, frame_phase_write(&phase, payload));
	assert_true(frame_phase_read(&frame, &phase_back));
	assert_memory_equal(&phase, &phase_back, sizeof(phase));
	pass(FRAME_FACT, 2, payload, frame_fact_write(&fact, payload));
	assert_true(frame_fact_read(&frame, &fact_back));
	assert_memory_equal(&fact, &fact_back, sizeof(fact));
	pass(FRAME_LEAK, 2, payload, frame_leak_write(&leak, payload));
	assert_true(frame_leak_read(&frame, &leak_back));
	assert_memory_equal(&leak, &leak_back, sizeof(leak));
	pass(FRAME_END, 2, payload, frame_end_write(&end, payload));
	assert_true(frame_end_read(&frame, &end_back));
	assert_memory_equal(&end, &end_back, sizeof(end));
	/* One is not the other, though both are words. */
	assert_false(frame_leak_read(&frame, &leak_back));
	assert_false(frame_call_read(&frame, &(struct frame_call){0}));
}

/* Frames whose CRC is right and whose numbers are not. */
static void wrong_payloads(void **state)
{
	static const char *const calls_of[] = {"", "1 ", "1 2 3 4 13 ", "1 2 3 4 0 0 5 0 0 ", "1 2 3 4 0 0 0 61 0 ",
		"1 2 3 4 0 0 0 1 10000 0 0 ", "1 2 3 4 0 0 0 0 0 0 ", "1 2 3 4 0 0 0 0 0", "x 2 3 4 0 0 0 0 0 ",
		"00000000000000001 2 3 4 0 0 0 0 0 ", "1 2 3 4 0 0 0 0 ", "1 2 3 4 0 0 0 0 5 ", "1 2 3 4 0 0 0 0 4 ",
		"1 2 3 4 0 0 0 0 2 0 ", "1 2 3 4 0 0 0 0 3 0 2 ", "1 2 3 4 0 0 0 0 3 0 1 "};
	struct frame_call call;
	struct frame_fact fact;
	struct frame_leak leak;

	(void)state;
	pass(FRAME_CALL, 0, "1 2 3 4 0 0 0 0 0 ", 18);
	assert_true(frame_call_read(&frame, &call));
	for (size_t i = 0; i < sizeof(calls_of) / sizeof(calls_of[0]); i++) {
		pass(FRAME_CALL, 0, calls_of[i], strlen(calls_of[i]));
		assert_false(frame_call_read(&frame, &call));
	}
	pass(FRAME_FACT, 0, "ffff 0 0 ", 9);
	assert_false(frame_fact_read(&frame, &fact));
	pass(FRAME_LEAK, 0, "0 ffff 0 0 ", 11);
	assert_false(frame_leak_read(&frame, &leak));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_line),
		cmocka_unit_test(every_byte_survives),
		cmocka_unit_test(the_longest_is_cut),
		cmocka_unit_test(foreign_text_before),
		cmocka_unit_test(torn_frames),
		cmocka_unit_test(garbage),
		cmocka_unit_test(calls),
		cmocka_unit_test(calls_with_faults),
		cmocka_unit_test(sparse_bounds),
		cmocka_unit_test(plain_payloads),
		cmocka_unit_test(wrong_payloads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
