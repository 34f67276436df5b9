/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_exit.c - exits of REC_ENTER with their exact fields: aborts, WFx, SError, system registers (sections 4 and 9). */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

enum { ESR_ABORT_ANY = 0x01FFFFFF };
enum { FSC_EXTERNAL_WALK_L3 = 0x17, FSC_PROTECTION = 0x28 };

static uint64_t hpfar_of(uint64_t ipa)
{
	return FIELD_SET(0, HPFAR_FIPA, ipa >> REEVE_GRANULE_SHIFT);
}

/* Bits of HPFAR_EL2 that are no address: NS and the low four. */
#define HPFAR_OTHER (UINT64_C(1) << 63 | 0xF)

/* One trap, then the exit. */
static const struct rmi_rec_exit *trap(struct world *w, const struct rec *rec, uint64_t esr, uint64_t far, uint64_t ipa)
{
	script_clear(w);
	script_trap(w, esr, far, ipa)->trap.hpfar |= HPFAR_OTHER;
	return ENTER(w, rec);
}

/* The trap is answered inside with an exception at the realm's EL1 vector; the run then ends with the script's IRQ. */
static void injected(
	struct place place, struct world *w, const struct rec *rec, uint64_t esr, uint64_t far, uint64_t ipa)
{
	const struct rmi_rec_exit *exit = trap(w, rec, esr, far, ipa);

	exit_is(place, exit, &(struct rmi_rec_exit){.exit_reason = RMI_EXIT_IRQ});
	if (w->seen_count != 2 || w->seen[1].pc != WORLD_VECTOR) {
		print_error("called %u times, pc 0x%llx\n", w->seen_count, (unsigned long long)w->seen[1].pc);
		_fail(place.file, place.line);
	}
}

static void interrupts(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	for (unsigned fiq = 0; fiq < 2; fiq++) {
		struct step *step;

		script_clear(w);
		step = script_trap(w, esr_of(EC_DATA, ESR_ABORT_ANY), 0x1234, WORLD_PAGE);
		step->trap.kind = fiq ? REEVE_MODEL_TRAP_FIQ : REEVE_MODEL_TRAP_IRQ;
		EXIT_IS(ENTER(w, rec), .exit_reason = fiq ? RMI_EXIT_FIQ : RMI_EXIT_IRQ);
		assert_int_equal(w->seen_count, 1);
	}
}

/* IDS, AET, EA, DFSC; section 13 leaves open whether EC is there too. */
static void serror(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t kept = FIELD_MASK(ESR_SERROR_IDS) | FIELD_MASK(ESR_SERROR_AET) | FIELD_MASK(ESR_SERROR_EA) |
		FIELD_MASK(ESR_SERROR_DFSC);
	const struct rmi_rec_exit *exit;

	script_clear(w);
	script_trap(w, esr_of(EC_SERROR, ESR_ABORT_ANY), 0x1234, WORLD_PAGE)->trap.kind = REEVE_MODEL_TRAP_SERROR;
	exit = ENTER(w, rec);
	assert_true(exit->esr == kept || exit->esr == (kept | FIELD_SET(0, ESR_EC, EC_SERROR)));
	EXIT_IS(exit, .exit_reason = RMI_EXIT_SERROR, .esr = exit->esr);
}

/* WFI and WFE: esr = EC and TI, PC already advanced. */
static void waits(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	for (uint64_t ti = 0; ti < 4; ti++) {
		rec_run(w, rec)->enter.flags = FIELD_MASK(ENTER_FLAG_TRAP_WFI) | FIELD_MASK(ENTER_FLAG_TRAP_WFE);
		EXIT_IS(trap(w, rec, esr_of(EC_WFX, 0x1E00000 | ti), 0x99, WORLD_PAGE), .exit_reason = RMI_EXIT_SYNC,
			.esr = FIELD_SET(0, ESR_EC, EC_WFX) | ti);
		assert_int_equal(w->seen[0].pc, rec->params.pc + 4 * ti);
	}
}

