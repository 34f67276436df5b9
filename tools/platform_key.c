/* SPDX-License-Identifier: BSD-2-Clause */
/* platform_key.c - reads key files that are safe to read, and makes the one of this user. */
#include "tools/platform_key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "machine/hosted/p384_pem.h"

enum { KEY_FILE_MAX = 16384, KEY_MODE = 0600, DIRECTORY_MODE = 0700, OTHERS_ALL = 077, OTHERS_WRITE = 022 };

static const char directory_name[] = "reeve";
static const char key_name[] = "platform-key.pem";

/* F1. */
static bool is_private(const char *path, int fd, struct message *why)
{
	struct stat file;

	if (fstat(fd, &file) != 0) {
		return message_set(why, "key file %s cannot be looked at: %s", path, strerror(errno));
	}
	if (!S_ISREG(file.st_mode)) {
		return message_set(why, "key file %s is no regular file", path);
	}
	if (file.st_uid != geteuid()) {
		return message_set(why, "key file %s belongs to user %u, not to you: use a key of your own", path,
			(unsigned)file.st_uid);
	}
	if ((file.st_mode & OTHERS_ALL) != 0) {
		return message_set(why,
			"key file %s has mode %04o, so others may use it: chmod 600 it, if it is still yours alone",
			path, (unsigned)(file.st_mode & 07777));
	}
	return true;
}

/* All of the file, if that is no more than KEY_FILE_MAX - 1 bytes; -1 with *why set. */
static ssize_t read_all(const char *path, int fd, char *text, struct message *why)
{
	ssize_t size = 0;

	for (;;) {
		ssize_t more = read(fd, text + size, (size_t)(KEY_FILE_MAX - size));

		if (more == 0) {
			return size;
		}
		if (more < 0 && errno != EINTR) {
			(void)message_set(why, "key file %s cannot be read: %s", path, strerror(errno));
			return -1;
		}
		size += more < 0 ? 0 : more;
		if (size == KEY_FILE_MAX) {
			(void)message_set(why, "key file %s has %d bytes or more: that is no key", path, KEY_FILE_MAX);
			return -1;
		}
	}
}

