/* SPDX-License-Identifier: BSD-2-Clause */
/* options.c - reads command lines by the rows of each verb's table. */
#include "tools/options.h"

#include <string.h>

#include "tools/plan.h"

enum {
	NUMBER_BASE = 10,
	FRACTION_DIGITS = 9, /* of a second: nanoseconds */
	QEMU_CPUS_MAX = 16,  /* of the bare host (NS_CPUS_MAX) */
};

enum { RAM_DEFAULT = 64 << 20, IPA_BITS_DEFAULT = 40, PAGE_SIZE_DEFAULT = 4096 };

static const uint64_t second_ns = 1000000000;
static const uint64_t timeout_max_s = 1000000;

/* Digits at *text as a number, with *text moved behind them. False when there are none or they pass 64 bits. */
static bool digits(const char **text, uint64_t *number)
{
	const char *at = *text;
	uint64_t sum = 0;

	for (; *at >= '0' && *at <= '9'; at++) {
		if (__builtin_mul_overflow(sum, (uint64_t)NUMBER_BASE, &sum) ||
			__builtin_add_overflow(sum, (uint64_t)(*at - '0'), &sum)) {
			return false;
		}
	}
	if (at == *text) {
		return false;
	}
	*text = at;
	*number = sum;
	return true;
}

bool option_number(const char *text, uint64_t least, uint64_t most, uint64_t *number)
{
	uint64_t found;

	if (!digits(&text, &found) || *text != '\0' || found < least || found > most) {
		return false;
	}
	*number = found;
	return true;
}

bool option_set_ipa_bits(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;
	uint64_t number;

	/* What the monitor supports is the host library's to say. */
	if (!option_number(value, 1, UINT8_MAX, &number)) {
		return message_set(why,
			"--ipa-bits '%s' is not a number from 1 to %d; widths begin at 32 and end at the S2SZ of reeve info",
			value, UINT8_MAX);
	}
	run->ipa_bits = (unsigned)number;
	return true;
}

static const struct {
	const char *suffix;
	unsigned shift;
} size_units[] = {
	{"", 0}, {"K", 10}, {"KiB", 10}, {"M", 20}, {"MiB", 20}, {"G", 30}, {"GiB", 30}, {"T", 40}, {"TiB", 40}};

bool option_set_ram(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;
	const char *suffix = value;
	uint64_t number;

	if (!digits(&suffix, &number) || number == 0) {
		return message_set(why, "--ram '%s' is not a size; give one such as 64M, 1GiB or 67108864", value);
	}
	for (size_t i = 0; i < sizeof(size_units) / sizeof(size_units[0]); i++) {
		if (strcmp(suffix, size_units[i].suffix) != 0) {
			continue;
		}
		if (number > UINT64_MAX >> size_units[i].shift) {
			return message_set(why, "--ram '%s' is more than 64 bits can count", value);
		}
		run->ram = number << size_units[i].shift;
		return true;
	}
	return message_set(why, "--ram '%s': the unit '%s' is none of K, M, G, T, KiB, MiB, GiB, TiB", value, suffix);
}

bool option_set_cpus(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;
	uint64_t number;

	if (!option_number(value, 1, CPUS_MAX, &number)) {
		return message_set(why, "--cpus '%s' is not a number from 1 to %d", value, CPUS_MAX);
	}
	run->cpus = (unsigned)number;
	return true;
}

static bool set_hash(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;

	if (strcmp(value, "sha256") == 0 || strcmp(value, "sha-256") == 0) {
		run->hash = RMI_HASH_SHA_256;
		return true;
	}
	if (strcmp(value, "sha512") == 0 || strcmp(value, "sha-512") == 0) {
		run->hash = RMI_HASH_SHA_512;
		return true;
	}
	return message_set(why, "--hash '%s' is neither sha256 nor sha512", value);
}

