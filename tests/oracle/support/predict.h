/* SPDX-License-Identifier: BSD-2-Clause */
/* predict.h - what every RMI v1.0 command must answer, as ordered lists of conditions and an effect.
 *
 *   world, x[], host memory --rows in order--> { the first that holds refuses | none: results and next world }
 *
 * A row's predicate is only asked when what it needs (facts) is not broken by a row that holds before it: whether an RD's realm is NEW
 * means nothing when there is no RD. Two rows whose pair the facts exclude can never hold together, and are not counted as a pair.
 * Source: fact sheet sections 1, 5, 6, 8, 9, 10; where it doubts: docs/decisions/0002. */
#ifndef TESTS_ORACLE_PREDICT_H
#define TESTS_ORACLE_PREDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/oracle/support/world.h"

/* How the oracle reads the host's memory. read: copy the 4096 bytes at `pa` (4 KiB aligned, in delegable memory, NS) to `page` and
 * return true; false when that page cannot be read, which counts as "not in Non-secure memory". */
struct oracle_memory {
	bool (*read)(void *context, uint64_t pa, void *page);
	void *context;
};

/* What REC_ENTER does beside changing its REC, when the machine is interrupted before the realm's first instruction. */
struct oracle_run {
	bool runs; /* the realm goes on; otherwise it leaves at once, as the page of its host call is not there */
	uint64_t gicv3_hcr; /* what the CPU has while the realm runs */
	uint64_t gicv3_lrs[RMI_GIC_LR_COUNT];
	bool trap_wfi;
	bool trap_wfe;
	uint64_t host_call_pa; /* of the RsiHostCall whose registers are now host_call_gprs; 0: none is written */
	uint64_t host_call_gprs[RMI_GPR_COUNT];
	struct rmi_rec_exit exit; /* all of it but gicv3_* and cnt*, which are what the CPU left: oracle_exit_of_cpu */
};

/* What a CPU left of the state that every exit tells. */
struct oracle_cpu_left {
	uint64_t gicv3_hcr;
	uint64_t gicv3_lrs[RMI_GIC_LR_COUNT];
	uint64_t gicv3_misr;
	uint64_t gicv3_vmcr;
	uint64_t cntp_ctl;
	uint64_t cntp_cval;
	uint64_t cntv_ctl;
	uint64_t cntv_cval;
};

struct prediction {
	enum rmi_command command;        /* RMI_COMMAND_COUNT: no RMI v1.0 command */
	int row;                         /* of the condition that refuses, or -1 */
	enum rmi_condition condition;    /* its name, or CONDITION_NONE */
	uint64_t x[REEVE_SMC_REGISTERS]; /* all registers after the call; after a REC_ENTER that ran x[1..4] are zero */
	bool changed; /* the call succeeded and has an effect on worlds: `next` is filled. Otherwise `before` still holds and `next`
	               * is untouched */
	bool ran; /* REC_ENTER passed all its conditions, and `run` is filled */
	struct oracle_run run;
	struct world next;
};

struct ask;

/* Index of a status word. */
enum oracle_index { ORACLE_INDEX_ZERO, ORACLE_INDEX_ONE, ORACLE_INDEX_WALK, ORACLE_INDEX_LEVEL, ORACLE_INDEX_PARENT };

/* A condition of a command. */
struct oracle_row {
	enum rmi_condition condition;
	enum rmi_status status;
	enum oracle_index index;
	bool (*holds)(const struct ask *ask, const struct oracle_row *row);
	unsigned argument; /* register that the predicate looks at, where one predicate serves several */
	unsigned state;    /* enum rmi_granule_state that register's granule must be in, for gran_state predicates */
	uint32_t needs;    /* facts */
	uint32_t breaks;
};

/* The conditions of `command` in order; *count their number, at most 64, 0 for FEATURES. */
const struct oracle_row *oracle_rows(enum rmi_command command, unsigned *count);

/* Whether the facts allow both rows to hold in one call. first < second. */
bool oracle_pair_possible(enum rmi_command command, unsigned first, unsigned second);

/* What the call must answer in the valid world *before. *p is filled; it is large: keep it out of the stack. */
void oracle_predict(const struct world *before, const uint64_t x[REEVE_SMC_REGISTERS], const struct oracle_memory *ns,
	struct prediction *p);

/* Bit i: row i of the command holds for this call in this world. The lowest one refuses. */
uint64_t oracle_conditions(
	const struct world *before, const uint64_t x[REEVE_SMC_REGISTERS], const struct oracle_memory *ns);

/* Complete exit->gicv3_* and exit->cnt*. */
void oracle_exit_of_cpu(const struct world *w, const struct oracle_cpu_left *left, struct rmi_rec_exit *exit);

/* Status word: status | index << 8, the index a byte (fact sheet section 1). */
uint64_t oracle_status_word(enum rmi_status status, int index);

#endif
