/* SPDX-License-Identifier: BSD-2-Clause */
/* platform.h - the monitor's seam: what a machine does for the monitor, and the two questions it may ask back.
 *
 * A machine fills struct monitor_platform. Its functions get the `context` given to reeve_monitor_init.
 * P1: realm_granule never fails for a granule of the configured regions that is in the Realm physical address space.
 * P2: after granule_delegate returned true the host cannot reach the granule until granule_undelegate.
 * P3: rec_run returns only with a trap of the kind the hardware would take to EL2, the PC at the trapped instruction.
 * P4: after stage2_invalidate returns no CPU uses a translation of that range made before the call.
 * P5: realm_public_key and platform_token give the same bytes each time, for as long as the monitor lives.
 * Locks: the monitor holds realm or granule locks while it calls any of these but rec_run and the three of attestation; none may call
 * an RMI command. */
#ifndef MONITOR_PLATFORM_H
#define MONITOR_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/address.h"
#include "reeve/monitor.h"
#include "reeve/rmi.h"
#include "reeve/span.h"

/* The EL1 registers of a REC, by name: EL1_VBAR_EL1 ... */
#define EL1_REGISTER(name, op0, op1, crn, crm, op2, reset) EL1_##name,
enum el1_register {
#include "spec/el1_registers.def"
	EL1_REGISTER_COUNT
};
#undef EL1_REGISTER

/* A realm's stage 2 as the hardware is told of it. */
struct stage2 {
	struct reeve_pa rd;   /* whose it is */
	struct reeve_pa root; /* first of root_count consecutive tables */
	unsigned root_count;
	int start_level;
	unsigned ipa_bits;
	bool lpa2;
	uint16_t vmid;
};

/* What the realm was given beside memory: RmiRealmParams' values, measured at its creation. A CPU offers it neither less nor more. */
struct realm_features {
	uint64_t flags; /* RmiRealmFlags */
	uint8_t sve_vl;
	uint8_t num_bps;
	uint8_t num_wps;
	uint8_t pmu_num_ctrs;
};

/* Everything of a REC that a CPU loads before and saves after running it. */
enum { REC_MACHINE_WORDS = 192 };
struct rec_cpu {
	uint64_t gprs[RMI_GPR_COUNT];
	uint64_t pc;
	uint64_t pstate; /* SPSR_EL2 form */
	uint64_t sp_el0;
	uint64_t sp_el1;
	uint64_t el1[EL1_REGISTER_COUNT];
	uint64_t mpidr_el1; /* MPIDR_EL1 form, as the realm sees it */
	uint64_t gicv3_hcr;
	uint64_t gicv3_lrs[RMI_GIC_LR_COUNT];
	uint64_t gicv3_misr;
	uint64_t gicv3_vmcr;
	uint64_t cntp_ctl;
	uint64_t cntp_cval;
	uint64_t cntv_ctl;
	uint64_t cntv_cval;
	bool trap_wfi;
	bool trap_wfe;
	struct stage2 stage2;
	struct realm_features features;
	struct reeve_pa rec; /* address of the REC granule: the machine's key for what it keeps of this REC */
	struct reeve_pa aux
		[RMI_REC_AUX_MAX]; /* its auxiliary granules, as many as rec_aux_count: the machine's own, zero at first */
	/* The machine's own, zero at reset: registers that the monitor has no use for. */
	_Alignas(16) uint64_t machine[REC_MACHINE_WORDS];
};

/* Bytes of what attestation passes: a point of P-384 (x || y), an ES384 signature (r || s), a SHA-256 digest. */
enum { PLATFORM_POINT_SIZE = 96, PLATFORM_SIGNATURE_SIZE = 96, PLATFORM_CHALLENGE_SIZE = 32 };

enum rec_trap_kind { REC_TRAP_SYNC, REC_TRAP_IRQ, REC_TRAP_FIQ, REC_TRAP_SERROR };

/* Why a REC stopped, in the hardware's words: ESR_EL2, FAR_EL2, HPFAR_EL2 as the architecture defines them. */
struct rec_trap {
	enum rec_trap_kind kind;
	uint64_t esr;
	uint64_t far;
	uint64_t hpfar;
};

