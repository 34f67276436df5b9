/* SPDX-License-Identifier: BSD-2-Clause */
/* test_vgic.c - a realm's interrupt controller: registers, lives of interrupts, and realms that write what they should not. */
#include "tests/unit/support/vgic_world.h"

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
	/* With one security state ICC_SGI1R sends to either group, as the target has it. */
	gicr_write(&gic, GICR_SIZE + SGI_FRAME + IGROUPR, 4, ~(1U << 8));
	(void)vgic_changed_take(&gic);
	vgic_sgi(&gic, 0, 8U << 24 | 0x6, true);
	assert_int_equal(vgic_changed_take(&gic), 0x6);
	vgic_sgi(&gic, 0, 8U << 24 | 0x6, false);
	assert_int_equal(vgic_changed_take(&gic), 0x2);
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
		cmocka_unit_test_setup(sgis_to_whom_they_name, begin),
		cmocka_unit_test_setup(any_write_is_harmless, begin),
		cmocka_unit_test_setup(what_is_not_there, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
