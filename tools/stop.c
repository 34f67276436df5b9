/* SPDX-License-Identifier: BSD-2-Clause */
/* stop.c - a timer and two signals that stop a run. */
#include "tools/stop.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

static const uint64_t second_ns = 1000000000;

static const int numbers[] = {SIGINT, SIGTERM};

enum { NUMBER_COUNT = sizeof(numbers) / sizeof(numbers[0]) };

/* A signal carries no argument, so the run it stops has to be found from here. NULL: none. */
static struct vmm *_Atomic stoppable;
static atomic_uint_least64_t asked_ns; /* when the first signal came; 0: none did */

static void on_alarm(int number, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)number;
	(void)context;
	if (info->si_code == SI_TIMER) {
		vmm_stop(info->si_value.sival_ptr, END_TIMEOUT);
	}
	errno = saved;
}

/* Set the action for each of the signals that the process was not started to ignore. Safe in a signal handler. */
static void numbers_act(void (*act)(int number))
{
	struct sigaction action = {.sa_handler = act, .sa_flags = SA_RESTART};
	struct sigaction found;

	for (unsigned i = 0; i < NUMBER_COUNT; i++) {
		if (sigaction(numbers[i], NULL, &found) == 0 && found.sa_handler != SIG_IGN) {
			(void)sigaction(numbers[i], &action, NULL);
		}
	}
}

static void on_end(int number)
{
	int saved = errno;
	struct vmm *vmm = atomic_load(&stoppable);
	uint64_t now = conduit_clock_ns();
	uint_least64_t first = 0;

	if (!atomic_compare_exchange_strong(&asked_ns, &first, now) && now - first >= STOP_INSISTENT_NS) {
		numbers_act(SIG_DFL);
		(void)raise(number); /* taken when this handler is left */
	}
	if (vmm != NULL) {
		vmm_stop(vmm, END_INTERRUPTED);
	}
	errno = saved;
}

/* Have the run stopped after its time. False with *why set when the system has no timer. */
static bool timer_begin(struct vmm *vmm, timer_t *timer, struct message *why)
{
	struct sigaction action = {.sa_sigaction = on_alarm, .sa_flags = SA_SIGINFO | SA_RESTART};
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM, .sigev_value.sival_ptr = vmm};
	uint64_t ns = vmm->options->timeout_ns;
	struct itimerspec when = {.it_value = {(time_t)(ns / second_ns), (long)(ns % second_ns)}};

	if (sigaction(SIGALRM, &action, NULL) != 0 || timer_create(CLOCK_MONOTONIC, &event, timer) != 0) {
		return message_set(why, "--timeout: the system has no timer: %s", strerror(errno));
	}
	if (timer_settime(*timer, 0, &when, NULL) != 0) {
		(void)timer_delete(*timer);
		return message_set(why, "--timeout: the timer cannot be set: %s", strerror(errno));
	}
	return true;
}

bool stop_begin(struct stop *stop, struct vmm *vmm, struct message *why)
{
	*stop = (struct stop){0};
	if (vmm->options->timeout_ns != 0 && !timer_begin(vmm, &stop->timer, why)) {
		return false;
	}
	stop->has_timer = vmm->options->timeout_ns != 0;
	atomic_store(&asked_ns, 0);
	atomic_store(&stoppable, vmm);
	numbers_act(on_end);
	return true;
}

void stop_timer_end(struct stop *stop)
{
	if (!stop->has_timer) {
		return;
	}
	/* A signal that is already on its way must find nobody. */
	(void)signal(SIGALRM, SIG_IGN);
	(void)timer_delete(stop->timer);
	stop->has_timer = false;
}

void stop_end(void)
{
	numbers_act(SIG_DFL);
	atomic_store(&stoppable, NULL);
}
