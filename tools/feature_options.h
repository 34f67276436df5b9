/* SPDX-License-Identifier: BSD-2-Clause */
/* feature_options.h - what verbs are told of the CPU features that a Realm is given. */
#ifndef TOOLS_FEATURE_OPTIONS_H
#define TOOLS_FEATURE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/message.h"

struct feature_options {
	bool lpa2;
	unsigned sve_bits; /* of a vector, a multiple of 128; 0: no SVE */
};

/* Setters of rows, for verbs whose struct begins with a struct run_options. */
bool feature_set_lpa2(void *options, const char *value, struct message *why);
bool feature_set_sve_vl(void *options, const char *value, struct message *why);

/* As RmiRealmParams and struct reeve_realm_config count a vector: 128-bit units minus one; 0 without SVE. */
uint8_t feature_sve_vl(const struct feature_options *features);

#endif
