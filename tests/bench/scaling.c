/* SPDX-License-Identifier: BSD-2-Clause */
/* scaling.c - two realms on two threads against one, and the monitor's memory. */
#include "tests/bench/bench.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "reeve/host.h"

enum { BLOCK = 2 << 20, PAGES = BLOCK / REEVE_GRANULE_SIZE, ROUNDS = 12, REALMS = 2, RUNS = 15 };

#define IPA UINT64_C(0x40000000)

/* One realm's work on a thread of its own. */
struct worker {
	void (*work)(struct worker *worker);
	struct world world;      /* bare commands */
	struct reeve_host *host; /* or the host library */
	unsigned cpu;
	pthread_mutex_t lock;
	pthread_t thread;
};

/* Table and data commands: what a realm's memory costs the monitor. */
static void commands(struct worker *worker)
{
	struct world *w = &worker->world;

	world_realm_create(w);
	world_tables_create(w, IPA);
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (uint64_t i = 0; i < PAGES; i++) {
			world_rmi(w, RMI_FID(DATA_CREATE), w->rd, world_granule(w, (unsigned)i),
				IPA + i * REEVE_GRANULE_SIZE, w->source, 1);
		}
		for (uint64_t i = 0; i < PAGES; i++) {
			world_rmi(w, RMI_FID(DATA_DESTROY), w->rd, IPA + i * REEVE_GRANULE_SIZE, 0, 0, 0);
		}
	}
	world_tables_destroy(w, IPA);
	world_realm_destroy(w);
}

static void must(enum reeve_status status, struct reeve_realm *realm)
{
	char text[256];
	struct reeve_error error;

	if (status == REEVE_OK) {
		return;
	}
	error = reeve_realm_error(realm);
	reeve_error_format(&error, text, sizeof(text));
	fprintf(stderr, "bench: %s\n", text);
	exit(1);
}

/* The same memory through the host library: a block comes and goes. */
static void library(struct worker *worker)
{
	struct reeve_ipa_range block = {{IPA}, {IPA + BLOCK}};
	struct reeve_realm realm;
	uint8_t *content = calloc(1, BLOCK);

	reeve_model_use_cpu(worker->cpu);
	reeve_realm_init(&realm, worker->host, &worker->lock);
	for (unsigned i = 0; i < ROUNDS; i++) {
		must(reeve_realm_populate(&realm, block.base, content, BLOCK, true), &realm);
		must(reeve_realm_discard(&realm, block), &realm);
	}
	must(reeve_realm_destroy(&realm), &realm);
	free(content);
}

/* A whole life: sixteen million rounds of a loop on a CPU of the model, then PSCI SYSTEM_OFF. */
static void program(struct worker *worker)
{
	static const uint32_t code[] = {
		0xD2A02001,             /* mov x1, #0x1000000 */
		0xF1000421, 0x54FFFFE1, /* subs x1, x1, #1; b.ne there */
		0x52800100, 0x72B08000, /* mov w0, #0x84000008 */
		0xD4000003,             /* smc #0 */
	};
	struct reeve_ipa_range ram = {{IPA}, {IPA + BLOCK}};
	struct reeve_rec_config boot = {.pc = IPA, .runnable = true};
	struct reeve_exit exit = {0};
	struct reeve_rec rec = {0};
	struct reeve_realm realm;

	reeve_model_use_cpu(worker->cpu);
	reeve_realm_init(&realm, worker->host, &worker->lock);
	must(reeve_realm_add_ram(&realm, ram), &realm);
	must(reeve_realm_populate(&realm, ram.base, code, sizeof(code), true), &realm);
	must(reeve_rec_create(&realm, &boot, &rec), &realm);
	must(reeve_realm_activate(&realm), &realm);
	while (exit.reason != REEVE_EXIT_SYSTEM_OFF) {
		must(reeve_rec_run(&rec, &exit), &realm);
	}
	must(reeve_realm_destroy(&realm), &realm);
}

static void *thread_main(void *argument)
{
	struct worker *worker = argument;

	worker->work(worker);
	return NULL;
}

