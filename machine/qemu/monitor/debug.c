/* SPDX-License-Identifier: BSD-2-Clause */
/* debug.c - a realm's own breakpoints and watchpoints. */
#include "machine/qemu/monitor/debug.h"

#include <stddef.h>

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/sysreg.h"

enum { EC_SYSREG = 0x18, OP0_DEBUG = 2, MDSCR_CRM = 2, MDSCR_OP2 = 2, OP2_BVR = 4, XZR = 31, INSTRUCTION_BYTES = 4 };

/* Bits of DBGBCRn_EL1 and DBGWCRn_EL1 that are not RES0. */
static const uint64_t writable[DEBUG_KIND_COUNT] = {
	[DEBUG_BVR] = UINT64_MAX,
	[DEBUG_BCR] = 0xffe1e7,
	[DEBUG_WVR] = UINT64_MAX,
	[DEBUG_WCR] = 0x1f1fffff,
};

static void hardware_save(struct debug_registers *to)
{
#define DEBUG_NUMBER(n) \
	if ((n) < cpu_features()->breakpoints) { \
		to->words[DEBUG_BVR][n] = sysreg_read(S2_0_C0_C##n##_4); \
		to->words[DEBUG_BCR][n] = sysreg_read(S2_0_C0_C##n##_5); \
	} \
	if ((n) < cpu_features()->watchpoints) { \
		to->words[DEBUG_WVR][n] = sysreg_read(S2_0_C0_C##n##_6); \
		to->words[DEBUG_WCR][n] = sysreg_read(S2_0_C0_C##n##_7); \
	}
#include "machine/qemu/monitor/debug_registers.def"
#undef DEBUG_NUMBER
}

static void hardware_load(const struct debug_registers *from)
{
#define DEBUG_NUMBER(n) \
	if ((n) < cpu_features()->breakpoints) { \
		sysreg_write(S2_0_C0_C##n##_4, from->words[DEBUG_BVR][n]); \
		sysreg_write(S2_0_C0_C##n##_5, from->words[DEBUG_BCR][n]); \
	} \
	if ((n) < cpu_features()->watchpoints) { \
		sysreg_write(S2_0_C0_C##n##_6, from->words[DEBUG_WVR][n]); \
		sysreg_write(S2_0_C0_C##n##_7, from->words[DEBUG_WCR][n]); \
	}
#include "machine/qemu/monitor/debug_registers.def"
#undef DEBUG_NUMBER
}

void debug_enter(struct cpu *cpu, const struct rec_cpu *rec)
{
	const struct rec_machine *machine = rec_machine_const(rec);

	cpu->is_debug_loaded = FIELD_GET(machine->more[WORLD_MDSCR_EL1], MDSCR_MDE) != 0;
	if (cpu->is_debug_loaded) {
		hardware_save(&cpu->ns_debug);
		hardware_load(&machine->debug);
	}
}

void debug_leave(struct cpu *cpu)
{
	if (cpu->is_debug_loaded) {
		hardware_load(&cpu->ns_debug);
	}
}

/* The realm changed something: what the CPU has is to be that as well. */
static void refresh(struct cpu *cpu, const struct rec_cpu *rec)
{
	sysreg_write(MDSCR_EL1, rec_machine_const(rec)->more[WORLD_MDSCR_EL1]);
	if (cpu->is_debug_loaded) {
		hardware_load(&rec_machine_const(rec)->debug);
	} else {
		debug_enter(cpu, rec);
	}
}

static bool is_mdscr(uint64_t esr)
{
	return FIELD_GET(esr, ESR_SYSREG_CRM) == MDSCR_CRM && FIELD_GET(esr, ESR_SYSREG_OP2) == MDSCR_OP2;
}

/* Where the register that was accessed is kept, and which of its bits a write changes; NULL: the realm has no such register. */
static uint64_t *word_of(struct rec_cpu *rec, uint64_t esr, uint64_t *mask)
{
	struct rec_machine *machine = rec_machine(rec);
	unsigned number = (unsigned)FIELD_GET(esr, ESR_SYSREG_CRM);
	unsigned op2 = (unsigned)FIELD_GET(esr, ESR_SYSREG_OP2);
	unsigned most;

	if (is_mdscr(esr)) {
		*mask = FIELD_MASK(MDSCR_SS) | FIELD_MASK(MDSCR_KDE) | FIELD_MASK(MDSCR_MDE);
		return &machine->more[WORLD_MDSCR_EL1];
	}
	if (op2 < OP2_BVR) {
		return NULL;
	}
	most = op2 - OP2_BVR <= DEBUG_BCR ? rec->features.num_bps : rec->features.num_wps;
	if (number > most) {
		return NULL;
	}
	*mask = writable[op2 - OP2_BVR];
	return &machine->debug.words[op2 - OP2_BVR][number];
}

bool debug_emulate(struct cpu *cpu, struct rec_cpu *rec, uint64_t esr)
{
	unsigned rt = (unsigned)FIELD_GET(esr, ESR_SYSREG_RT);
	uint64_t mask = 0;
	uint64_t *word;

	if (FIELD_GET(esr, ESR_EC) != EC_SYSREG || FIELD_GET(esr, ESR_SYSREG_OP0) != OP0_DEBUG ||
		FIELD_GET(esr, ESR_SYSREG_OP1) != 0 || FIELD_GET(esr, ESR_SYSREG_CRN) != 0) {
		return false;
	}
	word = word_of(rec, esr, &mask);
	if (word == NULL) {
		return false;
	}
	if (FIELD_GET(esr, ESR_SYSREG_READ) == 0) {
		*word = (rt == XZR ? 0 : rec->gprs[rt]) & mask;
		refresh(cpu, rec);
	} else if (rt != XZR) {
		rec->gprs[rt] = *word;
	}
	rec->pc += INSTRUCTION_BYTES;
	return true;
}
