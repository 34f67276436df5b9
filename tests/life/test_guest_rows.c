/* SPDX-License-Identifier: BSD-2-Clause */
/* test_guest_rows.c - each row of call_rows.h, called by real code with an SMC instruction: a test a row. */
#include "tests/life/support/puppet.h"
#include "tests/unit/support/call_rows.h"

_Static_assert((int)ROW_BUFFER == (int)PUPPET_BUFFER && (int)ROW_MISSING == (int)PUPPET_MISSING, "one layout");
_Static_assert((int)ROW_EMPTY == (int)PUPPET_EMPTY && (int)ROW_RAM_TOP == (int)PUPPET_RAM_TOP, "one layout");
_Static_assert((int)ROW_GPRS == (int)PUPPET_GPRS, "one set of registers");

static void call(void **state)
{
	const struct call_row *row = *state;
	void *puppet;
	struct puppet *p;

	puppet_setup(&puppet);
	p = puppet;
	call_row_check(HERE, row, puppet_smc(HERE, p, 0, row->x));
	assert_int_equal(p->mail[0]->esr, 0);
	assert_int_equal(GUEST_SMC(p, 0, RSI_FID(VERSION), RSI_VERSION_1_0)[0], RSI_SUCCESS);
	puppet_teardown(&puppet);
}

int main(void)
{
	return call_rows_run(call);
}
