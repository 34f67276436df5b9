/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_realm.h - what the model's CPUs keep of a realm: its turn, its window, its engines.
 *
 * Lock order (cpu.h C2): the monitor's locks, then `turn`. The list of realms and of a realm's engines has its own mutex in unicorn.c,
 * never held while taking a turn. */
#ifndef MODEL_UNICORN_REALM_H
#define MODEL_UNICORN_REALM_H

#include "machine/model/unicorn_engine.h"
#include "machine/model/unicorn_loans.h"
#include "machine/model/unicorn_turn.h"
#include "machine/model/window.h"

struct realm {
	struct realm *next;
	struct reeve_pa rd;
	struct turn turn;
	struct window window;
	struct engine *engines;
	struct loans loans;
	unsigned user_count; /* of the list's mutex: who works on the realm without being of it */
};

enum realm_access { REALM_REACHED, REALM_TRAPPED };

/* NULL when there is no memory. */
struct realm *realm_open(struct reeve_pa rd);
void realm_close(struct realm *realm);

/* Make the page that stopped `engine` reachable as the realm's stage 2 says, or fill *trap. No lock is held. */
enum realm_access realm_resolve(struct realm *realm, struct engine *engine, struct reeve_model *model,
	const struct rec_cpu *rec, const struct engine_stop *stop, struct rec_trap *trap);

/* The instruction word at `pc`, 0 when it is not shown. Takes the turn. */
uint32_t realm_word(struct realm *realm, uint64_t pc);

/* Nobody reaches [base, base + size) until it is resolved again. The monitor holds the realm's lock. */
void realm_invalidate(struct realm *realm, uint64_t base, uint64_t size);

/* The granule at `pa` is no longer the host's: nobody reaches it through this realm's mappings of host memory. */
void realm_lose(struct realm *realm, uint64_t pa);

#endif
