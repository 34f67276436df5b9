/* SPDX-License-Identifier: BSD-2-Clause */
/* late_file.c - opens files early and writes them late. */
#include "tools/late_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MODE = 0666 };

static FILE *path_open(struct late_file *file)
{
	int fd = open(file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	FILE *stream;

	file->is_new = fd >= 0;
	if (fd < 0 && errno == EEXIST) {
		fd = open(file->path, O_WRONLY | O_CREAT | O_CLOEXEC, FILE_MODE);
	}
	if (fd < 0) {
		return NULL;
	}
	stream = fdopen(fd, "w");
	if (stream == NULL) {
		(void)close(fd);
	}
	return stream;
}

bool late_file_open(struct late_file *file, const char *option, const char *path, struct message *why)
{
	*file = (struct late_file){.option = option, .path = path};
	if (path == NULL) {
		return true;
	}
	file->stream = path_open(file);
	return file->stream != NULL || message_set(why, "%s %s cannot be written: %s", option, path, strerror(errno));
}

bool late_file_begin(struct late_file *file)
{
	/* What is no regular file has nothing to be cut; there the call fails, and nothing is lost. */
	return ftruncate(fileno(file->stream), 0) == 0 || errno == EINVAL;
}

bool late_file_end(struct late_file *file, bool is_good, struct message *why)
{
	is_good = !ferror(file->stream) && is_good;
	is_good = fclose(file->stream) == 0 && is_good;
	file->stream = NULL;
	return is_good || message_set(why, "%s %s is not complete: it cannot be written", file->option, file->path);
}

void late_file_drop(struct late_file *file)
{
	if (file->stream == NULL) {
		return;
	}
	(void)fclose(file->stream);
	file->stream = NULL;
	if (file->is_new) {
		(void)unlink(file->path);
	}
}
