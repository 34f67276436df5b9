/* SPDX-License-Identifier: BSD-2-Clause */
/* commands.c - what each RMI command costs, beside the cost of the wipes and digests it cannot do without. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <string.h>

enum { PAGES = 512, ENTRIES_A_CALL = 16 };

#define IPA UINT64_C(0x40000000)
#define UNPROTECTED_IPA (UINT64_C(1) << 39)

/* A row: what it does once a batch, and the floor: the figure of TF-RMM's host build (docs/performance.md). */
struct row {
	const char *name;
	enum rmi_hash_algorithm hash;
	/* Do the operations of one batch and return nanoseconds an operation. */
	double (*batch)(struct world *world);
	double floor_ns;
	/* Machine limits the row contains: how many wipes and digests. */
	unsigned wipes;
	unsigned sha_4k;
	unsigned sha_256;
};

static uint64_t page_ipa(unsigned i)
{
	return IPA + (uint64_t)i * REEVE_GRANULE_SIZE;
}

static double delegate_undelegate(struct world *w)
{
	uint64_t start = bench_now();

	for (unsigned i = 0; i < PAGES; i++) {
		world_rmi(w, RMI_FID(GRANULE_UNDELEGATE), world_granule(w, i), 0, 0, 0, 0);
		world_rmi(w, RMI_FID(GRANULE_DELEGATE), world_granule(w, i), 0, 0, 0, 0);
	}
	return (double)(bench_now() - start) / PAGES;
}

static double realm_create_destroy(struct world *w)
{
	enum { COUNT = 64 };
	uint64_t start = bench_now();

	for (unsigned i = 0; i < COUNT; i++) {
		world_realm_create(w);
		world_realm_destroy(w);
	}
	return (double)(bench_now() - start) / COUNT;
}

static double rtt_create_destroy(struct world *w)
{
	enum { COUNT = 256 };
	uint64_t start;
	uint64_t taken;

	world_realm_create(w);
	world_tables_create(w, IPA);
	start = bench_now();
	for (unsigned i = 0; i < COUNT; i++) {
		uint64_t ipa = IPA + ((uint64_t)(1 + i % 256) << 21);

		world_rmi(w, RMI_FID(RTT_CREATE), w->rd, world_granule(w, i), ipa, 3, 0);
		world_rmi(w, RMI_FID(RTT_DESTROY), w->rd, ipa, 3, 0, 0);
	}
	taken = bench_now() - start;
	world_tables_destroy(w, IPA);
	world_realm_destroy(w);
	return (double)taken / COUNT;
}

static double rtt_read_entry(struct world *w)
{
	enum { ROUNDS = 8 };
	uint64_t start;
	uint64_t taken;

	world_realm_create(w);
	world_tables_create(w, IPA);
	start = bench_now();
	for (unsigned i = 0; i < ROUNDS * PAGES; i++) {
		world_rmi(w, RMI_FID(RTT_READ_ENTRY), w->rd, page_ipa(i % PAGES), 3, 0, 0);
	}
	taken = bench_now() - start;
	world_tables_destroy(w, IPA);
	world_realm_destroy(w);
	return (double)taken / (ROUNDS * PAGES);
}

static void destroy_pages(struct world *w)
{
	for (unsigned i = 0; i < PAGES; i++) {
		world_rmi(w, RMI_FID(DATA_DESTROY), w->rd, page_ipa(i), 0, 0, 0);
	}
}

static void create_unknown_pages(struct world *w)
{
	for (unsigned i = 0; i < PAGES; i++) {
		world_rmi(w, RMI_FID(DATA_CREATE_UNKNOWN), w->rd, world_granule(w, i), page_ipa(i), 0, 0);
	}
}

