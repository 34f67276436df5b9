/* SPDX-License-Identifier: BSD-2-Clause */
/* predict.c - a call resolved, its conditions asked in order, and the answer put together. */
#include "tests/oracle/support/predict.h"

#include <string.h>

#include "reeve/field.h"
#include "tests/oracle/support/ask.h"

/* Which level a command's walk is for. */
enum walk_rule { WALK_NOT, WALK_PAGE, WALK_LEVEL, WALK_PARENT };

/* The registers that hold a command's arguments; 0: it has no such argument. */
static const struct shape {
	uint8_t rd;
	uint8_t rec;
	uint8_t target;
	uint8_t page;
	uint8_t ipa;
	uint8_t top;
	uint8_t level;
	uint8_t top_out; /* result register of `top` */
	enum walk_rule walk;
} shapes[RMI_COMMAND_COUNT] = {
	[RMI_REALM_CREATE] = {.page = 2},
	[RMI_REALM_ACTIVATE] = {.rd = 1},
	[RMI_REALM_DESTROY] = {.rd = 1},
	[RMI_REC_AUX_COUNT] = {.rd = 1},
	[RMI_REC_CREATE] = {.rd = 1, .page = 3},
	[RMI_REC_DESTROY] = {.rec = 1},
	[RMI_REC_ENTER] = {.rec = 1, .page = 2},
	[RMI_RTT_CREATE] = {.rd = 1, .ipa = 3, .level = 4, .walk = WALK_PARENT},
	[RMI_RTT_DESTROY] = {.rd = 1, .ipa = 2, .level = 3, .top_out = 2, .walk = WALK_PARENT},
	[RMI_RTT_FOLD] = {.rd = 1, .ipa = 2, .level = 3, .walk = WALK_PARENT},
	[RMI_RTT_READ_ENTRY] = {.rd = 1, .ipa = 2, .level = 3, .walk = WALK_LEVEL},
	[RMI_RTT_INIT_RIPAS] = {.rd = 1, .ipa = 2, .top = 3, .walk = WALK_PAGE},
	[RMI_RTT_SET_RIPAS] = {.rd = 1, .rec = 2, .ipa = 3, .top = 4, .walk = WALK_PAGE},
	[RMI_DATA_CREATE] = {.rd = 1, .page = 4, .ipa = 3, .walk = WALK_PAGE},
	[RMI_DATA_CREATE_UNKNOWN] = {.rd = 1, .ipa = 3, .walk = WALK_PAGE},
	[RMI_DATA_DESTROY] = {.rd = 1, .ipa = 2, .top_out = 2, .walk = WALK_PAGE},
	[RMI_RTT_MAP_UNPROTECTED] = {.rd = 1, .ipa = 2, .level = 3, .walk = WALK_LEVEL},
	[RMI_RTT_UNMAP_UNPROTECTED] = {.rd = 1, .ipa = 2, .level = 3, .top_out = 1, .walk = WALK_LEVEL},
	[RMI_PSCI_COMPLETE] = {.rec = 1, .target = 2},
};

unsigned ask_top_register(enum rmi_command command)
{
	return shapes[command].top_out;
}

static void read_page(struct ask *ask, uint64_t pa, const struct oracle_memory *ns)
{
	const struct world_granule *g = world_granule_const(ask->w, pa);

	ask->page_read = g != NULL && reeve_is_aligned(pa, REEVE_GRANULE_SIZE) && g->state == GRANULE_UNDELEGATED &&
		g->gpt == WORLD_GPT_NS && ns->read(ns->context, pa, ask->page.bytes);
}

static void walk(struct ask *ask, enum walk_rule rule)
{
	ask->walk_to = RMI_LEVEL_LAST;
	if (rule == WALK_LEVEL) {
		ask->walk_to = ask->level;
	} else if (rule == WALK_PARENT && ask->level > INT64_MIN) {
		ask->walk_to = ask->level - 1;
	} else if (rule == WALK_PARENT) {
		return;
	}
	ask->walked = rule != WALK_NOT && ask->realm != NULL && ask->ipa < world_ipa_end(ask->realm) &&
		ask->walk_to >= ask->realm->rtt_level_start;
	if (ask->walked) {
		int64_t to = ask->walk_to < RMI_LEVEL_LAST ? ask->walk_to : RMI_LEVEL_LAST;

		ask->walk = world_walk(ask->w, ask->realm, ask->ipa, (int)to);
	}
}

