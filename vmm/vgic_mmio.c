/* SPDX-License-Identifier: BSD-2-Clause */
/* vgic_mmio.c - the registers of distributor and redistributors: 32-bit words, priorities also by byte, IROUTER and TYPER also as 64 bits. */
#include "reeve/field.h"
#include "vmm/vgic.h"
#include "vmm/vgic_fields.h"

/* Offsets that distributor and the redistributors' second frame have in common. */
enum {
	GIC_IGROUPR = 0x080,
	GIC_ISENABLER = 0x100,
	GIC_ICENABLER = 0x180,
	GIC_ISPENDR = 0x200,
	GIC_ICPENDR = 0x280,
	GIC_ISACTIVER = 0x300,
	GIC_ICACTIVER = 0x380,
	GIC_BITS_SIZE = 0x80, /* of each of these */
	GIC_IPRIORITYR = 0x400,
	GIC_IPRIORITYR_END = 0x800,
	GIC_ICFGR = 0xc00,
	GIC_ICFGR_END = 0xd00,
	GIC_PIDR2 = 0xffe8,
};

enum {
	GICD_CTLR = 0x0000,
	GICD_TYPER = 0x0004,
	GICD_IIDR = 0x0008,
	GICD_IROUTER = 0x6000,
	GICD_IROUTER_END = 0x8000,
	GICR_IIDR = 0x0004,
	GICR_TYPER = 0x0008,
	GICR_WAKER = 0x0014,
	GICR_SGI_FRAME = 0x10000,
};

enum {
	WORD = 4,
	WORD_BITS = 32,
	BYTE_BITS = 8,
	CFG_BITS = 2, /* of an interrupt in ICFGR; the upper one says edge */
	CFG_PER_WORD = WORD_BITS / CFG_BITS,
	ARM = 0x43b,
	ARCHITECTURE_3 = 3,
	ID_BITS = 10,
	PRIORITY_MASK = 0xf8,
};

/* IROUTER's bits that are there: affinities, and "any". */
#define ROUTE_MASK \
	(FIELD_MASK(MPIDR_AFF3) | FIELD_MASK(MPIDR_AFF2) | FIELD_MASK(MPIDR_AFF1) | FIELD_MASK(MPIDR_AFF0) | \
		FIELD_MASK(GICD_IROUTER_ANY))

/* ---- a bit an interrupt ---- */

static bool enabled_get(const struct vgic_interrupt *i)
{
	return i->is_enabled;
}

static bool pending_get(const struct vgic_interrupt *i)
{
	return vgic_interrupt_is_pending(i) || i->listed_latch;
}

static bool active_get(const struct vgic_interrupt *i)
{
	return i->is_active;
}

static bool group_get(const struct vgic_interrupt *i)
{
	return i->is_group1;
}

static void group_write(struct vgic_interrupt *i, bool bit)
{
	i->is_group1 = bit;
}

static void enable(struct vgic_interrupt *i, bool bit)
{
	i->is_enabled |= bit;
}

static void disable(struct vgic_interrupt *i, bool bit)
{
	i->is_enabled &= !bit;
}

static void pend(struct vgic_interrupt *i, bool bit)
{
	i->latch |= bit;
}

static void unpend(struct vgic_interrupt *i, bool bit)
{
	i->latch &= !bit;
	i->listed_latch &= !bit;
}

static void activate(struct vgic_interrupt *i, bool bit)
{
	if (bit) {
		vgic_active_set(i, true);
	}
}

static void deactivate(struct vgic_interrupt *i, bool bit)
{
	if (bit) {
		vgic_active_set(i, false);
	}
}

static const struct bits {
	uint64_t offset;
	bool (*get)(const struct vgic_interrupt *i);
	void (*put)(struct vgic_interrupt *i, bool bit);
	bool is_moving; /* list registers change it */
} all_bits[] = {
	{GIC_IGROUPR, group_get, group_write, false},
	{GIC_ISENABLER, enabled_get, enable, false},
	{GIC_ICENABLER, enabled_get, disable, false},
	{GIC_ISPENDR, pending_get, pend, true},
	{GIC_ICPENDR, pending_get, unpend, true},
	{GIC_ISACTIVER, active_get, activate, true},
	{GIC_ICACTIVER, active_get, deactivate, true},
};

static const struct bits *bits_at(uint64_t offset)
{
	for (size_t i = 0; i < sizeof(all_bits) / sizeof(all_bits[0]); i++) {
		if (offset >= all_bits[i].offset && offset - all_bits[i].offset < GIC_BITS_SIZE) {
			return &all_bits[i];
		}
	}
	return NULL;
}

