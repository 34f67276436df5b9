/* SPDX-License-Identifier: BSD-2-Clause */
/* scenarios.c - the lives that the sweep repeats: a table of rows, and the steps they are made of. */
#include <inttypes.h>
#include <string.h>

#include "reeve/rsi.h"
#include "tools/sweep/guests.h"
#include "tools/sweep/life.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define PAGE (4 * KIB)
#define BLOCK (2 * MIB)

enum {
	SMALL = 4 * MIB,                   /* memory of a machine: a judge looks at all of it after each step */
	LARGE = 8 * MIB,                   /* with room for a block */
	PROGRAM_RAM = 2 * MIB + 128 * KIB, /* of which 2 MiB are the device tree's */
	RUNS_MAX = 64,                     /* exits of one REC in a step */
};

#define RAM ((uint64_t)SCENARIO_RAM_BASE)
/* The default address space is 40 bits wide, of which the upper half is unprotected. */
#define SHARED ((UINT64_C(1) << 39) | RAM)
#define DEVICE ((UINT64_C(1) << 39) | UINT64_C(0x09000000))

/* Numbers of PSCI functions that take 64-bit arguments, as constants. */
#define PSCI_FUNCTION(name, smc32, smc64, text) NUMBER_##name = (smc32)&0xFF,
enum psci_number {
#include "spec/psci.def"
};
#undef PSCI_FUNCTION
#define PSCI32(name) (UINT64_C(0x84000000) | (uint64_t)NUMBER_##name)
#define PSCI64(name) (UINT64_C(0xC4000000) | (uint64_t)NUMBER_##name)

/* What is put into realms: its last page is not full. */
enum { CONTENT_PAGES = 3, CONTENT_BYTES = CONTENT_PAGES * PAGE - 100, CONTENT_BYTE = 0x5A };

static struct reeve_ipa_range range(uint64_t base, uint64_t size)
{
	return (struct reeve_ipa_range){reeve_ipa(base), reeve_ipa(base + size)};
}

static struct reeve_ipa_range ram_of(const struct life *life)
{
	return range(RAM, life->scenario->ram);
}

/* ---- steps of building ---- */

static enum reeve_status create(struct life *life)
{
	return life_answered(life, reeve_realm_ensure_created(&life->realm));
}

static enum reeve_status ram(struct life *life)
{
	return life_answered(life, reeve_realm_add_ram(&life->realm, ram_of(life)));
}

static enum reeve_status populate_page(struct life *life)
{
	uint8_t content[PAGE];

	memset(content, CONTENT_BYTE, sizeof(content));
	return life_answered(life, reeve_realm_populate(&life->realm, reeve_ipa(RAM), content, sizeof(content), true));
}

/* Measured pages in two tables, and one that is not measured. */
static enum reeve_status populate(struct life *life)
{
	enum reeve_status status = REEVE_OK;
	uint8_t content[CONTENT_BYTES];

	memset(content, CONTENT_BYTE, sizeof(content));
	if (life->at == 0) {
		status = reeve_realm_populate(
			&life->realm, reeve_ipa(RAM + BLOCK - PAGE), content, sizeof(content), true);
		life->at += status == REEVE_OK;
	}
	if (status == REEVE_OK) {
		status = reeve_realm_populate(&life->realm, reeve_ipa(RAM), content, PAGE, false);
	}
	return life_answered(life, status);
}

/* The first is on. */
static enum reeve_status recs(struct life *life)
{
	enum reeve_status status = REEVE_OK;

	while (status == REEVE_OK && life->at < life->scenario->recs) {
		struct reeve_rec_config config = {.pc = RAM, .gprs = {life->at}, .runnable = life->at == 0};

		status = reeve_rec_create(&life->realm, &config, &life->recs[life->at]);
		life->at += status == REEVE_OK;
	}
	return life_answered(life, status);
}

static enum reeve_status activate(struct life *life)
{
	return life_answered(life, reeve_realm_activate(&life->realm));
}

/* Some pages with content, and memory for the rest of their block. */
static enum reeve_status populate_block(struct life *life)
{
	enum reeve_status status = life->at == 0 ? populate_page(life) : REEVE_OK;

	if (status != REEVE_OK) {
		return status;
	}
	life->at = 1;
	return life_answered(life, reeve_realm_provide(&life->realm, range(RAM, BLOCK)));
}

