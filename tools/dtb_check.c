/* SPDX-License-Identifier: BSD-2-Clause */
/* dtb_check.c - holds a device tree against the Realm it is for, node by node. */
#include "tools/dtb_check.h"

#include <inttypes.h>
#include <string.h>

#include <libfdt.h>

#include "machine/qemu/job.h"
#include "tools/linux_boot.h"
#include "vmm/vgic.h"
#include "vmm/virtio_mmio.h"

enum { CELL = 4, CELLS_MAX = 2 };

/* What is being looked at. */
struct checked {
	const void *fdt;
	const char *name; /* of its file */
	const struct layout *layout;
	struct message *why;
};

/* `cells` big-endian words as a number. */
static uint64_t cells_load(const uint8_t *from, int cells)
{
	uint64_t value = 0;

	for (int i = 0; i < cells * CELL; i++) {
		value = value << 8 | from[i];
	}
	return value;
}

/* How many cells an address and a size in a node's reg have. False when these do not fit 64 bits. */
static bool cells_find(const void *fdt, int node, int *address, int *size)
{
	int parent = fdt_parent_offset(fdt, node);

	*address = fdt_address_cells(fdt, parent);
	*size = fdt_size_cells(fdt, parent);
	return *address >= 1 && *address <= CELLS_MAX && *size >= 0 && *size <= CELLS_MAX;
}

/* The `index`th address and size of a node's reg. False when it has no more of them, or none that fit 64 bits. */
static bool reg_at(const void *fdt, int node, int index, uint64_t *base, uint64_t *size)
{
	int address_cells;
	int size_cells;
	int stride;
	int length = 0;
	const uint8_t *reg = fdt_getprop(fdt, node, "reg", &length);

	if (reg == NULL || !cells_find(fdt, node, &address_cells, &size_cells)) {
		return false;
	}
	stride = (address_cells + size_cells) * CELL;
	if (index >= length / stride) {
		return false;
	}
	*base = cells_load(reg + (ptrdiff_t)index * stride, address_cells);
	*size = cells_load(reg + (ptrdiff_t)index * stride + (ptrdiff_t)address_cells * CELL, size_cells);
	return true;
}

static const char *node_name(const struct checked *tree, int node)
{
	return fdt_get_name(tree->fdt, node, NULL);
}

/* The next node behind `node`, -1 to begin, whose device_type is `type`; negative when there is none. */
static int node_of_type(const void *fdt, int node, const char *type)
{
	return fdt_node_offset_by_prop_value(fdt, node, "device_type", type, (int)strlen(type) + 1);
}

/* All ranges of one memory node are RAM. */
static bool ranges_check(const struct checked *tree, int node)
{
	const struct layout *layout = tree->layout;
	int address_cells;
	int size_cells;
	uint64_t base;
	uint64_t size;

	if (!cells_find(tree->fdt, node, &address_cells, &size_cells)) {
		return message_set(tree->why, "%s: /%s: an address has 1 or 2 cells, a size 2 at most: not %d and %d",
			tree->name, node_name(tree, node), address_cells, size_cells);
	}
	for (int i = 0; reg_at(tree->fdt, node, i, &base, &size); i++) {
		if (base < layout->ram_base || base > layout->ram_top || size > layout->ram_top - base) {
			return message_set(tree->why,
				"%s: /%s tells of 0x%" PRIx64 " bytes at 0x%" PRIx64 "; the RAM is 0x%" PRIx64
				"-0x%" PRIx64 ": correct it, or give --ram",
				tree->name, node_name(tree, node), size, base, layout->ram_base, layout->ram_top);
		}
	}
	return true;
}

static bool memory_check(const struct checked *tree)
{
	int node = node_of_type(tree->fdt, -1, "memory");

	while (node >= 0 && ranges_check(tree, node)) {
		node = node_of_type(tree->fdt, node, "memory");
	}
	return node < 0;
}

static bool has_cpu(const struct layout *layout, uint64_t mpidr)
{
	for (unsigned i = 0; i < layout->cpus; i++) {
		if (layout_mpidr(i) == mpidr) {
			return true;
		}
	}
	return false;
}

/* By its name or its type, as Linux looks for them. */
static bool is_cpu(const void *fdt, int node)
{
	static const char cpu[] = "cpu";
	const char *name = fdt_get_name(fdt, node, NULL);
	int length = 0;
	const char *type = fdt_getprop(fdt, node, "device_type", &length);

	return (strcspn(name, "@") == strlen(cpu) && memcmp(name, cpu, strlen(cpu)) == 0) ||
		(type != NULL && length == (int)sizeof(cpu) && memcmp(type, cpu, sizeof(cpu)) == 0);
}

static bool cpus_check(const struct checked *tree)
{
	uint64_t mpidr;
	uint64_t size;

	for (int node = fdt_next_node(tree->fdt, -1, NULL); node >= 0; node = fdt_next_node(tree->fdt, node, NULL)) {
		if (is_cpu(tree->fdt, node) && reg_at(tree->fdt, node, 0, &mpidr, &size) &&
			!has_cpu(tree->layout, mpidr)) {
			return message_set(tree->why,
				"%s: %s has the affinity 0x%" PRIx64 ", which none of the %u CPUs has: correct it, or "
				"give more --cpus",
				tree->name, node_name(tree, node), mpidr, tree->layout->cpus);
		}
	}
	return true;
}