/* Interrupts of one frame: those of a CPU, or the SPIs. */
struct view {
	unsigned cpu;
	unsigned first;
	unsigned end;
};

static bool is_in(const struct view *view, uint64_t number)
{
	return number >= view->first && number < view->end;
}

static struct vgic_interrupt *find(struct vgic *gic, const struct view *view, uint64_t number)
{
	return is_in(view, number) ? vgic_interrupt(gic, view->cpu, (unsigned)number) : NULL;
}

static const struct vgic_interrupt *look(const struct vgic *gic, const struct view *view, uint64_t number)
{
	return is_in(view, number) ? vgic_interrupt_seen(gic, view->cpu, (unsigned)number) : NULL;
}

static uint32_t bits_read(struct vgic *gic, const struct view *view, const struct bits *bits, uint64_t offset)
{
	uint64_t number = (offset - bits->offset) / WORD * WORD_BITS;
	uint32_t value = 0;

	for (unsigned bit = 0; bit < WORD_BITS; bit++) {
		const struct vgic_interrupt *i = look(gic, view, number + bit);

		value |= i != NULL && bits->get(i) ? 1U << bit : 0;
		/* Who has it is to come out, so that who looks again, as one who waits for its end does, sees what became of it. */
		if (i != NULL && i->is_listed && bits->is_moving) {
			vgic_changed(gic, view->cpu, (unsigned)number + bit);
		}
	}
	return value;
}

static void bits_write(
	struct vgic *gic, const struct view *view, const struct bits *bits, uint64_t offset, uint32_t value)
{
	uint64_t number = (offset - bits->offset) / WORD * WORD_BITS;

	for (unsigned bit = 0; bit < WORD_BITS; bit++) {
		struct vgic_interrupt *i = find(gic, view, number + bit);

		/* A zero says something of a group only. */
		if (i != NULL && ((value >> bit & 1) != 0 || bits->offset == GIC_IGROUPR)) {
			/* Whoever has it is told, and whoever it goes to then. */
			vgic_changed(gic, view->cpu, (unsigned)number + bit);
			/* What it makes active is so where it would have gone. */
			i->owner = (uint8_t)vgic_target(gic, view->cpu, (unsigned)number + bit);
			bits->put(i, (value >> bit & 1) != 0);
			vgic_changed(gic, view->cpu, (unsigned)number + bit);
		}
	}
}

/* ---- priorities and configuration ---- */

static uint32_t priorities_read(const struct vgic *gic, const struct view *view, uint64_t offset)
{
	uint32_t value = 0;

	for (unsigned byte = 0; byte < WORD; byte++) {
		const struct vgic_interrupt *i = look(gic, view, offset - GIC_IPRIORITYR + byte);

		value |= i == NULL ? 0 : (uint32_t)i->priority << BYTE_BITS * byte;
	}
	return value;
}

static void priority_write(struct vgic *gic, const struct view *view, uint64_t offset, uint8_t value)
{
	struct vgic_interrupt *i = find(gic, view, offset - GIC_IPRIORITYR);

	if (i != NULL) {
		i->priority = value & PRIORITY_MASK;
	}
}

static uint32_t configuration_read(const struct vgic *gic, const struct view *view, uint64_t offset)
{
	uint64_t number = (offset - GIC_ICFGR) / WORD * CFG_PER_WORD;
	uint32_t value = 0;

	for (unsigned n = 0; n < CFG_PER_WORD; n++) {
		const struct vgic_interrupt *i = look(gic, view, number + n);

		value |= i != NULL && i->is_edge ? 2U << CFG_BITS * n : 0;
	}
	return value;
}

static void configuration_write(struct vgic *gic, const struct view *view, uint64_t offset, uint32_t value)
{
	uint64_t number = (offset - GIC_ICFGR) / WORD * CFG_PER_WORD;

	for (unsigned n = 0; n < CFG_PER_WORD; n++) {
		struct vgic_interrupt *i = find(gic, view, number + n);

		/* SGIs are edges. */
		if (i != NULL && number + n >= GIC_SGIS) {
			i->is_edge = (value >> CFG_BITS * n & 2) != 0;
		}
	}
}

/* ---- what frames have in common ---- */

static bool is_priority(uint64_t offset)
{
	return offset >= GIC_IPRIORITYR && offset < GIC_IPRIORITYR_END;
}

