/* SPDX-License-Identifier: BSD-2-Clause */
/* test_pl011.c - the console as its manual has it (Arm DDI 0183): registers, lines out, bytes in, interrupts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vmm/pl011.h"

enum {
	DR = 0x000,
	RSR = 0x004,
	FR = 0x018,
	ILPR = 0x020,
	IBRD = 0x024,
	FBRD = 0x028,
	LCR_H = 0x02c,
	CR = 0x030,
	IFLS = 0x034,
	IMSC = 0x038,
	RIS = 0x03c,
	MIS = 0x040,
	ICR = 0x044,
	DMACR = 0x048,
	PERIPH_ID = 0xfe0,
};
enum { RXFE = 1 << 4, RXFF = 1 << 6, TXFE = 1 << 7, RX = 1 << 4, TX = 1 << 5, RT = 1 << 6 };

static struct pl011 uart;
static char sent[2 * PL011_LINE_MAX];
static size_t sent_size;
static unsigned sent_times;

static void sink(void *context, const char *bytes, size_t size)
{
	assert_ptr_equal(context, sent);
	assert_in_range(size, 1, PL011_LINE_MAX);
	assert_true(size <= sizeof(sent) - sent_size);
	memcpy(sent + sent_size, bytes, size);
	sent_size += size;
	sent_times++;
}

static int begin(void **state)
{
	(void)state;
	memset(sent, 0, sizeof(sent));
	sent_size = 0;
	sent_times = 0;
	pl011_init(&uart, sink, sent);
	return 0;
}

static void reg_is(uint64_t offset, uint64_t value)
{
	assert_int_equal(pl011_read(&uart, offset), value);
}

static void after_reset(void **state)
{
	static const uint8_t identity[] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		reg_is(PERIPH_ID + 4 * i, identity[i]);
	}
	reg_is(FR, TXFE | RXFE);
	reg_is(CR, 0x300);
	reg_is(IFLS, 0x12);
	for (uint64_t offset = 0; offset < PERIPH_ID; offset++) {
		if (offset != FR && offset != CR && offset != IFLS) {
			reg_is(offset, 0);
		}
	}
	assert_false(pl011_line(&uart));
}

/* What is written stays, as many bits as there are; what can only be read, or is reserved, is as it was. */
static void registers_keep(void **state)
{
	static const struct {
		uint64_t offset;
		uint32_t mask;
	} kept[] = {{ILPR, 0xff}, {IBRD, 0xffff}, {FBRD, 0x3f}, {LCR_H, 0xff}, {CR, 0xff87}, {IFLS, 0x3f},
		{IMSC, 0x7ff}, {DMACR, 7}};
	static const uint64_t fixed[] = {
		RSR, FR, RIS, MIS, ICR, PERIPH_ID, PERIPH_ID + 28, 0x008, 0x04c, 0x031, PL011_SIZE};

	(void)state;
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		pl011_write(&uart, kept[i].offset, UINT64_MAX);
		reg_is(kept[i].offset, kept[i].mask);
		pl011_write(&uart, kept[i].offset, 0);
		reg_is(kept[i].offset, 0);
	}
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		uint64_t before = pl011_read(&uart, fixed[i]);

		pl011_write(&uart, fixed[i], UINT64_MAX);
		reg_is(fixed[i], before);
	}
	assert_int_equal(sent_size, 0);
	assert_false(pl011_line(&uart));
}

/* The sink has lines as they end, and pieces of what is too long for one; what is left when it is asked for. */
static void lines_out(void **state)
{
	(void)state;
	for (const char *c = "one\ntw"; *c != '\0'; c++) {
		pl011_write(&uart, DR, UINT64_C(0xabc00) | (uint8_t)*c);
	}
	assert_int_equal(sent_times, 1);
	assert_string_equal(sent, "one\n");
	/* Of another console: it raises nothing here. */
	pl011_write(&uart, ICR, TX);
	pl011_print(&uart, "o", 1);
	reg_is(RIS, 0);
	pl011_flush(&uart);
	pl011_flush(&uart);
	assert_int_equal(sent_times, 2);
	assert_string_equal(sent, "one\ntwo");
	for (unsigned i = 0; i < PL011_LINE_MAX + 1; i++) {
		pl011_write(&uart, DR, 'x');
	}
	assert_int_equal(sent_times, 3);
	assert_int_equal(sent_size, 7 + PL011_LINE_MAX);
	reg_is(FR, TXFE | RXFE);
}

