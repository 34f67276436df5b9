/* SPDX-License-Identifier: BSD-2-Clause */
/* options.c - reads the command line of reeve measure by its rows. */
#include "tools/measure/options.h"

#include <string.h>

#include "tools/measure/member.h"

/* Those of reeve run, with a note that one was given. */
static bool set_ipa_bits(void *options, const char *value, struct message *why)
{
	((struct measure_options *)options)->has_image_option = true;
	return option_set_ipa_bits(options, value, why);
}

static bool set_lpa2(void *options, const char *value, struct message *why)
{
	((struct measure_options *)options)->has_image_option = true;
	return feature_set_lpa2(options, value, why);
}

static bool set_sve_vl(void *options, const char *value, struct message *why)
{
	((struct measure_options *)options)->has_image_option = true;
	return feature_set_sve_vl(options, value, why);
}

static bool set_ram(void *options, const char *value, struct message *why)
{
	((struct measure_options *)options)->has_image_option = true;
	return option_set_ram(options, value, why);
}

static bool set_cpus(void *options, const char *value, struct message *why)
{
	((struct measure_options *)options)->has_image_option = true;
	return option_set_cpus(options, value, why);
}

static bool set_rpv(void *options, const char *value, struct message *why)
{
	((struct measure_options *)options)->has_image_option = true;
	return option_set_rpv(options, value, why);
}

static bool set_page_size(void *options, const char *value, struct message *why)
{
	((struct measure_options *)options)->has_image_option = true;
	return option_set_page_size(options, value, why);
}

static bool set_hash(void *options, const char *value, struct message *why)
{
	struct measure_options *measure = options;
	uint8_t algorithm;

	measure->has_hash = true;
	measure->has_image_option = true;
	if (!hash_of_name(value, &algorithm)) {
		return message_set(why, "--hash '%s' is none of sha256, sha384, sha512", value);
	}
	measure->run.hash = (enum rmi_hash_algorithm)algorithm;
	return true;
}

static bool set_rules(void *options, const char *value, struct message *why)
{
	struct measure_options *measure = options;
	size_t count;
	const struct reeve_rules *rules = reeve_rules(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(rules[i].name, value) == 0) {
			measure->rules = &rules[i];
			return true;
		}
	}
	return message_set(why, "--rmm '%s' is none of 1.0, tf-rmm-0.9, 2.0-beta", value);
}

static bool set_granule(void *options, const char *value, struct message *why)
{
	struct measure_options *measure = options;

	return option_page("--granule", value, &measure->granule, why);
}

static bool set_format(void *options, const char *value, struct message *why)
{
	struct measure_options *measure = options;

	for (unsigned i = 0; i < FORMAT_COUNT; i++) {
		if (strcmp(value, format_name((enum measure_format)i)) == 0) {
			measure->format = (enum measure_format)i;
			return true;
		}
	}
	return message_set(
		why, "--format '%s' is none of hex, base64, json, corim, corim-veraison, rvps, rvstore, events", value);
}

static bool set_explain(void *options, const char *value, struct message *why)
{
	(void)value;
	(void)why;
	((struct measure_options *)options)->is_explained = true;
	return true;
}

static bool set_jobs(void *options, const char *value, struct message *why)
{
	uint64_t number;

	if (!option_number(value, 1, METER_JOBS_MAX, &number)) {
		return message_set(why, "--jobs '%s' is not a number from 1 to %d", value, METER_JOBS_MAX);
	}
	((struct measure_options *)options)->jobs = (unsigned)number;
	return true;
}

static bool set_realm(void *options, const char *value, struct message *why)
{
	uint64_t number;

	if (!option_number(value, 1, UINT32_MAX, &number)) {
		return message_set(why, "--realm '%s' is not the number of a realm in a trace: 1, 2, …", value);
	}
	((struct measure_options *)options)->realm = (unsigned)number;
	return true;
}

static bool path_set(const char **path, const char *option, const char *value, struct message *why)
{
	if (value[0] == '\0') {
		return message_set(why, "%s needs a file name", option);
	}
	*path = value;
	return true;
}

static bool set_events(void *options, const char *value, struct message *why)
{
	return path_set(&((struct measure_options *)options)->events_path, "--events", value, why);
}

static bool set_diff(void *options, const char *value, struct message *why)
{
	return path_set(&((struct measure_options *)options)->diff_path, "--diff", value, why);
}

static bool set_out(void *options, const char *value, struct message *why)
{
	return path_set(&((struct measure_options *)options)->out_path, "--out", value, why);
}

static bool set_other_rules(void *options, const char *value, struct message *why)
{
	(void)value;
	(void)why;
	((struct measure_options *)options)->has_other_rules = true;
	return true;
}

