/* SPDX-License-Identifier: BSD-2-Clause */
/* lanes.c - which lanes there are, and the constants of SHA-2. */
#include "tools/measure/lanes.h"

#include <string.h>

/* gcc has the shuffle since version 12, and says so since 10. */
#if defined(__x86_64__) && __has_builtin(__builtin_shufflevector)

enum { BLOCK_WORDS = 16, STATE_WORDS = 8, ROUNDS_MAX = 80 };

/* The rounds of a hash and the rotations of its sigmas; the last of a small one is a shift. */
struct family {
	unsigned rounds;
	uint8_t big_0[3];
	uint8_t big_1[3];
	uint8_t small_0[3];
	uint8_t small_1[3];
};

/* FIPS 180-4 section 4.1.2 (32-bit words) and 4.1.3 (64-bit words). */
static const struct family words_32 = {64, {2, 13, 22}, {6, 11, 25}, {7, 18, 3}, {17, 19, 10}};
static const struct family words_64 = {80, {28, 34, 39}, {14, 18, 41}, {1, 8, 7}, {19, 61, 6}};

/* FIPS 180-4 section 4.2.3: the first 64 bits of the fractions of the cube roots of the first 80 primes. The constants of
 * SHA-256 are the first 32 bits of the same. */
static const uint64_t constants[ROUNDS_MAX] = {
	0x428a2f98d728ae22,
	0x7137449123ef65cd,
	0xb5c0fbcfec4d3b2f,
	0xe9b5dba58189dbbc,
	0x3956c25bf348b538,
	0x59f111f1b605d019,
	0x923f82a4af194f9b,
	0xab1c5ed5da6d8118,
	0xd807aa98a3030242,
	0x12835b0145706fbe,
	0x243185be4ee4b28c,
	0x550c7dc3d5ffb4e2,
	0x72be5d74f27b896f,
	0x80deb1fe3b1696b1,
	0x9bdc06a725c71235,
	0xc19bf174cf692694,
	0xe49b69c19ef14ad2,
	0xefbe4786384f25e3,
	0x0fc19dc68b8cd5b5,
	0x240ca1cc77ac9c65,
	0x2de92c6f592b0275,
	0x4a7484aa6ea6e483,
	0x5cb0a9dcbd41fbd4,
	0x76f988da831153b5,
	0x983e5152ee66dfab,
	0xa831c66d2db43210,
	0xb00327c898fb213f,
	0xbf597fc7beef0ee4,
	0xc6e00bf33da88fc2,
	0xd5a79147930aa725,
	0x06ca6351e003826f,
	0x142929670a0e6e70,
	0x27b70a8546d22ffc,
	0x2e1b21385c26c926,
	0x4d2c6dfc5ac42aed,
	0x53380d139d95b3df,
	0x650a73548baf63de,
	0x766a0abb3c77b2a8,
	0x81c2c92e47edaee6,
	0x92722c851482353b,
	0xa2bfe8a14cf10364,
	0xa81a664bbc423001,
	0xc24b8b70d0f89791,
	0xc76c51a30654be30,
	0xd192e819d6ef5218,
	0xd69906245565a910,
	0xf40e35855771202a,
	0x106aa07032bbd1b8,
	0x19a4c116b8d2d0c8,
	0x1e376c085141ab53,
	0x2748774cdf8eeb99,
	0x34b0bcb5e19b48a8,
	0x391c0cb3c5c95a63,
	0x4ed8aa4ae3418acb,
	0x5b9cca4f7763e373,
	0x682e6ff3d6b2b8a3,
	0x748f82ee5defb2fc,
	0x78a5636f43172f60,
	0x84c87814a1f0ab72,
	0x8cc702081a6439ec,
	0x90befffa23631e28,
	0xa4506cebde82bde9,
	0xbef9a3f7b2c67915,
	0xc67178f2e372532b,
	0xca273eceea26619c,
	0xd186b8c721c0c207,
	0xeada7dd6cde0eb1e,
	0xf57d4f7fee6ed178,
	0x06f067aa72176fba,
	0x0a637dc5a2c898a6,
	0x113f9804bef90dae,
	0x1b710b35131c471b,
	0x28db77f523047d84,
	0x32caab7b40c72493,
	0x3c9ebe0a15c9bebc,
	0x431d67c49c100d4c,
	0x4cc5d4becb3e42b6,
	0x597f299cfc657e2a,
	0x5fcb6fab3ad6faec,
	0x6c44198c4a475817,
};

