/* SPDX-License-Identifier: BSD-2-Clause */
/* attest_options.h - what `reeve run` is told of tokens: the challenge, where the token goes, and whose word the machine's is. */
#ifndef TOOLS_ATTEST_OPTIONS_H
#define TOOLS_ATTEST_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "reeve/monitor.h"
#include "tools/message.h"
#include "vmm/mailbox.h"

enum { CHALLENGE_SIZE = MAILBOX_CHALLENGE_SIZE };

struct attest_options {
	bool has_challenge;
	uint8_t challenge[CHALLENGE_SIZE];
	const char *challenge_path; /* NULL: challenge is meant, if there is one */
	const char *token_path;     /* NULL: nobody wants a token */
	const char *anchor_path;    /* NULL: nobody wants the public key */
	enum reeve_token_form form;
	const char *platform_path; /* NULL: the model's own claims */
	const char *key_path;      /* NULL: the seed's key, or the one that is kept */
	const char *seed;          /* NULL: none */
};

/* Setters of the rows in options.c; `options` is a struct run_options. */
bool attest_set_challenge(void *options, const char *value, struct message *why);
bool attest_set_token(void *options, const char *value, struct message *why);
bool attest_set_token_form(void *options, const char *value, struct message *why);
bool attest_set_anchor(void *options, const char *value, struct message *why);
bool attest_set_platform(void *options, const char *value, struct message *why);
bool attest_set_platform_key(void *options, const char *value, struct message *why);
bool attest_set_seed(void *options, const char *value, struct message *why);

/* Whether the options go together. False with *why set when they do not. */
bool attest_options_check(const struct attest_options *options, struct message *why);

#endif
