/* SPDX-License-Identifier: BSD-2-Clause */
/* check.h - whether a rule makes sense, whoever made it: a plan's text or a program. Each answers NULL, or what is wrong. */
#ifndef FAULT_CHECK_H
#define FAULT_CHECK_H

#include "reeve/fault.h"

/* May the action be about the command at all? */
const char *command_problem(enum reeve_fault_action action, unsigned command);

/* Of one of the rule's matches, or sets, given those before it. */
const char *match_problem(const struct reeve_fault_rule *rule, unsigned index);
const char *set_problem(const struct reeve_fault_rule *rule, unsigned index);

const char *realm_problem(const struct reeve_fault_rule *rule);
const char *phase_problem(const struct reeve_fault_rule *rule);

/* All of these, and that an alteration alters. */
const char *rule_problem(const struct reeve_fault_rule *rule);

/* Does the rule write into a run page? */
bool rule_alters_exit(const struct reeve_fault_rule *rule);

#endif
