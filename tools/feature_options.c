/* SPDX-License-Identifier: BSD-2-Clause */
/* feature_options.c - the options of the CPU features that a Realm is given. */
#include "tools/feature_options.h"

#include "tools/options.h"

enum { VECTOR_UNIT_BITS = 128, VECTOR_BITS_MAX = 2048 };

static struct feature_options *features_of(void *options)
{
	return &((struct run_options *)options)->features;
}

bool feature_set_lpa2(void *options, const char *value, struct message *why)
{
	(void)value;
	(void)why;
	features_of(options)->lpa2 = true;
	return true;
}

bool feature_set_sve_vl(void *options, const char *value, struct message *why)
{
	uint64_t bits;

	if (!option_number(value, VECTOR_UNIT_BITS, VECTOR_BITS_MAX, &bits) || bits % VECTOR_UNIT_BITS != 0) {
		return message_set(why,
			"--sve-vl '%s' is no length of an SVE vector in bits: a multiple of %d up to %d", value,
			VECTOR_UNIT_BITS, VECTOR_BITS_MAX);
	}
	features_of(options)->sve_bits = (unsigned)bits;
	return true;
}

uint8_t feature_sve_vl(const struct feature_options *features)
{
	return (uint8_t)(features->sve_bits == 0 ? 0 : features->sve_bits / VECTOR_UNIT_BITS - 1);
}
