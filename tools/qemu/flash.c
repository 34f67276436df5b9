/* SPDX-License-Identifier: BSD-2-Clause */
/* flash.c - has fiptool put the images into TF-A's package, and BL1 in front of it. */
#include "tools/qemu/flash.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/image.h"
#include "tools/qemu/child.h"

enum {
	FIP_OFFSET = 256 << 10, /* where BL1 looks for the package */
	FLASH_SIZE = 64 << 20,  /* of the machine's first bank */
	FD_PATH_MAX = 32,
	WORDS_MAX = 256,
};

/* The package with both images, written to the file in memory `fip`. */
static bool fip_make(const struct qemu_parts *parts, int fip, struct message *why)
{
	char to[FD_PATH_MAX];
	char *const argv[] = {"fiptool", "update", "--rmm-fw", (char *)parts->rmm, "--nt-fw", (char *)parts->nt_fw,
		"--out", to, (char *)parts->fip, NULL};
	char words[WORDS_MAX];
	struct child child;
	struct child_end end;

	(void)snprintf(to, sizeof(to), "/dev/fd/%d", fip);
	if (!child_start(&child, argv, "arm-trusted-firmware-tools", why)) {
		return false;
	}
	end = child_end(&child, false, words, sizeof(words));
	if (end.signal != 0 || end.code != 0) {
		return message_set(why, "fiptool could not put the images into %s: %s", parts->fip,
			words[0] == '\0' ? "it gives no reason" : words);
	}
	return true;
}

static bool fip_append(int fip, int flash, struct message *why)
{
	struct stat found;
	off_t from = 0;

	if (fstat(fip, &found) != 0 || found.st_size == 0 || found.st_size > FLASH_SIZE - FIP_OFFSET) {
		return message_set(why, "TF-A and both images do not fit into %d MiB of flash", FLASH_SIZE >> 20);
	}
	if (lseek(flash, FIP_OFFSET, SEEK_SET) != FIP_OFFSET) {
		return message_set(why, "the flash cannot be written: %s", strerror(errno));
	}
	while (from < found.st_size) {
		if (sendfile(flash, fip, &from, (size_t)(found.st_size - from)) <= 0) {
			return message_set(why, "the flash cannot be written: %s", strerror(errno));
		}
	}
	return true;
}

static bool flash_fill(const struct qemu_parts *parts, int fip, int flash, struct message *why)
{
	struct bytes bl1;
	bool is_good;

	if (!bytes_read(parts->bl1, FIP_OFFSET, &bl1, why)) {
		return false;
	}
	is_good = child_file_write(flash, bl1.data, bl1.size, why) && fip_make(parts, fip, why) &&
		fip_append(fip, flash, why);
	free(bl1.data);
	return is_good;
}

bool qemu_flash_make(const struct qemu_parts *parts, int *fd, struct message *why)
{
	int fip = child_file("fip", why);
	int flash = fip < 0 ? -1 : child_file("flash", why);

	if (flash >= 0 && flash_fill(parts, fip, flash, why)) {
		(void)close(fip);
		*fd = flash;
		return true;
	}
	(void)close(fip);
	(void)close(flash);
	return false;
}
