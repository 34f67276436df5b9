/* SPDX-License-Identifier: BSD-2-Clause */
/* map_names.c - the words of a map: kinds of memory, states, sizes and statuses. */
#include <inttypes.h>
#include <stdlib.h>

#include "tools/map_facts.h"

static const struct {
	const char *name;
	const char *text;
} kinds[MAP_KIND_COUNT] = {
	[MAP_RD] = {"rd", "realm descriptor"},
	[MAP_RTT] = {"rtt", "translation table"},
	[MAP_REC] = {"rec", "realm execution context"},
	[MAP_REC_AUX] = {"rec_aux", "auxiliary granule of a REC"},
	[MAP_DATA] = {"data", "memory of a realm"},
	[MAP_SPARE] = {"spare", "delegated, in no object"},
	[MAP_PARAMS] = {"params", "parameters and run pages"},
	[MAP_BOOKS] = {"books", "the host library's records"},
	[MAP_FREE] = {"free", "the host library's, unused"},
	[MAP_SHARED] = {"shared", "host memory a realm sees"},
	[MAP_LEAKED] = {"leaked", "kept by the monitor, a leak"},
	[MAP_LOST] = {"lost", "delegated, not in the ledger"},
	[MAP_UNUSED] = {"unused", "the host's, not the library's"},
};

const char *map_kind_name(enum map_kind kind)
{
	return kinds[kind].name;
}

const char *map_kind_text(enum map_kind kind)
{
	return kinds[kind].text;
}

const char *map_state_name(const struct map_run *run)
{
	return run->state == GRANULE_STATE_COUNT ? "no memory" : rmi_granule_state_name(run->state);
}

enum { UNIT_BITS = 10, TENTHS = 10 };

const char *map_size_text(uint64_t bytes, char text[MAP_TEXT_MAX])
{
	static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	unsigned unit = 0;
	uint64_t tenths;

	while (unit + 1 < sizeof(units) / sizeof(units[0]) && bytes >> (UNIT_BITS * (unit + 1)) != 0) {
		unit++;
	}
	tenths =
		((bytes & reeve_bits_mask(0, UNIT_BITS * unit)) >> (unit == 0 ? 0 : UNIT_BITS * (unit - 1))) * TENTHS >>
		UNIT_BITS;
	if (unit == 0 || tenths == 0) {
		(void)snprintf(text, MAP_TEXT_MAX, "%" PRIu64 " %s", bytes >> (UNIT_BITS * unit), units[unit]);
	} else {
		(void)snprintf(text, MAP_TEXT_MAX, "%" PRIu64 ".%" PRIu64 " %s", bytes >> (UNIT_BITS * unit), tenths,
			units[unit]);
	}
	return text;
}

const char *map_status_text(uint64_t returned, char text[MAP_TEXT_MAX])
{
	uint64_t status = FIELD_GET(returned, RMI_RETURN_STATUS);
	uint64_t index = FIELD_GET(returned, RMI_RETURN_INDEX);

	if (returned == SMCCC_NOT_SUPPORTED) {
		(void)snprintf(text, MAP_TEXT_MAX, "NOT_SUPPORTED");
	} else if (returned == RMI_V2_BUSY) {
		(void)snprintf(text, MAP_TEXT_MAX, "BUSY");
	} else if (status < RMI_STATUS_COUNT && returned >> (RMI_RETURN_INDEX_SHIFT + RMI_RETURN_INDEX_WIDTH) == 0) {
		(void)snprintf(text, MAP_TEXT_MAX, "%s(%" PRIu64 ")", rmi_status_name((unsigned)status), index);
	} else {
		(void)snprintf(text, MAP_TEXT_MAX, "0x%" PRIx64, returned);
	}
	return text;
}

void *map_grow(void *array, size_t count, size_t size)
{
	enum { FIRST = 16 };
	bool is_full = count == 0 || (count >= FIRST && (count & (count - 1)) == 0);

	if (!is_full) {
		return array;
	}
	return realloc(array, (count == 0 ? FIRST : 2 * count) * size);
}

const char *map_moment_text(enum map_moment moment)
{
	static const char *const texts[MAP_MOMENT_COUNT] = {
		[MAP_BEFORE] = "Before the realm was destroyed",
		[MAP_AFTER_ALL] = "After the realm was destroyed: everything came back",
		[MAP_AFTER_SOME] = "After the realm was destroyed: not everything came back",
	};

	return texts[moment];
}