/* Nanoseconds `count` workers take, each on its own thread. */
static uint64_t time_of(struct worker *workers, unsigned count)
{
	uint64_t start = bench_now();

	for (unsigned i = 0; i < count; i++) {
		pthread_create(&workers[i].thread, NULL, thread_main, &workers[i]);
	}
	for (unsigned i = 0; i < count; i++) {
		pthread_join(workers[i].thread, NULL);
	}
	return bench_now() - start;
}

/* How many times one worker's work two get done in one worker's time. */
static void print_scaling(const char *name, struct worker workers[REALMS])
{
	double ratios[RUNS];

	time_of(workers, REALMS); /* warm-up */
	for (unsigned i = 0; i < RUNS; i++) {
		double one = (double)time_of(workers, 1);

		ratios[i] = REALMS * one / (double)time_of(workers, REALMS);
	}
	printf("%-34s %10.2f times one\n", name, bench_median(ratios, RUNS));
}

static void scale_commands(const char *name, bool is_shared)
{
	struct reeve_model *models[REALMS] = {world_model(), world_model()};
	struct worker workers[REALMS];

	for (unsigned i = 0; i < REALMS; i++) {
		workers[i] = (struct worker){.work = commands};
		world_open_on(&workers[i].world, models[is_shared ? 0 : i], i, RMI_HASH_SHA_256);
	}
	print_scaling(name, workers);
	for (unsigned i = 0; i < REALMS; i++) {
		reeve_model_free(models[i]);
	}
}

/* Two sizes of memory, so that the fixed part falls out. */
static void print_monitor_memory(void)
{
	struct reeve_monitor_config config = {
		.region_count = 1, .cpu_count = 8, .rec_aux_count = 16, .vmid_bits = 16, .pa_bits = 48};
	size_t small;
	size_t large;

	config.features0 = FIELD_SET(FIELD_SET(0, FEATURE0_S2SZ, 48), FEATURE0_HASH_SHA_256, 1);
	config.features0 = FIELD_SET(FIELD_SET(config.features0, FEATURE0_NUM_BPS, 1), FEATURE0_NUM_WPS, 1);
	config.features0 = FIELD_SET(config.features0, FEATURE0_MAX_RECS_ORDER, 1);
	config.regions[0] = (struct reeve_pa_range){{0x40000000}, {0x80000000}};
	small = reeve_monitor_size(&config);
	config.regions[0].top.value = 0xC0000000;
	large = reeve_monitor_size(&config);
	printf("\n%-34s %10.2f bytes\n", "monitor memory per granule",
		(double)(large - small) * REEVE_GRANULE_SIZE / 0x40000000);
}

/* A machine and a host library on it. */
struct side {
	struct reeve_model *model;
	struct reeve_host_ops ops;
	struct reeve_host host;
	pthread_mutex_t lock;
};

static void side_open(struct side *side)
{
	struct reeve_host_config config = {.ops = &side->ops, .lock = &side->lock};
	struct reeve_error error;

	side->model = world_model();
	config.context = side->model;
	pthread_mutex_init(&side->lock, NULL);
	reeve_model_host_ops(side->model, &side->ops);
	if (reeve_host_init(&side->host, &config, &error) != REEVE_OK) {
		fprintf(stderr, "bench: no monitor\n");
		exit(1);
	}
}

static void scale_library(const char *name, void (*work)(struct worker *worker), bool is_shared)
{
	struct side sides[REALMS];
	struct worker workers[REALMS];

	for (unsigned i = 0; i < REALMS; i++) {
		side_open(&sides[i]);
		workers[i] = (struct worker){.work = work,
			.host = &sides[is_shared ? 0 : i].host,
			.cpu = i,
			.lock = PTHREAD_MUTEX_INITIALIZER};
	}
	print_scaling(name, workers);
	for (unsigned i = 0; i < REALMS; i++) {
		reeve_host_fini(&sides[i].host);
		reeve_model_free(sides[i].model);
	}
}

void bench_scaling(void)
{
	printf("\ntwo realms on two threads\n");
	scale_commands("  RMI commands, one machine", true);
	scale_commands("  RMI commands, a machine each", false);
	scale_library("  host library, one machine", library, true);
	scale_library("  host library, a machine each", library, false);
	scale_library("  a realm's life, one machine", program, true);
	scale_library("  a realm's life, a machine each", program, false);
	print_monitor_memory();
}