static enum reeve_status discard_page(struct life *life)
{
	return life_answered(life, reeve_realm_discard(&life->realm, range(RAM + PAGE, PAGE)));
}

/* ---- steps of sharing ---- */

static enum reeve_status share(struct life *life, uint64_t offset, uint64_t size)
{
	/* Where there is no room for a block there are pages. */
	enum reeve_status status = life_share_memory(life, life->scenario->memory < LARGE ? 2 * PAGE : BLOCK);
	struct reeve_pa pa = reeve_pa(life->shared.value + offset);

	if (status != REEVE_OK) {
		return status;
	}
	return life_answered(life, reeve_realm_share(&life->realm, range(SHARED + offset, size), pa));
}

static enum reeve_status share_pages(struct life *life)
{
	return share(life, 0, CONTENT_PAGES * PAGE);
}

static enum reeve_status share_page(struct life *life)
{
	return share(life, PAGE, PAGE);
}

static enum reeve_status share_block(struct life *life)
{
	return share(life, 0, BLOCK);
}

static enum reeve_status unshare_page(struct life *life)
{
	return life_answered(life, reeve_realm_unshare(&life->realm, range(SHARED + PAGE, PAGE)));
}

static enum reeve_status unshare_all(struct life *life)
{
	return life_answered(life, reeve_realm_unshare(&life->realm, range(SHARED, BLOCK)));
}

/* ---- steps of running ---- */

/* Answer the exit in place, and write it down. */
static void answer(struct life *life, unsigned index)
{
	struct reeve_exit *exit = &life->exits[index];

	fprintf(life->text, "rec %u: %s\n", index, reeve_exit_reason_name(exit->reason));
	life->scripts[index].is_over |= exit->reason == REEVE_EXIT_SYSTEM_OFF;
	if (exit->reason == REEVE_EXIT_MMIO_READ) {
		exit->mmio.value = exit->mmio.ipa.value;
	}
	if (exit->reason == REEVE_EXIT_RIPAS_CHANGE) {
		fprintf(life->text, "RIPAS %u from 0x%" PRIx64 " to 0x%" PRIx64 "%s\n", (unsigned)exit->ripas.ripas,
			exit->ripas.range.base.value, exit->ripas.range.top.value,
			exit->ripas.refuse ? ", refused" : "");
	}
	if (exit->reason == REEVE_EXIT_HOST_CALL) {
		exit->host_call.gprs[0] = exit->host_call.imm;
	}
}

/* Run REC `index` until its script is over; without one it stays off. */
static enum reeve_status rec_run(struct life *life, unsigned index)
{
	for (unsigned runs = 0; !script_is_over(&life->scripts[index]); runs++) {
		enum reeve_status status;

		if (runs == RUNS_MAX) {
			life_complain(life, "REC %u left %d times, and its script is not over", index, RUNS_MAX);
			return REEVE_INTERNAL;
		}
		status = reeve_rec_run(&life->recs[index], &life->exits[index]);
		if (status != REEVE_OK) {
			life->error = reeve_rec_error(&life->recs[index]);
			return status;
		}
		answer(life, index);
		if (life->exits[index].reason == REEVE_EXIT_FAULT) {
			life->error = (struct reeve_error){.status = REEVE_STATE, .step = REEVE_STEP_RUN};
			return REEVE_STATE; /* no script touches what is no RAM */
		}
	}
	return REEVE_OK;
}

/* Run each REC to the end of its script, in their order. */
static enum reeve_status run(struct life *life)
{
	enum reeve_status status = REEVE_OK;

	while (status == REEVE_OK && life->at < life->scenario->recs) {
		status = rec_run(life, life->at);
		life->at += status == REEVE_OK;
	}
	return status;
}

/* ---- scripts ---- */

static const struct script_line teardown_script[] = {
	{SCRIPT_LOAD, {RAM + BLOCK}},
	{SCRIPT_END, {0}},
};

static const struct script_line psci_script[] = {
	{SCRIPT_SMC, {PSCI64(AFFINITY_INFO), 1, 0}},
	{SCRIPT_SMC, {PSCI64(CPU_ON), 1, RAM, 42}},
	{SCRIPT_SMC, {PSCI64(CPU_ON), 1, RAM, 42}},
	{SCRIPT_SMC, {PSCI64(AFFINITY_INFO), 1, 0}},
	{SCRIPT_STORE, {DEVICE, 'r'}},
	{SCRIPT_END, {0}},
};

