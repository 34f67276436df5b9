/* SPDX-License-Identifier: BSD-2-Clause */
/* scenario_row.h - what a scenario is made of. */
#ifndef TOOLS_SWEEP_SCENARIO_ROW_H
#define TOOLS_SWEEP_SCENARIO_ROW_H

#include "tools/sweep/scenario.h"
#include "tools/sweep/script.h"

struct life;

enum { SCENARIO_STEPS = 12, SCENARIO_RECS = 2, SCENARIO_RAM_BASE = 0x40000000 };

/* A step that failed can be run again: it goes on where it stood. */
struct scenario_step {
	const char *name;
	enum reeve_status (*run)(struct life *life);
};

struct scenario {
	const char *name;
	const char *text;
	size_t page_size;
	uint64_t memory; /* bytes of the machine */
	uint64_t ram;    /* bytes of the Realm, from SCENARIO_RAM_BASE */
	unsigned recs;
	bool is_racy;
	const uint8_t *program; /* an ELF file up to program_end; NULL: RECs are scripts */
	const uint8_t *program_end;
	const struct script_line *scripts[SCENARIO_RECS];
	struct scenario_step
		steps[SCENARIO_STEPS]; /* up to one without a function; taking the Realm apart follows them */
};

#endif
