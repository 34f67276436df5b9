/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_registers.c - see unicorn_registers.h. */
#include "machine/model/unicorn_registers.h"

#include <string.h>

#include "reeve/field.h"

#define EL1_REGISTER(name, op0, op1, crn, crm, op2, reset) {crn, crm, op0, op1, op2, 0},
static const uc_arm64_cp_reg el1_registers[EL1_REGISTER_COUNT] = {
#include "spec/el1_registers.def"
};
#undef EL1_REGISTER

/* Registers of the realm that the monitor does not know of, carried over a change of exception level (see enter_el1). */
static const uc_arm64_cp_reg carried_registers[] = {
	{5, 1, 3, 0, 0, 0},  /* AFSR0_EL1 */
	{5, 1, 3, 0, 1, 0},  /* AFSR1_EL1 */
	{10, 3, 3, 0, 0, 0}, /* AMAIR_EL1 */
	{7, 4, 3, 0, 0, 0},  /* PAR_EL1 */
	{2, 1, 3, 0, 0, 0},  /* APIAKeyLo_EL1 */
	{2, 1, 3, 0, 1, 0},  /* APIAKeyHi_EL1 */
	{2, 1, 3, 0, 2, 0},  /* APIBKeyLo_EL1 */
	{2, 1, 3, 0, 3, 0},  /* APIBKeyHi_EL1 */
	{2, 2, 3, 0, 0, 0},  /* APDAKeyLo_EL1 */
	{2, 2, 3, 0, 1, 0},  /* APDAKeyHi_EL1 */
	{2, 2, 3, 0, 2, 0},  /* APDBKeyLo_EL1 */
	{2, 2, 3, 0, 3, 0},  /* APDBKeyHi_EL1 */
	{2, 3, 3, 0, 0, 0},  /* APGAKeyLo_EL1 */
	{2, 3, 3, 0, 1, 0},  /* APGAKeyHi_EL1 */
};

enum {
	CARRIED_COUNT = sizeof(carried_registers) / sizeof(carried_registers[0]),
	VECTOR_COUNT = 32,
};

struct carried {
	uc_arm64_cp_reg system[CARRIED_COUNT];
	uint64_t vectors[VECTOR_COUNT][2];
	uint32_t fpcr;
	uint32_t fpsr;
};

static uint64_t reg_get(uc_engine *uc, int reg)
{
	uint64_t value = 0;

	uc_reg_read(uc, reg, &value);
	return value;
}

static void reg_set(uc_engine *uc, int reg, uint64_t value)
{
	uc_reg_write(uc, reg, &value);
}

static int gpr(unsigned n)
{
	if (n >= 29) {
		return n == 29 ? UC_ARM64_REG_X29 : UC_ARM64_REG_X30;
	}
	return UC_ARM64_REG_X0 + (int)n;
}

static uint64_t el_of(uint64_t pstate)
{
	return FIELD_GET(pstate, SPSR_MODE) >> 2;
}

/* EL1h alone uses SP_EL1: Unicorn keeps the stack pointer in use apart from the two banked ones. */
static bool uses_sp_el1(uint64_t pstate)
{
	return FIELD_GET(pstate, SPSR_MODE) == 5;
}

static void carry_out(uc_engine *uc, struct carried *carried)
{
	memcpy(carried->system, carried_registers, sizeof(carried_registers));
	for (unsigned i = 0; i < CARRIED_COUNT; i++) {
		uc_reg_read(uc, UC_ARM64_REG_CP_REG, &carried->system[i]);
	}
	for (unsigned i = 0; i < VECTOR_COUNT; i++) {
		uc_reg_read(uc, UC_ARM64_REG_V0 + (int)i, carried->vectors[i]);
	}
	uc_reg_read(uc, UC_ARM64_REG_FPCR, &carried->fpcr);
	uc_reg_read(uc, UC_ARM64_REG_FPSR, &carried->fpsr);
}

static void carry_in(uc_engine *uc, const struct carried *carried)
{
	for (unsigned i = 0; i < CARRIED_COUNT; i++) {
		uc_reg_write(uc, UC_ARM64_REG_CP_REG, &carried->system[i]);
	}
	for (unsigned i = 0; i < VECTOR_COUNT; i++) {
		uc_reg_write(uc, UC_ARM64_REG_V0 + (int)i, carried->vectors[i]);
	}
	uc_reg_write(uc, UC_ARM64_REG_FPCR, &carried->fpcr);
	uc_reg_write(uc, UC_ARM64_REG_FPSR, &carried->fpsr);
}

