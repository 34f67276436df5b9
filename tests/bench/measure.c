/* SPDX-License-Identifier: BSD-2-Clause */
/* measure.c - reeve measure of a large image beside openssl speed. */
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUNS = 7, CHUNK = 4 << 20, MIB = 1 << 20, TEXT_MAX = 256 };

static const size_t image_size = (size_t)1 << 30;

struct cost {
	double wall_s;
	double cpu_s;
	double kib;
};

/* A file of bytes that nothing can be spared of, written in large pieces so that the page cache has large folios. Unlinked by the caller. */
static void image_write(char *path)
{
	uint8_t *chunk = malloc(CHUNK);
	uint64_t word = 0x9e3779b97f4a7c15;
	int fd = mkstemp(path);

	if (chunk == NULL || fd < 0) {
		perror("bench: an image of 1 GiB");
		exit(1);
	}
	for (size_t at = 0; at < image_size; at += CHUNK) {
		for (size_t i = 0; i < CHUNK; i += sizeof(word)) {
			word = word * 6364136223846793005 + 1442695040888963407;
			memcpy(chunk + i, &word, sizeof(word));
		}
		if (write(fd, chunk, CHUNK) != CHUNK) {
			perror("bench: an image of 1 GiB");
			(void)unlink(path);
			exit(1);
		}
	}
	(void)close(fd);
	free(chunk);
}

static double seconds_of(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static struct cost run_once(const char *reeve, const char *hash, const char *image)
{
	uint64_t start = bench_now();
	struct rusage usage;
	int status;
	pid_t child = fork();

	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, 1);
		execl(reeve, reeve, "measure", "--ram", "2G", "--hash", hash, image, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0) {
		fprintf(stderr, "bench: %s measure %s failed\n", reeve, image);
		(void)unlink(image);
		exit(1);
	}
	return (struct cost){(double)(bench_now() - start) / 1e9,
		seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime), (double)usage.ru_maxrss};
}

/* Run openssl speed with its standard output in `to`. */
static _Noreturn void openssl_exec(const char *hash, int to)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	dup2(to, 1);
	dup2(null, 2);
	execlp("openssl", "openssl", "speed", "-seconds", "1", "-bytes", "4096", "-evp", hash, (char *)NULL);
	_exit(127);
}

/* Bytes a second of CPU time that openssl speed says of blocks of 4 KiB; 0 when there is no such command. */
static double openssl_speed(const char *hash)
{
	char line[TEXT_MAX];
	double rate = 0;
	int ends[2];
	FILE *from;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0) {
		return 0;
	}
	child = fork();
	if (child == 0) {
		openssl_exec(hash, ends[1]);
	}
	(void)close(ends[1]);
	from = fdopen(ends[0], "r");
	while (from != NULL && fgets(line, sizeof(line), from) != NULL) {
		if (strncmp(line, hash, strlen(hash)) == 0) {
			rate = strtod(line + strlen(hash), NULL) * 1000;
		}
	}
	if (from != NULL) {
		(void)fclose(from);
	}
	(void)waitpid(child, NULL, 0);
	return rate;
}

static void hash_bench(const char *reeve, const char *hash, const char *image, int cpus)
{
	double wall[RUNS];
	double cpu[RUNS];
	double kib[RUNS];
	double speed[RUNS];
	double limit;
	char name[TEXT_MAX];

	for (unsigned i = 0; i < RUNS; i++) {
		struct cost cost = run_once(reeve, hash, image);

		speed[i] = openssl_speed(hash);
		wall[i] = cost.wall_s;
		cpu[i] = cost.cpu_s;
		kib[i] = cost.kib;
	}
	limit = bench_median(speed, RUNS);
	(void)snprintf(name, sizeof(name), "reeve measure, 1 GiB, %s", hash);
	printf("%-34s %10.0f MB/s by the clock, %.0f %% of openssl speed %.0f MB/s x %d\n", name,
		(double)image_size / bench_median(wall, RUNS) / 1e6,
		100 * (double)image_size / bench_median(wall, RUNS) / (limit * cpus), limit / 1e6, cpus);
	printf("%-34s %10.0f MB/s a CPU second, %.0f %%\n", "", (double)image_size / bench_median(cpu, RUNS) / 1e6,
		100 * (double)image_size / bench_median(cpu, RUNS) / limit);
	printf("%-34s %10.1f MiB above the file\n", "", bench_median(kib, RUNS) / 1024 - (double)image_size / MIB);
}

void bench_measure(const char *reeve)
{
	const char *folder = getenv("TMPDIR");
	char image[TEXT_MAX];
	cpu_set_t set;
	int cpus = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	(void)snprintf(image, sizeof(image), "%s/reeve-bench-XXXXXX", folder == NULL ? "/tmp" : folder);
	image_write(image);
	hash_bench(reeve, "sha256", image, cpus);
	hash_bench(reeve, "sha512", image, cpus);
	(void)unlink(image);
}
