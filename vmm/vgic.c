/* SPDX-License-Identifier: BSD-2-Clause */
/* vgic.c - which interrupts are pending where, and how they get into list registers and out of them. */
#include "vmm/vgic.h"

#include <string.h>

#include "reeve/field.h"
#include "vmm/vgic_fields.h"

enum { AFF0_COUNT = 16, NO_CPU = GIC_CPUS_MAX };
enum { LR_PENDING = 1, LR_ACTIVE = 2 };

/* The virtual interface has five bits of priority (RMM v1.0 lets the host count on no more). */
enum { PRIORITY_MASK = 0xf8 };

void vgic_init(struct vgic *gic, unsigned cpus, unsigned list_registers)
{
	memset(gic, 0, sizeof(*gic));
	gic->cpu_count = cpus;
	gic->list_registers = list_registers;
	for (unsigned cpu = 0; cpu < GIC_CPUS_MAX; cpu++) {
		gic->cpu[cpu].is_asleep = true;
		gic->cpu[cpu].vmcr =
			FIELD_MASK(ICH_VMCR_GROUP0) | FIELD_MASK(ICH_VMCR_GROUP1) | FIELD_MASK(ICH_VMCR_PMR);
		for (unsigned i = 0; i < GIC_SGIS; i++) {
			gic->cpu[cpu].own[i].is_edge = true;
		}
	}
}

uint64_t vgic_affinity(unsigned index)
{
	uint64_t affinity = FIELD_SET(0, MPIDR_AFF0, index % AFF0_COUNT);

	return FIELD_SET(affinity, MPIDR_AFF1, index / AFF0_COUNT);
}

struct vgic_interrupt *vgic_interrupt(struct vgic *gic, unsigned cpu, unsigned number)
{
	if (number < GIC_PRIVATE) {
		return cpu < gic->cpu_count ? &gic->cpu[cpu].own[number] : NULL;
	}
	return number < GIC_INTERRUPTS ? &gic->spi[number - GIC_PRIVATE] : NULL;
}

const struct vgic_interrupt *vgic_interrupt_seen(const struct vgic *gic, unsigned cpu, unsigned number)
{
	return number < GIC_PRIVATE ? &gic->cpu[cpu].own[number] : &gic->spi[number - GIC_PRIVATE];
}

bool vgic_interrupt_is_pending(const struct vgic_interrupt *interrupt)
{
	return interrupt->latch || (!interrupt->is_edge && interrupt->line);
}

/* The CPU of an affinity, or NO_CPU. */
static unsigned cpu_of(const struct vgic *gic, uint64_t aff3, uint64_t aff2, uint64_t aff1, uint64_t aff0)
{
	uint64_t index = aff1 * AFF0_COUNT + aff0;

	return aff3 == 0 && aff2 == 0 && aff0 < AFF0_COUNT && index < gic->cpu_count ? (unsigned)index : NO_CPU;
}

/* The CPU an SPI goes to: who has it, has it; then where it is routed, the first CPU for "any". */
static unsigned target_of(const struct vgic *gic, const struct vgic_interrupt *spi)
{
	uint64_t route = spi->route;

	if (spi->is_active || spi->is_listed) {
		return spi->owner;
	}
	if (FIELD_GET(route, GICD_IROUTER_ANY) != 0) {
		return 0;
	}
	return cpu_of(gic, FIELD_GET(route, MPIDR_AFF3), FIELD_GET(route, MPIDR_AFF2), FIELD_GET(route, MPIDR_AFF1),
		FIELD_GET(route, MPIDR_AFF0));
}

unsigned vgic_target(const struct vgic *gic, unsigned cpu, unsigned number)
{
	return number < GIC_PRIVATE ? cpu : target_of(gic, &gic->spi[number - GIC_PRIVATE]);
}

void vgic_changed(struct vgic *gic, unsigned cpu, unsigned number)
{
	unsigned target = vgic_target(gic, cpu, number);

	if (target != NO_CPU) {
		gic->changed |= UINT64_C(1) << target;
	}
}

uint64_t vgic_changed_take(struct vgic *gic)
{
	uint64_t changed = gic->changed;

	gic->changed = 0;
	return changed;
}

