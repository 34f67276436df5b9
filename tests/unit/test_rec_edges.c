/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rec_edges.c - RECs where CPUs meet and where answers are odd: running RECs, EL0, external aborts, refused requests. */
#include "tests/unit/support/rec_machine.h"

#include <string.h>

#include "monitor/rec.h"

#define SPSR_EL0 UINT64_C(0)
#define EA (UINT64_C(1) << 9)

static struct rec_cpu *cpu_of(struct machine *w, unsigned g)
{
	return &((struct rec *)w->memory[g])->cpu;
}

static void other_cpu(struct machine *w, enum rmi_condition want, uint64_t status, const uint64_t args[6])
{
	enum rmi_condition got;

	assert_int_equal(smc_on(w, 1, args, &got), status);
	assert_string_equal(rmi_condition_name(got), rmi_condition_name(want));
}

static void during_run(struct machine *w)
{
	uint64_t rec = pa_of(G_REC0);

	other_cpu(w, CONDITION_rec_state, RMI_ERROR_REC, (const uint64_t[6]){RMI_FID(REC_ENTER), rec, pa_of(G_RUN)});
	other_cpu(w, CONDITION_rec_state, RMI_ERROR_REC, (const uint64_t[6]){RMI_FID(REC_DESTROY), rec});
	other_cpu(w, CONDITION_caller_state, RMI_ERROR_INPUT,
		(const uint64_t[6]){RMI_FID(PSCI_COMPLETE), rec, pa_of(G_REC1), 0});
	other_cpu(w, CONDITION_NONE, 0, (const uint64_t[6]){RMI_FID(GRANULE_DELEGATE), pa_of(G_RUN)});
}

/* What runs cannot be touched; and a run page that went away is an error of the entry, after which the REC is READY. */
static void test_running(void **state)
{
	struct machine *w = *state;

	w->during = during_run;
	EXPECT(w, run_pas, RMI_ERROR_INPUT, RMI_FID(REC_ENTER), pa_of(G_REC0), pa_of(G_RUN));
	assert_int_equal(w->memory[G_RUN][0x800], 0);
	assert_int_equal(SMC(w, RMI_FID(REC_ENTER), pa_of(G_REC0), pa_of(G_NS)), 0);
	assert_int_equal(SMC(w, RMI_FID(REC_DESTROY), pa_of(G_REC0)), 0);
}

static void during_target_runs(struct machine *w)
{
	other_cpu(w, CONDITION_NONE, 0, (const uint64_t[6]){RMI_FID(PSCI_COMPLETE), pa_of(G_REC0), pa_of(G_REC1), 0});
}

/* The target is switched on by one answer, and is running while another is given. */
static void test_complete_while_target_runs(void **state)
{
	struct machine *w = *state;

	cpu_of(w, G_REC0)->el1[EL1_SCTLR_EL1] |= UINT64_C(1) << 25;
	ENTER(w, smc_of(PSCI_FID64_CPU_ON, 1, 0x1000, 0, 0));
	assert_int_equal(SMC(w, RMI_FID(PSCI_COMPLETE), pa_of(G_REC0), pa_of(G_REC1), 0), 0);
	assert_int_equal(cpu_of(w, G_REC1)->el1[EL1_SCTLR_EL1], 0x30C50830 | UINT64_C(1) << 25);
	ENTER(w, smc_of(PSCI_FID64_AFFINITY_INFO, 0x80000001, 0, 0, 0));
	memset(w->steps, 0, sizeof(w->steps));
	w->step = 0;
	w->during = during_target_runs;
	assert_int_equal(SMC(w, RMI_FID(REC_ENTER), pa_of(G_REC1), pa_of(G_NS)), 0);
	ENTER(w, rec_idle());
	assert_int_equal(w->seen[0].gprs[0], PSCI_AFFINITY_ON);
}

