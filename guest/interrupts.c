/* SPDX-License-Identifier: BSD-2-Clause */
/* interrupts.c - a realm that takes interrupts: its timers', SGIs, the UART's, and more at once than there are list registers.
 * With a second CPU, SGIs go back and forth between the two. */
#include <stddef.h>

#include "guest/runtime/mmio.h"
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"
#include "guest/runtime/trap.h"
#include "reeve/field.h"

enum {
	GICD_CTLR = 0x0000,
	GICD_TYPER = 0x0004,
	GIC_IGROUPR = 0x0080,
	GIC_ISENABLER = 0x0100,
	GIC_ICENABLER = 0x0180,
	GIC_ISPENDR = 0x0200,
	GIC_IPRIORITYR = 0x0400,
	GIC_ICFGR = 0x0c00,
	GICR_WAKER = 0x0014,
	GICR_FROM_GICD = 0xa0000,
	GICR_SGI_FRAME = 0x10000,
	CTLR_GROUP1 = 2,
	WAKER_ASLEEP = 4,
};

enum {
	SGI_SELF = 3,
	SGI_PING = 4, /* to CPU 1 */
	SGI_PONG = 5, /* and back */
	TIMER_VIRTUAL = 27,
	TIMER_PHYSICAL = 30,
	UART = 33,
	SPI_FIRST = 64, /* a word of them */
	SPI_COUNT = 32,
	APART_COUNT = 12, /* of these, more than there are list registers */
	SPECIAL = 1020,
	LIMIT = 96,
};

enum {
	TICKS = 5,
	ROUNDS = 100,
	GRANULE_BYTES = 4096,
	GICR_STRIDE = 0x20000,
	LOOKS_MAX = 20000,
	PL011_DR = 0x00,
	PL011_IMSC = 0x38,
	PL011_ICR = 0x44,
	PL011_TX = 1 << 5
};

static const uint64_t timer_ticks = 1000000; /* a millisecond at 1 GHz, less at less */

static volatile unsigned taken[LIMIT];
static volatile unsigned order[SPI_COUNT];
static volatile unsigned order_count;
static uint64_t gicd;
static uint64_t gicr;
static uint64_t uart;

