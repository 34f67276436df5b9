/* SPDX-License-Identifier: BSD-2-Clause */
/* check.c - refuses events that no realm could have been through. */
#include "tools/measure/check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reeve/host.h"

static const char *const kind_names[EVENT_KIND_COUNT] = {
	"create", "ripas", "data", "unknown", "rec", "activate", "rem"};

void check_init(struct check *check, const struct reeve_rules *rules, size_t granule)
{
	*check = (struct check){.rules = rules, .granule = granule};
}

void check_fini(struct check *check)
{
	free(check->runs);
	*check = (struct check){0};
}

static bool create_check(struct check *check, const struct event *event, struct message *why)
{
	const struct rmi_realm_params *params = &event->create.params;
	bool has_lpa2 = FIELD_GET(params->flags, REALM_FLAG_LPA2) != 0;
	int level;
	unsigned count;

	if (params->hash_algo >= RMI_V2_HASH_COUNT || (check->rules->hashes >> params->hash_algo & 1) == 0) {
		return message_set(why, "create: rule set %s has no hash %s (%u)", check->rules->name,
			rmi_hash_name(params->hash_algo), (unsigned)params->hash_algo);
	}
	if (!reeve_root_geometry(params->s2sz, has_lpa2, &level, &count)) {
		return message_set(why, "create: s2sz %u is no width of an address space: 32 to %s",
			(unsigned)params->s2sz, has_lpa2 ? "52" : "48, or to 52 with LPA2 (flags bit 0)");
	}
	check->is_created = true;
	check->ipa_bits = params->s2sz;
	check->has_lpa2 = has_lpa2;
	return true;
}

static bool order_check(const struct check *check, const struct event *event, struct message *why)
{
	const char *name = kind_names[event->kind];

	if (event->kind == EVENT_CREATE && check->is_created) {
		return message_set(why, "create: the realm is there already; one list is one realm");
	}
	if (event->kind != EVENT_CREATE && !check->is_created) {
		return message_set(why, "%s before create: a list begins with the realm", name);
	}
	if (check->is_active && event->kind != EVENT_UNKNOWN && event->kind != EVENT_REM) {
		return message_set(why, "%s after activate: the RIM is final by then", name);
	}
	return true;
}

/* Where the first run is that ends above `base`. */
static size_t run_find(const struct check *check, uint64_t base)
{
	size_t low = 0;
	size_t high = check->run_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (check->runs[middle].top > base) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return low;
}

static bool range_check(const struct check *check, const char *what, uint64_t base, uint64_t top, struct message *why)
{
	uint64_t half = UINT64_C(1) << (check->ipa_bits - 1);

	if (base >= top) {
		return message_set(why, "%s: the range 0x%" PRIx64 "-0x%" PRIx64 " is empty or wraps", what, base, top);
	}
	if (base % check->granule != 0 || top % check->granule != 0) {
		return message_set(why, "%s: 0x%" PRIx64 " is not aligned to the granule of %zu bytes", what,
			base % check->granule != 0 ? base : top, check->granule);
	}
	if (top > half) {
		return message_set(why,
			"%s: 0x%" PRIx64 "-0x%" PRIx64
			" passes the protected half of a %u-bit address space, 0x%" PRIx64,
			what, base, top, check->ipa_bits, half);
	}
	return true;
}

static bool is_memory(const struct check *check, uint64_t base, uint64_t top, uint64_t *where)
{
	size_t at = run_find(check, base);

	if (at == check->run_count || check->runs[at].base >= top) {
		return false;
	}
	*where = check->runs[at].base > base ? check->runs[at].base : base;
	return true;
}

static bool ripas_check(const struct check *check, const struct event *event, struct message *why)
{
	uint64_t base = event->ripas.base;
	uint64_t top = event->ripas.top;
	uint64_t where;

	if (!range_check(check, "ripas", base, top, why)) {
		return false;
	}
	if (check->rules->measures_ripas && is_memory(check, base, top, &where)) {
		return message_set(why,
			"ripas: 0x%" PRIx64 "-0x%" PRIx64 ": INIT_RIPAS stops at 0x%" PRIx64
			", which has memory: declare RAM before it, or leave it out",
			base, top, where);
	}
	if (event->ripas.level != EVENT_LEVEL_ANY) {
		uint64_t size = UINT64_C(1) << (REEVE_GRANULE_SHIFT + 9 * (RMI_LEVEL_LAST - event->ripas.level));

		if (base % size != 0 || top % size != 0) {
			return message_set(why,
				"ripas: 0x%" PRIx64 "-0x%" PRIx64 " is no number of entries of level %d, 0x%" PRIx64
				" bytes each",
				base, top, event->ripas.level, size);
		}
	}
	return true;
}

/* Enter [base, top), which no run covers, before run `at`. */
static bool run_insert(
	struct check *check, const char *what, size_t at, uint64_t base, uint64_t top, struct message *why)
{
	if (check->run_count == CHECK_RUNS_MAX) {
		return message_set(why, "%s: memory lies in more than %d places", what, CHECK_RUNS_MAX);
	}
	if (check->run_count == check->run_room) {
		size_t room = check->run_room == 0 ? 16 : 2 * check->run_room;
		struct check_run *runs = realloc(check->runs, room * sizeof(*runs));

		if (runs == NULL) {
			return message_set(why, "there is not enough memory");
		}
		check->runs = runs;
		check->run_room = room;
	}
	memmove(&check->runs[at + 1], &check->runs[at], (check->run_count - at) * sizeof(*check->runs));
	check->runs[at] = (struct check_run){base, top};
	check->run_count++;
	return true;
}

static bool memory_check(struct check *check, const struct event *event, struct message *why)
{
	uint64_t base = event->data.content.ipa;
	uint64_t top = base + event->data.content.size;
	uint64_t where;
	size_t at;

	if (!range_check(check, kind_names[event->kind], base, top, why)) {
		return false;
	}
	if (is_memory(check, base, top, &where)) {
		return message_set(why, "%s: there is memory at 0x%" PRIx64 " already", kind_names[event->kind], where);
	}
	at = run_find(check, base);
	if (at > 0 && check->runs[at - 1].top == base) {
		check->runs[at - 1].top = top;
		if (at < check->run_count && check->runs[at].base == top) {
			check->runs[at - 1].top = check->runs[at].top;
			check->run_count--;
			memmove(&check->runs[at], &check->runs[at + 1], (check->run_count - at) * sizeof(*check->runs));
		}
		return true;
	}
	if (at < check->run_count && check->runs[at].base == top) {
		check->runs[at].base = base;
		return true;
	}
	return run_insert(check, kind_names[event->kind], at, base, top, why);
}

bool check_event(struct check *check, const struct event *event, struct message *why)
{
	if (!order_check(check, event, why)) {
		return false;
	}
	switch (event->kind) {
	case EVENT_CREATE:
		return create_check(check, event, why);
	case EVENT_RIPAS:
		return event->was_done || ripas_check(check, event, why);
	case EVENT_DATA:
	case EVENT_UNKNOWN:
		return event->was_done || memory_check(check, event, why);
	case EVENT_ACTIVATE:
		check->is_active = true;
		return true;
	case EVENT_REC:
	case EVENT_REM:
	case EVENT_KIND_COUNT:
		return true;
	}
	return true;
}
