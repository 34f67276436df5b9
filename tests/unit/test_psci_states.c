/* SPDX-License-Identifier: BSD-2-Clause */
/* test_psci_states.c - CPU_ON and AFFINITY_INFO with two RECs: each state of caller and target, each answer; a test each (section 10). */
#include "tests/unit/support/rmi_world.h"

#include <stdio.h>

enum { ENTRY_POINT = 0x8000, CONTEXT = 0x77, NAME_SIZE = 96, ROWS_MAX = 128 };

/* What the target is when the host answers. */
enum target { NEVER_ON, WENT_OFF, READY, WAITING, RUNNING, TARGET_COUNT };
static const char *const target_names[] = {"never on", "off", "ready", "waiting for an answer", "running"};

/* What the caller is: only one that waits can be answered. */
enum caller {
	CALLER_NEW,
	CALLER_OFF,
	CALLER_SUSPENDED,
	CALLER_READY,
	CALLER_ANSWERED,
	CALLER_RIPAS,
	CALLER_RUNNING,
	CALLER_COUNT
};
static const char *const caller_names[CALLER_COUNT] = {"caller is new", "caller is off", "caller is suspended",
	"caller is ready", "caller is answered already", "caller waits for RIPAS", "caller runs"};

static const int statuses[] = {PSCI_STATUS_SUCCESS, PSCI_STATUS_DENIED, PSCI_STATUS_NOT_SUPPORTED,
	PSCI_STATUS_INVALID_PARAMETERS, PSCI_STATUS_ALREADY_ON, PSCI_STATUS_ON_PENDING, PSCI_STATUS_INTERNAL_FAILURE,
	1};
enum { STATUSES = sizeof(statuses) / sizeof(statuses[0]) };

struct row {
	char name[NAME_SIZE];
	bool is_on_call; /* CPU_ON; else AFFINITY_INFO */
	enum target target;
	int status;
};

static uint64_t status_of(int status)
{
	return (uint64_t)(int64_t)status;
}

struct pair {
	struct world *world;
	struct realm realm;
	struct rec *first;  /* the caller, MPIDR 0 */
	struct rec *second; /* the target, MPIDR 1 */
};

static void pair_new(struct pair *p, bool target_on)
{
	p->world = world_new(0);
	realm_new(p->world, &p->realm, 32);
	p->first = realm_rec(p->world, &p->realm, true);
	p->second = realm_rec(p->world, &p->realm, target_on);
	realm_activate(p->world, &p->realm);
}

static void calls(struct pair *p, const struct rec *rec, uint64_t fid, uint64_t a, uint64_t b, uint64_t c)
{
	script_clear(p->world);
	script_smc(p->world, fid, a, b, c, 0x44);
	assert_int_equal(ENTER(p->world, rec)->exit_reason, RMI_EXIT_PSCI);
}

static void asks(struct pair *p, bool is_on_call)
{
	if (is_on_call) {
		calls(p, p->first, PSCI_FID64_CPU_ON, 1, ENTRY_POINT, CONTEXT);
	} else {
		calls(p, p->first, PSCI_FID64_AFFINITY_INFO, 1, 0, 0);
	}
}

static bool is_on(enum target target)
{
	return target == READY || target == WAITING || target == RUNNING;
}

/* Section 10: which answers the host may give. */
static bool is_allowed(const struct row *row)
{
	return row->status == PSCI_STATUS_SUCCESS ||
		(row->status == PSCI_STATUS_DENIED && row->is_on_call && !is_on(row->target));
}

static int heard(const struct row *row)
{
	if (!row->is_on_call) {
		return is_on(row->target) ? PSCI_AFFINITY_ON : PSCI_AFFINITY_OFF;
	}
	return is_on(row->target) ? PSCI_STATUS_ALREADY_ON : row->status;
}

/* The world of one test, for what happens while a REC runs. */
static struct pair pair;
static const struct row *inside_row;

static void complete(struct place place, const struct row *row)
{
	struct call call = CALL(PSCI_COMPLETE, pair.first->pa, pair.second->pa, status_of(row->status));

	if (is_allowed(row)) {
		world_ok(place, pair.world, call);
	} else {
		world_refused(place, pair.world, INPUT(psci_status), call);
	}
}

