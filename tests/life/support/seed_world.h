/* SPDX-License-Identifier: BSD-2-Clause */
/* seed_world.h - the scripted machine with a fault plan between host and monitor, for the rows of docs/faults.md. */
#ifndef TESTS_LIFE_SUPPORT_SEED_WORLD_H
#define TESTS_LIFE_SUPPORT_SEED_WORLD_H

#include "reeve/fault.h"
#include "tests/life/support/host_world.h"

struct seed {
	struct reeve_fault fault;
	struct reeve_host_ops under;          /* what stands behind the conduit */
	uint64_t issued[RMI_COMMAND_COUNT];   /* calls the host made, refused ones too */
	struct rmi_realm_params realm_params; /* the last that reached the monitor */
	struct rmi_rec_params rec_params;     /* likewise */
	void (*on_delay)(void);               /* instead of sleeping by itself; NULL: sleep only */
};

extern struct seed *seed; /* of the running test */

/* A world whose host has looked for its monitor with `plan` loaded. */
void seed_open(const char *plan, size_t page_size);
/* Each rule of the plan has acted, the realm is gone, everything is back. */
void seed_close(void);

/* life_check, and the machine's word for each granule is the ledger's. */
void seed_check(void);
/* The call succeeded, and seed_check. */
void seed_ok(enum reeve_status status);
/* The call on the world's realm failed with `status`, the line of its error holds `words`, and seed_check. */
void seed_failed(enum reeve_status got, enum reeve_status status, const char *words);
/* How many calls the host made of `command` since it was asked last. */
uint64_t seed_issued(enum rmi_command command);

/* The leak list has `count` entries; the first is in *entry. */
void seed_leaks(uint64_t count, struct reeve_ledger_entry *entry);

#endif