struct monitor_platform {
	/* The granule's bytes in the Realm physical address space. */
	void *(*realm_granule)(void *context, struct reeve_pa pa);
	/* Copy within one NS granule. False when the granule is not Non-secure; then nothing was copied. */
	bool (*ns_read)(void *context, struct reeve_pa pa, void *to, size_t size);
	bool (*ns_write)(void *context, struct reeve_pa pa, const void *from, size_t size);
	/* Move a granule NS -> Realm. False when it was not NS; then nothing changed. */
	bool (*granule_delegate)(void *context, unsigned cpu, struct reeve_pa pa);
	/* Move a wiped granule Realm -> NS. */
	void (*granule_undelegate)(void *context, unsigned cpu, struct reeve_pa pa);
	/* Digest of `size` bytes into out (rmi_hash_size(algorithm) bytes; the rest of out is zeroed by the caller). */
	void (*digest)(void *context, unsigned cpu, enum rmi_hash_algorithm algorithm, const void *data, size_t size,
		uint8_t *out);
	/* Drop cached translations of [base, base + size) of this stage 2. */
	void (*stage2_invalidate)(void *context, const struct stage2 *stage2, struct reeve_ipa base, uint64_t size);
	/* The realm is gone: forget everything kept for this stage 2. */
	void (*stage2_destroy)(void *context, const struct stage2 *stage2);
	/* Run until a trap. The REC is RUNNING and held by this CPU alone; no lock is held. */
	void (*rec_run)(void *context, unsigned cpu, struct rec_cpu *rec, struct rec_trap *trap);
	/* The REC at `rec` is gone: forget everything kept for it. */
	void (*rec_destroy)(void *context, struct reeve_pa rec);

	/* Attestation. A machine without keys leaves all three NULL: RSI token calls then answer RSI_ERROR_UNKNOWN, as when one returns
	 * false. Called with no lock held, by several CPUs at once; the first call may take long (keys made, firmware asked). */

	/* The public half of the realm attestation key (RAK): x || y, big-endian. False: there is no key; `point` is then untouched. */
	bool (*realm_public_key)(void *context, unsigned cpu, uint8_t point[PLATFORM_POINT_SIZE]);
	/* ES384 with the RAK: ECDSA over the SHA-384 of the `size` bytes at `message`, r || s, big-endian (RFC 9053 section 2.1). The private
	 * half never passes the seam. False: it cannot be signed; `signature` is then untouched. */
	bool (*realm_sign)(void *context, unsigned cpu, const void *message, size_t size,
		uint8_t signature[PLATFORM_SIGNATURE_SIZE]);
	/* The platform token: one CBOR item, a tagged COSE_Sign1 whose claim 10 is `challenge`, the SHA-256 of the public key claim of every
	 * realm token. *token stays readable and unchanged as long as the monitor lives (P5). False: there is none, *token is then untouched.
	 * Source: fact sheet section 11 (on an RME machine: RMM-EL3 ATTEST_GET_PLAT_TOKEN). */
	bool (*platform_token)(void *context, unsigned cpu, const uint8_t challenge[PLATFORM_CHALLENGE_SIZE],
		struct reeve_span *token);
};

/* Take an exception to EL1 of the realm as the architecture does (Arm ARM D1.3): ELR, SPSR, ESR, PSTATE, PC. FAR is the caller's. */
void monitor_take_exception(struct rec_cpu *cpu, uint64_t esr);

/* What stage 2 says of an IPA: for machines that have no table walker of their own. */
struct stage2_translation {
	bool mapped; /* the entry is valid for the hardware */
	bool ns;     /* the output is in the NS physical address space */
	bool can_read;
	bool can_write;
	bool can_execute;
	int level;             /* where the walk ended: the level a translation fault reports */
	uint64_t span;         /* bytes one entry of that level covers */
	struct reeve_ipa base; /* ipa aligned down to span */
	struct reeve_pa pa;    /* output of base when mapped */
};

/* Walk the stage 2 of the realm whose RD is stage2->rd and call `use` with the result while the tables cannot change.
 * To be called from rec_run only (the REC keeps its realm alive). `ipa` beyond ipa_bits gives mapped == false, level = start level. */
void monitor_stage2_translate(struct reeve_monitor *monitor, const struct stage2 *stage2, struct reeve_ipa ipa,
	void (*use)(void *use_context, const struct stage2_translation *translation), void *use_context);

#endif
