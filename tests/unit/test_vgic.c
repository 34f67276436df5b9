/* SPDX-License-Identifier: BSD-2-Clause */
/* test_vgic.c - a realm's interrupt controller: registers, list registers, and realms that write what they should not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reeve/field.h"
#include "vmm/vgic.h"

enum { CPUS = 3, LISTS = 4, SGI_FRAME = 0x10000, PENDING = 1, ACTIVE = 2, SPI = 40, EDGE = 41 };
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
static struct rmi_rec_enter enter;

/* ---- what tests do ---- */

static void bit_write(unsigned offset, unsigned number)
{
	uint64_t word = offset + number / 32 * 4;

	if (number < 32) {
		gicr_write(&gic, SGI_FRAME + word, 4, 1U << number % 32);
		return;
	}
	gicd_write(&gic, word, 4, 1U << number % 32);
}

static bool bit_read(unsigned offset, unsigned number)
{
	uint64_t word = offset + number / 32 * 4;
	uint64_t value = number < 32 ? gicr_read(&gic, SGI_FRAME + word, 4) : gicd_read(&gic, word, 4);

	return (value >> number % 32 & 1) != 0;
}

/* All interrupts of CPU 0 and the SPIs in group 1 and enabled; EDGE is an edge. */
static int begin(void **state)
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
static uint64_t listed(unsigned cpu, unsigned number)
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

static unsigned state_of(uint64_t lr)
{
	return (unsigned)FIELD_GET(lr, ICH_LR_STATE);
}

/* Come out with the state of `number` changed to `next`, all others as they went in. */
static void left(unsigned cpu, unsigned number, unsigned next)
{
	for (unsigned i = 0; i < RMI_GIC_LR_COUNT; i++) {
		if (FIELD_GET(enter.gicv3_lrs[i], ICH_LR_VINTID) == number && enter.gicv3_lrs[i] != 0) {
			enter.gicv3_lrs[i] = FIELD_SET(enter.gicv3_lrs[i], ICH_LR_STATE, next);
		}
	}
	vgic_exit(&gic, cpu, enter.gicv3_lrs, 0);
}

/* ---- registers ---- */

static void identity(void **state)
{
	(void)state;
	assert_int_equal(gicd_read(&gic, PIDR2, 4), 0x30);
	assert_int_equal(gicr_read(&gic, PIDR2, 4), 0x30);
	/* No 1 of N, ten bits of INTID; one security state, no LPIs, no message-based SPIs, no extended ranges. */
	assert_int_equal(gicd_read(&gic, TYPER, 4), 1U << 25 | 9U << 19 | (GIC_INTERRUPTS / 32 - 1));
	assert_int_equal(gicd_read(&gic, CTLR, 4), 0x52); /* DS, ARE, group 1 */
	gicd_write(&gic, CTLR, 4, UINT32_MAX);
	assert_int_equal(gicd_read(&gic, CTLR, 4), 0x53);
	gicd_write(&gic, CTLR, 4, 0);
	assert_int_equal(gicd_read(&gic, CTLR, 4), 0x50);
	for (uint64_t cpu = 0; cpu < CPUS; cpu++) {
		uint64_t typer = gicr_read(&gic, cpu * GICR_SIZE + 8, 8);

		assert_int_equal(typer >> 32, cpu);
		assert_int_equal(typer >> 8 & 0xffff, cpu);
		assert_int_equal(typer >> 4 & 1, cpu == CPUS - 1);
		assert_int_equal(gicr_read(&gic, cpu * GICR_SIZE + 8, 4), typer & UINT32_MAX);
		assert_int_equal(gicr_read(&gic, cpu * GICR_SIZE + 12, 4), typer >> 32);
	}
	assert_int_equal(gicr_read(&gic, WAKER, 4), 6);
	gicr_write(&gic, WAKER, 4, 0);
	assert_int_equal(gicr_read(&gic, WAKER, 4), 0);
	assert_int_equal(gicr_read(&gic, GICR_SIZE + WAKER, 4), 6);
}

static void affinity_of_many(void **state)
{
	(void)state;
	assert_int_equal(vgic_affinity(15), 15);
	assert_int_equal(vgic_affinity(16), 0x100);
	assert_int_equal(vgic_affinity(63), 0x30f);
}

