/* SPDX-License-Identifier: BSD-2-Clause */
/* words.c - what the words of a plan name; the names are rows of spec/. */
#include "fault/words.h"

#include <string.h>

#include "reeve/fault.h"

static const char command_prefix[] = "RMI_";

struct member_row {
	const char *structure;
	const char *name;
	size_t offset;
	size_t size;
};

#define MEMBER(structure, member, offset, size) {#structure, #member, offset, size},
static const struct member_row members[] = {
#include "spec/structures.def"
};
static const char exit_structure[] = "rmi_rec_exit";

static const char *const action_names[REEVE_FAULT_ACTION_COUNT] = {
	[REEVE_FAULT_REFUSE] = "refuse",
	[REEVE_FAULT_MISREPORT] = "misreport",
	[REEVE_FAULT_ALTER] = "alter",
	[REEVE_FAULT_DELAY] = "delay",
};

/* A test compares this with the arguments' names. */
static const uint8_t abouts[RMI_COMMAND_COUNT] = {
	[RMI_DATA_CREATE] = ABOUT_RD,
	[RMI_DATA_CREATE_UNKNOWN] = ABOUT_RD,
	[RMI_DATA_DESTROY] = ABOUT_RD,
	[RMI_REALM_ACTIVATE] = ABOUT_RD,
	[RMI_REALM_CREATE] = ABOUT_NEW,
	[RMI_REALM_DESTROY] = ABOUT_RD,
	[RMI_REC_CREATE] = ABOUT_RD,
	[RMI_REC_DESTROY] = ABOUT_REC,
	[RMI_REC_ENTER] = ABOUT_REC,
	[RMI_RTT_CREATE] = ABOUT_RD,
	[RMI_RTT_DESTROY] = ABOUT_RD,
	[RMI_RTT_MAP_UNPROTECTED] = ABOUT_RD,
	[RMI_RTT_READ_ENTRY] = ABOUT_RD,
	[RMI_RTT_UNMAP_UNPROTECTED] = ABOUT_RD,
	[RMI_PSCI_COMPLETE] = ABOUT_REC,
	[RMI_RTT_FOLD] = ABOUT_RD,
	[RMI_REC_AUX_COUNT] = ABOUT_RD,
	[RMI_RTT_INIT_RIPAS] = ABOUT_RD,
	[RMI_RTT_SET_RIPAS] = ABOUT_RD,
};

bool name_is(const char *name, const char *other)
{
	while (*name != '\0' && *name == *other) {
		name++;
		other++;
	}
	return *name == *other;
}