/* Section 10, CPU_ON: nothing is left of what the REC did before, but who it is. */
static void test_reset(void **state)
{
	struct rec_cpu cpu;
	struct rec_cpu before;

	(void)state;
	memset(&before, 0x01, sizeof(before)); /* bools are true */
	cpu = before;
	rec_reset(&cpu, 0x2000, 0x77);
	assert_int_equal(cpu.pc, 0x2000);
	assert_int_equal(cpu.pstate, 0x3C5);
	assert_int_equal(cpu.gprs[0], 0x77);
	for (unsigned i = 1; i < RMI_GPR_COUNT; i++) {
		assert_int_equal(cpu.gprs[i], 0);
	}
	assert_int_equal(cpu.sp_el0 | cpu.sp_el1 | cpu.el1[EL1_VBAR_EL1] | cpu.el1[EL1_ELR_EL1], 0);
	assert_int_equal(cpu.el1[EL1_SCTLR_EL1], 0x30C50830);
	assert_int_equal(cpu.cntp_ctl | cpu.cntv_ctl | cpu.gicv3_lrs[0] | cpu.gicv3_vmcr, 0);
	assert_int_equal(cpu.mpidr_el1, before.mpidr_el1);
	assert_int_equal(cpu.rec.value, before.rec.value);
	assert_int_equal(cpu.stage2.root.value, before.stage2.root.value);
	assert_int_equal(cpu.features.num_bps, before.features.num_bps);
}

enum access_outcome { OUTCOME_SEA, OUTCOME_HOST, OUTCOME_AGAIN };

/* An access by the class `ec` to `ipa`, from where the REC began: the realm takes an abort, the host is told, or it is made again. */
static void access_ends(struct machine *w, uint64_t ec, uint64_t ipa, enum access_outcome want)
{
	struct rec_cpu *cpu = cpu_of(w, G_REC0);
	const struct rmi_rec_exit *exit;

	cpu->pc = 0x1000;
	cpu->el1[EL1_ESR_EL1] = 0;
	exit = ENTER(w, trap_of(EC(ec) | TRANSLATION_3, ipa));
	assert_int_equal(exit->exit_reason, want == OUTCOME_HOST ? RMI_EXIT_SYNC : RMI_EXIT_IRQ);
	assert_int_equal(cpu->pc, want == OUTCOME_SEA ? 0x200 : 0x1000);
	assert_int_equal(cpu->el1[EL1_ESR_EL1], want == OUTCOME_SEA ? EC(ec + 1) | EA | 0x10 : 0);
}

/* The table "Realm access outcome" of section 4. */
static void test_access_outcomes(void **state)
{
	static const struct {
		uint64_t ipa;
		enum access_outcome data, fetch;
	} rows[] = {
		{0, OUTCOME_SEA, OUTCOME_SEA},                          /* UNASSIGNED, EMPTY */
		{0x2000, OUTCOME_SEA, OUTCOME_SEA},                     /* ASSIGNED, EMPTY */
		{0x1000, OUTCOME_AGAIN, OUTCOME_AGAIN},                 /* ASSIGNED, RAM */
		{0x3000, OUTCOME_HOST, OUTCOME_HOST},                   /* UNASSIGNED, RAM */
		{0x4000, OUTCOME_HOST, OUTCOME_HOST},                   /* UNASSIGNED, DESTROYED */
		{0x5000, OUTCOME_HOST, OUTCOME_HOST},                   /* ASSIGNED, DESTROYED */
		{UNPROTECTED, OUTCOME_AGAIN, OUTCOME_SEA},              /* ASSIGNED_NS */
		{UNPROTECTED + 0x200000, OUTCOME_HOST, OUTCOME_SEA},    /* UNASSIGNED_NS */
		{UINT64_C(1) << 32 | 0x1000, OUTCOME_SEA, OUTCOME_SEA}, /* beyond */
	};
	struct machine *w = *state;

	for (uint64_t ipa = 0x3000; ipa <= 0x5000; ipa += 0x1000) {
		ENTER(w, smc_of(RSI_FID(IPA_STATE_SET), ipa, ipa + 0x1000, RIPAS_RAM, 0));
		EXPECT(w, NONE, 0, RMI_FID(RTT_SET_RIPAS), pa_of(G_RD), pa_of(G_REC0), ipa, ipa + 0x1000);
	}
	for (uint64_t ipa = 0x4000; ipa <= 0x5000; ipa += 0x1000) {
		EXPECT(w, NONE, 0, RMI_FID(DATA_CREATE_UNKNOWN), pa_of(G_RD), pa_of(G_DATA + 2), ipa);
		EXPECT(w, NONE, 0, RMI_FID(DATA_DESTROY), pa_of(G_RD), ipa);
	}
	EXPECT(w, NONE, 0, RMI_FID(DATA_CREATE_UNKNOWN), pa_of(G_RD), pa_of(G_DATA + 2), 0x5000);
	ENTER(w, smc_of(RSI_FID(IPA_STATE_SET), 0x2000, 0x3000, RIPAS_EMPTY, 0));
	EXPECT(w, NONE, 0, RMI_FID(RTT_SET_RIPAS), pa_of(G_RD), pa_of(G_REC0), 0x2000, 0x3000);
	EXPECT(w, NONE, 0, RMI_FID(RTT_MAP_UNPROTECTED), pa_of(G_RD), UNPROTECTED, 2, BASE | 0xD8);
	ENTER(w, rec_idle());
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		access_ends(w, 0x24, rows[i].ipa, rows[i].data);
		access_ends(w, 0x20, rows[i].ipa, rows[i].fetch);
	}
}

