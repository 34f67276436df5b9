/* SPDX-License-Identifier: BSD-2-Clause */
/* plan.h - plans of faults as the command takes them: from an option's value or a file, and only what a run can follow.
 *
 * P1: what is refused is named with its line, its word, and what would be right. */
#ifndef TOOLS_PLAN_H
#define TOOLS_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "reeve/fault.h"
#include "tools/message.h"

enum { PLAN_DELAY_MAX_US = 60000000, PLAN_FILE_MAX = 64 << 10 };

/* Where rules can be in force: what they are for ("a run"), and the names of its phases, up to NULL. */
struct plan_phases {
	const char *of;
	const char *const *names;
};

extern const struct plan_phases plan_run_phases;

/* Read the plan in text[0..size), which came from `where`. True and *plan set, or false, *plan untouched and *why set when it is no plan, or
 * a rule waits too long or for a phase that is none of `phases`. */
bool plan_read(const char *where, const char *text, size_t size, const struct plan_phases *phases,
	struct reeve_fault_plan *plan, struct message *why);

/* Read the file at `path` and put its rules before those of *plan. False, *plan untouched and *why set when it cannot be read, is too large,
 * or is no such plan, or there are too many rules. */
bool plan_prepend_file(
	const char *path, const struct plan_phases *phases, struct reeve_fault_plan *plan, struct message *why);

enum { PLAN_RULES_MAX = 512 };

/* The plan's rules as --rule takes them, in text[0..size), cut to what fits. */
void plan_rules(const struct reeve_fault_plan *plan, char *text, size_t size);

#endif