static void bits_set_and_clear(void **state)
{
	static const struct {
		unsigned set;
		unsigned clear;
	} pairs[] = {{ISENABLER, ICENABLER}, {ISPENDR, ICPENDR}, {ISACTIVER, ICACTIVER}};

	(void)state;
	bit_write(ICENABLER, SPI);
	bit_write(ICENABLER, 20);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		for (unsigned n = 20; n <= SPI; n += SPI - 20) {
			bit_write(pairs[i].set, n);
			assert_true(bit_read(pairs[i].set, n));
			assert_true(bit_read(pairs[i].clear, n));
			assert_int_equal(bit_read(pairs[i].set, n + 1), i == 0);
			gicd_write(&gic, pairs[i].set + 4, 4, 0);
			assert_true(bit_read(pairs[i].set, n));
			bit_write(pairs[i].clear, n);
			assert_false(bit_read(pairs[i].set, n));
		}
	}
}

static void priorities_by_byte_and_word(void **state)
{
	(void)state;
	gicd_write(&gic, IPRIORITYR + SPI, 1, 0x5f);
	assert_int_equal(gicd_read(&gic, IPRIORITYR + SPI, 1), 0x58); /* five bits */
	gicd_write(&gic, IPRIORITYR + SPI, 4, 0xa0b0c0d0);
	assert_int_equal(gicd_read(&gic, IPRIORITYR + SPI, 4), 0xa0b0c0d0);
	assert_int_equal(gicd_read(&gic, IPRIORITYR + SPI + 3, 1), 0xa0);
	gicr_write(&gic, SGI_FRAME + IPRIORITYR + 7, 1, 0x80);
	assert_int_equal(gicr_read(&gic, SGI_FRAME + IPRIORITYR + 4, 4), 0x80000000);
	assert_int_equal(gicr_read(&gic, GICR_SIZE + SGI_FRAME + IPRIORITYR + 7, 1), 0);
}

static void sgis_are_edges(void **state)
{
	(void)state;
	gicr_write(&gic, SGI_FRAME + ICFGR, 4, 0);
	assert_int_equal(gicr_read(&gic, SGI_FRAME + ICFGR, 4), 0xaaaaaaaa);
	gicr_write(&gic, SGI_FRAME + ICFGR + 4, 4, UINT32_MAX);
	assert_int_equal(gicr_read(&gic, SGI_FRAME + ICFGR + 4, 4), 0xaaaaaaaa);
}

static void routes(void **state)
{
	(void)state;
	gicd_write(&gic, IROUTER + 8 * SPI, 8, 2);
	assert_int_equal(gicd_read(&gic, IROUTER + 8 * SPI, 8), 2);
	assert_int_equal(vgic_changed_take(&gic), 1U << 0 | 1U << 2); /* whose it was, whose it is */
	vgic_line(&gic, 0, SPI, true);
	assert_int_equal(vgic_changed_take(&gic), 1U << 2);
	assert_int_equal(listed(0, SPI), 0);
	assert_int_equal(state_of(listed(2, SPI)), PENDING);
	left(2, SPI, PENDING);
	/* To any: the first. To nobody: nowhere, until it is somewhere. */
	gicd_write(&gic, IROUTER + 8 * SPI, 4, 1U << 31);
	assert_int_not_equal(listed(0, SPI), 0);
	left(0, SPI, PENDING);
	gicd_write(&gic, IROUTER + 8 * SPI, 8, 0xff0000000f);
	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		assert_int_equal(listed(cpu, SPI), 0);
		vgic_exit(&gic, cpu, enter.gicv3_lrs, 0);
	}
	gicd_write(&gic, IROUTER + 8 * SPI, 8, 1);
	assert_int_not_equal(listed(1, SPI), 0);
}

/* ---- lives of interrupts ---- */

static void an_edge_comes_once(void **state)
{
	(void)state;
	vgic_line(&gic, 0, EDGE, true);
	vgic_line(&gic, 0, EDGE, false);
	assert_true(vgic_is_pending(&gic, 0));
	assert_int_equal(state_of(listed(0, EDGE)), PENDING);
	left(0, EDGE, ACTIVE);
	assert_true(bit_read(ISACTIVER, EDGE));
	assert_false(bit_read(ISPENDR, EDGE));
	assert_int_equal(state_of(listed(0, EDGE)), ACTIVE);
	left(0, EDGE, 0);
	assert_int_equal(listed(0, EDGE), 0);
	assert_false(vgic_is_pending(&gic, 0));
}

/* One that comes while the one before is pending is the same; one that comes while that is active is another. */
static void an_edge_while_it_is_active(void **state)
{
	(void)state;
	vgic_line(&gic, 0, EDGE, true);
	(void)listed(0, EDGE);
	vgic_line(&gic, 0, EDGE, false);
	vgic_line(&gic, 0, EDGE, true);
	left(0, EDGE, ACTIVE);
	assert_int_equal(state_of(listed(0, EDGE)), PENDING | ACTIVE);
	left(0, EDGE, PENDING);
	assert_int_equal(state_of(listed(0, EDGE)), PENDING);
	left(0, EDGE, 0);
	assert_int_equal(listed(0, EDGE), 0);
}

