/* SPDX-License-Identifier: BSD-2-Clause */
/* image.c - reads program files; every offset and size in them is checked before it is used. */
#include "tools/image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reeve/address.h"

enum { INSTRUCTION_SIZE = 4 };

/* What is being loaded, and where to. */
struct loader {
	const struct bytes *file;
	const char *name;
	uint64_t base;
	uint64_t top;
	size_t granule;
	Elf64_Ehdr header;
	Elf64_Phdr *segments; /* those to load, ascending by p_paddr */
	size_t count;
	struct message *why;
};

int regular_open(const char *path, uint64_t most, uint64_t *size, struct message *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	if (fd < 0) {
		(void)message_set(why, "%s cannot be opened: %s", path, strerror(errno));
		return -1;
	}
	if (fstat(fd, &status) != 0) {
		(void)message_set(why, "%s cannot be read: %s", path, strerror(errno));
	} else if (!S_ISREG(status.st_mode)) {
		(void)message_set(why, "%s cannot be read: %s", path,
			S_ISDIR(status.st_mode) ? strerror(EISDIR) : "it is no regular file");
	} else if ((uint64_t)status.st_size > most) {
		(void)message_set(why, "%s is too large: %" PRIu64 " bytes, at most %" PRIu64 " are read", path,
			(uint64_t)status.st_size, most);
	} else {
		*size = (uint64_t)status.st_size;
		return fd;
	}
	(void)close(fd);
	return -1;
}

/* Read `size` bytes of the open file, or those that are left of it by now. NULL on success, else what went wrong. */
static const char *stream_read(FILE *stream, size_t size, struct bytes *file)
{
	uint8_t *data = malloc(size + 1);
	size_t used;

	if (data == NULL) {
		return "there is not enough memory for it";
	}
	used = fread(data, 1, size, stream);
	if (ferror(stream)) {
		free(data);
		return strerror(errno);
	}
	file->data = data;
	file->size = used;
	return NULL;
}

bool bytes_read(const char *path, size_t most, struct bytes *file, struct message *why)
{
	uint64_t size;
	int fd = regular_open(path, most, &size, why);
	FILE *stream;
	const char *wrong;

	if (fd < 0) {
		return false;
	}
	stream = fdopen(fd, "rb");
	if (stream == NULL) {
		(void)close(fd);
		return message_set(why, "%s cannot be read: %s", path, strerror(errno));
	}
	wrong = stream_read(stream, (size_t)size, file);
	(void)fclose(stream);
	return wrong == NULL || message_set(why, "%s cannot be read: %s", path, wrong);
}

bool bytes_map(const char *path, uint64_t most, struct bytes *file, struct message *why)
{
	uint64_t size;
	int fd = regular_open(path, most, &size, why);
	void *data;

	if (fd < 0) {
		return false;
	}
	data = size == 0 ? NULL : mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	(void)close(fd);
	if (data == MAP_FAILED) {
		return message_set(why, "%s cannot be read: %s", path, strerror(errno));
	}
	*file = (struct bytes){data, (size_t)size};
	return true;
}

void bytes_unmap(struct bytes *file)
{
	if (file->data != NULL) {
		(void)munmap(file->data, file->size);
	}
	*file = (struct bytes){0};
}

bool bytes_peek(const char *path, uint8_t *bytes, size_t room, size_t *size, struct message *why)
{
	FILE *stream = fopen(path, "rbe");
	size_t used;
	int wrong;

	if (stream == NULL) {
		return message_set(why, "%s cannot be opened: %s", path, strerror(errno));
	}
	(void)setvbuf(stream, NULL, _IONBF, 0);
	used = fread(bytes, 1, room, stream);
	wrong = ferror(stream) ? errno : 0;
	(void)fclose(stream);
	if (wrong != 0) {
		return message_set(why, "%s cannot be read: %s", path, strerror(wrong));
	}
	*size = used;
	return true;
}

/* A field of the ELF header: where, what it must be, what to say when it is something else. */
struct elf_rule {
	const char *field;
	uint64_t value;
	uint64_t wanted;
	const char *meaning;
};

