/* SPDX-License-Identifier: BSD-2-Clause */
/* test_gic_rules.c - the GIC registers of REC_ENTER with one rule broken and all else right: a test a rule (section 9).
 *
 * Sixteen list registers hold an interrupt each. A row changes one of them, each in turn, and is refused or not; the same entry
 * then succeeds with that one put right, and comes back as it went in. */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

enum { PENDING = 1, FIRST_SPI = 32, HCR_BITS = 64 };

#define HCR_ALLOWED UINT64_C(0x40FE)
#define BIT(n) (UINT64_C(1) << (n))

struct row {
	const char *name;
	uint64_t clear; /* bits of the list register, and what is there instead */
	uint64_t set;
	bool is_valid;
};

#define VINTID(n) UINT64_C(0xFFFFFFFF), (n)
#define SET(bits) 0, (bits)
#define STATE(n) BIT(62) | BIT(63), (uint64_t)(n) << 62

static struct row rows[] = {
	{"state: pending", STATE(1), true},
	{"state: active", STATE(2), true},
	{"state: pending and active", STATE(3), true},
	{"state: invalid", STATE(0), true},
	{"HW", SET(BIT(61)), false},
	{"group 0", BIT(60), 0, true},
	{"EOI", SET(BIT(41)), true},
	{"pINTID bit 32", SET(BIT(32)), false},
	{"pINTID bit 33", SET(BIT(33)), false},
	{"pINTID bit 34", SET(BIT(34)), false},
	{"pINTID bit 35", SET(BIT(35)), false},
	{"pINTID bit 36", SET(BIT(36)), false},
	{"pINTID bit 37", SET(BIT(37)), false},
	{"pINTID bit 38", SET(BIT(38)), false},
	{"pINTID bit 39", SET(BIT(39)), false},
	{"pINTID bit 40", SET(BIT(40)), false},
	{"pINTID bit 42", SET(BIT(42)), false},
	{"pINTID bit 43", SET(BIT(43)), false},
	{"pINTID bit 44", SET(BIT(44)), false},
	{"priority bit 0, not implemented", SET(BIT(48)), false}, /* docs/decisions/0002: five bits */
	{"priority bit 1, not implemented", SET(BIT(49)), false},
	{"priority bit 2, not implemented", SET(BIT(50)), false},
	{"priority bit 3", SET(BIT(51)), true},
	{"priority bit 7", SET(BIT(55)), true},
	{"vINTID 0, an SGI", VINTID(0), true},
	{"vINTID 15, the last SGI", VINTID(15), true},
	{"vINTID 31, the last PPI", VINTID(31), true},
	{"vINTID 1019, the last SPI", VINTID(1019), true},
	{"vINTID 1020, special", VINTID(1020), false},
	{"vINTID 1021, special", VINTID(1021), false},
	{"vINTID 1022, special", VINTID(1022), false},
	{"vINTID 1023, special", VINTID(1023), false},
	{"vINTID 1024, reserved", VINTID(1024), false},
	{"vINTID 1056, an extended PPI", VINTID(1056), false}, /* docs/decisions/0002: no extended ranges */
	{"vINTID 1119, an extended PPI", VINTID(1119), false},
	{"vINTID 1120, reserved", VINTID(1120), false},
	{"vINTID 4096, an extended SPI", VINTID(4096), false},
	{"vINTID 5119, an extended SPI", VINTID(5119), false},
	{"vINTID 5120, reserved", VINTID(5120), false},
	{"vINTID 8191, reserved", VINTID(8191), false},
	{"vINTID 8192, the first LPI", VINTID(8192), true},
	{"vINTID 65535, the last LPI", VINTID(65535), true},
	{"vINTID 65536, too wide", VINTID(65536), false},
	{"vINTID 2^31, too wide", VINTID(BIT(31)), false},
};

static uint64_t good_lr(unsigned n)
{
	return FIELD_SET(0, ICH_LR_STATE, PENDING) | FIELD_MASK(ICH_LR_GROUP) |
		FIELD_SET(0, ICH_LR_VINTID, FIRST_SPI + n);
}

static struct rmi_rec_enter *good_entry(struct world *w, const struct rec *rec)
{
	struct rmi_rec_enter *enter = &rec_run(w, rec)->enter;

	memset(enter, 0, sizeof(*enter));
	for (unsigned n = 0; n < RMI_GIC_LR_COUNT; n++) {
		enter->gicv3_lrs[n] = good_lr(n);
	}
	return enter;
}

