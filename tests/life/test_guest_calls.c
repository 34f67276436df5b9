/* SPDX-License-Identifier: BSD-2-Clause */
/* test_guest_calls.c - real code and what goes between it, the monitor and the host: host calls, RIPAS changes, buffers, GIC (section 9). */
#include "tests/life/support/puppet.h"

#include <string.h>

#define CALL_AT UINT64_C(0x12100) /* in PUPPET_BUFFER */

static struct rsi_host_call *host_call_of(const struct puppet *p)
{
	return (struct rsi_host_call *)((char *)world_at(p->world, p->buffer_pa) + (CALL_AT - PUPPET_BUFFER));
}

static struct rmi_rec_enter *enter_of(const struct puppet *p, unsigned n)
{
	return &rec_run(p->world, &p->realm.recs[n])->enter;
}

static void fill(uint64_t gprs[RSI_HOST_CALL_GPRS], uint64_t value)
{
	for (unsigned i = 0; i < RSI_HOST_CALL_GPRS; i++) {
		gprs[i] = value + i;
	}
}

/* Lets REC n be switched on by REC 0. */
static void switch_on(struct puppet *p, unsigned n)
{
	RUN(p, 0, P_SMC, PSCI_FID64_CPU_ON, n, PUPPET_CODE, puppet_context(n));
	OK(p->world, PSCI_COMPLETE, p->realm.recs[0].pa, p->realm.recs[n].pa, 0);
	assert_int_equal(puppet_finish(HERE, p, 0, 0)[0], PSCI_STATUS_SUCCESS);
}

static void host_call(void **state)
{
	struct puppet *p = *state;
	struct rsi_host_call *call = host_call_of(p);
	struct rmi_rec_exit want = {.exit_reason = RMI_EXIT_HOST_CALL, .imm = 0xBEEF};
	uint64_t back[RSI_HOST_CALL_GPRS];

	call->imm = 0xBEEF;
	fill(call->gprs, UINT64_C(0x5000000000000000));
	fill(want.gprs, UINT64_C(0x5000000000000000));
	fill(back, UINT64_C(0x6000000000000000));
	exit_is(HERE, RUN(p, 0, P_SMC, RSI_FID(HOST_CALL), CALL_AT, 2, 3), &want);
	memcpy(enter_of(p, 0)->gprs, back, sizeof(back));
	assert_int_equal(puppet_finish(HERE, p, 0, 0)[0], RSI_SUCCESS);
	assert_int_equal(p->mail[0]->x[1], CALL_AT);
	assert_int_equal(p->mail[0]->x[3], 3);
	assert_int_equal(call->imm, 0xBEEF);
	assert_memory_equal(call->gprs, back, sizeof(back));
}

/* The page of the call is gone, EMPTY or again there when the host comes back: it stays pending until there is an answer for it.
 * REC 1 takes the page back, for only the realm can make RAM of what was destroyed. */
static void host_call_page_gone(void **state)
{
	struct puppet *p = *state;
	struct world *w = p->world;
	uint64_t page = PUPPET_BUFFER;
	const struct rsi_host_call *call;

	switch_on(p, 1);
	assert_int_equal(RUN(p, 0, P_SMC, RSI_FID(HOST_CALL), CALL_AT)->exit_reason, RMI_EXIT_HOST_CALL);
	assert_int_equal(OK(w, DATA_DESTROY, p->realm.rd, page).out[0], p->buffer_pa);
	for (unsigned i = 0; i < 2; i++) { /* nothing there, then a page that is DESTROYED */
		fill(enter_of(p, 0)->gprs, 0x1000);
		EXIT_IS(puppet_enter(HERE, p, 0, 0), .exit_reason = RMI_EXIT_SYNC,
			.esr = FIELD_SET(0, ESR_EC, EC_DATA) | FSC_TRANSLATION_L3, .hpfar = page >> 8);
		if (i == 0) {
			OK(w, DATA_CREATE_UNKNOWN, p->realm.rd, p->buffer_pa, page);
		}
	}
	EXIT_IS(RUN(p, 1, P_SMC, RSI_FID(IPA_STATE_SET), page, page + WORLD_PAGE, RIPAS_RAM, 1),
		.exit_reason = RMI_EXIT_RIPAS_CHANGE, .ripas_base = page, .ripas_top = page + WORLD_PAGE,
		.ripas_value = RIPAS_RAM);
	OK(w, RTT_SET_RIPAS, p->realm.rd, p->realm.recs[1].pa, page, page + WORLD_PAGE);
	assert_int_equal(puppet_finish(HERE, p, 1, 0)[1], page + WORLD_PAGE);
	fill(enter_of(p, 0)->gprs, 0x2000);
	assert_int_equal(puppet_finish(HERE, p, 0, 0)[0], RSI_SUCCESS);
	call = host_call_of(p);
	assert_int_equal(call->gprs[0], 0x2000); /* those of the entry that completes it */
	assert_int_equal(call->gprs[30], 0x201E);
}

