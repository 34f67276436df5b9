/* SPDX-License-Identifier: BSD-2-Clause */
/* realm.c - a realm's lock, state and inputs. */
#include "host/realm.h"

#include "host/geometry.h"

enum {
	IPA_BITS_DEFAULT = 40,
	DEBUG_POINTS_DEFAULT = 2,
	DEBUG_POINTS_MIN = 2,
};

void host_realm_lock(const struct reeve_realm *realm)
{
	const struct reeve_host_config *config = &realm->host->config;

	if (config->ops->lock != NULL) {
		config->ops->lock(config->context, realm->lock);
	}
}

void host_realm_unlock(const struct reeve_realm *realm)
{
	const struct reeve_host_config *config = &realm->host->config;

	if (config->ops->unlock != NULL) {
		config->ops->unlock(config->context, realm->lock);
	}
}

static struct reeve_realm_config with_defaults(const struct reeve_realm_config *config)
{
	struct reeve_realm_config full = *config;

	full.ipa_bits = full.ipa_bits == 0 ? IPA_BITS_DEFAULT : full.ipa_bits;
	full.breakpoints = full.breakpoints == 0 ? DEBUG_POINTS_DEFAULT : full.breakpoints;
	full.watchpoints = full.watchpoints == 0 ? DEBUG_POINTS_DEFAULT : full.watchpoints;
	return full;
}

void reeve_realm_init(struct reeve_realm *realm, struct reeve_host *host, void *lock)
{
	*realm = (struct reeve_realm){.host = host, .lock = lock};
	realm->config = with_defaults(&realm->config);
}

/* A number of the configuration and what it may be: below `least` and above `most_legal` it makes no sense anywhere, above `most` this
 * monitor does not offer it. */
struct limit {
	const char *field;
	uint64_t value;
	uint64_t least;
	uint64_t most_legal;
	uint64_t most;
};

static enum reeve_status limit_check(const struct limit *l, struct reeve_error *error)
{
	if (l->value < l->least) {
		return cause_field(error, REEVE_INPUT, REEVE_STEP_CONFIGURE, l->field, l->value, l->least);
	}
	if (l->value > l->most_legal) {
		return cause_field(error, REEVE_INPUT, REEVE_STEP_CONFIGURE, l->field, l->value, l->most_legal);
	}
	if (l->value > l->most) {
		return cause_field(error, REEVE_UNSUPPORTED, REEVE_STEP_CONFIGURE, l->field, l->value, l->most);
	}
	return REEVE_OK;
}

static enum reeve_status config_check(
	const struct reeve_host *host, const struct reeve_realm_config *c, struct reeve_error *error)
{
	const uint64_t any = UINT64_MAX;
	const struct limit limits[] = {
		{"lpa2", c->lpa2, 0, any, REEVE_FEATURE(host, LPA2)},
		{"ipa_bits", c->ipa_bits, IPA_BITS_MIN, ipa_bits_max(c->lpa2), REEVE_FEATURE(host, S2SZ)},
		{"hash", c->hash, 0, RMI_HASH_COUNT - 1, any},
		{"sve", c->sve, 0, any, REEVE_FEATURE(host, SVE_EN)},
		{"sve_vl", c->sve_vl, 0, c->sve ? any : 0, REEVE_FEATURE(host, SVE_VL)},
		{"pmu", c->pmu, 0, any, REEVE_FEATURE(host, PMU_EN)},
		{"pmu_counters", c->pmu_counters, c->pmu ? 1 : 0, c->pmu ? any : 0, REEVE_FEATURE(host, PMU_NUM_CTRS)},
		{"breakpoints", c->breakpoints, DEBUG_POINTS_MIN, any, REEVE_FEATURE(host, NUM_BPS) + 1},
		{"watchpoints", c->watchpoints, DEBUG_POINTS_MIN, any, REEVE_FEATURE(host, NUM_WPS) + 1},
	};
	uint64_t hashes = REEVE_FEATURE(host, HASH_SHA_256) | REEVE_FEATURE(host, HASH_SHA_512) << RMI_HASH_SHA_512;

	for (unsigned i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		enum reeve_status status = limit_check(&limits[i], error);

		if (status != REEVE_OK) {
			return status;
		}
	}
	if (reeve_bits_get(hashes, c->hash, 1) == 0) {
		uint64_t other = c->hash == RMI_HASH_SHA_256 ? RMI_HASH_SHA_512 : RMI_HASH_SHA_256;

		return cause_field(error, REEVE_UNSUPPORTED, REEVE_STEP_CONFIGURE, "hash", c->hash, other);
	}
	return REEVE_OK;
}

static enum reeve_status configure(struct reeve_realm *realm, const struct reeve_realm_config *config)
{
	struct reeve_realm_config full = with_defaults(config);
	enum reeve_status status;

	if (realm->state != REEVE_REALM_NONE) {
		return cause_plain(&realm->error, REEVE_STATE, REEVE_STEP_CONFIGURE, 0);
	}
	status = config_check(realm->host, &full, &realm->error);
	if (status == REEVE_OK) {
		realm->config = full;
		realm->configured = true;
	}
	return status;
}

enum reeve_status reeve_realm_configure(struct reeve_realm *realm, const struct reeve_realm_config *config)
{
	enum reeve_status status;

