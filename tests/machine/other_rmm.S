/* SPDX-License-Identifier: BSD-2-Clause */
/* other_rmm.S - monitors that are none, for tests of who meets one: the boot ends with BOOT, RMI_VERSION answers STATUS, LOWER and HIGHER.
 *
 * Every other RMI call is not supported. Sources: fact sheets qemu-rme-machine s4, rmm-v1.0 s1. */
	.arch armv8.4-a
	.section .text.start, "ax"
	.global _start
_start:
	ldr x0, =0xc40001cf /* RMM_BOOT_COMPLETE */
	ldr x1, =BOOT
	smc #0
call:
	ldr x9, =0xc4000150 /* RMI_VERSION */
	mov x1, #-1
	cmp x0, x9
	b.ne 1f
	ldr x1, =STATUS
1:	ldr x2, =LOWER
	ldr x3, =HIGHER
	ldr x0, =0xc400018f /* RMM_RMI_REQ_COMPLETE */
	smc #0
	b call
