/* SPDX-License-Identifier: BSD-2-Clause */
/* draw_command.c - commands drawn: arguments that are right, but for some. */
#include <string.h>

#include "reeve/field.h"
#include "reeve/psci.h"
#include "tests/oracle/support/draw.h"
#include "tests/oracle/support/draw_parts.h"

enum { TRIES = 40, WILD_PERCENT = 3, OTHER_FID_PERCENT = 1, SVE_HINT_PERCENT = 3, WRONG_MOST = 4 };

/* Arguments. */

static uint64_t pa_argument(struct draw *d, uint64_t right)
{
	return draw_wrong(d) ? draw_wrong_pa(d, right) : right;
}

static const struct world_realm *draw_new_realm(struct draw *d)
{
	return draw_realm_in(d, draw_wrong(d) ? REALM_NULL : REALM_NEW);
}

static uint64_t rd_argument(struct draw *d, const struct world_realm *realm)
{
	return pa_argument(d, realm != NULL ? realm->rd : draw_granule(d, GRANULE_DELEGATED));
}

static struct place draw_place_or_not(struct draw *d, const struct world_realm *realm, wanted *want)
{
	return draw_place(d, realm, draw_wrong(d) ? want_any : want);
}

static uint64_t ipa_argument(struct draw *d, const struct world_realm *realm, uint64_t ipa, int level)
{
	uint64_t end = realm != NULL ? world_ipa_end(realm) : 1;

	if (!draw_wrong(d)) {
		return ipa;
	}
	switch (rng_below(d->rng, 4)) {
	case 0:
		return ipa + RNG_PICK(d->rng, 1, 8, REEVE_GRANULE_SIZE, world_span(level) / 2);
	case 1:
		return RNG_PICK(
			d->rng, end, end / 2, end - REEVE_GRANULE_SIZE, end / 2 - REEVE_GRANULE_SIZE, end + ipa);
	case 2:
		return ipa ^ RNG_PICK(d->rng, end / 2, end, UINT64_C(1) << 63, end | 1, end / 2 | 1, world_span(level));
	default:
		return realm != NULL ? draw_place(d, realm, want_any).ipa : rng_next(d->rng);
	}
}

static uint64_t level_argument(struct draw *d, const struct world_realm *realm, int level)
{
	int64_t start = realm != NULL ? realm->rtt_level_start : 0;

	if (!draw_wrong(d)) {
		return (uint64_t)(int64_t)level;
	}
	return RNG_PICK(d->rng, (uint64_t)(int64_t)(level - 1), (uint64_t)(int64_t)(level + 1), 0, 1, 3, 4, 4, 5,
		UINT64_MAX, (uint64_t)start, (uint64_t)(start - 1), (uint64_t)(start + 1), UINT64_C(1) << 63,
		rng_next(d->rng));
}

static uint64_t top_argument(struct draw *d, const struct world_realm *realm, uint64_t base, int level)
{
	uint64_t span = world_span(level);
	uint64_t half = realm != NULL ? world_ipa_half(realm) : 1;

	if (!draw_wrong(d)) {
		return base + RNG_PICK(d->rng, span, 2 * span, 5 * span, 512 * span);
	}
	return RNG_PICK(d->rng, base, base - REEVE_GRANULE_SIZE, base + 1, base + span / 2, base + REEVE_GRANULE_SIZE,
		half, half + REEVE_GRANULE_SIZE, half + 1, 0, UINT64_MAX, UINT64_MAX - 0xFFF, base + span + 1,
		base - 1);
}

/* The arguments of each command. x[0] is set; x[1..5] hold random numbers. */

typedef void draw_arguments(struct draw *d, uint64_t *x);

static void version(struct draw *d, uint64_t *x)
{
	x[1] = draw_wrong(d) ? RNG_PICK(d->rng, 0, 1, 0x10001, 0x20000, 0xFFFF, UINT64_MAX, 0x80010000, 0x100010000)
			     : RMI_VERSION_1_0;
}

static void features(struct draw *d, uint64_t *x)
{
	x[1] = draw_wrong(d) ? RNG_PICK(d->rng, 1, 2, UINT64_MAX, UINT64_C(1) << 32) : 0;
}

static void delegate(struct draw *d, uint64_t *x)
{
	x[1] = pa_argument(d, draw_granule(d, GRANULE_UNDELEGATED));
}

