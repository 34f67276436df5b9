/* SPDX-License-Identifier: BSD-2-Clause */
/* test_oracle_predict.c - single answers of the oracle against numbers and tables of the fact sheet, written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "reeve/field.h"
#include "reeve/psci.h"
#include "tests/oracle/support/known.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MIB_2 UINT64_C(0x200000)
#define HALF (UINT64_C(1) << 33)

static struct world world;
static struct prediction prediction;
static struct known_pages pages;

static int new_realm(void **state)
{
	(void)state;
	known_pages(&pages);
	known_realm(&world, &pages, &prediction);
	return 0;
}

/* Predict a call in `world`, and take its effect over. Returns the status word. */
static uint64_t ask(uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3, uint64_t x4, uint64_t x5)
{
	const uint64_t x[REEVE_SMC_REGISTERS] = {fid, x1, x2, x3, x4, x5};
	struct oracle_memory memory = known_memory(&pages);

	oracle_predict(&world, x, &memory, &prediction);
	if (prediction.changed) {
		world_copy(&world, &prediction.next);
	}
	return prediction.x[0];
}

static void expect_row(unsigned row, bool right)
{
	if (!right) {
		fail_msg("row %u: refused by %s", row, rmi_condition_name(prediction.condition));
	}
}

/* Section 5. */
static const struct {
	unsigned s2sz;
	int level;
	bool lpa2;
	unsigned pa_bits;
	unsigned roots; /* 0: not a geometry */
} geometries[] = {
	{32, 2, false, 48, 4},
	{34, 2, false, 48, 16},
	{35, 2, false, 48, 0},
	{30, 2, false, 48, 1},
	{21, 2, false, 48, 0},
	{31, 1, false, 48, 1},
	{30, 1, false, 48, 0},
	{39, 1, false, 48, 1},
	{40, 1, false, 48, 2},
	{42, 1, false, 48, 8},
	{43, 1, false, 48, 16},
	{44, 1, false, 48, 0},
	{39, 0, false, 48, 0},
	{40, 0, false, 48, 1},
	{40, 0, false, 43, 0},
	{40, 0, false, 44, 1},
	{48, 0, false, 48, 1},
	{49, 0, false, 52, 0},
	{49, 0, true, 52, 2},
	{52, 0, true, 52, 16},
	{48, -1, true, 52, 0},
	{49, -1, true, 52, 1},
	{52, -1, true, 52, 1},
	{52, -1, false, 52, 0},
	{32, 3, false, 48, 0},
	{25, 3, false, 48, 16},
	{32, 4, false, 48, 0},
};

static void geometry_is_that_of_section_5(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT(geometries); i++) {
		unsigned roots =
			world_roots(geometries[i].s2sz, geometries[i].level, geometries[i].lpa2, geometries[i].pa_bits);

		expect_row(i, roots == geometries[i].roots);
	}
	assert_int_equal(world_span(3), 0x1000);
	assert_int_equal(world_span(2), 0x200000);
	assert_int_equal(world_span(1), 0x40000000);
	assert_int_equal(world_span(0), UINT64_C(0x8000000000));
	assert_int_equal(world_span(-1), UINT64_C(1) << 48);
}

static void status_words_pack_status_and_index(void **state)
{
	(void)state;
	assert_int_equal(oracle_status_word(RMI_SUCCESS, 0), 0);
	assert_int_equal(oracle_status_word(RMI_ERROR_REALM, 1), 0x102);
	assert_int_equal(oracle_status_word(RMI_ERROR_RTT, 3), 0x304);
	assert_int_equal(oracle_status_word(RMI_ERROR_RTT, -1), 0xFF04);
}

static void mpidrs_are_indices(void **state)
{
	static const struct {
		uint64_t mpidr;
		uint32_t index;
		uint64_t el1;
	} rows[] = {{0, 0, 0}, {0xF, 15, 0xF}, {0x100, 16, 0x100}, {0xFF0F, 4095, 0xFF0F}, {0x10000, 4096, 0x10000},
		{0x1000000, 1U << 20, UINT64_C(1) << 32}, {0xFFFFFF0F, (1U << 28) - 1, UINT64_C(0xFF00FFFF0F)}};

	(void)state;
	for (unsigned i = 0; i < COUNT(rows); i++) {
		assert_int_equal(world_mpidr_index(rows[i].mpidr), rows[i].index);
		assert_int_equal(world_index_mpidr(rows[i].index), rows[i].mpidr);
		assert_int_equal(world_mpidr_el1(rows[i].mpidr), rows[i].el1);
	}
}