/* Protected addresses: EC, SET, FnV, EA, FSC and HPFAR, nothing else; far 0; PC stays. */
static void protected_aborts(void **state)
{
	static const unsigned classes[] = {EC_DATA, EC_FETCH};
	uint64_t told = FIELD_MASK(ESR_ABORT_FNV) | FSC_TRANSLATION_L3;
	uint64_t hidden = FIELD_MASK(ESR_ABORT_ISV) | FIELD_MASK(ESR_ABORT_SAS) | FIELD_MASK(ESR_ABORT_SSE) |
		FIELD_SET(0, ESR_ABORT_SRT, 7) | FIELD_MASK(ESR_ABORT_SF) | FIELD_MASK(ESR_ABORT_WNR) |
		FIELD_MASK(ESR_ABORT_S1PTW);
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t ipa[4] = {3 * WORLD_PAGE, 5 * WORLD_PAGE, 6 * WORLD_PAGE, 3 * WORLD_2M};

	/* UNASSIGNED/RAM; UNASSIGNED/DESTROYED; ASSIGNED/DESTROYED; a block that is DESTROYED. */
	realm_data_unknown(w, &realm, ipa[1]);
	OK(w, DATA_DESTROY, realm.rd, ipa[1]);
	realm_data_unknown(w, &realm, ipa[2]);
	OK(w, DATA_DESTROY, realm.rd, ipa[2]);
	realm_data_unknown(w, &realm, ipa[2]);
	realm_tables(w, &realm, ipa[3], 3);
	OK(w, RTT_DESTROY, realm.rd, ipa[3], 3);
	for (unsigned class = 0; class < 2; class ++) {
		uint64_t esr = esr_of(classes[class], told | (class == 0 ? hidden : 0));

		for (size_t i = 0; i < sizeof(ipa) / sizeof(ipa[0]); i++) {
			EXIT_IS(trap(w, rec, esr, 0xABC123, ipa[i]), .exit_reason = RMI_EXIT_SYNC,
				.esr = FIELD_SET(0, ESR_EC, classes[class]) | told, .hpfar = hpfar_of(ipa[i]));
			assert_int_equal(w->seen[0].pc, rec->params.pc);
		}
	}
}

/* Section 4: RIPAS EMPTY (either HIPAS), a fetch from the unprotected half, an address beyond: an abort inside the realm. */
static void injected_aborts(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t empty = 2 * WORLD_2M;
	uint64_t half = realm_half(&realm);

	realm_tables(w, &realm, empty, 3);
	realm_data_unknown(w, &realm, empty);
	injected(HERE, w, rec, esr_of(EC_DATA, FSC_TRANSLATION_L3), empty, empty);
	injected(HERE, w, rec, esr_of(EC_FETCH, FSC_TRANSLATION_L3), empty, empty);
	injected(HERE, w, rec, esr_of(EC_DATA, FSC_TRANSLATION_L3), 0, empty + WORLD_PAGE);
	injected(HERE, w, rec, esr_of(EC_FETCH, FSC_TRANSLATION_L3), 0, empty + WORLD_PAGE);
	injected(HERE, w, rec, esr_of(EC_DATA, 0x06), 0, 5 * WORLD_2M);
	injected(HERE, w, rec, esr_of(EC_FETCH, FSC_TRANSLATION_L3), 0, half);
	realm_tables(w, &realm, half, 3);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, half, 3, w->spare | 0xD8);
	injected(HERE, w, rec, esr_of(EC_FETCH, FSC_PERMISSION_L3), 0, half);
	injected(HERE, w, rec, esr_of(EC_FETCH, FSC_TRANSLATION_L3), 0, half); /* a moment ago it was not mapped */
	injected(HERE, w, rec, esr_of(EC_DATA, 0x04), 0, 2 * half);
}

/* Unprotected, ISV = 1: ISV, SAS, SF and WnR are told as well, far within the page, and the value of a store, masked.
 * Never SRT nor SSE. Section 9 leaves IL open for unprotected addresses. */
