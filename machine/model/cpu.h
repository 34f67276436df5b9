/* SPDX-License-Identifier: BSD-2-Clause */
/* cpu.h - the model's CPU seam: something that runs RECs. Unicorn is one (unicorn.c), a C function is another (script.c).
 *
 * C1: run is called with no monitor lock held; it may call monitor_stage2_translate.
 * C2: lock order: a realm's RD lock (inside monitor_stage2_translate, or held by who calls invalidate), then the realm's execution token.
 *     The token is never held while waiting for the RD lock.
 * C3: after invalidate returns, no engine reaches the range until it translates again. */
#ifndef MODEL_CPU_H
#define MODEL_CPU_H

#include "monitor/platform.h"

struct reeve_model;

struct model_cpu_ops {
	/* State for all CPUs of a machine; NULL when there is no memory. */
	void *(*create)(struct reeve_model *model, unsigned cpu_count);
	void (*destroy)(void *cpus);
	/* Run until a trap: rec holds the registers going in and coming out (platform.h P3). */
	void (*run)(void *cpus, unsigned cpu, struct rec_cpu *rec, struct rec_trap *trap);
	/* Make `cpu` take an IRQ trap now, or at its next run. Async-signal-safe. */
	void (*kick)(void *cpus, unsigned cpu);
	void (*invalidate)(void *cpus, const struct stage2 *stage2, struct reeve_ipa base, uint64_t size);
	/* The granule at `pa` was just delegated: no engine reaches it through a mapping of host memory any more. NULL: there is nothing to do. */
	void (*lose)(void *cpus, struct reeve_pa pa);
	void (*stage2_destroy)(void *cpus, const struct stage2 *stage2);
	void (*rec_destroy)(void *cpus, struct reeve_pa rec);
};

extern const struct model_cpu_ops model_unicorn;
extern const struct model_cpu_ops model_script;

#endif
