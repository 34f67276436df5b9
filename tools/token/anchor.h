/* SPDX-License-Identifier: BSD-2-Clause */
/* anchor.h - the public keys of platforms that are trusted, from files: PEM, a JWK or a set of them. */
#ifndef TOOLS_TOKEN_ANCHOR_H
#define TOOLS_TOKEN_ANCHOR_H

#include "attest/cose.h"
#include "reeve/token.h"
#include "tools/message.h"

enum { ANCHORS_MAX = 16 };

struct anchors {
	size_t count;
	struct reeve_public_key keys[ANCHORS_MAX]; /* points into `points` */
	const char *names[ANCHORS_MAX];            /* the file of each */
	uint8_t points[ANCHORS_MAX][2 * COSE_COORDINATE_MAX];
};

/* Add the keys of a file. `path` must outlive the anchors. False with *why set when it holds no public key on P-256, P-384 or P-521, or a
 * private one. */
bool anchors_load(struct anchors *anchors, const char *path, struct message *why);

/* The same out of bytes; `name` must outlive the anchors as well. */
bool anchors_read(struct anchors *anchors, struct reeve_span in, const char *name, struct message *why);

#endif
