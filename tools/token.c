/* SPDX-License-Identifier: BSD-2-Clause */
/* token.c - reeve token: show what a token says, or make one for tests. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/json.h"
#include "tools/token/file.h"
#include "tools/token/make.h"
#include "tools/token/show.h"
#include "tools/verb.h"

struct token_options {
	bool help;
	bool json;
	const char *keys[REEVE_TOKEN_PARTS];
	const char *output;
	const char *operand;
};

static bool set_json(void *options, const char *value, struct message *why)
{
	struct token_options *token = options;

	(void)value;
	(void)why;
	token->json = true;
	return true;
}

static bool set_name(const char **to, const char *option, const char *value, struct message *why)
{
	if (value[0] == '\0') {
		return message_set(why, "%s needs the name of a file", option);
	}
	*to = value;
	return true;
}

static bool set_platform_key(void *options, const char *value, struct message *why)
{
	struct token_options *token = options;

	return set_name(&token->keys[REEVE_TOKEN_PLATFORM], "--platform-key", value, why);
}

static bool set_realm_key(void *options, const char *value, struct message *why)
{
	struct token_options *token = options;

	return set_name(&token->keys[REEVE_TOKEN_REALM], "--realm-key", value, why);
}

static bool set_output(void *options, const char *value, struct message *why)
{
	struct token_options *token = options;

	return set_name(&token->output, "--output", value, why);
}

static const struct option_row show_rows[] = {
	{"--json", NULL, "one line of JSON", set_json},
};
static const struct option_table show_table = {show_rows, sizeof(show_rows) / sizeof(show_rows[0])};

static const struct option_row make_rows[] = {
	{"--platform-key", "FILE", "private key (PEM) that signs the platform token", set_platform_key},
	{"--realm-key", "FILE", "private key (PEM) that signs the realm token", set_realm_key},
	{"--output", "FILE", "write the token there (standard output)", set_output},
};
static const struct option_table make_table = {make_rows, sizeof(make_rows) / sizeof(make_rows[0])};

static int show(int argc, char *const argv[], const struct streams *streams);
static int make(int argc, char *const argv[], const struct streams *streams);

/* The two verbs behind `reeve token`. */
static const struct verb verb_show = {"token show", "FILE", "Show every claim of a token by name", &show_table, show};
static const struct verb verb_make = {
	"token make", "CLAIMS", "Sign claims from JSON as a token, for tests", &make_table, make};

/* Options and the operand; an exit code when that is all, or -1. */
static int options_take(const struct verb *verb, int argc, char *const argv[], struct token_options *options,
	const struct streams *streams)
{
	struct message why = {""};

	if (!option_words_parse(verb->options, argc, argv, options, &options->help, &options->operand, &why)) {
		return verb_misused(verb, &why, streams->err);
	}
	if (options->help) {
		verb_usage(verb, streams->out);
		return EXIT_DONE;
	}
	if (options->operand == NULL) {
		message_set(&why, "no %s: name a file, or - for standard input", verb->operand);
		return verb_misused(verb, &why, streams->err);
	}
	return -1;
}

/* ---- show ---- */

static int show(int argc, char *const argv[], const struct streams *streams)
{
	struct token_options options = {.help = false};
	struct message why = {""};
	struct bytes file;
	struct reeve_token token;
	struct reeve_malformed malformed;
	int code = options_take(&verb_show, argc, argv, &options, streams);

	if (code >= 0) {
		return code;
	}
	if (!file_read(options.operand, TOKEN_FILE_MAX, &file, &why)) {
		fprintf(streams->err, "reeve token show: %s\n", why.text);
		return EXIT_REFUSED;
	}
	if (!reeve_token_read(file_span(&file), &token, &malformed)) {
		fprintf(streams->err, "reeve token show: %s: byte %zu: %s (%s)\n", options.operand, malformed.offset,
			reeve_malformed_text(malformed.reason), reeve_malformed_name(malformed.reason));
		code = EXIT_MALFORMED;
	} else if (options.json) {
		json_line(show_json(file_span(&file), &token), streams->out);
		code = EXIT_DONE;
	} else {
		show_print(file_span(&file), &token, streams->out);
		code = EXIT_DONE;
	}
	file_free(&file);
	return code;
}

