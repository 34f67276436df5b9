/* SPDX-License-Identifier: BSD-2-Clause */
/* structures.c - see structures.h. */
#include "tools/rmi/structures.h"

#include <string.h>

#include "reeve/address.h"
#include "reeve/rsi.h"

enum { BYTE_BITS = 8, BYTE_MASK = 0xFF };

/* Those that spec/ has rows for, and which of them a shell has. */
enum {
	KIND_rmi_realm_params = STRUCTURE_REALM_PARAMS,
	KIND_rmi_rec_params = STRUCTURE_REC_PARAMS,
	KIND_rmi_rec_enter = STRUCTURE_REC_RUN,
	KIND_rsi_host_call = STRUCTURE_HOST_CALL,
	KIND_rmi_rec_exit = STRUCTURE_REC_EXIT,
	KIND_rmi_rec_run = STRUCTURE_COUNT,
	KIND_rsi_realm_config = STRUCTURE_COUNT,
};

/* Bytes of an element: an array of registers or of bytes; what is neither is one element. */
#define ELEMENT(type, member, size) \
	_Generic(((struct type *)0)->member, uint8_t * : 1, uint64_t * : 8, default : (size))

#define MEMBER(type, name, offset, size) \
	{(enum structure)KIND_##type, #name, offset, ELEMENT(type, name, size), (size) / ELEMENT(type, name, size)},
static const struct member members[] = {
#include "spec/structures.def"
};

static const struct {
	const char *name;
	size_t size;
} structures[STRUCTURE_COUNT] = {
	[STRUCTURE_REALM_PARAMS] = {"RmiRealmParams", sizeof(struct rmi_realm_params)},
	[STRUCTURE_REC_PARAMS] = {"RmiRecParams", sizeof(struct rmi_rec_params)},
	[STRUCTURE_REC_RUN] = {"RmiRecRun", sizeof(struct rmi_rec_run)},
	[STRUCTURE_HOST_CALL] = {"RsiHostCall", sizeof(struct rsi_host_call)},
	[STRUCTURE_REC_EXIT] = {"RmiRecExit", sizeof(struct rmi_rec_exit)},
};

static const struct {
	enum rmi_command command;
	unsigned argument;
	enum structure structure;
} arguments[] = {
	{RMI_REALM_CREATE, 1, STRUCTURE_REALM_PARAMS},
	{RMI_REC_CREATE, 2, STRUCTURE_REC_PARAMS},
	{RMI_REC_ENTER, 1, STRUCTURE_REC_RUN},
};

static const char *structure_at(size_t index)
{
	return index < STRUCTURE_REC_EXIT ? structures[index].name : NULL;
}

const struct name_list names_structures = {"structure", structure_at};

size_t structure_size(enum structure structure)
{
	return structures[structure].size;
}

const struct member *structure_member(enum structure structure, size_t index)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (members[i].structure == structure && index-- == 0) {
			return &members[i];
		}
	}
	return NULL;
}

const struct member *structure_find(enum structure structure, const struct span *name, struct line_error *error)
{
	const struct member *found = NULL;
	const struct member *member;
	unsigned count = 0;

	for (size_t i = 0; (member = structure_member(structure, i)) != NULL; i++) {
		if (span_is(name, member->name)) {
			return member;
		}
		if (strncmp(member->name, name->at, name->size) == 0) {
			found = member;
			count++;
		}
	}
	if (count != 1) {
		(void)line_wrong(error, name->column, "%s has %s '%.*s'; help %s names its fields",
			structures[structure].name, count == 0 ? "no field" : "more than one field", (int)name->size,
			name->at, structures[structure].name);
		return NULL;
	}
	return found;
}

enum structure structure_of_argument(enum rmi_command command, unsigned argument)
{
	for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
		if (arguments[i].command == command && arguments[i].argument == argument) {
			return arguments[i].structure;
		}
	}
	return STRUCTURE_COUNT;
}

uint64_t bytes_load(const uint8_t *at, unsigned width)
{
	uint64_t value = 0;

	for (unsigned i = width; i-- > 0;) {
		value = value << BYTE_BITS | at[i];
	}
	return value;
}

void bytes_store(uint8_t *at, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width; i++) {
		at[i] = (uint8_t)(value >> (BYTE_BITS * i) & BYTE_MASK);
	}
}
