/* SPDX-License-Identifier: BSD-2-Clause */
/* rmi_world.h - a model machine for tests of the monitor: checked RMI calls, realms of a given shape, and a REC that follows a script.
 *
 * Every call ends with reeve_monitor_valid. A refused call is compared byte for byte: no granule of the world may differ in
 * content, state or owner. Section numbers in the tests are those of the RMM v1.0 fact sheet. */
#ifndef TESTS_UNIT_SUPPORT_RMI_WORLD_H
#define TESTS_UNIT_SUPPORT_RMI_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reeve/model.h"
#include "reeve/psci.h"
#include "reeve/rmi.h"
#include "reeve/rsi.h"

enum {
	WORLD_BASE = REEVE_MODEL_DRAM_BASE,
	WORLD_GRANULES = 2048,
	WORLD_SIZE = WORLD_GRANULES * REEVE_GRANULE_SIZE,
	WORLD_STEPS = 64,
	WORLD_REALM_RECS = 20,
	WORLD_ENTRIES = 512, /* of a table */
};

/* Exception classes and pieces of ESR_EL2 that the scripts use (Arm ARM D17). */
enum {
	EC_WFX = 0x01,
	EC_HVC = 0x16,
	EC_SMC = 0x17,
	EC_SYSREG = 0x18,
	EC_FETCH = 0x20,
	EC_DATA = 0x24,
	EC_SERROR = 0x2F
};
enum { FSC_TRANSLATION_L3 = 0x07, FSC_PERMISSION_L3 = 0x0F, FSC_EXTERNAL = 0x10 };
enum { WORLD_VECTOR = 0x200 }; /* VBAR_EL1 is zero at reset; synchronous, current EL with SPx */

#define WORLD_PAGE ((uint64_t)REEVE_GRANULE_SIZE)
#define WORLD_2M (UINT64_C(1) << 21)
#define WORLD_1G (UINT64_C(1) << 30)
#define WORLD_TOP ((uint64_t)WORLD_BASE + WORLD_SIZE)

struct rec {
	uint64_t pa;
	uint64_t run; /* its run page, NS */
	struct rmi_rec_params params;
};

struct realm {
	uint64_t rd;
	struct rmi_realm_params params;
	struct rec recs[WORLD_REALM_RECS];
	unsigned rec_count;
};

struct world;

/* One thing the scripted REC does: `x` (when `sets`) and then `trap`; `inside` runs first, while the REC is running. */
struct step {
	bool sets;
	uint64_t x[RMI_GPR_COUNT];
	struct reeve_model_trap trap;
	void (*inside)(struct world *world);
};

/* What the REC found when it was called. */
struct seen {
	uint64_t mpidr;
	uint64_t pc;
	uint64_t x[RMI_GPR_COUNT];
};

struct world {
	struct reeve_model *model;
	struct reeve_monitor *monitor;
	uint64_t next;   /* first byte never handed out */
	uint64_t params; /* NS pages for parameters, content, and to be wrong with */
	uint64_t source;
	uint64_t spare;
	uint16_t vmid;
	struct realm other; /* where the samples come from */
	uint64_t sample[GRANULE_STATE_COUNT];
	struct step steps[WORLD_STEPS]; /* after the last the REC stops with an IRQ */
	unsigned step_count;
	struct seen seen[WORLD_STEPS + 1];
	unsigned seen_count;
	struct realm *inside; /* for `inside` functions */
};

struct call {
	uint64_t fid;
	uint64_t a[RMI_ARGUMENT_MAX];
};

struct reply {
	uint64_t word;
	enum rmi_condition condition;
	uint64_t out[RMI_RESULT_MAX];
};

/* An outcome; `either` is another name that the fact sheet leaves room for, CONDITION_NONE when there is none. */
struct expectation {
	enum rmi_status status;
	unsigned index;
	enum rmi_condition condition;
	enum rmi_condition either;
	bool has_top; /* X2 (X1 for RTT_UNMAP_UNPROTECTED) is listed as an output of this failure */
};

struct place {
	const char *file;
	int line;
};

