/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_bench.c - see unicorn_bench.h. */
#include "tests/life/support/unicorn_bench.h"

#include <stdlib.h>
#include <string.h>

#include "machine/model/memory.h"

enum { S2AP_R = 1 << 6, S2AP_RW = 3 << 6, NORMAL = 6 << 2 };

void *bench_whole(const struct bench *bench, uint64_t pa)
{
	return model_memory_whole(model_memory_of(bench->world->model), pa);
}

uint64_t bench_load(const struct bench *bench, uint64_t pa)
{
	uint64_t value;

	memcpy(&value, bench_whole(bench, pa), sizeof(value));
	return value;
}

static void map_ns(struct bench *bench, uint64_t ipa, uint64_t pa, uint64_t access)
{
	realm_tables(bench->world, &bench->realm, ipa, 3);
	OK(bench->world, RTT_MAP_UNPROTECTED, bench->realm.rd, ipa, 3, pa | access | NORMAL);
}

#define EL1_REGISTER(name, op0, op1, crn, crm, op2, reset) reset,
static const uint64_t el1_reset[EL1_REGISTER_COUNT] = {
#include "spec/el1_registers.def"
};
#undef EL1_REGISTER

struct rec_cpu bench_rec(const struct bench *bench, uint64_t key)
{
	struct rec_cpu rec = {.pc = CODE, .pstate = PSTATE_EL1H, .stage2 = bench->stage2, .rec = reeve_pa(key)};

	memcpy(rec.el1, el1_reset, sizeof(rec.el1));
	rec.el1[EL1_VBAR_EL1] = VECTORS;
	rec.mpidr_el1 = 0x80000000 | key;
	return rec;
}

/* Each vector says which it is: smc #0x80 + offset / 0x80. */
static void write_vectors(struct bench *bench)
{
	uint32_t *words = bench_whole(bench, bench->vectors_pa);

	for (uint32_t i = 0; i < 16; i++) {
		words[i * 32] = SMC_IMM(0x80 + i);
	}
}

int bench_setup(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	bench->world = world_new(0);
	realm_new(bench->world, &bench->realm, 32);
	bench->stage2 = (struct stage2){
		.rd = reeve_pa(bench->realm.rd),
		.root = reeve_pa(bench->realm.params.rtt_base),
		.root_count = bench->realm.params.rtt_num_start,
		.start_level = (int)bench->realm.params.rtt_level_start,
		.ipa_bits = 32,
	};
	bench->code_pa = realm_data(bench->world, &bench->realm, CODE, 0);
	bench->vectors_pa = realm_data(bench->world, &bench->realm, VECTORS, 0);
	bench->data_pa = realm_data(bench->world, &bench->realm, DATA, 0);
	bench->ns_pa = world_pages(bench->world, 1);
	map_ns(bench, NS_RW, bench->ns_pa, S2AP_RW);
	map_ns(bench, NS_RO, bench->ns_pa, S2AP_R);
	map_ns(bench, NS_ABSENT, WORLD_TOP + 0x100000, S2AP_RW);
	write_vectors(bench);
	bench->cpus = model_unicorn.create(bench->world->model, CPUS);
	assert_non_null(bench->cpus);
	bench->rec = bench_rec(bench, 1);
	*state = bench;
	return 0;
}

int bench_teardown(void **state)
{
	struct bench *bench = *state;

	model_unicorn.destroy(bench->cpus);
	world_free(bench->world);
	free(bench);
	return 0;
}

void bench_write_code(struct bench *bench, size_t count, const uint32_t *words)
{
	uint32_t *code = bench_whole(bench, bench->code_pa);

	memcpy(code, words, count * sizeof(*words));
	code[count] = SMC;
	model_unicorn.invalidate(bench->cpus, &bench->stage2, reeve_ipa(CODE), WORLD_PAGE);
}

void bench_run(struct bench *bench)
{
	memset(&bench->trap, 0xEE, sizeof(bench->trap));
	model_unicorn.run(bench->cpus, 0, &bench->rec, &bench->trap);
}

void bench_traps(struct place place, struct bench *bench, const uint64_t want[4])
{
	bench_run(bench);
	if (bench->trap.kind != REC_TRAP_SYNC || bench->trap.esr != want[0] || bench->trap.far != want[1] ||
		bench->trap.hpfar != want[2] || bench->rec.pc != want[3]) {
		print_error(
			"%s: kind %d esr %#lx far %#lx hpfar %#lx pc %#lx\nwant 0 esr %#lx far %#lx hpfar %#lx pc %#lx\n",
			bench->doing != NULL ? bench->doing : "trap", (int)bench->trap.kind,
			(unsigned long)bench->trap.esr, (unsigned long)bench->trap.far,
			(unsigned long)bench->trap.hpfar, (unsigned long)bench->rec.pc, (unsigned long)want[0],
			(unsigned long)want[1], (unsigned long)want[2], (unsigned long)want[3]);
		_fail(place.file, place.line);
	}
}
