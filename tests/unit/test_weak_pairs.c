/* SPDX-License-Identifier: BSD-2-Clause */
/* test_weak_pairs.c - two calls in the wrong order, and two conditions at once: a test each (sections 1, 4, 6, 9).
 *
 * Of two calls the later one alone is refused and changes nothing; after the earlier one it succeeds. Of two conditions the
 * first is told; with it put right, the second; with both put right, none. */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

enum { NS_ATTRIBUTES = 0xD8 };

#define REALM_ERROR(name) EXPECT(RMI_ERROR_REALM, 0, name)
#define REC_ERROR(name) EXPECT(RMI_ERROR_REC, 0, name)

/* `later` alone is refused so; then `first` is done, and `later`. */
static void in_order(
	struct place place, struct world *w, struct call first, struct call later, struct expectation expected)
{
	world_refused(place, w, expected, later);
	world_ok(place, w, first);
	world_ok(place, w, later);
}

/* `call` is done once; then it is refused so. */
static void only_once(struct place place, struct world *w, struct call call, struct expectation expected)
{
	world_ok(place, w, call);
	world_refused(place, w, expected, call);
}

#define IN_ORDER(w, first, later, expected) in_order(HERE, w, first, later, expected)
#define ONLY_ONCE(w, call, expected) only_once(HERE, w, call, expected)

static void granules(void **state)
{
	struct world *w = *state;
	uint64_t pa = world_pages(w, 1);

	IN_ORDER(w, CALL(GRANULE_DELEGATE, pa), CALL(GRANULE_UNDELEGATE, pa), INPUT(gran_state));
	ONLY_ONCE(w, CALL(GRANULE_DELEGATE, pa), INPUT(gran_state));
	ONLY_ONCE(w, CALL(GRANULE_UNDELEGATE, pa), INPUT(gran_state));
}

static void realm_before_its_granules(void **state)
{
	struct world *w = *state;
	struct realm realm;

	realm_prepare(w, &realm, 32);
	realm_params_write(w, &realm);
	OK(w, GRANULE_UNDELEGATE, realm.rd);
	IN_ORDER(w, CALL(GRANULE_DELEGATE, realm.rd), CALL(REALM_CREATE, realm.rd, w->params), INPUT(rd_state));
	REFUSED(w, INPUT(rtt_state), REALM_CREATE, realm.rd, w->params); /* its roots, before its RD: section 6 */
	ONLY_ONCE(w, CALL(REALM_ACTIVATE, realm.rd), REALM_ERROR(realm_state));
	ONLY_ONCE(w, CALL(REALM_DESTROY, realm.rd), INPUT(rd_state));
	REFUSED(w, INPUT(rd_state), REALM_ACTIVATE, realm.rd);
}

/* What only a NEW realm takes: `call` is done to a realm that is NEW, or refused by one that is ACTIVE already. */
static void while_new(struct place place, struct world *w, bool active, struct call call)
{
	if (active) {
		world_refused(place, w, REALM_ERROR(realm_state), call);
	} else {
		world_ok(place, w, call);
	}
}

static void activate_before_what_needs_new(void **state)
{
	struct world *w = *state;

	for (unsigned active = 0; active < 2; active++) {
		struct realm realm;
		const struct rec *rec;

		realm_new(w, &realm, 32);
		realm_tables(w, &realm, 0, 3);
		rec = realm_rec_prepare(w, &realm, true);
		if (active == 1) {
			realm_activate(w, &realm);
		}
		while_new(HERE, w, active, CALL(REC_CREATE, realm.rd, rec->pa, w->params));
		while_new(HERE, w, active, CALL(DATA_CREATE, realm.rd, world_delegated(w, 1), 0, w->source, 1));
		while_new(HERE, w, active, CALL(RTT_INIT_RIPAS, realm.rd, WORLD_PAGE, 2 * WORLD_PAGE));
		while_new(HERE, w, active, CALL(REALM_ACTIVATE, realm.rd));
	}
}

