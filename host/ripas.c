/* SPDX-License-Identifier: BSD-2-Clause */
/* ripas.c - RAM declared before activation, and changed at a realm's request later (RMM v1.0: RMI_RTT_INIT_RIPAS, RMI_RTT_SET_RIPAS). */
#include "host/ripas.h"

#include "host/memory.h"
#include "host/realm.h"
#include "host/tables.h"

/* out_top of either command: it went on from base, not beyond top (H8). */
static enum reeve_status advance(
	struct reeve_realm *realm, const struct call_reply *reply, struct reeve_ipa_range *left)
{
	uint64_t out = reply->out[0];

	if (out <= left->base.value || out > left->top.value || !reeve_is_aligned(out, REEVE_GRANULE_SIZE)) {
		return cause_output(&realm->error, REEVE_STEP_RIPAS, reply, "out_top", out, left->top.value);
	}
	left->base.value = out;
	return REEVE_OK;
}

/* ERROR_RTT above the last level: the entry there is too large for the range, and the level must be what the mirror has. */
static enum reeve_status descend(struct reeve_realm *realm, const struct call_reply *reply, struct reeve_ipa base)
{
	struct mirror_place place = mirror_walk(realm, base, RMI_LEVEL_LAST);
	int level = call_level(reply);

	if (level != place.level) {
		return cause_output(&realm->error, REEVE_STEP_RIPAS, reply, "level", (uint64_t)(int64_t)level,
			(uint64_t)place.level);
	}
	return tables_add(realm, base, level + 1, REEVE_STEP_RIPAS);
}

static bool is_too_coarse(const struct call_reply *reply)
{
	return call_is_error(reply, RMI_ERROR_RTT) && call_level(reply) < RMI_LEVEL_LAST;
}

/* Memory that is populated is RAM already: the command would stop at it. */
static bool skip_memory(const struct reeve_realm *realm, struct reeve_ipa_range *left)
{
	struct mirror_place place = mirror_walk(realm, left->base, RMI_LEVEL_LAST);
	uint64_t next = place.base.value + mirror_span(place.level);

	if (place.kind != MIRROR_DATA) {
		return false;
	}
	left->base.value = next < left->top.value ? next : left->top.value;
	return true;
}

static enum reeve_status init_next(struct reeve_realm *realm, struct reeve_ipa_range *left)
{
	struct call_reply reply;

	if (skip_memory(realm, left)) {
		return REEVE_OK;
	}
	reply = call_init_ripas(realm->host, realm->rd, *left);
	if (call_is_success(&reply)) {
		return advance(realm, &reply, left);
	}
	if (is_too_coarse(&reply)) {
		return descend(realm, &reply, left->base);
	}
	return cause_reply(&realm->error, REEVE_STEP_RIPAS, &reply, left->base.value);
}

static bool is_apart(struct reeve_ipa_range a, struct reeve_ipa_range b)
{
	return a.top.value <= b.base.value || b.top.value <= a.base.value;
}

/* Whether this is the call that stopped half-way. */
static bool is_ram_again(const struct reeve_realm *realm, struct reeve_ipa_range range)
{
	return realm->ram_left.base.value < realm->ram_left.top.value &&
		realm->ram_asked.base.value == range.base.value && realm->ram_asked.top.value == range.top.value;
}

static enum reeve_status ram_check(struct reeve_realm *realm, struct reeve_ipa_range range)
{
	enum reeve_status status = host_protected_check(realm, REEVE_STEP_RIPAS, range);

	if (status != REEVE_OK) {
		return status;
	}
	if (realm->ram_count == REEVE_REALM_RAM_RANGES) {
		return cause_field(&realm->error, REEVE_INPUT, REEVE_STEP_RIPAS, "ranges of RAM", realm->ram_count + 1,
			REEVE_REALM_RAM_RANGES);
	}
	if (realm->ram_left.base.value < realm->ram_left.top.value && !is_ram_again(realm, range)) {
		return cause_field(&realm->error, REEVE_INPUT, REEVE_STEP_RIPAS,
			"base while another range is half declared", range.base.value, realm->ram_asked.base.value);
	}
	for (unsigned i = 0; i < realm->ram_count; i++) {
		if (!is_apart(realm->ram[i], range)) {
			return cause_field(&realm->error, REEVE_INPUT, REEVE_STEP_RIPAS, "base that is RAM",
				range.base.value, realm->ram[i].top.value);
		}
	}
	return REEVE_OK;
}

