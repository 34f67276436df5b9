/* SPDX-License-Identifier: BSD-2-Clause */
/* rsi_ripas.c - RSI calls about what memory a realm has: IPA_STATE_GET and IPA_STATE_SET. */
#include "monitor/rec.h"

/* Entries IPA_STATE_GET looks at in one call: as many as a table has. */
enum { STATE_GET_ENTRIES_MAX = 512 };

/* True when X1, X2 are base and top of whole protected granules. */
static bool is_protected_range(const struct realm *realm, uint64_t base, uint64_t top)
{
	return reeve_is_aligned(base | top, REEVE_GRANULE_SIZE) && top > base &&
		realm_is_protected(realm, base, top - base);
}

enum rec_action rsi_ipa_state_set(struct running *r)
{
	struct rec *rec = r->rec;
	const uint64_t *x = rec->cpu.gprs;

	if (!is_protected_range(r->realm, x[1], x[2]) || x[3] > RIPAS_RAM) {
		return rsi_done(r, RSI_ERROR_INPUT);
	}
	rec->ripas_addr = x[1];
	rec->ripas_top = x[2];
	rec->ripas_value = x[3] == RIPAS_RAM ? RIPAS_RAM : RIPAS_EMPTY;
	rec->ripas_change_destroyed = FIELD_GET(x[4], RIPAS_FLAG_CHANGE_DESTROYED) != 0;
	rec->pending = REC_PENDING_RIPAS;
	r->exit->exit_reason = RMI_EXIT_RIPAS_CHANGE;
	r->exit->ripas_base = rec->ripas_addr;
	r->exit->ripas_top = rec->ripas_top;
	r->exit->ripas_value = (uint8_t)rec->ripas_value;
	return REC_EXIT;
}

/* The host's refusal counts only for memory it was asked to give and did not give wholly. */
void rsi_ripas_complete(struct rec *rec, const struct rmi_rec_enter *enter)
{
	bool is_refused = FIELD_GET(enter->flags, ENTER_FLAG_RIPAS_REJECT) != 0 && rec->ripas_value == RIPAS_RAM &&
		rec->ripas_addr != rec->ripas_top;

	rec->cpu.gprs[0] = RSI_SUCCESS;
	rec->cpu.gprs[1] = rec->ripas_addr;
	rec->cpu.gprs[2] = is_refused ? RSI_REJECT : RSI_ACCEPT;
	rec->ripas_addr = 0;
	rec->ripas_top = 0;
	rec->ripas_value = RIPAS_EMPTY;
	rec->ripas_change_destroyed = false;
}

/* First address of [base, top) whose RIPAS is not *ripas, the RIPAS at `base`; or how far one call looks. Caller holds
 * the RD. */
static uint64_t same_ripas_end(const struct running *r, uint64_t base, uint64_t top, enum rmi_ripas *ripas)
{
	uint64_t at = base;

	for (unsigned i = 0; i < STATE_GET_ENTRIES_MAX && at < top; i++) {
		struct rtt_walk walk = rtt_walk(r->m, &r->realm->stage2, reeve_ipa(at), RMI_LEVEL_LAST);
		uint64_t span = rtt_span(walk.level);

		if (i == 0) {
			*ripas = walk.entry.ripas;
		}
		if (walk.entry.ripas != *ripas) {
			return at;
		}
		at = reeve_align_down(at, span) + span;
	}
	return at < top ? at : top;
}

enum rec_action rsi_ipa_state_get(struct running *r)
{
	uint64_t *x = r->rec->cpu.gprs;
	enum rmi_ripas ripas = RIPAS_EMPTY;

	if (!is_protected_range(r->realm, x[1], x[2])) {
		return rsi_done(r, RSI_ERROR_INPUT);
	}
	granule_lock(&r->m->granules, r->rec->rd);
	x[1] = same_ripas_end(r, x[1], x[2], &ripas);
	granule_unlock(&r->m->granules, r->rec->rd);
	x[2] = (uint64_t)ripas;
	return rsi_done(r, RSI_SUCCESS);
}
