/* SPDX-License-Identifier: BSD-2-Clause */
/* parts.c - looks for the files of QEMU's RME machine where a build, an installation and scripts/setup leave them. */
#include "tools/qemu/parts.h"

#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/image.h"

/* Room for an image: TF-A's realm region less its shared page; from where it enters BL33 up to where the job is loaded. */
static const uint64_t rmm_max = 0x418ff000 - 0x40100000;
static const uint64_t nt_fw_max = 0x64000000 - 0x60000000;

/* Put the text together. False when it does not fit a path. */
__attribute__((format(printf, 2, 3))) static bool path_set(char path[PATH_MAX], const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(path, PATH_MAX, format, args);
	va_end(args);
	return length >= 0 && length < PATH_MAX;
}

/* The folder that the running command is in. */
static bool own_folder(char folder[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);
	char *slash;

	if (length < 0) {
		return false;
	}
	folder[length] = '\0';
	slash = strrchr(folder, '/');
	if (slash == NULL) {
		return false;
	}
	*slash = '\0';
	return true;
}

static bool is_readable(const char *path)
{
	return access(path, R_OK) == 0;
}

/* An image of ours: in a build tree, then where `make install` puts it. */
static bool image_find(const char *name, const char *option, char path[PATH_MAX], struct message *why)
{
	char folder[PATH_MAX];

	if (!own_folder(folder)) {
		return message_set(
			why, "the folder of this command is not to be found: name the image with %s", option);
	}
	if ((path_set(path, "%s/machine/%s", folder, name) && is_readable(path)) ||
		(path_set(path, "%s/../share/reeve/%s", folder, name) && is_readable(path))) {
		return true;
	}
	return message_set(why,
		"%s is neither in %s/machine nor in %s/../share/reeve: make machine, or name one with %s", name, folder,
		folder, option);
}

static bool is_elf(const char *path)
{
	struct message unused;
	uint8_t bytes[SELFMAG];
	size_t size = 0;

	return bytes_peek(path, bytes, sizeof(bytes), &size, &unused) && size == sizeof(bytes) &&
		memcmp(bytes, ELFMAG, sizeof(bytes)) == 0;
}

/* Whether there is a file, not too much of it, and of bytes that can stand in memory as they are. */
static bool image_check(const char *option, const char *path, uint64_t most, struct message *why)
{
	struct stat found;

	if (stat(path, &found) != 0 || access(path, R_OK) != 0) {
		return message_set(why, "%s %s cannot be read: %s", option, path, strerror(errno));
	}
	if (!S_ISREG(found.st_mode) || found.st_size == 0) {
		return message_set(why, "%s %s is %s", option, path, S_ISREG(found.st_mode) ? "empty" : "not a file");
	}
	if ((uint64_t)found.st_size > most) {
		return message_set(why, "%s %s has %llu bytes; the machine has room for %llu", option, path,
			(unsigned long long)found.st_size, (unsigned long long)most);
	}
	return !is_elf(path) ||
		message_set(why, "%s %s is an ELF file; the machine takes the bytes of one: objcopy -O binary", option,
			path);
}

static bool image_of(const char *option, const char *given, const char *name, uint64_t most, char path[PATH_MAX],
	struct message *why)
{
	if (given == NULL) {
		return image_find(name, option, path, why) && image_check(option, path, most, why);
	}
	return (path_set(path, "%s", given) || message_set(why, "%s: the name is too long", option)) &&
		image_check(option, path, most, why);
}

/* What to do depends on where this command is: installed, or in a build tree. */
static bool firmware_missing(const char *folder, struct message *why)
{
	char own[PATH_MAX];
	char builder[PATH_MAX];
	bool is_installed =
		own_folder(own) && path_set(builder, "%s/../libexec/reeve/tf-a", own) && access(builder, X_OK) == 0;

	return message_set(why, "TF-A's bl1.bin and fip.bin are not in %s: run %s%s", folder,
		is_installed ? builder : "scripts/setup machine", is_installed ? " --build" : "");
}

/* TF-A as scripts/tf-a keeps it. */
static bool firmware_find(struct qemu_parts *parts, struct message *why)
{
	const char *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	char folder[PATH_MAX];
	bool is_set = cache != NULL && cache[0] == '/'
		? path_set(folder, "%s/reeve/tf-a", cache)
		: path_set(folder, "%s/.cache/reeve/tf-a", home == NULL ? "" : home);

	if (!is_set || !path_set(parts->bl1, "%s/bl1.bin", folder) || !path_set(parts->fip, "%s/fip.bin", folder)) {
		return message_set(why, "the path of the user's cache is too long");
	}
	if (is_readable(parts->bl1) && is_readable(parts->fip)) {
		return true;
	}
	return firmware_missing(folder, why);
}

bool qemu_parts_find(const struct run_options *options, struct qemu_parts *parts, struct message *why)
{
	return image_of("--rmm", options->rmm_path, "reeve-rmm.img", rmm_max, parts->rmm, why) &&
		image_of("--nt-fw", options->nt_fw_path, "reeve-host.img", nt_fw_max, parts->nt_fw, why) &&
		firmware_find(parts, why);
}