/* Not by the name's length: compilers would call strlen for it, and there is none. */
bool word_is(struct word word, const char *name)
{
	size_t i = 0;

	while (i < word.size && name[i] != '\0' && name[i] == word.text[i]) {
		i++;
	}
	return i == word.size && name[i] == '\0';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool word_looks_like_number(struct word word)
{
	return word.size > 0 && (word.text[0] == '-' || is_digit(word.text[0]));
}

static bool is_one_of(char c, const char *any)
{
	while (*any != '\0' && *any != c) {
		any++;
	}
	return *any != '\0';
}

void word_split(struct word word, const char *any, struct word *left, struct word *right)
{
	size_t at = 0;

	while (at < word.size && !is_one_of(word.text[at], any)) {
		at++;
	}
	*left = (struct word){word.text, at};
	*right = (struct word){word.text + at, word.size - at};
}

struct word word_tail(struct word word)
{
	return word_is_empty(word) ? word : (struct word){word.text + 1, word.size - 1};
}

/* The digit's value, or `base` when it is none. */
static unsigned digit_of(char c, unsigned base)
{
	unsigned digit = base;

	if (is_digit(c)) {
		digit = (unsigned)(c - '0');
	} else if (c >= 'a' && c <= 'f') {
		digit = (unsigned)(c - 'a') + 10;
	} else if (c >= 'A' && c <= 'F') {
		digit = (unsigned)(c - 'A') + 10;
	}
	return digit < base ? digit : base;
}

static enum number_fault digits(struct word word, unsigned base, uint64_t *value)
{
	uint64_t sum = 0;
	bool fits = true;

	for (size_t i = 0; i < word.size; i++) {
		unsigned digit = digit_of(word.text[i], base);

		if (digit == base) {
			return NUMBER_NONE;
		}
		fits = fits && sum <= (UINT64_MAX - digit) / base;
		sum = sum * base + digit;
	}
	if (word_is_empty(word) || !fits) {
		return fits ? NUMBER_NONE : NUMBER_TOO_BIG;
	}
	*value = sum;
	return NUMBER_FINE;
}

enum number_fault word_number(struct word word, uint64_t *value)
{
	bool is_negative = word.size > 0 && word.text[0] == '-';
	struct word rest = is_negative ? word_tail(word) : word;
	enum number_fault fault;
	uint64_t magnitude = 0;

	if (rest.size > 1 && rest.text[0] == '0' && rest.text[1] == 'x') {
		fault = digits(word_tail(word_tail(rest)), 16, &magnitude);
	} else {
		fault = digits(rest, 10, &magnitude);
	}
	if (fault == NUMBER_FINE && is_negative && magnitude > (uint64_t)INT64_MAX + 1) {
		fault = NUMBER_TOO_BIG;
	}
	if (fault == NUMBER_FINE) {
		*value = is_negative ? 0 - magnitude : magnitude;
	}
	return fault;
}

unsigned register_of_name(const char *const *names, struct word name)
{
	for (unsigned i = 0; names[i] != NULL; i++) {
		if (word_is(name, names[i])) {
			return i + 1;
		}
	}
	return 0;
}

const char *name_of_register(const char *const *names, unsigned max, unsigned x)
{
	return x >= 1 && x <= max ? names[x - 1] : NULL;
}

const char *action_name(unsigned action)
{
	return action < REEVE_FAULT_ACTION_COUNT ? action_names[action] : NULL;
}

const char *command_short_name(const struct rmi_command_info *info)
{
	return info->name + sizeof(command_prefix) - 1;
}

enum rmi_command command_of_name(struct word name)
{
	size_t prefix = sizeof(command_prefix) - 1;

	if (name.size > prefix && memcmp(name.text, command_prefix, prefix) == 0) {
		name = (struct word){name.text + prefix, name.size - prefix};
	}
	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		if (word_is(name, command_short_name(rmi_command_info((enum rmi_command)i)))) {
			return (enum rmi_command)i;
		}
	}
	return RMI_COMMAND_COUNT;
}

enum about command_about(unsigned command)
{
	return command < RMI_COMMAND_COUNT ? (enum about)abouts[command] : ABOUT_NONE;
}

/* An array of the exit part is one of 64-bit words. */
static bool exit_member_of_row(const struct member_row *row, struct exit_member *member)
{
	bool is_array = row->size > sizeof(uint64_t);

	if (!name_is(row->structure, exit_structure)) {
		return false;
	}
	*member = (struct exit_member){
		.name = row->name,
		.offset = row->offset,
		.size = is_array ? sizeof(uint64_t) : row->size,
		.count = is_array ? row->size / sizeof(uint64_t) : 1,
	};
	return true;
}

bool exit_member_of_name(struct word name, struct exit_member *member)
{
	struct exit_member found;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (exit_member_of_row(&members[i], &found) && word_is(name, found.name)) {
			*member = found;
			return true;
		}
	}
	return false;
}

bool exit_member_at(size_t offset, size_t size, struct exit_member *member)
{
	struct exit_member found;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (exit_member_of_row(&members[i], &found) && found.size == size && offset >= found.offset &&
			offset < found.offset + found.count * size && (offset - found.offset) % size == 0) {
			*member = found;
			return true;
		}
	}
	return false;
}
