/* SPDX-License-Identifier: BSD-2-Clause */
/* linux_options.h - what verbs are told of a Linux kernel that is a Realm's program. */
#ifndef TOOLS_LINUX_OPTIONS_H
#define TOOLS_LINUX_OPTIONS_H

#include <stdbool.h>

#include "tools/message.h"

/* A Linux kernel and what it is started with. */
struct linux_files {
	const char *kernel; /* an Image, plain or gzip; NULL: no kernel is started */
	const char *initrd; /* NULL: none */
	const char *dtb;    /* NULL: one is made, with bootargs and the initrd in it */
	const char *bootargs;
	const char *disk;     /* NULL: none */
	const char *disk_out; /* NULL: what the realm writes to it is forgotten */
};

/* Setters of rows, for verbs whose struct begins with a struct run_options. */
bool linux_set_kernel(void *options, const char *value, struct message *why);
bool linux_set_initrd(void *options, const char *value, struct message *why);
bool linux_set_dtb(void *options, const char *value, struct message *why);
bool linux_set_bootargs(void *options, const char *value, struct message *why);
bool linux_set_disk(void *options, const char *value, struct message *why);
bool linux_set_disk_out(void *options, const char *value, struct message *why);

/* Whether the options go together. False with *why set when they do not. */
bool linux_options_check(const struct linux_files *files, struct message *why);

#endif