/* Section 8; digests computed with Python's hashlib from the layouts of that section: after REALM_CREATE of the known parameters, then
 * INIT_RIPAS of [0, 2 MiB), DATA_CREATE of the source at 0x1000, REC_CREATE of the known REC. */
static const struct {
	uint8_t algorithm;
	uint8_t first_bytes[4][8];
} rims[] = {
	{RMI_HASH_SHA_256,
		{{0xAE, 0xA8, 0xBF, 0x3D, 0x43, 0xC9, 0x31, 0x1E}, {0xD7, 0x10, 0xB7, 0x5C, 0x96, 0xF7, 0x99, 0xDA},
			{0x9D, 0xB5, 0xBC, 0x1A, 0xC7, 0x1A, 0xAF, 0x46},
			{0x74, 0xEB, 0x90, 0x66, 0x71, 0x05, 0x71, 0x78}}},
	{RMI_HASH_SHA_512,
		{{0x45, 0x6A, 0x37, 0xFB, 0x97, 0x76, 0xFD, 0xC6}, {0x72, 0xF5, 0x65, 0xB9, 0x8A, 0x79, 0x7E, 0xD9},
			{0x9D, 0x8A, 0x65, 0xF7, 0x57, 0x89, 0xDF, 0x2D},
			{0x4C, 0xEE, 0x60, 0x29, 0x60, 0x2B, 0xB4, 0x8A}}},
};

static void assert_rim(const uint8_t first_bytes[8])
{
	assert_memory_equal(world.realms[0].measurements[0], first_bytes, 8);
}

static void rims_are_those_of_section_8(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT(rims); i++) {
		known_pages(&pages);
		pages.realm_params.hash_algo = rims[i].algorithm;
		memset(pages.realm_params.rpv, 0xA5, sizeof(pages.realm_params.rpv)); /* not measured */
		known_realm(&world, &pages, &prediction);
		assert_rim(rims[i].first_bytes[0]);
		assert_int_equal(ask(RMI_FID(RTT_INIT_RIPAS), KNOWN_RD, 0, MIB_2, 0, 0), 0);
		assert_rim(rims[i].first_bytes[1]);
		assert_int_equal(ask(RMI_FID(RTT_CREATE), KNOWN_RD, KNOWN_RTT, 0, 3, 0), 0);
		assert_int_equal(ask(RMI_FID(DATA_CREATE), KNOWN_RD, KNOWN_DATA, 0x1000, KNOWN_SOURCE, 1), 0);
		assert_rim(rims[i].first_bytes[2]);
		assert_int_equal(ask(RMI_FID(REC_CREATE), KNOWN_RD, KNOWN_REC, KNOWN_REC_PARAMS, 0, 0), 0);
		assert_rim(rims[i].first_bytes[3]);
	}
}

