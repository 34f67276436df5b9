/* SPDX-License-Identifier: BSD-2-Clause */
/* platform_key.c - reads key files that are safe to read, and makes the one of this user. */
#include "tools/platform_key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "machine/hosted/p384_pem.h"
#include "tools/key_file.h"

enum { KEY_MODE = 0600, DIRECTORY_MODE = 0700, OTHERS_WRITE = 022 };

static const char directory_name[] = "reeve";
static const char key_name[] = "platform-key.pem";

static bool read_open(const char *path, int fd, uint8_t scalar[P384_SCALAR_SIZE], struct message *why)
{
	char text[KEY_FILE_MAX];
	const char *reason = "";
	ssize_t size = key_file_read(path, fd, text, why);
	bool is_good;

	if (size < 0) {
		return false;
	}
	is_good = hosted_p384_pem_read(text, (size_t)size, scalar, &reason) ||
		message_set(why, "key file %s: %s", path, reason);
	OPENSSL_cleanse(text, sizeof(text));
	return is_good;
}

bool platform_key_read(const char *path, uint8_t scalar[P384_SCALAR_SIZE], struct message *why)
{
	int fd = key_file_open(AT_FDCWD, path);
	bool is_good;

	memset(scalar, 0, P384_SCALAR_SIZE);
	if (fd < 0) {
		return key_file_failed(path, why);
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

	key_dumps_end();
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
	int fd = key_file_open(directory, key_name);
	bool is_good;

	if (fd < 0 && errno == ENOENT) {
		if (!key_make(directory, path, why)) {
			return false;
		}
		fd = key_file_open(directory, key_name);
	}
	if (fd < 0) {
		return key_file_failed(path, why);
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
