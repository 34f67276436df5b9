/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_cbor.c - any bytes as CBOR, COSE_Sign1 and COSE_Key: what is read is written again as the same bytes, what is not has its place named.
 *
 * FUZZ_TRACE=1 in the environment shows what became of an input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/cose.h"
#include "tests/fuzz/support/bytes.h"
#include "tests/fuzz/support/cbor_rewrite.h"

static void check(bool is_so, const char *what)
{
	if (!is_so) {
		(void)fprintf(stderr, "fuzz_cbor: not so: %s\n", what);
		abort();
	}
}

static void check_malformed(const struct reeve_malformed *why, size_t size)
{
	check(why->reason > REEVE_MALFORMED_NOT && why->reason < REEVE_MALFORMED_COUNT, "there is a reason");
	check(why->offset <= size, "the offset is in the bytes");
	if (getenv("FUZZ_TRACE") != NULL) {
		(void)fprintf(stderr, "  byte %zu: %s\n", why->offset, reeve_malformed_text(why->reason));
	}
}

static void check_again(struct reeve_span in)
{
	uint8_t *again = malloc(in.size);
	struct cbor_writer w = cbor_writer((struct reeve_buf){again, in.size});

	check(again != NULL, "there is memory");
	cbor_rewrite(in, &w);
	check(cbor_writer_fits(&w) && w.size == in.size && memcmp(again, in.bytes, in.size) == 0,
		"it is written as it was read");
	free(again);
}

static bool is_inside(struct reeve_span inner, struct reeve_span outer)
{
	return inner.bytes >= outer.bytes && inner.size <= outer.size &&
		inner.bytes + inner.size <= outer.bytes + outer.size;
}

static void check_sign1(struct reeve_span in)
{
	struct cose_sign1 sign1;
	struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};

	if (!cose_sign1_read(in, &sign1, &why)) {
		check_malformed(&why, in.size);
		return;
	}
	check(is_inside(sign1.protected_header, in) && is_inside(sign1.payload, in) && is_inside(sign1.signature, in),
		"a message's members are in it");
}

static void check_key(struct reeve_span in)
{
	struct cose_key key;
	struct cose_key again;
	struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};
	uint8_t memory[2 * COSE_COORDINATE_MAX + 32];
	struct cbor_writer w = cbor_writer((struct reeve_buf){memory, sizeof(memory)});

	if (!cose_key_read(in, &key, &why)) {
		check_malformed(&why, in.size);
		return;
	}
	check(is_inside(key.x, in) && is_inside(key.y, in), "a key's coordinates are in it");
	cose_key_put(&w, &key);
	check(cbor_writer_fits(&w) && cose_key_read(reeve_span(memory, w.size), &again, &why) &&
			again.algorithm == key.algorithm && memcmp(again.x.bytes, key.x.bytes, key.x.size) == 0 &&
			memcmp(again.y.bytes, key.y.bytes, key.y.size) == 0,
		"a key is written as it was read");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reeve_span in = reeve_span(data, size);
	struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};

	if (!cbor_check(in, &why)) {
		check_malformed(&why, size);
	} else {
		check_again(in);
	}
	check_sign1(in);
	check_key(in);
	return 0;
}
