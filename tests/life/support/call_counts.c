/* SPDX-License-Identifier: BSD-2-Clause */
/* call_counts.c - a machine that counts RMI calls, the realms that are made on it, and what they need at least. */
#include "tests/life/support/call_counts.h"

#include <stddef.h>
#include <string.h>

#include "reeve/host.h"
#include "reeve/model.h"

#define RAM_BASE UINT64_C(0x80000000)
#define RAM_SIZE (UINT64_C(1) << 30)
#define MEMORY (RAM_SIZE + (UINT64_C(64) << 20))

enum { GRANULES = RAM_SIZE / REEVE_GRANULE_SIZE, BLOCKS = RAM_SIZE >> 21 };

const char *calls_phase_text(enum calls_phase phase)
{
	static const char *const texts[CALLS_PHASE_COUNT] = {
		[CALLS_CREATE] = "create",
		[CALLS_DESTROY] = "destroy",
		[CALLS_IDLE] = "1 GiB RAM, a REC, activate",
		[CALLS_DESTROY_IDLE] = "destroy that",
		[CALLS_FILL] = "fill in 2 MiB blocks",
		[CALLS_DESTROY_FULL] = "destroy that",
	};

	return texts[phase];
}

struct counting {
	struct calls *calls;
	enum calls_phase phase;
	struct reeve_model *model;
	struct reeve_host_ops model_ops;
	struct reeve_host_ops ops;
	struct reeve_host host;
	struct reeve_realm realm;
	struct reeve_rec rec;
};

static void counting_smc(void *context, uint64_t x[18])
{
	struct counting *c = context;
	enum rmi_command command = rmi_command_of_fid(x[0]);

	if (command < RMI_COMMAND_COUNT) {
		c->calls->made[c->phase][command]++;
	}
	c->model_ops.smc(c->model, x);
}

static bool pages_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	const struct counting *c = context;

	return c->model_ops.pages_alloc(c->model, size, pa);
}

static void pages_free(void *context, struct reeve_pa pa, size_t size)
{
	const struct counting *c = context;

	c->model_ops.pages_free(c->model, pa, size);
}

static void *pointer(void *context, struct reeve_pa pa)
{
	const struct counting *c = context;

	return c->model_ops.pointer(c->model, pa);
}

/* docs/performance.md says why each is needed. */
static void least(struct calls *calls, unsigned roots, unsigned aux)
{
	enum { REALM = 1, REC = 1, TABLES = 2 /* one at level 2, and one at level 3 that is folded and used again */ };
	uint64_t(*n)[RMI_COMMAND_COUNT] = calls->least;

	n[CALLS_CREATE][RMI_GRANULE_DELEGATE] = REALM + roots;
	n[CALLS_CREATE][RMI_REALM_CREATE] = REALM;
	n[CALLS_CREATE][RMI_REC_AUX_COUNT] = REALM;

	n[CALLS_DESTROY][RMI_REALM_DESTROY] = REALM;
	n[CALLS_DESTROY][RMI_GRANULE_UNDELEGATE] = REALM + roots;

	n[CALLS_IDLE][RMI_RTT_INIT_RIPAS] = 1; /* an entry of level 1 is 1 GiB */
	n[CALLS_IDLE][RMI_GRANULE_DELEGATE] = REC + aux;
	n[CALLS_IDLE][RMI_REC_CREATE] = REC;
	n[CALLS_IDLE][RMI_REALM_ACTIVATE] = REALM;

	n[CALLS_DESTROY_IDLE][RMI_REC_DESTROY] = REC;
	n[CALLS_DESTROY_IDLE][RMI_REALM_DESTROY] = REALM;
	n[CALLS_DESTROY_IDLE][RMI_GRANULE_UNDELEGATE] = REALM + roots + REC + aux;

	n[CALLS_FILL][RMI_GRANULE_DELEGATE] = GRANULES + TABLES;
	n[CALLS_FILL][RMI_DATA_CREATE_UNKNOWN] = GRANULES;
	n[CALLS_FILL][RMI_RTT_CREATE] = 1 + BLOCKS;
	n[CALLS_FILL][RMI_RTT_FOLD] = BLOCKS;
	n[CALLS_FILL][RMI_GRANULE_UNDELEGATE] = 1; /* the table that was folded last is nobody's */

	n[CALLS_DESTROY_FULL][RMI_GRANULE_DELEGATE] = 1; /* a table at level 3 again */
	n[CALLS_DESTROY_FULL][RMI_RTT_CREATE] = BLOCKS;
	n[CALLS_DESTROY_FULL][RMI_DATA_DESTROY] = GRANULES;
	n[CALLS_DESTROY_FULL][RMI_RTT_DESTROY] = 1 + BLOCKS;
	n[CALLS_DESTROY_FULL][RMI_REC_DESTROY] = REC;
	n[CALLS_DESTROY_FULL][RMI_REALM_DESTROY] = REALM;
	n[CALLS_DESTROY_FULL][RMI_GRANULE_UNDELEGATE] = GRANULES + TABLES + REALM + roots + REC + aux;
}