static const struct option_row rows[] = {
	{"--ipa-bits", "N", "width of the Realm's address space, above 48 with --lpa2 (40)", set_ipa_bits},
	{"--lpa2", NULL, "a Realm with 52-bit addresses (LPA2)", set_lpa2},
	{"--sve-vl", "BITS", "a Realm with SVE, its vectors of up to so many bits (no SVE)", set_sve_vl},
	{"--ram", "SIZE", "the Realm's memory, as for reeve run (64M)", set_ram},
	{"--cpus", "N", "number of RECs (1)", set_cpus},
	{"--hash", "sha256|sha384|sha512", "measurement algorithm (sha256)", set_hash},
	{"--rpv", "HEX|@FILE", "personalisation value (zero); no RIM shows it", set_rpv},
	{"--page-size", "4k|16k|64k", "page size of the host (4k)", set_page_size},
	{"--kernel", "FILE", "a Linux kernel instead of IMAGE, plain or gzip", linux_set_kernel},
	{"--initrd", "FILE", "its initial RAM disk", linux_set_initrd},
	{"--dtb", "FILE", "its device tree (one that reeve makes)", linux_set_dtb},
	{"--append", "TEXT", "its command line, in the device tree that reeve makes", linux_set_bootargs},
	{"--disk", "FILE", "it has a disk: the device tree says so, the content is not measured", linux_set_disk},
	{"--events", "FILE", "a list of events or a JSON trace instead of IMAGE", set_events},
	{"--realm", "N", "which realm of a trace (1)", set_realm},
	{"--diff", "A", "where A and the operand part, and why: images, lists or traces", set_diff},
	{"--rmm", "1.0|tf-rmm-0.9|2.0-beta", "whose rules (1.0)", set_rules},
	{"--other-rules", NULL, "with --format json: the RIMs by the other rule sets as well", set_other_rules},
	{"--granule", "4k|16k|64k", "size of the monitor's granules (4k)", set_granule},
	{"--format", "hex|base64|json|corim|corim-veraison|rvps|rvstore|events", "what to write (hex)", set_format},
	{"--out", "FILE", "where to (standard output)", set_out},
	{"--explain", NULL, "show the chain, a line an extension", set_explain},
	{"--jobs", "N", "threads (one for each processor)", set_jobs},
};
const struct option_table measure_option_table = {rows, sizeof(rows) / sizeof(rows[0])};

static bool inputs_check(const struct measure_options *options, struct message *why)
{
	int inputs = (options->run.image_path != NULL) + (options->events_path != NULL) +
		(options->run.linux_files.kernel != NULL);

	if (options->diff_path != NULL && (options->run.image_path == NULL || inputs != 1)) {
		return message_set(why, "--diff A needs one operand, B, and no other input");
	}
	if (inputs == 0) {
		return message_set(
			why, "no image: name an AArch64 ELF file or a raw binary, or give --kernel or --events");
	}
	if (inputs > 1) {
		return message_set(why, "give one of IMAGE, --kernel and --events");
	}
	if (options->run.image_path != NULL && options->run.image_path[0] == '\0') {
		return message_set(why, "the name of the image is empty");
	}
	if (options->events_path != NULL && options->has_image_option) {
		return message_set(
			why, "--events: the list says what realm it is; no option for an image changes that");
	}
	return linux_options_check(&options->run.linux_files, why);
}

static bool rules_check(const struct measure_options *options, struct message *why)
{
	if (options->has_other_rules && (options->format != FORMAT_JSON || options->diff_path != NULL)) {
		return message_set(
			why, "--other-rules goes with --format json, which alone has a place for their RIMs");
	}
	if ((options->rules->hashes >> options->run.hash & 1) == 0) {
		return message_set(
			why, "--hash %s is not in rule set %s", rmi_hash_name(options->run.hash), options->rules->name);
	}
	if ((options->rules->granules & options->granule) == 0) {
		return message_set(why, "--granule: rule set %s has no granules of %zu bytes", options->rules->name,
			options->granule);
	}
	return true;
}

bool measure_options_parse(int argc, char *const argv[], struct measure_options *options, struct message *why)
{
	size_t count;

	*options = (struct measure_options){
		.run = run_options_default(),
		.rules = reeve_rules(&count),
		.granule = REEVE_GRANULE_SIZE,
		.realm = 1,
	};
	if (!option_words_parse(
		    &measure_option_table, argc, argv, options, &options->run.help, &options->run.image_path, why)) {
		return false;
	}
	return options->run.help || (inputs_check(options, why) && rules_check(options, why));
}
