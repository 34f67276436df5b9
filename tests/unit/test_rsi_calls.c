/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rsi_calls.c - RSI calls that end inside the monitor: version, features, measurements, configuration (section 7). */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

static void version(void **state)
{
	static const uint64_t wrong[] = {0, 0x10001, 0x20000, 0xFFFF, UINT64_C(0x100010000), UINT64_MAX};
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	const uint64_t *x = SMC(w, rec, RSI_FID(VERSION), RSI_VERSION_1_0, 0, 0, 0);

	assert_int_equal(x[0], RSI_SUCCESS);
	assert_int_equal(x[1], 0x10000);
	assert_int_equal(x[2], 0x10000);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		x = SMC(w, rec, RSI_FID(VERSION), wrong[i], 0, 0, 0);
		assert_int_equal(x[0], RSI_ERROR_INPUT);
		assert_int_equal(x[1], 0x10000);
		assert_int_equal(x[2], 0x10000);
	}
}

/* Section 2: every index succeeds and reads 0 in v1.0. */
static void features(void **state)
{
	static const uint64_t indices[] = {0, 1, 2, 1000, UINT64_MAX};
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	for (size_t i = 0; i < sizeof(indices) / sizeof(indices[0]); i++) {
		const uint64_t *x = SMC(w, rec, RSI_FID(FEATURES), indices[i], 7, 7, 7);

		assert_int_equal(x[0], RSI_SUCCESS);
		assert_int_equal(x[1], 0);
	}
}

static void measurements(void **state)
{
	static const uint64_t wrong[] = {5, 6, 255, UINT64_C(1) << 32, UINT64_MAX};
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t before[RMI_GPR_COUNT];

	for (unsigned i = 1; i < RMI_MEASUREMENT_COUNT; i++) { /* REMs start at zero */
		const uint64_t *x = SMC(w, rec, RSI_FID(MEASUREMENT_READ), i, 7, 7, 7);

		assert_int_equal(x[0], RSI_SUCCESS);
		for (unsigned n = 1; n <= 8; n++) {
			assert_int_equal(x[n], 0);
		}
	}
	memcpy(before, SMC(w, rec, RSI_FID(MEASUREMENT_READ), 0, 0, 0, 0), sizeof(before));
	for (unsigned n = 5; n <= 8; n++) { /* SHA-256 in a slot of 64 bytes */
		assert_int_equal(before[n], 0);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(SMC(w, rec, RSI_FID(MEASUREMENT_READ), wrong[i], 0, 0, 0)[0], RSI_ERROR_INPUT);
		assert_int_equal(SMC(w, rec, RSI_FID(MEASUREMENT_EXTEND), wrong[i], 8, 1, 2)[0], RSI_ERROR_INPUT);
		assert_int_equal(
			SMC(w, rec, RSI_FID(MEASUREMENT_EXTEND), 1, wrong[i] < 65 ? 60 + wrong[i] : wrong[i], 1, 2)[0],
			RSI_ERROR_INPUT);
	}
	assert_int_equal(SMC(w, rec, RSI_FID(MEASUREMENT_EXTEND), 0, 8, 1, 2)[0], RSI_ERROR_INPUT); /* RIM is fixed */
	assert_memory_equal(&before[1], &SMC(w, rec, RSI_FID(MEASUREMENT_READ), 0, 0, 0, 0)[1], RMI_MEASUREMENT_SIZE);
	for (unsigned i = 1; i < RMI_MEASUREMENT_COUNT; i++) {
		assert_int_equal(SMC(w, rec, RSI_FID(MEASUREMENT_READ), i, 0, 0, 0)[1], 0);
	}
}

/* Conditions of the two calls that take the address of a buffer. */
static void bad_buffers(struct world *w, const struct realm *realm, const struct rec *rec, uint64_t fid, uint64_t good)
{
	uint64_t half = realm_half(realm);
	uint64_t align = fid == RSI_FID(HOST_CALL) ? RSI_HOST_CALL_ALIGN : REEVE_GRANULE_SIZE;
	const uint64_t wrong[] = {good + 1, good + align / 2, good + align - 1, half, half + WORLD_PAGE, 2 * half,
		2 * half - WORLD_PAGE, UINT64_C(1) << 48, UINT64_MAX - 0xFFF, UINT64_C(1) << 63};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(SMC(w, rec, fid, wrong[i], 0, 0, 0)[0], RSI_ERROR_INPUT);
	}
	/* RIPAS EMPTY, unassigned and assigned. */
	realm_tables(w, realm, WORLD_2M, 3);
	assert_int_equal(SMC(w, rec, fid, WORLD_2M, 0, 0, 0)[0], RSI_ERROR_INPUT);
	realm_data_unknown(w, realm, WORLD_2M);
	assert_int_equal(SMC(w, rec, fid, WORLD_2M, 0, 0, 0)[0], RSI_ERROR_INPUT);
	assert_int_equal(SMC(w, rec, fid, 4 * WORLD_2M, 0, 0, 0)[0], RSI_ERROR_INPUT);
}

