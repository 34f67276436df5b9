/* SPDX-License-Identifier: BSD-2-Clause */
/* program.c - what the RECs of the monitor's shell do: a list of steps, one at each entry and after each trap the monitor handled. */
#include <string.h>

#include "reeve/field.h"
#include "tools/rmi/shell.h"

/* Exception classes and a fault status of ESR_EL2. Source: Arm ARM (DDI 0487) D17. */
enum { EC_WFX = 0x01, EC_SMC = 0x17, EC_DATA_ABORT = 0x24, FSC_TRANSLATION_3 = 7, SIZE_DOUBLEWORD = 3 };

struct shell_program *program_of(struct shell *shell, uint64_t rec)
{
	for (unsigned i = 0; i < shell->program_count; i++) {
		if (shell->programs[i].rec == rec) {
			return &shell->programs[i];
		}
	}
	return NULL;
}

static bool step_set(struct shell *shell, const struct statement *statement, const struct step *from,
	struct shell_step *step, struct line_error *error)
{
	*step = (struct shell_step){.kind = from->kind};
	for (unsigned i = 0; i < from->count; i++) {
		if (!number_of(shell, statement, &statement->items[from->first + i], &step->x[i], error)) {
			return false;
		}
	}
	return true;
}

bool program_set(struct shell *shell, const struct statement *statement, struct line_error *error)
{
	struct shell_program program = {.count = statement->step_count};
	struct shell_program *place;

	if (!number_of(shell, statement, &statement->address, &program.rec, error)) {
		return false;
	}
	for (unsigned i = 0; i < program.count; i++) {
		if (!step_set(shell, statement, &statement->steps[i], &program.steps[i], error)) {
			return false;
		}
	}
	place = program_of(shell, program.rec);
	if (place == NULL && shell->program_count == SHELL_PROGRAMS_MAX) {
		return line_wrong(error, statement->span.column, "%d RECs have programs, and no more are kept",
			SHELL_PROGRAMS_MAX);
	}
	if (place == NULL) {
		place = &shell->programs[shell->program_count++];
	}
	*place = program;
	return true;
}

/* A load into X0 or a store from it, that meets no memory. */
static void trap_access(const struct shell_step *step, uint64_t x[RMI_GPR_COUNT], struct reeve_model_trap *trap)
{
	bool is_store = step->kind == STEP_STORE;

	trap->esr = FIELD_SET(0, ESR_EC, EC_DATA_ABORT) | FIELD_MASK(ESR_IL) | FIELD_MASK(ESR_ABORT_ISV) |
		FIELD_MASK(ESR_ABORT_SF);
	trap->esr = FIELD_SET(trap->esr, ESR_ABORT_SAS, SIZE_DOUBLEWORD);
	trap->esr = FIELD_SET(trap->esr, ESR_ABORT_FSC, FSC_TRANSLATION_3);
	trap->esr = FIELD_SET(trap->esr, ESR_ABORT_WNR, is_store);
	trap->far = step->x[0];
	trap->hpfar = FIELD_SET(0, HPFAR_FIPA, step->x[0] >> REEVE_GRANULE_SHIFT);
	x[0] = is_store ? step->x[1] : 0;
}

static void step_do(const struct shell_step *step, uint64_t x[RMI_GPR_COUNT], struct reeve_model_trap *trap)
{
	switch (step->kind) {
	case STEP_SMC:
		memcpy(x, step->x, sizeof(step->x));
		trap->esr = FIELD_SET(0, ESR_EC, EC_SMC) | FIELD_MASK(ESR_IL);
		return;
	case STEP_LOAD:
	case STEP_STORE:
		trap_access(step, x, trap);
		return;
	case STEP_WFI:
	case STEP_WFE:
		trap->esr = FIELD_SET(0, ESR_EC, EC_WFX) | FIELD_MASK(ESR_IL);
		trap->esr = FIELD_SET(trap->esr, ESR_WFX_TI, step->kind == STEP_WFE);
		return;
	case STEP_FIQ:
		trap->kind = REEVE_MODEL_TRAP_FIQ;
		return;
	case STEP_SERROR:
		trap->kind = REEVE_MODEL_TRAP_SERROR;
		return;
	case STEP_IRQ:
	case STEP_KIND_COUNT:
		break;
	}
	trap->kind = REEVE_MODEL_TRAP_IRQ;
}

void program_turn(void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap)
{
	struct shell *shell = context;
	struct shell_program *program = shell->running;

	(void)mpidr;
	(void)pc;
	if (program != NULL && program->is_waiting) {
		const struct shell_step *step = &program->steps[program->at - 1];

		program->is_waiting = false;
		memcpy(shell->realm_x, x, sizeof(shell->realm_x));
		shell->has_realm = true;
		report_step(shell, step, x);
	}
	if (program == NULL || program->at == program->count) {
		trap->kind = REEVE_MODEL_TRAP_IRQ;
		return;
	}
	step_do(&program->steps[program->at], x, trap);
	program->is_waiting = true;
	program->at++;
}