static void emulatable(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t value = UINT64_C(0x8877665544332211);
	uint64_t ipa = realm_half(&realm) + 0x9000000;

	for (uint64_t mix = 0; mix < 16; mix++) {
		uint64_t size = mix & 3;
		uint64_t told = FIELD_MASK(ESR_ABORT_ISV) | FIELD_SET(0, ESR_ABORT_SAS, size) |
			FIELD_SET(0, ESR_ABORT_SF, mix >> 2) | FIELD_SET(0, ESR_ABORT_WNR, mix >> 3) | 0x06;
		uint64_t hidden = FIELD_SET(0, ESR_ABORT_SRT, 5) | FIELD_SET(0, ESR_ABORT_SSE, mix >> 3 ^ 1);
		uint64_t mask = size == 3 ? UINT64_MAX : (UINT64_C(1) << (8 << size)) - 1;
		struct rmi_rec_exit want = {.exit_reason = RMI_EXIT_SYNC, .far = 0x128, .hpfar = hpfar_of(ipa)};
		const struct rmi_rec_exit *exit;
		struct step *step;

		script_clear(w);
		step = script_trap(w, esr_of(EC_DATA, told | hidden), UINT64_C(0xFFFF000012345128), ipa);
		step->sets = true;
		step->x[5] = value;
		exit = ENTER(w, rec);
		want.esr = FIELD_SET(0, ESR_EC, EC_DATA) | told | (exit->esr & FIELD_MASK(ESR_IL));
		want.gprs[0] = mix >> 3 ? value & mask : 0;
		exit_is(HERE, exit, &want);
		assert_int_equal(w->seen[0].pc, rec->params.pc);
	}
}

/* A store of XZR. */
static void store_of_zero(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t told = FIELD_MASK(ESR_ABORT_ISV) | FIELD_SET(0, ESR_ABORT_SAS, 3) | FIELD_MASK(ESR_ABORT_SF) |
		FIELD_MASK(ESR_ABORT_WNR) | 0x06;
	const struct rmi_rec_exit *exit =
		trap(w, rec, esr_of(EC_DATA, told | FIELD_SET(0, ESR_ABORT_SRT, 31)), 0, realm_half(&realm));

	EXIT_IS(exit, .exit_reason = RMI_EXIT_SYNC, .hpfar = hpfar_of(realm_half(&realm)),
		.esr = FIELD_SET(0, ESR_EC, EC_DATA) | told | (exit->esr & FIELD_MASK(ESR_IL)));
}

/* Unprotected, ISV = 0; and a permission fault of a mapping: non-emulatable (section 4). */
static void not_emulatable(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t half = realm_half(&realm);
	uint64_t hidden = FIELD_MASK(ESR_ABORT_SAS) | FIELD_MASK(ESR_ABORT_SF) | FIELD_MASK(ESR_ABORT_WNR);
	const struct rmi_rec_exit *exit = trap(w, rec, esr_of(EC_DATA, 0x06 | hidden), 0x128, half);

	EXIT_IS(exit, .exit_reason = RMI_EXIT_SYNC, .hpfar = hpfar_of(half),
		.esr = FIELD_SET(0, ESR_EC, EC_DATA) | 0x06 | (exit->esr & FIELD_MASK(ESR_IL)));
	realm_tables(w, &realm, half, 3);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, half, 3, w->spare | 0x58); /* read-only */
	exit = trap(w, rec, esr_of(EC_DATA, FSC_PERMISSION_L3 | hidden | FIELD_MASK(ESR_ABORT_ISV)), 0x128, half);
	EXIT_IS(exit, .exit_reason = RMI_EXIT_SYNC, .hpfar = hpfar_of(half),
		.esr = FIELD_SET(0, ESR_EC, EC_DATA) | FSC_PERMISSION_L3 | (exit->esr & FIELD_MASK(ESR_IL)));
	rec_run(w, rec)->enter.flags = FIELD_MASK(ENTER_FLAG_EMUL_MMIO);
	REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_mmio), REC_ENTER, rec->pa, rec->run);
	rec_run(w, rec)->enter.flags = 0;
	/* The host mapped a granule that is not its own. */
	exit = trap(w, rec, esr_of(EC_DATA, FSC_PROTECTION | hidden | FIELD_MASK(ESR_ABORT_ISV)), 0x128, half);
	EXIT_IS(exit, .exit_reason = RMI_EXIT_SYNC, .hpfar = hpfar_of(half),
		.esr = FIELD_SET(0, ESR_EC, EC_DATA) | FSC_PROTECTION | (exit->esr & FIELD_MASK(ESR_IL)));
}

