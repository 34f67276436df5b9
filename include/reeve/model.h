/* SPDX-License-Identifier: BSD-2-Clause */
/* model.h - the model machine: memory with granule protection, the monitor, and CPUs that run realm code, in one process.
 *
 *   host code --reeve_model_smc--> monitor --> realm code on the model's CPUs (Unicorn, or a C function)
 *
 * Physical memory is a shared mapping seen twice: the NS view (reeve_model_ns) and the Realm view (the monitor's).
 * N1: in strict mode (the default) a delegated granule is gone from the NS view: touching it is a granule protection fault.
 * N2: a CPU number is used by one thread at a time; different CPUs may call at once.
 * N3: RECs of one realm take turns; realms run in parallel on their own threads.
 * A model proves nothing about hardware, and the tokens it makes say so unless they are told otherwise. */
#ifndef REEVE_MODEL_H
#define REEVE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/monitor.h"
#include "reeve/rmi.h"
#include "reeve/span.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_model;
struct reeve_host_ops;

enum {
	REEVE_MODEL_DRAM_BASE = 0x40000000, /* like QEMU virt */
	REEVE_MODEL_PL011_BASE = 0x09000000,
	REEVE_MODEL_CPUS_DEFAULT = 8,
	REEVE_MODEL_REC_AUX_DEFAULT = 16,
};

/* Memory of the machine. `shared` is the start of a shared (MAP_SHARED) read-write mapping of `size` bytes, 4 KiB aligned, that
 * stays the caller's and is the NS view; it must be one mapping. NULL: the model makes its own. */
struct reeve_model_region {
	uint64_t base;
	uint64_t size;
	void *shared;
};

/* A granule protection fault: the host touched a granule that is not its own. */
struct reeve_model_gpf {
	uint64_t pa; /* the very address */
	bool write;
	enum rmi_granule_state state; /* of its granule, now */
	uint64_t owner;               /* RD's address, 0: no realm */
	uint64_t delegated_by_call;   /* running number, from 1, among that CPU's SMCs of the one that delegated it */
	unsigned delegated_by_cpu;
};

/* How a REC that is a C function stopped: the exception syndrome a CPU would take to EL2 (ESR_EL2, FAR_EL2, HPFAR_EL2). */
enum reeve_model_trap_kind {
	REEVE_MODEL_TRAP_SYNC,
	REEVE_MODEL_TRAP_IRQ,
	REEVE_MODEL_TRAP_FIQ,
	REEVE_MODEL_TRAP_SERROR
};
struct reeve_model_trap {
	enum reeve_model_trap_kind kind;
	uint64_t esr;
	uint64_t far;
	uint64_t hpfar;
};

/* A software component in the platform token. Texts may be NULL: then that claim is left out. */
struct reeve_model_component {
	const char *type;
	struct reeve_span measurement; /* 32, 48 or 64 bytes */
	const char *version;
	struct reeve_span signer_id; /* 32, 48 or 64 bytes */
	const char *hash_algorithm;
};

enum { REEVE_MODEL_KEY_SIZE = 48, REEVE_MODEL_POINT_SIZE = 96, REEVE_MODEL_COMPONENTS_MAX = 16 };

/* The machine's software platform: the key that vouches for it and what its platform token says. Zeroed: a random key that dies with the
 * machine, and claims whose implementation id reads "reeve model: proves nothing". What is pointed to stays the caller's and must outlive
 * the machine. Claims: attestation fact sheet section 3.2. */
struct reeve_model_platform {
	/* Fill in the machine's key, the private P-384 scalar (1..n-1, big-endian) of the CPAK, from which the RAK is derived. Asked once, on a
	 * CPU that runs a realm, when the first token is; false: there is none, and token calls end with RSI_ERROR_UNKNOWN. NULL: from `seed`. */
	bool (*key)(void *context, uint8_t key[REEVE_MODEL_KEY_SIZE]);
	void *context;          /* given to key */
	struct reeve_span seed; /* the same bytes, the same keys: for tests that repeat. Size 0: random keys */
	enum reeve_token_form token_form;
	uint8_t implementation_id[32];    /* all zero: the text above */
	uint8_t instance_id[33];          /* first byte 0: 0x01 and the SHA-256 of the CPAK's point (04 || x || y) */
	uint16_t lifecycle;               /* 0: 0x3000, secured */
	struct reeve_span config;         /* size 0: the text above */
	const char *verification_service; /* NULL: left out */
	const char *hash_algorithm;       /* NULL: "sha-256" */
	struct reeve_model_component components[REEVE_MODEL_COMPONENTS_MAX];
	unsigned component_count; /* 0: one, of type "model", whose measurement is the SHA-256 of the text above */
};