/* A level is pending until its line is down, however often it is ended; its end is reported (G3). */
static void a_level_comes_again(void **state)
{
	uint64_t lr;

	(void)state;
	vgic_line(&gic, 0, GIC_TIMER_VIRTUAL, true);
	lr = listed(0, GIC_TIMER_VIRTUAL);
	assert_int_equal(state_of(lr), PENDING);
	assert_int_equal(FIELD_GET(lr, ICH_LR_EOI), 1);
	left(0, GIC_TIMER_VIRTUAL, ACTIVE);
	assert_false(vgic_is_pending(&gic, 0)); /* it waits for its own end */
	assert_int_equal(state_of(listed(0, GIC_TIMER_VIRTUAL)), ACTIVE);
	left(0, GIC_TIMER_VIRTUAL, 0);
	assert_int_equal(state_of(listed(0, GIC_TIMER_VIRTUAL)), PENDING);
	left(0, GIC_TIMER_VIRTUAL, PENDING);
	vgic_line(&gic, 0, GIC_TIMER_VIRTUAL, false);
	assert_int_equal(listed(0, GIC_TIMER_VIRTUAL), 0);
	assert_false(bit_read(ISPENDR, GIC_TIMER_VIRTUAL));
}

/* ISPENDR makes a level pending without its line; ICPENDR takes that back, even when it is in a list register. */
static void a_level_by_register(void **state)
{
	(void)state;
	bit_write(ISPENDR, SPI);
	assert_int_equal(state_of(listed(0, SPI)), PENDING);
	left(0, SPI, PENDING);
	assert_true(bit_read(ISPENDR, SPI));
	(void)listed(0, SPI);
	bit_write(ICPENDR, SPI);
	left(0, SPI, PENDING);
	assert_int_equal(listed(0, SPI), 0);
}

static void disabled_and_other_groups_wait(void **state)
{
	(void)state;
	bit_write(ICENABLER, SPI);
	vgic_line(&gic, 0, SPI, true);
	assert_false(vgic_is_pending(&gic, 0));
	assert_int_equal(listed(0, SPI), 0);
	bit_write(ISENABLER, SPI);
	assert_true(vgic_is_pending(&gic, 0));
	gicd_write(&gic, CTLR, 4, 1);
	assert_int_equal(vgic_changed_take(&gic) & 7, 7);
	assert_int_equal(listed(0, SPI), 0);
	gicd_write(&gic, IGROUPR + SPI / 32 * 4, 4, 0);
	assert_int_equal(FIELD_GET(listed(0, SPI), ICH_LR_GROUP), 0);
	left(0, SPI, PENDING);
	gicd_write(&gic, CTLR, 4, 2);
	assert_int_equal(listed(0, SPI), 0);
}

/* What is active stays with its CPU wherever it is routed to now. */
static void active_where_it_was_taken(void **state)
{
	(void)state;
	vgic_line(&gic, 0, SPI, true);
	(void)listed(0, SPI);
	left(0, SPI, ACTIVE);
	gicd_write(&gic, IROUTER + 8 * SPI, 8, 1);
	assert_int_equal(listed(1, SPI), 0);
	assert_int_equal(state_of(listed(0, SPI)), ACTIVE);
	left(0, SPI, 0);
	assert_int_equal(state_of(listed(1, SPI)), PENDING);
}

/* What another CPU writes of an interrupt that is in the realm holds when it comes out, whatever its list register says. */
static void active_by_register_meanwhile(void **state)
{
	(void)state;
	vgic_line(&gic, 0, EDGE, true);
	(void)listed(0, EDGE);
	left(0, EDGE, ACTIVE);
	(void)listed(0, EDGE);
	bit_write(ICACTIVER, EDGE);
	assert_false(bit_read(ISACTIVER, EDGE));
	assert_int_equal(vgic_changed_take(&gic), 1U << 0);
	left(0, EDGE, ACTIVE);
	assert_false(bit_read(ISACTIVER, EDGE));
	assert_int_equal(listed(0, EDGE), 0);
	vgic_exit(&gic, 0, enter.gicv3_lrs, 0);
	/* The other way: it waits for the end of what was made active. */
	vgic_line(&gic, 0, SPI, true);
	assert_int_equal(state_of(listed(0, SPI)), PENDING);
	bit_write(ISACTIVER, SPI);
	left(0, SPI, PENDING);
	assert_true(bit_read(ISACTIVER, SPI));
	assert_int_equal(state_of(listed(0, SPI)), ACTIVE);
	/* Written to what it was, it is what the list register says. */
	bit_write(ISACTIVER, SPI);
	left(0, SPI, 0);
	assert_false(bit_read(ISACTIVER, SPI));
	assert_int_equal(state_of(listed(0, SPI)), PENDING);
	/* Made inactive though it was not, it was acknowledged meanwhile. */
	bit_write(ICACTIVER, SPI);
	left(0, SPI, ACTIVE);
	assert_false(bit_read(ISACTIVER, SPI));
	assert_int_equal(state_of(listed(0, SPI)), PENDING);
	left(0, SPI, ACTIVE);
	assert_true(bit_read(ISACTIVER, SPI));
}

