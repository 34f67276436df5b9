/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tools_measure.c - the parts of reeve measure: runs of memory, entries of RAM, granules put together, values cut out of a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/measure/meter.h"
#include "tools/measure/values.h"

enum { PAGE = 0x1000 };

static const struct reeve_rules *rules_1_0(void)
{
	size_t count;

	return reeve_rules(&count);
}

static struct event create_event(uint8_t s2sz)
{
	return (struct event){.kind = EVENT_CREATE, .create.params = {.s2sz = s2sz, .num_bps = 1, .num_wps = 1}};
}

static bool memory(struct check *check, uint64_t ipa, uint64_t size)
{
	struct event event = {.kind = EVENT_DATA, .data.content = {.ipa = ipa, .size = size}};
	struct message why = {""};
	bool is_good = check_event(check, &event, &why);

	assert_int_equal(is_good, why.text[0] == '\0');
	return is_good;
}

/* Pages in an order that joins runs at either end and in between; each is memory once. */
static void memory_is_given_once(void **state)
{
	static const unsigned order[] = {7, 3, 5, 4, 6, 0, 9, 8, 1, 2};
	struct event create = create_event(40);
	struct message why = {""};
	struct check check;

	(void)state;
	check_init(&check, rules_1_0(), PAGE);
	assert_true(check_event(&check, &create, &why));
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		assert_true(memory(&check, order[i] * PAGE, PAGE));
		for (size_t j = 0; j <= i; j++) {
			assert_false(memory(&check, order[j] * PAGE, PAGE));
		}
	}
	assert_int_equal(check.run_count, 1);
	assert_int_equal(check.runs[0].base, 0);
	assert_int_equal(check.runs[0].top, 10 * PAGE);
	assert_false(memory(&check, 9 * PAGE, 2 * PAGE));
	assert_true(memory(&check, 10 * PAGE, 2 * PAGE));
	assert_true(memory(&check, (UINT64_C(1) << 39) - PAGE, PAGE));
	assert_false(memory(&check, UINT64_C(1) << 39, PAGE));
	check_fini(&check);
}

struct entries {
	unsigned count;
	uint64_t sizes[8]; /* of the first ones */
};

static void entry_note(void *context, const struct meter *meter, const struct meter_step *step)
{
	struct entries *entries = context;

	(void)meter;
	if (step->event->kind == EVENT_RIPAS && entries->count < 8) {
		entries->sizes[entries->count] = step->top - step->base;
	}
	entries->count += step->event->kind == EVENT_RIPAS;
}

