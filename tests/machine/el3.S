/* SPDX-License-Identifier: BSD-2-Clause */
/* el3.S - a stand-in for EL3 that boots a monitor with whatever it is told to, and says how the boot ended: for tests of bad input.
 *
 * Runs at reset as QEMU's flash. PARAMETERS (Non-secure memory, filled by QEMU's loader): four words for x0..x3 of the monitor's entry. No
 * granule protection is turned on. RMM_BOOT_COMPLETE ends QEMU: `el3: RESULT` on the UART first, RESULT as EL3 sees it, in decimal. Any
 * other call from the monitor: `el3: unexpected`. Source: fact sheet qemu-rme-machine s4. */

#define PARAMETERS 0x50000000
#define ENTRY 0x40100000
#define UART 0x09000000
/* SCR_EL3: NSE, NS; RW, HCE, API, APK, ATA, FGTEn, ECVEn, HXEn, EnTP2, and RES1. */
#define SCR_HIGH 0x40000240
#define SCR_LOW 0x1a030731
#define FID_BOOT_COMPLETE_LOW 0x01cf
#define FID_BOOT_COMPLETE_HIGH 0xc400
/* Semihosting: SYS_EXIT with ADP_Stopped_ApplicationExit. */
#define SYS_EXIT 0x18
#define APPLICATION_EXIT 0x20026

	.arch armv8.4-a
	.section .text.start, "ax"
	.global _start
_start:
	mrs x9, mpidr_el1
	and x9, x9, #0xff
	cbnz x9, sleep
	adr x9, vectors
	msr vbar_el3, x9
	movz x9, #(SCR_HIGH & 0xffff), lsl #32
	movk x9, #(SCR_HIGH >> 16), lsl #48
	movk x9, #(SCR_LOW >> 16), lsl #16
	movk x9, #(SCR_LOW & 0xffff)
	msr scr_el3, x9
	mov x9, #0x1100 /* EZ, ESM: nothing is trapped to EL3 */
	msr cptr_el3, x9
	msr mdcr_el3, xzr
	mov x9, #0xf
	msr S3_6_C12_C12_5, x9 /* ICC_SRE_EL3 */
	isb
	mov x9, #ENTRY
	msr elr_el3, x9
	mov x9, #0x3c9 /* EL2h, DAIF */
	msr spsr_el3, x9
	mov x9, #PARAMETERS
	ldp x0, x1, [x9]
	ldp x2, x3, [x9, #16]
	eret
sleep:
	wfi
	b sleep

/* x10 = UART; prints the string at x11. */
put_string:
	ldrb w12, [x11], #1
	cbz w12, 1f
	str w12, [x10]
	b put_string
1:	ret

call:
	mov x10, #UART
	movz x9, #FID_BOOT_COMPLETE_LOW
	movk x9, #FID_BOOT_COMPLETE_HIGH, lsl #16
	cmp x0, x9
	b.ne unexpected
	adr x11, text_head
	bl put_string
	tbz x1, #63, 1f
	mov w12, #'-'
	str w12, [x10]
	neg x1, x1
1:	add x12, x1, #'0' /* results have one digit */
	str w12, [x10]
	adr x11, text_tail
	bl put_string
	b end
unexpected:
	adr x11, text_unexpected
	bl put_string
end:
	movz x9, #(APPLICATION_EXIT >> 16), lsl #16
	movk x9, #(APPLICATION_EXIT & 0xffff)
	adr x1, exit_block
	mov x0, #SYS_EXIT
	hlt #0xf000
	b sleep

	.balign 8
exit_block:
	.quad APPLICATION_EXIT, 0
text_head:
	.asciz "el3: "
text_tail:
	.asciz "\r\n"
text_unexpected:
	.asciz "el3: unexpected\r\n"

/* Only a call from AArch64 at a lower level has a purpose. */
	.balign 0x800
vectors:
	.rept 8
	.balign 0x80
	b unexpected_at_el3
	.endr
	.balign 0x80
	b call
	.rept 7
	.balign 0x80
	b unexpected_at_el3
	.endr
unexpected_at_el3:
	mov x10, #UART
	b unexpected

	.section .note.GNU-stack, "", %progbits
