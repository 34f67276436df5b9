/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_ripas.c - RTT_INIT_RIPAS and RTT_SET_RIPAS: conditions, order, progress and transitions (sections 4, 6, 9). */
#include "tests/unit/support/rmi_world.h"

/* The REC asks for [base, top) -> ripas; the run ends with RIPAS_CHANGE. */
static void request(struct world *w, const struct rec *rec, uint64_t base, uint64_t top, uint64_t ripas, uint64_t flags)
{
	const struct rmi_rec_exit *exit;

	script_clear(w);
	script_smc(w, RSI_FID(IPA_STATE_SET), base, top, ripas, flags);
	exit = ENTER(w, rec);
	assert_int_equal(exit->exit_reason, RMI_EXIT_RIPAS_CHANGE);
}

static void init(void **state)
{
	struct world *w = *state;
	struct realm realm;

	realm_new(w, &realm, 40);
	realm_tables(w, &realm, 0, 3);
	world_refused_granule(HERE, w, CALL(RTT_INIT_RIPAS, realm.rd, 0, WORLD_PAGE), 0, GRANULE_RD,
		(struct granule_conditions){CONDITION_rd_align, CONDITION_rd_bound, CONDITION_rd_state});
	REFUSED(w, INPUT(size_valid), RTT_INIT_RIPAS, realm.rd, 0, 0);
	REFUSED(w, INPUT(size_valid), RTT_INIT_RIPAS, realm.rd, WORLD_2M, WORLD_PAGE);
	REFUSED(w, INPUT(top_gran_align), RTT_INIT_RIPAS, realm.rd, 0, WORLD_PAGE + 1);
	/* top_gran_align before no_progress (section 1): nothing would fit. */
	REFUSED(w, INPUT(top_gran_align), RTT_INIT_RIPAS, realm.rd, 0, 0x800);
	REFUSED(w, INPUT(top_gran_align), RTT_INIT_RIPAS, realm.rd, WORLD_2M, WORLD_2M + 0x800);
	REFUSED(w, INPUT(top_bound), RTT_INIT_RIPAS, realm.rd, 0, realm_half(&realm) + WORLD_PAGE);
	REFUSED(w, INPUT(top_bound), RTT_INIT_RIPAS, realm.rd, realm_half(&realm), realm_half(&realm) + WORLD_1G);
	REFUSED(w, INPUT(top_bound), RTT_INIT_RIPAS, realm.rd, 0, UINT64_C(1) << 63);
	assert_int_equal(OK(w, RTT_INIT_RIPAS, realm.rd, 0, 3 * WORLD_PAGE).out[0], 3 * WORLD_PAGE);
	for (uint64_t page = 0; page < 3; page++) {
		ENTRY(w, &realm, page * WORLD_PAGE, 3, 3, UNASSIGNED, RAM, 0);
	}
	ENTRY(w, &realm, 3 * WORLD_PAGE, 3, 3, UNASSIGNED, EMPTY, 0);
	/* Already RAM: kept, and the call goes on beyond. */
	assert_int_equal(OK(w, RTT_INIT_RIPAS, realm.rd, WORLD_PAGE, 5 * WORLD_PAGE).out[0], 5 * WORLD_PAGE);
	/* Sixteen entries a call, and to the end of the table only. */
	assert_int_equal(OK(w, RTT_INIT_RIPAS, realm.rd, 0, 2 * WORLD_2M).out[0], 16 * WORLD_PAGE);
	ENTRY(w, &realm, 15 * WORLD_PAGE, 3, 3, UNASSIGNED, RAM, 0);
	ENTRY(w, &realm, 16 * WORLD_PAGE, 3, 3, UNASSIGNED, EMPTY, 0);
	assert_int_equal(OK(w, RTT_INIT_RIPAS, realm.rd, WORLD_2M - 3 * WORLD_PAGE, 2 * WORLD_2M).out[0], WORLD_2M);
	/* Larger entries: 2 MiB, 1 GiB. */
	assert_int_equal(OK(w, RTT_INIT_RIPAS, realm.rd, WORLD_2M, 5 * WORLD_2M).out[0], 5 * WORLD_2M);
	ENTRY(w, &realm, 4 * WORLD_2M, 2, 2, UNASSIGNED, RAM, 0);
	assert_int_equal(OK(w, RTT_INIT_RIPAS, realm.rd, 2 * WORLD_1G, 4 * WORLD_1G).out[0], 4 * WORLD_1G);
	ENTRY(w, &realm, 3 * WORLD_1G, 1, 1, UNASSIGNED, RAM, 0);
	/* The last address of the protected half is legal. */
	assert_int_equal(OK(w, RTT_INIT_RIPAS, realm.rd, realm_half(&realm) - WORLD_1G, realm_half(&realm)).out[0],
		realm_half(&realm));
}

