/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rec_smoke.c - RECs from creation to destruction on a scripted CPU: entry, exits, emulation, RSI, PSCI. */
#include "tests/unit/support/rec_machine.h"

static void test_create(void **state)
{
	struct machine *w = *state;
	struct reeve_granule_info info;
	struct rmi_rec_params *params = (struct rmi_rec_params *)w->memory[G_NS];

	assert_int_equal(rec_create(w, G_REC0, G_AUX0, 0x10, true), RMI_ERROR_INPUT);
	assert_int_equal(rec_create(w, G_REC0, G_AUX0, 1, true), RMI_ERROR_INPUT);
	assert_int_equal(rec_create(w, G_REC0, G_REC0, 0, true), RMI_ERROR_INPUT);
	EXPECT(w, aux_alias, RMI_ERROR_INPUT, RMI_FID(REC_CREATE), pa_of(G_RD), pa_of(G_REC0), pa_of(G_NS));
	params->aux[0] = pa_of(G_NS);
	EXPECT(w, aux_state, RMI_ERROR_INPUT, RMI_FID(REC_CREATE), pa_of(G_RD), pa_of(G_REC0), pa_of(G_NS));
	params->num_aux = 17;
	EXPECT(w, aux_count, RMI_ERROR_INPUT, RMI_FID(REC_CREATE), pa_of(G_RD), pa_of(G_REC0), pa_of(G_NS));
	params->num_aux = 0;
	EXPECT(w, rec_gran_state, RMI_ERROR_INPUT, RMI_FID(REC_CREATE), pa_of(G_RD), pa_of(G_RD), pa_of(G_NS));
	EXPECT(w, rd_state, RMI_ERROR_INPUT, RMI_FID(REC_CREATE), pa_of(G_ROOT), pa_of(G_REC0), pa_of(G_NS));
	EXPECT(w, aux_count, RMI_ERROR_INPUT, RMI_FID(REC_CREATE), pa_of(G_RD), pa_of(G_REC0), pa_of(G_NS));
	assert_int_equal(rec_create(w, G_REC0, G_AUX0, 0, true), 0);
	assert_true(reeve_monitor_granule(w->monitor, reeve_pa(pa_of(G_AUX0 + 1)), &info));
	assert_int_equal(info.state, GRANULE_REC_AUX);
	assert_int_equal(info.owner.value, pa_of(G_RD));
	assert_int_equal(rec_create(w, G_REC1, G_AUX1, 1, false), 0);
	assert_int_equal(rec_create(w, G_REC1 + 1, G_DATA + 4, 2, false), 0);
	assert_int_equal(rec_create(w, G_DATA + 6, G_DATA + 7, 3, false), RMI_ERROR_REALM);
	assert_int_equal(SMC(w, RMI_FID(REALM_DESTROY), pa_of(G_RD)), RMI_ERROR_REALM);
	assert_int_equal(SMC(w, RMI_FID(REC_DESTROY), pa_of(G_REC0)), 0);
	assert_int_equal(SMC(w, RMI_FID(REC_DESTROY), pa_of(G_REC0)), RMI_ERROR_INPUT);
	assert_int_equal(w->recs_destroyed, 1);
	assert_true(reeve_monitor_granule(w->monitor, reeve_pa(pa_of(G_AUX0 + 1)), &info));
	assert_int_equal(info.state, GRANULE_DELEGATED);
	assert_int_equal(w->memory[G_REC0][0], 0);
}

