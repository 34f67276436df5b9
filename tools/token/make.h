/* SPDX-License-Identifier: BSD-2-Clause */
/* make.h - tokens for tests out of claims in JSON, right ones or wrong ones as the claims say. */
#ifndef TOOLS_TOKEN_MAKE_H
#define TOOLS_TOKEN_MAKE_H

#include <jansson.h>

#include "reeve/token.h"
#include "tools/image.h"
#include "tools/token/signer.h"

/* A token out of what `reeve token show --json` prints, each part signed by its key. What is there is taken as it is, right or wrong;
 * a member that is null is left out. Not there, and made: the realm's public key, and the claim of the platform token that binds it.
 * False with *why set when the JSON is not of that form; *token, which the caller frees, is then untouched. */
bool make_token(
	const json_t *root, const struct signer signers[REEVE_TOKEN_PARTS], struct bytes *token, struct message *why);

#endif
