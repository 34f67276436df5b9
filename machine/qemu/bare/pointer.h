/* SPDX-License-Identifier: BSD-2-Clause */
/* pointer.h - addresses as pointers: of memory and devices that no C object stands for. */
#ifndef QEMU_BARE_POINTER_H
#define QEMU_BARE_POINTER_H

#include <stdint.h>

/* The compiler learns nothing of where the pointer comes from. */
static inline void *pointer_at(uint64_t address)
{
	void *pointer;

	__asm__("" : "=r"(pointer) : "0"(address));
	return pointer;
}

#endif
