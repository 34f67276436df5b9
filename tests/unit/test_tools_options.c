/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tools_options.c - command lines of reeve run and reeve info: what they mean, and what is said of wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tools/options.h"

enum { WORDS_MAX = 8 };

static int words(const char *const argv[])
{
	int count = 0;

	while (argv[count] != NULL) {
		count++;
	}
	return count;
}

/* Parse "run" and the words behind it. */
static bool parse(const char *const line[], struct run_options *options, struct message *why)
{
	char *argv[WORDS_MAX + 1] = {"run"};
	int count = words(line);

	memcpy(argv + 1, line, (size_t)count * sizeof(argv[0]));
	return run_options_parse(count + 1, argv, options, why);
}

static struct run_options good(const char *const line[])
{
	struct run_options options;
	struct message why = {""};

	if (!parse(line, &options, &why)) {
		fail_msg("%s ...: %s", line[0], why.text);
	}
	return options;
}

#define GOOD(...) good((const char *const[]){__VA_ARGS__, NULL})

static void defaults(void **state)
{
	static const uint8_t zero[RMI_RPV_SIZE];
	struct run_options options = GOOD("x.elf");

	(void)state;
	assert_string_equal(options.image_path, "x.elf");
	assert_int_equal(options.ram, 64 * 1024 * 1024);
	assert_int_equal(options.cpus, 1);
	assert_int_equal(options.ipa_bits, 40);
	assert_false(options.features.lpa2);
	assert_int_equal(options.features.sve_bits, 0);
	assert_int_equal(options.hash, RMI_HASH_SHA_256);
	assert_int_equal(options.page_size, 4096);
	assert_memory_equal(options.rpv, zero, sizeof(zero));
	assert_null(options.rpv_path);
	assert_null(options.trace_path);
	assert_int_equal(options.trace_kind, TRACE_TEXT);
	assert_int_equal(options.timeout_ns, 0);
	assert_false(options.json);
	assert_false(options.help);
}

static void sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} rows[] = {
		{"1", 1},
		{"67108864", 67108864},
		{"16K", 16384},
		{"16KiB", 16384},
		{"16M", 16 << 20},
		{"64MiB", 64 << 20},
		{"1G", 1 << 30},
		{"3GiB", UINT64_C(3) << 30},
		{"1T", UINT64_C(1) << 40},
		{"18446744073709551615", UINT64_MAX},
		{"16777215T", UINT64_C(16777215) << 40},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(GOOD("--ram", rows[i].text, "x").ram, rows[i].bytes);
	}
}

static void values(void **state)
{
	struct run_options options =
		GOOD("--ipa-bits=48", "--cpus", "64", "--hash=sha512", "--json", "x", "--page-size=64k");

	(void)state;
	assert_int_equal(options.ipa_bits, 48);
	assert_int_equal(options.cpus, 64);
	assert_int_equal(options.hash, RMI_HASH_SHA_512);
	assert_int_equal(options.page_size, 65536);
	assert_true(options.json);
	assert_int_equal(GOOD("--page-size", "16k", "x").page_size, 16384);
	assert_true(GOOD("--lpa2", "x").features.lpa2);
	assert_true(GOOD("--machine", "qemu", "--neighbour", "x").has_neighbour);
	options = GOOD("--sve-vl", "2048", "x");
	assert_int_equal(options.features.sve_bits, 2048);
	assert_int_equal(feature_sve_vl(&options.features), 15);
	options = GOOD("--sve-vl", "128", "x");
	assert_int_equal(feature_sve_vl(&options.features), 0);
	assert_int_equal(GOOD("--hash", "sha512", "--hash", "sha256", "x").hash, RMI_HASH_SHA_256);
	assert_string_equal(GOOD("--trace", "-", "x").trace_path, "-");
	assert_int_equal(GOOD("--trace-format", "json", "--trace", "-", "x").trace_kind, TRACE_JSON);
	assert_int_equal(GOOD("--trace", "-", "--trace-format", "chrome", "x").trace_kind, TRACE_CHROME);
	assert_int_equal(GOOD("--trace", "-", "--trace-format", "text", "x").trace_kind, TRACE_TEXT);
	assert_string_equal(GOOD("--", "--json").image_path, "--json");
	assert_string_equal(GOOD("-").image_path, "-");
	assert_true(GOOD("--help").help);
	assert_true(GOOD("-h").help);
}

