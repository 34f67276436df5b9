/* SPDX-License-Identifier: BSD-2-Clause */
/* curve.h - which row of spec/cose.def a key of libcrypto belongs to, and its point. */
#ifndef TOOLS_TOKEN_CURVE_H
#define TOOLS_TOKEN_CURVE_H

#include <openssl/evp.h>

#include "attest/cose.h"

enum { CURVE_POINT_MAX = 1 + 2 * COSE_COORDINATE_MAX };

/* The algorithm whose curve the key lies on, its public half as 04 || x || y; COSE_ALGORITHM_COUNT when it lies on none of them. */
enum cose_algorithm curve_of(EVP_PKEY *key, uint8_t point[CURVE_POINT_MAX]);

#endif