void vgic_line(struct vgic *gic, unsigned cpu, unsigned number, bool line)
{
	struct vgic_interrupt *interrupt = vgic_interrupt(gic, cpu, number);

	if (interrupt == NULL || number < GIC_SGIS || interrupt->line == line) {
		return;
	}
	interrupt->line = line;
	interrupt->latch |= interrupt->is_edge && line;
	vgic_changed(gic, cpu, number);
}

void vgic_sgi(struct vgic *gic, unsigned cpu, uint64_t value, bool is_group1)
{
	unsigned number = (unsigned)FIELD_GET(value, ICC_SGIR_INTID);
	uint64_t first = FIELD_GET(value, ICC_SGIR_RS) * AFF0_COUNT;
	bool is_all = FIELD_GET(value, ICC_SGIR_IRM) != 0;

	for (unsigned target = 0; target < gic->cpu_count; target++) {
		struct vgic_interrupt *sgi = &gic->cpu[target].own[number];
		uint64_t affinity = vgic_affinity(target);
		uint64_t bit = FIELD_GET(affinity, MPIDR_AFF0) - first;
		bool is_named = FIELD_GET(value, ICC_SGIR_AFF3) == 0 && FIELD_GET(value, ICC_SGIR_AFF2) == 0 &&
			FIELD_GET(value, ICC_SGIR_AFF1) == FIELD_GET(affinity, MPIDR_AFF1) && bit < AFF0_COUNT &&
			(FIELD_GET(value, ICC_SGIR_TARGETS) >> bit & 1) != 0;

		/* With one security state ICC_SGI0R sends to group 0 only, ICC_SGI1R to either (IHI 0069, with GICD_CTLR.DS 1). */
		if ((is_all ? target != cpu : is_named) && (is_group1 || !sgi->is_group1)) {
			sgi->latch = true;
			vgic_changed(gic, target, number);
		}
	}
}

void vgic_active_set(struct vgic_interrupt *interrupt, bool is_active)
{
	/* What is inactive as far as is known may have been acknowledged since; what is active is so. */
	interrupt->is_active_written |= interrupt->is_listed && !(is_active && interrupt->is_active);
	interrupt->is_active = is_active;
}

void vgic_deactivate(struct vgic *gic, unsigned cpu, uint64_t value)
{
	unsigned number = (unsigned)FIELD_GET(value, ICC_DIR_INTID);
	struct vgic_interrupt *interrupt = vgic_interrupt(gic, cpu, number);

	if (interrupt == NULL || !(interrupt->is_active || interrupt->is_listed)) {
		return;
	}
	/* Whoever has it is told, and whoever it goes to then. */
	vgic_changed(gic, cpu, number);
	vgic_active_set(interrupt, false);
	vgic_changed(gic, cpu, number);
}

/* ---- to the list registers ---- */

static bool is_deliverable(const struct vgic *gic, const struct vgic_interrupt *interrupt)
{
	return interrupt->is_enabled && gic->has_group[interrupt->is_group1] && vgic_interrupt_is_pending(interrupt);
}

/* Whether the interrupt is this CPU's to have. */
static bool is_of(const struct vgic *gic, unsigned cpu, unsigned number)
{
	return vgic_target(gic, cpu, number) == cpu;
}

void vgic_interface(struct vgic *gic, unsigned cpu, uint64_t vmcr)
{
	gic->cpu[cpu].vmcr = vmcr;
}

/* Whether the CPU's interface lets it through. While the redistributor sleeps there is none to ask: it wants its CPU back (IHI 0069, GICR_WAKER). */
static bool is_signalled(const struct vgic_cpu *own, const struct vgic_interrupt *interrupt)
{
	bool has_group = interrupt->is_group1 ? FIELD_GET(own->vmcr, ICH_VMCR_GROUP1) != 0
					      : FIELD_GET(own->vmcr, ICH_VMCR_GROUP0) != 0;

	return own->is_asleep ||
		(has_group && (interrupt->priority & PRIORITY_MASK) < FIELD_GET(own->vmcr, ICH_VMCR_PMR));
}

