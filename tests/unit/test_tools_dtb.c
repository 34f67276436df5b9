/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tools_dtb.c - device trees that are given: the one that reeve makes is believed, one that lies is refused by what it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "tools/dtb_check.h"

enum { MIB = 1 << 20, TREE_ROOM = 16384, CPUS = 2 };

static const uint64_t initrd_base = 0x44000000;
static const uint64_t initrd_top = 0x44100123;

struct bench {
	struct layout layout;
	struct fdt_chosen chosen;
	uint8_t *tree; /* TREE_ROOM bytes */
	struct message why;
};

static void bench_open(struct bench *bench)
{
	size_t size = 0;
	void *made;

	*bench = (struct bench){.chosen = {.bootargs = "quiet",
					.initrd_base = initrd_base,
					.initrd_top = initrd_top,
					.has_disk = true,
					.is_linux = true}};
	assert_true(layout_make(&bench->layout, 40, 128 * MIB, CPUS, &bench->why));
	made = fdt_make(&bench->layout, &bench->chosen, &size);
	assert_non_null(made);
	bench->tree = calloc(1, TREE_ROOM);
	assert_non_null(bench->tree);
	assert_int_equal(fdt_open_into(made, bench->tree, TREE_ROOM), 0);
	free(made);
}

static void bench_close(struct bench *bench)
{
	free(bench->tree);
}

static bool is_believed(struct bench *bench)
{
	const struct bytes dtb = {bench->tree, fdt_totalsize(bench->tree)};

	bench->why.text[0] = '\0';
	return dtb_check(&dtb, "given.dtb", &bench->layout, &bench->chosen, &bench->why);
}

static int node_at(const struct bench *bench, const char *path)
{
	int node = fdt_path_offset(bench->tree, path);

	assert_true(node >= 0);
	return node;
}

static void numbers_set(struct bench *bench, const char *path, const char *property, uint64_t first, uint64_t second)
{
	fdt64_t cells[2] = {cpu_to_fdt64(first), cpu_to_fdt64(second)};

	assert_int_equal(fdt_setprop(bench->tree, node_at(bench, path), property, cells, sizeof(cells)), 0);
}

static void memory_beyond(struct bench *bench)
{
	numbers_set(bench, "/memory@40000000", "reg", 0x40000000, 129 * MIB);
}

static void memory_wraps(struct bench *bench)
{
	numbers_set(bench, "/memory@40000000", "reg", 0x40000000, UINT64_MAX - 0x1000);
}

static void memory_before(struct bench *bench)
{
	numbers_set(bench, "/memory@40000000", "reg", 0, 16 * MIB);
}

/* A second range in the same reg. */
static void memory_more(struct bench *bench)
{
	fdt64_t cells[4] = {
		cpu_to_fdt64(0x40000000), cpu_to_fdt64(64 * MIB), cpu_to_fdt64(0x80000000), cpu_to_fdt64(MIB)};

	assert_int_equal(fdt_setprop(bench->tree, node_at(bench, "/memory@40000000"), "reg", cells, sizeof(cells)), 0);
}

/* Linux takes the low 64 bits of a longer number. */
static void memory_wide(struct bench *bench)
{
	fdt32_t cells[5] = {0, 0, cpu_to_fdt32(0x80000000), 0, cpu_to_fdt32(MIB)};

	assert_int_equal(fdt_setprop_u32(bench->tree, 0, "#address-cells", 3), 0);
	assert_int_equal(fdt_setprop(bench->tree, node_at(bench, "/memory@40000000"), "reg", cells, sizeof(cells)), 0);
}

static void chosen_none(struct bench *bench)
{
	assert_int_equal(fdt_del_node(bench->tree, node_at(bench, "/chosen")), 0);
}

static void initrd_none(struct bench *bench)
{
	assert_int_equal(fdt_delprop(bench->tree, node_at(bench, "/chosen"), "linux,initrd-start"), 0);
}

static void initrd_over_tree(struct bench *bench)
{
	assert_int_equal(fdt_setprop_u64(bench->tree, node_at(bench, "/chosen"), "linux,initrd-start", 0x40000000), 0);
}

static void initrd_longer(struct bench *bench)
{
	assert_int_equal(fdt_setprop_u32(bench->tree, node_at(bench, "/chosen"), "linux,initrd-end", 0x44100124), 0);
}

/* The tree is as it was made, but no initrd is given. */
static void initrd_not_given(struct bench *bench)
{
	bench->chosen.initrd_base = 0;
	bench->chosen.initrd_top = 0;
}

static void cpu_too_many(struct bench *bench)
{
	bench->layout.cpus = 1;
	numbers_set(bench, "/interrupt-controller@8000000", "reg", 0x08000000, 0x10000);
	assert_int_equal(
		fdt_appendprop_u64(bench->tree, node_at(bench, "/interrupt-controller@8000000"), "reg", 0x080a0000), 0);
	assert_int_equal(
		fdt_appendprop_u64(bench->tree, node_at(bench, "/interrupt-controller@8000000"), "reg", 0x20000), 0);
}