static void test_enter_conditions(void **state)
{
	struct machine *w = *state;
	struct rmi_rec_enter *e = &run_page(w)->enter;
	uint64_t rec = pa_of(G_REC0);
	uint64_t run = pa_of(G_RUN);

	assert_int_equal(rec_create(w, G_REC0, G_AUX0, 0, true), 0);
	assert_int_equal(rec_create(w, G_REC1, G_AUX1, 1, false), 0);
	EXPECT(w, run_align, RMI_ERROR_INPUT, RMI_FID(REC_ENTER), rec, run + 8);
	EXPECT(w, run_pas, RMI_ERROR_INPUT, RMI_FID(REC_ENTER), rec, rec);
	EXPECT(w, rec_gran_state, RMI_ERROR_INPUT, RMI_FID(REC_ENTER), pa_of(G_RD), run);
	EXPECT(w, realm_new, RMI_ERROR_REALM, RMI_FID(REC_ENTER), rec, run);
	assert_int_equal(SMC(w, RMI_FID(REALM_ACTIVATE), pa_of(G_RD)), 0);
	EXPECT(w, rec_runnable, RMI_ERROR_REC, RMI_FID(REC_ENTER), pa_of(G_REC1), run);
	e->flags = 2;
	EXPECT(w, rec_sea, RMI_ERROR_REC, RMI_FID(REC_ENTER), rec, run);
	e->flags = 1;
	EXPECT(w, rec_mmio, RMI_ERROR_REC, RMI_FID(REC_ENTER), rec, run);
	e->gicv3_hcr = 1;
	EXPECT(w, rec_gicv3, RMI_ERROR_REC, RMI_FID(REC_ENTER), rec, run);
	e->gicv3_hcr = 0x40FE;
	e->flags = 0;
	e->gicv3_lrs[0] = UINT64_C(1) << 62 | 27;
	e->gicv3_lrs[3] = UINT64_C(1) << 62 | 27;
	EXPECT(w, rec_gicv3, RMI_ERROR_REC, RMI_FID(REC_ENTER), rec, run);
	e->gicv3_lrs[3] = UINT64_C(3) << 62 | UINT64_C(0xA8) << 48 | UINT64_C(1) << 41 | 8192;
	e->gicv3_lrs[4] = UINT64_MAX; /* beyond what is implemented */
	EXPECT(w, NONE, 0, RMI_FID(REC_ENTER), rec, run);
	assert_int_equal(run_page(w)->exit.exit_reason, RMI_EXIT_IRQ);
	assert_int_equal(run_page(w)->exit.gicv3_lrs[3], e->gicv3_lrs[3]);
	assert_int_equal(run_page(w)->exit.gicv3_lrs[4], 0);
	assert_int_equal(run_page(w)->exit.gicv3_hcr, 0x40FE);
	assert_int_equal(w->seen[0].gicv3_hcr, 0x40FF);
	assert_int_equal(w->seen[0].pc, 0x1000);
	assert_int_equal(w->seen[0].pstate, 0x3C5);
	assert_int_equal(w->seen[0].gprs[7], 77);
	assert_int_equal(w->seen[0].mpidr_el1, 0x80000000);
}

static void test_lr_validity(void **state)
{
	struct machine *w = *state;
	const uint64_t pending = UINT64_C(1) << 62;
	const struct {
		uint64_t lr;
		bool is_valid;
	} rows[] = {{0, true}, {UINT64_MAX >> 2, true}, {pending | 1019, true}, {pending | 1020, false},
		{pending | 8191, false}, {pending | 65535, true}, {pending | 65536, false}, {pending | 1056, false},
		{pending | UINT64_C(1) << 61, false}, {pending | UINT64_C(1) << 32, false},
		{pending | UINT64_C(1) << 41, true}, {pending | UINT64_C(4) << 48, false},
		{pending | UINT64_C(8) << 48, true}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		run_page(w)->enter.gicv3_lrs[1] = rows[i].lr;
		assert_int_equal(
			SMC(w, RMI_FID(REC_ENTER), pa_of(G_REC0), pa_of(G_RUN)), rows[i].is_valid ? 0 : RMI_ERROR_REC);
	}
}

static void test_mmio(void **state)
{
	struct machine *w = *state;
	const struct {
		uint64_t sas, sse, sf, from_host, want;
	} rows[] = {{0, 0, 0, 0x1FF, 0xFF}, {0, 1, 0, 0x80, 0xFFFFFF80}, {0, 1, 1, 0x80, 0xFFFFFFFFFFFFFF80},
		{1, 0, 1, 0xABCDEF, 0xCDEF}, {1, 1, 0, 0x8000, 0xFFFF8000}, {2, 0, 0, UINT64_MAX, 0xFFFFFFFF},
		{2, 1, 1, 0x80000000, 0xFFFFFFFF80000000}, {3, 0, 1, UINT64_MAX - 1, UINT64_MAX - 1}};
	uint64_t pc = 0x1000;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t esr = EC(0x24) | ISV | rows[i].sas << 22 | rows[i].sse << 21 | UINT64_C(5) << 16 |
			rows[i].sf << 15 | TRANSLATION_3;
		const struct rmi_rec_exit *exit = ENTER(w, trap_of(esr, UNPROTECTED + 0x9018));

		assert_int_equal(exit->exit_reason, RMI_EXIT_SYNC);
		assert_int_equal(exit->esr, esr & ~(UINT64_C(0x1F) << 16) & ~(UINT64_C(1) << 21));
		assert_int_equal(exit->far, 0x18);
		assert_int_equal(exit->hpfar, (UNPROTECTED + 0x9000) >> 8);
		run_page(w)->enter.flags = 1;
		run_page(w)->enter.gprs[0] = rows[i].from_host;
		ENTER(w, rec_idle());
		run_page(w)->enter.flags = 0;
		pc += 4;
		assert_int_equal(w->seen[0].gprs[5], rows[i].want);
		assert_int_equal(w->seen[0].pc, pc);
	}
}

