/* SPDX-License-Identifier: BSD-2-Clause */
/* feeder.c - standard input for a Realm on the model. */
#include "tools/feeder.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

enum {
	FULL_MS = 1,   /* how soon to look again whether the realm has read some */
	QUIET_MS = 50, /* how often to show a line that has no end yet */
};

static bool next(void *context, uint8_t *byte)
{
	struct feeder *feeder = context;
	size_t size;
	const uint8_t *bytes = typed_bytes(&feeder->typed, &size);

	if (size == 0) {
		return false;
	}
	*byte = bytes[0];
	typed_used(&feeder->typed, 1);
	return true;
}

/* As typed_read. Who reads from the same pipe may have been sooner: only here the thread can be cancelled. */
static bool read_some(struct feeder *feeder)
{
	bool is_going_on;

	(void)pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	is_going_on = typed_read(&feeder->typed, feeder->err);
	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	return is_going_on;
}

static void *feed(void *argument)
{
	struct feeder *feeder = argument;
	size_t left = 0;

	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	while (feeder->typed.fd >= 0 || left != 0) {
		struct pollfd fds[] = {
			{.fd = feeder->wake[0], .events = POLLIN}, {.fd = typed_fd(&feeder->typed), .events = POLLIN}};

		(void)poll(fds, sizeof(fds) / sizeof(fds[0]),
			typed_wait_ms(&feeder->typed, left != 0 ? FULL_MS : QUIET_MS));
		if (fds[0].revents != 0) {
			break;
		}
		if (fds[1].revents != 0 && !read_some(feeder)) {
			typed_leave();
		}
		(void)vcpus_input(feeder->all, next, feeder);
		(void)typed_bytes(&feeder->typed, &left);
		vcpus_flush(feeder->all);
	}
	return NULL;
}

void feeder_begin(struct feeder *feeder, struct vcpus *all, FILE *err)
{
	sigset_t every;
	sigset_t were;

	feeder->has_thread = false;
	if (!typed_is_there() || pipe2(feeder->wake, O_CLOEXEC) != 0) {
		return;
	}
	feeder->all = all;
	feeder->err = err;
	typed_open(&feeder->typed, false, err);
	/* Signals are the other threads'. */
	(void)sigfillset(&every);
	(void)pthread_sigmask(SIG_SETMASK, &every, &were);
	feeder->has_thread = pthread_create(&feeder->thread, NULL, feed, feeder) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &were, NULL);
	if (!feeder->has_thread) {
		(void)close(feeder->wake[0]);
		(void)close(feeder->wake[1]);
	}
}

void feeder_end(struct feeder *feeder)
{
	if (!feeder->has_thread) {
		return;
	}
	(void)!write(feeder->wake[1], "", 1);
	(void)pthread_cancel(feeder->thread);
	(void)pthread_join(feeder->thread, NULL);
	(void)close(feeder->wake[0]);
	(void)close(feeder->wake[1]);
	typed_close(&feeder->typed);
	feeder->has_thread = false;
}