/* An SPI that is made active by register is where it is routed to, not with whom it was last. */
static void active_where_it_is_routed(void **state)
{
	(void)state;
	gicd_write(&gic, IROUTER + 8 * SPI, 8, 2);
	bit_write(ISACTIVER, SPI);
	assert_int_equal(listed(0, SPI), 0);
	assert_int_equal(state_of(listed(2, SPI)), ACTIVE);
	left(2, SPI, 0);
	assert_false(bit_read(ISACTIVER, SPI));
	/* Nowhere, until it is inactive. */
	gicd_write(&gic, IROUTER + 8 * SPI, 8, 0xff0000);
	bit_write(ISACTIVER, SPI);
	bit_write(ISPENDR, SPI);
	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		assert_int_equal(listed(cpu, SPI), 0);
	}
	gicd_write(&gic, IROUTER + 8 * SPI, 8, 1);
	assert_int_equal(listed(1, SPI), 0);
	bit_write(ICACTIVER, SPI);
	assert_int_equal(state_of(listed(1, SPI)), PENDING);
}

/* Whoever has it after it was routed away is told when who had it lets go: it may sleep. */
static void the_next_is_told(void **state)
{
	(void)state;
	vgic_line(&gic, 0, SPI, true);
	(void)listed(0, SPI);
	gicd_write(&gic, IROUTER + 8 * SPI, 8, 1);
	assert_int_equal(vgic_changed_take(&gic), 1U << 0); /* take it out of there */
	left(0, SPI, PENDING);
	assert_int_equal(vgic_changed_take(&gic), 1U << 1);
	/* Active there, and back again before it ends. */
	(void)listed(1, SPI);
	left(1, SPI, ACTIVE);
	assert_int_equal(vgic_changed_take(&gic), 0);
	gicd_write(&gic, IROUTER + 8 * SPI, 8, 2);
	assert_int_equal(state_of(listed(1, SPI)), ACTIVE);
	(void)vgic_changed_take(&gic);
	left(1, SPI, 0);
	assert_int_equal(vgic_changed_take(&gic), 1U << 2);
	/* Nothing is left to be told of. */
	(void)listed(2, SPI);
	gicd_write(&gic, IROUTER + 8 * SPI, 8, 0);
	vgic_line(&gic, 0, SPI, false);
	(void)vgic_changed_take(&gic);
	left(2, SPI, 0);
	assert_int_equal(vgic_changed_take(&gic), 0);
}

/* ---- list registers ---- */

static void urgent_first_and_none_lost(void **state)
{
	unsigned seen[GIC_INTERRUPTS] = {0};
	unsigned last = 0;

	(void)state;
	for (unsigned n = 32; n < GIC_INTERRUPTS; n++) {
		gicd_write(&gic, IPRIORITYR + n, 1, 8 * (n % 32));
		bit_write(ISPENDR, n);
	}
	for (unsigned round = 0; round < GIC_SPIS; round++) {
		unsigned number;
		uint64_t most = 0;
		unsigned at = 0;

		vgic_enter(&gic, 0, &enter);
		assert_int_equal(FIELD_GET(enter.gicv3_hcr, ICH_HCR_UIE), GIC_SPIS - round > LISTS);
		for (unsigned i = 0; i < LISTS && enter.gicv3_lrs[i] != 0; i++) {
			uint64_t priority = FIELD_GET(enter.gicv3_lrs[i], ICH_LR_PRIORITY);

			at = i == 0 || priority < most ? i : at;
			most = i == 0 || priority < most ? priority : most;
		}
		assert_true(most >= last);
		last = (unsigned)most;
		for (unsigned i = LISTS; i < RMI_GIC_LR_COUNT; i++) {
			assert_int_equal(enter.gicv3_lrs[i], 0);
		}
		number = (unsigned)FIELD_GET(enter.gicv3_lrs[at], ICH_LR_VINTID);
		seen[number]++;
		left(0, number, 0);
	}
	for (unsigned n = 32; n < GIC_INTERRUPTS; n++) {
		assert_int_equal(seen[n], 1);
	}
	assert_false(vgic_is_pending(&gic, 0));
}

