/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_enter.c - the entry checks of RMI_REC_ENTER, their order, the GIC's registers, and what a REC starts with (section 9). */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

#define REC_ERROR(name) EXPECT(RMI_ERROR_REC, 0, name)

static void granules(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	REFUSED_NS(w, 1, run_align, run_bound, run_pas, REC_ENTER, rec->pa, rec->run);
	world_refused_granule(HERE, w, CALL(REC_ENTER, rec->pa, rec->run), 0, GRANULE_REC,
		(struct granule_conditions){CONDITION_rec_align, CONDITION_rec_bound, CONDITION_rec_gran_state});
	ENTER(w, rec);
}

/* A new REC: X0..X7 and PC from its parameters, the rest zero; MPIDR. */
static void first_entry(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	const struct rmi_rec_exit *exit;

	rec_run(w, rec)->enter.gprs[0] = 0xBAD; /* ignored: nothing to complete */
	rec_run(w, rec)->enter.gprs[8] = 0xBAD;
	script_clear(w);
	exit = ENTER(w, rec);
	assert_int_equal(w->seen_count, 1);
	assert_int_equal(w->seen[0].pc, rec->params.pc);
	assert_int_equal(w->seen[0].mpidr & 0xFFFFFF, 0);
	for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
		assert_int_equal(w->seen[0].x[i], i < RMI_REC_PARAMS_GPRS ? rec->params.gprs[i] : 0);
	}
	EXIT_IS(exit, .exit_reason = RMI_EXIT_IRQ);
}

/* Registers are the REC's own: X0..X30 and PC come back after an IRQ, whatever the host writes. */
static void registers_kept(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	struct step *step;

	script_clear(w);
	step = script_trap(w, 0, 0, 0);
	step->trap.kind = REEVE_MODEL_TRAP_IRQ;
	step->sets = true;
	for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
		step->x[i] = UINT64_C(0x1111111111111111) + i;
		rec_run(w, rec)->enter.gprs[i] = 0xBAD;
	}
	EXIT_IS(ENTER(w, rec), .exit_reason = RMI_EXIT_IRQ);
	w->step_count = 0;
	ENTER(w, rec);
	assert_int_equal(w->seen_count, 2);
	assert_memory_equal(w->seen[1].x, step->x, sizeof(step->x));
	assert_int_equal(w->seen[1].pc, rec->params.pc);
}

/* REALM(0) NEW, REALM(1) SYSTEM_OFF, REC(0) not runnable. */
static void states(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;
	struct rec *idle;

	realm_new(w, &realm, 32);
	rec = realm_rec(w, &realm, true);
	idle = realm_rec(w, &realm, false);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, RMI_REC_ENTER_REALM_NEW, realm_new), REC_ENTER, rec->pa, rec->run);
	/* run_pas and run_bound before realm_new (section 1); either code would be INPUT, so REALM shows the wrong order. */
	REFUSED(w, INPUT(run_pas), REC_ENTER, rec->pa, realm.rd);
	REFUSED(w, INPUT(run_bound), REC_ENTER, rec->pa, WORLD_TOP);
	realm_activate(w, &realm);
	REFUSED(w, REC_ERROR(rec_runnable), REC_ENTER, idle->pa, idle->run);
	REFUSED(w, INPUT(run_pas), REC_ENTER, idle->pa, realm.rd);
	REFUSED(w, INPUT(run_bound), REC_ENTER, idle->pa, WORLD_TOP);
	script_clear(w);
	script_smc(w, PSCI_FID32_SYSTEM_OFF, 0, 0, 0, 0);
	ENTER(w, rec);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, RMI_REC_ENTER_REALM_OFF, system_off), REC_ENTER, rec->pa, rec->run);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, RMI_REC_ENTER_REALM_OFF, system_off), REC_ENTER, idle->pa, idle->run);
	REFUSED(w, INPUT(run_pas), REC_ENTER, rec->pa, realm.rd);
	REFUSED(w, INPUT(run_bound), REC_ENTER, rec->pa, WORLD_TOP);
}

static void set_gic(struct world *w, const struct rec *rec, uint64_t hcr, unsigned n, uint64_t lr)
{
	struct rmi_rec_enter *enter = &rec_run(w, rec)->enter;

	memset(enter, 0, sizeof(*enter));
	enter->gicv3_hcr = hcr;
	enter->gicv3_lrs[n] = lr;
}

static void gic_refused(struct place place, struct world *w, const struct rec *rec)
{
	world_refused(place, w, REC_ERROR(rec_gicv3), CALL(REC_ENTER, rec->pa, rec->run));
}