static void test_mmio_write_and_sea(void **state)
{
	struct machine *w = *state;
	uint64_t esr = EC(0x24) | UINT64_C(1) << 25 | ISV | WNR | UINT64_C(1) << 16 | TRANSLATION_3;
	const struct rmi_rec_exit *exit;
	struct step store = trap_of(esr, UNPROTECTED);

	store.sets_x = true;
	store.x[1] = 0x1234;
	exit = ENTER(w, store);
	assert_int_equal(exit->gprs[0], 0x34);
	run_page(w)->enter.flags = 3;
	ENTER(w, rec_idle());
	assert_int_equal(w->seen[0].pc, 0x200);
	assert_int_equal(w->seen[0].el1[EL1_ELR_EL1], 0x1000);
	assert_int_equal(w->seen[0].el1[EL1_SPSR_EL1], 0x3C5);
	assert_int_equal(w->seen[0].el1[EL1_FAR_EL1], UNPROTECTED);
	assert_int_equal(w->seen[0].el1[EL1_ESR_EL1], EC(0x25) | UINT64_C(1) << 25 | UINT64_C(1) << 9 | WNR | 0x10);
	EXPECT(w, rec_sea, RMI_ERROR_REC, RMI_FID(REC_ENTER), pa_of(G_REC0), pa_of(G_RUN));
}

/* A page of the host's, readable only, beside the first of the unprotected half. */
static void map_ns(struct machine *w)
{
	uint64_t desc = pa_of(G_NS) | 6 << 2 | 1 << 6;

	assert_int_equal(SMC(w, RMI_FID(RTT_CREATE), pa_of(G_RD), pa_of(G_DATA + 3), UNPROTECTED, 3), 0);
	assert_int_equal(SMC(w, RMI_FID(RTT_MAP_UNPROTECTED), pa_of(G_RD), UNPROTECTED + 0x1000, 3, desc), 0);
}

/* Each row of the table "Realm access outcome". */
static void test_aborts(void **state)
{
	enum { SEA, AGAIN, HOST, EMULATE };
	static const struct {
		uint64_t esr, ipa;
		int outcome;
	} rows[] = {{EC(0x24) | TRANSLATION_3, 0x1008, AGAIN}, {EC(0x20) | TRANSLATION_3, 0x1000, AGAIN},
		{EC(0x24) | TRANSLATION_3, 0x3000, HOST}, {EC(0x20) | TRANSLATION_3, 0x3000, HOST},
		{EC(0x24) | ISV | TRANSLATION_3, 0x3000, HOST}, {EC(0x24) | TRANSLATION_3, 0x5000, SEA},
		{EC(0x20) | TRANSLATION_3, 0x5000, SEA}, {EC(0x24) | TRANSLATION_3, UNPROTECTED, HOST},
		{EC(0x24) | ISV | TRANSLATION_3, UNPROTECTED, EMULATE}, {EC(0x20) | TRANSLATION_3, UNPROTECTED, SEA},
		{EC(0x24) | TRANSLATION_3, UINT64_C(1) << 32, SEA}, {EC(0x20) | TRANSLATION_3, UINT64_C(1) << 40, SEA},
		{EC(0x24) | TRANSLATION_3, UNPROTECTED + 0x1000, AGAIN},
		{EC(0x20) | PERMISSION_3, UNPROTECTED + 0x1000, SEA},
		{EC(0x24) | ISV | WNR | PERMISSION_3, UNPROTECTED + 0x1000, HOST}};
	struct machine *w = *state;

	map_ns(w);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct rmi_rec_exit *exit = ENTER(w, trap_of(rows[i].esr, rows[i].ipa));
		bool to_host = rows[i].outcome == HOST || rows[i].outcome == EMULATE;

		assert_int_equal(exit->exit_reason, to_host ? RMI_EXIT_SYNC : RMI_EXIT_IRQ);
		assert_int_equal(exit->hpfar, to_host ? rows[i].ipa >> 12 << 4 : 0);
		assert_int_equal((exit->esr & ISV) != 0, rows[i].outcome == EMULATE);
		if (!to_host) {
			assert_int_equal(w->seen[1].pc == 0x200, rows[i].outcome == SEA);
			assert_int_equal(exit->esr, 0);
		}
		machine_teardown(state);
		machine_setup_active(state);
		w = *state;
		map_ns(w);
	}
}

