/* SPDX-License-Identifier: BSD-2-Clause */
/* boot.c - writes down what building a realm takes, step by step. */
#include "tools/boot.h"

#include <stdlib.h>
#include <string.h>

enum { BREAKPOINTS = 2, WATCHPOINTS = 2, EVENTS_FIXED = 4 /* create, RAM, device tree, activate */ };

struct reeve_realm_config boot_config(const struct run_options *options)
{
	struct reeve_realm_config config = {
		.ipa_bits = options->ipa_bits,
		.hash = options->hash,
		.lpa2 = options->features.lpa2,
		.sve = options->features.sve_bits != 0,
		.sve_vl = feature_sve_vl(&options->features),
		.breakpoints = BREAKPOINTS,
		.watchpoints = WATCHPOINTS,
	};

	memcpy(config.rpv, options->rpv, sizeof(config.rpv));
	return config;
}

static struct event create_event(const struct run_options *options)
{
	struct reeve_realm_config config = boot_config(options);
	struct event event = {.kind = EVENT_CREATE, .create.has_rpv = true};
	struct rmi_realm_params *params = &event.create.params;

	params->flags = FIELD_SET(0, REALM_FLAG_LPA2, config.lpa2);
	params->flags = FIELD_SET(params->flags, REALM_FLAG_SVE, config.sve);
	params->s2sz = (uint8_t)config.ipa_bits;
	params->sve_vl = config.sve_vl;
	params->num_bps = (uint8_t)(config.breakpoints - 1);
	params->num_wps = (uint8_t)(config.watchpoints - 1);
	params->hash_algo = (uint8_t)config.hash;
	memcpy(params->rpv, config.rpv, sizeof(params->rpv));
	return event;
}

static struct event data_event(const struct extent *extent, const char *origin, const char *of)
{
	return (struct event){
		.kind = EVENT_DATA,
		.origin = origin,
		.data = {.content = *extent, .flags = FIELD_SET(0, DATA_FLAG_MEASURE, 1), .of = of},
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

/* The device tree at the base of RAM, into boot->fdt. */
static bool tree_ready(struct boot *boot, const struct layout *layout, const struct boot_parts *parts)
{
	size_t size = parts->dtb.size;
	const uint8_t *data = parts->dtb.data;

	if (data == NULL) {
		boot->made = fdt_make(layout, parts->chosen, &size);
		data = (const uint8_t *)boot->made;
	}
	boot->fdt = (struct piece){layout->ram_base, data, size, 0};
	return data != NULL;
}

/* What the `i`th extent of the image is. */
static const char *part_name(const struct boot_parts *parts, size_t i)
{
	if (parts->chosen == NULL || !parts->chosen->is_linux) {
		return "image";
	}
	return i == 0 ? "kernel" : "initrd";
}

bool boot_make(struct boot *boot, const struct run_options *options, const struct layout *layout,
	const struct boot_parts *parts, struct message *why)
{
	const struct image *image = parts->image;
	struct event *at = calloc(EVENTS_FIXED + image->count + layout->cpus, sizeof(*at));
	struct extent tree = {layout->ram_base, 0, &boot->fdt, 1};

	*boot = (struct boot){.events = at};
	if (at == NULL || !tree_ready(boot, layout, parts)) {
		boot_free(boot);
		return message_set(why, "the device tree cannot be made: it does not fit 2 MiB, or there is no memory");
	}
	tree.size = reeve_align_down(boot->fdt.size + parts->granule - 1, parts->granule);
	*at++ = create_event(options);
	*at++ = (struct event){.kind = EVENT_RIPAS, .ripas = {layout->ram_base, layout->ram_top, EVENT_LEVEL_ANY}};
	*at = data_event(&tree, "device tree", "device tree");
	at++->data.bootargs = fdt_bootargs(boot->fdt.data);
	for (size_t i = 0; i < image->count; i++) {
		*at++ = data_event(&image->extents[i], parts->names[i == 0 ? 0 : 1], part_name(parts, i));
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
	free(boot->made);
	*boot = (struct boot){0};
}
