/* SPDX-License-Identifier: BSD-2-Clause */
/* vcpu_interrupts.c - whose interrupts come when: timers, the console, list registers around each entry. */
#include "vmm/vcpu_interrupts.h"

/* The console's interrupt follows its registers. The lock is held. */
void interrupts_console(struct vcpus *all)
{
	if (all->gic != NULL) {
		vgic_line(all->gic, 0, GIC_UART, pl011_line(all->console));
	}
}

/* Tell CPUs, but for number `self`, that an interrupt is there for them. */
void interrupts_tell(struct vcpus *all, unsigned self)
{
	uint64_t changed;

	if (all->gic == NULL) {
		return;
	}
	all->ops->lock(all->context);
	changed = vgic_changed_take(all->gic);
	all->ops->unlock(all->context);
	for (unsigned i = 0; i < all->count; i++) {
		if (i != self && (changed >> i & 1) != 0) {
			all->ops->kick(all->context, &all->cpu[i]);
			all->ops->wake(all->context, &all->cpu[i]);
		}
	}
}

static bool is_armed(const struct vcpu_timer *timer)
{
	return FIELD_GET(timer->ctl, CNT_CTL_ENABLE) != 0 && FIELD_GET(timer->ctl, CNT_CTL_IMASK) == 0;
}

uint64_t interrupts_timers(struct vcpu *cpu)
{
	static const unsigned numbers[VCPU_TIMER_COUNT] = {
		[VCPU_TIMER_VIRTUAL] = GIC_TIMER_VIRTUAL,
		[VCPU_TIMER_PHYSICAL] = GIC_TIMER_PHYSICAL,
	};
	struct vcpus *all = cpu->all;
	uint64_t next = UINT64_MAX;
	uint64_t now;

	if (all->ops->counter == NULL) {
		return next;
	}
	now = all->ops->counter(all->context);
	for (unsigned i = 0; i < VCPU_TIMER_COUNT; i++) {
		const struct vcpu_timer *timer = &cpu->timers[i];
		bool is_met = now >= timer->cval;

		vgic_line(all->gic, cpu->index, numbers[i], is_armed(timer) && is_met);
		if (is_armed(timer) && !is_met && timer->cval < next) {
			next = timer->cval;
		}
	}
	return next;
}

void vcpu_enter(struct vcpu *cpu, struct rmi_rec_run *run)
{
	struct vcpus *all = cpu->all;

	if (all->gic == NULL) {
		return;
	}
	all->ops->lock(all->context);
	(void)interrupts_timers(cpu);
	vgic_enter(all->gic, cpu->index, &run->enter);
	all->ops->unlock(all->context);
}

void vcpu_exit(struct vcpu *cpu, const struct rmi_rec_run *run, bool is_done)
{
	struct vcpus *all = cpu->all;

	if (all->gic == NULL) {
		return;
	}
	all->ops->lock(all->context);
	if (is_done) {
		vgic_interface(all->gic, cpu->index, run->exit.gicv3_vmcr);
		vgic_exit(all->gic, cpu->index, run->exit.gicv3_lrs, run->exit.gicv3_hcr);
		cpu->timers[VCPU_TIMER_VIRTUAL] = (struct vcpu_timer){run->exit.cntv_ctl, run->exit.cntv_cval};
		cpu->timers[VCPU_TIMER_PHYSICAL] = (struct vcpu_timer){run->exit.cntp_ctl, run->exit.cntp_cval};
	} else {
		vgic_exit(all->gic, cpu->index, run->enter.gicv3_lrs, 0);
	}
	(void)interrupts_timers(cpu);
	all->ops->unlock(all->context);
	interrupts_tell(cpu->all, cpu->index);
}

void vcpus_line(struct vcpus *all, unsigned cpu, unsigned number, bool line)
{
	if (all->gic == NULL) {
		return;
	}
	all->ops->lock(all->context);
	vgic_line(all->gic, cpu, number, line);
	all->ops->unlock(all->context);
	interrupts_tell(all, VCPUS_MAX);
}