/* More are active than there is room for: ends without a list register come as a count, the most urgent first. */
static void ends_by_count(void **state)
{
	(void)state;
	for (unsigned n = 40; n < 46; n++) {
		gicd_write(&gic, IPRIORITYR + n, 1, 8 * n);
		bit_write(ISACTIVER, n);
	}
	vgic_enter(&gic, 0, &enter);
	for (unsigned i = 0; i < LISTS; i++) {
		assert_int_equal(FIELD_GET(enter.gicv3_lrs[i], ICH_LR_VINTID), 40 + i);
	}
	vgic_exit(&gic, 0, enter.gicv3_lrs, FIELD_SET(0, ICH_HCR_EOICOUNT, 1));
	assert_false(bit_read(ISACTIVER, 44));
	assert_true(bit_read(ISACTIVER, 45));
	/* Not the lower number, and where it goes now it is told of. */
	bit_write(ISACTIVER, 44);
	gicd_write(&gic, IPRIORITYR + 44, 1, 8 * 46);
	gicd_write(&gic, IROUTER + 8 * 45, 8, 1);
	bit_write(ISPENDR, 45);
	vgic_enter(&gic, 0, &enter);
	(void)vgic_changed_take(&gic);
	vgic_exit(&gic, 0, enter.gicv3_lrs, FIELD_SET(0, ICH_HCR_EOICOUNT, 1));
	assert_false(bit_read(ISACTIVER, 45));
	assert_true(bit_read(ISACTIVER, 44));
	assert_int_equal(vgic_changed_take(&gic), 1U << 1);
	vgic_enter(&gic, 0, &enter);
	vgic_exit(&gic, 0, enter.gicv3_lrs, UINT64_MAX);
	assert_false(bit_read(ISACTIVER, 44));
	assert_true(bit_read(ISACTIVER, 40));
}

/* With priority drop and deactivation apart (EOImode) interrupts are deactivated in any order, on any CPU, and by number: no count says
 * which. So that is trapped, and the named one is inactive, with or without a list register. */
static void deactivated_by_number(void **state)
{
	(void)state;
	for (unsigned n = 40; n < 46; n++) {
		gicd_write(&gic, IPRIORITYR + n, 1, 8 * n);
		bit_write(ISACTIVER, n);
	}
	vgic_enter(&gic, 0, &enter);
	assert_int_not_equal(FIELD_GET(enter.gicv3_hcr, ICH_HCR_TDIR), 0);
	vgic_exit(&gic, 0, enter.gicv3_lrs, 0);
	vgic_deactivate(&gic, 0, 45); /* the least urgent */
	vgic_deactivate(&gic, 0, 41);
	for (unsigned n = 40; n < 46; n++) {
		assert_int_equal(bit_read(ISACTIVER, n), n != 41 && n != 45);
	}
	/* By another CPU, while it is in the realm. */
	vgic_line(&gic, 0, 40, true);
	assert_int_equal(state_of(listed(0, 40)), ACTIVE);
	(void)vgic_changed_take(&gic);
	vgic_deactivate(&gic, 1, 40);
	assert_int_equal(vgic_changed_take(&gic), 1U << 0);
	left(0, 40, ACTIVE);
	assert_int_equal(state_of(listed(0, 40)), PENDING);
	vgic_exit(&gic, 0, enter.gicv3_lrs, 0);
	/* And so, when it was acknowledged there since. */
	(void)listed(0, 40);
	vgic_deactivate(&gic, 1, 40);
	assert_int_equal(vgic_changed_take(&gic), 1U << 0);
	left(0, 40, ACTIVE);
	assert_int_equal(state_of(listed(0, 40)), PENDING);
	vgic_exit(&gic, 0, enter.gicv3_lrs, 0);
	/* Each CPU's own are its own. What there is not, and what is not active, is nothing. */
	gicr_write(&gic, SGI_FRAME + ISACTIVER, 4, 1U << 7);
	(void)vgic_changed_take(&gic);
	vgic_deactivate(&gic, 1, 7);
	assert_true(bit_read(ISACTIVER, 7));
	vgic_deactivate(&gic, 0, 7);
	assert_false(bit_read(ISACTIVER, 7));
	(void)vgic_changed_take(&gic);
	vgic_deactivate(&gic, 0, GIC_INTERRUPTS);
	vgic_deactivate(&gic, 0, 0xffffff);
	vgic_deactivate(&gic, 0, 50);
	assert_int_equal(vgic_changed_take(&gic), 0);
}

/* Where priority drop and deactivation are apart, what is active holds back nothing and may be so for long: what is pending comes first, and the CPU
 * comes out when the last that is pending was taken, but not for what is only active. */
