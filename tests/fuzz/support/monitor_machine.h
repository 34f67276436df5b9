/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_machine.h - a machine for fuzzing the monitor: small memory, RECs that follow steps, and what must hold after every SMC.
 *
 *   input -> page contents, registers, steps -> machine_smc -> reeve_monitor_smc -> checks, or abort
 *
 * After each call: the reply is well formed; reeve_monitor_valid, when no REC runs and something changed; every granule is where the machine's own book of roles says, which is
 * written from the fact sheet (sections 4, 6) and the replies alone; a refused call has changed nothing, not a byte (M1).
 * In each call: an NS page is read once at most; the monitor reaches only granules in the Realm world; a granule comes back wiped; what
 * the host gets does not hold the realms' canary. */
#ifndef TESTS_FUZZ_SUPPORT_MONITOR_MACHINE_H
#define TESTS_FUZZ_SUPPORT_MONITOR_MACHINE_H

#include "monitor/platform.h"
#include "reeve/monitor.h"
#include "reeve/psci.h"
#include "reeve/rsi.h"
#include "tests/fuzz/support/bytes.h"
#include "tests/fuzz/support/reached.h"

enum {
	MACHINE_GRANULES = 64,
	MACHINE_FIRST = 48, /* of them in the first region */
	MACHINE_SECURE = MACHINE_GRANULES - 1,
	MACHINE_CPUS = 4,
	MACHINE_AUX = 2,
	MACHINE_LRS = 4,
	MACHINE_STEPS = 8,
	MACHINE_DEPTH = 2, /* calls at once: one while a REC runs */
	MACHINE_STEP_GPRS = 5,
};

#define MACHINE_BASE UINT64_C(0x40000000)
#define MACHINE_SECOND_BASE UINT64_C(0x80000000)
#define MACHINE_PAGE ((uint64_t)REEVE_GRANULE_SIZE)

/* What a machine starts as: each is the one before and more. */
enum machine_stage { STAGE_BOOT, STAGE_DELEGATED, STAGE_NEW, STAGE_ACTIVE, STAGE_COUNT };

/* Granules of STAGE_NEW and _ACTIVE by use. All of the second region is the host's. */
enum {
	AT_RD = 0,
	AT_ROOT = 4,
	AT_TABLE = 8, /* over IPA 0 */
	AT_REC0 = 9,
	AT_REC1 = 10,
	AT_NS_TABLE = 11, /* over the first unprotected IPA */
	AT_AUX0 = 12,
	AT_AUX1 = 14,
	AT_DATA = 16, /* two: at IPA 0x1000, 0x2000; 0x3000 is RAM and not there */
	AT_SPARE = 18,
	AT_SPARE_END = 40, /* delegated from STAGE_DELEGATED on */
	AT_PARAMS = 40,
	AT_RUN = 41,
	AT_MAPPED = 42 /* at the second unprotected page */
};
#define MACHINE_UNPROTECTED UINT64_C(0x80000000)

enum monitor_reached {
	REACHED_RMI_DONE,    /* enum rmi_command that succeeded */
	REACHED_RMI_REFUSED, /* and that did not */
	REACHED_REC_EXIT,    /* enum rmi_exit_reason */
	REACHED_RMI_CONDITION,
	REACHED_STEP, /* enum machine_step_kind that ended in an exit */
	MONITOR_REACHED_KIND_COUNT
};

/* One thing a REC does: registers (when `sets`), what of GIC and timers it leaves (when `noise` is not 0), the trap. */
struct machine_step {
	bool sets;
	uint64_t x[MACHINE_STEP_GPRS];
	uint64_t noise;
	struct rec_trap trap;
	unsigned kind;
};

/* What the book says of a granule. */
struct machine_role {
	enum rmi_granule_state state;
	uint64_t owner; /* RD's address */
	uint64_t root;  /* of an RD */
	unsigned root_count;
	uint64_t aux[RMI_REC_AUX_MAX]; /* of a REC */
	unsigned aux_count;
};

/* A call under way. */
struct machine_call {
	unsigned reads[MACHINE_GRANULES];
	_Alignas(uint64_t) uint8_t copy[REEVE_GRANULE_SIZE]; /* what the monitor was given of the page it read */
	bool ran;                                            /* a REC */
	unsigned runs;
	struct rec_trap last; /* the last trap */
	unsigned last_kind;
	struct rec_cpu entered; /* the REC when it first ran, and when it last stopped */
	struct rec_cpu left;
};

