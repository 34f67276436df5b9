/* SPDX-License-Identifier: BSD-2-Clause */
/* flash.h - the flash QEMU starts from, in memory: TF-A with a monitor and a host put in by fiptool. */
#ifndef TOOLS_QEMU_FLASH_H
#define TOOLS_QEMU_FLASH_H

#include "tools/qemu/parts.h"

/* True and *fd a file in memory, to be closed by the caller, that a program we start can read as /dev/fd/N; else false with *why set. */
bool qemu_flash_make(const struct qemu_parts *parts, int *fd, struct message *why);

#endif
