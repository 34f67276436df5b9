/* SPDX-License-Identifier: BSD-2-Clause */
/* play.c - draws of commands by a table of what their arguments are, their operands, and what RECs ask for. */
#include "tests/tsan/support/play.h"

#include <stdio.h>
#include <string.h>

#include "reeve/address.h"
#include "reeve/psci.h"
#include "reeve/rsi.h"

enum { IPA_BITS = 32, PAGES = 8, START_LEVEL = 2, ROOTS = 4, REC_STEPS = 64 };

static const uint64_t page_size = REEVE_GRANULE_SIZE;
static const uint64_t half = UINT64_C(1) << (IPA_BITS - 1);

/* What an argument is, and so from where it is drawn. */
enum kind {
	KIND_NONE,
	KIND_ANY,
	KIND_RD,
	KIND_TABLE,
	KIND_DATA,
	KIND_REC,
	KIND_ENTERED,
	KIND_OPERAND,
	KIND_IPA,
	KIND_IPA_OF_TABLE,
	KIND_TOP,
	KIND_ASKED_BASE,
	KIND_ASKED_TOP,
	KIND_UNPROTECTED,
	KIND_LEVEL,
	KIND_NS_DESC,
	KIND_NUMBER,
	KIND_STATUS,
	KIND_VERSION
};

static const struct {
	unsigned weight;
	enum kind arguments[RMI_ARGUMENT_MAX];
} rows[RMI_COMMAND_COUNT] = {
	[RMI_VERSION] = {1, {KIND_VERSION}},
	[RMI_FEATURES] = {1, {KIND_NUMBER}},
	[RMI_GRANULE_DELEGATE] = {12, {KIND_ANY}},
	[RMI_GRANULE_UNDELEGATE] = {4, {KIND_ANY}},
	[RMI_DATA_CREATE] = {5, {KIND_RD, KIND_DATA, KIND_IPA, KIND_OPERAND, KIND_NUMBER}},
	[RMI_DATA_CREATE_UNKNOWN] = {6, {KIND_RD, KIND_DATA, KIND_IPA}},
	[RMI_DATA_DESTROY] = {6, {KIND_RD, KIND_IPA}},
	[RMI_REALM_ACTIVATE] = {2, {KIND_RD}},
	[RMI_REALM_CREATE] = {7, {KIND_RD, KIND_OPERAND}},
	[RMI_REALM_DESTROY] = {4, {KIND_RD}},
	[RMI_REC_CREATE] = {7, {KIND_RD, KIND_REC, KIND_OPERAND}},
	[RMI_REC_DESTROY] = {1, {KIND_REC}},
	[RMI_REC_ENTER] = {12, {KIND_ENTERED, KIND_OPERAND}},
	[RMI_RTT_CREATE] = {5, {KIND_RD, KIND_TABLE, KIND_IPA_OF_TABLE, KIND_LEVEL}},
	[RMI_RTT_DESTROY] = {4, {KIND_RD, KIND_IPA_OF_TABLE, KIND_LEVEL}},
	[RMI_RTT_MAP_UNPROTECTED] = {3, {KIND_RD, KIND_UNPROTECTED, KIND_LEVEL, KIND_NS_DESC}},
	[RMI_RTT_READ_ENTRY] = {4, {KIND_RD, KIND_IPA, KIND_LEVEL}},
	[RMI_RTT_UNMAP_UNPROTECTED] = {3, {KIND_RD, KIND_UNPROTECTED, KIND_LEVEL}},
	[RMI_PSCI_COMPLETE] = {10, {KIND_REC, KIND_REC, KIND_STATUS}},
	[RMI_RTT_FOLD] = {3, {KIND_RD, KIND_IPA_OF_TABLE, KIND_LEVEL}},
	[RMI_REC_AUX_COUNT] = {1, {KIND_RD}},
	[RMI_RTT_INIT_RIPAS] = {4, {KIND_RD, KIND_IPA, KIND_TOP}},
	[RMI_RTT_SET_RIPAS] = {5, {KIND_RD, KIND_REC, KIND_ASKED_BASE, KIND_ASKED_TOP}},
};

/* splitmix64: neighbouring seeds have nothing in common. */
uint64_t play_seed(uint64_t seed, uint64_t n)
{
	uint64_t z = seed + (n + 1) * UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return (z ^ z >> 31) | 1;
}

