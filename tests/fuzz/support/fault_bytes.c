/* SPDX-License-Identifier: BSD-2-Clause */
/* fault_bytes.c - a fuzzer's input as a fault plan. */
#include <stdio.h>

#include "tests/fuzz/support/host_machine.h"

enum { RULES = 3 };

/* What a call that is refused, or reported to be, answers. SUCCESS is left out: a host cannot know that what it is told was done was not. */
static const uint64_t statuses[] = {
	RMI_ERROR_INPUT,
	RMI_ERROR_REALM,
	RMI_ERROR_REALM | 1 << 8,
	RMI_ERROR_REC,
	RMI_ERROR_RTT,
	RMI_ERROR_RTT | 1 << 8,
	RMI_ERROR_RTT | 2 << 8,
	RMI_ERROR_RTT | 3 << 8,
	RMI_ERROR_RTT | 0xFF << 8,
	RMI_V2_BUSY,
	SMCCC_NOT_SUPPORTED,
	0xDEAD,
	RMI_SUCCESS | 1 << 8,
};
/* Of these, what RMI v1.0 says of a call that changed nothing. */
enum { TRUE_STATUSES = 9 };

static const uint64_t numbers[] = {0, 1, 2, 17, 0xFFF, 0x1000, 0x200000, REEVE_MODEL_DRAM_BASE, FUZZ_RAM,
	UINT64_C(1) << 39, UINT64_C(1) << 52, UINT64_MAX - 0xFFF, UINT64_MAX};

#define MEMBER(name) \
	{ \
		offsetof(struct rmi_rec_exit, name), sizeof(((struct rmi_rec_exit *)NULL)->name) \
	}
static const struct {
	uint16_t offset;
	uint8_t size;
} members[] = {
	MEMBER(exit_reason),
	MEMBER(esr),
	MEMBER(far),
	MEMBER(hpfar),
	MEMBER(gprs[0]),
	MEMBER(gprs[1]),
	MEMBER(ripas_base),
	MEMBER(ripas_top),
	MEMBER(ripas_value),
	MEMBER(imm),
};
#undef MEMBER

static struct reeve_fault_set set_of(struct bytes *in, unsigned command)
{
	struct reeve_fault_set set = {.size = 8};
	struct reeve_fault_value value = {.kind = REEVE_FAULT_NUMBER, .more = BYTES_PICK_OF(in, numbers)};

	if (command == RMI_REC_ENTER) {
		unsigned member = bytes_pick(in, sizeof(members) / sizeof(members[0]));

		set.offset = members[member].offset;
		set.size = members[member].size;
	} else {
		set.x = (uint8_t)(1 + bytes_pick(in, RMI_RESULT_MAX));
	}
	switch (bytes_pick(in, 4)) {
	case 1:
		value.kind = REEVE_FAULT_ARGUMENT;
		value.x = (uint8_t)(1 + bytes_pick(in, RMI_ARGUMENT_MAX));
		break;
	case 2:
		value.kind = REEVE_FAULT_RESULT;
		value.x = (uint8_t)(1 + bytes_pick(in, RMI_RESULT_MAX));
		break;
	default:
		break;
	}
	set.value = value;
	return set;
}

static struct reeve_fault_rule rule_of(struct bytes *in, bool *may_lie)
{
	const enum reeve_fault_action actions[] = {
		REEVE_FAULT_REFUSE, REEVE_FAULT_REFUSE, REEVE_FAULT_MISREPORT, REEVE_FAULT_ALTER, REEVE_FAULT_DELAY};
	const uint64_t times[] = {1, 1, 1, 2, 5, UINT64_MAX};
	struct reeve_fault_rule rule = {0};
	unsigned status;

	/* One after the other: in an initializer the compiler chooses the order. */
	rule.action = actions[bytes_pick(in, sizeof(actions) / sizeof(actions[0]))];
	rule.command = bytes_pick(in, RMI_COMMAND_COUNT + 2);
	rule.nth = 1 + bytes_pick(in, 64);
	rule.times = BYTES_PICK_OF(in, times);
	status = bytes_pick(in, sizeof(statuses) / sizeof(statuses[0]));
	if (rule.action == REEVE_FAULT_ALTER) {
		rule.set_count = 1 + bytes_pick(in, 2);
		for (unsigned i = 0; i < rule.set_count; i++) {
			rule.set[i] = set_of(in, rule.command);
		}
	} else if (rule.action == REEVE_FAULT_DELAY) {
		rule.delay_us = 1;
	} else if (rule.command != REEVE_FAULT_ALLOC) {
		rule.status = statuses[status];
	}
	*may_lie = rule.action == REEVE_FAULT_ALTER || rule.action == REEVE_FAULT_MISREPORT ||
		(rule.action == REEVE_FAULT_REFUSE && rule.command != REEVE_FAULT_ALLOC && status >= TRUE_STATUSES);
	return rule;
}

void fuzz_load_plan(struct fuzz *fuzz)
{
	struct reeve_fault_plan plan = {.count = bytes_pick(&fuzz->in, RULES + 1)};
	struct reeve_fault_error error;
	bool may_lie = false;

	for (unsigned i = 0; i < plan.count; i++) {
		bool is_lie;

		plan.rules[i] = rule_of(&fuzz->in, &is_lie);
		may_lie = may_lie || is_lie;
	}
	if (!reeve_fault_load(&fuzz->fault, &plan, &error)) {
		fuzz_check(error.text != NULL, "a plan that is not taken has a reason");
		return;
	}
	fuzz->is_faulty = plan.count > 0;
	fuzz->may_lie = fuzz->may_lie || may_lie;
	for (unsigned i = 0; fuzz_is_traced() && i < plan.count; i++) {
		char text[200];

		(void)reeve_fault_rule_format(&plan.rules[i], text, sizeof(text));
		(void)fprintf(stderr, "  plan: %s\n", text);
	}
}
