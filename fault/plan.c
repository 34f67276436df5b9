/* SPDX-License-Identifier: BSD-2-Clause */
/* plan.c - a plan out of its text. */
#include <string.h>

#include "fault/check.h"
#include "fault/words.h"

struct reader {
	struct reeve_fault_error *error;
	unsigned line;
	struct word item; /* the whole NAME=VALUE, for errors */
};

/* A rule that is being read. */
struct draft {
	struct reeve_fault_rule *rule;
	unsigned keys; /* bit: that row of keys[] was given */
	unsigned match_count;
};

/* A NAME of a NAME=VALUE that means the same with every command. */
struct key {
	const char *name;
	bool (*read)(struct reader *r, struct draft *d, struct word value);
	unsigned actions; /* bit: allowed with that action */
	bool with_alloc;
	const char *forbidden; /* with another action */
};

enum {
	BIT_REFUSE = 1U << REEVE_FAULT_REFUSE,
	BIT_MISREPORT = 1U << REEVE_FAULT_MISREPORT,
	BIT_ALTER = 1U << REEVE_FAULT_ALTER,
	BIT_DELAY = 1U << REEVE_FAULT_DELAY,
	BITS_ALL = BIT_REFUSE | BIT_MISREPORT | BIT_ALTER | BIT_DELAY,
};

/* What a command has, as its row spells it. */
#define RMI_COMMAND(name, number, in, out, text) \
	"is no condition of the command: it takes nth, times, realm, phase and the arguments " #in,
static const char *const no_such_argument[] = {
#include "spec/rmi_commands.def"
	"is no condition of `any`: it takes nth, times, realm, phase and x1 to x5",
	"is no condition of an allocation: it takes nth, times and phase",
};
#undef RMI_COMMAND
#define RMI_COMMAND(name, number, in, out, text) \
	"is neither a condition of the command (nth, times, realm, phase, " #in ") nor a result of it " #out,
static const char *const no_such_result[] = {
#include "spec/rmi_commands.def"
};
#undef RMI_COMMAND

#define RMI_STATUS(name, value, text) #name ", "
static const char no_such_status[] = "is no status: it takes "
#include "spec/rmi_statuses.def"
				     "NOT_SUPPORTED, BUSY, or X0 as a number";
#undef RMI_STATUS

static const char too_big[] = "the number does not fit in 64 bits";

/* Always false: what the reading function returns. */
static bool fail(struct reader *r, struct word word, const char *text)
{
	struct reeve_fault_error *error = r->error;
	size_t size = word.size < sizeof(error->word) ? word.size : sizeof(error->word) - 1;

	*error = (struct reeve_fault_error){.line = r->line, .text = text};
	for (size_t i = 0; i < size; i++) {
		char c = word.text[i];

		if ((unsigned char)c < ' ' || c == 0x7F) {
			c = '?';
		}
		error->word[i] = c;
	}
	return false;
}

static bool read_number(struct reader *r, struct word word, const char *text, uint64_t *value)
{
	enum number_fault fault = word_number(word, value);

	return fault == NUMBER_FINE || fail(r, r->item, fault == NUMBER_TOO_BIG ? too_big : text);
}

/* From 1; no sign. */
static bool read_count(struct reader *r, struct word word, const char *text, uint64_t *value)
{
	uint64_t count = 0;

	if (word.text[0] == '-') {
		return fail(r, r->item, text);
	}
	if (!read_number(r, word, text, &count)) {
		return false;
	}
	*value = count;
	return count != 0 || fail(r, r->item, text);
}

static bool read_nth(struct reader *r, struct draft *d, struct word value)
{
	return read_count(r, value, "calls are counted from 1: nth=1 is the first", &d->rule->nth);
}

static bool read_times(struct reader *r, struct draft *d, struct word value)
{
	if (word_is(value, "all")) {
		d->rule->times = UINT64_MAX;
		return true;
	}
	return read_count(r, value, "is no number of calls: it takes a number from 1, or `all`", &d->rule->times);
}

