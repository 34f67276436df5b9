/* SPDX-License-Identifier: BSD-2-Clause */
/* host.h - the Realm host: builds, runs and takes apart Realms over anybody's RMI, for any hypervisor or VMM.
 *
 *   NONE -ensure_created-> NEW -activate-> ACTIVE -destroy-> DYING -> NONE (everything back) | DEAD (the monitor would not let go)
 *
 * Rules H1..H14 hold after every call, failed ones included:
 * H1 creation is lazy and happens once; H2 RPV and hash are inputs, checked before anything is delegated; H3 rollback is exact;
 * H4 the ledger knows every granule; H5 a failed creation leaves NONE; H6 a VMID is released only when the monitor forgot it;
 * H7 errors keep their cause; H8 the monitor is not believed; H9 host pages of 4, 16, 64 KiB; H10 no tables pile up;
 * H11 ranges cannot wrap; H12 long work reports and can stop; H13 one call reclaims all; H14 2 MiB blocks where they fit.
 *
 * Threads: calls on different realms may run at once; calls on one realm are serialised by its lock, except that RECs run
 * at once. The library allocates through the seam only and has no globals. Structures are the caller's; their members are private.
 * Deliberately elsewhere: devices, images, device trees, threads (the embedder's); fault injection (wrap the seam's smc). */
#ifndef REEVE_HOST_H
#define REEVE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/address.h"
#include "reeve/rmi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_MUST_CHECK __attribute__((warn_unused_result))

#define HOST_STATUS(name, text) REEVE_##name,
enum reeve_status {
#include "spec/host_statuses.def"
	REEVE_STATUS_COUNT
};
#undef HOST_STATUS

#define HOST_STEP(name, text) REEVE_STEP_##name,
enum reeve_step {
#include "spec/host_steps.def"
	REEVE_STEP_COUNT
};
#undef HOST_STEP

#define HOST_USE(name, delegated, text) REEVE_USE_##name,
enum reeve_use {
#include "spec/host_uses.def"
	REEVE_USE_COUNT
};
#undef HOST_USE

const char *reeve_status_name(unsigned status);
const char *reeve_status_text(unsigned status);
const char *reeve_step_text(unsigned step);
const char *reeve_use_name(unsigned use);

/* The cause of a failure (H7). Members that do not apply are zero or NULL. */
struct reeve_error {
	enum reeve_status status;
	enum reeve_step step;
	bool from_monitor; /* command and returned are meant */
	enum rmi_command command;
	uint64_t returned; /* X0 as the monitor gave it */
	uint64_t address;  /* granule or IPA it was about */
	const char *field; /* configuration field or output that is wrong, e.g. "ipa_bits", "num_aux" */
	uint64_t value;
	uint64_t limit;
};

/* Write the error as one line of text ("creating the realm: RMI_REALM_CREATE returned ERROR_INPUT(0): …") into text[0..size), always
 * terminated when size > 0. Returns the length the whole line has, like snprintf. */
size_t reeve_error_format(const struct reeve_error *error, char *text, size_t size);

/* The seam: what the embedder does for the library. `context` is the embedder's. */
struct reeve_host_ops {
	/* Issue the SMC in x (SMCCC: x[0] function identifier going in, status coming out; x[1..17] arguments and results).
	 * RMI_REC_ENTER blocks until the REC exits. */
	void (*smc)(void *context, uint64_t x[18]);
	/* A naturally aligned run of `size` bytes, a power of two multiple of the host's page size, zero-filled. False when there is none.
	 * pages_alloc and pages_free may be called by several threads at once, mostly under a realm's lock and at times under the host's: they must
	 * not call the library. */
	bool (*pages_alloc)(void *context, size_t size, struct reeve_pa *pa);
	/* Take back exactly what pages_alloc gave. Never called for a page of which the monitor still holds a granule. */
	void (*pages_free)(void *context, struct reeve_pa pa, size_t size);
	/* The host's pointer to physical memory that pages_alloc gave and that is not delegated. */
	void *(*pointer)(void *context, struct reeve_pa pa);
	/* Take and release the mutex behind `lock` (what the embedder put in a config). NULL members: one thread only. */
	void (*lock)(void *context, void *lock);
	void (*unlock)(void *context, void *lock);
	/* Long work came `done` of `total` granules far (H12); false stops it between granules with REEVE_BUSY. NULL: nobody listens.
	 * Called under the realm's lock: it must not call the library. */
	bool (*progress)(void *context, enum reeve_step step, uint64_t done, uint64_t total);
};

