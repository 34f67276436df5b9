/* SPDX-License-Identifier: BSD-2-Clause */
/* machine.c - the smallest machine that a monitor runs on. */
#include "tests/oracle/support/machine.h"

#include <assert.h>
#include <string.h>
#include <sys/mman.h>

#include "machine/hosted/digest.h"
#include "tests/oracle/support/descriptor.h"
#include "tests/oracle/support/rng.h"

enum {
	MEMORY_SIZE = WORLD_GRANULES_MAX * REEVE_GRANULE_SIZE,
	CPUS_MAX = 16,
	OWN_SIZE = 0x10000 + CPUS_MAX * REEVE_GRANULE_SIZE + WORLD_GRANULES_MAX * 8,
};

/* The seam (monitor/platform.h). */

static void misused(struct machine *m, const char *how)
{
	m->misuse = m->misuse != NULL ? m->misuse : how;
}

static void *realm_granule(void *context, struct reeve_pa pa)
{
	struct machine *m = context;
	unsigned index;

	if (!machine_index(m, pa.value, &index)) {
		misused(m, "realm_granule of an address without memory");
		return m->memory;
	}
	if (m->gpt[index] != WORLD_GPT_REALM) {
		misused(m, "realm_granule of a granule that is not the Realm world's");
	}
	return m->memory + (size_t)index * REEVE_GRANULE_SIZE + pa.value % REEVE_GRANULE_SIZE;
}

/* The host's bytes at `pa`, or NULL when they are not the host's. */
static uint8_t *ns_bytes(struct machine *m, struct reeve_pa pa, size_t size)
{
	unsigned index;

	if (pa.value % REEVE_GRANULE_SIZE + size > REEVE_GRANULE_SIZE) {
		misused(m, "a copy across the end of a host's page");
		return NULL;
	}
	if (!machine_index(m, pa.value, &index) || m->gpt[index] != WORLD_GPT_NS) {
		return NULL;
	}
	return m->memory + (size_t)index * REEVE_GRANULE_SIZE + pa.value % REEVE_GRANULE_SIZE;
}

static bool ns_read(void *context, struct reeve_pa pa, void *to, size_t size)
{
	const uint8_t *bytes = ns_bytes(context, pa, size);

	if (bytes != NULL) {
		memcpy(to, bytes, size);
	}
	return bytes != NULL;
}

static bool ns_write(void *context, struct reeve_pa pa, const void *from, size_t size)
{
	uint8_t *bytes = ns_bytes(context, pa, size);

	if (bytes != NULL) {
		memcpy(bytes, from, size);
	}
	return bytes != NULL;
}

static bool granule_delegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	struct machine *m = context;
	unsigned index;

	(void)cpu;
	if (!machine_index(m, pa.value, &index) || m->gpt[index] != WORLD_GPT_NS) {
		return false;
	}
	m->gpt[index] = WORLD_GPT_REALM;
	return true;
}

static void granule_undelegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	struct machine *m = context;
	unsigned index;

	(void)cpu;
	if (!machine_index(m, pa.value, &index) || m->gpt[index] != WORLD_GPT_REALM) {
		misused(m, "granule_undelegate of a granule that is not the Realm world's");
		return;
	}
	m->gpt[index] = WORLD_GPT_NS;
}

static void digest(
	void *context, unsigned cpu, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	struct machine *m = context;

	(void)cpu;
	hosted_digest(m->digest, algorithm, data, size, out);
}

/* Whether a walk of the hardware would find an output for the page at `ipa`. */
static bool leads_somewhere(struct machine *m, const struct stage2 *stage2, uint64_t ipa)
{
	uint64_t table = stage2->root.value;

	for (int level = stage2->start_level; level <= RMI_LEVEL_LAST; level++) {
		uint64_t at = ipa / world_span(level);
		const uint64_t *entries;
		struct world_entry entry;
		unsigned index;

		if (level > stage2->start_level) {
			at %= WORLD_TABLE_ENTRIES;
		}
		if (!machine_index(m, table + at / WORLD_TABLE_ENTRIES * REEVE_GRANULE_SIZE, &index)) {
			return true;
		}
		entries = (const void *)machine_bytes(m, index);
		if ((entries[at % WORLD_TABLE_ENTRIES] & 1) == 0) {
			return false;
		}
		if (!descriptor_entry(entries[at % WORLD_TABLE_ENTRIES], level, stage2->lpa2,
			    ipa >> (stage2->ipa_bits - 1) != 0, &entry) ||
			entry.state != RTTE_TABLE) {
			return true;
		}
		table = entry.pa;
	}
	return true;
}

