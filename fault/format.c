/* SPDX-License-Identifier: BSD-2-Clause */
/* format.c - a rule as the line of a plan. */
#include "fault/check.h"
#include "fault/words.h"

/* Output that goes on counting when it is full. */
struct writer {
	char *text;
	size_t size;
	size_t length;
};

static void put_char(struct writer *w, char c)
{
	if (w->length + 1 < w->size) {
		w->text[w->length] = c;
	}
	w->length++;
}

static void put(struct writer *w, const char *text)
{
	for (size_t i = 0; text[i] != '\0'; i++) {
		put_char(w, text[i]);
	}
}

static void put_digits(struct writer *w, uint64_t value, unsigned base)
{
	char digits[20];
	unsigned count = 0;

	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	while (count > 0) {
		put_char(w, digits[--count]);
	}
}

/* Numbers that people count with are decimal, addresses and words are not. */
static void put_magnitude(struct writer *w, uint64_t value)
{
	enum { COUNTED = 1000 };

	if (value < COUNTED) {
		put_digits(w, value, 10);
		return;
	}
	put(w, "0x");
	put_digits(w, value, 16);
}

static bool is_negative(uint64_t value)
{
	return value >= (uint64_t)-REEVE_GRANULE_SIZE;
}

/* What is just below 2^64 is a small negative number: a level, a distance. */
static void put_number(struct writer *w, uint64_t value)
{
	if (is_negative(value)) {
		put_char(w, '-');
	}
	put_magnitude(w, is_negative(value) ? 0 - value : value);
}

static void put_count(struct writer *w, const char *name, uint64_t value)
{
	put(w, name);
	if (value == UINT64_MAX) {
		put(w, "all");
		return;
	}
	put_digits(w, value, 10);
}

/* By its name, unless a rule means something else by it (RMI_PSCI_COMPLETE's status); else by its register. */
static void put_argument(struct writer *w, unsigned command, unsigned x)
{
	const struct rmi_command_info *info = rmi_command_info((enum rmi_command)command);
	const char *name = info == NULL ? NULL : name_of_register(info->in, RMI_ARGUMENT_MAX, x);

	if (name != NULL && !name_is(name, WORD_STATUS)) {
		put(w, name);
		return;
	}
	put_char(w, 'x');
	put_digits(w, x, 10);
}

static void put_matches(struct writer *w, const struct reeve_fault_rule *rule)
{
	for (unsigned i = 0; i < RMI_ARGUMENT_MAX; i++) {
		const struct reeve_fault_match *match = &rule->match[i];

		if (match->x == 0) {
			continue;
		}
		put_char(w, ' ');
		put_argument(w, rule->command, match->x);
		put_char(w, '=');
		put_number(w, match->low);
		if (match->high != match->low) {
			put(w, "..");
			put_number(w, match->high);
		}
	}
}

static void put_status(struct writer *w, uint64_t status)
{
	uint64_t known = FIELD_MASK(RMI_RETURN_STATUS) | FIELD_MASK(RMI_RETURN_INDEX);
	uint64_t index = FIELD_GET(status, RMI_RETURN_INDEX);

	if (status == SMCCC_NOT_SUPPORTED || status == RMI_V2_BUSY) {
		put(w, status == RMI_V2_BUSY ? WORD_BUSY : WORD_NOT_SUPPORTED);
		return;
	}
	if ((status & ~known) != 0 || FIELD_GET(status, RMI_RETURN_STATUS) >= RMI_STATUS_COUNT) {
		put_number(w, status);
		return;
	}
	put(w, rmi_status_name((unsigned)FIELD_GET(status, RMI_RETURN_STATUS)));
	if (index != 0) {
		put_char(w, '(');
		put_number(w, (uint64_t)(int64_t)(index == UINT8_MAX ? -1 : (int64_t)index));
		put_char(w, ')');
	}
}

