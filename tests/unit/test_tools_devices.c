/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tools_devices.c - what a Realm finds: layout and device tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "tools/fdt.h"
#include "tools/layout.h"

static const uint64_t mib = 1 << 20;

static struct layout layout_of(unsigned ipa_bits, uint64_t ram, unsigned cpus)
{
	struct layout layout;
	struct message why = {""};

	assert_true(layout_make(&layout, ipa_bits, ram, cpus, &why));
	return layout;
}

static void layout_places(void **state)
{
	struct layout layout = layout_of(40, 64 * mib, 1);

	(void)state;
	assert_int_equal(layout.ram_base, 0x40000000);
	assert_int_equal(layout.ram_top, 0x44000000);
	assert_int_equal(layout.uart, (UINT64_C(1) << 39) | 0x09000000);
	assert_int_equal(layout.shared, (UINT64_C(1) << 39) | 0x0c000000);
	/* The aliases of the RAM, where pages are shared, begin behind all of it. */
	assert_true(layout.shared + layout.shared_size <= layout.half + layout.ram_base);
	assert_true(layout.virtio + 0x1000 <= layout.shared);
}

static void layout_limits(void **state)
{
	struct layout layout;
	struct message why = {""};

	(void)state;
	/* Half of 32 bits is 2 GiB: 1 GiB from 0x4000_0000 on. */
	assert_true(layout_make(&layout, 32, 1024 * mib, 1, &why));
	assert_false(layout_make(&layout, 32, 1024 * mib + 4096, 1, &why));
	assert_non_null(strstr(why.text, "1073745920 bytes passes the protected half of a 32-bit"));
	assert_true(layout_ram_check(64 * mib, 65536, &why));
	assert_false(layout_ram_check(64 * mib + 4096, 65536, &why));
	assert_non_null(strstr(why.text, "no multiple of the host's page of 65536"));
	assert_false(layout_ram_check(64 * mib + 1, 4096, &why));
	assert_false(layout_ram_check(2 * mib, 4096, &why));
	assert_non_null(strstr(why.text, "no room for an image"));
	assert_true(layout_ram_check(2 * mib + 4096, 4096, &why));
	assert_false(layout_ram_check(UINT64_MAX & ~UINT64_C(4095), 4096, &why));
	assert_non_null(strstr(why.text, "more than any Realm"));
}

/* Aff0 has four bits in v1.0: REC 16 is 0.0.1.0. */
static void mpidr_of_recs(void **state)
{
	(void)state;
	assert_int_equal(layout_mpidr(0), 0);
	assert_int_equal(layout_mpidr(15), 0xf);
	assert_int_equal(layout_mpidr(16), 0x100);
	assert_int_equal(layout_mpidr(63), 0x30f);
}

static uint64_t cell64(const void *fdt, int node, const char *name, int index)
{
	int length;
	const uint8_t *value = fdt_getprop(fdt, node, name, &length);

	assert_non_null(value);
	assert_true(length >= 8 * (index + 1));
	return fdt64_ld((const fdt64_t *)(const void *)(value + (ptrdiff_t)8 * index));
}

static void string_is(const void *fdt, const char *path, const char *name, const char *wanted)
{
	int length;
	const char *text = fdt_getprop(fdt, fdt_path_offset(fdt, path), name, &length);

	assert_non_null(text);
	assert_int_equal(length, strlen(wanted) + 1);
	assert_string_equal(text, wanted);
}