static void config(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t data = realm_data_unknown(w, &realm, WORLD_PAGE);
	const struct rsi_realm_config *config = world_at(w, data);

	bad_buffers(w, &realm, rec, RSI_FID(REALM_CONFIG), WORLD_PAGE);
	assert_true(world_is_zero(w, data) || config->ipa_width != 32);
	assert_int_equal(SMC(w, rec, RSI_FID(REALM_CONFIG), WORLD_PAGE, 0, 0, 0)[0], RSI_SUCCESS);
	assert_int_equal(config->ipa_width, 32);
	assert_int_equal(config->hash_algo, RMI_HASH_SHA_256);
	assert_memory_equal(config->rpv, realm.params.rpv, RMI_RPV_SIZE);
}

static void config_sha512(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;
	struct rsi_realm_config want = {.ipa_width = 40, .hash_algo = RMI_HASH_SHA_512};
	const struct rsi_realm_config *config;

	realm_prepare(w, &realm, 40);
	realm.params.hash_algo = RMI_HASH_SHA_512;
	realm_create(w, &realm);
	config = world_at(w, realm_data(w, &realm, WORLD_PAGE, 0xFF));
	rec = realm_rec(w, &realm, true);
	realm_activate(w, &realm);
	assert_int_equal(SMC(w, rec, RSI_FID(REALM_CONFIG), WORLD_PAGE, 0, 0, 0)[0], RSI_SUCCESS);
	memcpy(want.rpv, realm.params.rpv, RMI_RPV_SIZE);
	assert_memory_equal(config, &want, sizeof(want)); /* what the page held is gone */
}

/* Section 7, rule for buffers: RAM or DESTROYED but unmapped: a made-up data abort at the walk's level, and the call again.
 * The entry is unassigned at level 3, or already at level 2. */
static void unmapped(
	struct world *w, const struct realm *realm, const struct rec *rec, uint64_t fid, uint64_t ipa, unsigned level)
{
	const struct rmi_rec_exit *exit;
	uint64_t pc;

	script_clear(w);
	script_smc(w, fid, ipa, 2, 3, 4);
	exit = ENTER(w, rec);
	EXIT_IS(exit, .exit_reason = RMI_EXIT_SYNC, .esr = FIELD_SET(0, ESR_EC, EC_DATA) | (4 + level),
		.hpfar = reeve_align_down(ipa, WORLD_PAGE) >> 8);
	pc = w->seen[0].pc;
	rec_run(w, rec)->enter.flags = FIELD_MASK(ENTER_FLAG_EMUL_MMIO);
	REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_mmio), REC_ENTER, rec->pa, rec->run);
	rec_run(w, rec)->enter.flags = 0;
	realm_tables(w, realm, ipa, 3);
	realm_data_unknown(w, realm, reeve_align_down(ipa, WORLD_PAGE));
	script_clear(w);
	ENTER(w, rec);
	assert_int_equal(w->seen[0].pc, pc); /* not advanced; the registers are those of the call */
	assert_int_equal(w->seen[0].x[0], fid);
	assert_int_equal(w->seen[0].x[1], ipa);
	assert_int_equal(w->seen[0].x[4], 4);
}

static void unmapped_buffers(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;

	realm_new(w, &realm, 32);
	realm_tables(w, &realm, 0, 3);
	realm_ram(w, &realm, 0, 3 * WORLD_2M);
	rec = realm_rec(w, &realm, true);
	realm_activate(w, &realm);
	unmapped(w, &realm, rec, RSI_FID(REALM_CONFIG), WORLD_PAGE, 3);
	unmapped(w, &realm, rec, RSI_FID(REALM_CONFIG), WORLD_2M + WORLD_PAGE, 2);
	assert_int_equal(SMC(w, rec, RSI_FID(REALM_CONFIG), WORLD_PAGE, 0, 0, 0)[0], RSI_SUCCESS);
	unmapped(w, &realm, rec, RSI_FID(HOST_CALL), 3 * WORLD_PAGE + 0x300, 3);
	unmapped(w, &realm, rec, RSI_FID(HOST_CALL), 2 * WORLD_2M, 2);
	/* DESTROYED. */
	OK(w, DATA_DESTROY, realm.rd, WORLD_PAGE);
	script_clear(w);
	script_smc(w, RSI_FID(REALM_CONFIG), WORLD_PAGE, 0, 0, 0);
	EXIT_IS(ENTER(w, rec), .exit_reason = RMI_EXIT_SYNC, .esr = FIELD_SET(0, ESR_EC, EC_DATA) | FSC_TRANSLATION_L3,
		.hpfar = WORLD_PAGE >> 8);
}

