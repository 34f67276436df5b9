/* SPDX-License-Identifier: BSD-2-Clause */
/* emulate.c - loads and stores that the host carries out for a realm: what is stored, and where a loaded value goes. */
#include "monitor/rec.h"

enum { WORD_BITS = 32 };

/* Bits of the access: 8, 16, 32, 64. */
static unsigned access_bits(uint64_t esr)
{
	return 8U << FIELD_GET(esr, ESR_ABORT_SAS);
}

uint64_t emulate_store_value(const struct rec_cpu *cpu, uint64_t esr)
{
	return reeve_bits_get(rec_gpr(cpu, (unsigned)FIELD_GET(esr, ESR_ABORT_SRT)), 0, access_bits(esr));
}

/* What a load leaves in its register: cut to the access, its sign extended if the instruction asks for it, and the
 * upper half zero when the register is a W register. */
static uint64_t loaded_value(uint64_t esr, uint64_t from_host)
{
	unsigned bits = access_bits(esr);
	uint64_t value = reeve_bits_get(from_host, 0, bits);
	uint64_t is_negative = reeve_bits_get(value, bits - 1, 1);

	if (FIELD_GET(esr, ESR_ABORT_SSE) != 0 && is_negative != 0) {
		value |= ~reeve_bits_mask(0, bits);
	}
	return FIELD_GET(esr, ESR_ABORT_SF) != 0 ? value : reeve_bits_get(value, 0, WORD_BITS);
}

void emulate_mmio(struct rec *rec, const struct rmi_rec_enter *enter)
{
	uint64_t esr = rec->last_esr;

	if (FIELD_GET(esr, ESR_ABORT_WNR) == 0) {
		rec_gpr_set(&rec->cpu, (unsigned)FIELD_GET(esr, ESR_ABORT_SRT), loaded_value(esr, enter->gprs[0]));
	}
	rec_advance(&rec->cpu);
}
