/* SPDX-License-Identifier: BSD-2-Clause */
/* vcpu.c - runs RECs and answers what they exit for. */
#include "vmm/vcpu.h"

#include <string.h>

#include "vmm/vcpu_interrupts.h"

/* A system register by the numbers of its encoding. */
#define SYSREG(op0, op1, crn, crm, op2) \
	((uint64_t)(op0) << 16 | (uint64_t)(op1) << 12 | (uint64_t)(crn) << 8 | (uint64_t)(crm) << 4 | (uint64_t)(op2))

static uint64_t console_read(void *context, uint64_t offset, unsigned size)
{
	struct vcpus *all = context;
	uint64_t value = pl011_read(all->console, offset);

	(void)size;
	interrupts_console(all);
	return value;
}

static void console_write(void *context, uint64_t offset, unsigned size, uint64_t value)
{
	struct vcpus *all = context;

	(void)size;
	pl011_write(all->console, offset, value);
	interrupts_console(all);
}

static uint64_t distributor_read(void *context, uint64_t offset, unsigned size)
{
	return gicd_read(context, offset, size);
}

static void distributor_write(void *context, uint64_t offset, unsigned size, uint64_t value)
{
	gicd_write(context, offset, size, value);
}

static uint64_t redistributor_read(void *context, uint64_t offset, unsigned size)
{
	return gicr_read(context, offset, size);
}

static void redistributor_write(void *context, uint64_t offset, unsigned size, uint64_t value)
{
	gicr_write(context, offset, size, value);
}

bool vcpus_device_add(struct vcpus *all, const struct vcpu_device *device)
{
	if (all->device_count == VCPU_DEVICES_MAX) {
		return false;
	}
	all->devices[all->device_count++] = *device;
	return true;
}

bool vcpus_gic(struct vcpus *all, struct vgic *gic, uint64_t gicd, uint64_t gicr)
{
	const struct vcpu_device distributor = {gicd, GICD_SIZE, distributor_read, distributor_write, gic};
	const struct vcpu_device redistributors = {
		gicr, (uint64_t)GICR_SIZE * all->count, redistributor_read, redistributor_write, gic};

	all->gic = gic;
	return vcpus_device_add(all, &distributor) && vcpus_device_add(all, &redistributors);
}

void vcpus_init(struct vcpus *all, const struct vcpu_ops *ops, void *context, struct pl011 *console,
	uint64_t console_ipa, uint64_t half, unsigned count)
{
	memset(all, 0, sizeof(*all));
	all->ops = ops;
	all->context = context;
	all->console = console;
	all->devices[0] = (struct vcpu_device){console_ipa, PL011_SIZE, console_read, console_write, all};
	all->device_count = 1;
	console_begin(all);
	all->half = half;
	all->count = count;
	for (unsigned i = 0; i < VCPUS_MAX; i++) {
		all->cpu[i].all = all;
		all->cpu[i].index = i;
	}
}

void vcpus_stop(struct vcpus *all, enum end end)
{
	int none = END_NONE;

	if (!atomic_compare_exchange_strong(&all->end, &none, (int)end)) {
		return;
	}
	for (unsigned i = 0; i < all->count; i++) {
		all->ops->kick(all->context, &all->cpu[i]);
		all->ops->wake(all->context, &all->cpu[i]);
	}
}

enum end vcpus_end(struct vcpus *all)
{
	return (enum end)atomic_load(&all->end);
}

static bool is_over(struct vcpus *all)
{
	return vcpus_end(all) != END_NONE;
}

/* End the run because of `error`, if nothing else ended it. */
static void fail(struct vcpus *all, enum end end, const struct text *error)
{
	all->ops->lock(all->context);
	if (!is_over(all)) {
		all->error = *error;
	}
	all->ops->unlock(all->context);
	vcpus_stop(all, end);
}

static enum reeve_status make(struct vcpu *cpu, vcpu_call *call)
{
	const struct vcpus *all = cpu->all;

	return all->ops->make == NULL ? call(cpu) : all->ops->make(all->context, cpu, call);
}

/* "cpu 1" and the words. */
static struct text text_of(const struct vcpu *cpu, const char *words)
{
	struct text text = {.length = 0};

	text_put(&text, "cpu ");
	text_decimal(&text, cpu->index);
	text_put(&text, words);
	return text;
}

/* A handler answers the exit in place. False: the CPU is off. */
typedef bool exit_handler(struct vcpu *cpu);

static bool on_nothing(struct vcpu *cpu)
{
	(void)cpu;
	return true;
}

/* ---- exits ---- */

static const struct vcpu_device *device_at(const struct vcpus *all, uint64_t ipa)
{
	for (unsigned i = 0; i < all->device_count; i++) {
		if (ipa >= all->devices[i].ipa && ipa - all->devices[i].ipa < all->devices[i].size) {
			return &all->devices[i];
		}
	}
	return NULL;
}