/* On another CPU while the target runs. */
static void complete_inside(struct world *w)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {
		RMI_FID(PSCI_COMPLETE), pair.first->pa, pair.second->pa, status_of(inside_row->status)};
	enum rmi_condition condition = reeve_model_smc(w->model, 1, x);

	assert_int_equal(condition, is_allowed(inside_row) ? CONDITION_NONE : CONDITION_psci_status);
	assert_int_equal(x[0], is_allowed(inside_row) ? RMI_SUCCESS : RMI_ERROR_INPUT);
}

/* Bring the target where the row wants it, and answer. */
static void answer(const struct row *row)
{
	struct world *w = pair.world;

	if (row->target == WAITING) {
		calls(&pair, pair.second, PSCI_FID64_AFFINITY_INFO, 0, 0, 0);
	}
	if (row->target == WENT_OFF) {
		calls(&pair, pair.second, PSCI_FID32_CPU_OFF, 0, 0, 0);
	}
	if (row->target != RUNNING) {
		complete(HERE, row);
		return;
	}
	inside_row = row;
	script_clear(w);
	script_smc(w, SMCCC_FID_VERSION, 0, 0, 0, 0)->inside = complete_inside;
	EXIT_IS(ENTER(w, pair.second), .exit_reason = RMI_EXIT_IRQ);
	assert_int_equal(w->seen_count, 2);
	assert_int_equal(w->seen[1].pc, pair.second->params.pc + 4); /* it went on as it was */
}

/* The target goes on where it was, begins at its entry point, or does not run. */
static void target_is(const struct row *row, bool begins)
{
	struct world *w = pair.world;
	const struct rec *rec = pair.second;

	if (!is_on(row->target) && !begins) {
		REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_runnable), REC_ENTER, rec->pa, rec->run);
		return;
	}
	if (row->target == WAITING) {
		REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_psci), REC_ENTER, rec->pa, rec->run);
		OK(w, PSCI_COMPLETE, rec->pa, pair.first->pa, 0);
	}
	script_clear(w);
	ENTER(w, rec);
	if (begins) {
		assert_int_equal(w->seen[0].pc, ENTRY_POINT);
		assert_int_equal(w->seen[0].x[0], CONTEXT);
	} else {
		assert_int_equal(w->seen[0].pc, rec->params.pc + (row->target == READY ? 0 : 4));
	}
}

static void answered(void **state)
{
	struct row row = *(const struct row *)*state;
	bool begins = row.is_on_call && !is_on(row.target) && row.status == PSCI_STATUS_SUCCESS;
	struct world *w;

	pair_new(&pair, row.target != NEVER_ON);
	w = pair.world;
	asks(&pair, row.is_on_call);
	answer(&row);
	target_is(&row, begins);
	if (!is_allowed(&row)) { /* the request waits still, and a right answer is heard */
		REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_psci), REC_ENTER, pair.first->pa, pair.first->run);
		row.status = PSCI_STATUS_SUCCESS;
		complete(HERE, &row);
	}
	script_clear(w);
	ENTER(w, pair.first);
	assert_int_equal(w->seen[0].pc, pair.first->params.pc + 4);
	assert_int_equal(w->seen[0].x[0], status_of(heard(&row)));
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(w->seen[0].x[i], 0);
	}
	assert_int_equal(w->seen[0].x[4], 0x44);
	world_free(w);
}

static struct call complete_call(void)
{
	return CALL(PSCI_COMPLETE, pair.first->pa, pair.second->pa, 0);
}

static void refused_inside(struct world *w)
{
	struct call call = complete_call();
	uint64_t x[REEVE_SMC_REGISTERS] = {call.fid, call.a[0], call.a[1], call.a[2]};

	assert_int_equal(reeve_model_smc(w->model, 1, x), CONDITION_caller_state);
	assert_int_equal(x[0], RMI_ERROR_INPUT);
}

/* Bring the caller to a state in which it waits for no answer of PSCI. */
static void caller_becomes(enum caller caller)
{
	struct world *w = pair.world;

	script_clear(w);
	switch (caller) {
	case CALLER_NEW:
	case CALLER_COUNT:
		return;
	case CALLER_OFF:
		calls(&pair, pair.first, PSCI_FID32_CPU_OFF, 0, 0, 0);
		return;
	case CALLER_SUSPENDED:
		calls(&pair, pair.first, PSCI_FID32_CPU_SUSPEND, 0, 0, 0);
		return;
	case CALLER_READY:
		break;
	case CALLER_ANSWERED:
		asks(&pair, false);
		world_ok(HERE, w, complete_call());
		return;
	case CALLER_RIPAS:
		script_smc(w, RSI_FID(IPA_STATE_SET), 0, WORLD_PAGE, RIPAS_RAM, 0);
		break;
	case CALLER_RUNNING:
		script_smc(w, SMCCC_FID_VERSION, 0, 0, 0, 0)->inside = refused_inside;
		break;
	}
	ENTER(w, pair.first);
	assert_int_equal(w->seen_count, caller == CALLER_RUNNING ? 2 : 1);
}

