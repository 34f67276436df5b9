/* SPDX-License-Identifier: BSD-2-Clause */
/* threads.c - threads as the CPUs of a Realm. */
#include "tools/threads.h"

#include <string.h>
#include <time.h>

#include "tools/seam.h"

static void take(void *context)
{
	struct threads *threads = context;

	pthread_mutex_lock(&threads->lock);
}

static void release(void *context)
{
	struct threads *threads = context;

	pthread_mutex_unlock(&threads->lock);
}

static void *loop(void *argument)
{
	struct vcpu *cpu = argument;

	seam_use_cpu(cpu->index);
	vcpu_loop(cpu);
	return NULL;
}

static bool start(void *context, struct vcpu *cpu, struct text *why)
{
	struct threads *threads = context;
	int wrong = 0;

	pthread_mutex_lock(&threads->lock);
	if (!threads->cpu[cpu->index].has_thread) {
		wrong = pthread_create(&threads->cpu[cpu->index].thread, NULL, loop, cpu);
		threads->cpu[cpu->index].has_thread = wrong == 0;
	}
	pthread_mutex_unlock(&threads->lock);
	(void)sem_post(&threads->cpu[cpu->index].wake);
	if (wrong != 0) {
		text_put(why, "no thread for it: ");
		text_put(why, strerror(wrong));
	}
	return wrong == 0;
}

static void await(void *context, struct vcpu *cpu)
{
	struct threads *threads = context;

	(void)sem_wait(&threads->cpu[cpu->index].wake);
}

static void wake(void *context, struct vcpu *cpu)
{
	struct threads *threads = context;

	(void)sem_post(&threads->cpu[cpu->index].wake);
}

static void kick(void *context, struct vcpu *cpu)
{
	const struct threads *threads = context;

	reeve_model_kick(threads->model, cpu->index);
}

/* No interrupt comes to say that the waiting is over: the REC looks again, and leaves the processor to others meanwhile. */
static void idle(void *context, struct vcpu *cpu, uint64_t until)
{
	const struct timespec time = {.tv_nsec = 100000};

	(void)context;
	(void)cpu;
	(void)until;
	(void)nanosleep(&time, NULL);
}

static enum reeve_status make(void *context, struct vcpu *cpu, vcpu_call *call)
{
	const struct threads *threads = context;

	return threads->make == NULL ? call(cpu) : threads->make(threads->context, cpu, call);
}

static const struct vcpu_ops ops = {take, release, start, await, wake, kick, idle, NULL, make};

void threads_init(struct threads *threads, struct reeve_model *model, struct pl011 *console, uint64_t console_ipa,
	uint64_t half, unsigned count)
{
	memset(threads, 0, sizeof(*threads));
	threads->model = model;
	vcpus_init(&threads->all, &ops, threads, console, console_ipa, half, count);
	pthread_mutex_init(&threads->lock, NULL);
	for (unsigned i = 0; i < VCPUS_MAX; i++) {
		(void)sem_init(&threads->cpu[i].wake, 0, 0);
	}
}

void threads_fini(struct threads *threads)
{
	for (unsigned i = 0; i < VCPUS_MAX; i++) {
		(void)sem_destroy(&threads->cpu[i].wake);
	}
	pthread_mutex_destroy(&threads->lock);
}

/* Take one thread that is not this one and not yet waited for. False when there is none. */
static bool thread_take(struct threads *threads, pthread_t *thread)
{
	bool is_found = false;

	pthread_mutex_lock(&threads->lock);
	for (unsigned i = 1; i < threads->all.count && !is_found; i++) {
		is_found = threads->cpu[i].has_thread;
		if (is_found) {
			*thread = threads->cpu[i].thread;
			threads->cpu[i].has_thread = false;
		}
	}
	pthread_mutex_unlock(&threads->lock);
	return is_found;
}

/* Run CPU 0 here, and wait for the threads of all others. */
static enum end run_all(struct threads *threads)
{
	pthread_t thread;

	loop(&threads->all.cpu[0]);
	/* A thread on its way out may still switch another CPU on, so they are taken until none is left. */
	while (thread_take(threads, &thread)) {
		pthread_join(thread, NULL);
	}
	return vcpus_end(&threads->all);
}

enum end threads_run(struct threads *threads)
{
	threads->cpu[0].has_thread = true; /* this one */
	vcpus_begin(&threads->all);
	return run_all(threads);
}

enum end threads_resume(struct threads *threads)
{
	return vcpus_again(&threads->all) ? run_all(threads) : END_CPUS_OFF;
}

void threads_stop(struct threads *threads, enum end end)
{
	vcpus_stop(&threads->all, end);
}
