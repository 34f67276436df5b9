/* SPDX-License-Identifier: BSD-2-Clause */
/* test_decode.c - which A64 instruction words the model takes for accesses that a host can emulate, and what it says of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine/model/decode.h"

enum { LOADS = 0, STORES = 1 };

struct row {
	uint32_t word;
	const char *text;
	struct decode_access access; /* size, sign, rt, 64 bits, ordered, writes */
};

static const struct row accesses[] = {
	{0xF9400001, "ldr x1, [x0]", {3, false, 1, true, false, LOADS}},
	{0xB9400001, "ldr w1, [x0]", {2, false, 1, false, false, LOADS}},
	{0x79400001, "ldrh w1, [x0]", {1, false, 1, false, false, LOADS}},
	{0x39400001, "ldrb w1, [x0]", {0, false, 1, false, false, LOADS}},
	{0x39800001, "ldrsb x1, [x0]", {0, true, 1, true, false, LOADS}},
	{0x39C00001, "ldrsb w1, [x0]", {0, true, 1, false, false, LOADS}},
	{0x79800001, "ldrsh x1, [x0]", {1, true, 1, true, false, LOADS}},
	{0x79C00001, "ldrsh w1, [x0]", {1, true, 1, false, false, LOADS}},
	{0xB9800001, "ldrsw x1, [x0]", {2, true, 1, true, false, LOADS}},
	{0xF947F801, "ldr x1, [x0, #4080]", {3, false, 1, true, false, LOADS}},
	{0xF9000001, "str x1, [x0]", {3, false, 1, true, false, STORES}},
	{0xB9000001, "str w1, [x0]", {2, false, 1, false, false, STORES}},
	{0x79000001, "strh w1, [x0]", {1, false, 1, false, false, STORES}},
	{0x39000049, "strb w9, [x2]", {0, false, 9, false, false, STORES}},
	{0xF900041F, "str xzr, [x0, #8]", {3, false, 31, true, false, STORES}},
	{0xF8696807, "ldr x7, [x0, x9]", {3, false, 7, true, false, LOADS}},
	{0xB8694807, "ldr w7, [x0, w9, uxtw]", {2, false, 7, false, false, LOADS}},
	{0xF85F8001, "ldur x1, [x0, #-8]", {3, false, 1, true, false, LOADS}},
	{0x78001001, "sturh w1, [x0, #1]", {1, false, 1, false, false, STORES}},
	{0xF8400801, "ldtr x1, [x0]", {3, false, 1, true, false, LOADS}},
	{0x38000801, "sttrb w1, [x0]", {0, false, 1, false, false, STORES}},
	{0xC8DFFC01, "ldar x1, [x0]", {3, false, 1, true, true, LOADS}},
	{0x889FFC01, "stlr w1, [x0]", {2, false, 1, false, true, STORES}},
	{0x08DF7C01, "ldlarb w1, [x0]", {0, false, 1, false, true, LOADS}},
	{0xF8BFC001, "ldapr x1, [x0]", {3, false, 1, true, true, LOADS}},
	{0x99404001, "ldapur w1, [x0, #4]", {2, false, 1, false, true, LOADS}},
	{0x19800001, "ldapursb x1, [x0]", {0, true, 1, true, true, LOADS}},
	{0x58000081, "ldr x1, .+16", {3, false, 1, true, false, LOADS}},
	{0x98000081, "ldrsw x1, .+16", {2, true, 1, true, false, LOADS}},
};

