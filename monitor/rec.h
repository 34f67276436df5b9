/* SPDX-License-Identifier: BSD-2-Clause */
/* rec.h - what the monitor keeps of a realm execution context: the object in its REC granule.
 *
 *   READY <-> RUNNING, inside RMI_REC_ENTER only.
 *
 *   rec_enter.c: check -> commit -> run { platform rec_run -> exit_handle } -> exit page -> READY
 *   exit_handle: by exception class into exit_abort.c, exit_sysreg.c, rsi.c, psci.c
 *
 *   its attestation token: NONE -INIT-> CLAIMED -CONTINUE signs-> SIGNED -CONTINUE copies the last byte-> NONE; INIT from any
 *
 * E1: fields are touched by who holds the REC's lock while READY, and by the CPU that runs it while RUNNING.
 * E2: state, runnable and psci_pending may be read by another CPU under the REC's lock; they change under it only.
 * E3: rd stays valid while the REC exists (realm.h R3).
 * E4: token is all zero while there is none. */
#ifndef MONITOR_REC_H
#define MONITOR_REC_H

#include "attest/realm_token.h"
#include "monitor/monitor.h"
#include "reeve/psci.h"
#include "reeve/rsi.h"

/* What the last exit left to be completed on the next entry. */
enum rec_pending {
	REC_PENDING_NONE,
	REC_PENDING_MMIO,        /* emulatable data abort: EMUL_MMIO or INJECT_SEA */
	REC_PENDING_SEA_ONLY,    /* data abort at an unprotected IPA that cannot be emulated: INJECT_SEA */
	REC_PENDING_RIPAS,       /* RSI_IPA_STATE_SET */
	REC_PENDING_HOST_CALL,   /* RSI_HOST_CALL */
	REC_PENDING_SYSREG_READ, /* trapped read of a GIC register */
	REC_PENDING_COUNT
};

enum rec_token_state { REC_TOKEN_NONE, REC_TOKEN_CLAIMED, REC_TOKEN_SIGNED, REC_TOKEN_STATE_COUNT };

/* The CCA token that the realm is making on this REC (rsi_token.c). */
struct rec_token {
	enum rec_token_state state;
	uint32_t claims_size;       /* the last of bytes[] while CLAIMED */
	uint32_t size;              /* of bytes[] in use */
	uint32_t sent;              /* bytes of the whole token that the realm has */
	struct reeve_span platform; /* the machine's (platform.h P5) */
	uint8_t bytes[REALM_TOKEN_MAX];
};

struct rec {
	_Atomic uint32_t state; /* enum rmi_rec_state */
	bool runnable;
	bool psci_pending; /* the request is in the gprs: psci_request_of */
	bool ripas_change_destroyed;
	enum rec_pending pending;
	struct granule_index rd;
	uint32_t index;
	uint64_t mpidr; /* RmiRecMpidr form */
	struct granule_index aux[RMI_REC_AUX_MAX];
	unsigned aux_count;
	/* RIPAS change asked for by the realm: [ripas_addr, ripas_top) still to do. */
	uint64_t ripas_addr;
	uint64_t ripas_top;
	enum rmi_ripas ripas_value;
	uint64_t host_call_ipa;
	uint64_t last_esr; /* of what REC_PENDING_MMIO, _SEA_ONLY and _SYSREG_READ complete */
	uint64_t last_far;
	struct rec_token token;
	struct rec_cpu cpu;
};
_Static_assert(sizeof(struct rec) <= REEVE_GRANULE_SIZE, "a REC fits its granule");

/* Exception classes of ESR_ELx.EC that the monitor names (Arm ARM, DDI 0487 D17, ESR_EL2). */
enum esr_class {
	ESR_CLASS_UNKNOWN = 0x00,
	ESR_CLASS_WFX = 0x01,
	ESR_CLASS_HVC64 = 0x16,
	ESR_CLASS_SMC64 = 0x17,
	ESR_CLASS_SYSREG = 0x18,
	ESR_CLASS_FETCH_LOWER = 0x20,
	ESR_CLASS_FETCH_SAME = 0x21,
	ESR_CLASS_DATA_LOWER = 0x24,
	ESR_CLASS_DATA_SAME = 0x25,
	ESR_CLASS_COUNT = 64
};

/* Fault status codes of ESR_ELx.ISS (DFSC, IFSC). */
enum esr_fault {
	ESR_FAULT_TRANSLATION_0 = 0x04, /* levels 0..3 */
	ESR_FAULT_PERMISSION_0 = 0x0C,
	ESR_FAULT_EXTERNAL = 0x10,
	ESR_FAULT_EXTERNAL_WALK_FIRST = 0x13, /* on a table walk, levels -1..3 */
	ESR_FAULT_EXTERNAL_WALK_LAST = 0x17,
	ESR_FAULT_PROTECTION_FIRST = 0x23, /* granule protection, on a walk or not */
	ESR_FAULT_PROTECTION_LAST = 0x28,
	ESR_FAULT_TRANSLATION_MINUS_1 = 0x2B
};

/* What becomes of a REC after a trap. */
enum rec_action {
	REC_RESUME,     /* the monitor dealt with it: run on */
	REC_EXIT,       /* go to the host */
	REC_EXIT_RETRY, /* go to the host; on re-entry the realm executes the same instruction again */
};