static void pending_before_active_when_apart(void **state)
{
	(void)state;
	vgic_interface(&gic, 0, VMCR_OPEN | 1U << 9);
	for (unsigned n = 40; n < 46; n++) {
		bit_write(ISACTIVER, n);
	}
	bit_write(ISPENDR, 50);
	bit_write(ISPENDR, 51);
	gicd_write(&gic, IPRIORITYR + 50, 1, 0xf0);
	assert_int_equal(state_of(listed(0, 50)), PENDING);
	assert_int_equal(enter.gicv3_hcr, FIELD_MASK(ICH_HCR_TDIR));
	assert_int_equal(FIELD_GET(enter.gicv3_lrs[0], ICH_LR_VINTID), 51);
	assert_int_equal(FIELD_GET(enter.gicv3_lrs[1], ICH_LR_VINTID), 50);
	assert_int_equal(state_of(enter.gicv3_lrs[2]), ACTIVE);
	assert_int_equal(state_of(enter.gicv3_lrs[3]), ACTIVE);
	vgic_exit(&gic, 0, enter.gicv3_lrs, 0);
	for (unsigned n = 52; n < 55; n++) {
		bit_write(ISPENDR, n);
	}
	assert_int_equal(listed(0, 50), 0);
	assert_int_equal(enter.gicv3_hcr, FIELD_MASK(ICH_HCR_TDIR) | FIELD_MASK(ICH_HCR_NPIE));
	for (unsigned i = 0; i < LISTS; i++) {
		assert_int_equal(state_of(enter.gicv3_lrs[i]), PENDING);
		enter.gicv3_lrs[i] = FIELD_SET(enter.gicv3_lrs[i], ICH_LR_STATE, ACTIVE);
	}
	vgic_exit(&gic, 0, enter.gicv3_lrs, 0);
	assert_int_equal(state_of(listed(0, 50)), PENDING);
	assert_int_equal(enter.gicv3_hcr, FIELD_MASK(ICH_HCR_TDIR));
	vgic_exit(&gic, 0, enter.gicv3_lrs, 0);
	/* A count of ends says nothing: priorities were dropped, and interrupts are deactivated by number. */
	vgic_enter(&gic, 0, &enter);
	vgic_exit(&gic, 0, enter.gicv3_lrs, FIELD_SET(0, ICH_HCR_EOICOUNT, 5));
	for (unsigned n = 40; n < 46; n++) {
		assert_true(bit_read(ISACTIVER, n));
	}
	/* Together again. */
	vgic_interface(&gic, 0, VMCR_OPEN);
	assert_int_equal(listed(0, 50), 0);
	assert_int_equal(enter.gicv3_hcr, FIELD_MASK(ICH_HCR_TDIR) | FIELD_MASK(ICH_HCR_UIE));
}

/* What the CPU's interface masks ends no wait of the CPU. */
static void masked_at_the_interface(void **state)
{
	(void)state;
	gicd_write(&gic, CTLR, 4, 3);
	gicr_write(&gic, WAKER, 4, 0);
	bit_write(ISPENDR, SPI);
	gicd_write(&gic, IPRIORITYR + SPI, 1, 0x80);
	assert_true(vgic_is_pending(&gic, 0));
	vgic_interface(&gic, 0, UINT64_C(0x80000003));
	assert_false(vgic_is_pending(&gic, 0));
	vgic_interface(&gic, 0, UINT64_C(0x88000002));
	assert_true(vgic_is_pending(&gic, 0));
	vgic_interface(&gic, 0, UINT64_C(0x88000001));
	assert_false(vgic_is_pending(&gic, 0));
	gicd_write(&gic, IGROUPR + SPI / 32 * 4, 4, 0);
	assert_true(vgic_is_pending(&gic, 0));
	/* It is in the list registers all the same: the realm may change its mask without being seen. */
	vgic_interface(&gic, 0, 0);
	assert_int_equal(state_of(listed(0, SPI)), PENDING);
	left(0, SPI, PENDING);
	/* A redistributor that was sent to sleep asks for its CPU whatever the interface says, which is off then: so Linux suspends a CPU. */
	gicr_write(&gic, WAKER, 4, 2);
	assert_true(vgic_is_pending(&gic, 0));
	bit_write(ICENABLER, SPI);
	assert_false(vgic_is_pending(&gic, 0));
}