/* Who is asked about goes on as it was, on or off. */
static void test_affinity_changes_nobody(void **state)
{
	struct machine *w = *state;

	ENTER(w, smc_of(PSCI_FID64_CPU_ON, 1, 0x2000, 0x77, 0));
	EXPECT(w, NONE, 0, RMI_FID(PSCI_COMPLETE), pa_of(G_REC0), pa_of(G_REC1), 0);
	ENTER(w, smc_of(PSCI_FID64_AFFINITY_INFO, 1, 0, 0, 0));
	EXPECT(w, NONE, 0, RMI_FID(PSCI_COMPLETE), pa_of(G_REC0), pa_of(G_REC1), 0);
	assert_int_equal(cpu_of(w, G_REC1)->pc, 0x2000);
	assert_int_equal(cpu_of(w, G_REC1)->gprs[0], 0x77);
}

static void test_denied(void **state)
{
	struct machine *w = *state;
	uint64_t denied = (uint64_t)PSCI_STATUS_DENIED;

	ENTER(w, smc_of(PSCI_FID32_CPU_ON, UINT64_C(1) << 32 | 1, 0x1000, 0, 0));
	EXPECT(w, NONE, 0, RMI_FID(PSCI_COMPLETE), pa_of(G_REC0), pa_of(G_REC1), denied);
	EXPECT(w, rec_runnable, RMI_ERROR_REC, RMI_FID(REC_ENTER), pa_of(G_REC1), pa_of(G_NS));
	ENTER(w, smc_of(PSCI_FID32_AFFINITY_INFO, 1, 0, 0, 0));
	assert_int_equal((int64_t)w->seen[0].gprs[0], PSCI_STATUS_DENIED);
	EXPECT(w, psci_status, RMI_ERROR_INPUT, RMI_FID(PSCI_COMPLETE), pa_of(G_REC0), pa_of(G_REC1), denied);
	EXPECT(w, NONE, 0, RMI_FID(PSCI_COMPLETE), pa_of(G_REC0), pa_of(G_REC1), 0);
	ENTER(w, rec_idle());
	assert_int_equal(w->seen[0].gprs[0], PSCI_AFFINITY_OFF);
}

/* The caller's request names REC 1; of another realm or another index it is not the target. */
static void test_wrong_target(void **state)
{
	struct machine *w = *state;
	struct rec *target = (struct rec *)w->memory[G_REC1];
	struct granule_index rd = target->rd;
	uint64_t args[6] = {RMI_FID(PSCI_COMPLETE), pa_of(G_REC0), pa_of(G_REC1), 0};
	enum rmi_condition got;

	ENTER(w, smc_of(PSCI_FID64_CPU_ON, 1, 0x1000, 0, 0));
	target->rd.value++;
	assert_int_equal(smc_on(w, 0, args, &got), RMI_ERROR_INPUT);
	assert_int_equal(got, CONDITION_owner);
	target->rd = rd;
	target->index = 2;
	assert_int_equal(smc_on(w, 0, args, &got), RMI_ERROR_INPUT);
	assert_int_equal(got, CONDITION_target);
	target->index = 1;
	EXPECT(w, NONE, 0, args[0], args[1], args[2], 0);
}

