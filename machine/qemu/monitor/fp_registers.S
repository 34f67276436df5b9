/* SPDX-License-Identifier: BSD-2-Clause */
/* fp_registers.S - FP, SIMD and SVE registers to memory and back; x0 = where. */
#include "machine/qemu/bare/macros.inc"

	.arch armv8.4-a+sve
	.text

	.macro q_pair instruction, a, b
	\instruction q\a, q\b, [x0, #16 * \a]
	.endm

	.macro each_pair instruction
	.irp n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
	q_pair \instruction, \n, %(\n + 1)
	.endr
	.endm

/* Sixteen registers, one after the other, the first being number `first`. */
	.macro one instruction, kind, number, place
	\instruction \kind\()\number, [x0, #\place, mul vl]
	.endm

	.macro sixteen instruction, kind, first
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	one \instruction, \kind, %(\first + \n), \n
	.endr
	.endm

	.altmacro
function fp_save
	each_pair stp
	ret
end fp_save

function fp_load
	each_pair ldp
	ret
end fp_load

function sve_low_save
	sixteen str, z, 0
	ret
end sve_low_save

function sve_low_load
	sixteen ldr, z, 0
	ret
end sve_low_load

function sve_high_save
	sixteen str, z, 16
	ret
end sve_high_save

function sve_high_load
	sixteen ldr, z, 16
	ret
end sve_high_load

function sve_predicates_save
	sixteen str, p, 0
	ret
end sve_predicates_save

function sve_predicates_load
	sixteen ldr, p, 0
	ret
end sve_predicates_load

/* FFR comes and goes by p0: after the predicates are saved, before they are loaded. */
function sve_ffr_save
	rdffr p0.b
	str p0, [x0]
	ret
end sve_ffr_save

function sve_ffr_load
	ldr p0, [x0]
	wrffr p0.b
	ret
end sve_ffr_load

/* unsigned sve_length(void): bytes of a vector. */
function sve_length
	rdvl x0, #1
	ret
end sve_length

	.section .note.GNU-stack, "", %progbits