uint64_t play_draw(struct play *play, uint64_t below)
{
	play->random ^= play->random << 13;
	play->random ^= play->random >> 7;
	play->random ^= play->random << 17;
	return (play->random >> 11) % below;
}

/* Every second one, so that neighbours want the same now and then. */
uint16_t play_vmid(uint64_t pool)
{
	return (uint16_t)(pool / ((uint64_t)PLAY_GRANULES * REEVE_GRANULE_SIZE) % 32 * 2);
}

static uint64_t granule(uint64_t pool, unsigned n)
{
	return pool + n * page_size;
}

/* No granule at all, in one way or another. */
static uint64_t edge(struct play *play, uint64_t pool)
{
	const uint64_t edges[] = {0, pool + 1, pool + 0x800, pool - page_size, play->outside, play->outside - page_size,
		UINT64_C(1) << 48, UINT64_C(1) << 52, UINT64_MAX - page_size + 1, UINT64_MAX};

	return edges[play_draw(play, sizeof(edges) / sizeof(edges[0]))];
}

/* Mostly one of the granules meant for it, now and then another one, rarely none. */
static uint64_t role(struct play *play, uint64_t pool, unsigned first, unsigned count)
{
	switch (play_draw(play, 24)) {
	case 0:
		return edge(play, pool);
	case 1:
	case 2:
		return granule(pool, (unsigned)play_draw(play, PLAY_GRANULES));
	default:
		return granule(pool, first + (unsigned)play_draw(play, count));
	}
}

static uint64_t ipa(struct play *play, uint64_t base)
{
	switch (play_draw(play, 24)) {
	case 0:
		return base + 1;
	case 1:
		return half - base - page_size;
	case 2:
		return UINT64_MAX - page_size + 1;
	default:
		return base + play_draw(play, PAGES) * page_size;
	}
}

static uint64_t level(struct play *play)
{
	return play_draw(play, 6) != 0 ? RMI_LEVEL_LAST : play_draw(play, 6) - 1;
}

static uint64_t argument(struct play *play, enum kind kind, uint64_t pool, uint64_t operand_page)
{
	switch (kind) {
	case KIND_ANY:
		return role(play, pool, 0, PLAY_GRANULES);
	case KIND_RD:
		return role(play, pool, PLAY_RDS, 1 + (play_draw(play, 4) == 0));
	case KIND_TABLE:
		return role(play, pool, PLAY_TABLES, PLAY_DATA - PLAY_TABLES);
	case KIND_DATA:
		return role(play, pool, PLAY_DATA, PLAY_RECS - PLAY_DATA);
	case KIND_ENTERED:
		return play->one_rec != 0 ? play->one_rec : role(play, pool, PLAY_RECS, PLAY_AUX - PLAY_RECS);
	case KIND_REC:
		return role(play, pool, PLAY_RECS, PLAY_AUX - PLAY_RECS);
	case KIND_OPERAND:
		return play_draw(play, 32) != 0 ? operand_page : edge(play, pool);
	case KIND_IPA:
		return ipa(play, 0);
	case KIND_IPA_OF_TABLE:
		return play_draw(play, 12) == 0 ? ipa(play, 0) : play_draw(play, 2) * half;
	case KIND_TOP:
		return (1 + play_draw(play, PAGES)) * page_size;
	case KIND_ASKED_BASE:
		return play_draw(play, 8) == 0 ? ipa(play, 0) : play->ripas_base;
	case KIND_ASKED_TOP:
		return play->ripas_top != 0 && play_draw(play, 2) == 0 ? play->ripas_top : play->ripas_base + page_size;
	case KIND_UNPROTECTED:
		return ipa(play, half);
	case KIND_LEVEL:
		return level(play);
	case KIND_NS_DESC:
		return granule(pool, (unsigned)play_draw(play, PLAY_GRANULES)) | 3 << 6 | play_draw(play, 5) << 2;
	case KIND_NUMBER:
		return play_draw(play, 8) == 0 ? UINT64_MAX : play_draw(play, 2);
	case KIND_STATUS:
		return play_draw(play, 4) == 0 ? (uint64_t)PSCI_STATUS_DENIED : PSCI_STATUS_SUCCESS;
	case KIND_VERSION:
		return UINT64_C(0x10000) + play_draw(play, 2);
	case KIND_NONE:
		break;
	}
	return 0;
}

