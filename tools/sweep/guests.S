/* SPDX-License-Identifier: BSD-2-Clause */
/* guests.S - the guest programs that the sweep runs, as they were linked (guests.h). The assembler finds them where the Makefile says. */
	.macro guest name
	.balign 16
	.globl sweep_\name\()_begin
sweep_\name\()_begin:
	.incbin "\name\().elf"
	.globl sweep_\name\()_end
sweep_\name\()_end:
	.endm

	.section .rodata
	guest hello
	guest smp
	guest memory

	.section .note.GNU-stack, "", %progbits
