/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tools_image.c - the loader: where bytes of an image go, and what is said of each field that is wrong. */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/image.h"

static const uint64_t base = 0x40200000;
static const uint64_t top = 0x44000000;

enum { TEXT_AT = 0x1000, TEXT_SIZE = 0x123, DATA_AT = 0x1200, DATA_SIZE = 0x40, FILE_SIZE = 0x1300, SEGMENTS = 3 };

/* A file with a header, program headers behind it, and two segments: text, and data with a .bss. */
struct file {
	Elf64_Ehdr header;
	Elf64_Phdr segment[SEGMENTS];
	uint8_t rest[FILE_SIZE - sizeof(Elf64_Ehdr) - SEGMENTS * sizeof(Elf64_Phdr)];
};

static struct file file_make(void)
{
	struct file file = {
		.header =
			{
				.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
				.e_type = ET_EXEC,
				.e_machine = EM_AARCH64,
				.e_version = EV_CURRENT,
				.e_entry = 0xffff000000000010, /* a virtual address */
				.e_phoff = sizeof(Elf64_Ehdr),
				.e_ehsize = sizeof(Elf64_Ehdr),
				.e_phentsize = sizeof(Elf64_Phdr),
				.e_phnum = SEGMENTS,
			},
		.segment =
			{
				{.p_type = PT_NOTE, .p_paddr = 1, .p_filesz = UINT64_MAX},
				{PT_LOAD, PF_R | PF_W, DATA_AT, 0xffff000000005010, 0x40205010, DATA_SIZE, 0x3000, 16},
				{PT_LOAD, PF_R | PF_X, TEXT_AT, 0xffff000000000000, 0x40200000, TEXT_SIZE, TEXT_SIZE,
					16},
			},
	};

	memset((uint8_t *)&file + TEXT_AT, 0x11, TEXT_SIZE);
	memset((uint8_t *)&file + DATA_AT, 0x22, DATA_SIZE);
	return file;
}

/* The file of the image that is loaded: it must be there as long. */
static struct bytes loaded;

static bool load(const void *data, size_t size, struct image *image, struct message *why)
{
	/* In memory of just that size, so that the sanitizer sees a step beyond. */
	free(loaded.data);
	loaded = (struct bytes){malloc(size > 0 ? size : 1), size};
	assert_non_null(loaded.data);
	memcpy(loaded.data, data, size);
	return image_load(&loaded, "x.elf", base, top, image, why);
}

/* The content of extent `n`, until the next call. */
static const uint8_t *content(const struct image *image, size_t n)
{
	static uint8_t *last;

	free(last);
	last = extent_content(&image->extents[n]);
	assert_non_null(last);
	return last;
}

static void all_are(const uint8_t *data, size_t from, size_t to, uint8_t value)
{
	for (size_t i = from; i < to; i++) {
		assert_int_equal(data[i], value);
	}
}

static void elf_goes_to_its_places(void **state)
{
	struct file file = file_make();
	struct image image;
	struct message why = {""};

	(void)state;
	assert_true(load(&file, sizeof(file), &image, &why));
	assert_int_equal(image.entry, 0x40200010);
	assert_int_equal(image.count, 2);
	assert_int_equal(image.extents[0].ipa, 0x40200000);
	assert_int_equal(image.extents[0].size, 0x1000);
	all_are(content(&image, 0), 0, TEXT_SIZE, 0x11);
	all_are(content(&image, 0), TEXT_SIZE, 0x1000, 0);
	/* 0x40205010 + 0x3000 ends in the page of 0x40208000. */
	assert_int_equal(image.extents[1].ipa, 0x40205000);
	assert_int_equal(image.extents[1].size, 0x4000);
	all_are(content(&image, 1), 0, 0x10, 0);
	all_are(content(&image, 1), 0x10, 0x10 + DATA_SIZE, 0x22);
	all_are(content(&image, 1), 0x10 + DATA_SIZE, 0x4000, 0);
	image_free(&image);
}

static void segments_may_share_a_page(void **state)
{
	struct file file = file_make();
	struct image image;
	struct message why = {""};

	(void)state;
	file.segment[1].p_paddr = 0x40200200;
	assert_true(load(&file, sizeof(file), &image, &why));
	assert_int_equal(image.count, 1);
	assert_int_equal(image.extents[0].size, 0x4000);
	all_are(content(&image, 0), 0, TEXT_SIZE, 0x11);
	all_are(content(&image, 0), TEXT_SIZE, 0x200, 0);
	all_are(content(&image, 0), 0x200, 0x200 + DATA_SIZE, 0x22);
	image_free(&image);
}