/* Another REC made the page EMPTY meanwhile: nothing is written, and the call is over (docs/decisions/0002). */
static void host_call_page_empty(void **state)
{
	struct puppet *p = *state;
	uint64_t page = PUPPET_BUFFER;

	switch_on(p, 1);
	assert_int_equal(RUN(p, 0, P_SMC, RSI_FID(HOST_CALL), CALL_AT)->exit_reason, RMI_EXIT_HOST_CALL);
	RUN(p, 1, P_SMC, RSI_FID(IPA_STATE_SET), page, page + WORLD_PAGE, RIPAS_EMPTY);
	OK(p->world, RTT_SET_RIPAS, p->realm.rd, p->realm.recs[1].pa, page, page + WORLD_PAGE);
	fill(enter_of(p, 0)->gprs, 0x2000);
	assert_int_equal(puppet_finish(HERE, p, 0, 0)[0], RSI_ERROR_INPUT);
	assert_true(world_is_zero(p->world, p->buffer_pa));
}

/* RAM, not there: an abort of the buffer's page, and the SMC is made again when the page is there. */
static void missing_buffer(void **state)
{
	struct puppet *p = *state;
	const struct rsi_realm_config *config;
	uint64_t pa;

	for (unsigned i = 0; i < 2; i++) {
		const struct rmi_rec_exit *exit =
			i == 0 ? RUN(p, 0, P_SMC, RSI_FID(REALM_CONFIG), PUPPET_MISSING) : puppet_enter(HERE, p, 0, 0);

		EXIT_IS(exit, .exit_reason = RMI_EXIT_SYNC, .esr = FIELD_SET(0, ESR_EC, EC_DATA) | FSC_TRANSLATION_L3,
			.hpfar = PUPPET_MISSING >> 8);
	}
	pa = realm_data_unknown(p->world, &p->realm, PUPPET_MISSING);
	assert_int_equal(puppet_finish(HERE, p, 0, 0)[0], RSI_SUCCESS);
	config = world_at(p->world, pa);
	assert_int_equal(config->ipa_width, 32);
	assert_memory_equal(config->rpv, p->realm.params.rpv, RMI_RPV_SIZE);
}

enum { FIRST = 0x20000, PAGES = 8 };

/* Ask for [FIRST + from, FIRST + PAGES) pages; the host gives `gives` of them and answers with `flags`. X1 and X2 of the realm. */
static void change(struct place place, struct puppet *p, uint64_t from, enum rmi_ripas ripas, uint64_t gives,
	uint64_t flags, enum rsi_response response)
{
	uint64_t base = FIRST + from * WORLD_PAGE;
	uint64_t top = FIRST + PAGES * WORLD_PAGE;
	const struct rmi_rec_exit *exit =
		puppet_run(place, p, 0, P_SMC, (const uint64_t[PUPPET_GPRS]){RSI_FID(IPA_STATE_SET), base, top, ripas});
	const uint64_t *x;

	exit_is(place, exit,
		&(struct rmi_rec_exit){.exit_reason = RMI_EXIT_RIPAS_CHANGE,
			.ripas_base = base,
			.ripas_top = top,
			.ripas_value = (uint8_t)ripas});
	if (gives != 0) {
		world_ok(place, p->world,
			CALL(RTT_SET_RIPAS, p->realm.rd, p->realm.recs[0].pa, base, base + gives * WORLD_PAGE));
	}
	x = puppet_finish(place, p, 0, flags);
	if (x[0] != RSI_SUCCESS || x[1] != base + gives * WORLD_PAGE || x[2] != response) {
		print_error("X0 0x%llx X1 0x%llx X2 0x%llx\n", (unsigned long long)x[0], (unsigned long long)x[1],
			(unsigned long long)x[2]);
		_fail(place.file, place.line);
	}
}

static void ripas_is(struct place place, struct puppet *p, uint64_t page, uint64_t count, enum rmi_ripas ripas)
{
	uint64_t base = FIRST + page * WORLD_PAGE;
	const uint64_t *x = puppet_smc(
		place, p, 0, (const uint64_t[PUPPET_GPRS]){RSI_FID(IPA_STATE_GET), base, base + count * WORLD_PAGE});

	if (x[0] != RSI_SUCCESS || x[1] != base + count * WORLD_PAGE || x[2] != ripas) {
		print_error("page %llu: until 0x%llx RIPAS %llu\n", (unsigned long long)page, (unsigned long long)x[1],
			(unsigned long long)x[2]);
		_fail(place.file, place.line);
	}
}

