/* SPDX-License-Identifier: BSD-2-Clause */
/* test_terminal.c - a terminal is as it was, whenever the signal comes and whatever setting it fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tools/terminal.h"

static int signal_after_raw; /* 0: none */
static bool is_failing;

/* The settings of the only terminal there is, shared with the children. There may be no real one where the tests run; tests/cli and tests/linux have
 * one. */
static struct termios *settings;

/* In place of the C library's. */
int tcgetattr(int fd, struct termios *termios_p)
{
	(void)fd;
	*termios_p = *settings;
	return 0;
}

/* A signal comes when a terminal was made raw, and before the caller has heard of it. */
int tcsetattr(int fd, int optional_actions, const struct termios *termios_p)
{
	(void)fd;
	(void)optional_actions;
	if (is_failing) {
		errno = EIO;
		return -1;
	}
	*settings = *termios_p;
	if ((termios_p->c_lflag & ICANON) == 0 && signal_after_raw != 0) {
		(void)raise(signal_after_raw);
	}
	return 0;
}

/* As a shell has it. The file controls nobody. */
static int terminal_open(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	*settings = (struct termios){.c_lflag = ICANON | ECHO | ISIG};
	return fd;
}

static bool is_raw(void)
{
	return (settings->c_lflag & (ICANON | ECHO)) != (ICANON | ECHO);
}

static void it_is_raw_in_between(void **state)
{
	int fd = terminal_open();

	(void)state;
	terminal_begin(fd);
	assert_true(is_raw());
	terminal_end();
	assert_false(is_raw());
	(void)close(fd);
}

static void a_signal_leaves_it_as_it_was(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGSEGV};

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		int fd = terminal_open();
		int status = 0;
		pid_t child = fork();

		if (child == 0) {
			(void)signal(signals[i], SIG_DFL); /* the sanitizer has its own */
			signal_after_raw = signals[i];
			terminal_begin(fd);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		assert_false(is_raw());
		(void)close(fd);
	}
}

/* What could not be made raw is tried again, and not put back. */
static void a_failure_is_no_end(void **state)
{
	int fd = terminal_open();

	(void)state;
	is_failing = true;
	terminal_begin(fd);
	is_failing = false;
	assert_false(is_raw());
	terminal_look();
	assert_true(is_raw());
	terminal_end();
	assert_false(is_raw());
	(void)close(fd);
}

int main(void)
{
	void *shared = mmap(NULL, sizeof(*settings), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_raw_in_between),
		cmocka_unit_test(a_signal_leaves_it_as_it_was),
		cmocka_unit_test(a_failure_is_no_end),
	};

	if (shared == MAP_FAILED) {
		return 1;
	}
	settings = shared;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
