/* SPDX-License-Identifier: BSD-2-Clause */
/* policy.h - what is accepted of a platform and a realm, from a file of JSON. */
#ifndef TOOLS_TOKEN_POLICY_H
#define TOOLS_TOKEN_POLICY_H

#include "reeve/token.h"
#include "tools/message.h"

struct policy {
	struct reeve_token_policy rules; /* points into the two below */
	uint8_t implementation_id[32];
	uint8_t instance_id[33];
};

/* False with *why set when the file is no policy: {"lifecycle": ["secured", …], "implementation_id": HEX, "instance_id": HEX,
 * "memory_encryption": "private", "require": ["challenge", "reference"]}, each member optional. */
bool policy_load(struct policy *policy, const char *path, struct message *why);

/* The same out of bytes; `name` is for messages. */
bool policy_read(struct policy *policy, struct reeve_span in, const char *name, struct message *why);

#endif
