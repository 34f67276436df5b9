/* SPDX-License-Identifier: BSD-2-Clause */
/* end.h - the phases of a realm's life, and how its run can end. */
#ifndef VMM_END_H
#define VMM_END_H

enum end {
	END_NONE, /* it goes on */
	END_SYSTEM_OFF,
	END_SYSTEM_RESET,
	END_CPUS_OFF, /* every CPU switched itself off */
	END_FAULT,    /* a CPU stands at an access that cannot be resolved */
	END_SERROR,
	END_TIMEOUT,
	END_INTERRUPTED, /* from outside */
	END_ERROR,       /* the host could not go on */
	END_COUNT
};
/* Of an end below END_COUNT: its word in a summary ("system_off"), and the same for people ("the Realm switched itself off"). */
const char *end_name(enum end end);
const char *end_text(enum end end);

enum phase {
	PHASE_CREATE,
	PHASE_RAM,
	PHASE_POPULATE,
	PHASE_SHARE,
	PHASE_RECS,
	PHASE_ACTIVATE,
	PHASE_RUN,
	PHASE_DESTROY,
	PHASE_COUNT
};
/* Of a phase below PHASE_COUNT: "create". */
const char *phase_name(enum phase phase);

#endif
