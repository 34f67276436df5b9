/* SPDX-License-Identifier: BSD-2-Clause */
/* test_sweep_judge.c - the judge of `reeve faults` notices: each rule is broken behind the host's back, and is the one that is named. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "tools/sweep/judge.h"

static struct life life;

/* A life of scenario "teardown" under `plan`, all its steps done. */
static void begin(const char *rules)
{
	struct reeve_fault_plan plan = {0};
	struct reeve_fault_error error;
	const struct scenario *scenario = scenario_find("teardown");

	assert_true(reeve_fault_plan_parse(rules, strlen(rules), &plan, &error));
	assert_non_null(scenario);
	assert_true(life_open(&life, scenario, &plan, NULL));
	for (unsigned i = 0; scenario->steps[i].run != NULL; i++) {
		life.step = scenario->steps[i].name;
		life.at = 0;
		life.attempt++;
		assert_int_equal(scenario->steps[i].run(&life), REEVE_OK);
	}
}

/* Everything is given back, unless the books are in no state for that. */
static void end(bool is_well)
{
	struct message why = {""};

	if (is_well) {
		assert_int_equal(reeve_host_reclaim_all(&life.host), REEVE_OK);
		(void)judge_end(&life, &why);
		assert_string_equal(why.text, "");
	}
	life_close(&life);
}

static void expect(const struct judge_step *step, const char *rule)
{
	struct message why = {""};
	bool is_good = judge(&life, step, &why);

	if (rule == NULL) {
		assert_string_equal(why.text, "");
		assert_true(is_good);
		return;
	}
	assert_false(is_good);
	if (strncmp(why.text, rule, strlen(rule)) != 0) {
		fail_msg("expected \"%s...\", got \"%s\"", rule, why.text);
	}
}

static const struct judge_step done = {.status = REEVE_OK};

/* A call to the monitor that the host knows nothing of. */
static uint64_t behind_its_back(enum rmi_command command, uint64_t x1, uint64_t x2)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {rmi_command_info(command)->fid, x1, x2};

	(void)reeve_model_smc(life.model, 0, x);
	return x[0];
}

struct use_search {
	enum reeve_use use;
	struct reeve_ledger_entry found;
};

static bool is_found(void *context, const struct reeve_ledger_entry *entry)
{
	struct use_search *search = context;

	if (entry->use == search->use) {
		search->found = *entry;
	}
	return entry->use != search->use;
}

static struct reeve_ledger_entry first_of(enum reeve_use use)
{
	struct use_search search = {.use = use};

	reeve_host_ledger_visit(&life.host, is_found, &search);
	assert_int_not_equal(search.found.pa.value, 0);
	return search.found;
}

static void nothing_is_wrong(void **state)
{
	struct message why = {""};

	(void)state;
	begin("");
	assert_true(judge(&life, &done, &why));
	assert_string_equal(why.text, "");
	end(true);
}

static void granule_not_its_own(void **state)
{
	struct reeve_ledger_entry params;

	(void)state;
	begin("");
	params = first_of(REEVE_USE_PARAMS);
	assert_int_equal(behind_its_back(RMI_GRANULE_DELEGATE, params.pa.value, 0), RMI_SUCCESS);
	expect(&done, "H4: the host uses a granule that is not its own");
	assert_int_equal(behind_its_back(RMI_GRANULE_UNDELEGATE, params.pa.value, 0), RMI_SUCCESS);
	end(false);
}

static void books_differ(void **state)
{
	struct reeve_ledger_entry data;

	(void)state;
	begin("");
	data = first_of(REEVE_USE_DATA);
	assert_int_equal(behind_its_back(RMI_DATA_DESTROY, life.realm.rd.value, data.ipa.value), RMI_SUCCESS);
	expect(&done, "H4: the books differ");
	end(false);
}

static void unknown_granule(void **state)
{
	uint64_t pa;

	(void)state;
	begin("");
	pa = reeve_model_pages_alloc(life.model, REEVE_GRANULE_SIZE);
	assert_int_equal(behind_its_back(RMI_GRANULE_DELEGATE, pa, 0), RMI_SUCCESS);
	expect(&done, "H4: the monitor has ");
	end(false);
}