static void test_traps(void **state)
{
	struct machine *w = *state;
	uint64_t sgi1r = EC(0x18) | 3 << 20 | 5 << 17 | 12 << 10 | 11 << 1 | 2 << 5;
	uint64_t pmr_read = EC(0x18) | 3 << 20 | 4 << 10 | 6 << 1 | 3 << 5 | 1;
	struct step sgi = trap_of(sgi1r, 0);
	struct step serror = {.trap = {REC_TRAP_SERROR, EC(0x2F) | 0x11, 0, 0}};
	const struct rmi_rec_exit *exit = ENTER(w, trap_of(EC(0x01) | 1, 0), trap_of(EC(0x16), 0));

	assert_int_equal(exit->exit_reason, RMI_EXIT_IRQ);
	assert_int_equal(w->seen[1].pc, 0x1004);
	assert_int_equal(w->seen[2].el1[EL1_ELR_EL1], 0x1004);
	assert_int_equal(w->seen[2].el1[EL1_ESR_EL1], UINT64_C(1) << 25);
	run_page(w)->enter.flags = 8;
	exit = ENTER(w, trap_of(EC(0x01), 0), trap_of(EC(0x01) | 1, 0));
	assert_int_equal(exit->esr, EC(0x01) | 1);
	sgi.sets_x = true;
	sgi.x[2] = 0xF00D;
	exit = ENTER(w, sgi);
	assert_int_equal(exit->esr, sgi1r);
	assert_int_equal(exit->gprs[0], 0xF00D);
	ENTER(w, trap_of(pmr_read, 0));
	run_page(w)->enter.gprs[0] = 0xAA;
	exit = ENTER(w, trap_of(EC(0x18) | 3 << 20 | 4 << 1 | 1 << 5 | 1, 0), serror);
	assert_int_equal(w->seen[0].gprs[3], 0xAA);
	assert_int_equal(w->seen[1].gprs[1], 0);
	assert_int_equal(w->seen[1].pc, w->seen[0].pc + 4);
	assert_int_equal(exit->exit_reason, RMI_EXIT_SERROR);
	assert_int_equal(exit->esr, EC(0x2F) | 0x11);
}

static void test_rsi(void **state)
{
	struct machine *w = *state;
	struct rsi_realm_config *config = (struct rsi_realm_config *)w->memory[G_DATA + 1];

	ENTER(w, smc_of(RSI_FID(VERSION), 0x10000, 0, 0, 0), smc_of(RSI_FID(VERSION), 0x20000, 0, 0, 0),
		smc_of(RSI_FID(MEASUREMENT_READ), 5, 0, 0, 0), smc_of(RSI_FID(MEASUREMENT_EXTEND), 1, 8, 99, 0),
		smc_of(RSI_FID(MEASUREMENT_READ), 1, 0, 0, 0), smc_of(RSI_FID(REALM_CONFIG), 0x2000, 0, 0, 0),
		smc_of(RSI_FID(IPA_STATE_GET), 0x1000, 0x8000, 0, 0), smc_of(RSI_FID(HOST_CALL) + 1, 0, 0, 0, 0));
	assert_int_equal(w->seen[1].gprs[0], RSI_SUCCESS);
	assert_int_equal(w->seen[1].gprs[2], 0x10000);
	assert_int_equal(w->seen[2].gprs[0], RSI_ERROR_INPUT);
	assert_int_equal(w->seen[3].gprs[0], RSI_ERROR_INPUT);
	assert_int_equal(w->seen[4].gprs[0], RSI_SUCCESS);
	assert_int_equal(w->seen[5].gprs[0], RSI_SUCCESS);
	assert_int_not_equal(w->seen[5].gprs[1], 0);
	assert_int_equal(w->seen[5].gprs[8], 0);
	assert_int_equal(w->seen[6].gprs[0], RSI_SUCCESS);
	assert_int_equal(config->ipa_width, 32);
	assert_int_equal(config->rpv[0], 0x5A);
	assert_int_equal(w->seen[7].gprs[1], 0x4000);
	assert_int_equal(w->seen[7].gprs[2], RIPAS_RAM);
	assert_true(w->seen[8].gprs[0] == SMCCC_NOT_SUPPORTED);
	assert_int_equal(w->seen[8].pc, 0x1000 + 8 * 4);
}

