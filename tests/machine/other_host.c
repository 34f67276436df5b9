/* SPDX-License-Identifier: BSD-2-Clause */
/* other_host.c - a program for NS-EL2 that has only the ABI's numbers from reeve, and takes a monitor through one realm's life.
 *
 * One line a call on the UART, `NAME: STATUS`, and what a program of a few instructions in the realm said. Ends by PSCI SYSTEM_OFF.
 * Granules stand in fixed places; the MMU is off. Sources: RMM v1.0 sections B3, B4; fact sheets rmm-v1.0 s1, s5, qemu-rme-machine s3. */
#include "machine/qemu/bare/pointer.h"
#include "machine/qemu/bare/smc.h"
#include "reeve/psci.h"
#include "reeve/rmi.h"

enum {
	UART = 0x09000000,
	PAGE = 4096,
	WORD_BITS = 64,
	NIBBLE = 4,
	IPA_BITS = 32,
	START_LEVEL = 2,
	ROOTS = 4,
	CREATE = 1,
	SPOKEN = 0x5a
};

/* Pages from here on, each for one use. */
#define MEMORY UINT64_C(0x70000000)
enum place { ROOT, RD = ROOT + ROOTS, TABLE, DATA, REC, AUX, PARAMS = AUX + RMI_REC_AUX_MAX, SOURCE, RUN };

/* A host call with 0x5a in its first register, then SYSTEM_OFF. */
static const uint32_t program[] = {
	0xd2803320, /* mov x0, #0x199 */
	0xf2b88000, /* movk x0, #0xc400, lsl #16: RSI_HOST_CALL */
	0x100007c1, /* adr x1, 0x100: the host call's structure */
	0xd4000003, /* smc #0 */
	0xd2800100, /* mov x0, #8 */
	0xf2b08000, /* movk x0, #0x8400, lsl #16: SYSTEM_OFF */
	0xd4000003, /* smc #0 */
	0x14000000, /* b . */
};

__asm__(".section .entry, \"ax\"\n"
	".global _start\n"
	"_start:\n"
	"	mov x0, #0x62000000\n"
	"	mov sp, x0\n"
	"	bl other_host\n"
	"	b .\n"
	"	.text\n");

static uint64_t at(unsigned place)
{
	return MEMORY + (uint64_t)place * PAGE;
}

static void put(const char *text)
{
	for (; *text != '\0'; text++) {
		*(volatile uint32_t *)pointer_at(UART) = (uint8_t)*text;
	}
}

static void put_hex(uint64_t value)
{
	char digit[2] = "0";
	unsigned shift = WORD_BITS;

	while (shift > NIBBLE && value >> (shift - NIBBLE) == 0) {
		shift -= NIBBLE;
	}
	do {
		shift -= NIBBLE;
		digit[0] = "0123456789abcdef"[value >> shift & 0xf];
		put(digit);
	} while (shift > 0);
}

static void say(const char *name, uint64_t value)
{
	put(name);
	put(": ");
	put_hex(value);
	put("\r\n");
}

/* Make a call and say its status, but for a success of one of a series. Returns X1. */
static uint64_t call(const char *name, uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3, uint64_t x4, uint64_t x5)
{
	uint64_t x[SMC_REGISTERS] = {fid, x1, x2, x3, x4, x5};

	smc(x);
	if (name != (const char *)0) {
		say(name, x[0]);
	} else if (x[0] != RMI_SUCCESS) {
		say("one of a series", x[0]);
	}
	return x[1];
}

static void move(uint64_t fid, unsigned first, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		(void)call((const char *)0, fid, at(first + i), 0, 0, 0, 0);
	}
}

static void zero(unsigned place)
{
	for (uint64_t word = 0; word < PAGE; word += sizeof(uint64_t)) {
		*(volatile uint64_t *)pointer_at(at(place) + word) = 0;
	}
}

static void probe(void)
{
	(void)call("version 1.0", RMI_FID(VERSION), UINT64_C(1) << 16, 0, 0, 0, 0);
	(void)call("version 3.0", RMI_FID(VERSION), UINT64_C(3) << 16, 0, 0, 0, 0);
	(void)call("no such call", RMI_FID(VERSION) + 0x3f, 0, 0, 0, 0, 0);
	(void)call("undelegate what is mine", RMI_FID(GRANULE_UNDELEGATE), at(RD), 0, 0, 0, 0);
	(void)call("delegate the monitor", RMI_FID(GRANULE_DELEGATE), 0x40100000, 0, 0, 0, 0);
	(void)call("delegate a device", RMI_FID(GRANULE_DELEGATE), UART, 0, 0, 0, 0);
	(void)call("destroy no realm", RMI_FID(REALM_DESTROY), at(RD), 0, 0, 0, 0);
}

