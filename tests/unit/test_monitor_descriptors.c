/* SPDX-License-Identifier: BSD-2-Clause */
/* test_monitor_descriptors.c - entries of translation tables in the hardware's bits (Arm ARM D8.3, D8.6, section 5), and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "monitor/rtt.h"

#define PA UINT64_C(0x8000000000)
#define PA_52 (UINT64_C(0xC) << 48 | PA)
#define NS_XN (UINT64_C(1) << 55 | UINT64_C(1) << 54)
#define NS UINT64_C(0xFFFFFFFF) /* in place of a RIPAS: unprotected */

enum {
	VALID = 1,
	PAGE = 2, /* or TABLE */
	WRITE_BACK = 6 << 2,
	READ_WRITE = 3 << 6,
	SHAREABLE = 3 << 8,
	ACCESSED = 1 << 10,
	SOFT_ASSIGNED = 1 << 2,
	SOFT_RAM = 1 << 3,
	SOFT_DESTROYED = 2 << 3,
	DEVICE_READ = 1 << 2 | 1 << 6,
};

static const struct {
	enum rmi_rtte_state state;
	uint64_t ripas;
	uint64_t pa;
	uint64_t attributes;
	int level;
	bool lpa2;
	uint64_t descriptor;
} rows[] = {
	/* Only TABLE, ASSIGNED RAM and ASSIGNED_NS are there for the hardware. */
	{RTTE_UNASSIGNED, RIPAS_EMPTY, 0, 0, 3, false, 0},
	{RTTE_UNASSIGNED, RIPAS_RAM, 0, 0, 2, false, SOFT_RAM},
	{RTTE_UNASSIGNED, RIPAS_DESTROYED, 0, 0, 1, true, SOFT_DESTROYED},
	{RTTE_UNASSIGNED, NS, 0, 0, 3, false, UINT64_C(1) << 55},
	{RTTE_ASSIGNED, RIPAS_EMPTY, PA, 0, 3, false, PA | SOFT_ASSIGNED},
	{RTTE_ASSIGNED, RIPAS_DESTROYED, PA, 0, 2, false, PA | SOFT_ASSIGNED | SOFT_DESTROYED},
	{RTTE_ASSIGNED, RIPAS_RAM, PA, 0, 3, false, PA | ACCESSED | SHAREABLE | READ_WRITE | WRITE_BACK | PAGE | VALID},
	{RTTE_ASSIGNED, RIPAS_RAM, PA, 0, 2, false, PA | ACCESSED | SHAREABLE | READ_WRITE | WRITE_BACK | VALID},
	{RTTE_ASSIGNED, RIPAS_RAM, PA, 0, 1, false, PA | ACCESSED | SHAREABLE | READ_WRITE | WRITE_BACK | VALID},
	{RTTE_TABLE, RIPAS_EMPTY, PA, 0, 2, false, PA | PAGE | VALID},
	{RTTE_TABLE, RIPAS_EMPTY, PA, 0, 0, false, PA | PAGE | VALID},
	/* With LPA2 bits 9:8 are address bits 51:50, and the shareability is the table walk's. */
	{RTTE_ASSIGNED, RIPAS_RAM, PA, 0, 3, true, PA | ACCESSED | READ_WRITE | WRITE_BACK | PAGE | VALID},
	{RTTE_ASSIGNED, RIPAS_RAM, PA_52, 0, 3, true, PA | 3 << 8 | ACCESSED | READ_WRITE | WRITE_BACK | PAGE | VALID},
	{RTTE_ASSIGNED, RIPAS_EMPTY, PA_52, 0, 3, true, PA | 3 << 8 | SOFT_ASSIGNED},
	{RTTE_TABLE, RIPAS_EMPTY, PA_52, 0, -1, true, PA | 3 << 8 | PAGE | VALID},
	/* The host's memory: never executable, in the NS world, else as the host says. */
	{RTTE_ASSIGNED, NS, PA, WRITE_BACK | READ_WRITE, 3, false,
		NS_XN | PA | ACCESSED | SHAREABLE | READ_WRITE | WRITE_BACK | PAGE | VALID},
	{RTTE_ASSIGNED, NS, PA, DEVICE_READ, 2, false, NS_XN | PA | ACCESSED | SHAREABLE | DEVICE_READ | VALID},
	{RTTE_ASSIGNED, NS, PA_52, DEVICE_READ, 1, true, NS_XN | PA | 3 << 8 | ACCESSED | DEVICE_READ | VALID},
};

static void encode_and_decode(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rtt_entry entry = {.state = rows[i].state,
			.ripas = rows[i].ripas == NS ? RIPAS_EMPTY : (enum rmi_ripas)rows[i].ripas,
			.ns = rows[i].ripas == NS,
			.pa = reeve_pa(rows[i].pa),
			.attributes = rows[i].attributes};
		struct rtt_entry back;

		assert_int_equal(rtt_encode(&entry, rows[i].level, rows[i].lpa2), rows[i].descriptor);
		back = rtt_decode(rows[i].descriptor, rows[i].level, rows[i].lpa2);
		assert_int_equal(back.state, entry.state);
		assert_int_equal(back.ripas, entry.ripas);
		assert_int_equal(back.ns, entry.ns);
		assert_int_equal(back.pa.value, entry.pa.value);
		assert_int_equal(back.attributes, entry.attributes);
	}
}

/* Section 5: bytes an entry spans. */
static void spans(void **state)
{
	static const unsigned bits[] = {48, 39, 30, 21, 12};

	(void)state;
	for (int level = -1; level <= 3; level++) {
		assert_int_equal(rtt_shift(level), bits[level + 1]);
		assert_int_equal(rtt_span(level), UINT64_C(1) << bits[level + 1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encode_and_decode),
		cmocka_unit_test(spans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
