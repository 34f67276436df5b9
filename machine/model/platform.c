/* SPDX-License-Identifier: BSD-2-Clause */
/* platform.c - the monitor's seam over the model's memory, protection table, digests and CPUs. */
#include "monitor/platform.h"

#include <string.h>

#include "machine/model/machine.h"

static void *realm_granule(void *context, struct reeve_pa pa)
{
	const struct reeve_model *model = context;

	return model_memory_whole(&model->memory, pa.value);
}

/* Copies go through the whole view: the monitor never faults on what the host does to its own view. */
static bool ns_read(void *context, struct reeve_pa pa, void *to, size_t size)
{
	const struct reeve_model *model = context;

	if (!protection_is_ns(model, pa.value)) {
		return false;
	}
	memcpy(to, model_memory_whole(&model->memory, pa.value), size);
	return true;
}

static bool ns_write(void *context, struct reeve_pa pa, const void *from, size_t size)
{
	const struct reeve_model *model = context;

	if (!protection_is_ns(model, pa.value)) {
		return false;
	}
	memcpy(model_memory_whole(&model->memory, pa.value), from, size);
	return true;
}

static bool granule_delegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	struct reeve_model *model = context;

	if (!protection_delegate(model, cpu, pa.value)) {
		return false;
	}
	if (atomic_load(&model->has_run) && model->cpu_ops->lose != NULL) {
		model->cpu_ops->lose(model->cpus, pa);
	}
	return true;
}

static void granule_undelegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	(void)cpu;
	protection_undelegate(context, pa.value);
}

static void digest(
	void *context, unsigned cpu, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	const struct reeve_model *model = context;

	hosted_digest(model->cpu[cpu].digest, algorithm, data, size, out);
}

static void stage2_invalidate(void *context, const struct stage2 *stage2, struct reeve_ipa base, uint64_t size)
{
	const struct reeve_model *model = context;

	if (atomic_load(&model->has_run)) {
		model->cpu_ops->invalidate(model->cpus, stage2, base, size);
	}
}

static void stage2_destroy(void *context, const struct stage2 *stage2)
{
	const struct reeve_model *model = context;

	model->cpu_ops->stage2_destroy(model->cpus, stage2);
}

static void rec_run(void *context, unsigned cpu, struct rec_cpu *rec, struct rec_trap *trap)
{
	struct reeve_model *model = context;

	if (!atomic_load(&model->has_run)) {
		atomic_store(&model->has_run, true);
	}
	model->cpu_ops->run(model->cpus, cpu, rec, trap);
}

static void rec_destroy(void *context, struct reeve_pa rec)
{
	const struct reeve_model *model = context;

	model->cpu_ops->rec_destroy(model->cpus, rec);
}

const struct monitor_platform model_platform = {
	.realm_granule = realm_granule,
	.ns_read = ns_read,
	.ns_write = ns_write,
	.granule_delegate = granule_delegate,
	.granule_undelegate = granule_undelegate,
	.digest = digest,
	.stage2_invalidate = stage2_invalidate,
	.stage2_destroy = stage2_destroy,
	.rec_run = rec_run,
	.rec_destroy = rec_destroy,
	.realm_public_key = attest_realm_public_key,
	.realm_sign = attest_realm_sign,
	.platform_token = attest_platform_token,
};
