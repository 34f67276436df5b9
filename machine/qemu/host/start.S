/* SPDX-License-Identifier: BSD-2-Clause */
/* start.S - the first instructions of each CPU at NS-EL2, and its vectors. */
#include "machine/qemu/bare/macros.inc"

/* CPU_STACK_SIZE of cpu.h. */
#define STACK_SIZE 32768

/* BL33: CPU 0, the MMU is off and nobody else runs. */
	.section .entry, "ax"
	.global _start
	.type _start, %function
_start:
	address_of x9, vectors
	msr vbar_el2, x9
	isb
	address_of x9, image_bss_start
	address_of x10, image_bss_end
1:	cmp x9, x10
	b.hs 2f
	stp xzr, xzr, [x9], #16
	b 1b
2:	mov x0, xzr
	b cpu_enter
	.size _start, . - _start

/* PSCI CPU_ON comes here: x0 = the number of this CPU. */
	.text
function cpu_start
	address_of x9, vectors
	msr vbar_el2, x9
	isb
	b cpu_enter
end cpu_start

/* x0 = number: stack, then host_cpu(number), which does not return. */
	.type cpu_enter, %function
cpu_enter:
	msr tpidr_el2, x0
	address_of x9, stacks
	add x10, x0, #1
	mov x11, #STACK_SIZE
	madd x9, x10, x11, x9
	mov sp, x9
	mov x29, xzr
	mov x30, xzr
	bl host_cpu
3:	wfi
	b 3b
	.size cpu_enter, . - cpu_enter

	.macro vector number
	.balign 0x80
	frame_push \number
	b exception_entry
	.endm

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
	bl host_exception
	frame_pop_eret
	.size exception_entry, . - exception_entry

/* NS_CPUS_MAX of cpu.h. */
	.bss
	.balign 4096
stacks:
	.space STACK_SIZE * 16
	.size stacks, . - stacks

	.section .note.GNU-stack, "", %progbits