static void test_rsi_pages(void **state)
{
	struct machine *w = *state;
	const struct rmi_rec_exit *exit = ENTER(w, smc_of(RSI_FID(REALM_CONFIG), 0x2001, 0, 0, 0),
		smc_of(RSI_FID(REALM_CONFIG), UNPROTECTED, 0, 0, 0), smc_of(RSI_FID(REALM_CONFIG), 0x5000, 0, 0, 0),
		smc_of(RSI_FID(REALM_CONFIG), 0x3000, 0, 0, 0));

	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(w->seen[i].gprs[0], RSI_ERROR_INPUT);
	}
	assert_int_equal(exit->exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(exit->esr, EC(0x24) | TRANSLATION_3);
	assert_int_equal(exit->hpfar, 0x30);
	assert_int_equal(SMC(w, RMI_FID(DATA_CREATE_UNKNOWN), pa_of(G_RD), pa_of(G_DATA + 2), 0x3000), 0);
	ENTER(w, smc_of(RSI_FID(REALM_CONFIG), 0x3000, 0, 0, 0));
	assert_int_equal(w->seen[0].pc, w->seen[1].pc - 4);
	assert_int_equal(w->seen[0].pc, 0x1000 + 3 * 4);
	assert_int_equal(w->seen[1].gprs[0], RSI_SUCCESS);
}

static void test_host_call(void **state)
{
	struct machine *w = *state;
	struct rsi_host_call *call = (struct rsi_host_call *)(w->memory[G_DATA + 1] + 0x100);
	const struct rmi_rec_exit *exit;

	call->imm = 42;
	call->gprs[30] = 30;
	exit = ENTER(w, smc_of(RSI_FID(HOST_CALL), 0x2080, 0, 0, 0), smc_of(RSI_FID(HOST_CALL), 0x2100, 0, 0, 0));
	assert_int_equal(w->seen[1].gprs[0], RSI_ERROR_INPUT);
	assert_int_equal(exit->exit_reason, RMI_EXIT_HOST_CALL);
	assert_int_equal(exit->imm, 42);
	assert_int_equal(exit->gprs[30], 30);
	assert_int_equal(SMC(w, RMI_FID(DATA_DESTROY), pa_of(G_RD), 0x2000), 0);
	exit = ENTER(w, rec_idle());
	assert_int_equal(exit->esr, EC(0x24) | TRANSLATION_3);
	assert_int_equal(exit->hpfar, 0x20);
	assert_int_equal(w->step, 0);
	call = (struct rsi_host_call *)(w->memory[G_DATA + 2] + 0x100);
	assert_int_equal(SMC(w, RMI_FID(DATA_CREATE_UNKNOWN), pa_of(G_RD), pa_of(G_DATA + 2), 0x2000), 0);
	/* The page is DESTROYED now: not there for the hardware until the realm takes it back. */
	exit = ENTER(w, rec_idle());
	assert_int_equal(exit->exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(call->gprs[30], 0);
}

static void test_host_call_answer(void **state)
{
	struct machine *w = *state;
	struct rsi_host_call *call = (struct rsi_host_call *)(w->memory[G_DATA + 1] + 0x100);

	ENTER(w, smc_of(RSI_FID(HOST_CALL), 0x2100, 0, 0, 0));
	run_page(w)->enter.gprs[0] = 7;
	run_page(w)->enter.gprs[30] = 37;
	ENTER(w, rec_idle());
	assert_int_equal(w->seen[0].gprs[0], RSI_SUCCESS);
	assert_int_equal(w->seen[0].pc, 0x1004);
	assert_int_equal(call->gprs[0], 7);
	assert_int_equal(call->gprs[30], 37);
}

static void test_ripas(void **state)
{
	struct machine *w = *state;
	const struct rmi_rec_exit *exit = ENTER(w, smc_of(RSI_FID(IPA_STATE_SET), 0x5000, 0x5000, 1, 0),
		smc_of(RSI_FID(IPA_STATE_SET), 0x5000, 0x6000, 2, 0),
		smc_of(RSI_FID(IPA_STATE_SET), 0x5000, UNPROTECTED + 0x1000, 1, 0),
		smc_of(RSI_FID(IPA_STATE_SET), 0x5000, 0x8000, 1, 0));

	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(w->seen[i].gprs[0], RSI_ERROR_INPUT);
	}
	assert_int_equal(exit->exit_reason, RMI_EXIT_RIPAS_CHANGE);
	assert_int_equal(exit->ripas_base, 0x5000);
	assert_int_equal(exit->ripas_top, 0x8000);
	assert_int_equal(exit->ripas_value, RIPAS_RAM);
	assert_int_equal(SMC(w, RMI_FID(RTT_SET_RIPAS), pa_of(G_RD), pa_of(G_REC0), 0x5000, 0x6000), 0);
	run_page(w)->enter.flags = 16;
	ENTER(w, smc_of(RSI_FID(IPA_STATE_GET), 0x5000, 0x8000, 0, 0));
	assert_int_equal(w->seen[0].gprs[0], RSI_SUCCESS);
	assert_int_equal(w->seen[0].gprs[1], 0x6000);
	assert_int_equal(w->seen[0].gprs[2], RSI_REJECT);
	assert_int_equal(w->seen[1].gprs[1], 0x6000);
	assert_int_not_equal(SMC(w, RMI_FID(RTT_SET_RIPAS), pa_of(G_RD), pa_of(G_REC0), 0x6000, 0x7000), 0);
}