static void test_mpidr(void **state)
{
	const struct {
		uint64_t mpidr, el1;
		uint32_t index;
	} rows[] = {{0, 0x80000000, 0}, {0xF, 0x8000000F, 15}, {0x100, 0x80000100, 16}, {0xFF00, 0x8000FF00, 0xFF0},
		{0x10000, 0x80010000, 0x1000}, {0xFF000000, UINT64_C(0xFF80000000), 0xFF00000}};
	const uint64_t malformed[] = {0x10, 0x80, UINT64_C(1) << 32, UINT64_C(1) << 63};
	uint32_t index = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(rec_mpidr_index(rows[i].mpidr, &index));
		assert_int_equal(index, rows[i].index);
		assert_true(rec_mpidr_el1(rows[i].mpidr) == rows[i].el1);
		assert_true(rec_mpidr_el1_index(rows[i].el1, &index));
		assert_int_equal(index, rows[i].index);
		assert_true(rec_mpidr_el1_index(rows[i].el1 & ~UINT64_C(0x80000000), &index));
	}
	index = 7;
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		assert_false(rec_mpidr_index(malformed[i], &index));
		assert_int_equal(index, 7);
	}
	assert_false(rec_mpidr_el1_index(UINT64_C(1) << 30, &index));
	assert_false(rec_mpidr_el1_index(0x10, &index));
}

/* SEA wins when both are asked for, also where nothing could be emulated. */
static void test_sea_and_mmio(void **state)
{
	struct machine *w = *state;

	ENTER(w, trap_of(EC(0x24) | TRANSLATION_3, UNPROTECTED));
	run_page(w)->enter.flags = 1;
	EXPECT(w, rec_mmio, RMI_ERROR_REC, RMI_FID(REC_ENTER), pa_of(G_REC0), pa_of(G_RUN));
	run_page(w)->enter.flags = 3;
	ENTER(w, rec_idle());
	assert_int_equal(w->seen[0].pc, 0x200);
	assert_int_equal(w->seen[0].el1[EL1_ESR_EL1], EC(0x25) | EA | 0x10);
}

/* AArch32 code has other registers: its accesses are not emulated, whatever the syndrome says (section 9). */
static void test_aarch32(void **state)
{
	struct machine *w = *state;
	const struct rmi_rec_exit *exit;

	cpu_of(w, G_REC0)->pstate = 0x10;
	exit = ENTER(w, trap_of(EC(0x24) | ISV | WNR | TRANSLATION_3, UNPROTECTED));
	assert_int_equal(exit->esr, EC(0x24) | TRANSLATION_3);
	assert_int_equal(exit->gprs[0], 0);
	run_page(w)->enter.flags = 1;
	EXPECT(w, rec_mmio, RMI_ERROR_REC, RMI_FID(REC_ENTER), pa_of(G_REC0), pa_of(G_RUN));
}

/* An access that is neither emulated nor aborted is made again, and is forgotten. */
static void test_neither_sea_nor_mmio(void **state)
{
	struct machine *w = *state;

	ENTER(w, trap_of(EC(0x24) | ISV | TRANSLATION_3, UNPROTECTED));
	ENTER(w, rec_idle());
	assert_int_equal(w->seen[0].pc, 0x1000);
	run_page(w)->enter.flags = 1;
	EXPECT(w, rec_mmio, RMI_ERROR_REC, RMI_FID(REC_ENTER), pa_of(G_REC0), pa_of(G_RUN));
}

