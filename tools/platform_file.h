/* SPDX-License-Identifier: BSD-2-Clause */
/* platform_file.h - what the machine's platform token says, out of a JSON file (--platform); its members are those of the platform's claims in
 * `reeve token show --json`, each of them optional. reeve-run(1) describes them. */
#ifndef TOOLS_PLATFORM_FILE_H
#define TOOLS_PLATFORM_FILE_H

#include <jansson.h>

#include "reeve/model.h"
#include "tools/message.h"

struct platform_file {
	json_t *root;    /* owns the texts */
	uint8_t *memory; /* owns the bytes: half the file is enough for all its digits */
	size_t used;
	size_t room;
};

/* Fill the claims of `platform`, which point into `file` until it is closed. False with *why naming member and value; nothing is left open then. */
bool platform_file_load(
	struct platform_file *file, const char *path, struct reeve_model_platform *platform, struct message *why);
/* The same out of bytes; `name` is for messages. */
bool platform_file_read(struct platform_file *file, struct reeve_span text, const char *name,
	struct reeve_model_platform *platform, struct message *why);
/* A zeroed file is closed. */
void platform_file_close(struct platform_file *file);

#endif
