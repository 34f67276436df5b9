/* SPDX-License-Identifier: BSD-2-Clause */
/* interrupts.c - GICv3 of QEMU virt, seen from NS-EL2. */
#include "machine/qemu/host/interrupts.h"

#include "machine/qemu/bare/sysreg.h"
#include "machine/qemu/host/cpu.h"
#include "machine/qemu/host/fields.h"
#include "machine/qemu/host/output.h"

static const uint64_t gicd_base = 0x08000000;
static const uint64_t gicr_base = 0x080a0000;
static const uint64_t gicr_end = 0x09000000;

enum {
	GICD_CTLR = 0x0000,
	GICD_ISENABLER = 0x0100,
	GICD_IPRIORITYR = 0x0400,
	GICD_ICFGR = 0x0c00,
	GICD_IROUTER = 0x6000,
	GICD_PIDR2 = 0xffe8,
	GICR_CTLR = 0x0000,
	GICR_TYPER = 0x0008,
	GICR_SGI = 0x10000, /* the second frame */
	GICR_ISENABLER0 = GICR_SGI + 0x0100,
	GICR_ICENABLER0 = GICR_SGI + 0x0180,
	GICR_IPRIORITYR = GICR_SGI + 0x0400,
	GICR_STRIDE = 0x20000,
};

enum {
	ARCHITECTURE_3 = 3,
	PRIORITY = 0xa0,
	PRIORITY_MASK_ALL = 0xff,
	PRIVATE_COUNT = 32,
	CONFIG_PER_WORD = 16,
	CONFIG_EDGE = 2,
	SPECIAL = 1020, /* INTIDs from here on are none */
	LOOKS_MAX = 100000,
	TAKE_MAX = 64,
};

static struct {
	uint64_t frame;
	uint64_t mpidr;
} cpus[NS_CPUS_MAX];

static uint32_t read32(uint64_t address)
{
	return *(volatile uint32_t *)(uintptr_t)address;
}

static uint64_t read64(uint64_t address)
{
	return *(volatile uint64_t *)(uintptr_t)address;
}

static void write32(uint64_t address, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)address = value;
}

static void write64(uint64_t address, uint64_t value)
{
	*(volatile uint64_t *)(uintptr_t)address = value;
}

static void write8(uint64_t address, uint8_t value)
{
	*(volatile uint8_t *)(uintptr_t)address = value;
}

/* Wait until a write to the distributor or a redistributor has taken effect. A GIC that never says so is gone on with. */
static void pending_await(uint64_t ctlr, uint64_t mask)
{
	for (unsigned i = 0; i < LOOKS_MAX && (read32(ctlr) & mask) != 0; i++) {
	}
}

/* GICR_TYPER's affinity as in MPIDR_EL1. */
static uint64_t mpidr_of(uint64_t typer)
{
	uint64_t mpidr = 0;

	mpidr = FIELD_SET(mpidr, MPIDR_AFF0, FIELD_GET(typer, GICR_TYPER_AFF0));
	mpidr = FIELD_SET(mpidr, MPIDR_AFF1, FIELD_GET(typer, GICR_TYPER_AFF1));
	mpidr = FIELD_SET(mpidr, MPIDR_AFF2, FIELD_GET(typer, GICR_TYPER_AFF2));
	return FIELD_SET(mpidr, MPIDR_AFF3, FIELD_GET(typer, GICR_TYPER_AFF3));
}

/* Let CPU 0 have an SPI. */
static void shared_enable(unsigned id)
{
	write8(gicd_base + GICD_IPRIORITYR + id, PRIORITY);
	write64(gicd_base + GICD_IROUTER + sizeof(uint64_t) * id, cpus[0].mpidr);
	write32(gicd_base + GICD_ISENABLER + id / PRIVATE_COUNT * sizeof(uint32_t), 1U << id % PRIVATE_COUNT);
	pending_await(gicd_base + GICD_CTLR, FIELD_MASK(GICD_CTLR_RWP));
}

/* The power button is a pulse; the UART, which is quiet until somebody wants to hear of it, a level. */
static void shared_begin(void)
{
	uint64_t config = gicd_base + GICD_ICFGR + INTERRUPT_POWER / CONFIG_PER_WORD * sizeof(uint32_t);
	unsigned shift = 2 * (INTERRUPT_POWER % CONFIG_PER_WORD);

	write32(config, read32(config) | (uint32_t)CONFIG_EDGE << shift);
	output_input_interrupt(false);
	shared_enable(INTERRUPT_POWER);
	shared_enable(INTERRUPT_UART);
}

