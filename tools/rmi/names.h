/* SPDX-License-Identifier: BSD-2-Clause */
/* names.h - the words the monitor's shell knows, as lists: from spec/ where they are the interface's. */
#ifndef TOOLS_RMI_NAMES_H
#define TOOLS_RMI_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/rmi.h"
#include "tools/rmi/words.h"

/* `at` answers NULL behind the last name. */
struct name_list {
	const char *what; /* "command" */
	const char *(*at)(size_t index);
};

extern const struct name_list names_commands;   /* by enum rmi_command, without RMI_ */
extern const struct name_list names_statuses;   /* by enum rmi_status */
extern const struct name_list names_conditions; /* by enum rmi_condition; CONDITION_NONE is "" */
extern const struct name_list names_states;     /* by enum rmi_granule_state */
extern const struct name_list names_reasons;    /* by enum rmi_exit_reason */
extern const struct name_list names_constants;  /* sha256, RUNNABLE, RAM, RSI_VERSION; constant_value */

/* The name that is exactly the span. */
bool name_find(const struct name_list *list, const struct span *span, size_t *index);
/* The name that was perhaps meant, or NULL. */
const char *name_near(const struct name_list *list, const struct span *span);
/* Say that it is none of them, with the one that was perhaps meant. Returns false. */
bool name_unknown(const struct name_list *list, const struct span *span, struct line_error *error);

uint64_t constant_value(size_t index);

/* X0 to X30: whether the name is one of them, below `count`. */
bool register_find(const struct span *name, unsigned count, unsigned *index);

/* The name of a result or argument's value, as of a state or a RIPAS; NULL when it is just a number. */
const char *name_of_value(const char *what, uint64_t value);

#endif
