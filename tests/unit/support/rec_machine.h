/* SPDX-License-Identifier: BSD-2-Clause */
/* rec_machine.h - a machine for the monitor whose one CPU does what the test has written down, and a small realm on it. */
#ifndef TESTS_REC_MACHINE_H
#define TESTS_REC_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "monitor/platform.h"
#include "reeve/monitor.h"
#include "reeve/psci.h"
#include "reeve/rsi.h"

/* A machine of 1 MiB whose only CPU does what the test has written down. */
enum { GRANULES = 256, STEPS = 8, AUX = 2 };
#define BASE UINT64_C(0x40000000)
#define UNPROTECTED UINT64_C(0x80000000)
#define EC(class) ((uint64_t)(class) << 26)
#define ISV (UINT64_C(1) << 24)
#define WNR (UINT64_C(1) << 6)
#define TRANSLATION_3 UINT64_C(7)
#define PERMISSION_3 UINT64_C(15)

/* Granules by use. */
enum {
	G_RD = 0,
	G_ROOT = 4,
	G_RTT = 8,
	G_REC0 = 9,
	G_REC1 = 10,
	G_AUX0 = 12,
	G_AUX1 = 14,
	G_DATA = 16,
	G_NS = 32,
	G_RUN = 33
};

struct step {
	struct rec_trap trap;
	uint64_t x[5];
	bool sets_x;
};

struct machine {
	uint8_t (*memory)[REEVE_GRANULE_SIZE];
	bool is_realm[GRANULES];
	void *monitor_memory;
	struct reeve_monitor *monitor;
	struct step steps[STEPS]; /* then: IRQ */
	struct rec_cpu seen[STEPS + 1];
	unsigned step;
	bool repeats;                      /* the first step for ever */
	void (*during)(struct machine *w); /* what another CPU does while the REC runs, once */
	uint64_t runs;
	unsigned recs_destroyed;
	unsigned ns_reads;
	bool ns_is_secure; /* the host's pages cannot be read or written */
	unsigned stage2s_destroyed;
	struct stage2 stage2_destroyed; /* the last */
	unsigned invalidations;
	struct reeve_ipa invalidated; /* the last: base, size, and what *watched was meanwhile */
	uint64_t invalidated_size;
	const uint64_t *watched;
	uint64_t watched_then;
	bool has_no_key; /* attestation: which of the three functions fail */
	bool has_no_token;
	bool has_no_signature;
	size_t hashed;                         /* bytes, by the call under way */
	size_t hashed_most[RMI_COMMAND_COUNT]; /* bytes, by any one call of each command */
};

uint64_t pa_of(unsigned g);

/* Status word of a call on CPU 0, after which the monitor is valid; the condition goes to *condition. */
uint64_t smc_why(struct machine *w, const uint64_t args[6], enum rmi_condition *condition);
/* The same on any CPU, without a look at the monitor: another CPU may be in it. */
uint64_t smc_on(struct machine *w, unsigned cpu, const uint64_t args[6], enum rmi_condition *condition);
/* The call ends with this condition and status word. */
void expect(struct machine *w, enum rmi_condition want, uint64_t status, const uint64_t args[6]);

#define SMC(w, ...) smc_why(w, (const uint64_t[6]){__VA_ARGS__}, &(enum rmi_condition){CONDITION_NONE})
#define EXPECT(w, condition, status, ...) expect(w, CONDITION_##condition, status, (const uint64_t[6]){__VA_ARGS__})

struct rmi_rec_run *run_page(struct machine *w);
/* REC_CREATE with pc 0x1000 and X7 77, the parameters left in granule G_NS. */
uint64_t rec_create(struct machine *w, unsigned g, unsigned aux, uint64_t mpidr, bool runnable);

/* The machine's configuration; a machine of it whose granules are all the host's. */
struct reeve_monitor_config machine_config(void);
struct machine *machine_new(const struct reeve_monitor_config *config);
/* RmiRealmParams of the small realm, in granule G_NS; its RD and all granules from G_ROOT to below G_NS delegated. */
struct rmi_realm_params *machine_realm_params(struct machine *w);

/* cmocka fixtures: a NEW realm without RECs; the same with REC 0 runnable and REC 1 not, ACTIVE. */
int machine_setup(void **state);
int machine_setup_active(void **state);
int machine_teardown(void **state);

/* Steps: nothing (an IRQ comes), a trap at an IPA, an SMC with X0..X4. */
struct step rec_idle(void);
struct step trap_of(uint64_t esr, uint64_t ipa);
struct step smc_of(uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3, uint64_t x4);

/* Enter REC 0 with the steps given; what the host sees. */
const struct rmi_rec_exit *enter(struct machine *w, unsigned count, const struct step *steps);

#define ENTER(w, ...) enter(w, sizeof((struct step[]){__VA_ARGS__}) / sizeof(struct step), (struct step[]){__VA_ARGS__})

#endif