static const struct script_line psci_second_script[] = {
	{SCRIPT_LOAD, {DEVICE}},
	{SCRIPT_SMC, {PSCI32(SYSTEM_OFF)}},
	{SCRIPT_END, {0}},
};

/* Pages with content and without, then more than a table, then what is no RAM. */
static const struct script_line ripas_script[] = {
	{SCRIPT_LOAD, {RAM + 4 * PAGE}},
	{SCRIPT_SMC, {RSI_FID(IPA_STATE_SET), RAM, RAM + 2 * PAGE, RIPAS_EMPTY, 0}},
	{SCRIPT_SMC, {RSI_FID(IPA_STATE_SET), RAM, RAM + PAGE, RIPAS_RAM, 0}},
	{SCRIPT_STORE, {RAM, 1}},
	{SCRIPT_SMC, {RSI_FID(IPA_STATE_SET), RAM + BLOCK - 2 * PAGE, RAM + BLOCK + PAGE, RIPAS_EMPTY, 0}},
	{SCRIPT_SMC, {RSI_FID(IPA_STATE_SET), RAM + BLOCK - 2 * PAGE, RAM + BLOCK + PAGE, RIPAS_RAM, 0}},
	{SCRIPT_SMC, {RSI_FID(IPA_STATE_SET), RAM + 2 * BLOCK, RAM + 2 * BLOCK + PAGE, RIPAS_RAM, 0}},
	{SCRIPT_END, {0}},
};

/* ---- two threads ---- */

struct creator {
	struct life *life;
	pthread_barrier_t *start;
	unsigned cpu;
	enum reeve_status status;
};

static enum reeve_status creator_call(struct life *life, void *context)
{
	(void)context;
	return reeve_realm_ensure_created(&life->realm);
}

static void *creator_run(void *context)
{
	struct creator *creator = context;

	life_use_cpu(creator->cpu);
	(void)pthread_barrier_wait(creator->start);
	creator->status = life_guarded(creator->life, creator_call, NULL);
	return NULL;
}

/* Each thread creates the realm: one does. When it cannot, the other tries again; so it is a failure of the step when both fail. */
static enum reeve_status create_twice(struct life *life)
{
	pthread_barrier_t start;
	struct creator creators[] = {{life, &start, 0, REEVE_OK}, {life, &start, 1, REEVE_OK}};
	pthread_t thread;

	if (pthread_barrier_init(&start, NULL, 2) != 0) {
		life_complain(life, "there is no barrier for two threads");
		return REEVE_INTERNAL;
	}
	if (pthread_create(&thread, NULL, creator_run, &creators[1]) != 0) {
		pthread_barrier_destroy(&start);
		life_complain(life, "there is no second thread");
		return REEVE_INTERNAL;
	}
	(void)creator_run(&creators[0]);
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&start);
	if (creators[0].status == REEVE_OK || creators[1].status == REEVE_OK) {
		return REEVE_OK;
	}
	life->error = reeve_realm_error(&life->realm); /* of the one that failed last */
	return life->error.status;
}

/* ---- the table ---- */

