/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rsi_ripas.c - RSI_IPA_STATE_SET: its conditions, the exit, and what the realm hears of it (sections 7, 9, 13). */
#include "tests/unit/support/rmi_world.h"

static void conditions(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t half = realm_half(&realm);
	const uint64_t wrong[][3] = {{1, WORLD_PAGE, 0}, {0, WORLD_PAGE + 1, 0}, {0, 0, 0}, {WORLD_PAGE, 0, 0},
		{2 * WORLD_PAGE, WORLD_PAGE, 1}, {0, half + WORLD_PAGE, 0}, {half, half + WORLD_PAGE, 0},
		{half - WORLD_PAGE, half + WORLD_PAGE, 1}, {2 * half, 3 * half, 0}, {0, UINT64_MAX - 0xFFF, 0},
		{UINT64_MAX - 0xFFF, 0, 0}, {0, WORLD_PAGE, 2}, {0, WORLD_PAGE, 3}, {0, WORLD_PAGE, 255},
		{0, WORLD_PAGE, 0x100}, {0, WORLD_PAGE, UINT64_MAX}};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(SMC(w, rec, RSI_FID(IPA_STATE_SET), wrong[i][0], wrong[i][1], wrong[i][2], 0)[0],
			RSI_ERROR_INPUT);
		/* No request is left behind. */
		REFUSED(w, INPUT2(base_bound, top_bound), RTT_SET_RIPAS, realm.rd, rec->pa, WORLD_PAGE, 2 * WORLD_PAGE);
	}
}

/* The whole request goes out, and nothing else. */
static void request(struct world *w, const struct rec *rec, uint64_t base, uint64_t top, enum rmi_ripas ripas)
{
	script_clear(w);
	script_smc(w, RSI_FID(IPA_STATE_SET), base, top, ripas, 0);
	EXIT_IS(ENTER(w, rec), .exit_reason = RMI_EXIT_RIPAS_CHANGE, .ripas_base = base, .ripas_top = top,
		.ripas_value = (uint8_t)ripas);
}

/* Enter with or without the host's reject; X1 and X2 of the realm. The request is over then. */
static void answer(struct place place, struct world *w, const struct realm *realm, const struct rec *rec, bool reject,
	uint64_t new_base, enum rsi_response response)
{
	uint64_t pc = w->seen[0].pc;

	rec_run(w, rec)->enter.flags = reject ? FIELD_MASK(ENTER_FLAG_RIPAS_REJECT) : 0;
	script_clear(w);
	rec_enter(place, w, rec);
	rec_run(w, rec)->enter.flags = 0;
	if (w->seen[0].x[0] != RSI_SUCCESS || w->seen[0].x[1] != new_base || w->seen[0].x[2] != response ||
		w->seen[0].pc != pc + 4) {
		print_error("X0 0x%llx X1 0x%llx X2 0x%llx pc 0x%llx\n", (unsigned long long)w->seen[0].x[0],
			(unsigned long long)w->seen[0].x[1], (unsigned long long)w->seen[0].x[2],
			(unsigned long long)w->seen[0].pc);
		_fail(place.file, place.line);
	}
	world_refused(place, w, INPUT2(base_bound, top_bound),
		CALL(RTT_SET_RIPAS, realm->rd, rec->pa, 511 * WORLD_PAGE, WORLD_2M));
}

static void protocol(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t base = 2 * WORLD_PAGE;
	uint64_t top = 6 * WORLD_PAGE;

	/* All of it. */
	request(w, rec, base, top, RIPAS_EMPTY);
	OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, base, top);
	answer(HERE, w, &realm, rec, false, top, RSI_ACCEPT);
	/* A part of it: the realm goes on from there. */
	request(w, rec, base, top, RIPAS_RAM);
	OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, base, base + WORLD_PAGE);
	answer(HERE, w, &realm, rec, false, base + WORLD_PAGE, RSI_ACCEPT);
	request(w, rec, base + WORLD_PAGE, top, RIPAS_RAM);
	OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, base + WORLD_PAGE, top);
	answer(HERE, w, &realm, rec, false, top, RSI_ACCEPT);
	/* Nothing at all. */
	request(w, rec, base, top, RIPAS_EMPTY);
	answer(HERE, w, &realm, rec, false, base, RSI_ACCEPT);
	/* Two requests in a row do not mix. */
	request(w, rec, base, top, RIPAS_EMPTY);
	answer(HERE, w, &realm, rec, false, base, RSI_ACCEPT);
	request(w, rec, 0, WORLD_PAGE, RIPAS_RAM);
	REFUSED(w, INPUT(base_bound), RTT_SET_RIPAS, realm.rd, rec->pa, base, top);
	OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, 0, WORLD_PAGE);
	answer(HERE, w, &realm, rec, false, WORLD_PAGE, RSI_ACCEPT);
}

