/* SPDX-License-Identifier: BSD-2-Clause */
/* words.h - the words of a plan: what they name, and numbers out of them. Names come from spec/ alone. */
#ifndef FAULT_WORDS_H
#define FAULT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/rmi.h"

/* A piece of the plan's text; not terminated. */
struct word {
	const char *text;
	size_t size;
};

static inline bool word_is_empty(struct word word)
{
	return word.size == 0;
}

/* Are two terminated names the same? */
bool name_is(const char *name, const char *other);

bool word_is(struct word word, const char *name);

/* Does the word begin like a number? */
bool word_looks_like_number(struct word word);

/* Split at the first of the bytes in `any`: *left before it, *right from it on (with it); all is left and right empty when there is none. */
void word_split(struct word word, const char *any, struct word *left, struct word *right);

/* The word without its first byte; an empty one stays empty. */
struct word word_tail(struct word word);

enum number_fault { NUMBER_FINE, NUMBER_NONE, NUMBER_TOO_BIG, NUMBER_FAULT_COUNT };

/* Decimal or 0x hexadecimal, with an optional sign: -1 is 2^64 - 1. *value is only set when fine. */
enum number_fault word_number(struct word word, uint64_t *value);

/* The register of the name among an info's in or out, from 1; 0: none. */
unsigned register_of_name(const char *const *names, struct word name);

/* The name in register x, or NULL. */
const char *name_of_register(const char *const *names, unsigned max, unsigned x);

/* Words that are no row's. */
#define WORD_ANY "any"
#define WORD_ALLOC "alloc"
#define WORD_BUSY "BUSY"
#define WORD_NOT_SUPPORTED "NOT_SUPPORTED"
#define WORD_STATUS "status"
#define WORD_EXIT "exit."

/* By action: "refuse". NULL when it is none. */
const char *action_name(unsigned action);

/* "DATA_CREATE" */
const char *command_short_name(const struct rmi_command_info *info);

/* The command's row by name, with or without "RMI_", or RMI_COMMAND_COUNT. */
enum rmi_command command_of_name(struct word name);

/* What tells which realm a call is about. */
enum about { ABOUT_NONE, ABOUT_RD, ABOUT_REC, ABOUT_NEW, ABOUT_COUNT };

/* For an RD or REC: it is in X1. */
enum about command_about(unsigned command);

/* A member of the exit part of the run page: `count` elements of `size` bytes from `offset`. */
struct exit_member {
	const char *name;
	size_t offset;
	size_t size;
	size_t count; /* 1: no array */
};

/* The member of that name, or the one that an element of `size` bytes at `offset` belongs to. False: there is none. */
bool exit_member_of_name(struct word name, struct exit_member *member);
bool exit_member_at(size_t offset, size_t size, struct exit_member *member);

#endif
