/* SPDX-License-Identifier: BSD-2-Clause */
/* vgic_world.h - a realm's interrupt controller of three CPUs and four list registers, and what its tests do with it. */
#ifndef TESTS_UNIT_SUPPORT_VGIC_WORLD_H
#define TESTS_UNIT_SUPPORT_VGIC_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reeve/field.h"
#include "vmm/vgic.h"

enum { CPUS = 3, LISTS = 4, SGI_FRAME = 0x10000, PENDING = 1, ACTIVE = 2, SPI = 40, EDGE = 41 };

/* Registers by offset. */
enum {
	CTLR = 0x000,
	TYPER = 0x004,
	IGROUPR = 0x080,
	ISENABLER = 0x100,
	ICENABLER = 0x180,
	ISPENDR = 0x200,
	ICPENDR = 0x280,
	ISACTIVER = 0x300,
	ICACTIVER = 0x380,
	IPRIORITYR = 0x400,
	ICFGR = 0xc00,
	IROUTER = 0x6000,
	PIDR2 = 0xffe8,
	WAKER = 0x14,
};

/* ICH_VMCR_EL2 of an interface that lets everything through. */
#define VMCR_OPEN UINT64_C(0xff000003)

static struct vgic gic;
static struct rmi_rec_enter enter; /* of the last entry */

/* The interrupt's bit in a set of registers, of CPU 0 or of the distributor. */
static inline void bit_write(unsigned offset, unsigned number)
{
	uint64_t word = offset + number / 32 * 4;

	if (number < 32) {
		gicr_write(&gic, SGI_FRAME + word, 4, 1U << number % 32);
		return;
	}
	gicd_write(&gic, word, 4, 1U << number % 32);
}

static inline bool bit_read(unsigned offset, unsigned number)
{
	uint64_t word = offset + number / 32 * 4;
	uint64_t value = number < 32 ? gicr_read(&gic, SGI_FRAME + word, 4) : gicd_read(&gic, word, 4);

	return (value >> number % 32 & 1) != 0;
}

/* All interrupts of CPU 0 and the SPIs in group 1 and enabled; EDGE is an edge. */
static inline int begin(void **state)
{
	(void)state;
	vgic_init(&gic, CPUS, LISTS);
	gicd_write(&gic, CTLR, 4, 2);
	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		gicr_write(&gic, cpu * GICR_SIZE + SGI_FRAME + IGROUPR, 4, UINT32_MAX);
		gicr_write(&gic, cpu * GICR_SIZE + SGI_FRAME + ISENABLER, 4, UINT32_MAX);
	}
	for (unsigned word = 1; word < GIC_INTERRUPTS / 32; word++) {
		gicd_write(&gic, IGROUPR + 4 * word, 4, UINT32_MAX);
		gicd_write(&gic, ISENABLER + 4 * word, 4, UINT32_MAX);
	}
	gicd_write(&gic, ICFGR + EDGE / 16 * 4, 4, 2U << EDGE % 16 * 2);
	(void)vgic_changed_take(&gic);
	return 0;
}

/* Enter as `cpu`; the list register of `number`, or 0 when it is in none. */
static inline uint64_t listed(unsigned cpu, unsigned number)
{
	uint64_t found = 0;

	vgic_enter(&gic, cpu, &enter);
	for (unsigned i = 0; i < RMI_GIC_LR_COUNT; i++) {
		if (FIELD_GET(enter.gicv3_lrs[i], ICH_LR_STATE) != 0 &&
			FIELD_GET(enter.gicv3_lrs[i], ICH_LR_VINTID) == number) {
			found = enter.gicv3_lrs[i];
		}
	}
	return found;
}

static inline unsigned state_of(uint64_t lr)
{
	return (unsigned)FIELD_GET(lr, ICH_LR_STATE);
}

/* Come out with the state of `number` changed to `next`, all others as they went in. */
static inline void left(unsigned cpu, unsigned number, unsigned next)
{
	for (unsigned i = 0; i < RMI_GIC_LR_COUNT; i++) {
		if (FIELD_GET(enter.gicv3_lrs[i], ICH_LR_VINTID) == number && enter.gicv3_lrs[i] != 0) {
			enter.gicv3_lrs[i] = FIELD_SET(enter.gicv3_lrs[i], ICH_LR_STATE, next);
		}
	}
	vgic_exit(&gic, cpu, enter.gicv3_lrs, 0);
}

#endif