static void test_psci_on(void **state)
{
	struct machine *w = *state;
	uint64_t complete = RMI_FID(PSCI_COMPLETE);
	uint64_t denied = (uint64_t)PSCI_STATUS_DENIED;
	uint64_t caller = pa_of(G_REC0);
	uint64_t target = pa_of(G_REC1);
	const struct rmi_rec_exit *exit;

	EXPECT(w, pending, RMI_ERROR_INPUT, complete, caller, target, 0);
	exit = ENTER(w, smc_of(PSCI_FID64_CPU_ON, 1, UNPROTECTED, 0, 0), smc_of(PSCI_FID64_CPU_ON, 2, 0x1000, 0, 0),
		smc_of(PSCI_FID64_CPU_ON, 0, 0x1000, 0, 0), smc_of(PSCI_FID64_CPU_ON, 1, 0x1000, 55, 0));
	assert_int_equal((int64_t)w->seen[1].gprs[0], PSCI_STATUS_INVALID_ADDRESS);
	assert_int_equal((int64_t)w->seen[2].gprs[0], PSCI_STATUS_INVALID_PARAMETERS);
	assert_int_equal((int64_t)w->seen[3].gprs[0], PSCI_STATUS_ALREADY_ON);
	assert_int_equal(exit->exit_reason, RMI_EXIT_PSCI);
	assert_int_equal(exit->gprs[0], PSCI_FID64_CPU_ON);
	assert_int_equal(exit->gprs[1], 1);
	EXPECT(w, rec_psci, RMI_ERROR_REC, RMI_FID(REC_ENTER), caller, pa_of(G_RUN));
	EXPECT(w, alias, RMI_ERROR_INPUT, complete, caller, caller, 0);
	EXPECT(w, caller_gran_state, RMI_ERROR_INPUT, complete, pa_of(G_RD), target, 0);
	EXPECT(w, target_gran_state, RMI_ERROR_INPUT, complete, caller, pa_of(G_RD), 0);
	EXPECT(w, psci_status, RMI_ERROR_INPUT, complete, caller, target, 1);
	EXPECT(w, NONE, 0, complete, caller, target, 0);
	assert_int_equal(SMC(w, RMI_FID(REC_ENTER), target, pa_of(G_RUN)), 0);
	assert_int_equal(w->seen[w->step].gprs[0], 55);
	assert_int_equal(w->seen[w->step].pc, 0x1000);
	assert_int_equal(w->seen[w->step].mpidr_el1, 0x80000001);
	ENTER(w, smc_of(PSCI_FID32_AFFINITY_INFO, 1, 0, 0, 0));
	assert_int_equal(w->seen[0].gprs[0], 0);
	assert_int_equal(w->seen[0].gprs[3], 0);
	EXPECT(w, psci_status, RMI_ERROR_INPUT, complete, caller, target, denied);
	EXPECT(w, NONE, 0, complete, caller, target, 0);
	ENTER(w, smc_of(PSCI_FID64_CPU_ON, 1, 0x1000, 55, 0));
	assert_int_equal(w->seen[0].gprs[0], PSCI_AFFINITY_ON);
	EXPECT(w, psci_status, RMI_ERROR_INPUT, complete, caller, target, denied);
	EXPECT(w, NONE, 0, complete, caller, target, 0);
	ENTER(w, rec_idle());
	assert_int_equal((int64_t)w->seen[0].gprs[0], PSCI_STATUS_ALREADY_ON);
}