static void build(void)
{
	volatile struct rmi_realm_params *realm = pointer_at(at(PARAMS));
	volatile struct rmi_rec_params *rec = pointer_at(at(PARAMS));
	volatile uint32_t *source = pointer_at(at(SOURCE));
	uint64_t count;

	move(RMI_FID(GRANULE_DELEGATE), ROOT, PARAMS - ROOT);
	zero(PARAMS);
	realm->s2sz = IPA_BITS;
	realm->num_bps = 1; /* the least: two */
	realm->num_wps = 1;
	realm->vmid = 1;
	realm->rtt_base = at(ROOT);
	realm->rtt_level_start = START_LEVEL;
	realm->rtt_num_start = ROOTS;
	(void)call("realm_create", RMI_FID(REALM_CREATE), at(RD), at(PARAMS), 0, 0, 0);
	(void)call("rtt_create", RMI_FID(RTT_CREATE), at(RD), at(TABLE), 0, RMI_LEVEL_LAST, 0);
	(void)call("rtt_init_ripas", RMI_FID(RTT_INIT_RIPAS), at(RD), 0, PAGE, 0, 0);
	zero(SOURCE);
	for (unsigned i = 0; i < sizeof(program) / sizeof(program[0]); i++) {
		source[i] = program[i];
	}
	source[(0x100 + sizeof(uint64_t)) / sizeof(uint32_t)] = SPOKEN; /* gprs[0] of the host call */
	(void)call("data_create", RMI_FID(DATA_CREATE), at(RD), at(DATA), 0, at(SOURCE), 1);
	count = call("rec_aux_count", RMI_FID(REC_AUX_COUNT), at(RD), 0, 0, 0, 0);
	zero(PARAMS);
	rec->flags = 1;
	rec->num_aux = count;
	for (uint64_t i = 0; i < count; i++) {
		rec->aux[i] = at(AUX) + i * PAGE;
	}
	(void)call("rec_create", RMI_FID(REC_CREATE), at(RD), at(REC), at(PARAMS), 0, 0);
	(void)call("realm_activate", RMI_FID(REALM_ACTIVATE), at(RD), 0, 0, 0, 0);
}

static void run(void)
{
	volatile struct rmi_rec_run *page = pointer_at(at(RUN));

	zero(RUN);
	(void)call("rec_enter", RMI_FID(REC_ENTER), at(REC), at(RUN), 0, 0, 0);
	say("exit", page->exit.exit_reason);
	say("the realm says", page->exit.gprs[0]);
	(void)call("rec_enter", RMI_FID(REC_ENTER), at(REC), at(RUN), 0, 0, 0);
	say("exit", page->exit.exit_reason);
	say("psci", page->exit.gprs[0]);
	(void)call("rec_enter when off", RMI_FID(REC_ENTER), at(REC), at(RUN), 0, 0, 0);
}

static void destroy(void)
{
	(void)call("realm_destroy too early", RMI_FID(REALM_DESTROY), at(RD), 0, 0, 0, 0);
	say("data", call("data_destroy", RMI_FID(DATA_DESTROY), at(RD), 0, 0, 0, 0));
	say("table", call("rtt_destroy", RMI_FID(RTT_DESTROY), at(RD), 0, RMI_LEVEL_LAST, 0, 0));
	(void)call("rec_destroy", RMI_FID(REC_DESTROY), at(REC), 0, 0, 0, 0);
	(void)call("realm_destroy", RMI_FID(REALM_DESTROY), at(RD), 0, 0, 0, 0);
	move(RMI_FID(GRANULE_UNDELEGATE), ROOT, PARAMS - ROOT);
	say("what is left of the data", *(volatile uint64_t *)pointer_at(at(DATA)));
}

void other_host(void);
void other_host(void)
{
	probe();
	build();
	run();
	destroy();
	(void)call("off", PSCI_FID32_SYSTEM_OFF, 0, 0, 0, 0, 0);
}