static void tree_has_everything(void **state)
{
	struct layout layout = layout_of(36, 128 * mib, 1);
	size_t size;
	void *fdt = fdt_make(&layout, NULL, &size);
	int node;

	(void)state;
	assert_non_null(fdt);
	assert_int_equal(fdt_check_full(fdt, size), 0);
	string_is(fdt, "/", "compatible", "reeve,realm");
	string_is(fdt, "/chosen", "stdout-path", "/pl011@809000000");
	string_is(fdt, "/chosen", "bootargs", "");
	string_is(fdt, "/psci", "compatible", "arm,psci-1.0");
	string_is(fdt, "/psci", "method", "smc");
	node = fdt_path_offset(fdt, "/memory@40000000");
	assert_int_equal(cell64(fdt, node, "reg", 0), 0x40000000);
	assert_int_equal(cell64(fdt, node, "reg", 1), 128 * mib);
	node = fdt_node_offset_by_compatible(fdt, -1, "arm,pl011");
	assert_int_equal(node, fdt_path_offset(fdt, "/pl011@809000000"));
	assert_int_equal(fdt_node_check_compatible(fdt, node, "arm,primecell"), 0);
	assert_int_equal(cell64(fdt, node, "reg", 0), 0x809000000);
	assert_int_equal(cell64(fdt, node, "reg", 1), 0x1000);
	node = fdt_node_offset_by_compatible(fdt, -1, "reeve,shared-buffer");
	assert_int_equal(cell64(fdt, node, "reg", 0), 0x80c000000);
	assert_int_equal(cell64(fdt, node, "reg", 1), 0x10000);
	free(fdt);
}

static void tree_says_what_the_layout_says(void **state)
{
	struct layout layout = layout_of(36, 128 * mib, 1);
	size_t size;
	void *fdt;
	int node;

	(void)state;
	layout.shared_size = 0x1000;
	fdt = fdt_make(&layout, &(struct fdt_chosen){.bootargs = "quiet"}, &size);
	assert_non_null(fdt);
	string_is(fdt, "/chosen", "bootargs", "quiet");
	node = fdt_node_offset_by_compatible(fdt, -1, "reeve,shared-buffer");
	assert_int_equal(cell64(fdt, node, "reg", 1), 0x1000);
	free(fdt);
}

/* The virtio console has its own place and interrupt, whether there is a disk or not; without it the tree is as before. */
static void tree_has_a_virtio_console(void **state)
{
	struct layout layout = layout_of(36, 128 * mib, 1);

	(void)state;
	for (unsigned has_disk = 0; has_disk < 2; has_disk++) {
		const struct fdt_chosen chosen = {
			.is_linux = true, .has_disk = has_disk != 0, .has_virtio_console = true};
		size_t size;
		void *fdt = fdt_make(&layout, &chosen, &size);
		int node = fdt_path_offset(fdt, "/virtio_mmio@a000200");
		const fdt32_t *interrupt = fdt_getprop(fdt, node, "interrupts", NULL);

		assert_int_equal(cell64(fdt, node, "reg", 0), 0xa000200);
		assert_int_equal(fdt32_to_cpu(interrupt[1]), 49 - 32);
		assert_int_equal(fdt_path_offset(fdt, "/virtio_mmio@a000000") >= 0, has_disk != 0);
		free(fdt);
	}
}

static void tree_has_every_cpu(void **state)
{
	(void)state;
	for (unsigned cpus = 1; cpus <= 64; cpus += 21) {
		struct layout layout = layout_of(40, 64 * mib, cpus);
		size_t size;
		void *fdt = fdt_make(&layout, NULL, &size);
		unsigned found = 0;
		int node;

		assert_non_null(fdt);
		assert_int_equal(fdt_check_full(fdt, size), 0);
		fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, "/cpus"))
		{
			assert_int_equal(cell64(fdt, node, "reg", 0), layout_mpidr(found));
			assert_string_equal(fdt_getprop(fdt, node, "enable-method", NULL), "psci");
			found++;
		}
		assert_int_equal(found, cpus);
		free(fdt);
	}
}

static void tree_is_repeatable(void **state)
{
	struct layout layout = layout_of(48, 64 * mib, 4);
	size_t size[2];
	void *fdt[2] = {fdt_make(&layout, NULL, &size[0]), fdt_make(&layout, NULL, &size[1])};

	(void)state;
	assert_non_null(fdt[0]);
	assert_non_null(fdt[1]);
	assert_int_equal(size[0], size[1]);
	assert_memory_equal(fdt[0], fdt[1], size[0]);
	free(fdt[0]);
	free(fdt[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layout_places),
		cmocka_unit_test(layout_limits),
		cmocka_unit_test(mpidr_of_recs),
		cmocka_unit_test(tree_has_everything),
		cmocka_unit_test(tree_says_what_the_layout_says),
		cmocka_unit_test(tree_has_a_virtio_console),
		cmocka_unit_test(tree_has_every_cpu),
		cmocka_unit_test(tree_is_repeatable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