struct reeve_host_config {
	const struct reeve_host_ops *ops; /* must outlive the host */
	void *context;
	void *lock;       /* guards the ledger and the VMIDs */
	size_t page_size; /* 4096, 16384 or 65536; 0: 4096 */
	/* How much memory a realm gets when it touches a page that has none: that many bytes around it, as far as they are RAM without memory;
	 * less when there is no more. A power of two from page_size to 2 MiB; 0: page_size. With 2 MiB what comes is folded into a block. */
	size_t fault_size;
};

enum { REEVE_VMID_COUNT = 256, REEVE_REALM_RAM_RANGES = 8, REEVE_REALM_RECS_MAX = 512 };

struct reeve_realm;
struct reeve_rec;

/* Number of granules in each use, and of pages at the embedder's. Conservation (H4): pages_held * page_size / 4096 == sum of all uses. */
struct reeve_ledger_counts {
	uint64_t granules[REEVE_USE_COUNT];
	uint64_t pages_held;
};

/* One granule of the ledger. */
struct reeve_ledger_entry {
	struct reeve_pa pa;
	enum reeve_use use;
	uint16_t vmid;            /* of the realm it belongs to; 0: none */
	struct reeve_ipa ipa;     /* DATA, RTT: where */
	enum reeve_use was;       /* LEAKED: what it was */
	enum rmi_command command; /* LEAKED: the call that was refused, and how */
	uint64_t returned;
};

struct reeve_host {
	struct reeve_host_config config;
	uint64_t features0;
	uint64_t vmids[REEVE_VMID_COUNT / 64]; /* bit set: in use or lost (H6) */
	struct reeve_realm *realms;            /* all that are not NONE (H13) */
	struct reeve_ledger {
		struct reeve_pa root; /* radix tree by physical address, a page a node */
		unsigned levels;
		struct reeve_pa partial; /* pages with free granules */
		struct reeve_ledger_counts counts;
		bool is_wrong; /* something was to be written down of a granule that it does not hold: a fault of this library */
	} ledger;
};

/* Find the monitor (RMI_VERSION, RMI_FEATURES) and start an empty ledger. REEVE_NO_MONITOR, REEVE_BROKEN (words that make no sense) or
 * REEVE_INPUT (page size, fault size, missing functions) with *error filled; then *host is unusable. Source: RMM v1.0 B4.3; H7, H8. */
REEVE_MUST_CHECK enum reeve_status reeve_host_init(
	struct reeve_host *host, const struct reeve_host_config *config, struct reeve_error *error);

/* Give back every delegated granule of every realm, leaked ones too, from any state (H13): the kexec case. A host that was cut off inside any
 * call of the library, at any SMC, can make this call, once no thread runs in the library and the mutexes of the seam are free again. Realms
 * become NONE or DEAD. REEVE_OK, or REEVE_LEAKED when the monitor kept some (they are in the ledger), or REEVE_BUSY when the monitor says that
 * a REC is running, or REEVE_INTERNAL. No other call on the host or its realms may be made meanwhile. */
REEVE_MUST_CHECK enum reeve_status reeve_host_reclaim_all(struct reeve_host *host);

struct reeve_ledger_counts reeve_host_ledger_counts(struct reeve_host *host);
/* Call `visit` for every granule in ascending address until it returns false. The ledger is locked meanwhile: visit calls nothing of the library. */
void reeve_host_ledger_visit(
	struct reeve_host *host, bool (*visit)(void *context, const struct reeve_ledger_entry *entry), void *context);
/* Give the library's own empty pages back; after every realm is NONE and nothing leaked, pages_held is 0. The host is unusable after it. */
void reeve_host_fini(struct reeve_host *host);

/* Feature field by name, e.g. REEVE_FEATURE(host, S2SZ). */
#define REEVE_FEATURE(host, name) FIELD_GET((host)->features0, FEATURE0_##name)

/* ---- geometry (fact sheet section 5; the seed's realm_num_root_rtts) ---- */

/* Start level and number of concatenated root tables for an IPA width. False, outputs untouched, for a width that RMM v1.0 does not allow
 * (32..48, with LPA2 ..52). */
