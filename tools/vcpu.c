/* SPDX-License-Identifier: BSD-2-Clause */
/* vcpu.c - runs RECs and answers what they exit for. */
#include "tools/vcpu.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <string.h>

#include "tools/seam.h"

/* The host call that gives every register back inverted; all others give them back as they are. */
enum { HOST_CALL_INVERT = 0x1234 };

void vcpus_init(struct vcpus *all, struct reeve_model *model, struct pl011 *console, uint64_t console_ipa,
	uint64_t half, unsigned count)
{
	memset(all, 0, sizeof(*all));
	all->model = model;
	all->console = console;
	all->console_ipa = console_ipa;
	all->half = half;
	all->count = count;
	pthread_mutex_init(&all->lock, NULL);
	for (unsigned i = 0; i < CPUS_MAX; i++) {
		all->cpu[i].all = all;
		all->cpu[i].index = i;
		(void)sem_init(&all->cpu[i].wake, 0, 0);
	}
}

void vcpus_fini(struct vcpus *all)
{
	for (unsigned i = 0; i < CPUS_MAX; i++) {
		(void)sem_destroy(&all->cpu[i].wake);
	}
	pthread_mutex_destroy(&all->lock);
}

void vcpus_stop(struct vcpus *all, enum end end)
{
	int none = END_NONE;

	if (!atomic_compare_exchange_strong(&all->end, &none, (int)end)) {
		return;
	}
	for (unsigned i = 0; i < all->count; i++) {
		reeve_model_kick(all->model, i);
		(void)sem_post(&all->cpu[i].wake);
	}
}

static bool is_over(struct vcpus *all)
{
	return atomic_load(&all->end) != END_NONE;
}

/* End the run because of `error`, if nothing else ended it. */
static void fail(struct vcpus *all, enum end end, const struct message *error)
{
	pthread_mutex_lock(&all->lock);
	if (!is_over(all)) {
		all->error = *error;
	}
	pthread_mutex_unlock(&all->lock);
	vcpus_stop(all, end);
}

static enum reeve_status make(struct vcpu *cpu, vcpu_call *call)
{
	return cpu->all->make == NULL ? call(cpu) : cpu->all->make(cpu, call);
}

/* A handler answers the exit in place. False: the CPU is off. */
typedef bool exit_handler(struct vcpu *cpu);

static bool on_nothing(struct vcpu *cpu)
{
	(void)cpu;
	return true;
}

static bool on_mmio(struct vcpu *cpu)
{
	struct vcpus *all = cpu->all;
	uint64_t ipa = cpu->exit.mmio.ipa.value;

	if (ipa < all->console_ipa || ipa - all->console_ipa >= PL011_SIZE) {
		cpu->exit.mmio.refuse = true;
		return true;
	}
	pthread_mutex_lock(&all->lock);
	if (cpu->exit.reason == REEVE_EXIT_MMIO_WRITE) {
		pl011_write(all->console, ipa - all->console_ipa, cpu->exit.mmio.value);
	} else {
		cpu->exit.mmio.value = pl011_read(all->console, ipa - all->console_ipa);
	}
	pthread_mutex_unlock(&all->lock);
	return true;
}

static bool on_host_call(struct vcpu *cpu)
{
	if (cpu->exit.host_call.imm == HOST_CALL_INVERT) {
		for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
			cpu->exit.host_call.gprs[i] = ~cpu->exit.host_call.gprs[i];
		}
	}
	return true;
}

static bool on_cpu_off(struct vcpu *cpu)
{
	(void)cpu;
	return false;
}

static bool on_idle(struct vcpu *cpu)
{
	(void)cpu;
	(void)sched_yield();
	return true;
}

static bool on_system_off(struct vcpu *cpu)
{
	vcpus_stop(cpu->all, END_SYSTEM_OFF);
	return false;
}

static bool on_system_reset(struct vcpu *cpu)
{
	vcpus_stop(cpu->all, END_SYSTEM_RESET);
	return false;
}

static bool on_serror(struct vcpu *cpu)
{
	struct message why = {""};

	(void)message_set(&why, "cpu %u took an SError: ESR 0x%" PRIx64, cpu->index, cpu->exit.fault.esr);
	fail(cpu->all, END_SERROR, &why);
	return false;
}

/* Goes on where the realm takes an external abort: it did (no address, recoverable), or will at the next entry (unprotected half). Elsewhere
 * the same access would fault for ever. */
