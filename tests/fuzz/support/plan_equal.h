/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_equal.h - whether two plans say the same, member by member: padding says nothing. */
#ifndef TESTS_FUZZ_SUPPORT_PLAN_EQUAL_H
#define TESTS_FUZZ_SUPPORT_PLAN_EQUAL_H

#include "reeve/fault.h"

bool rule_equal(const struct reeve_fault_rule *a, const struct reeve_fault_rule *b);
bool plan_equal(const struct reeve_fault_plan *a, const struct reeve_fault_plan *b);

#endif
