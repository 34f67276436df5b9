/* SPDX-License-Identifier: BSD-2-Clause */
/* world.c - the machine and the realm that the rows measure on, driven by bare RMI calls. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IPA_BITS = 40 };

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why);
	exit(1);
}

uint64_t world_rmi(struct world *world, uint64_t fid, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	uint64_t *x = world->x;
	enum rmi_condition condition;

	x[0] = fid;
	x[1] = a;
	x[2] = b;
	x[3] = c;
	x[4] = d;
	x[5] = e;
	condition = reeve_model_smc(world->model, world->cpu, x);
	if (x[0] != 0) {
		fail(rmi_command_info(rmi_command_of_fid(fid))->name, rmi_condition_name(condition));
	}
	return x[1];
}

uint64_t world_granule(const struct world *world, unsigned n)
{
	return world->pool + (uint64_t)n * REEVE_GRANULE_SIZE;
}

static uint64_t pages(struct world *world, size_t size)
{
	uint64_t pa = reeve_model_pages_alloc(world->model, size);

	if (pa == 0) {
		fail("pages", "no memory left");
	}
	return pa;
}

static void delegate(struct world *world, uint64_t pa, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		world_rmi(world, RMI_FID(GRANULE_DELEGATE), pa + (uint64_t)i * REEVE_GRANULE_SIZE, 0, 0, 0, 0);
	}
}

struct reeve_model *world_model(void)
{
	struct reeve_model_config config = {.lenient = true};
	struct reeve_model *model = reeve_model_new(&config);

	if (model == NULL) {
		fail("model", reeve_model_error());
	}
	return model;
}

void world_open(struct world *world, enum rmi_hash_algorithm hash)
{
	world_open_on(world, world_model(), 0, hash);
	world->owns_model = true;
}

void world_open_on(struct world *world, struct reeve_model *model, unsigned cpu, enum rmi_hash_algorithm hash)
{
	*world = (struct world){.hash = hash, .model = model, .cpu = cpu, .vmid = (uint16_t)(cpu + 1)};
	world->params = pages(world, REEVE_GRANULE_SIZE);
	world->source = pages(world, REEVE_GRANULE_SIZE);
	memset(reeve_model_ns(world->model, world->source), 0x5a, REEVE_GRANULE_SIZE);
	world->rd = pages(world, REEVE_GRANULE_SIZE);
	world->roots = pages(world, WORLD_ROOTS * REEVE_GRANULE_SIZE);
	world->pool = pages(world, (size_t)WORLD_POOL * REEVE_GRANULE_SIZE);
	delegate(world, world->rd, 1);
	delegate(world, world->roots, WORLD_ROOTS);
	delegate(world, world->pool, WORLD_POOL);
}

void world_close(struct world *world)
{
	if (world->owns_model) {
		reeve_model_free(world->model);
	}
}

void world_realm_create(struct world *world)
{
	struct rmi_realm_params *params = reeve_model_ns(world->model, world->params);

	memset(params, 0, sizeof(*params));
	params->s2sz = IPA_BITS;
	params->num_bps = 1;
	params->num_wps = 1;
	params->hash_algo = (uint8_t)world->hash;
	params->vmid = world->vmid;
	params->rtt_base = world->roots;
	params->rtt_level_start = 1;
	params->rtt_num_start = WORLD_ROOTS;
	world_rmi(world, RMI_FID(REALM_CREATE), world->rd, world->params, 0, 0, 0);
}

void world_realm_destroy(struct world *world)
{
	world_rmi(world, RMI_FID(REALM_DESTROY), world->rd, 0, 0, 0, 0);
}

/* The tables are the last granules of the pool: rows use the first. */
void world_tables_create(struct world *world, uint64_t ipa)
{
	uint64_t gib = reeve_align_down(ipa, UINT64_C(1) << 30);
	uint64_t block = reeve_align_down(ipa, UINT64_C(1) << 21);

	world_rmi(world, RMI_FID(RTT_CREATE), world->rd, world_granule(world, WORLD_POOL - 1), gib, 2, 0);
	world_rmi(world, RMI_FID(RTT_CREATE), world->rd, world_granule(world, WORLD_POOL - 2), block, 3, 0);
}

void world_tables_destroy(struct world *world, uint64_t ipa)
{
	world_rmi(world, RMI_FID(RTT_DESTROY), world->rd, reeve_align_down(ipa, UINT64_C(1) << 21), 3, 0, 0);
	world_rmi(world, RMI_FID(RTT_DESTROY), world->rd, reeve_align_down(ipa, UINT64_C(1) << 30), 2, 0, 0);
}
