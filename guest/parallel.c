/* SPDX-License-Identifier: BSD-2-Clause */
/* parallel.c - two CPUs of a realm that hand a word to each other, without leaving the realm where each has a CPU of its own.
 *
 * The second CPU's granule is behind the image: mailbox at its start, stack from its end down. */
#include "guest/runtime/cpus.h"
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"

enum { GRANULE_BYTES = 4096, TURNS = 200 };

struct cpu {
	struct secondary start; /* must be first: its address is the CPU's */
	volatile uint64_t ball; /* even: the first CPU's turn */
};

/* Wait until the ball shows `turn`, then hand it on. False when it did not come in a very long time. */
static bool play(struct cpu *cpu, uint64_t turn)
{
	if (!wait_for(&cpu->ball, turn)) {
		return false;
	}
	cpu->ball = turn + 1;
	return true;
}

static bool play_all(struct cpu *cpu, uint64_t first)
{
	for (uint64_t turn = first; turn < TURNS; turn += 2) {
		if (!play(cpu, turn)) {
			return false;
		}
	}
	return true;
}

static void secondary(struct secondary *self)
{
	(void)play_all((struct cpu *)self, 1);
	psci_cpu_off();
}

static void parallel(const struct machine *machine)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): RAM behind the image */
	struct cpu *other = (struct cpu *)image_end_address();
	struct fdt_reg cpu;

	if (!fdt_find_named(&machine->fdt, "cpu", 0, &cpu) ||
		(cpu.base == own_affinity() && !fdt_find_named(&machine->fdt, "cpu", 1, &cpu))) {
		print("this realm has one CPU\n");
		return;
	}
	*other = (struct cpu){.start = {(uintptr_t)other + GRANULE_BYTES, secondary}};
	barrier();
	if (psci_cpu_on(cpu.base, (uintptr_t)secondary_start, (uintptr_t)other) != PSCI_STATUS_SUCCESS) {
		fail("the other CPU cannot be switched on");
	}
	if (!play_all(other, 0)) {
		fail("the other CPU does not answer turn %lu", other->ball);
	}
	(void)wait_for(&other->ball, TURNS);
	print("%lu turns of two CPUs\n", other->ball);
}

const struct program program = {"parallel", parallel};
