/* SPDX-License-Identifier: BSD-2-Clause */
/* machine.h - the smallest machine that a monitor runs on: memory, whose each granule is, a REC that stops at once; and a kept copy of all.
 *
 * The CPU that runs a REC notes what it was given, and leaves other values in the GIC's registers and the timers: nothing else of a realm's.
 * Translations that the monitor has dropped are noted; the tables must not lead to them any more when it does so (break before make).
 * Memory is one array that host and realms share, as it is without encryption: what the monitor leaves in a granule that it gives
 * back, the host sees. The protection table says who may look.
 * The kept copy is what everything is compared with after a call: memory, protection table and the monitor's own state, of which only
 * the CPUs' scratch is left out, as it means nothing between calls.
 * Source: monitor/platform.h. */
#ifndef TESTS_ORACLE_MACHINE_H
#define TESTS_ORACLE_MACHINE_H

#include "monitor/monitor.h"
#include "tests/oracle/support/world.h"

struct hosted_digest;

/* A range of a realm's IPA space whose translations were dropped. */
struct machine_drop {
	uint64_t rd;
	uint64_t base;
	uint64_t size;
};

enum { MACHINE_DROPS_MAX = 8 /* in one call */ };

struct machine {
	struct reeve_monitor *monitor;
	struct monitor_platform platform;
	struct hosted_digest *digest;
	const char *misuse;     /* the first thing that the monitor asked for and must not, or NULL */
	unsigned runs;          /* times a REC ran since machine_forget */
	uint64_t noise;         /* what the CPU leaves begins with it */
	struct rec_cpu entered; /* what the CPU was given, last */
	struct rec_cpu left;    /* and left */
	struct machine_drop drops[MACHINE_DROPS_MAX]; /* since machine_forget */
	unsigned drop_count;
	unsigned granule_count;
	uint8_t *own; /* the monitor's memory */
	uint8_t *memory;
	uint8_t *kept_own;
	uint8_t *kept_memory;
	uint8_t gpt[WORLD_GRANULES_MAX]; /* enum world_gpt */
	uint8_t kept_gpt[WORLD_GRANULES_MAX];
	bool dirty[WORLD_GRANULES_MAX]; /* was written or kept: may hold other bytes than zero */
};

/* False when there is no memory for it. machine_close is for an open machine only. */
bool machine_open(struct machine *m);
void machine_close(struct machine *m);

/* A monitor as after boot, all memory zero and Non-secure, and kept so. The configuration is valid and has a world. */
void machine_start(struct machine *m, const struct reeve_monitor_config *config);

/* Forget what the last call asked for: runs, drops. */
void machine_forget(struct machine *m);

/* Have the next start wipe all memory, for when the monitor may have written where it must not. */
void machine_distrust(struct machine *m);

/* Number of the granule that contains `pa`, as worlds number them; false when there is no memory. */
bool machine_index(const struct machine *m, uint64_t pa, unsigned *index);
/* Its bytes, to read; as they were kept; and to write. */
const uint8_t *machine_bytes(const struct machine *m, unsigned index);
const uint8_t *machine_kept_bytes(const struct machine *m, unsigned index);
uint8_t *machine_write(struct machine *m, unsigned index);

/* Whether a granule is as it was kept. */
bool machine_granule_is_kept(const struct machine *m, unsigned index);
/* Whether the monitor's own state and the protection table are. */
bool machine_state_is_kept(const struct machine *m);
/* Whether all memory is; if not, *index is the first granule that is not. Takes milliseconds. */
bool machine_memory_is_kept(const struct machine *m, unsigned *index);

/* Keep a granule, or the monitor's state and the protection table, as they are now; or make them again what was kept. */
void machine_keep_granule(struct machine *m, unsigned index);
void machine_keep_state(struct machine *m);
void machine_revert_granule(struct machine *m, unsigned index);
void machine_revert_state(struct machine *m);

#endif
