/* SPDX-License-Identifier: BSD-2-Clause */
/* test_oracle_loader.c - any world can be loaded into a monitor, which is valid then, and is read back as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reeve/field.h"
#include "tests/oracle/support/descriptor.h"
#include "tests/oracle/support/draw.h"
#include "tests/oracle/support/loader.h"
#include "tests/oracle/support/reader.h"

enum { WORLDS = 1500 };

static struct machine machine;
static struct world world;
static struct world again;

static void expect_no_fault(uint64_t seed, const char *fault)
{
	if (fault != NULL) {
		fail_msg("seed %llu: %s", (unsigned long long)seed, fault);
	}
}

static void a_world_is_loaded_and_read_back(void **state)
{
	char message[128] = "";
	unsigned index;

	(void)state;
	for (uint64_t seed = 0; seed < WORLDS; seed++) {
		world_draw(&world, seed, UINT64_MAX);
		loader_build(&machine, &world);
		expect_no_fault(seed, loader_valid(&machine));
		expect_no_fault(seed, reader_read(&machine, &again));
		expect_no_fault(seed, world_equal(&world, &again, message, sizeof(message)) ? NULL : message);
		expect_no_fault(seed, machine.misuse);
		assert_true(machine_state_is_kept(&machine));
		assert_true(machine_memory_is_kept(&machine, &index));
	}
}

/* A granule that differs in one byte, or the state of the monitor, is not as it was kept; made so again it is. */
static void a_byte_that_changed_is_noticed(void **state)
{
	unsigned index = 0;

	(void)state;
	world_draw(&world, 1, UINT64_MAX);
	loader_build(&machine, &world);
	for (unsigned i = 0; i < world.granule_count; i += world.granule_count / 7) {
		machine_write(&machine, i)[(i * 37) % REEVE_GRANULE_SIZE] ^= 1;
		assert_false(machine_granule_is_kept(&machine, i));
		assert_false(machine_memory_is_kept(&machine, &index));
		assert_int_equal(index, i);
		machine_revert_granule(&machine, i);
		assert_true(machine_memory_is_kept(&machine, &index));
	}
	machine.monitor->vmids[5] ^= 1;
	assert_false(machine_state_is_kept(&machine));
	machine_revert_state(&machine);
	assert_true(machine_state_is_kept(&machine));
	machine.monitor->granules.words[world.granule_count - 1] ^= FIELD_MASK(GRANULE_WORD_LOCK);
	assert_false(machine_state_is_kept(&machine));
	machine_revert_state(&machine);
	machine.gpt[0] ^= 1;
	assert_false(machine_state_is_kept(&machine));
}

/* Bits that no entry of a realm may have are found in every descriptor of the hardware. */
static void a_strange_descriptor_is_no_entry(void **state)
{
	struct world_entry data = {.state = RTTE_ASSIGNED, .ripas = RIPAS_RAM, .pa = 0x40201000};
	struct world_entry entry;
	uint64_t descriptor = descriptor_of(&data, 3, false);

	(void)state;
	assert_true(descriptor_entry(descriptor, 3, false, false, &entry));
	assert_int_equal(entry.pa, data.pa);
	assert_false(descriptor_entry(descriptor, 3, false, true, &entry));
	for (unsigned bit = 0; bit < 64; bit++) {
		bool is_address = bit >= S2_OA_SHIFT && bit < S2_OA_SHIFT + S2_OA_WIDTH;

		assert_int_equal(
			descriptor_entry(descriptor ^ UINT64_C(1) << bit, 3, false, false, &entry), is_address);
	}
}

static int open_machine(void **state)
{
	(void)state;
	return machine_open(&machine) ? 0 : -1;
}

static int close_machine(void **state)
{
	(void)state;
	machine_close(&machine);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_world_is_loaded_and_read_back),
		cmocka_unit_test(a_byte_that_changed_is_noticed),
		cmocka_unit_test(a_strange_descriptor_is_no_entry),
	};

	return cmocka_run_group_tests(tests, open_machine, close_machine);
}
