/* SPDX-License-Identifier: BSD-2-Clause */
/* input.h - what is measured, made ready: an image or kernel by the options, a list or a trace. */
#ifndef TOOLS_MEASURE_INPUT_H
#define TOOLS_MEASURE_INPUT_H

#include "tools/boot.h"
#include "tools/linux_boot.h"
#include "tools/measure/options.h"
#include "tools/measure/source.h"

struct input {
	struct source source;
	uint64_t total; /* bytes to measure; 0: not known before the end */
	bool is_list;   /* in memory: what follows is meant */
	struct bytes file;
	struct image image;
	struct linux_boot kernel;
	struct boot boot;
};

/* Open what the options name. False with *why set and nothing to close. */
bool input_open(struct input *input, const struct measure_options *options, struct message *why);
/* Open the file, which is a list or trace if it is JSON, and an image otherwise. */
bool input_open_path(struct input *input, const struct measure_options *options, const char *path, struct message *why);
void input_close(struct input *input);

#endif
