/* SPDX-License-Identifier: BSD-2-Clause */
/* twins.h - two machines that live the same life: the host's pages of one change under the monitor's eyes, the other's stay what was copied. */
#ifndef TESTS_FUZZ_SUPPORT_TWINS_H
#define TESTS_FUZZ_SUPPORT_TWINS_H

#include "tests/fuzz/support/monitor_machine.h"

struct twins {
	struct machine changing; /* its `flip` and `flip_at` say how, but for other threads that write to AT_PARAMS */
	struct machine still;
};

void twins_start(struct twins *twins, enum machine_stage stage, const uint8_t *data, size_t size);
/* A call that is given a page, as the input says: REALM_CREATE, REC_CREATE, DATA_CREATE or REC_ENTER, the page at AT_PARAMS; or one that
 * undoes what they did. Aborts when the twins differ afterwards. */
void twins_call(struct twins *twins, struct bytes *in);
/* The call x with these pages in AT_PARAMS already. The same checks. */
enum rmi_condition twins_smc(struct twins *twins, uint64_t x[REEVE_SMC_REGISTERS]);

#endif
