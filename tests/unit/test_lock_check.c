/* SPDX-License-Identifier: BSD-2-Clause */
/* test_lock_check.c - broken lock orders, made with the monitor's own functions, end the process and name both locks. */
#include "tests/unit/support/rec_machine.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/monitor.h"

enum { WORDS = 16, SAID_MAX = 512 };

/* Granules without a monitor around them, DELEGATED. */
static _Atomic uint64_t words[WORDS];
static struct granule_map map;

static struct granule_index g_of(unsigned n)
{
	return (struct granule_index){n};
}

static void map_make(void)
{
	map = (struct granule_map){.region_count = 1, .count = WORDS, .words = words};
	assert_true(reeve_pa_range(BASE, WORDS * REEVE_GRANULE_SIZE, &map.regions[0]));
	for (unsigned i = 0; i < WORDS; i++) {
		words[i] = FIELD_SET(0, GRANULE_WORD_STATE, GRANULE_DELEGATED);
	}
}

static void hold(unsigned g, enum rmi_granule_state state)
{
	struct granule_want want = {pa_of(g), state};
	struct granule_holds holds;

	granule_hold_all(&map, &want, 1, &holds);
}

/* The child does it and says so on stderr; it must die of SIGABRT and say `expected`. */
static void dies(void (*does)(void), const char *expected)
{
	char said[SAID_MAX] = "";
	size_t length = 0;
	ssize_t got = 1;
	int ends[2];
	int status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
		dup2(ends[1], STDERR_FILENO);
		does();
		_exit(0);
	}
	assert_true(child > 0);
	close(ends[1]);
	while (got > 0 && length < sizeof(said) - 1) {
		got = read(ends[0], said + length, sizeof(said) - 1 - length);
		length += got > 0 ? (size_t)got : 0;
	}
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_string_equal(said, expected);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void descend(void)
{
	granule_lock(&map, g_of(5));
	granule_lock(&map, g_of(3));
}

static void descend_by_state(void)
{
	hold(5, GRANULE_DELEGATED);
	hold(3, GRANULE_DELEGATED);
}

static void same_twice(void)
{
	granule_lock(&map, g_of(5));
	granule_lock(&map, g_of(5));
}

/* Waiting for a granule in another state could be for ever as well. */
static void descend_to_other_state(void)
{
	granule_lock(&map, g_of(5));
	hold(3, GRANULE_RD);
}

static void vmids_twice(void)
{
	lock_check_take(LOCK_VMIDS, 0);
	lock_check_want(LOCK_VMIDS, 0);
}

static void vmids_and_granule(void)
{
	lock_check_want(LOCK_VMIDS, 0);
	lock_check_take(LOCK_VMIDS, 0);
	hold(1, GRANULE_DELEGATED);
}

static void not_held(void)
{
	words[2] |= FIELD_MASK(GRANULE_WORD_LOCK);
	granule_unlock(&map, g_of(2));
}

static void order(void **state)
{
	(void)state;
	map_make();
	dies(descend, "reeve: locks: granule 3 is wanted while granule 5 is held\n");
	dies(descend_by_state, "reeve: locks: granule 3 is wanted while granule 5 is held\n");
	dies(descend_to_other_state, "reeve: locks: granule 3 is wanted while granule 5 is held\n");
	dies(same_twice, "reeve: locks: granule 5 is wanted while granule 5 is held\n");
	dies(not_held, "reeve: locks: granule 2 is released and was not held\n");
}

static void leaf(void **state)
{
	(void)state;
	map_make();
	dies(vmids_twice, "reeve: locks: the VMID lock is wanted while the VMID lock is held\n");
	dies(vmids_and_granule, "reeve: locks: granule 1 is wanted while the VMID lock is held\n");
}

/* What the monitor may do: upwards, whatever the order of the wants, the VMID lock last; and again once nothing is held. */
static void allowed(void **state)
{
	const struct granule_want wants[] = {{pa_of(6), GRANULE_DELEGATED}, {pa_of(2), GRANULE_DELEGATED},
		{pa_of(6), GRANULE_DELEGATED}, {pa_of(2), GRANULE_RD}};
	struct granule_holds holds;

	(void)state;
	map_make();
	for (unsigned i = 0; i < 2; i++) {
		granule_hold_all(&map, wants, 4, &holds);
		assert_int_equal(holds.count, 2);
		granule_lock(&map, g_of(9));
		lock_check_want(LOCK_VMIDS, 0);
		lock_check_take(LOCK_VMIDS, 0);
		lock_check_give_vmids();
		granule_unlock(&map, g_of(9));
		granule_release_all(&map, &holds);
		lock_check_none("the test ends");
	}
}

static struct machine *machine;

static void held_in_a_rec(void)
{
	granule_lock(&machine->monitor->granules, g_of(5));
	SMC(machine, RMI_FID(REC_ENTER), pa_of(G_REC0), pa_of(G_RUN));
}

static void held_after_a_call(void)
{
	granule_lock(&machine->monitor->granules, g_of(5));
	SMC(machine, RMI_FID(VERSION), 0x10000);
}

static void two_granules_hashed(void)
{
	struct realm *realm = realm_at(machine->monitor, g_of(G_RD));

	granule_lock(&machine->monitor->granules, g_of(G_RD));
	realm_measure_data(machine->monitor, 0, realm, 0, 1, machine->memory[G_NS]);
	realm_measure_data(machine->monitor, 0, realm, 0x1000, 1, machine->memory[G_NS]);
}

static void calls(void **state)
{
	machine = *state;
	dies(held_in_a_rec, "reeve: locks: granule 5 is held when a REC runs\n");
	dies(held_after_a_call, "reeve: locks: granule 5 is held when a call is over\n");
	dies(two_granules_hashed, "reeve: locks: 8448 bytes are hashed while granule 0 is held, 4352 may be\n");
}

/* The same without the fault: nobody dies. */
static void nothing_held(void **state)
{
	machine = *state;
	assert_int_equal(SMC(machine, RMI_FID(REC_ENTER), pa_of(G_REC0), pa_of(G_RUN)), 0);
	lock_check_none("the test ends");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order),
		cmocka_unit_test(leaf),
		cmocka_unit_test(allowed),
		cmocka_unit_test_setup_teardown(calls, machine_setup_active, machine_teardown),
		cmocka_unit_test_setup_teardown(nothing_held, machine_setup_active, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