static bool on_mmio(struct vcpu *cpu)
{
	struct vcpus *all = cpu->all;
	uint64_t ipa = cpu->exit.mmio.ipa.value;
	const struct vcpu_device *device = device_at(all, ipa);

	if (device == NULL) {
		cpu->exit.mmio.refuse = true;
		return true;
	}
	all->ops->lock(all->context);
	if (cpu->exit.reason == REEVE_EXIT_MMIO_WRITE) {
		device->write(device->context, ipa - device->ipa, cpu->exit.mmio.size, cpu->exit.mmio.value);
	} else {
		cpu->exit.mmio.value = device->read(device->context, ipa - device->ipa, cpu->exit.mmio.size);
	}
	all->ops->unlock(all->context);
	interrupts_tell(cpu->all, cpu->index);
	return true;
}

static bool on_host_call(struct vcpu *cpu)
{
	struct vcpus *all = cpu->all;

	all->ops->lock(all->context);
	mailbox_call(&all->mailbox, cpu->exit.host_call.imm, cpu->exit.host_call.gprs);
	all->ops->unlock(all->context);
	return true;
}

/* Devices work under the lock, so whoever had it has let go of what it reached. */
static void devices_settle(void *context)
{
	const struct vcpus *all = context;

	all->ops->lock(all->context);
	all->ops->unlock(all->context);
}

/* What the realm makes EMPTY it may want to share: its alias gets memory before the change, and loses it before the change back. */
static bool on_ripas_change(struct vcpu *cpu)
{
	struct shares *shares = cpu->all->shares;

	if (shares == NULL || cpu->exit.ripas.refuse) {
		return true;
	}
	if (cpu->exit.ripas.ripas == RIPAS_EMPTY) {
		cpu->exit.ripas.refuse = !shares_open(shares, cpu->exit.ripas.range);
	} else {
		shares_close(shares, cpu->exit.ripas.range, devices_settle, cpu->all);
	}
	return true;
}

static bool on_cpu_off(struct vcpu *cpu)
{
	(void)cpu;
	return false;
}

/* Waits unless an interrupt is pending already. One that comes after this look wakes the CPU. */
static bool on_idle(struct vcpu *cpu)
{
	struct vcpus *all = cpu->all;
	uint64_t until = UINT64_MAX;
	bool is_pending = false;

	if (all->gic != NULL) {
		all->ops->lock(all->context);
		until = interrupts_timers(cpu);
		is_pending = vgic_is_pending(all->gic, cpu->index);
		all->ops->unlock(all->context);
	}
	if (!is_pending) {
		all->ops->idle(all->context, cpu, until);
	}
	return true;
}

/* A write to a GIC register that the hardware does not emulate: SGIs, and deactivation by number. */
static bool on_sysreg(struct vcpu *cpu)
{
	static const uint64_t sgi1r = SYSREG(3, 0, 12, 11, 5);
	static const uint64_t sgi0r = SYSREG(3, 0, 12, 11, 7);
	static const uint64_t dir = SYSREG(3, 0, 12, 11, 1);
	struct vcpus *all = cpu->all;
	uint64_t esr = cpu->exit.fault.esr;
	uint64_t name = SYSREG(FIELD_GET(esr, ESR_SYSREG_OP0), FIELD_GET(esr, ESR_SYSREG_OP1),
		FIELD_GET(esr, ESR_SYSREG_CRN), FIELD_GET(esr, ESR_SYSREG_CRM), FIELD_GET(esr, ESR_SYSREG_OP2));

	if (all->gic == NULL || FIELD_GET(esr, ESR_SYSREG_READ) != 0) {
		return true;
	}
	all->ops->lock(all->context);
	if (name == sgi1r || name == sgi0r) {
		vgic_sgi(all->gic, cpu->index, cpu->exit.fault.value, name == sgi1r);
	}
	if (name == dir) {
		vgic_deactivate(all->gic, cpu->index, cpu->exit.fault.value);
	}
	all->ops->unlock(all->context);
	interrupts_tell(all, cpu->index);
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
	struct text why = text_of(cpu, " took an SError: ESR ");

	text_hex(&why, cpu->exit.fault.esr);
	fail(cpu->all, END_SERROR, &why);
	return false;
}

/* Goes on where the realm takes an external abort: it did (no address, recoverable), or will at the next entry (unprotected half). Elsewhere
 * the same access would fault for ever. */
static bool on_fault(struct vcpu *cpu)
{
	uint64_t esr = cpu->exit.fault.esr;
	uint64_t ipa = cpu->exit.fault.ipa.value;
	struct text why = text_of(cpu, "");

	if (cpu->exit.fault.has_ipa ? ipa >= cpu->all->half : FIELD_GET(esr, ESR_ABORT_SET) == 0) {
		return true;
	}
	if (cpu->exit.fault.has_ipa) {
		text_put(&why, ": access to IPA ");
		text_hex(&why, ipa);
		text_put(&why, ", which is no RAM: ESR ");
	} else {
		text_put(&why, ": external abort without an address: ESR ");
	}
	text_hex(&why, esr);
	fail(cpu->all, END_FAULT, &why);
	return false;
}

