/* SPDX-License-Identifier: BSD-2-Clause */
/* script.c - the CPU whose RECs are a C function of the embedder (reeve_model_config.rec_code), called where a CPU would run code.
 *
 * A kick is taken before the function is called, never inside it. RECs of one realm need no turns here: C has its own atomics. */
#include <stdatomic.h>
#include <stdlib.h>

#include "machine/model/machine.h"
#include "reeve/field.h"

struct script_cpus {
	const struct reeve_model_config *config;
	_Atomic bool kicked[REEVE_MONITOR_CPUS_MAX];
};

enum { KIND_COUNT = REEVE_MODEL_TRAP_SERROR + 1 };

static const enum rec_trap_kind kinds[KIND_COUNT] = {
	[REEVE_MODEL_TRAP_SYNC] = REC_TRAP_SYNC,
	[REEVE_MODEL_TRAP_IRQ] = REC_TRAP_IRQ,
	[REEVE_MODEL_TRAP_FIQ] = REC_TRAP_FIQ,
	[REEVE_MODEL_TRAP_SERROR] = REC_TRAP_SERROR,
};

static void *create(struct reeve_model *model, unsigned cpu_count)
{
	struct script_cpus *cpus = calloc(1, sizeof(*cpus));

	(void)cpu_count;
	if (cpus != NULL) {
		cpus->config = model_config_of(model);
	}
	return cpus;
}

static void destroy(void *cpus)
{
	free(cpus);
}

static void run(void *context, unsigned cpu, struct rec_cpu *rec, struct rec_trap *trap)
{
	struct script_cpus *cpus = context;
	struct reeve_model_trap stop = {REEVE_MODEL_TRAP_SYNC, 0, 0, 0};

	if (atomic_exchange(&cpus->kicked[cpu], false)) {
		*trap = (struct rec_trap){.kind = REC_TRAP_IRQ};
		return;
	}
	cpus->config->rec_code(
		cpus->config->context, rec->mpidr_el1 & ~FIELD_MASK(MPIDR_RES1), rec->gprs, &rec->pc, &stop);
	/* A number from outside. */
	if ((unsigned)stop.kind >= KIND_COUNT) {
		model_misuse("rec_code stopped with a kind that is no enum reeve_model_trap_kind", (unsigned)stop.kind);
	}
	*trap = (struct rec_trap){.kind = kinds[stop.kind], .esr = stop.esr, .far = stop.far, .hpfar = stop.hpfar};
}

static void kick(void *context, unsigned cpu)
{
	struct script_cpus *cpus = context;

	atomic_store(&cpus->kicked[cpu], true);
}

/* A C function caches no translations and the REC's registers are all there is of it. */
static void invalidate(void *cpus, const struct stage2 *stage2, struct reeve_ipa base, uint64_t size)
{
	(void)cpus;
	(void)stage2;
	(void)base;
	(void)size;
}

static void stage2_destroy(void *cpus, const struct stage2 *stage2)
{
	(void)cpus;
	(void)stage2;
}

static void rec_destroy(void *cpus, struct reeve_pa rec)
{
	(void)cpus;
	(void)rec;
}

const struct model_cpu_ops model_script = {
	.create = create,
	.destroy = destroy,
	.run = run,
	.kick = kick,
	.invalidate = invalidate,
	.stage2_destroy = stage2_destroy,
	.rec_destroy = rec_destroy,
};