static void conservation(void **state)
{
	(void)state;
	begin("");
	life.granules_out++;
	expect(&done, "H4: ");
	life.granules_out--;
	end(true);
}

/* A realm taken apart while one granule's return is refused. */
static struct judge_step leak(void)
{
	struct judge_step step = {.status = REEVE_OK};

	begin("refuse GRANULE_UNDELEGATE phase=destroy times=3 status=ERROR_INPUT");
	life.step = "destroy";
	life.attempt++;
	reeve_fault_phase(&life.fault, "destroy");
	step.status = life_answered(&life, reeve_realm_destroy(&life.realm));
	assert_int_equal(step.status, REEVE_LEAKED);
	assert_int_equal(judge_leaked(&life), 1);
	return step;
}

static void leak_is_told(void **state)
{
	struct judge_step step;
	size_t count;

	(void)state;
	step = leak();
	expect(&step, NULL);
	count = life.call_count;
	life.call_count = 0;
	expect(&step, "H4: a leak is not told as it was");
	life.call_count = count;
	end(true);
}

static void leak_that_could_have_been_returned(void **state)
{
	struct judge_step step;

	(void)state;
	step = leak();
	assert_int_equal(behind_its_back(RMI_GRANULE_UNDELEGATE, first_of(REEVE_USE_LEAKED).pa.value, 0), RMI_SUCCESS);
	expect(&step, "H4: a granule is leaked that could have been returned");
	end(false);
}

static void vmid(void **state)
{
	uint64_t vmids;

	(void)state;
	begin("");
	vmids = life.host.vmids[0];
	life.host.vmids[0] = 1;
	expect(&done, "H6: VMID ");
	life.host.vmids[0] = vmids;
	end(true);
}

static void two_creations(void **state)
{
	(void)state;
	begin("");
	life.realms[LIFE_REALMS - 1] =
		(struct life_realm){.rd = first_of(REEVE_USE_DATA).pa.value, .vmid = life.realm.vmid};
	expect(&done, "H1: ");
	end(false);
}

static void false_state(void **state)
{
	static const enum reeve_realm_state wrong[] = {REEVE_REALM_NONE, REEVE_REALM_NEW};
	enum reeve_realm_state right;

	(void)state;
	begin("");
	right = life.realm.state;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		life.realm.state = right == wrong[i] ? REEVE_REALM_ACTIVE : wrong[i];
		expect(&done, "state: ");
	}
	life.realm.state = right;
	end(true);
}

/* A step that failed of a refusal the host was told of. */
static struct judge_step refused(void)
{
	struct judge_step step = {.status = REEVE_REFUSED};

	begin("refuse RTT_INIT_RIPAS phase=late status=ERROR_INPUT");
	life.step = "create";
	life.attempt++;
	reeve_fault_phase(&life.fault, "late");
	life.error = (struct reeve_error){
		.status = REEVE_REFUSED,
		.step = REEVE_STEP_CREATE_REALM,
		.from_monitor = true,
		.command = RMI_RTT_INIT_RIPAS,
		.returned = RMI_ERROR_INPUT,
	};
	{
		uint64_t x[REEVE_SMC_REGISTERS] = {rmi_command_info(RMI_RTT_INIT_RIPAS)->fid, life.realm.rd.value};

		life.ops.smc(&life, x);
		assert_int_equal(x[0], RMI_ERROR_INPUT);
	}
	return step;
}

static void failed_creation_leaves_none(void **state)
{
	struct judge_step step;

	(void)state;
	step = refused();
	expect(&step, "H5: ");
	end(true);
}

static void broken_word_ends_the_realm(void **state)
{
	struct judge_step step;

	(void)state;
	step = refused();
	step.status = life.error.status = REEVE_BROKEN;
	expect(&step, "H8: ");
	end(true);
}