static void note_drop(struct machine *m, uint64_t rd, uint64_t base, uint64_t size)
{
	if (m->drop_count == MACHINE_DROPS_MAX) {
		misused(m, "more calls of stage2_invalidate than a command needs");
		return;
	}
	m->drops[m->drop_count++] = (struct machine_drop){rd, base, size};
}

static void stage2_invalidate(void *context, const struct stage2 *stage2, struct reeve_ipa base, uint64_t size)
{
	struct machine *m = context;

	if (size == 0 || (base.value + size - 1) >> stage2->ipa_bits != 0) {
		misused(m, "stage2_invalidate of a range outside the IPA space");
		return;
	}
	if (leads_somewhere(m, stage2, base.value) ||
		leads_somewhere(m, stage2, base.value + size - REEVE_GRANULE_SIZE)) {
		misused(m, "stage2_invalidate of a translation that the tables still have");
	}
	note_drop(m, stage2->rd.value, base.value, size);
}

static void stage2_destroy(void *context, const struct stage2 *stage2)
{
	note_drop(context, stage2->rd.value, 0, UINT64_C(1) << stage2->ipa_bits);
}

/* Other values than were there, each time. */
static void leave_noise(struct machine *m, struct rec_cpu *cpu)
{
	struct rng rng = {m->noise++};
	uint64_t *const registers[] = {
		&cpu->gicv3_misr, &cpu->gicv3_vmcr, &cpu->cntp_ctl, &cpu->cntp_cval, &cpu->cntv_ctl, &cpu->cntv_cval};

	for (unsigned i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
		*registers[i] = rng_next(&rng);
	}
	cpu->gicv3_hcr ^= rng_next(&rng);
	for (unsigned i = 0; i < RMI_GIC_LR_COUNT; i++) {
		cpu->gicv3_lrs[i] ^= rng_next(&rng);
	}
}

/* An interrupt came before the first instruction. */
static void rec_run(void *context, unsigned cpu, struct rec_cpu *rec, struct rec_trap *trap)
{
	struct machine *m = context;

	(void)cpu;
	m->runs++;
	m->entered = *rec;
	leave_noise(m, rec);
	m->left = *rec;
	*trap = (struct rec_trap){.kind = REC_TRAP_IRQ};
}

static void rec_destroy(void *context, struct reeve_pa rec)
{
	(void)context;
	(void)rec;
}

/* Memory that is never written costs next to nothing to compare: all of it is one page of zeroes, as long as pages are small. */
static uint8_t *reserve(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED) {
		return NULL;
	}
	(void)madvise(memory, size, MADV_NOHUGEPAGE);
	return memory;
}

static void unreserve(uint8_t *memory, size_t size)
{
	if (memory != NULL) {
		(void)munmap(memory, size);
	}
}

bool machine_open(struct machine *m)
{
	*m = (struct machine){
		.platform = {realm_granule, ns_read, ns_write, granule_delegate, granule_undelegate, digest,
			stage2_invalidate, stage2_destroy, rec_run, rec_destroy, NULL, NULL, NULL},
		.digest = hosted_digest_new(),
		.own = reserve(OWN_SIZE),
		.memory = reserve(MEMORY_SIZE),
		.kept_own = reserve(OWN_SIZE),
		.kept_memory = reserve(MEMORY_SIZE),
	};
	if (m->digest == NULL || m->own == NULL || m->memory == NULL || m->kept_own == NULL || m->kept_memory == NULL) {
		machine_close(m);
		return false;
	}
	return true;
}

void machine_close(struct machine *m)
{
	hosted_digest_free(m->digest);
	unreserve(m->own, OWN_SIZE);
	unreserve(m->memory, MEMORY_SIZE);
	unreserve(m->kept_own, OWN_SIZE);
	unreserve(m->kept_memory, MEMORY_SIZE);
}

