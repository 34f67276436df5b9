/* SPDX-License-Identifier: BSD-2-Clause */
/* host_calls.c - the calls of the host library's API, with arguments that a fuzzer's input chooses. */
#include <stdio.h>

#include "tests/fuzz/support/host_machine.h"

static struct reeve_realm *realm_of(struct fuzz *fuzz)
{
	return &fuzz->realms[bytes_pick(&fuzz->in, FUZZ_REALMS)];
}

static unsigned rec_of(struct fuzz *fuzz)
{
	return bytes_pick(&fuzz->in, FUZZ_RECS);
}

/* The last one again, RAM, the edges of both halves, the end of everything; moved by pages, half pages, blocks. */
uint64_t fuzz_ipa(struct fuzz *fuzz)
{
	uint64_t middle = reeve_realm_shared_ipa(&fuzz->realms[0], reeve_ipa(0)).value;
	const uint64_t bases[] = {fuzz->last_ipa, FUZZ_RAM, FUZZ_RAM, FUZZ_RAM + 0x200000, middle | FUZZ_RAM, middle,
		middle * 2, 0, UINT64_MAX - 0xFFF};
	const uint64_t moves[] = {0, 0, 0, 0, 0x1000, 0x2000, 0x10000, 0x1FF000, 0x200000, 0x40000000,
		(uint64_t)-0x1000, (uint64_t)-0x200000, 0x800, 1};
	uint64_t base = BYTES_PICK_OF(&fuzz->in, bases);

	fuzz->last_ipa = base + BYTES_PICK_OF(&fuzz->in, moves);
	return fuzz->last_ipa;
}

static struct reeve_ipa_range range_of(struct fuzz *fuzz)
{
	const uint64_t sizes[] = {0x1000, 0x1000, 0x2000, 0x4000, 0x10000, 0x1FF000, 0x200000, 0x200000, 0x201000,
		0x400000, UINT64_C(1) << 30, UINT64_C(1) << 38, UINT64_C(1) << 39, 0, 0x800, (uint64_t)-0x1000,
		(uint64_t)-0x200000};
	uint64_t base = fuzz_ipa(fuzz);

	return (struct reeve_ipa_range){{base}, {base + BYTES_PICK_OF(&fuzz->in, sizes)}};
}

static enum reeve_status configure(struct fuzz *fuzz, struct reeve_realm *realm)
{
	const uint64_t widths[] = {0, 32, 36, 39, 40, 42, 43, 44, 48, 31, 49, 52, 255};
	const uint64_t numbers[] = {0, 0, 0, 1, 2, 4, 6, 255};
	struct reeve_realm_config config = {0};
	unsigned flags;

	config.ipa_bits = (unsigned)BYTES_PICK_OF(&fuzz->in, widths);
	config.hash = (enum rmi_hash_algorithm)bytes_pick(&fuzz->in, RMI_HASH_COUNT + 1);
	config.rpv[0] = bytes_next(&fuzz->in);
	flags = bytes_next(&fuzz->in);
	config.lpa2 = (flags & 7) == 7;
	config.sve = (flags & 0x18) == 0x18;
	config.pmu = (flags & 0x60) == 0x60;
	config.sve_vl = (uint8_t)BYTES_PICK_OF(&fuzz->in, numbers);
	config.pmu_counters = (uint8_t)BYTES_PICK_OF(&fuzz->in, numbers);
	config.breakpoints = (uint8_t)BYTES_PICK_OF(&fuzz->in, numbers);
	config.watchpoints = (uint8_t)BYTES_PICK_OF(&fuzz->in, numbers);
	return reeve_realm_configure(realm, &config);
}

static enum reeve_status ensure_created(struct fuzz *fuzz, struct reeve_realm *realm)
{
	(void)fuzz;
	return reeve_realm_ensure_created(realm);
}

static enum reeve_status add_ram(struct fuzz *fuzz, struct reeve_realm *realm)
{
	return reeve_realm_add_ram(realm, range_of(fuzz));
}

static enum reeve_status populate(struct fuzz *fuzz, struct reeve_realm *realm)
{
	const uint64_t sizes[] = {1, 4096, 4097, 0x3000, 0x10000, 0x200000, 0x200001, 0, SIZE_MAX, SIZE_MAX - 4095};
	struct reeve_ipa ipa = {fuzz_ipa(fuzz)};
	size_t size = (size_t)BYTES_PICK_OF(&fuzz->in, sizes);
	unsigned flags = bytes_next(&fuzz->in);

