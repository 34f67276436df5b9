/* SPDX-License-Identifier: BSD-2-Clause */
/* es384.h - ES384 checked by libcrypto's own ECDSA: the witness for signatures that reeve makes. */
#ifndef TESTS_UNIT_SUPPORT_ES384_H
#define TESTS_UNIT_SUPPORT_ES384_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ES384_POINT_SIZE = 96, ES384_SIGNATURE_SIZE = 96 };

/* True when `signature` (r || s) is of the message, by the private half of `point` (x || y). */
bool es384_is_signed(const uint8_t point[ES384_POINT_SIZE], const uint8_t signature[ES384_SIGNATURE_SIZE],
	const void *message, size_t size);

#endif