#define sysreg_read(name) \
	__extension__({ \
		uint64_t value; \
		__asm__ volatile("mrs %0, " #name : "=r"(value)); \
		value; \
	})
#define sysreg_write(name, value) __asm__ volatile("msr " #name ", %0\n\tisb" ::"r"((uint64_t)(value)) : "memory")

static void irqs_unmask(void)
{
	__asm__ volatile("msr daifclr, #2\n\tisb" ::: "memory");
}

static void irqs_mask(void)
{
	__asm__ volatile("msr daifset, #2\n\tisb" ::: "memory");
}

/* Switch off what raised a level, so that it does not come again. */
static void calm(unsigned number)
{
	if (number == TIMER_VIRTUAL) {
		sysreg_write(cntv_ctl_el0, 0);
	}
	if (number == TIMER_PHYSICAL) {
		sysreg_write(cntp_ctl_el0, 0);
	}
	if (number == UART) {
		mmio_write32(uart + PL011_IMSC, 0);
	}
}

static void sgi_send(unsigned number, unsigned cpu)
{
	sysreg_write(S3_0_C12_C11_5, (uint64_t)number << 24 | 1U << cpu); /* ICC_SGI1R_EL1 */
}

static void on_irq(void)
{
	uint64_t number = sysreg_read(S3_0_C12_C12_0); /* ICC_IAR1_EL1 */

	if (number >= LIMIT) {
		return;
	}
	taken[number]++;
	if (number >= SPI_FIRST && order_count < SPI_COUNT) {
		order[order_count++] = (unsigned)number;
	}
	if (number == SGI_PING) {
		sgi_send(SGI_PONG, 0);
	}
	calm((unsigned)number);
	sysreg_write(S3_0_C12_C12_1, number); /* ICC_EOIR1_EL1 */
}

/* Sleep until `number` was taken `count` times in all, for so many wakings at most. */
static void await(unsigned number, unsigned count)
{
	for (unsigned i = 0; i < LOOKS_MAX && taken[number] < count; i++) {
		/* Masked, an interrupt that comes before the WFI ends it all the same; it is taken between the two. */
		__asm__ volatile("wfi" ::: "memory");
		irqs_unmask();
		irqs_mask();
	}
	if (taken[number] < count) {
		fail("interrupt %u came %u times of %u", number, taken[number], count);
	}
}

/* This CPU's redistributor and its interface. */
static void cpu_begin(uint64_t own)
{
	const uint32_t ours =
		1U << SGI_SELF | 1U << SGI_PING | 1U << SGI_PONG | 1U << TIMER_VIRTUAL | 1U << TIMER_PHYSICAL;

	mmio_write32(own + GICR_WAKER, 0);
	if ((mmio_read32(own + GICR_WAKER) & WAKER_ASLEEP) != 0) {
		fail("the redistributor stays asleep");
	}
	mmio_write32(own + GICR_SGI_FRAME + GIC_IGROUPR, UINT32_MAX);
	mmio_write32(own + GICR_SGI_FRAME + GIC_ISENABLER, ours);
	sysreg_write(S3_0_C12_C12_5, 1);  /* ICC_SRE_EL1 */
	sysreg_write(S3_0_C4_C6_0, 0xff); /* ICC_PMR_EL1 */
	sysreg_write(S3_0_C12_C12_7, 1);  /* ICC_IGRPEN1_EL1 */
}

static void gic_begin(void)
{
	mmio_write32(gicd + GICD_CTLR, CTLR_GROUP1);
	mmio_write32(gicd + GIC_IGROUPR + 4, UINT32_MAX);
	mmio_write32(gicd + GIC_IGROUPR + 8, UINT32_MAX);
	trap_irq(on_irq);
	cpu_begin(gicr);
	print("gic: %u interrupt lines\n", 32 * ((mmio_read32(gicd + GICD_TYPER) & 0x1f) + 1));
}

static void timers(void)
{
	for (unsigned i = 1; i <= TICKS; i++) {
		sysreg_write(cntv_tval_el0, timer_ticks);
		sysreg_write(cntv_ctl_el0, 1);
		await(TIMER_VIRTUAL, i);
	}
	print("virtual timer: %u interrupts\n", taken[TIMER_VIRTUAL]);
	for (unsigned i = 1; i <= TICKS; i++) {
		sysreg_write(cntp_tval_el0, timer_ticks);
		sysreg_write(cntp_ctl_el0, 1);
		await(TIMER_PHYSICAL, i);
	}
	print("physical timer: %u interrupts\n", taken[TIMER_PHYSICAL]);
}

/* A timer that fires while the realm computes takes it out and back. */
static void busy(void)
{
	uint64_t until;

	sysreg_write(cntv_tval_el0, timer_ticks);
	sysreg_write(cntv_ctl_el0, 1);
	irqs_unmask();
	until = sysreg_read(cntvct_el0) + 1000 * timer_ticks;
	while (taken[TIMER_VIRTUAL] == TICKS && sysreg_read(cntvct_el0) < until) {
	}
	irqs_mask();
	print("while it computes: %u\n", taken[TIMER_VIRTUAL] - TICKS);
}

static void sgi(void)
{
	irqs_unmask();
	sgi_send(SGI_SELF, 0);
	irqs_mask();
	await(SGI_SELF, 1);
	print("SGI to itself: %u\n", taken[SGI_SELF]);
}

/* CPU 1: answers each ping, until it has had them all. */
static void pong(struct secondary *self)
{
	(void)self;
	cpu_begin(gicr + GICR_STRIDE);
	taken[SGI_PING] = 0;
	sgi_send(SGI_PONG, 0);
	await(SGI_PING, ROUNDS);
	psci_cpu_off();
}

static void ping(uint64_t mpidr)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): RAM behind the image */
	struct secondary *other = (struct secondary *)image_end_address();

	*other = (struct secondary){image_end_address() + GRANULE_BYTES, pong};
	__asm__ volatile("dmb sy" ::: "memory");
	if (psci_cpu_on(mpidr, (uintptr_t)secondary_start, (uintptr_t)other) != PSCI_STATUS_SUCCESS) {
		fail("CPU 1 cannot be switched on");
	}
	for (unsigned i = 1; i <= ROUNDS; i++) {
		await(SGI_PONG, i);
		sgi_send(SGI_PING, 1);
	}
	await(SGI_PONG, ROUNDS + 1);
	print("SGIs to CPU 1 and back: %u\n", taken[SGI_PONG] - 1);
}

static void uart_interrupt(void)
{
	mmio_write32(gicd + GIC_ISENABLER + 4, 1U << (UART - 32));
	mmio_write32(uart + PL011_IMSC, PL011_TX);
	print("UART: ");
	await(UART, 1);
	print("%u\n", taken[UART]);
	mmio_write32(uart + PL011_ICR, PL011_TX);
}

