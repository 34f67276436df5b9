/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_bench.h - a realm of 32 IPA bits with code, vectors, data and NS pages, and the Unicorn CPUs to run words in it. */
#ifndef TESTS_LIFE_SUPPORT_UNICORN_BENCH_H
#define TESTS_LIFE_SUPPORT_UNICORN_BENCH_H

#include "machine/model/cpu.h"
#include "tests/unit/support/rmi_world.h"

/* Where things stand in the realm of 32 IPA bits; each a page of its own. */
enum {
	CODE = 0x10000,
	VECTORS = 0x11000,
	DATA = 0x12000,
	HOLE = 0x14000,  /* protected, nothing assigned */
	MANY = 0x100000, /* for tests that map a lot */
	CPUS = 4,
};

#define NS_RW UINT64_C(0x80001000)
#define NS_RO UINT64_C(0x80002000)
#define NS_NONE UINT64_C(0x80003000)
#define NS_ABSENT UINT64_C(0x80004000) /* mapped to a physical address without memory */

/* Words used all over. */
enum { NOP = 0xD503201F, SMC = 0xD4000003, UDF = 0, WFI = 0xD503207F, WFE = 0xD503205F };
enum { PSTATE_EL1H = 0x3C5, PSTATE_EL1T = 0x3C4, PSTATE_EL0 = 0x3C0 };
#define IL (UINT64_C(1) << 25)
#define ESR(ec, iss) ((uint64_t)(ec) << 26 | IL | (uint64_t)(iss))
#define SMC_IMM(n) (SMC | (uint32_t)(n) << 5)
/* Pieces of the ISS of a data abort. */
enum { ISV = 1 << 24, SSE = 1 << 21, SF = 1 << 15, AR = 1 << 14, WNR = 1 << 6 };
#define SAS(n) ((n) << 22)
#define SRT(n) ((n) << 16)
#define HPFAR(ipa) ((uint64_t)(ipa) >> 12 << 4)

struct bench {
	struct world *world;
	struct realm realm;
	struct stage2 stage2;
	void *cpus;
	uint64_t code_pa;
	uint64_t vectors_pa;
	uint64_t data_pa;
	uint64_t ns_pa;
	struct rec_cpu rec;
	struct rec_trap trap;
	const char *doing; /* for the message of a failure */
};

/* The bytes of a granule, whoever owns it; the word at its start. */
void *bench_whole(const struct bench *bench, uint64_t pa);
uint64_t bench_load(const struct bench *bench, uint64_t pa);

/* A REC at CODE in EL1h with its registers at reset; `key` stands for its granule and is in its MPIDR. */
struct rec_cpu bench_rec(const struct bench *bench, uint64_t key);

/* cmocka fixtures. */
int bench_setup(void **state);
int bench_teardown(void **state);

/* Put words at CODE, and an smc #0 after them. The page is then looked at afresh, as after a TLB invalidation. */
void bench_write_code(struct bench *bench, size_t count, const uint32_t *words);
#define CODE_IS(bench, ...) \
	bench_write_code(bench, sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), (const uint32_t[]){__VA_ARGS__})

/* Run bench->rec on CPU 0 until its trap; it must be synchronous with this ESR, FAR, HPFAR and PC. */
void bench_run(struct bench *bench);
void bench_traps(struct place place, struct bench *bench, const uint64_t want[4]);
#define TRAPS(bench, esr, far, hpfar, pc) bench_traps(HERE, bench, (const uint64_t[]){esr, far, hpfar, pc})
#define SMC_AT(bench, n, pc) TRAPS(bench, ESR(EC_SMC, n), 0, 0, pc)

#endif