struct machine {
	_Alignas(REEVE_GRANULE_SIZE) uint8_t memory[MACHINE_GRANULES][REEVE_GRANULE_SIZE];
	_Alignas(REEVE_GRANULE_SIZE) uint8_t before[MACHINE_DEPTH][MACHINE_GRANULES][REEVE_GRANULE_SIZE];
	_Alignas(REEVE_GRANULE_SIZE) uint8_t monitor_memory[16 * REEVE_GRANULE_SIZE];
	struct reeve_monitor *monitor;
	bool is_realm[MACHINE_GRANULES];
	struct machine_role roles[MACHINE_GRANULES];
	uint64_t canary; /* in realm memory and registers; no input holds it */
	bool changes;    /* the host's pages change while the monitor reads them: by another thread, and by this */
	uint8_t flip;    /* bits, after each copy */
	size_t flip_at;  /* and at this byte of it, if it has that many */
	struct machine_step steps[MACHINE_STEPS]; /* then: IRQ */
	unsigned step_count;
	unsigned step;
	void (*during)(struct machine *machine, void *context); /* called once while a REC runs */
	void *context;
	struct machine_call *call; /* under way */
	struct machine_call last;  /* as it was at its end */
	unsigned depth;
};

/* The machine as it is at `stage`; the canary depends on the input. */
void machine_start(struct machine *machine, enum machine_stage stage, const uint8_t *data, size_t size);
/* An SMC and its checks. */
enum rmi_condition machine_smc(struct machine *machine, unsigned cpu, uint64_t x[REEVE_SMC_REGISTERS]);
/* Say what does not hold, and abort, unless it does. */
void machine_check(bool holds, const char *what);
/* FUZZ_TRACE is in the environment. */
bool machine_is_traced(void);

uint64_t machine_pa(unsigned granule);
/* True, and *granule set, when there is memory at `pa`. */
bool machine_granule(uint64_t pa, unsigned *granule);
/* A page of the host, or NULL when there is none at `pa`. */
uint8_t *machine_page(struct machine *machine, uint64_t pa);

/* The seam (monitor_seam.c). */
extern const struct monitor_platform machine_platform;

/* The book of roles (monitor_roles.c): what a call that succeeded has moved; x are its arguments, `copy` the page the monitor was given,
 * out X1..X4 of the reply. */
void machine_roles_move(struct machine *machine, enum rmi_command command, const uint64_t x[REEVE_SMC_REGISTERS],
	const uint8_t copy[REEVE_GRANULE_SIZE], const uint64_t *out);
/* Every granule is where the book says. */
void machine_roles_check(const struct machine *machine);

/* Steps (realm_steps.c). */
enum machine_step_kind {
	STEP_IRQ,
	STEP_FIQ,
	STEP_SERROR,
	STEP_WFX,
	STEP_RSI,
	STEP_PSCI,
	STEP_MMIO_READ,
	STEP_MMIO_WRITE,
	STEP_ABORT,
	STEP_FETCH,
	STEP_SYSREG,
	STEP_ANY, /* any trap at all */
	STEP_KIND_COUNT
};
const char *machine_step_name(unsigned kind);
/* `count` steps at most, as the input says. */
void machine_steps_load(struct machine *machine, struct bytes *in, unsigned count);
/* The enter page, as the input says: near what is valid, or any bytes. */
void machine_enter_fill(struct rmi_rec_enter *enter, struct bytes *in);

/* The exit of the call that is over, in a realm of STAGE_ACTIVE, is what fact sheet section 9 says, in every byte (exit_check.c). */
void machine_exit_check(const struct machine *machine, const struct rmi_rec_exit *exit);
/* The call that is over ran a REC that had left with `exit` in the call `before`, as section 9 says of what the host may change, by `enter`;
 * a PSCI request among it was CPU_SUSPEND (enter_check.c). */
void machine_enter_check(const struct machine *machine, const struct machine_call *before,
	const struct rmi_rec_exit *exit, const struct rmi_rec_enter *enter);

/* The stream of SMCs that the input describes (smc_stream.c). */
struct smc_stream {
	struct machine machine;
	struct bytes in;
	unsigned calls_left;
};
/* One call: any command, or none, with arguments that are most often of the role the command wants. */
void smc_stream_call(struct smc_stream *stream);

/* Fill a parameter page (params_pages.c): what would be accepted if the granules were right, but for what the input changes.
 * Granules are DELEGATED ones, picked by the input. */
void realm_params_fill(const struct machine *machine, struct bytes *in, struct rmi_realm_params *params);
void rec_params_fill(const struct machine *machine, struct bytes *in, struct rmi_rec_params *params);
/* Granule number `n`, counted again from the first, of those in `state`; an address in the middle of nothing when there is none. */
uint64_t machine_pick(const struct machine *machine, enum rmi_granule_state state, unsigned n);

#endif
