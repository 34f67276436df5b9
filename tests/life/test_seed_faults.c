/* SPDX-License-Identifier: BSD-2-Clause */
/* test_seed_faults.c - docs/faults.md: what was fragile in creating a realm, each provoked by its plan. The rest is in test_seed_memory.c. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>
#include <pthread.h>
#include <semaphore.h>

#include "tests/life/support/seed_world.h"

enum { ROOTS = 2 }; /* of a realm with the default 40 bits */

static bool is_filled(const uint8_t *bytes, size_t size, uint8_t with)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] != with) {
			return false;
		}
	}
	return true;
}

/* A realm is made and taken apart; nothing leaks. */
static void expect_life(struct reeve_realm *realm)
{
	seed_ok(reeve_realm_ensure_created(realm));
	seed_ok(reeve_realm_destroy(realm));
}

static void seed_rpv_and_hash_are_inputs(void **state)
{
	struct reeve_realm_config config = {.hash = RMI_HASH_SHA_512};
	struct reeve_realm_config other = {.hash = RMI_HASH_SHA_256};

	seed_open(*state, 4 * KIB);
	memset(config.rpv, 0xA7, sizeof(config.rpv));
	seed_ok(reeve_realm_configure(&world->realm, &config));
	seed_ok(reeve_realm_ensure_created(&world->realm));
	assert_int_equal(seed->realm_params.hash_algo, RMI_HASH_SHA_512);
	assert_true(is_filled(seed->realm_params.rpv, RMI_RPV_SIZE, 0xA7));
	seed_failed(reeve_realm_configure(&world->realm, &other), REEVE_STATE, "checking the configuration");
	assert_int_equal(world->realm.config.hash, RMI_HASH_SHA_512);
	seed_ok(reeve_realm_destroy(&world->realm));
	seed_ok(reeve_realm_configure(&world->realm, &other));
	expect_life(&world->realm);
	assert_int_equal(seed->realm_params.hash_algo, RMI_HASH_SHA_256);
	assert_true(is_filled(seed->realm_params.rpv, RMI_RPV_SIZE, 0));
	seed_close();
}

static void seed_hash_is_checked(void **state)
{
	struct reeve_realm_config config = {.hash = RMI_HASH_SHA_256};

	seed_open(*state, 4 * KIB);
	seed_failed(reeve_realm_configure(&world->realm, &config), REEVE_UNSUPPORTED, "hash is 0, limit 1");
	/* By default as well, and before anything is delegated. */
	seed_failed(reeve_realm_ensure_created(&world->realm), REEVE_UNSUPPORTED, "hash is 0, limit 1");
	assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_NONE);
	life_expect_no_more_calls();
	config.hash = RMI_HASH_SHA_512;
	seed_ok(reeve_realm_configure(&world->realm, &config));
	expect_life(&world->realm);
	seed_close();
}

static void seed_rollback_goes_on(void **state)
{
	struct reeve_ledger_entry leak;

	seed_open(*state, 4 * KIB);
	seed_failed(reeve_realm_ensure_created(&world->realm), REEVE_REFUSED, "RMI_REC_AUX_COUNT returned ERROR_INPUT");
	assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_NONE);
	/* One for each granule, whatever became of the one before, which was asked for three times. */
	assert_int_equal(seed_issued(RMI_GRANULE_UNDELEGATE), 2 + 1 + ROOTS);
	seed_leaks(1, &leak);
	expect_life(&world->realm);
	assert_int_equal(reeve_host_reclaim_all(&world->host), REEVE_OK);
	seed_close();
}

