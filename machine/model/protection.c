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

bool protection_open(struct model_protection *protection, const struct model_memory *memory, bool strict)
{
	uint64_t count = 0;

	*protection = (struct model_protection){.strict = strict};
	for (unsigned i = 0; i < memory->region_count; i++) {
		protection->region_first[i] = count;
		count += memory->regions[i].size >> REEVE_GRANULE_SHIFT;
	}
	protection->size = count * sizeof(*protection->words);
	protection->words = model_reserve(protection->size);
	return protection->words != NULL;
}

void protection_close(struct model_protection *protection)
{
	model_unreserve((void *)protection->words, protection->size);
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
	if (!model->protection.strict || model_memory_hide_ns(&model->memory, pa)) {
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
	if (model->protection.strict) {
		(void)model_memory_show_ns(&model->memory, pa);
	}
	if (word != NULL) {
		atomic_store_explicit(word, 0, memory_order_release);
	}
}