/* Sizes by the start level of each width (attestation fact sheet section 2). */
static void ram_is_declared_in_the_largest_entries(void **state)
{
	static const struct {
		uint8_t s2sz;
		uint64_t base;
		uint64_t top;
		unsigned count;
		uint64_t sizes[8];
	} rows[] = {
		{40, 0x40000000, 0x40001000, 1, {0x1000}},
		{40, 0x40000000, 0x80000000, 1, {0x40000000}},
		{32, 0x40000000, 0x80000000, 512, {0x200000, 0x200000}},
		{40, 0x3ffff000, 0x80201000, 4, {0x1000, 0x40000000, 0x200000, 0x1000}},
		{43, 0, UINT64_C(1) << 39, 512, {0x40000000}},
		{44, 0, UINT64_C(1) << 39, 1, {UINT64_C(1) << 39}},
		{48, 0x1ff000, 0x400000, 2, {0x1000, 0x200000}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct event create = create_event(rows[i].s2sz);
		struct event ripas = {.kind = EVENT_RIPAS, .ripas = {rows[i].base, rows[i].top, EVENT_LEVEL_ANY}};
		struct entries entries = {0};
		struct message why = {""};
		struct meter meter;

		assert_true(meter_open(&meter, rules_1_0(), PAGE, 1, &why));
		meter.step = entry_note;
		meter.context = &entries;
		assert_true(meter_event(&meter, &create, &why));
		assert_true(meter_event(&meter, &ripas, &why));
		assert_int_equal(entries.count, rows[i].count);
		for (unsigned j = 0; j < 8 && rows[i].sizes[j] != 0; j++) {
			assert_int_equal(entries.sizes[j], rows[i].sizes[j]);
		}
		meter_close(&meter);
	}
}

static void an_event_that_asks_for_years_is_refused(void **state)
{
	struct event create = create_event(48);
	struct event ripas = {.kind = EVENT_RIPAS, .ripas = {0, UINT64_C(1) << 40, RMI_LEVEL_LAST}};
	struct event zero = {.kind = EVENT_DATA,
		.data = {.content = {.ipa = UINT64_C(1) << 40, .size = UINT64_C(1) << 41}, .flags = 1}};
	struct message why = {""};
	struct meter meter;

	(void)state;
	assert_true(meter_open(&meter, rules_1_0(), PAGE, 1, &why));
	meter.steps_max = 1000;
	assert_true(meter_event(&meter, &create, &why));
	assert_false(meter_event(&meter, &ripas, &why));
	assert_string_equal(why.text, "more than 1000 extensions");
	assert_false(meter_event(&meter, &zero, &why));
	meter_close(&meter);
}

/* A granule that one piece covers is not copied; any other is put together, with zeroes in between. */
static void granules_are_put_together(void **state)
{
	static uint8_t bytes[2 * PAGE];
	static uint8_t scratch[PAGE];
	const struct piece pieces[] = {
		{0x1000, bytes, PAGE, 0}, {0x2010, bytes + PAGE, 0x10, 0}, {0x2ff0, bytes, 0x10, 0}};
	const struct extent extent = {0x1000, 0x3000, pieces, 3};
	const uint8_t *got;

	(void)state;
	memset(bytes, 1, PAGE);
	memset(bytes + PAGE, 2, PAGE);
	assert_ptr_equal(meter_granule(&extent, 0x1000, PAGE, scratch), bytes);
	got = meter_granule(&extent, 0x2000, PAGE, scratch);
	assert_ptr_equal(got, scratch);
	for (unsigned i = 0; i < PAGE; i++) {
		assert_int_equal(got[i], i >= 0x10 && i < 0x20 ? 2 : i >= 0xff0 ? 1 : 0);
	}
	got = meter_granule(&extent, 0x3000, PAGE, scratch);
	for (unsigned i = 0; i < PAGE; i++) {
		assert_int_equal(got[i], 0);
	}
}

/* A file of that text; its name is good while it is open. */
static int file_make(const char *text, char name[32])
{
	int fd = memfd_create("values", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	(void)snprintf(name, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static void values_are_counted_by_lines(void **state)
{
	static const char *const texts[] = {
		"{\"a\": \"}\\\"{\"}\n\n{\"b\":\n{\"c\": 1}}", "[\n{\"a\": \"}\\\\\"} ,\n\n {}\n]\n"};
	static const uint64_t lines[][2] = {{1, 3}, {2, 4}};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct message why = {""};
		struct values values;
		json_t *value;
		char name[32];
		int fd = file_make(texts[i], name);

		assert_true(values_open(&values, name, &why));
		for (unsigned j = 0; j < 2; j++) {
			assert_int_equal(values_next(&values, &value, &why), VALUES_ONE);
			assert_int_equal(values.text_line, lines[i][j]);
			json_decref(value);
		}
		assert_int_equal(values_next(&values, &value, &why), VALUES_END);
		values_close(&values);
		(void)close(fd);
	}
}

static void an_empty_array_is_no_mistake_of_form(void **state)
{
	struct message why = {""};
	struct values values;
	json_t *value;
	char name[32];
	int fd = file_make(" [ ] ", name);

	(void)state;
	assert_true(values_open(&values, name, &why));
	assert_int_equal(values_next(&values, &value, &why), VALUES_END);
	values_close(&values);
	(void)close(fd);
}

/* What is shown of `total` MiB after `done`, with the bar when the total is known. */
static void progress_is(uint64_t after_ns, uint64_t total, uint64_t done, const char *wanted)
{
	struct message why;
	struct meter meter;
	char *shown = NULL;
	size_t size = 0;

	assert_true(meter_open(&meter, rules_1_0(), PAGE, 1, &why));
	meter.progress = open_memstream(&shown, &size);
	assert_non_null(meter.progress);
	meter.after_ns = after_ns;
	meter.total = total << 20;
	meter_progress(&meter, done << 20);
	meter_progress_clear(&meter);
	assert_int_equal(fclose(meter.progress), 0);
	assert_string_equal(shown, wanted);
	free(shown);
	meter_close(&meter);
}

static void progress_is_shown_after_some_time(void **state)
{
	(void)state;
	progress_is(UINT64_MAX, 4096, 2048, "");
	progress_is(0, 0, 7, "\rmeasuring: 7 MiB\033[K\r\033[K");
	progress_is(0, 4096, 0, "\rmeasuring: [                              ] 0 of 4096 MiB\033[K\r\033[K");
	progress_is(0, 4096, 2048, "\rmeasuring: [##############                ] 2048 of 4096 MiB\033[K\r\033[K");
	progress_is(0, 4096, 4096, "\rmeasuring: [############################# ] 4096 of 4096 MiB\033[K\r\033[K");
	progress_is(0, 4096, 5000, "\rmeasuring: [############################# ] 5000 of 4096 MiB\033[K\r\033[K");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_given_once),
		cmocka_unit_test(ram_is_declared_in_the_largest_entries),
		cmocka_unit_test(an_event_that_asks_for_years_is_refused),
		cmocka_unit_test(granules_are_put_together),
		cmocka_unit_test(values_are_counted_by_lines),
		cmocka_unit_test(an_empty_array_is_no_mistake_of_form),
		cmocka_unit_test(progress_is_shown_after_some_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