static void seed_leak_has_a_name(void **state)
{
	struct reeve_ledger_entry leak;
	uint64_t pages;

	seed_open(*state, 64 * KIB);
	seed_failed(reeve_realm_ensure_created(&world->realm), REEVE_REFUSED, "RMI_REALM_CREATE returned ERROR_INPUT");
	seed_leaks(1, &leak);
	assert_int_equal(leak.was, REEVE_USE_SPARE);
	assert_int_equal(leak.command, RMI_GRANULE_UNDELEGATE);
	assert_int_equal(leak.returned, RMI_ERROR_REALM | 1 << 8);
	assert_int_equal(leak.vmid, 1);
	pages = reeve_host_ledger_counts(&world->host).pages_held;
	assert_int_equal(reeve_host_reclaim_all(&world->host), REEVE_OK);
	seed_leaks(0, &leak);
	assert_int_equal(reeve_host_ledger_counts(&world->host).pages_held, pages - 1);
	seed_close();
}

static bool is_in_realm(struct reeve_pa pa)
{
	uint64_t roots = world->realm.roots.value;

	return pa.value == world->realm.rd.value || (pa.value >= roots && pa.value < roots + ROOTS * 4096);
}

static void seed_retry_takes_other_granules(void **state)
{
	struct reeve_ledger_entry leak;

	seed_open(*state, 4 * KIB);
	seed_failed(reeve_realm_ensure_created(&world->realm), REEVE_REFUSED,
		"giving the root tables: RMI_GRANULE_DELEGATE returned ERROR_INPUT");
	assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_NONE);
	seed_leaks(1, &leak);
	seed_ok(reeve_realm_ensure_created(&world->realm));
	assert_false(is_in_realm(leak.pa));
	seed_ok(reeve_realm_destroy(&world->realm));
	assert_int_equal(reeve_host_reclaim_all(&world->host), REEVE_OK);
	seed_close();
}

static void seed_dead_keeps_its_granules(void **state)
{
	seed_open(*state, 4 * KIB);
	seed_failed(reeve_realm_ensure_created(&world->realm), REEVE_REFUSED, "RMI_REC_AUX_COUNT returned ERROR_INPUT");
	assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_DEAD);
	assert_int_equal(seed_issued(RMI_GRANULE_UNDELEGATE), 0);
	assert_int_equal(life_in_use(REEVE_USE_RD), 1);
	assert_int_equal(life_in_use(REEVE_USE_RTT), ROOTS);
	assert_int_equal(life_in_use(REEVE_USE_LEAKED), 0);
	seed_failed(reeve_realm_ensure_created(&world->realm), REEVE_STATE, "not in a state that allows this");
	seed_ok(reeve_realm_destroy(&world->realm));
	assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_NONE);
	expect_life(&world->realm);
	seed_close();
}

static void seed_vmid_stays_taken(void **state)
{
	struct reeve_realm others[2];
	uint16_t kept;

	seed_open(*state, 4 * KIB);
	for (unsigned i = 0; i < 2; i++) {
		reeve_realm_init(&others[i], &world->host, NULL);
	}
	seed_failed(reeve_realm_ensure_created(&world->realm), REEVE_REFUSED, "RMI_REC_AUX_COUNT");
	kept = world->realm.vmid;
	seed_ok(reeve_realm_ensure_created(&others[0]));
	assert_int_not_equal(seed->realm_params.vmid, kept);
	seed_ok(reeve_realm_destroy(&world->realm));
	seed_ok(reeve_realm_ensure_created(&others[1]));
	assert_int_equal(seed->realm_params.vmid, kept);
	for (unsigned i = 0; i < 2; i++) {
		seed_ok(reeve_realm_destroy(&others[i]));
	}
	seed_close();
}

/* ---- two threads ---- */

static struct {
	pthread_mutex_t host_lock;
	pthread_mutex_t realm_lock;
	sem_t is_inside; /* RMI_REALM_CREATE is under way */
} threads;

static void lock(void *context, void *mutex)
{
	(void)context;
	(void)pthread_mutex_lock(mutex);
}

static void unlock(void *context, void *mutex)
{
	(void)context;
	(void)pthread_mutex_unlock(mutex);
}

static void tell_inside(void)
{
	(void)sem_post(&threads.is_inside);
}

static void *create(void *status)
{
	*(enum reeve_status *)status = reeve_realm_ensure_created(&world->realm);
	return NULL;
}

