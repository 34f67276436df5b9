/* SPDX-License-Identifier: BSD-2-Clause */
/* refusals.c - reads the monitor's book of refused calls while the monitor writes it. */
#include "tools/qemu/refusals.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void refusals_begin(struct refusals *refusals, int memory, uint64_t base, uint64_t place)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t offset = place - base;
	struct stat found;

	*refusals = (struct refusals){0};
	if (place < base || place % sizeof(uint64_t) != 0 || fstat(memory, &found) != 0 ||
		(uint64_t)found.st_size < sizeof(struct rmm_refusals) ||
		offset > (uint64_t)found.st_size - sizeof(struct rmm_refusals)) {
		return;
	}
	refusals->size = offset % page + sizeof(struct rmm_refusals);
	refusals->mapping = mmap(NULL, refusals->size, PROT_READ, MAP_SHARED, memory, (off_t)(offset - offset % page));
	if (refusals->mapping != MAP_FAILED) {
		refusals->book = (const void *)((const uint8_t *)refusals->mapping + offset % page);
	}
}

void refusals_end(struct refusals *refusals)
{
	if (refusals->book != NULL) {
		(void)munmap(refusals->mapping, refusals->size);
	}
	*refusals = (struct refusals){0};
}

/* A whole entry. False when there is none, or it was changed meanwhile. */
static bool entry_read(const struct rmm_refusal *from, struct rmm_refusal *entry)
{
	uint64_t number = __atomic_load_n(&from->number, __ATOMIC_ACQUIRE);

	memcpy(entry, from, sizeof(*entry));
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return number != 0 && number != RMM_REFUSAL_BUSY && __atomic_load_n(&from->number, __ATOMIC_RELAXED) == number;
}

static enum rmi_condition condition_of(const char name[RMM_REFUSAL_NAME])
{
	for (unsigned i = CONDITION_NONE + 1; i < CONDITION_COUNT; i++) {
		if (strncmp(rmi_condition_name(i), name, RMM_REFUSAL_NAME) == 0) {
			return (enum rmi_condition)i;
		}
	}
	return CONDITION_NONE;
}

static bool is_of(const struct rmm_refusal *entry, const struct frame_call *call, uint64_t out)
{
	return entry->cpu == call->cpu && entry->out == out && memcmp(entry->in, call->in, sizeof(entry->in)) == 0;
}

enum rmi_condition refusals_find(struct refusals *refusals, const struct frame_call *call)
{
	bool is_misreported = call->fault == FRAME_FAULT_MISREPORTED;
	uint64_t out = is_misreported ? call->monitor[0] : call->out[0];
	enum rmi_condition condition = CONDITION_NONE;
	uint64_t first = UINT64_MAX;

	if (refusals->book == NULL || out == RMI_SUCCESS || call->fault == FRAME_FAULT_REFUSED ||
		call->cpu >= REFUSALS_CPUS) {
		return CONDITION_NONE;
	}
	for (unsigned i = 0; i < RMM_REFUSALS; i++) {
		struct rmm_refusal entry;

		if (entry_read(&refusals->book->entries[i], &entry) && is_of(&entry, call, out) &&
			entry.number > refusals->seen[call->cpu] && entry.number < first) {
			first = entry.number;
			condition = condition_of(entry.condition);
		}
	}
	refusals->seen[call->cpu] = first == UINT64_MAX ? refusals->seen[call->cpu] : first;
	return condition;
}