bool vgic_is_pending(const struct vgic *gic, unsigned cpu)
{
	for (unsigned number = 0; number < GIC_INTERRUPTS; number++) {
		const struct vgic_interrupt *interrupt = vgic_interrupt_seen(gic, cpu, number);

		if (is_deliverable(gic, interrupt) && is_signalled(&gic->cpu[cpu], interrupt) &&
			!interrupt->is_active && is_of(gic, cpu, number)) {
			return true;
		}
	}
	return false;
}

/* Whether the CPU drops priorities and deactivates apart: then the end of an active interrupt is trapped, and it needs no list register. */
static bool is_apart(const struct vgic *gic, unsigned cpu)
{
	return FIELD_GET(gic->cpu[cpu].vmcr, ICH_VMCR_EOIM) != 0;
}

/* Active ones first, or last when they need no list register; then by priority, then by number. Less is more urgent. */
static unsigned urgency(const struct vgic *gic, unsigned cpu, unsigned number)
{
	const struct vgic_interrupt *interrupt = vgic_interrupt_seen(gic, cpu, number);
	bool is_first = interrupt->is_active != is_apart(gic, cpu);

	return (is_first ? 0U : PRIORITY_MASK + 1U) + (interrupt->priority & PRIORITY_MASK);
}

/* The most urgent of what the CPU has, at most as many as there is room for. */
struct choice {
	unsigned count;
	uint16_t number[RMI_GIC_LR_COUNT];
	bool has_more; /* than there is room for, of those that need it */
};

static void choose(const struct vgic *gic, unsigned cpu, unsigned number, struct choice *choice)
{
	unsigned mine = urgency(gic, cpu, number);
	unsigned at = choice->count;

	while (at > 0 && urgency(gic, cpu, choice->number[at - 1]) > mine) {
		at--;
	}
	if (choice->count == gic->list_registers) {
		unsigned left_out = at == choice->count ? number : choice->number[choice->count - 1];

		choice->has_more |= !is_apart(gic, cpu) || !vgic_interrupt_seen(gic, cpu, left_out)->is_active;
		if (at == choice->count) {
			return;
		}
		choice->count--;
	}
	for (unsigned i = choice->count; i > at; i--) {
		choice->number[i] = choice->number[i - 1];
	}
	choice->number[at] = (uint16_t)number;
	choice->count++;
}

/* Take the interrupt into a list register. */
static uint64_t list(
	const struct vgic *gic, unsigned cpu, unsigned number, struct vgic_interrupt *interrupt, bool is_end_told)
{
	/* An active level waits for its end, which is reported: it may not be pending beside that (G3). */
	bool is_pending =
		is_deliverable(gic, interrupt) && !(interrupt->is_active && !interrupt->is_edge && !interrupt->latch);
	uint64_t state = (is_pending ? LR_PENDING : 0U) | (interrupt->is_active ? LR_ACTIVE : 0U);
	uint64_t lr = FIELD_SET(0, ICH_LR_VINTID, number);

	interrupt->is_listed = true;
	interrupt->owner = (uint8_t)cpu;
	interrupt->listed_latch = is_pending && interrupt->latch;
	if (is_pending) {
		interrupt->latch = false;
	}
	lr = FIELD_SET(lr, ICH_LR_PRIORITY, interrupt->priority & PRIORITY_MASK);
	lr = FIELD_SET(lr, ICH_LR_GROUP, interrupt->is_group1);
	lr = FIELD_SET(lr, ICH_LR_EOI, !interrupt->is_edge || is_end_told);
	return FIELD_SET(lr, ICH_LR_STATE, state);
}

/* What takes the CPU out when it can have more. Underflow is one list register in use, or none (IHI 0069, ICH_MISR_EL2.U): who has but one asks
 * for its end instead. */
static uint64_t more_wanted(const struct vgic *gic, unsigned cpu, const struct choice *choice)
{
	if (!choice->has_more) {
		return 0;
	}
	if (is_apart(gic, cpu)) {
		return FIELD_MASK(ICH_HCR_NPIE);
	}
	return gic->list_registers == 1 ? 0 : FIELD_MASK(ICH_HCR_UIE);
}

