/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_exception.c - see unicorn_exception.h. */
#include "machine/model/unicorn_exception.h"

#include "machine/model/decode.h"
#include "reeve/field.h"

/* Exception classes. */
enum {
	EC_UNKNOWN = 0x00,
	EC_WFX = 0x01,
	EC_ILLEGAL_STATE = 0x0E,
	EC_SVC64 = 0x15,
	EC_HVC64 = 0x16,
	EC_SMC64 = 0x17,
	EC_FETCH_ABORT_LOWER = 0x20,
	EC_FETCH_ABORT_SAME = 0x21,
	EC_PC_ALIGNMENT = 0x22,
	EC_DATA_ABORT_LOWER = 0x24,
	EC_DATA_ABORT_SAME = 0x25,
	EC_BRK64 = 0x3C,
};

enum {
	FSC_TRANSLATION = 0x04, /* level in bits 1:0 */
	FSC_PERMISSION = 0x0C,
	FSC_EXTERNAL = 0x10,
	FSC_TRANSLATION_MINUS_1 = 0x2B,
	ISS_WFX_ALWAYS = 0x1E00000, /* CV 1, COND 0b1110 */
	INSTRUCTION = 4,            /* bytes */
};

static uint64_t esr_make(uint64_t ec, uint64_t iss)
{
	return FIELD_SET(FIELD_SET(FIELD_SET(0, ESR_EC, ec), ESR_IL, 1), ESR_ISS, iss);
}

static uint64_t el_of(const struct rec_cpu *rec)
{
	return FIELD_GET(rec->pstate, SPSR_MODE) >> 2;
}

static enum exception_next take_undefined(struct rec_cpu *rec, uint32_t word, struct rec_trap *trap)
{
	uint16_t imm16;

	if ((rec->pc & (INSTRUCTION - 1)) != 0) {
		rec->el1[EL1_FAR_EL1] = rec->pc;
		monitor_take_exception(rec, esr_make(EC_PC_ALIGNMENT, 0));
		return EXCEPTION_GOES_ON;
	}
	if (FIELD_GET(rec->pstate, SPSR_IL) != 0) {
		monitor_take_exception(rec, esr_make(EC_ILLEGAL_STATE, 0));
		return EXCEPTION_GOES_ON;
	}
	if (el_of(rec) == 1 && decode_is_hvc(word, &imm16)) {
		*trap = (struct rec_trap){.kind = REC_TRAP_SYNC, .esr = esr_make(EC_HVC64, imm16)};
		return EXCEPTION_TRAPS;
	}
	monitor_take_exception(rec, esr_make(EC_UNKNOWN, 0));
	return EXCEPTION_GOES_ON;
}

static enum exception_next take_smc(struct rec_cpu *rec, uint32_t word, struct rec_trap *trap)
{
	uint16_t imm16 = 0;

	rec->pc -= INSTRUCTION;
	if (el_of(rec) == 0) {
		monitor_take_exception(rec, esr_make(EC_UNKNOWN, 0));
		return EXCEPTION_GOES_ON;
	}
	(void)decode_is_smc(word, &imm16);
	*trap = (struct rec_trap){.kind = REC_TRAP_SYNC, .esr = esr_make(EC_SMC64, imm16)};
	return EXCEPTION_TRAPS;
}

/* A stage 1 fault. Unicorn keeps its syndrome to itself: a translation fault at level 0, its address not valid for data (FnV). */
static void take_abort(struct rec_cpu *rec, bool fetch)
{
	uint64_t same = fetch ? EC_FETCH_ABORT_SAME : EC_DATA_ABORT_SAME;
	uint64_t lower = fetch ? EC_FETCH_ABORT_LOWER : EC_DATA_ABORT_LOWER;
	uint64_t iss = FIELD_SET(FSC_TRANSLATION, ESR_ABORT_FNV, fetch ? 0 : 1);

	if (fetch) {
		rec->el1[EL1_FAR_EL1] = rec->pc;
	}
	monitor_take_exception(rec, esr_make(el_of(rec) == 0 ? lower : same, iss));
}

uint64_t exception_pc_beyond(uint32_t number)
{
	return number == ENGINE_SMC || number == ENGINE_SVC ? INSTRUCTION : 0;
}

enum exception_next exception_take(struct rec_cpu *rec, uint32_t number, uint32_t word, struct rec_trap *trap)
{
	uint16_t imm16 = 0;

	switch (number) {
	case ENGINE_SMC:
		return take_smc(rec, word, trap);
	case ENGINE_UNDEFINED:
		return take_undefined(rec, word, trap);
	case ENGINE_SVC:
		(void)decode_is_svc(word, &imm16);
		monitor_take_exception(rec, esr_make(EC_SVC64, imm16));
		return EXCEPTION_GOES_ON;
	case ENGINE_BRK:
		(void)decode_is_brk(word, &imm16);
		monitor_take_exception(rec, esr_make(EC_BRK64, imm16));
		return EXCEPTION_GOES_ON;
	case ENGINE_FETCH_ABORT:
		take_abort(rec, true);
		return EXCEPTION_GOES_ON;
	case ENGINE_DATA_ABORT:
		take_abort(rec, false);
		return EXCEPTION_GOES_ON;
	default:
		exception_trap_serror(trap);
		return EXCEPTION_TRAPS;
	}
}

void exception_trap_wfx(bool is_wfe, struct rec_trap *trap)
{
	*trap = (struct rec_trap){.kind = REC_TRAP_SYNC, .esr = esr_make(EC_WFX, ISS_WFX_ALWAYS)};
	trap->esr = FIELD_SET(trap->esr, ESR_WFX_TI, is_wfe ? 1 : 0);
}

static uint64_t fault_status(const struct stage2_translation *translation)
{
	if (translation->mapped) {
		return FSC_PERMISSION | (uint64_t)translation->level;
	}
	return translation->level < 0 ? FSC_TRANSLATION_MINUS_1 : FSC_TRANSLATION | (uint64_t)translation->level;
}

static void trap_abort(const struct engine_stop *stop, uint64_t iss, struct rec_trap *trap)
{
	uint64_t ec = stop->need == WINDOW_EXECUTE ? EC_FETCH_ABORT_LOWER : EC_DATA_ABORT_LOWER;

	*trap = (struct rec_trap){
		.kind = REC_TRAP_SYNC,
		.esr = esr_make(ec, FIELD_SET(iss, ESR_ABORT_WNR, stop->need == WINDOW_WRITE)),
		.far = stop->address,
		.hpfar = FIELD_SET(0, HPFAR_FIPA, stop->address >> REEVE_GRANULE_SHIFT),
	};
}

void exception_trap_stage2(const struct engine_stop *stop, uint32_t word, const struct stage2_translation *translation,
	struct rec_trap *trap)
{
	struct decode_access access;
	uint64_t iss = 0;

	/* An access that straddles two pages is reported in pieces: it is not one that a host can emulate. */
	if (stop->need != WINDOW_EXECUTE && decode_access(word, &access) &&
		stop->size == UINT64_C(1) << access.size_log2) {
		iss = decode_access_iss(&access);
	}
	trap_abort(stop, FIELD_SET(iss, ESR_ABORT_FSC, fault_status(translation)), trap);
}

void exception_trap_external(const struct engine_stop *stop, struct rec_trap *trap)
{
	trap_abort(stop, FSC_EXTERNAL, trap);
}

void exception_trap_serror(struct rec_trap *trap)
{
	*trap = (struct rec_trap){.kind = REC_TRAP_SERROR};
}
