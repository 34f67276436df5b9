/* SPDX-License-Identifier: BSD-2-Clause */
/* test_qemu_job.c - jobs for the bare-metal host: a good one opens, and each wrong number is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "machine/qemu/job.h"

enum { HEADER_ROOM = 4096, CONTENT = HEADER_ROOM, CONTENT_SIZE = 8192, FILE_SIZE = CONTENT + CONTENT_SIZE, CPUS = 4 };

_Static_assert(sizeof(struct job_header) <= HEADER_ROOM, "the header fits a page");

union file {
	struct job_header job;
	uint8_t bytes[FILE_SIZE];
};

static union file file;

static void file_make(void)
{
	memset(&file, 0, sizeof(file));
	file.job = (struct job_header){
		.magic = JOB_MAGIC,
		.version = JOB_VERSION,
		.header_size = sizeof(struct job_header),
		.flags = JOB_FLAG_TRACE,
		.page_size = 4096,
		.cpus = CPUS,
		.ram_count = 1,
		.segment_count = 2,
		.uart = UINT64_C(1) << 39 | 0x09000000,
		.gicd = UINT64_C(1) << 39 | 0x08000000,
		.gicr = UINT64_C(1) << 39 | 0x080a0000,
		.shared = UINT64_C(1) << 39 | 0x0c000000,
		.shared_size = 65536,
		.shared_offset = CONTENT,
		.shared_content = 16,
		.plan_offset = CONTENT,
		.plan_size = 1,
		.virtio = UINT64_C(1) << 39 | 0x0a000000,
		.disk_offset = CONTENT,
		.disk_size = 512,
		.ram = {{0x40000000, 64 << 20}},
		.segments = {{0x40000000, CONTENT, 4096, JOB_SEGMENT_MEASURED},
			{0x40200000, CONTENT + 4096, 4096, JOB_SEGMENT_MEASURED}},
	};
	memset(file.bytes + CONTENT, 0xa5, CONTENT_SIZE);
	job_seal(&file, sizeof(file));
}

static enum job_fault opened(uint64_t *value)
{
	const struct job_header *job = NULL;
	enum job_fault fault = job_open(&file, sizeof(file), CPUS, &job, value);

	assert_ptr_equal(job, fault == JOB_GOOD ? &file.job : NULL);
	return fault;
}

static void a_good_job_opens(void **state)
{
	uint64_t value = 0;

	(void)state;
	file_make();
	assert_int_equal(opened(&value), JOB_GOOD);
	assert_int_equal(*(const uint8_t *)job_bytes(&file.job, file.job.segments[1].offset), 0xa5);
}

/* Any bit that flips is noticed. */
static void every_bit_counts(void **state)
{
	uint64_t value;

	(void)state;
	file_make();
	for (size_t i = 0; i < sizeof(file); i++) {
		file.bytes[i] ^= (uint8_t)(1 << i % 8);
		assert_int_not_equal(opened(&value), JOB_GOOD);
		file.bytes[i] ^= (uint8_t)(1 << i % 8);
	}
	assert_int_equal(opened(&value), JOB_GOOD);
}

static void nothing_there(void **state)
{
	uint64_t value = 1;

	(void)state;
	memset(&file, 0, sizeof(file));
	assert_int_equal(opened(&value), JOB_NO_MAGIC);
	assert_int_equal(value, 0);
}

#define WRONG(member, value, fault) \
	{ \
		offsetof(struct job_header, member), sizeof(file.job.member), value, fault \
	}

