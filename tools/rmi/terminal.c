/* SPDX-License-Identifier: BSD-2-Clause */
/* terminal.c - see terminal.h; the line editor is libedit. */
#include "tools/rmi/terminal.h"

#include <errno.h>
#include <histedit.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <wchar.h>

#include "tools/rmi/complete.h"

enum { HISTORY_LINES = 1000, PATH_BYTES = 1024, FOLDER_MODE = 0700, COLUMNS = 78 };

struct terminal {
	struct shell *shell;
	EditLine *editor;
	History *history;
	struct completions found;
	char prompt[8];
	char path[PATH_BYTES]; /* of the history; "": it is not kept */
};

bool history_path(const char *state_home, const char *home, char *path, size_t size)
{
	bool has_state = state_home != NULL && state_home[0] != '\0';
	int length;

	if (!has_state && (home == NULL || home[0] == '\0')) {
		return false;
	}
	length = snprintf(
		path, size, "%s%s/reeve/history", has_state ? state_home : home, has_state ? "" : "/.local/state");
	return length > 0 && (size_t)length < size;
}

/* Make the folders above the file. */
static bool folders_make(const char *path)
{
	char folder[PATH_BYTES];

	for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		size_t length = (size_t)(slash - path);

		memcpy(folder, path, length);
		folder[length] = '\0';
		if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST) {
			return false;
		}
	}
	return true;
}

static char *prompt(EditLine *editor)
{
	struct terminal *t = NULL;

	return el_get(editor, EL_CLIENTDATA, &t) == 0 ? t->prompt : NULL;
}

/* The words side by side, below the line. */
static void words_show(const struct terminal *t)
{
	size_t column = 0;

	for (unsigned i = 0; i < t->found.count; i++) {
		size_t length = strlen(t->found.words[i]);
		bool is_first = i == 0 || column + 2 + length > COLUMNS;

		fprintf(t->shell->out, "%s%s", is_first ? "\n" : "  ", t->found.words[i]);
		column = (is_first ? 0 : column + 2) + length;
	}
	fputc('\n', t->shell->out);
	(void)fflush(t->shell->out);
}

static unsigned char tab(EditLine *editor, wint_t key)
{
	const LineInfo *line = el_line(editor);
	struct terminal *t = NULL;
	char more[COMPLETION_BYTES_MAX + 1] = "";
	size_t length;

	(void)key;
	if (el_get(editor, EL_CLIENTDATA, &t) != 0 || t == NULL) {
		return CC_ERROR;
	}
	complete(t->shell, line->buffer, (size_t)(line->cursor - line->buffer), &t->found);
	if (t->found.count == 0) {
		return CC_REFRESH_BEEP;
	}
	length = t->found.common - t->found.begun;
	memcpy(more, t->found.words[0] + t->found.begun, length);
	/* A whole word is followed by a blank, but a name= by its value. */
	if (t->found.count == 1 && (length == 0 || more[length - 1] != '=')) {
		more[length++] = ' ';
	}
	more[length] = '\0';
	if (length > 0) {
		return el_insertstr(editor, more) == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
	}
	words_show(t);
	return CC_REDISPLAY;
}

static void line_run(struct terminal *t, const char *line, size_t size)
{
	struct line_error error;
	HistEvent event;

	while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r')) {
		size--;
	}
	if (size > 0) {
		(void)history(t->history, &event, H_ENTER, line);
	}
	t->shell->line++;
	if (!shell_line(t->shell, line, size, &error)) {
		shell_complain(t->shell, t->shell->line, line, size, &error);
	}
	(void)fflush(t->shell->out);
}

static void history_open(struct terminal *t)
{
	HistEvent event;

	(void)history(t->history, &event, H_SETSIZE, HISTORY_LINES);
	(void)history(t->history, &event, H_SETUNIQUE, 1);
	if (!history_path(getenv("XDG_STATE_HOME"), getenv("HOME"), t->path, sizeof(t->path))) {
		t->path[0] = '\0';
		return;
	}
	(void)history(t->history, &event, H_LOAD, t->path);
}

static void history_close(struct terminal *t)
{
	HistEvent event;

	if (t->path[0] == '\0') {
		return;
	}
	if (!folders_make(t->path) || history(t->history, &event, H_SAVE, t->path) == -1) {
		fprintf(t->shell->err, "reeve rmi: the history cannot be kept in %s: %s\n", t->path, strerror(errno));
	}
}

/* Emacs keys, Ctrl-C takes the line back; what the user's ~/.editrc says comes last. */
static void editor_set(struct terminal *t)
{
	(void)el_set(t->editor, EL_CLIENTDATA, t);
	(void)el_set(t->editor, EL_PROMPT, prompt);
	(void)el_set(t->editor, EL_EDITOR, "emacs");
	(void)el_set(t->editor, EL_HIST, history, t->history);
	(void)el_set(t->editor, EL_SETTY, "-d", "-isig", NULL);
	(void)el_set(t->editor, EL_BIND, "^C", "em-kill-line", NULL);
	(void)el_set(t->editor, EL_BIND, "^R", "em-inc-search-prev", NULL);
	/* The narrow form keeps copies of the words that it never frees. */
	(void)el_wset(t->editor, EL_ADDFN, L"reeve-complete", L"complete the word", tab);
	(void)el_set(t->editor, EL_BIND, "^I", "reeve-complete", NULL);
	(void)el_source(t->editor, NULL);
}

static bool terminal_open(struct terminal *t, FILE *in)
{
	t->editor = el_init("reeve", in, t->shell->out, t->shell->err);
	t->history = history_init();
	if (t->editor == NULL || t->history == NULL) {
		return false;
	}
	history_open(t);
	editor_set(t);
	return true;
}

bool terminal_run(struct shell *shell, FILE *in, struct message *why)
{
	struct terminal *t = calloc(1, sizeof(*t));
	const char *line;
	bool is_open;
	int size = 0;

	if (t == NULL) {
		return message_set(why, "there is not enough memory");
	}
	t->shell = shell;
	memcpy(t->prompt, "rmi> ", sizeof("rmi> "));
	is_open = terminal_open(t, in);
	while (is_open && !shell->is_over && (line = el_gets(t->editor, &size)) != NULL && size > 0) {
		line_run(t, line, (size_t)size);
	}
	if (is_open) {
		history_close(t);
	}
	if (is_open && !shell->is_over) {
		fputc('\n', shell->out);
	}
	if (t->editor != NULL) {
		el_end(t->editor);
	}
	if (t->history != NULL) {
		history_end(t->history);
	}
	free(t);
	return is_open || message_set(why, "the terminal cannot be used: give a file, or lines in a pipe");
}
