/* SPDX-License-Identifier: BSD-2-Clause */
/* structures.h - the structures of the interface by the names of their fields: spec/structures.def as rows. */
#ifndef TOOLS_RMI_STRUCTURES_H
#define TOOLS_RMI_STRUCTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/rmi.h"
#include "tools/rmi/names.h"

enum structure {
	STRUCTURE_REALM_PARAMS,
	STRUCTURE_REC_PARAMS,
	STRUCTURE_REC_RUN, /* its fields are those of RmiRecEnter */
	STRUCTURE_HOST_CALL,
	STRUCTURE_REC_EXIT, /* not to be written, only looked at */
	STRUCTURE_COUNT
};

struct member {
	enum structure structure;
	const char *name;
	unsigned offset;
	unsigned width; /* bytes of an element: 1, 2, 4 or 8 */
	unsigned count; /* of elements; 1: no array */
};

extern const struct name_list names_structures; /* by enum structure, those that can be written */

/* Bytes that writing one clears. */
size_t structure_size(enum structure structure);

/* Member `index` of the structure, or NULL behind the last. */
const struct member *structure_member(enum structure structure, size_t index);
/* The member that the name, or the beginning of just one name, stands for; NULL with the error set. */
const struct member *structure_find(enum structure structure, const struct span *name, struct line_error *error);

/* What a command takes in the granule that its argument number `argument` points to; STRUCTURE_COUNT: nothing. */
enum structure structure_of_argument(enum rmi_command command, unsigned argument);

/* Little-endian, `width` bytes. */
uint64_t bytes_load(const uint8_t *at, unsigned width);
void bytes_store(uint8_t *at, unsigned width, uint64_t value);

#endif
