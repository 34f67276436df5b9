/* SPDX-License-Identifier: BSD-2-Clause */
/* test_vgic_life.c - CPUs with a virtual interface as GICv3 has it (Arm IHI 0069) live through drawn interrupts: none is lost, none invented.
 *
 * A CPU leaves the realm for what it traps, for a maintenance interrupt, and when it is told that something changed; asleep, it is entered again only
 * if something is pending as it goes to sleep, or when it is told. So an interrupt that nobody is told of stays where it is, and is found there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reeve/field.h"
#include "vmm/vgic.h"

enum { CPUS = 3, SGI_FRAME = 0x10000, PENDING = 1, ACTIVE = 2, IDLE_PRIORITY = 0x100 };
enum { CTLR = 0x000, WAKER = 0x014, IGROUPR = 0x080, ISENABLER = 0x100, ICENABLER = 0x180, ICFGR = 0xc00 };
enum { IPRIORITYR = 0x400, IROUTER = 0x6000 };
/* SGIs, PPIs from PPI on, SPIs from SPI on, the upper half of which are edges. */
enum { SGIS = 4, PPI = 24, PPIS = 4, SPI = 40, SPIS = 14, LIMIT = SPI + SPIS, EDGES = SPI + SPIS / 2 };
enum { LIVES = 1500, STEPS = 400, STEPS_MAX = 100000 };

/* A CPU and its virtual interface. */
struct cpu {
	bool is_in;    /* the realm */
	bool is_apart; /* EOImode: priority drop and deactivation apart */
	uint64_t lrs[RMI_GIC_LR_COUNT];
	uint64_t hcr;
	uint64_t eoi_count;
	unsigned stack[LIMIT]; /* acknowledged, priority not dropped */
	unsigned depth;
	bool is_due[LIMIT]; /* dropped, to be deactivated */
	bool line[LIMIT];   /* private levels */
	unsigned raised[LIMIT], taken[LIMIT];
	bool is_owed[LIMIT];
};

static struct vgic gic;
static struct cpu cpus[CPUS];
static unsigned lists;
static unsigned priorities[LIMIT];
static uint32_t seed;
static unsigned life;

static uint32_t draw(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

/* Shared interrupts are accounted for with CPU 0. */
static struct cpu *account(unsigned cpu, unsigned number)
{
	return &cpus[number < GIC_PRIVATE ? cpu : 0];
}

static bool is_edge(unsigned number)
{
	return number < GIC_SGIS || number >= EDGES;
}

static void require(bool is_so, const char *what, unsigned number)
{
	if (!is_so) {
		fail_msg("life %u: interrupt %u: %s", life, number, what);
	}
}

/* ---- in and out ---- */

static unsigned state_of(uint64_t lr)
{
	return (unsigned)FIELD_GET(lr, ICH_LR_STATE);
}

/* Whether a maintenance interrupt is signalled. */
static bool is_maintained(const struct cpu *c)
{
	unsigned valid = 0;
	unsigned pending = 0;
	bool is_ended = false;

	for (unsigned i = 0; i < lists; i++) {
		valid += state_of(c->lrs[i]) != 0;
		pending += state_of(c->lrs[i]) == PENDING;
		is_ended |= state_of(c->lrs[i]) == 0 && FIELD_GET(c->lrs[i], ICH_LR_EOI) != 0;
	}
	return is_ended || (FIELD_GET(c->hcr, ICH_HCR_UIE) != 0 && valid <= 1) ||
		(FIELD_GET(c->hcr, ICH_HCR_NPIE) != 0 && pending == 0);
}

static void enter(unsigned cpu)
{
	struct cpu *c = &cpus[cpu];
	struct rmi_rec_enter page;

	memset(&page, 0, sizeof(page));
	vgic_enter(&gic, cpu, &page);
	memcpy(c->lrs, page.gicv3_lrs, sizeof(c->lrs));
	c->hcr = page.gicv3_hcr;
	c->eoi_count = 0;
	c->is_in = true;
	require(!is_maintained(c), "the realm is left before its first instruction", 0);
}

static void leave(unsigned cpu)
{
	struct cpu *c = &cpus[cpu];

	c->is_in = false;
	vgic_interface(&gic, cpu, UINT64_C(0xff000003) | (c->is_apart ? 1U << 9 : 0));
	vgic_exit(&gic, cpu, c->lrs, FIELD_SET(0, ICH_HCR_EOICOUNT, c->eoi_count));
}

/* Whoever something changed for, a bit each, comes out and goes in again; but not `self`, which does so by itself. */
static void again(uint64_t changed, unsigned self)
{
	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		if (cpu == self || (changed >> cpu & 1) == 0) {
			continue;
		}
		if (cpus[cpu].is_in) {
			leave(cpu);
		}
		enter(cpu);
	}
}