/* Sections 1, 5: with LPA2, OA[51:50] is in bits [9:8] of a descriptor, and level -1 is the byte 0xFF of a status word. */
static void lpa2_has_level_minus_1_and_52_bits(void **state)
{
	const uint64_t half = UINT64_C(1) << 51;
	const uint64_t desc = UINT64_C(1) << 49 | UINT64_C(1) << 30 | 0x3D8;
	struct world_entry entry;

	(void)state;
	known_world(&world);
	known_pages(&pages);
	world.config.pa_bits = 52;
	world.config.features0 |= FIELD_MASK(FEATURE0_LPA2);
	world.config.features0 = FIELD_SET(world.config.features0, FEATURE0_S2SZ, 52);
	pages.realm_params.flags = FIELD_MASK(REALM_FLAG_LPA2);
	pages.realm_params.s2sz = 52;
	pages.realm_params.rtt_level_start = -1;
	pages.realm_params.rtt_num_start = 1;
	assert_int_equal(ask(RMI_FID(REALM_CREATE), KNOWN_RD, KNOWN_REALM_PARAMS, 0, 0, 0), 0);
	assert_int_equal(world_table_entries(&world.realms[0], -1, 0), 16);
	assert_int_equal(ask(RMI_FID(RTT_READ_ENTRY), KNOWN_RD, 0, UINT64_MAX, 0, 0), 0);
	assert_int_equal(prediction.x[1], UINT64_MAX);
	assert_int_equal(ask(RMI_FID(DATA_CREATE), KNOWN_RD, KNOWN_DATA, 0, KNOWN_SOURCE, 0), 0xFF04);
	assert_int_equal(ask(RMI_FID(RTT_CREATE), KNOWN_RD, KNOWN_RTT, half, 0, 0), 0);
	assert_int_equal(ask(RMI_FID(RTT_CREATE), KNOWN_RD, KNOWN(60), half, 1, 0), 0);
	assert_int_equal(ask(RMI_FID(RTT_MAP_UNPROTECTED), KNOWN_RD, half, 0, desc, 0), 1); /* no blocks of 512 GiB */
	assert_int_equal(ask(RMI_FID(RTT_MAP_UNPROTECTED), KNOWN_RD, half, 1, desc | UINT64_C(1) << 50, 0), 1);
	assert_int_equal(ask(RMI_FID(RTT_MAP_UNPROTECTED), KNOWN_RD, half, 1, desc, 0), 0);
	entry = world_entry(&world, &world.realms[0], 1, half);
	assert_int_equal(entry.pa, UINT64_C(0xE000040000000));
	assert_int_equal(ask(RMI_FID(RTT_READ_ENTRY), KNOWN_RD, half, 1, 0, 0), 0);
	assert_int_equal(prediction.x[3], desc);
	assert_int_equal(ask(RMI_FID(RTT_UNMAP_UNPROTECTED), KNOWN_RD, half, 1, 0, 0), 0);
	assert_int_equal(prediction.x[1], half + (UINT64_C(1) << 39));
}

/* REALM_CREATE: the known parameters with one member changed. The machine has no LPA2, no SVE, 6 counters, 5 breakpoints. */
static const struct {
	size_t offset;
	size_t size;
	uint64_t value;
	enum rmi_condition condition;
} params[] = {
	{offsetof(struct rmi_realm_params, flags), 8, 8, CONDITION_params_valid},
	{offsetof(struct rmi_realm_params, flags), 8, 1, CONDITION_params_supp},
	{offsetof(struct rmi_realm_params, flags), 8, 2, CONDITION_params_supp},
	{offsetof(struct rmi_realm_params, flags), 8, 4, CONDITION_params_supp}, /* no counters */
	{offsetof(struct rmi_realm_params, s2sz), 1, 31, CONDITION_params_valid},
	{offsetof(struct rmi_realm_params, s2sz), 1, 49, CONDITION_params_valid},
	{offsetof(struct rmi_realm_params, s2sz), 1, 35, CONDITION_rtt_num_level},
	{offsetof(struct rmi_realm_params, num_bps), 1, 0, CONDITION_params_supp},
	{offsetof(struct rmi_realm_params, num_bps), 1, 6, CONDITION_params_supp},
	{offsetof(struct rmi_realm_params, num_wps), 1, 4, CONDITION_params_supp},
	{offsetof(struct rmi_realm_params, pmu_num_ctrs), 1, 7, CONDITION_NONE}, /* without the flag */
	{offsetof(struct rmi_realm_params, sve_vl), 1, 255, CONDITION_NONE},
	{offsetof(struct rmi_realm_params, pad_009), 1, 255, CONDITION_NONE},
	{offsetof(struct rmi_realm_params, hash_algo), 1, 2, CONDITION_params_valid},
	{offsetof(struct rmi_realm_params, vmid), 2, 255, CONDITION_NONE},
	{offsetof(struct rmi_realm_params, vmid), 2, 256, CONDITION_vmid_valid},
	{offsetof(struct rmi_realm_params, rtt_base), 8, KNOWN_ROOT + 0x1000, CONDITION_rtt_align},
	{offsetof(struct rmi_realm_params, rtt_base), 8, KNOWN_RD, CONDITION_alias},
	{offsetof(struct rmi_realm_params, rtt_base), 8, KNOWN_BASE + KNOWN_SIZE, CONDITION_rtt_bound},
	{offsetof(struct rmi_realm_params, rtt_base), 8, KNOWN_BASE, CONDITION_rtt_state},
	{offsetof(struct rmi_realm_params, rtt_base), 8, UINT64_C(1) << 48, CONDITION_rtt_bound2},
	{offsetof(struct rmi_realm_params, rtt_level_start), 8, 1, CONDITION_rtt_num_level},
	{offsetof(struct rmi_realm_params, rtt_num_start), 4, 8, CONDITION_rtt_num_level},
	{offsetof(struct rmi_realm_params, rtt_num_start), 4, 0, CONDITION_rtt_num_level},
};