	host_realm_lock(realm);
	status = configure(realm, config);
	host_realm_unlock(realm);
	return status;
}

/* Create a realm that is NONE, with default inputs if none were set. */
static enum reeve_status create(struct reeve_realm *realm)
{
	struct reeve_realm_config defaults = {0};

	if (!realm->configured) {
		enum reeve_status status = configure(realm, &defaults);

		if (status != REEVE_OK) {
			return status;
		}
	}
	return host_realm_create(realm);
}

static enum reeve_status ensure_created(struct reeve_realm *realm)
{
	switch (realm->state) {
	case REEVE_REALM_NONE:
		return create(realm);
	case REEVE_REALM_NEW:
		return REEVE_OK;
	case REEVE_REALM_DEAD:
		return cause_plain(&realm->error, REEVE_STATE, REEVE_STEP_CREATE_RD, 0);
	case REEVE_REALM_ACTIVE:
	case REEVE_REALM_DYING:
	case REEVE_REALM_STATE_COUNT:
		break;
	}
	return cause_plain(&realm->error, REEVE_BUSY, REEVE_STEP_CREATE_RD, 0);
}

enum reeve_status reeve_realm_ensure_created(struct reeve_realm *realm)
{
	host_realm_lock(realm);
	return host_realm_end(realm, ensure_created(realm));
}

enum reeve_status host_realm_begin(struct reeve_realm *realm, enum host_need need, enum reeve_step step)
{
	host_realm_lock(realm);
	if (realm->state == REEVE_REALM_NEW || (realm->state == REEVE_REALM_ACTIVE && need != HOST_NEED_NEW)) {
		return REEVE_OK;
	}
	if (realm->state == REEVE_REALM_NONE && need != HOST_NEED_MADE) {
		return create(realm);
	}
	return cause_plain(&realm->error, REEVE_STATE, step, 0);
}

enum reeve_status host_realm_end(struct reeve_realm *realm, enum reeve_status status)
{
	if (pool_is_wrong(realm->host)) {
		status = cause_plain(&realm->error, REEVE_INTERNAL, realm->error.step, 0);
	}
	if (status == REEVE_BROKEN && realm->state != REEVE_REALM_NONE) {
		realm->state = REEVE_REALM_DEAD;
	}
	host_realm_unlock(realm);
	return status;
}

enum reeve_status host_range_check(
	struct reeve_realm *realm, enum reeve_step step, struct reeve_ipa_range range, uint64_t base, uint64_t top)
{
	if (range.base.value >= range.top.value) {
		return cause_field(&realm->error, REEVE_INPUT, step, "size", 0, REEVE_GRANULE_SIZE);
	}
	if (!reeve_is_aligned(range.base.value | range.top.value, REEVE_GRANULE_SIZE)) {
		return cause_field(&realm->error, REEVE_INPUT, step, "alignment",
			(range.base.value | range.top.value) % REEVE_GRANULE_SIZE, 0);
	}
	if (range.base.value < base) {
		return cause_field(&realm->error, REEVE_INPUT, step, "base", range.base.value, base);
	}
	if (range.top.value > top) {
		return cause_field(&realm->error, REEVE_INPUT, step, "top", range.top.value, top);
	}
	return REEVE_OK;
}

enum reeve_status host_protected_check(struct reeve_realm *realm, enum reeve_step step, struct reeve_ipa_range range)
{
	return host_range_check(realm, step, range, 0, host_protected_end(realm));
}

enum reeve_status host_unprotected_check(struct reeve_realm *realm, enum reeve_step step, struct reeve_ipa_range range)
{
	return host_range_check(realm, step, range, host_protected_end(realm), host_protected_end(realm) * 2);
}

bool host_progress(const struct reeve_realm *realm, enum reeve_step step, uint64_t done, uint64_t total)
{
	const struct reeve_host_config *config = &realm->host->config;

	return config->ops->progress == NULL || config->ops->progress(config->context, step, done, total);
}

struct reeve_ipa reeve_realm_shared_ipa(const struct reeve_realm *realm, struct reeve_ipa ipa)
{
	return reeve_ipa(ipa.value | host_protected_end(realm));
}

enum reeve_status reeve_realm_activate(struct reeve_realm *realm)
{
	enum reeve_status status = host_realm_begin(realm, HOST_NEED_NEW, REEVE_STEP_ACTIVATE);
	struct call_reply reply;

	if (status != REEVE_OK) {
		return host_realm_end(realm, status);
	}
	reply = call_realm_activate(realm->host, realm->rd);
	if (!call_is_success(&reply)) {
		return host_realm_end(realm, cause_reply(&realm->error, REEVE_STEP_ACTIVATE, &reply, realm->rd.value));
	}
	realm->state = REEVE_REALM_ACTIVE;
	return host_realm_end(realm, REEVE_OK);
}

enum reeve_realm_state reeve_realm_state(struct reeve_realm *realm)
{
	enum reeve_realm_state state;

	host_realm_lock(realm);
	state = realm->state;
	host_realm_unlock(realm);
	return state;
}

struct reeve_error reeve_realm_error(struct reeve_realm *realm)
{
	struct reeve_error error;

	host_realm_lock(realm);
	error = realm->error;
	host_realm_unlock(realm);
	return error;
}
