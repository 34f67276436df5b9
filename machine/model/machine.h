/* SPDX-License-Identifier: BSD-2-Clause */
/* machine.h - what a model machine is made of, and who in machine/model does what.
 *
 *   model.c     makes it and issues SMCs       protection.c  which granules are the host's
 *   platform.c  the monitor's seam             gpf.c         the host touched what is not its own
 *   pages.c     a page allocator               host_seam.c   the host library's seam
 *   attest.c    keys and the platform token    platform_token.c  what that token says
 *
 * V1: a granule's delegation word is 0 exactly when the granule is in the NS physical address space.
 * V2: in strict mode a granule whose word is not 0 is out of the NS view, from before granule_delegate returns until
 *     granule_undelegate is called. In lazy mode it stays out until the host touches it (gpf.c).
 * V3: until has_run is set no CPU has a translation or a mapping to lose. Sequentially consistent, and so are the words: who
 *     delegates writes the word and then reads has_run; who runs sets has_run and then reads words. One of them sees the other. */
#ifndef MODEL_MACHINE_H
#define MODEL_MACHINE_H

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>

#include "attest/cbor.h"
#include "machine/hosted/digest.h"
#include "machine/hosted/p384.h"
#include "machine/model/cpu.h"
#include "machine/model/memory.h"
#include "machine/model/pages.h"
#include "reeve/model.h"

enum { MODEL_CACHE_LINE = 64 };

/* What belongs to one CPU number (N2): its thread writes it, others leave it alone. */
struct model_cpu {
	alignas(MODEL_CACHE_LINE) uint64_t call; /* running number, from 1, of the SMC it is in among its own */
	struct hosted_digest *digest;
};

/* Who delegated each granule: 0 in the NS space, else call number << 8 | CPU. In order of address, region after region. */
struct model_protection {
	_Atomic uint64_t *words;
	size_t size;        /* bytes of words */
	atomic_bool *shown; /* lazy mode: a byte a granule, whether it is in the NS view; else NULL */
	uint64_t count;     /* granules */
	uint64_t region_first[REEVE_MONITOR_REGIONS_MAX];
	bool strict;
};

/* The private keys: a page of their own that no core dump has, wiped before it is given back. */
struct model_keys;

/* Keys and platform token, each made when it is first asked for, under the lock; then they only are read. */
struct model_attest {
	pthread_mutex_t lock;
	bool is_open; /* the lock is there */
	bool has_failed;
	struct model_keys *keys;
	uint8_t cpak_point[P384_POINT_SIZE];
	uint8_t rak_point[P384_POINT_SIZE];
	struct reeve_buf platform_token;
};

struct reeve_model {
	struct reeve_model_config config; /* defaults filled in */
	struct model_memory memory;
	struct model_protection protection;
	struct model_pages pages;
	struct reeve_monitor *monitor;
	void *monitor_memory;
	size_t monitor_size;
	const struct model_cpu_ops *cpu_ops;
	void *cpus;
	struct reeve_model_platform platform;
	struct model_attest attest;
	atomic_bool has_run; /* a REC, at least once (V3) */
	struct model_cpu cpu[REEVE_MONITOR_CPUS_MAX];
};

/* `size` bytes of zero pages that cost memory only when touched, or NULL. */
void *model_reserve(size_t size);
void model_unreserve(void *reserved, size_t size);

/* The caller broke the rules of model.h: say which and end the process. */
_Noreturn void model_misuse(const char *what, uint64_t pa);

/* The monitor's seam over this machine; its context is the model. */
extern const struct monitor_platform model_platform;

/* Every granule NS. False when there is no memory. `lazy` is for strict ones. */
bool protection_open(struct model_protection *protection, struct model_memory *memory, bool strict, bool lazy);
/* Every granule NS again. */
void protection_reset(struct model_protection *protection, const struct model_memory *memory);
void protection_close(struct model_protection *protection);
/* True when the granule that holds `pa` is in the NS physical address space; false also where there is no memory. */
bool protection_is_ns(const struct reeve_model *model, uint64_t pa);
/* Who delegated it. True and both set, or false and both untouched when it is not delegated. Async-signal-safe. */
bool protection_delegated_by(const struct reeve_model *model, uint64_t pa, uint64_t *call, unsigned *cpu);
/* Put the NS granule that holds `pa`, which the host touched and did not find, into its view. False when it is not NS, or cannot be
 * shown. Async-signal-safe. */
bool protection_show(struct reeve_model *model, uint64_t pa);
/* Move a granule to the Realm space and back (platform.h P2). */
bool protection_delegate(struct reeve_model *model, unsigned cpu, uint64_t pa);
void protection_undelegate(struct reeve_model *model, uint64_t pa);

/* Watch the NS views of a strict machine for granule protection faults. False when too many are watched already. */
bool gpf_watch(struct reeve_model *model);
void gpf_unwatch(struct reeve_model *model);

/* Why the platform cannot vouch for a machine: what is wrong with its claims, or NULL. */
const char *platform_fault(const struct reeve_model_platform *platform);
bool attest_open(struct reeve_model *model);
/* Wipes the keys. */
void attest_close(struct reeve_model *model);
/* platform.h, with the model as context. */
bool attest_realm_public_key(void *context, unsigned cpu, uint8_t point[PLATFORM_POINT_SIZE]);
bool attest_realm_sign(
	void *context, unsigned cpu, const void *message, size_t size, uint8_t signature[PLATFORM_SIGNATURE_SIZE]);
bool attest_platform_token(
	void *context, unsigned cpu, const uint8_t challenge[PLATFORM_CHALLENGE_SIZE], struct reeve_span *token);

/* The claims of the platform token, into or for `w`. */
void platform_claims_put(struct cbor_writer *w, const struct reeve_model_platform *platform,
	const uint8_t challenge[PLATFORM_CHALLENGE_SIZE], const uint8_t cpak_point[P384_POINT_SIZE],
	struct hosted_digest *digest);

/* reeve_model_pa without the validation of its arguments. Async-signal-safe. */
bool model_pa_of(const struct reeve_model *model, uintptr_t pointer, uint64_t *pa);

#endif