static void each_realm_parameter_is_checked(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT(params); i++) {
		known_world(&world);
		known_pages(&pages);
		memcpy((uint8_t *)&pages.realm_params + params[i].offset, &params[i].value, params[i].size);
		(void)ask(RMI_FID(REALM_CREATE), KNOWN_RD, KNOWN_REALM_PARAMS, 0, 0, 0);
		expect_row(i, prediction.condition == params[i].condition);
	}
}

/* A page that cannot be read is not Non-secure memory. */
static void pages_must_be_readable(void **state)
{
	(void)state;
	world_granule_set(&world, KNOWN(8), GRANULE_UNDELEGATED, 0);
	assert_int_equal(ask(RMI_FID(REC_CREATE), KNOWN_RD, KNOWN_REC, KNOWN(8), 0, 0), 1);
	assert_int_equal(prediction.condition, CONDITION_params_pas);
	world_granule(&world, KNOWN_REC_PARAMS)->gpt = WORLD_GPT_SECURE;
	assert_int_equal(ask(RMI_FID(REC_CREATE), KNOWN_RD, KNOWN_REC, KNOWN_REC_PARAMS, 0, 0), 1);
	assert_int_equal(prediction.condition, CONDITION_params_pas);
	assert_int_equal(ask(RMI_FID(GRANULE_DELEGATE), KNOWN_REC_PARAMS, 0, 0, 0, 0), 1);
	assert_int_equal(prediction.condition, CONDITION_gran_gpt);
}

/* Section 4: SET_RIPAS of one page, by its RIPAS, what the REC asked for and whether DESTROYED may change. */
static const struct {
	enum rmi_ripas before;
	enum rmi_ripas value;
	bool destroyed;
	uint64_t status;
	enum rmi_ripas after;
} changes[] = {
	{RIPAS_EMPTY, RIPAS_RAM, false, 0, RIPAS_RAM},
	{RIPAS_RAM, RIPAS_RAM, false, 0, RIPAS_RAM},
	{RIPAS_DESTROYED, RIPAS_RAM, false, 0x304, RIPAS_DESTROYED},
	{RIPAS_DESTROYED, RIPAS_RAM, true, 0, RIPAS_RAM},
	{RIPAS_EMPTY, RIPAS_EMPTY, false, 0, RIPAS_EMPTY},
	{RIPAS_RAM, RIPAS_EMPTY, false, 0, RIPAS_EMPTY},
	{RIPAS_DESTROYED, RIPAS_EMPTY, false, 0x304, RIPAS_DESTROYED},
	{RIPAS_DESTROYED, RIPAS_EMPTY, true, 0, RIPAS_EMPTY},
};

static void ripas_changes_as_section_4_says(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT(changes) * 2; i++) {
		bool assigned = i % 2 != 0;
		struct world_entry entry = {.state = assigned ? RTTE_ASSIGNED : RTTE_UNASSIGNED,
			.ripas = changes[i / 2].before,
			.pa = assigned ? KNOWN_DATA : 0};
		struct world_rec *rec;

		(void)new_realm(NULL);
		assert_int_equal(ask(RMI_FID(REC_CREATE), KNOWN_RD, KNOWN_REC, KNOWN_REC_PARAMS, 0, 0), 0);
		assert_int_equal(ask(RMI_FID(RTT_CREATE), KNOWN_RD, KNOWN_RTT, 0, 3, 0), 0);
		assert_int_equal(ask(RMI_FID(REALM_ACTIVATE), KNOWN_RD, 0, 0, 0, 0), 0);
		world_granule_set(&world, KNOWN_DATA, assigned ? GRANULE_DATA : GRANULE_DELEGATED, KNOWN_RD);
		world_entry_set(&world, &world.realms[0], 3, 0x1000, &entry);
		rec = world_rec(&world, KNOWN_REC);
		rec->pending = WORLD_PENDING_RIPAS;
		rec->ripas_addr = 0x1000;
		rec->ripas_top = 0x3000;
		rec->ripas_value = changes[i / 2].value;
		rec->ripas_destroyed = changes[i / 2].destroyed;
		assert_null(world_valid(&world));
		assert_int_equal(
			ask(RMI_FID(RTT_SET_RIPAS), KNOWN_RD, KNOWN_REC, 0x1000, 0x2000, 0), changes[i / 2].status);
		assert_int_equal(prediction.x[1], changes[i / 2].status == 0 ? 0x2000 : 0);
		entry = world_entry(&world, &world.realms[0], 3, 0x1000);
		assert_int_equal(entry.ripas, changes[i / 2].after);
		assert_int_equal(entry.pa, assigned ? KNOWN_DATA : 0);
		assert_int_equal(
			world_rec(&world, KNOWN_REC)->ripas_addr, changes[i / 2].status == 0 ? 0x2000 : 0x1000);
	}
}

