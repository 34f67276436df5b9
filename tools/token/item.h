/* SPDX-License-Identifier: BSD-2-Clause */
/* item.h - claims that are CBOR of their own, for people to read. */
#ifndef TOOLS_TOKEN_ITEM_H
#define TOOLS_TOKEN_ITEM_H

#include <stdio.h>

#include "reeve/token.h"

/* One checked item in the diagnostic notation of RFC 8949 section 8, on one line without its end; what is not printable ASCII in a text is
 * shown as '?'. */
void item_print(struct reeve_span item, FILE *to);

/* The records of an extension (2404) or of trusted boot keys (2405), a line for each member by name, `indent` columns in; nothing when the item is
 * no array of maps, or the claim another one. */
void records_print(enum reeve_claim claim, struct reeve_span item, int indent, FILE *to);

#endif