static void test_psci_off(void **state)
{
	struct machine *w = *state;
	const struct rmi_rec_exit *exit = ENTER(w, smc_of(PSCI_FID32_VERSION, 0, 0, 0, 0),
		smc_of(PSCI_FID32_FEATURES, PSCI_FID64_CPU_ON, 0, 0, 0),
		smc_of(PSCI_FID32_FEATURES, 0x84000099, 0, 0, 0), smc_of(SMCCC_FID_VERSION, 0, 0, 0, 0),
		smc_of(0x84000099, 0, 0, 0, 0), smc_of(PSCI_FID64_CPU_SUSPEND, 1, 2, 3, 0));

	assert_int_equal(w->seen[1].gprs[0], 0x10001);
	assert_int_equal(w->seen[2].gprs[0], 0);
	assert_true(w->seen[3].gprs[0] == UINT64_MAX);
	assert_int_equal(w->seen[4].gprs[0], 0x10002);
	assert_true(w->seen[5].gprs[0] == UINT64_MAX);
	assert_int_equal(exit->gprs[0], PSCI_FID64_CPU_SUSPEND);
	exit = ENTER(w, smc_of(PSCI_FID32_SYSTEM_OFF, 0, 0, 0, 0));
	assert_int_equal(w->seen[0].gprs[0], 0);
	assert_int_equal(exit->exit_reason, RMI_EXIT_PSCI);
	EXPECT(w, system_off, RMI_ERROR_REALM | 1 << 8, RMI_FID(REC_ENTER), pa_of(G_REC0), pa_of(G_RUN));
}

static void test_cpu_off(void **state)
{
	struct machine *w = *state;

	ENTER(w, smc_of(PSCI_FID32_CPU_OFF, 0, 0, 0, 0));
	assert_int_equal(run_page(w)->exit.gprs[0], PSCI_FID32_CPU_OFF);
	EXPECT(w, rec_runnable, RMI_ERROR_REC, RMI_FID(REC_ENTER), pa_of(G_REC0), pa_of(G_RUN));
}

/* A realm that calls for ever lets the host in. */
static void test_endless_calls(void **state)
{
	struct machine *w = *state;

	w->repeats = true;
	assert_int_equal(ENTER(w, smc_of(RSI_FID(VERSION), 0, 0, 0, 0))->exit_reason, RMI_EXIT_IRQ);
	assert_in_range(w->runs, 2, 100000);
}

#define TEST(name, prepare) cmocka_unit_test_setup_teardown(name, prepare, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_create, machine_setup),
		TEST(test_enter_conditions, machine_setup),
		TEST(test_lr_validity, machine_setup_active),
		TEST(test_mmio, machine_setup_active),
		TEST(test_mmio_write_and_sea, machine_setup_active),
		TEST(test_aborts, machine_setup_active),
		TEST(test_traps, machine_setup_active),
		TEST(test_rsi, machine_setup_active),
		TEST(test_rsi_pages, machine_setup_active),
		TEST(test_host_call, machine_setup_active),
		TEST(test_host_call_answer, machine_setup_active),
		TEST(test_ripas, machine_setup_active),
		TEST(test_psci_on, machine_setup_active),
		TEST(test_psci_off, machine_setup_active),
		TEST(test_cpu_off, machine_setup_active),
		TEST(test_endless_calls, machine_setup_active),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
