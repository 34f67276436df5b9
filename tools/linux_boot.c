/* SPDX-License-Identifier: BSD-2-Clause */
/* linux_boot.c - reads a kernel's header and finds places for all that it is started with. */
#include "tools/linux_boot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "reeve/address.h"
#include "tools/dtb_check.h"

/* The first 64 bytes of an Image. */
enum {
	HEADER_SIZE = 64,
	HEADER_TEXT_OFFSET = 8,
	HEADER_IMAGE_SIZE = 16,
	HEADER_FLAGS = 24,
	HEADER_MAGIC = 56,
	FLAG_BIG_ENDIAN = 1,
	PLACE_ALIGN = 2 << 20,
	WINDOW_ALIGN = 1 << 30,
	GZIP_MAGIC_0 = 0x1f,
	GZIP_MAGIC_1 = 0x8b,
	GZIP_WINDOW = 15 + 16, /* the largest one, in a gzip wrapper */
	UNPACK_FIRST = 1 << 24,
	BOOTARGS_MAX = 2047, /* COMMAND_LINE_SIZE of arm64, without its end */
	KERNEL = 0,
	INITRD = 1,
};

static const uint64_t window_size = UINT64_C(32) << 30;

static uint64_t align_up(uint64_t value, uint64_t size)
{
	return reeve_align_down(value + size - 1, size);
}

static uint64_t load_le64(const uint8_t *from)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < sizeof(value); i++) {
		value |= (uint64_t)from[i] << (8 * i);
	}
	return value;
}

/* Memory that is to be freed, and how much of it there is. */
struct growing {
	struct bytes used;
	size_t room;
};

/* Twice the room, up to the first that is at least `most`. NULL, or what is wrong. */
static const char *grow(struct growing *out, uint64_t most)
{
	size_t room = out->room == 0 ? UNPACK_FIRST : 2 * out->room;
	uint8_t *data;

	if (out->room >= most) {
		return "unpacked it is larger than the RAM; give more --ram";
	}
	data = realloc(out->used.data, room);
	if (data == NULL) {
		return "there is not enough memory to unpack it";
	}
	out->used.data = data;
	out->room = room;
	return NULL;
}

/* Unpack what the room left in `out` takes. Returns what zlib says. */
static int unpack_some(z_stream *stream, struct growing *out)
{
	size_t left = out->room - out->used.size;
	int result;

	stream->next_out = out->used.data + out->used.size;
	stream->avail_out = left < UINT32_MAX ? (uInt)left : UINT32_MAX;
	result = inflate(stream, Z_NO_FLUSH);
	out->used.size = (size_t)(stream->next_out - out->used.data);
	return result;
}

/* Whether another member of the gzip file follows the one that has ended. */
static bool has_member(const z_stream *stream)
{
	return stream->avail_in >= 2 && stream->next_in[0] == GZIP_MAGIC_0 && stream->next_in[1] == GZIP_MAGIC_1;
}

/* Unpack all members of the stream. NULL, or what is wrong; out->used.data is to be freed either way. */
static const char *unpack_all(z_stream *stream, uint64_t most, struct growing *out)
{
	const char *wrong = grow(out, most);
	int result = Z_OK;

	while (wrong == NULL && result == Z_OK) {
		result = unpack_some(stream, out);
		if (result == Z_STREAM_END && has_member(stream)) {
			result = inflateReset(stream);
		}
		if (result == Z_OK && out->used.size == out->room) {
			wrong = grow(out, most);
		}
	}
	if (wrong == NULL && result != Z_STREAM_END) {
		wrong = "its gzip data is damaged or cut off";
	}
	return wrong;
}

/* Bytes behind the last member; 0 when they are zeros, which fill a block up. */
static size_t rest_size(const z_stream *stream)
{
	for (uInt i = 0; i < stream->avail_in; i++) {
		if (stream->next_in[i] != 0) {
			return stream->avail_in;
		}
	}
	return 0;
}

