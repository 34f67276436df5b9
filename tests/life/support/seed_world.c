/* SPDX-License-Identifier: BSD-2-Clause */
/* seed_world.c - a world with a fault plan, and the comparison of the ledger with the machine. */
#include "tests/life/support/seed_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <time.h>

#include <cmocka.h>

enum { ERROR_TEXT = 400 };

struct seed *seed;

static void copy_params(void *to, uint64_t pa)
{
	memcpy(to, reeve_model_ns(world->model, pa), REEVE_GRANULE_SIZE);
}

/* Behind the conduit: what the monitor is given. */
static void watched_smc(void *context, uint64_t x[18])
{
	enum rmi_command command = rmi_command_of_fid(x[0]);

	if (command == RMI_REALM_CREATE) {
		copy_params(&seed->realm_params, x[2]);
	}
	if (command == RMI_REC_CREATE) {
		copy_params(&seed->rec_params, x[3]);
	}
	seed->under.smc(context, x);
}

static void conduit_smc(void *context, uint64_t x[18])
{
	enum rmi_command command = rmi_command_of_fid(x[0]);

	(void)context;
	if (command < RMI_COMMAND_COUNT) {
		seed->issued[command]++;
	}
	reeve_fault_smc(&seed->fault, x);
}

static bool conduit_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	(void)context;
	return reeve_fault_pages_alloc(&seed->fault, size, pa);
}

static void delay(void *context, uint64_t us)
{
	struct timespec time = {.tv_nsec = (long)us * 1000};

	(void)context;
	if (seed->on_delay != NULL) {
		seed->on_delay();
	}
	(void)nanosleep(&time, NULL);
}

static void plan_load(const char *text)
{
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;

	if (!reeve_fault_plan_parse(text, strlen(text), &plan, &error) ||
		!reeve_fault_load(&seed->fault, &plan, &error)) {
		print_error("plan, line %u: %s: %s\n", error.line, error.word, error.text);
		fail();
	}
}

void seed_open(const char *plan, size_t page_size)
{
	struct reeve_fault_config config = {.smc = watched_smc, .delay = delay};
	struct reeve_host_config host;
	struct reeve_error error;

	life_open(page_size);
	seed = calloc(1, sizeof(*seed));
	assert_non_null(seed);
	seed->under = world->ops;
	config.pages_alloc = seed->under.pages_alloc;
	config.pointer = seed->under.pointer;
	config.context = world->model;
	reeve_fault_init(&seed->fault, &config);
	plan_load(plan);
	world->ops.smc = conduit_smc;
	world->ops.pages_alloc = conduit_alloc;
	/* Once more, so that the plan has a word in it. */
	host = world->host.config;
	assert_int_equal(reeve_host_init(&world->host, &host, &error), REEVE_OK);
	reeve_realm_init(&world->realm, &world->host, NULL);
	memset(world->calls, 0, sizeof(world->calls));
	memset(seed->issued, 0, sizeof(seed->issued));
}

void seed_close(void)
{
	for (unsigned i = 0; i < seed->fault.plan.count; i++) {
		if (reeve_fault_acted(&seed->fault, i) == 0) {
			print_error("rule %u of the plan never acted\n", i + 1);
		}
		assert_true(reeve_fault_acted(&seed->fault, i) > 0);
	}
	seed_check();
	life_close();
	free(seed);
	seed = NULL;
}

#define HOST_USE(name, delegated, text) [REEVE_USE_##name] = (delegated) != 0,
static const bool is_lent[REEVE_USE_COUNT] = {
#include "spec/host_uses.def"
};
#undef HOST_USE

static bool is_delegated(uint64_t pa)
{
	struct reeve_model_granule granule;

	assert_true(reeve_model_granule(world->model, pa, &granule));
	return granule.state != GRANULE_UNDELEGATED;
}

static bool entry_agrees(void *context, const struct reeve_ledger_entry *entry)
{
	*(uint64_t *)context += is_lent[entry->use];
	assert_int_equal(is_delegated(entry->pa.value), is_lent[entry->use]);
	return true;
}

void seed_check(void)
{
	struct reeve_model_granule granule;
	uint64_t lent = 0;
	uint64_t delegated = 0;

	life_check();
	reeve_host_ledger_visit(&world->host, entry_agrees, &lent);
	for (uint64_t pa = REEVE_MODEL_DRAM_BASE; reeve_model_granule(world->model, pa, &granule); pa += 4096) {
		delegated += granule.state != GRANULE_UNDELEGATED;
	}
	assert_int_equal(delegated, lent);
}

void seed_ok(enum reeve_status status)
{
	life_ok(status);
	seed_check();
}

void seed_failed(enum reeve_status got, enum reeve_status status, const char *words)
{
	struct reeve_error error = reeve_realm_error(&world->realm);
	char text[ERROR_TEXT];

	assert_int_equal(got, status);
	(void)reeve_error_format(&error, text, sizeof(text));
	if (strstr(text, words) == NULL) {
		print_error("\"%s\" is not in \"%s\"\n", words, text);
		fail();
	}
	seed_check();
}

uint64_t seed_issued(enum rmi_command command)
{
	uint64_t count = seed->issued[command];

	seed->issued[command] = 0;
	return count;
}

struct leaks {
	uint64_t count;
	struct reeve_ledger_entry first;
};

static bool see_leak(void *context, const struct reeve_ledger_entry *entry)
{
	struct leaks *leaks = context;

	if (entry->use != REEVE_USE_LEAKED) {
		return true;
	}
	if (leaks->count == 0) {
		leaks->first = *entry;
	}
	leaks->count++;
	return true;
}

void seed_leaks(uint64_t count, struct reeve_ledger_entry *entry)
{
	struct leaks leaks = {0};

	reeve_host_ledger_visit(&world->host, see_leak, &leaks);
	assert_int_equal(leaks.count, count);
	*entry = leaks.first;
}