REEVE_MUST_CHECK bool reeve_root_geometry(unsigned ipa_bits, bool lpa2, int *start_level, unsigned *root_count);

/* ---- a realm ---- */

/* Inputs of creation (H2). Zeroed members take the default in brackets. */
struct reeve_realm_config {
	unsigned ipa_bits;            /* 32..S2SZ [40] */
	enum rmi_hash_algorithm hash; /* [SHA-256] */
	uint8_t rpv[RMI_RPV_SIZE];    /* realm personalisation value [zero] */
	bool lpa2;                    /* 52-bit output addresses; needed for ipa_bits > 48 */
	bool sve;
	uint8_t sve_vl; /* vector length in 128-bit units minus one */
	bool pmu;
	uint8_t pmu_counters; /* 1..PMU_NUM_CTRS with pmu, else 0 */
	uint8_t breakpoints;  /* number, 2..NUM_BPS + 1 [2] */
	uint8_t watchpoints;  /* number, 2..NUM_WPS + 1 [2] */
};

enum reeve_realm_state {
	REEVE_REALM_NONE,
	REEVE_REALM_NEW,
	REEVE_REALM_ACTIVE,
	REEVE_REALM_DYING,
	REEVE_REALM_DEAD,
	REEVE_REALM_STATE_COUNT
};
const char *reeve_realm_state_name(unsigned state);

struct reeve_realm {
	struct reeve_host *host;
	struct reeve_realm *next;
	void *lock;
	enum reeve_realm_state state;
	bool configured;
	bool off; /* the realm switched itself off */
	struct reeve_realm_config config;
	struct reeve_error error;
	uint16_t vmid;
	int start_level;
	unsigned root_count;
	unsigned aux_count;
	unsigned rec_count;
	struct reeve_pa rd;
	struct reeve_pa roots;
	struct reeve_pa mirror; /* the library's own picture of the tables */
	struct reeve_pa bounce; /* parameters and content on their way to the monitor */
	struct reeve_ipa_range ram[REEVE_REALM_RAM_RANGES];
	unsigned ram_count;
	/* Calls that stopped half-way: what they were asked and what is left of it; empty: none. */
	struct reeve_ipa_range ram_asked;
	struct reeve_ipa_range ram_left;
	struct reeve_ipa populate_ipa;
	size_t populate_size;
	uint64_t populate_flags;
	struct reeve_ipa_range populate_left;
	struct reeve_pa reserve[2]; /* kept by the first fold, so that blocks can be split at the end without memory */
	unsigned reserve_count;
	struct reeve_pa
		table; /* delegated, in no object: what was a table in this call, for the next one; see has_table */
	bool has_table;
	uint64_t lent_count;    /* granules the monitor has, for progress */
	uint64_t leaked_count;  /* granules it kept */
	struct reeve_rec *recs; /* by creation */
};

/* Make *realm a realm of `host` in state NONE with default configuration. `lock` is what ops->lock takes for it. Cannot fail. */
void reeve_realm_init(struct reeve_realm *realm, struct reeve_host *host, void *lock);

/* Set the inputs of creation. REEVE_STATE once created (H2); REEVE_UNSUPPORTED or REEVE_INPUT with field, value and limit in the error. On
 * failure the old configuration stays. */
REEVE_MUST_CHECK enum reeve_status reeve_realm_configure(
	struct reeve_realm *realm, const struct reeve_realm_config *config);

/* The seed's realm_ensure_created: NONE creates, NEW is done already, DEAD is REEVE_STATE, anything else REEVE_BUSY. Of two threads exactly one
 * creates and both get its result. A failure leaves NONE (H5) unless REALM_DESTROY itself failed (DEAD). Implied by the calls below. */
REEVE_MUST_CHECK enum reeve_status reeve_realm_ensure_created(struct reeve_realm *realm);

/* Declare [base, top) RAM before activation: RMI_RTT_INIT_RIPAS with tables added where needed; measured. Granule-aligned, protected, at most
 * REEVE_REALM_RAM_RANGES ranges. Stopped half-way (REEVE_BUSY, NO_MEMORY), calling again with the same range goes on; another range is REEVE_INPUT
 * until then, because what is declared is measured already. Memory itself comes by populate, or by the realm's faults later. */
REEVE_MUST_CHECK enum reeve_status reeve_realm_add_ram(struct reeve_realm *realm, struct reeve_ipa_range range);

