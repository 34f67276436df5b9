/* SPDX-License-Identifier: BSD-2-Clause */
/* refusals.c - writes refused calls down, the oldest making room. */
#include "machine/qemu/monitor/refusals.h"

#include <string.h>

#define CONDITION(name, text) [CONDITION_##name] = #name,
static const char names[CONDITION_COUNT][RMM_REFUSAL_NAME] = {
#include "spec/conditions.def"
};
#undef CONDITION

/* start.S names it in the head of the image. */
struct rmm_refusals refusals;
static uint64_t count;

void refusals_note(
	unsigned cpu, const uint64_t in[static RMM_REFUSAL_REGISTERS], uint64_t out, enum rmi_condition condition)
{
	uint64_t number = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
	struct rmm_refusal *entry = &refusals.entries[(number - 1) % RMM_REFUSALS];
	uint64_t was = __atomic_exchange_n(&entry->number, RMM_REFUSAL_BUSY, __ATOMIC_ACQUIRE);

	/* A CPU that is so many refusals behind or ahead is at the same entry: it is that one's, or the later one's. */
	if (was == RMM_REFUSAL_BUSY) {
		return;
	}
	if (was > number) {
		__atomic_store_n(&entry->number, was, __ATOMIC_RELEASE);
		return;
	}
	__atomic_thread_fence(__ATOMIC_RELEASE);
	entry->cpu = cpu;
	memcpy(entry->in, in, sizeof(entry->in));
	entry->out = out;
	memcpy(entry->condition, names[condition], sizeof(entry->condition));
	__atomic_store_n(&entry->number, number, __ATOMIC_RELEASE);
}
