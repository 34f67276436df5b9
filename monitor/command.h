/* SPDX-License-Identifier: BSD-2-Clause */
/* command.h - the rows of the RMI: for every command what it copies, what it holds, how it checks, how it commits. */
#ifndef MONITOR_COMMAND_H
#define MONITOR_COMMAND_H

#include "monitor/monitor.h"

/* What check finds and commit needs: indices and finished values, no pointers into objects. A member a command. */
struct granule_plan {
	struct granule_index g;
};

struct realm_create_plan {
	struct granule_index rd;
	struct granule_index root;
	struct stage2 stage2;
};

struct rec_create_plan {
	struct granule_index rd;
	struct granule_index rec;
	struct granule_index aux[RMI_REC_AUX_MAX];
	unsigned aux_count;
	uint32_t rec_index;
};

struct rec_plan {
	struct granule_index rec;
};

struct psci_complete_plan {
	struct granule_index caller;
	struct granule_index target;
	int64_t status;
};

struct rtt_plan {
	struct granule_index rd;
	struct granule_index granule; /* the RTT or DATA granule that comes or goes */
	struct rtt_walk walk;
	struct rtt_entry next; /* the entry's new value */
	uint64_t top;
};

union plan {
	struct granule_plan granule;
	struct realm_create_plan realm_create;
	struct rec_create_plan rec_create;
	struct rec_plan rec;
	struct psci_complete_plan psci_complete;
	struct rtt_plan rtt;
};

/* Where a command's host operand is named, if it has one. */
enum operand_kind { OPERAND_NONE, OPERAND_GRANULE, OPERAND_REC_ENTER };

struct command_row {
	unsigned operand_argument; /* index into x[] of the NS address copied before check; 0: none */
	size_t operand_size;
	enum operand_kind operand;
	enum rmi_condition operand_align, operand_bound, operand_pas;
	struct {
		unsigned argument; /* index into x[]; 0 ends the list */
		enum rmi_granule_state state;
	} wants[3];
	/* More granules to hold, known only from the operand (REALM_CREATE's roots, REC_CREATE's aux). Adds at most
	 * GRANULE_HOLDS_MAX - 2 wants; returns how many. NULL: none. Must not trust the operand. */
	unsigned (*more_wants)(const struct reeve_monitor *m, const struct call *c, struct granule_want *wants);
	bool vmids; /* hold the VMID lock from check to commit */
	/* Tests the conditions in the specification's order; fills *p only as far as commit needs it. Writes c->out only when it
	 * refuses and the command has results then. */
	struct outcome (*check)(const struct reeve_monitor *m, const struct call *c, union plan *p);
	/* Cannot fail. Writes results to c->out. */
	void (*commit)(struct reeve_monitor *m, const struct call *c, const union plan *p);
	/* REC_ENTER only: after the holds are released. Returns the call's outcome. */
	struct outcome (*run)(struct reeve_monitor *m, const struct call *c, const union plan *p);
};

/* check and commit of each command, in the file of its noun:
 * info.c: VERSION FEATURES   granule.c -> granule_command.c: GRANULE_(UN)DELEGATE   realm.c: REALM_*, REC_AUX_COUNT
 * data.c: DATA_*   table.c: RTT_CREATE DESTROY FOLD READ_ENTRY   unprotected.c: RTT_(UN)MAP_UNPROTECTED   ripas.c: RTT_INIT/SET_RIPAS
 * rec_command.c: REC_CREATE REC_DESTROY   rec_enter.c: REC_ENTER   psci_complete.c: PSCI_COMPLETE */
#define COMMAND(noun) \
	struct outcome noun##_check(const struct reeve_monitor *m, const struct call *c, union plan *p); \
	void noun##_commit(struct reeve_monitor *m, const struct call *c, const union plan *p);
COMMAND(version)
COMMAND(features)
COMMAND(granule_delegate)
COMMAND(granule_undelegate)
COMMAND(data_create)
COMMAND(data_create_unknown)
COMMAND(data_destroy)
COMMAND(realm_activate)
COMMAND(realm_create)
COMMAND(realm_destroy)
COMMAND(rec_aux_count)
COMMAND(rtt_create)
COMMAND(rtt_destroy)
COMMAND(rtt_fold)
COMMAND(rtt_read_entry)
COMMAND(rtt_map_unprotected)
COMMAND(rtt_unmap_unprotected)
COMMAND(rtt_init_ripas)
COMMAND(rtt_set_ripas)
COMMAND(rec_create)
COMMAND(rec_destroy)
COMMAND(rec_enter)
COMMAND(psci_complete)
#undef COMMAND
unsigned realm_create_more_wants(const struct reeve_monitor *m, const struct call *c, struct granule_want *wants);
unsigned rec_create_more_wants(const struct reeve_monitor *m, const struct call *c, struct granule_want *wants);
struct outcome rec_enter_run(struct reeve_monitor *m, const struct call *c, const union plan *p);

#endif
