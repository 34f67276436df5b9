/* SPDX-License-Identifier: BSD-2-Clause */
/* anchor.c - public keys out of PEM and JWK files, as the points that the checks take. */
#include "tools/token/anchor.h"

#include <string.h>

#include <jansson.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "tools/token/curve.h"
#include "tools/token/file.h"

enum { BASE64_GROUP = 4 };

/* A slot for one more key on the curve of this row, or NULL. */
static uint8_t *anchor_add(struct anchors *a, enum cose_algorithm row, const char *path, struct message *why)
{
	size_t size = cose_algorithm_info(row)->coordinate_size;
	uint8_t *point;

	if (a->count == ANCHORS_MAX) {
		message_set(
			why, "%s: more than %d anchors; give those of the platforms in question", path, ANCHORS_MAX);
		return NULL;
	}
	point = a->points[a->count];
	a->names[a->count] = path;
	a->keys[a->count++] = (struct reeve_public_key){
		cose_algorithm_info(row)->number, reeve_span(point, size), reeve_span(point + size, size)};
	return point;
}

/* ---- PEM ---- */

static bool anchor_take(struct anchors *a, EVP_PKEY *key, const char *path, struct message *why)
{
	uint8_t point[CURVE_POINT_MAX];
	enum cose_algorithm row = curve_of(key, point);
	uint8_t *to;

	if (row == COSE_ALGORITHM_COUNT) {
		return message_set(why, "%s is no key on an elliptic curve P-256, P-384 or P-521", path);
	}
	to = anchor_add(a, row, path, why);
	if (to != NULL) {
		memcpy(to, point + 1, 2 * cose_algorithm_info(row)->coordinate_size);
	}
	return to != NULL;
}

static bool pem_load(struct anchors *a, struct reeve_span in, const char *path, struct message *why)
{
	BIO *bio = BIO_new_mem_buf(in.bytes, (int)in.size);
	EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	bool is_good = key != NULL
		? anchor_take(a, key, path, why)
		: message_set(why, "%s has no public key in it; give a PEM file (BEGIN PUBLIC KEY) or a JWK", path);

	EVP_PKEY_free(key);
	BIO_free(bio);
	return is_good;
}

/* ---- JWK ---- */

/* base64url without padding (RFC 7515 section 2) of exactly `size` bytes. */
static bool base64url(const char *text, uint8_t *to, size_t size)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint32_t group = 0;
	size_t used = 0;
	size_t length = strlen(text);

	if (length != (8 * size + 5) / 6) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		const char *at = strchr(alphabet, text[i]);

		if (at == NULL) {
			return false;
		}
		group = group << 6 | (uint32_t)(at - alphabet);
		/* 6, 12, 18, 24 bits are there: a byte is whole from the second digit of a group on. */
		if (i % BASE64_GROUP != 0) {
			unsigned spare = 6 - 2 * (unsigned)(i % BASE64_GROUP);

			to[used++] = (uint8_t)(group >> spare);
		}
	}
	return used == size;
}

static bool jwk_take(struct anchors *a, const json_t *jwk, const char *path, struct message *why)
{
	const char *type = json_string_value(json_object_get(jwk, "kty"));
	const char *curve = json_string_value(json_object_get(jwk, "crv"));
	const char *x = json_string_value(json_object_get(jwk, "x"));
	const char *y = json_string_value(json_object_get(jwk, "y"));
	unsigned row = 0;
	uint8_t *point;
	size_t size;

	if (json_object_get(jwk, "d") != NULL) {
		return message_set(why, "%s holds a private key (d); an anchor is a public key", path);
	}
	if (type == NULL || strcmp(type, "EC") != 0 || curve == NULL || x == NULL || y == NULL) {
		return message_set(why, "%s: a JWK of type EC with crv, x and y is needed", path);
	}
	while (row < COSE_ALGORITHM_COUNT && strcmp(cose_algorithm_info((enum cose_algorithm)row)->curve, curve) != 0) {
		row++;
	}
	if (row == COSE_ALGORITHM_COUNT) {
		return message_set(why, "%s: the curve '%.20s' is none of P-256, P-384, P-521", path, curve);
	}
	size = cose_algorithm_info((enum cose_algorithm)row)->coordinate_size;
	point = anchor_add(a, (enum cose_algorithm)row, path, why);
	if (point == NULL) {
		return false;
	}
	if (!base64url(x, point, size) || !base64url(y, point + size, size)) {
		return message_set(why, "%s: x and y must be %zu bytes each in base64url", path, size);
	}
	return true;
}

static bool jwk_load(struct anchors *a, struct reeve_span in, const char *path, struct message *why)
{
	json_error_t error;
	json_t *root = json_loadb((const char *)in.bytes, in.size, JSON_REJECT_DUPLICATES, &error);
	json_t *keys = json_object_get(root, "keys");
	bool is_good = root != NULL || message_set(why, "%s:%d: %s", path, error.line, error.text);

	if (is_good && !json_is_array(keys)) {
		is_good = jwk_take(a, root, path, why);
	}
	for (size_t i = 0; is_good && i < json_array_size(keys); i++) {
		is_good = jwk_take(a, json_array_get(keys, i), path, why);
	}
	json_decref(root);
	return is_good;
}

bool anchors_read(struct anchors *anchors, struct reeve_span in, const char *name, struct message *why)
{
	static const char private[] = "PRIVATE KEY-----";
	size_t start = 0;

	while (start < in.size && in.bytes[start] != '\0' && strchr(" \t\r\n", in.bytes[start]) != NULL) {
		start++;
	}
	/* Before anything else is made of them; a JWK that spells its "d" otherwise is refused by jwk_take. */
	if (memmem(in.bytes, in.size, private, strlen(private)) != NULL ||
		memmem(in.bytes, in.size, "\"d\"", strlen("\"d\"")) != NULL) {
		return message_set(
			why, "%s holds a private key; an anchor is a public key (openssl pkey -pubout)", name);
	}
	return start < in.size && in.bytes[start] == '{' ? jwk_load(anchors, in, name, why)
							 : pem_load(anchors, in, name, why);
}

bool anchors_load(struct anchors *anchors, const char *path, struct message *why)
{
	struct bytes file;
	bool is_good;

	if (!file_read(path, TOKEN_FILE_MAX, &file, why)) {
		return false;
	}
	is_good = anchors_read(anchors, file_span(&file), path, why);
	file_free(&file); /* wiped, in case it was a private key */
	return is_good;
}
