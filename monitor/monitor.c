/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor.c - the monitor as an object: its configuration checked, its memory laid out, its granules looked at. */
#include "monitor/monitor.h"

#include <string.h>

/* Bits 63:42 of feature register 0 are zero in v1.0 (fact sheet section 2). */
#define FEATURES0_KNOWN ((UINT64_C(1) << (FEATURE0_MAX_RECS_ORDER_SHIFT + FEATURE0_MAX_RECS_ORDER_WIDTH)) - 1)

enum {
	CACHE_LINE = 64,
	IPA_BITS_MIN = 32,
	IPA_BITS_MAX = 48,
	IPA_BITS_MAX_LPA2 = 52,
	PA_BITS_MIN = 32,
	PA_BITS_MAX = 52
};

/* Where the parts of a monitor lie in the memory it is given. */
struct layout {
	size_t scratch;
	size_t words;
	size_t size;
	uint32_t granule_count;
};

static const char *const error_texts[REEVE_MONITOR_ERROR_COUNT] = {
	[REEVE_MONITOR_OK] = "done",
	[REEVE_MONITOR_BAD_REGIONS] =
		"the memory regions are not 1 to 8 ascending, separate, 4 KiB aligned ranges below 2^pa_bits: correct them",
	[REEVE_MONITOR_BAD_COUNTS] =
		"cpu_count (1..64), rec_aux_count (0..16), vmid_bits (8 or 16), pa_bits (32..52) or token_form is out of range: correct it",
	[REEVE_MONITOR_BAD_FEATURES] =
		"features0 has a bit v1.0 does not define, S2SZ outside 32..48 (..52 with LPA2), no hash, or a limit that admits no realm: correct it",
	[REEVE_MONITOR_NO_MEMORY] =
		"the memory is not aligned to 4 KiB or smaller than reeve_monitor_size says: bring more",
};

const char *reeve_monitor_error_text(enum reeve_monitor_error error)
{
	return (unsigned)error < REEVE_MONITOR_ERROR_COUNT ? error_texts[error] : "unknown";
}

static bool counts_are_valid(const struct reeve_monitor_config *config)
{
	return config->cpu_count >= 1 && config->cpu_count <= REEVE_MONITOR_CPUS_MAX &&
		config->rec_aux_count <= RMI_REC_AUX_MAX && (config->vmid_bits == 8 || config->vmid_bits == 16) &&
		config->pa_bits >= PA_BITS_MIN && config->pa_bits <= PA_BITS_MAX &&
		config->token_form < REEVE_TOKEN_FORM_COUNT;
}

/* Ascending, apart, aligned, not empty, within the PA width. *count is the number of granules. */
static bool regions_are_valid(const struct reeve_monitor_config *config, uint32_t *count)
{
	uint64_t end = UINT64_C(1) << config->pa_bits;
	uint64_t last_top = 0;
	uint64_t granules = 0;

	if (config->region_count < 1 || config->region_count > REEVE_MONITOR_REGIONS_MAX) {
		return false;
	}
	for (unsigned i = 0; i < config->region_count; i++) {
		uint64_t base = config->regions[i].base.value;
		uint64_t top = config->regions[i].top.value;

		if (base < last_top || top <= base || top > end || !reeve_is_aligned(base | top, REEVE_GRANULE_SIZE)) {
			return false;
		}
		last_top = top;
		granules += (top - base) >> REEVE_GRANULE_SHIFT;
	}
	*count = (uint32_t)granules;
	return granules <= UINT32_MAX;
}

static bool features_are_valid(uint64_t features0)
{
	uint64_t s2sz = FIELD_GET(features0, FEATURE0_S2SZ);
	uint64_t widest = FIELD_GET(features0, FEATURE0_LPA2) ? IPA_BITS_MAX_LPA2 : IPA_BITS_MAX;
	bool has_hash = (features0 & (FIELD_MASK(FEATURE0_HASH_SHA_256) | FIELD_MASK(FEATURE0_HASH_SHA_512))) != 0;

	return (features0 & ~FEATURES0_KNOWN) == 0 && s2sz >= IPA_BITS_MIN && s2sz <= widest && has_hash &&
		FIELD_GET(features0, FEATURE0_NUM_BPS) >= 1 && FIELD_GET(features0, FEATURE0_NUM_WPS) >= 1 &&
		FIELD_GET(features0, FEATURE0_MAX_RECS_ORDER) >= 1;
}

