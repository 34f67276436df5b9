/* SPDX-License-Identifier: BSD-2-Clause */
/* memory_scan.c - see memory_scan.h. */
#include "tests/unit/support/memory_scan.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { MASK = 0xA7, CHUNK = 1 << 20, LINE = 4096, BIGGEST = 1 << 30 };

/* What is read goes here, and is not looked at again. */
static uint8_t window[CHUNK + SECRET_MAX];

struct secret secret_of(const void *bytes, size_t size)
{
	struct secret secret = {.size = size};

	assert_in_range(size, 16, SECRET_MAX);
	for (size_t i = 0; i < size; i++) {
		secret.masked[i] = ((const uint8_t *)bytes)[i] ^ MASK;
	}
	return secret;
}

/* Byte i of the secret, counted from its end when backwards. */
static uint8_t secret_byte(const struct secret *secret, size_t i, bool is_backwards)
{
	return secret->masked[is_backwards ? secret->size - 1 - i : i] ^ MASK;
}

static bool is_at(const struct secret *secret, const uint8_t *at, bool is_backwards)
{
	for (size_t i = 0; i < secret->size; i++) {
		if (at[i] != secret_byte(secret, i, is_backwards)) {
			return false;
		}
	}
	return true;
}

static unsigned chunk_count(const struct secret *secret, size_t size, bool is_backwards)
{
	const uint8_t *end = window + size;
	const uint8_t *at = window;
	unsigned count = 0;

	while ((size_t)(end - at) >= secret->size) {
		at = memchr(at, secret_byte(secret, 0, is_backwards), (size_t)(end - at) - secret->size + 1);
		if (at == NULL) {
			return count;
		}
		count += is_at(secret, at, is_backwards);
		at++;
	}
	return count;
}

/* Pages that cannot be read hold nothing. */
static unsigned range_count(const struct secret *secret, int memory, uintptr_t base, uintptr_t top)
{
	unsigned count = 0;

	for (uintptr_t at = base; at < top; at += CHUNK) {
		size_t size = top - at < sizeof(window) ? top - at : sizeof(window);
		ssize_t got;

		if (at < (uintptr_t)window + sizeof(window) && (uintptr_t)window < at + size) {
			continue;
		}
		got = pread(memory, window, size, (off_t)at);
		if (got > 0) {
			count += chunk_count(secret, (size_t)got, false) + chunk_count(secret, (size_t)got, true);
		}
	}
	return count;
}

/* How often it is in the mapping that a line of smaps begins. True when the line does. */
static bool mapping_count(const struct secret *secret, int memory, const char *line, unsigned *count)
{
	unsigned long base;
	unsigned long top;
	char access[5];
	bool is_looked_at;

	if (sscanf(line, "%lx-%lx %4s", &base, &top, access) != 3 || strchr(access, '-') == NULL) {
		return false;
	}
	/* Not the shadow of a sanitizer. */
	is_looked_at = access[0] == 'r' && access[1] == 'w' && top - base < BIGGEST;
	*count = is_looked_at ? range_count(secret, memory, base, top) : 0;
	return true;
}

struct sightings secret_find(const struct secret *secret)
{
	FILE *maps = fopen("/proc/self/smaps", "r");
	int memory = open("/proc/self/mem", O_RDONLY);
	struct sightings found = {0, 0};
	unsigned count = 0;
	char line[LINE];

	assert_non_null(maps);
	assert_true(memory >= 0);
	while (fgets(line, sizeof(line), maps) != NULL) {
		unsigned *kind = strstr(line, " dd") != NULL ? &found.private : &found.dumped;

		if (!mapping_count(secret, memory, line, &count) && strncmp(line, "VmFlags:", 8) == 0) {
			*kind += count;
		}
	}
	(void)fclose(maps);
	(void)close(memory);
	memset(window, 0, sizeof(window));
	return found;
}