static void undelegate(struct draw *d, uint64_t *x)
{
	x[1] = pa_argument(d, draw_granule(d, GRANULE_DELEGATED));
}

static void data_create(struct draw *d, uint64_t *x)
{
	const struct world_realm *realm = draw_new_realm(d);
	struct place place = draw_place_or_not(d, realm, want_free_page);

	x[4] = pa_argument(d, draw_ns(d));
	x[2] = pa_argument(d, draw_granule(d, GRANULE_DELEGATED));
	x[1] = rd_argument(d, realm);
	x[3] = ipa_argument(d, realm, place.ipa, place.level);
	x[5] = draw_wrong(d) ? RNG_PICK(d->rng, 2, 3, UINT64_MAX, UINT64_C(1) << 32) : rng_below(d->rng, 2);
	rng_fill(d->rng, d->call->page, 64);
}

static void data_create_unknown(struct draw *d, uint64_t *x)
{
	const struct world_realm *realm = draw_realm_in(d, REALM_NULL);
	struct place place = draw_place_or_not(d, realm, want_free_page);

	x[2] = pa_argument(d, draw_granule(d, GRANULE_DELEGATED));
	x[1] = rd_argument(d, realm);
	x[3] = ipa_argument(d, realm, place.ipa, place.level);
}

static void data_destroy(struct draw *d, uint64_t *x)
{
	const struct world_realm *realm = draw_realm_in(d, REALM_NULL);
	struct place place = draw_place_or_not(d, realm, want_data_page);

	x[1] = rd_argument(d, realm);
	x[2] = ipa_argument(d, realm, place.ipa, place.level);
}

static void realm_create(struct draw *d, uint64_t *x)
{
	x[1] = pa_argument(d, draw_granule(d, GRANULE_DELEGATED));
	x[2] = pa_argument(d, draw_ns(d));
	draw_realm_params(d, x[1], (struct rmi_realm_params *)(void *)d->call->page);
}

static void realm_activate(struct draw *d, uint64_t *x)
{
	x[1] = rd_argument(d, draw_new_realm(d));
}

static void any_realm(struct draw *d, uint64_t *x)
{
	x[1] = rd_argument(d, draw_realm_in(d, REALM_NULL));
}

static void rec_create(struct draw *d, uint64_t *x)
{
	const struct world_realm *realm = draw_new_realm(d);

	x[1] = rd_argument(d, realm);
	x[2] = pa_argument(d, draw_granule(d, GRANULE_DELEGATED));
	x[3] = pa_argument(d, draw_ns(d));
	draw_rec_params(d, x[1], x[2], (struct rmi_rec_params *)(void *)d->call->page);
}

static uint64_t draw_rec(struct draw *d)
{
	return d->w->rec_count > 0 ? d->w->recs[rng_below(d->rng, d->w->rec_count)].pa
				   : draw_granule(d, GRANULE_DELEGATED);
}

static void rec_destroy(struct draw *d, uint64_t *x)
{
	x[1] = pa_argument(d, draw_rec(d));
}

/* One that can go on, and that waits for an answer of the host's, each kind of answer as often; any when some tries find none. */
static uint64_t draw_waiting(struct draw *d)
{
	enum world_pending pending = (enum world_pending)RNG_PICK(d->rng, WORLD_PENDING_MMIO, WORLD_PENDING_MMIO,
		WORLD_PENDING_SEA, WORLD_PENDING_RIPAS, WORLD_PENDING_HOST_CALL, WORLD_PENDING_SYSREG);

	for (unsigned tries = 0; tries < 40; tries++) {
		const struct world_rec *rec = world_rec_const(d->w, draw_rec(d));

		if (rec != NULL && rec->pending == pending && world_realm_const(d->w, rec->rd)->state == REALM_ACTIVE) {
			return rec->pa;
		}
	}
	return draw_rec(d);
}

static void rec_enter(struct draw *d, uint64_t *x)
{
	x[1] = pa_argument(d, rng_percent(d->rng, 70) ? draw_waiting(d) : draw_rec(d));
	x[2] = pa_argument(d, draw_ns(d));
	draw_run(d, world_rec_const(d->w, x[1]), (struct rmi_rec_run *)(void *)d->call->page);
}

