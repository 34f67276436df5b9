/* SPDX-License-Identifier: BSD-2-Clause */
/* terminal.c - settings of a terminal, and the signals that may not pass without putting them back. */
#include "tools/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <termios.h>
#include <unistd.h>

/* Signals that end a process unless it handles them. */
static const int deadly[] = {SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGUSR1, SIGSEGV,
	SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGSYS};

enum { DEADLY_COUNT = sizeof(deadly) / sizeof(deadly[0]) };

/* A signal carries no argument, so the terminal has to be found from here. Written while no handler is there yet. */
static struct {
	int fd;
	struct termios were;
	struct termios raw;
	bool is_deadly[DEADLY_COUNT]; /* the handler of it is ours */
	bool is_stopping;             /* likewise SIGTSTP */
	struct sigaction cont;        /* before ours */
} terminal;

static atomic_bool is_begun;
static atomic_bool is_raw;

bool terminal_is_ours(int fd)
{
	pid_t group = tcgetpgrp(fd);

	/* A terminal that controls nothing here is anybody's; so is what is no terminal. */
	return group < 0 || group == getpgrp();
}

/* All that follows up to terminal_begin is safe in a signal handler. */

/* Said before it is so: a signal in between has it put back all the same. */
static void make_raw(void)
{
	if (!atomic_load(&is_begun) || !terminal_is_ours(terminal.fd) || atomic_exchange(&is_raw, true)) {
		return;
	}
	if (tcsetattr(terminal.fd, TCSANOW, &terminal.raw) != 0) {
		atomic_store(&is_raw, false);
	}
}

/* In the background somebody else has put his settings there already. */
static void put_back(void)
{
	if (atomic_exchange(&is_raw, false) && terminal_is_ours(terminal.fd)) {
		(void)tcsetattr(terminal.fd, TCSANOW, &terminal.were);
	}
}

/* Have the signal do what it does to everybody, now. */
static void let(int number)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};
	struct sigaction found;
	sigset_t set;
	sigset_t were;

	(void)sigaction(number, &usual, &found);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, number);
	(void)raise(number);
	(void)sigprocmask(SIG_UNBLOCK, &set, &were);
	/* It goes on from here after a stop only. */
	(void)sigprocmask(SIG_SETMASK, &were, NULL);
	(void)sigaction(number, &found, NULL);
}

static void on_deadly(int number)
{
	put_back();
	let(number);
}

static void on_stop(int number)
{
	int saved = errno;

	put_back();
	let(number);
	make_raw();
	errno = saved;
}

/* A stop that could not be handled put nothing back, but the shell did. */
static void on_continue(int number)
{
	int saved = errno;

	(void)number;
	if (!terminal_is_ours(terminal.fd)) {
		atomic_store(&is_raw, false);
	} else if (atomic_exchange(&is_raw, false)) {
		make_raw();
	}
	errno = saved;
}

/* Handle a signal that has its usual effect so far. */
static bool handle(int number, void (*handler)(int number))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	struct sigaction found;

	if (sigaction(number, NULL, &found) != 0 || found.sa_handler != SIG_DFL) {
		return false;
	}
	return sigaction(number, &action, NULL) == 0;
}

void terminal_begin(int fd)
{
	struct sigaction action = {.sa_handler = on_continue, .sa_flags = SA_RESTART};

	if (tcgetattr(fd, &terminal.were) != 0) {
		return;
	}
	terminal.fd = fd;
	terminal.raw = terminal.were;
	terminal.raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	terminal.raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
	terminal.raw.c_cc[VMIN] = 1;
	terminal.raw.c_cc[VTIME] = 0;
	atomic_store(&is_begun, true);
	for (size_t i = 0; i < DEADLY_COUNT; i++) {
		terminal.is_deadly[i] = handle(deadly[i], on_deadly);
	}
	terminal.is_stopping = handle(SIGTSTP, on_stop);
	(void)sigaction(SIGCONT, &action, &terminal.cont);
	make_raw();
}

void terminal_look(void)
{
	make_raw();
}

void terminal_end(void)
{
	if (!atomic_exchange(&is_begun, false)) {
		return;
	}
	put_back();
	for (size_t i = 0; i < DEADLY_COUNT; i++) {
		if (terminal.is_deadly[i]) {
			(void)signal(deadly[i], SIG_DFL);
		}
	}
	if (terminal.is_stopping) {
		(void)signal(SIGTSTP, SIG_DFL);
	}
	(void)sigaction(SIGCONT, &terminal.cont, NULL);
}
