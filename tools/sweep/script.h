/* SPDX-License-Identifier: BSD-2-Clause */
/* script.h - realm code that is a list: what a REC does next, one thing an entry, and a line of text for each thing it saw.
 *
 * The text is the realm's own account of its life. Two lives with the same text are the same to the realm. */
#ifndef TOOLS_SWEEP_SCRIPT_H
#define TOOLS_SWEEP_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "reeve/model.h"

enum script_kind {
	SCRIPT_END,   /* the list is over: every entry ends with an interrupt */
	SCRIPT_SMC,   /* x: X0.. */
	SCRIPT_LOAD,  /* x[0]: IPA */
	SCRIPT_STORE, /* x[0]: IPA, x[1]: the value */
	SCRIPT_WFI,
};

enum { SCRIPT_REGISTERS = 5 };

struct script_line {
	enum script_kind kind;
	uint64_t x[SCRIPT_REGISTERS];
};

/* A REC at its place in a list. */
struct script {
	const struct script_line *lines; /* ends with SCRIPT_END */
	unsigned at;
	bool is_over; /* it came to its end */
	FILE *text;
};

/* Do the next line, in the terms of reeve_model_config.rec_code. */
void script_turn(struct script *script, uint64_t x[RMI_GPR_COUNT], struct reeve_model_trap *trap);

/* The last line, an access, faults once more. */
void script_again(const struct script *script, uint64_t x[RMI_GPR_COUNT], struct reeve_model_trap *trap);

/* No script is over. */
bool script_is_over(const struct script *script);

#endif
