/* SPDX-License-Identifier: BSD-2-Clause */
/* program.c - opens images and kernels for `reeve run`. */
#include "tools/program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "vmm/virtio_block.h"

/* What an ELF file may hold beside what it loads: symbols, debug information. */
static const uint64_t image_beside_max = UINT64_C(1) << 30;

/* What a disk may have: it stands in the machine's memory beside the Realm. */
enum { DISK_MAX = 512 << 20 };

bool program_layout(const struct run_options *options, struct layout *layout, struct message *why)
{
	int level;
	unsigned count;

	if (!reeve_root_geometry(options->ipa_bits, options->features.lpa2, &level, &count)) {
		return message_set(why, "--ipa-bits: %u is no width of an address space: 32 to %s", options->ipa_bits,
			options->features.lpa2 ? "52" : "48, or to 52 with --lpa2");
	}
	return layout_ram_check(options->ram, options->page_size, why) &&
		layout_make(layout, options->ipa_bits, options->ram, options->cpus, why);
}

static bool image_open(struct program *program, const struct run_options *options, struct message *why)
{
	const char *path = options->image_path;

	if (!layout_ram_check(options->ram, options->page_size, why) ||
		!bytes_read(path, options->ram + image_beside_max, &program->file, why)) {
		return false;
	}
	if (!image_load(
		    &program->file, path, LAYOUT_IMAGE_BASE, LAYOUT_RAM_BASE + options->ram, &program->image, why)) {
		free(program->file.data);
		return false;
	}
	program->chosen = (struct fdt_chosen){.has_disk = options->linux_files.disk != NULL};
	program->parts =
		(struct boot_parts){.image = &program->image, .names = {path, path}, .chosen = &program->chosen};
	return true;
}

static bool kernel_open(struct program *program, const struct run_options *options, struct message *why)
{
	const struct linux_files *files = &options->linux_files;
	struct layout layout;

	if (!program_layout(options, &layout, why) ||
		!linux_boot_open(&program->kernel, files, &layout, REEVE_GRANULE_SIZE, why)) {
		return false;
	}
	program->parts = (struct boot_parts){
		.image = &program->kernel.image,
		.names = {files->kernel, files->initrd},
		.dtb = program->kernel.dtb,
		.chosen = &program->kernel.chosen,
	};
	return true;
}

static bool disk_open(struct program *program, const char *path, struct message *why)
{
	struct stat status;

	if (stat(path, &status) == 0 && status.st_size > DISK_MAX) {
		return message_set(why, "--disk %s: %lld bytes are more than a disk can have: at most %d", path,
			(long long)status.st_size, DISK_MAX);
	}
	if (!bytes_read(path, DISK_MAX, &program->disk, why)) {
		return false;
	}
	return program->disk.size >= VIRTIO_SECTOR_SIZE ||
		message_set(why, "--disk %s: %zu bytes are no sector; a disk has at least %d bytes", path,
			program->disk.size, VIRTIO_SECTOR_SIZE);
}

bool program_open(struct program *program, const struct run_options *options, struct message *why)
{
	*program = (struct program){0};
	if (!(options->linux_files.kernel != NULL ? kernel_open : image_open)(program, options, why)) {
		return false;
	}
	if (options->linux_files.disk != NULL && !disk_open(program, options->linux_files.disk, why)) {
		program_close(program);
		return false;
	}
	program->parts.disk = program->disk;
	program->parts.granule = REEVE_GRANULE_SIZE;
	return true;
}

void program_close(struct program *program)
{
	linux_boot_close(&program->kernel);
	image_free(&program->image);
	free(program->file.data);
	free(program->disk.data);
}

bool program_dump_dtb(const struct program *program, const struct run_options *options, struct message *why)
{
	const char *path = options->dump_dtb_path;
	struct layout layout;
	struct boot boot;
	bool is_written;
	FILE *to;

	if (path == NULL) {
		return true;
	}
	if (!program_layout(options, &layout, why) || !boot_make(&boot, options, &layout, &program->parts, why)) {
		return false;
	}
	to = fopen(path, "wbe");
	is_written = to != NULL && fwrite(boot.fdt.data, 1, boot.fdt.size, to) == boot.fdt.size;
	if (to != NULL) {
		is_written = fclose(to) == 0 && is_written;
	}
	boot_free(&boot);
	return is_written || message_set(why, "--dump-dtb %s cannot be written: %s", path, strerror(errno));
}