/* The machine keeps its keys where no core dump has them, but what makes a key, reads it or computes with it has it for a moment elsewhere. */
static void dumps_end(void)
{
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static bool read_open(const char *path, int fd, uint8_t scalar[P384_SCALAR_SIZE], struct message *why)
{
	char text[KEY_FILE_MAX];
	const char *reason = "";
	bool is_good = false;
	ssize_t size;

	if (!is_private(path, fd, why)) {
		return false;
	}
	dumps_end();
	size = read_all(path, fd, text, why);
	if (size >= 0) {
		is_good = hosted_p384_pem_read(text, (size_t)size, scalar, &reason) ||
			message_set(why, "key file %s: %s", path, reason);
	}
	OPENSSL_cleanse(text, sizeof(text));
	return is_good;
}

/* Key files have no reason to block, and a device or a pipe is refused once it is open. */
static int key_open(int directory, const char *path)
{
	return openat(directory, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

static bool open_failed(const char *path, struct message *why)
{
	if (errno == ELOOP) {
		return message_set(why, "key file %s is a symbolic link: name the file itself", path);
	}
	return message_set(why, "key file %s cannot be opened: %s", path, strerror(errno));
}

bool platform_key_read(const char *path, uint8_t scalar[P384_SCALAR_SIZE], struct message *why)
{
	int fd = key_open(AT_FDCWD, path);
	bool is_good;

	memset(scalar, 0, P384_SCALAR_SIZE);
	if (fd < 0) {
		return open_failed(path, why);
	}
	is_good = read_open(path, fd, scalar, why);
	(void)close(fd);
	return is_good;
}

/* Make a directory and what is above it, from the second character on. An existing one is left as it is. */
static bool directories_make(char *path, struct message *why)
{
	for (char *at = path + 1;; at++) {
		char end = *at;

		if (end != '/' && end != '\0') {
			continue;
		}
		*at = '\0';
		if (mkdir(path, DIRECTORY_MODE) != 0 && errno != EEXIST) {
			return message_set(
				why, "directory %s for the platform key cannot be made: %s", path, strerror(errno));
		}
		*at = end;
		if (end == '\0') {
			return true;
		}
	}
}

/* The directory of the kept key, as a path. */
static bool directory_path(char path[PATH_MAX], struct message *why)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	int size = -1;

	/* The XDG Base Directory Specification: a relative path is to be ignored. */
	if (state != NULL && state[0] == '/') {
		size = snprintf(path, PATH_MAX, "%s/%s", state, directory_name);
	} else if (home != NULL && home[0] == '/') {
		size = snprintf(path, PATH_MAX, "%s/.local/state/%s", home, directory_name);
	} else {
		return message_set(why,
			"neither XDG_STATE_HOME nor HOME names a directory for the platform key: set one, or "
			"give --platform-key or --seed");
	}
	return size < PATH_MAX || message_set(why, "the directory for the platform key has too long a name");
}

/* The directory open, made if it was not there; -1 with *why set, also when it is somebody else's or others may write to it. */
static int directory_open(char path[PATH_MAX], struct message *why)
{
	struct stat file;
	int fd;

	if (!directory_path(path, why) || !directories_make(path, why)) {
		return -1;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &file) != 0) {
		(void)message_set(why, "directory %s for the platform key cannot be opened: %s", path, strerror(errno));
	} else if (file.st_uid != geteuid() || (file.st_mode & OTHERS_WRITE) != 0) {
		(void)message_set(why,
			"directory %s of the platform key is not yours alone to write (mode %04o): chmod 700 it", path,
			(unsigned)(file.st_mode & 07777));
	} else {
		return fd;
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	return -1;
}

static bool write_all(int fd, const char *text, size_t size)
{
	while (size != 0) {
		ssize_t written = write(fd, text, size);

		if (written < 0 && errno != EINTR) {
			return false;
		}
		text += written < 0 ? 0 : written;
		size -= written < 0 ? 0 : (size_t)written;
	}
	return fsync(fd) == 0;
}

/* A new key in a file of its own, which then gets the name, unless another is there by now (F2). errno says why when false. */
static bool key_write(int directory, const char *text, size_t size)
{
	char name[sizeof(key_name) + 32];
	bool is_good;
	int wrong;
	int fd;

	(void)snprintf(name, sizeof(name), ".%s.%ld", key_name, (long)getpid());
	(void)unlinkat(directory, name, 0);
	fd = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, KEY_MODE);
	if (fd < 0) {
		return false;
	}
	is_good = fchmod(fd, KEY_MODE) == 0 && write_all(fd, text, size) &&
		(linkat(directory, name, directory, key_name, 0) == 0 || errno == EEXIST);
	wrong = errno;
	(void)close(fd);
	(void)unlinkat(directory, name, 0);
	errno = wrong;
	return is_good;
}

static bool key_make(int directory, const char *path, struct message *why)
{
	uint8_t scalar[P384_SCALAR_SIZE];
	char pem[P384_PEM_MAX];
	bool is_good;
	size_t size;

	dumps_end();
	size = hosted_p384_random(scalar) ? hosted_p384_pem_private(scalar, pem) : 0;
	is_good = size != 0
		? key_write(directory, pem, size) || message_set(why, "%s cannot be written: %s", path, strerror(errno))
		: message_set(why, "libcrypto cannot make a P-384 key");

	OPENSSL_cleanse(scalar, sizeof(scalar));
	OPENSSL_cleanse(pem, sizeof(pem));
	return is_good;
}

/* The kept key: what is there, or what was just made. */
static bool keep(int directory, const char *path, uint8_t scalar[P384_SCALAR_SIZE], struct message *why)
{
	int fd = key_open(directory, key_name);
	bool is_good;

	if (fd < 0 && errno == ENOENT) {
		if (!key_make(directory, path, why)) {
			return false;
		}
		fd = key_open(directory, key_name);
	}
	if (fd < 0) {
		return open_failed(path, why);
	}
	is_good = read_open(path, fd, scalar, why);
	(void)close(fd);
	return is_good;
}

bool platform_key_keep(uint8_t scalar[P384_SCALAR_SIZE], struct message *why)
{
	char path[PATH_MAX] = "";
	char file[PATH_MAX + sizeof(key_name) + 1];
	int directory = directory_open(path, why);
	bool is_good;

	memset(scalar, 0, P384_SCALAR_SIZE);
	if (directory < 0) {
		return false;
	}
	(void)snprintf(file, sizeof(file), "%s/%s", path, key_name);
	is_good = keep(directory, file, scalar, why);
	(void)close(directory);
	return is_good;
}