void ask_init(struct ask *ask, const struct world *w, enum rmi_command command, const uint64_t *x,
	const struct oracle_memory *ns)
{
	const struct shape *s = &shapes[command];

	ask->w = w;
	ask->x = x;
	ask->command = command;
	ask->rec = s->rec != 0 ? world_rec_const(w, x[s->rec]) : NULL;
	ask->target = s->target != 0 ? world_rec_const(w, x[s->target]) : NULL;
	ask->realm = s->rd != 0 ? world_realm_const(w, x[s->rd]) : NULL;
	if (s->rd == 0 && ask->rec != NULL) {
		ask->realm = world_realm_const(w, ask->rec->rd);
	}
	ask->page_read = false;
	if (s->page != 0) {
		read_page(ask, x[s->page], ns);
	}
	ask->ipa = s->ipa != 0 ? x[s->ipa] : 0;
	ask->top = s->top != 0 ? x[s->top] : 0;
	ask->level = s->level != 0 ? (int64_t)x[s->level] : 0;
	ask->walked = false;
	walk(ask, s->walk);
}

static uint64_t conditions(const struct ask *ask)
{
	unsigned count;
	const struct oracle_row *rows = oracle_rows(ask->command, &count);
	uint32_t broken = 0;
	uint64_t held = 0;

	for (unsigned i = 0; i < count; i++) {
		if ((rows[i].needs & broken) == 0 && rows[i].holds(ask, &rows[i])) {
			held |= UINT64_C(1) << i;
			broken |= rows[i].breaks;
		}
	}
	return held;
}

uint64_t oracle_status_word(enum rmi_status status, int index)
{
	return FIELD_SET(FIELD_SET(0, RMI_RETURN_STATUS, (uint64_t)status), RMI_RETURN_INDEX, (uint64_t)index);
}

static int index_of(const struct ask *ask, enum oracle_index rule)
{
	switch (rule) {
	case ORACLE_INDEX_ZERO:
		return 0;
	case ORACLE_INDEX_ONE:
		return 1;
	case ORACLE_INDEX_WALK:
		return ask->walk.level;
	case ORACLE_INDEX_LEVEL:
		return (int)ask->level;
	case ORACLE_INDEX_PARENT:
		return (int)ask->level - 1;
	}
	return 0;
}

static void refuse(const struct ask *ask, uint64_t held, struct prediction *p)
{
	unsigned count;
	const struct oracle_row *row = oracle_rows(ask->command, &count);
	unsigned top = ask_top_register(ask->command);

	p->row = __builtin_ctzll(held);
	row += p->row;
	p->condition = row->condition;
	p->x[0] = oracle_status_word(row->status, index_of(ask, row->index));
	if (row->status == RMI_ERROR_RTT && top != 0) {
		p->x[top] = world_top(ask->w, ask->realm, ask->walk.level, ask->ipa);
	}
	if (ask->command == RMI_VERSION) { /* section 6: filled even when refused */
		p->x[1] = RMI_VERSION_1_0;
		p->x[2] = RMI_VERSION_1_0;
	}
}

void oracle_predict(const struct world *before, const uint64_t x[REEVE_SMC_REGISTERS], const struct oracle_memory *ns,
	struct prediction *p)
{
	struct ask ask;
	uint64_t held;

	p->command = rmi_command_of_fid(x[0]);
	p->row = -1;
	p->condition = CONDITION_NONE;
	p->changed = p->ran = false;
	memcpy(p->x, x, sizeof(p->x));
	p->x[0] = SMCCC_NOT_SUPPORTED;
	if (p->command == RMI_COMMAND_COUNT) {
		return;
	}
	memset(&p->x[1], 0, RMI_RESULT_MAX * sizeof(p->x[0]));
	ask_init(&ask, before, p->command, x, ns);
	held = conditions(&ask);
	if (held != 0) {
		refuse(&ask, held, p);
		return;
	}
	p->x[0] = oracle_status_word(RMI_SUCCESS, 0);
	oracle_effect(&ask, p);
}

uint64_t oracle_conditions(
	const struct world *before, const uint64_t x[REEVE_SMC_REGISTERS], const struct oracle_memory *ns)
{
	enum rmi_command command = rmi_command_of_fid(x[0]);
	struct ask ask;

	if (command == RMI_COMMAND_COUNT) {
		return 0;
	}
	ask_init(&ask, before, command, x, ns);
	return conditions(&ask);
}
