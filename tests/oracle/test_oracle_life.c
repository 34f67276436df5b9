/* SPDX-License-Identifier: BSD-2-Clause */
/* test_oracle_life.c - the life of a realm, call by call, with the answers that the fact sheet gives, written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/oracle/support/known.h"

enum { OK = 0, INPUT = 1, REALM = 2, REALM_OFF = 0x102, REC = 3, RTT_2 = 0x204, RTT_3 = 0x304 };

#define MIB_2 UINT64_C(0x200000)
#define GIB UINT64_C(0x40000000)
#define HALF (UINT64_C(1) << 33)
#define END (UINT64_C(1) << 34)
#define OTHER_RTT KNOWN(60)
#define OTHER_DATA KNOWN(61)
#define NS_DESC UINT64_C(0x800000D8) /* write-back, read and write */

static struct world world;
static struct prediction prediction;
static struct known_pages pages;

struct step {
	uint64_t x[RMI_ARGUMENT_MAX + 1];
	uint64_t status;
	uint64_t results[RMI_RESULT_MAX];
};

#define FID(name) RMI_FID(name)

/* Each row is a call, its status word, X1..X4. The realm has 34 bits from level 2: an entry there is 2 MiB, a root table 1 GiB. */
static const struct step steps[] = {
	{{FID(VERSION), 0x10000}, OK, {0x10000, 0x10000}},
	{{FID(VERSION), 0x10001}, INPUT, {0x10000, 0x10000}},
	{{RMI_FID_BASE | 0x156}, SMCCC_NOT_SUPPORTED, {0}},
	{{FID(FEATURES), 1}, OK, {0}},
	{{FID(GRANULE_DELEGATE), KNOWN(8)}, OK, {0}},
	{{FID(GRANULE_DELEGATE), KNOWN(8)}, INPUT, {0}},
	{{FID(GRANULE_DELEGATE), KNOWN(8) + 1}, INPUT, {0}},
	{{FID(GRANULE_DELEGATE), KNOWN_BASE - 0x1000}, INPUT, {0}},
	{{FID(GRANULE_DELEGATE), KNOWN_BASE + KNOWN_SIZE}, INPUT, {0}},
	{{FID(GRANULE_UNDELEGATE), KNOWN(8)}, OK, {0}},
	{{FID(GRANULE_UNDELEGATE), KNOWN(8)}, INPUT, {0}},
	{{FID(REALM_CREATE), KNOWN_RD, KNOWN_RD}, INPUT, {0}},
	{{FID(REALM_CREATE), KNOWN_RD, KNOWN_REALM_PARAMS}, OK, {0}},
	{{FID(REALM_CREATE), KNOWN_RD, KNOWN_REALM_PARAMS}, INPUT, {0}},
	{{FID(GRANULE_UNDELEGATE), KNOWN_RD}, INPUT, {0}},
	{{FID(GRANULE_UNDELEGATE), KNOWN_ROOT + 0xF000}, INPUT, {0}},
	{{FID(REC_AUX_COUNT), KNOWN_RD}, OK, {KNOWN_AUX_COUNT}},
	{{FID(REC_AUX_COUNT), KNOWN_ROOT}, INPUT, {0}},
	/* What the tables hold at first, and how they are asked. */
	{{FID(RTT_READ_ENTRY), KNOWN_RD, 0, 2}, OK, {2, RTTE_UNASSIGNED, 0, RIPAS_EMPTY}},
	{{FID(RTT_READ_ENTRY), KNOWN_RD, 0, 3}, OK, {2, RTTE_UNASSIGNED, 0, RIPAS_EMPTY}},
	{{FID(RTT_READ_ENTRY), KNOWN_RD, 0, 1}, INPUT, {0}},
	{{FID(RTT_READ_ENTRY), KNOWN_RD, 0, 4}, INPUT, {0}},
	{{FID(RTT_READ_ENTRY), KNOWN_RD, 0x1000, 2}, INPUT, {0}},
	{{FID(RTT_READ_ENTRY), KNOWN_RD, END, 2}, INPUT, {0}},
	{{FID(RTT_READ_ENTRY), KNOWN_RD, END - MIB_2, 2}, OK, {2, RTTE_UNASSIGNED, 0, RIPAS_EMPTY}},
	/* RIPAS before activation. */
	{{FID(RTT_INIT_RIPAS), KNOWN_RD, MIB_2, MIB_2}, INPUT, {0}},
	{{FID(RTT_INIT_RIPAS), KNOWN_RD, 0, 0x1001}, INPUT, {0}},
	{{FID(RTT_INIT_RIPAS), KNOWN_RD, 1, 0x1000}, INPUT, {0}},
	{{FID(RTT_INIT_RIPAS), KNOWN_RD, 0, HALF + 0x1000}, INPUT, {0}},
	{{FID(RTT_INIT_RIPAS), KNOWN_RD, 0x1000, MIB_2}, RTT_2, {0}},
	{{FID(RTT_INIT_RIPAS), KNOWN_RD, 0, MIB_2 - 0x1000}, RTT_2, {0}},
	{{FID(RTT_INIT_RIPAS), KNOWN_RD, 0, MIB_2}, OK, {MIB_2}},
	{{FID(RTT_READ_ENTRY), KNOWN_RD, 0, 2}, OK, {2, RTTE_UNASSIGNED, 0, RIPAS_RAM}},
	/* Tables. */
	{{FID(DATA_CREATE), KNOWN_RD, KNOWN_DATA, 0x1000, KNOWN_SOURCE, 1}, RTT_2, {0}},
	{{FID(RTT_CREATE), KNOWN_RD, KNOWN_RTT, 0, 2}, INPUT, {0}},
	{{FID(RTT_CREATE), KNOWN_RD, KNOWN_RTT, 0, 4}, INPUT, {0}},
	{{FID(RTT_CREATE), KNOWN_RD, KNOWN_RTT, 0x1000, 3}, INPUT, {0}},
	{{FID(RTT_CREATE), KNOWN_RD, KNOWN_RD, 0, 3}, INPUT, {0}},
	{{FID(RTT_CREATE), KNOWN_RD, KNOWN_RTT, END, 3}, INPUT, {0}},
	{{FID(RTT_CREATE), KNOWN_RD, KNOWN_RTT, 0, 3}, OK, {0}},
	{{FID(RTT_CREATE), KNOWN_RD, OTHER_RTT, 0, 3}, RTT_2, {0}},
	{{FID(RTT_READ_ENTRY), KNOWN_RD, 0, 2}, OK, {2, RTTE_TABLE, KNOWN_RTT, 0}},
	{{FID(RTT_READ_ENTRY), KNOWN_RD, 0x1FF000, 3}, OK, {3, RTTE_UNASSIGNED, 0, RIPAS_RAM}},
	{{FID(RTT_FOLD), KNOWN_RD, MIB_2, 3}, RTT_2, {0}},
	{{FID(RTT_FOLD), KNOWN_RD, 0, 3}, OK, {KNOWN_RTT}},
	{{FID(RTT_CREATE), KNOWN_RD, KNOWN_RTT, 0, 3}, OK, {0}},
	/* Data. */
	{{FID(DATA_CREATE), KNOWN_RD, KNOWN_DATA, 0x1000, KNOWN_SOURCE, 2}, INPUT, {0}},
	{{FID(DATA_CREATE), KNOWN_RD, KNOWN_DATA, 0x1000, KNOWN_RD, 1}, INPUT, {0}},
	{{FID(DATA_CREATE), KNOWN_RD, KNOWN_DATA, HALF, KNOWN_SOURCE, 1}, INPUT, {0}},
	{{FID(DATA_CREATE), KNOWN_RD, KNOWN_DATA, 0x1000, KNOWN_SOURCE, 1}, OK, {0}},
	{{FID(DATA_CREATE), KNOWN_RD, OTHER_DATA, 0x1000, KNOWN_SOURCE, 1}, RTT_3, {0}},
	{{FID(DATA_CREATE_UNKNOWN), KNOWN_RD, OTHER_DATA, 0x1000}, RTT_3, {0}},
	{{FID(DATA_CREATE_UNKNOWN), KNOWN_RD, OTHER_DATA, 0x3000}, OK, {0}},
	{{FID(RTT_READ_ENTRY), KNOWN_RD, 0x3000, 3}, OK, {3, RTTE_ASSIGNED, OTHER_DATA, RIPAS_RAM}},
	{{FID(RTT_DESTROY), KNOWN_RD, 0, 3}, RTT_3, {0, 0}},
	{{FID(RTT_FOLD), KNOWN_RD, 0, 3}, RTT_3, {0}},
	{{FID(DATA_DESTROY), KNOWN_RD, 0}, RTT_3, {0, 0x1000}},
	{{FID(DATA_DESTROY), KNOWN_RD, 0x2000}, RTT_3, {0, 0x3000}},
	{{FID(DATA_DESTROY), KNOWN_RD, 0x200800}, INPUT, {0}},
	{{FID(DATA_DESTROY), KNOWN_RD, HALF}, INPUT, {0}},
	{{FID(DATA_DESTROY), KNOWN_RD, 0x1000}, OK, {KNOWN_DATA, 0x3000}},
	{{FID(RTT_READ_ENTRY), KNOWN_RD, 0x1000, 3}, OK, {3, RTTE_UNASSIGNED, 0, RIPAS_DESTROYED}},
	{{FID(RTT_INIT_RIPAS), KNOWN_RD, 0x1000, 0x2000}, RTT_3, {0}},
	{{FID(DATA_DESTROY), KNOWN_RD, MIB_2}, RTT_2, {0, GIB}},
	{{FID(DATA_DESTROY), KNOWN_RD, 0x1000}, RTT_3, {0, 0x3000}},
	/* Unprotected memory. */
	{{FID(RTT_MAP_UNPROTECTED), KNOWN_RD, HALF, 0, NS_DESC}, INPUT, {0}},
	{{FID(RTT_MAP_UNPROTECTED), KNOWN_RD, HALF, 4, NS_DESC}, INPUT, {0}},
	{{FID(RTT_MAP_UNPROTECTED), KNOWN_RD, HALF, 2, 0x800000D0}, INPUT, {0}},
	{{FID(RTT_MAP_UNPROTECTED), KNOWN_RD, HALF, 2, NS_DESC | 0x400}, INPUT, {0}},
	{{FID(RTT_MAP_UNPROTECTED), KNOWN_RD, HALF, 2, NS_DESC | 0x1000}, INPUT, {0}},
	{{FID(RTT_MAP_UNPROTECTED), KNOWN_RD, HALF, 2, NS_DESC | UINT64_C(1) << 48}, INPUT, {0}},
	{{FID(RTT_MAP_UNPROTECTED), KNOWN_RD, 0, 2, NS_DESC}, INPUT, {0}},
	{{FID(RTT_MAP_UNPROTECTED), KNOWN_RD, HALF + 0x1000, 3, NS_DESC}, RTT_2, {0}},
	{{FID(RTT_MAP_UNPROTECTED), KNOWN_RD, HALF, 2, NS_DESC}, OK, {0}},
	{{FID(RTT_MAP_UNPROTECTED), KNOWN_RD, HALF, 2, NS_DESC}, RTT_2, {0}},
	{{FID(RTT_READ_ENTRY), KNOWN_RD, HALF, 2}, OK, {2, RTTE_ASSIGNED, NS_DESC, 0}},
	{{FID(RTT_UNMAP_UNPROTECTED), KNOWN_RD, HALF + 0x1000, 3}, RTT_2, {HALF + 0x1000}},
	{{FID(RTT_UNMAP_UNPROTECTED), KNOWN_RD, HALF + MIB_2, 2}, RTT_2, {HALF + GIB}},
	{{FID(RTT_UNMAP_UNPROTECTED), KNOWN_RD, HALF, 2}, OK, {HALF + GIB}},
	/* A REC, and the realm's states. */
	{{FID(REC_CREATE), KNOWN_RD, KNOWN_AUX, KNOWN_REC_PARAMS}, INPUT, {0}},
	{{FID(REC_CREATE), KNOWN_RD, KNOWN_REC, KNOWN_REC_PARAMS}, OK, {0}},
	{{FID(REC_ENTER), KNOWN_REC, KNOWN_RUN}, REALM, {0}},
	{{FID(REALM_ACTIVATE), KNOWN_REC}, INPUT, {0}},
	{{FID(REALM_ACTIVATE), KNOWN_RD}, OK, {0}},
	{{FID(REALM_ACTIVATE), KNOWN_RD}, REALM, {0}},
	{{FID(DATA_CREATE), KNOWN_RD, KNOWN_DATA, 0x1000, KNOWN_SOURCE, 1}, REALM, {0}},
	{{FID(REC_CREATE), KNOWN_RD, KNOWN(70), KNOWN_REC_PARAMS}, INPUT, {0}},
	{{FID(RTT_INIT_RIPAS), KNOWN_RD, 0, 0x1000}, REALM, {0}},
	{{FID(REC_ENTER), KNOWN_REC, KNOWN_RUN}, OK, {0}},
	{{FID(REC_ENTER), KNOWN_REC, KNOWN_RD}, INPUT, {0}},
	{{FID(RTT_SET_RIPAS), KNOWN_RD, KNOWN_REC, 0, 0x1000}, INPUT, {0}},
	{{FID(PSCI_COMPLETE), KNOWN_REC, KNOWN_REC, 0}, INPUT, {0}},
	{{FID(REALM_DESTROY), KNOWN_RD}, REALM, {0}},
	{{FID(REC_DESTROY), KNOWN_RD}, INPUT, {0}},
	{{FID(REC_DESTROY), KNOWN_REC}, OK, {0}},
	{{FID(GRANULE_UNDELEGATE), KNOWN_AUX}, OK, {0}},
	/* Down again. */
	{{FID(REALM_DESTROY), KNOWN_RD}, REALM, {0}},
	{{FID(DATA_DESTROY), KNOWN_RD, 0x3000}, OK, {OTHER_DATA, MIB_2}},
	{{FID(RTT_DESTROY), KNOWN_RD, MIB_2, 3}, RTT_2, {0, GIB}},
	{{FID(RTT_DESTROY), KNOWN_RD, 0, 3}, OK, {KNOWN_RTT, GIB}},
	{{FID(RTT_READ_ENTRY), KNOWN_RD, 0, 2}, OK, {2, RTTE_UNASSIGNED, 0, RIPAS_DESTROYED}},
	{{FID(REALM_DESTROY), KNOWN_RD}, OK, {0}},
	{{FID(REALM_DESTROY), KNOWN_RD}, INPUT, {0}},
	{{FID(GRANULE_UNDELEGATE), KNOWN_RD}, OK, {0}},
	{{FID(GRANULE_UNDELEGATE), KNOWN_ROOT + 0xF000}, OK, {0}},
};

