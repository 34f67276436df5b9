/* SPDX-License-Identifier: BSD-2-Clause */
/* plan_equal.c - plans compared member by member. */
#include "tests/fuzz/support/plan_equal.h"

#include <string.h>

static bool set_equal(const struct reeve_fault_set *a, const struct reeve_fault_set *b)
{
	return a->x == b->x && a->size == b->size && a->offset == b->offset && a->value.kind == b->value.kind &&
		a->value.x == b->value.x && a->value.more == b->value.more;
}

static bool match_equal(const struct reeve_fault_match *a, const struct reeve_fault_match *b)
{
	return a->x == b->x && a->low == b->low && a->high == b->high;
}

bool rule_equal(const struct reeve_fault_rule *a, const struct reeve_fault_rule *b)
{
	bool is_equal = a->action == b->action && a->command == b->command && a->nth == b->nth &&
		a->times == b->times && a->realm == b->realm && memcmp(a->phase, b->phase, sizeof(a->phase)) == 0 &&
		a->status == b->status && a->set_count == b->set_count && a->delay_us == b->delay_us;

	for (unsigned i = 0; i < RMI_ARGUMENT_MAX; i++) {
		is_equal = is_equal && match_equal(&a->match[i], &b->match[i]);
	}
	for (unsigned i = 0; i < REEVE_FAULT_SETS; i++) {
		is_equal = is_equal && set_equal(&a->set[i], &b->set[i]);
	}
	return is_equal;
}

bool plan_equal(const struct reeve_fault_plan *a, const struct reeve_fault_plan *b)
{
	bool is_equal = a->count == b->count;

	for (unsigned i = 0; is_equal && i < a->count; i++) {
		is_equal = rule_equal(&a->rules[i], &b->rules[i]);
	}
	return is_equal;
}