/* The other way into creation: the first memory. */
static void *populate(void *status)
{
	const uint8_t page[4096] = {1};

	(void)sem_wait(&threads.is_inside);
	*(enum reeve_status *)status =
		reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), page, sizeof(page), false);
	return NULL;
}

static void seed_two_threads_create_once(void **state)
{
	void *(*const work[2])(void *) = {create, populate};
	enum reeve_status statuses[2] = {REEVE_INTERNAL, REEVE_INTERNAL};
	pthread_t ids[2];

	seed_open(*state, 4 * KIB);
	assert_int_equal(pthread_mutex_init(&threads.host_lock, NULL), 0);
	assert_int_equal(pthread_mutex_init(&threads.realm_lock, NULL), 0);
	assert_int_equal(sem_init(&threads.is_inside, 0, 0), 0);
	world->ops.lock = lock;
	world->ops.unlock = unlock;
	world->host.config.lock = &threads.host_lock;
	reeve_realm_init(&world->realm, &world->host, &threads.realm_lock);
	seed->on_delay = tell_inside;
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(pthread_create(&ids[i], NULL, work[i], &statuses[i]), 0);
	}
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(ids[i], NULL), 0);
		assert_int_equal(statuses[i], REEVE_OK);
	}
	assert_int_equal(seed_issued(RMI_REALM_CREATE), 1);
	assert_int_equal(life_in_use(REEVE_USE_DATA), 1);
	seed_ok(reeve_realm_destroy(&world->realm));
	seed_close();
	(void)sem_destroy(&threads.is_inside);
	(void)pthread_mutex_destroy(&threads.realm_lock);
	(void)pthread_mutex_destroy(&threads.host_lock);
}

/* ---- parameters, statuses, outputs ---- */

static void seed_params_start_clean(void **state)
{
	struct reeve_realm_config config = {.sve = true, .hash = RMI_HASH_SHA_512, .breakpoints = 3, .watchpoints = 4};
	struct rmi_realm_params expected = {
		.s2sz = 40, .num_bps = 1, .num_wps = 1, .vmid = 1, .rtt_level_start = 1, .rtt_num_start = ROOTS};

	seed_open(*state, 64 * KIB); /* the same granule comes again */
	memset(config.rpv, 0xFF, sizeof(config.rpv));
	seed_ok(reeve_realm_configure(&world->realm, &config));
	seed_failed(reeve_realm_ensure_created(&world->realm), REEVE_REFUSED, "RMI_REALM_CREATE returned ERROR_INPUT");
	config = (struct reeve_realm_config){0};
	seed_ok(reeve_realm_configure(&world->realm, &config));
	seed_ok(reeve_realm_ensure_created(&world->realm));
	expected.rtt_base = world->realm.roots.value;
	assert_memory_equal(&seed->realm_params, &expected, sizeof(expected));
	seed_ok(reeve_realm_destroy(&world->realm));
	seed_close();
}

static void seed_statuses_keep_their_meaning(void **state)
{
	const struct {
		enum reeve_status status;
		const char *words;
	} answers[] = {
		{REEVE_REFUSED, "activating the realm: RMI_REALM_ACTIVATE returned ERROR_INPUT(0): "},
		{REEVE_REFUSED, "activating the realm: RMI_REALM_ACTIVATE returned ERROR_REALM(1): "},
		{REEVE_REFUSED, "activating the realm: RMI_REALM_ACTIVATE returned ERROR_REC(0): "},
		{REEVE_REFUSED, "activating the realm: RMI_REALM_ACTIVATE returned ERROR_RTT(2): "},
		{REEVE_BUSY, "activating the realm: RMI_REALM_ACTIVATE returned BUSY each time"},
		{REEVE_BROKEN, "activating the realm: RMI_REALM_ACTIVATE returned 0x77, which is no RMI status"},
	};
	const uint64_t returned[] = {
		RMI_ERROR_INPUT, RMI_ERROR_REALM | 1 << 8, RMI_ERROR_REC, RMI_ERROR_RTT | 2 << 8, RMI_V2_BUSY, 0x77};

	seed_open(*state, 4 * KIB);
	seed_ok(reeve_realm_ensure_created(&world->realm));
	for (unsigned i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		seed_failed(reeve_realm_activate(&world->realm), answers[i].status, answers[i].words);
		assert_int_equal(reeve_realm_error(&world->realm).returned, returned[i]);
		assert_int_equal(reeve_realm_state(&world->realm),
			answers[i].status == REEVE_BROKEN ? REEVE_REALM_DEAD : REEVE_REALM_NEW);
	}
	seed_ok(reeve_realm_destroy(&world->realm));
	seed_close();
}

