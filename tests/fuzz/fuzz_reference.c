/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_reference.c - any bytes as what a token is compared with: a reference in JSON or CoRIM, an anchor in PEM or JWK.
 *
 * FUZZ_TRACE=1 in the environment shows what became of an input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/support/bytes.h"
#include "tools/token/anchor.h"
#include "tools/token/reference.h"

static void check(bool is_so, const char *what)
{
	if (!is_so) {
		(void)fprintf(stderr, "fuzz_reference: not so: %s\n", what);
		abort();
	}
}

/* A message, and nothing in it that steers a terminal. */
static void check_message(const struct message *why)
{
	check(why->text[0] != '\0', "the message says what is wrong");
	if (getenv("FUZZ_TRACE") != NULL) {
		(void)fprintf(stderr, "  %s\n", why->text);
	}
}

static void check_references(const struct references *references)
{
	check(references->count > 0 && references->count <= REFERENCES_MAX, "there is a reference");
	for (size_t i = 0; i < references->count; i++) {
		const struct reeve_reference *one = &references->all[i];

		check(one->rim.size > 0 && one->rim.size <= REEVE_TOKEN_DIGEST_MAX, "it has a RIM");
		check(one->rpv.size <= REEVE_TOKEN_DIGEST_MAX, "its RPV fits");
		for (unsigned r = 0; r < REEVE_TOKEN_REMS; r++) {
			check(one->rems[r].size <= REEVE_TOKEN_DIGEST_MAX, "its REMs fit");
		}
		check(one->hash_bits == 256 || one->hash_bits == 384 || one->hash_bits == 512, "it has a hash");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct references references;
	static struct anchors anchors;
	struct reeve_span in = reeve_span(data, size);
	struct message why = {""};

	memset(&references, 0, sizeof(references));
	memset(&anchors, 0, sizeof(anchors));
	if (references_read(&references, in, "it", &why)) {
		check_references(&references);
	} else {
		check_message(&why);
	}
	why.text[0] = '\0';
	if (anchors_read(&anchors, in, "it", &why)) {
		check(anchors.count <= ANCHORS_MAX, "there are as many anchors as there is room");
	} else {
		check_message(&why);
	}
	return 0;
}
