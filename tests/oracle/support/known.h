/* SPDX-License-Identifier: BSD-2-Clause */
/* known.h - a small world with known addresses, and host pages with known contents, for answers written by hand. */
#ifndef TESTS_ORACLE_KNOWN_H
#define TESTS_ORACLE_KNOWN_H

#include "tests/oracle/support/predict.h"

enum {
	KNOWN_BASE = 0x40000000, /* 16 MiB of delegable memory; its granules by number: KNOWN(n) */
	KNOWN_SIZE = 0x1000000,
	KNOWN_AUX_COUNT = 1,
	KNOWN_ROOTS = 16, /* s2sz 34 from level 2 */
	KNOWN_SOURCE_BYTE = 0x5A,
};

#define KNOWN(n) (KNOWN_BASE + (uint64_t)(n)*REEVE_GRANULE_SIZE)

/* NS pages of the known world. */
#define KNOWN_REALM_PARAMS KNOWN(0)
#define KNOWN_REC_PARAMS KNOWN(1)
#define KNOWN_RUN KNOWN(2)
#define KNOWN_SOURCE KNOWN(3)
/* Granules that are DELEGATED at first: KNOWN_RD to the last one. */
#define KNOWN_RD KNOWN(16)
#define KNOWN_ROOT KNOWN(32) /* 16 granules */
#define KNOWN_REC KNOWN(48)
#define KNOWN_AUX KNOWN(49)
#define KNOWN_RTT KNOWN(50)
#define KNOWN_DATA KNOWN(51)

struct known_pages {
	struct rmi_realm_params realm_params; /* SHA-256, s2sz 34, start level 2, 16 roots, VMID 1 */
	struct rmi_rec_params rec_params;     /* runnable, MPIDR 0, X0..X7 = 1..8, PC 0x1000 */
	struct rmi_rec_run run;
	uint8_t source[REEVE_GRANULE_SIZE];
};

void known_world(struct world *w);
void known_pages(struct known_pages *pages);
struct oracle_memory known_memory(struct known_pages *pages);
/* The world after REALM_CREATE of KNOWN_RD with those parameters. */
void known_realm(struct world *w, struct known_pages *pages, struct prediction *scratch);

#endif