/* What is sent is sent at once, so there is room again: that interrupts until it is cleared, if it may. */
static void sending_interrupts(void **state)
{
	(void)state;
	pl011_write(&uart, IMSC, TX);
	assert_false(pl011_line(&uart));
	pl011_write(&uart, DR, 'a');
	reg_is(RIS, TX);
	reg_is(MIS, TX);
	assert_true(pl011_line(&uart));
	pl011_write(&uart, IMSC, 0x7ff & ~TX);
	reg_is(RIS, TX);
	reg_is(MIS, 0);
	assert_false(pl011_line(&uart));
	pl011_write(&uart, IMSC, TX);
	pl011_write(&uart, ICR, 0x7ff & ~TX);
	assert_true(pl011_line(&uart));
	pl011_write(&uart, ICR, TX);
	reg_is(RIS, 0);
	assert_false(pl011_line(&uart));
}

/* Bytes come in order, round the ring, no more than there is room for; as long as one is there it interrupts, if it may. */
static void bytes_in(void **state)
{
	uint8_t next = 0;
	uint8_t want = 0;

	(void)state;
	pl011_write(&uart, IMSC, RX | RT);
	for (unsigned round = 0; round < 3; round++) {
		assert_int_equal(pl011_room(&uart), PL011_RECEIVE_MAX);
		for (unsigned i = 0; i < PL011_RECEIVE_MAX; i++) {
			assert_true(pl011_receive(&uart, next++));
			reg_is(FR, TXFE | (i + 1 == PL011_RECEIVE_MAX ? RXFF : 0));
			assert_true(pl011_line(&uart));
		}
		assert_false(pl011_receive(&uart, 0xff));
		assert_int_equal(pl011_room(&uart), 0);
		pl011_write(&uart, ICR, 0x7ff);
		reg_is(RIS, RX | RT);
		reg_is(MIS, RX | RT);
		for (unsigned i = 0; i < PL011_RECEIVE_MAX - round; i++) {
			reg_is(DR, want++);
			assert_int_equal(pl011_room(&uart), i + 1);
		}
		while (pl011_room(&uart) != PL011_RECEIVE_MAX) {
			assert_true(pl011_line(&uart));
			reg_is(DR, want++);
		}
		assert_false(pl011_line(&uart));
		reg_is(FR, TXFE | RXFE);
		reg_is(DR, 0);
		/* The ring begins elsewhere next time. */
		assert_true(pl011_receive(&uart, next++));
		reg_is(DR, want++);
	}
	assert_true(pl011_receive(&uart, 'a'));
	pl011_write(&uart, IMSC, TX);
	reg_is(RIS, RX | RT);
	reg_is(MIS, 0);
	assert_false(pl011_line(&uart));
}

/* For a driver: what came in is not there before it looked at its interrupts, and then is until all was read. Flags agree with one another. */
static void shown_to_a_driver(void **state)
{
	(void)state;
	uart.is_driven = true;
	for (unsigned i = 0; i < PL011_RECEIVE_MAX; i++) {
		assert_true(pl011_receive(&uart, (uint8_t)('a' + i)));
	}
	reg_is(FR, TXFE | RXFE);
	reg_is(DR, 0);
	reg_is(RIS, RX | RT); /* looked at, but nothing of it may interrupt */
	reg_is(FR, TXFE | RXFE);
	pl011_write(&uart, IMSC, RX);
	assert_true(pl011_line(&uart));
	reg_is(FR, TXFE | RXFE);
	reg_is(MIS, RX);
	reg_is(FR, TXFE | RXFF);
	for (unsigned i = 0; i < PL011_RECEIVE_MAX; i++) {
		reg_is(DR, 'a' + i);
	}
	assert_true(pl011_receive(&uart, 'z'));
	reg_is(FR, TXFE | RXFE);
	reg_is(RIS, RX | RT);
	reg_is(FR, TXFE);
	reg_is(DR, 'z');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(after_reset, begin),
		cmocka_unit_test_setup(registers_keep, begin),
		cmocka_unit_test_setup(lines_out, begin),
		cmocka_unit_test_setup(sending_interrupts, begin),
		cmocka_unit_test_setup(bytes_in, begin),
		cmocka_unit_test_setup(shown_to_a_driver, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
