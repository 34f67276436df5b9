/* SPDX-License-Identifier: BSD-2-Clause */
/* cpu.h - the CPUs the monitor runs on: what they can do, and what the monitor keeps for each.
 *
 * All CPUs of a machine are taken to be alike: the first one's ID registers count. */
#ifndef QEMU_MONITOR_CPU_H
#define QEMU_MONITOR_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/qemu/monitor/fp.h"
#include "machine/qemu/monitor/world.h"
#include "reeve/monitor.h"

enum { CPUS_MAX = REEVE_MONITOR_CPUS_MAX, STACK_SIZE = 1 << 14 }; /* start.S has them too */

/* Features that matter to the monitor, from the ID registers. */
struct cpu_features {
	bool always; /* true, for tables that name a feature */
	bool pauth;
	bool sve;
	bool sme;
	bool fgt;
	bool hcx;
	bool pmu;
	bool lpa2; /* at stage 2, 4 KiB granule */
	unsigned pa_bits;
	unsigned vmid_bits;
	unsigned list_registers;
	unsigned active_registers; /* ICH_AP0Rn, ICH_AP1Rn: of each */
	unsigned breakpoints;
	unsigned watchpoints;
	unsigned vector_bytes; /* of the longest SVE vector; 0 without SVE */
};

enum { CPU_RAN = 16 };

/* What a CPU keeps of the Non-secure world while it runs a REC, and of the RECs that it ran. */
struct cpu {
	struct world ns;
	struct fp_ns ns_fp;
	struct debug_registers ns_debug;
	bool is_debug_loaded;  /* the CPU has the realm's breakpoints, ns_debug the host's */
	uint64_t ran[CPU_RAN]; /* by VMID modulo CPU_RAN: the REC granule of who ran last; 0: nobody did */
};

/* Read what this CPU can do. Why it will not do, or NULL: for the first CPU, once. */
const char *cpu_detect(void);
const struct cpu_features *cpu_features(void);

/* Prepare the EL2 registers of this CPU, whose number is `index`, for the monitor. For each CPU, once. */
void cpu_prepare(unsigned index);
struct cpu *cpu_at(unsigned index);

#endif