static void state_get(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t half = realm_half(&realm);
	const uint64_t wrong[][2] = {{1, WORLD_PAGE}, {0, WORLD_PAGE + 1}, {0, 0}, {WORLD_PAGE, 0},
		{2 * WORLD_PAGE, WORLD_PAGE}, {0, half + WORLD_PAGE}, {half, half + WORLD_PAGE}, {2 * half, 3 * half},
		{0, UINT64_MAX - 0xFFF}, {UINT64_MAX - 0xFFF, 0}, {UINT64_MAX - 0xFFF, UINT64_MAX}};
	const uint64_t *x;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(
			SMC(w, rec, RSI_FID(IPA_STATE_GET), wrong[i][0], wrong[i][1], 0, 0)[0], RSI_ERROR_INPUT);
	}
	realm_data_unknown(w, &realm, 4 * WORLD_PAGE); /* HIPAS makes no difference */
	realm_data_unknown(w, &realm, 6 * WORLD_PAGE);
	OK(w, DATA_DESTROY, realm.rd, 6 * WORLD_PAGE);
	x = SMC(w, rec, RSI_FID(IPA_STATE_GET), WORLD_PAGE, WORLD_2M, 0, 0);
	assert_int_equal(x[0], RSI_SUCCESS);
	assert_int_equal(x[1], 6 * WORLD_PAGE);
	assert_int_equal(x[2], RIPAS_RAM);
	x = SMC(w, rec, RSI_FID(IPA_STATE_GET), WORLD_PAGE, 3 * WORLD_PAGE, 0, 0);
	assert_int_equal(x[1], 3 * WORLD_PAGE); /* clipped to top */
	assert_int_equal(x[2], RIPAS_RAM);
	x = SMC(w, rec, RSI_FID(IPA_STATE_GET), 6 * WORLD_PAGE, 9 * WORLD_PAGE, 0, 0);
	assert_int_equal(x[0], RSI_SUCCESS);
	assert_int_equal(x[1], 7 * WORLD_PAGE);
	assert_int_equal(x[2], RIPAS_DESTROYED);
	/* Beyond one table TF-RMM stops early: any page up to the end of the run is legal (section 7). */
	x = SMC(w, rec, RSI_FID(IPA_STATE_GET), WORLD_2M, half, 0, 0);
	assert_int_equal(x[0], RSI_SUCCESS);
	assert_true(x[1] > WORLD_2M && x[1] <= half && x[1] % WORLD_PAGE == 0);
	assert_int_equal(x[2], RIPAS_EMPTY);
	x = SMC(w, rec, RSI_FID(IPA_STATE_GET), WORLD_2M + WORLD_PAGE, WORLD_2M + 2 * WORLD_PAGE, 0, 0);
	assert_int_equal(x[1], WORLD_2M + 2 * WORLD_PAGE);
	assert_int_equal(x[2], RIPAS_EMPTY);
	x = SMC(w, rec, RSI_FID(IPA_STATE_GET), half - WORLD_PAGE, half, 0, 0);
	assert_int_equal(x[0], RSI_SUCCESS);
	assert_int_equal(x[1], half);
}

/* However far the RIPAS is the same, one call looks at 512 entries: here those of the level 3 table. */
static void state_get_is_bounded(void **state)
{
	struct world *w = *state;
	struct realm realm;
	const struct rec *rec;
	const uint64_t *x;

	realm_new(w, &realm, 32);
	realm_tables(w, &realm, 0, 3);
	rec = realm_rec(w, &realm, true);
	realm_activate(w, &realm);
	x = SMC(w, rec, RSI_FID(IPA_STATE_GET), 0, 4 * WORLD_2M, 0, 0);
	assert_int_equal(x[0], RSI_SUCCESS);
	assert_int_equal(x[1], WORLD_2M);
	assert_int_equal(x[2], RIPAS_EMPTY);
}

static void host_call_conditions(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	realm_data_unknown(w, &realm, WORLD_PAGE);
	bad_buffers(w, &realm, rec, RSI_FID(HOST_CALL), WORLD_PAGE);
}

