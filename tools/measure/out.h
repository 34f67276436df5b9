/* SPDX-License-Identifier: BSD-2-Clause */
/* out.h - the file of --out, or standard output: opened late, and never over what is read. */
#ifndef TOOLS_MEASURE_OUT_H
#define TOOLS_MEASURE_OUT_H

#include <stdio.h>

#include "tools/message.h"

enum { OUT_INPUTS_MAX = 6 };

struct out {
	const char *path; /* NULL: standard output */
	FILE *standard;
	const char *inputs[OUT_INPUTS_MAX]; /* files that are read; NULL members do not count */
	FILE *stream;                       /* once it is open */
};

/* Begin to write. False with *why set; a file that is already there is then as it was. */
bool out_open(struct out *out, struct message *why);
/* All is written. False with *why set when it is not there. */
bool out_close(struct out *out, struct message *why);
/* Close what is still open, as it is. */
void out_drop(struct out *out);

#endif