/* Section 10: CPU_ON and AFFINITY_INFO, by whether the target is on and what the host says. */
static const struct {
	uint64_t function;
	bool on;
	int64_t status;
	uint64_t answer;
	int64_t x0; /* of the caller, when answered */
	bool on_after;
} requests[] = {
	{0xC4000003, false, 0, 0, 0, true},
	{0x84000003, false, 0, 0, 0, true},
	{0xC4000003, false, -3, 0, -3, false},
	{0xC4000003, true, 0, 0, -4, true},
	{0xC4000003, true, -3, 1, 0, true},
	{0xC4000003, false, -2, 1, 0, false},
	{0xC4000004, false, 0, 0, 1, false},
	{0xC4000004, true, 0, 0, 0, true},
	{0x84000004, false, -3, 1, 0, false},
};

static void psci_is_completed_as_section_10_says(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT(requests); i++) {
		struct world_rec caller = {.pa = KNOWN_REC, .rd = KNOWN_RD, .runnable = true};
		struct world_rec target = {.pa = KNOWN(80), .rd = KNOWN_RD, .mpidr = 1, .pc = 4};
		bool switched = !requests[i].on && requests[i].on_after;
		const struct world_rec *after;

		(void)new_realm(NULL);
		world.realms[0].rec_next = 2;
		world.realms[0].state = REALM_ACTIVE;
		caller.pending = WORLD_PENDING_PSCI;
		caller.gprs[0] = requests[i].function;
		caller.gprs[1] = 1;
		caller.gprs[2] = 0x8000;
		caller.gprs[3] = 77;
		caller.aux[0] = KNOWN_AUX;
		target.aux[0] = KNOWN(81);
		target.gprs[9] = 99;
		target.runnable = requests[i].on;
		world_granule_set(&world, caller.pa, GRANULE_REC, KNOWN_RD);
		world_granule_set(&world, target.pa, GRANULE_REC, KNOWN_RD);
		world_granule_set(&world, caller.aux[0], GRANULE_REC_AUX, KNOWN_RD);
		world_granule_set(&world, target.aux[0], GRANULE_REC_AUX, KNOWN_RD);
		world_rec_add(&world, &caller);
		world_rec_add(&world, &target);
		assert_null(world_valid(&world));
		assert_int_equal(ask(RMI_FID(PSCI_COMPLETE), caller.pa, target.pa, (uint64_t)requests[i].status, 0, 0),
			requests[i].answer);
		after = world_rec(&world, target.pa);
		assert_int_equal(after->runnable, requests[i].on_after);
		assert_int_equal(after->pc, switched ? 0x8000 : 4);
		assert_int_equal(after->gprs[0], switched ? 77 : 0);
		assert_int_equal(after->gprs[9], switched ? 0 : 99);
		after = world_rec(&world, caller.pa);
		assert_int_equal(after->pending, requests[i].answer == 0 ? WORLD_PENDING_NONE : WORLD_PENDING_PSCI);
		if (requests[i].answer == 0) {
			assert_int_equal(after->gprs[0], requests[i].x0);
			assert_int_equal(after->gprs[1] | after->gprs[2] | after->gprs[3], 0);
		}
	}
}