static bool read_realm(struct reader *r, struct draft *d, struct word value)
{
	uint64_t number = 0;
	const char *problem;

	if (!read_count(r, value, "realms are counted from 1 in the order of their creation", &number)) {
		return false;
	}
	if (number > UINT32_MAX) {
		return fail(r, r->item, "there will be no realm of that number");
	}
	d->rule->realm = (unsigned)number;
	problem = realm_problem(d->rule);
	return problem == NULL || fail(r, r->item, problem);
}

static bool read_phase(struct reader *r, struct draft *d, struct word value)
{
	if (value.size >= REEVE_FAULT_PHASE_MAX) {
		return fail(r, r->item, "a phase's name has at most 15 bytes");
	}
	for (size_t i = 0; i < value.size; i++) {
		if (value.text[i] == '\0') {
			return fail(r, r->item, "a phase's name has no zero byte");
		}
	}
	memcpy(d->rule->phase, value.text, value.size);
	return true;
}

/* NAME or NAME(INDEX). */
static bool read_status_name(struct reader *r, struct word value, uint64_t *status)
{
	struct word name;
	struct word index;
	uint64_t number = 0;
	unsigned found = 0;

	word_split(value, "(", &name, &index);
	while (found < RMI_STATUS_COUNT && !word_is(name, rmi_status_name(found))) {
		found++;
	}
	if (found == RMI_STATUS_COUNT) {
		return fail(r, r->item, no_such_status);
	}
	*status = FIELD_SET(0, RMI_RETURN_STATUS, found);
	if (word_is_empty(index)) {
		return true;
	}
	index = word_tail(index);
	if (word_is_empty(index) || index.text[index.size - 1] != ')' ||
		word_number((struct word){index.text, index.size - 1}, &number) != NUMBER_FINE ||
		(number > UINT8_MAX && number != UINT64_MAX)) {
		return fail(r, r->item, "an index is a number from -1 to 255: ERROR_RTT(2)");
	}
	*status = FIELD_SET(*status, RMI_RETURN_INDEX, number);
	return true;
}

static bool read_status(struct reader *r, struct draft *d, struct word value)
{
	uint64_t *status = &d->rule->status;

	if (word_looks_like_number(value)) {
		return read_number(r, value, no_such_status, status);
	}
	if (word_is(value, WORD_NOT_SUPPORTED) || word_is(value, WORD_BUSY)) {
		*status = word_is(value, WORD_BUSY) ? (uint64_t)RMI_V2_BUSY : SMCCC_NOT_SUPPORTED;
		return true;
	}
	return read_status_name(r, value, status);
}

static bool read_us(struct reader *r, struct draft *d, struct word value)
{
	static const char text[] = "is no number of microseconds";

	if (value.text[0] == '-') {
		return fail(r, r->item, text);
	}
	return read_number(r, value, text, &d->rule->delay_us);
}

enum { KEY_NTH, KEY_TIMES, KEY_REALM, KEY_PHASE, KEY_STATUS, KEY_US, KEY_COUNT };
static const struct key keys[KEY_COUNT] = {
	[KEY_NTH] = {"nth", read_nth, BITS_ALL, true, NULL},
	[KEY_TIMES] = {"times", read_times, BITS_ALL, true, NULL},
	[KEY_REALM] = {"realm", read_realm, BITS_ALL, true, NULL}, /* what is wrong with alloc, realm_problem says */
	[KEY_PHASE] = {"phase", read_phase, BITS_ALL, true, NULL},
	[KEY_STATUS] = {WORD_STATUS, read_status, BIT_REFUSE | BIT_MISREPORT, false,
		"only refuse and misreport have a status (an argument of that name goes by its register: x3=NUMBER)"},
	[KEY_US] = {"us", read_us, BIT_DELAY, false, "only delay has us="},
};

