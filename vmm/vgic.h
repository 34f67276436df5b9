/* SPDX-License-Identifier: BSD-2-Clause */
/* vgic.h - the interrupt controller a Realm finds: a GICv3 distributor and redistributors in software, over the list registers of the run page.
 *
 *   line, SGI, register write --> pending --vgic_enter--> list register --(realm: acknowledge, end)--> vgic_exit --> inactive, or pending again
 *
 * G1: an interrupt stands in at most one list register of one CPU, and only between vgic_enter and vgic_exit of that CPU.
 * G2: none is lost when list registers run out: what has no room stays pending here, and the CPU comes out when it has room (ICH_HCR_EL2.UIE, or
 *     the EOI bit of the only list register), or nothing pending any more (NPIE, where EOImode keeps active ones in the list registers).
 * G3: a level interrupt whose end is reported is looked at anew: it is pending again as long as its line is up.
 * G4: whatever a realm writes, at any offset and of any size, changes nothing but that realm's interrupts; what is not there reads as zero.
 * G5: deactivation by number (ICC_DIR_EL1) is trapped: a CPU may deactivate what has no list register of its own, in any order.
 * One security state (GICD_CTLR.DS), affinity routing only, no LPIs. SGIs are 0..15, PPIs 16..31, SPIs from 32 on.
 * Not thread-safe: whoever has several CPUs holds a lock. Source: Arm IHI 0069 (GICv3), RMM v1.0 section A6.
 * Deliberately elsewhere: acknowledging (the hardware's virtual interface), whose line is up when (vcpu.h). */
#ifndef VMM_VGIC_H
#define VMM_VGIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/rmi.h"

enum {
	GIC_CPUS_MAX = 64,
	GIC_PRIVATE = 32, /* SGIs and PPIs, each CPU's own */
	GIC_SGIS = 16,
	GIC_SPIS = 64,
	GIC_INTERRUPTS = GIC_PRIVATE + GIC_SPIS,
	GICD_SIZE = 0x10000,
	GICR_SIZE = 0x20000, /* of each CPU */
};

/* Interrupts by number. */
enum {
	GIC_TIMER_VIRTUAL = 27,
	GIC_TIMER_PHYSICAL = 30,
	GIC_UART = 33,
};

struct vgic_interrupt {
	uint8_t priority;
	bool is_enabled;
	bool is_group1;
	bool is_edge;
	bool line;              /* a level's signal */
	bool latch;             /* an edge that came, or ISPENDR */
	bool is_active;         /* acknowledged and not ended */
	bool is_listed;         /* G1 */
	bool listed_latch;      /* it went into the list register for its latch */
	bool is_active_written; /* while it was listed: its list register says nothing of that */
	uint8_t owner;          /* the CPU that it is listed or active on */
	uint64_t route;         /* SPI: GICD_IROUTER */
};

struct vgic_cpu {
	struct vgic_interrupt own[GIC_PRIVATE];
	bool is_asleep; /* GICR_WAKER.ProcessorSleep */
	uint64_t vmcr;  /* ICH_VMCR_EL2, its interface: mask, groups, EOImode */
	unsigned listed_count;
	uint16_t listed[RMI_GIC_LR_COUNT]; /* number of the interrupt in each list register */
};

struct vgic {
	unsigned cpu_count;
	unsigned list_registers;
	bool has_group[2]; /* enabled in GICD_CTLR */
	uint64_t changed;  /* CPUs, a bit each, that something changed for; see vgic_changed_take */
	struct vgic_interrupt spi[GIC_SPIS];
	struct vgic_cpu cpu[GIC_CPUS_MAX];
};

/* As after a reset: `cpus` at most GIC_CPUS_MAX; `list_registers` 1 to RMI_GIC_LR_COUNT. */
void vgic_init(struct vgic *gic, unsigned cpus, unsigned list_registers);

/* A register of the distributor, offset below GICD_SIZE, or of the redistributors in a row, below GICR_SIZE each. `size` in bytes.
 * Whether an interrupt that is in the realm is pending or active reads as it went in, and its CPU is among the changed. */
uint64_t gicd_read(struct vgic *gic, uint64_t offset, unsigned size);
void gicd_write(struct vgic *gic, uint64_t offset, unsigned size, uint64_t value);
uint64_t gicr_read(struct vgic *gic, uint64_t offset, unsigned size);
void gicr_write(struct vgic *gic, uint64_t offset, unsigned size, uint64_t value);

/* Set the line of a PPI of `cpu`, or of an SPI. An edge interrupt becomes pending when it rises. SGIs, and numbers
 * and CPUs that are none, are ignored. */
void vgic_line(struct vgic *gic, unsigned cpu, unsigned number, bool line);

/* CPU `cpu` wrote `value` to ICC_SGI1R_EL1 (or ICC_SGI0R_EL1: not `is_group1`). */
void vgic_sgi(struct vgic *gic, unsigned cpu, uint64_t value, bool is_group1);

/* CPU `cpu` wrote `value` to ICC_DIR_EL1: that interrupt is active no longer, wherever it was. */
void vgic_deactivate(struct vgic *gic, unsigned cpu, uint64_t value);

/* Whether an interrupt is pending that would end a WFI of `cpu`. */
bool vgic_is_pending(const struct vgic *gic, unsigned cpu);

/* The CPU is about to enter: fill gicv3_lrs, most urgent first, and gicv3_hcr of its run page; nothing else of it changes. Once before each
 * vgic_exit. */
void vgic_enter(struct vgic *gic, unsigned cpu, struct rmi_rec_enter *enter);

/* The CPU came out: `lrs` and `hcr` are as the exit has them. Words that are not what vgic_enter gave are not believed. */
void vgic_exit(struct vgic *gic, unsigned cpu, const uint64_t lrs[static RMI_GIC_LR_COUNT], uint64_t hcr);

/* How the CPU's interface was set as it came out: ICH_VMCR_EL2, told before vgic_exit. Until that is known it lets everything through. */
void vgic_interface(struct vgic *gic, unsigned cpu, uint64_t vmcr);

/* The CPUs for which something changed since the last call, other than by themselves: they are to be woken, or taken out of the realm, so that
 * vgic_enter sees it. */
uint64_t vgic_changed_take(struct vgic *gic);

/* For vgic_mmio.c: the interrupt of that number as `cpu` sees it, or NULL, and one that there is; that it changed. */
struct vgic_interrupt *vgic_interrupt(struct vgic *gic, unsigned cpu, unsigned number);
const struct vgic_interrupt *vgic_interrupt_seen(const struct vgic *gic, unsigned cpu, unsigned number);
void vgic_changed(struct vgic *gic, unsigned cpu, unsigned number);
/* The CPU that the interrupt is for now; GIC_CPUS_MAX: none. */
unsigned vgic_target(const struct vgic *gic, unsigned cpu, unsigned number);
void vgic_active_set(struct vgic_interrupt *interrupt, bool is_active);
bool vgic_interrupt_is_pending(const struct vgic_interrupt *interrupt);

/* Affinity of CPU `index` as in MPIDR_EL1 bits 31:0, without Aff3, which is 0. */
uint64_t vgic_affinity(unsigned index);

#endif
