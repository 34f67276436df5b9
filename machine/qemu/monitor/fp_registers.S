/* SPDX-License-Identifier: BSD-2-Clause */
/* fp_registers.S - FP, SIMD and SVE registers to memory and back; x0 = where. */
#include "machine/qemu/bare/macros.inc"

	.arch armv8.4-a+sve
	.text

/* One after the other: q0..q31, z0..z31, p0..p15. */
	.macro each_pair instruction
	.irp n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
	q_pair \instruction, \n, %(\n + 1)
	.endr
	.endm

	.macro q_pair instruction, a, b
	\instruction q\a, q\b, [x0, #16 * \a]
	.endm

	.macro each_vector instruction
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\instruction z\n, [x0, #\n, mul vl]
	.endr
	.endm

	.macro each_predicate instruction
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\instruction p\n, [x0, #\n, mul vl]
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

function sve_save
	each_vector str
	ret
end sve_save

function sve_load
	each_vector ldr
	ret
end sve_load

function sve_predicates_save
	each_predicate str
	ret
end sve_predicates_save

function sve_predicates_load
	each_predicate ldr
	ret
end sve_predicates_load

	.section .note.GNU-stack, "", %progbits
