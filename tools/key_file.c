/* SPDX-License-Identifier: BSD-2-Clause */
/* key_file.c - looks at who can use a key file before it reads it. */
#include "tools/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

enum { OTHERS_ALL = 077 };

/* Key files have no reason to block, and a device or a pipe is refused once it is open. */
int key_file_open(int directory, const char *name)
{
	return openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

bool key_file_failed(const char *path, struct message *why)
{
	if (errno == ELOOP) {
		return message_set(why, "key file %s is a symbolic link: name the file itself", path);
	}
	return message_set(why, "key file %s cannot be opened: %s", path, strerror(errno));
}

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

ssize_t key_file_read(const char *path, int fd, char text[KEY_FILE_MAX], struct message *why)
{
	ssize_t size;

	if (!is_private(path, fd, why)) {
		return -1;
	}
	key_dumps_end();
	size = read_all(path, fd, text, why);
	if (size < 0) {
		OPENSSL_cleanse(text, KEY_FILE_MAX);
	}
	return size;
}

void key_dumps_end(void)
{
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
