/* SPDX-License-Identifier: BSD-2-Clause */
/* p384_pem.c - P-384 keys between PEM and bytes. libcrypto's readers and writers of PEM leave copies of a key in memory they gave back
 * (seen with OpenSSL 3.0), so this is done here. */
#include "machine/hosted/p384_pem.h"

#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "reeve/span.h"

enum { DER_MAX = 512, LINE_BYTES = 48, DIGITS_IN_GROUP = 4, BYTES_IN_GROUP = 3 };

/* ---- Reading ---- */

enum { DER_INTEGER = 0x02, DER_OCTETS = 0x04, DER_OID = 0x06, DER_SEQUENCE = 0x30, DER_CONTEXT_0 = 0xA0 };
enum { DER_LONG_1 = 0x81, DER_LONG_2 = 0x82, DER_SHORT_MAX = 0x7F };

static const uint8_t oid_ec[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01}; /* id-ecPublicKey, RFC 5480 */
static const uint8_t oid_p384[] = {0x2B, 0x81, 0x04, 0x00, 0x22};           /* secp384r1, RFC 5480 */

/* Where `text` begins in `in`; the end of `in` when it does not. */
static size_t find(struct reeve_span in, const char *text)
{
	size_t size = strlen(text);

	for (size_t i = 0; i + size <= in.size; i++) {
		if (memcmp(in.bytes + i, text, size) == 0) {
			return i;
		}
	}
	return in.size;
}

/* The digits between the two lines of this label. False when they are not there. */
static bool digits_find(struct reeve_span pem, const char *begin, const char *end, struct reeve_span *digits)
{
	size_t at = find(pem, begin);
	struct reeve_span behind;

	if (at == pem.size) {
		return false;
	}
	behind = reeve_span(pem.bytes + at + strlen(begin), pem.size - at - strlen(begin));
	at = find(behind, end);
	*digits = reeve_span(behind.bytes, at);
	return at != behind.size;
}

static bool is_blank(uint8_t c)
{
	return c == '\n' || c == '\r' || c == ' ' || c == '\t';
}

