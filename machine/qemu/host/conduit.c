/* SPDX-License-Identifier: BSD-2-Clause */
/* conduit.c - looks at every call before and after the monitor has it. */
#include "machine/qemu/host/conduit.h"

#include <string.h>

#include "machine/qemu/bare/smc.h"
#include "machine/qemu/host/clock.h"
#include "machine/qemu/host/cpu.h"
#include "machine/qemu/host/host.h"
#include "machine/qemu/host/output.h"

enum { LEVEL_BITS = 9, US_NS = 1000 };

/* By granule: the call that delegated it last. One that never was has no number that means anything, so nothing is cleared at boot. */
static uint32_t delegations[(HOST_MEMORY_TOP - HOST_MEMORY_BASE) / REEVE_GRANULE_SIZE]
	__attribute__((section(".bss.unset")));

static uint64_t level_size(int level)
{
	return UINT64_C(1) << (REEVE_GRANULE_SHIFT + LEVEL_BITS * (RMI_LEVEL_LAST - level));
}

/* NS memory is mapped to itself. */
static const void *memory(uint64_t pa)
{
	return (const void *)(uintptr_t)pa;
}

static void monitor_smc(void *context, uint64_t x[18])
{
	const struct conduit *conduit = context;
	struct frame_call *call = conduit->under_way[cpu_number()];

	/* Behind the plan's delay, which looks at what came to this CPU. */
	if (rmi_command_of_fid(x[0]) == RMI_REC_ENTER) {
		host_enter(host_get(), (struct rmi_rec_run *)(uintptr_t)x[2]);
	}
	smc(x);
	memcpy(call->monitor, x, sizeof(call->monitor));
	call->fault = call->delay_us == 0 ? FRAME_FAULT_NONE : FRAME_FAULT_DELAYED;
}

/* Asked for when it is about to be altered. */
static void *run_page(void *context, struct reeve_pa pa)
{
	const struct conduit *conduit = context;
	struct rmi_rec_run *run = (struct rmi_rec_run *)(uintptr_t)pa.value;
	struct frame_call *call = conduit->under_way[cpu_number()];

	frame_sparse_of(&run->exit, sizeof(run->exit), &call->monitor_exit);
	call->has_monitor_exit = true;
	return run;
}

static void delay(void *context, uint64_t us)
{
	uint64_t until_ns = clock_ns() + us * US_NS;

	((const struct conduit *)context)->under_way[cpu_number()]->delay_us = us;
	while (clock_ns() < until_ns && !host_must_stop(host_get())) {
	}
}

void conduit_init(
	struct conduit *conduit, bool is_traced, bool (*pages_alloc)(void *context, size_t size, struct reeve_pa *pa))
{
	struct reeve_fault_config behind = {monitor_smc, pages_alloc, run_page, delay, conduit};

	memset(conduit, 0, sizeof(*conduit));
	conduit->is_traced = is_traced;
	reeve_fault_init(&conduit->fault, &behind);
}

/* Keep what the command reads from host memory, as it is now. */
static void before(struct frame_call *call, enum rmi_command command)
{
	call->extra = FRAME_EXTRA_NONE;
	call->sparse.count = 0;
	if (command == RMI_REALM_CREATE) {
		call->extra = FRAME_EXTRA_REALM_PARAMS;
		frame_sparse_of(memory(call->in[2]), sizeof(struct rmi_realm_params), &call->sparse);
	}
	if (command == RMI_REC_CREATE) {
		call->extra = FRAME_EXTRA_REC_PARAMS;
		frame_sparse_of(memory(call->in[3]), sizeof(struct rmi_rec_params), &call->sparse);
	}
}

/* Tell from what came back what became of it on the way. */
static void fault_note(struct frame_call *call)
{
	if (call->fault == FRAME_FAULT_REFUSED) {
		return;
	}
	if (call->out[0] != call->monitor[0]) {
		call->fault = FRAME_FAULT_MISREPORTED;
		return;
	}
	if (call->has_monitor_exit || memcmp(call->out, call->monitor, sizeof(call->out)) != 0) {
		call->fault = FRAME_FAULT_ALTERED;
	}
}

static bool was_done(const struct frame_call *call)
{
	return call->fault != FRAME_FAULT_REFUSED && call->monitor[0] == RMI_SUCCESS;
}

