/* SPDX-License-Identifier: BSD-2-Clause */
/* host.c - finding the monitor, and what is told and given back about all realms together. */
#include "host/cause.h"
#include "host/destroy.h"
#include "host/geometry.h"
#include "host/ledger.h"
#include "host/pool.h"
#include "host/salvage.h"

enum { PAGE_SIZE_DEFAULT = 4096, FAULT_SIZE_MAX = 2 << 20 };

static enum reeve_status config_check(struct reeve_host *host, struct reeve_error *error)
{
	const struct reeve_host_ops *ops = host->config.ops;
	size_t page_size = host->config.page_size;
	size_t fault_size = host->config.fault_size;

	if (ops == NULL || ops->smc == NULL || ops->pages_alloc == NULL || ops->pages_free == NULL ||
		ops->pointer == NULL || (ops->lock == NULL) != (ops->unlock == NULL)) {
		return cause_field(error, REEVE_INPUT, REEVE_STEP_PROBE, "ops", 0, 0);
	}
	if (page_size != 4096 && page_size != 16384 && page_size != 65536) {
		return cause_field(error, REEVE_INPUT, REEVE_STEP_PROBE, "page_size", page_size, 65536);
	}
	if (fault_size < page_size || fault_size > FAULT_SIZE_MAX || (fault_size & (fault_size - 1)) != 0) {
		return cause_field(error, REEVE_INPUT, REEVE_STEP_PROBE, "fault_size", fault_size, FAULT_SIZE_MAX);
	}
	return REEVE_OK;
}

static enum reeve_status version_check(const struct reeve_host *host, struct reeve_error *error)
{
	struct call_reply reply = call_version(host, RMI_VERSION_1_0);
	enum reeve_status status;

	if (reply.returned == SMCCC_NOT_SUPPORTED || call_is_error(&reply, RMI_ERROR_INPUT)) {
		status = cause_reply(error, REEVE_STEP_PROBE, &reply, 0);
		error->status = REEVE_NO_MONITOR;
		if (status == REEVE_REFUSED) {
			error->field = "lower";
			error->value = reply.out[0];
			error->limit = RMI_VERSION_1_0;
		}
		return REEVE_NO_MONITOR;
	}
	if (!call_is_success(&reply)) {
		return cause_reply(error, REEVE_STEP_PROBE, &reply, 0);
	}
	if (reply.out[0] != RMI_VERSION_1_0) {
		return cause_output(error, REEVE_STEP_PROBE, &reply, "lower", reply.out[0], RMI_VERSION_1_0);
	}
	if (reply.out[1] < reply.out[0] || reply.out[1] >> 31 != 0) {
		return cause_output(error, REEVE_STEP_PROBE, &reply, "higher", reply.out[1], RMI_VERSION_1_0);
	}
	return REEVE_OK;
}

static enum reeve_status features_read(struct reeve_host *host, struct reeve_error *error)
{
	struct call_reply reply = call_features(host, 0);
	uint64_t widest;
	uint64_t limit;

	if (!call_is_success(&reply)) {
		return cause_reply(error, REEVE_STEP_PROBE, &reply, 0);
	}
	host->features0 = reply.out[0];
	widest = REEVE_FEATURE(host, S2SZ);
	limit = ipa_bits_max(REEVE_FEATURE(host, LPA2) != 0);
	if (widest < IPA_BITS_MIN || widest > limit) {
		return cause_output(error, REEVE_STEP_PROBE, &reply, "S2SZ", widest, limit);
	}
	if (REEVE_FEATURE(host, HASH_SHA_256) == 0 && REEVE_FEATURE(host, HASH_SHA_512) == 0) {
		return cause_output(error, REEVE_STEP_PROBE, &reply, "hash algorithms", 0, 1);
	}
	return REEVE_OK;
}

enum reeve_status reeve_host_init(
	struct reeve_host *host, const struct reeve_host_config *config, struct reeve_error *error)
{
	enum reeve_status status;

	*host = (struct reeve_host){.config = *config};
	if (host->config.page_size == 0) {
		host->config.page_size = PAGE_SIZE_DEFAULT;
	}
	if (host->config.fault_size == 0) {
		host->config.fault_size = host->config.page_size;
	}
	/* VMID 0 means none in the ledger. */
	host->vmids[0] = 1;
	status = config_check(host, error);
	if (status != REEVE_OK) {
		return status;
	}
	status = version_check(host, error);
	if (status != REEVE_OK) {
		return status;
	}
	return features_read(host, error);
}

/* The realm after `realm` in the list of those that are not NONE; the first for NULL. */
static struct reeve_realm *realm_next(const struct reeve_host *host, const struct reeve_realm *realm)
{
	struct reeve_realm *next;

	pool_lock(host);
	next = realm == NULL ? host->realms : realm->next;
	pool_unlock(host);
	return next;
}

enum reeve_status reeve_host_reclaim_all(struct reeve_host *host)
{
	bool is_busy = false;
	struct reeve_realm *realm = realm_next(host, NULL);
	struct reeve_ledger_counts counts;

	while (realm != NULL) {
		struct reeve_realm *next = realm_next(host, realm);

		enum reeve_status status = destroy_wholly(realm);

		is_busy |= status == REEVE_BUSY;
		realm = next;
	}
	if (is_busy) {
		return REEVE_BUSY;
	}
	salvage_orphans(host);
	if (pool_is_wrong(host)) {
		return REEVE_INTERNAL;
	}
	counts = reeve_host_ledger_counts(host);
	for (unsigned use = 0; use < REEVE_USE_COUNT; use++) {
		if (use != REEVE_USE_FREE && use != REEVE_USE_BOOKS && use != REEVE_USE_PARAMS &&
			counts.granules[use] != 0) {
			return REEVE_LEAKED;
		}
	}
	return REEVE_OK;
}

struct reeve_ledger_counts reeve_host_ledger_counts(struct reeve_host *host)
{
	struct reeve_ledger_counts counts;

	pool_lock(host);
	counts = host->ledger.counts;
	pool_unlock(host);
	return counts;
}

void reeve_host_ledger_visit(
	struct reeve_host *host, bool (*visit)(void *context, const struct reeve_ledger_entry *entry), void *context)
{
	pool_lock(host);
	ledger_visit(host, visit, context);
	pool_unlock(host);
}

void reeve_host_fini(struct reeve_host *host)
{
	pool_lock(host);
	ledger_close(host);
	pool_unlock(host);
}