static void expect_register(unsigned step, unsigned number, uint64_t value)
{
	if (prediction.x[number] != value) {
		fail_msg("step %u: x%u is 0x%llx, not 0x%llx (%s)", step, number,
			(unsigned long long)prediction.x[number], (unsigned long long)value,
			rmi_condition_name(prediction.condition));
	}
}

static void check_step(unsigned index)
{
	const struct step *s = &steps[index];
	struct oracle_memory memory = known_memory(&pages);
	uint64_t x[REEVE_SMC_REGISTERS] = {0};
	const char *broken;

	memcpy(x, s->x, sizeof(s->x));
	oracle_predict(&world, x, &memory, &prediction);
	expect_register(index, 0, s->status);
	for (unsigned i = 0; i < RMI_RESULT_MAX; i++) {
		expect_register(index, i + 1, s->results[i]);
	}
	if (prediction.changed) {
		world_copy(&world, &prediction.next);
	}
	broken = world_valid(&world);
	if (broken != NULL) {
		fail_msg("step %u: %s", index, broken);
	}
}

static void a_life_is_answered_as_the_sheet_says(void **state)
{
	(void)state;
	known_world(&world);
	known_pages(&pages);
	for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		check_step(i);
	}
}

/* A life that ends leaves the world as it was, but for the granules that were undelegated. */
static void nothing_is_left_of_it(void **state)
{
	static struct world fresh;
	char message[128] = "";

	(void)state;
	known_world(&fresh);
	world_granule_set(&fresh, KNOWN_RD, GRANULE_UNDELEGATED, 0);
	world_granule_set(&fresh, KNOWN_AUX, GRANULE_UNDELEGATED, 0);
	world_granule_set(&fresh, KNOWN_ROOT + 0xF000, GRANULE_UNDELEGATED, 0);
	assert_true(world_equal(&world, &fresh, message, sizeof(message)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_life_is_answered_as_the_sheet_says),
		cmocka_unit_test(nothing_is_left_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
