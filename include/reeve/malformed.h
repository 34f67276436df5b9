/* SPDX-License-Identifier: BSD-2-Clause */
/* malformed.h - what is wrong with bytes that are not what they should be, and where. */
#ifndef REEVE_MALFORMED_H
#define REEVE_MALFORMED_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_malformed_reason {
#define MALFORMED(name, text) REEVE_MALFORMED_##name,
#include "spec/malformed.def"
#undef MALFORMED
	REEVE_MALFORMED_COUNT
};

/* `offset` is that of the byte where the offending item begins, counted from the start of what was given to be read. */
struct reeve_malformed {
	enum reeve_malformed_reason reason;
	size_t offset;
};

/* Name of a reason as spec/malformed.def has it, and what is wrong in words. */
const char *reeve_malformed_name(enum reeve_malformed_reason reason);
const char *reeve_malformed_text(enum reeve_malformed_reason reason);

#ifdef __cplusplus
}
#endif
#endif
