/* SPDX-License-Identifier: BSD-2-Clause */
/* runner.c - CPUs of the machine as the CPUs of the realm: REC n runs on CPU n, which sleeps when it has nothing to do. */
#include "machine/qemu/host/clock.h"
#include "machine/qemu/host/host.h"
#include "machine/qemu/host/interrupts.h"
#include "machine/qemu/host/output.h"

/* How long a wait lasts at most before it looks at the world again. */
static const uint64_t wait_ns = 10000000;
static const uint64_t idle_ns = 1000000;
/* How long a realm may have a CPU that another waits for. */
static const uint64_t slice_ns = 10000000;
/* How often a CPU tries to have a lock before it sleeps, and for how long then. */
enum { LOOKS_AWAKE = 200 };
static const uint64_t lock_ns = 1000000;

static void take(void *context)
{
	struct host *host = context;

	spinlock_take(&host->vcpus_lock);
}

static void release(void *context)
{
	struct host *host = context;

	spinlock_give(&host->vcpus_lock);
}

/* The next time that a CPU is to be interrupted: in `ns`, or when the job's time is up if that is sooner. 0: only then. */
static uint64_t alarm_in(const struct host *host, uint64_t ns)
{
	uint64_t end_ns = host->is_destroying ? 0 : host->job->timeout_ns;
	uint64_t at_ns = ns == 0 ? 0 : clock_ns() + ns;

	return at_ns == 0 || (end_ns != 0 && end_ns < at_ns) ? end_ns : at_ns;
}

/* End the run of every realm. */
static void end_all(struct host *host, enum end end)
{
	vcpus_stop(&host->vcpus, end);
	neighbour_stop(host, end);
}

/* Take this CPU's interrupts. Somebody who pressed the power button waits for no lock; the others are kept for host_look. */
static void hear(struct host *host)
{
	unsigned taken = interrupts_take();

	host->taken[cpu_number()] |= taken;
	if ((taken & INTERRUPTS_POWER) != 0) {
		end_all(host, END_INTERRUPTED);
	}
}

void host_lock(struct host *host, struct spinlock *lock)
{
	unsigned looks = 0;

	while (!spinlock_try(lock)) {
		if (++looks < LOOKS_AWAKE) {
			continue;
		}
		clock_alarm(clock_ns() + lock_ns);
		wait_for_interrupt();
		hear(host);
	}
}

/* The CPU of a realm whose REC this CPU enters, by its run page. */
static struct vcpu *vcpu_of(struct host *host, const struct rmi_rec_run *run)
{
	struct vcpu *cpu = neighbour_vcpu(host, cpu_number(), run);

	return cpu != NULL ? cpu : &host->vcpus.cpu[cpu_number()];
}

void host_enter(struct host *host, struct rmi_rec_run *run)
{
	struct vcpu *cpu = vcpu_of(host, run);
	unsigned number = cpu_number();

	vcpu_enter(cpu, run);
	clock_alarm(host->leave_ns[number]);
	/* What was taken on the way here would have had the REC leave at once. */
	if (host->taken[number] != 0 || vcpus_end(cpu->all) != END_NONE) {
		interrupts_kick(number);
	}
}

void host_exit(struct host *host, const struct rmi_rec_run *run, bool is_done)
{
	vcpu_exit(vcpu_of(host, run), run, is_done);
}

static bool input_next(void *context, uint8_t *byte)
{
	(void)context;
	return output_input(byte);
}

/* Hand on what came in, as much as there is room for in the realm. The rest waits in the UART, which then is quiet. Any CPU does: the lock
 * keeps has_input and the UART's mask as the last one that read left the UART. */
static void input_take(struct host *host)
{
	bool is_all;

	spinlock_take(&host->input_lock);
	is_all = vcpus_input(&host->vcpus, input_next, NULL);
	atomic_store(&host->has_input, !is_all);
	output_input_interrupt(is_all);
	spinlock_give(&host->input_lock);
}

void host_look(struct host *host)
{
	uint64_t end_ns = host->job->timeout_ns;
	unsigned taken;

	hear(host);
	taken = host->taken[cpu_number()];
	host->taken[cpu_number()] = 0;
	if (((taken & INTERRUPTS_UART) != 0 || atomic_load(&host->has_input)) && vcpus_end(&host->vcpus) == END_NONE) {
		input_take(host);
	}
	if (end_ns != 0 && clock_ns() >= end_ns) {
		end_all(host, END_TIMEOUT);
	}
}

bool host_is_over(struct host *host)
{
	return vcpus_end(&host->vcpus) != END_NONE && neighbour_is_over(host);
}

bool host_must_stop(struct host *host)
{
	if (host->is_destroying) {
		return false;
	}
	host_look(host);
	return host_is_over(host);
}

/* Sleep until an interrupt, `ns` at most. Whoever types sees what the realm waits with; lines of two realms stay whole. */
static void sleep(struct host *host, uint64_t ns)
{
	if (!neighbour_is_there(host)) {
		vcpus_flush(&host->vcpus);
	}
	clock_alarm(alarm_in(host, ns));
	wait_for_interrupt();
	host_look(host);
}

static void await(void *context, struct vcpu *cpu)
{
	struct host *host = context;

	if (!atomic_exchange(&host->is_woken[cpu->index], false)) {
		sleep(host, wait_ns);
	}
}

/* A CPU that runs this is awake, and not in the realm: an interrupt of its own would only take it out of there next time. */
static void kick(void *context, struct vcpu *cpu)
{
	(void)context;
	if (cpu->index != cpu_number()) {
		interrupts_kick(cpu->index);
	}
}

static void wake(void *context, struct vcpu *cpu)
{
	struct host *host = context;

	atomic_store(&host->is_woken[cpu->index], true);
	kick(context, cpu);
}

static bool start(void *context, struct vcpu *cpu, struct text *why)
{
	(void)why;
	wake(context, cpu);
	return true;
}

/* A realm without an interrupt controller has nobody to wake it but its own doing: it looks again soon. So does one that another waits for. */
static void idle(void *context, struct vcpu *cpu, uint64_t until)
{
	struct host *host = context;
	uint64_t most_ns = host->vcpus.gic == NULL || neighbour_is_there(host) ? idle_ns : wait_ns;
	uint64_t left_ns = until == UINT64_MAX ? most_ns : clock_until_ns(until);

	if (left_ns != 0 && !atomic_exchange(&host->is_woken[cpu->index], false)) {
		sleep(host, left_ns < most_ns ? left_ns : most_ns);
	}
}

static uint64_t counter(void *context)
{
	(void)context;
	return clock_counter();
}

/* Make a call of the library, in which a realm that never exits does when the job's time is up, or another waits for the CPU. */
static enum reeve_status make(void *context, struct vcpu *cpu, vcpu_call *call)
{
	struct host *host = context;
	enum reeve_status status;

	host->leave_ns[cpu_number()] = alarm_in(host, neighbour_is_there(host) ? slice_ns : 0);
	status = call(cpu);
	host_look(host);
	return status;
}

const struct vcpu_ops host_vcpu_ops = {take, release, start, await, wake, kick, idle, counter, make};