static enum rmi_command command(struct play *play)
{
	unsigned sum = 0;
	unsigned at = 0;
	uint64_t drawn;

	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		sum += rows[i].weight;
	}
	drawn = play_draw(play, sum);
	while (drawn >= rows[at].weight) {
		drawn -= rows[at].weight;
		at++;
	}
	return (enum rmi_command)at;
}

/* Aux granules of REC n are 2n and 2n + 1, mostly. */
static struct play_operand operand(struct play *play, uint64_t pool)
{
	uint64_t n = play_draw(play, 2);
	struct play_operand o = {
		.root = role(play, pool, PLAY_ROOTS + ROOTS * (unsigned)play_draw(play, 2), 1),
		.mpidr = play_draw(play, 3),
		.flags = play_draw(play, 2),
		.vmid = (uint16_t)(play_vmid(pool) + play_draw(play, 3)),
		.step = play_draw(play, REC_STEPS),
	};

	for (unsigned i = 0; i < PLAY_REC_AUX; i++) {
		o.aux[i] = role(play, pool, PLAY_AUX + PLAY_REC_AUX * (unsigned)n + i, 1);
	}
	return o;
}

static void realm_params_write(const struct play_operand *o, struct rmi_realm_params *params)
{
	params->s2sz = IPA_BITS;
	params->num_bps = 1;
	params->num_wps = 1;
	params->hash_algo = o->vmid & 1;
	params->vmid = o->vmid;
	params->rtt_base = o->root;
	params->rtt_level_start = START_LEVEL;
	params->rtt_num_start = ROOTS;
}

static void rec_params_write(const struct play_operand *o, struct rmi_rec_params *params)
{
	params->flags = o->flags;
	params->mpidr = o->mpidr;
	params->pc = 0x1000;
	params->gprs[7] = o->step;
	params->num_aux = PLAY_REC_AUX;
	memcpy(params->aux, o->aux, sizeof(o->aux));
}

void play_operand_write(const struct play_call *call, void *page)
{
	memset(page, 0, REEVE_GRANULE_SIZE);
	if (call->command == RMI_REALM_CREATE) {
		realm_params_write(&call->operand, page);
	} else if (call->command == RMI_REC_CREATE) {
		rec_params_write(&call->operand, page);
	} else if (call->command == RMI_REC_ENTER) {
		((struct rmi_rec_run *)page)->enter.flags = call->operand.flags;
	} else if (call->command == RMI_DATA_CREATE) {
		memset(page, (int)(call->operand.mpidr + 1), REEVE_GRANULE_SIZE);
	}
}

void play_text(const struct play_call *call, char text[PLAY_TEXT_MAX])
{
	const struct rmi_command_info *info = rmi_command_info(call->command);
	int length = snprintf(text, PLAY_TEXT_MAX, "%s(", info->name);

	for (unsigned i = 0; info->in[i] != NULL && length < PLAY_TEXT_MAX; i++) {
		length += snprintf(text + length, (size_t)(PLAY_TEXT_MAX - length), "%s%s=0x%llx", i == 0 ? "" : ", ",
			info->in[i], (unsigned long long)call->x[1 + i]);
	}
	if (length < PLAY_TEXT_MAX) {
		snprintf(text + length, (size_t)(PLAY_TEXT_MAX - length), ")");
	}
}

