/* SPDX-License-Identifier: BSD-2-Clause */
/* late_file.c - opens files early and writes them late. */
#include "tools/late_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MODE = 0666 };

/* Whether `path`, NULL for none, is the open file. */
static bool is_file(const struct late_file *file, const char *path)
{
	struct stat first;
	struct stat second;

	return path != NULL && fstat(fileno(file->stream), &first) == 0 && stat(path, &second) == 0 &&
		first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

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

bool late_file_open(struct late_file *file, const char *option, const char *path, const struct run_options *options,
	struct message *why)
{
	const struct {
		const char *option;
		const char *path;
	} others[] = {
		{"the image", options->image_path},
		{"the file of --kernel", options->linux_files.kernel},
		{"the file of --initrd", options->linux_files.initrd},
		{"the file of --dtb", options->linux_files.dtb},
		{"the file of --rpv", options->rpv_path},
		{"the file of --trace", options->trace_path},
		{"the file of --fault", options->fault_path},
		{"the file of --map", options->map_path},
		{"the file of --token", options->attest.token_path},
		{"the file of --anchor", options->attest.anchor_path},
		{"the file of --challenge", options->attest.challenge_path},
		{"the file of --platform", options->attest.platform_path},
		{"the file of --platform-key", options->attest.key_path},
	};

	*file = (struct late_file){.option = option, .path = path};
	if (path == NULL) {
		return true;
	}
	file->stream = path_open(file);
	if (file->stream == NULL) {
		return message_set(why, "%s %s cannot be written: %s", option, path, strerror(errno));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (others[i].path != path && is_file(file, others[i].path)) {
			late_file_drop(file);
			return message_set(why, "%s %s is %s; name another file", option, path, others[i].option);
		}
	}
	return true;
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