/* Section 9, GIC: one list register (number 1) and HCR, as given for entry. The machine has 4. */
static const struct {
	uint64_t hcr;
	uint64_t lr;
	enum rmi_condition condition;
} gics[] = {
	{0x40FE, 0, CONDITION_NONE}, {0x1, 0, CONDITION_rec_gicv3}, {0x08000000, 0, CONDITION_rec_gicv3},
	{0, 0x2000000000000000, CONDITION_NONE}, /* not valid, so not looked at */
	{0, 0x4000000000000000 | 27, CONDITION_NONE}, {0, 0x6000000000000000 | 27, CONDITION_rec_gicv3},
	{0, 0x4000000000000000 | 1019, CONDITION_NONE}, {0, 0x4000000000000000 | 1020, CONDITION_rec_gicv3},
	{0, 0x4000000000000000 | 1056, CONDITION_rec_gicv3}, {0, 0x4000000000000000 | 8191, CONDITION_rec_gicv3},
	{0, 0x4000000000000000 | 8192, CONDITION_NONE}, {0, 0x4000000000000000 | 65535, CONDITION_NONE},
	{0, 0x4000000000000000 | 65536, CONDITION_rec_gicv3}, {0, 0x4008000000000000 | 27, CONDITION_NONE},
	{0, 0x4004000000000000 | 27, CONDITION_rec_gicv3}, {0, 0x4000020000000000 | 27, CONDITION_NONE}, /* EOI */
	{0, 0x4000000100000000 | 27, CONDITION_rec_gicv3},
	{0, 0x4000000000000000 | 30, CONDITION_rec_gicv3}, /* list register 0 has it */
};

static void gic_values_are_checked(void **state)
{
	(void)state;
	assert_int_equal(ask(RMI_FID(REC_CREATE), KNOWN_RD, KNOWN_REC, KNOWN_REC_PARAMS, 0, 0), 0);
	assert_int_equal(ask(RMI_FID(REALM_ACTIVATE), KNOWN_RD, 0, 0, 0, 0), 0);
	for (unsigned i = 0; i < COUNT(gics); i++) {
		pages.run.enter.gicv3_hcr = gics[i].hcr;
		pages.run.enter.gicv3_lrs[0] = 0x8000000000000000 | 30;
		pages.run.enter.gicv3_lrs[1] = gics[i].lr;
		pages.run.enter.gicv3_lrs[4] = UINT64_MAX; /* not implemented */
		(void)ask(RMI_FID(REC_ENTER), KNOWN_REC, KNOWN_RUN, 0, 0, 0);
		expect_row(i, prediction.condition == gics[i].condition);
		expect_row(i, prediction.ran == (gics[i].condition == CONDITION_NONE));
	}
}

/* Section 9: what may be completed, by what the REC was stopped by. Flags: 1 EMUL_MMIO, 2 INJECT_SEA. */
static const struct {
	enum world_pending pending;
	enum rmi_condition emul;
	enum rmi_condition sea;
	enum rmi_condition both;
} completions[] = {
	{WORLD_PENDING_NONE, CONDITION_rec_mmio, CONDITION_rec_sea, CONDITION_rec_sea},
	{WORLD_PENDING_MMIO, CONDITION_NONE, CONDITION_NONE, CONDITION_NONE},
	{WORLD_PENDING_SEA, CONDITION_rec_mmio, CONDITION_NONE, CONDITION_NONE},
	{WORLD_PENDING_SYSREG, CONDITION_rec_mmio, CONDITION_rec_sea, CONDITION_rec_sea},
};

static void entry_completes_what_it_may(void **state)
{
	(void)state;
	assert_int_equal(ask(RMI_FID(REC_CREATE), KNOWN_RD, KNOWN_REC, KNOWN_REC_PARAMS, 0, 0), 0);
	assert_int_equal(ask(RMI_FID(REALM_ACTIVATE), KNOWN_RD, 0, 0, 0, 0), 0);
	for (unsigned i = 0; i < COUNT(completions); i++) {
		const enum rmi_condition wanted[] = {
			CONDITION_NONE, completions[i].emul, completions[i].sea, completions[i].both};

		for (unsigned flags = 0; flags < COUNT(wanted); flags++) {
			world_rec(&world, KNOWN_REC)->pending = completions[i].pending;
			pages.run.enter.flags = flags;
			(void)ask(RMI_FID(REC_ENTER), KNOWN_REC, KNOWN_RUN, 0, 0, 0);
			assert_int_equal(prediction.condition, wanted[flags]);
		}
	}
	world.realms[0].state = REALM_SYSTEM_OFF;
	assert_int_equal(ask(RMI_FID(REC_ENTER), KNOWN_REC, KNOWN_RUN, 0, 0, 0), 0x102);
	world_rec(&world, KNOWN_REC)->state = REC_RUNNING;
	assert_int_equal(ask(RMI_FID(REC_ENTER), KNOWN_REC, KNOWN_RUN, 0, 0, 0), 3);
	assert_int_equal(ask(RMI_FID(REC_DESTROY), KNOWN_REC, 0, 0, 0, 0), 3);
}

