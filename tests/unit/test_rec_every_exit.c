/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rec_every_exit.c - what every exit reports whatever its reason: the timers; and which waits the CPU is told to trap (section 9). */
#include "monitor/rec.h"
#include "tests/unit/support/rec_machine.h"

enum { SYNC_EC_WFX = 0x01, SYNC_EC_SYSREG = 0x18, SYNC_EC_FETCH = 0x20, SYNC_EC_DATA = 0x24, SYNC_EC_SERROR = 0x2F };
#define EXTERNAL (UINT64_C(1) << 9 | 0x10)

struct ending {
	const char *what;
	struct step step;
	uint8_t reason;
};

static struct rec_cpu *cpu_of(struct machine *w, unsigned g)
{
	return &((struct rec *)w->memory[g])->cpu;
}

/* The realm sets its timers while it runs, each to its own value. */
static void set_timers(struct machine *w)
{
	struct rec_cpu *cpu = cpu_of(w, G_REC0);
	uint64_t turn = w->runs;

	cpu->cntp_ctl = 1;
	cpu->cntp_cval = 0x1000 + turn;
	cpu->cntv_ctl = 5; /* enabled, and its condition met */
	cpu->cntv_cval = UINT64_C(0x8000000000000000) + turn;
}

static void timers_are(struct machine *w, const struct rmi_rec_exit *exit, const char *what)
{
	const struct rec_cpu *cpu = cpu_of(w, G_REC0);

	if (exit->cntp_ctl != 1 || exit->cntp_cval != 0x1000 + w->runs || exit->cntv_ctl != 5 ||
		exit->cntv_cval != UINT64_C(0x8000000000000000) + w->runs) {
		print_error("%s: cntp 0x%llx 0x%llx cntv 0x%llx 0x%llx\n", what, (unsigned long long)exit->cntp_ctl,
			(unsigned long long)exit->cntp_cval, (unsigned long long)exit->cntv_ctl,
			(unsigned long long)exit->cntv_cval);
		fail();
	}
	assert_int_equal(cpu->cntv_cval, exit->cntv_cval); /* and stay the realm's */
}

/* A step that ends with another kind of trap. */
static struct step trap_kind(enum rec_trap_kind kind, uint64_t esr)
{
	return (struct step){.trap = {kind, esr, 0, 0}};
}

static void timers(void **state)
{
	struct machine *w = *state;
	const struct ending endings[] = {
		{"IRQ", rec_idle(), RMI_EXIT_IRQ},
		{"FIQ", trap_kind(REC_TRAP_FIQ, 0), RMI_EXIT_FIQ},
		{"SError", trap_kind(REC_TRAP_SERROR, EC(SYNC_EC_SERROR)), RMI_EXIT_SERROR},
		{"WFI", trap_of(EC(SYNC_EC_WFX), 0), RMI_EXIT_SYNC},
		{"data abort", trap_of(EC(SYNC_EC_DATA) | TRANSLATION_3, 0x3000), RMI_EXIT_SYNC},
		{"instruction abort", trap_of(EC(SYNC_EC_FETCH) | TRANSLATION_3, 0x3000), RMI_EXIT_SYNC},
		{"access", trap_of(EC(SYNC_EC_DATA) | ISV | TRANSLATION_3, UNPROTECTED), RMI_EXIT_SYNC},
		{"external abort", trap_of(EC(SYNC_EC_DATA) | EXTERNAL | 2 << 11, 0), RMI_EXIT_SYNC},
		{"ICC_SGI1R_EL1", trap_of(EC(SYNC_EC_SYSREG) | 3 << 20 | 5 << 17 | 12 << 10 | 11 << 1, 0),
			RMI_EXIT_SYNC},
		{"missing buffer", smc_of(RSI_FID(REALM_CONFIG), 0x3000, 0, 0, 0), RMI_EXIT_SYNC},
		{"RIPAS change", smc_of(RSI_FID(IPA_STATE_SET), 0x5000, 0x6000, 1, 0), RMI_EXIT_RIPAS_CHANGE},
		{"host call", smc_of(RSI_FID(HOST_CALL), 0x2000, 0, 0, 0), RMI_EXIT_HOST_CALL},
		{"CPU_SUSPEND", smc_of(PSCI_FID32_CPU_SUSPEND, 0, 0, 0, 0), RMI_EXIT_PSCI},
		{"CPU_OFF", smc_of(PSCI_FID32_CPU_OFF, 0, 0, 0, 0), RMI_EXIT_PSCI},
	};

	run_page(w)->enter.flags = 4; /* TRAP_WFI */
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		const struct rmi_rec_exit *exit;

		w->during = set_timers;
		exit = enter(w, 1, &endings[i].step);
		assert_int_equal(exit->exit_reason, endings[i].reason);
		timers_are(w, exit, endings[i].what);
	}
}

/* The exit of an entry that did not run at all: a host call whose page is gone. */
static void timers_without_a_run(void **state)
{
	struct machine *w = *state;
	uint64_t runs;

	w->during = set_timers;
	ENTER(w, smc_of(RSI_FID(HOST_CALL), 0x2000, 0, 0, 0));
	assert_int_equal(SMC(w, RMI_FID(DATA_DESTROY), pa_of(G_RD), 0x2000), 0);
	runs = w->runs;
	timers_are(w, ENTER(w, rec_idle()), "page gone");
	assert_int_equal(w->runs, runs);
}

/* TRAP_WFI and TRAP_WFE are told to the CPU at each entry, and are of that entry only. */
static void waits(void **state)
{
	struct machine *w = *state;

	for (uint64_t mix = 0; mix < 8; mix++) {
		run_page(w)->enter.flags = (mix & 3) << 2;
		ENTER(w, rec_idle());
		assert_int_equal(w->seen[0].trap_wfi, mix & 1);
		assert_int_equal(w->seen[0].trap_wfe, mix >> 1 & 1);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_setup_active, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(timers),
		TEST(timers_without_a_run),
		TEST(waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
