/* SPDX-License-Identifier: BSD-2-Clause */
/* sha256_any.c - SHA-256 by general registers, and the padding around whole blocks. Source: FIPS 180-4, sections 5.1.1 and 6.2.2. */
#include "machine/qemu/monitor/sha256.h"

#include <string.h>

enum { LENGTH_BYTES = 8 /* at the end of the last block */, SCHEDULE = 16, ROUNDS = 64, BYTE_BITS = 8 };

/* Section 4.2.2. */
static const uint32_t round_words[ROUNDS] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, /* 0.. */
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, /* 8.. */
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, /* 16.. */
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, /* 24.. */
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, /* 32.. */
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, /* 40.. */
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, /* 48.. */
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2, /* 56.. */
};

static inline uint32_t rotated(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

static inline uint32_t load_be(const uint8_t *from)
{
	uint32_t word;

	memcpy(&word, from, sizeof(word));
	return __builtin_bswap32(word);
}

static void store_be(uint8_t *to, uint64_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++) {
		to[i] = (uint8_t)(value >> (BYTE_BITS * (size - 1 - i)));
	}
}

/* The word of round t, in the place of the one sixteen rounds before. */
static inline uint32_t schedule(uint32_t w[static SCHEDULE], unsigned t)
{
	uint32_t a = w[(t + 1) % SCHEDULE];
	uint32_t b = w[(t + 14) % SCHEDULE];

	w[t % SCHEDULE] += (rotated(a, 7) ^ rotated(a, 18) ^ a >> 3) + w[(t + 9) % SCHEDULE] +
		(rotated(b, 17) ^ rotated(b, 19) ^ b >> 10);
	return w[t % SCHEDULE];
}

/* Round t, whose word and constant are `added`, with the eight variables where they stand: v[(8 - t) % 8] is a, and so on. Unrolled, they
 * never leave their registers. */
static inline void round_do(uint32_t v[static SHA256_WORDS], unsigned t, uint32_t added)
{
	unsigned at = SHA256_WORDS - t % SHA256_WORDS;
	uint32_t a = v[at % SHA256_WORDS], b = v[(at + 1) % SHA256_WORDS], c = v[(at + 2) % SHA256_WORDS];
	uint32_t e = v[(at + 4) % SHA256_WORDS], f = v[(at + 5) % SHA256_WORDS], g = v[(at + 6) % SHA256_WORDS];
	uint32_t sum = v[(at + 7) % SHA256_WORDS] + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) +
		((e & (f ^ g)) ^ g) + added;

	v[(at + 3) % SHA256_WORDS] += sum;
	v[(at + 7) % SHA256_WORDS] =
		sum + (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) | (c & (a | b)));
}

static void block_take(uint32_t state[static SHA256_WORDS], const uint8_t *data)
{
	uint32_t w[SCHEDULE];
	uint32_t v[SHA256_WORDS];

	memcpy(v, state, sizeof(v));
#pragma GCC unroll 16
	for (unsigned t = 0; t < SCHEDULE; t++) {
		w[t] = load_be(data + sizeof(w[0]) * t);
		round_do(v, t, round_words[t] + w[t]);
	}
	for (unsigned from = SCHEDULE; from < ROUNDS; from += SCHEDULE) {
#pragma GCC unroll 16
		for (unsigned t = 0; t < SCHEDULE; t++) {
			round_do(v, t, round_words[from + t] + schedule(w, t));
		}
	}
	for (unsigned i = 0; i < SHA256_WORDS; i++) {
		state[i] += v[i];
	}
}

void sha256_by_integers(uint32_t state[static SHA256_WORDS], const uint8_t *data, size_t blocks)
{
	for (size_t i = 0; i < blocks; i++) {
		block_take(state, data + SHA256_BLOCK * i);
	}
}

void sha256(sha256_way *way, const uint8_t *data, size_t size, uint8_t out[static SHA256_SIZE])
{
	uint32_t state[SHA256_WORDS] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	size_t rest = size % SHA256_BLOCK;
	uint8_t last[2 * SHA256_BLOCK] = {0};
	size_t blocks = rest + 1 + LENGTH_BYTES <= SHA256_BLOCK ? 1 : 2;

	way(state, data, size / SHA256_BLOCK);
	memcpy(last, data + size - rest, rest);
	last[rest] = 0x80;
	store_be(last + blocks * SHA256_BLOCK - LENGTH_BYTES, (uint64_t)size * BYTE_BITS, LENGTH_BYTES);
	way(state, last, blocks);
	for (unsigned i = 0; i < SHA256_WORDS; i++) {
		store_be(out + sizeof(state[i]) * i, state[i], sizeof(state[i]));
	}
}
