/* SPDX-License-Identifier: BSD-2-Clause */
/* whole.c - figures of whole things: two realms on two threads, the monitor's memory, `reeve run` as a process. */
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reeve/host.h"

enum { BLOCK = 2 << 20, ROUNDS = 12, REALMS = 2, RUNS = 15 };

/* One realm's work: its memory comes and goes, block by block. */
struct worker {
	struct reeve_host *host;
	unsigned cpu;
	pthread_mutex_t lock;
	pthread_t thread;
};

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

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct reeve_ipa_range block = {{0x40000000}, {0x40000000 + BLOCK}};
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
	return NULL;
}

/* Nanoseconds `count` realms take, each on its own thread. */
static uint64_t time_of(struct worker *workers, unsigned count)
{
	uint64_t start = bench_now();

	for (unsigned i = 0; i < count; i++) {
		pthread_create(&workers[i].thread, NULL, work, &workers[i]);
	}
	for (unsigned i = 0; i < count; i++) {
		pthread_join(workers[i].thread, NULL);
	}
	return bench_now() - start;
}

/* Two sizes of memory, so that the fixed part falls out. */
static void print_monitor_memory(uint64_t features0)
{
	struct reeve_monitor_config config = {.region_count = 1,
		.cpu_count = 8,
		.rec_aux_count = 16,
		.vmid_bits = 16,
		.pa_bits = 48,
		.features0 = features0};
	size_t small;
	size_t large;

	config.regions[0] = (struct reeve_pa_range){{0x40000000}, {0x80000000}};
	small = reeve_monitor_size(&config);
	config.regions[0].top.value = 0xC0000000;
	large = reeve_monitor_size(&config);
	printf("%-34s %10.2f bytes\n", "monitor memory per granule",
		(double)(large - small) * REEVE_GRANULE_SIZE / 0x40000000);
}

void bench_scaling(void)
{
	struct reeve_model_config config = {.lenient = true};
	struct reeve_model *model = reeve_model_new(&config);
	struct reeve_host_ops ops;
	struct reeve_host host;
	struct reeve_error error;
	struct reeve_host_config host_config = {.ops = &ops, .context = model};
	pthread_mutex_t host_lock = PTHREAD_MUTEX_INITIALIZER;
	struct worker workers[REALMS];
	double ratios[RUNS];
	uint64_t features0;

	if (model == NULL) {
		fprintf(stderr, "bench: %s\n", reeve_model_error());
		exit(1);
	}
	reeve_model_host_ops(model, &ops);
	host_config.lock = &host_lock;
	if (reeve_host_init(&host, &host_config, &error) != REEVE_OK) {
		fprintf(stderr, "bench: no monitor\n");
		exit(1);
	}
	for (unsigned i = 0; i < REALMS; i++) {
		workers[i] = (struct worker){.host = &host, .cpu = i, .lock = PTHREAD_MUTEX_INITIALIZER};
	}
	time_of(workers, REALMS); /* warm-up */
	for (unsigned i = 0; i < RUNS; i++) {
		double one = (double)time_of(workers, 1);

		ratios[i] = REALMS * one / (double)time_of(workers, REALMS);
	}
	printf("\n%-34s %10.2f times one\n", "two realms on two threads", bench_median(ratios, RUNS));
	features0 = host.features0;
	reeve_host_fini(&host);
	reeve_model_free(model);
	print_monitor_memory(features0);
}

/* Run the command silently; its wall time in ns and peak resident KiB. */
static void run_once(const char *reeve, const char *image, double *ns, double *kib)
{
	uint64_t start = bench_now();
	struct rusage usage;
	int status;
	pid_t child = fork();

	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, 1);
		dup2(null, 2);
		execl(reeve, reeve, "run", image, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0) {
		fprintf(stderr, "bench: %s run %s failed\n", reeve, image);
		exit(1);
	}
	*ns = (double)(bench_now() - start);
	*kib = (double)usage.ru_maxrss;
}

void bench_process(const char *reeve, const char *image)
{
	double ns[RUNS];
	double kib[RUNS];

	for (unsigned i = 0; i < RUNS; i++) {
		run_once(reeve, image, &ns[i], &kib[i]);
	}
	printf("%-34s %10.1f ms\n", "reeve run hello, start to exit", bench_median(ns, RUNS) / 1e6);
	printf("%-34s %10.1f MiB\n", "reeve run hello, peak resident", bench_median(kib, RUNS) / 1024);
}