static enum reeve_status create(struct counting *c)
{
	return reeve_realm_ensure_created(&c->realm);
}

static enum reeve_status destroy(struct counting *c)
{
	return reeve_realm_destroy(&c->realm);
}

static enum reeve_status idle(struct counting *c)
{
	struct reeve_ipa_range ram = {{RAM_BASE}, {RAM_BASE + RAM_SIZE}};
	struct reeve_rec_config config = {.pc = RAM_BASE, .runnable = true};
	enum reeve_status status = reeve_realm_add_ram(&c->realm, ram);

	if (status == REEVE_OK) {
		status = reeve_rec_create(&c->realm, &config, &c->rec);
	}
	return status != REEVE_OK ? status : reeve_realm_activate(&c->realm);
}

static enum reeve_status fill(struct counting *c)
{
	struct reeve_ipa_range ram = {{RAM_BASE}, {RAM_BASE + RAM_SIZE}};

	return reeve_realm_provide(&c->realm, ram);
}

/* Three lives. What was counted in one phase already is not counted in another. */
static const struct {
	enum calls_phase phase;
	enum reeve_status (*act)(struct counting *c);
	bool is_counted;
} acts[] = {
	{CALLS_CREATE, create, true},
	{CALLS_DESTROY, destroy, true},
	{CALLS_CREATE, create, false},
	{CALLS_IDLE, idle, true},
	{CALLS_DESTROY_IDLE, destroy, true},
	{CALLS_CREATE, create, false},
	{CALLS_IDLE, idle, false},
	{CALLS_FILL, fill, true},
	{CALLS_DESTROY_FULL, destroy, true},
};

static const char *live(struct counting *c)
{
	for (unsigned i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		struct calls before = *c->calls;

		c->phase = acts[i].phase;
		if (acts[i].act(c) != REEVE_OK) {
			return calls_phase_text(acts[i].phase);
		}
		if (i == 0) {
			least(c->calls, c->realm.root_count, c->realm.aux_count);
		} else if (!acts[i].is_counted) {
			*c->calls = before;
		}
	}
	return NULL;
}

static const char *start(struct counting *c)
{
	struct reeve_host_config host = {.ops = &c->ops, .context = c};
	struct reeve_error error;

	reeve_model_host_ops(c->model, &c->model_ops);
	c->ops = (struct reeve_host_ops){
		.smc = counting_smc, .pages_alloc = pages_alloc, .pages_free = pages_free, .pointer = pointer};
	if (reeve_host_init(&c->host, &host, &error) != REEVE_OK) {
		return "no host";
	}
	memset(c->calls->made, 0, sizeof(c->calls->made)); /* what a host asks once is no realm's */
	reeve_realm_init(&c->realm, &c->host, NULL);
	return NULL;
}

void calls_count(struct calls *calls)
{
	struct reeve_model_config config = {
		.regions = {{.base = REEVE_MODEL_DRAM_BASE, .size = MEMORY}}, .region_count = 1, .lenient = true};
	struct counting c = {.calls = calls};

	*calls = (struct calls){.wrong = NULL};
	c.model = reeve_model_new(&config);
	if (c.model == NULL) {
		calls->wrong = reeve_model_error();
		return;
	}
	calls->wrong = start(&c);
	if (calls->wrong == NULL) {
		calls->wrong = live(&c);
	}
	reeve_host_fini(&c.host);
	reeve_model_free(c.model);
}