/* Only its name says what it is. */
static void cpu_by_name(struct bench *bench)
{
	int node = node_at(bench, "/cpus/cpu@1");

	assert_int_equal(fdt_delprop(bench->tree, node, "device_type"), 0);
	cpu_too_many(bench);
}

static void cpu_by_type(struct bench *bench)
{
	int node = node_at(bench, "/cpus/cpu@1");

	assert_int_equal(fdt_set_name(bench->tree, node, "cpux@1"), 0);
	cpu_too_many(bench);
}

static void disk_not_given(struct bench *bench)
{
	bench->chosen.has_disk = false;
}

static void disk_elsewhere(struct bench *bench)
{
	numbers_set(bench, "/virtio_mmio@a000000", "reg", 0x0a000400, 0x200);
}

/* What QEMU's own machine has more of than a Realm. */
static void virtio_more(struct bench *bench)
{
	int node = fdt_add_subnode(bench->tree, 0, "virtio_mmio@a000200");

	assert_true(node >= 0);
	assert_int_equal(fdt_setprop_string(bench->tree, node, "compatible", "virtio,mmio"), 0);
	numbers_set(bench, "/virtio_mmio@a000200", "reg", 0x0a000200, 0x200);
}

static void psci_hvc(struct bench *bench)
{
	assert_int_equal(fdt_setprop_string(bench->tree, node_at(bench, "/psci"), "method", "hvc"), 0);
}

static void psci_no_method(struct bench *bench)
{
	assert_int_equal(fdt_delprop(bench->tree, node_at(bench, "/psci"), "method"), 0);
}

/* No string: it has no end. */
static void psci_endless(struct bench *bench)
{
	assert_int_equal(fdt_setprop(bench->tree, node_at(bench, "/psci"), "method", "smccc", 5), 0);
}

static void gic_elsewhere(struct bench *bench)
{
	fdt64_t cells[4] = {
		cpu_to_fdt64(0x2f000000), cpu_to_fdt64(0x10000), cpu_to_fdt64(0x080a0000), cpu_to_fdt64(0x40000)};

	assert_int_equal(
		fdt_setprop(bench->tree, node_at(bench, "/interrupt-controller@8000000"), "reg", cells, sizeof(cells)),
		0);
}

/* The distributor alone. */
static void gic_cut(struct bench *bench)
{
	numbers_set(bench, "/interrupt-controller@8000000", "reg", 0x08000000, 0x10000);
}

static void uart_elsewhere(struct bench *bench)
{
	numbers_set(bench, "/pl011@9000000", "reg", 0x10000000, 0x1000);
}

static const struct lie {
	void (*tell)(struct bench *bench);
	const char *why; /* part of what is said */
} lies[] = {
	{memory_beyond, "/memory@40000000 tells of 0x8100000 bytes at 0x40000000; the RAM is 0x40000000-0x48000000"},
	{memory_wraps, "bytes at 0x40000000; the RAM is"},
	{memory_before, "tells of 0x1000000 bytes at 0x0; the RAM is"},
	{memory_more, "tells of 0x100000 bytes at 0x80000000"},
	{memory_wide, "/memory@40000000: an address has 1 or 2 cells, a size 2 at most: not 3 and 2"},
	{chosen_none, "there is no /chosen"},
	{initrd_none, "/chosen has the initrd at 0x0-0x44100123, it stands at: linux,initrd-start = <0x44000000>"},
	{initrd_over_tree, "/chosen has the initrd at 0x40000000-0x44100123, it stands at"},
	{initrd_longer, "/chosen has the initrd at 0x44000000-0x44100124, it stands at"},
	{initrd_not_given, "/chosen has an initrd at 0x44000000-0x44100123: give it with --initrd"},
	{cpu_too_many, "cpu@1 has the affinity 0x1, which none of the 1 CPUs has: correct it, or give more --cpus"},
	{cpu_by_name, "cpu@1 has the affinity 0x1, which none of the 1 CPUs has"},
	{cpu_by_type, "cpux@1 has the affinity 0x1, which none of the 1 CPUs has"},
	{disk_not_given,
		"/virtio_mmio@a000000: the Realm has no such virtio device: with --disk it has one at 0xa000000"},
	{disk_elsewhere, "/virtio_mmio@a000000: the Realm has no such virtio device"},
	{virtio_more,
		"/virtio_mmio@a000200: the Realm has no such virtio device: with --disk it has one at 0xa000000, with "
		"console=hvc0 one at 0xa000200"},
	{psci_hvc, "/psci has the method \"hvc\": a Realm's is \"smc\""},
	{psci_no_method, "/psci has the method \"\""},
	{psci_endless, "/psci has the method \"smccc\""},
	{gic_elsewhere, "the registers of arm,gic-v3 (reg, entry 0) are not at 0x8000000"},
	{gic_cut, "the registers of arm,gic-v3 (reg, entry 1) are not at 0x80a0000"},
	{uart_elsewhere, "/pl011@9000000: the registers of arm,pl011 (reg, entry 0) are not at 0x9000000"},
};