/* FIPS 180-4 sections 5.3.3 to 5.3.5: the first 64 bits of the fractions of the square roots of the first eight primes, and of the ninth to the
 * sixteenth. */
static const uint64_t roots[][STATE_WORDS] = {
	{
		0x6a09e667f3bcc908,
		0xbb67ae8584caa73b,
		0x3c6ef372fe94f82b,
		0xa54ff53a5f1d36f1,
		0x510e527fade682d1,
		0x9b05688c2b3e6c1f,
		0x1f83d9abfb41bd6b,
		0x5be0cd19137e2179,
	},
	{
		0xcbbb9d5dc1059ed8,
		0x629a292a367cd507,
		0x9159015a3070dd17,
		0x152fecd8f70e5939,
		0x67332667ffc00b31,
		0x8eb44a8768581511,
		0xdb0c2e0d64f98fa7,
		0x47b5481dbefa4fa4,
	},
};

/* The state that a hash begins with; of SHA-256 the first 32 bits of each. */
static const uint64_t *const initial[RMI_V2_HASH_COUNT] = {
	[RMI_HASH_SHA_256] = roots[0],
	[RMI_HASH_SHA_512] = roots[0],
	[RMI_V2_HASH_SHA_384] = roots[1],
};

/* Where the n-th of a, b, … h is in round i. */
#define AT(n) (((n)-i) % STATE_WORDS)

#define NAME(x) avx512_32_##x
#define WORD uint32_t
#define COUNT 16
#define LOWER 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define UPPER 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define TARGET __attribute__((target("avx512f")))
#define FAMILY words_32
#include "tools/measure/lanes.def"
#undef NAME
#undef WORD
#undef COUNT
#undef FAMILY
#undef LOWER
#undef UPPER

#define NAME(x) avx512_64_##x
#define WORD uint64_t
#define COUNT 8
#define LOWER 0, 8, 1, 9, 2, 10, 3, 11
#define UPPER 4, 12, 5, 13, 6, 14, 7, 15
#define FAMILY words_64
#include "tools/measure/lanes.def"
#undef NAME
#undef COUNT
#undef TARGET
#undef LOWER
#undef UPPER

#define NAME(x) avx2_64_##x
#define COUNT 4
#define LOWER 0, 4, 1, 5
#define UPPER 2, 6, 3, 7
#define TARGET __attribute__((target("avx2")))
#include "tools/measure/lanes.def"

static bool has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") != 0;
}

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2") != 0;
}

#define HASH(name) (1U << (name))

static const struct lanes rows[] = {
	{"AVX-512, 32 bits", HASH(RMI_HASH_SHA_256), 16, has_avx512, avx512_32_digest},
	{"AVX-512, 64 bits", HASH(RMI_HASH_SHA_512) | HASH(RMI_V2_HASH_SHA_384), 8, has_avx512, avx512_64_digest},
	{"AVX2, 64 bits", HASH(RMI_HASH_SHA_512) | HASH(RMI_V2_HASH_SHA_384), 4, has_avx2, avx2_64_digest},
};

const struct lanes *lanes_rows(size_t *count)
{
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

#else

const struct lanes *lanes_rows(size_t *count)
{
	*count = 0;
	return NULL;
}

#endif

const struct lanes *lanes_find(enum rmi_hash_algorithm algorithm)
{
	size_t count;
	const struct lanes *row = lanes_rows(&count);

	for (size_t i = 0; i < count; i++) {
		if ((row[i].hashes >> algorithm & 1) != 0 && row[i].is_here()) {
			return &row[i];
		}
	}
	return NULL;
}
