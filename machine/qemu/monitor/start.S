/* SPDX-License-Identifier: BSD-2-Clause */
/* start.S - the first instructions of each CPU, the vectors of R-EL2, and the way into a realm and out of it. */
#include "machine/qemu/bare/macros.inc"

/* cpu.h */
#define CPUS_MAX 64
#define STACK_SHIFT 14

/* Entered by EL3 for the first boot and for each further CPU alike (fact sheet s4): x0 CPU, x1 version, x2 CPUs, x3 shared page. */
	.section .text.start, "ax"
	.global _start
	.type _start, %function
_start:
	b 1f
	.balign 8
	/* struct rmm_head (machine/qemu/rmm_image.h) */
	.ascii "REEVERMM"
	.word 1, 32
	.global token_form
token_form:
	.quad 0
	.quad refusals
1:	msr daifset, #0xf
	cmp x0, #CPUS_MAX
	b.hs 9f
	address_of x9, vectors
	msr vbar_el2, x9
	isb
	msr spsel, #1
	address_of x9, stacks
	add x10, x0, #1
	add x9, x9, x10, lsl #STACK_SHIFT
	mov sp, x9
	address_of x9, is_up
	ldr w9, [x9]
	cbnz w9, boot_warm
	/* Nothing may be left of .bss in a cache, nor of what is written there with the MMU off. */
	address_of x9, bss_start
	address_of x10, bss_end
1:	dc ivac, x9
	add x9, x9, #16
	cmp x9, x10
	b.lo 1b
	dsb sy
	address_of x9, bss_start
2:	stp xzr, xzr, [x9], #16
	cmp x9, x10
	b.lo 2b
	dsb sy
	b boot_cold
/* There is no stack for this CPU: RMM_BOOT_COMPLETE with E_RMM_BOOT_CPU_ID, for ever. */
9:	movz x0, #0x01cf
	movk x0, #0xc400, lsl #16
	mov x1, #-4
	smc #0
	b 9b
	.size _start, . - _start

/* An exception that the monitor itself takes. */
	.macro own_vector number
	.balign 0x80
	b own_exception_\number
	.endm

	.macro own_exception number
own_exception_\number:
	frame_push \number
	bl own_exception
	frame_pop_eret
	.endm

/* An exception out of the realm that realm_enter entered: x1 = kind (enum rec_trap_kind). */
	.macro realm_vector kind
	.balign 0x80
	stp x0, x1, [sp, #-16]!
	mov x1, #\kind
	b realm_exit
	.endm

	.text
	.balign 0x800
vectors:
	own_vector 0
	own_vector 1
	own_vector 2
	own_vector 3
	own_vector 4
	own_vector 5
	own_vector 6
	own_vector 7
	realm_vector 0
	realm_vector 1
	realm_vector 2
	realm_vector 3
	/* AArch32 at EL0, where the CPU has it: ID registers do not show it, but nothing keeps a realm from an ERET to it. */
	realm_vector 0
	realm_vector 1
	realm_vector 2
	realm_vector 3
	.size vectors, . - vectors

	own_exception 0
	own_exception 1
	own_exception 2
	own_exception 3
	own_exception 4
	own_exception 5
	own_exception 6
	own_exception 7

/* unsigned realm_enter(uint64_t gprs[31]): go where ELR_EL2 and SPSR_EL2 say with these registers; back with the next
 * exception's kind, the registers in gprs again. */
function realm_enter
	stp x29, x30, [sp, #-112]!
	mov x29, sp
	stp x19, x20, [sp, #16]
	stp x21, x22, [sp, #32]
	stp x23, x24, [sp, #48]
	stp x25, x26, [sp, #64]
	stp x27, x28, [sp, #80]
	stp x18, x0, [sp, #96]
	mov x30, x0
	ldp x0, x1, [x30]
	ldp x2, x3, [x30, #16]
	ldp x4, x5, [x30, #32]
	ldp x6, x7, [x30, #48]
	ldp x8, x9, [x30, #64]
	ldp x10, x11, [x30, #80]
	ldp x12, x13, [x30, #96]
	ldp x14, x15, [x30, #112]
	ldp x16, x17, [x30, #128]
	ldp x18, x19, [x30, #144]
	ldp x20, x21, [x30, #160]
	ldp x22, x23, [x30, #176]
	ldp x24, x25, [x30, #192]
	ldp x26, x27, [x30, #208]
	ldp x28, x29, [x30, #224]
	ldr x30, [x30, #240]
	eret
	dsb nsh
	isb
end realm_enter

/* [sp] = x0, x1 of the realm; above it what realm_enter kept; x1 = kind. */
	.type realm_exit, %function
realm_exit:
	ldr x0, [sp, #16 + 104]
	stp x2, x3, [x0, #16]
	stp x4, x5, [x0, #32]
	stp x6, x7, [x0, #48]
	stp x8, x9, [x0, #64]
	stp x10, x11, [x0, #80]
	stp x12, x13, [x0, #96]
	stp x14, x15, [x0, #112]
	stp x16, x17, [x0, #128]
	stp x18, x19, [x0, #144]
	stp x20, x21, [x0, #160]
	stp x22, x23, [x0, #176]
	stp x24, x25, [x0, #192]
	stp x26, x27, [x0, #208]
	stp x28, x29, [x0, #224]
	str x30, [x0, #240]
	ldp x2, x3, [sp], #16
	stp x2, x3, [x0]
	mov x0, x1
	ldr x18, [sp, #96]
	ldp x19, x20, [sp, #16]
	ldp x21, x22, [sp, #32]
	ldp x23, x24, [sp, #48]
	ldp x25, x26, [sp, #64]
	ldp x27, x28, [sp, #80]
	ldp x29, x30, [sp], #112
	ret
	.size realm_exit, . - realm_exit

/* bool guarded_copy(void *to, const void *from, size_t size): memcpy that answers false when a page of either is not to
 * be reached. own_exception sends faults between the two labels to the second. */
function guarded_copy
	orr x4, x0, x1
	orr x4, x4, x2
	tst x4, #7
	b.ne 2f
	cbz x2, 3f
1:	ldr x5, [x1], #8
	str x5, [x0], #8
	subs x2, x2, #8
	b.ne 1b
	b 3f
2:	cbz x2, 3f
	ldrb w5, [x1], #1
	strb w5, [x0], #1
	sub x2, x2, #1
	b 2b
3:	mov w0, #1
	ret
	.global guarded_copy_fault
guarded_copy_fault:
	mov w0, #0
	ret
end guarded_copy

	.bss
	.balign 4096
stacks:
	.space CPUS_MAX << STACK_SHIFT

/* Set once the first CPU has made everything that the others share; they read it with the MMU off. */
	.data
	.global is_up
	.balign 64
is_up:
	.word 0
	.balign 64

	.section .note.GNU-stack, "", %progbits
