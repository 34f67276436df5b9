/* SPDX-License-Identifier: BSD-2-Clause */
/* gic.c - the virtual GIC state that crosses with REC_ENTER: what the host may set, what it is told. */
#include "monitor/rec.h"

/* The CPU interface the monitor assumes: 5 bits of priority, 16 of INTID, no extended ranges. It is the least that
 * ICH_VTR_EL2 offers on the machines known; a platform with more accepts everything that passes here. */
enum { PRIORITY_BITS = 5, INTID_BITS = 16 };

/* INTIDs a list register may hold: SGI, PPI and SPI up to 1019, LPIs from 8192 (Arm GICv3 architecture, IHI 0069). */
enum { INTID_SPI_LAST = 1019, INTID_LPI_FIRST = 8192 };

static unsigned lr_count(const struct reeve_monitor *m)
{
	return (unsigned)FIELD_GET(m->config.features0, FEATURE0_GICV3_NUM_LRS) + 1;
}

/* The bits of ICH_HCR_EL2 that belong to the host. */
static uint64_t hcr_host_mask(void)
{
	return FIELD_MASK(ICH_HCR_UIE) | FIELD_MASK(ICH_HCR_LRENPIE) | FIELD_MASK(ICH_HCR_NPIE) |
		FIELD_MASK(ICH_HCR_VGRP0EIE) | FIELD_MASK(ICH_HCR_VGRP0DIE) | FIELD_MASK(ICH_HCR_VGRP1EIE) |
		FIELD_MASK(ICH_HCR_VGRP1DIE) | FIELD_MASK(ICH_HCR_TDIR);
}

static bool intid_is_valid(uint64_t intid)
{
	return intid <= INTID_SPI_LAST || (intid >= INTID_LPI_FIRST && intid < (UINT64_C(1) << INTID_BITS));
}

static bool lr_is_used(uint64_t lr)
{
	return FIELD_GET(lr, ICH_LR_STATE) != 0;
}

static bool lr_is_valid(uint64_t lr)
{
	uint64_t priority_unused = reeve_bits_mask(0, ICH_LR_PRIORITY_WIDTH - PRIORITY_BITS);

	if (!lr_is_used(lr)) {
		return true;
	}
	return FIELD_GET(lr, ICH_LR_HW) == 0 && (FIELD_GET(lr, ICH_LR_PRIORITY) & priority_unused) == 0 &&
		(lr & FIELD_MASK(ICH_LR_PINTID) & ~FIELD_MASK(ICH_LR_EOI)) == 0 &&
		intid_is_valid(FIELD_GET(lr, ICH_LR_VINTID));
}

/* True when a used list register before `n` holds the interrupt of lrs[n]. */
static bool lr_is_double(const uint64_t *lrs, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (lr_is_used(lrs[i]) && FIELD_GET(lrs[i], ICH_LR_VINTID) == FIELD_GET(lrs[n], ICH_LR_VINTID)) {
			return true;
		}
	}
	return false;
}

bool gic_is_valid(const struct reeve_monitor *m, const struct rmi_rec_enter *enter)
{
	unsigned count = lr_count(m);

	if ((enter->gicv3_hcr & ~hcr_host_mask()) != 0) {
		return false;
	}
	for (unsigned i = 0; i < count; i++) {
		if (!lr_is_valid(enter->gicv3_lrs[i])) {
			return false;
		}
		if (lr_is_used(enter->gicv3_lrs[i]) && lr_is_double(enter->gicv3_lrs, i)) {
			return false;
		}
	}
	return true;
}

/* EOIcount starts at zero: the host is told of the EOIs since this entry. */
void gic_enter(const struct reeve_monitor *m, struct rec_cpu *cpu, const struct rmi_rec_enter *enter)
{
	unsigned count = lr_count(m);

	cpu->gicv3_hcr = enter->gicv3_hcr | FIELD_MASK(ICH_HCR_EN);
	for (unsigned i = 0; i < RMI_GIC_LR_COUNT; i++) {
		cpu->gicv3_lrs[i] = i < count ? enter->gicv3_lrs[i] : 0;
	}
}

void gic_exit(const struct reeve_monitor *m, const struct rec_cpu *cpu, struct rmi_rec_exit *exit)
{
	unsigned count = lr_count(m);

	exit->gicv3_hcr = cpu->gicv3_hcr & (hcr_host_mask() | FIELD_MASK(ICH_HCR_EOICOUNT));
	exit->gicv3_misr = cpu->gicv3_misr;
	exit->gicv3_vmcr = cpu->gicv3_vmcr;
	for (unsigned i = 0; i < count; i++) {
		exit->gicv3_lrs[i] = cpu->gicv3_lrs[i];
	}
}
