/* SPDX-License-Identifier: BSD-2-Clause */
/* boot.c - writes down what building a realm takes, step by step. */
#include "tools/boot.h"

#include <stdlib.h>
#include <string.h>

#include "tools/fdt.h"

enum { BREAKPOINTS = 2, WATCHPOINTS = 2, EVENTS_FIXED = 4 /* create, RAM, device tree, activate */ };

struct reeve_realm_config boot_config(const struct run_options *options)
{
	struct reeve_realm_config config = {
		.ipa_bits = options->ipa_bits,
		.hash = options->hash,
		.breakpoints = BREAKPOINTS,
		.watchpoints = WATCHPOINTS,
	};

	memcpy(config.rpv, options->rpv, sizeof(config.rpv));
	return config;
}

static struct event create_event(const struct run_options *options)
{
	struct event event = {.kind = EVENT_CREATE, .create.has_rpv = true};
	struct rmi_realm_params *params = &event.create.params;

	params->s2sz = (uint8_t)options->ipa_bits;
	params->num_bps = BREAKPOINTS - 1;
	params->num_wps = WATCHPOINTS - 1;
	params->hash_algo = (uint8_t)options->hash;
	memcpy(params->rpv, options->rpv, sizeof(params->rpv));
	return event;
}

static struct event data_event(const struct extent *extent, const char *origin)
{
	return (struct event){
		.kind = EVENT_DATA,
		.origin = origin,
		.data = {.content = *extent, .flags = FIELD_SET(0, DATA_FLAG_MEASURE, 1)},
	};
}

static struct event rec_event(const struct layout *layout, unsigned index, uint64_t entry)
{
	struct event event = {.kind = EVENT_REC, .rec = {.mpidr = layout_mpidr(index)}};

	if (index == 0) {
		event.rec.flags = FIELD_SET(0, REC_FLAG_RUNNABLE, 1);
		event.rec.pc = entry;
		event.rec.gprs[0] = layout->ram_base;
	}
	return event;
}

bool boot_make(struct boot *boot, const struct run_options *options, const struct layout *layout,
	const struct image *image, struct message *why)
{
	struct event *at = calloc(EVENTS_FIXED + image->count + layout->cpus, sizeof(*at));
	size_t fdt_size = 0;
	uint8_t *fdt = at == NULL ? NULL : (uint8_t *)fdt_make(layout, &fdt_size);
	struct extent tree = {layout->ram_base, reeve_align_down(fdt_size + REEVE_GRANULE_SIZE - 1, REEVE_GRANULE_SIZE),
		&boot->fdt, 1};

	*boot = (struct boot){.events = at, .fdt = {layout->ram_base, fdt, fdt_size, 0}};
	if (fdt == NULL) {
		boot_free(boot);
		return message_set(why, "the device tree cannot be made: no memory");
	}
	*at++ = create_event(options);
	*at++ = (struct event){.kind = EVENT_RIPAS, .ripas = {layout->ram_base, layout->ram_top, EVENT_LEVEL_ANY}};
	*at++ = data_event(&tree, "device tree");
	for (size_t i = 0; i < image->count; i++) {
		*at++ = data_event(&image->extents[i], options->image_path);
	}
	for (unsigned i = 0; i < layout->cpus; i++) {
		*at++ = rec_event(layout, i, image->entry);
	}
	*at++ = (struct event){.kind = EVENT_ACTIVATE};
	boot->count = (size_t)(at - boot->events);
	return true;
}

void boot_free(struct boot *boot)
{
	free(boot->events);
	free((void *)boot->fdt.data);
	*boot = (struct boot){0};
}
