/* SPDX-License-Identifier: BSD-2-Clause */
/* whole.c - figures of whole things: `reeve run` as a process. */
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUNS = 15 };

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