static bool header_check(struct loader *loader)
{
	const Elf64_Ehdr *header = &loader->header;
	const struct elf_rule rules[] = {
		{"EI_CLASS", header->e_ident[EI_CLASS], ELFCLASS64, "a 64-bit file"},
		{"EI_DATA", header->e_ident[EI_DATA], ELFDATA2LSB, "little-endian"},
		{"EI_VERSION", header->e_ident[EI_VERSION], EV_CURRENT, "the only version"},
		{"e_machine", header->e_machine, EM_AARCH64, "AArch64; build it with an aarch64 compiler"},
		{"e_type", header->e_type, ET_EXEC,
			"an executable linked at a fixed address; link with -static -no-pie"},
		{"e_version", header->e_version, EV_CURRENT, "the only version"},
		{"e_ehsize", header->e_ehsize, sizeof(Elf64_Ehdr), "the size of an ELF64 header"},
		{"e_phentsize", header->e_phentsize, sizeof(Elf64_Phdr), "the size of an ELF64 program header"},
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].value != rules[i].wanted) {
			return message_set(loader->why, "%s: ELF header: %s is %" PRIu64 ", not %" PRIu64 ": %s",
				loader->name, rules[i].field, rules[i].value, rules[i].wanted, rules[i].meaning);
		}
	}
	if (header->e_phnum == 0) {
		return message_set(loader->why, "%s: ELF header: e_phnum is 0: nothing to load", loader->name);
	}
	if (header->e_phnum == PN_XNUM) {
		return message_set(loader->why,
			"%s: ELF header: e_phnum is 0xffff, PN_XNUM: so many program headers are not supported",
			loader->name);
	}
	if (header->e_phoff > loader->file->size ||
		header->e_phnum * sizeof(Elf64_Phdr) > loader->file->size - header->e_phoff) {
		return message_set(loader->why,
			"%s: ELF header: e_phoff 0x%" PRIx64
			" with %u program headers passes the end of the file (%zu bytes): it is cut off",
			loader->name, header->e_phoff, (unsigned)header->e_phnum, loader->file->size);
	}
	return true;
}

static bool segment_place_check(const struct loader *loader, unsigned number, const Elf64_Phdr *segment)
{
	uint64_t end;

	if (segment->p_paddr < loader->base) {
		/* Most often what is there are headers and notes that nobody asked the linker for. */
		return message_set(loader->why,
			"%s: segment %u: p_paddr 0x%" PRIx64 " is below 0x%" PRIx64
			", where programs begin: link with -Wl,-N,-Ttext=0x%" PRIx64
			",--build-id=none or a linker script",
			loader->name, number, segment->p_paddr, loader->base, loader->base);
	}
	if (__builtin_add_overflow(segment->p_paddr, segment->p_memsz, &end) || end > loader->top) {
		return message_set(loader->why,
			"%s: segment %u: p_paddr 0x%" PRIx64 " with p_memsz 0x%" PRIx64 " is not inside 0x%" PRIx64
			"-0x%" PRIx64 "; link it there, or give more --ram",
			loader->name, number, segment->p_paddr, segment->p_memsz, loader->base, loader->top);
	}
	return true;
}

static bool segment_check(const struct loader *loader, unsigned number, const Elf64_Phdr *segment)
{
	if (segment->p_filesz > segment->p_memsz) {
		return message_set(loader->why,
			"%s: segment %u: p_filesz 0x%" PRIx64 " is more than p_memsz 0x%" PRIx64, loader->name, number,
			segment->p_filesz, segment->p_memsz);
	}
	if (segment->p_offset > loader->file->size || segment->p_filesz > loader->file->size - segment->p_offset) {
		return message_set(loader->why,
			"%s: segment %u: p_offset 0x%" PRIx64 " + p_filesz 0x%" PRIx64
			" passes the end of the file (%zu bytes): it is cut off",
			loader->name, number, segment->p_offset, segment->p_filesz, loader->file->size);
	}
	return segment_place_check(loader, number, segment);
}

