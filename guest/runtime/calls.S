/* SPDX-License-Identifier: BSD-2-Clause */
/* calls.S - the SMC instruction, and single instructions that tests let fault. */

	.macro function name
	.global \name
	.type \name, %function
\name:
	.endm

	.macro end name
	.size \name, . - \name
	.endm

	.text

/* void smc(uint64_t x[18]): x0..x17 go in and come back. */
function smc
	stp x29, x30, [sp, #-32]!
	mov x29, sp
	str x0, [sp, #16]
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
	ldr x30, [sp, #16]
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

/* uint64_t probe_X(uint64_t address): one load, store or branch; the result is the register afterwards. */
	.macro probe name, instruction:vararg
function probe_\name
	\instruction
	ret
end probe_\name
	.endm

	probe load8, ldrb w0, [x0]
	probe load16, ldrh w0, [x0]
	probe load32, ldr w0, [x0]
	probe load64, ldr x0, [x0]
	probe load8_signed, ldrsb x0, [x0]
	probe load16_signed, ldrsh x0, [x0]
	probe load32_signed, ldrsw x0, [x0]
	probe load8_signed_word, ldrsb w0, [x0]
	probe load16_signed_word, ldrsh w0, [x0]
	probe load8_discard, ldrb wzr, [x0]
	probe load16_discard, ldrsh xzr, [x0]
	probe load64_discard, ldr xzr, [x0]
	probe store64, str xzr, [x0]
	probe store8_value, strb w1, [x0]
	probe store16_value, strh w1, [x0]
	probe store32_value, str w1, [x0]
	probe store64_value, str x1, [x0]
	probe store8_zero, strb wzr, [x0]
	probe store16_zero, strh wzr, [x0]
	probe store32_zero, str wzr, [x0]
	probe store64_zero, str xzr, [x0]
	probe wfi, wfi
	probe wfe, wfe
	probe hvc, hvc #0
	probe svc, svc #0x51
	probe brk, brk #0x52

/* The address afterwards: changed only if the writeback happened. */
function probe_load32_writeback
	ldr w1, [x0], #4
	ret
end probe_load32_writeback

function probe_fetch
	stp x29, x30, [sp, #-16]!
	mov x29, sp
	blr x0
	ldp x29, x30, [sp], #16
	ret
end probe_fetch

	.section .note.GNU-stack, "", %progbits
