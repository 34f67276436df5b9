/* SPDX-License-Identifier: BSD-2-Clause */
/* test_toctou.c - another thread writes to the page that the monitor is given, all the time: each call is as if it had seen one copy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "tests/fuzz/support/twins.h"

enum { ROUNDS = 200, ROUNDS_MAX = 4000, WORD = sizeof(uint64_t), WORDS = REEVE_GRANULE_SIZE / WORD };

static struct twins twins;
static atomic_uint flips;

static _Atomic uint64_t *word_at(size_t offset)
{
	return (_Atomic uint64_t *)(void *)(twins.changing.memory[AT_PARAMS] + offset);
}

/* Bits that decide: of flags, geometry, addresses, counts, list registers, registers, content. */
static const struct {
	uint16_t offset;
	uint64_t bits;
} targets[] = {
	{offsetof(struct rmi_realm_params, flags), 1},
	{offsetof(struct rmi_realm_params, s2sz), 0x10},
	{offsetof(struct rmi_realm_params, hash_algo), 1},
	{offsetof(struct rmi_realm_params, rpv), UINT64_MAX},
	{offsetof(struct rmi_realm_params, rtt_base), 4 * MACHINE_PAGE},
	{offsetof(struct rmi_realm_params, rtt_num_start), 1},
	{offsetof(struct rmi_rec_params, mpidr), 1},
	{offsetof(struct rmi_rec_params, gprs), UINT64_MAX},
	{offsetof(struct rmi_rec_params, num_aux), UINT64_C(1) << 40},
	{offsetof(struct rmi_rec_params, aux), MACHINE_PAGE},
	{offsetof(struct rmi_rec_enter, gprs), 0xFF},
	{offsetof(struct rmi_rec_enter, gicv3_lrs), UINT64_C(1) << 61},
};

static void *flip(void *argument)
{
	atomic_bool *stop = argument;

	for (unsigned n = 0; !atomic_load_explicit(stop, memory_order_relaxed); n++) {
		unsigned t = n % (sizeof(targets) / sizeof(targets[0]));

		atomic_fetch_xor_explicit(word_at(targets[t].offset), targets[t].bits, memory_order_relaxed);
		atomic_fetch_add_explicit(&flips, 1, memory_order_relaxed);
	}
	return NULL;
}

/* The other thread has flipped some of it, or nothing yet, when this returns. */
static void page_write(const void *content)
{
	static unsigned wait;
	const uint8_t *bytes = content;
	unsigned until;

	for (size_t i = 0; i < WORDS; i++) {
		uint64_t word;

		memcpy(&word, bytes + i * WORD, WORD);
		atomic_store_explicit(word_at(i * WORD), word, memory_order_relaxed);
	}
	wait = (wait + 1) % 8;
	until = atomic_load(&flips) + wait;
	while (wait != 0 && (int)(until - atomic_load(&flips)) > 0) {
		(void)sched_yield();
	}
}

static enum rmi_condition call(uint64_t fid, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {fid, a, b, c, d};

	return twins_smc(&twins, x);
}

static enum rmi_condition realm_create(unsigned round)
{
	struct rmi_realm_params params = {.s2sz = 32, .num_bps = 1, .num_wps = 1, .vmid = 1};
	enum rmi_condition condition;

	(void)round;
	params.rtt_base = machine_pa(20);
	params.rtt_level_start = 2;
	params.rtt_num_start = 4;
	page_write(&params);
	condition = call(RMI_FID(REALM_CREATE), machine_pa(AT_SPARE), machine_pa(AT_PARAMS), 0, 0);
	if (condition == CONDITION_NONE) {
		assert_int_equal(call(RMI_FID(REALM_DESTROY), machine_pa(AT_SPARE), 0, 0, 0), CONDITION_NONE);
	}
	return condition;
}

/* Aff0 has four bits, and Aff1 begins at bit 8. */
static enum rmi_condition rec_create(unsigned round)
{
	static unsigned next;
	struct rmi_rec_params params = {.flags = 1, .num_aux = MACHINE_AUX};
	enum rmi_condition condition;

