/* SPDX-License-Identifier: BSD-2-Clause */
/* verify.c - reeve verify: whether a token is to be believed, check by check. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "machine/hosted/token_crypto.h"
#include "tools/image.h"
#include "tools/json.h"
#include "tools/token/file.h"
#include "tools/token/hex.h"
#include "tools/token/policy.h"
#include "tools/token/reference.h"
#include "tools/token/report.h"
#include "tools/verb.h"

enum { FILES_MAX = 16 };

struct verify_options {
	bool help;
	bool json;
	const char *anchors[FILES_MAX];
	unsigned anchor_count;
	const char *references[FILES_MAX];
	unsigned reference_count;
	uint8_t challenge[REEVE_TOKEN_CHALLENGE_SIZE];
	size_t challenge_size;
	const char *challenge_path; /* NULL: challenge is meant, if there is one */
	const char *policy;
	const char *token;
};

static bool set_file(
	const char *files[FILES_MAX], unsigned *count, const char *option, const char *value, struct message *why)
{
	if (value[0] == '\0') {
		return message_set(why, "%s needs the name of a file", option);
	}
	if (*count == FILES_MAX) {
		return message_set(why, "%s: at most %d files", option, FILES_MAX);
	}
	files[(*count)++] = value;
	return true;
}

static bool set_anchor(void *options, const char *value, struct message *why)
{
	struct verify_options *verify = options;

	return set_file(verify->anchors, &verify->anchor_count, "--platform-anchor", value, why);
}

static bool set_reference(void *options, const char *value, struct message *why)
{
	struct verify_options *verify = options;

	return set_file(verify->references, &verify->reference_count, "--reference", value, why);
}

static bool set_challenge(void *options, const char *value, struct message *why)
{
	struct verify_options *verify = options;
	const char *hex = strncmp(value, "0x", 2) == 0 ? value + 2 : value;

	verify->challenge_path = value[0] == '@' ? value + 1 : NULL;
	if (verify->challenge_path != NULL) {
		return value[1] != '\0' || message_set(why, "--challenge @ needs the name of a file behind the @");
	}
	if (!hex_read(hex, (struct reeve_buf){verify->challenge, sizeof(verify->challenge)}, &verify->challenge_size) ||
		verify->challenge_size == 0) {
		return message_set(why,
			"--challenge must be an even number of hexadecimal digits, 2 to %d, or @FILE, not '%.40s'",
			2 * REEVE_TOKEN_CHALLENGE_SIZE, value);
	}
	return true;
}

static bool set_policy(void *options, const char *value, struct message *why)
{
	struct verify_options *verify = options;

	if (value[0] == '\0') {
		return message_set(why, "--policy needs the name of a file");
	}
	verify->policy = value;
	return true;
}

static bool set_json(void *options, const char *value, struct message *why)
{
	struct verify_options *verify = options;

	(void)value;
	(void)why;
	verify->json = true;
	return true;
}

static const struct option_row rows[] = {
	{"--platform-anchor", "FILE", "public key of a platform, PEM or JWK; as often as wanted", set_anchor},
	{"--reference", "FILE", "what the Realm should be (reeve measure); as often as wanted", set_reference},
	{"--challenge", "HEX|@FILE", "what the Realm was asked with, up to 64 bytes, zeroes behind it", set_challenge},
	{"--policy", "FILE", "what is accepted, as JSON", set_policy},
	{"--json", NULL, "an EAT Attestation Result on one line", set_json},
};
static const struct option_table table = {rows, sizeof(rows) / sizeof(rows[0])};

