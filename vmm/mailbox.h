/* SPDX-License-Identifier: BSD-2-Clause */
/* mailbox.h - what passes between the host and the programs of its Realm at host calls, through the shared buffer.
 *
 * X1: a Realm may say anything at any time: sizes are checked, and what it keeps the host from getting is only its own token.
 * X2: the caller lets one CPU at a time into mailbox_call.
 * Calls: spec/host_calls.def. */
#ifndef VMM_MAILBOX_H
#define VMM_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/rmi.h"

enum { MAILBOX_CHALLENGE_SIZE = 64 };

struct mailbox {
	uint8_t *shared;          /* the host's view of the buffer; NULL: every call is declined */
	uint64_t shared_size;     /* bytes, at least MAILBOX_CHALLENGE_SIZE */
	const uint8_t *challenge; /* MAILBOX_CHALLENGE_SIZE bytes; NULL: there is none */
	uint8_t *token;           /* room for token_room bytes; NULL: tokens are declined */
	size_t token_room;
	size_t token_size; /* of the last token delivered; 0: none was */
};

/* Answer a host call in its registers; an immediate that is none of ours leaves them as they are. */
void mailbox_call(struct mailbox *mailbox, uint16_t imm, uint64_t gprs[RMI_GPR_COUNT]);

#endif