/* External aborts: esr (EC, SET, FnV, EA, FSC), hpfar and far 0; a recoverable one (SET 0) is taken by the realm too. */
static void external_aborts(void **state)
{
	static const unsigned classes[] = {EC_DATA, EC_FETCH};
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	for (unsigned class = 0; class < 2; class ++) {
		uint64_t told = FIELD_MASK(ESR_ABORT_EA) | FSC_EXTERNAL;
		uint64_t uncontainable = told | FIELD_SET(0, ESR_ABORT_SET, 2);
		uint64_t ec = FIELD_SET(0, ESR_EC, classes[class]);
		uint64_t pc;

		EXIT_IS(trap(w, rec, esr_of(classes[class], uncontainable), 0x128, WORLD_PAGE),
			.exit_reason = RMI_EXIT_SYNC, .esr = ec | uncontainable);
		pc = w->seen[0].pc;
		EXIT_IS(trap(w, rec, esr_of(classes[class], told), 0x128, WORLD_PAGE), .exit_reason = RMI_EXIT_SYNC,
			.esr = ec | told);
		assert_int_equal(w->seen[0].pc, pc);
		script_clear(w);
		ENTER(w, rec);
		assert_int_equal(w->seen[0].pc, WORLD_VECTOR);
		told = FIELD_MASK(ESR_ABORT_EA) | FSC_EXTERNAL_WALK_L3 | FIELD_SET(0, ESR_ABORT_SET, 2);
		EXIT_IS(trap(w, rec, esr_of(classes[class], told), 0x128, 3 * WORLD_PAGE), .exit_reason = RMI_EXIT_SYNC,
			.esr = ec | told);
	}
}

static uint64_t sysreg(unsigned op0, unsigned op1, unsigned crn, unsigned crm, unsigned op2, unsigned rt, bool read)
{
	return esr_of(EC_SYSREG,
		FIELD_SET(0, ESR_SYSREG_OP0, op0) | FIELD_SET(0, ESR_SYSREG_OP1, op1) |
			FIELD_SET(0, ESR_SYSREG_CRN, crn) | FIELD_SET(0, ESR_SYSREG_CRM, crm) |
			FIELD_SET(0, ESR_SYSREG_OP2, op2) | FIELD_SET(0, ESR_SYSREG_RT, rt) | (read ? 1 : 0));
}

/* Writes of ICC_SGI0R_EL1, ICC_SGI1R_EL1, ICC_DIR_EL1, ICC_PMR_EL1: the whole esr and the value; PC already advanced. */
static void gic_registers(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t esrs[] = {sysreg(3, 0, 12, 11, 7, 9, false), sysreg(3, 0, 12, 11, 5, 9, false),
		sysreg(3, 0, 12, 11, 1, 9, false), sysreg(3, 0, 4, 6, 0, 9, false)};

	for (size_t i = 0; i < sizeof(esrs) / sizeof(esrs[0]); i++) {
		struct rmi_rec_exit want = {.exit_reason = RMI_EXIT_SYNC, .esr = esrs[i], .gprs[0] = 0x70001};
		struct step *step;

		script_clear(w);
		step = script_trap(w, esrs[i], 0x128, WORLD_PAGE);
		step->sets = true;
		step->x[9] = 0x70001;
		exit_is(HERE, ENTER(w, rec), &want);
		assert_int_equal(w->seen[0].pc, rec->params.pc + 4 * i);
	}
}