static void rtt_create(struct draw *d, uint64_t *x)
{
	const struct world_realm *realm = draw_realm_in(d, REALM_NULL);
	struct place place = draw_place_or_not(d, realm, want_parent);

	x[2] = pa_argument(d, draw_granule(d, GRANULE_DELEGATED));
	x[1] = rd_argument(d, realm);
	x[4] = level_argument(d, realm, place.level + 1);
	x[3] = ipa_argument(d, realm, place.ipa, place.level);
}

/* RTT_DESTROY, RTT_FOLD */
static void rtt_remove(struct draw *d, uint64_t *x)
{
	const struct world_realm *realm = draw_realm_in(d, REALM_NULL);
	struct place place = draw_place_or_not(d, realm, want_table);

	if (realm != NULL &&
		rng_percent(d->rng, 60)) { /* the table of an entry: those far down are met more often so */
		struct place entry = draw_place(d, realm, want_any);

		if (entry.level > realm->rtt_level_start) {
			place.ipa = entry.table_ipa;
			place.level = entry.level - 1;
		}
	}
	x[1] = rd_argument(d, realm);
	x[3] = level_argument(d, realm, place.level + 1);
	x[2] = ipa_argument(d, realm, place.ipa, place.level);
}

static void rtt_read_entry(struct draw *d, uint64_t *x)
{
	const struct world_realm *realm = draw_realm_in(d, REALM_NULL);
	struct place place = draw_place(d, realm, want_any);

	x[1] = rd_argument(d, realm);
	x[3] = level_argument(d, realm, place.level);
	x[2] = ipa_argument(d, realm, place.ipa, place.level);
}

static void rtt_init_ripas(struct draw *d, uint64_t *x)
{
	const struct world_realm *realm = draw_new_realm(d);
	struct place place = draw_place_or_not(d, realm, want_ripas);

	x[1] = rd_argument(d, realm);
	x[2] = ipa_argument(d, realm, place.ipa, place.level);
	x[3] = top_argument(d, realm, x[2], place.level);
}

static void rtt_set_ripas(struct draw *d, uint64_t *x)
{
	const struct world_rec *rec = NULL;
	const struct world_realm *realm;
	int level = RMI_LEVEL_LAST;

	for (unsigned i = 0; d->w->rec_count > 0 && i < TRIES; i++) {
		rec = &d->w->recs[rng_below(d->rng, d->w->rec_count)];
		if (rec->pending == WORLD_PENDING_RIPAS || rng_percent(d->rng, 5)) {
			break;
		}
	}
	if (rec == NULL) {
		any_realm(d, x);
		return;
	}
	realm = world_realm_const(d->w, rec->rd);
	x[1] = rd_argument(d, draw_wrong(d) ? draw_realm_in(d, REALM_NULL) : realm);
	x[2] = pa_argument(d, rec->pa);
	x[3] = ipa_argument(d, realm, rec->ripas_addr, RMI_LEVEL_LAST);
	if (x[3] < world_ipa_end(realm)) {
		level = world_walk(d->w, realm, x[3], RMI_LEVEL_LAST).level;
	}
	x[4] = rng_percent(d->rng, 50) ? rec->ripas_top : top_argument(d, realm, x[3], level);
	if (draw_wrong(d)) {
		x[4] = rec->ripas_top - RNG_PICK(d->rng, 1, 0x800, 0xFFF);
	}
}

static uint64_t desc_argument(struct draw *d, const struct world_realm *realm, int level)
{
	bool lpa2 = realm != NULL && realm->lpa2;
	unsigned bits = d->w->config.pa_bits;
	uint64_t desc = reeve_align_down(rng_next(d->rng) >> (bits < 48 ? 64 - bits : 16), world_span(level)) &
		(lpa2 ? FIELD_MASK(S2_LPA2_OA) : FIELD_MASK(S2_OA));

	desc = FIELD_SET(desc, S2_NS_MEMATTR, RNG_PICK(d->rng, 0, 5, 6, 7));
	desc = FIELD_SET(desc, S2_S2AP, rng_below(d->rng, 4));
	if (lpa2 && bits == 52) {
		desc = FIELD_SET(desc, S2_LPA2_OA_51_50, rng_below(d->rng, 4));
		desc |= rng_below(d->rng, 4) << 48;
	}
	if (draw_wrong(d)) {
		desc = rng_percent(d->rng, 50) ? FIELD_SET(desc, S2_NS_MEMATTR, 4)
					       : desc | RNG_PICK(d->rng, 1, 2, 0x20, 0x400, 0x800, UINT64_C(1) << 55);
	}
	if (draw_wrong(d)) {
		desc |= RNG_PICK(d->rng, UINT64_C(1) << 12, world_span(level) / 2);
	}
	if (draw_wrong(d)) {
		desc |= RNG_PICK(d->rng, UINT64_C(1) << 48, UINT64_C(1) << 51, UINT64_C(1) << 52, UINT64_C(1) << 63,
			(UINT64_C(1) << bits) & FIELD_MASK(S2_OA), UINT64_C(1) << 47);
	}
	return desc;
}

