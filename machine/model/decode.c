/* SPDX-License-Identifier: BSD-2-Clause */
/* decode.c - see decode.h: encodings as rows of mask and value. */
#include "machine/model/decode.h"

#include <stddef.h>

#include "reeve/field.h"

/* How the opc field (bits 23:22), or for ordered accesses bit 22, tells direction and extension. */
enum opc_rule { OPC_PLAIN, OPC_LITERAL, OPC_ORDERED, OPC_LDAPR };

struct access_row {
	uint32_t mask;
	uint32_t value;
	enum opc_rule rule;
};

static const struct access_row access_rows[] = {
	{0x3F000000, 0x39000000, OPC_PLAIN},   /* LDR/STR (unsigned immediate) */
	{0x3F200C00, 0x38000000, OPC_PLAIN},   /* LDUR/STUR */
	{0x3F200C00, 0x38000800, OPC_PLAIN},   /* LDTR/STTR */
	{0x3F200C00, 0x38200800, OPC_PLAIN},   /* LDR/STR (register offset) */
	{0x3F000000, 0x18000000, OPC_LITERAL}, /* LDR (literal) */
	{0x3FA00000, 0x08800000, OPC_ORDERED}, /* LDAR/STLR/LDLAR/STLLR */
	{0x3F200C00, 0x19000000, OPC_PLAIN},   /* LDAPUR/STLUR */
	{0x3FFFFC00, 0x38BFC000, OPC_LDAPR},   /* LDAPR */
};

static const struct access_row *access_row_find(uint32_t word)
{
	for (size_t i = 0; i < sizeof(access_rows) / sizeof(access_rows[0]); i++) {
		if ((word & access_rows[i].mask) == access_rows[i].value) {
			return &access_rows[i];
		}
	}
	return NULL;
}

/* opc: 0 store, 1 load, 2 load and extend the sign to 64 bits, 3 to 32 bits; 2 of size 3 and 3 of sizes 2 and 3 are no such accesses. */
static bool access_plain(uint32_t word, struct decode_access *access)
{
	unsigned size = word >> 30;
	unsigned opc = (word >> 22) & 3;

	if (opc >= 2 && size + opc > 4) {
		return false;
	}
	*access = (struct decode_access){
		.size_log2 = size,
		.sign_extends = opc >= 2,
		.rt = word & 31,
		.is_64bit = size == 3 || opc == 2,
		.acquires = (word & 0x3F000000) == 0x19000000,
		.writes = opc == 0,
	};
	return true;
}

/* opc here is bits 31:30: 0 four bytes, 1 eight, 2 four with the sign, 3 a prefetch. */
static bool access_literal(uint32_t word, struct decode_access *access)
{
	unsigned opc = word >> 30;

	if (opc == 3) {
		return false;
	}
	*access = (struct decode_access){
		.size_log2 = opc == 1 ? 3 : 2,
		.sign_extends = opc == 2,
		.rt = word & 31,
		.is_64bit = opc != 0,
	};
	return true;
}

static void access_ordered(uint32_t word, bool writes, struct decode_access *access)
{
	*access = (struct decode_access){
		.size_log2 = word >> 30,
		.rt = word & 31,
		.is_64bit = word >> 30 == 3,
		.acquires = true,
		.writes = writes,
	};
}

bool decode_access(uint32_t word, struct decode_access *access)
{
	const struct access_row *row = access_row_find(word);

	if (row == NULL) {
		return false;
	}
	switch (row->rule) {
	case OPC_PLAIN:
		return access_plain(word, access);
	case OPC_LITERAL:
		return access_literal(word, access);
	case OPC_ORDERED:
		access_ordered(word, (word & 0x00400000) == 0, access);
		return true;
	case OPC_LDAPR:
		access_ordered(word, false, access);
		return true;
	}
	return false;
}

uint32_t decode_access_iss(const struct decode_access *access)
{
	uint64_t iss = FIELD_SET(0, ESR_ABORT_ISV, 1);

	iss = FIELD_SET(iss, ESR_ABORT_SAS, access->size_log2);
	iss = FIELD_SET(iss, ESR_ABORT_SSE, access->sign_extends);
	iss = FIELD_SET(iss, ESR_ABORT_SRT, access->rt);
	iss = FIELD_SET(iss, ESR_ABORT_SF, access->is_64bit);
	iss = FIELD_SET(iss, ESR_ABORT_AR, access->acquires);
	return (uint32_t)iss;
}

static bool decode_is_exception(uint32_t word, uint32_t base, uint16_t *imm16)
{
	if ((word & 0xFFE0001F) != base) {
		return false;
	}
	*imm16 = (uint16_t)(word >> 5);
	return true;
}

bool decode_is_svc(uint32_t word, uint16_t *imm16)
{
	return decode_is_exception(word, 0xD4000001, imm16);
}

bool decode_is_hvc(uint32_t word, uint16_t *imm16)
{
	return decode_is_exception(word, 0xD4000002, imm16);
}

bool decode_is_smc(uint32_t word, uint16_t *imm16)
{
	return decode_is_exception(word, 0xD4000003, imm16);
}

bool decode_is_brk(uint32_t word, uint16_t *imm16)
{
	return decode_is_exception(word, 0xD4200000, imm16);
}

bool decode_is_wfe(uint32_t word)
{
	return word == 0xD503205F;
}