/* REJECT is heard only for RAM that is not done; section 13: a reject of EMPTY reads as ACCEPT in TF-RMM. */
static void reject(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t base = 2 * WORLD_PAGE;
	uint64_t top = 6 * WORLD_PAGE;

	request(w, rec, base, top, RIPAS_RAM);
	answer(HERE, w, &realm, rec, true, base, RSI_REJECT);
	request(w, rec, base, top, RIPAS_RAM);
	OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, base, base + WORLD_PAGE);
	answer(HERE, w, &realm, rec, true, base + WORLD_PAGE, RSI_REJECT);
	request(w, rec, base, top, RIPAS_RAM);
	OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, base, top);
	answer(HERE, w, &realm, rec, true, top, RSI_ACCEPT);
	request(w, rec, base, top, RIPAS_EMPTY);
	answer(HERE, w, &realm, rec, true, base, RSI_ACCEPT);
}

/* A request from a REC does not serve another REC of the same realm. */
static void two_recs(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *first;
	struct rec *second;

	realm_new(w, &realm, 32);
	realm_tables(w, &realm, 0, 3);
	realm_ram(w, &realm, 0, WORLD_2M);
	first = realm_rec(w, &realm, true);
	second = realm_rec(w, &realm, true);
	realm_activate(w, &realm);
	request(w, first, WORLD_PAGE, 2 * WORLD_PAGE, RIPAS_EMPTY);
	REFUSED(w, INPUT2(base_bound, top_bound), RTT_SET_RIPAS, realm.rd, second->pa, WORLD_PAGE, 2 * WORLD_PAGE);
	request(w, second, 3 * WORLD_PAGE, 4 * WORLD_PAGE, RIPAS_EMPTY);
	OK(w, RTT_SET_RIPAS, realm.rd, first->pa, WORLD_PAGE, 2 * WORLD_PAGE);
	OK(w, RTT_SET_RIPAS, realm.rd, second->pa, 3 * WORLD_PAGE, 4 * WORLD_PAGE);
	answer(HERE, w, &realm, second, false, 4 * WORLD_PAGE, RSI_ACCEPT);
	ENTRY(w, &realm, 2 * WORLD_PAGE, 3, 3, UNASSIGNED, RAM, 0);
}

/* What the realm made EMPTY faults inside from now on, with the data still there; RAM again, it is reachable (section 4). */
static void empty_faults(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t data = realm_data_unknown(w, &realm, WORLD_PAGE);

	request(w, rec, WORLD_PAGE, 2 * WORLD_PAGE, RIPAS_EMPTY);
	OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, WORLD_PAGE, 2 * WORLD_PAGE);
	answer(HERE, w, &realm, rec, false, 2 * WORLD_PAGE, RSI_ACCEPT);
	assert_int_equal(SMC(w, rec, RSI_FID(REALM_CONFIG), WORLD_PAGE, 0, 0, 0)[0], RSI_ERROR_INPUT);
	script_clear(w);
	script_trap(w, esr_of(EC_DATA, FSC_TRANSLATION_L3), WORLD_PAGE, WORLD_PAGE);
	EXIT_IS(ENTER(w, rec), .exit_reason = RMI_EXIT_IRQ);
	assert_int_equal(w->seen_count, 2);
	assert_int_equal(w->seen[1].pc, WORLD_VECTOR);
	script_clear(w);
	request(w, rec, WORLD_PAGE, 2 * WORLD_PAGE, RIPAS_RAM);
	OK(w, RTT_SET_RIPAS, realm.rd, rec->pa, WORLD_PAGE, 2 * WORLD_PAGE);
	answer(HERE, w, &realm, rec, false, 2 * WORLD_PAGE, RSI_ACCEPT);
	assert_int_equal(SMC(w, rec, RSI_FID(REALM_CONFIG), WORLD_PAGE, 0, 0, 0)[0], RSI_SUCCESS);
	assert_int_equal(((const struct rsi_realm_config *)world_at(w, data))->ipa_width, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(conditions, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(protocol, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(reject, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(two_recs, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(empty_faults, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