static bool on_fault(struct vcpu *cpu)
{
	uint64_t esr = cpu->exit.fault.esr;
	uint64_t ipa = cpu->exit.fault.ipa.value;
	struct message why = {""};

	if (cpu->exit.fault.has_ipa ? ipa >= cpu->all->half : FIELD_GET(esr, ESR_ABORT_SET) == 0) {
		return true;
	}
	if (cpu->exit.fault.has_ipa) {
		(void)message_set(&why, "cpu %u: access to IPA 0x%" PRIx64 ", which is no RAM: ESR 0x%" PRIx64,
			cpu->index, ipa, esr);
	} else {
		(void)message_set(&why, "cpu %u: external abort without an address: ESR 0x%" PRIx64, cpu->index, esr);
	}
	fail(cpu->all, END_FAULT, &why);
	return false;
}

static void switch_on(struct vcpu *cpu);

static void on_error(struct vcpu *cpu)
{
	struct reeve_error error = reeve_rec_error(&cpu->rec);
	struct message why = {""};
	size_t head = (size_t)snprintf(why.text, sizeof(why.text), "cpu %u: ", cpu->index);

	(void)reeve_error_format(&error, why.text + head, sizeof(why.text) - head);
	fail(cpu->all, END_ERROR, &why);
}

static enum reeve_status complete_cpu_on(struct vcpu *cpu)
{
	struct reeve_rec *target = cpu->exit.psci.target;
	bool is_switched_on = false;
	enum reeve_status status = reeve_rec_complete_cpu_on(&cpu->rec, &cpu->exit, &is_switched_on);

	for (unsigned i = 0; is_switched_on && i < cpu->all->count; i++) {
		if (&cpu->all->cpu[i].rec == target) {
			switch_on(&cpu->all->cpu[i]);
		}
	}
	return status;
}

static bool on_cpu_on(struct vcpu *cpu)
{
	cpu->is_unanswered = make(cpu, complete_cpu_on) != REEVE_OK;
	if (cpu->is_unanswered) {
		on_error(cpu);
	}
	return true;
}

static exit_handler *const handlers[REEVE_EXIT_REASON_COUNT] = {
	[REEVE_EXIT_INTERRUPTED] = on_nothing,
	[REEVE_EXIT_MMIO_READ] = on_mmio,
	[REEVE_EXIT_MMIO_WRITE] = on_mmio,
	[REEVE_EXIT_HOST_CALL] = on_host_call,
	[REEVE_EXIT_RIPAS_CHANGE] = on_nothing,
	[REEVE_EXIT_CPU_ON] = on_cpu_on,
	[REEVE_EXIT_CPU_OFF] = on_cpu_off,
	[REEVE_EXIT_CPU_SUSPEND] = on_idle,
	[REEVE_EXIT_SYSTEM_OFF] = on_system_off,
	[REEVE_EXIT_SYSTEM_RESET] = on_system_reset,
	[REEVE_EXIT_IDLE] = on_idle,
	[REEVE_EXIT_SYSREG] = on_nothing, /* there is no interrupt to deliver */
	[REEVE_EXIT_SERROR] = on_serror,
	[REEVE_EXIT_FAULT] = on_fault,
};

/* Whether the REC could not be entered because the realm is off. */
static bool is_realm_off(struct vcpu *cpu)
{
	struct reeve_error error = reeve_rec_error(&cpu->rec);

	if (error.status == REEVE_REFUSED) {
		return error.command == RMI_REC_ENTER &&
			FIELD_GET(error.returned, RMI_RETURN_STATUS) == RMI_ERROR_REALM;
	}
	return error.status == REEVE_STATE;
}

/* Wait until `other` is not in the turn it is in now, or the run is over. */
static void turn_await(struct vcpu *other)
{
	unsigned turns = atomic_load(&other->turns);

	if (atomic_load(&other->is_in_turn)) {
		reeve_model_kick(other->all->model, other->index);
	}
	while (atomic_load(&other->is_in_turn) && atomic_load(&other->turns) == turns && !is_over(other->all)) {
		(void)sched_yield();
	}
}

/* Whether another CPU ended the run: one that switched the realm off did so in the turn it is in, and is about to say it. */
static bool is_ended_by_another(struct vcpu *cpu)
{
	atomic_store(&cpu->is_in_turn, false);
	for (unsigned i = 0; i < cpu->all->count; i++) {
		if (i != cpu->index) {
			turn_await(&cpu->all->cpu[i]);
		}
	}
	return is_over(cpu->all);
}