/* base_align and no_progress: the index is the level the walk reached. */
static void init_blocked(void **state)
{
	struct world *w = *state;
	struct realm realm;

	realm_new(w, &realm, 40);
	realm_data(w, &realm, 2 * WORLD_PAGE, 1);
	REFUSED(w, RTT(2, base_align), RTT_INIT_RIPAS, realm.rd, WORLD_2M + WORLD_PAGE, 2 * WORLD_2M);
	REFUSED(w, RTT(1, base_align), RTT_INIT_RIPAS, realm.rd, WORLD_1G + WORLD_2M, 2 * WORLD_1G);
	REFUSED(w, RTT(2, no_progress), RTT_INIT_RIPAS, realm.rd, WORLD_2M, WORLD_2M + WORLD_PAGE);
	REFUSED(w, RTT(1, no_progress), RTT_INIT_RIPAS, realm.rd, WORLD_1G, 2 * WORLD_1G - WORLD_PAGE);
	/* ASSIGNED stops; first entry: no progress. */
	assert_int_equal(OK(w, RTT_INIT_RIPAS, realm.rd, 0, 8 * WORLD_PAGE).out[0], 2 * WORLD_PAGE);
	REFUSED(w, RTT(3, no_progress), RTT_INIT_RIPAS, realm.rd, 2 * WORLD_PAGE, 8 * WORLD_PAGE);
	/* A table on the way stops a 2 MiB run: entry 3 is a table. */
	realm_tables(w, &realm, 3 * WORLD_2M, 3);
	assert_int_equal(OK(w, RTT_INIT_RIPAS, realm.rd, WORLD_2M, 8 * WORLD_2M).out[0], 3 * WORLD_2M);
	/* DESTROYED stops. */
	OK(w, DATA_DESTROY, realm.rd, 2 * WORLD_PAGE);
	REFUSED(w, RTT(3, no_progress), RTT_INIT_RIPAS, realm.rd, 2 * WORLD_PAGE, 8 * WORLD_PAGE);
	realm_activate(w, &realm);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_state), RTT_INIT_RIPAS, realm.rd, 0, WORLD_PAGE);
}

/* base not aligned to 4 KiB: section 6 has it INPUT with top_gran_align's words, TF-RMM's walk would make it RTT base_align. */
static void init_base_unaligned(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct reply reply;

	realm_new(w, &realm, 40);
	realm_tables(w, &realm, 0, 3);
	reply = world_call(HERE, w, CALL(RTT_INIT_RIPAS, realm.rd, 0x800, 2 * WORLD_PAGE));
	assert_true(reply.word == RMI_ERROR_INPUT || reply.word == (RMI_ERROR_RTT | 3 << 8));
	ENTRY(w, &realm, 0, 3, 3, UNASSIGNED, EMPTY, 0);
}

static void set(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	request(w, rec, 2 * WORLD_PAGE, 6 * WORLD_PAGE, RIPAS_EMPTY, 0);
	world_refused_granule(HERE, w, CALL(RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_PAGE, 6 * WORLD_PAGE), 0,
		GRANULE_RD, (struct granule_conditions){CONDITION_rd_align, CONDITION_rd_bound, CONDITION_rd_state});
	world_refused_granule(HERE, w, CALL(RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_PAGE, 6 * WORLD_PAGE), 1,
		GRANULE_REC,
		(struct granule_conditions){CONDITION_rec_align, CONDITION_rec_bound, CONDITION_rec_gran_state});
	REFUSED(w, INPUT(size_valid), RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_PAGE, 2 * WORLD_PAGE);
	REFUSED(w, INPUT(size_valid), RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_PAGE, 0);
	REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_owner), RTT_SET_RIPAS, realm.rd, w->sample[GRANULE_REC], 2 * WORLD_PAGE,
		6 * WORLD_PAGE);
	REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_owner), RTT_SET_RIPAS, w->sample[GRANULE_RD], rec->pa, 2 * WORLD_PAGE,
		6 * WORLD_PAGE);
	REFUSED(w, INPUT(base_bound), RTT_SET_RIPAS, realm.rd, rec->pa, WORLD_PAGE, 6 * WORLD_PAGE);
	REFUSED(w, INPUT(base_bound), RTT_SET_RIPAS, realm.rd, rec->pa, 3 * WORLD_PAGE, 6 * WORLD_PAGE);
	/* base_bound before base_align (section 1). */
	REFUSED(w, INPUT(base_bound), RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_PAGE + 8, 6 * WORLD_PAGE);
	REFUSED(w, INPUT(top_bound), RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_PAGE, 7 * WORLD_PAGE);
	REFUSED(w, INPUT(top_gran_align), RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_PAGE, 5 * WORLD_PAGE + 1);
	/* top_gran_align before no_progress. */
	REFUSED(w, INPUT(top_gran_align), RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_PAGE, 2 * WORLD_PAGE + 0x800);
	/* In two steps; base moves on with the REC. */
	assert_int_equal(
		OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_PAGE, 4 * WORLD_PAGE).out[0], 4 * WORLD_PAGE);
	ENTRY(w, &realm, 3 * WORLD_PAGE, 3, 3, UNASSIGNED, EMPTY, 0);
	ENTRY(w, &realm, 4 * WORLD_PAGE, 3, 3, UNASSIGNED, RAM, 0);
	REFUSED(w, INPUT(base_bound), RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_PAGE, 4 * WORLD_PAGE);
	assert_int_equal(
		OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, 4 * WORLD_PAGE, 6 * WORLD_PAGE).out[0], 6 * WORLD_PAGE);
	ENTRY(w, &realm, 6 * WORLD_PAGE, 3, 3, UNASSIGNED, RAM, 0);
}

