/* SPDX-License-Identifier: BSD-2-Clause */
/* test_call_rows.c - each row of call_rows.h, called by a REC that is a C function: a test a row. */
#include <string.h>

#include "tests/unit/support/call_rows.h"

static struct rec *rec_of(struct world *w, struct realm *realm)
{
	struct rec *rec;

	realm_new(w, realm, 32);
	realm_tables(w, realm, 0, 3);
	realm_ram(w, realm, 0, ROW_RAM_TOP);
	realm_data(w, realm, ROW_BUFFER, 0);
	rec = realm_rec(w, realm, true);
	realm_rec(w, realm, false);
	realm_rec(w, realm, false);
	realm_activate(w, realm);
	return rec;
}

/* The PC is behind the SMC, no register beyond the row's changes, and the host only sees the IRQ that ends the script. */
static void call(void **state)
{
	const struct call_row *row = *state;
	struct world *w = world_new(0);
	struct realm realm;
	struct rec *rec = rec_of(w, &realm);
	struct step *step;

	script_clear(w);
	step = script_smc(w, 0, 0, 0, 0, 0);
	for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
		step->x[i] = i < ROW_GPRS ? row->x[i] : UINT64_C(0x7700000000000000) + i;
	}
	EXIT_IS(ENTER(w, rec), .exit_reason = RMI_EXIT_IRQ);
	assert_int_equal(w->seen_count, 2);
	assert_int_equal(w->seen[1].pc, rec->params.pc + 4);
	call_row_check(HERE, row, w->seen[1].x);
	assert_memory_equal(&w->seen[1].x[ROW_GPRS], &step->x[ROW_GPRS], (RMI_GPR_COUNT - ROW_GPRS) * sizeof(uint64_t));
	/* Nothing is left pending: neither a RIPAS change nor a PSCI request nor a host call. */
	REFUSED(w, INPUT2(base_bound, top_bound), RTT_SET_RIPAS, realm.rd, rec->pa, ROW_BUFFER,
		ROW_BUFFER + WORLD_PAGE);
	REFUSED(w, INPUT(pending), PSCI_COMPLETE, rec->pa, realm.recs[1].pa, 0);
	script_clear(w);
	EXIT_IS(ENTER(w, rec), .exit_reason = RMI_EXIT_IRQ);
	call_row_check(HERE, row, w->seen[0].x);
	world_free(w);
}

int main(void)
{
	return call_rows_run(call);
}