static int segment_compare(const void *a, const void *b)
{
	const Elf64_Phdr *first = a;
	const Elf64_Phdr *second = b;

	return (first->p_paddr > second->p_paddr) - (first->p_paddr < second->p_paddr);
}

/* Collect the segments to load, checked, ascending and apart. */
static bool segments_read(struct loader *loader)
{
	loader->segments = calloc(loader->header.e_phnum, sizeof(*loader->segments));
	if (loader->segments == NULL) {
		return message_set(loader->why, "%s: there is not enough memory for its program headers", loader->name);
	}
	for (unsigned i = 0; i < loader->header.e_phnum; i++) {
		Elf64_Phdr segment;

		memcpy(&segment, loader->file->data + loader->header.e_phoff + i * sizeof(segment), sizeof(segment));
		if (segment.p_type != PT_LOAD || segment.p_memsz == 0) {
			continue;
		}
		if (!segment_check(loader, i, &segment)) {
			return false;
		}
		loader->segments[loader->count++] = segment;
	}
	if (loader->count == 0) {
		return message_set(
			loader->why, "%s: no segment of type PT_LOAD has a size: nothing to load", loader->name);
	}
	qsort(loader->segments, loader->count, sizeof(*loader->segments), segment_compare);
	for (size_t i = 1; i < loader->count; i++) {
		if (loader->segments[i].p_paddr - loader->segments[i - 1].p_paddr < loader->segments[i - 1].p_memsz) {
			return message_set(loader->why, "%s: two segments overlap at p_paddr 0x%" PRIx64, loader->name,
				loader->segments[i].p_paddr);
		}
	}
	return true;
}

/* e_entry is where the program was linked (p_vaddr); what counts is where that stands in memory. */
static bool entry_find(const struct loader *loader, uint64_t *entry)
{
	for (size_t i = 0; i < loader->count; i++) {
		const Elf64_Phdr *segment = &loader->segments[i];
		uint64_t offset = loader->header.e_entry - segment->p_vaddr;

		if (loader->header.e_entry < segment->p_vaddr || offset >= segment->p_memsz) {
			continue;
		}
		*entry = segment->p_paddr + offset;
		if (*entry % INSTRUCTION_SIZE != 0) {
			return message_set(loader->why,
				"%s: ELF header: e_entry 0x%" PRIx64 " is not aligned to an instruction", loader->name,
				loader->header.e_entry);
		}
		return true;
	}
	return message_set(loader->why, "%s: ELF header: e_entry 0x%" PRIx64 " is in no segment that is loaded",
		loader->name, loader->header.e_entry);
}

/* Segments [first, last] cover one run of pages. Their pieces are the next ones of the image. */
static void extent_fill(
	const struct loader *loader, size_t first, size_t last, struct image *image, struct piece **next)
{
	const Elf64_Phdr *end = &loader->segments[last];
	uint64_t ipa = reeve_align_down(loader->segments[first].p_paddr, loader->granule);
	uint64_t top = reeve_align_down(end->p_paddr + end->p_memsz + loader->granule - 1, loader->granule);
	struct extent *extent = &image->extents[image->count++];

	*extent = (struct extent){ipa, top - ipa, *next, 0};
	for (size_t i = first; i <= last; i++) {
		const Elf64_Phdr *segment = &loader->segments[i];

		if (segment->p_filesz != 0) {
			**next = (struct piece){segment->p_paddr, loader->file->data + segment->p_offset,
				segment->p_filesz, segment->p_offset};
			(*next)++;
			extent->piece_count++;
		}
	}
}

/* The last segment that shares a page with its predecessor, and that one with its own, back to `first`. */
static size_t run_end(const struct loader *loader, size_t first)
{
	size_t last = first;

	while (last + 1 < loader->count) {
		const Elf64_Phdr *segment = &loader->segments[last];
		uint64_t last_byte = segment->p_paddr + segment->p_memsz - 1;

		if (loader->segments[last + 1].p_paddr / loader->granule != last_byte / loader->granule) {
			break;
		}
		last++;
	}
	return last;
}