static bool read_key(struct reader *r, struct draft *d, unsigned index, struct word value)
{
	const struct key *key = &keys[index];

	if ((key->actions & 1U << d->rule->action) == 0) {
		return fail(r, r->item, key->forbidden);
	}
	if (d->rule->command == REEVE_FAULT_ALLOC && !key->with_alloc) {
		return fail(r, r->item, "an allocation that is refused has no status: it takes nth, times and phase");
	}
	if ((d->keys & 1U << index) != 0) {
		return fail(r, r->item, "is given twice: once is enough");
	}
	d->keys |= 1U << index;
	return key->read(r, d, value);
}

/* The register of an argument by its name, or by `x1`. */
static unsigned argument_register(unsigned command, struct word name)
{
	const struct rmi_command_info *info = rmi_command_info((enum rmi_command)command);
	uint64_t x = 0;

	if (name.size == 2 && name.text[0] == 'x' && word_number(word_tail(name), &x) == NUMBER_FINE &&
		x <= RMI_ARGUMENT_MAX && command <= REEVE_FAULT_ANY) {
		return (unsigned)x;
	}
	return info == NULL ? 0 : register_of_name(info->in, name);
}

/* Split LOW..HIGH; a single number is both. What is missing on a side is empty there. */
static void split_range(struct word value, struct word *low, struct word *high)
{
	*low = value;
	*high = value;
	for (size_t i = 0; i + 1 < value.size; i++) {
		if (value.text[i] == '.' && value.text[i + 1] == '.') {
			*low = (struct word){value.text, i};
			*high = (struct word){value.text + i + 2, value.size - i - 2};
			return;
		}
	}
}

static bool read_match(struct reader *r, struct draft *d, unsigned x, struct word value)
{
	static const char text[] = "is neither a number nor a range of them: ipa=0x1000, level=-1..2";
	struct reeve_fault_match *match = &d->rule->match[d->match_count];
	struct word low;
	struct word high;
	const char *problem;

	if (d->match_count == RMI_ARGUMENT_MAX) {
		return fail(r, r->item, "every argument has a condition already: LOW..HIGH is a range");
	}
	split_range(value, &low, &high);
	if (!read_number(r, low, text, &match->low) || !read_number(r, high, text, &match->high)) {
		return false;
	}
	match->x = (uint8_t)x;
	problem = match_problem(d->rule, d->match_count);
	d->match_count++;
	return problem == NULL || fail(r, r->item, problem);
}

/* NUMBER, NAME, NAME+NUMBER or NAME-NUMBER. */
static bool read_value(
	struct reader *r, const struct rmi_command_info *info, struct word word, struct reeve_fault_value *value)
{
	static const char text[] =
		"the value is no number, and no argument or result of the command: top-4096, rd, 0x40";
	struct word name;
	struct word distance;
	uint64_t more = 0;

	if (word_looks_like_number(word)) {
		value->kind = REEVE_FAULT_NUMBER;
		return read_number(r, word, text, &value->more);
	}
	word_split(word, "+-", &name, &distance);
	value->kind = REEVE_FAULT_ARGUMENT;
	value->x = (uint8_t)register_of_name(info->in, name);
	if (value->x == 0) {
		value->kind = REEVE_FAULT_RESULT;
		value->x = (uint8_t)register_of_name(info->out, name);
	}
	if (value->x == 0) {
		return fail(r, r->item, text);
	}
	if (word_is_empty(distance)) {
		return true;
	}
	if (distance.size > 1 && distance.text[1] == '-') {
		return fail(r, r->item, text);
	}
	if (!read_number(r, word_tail(distance), text, &more)) {
		return false;
	}
	value->more = distance.text[0] == '-' ? 0 - more : more;
	return true;
}