/* One member of the error wrong at a time. */
static void cause(void **state)
{
	struct judge_step step;
	struct reeve_error right;

	(void)state;
	step = refused();
	life.step = "populate";
	right = life.error;
	expect(&step, NULL);
	life.error.status = REEVE_NO_MEMORY;
	expect(&step, "H7: REFUSED was answered");
	life.error = right;
	life.error.step = REEVE_STEP_NONE;
	expect(&step, "H7: no step is named");
	life.error = right;
	life.error.from_monitor = false;
	expect(&step, "H7: nothing happened that could cause this");
	life.error = right;
	life.error.returned = RMI_ERROR_REALM;
	expect(&step, "H7: no such answer was given");
	life.error = right;
	life.error.command = RMI_DATA_CREATE;
	expect(&step, "H7: no such answer was given");
	life.error = right;
	end(true);
}

static void what_piles_up(void **state)
{
	struct judge_norm norm = {.tables_most = 0, .smcs = 1};
	struct judge_step step = {.status = REEVE_OK, .norm = &norm};
	struct reeve_ledger_counts counts;

	(void)state;
	begin("");
	expect(&step, "H10: ");
	counts = reeve_host_ledger_counts(&life.host);
	norm.tables_most = counts.granules[REEVE_USE_RTT];
	memcpy(norm.granules, counts.granules, sizeof(norm.granules));
	expect(&step, NULL);
	norm.granules[REEVE_USE_DATA]++;
	expect(&step, "H10, H14: ");
	norm.granules[REEVE_USE_DATA]--;
	step.smcs = 1 << 20;
	expect(&step, "H12: ");
	end(true);
}

static void foreign_memory(struct life *l)
{
	const volatile uint64_t *word = reeve_model_ns(l->model, first_of(REEVE_USE_DATA).pa.value);

	(void)*word;
}

static enum reeve_status touch(struct life *l, void *context)
{
	(void)context;
	foreign_memory(l);
	return REEVE_OK;
}

static void touched(void **state)
{
	(void)state;
	begin("");
	assert_int_equal(life_guarded(&life, touch, NULL), REEVE_INTERNAL);
	expect(&done, "H4: the host read 0x");
	end(false);
}

static void given_back(void **state)
{
	struct reeve_ledger_entry books;

	(void)state;
	begin("");
	books = first_of(REEVE_USE_BOOKS);
	life.ops.pages_free(&life, reeve_pa(books.pa.value), (size_t)REEVE_GRANULE_SIZE * 2);
	expect(&done, "H9: ");
	end(false);
	begin("");
	books = first_of(REEVE_USE_DATA);
	life.ops.pages_free(&life, books.pa, REEVE_GRANULE_SIZE);
	expect(&done, "H4: granule ");
	end(false);
}

static void what_is_left_at_the_end(void **state)
{
	struct message why;

	(void)state;
	begin("");
	assert_false(judge_end(&life, &why));
	assert_memory_equal(why.text, "H13: ", 5);
	assert_int_equal(reeve_host_reclaim_all(&life.host), REEVE_OK);
	life.host.vmids[1] = 1;
	assert_false(judge_end(&life, &why));
	assert_memory_equal(why.text, "H6, H13: ", 9);
	life.host.vmids[1] = 0;
	life.granules_out++;
	assert_false(judge_end(&life, &why));
	assert_memory_equal(why.text, "H4: ", 4);
	life_close(&life);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_wrong),
		cmocka_unit_test(granule_not_its_own),
		cmocka_unit_test(books_differ),
		cmocka_unit_test(unknown_granule),
		cmocka_unit_test(conservation),
		cmocka_unit_test(leak_is_told),
		cmocka_unit_test(leak_that_could_have_been_returned),
		cmocka_unit_test(vmid),
		cmocka_unit_test(two_creations),
		cmocka_unit_test(false_state),
		cmocka_unit_test(failed_creation_leaves_none),
		cmocka_unit_test(broken_word_ends_the_realm),
		cmocka_unit_test(cause),
		cmocka_unit_test(what_piles_up),
		cmocka_unit_test(touched),
		cmocka_unit_test(given_back),
		cmocka_unit_test(what_is_left_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
