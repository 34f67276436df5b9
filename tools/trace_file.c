/* SPDX-License-Identifier: BSD-2-Clause */
/* trace_file.c - opens and closes the file of a trace. */
#include "tools/trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRACE_LINE_BUFFER = 1 << 16 };

bool trace_file_begin(struct trace_file *trace, const struct run_options *options, struct message *why)
{
	*trace = (struct trace_file){.options = options};
	if (options->trace_path == NULL) {
		return true;
	}
	trace->stream = open_memstream(&trace->early, &trace->early_size);
	return trace->stream != NULL || message_set(why, "there is not enough memory");
}

static FILE *path_open(const char *path, FILE *err)
{
	FILE *file;

	if (strcmp(path, "-") != 0) {
		return fopen(path, "we");
	}
	/* The error stream has no buffer: a trace on it has one of its own, of a line. */
	file = fdopen(fcntl(fileno(err), F_DUPFD_CLOEXEC, 0), "w");
	if (file != NULL) {
		(void)setvbuf(file, NULL, _IOLBF, TRACE_LINE_BUFFER);
	}
	return file;
}

/* Whether a file of that name could be written. */
static bool is_writable(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);

	if (fd < 0) {
		return errno == EEXIST && access(path, W_OK) == 0;
	}
	(void)close(fd);
	(void)unlink(path);
	return true;
}

bool trace_file_check(const struct trace_file *trace, struct message *why)
{
	const struct run_options *options = trace->options;

	if (trace->stream == NULL || strcmp(options->trace_path, "-") == 0) {
		return true;
	}
	return is_writable(options->trace_path) ||
		message_set(why, "--trace %s cannot be written: %s", options->trace_path, strerror(errno));
}

bool trace_file_open(struct trace_file *trace, FILE *err, struct message *why)
{
	const struct run_options *options = trace->options;
	FILE *file;

	if (trace->stream == NULL) {
		return true;
	}
	file = path_open(options->trace_path, err);
	if (file == NULL) {
		return message_set(why, "--trace %s cannot be written: %s", options->trace_path, strerror(errno));
	}
	(void)fclose(trace->stream);
	(void)fwrite(trace->early, 1, trace->early_size, file); /* trace_file_close looks at errors */
	free(trace->early);
	trace->early = NULL;
	trace->stream = file;
	return true;
}

bool trace_file_close(struct trace_file *trace, struct message *why)
{
	bool is_good;

	if (trace->stream == NULL) {
		return true;
	}
	is_good = !ferror(trace->stream);
	is_good = fclose(trace->stream) == 0 && is_good;
	trace->stream = NULL;
	free(trace->early);
	trace->early = NULL;
	return is_good ||
		message_set(why, "--trace %s is not complete: it cannot be written", trace->options->trace_path);
}