/* Section 9, host call: out with imm and 31 registers, back with the host's; imm untouched. At the first and last place of a page. */
static void host_call(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t data = realm_data_unknown(w, &realm, WORLD_PAGE);

	for (uint64_t offset = 0; offset < WORLD_PAGE; offset += 0xF00) {
		struct rsi_host_call *call = (struct rsi_host_call *)((char *)world_at(w, data) + offset);
		struct rmi_rec_enter *enter = &rec_run(w, rec)->enter;
		struct rmi_rec_exit want = {.exit_reason = RMI_EXIT_HOST_CALL, .imm = 0xBEEF};
		uint64_t pc;

		memset(world_at(w, data), 0x11, REEVE_GRANULE_SIZE);
		call->imm = 0xBEEF;
		for (unsigned i = 0; i < RSI_HOST_CALL_GPRS; i++) {
			call->gprs[i] = UINT64_C(0x5000000000000000) + i;
			want.gprs[i] = call->gprs[i];
			enter->gprs[i] = UINT64_C(0x6000000000000000) + i;
		}
		script_clear(w);
		script_smc(w, RSI_FID(HOST_CALL), WORLD_PAGE + offset, 2, 3, 4);
		exit_is(HERE, ENTER(w, rec), &want);
		pc = w->seen[0].pc;
		script_clear(w);
		ENTER(w, rec);
		assert_int_equal(w->seen[0].pc, pc + 4);
		assert_int_equal(w->seen[0].x[0], RSI_SUCCESS);
		assert_int_equal(call->imm, 0xBEEF);
		assert_memory_equal(call->gprs, enter->gprs, sizeof(call->gprs));
		assert_int_equal(call->pad_002[0], 0x11);
		memset(enter->gprs, 0, sizeof(enter->gprs));
		script_clear(w); /* done: the next entry writes no more */
		ENTER(w, rec);
		assert_int_equal(call->gprs[0], UINT64_C(0x6000000000000000));
	}
}

/* The page vanished between exit and entry: a data abort exit, and the realm does not run. */
static void host_call_page_gone(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t data = realm_data_unknown(w, &realm, WORLD_PAGE);

	script_clear(w);
	script_smc(w, RSI_FID(HOST_CALL), WORLD_PAGE, 0, 0, 0);
	assert_int_equal(ENTER(w, rec)->exit_reason, RMI_EXIT_HOST_CALL);
	OK(w, DATA_DESTROY, realm.rd, WORLD_PAGE);
	script_clear(w);
	EXIT_IS(ENTER(w, rec), .exit_reason = RMI_EXIT_SYNC, .esr = FIELD_SET(0, ESR_EC, EC_DATA) | FSC_TRANSLATION_L3,
		.hpfar = WORLD_PAGE >> 8);
	assert_int_equal(w->seen_count, 0);
	assert_int_equal(world_state(w, data), GRANULE_DELEGATED);
	assert_true(world_is_zero(w, data));
}

/* A realm with a page of data at WORLD_PAGE, whose first REC has made a host call from it; its second asks then for [WORLD_PAGE, +1 page)
 * to be changed, and the host does so. */
struct callers {
	struct realm realm;
	struct rec *caller;
	struct rec *other;
	uint64_t data;
};

static void callers_new(struct world *w, struct callers *c)
{
	realm_new(w, &c->realm, 32);
	c->data = realm_data(w, &c->realm, WORLD_PAGE, 0x11);
	c->caller = realm_rec(w, &c->realm, true);
	c->other = realm_rec(w, &c->realm, true);
	realm_activate(w, &c->realm);
	script_clear(w);
	script_smc(w, RSI_FID(HOST_CALL), WORLD_PAGE, 0, 0, 0);
	assert_int_equal(ENTER(w, c->caller)->exit_reason, RMI_EXIT_HOST_CALL);
}

static void other_changes(struct world *w, const struct callers *c, enum rmi_ripas ripas, uint64_t flags)
{
	script_clear(w);
	script_smc(w, RSI_FID(IPA_STATE_SET), WORLD_PAGE, 2 * WORLD_PAGE, ripas, flags);
	assert_int_equal(ENTER(w, c->other)->exit_reason, RMI_EXIT_RIPAS_CHANGE);
	OK(w, RTT_SET_RIPAS, c->realm.rd, c->other->pa, WORLD_PAGE, 2 * WORLD_PAGE);
}

/* It comes back, as RAM only when the realm itself asks for that: the call has waited, and is answered with the registers of the
 * entry that finds the page. */