static void map_unprotected(struct draw *d, uint64_t *x)
{
	const struct world_realm *realm = draw_realm_in(d, REALM_NULL);
	struct place place = draw_place_or_not(d, realm, want_free_ns);

	x[1] = rd_argument(d, realm);
	x[3] = level_argument(d, realm, place.level);
	x[2] = ipa_argument(d, realm, place.ipa, place.level);
	x[4] = desc_argument(d, realm, place.level);
}

static void unmap_unprotected(struct draw *d, uint64_t *x)
{
	const struct world_realm *realm = draw_realm_in(d, REALM_NULL);
	struct place place = draw_place_or_not(d, realm, want_mapped_ns);

	x[1] = rd_argument(d, realm);
	x[3] = level_argument(d, realm, place.level);
	x[2] = ipa_argument(d, realm, place.ipa, place.level);
}

/* A REC that waits for an answer, if some tries find one. */
static const struct world_rec *draw_caller(struct draw *d)
{
	const struct world_rec *caller = NULL;

	for (unsigned i = 0; i < TRIES && d->w->rec_count > 0; i++) {
		caller = world_rec_const(d->w, draw_rec(d));
		if (caller->pending == WORLD_PENDING_PSCI) {
			break;
		}
	}
	return caller;
}

/* The REC that the caller's request names, or any. */
static uint64_t draw_target(struct draw *d, const struct world_rec *caller)
{
	for (unsigned i = 0; caller != NULL && i < d->w->rec_count; i++) {
		const struct world_rec *rec = &d->w->recs[i];

		if (rec->rd == caller->rd && world_mpidr_el1(rec->mpidr) == caller->gprs[1]) {
			return rec->pa;
		}
	}
	return draw_rec(d);
}

static void psci_complete(struct draw *d, uint64_t *x)
{
	const struct world_rec *caller = draw_caller(d);

	x[2] = draw_wrong(d) ? draw_rec(d) : draw_target(d, caller);
	x[1] = draw_wrong(d) || caller == NULL ? draw_rec(d) : caller->pa;
	x[1] = pa_argument(d, x[1]);
	x[2] = pa_argument(d, x[2]);
	x[3] = draw_wrong(d) ? RNG_PICK(d->rng, 1, 3, UINT32_MAX - 2, (uint64_t)PSCI_STATUS_ALREADY_ON, UINT64_MAX)
			     : RNG_PICK(d->rng, PSCI_STATUS_SUCCESS, (uint64_t)PSCI_STATUS_DENIED);
	if (draw_wrong(d) && rng_percent(d->rng, 50)) {
		x[2] = x[1];
	}
}

