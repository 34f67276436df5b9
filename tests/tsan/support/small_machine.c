/* SPDX-License-Identifier: BSD-2-Clause */
/* small_machine.c - its seam to the monitor: memory in one array, a digest that is quick, RECs by play_rec. */
#include "tests/tsan/support/small_machine.h"

#include <stdlib.h>
#include <string.h>

uint64_t small_page(unsigned n)
{
	return SMALL_BASE + (uint64_t)(PLAY_GRANULES + n) * REEVE_GRANULE_SIZE;
}

void *small_bytes(struct small_machine *m, uint64_t pa)
{
	return &m->memory[0][0] + (pa - SMALL_BASE);
}

static void wait_here(struct small_machine *m)
{
	if (m->wait != NULL) {
		m->wait(m->context);
	}
}

static _Atomic bool *realm_mark(struct small_machine *m, struct reeve_pa pa)
{
	return &m->is_realm[(pa.value - SMALL_BASE) / REEVE_GRANULE_SIZE];
}

static void *realm_granule(void *context, struct reeve_pa pa)
{
	wait_here(context);
	return small_bytes(context, pa.value);
}

static bool ns_read(void *context, struct reeve_pa pa, void *to, size_t size)
{
	wait_here(context);
	if (*realm_mark(context, pa)) {
		return false;
	}
	memcpy(to, small_bytes(context, pa.value), size);
	return true;
}

static bool ns_write(void *context, struct reeve_pa pa, const void *from, size_t size)
{
	if (*realm_mark(context, pa)) {
		return false;
	}
	memcpy(small_bytes(context, pa.value), from, size);
	wait_here(context);
	return true;
}

static bool granule_delegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	(void)cpu;
	*realm_mark(context, pa) = true;
	wait_here(context);
	return true;
}

static void granule_undelegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	(void)cpu;
	*realm_mark(context, pa) = false;
	wait_here(context);
}

/* Enough to tell two orders of two extensions apart. */
static void digest(
	void *context, unsigned cpu, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	const uint8_t *bytes = data;
	uint64_t sum = size;

	(void)cpu;
	wait_here(context);
	for (size_t i = 0; i + 8 <= size; i += 8) {
		uint64_t word;

		memcpy(&word, bytes + i, sizeof(word));
		sum = (sum ^ word) * UINT64_C(0x100000001B3);
		sum ^= sum >> 29;
	}
	for (size_t i = 0; i < rmi_hash_size(algorithm); i++) {
		out[i] = (uint8_t)(sum >> (i % 8 * 8));
	}
}

static void stage2_invalidate(void *context, const struct stage2 *stage2, struct reeve_ipa base, uint64_t size)
{
	(void)stage2;
	(void)base;
	(void)size;
	wait_here(context);
}

static void stage2_destroy(void *context, const struct stage2 *stage2)
{
	(void)stage2;
	wait_here(context);
}

static void rec_run(void *context, unsigned cpu, struct rec_cpu *rec, struct rec_trap *trap)
{
	struct small_machine *m = context;

	wait_here(m);
	if (m->inside != NULL) {
		m->inside(m->context, cpu);
	}
	*trap = (struct rec_trap){.kind = REC_TRAP_IRQ};
	if (play_rec(rec->gprs, true)) {
		*trap = (struct rec_trap){.kind = REC_TRAP_SYNC, .esr = FIELD_SET(0, ESR_EC, 0x17)};
	}
}

static void rec_destroy(void *context, struct reeve_pa rec)
{
	(void)rec;
	wait_here(context);
}

static const struct monitor_platform platform = {
	.realm_granule = realm_granule,
	.ns_read = ns_read,
	.ns_write = ns_write,
	.granule_delegate = granule_delegate,
	.granule_undelegate = granule_undelegate,
	.digest = digest,
	.stage2_invalidate = stage2_invalidate,
	.stage2_destroy = stage2_destroy,
	.rec_run = rec_run,
	.rec_destroy = rec_destroy,
};

bool small_machine_open(struct small_machine *m)
{
	struct reeve_monitor_config config = {.region_count = 1,
		.cpu_count = SMALL_CPUS,
		.rec_aux_count = PLAY_REC_AUX,
		.vmid_bits = 8,
		.pa_bits = 48};
	size_t size;

	memset(m, 0, sizeof(*m));
	if (!reeve_pa_range(SMALL_BASE, (uint64_t)SMALL_GRANULES * REEVE_GRANULE_SIZE, &config.regions[0])) {
		return false;
	}
	config.features0 =
		FIELD_SET(0, FEATURE0_S2SZ, 48) | FIELD_MASK(FEATURE0_HASH_SHA_256) | FIELD_MASK(FEATURE0_HASH_SHA_512);
	config.features0 = FIELD_SET(config.features0, FEATURE0_NUM_BPS, 5);
	config.features0 = FIELD_SET(config.features0, FEATURE0_NUM_WPS, 3);
	config.features0 = FIELD_SET(config.features0, FEATURE0_MAX_RECS_ORDER, 2);
	size = reeve_monitor_size(&config);
	size = (size + REEVE_GRANULE_SIZE - 1) & ~(size_t)(REEVE_GRANULE_SIZE - 1);
	m->monitor_memory = aligned_alloc(REEVE_GRANULE_SIZE, size);
	return m->monitor_memory != NULL &&
		reeve_monitor_init(m->monitor_memory, size, &config, &platform, m, &m->monitor) == REEVE_MONITOR_OK;
}

void small_machine_close(struct small_machine *m)
{
	free(m->monitor_memory);
}

void small_save(const struct small_machine *m, struct small_state *state)
{
	memset(state, 0, sizeof(*state));
	memcpy(state->memory, m->memory, sizeof(state->memory));
	memcpy(state->vmids, m->monitor->vmids, sizeof(state->vmids));
	for (unsigned i = 0; i < SMALL_GRANULES; i++) {
		state->words[i] = m->monitor->granules.words[i];
		state->is_realm[i] = m->is_realm[i];
	}
}

void small_restore(struct small_machine *m, const struct small_state *state)
{
	memcpy(m->memory, state->memory, sizeof(state->memory));
	memcpy(m->monitor->vmids, state->vmids, sizeof(state->vmids));
	for (unsigned i = 0; i < SMALL_GRANULES; i++) {
		m->monitor->granules.words[i] = state->words[i];
		m->is_realm[i] = state->is_realm[i];
	}
}
