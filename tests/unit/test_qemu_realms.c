/* SPDX-License-Identifier: BSD-2-Clause */
/* test_qemu_realms.c - which realm a call of the machine's host is about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tools/qemu/realms.h"

enum { REFUSED = RMI_ERROR_INPUT };

/* The number of a call with these first arguments that returned `status`. */
static unsigned number(struct realms *realms, enum rmi_command command, uint64_t x1, uint64_t x2, uint64_t status)
{
	struct trace_call call = {.command = command, .in = {0, x1, x2}, .out = {status}};

	return realms_of_call(realms, &call);
}

static void numbers_follow_creation(void **state)
{
	struct realms realms = {0};

	(void)state;
	assert_int_equal(number(&realms, RMI_REALM_CREATE, 0x1000, 0x9000, REFUSED), 0);
	assert_int_equal(number(&realms, RMI_REALM_CREATE, 0x1000, 0x9000, RMI_SUCCESS), 1);
	assert_int_equal(number(&realms, RMI_REALM_CREATE, 0x2000, 0x9000, RMI_SUCCESS), 2);
	assert_int_equal(number(&realms, RMI_REC_CREATE, 0x2000, 0x5000, RMI_SUCCESS), 2);
	assert_int_equal(number(&realms, RMI_REC_CREATE, 0x1000, 0x6000, REFUSED), 1);
	assert_int_equal(number(&realms, RMI_REC_ENTER, 0x5000, 0x9000, RMI_SUCCESS), 2);
	assert_int_equal(number(&realms, RMI_REC_ENTER, 0x6000, 0x9000, REFUSED), 0);
	assert_int_equal(number(&realms, RMI_PSCI_COMPLETE, 0x5000, 0x5000, REFUSED), 2);
	assert_int_equal(number(&realms, RMI_REC_DESTROY, 0x5000, 0, RMI_SUCCESS), 2);
	assert_int_equal(number(&realms, RMI_REALM_DESTROY, 0x1000, 0, RMI_SUCCESS), 1);
	assert_int_equal(number(&realms, RMI_GRANULE_DELEGATE, 0x1000, 0, RMI_SUCCESS), 0);
}

/* What the monitor carried out counts, not what the host was told. */
static void faults_do_not_count(void **state)
{
	struct realms realms = {0};
	struct trace_call call = {.command = RMI_REALM_CREATE, .in = {0, 0x1000}, .out = {RMI_SUCCESS}};

	(void)state;
	call.fault = TRACE_FAULT_REFUSED;
	assert_int_equal(realms_of_call(&realms, &call), 0);
	call.fault = TRACE_FAULT_MISREPORTED;
	call.monitor[0] = REFUSED;
	assert_int_equal(realms_of_call(&realms, &call), 0);
	call.out[0] = REFUSED;
	call.monitor[0] = RMI_SUCCESS;
	assert_int_equal(realms_of_call(&realms, &call), 1);
	call.command = RMI_REC_CREATE;
	call.in[2] = 0x5000;
	assert_int_equal(realms_of_call(&realms, &call), 1);
	assert_int_equal(number(&realms, RMI_REC_ENTER, 0x5000, 0x9000, RMI_SUCCESS), 1);
}

/* An address that was another's is the youngest's. */
static void an_address_changes_hands(void **state)
{
	struct realms realms = {0};

	(void)state;
	for (unsigned i = 1; i <= 3 * REALMS_KEPT; i++) {
		assert_int_equal(number(&realms, RMI_REALM_CREATE, 0x1000, 0, RMI_SUCCESS), i);
		assert_int_equal(number(&realms, RMI_REC_CREATE, 0x1000, 0x5000, RMI_SUCCESS), i);
		assert_int_equal(number(&realms, RMI_REC_ENTER, 0x5000, 0, RMI_SUCCESS), i);
	}
}

/* What is older than there is room for is nobody's. */
static void room_ends(void **state)
{
	struct realms realms = {0};

	(void)state;
	for (uint64_t i = 1; i <= REALMS_KEPT + 1; i++) {
		assert_int_equal(number(&realms, RMI_REALM_CREATE, i << 12, 0, RMI_SUCCESS), i);
	}
	assert_int_equal(number(&realms, RMI_REALM_ACTIVATE, 1 << 12, 0, RMI_SUCCESS), 0);
	assert_int_equal(number(&realms, RMI_REALM_ACTIVATE, 2 << 12, 0, RMI_SUCCESS), 2);
	for (uint64_t i = 1; i <= REALMS_RECS_KEPT + 1; i++) {
		assert_int_equal(number(&realms, RMI_REC_CREATE, 2 << 12, (i + 0x1000) << 12, RMI_SUCCESS), 2);
	}
	assert_int_equal(number(&realms, RMI_REC_ENTER, 0x1001 << 12, 0, RMI_SUCCESS), 0);
	assert_int_equal(number(&realms, RMI_REC_ENTER, 0x1002 << 12, 0, RMI_SUCCESS), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_follow_creation),
		cmocka_unit_test(faults_do_not_count),
		cmocka_unit_test(an_address_changes_hands),
		cmocka_unit_test(room_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