/* The value of a hexadecimal digit, or -1. */
static int hex_digit(char c)
{
	static const char lower[] = "0123456789abcdef";
	static const char upper[] = "0123456789ABCDEF";
	const char *at = strchr(lower, c);

	if (c == '\0') {
		return -1;
	}
	if (at != NULL) {
		return (int)(at - lower);
	}
	at = strchr(upper, c);
	return at == NULL ? -1 : (int)(at - upper);
}

bool option_set_rpv(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;
	uint8_t rpv[RMI_RPV_SIZE] = {0};
	const char *hex = strncmp(value, "0x", 2) == 0 ? value + 2 : value;
	size_t length = strlen(hex);

	if (strcmp(value, "@") == 0) {
		return message_set(why, "--rpv @ needs the name of a file behind the @");
	}
	if (value[0] == '@') {
		run->rpv_path = value + 1;
		return true;
	}
	if (length == 0 || length % 2 != 0 || length > (size_t)2 * RMI_RPV_SIZE) {
		return message_set(why,
			"--rpv has %zu hexadecimal digits; give an even number of them, 2 to %d, or @FILE", length,
			2 * RMI_RPV_SIZE);
	}
	for (size_t i = 0; i < length; i++) {
		int digit = hex_digit(hex[i]);

		if (digit < 0) {
			return message_set(
				why, "--rpv: '%c' is not a hexadecimal digit; a file is given as @FILE", hex[i]);
		}
		rpv[i / 2] = (uint8_t)(rpv[i / 2] << 4 | digit);
	}
	memcpy(run->rpv, rpv, sizeof(rpv));
	run->rpv_path = NULL;
	return true;
}

static const struct {
	const char *name;
	size_t size;
} page_sizes[] = {{"4k", 4096}, {"16k", 16384}, {"64k", 65536}};

bool option_page(const char *option, const char *value, size_t *size, struct message *why)
{
	for (size_t i = 0; i < sizeof(page_sizes) / sizeof(page_sizes[0]); i++) {
		if (strcmp(value, page_sizes[i].name) == 0) {
			*size = page_sizes[i].size;
			return true;
		}
	}
	return message_set(why, "%s '%s' is none of 4k, 16k, 64k", option, value);
}

bool option_set_page_size(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;

	return option_page("--page-size", value, &run->page_size, why);
}

static bool set_trace(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;

	if (value[0] == '\0') {
		return message_set(why, "--trace needs a file name, or - for standard error");
	}
	run->trace_path = value;
	return true;
}

static bool set_trace_format(void *options, const char *value, struct message *why)
{
	static const char *const names[TRACE_KIND_COUNT] = {"text", "json", "chrome"};
	struct run_options *run = options;

	for (unsigned i = 0; i < TRACE_KIND_COUNT; i++) {
		if (strcmp(value, names[i]) == 0) {
			run->trace_kind = (enum trace_kind)i;
			run->has_trace_kind = true;
			return true;
		}
	}
	return message_set(why, "--trace-format '%s' is none of text, json, chrome", value);
}

static bool set_map(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;

	if (value[0] == '\0') {
		return message_set(why, "--map needs a file name");
	}
	if (strcmp(value, "-") == 0) {
		return message_set(why, "--map '-': a picture goes to a file; name one");
	}
	run->map_path = value;
	return true;
}

static bool set_run_json(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;

	(void)value;
	(void)why;
	run->json = true;
	return true;
}

/* Seconds with up to nine decimals, as nanoseconds. */
static bool seconds(const char *text, uint64_t *ns)
{
	uint64_t whole;
	uint64_t fraction = 0;
	uint64_t unit = second_ns;

	if (!digits(&text, &whole) || whole > timeout_max_s) {
		return false;
	}
	if (*text == '.') {
		text++;
		for (unsigned i = 0; i < FRACTION_DIGITS && *text >= '0' && *text <= '9'; i++, text++) {
			unit /= NUMBER_BASE;
			fraction += (uint64_t)(*text - '0') * unit;
		}
	}
	*ns = whole * second_ns + fraction;
	return *text == '\0' && *ns != 0;
}

