/* SPDX-License-Identifier: BSD-2-Clause */
/* simd.S - the host's own SIMD registers: filled, and looked at again; x0 = the number that they are made of. */
#include "machine/qemu/bare/macros.inc"

	.arch armv8.4-a
	.text

	.macro register_fill n
	add x1, x0, #\n
	dup v\n\().2d, x1
	.endm

/* x2 counts the halves that are not as they were filled. */
	.macro register_check n
	add x1, x0, #\n
	umov x3, v\n\().d[0]
	cmp x3, x1
	cinc x2, x2, ne
	umov x3, v\n\().d[1]
	cmp x3, x1
	cinc x2, x2, ne
	.endm

	.macro all what
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\what \n
	.endr
	.endm

/* void simd_fill(uint64_t number) */
function simd_fill
	all register_fill
	ret
end simd_fill

/* uint64_t simd_changed(uint64_t number): how many halves of registers changed since simd_fill(number) */
function simd_changed
	mov x2, xzr
	all register_check
	mov x0, x2
	ret
end simd_changed

	.section .note.GNU-stack, "", %progbits