static void seed_num_aux_is_bounded(void **state)
{
	seed_open(*state, 4 * KIB);
	seed_failed(reeve_realm_ensure_created(&world->realm), REEVE_BROKEN, "aux_count is 17, limit 16");
	assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_NONE);
	expect_life(&world->realm);
	seed_close();
}

int main(void)
{
	/* Name, test, -, -, its plan: a row each in docs/faults.md (scripts/gate.d/faults). */
	const struct CMUnitTest tests[] = {
		{"seed_rpv_and_hash_are_inputs", seed_rpv_and_hash_are_inputs, NULL, NULL,
			"# configure RPV and hash; create; configure"},
		{"seed_hash_is_checked", seed_hash_is_checked, NULL, NULL, "alter FEATURES value=value-0x100000000"},
		{"seed_rollback_goes_on", seed_rollback_goes_on, NULL, NULL,
			"refuse REC_AUX_COUNT status=ERROR_INPUT; refuse GRANULE_UNDELEGATE times=3 status=ERROR_INPUT"},
		{"seed_leak_has_a_name", seed_leak_has_a_name, NULL, NULL,
			"refuse REALM_CREATE status=ERROR_INPUT; "
			"refuse GRANULE_UNDELEGATE nth=2 times=3 status=ERROR_REALM(1)"},
		{"seed_retry_takes_other_granules", seed_retry_takes_other_granules, NULL, NULL,
			"refuse GRANULE_DELEGATE nth=3 status=ERROR_INPUT; "
			"refuse GRANULE_UNDELEGATE nth=3 times=3 status=ERROR_INPUT"},
		{"seed_dead_keeps_its_granules", seed_dead_keeps_its_granules, NULL, NULL,
			"refuse REC_AUX_COUNT status=ERROR_INPUT; refuse REALM_DESTROY status=ERROR_REALM"},
		{"seed_vmid_stays_taken", seed_vmid_stays_taken, NULL, NULL,
			"refuse REC_AUX_COUNT realm=1 status=ERROR_INPUT; "
			"refuse REALM_DESTROY realm=1 status=ERROR_REALM"},
		{"seed_two_threads_create_once", seed_two_threads_create_once, NULL, NULL,
			"delay REALM_CREATE us=20000"},
		{"seed_params_start_clean", seed_params_start_clean, NULL, NULL,
			"alter FEATURES value=value+0x200; refuse REALM_CREATE status=ERROR_INPUT"},
		{"seed_statuses_keep_their_meaning", seed_statuses_keep_their_meaning, NULL, NULL,
			"refuse REALM_ACTIVATE status=ERROR_INPUT; "
			"refuse REALM_ACTIVATE nth=2 status=ERROR_REALM(1); "
			"refuse REALM_ACTIVATE nth=3 status=ERROR_REC; "
			"refuse REALM_ACTIVATE nth=4 status=ERROR_RTT(2); "
			"refuse REALM_ACTIVATE nth=5 times=16 status=BUSY; "
			"refuse REALM_ACTIVATE nth=21 status=0x77"},
		{"seed_num_aux_is_bounded", seed_num_aux_is_bounded, NULL, NULL, "alter REC_AUX_COUNT aux_count=17"},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