unsigned play_life(uint64_t pool, uint16_t vmid, uint64_t step, uint64_t page, struct play_call calls[PLAY_LIFE_MAX])
{
	uint64_t rd = granule(pool, PLAY_RDS);
	const struct play_operand o = {.root = granule(pool, PLAY_ROOTS), .vmid = vmid};
	const struct play_call life[] = {
		{RMI_REALM_CREATE, {RMI_FID(REALM_CREATE), rd, page}, o},
		{RMI_RTT_CREATE, {RMI_FID(RTT_CREATE), rd, granule(pool, PLAY_TABLES), 0, RMI_LEVEL_LAST}, o},
		{RMI_RTT_CREATE, {RMI_FID(RTT_CREATE), rd, granule(pool, PLAY_TABLES + 1), half, RMI_LEVEL_LAST}, o},
		{RMI_RTT_MAP_UNPROTECTED,
			{RMI_FID(RTT_MAP_UNPROTECTED), rd, half, RMI_LEVEL_LAST, granule(pool, PLAY_RDS + 2)}, o},
		{RMI_RTT_INIT_RIPAS, {RMI_FID(RTT_INIT_RIPAS), rd, 0, PAGES / 2 * page_size}, o},
		{RMI_DATA_CREATE, {RMI_FID(DATA_CREATE), rd, granule(pool, PLAY_DATA), 0, page, 1}, o},
		{RMI_REC_CREATE, {RMI_FID(REC_CREATE), rd, granule(pool, PLAY_RECS), page},
			{.flags = 1, .step = step, .aux = {granule(pool, PLAY_AUX), granule(pool, PLAY_AUX + 1)}}},
		{RMI_REC_CREATE, {RMI_FID(REC_CREATE), rd, granule(pool, PLAY_RECS + 1), page},
			{.mpidr = 1, .aux = {granule(pool, PLAY_AUX + 2), granule(pool, PLAY_AUX + 3)}}},
		{RMI_REALM_ACTIVATE, {RMI_FID(REALM_ACTIVATE), rd}, o},
		{RMI_DATA_CREATE_UNKNOWN, {RMI_FID(DATA_CREATE_UNKNOWN), rd, granule(pool, PLAY_DATA + 1), page_size},
			o},
	};
	const unsigned count = sizeof(life) / sizeof(life[0]);

	_Static_assert(sizeof(life) / sizeof(life[0]) == PLAY_LIFE_MAX - PLAY_GRANULES, "PLAY_LIFE_MAX counts them");
	for (unsigned i = 0; i < PLAY_GRANULES; i++) {
		calls[i] = (struct play_call){RMI_GRANULE_DELEGATE, {RMI_FID(GRANULE_DELEGATE), granule(pool, i)}, o};
	}
	memcpy(calls + PLAY_GRANULES, life, sizeof(life));
	return PLAY_GRANULES + count;
}

/* The `n`-th call of the end of a realm as play_life leaves it. */
static struct play_call life_end(uint64_t pool, unsigned n)
{
	uint64_t rd = granule(pool, PLAY_RDS);
	struct play_call call = {RMI_REALM_DESTROY, {RMI_FID(REALM_DESTROY), rd}, {0}};

	if (n < 2) {
		call = (struct play_call){RMI_REC_DESTROY, {RMI_FID(REC_DESTROY), granule(pool, PLAY_RECS + n)}, {0}};
	} else if (n < 2 + PAGES) {
		call = (struct play_call){RMI_DATA_DESTROY, {RMI_FID(DATA_DESTROY), rd, (n - 2) * page_size}, {0}};
	} else if (n < 2 + PAGES + 2) {
		call = (struct play_call){
			RMI_RTT_DESTROY, {RMI_FID(RTT_DESTROY), rd, (n - 2 - PAGES) * half, RMI_LEVEL_LAST}, {0}};
	}
	return call;
}

/* Realms would die out, or never end, by chance alone: one call in three goes on with the life of the pool's. False: it just lives. */
static bool life_next(struct play *play, unsigned pool, uint64_t page, struct play_call *call)
{
	enum { LIVES = 60, END = 2 + PAGES + 2 + 1 };
	struct play_call life[PLAY_LIFE_MAX];
	unsigned at;

	if (play_draw(play, 3) != 0) {
		return false;
	}
	at = play->life_at[pool]++ % (PLAY_LIFE_MAX + LIVES + END);
	play_life(play->pools[pool], play_vmid(play->pools[pool]), play_draw(play, REC_STEPS), page, life);
	if (at < PLAY_LIFE_MAX) {
		*call = life[at];
	} else if (at >= PLAY_LIFE_MAX + LIVES) {
		*call = life_end(play->pools[pool], at - PLAY_LIFE_MAX - LIVES);
	}
	return at < PLAY_LIFE_MAX || at >= PLAY_LIFE_MAX + LIVES;
}

struct play_call play_call(struct play *play, uint64_t page)
{
	uint64_t n = play_draw(play, play->pool_count);
	uint64_t pool = play->pools[n];
	struct play_call call = {.command = command(play), .operand = operand(play, pool)};

