/* SPDX-License-Identifier: BSD-2-Clause */
/* script.c - see script.h. */
#include "tools/sweep/script.h"

#include <inttypes.h>
#include <string.h>

#include "reeve/address.h"
#include "reeve/field.h"

/* Exception classes and a fault status of ESR_EL2. Source: Arm ARM (DDI 0487) D17. */
enum { EC_WFX = 0x01, EC_SMC = 0x17, EC_DATA_ABORT = 0x24, FSC_TRANSLATION_3 = 7, SIZE_WORD = 2, REGISTER = 3 };

static void trap_access(const struct script_line *line, uint64_t x[RMI_GPR_COUNT], struct reeve_model_trap *trap)
{
	trap->esr = FIELD_SET(0, ESR_EC, EC_DATA_ABORT) | FIELD_MASK(ESR_ABORT_ISV);
	trap->esr = FIELD_SET(trap->esr, ESR_ABORT_SAS, SIZE_WORD);
	trap->esr = FIELD_SET(trap->esr, ESR_ABORT_SRT, REGISTER);
	trap->esr = FIELD_SET(trap->esr, ESR_ABORT_FSC, FSC_TRANSLATION_3);
	trap->esr = FIELD_SET(trap->esr, ESR_ABORT_WNR, line->kind == SCRIPT_STORE);
	trap->far = line->x[0];
	trap->hpfar = FIELD_SET(0, HPFAR_FIPA, line->x[0] >> REEVE_GRANULE_SHIFT);
	x[REGISTER] = line->kind == SCRIPT_STORE ? line->x[1] : 0;
}

void script_turn(struct script *script, uint64_t x[RMI_GPR_COUNT], struct reeve_model_trap *trap)
{
	const struct script_line *line = &script->lines[script->at];

	if (line->kind != SCRIPT_END) {
		fprintf(script->text, "line %u: 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 "\n", script->at,
			x[0], x[1], x[2], x[REGISTER]);
		script->at++;
	}
	switch (line->kind) {
	case SCRIPT_SMC:
		memcpy(x, line->x, sizeof(line->x));
		trap->esr = FIELD_SET(0, ESR_EC, EC_SMC);
		return;
	case SCRIPT_LOAD:
	case SCRIPT_STORE:
		trap_access(line, x, trap);
		return;
	case SCRIPT_WFI:
		trap->esr = FIELD_SET(0, ESR_EC, EC_WFX);
		return;
	case SCRIPT_END:
		script->is_over = true;
		break;
	}
	trap->kind = REEVE_MODEL_TRAP_IRQ;
}

void script_again(const struct script *script, uint64_t x[RMI_GPR_COUNT], struct reeve_model_trap *trap)
{
	trap_access(&script->lines[script->at - 1], x, trap);
}

bool script_is_over(const struct script *script)
{
	return script->lines == NULL || script->is_over;
}