static void tell(unsigned self)
{
	for (uint64_t changed = vgic_changed_take(&gic); changed != 0; changed = vgic_changed_take(&gic)) {
		again(changed, self);
	}
}

/* ---- what happens ---- */

static void line_set(unsigned cpu, unsigned number, bool line)
{
	if (number >= GIC_SGIS) {
		vgic_line(&gic, cpu, number, line);
	}
	account(cpu, number)->line[number] = line;
}

/* A device, or a timer, raises or lowers its interrupt. A level that was lowered is not owed. */
static void toggle(void)
{
	unsigned cpu = draw(CPUS);
	unsigned number = draw(3) == 0 ? PPI + draw(PPIS) : SPI + draw(SPIS);
	struct cpu *a = account(cpu, number);

	if (!a->line[number]) {
		a->raised[number]++;
		a->is_owed[number] = true;
	} else if (!is_edge(number)) {
		a->is_owed[number] = false;
	}
	line_set(cpu, number, !a->line[number]);
	tell(CPUS);
}

static void send(unsigned cpu)
{
	unsigned number = draw(SGIS);
	unsigned targets = 1 + draw((1U << CPUS) - 1);

	leave(cpu);
	for (unsigned target = 0; target < CPUS; target++) {
		if ((targets >> target & 1) != 0) {
			cpus[target].raised[number]++;
			cpus[target].is_owed[number] = true;
		}
	}
	vgic_sgi(&gic, cpu, (uint64_t)number << 24 | targets, true);
	tell(cpu);
	enter(cpu);
}

/* The CPU writes a register of the distributor that says where an SPI goes, or whether. */
static void configure(unsigned cpu)
{
	unsigned number = SPI + draw(SPIS);
	uint64_t bits = number / 32 * 4;

	leave(cpu);
	switch (draw(3)) {
	case 0:
		gicd_write(&gic, IROUTER + 8 * number, 8, draw(CPUS));
		break;
	case 1:
		gicd_write(&gic, ICENABLER + bits, 4, 1U << number % 32);
		break;
	default:
		gicd_write(&gic, ISENABLER + bits, 4, 1U << number % 32);
		break;
	}
	tell(cpu);
	enter(cpu);
}

static unsigned running_priority(const struct cpu *c)
{
	return c->depth == 0 ? IDLE_PRIORITY : priorities[c->stack[c->depth - 1]];
}

/* The list register of the interrupt that ICC_IAR1_EL1 would give, or `lists`. */
static unsigned signalled(const struct cpu *c)
{
	unsigned best = lists;

	for (unsigned i = 0; i < lists; i++) {
		uint64_t priority = FIELD_GET(c->lrs[i], ICH_LR_PRIORITY);

		if (state_of(c->lrs[i]) == PENDING && priority < running_priority(c) &&
			(best == lists || priority < FIELD_GET(c->lrs[best], ICH_LR_PRIORITY))) {
			best = i;
		}
	}
	return best;
}

/* Acknowledge what is signalled. A level's device is served: its line falls. */
static void acknowledge(unsigned cpu, unsigned at)
{
	struct cpu *c = &cpus[cpu];
	unsigned number = (unsigned)FIELD_GET(c->lrs[at], ICH_LR_VINTID);
	struct cpu *a = account(cpu, number);

	c->lrs[at] = FIELD_SET(c->lrs[at], ICH_LR_STATE, ACTIVE);
	c->stack[c->depth++] = number;
	a->taken[number]++;
	a->is_owed[number] = false;
	require(a->taken[number] <= a->raised[number], "came more often than it was raised", number);
	require(is_edge(number) || a->line[number], "came without its line", number);
	if (!is_edge(number)) {
		line_set(cpu, number, false);
		tell(CPUS);
	}
}