static void raw_goes_to_the_base(void **state)
{
	static const uint8_t raw[0x1001] = {1, 2, 3};
	struct image image;
	struct message why = {""};

	(void)state;
	assert_true(load(raw, sizeof(raw), &image, &why));
	assert_int_equal(image.entry, base);
	assert_int_equal(image.count, 1);
	assert_int_equal(image.extents[0].ipa, base);
	assert_int_equal(image.extents[0].size, 0x2000);
	assert_memory_equal(content(&image, 0), raw, sizeof(raw));
	all_are(content(&image, 0), 3, 0x2000, 0);
	image_free(&image);
}

/* Each field with a value that cannot be, and the words that must be in the message. */
static const struct {
	size_t offset;
	size_t size;
	uint64_t value;
	const char *said;
} wrong[] = {
	{offsetof(struct file, header.e_ident[EI_CLASS]), 1, ELFCLASS32, "EI_CLASS is 1, not 2"},
	{offsetof(struct file, header.e_ident[EI_DATA]), 1, ELFDATA2MSB, "EI_DATA is 2, not 1"},
	{offsetof(struct file, header.e_ident[EI_VERSION]), 1, 0, "EI_VERSION is 0"},
	{offsetof(struct file, header.e_type), 2, ET_DYN, "e_type is 3, not 2"},
	{offsetof(struct file, header.e_type), 2, ET_REL, "e_type is 1, not 2"},
	{offsetof(struct file, header.e_machine), 2, EM_X86_64, "e_machine is 62, not 183"},
	{offsetof(struct file, header.e_version), 4, 2, "e_version is 2"},
	{offsetof(struct file, header.e_ehsize), 2, 52, "e_ehsize is 52, not 64"},
	{offsetof(struct file, header.e_phentsize), 2, 32, "e_phentsize is 32, not 56"},
	{offsetof(struct file, header.e_phnum), 2, 0, "e_phnum is 0"},
	{offsetof(struct file, header.e_phnum), 2, PN_XNUM, "e_phnum is 0xffff, PN_XNUM"},
	{offsetof(struct file, header.e_phnum), 2, 0x100, "with 256 program headers passes the end of the file"},
	{offsetof(struct file, header.e_phnum), 2, 1, "nothing to load"},
	{offsetof(struct file, header.e_phoff), 8, FILE_SIZE - 1, "e_phoff 0x12ff"},
	{offsetof(struct file, header.e_phoff), 8, UINT64_MAX, "e_phoff 0xffffffffffffffff"},
	{offsetof(struct file, header.e_entry), 8, 0, "e_entry 0x0 is in no segment"},
	{offsetof(struct file, header.e_entry), 8, 0xffff000000000123, "e_entry 0xffff000000000123 is in no segment"},
	{offsetof(struct file, header.e_entry), 8, 0xffff000000000002, "not aligned"},
	{offsetof(struct file, segment[1].p_offset), 8, FILE_SIZE, "segment 1: p_offset 0x1300"},
	{offsetof(struct file, segment[1].p_offset), 8, UINT64_MAX, "segment 1: p_offset 0xffffffffffffffff"},
	{offsetof(struct file, segment[1].p_filesz), 8, 0x3001, "p_filesz 0x3001 is more than p_memsz 0x3000"},
	{offsetof(struct file, segment[1].p_filesz), 8, 0x101, "passes the end of the file"},
	{offsetof(struct file, segment[1].p_memsz), 8, UINT64_MAX, "p_memsz 0xffffffffffffffff is not inside"},
	{offsetof(struct file, segment[1].p_memsz), 8, 0x3dfaff1, "p_memsz 0x3dfaff1 is not inside"},
	{offsetof(struct file, segment[1].p_paddr), 8, 0x401fffff, "p_paddr 0x401fffff is below 0x40200000"},
	{offsetof(struct file, segment[1].p_paddr), 8, 0x43ffd001,
		"0x40200000-0x44000000; link it there, or give more --ram"},
	{offsetof(struct file, segment[1].p_paddr), 8, 0, "p_paddr 0x0 is below 0x40200000"},
	{offsetof(struct file, segment[1].p_paddr), 8, 0x40200122, "overlap at p_paddr 0x40200122"},
	{offsetof(struct file, segment[1].p_paddr), 8, 0x40200000, "overlap at p_paddr 0x40200000"},
};

