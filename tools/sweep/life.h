/* SPDX-License-Identifier: BSD-2-Clause */
/* life.h - a machine, a host on it and one Realm, with a fault conduit between host and monitor, and notes of all that passed.
 *
 *   host library --smc--> notes --> reeve_fault_smc --> what really happened, noted --> reeve_model_smc
 *                --pages--> counted --> reeve_fault_pages_alloc --> the machine's pages
 *
 * L1: a call is notable when the host was told anything but plain success, or anything but what the monitor said. All of these are kept.
 * L2: what the host does to memory that is not its own does not end the process: it is a complaint (life.wrong), and the life is over.
 * L3: the life ends with everything it made but its machine, which is switched off: the next one switches it on, and its memory is not zero.
 * Not here: what must hold (judge.h), which steps a life has (scenario.h). */
#ifndef TOOLS_SWEEP_LIFE_H
#define TOOLS_SWEEP_LIFE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "reeve/fault.h"
#include "reeve/host.h"
#include "reeve/model.h"
#include "tools/message.h"
#include "tools/sweep/scenario_row.h"
#include "tools/sweep/script.h"

enum { LIFE_RECS = SCENARIO_RECS, LIFE_REALMS = 4, LIFE_SHARED_MAX = 2 << 20, LIFE_ANSWERS = RMI_RESULT_MAX + 1 };

/* L1. */
struct life_call {
	struct sweep_call call;      /* as the host saw it */
	bool is_reached;             /* the monitor saw it too */
	bool is_false;               /* the host was told what is not so: a rule of the plan acted on it */
	uint64_t real[LIFE_ANSWERS]; /* X0.. as the monitor gave them; zero when it did not see it */
	unsigned attempt;            /* life.attempt then */
};

/* A Realm that the monitor has, by what it answered itself. */
struct life_realm {
	uint64_t rd; /* 0: none */
	uint16_t vmid;
	bool is_active;
};

struct life_machine; /* the model, and what it has of the life (life.c) */
struct life_guest;   /* the program, its layout and its CPUs (life_guest.c) */

struct life {
	const struct scenario *scenario;
	struct life_machine *on;
	struct reeve_model *model;
	struct reeve_host_ops machine; /* the machine's own */
	struct reeve_host_ops ops;     /* the host's; its context is this struct */
	struct reeve_fault fault;
	pthread_mutex_t host_lock;
	pthread_mutex_t realm_lock;

	bool has_host;
	struct reeve_host host;
	struct reeve_realm realm;
	struct reeve_rec recs[LIFE_RECS];
	struct reeve_exit exits[LIFE_RECS];
	struct reeve_error error; /* of the last call of the library that failed */
	struct reeve_pa shared;   /* the embedder's own memory, `shared_size` bytes; 0: none */
	size_t shared_size;

	const char *step;
	unsigned at;      /* how far the step came: a repetition goes on there */
	unsigned attempt; /* counts up with each try of a step */
	struct script scripts[LIFE_RECS];
	struct life_guest *guest;
	FILE *text; /* the realm's account: its console, or what its scripts saw, and the exits */
	char *text_bytes;
	size_t text_size;

	pthread_mutex_t lock;        /* guards what follows */
	struct sweep_record *record; /* NULL: not wanted */
	size_t record_room;
	struct life_call *calls;
	size_t call_count;
	size_t call_room;
	uint64_t smcs;
	uint64_t allocations;
	uint64_t refused_allocations; /* by the plan */
	struct life_realm realms[LIFE_REALMS];
	uint8_t *given;        /* a byte a granule: 1 + order of the run of granules that was given to the host there */
	uint64_t granules_out; /* given and not yet back */
	int64_t tables;        /* RTTs below the roots that the monitor has */
	int64_t tables_most;   /* in this step */
	struct message wrong;  /* the first thing the host did that ends the life; "": none */
	atomic_bool is_over;   /* because of it */
};

/* Make the machine and all but the host. False, nothing left behind, when there is no memory. */
bool life_open(struct life *life, const struct scenario *scenario, const struct reeve_fault_plan *plan,
	struct sweep_record *record);
void life_close(struct life *life);

/* Find the monitor, and make the realm NONE. */
enum reeve_status life_begin(struct life *life);

/* Number of granules of the machine, and the address of one. */
uint64_t life_granules(const struct life *life);
uint64_t life_granule(uint64_t index);

/* How often the plan's rules have acted. */
uint64_t life_acted(const struct life *life);

/* Say which CPU the calling thread is. 0 until said. */
void life_use_cpu(unsigned cpu);

/* Keep the first complaint and end the life. */
__attribute__((format(printf, 2, 3))) void life_complain(struct life *life, const char *format, ...);

/* Call `call` so that L2 holds in it: REEVE_INTERNAL and is_over when the host touched what it must not. */
enum reeve_status life_guarded(
	struct life *life, enum reeve_status (*call)(struct life *life, void *context), void *context);

/* Keep the cause of a failed call on the realm. Returns `status`. */
enum reeve_status life_answered(struct life *life, enum reeve_status status);

/* Memory of the embedder's own to share, aligned to its size. REEVE_NO_MEMORY when there is none. */
enum reeve_status life_share_memory(struct life *life, size_t size);

/* The steps of a life that runs a guest program (life_guest.c). */
struct life_guest *life_guest_new(struct life *life, const struct scenario *scenario);
void life_guest_free(struct life_guest *guest);
enum reeve_status life_guest_ram(struct life *life);
enum reeve_status life_guest_populate(struct life *life);
enum reeve_status life_guest_share(struct life *life);
enum reeve_status life_guest_recs(struct life *life);
/* REEVE_INTERNAL with a complaint when it does not end; REEVE_STATE when it ended otherwise than by switching itself off. */
enum reeve_status life_guest_run(struct life *life);

#endif
