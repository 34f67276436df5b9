/* SPDX-License-Identifier: BSD-2-Clause */
/* test_boot_manifest.c - EL3's boot manifest: what is read of a good one, and which words make it a bad one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine/qemu/monitor/manifest.h"
#include "tests/unit/support/boot_manifest.h"

static void known_manifest(void **state)
{
	uint64_t words[BOOT_MANIFEST_WORDS];
	struct manifest manifest;

	(void)state;
	boot_manifest_make(words);
	assert_int_equal(manifest_read(words, BOOT_MANIFEST_PA, &manifest), MANIFEST_OK);
	assert_int_equal(manifest.major, 0);
	assert_int_equal(manifest.minor, 3);
	assert_int_equal(manifest.bank_count, 1);
	assert_int_equal(manifest.banks[0].base.value, 0x40000000);
	assert_int_equal(manifest.banks[0].top.value, 0x100000000);
	assert_int_equal(manifest.console, 0x09000000);
	assert_true(manifest.console_name_left_out);
	boot_manifest_sum_consoles(words);
	assert_int_equal(manifest_read(words, BOOT_MANIFEST_PA, &manifest), MANIFEST_OK);
	assert_false(manifest.console_name_left_out);
}

/* One word of the known manifest replaced. `sums`: the sums are made right again, so that the word itself is judged. */
static const struct spoilt {
	const char *what;
	unsigned word;
	uint64_t value;
	bool sums;
	enum manifest_fault fault;
} table[] = {
	{"0.2 has no consoles", BOOT_WORD_VERSION, 2, true, MANIFEST_BAD_VERSION},
	{"0.5 has more behind", BOOT_WORD_VERSION, 5, true, MANIFEST_OK},
	{"0.65535", BOOT_WORD_VERSION, 0xffff, true, MANIFEST_OK},
	{"1.0", BOOT_WORD_VERSION, 0x10000, true, MANIFEST_BAD_VERSION},
	{"no bank", BOOT_WORD_BANK_COUNT, 0, true, MANIFEST_BAD_BANK_LIST},
	{"eight banks", BOOT_WORD_BANK_COUNT, 8, true, MANIFEST_BAD_BANK_LIST},
	{"so many banks that their size wraps", BOOT_WORD_BANK_COUNT, UINT64_C(1) << 63, true, MANIFEST_BAD_BANK_LIST},
	{"banks before the page", BOOT_WORD_BANK_POINTER, BOOT_MANIFEST_PA - 8, true, MANIFEST_BAD_BANK_LIST},
	{"banks behind the page", BOOT_WORD_BANK_POINTER, BOOT_MANIFEST_PA + 4096, true, MANIFEST_BAD_BANK_LIST},
	{"banks over the end of the page", BOOT_WORD_BANK_POINTER, BOOT_MANIFEST_PA + 4088, true,
		MANIFEST_BAD_BANK_LIST},
	{"banks not aligned", BOOT_WORD_BANK_POINTER, BOOT_MANIFEST_PA + 0x44, true, MANIFEST_BAD_BANK_LIST},
	{"banks in the header", BOOT_WORD_BANK_POINTER, BOOT_MANIFEST_PA, true, MANIFEST_BAD_BANK_LIST},
	{"banks at 0", BOOT_WORD_BANK_POINTER, 0, true, MANIFEST_BAD_BANK_LIST},
	{"sum of the banks", BOOT_WORD_BANK_SUM, 0, false, MANIFEST_BAD_BANK_SUM},
	{"base changed", BOOT_WORD_BANKS, 0x80000000, false, MANIFEST_BAD_BANK_SUM},
	{"base not aligned", BOOT_WORD_BANKS, 0x40000800, true, MANIFEST_BAD_BANKS},
	{"size not aligned", BOOT_WORD_BANKS + 1, 0x1001, true, MANIFEST_BAD_BANKS},
	{"no size", BOOT_WORD_BANKS + 1, 0, true, MANIFEST_BAD_BANKS},
	{"size wraps", BOOT_WORD_BANKS + 1, UINT64_C(0xffffffffc0001000), true, MANIFEST_BAD_BANKS},
	{"no console", BOOT_WORD_CONSOLE_COUNT, 0, true, MANIFEST_OK},
	{"nine consoles", BOOT_WORD_CONSOLE_COUNT, 9, true, MANIFEST_BAD_CONSOLE_LIST},
	{"consoles behind the page", BOOT_WORD_CONSOLE_POINTER, BOOT_MANIFEST_PA + 4096, true,
		MANIFEST_BAD_CONSOLE_LIST},
	{"consoles over the end", BOOT_WORD_CONSOLE_POINTER, BOOT_MANIFEST_PA + 4056, true, MANIFEST_BAD_CONSOLE_LIST},
	{"sum of the consoles", BOOT_WORD_CONSOLE_SUM, 0, false, MANIFEST_BAD_CONSOLE_SUM},
	{"console moved", BOOT_WORD_CONSOLES, 0x09040000, false, MANIFEST_BAD_CONSOLE_SUM},
	{"another kind of console", BOOT_WORD_CONSOLE_NAME, 0x363138, true, MANIFEST_OK},
};

