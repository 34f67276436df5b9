/* SPDX-License-Identifier: BSD-2-Clause */
/* stage2.h - a realm's stage 2 in the CPU's words, and its translations in TLBs. */
#ifndef QEMU_MONITOR_STAGE2_H
#define QEMU_MONITOR_STAGE2_H

#include "monitor/platform.h"

/* VTCR_EL2 and VTTBR_EL2 of this CPU, and VTTBR_EL2 back to no realm's; the caller's isb follows. A VMID that stayed there would be swapped with the
 * host's at each change of world, and QEMU drops translations for that. */
void stage2_load(const struct stage2 *stage2);
void stage2_unload(void);

/* Drop what this CPU's TLBs have of the stage 1 of the realm that is loaded. */
void stage2_forget_stage1(void);

/* struct monitor_platform's two. VTTBR_EL2 is no realm's afterwards: a REC is entered after stage2_load only. */
void stage2_invalidate(void *context, const struct stage2 *stage2, struct reeve_ipa base, uint64_t size);
void stage2_destroy(void *context, const struct stage2 *stage2);

#endif