/* Section 5: which tables fold. A level 3 table of 512 entries that begin with `first`, one of them `other` unless that is TABLE. */
static const struct {
	uint64_t ipa;
	struct world_entry first;
	struct world_entry other;
	uint64_t status;
} folds[] = {
	{0, {.ripas = RIPAS_DESTROYED}, {.state = RTTE_TABLE}, 0},
	{0, {.ripas = RIPAS_DESTROYED}, {.ripas = RIPAS_EMPTY}, 0x304},
	{HALF, {.ns = true}, {.state = RTTE_TABLE}, 0},
	{HALF, {.state = RTTE_ASSIGNED, .ns = true, .attributes = 0x18, .pa = MIB_2}, {.state = RTTE_TABLE}, 0},
	{HALF, {.state = RTTE_ASSIGNED, .ns = true, .attributes = 0x18, .pa = 0x1000}, {.state = RTTE_TABLE}, 0x304},
	{HALF, {.state = RTTE_ASSIGNED, .ns = true, .attributes = 0x18, .pa = 0}, {.ns = true}, 0x304},
	{HALF, {.state = RTTE_ASSIGNED, .ns = true, .attributes = 0x18, .pa = 0},
		{.state = RTTE_ASSIGNED, .ns = true, .attributes = 0x58, .pa = 0x5000}, 0x304},
	{HALF, {.state = RTTE_ASSIGNED, .ns = true, .attributes = 0x18, .pa = 0},
		{.state = RTTE_ASSIGNED, .ns = true, .attributes = 0x18, .pa = 0x6000}, 0x304},
	{HALF, {.state = RTTE_ASSIGNED, .ns = true, .attributes = 0x18, .pa = 0},
		{.state = RTTE_ASSIGNED, .ns = true, .attributes = 0x18, .pa = 0x5000}, 0},
};

static void homogeneous_tables_fold(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT(folds); i++) {
		const struct world_realm *realm = &world.realms[0];
		struct world_entry entry;

		(void)new_realm(NULL);
		assert_int_equal(ask(RMI_FID(RTT_CREATE), KNOWN_RD, KNOWN_RTT, folds[i].ipa, 3, 0), 0);
		world_entries_set(&world, realm, 3, folds[i].ipa, WORLD_TABLE_ENTRIES, &folds[i].first);
		if (folds[i].other.state != RTTE_TABLE) {
			world_entry_set(&world, realm, 3, folds[i].ipa + 0x5000, &folds[i].other);
		}
		assert_null(world_valid(&world));
		assert_int_equal(ask(RMI_FID(RTT_FOLD), KNOWN_RD, folds[i].ipa, 3, 0, 0), folds[i].status);
		if (folds[i].status != 0) {
			continue;
		}
		assert_int_equal(prediction.x[1], KNOWN_RTT);
		assert_null(world_table(&world, realm, 3, folds[i].ipa));
		entry = world_entry(&world, realm, 2, folds[i].ipa);
		assert_int_equal(entry.state, folds[i].first.state);
		assert_int_equal(entry.pa, folds[i].first.pa);
		assert_int_equal(entry.attributes, folds[i].first.attributes);
		assert_int_equal(entry.ripas, folds[i].first.ripas);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(geometry_is_that_of_section_5),
		cmocka_unit_test(status_words_pack_status_and_index),
		cmocka_unit_test(mpidrs_are_indices),
		cmocka_unit_test(rims_are_those_of_section_8),
		cmocka_unit_test(lpa2_has_level_minus_1_and_52_bits),
		cmocka_unit_test(each_realm_parameter_is_checked),
		cmocka_unit_test_setup(pages_must_be_readable, new_realm),
		cmocka_unit_test(ripas_changes_as_section_4_says),
		cmocka_unit_test(psci_is_completed_as_section_10_says),
		cmocka_unit_test_setup(gic_values_are_checked, new_realm),
		cmocka_unit_test_setup(entry_completes_what_it_may, new_realm),
		cmocka_unit_test(homogeneous_tables_fold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
