/* SPDX-License-Identifier: BSD-2-Clause */
/* test_oracle_draw.c - drawn worlds are valid, stay so, and drawn commands meet every condition and nearly every pair. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "reeve/field.h"
#include "tests/oracle/support/coverage.h"
#include "tests/oracle/support/draw.h"

enum { WORLDS = 4000, CALLS = 60, STEP_EVERY = 4, PAIRS_PERCENT = 98 };

static struct world world;
static struct world again;
static struct prediction prediction;
static struct drawn_call call;
static struct drawn_call call_again;
static struct coverage coverage;

static void expect_no_fault(uint64_t seed, const char *where, const char *fault)
{
	if (fault != NULL) {
		fail_msg("seed %llu, %s: %s", (unsigned long long)seed, where, fault);
	}
}

/* What must hold of every prediction, whatever the call. */
static void check_prediction(uint64_t seed, uint64_t held)
{
	if (prediction.changed) {
		expect_no_fault(seed, rmi_command_info(prediction.command)->name, world_valid(&prediction.next));
	}
	if (prediction.command == RMI_COMMAND_COUNT) {
		assert_int_equal(held, 0);
		assert_int_equal(prediction.x[0], SMCCC_NOT_SUPPORTED);
		assert_memory_equal(&prediction.x[1], &call.x[1], sizeof(call.x) - sizeof(call.x[0]));
		return;
	}
	assert_int_equal(prediction.row, __builtin_ffsll((long long)held) - 1);
	assert_int_equal(held == 0, FIELD_GET(prediction.x[0], RMI_RETURN_STATUS) == RMI_SUCCESS);
	assert_memory_equal(&prediction.x[5], &call.x[5], sizeof(call.x) - 5 * sizeof(call.x[0]));
	if (held != 0) {
		assert_false(prediction.changed || prediction.ran);
	}
}

static void draw_calls(uint64_t seed)
{
	struct rng rng = {seed};

	for (unsigned i = 0; i < CALLS; i++) {
		struct oracle_memory memory;
		uint64_t held;

		command_draw(&rng, &world, &call);
		memory = drawn_memory(&call);
		held = oracle_conditions(&world, call.x, &memory);
		oracle_predict(&world, call.x, &memory, &prediction);
		check_prediction(seed, held);
		coverage_add(&coverage, prediction.command, held);
		if (prediction.changed && i % STEP_EVERY == 0 && world_has_room(&prediction.next)) {
			world_copy(&world, &prediction.next);
		}
	}
}

static void every_condition_and_pair_is_met(void **state)
{
	struct coverage_total total;

	(void)state;
	for (uint64_t seed = 0; seed < WORLDS; seed++) {
		world_draw(&world, seed, UINT64_MAX);
		expect_no_fault(seed, "drawn", world_valid(&world));
		draw_calls(seed);
	}
	total = coverage_total_of(&coverage, RMI_COMMAND_COUNT);
	if (total.conditions_met < total.conditions || total.wrong > 0 ||
		total.pairs_met * 100 < total.pairs * PAIRS_PERCENT) {
		coverage_print(&coverage, stderr);
	}
	assert_int_equal(total.conditions_met, total.conditions);
	assert_int_equal(total.successes, RMI_COMMAND_COUNT);
	assert_int_equal(total.wrong, 0);
	assert_true(total.pairs_met * 100 >= total.pairs * PAIRS_PERCENT);
}

static void a_seed_gives_one_draw(void **state)
{
	char message[128] = "";

	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct rng rng = {seed};
		struct rng rng_again = {seed};

		world_draw(&world, seed, UINT64_MAX);
		world_draw(&again, seed, UINT64_MAX);
		assert_true(world_equal(&world, &again, message, sizeof(message)));
		command_draw(&rng, &world, &call);
		command_draw(&rng_again, &world, &call_again);
		assert_memory_equal(call.x, call_again.x, sizeof(call.x));
		assert_memory_equal(call.page, call_again.page, sizeof(call.page));
	}
}

static void features_stay_within_the_mask(void **state)
{
	uint64_t mask = UINT64_MAX & ~FIELD_MASK(FEATURE0_LPA2) & ~FIELD_MASK(FEATURE0_SVE_EN);

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		world_draw(&world, seed, mask);
		assert_null(world_valid(&world));
		assert_int_equal(world.config.features0 & ~mask, 0);
		assert_true(FIELD_GET(world.config.features0, FEATURE0_S2SZ) <= 48);
	}
}