static bool is_configuration(uint64_t offset)
{
	return offset >= GIC_ICFGR && offset < GIC_ICFGR_END;
}

static uint32_t common_read(struct vgic *gic, const struct view *view, uint64_t offset)
{
	const struct bits *bits = bits_at(offset);

	if (bits != NULL) {
		return bits_read(gic, view, bits, offset);
	}
	if (is_priority(offset)) {
		return priorities_read(gic, view, offset);
	}
	return is_configuration(offset) ? configuration_read(gic, view, offset) : 0;
}

static void common_write(struct vgic *gic, const struct view *view, uint64_t offset, uint32_t value)
{
	const struct bits *bits = bits_at(offset);

	if (bits != NULL) {
		bits_write(gic, view, bits, offset, value);
	}
	for (unsigned byte = 0; is_priority(offset) && byte < WORD; byte++) {
		priority_write(gic, view, offset + byte, (uint8_t)(value >> BYTE_BITS * byte));
	}
	if (is_configuration(offset)) {
		configuration_write(gic, view, offset, value);
	}
}

static uint32_t identification(void)
{
	return (uint32_t)FIELD_SET(0, GIC_IIDR_IMPLEMENTER, ARM);
}

static uint32_t architecture(void)
{
	return (uint32_t)FIELD_SET(0, GIC_PIDR2_ARCH_REV, ARCHITECTURE_3);
}

/* ---- the distributor ---- */

static const struct view spis = {0, GIC_PRIVATE, GIC_INTERRUPTS};

/* The interrupt whose IROUTER is there; 0, which has none, for another register. */
static unsigned routed_at(uint64_t offset)
{
	uint64_t number = (offset - GICD_IROUTER) / sizeof(uint64_t);

	return offset >= GICD_IROUTER && offset < GICD_IROUTER_END && is_in(&spis, number) ? (unsigned)number : 0;
}

static uint32_t gicd_word(struct vgic *gic, uint64_t offset)
{
	unsigned routed = routed_at(offset);
	uint64_t value = 0;

	if (routed != 0) {
		uint64_t route = vgic_interrupt_seen(gic, 0, routed)->route;

		return (uint32_t)(route >> (offset % sizeof(uint64_t) * BYTE_BITS));
	}
	switch (offset) {
	case GICD_CTLR:
		value = FIELD_SET(value, GICD_CTLR_GROUP0, gic->has_group[0]);
		value = FIELD_SET(value, GICD_CTLR_GROUP1, gic->has_group[1]);
		return (uint32_t)(value | FIELD_MASK(GICD_CTLR_ARE) | FIELD_MASK(GICD_CTLR_DS));
	case GICD_TYPER:
		value = FIELD_SET(value, GICD_TYPER_LINES, GIC_INTERRUPTS / WORD_BITS - 1);
		value = FIELD_SET(value, GICD_TYPER_ID_BITS, ID_BITS - 1);
		return (uint32_t)(value | FIELD_MASK(GICD_TYPER_NO_1_OF_N));
	case GICD_IIDR:
		return identification();
	case GIC_PIDR2:
		return architecture();
	default:
		return common_read(gic, &spis, offset);
	}
}

static void route_write(struct vgic *gic, unsigned number, uint64_t offset, uint32_t value)
{
	struct vgic_interrupt *routed = vgic_interrupt(gic, 0, number);
	unsigned shift = (unsigned)(offset % sizeof(uint64_t) * BYTE_BITS);
	uint64_t kept = routed->route & ~((uint64_t)UINT32_MAX << shift);

	vgic_changed(gic, 0, number);
	routed->route = (kept | (uint64_t)value << shift) & ROUTE_MASK;
	vgic_changed(gic, 0, number);
}

static void gicd_word_write(struct vgic *gic, uint64_t offset, uint32_t value)
{
	unsigned routed = routed_at(offset);

	if (routed != 0) {
		route_write(gic, routed, offset, value);
		return;
	}
	if (offset == GICD_CTLR) {
		gic->has_group[0] = FIELD_GET(value, GICD_CTLR_GROUP0) != 0;
		gic->has_group[1] = FIELD_GET(value, GICD_CTLR_GROUP1) != 0;
		gic->changed = UINT64_MAX;
		return;
	}
	common_write(gic, &spis, offset, value);
}