static void host_call_page_back(void **state)
{
	struct world *w = *state;
	struct callers c;

	callers_new(w, &c);
	OK(w, DATA_DESTROY, c.realm.rd, WORLD_PAGE);
	for (unsigned round = 0; round < 3; round++) { /* gone, gone, there but DESTROYED */
		memset(rec_run(w, c.caller)->enter.gprs, 0x22, sizeof(rec_run(w, c.caller)->enter.gprs));
		script_clear(w);
		EXIT_IS(ENTER(w, c.caller), .exit_reason = RMI_EXIT_SYNC,
			.esr = FIELD_SET(0, ESR_EC, EC_DATA) | FSC_TRANSLATION_L3, .hpfar = WORLD_PAGE >> 8);
		assert_int_equal(w->seen_count, 0);
		if (round == 1) {
			OK(w, DATA_CREATE_UNKNOWN, c.realm.rd, c.data, WORLD_PAGE);
		}
	}
	other_changes(w, &c, RIPAS_RAM, 1);
	memset(rec_run(w, c.caller)->enter.gprs, 0x33, sizeof(rec_run(w, c.caller)->enter.gprs));
	script_clear(w);
	ENTER(w, c.caller);
	assert_int_equal(w->seen_count, 1);
	assert_int_equal(w->seen[0].x[0], RSI_SUCCESS);
	assert_int_equal(w->seen[0].pc, c.caller->params.pc + 4);
	assert_memory_equal(((const struct rsi_host_call *)world_at(w, c.data))->gprs, rec_run(w, c.caller)->enter.gprs,
		RSI_HOST_CALL_GPRS * sizeof(uint64_t));
}

/* Another REC made the page EMPTY meanwhile: nothing is written; what X0 holds is left open (section 13). */
static void host_call_page_empty(void **state)
{
	struct world *w = *state;
	struct callers c;

	callers_new(w, &c);
	other_changes(w, &c, RIPAS_EMPTY, 0);
	memset(rec_run(w, c.caller)->enter.gprs, 0x22, sizeof(rec_run(w, c.caller)->enter.gprs));
	script_clear(w);
	ENTER(w, c.caller);
	assert_memory_equal(world_at(w, c.data), world_at(w, w->source), REEVE_GRANULE_SIZE);
}

/* A buffer inside a 2 MiB block: the right granule of it is written. */
static void buffers_in_a_block(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;
	uint64_t block = world_delegated(w, WORLD_ENTRIES);
	uint64_t last = WORLD_2M - WORLD_PAGE;

	realm_new(w, &realm, 32);
	realm_tables(w, &realm, 0, 3);
	realm_ram(w, &realm, 0, WORLD_2M);
	for (unsigned i = 0; i < WORLD_ENTRIES; i++) {
		OK(w, DATA_CREATE_UNKNOWN, realm.rd, block + i * WORLD_PAGE, i * WORLD_PAGE);
	}
	OK(w, RTT_FOLD, realm.rd, 0, 3);
	rec = realm_rec(w, &realm, true);
	realm_activate(w, &realm);
	memset(world_at(w, block + last - WORLD_PAGE), 0x11, REEVE_GRANULE_SIZE);
	memset(world_at(w, block + last), 0x11, REEVE_GRANULE_SIZE);
	assert_int_equal(SMC(w, rec, RSI_FID(REALM_CONFIG), last, 0, 0, 0)[0], RSI_SUCCESS);
	assert_int_equal(((const struct rsi_realm_config *)world_at(w, block + last))->ipa_width, 32);
	assert_int_equal(*(const unsigned char *)world_at(w, block + last - WORLD_PAGE), 0x11);
	/* The block as a whole becomes EMPTY and keeps its address (section 4). */
	script_clear(w);
	script_smc(w, RSI_FID(IPA_STATE_SET), 0, WORLD_2M, RIPAS_EMPTY, 0);
	assert_int_equal(ENTER(w, rec)->exit_reason, RMI_EXIT_RIPAS_CHANGE);
	REFUSED(w, RTT(2, no_progress), RTT_SET_RIPAS, realm.rd, rec->pa, 0, last);
	assert_int_equal(OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, 0, WORLD_2M).out[0], WORLD_2M);
	ENTRY(w, &realm, 0, 2, 2, ASSIGNED, EMPTY, block);
	script_clear(w);
	ENTER(w, rec);
	assert_int_equal(SMC(w, rec, RSI_FID(REALM_CONFIG), last, 0, 0, 0)[0], RSI_ERROR_INPUT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(version, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(features, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(measurements, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(config, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(config_sha512, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(unmapped_buffers, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(state_get, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(state_get_is_bounded, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(host_call_conditions, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(host_call, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(host_call_page_gone, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(host_call_page_back, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(host_call_page_empty, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(buffers_in_a_block, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