static bool set_timeout(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;
	uint64_t ns;

	if (!seconds(value, &ns)) {
		return message_set(why, "--timeout '%s' is not a time in seconds above 0 and at most %llu, such as 2.5",
			value, (unsigned long long)timeout_max_s);
	}
	run->timeout_ns = ns;
	return true;
}

static bool set_fault(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;

	if (value[0] == '\0') {
		return message_set(why, "--fault needs the name of a file of rules");
	}
	run->fault_path = value;
	return true;
}

static bool set_rule(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;

	return plan_read("--rule", value, strlen(value), &plan_run_phases, &run->plan, why);
}

static bool set_machine(void *options, const char *value, struct message *why)
{
	static const char *const names[MACHINE_KIND_COUNT] = {"model", "qemu"};
	struct run_options *run = options;

	for (unsigned i = 0; i < MACHINE_KIND_COUNT; i++) {
		if (strcmp(value, names[i]) == 0) {
			run->machine = (enum machine_kind)i;
			return true;
		}
	}
	return message_set(why, "--machine '%s' is neither model nor qemu", value);
}

bool option_path(const char *option, const char *value, const char **path, struct message *why)
{
	if (value[0] == '\0') {
		return message_set(why, "%s needs a file name", option);
	}
	*path = value;
	return true;
}

static bool set_machine_log(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;

	return option_path("--machine-log", value, &run->machine_log, why);
}

static bool set_touch(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;

	(void)value;
	(void)why;
	run->is_touching = true;
	return true;
}

static bool set_neighbour(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;

	(void)value;
	(void)why;
	run->has_neighbour = true;
	return true;
}

static bool set_rmm(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;

	return option_path("--rmm", value, &run->rmm_path, why);
}

static bool set_nt_fw(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;

	return option_path("--nt-fw", value, &run->nt_fw_path, why);
}

static bool set_dump_dtb(void *options, const char *value, struct message *why)
{
	struct run_options *run = options;

	return option_path("--dump-dtb", value, &run->dump_dtb_path, why);
}

static bool set_info_json(void *options, const char *value, struct message *why)
{
	struct info_options *info = options;

	(void)value;
	(void)why;
	info->json = true;
	return true;
}

