/* SPDX-License-Identifier: BSD-2-Clause */
/* child.c - starts programs and ends them. */
#include "tools/qemu/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	CODE_NOT_STARTED = 127,
	WORDS_KEPT = 4096, /* of the end of standard error */
	IN_WINDOW = 4096,  /* what is on its way to standard input; the system makes a little more of it */
};

int child_file(const char *name, struct message *why)
{
	int fd = memfd_create(name, 0);

	if (fd < 0) {
		(void)message_set(why, "there is no memory for a file (%s): %s", name, strerror(errno));
	}
	return fd;
}

bool child_file_write(int fd, const void *data, size_t size, struct message *why)
{
	const char *at = data;

	while (size != 0) {
		ssize_t written = write(fd, at, size);

		if (written < 0 && errno == EINTR) {
			continue;
		}
		if (written <= 0) {
			return message_set(why, "a file in memory cannot be written: %s", strerror(errno));
		}
		at += written;
		size -= (size_t)written;
	}
	return true;
}

/* In the child: become the program, or end with `failed` told why. Only what is safe between fork and exec. */
_Noreturn static void become(char *const argv[], pid_t parent, int in, int out, int err, int failed)
{
	sigset_t none;
	int error;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent && dup2(in, STDIN_FILENO) >= 0 &&
		dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0) {
		(void)execvp(argv[0], argv);
	}
	error = errno;
	(void)!write(failed, &error, sizeof(error));
	_exit(CODE_NOT_STARTED);
}

/* The error that kept the child from becoming its program; 0: none. `failed` closes by itself when that went well. */
static int start_error(int failed)
{
	int error = 0;
	ssize_t size;

	do {
		size = read(failed, &error, sizeof(error));
	} while (size < 0 && errno == EINTR);
	return size == (ssize_t)sizeof(error) ? error : 0;
}

static bool start_failed(const char *name, int error, const char *package, struct message *why)
{
	if (error == ENOENT) {
		return message_set(why, "%s is missing: apt-get install %s, or scripts/setup machine", name, package);
	}
	return message_set(why, "%s cannot be started: %s", name, strerror(error));
}

bool child_start(struct child *child, char *const argv[], const char *package, struct message *why)
{
	const int window = IN_WINDOW;
	int in[2] = {-1, -1};
	int out[2] = {-1, -1};
	int failed[2] = {-1, -1};
	pid_t parent = getpid();
	int error = 0;

	*child = (struct child){.err = memfd_create("err", MFD_CLOEXEC)};
	if (child->err < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0 ||
		pipe2(out, O_CLOEXEC) != 0 || pipe2(failed, O_CLOEXEC) != 0) {
		error = errno;
	} else {
		child->pid = fork();
		if (child->pid == 0) {
			become(argv, parent, in[1], out[1], child->err, failed[1]);
		}
		error = child->pid < 0 ? errno : 0;
	}
	(void)close(in[1]);
	(void)close(out[1]);
	(void)close(failed[1]);
	if (error == 0) {
		error = start_error(failed[0]);
	}
	(void)close(failed[0]);
	child->in = in[0];
	child->out = out[0];
	if (error == 0) {
		(void)fcntl(child->out, F_SETFL, O_NONBLOCK);
		(void)setsockopt(child->in, SOL_SOCKET, SO_SNDBUF, &window, sizeof(window));
		return true;
	}
	if (child->pid > 0) {
		(void)waitpid(child->pid, NULL, 0);
	}
	(void)close(child->in);
	(void)close(child->out);
	(void)close(child->err);
	return start_failed(argv[0], error, package, why);
}

/* The last line of text that is not blank, in words[0..size), cut to what fits. */
static void last_line(char *text, char *words, size_t size)
{
	size_t length = strlen(text);
	char *line;

	while (length != 0 && strchr(" \t\r\n", text[length - 1]) != NULL) {
		text[--length] = '\0';
	}
	line = strrchr(text, '\n');
	line = line == NULL ? text : line + 1;
	length = strlen(line) < size ? strlen(line) : size - 1;
	memcpy(words, line, length);
	words[length] = '\0';
}

struct child_end child_end(struct child *child, bool is_killed, char *words, size_t size)
{
	struct child_end end = {0};
	char text[WORDS_KEPT + 1];
	off_t said;
	ssize_t got;
	int status = 0;

	if (is_killed) {
		(void)kill(child->pid, SIGKILL);
	}
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
	}
	end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	end.code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	said = lseek(child->err, 0, SEEK_END);
	got = pread(child->err, text, WORDS_KEPT, said > WORDS_KEPT ? said - WORDS_KEPT : 0);
	text[got < 0 ? 0 : got] = '\0';
	last_line(text, words, size);
	(void)close(child->in);
	(void)close(child->out);
	(void)close(child->err);
	return end;
}
