/* SPDX-License-Identifier: BSD-2-Clause */
/* host_world.c - the scripted machine behind the host library's life-cycle tests. */
#include "tests/life/support/host_world.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

struct world *world;

static void step_trap(const struct step *step, uint64_t x[RMI_GPR_COUNT], struct reeve_model_trap *trap)
{
	const uint64_t abort = 0x24, fetch = 0x20, smc = 0x17, wfx = 0x01;
	uint64_t page = FIELD_SET(0, HPFAR_FIPA, step->x[0] >> REEVE_GRANULE_SHIFT);

	switch (step->kind) {
	case STEP_SMC:
		memcpy(x, step->x, sizeof(step->x));
		trap->esr = FIELD_SET(0, ESR_EC, smc);
		return;
	case STEP_LOAD:
	case STEP_STORE:
		trap->esr = FIELD_SET(0, ESR_EC, abort) | FIELD_MASK(ESR_ABORT_ISV) | FIELD_SET(0, ESR_ABORT_SAS, 2);
		trap->esr |= FIELD_SET(0, ESR_ABORT_SRT, 3) | FIELD_SET(0, ESR_ABORT_FSC, 7);
		trap->esr |= FIELD_SET(0, ESR_ABORT_WNR, step->kind == STEP_STORE);
		trap->far = step->x[0];
		trap->hpfar = page;
		x[3] = step->x[1];
		return;
	case STEP_FETCH:
		trap->esr = FIELD_SET(0, ESR_EC, fetch) | FIELD_SET(0, ESR_ABORT_FSC, 7);
		trap->hpfar = page;
		return;
	case STEP_EXTERNAL:
		trap->esr = FIELD_SET(0, ESR_EC, abort) | FIELD_SET(0, ESR_ABORT_FSC, 0x10);
		trap->far = step->x[0];
		trap->hpfar = page;
		return;
	case STEP_WFI:
		trap->esr = FIELD_SET(0, ESR_EC, wfx);
		return;
	case STEP_SERROR:
		trap->kind = REEVE_MODEL_TRAP_SERROR;
		return;
	case STEP_IRQ:
	case STEP_END:
		break;
	}
	trap->kind = REEVE_MODEL_TRAP_IRQ;
}

static void rec_code(
	void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap)
{
	struct world *w = context;
	unsigned at = w->at[mpidr];

	(void)pc;
	memcpy(w->seen[mpidr][at], x, sizeof(w->seen[mpidr][at]));
	step_trap(&w->script[mpidr][at], x, trap);
	w->at[mpidr] += w->script[mpidr][at].kind != STEP_END;
}

static void counting_smc(void *context, uint64_t x[18])
{
	enum rmi_command command = rmi_command_of_fid(x[0]);

	world->calls[command]++;
	if (world->refuse_at > 0 && --world->refuse_at == 0) {
		x[0] = world->refuse_with;
		return;
	}
	(void)reeve_model_smc(context, 0, x);
	if (world->odd_at > 0 && --world->odd_at == 0) {
		x[0] = world->refuse_with;
	}
	if (command == world->lie_command && world->lie_result != 0 && x[0] == RMI_SUCCESS) {
		x[world->lie_result] = world->lie_value;
		world->lie_result = 0;
	}
}

static bool limited_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	uint64_t got;

	if (world->pages_left == 0) {
		return false;
	}
	got = reeve_model_pages_alloc(context, size);
	world->pages_left -= got != 0;
	*pa = reeve_pa(got);
	return got != 0;
}

static bool limited_progress(void *context, enum reeve_step step, uint64_t done, uint64_t total)
{
	(void)context;
	(void)step;
	assert_true(done <= total);
	if (world->progress_left == 0) {
		return false;
	}
	world->progress_left--;
	return true;
}

static bool add_use(void *context, const struct reeve_ledger_entry *entry)
{
	((uint64_t *)context)[entry->use]++;
	return true;
}

/* What holds after every call: the monitor's invariants, conservation, and a ledger that agrees with its counts. */
void life_check(void)
{
	struct reeve_ledger_counts counts = reeve_host_ledger_counts(&world->host);
	uint64_t visited[REEVE_USE_COUNT] = {0};
	uint64_t sum = 0;

	assert_null(reeve_monitor_valid(reeve_model_monitor(world->model)));
	reeve_host_ledger_visit(&world->host, add_use, visited);
	for (unsigned i = 0; i < REEVE_USE_COUNT; i++) {
		assert_int_equal(visited[i], counts.granules[i]);
		sum += counts.granules[i];
	}
	assert_int_equal(sum, counts.pages_held * (world->host.config.page_size / 4096));
}

