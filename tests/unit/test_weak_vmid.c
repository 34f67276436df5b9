/* SPDX-License-Identifier: BSD-2-Clause */
/* test_weak_vmid.c - RMI_REALM_CREATE on a machine with VMIDs of 8 bits: the first that is too wide, all else right (section 6). */
#include "tests/unit/support/rec_machine.h"

#include <string.h>

enum { G_OTHER_ROOT = 40, G_OTHER_RD = 48 };

static uint64_t create(struct machine *w, uint16_t vmid, enum rmi_condition *condition)
{
	struct rmi_realm_params *params = (struct rmi_realm_params *)w->memory[G_NS];

	memset(params, 0, sizeof(*params));
	params->s2sz = 32;
	params->num_bps = 1;
	params->num_wps = 1;
	params->vmid = vmid;
	params->rtt_base = pa_of(G_OTHER_ROOT);
	params->rtt_level_start = 2;
	params->rtt_num_start = 4;
	return smc_why(w, (const uint64_t[6]){RMI_FID(REALM_CREATE), pa_of(G_OTHER_RD), pa_of(G_NS)}, condition);
}

static void too_wide(void **state)
{
	static const uint16_t wrong[] = {0x100, 0x101, 0x200, 0x8000, 0xFFFF};
	struct machine *w = *state;
	enum rmi_condition condition;

	for (unsigned g = G_OTHER_ROOT; g <= G_OTHER_RD; g++) {
		assert_int_equal(SMC(w, RMI_FID(GRANULE_DELEGATE), pa_of(g)), 0);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(create(w, wrong[i], &condition), RMI_ERROR_INPUT);
		assert_string_equal(rmi_condition_name(condition), "vmid_valid");
	}
	assert_int_equal(create(w, 0xFF, &condition), 0);
	assert_int_equal(condition, CONDITION_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(too_wide, machine_setup, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