/* ---- make ---- */

static bool output_write(
	const struct bytes *token, const char *path, const struct streams *streams, struct message *why)
{
	FILE *to = path == NULL ? streams->out : fopen(path, "wbe");
	bool is_good;

	if (to == NULL) {
		return message_set(why, "%s cannot be opened: %s", path, strerror(errno));
	}
	if (path == NULL && isatty(fileno(to))) {
		return message_set(why, "a token is no text; give --output FILE");
	}
	is_good = fwrite(token->data, 1, token->size, to) == token->size;
	is_good = (path == NULL ? fflush(to) : fclose(to)) == 0 && is_good;
	return is_good || message_set(why, "%s cannot be written", path == NULL ? "standard output" : path);
}

static bool claims_load(const char *path, json_t **root, struct message *why)
{
	struct bytes file;
	json_error_t error;

	if (!file_read(path, JSON_FILE_MAX, &file, why)) {
		return false;
	}
	*root = json_loadb((const char *)file.data, file.size, JSON_REJECT_DUPLICATES, &error);
	file_free(&file);
	return *root != NULL || message_set(why, "%s:%d: %s", path, error.line, error.text);
}

static bool make_and_write(const struct token_options *options, struct signer signers[REEVE_TOKEN_PARTS],
	const struct streams *streams, struct message *why)
{
	struct bytes token = {NULL, 0};
	json_t *root = NULL;
	bool is_good = signer_load(&signers[REEVE_TOKEN_PLATFORM], options->keys[REEVE_TOKEN_PLATFORM], why) &&
		signer_load(&signers[REEVE_TOKEN_REALM], options->keys[REEVE_TOKEN_REALM], why) &&
		claims_load(options->operand, &root, why) && make_token(root, signers, &token, why) &&
		output_write(&token, options->output, streams, why);

	json_decref(root);
	free(token.data);
	return is_good;
}

static int make(int argc, char *const argv[], const struct streams *streams)
{
	struct token_options options = {.help = false};
	struct signer signers[REEVE_TOKEN_PARTS] = {{.key = NULL}};
	struct message why = {""};
	int code = options_take(&verb_make, argc, argv, &options, streams);

	if (code >= 0) {
		return code;
	}
	if (options.keys[REEVE_TOKEN_PLATFORM] == NULL || options.keys[REEVE_TOKEN_REALM] == NULL) {
		message_set(&why, "both --platform-key and --realm-key are needed");
		return verb_misused(&verb_make, &why, streams->err);
	}
	code = make_and_write(&options, signers, streams, &why) ? EXIT_DONE : EXIT_REFUSED;
	if (code != EXIT_DONE) {
		fprintf(streams->err, "reeve token make: %s\n", why.text);
	}
	signer_free(&signers[REEVE_TOKEN_PLATFORM]);
	signer_free(&signers[REEVE_TOKEN_REALM]);
	return code;
}

/* ---- Which of the two ---- */

static int token_verb(int argc, char *const argv[], const struct streams *streams)
{
	static const struct verb *const verbs[] = {&verb_show, &verb_make};
	const char *word = argc < 2 ? "" : argv[1];
	bool is_help = strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i]->name + strlen("token "), word) == 0) {
			return verbs[i]->run(argc - 1, argv + 1, streams);
		}
	}
	if (is_help) {
		fprintf(streams->out, "usage: reeve token show|make [OPTION]... FILE\n\n");
		for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
			fprintf(streams->out, "  %-12s%s\n", verbs[i]->name + strlen("token "), verbs[i]->text);
		}
		return EXIT_DONE;
	}
	fprintf(streams->err, "reeve token: '%s' is neither show nor make\nreeve token --help shows how it is used\n",
		word);
	return EXIT_USAGE;
}

const struct verb verb_token = {
	"token", "show|make", "Show a token's claims, or make a token for tests", &show_table, token_verb};
