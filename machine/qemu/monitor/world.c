/* SPDX-License-Identifier: BSD-2-Clause */
/* world.c - EL1 registers, timers, list registers: the host's and the REC's change places. */
#include "machine/qemu/monitor/world.h"

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/sysreg.h"
#include "machine/qemu/monitor/cpu.h"
#include "machine/qemu/monitor/gic.h"

static void el1_save(uint64_t el1[static EL1_REGISTER_COUNT])
{
#define EL1_REGISTER(name, op0, op1, crn, crm, op2, reset) \
	el1[EL1_##name] = sysreg_read(S##op0##_##op1##_C##crn##_C##crm##_##op2);
#include "spec/el1_registers.def"
#undef EL1_REGISTER
}

static void el1_load(const uint64_t el1[static EL1_REGISTER_COUNT])
{
#define EL1_REGISTER(name, op0, op1, crn, crm, op2, reset) \
	sysreg_write(S##op0##_##op1##_C##crn##_C##crm##_##op2, el1[EL1_##name]);
#include "spec/el1_registers.def"
#undef EL1_REGISTER
}

static void more_save(uint64_t more[static WORLD_REGISTER_COUNT])
{
	const struct cpu_features *has = cpu_features();

#define WORLD_REGISTER(name, feature, op0, op1, crn, crm, op2) \
	if (has->feature) { \
		more[WORLD_##name] = sysreg_read(S##op0##_##op1##_C##crn##_C##crm##_##op2); \
	}
#include "machine/qemu/monitor/world_registers.def"
#undef WORLD_REGISTER
}

static void more_load(const uint64_t more[static WORLD_REGISTER_COUNT])
{
	const struct cpu_features *has = cpu_features();

#define WORLD_REGISTER(name, feature, op0, op1, crn, crm, op2) \
	if (has->feature) { \
		sysreg_write(S##op0##_##op1##_C##crn##_C##crm##_##op2, more[WORLD_##name]); \
	}
#include "machine/qemu/monitor/world_registers.def"
#undef WORLD_REGISTER
}

static void timers_save(struct timer *physical, struct timer *virtual)
{
	*physical = (struct timer){sysreg_read(CNTP_CTL_EL0), sysreg_read(CNTP_CVAL_EL0)};
	*virtual = (struct timer){sysreg_read(CNTV_CTL_EL0), sysreg_read(CNTV_CVAL_EL0)};
}

/* Off while the comparison value changes: nothing fires in between. */
static void timers_load(struct timer physical, struct timer virtual)
{
	sysreg_write(CNTP_CTL_EL0, 0);
	sysreg_write(CNTV_CTL_EL0, 0);
	isb();
	sysreg_write(CNTP_CVAL_EL0, physical.cval);
	sysreg_write(CNTV_CVAL_EL0, virtual.cval);
	isb();
	sysreg_write(CNTP_CTL_EL0, physical.ctl);
	sysreg_write(CNTV_CTL_EL0, virtual.ctl);
}

/* The host's counters do not count what a realm does. */
static void pmu_stop(struct world *ns)
{
	if (cpu_features()->pmu) {
		ns->pmcr = sysreg_read(PMCR_EL0);
		sysreg_write(PMCR_EL0, FIELD_SET(ns->pmcr, PMCR_E, 0));
	}
}

static void pmu_go_on(const struct world *ns)
{
	if (cpu_features()->pmu) {
		sysreg_write(PMCR_EL0, ns->pmcr);
	}
}

void world_enter(struct world *ns, struct rec_cpu *rec)
{
	struct rec_machine *machine = rec_machine(rec);

	pmu_stop(ns);
	el1_save(ns->el1);
	more_save(ns->more);
	ns->sp_el0 = sysreg_read(SP_EL0);
	ns->sp_el1 = sysreg_read(SP_EL1);
	timers_save(&ns->physical, &ns->virtual);
	gic_list_save(ns->lrs);
	gic_active_save(ns->active);

	el1_load(rec->el1);
	more_load(machine->more);
	sysreg_write(SP_EL0, rec->sp_el0);
	sysreg_write(SP_EL1, rec->sp_el1);
	timers_load((struct timer){rec->cntp_ctl, rec->cntp_cval}, (struct timer){rec->cntv_ctl, rec->cntv_cval});
	gic_list_load(rec->gicv3_lrs);
	gic_active_load(machine->active);
	sysreg_write(ICH_VMCR_EL2, rec->gicv3_vmcr);
	sysreg_write(ICH_HCR_EL2, rec->gicv3_hcr);
}

void world_leave(struct world *ns, struct rec_cpu *rec)
{
	struct rec_machine *machine = rec_machine(rec);
	struct timer physical, virtual;

	rec->gicv3_misr = sysreg_read(ICH_MISR_EL2);
	rec->gicv3_hcr = sysreg_read(ICH_HCR_EL2);
	rec->gicv3_vmcr = sysreg_read(ICH_VMCR_EL2);
	sysreg_write(ICH_HCR_EL2, 0);
	gic_list_save(rec->gicv3_lrs);
	gic_active_save(machine->active);
	timers_save(&physical, &virtual);
	rec->cntp_ctl = physical.ctl;
	rec->cntp_cval = physical.cval;
	rec->cntv_ctl = virtual.ctl;
	rec->cntv_cval = virtual.cval;
	rec->sp_el0 = sysreg_read(SP_EL0);
	rec->sp_el1 = sysreg_read(SP_EL1);
	more_save(machine->more);
	el1_save(rec->el1);

	gic_list_load(ns->lrs);
	gic_active_load(ns->active);
	timers_load(ns->physical, ns->virtual);
	sysreg_write(SP_EL0, ns->sp_el0);
	sysreg_write(SP_EL1, ns->sp_el1);
	more_load(ns->more);
	el1_load(ns->el1);
	pmu_go_on(ns);
}