	return reeve_realm_populate(realm, ipa, (flags & 0xF0) == 0xF0 ? NULL : fuzz->content, size, (flags & 1) != 0);
}

static enum reeve_status provide(struct fuzz *fuzz, struct reeve_realm *realm)
{
	return reeve_realm_provide(realm, range_of(fuzz));
}

static enum reeve_status discard(struct fuzz *fuzz, struct reeve_realm *realm)
{
	return reeve_realm_discard(realm, range_of(fuzz));
}

/* The host's memory is anywhere: it stays the host's, and the library does not touch it. */
static enum reeve_status share(struct fuzz *fuzz, struct reeve_realm *realm)
{
	const uint64_t bases[] = {REEVE_MODEL_DRAM_BASE, REEVE_MODEL_DRAM_BASE + 0x200000,
		REEVE_MODEL_DRAM_BASE + 0x7FF000, 0, 0x1000, 0x800, UINT64_C(1) << 48, UINT64_C(1) << 52,
		UINT64_MAX - 0xFFF};
	struct reeve_ipa_range range = range_of(fuzz);

	return reeve_realm_share(realm, range, reeve_pa(BYTES_PICK_OF(&fuzz->in, bases)));
}

static enum reeve_status unshare(struct fuzz *fuzz, struct reeve_realm *realm)
{
	return reeve_realm_unshare(realm, range_of(fuzz));
}

static enum reeve_status rec_create(struct fuzz *fuzz, struct reeve_realm *realm)
{
	struct reeve_rec_config config = {.pc = FUZZ_RAM, .runnable = bytes_pick(&fuzz->in, 4) != 3};

	return reeve_rec_create(realm, &config, &fuzz->recs[rec_of(fuzz)]);
}

static enum reeve_status activate(struct fuzz *fuzz, struct reeve_realm *realm)
{
	(void)fuzz;
	return reeve_realm_activate(realm);
}

static enum reeve_status destroy(struct fuzz *fuzz, struct reeve_realm *realm)
{
	(void)fuzz;
	return reeve_realm_destroy(realm);
}

/* A realm with RAM, two RECs, and running: what takes a fuzzer long to find. */
static enum reeve_status whole_realm(struct fuzz *fuzz, struct reeve_realm *realm)
{
	struct reeve_ipa_range ram = {{FUZZ_RAM}, {FUZZ_RAM + 0x400000}};
	struct reeve_rec_config config = {.pc = FUZZ_RAM, .runnable = true};
	unsigned pair = bytes_pick(&fuzz->in, FUZZ_RECS / 2) * 2;
	enum reeve_status status = reeve_realm_add_ram(realm, ram);

	for (unsigned i = 0; i < 2 && status == REEVE_OK; i++) {
		status = reeve_rec_create(realm, &config, &fuzz->recs[pair + i]);
		config.runnable = false;
	}
	return status != REEVE_OK ? status : reeve_realm_activate(realm);
}

static const struct {
	const char *name;
	enum reeve_status (*call)(struct fuzz *fuzz, struct reeve_realm *realm);
} realm_calls[] = {
	{"whole realm", whole_realm},
	{"configure", configure},
	{"ensure_created", ensure_created},
	{"add_ram", add_ram},
	{"populate", populate},
	{"provide", provide},
	{"discard", discard},
	{"share", share},
	{"unshare", unshare},
	{"rec_create", rec_create},
	{"activate", activate},
	{"destroy", destroy},
};

/* ---- calls that are about no one realm ---- */

/* Answers to the last exit, right and wrong ones. */
static void answer(struct fuzz *fuzz, struct reeve_exit *exit)
{
	unsigned flags = bytes_next(&fuzz->in);

	exit->mmio.refuse = (flags & 1) != 0;
	exit->ripas.refuse = (flags & 2) != 0;
	exit->psci.refuse = (flags & 4) != 0;
	exit->mmio.value = flags;
	exit->host_call.gprs[0] = flags;
}