static const struct row others[] = {
	{.word = 0xF8408401, .text = "ldr x1, [x0], #8"},
	{.word = 0xF81F8C01, .text = "str x1, [x0, #-8]!"},
	{.word = 0xA9400801, .text = "ldp x1, x2, [x0]"},
	{.word = 0x29000801, .text = "stp w1, w2, [x0]"},
	{.word = 0xA8400801, .text = "ldnp x1, x2, [x0]"},
	{.word = 0xC85F7C01, .text = "ldxr x1, [x0]"},
	{.word = 0xC8027C01, .text = "stxr w2, x1, [x0]"},
	{.word = 0x885FFC01, .text = "ldaxr w1, [x0]"},
	{.word = 0xC8A17C02, .text = "cas x1, x2, [x0]"},
	{.word = 0xF8210002, .text = "ldadd x1, x2, [x0]"},
	{.word = 0xF8218002, .text = "swp x1, x2, [x0]"},
	{.word = 0xFD400001, .text = "ldr d1, [x0]"},
	{.word = 0x3D800001, .text = "str q1, [x0]"},
	{.word = 0x4C407000, .text = "ld1 {v0.16b}, [x0]"},
	{.word = 0xF9800000, .text = "prfm pldl1keep, [x0]"},
	{.word = 0xF8800000, .text = "prfum pldl1keep, [x0]"},
	{.word = 0xD8000080, .text = "prfm pldl1keep, .+16"},
	{.word = 0xF8200401, .text = "ldraa x1, [x0]"},
	{.word = 0xD9200800, .text = "stg x0, [x0]"},
	{.word = 0xD50B7420, .text = "dc zva, x0"},
	{.word = 0xD503201F, .text = "nop"},
	{.word = 0xD40000A3, .text = "smc #5"},
	{.word = 0x00000000, .text = "udf #0"},
};

static bool same(const struct decode_access *a, const struct decode_access *b)
{
	return a->size_log2 == b->size_log2 && a->sign_extends == b->sign_extends && a->rt == b->rt &&
		a->is_64bit == b->is_64bit && a->acquires == b->acquires && a->writes == b->writes;
}

/* Print the row, so that the assertion which follows needs no name of its own. */
static bool as_wanted(const struct row *row, bool is_good)
{
	if (!is_good) {
		print_error("%s\n", row->text);
	}
	return is_good;
}

static void says_what_an_access_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
		struct decode_access got = {0};
		bool is_access = decode_access(accesses[i].word, &got);

		assert_true(as_wanted(&accesses[i], is_access && same(&got, &accesses[i].access)));
	}
}

static void leaves_the_rest_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct decode_access got = {.rt = 17};

		assert_true(as_wanted(&others[i], !decode_access(others[i].word, &got)));
		assert_int_equal(got.rt, 17);
	}
}

static void puts_an_access_into_the_syndrome(void **state)
{
	(void)state;
	assert_int_equal(decode_access_iss(&(struct decode_access){0}), 0x1000000);
	assert_int_equal(decode_access_iss(&(struct decode_access){.size_log2 = 3}), 0x1C00000);
	assert_int_equal(decode_access_iss(&(struct decode_access){.sign_extends = true}), 0x1200000);
	assert_int_equal(decode_access_iss(&(struct decode_access){.rt = 31}), 0x11F0000);
	assert_int_equal(decode_access_iss(&(struct decode_access){.is_64bit = true}), 0x1008000);
	assert_int_equal(decode_access_iss(&(struct decode_access){.acquires = true}), 0x1004000);
}

static void knows_exception_makers_by_their_number(void **state)
{
	uint16_t imm16 = 0;

	(void)state;
	assert_true(decode_is_svc(0xD40000E1, &imm16) && imm16 == 7);
	assert_true(decode_is_hvc(0xD4000042, &imm16) && imm16 == 2);
	assert_true(decode_is_smc(0xD40000A3, &imm16) && imm16 == 5);
	assert_true(decode_is_smc(0xD41FFFE3, &imm16) && imm16 == 0xFFFF);
	assert_true(decode_is_brk(0xD4200120, &imm16) && imm16 == 9);
	imm16 = 1;
	assert_false(decode_is_svc(0xD4000042, &imm16));
	assert_false(decode_is_hvc(0xD40000A3, &imm16));
	assert_false(decode_is_smc(0xD40000E1, &imm16));
	assert_false(decode_is_brk(0xD4400000, &imm16)); /* hlt #0 */
	assert_int_equal(imm16, 1);
	assert_true(decode_is_wfe(0xD503205F));
	assert_false(decode_is_wfe(0xD503207F)); /* wfi */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_an_access_does),
		cmocka_unit_test(leaves_the_rest_alone),
		cmocka_unit_test(puts_an_access_into_the_syndrome),
		cmocka_unit_test(knows_exception_makers_by_their_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
