/* SPDX-License-Identifier: BSD-2-Clause */
/* protection.c - which physical address space each granule is in and which call put it there: the model's granule protection table. */
#include "machine/model/machine.h"

#include <stdio.h>

#include "reeve/address.h"

enum { CPU_BITS = 8 };

/* The word of the granule that holds pa, or NULL where there is no memory. */
static _Atomic uint64_t *word_of(const struct reeve_model *model, uint64_t pa)
{
	const struct model_region *region = model_memory_region(&model->memory, pa);
	uint64_t granule;

	if (region == NULL) {
		return NULL;
	}
	granule = model->protection.region_first[region - model->memory.regions] +
		((pa - region->base) >> REEVE_GRANULE_SHIFT);
	return &model->protection.words[granule];
}

/* Lazy mode: whether the granule of that word is in the NS view. */
static atomic_bool *shown_of(const struct reeve_model *model, const _Atomic uint64_t *word)
{
	return &model->protection.shown[word - model->protection.words];
}

/* Out of the NS view, which in lazy mode it may not have come into. */
static bool hide(struct reeve_model *model, _Atomic uint64_t *word, uint64_t pa)
{
	bool is_there = model->protection.shown == NULL || atomic_exchange(shown_of(model, word), false);

	if (!is_there || model_memory_hide_ns(&model->memory, pa)) {
		return true;
	}
	if (model->protection.shown != NULL) {
		atomic_store(shown_of(model, word), true);
	}
	return false;
}

bool protection_show(struct reeve_model *model, uint64_t pa)
{
	_Atomic uint64_t *word = word_of(model, pa);

	if (word == NULL || atomic_load(word) != 0) {
		return false;
	}
	if (model->protection.shown != NULL) {
		atomic_store(shown_of(model, word), true);
	}
	if (!model_memory_show_ns(&model->memory, pa)) {
		return false;
	}
	/* Delegated meanwhile by another CPU, which may have found nothing to hide. */
	if (atomic_load(word) != 0) {
		(void)model_memory_hide_ns(&model->memory, pa);
	}
	return true;
}

bool protection_open(struct model_protection *protection, struct model_memory *memory, bool strict, bool lazy)
{
	uint64_t count = 0;

	*protection = (struct model_protection){.strict = strict};
	for (unsigned i = 0; i < memory->region_count; i++) {
		protection->region_first[i] = count;
		count += memory->regions[i].size >> REEVE_GRANULE_SHIFT;
	}
	protection->count = count;
	protection->size = count * sizeof(*protection->words);
	protection->words = model_reserve(protection->size);
	if (protection->words == NULL || !strict || !lazy) {
		return protection->words != NULL;
	}
	protection->shown = model_reserve(count);
	return protection->shown != NULL && model_memory_hide_all(memory);
}

void protection_reset(struct model_protection *protection, const struct model_memory *memory)
{
	for (uint64_t i = 0; i < protection->count; i++) {
		atomic_store_explicit(&protection->words[i], 0, memory_order_relaxed);
	}
	/* What cannot be shown now is shown at its first touch. */
	if (protection->strict && protection->shown == NULL) {
		(void)model_memory_show_all(memory);
	}
}

void protection_close(struct model_protection *protection)
{
	model_unreserve((void *)protection->words, protection->size);
	model_unreserve((void *)protection->shown, protection->count);
	*protection = (struct model_protection){0};
}

bool protection_is_ns(const struct reeve_model *model, uint64_t pa)
{
	_Atomic uint64_t *word = word_of(model, pa);

	return word != NULL && atomic_load(word) == 0;
}

bool protection_delegated_by(const struct reeve_model *model, uint64_t pa, uint64_t *call, unsigned *cpu)
{
	_Atomic uint64_t *word = word_of(model, pa);
	uint64_t value = word == NULL ? 0 : atomic_load_explicit(word, memory_order_acquire);

	if (value == 0) {
		return false;
	}
	*call = value >> CPU_BITS;
	*cpu = (unsigned)(value & ((1U << CPU_BITS) - 1));
	return true;
}

bool protection_delegate(struct reeve_model *model, unsigned cpu, uint64_t pa)
{
	_Atomic uint64_t *word = word_of(model, pa);
	uint64_t ns = 0;

	/* The word first: gpf.c shows a hidden granule again when the table says it is NS. */
	if (word == NULL || !atomic_compare_exchange_strong(word, &ns, model->cpu[cpu].call << CPU_BITS | cpu)) {
		return false;
	}
	if (!model->protection.strict || hide(model, word, pa)) {
		return true;
	}
	atomic_store_explicit(word, 0, memory_order_release);
	fprintf(stderr,
		"reeve-model: granule 0x%llx stays the host's: it cannot be taken out of the NS view. "
		"Raise vm.max_map_count, or use the lenient mode.\n",
		(unsigned long long)pa);
	return false;
}

void protection_undelegate(struct reeve_model *model, uint64_t pa)
{
	_Atomic uint64_t *word = word_of(model, pa);

	/* When it cannot be shown now, the host's first touch tries again (gpf.c). */
	if (model->protection.strict && model->protection.shown == NULL) {
		(void)model_memory_show_ns(&model->memory, pa);
	}
	if (word != NULL) {
		atomic_store_explicit(word, 0, memory_order_release);
	}
}
