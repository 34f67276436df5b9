/* SPDX-License-Identifier: BSD-2-Clause */
/* smp.c - a realm that switches its other CPUs on and off and asks after them.
 *
 * Each secondary CPU has one granule behind the image: its mailbox at the start, its stack from the end down.
 * Mailboxes are plain words with barriers; only REC 0 prints. */
#include "guest/runtime/cpus.h"
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"

enum { GRANULE_BYTES = 4096 };

static const uint64_t mpidr_nowhere = 0xffff0f; /* well formed, and more CPUs than a realm can have */
static const uint64_t polls_max = UINT64_C(1) << 30;
static const unsigned pause_turns = 4096;

enum state { STATE_NONE, STATE_RUNNING, STATE_LEAVE, STATE_LEFT };

/* Written by one CPU at a time: REC 0 until CPU_ON, and `state` again to say LEAVE; the secondary between and after. */
struct cpu {
	struct secondary start; /* must be first: its address is the CPU's */
	uint64_t index;
	uint64_t target; /* as the device tree has it */
	volatile uint64_t mpidr;
	volatile uint64_t index_seen;
	volatile uint64_t state;
};

/* What a secondary runs. */
static void secondary(struct secondary *self)
{
	struct cpu *cpu = (struct cpu *)self;

	cpu->mpidr = own_affinity();
	cpu->index_seen = cpu->index;
	barrier();
	cpu->state = STATE_RUNNING;
	if (!wait_for(&cpu->state, STATE_LEAVE)) {
		fail("cpu %lu was never told to leave", cpu->index);
	}
	cpu->state = STATE_LEFT;
	barrier();
	psci_cpu_off();
}

static struct cpu *cpu_at(unsigned index)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): RAM behind the image */
	return (struct cpu *)(image_end_address() + (uint64_t)index * GRANULE_BYTES);
}

static void expect(const char *what, unsigned index, int64_t value, int64_t expected)
{
	if (value != expected) {
		fail("cpu %u: %s gives %ld, expected %ld", index, what, value, expected);
	}
}

static void start(unsigned index, uint64_t target)
{
	struct cpu *cpu = cpu_at(index);
	uint64_t entry = (uintptr_t)secondary_start;

	*cpu = (struct cpu){
		.start = {(uintptr_t)cpu + GRANULE_BYTES, secondary},
		.index = index,
		.target = target,
		.index_seen = UINT64_MAX,
	};
	barrier();
	expect("AFFINITY_INFO before CPU_ON", index, psci_affinity_info(target), PSCI_AFFINITY_OFF);
	print("cpu %u: off\n", index);
	expect("CPU_ON", index, psci_cpu_on(target, entry, (uintptr_t)cpu), PSCI_STATUS_SUCCESS);
}

static void check_running(unsigned index)
{
	struct cpu *cpu = cpu_at(index);
	uint64_t entry = (uintptr_t)secondary_start;

	if (!wait_for(&cpu->state, STATE_RUNNING)) {
		fail("cpu %u does not run", index);
	}
	if (cpu->mpidr != cpu->target || cpu->index_seen != index) {
		fail("cpu %u is not who it should be: 0x%lx", index, cpu->target);
	}
	expect("AFFINITY_INFO while it runs", index, psci_affinity_info(cpu->target), PSCI_AFFINITY_ON);
	expect("CPU_ON while it runs", index, psci_cpu_on(cpu->target, entry, 0), PSCI_STATUS_ALREADY_ON);
}

/* The question costs two calls of the host: a CPU that is about to go is given time. */
static void pause(void)
{
	for (unsigned i = 0; i < pause_turns; i++) {
		__asm__ volatile("nop");
	}
}

/* What was seen is printed when the CPU is off: while others wait for it, each character costs two changes of turn. */
static void stop(unsigned index)
{
	struct cpu *cpu = cpu_at(index);
	int64_t affinity = PSCI_AFFINITY_ON;

	barrier();
	cpu->state = STATE_LEAVE;
	if (!wait_for(&cpu->state, STATE_LEFT)) {
		fail("cpu %u does not leave", index);
	}
	for (uint64_t i = 0; i < polls_max && affinity == PSCI_AFFINITY_ON; i++) {
		pause();
		affinity = psci_affinity_info(cpu->target);
	}
	expect("AFFINITY_INFO after CPU_OFF", index, affinity, PSCI_AFFINITY_OFF);
	print("cpu %u: mpidr 0x%lx context %lu\n", index, cpu->mpidr, cpu->index_seen);
	print("cpu %u: on, CPU_ON says ALREADY_ON\n", index);
	print("cpu %u: off again\n", index);
}

/* Calls that must be refused whatever the number of CPUs. */
static void check_refusals(const struct machine *machine, uint64_t self)
{
	uint64_t entry = (uintptr_t)secondary_start;

	expect("CPU_ON of this CPU", 0, psci_cpu_on(self, entry, 0), PSCI_STATUS_ALREADY_ON);
	expect("AFFINITY_INFO of this CPU", 0, psci_affinity_info(self), PSCI_AFFINITY_ON);
	expect("CPU_ON of no CPU", 0, psci_cpu_on(mpidr_nowhere, entry, 0), PSCI_STATUS_INVALID_PARAMETERS);
	print("CPU_ON of a CPU that does not exist: INVALID_PARAMETERS\n");
	expect("CPU_ON at an unprotected entry", 0, psci_cpu_on(self, unprotected(machine, entry), 0),
		PSCI_STATUS_INVALID_ADDRESS);
	print("CPU_ON at an unprotected entry: INVALID_ADDRESS\n");
}

static void smp(const struct machine *machine)
{
	uint64_t self = own_affinity();
	unsigned count = 0; /* of secondaries: 1..count */
	struct fdt_reg cpu;

	for (unsigned i = 0; fdt_find_named(&machine->fdt, "cpu", i, &cpu); i++) {
		if (cpu.base != self) {
			count++;
			start(count, cpu.base);
		}
	}
	for (unsigned i = 1; i <= count; i++) {
		check_running(i);
	}
	for (unsigned i = 1; i <= count; i++) {
		stop(i);
	}
	if (count == 0) {
		print("this realm has one CPU\n");
	}
	check_refusals(machine, self);
}

const struct program program = {"smp", smp};
