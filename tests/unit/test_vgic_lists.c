/* SPDX-License-Identifier: BSD-2-Clause */
/* test_vgic_lists.c - a realm's interrupts in list registers: which of them, what is written meanwhile, and how they end. */
#include "tests/unit/support/vgic_world.h"

#include <string.h>

/* ---- meanwhile ---- */

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

/* Whether it is pending or active is not known while it is in the realm: who reads that has its CPU come out, so that the next read is right. */
static void read_meanwhile(void **state)
{
	(void)state;
	vgic_line(&gic, 0, EDGE, true);
	(void)listed(0, EDGE);
	(void)vgic_changed_take(&gic);
	assert_true(bit_read(ISPENDR, EDGE));
	assert_int_equal(vgic_changed_take(&gic), 1U << 0);
	left(0, EDGE, ACTIVE);
	assert_false(bit_read(ISPENDR, EDGE));
	assert_int_equal(vgic_changed_take(&gic), 0); /* it is out */
	(void)listed(0, EDGE);
	assert_true(bit_read(ISENABLER, EDGE));
	assert_true(bit_read(IGROUPR, EDGE));
	assert_int_equal(vgic_changed_take(&gic), 0); /* nothing that it could change */
	assert_true(bit_read(ICACTIVER, EDGE));
	assert_int_equal(vgic_changed_take(&gic), 1U << 0);
	left(0, EDGE, 0);
	assert_false(bit_read(ICACTIVER, EDGE));
	assert_int_equal(vgic_changed_take(&gic), 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(active_by_register_meanwhile, begin),
		cmocka_unit_test_setup(read_meanwhile, begin),
		cmocka_unit_test_setup(active_where_it_is_routed, begin),
		cmocka_unit_test_setup(the_next_is_told, begin),
		cmocka_unit_test_setup(urgent_first_and_none_lost, begin),
		cmocka_unit_test_setup(ends_by_count, begin),
		cmocka_unit_test_setup(deactivated_by_number, begin),
		cmocka_unit_test_setup(pending_before_active_when_apart, begin),
		cmocka_unit_test_setup(masked_at_the_interface, begin),
		cmocka_unit_test_setup(one_list_register, begin),
		cmocka_unit_test_setup(wrong_list_registers, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
