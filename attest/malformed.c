/* SPDX-License-Identifier: BSD-2-Clause */
/* malformed.c - names and texts of what can be wrong with bytes. */
#include "reeve/malformed.h"

static const struct {
	const char *name;
	const char *text;
} rows[REEVE_MALFORMED_COUNT] = {
#define MALFORMED(name, text) {#name, text},
#include "spec/malformed.def"
#undef MALFORMED
};

const char *reeve_malformed_name(enum reeve_malformed_reason reason)
{
	return rows[reason].name;
}

const char *reeve_malformed_text(enum reeve_malformed_reason reason)
{
	return rows[reason].text;
}