static void recs(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;

	realm_new(w, &realm, 32);
	rec = realm_rec_prepare(w, &realm, true);
	REFUSED(w, INPUT(rec_gran_state), REC_ENTER, rec->pa, rec->run);
	ONLY_ONCE(w, CALL(REC_CREATE, realm.rd, rec->pa, w->params), INPUT2(rec_gran_state, aux_state));
	script_clear(w);
	IN_ORDER(w, CALL(REALM_ACTIVATE, realm.rd), CALL(REC_ENTER, rec->pa, rec->run), REALM_ERROR(realm_new));
	ONLY_ONCE(w, CALL(REC_DESTROY, rec->pa), INPUT(rec_gran_state));
	REFUSED(w, INPUT(rec_gran_state), REC_ENTER, rec->pa, rec->run);
}

/* REC 1 before REC 0. */
static void rec_indices(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;

	realm_new(w, &realm, 32);
	rec = realm_rec_prepare(w, &realm, true);
	rec->params.mpidr = 1;
	memcpy(world_at(w, w->params), &rec->params, sizeof(rec->params));
	REFUSED(w, INPUT(mpidr_index), REC_CREATE, realm.rd, rec->pa, w->params);
	rec->params.mpidr = 0;
	memcpy(world_at(w, w->params), &rec->params, sizeof(rec->params));
	OK(w, REC_CREATE, realm.rd, rec->pa, w->params);
}

static void tables(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t upper;
	uint64_t lower;

	realm_new(w, &realm, 40);
	upper = world_delegated(w, 1);
	lower = world_delegated(w, 1);
	REFUSED(w, RTT_TOP(1, rtte_state), RTT_DESTROY, realm.rd, 0, 2);
	REFUSED(w, RTT(1, rtte_state), RTT_FOLD, realm.rd, 0, 2);
	IN_ORDER(w, CALL(RTT_CREATE, realm.rd, upper, 0, 2), CALL(RTT_CREATE, realm.rd, lower, 0, 3), RTT(1, rtt_walk));
	REFUSED(w, INPUT(rtt_state), RTT_CREATE, realm.rd, lower, 0, 3);
	REFUSED(w, RTT(2, rtt_homo), RTT_FOLD, realm.rd, 0, 2);
	IN_ORDER(w, CALL(RTT_DESTROY, realm.rd, 0, 3), CALL(RTT_DESTROY, realm.rd, 0, 2), RTT_TOP(2, rtt_live));
}

static void data(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t table;
	uint64_t granule;
	struct call create;
	struct call create_table;

	realm_new(w, &realm, 32);
	table = world_delegated(w, 1);
	granule = world_delegated(w, 1);
	create = CALL(DATA_CREATE, realm.rd, granule, 0, w->source, 1);
	create_table = CALL(RTT_CREATE, realm.rd, table, 0, 3);
	REFUSED(w, RTT_TOP(2, rtt_walk), DATA_DESTROY, realm.rd, 0);
	IN_ORDER(w, create_table, create, RTT(2, rtt_walk));
	world_refused(HERE, w, INPUT(data_state), create);
	REFUSED(w, INPUT(gran_state), GRANULE_UNDELEGATE, granule);
	IN_ORDER(w, CALL(DATA_DESTROY, realm.rd, 0), CALL(RTT_DESTROY, realm.rd, 0, 3), RTT_TOP(3, rtt_live));
	OK(w, GRANULE_UNDELEGATE, granule);
	OK(w, GRANULE_UNDELEGATE, table);
}

static void data_unknown(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t table;
	uint64_t granule;

	realm_new(w, &realm, 32);
	table = world_delegated(w, 1);
	granule = world_delegated(w, 1);
	IN_ORDER(w, CALL(RTT_CREATE, realm.rd, table, 0, 3), CALL(DATA_CREATE_UNKNOWN, realm.rd, granule, 0),
		RTT(2, rtt_walk));
	ONLY_ONCE(w, CALL(DATA_DESTROY, realm.rd, 0), RTT_TOP(3, rtte_state));
}

