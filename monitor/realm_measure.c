/* SPDX-License-Identifier: BSD-2-Clause */
/* realm_measure.c - the measurements of a realm, kept by the rules of attest/ with the platform's digest. */
#include "monitor/monitor.h"

#include "monitor/assert.h"
#include "reeve/measure.h"

struct digest_context {
	struct reeve_monitor *m;
	unsigned cpu;
};

static void platform_digest(
	void *context, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	const struct digest_context *d = context;

	lock_check_hash(size);
	d->m->platform->digest(d->m->context, d->cpu, algorithm, data, size, out);
}

void realm_measure_params(
	struct reeve_monitor *m, unsigned cpu, struct realm *realm, const struct rmi_realm_params *params)
{
	struct digest_context context = {m, cpu};
	struct reeve_hasher hasher = {platform_digest, &context};

	reeve_rim_realm(&hasher, params, realm->measurements[0]);
}

void realm_measure_data(
	struct reeve_monitor *m, unsigned cpu, struct realm *realm, uint64_t ipa, uint64_t flags, const void *content)
{
	struct digest_context context = {m, cpu};
	struct reeve_hasher hasher = {platform_digest, &context};
	uint8_t digest[RMI_MEASUREMENT_SIZE];

	if (FIELD_GET(flags, DATA_FLAG_MEASURE) == 0) {
		reeve_rim_data(&hasher, realm->hash, realm->measurements[0], ipa, flags, NULL);
		return;
	}
	reeve_rim_content(&hasher, realm->hash, content, digest);
	reeve_rim_data(&hasher, realm->hash, realm->measurements[0], ipa, flags, digest);
}

void realm_measure_rec(struct reeve_monitor *m, unsigned cpu, struct realm *realm, const struct rmi_rec_params *params)
{
	struct digest_context context = {m, cpu};
	struct reeve_hasher hasher = {platform_digest, &context};

	reeve_rim_rec(&hasher, realm->hash, realm->measurements[0], params);
}

void realm_measure_ripas(struct reeve_monitor *m, unsigned cpu, struct realm *realm, uint64_t base, uint64_t top)
{
	struct digest_context context = {m, cpu};
	struct reeve_hasher hasher = {platform_digest, &context};

	reeve_rim_ripas(&hasher, realm->hash, realm->measurements[0], base, top);
}

void realm_extend(
	struct reeve_monitor *m, unsigned cpu, struct realm *realm, unsigned index, const void *value, size_t size)
{
	struct digest_context context = {m, cpu};
	struct reeve_hasher hasher = {platform_digest, &context};

	MONITOR_ASSERT(index >= 1 && index < RMI_MEASUREMENT_COUNT && size <= RMI_MEASUREMENT_SIZE);
	reeve_rem_extend(&hasher, realm->hash, realm->measurements[index], value, size);
}
