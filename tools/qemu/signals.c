/* SPDX-License-Identifier: BSD-2-Clause */
/* signals.c - signals by a descriptor, and by a handler while this process writes. */
#include "tools/qemu/signals.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "tools/conduit.h"
#include "tools/stop.h"
#include "tools/terminal.h"

static const int numbers[SIGNALS_COUNT] = {SIGINT, SIGTERM, SIGHUP};

/* A signal carries no argument, so what it needs has to be found from here. */
static atomic_uint_least64_t first_ns;   /* when the first one came; 0: none did */
static atomic_uint_least64_t writing_ns; /* since when this process writes */
static atomic_bool is_unread;            /* the handler took one */

/* Called while this process writes only. */
static void on_signal(int number)
{
	int saved = errno;
	uint64_t now = conduit_clock_ns();
	uint_least64_t first = 0;

	if (!atomic_compare_exchange_strong(&first_ns, &first, now) && now - first >= STOP_INSISTENT_NS &&
		now - atomic_load(&writing_ns) >= STOP_INSISTENT_NS) {
		terminal_end();
		(void)signal(number, SIG_DFL);
		(void)raise(number); /* taken when this handler is left */
	}
	atomic_store(&is_unread, true);
	errno = saved;
}

bool signals_begin(struct signals *signals, struct message *why)
{
	const struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	atomic_store(&first_ns, 0);
	atomic_store(&is_unread, false);
	(void)sigemptyset(&signals->set);
	for (size_t i = 0; i < SIGNALS_COUNT; i++) {
		if (sigaction(numbers[i], NULL, &signals->found[i]) == 0 && signals->found[i].sa_handler != SIG_IGN) {
			(void)sigaddset(&signals->set, numbers[i]);
		}
	}
	(void)sigprocmask(SIG_BLOCK, &signals->set, &signals->were);
	for (size_t i = 0; i < SIGNALS_COUNT; i++) {
		if (sigismember(&signals->set, numbers[i]) == 1) {
			(void)sigaction(numbers[i], &action, NULL);
		}
	}
	signals->fd = signalfd(-1, &signals->set, SFD_CLOEXEC | SFD_NONBLOCK);
	return signals->fd >= 0 || message_set(why, "signals cannot be read: %s", strerror(errno));
}

void signals_end(struct signals *signals)
{
	while (signals_read(signals)) {
	}
	(void)close(signals->fd);
	for (size_t i = 0; i < SIGNALS_COUNT; i++) {
		if (sigismember(&signals->set, numbers[i]) == 1) {
			(void)sigaction(numbers[i], &signals->found[i], NULL);
		}
	}
	(void)sigprocmask(SIG_SETMASK, &signals->were, NULL);
}

bool signals_read(struct signals *signals)
{
	struct signalfd_siginfo info;
	uint_least64_t none = 0;

	if (atomic_exchange(&is_unread, false)) {
		return true;
	}
	if (read(signals->fd, &info, sizeof(info)) != (ssize_t)sizeof(info)) {
		return false;
	}
	(void)atomic_compare_exchange_strong(&first_ns, &none, conduit_clock_ns());
	return true;
}

void signals_writing_begin(const struct signals *signals)
{
	atomic_store(&writing_ns, conduit_clock_ns());
	(void)sigprocmask(SIG_UNBLOCK, &signals->set, NULL);
}

void signals_writing_end(const struct signals *signals)
{
	(void)sigprocmask(SIG_BLOCK, &signals->set, NULL);
}