static void host_memory(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t half;
	struct call map;
	struct call unmap;

	realm_new(w, &realm, 32);
	half = realm_half(&realm);
	map = CALL(RTT_MAP_UNPROTECTED, realm.rd, half, 3, w->spare | NS_ATTRIBUTES);
	unmap = CALL(RTT_UNMAP_UNPROTECTED, realm.rd, half, 3);
	world_refused(HERE, w, RTT_TOP(2, rtt_walk), unmap);
	IN_ORDER(w, CALL(RTT_CREATE, realm.rd, world_delegated(w, 1), half, 3), map, RTT(2, rtt_walk));
	world_refused(HERE, w, RTT(3, rtte_state), map);
	ONLY_ONCE(w, unmap, RTT_TOP(3, rtte_state));
}

/* Section 12's teardown, each step before the one it needs. */
static void teardown(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;
	struct call destroy;

	realm_new(w, &realm, 32);
	rec = realm_rec(w, &realm, true);
	realm_data(w, &realm, 0, 1);
	realm_activate(w, &realm);
	destroy = CALL(REALM_DESTROY, realm.rd);
	world_refused(HERE, w, REALM_ERROR(realm_live), destroy);
	OK(w, REC_DESTROY, rec->pa);
	world_refused(HERE, w, REALM_ERROR(realm_live), destroy);
	OK(w, DATA_DESTROY, realm.rd, 0);
	IN_ORDER(w, CALL(RTT_DESTROY, realm.rd, 0, 3), destroy, REALM_ERROR(realm_live));
	REFUSED(w, INPUT(rd_state), RTT_READ_ENTRY, realm.rd, 0, 2);
}

/* The host answers before the realm asked. */
static void answers(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;
	struct rec *other;
	struct call complete;
	struct call change;

	realm_new(w, &realm, 32);
	realm_tables(w, &realm, 0, 3);
	rec = realm_rec(w, &realm, true);
	other = realm_rec(w, &realm, false);
	realm_activate(w, &realm);
	complete = CALL(PSCI_COMPLETE, rec->pa, other->pa, 0);
	change = CALL(RTT_SET_RIPAS, realm.rd, rec->pa, WORLD_PAGE, 2 * WORLD_PAGE);
	script_clear(w);
	script_smc(w, PSCI_FID64_CPU_ON, 1, 0x1000, 0, 0);
	IN_ORDER(w, CALL(REC_ENTER, rec->pa, rec->run), complete, INPUT(pending));
	world_refused(HERE, w, INPUT(pending), complete);
	script_clear(w);
	script_smc(w, RSI_FID(IPA_STATE_SET), WORLD_PAGE, 2 * WORLD_PAGE, RIPAS_RAM, 0);
	IN_ORDER(w, CALL(REC_ENTER, rec->pa, rec->run), change, INPUT2(base_bound, top_bound));
	world_refused(HERE, w, INPUT(base_bound), change); /* the request has moved on */
}

/* ipa_bound before rtt_walk and before rtte_state, for the four commands that section 1 names. */
static void ipa_bound_first(void **state)
{
	struct world *w = *state;
	uint64_t data;
	struct realm realm;
	uint64_t half;

	realm_new(w, &realm, 32);
	data = world_delegated(w, 1);
	half = realm_half(&realm);
	for (unsigned mapped = 0; mapped < 2; mapped++) {
		/* No table: rtt_walk would fail too. Then a mapping: rtte_state would. */
		if (mapped == 1) {
			realm_tables(w, &realm, half, 3);
			OK(w, RTT_MAP_UNPROTECTED, realm.rd, half, 3, w->spare | NS_ATTRIBUTES);
		}
		REFUSED(w, INPUT(ipa_bound), DATA_CREATE, realm.rd, data, half, w->source, 1);
		REFUSED(w, INPUT(ipa_bound), DATA_CREATE_UNKNOWN, realm.rd, data, half);
		REFUSED(w, INPUT(ipa_bound), DATA_DESTROY, realm.rd, half);
		REFUSED(w, INPUT(ipa_bound), RTT_UNMAP_UNPROTECTED, realm.rd, 0, 3);
		REFUSED(w, INPUT(ipa_bound), RTT_MAP_UNPROTECTED, realm.rd, 0, 3, w->spare | NS_ATTRIBUTES);
	}
	REFUSED(w, RTT(2, rtt_walk), DATA_CREATE, realm.rd, data, 0, w->source, 1);
	REFUSED(w, RTT(2, rtt_walk), DATA_CREATE_UNKNOWN, realm.rd, data, 0);
	REFUSED(w, RTT_TOP(2, rtt_walk), DATA_DESTROY, realm.rd, 0);
	realm_tables(w, &realm, 0, 3);
	OK(w, DATA_CREATE, realm.rd, data, 0, w->source, 1);
	OK(w, DATA_DESTROY, realm.rd, 0);
	OK(w, DATA_CREATE_UNKNOWN, realm.rd, data, 0);
	OK(w, RTT_UNMAP_UNPROTECTED, realm.rd, half, 3);
}

