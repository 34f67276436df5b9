/* SPDX-License-Identifier: BSD-2-Clause */
/* rmi.c - reeve rmi: commands for the monitor from a file, a pipe, or who sits at a terminal. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "tools/rmi/options.h"
#include "tools/rmi/shell.h"
#include "tools/rmi/terminal.h"
#include "tools/verb.h"

enum { FILE_BYTES_MAX = 4 << 20 };

/* The whole of a file, or NULL with *why set. */
static char *file_read(const char *path, size_t *size, struct message *why)
{
	FILE *file = fopen(path, "rb");
	char *text = malloc(FILE_BYTES_MAX + 1);
	bool is_read;

	if (file == NULL) {
		(void)message_set(why, "%s cannot be opened: %s", path, strerror(errno));
		free(text);
		return NULL;
	}
	errno = 0;
	*size = text == NULL ? 0 : fread(text, 1, FILE_BYTES_MAX + 1, file);
	is_read = text != NULL && !ferror(file) && *size <= FILE_BYTES_MAX;
	if (text == NULL) {
		(void)message_set(why, "there is not enough memory");
	} else if (ferror(file)) {
		(void)message_set(why, "%s cannot be read: %s", path, strerror(errno));
	} else if (!is_read) {
		(void)message_set(why, "%s is longer than %d bytes: split it", path, FILE_BYTES_MAX);
	}
	(void)fclose(file);
	if (!is_read) {
		free(text);
		return NULL;
	}
	return text;
}

/* The line at *at, with *at moved behind its newline. False when there is none. */
static bool line_next(const char *text, size_t size, size_t *at, const char **line, size_t *length)
{
	const char *end;

	if (*at >= size) {
		return false;
	}
	*line = text + *at;
	end = memchr(*line, '\n', size - *at);
	*length = end == NULL ? size - *at : (size_t)(end - *line);
	*at += *length + 1;
	return true;
}

/* Whether each line can be understood: nothing of a file is carried out when one cannot. */
static bool text_check(struct shell *shell, const char *text, size_t size)
{
	struct statement statement;
	struct line_error error;
	const char *line;
	size_t length;
	size_t at = 0;
	bool is_good = true;

	for (unsigned number = 1; line_next(text, size, &at, &line, &length); number++) {
		if (!statement_parse(line, length, &statement, &error)) {
			shell_complain(shell, number, line, length, &error);
			is_good = false;
		}
	}
	return is_good;
}

static int end_of(const struct shell *shell)
{
	report_sum(shell);
	return shell->failed == 0 ? EXIT_DONE : EXIT_REFUSED;
}

static int line_do(struct shell *shell, const char *line, size_t length)
{
	struct line_error error;

	shell->line++;
	if (shell_line(shell, line, length, &error)) {
		return EXIT_DONE;
	}
	shell_complain(shell, shell->line, line, length, &error);
	return EXIT_USAGE;
}

static int file_run(struct shell *shell, const char *path)
{
	struct message why;
	const char *line;
	size_t length;
	size_t size;
	size_t at = 0;
	char *text = file_read(path, &size, &why);
	int code = EXIT_DONE;

	if (text == NULL) {
		fprintf(shell->err, "reeve rmi: %s\n", why.text);
		return EXIT_REFUSED;
	}
	shell->source = path;
	if (!text_check(shell, text, size)) {
		code = EXIT_USAGE;
	}
	while (code == EXIT_DONE && !shell->is_over && line_next(text, size, &at, &line, &length)) {
		code = line_do(shell, line, length);
	}
	free(text);
	return code == EXIT_DONE ? end_of(shell) : code;
}

/* Line by line, so that who writes them can read in between. */
static int pipe_run(struct shell *shell, FILE *in)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	int code = EXIT_DONE;

	while (code == EXIT_DONE && !shell->is_over && (length = getline(&line, &room, in)) > 0) {
		length -= line[length - 1] == '\n';
		code = line_do(shell, line, (size_t)length);
		(void)fflush(shell->out);
	}
	free(line);
	return code == EXIT_DONE ? end_of(shell) : code;
}

static int terminal_do(struct shell *shell)
{
	struct message why;

	if (!terminal_run(shell, stdin, &why)) {
		fprintf(shell->err, "reeve rmi: %s\n", why.text);
		return EXIT_REFUSED;
	}
	return end_of(shell);
}

static bool options_apply(struct shell *shell, const struct rmi_options *options)
{
	char line[STATEMENT_BYTES_MAX];
	struct line_error error;
	int length;

	shell->json = options->json;
	if (options->machine == NULL) {
		return true;
	}
	length = snprintf(line, sizeof(line), "machine %s", options->machine);
	if (length >= (int)sizeof(line)) {
		fprintf(shell->err, "reeve rmi: --machine is longer than a line may be\n");
		return false;
	}
	shell->source = "--machine";
	if (!shell_line(shell, line, (size_t)length, &error)) {
		shell_complain(shell, 1, line, (size_t)length, &error);
		return false;
	}
	return true;
}

static int shell_run(struct shell *shell, const struct rmi_options *options)
{
	if (!options_apply(shell, options)) {
		return EXIT_USAGE;
	}
	if (options->path != NULL && strcmp(options->path, "-") != 0) {
		return file_run(shell, options->path);
	}
	shell->source = "stdin";
	if (options->path == NULL && !options->json && isatty(fileno(stdin)) && isatty(fileno(shell->out))) {
		return terminal_do(shell);
	}
	return pipe_run(shell, stdin);
}

static int rmi(int argc, char *const argv[], const struct streams *streams)
{
	struct rmi_options options;
	struct message why = {""};
	struct shell *shell;
	int code;

	if (!rmi_options_parse(argc, argv, &options, &why)) {
		return verb_misused(&verb_rmi, &why, streams->err);
	}
	if (options.help) {
		verb_usage(&verb_rmi, streams->out);
		return EXIT_DONE;
	}
	shell = shell_new(streams->out, streams->err);
	if (shell == NULL) {
		fprintf(streams->err, "reeve rmi: there is not enough memory\n");
		return EXIT_REFUSED;
	}
	code = shell_run(shell, &options);
	shell_free(shell);
	return code;
}

const struct verb verb_rmi = {
	"rmi", "[FILE]", "Talk to a monitor: commands by name, and what is expected of them", &rmi_option_table, rmi};