	if (life_next(play, (unsigned)n, page, &call)) {
		return call;
	}
	call.x[0] = rmi_command_info(call.command)->fid;
	for (unsigned i = 0; i < RMI_ARGUMENT_MAX; i++) {
		call.x[1 + i] = argument(play, rows[call.command].arguments[i], pool, page);
	}
	if (call.command == RMI_REC_ENTER) {
		call.operand.flags = play_draw(play, 4) == 0 ? play_draw(play, 32) : 0;
	}
	return call;
}

/* Any granule may be a REC or an RD, and whichever is an RD may have pages and tables anywhere in what is drawn. */
bool play_end(uint64_t pool, unsigned n, struct play_call *call)
{
	enum { PER_RD = 2 * PAGES + 2 + 2 + 1 };
	unsigned rd_calls = PLAY_GRANULES * PER_RD;
	uint64_t rd = granule(pool, n >= PLAY_GRANULES ? (n - PLAY_GRANULES) / PER_RD : 0);
	unsigned i = n >= PLAY_GRANULES ? (n - PLAY_GRANULES) % PER_RD : 0;

	*call = (struct play_call){RMI_REC_DESTROY, {RMI_FID(REC_DESTROY), granule(pool, n)}, {0}};
	if (n < PLAY_GRANULES) {
		return true;
	}
	if (n >= PLAY_GRANULES + rd_calls) {
		unsigned last = n - PLAY_GRANULES - rd_calls;

		*call = (struct play_call){
			RMI_GRANULE_UNDELEGATE, {RMI_FID(GRANULE_UNDELEGATE), granule(pool, last)}, {0}};
		return last < PLAY_GRANULES;
	}
	if (i < PAGES) {
		*call = (struct play_call){RMI_DATA_DESTROY, {RMI_FID(DATA_DESTROY), rd, i * page_size}, {0}};
	} else if (i < 2 * PAGES) {
		*call = (struct play_call){
			RMI_DATA_DESTROY, {RMI_FID(DATA_DESTROY), rd, half - (i - PAGES + 1) * page_size}, {0}};
	} else if (i < PER_RD - 1) {
		const uint64_t tables[] = {0, half, half - (2 << 20), 2 << 20};

		*call = (struct play_call){
			RMI_RTT_DESTROY, {RMI_FID(RTT_DESTROY), rd, tables[i - 2 * PAGES], RMI_LEVEL_LAST}, {0}};
	} else {
		*call = (struct play_call){RMI_REALM_DESTROY, {RMI_FID(REALM_DESTROY), rd}, {0}};
	}
	return true;
}

bool play_rec(uint64_t x[RMI_GPR_COUNT], bool atomic)
{
	const struct {
		uint64_t x[5];
		bool atomic;
	} steps[] = {
		{{RSI_FID_BASE | RSI_FID_MEASUREMENT_EXTEND, 1, 32, 1, 2}, true},
		{{PSCI_FID64_CPU_ON, 1, 0x2000, 7}, true},
		{{RSI_FID_BASE | RSI_FID_IPA_STATE_GET, 0, PAGES * page_size}, true},
		{{0}, true},
		{{RSI_FID_BASE | RSI_FID_IPA_STATE_SET, 0, PAGES * page_size, x[20] >> 3 & 1, 1}, true},
		{{RSI_FID_BASE | RSI_FID_REALM_CONFIG, 0}, false},
		{{RSI_FID_BASE | RSI_FID_HOST_CALL, page_size}, false},
		{{PSCI_FID64_AFFINITY_INFO, 1, 0}, true},
		{{0}, true},
		{{RSI_FID_BASE | RSI_FID_MEASUREMENT_READ, 0}, true},
		{{x[20] > REC_STEPS / 2 ? PSCI_FID32_CPU_OFF : 0}, true},
	};
	unsigned n;

	x[20] = x[20] == 0 ? x[7] : x[20];
	n = x[20] < REC_STEPS ? (unsigned)x[20] % (sizeof(steps) / sizeof(steps[0])) : 0;

	if (++x[20] == REC_STEPS) {
		x[0] = PSCI_FID32_SYSTEM_OFF;
		return true;
	}
	if (x[20] > REC_STEPS || steps[n].x[0] == 0 || (atomic && !steps[n].atomic)) {
		return false;
	}
	memcpy(x, steps[n].x, sizeof(steps[n].x));
	return true;
}
