/* SPDX-License-Identifier: BSD-2-Clause */
/* conduit.c - what a conduit for faults costs a call: an SMC function that does nothing, by itself and behind the conduit. */
#include <stdio.h>
#include <stdlib.h>

#include "reeve/fault.h"
#include "tests/bench/bench.h"

enum { COUNT = 1000000 };

typedef void smc_function(void *context, uint64_t x[18]);

static void no_smc(void *context, uint64_t x[18])
{
	(void)context;
	x[0] = RMI_SUCCESS;
}

/* Nanoseconds of a call of `smc`, which the compiler is not to know. */
static double call_time(smc_function *volatile smc, void *context)
{
	double batches[BENCH_BATCHES];
	uint64_t x[18] = {0};

	for (unsigned b = 0; b < BENCH_BATCHES; b++) {
		uint64_t start = bench_now();

		for (unsigned i = 0; i < COUNT; i++) {
			x[0] = rmi_command_info(RMI_VERSION)->fid;
			smc(context, x);
		}
		batches[b] = (double)(bench_now() - start) / COUNT;
	}
	return bench_median(batches, BENCH_BATCHES);
}

static void load(struct reeve_fault *fault, const struct reeve_fault_plan *plan)
{
	struct reeve_fault_error error;

	if (!reeve_fault_load(fault, plan, &error)) {
		fprintf(stderr, "bench: %s\n", error.text);
		exit(1);
	}
}

void bench_conduit(void)
{
	/* A rule of another command: it never acts, yet each call is looked at. */
	const struct reeve_fault_plan other = {
		.rules = {{.command = RMI_RTT_FOLD, .nth = 1, .times = 1, .status = RMI_ERROR_INPUT}}, .count = 1};
	const struct reeve_fault_plan none = {0};
	const struct reeve_fault_config config = {.smc = no_smc};
	static struct reeve_fault fault;
	double direct = call_time(no_smc, NULL);
	double empty;
	double watched;

	reeve_fault_init(&fault, &config);
	load(&fault, &none);
	empty = call_time(reeve_fault_smc, &fault);
	load(&fault, &other);
	watched = call_time(reeve_fault_smc, &fault);
	printf("\n%-34s %10s\n", "conduit for faults", "ns a call");
	printf("%-34s %10.1f\n", "none", direct);
	printf("%-34s %10.1f\n", "no plan loaded", empty);
	printf("%-34s %10.1f\n", "it costs (goal: under 5)", empty - direct);
	printf("%-34s %10.1f\n", "a rule that does not act", watched);
}
