/* SPDX-License-Identifier: BSD-2-Clause */
/* start.S - the first instructions of each CPU, the vector table, and the way into and out of exception(). */

/* struct frame of trap.h: x0..x30, vector, elr, spsr, esr, far. */
#define FRAME_SIZE 288

/* REC 0 begins here with x0 = IPA of the device tree. */
	.section .text.start, "ax"
	.global _start
	.type _start, %function
_start:
	adrp x9, vectors
	add x9, x9, :lo12:vectors
	msr vbar_el1, x9
	isb
	adrp x9, stack_top
	add x9, x9, :lo12:stack_top
	mov sp, x9
	adrp x9, bss_start
	add x9, x9, :lo12:bss_start
	adrp x10, bss_end
	add x10, x10, :lo12:bss_end
zero_bss:
	cmp x9, x10
	b.hs zeroed
	stp xzr, xzr, [x9], #16
	b zero_bss
zeroed:
	bl boot
	b .
	.size _start, . - _start

/* Other RECs begin here: x0 = struct secondary *, as CPU_ON was told. */
	.global secondary_start
	.type secondary_start, %function
secondary_start:
	adrp x9, vectors
	add x9, x9, :lo12:vectors
	msr vbar_el1, x9
	isb
	ldp x9, x10, [x0]
	mov sp, x9
	blr x10
	b .
	.size secondary_start, . - secondary_start

/* One of the sixteen entries: x0 takes its number. */
	.macro vector number
	.balign 0x80
	sub sp, sp, #FRAME_SIZE
	stp x0, x1, [sp]
	mov x0, #\number
	b exception_entry
	.endm

	.text
	.balign 0x800
vectors:
	.set n, 0
	.altmacro
	.rept 16
	vector %n
	.set n, n + 1
	.endr
	.size vectors, . - vectors

	.type exception_entry, %function
exception_entry:
	stp x2, x3, [sp, #16]
	stp x4, x5, [sp, #32]
	stp x6, x7, [sp, #48]
	stp x8, x9, [sp, #64]
	stp x10, x11, [sp, #80]
	stp x12, x13, [sp, #96]
	stp x14, x15, [sp, #112]
	stp x16, x17, [sp, #128]
	stp x18, x19, [sp, #144]
	stp x20, x21, [sp, #160]
	stp x22, x23, [sp, #176]
	stp x24, x25, [sp, #192]
	stp x26, x27, [sp, #208]
	stp x28, x29, [sp, #224]
	stp x30, x0, [sp, #240]
	mrs x1, elr_el1
	mrs x2, spsr_el1
	mrs x3, esr_el1
	mrs x4, far_el1
	stp x1, x2, [sp, #256]
	stp x3, x4, [sp, #272]
	mov x0, sp
	bl exception
	ldp x1, x2, [sp, #256]
	msr elr_el1, x1
	msr spsr_el1, x2
	ldp x0, x1, [sp]
	ldp x2, x3, [sp, #16]
	ldp x4, x5, [sp, #32]
	ldp x6, x7, [sp, #48]
	ldp x8, x9, [sp, #64]
	ldp x10, x11, [sp, #80]
	ldp x12, x13, [sp, #96]
	ldp x14, x15, [sp, #112]
	ldp x16, x17, [sp, #128]
	ldp x18, x19, [sp, #144]
	ldp x20, x21, [sp, #160]
	ldp x22, x23, [sp, #176]
	ldp x24, x25, [sp, #192]
	ldp x26, x27, [sp, #208]
	ldp x28, x29, [sp, #224]
	ldr x30, [sp, #240]
	add sp, sp, #FRAME_SIZE
	eret
	.size exception_entry, . - exception_entry

	.bss
	.balign 16
	.space 8192
stack_top:

	.section .note.GNU-stack, "", %progbits
