/* SPDX-License-Identifier: BSD-2-Clause */
/* p384_pem.h - P-384 keys as PEM, for hosted builds: PKCS #8 or SEC 1 in, PKCS #8 and SubjectPublicKeyInfo out.
 *
 * K1 and K3 of p384.h hold here too. */
#ifndef HOSTED_P384_PEM_H
#define HOSTED_P384_PEM_H

#include "machine/hosted/p384.h"

enum { P384_PEM_MAX = 1024 }; /* bytes of any PEM written here, with the zero behind it */

/* The scalar of the first private key in `size` bytes of PEM. False with *why set, scalar zeroed: no PEM, encrypted, another curve, or
 * no scalar of it. */
bool hosted_p384_pem_read(const void *pem, size_t size, uint8_t scalar[P384_SCALAR_SIZE], const char **why);

/* PEM text, and its length without the zero. Private: 0 and an empty text when `scalar` is none; the text is the caller's to wipe. */
size_t hosted_p384_pem_private(const uint8_t scalar[P384_SCALAR_SIZE], char pem[P384_PEM_MAX]);
size_t hosted_p384_pem_public(const uint8_t point[P384_POINT_SIZE], char pem[P384_PEM_MAX]);

#endif
