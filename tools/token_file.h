/* SPDX-License-Identifier: BSD-2-Clause */
/* token_file.h - the file of --token: the token that a Realm delivered, or what the file held before. */
#ifndef TOOLS_TOKEN_FILE_H
#define TOOLS_TOKEN_FILE_H

#include "reeve/span.h"
#include "tools/late_file.h"
#include "tools/summary.h"

/* Write `token` and close the file; an empty one was never delivered, and the file is left as it was. *said is set when all of it is written.
 * False with *why set when there is no token or it could not be written. A file that is not open is none, and that is good. */
bool token_file_end(struct late_file *file, struct reeve_span token, const struct attest_options *options,
	struct summary_token *said, struct message *why);

#endif
