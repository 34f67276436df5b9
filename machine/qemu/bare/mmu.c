/* SPDX-License-Identifier: BSD-2-Clause */
/* mmu.c - the image's own address space at EL2. */
#include "machine/qemu/bare/mmu.h"

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/pointer.h"
#include "machine/qemu/bare/sysreg.h"

enum { LEVEL_LAST = 3, PAGE_SHIFT = 12, INDEX_BITS = 9, ADDRESS_BITS = 48, PA_RANGE_48 = 5 };
enum { ATTR_DEVICE = 0, ATTR_NORMAL = 1, INNER_SHAREABLE = 3, WRITE_BACK = 1 };

/* Attribute 0 Device-nGnRnE, attribute 1 Normal write-back. */
#define MAIR UINT64_C(0xff00)
/* SCTLR_EL2's RES1 bits, and EIS and EOS. */
#define SCTLR_RES1 UINT64_C(0x30c50830)

static uint64_t attributes(enum mmu_kind kind)
{
	bool is_device = kind == MMU_DEVICE;
	uint64_t d = FIELD_MASK(S1_VALID) | FIELD_MASK(S1_AF) | FIELD_MASK(S1_AP_RES1);

	d |= FIELD_SET(0, S1_ATTRINDX, is_device ? ATTR_DEVICE : ATTR_NORMAL);
	d |= FIELD_SET(0, S1_SH, is_device ? 0 : INNER_SHAREABLE);
	d |= FIELD_SET(0, S1_NS, kind == MMU_DATA_NS);
	d |= FIELD_SET(0, S1_XN, kind != MMU_CODE);
	return d | FIELD_SET(0, S1_AP_READ_ONLY, kind == MMU_CODE || kind == MMU_CONSTANT);
}

static uint64_t span(unsigned level)
{
	return UINT64_C(1) << (PAGE_SHIFT + INDEX_BITS * (LEVEL_LAST - level));
}

/* The table that `entry` names, made if there is none. NULL when there is a block, or no table is left. */
static struct mmu_table *table_below(struct mmu *mmu, uint64_t *entry)
{
	if (*entry == 0) {
		if (mmu->used == mmu->count) {
			return NULL;
		}
		*entry = (uint64_t)(uintptr_t)&mmu->tables[mmu->used++] | FIELD_MASK(S1_VALID) |
			FIELD_MASK(S1_TABLE_OR_PAGE);
	}
	if (FIELD_GET(*entry, S1_TABLE_OR_PAGE) == 0) {
		return NULL;
	}
	return pointer_at(*entry & FIELD_MASK(S1_OA));
}

/* The largest level of block for what is left: 1 GiB, 2 MiB, 4 KiB. */
static unsigned block_level(uint64_t addresses, uint64_t size)
{
	unsigned level = 1;

	while (level < LEVEL_LAST && ((addresses & (span(level) - 1)) != 0 || size < span(level))) {
		level++;
	}
	return level;
}

static uint64_t *entry_at(struct mmu *mmu, uint64_t va, unsigned level)
{
	struct mmu_table *table = mmu->tables;
	uint64_t *entry = &table->entries[va / span(0) % MMU_ENTRIES];

	for (unsigned i = 1; i <= level; i++) {
		table = table_below(mmu, entry);
		if (table == NULL) {
			return NULL;
		}
		entry = &table->entries[va / span(i) % MMU_ENTRIES];
	}
	return entry;
}

bool mmu_map(struct mmu *mmu, uint64_t va, uint64_t pa, uint64_t size, enum mmu_kind kind)
{
	uint64_t end = UINT64_C(1) << ADDRESS_BITS;

	if (size > end || va > end - size || pa > end - size || ((va | pa | size) & (MMU_PAGE - 1)) != 0) {
		return false;
	}
	mmu->used += mmu->used == 0;
	while (size > 0) {
		unsigned level = block_level(va | pa, size);
		uint64_t *entry = entry_at(mmu, va, level);

		if (entry == NULL || *entry != 0) {
			return false;
		}
		*entry = pa | attributes(kind) | FIELD_SET(0, S1_TABLE_OR_PAGE, level == LEVEL_LAST);
		va += span(level);
		pa += span(level);
		size -= span(level);
	}
	return true;
}

void mmu_publish(void)
{
	dsb_ish();
	isb();
}

static uint64_t tcr(void)
{
	uint64_t range = FIELD_GET(sysreg_read(ID_AA64MMFR0_EL1), MMFR0_PARANGE);
	uint64_t value = FIELD_MASK(TCR_EL2_RES1_23) | FIELD_MASK(TCR_EL2_RES1_31);

	value = FIELD_SET(value, TCR_EL2_T0SZ, 64 - ADDRESS_BITS);
	value = FIELD_SET(value, TCR_EL2_IRGN0, WRITE_BACK);
	value = FIELD_SET(value, TCR_EL2_ORGN0, WRITE_BACK);
	value = FIELD_SET(value, TCR_EL2_SH0, INNER_SHAREABLE);
	return FIELD_SET(value, TCR_EL2_PS, range < PA_RANGE_48 ? range : PA_RANGE_48);
}

void mmu_enable(const struct mmu *mmu)
{
	uint64_t on = FIELD_MASK(SCTLR_EL2_M) | FIELD_MASK(SCTLR_EL2_C) | FIELD_MASK(SCTLR_EL2_SA) |
		FIELD_MASK(SCTLR_EL2_I) | FIELD_MASK(SCTLR_EL2_WXN);

	sysreg_write(MAIR_EL2, MAIR);
	sysreg_write(TCR_EL2, tcr());
	sysreg_write(TTBR0_EL2, (uintptr_t)mmu->tables);
	dsb_sy();
	isb();
	tlbi_all(alle2);
	dsb_sy();
	isb();
	sysreg_write(SCTLR_EL2, SCTLR_RES1 | on);
	isb();
}