unsigned interrupts_begin(unsigned most)
{
	uint64_t frame = gicr_base;
	unsigned count = 0;
	uint64_t typer;

	if (FIELD_GET(read32(gicd_base + GICD_PIDR2), GICD_PIDR2_ARCH_REV) != ARCHITECTURE_3) {
		return 0;
	}
	write32(gicd_base + GICD_CTLR, (uint32_t)FIELD_MASK(GICD_CTLR_ARE_NS));
	pending_await(gicd_base + GICD_CTLR, FIELD_MASK(GICD_CTLR_RWP));
	write32(gicd_base + GICD_CTLR, (uint32_t)(FIELD_MASK(GICD_CTLR_ARE_NS) | FIELD_MASK(GICD_CTLR_GRP1A)));
	pending_await(gicd_base + GICD_CTLR, FIELD_MASK(GICD_CTLR_RWP));
	do {
		typer = read64(frame + GICR_TYPER);
		cpus[count].frame = frame;
		cpus[count].mpidr = mpidr_of(typer);
		count++;
		frame += GICR_STRIDE;
	} while (FIELD_GET(typer, GICR_TYPER_LAST) == 0 && count < most && count < NS_CPUS_MAX && frame < gicr_end);
	shared_begin();
	return count;
}

uint64_t interrupts_mpidr(unsigned number)
{
	return cpus[number].mpidr;
}

bool interrupts_cpu_begin(void)
{
	const uint32_t ours = 1U << INTERRUPT_KICK | 1U << INTERRUPT_MAINTENANCE | 1U << INTERRUPT_ALARM |
		1U << INTERRUPT_VIRTUAL | 1U << INTERRUPT_PHYSICAL;
	uint64_t frame = cpus[cpu_number()].frame;

	if (frame == 0) {
		return false;
	}
	write32(frame + GICR_ICENABLER0, ~ours);
	for (unsigned i = 0; i < PRIVATE_COUNT; i++) {
		write8(frame + GICR_IPRIORITYR + i, PRIORITY);
	}
	write32(frame + GICR_ISENABLER0, ours);
	pending_await(frame + GICR_CTLR, FIELD_MASK(GICR_CTLR_RWP));
	sysreg_write(ICC_SRE_EL2,
		FIELD_MASK(ICC_SRE_SRE) | FIELD_MASK(ICC_SRE_DFB) | FIELD_MASK(ICC_SRE_DIB) |
			FIELD_MASK(ICC_SRE_ENABLE));
	isb();
	sysreg_write(ICC_PMR_EL1, PRIORITY_MASK_ALL);
	sysreg_write(ICC_CTLR_EL1, 0);
	sysreg_write(ICC_IGRPEN1_EL1, 1);
	/* Interrupts are the host's: they end its waits. They stay masked (I1). */
	sysreg_write(HCR_EL2, FIELD_MASK(HCR_RW) | FIELD_MASK(HCR_AMO) | FIELD_MASK(HCR_IMO) | FIELD_MASK(HCR_FMO));
	isb();
	return true;
}

void interrupts_cpu_end(void)
{
	sysreg_write(ICC_IGRPEN1_EL1, 0);
	isb();
}

unsigned interrupts_take(void)
{
	unsigned taken = 0;

	for (unsigned i = 0; i < TAKE_MAX; i++) {
		uint64_t id = FIELD_GET(sysreg_read(ICC_IAR1_EL1), ICC_IAR_INTID);

		dsb_sy();
		if (id >= SPECIAL) {
			break;
		}
		taken |= id == INTERRUPT_POWER ? (unsigned)INTERRUPTS_POWER : 0;
		taken |= id == INTERRUPT_KICK ? (unsigned)INTERRUPTS_KICK : 0;
		if (id == INTERRUPT_ALARM) {
			/* A level: it would come again for ever. Whoever wants another alarm sets one. */
			sysreg_write(CNTHP_CTL_EL2, 0);
			isb();
		}
		if (id == INTERRUPT_UART) {
			/* A level as well, until what came in is read. */
			output_input_interrupt(false);
			taken |= INTERRUPTS_UART;
		}
		sysreg_write(ICC_EOIR1_EL1, id);
		isb();
	}
	return taken;
}

void interrupts_kick(unsigned number)
{
	uint64_t mpidr = cpus[number].mpidr;
	uint64_t sgi = 0;

	sgi = FIELD_SET(sgi, ICC_SGI_INTID, INTERRUPT_KICK);
	sgi = FIELD_SET(sgi, ICC_SGI_TARGETS, UINT64_C(1) << (FIELD_GET(mpidr, MPIDR_AFF0) & 0xf));
	sgi = FIELD_SET(sgi, ICC_SGI_RS, FIELD_GET(mpidr, MPIDR_AFF0) >> 4);
	sgi = FIELD_SET(sgi, ICC_SGI_AFF1, FIELD_GET(mpidr, MPIDR_AFF1));
	sgi = FIELD_SET(sgi, ICC_SGI_AFF2, FIELD_GET(mpidr, MPIDR_AFF2));
	sgi = FIELD_SET(sgi, ICC_SGI_AFF3, FIELD_GET(mpidr, MPIDR_AFF3));
	dsb_sy();
	sysreg_write(ICC_SGI1R_EL1, sgi);
	isb();
}