uint64_t life_in_use(enum reeve_use use)
{
	return reeve_host_ledger_counts(&world->host).granules[use];
}

void life_ok(enum reeve_status status)
{
	if (status != REEVE_OK) {
		struct reeve_error error = reeve_realm_error(&world->realm);
		char text[400];

		(void)reeve_error_format(&error, text, sizeof(text));
		print_error("%s\n", text);
	}
	assert_int_equal(status, REEVE_OK);
	life_check();
}

void life_open(size_t page_size)
{
	struct reeve_model_config config = {.rec_code = rec_code, .region_count = 1};
	struct reeve_host_config host = {.page_size = page_size};
	struct reeve_error error;

	world = calloc(1, sizeof(*world));
	config.regions[0] = (struct reeve_model_region){.base = REEVE_MODEL_DRAM_BASE, .size = 64 * 1024 * KIB};
	config.context = world;
	world->model = reeve_model_new(&config);
	assert_non_null(world->model);
	reeve_model_host_ops(world->model, &world->ops);
	world->ops.smc = counting_smc;
	world->ops.pages_alloc = limited_alloc;
	world->ops.progress = limited_progress;
	world->pages_left = UINT64_MAX;
	world->progress_left = UINT32_MAX;
	host.ops = &world->ops;
	host.context = world->model;
	assert_int_equal(reeve_host_init(&world->host, &host, &error), REEVE_OK);
	reeve_realm_init(&world->realm, &world->host, NULL);
	memset(world->calls, 0, sizeof(world->calls));
}

/* The realm is gone, so everything must be back. */
void life_close(void)
{
	uint64_t kept = life_in_use(REEVE_USE_LEAKED) + life_in_use(REEVE_USE_FREE);

	assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_NONE);
	assert_int_equal(life_in_use(REEVE_USE_LEAKED), world->leaks_allowed);
	for (unsigned i = 0; i < REEVE_USE_COUNT; i++) {
		bool may_stay = i == REEVE_USE_BOOKS || i == REEVE_USE_LEAKED;

		/* A granule that leaked keeps the others of its run. */
		may_stay = may_stay || (i == REEVE_USE_FREE && world->leaks_allowed > 0);
		assert_true(may_stay || life_in_use((enum reeve_use)i) == 0);
	}
	reeve_host_fini(&world->host);
	assert_int_equal(
		reeve_host_ledger_counts(&world->host).pages_held * (world->host.config.page_size / 4096), kept);
	reeve_model_free(world->model);
	free(world);
	world = NULL;
}

struct reeve_ipa_range life_range(uint64_t base, uint64_t size)
{
	struct reeve_ipa_range r = {{0}, {0}};

	assert_true(reeve_ipa_range(base, size, &r));
	return r;
}

static void world_make_recs(void)
{
	for (unsigned i = 0; i < RECS; i++) {
		struct reeve_rec_config config = {.pc = RAM_BASE, .runnable = i == 0};

		life_ok(reeve_rec_create(&world->realm, &config, &world->recs[i]));
	}
}

void life_make_realm(void)
{
	uint8_t *content = calloc(1, 3 * 4096);

	memset(content, 0x5A, 3 * 4096);
	life_ok(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, RAM_SIZE)));
	life_ok(reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), content, 3 * 4096 - 100, true));
	free(content);
	world_make_recs();
	life_ok(reeve_realm_activate(&world->realm));
}

enum rmi_ripas life_ripas(uint64_t ipa)
{
	uint64_t x[18] = {RMI_FID(RTT_READ_ENTRY), world->realm.rd.value, ipa, RMI_LEVEL_LAST};

	(void)reeve_model_smc(world->model, 0, x);
	assert_int_equal(x[0], RMI_SUCCESS);
	return (enum rmi_ripas)x[4];
}

enum reeve_exit_reason life_run(unsigned rec, struct reeve_exit *exit)
{
	life_ok(reeve_rec_run(&world->recs[rec], exit));
	return exit->reason;
}

void life_expect_calls(enum rmi_command command, uint64_t count)
{
	if (world->calls[command] != count) {
		print_error("%s: %llu calls, not %llu\n", rmi_command_info(command)->name,
			(unsigned long long)world->calls[command], (unsigned long long)count);
	}
	assert_int_equal(world->calls[command], count);
	world->calls[command] = 0;
}

void life_expect_no_more_calls(void)
{
	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		life_expect_calls((enum rmi_command)i, 0);
	}
}