static double data_create(struct world *w, uint64_t flags)
{
	uint64_t start;
	uint64_t taken;

	world_realm_create(w);
	world_tables_create(w, IPA);
	start = bench_now();
	for (unsigned i = 0; i < PAGES; i++) {
		world_rmi(w, RMI_FID(DATA_CREATE), w->rd, world_granule(w, i), page_ipa(i), w->source, flags);
	}
	taken = bench_now() - start;
	destroy_pages(w);
	world_tables_destroy(w, IPA);
	world_realm_destroy(w);
	return (double)taken / PAGES;
}

static double data_create_measured(struct world *w)
{
	return data_create(w, 1);
}

static double data_create_unmeasured(struct world *w)
{
	return data_create(w, 0);
}

static double data_create_unknown(struct world *w)
{
	uint64_t start;
	uint64_t taken;

	world_realm_create(w);
	world_tables_create(w, IPA);
	start = bench_now();
	create_unknown_pages(w);
	taken = bench_now() - start;
	destroy_pages(w);
	world_tables_destroy(w, IPA);
	world_realm_destroy(w);
	return (double)taken / PAGES;
}

static double data_destroy(struct world *w)
{
	uint64_t start;
	uint64_t taken;

	world_realm_create(w);
	world_tables_create(w, IPA);
	create_unknown_pages(w);
	start = bench_now();
	destroy_pages(w);
	taken = bench_now() - start;
	world_tables_destroy(w, IPA);
	world_realm_destroy(w);
	return (double)taken / PAGES;
}

/* Map and unmap share their surroundings; `unmap` says which of the two is timed. */
static double map_or_unmap(struct world *w, bool unmap)
{
	uint64_t start;
	uint64_t mapped;
	uint64_t end;

	world_realm_create(w);
	world_tables_create(w, UNPROTECTED_IPA);
	start = bench_now();
	for (unsigned i = 0; i < PAGES; i++) {
		uint64_t descriptor = FIELD_SET(FIELD_SET(w->source, S2_NS_MEMATTR, 6), S2_S2AP, 3);

		world_rmi(w, RMI_FID(RTT_MAP_UNPROTECTED), w->rd, UNPROTECTED_IPA + (uint64_t)i * REEVE_GRANULE_SIZE, 3,
			descriptor, 0);
	}
	mapped = bench_now();
	for (unsigned i = 0; i < PAGES; i++) {
		world_rmi(w, RMI_FID(RTT_UNMAP_UNPROTECTED), w->rd, UNPROTECTED_IPA + (uint64_t)i * REEVE_GRANULE_SIZE,
			3, 0, 0);
	}
	end = bench_now();
	world_tables_destroy(w, UNPROTECTED_IPA);
	world_realm_destroy(w);
	return (double)(unmap ? end - mapped : mapped - start) / PAGES;
}

static double map_unprotected(struct world *w)
{
	return map_or_unmap(w, false);
}

static double unmap_unprotected(struct world *w)
{
	return map_or_unmap(w, true);
}

static double rec_create_destroy(struct world *w)
{
	enum { COUNT = 15 };
	uint64_t taken = 0;
	struct rmi_rec_params *params;

	world_realm_create(w);
	params = reeve_model_ns(w->model, w->params);
	memset(params, 0, sizeof(*params));
	params->flags = 1;
	params->num_aux = REEVE_MODEL_REC_AUX_DEFAULT;
	for (unsigned i = 0; i < REEVE_MODEL_REC_AUX_DEFAULT; i++) {
		params->aux[i] = world_granule(w, i);
	}
	for (unsigned i = 0; i < COUNT; i++) {
		uint64_t start;

		params->mpidr = i;
		start = bench_now();
		world_rmi(w, RMI_FID(REC_CREATE), w->rd, world_granule(w, 100), w->params, 0, 0);
		world_rmi(w, RMI_FID(REC_DESTROY), world_granule(w, 100), 0, 0, 0, 0);
		taken += bench_now() - start;
	}
	world_realm_destroy(w);
	return (double)taken / COUNT;
}