/* The flags stay, what belongs to one instruction goes, and PAN comes unless SCTLR_EL1.SPAN says otherwise (Arm ARM D1.3). */
static void test_pstate_of_exceptions(void **state)
{
	const uint64_t nzcv = UINT64_C(0xF) << 28;
	struct rec_cpu cpu = {.pstate = nzcv | FIELD_MASK(SPSR_IL) | FIELD_MASK(SPSR_SS) | FIELD_MASK(SPSR_UAO)};

	(void)state;
	cpu.el1[EL1_SCTLR_EL1] = FIELD_MASK(SCTLR_SPAN);
	monitor_take_exception(&cpu, 0);
	assert_int_equal(cpu.pstate, nzcv | 0x3C5);
	cpu.el1[EL1_SCTLR_EL1] = 0;
	monitor_take_exception(&cpu, 0);
	assert_int_equal(cpu.pstate, nzcv | 0x3C5 | FIELD_MASK(SPSR_PAN));
}

/* Where exceptions are taken to, by where from. */
static void test_vectors(void **state)
{
	const struct {
		uint64_t pstate, offset, data, fetch;
	} rows[] = {
		{SPSR_EL0, 0x400, 0x24, 0x20}, {0x10, 0x600, 0x24, 0x20}, {4, 0, 0x25, 0x21}, {5, 0x200, 0x25, 0x21}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rec_cpu cpu = {.pc = 0x8000, .pstate = rows[i].pstate};

		cpu.el1[EL1_VBAR_EL1] = 0x10000;
		cpu.el1[EL1_SCTLR_EL1] = FIELD_MASK(SCTLR_SPAN);
		inject_sea(&cpu, EC(0x24) | ISV | WNR | TRANSLATION_3, 0x77);
		assert_int_equal(cpu.pc, 0x10000 + rows[i].offset);
		assert_int_equal(cpu.pstate, 0x3C5);
		assert_int_equal(cpu.el1[EL1_SPSR_EL1], rows[i].pstate);
		assert_int_equal(cpu.el1[EL1_ESR_EL1], EC(rows[i].data) | EA | WNR | 0x10);
		assert_int_equal(cpu.el1[EL1_FAR_EL1], 0x77);
		cpu.pstate = rows[i].pstate;
		inject_sea(&cpu, EC(0x20) | TRANSLATION_3, 0x78);
		assert_int_equal(cpu.el1[EL1_ESR_EL1], EC(rows[i].fetch) | EA | 0x10);
	}
}

