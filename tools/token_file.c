/* SPDX-License-Identifier: BSD-2-Clause */
/* token_file.c - writes the token that a Realm delivered, and says so in the summary. */
#include "tools/token_file.h"

bool token_file_end(struct late_file *file, struct reeve_span token, const struct attest_options *options,
	struct summary_token *said, struct message *why)
{
	bool is_good;

	if (file->stream == NULL) {
		return true;
	}
	if (token.size == 0) {
		late_file_drop(file);
		return message_set(why, "--token %s: the Realm delivered no token, nothing is written", file->path);
	}
	is_good = late_file_begin(file);
	(void)fwrite(token.bytes, 1, token.size, file->stream);
	if (!late_file_end(file, is_good, why)) {
		return false;
	}
	*said = (struct summary_token){file->path, token.size, options->has_challenge ? options->challenge : NULL};
	return true;
}