static void rpv(void **state)
{
	struct run_options options = GOOD("--rpv", "0x00aBfF", "x");
	char longest[2 * RMI_RPV_SIZE + 1];

	(void)state;
	assert_memory_equal(options.rpv, "\x00\xab\xff\x00", 4);
	assert_int_equal(options.rpv[RMI_RPV_SIZE - 1], 0);
	memset(longest, '7', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	options = GOOD("--rpv", longest, "x");
	assert_int_equal(options.rpv[0], 0x77);
	assert_int_equal(options.rpv[RMI_RPV_SIZE - 1], 0x77);
	assert_string_equal(GOOD("--rpv", "@owner.bin", "x").rpv_path, "owner.bin");
	assert_null(GOOD("--rpv", "@owner.bin", "--rpv", "01", "x").rpv_path);
}

static void times(void **state)
{
	(void)state;
	assert_true(GOOD("--timeout", "2", "x").timeout_ns == UINT64_C(2000000000));
	assert_true(GOOD("--timeout", "0.5", "x").timeout_ns == 500000000);
	assert_true(GOOD("--timeout", "1.25", "x").timeout_ns == 1250000000);
	assert_true(GOOD("--timeout", "0.000000001", "x").timeout_ns == 1);
	assert_true(GOOD("--timeout", "3.", "x").timeout_ns == UINT64_C(3000000000));
}

/* Wrong lines and a piece of what must be said of them. */
static const struct {
	const char *line[WORDS_MAX];
	const char *said;
} wrong[] = {
	{{NULL}, "no image"},
	{{"a", "b"}, "'b' is one argument too many"},
	{{"--frob", "x"}, "no option '--frob'"},
	{{"-x"}, "no option '-x'"},
	{{"--jso", "x"}, "no option '--jso'"},
	{{"--json=1", "x"}, "--json takes no value"},
	{{"x", "--ram"}, "--ram needs a value: SIZE"},
	{{"--ram", "", "x"}, "''"},
	{{"--ram", "0", "x"}, "'0'"},
	{{"--ram", "-1", "x"}, "'-1'"},
	{{"--ram", "12Q", "x"}, "'Q'"},
	{{"--ram", "64 M", "x"}, "' M'"},
	{{"--ram", "18446744073709551616", "x"}, "'18446744073709551616'"},
	{{"--ram", "16777216T", "x"}, "64 bits"},
	{{"--cpus", "0", "x"}, "1 to 64"},
	{{"--cpus", "65", "x"}, "'65'"},
	{{"--cpus", "2x", "x"}, "'2x'"},
	{{"--ipa-bits", "forty", "x"}, "'forty'"},
	{{"--ipa-bits", "0", "x"}, "'0'"},
	{{"--neighbour", "x"}, "--neighbour is for --machine qemu only"},
	{{"--machine", "qemu", "--neighbour", "--kernel", "x"}, "not for --kernel"},
	{{"--lpa2=1", "x"}, "--lpa2 takes no value"},
	{{"--sve-vl", "16", "x"}, "'16' is no length of an SVE vector in bits"},
	{{"--sve-vl", "200", "x"}, "a multiple of 128"},
	{{"--sve-vl", "2176", "x"}, "up to 2048"},
	{{"--ipa-bits", "256", "x"}, "'256' is not a number from 1 to 255"},
	{{""}, "the name of the image is empty"},
	{{"--rpv", "@", "x"}, "--rpv @ needs"},
	{{"--trace-format", "json", "x"}, "--trace-format without --trace"},
	{{"--hash", "md5", "x"}, "'md5'"},
	{{"--rpv", "", "x"}, "0 hexadecimal digits"},
	{{"--rpv", "123", "x"}, "3 hexadecimal digits"},
	{{"--rpv", "12g4", "x"}, "'g'"},
	{{"--page-size", "8k", "x"}, "'8k'"},
	{{"--trace", "", "x"}, "--trace needs"},
	{{"--trace-format", "xml", "x"}, "'xml'"},
	{{"--timeout", "0", "x"}, "'0'"},
	{{"--timeout", "-1", "x"}, "'-1'"},
	{{"--timeout", "1e3", "x"}, "'1e3'"},
	{{"--timeout", "1.0000000001", "x"}, "'1.0000000001'"},
	{{"--timeout", ".5", "x"}, "'.5'"},
	{{"--timeout", "1000001", "x"}, "'1000001'"},
};

static void wrong_line(size_t row)
{
	struct run_options options;
	struct message why = {""};

	if (parse(wrong[row].line, &options, &why)) {
		fail_msg("row %zu was accepted", row);
	}
	if (strstr(why.text, wrong[row].said) == NULL) {
		fail_msg("row %zu: '%s' does not say \"%s\"", row, why.text, wrong[row].said);
	}
}

static void wrong_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		wrong_line(i);
	}
}

static void rpv_too_long(void **state)
{
	char digits[2 * RMI_RPV_SIZE + 3];
	struct run_options options;
	struct message why = {""};

	(void)state;
	memset(digits, 'a', sizeof(digits) - 1);
	digits[sizeof(digits) - 1] = '\0';
	assert_false(parse((const char *const[]){"--rpv", digits, "x", NULL}, &options, &why));
	assert_non_null(strstr(why.text, "130 hexadecimal digits"));
}

static void info(void **state)
{
	struct info_options options;
	struct message why = {""};

	(void)state;
	assert_true(info_options_parse(1, (char *[]){"info", NULL}, &options, &why));
	assert_false(options.json);
	assert_true(info_options_parse(2, (char *[]){"info", "--json", NULL}, &options, &why));
	assert_true(options.json);
	assert_false(info_options_parse(2, (char *[]){"info", "x", NULL}, &options, &why));
	assert_non_null(strstr(why.text, "'x' is one argument too many"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(sizes),
		cmocka_unit_test(values),
		cmocka_unit_test(rpv),
		cmocka_unit_test(times),
		cmocka_unit_test(wrong_lines),
		cmocka_unit_test(rpv_too_long),
		cmocka_unit_test(info),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