	next = round == 0 ? 2 : next;
	params.mpidr = (next & 0xF) | (uint64_t)(next >> 4) << 8; /* fewer than 4096 */
	params.aux[0] = machine_pa(20);
	params.aux[1] = machine_pa(22);
	page_write(&params);
	condition = call(RMI_FID(REC_CREATE), machine_pa(AT_RD), machine_pa(AT_SPARE), machine_pa(AT_PARAMS), 0);
	if (condition == CONDITION_NONE) {
		next++;
		assert_int_equal(call(RMI_FID(REC_DESTROY), machine_pa(AT_SPARE), 0, 0, 0), CONDITION_NONE);
	}
	return condition;
}

/* Nothing in the content is refused: every other round names a page that is there already. */
static enum rmi_condition data_create(unsigned round)
{
	static const uint8_t content[REEVE_GRANULE_SIZE] = {1, 2, 3};
	uint64_t ipa = (round % 2 == 0 ? 4 : 1) * MACHINE_PAGE;
	enum rmi_condition condition;

	page_write(content);
	condition = call(RMI_FID(DATA_CREATE), machine_pa(AT_RD), machine_pa(AT_SPARE), ipa, machine_pa(AT_PARAMS));
	if (condition == CONDITION_NONE) {
		assert_int_equal(call(RMI_FID(DATA_DESTROY), machine_pa(AT_RD), ipa, 0, 0), CONDITION_NONE);
	}
	return condition;
}

/* The REC loads from nowhere; the next entry brings the value. */
static enum rmi_condition rec_enter(unsigned round)
{
	uint64_t esr = FIELD_SET(FIELD_MASK(ESR_ABORT_ISV) | FIELD_MASK(ESR_ABORT_SAS) | 7, ESR_EC, 0x24);
	struct rmi_rec_run run = {.enter = {.flags = round % 2}};

	run.enter.gicv3_lrs[0] = UINT64_C(1) << 62 | 27;
	page_write(&run);
	twins.changing.step = 0;
	twins.changing.step_count = 1;
	twins.changing.steps[0] = (struct machine_step){
		.trap = {REC_TRAP_SYNC, esr, MACHINE_UNPROTECTED, MACHINE_UNPROTECTED >> REEVE_GRANULE_SHIFT << 4}};
	twins.still.step = 0;
	twins.still.step_count = 1;
	twins.still.steps[0] = twins.changing.steps[0];
	return call(RMI_FID(REC_ENTER), machine_pa(AT_REC0), machine_pa(AT_PARAMS), 0, 0);
}

/* Twins that differ abort in twins_smc. The page has to have decided both ways, or nothing was tried. */
static void race(enum machine_stage stage, enum rmi_condition (*one)(unsigned round))
{
	unsigned done = 0;
	unsigned rounds = 0;
	atomic_bool stop = false;
	pthread_t thread;

	twins_start(&twins, stage, NULL, 0);
	assert_int_equal(pthread_create(&thread, NULL, flip, &stop), 0);
	for (; rounds < ROUNDS || (rounds < ROUNDS_MAX && (done == 0 || done == rounds)); rounds++) {
		done += one(rounds) == CONDITION_NONE;
	}
	atomic_store(&stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_in_range(done, 1, rounds - 1);
}

static void test_realm_params(void **state)
{
	(void)state;
	race(STAGE_DELEGATED, realm_create);
}

static void test_rec_params(void **state)
{
	(void)state;
	race(STAGE_NEW, rec_create);
}

static void test_data_source(void **state)
{
	(void)state;
	race(STAGE_NEW, data_create);
}

static void test_rec_enter(void **state)
{
	(void)state;
	race(STAGE_ACTIVE, rec_enter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_realm_params),
		cmocka_unit_test(test_rec_params),
		cmocka_unit_test(test_data_source),
		cmocka_unit_test(test_rec_enter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
