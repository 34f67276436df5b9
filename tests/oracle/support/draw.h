/* SPDX-License-Identifier: BSD-2-Clause */
/* draw.h - arbitrary valid worlds, and commands in them whose arguments are nearly right. The same seed gives the same draw. */
#ifndef TESTS_ORACLE_DRAW_H
#define TESTS_ORACLE_DRAW_H

#include "tests/oracle/support/predict.h"
#include "tests/oracle/support/rng.h"
#include "tests/oracle/support/world.h"

/* A valid world that need not be reachable from boot: up to 4 realms in any state, tables that are empty, homogeneous, nearly so, live;
 * RECs in every state. Machine memory is 16 MiB aligned to 2 MiB, at times with small further regions, one of them beyond 2^48.
 * `features`: the bits of feature register 0 that the world may have; UINT64_MAX for all. S2SZ is 48 at most without LPA2 in it. */
void world_draw(struct world *w, uint64_t seed, uint64_t features);

/* A call, and the one page of host memory that it names (params, run page or source). */
struct drawn_call {
	uint64_t x[REEVE_SMC_REGISTERS];
	bool has_page;    /* the command reads a page: the one at page_pa, which is NS and 4 KiB aligned */
	uint64_t page_pa; /* where `page` lies when has_page */
	uint8_t page[REEVE_GRANULE_SIZE] __attribute__((aligned(8)));
};

/* A command, any of the 23 or, rarely, none of them. Most have none to three arguments wrong. */
void command_draw(struct rng *rng, const struct world *w, struct drawn_call *call);
/* The same for a command of the caller's choice. */
void command_draw_of(struct rng *rng, const struct world *w, enum rmi_command command, struct drawn_call *call);

/* The call's page as the oracle reads it. */
struct oracle_memory drawn_memory(struct drawn_call *call);

#endif