/* Drop the priority of the last, and deactivate it where that is one. */
static void end(unsigned cpu)
{
	struct cpu *c = &cpus[cpu];
	unsigned number = c->stack[--c->depth];
	bool is_found = false;

	if (c->is_apart) {
		account(cpu, number)->is_due[number] = true;
		return;
	}
	for (unsigned i = 0; i < lists; i++) {
		if (FIELD_GET(c->lrs[i], ICH_LR_VINTID) == number && (state_of(c->lrs[i]) & ACTIVE) != 0) {
			c->lrs[i] = FIELD_SET(c->lrs[i], ICH_LR_STATE, state_of(c->lrs[i]) & ~(unsigned)ACTIVE);
			is_found = true;
		}
	}
	c->eoi_count += !is_found;
}

/* Deactivate what is due, from a drawn number on; an SPI that another CPU took too. False: nothing is. */
static bool deactivate(unsigned cpu)
{
	unsigned from = draw(LIMIT);

	for (unsigned i = 0; i < LIMIT; i++) {
		unsigned number = (from + i) % LIMIT;
		struct cpu *a = account(cpu, number);

		if (a->is_due[number]) {
			a->is_due[number] = false;
			require(FIELD_GET(cpus[cpu].hcr, ICH_HCR_TDIR) != 0, "its deactivation is not seen", number);
			leave(cpu);
			vgic_deactivate(&gic, cpu, number);
			tell(cpu);
			enter(cpu);
			return true;
		}
	}
	return false;
}

/* A CPU that computes, and has nothing to take nor to end, may never come out by itself: nothing of its own waits outside, and no level stays unseen. */
static void nothing_waits(unsigned cpu)
{
	const struct cpu *c = &cpus[cpu];

	for (unsigned number = 0; number < LIMIT; number++) {
		const struct vgic_interrupt *interrupt = vgic_interrupt_seen(&gic, cpu, number);
		bool is_its = interrupt->is_enabled && !interrupt->is_active && vgic_target(&gic, cpu, number) == cpu &&
			vgic_interrupt_is_pending(interrupt);

		require(!is_its || interrupt->is_listed, "waits while its CPU computes", number);
		for (unsigned i = 0; i < lists && is_its; i++) {
			require(FIELD_GET(c->lrs[i], ICH_LR_VINTID) != number || state_of(c->lrs[i]) != 0,
				"was ended, and is not seen to be pending again", number);
		}
	}
}

/* WFI: out, and in again at once when something is pending. */
static void wait(unsigned cpu)
{
	leave(cpu);
	tell(cpu);
	if (vgic_is_pending(&gic, cpu)) {
		enter(cpu);
	}
}

/* A CPU that is in does what it may, and comes out if it has to. */
static void step(unsigned cpu)
{
	struct cpu *c = &cpus[cpu];
	unsigned at = signalled(c);
	uint32_t choice = draw(8);

	if (at < lists && choice != 0) {
		acknowledge(cpu, at);
	} else if (c->depth != 0) {
		end(cpu);
	} else if (choice > 2 || !deactivate(cpu)) {
		if (at == lists) {
			nothing_waits(cpu);
		}
		wait(cpu);
	}
	if (c->is_in && is_maintained(c)) {
		leave(cpu);
		tell(cpu);
		enter(cpu);
	}
}

/* ---- a life ---- */