/* level_bound before rtt_walk and before rtte_state, for FOLD and UNMAP_UNPROTECTED. */
static void level_bound_first(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t half;

	realm_new(w, &realm, 40);
	half = realm_half(&realm);
	REFUSED(w, INPUT(level_bound), RTT_FOLD, realm.rd, 0, 4);
	REFUSED(w, INPUT(level_bound), RTT_FOLD, realm.rd, 0, 1);
	REFUSED(w, RTT(1, rtt_walk), RTT_FOLD, realm.rd, 0, 3);
	REFUSED(w, RTT(1, rtte_state), RTT_FOLD, realm.rd, 0, 2);
	REFUSED(w, INPUT(level_bound), RTT_UNMAP_UNPROTECTED, realm.rd, half, 4);
	REFUSED(w, INPUT(level_bound), RTT_UNMAP_UNPROTECTED, realm.rd, half, 0);
	REFUSED(w, RTT_TOP(1, rtt_walk), RTT_UNMAP_UNPROTECTED, realm.rd, half, 3);
	REFUSED(w, RTT_TOP(1, rtte_state), RTT_UNMAP_UNPROTECTED, realm.rd, half, 1);
	realm_tables(w, &realm, 0, 3);
	OK(w, RTT_FOLD, realm.rd, 0, 3);
	OK(w, RTT_FOLD, realm.rd, 0, 2);
}

/* INIT_RIPAS and SET_RIPAS: top_gran_align before no_progress; SET_RIPAS: base_bound before base_align. */
static void ripas(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;
	uint64_t at = WORLD_2M + WORLD_PAGE;

	realm_new(w, &realm, 32);
	REFUSED(w, INPUT(top_gran_align), RTT_INIT_RIPAS, realm.rd, 0, 0x800);
	REFUSED(w, RTT(2, no_progress), RTT_INIT_RIPAS, realm.rd, 0, WORLD_PAGE);
	OK(w, RTT_INIT_RIPAS, realm.rd, 0, WORLD_2M);
	rec = realm_rec(w, &realm, true);
	realm_activate(w, &realm);
	script_clear(w);
	script_smc(w, RSI_FID(IPA_STATE_SET), at, 3 * WORLD_2M, RIPAS_RAM, 0);
	ENTER(w, rec);
	REFUSED(w, INPUT(base_bound), RTT_SET_RIPAS, realm.rd, rec->pa, at + 8, 3 * WORLD_2M);
	REFUSED(w, RTT(2, base_align), RTT_SET_RIPAS, realm.rd, rec->pa, at, 3 * WORLD_2M);
	realm_tables(w, &realm, WORLD_2M, 3);
	REFUSED(w, INPUT(top_gran_align), RTT_SET_RIPAS, realm.rd, rec->pa, at, at + 0x800);
	OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, at, 2 * WORLD_2M);
	REFUSED(w, INPUT(top_gran_align), RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_2M, 2 * WORLD_2M + 0x800);
	REFUSED(w, RTT(2, no_progress), RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_2M, 2 * WORLD_2M + WORLD_PAGE);
	OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, 2 * WORLD_2M, 3 * WORLD_2M);
}

