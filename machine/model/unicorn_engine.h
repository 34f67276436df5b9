/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_engine.h - one Unicorn engine that runs one REC: registers in and out, its mapped regions, one slice of execution.
 *
 * E1: an engine maps only what the realm's window shows (window.h): engine_forget comes with each window_hide.
 * E2: the program counter of a stop is exact: a hook on each instruction keeps it (without, Unicorn reports the start of the block).
 * E3: an engine is used by the holder of its realm's turn only.
 * E4: Unicorn's CPU has 44-bit physical addresses, a realm IPAs of up to 48 bits. While stage 1 is off an access beyond 2^44 ends in an
 * abort: the instruction is then stepped over without that check (registers_check_pa_size), and its page stays in Unicorn's TLB. The
 * price is about 2 us each time a page comes into that TLB, which holds some 256. An abort that the step repeats is the realm's own.
 * Not modelled by Unicorn 2.0.1: traps of CPACR_EL1, alignment checks, interrupts, timers; stage 1 beyond an identity map (an access
 * is reported by its virtual address, and one that stage 1 does not map as if stage 2 did not); code that another REC or the host
 * rewrites in place is seen only after its page was unmapped. */
#ifndef MODEL_UNICORN_ENGINE_H
#define MODEL_UNICORN_ENGINE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <unicorn/unicorn.h>

#include "machine/model/unicorn_regions.h"
#include "machine/model/unicorn_turn.h"
#include "monitor/platform.h"

enum {
	ENGINE_LOOK = 500,       /* instructions between two looks at who waits */
	ENGINE_SLICE_LOOKS = 20, /* of a slice, when somebody waits at the back */
	ENGINE_IPA_BITS_MAX = 48,
};

enum engine_stop_kind {
	ENGINE_TURN,      /* somebody else needs the turn */
	ENGINE_KICKED,    /* the CPU was kicked; the kick is still set */
	ENGINE_WFI,       /* PC after it */
	ENGINE_WFE,       /* PC at it; only when rec->trap_wfe */
	ENGINE_EXCEPTION, /* `number` as Unicorn reports it */
	ENGINE_FAULT,     /* an access to what is not mapped, PC at the instruction */
	ENGINE_BROKEN,    /* Unicorn failed */
};

/* Numbers of UC_HOOK_INTR: QEMU's. */
enum {
	ENGINE_UNDEFINED = 1,
	ENGINE_SVC = 2,
	ENGINE_FETCH_ABORT = 3,
	ENGINE_DATA_ABORT = 4,
	ENGINE_BRK = 7,
	ENGINE_SMC = 13,
};

struct engine_stop {
	enum engine_stop_kind kind;
	uint32_t number;
	uint64_t address; /* of a fault: the first byte that is not mapped, as the realm addressed it */
	uint64_t size;    /* of the access, in bytes */
	unsigned need;    /* WINDOW_READ, WINDOW_WRITE or WINDOW_EXECUTE */
};

struct engine {
	struct engine *next; /* of the realm */
	struct reeve_pa rec;
	uc_engine *uc;
	uc_context *reset; /* at EL1, as opened */
	const struct window *window;
	struct turn *turn;
	struct regions regions;
	struct rec_cpu seen; /* registers the engine holds */
	/* Of the slice that runs. */
	struct rec_cpu *running;
	const atomic_bool *kicked;
	uint32_t left;  /* instructions until the next look */
	uint32_t looks; /* since the slice began, at most ENGINE_SLICE_LOOKS */
	uint32_t alone; /* looks since the system last let other threads run (T6) */
	uint64_t pc;
	bool steps; /* stops when nothing is left, whoever waits */
	bool stopped;
	struct engine_stop stop;
};

/* An engine for the REC `rec`, or NULL when there is no memory. */
struct engine *engine_open(struct reeve_pa rec, const struct window *window, struct turn *turn);
void engine_close(struct engine *engine);

/* Load the registers that differ, run until something stops it, save. */
struct engine_stop engine_run(struct engine *engine, struct rec_cpu *rec, const atomic_bool *kicked);

/* Did the last run end in a fault of the instruction at `pc`? True and *stop is that fault, or false and *stop untouched. For the thread
 * that is about to run the engine; the turn is not needed. */
bool engine_left_with_fault(const struct engine *engine, uint64_t pc, struct engine_stop *stop);

/* Map what the window shows at `ipa`. False when it does not show the page with `need`, or Unicorn refuses. */
bool engine_map(struct engine *engine, uint64_t ipa, unsigned need);

/* Unmap what lies in [ipa, ipa + size), and forget the code translated from there. */
void engine_forget(struct engine *engine, uint64_t ipa, uint64_t size);

#endif