static enum reeve_monitor_error layout_of(const struct reeve_monitor_config *config, struct layout *layout)
{
	if (!counts_are_valid(config)) {
		return REEVE_MONITOR_BAD_COUNTS;
	}
	if (!regions_are_valid(config, &layout->granule_count)) {
		return REEVE_MONITOR_BAD_REGIONS;
	}
	if (!features_are_valid(config->features0)) {
		return REEVE_MONITOR_BAD_FEATURES;
	}
	layout->scratch = (sizeof(struct reeve_monitor) + CACHE_LINE - 1) & ~(size_t)(CACHE_LINE - 1);
	layout->words = layout->scratch + config->cpu_count * sizeof(struct cpu_scratch);
	layout->size = layout->words + layout->granule_count * sizeof(uint64_t);
	return REEVE_MONITOR_OK;
}

size_t reeve_monitor_size(const struct reeve_monitor_config *config)
{
	struct layout layout;

	return layout_of(config, &layout) == REEVE_MONITOR_OK ? layout.size : 0;
}

static void granules_init(
	struct granule_map *map, const struct reeve_monitor_config *config, uint32_t count, void *words)
{
	uint32_t first = 0;

	map->region_count = config->region_count;
	map->count = count;
	map->words = words;
	for (unsigned i = 0; i < config->region_count; i++) {
		map->regions[i] = config->regions[i];
		map->region_first[i] = first;
		first += (uint32_t)((config->regions[i].top.value - config->regions[i].base.value) >>
			REEVE_GRANULE_SHIFT);
	}
}

enum reeve_monitor_error reeve_monitor_init(void *memory, size_t size, const struct reeve_monitor_config *config,
	const struct monitor_platform *platform, void *context, struct reeve_monitor **monitor)
{
	struct layout layout;
	enum reeve_monitor_error error = layout_of(config, &layout);
	struct reeve_monitor *m = memory;

	if (error != REEVE_MONITOR_OK) {
		return error;
	}
	if (size < layout.size || !reeve_is_aligned((uintptr_t)memory, REEVE_GRANULE_SIZE)) {
		return REEVE_MONITOR_NO_MEMORY;
	}
	memset(memory, 0, layout.size);
	m->config = *config;
	m->platform = platform;
	m->context = context;
	m->scratch = (struct cpu_scratch *)((uint8_t *)memory + layout.scratch);
	atomic_flag_clear(&m->vmid_lock);
	granules_init(&m->granules, config, layout.granule_count, (uint8_t *)memory + layout.words);
	*monitor = m;
	return REEVE_MONITOR_OK;
}

static bool state_has_owner(enum rmi_granule_state state)
{
	switch (state) {
	case GRANULE_RD:
	case GRANULE_REC:
	case GRANULE_REC_AUX:
	case GRANULE_DATA:
	case GRANULE_RTT:
		return true;
	case GRANULE_UNDELEGATED:
	case GRANULE_DELEGATED:
	case GRANULE_STATE_COUNT:
		break;
	}
	return false;
}

bool reeve_monitor_granule(const struct reeve_monitor *monitor, struct reeve_pa pa, struct reeve_granule_info *info)
{
	const struct granule_map *map = &monitor->granules;
	struct granule_index g;
	uint64_t word;

	if (!granule_find(map, reeve_pa(reeve_align_down(pa.value, REEVE_GRANULE_SIZE)), &g)) {
		return false;
	}
	/* One load: state and owner belong together. */
	word = atomic_load_explicit(&map->words[g.value], memory_order_acquire);
	info->state = (enum rmi_granule_state)FIELD_GET(word, GRANULE_WORD_STATE);
	info->owner = reeve_pa(0);
	if (state_has_owner(info->state)) {
		info->owner = granule_pa(map, (struct granule_index){(uint32_t)FIELD_GET(word, GRANULE_WORD_OWNER)});
	}
	return true;
}