/* From EL0 to EL1: writing PSTATE does not make Unicorn 2.0.1 translate for the other level, restoring a context saved there does.
 * The context brings all registers back to reset: those the monitor does not hold are carried over. */
static void enter_el1(uc_engine *uc, const uc_context *reset, struct rec_cpu *seen)
{
	struct carried carried;

	carry_out(uc, &carried);
	uc_context_restore(uc, (uc_context *)reset);
	carry_in(uc, &carried);
	registers_save(uc, seen);
}

static void load_stack_pointers(uc_engine *uc, const struct rec_cpu *rec)
{
	bool el1 = uses_sp_el1(rec->pstate);

	reg_set(uc, UC_ARM64_REG_SP_EL0, rec->sp_el0);
	reg_set(uc, UC_ARM64_REG_SP_EL1, rec->sp_el1);
	reg_set(uc, UC_ARM64_REG_SP, el1 ? rec->sp_el1 : rec->sp_el0);
}

static void load_el1(uc_engine *uc, const struct rec_cpu *rec, const struct rec_cpu *seen)
{
	for (unsigned i = 0; i < EL1_REGISTER_COUNT; i++) {
		uc_arm64_cp_reg reg = el1_registers[i];

		if (rec->el1[i] != seen->el1[i]) {
			reg.val = rec->el1[i];
			uc_reg_write(uc, UC_ARM64_REG_CP_REG, &reg);
		}
	}
}

void registers_prepare(uc_engine *uc)
{
	uc_arm64_cp_reg hcr_el2 = {1, 1, 3, 4, 0, UINT64_C(1) << 31}; /* RW */

	registers_check_pa_size(uc, true);
	uc_reg_write(uc, UC_ARM64_REG_CP_REG, &hcr_el2);
}

void registers_check_pa_size(uc_engine *uc, bool checks)
{
	uint64_t rw = checks ? UINT64_C(1) << 10 : 0;
	uc_arm64_cp_reg scr_el3 = {1, 1, 3, 6, 0, rw | 1 /* NS */};

	uc_reg_write(uc, UC_ARM64_REG_CP_REG, &scr_el3);
}

void registers_load(uc_engine *uc, const uc_context *reset, const struct rec_cpu *rec, struct rec_cpu *seen)
{
	if (el_of(seen->pstate) == 0 && el_of(rec->pstate) != 0) {
		enter_el1(uc, reset, seen);
	}
	for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
		if (rec->gprs[i] != seen->gprs[i]) {
			reg_set(uc, gpr(i), rec->gprs[i]);
		}
	}
	load_el1(uc, rec, seen);
	if (rec->pstate != seen->pstate) {
		reg_set(uc, UC_ARM64_REG_PSTATE, rec->pstate);
	}
	load_stack_pointers(uc, rec);
	registers_copy(seen, rec);
}

static void save_stack_pointers(uc_engine *uc, struct rec_cpu *seen)
{
	uint64_t sp = reg_get(uc, UC_ARM64_REG_SP);
	bool el1 = uses_sp_el1(seen->pstate);

	seen->sp_el0 = el1 ? reg_get(uc, UC_ARM64_REG_SP_EL0) : sp;
	seen->sp_el1 = el1 ? sp : reg_get(uc, UC_ARM64_REG_SP_EL1);
}

void registers_save(uc_engine *uc, struct rec_cpu *seen)
{
	for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
		seen->gprs[i] = reg_get(uc, gpr(i));
	}
	seen->pc = reg_get(uc, UC_ARM64_REG_PC);
	seen->pstate = reg_get(uc, UC_ARM64_REG_PSTATE);
	save_stack_pointers(uc, seen);
	for (unsigned i = 0; i < EL1_REGISTER_COUNT; i++) {
		uc_arm64_cp_reg reg = el1_registers[i];

		uc_reg_read(uc, UC_ARM64_REG_CP_REG, &reg);
		seen->el1[i] = reg.val;
	}
}

void registers_copy(struct rec_cpu *to, const struct rec_cpu *from)
{
	memcpy(to->gprs, from->gprs, sizeof(to->gprs));
	memcpy(to->el1, from->el1, sizeof(to->el1));
	to->pc = from->pc;
	to->pstate = from->pstate;
	to->sp_el0 = from->sp_el0;
	to->sp_el1 = from->sp_el1;
}
