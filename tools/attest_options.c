/* SPDX-License-Identifier: BSD-2-Clause */
/* attest_options.c - reads the options of `reeve run` that are about tokens. */
#include "tools/attest_options.h"

#include <string.h>

#include "tools/options.h"
#include "tools/token/hex.h"

static struct attest_options *of(void *options)
{
	return &((struct run_options *)options)->attest;
}

bool attest_set_challenge(void *options, const char *value, struct message *why)
{
	struct attest_options *attest = of(options);
	const char *hex = strncmp(value, "0x", 2) == 0 ? value + 2 : value;
	uint8_t bytes[CHALLENGE_SIZE] = {0};
	size_t size = 0;

	if (value[0] == '@') {
		attest->challenge_path = value + 1;
		attest->has_challenge = true;
		return value[1] != '\0' || message_set(why, "--challenge @ needs the name of a file behind the @");
	}
	if (!hex_read(hex, (struct reeve_buf){bytes, sizeof(bytes)}, &size) || size != CHALLENGE_SIZE) {
		return message_set(why,
			"--challenge '%.20s%s' is not %d bytes as %d hexadecimal digits, nor @FILE; a Realm's token takes just so "
			"many, and its verifier compares them all: fill up or hash yours",
			value, strlen(value) > 20 ? "..." : "", CHALLENGE_SIZE, 2 * CHALLENGE_SIZE);
	}
	memcpy(attest->challenge, bytes, CHALLENGE_SIZE);
	attest->has_challenge = true;
	attest->challenge_path = NULL;
	return true;
}

/* A file name for `field`. */
static bool set_path(const char **field, const char *option, const char *value, struct message *why)
{
	if (value[0] == '\0') {
		return message_set(why, "%s needs a file name", option);
	}
	*field = value;
	return true;
}

/* The same of a file that is written: standard output is the console, standard error the summary. */
static bool set_written(const char **field, const char *option, const char *value, struct message *why)
{
	if (strcmp(value, "-") == 0) {
		return message_set(why, "%s '-': it goes to a file; name one", option);
	}
	return set_path(field, option, value, why);
}

bool attest_set_token(void *options, const char *value, struct message *why)
{
	return set_written(&of(options)->token_path, "--token", value, why);
}

bool attest_set_anchor(void *options, const char *value, struct message *why)
{
	return set_written(&of(options)->anchor_path, "--anchor", value, why);
}

bool attest_set_platform(void *options, const char *value, struct message *why)
{
	return set_path(&of(options)->platform_path, "--platform", value, why);
}

bool attest_set_platform_key(void *options, const char *value, struct message *why)
{
	return set_path(&of(options)->key_path, "--platform-key", value, why);
}

bool attest_set_seed(void *options, const char *value, struct message *why)
{
	if (value[0] == '\0') {
		return message_set(why, "--seed needs a text: the same text, the same keys");
	}
	of(options)->seed = value;
	return true;
}

bool attest_set_token_form(void *options, const char *value, struct message *why)
{
	static const char *const names[REEVE_TOKEN_FORM_COUNT] = {
		[REEVE_TOKEN_2023] = "2023",
		[REEVE_TOKEN_LEGACY] = "legacy",
		[REEVE_TOKEN_2023_CMW] = "2023-cmw",
	};

	for (unsigned i = 0; i < REEVE_TOKEN_FORM_COUNT; i++) {
		if (strcmp(value, names[i]) == 0) {
			of(options)->form = (enum reeve_token_form)i;
			return true;
		}
	}
	return message_set(why, "--token-form '%s' is none of 2023, legacy, 2023-cmw", value);
}

bool attest_options_check(const struct attest_options *options, struct message *why)
{
	if (options->has_challenge && options->token_path == NULL) {
		return message_set(why, "--challenge without --token: nobody keeps the token that it is for");
	}
	if (options->seed != NULL && options->key_path != NULL) {
		return message_set(why, "--seed and --platform-key: the machine has one key; give one of them");
	}
	return true;
}