/* A member, what it is set to, and what is said of it. */
static const struct {
	size_t offset;
	size_t size;
	uint64_t value;
	enum job_fault fault;
} wrongs[] = {
	WRONG(version, JOB_VERSION + 1, JOB_WRONG_VERSION),
	WRONG(header_size, 8, JOB_WRONG_VERSION),
	WRONG(flags, 1U << 31, JOB_WRONG_FLAGS),
	WRONG(realm.flags, 8, JOB_WRONG_FLAGS),
	WRONG(realm.hash, RMI_HASH_COUNT, JOB_WRONG_FLAGS),
	WRONG(cpus, 0, JOB_WRONG_CPUS),
	WRONG(cpus, CPUS + 1, JOB_WRONG_CPUS),
	WRONG(page_size, 8192, JOB_WRONG_PAGE_SIZE),
	WRONG(page_size, 0, JOB_WRONG_PAGE_SIZE),
	WRONG(ram_count, REEVE_REALM_RAM_RANGES + 1, JOB_WRONG_COUNT),
	WRONG(segment_count, JOB_SEGMENTS_MAX + 1, JOB_WRONG_COUNT),
	WRONG(segment_count, 3, JOB_WRONG_PLACE), /* the third is empty */
	WRONG(uart, 1, JOB_WRONG_PLACE),
	WRONG(gicd, 0x1000, JOB_WRONG_PLACE),
	WRONG(gicr, UINT64_MAX - 0xffff, JOB_WRONG_PLACE),
	WRONG(shared, 0x800, JOB_WRONG_PLACE),
	WRONG(shared_size, 4095, JOB_WRONG_PLACE),
	WRONG(shared_size, 0, JOB_WRONG_PLACE), /* less than its content */
	WRONG(shared_offset, 0, JOB_WRONG_CONTENT),
	WRONG(shared_offset, FILE_SIZE, JOB_WRONG_CONTENT),
	WRONG(virtio, 0x200, JOB_WRONG_PLACE),
	WRONG(virtio, 0, JOB_WRONG_PLACE), /* there is a disk */
	WRONG(disk_offset, CONTENT + 8, JOB_WRONG_CONTENT),
	WRONG(disk_size, UINT64_MAX, JOB_WRONG_CONTENT),
	WRONG(plan_offset, CONTENT + 8, JOB_WRONG_CONTENT),
	WRONG(plan_size, UINT64_MAX, JOB_WRONG_CONTENT),
	WRONG(ram[0].base, 0x40000001, JOB_WRONG_PLACE),
	WRONG(ram[0].base, UINT64_MAX - 4095, JOB_WRONG_PLACE),
	WRONG(ram[0].size, 0, JOB_WRONG_PLACE),
	WRONG(ram[0].size, 100, JOB_WRONG_PLACE),
	WRONG(segments[1].ipa, 0x40200800, JOB_WRONG_PLACE),
	WRONG(segments[1].ipa, UINT64_MAX - 4095, JOB_WRONG_PLACE),
	WRONG(segments[1].size, 4097, JOB_WRONG_CONTENT),
	WRONG(segments[1].offset, UINT64_MAX - 4095, JOB_WRONG_CONTENT),
	WRONG(segments[1].flags, 2, JOB_WRONG_FLAGS),
};

static void wrong_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		uint64_t value;

		file_make();
		memcpy(file.bytes + wrongs[i].offset, &wrongs[i].value, wrongs[i].size);
		job_seal(&file, sizeof(file));
		assert_int_equal(opened(&value), wrongs[i].fault);
	}
}

static void wrong_sizes(void **state)
{
	const struct job_header *job = NULL;
	uint64_t value;

	(void)state;
	file_make();
	assert_int_equal(job_open(&file, sizeof(file) - 8, CPUS, &job, &value), JOB_WRONG_SIZE);
	assert_int_equal(value, sizeof(file));
	assert_int_equal(job_open(&file, 8, CPUS, &job, &value), JOB_NO_MAGIC);
	job_seal(&file, sizeof(struct job_header));
	assert_int_equal(job_open(&file, sizeof(file), CPUS, &job, &value), JOB_WRONG_CONTENT);
	assert_null(job);
}

static void every_fault_has_a_text(void **state)
{
	(void)state;
	for (unsigned i = 0; i < JOB_FAULT_COUNT; i++) {
		assert_non_null(job_fault_text((enum job_fault)i));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_job_opens),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(nothing_there),
		cmocka_unit_test(wrong_numbers),
		cmocka_unit_test(wrong_sizes),
		cmocka_unit_test(every_fault_has_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