/* One list register is never more than one that is used: a CPU told of that would leave the realm before its first instruction, for ever. */
static void one_list_register(void **state)
{
	(void)state;
	vgic_init(&gic, 1, 1);
	gicd_write(&gic, CTLR, 4, 1);
	gicr_write(&gic, SGI_FRAME + ISENABLER, 4, UINT32_MAX);
	vgic_sgi(&gic, 0, 3U << 24 | 1, false);
	vgic_sgi(&gic, 0, 4U << 24 | 1, false);
	for (unsigned number = 3; number < 5; number++) {
		uint64_t lr = listed(0, number);

		assert_int_equal(state_of(lr), PENDING);
		assert_int_equal(FIELD_GET(enter.gicv3_hcr, ICH_HCR_UIE), 0);
		/* Its end is told, as long as more waits. */
		assert_int_equal(FIELD_GET(lr, ICH_LR_EOI), number == 3);
		left(0, number, ACTIVE);
		assert_int_equal(FIELD_GET(listed(0, number), ICH_LR_EOI), number == 3);
		left(0, number, 0);
	}
	assert_false(vgic_is_pending(&gic, 0));
}

/* A monitor that gives back list registers of its own making: nothing that was pending is lost for it. */
static void wrong_list_registers(void **state)
{
	uint64_t lrs[RMI_GIC_LR_COUNT];

	(void)state;
	bit_write(ISPENDR, SPI);
	(void)listed(0, SPI);
	for (unsigned i = 0; i < RMI_GIC_LR_COUNT; i++) {
		lrs[i] = UINT64_MAX;
	}
	vgic_exit(&gic, 0, lrs, UINT64_MAX);
	assert_int_equal(state_of(listed(0, SPI)), PENDING);
}

/* ---- SGIs ---- */

static void sgis_to_whom_they_name(void **state)
{
	(void)state;
	vgic_sgi(&gic, 0, 5U << 24 | 0x6, true); /* CPUs 1 and 2 */
	assert_int_equal(vgic_changed_take(&gic), 0x6);
	assert_int_equal(listed(0, 5), 0);
	assert_int_not_equal(listed(1, 5), 0);
	assert_int_not_equal(listed(2, 5), 0);
	left(2, 5, 0);
	vgic_sgi(&gic, 2, UINT64_C(1) << 40 | 6U << 24, true); /* all but itself */
	assert_int_equal(vgic_changed_take(&gic), 0x3);
	assert_int_equal(listed(2, 6), 0);
	/* Nobody: another cluster, another range of Aff0, the other group. */
	vgic_sgi(&gic, 0, 7U << 24 | 1U << 16 | 1, true);
	vgic_sgi(&gic, 0, UINT64_C(1) << 44 | 7U << 24 | 1, true);
	vgic_sgi(&gic, 0, UINT64_C(1) << 48 | 7U << 24 | 1, true);
	vgic_sgi(&gic, 0, 7U << 24 | 1, false);
	assert_int_equal(vgic_changed_take(&gic), 0);
}

/* ---- hostile realms ---- */

static uint32_t seed = 1;

