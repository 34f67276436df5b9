/* SPDX-License-Identifier: BSD-2-Clause */
/* known.c - the known world and its pages. */
#include "tests/oracle/support/known.h"

#include <assert.h>
#include <string.h>

#include "reeve/field.h"

void known_world(struct world *w)
{
	struct reeve_monitor_config config = {
		.regions = {{{KNOWN_BASE}, {KNOWN_BASE + KNOWN_SIZE}}},
		.region_count = 1,
		.cpu_count = 1,
		.rec_aux_count = KNOWN_AUX_COUNT,
		.vmid_bits = 8,
		.pa_bits = 48,
	};
	uint64_t f = FIELD_SET(0, FEATURE0_S2SZ, 48);
	bool fits;

	f = FIELD_SET(FIELD_SET(f, FEATURE0_NUM_BPS, 5), FEATURE0_NUM_WPS, 3);
	f = FIELD_SET(FIELD_SET(f, FEATURE0_HASH_SHA_256, 1), FEATURE0_HASH_SHA_512, 1);
	f = FIELD_SET(FIELD_SET(f, FEATURE0_PMU_EN, 1), FEATURE0_PMU_NUM_CTRS, 6);
	f = FIELD_SET(FIELD_SET(f, FEATURE0_GICV3_NUM_LRS, 3), FEATURE0_MAX_RECS_ORDER, 4);
	config.features0 = f;
	fits = world_init(w, &config);
	assert(fits);
	(void)fits;
	for (uint64_t pa = KNOWN_RD; pa < KNOWN_BASE + KNOWN_SIZE; pa += REEVE_GRANULE_SIZE) {
		world_granule_set(w, pa, GRANULE_DELEGATED, 0);
	}
}

void known_pages(struct known_pages *pages)
{
	memset(pages, 0, sizeof(*pages));
	pages->realm_params.s2sz = 34;
	pages->realm_params.num_bps = 5;
	pages->realm_params.num_wps = 3;
	pages->realm_params.vmid = 1;
	pages->realm_params.rtt_base = KNOWN_ROOT;
	pages->realm_params.rtt_level_start = 2;
	pages->realm_params.rtt_num_start = KNOWN_ROOTS;
	pages->rec_params.flags = FIELD_MASK(REC_FLAG_RUNNABLE);
	pages->rec_params.pc = 0x1000;
	pages->rec_params.num_aux = KNOWN_AUX_COUNT;
	pages->rec_params.aux[0] = KNOWN_AUX;
	for (unsigned i = 0; i < RMI_REC_PARAMS_GPRS; i++) {
		pages->rec_params.gprs[i] = i + 1;
	}
	memset(pages->source, KNOWN_SOURCE_BYTE, sizeof(pages->source));
}

static bool read_known(void *context, uint64_t pa, void *page)
{
	const struct known_pages *pages = context;
	const void *const contents[] = {&pages->realm_params, &pages->rec_params, &pages->run, pages->source};
	uint64_t index = (pa - KNOWN_BASE) / REEVE_GRANULE_SIZE;

	if (index >= sizeof(contents) / sizeof(contents[0])) {
		return false;
	}
	memcpy(page, contents[index], REEVE_GRANULE_SIZE);
	return true;
}

struct oracle_memory known_memory(struct known_pages *pages)
{
	return (struct oracle_memory){.read = read_known, .context = pages};
}

void known_realm(struct world *w, struct known_pages *pages, struct prediction *scratch)
{
	const uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(REALM_CREATE), KNOWN_RD, KNOWN_REALM_PARAMS};
	struct oracle_memory memory = known_memory(pages);

	known_world(w);
	oracle_predict(w, x, &memory, scratch);
	assert(scratch->changed);
	world_copy(w, &scratch->next);
}
