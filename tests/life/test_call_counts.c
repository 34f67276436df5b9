/* SPDX-License-Identifier: BSD-2-Clause */
/* test_call_counts.c - the host library makes no RMI call more than a realm of 1 GiB needs (H14). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "tests/life/support/call_counts.h"

static unsigned differences(const struct calls *calls, enum calls_phase phase)
{
	unsigned count = 0;

	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		uint64_t made = calls->made[phase][i];
		uint64_t expected = calls->least[phase][i];

		if (made != expected) {
			print_error("%s: %llu of %s, not %llu\n", calls_phase_text(phase), (unsigned long long)made,
				rmi_command_info((enum rmi_command)i)->name, (unsigned long long)expected);
			count++;
		}
	}
	return count;
}

static void test_no_call_too_many(void **state)
{
	static struct calls calls;
	unsigned differ = 0;

	(void)state;
	calls_count(&calls);
	if (calls.wrong != NULL) {
		print_error("%s\n", calls.wrong);
	}
	assert_null(calls.wrong);
	for (unsigned phase = 0; phase < CALLS_PHASE_COUNT; phase++) {
		differ += differences(&calls, (enum calls_phase)phase);
	}
	assert_int_equal(differ, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_no_call_too_many)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