/* The value of a base64 digit, or -1. */
static int digit_value(uint8_t c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

/* Base64 (RFC 4648 section 4) with blanks anywhere into `to`. False when it is none, or more than fits. */
static bool decode(struct reeve_span digits, uint8_t to[DER_MAX], size_t *size)
{
	uint32_t group = 0;
	unsigned count = 0;
	unsigned padding = 0;
	size_t used = 0;

	for (size_t i = 0; i < digits.size; i++) {
		uint8_t c = digits.bytes[i];

		if (is_blank(c)) {
			continue;
		}
		if ((c != '=' && (digit_value(c) < 0 || padding != 0)) || used + BYTES_IN_GROUP > DER_MAX) {
			return false;
		}
		padding += c == '=';
		group = group << 6 | (uint32_t)(c == '=' ? 0 : digit_value(c));
		if (++count % DIGITS_IN_GROUP == 0) {
			to[used] = (uint8_t)(group >> 16);
			to[used + 1] = (uint8_t)(group >> 8);
			to[used + 2] = (uint8_t)group;
			used += BYTES_IN_GROUP;
		}
	}
	if (count % DIGITS_IN_GROUP != 0 || padding > 2) {
		return false;
	}
	*size = used - padding;
	return used != 0;
}

/* Take an element of this tag off `in`: *content is what it holds. False when another is there, or it does not end in `in`. */
static bool der_take(struct reeve_span *in, uint8_t tag, struct reeve_span *content)
{
	size_t head = 2;
	size_t size;

	if (in->size < 2 || in->bytes[0] != tag) {
		return false;
	}
	size = in->bytes[1];
	if (size == DER_LONG_1 && in->size > 2) {
		size = in->bytes[2];
		head = 3;
	} else if (size == DER_LONG_2 && in->size > 3) {
		size = (size_t)in->bytes[2] << 8 | in->bytes[3];
		head = 4;
	} else if (size > DER_SHORT_MAX) {
		return false;
	}
	if (size > in->size - head) {
		return false;
	}
	*content = reeve_span(in->bytes + head, size);
	*in = reeve_span(in->bytes + head + size, in->size - head - size);
	return true;
}

static bool is_oid(struct reeve_span content, const uint8_t *oid, size_t size)
{
	return content.size == size && memcmp(content.bytes, oid, size) == 0;
}

/* ECPrivateKey (RFC 5915 section 3). `is_p384`: what stands around it said so. */
static bool ec_take(struct reeve_span in, bool is_p384, uint8_t scalar[P384_SCALAR_SIZE], const char **why)
{
	struct reeve_span sequence;
	struct reeve_span version;
	struct reeve_span octets;
	struct reeve_span named;
	struct reeve_span oid;

	if (!der_take(&in, DER_SEQUENCE, &sequence) || !der_take(&sequence, DER_INTEGER, &version) ||
		!der_take(&sequence, DER_OCTETS, &octets)) {
		*why = "its private key is none of an elliptic curve";
		return false;
	}
	if (!is_p384) {
		is_p384 = der_take(&sequence, DER_CONTEXT_0, &named) && der_take(&named, DER_OID, &oid) &&
			is_oid(oid, oid_p384, sizeof(oid_p384));
	}
	if (!is_p384 || octets.size != P384_SCALAR_SIZE) {
		*why = "the key is not on the curve P-384 (secp384r1)";
		return false;
	}
	memcpy(scalar, octets.bytes, P384_SCALAR_SIZE);
	return true;
}

/* PrivateKeyInfo (RFC 5208 section 5) around an ECPrivateKey. */
static bool pkcs8_take(struct reeve_span in, uint8_t scalar[P384_SCALAR_SIZE], const char **why)
{
	struct reeve_span sequence;
	struct reeve_span version;
	struct reeve_span algorithm;
	struct reeve_span oid;
	struct reeve_span curve;
	struct reeve_span octets;

	if (!der_take(&in, DER_SEQUENCE, &sequence) || !der_take(&sequence, DER_INTEGER, &version) ||
		!der_take(&sequence, DER_SEQUENCE, &algorithm) || !der_take(&sequence, DER_OCTETS, &octets) ||
		!der_take(&algorithm, DER_OID, &oid) || !is_oid(oid, oid_ec, sizeof(oid_ec))) {
		*why = "its private key is none of an elliptic curve";
		return false;
	}
	if (!der_take(&algorithm, DER_OID, &curve) || !is_oid(curve, oid_p384, sizeof(oid_p384))) {
		*why = "the key is not on the curve P-384 (secp384r1)";
		return false;
	}
	return ec_take(octets, true, scalar, why);
}

bool hosted_p384_pem_read(const void *pem, size_t size, uint8_t scalar[P384_SCALAR_SIZE], const char **why)
{
	struct reeve_span in = reeve_span(pem, size);
	struct reeve_span digits;
	uint8_t der[DER_MAX];
	uint8_t point[P384_POINT_SIZE];
	size_t der_size = 0;
	bool is_pkcs8 = digits_find(in, "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", &digits);
	bool is_good = false;

	memset(scalar, 0, P384_SCALAR_SIZE);
	if (!is_pkcs8 && !digits_find(in, "-----BEGIN EC PRIVATE KEY-----", "-----END EC PRIVATE KEY-----", &digits)) {
		*why = "it holds no private key in PEM without a passphrase";
		return false;
	}
	if (!decode(digits, der, &der_size)) {
		*why = "its private key is no base64, or encrypted, or none on P-384";
	} else if (is_pkcs8) {
		is_good = pkcs8_take(reeve_span(der, der_size), scalar, why);
	} else {
		is_good = ec_take(reeve_span(der, der_size), false, scalar, why);
	}
	OPENSSL_cleanse(der, sizeof(der));
	if (is_good && !hosted_p384_public(scalar, point)) {
		OPENSSL_cleanse(scalar, P384_SCALAR_SIZE);
		*why = "its private key is no number from 1 to the order of P-384";
		return false;
	}
	return is_good;
}

/* ---- Writing ---- */

/* DER of a private key (RFC 5208 around RFC 5915, with its public half) and of a public one (RFC 5480), but for the numbers of the key. */
static const uint8_t private_head[] = {0x30, 0x81, 0xB6, 0x02, 0x01, 0x00, 0x30, 0x10, 0x06, 0x07, 0x2A, 0x86, 0x48,
	0xCE, 0x3D, 0x02, 0x01, 0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22, 0x04, 0x81, 0x9E, 0x30, 0x81, 0x9B, 0x02,
	0x01, 0x01, 0x04, 0x30};
static const uint8_t private_middle[] = {0xA1, 0x64, 0x03, 0x62, 0x00, 0x04};
static const uint8_t public_head[] = {0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
	0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00, 0x04};

struct der {
	uint8_t bytes[DER_MAX];
	size_t size;
};

static void der_put(struct der *der, const uint8_t *bytes, size_t size)
{
	memcpy(der->bytes + der->size, bytes, size);
	der->size += size;
}

static size_t label_put(char *pem, size_t at, const char *before, const char *label)
{
	return at + (size_t)snprintf(pem + at, P384_PEM_MAX - at, "-----%s %s-----\n", before, label);
}

static size_t pem_put(const struct der *der, const char *label, char pem[P384_PEM_MAX])
{
	size_t length = label_put(pem, 0, "BEGIN", label);

	for (size_t at = 0; at < der->size; at += LINE_BYTES) {
		size_t size = der->size - at < LINE_BYTES ? der->size - at : LINE_BYTES;
		int digits = EVP_EncodeBlock((unsigned char *)pem + length, der->bytes + at, (int)size);

		length += (size_t)digits;
		pem[length++] = '\n';
	}
	return label_put(pem, length, "END", label);
}

size_t hosted_p384_pem_private(const uint8_t scalar[P384_SCALAR_SIZE], char pem[P384_PEM_MAX])
{
	uint8_t point[P384_POINT_SIZE];
	struct der der = {.size = 0};
	size_t size;

	pem[0] = '\0';
	if (!hosted_p384_public(scalar, point)) {
		return 0;
	}
	der_put(&der, private_head, sizeof(private_head));
	der_put(&der, scalar, P384_SCALAR_SIZE);
	der_put(&der, private_middle, sizeof(private_middle));
	der_put(&der, point, sizeof(point));
	size = pem_put(&der, "PRIVATE KEY", pem);
	OPENSSL_cleanse(&der, sizeof(der));
	return size;
}

size_t hosted_p384_pem_public(const uint8_t point[P384_POINT_SIZE], char pem[P384_PEM_MAX])
{
	struct der der = {.size = 0};

	der_put(&der, public_head, sizeof(public_head));
	der_put(&der, point, P384_POINT_SIZE);
	return pem_put(&der, "PUBLIC KEY", pem);
}