/* Of the four only ICC_PMR_EL1 can be read. The host sees the esr and nothing of the register, and answers in gprs[0]. */
static void gic_reads(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t pmr = sysreg(3, 0, 4, 6, 0, 9, true);
	struct step *step;
	uint64_t pc;

	injected(HERE, w, rec, sysreg(3, 0, 12, 11, 7, 9, true), 0, 0);
	injected(HERE, w, rec, sysreg(3, 0, 12, 11, 5, 9, true), 0, 0);
	injected(HERE, w, rec, sysreg(3, 0, 12, 11, 1, 9, true), 0, 0);
	script_clear(w);
	step = script_trap(w, pmr, 0x128, WORLD_PAGE);
	step->sets = true;
	step->x[9] = 0xBAD;
	EXIT_IS(ENTER(w, rec), .exit_reason = RMI_EXIT_SYNC, .esr = pmr);
	pc = w->seen[0].pc;
	rec_run(w, rec)->enter.gprs[0] = 0xF0;
	script_clear(w);
	ENTER(w, rec);
	assert_int_equal(w->seen[0].pc, pc + 4);
	assert_int_equal(w->seen[0].x[9], 0xF0);
	/* The answer counts once. */
	rec_run(w, rec)->enter.gprs[0] = 0xE0;
	script_clear(w);
	ENTER(w, rec);
	assert_int_equal(w->seen[0].x[9], 0xF0);
}

/* Other system registers end inside: reads of ID registers, RAZ/WI of the rest; PC moves on. */
static void other_registers(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	uint64_t unknown_read = sysreg(3, 3, 11, 9, 1, 4, true);
	uint64_t unknown_write = sysreg(3, 3, 11, 9, 1, 4, false);
	uint64_t id_read = sysreg(3, 0, 0, 4, 0, 3, true);

	script_clear(w);
	script_trap(w, unknown_read, 0, 0)->sets = true;
	w->steps[0].x[4] = 0xBAD;
	script_trap(w, unknown_write, 0, 0)->sets = true;
	w->steps[1].x[4] = 0x600D;
	script_trap(w, id_read, 0, 0);
	EXIT_IS(ENTER(w, rec), .exit_reason = RMI_EXIT_IRQ);
	assert_int_equal(w->seen_count, 4);
	assert_int_equal(w->seen[1].x[4], 0);
	assert_int_equal(w->seen[2].x[4], 0x600D);
	assert_int_equal(w->seen[3].pc, rec->params.pc + 12);
}

/* Section 7: HVC is undefined for a realm; any other SMC answers -1 and goes on. */
static void calls(void **state)
{
	static const uint64_t fids[] = {0, 1, 0xC4000150, 0xC400018F, 0xC400019A, 0xC40001B0, 0x84000050, UINT64_MAX};
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	for (size_t i = 0; i < sizeof(fids) / sizeof(fids[0]); i++) {
		assert_int_equal(SMC(w, rec, fids[i], 1, 2, 3, 4)[0], UINT64_MAX);
	}
	assert_int_equal(SMC(w, rec, SMCCC_FID_VERSION, 1, 2, 3, 4)[0], SMCCC_VERSION_1_2);
	injected(HERE, w, rec, esr_of(EC_HVC, 0), 0, 0);
}

/* Instructions of what a realm is not given are undefined to it: pointer authentication, an ERET. */
static void not_given(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	injected(HERE, w, rec, esr_of(0x09, 0), 0, 0);
	injected(HERE, w, rec, esr_of(0x1A, 0), 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(interrupts, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(serror, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(waits, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(protected_aborts, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(injected_aborts, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(emulatable, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(store_of_zero, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(not_emulatable, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(external_aborts, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(gic_registers, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(gic_reads, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(other_registers, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(calls, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(not_given, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