static bool psci_check(const struct checked *tree)
{
	static const char smc[] = "smc";
	static const char *const versions[] = {"arm,psci-1.0", "arm,psci-0.2", "arm,psci"};

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		int node = fdt_node_offset_by_compatible(tree->fdt, -1, versions[i]);
		int length = 0;
		const char *method = node < 0 ? NULL : fdt_getprop(tree->fdt, node, "method", &length);

		if (node >= 0 &&
			(method == NULL || length != (int)sizeof(smc) || memcmp(method, smc, sizeof(smc)) != 0)) {
			return message_set(tree->why, "%s: /%s has the method \"%.*s\": a Realm's is \"%s\"",
				tree->name, node_name(tree, node), method == NULL ? 0 : length,
				method == NULL ? "" : method, smc);
		}
	}
	return true;
}

/* Each node of that kind has its `index`th registers at `place`. */
static bool device_check(const struct checked *tree, const char *compatible, int index, uint64_t place)
{
	uint64_t half = tree->layout->half;
	uint64_t base;
	uint64_t size;

	for (int node = fdt_node_offset_by_compatible(tree->fdt, -1, compatible); node >= 0;
		node = fdt_node_offset_by_compatible(tree->fdt, node, compatible)) {
		if (!reg_at(tree->fdt, node, index, &base, &size) || (base & ~half) != (place & ~half)) {
			return message_set(tree->why,
				"%s: /%s: the registers of %s (reg, entry %d) are not at 0x%" PRIx64
				", where the Realm has them",
				tree->name, node_name(tree, node), compatible, index, place & ~half);
		}
	}
	return true;
}

static bool is_available(const void *fdt, int node)
{
	const char *status = fdt_getprop(fdt, node, "status", NULL);

	return status == NULL || strcmp(status, "okay") == 0 || strcmp(status, "ok") == 0;
}

/* As the tree has it: without the bit that makes it unprotected. */
static uint64_t virtio_place(const struct layout *layout, enum job_virtio which)
{
	return (layout->virtio & ~layout->half) + (uint64_t)which * VIRTIO_MMIO_SIZE;
}

/* A driver that looks for a virtio device where there is none takes an external abort. */
static bool virtio_check(const struct checked *tree, const bool has[static JOB_VIRTIO_COUNT])
{
	static const char compatible[] = "virtio,mmio";
	const struct layout *layout = tree->layout;
	uint64_t base;
	uint64_t size;

	for (int node = fdt_node_offset_by_compatible(tree->fdt, -1, compatible); node >= 0;
		node = fdt_node_offset_by_compatible(tree->fdt, node, compatible)) {
		bool is_there = false;

		if (!is_available(tree->fdt, node)) {
			continue;
		}
		for (unsigned i = 0; i < JOB_VIRTIO_COUNT && reg_at(tree->fdt, node, 0, &base, &size); i++) {
			is_there |= has[i] && (base & ~layout->half) == virtio_place(layout, (enum job_virtio)i);
		}
		if (!is_there) {
			return message_set(tree->why,
				"%s: /%s: the Realm has no such virtio device: with --disk it has one at 0x%" PRIx64
				", with console=hvc0 one at 0x%" PRIx64,
				tree->name, node_name(tree, node), virtio_place(layout, JOB_VIRTIO_DISK),
				virtio_place(layout, JOB_VIRTIO_CONSOLE));
		}
	}
	return true;
}

static uint64_t chosen_number(const struct checked *tree, int node, const char *property)
{
	int length = 0;
	const uint8_t *value = fdt_getprop(tree->fdt, node, property, &length);

	return length == CELL || length == CELLS_MAX * CELL ? cells_load(value, length / CELL) : 0;
}

static bool chosen_check(const struct checked *tree, const struct fdt_chosen *chosen)
{
	int node = fdt_path_offset(tree->fdt, "/chosen");
	uint64_t base = chosen_number(tree, node, "linux,initrd-start");
	uint64_t top = chosen_number(tree, node, "linux,initrd-end");

	if (node < 0) {
		return message_set(tree->why,
			"%s: there is no /chosen, where a kernel finds its command line and its console", tree->name);
	}
	if (base == chosen->initrd_base && top == chosen->initrd_top) {
		return true;
	}
	if (chosen->initrd_top == 0) {
		return message_set(tree->why,
			"%s: /chosen has an initrd at 0x%" PRIx64 "-0x%" PRIx64 ": give it with --initrd", tree->name,
			base, top);
	}
	return message_set(tree->why,
		"%s: /chosen has the initrd at 0x%" PRIx64 "-0x%" PRIx64
		", it stands at: linux,initrd-start = <0x%" PRIx64 ">, linux,initrd-end = <0x%" PRIx64 ">",
		tree->name, base, top, chosen->initrd_base, chosen->initrd_top);
}

bool dtb_check(const struct bytes *dtb, const char *name, const struct layout *layout, const struct fdt_chosen *chosen,
	struct message *why)
{
	const struct checked tree = {dtb->data, name, layout, why};
	bool has[JOB_VIRTIO_COUNT] = {[JOB_VIRTIO_DISK] = chosen->has_disk};
	struct fdt_chosen own = {0};
	int wrong = dtb->size < sizeof(struct fdt_header) ? -FDT_ERR_TRUNCATED : fdt_check_full(dtb->data, dtb->size);

	if (wrong != 0) {
		return message_set(
			why, "%s is no device tree blob, or is damaged or cut off (%s)", name, fdt_strerror(wrong));
	}
	linux_consoles_find(&own, fdt_bootargs(dtb->data));
	has[JOB_VIRTIO_CONSOLE] = own.has_virtio_console;
	return chosen_check(&tree, chosen) && memory_check(&tree) && cpus_check(&tree) && psci_check(&tree) &&
		device_check(&tree, "arm,gic-v3", 0, layout->gicd) &&
		device_check(&tree, "arm,gic-v3", 1, layout->gicr) &&
		device_check(&tree, "arm,pl011", 0, layout->uart) && virtio_check(&tree, has);
}
