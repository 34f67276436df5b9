/* SPDX-License-Identifier: BSD-2-Clause */
/* clock.c - time, medians, and the limits of this machine that the rows are compared with. */
#include "tests/bench/bench.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t bench_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;

	return (a > b) - (a < b);
}

double bench_median(double *values, unsigned count)
{
	qsort(values, count, sizeof(*values), by_value);
	return values[count / 2];
}

static double wipe_time(uint8_t *pages, unsigned page_count)
{
	double batches[BENCH_BATCHES];

	for (unsigned b = 0; b < BENCH_BATCHES; b++) {
		uint64_t start = bench_now();

		for (unsigned i = 0; i < page_count; i++) {
			memset(pages + (size_t)i * 4096, (int)b, 4096);
			__asm__ volatile("" : : "r"(pages) : "memory");
		}
		batches[b] = (double)(bench_now() - start) / page_count;
	}
	return bench_median(batches, BENCH_BATCHES);
}

static double digest_time(const EVP_MD *algorithm, const uint8_t *data, size_t size)
{
	enum { COUNT = 2000 };
	double batches[BENCH_BATCHES];
	uint8_t digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	for (unsigned b = 0; b < BENCH_BATCHES; b++) {
		uint64_t start = bench_now();

		for (unsigned i = 0; i < COUNT; i++) {
			EVP_DigestInit_ex2(context, algorithm, NULL);
			EVP_DigestUpdate(context, data, size);
			EVP_DigestFinal_ex(context, digest, NULL);
		}
		batches[b] = (double)(bench_now() - start) / COUNT;
	}
	EVP_MD_CTX_free(context);
	return bench_median(batches, BENCH_BATCHES);
}

struct bench_limits bench_limits(void)
{
	enum { PAGES = 1024 };
	uint8_t *pages = aligned_alloc(4096, (size_t)PAGES * 4096);
	EVP_MD *sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	EVP_MD *sha512 = EVP_MD_fetch(NULL, "SHA512", NULL);
	struct bench_limits limits = {0};

	if (pages == NULL || sha256 == NULL || sha512 == NULL) {
		abort();
	}
	limits.wipe_4k = wipe_time(pages, PAGES);
	limits.sha256_4k = digest_time(sha256, pages, 4096);
	limits.sha256_256 = digest_time(sha256, pages, 256);
	limits.sha512_4k = digest_time(sha512, pages, 4096);
	limits.sha512_256 = digest_time(sha512, pages, 256);
	EVP_MD_free(sha256);
	EVP_MD_free(sha512);
	free(pages);
	return limits;
}
