/* SPDX-License-Identifier: BSD-2-Clause */
/* test_qemu_rmm.c - what the launcher finds in our monitor's image and in its memory: the head, the form of tokens, the book of refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "machine/qemu/monitor/refusals.h"
#include "tools/image.h"
#include "tools/qemu/refusals.h"
#include "tools/qemu/rmm.h"

enum { BASE = 0x40000000, BOOK = 0x5008, MEMORY = 0x20000 };

/* refusals.c of the monitor */
extern struct rmm_refusals refusals;

/* A machine's memory with the book as the monitor has it now. */
static int memory_of_book(void)
{
	int memory = memfd_create("memory", MFD_CLOEXEC);

	assert_true(memory >= 0);
	assert_int_equal(ftruncate(memory, MEMORY), 0);
	assert_int_equal(pwrite(memory, &refusals, sizeof(refusals), BOOK), sizeof(refusals));
	return memory;
}

static void refuse(unsigned cpu, uint64_t x1, enum rmi_condition condition)
{
	const uint64_t in[RMM_REFUSAL_REGISTERS] = {RMI_FID(GRANULE_DELEGATE), x1};

	refusals_note(cpu, in, RMI_ERROR_INPUT, condition);
}

static enum rmi_condition find(struct refusals *known, unsigned cpu, uint64_t x1)
{
	const struct frame_call call = {.cpu = cpu,
		.in = {RMI_FID(GRANULE_DELEGATE), x1},
		.out = {RMI_ERROR_INPUT},
		.monitor = {RMI_ERROR_INPUT}};

	return refusals_find(known, &call);
}

/* Equal calls of a CPU are told apart by their order, those of two CPUs by the CPU. */
static void refusals_are_found(void **state)
{
	struct frame_call other = {.in = {RMI_FID(GRANULE_DELEGATE), 1}};
	struct refusals known;
	int memory;

	(void)state;
	refuse(0, 1, CONDITION_addr_align);
	refuse(1, 1, CONDITION_addr_bound);
	refuse(0, 1, CONDITION_gran_state);
	refuse(0, 2, CONDITION_gran_gpt);
	memory = memory_of_book();
	refusals_begin(&known, memory, BASE, BASE + BOOK);
	assert_int_equal(find(&known, 0, 1), CONDITION_addr_align);
	assert_int_equal(find(&known, 0, 1), CONDITION_gran_state);
	assert_int_equal(find(&known, 0, 1), CONDITION_NONE);
	assert_int_equal(find(&known, 1, 1), CONDITION_addr_bound);
	assert_int_equal(find(&known, 0, 3), CONDITION_NONE);
	assert_int_equal(find(&known, REFUSALS_CPUS, 1), CONDITION_NONE);
	other.out[0] = RMI_SUCCESS;
	assert_int_equal(refusals_find(&known, &other), CONDITION_NONE);
	other.fault = FRAME_FAULT_MISREPORTED;
	other.in[1] = 2;
	other.monitor[0] = RMI_ERROR_INPUT;
	assert_int_equal(refusals_find(&known, &other), CONDITION_gran_gpt);
	refusals_end(&known);
	assert_int_equal(find(&known, 0, 2), CONDITION_NONE);
	(void)close(memory);
}

/* What so many others have overwritten is not known, and nothing else is taken for it. */
static void old_refusals_are_forgotten(void **state)
{
	struct refusals known;
	int memory;

	(void)state;
	refuse(0, 7, CONDITION_addr_align);
	for (unsigned i = 0; i < RMM_REFUSALS; i++) {
		refuse(0, 8, CONDITION_addr_bound);
	}
	memory = memory_of_book();
	refusals_begin(&known, memory, BASE, BASE + BOOK);
	assert_int_equal(find(&known, 0, 7), CONDITION_NONE);
	for (unsigned i = 0; i < RMM_REFUSALS; i++) {
		assert_int_equal(find(&known, 0, 8), CONDITION_addr_bound);
	}
	assert_int_equal(find(&known, 0, 8), CONDITION_NONE);
	refusals_end(&known);
	(void)close(memory);
}

static struct rmm_refusal *entry_of(uint64_t x1)
{
	for (unsigned i = 0; i < RMM_REFUSALS; i++) {
		if (refusals.entries[i].in[1] == x1) {
			return &refusals.entries[i];
		}
	}
	return NULL;
}

