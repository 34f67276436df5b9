/* SPDX-License-Identifier: BSD-2-Clause */
/* sysreg.h - system registers, barriers and the instructions of the memory system, for images that run at EL2. */
#ifndef QEMU_BARE_SYSREG_H
#define QEMU_BARE_SYSREG_H

#include <stddef.h>
#include <stdint.h>

/* sysreg_read(HCR_EL2), sysreg_write(HCR_EL2, value); what the assembler does not know is a macro for S3_4_C1_C2_0 or its like. */
#define SYSREG_TEXT(name) #name
#define sysreg_read(name) \
	__extension__({ \
		uint64_t sysreg_value; \
		__asm__ volatile("mrs %0, " SYSREG_TEXT(name) : "=r"(sysreg_value)); \
		sysreg_value; \
	})
#define sysreg_write(name, value) __asm__ volatile("msr " SYSREG_TEXT(name) ", %0" ::"r"((uint64_t)(value)) : "memory")

/* tlbi(ipas2e1is, operand), tlbi_all(alle2is) */
#define tlbi(name, operand) __asm__ volatile("tlbi " #name ", %0" ::"r"((uint64_t)(operand)) : "memory")
#define tlbi_all(name) __asm__ volatile("tlbi " #name ::: "memory")

static inline void isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

/* All that was done before is seen by everyone, table walkers too. */
static inline void dsb_ish(void)
{
	__asm__ volatile("dsb ish" ::: "memory");
}

static inline void dsb_sy(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}

/* Sleep until something happens on this CPU. */
static inline void wait_for_interrupt(void)
{
	__asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

/* Lines of the data cache that hold [start, start + size): to memory (clean), or forgotten (invalidate). */
enum { CACHE_LINE_MIN = 16 };

static inline void cache_clean(const void *start, size_t size)
{
	for (size_t i = 0; i < size; i += CACHE_LINE_MIN) {
		__asm__ volatile("dc cvac, %0" ::"r"((const char *)start + i) : "memory");
	}
	dsb_sy();
}

#endif
