/* SPDX-License-Identifier: BSD-2-Clause */
/* gic.c - list registers and active priorities of this CPU's virtual GIC interface, as arrays. */
#include "machine/qemu/monitor/gic.h"

#include "machine/qemu/bare/sysreg.h"
#include "machine/qemu/monitor/cpu.h"

void gic_list_save(uint64_t lrs[static RMI_GIC_LR_COUNT])
{
	unsigned count = cpu_features()->list_registers;

#define ACTIVE_REGISTER(n)
#define LIST_REGISTER(n) \
	if ((n) < count) { \
		lrs[n] = sysreg_read(ICH_LR##n##_EL2); \
	}
#include "machine/qemu/monitor/gic_registers.def"
#undef LIST_REGISTER
}

void gic_list_load(const uint64_t lrs[static RMI_GIC_LR_COUNT])
{
	unsigned count = cpu_features()->list_registers;

#define LIST_REGISTER(n) \
	if ((n) < count) { \
		sysreg_write(ICH_LR##n##_EL2, lrs[n]); \
	}
#include "machine/qemu/monitor/gic_registers.def"
#undef LIST_REGISTER
#undef ACTIVE_REGISTER
}

void gic_active_save(uint64_t active[static 2][GIC_ACTIVE_MAX])
{
	unsigned count = cpu_features()->active_registers;

#define LIST_REGISTER(n)
#define ACTIVE_REGISTER(n) \
	if ((n) < count) { \
		active[0][n] = sysreg_read(ICH_AP0R##n##_EL2); \
		active[1][n] = sysreg_read(ICH_AP1R##n##_EL2); \
	}
#include "machine/qemu/monitor/gic_registers.def"
#undef ACTIVE_REGISTER
}

void gic_active_load(uint64_t active[static 2][GIC_ACTIVE_MAX])
{
	unsigned count = cpu_features()->active_registers;

#define ACTIVE_REGISTER(n) \
	if ((n) < count) { \
		sysreg_write(ICH_AP0R##n##_EL2, active[0][n]); \
		sysreg_write(ICH_AP1R##n##_EL2, active[1][n]); \
	}
#include "machine/qemu/monitor/gic_registers.def"
#undef ACTIVE_REGISTER
#undef LIST_REGISTER
}