/* Zeroed: one 256 MiB region at REEVE_MODEL_DRAM_BASE (memory is only used when touched), 8 CPUs, strict, Unicorn. */
struct reeve_model_config {
	struct reeve_model_region regions[REEVE_MONITOR_REGIONS_MAX]; /* ascending and apart */
	unsigned region_count;
	unsigned cpu_count;
	bool lenient; /* leave delegated granules in the NS view: for benchmarks */
	/* Strict, but the host's first touch brings a granule into the NS view: cheaper where few are touched. A system call that is given
	 * memory which was not touched fails with EFAULT. */
	bool lazy;
	int rec_aux_count;  /* 0: the default; -1: none; else 1..16 */
	uint64_t features0; /* RmiFeatureRegister0; 0: the model's default (IPA 48, both hashes, 16 LRs, 6 breakpoints,
	                            4 watchpoints). SVE_EN and PMU_EN need rec_code: Unicorn cannot honour them. */
	/* Called on the faulting thread, in a signal handler, on a granule protection fault; it may siglongjmp out. When it returns, or is
	 * NULL, the report is printed to stderr and the process ends with the signal. */
	void (*on_gpf)(void *context, const struct reeve_model_gpf *fault);
	/* NULL: RECs run AArch64 code on Unicorn. Else the REC is this function: called at each entry and after each handled trap with the
	 * REC's X0..X30 and PC; it changes them as its code would and says how it stopped. */
	void (*rec_code)(
		void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap);
	void *context;                               /* given to on_gpf and rec_code */
	const struct reeve_model_platform *platform; /* NULL: a zeroed one */
};

/* A new machine, or NULL: reeve_model_error() says why. */
struct reeve_model *reeve_model_new(const struct reeve_model_config *config);
/* Stop and free a machine; no thread may be inside it. Caller's mappings become accessible again and stay the caller's. */
void reeve_model_free(struct reeve_model *model);
/* Switch a machine off and on: as new, but that memory holds what it held; no thread may be inside it. What belonged to the machine before
 * (realms, pages, the monitor) is gone. False when there is no memory: then the machine is only good for reeve_model_free. */
bool reeve_model_reset(struct reeve_model *model);
/* Why the last reeve_model_new of this thread failed. */
const char *reeve_model_error(void);

/* An SMC of the host on CPU `cpu`: x[0] is the function identifier going in, the status word coming out; x[1].. arguments and results.
 * Returns the condition that refused the call, CONDITION_NONE when none did. Source: RMM v1.0 section B4. */
enum rmi_condition reeve_model_smc(struct reeve_model *model, unsigned cpu, uint64_t x[REEVE_SMC_REGISTERS]);

/* The NS view of physical address `pa`, or NULL when there is no memory there. The pointer reaches to the end of its region. */
void *reeve_model_ns(struct reeve_model *model, uint64_t pa);
/* The physical address of a pointer into the NS view. True and *pa set, or false and *pa untouched. */
bool reeve_model_pa(const struct reeve_model *model, const void *pointer, uint64_t *pa);

/* Make CPU `cpu` leave the realm it runs, or will enter next, with an IRQ exit. From any thread, and from signal handlers. */
void reeve_model_kick(struct reeve_model *model, unsigned cpu);

struct reeve_model_granule {
	enum rmi_granule_state state;
	uint64_t owner; /* RD's address, 0: no realm */
	uint64_t delegated_by_call;
	unsigned delegated_by_cpu;
};
/* What the machine knows of the granule at `pa`. False and *granule untouched when there is no memory there. */
bool reeve_model_granule(const struct reeve_model *model, uint64_t pa, struct reeve_model_granule *granule);

/* The public half of the machine's CPAK, x || y big-endian: what a verifier of its tokens trusts. Makes the keys if no token did yet.
 * False and `point` untouched when there is no key (reeve_model_platform.key). Thread-safe. */
bool reeve_model_anchor(struct reeve_model *model, uint8_t point[REEVE_MODEL_POINT_SIZE]);

/* The monitor inside, for reeve_monitor_valid and reeve_monitor_granule. */
struct reeve_monitor *reeve_model_monitor(struct reeve_model *model);

/* A page allocator over the machine's NS memory: `size` is a power of two from 4 KiB, naturally aligned, zero-filled.
 * 0 when there is none left. Pages that hold a delegated granule are passed over. Thread-safe. */
uint64_t reeve_model_pages_alloc(struct reeve_model *model, size_t size);
void reeve_model_pages_free(struct reeve_model *model, uint64_t pa, size_t size);

/* Fill the seam of the host library (reeve/host.h) for this machine; its context is the model. SMCs go out on the CPU that the calling
 * thread chose with reeve_model_use_cpu (0 until then). */
void reeve_model_host_ops(struct reeve_model *model, struct reeve_host_ops *ops);
void reeve_model_use_cpu(unsigned cpu);

#ifdef __cplusplus
}
#endif
#endif
