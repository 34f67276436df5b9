/* SPDX-License-Identifier: BSD-2-Clause */
/* keys.c - finds the keys behind Ctrl-A. */
#include "tools/keys.h"

enum { CTRL_A = 1 };

static enum keys_found meaning(uint8_t byte)
{
	switch (byte) {
	case 'x':
	case 'X':
		return KEYS_LEAVE;
	case 'h':
	case '?':
		return KEYS_HELP;
	default:
		return KEYS_NONE;
	}
}

/* The byte behind a Ctrl-A: what of both is the realm's goes behind out[0..*count). */
static enum keys_found escaped_take(uint8_t byte, uint8_t *out, size_t *count)
{
	enum keys_found found = meaning(byte);

	if (found == KEYS_NONE) {
		out[(*count)++] = CTRL_A;
	}
	if (found == KEYS_NONE && byte != CTRL_A) {
		out[(*count)++] = byte;
	}
	return found;
}

enum keys_found keys_take(struct keys *keys, const uint8_t *in, size_t size, uint8_t *out, size_t *count)
{
	enum keys_found found = KEYS_NONE;

	*count = 0;
	for (size_t i = 0; i < size && found != KEYS_LEAVE; i++) {
		enum keys_found here = KEYS_NONE;

		if (keys->is_escaped) {
			here = escaped_take(in[i], out, count);
			keys->is_escaped = false;
		} else if (in[i] == CTRL_A) {
			keys->is_escaped = true;
		} else {
			out[(*count)++] = in[i];
		}
		found = here != KEYS_NONE ? here : found;
	}
	return found;
}