/* Wholly, in part, not at all, and refused; the realm goes on from where the host stopped. */
static void ripas(void **state)
{
	const uint64_t reject = FIELD_MASK(ENTER_FLAG_RIPAS_REJECT);
	struct puppet *p = *state;

	change(HERE, p, 0, RIPAS_EMPTY, PAGES, 0, RSI_ACCEPT);
	ripas_is(HERE, p, 0, PAGES, RIPAS_EMPTY);
	RUN(p, 0, P_LDR_X, FIRST);
	assert_int_equal(FIELD_GET(p->mail[0]->esr, ESR_ABORT_FSC), FSC_EXTERNAL);
	assert_int_equal(p->mail[0]->far, FIRST);
	change(HERE, p, 0, RIPAS_RAM, 3, 0, RSI_ACCEPT);
	ripas_is(HERE, p, 0, 3, RIPAS_RAM);
	ripas_is(HERE, p, 3, PAGES - 3, RIPAS_EMPTY);
	change(HERE, p, 3, RIPAS_RAM, 0, 0, RSI_ACCEPT);
	change(HERE, p, 3, RIPAS_RAM, 0, reject, RSI_REJECT);
	change(HERE, p, 3, RIPAS_RAM, 2, reject, RSI_REJECT);
	ripas_is(HERE, p, 5, PAGES - 5, RIPAS_EMPTY);
	change(HERE, p, 5, RIPAS_RAM, PAGES - 5, reject, RSI_ACCEPT); /* nothing is left to refuse */
	ripas_is(HERE, p, 0, PAGES, RIPAS_RAM);
	change(HERE, p, 0, RIPAS_EMPTY, 1, reject, RSI_ACCEPT);
	ripas_is(HERE, p, 0, 1, RIPAS_EMPTY);
	ripas_is(HERE, p, 1, PAGES - 1, RIPAS_RAM);
}

/* What a realm made EMPTY keeps its page, and has its content again as RAM. */
static void empty_and_back(void **state)
{
	struct puppet *p = *state;
	uint64_t page = PUPPET_BUFFER;

	RUN(p, 0, P_STR_X, page + 8, UINT64_C(0x1122334455667788));
	for (unsigned ripas = 0; ripas < 2; ripas++) {
		RUN(p, 0, P_SMC, RSI_FID(IPA_STATE_SET), page, page + WORLD_PAGE, ripas);
		OK(p->world, RTT_SET_RIPAS, p->realm.rd, p->realm.recs[0].pa, page, page + WORLD_PAGE);
		assert_int_equal(puppet_finish(HERE, p, 0, 0)[1], page + WORLD_PAGE);
		RUN(p, 0, P_LDR_X, page + 8, 5);
		assert_true(p->rang[0]);
		assert_int_equal(p->mail[0]->esr != 0, ripas == RIPAS_EMPTY);
	}
	assert_int_equal(p->mail[0]->x[1], UINT64_C(0x1122334455667788));
}

/* REM = H(REM || value), RIM as it is: what one REC extends the other reads. */
static void measurements(void **state)
{
	struct puppet *p = *state;
	uint64_t once[4];

	switch_on(p, 1);
	assert_int_equal(GUEST_SMC(p, 0, RSI_FID(MEASUREMENT_EXTEND), 2, 16, 1, 2)[0], RSI_SUCCESS);
	memcpy(once, &GUEST_SMC(p, 1, RSI_FID(MEASUREMENT_READ), 2)[1], sizeof(once));
	assert_int_not_equal(once[0] | once[1] | once[2] | once[3], 0);
	assert_int_equal(GUEST_SMC(p, 1, RSI_FID(MEASUREMENT_EXTEND), 2, 16, 1, 2)[0], RSI_SUCCESS);
	assert_memory_not_equal(once, &GUEST_SMC(p, 0, RSI_FID(MEASUREMENT_READ), 2)[1], sizeof(once));
	for (unsigned i = 5; i <= 8; i++) { /* SHA-256 in a slot of 64 bytes */
		assert_int_equal(p->mail[0]->x[i], 0);
	}
}

/* A list register that is not valid: the REC does not run, and goes on unharmed when it is put right. */
static void list_registers(void **state)
{
	struct puppet *p = *state;
	const struct rec *rec = &p->realm.recs[0];
	struct rmi_rec_enter *enter = enter_of(p, 0);

	RUN(p, 0, P_LDR_X, PUPPET_DEVICE);
	for (unsigned n = 0; n < RMI_GIC_LR_COUNT; n++) {
		enter->flags = FIELD_MASK(ENTER_FLAG_EMUL_MMIO);
		enter->gprs[0] = n;
		enter->gicv3_lrs[n] = FIELD_SET(0, ICH_LR_STATE, 1) | 1020;
		REFUSED(p->world, EXPECT(RMI_ERROR_REC, 0, rec_gicv3), REC_ENTER, rec->pa, rec->run);
		enter->gicv3_lrs[n] = FIELD_SET(0, ICH_LR_STATE, 1) | (32 + n);
	}
	assert_int_equal(puppet_finish(HERE, p, 0, FIELD_MASK(ENTER_FLAG_EMUL_MMIO))[1], RMI_GIC_LR_COUNT - 1);
	assert_memory_equal(rec_run(p->world, rec)->exit.gicv3_lrs, enter->gicv3_lrs, sizeof(enter->gicv3_lrs));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, puppet_setup, puppet_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(host_call),
		TEST(host_call_page_gone),
		TEST(host_call_page_empty),
		TEST(missing_buffer),
		TEST(ripas),
		TEST(empty_and_back),
		TEST(measurements),
		TEST(list_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