/* exit.MEMBER or exit.MEMBER[INDEX] behind the point. */
static bool read_exit_target(struct reader *r, struct word word, struct reeve_fault_set *set)
{
	struct exit_member member;
	struct word name;
	struct word index;
	uint64_t number = 0;

	word_split(word, "[", &name, &index);
	if (!exit_member_of_name(name, &member)) {
		return fail(
			r, r->item, "is no member of the run page's exit part, like exit.esr (spec/structures.def)");
	}
	if (member.count == 1 && !word_is_empty(index)) {
		return fail(r, r->item, "the member is no array: it has no index");
	}
	if (member.count > 1) {
		bool is_closed = index.size > 2 && index.text[index.size - 1] == ']';

		if (!is_closed || word_number((struct word){index.text + 1, index.size - 2}, &number) != NUMBER_FINE ||
			number >= member.count) {
			return fail(r, r->item, "the member is an array: one of it goes by its index, exit.gprs[0]");
		}
	}
	set->size = (uint8_t)member.size;
	set->offset = (uint16_t)(member.offset + number * member.size);
	return true;
}

static bool read_set(struct reader *r, struct draft *d, struct word name, struct word value)
{
	const struct rmi_command_info *info = rmi_command_info((enum rmi_command)d->rule->command);
	size_t prefix = sizeof(WORD_EXIT) - 1;
	bool is_exit = name.size > prefix && memcmp(name.text, WORD_EXIT, prefix) == 0;
	struct reeve_fault_set set = {.x = (uint8_t)register_of_name(info->out, name)};
	const char *problem;

	if (is_exit && d->rule->command != RMI_REC_ENTER) {
		return fail(r, r->item, "only RMI_REC_ENTER has a run page with exit members");
	}
	if (set.x == 0 && !is_exit) {
		return fail(r, r->item,
			d->rule->command == RMI_REC_ENTER
				? "is neither a condition of the command nor a member of its run page, like exit.esr"
				: no_such_result[d->rule->command]);
	}
	if (is_exit && !read_exit_target(r, (struct word){name.text + prefix, name.size - prefix}, &set)) {
		return false;
	}
	if (!read_value(r, info, value, &set.value)) {
		return false;
	}
	if (d->rule->set_count == REEVE_FAULT_SETS) {
		return fail(r, r->item, "one rule alters at most 4 results: take a second rule");
	}
	d->rule->set[d->rule->set_count] = set;
	problem = set_problem(d->rule, d->rule->set_count);
	d->rule->set_count++;
	return problem == NULL || fail(r, r->item, problem);
}

/* A NAME that means what the command says. */
static bool read_named(struct reader *r, struct draft *d, struct word name, struct word value)
{
	const struct rmi_command_info *info = rmi_command_info((enum rmi_command)d->rule->command);
	unsigned x = argument_register(d->rule->command, name);

	if (x != 0) {
		return read_match(r, d, x, value);
	}
	if (d->rule->action == REEVE_FAULT_ALTER) {
		return read_set(r, d, name, value);
	}
	if (info != NULL && register_of_name(info->out, name) != 0) {
		return fail(r, r->item, "is a result: only alter changes results");
	}
	return fail(r, r->item, no_such_argument[d->rule->command]);
}

