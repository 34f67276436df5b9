/* SPDX-License-Identifier: BSD-2-Clause */
/* out.c - opens and closes the file that is written. */
#include "tools/measure/out.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MODE = 0666 };

static bool is_same_file(int fd, const char *path)
{
	struct stat first;
	struct stat second;

	return path != NULL && fstat(fd, &first) == 0 && stat(path, &second) == 0 && first.st_dev == second.st_dev &&
		first.st_ino == second.st_ino;
}

static bool cannot(const struct out *out, int wrong, struct message *why)
{
	return message_set(why, "--out %s cannot be written: %s", out->path, strerror(wrong));
}

bool out_open(struct out *out, struct message *why)
{
	struct stat status;
	int fd;

	if (out->path == NULL) {
		out->stream = out->standard;
		return true;
	}
	fd = open(out->path, O_WRONLY | O_CREAT | O_CLOEXEC, FILE_MODE);
	if (fd < 0) {
		return cannot(out, errno, why);
	}
	for (unsigned i = 0; i < OUT_INPUTS_MAX; i++) {
		if (is_same_file(fd, out->inputs[i])) {
			(void)close(fd);
			return message_set(why, "--out %s is what is measured; name another file", out->path);
		}
	}
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && ftruncate(fd, 0) != 0) {
		int wrong = errno;

		(void)close(fd);
		return cannot(out, wrong, why);
	}
	out->stream = fdopen(fd, "w");
	if (out->stream == NULL) {
		(void)close(fd);
		return cannot(out, ENOMEM, why);
	}
	return true;
}

bool out_close(struct out *out, struct message *why)
{
	FILE *stream = out->stream;
	bool is_bad;

	out->stream = NULL;
	if (stream == out->standard) {
		return true; /* whoever has it sees to it */
	}
	is_bad = ferror(stream) != 0;
	return (fclose(stream) == 0 && !is_bad) || cannot(out, errno, why);
}

void out_drop(struct out *out)
{
	if (out->stream != NULL && out->stream != out->standard) {
		(void)fclose(out->stream);
	}
	out->stream = NULL;
}