/* A REC on a CPU, from the end of REC_ENTER's commit to its exit. */
struct running {
	struct reeve_monitor *m;
	unsigned cpu;
	struct granule_index g;
	struct rec *rec;
	struct realm *realm;
	struct rmi_rec_exit *exit; /* all zero until something goes to the host */
	bool goes_off;             /* to be written under the REC's lock when it leaves (E2) */
	bool awaits_psci;
};

/* The REC whose granule is g. g must be in state REC. */
struct rec *rec_at(const struct reeve_monitor *m, struct granule_index g);
/* Move along spec/transitions.def; asserts that the move is there. Caller holds the REC's lock (E2). */
void rec_set_state(struct rec *rec, enum rmi_rec_state next);
/* Name of the first invariant of the REC in g that does not hold, or NULL. For reeve_monitor_valid. */
const char *rec_valid(const struct reeve_monitor *m, struct granule_index g);

/* Registers as after reset, but for what names the REC to the machine (MPIDR, stage 2, address); starts at `pc` with
 * `x0`. Source: fact sheet sections 6, 10. */
void rec_reset(struct rec_cpu *cpu, uint64_t pc, uint64_t x0);
/* Index of the REC that an RmiRecMpidr names. False, *index untouched, when a bit outside the fields is set. */
bool rec_mpidr_index(uint64_t mpidr, uint32_t *index);
/* Index of the REC that an MPIDR_EL1 value names, as PSCI spells targets: RES1 may be set or not, every other bit
 * outside the fields makes it false, *index untouched. */
bool rec_mpidr_el1_index(uint64_t mpidr_el1, uint32_t *index);
/* MPIDR_EL1 as the realm sees it, of a well-formed RmiRecMpidr. */
uint64_t rec_mpidr_el1(uint64_t mpidr);

/* General registers by their number in an instruction: 31 reads as zero and swallows writes. */
uint64_t rec_gpr(const struct rec_cpu *cpu, unsigned number);
void rec_gpr_set(struct rec_cpu *cpu, unsigned number, uint64_t value);
/* Go to the next instruction. */
void rec_advance(struct rec_cpu *cpu);

/* gic.c. True when the host may have this GIC state entered. Source: fact sheet section 9, "GIC". */
bool gic_is_valid(const struct reeve_monitor *m, const struct rmi_rec_enter *enter);
void gic_enter(const struct reeve_monitor *m, struct rec_cpu *cpu, const struct rmi_rec_enter *enter);
void gic_exit(const struct reeve_monitor *m, const struct rec_cpu *cpu, struct rmi_rec_exit *exit);

/* emulate.c. Finish the access that the host emulated (fact sheet section 9, "Emulation completion"). */
void emulate_mmio(struct rec *rec, const struct rmi_rec_enter *enter);
/* What the instruction behind `esr` (data abort, ISV) was storing, cut to the size of the access. */
uint64_t emulate_store_value(const struct rec_cpu *cpu, uint64_t esr);

/* emulate_exception.c. Take a synchronous external abort to EL1: `esr` of the abort taken to EL2, `far` as it was there. */
void inject_sea(struct rec_cpu *cpu, uint64_t esr, uint64_t far);
/* Take an Undefined Instruction exception to EL1. */
void inject_undefined(struct rec_cpu *cpu);

/* exit.c. Deal with a trap, or fill r->exit (all but GIC and timers) for the host. */
enum rec_action exit_handle(struct running *r, const struct rec_trap *trap);
/* exit_abort.c */
enum rec_action exit_abort(struct running *r, const struct rec_trap *trap);
/* The data abort that the host sees when an RSI call met a page that is not there: level as the walk found it. */
void exit_missing_page(struct rmi_rec_exit *exit, struct reeve_ipa ipa, int level);
/* exit_sysreg.c */
enum rec_action exit_sysreg(struct running *r, const struct rec_trap *trap);
void exit_sysreg_complete(struct rec *rec, const struct rmi_rec_enter *enter);

/* rsi.c. Carry out the RSI call in the gprs. The caller has made sure that it is one. */
enum rec_action rsi_call(struct running *r, enum rsi_command command);
typedef enum rec_action rsi_function(struct running *r);
/* rsi_memory.c, rsi_ripas.c */
rsi_function rsi_realm_config, rsi_host_call, rsi_ipa_state_set, rsi_ipa_state_get;
/* rsi_token.c */
rsi_function rsi_attestation_token_init, rsi_attestation_token_continue;
/* Copy the host's answer into the realm's structure; r->rec has a host call pending. */
enum rec_action rsi_host_call_complete(struct running *r, const struct rmi_rec_enter *enter);
void rsi_ripas_complete(struct rec *rec, const struct rmi_rec_enter *enter);
/* End an RSI or PSCI call that is done: X0. */
enum rec_action rsi_done(struct running *r, enum rsi_status status);

/* psci.c. The PSCI call in the gprs: arguments of an SMC32 call are cut to 32 bits. */
enum { PSCI_ARGUMENT_MAX = 3 };
struct psci_request {
	enum psci_function function; /* PSCI_FUNCTION_COUNT: none of PSCI */
	uint64_t fid;
	uint64_t args[PSCI_ARGUMENT_MAX];
};
struct psci_request psci_request_of(const struct rec_cpu *cpu);
enum rec_action psci_call(struct running *r, const struct psci_request *request);

#endif
