/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - `make bench`: one thread pinned, medians of batches, this machine's limits taken in the same run; `make bench-measure`: a part. */
#include "tests/bench/bench.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

static void pin_to_first_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	if (sched_setaffinity(0, sizeof(set), &set) != 0) {
		fprintf(stderr, "bench: cannot pin to CPU 0: figures may wander\n");
	}
}

static void unpin(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		CPU_SET(cpu, &set);
	}
	sched_setaffinity(0, sizeof(set), &set);
}

int main(int argc, char **argv)
{
	struct bench_limits limits;

	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: %s REEVE [HELLO.elf]; without a program only reeve measure is measured\n",
			argv[0]);
		return 2;
	}
	if (argc == 2) {
		bench_measure(argv[1]);
		return 0;
	}
	bench_process(argv[1], argv[2]); /* first: a child's peak counts what its parent had when it forked */
	bench_measure(argv[1]);
	pin_to_first_cpu();
	limits = bench_limits();
	printf("\n%-34s %10s\n", "this machine", "ns");
	printf("%-34s %10.0f\n", "wipe of 4 KiB", limits.wipe_4k);
	printf("%-34s %10.0f\n", "libcrypto SHA-256 of 4 KiB", limits.sha256_4k);
	printf("%-34s %10.0f\n", "libcrypto SHA-256 of 256 bytes", limits.sha256_256);
	printf("%-34s %10.0f\n", "libcrypto SHA-512 of 4 KiB", limits.sha512_4k);
	printf("%-34s %10.0f\n", "libcrypto SHA-512 of 256 bytes", limits.sha512_256);
	bench_commands(&limits);
	bench_conduit();
	unpin();
	bench_scaling();
	bench_calls();
	return 0;
}
