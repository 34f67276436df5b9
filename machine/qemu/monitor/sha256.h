/* SPDX-License-Identifier: BSD-2-Clause */
/* sha256.h - SHA-256 (FIPS 180-4) in two ways: by the CPU's own instructions, and by its integer ones. */
#ifndef QEMU_MONITOR_SHA256_H
#define QEMU_MONITOR_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BLOCK = 64, SHA256_SIZE = 32, SHA256_WORDS = SHA256_SIZE / 4 };

/* Take whole blocks into the state. */
typedef void sha256_way(uint32_t state[static SHA256_WORDS], const uint8_t *data, size_t blocks);

/* FEAT_SHA256; SIMD registers do not survive it. */
sha256_way sha256_by_sha;
/* Any CPU, general registers only. */
sha256_way sha256_by_integers;

/* The digest of data[0..size). */
void sha256(sha256_way *way, const uint8_t *data, size_t size, uint8_t out[static SHA256_SIZE]);

#endif
