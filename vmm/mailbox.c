/* SPDX-License-Identifier: BSD-2-Clause */
/* mailbox.c - answers host calls by the rows of spec/host_calls.def. */
#include "vmm/mailbox.h"

#include <string.h>

#include "reeve/rsi.h"

enum { TOKEN_KEPT = 0, TOKEN_DECLINED = 1 };

static void invert(uint64_t gprs[RMI_GPR_COUNT])
{
	for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
		gprs[i] = ~gprs[i];
	}
}

static uint64_t challenge_give(struct mailbox *mailbox)
{
	if (mailbox->shared == NULL || mailbox->challenge == NULL) {
		return 0;
	}
	memcpy(mailbox->shared, mailbox->challenge, MAILBOX_CHALLENGE_SIZE);
	return MAILBOX_CHALLENGE_SIZE;
}

static uint64_t token_take(struct mailbox *mailbox, uint64_t size)
{
	if (mailbox->shared == NULL || mailbox->token == NULL || size == 0 || size > mailbox->shared_size ||
		size > mailbox->token_room) {
		return TOKEN_DECLINED;
	}
	memcpy(mailbox->token, mailbox->shared, size);
	mailbox->token_size = size;
	return TOKEN_KEPT;
}

void mailbox_call(struct mailbox *mailbox, uint16_t imm, uint64_t gprs[RMI_GPR_COUNT])
{
	switch (imm) {
	case HOST_CALL_INVERT:
		invert(gprs);
		break;
	case HOST_CALL_CHALLENGE:
		gprs[0] = challenge_give(mailbox);
		break;
	case HOST_CALL_TOKEN:
		gprs[0] = token_take(mailbox, gprs[0]);
		break;
	default: /* a number from the realm */
		break;
	}
}