/* External aborts show no address; what is recoverable (SET 0) the realm takes too. */
static void test_external_aborts(void **state)
{
	struct machine *w = *state;
	uint64_t esr = EC(0x24) | ISV | EA | 0x10;
	const struct rmi_rec_exit *exit = ENTER(w, trap_of(esr | 2 << 11, 0x1000));

	assert_int_equal(exit->exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(exit->esr, (esr & ~ISV) | 2 << 11);
	assert_int_equal(exit->hpfar, 0);
	ENTER(w, trap_of(esr, 0x1000));
	assert_int_equal(w->seen[0].pc, 0x1000);
	ENTER(w, rec_idle());
	assert_int_equal(w->seen[0].pc, 0x200);
}

static void during_gic(struct machine *w)
{
	struct rec_cpu *cpu = cpu_of(w, G_REC0);

	cpu->gicv3_hcr = UINT64_MAX;
	cpu->gicv3_misr = 0x11;
	cpu->gicv3_vmcr = 0x22;
	cpu->gicv3_lrs[3] = 0x33;
	cpu->gicv3_lrs[4] = 0x44;
}

/* Section 9, GIC: the host's bits of ICH_HCR_EL2 and EOIcount; the list registers that there are, which is four. */
static void test_gic_exit(void **state)
{
	struct machine *w = *state;
	const struct rmi_rec_exit *exit;

	w->during = during_gic;
	exit = ENTER(w, rec_idle());
	assert_int_equal(exit->gicv3_hcr, UINT64_C(0xF80040FE));
	assert_int_equal(exit->gicv3_misr, 0x11);
	assert_int_equal(exit->gicv3_vmcr, 0x22);
	assert_int_equal(exit->gicv3_lrs[3], 0x33);
	assert_int_equal(exit->gicv3_lrs[4], 0);
}

static void test_timers(void **state)
{
	struct machine *w = *state;
	const struct rmi_rec_exit *exit;

	cpu_of(w, G_REC0)->cntp_ctl = 1;
	cpu_of(w, G_REC0)->cntp_cval = 22;
	cpu_of(w, G_REC0)->cntv_ctl = 3;
	cpu_of(w, G_REC0)->cntv_cval = 44;
	exit = ENTER(w, rec_idle());
	assert_int_equal(exit->cntp_ctl, 1);
	assert_int_equal(exit->cntp_cval, 22);
	assert_int_equal(exit->cntv_ctl, 3);
	assert_int_equal(exit->cntv_cval, 44);
}

/* Only runnable RECs are measured; REMs refuse what is too long and RIM refuses all. */
static void test_measurements(void **state)
{
	struct machine *w = *state;
	uint8_t before[2 * RMI_MEASUREMENT_SIZE];
	struct realm *realm = (struct realm *)w->memory[G_RD];

	memcpy(before, realm->measurements, RMI_MEASUREMENT_SIZE);
	assert_int_equal(rec_create(w, G_REC0, G_AUX0, 0, false), 0);
	assert_memory_equal(before, realm->measurements, RMI_MEASUREMENT_SIZE);
	assert_int_equal(rec_create(w, G_REC1, G_AUX1, 1, true), 0);
	assert_memory_not_equal(before, realm->measurements, RMI_MEASUREMENT_SIZE);
	assert_int_equal(SMC(w, RMI_FID(REALM_ACTIVATE), pa_of(G_RD)), 0);
	memcpy(before, realm->measurements, sizeof(before));
	w->steps[0] = smc_of(RSI_FID(MEASUREMENT_EXTEND), 0, 8, 1, 1);
	w->steps[1] = smc_of(RSI_FID(MEASUREMENT_EXTEND), 1, 65, 1, 1);
	w->steps[2] = smc_of(RSI_FID(MEASUREMENT_EXTEND), 5, 8, 1, 1);
	w->steps[3] = smc_of(RSI_FID(IPA_STATE_SET), 0x1000, 0x2000, RIPAS_EMPTY, 0);
	assert_int_equal(SMC(w, RMI_FID(REC_ENTER), pa_of(G_REC1), pa_of(G_RUN)), 0);
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(w->seen[i].gprs[0], RSI_ERROR_INPUT);
	}
	assert_memory_equal(before, realm->measurements, sizeof(before));
	/* Refusing to take memory away is no refusal. */
	run_page(w)->enter.flags = 16;
	assert_int_equal(SMC(w, RMI_FID(REC_ENTER), pa_of(G_REC1), pa_of(G_RUN)), 0);
	assert_int_equal(w->seen[4].gprs[1], 0x1000);
	assert_int_equal(w->seen[4].gprs[2], RSI_ACCEPT);
}

/* A host call is answered once; afterwards the structure is the realm's alone. */
static void test_host_call_once(void **state)
{
	struct machine *w = *state;
	struct rsi_host_call *call = (struct rsi_host_call *)w->memory[G_DATA + 1];

	ENTER(w, smc_of(RSI_FID(HOST_CALL), 0x2000, 0, 0, 0));
	ENTER(w, rec_idle());
	run_page(w)->enter.gprs[0] = 9;
	ENTER(w, rec_idle());
	assert_int_equal(call->gprs[0], 0);
	assert_int_equal(w->seen[0].gprs[0], RSI_SUCCESS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_setup_active, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_running),
		TEST(test_complete_while_target_runs),
		TEST(test_access_outcomes),
		cmocka_unit_test(test_reset),
		TEST(test_affinity_changes_nobody),
		TEST(test_denied),
		TEST(test_wrong_target),
		cmocka_unit_test(test_mpidr),
		TEST(test_sea_and_mmio),
		TEST(test_aarch32),
		TEST(test_neither_sea_nor_mmio),
		cmocka_unit_test(test_pstate_of_exceptions),
		cmocka_unit_test(test_vectors),
		TEST(test_external_aborts),
		TEST(test_gic_exit),
		TEST(test_timers),
		cmocka_unit_test_setup_teardown(test_measurements, machine_setup, machine_teardown),
		TEST(test_host_call_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
