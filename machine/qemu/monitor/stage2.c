/* SPDX-License-Identifier: BSD-2-Clause */
/* stage2.c - a realm's stage 2 in the CPU's words, and its translations in TLBs. Source: Arm ARM (DDI 0487) D8, VTCR_EL2, TLBI IPAS2E1IS. */
#include "machine/qemu/monitor/stage2.h"

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/sysreg.h"
#include "machine/qemu/monitor/cpu.h"

enum { WRITE_BACK = 1, INNER_SHAREABLE = 3, PS_48 = 5, PS_52 = 6, VMID_BITS_LONG = 16, LEVEL_OF_SL0_0 = 2 };

/* More entries than this, and all of the realm's translations go at once. */
enum { SINGLE_MAX = 64 };

static uint64_t vtcr_of(const struct stage2 *stage2)
{
	uint64_t range = FIELD_GET(sysreg_read(ID_AA64MMFR0_EL1), MMFR0_PARANGE);
	uint64_t most = stage2->lpa2 ? PS_52 : PS_48;
	uint64_t vtcr = FIELD_MASK(VTCR_RES1);

	vtcr = FIELD_SET(vtcr, VTCR_T0SZ, 64 - stage2->ipa_bits);
	vtcr = FIELD_SET(vtcr, VTCR_IRGN0, WRITE_BACK);
	vtcr = FIELD_SET(vtcr, VTCR_ORGN0, WRITE_BACK);
	vtcr = FIELD_SET(vtcr, VTCR_SH0, INNER_SHAREABLE);
	vtcr = FIELD_SET(vtcr, VTCR_PS, range < most ? range : most);
	vtcr = FIELD_SET(vtcr, VTCR_VS, cpu_features()->vmid_bits == VMID_BITS_LONG);
	vtcr = FIELD_SET(vtcr, VTCR_DS, stage2->lpa2);
	if (stage2->start_level < 0) {
		return FIELD_SET(vtcr, VTCR_SL2, 1);
	}
	return FIELD_SET(vtcr, VTCR_SL0, (uint64_t)(LEVEL_OF_SL0_0 - stage2->start_level));
}

void stage2_load(const struct stage2 *stage2)
{
	uint64_t vttbr = stage2->root.value & FIELD_MASK(PA_47_12);

	vttbr |= FIELD_SET(0, VTTBR_BADDR_51_48, FIELD_GET(stage2->root.value, PA_51_48));
	sysreg_write(VTCR_EL2, vtcr_of(stage2));
	sysreg_write(VTTBR_EL2, FIELD_SET(vttbr, VTTBR_VMID, stage2->vmid));
}

void stage2_unload(void)
{
	sysreg_write(VTTBR_EL2, 0);
}

void stage2_forget_stage1(void)
{
	tlbi_all(vmalle1);
	dsb_ish();
	isb();
}

void stage2_invalidate(void *context, const struct stage2 *stage2, struct reeve_ipa base, uint64_t size)
{
	(void)context;
	stage2_load(stage2);
	dsb_ish();
	isb();
	/* Page by page while that is short. A block may be in a TLB as pages: its range is named whole as well. */
	if (size / REEVE_GRANULE_SIZE > SINGLE_MAX) {
		tlbi_all(vmalls12e1is);
	} else {
		for (uint64_t i = 0; i < size; i += REEVE_GRANULE_SIZE) {
			tlbi(ipas2e1is, (base.value + i) >> REEVE_GRANULE_SHIFT);
		}
		dsb_ish();
		/* What was combined with stage 1 knows no IPA. */
		tlbi_all(vmalle1is);
	}
	dsb_ish();
	stage2_unload();
	isb();
}

void stage2_destroy(void *context, const struct stage2 *stage2)
{
	(void)context;
	stage2_load(stage2);
	dsb_ish();
	isb();
	tlbi_all(vmalls12e1is);
	dsb_ish();
	stage2_unload();
	isb();
}
