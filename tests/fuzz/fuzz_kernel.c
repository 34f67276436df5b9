/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_kernel.c - any bytes as a kernel, plain or packed, and as changes to the device tree that it is given.
 *
 * The first byte says which. FUZZ_TRACE=1 in the environment shows what became of an input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reeve/rmi.h"
#include "tools/dtb_check.h"
#include "tools/linux_boot.h"

enum { RAM = 8 << 20, CPUS = 2, PLACE_ALIGN = 2 << 20, INITRD = 5000, CHANGE_HEADER = 3, NAME_MAX_BYTES = 32 };

static void check(bool is_so, const char *what)
{
	if (!is_so) {
		(void)fprintf(stderr, "fuzz_kernel: not so: %s\n", what);
		abort();
	}
}

static void check_said(bool is_good, const struct message *why)
{
	check(is_good == (why->text[0] == '\0'), "what is refused is told why");
	if (getenv("FUZZ_TRACE") != NULL) {
		(void)fprintf(stderr, "  %s\n", is_good ? "good" : why->text);
	}
}

/* A file in memory that has these bytes; its name is that of the descriptor. */
static int file_make(const void *bytes, size_t size, char name[static NAME_MAX_BYTES])
{
	int fd = memfd_create("fuzz_kernel", MFD_CLOEXEC);

	check(fd >= 0 && write(fd, bytes, size) == (ssize_t)size, "a file can be made");
	(void)snprintf(name, NAME_MAX_BYTES, "/proc/self/fd/%d", fd);
	return fd;
}

/* L1 to L3 of linux_boot.h. */
static void check_places(const struct linux_boot *boot, const struct layout *layout)
{
	uint64_t behind = layout->ram_base + LAYOUT_FDT_SPACE;

	check(boot->image.count == 2 && boot->image.entry == boot->pieces[0].ipa,
		"the kernel is entered, then comes the initrd");
	check(boot->image.entry >= behind && boot->image.entry - behind < PLACE_ALIGN,
		"the kernel is behind the device tree");
	check(boot->chosen.initrd_base % PLACE_ALIGN == 0 && boot->chosen.initrd_base >= behind + boot->kernel.size &&
			boot->chosen.initrd_top - boot->chosen.initrd_base == INITRD,
		"the initrd is behind the kernel");
	for (size_t i = 0; i < boot->image.count; i++) {
		const struct extent *extent = &boot->image.extents[i];

		check(extent->ipa % REEVE_GRANULE_SIZE == 0 && extent->size % REEVE_GRANULE_SIZE == 0,
			"whole granules");
		check(extent->ipa >= behind && extent->size <= layout->ram_top - extent->ipa, "apart and in the RAM");
		check(boot->pieces[i].ipa >= extent->ipa &&
				boot->pieces[i].ipa + boot->pieces[i].size <= extent->ipa + extent->size,
			"a file is in its extent");
		behind = extent->ipa + extent->size;
	}
}

static void try_kernel(const uint8_t *data, size_t size, const struct layout *layout)
{
	static const uint8_t initrd[INITRD];
	char names[2][NAME_MAX_BYTES];
	int kernel_fd = file_make(data, size, names[0]);
	int initrd_fd = file_make(initrd, sizeof(initrd), names[1]);
	const struct linux_files files = {.kernel = names[0], .initrd = names[1]};
	struct linux_boot boot;
	struct message why = {""};
	bool is_good = linux_boot_open(&boot, &files, layout, REEVE_GRANULE_SIZE, &why);

	check_said(is_good, &why);
	if (is_good) {
		check_places(&boot, layout);
		linux_boot_close(&boot);
	}
	(void)close(kernel_fd);
	(void)close(initrd_fd);
}

/* Change a true device tree: where, in two bytes, how many bytes, and these. */
static void try_tree(const uint8_t *data, size_t size, const struct layout *layout)
{
	const struct fdt_chosen chosen = {.bootargs = "console=hvc0", .has_virtio_console = true, .is_linux = true};
	size_t tree_size = 0;
	uint8_t *tree = fdt_make(layout, &chosen, &tree_size);
	struct bytes dtb;
	struct message why = {""};

	check(tree != NULL, "a device tree can be made");
	dtb.data = malloc(tree_size); /* its very size, so that a read beyond it is noticed */
	check(dtb.data != NULL, "there is memory");
	memcpy(dtb.data, tree, tree_size);
	dtb.size = tree_size;
	free(tree);
	for (size_t at = 0; size - at > CHANGE_HEADER;) {
		size_t to = (size_t)(data[at] | data[at + 1] << 8) % tree_size;
		size_t count = data[at + 2] % 16;

		at += CHANGE_HEADER;
		count = count < size - at ? count : size - at;
		count = count < tree_size - to ? count : tree_size - to;
		memcpy(dtb.data + to, data + at, count);
		at += count;
	}
	check_said(dtb_check(&dtb, "it", layout, &chosen, &why), &why);
	free(dtb.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct layout layout;
	struct message why = {""};

	check(layout_make(&layout, 40, RAM, CPUS, &why), "there is a layout");
	if (size == 0) {
		return 0;
	}
	(data[0] % 2 == 0 ? try_kernel : try_tree)(data + 1, size - 1, &layout);
	return 0;
}
