/* SPDX-License-Identifier: BSD-2-Clause */
/* report.h - an appraisal as lines that people read, and as an EAT Attestation Result. */
#ifndef TOOLS_TOKEN_REPORT_H
#define TOOLS_TOKEN_REPORT_H

#include <stdio.h>

#include <jansson.h>

#include "reeve/token.h"
#include "tools/message.h"
#include "tools/token/anchor.h"

struct report {
	const struct reeve_token *token;
	const struct reeve_token_expected *expected;
	const struct reeve_appraisal *appraisal;
	const struct anchors *anchors;
};

/* What was found in a check, with the values and names it is about. */
struct message report_text(const struct report *report, enum reeve_check check);

/* A line a check (outcome, check, reason code, text), then the verdict. */
void report_print(const struct report *report, FILE *to);

/* draft-ietf-rats-ear-04 in JSON with the trust vectors of draft-ietf-rats-ar4si; unsigned. `now` is seconds since 1970. */
json_t *report_ear(const struct report *report, int64_t now);

#endif