static void accepted(struct place place, struct world *w, const struct rec *rec)
{
	const struct rmi_rec_enter *enter = &rec_run(w, rec)->enter;
	const struct rmi_rec_exit *exit;

	script_clear(w);
	exit = rec_enter(place, w, rec);
	assert_memory_equal(exit->gicv3_lrs, enter->gicv3_lrs, sizeof(enter->gicv3_lrs));
	assert_int_equal(exit->gicv3_hcr & ~FIELD_MASK(ICH_HCR_EOICOUNT), enter->gicv3_hcr);
}

static void refused(struct place place, struct world *w, const struct rec *rec)
{
	world_refused(place, w, EXPECT(RMI_ERROR_REC, 0, rec_gicv3), CALL(REC_ENTER, rec->pa, rec->run));
}

static void list_register(void **state)
{
	const struct row *row = *state;
	struct world *w = world_new(0);
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	struct rmi_rec_enter *enter = good_entry(w, rec);

	for (unsigned n = 0; n < RMI_GIC_LR_COUNT; n++) {
		enter->gicv3_lrs[n] = (good_lr(n) & ~row->clear) | row->set;
		if (row->is_valid) {
			accepted(HERE, w, rec);
		} else {
			refused(HERE, w, rec);
		}
		enter->gicv3_lrs[n] = good_lr(n);
		accepted(HERE, w, rec);
	}
	world_free(w);
}

/* The same interrupt in each pair of list registers, whatever the states of the two; not when one of them is invalid. */
static void doubles(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	struct rmi_rec_enter *enter = good_entry(w, rec);

	for (unsigned pair = 0; pair < RMI_GIC_LR_COUNT * RMI_GIC_LR_COUNT; pair++) {
		unsigned a = pair / RMI_GIC_LR_COUNT;
		unsigned b = pair % RMI_GIC_LR_COUNT;

		if (a < b) {
			enter->gicv3_lrs[b] = FIELD_SET(good_lr(a), ICH_LR_STATE, 1 + pair % 3);
			refused(HERE, w, rec);
			enter->gicv3_lrs[b] = FIELD_SET(good_lr(a), ICH_LR_STATE, 0);
			accepted(HERE, w, rec);
			enter->gicv3_lrs[b] = good_lr(b);
		}
	}
	accepted(HERE, w, rec);
}

/* Each bit of ICH_HCR_EL2 with sixteen interrupts beside it. */
static void hypervisor_control(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	struct rmi_rec_enter *enter = good_entry(w, rec);

	for (unsigned bit = 0; bit < HCR_BITS; bit++) {
		enter->gicv3_hcr = BIT(bit);
		if ((HCR_ALLOWED & BIT(bit)) != 0) {
			accepted(HERE, w, rec);
		} else {
			refused(HERE, w, rec);
			enter->gicv3_hcr = HCR_ALLOWED | BIT(bit);
			refused(HERE, w, rec);
		}
		enter->gicv3_hcr = HCR_ALLOWED;
		accepted(HERE, w, rec);
	}
}

/* With n list registers the first n have rules and the rest none, for every n. */
static void implemented(void **state)
{
	(void)state;
	for (unsigned count = 1; count <= RMI_GIC_LR_COUNT; count++) {
		uint64_t features0 = FIELD_SET(0, FEATURE0_S2SZ, 48) | FIELD_SET(0, FEATURE0_NUM_BPS, 5) |
			FIELD_SET(0, FEATURE0_NUM_WPS, 3) | FIELD_MASK(FEATURE0_HASH_SHA_256) |
			FIELD_SET(0, FEATURE0_GICV3_NUM_LRS, count - 1) | FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 4);
		struct world *w = world_new(features0);
		struct realm realm;
		struct rec *rec = realm_running(w, &realm);
		struct rmi_rec_enter *enter = good_entry(w, rec);
		const struct rmi_rec_exit *exit;

		for (unsigned n = count; n < RMI_GIC_LR_COUNT; n++) {
			enter->gicv3_lrs[n] = UINT64_MAX;
		}
		script_clear(w);
		exit = ENTER(w, rec);
		for (unsigned n = 0; n < RMI_GIC_LR_COUNT; n++) {
			assert_int_equal(exit->gicv3_lrs[n], n < count ? good_lr(n) : 0);
		}
		enter->gicv3_lrs[count - 1] = UINT64_MAX;
		refused(HERE, w, rec);
		world_free(w);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

int main(void)
{
	static struct CMUnitTest rules[ROWS];
	const struct CMUnitTest others[] = {
		TEST(doubles),
		TEST(hypervisor_control),
		cmocka_unit_test(implemented),
	};
	int failed;

	for (size_t i = 0; i < ROWS; i++) {
		rules[i] = (struct CMUnitTest){
			.name = rows[i].name, .test_func = list_register, .initial_state = &rows[i]};
	}
	failed = cmocka_run_group_tests_name("rules", rules, NULL, NULL);
	return failed + cmocka_run_group_tests_name("others", others, NULL, NULL);
}