static enum reeve_status rec_run(struct vcpu *cpu)
{
	return reeve_rec_run(&cpu->rec, &cpu->exit);
}

/* False: the CPU is off. After an error it is on still, and the run is over. */
static bool turn(struct vcpu *cpu)
{
	if (!cpu->is_unanswered && make(cpu, rec_run) != REEVE_OK) {
		if (!is_realm_off(cpu) || !is_ended_by_another(cpu)) {
			on_error(cpu);
		}
		return true;
	}
	return handlers[cpu->exit.reason](cpu);
}

/* Run the CPU until it is off or the run is over. */
static void run_until_off(struct vcpu *cpu)
{
	if (!cpu->is_on) {
		memset(&cpu->exit, 0, sizeof(cpu->exit));
		cpu->is_on = true;
	}
	while (cpu->is_on && !is_over(cpu->all)) {
		atomic_store(&cpu->is_in_turn, true);
		cpu->is_on = turn(cpu);
		atomic_fetch_add(&cpu->turns, 1);
		atomic_store(&cpu->is_in_turn, false);
	}
	if (atomic_fetch_sub(&cpu->all->running, 1) == 1) {
		vcpus_stop(cpu->all, END_CPUS_OFF);
	}
}

/* Run the CPU each time it is switched on. */
static void *loop(void *argument)
{
	struct vcpu *cpu = argument;

	seam_use_cpu(cpu->index);
	while (!is_over(cpu->all)) {
		if (cpu->seen != atomic_load(&cpu->starts)) {
			cpu->seen++;
			run_until_off(cpu);
			continue;
		}
		(void)sem_wait(&cpu->wake);
	}
	return NULL;
}

/* See to it that the CPU's thread looks at `starts`. */
static void wake(struct vcpu *cpu)
{
	struct message why = {""};
	int wrong = 0;

	pthread_mutex_lock(&cpu->all->lock);
	if (!cpu->has_thread) {
		wrong = pthread_create(&cpu->thread, NULL, loop, cpu);
		cpu->has_thread = wrong == 0;
	}
	pthread_mutex_unlock(&cpu->all->lock);
	(void)sem_post(&cpu->wake);
	if (wrong != 0) {
		(void)message_set(&why, "cpu %u: no thread for it: %s", cpu->index, strerror(wrong));
		fail(cpu->all, END_ERROR, &why);
	}
}

/* The REC is runnable now. */
static void switch_on(struct vcpu *cpu)
{
	atomic_fetch_add(&cpu->all->running, 1);
	atomic_fetch_add(&cpu->starts, 1);
	wake(cpu);
}

/* Take one thread that is not this one and not yet waited for. False when there is none. */
static bool thread_take(struct vcpus *all, pthread_t *thread)
{
	bool is_found = false;

	pthread_mutex_lock(&all->lock);
	for (unsigned i = 1; i < all->count && !is_found; i++) {
		is_found = all->cpu[i].has_thread;
		if (is_found) {
			*thread = all->cpu[i].thread;
			all->cpu[i].has_thread = false;
		}
	}
	pthread_mutex_unlock(&all->lock);
	return is_found;
}

/* Run CPU 0 here, and wait for the threads of all others. */
static enum end run_all(struct vcpus *all)
{
	pthread_t thread;

	loop(&all->cpu[0]);
	/* A thread on its way out may still switch another CPU on, so they are taken until none is left. */
	while (thread_take(all, &thread)) {
		pthread_join(thread, NULL);
	}
	return (enum end)atomic_load(&all->end);
}

enum end vcpus_run(struct vcpus *all)
{
	all->cpu[0].has_thread = true; /* this one */
	switch_on(&all->cpu[0]);
	return run_all(all);
}

enum end vcpus_resume(struct vcpus *all)
{
	atomic_store(&all->end, END_NONE);
	/* All are counted before the first goes on: it may be off, and look for others, at once. */
	for (unsigned i = 0; i < all->count; i++) {
		if (all->cpu[i].is_on) {
			atomic_fetch_add(&all->running, 1);
			atomic_fetch_add(&all->cpu[i].starts, 1);
		}
	}
	if (atomic_load(&all->running) == 0) {
		return END_CPUS_OFF;
	}
	/* One that was switched on as the run ended has a start that its thread has not begun. */
	for (unsigned i = 0; i < all->count; i++) {
		if (atomic_load(&all->cpu[i].starts) != all->cpu[i].seen) {
			wake(&all->cpu[i]);
		}
	}
	return run_all(all);
}