/* clang-format off */
static const struct scenario scenarios[] = {
	{
		.name = "create", .text = "create a realm", .page_size = 4 * KIB, .memory = SMALL,
		.steps = {{"begin", life_begin}, {"create", create}},
	},
	{
		.name = "create-16k", .text = "create a realm with host pages of 16 KiB", .page_size = 16 * KIB, .memory = SMALL,
		.steps = {{"begin", life_begin}, {"create", create}},
	},
	{
		.name = "create-64k", .text = "create a realm with host pages of 64 KiB", .page_size = 64 * KIB, .memory = SMALL,
		.steps = {{"begin", life_begin}, {"create", create}},
	},
	{
		.name = "populate", .text = "declare RAM, and put pages with content into it", .page_size = 4 * KIB,
		.memory = SMALL, .ram = 4 * MIB,
		.steps = {{"begin", life_begin}, {"create", create}, {"ram", ram}, {"populate", populate}, {"activate", activate}},
	},
	{
		.name = "hello", .text = "run a program that says hello",
		.page_size = 4 * KIB, .memory = SMALL, .ram = PROGRAM_RAM, .recs = 1,
		.program = sweep_hello_begin, .program_end = sweep_hello_end,
		.steps = {{"begin", life_begin}, {"create", create}, {"ram", life_guest_ram}, {"populate", life_guest_populate},
			{"recs", life_guest_recs}, {"activate", activate}, {"run", life_guest_run}},
	},
	{
		.name = "smp", .text = "run a program on two CPUs, which it switches on and off",
		.page_size = 4 * KIB, .memory = SMALL, .ram = PROGRAM_RAM, .recs = 2, .is_racy = true,
		.program = sweep_smp_begin, .program_end = sweep_smp_end,
		.steps = {{"begin", life_begin}, {"create", create}, {"ram", life_guest_ram}, {"populate", life_guest_populate},
			{"recs", life_guest_recs}, {"activate", activate}, {"run", life_guest_run}},
	},
	{
		.name = "memory", .text = "run a program that gives memory up, takes it back, and uses shared memory",
		.page_size = 4 * KIB, .memory = SMALL, .ram = PROGRAM_RAM, .recs = 1,
		.program = sweep_memory_begin, .program_end = sweep_memory_end,
		.steps = {{"begin", life_begin}, {"create", create}, {"ram", life_guest_ram}, {"populate", life_guest_populate},
			{"share", life_guest_share}, {"recs", life_guest_recs}, {"activate", activate}, {"run", life_guest_run}},
	},
	{
		.name = "ripas", .text = "a REC gives memory up, takes it back, and asks for what is no RAM", .page_size = 4 * KIB,
		.memory = SMALL, .ram = 4 * MIB, .recs = 1, .scripts = {ripas_script},
		.steps = {{"begin", life_begin}, {"create", create}, {"ram", ram}, {"populate", populate_page}, {"recs", recs},
			{"activate", activate}, {"run", run}},
	},
	{
		.name = "psci", .text = "a REC asks after another, and switches it on", .page_size = 4 * KIB,
		.memory = SMALL, .ram = 2 * MIB, .recs = 2, .scripts = {psci_script, psci_second_script},
		.steps = {{"begin", life_begin}, {"create", create}, {"ram", ram}, {"recs", recs}, {"activate", activate},
			{"run", run}},
	},
	{
		.name = "fold", .text = "give a realm a block of 2 MiB, and take a page of it back", .page_size = 4 * KIB,
		.memory = LARGE, .ram = 4 * MIB,
		.steps = {{"begin", life_begin}, {"create", create}, {"ram", ram}, {"populate", populate_block},
			{"discard", discard_page}},
	},
	{
		.name = "share", .text = "share memory, take it back, share it again", .page_size = 4 * KIB, .memory = LARGE,
		.steps = {{"begin", life_begin}, {"create", create}, {"share", share_pages}, {"unshare-page", unshare_page},
			{"unshare", unshare_all}, {"share-block", share_block}, {"unshare-block", unshare_all},
			{"share-again", share_page}},
	},
	{
		.name = "teardown", .text = "take a populated realm apart, one of whose RECs ran", .page_size = 4 * KIB,
		.memory = SMALL, .ram = 4 * MIB, .recs = 2, .scripts = {teardown_script},
		.steps = {{"begin", life_begin}, {"create", create}, {"ram", ram}, {"populate", populate_page},
			{"share", share_page}, {"recs", recs}, {"activate", activate}, {"run", run}},
	},
	{
		.name = "two-threads", .text = "two threads create the same realm", .page_size = 4 * KIB, .memory = SMALL,
		.is_racy = true, .steps = {{"begin", life_begin}, {"create", create_twice}},
	},
	{.name = NULL},
};
/* clang-format on */

const struct scenario *scenario_at(size_t index)
{
	return index < sizeof(scenarios) / sizeof(scenarios[0]) - 1 ? &scenarios[index] : NULL;
}

const struct scenario *scenario_find(const char *name)
{
	for (const struct scenario *row = scenarios; row->name != NULL; row++) {
		if (strcmp(row->name, name) == 0) {
			return row;
		}
	}
	return NULL;
}

const char *scenario_name(const struct scenario *scenario)
{
	return scenario->name;
}

const char *scenario_text(const struct scenario *scenario)
{
	return scenario->text;
}

bool scenario_is_racy(const struct scenario *scenario)
{
	return scenario->is_racy;
}