/* A request across tables of different depth: base_align, no_progress, the end of each table. */
static void set_levels(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t last = WORLD_2M - WORLD_PAGE;

	request(w, rec, last, 4 * WORLD_2M, RIPAS_RAM, 0);
	assert_int_equal(OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, last, 4 * WORLD_2M).out[0], WORLD_2M);
	/* 2 MiB entries: a top inside the first one is no progress. */
	REFUSED(w, RTT(2, no_progress), RTT_SET_RIPAS, realm.rd, rec->pa, WORLD_2M, WORLD_2M + WORLD_PAGE);
	assert_int_equal(
		OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, WORLD_2M, 3 * WORLD_2M + WORLD_PAGE).out[0], 3 * WORLD_2M);
	ENTRY(w, &realm, 2 * WORLD_2M, 2, 2, UNASSIGNED, RAM, 0);
	ENTRY(w, &realm, 3 * WORLD_2M, 2, 2, UNASSIGNED, EMPTY, 0);
	/* A new request from inside a 2 MiB entry. */
	request(w, rec, 2 * WORLD_2M + WORLD_PAGE, 3 * WORLD_2M, RIPAS_EMPTY, 0);
	REFUSED(w, RTT(2, base_align), RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_2M + WORLD_PAGE, 3 * WORLD_2M);
	realm_tables(w, &realm, 2 * WORLD_2M, 3);
	assert_int_equal(
		OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_2M + WORLD_PAGE, 3 * WORLD_2M).out[0], 3 * WORLD_2M);
	ENTRY(w, &realm, 2 * WORLD_2M, 3, 3, UNASSIGNED, RAM, 0);
	ENTRY(w, &realm, 2 * WORLD_2M + WORLD_PAGE, 3, 3, UNASSIGNED, EMPTY, 0);
}

/* One page: is it changed by this request, or does the call answer no_progress? */
static void change(struct world *w, const struct realm *realm, const struct rec *rec, uint64_t ipa, uint64_t ripas,
	uint64_t flags, bool changes)
{
	request(w, rec, ipa, ipa + WORLD_PAGE, ripas, flags);
	if (changes) {
		OK(w, RTT_SET_RIPAS, realm->rd, rec->pa, ipa, ipa + WORLD_PAGE);
		assert_int_equal(realm_entry(w, realm, ipa, 3).ripas, ripas);
		return;
	}
	REFUSED(w, RTT(3, no_progress), RTT_SET_RIPAS, realm->rd, rec->pa, ipa, ipa + WORLD_PAGE);
	assert_int_equal(realm_entry(w, realm, ipa, 3).ripas, RIPAS_DESTROYED);
}

