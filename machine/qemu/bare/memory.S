/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.S - memcpy, memmove, memset, memcmp, strlen: what compilers call and the core needs.
 * Zeroes go by DC ZVA where the MMU is on and the block is whole; other bytes 64 or 16 at a time. */
#include "machine/qemu/bare/macros.inc"

	.text
/* void *memset(void *to, int byte, size_t size) */
function memset
	mov x3, x0
	and x1, x1, #0xff
	orr x1, x1, x1, lsl #8
	orr x1, x1, x1, lsl #16
	orr x1, x1, x1, lsl #32
1:	tst x3, #7
	b.eq 2f
	cbz x2, 5f
	strb w1, [x3], #1
	sub x2, x2, #1
	b 1b
2:	cbnz x1, 3f
	mrs x4, sctlr_el2
	tbz x4, #0, 3f /* DC ZVA wants normal memory */
	mrs x4, dczid_el0
	tbnz x4, #4, 3f
	and x4, x4, #15
	mov x5, #4
	lsl x5, x5, x4 /* bytes of a block */
	sub x6, x5, #1
	tst x3, x6
	b.ne 3f
6:	subs x2, x2, x5
	b.lo 7f
	dc zva, x3
	add x3, x3, x5
	b 6b
7:	add x2, x2, x5
3:	subs x2, x2, #16
	b.lo 8f
	stp x1, x1, [x3], #16
	b 3b
8:	adds x2, x2, #16
	b.eq 5f
4:	strb w1, [x3], #1
	subs x2, x2, #1
	b.ne 4b
5:	ret
end memset

/* void *memcpy(void *to, const void *from, size_t size) */
function memcpy
	mov x3, x0
	orr x4, x0, x1
	tst x4, #7
	b.ne 2f
6:	subs x2, x2, #64
	b.lo 7f
	ldp x5, x6, [x1]
	ldp x7, x8, [x1, #16]
	ldp x9, x10, [x1, #32]
	ldp x11, x12, [x1, #48]
	stp x5, x6, [x3]
	stp x7, x8, [x3, #16]
	stp x9, x10, [x3, #32]
	stp x11, x12, [x3, #48]
	add x1, x1, #64
	add x3, x3, #64
	b 6b
7:	add x2, x2, #64
1:	subs x2, x2, #16
	b.lo 3f
	ldp x5, x6, [x1], #16
	stp x5, x6, [x3], #16
	b 1b
3:	add x2, x2, #16
2:	cbz x2, 5f
4:	ldrb w5, [x1], #1
	strb w5, [x3], #1
	subs x2, x2, #1
	b.ne 4b
5:	ret
end memcpy

/* void *memmove(void *to, const void *from, size_t size) */
function memmove
	sub x3, x0, x1
	cmp x3, x2
	b.hs memcpy
	cbz x2, 2f
1:	sub x2, x2, #1
	ldrb w5, [x1, x2]
	strb w5, [x0, x2]
	cbnz x2, 1b
2:	ret
end memmove

/* int memcmp(const void *a, const void *b, size_t size) */
function memcmp
	cbz x2, 2f
1:	ldrb w3, [x0], #1
	ldrb w4, [x1], #1
	subs w5, w3, w4
	b.ne 3f
	subs x2, x2, #1
	b.ne 1b
2:	mov w5, #0
3:	mov w0, w5
	ret
end memcmp

/* size_t strlen(const char *text) */
function strlen
	mov x1, x0
1:	ldrb w2, [x1], #1
	cbnz w2, 1b
	sub x0, x1, x0
	sub x0, x0, #1
	ret
end strlen

	.section .note.GNU-stack, "", %progbits