/* How many times each command asks draw_wrong, and which of its registers names a host page. */
static const struct {
	draw_arguments *draw;
	unsigned arguments;
	unsigned page;
} commands[RMI_COMMAND_COUNT] = {
	[RMI_VERSION] = {version, 1, 0},
	[RMI_GRANULE_DELEGATE] = {delegate, 1, 0},
	[RMI_GRANULE_UNDELEGATE] = {undelegate, 1, 0},
	[RMI_DATA_CREATE] = {data_create, 7, 4},
	[RMI_DATA_CREATE_UNKNOWN] = {data_create_unknown, 4, 0},
	[RMI_DATA_DESTROY] = {data_destroy, 3, 0},
	[RMI_REALM_ACTIVATE] = {realm_activate, 2, 0},
	[RMI_REALM_CREATE] = {realm_create, 16, 2},
	[RMI_REALM_DESTROY] = {any_realm, 1, 0},
	[RMI_REC_CREATE] = {rec_create, 11, 3},
	[RMI_REC_DESTROY] = {rec_destroy, 1, 0},
	[RMI_REC_ENTER] = {rec_enter, 7, 2},
	[RMI_RTT_CREATE] = {rtt_create, 5, 0},
	[RMI_RTT_DESTROY] = {rtt_remove, 4, 0},
	[RMI_RTT_MAP_UNPROTECTED] = {map_unprotected, 7, 0},
	[RMI_RTT_READ_ENTRY] = {rtt_read_entry, 3, 0},
	[RMI_RTT_UNMAP_UNPROTECTED] = {unmap_unprotected, 4, 0},
	[RMI_PSCI_COMPLETE] = {psci_complete, 6, 0},
	[RMI_FEATURES] = {features, 1, 0},
	[RMI_RTT_FOLD] = {rtt_remove, 4, 0},
	[RMI_REC_AUX_COUNT] = {any_realm, 1, 0},
	[RMI_RTT_INIT_RIPAS] = {rtt_init_ripas, 5, 0},
	[RMI_RTT_SET_RIPAS] = {rtt_set_ripas, 6, 0},
};

static uint32_t draw_which_wrong(struct rng *rng, unsigned arguments)
{
	unsigned count = rng_between(rng, 0, WRONG_MOST);
	uint32_t wrong = 0;

	for (unsigned i = 0; i < count; i++) {
		wrong |= 1U << rng_below(rng, arguments);
	}
	return wrong;
}

static uint64_t draw_number(struct draw *d)
{
	return RNG_PICK(d->rng, 0, 1, rng_next(d->rng), UINT64_MAX, draw_outside(d), draw_object(d));
}

void command_draw_of(struct rng *rng, const struct world *w, enum rmi_command command, struct drawn_call *call)
{
	struct draw d = {.rng = rng, .w = w, .call = call};
	unsigned page = commands[command].page;
	const struct world_granule *g;

	memset(call->page, 0, sizeof(call->page));
	for (unsigned i = 1; i < REEVE_SMC_REGISTERS; i++) {
		call->x[i] = i <= RMI_ARGUMENT_MAX ? draw_number(&d) : rng_next(rng);
	}
	call->x[0] = RMI_FID_BASE | (rmi_command_info(command)->fid & UINT32_MAX);
	if (rng_percent(rng, SVE_HINT_PERCENT)) {
		call->x[0] = FIELD_SET(call->x[0], SMC_SVE_HINT, 1);
	}
	if (!rng_percent(rng, WILD_PERCENT)) {
		d.wrong = draw_which_wrong(rng, commands[command].arguments);
		commands[command].draw(&d, call->x);
	}
	g = page != 0 ? world_granule_const(w, call->x[page]) : NULL;
	call->page_pa = call->x[page];
	call->has_page = g != NULL && g->gpt == WORLD_GPT_NS && reeve_is_aligned(call->page_pa, REEVE_GRANULE_SIZE);
}

void command_draw(struct rng *rng, const struct world *w, struct drawn_call *call)
{
	/* Commands with many conditions more often. */
	unsigned total = 0;
	unsigned at;
	unsigned command = 0;

	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		total += commands[i].arguments;
	}
	at = (unsigned)rng_below(rng, total);
	while (at >= commands[command].arguments) {
		at -= commands[command++].arguments;
	}
	command_draw_of(rng, w, (enum rmi_command)command, call);
	if (rng_percent(rng, OTHER_FID_PERCENT)) {
		call->x[0] = RNG_PICK(rng, RMI_FID_BASE | 0x156, RMI_FID_BASE | 0x160, RMI_FID_BASE | 0x163,
			RMI_FID_BASE | 0x14F, RMI_FID_BASE | 0x16A, 0, UINT64_MAX, call->x[0] | UINT64_C(1) << 32,
			call->x[0] & ~(UINT64_C(1) << 30));
	}
}

static bool read_drawn(void *context, uint64_t pa, void *page)
{
	const struct drawn_call *call = context;

	if (!call->has_page || pa != call->page_pa) {
		return false;
	}
	memcpy(page, call->page, sizeof(call->page));
	return true;
}

struct oracle_memory drawn_memory(struct drawn_call *call)
{
	return (struct oracle_memory){.read = read_drawn, .context = call};
}