uint64_t gicd_read(struct vgic *gic, uint64_t offset, unsigned size)
{
	if (size == sizeof(uint64_t) && offset % size == 0 && routed_at(offset) != 0) {
		return vgic_interrupt_seen(gic, 0, routed_at(offset))->route;
	}
	if (size == 1 && is_priority(offset)) {
		return gicd_word(gic, offset - offset % WORD) >> BYTE_BITS * (offset % WORD) & UINT8_MAX;
	}
	return size == WORD && offset % WORD == 0 ? gicd_word(gic, offset) : 0;
}

void gicd_write(struct vgic *gic, uint64_t offset, unsigned size, uint64_t value)
{
	if (size == sizeof(uint64_t) && offset % size == 0 && routed_at(offset) != 0) {
		gicd_word_write(gic, offset, (uint32_t)value);
		gicd_word_write(gic, offset + WORD, (uint32_t)(value >> WORD_BITS));
	}
	if (size == 1 && is_priority(offset)) {
		priority_write(gic, &spis, offset, (uint8_t)value);
	}
	if (size == WORD && offset % WORD == 0) {
		gicd_word_write(gic, offset, (uint32_t)value);
	}
}

/* ---- redistributors ---- */

static uint64_t gicr_typer(const struct vgic *gic, unsigned cpu)
{
	uint64_t typer = FIELD_SET(0, GICR_TYPER_LAST, cpu + 1 == gic->cpu_count);

	typer = FIELD_SET(typer, GICR_TYPER_NUMBER, cpu);
	return FIELD_SET(typer, GICR_TYPER_AFFINITY, vgic_affinity(cpu));
}

/* `offset` is within the CPU's two frames. */
static uint32_t gicr_word(struct vgic *gic, unsigned cpu, uint64_t offset)
{
	const struct view own = {cpu, 0, GIC_PRIVATE};
	uint64_t waker;

	if (offset >= GICR_SGI_FRAME) {
		return common_read(gic, &own, offset - GICR_SGI_FRAME);
	}
	switch (offset) {
	case GICR_IIDR:
		return identification();
	case GICR_TYPER:
		return (uint32_t)gicr_typer(gic, cpu);
	case GICR_TYPER + WORD:
		return (uint32_t)(gicr_typer(gic, cpu) >> WORD_BITS);
	case GICR_WAKER:
		waker = FIELD_SET(0, GICR_WAKER_SLEEP, gic->cpu[cpu].is_asleep);
		return (uint32_t)FIELD_SET(waker, GICR_WAKER_ASLEEP, gic->cpu[cpu].is_asleep);
	case GIC_PIDR2:
		return architecture();
	default:
		return 0;
	}
}

static void gicr_word_write(struct vgic *gic, unsigned cpu, uint64_t offset, uint32_t value)
{
	const struct view own = {cpu, 0, GIC_PRIVATE};

	if (offset >= GICR_SGI_FRAME) {
		common_write(gic, &own, offset - GICR_SGI_FRAME, value);
	}
	if (offset == GICR_WAKER) {
		gic->cpu[cpu].is_asleep = FIELD_GET(value, GICR_WAKER_SLEEP) != 0;
	}
}

uint64_t gicr_read(struct vgic *gic, uint64_t offset, unsigned size)
{
	uint64_t cpu = offset / GICR_SIZE;
	uint64_t at = offset % GICR_SIZE;

	if (cpu >= gic->cpu_count) {
		return 0;
	}
	if (size == sizeof(uint64_t) && at == GICR_TYPER) {
		return gicr_typer(gic, (unsigned)cpu);
	}
	if (size == 1 && at >= GICR_SGI_FRAME && is_priority(at - GICR_SGI_FRAME)) {
		return gicr_word(gic, (unsigned)cpu, at - at % WORD) >> BYTE_BITS * (at % WORD) & UINT8_MAX;
	}
	return size == WORD && at % WORD == 0 ? gicr_word(gic, (unsigned)cpu, at) : 0;
}

void gicr_write(struct vgic *gic, uint64_t offset, unsigned size, uint64_t value)
{
	uint64_t cpu = offset / GICR_SIZE;
	uint64_t at = offset % GICR_SIZE;
	const struct view own = {(unsigned)cpu, 0, GIC_PRIVATE};

	if (cpu >= gic->cpu_count) {
		return;
	}
	if (size == 1 && at >= GICR_SGI_FRAME && is_priority(at - GICR_SGI_FRAME)) {
		priority_write(gic, &own, at - GICR_SGI_FRAME, (uint8_t)value);
	}
	if (size == WORD && at % WORD == 0) {
		gicr_word_write(gic, (unsigned)cpu, at, (uint32_t)value);
	}
}