void vgic_enter(struct vgic *gic, unsigned cpu, struct rmi_rec_enter *enter)
{
	struct vgic_cpu *own = &gic->cpu[cpu];
	struct choice choice = {.count = 0};
	bool is_one;

	for (unsigned number = 0; number < GIC_INTERRUPTS; number++) {
		const struct vgic_interrupt *interrupt = vgic_interrupt_seen(gic, cpu, number);

		if ((interrupt->is_active || is_deliverable(gic, interrupt)) && is_of(gic, cpu, number)) {
			choose(gic, cpu, number, &choice);
		}
	}
	is_one = choice.has_more && gic->list_registers == 1;
	for (unsigned i = 0; i < RMI_GIC_LR_COUNT; i++) {
		enter->gicv3_lrs[i] = i < choice.count
			? list(gic, cpu, choice.number[i], vgic_interrupt(gic, cpu, choice.number[i]), is_one)
			: 0;
		own->listed[i] = i < choice.count ? choice.number[i] : 0;
	}
	own->listed_count = choice.count;
	enter->gicv3_hcr = FIELD_MASK(ICH_HCR_TDIR) | more_wanted(gic, cpu, &choice);
	/* What another CPU changed up to now is seen. */
	gic->changed &= ~(UINT64_C(1) << cpu);
}

/* ---- and back ---- */

/* The CPU has it no longer. Where it goes from here, and is pending, somebody may sleep or be in the realm. */
static void let_go(struct vgic *gic, unsigned cpu, unsigned number)
{
	if (!is_of(gic, cpu, number) && is_deliverable(gic, vgic_interrupt_seen(gic, cpu, number))) {
		vgic_changed(gic, cpu, number);
	}
}

/* The most urgent interrupt that is active on the CPU and in no list register, or GIC_INTERRUPTS. */
static unsigned unlisted(const struct vgic *gic, unsigned cpu)
{
	unsigned best = GIC_INTERRUPTS;

	for (unsigned number = 0; number < GIC_INTERRUPTS; number++) {
		const struct vgic_interrupt *interrupt = vgic_interrupt_seen(gic, cpu, number);
		bool is_it = interrupt->is_active && !interrupt->is_listed && is_of(gic, cpu, number);

		if (is_it &&
			(best == GIC_INTERRUPTS ||
				interrupt->priority < vgic_interrupt_seen(gic, cpu, best)->priority)) {
			best = number;
		}
	}
	return best;
}

/* Ends of interrupts that were active and had no list register: the most urgent first, as a CPU ends them. */
static void ended_unlisted(struct vgic *gic, unsigned cpu, uint64_t count)
{
	unsigned number = unlisted(gic, cpu);

	for (uint64_t i = 0; i < count && number != GIC_INTERRUPTS; i++) {
		vgic_interrupt(gic, cpu, number)->is_active = false;
		let_go(gic, cpu, number);
		number = unlisted(gic, cpu);
	}
}

void vgic_exit(struct vgic *gic, unsigned cpu, const uint64_t lrs[static RMI_GIC_LR_COUNT], uint64_t hcr)
{
	struct vgic_cpu *own = &gic->cpu[cpu];

	/* A CPU that deactivates apart does so by number; QEMU's counts its dropped priorities nonetheless. */
	if (!is_apart(gic, cpu)) {
		ended_unlisted(gic, cpu, FIELD_GET(hcr, ICH_HCR_EOICOUNT));
	}
	for (unsigned i = 0; i < own->listed_count; i++) {
		struct vgic_interrupt *interrupt = vgic_interrupt(gic, cpu, own->listed[i]);
		uint64_t state = FIELD_GET(lrs[i], ICH_LR_STATE);

		/* One that holds another interrupt says nothing of this one: it is as if it had not been looked at. */
		if (state != 0 && FIELD_GET(lrs[i], ICH_LR_VINTID) != own->listed[i]) {
			state = (interrupt->is_active ? LR_ACTIVE : 0U) | LR_PENDING;
		}
		interrupt->is_listed = false;
		if (!interrupt->is_active_written) {
			interrupt->is_active = (state & LR_ACTIVE) != 0;
		}
		interrupt->is_active_written = false;
		interrupt->latch |= (state & LR_PENDING) != 0 && interrupt->listed_latch;
		interrupt->listed_latch = false;
		let_go(gic, cpu, own->listed[i]);
	}
	own->listed_count = 0;
}
