/* SPDX-License-Identifier: BSD-2-Clause */
/* cpu.c - PSCI as the host uses it, by SMC to EL3 (Arm DEN0022). */
#include "machine/qemu/host/cpu.h"

#include "machine/qemu/bare/smc.h"
#include "reeve/psci.h"

/* start.S */
void cpu_start(void);

int64_t cpu_on(unsigned number, uint64_t mpidr)
{
	uint64_t x[SMC_REGISTERS] = {PSCI_FID64_CPU_ON, mpidr, (uintptr_t)cpu_start, number};

	smc(x);
	return (int64_t)x[0];
}

void machine_off(void)
{
	uint64_t x[SMC_REGISTERS] = {PSCI_FID32_SYSTEM_OFF};

	smc(x);
	/* An EL3 that cannot: nothing is left to do, and sleeping costs nobody anything. */
	for (;;) {
		wait_for_interrupt();
	}
}