static uint32_t draw(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

/* What gic_enter gives must be what RMM v1.0 takes: no interrupt twice, nothing of HW, five bits of priority. */
static void lists_are_valid(unsigned cpu)
{
	vgic_enter(&gic, cpu, &enter);
	assert_int_equal(
		enter.gicv3_hcr & ~(FIELD_MASK(ICH_HCR_UIE) | FIELD_MASK(ICH_HCR_NPIE)), FIELD_MASK(ICH_HCR_TDIR));
	for (unsigned i = 0; i < RMI_GIC_LR_COUNT; i++) {
		uint64_t lr = enter.gicv3_lrs[i];

		assert_true(i < LISTS || lr == 0);
		assert_int_equal(FIELD_GET(lr, ICH_LR_HW), 0);
		assert_int_equal(FIELD_GET(lr, ICH_LR_PRIORITY) & 7, 0);
		assert_true(FIELD_GET(lr, ICH_LR_VINTID) < GIC_INTERRUPTS);
		assert_true(lr == 0 || FIELD_GET(lr, ICH_LR_STATE) != 0);
		for (unsigned j = 0; j < i; j++) {
			assert_true(lr == 0 ||
				FIELD_GET(lr, ICH_LR_VINTID) != FIELD_GET(enter.gicv3_lrs[j], ICH_LR_VINTID));
		}
	}
}

static uint64_t draw64(void)
{
	return (uint64_t)draw() << 40 ^ (uint64_t)draw() << 20 ^ draw();
}

static unsigned draw_size(void)
{
	return 1U << draw() % 4;
}

static void play_sgi(unsigned cpu)
{
	vgic_sgi(&gic, cpu, draw64(), draw() % 2 == 0);
}

static void play_deactivation(unsigned cpu)
{
	vgic_deactivate(&gic, cpu, draw() % 2 == 0 ? draw64() : draw() % 128);
}

static void play_line(unsigned cpu)
{
	vgic_line(&gic, cpu, draw() % 128, draw() % 2 == 0);
}

static void play_visit(unsigned cpu)
{
	uint64_t value = draw64();

	lists_are_valid(cpu);
	for (unsigned i = 0; i < RMI_GIC_LR_COUNT; i++) {
		enter.gicv3_lrs[i] ^= draw() % 4 == 0 ? value : (uint64_t)(draw() % 4) << 62;
	}
	vgic_exit(&gic, cpu, enter.gicv3_lrs, value);
	vgic_interface(&gic, cpu, draw64());
}

static void play_read(unsigned cpu)
{
	(void)cpu;
	(void)gicd_read(&gic, draw() % GICD_SIZE, draw_size());
	(void)gicr_read(&gic, draw() % (CPUS * GICR_SIZE), draw_size());
}

static void play_anywhere(unsigned cpu)
{
	(void)cpu;
	gicr_write(&gic, draw() % (CPUS * GICR_SIZE), draw_size(), draw64());
	gicd_write(&gic, draw() % GICD_SIZE, draw_size(), draw64());
}

static void play_own(unsigned cpu)
{
	gicr_write(&gic, (uint64_t)cpu * GICR_SIZE + SGI_FRAME + draw() % 0x400 * 4, 4, draw64());
}

static void play_spis(unsigned cpu)
{
	(void)cpu;
	gicd_write(&gic, draw() % 0x400 * 4, 4, draw64());
}

static void any_write_is_harmless(void **state)
{
	static void (*const plays[])(unsigned cpu) = {
		play_sgi, play_line, play_deactivation, play_visit, play_read, play_anywhere, play_own, play_spis};

	(void)state;
	for (unsigned n = 0; n < 200000; n++) {
		plays[draw() % (sizeof(plays) / sizeof(plays[0]))](draw() % CPUS);
	}
}

/* Every offset beyond what there is reads as zero. */
static void what_is_not_there(void **state)
{
	(void)state;
	assert_int_equal(gicr_read(&gic, (uint64_t)CPUS * GICR_SIZE, 4), 0);
	assert_int_equal(gicr_read(&gic, UINT64_MAX - 3, 4), 0);
	assert_int_equal(gicd_read(&gic, GICD_SIZE, 4), 0);
	assert_int_equal(gicd_read(&gic, ISENABLER + GIC_INTERRUPTS / 8, 4), 0);
	assert_int_equal(gicd_read(&gic, ISENABLER, 4), 0); /* the CPUs' own are elsewhere */
	assert_int_equal(gicd_read(&gic, CTLR + 1, 4), 0);
	assert_int_equal(gicd_read(&gic, ISENABLER + 4, 2), 0);
	assert_int_equal(gicd_read(&gic, ISENABLER + 4, 8), 0);
	vgic_line(&gic, 0, GIC_INTERRUPTS, true);
	vgic_line(&gic, CPUS, 27, true);
	vgic_line(&gic, 0, 3, true); /* SGIs have no line */
	assert_int_equal(vgic_changed_take(&gic), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(identity, begin),
		cmocka_unit_test_setup(affinity_of_many, begin),
		cmocka_unit_test_setup(bits_set_and_clear, begin),
		cmocka_unit_test_setup(priorities_by_byte_and_word, begin),
		cmocka_unit_test_setup(sgis_are_edges, begin),
		cmocka_unit_test_setup(routes, begin),
		cmocka_unit_test_setup(an_edge_comes_once, begin),
		cmocka_unit_test_setup(an_edge_while_it_is_active, begin),
		cmocka_unit_test_setup(a_level_comes_again, begin),
		cmocka_unit_test_setup(a_level_by_register, begin),
		cmocka_unit_test_setup(disabled_and_other_groups_wait, begin),
		cmocka_unit_test_setup(active_where_it_was_taken, begin),
		cmocka_unit_test_setup(active_by_register_meanwhile, begin),
		cmocka_unit_test_setup(active_where_it_is_routed, begin),
		cmocka_unit_test_setup(the_next_is_told, begin),
		cmocka_unit_test_setup(urgent_first_and_none_lost, begin),
		cmocka_unit_test_setup(ends_by_count, begin),
		cmocka_unit_test_setup(deactivated_by_number, begin),
		cmocka_unit_test_setup(pending_before_active_when_apart, begin),
		cmocka_unit_test_setup(masked_at_the_interface, begin),
		cmocka_unit_test_setup(one_list_register, begin),
		cmocka_unit_test_setup(wrong_list_registers, begin),
		cmocka_unit_test_setup(sgis_to_whom_they_name, begin),
		cmocka_unit_test_setup(any_write_is_harmless, begin),
		cmocka_unit_test_setup(what_is_not_there, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
