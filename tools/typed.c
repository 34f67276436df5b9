/* SPDX-License-Identifier: BSD-2-Clause */
/* typed.c - reads standard input for a Realm. */
#include "tools/typed.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/terminal.h"

static const char help[] = "\n"
			   "Ctrl-A x       leave: the Realm is taken apart\n"
			   "Ctrl-A Ctrl-A  send one Ctrl-A\n"
			   "Ctrl-A h       this help\n";

bool typed_is_there(void)
{
	struct stat found;
	struct stat null;

	if (fstat(STDIN_FILENO, &found) != 0 || (fcntl(STDIN_FILENO, F_GETFL) & O_ACCMODE) == O_WRONLY) {
		return false;
	}
	return stat("/dev/null", &null) != 0 || !S_ISCHR(found.st_mode) || found.st_rdev != null.st_rdev;
}

void typed_open(struct typed *typed, bool is_raw, FILE *err)
{
	typed->fd = typed_is_there() ? STDIN_FILENO : -1;
	typed->is_terminal = typed->fd >= 0 && isatty(typed->fd);
	typed->is_raw = is_raw && typed->is_terminal;
	typed->keys = (struct keys){false};
	typed->first = 0;
	typed->count = 0;
	if (!typed->is_raw) {
		return;
	}
	terminal_begin(typed->fd);
	if (terminal_is_ours(typed->fd)) {
		fprintf(err, "reeve run: Ctrl-A x leaves, Ctrl-A h helps\n");
	}
}

void typed_close(struct typed *typed)
{
	if (typed->is_raw) {
		terminal_end();
	}
	typed->fd = -1;
}

/* Whether somebody else has the terminal for now. */
static bool is_waiting(const struct typed *typed)
{
	return typed->is_terminal && typed->fd >= 0 && !terminal_is_ours(typed->fd);
}

int typed_wait_ms(const struct typed *typed, int most_ms)
{
	return is_waiting(typed) && (most_ms < 0 || most_ms > TYPED_LOOK_MS) ? TYPED_LOOK_MS : most_ms;
}

int typed_fd(const struct typed *typed)
{
	size_t most = typed->is_terminal ? TYPED_MAX : 1;

	if (typed->fd < 0 || typed->count >= most || is_waiting(typed)) {
		return -1;
	}
	if (typed->is_raw) {
		terminal_look();
	}
	return typed->fd;
}

bool typed_read(struct typed *typed, FILE *err)
{
	uint8_t in[TYPED_AT_ONCE];
	ssize_t size = read(typed->fd, in, sizeof(in));
	enum keys_found found = KEYS_NONE;
	uint8_t *to = typed->bytes;
	size_t count = 0;

	if (size <= 0) {
		typed->fd = size < 0 && (errno == EINTR || errno == EAGAIN) ? typed->fd : -1;
		return true;
	}
	memmove(to, to + typed->first, typed->count);
	typed->first = 0;
	if (typed->is_terminal) {
		found = keys_take(&typed->keys, in, (size_t)size, to + typed->count, &count);
	} else {
		memcpy(to + typed->count, in, (size_t)size);
		count = (size_t)size;
	}
	typed->count += count;
	if (found == KEYS_HELP) {
		(void)fputs(help, err);
	}
	return found != KEYS_LEAVE;
}

const uint8_t *typed_bytes(const struct typed *typed, size_t *size)
{
	*size = typed->count;
	return typed->bytes + typed->first;
}

void typed_used(struct typed *typed, size_t size)
{
	typed->first += size;
	typed->count -= size;
}

void typed_leave(void)
{
	struct sigaction found;
	bool is_ignored = sigaction(SIGINT, NULL, &found) == 0 && found.sa_handler == SIG_IGN;

	(void)kill(getpid(), is_ignored ? SIGTERM : SIGINT);
}
