/* SPDX-License-Identifier: BSD-2-Clause */
/* controls.c - EL2's controls for a realm and for the monitor. */
#include "machine/qemu/monitor/controls.h"

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/sysreg.h"
#include "machine/qemu/monitor/cpu.h"
#include "machine/qemu/monitor/stage2.h"

/* RES1 bits of CPTR_EL2 (E2H 0) that stay when SVE and SME are not trapped; all of ICC_SRE_EL2's: the CPU interface by registers. */
#define CPTR_RES1 UINT64_C(0x22ff)
#define SRE_ALL UINT64_C(0xf)

enum { BSU_INNER = 1 };

/* What no realm does by itself. ID registers are id_registers.c's; the PMU, debug, RAS, trace, LORegions and what FGT names are read
 * as zero by the monitor (monitor/exit_sysreg.c). */
static uint64_t hcr_of(const struct rec_cpu *rec)
{
	uint64_t hcr = FIELD_MASK(HCR_VM) | FIELD_MASK(HCR_SWIO) | FIELD_MASK(HCR_PTW) | FIELD_MASK(HCR_FMO) |
		FIELD_MASK(HCR_IMO) | FIELD_MASK(HCR_AMO) | FIELD_MASK(HCR_FB) | FIELD_MASK(HCR_TID1) |
		FIELD_MASK(HCR_TID3) | FIELD_MASK(HCR_TSC) | FIELD_MASK(HCR_TIDCP) | FIELD_MASK(HCR_TACR) |
		FIELD_MASK(HCR_TSW) | FIELD_MASK(HCR_RW) | FIELD_MASK(HCR_TLOR) | FIELD_MASK(HCR_TERR) |
		FIELD_MASK(HCR_TEA) | FIELD_MASK(HCR_FWB) | FIELD_MASK(HCR_TID5);

	hcr = FIELD_SET(hcr, HCR_BSU, BSU_INNER);
	hcr = FIELD_SET(hcr, HCR_TWI, rec->trap_wfi);
	hcr = FIELD_SET(hcr, HCR_TWE, rec->trap_wfe);
	if (cpu_features()->pauth) {
		hcr |= FIELD_MASK(HCR_APK) | FIELD_MASK(HCR_API);
	}
	return hcr;
}

static uint64_t cptr_of(const struct rec_cpu *rec)
{
	uint64_t cptr = CPTR_RES1 | FIELD_MASK(CPTR_TSM) | FIELD_MASK(CPTR_TTA) | FIELD_MASK(CPTR_TAM);

	return FIELD_SET(cptr, CPTR_TZ, !fp_has_sve(rec));
}

static uint64_t mdcr(uint64_t hpmn)
{
	return hpmn | FIELD_MASK(MDCR_TPMCR) | FIELD_MASK(MDCR_TPM) | FIELD_MASK(MDCR_TDA) | FIELD_MASK(MDCR_TDOSA) |
		FIELD_MASK(MDCR_TDRA) | FIELD_MASK(MDCR_TPMS) | FIELD_MASK(MDCR_TTRF);
}

static uint64_t cnthctl(uint64_t timers_masked)
{
	uint64_t value = FIELD_MASK(CNTHCTL_EL1PCTEN) | FIELD_MASK(CNTHCTL_EL1PCEN);

	value = FIELD_SET(value, CNTHCTL_CNTPMASK, (timers_masked & TIMER_PHYSICAL) != 0);
	return FIELD_SET(value, CNTHCTL_CNTVMASK, (timers_masked & TIMER_VIRTUAL) != 0);
}

void controls_prepare(void)
{
	const struct cpu_features *has = cpu_features();

	sysreg_write(HCR_EL2, FIELD_MASK(HCR_RW));
	sysreg_write(CPTR_EL2, CPTR_RES1);
	sysreg_write(ICC_SRE_EL2, SRE_ALL);
	isb();
	sysreg_write(ICH_HCR_EL2, 0);
	sysreg_write(HSTR_EL2, 0);
	sysreg_write(CNTVOFF_EL2, 0);
	sysreg_write(CNTHCTL_EL2, cnthctl(0));
	stage2_unload();
	sysreg_write(VPIDR_EL2, sysreg_read(MIDR_EL1));
	sysreg_write(MDCR_EL2, mdcr(FIELD_GET(sysreg_read(MDCR_EL2), MDCR_HPMN)));
	if (has->fgt) {
		/* All zero: what is not trapped by a 1 goes, what is trapped unless there is a 1 (features later than SVE) does not. */
		sysreg_write(S3_4_C1_C1_4, 0); /* HFGRTR_EL2 */
		sysreg_write(S3_4_C1_C1_5, 0); /* HFGWTR_EL2 */
		sysreg_write(S3_4_C1_C1_6, 0); /* HFGITR_EL2 */
		sysreg_write(S3_4_C3_C1_4, 0); /* HDFGRTR_EL2 */
		sysreg_write(S3_4_C3_C1_5, 0); /* HDFGWTR_EL2 */
	}
	if (has->hcx) {
		sysreg_write(S3_4_C1_C2_2, 0); /* HCRX_EL2 */
	}
	isb();
}

void controls_enter(const struct rec_cpu *rec, uint64_t timers_masked)
{
	sysreg_write(VMPIDR_EL2, rec->mpidr_el1);
	sysreg_write(CPTR_EL2, cptr_of(rec));
	sysreg_write(CNTHCTL_EL2, cnthctl(timers_masked));
	stage2_load(&rec->stage2);
	sysreg_write(HCR_EL2, hcr_of(rec));
	dsb_ish();
	isb();
}

void controls_leave(void)
{
	sysreg_write(HCR_EL2, FIELD_MASK(HCR_RW));
	stage2_unload();
	sysreg_write(CPTR_EL2, CPTR_RES1);
	sysreg_write(CNTHCTL_EL2, cnthctl(0));
	isb();
}
