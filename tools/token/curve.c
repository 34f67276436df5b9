/* SPDX-License-Identifier: BSD-2-Clause */
/* curve.c - the curve and the point of a key of libcrypto. */
#include "tools/token/curve.h"

#include <string.h>

#include <openssl/core_names.h>

enum { POINT_UNCOMPRESSED = 0x04 };

/* libcrypto's names. */
static const char *const names[COSE_ALGORITHM_COUNT] = {
	[COSE_ES256] = "prime256v1", [COSE_ES384] = "secp384r1", [COSE_ES512] = "secp521r1"};

enum cose_algorithm curve_of(EVP_PKEY *key, uint8_t point[CURVE_POINT_MAX])
{
	char name[32];
	size_t size = 0;
	unsigned row = 0;

	if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof(name), NULL) != 1) {
		return COSE_ALGORITHM_COUNT;
	}
	while (row < COSE_ALGORITHM_COUNT && strcmp(names[row], name) != 0) {
		row++;
	}
	(void)EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed");
	if (row == COSE_ALGORITHM_COUNT ||
		EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, CURVE_POINT_MAX, &size) != 1 ||
		size != 1 + 2 * cose_algorithm_info((enum cose_algorithm)row)->coordinate_size ||
		point[0] != POINT_UNCOMPRESSED) {
		return COSE_ALGORITHM_COUNT;
	}
	return (enum cose_algorithm)row;
}