static void judge(const struct spoilt *spoilt)
{
	uint64_t words[BOOT_MANIFEST_WORDS];
	struct manifest manifest;

	boot_manifest_make(words);
	words[spoilt->word] = spoilt->value;
	if (spoilt->sums) {
		boot_manifest_sum_banks(words, 1);
		boot_manifest_sum_consoles(words);
	}
	if (manifest_read(words, BOOT_MANIFEST_PA, &manifest) != spoilt->fault) {
		fail_msg("%s: %s", spoilt->what, manifest_fault_text(spoilt->fault));
	}
}

static void spoilt_words(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		judge(&table[i]);
	}
}

static void several_banks(void **state)
{
	uint64_t words[BOOT_MANIFEST_WORDS];
	struct manifest manifest;

	(void)state;
	boot_manifest_make(words);
	words[BOOT_WORD_CONSOLE_COUNT] = 0;
	for (unsigned i = 0; i < MANIFEST_BANKS_MAX; i++) {
		words[BOOT_WORD_BANKS + 2 * i] = (i + 1) * UINT64_C(0x40000000);
		words[BOOT_WORD_BANKS + 2 * i + 1] = 0x40000000;
	}
	words[BOOT_WORD_BANK_COUNT] = MANIFEST_BANKS_MAX;
	boot_manifest_sum_banks(words, MANIFEST_BANKS_MAX);
	assert_int_equal(manifest_read(words, BOOT_MANIFEST_PA, &manifest), MANIFEST_OK);
	assert_int_equal(manifest.bank_count, MANIFEST_BANKS_MAX);
	assert_int_equal(manifest.console, 0);
	/* Overlap, then the wrong order. */
	words[BOOT_WORD_BANKS + 1] += 0x1000;
	boot_manifest_sum_banks(words, MANIFEST_BANKS_MAX);
	assert_int_equal(manifest_read(words, BOOT_MANIFEST_PA, &manifest), MANIFEST_BAD_BANKS);
	words[BOOT_WORD_BANKS] = 0x80000000;
	words[BOOT_WORD_BANKS + 1] = 0x1000;
	words[BOOT_WORD_BANKS + 2] = 0x40000000;
	boot_manifest_sum_banks(words, MANIFEST_BANKS_MAX);
	assert_int_equal(manifest_read(words, BOOT_MANIFEST_PA, &manifest), MANIFEST_BAD_BANKS);
}

static void flip(unsigned word, unsigned bit, bool is_good)
{
	uint64_t words[BOOT_MANIFEST_WORDS];
	struct manifest manifest;

	boot_manifest_make(words);
	words[word] ^= UINT64_C(1) << bit;
	if ((manifest_read(words, BOOT_MANIFEST_PA, &manifest) == MANIFEST_OK) != is_good) {
		fail_msg("word %u bit %u", word, bit);
	}
}

/* Every bit of both lists and their arrays is under a sum, or is judged by itself, but for the name, which this sum leaves out, and for
 * the number of consoles becoming none. The padding and plat_data are nobody's. */
static void every_bit_counts(void **state)
{
	(void)state;
	for (unsigned word = BOOT_WORD_BANK_COUNT; word < BOOT_WORD_END; word++) {
		for (unsigned bit = 0; bit < 64; bit++) {
			flip(word, bit,
				word == BOOT_WORD_CONSOLE_NAME || (word == BOOT_WORD_CONSOLE_COUNT && bit == 0));
		}
	}
}

/* A page of anything: no access outside of it (ASan), and what is read of it is what the header promises. */
static void any_page(void **state)
{
	enum { PAGES = 20000 };
	uint64_t *words = malloc(BOOT_MANIFEST_WORDS * sizeof(words[0]));
	struct manifest manifest;
	unsigned seed = 1;

	(void)state;
	assert_non_null(words);
	for (unsigned i = 0; i < PAGES; i++) {
		boot_manifest_make(words);
		for (unsigned change = 0; change < 3; change++) {
			unsigned word = (unsigned)rand_r(&seed) % BOOT_WORD_END;

			words[word] += (uint64_t)(rand_r(&seed) % 64 - 32) * (UINT64_C(1) << (rand_r(&seed) % 60));
		}
		boot_manifest_sum_banks(words, 1);
		boot_manifest_sum_consoles(words);
		if (manifest_read(words, BOOT_MANIFEST_PA, &manifest) != MANIFEST_OK) {
			continue;
		}
		assert_in_range(manifest.bank_count, 1, MANIFEST_BANKS_MAX);
		for (unsigned bank = 0; bank < manifest.bank_count; bank++) {
			assert_true(manifest.banks[bank].base.value < manifest.banks[bank].top.value);
		}
	}
	free(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_manifest),
		cmocka_unit_test(spoilt_words),
		cmocka_unit_test(several_banks),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(any_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
