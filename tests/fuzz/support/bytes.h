/* SPDX-License-Identifier: BSD-2-Clause */
/* bytes.h - a fuzzer's input as choices: each takes a byte or two; when none is left every choice is the first. */
#ifndef TESTS_FUZZ_SUPPORT_BYTES_H
#define TESTS_FUZZ_SUPPORT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *at;
	size_t left;
};

static inline uint8_t bytes_next(struct bytes *bytes)
{
	if (bytes->left == 0) {
		return 0;
	}
	bytes->left--;
	return *bytes->at++;
}

/* 0..count-1; `count` is at most 256. */
static inline unsigned bytes_pick(struct bytes *bytes, unsigned count)
{
	return bytes_next(bytes) % count;
}

/* Eight bytes, lowest first. */
static inline uint64_t bytes_word(struct bytes *bytes)
{
	uint64_t word = 0;

	for (unsigned i = 0; i < 64; i += 8) {
		word |= (uint64_t)bytes_next(bytes) << i;
	}
	return word;
}

static inline uint64_t bytes_pick_of(struct bytes *bytes, const uint64_t *values, unsigned count)
{
	return values[bytes_pick(bytes, count)];
}

#define BYTES_PICK_OF(bytes, values) bytes_pick_of((bytes), (values), sizeof(values) / sizeof((values)[0]))

/* The entry point that a fuzzer calls, and the driver that replays a corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A target may have this: false, and said on stderr, when the inputs so far left out what its corpus is there for. */
__attribute__((weak)) bool fuzz_corpus_is_whole(void);

#endif