/* Put the kernel in plain form into boot->kernel. */
static bool kernel_unpack(struct linux_boot *boot, const char *name, uint64_t most, struct message *why)
{
	struct bytes packed = boot->kernel;
	struct growing plain = {{NULL, 0}, 0};
	z_stream stream = {.next_in = packed.data, .avail_in = (uInt)packed.size};
	const char *wrong;
	size_t rest;

	if (packed.size < 2 || packed.data[0] != GZIP_MAGIC_0 || packed.data[1] != GZIP_MAGIC_1) {
		return true;
	}
	if (packed.size > UINT32_MAX || inflateInit2(&stream, GZIP_WINDOW) != Z_OK) {
		return message_set(why, "%s cannot be unpacked: it is too large, or there is no memory", name);
	}
	wrong = unpack_all(&stream, most, &plain);
	rest = rest_size(&stream);
	(void)inflateEnd(&stream);
	if (wrong != NULL || rest != 0) {
		free(plain.used.data);
		return wrong != NULL
			? message_set(why, "%s: %s", name, wrong)
			: message_set(why,
				  "%s: %zu bytes behind its gzip data are neither more of it nor zero; cut them off",
				  name, rest);
	}
	bytes_unmap(&boot->kernel);
	boot->kernel = plain.used;
	boot->is_unpacked = true;
	return true;
}

struct kernel_header {
	uint64_t text_offset;
	uint64_t image_size;
};

static bool header_read(const struct bytes *kernel, const char *name, struct kernel_header *header, struct message *why)
{
	static const uint8_t magic[] = {'A', 'R', 'M', 0x64};
	static const uint8_t zboot[] = {'z', 'i', 'm', 'g'};
	enum { ZBOOT_MAGIC = 4 };

	if (kernel->size >= HEADER_SIZE && memcmp(kernel->data + ZBOOT_MAGIC, zboot, sizeof(zboot)) == 0) {
		return message_set(why, "%s is an EFI zboot image; give arch/arm64/boot/Image or Image.gz", name);
	}
	if (kernel->size < HEADER_SIZE || memcmp(kernel->data + HEADER_MAGIC, magic, sizeof(magic)) != 0) {
		return message_set(
			why, "%s is no arm64 kernel: there is no \"ARM\\x64\" at its byte %d", name, HEADER_MAGIC);
	}
	if ((load_le64(kernel->data + HEADER_FLAGS) & FLAG_BIG_ENDIAN) != 0) {
		return message_set(
			why, "%s is a big-endian kernel (flags bit 0); reeve starts little-endian ones", name);
	}
	header->text_offset = load_le64(kernel->data + HEADER_TEXT_OFFSET);
	header->image_size = load_le64(kernel->data + HEADER_IMAGE_SIZE);
	/* Nobody knows how much memory behind it such a kernel takes for itself. */
	if (header->image_size == 0) {
		return message_set(
			why, "%s: image_size is 0: a kernel older than Linux 3.17, which cannot be a Realm", name);
	}
	if (header->text_offset >= PLACE_ALIGN || header->text_offset % REEVE_GRANULE_SIZE != 0) {
		return message_set(
			why, "%s: text_offset 0x%" PRIx64 " is not a page below 2 MiB", name, header->text_offset);
	}
	return true;
}

/* Put the file at `ipa` as the next extent. */
static bool place(struct linux_boot *boot, unsigned which, const struct bytes *file, uint64_t ipa, size_t granule)
{
	uint64_t first = reeve_align_down(ipa, granule);

	if (file->size > UINT64_MAX / 2 - ipa) {
		return false;
	}
	boot->pieces[which] = (struct piece){ipa, file->data, file->size, 0};
	boot->extents[which] =
		(struct extent){first, align_up(ipa + file->size, granule) - first, &boot->pieces[which], 1};
	boot->image.extents = boot->extents;
	boot->image.count = which + 1;
	return true;
}

static bool initrd_place(struct linux_boot *boot, const struct linux_files *files, const struct layout *layout,
	uint64_t behind, size_t granule, struct message *why)
{
	uint64_t ipa = align_up(behind, PLACE_ALIGN);
	uint64_t window = reeve_align_down(boot->image.entry, WINDOW_ALIGN);

	if (!bytes_map(files->initrd, UINT64_MAX, &boot->initrd, why)) {
		return false;
	}
	if (boot->initrd.size == 0) {
		return message_set(why, "%s is empty", files->initrd);
	}
	if (ipa > layout->ram_top || boot->initrd.size > layout->ram_top - ipa ||
		!place(boot, INITRD, &boot->initrd, ipa, granule)) {
		return message_set(why,
			"%s: %zu bytes do not fit RAM from 0x%" PRIx64 " on, behind the kernel; give more --ram",
			files->initrd, boot->initrd.size, ipa);
	}
	if (ipa + boot->initrd.size > window + window_size) {
		return message_set(why, "%s: it ends more than 32 GiB from the kernel", files->initrd);
	}
	boot->chosen.initrd_base = ipa;
	boot->chosen.initrd_top = ipa + boot->initrd.size;
	return true;
}