static void wrong_field(size_t row)
{
	struct file file = file_make();
	struct message why = {""};
	struct image image;

	memcpy((uint8_t *)&file + wrong[row].offset, &wrong[row].value, wrong[row].size);
	if (load(&file, sizeof(file), &image, &why)) {
		fail_msg("row %zu was accepted: %s", row, wrong[row].said);
	}
	if (strstr(why.text, wrong[row].said) == NULL || strstr(why.text, "x.elf") == NULL) {
		fail_msg("row %zu: '%s' does not say \"%s\"", row, why.text, wrong[row].said);
	}
	assert_int_equal(image.count, 0);
	assert_null(image.extents);
}

static void wrong_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		wrong_field(i);
	}
}

static void edges_fit(void **state)
{
	struct file file = file_make();
	struct image image;
	struct message why = {""};

	(void)state;
	file.segment[1].p_paddr = top - 0x3000;
	assert_true(load(&file, sizeof(file), &image, &why));
	image_free(&image);
	file.segment[1].p_paddr = 0x40200123;
	assert_true(load(&file, sizeof(file), &image, &why));
	image_free(&image);
	file.segment[1].p_memsz = 0;
	file.segment[1].p_filesz = 0;
	file.segment[1].p_paddr = 0;
	assert_true(load(&file, sizeof(file), &image, &why));
	assert_int_equal(image.count, 1);
	image_free(&image);
}

static void cut_off_at(size_t size)
{
	struct file file = file_make();
	struct message why = {""};
	struct image image;
	bool is_complete = size >= DATA_AT + DATA_SIZE;

	if (load(&file, size, &image, &why) != is_complete) {
		fail_msg("cut to %zu bytes: %s", size, why.text);
	}
	assert_true(is_complete || strstr(why.text, "cut off") != NULL);
	if (is_complete) {
		image_free(&image);
	}
}

/* A file that was cut off anywhere is refused, or complete in all that is loaded. */
static void cut_off_anywhere(void **state)
{
	(void)state;
	for (size_t size = SELFMAG; size < sizeof(struct file); size++) {
		cut_off_at(size);
	}
}

static void raw_must_fit(void **state)
{
	size_t size = top - base + 1;
	struct bytes file = {calloc(1, size), size};
	struct image image;
	struct message why = {""};

	(void)state;
	assert_non_null(file.data);
	assert_false(image_load(&file, "x.bin", base, top, &image, &why));
	assert_non_null(strstr(why.text, "do not fit"));
	file.size--;
	assert_true(image_load(&file, "x.bin", base, top, &image, &why));
	image_free(&image);
	file.size = 0;
	assert_false(image_load(&file, "x.bin", base, top, &image, &why));
	assert_non_null(strstr(why.text, "is empty"));
	free(file.data);
}

static void files_that_cannot_be_read(void **state)
{
	struct bytes file;
	struct message why = {""};

	(void)state;
	assert_false(bytes_read("/nonexistent", 1, &file, &why));
	assert_non_null(strstr(why.text, "/nonexistent cannot be opened: No such file"));
	assert_false(bytes_read("/", 1, &file, &why));
	assert_non_null(strstr(why.text, "Is a directory"));
	assert_false(bytes_read("/dev/zero", 100000, &file, &why));
	assert_non_null(strstr(why.text, "no regular file"));
	assert_false(bytes_read("/proc/self/exe", 1000, &file, &why));
	assert_non_null(strstr(why.text, "/proc/self/exe is too large: "));
	assert_non_null(strstr(why.text, " bytes, at most 1000 are read"));
}

static void only_so_much_is_peeked(void **state)
{
	uint8_t bytes[4] = {9, 9, 9, 9};
	size_t size = 77;
	struct message why = {""};

	(void)state;
	assert_false(bytes_peek("/nonexistent", bytes, 3, &size, &why));
	assert_non_null(strstr(why.text, "/nonexistent cannot be opened: No such file"));
	assert_false(bytes_peek("/", bytes, 3, &size, &why));
	assert_non_null(strstr(why.text, "Is a directory"));
	assert_int_equal(size, 77);
	assert_true(bytes_peek("/dev/zero", bytes, 3, &size, &why));
	assert_int_equal(size, 3);
	assert_memory_equal(bytes, "\0\0\0\11", 4);
	assert_true(bytes_peek("/dev/null", bytes, 3, &size, &why));
	assert_int_equal(size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elf_goes_to_its_places),
		cmocka_unit_test(segments_may_share_a_page),
		cmocka_unit_test(raw_goes_to_the_base),
		cmocka_unit_test(wrong_fields),
		cmocka_unit_test(edges_fit),
		cmocka_unit_test(cut_off_anywhere),
		cmocka_unit_test(raw_must_fit),
		cmocka_unit_test(files_that_cannot_be_read),
		cmocka_unit_test(only_so_much_is_peeked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