static bool read_item(struct reader *r, struct draft *d)
{
	struct word name;
	struct word value;

	word_split(r->item, "=", &name, &value);
	if (word_is_empty(value)) {
		return fail(r, r->item, "is no NAME=VALUE");
	}
	value = word_tail(value);
	if (word_is_empty(name) || word_is_empty(value)) {
		return fail(r, r->item, "NAME=VALUE has something on both sides of the `=`, without blanks");
	}
	for (unsigned i = 0; i < KEY_COUNT; i++) {
		if (word_is(name, keys[i].name)) {
			return read_key(r, d, i, value);
		}
	}
	return read_named(r, d, name, value);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Take the next word off *rest. */
static struct word next_word(struct word *rest)
{
	struct word blanks = {rest->text, 0};
	struct word word;

	while (blanks.size < rest->size && is_blank(rest->text[blanks.size])) {
		blanks.size++;
	}
	*rest = (struct word){rest->text + blanks.size, rest->size - blanks.size};
	word_split(*rest, " \t\r", &word, rest);
	return word;
}

static bool read_action(struct reader *r, struct word word, struct reeve_fault_rule *rule)
{
	for (unsigned i = 0; i < REEVE_FAULT_ACTION_COUNT; i++) {
		if (word_is(word, action_name(i))) {
			rule->action = (enum reeve_fault_action)i;
			return true;
		}
	}
	return fail(r, word, "is no action: a rule begins with refuse, misreport, alter or delay");
}

static bool read_command(struct reader *r, struct word word, struct reeve_fault_rule *rule)
{
	const char *problem;

	rule->command = command_of_name(word);
	if (word_is(word, WORD_ANY) || word_is(word, WORD_ALLOC)) {
		rule->command = word_is(word, WORD_ANY) ? REEVE_FAULT_ANY : REEVE_FAULT_ALLOC;
	} else if (rule->command == RMI_COMMAND_COUNT) {
		return fail(r, word, "is no command: it takes one of RMI v1.0 (DATA_CREATE), `any` or `alloc`");
	}
	problem = command_problem(rule->action, rule->command);
	return problem == NULL || fail(r, word, problem);
}

/* What the rule says without its end missing. */
static bool read_end(struct reader *r, const struct draft *d, struct word action)
{
	const struct reeve_fault_rule *rule = d->rule;
	bool is_refusal = rule->action == REEVE_FAULT_REFUSE || rule->action == REEVE_FAULT_MISREPORT;
	const char *problem;

	if (is_refusal && rule->command != REEVE_FAULT_ALLOC && (d->keys & 1U << KEY_STATUS) == 0) {
		return fail(r, action, "does not say with what: status=STATUS is missing");
	}
	if (rule->action == REEVE_FAULT_DELAY && (d->keys & 1U << KEY_US) == 0) {
		return fail(r, action, "does not say for how long: us=NUMBER is missing");
	}
	problem = rule_problem(rule);
	return problem == NULL || fail(r, action, problem);
}

/* One rule, or nothing, between two ends of a rule. */
static bool read_rule(struct reader *r, struct word text, struct reeve_fault_plan *plan)
{
	struct word action = next_word(&text);
	struct draft draft = {.rule = &plan->rules[plan->count]};
	struct word command;

	if (word_is_empty(action)) {
		return true;
	}
	if (plan->count == REEVE_FAULT_RULES) {
		return fail(r, action, "a plan has at most 16 rules: this is one more");
	}
	draft.rule->nth = 1;
	draft.rule->times = 1;
	command = next_word(&text);
	if (!read_action(r, action, draft.rule)) {
		return false;
	}
	if (word_is_empty(command)) {
		return fail(r, action, "does not say which command: refuse DATA_CREATE status=BUSY");
	}
	if (!read_command(r, command, draft.rule)) {
		return false;
	}
	for (r->item = next_word(&text); !word_is_empty(r->item); r->item = next_word(&text)) {
		if (!read_item(r, &draft)) {
			return false;
		}
	}
	plan->count++;
	return read_end(r, &draft, action);
}

/* The rules of a line, which may end with a comment. */
static bool read_line(struct reader *r, struct word line, struct reeve_fault_plan *plan)
{
	struct word comment;

	word_split(line, "#", &line, &comment);
	while (!word_is_empty(line)) {
		struct word rule;

		word_split(line, ";", &rule, &line);
		line = word_tail(line);
		if (!read_rule(r, rule, plan)) {
			return false;
		}
	}
	return true;
}

bool reeve_fault_plan_parse(
	const char *text, size_t size, struct reeve_fault_plan *plan, struct reeve_fault_error *error)
{
	struct reader r = {.error = error};
	struct word rest = {text, size};
	struct reeve_fault_plan read;

	memset(&read, 0, sizeof(read));
	while (!word_is_empty(rest)) {
		struct word line;

		r.line++;
		word_split(rest, "\n", &line, &rest);
		rest = word_tail(rest);
		if (!read_line(&r, line, &read)) {
			return false;
		}
	}
	memcpy(plan, &read, sizeof(read));
	return true;
}