static const struct option_row run_rows[] = {
	{"--ipa-bits", "N", "width of the Realm's address space, above 48 with --lpa2 (40)", option_set_ipa_bits},
	{"--lpa2", NULL, "a Realm with 52-bit addresses (LPA2)", feature_set_lpa2},
	{"--sve-vl", "BITS", "a Realm with SVE, its vectors of up to so many bits (no SVE)", feature_set_sve_vl},
	{"--ram", "SIZE", "the Realm's memory: bytes, or with K, M, G, T, KiB, MiB, GiB, TiB (64M)", option_set_ram},
	{"--cpus", "N", "number of RECs; all but the first wait for CPU_ON (1)", option_set_cpus},
	{"--hash", "sha256|sha512", "measurement algorithm (sha256)", set_hash},
	{"--rpv", "HEX|@FILE", "personalisation value, up to 64 bytes, zeroes behind it (zero)", option_set_rpv},
	{"--page-size", "4k|16k|64k", "page size of the host (4k)", option_set_page_size},
	{"--trace", "FILE|-", "write every RMI call there; - is standard error", set_trace},
	{"--trace-format", "text|json|chrome", "how (text)", set_trace_format},
	{"--map", "FILE", "draw memory and the translation tree there, as SVG", set_map},
	{"--json", NULL, "the summary as one line of JSON", set_run_json},
	{"--timeout", "S", "stop the Realm after so many seconds (never)", set_timeout},
	{"--challenge", "HEX|@FILE", "64 bytes that the Realm's token is to hold", attest_set_challenge},
	{"--token", "FILE", "write the token there that the Realm delivers", attest_set_token},
	{"--token-form", "2023|legacy|2023-cmw", "how tokens are written (2023)", attest_set_token_form},
	{"--anchor", "FILE", "write the platform's public key there, as PEM", attest_set_anchor},
	{"--platform", "FILE", "what the platform token says, as JSON", attest_set_platform},
	{"--platform-key", "FILE", "the platform's private key, as PEM (one that is kept)", attest_set_platform_key},
	{"--seed", "TEXT", "derive the platform's keys from this text, for tests", attest_set_seed},
	{"--fault", "FILE", "make calls of the host fail by the rules in it", set_fault},
	{"--rule", "RULES", "the same, by the rules given here, with ; between them", set_rule},
	{"--kernel", "FILE", "start a Linux kernel instead of IMAGE, plain or gzip (Ctrl-A x leaves)",
		linux_set_kernel},
	{"--initrd", "FILE", "its initial RAM disk", linux_set_initrd},
	{"--append", "TEXT", "its command line, in the device tree that reeve makes", linux_set_bootargs},
	{"--dtb", "FILE", "its device tree (one that reeve makes)", linux_set_dtb},
	{"--disk", "FILE", "a disk for it, read before the boot", linux_set_disk},
	{"--disk-out", "FILE", "write the disk there as the Realm left it", linux_set_disk_out},
	{"--dump-dtb", "FILE", "write the device tree there that the Realm gets", set_dump_dtb},
	{"--machine", "model|qemu", "where: in this process, or on QEMU's RME machine (model)", set_machine},
	{"--machine-log", "FILE", "keep all that QEMU's machine says on its UART there", set_machine_log},
	{"--touch", NULL, "have the host of QEMU's machine read a granule of the Realm: a fault", set_touch},
	{"--neighbour", NULL, "a second Realm of IMAGE that takes turns with the first on QEMU's CPUs", set_neighbour},
	{"--rmm", "IMAGE", "another monitor for QEMU's machine", set_rmm},
	{"--nt-fw", "IMAGE", "another host for QEMU's machine", set_nt_fw},
};
const struct option_table run_option_table = {run_rows, sizeof(run_rows) / sizeof(run_rows[0])};

static const struct option_row info_rows[] = {
	{"--json", NULL, "one line of JSON", set_info_json},
};
const struct option_table info_option_table = {info_rows, sizeof(info_rows) / sizeof(info_rows[0])};

/* The row that `word` names, up to its '=' when it has one; NULL when there is none. */
static const struct option_row *row_find(const struct option_table *table, const char *word)
{
	size_t length = strcspn(word, "=");

	for (size_t i = 0; i < table->count; i++) {
		if (strlen(table->rows[i].name) == length && strncmp(table->rows[i].name, word, length) == 0) {
			return &table->rows[i];
		}
	}
	return NULL;
}

/* The option at argv[*at], with *at left on its last word. */
static bool option_take(
	const struct option_table *table, int argc, char *const argv[], int *at, void *options, struct message *why)
{
	const char *word = argv[*at];
	const char *value = strchr(word, '=');
	const struct option_row *row = row_find(table, word);

	if (row == NULL) {
		return message_set(why, "there is no option '%s'", word);
	}
	if (row->value == NULL && value != NULL) {
		return message_set(why, "%s takes no value", row->name);
	}
	if (row->value == NULL) {
		return row->set(options, NULL, why);
	}
	if (value == NULL && *at + 1 == argc) {
		return message_set(why, "%s needs a value: %s", row->name, row->value);
	}
	if (value != NULL) {
		return row->set(options, value + 1, why);
	}
	(*at)++;
	return row->set(options, argv[*at], why);
}

/* The only operand, if the verb has one, and it is not there yet. */
static bool operand_take(const char **operand, const char *word, struct message *why)
{
	if (operand == NULL || *operand != NULL) {
		return message_set(why, "'%s' is one argument too many", word);
	}
	*operand = word;
	return true;
}

