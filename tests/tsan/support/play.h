/* SPDX-License-Identifier: BSD-2-Clause */
/* play.h - RMI calls drawn at random over small pools of granules, and the RECs that they run; for tests with several CPUs.
 *
 * A pool has PLAY_GRANULES granules with a role each, so that calls succeed often: two RDs, two sets of four root tables (32 bits of
 * IPA from level 2), tables, data, two RECs with two auxiliary granules each. What a call copies from the host lies elsewhere. */
#ifndef TESTS_TSAN_SUPPORT_PLAY_H
#define TESTS_TSAN_SUPPORT_PLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "reeve/rmi.h"

enum {
	PLAY_RDS = 0,
	PLAY_ROOTS = 4,
	PLAY_TABLES = 12,
	PLAY_DATA = 15,
	PLAY_RECS = 18,
	PLAY_AUX = 20,
	PLAY_GRANULES = 24,
	PLAY_POOLS_MAX = 2,
	PLAY_REC_AUX = 2,
	PLAY_LIFE_REC = PLAY_GRANULES + 6, /* calls of play_life before the first REC_CREATE */
	PLAY_LIFE_MAX = PLAY_GRANULES + 10,
	PLAY_TEXT_MAX = 192
};

/* What the operand page of a call says, beside what never varies. */
struct play_operand {
	uint64_t root;
	uint64_t aux[PLAY_REC_AUX];
	uint64_t mpidr;
	uint64_t flags; /* of the REC, or of its entry */
	uint16_t vmid;
	uint64_t step; /* where the REC begins among what RECs do */
};

struct play_call {
	enum rmi_command command;
	uint64_t x[RMI_ARGUMENT_MAX + 1]; /* x[0] is the function identifier */
	struct play_operand operand;
};

/* Where calls are drawn from. `one_rec` 0, or the only REC that is entered. */
struct play {
	uint64_t random; /* not 0 */
	uint64_t pools[PLAY_POOLS_MAX];
	unsigned pool_count;
	uint64_t outside; /* where no memory is, nor in the granule before */
	uint64_t one_rec;
	unsigned life_at[PLAY_POOLS_MAX]; /* which call of play_life is next, over and over */
	/* The last request of a REC that this CPU saw, for SET_RIPAS: 0 until there was one. */
	uint64_t ripas_base;
	uint64_t ripas_top;
};

uint64_t play_draw(struct play *play, uint64_t below);
/* A number that is never 0, different for every `n`: where the n-th draw of a run starts. */
uint64_t play_seed(uint64_t seed, uint64_t n);

/* The VMID of the first realm of the pool; of others it is one of the next two. */
uint16_t play_vmid(uint64_t pool);

/* One of all commands, or what makes a realm on one of the pools go on, with its operand page, if it has one, at `page`. */
struct play_call play_call(struct play *play, uint64_t page);
/* Write what the call wants to find at its operand page. Nothing for a call without. */
void play_operand_write(const struct play_call *call, void *page);
/* "RMI_RTT_CREATE(rd=0x…, …)". */
void play_text(const struct play_call *call, char text[PLAY_TEXT_MAX]);

/* The life of a realm on the pool at `pool`, to the point where it is ACTIVE with two RECs, the first at `step`, and two pages. Returns how many calls. */
unsigned play_life(uint64_t pool, uint16_t vmid, uint64_t step, uint64_t page, struct play_call calls[PLAY_LIFE_MAX]);
/* Calls that take apart whatever is on the pool, one after another until `n` is answered with false. Refusals are part of it. */
bool play_end(uint64_t pool, unsigned n, struct play_call *call);

/* A step of a REC: X20 counts them, from X7 on. False: an interrupt; true: the SMC in x[]. `atomic`: only requests that another CPU sees happen
 * either wholly before the exit or wholly at it. */
bool play_rec(uint64_t x[RMI_GPR_COUNT], bool atomic);

#endif