/* Append all entries of a table of `world` to `again`, as a reader does. */
static void read_table(const struct world_table *t)
{
	const struct world_realm *realm = world_realm_const(&world, t->rd);
	unsigned entries = world_table_entries(realm, t->level, t->ipa);

	for (unsigned i = 0; i < entries; i++) {
		struct world_entry entry = world_entry(&world, realm, t->level, t->ipa + i * world_span(t->level));

		if (entry.state != RTTE_TABLE) {
			world_entry_append(&again, t, i, &entry);
		}
	}
}

/* A reader that appends all entries, of the last table first, gets the same world. */
static void a_world_can_be_read_back(void **state)
{
	char message[128] = "";

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		world_draw(&world, seed, UINT64_MAX);
		world_copy(&again, &world);
		again.run_count = 0;
		for (unsigned i = 0; i < world.table_count; i++) {
			again.tables[i] = world.tables[world.table_count - 1 - i];
			read_table(&again.tables[i]);
		}
		world_sort(&again);
		expect_no_fault(seed, "read", world_equal(&world, &again, message, sizeof(message)) ? NULL : message);
	}
}

/* A world that is spoilt in one place is not valid, and says why; and differs from the one before. */
struct fault {
	const char *name;
	void (*spoil)(struct world *w);
};

static void spoil_owner(struct world *w)
{
	world_granule(w, w->realms[0].rd)->owner = 0;
}

static void spoil_rd(struct world *w)
{
	world_granule_set(w, w->realms[0].rd, GRANULE_DELEGATED, 0);
}

static void spoil_vmid(struct world *w)
{
	w->realms[1].vmid = w->realms[0].vmid;
}

static void spoil_roots(struct world *w)
{
	w->realms[0].rtt_num_start = 3;
}

static void spoil_root(struct world *w)
{
	w->tables[0].pa += REEVE_GRANULE_SIZE;
}

static void spoil_cover(struct world *w)
{
	w->runs[0].count--;
}

static void spoil_half(struct world *w)
{
	w->runs[0].first.ns = true;
}

static void spoil_mpidr(struct world *w)
{
	w->recs[0].mpidr |= 0x10;
}

static void spoil_pending(struct world *w)
{
	w->recs[0].runnable = false;
	w->recs[0].pending = WORLD_PENDING_MMIO;
}

static void spoil_stopped(struct world *w)
{
	w->recs[0].pending = WORLD_PENDING_NONE;
	w->recs[0].ripas_addr = w->recs[0].ripas_top = w->recs[0].host_call_ipa = 0;
	w->recs[0].ripas_value = RIPAS_EMPTY;
	w->recs[0].ripas_destroyed = false;
	w->recs[0].far = 1;
}

static void spoil_ripas(struct world *w)
{
	w->recs[0].pending = WORLD_PENDING_NONE;
	w->recs[0].ripas_top = REEVE_GRANULE_SIZE;
}

static void spoil_orphan(struct world *w)
{
	w->rec_count--;
}

static const struct fault faults[] = {
	{"granule_owner", spoil_owner},
	{"realm_rd_granule", spoil_rd},
	{"realm_vmid", spoil_vmid},
	{"realm_geometry", spoil_roots},
	{"realm_root", spoil_root},
	{"table_cover", spoil_cover},
	{"run_half", spoil_half},
	{"rec_mpidr", spoil_mpidr},
	{"rec_pending", spoil_pending},
	{"rec_ripas", spoil_ripas},
	{"rec_stopped", spoil_stopped},
	{"granule_orphan", spoil_orphan},
};

static void a_spoilt_world_is_found_out(void **state)
{
	uint64_t seed = 0;
	char message[128];

	(void)state;
	do {
		world_draw(&world, seed++, UINT64_MAX);
	} while (world.realm_count < 2 || world.rec_count == 0 || world.runs[0].count < 2 || world.runs[0].first.ns ||
		world_realm(&world, world.recs[0].rd)->state == REALM_NEW);
	for (unsigned i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const char *broken;

		world_copy(&again, &world);
		faults[i].spoil(&again);
		broken = world_valid(&again);
		assert_non_null(broken);
		assert_string_equal(broken, faults[i].name);
		message[0] = '\0';
		assert_false(world_equal(&world, &again, message, sizeof(message)));
		assert_true(strlen(message) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_condition_and_pair_is_met),
		cmocka_unit_test(a_seed_gives_one_draw),
		cmocka_unit_test(features_stay_within_the_mask),
		cmocka_unit_test(a_world_can_be_read_back),
		cmocka_unit_test(a_spoilt_world_is_found_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