/* Copy `size` bytes to realm memory at `ipa`, page-aligned, last page zero-filled, through RMI_DATA_CREATE; `measured` puts the content into the
 * RIM. Complete 2 MiB blocks are folded. Stopped half-way (REEVE_BUSY, NO_MEMORY), calling again with the same arguments goes on, unless
 * memory was provided, discarded or populated elsewhere in between: then what was put already is REEVE_INPUT like any memory in the way. */
REEVE_MUST_CHECK enum reeve_status reeve_realm_populate(
	struct reeve_realm *realm, struct reeve_ipa ipa, const void *content, size_t size, bool measured);

/* Give memory of unspecified content to pages of [base, top) that have none: RMI_DATA_CREATE_UNKNOWN; folds. In any state from NEW;
 * before activation only within one range that add_ram declared (REEVE_INPUT otherwise), for it does not make RAM as populate does. */
REEVE_MUST_CHECK enum reeve_status reeve_realm_provide(struct reeve_realm *realm, struct reeve_ipa_range range);
/* Take the memory of [base, top) back: RMI_DATA_DESTROY, blocks split on demand, empty tables removed. */
REEVE_MUST_CHECK enum reeve_status reeve_realm_discard(struct reeve_realm *realm, struct reeve_ipa_range range);

/* Map host memory [pa, pa + size of range) at unprotected IPAs, normal write-back memory, readable and writable: RMI_RTT_MAP_UNPROTECTED; 2 MiB
 * blocks where both sides are aligned. The memory stays the host's. Stopped (REEVE_BUSY) or failed, what it mapped is unmapped again. */
REEVE_MUST_CHECK enum reeve_status reeve_realm_share(
	struct reeve_realm *realm, struct reeve_ipa_range range, struct reeve_pa pa);
/* Unmap what is mapped there, blocks split on demand, empty tables removed. Stopped (REEVE_BUSY), calling again goes on. */
REEVE_MUST_CHECK enum reeve_status reeve_realm_unshare(struct reeve_realm *realm, struct reeve_ipa_range range);
/* The unprotected alias of a protected IPA: bit ipa_bits - 1 set. */
struct reeve_ipa reeve_realm_shared_ipa(const struct reeve_realm *realm, struct reeve_ipa ipa);

/* RMI_REALM_ACTIVATE: the RIM is final, RECs can run. */
REEVE_MUST_CHECK enum reeve_status reeve_realm_activate(struct reeve_realm *realm);

/* Take the realm apart and give everything back: RECs, data, tables, REALM_DESTROY, granules, VMID. REEVE_OK: NONE again, nothing left.
 * REEVE_LEAKED: NONE, and the ledger names what the monitor kept. REEVE_REFUSED/BROKEN: DEAD, holding RD, roots and VMID (H5, H6).
 * REEVE_BUSY: a REC is running, or stopped by progress: call again. The reeve_rec structures of the realm are inert afterwards. */
REEVE_MUST_CHECK enum reeve_status reeve_realm_destroy(struct reeve_realm *realm);

enum reeve_realm_state reeve_realm_state(struct reeve_realm *realm);
/* The cause of the last failed call on this realm (H7). */
struct reeve_error reeve_realm_error(struct reeve_realm *realm);

/* ---- RECs ---- */

struct reeve_rec_config {
	uint64_t pc;                        /* IPA of the first instruction */
	uint64_t gprs[RMI_REC_PARAMS_GPRS]; /* X0..X7 */
	bool runnable;                      /* measured, may run from activation on; others wait for PSCI CPU_ON */
};

struct reeve_rec {
	struct reeve_realm *realm;
	struct reeve_rec *next;
	uint64_t mpidr; /* RmiRecMpidr form; from the order of creation */
	struct reeve_pa rec;
	struct reeve_pa run;
	struct reeve_pa aux[RMI_REC_AUX_MAX];
	unsigned aux_count;
	bool exists;
	bool running;
	bool on;                  /* as far as the host knows */
	bool on_raced;            /* another REC switched it on while it ran */
	bool is_repeated;         /* it faulted at `fault` though there is memory */
	uint8_t todo;             /* what the last exit left for the next entry */
	struct reeve_rec *target; /* of a PSCI request that the host answers by itself */
	struct reeve_ipa fault;
	struct reeve_ipa_range ripas;   /* what is left of the RIPAS change */
	struct reeve_ipa_range emptied; /* changed, but the memory is still to be taken back */
	struct reeve_error error;
};