void machine_start(struct machine *m, const struct reeve_monitor_config *config)
{
	enum reeve_monitor_error error = reeve_monitor_init(m->own, OWN_SIZE, config, &m->platform, m, &m->monitor);

	assert(error == REEVE_MONITOR_OK);
	(void)error;
	for (unsigned i = 0; i < WORLD_GRANULES_MAX; i++) {
		if (m->dirty[i]) {
			memset(m->memory + (size_t)i * REEVE_GRANULE_SIZE, 0, REEVE_GRANULE_SIZE);
			memset(m->kept_memory + (size_t)i * REEVE_GRANULE_SIZE, 0, REEVE_GRANULE_SIZE);
			m->dirty[i] = false;
		}
	}
	memset(m->gpt, WORLD_GPT_NS, sizeof(m->gpt));
	m->granule_count = m->monitor->granules.count;
	m->misuse = NULL;
	m->noise = 0;
	machine_forget(m);
	machine_keep_state(m);
}

void machine_forget(struct machine *m)
{
	m->runs = 0;
	m->drop_count = 0;
}

void machine_distrust(struct machine *m)
{
	memset(m->dirty, true, sizeof(m->dirty));
}

bool machine_index(const struct machine *m, uint64_t pa, unsigned *index)
{
	const struct reeve_monitor_config *config = &m->monitor->config;
	uint64_t before = 0;

	for (unsigned i = 0; i < config->region_count; i++) {
		const struct reeve_pa_range *r = &config->regions[i];

		if (pa >= r->base.value && pa < r->top.value) {
			*index = (unsigned)((before + pa - r->base.value) / REEVE_GRANULE_SIZE);
			return true;
		}
		before += r->top.value - r->base.value;
	}
	return false;
}

const uint8_t *machine_bytes(const struct machine *m, unsigned index)
{
	assert(index < m->granule_count);
	return m->memory + (size_t)index * REEVE_GRANULE_SIZE;
}

const uint8_t *machine_kept_bytes(const struct machine *m, unsigned index)
{
	assert(index < m->granule_count);
	return m->kept_memory + (size_t)index * REEVE_GRANULE_SIZE;
}

uint8_t *machine_write(struct machine *m, unsigned index)
{
	assert(index < m->granule_count);
	m->dirty[index] = true;
	return m->memory + (size_t)index * REEVE_GRANULE_SIZE;
}

/* The kept copy. */

bool machine_granule_is_kept(const struct machine *m, unsigned index)
{
	size_t at = (size_t)index * REEVE_GRANULE_SIZE;

	return memcmp(m->memory + at, m->kept_memory + at, REEVE_GRANULE_SIZE) == 0;
}

static size_t words_size(const struct machine *m)
{
	return m->granule_count * sizeof(m->monitor->granules.words[0]);
}

static size_t words_offset(const struct machine *m)
{
	return (size_t)((const uint8_t *)m->monitor->granules.words - m->own);
}

bool machine_state_is_kept(const struct machine *m)
{
	size_t words = words_offset(m);

	return memcmp(m->own, m->kept_own, sizeof(struct reeve_monitor)) == 0 &&
		memcmp(m->own + words, m->kept_own + words, words_size(m)) == 0 &&
		memcmp(m->gpt, m->kept_gpt, m->granule_count) == 0;
}

bool machine_memory_is_kept(const struct machine *m, unsigned *index)
{
	for (unsigned i = 0; i < m->granule_count; i++) {
		if (!machine_granule_is_kept(m, i)) {
			*index = i;
			return false;
		}
	}
	return true;
}

void machine_keep_granule(struct machine *m, unsigned index)
{
	size_t at = (size_t)index * REEVE_GRANULE_SIZE;

	memcpy(m->kept_memory + at, m->memory + at, REEVE_GRANULE_SIZE);
	m->dirty[index] = true;
}

void machine_keep_state(struct machine *m)
{
	size_t words = words_offset(m);

	memcpy(m->kept_own, m->own, sizeof(struct reeve_monitor));
	memcpy(m->kept_own + words, m->own + words, words_size(m));
	memcpy(m->kept_gpt, m->gpt, m->granule_count);
}

void machine_revert_granule(struct machine *m, unsigned index)
{
	size_t at = (size_t)index * REEVE_GRANULE_SIZE;

	memcpy(m->memory + at, m->kept_memory + at, REEVE_GRANULE_SIZE);
}

void machine_revert_state(struct machine *m)
{
	size_t words = words_offset(m);

	memcpy(m->own, m->kept_own, sizeof(struct reeve_monitor));
	memcpy(m->own + words, m->kept_own + words, words_size(m));
	memcpy(m->gpt, m->kept_gpt, m->granule_count);
}