/* gicv3_hcr: UIE, LRENPIE, NPIE, VGrp0EIE, VGrp0DIE, VGrp1EIE, VGrp1DIE, TDIR and nothing else. */
static void gic_hcr(void **state)
{
	static const uint64_t allowed = 0x40FE;
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t hcr = UINT64_C(1) << bit;

		set_gic(w, rec, hcr, 0, 0);
		if ((allowed & hcr) == 0) {
			gic_refused(HERE, w, rec);
			continue;
		}
		script_clear(w);
		assert_int_equal(ENTER(w, rec)->gicv3_hcr & allowed, hcr);
	}
	set_gic(w, rec, allowed, 0, 0);
	script_clear(w);
	/* Reported: those bits and EOIcount [31:27]; En is cleared for the host. */
	assert_int_equal(ENTER(w, rec)->gicv3_hcr & ~UINT64_C(0xF8000000), allowed);
	/* rec_align, rec_bound, rec_gran_state before rec_gicv3 (section 1). */
	set_gic(w, rec, 1, 0, 0);
	gic_refused(HERE, w, rec);
	REFUSED(w, INPUT(rec_align), REC_ENTER, rec->pa + 8, rec->run);
	REFUSED(w, INPUT(rec_bound), REC_ENTER, WORLD_TOP, rec->run);
	REFUSED(w, INPUT(rec_gran_state), REC_ENTER, w->spare, rec->run);
}

enum { PENDING = 1, ACTIVE = 2, PENDING_AND_ACTIVE = 3 };

static uint64_t lr_of(uint64_t lr_state, uint64_t vintid)
{
	return FIELD_SET(0, ICH_LR_STATE, lr_state) | FIELD_SET(0, ICH_LR_VINTID, vintid) | FIELD_MASK(ICH_LR_GROUP);
}

static void lr_accepted(struct world *w, const struct rec *rec, unsigned n, uint64_t lr)
{
	set_gic(w, rec, 0, n, lr);
	script_clear(w);
	assert_int_equal(ENTER(w, rec)->gicv3_lrs[n], lr);
}

static void lr_refused(struct world *w, const struct rec *rec, unsigned n, uint64_t lr)
{
	set_gic(w, rec, 0, n, lr);
	gic_refused(HERE, w, rec);
}

/* List registers, each rule alone, in the first and the last.
 * Left open by section 9, so not tried: the extended ranges of vINTID and the priority bits implemented. */
static void gic_lrs(void **state)
{
	static const uint64_t good[] = {0, 15, 16, 31, 32, 1019, 8192, 0xA0FF};
	static const uint64_t bad[] = {1020, 1021, 1023, 1024, 1055, 1120, 4095, 5120, 8191};
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	for (unsigned n = 0; n < RMI_GIC_LR_COUNT; n += RMI_GIC_LR_COUNT - 1) {
		for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
			lr_accepted(w, rec, n, lr_of(PENDING + i % 3, good[i]) | FIELD_SET(0, ICH_LR_PRIORITY, 0x80));
		}
		for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
			lr_refused(w, rec, n, lr_of(PENDING + i % 3, bad[i]));
		}
		lr_refused(w, rec, n, lr_of(PENDING, 32) | FIELD_MASK(ICH_LR_HW));
		lr_accepted(w, rec, n, lr_of(PENDING, 32) | FIELD_MASK(ICH_LR_EOI));
		for (unsigned bit = 32; bit < ICH_LR_EOI_SHIFT; bit++) {
			lr_refused(w, rec, n, lr_of(ACTIVE, 32) | UINT64_C(1) << bit);
		}
		for (unsigned bit = ICH_LR_EOI_SHIFT + 1; bit < 45; bit++) {
			lr_refused(w, rec, n, lr_of(ACTIVE, 32) | UINT64_C(1) << bit);
		}
	}
}

/* State invalid: the rest is not looked at. */
static void gic_invalid_lrs(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	for (unsigned n = 0; n < RMI_GIC_LR_COUNT; n++) {
		set_gic(w, rec, 0, n, lr_of(0, 1023) | FIELD_MASK(ICH_LR_HW) | UINT64_C(1) << 40);
		script_clear(w);
		ENTER(w, rec);
	}
}

static void gic_duplicates(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	set_gic(w, rec, 0, 2, lr_of(PENDING, 40));
	rec_run(w, rec)->enter.gicv3_lrs[15] = lr_of(ACTIVE, 40);
	gic_refused(HERE, w, rec);
	rec_run(w, rec)->enter.gicv3_lrs[15] = lr_of(0, 40); /* an invalid one shares nothing */
	script_clear(w);
	ENTER(w, rec);
	rec_run(w, rec)->enter.gicv3_lrs[15] = lr_of(ACTIVE, 41);
	script_clear(w);
	ENTER(w, rec);
}