/* Create the next REC of a NEW realm: REC granule, auxiliary granules, run page. *rec is the caller's,
 * zeroed before its first use, and stays linked until the realm goes; one that is a REC already, of any realm, is REEVE_INPUT. */
REEVE_MUST_CHECK enum reeve_status reeve_rec_create(
	struct reeve_realm *realm, const struct reeve_rec_config *config, struct reeve_rec *rec);

enum reeve_exit_reason {
	REEVE_EXIT_INTERRUPTED, /* IRQ or FIQ: nothing to do */
	REEVE_EXIT_MMIO_READ,   /* fill mmio.value, or set mmio.refuse */
	REEVE_EXIT_MMIO_WRITE,  /* take mmio.value, or set mmio.refuse */
	REEVE_EXIT_HOST_CALL,   /* change host_call.gprs */
	REEVE_EXIT_RIPAS_CHANGE, /* about to be carried out; set ripas.refuse to reject (it is preset when not all of it is RAM) */
	REEVE_EXIT_CPU_ON, /* psci.target is about to be switched on; set psci.refuse to deny */
	REEVE_EXIT_CPU_OFF,
	REEVE_EXIT_CPU_SUSPEND,
	REEVE_EXIT_SYSTEM_OFF,   /* the realm is off: it can only be destroyed */
	REEVE_EXIT_SYSTEM_RESET, /* the same, and it asked for a new life */
	REEVE_EXIT_IDLE,         /* trapped WFI or WFE */
	REEVE_EXIT_SYSREG,       /* trapped GIC register write: fault.esr, fault.value */
	REEVE_EXIT_SERROR,
	REEVE_EXIT_FAULT, /* the realm touched what is no RAM and cannot be emulated: fault.ipa; next run injects an abort if it can */
	REEVE_EXIT_REASON_COUNT
};
const char *reeve_exit_reason_name(unsigned reason);

/* Why reeve_rec_run returned. The caller answers in place and calls reeve_rec_run with the same structure again. */
struct reeve_exit {
	enum reeve_exit_reason reason;
	struct {
		struct reeve_ipa ipa; /* with bit ipa_bits - 1 */
		unsigned size;        /* 1, 2, 4, 8 bytes */
		uint64_t value;
		bool refuse; /* nothing there: an external abort is injected */
	} mmio;
	struct {
		uint16_t imm;
		uint64_t gprs[RMI_GPR_COUNT];
	} host_call;
	struct {
		struct reeve_ipa_range range;
		enum rmi_ripas ripas;
		bool refuse;
	} ripas;
	struct {
		struct reeve_rec *target;
		bool refuse;
	} psci;
	struct {
		uint64_t esr;
		uint64_t far;
		uint64_t hpfar;
		struct reeve_ipa ipa; /* of the page, if has_ipa; an external abort has no address, and ipa is zero */
		bool has_ipa;
		uint64_t value;
	} fault;
};

/* Enter the REC, and again, until it exits for a reason the embedder must know: faults on RAM, RIPAS changes and PSCI answers are carried out
 * on the way. `exit` is zeroed before the first run. REEVE_STATE: realm not ACTIVE or off, REC not runnable. REEVE_BUSY: it is running.
 * On failure *exit is untouched. One thread a REC. Source: RMM v1.0 B4.3 RMI_REC_ENTER; fact sheet section 9. */
REEVE_MUST_CHECK enum reeve_status reeve_rec_run(struct reeve_rec *rec, struct reeve_exit *exit);

/* Answer REEVE_EXIT_CPU_ON at once instead of at the next reeve_rec_run, so that the target can be started now. *switched_on: the target was off
 * and is on. */
REEVE_MUST_CHECK enum reeve_status reeve_rec_complete_cpu_on(
	struct reeve_rec *rec, struct reeve_exit *exit, bool *switched_on);

/* The run page, to set GIC and trap flags before a run and to read timers after it. NULL before creation. */
struct rmi_rec_run *reeve_rec_run_page(struct reeve_rec *rec);
struct reeve_error reeve_rec_error(struct reeve_rec *rec);

#ifdef __cplusplus
}
#endif
#endif