bool option_words_parse(const struct option_table *table, int argc, char *const argv[], void *options, bool *help,
	const char **operand, struct message *why)
{
	bool is_option_possible = true;

	for (int at = 1; at < argc; at++) {
		const char *word = argv[at];
		bool is_option = is_option_possible && word[0] == '-' && word[1] != '\0';

		if (is_option && strcmp(word, "--") == 0) {
			is_option_possible = false;
			continue;
		}
		if (is_option && (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)) {
			*help = true;
			return true;
		}
		if (!(is_option ? option_take(table, argc, argv, &at, options, why)
				: operand_take(operand, word, why))) {
			return false;
		}
	}
	return true;
}

/* Options that only one of the machines has; of the model's, why. */
static bool machine_check(const struct run_options *options, struct message *why)
{
	const struct attest_options *attest = &options->attest;
	const struct {
		const char *option;
		const char *value;
		const char *reason; /* NULL: it is QEMU's */
	} rows[] = {
		{"--machine-log", options->machine_log, NULL},
		{"--rmm", options->rmm_path, NULL},
		{"--nt-fw", options->nt_fw_path, NULL},
		{"--touch", options->is_touching ? "" : NULL, NULL},
		{"--neighbour", options->has_neighbour ? "" : NULL, NULL},
		{"--kernel", options->linux_files.kernel, NULL},
		{"--disk", options->linux_files.disk, NULL},
		{"--anchor", attest->anchor_path,
			"QEMU's machine has no platform key: its firmware gives a finished token"},
		{"--platform", attest->platform_path, "on QEMU's machine the firmware says what it is"},
		{"--platform-key", attest->key_path, "on QEMU's machine keys and platform token are the firmware's"},
		{"--seed", attest->seed, "on QEMU's machine keys and platform token are the firmware's"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool is_missing = rows[i].reason == NULL && options->machine != MACHINE_QEMU;
		bool is_too_much = rows[i].reason != NULL && options->machine != MACHINE_MODEL;

		if (rows[i].value != NULL && is_missing) {
			return message_set(why, "%s is for --machine qemu only: add that", rows[i].option);
		}
		if (rows[i].value != NULL && is_too_much) {
			return message_set(why, "%s is for --machine model only: %s", rows[i].option, rows[i].reason);
		}
	}
	if (options->has_neighbour && options->linux_files.kernel != NULL) {
		return message_set(
			why, "--neighbour: a second Realm has no disk and no input; it is for IMAGE, not for --kernel");
	}
	if (options->machine == MACHINE_QEMU && options->cpus > QEMU_CPUS_MAX) {
		return message_set(why, "--cpus %u: --machine qemu has at most %d CPUs", options->cpus, QEMU_CPUS_MAX);
	}
	return true;
}

struct run_options run_options_default(void)
{
	return (struct run_options){
		.ipa_bits = IPA_BITS_DEFAULT,
		.ram = RAM_DEFAULT,
		.cpus = 1,
		.hash = RMI_HASH_SHA_256,
		.page_size = PAGE_SIZE_DEFAULT,
	};
}

bool run_options_parse(int argc, char *const argv[], struct run_options *options, struct message *why)
{
	*options = run_options_default();
	if (!option_words_parse(&run_option_table, argc, argv, options, &options->help, &options->image_path, why)) {
		return false;
	}
	if (options->help) {
		return true;
	}
	if ((options->image_path == NULL) == (options->linux_files.kernel == NULL)) {
		return message_set(why,
			options->image_path == NULL
				? "no image: name an AArch64 ELF file or a raw binary, or give --kernel"
				: "give one of IMAGE and --kernel");
	}
	if (options->image_path != NULL && options->image_path[0] == '\0') {
		return message_set(why, "the name of the image is empty");
	}
	if (options->has_trace_kind && options->trace_path == NULL) {
		return message_set(why, "--trace-format without --trace: there is no trace to write in it");
	}
	return attest_options_check(&options->attest, why) && linux_options_check(&options->linux_files, why) &&
		machine_check(options, why);
}

bool info_options_parse(int argc, char *const argv[], struct info_options *options, struct message *why)
{
	*options = (struct info_options){0};
	return option_words_parse(&info_option_table, argc, argv, options, &options->help, NULL, why);
}
