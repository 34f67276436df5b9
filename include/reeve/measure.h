/* SPDX-License-Identifier: BSD-2-Clause */
/* measure.h - how a realm is measured: RIM and REMs as pure functions over a digest the caller brings.
 *
 *   reeve_rim_realm -> { reeve_rim_data | reeve_rim_rec | reeve_rim_ripas }* -> RIM, in the order of the RMI calls (RMM 1.0)
 *   reeve_chain_begin -> reeve_chain_*                                        -> the same by any rule set
 *
 * A slot is RMI_MEASUREMENT_SIZE bytes: the digest, then zeroes. Integers are measured little-endian.
 * Source: RMM v1.0 (DEN0137) section A7.1; fact sheet section 8; what other versions do: attestation fact sheet section 1.
 * Not here: which RMI calls are measured (monitor), what a token says of it. */
#ifndef REEVE_MEASURE_H
#define REEVE_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/rmi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* digest writes rmi_hash_size(algorithm) bytes to out; the rest of a slot is zeroed here. It cannot fail. */
struct reeve_hasher {
	void (*digest)(void *context, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out);
	void *context;
};

/* The RIM a realm starts with. Of params only flags, s2sz, sve_vl, num_bps, num_wps, pmu_num_ctrs and hash_algo are measured;
 * hash_algo also says which digest: it must be one of enum rmi_hash_algorithm. */
void reeve_rim_realm(
	const struct reeve_hasher *hasher, const struct rmi_realm_params *params, uint8_t rim[RMI_MEASUREMENT_SIZE]);

/* The digest of a granule's 4096 bytes, as reeve_rim_data takes it for DATA_FLAG_MEASURE. */
void reeve_rim_content(const struct reeve_hasher *hasher, enum rmi_hash_algorithm algorithm, const void *granule,
	uint8_t content[RMI_MEASUREMENT_SIZE]);

/* Extend `rim` by one RMI_DATA_CREATE: `flags` as passed to it, `content` from reeve_rim_content, or NULL when not measured. */
void reeve_rim_data(const struct reeve_hasher *hasher, enum rmi_hash_algorithm algorithm,
	uint8_t rim[RMI_MEASUREMENT_SIZE], uint64_t ipa, uint64_t flags, const uint8_t *content);

/* Extend `rim` by one RMI_REC_CREATE of a runnable REC: flags, pc and gprs are measured. */
void reeve_rim_rec(const struct reeve_hasher *hasher, enum rmi_hash_algorithm algorithm,
	uint8_t rim[RMI_MEASUREMENT_SIZE], const struct rmi_rec_params *params);

/* Extend `rim` by one table entry [base, top) that RMI_RTT_INIT_RIPAS processed. */
void reeve_rim_ripas(const struct reeve_hasher *hasher, enum rmi_hash_algorithm algorithm,
	uint8_t rim[RMI_MEASUREMENT_SIZE], uint64_t base, uint64_t top);

/* rem = H(rem[0..hash size) || value[0..size)). `size` at most RMI_MEASUREMENT_SIZE; more is cut off. */
void reeve_rem_extend(const struct reeve_hasher *hasher, enum rmi_hash_algorithm algorithm,
	uint8_t rem[RMI_MEASUREMENT_SIZE], const void *value, size_t size);

/* ---- rule sets ---- */

/* What a version of the RMM measures. All have the descriptors of RMM 1.0 for DATA and runnable RECs. */
struct reeve_rules {
	const char *name;     /* "1.0" */
	const char *text;     /* whose rules these are */
	bool measures_params; /* the RIM starts as the digest of the parameters; else as zeroes */
	bool measures_ripas;  /* RTT_INIT_RIPAS extends the RIM */
	bool pads_rem;   /* REM: H(old slot of 64 bytes || value filled up to 64 bytes); else H(old digest || value) */
	unsigned hashes; /* bit n: enum rmi_hash_algorithm n may be used */
	unsigned granules; /* sizes of a granule, as a sum of powers of two */
};

/* The rule sets, the first being RMM 1.0; *count is their number. */
const struct reeve_rules *reeve_rules(size_t *count);

/* The measurements of a realm while its events are told one by one. */
struct reeve_chain {
	const struct reeve_rules *rules;
	struct reeve_hasher hasher;
	enum rmi_hash_algorithm algorithm;
	size_t granule; /* bytes */
	uint8_t rim[RMI_MEASUREMENT_SIZE];
	uint8_t rem[RMI_MEASUREMENT_COUNT - 1][RMI_MEASUREMENT_SIZE];
};

/* RMI_REALM_CREATE. params->hash_algo and `granule` must be allowed by the rules. */
void reeve_chain_begin(struct reeve_chain *chain, const struct reeve_rules *rules, const struct reeve_hasher *hasher,
	const struct rmi_realm_params *params, size_t granule);

/* RMI_RTT_INIT_RIPAS, one table entry [base, top). */
void reeve_chain_ripas(struct reeve_chain *chain, uint64_t base, uint64_t top);

/* RMI_DATA_CREATE (v2.0: RTT_DATA_MAP_INIT): as reeve_rim_data; `content` is the digest of a granule of chain->granule bytes. */
void reeve_chain_data(struct reeve_chain *chain, uint64_t ipa, uint64_t flags, const uint8_t *content);

/* RMI_REC_CREATE; a REC that is not runnable changes nothing. `scratch` is chain->granule bytes to work in. */
void reeve_chain_rec(struct reeve_chain *chain, const struct rmi_rec_params *params, void *scratch);

/* RSI_MEASUREMENT_EXTEND of REM `index`, 0..3, by size 0..RMI_MEASUREMENT_SIZE bytes. */
void reeve_chain_rem(struct reeve_chain *chain, unsigned index, const void *value, size_t size);

#ifdef __cplusplus
}
#endif
#endif
