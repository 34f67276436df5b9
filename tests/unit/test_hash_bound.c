/* SPDX-License-Identifier: BSD-2-Clause */
/* test_hash_bound.c - no call hashes more than one granule and one descriptor, which is all it hashes with its locks held. */
#include "tests/unit/support/rec_machine.h"

#include <string.h>

enum { PAGE = 4096, DESCRIPTOR = 256, IPA_TABLE_END = 2 << 20 };

/* Bytes that one successful call of a command hashes at most (fact sheet section 8); all others none. */
static const size_t most[RMI_COMMAND_COUNT] = {
	[RMI_REALM_CREATE] = PAGE,
	[RMI_DATA_CREATE] = PAGE + DESCRIPTOR,
	[RMI_REC_CREATE] = PAGE + DESCRIPTOR,
	[RMI_RTT_INIT_RIPAS] = PAGE,
	[RMI_REC_ENTER] = 32 + 64, /* RSI_MEASUREMENT_EXTEND: REM and value */
};

/* Entries [base, top) of one table, as often as needed: bytes hashed in all. */
static size_t init_ripas(struct machine *w, uint64_t base, uint64_t top, unsigned *calls)
{
	size_t hashed = 0;

	while (base < top) {
		uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(RTT_INIT_RIPAS), pa_of(G_RD), base, top};
		enum rmi_condition condition;

		w->hashed = 0;
		condition = reeve_monitor_smc(w->monitor, 0, x);
		assert_string_equal(rmi_condition_name(condition), rmi_condition_name(CONDITION_NONE));
		assert_true(x[1] > base && x[1] <= top);
		assert_true(w->hashed <= PAGE);
		if (w->hashed > w->hashed_most[RMI_RTT_INIT_RIPAS]) {
			w->hashed_most[RMI_RTT_INIT_RIPAS] = w->hashed;
		}
		base = x[1];
		hashed += w->hashed;
		++*calls;
	}
	assert_null(reeve_monitor_valid(w->monitor));
	return hashed;
}

/* Pages, and blocks of 2 MiB in a root table, right to its end. */
static void ripas(void **state)
{
	struct machine *w = *state;
	unsigned pages = 0;
	unsigned blocks = 0;

	assert_int_equal(init_ripas(w, 0x4000, IPA_TABLE_END, &pages), (512 - 4) * DESCRIPTOR);
	assert_int_equal(pages, 32);
	assert_int_equal(init_ripas(w, IPA_TABLE_END, 512 * (uint64_t)IPA_TABLE_END, &blocks), (512 - 1) * DESCRIPTOR);
	assert_int_equal(blocks, 32);
}

/* One entry more than a call takes; one less; the same again, though nothing changes. */
static void ripas_edges(void **state)
{
	struct machine *w = *state;
	const uint64_t page = PAGE;

	for (unsigned again = 0; again < 2; again++) {
		unsigned calls = 0;

		assert_int_equal(init_ripas(w, 0x10000, 0x10000 + 17 * page, &calls), 17 * DESCRIPTOR);
		assert_int_equal(calls, 2);
		assert_int_equal(init_ripas(w, 0x10000, 0x10000 + 16 * page, &calls), 16 * DESCRIPTOR);
		assert_int_equal(init_ripas(w, 0x10000, 0x10000 + 15 * page, &calls), 15 * DESCRIPTOR);
		assert_int_equal(calls, 4);
	}
}

static void every_command(void **state)
{
	struct machine *w = *state;
	unsigned calls = 0;

	assert_int_equal(SMC(w, RMI_FID(DATA_CREATE), pa_of(G_RD), pa_of(G_DATA + 2), 0x5000, pa_of(G_NS), 1), 0);
	assert_int_equal(SMC(w, RMI_FID(DATA_CREATE), pa_of(G_RD), pa_of(G_DATA + 3), 0x6000, pa_of(G_NS), 0), 0);
	assert_int_equal(w->hashed, DESCRIPTOR);
	init_ripas(w, 0x8000, IPA_TABLE_END, &calls);
	assert_int_equal(rec_create(w, G_REC0, G_AUX0, 0, true), 0);
	assert_int_equal(rec_create(w, G_REC1, G_AUX1, 1, false), 0);
	assert_int_equal(w->hashed, 0);
	assert_int_equal(SMC(w, RMI_FID(REALM_ACTIVATE), pa_of(G_RD)), 0);
	ENTER(w, smc_of(RSI_FID_BASE | RSI_FID_MEASUREMENT_EXTEND, 1, 64, 0, 0));
	assert_int_equal(SMC(w, RMI_FID(DATA_DESTROY), pa_of(G_RD), 0x5000), 0);
	assert_int_equal(SMC(w, RMI_FID(REC_DESTROY), pa_of(G_REC1)), 0);
	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		if (w->hashed_most[i] != most[i]) {
			print_error("%s: %zu bytes hashed by one call, %zu expected\n",
				rmi_command_info((enum rmi_command)i)->name, w->hashed_most[i], most[i]);
		}
		assert_int_equal(w->hashed_most[i], most[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ripas, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(ripas_edges, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(every_command, machine_setup, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