#define HERE ((struct place){__FILE__, __LINE__})
#define CALL(name, ...) ((struct call){RMI_FID(name), {__VA_ARGS__}})
#define EXPECT(status, index, name) \
	((struct expectation){status, (unsigned)(index), CONDITION_##name, CONDITION_NONE, false})
#define INPUT(name) EXPECT(RMI_ERROR_INPUT, 0, name)
#define INPUT2(name, other) ((struct expectation){RMI_ERROR_INPUT, 0, CONDITION_##name, CONDITION_##other, false})
#define RTT(level, name) EXPECT(RMI_ERROR_RTT, level, name)
#define RTT_TOP(level, name) \
	((struct expectation){RMI_ERROR_RTT, (unsigned)(level), CONDITION_##name, CONDITION_NONE, true})
#define OK(w, name, ...) world_ok(HERE, w, CALL(name, __VA_ARGS__))
#define REFUSED(w, expected, name, ...) world_refused(HERE, w, expected, CALL(name, __VA_ARGS__))

/* A machine of one region of WORLD_SIZE; `features0` 0 is the model's default. The second form brings a configuration whose
 * regions, rec_code and context are filled in here. */
struct world *world_new(uint64_t features0);
struct world *world_new_with(struct reeve_model_config config);
/* The model's default with RECs that run AArch64 code instead of the script. */
struct world *world_new_unicorn(void);
void world_free(struct world *world);
/* cmocka fixtures over world_new(0). */
int world_setup(void **state);
int world_teardown(void **state);

/* `count` (a power of two) naturally aligned granules, NS; and the same delegated. */
uint64_t world_pages(struct world *world, unsigned count);
uint64_t world_delegated(struct world *world, unsigned count);
void *world_at(const struct world *world, uint64_t pa);
enum rmi_granule_state world_state(const struct world *world, uint64_t pa);
uint64_t world_owner(const struct world *world, uint64_t pa);
bool world_is_zero(const struct world *world, uint64_t pa);

struct reply world_call(struct place place, struct world *world, struct call call);
struct reply world_ok(struct place place, struct world *world, struct call call);
struct reply world_refused(struct place place, struct world *world, struct expectation expected, struct call call);

/* Try `call` with argument `n` (from 0) unaligned, out of bound, and naming a granule of every state but `right`:
 * all INPUT, with these three names. An address of 2^48 or more may go by rtt_bound2 or data_bound2 instead. */
struct granule_conditions {
	enum rmi_condition align;
	enum rmi_condition bound;
	enum rmi_condition state;
};
void world_refused_granule(struct place place, struct world *world, struct call call, unsigned n,
	enum rmi_granule_state right, struct granule_conditions names);
#define REFUSED_RD(w, name, ...) \
	world_refused_granule(HERE, w, CALL(name, __VA_ARGS__), 0, GRANULE_RD, \
		(struct granule_conditions){CONDITION_rd_align, CONDITION_rd_bound, CONDITION_rd_state})
/* The same for a granule of the host: every delegated state is refused. */
#define REFUSED_NS(w, n, align, bound, pas, name, ...) \
	world_refused_granule(HERE, w, CALL(name, __VA_ARGS__), n, GRANULE_UNDELEGATED, \
		(struct granule_conditions){CONDITION_##align, CONDITION_##bound, CONDITION_##pas})

/* Section 5: bytes one entry of `level` spans; a legal start level and number of root tables for an IPA width. */
uint64_t span_of(int level);
int start_level_of(unsigned ipa_bits);
unsigned root_count_of(unsigned ipa_bits, int start_level);

/* A realm: parameters of the usual shape; create from them; both and NEW. */
void realm_prepare(struct world *world, struct realm *realm, unsigned ipa_bits);
void realm_params_write(struct world *world, const struct realm *realm);
void realm_create(struct world *world, struct realm *realm);
void realm_new(struct world *world, struct realm *realm, unsigned ipa_bits);
void realm_activate(struct world *world, const struct realm *realm);
/* First unprotected address. */
uint64_t realm_half(const struct realm *realm);
/* Tables down to `level` over ipa where they are missing. Returns the lowest's address, 0 when none was missing. */
uint64_t realm_tables(struct world *world, const struct realm *realm, uint64_t ipa, int level);
/* A measured data granule with every byte `fill` (tables included); an unknown one. */
uint64_t realm_data(struct world *world, const struct realm *realm, uint64_t ipa, uint8_t fill);
uint64_t realm_data_unknown(struct world *world, const struct realm *realm, uint64_t ipa);
void realm_ram(struct world *world, const struct realm *realm, uint64_t base, uint64_t top);
/* The next REC; params as they will be given to REC_CREATE; prepare delegates its granules. */
struct rec *realm_rec_prepare(struct world *world, struct realm *realm, bool runnable);
struct rec *realm_rec(struct world *world, struct realm *realm, bool runnable);
/* A NEW realm of 32 bits with tables over the first 2 MiB, all RAM, and one runnable REC; activated. */
struct rec *realm_running(struct world *world, struct realm *realm);

struct entry {
	int level;
	enum rmi_rtte_state state;
	enum rmi_ripas ripas;
	uint64_t desc;
};
struct entry realm_entry(struct world *world, const struct realm *realm, uint64_t ipa, int level);
void entry_is(struct place place, struct world *world, const struct realm *realm, uint64_t ipa, int level,
	struct entry expected);
#define ENTRY(w, realm, ipa, asked, walked, state, ripas, desc) \
	entry_is(HERE, w, realm, ipa, asked, (struct entry){walked, RTTE_##state, RIPAS_##ripas, desc})

/* The script. */
void script_clear(struct world *world);
struct step *script_trap(struct world *world, uint64_t esr, uint64_t far, uint64_t ipa);
struct step *script_smc(struct world *world, uint64_t fid, uint64_t a, uint64_t b, uint64_t c, uint64_t d);
uint64_t esr_of(unsigned class, uint64_t iss);

/* The run page; enter it with a dirty exit area; the exit. Must succeed. */
struct rmi_rec_run *rec_run(const struct world *world, const struct rec *rec);
const struct rmi_rec_exit *rec_enter(struct place place, struct world *world, const struct rec *rec);
#define ENTER(w, rec) rec_enter(HERE, w, rec)
/* The exit is `expected` in every byte but the GIC's and the timers' (section 9 fills those on every exit). */
void exit_is(struct place place, const struct rmi_rec_exit *exit, const struct rmi_rec_exit *expected);
#define EXIT_IS(exit, ...) exit_is(HERE, exit, &(struct rmi_rec_exit){__VA_ARGS__})
/* One SMC of the realm that the monitor answers without an exit: what the REC has in x[] afterwards. */
const uint64_t *rec_smc(struct place place, struct world *world, const struct rec *rec, uint64_t fid, uint64_t a,
	uint64_t b, uint64_t c, uint64_t d);
#define SMC(w, rec, fid, a, b, c, d) rec_smc(HERE, w, rec, fid, a, b, c, d)

#endif
