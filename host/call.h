/* SPDX-License-Identifier: BSD-2-Clause */
/* call.h - the RMI as C calls: arguments with types in, what the monitor returned out, unjudged. */
#ifndef HOST_CALL_H
#define HOST_CALL_H

#include "reeve/host.h"

struct call_reply {
	enum rmi_command command;
	uint64_t returned; /* X0 */
	uint64_t out[RMI_RESULT_MAX];
};

/* Issue `command` with `count` arguments. Every register that is no argument is zero. A monitor that is busy is asked again, so often
 * and no more (H12). */
struct call_reply call_issue(
	const struct reeve_host *host, enum rmi_command command, const uint64_t *in, unsigned count);

#define CALL(host, command, ...) \
	call_issue((host), RMI_##command, (const uint64_t[]){__VA_ARGS__}, \
		sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

static inline bool call_is_success(const struct call_reply *reply)
{
	return reply->returned == RMI_SUCCESS;
}

/* The monitor did nothing and wants to be called again. */
static inline bool call_is_busy(const struct call_reply *reply)
{
	return reply->returned == RMI_V2_BUSY;
}

/* Whether X0 is an error that RMI v1.0 defines, or says busy: nothing was carried out. */
bool call_is_refusal(const struct call_reply *reply);
/* Whether it is `status`, whatever the index. */
bool call_is_error(const struct call_reply *reply, enum rmi_status status);
/* The index as the level of ERROR_RTT: -1 is returned as the byte 0xFF. */
int call_level(const struct call_reply *reply);

static inline struct call_reply call_version(const struct reeve_host *host, uint64_t request)
{
	return CALL(host, VERSION, request);
}

static inline struct call_reply call_features(const struct reeve_host *host, uint64_t index)
{
	return CALL(host, FEATURES, index);
}

static inline struct call_reply call_delegate(const struct reeve_host *host, struct reeve_pa pa)
{
	return CALL(host, GRANULE_DELEGATE, pa.value);
}

static inline struct call_reply call_undelegate(const struct reeve_host *host, struct reeve_pa pa)
{
	return CALL(host, GRANULE_UNDELEGATE, pa.value);
}

static inline struct call_reply call_realm_create(
	const struct reeve_host *host, struct reeve_pa rd, struct reeve_pa params)
{
	return CALL(host, REALM_CREATE, rd.value, params.value);
}

static inline struct call_reply call_realm_activate(const struct reeve_host *host, struct reeve_pa rd)
{
	return CALL(host, REALM_ACTIVATE, rd.value);
}

static inline struct call_reply call_realm_destroy(const struct reeve_host *host, struct reeve_pa rd)
{
	return CALL(host, REALM_DESTROY, rd.value);
}

static inline struct call_reply call_rec_aux_count(const struct reeve_host *host, struct reeve_pa rd)
{
	return CALL(host, REC_AUX_COUNT, rd.value);
}

static inline struct call_reply call_rec_create(
	const struct reeve_host *host, struct reeve_pa rd, struct reeve_pa rec, struct reeve_pa params)
{
	return CALL(host, REC_CREATE, rd.value, rec.value, params.value);
}

static inline struct call_reply call_rec_destroy(const struct reeve_host *host, struct reeve_pa rec)
{
	return CALL(host, REC_DESTROY, rec.value);
}

static inline struct call_reply call_rec_enter(const struct reeve_host *host, struct reeve_pa rec, struct reeve_pa run)
{
	return CALL(host, REC_ENTER, rec.value, run.value);
}

static inline struct call_reply call_psci_complete(
	const struct reeve_host *host, struct reeve_pa calling, struct reeve_pa target, int64_t status)
{
	return CALL(host, PSCI_COMPLETE, calling.value, target.value, (uint64_t)status);
}

static inline struct call_reply call_data_create(const struct reeve_host *host, struct reeve_pa rd,
	struct reeve_pa data, struct reeve_ipa ipa, struct reeve_pa source, uint64_t flags)
{
	return CALL(host, DATA_CREATE, rd.value, data.value, ipa.value, source.value, flags);
}

static inline struct call_reply call_data_create_unknown(
	const struct reeve_host *host, struct reeve_pa rd, struct reeve_pa data, struct reeve_ipa ipa)
{
	return CALL(host, DATA_CREATE_UNKNOWN, rd.value, data.value, ipa.value);
}

static inline struct call_reply call_data_destroy(
	const struct reeve_host *host, struct reeve_pa rd, struct reeve_ipa ipa)
{
	return CALL(host, DATA_DESTROY, rd.value, ipa.value);
}

static inline struct call_reply call_rtt_create(
	const struct reeve_host *host, struct reeve_pa rd, struct reeve_pa rtt, struct reeve_ipa ipa, int level)
{
	return CALL(host, RTT_CREATE, rd.value, rtt.value, ipa.value, (uint64_t)level);
}

static inline struct call_reply call_rtt_destroy(
	const struct reeve_host *host, struct reeve_pa rd, struct reeve_ipa ipa, int level)
{
	return CALL(host, RTT_DESTROY, rd.value, ipa.value, (uint64_t)level);
}

static inline struct call_reply call_rtt_fold(
	const struct reeve_host *host, struct reeve_pa rd, struct reeve_ipa ipa, int level)
{
	return CALL(host, RTT_FOLD, rd.value, ipa.value, (uint64_t)level);
}

static inline struct call_reply call_map_unprotected(
	const struct reeve_host *host, struct reeve_pa rd, struct reeve_ipa ipa, int level, uint64_t descriptor)
{
	return CALL(host, RTT_MAP_UNPROTECTED, rd.value, ipa.value, (uint64_t)level, descriptor);
}

static inline struct call_reply call_unmap_unprotected(
	const struct reeve_host *host, struct reeve_pa rd, struct reeve_ipa ipa, int level)
{
	return CALL(host, RTT_UNMAP_UNPROTECTED, rd.value, ipa.value, (uint64_t)level);
}

/* out: level, state, descriptor, RIPAS. */
static inline struct call_reply call_read_entry(
	const struct reeve_host *host, struct reeve_pa rd, struct reeve_ipa ipa, int level)
{
	return CALL(host, RTT_READ_ENTRY, rd.value, ipa.value, (uint64_t)level);
}

static inline struct call_reply call_init_ripas(
	const struct reeve_host *host, struct reeve_pa rd, struct reeve_ipa_range range)
{
	return CALL(host, RTT_INIT_RIPAS, rd.value, range.base.value, range.top.value);
}

static inline struct call_reply call_set_ripas(
	const struct reeve_host *host, struct reeve_pa rd, struct reeve_pa rec, struct reeve_ipa_range range)
{
	return CALL(host, RTT_SET_RIPAS, rd.value, rec.value, range.base.value, range.top.value);
}

#endif