/* Refused; and right once it asked, if it can. */
static void not_waiting(void **state)
{
	enum caller caller = *(const enum caller *)*state;
	struct world *w;

	pair_new(&pair, false);
	w = pair.world;
	caller_becomes(caller);
	world_refused(HERE, w, INPUT(pending), complete_call());
	if (caller != CALLER_OFF) {
		asks(&pair, false);
		world_ok(HERE, w, complete_call());
		script_clear(w);
		ENTER(w, pair.first);
		assert_int_equal(w->seen[0].x[0], PSCI_AFFINITY_OFF);
	}
	world_free(w);
}

/* Two RECs that ask for a third at once, and the host answers either first. */
static void two_callers(void **state)
{
	(void)state;
	for (unsigned first = 0; first < 2; first++) {
		struct world *w = world_new(0);
		struct rec *recs[2];
		struct rec *third;

		realm_new(w, &pair.realm, 32);
		recs[0] = realm_rec(w, &pair.realm, true);
		recs[1] = realm_rec(w, &pair.realm, true);
		third = realm_rec(w, &pair.realm, false);
		realm_activate(w, &pair.realm);
		for (unsigned i = 0; i < 2; i++) {
			script_clear(w);
			script_smc(w, PSCI_FID64_CPU_ON, 2, ENTRY_POINT + i * WORLD_PAGE, CONTEXT + i, 0);
			assert_int_equal(ENTER(w, recs[i])->exit_reason, RMI_EXIT_PSCI);
		}
		OK(w, PSCI_COMPLETE, recs[first]->pa, third->pa, 0);
		OK(w, PSCI_COMPLETE, recs[1 - first]->pa, third->pa, 0);
		for (unsigned i = 0; i < 2; i++) {
			script_clear(w);
			ENTER(w, recs[i]);
			assert_int_equal(
				w->seen[0].x[0], status_of(i == first ? PSCI_STATUS_SUCCESS : PSCI_STATUS_ALREADY_ON));
		}
		script_clear(w);
		ENTER(w, third);
		assert_int_equal(w->seen[0].pc, ENTRY_POINT + first * WORLD_PAGE);
		assert_int_equal(w->seen[0].x[0], CONTEXT + first);
		world_free(w);
	}
}

static size_t rows_make(struct row rows[ROWS_MAX])
{
	size_t count = 0;

	for (unsigned n = 0; n < 2 * TARGET_COUNT * STATUSES; n++) {
		struct row *row = &rows[count++];

		row->is_on_call = n % 2 == 0;
		row->target = (enum target)(n / 2 % TARGET_COUNT);
		row->status = statuses[n / 2 / TARGET_COUNT];
		(void)snprintf(row->name, NAME_SIZE, "%s, target %s, answer %d",
			row->is_on_call ? "CPU_ON" : "AFFINITY_INFO", target_names[row->target], row->status);
	}
	return count;
}

int main(void)
{
	static struct row rows[ROWS_MAX];
	static struct CMUnitTest answers[ROWS_MAX];
	static enum caller callers[CALLER_COUNT];
	static struct CMUnitTest waits[CALLER_COUNT];
	const struct CMUnitTest others[] = {cmocka_unit_test(two_callers)};
	size_t count = rows_make(rows);
	int failed;

	for (size_t i = 0; i < count; i++) {
		answers[i] =
			(struct CMUnitTest){.name = rows[i].name, .test_func = answered, .initial_state = &rows[i]};
	}
	for (unsigned i = 0; i < CALLER_COUNT; i++) {
		callers[i] = (enum caller)i;
		waits[i] = (struct CMUnitTest){
			.name = caller_names[i], .test_func = not_waiting, .initial_state = &callers[i]};
	}
	failed = _cmocka_run_group_tests("answers", answers, count, NULL, NULL);
	failed += cmocka_run_group_tests_name("callers", waits, NULL, NULL);
	return failed + cmocka_run_group_tests_name("others", others, NULL, NULL);
}
