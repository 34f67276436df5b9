/* SPDX-License-Identifier: BSD-2-Clause */
/* smc.S - the SMC instruction as a function. */
#include "machine/qemu/bare/macros.inc"

	.text
/* void smc(uint64_t x[18]) */
function smc
	stp x29, x30, [sp, #-32]!
	mov x29, sp
	stp x18, x0, [sp, #16]
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
	smc #0
	ldp x18, x30, [sp, #16]
	stp x0, x1, [x30]
	stp x2, x3, [x30, #16]
	stp x4, x5, [x30, #32]
	stp x6, x7, [x30, #48]
	stp x8, x9, [x30, #64]
	stp x10, x11, [x30, #80]
	stp x12, x13, [x30, #96]
	stp x14, x15, [x30, #112]
	stp x16, x17, [x30, #128]
	ldp x29, x30, [sp], #32
	ret
end smc

	.section .note.GNU-stack, "", %progbits