static void put_value(struct writer *w, unsigned command, const struct reeve_fault_value *value)
{
	const struct rmi_command_info *info = rmi_command_info((enum rmi_command)command);
	bool is_argument = value->kind == REEVE_FAULT_ARGUMENT;
	const char *name = NULL;

	if (value->kind == REEVE_FAULT_NUMBER) {
		put_number(w, value->more);
		return;
	}
	if (info != NULL) {
		name = name_of_register(
			is_argument ? info->in : info->out, is_argument ? RMI_ARGUMENT_MAX : RMI_RESULT_MAX, value->x);
	}
	put(w, name == NULL ? "?" : name);
	if (value->more != 0) {
		bool is_below = value->more > INT64_MAX;

		put_char(w, is_below ? '-' : '+');
		put_magnitude(w, is_below ? 0 - value->more : value->more);
	}
}

static void put_target(struct writer *w, unsigned command, const struct reeve_fault_set *set)
{
	const struct rmi_command_info *info = rmi_command_info((enum rmi_command)command);
	const char *name = info == NULL ? NULL : name_of_register(info->out, RMI_RESULT_MAX, set->x);
	struct exit_member member;

	if (set->x != 0 || !exit_member_at(set->offset, set->size, &member)) {
		put(w, name == NULL ? "?" : name);
		return;
	}
	put(w, WORD_EXIT);
	put(w, member.name);
	if (member.count > 1) {
		put_char(w, '[');
		put_digits(w, (set->offset - member.offset) / member.size, 10);
		put_char(w, ']');
	}
}

static void put_command(struct writer *w, unsigned command)
{
	const struct rmi_command_info *info = rmi_command_info((enum rmi_command)command);

	if (info != NULL) {
		put(w, command_short_name(info));
		return;
	}
	if (command == REEVE_FAULT_ANY || command == REEVE_FAULT_ALLOC) {
		put(w, command == REEVE_FAULT_ANY ? WORD_ANY : WORD_ALLOC);
		return;
	}
	put(w, "?");
}

static void put_conditions(struct writer *w, const struct reeve_fault_rule *rule)
{
	if (rule->nth > 1) {
		put(w, " nth=");
		put_digits(w, rule->nth, 10);
	}
	if (rule->times > 1) {
		put_count(w, " times=", rule->times);
	}
	if (rule->realm != 0) {
		put_count(w, " realm=", rule->realm);
	}
	if (rule->phase[0] != '\0') {
		put(w, " phase=");
	}
	for (unsigned i = 0; i < REEVE_FAULT_PHASE_MAX && rule->phase[i] != '\0'; i++) {
		put_char(w, rule->phase[i]);
	}
	put_matches(w, rule);
}

static void put_effect(struct writer *w, const struct reeve_fault_rule *rule)
{
	switch (rule->action) {
	case REEVE_FAULT_REFUSE:
	case REEVE_FAULT_MISREPORT:
		if (rule->command != REEVE_FAULT_ALLOC) {
			put(w, " status=");
			put_status(w, rule->status);
		}
		break;
	case REEVE_FAULT_ALTER:
		for (unsigned i = 0; i < rule->set_count && i < REEVE_FAULT_SETS; i++) {
			put_char(w, ' ');
			put_target(w, rule->command, &rule->set[i]);
			put_char(w, '=');
			put_value(w, rule->command, &rule->set[i].value);
		}
		break;
	case REEVE_FAULT_DELAY:
		put(w, " us=");
		put_digits(w, rule->delay_us, 10);
		break;
	case REEVE_FAULT_ACTION_COUNT:
		break;
	}
}

size_t reeve_fault_rule_format(const struct reeve_fault_rule *rule, char *text, size_t size)
{
	struct writer w = {text, size, 0};
	const char *action = action_name(rule->action);

	put(&w, action == NULL ? "?" : action);
	put_char(&w, ' ');
	put_command(&w, rule->command);
	put_conditions(&w, rule);
	put_effect(&w, rule);
	if (size > 0) {
		text[w.length < size ? w.length : size - 1] = '\0';
	}
	return w.length;
}
