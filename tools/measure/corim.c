/* SPDX-License-Identifier: BSD-2-Clause */
/* corim.c - measurements as an unsigned CoRIM with one CoMID, by the CCA realm profile (docs/attestation-formats.md). */
#include <stdio.h>
#include <string.h>

#include "attest/cbor.h"
#include "tools/measure/format.h"

/* Tags and keys of draft-ietf-rats-corim, and the digests of the IANA registry of named information. */
enum {
	TAG_URI = 32,
	TAG_UNSIGNED_CORIM = 501,
	TAG_COMID = 506,
	TAG_BYTES = 560,
	CORIM_ID = 0,
	CORIM_TAGS = 1,
	CORIM_PROFILE = 3,
	COMID_IDENTITY = 1,
	COMID_TRIPLES = 4,
	IDENTITY_ID = 0,
	TRIPLES_REFERENCE = 0,
	ENVIRONMENT_CLASS = 0,
	CLASS_ID = 0,
	MEASUREMENT_KEY = 0,
	MEASUREMENT_VALUES = 1,
	VALUES_DIGESTS = 2,
	VALUES_RAW = 4,
	REM_COUNT = RMI_MEASUREMENT_COUNT - 1,
	ID_MAX = 12 + 2 * RMI_MEASUREMENT_SIZE + 1,
	COMID_MAX = 1024,
};

/* What readers differ in. */
struct dialect {
	const char *profile;
	bool is_tagged; /* the profile, as a URI */
	bool has_names; /* of digests; else numbers */
};

/* draft-ydb-rats-cca-endorsements-04 sections 3.2.1 and 3.2.3.1; veraison/corim profiles/cca/realm.go, whose digests are those of veraison/swid. */
static const struct dialect draft = {"tag:arm.com,2025:endorsements/cca_realm#1.0.0", true, true};
static const struct dialect veraison = {"tag:arm.com,2025:cca_realm#1.0.0", false, false};

static const uint8_t digest_numbers[RMI_V2_HASH_COUNT] = {
	[RMI_HASH_SHA_256] = 1,
	[RMI_V2_HASH_SHA_384] = 7,
	[RMI_HASH_SHA_512] = 8,
};

static struct reeve_span digest_of(const struct meter *meter, const uint8_t *slot)
{
	return (struct reeve_span){slot, rmi_hash_size(meter->chain.algorithm)};
}

static void put_digest(struct cbor_writer *w, const struct meter *meter, const struct dialect *dialect, const char *key,
	const uint8_t *slot)
{
	cbor_put_map(w, 2);
	cbor_put_uint(w, MEASUREMENT_KEY);
	cbor_put_text(w, key);
	cbor_put_uint(w, MEASUREMENT_VALUES);
	cbor_put_map(w, 1);
	cbor_put_uint(w, VALUES_DIGESTS);
	cbor_put_array(w, 1);
	cbor_put_array(w, 2);
	if (dialect->has_names) {
		cbor_put_text(w, rmi_hash_name(meter->chain.algorithm));
	} else {
		cbor_put_uint(w, digest_numbers[meter->chain.algorithm]);
	}
	cbor_put_bytes(w, digest_of(meter, slot));
}

static void put_rpv(struct cbor_writer *w, const struct meter *meter)
{
	cbor_put_map(w, 2);
	cbor_put_uint(w, MEASUREMENT_KEY);
	cbor_put_text(w, "cca.rpv");
	cbor_put_uint(w, MEASUREMENT_VALUES);
	cbor_put_map(w, 1);
	cbor_put_uint(w, VALUES_RAW);
	cbor_put_tag(w, TAG_BYTES);
	cbor_put_bytes(w, (struct reeve_span){meter->rpv, sizeof(meter->rpv)});
}

/* {0: {0: 560(RIM)}} */
static void put_environment(struct cbor_writer *w, const struct meter *meter)
{
	cbor_put_map(w, 1);
	cbor_put_uint(w, ENVIRONMENT_CLASS);
	cbor_put_map(w, 1);
	cbor_put_uint(w, CLASS_ID);
	cbor_put_tag(w, TAG_BYTES);
	cbor_put_bytes(w, digest_of(meter, meter->chain.rim));
}

static void put_measurements(struct cbor_writer *w, const struct meter *meter, const struct dialect *dialect)
{
	static const char *const keys[REM_COUNT] = {"cca.rem0", "cca.rem1", "cca.rem2", "cca.rem3"};

	cbor_put_array(w, 1 + (size_t)__builtin_popcount(meter->rems) + meter->has_rpv);
	put_digest(w, meter, dialect, "cca.rim", meter->chain.rim);
	for (unsigned i = 0; i < REM_COUNT; i++) {
		if ((meter->rems >> i & 1) != 0) {
			put_digest(w, meter, dialect, keys[i], meter->chain.rem[i]);
		}
	}
	if (meter->has_rpv) {
		put_rpv(w, meter);
	}
}

static void put_comid(struct cbor_writer *w, const struct meter *meter, const struct dialect *dialect, const char *id)
{
	cbor_put_map(w, 2);
	cbor_put_uint(w, COMID_IDENTITY);
	cbor_put_map(w, 1);
	cbor_put_uint(w, IDENTITY_ID);
	cbor_put_text(w, id);
	cbor_put_uint(w, COMID_TRIPLES);
	cbor_put_map(w, 1);
	cbor_put_uint(w, TRIPLES_REFERENCE);
	cbor_put_array(w, 1);
	cbor_put_array(w, 2);
	put_environment(w, meter);
	put_measurements(w, meter, dialect);
}

size_t format_corim(const struct meter *meter, bool is_for_veraison, uint8_t *out, size_t room)
{
	const struct dialect *dialect = is_for_veraison ? &veraison : &draft;
	uint8_t comid[COMID_MAX];
	char id[ID_MAX] = "reeve-realm-";
	struct cbor_writer inner = cbor_writer((struct reeve_buf){comid, sizeof(comid)});
	struct cbor_writer w = cbor_writer((struct reeve_buf){out, room});

	format_hex(meter->chain.rim, rmi_hash_size(meter->chain.algorithm), id + strlen(id));
	put_comid(&inner, meter, dialect, id);
	if (!cbor_writer_fits(&inner)) {
		return 0;
	}
	cbor_put_tag(&w, TAG_UNSIGNED_CORIM);
	cbor_put_map(&w, 3);
	cbor_put_uint(&w, CORIM_ID);
	cbor_put_text(&w, id);
	cbor_put_uint(&w, CORIM_TAGS);
	cbor_put_array(&w, 1);
	cbor_put_tag(&w, TAG_COMID);
	cbor_put_bytes(&w, (struct reeve_span){comid, inner.size});
	cbor_put_uint(&w, CORIM_PROFILE);
	if (dialect->is_tagged) {
		cbor_put_tag(&w, TAG_URI);
	}
	cbor_put_text(&w, dialect->profile);
	return cbor_writer_fits(&w) ? w.size : 0;
}