/* Section 4, rows SET_RIPAS: each RIPAS, UNASSIGNED and ASSIGNED, with and without CHANGE_DESTROYED. */
static void set_transitions(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t plain = WORLD_PAGE;
	uint64_t held = 2 * WORLD_PAGE;
	uint64_t data = realm_data_unknown(w, &realm, held);

	change(w, &realm, rec, plain, RIPAS_RAM, 0, true);   /* RAM stays */
	change(w, &realm, rec, plain, RIPAS_EMPTY, 0, true); /* RAM -> EMPTY */
	change(w, &realm, rec, plain, RIPAS_EMPTY, 0, true); /* EMPTY stays */
	change(w, &realm, rec, plain, RIPAS_RAM, 0, true);   /* EMPTY -> RAM */
	change(w, &realm, rec, held, RIPAS_EMPTY, 0, true);
	ENTRY(w, &realm, held, 3, 3, ASSIGNED, EMPTY, data); /* data stays and keeps its place */
	assert_int_equal(world_state(w, data), GRANULE_DATA);
	change(w, &realm, rec, held, RIPAS_RAM, 0, true);
	ENTRY(w, &realm, held, 3, 3, ASSIGNED, RAM, data);
	/* DESTROYED, UNASSIGNED. */
	OK(w, DATA_DESTROY, realm.rd, held);
	change(w, &realm, rec, held, RIPAS_RAM, 0, false);
	change(w, &realm, rec, held, RIPAS_EMPTY, 0, false);
	change(w, &realm, rec, held, RIPAS_RAM, 1, true);
	ENTRY(w, &realm, held, 3, 3, UNASSIGNED, RAM, 0);
	/* DESTROYED, ASSIGNED. */
	OK(w, DATA_CREATE_UNKNOWN, realm.rd, data, held);
	OK(w, DATA_DESTROY, realm.rd, held);
	OK(w, DATA_CREATE_UNKNOWN, realm.rd, data, held);
	change(w, &realm, rec, held, RIPAS_RAM, 0, false);
	change(w, &realm, rec, held, RIPAS_EMPTY, 0, false);
	change(w, &realm, rec, held, RIPAS_EMPTY, 1, true);
	ENTRY(w, &realm, held, 3, 3, ASSIGNED, EMPTY, data);
	/* UNASSIGNED/DESTROYED -> EMPTY. */
	change(w, &realm, rec, held, RIPAS_RAM, 0, true);
	OK(w, DATA_DESTROY, realm.rd, held);
	change(w, &realm, rec, held, RIPAS_EMPTY, 1, true);
	ENTRY(w, &realm, held, 3, 3, UNASSIGNED, EMPTY, 0);
}

/* DESTROYED in the middle stops the walk; what came before it is done. */
static void set_stops(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	realm_data_unknown(w, &realm, 3 * WORLD_PAGE);
	OK(w, DATA_DESTROY, realm.rd, 3 * WORLD_PAGE);
	request(w, rec, 0, 8 * WORLD_PAGE, RIPAS_EMPTY, 0);
	assert_int_equal(OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, 0, 8 * WORLD_PAGE).out[0], 3 * WORLD_PAGE);
	ENTRY(w, &realm, 2 * WORLD_PAGE, 3, 3, UNASSIGNED, EMPTY, 0);
	ENTRY(w, &realm, 3 * WORLD_PAGE, 3, 3, UNASSIGNED, DESTROYED, 0);
	ENTRY(w, &realm, 4 * WORLD_PAGE, 3, 3, UNASSIGNED, RAM, 0);
	REFUSED(w, RTT(3, no_progress), RTT_SET_RIPAS, realm.rd, rec->pa, 3 * WORLD_PAGE, 8 * WORLD_PAGE);
}

/* A table has no RIPAS: it stops the walk as well (section 4, last row). */
static void set_stops_at_table(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	realm_tables(w, &realm, 6 * WORLD_2M, 3);
	request(w, rec, 5 * WORLD_2M, 8 * WORLD_2M, RIPAS_RAM, 0);
	assert_int_equal(OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, 5 * WORLD_2M, 8 * WORLD_2M).out[0], 6 * WORLD_2M);
	ENTRY(w, &realm, 5 * WORLD_2M, 2, 2, UNASSIGNED, RAM, 0);
	ENTRY(w, &realm, 6 * WORLD_2M, 3, 3, UNASSIGNED, EMPTY, 0);
	ENTRY(w, &realm, 7 * WORLD_2M, 2, 2, UNASSIGNED, EMPTY, 0);
}

/* No request: nothing is in bounds. */
static void set_without_request(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	REFUSED(w, INPUT2(base_bound, top_bound), RTT_SET_RIPAS, realm.rd, rec->pa, WORLD_PAGE, 2 * WORLD_PAGE);
	REFUSED(w, INPUT2(base_bound, top_bound), RTT_SET_RIPAS, realm.rd, rec->pa, 0, WORLD_PAGE);
}

static struct rec *busy;

static void set_inside(struct world *w)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(RTT_SET_RIPAS), w->inside->rd, busy->pa, 0, WORLD_PAGE};

	assert_int_equal(reeve_model_smc(w->model, 1, x), CONDITION_rec_state);
	assert_int_equal(x[0], RMI_ERROR_REC);
}

static void set_while_running(void **state)
{
	struct world *w = *state;
	struct realm realm;

	busy = realm_running(w, &realm);
	w->inside = &realm;
	script_clear(w);
	script_smc(w, SMCCC_FID_VERSION, 0, 0, 0, 0)->inside = set_inside;
	ENTER(w, busy);
	assert_int_equal(w->seen_count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(init, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(init_blocked, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(init_base_unaligned, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(set, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(set_levels, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(set_transitions, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(set_stops, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(set_stops_at_table, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(set_without_request, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(set_while_running, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