/* REC_ENTER: a run page that is not the host's before every state of realm and REC; a wrong REC before a wrong GIC. */
static void enter(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;
	struct rec *idle;

	realm_new(w, &realm, 32);
	rec = realm_rec(w, &realm, true);
	idle = realm_rec(w, &realm, false);
	REFUSED(w, INPUT(run_pas), REC_ENTER, rec->pa, rec->pa);
	REFUSED(w, INPUT(run_bound), REC_ENTER, rec->pa, WORLD_TOP);
	REFUSED(w, REALM_ERROR(realm_new), REC_ENTER, rec->pa, rec->run);
	realm_activate(w, &realm);
	REFUSED(w, INPUT(run_pas), REC_ENTER, idle->pa, rec->pa);
	REFUSED(w, INPUT(run_bound), REC_ENTER, idle->pa, WORLD_TOP);
	REFUSED(w, REC_ERROR(rec_runnable), REC_ENTER, idle->pa, idle->run);
	rec_run(w, rec)->enter.gicv3_hcr = 1;
	REFUSED(w, INPUT(rec_align), REC_ENTER, rec->pa + 8, rec->run);
	REFUSED(w, INPUT(rec_bound), REC_ENTER, WORLD_TOP, rec->run);
	REFUSED(w, INPUT(rec_gran_state), REC_ENTER, realm.rd, rec->run);
	REFUSED(w, REC_ERROR(rec_gicv3), REC_ENTER, rec->pa, rec->run);
	rec_run(w, rec)->enter.gicv3_hcr = 0;
	script_clear(w);
	script_smc(w, PSCI_FID32_SYSTEM_OFF, 0, 0, 0, 0);
	OK(w, REC_ENTER, rec->pa, rec->run);
	REFUSED(w, INPUT(run_pas), REC_ENTER, rec->pa, rec->pa);
	REFUSED(w, INPUT(run_bound), REC_ENTER, rec->pa, WORLD_TOP);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 1, system_off), REC_ENTER, rec->pa, rec->run);
}

/* A granule in the wrong state before the state of the realm, and that before the walk (section 1: 1, 2, 3). */
static void classes(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t granule;

	realm_new(w, &realm, 32);
	granule = world_delegated(w, 1);
	realm_activate(w, &realm);
	REFUSED(w, INPUT(data_state), DATA_CREATE, realm.rd, w->spare, 0, w->source, 1);
	REFUSED(w, INPUT(src_pas), DATA_CREATE, realm.rd, granule, 0, realm.rd, 1);
	REFUSED(w, REALM_ERROR(realm_state), DATA_CREATE, realm.rd, granule, 0, w->source, 1);
	REFUSED(w, INPUT(rd_state), RTT_INIT_RIPAS, granule, 0, WORLD_2M);
	REFUSED(w, INPUT(size_valid), RTT_INIT_RIPAS, realm.rd, WORLD_2M, WORLD_2M);
	REFUSED(w, REALM_ERROR(realm_state), RTT_INIT_RIPAS, realm.rd, 8 * WORLD_PAGE, WORLD_2M);
	REFUSED(w, INPUT(rd_state), REALM_ACTIVATE, granule);
	REFUSED(w, INPUT(data_state), DATA_CREATE_UNKNOWN, realm.rd, w->spare, 0);
	REFUSED(w, RTT(2, rtt_walk), DATA_CREATE_UNKNOWN, realm.rd, granule, 0);
	realm_tables(w, &realm, 0, 3);
	OK(w, DATA_CREATE_UNKNOWN, realm.rd, granule, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest calls[] = {
		TEST(granules),
		TEST(realm_before_its_granules),
		TEST(activate_before_what_needs_new),
		TEST(recs),
		TEST(rec_indices),
		TEST(tables),
		TEST(data),
		TEST(data_unknown),
		TEST(host_memory),
		TEST(teardown),
		TEST(answers),
	};
	const struct CMUnitTest conditions[] = {
		TEST(ipa_bound_first),
		TEST(level_bound_first),
		TEST(ripas),
		TEST(enter),
		TEST(classes),
	};
	int failed = cmocka_run_group_tests_name("calls", calls, NULL, NULL);

	return failed + cmocka_run_group_tests_name("conditions", conditions, NULL, NULL);
}