static double init_ripas(struct world *w)
{
	uint64_t start;
	uint64_t taken;

	world_realm_create(w);
	world_tables_create(w, IPA);
	start = bench_now();
	for (uint64_t at = IPA; at < IPA + PAGES * (uint64_t)REEVE_GRANULE_SIZE;
		at += ENTRIES_A_CALL * REEVE_GRANULE_SIZE) {
		world_rmi(w, RMI_FID(RTT_INIT_RIPAS), w->rd, at, IPA + PAGES * (uint64_t)REEVE_GRANULE_SIZE, 0, 0);
	}
	taken = bench_now() - start;
	world_tables_destroy(w, IPA);
	world_realm_destroy(w);
	return (double)taken / PAGES;
}

static const struct row rows[] = {
	{"DELEGATE+UNDELEGATE", RMI_HASH_SHA_256, delegate_undelegate, 202, 1, 0, 0},
	{"REALM_CREATE+DESTROY sha256", RMI_HASH_SHA_256, realm_create_destroy, 11138, 3, 1, 0},
	{"RTT_CREATE+DESTROY", RMI_HASH_SHA_256, rtt_create_destroy, 686, 1, 0, 0},
	{"RTT_READ_ENTRY", RMI_HASH_SHA_256, rtt_read_entry, 60, 0, 0, 0},
	{"DATA_CREATE measured sha256", RMI_HASH_SHA_256, data_create_measured, 10860, 1, 1, 1},
	{"DATA_CREATE measured sha512", RMI_HASH_SHA_512, data_create_measured, 9713, 1, 1, 1},
	{"DATA_CREATE unmeasured sha256", RMI_HASH_SHA_256, data_create_unmeasured, 941, 1, 0, 1},
	{"DATA_CREATE_UNKNOWN", RMI_HASH_SHA_256, data_create_unknown, 68, 0, 0, 0},
	{"DATA_DESTROY", RMI_HASH_SHA_256, data_destroy, 276, 1, 0, 0},
	{"MAP_UNPROTECTED", RMI_HASH_SHA_256, map_unprotected, 63, 0, 0, 0},
	{"UNMAP_UNPROTECTED", RMI_HASH_SHA_256, unmap_unprotected, 68, 0, 0, 0},
	{"REC_CREATE+DESTROY sha256", RMI_HASH_SHA_256, rec_create_destroy, 14104, 17, 1, 1},
	{"RTT_INIT_RIPAS per entry sha256", RMI_HASH_SHA_256, init_ripas, 811, 0, 0, 1},
};

static double measure(const struct row *row)
{
	double batches[BENCH_BATCHES];
	struct world world;

	world_open(&world, row->hash);
	row->batch(&world); /* warm-up: memory touched, caches filled */
	for (unsigned b = 0; b < BENCH_BATCHES; b++) {
		batches[b] = row->batch(&world);
	}
	world_close(&world);
	return bench_median(batches, BENCH_BATCHES);
}

/* The part of a row that is wipes and digests at this machine's speed. */
static double limit_of(const struct row *row, const struct bench_limits *limits)
{
	bool sha512 = row->hash == RMI_HASH_SHA_512;

	return row->wipes * limits->wipe_4k + row->sha_4k * (sha512 ? limits->sha512_4k : limits->sha256_4k) +
		row->sha_256 * (sha512 ? limits->sha512_256 : limits->sha256_256);
}

void bench_commands(const struct bench_limits *limits)
{
	printf("\n%-34s %10s %12s %8s %10s %8s\n", "RMI command", "ns", "machine ns", "ratio", "floor ns", "floor/ns");
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double limit = limit_of(&rows[i], limits);
		double ns = measure(&rows[i]);
		char ratio[16] = "-";

		if (limit > 0) {
			snprintf(ratio, sizeof(ratio), "%.2f", ns / limit);
		}
		printf("%-34s %10.0f %12.0f %8s %10.0f %8.2f\n", rows[i].name, ns, limit, ratio, rows[i].floor_ns,
			rows[i].floor_ns / ns);
	}
}
