/* SPDX-License-Identifier: BSD-2-Clause */
/* probe.c - a Linux program for the Debian realm: counts timer interrupts, fills memory and reads it back. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { NS_IN_S = 1000000000, MIB = 1 << 20, WORDS_A_PAGE = 512, USAGE = 2 };

/* A number above zero, or -1. */
static long number(const char *text)
{
	char *end;
	long value = text == NULL ? -1 : strtol(text, &end, 10);

	return text != NULL && *text != '\0' && *end == '\0' && value > 0 && value <= NS_IN_S ? value : -1;
}

/* Be woken hz times a second until hz * seconds periods are over. */
static int ticks(long hz, long seconds)
{
	struct itimerspec each = {{0, NS_IN_S / hz}, {0, NS_IN_S / hz}};
	uint64_t want = (uint64_t)hz * (uint64_t)seconds;
	int timer = timerfd_create(CLOCK_MONOTONIC, 0);
	uint64_t expired = 0;
	uint64_t woken = 0;

	if (timer < 0 || timerfd_settime(timer, 0, &each, NULL) != 0) {
		perror("probe: timerfd");
		return EXIT_FAILURE;
	}
	while (expired < want) {
		uint64_t since;

		if (read(timer, &since, sizeof(since)) != (ssize_t)sizeof(since)) {
			perror("probe: read");
			return EXIT_FAILURE;
		}
		expired += since;
		woken++;
	}
	printf("ticks: %llu periods, woken %llu times\n", (unsigned long long)expired, (unsigned long long)woken);
	return EXIT_SUCCESS;
}

/* Every page of `mib` MiB gets words of its own; all of them must be there afterwards. */
static int memory(long mib)
{
	size_t words = (size_t)mib * MIB / sizeof(uint64_t);
	uint64_t *all = mmap(NULL, words * sizeof(*all), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (all == MAP_FAILED) {
		perror("probe: mmap");
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < words; i += WORDS_A_PAGE) {
		all[i] = i * UINT64_C(0x9E3779B97F4A7C15);
		all[i + WORDS_A_PAGE - 1] = ~all[i];
	}
	for (size_t i = 0; i < words; i += WORDS_A_PAGE) {
		if (all[i] != i * UINT64_C(0x9E3779B97F4A7C15) || all[i + WORDS_A_PAGE - 1] != ~all[i]) {
			printf("memory: other words in page %zu\n", i / WORDS_A_PAGE);
			return EXIT_FAILURE;
		}
	}
	return EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
	long first = argc > 2 ? number(argv[2]) : -1;
	long second = argc > 3 ? number(argv[3]) : -1;

	if (argc == 4 && strcmp(argv[1], "ticks") == 0 && first > 1 && second > 0) {
		return ticks(first, second);
	}
	if (argc == 3 && strcmp(argv[1], "memory") == 0 && first > 0) {
		return memory(first);
	}
	fprintf(stderr, "usage: probe ticks HZ SECONDS | probe memory MIB\n");
	return USAGE;
}
