/* SPDX-License-Identifier: BSD-2-Clause */
/* run.c - a REC on the CPU it was given: in, until it traps, out.
 *
 * Timers: a realm's timer that fires is a physical interrupt, which takes the REC out; the host sees it in the exit's CTL and injects it.
 * While its condition stays true the signal is masked (CNTHCTL_EL2, FEAT_RME), or the REC would never get on. The mask is looked at anew
 * at each entry: a host that injects a timer's interrupt has its end reported (EOI bit of the list register) and enters again.
 *
 * TLBs: entries are found by VMID and ASID. Two CPUs of a realm may have different tables under one ASID (TTBR0_EL1.CnP 0), and one of them
 * no stage 1 at all, so a CPU that ran another REC of the realm last forgets that one's. What a REC invalidates it invalidates everywhere
 * (HCR_EL2.FB), so what it left on another CPU does not grow old.
 *
 * T1: timers_told has the timers of which the host was told that they are asserted, and that were so at each entry since. */
#include "machine/qemu/monitor/run.h"

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/sysreg.h"
#include "machine/qemu/monitor/controls.h"
#include "machine/qemu/monitor/cpu.h"
#include "machine/qemu/monitor/debug.h"
#include "machine/qemu/monitor/id_registers.h"
#include "machine/qemu/monitor/stage2.h"

enum {
	FSC_PERMISSION_0 = 0x0C, /* levels 0..3 */
	FSC_PERMISSION_3 = 0x0F,
	FSC_GRANULE_PROTECTION = 0x28,
};
enum { EC_HVC64 = 0x16, EC_FETCH_LOWER = 0x20, EC_DATA_LOWER = 0x24, INSTRUCTION_BYTES = 4 };

/* start.S */
unsigned realm_enter(uint64_t gprs[RMI_GPR_COUNT]);

static bool is_asserted(uint64_t *ctl, uint64_t cval, uint64_t now)
{
	bool is_met = FIELD_GET(*ctl, CNT_CTL_ENABLE) != 0 && now >= cval;

	*ctl = FIELD_SET(*ctl, CNT_CTL_ISTATUS, is_met);
	return is_met && FIELD_GET(*ctl, CNT_CTL_IMASK) == 0;
}

/* TIMER_* that assert their interrupt; ISTATUS is brought up to date. */
static uint64_t timers_asserted(struct rec_cpu *rec)
{
	uint64_t now;
	uint64_t asserted = 0;

	isb();
	now = sysreg_read(CNTPCT_EL0);
	asserted |= is_asserted(&rec->cntp_ctl, rec->cntp_cval, now) ? TIMER_PHYSICAL : 0;
	asserted |= is_asserted(&rec->cntv_ctl, rec->cntv_cval, now) ? TIMER_VIRTUAL : 0;
	return asserted;
}

/* The IPA of a permission or protection fault is not in HPFAR_EL2, unless stage 1's walk met it: stage 1 is asked while it is in place.
 * False when it has no answer any more: the realm runs on, and faults again if it has to. */
static bool find_ipa(struct rec_trap *trap)
{
	uint64_t ec = FIELD_GET(trap->esr, ESR_EC);
	uint64_t fsc = FIELD_GET(trap->esr, ESR_ABORT_FSC);
	bool is_abort = ec == EC_FETCH_LOWER || ec == EC_DATA_LOWER;
	bool is_lacking = (fsc >= FSC_PERMISSION_0 && fsc <= FSC_PERMISSION_3) || fsc == FSC_GRANULE_PROTECTION;
	uint64_t kept, par;

	if (!is_abort || !is_lacking || FIELD_GET(trap->esr, ESR_ABORT_S1PTW) != 0) {
		return true;
	}
	kept = sysreg_read(PAR_EL1);
	__asm__ volatile("at s1e1r, %0" ::"r"(trap->far) : "memory");
	isb();
	par = sysreg_read(PAR_EL1);
	sysreg_write(PAR_EL1, kept);
	trap->hpfar = FIELD_SET(0, HPFAR_FIPA, FIELD_GET(par, PAR_PA));
	return FIELD_GET(par, PAR_F) == 0;
}

/* What EL2 has of the exception. HVC is the one trap that returns behind its instruction (monitor/platform.h P3). */
static void collect(struct rec_cpu *rec, struct rec_trap *trap)
{
	rec->pc = sysreg_read(ELR_EL2);
	rec->pstate = sysreg_read(SPSR_EL2);
	trap->esr = sysreg_read(ESR_EL2);
	trap->far = sysreg_read(FAR_EL2);
	trap->hpfar = sysreg_read(HPFAR_EL2);
	if (trap->kind == REC_TRAP_SYNC && FIELD_GET(trap->esr, ESR_EC) == EC_HVC64) {
		rec->pc -= INSTRUCTION_BYTES;
	}
}

/* Run until something is for the monitor. */
static void run(struct cpu *on, struct rec_cpu *rec, struct rec_trap *trap)
{
	bool is_settled;

	do {
		sysreg_write(ELR_EL2, rec->pc);
		sysreg_write(SPSR_EL2, rec->pstate);
		trap->kind = (enum rec_trap_kind)realm_enter(rec->gprs);
		collect(rec, trap);
		is_settled = trap->kind == REC_TRAP_SYNC &&
			(id_registers_emulate(rec, trap->esr) || debug_emulate(on, rec, trap->esr) || !find_ipa(trap));
	} while (is_settled);
}

/* Note that the REC runs here now. True when another one of its VMID may have before. */
static bool ran_another(struct cpu *on, const struct rec_cpu *rec)
{
	uint64_t *last = &on->ran[rec->stage2.vmid % CPU_RAN];
	bool is_another = *last != rec->rec.value;

	*last = rec->rec.value;
	return is_another;
}

void run_rec(void *context, unsigned cpu, struct rec_cpu *rec, struct rec_trap *trap)
{
	struct rec_machine *machine = rec_machine(rec);
	struct cpu *on = cpu_at(cpu);
	uint64_t asserted = timers_asserted(rec);
	bool is_news = (asserted & ~machine->timers_told) != 0;

	(void)context;
	machine->timers_told = asserted;
	if (is_news) {
		*trap = (struct rec_trap){.kind = REC_TRAP_IRQ};
		return;
	}
	fp_take(&on->ns_fp);
	world_enter(&on->ns, rec);
	fp_enter(rec);
	debug_enter(on, rec);
	controls_enter(rec, asserted);
	if (ran_another(on, rec)) {
		stage2_forget_stage1();
	}
	run(on, rec, trap);
	controls_leave();
	debug_leave(on);
	fp_leave(rec);
	world_leave(&on->ns, rec);
	fp_give(&on->ns_fp);
	if (trap->kind == REC_TRAP_IRQ) {
		machine->timers_told |= timers_asserted(rec);
	}
}