static bool kernel_place(struct linux_boot *boot, const struct linux_files *files, const struct layout *layout,
	size_t granule, uint64_t *behind, struct message *why)
{
	uint64_t ram = layout->ram_top - layout->ram_base;
	struct kernel_header header = {0};
	uint64_t size;

	if (!bytes_map(files->kernel, UINT64_MAX, &boot->kernel, why) ||
		!kernel_unpack(boot, files->kernel, ram, why) ||
		!header_read(&boot->kernel, files->kernel, &header, why)) {
		return false;
	}
	size = header.image_size > boot->kernel.size ? header.image_size : boot->kernel.size;
	boot->image.entry = align_up(layout->ram_base + LAYOUT_FDT_SPACE, PLACE_ALIGN) + header.text_offset;
	if (boot->image.entry > layout->ram_top || size > layout->ram_top - boot->image.entry ||
		!place(boot, KERNEL, &boot->kernel, boot->image.entry, granule)) {
		return message_set(why,
			"%s: %" PRIu64 " bytes (image_size) do not fit RAM from 0x%" PRIx64 " on; give more --ram",
			files->kernel, size, boot->image.entry);
	}
	*behind = boot->image.entry + size;
	return true;
}

/* A device tree that is given is measured as it is, so it must say already what the realm will be. */
static bool dtb_read(
	struct linux_boot *boot, const struct linux_files *files, const struct layout *layout, struct message *why)
{
	return bytes_map(files->dtb, LAYOUT_FDT_SPACE, &boot->dtb, why) &&
		dtb_check(&boot->dtb, files->dtb, layout, &boot->chosen, why);
}

void linux_consoles_find(struct fdt_chosen *chosen, const char *bootargs)
{
	static const char option[] = "console=";
	static const char blank[] = " \t\n";

	for (const char *word = bootargs; word != NULL && *word != '\0'; word += strcspn(word, blank)) {
		const char *name;

		word += strspn(word, blank);
		name = word + sizeof(option) - 1;
		if (strncmp(word, option, sizeof(option) - 1) == 0) {
			chosen->is_virtio_typed =
				strcspn(name, ", \t\n") == strlen("hvc0") && memcmp(name, "hvc0", strlen("hvc0")) == 0;
			chosen->has_virtio_console |= chosen->is_virtio_typed;
		}
	}
}

/* Linux would go on with what it keeps, and say nothing. */
static bool bootargs_check(const struct linux_files *files, const char *bootargs, struct message *why)
{
	size_t size = bootargs == NULL ? 0 : strlen(bootargs);

	return size <= BOOTARGS_MAX ||
		message_set(why, "%s: the command line has %zu bytes; Linux on arm64 keeps %d of them",
			files->dtb == NULL ? "--append" : files->dtb, size, BOOTARGS_MAX);
}

bool linux_boot_open(struct linux_boot *boot, const struct linux_files *files, const struct layout *layout,
	size_t granule, struct message *why)
{
	const char *bootargs = files->bootargs;
	uint64_t behind = 0;
	bool is_good;

	*boot = (struct linux_boot){
		.chosen = {.bootargs = files->bootargs, .is_linux = true, .has_disk = files->disk != NULL}};
	is_good = kernel_place(boot, files, layout, granule, &behind, why) &&
		(files->initrd == NULL || initrd_place(boot, files, layout, behind, granule, why)) &&
		(files->dtb == NULL || dtb_read(boot, files, layout, why));
	if (is_good && files->dtb != NULL) {
		bootargs = fdt_bootargs(boot->dtb.data);
	}
	if (!is_good || !bootargs_check(files, bootargs, why)) {
		linux_boot_close(boot);
		return false;
	}
	linux_consoles_find(&boot->chosen, bootargs);
	return true;
}

void linux_boot_close(struct linux_boot *boot)
{
	if (boot->is_unpacked) {
		free(boot->kernel.data);
	} else {
		bytes_unmap(&boot->kernel);
	}
	bytes_unmap(&boot->initrd);
	bytes_unmap(&boot->dtb);
	*boot = (struct linux_boot){0};
}