static void lie_is_refused(const struct lie *lie)
{
	struct bench bench;

	bench_open(&bench);
	assert_true(is_believed(&bench));
	lie->tell(&bench);
	assert_false(is_believed(&bench));
	if (strstr(bench.why.text, lie->why) == NULL || strncmp(bench.why.text, "given.dtb: ", 11) != 0) {
		fail_msg("\"%s\" does not say \"%s\"", bench.why.text, lie->why);
	}
	bench_close(&bench);
}

static void lies_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		lie_is_refused(&lies[i]);
	}
}

/* What a tree may say otherwise: less memory, none at all, fewer CPUs, devices by their unprotected addresses, 32-bit initrd places. */
static void less_is_believed(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench);
	numbers_set(&bench, "/memory@40000000", "reg", 0x40200000, 64 * MIB);
	numbers_set(&bench, "/pl011@9000000", "reg", bench.layout.half | 0x09000000, 0x1000);
	assert_int_equal(fdt_del_node(bench.tree, node_at(&bench, "/cpus/cpu@1")), 0);
	assert_int_equal(fdt_setprop_u32(bench.tree, node_at(&bench, "/chosen"), "linux,initrd-start", 0x44000000), 0);
	assert_true(is_believed(&bench));
	assert_int_equal(fdt_del_node(bench.tree, node_at(&bench, "/memory@40000000")), 0);
	assert_true(is_believed(&bench));
	bench_close(&bench);
}

/* A virtio console with the command line that makes one, and one that is not to be used. */
static void virtio_is_believed(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench);
	virtio_more(&bench);
	assert_false(is_believed(&bench));
	assert_int_equal(
		fdt_setprop_string(bench.tree, node_at(&bench, "/chosen"), "bootargs", "quiet console=hvc0"), 0);
	assert_true(is_believed(&bench));
	numbers_set(&bench, "/virtio_mmio@a000200", "reg", bench.layout.half | 0x0a000200, 0x200);
	assert_true(is_believed(&bench));
	numbers_set(&bench, "/virtio_mmio@a000200", "reg", 0x0a000600, 0x200);
	assert_false(is_believed(&bench));
	assert_int_equal(
		fdt_setprop_string(bench.tree, node_at(&bench, "/virtio_mmio@a000200"), "status", "disabled"), 0);
	assert_true(is_believed(&bench));
	assert_int_equal(fdt_setprop_string(bench.tree, node_at(&bench, "/virtio_mmio@a000200"), "status", "okay"), 0);
	assert_false(is_believed(&bench));
	bench_close(&bench);
}

/* Cut off anywhere, it is refused and nothing beyond it is read. */
static void cut_off_anywhere(void **state)
{
	struct bench bench;
	uint8_t *tree;
	size_t size;

	(void)state;
	bench_open(&bench);
	tree = bench.tree;
	assert_int_equal(fdt_pack(tree), 0);
	size = fdt_totalsize(tree);
	for (size_t left = 0; left < size; left++) {
		struct bytes dtb = {malloc(left + 1), left};

		assert_non_null(dtb.data);
		memcpy(dtb.data, tree, left);
		assert_false(dtb_check(&dtb, "given.dtb", &bench.layout, &bench.chosen, &bench.why));
		assert_non_null(strstr(bench.why.text, "is no device tree blob, or is damaged or cut off"));
		free(dtb.data);
	}
	bench_close(&bench);
}

/* With any byte changed it is judged, whatever the judgement. */
static void any_byte_changed(void **state)
{
	struct bench bench;
	size_t size;

	(void)state;
	bench_open(&bench);
	assert_int_equal(fdt_pack(bench.tree), 0);
	size = fdt_totalsize(bench.tree);
	for (size_t i = 0; i < 8 * size; i++) {
		const struct bytes dtb = {bench.tree, size};

		bench.tree[i / 8] ^= (uint8_t)(1U << i % 8);
		bench.why.text[0] = '\0';
		assert_true(dtb_check(&dtb, "given.dtb", &bench.layout, &bench.chosen, &bench.why) ==
			(bench.why.text[0] == '\0'));
		bench.tree[i / 8] ^= (uint8_t)(1U << i % 8);
	}
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lies_are_refused),
		cmocka_unit_test(less_is_believed),
		cmocka_unit_test(virtio_is_believed),
		cmocka_unit_test(cut_off_anywhere),
		cmocka_unit_test(any_byte_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