static enum reeve_status add_ram(struct reeve_realm *realm, struct reeve_ipa_range range)
{
	struct reeve_ipa_range left = range;
	enum reeve_status status = ram_check(realm, range);

	if (status != REEVE_OK) {
		return status;
	}
	/* What is declared is measured: after a stop it must not be declared again. */
	if (is_ram_again(realm, range)) {
		left = realm->ram_left;
	}
	while (status == REEVE_OK && left.base.value < left.top.value) {
		if (!host_progress(realm, REEVE_STEP_RIPAS, host_granules_in(range) - host_granules_in(left),
			    host_granules_in(range))) {
			status = cause_plain(&realm->error, REEVE_BUSY, REEVE_STEP_RIPAS, left.base.value);
			break;
		}
		status = init_next(realm, &left);
	}
	if (status != REEVE_OK) {
		bool is_begun = left.base.value > range.base.value;

		realm->ram_asked = range;
		realm->ram_left = is_begun ? left : (struct reeve_ipa_range){0};
		return tables_undo(realm, left.base);
	}
	realm->ram_left = (struct reeve_ipa_range){0};
	realm->ram[realm->ram_count] = range;
	realm->ram_count++;
	return REEVE_OK;
}

enum reeve_status reeve_realm_add_ram(struct reeve_realm *realm, struct reeve_ipa_range range)
{
	enum reeve_status status = host_realm_begin(realm, HOST_NEED_NEW, REEVE_STEP_RIPAS);

	return host_realm_end(realm, status != REEVE_OK ? status : add_ram(realm, range));
}

bool ripas_is_ram(const struct reeve_realm *realm, struct reeve_ipa_range range)
{
	for (unsigned i = 0; i < realm->ram_count; i++) {
		if (range.base.value >= realm->ram[i].base.value && range.top.value <= realm->ram[i].top.value) {
			return true;
		}
	}
	return false;
}

/* One step of a change from rec->ripas.base on. *is_over: it cannot go further, and the realm sees how far it came.
 * The change first, the memory after it: a page destroyed while RAM would become DESTROYED, and the change would stop at it. */
static enum reeve_status change_next(struct reeve_rec *rec, enum rmi_ripas ripas, bool *is_over)
{
	struct reeve_realm *realm = rec->realm;
	struct reeve_ipa base = rec->ripas.base;
	struct call_reply reply = call_set_ripas(realm->host, realm->rd, rec->rec, rec->ripas);
	enum reeve_status status;

	if (is_too_coarse(&reply)) {
		return descend(realm, &reply, base);
	}
	*is_over = call_is_error(&reply, RMI_ERROR_RTT); /* DESTROYED memory that the realm did not ask to change */
	if (*is_over) {
		return tables_fold_empty(realm, base);
	}
	if (!call_is_success(&reply)) {
		return cause_reply(&realm->error, REEVE_STEP_RIPAS, &reply, base.value);
	}
	status = advance(realm, &reply, &rec->ripas);
	if (status != REEVE_OK) {
		return status;
	}
	if (ripas == RIPAS_EMPTY) {
		rec->emptied = (struct reeve_ipa_range){base, rec->ripas.base};
	}
	/* What was split for the change may be uniform after it (H10). */
	return tables_fold_empty(realm, base);
}

/* Take back what became EMPTY. */
static enum reeve_status ripas_finish(struct reeve_rec *rec)
{
	return memory_discard(rec->realm, &rec->emptied, REEVE_STEP_RIPAS);
}

enum reeve_status ripas_refuse(struct reeve_rec *rec)
{
	enum reeve_status status = ripas_finish(rec);

	return status != REEVE_OK ? status : tables_fold_empty(rec->realm, rec->ripas.base);
}

enum reeve_status ripas_change(struct reeve_rec *rec, enum rmi_ripas ripas)
{
	struct reeve_realm *realm = rec->realm;
	uint64_t total = host_granules_in(rec->ripas);
	bool is_over = false;
	enum reeve_status status = ripas_finish(rec);

	while (status == REEVE_OK && !is_over && rec->ripas.base.value < rec->ripas.top.value) {
		struct reeve_ipa base = rec->ripas.base;

		status = host_progress(realm, REEVE_STEP_RIPAS, total - host_granules_in(rec->ripas), total)
			? change_next(rec, ripas, &is_over)
			: cause_plain(&realm->error, REEVE_BUSY, REEVE_STEP_RIPAS, base.value);
		if (status != REEVE_OK) {
			return tables_undo(realm, base);
		}
		status = ripas_finish(rec);
	}
	return status;
}