static bool extents_make(const struct loader *loader, struct image *image)
{
	struct piece *next;

	image->extents = calloc(loader->count + 1, sizeof(*image->extents)); /* more than are possible */
	image->pieces = calloc(loader->count + 1, sizeof(*image->pieces));
	if (image->extents == NULL || image->pieces == NULL) {
		return message_set(loader->why, "%s: there is not enough memory for it", loader->name);
	}
	next = image->pieces;
	for (size_t first = 0; first < loader->count;) {
		size_t last = run_end(loader, first);

		extent_fill(loader, first, last, image, &next);
		first = last + 1;
	}
	return true;
}

static bool elf_load(struct loader *loader, struct image *image)
{
	if (loader->file->size < sizeof(loader->header)) {
		return message_set(loader->why, "%s: %zu bytes are too few for an ELF64 header: it is cut off",
			loader->name, loader->file->size);
	}
	memcpy(&loader->header, loader->file->data, sizeof(loader->header));
	if (!header_check(loader) || !segments_read(loader) || !entry_find(loader, &image->entry)) {
		return false;
	}
	return extents_make(loader, image);
}

/* A raw binary is one segment at the base. */
static bool raw_load(struct loader *loader, struct image *image)
{
	if (loader->file->size == 0) {
		return message_set(loader->why, "%s is empty: give an AArch64 ELF file or a raw binary", loader->name);
	}
	if (loader->file->size > loader->top - loader->base) {
		return message_set(loader->why,
			"%s: %zu bytes do not fit the %" PRIu64 " bytes of RAM from 0x%" PRIx64 "; give more --ram",
			loader->name, loader->file->size, loader->top - loader->base, loader->base);
	}
	loader->segments = calloc(1, sizeof(*loader->segments));
	if (loader->segments == NULL) {
		return message_set(loader->why, "%s: there is not enough memory for it", loader->name);
	}
	loader->segments[0] =
		(Elf64_Phdr){.p_paddr = loader->base, .p_filesz = loader->file->size, .p_memsz = loader->file->size};
	loader->count = 1;
	image->entry = loader->base;
	return extents_make(loader, image);
}

bool image_load_granules(const struct bytes *file, const char *name, uint64_t base, uint64_t top, size_t granule,
	struct image *image, struct message *why)
{
	struct loader loader = {.file = file, .name = name, .base = base, .top = top, .granule = granule, .why = why};
	bool is_elf = file->size >= SELFMAG && memcmp(file->data, ELFMAG, SELFMAG) == 0;
	bool is_good;

	*image = (struct image){0};
	is_good = is_elf ? elf_load(&loader, image) : raw_load(&loader, image);
	free(loader.segments);
	if (!is_good) {
		image_free(image);
	}
	return is_good;
}

bool image_load(const struct bytes *file, const char *name, uint64_t base, uint64_t top, struct image *image,
	struct message *why)
{
	return image_load_granules(file, name, base, top, REEVE_GRANULE_SIZE, image, why);
}

void image_free(struct image *image)
{
	free(image->extents);
	free(image->pieces);
	*image = (struct image){0};
}

void extent_copy(const struct extent *extent, uint64_t ipa, uint8_t *to, size_t size)
{
	memset(to, 0, size);
	for (size_t i = 0; i < extent->piece_count; i++) {
		const struct piece *piece = &extent->pieces[i];
		uint64_t from = piece->ipa > ipa ? piece->ipa : ipa;
		uint64_t end = piece->ipa + piece->size < ipa + size ? piece->ipa + piece->size : ipa + size;

		if (from < end) {
			memcpy(to + (from - ipa), piece->data + (from - piece->ipa), end - from);
		}
	}
}

uint8_t *extent_content(const struct extent *extent)
{
	uint8_t *content = malloc(extent->size);

	if (content != NULL) {
		extent_copy(extent, extent->ipa, content, extent->size);
	}
	return content;
}