/* Thirty-two at once, the last the most urgent: each is taken once, in the order of their priorities. */
static void flood(void)
{
	unsigned in_order = 0;

	for (unsigned i = 0; i < SPI_COUNT; i++) {
		mmio_write8(gicd + GIC_IPRIORITYR + SPI_FIRST + i, (uint8_t)(0xf0 - 8 * (i / 2)));
	}
	mmio_write32(gicd + GIC_ICFGR + SPI_FIRST / 4, 0xaaaaaaaa);
	mmio_write32(gicd + GIC_ICFGR + SPI_FIRST / 4 + 4, 0xaaaaaaaa);
	mmio_write32(gicd + GIC_ISPENDR + SPI_FIRST / 8, UINT32_MAX);
	mmio_write32(gicd + GIC_ISENABLER + SPI_FIRST / 8, UINT32_MAX);
	irqs_unmask();
	for (unsigned i = 0; i < LOOKS_MAX && order_count < SPI_COUNT; i++) {
		__asm__ volatile("isb" ::: "memory");
	}
	irqs_mask();
	for (unsigned i = 0; i < SPI_COUNT; i++) {
		if (taken[SPI_FIRST + i] != 1) {
			fail("interrupt %u came %u times", SPI_FIRST + i, taken[SPI_FIRST + i]);
		}
		in_order += i == 0 || (order[i] & ~1U) <= (order[i - 1] & ~1U);
	}
	print("flood: %u of %u, %u in order\n", order_count, SPI_COUNT, in_order);
}

/* Until each of the first SPIs, but for those behind `count`, was taken `times` times. */
static bool spis_taken(unsigned count, unsigned times)
{
	bool is_so = false;

	irqs_unmask();
	for (unsigned look = 0; look < LOOKS_MAX && !is_so; look++) {
		__asm__ volatile("isb" ::: "memory");
		is_so = true;
		for (unsigned i = 0; i < count; i++) {
			is_so = is_so && taken[SPI_FIRST + i] == times;
		}
	}
	irqs_mask();
	return is_so;
}

/* Priority drop and deactivation apart (EOImode): more are active at once than there are list registers, and pending again. Each comes again when
 * it is deactivated, the least urgent first, and no other does. */
static void apart(void)
{
	const uint32_t all = (1U << APART_COUNT) - 1;
	unsigned by_number = 0;

	for (unsigned i = 0; i < APART_COUNT; i++) {
		taken[SPI_FIRST + i] = 0;
	}
	sysreg_write(S3_0_C12_C12_4, 2); /* ICC_CTLR_EL1.EOImode */
	mmio_write32(gicd + GIC_ISPENDR + SPI_FIRST / 8, all);
	if (!spis_taken(APART_COUNT, 1)) {
		fail("not all came with EOImode set");
	}
	mmio_write32(gicd + GIC_ISPENDR + SPI_FIRST / 8, all);
	for (unsigned i = 0; i < APART_COUNT; i++) {
		sysreg_write(S3_0_C12_C11_1, SPI_FIRST + i); /* ICC_DIR_EL1 */
		by_number += spis_taken(i + 1, 2) && (i + 1 == APART_COUNT || taken[SPI_FIRST + i + 1] == 1);
	}
	for (unsigned i = 0; i < APART_COUNT; i++) {
		sysreg_write(S3_0_C12_C11_1, SPI_FIRST + i);
	}
	sysreg_write(S3_0_C12_C12_4, 0);
	print("apart: %u of %u by number\n", by_number, APART_COUNT);
}

static void interrupts(const struct machine *machine)
{
	struct fdt_reg reg;

	if (!fdt_find_compatible(&machine->fdt, "arm,gic-v3", 0, &reg)) {
		fail("the device tree has no GICv3");
	}
	gicd = reg.base;
	gicr = reg.base + GICR_FROM_GICD;
	if (!fdt_find_compatible(&machine->fdt, "arm,pl011", 0, &reg)) {
		fail("the device tree has no PL011");
	}
	uart = reg.base;
	gic_begin();
	timers();
	busy();
	sgi();
	if (fdt_find_named(&machine->fdt, "cpu", 1, &reg)) {
		ping(reg.base);
	}
	uart_interrupt();
	flood();
	apart();
}

const struct program program = {"interrupts", interrupts};