/* Add what only the outcome shows, of a call that the monitor carried out. */
static void after(const struct conduit *conduit, struct frame_call *call, enum rmi_command command)
{
	if (command == RMI_REC_ENTER && conduit->is_traced) {
		const struct rmi_rec_run *run = memory(call->in[2]);

		call->extra = FRAME_EXTRA_EXIT;
		frame_sparse_of(&run->exit, sizeof(run->exit), &call->sparse);
	}
	if (command == RMI_RTT_INIT_RIPAS) {
		uint64_t x[SMC_REGISTERS] = {RMI_FID(RTT_READ_ENTRY), call->in[1], call->in[2], RMI_LEVEL_LAST};

		smc(x);
		if (x[0] == RMI_SUCCESS) {
			call->extra = FRAME_EXTRA_ENTRIES;
			frame_sparse_of(&x[1], sizeof(x[1]), &call->sparse);
		}
	}
}

/* The lock is held. */
static void flush(struct conduit *conduit)
{
	if (conduit->has_open) {
		output_measured(&conduit->open);
	}
	conduit->has_open = false;
}

/* Note what is measured, as one with what it continues. The lock is held. */
static void measured(struct conduit *conduit, const struct frame_measured *more)
{
	struct frame_measured *open = &conduit->open;
	bool is_range = more->what == FRAME_MEASURE_DATA || more->what == FRAME_MEASURE_RIPAS;

	if (conduit->has_open && is_range && open->what == more->what && open->top == more->base &&
		open->size == more->size && open->flags == more->flags) {
		open->top = more->top;
		return;
	}
	flush(conduit);
	*open = *more;
	conduit->has_open = true;
}

/* The lock is held. */
static void delegation_note(const struct frame_call *call, enum rmi_command command)
{
	uint64_t offset = call->in[1] - HOST_MEMORY_BASE;

	if (command == RMI_GRANULE_DELEGATE && offset < HOST_MEMORY_TOP - HOST_MEMORY_BASE) {
		delegations[offset / REEVE_GRANULE_SIZE] = (uint32_t)call->n;
	}
}

/* The lock is held. */
static void measure(struct conduit *conduit, const struct frame_call *call, enum rmi_command command)
{
	struct frame_measured more = {.sparse = call->sparse};

	if (command == RMI_REALM_CREATE) {
		more.what = FRAME_MEASURE_REALM;
		measured(conduit, &more);
	}
	if (command == RMI_DATA_CREATE) {
		more.what = FRAME_MEASURE_DATA;
		more.base = call->in[3];
		more.top = call->in[3] + REEVE_GRANULE_SIZE;
		more.flags = call->in[5];
		measured(conduit, &more);
	}
	if (command == RMI_RTT_INIT_RIPAS && call->extra == FRAME_EXTRA_ENTRIES) {
		int64_t level = 0;

		frame_sparse_to(&call->sparse, &level, sizeof(level));
		more.what = FRAME_MEASURE_RIPAS;
		more.base = call->in[2];
		more.top = call->monitor[1];
		more.size = level_size((int)level);
		more.sparse.count = 0;
		measured(conduit, &more);
	}
	if (command == RMI_REC_CREATE) {
		const struct rmi_rec_params *params = memory(call->in[3]);

		if (FIELD_GET(params->flags, REC_FLAG_RUNNABLE) != 0) {
			more.what = FRAME_MEASURE_REC;
			measured(conduit, &more);
		}
	}
}

void conduit_smc(struct conduit *conduit, uint64_t x[18])
{
	enum rmi_command command = rmi_command_of_fid(x[0]);
	struct frame_call call;

	call.cpu = cpu_number();
	call.fault = FRAME_FAULT_REFUSED; /* until the monitor has it */
	call.delay_us = 0;
	call.has_monitor_exit = false;
	memcpy(call.in, x, sizeof(call.in));
	before(&call, command);
	conduit->under_way[call.cpu] = &call;
	call.t_ns = clock_ns();
	reeve_fault_smc(&conduit->fault, x);
	call.dur_ns = clock_ns() - call.t_ns;
	memcpy(call.out, x, sizeof(call.out));
	fault_note(&call);
	if (was_done(&call)) {
		after(conduit, &call, command);
	}
	spinlock_take(&conduit->lock);
	call.n = ++conduit->n;
	conduit->counts[command]++;
	if (was_done(&call)) {
		delegation_note(&call, command);
		measure(conduit, &call, command);
	}
	if (conduit->is_traced) {
		output_call(&call);
	}
	spinlock_give(&conduit->lock);
}

uint64_t conduit_delegation(uint64_t pa)
{
	return delegations[(pa - HOST_MEMORY_BASE) / REEVE_GRANULE_SIZE];
}

void conduit_flush(struct conduit *conduit)
{
	spinlock_take(&conduit->lock);
	flush(conduit);
	spinlock_give(&conduit->lock);
}
