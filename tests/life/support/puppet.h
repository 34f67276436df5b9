/* SPDX-License-Identifier: BSD-2-Clause */
/* puppet.h - a realm on the Unicorn CPUs that runs one instruction at a time, as the host writes them into a page they share.
 *
 *   host: x0..x10 and an instruction --mailbox--> REC: loads them, runs it, stores x0..x10 --doorbell exit--> host
 *
 * The code is assembled words, so what reaches the monitor is what real code does, and the host makes bare RMI calls.
 * An exception that the realm takes on the way is in the mailbox too. */
#ifndef TESTS_LIFE_SUPPORT_PUPPET_H
#define TESTS_LIFE_SUPPORT_PUPPET_H

#include "tests/unit/support/rmi_world.h"

/* A realm of 32 IPA bits. RAM is the first 2 MiB, of which these pages are there. */
enum {
	PUPPET_CODE = 0x10000,
	PUPPET_VECTORS = 0x11000, /* VBAR_EL1 */
	PUPPET_BUFFER = 0x12000,
	PUPPET_MISSING = 0x13000, /* RAM, not there */
	PUPPET_RAM_TOP = 0x200000,
	PUPPET_EMPTY = 0x400000, /* not RAM */
	PUPPET_RECS_MAX = 3,
	PUPPET_GPRS = 11,
};

/* Unprotected addresses: nothing is there. */
#define PUPPET_DEVICE UINT64_C(0x90000000)

/* Instructions a puppet knows: X1 (or XZR) and the address X0 of loads and stores, X1 of system registers. */
enum puppet_word {
	P_SMC,
	P_LDRB_W,
	P_LDRSB_W,
	P_LDRSB_X,
	P_LDRH_W,
	P_LDRSH_W,
	P_LDRSH_X,
	P_LDR_W,
	P_LDRSW_X,
	P_LDR_X,
	P_LDRB_WZR,
	P_LDRSB_WZR,
	P_LDRSB_XZR,
	P_LDRH_WZR,
	P_LDRSH_WZR,
	P_LDRSH_XZR,
	P_LDR_WZR,
	P_LDRSW_XZR,
	P_LDR_XZR,
	P_STRB_W,
	P_STRH_W,
	P_STR_W,
	P_STR_X,
	P_STRB_WZR,
	P_STRH_WZR,
	P_STR_WZR,
	P_STR_XZR,
	P_LDR_WRITEBACK, /* ldr x1, [x0], #8: without a syndrome */
	P_WFI,
	P_WFE,
	P_WRITE_CNTP_CTL, /* X1 */
	P_WRITE_CNTP_CVAL,
	P_WRITE_CNTP_TVAL,
	P_WRITE_CNTV_CTL,
	P_WRITE_CNTV_CVAL,
	P_WRITE_CNTV_TVAL,
	P_READ_CNTP_CTL, /* into X1 */
	P_READ_CNTP_CVAL,
	P_READ_CNTP_TVAL,
	P_READ_CNTV_CTL,
	P_READ_CNTV_CVAL,
	P_READ_CNTV_TVAL,
	P_READ_CNTVCT,
	PUPPET_WORDS
};

/* What the host and a REC share. */
struct puppet_mail {
	uint64_t x[PUPPET_GPRS];
	uint64_t unused_058;
	uint64_t code; /* where the instruction is */
	uint64_t unused_068[3];
	uint64_t esr; /* EL1's, of the last exception */
	uint64_t far;
	uint64_t elr;
	uint64_t spsr;
};

struct puppet {
	struct world *world;
	struct realm realm;
	uint64_t buffer_pa;
	struct puppet_mail *mail[PUPPET_RECS_MAX];
	bool rang[PUPPET_RECS_MAX]; /* its last exit was the doorbell */
};

/* cmocka fixtures: an ACTIVE realm of three RECs, of which the first is runnable. */
int puppet_setup(void **state);
int puppet_teardown(void **state);

/* Where the instruction is in the realm; X0 that a REC must be switched on with, at PUPPET_CODE. */
uint64_t puppet_address(enum puppet_word word);
uint64_t puppet_context(unsigned n);

/* Have REC n run `word` with X0.. = x, the rest zero; the exit, which must come. REC n is where the doorbell rang, or new. */
const struct rmi_rec_exit *puppet_run(
	struct place place, struct puppet *p, unsigned n, enum puppet_word word, const uint64_t x[PUPPET_GPRS]);
#define RUN(p, n, word, ...) puppet_run(HERE, p, n, word, (const uint64_t[PUPPET_GPRS]){__VA_ARGS__})
/* Enter REC n once more with these flags; the exit. */
const struct rmi_rec_exit *puppet_enter(struct place place, struct puppet *p, unsigned n, uint64_t flags);
/* The same; the instruction must be over: the doorbell rang. X0.. of the REC. */
const uint64_t *puppet_finish(struct place place, struct puppet *p, unsigned n, uint64_t flags);
/* An SMC that the monitor answers without an exit: X0.. of the REC. */
const uint64_t *puppet_smc(struct place place, struct puppet *p, unsigned n, const uint64_t x[PUPPET_GPRS]);
#define GUEST_SMC(p, n, ...) puppet_smc(HERE, p, n, (const uint64_t[PUPPET_GPRS]){__VA_ARGS__})

#endif
