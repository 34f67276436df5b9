/* SPDX-License-Identifier: BSD-2-Clause */
/* cbor_rewrite.h - CBOR that was read, written again item by item. */
#ifndef TESTS_FUZZ_SUPPORT_CBOR_REWRITE_H
#define TESTS_FUZZ_SUPPORT_CBOR_REWRITE_H

#include "attest/cbor.h"

/* Read the items of what cbor_check passed by cursors, and write each. Items that the writer has no function for (below -2^63, undefined, a
 * text with a zero inside) are copied. */
void cbor_rewrite(struct reeve_span in, struct cbor_writer *w);

#endif