/* List registers that are not implemented are ignored. */
static void gic_fewer_lrs(void **state)
{
	uint64_t features0 = FIELD_SET(0, FEATURE0_S2SZ, 48) | FIELD_SET(0, FEATURE0_NUM_BPS, 5) |
		FIELD_SET(0, FEATURE0_NUM_WPS, 3) | FIELD_MASK(FEATURE0_HASH_SHA_256) |
		FIELD_SET(0, FEATURE0_GICV3_NUM_LRS, 3) | FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 4);
	struct world *w = world_new(features0);
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	(void)state;
	set_gic(w, rec, 0, 3, lr_of(PENDING, 1023));
	gic_refused(HERE, w, rec);
	for (unsigned n = 4; n < RMI_GIC_LR_COUNT; n++) {
		set_gic(w, rec, 0, n, lr_of(PENDING, 1023) | FIELD_MASK(ICH_LR_HW));
		script_clear(w);
		assert_int_equal(ENTER(w, rec)->gicv3_lrs[n], 0);
	}
	world_free(w);
}

/* rec_sea and rec_mmio: at first entry and after exits that are no such abort. */
static void nothing_to_complete(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	struct rmi_rec_enter *enter = &rec_run(w, rec)->enter;

	for (unsigned round = 0; round < 4; round++) {
		enter->flags = FIELD_MASK(ENTER_FLAG_EMUL_MMIO);
		REFUSED(w, REC_ERROR(rec_mmio), REC_ENTER, rec->pa, rec->run);
		enter->flags = FIELD_MASK(ENTER_FLAG_INJECT_SEA);
		REFUSED(w, REC_ERROR(rec_sea), REC_ENTER, rec->pa, rec->run);
		enter->flags = 0;
		script_clear(w);
		switch (round) {
		case 0: /* IRQ */
			break;
		case 1: /* a data abort at a protected address */
			script_trap(w, esr_of(EC_DATA, FSC_TRANSLATION_L3), 0, WORLD_PAGE);
			break;
		default: /* PSCI */
			script_smc(w, PSCI_FID32_CPU_SUSPEND, 0, 0, 0, 0);
			break;
		}
		ENTER(w, rec);
	}
}

/* Several conditions at once, in the order of section 9. */
static void order(void **state)
{
	static const uint64_t both = 3; /* EMUL_MMIO and INJECT_SEA */
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;
	struct rec *idle;

	realm_new(w, &realm, 32);
	rec = realm_rec(w, &realm, true);
	idle = realm_rec(w, &realm, false);
	set_gic(w, idle, 1, 0, 0);
	rec_run(w, idle)->enter.flags = both;
	set_gic(w, rec, 1, 0, 0);
	rec_run(w, rec)->enter.flags = both;
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_new), REC_ENTER, idle->pa, idle->run);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_new), REC_ENTER, rec->pa, rec->run);
	realm_activate(w, &realm);
	REFUSED(w, REC_ERROR(rec_runnable), REC_ENTER, idle->pa, idle->run);
	gic_refused(HERE, w, rec);
	set_gic(w, rec, 0, 0, 0);
	rec_run(w, rec)->enter.flags = both;
	REFUSED(w, REC_ERROR(rec_sea), REC_ENTER, rec->pa, rec->run);
	rec_run(w, rec)->enter.flags = FIELD_MASK(ENTER_FLAG_EMUL_MMIO);
	REFUSED(w, REC_ERROR(rec_mmio), REC_ENTER, rec->pa, rec->run);
	rec_run(w, rec)->enter.flags = 0;
	script_clear(w);
	script_smc(w, PSCI_FID64_CPU_ON, 1, 0x1000, 0, 0);
	assert_int_equal(ENTER(w, rec)->exit_reason, RMI_EXIT_PSCI);
	set_gic(w, rec, 1, 0, 0);
	rec_run(w, rec)->enter.flags = both;
	REFUSED(w, REC_ERROR(rec_psci), REC_ENTER, rec->pa, rec->run);
}

static uint64_t stolen;

static void steal_run_page(struct world *w)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(GRANULE_DELEGATE), stolen};

	assert_int_equal(reeve_model_smc(w->model, 1, x), CONDITION_NONE);
}

/* The run page is delegated while the REC runs: the exit cannot be written, INPUT (section 9); the REC can be entered again. */
static void run_page_stolen(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	struct reply reply;

	stolen = rec->run;
	script_clear(w);
	script_smc(w, SMCCC_FID_VERSION, 0, 0, 0, 0)->inside = steal_run_page;
	reply = world_call(HERE, w, CALL(REC_ENTER, rec->pa, rec->run));
	assert_int_equal(reply.word, RMI_ERROR_INPUT);
	assert_int_equal(reply.condition, CONDITION_run_pas);
	assert_true(world_is_zero(w, rec->run));
	REFUSED(w, INPUT(run_pas), REC_ENTER, rec->pa, rec->run);
	OK(w, GRANULE_UNDELEGATE, rec->run);
	script_clear(w);
	EXIT_IS(ENTER(w, rec), .exit_reason = RMI_EXIT_IRQ);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(granules, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(first_entry, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(registers_kept, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(states, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(gic_hcr, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(gic_lrs, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(gic_invalid_lrs, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(gic_duplicates, world_setup, world_teardown),
		cmocka_unit_test(gic_fewer_lrs),
		cmocka_unit_test_setup_teardown(run_page_stolen, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(order, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(nothing_to_complete, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