/* An entry that another CPU writes, or that it wrote since, is let be, and one that is being written is not read. */
static void an_entry_has_one_writer(void **state)
{
	struct refusals known;
	struct rmm_refusal *entry;
	uint64_t number;
	int memory;

	(void)state;
	refuse(0, 9, CONDITION_addr_align);
	entry = entry_of(9);
	assert_non_null(entry);
	number = entry->number;
	for (unsigned i = 0; i < 2 * RMM_REFUSALS; i++) {
		entry->number = i < RMM_REFUSALS ? RMM_REFUSAL_BUSY : number + 10 * RMM_REFUSALS;
		refuse(0, 10, CONDITION_addr_bound);
		assert_int_equal(entry->in[1], 9);
		assert_int_equal(entry->number, i < RMM_REFUSALS ? RMM_REFUSAL_BUSY : number + 10 * RMM_REFUSALS);
	}
	memory = memory_of_book();
	refusals_begin(&known, memory, BASE, BASE + BOOK);
	assert_int_equal(find(&known, 0, 9), CONDITION_addr_align);
	refusals_end(&known);
	(void)close(memory);
	entry->number = RMM_REFUSAL_BUSY;
	memory = memory_of_book();
	refusals_begin(&known, memory, BASE, BASE + BOOK);
	assert_int_equal(find(&known, 0, 9), CONDITION_NONE);
	assert_int_equal(find(&known, 0, 10), CONDITION_addr_bound);
	refusals_end(&known);
	(void)close(memory);
	entry->number = 0;
}

/* A place that an image only claims. */
static void no_book_is_read(void **state)
{
	static const uint64_t places[] = {0, BASE - 8, BASE + BOOK + 4, BASE + MEMORY - 8, UINT64_MAX - 7};
	struct refusals known;
	int memory = memory_of_book();

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		refusals_begin(&known, memory, BASE, places[i]);
		assert_null(known.book);
		refusals_end(&known);
	}
	(void)close(memory);
}

/* An image of `size` bytes with that head, under the name of an open file. */
static int image_make(const struct rmm_head *head, size_t size, struct qemu_parts *parts)
{
	uint8_t bytes[256] = {0};
	int image = memfd_create("image", MFD_CLOEXEC);

	memcpy(bytes + RMM_HEAD_OFFSET, head, sizeof(*head));
	assert_int_equal(write(image, bytes, size), size);
	(void)snprintf(parts->rmm, sizeof(parts->rmm), "/proc/self/fd/%d", image);
	return image;
}

static void form_is_set_in_a_copy(void **state)
{
	const struct rmm_head head = {RMM_HEAD_MAGIC, RMM_HEAD_VERSION, sizeof(head), REEVE_TOKEN_2023, 0x40200000};
	struct rmm_head found;
	struct qemu_parts parts;
	struct message why;
	struct bytes copy;
	struct qemu_rmm rmm;
	int image = image_make(&head, 256, &parts);

	(void)state;
	assert_true(qemu_rmm_open(&rmm, &parts, REEVE_TOKEN_2023, &why));
	assert_int_equal(rmm.copy, -1);
	assert_int_equal(rmm.refusals, 0x40200000);
	assert_true(qemu_rmm_open(&rmm, &parts, REEVE_TOKEN_LEGACY, &why));
	assert_true(rmm.copy >= 0);
	assert_true(bytes_read(parts.rmm, 256, &copy, &why));
	assert_int_equal(copy.size, 256);
	memcpy(&found, copy.data + RMM_HEAD_OFFSET, sizeof(found));
	assert_int_equal(found.token_form, REEVE_TOKEN_LEGACY);
	free(copy.data);
	qemu_rmm_close(&rmm);
	assert_int_equal(pread(image, &found, sizeof(found), RMM_HEAD_OFFSET), sizeof(found));
	assert_memory_equal(&found, &head, sizeof(head));
	(void)close(image);
}

/* Another's image is used as it is, and takes no form of tokens. */
static void other_images(void **state)
{
	static const struct {
		struct rmm_head head;
		size_t size;
	} rows[] = {
		{{0, RMM_HEAD_VERSION, sizeof(struct rmm_head), 0, 8}, 256},
		{{RMM_HEAD_MAGIC, RMM_HEAD_VERSION + 1, sizeof(struct rmm_head), 0, 8}, 256},
		{{RMM_HEAD_MAGIC, RMM_HEAD_VERSION, sizeof(struct rmm_head) - 8, 0, 8}, 256},
		{{RMM_HEAD_MAGIC, RMM_HEAD_VERSION, sizeof(struct rmm_head), 0, 8},
			RMM_HEAD_OFFSET + sizeof(struct rmm_head) - 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct qemu_parts parts;
		struct qemu_rmm rmm;
		struct message why;
		int image = image_make(&rows[i].head, rows[i].size, &parts);

		assert_true(qemu_rmm_open(&rmm, &parts, REEVE_TOKEN_2023, &why));
		assert_int_equal(rmm.refusals, 0);
		assert_false(qemu_rmm_open(&rmm, &parts, REEVE_TOKEN_LEGACY, &why));
		assert_non_null(strstr(why.text, "is no image of reeve's"));
		(void)close(image);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_are_found),
		cmocka_unit_test(old_refusals_are_forgotten),
		cmocka_unit_test(an_entry_has_one_writer),
		cmocka_unit_test(no_book_is_read),
		cmocka_unit_test(form_is_set_in_a_copy),
		cmocka_unit_test(other_images),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