static void rec_run(struct fuzz *fuzz)
{
	unsigned rec = rec_of(fuzz);
	struct reeve_error error;
	enum reeve_status status;

	fuzz->steps_left = bytes_pick(&fuzz->in, 16);
	answer(fuzz, &fuzz->exits[rec]);
	status = reeve_rec_run(&fuzz->recs[rec], &fuzz->exits[rec]);
	error = reeve_rec_error(&fuzz->recs[rec]);
	if (status == REEVE_OK) {
		reached(REACHED_EXIT, fuzz->exits[rec].reason);
	}
	fuzz_check(status != REEVE_OK || fuzz->exits[rec].reason < REEVE_EXIT_REASON_COUNT, "an exit has a reason");
	fuzz_check_call(fuzz, status, &error);
}

static void complete_cpu_on(struct fuzz *fuzz)
{
	unsigned rec = rec_of(fuzz);
	bool switched_on = false;
	struct reeve_error error;
	enum reeve_status status;

	answer(fuzz, &fuzz->exits[rec]);
	status = reeve_rec_complete_cpu_on(&fuzz->recs[rec], &fuzz->exits[rec], &switched_on);
	error = reeve_rec_error(&fuzz->recs[rec]);
	fuzz_check_call(fuzz, status, &error);
}

static void set_gic_flags(struct fuzz *fuzz)
{
	struct rmi_rec_run *page = reeve_rec_run_page(&fuzz->recs[rec_of(fuzz)]);

	if (page != NULL) {
		page->enter.flags = bytes_next(&fuzz->in);
		page->enter.gicv3_hcr = bytes_next(&fuzz->in);
		page->enter.gicv3_lrs[0] = (uint64_t)bytes_next(&fuzz->in) << 56;
	}
}

static void stop_soon(struct fuzz *fuzz)
{
	unsigned calls = bytes_next(&fuzz->in);

	fuzz->progress_left = calls == 0 ? UINT32_MAX : calls - 1;
}

static bool visit_some(void *context, const struct reeve_ledger_entry *entry)
{
	unsigned *left = context;

	fuzz_check(entry->use < REEVE_USE_COUNT && reeve_is_aligned(entry->pa.value, REEVE_GRANULE_SIZE),
		"an entry is about a granule");
	return *left > 0 && --*left > 0;
}

static void visit(struct fuzz *fuzz)
{
	unsigned left = bytes_next(&fuzz->in);

	reeve_host_ledger_visit(&fuzz->host, visit_some, &left);
}

static void reclaim_all(struct fuzz *fuzz)
{
	fuzz_check_call(fuzz, reeve_host_reclaim_all(&fuzz->host), NULL);
}

static void start_again(struct fuzz *fuzz)
{
	const uint64_t sizes[] = {4096, 16384, 65536, 0, 8192, 1, UINT64_MAX};
	size_t size = (size_t)BYTES_PICK_OF(&fuzz->in, sizes);

	if (fuzz_host_end(fuzz)) {
		fuzz_host_start(fuzz, size);
	}
}

static const struct {
	const char *name;
	void (*call)(struct fuzz *fuzz);
} other_calls[] = {
	{"rec_run", rec_run},
	{"rec_run", rec_run},
	{"rec_run", rec_run},
	{"complete_cpu_on", complete_cpu_on},
	{"set the run page's GIC flags", set_gic_flags},
	{"stop soon", stop_soon},
	{"visit the ledger", visit},
	{"reclaim_all", reclaim_all},
	{"another host", start_again},
	{"another plan", fuzz_load_plan},
};

enum {
	REALM_CALLS = sizeof(realm_calls) / sizeof(realm_calls[0]),
	OTHER_CALLS = sizeof(other_calls) / sizeof(other_calls[0]),
};

const char *fuzz_realm_call_name(unsigned call)
{
	return call < REALM_CALLS ? realm_calls[call].name : NULL;
}

void fuzz_call(struct fuzz *fuzz)
{
	unsigned call = bytes_pick(&fuzz->in, REALM_CALLS + OTHER_CALLS);
	struct reeve_realm *realm;
	struct reeve_error error;
	enum reeve_status status;

	if (fuzz_is_traced()) {
		(void)fprintf(stderr, "%s\n",
			call < REALM_CALLS ? realm_calls[call].name : other_calls[call - REALM_CALLS].name);
	}
	if (call >= REALM_CALLS) {
		other_calls[call - REALM_CALLS].call(fuzz);
		return;
	}
	realm = realm_of(fuzz);
	status = realm_calls[call].call(fuzz, realm);
	error = reeve_realm_error(realm);
	reached(status == REEVE_OK ? REACHED_CALL_DONE : REACHED_CALL_FAILED, call);
	fuzz_check_call(fuzz, status, &error);
}