/* Put the content of the challenge's file into options->challenge. */
static bool challenge_load(struct verify_options *options, struct message *why)
{
	uint8_t bytes[REEVE_TOKEN_CHALLENGE_SIZE + 1]; /* with a byte to see that there is more */
	size_t size = 0;

	if (options->challenge_path == NULL) {
		return true;
	}
	if (!bytes_peek(options->challenge_path, bytes, sizeof(bytes), &size, why)) {
		return false;
	}
	if (size == 0 || size > REEVE_TOKEN_CHALLENGE_SIZE) {
		return message_set(why, "--challenge @%s: the file %s; a challenge has 1 to %d",
			options->challenge_path, size == 0 ? "has no bytes" : "has more bytes",
			REEVE_TOKEN_CHALLENGE_SIZE);
	}
	memcpy(options->challenge, bytes, size);
	options->challenge_size = size;
	return true;
}

/* All that a token is compared with. */
struct inputs {
	struct anchors anchors;
	struct references references;
	struct policy policy;
};

static bool inputs_load(struct inputs *inputs, const struct verify_options *options, struct message *why)
{
	for (unsigned i = 0; i < options->anchor_count; i++) {
		if (!anchors_load(&inputs->anchors, options->anchors[i], why)) {
			return false;
		}
	}
	for (unsigned i = 0; i < options->reference_count; i++) {
		if (!references_load(&inputs->references, options->references[i], why)) {
			return false;
		}
	}
	return options->policy == NULL || policy_load(&inputs->policy, options->policy, why);
}

static int appraise(const struct bytes *file, const struct inputs *inputs, const struct verify_options *options,
	const struct streams *streams)
{
	const struct reeve_token_expected expected = {inputs->anchors.keys, inputs->anchors.count,
		reeve_span(options->challenge, options->challenge_size), inputs->references.all,
		inputs->references.count, inputs->policy.rules};
	struct reeve_token token;
	struct reeve_token_crypto crypto;
	struct reeve_appraisal appraisal;
	struct reeve_malformed malformed;
	const struct report report = {&token, &expected, &appraisal, &inputs->anchors};

	if (!reeve_token_read(file_span(file), &token, &malformed)) {
		fprintf(streams->err, "reeve verify: %s: byte %zu: %s (%s)\n", options->token, malformed.offset,
			reeve_malformed_text(malformed.reason), reeve_malformed_name(malformed.reason));
		return EXIT_MALFORMED;
	}
	if (!hosted_token_crypto(&crypto)) {
		fprintf(streams->err, "reeve verify: libcrypto lacks SHA-2 or has no memory\n");
		return EXIT_REFUSED;
	}
	reeve_token_appraise(&token, &expected, &crypto, &appraisal);
	if (options->json) {
		json_line(report_ear(&report, (int64_t)time(NULL)), streams->out);
	} else {
		report_print(&report, streams->out);
	}
	return appraisal.verdict == REEVE_VERDICT_AFFIRMED ? EXIT_DONE : EXIT_REFUSED;
}

static int verify(int argc, char *const argv[], const struct streams *streams)
{
	struct verify_options options = {.token = NULL};
	struct inputs *inputs;
	struct message why = {""};
	struct bytes file = {NULL, 0};
	int code = EXIT_USAGE;

	if (!option_words_parse(&table, argc, argv, &options, &options.help, &options.token, &why)) {
		return verb_misused(&verb_verify, &why, streams->err);
	}
	if (options.help) {
		verb_usage(&verb_verify, streams->out);
		return EXIT_DONE;
	}
	if (options.token == NULL) {
		message_set(&why, "no token: name its file, or - for standard input");
		return verb_misused(&verb_verify, &why, streams->err);
	}
	inputs = calloc(1, sizeof(*inputs));
	if (inputs == NULL) {
		message_set(&why, "there is not enough memory");
	}
	if (inputs == NULL || !challenge_load(&options, &why) || !inputs_load(inputs, &options, &why) ||
		!file_read(options.token, TOKEN_FILE_MAX, &file, &why)) {
		fprintf(streams->err, "reeve verify: %s\n", why.text);
	} else {
		code = appraise(&file, inputs, &options, streams);
	}
	file_free(&file);
	free(inputs);
	return code;
}

const struct verb verb_verify = {"verify", "TOKEN", "Say whether a token is to be believed", &table, verify};
