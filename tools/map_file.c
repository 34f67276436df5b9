/* SPDX-License-Identifier: BSD-2-Clause */
/* map_file.c - opens, writes and closes the file of a picture. */
#include "tools/map_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MODE = 0666 };

/* Whether `path`, NULL for none, is the open file. */
static bool is_file(const struct map_file *file, const char *path)
{
	struct stat first;
	struct stat second;

	return path != NULL && fstat(fileno(file->stream), &first) == 0 && stat(path, &second) == 0 &&
		first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

static FILE *path_open(struct map_file *file)
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

bool map_file_open(struct map_file *file, const struct run_options *options, struct message *why)
{
	const struct {
		const char *path;
		const char *text;
	} others[] = {
		{options->image_path, "is the image; name another file"},
		{options->rpv_path, "is the file of --rpv; name another one"},
		{options->trace_path, "is the file of --trace; name another one"},
	};

	*file = (struct map_file){.path = options->map_path};
	if (file->path == NULL) {
		return true;
	}
	file->stream = path_open(file);
	if (file->stream == NULL) {
		return message_set(why, "--map %s cannot be written: %s", file->path, strerror(errno));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (is_file(file, others[i].path)) {
			map_file_drop(file);
			return message_set(why, "--map %s %s", options->map_path, others[i].text);
		}
	}
	return true;
}

bool map_file_close(struct map_file *file, struct map *const maps[], size_t count, struct message *why)
{
	bool is_good;

	if (file->stream == NULL) {
		return true;
	}
	/* What is no regular file has nothing to be cut; there the call fails, and nothing is lost. */
	is_good = ftruncate(fileno(file->stream), 0) == 0 || errno == EINVAL;
	is_good = map_svg(maps, count, file->stream) && is_good;
	is_good = !ferror(file->stream) && is_good;
	is_good = fclose(file->stream) == 0 && is_good;
	file->stream = NULL;
	return is_good || message_set(why, "--map %s is not complete: it cannot be written", file->path);
}

void map_file_drop(struct map_file *file)
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