static void begin(void)
{
	memset(cpus, 0, sizeof(cpus));
	lists = 1 + draw(4);
	vgic_init(&gic, CPUS, lists);
	gicd_write(&gic, CTLR, 4, 2);
	for (unsigned number = 0; number < LIMIT; number++) {
		/* The stack of a CPU needs one priority an interrupt whoever takes it. */
		priorities[number] = 8 * draw(31);
		for (unsigned cpu = 0; cpu < CPUS && number < GIC_PRIVATE; cpu++) {
			gicr_write(&gic, cpu * GICR_SIZE + SGI_FRAME + IPRIORITYR + number, 1, priorities[number]);
		}
		gicd_write(&gic, IPRIORITYR + number, 1, priorities[number]);
	}
	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		gicr_write(&gic, cpu * GICR_SIZE + WAKER, 4, 0);
		gicr_write(&gic, cpu * GICR_SIZE + SGI_FRAME + IGROUPR, 4, UINT32_MAX);
		gicr_write(&gic, cpu * GICR_SIZE + SGI_FRAME + ISENABLER, 4, UINT32_MAX);
	}
	gicd_write(&gic, IGROUPR + 4, 4, UINT32_MAX);
	gicd_write(&gic, ISENABLER + 4, 4, UINT32_MAX);
	for (unsigned number = EDGES; number < LIMIT; number++) {
		uint64_t word = ICFGR + number / 16 * 4;

		gicd_write(&gic, word, 4, gicd_read(&gic, word, 4) | 2U << number % 16 * 2);
	}
	(void)vgic_changed_take(&gic);
	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		cpus[cpu].is_apart = draw(3) == 0;
		vgic_interface(&gic, cpu, UINT64_C(0xff000003) | (cpus[cpu].is_apart ? 1U << 9 : 0));
		enter(cpu);
	}
}

/* One step of each CPU that is in. False: all sleep. */
static bool all_step(void)
{
	bool is_one = false;

	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		if (cpus[cpu].is_in) {
			is_one = true;
			step(cpu);
		}
	}
	return is_one;
}

/* All sleep; the thread of an interrupt that is due to be deactivated has its turn. False: there is none. */
static bool thread_wakes(void)
{
	for (unsigned i = 0; i < LIMIT * CPUS; i++) {
		unsigned cpu = i / LIMIT;

		if (account(cpu, i % LIMIT)->is_due[i % LIMIT]) {
			enter(cpu);
			return deactivate(cpu);
		}
	}
	return false;
}

/* Everything may come now, and all CPUs go on until each sleeps, and has nothing left to do. */
static void settle(void)
{
	unsigned steps = 0;

	gicd_write(&gic, ISENABLER + 4, 4, UINT32_MAX);
	for (unsigned number = EDGES; number < LIMIT; number++) {
		line_set(0, number, false);
	}
	tell(CPUS);
	while (all_step() || thread_wakes()) {
		require(++steps < STEPS_MAX, "it never settles", 0);
	}
}

static void nothing_is_left(void)
{
	for (unsigned number = 0; number < LIMIT; number++) {
		for (unsigned cpu = 0; cpu < CPUS; cpu++) {
			const struct cpu *a = account(cpu, number);
			const struct vgic_interrupt *interrupt = vgic_interrupt_seen(&gic, cpu, number);

			require(!a->is_owed[number], "was raised, and never came", number);
			require(!a->line[number], "its line is up", number);
			require(!interrupt->is_active, "is active still", number);
			require(!vgic_interrupt_is_pending(interrupt), "is pending still", number);
		}
	}
}

/* Something happens to a CPU that is in, or to a line. */
static void happen(void)
{
	unsigned cpu = draw(CPUS);
	uint32_t choice = draw(16);

	if (choice < 2) {
		toggle();
	} else if (!cpus[cpu].is_in) {
		return;
	} else if (choice == 2) {
		send(cpu);
	} else if (choice == 3) {
		configure(cpu);
	} else {
		step(cpu);
	}
}

static void none_lost_none_invented(void **state)
{
	unsigned taken = 0;

	(void)state;
	for (life = 0; life < LIVES; life++) {
		seed = life;
		begin();
		for (unsigned i = 0; i < STEPS; i++) {
			happen();
		}
		settle();
		nothing_is_left();
		for (unsigned number = 0; number < LIMIT; number++) {
			taken += cpus[0].taken[number];
		}
	}
	assert_true(taken > LIVES * 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_lost_none_invented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