static void switch_on(struct vcpu *cpu);

static void on_error(struct vcpu *cpu)
{
	struct reeve_error error = reeve_rec_error(&cpu->rec);
	struct text why = text_of(cpu, ": ");

	text_error(&why, &error);
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
	[REEVE_EXIT_RIPAS_CHANGE] = on_ripas_change,
	[REEVE_EXIT_CPU_ON] = on_cpu_on,
	[REEVE_EXIT_CPU_OFF] = on_cpu_off,
	[REEVE_EXIT_CPU_SUSPEND] = on_idle,
	[REEVE_EXIT_SYSTEM_OFF] = on_system_off,
	[REEVE_EXIT_SYSTEM_RESET] = on_system_reset,
	[REEVE_EXIT_IDLE] = on_idle,
	[REEVE_EXIT_SYSREG] = on_sysreg,
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
static void turn_await(struct vcpu *cpu, struct vcpu *other)
{
	const struct vcpus *all = cpu->all;
	unsigned turns = atomic_load(&other->turns);

	if (atomic_load(&other->is_in_turn)) {
		all->ops->kick(all->context, other);
	}
	while (atomic_load(&other->is_in_turn) && atomic_load(&other->turns) == turns && !is_over(other->all)) {
		all->ops->idle(all->context, cpu, UINT64_MAX);
	}
}

/* Whether another CPU ended the run: one that switched the realm off did so in the turn it is in, and is about to say it. */
static bool is_ended_by_another(struct vcpu *cpu)
{
	atomic_store(&cpu->is_in_turn, false);
	for (unsigned i = 0; i < cpu->all->count; i++) {
		if (i != cpu->index) {
			turn_await(cpu, &cpu->all->cpu[i]);
		}
	}
	return is_over(cpu->all);
}

/* A CPU of the realm that waits for an interrupt comes back here, so that whoever brings one is not kept from it. */
static void wait_trap(struct vcpu *cpu)
{
	struct rmi_rec_run *run = reeve_rec_run_page(&cpu->rec);

	if (run != NULL) {
		run->enter.flags |= FIELD_MASK(ENTER_FLAG_TRAP_WFI);
	}
}

static enum reeve_status rec_run(struct vcpu *cpu)
{
	wait_trap(cpu);
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
	cpu->exits[cpu->exit.reason]++;
	return handlers[cpu->exit.reason](cpu);
}

/* The CPU was switched on. */
static void begin(struct vcpu *cpu)
{
	cpu->seen++;
	cpu->is_begun = true;
	if (!cpu->is_on) {
		memset(&cpu->exit, 0, sizeof(cpu->exit));
		/* As its REC's are after a reset. */
		memset(cpu->timers, 0, sizeof(cpu->timers));
		cpu->is_on = true;
	}
}

/* It is off, or the run is over. */
static void leave(struct vcpu *cpu)
{
	cpu->is_begun = false;
	if (atomic_fetch_sub(&cpu->all->running, 1) == 1) {
		vcpus_stop(cpu->all, END_CPUS_OFF);
	}
}

bool vcpu_turn(struct vcpu *cpu)
{
	bool is_last = is_over(cpu->all);

	if (!cpu->is_begun && (is_last || cpu->seen == atomic_load(&cpu->starts))) {
		return false;
	}
	if (!cpu->is_begun) {
		begin(cpu);
	}
	if (!is_last) {
		atomic_store(&cpu->is_in_turn, true);
		cpu->is_on = turn(cpu);
		atomic_fetch_add(&cpu->turns, 1);
		atomic_store(&cpu->is_in_turn, false);
	}
	if (is_last || !cpu->is_on) {
		leave(cpu);
	}
	return true;
}

void vcpu_loop(struct vcpu *cpu)
{
	struct vcpus *all = cpu->all;

	while (!is_over(all)) {
		if (!vcpu_turn(cpu)) {
			all->ops->wait(all->context, cpu);
		}
	}
	(void)vcpu_turn(cpu);
}

/* See to it that the CPU looks at `starts`. */
static void start(struct vcpu *cpu)
{
	struct text why = text_of(cpu, ": ");

	if (!cpu->all->ops->start(cpu->all->context, cpu, &why)) {
		fail(cpu->all, END_ERROR, &why);
	}
}

/* The REC is runnable now. */
static void switch_on(struct vcpu *cpu)
{
	atomic_fetch_add(&cpu->all->running, 1);
	atomic_fetch_add(&cpu->starts, 1);
	start(cpu);
}

void vcpus_begin(struct vcpus *all)
{
	switch_on(&all->cpu[0]);
}

bool vcpus_again(struct vcpus *all)
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
		return false;
	}
	/* One that was switched on as the run ended has a start that it has not begun. */
	for (unsigned i = 0; i < all->count; i++) {
		if (atomic_load(&all->cpu[i].starts) != all->cpu[i].seen) {
			start(&all->cpu[i]);
		}
	}
	return true;
}
