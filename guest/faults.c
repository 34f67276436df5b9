/* SPDX-License-Identifier: BSD-2-Clause */
/* faults.c - every outcome of an access that stage 2 has for a realm, one after another, a line each.
 *
 * (spec: rmm-v1.0 s4, Realm access outcome.) Unprotected device space is as the host lays it out: a PL011 whose
 * identification registers read 0x11, ... and a hole at 0x0A00_0000. */
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"
#include "guest/runtime/trap.h"

enum {
	IPA_EMPTY = 0x20000000, /* below RAM: nobody ever made it RAM */
	IPA_HOLE = 0x0a000000,
	PL011_PERIPHID0 = 0xfe0,
	PL011_PCELLID1 = 0xff4, /* has its sign bit set in hardware */
	PERIPHID0_VALUE = 0x11,
	TOP_OFFSET = 0x2000,       /* untouched RAM, from its top */
	FSC_ADDRESS_SIZE_LAST = 3, /* 0..3: address size fault at level 0..3 */
	FID_UNKNOWN = 0x1234,
};

struct places {
	uint64_t empty;
	uint64_t untouched;
	uint64_t beyond;
	uint64_t uart;
	uint64_t hole;
};

typedef uint64_t probe(uint64_t address);

/* One line; the case is wrong when `is_right` is false. Returns how many were wrong: 0 or 1. */
static unsigned report_trap(const char *what, const struct trap *trap, bool is_right)
{
	unsigned class = trap_class(trap);

	if (class == EC_DATA_ABORT || class == EC_INSTRUCTION_ABORT) {
		print("%s: EC 0x%x %cFSC 0x%x FAR 0x%lx", what, class, class == EC_DATA_ABORT ? 'D' : 'I',
			trap_fault(trap), trap->far);
	} else {
		print("%s: EC 0x%x", what, class);
	}
	print("%s\n", is_right ? "" : " WRONG");
	return is_right ? 0 : 1;
}

static unsigned report_no_trap(const char *what, uint64_t value)
{
	print("%s: no exception, 0x%lx WRONG\n", what, value);
	return 1;
}

/* The access must end in a synchronous external abort of class `class` at that address, and change no register. */
static unsigned expect_sea(const char *what, probe *access, uint64_t address, unsigned class)
{
	struct trap trap;
	uint64_t value;

	trap_begin();
	value = access(address);
	if (!trap_end(&trap)) {
		return report_no_trap(what, value);
	}
	return report_trap(what, &trap,
		trap_class(&trap) == class && trap_fault(&trap) == FSC_SEA && trap.far == address && value == address);
}

/* Beyond the IPA space: an address size fault of stage 1, or an external abort. */
static unsigned expect_beyond(const char *what, uint64_t address)
{
	struct trap trap;
	uint64_t value;

	trap_begin();
	value = probe_load64(address);
	if (!trap_end(&trap)) {
		return report_no_trap(what, value);
	}
	return report_trap(what, &trap,
		trap_class(&trap) == EC_DATA_ABORT && trap.far == address &&
			(trap_fault(&trap) == FSC_SEA || trap_fault(&trap) <= FSC_ADDRESS_SIZE_LAST));
}

/* An instruction's own exception: class and, below the mask, its syndrome. */
static unsigned expect_own(const char *what, probe *instruction, unsigned class, uint64_t immediate)
{
	struct trap trap;

	trap_begin();
	(void)instruction(0);
	if (!trap_end(&trap)) {
		return report_no_trap(what, 0);
	}
	return report_trap(what, &trap, trap_class(&trap) == class && (trap.esr & 0xffff) == immediate);
}

/* An access that works: the value below `mask` must be `expected`. */
static unsigned expect_value(const char *what, probe *access, uint64_t address, uint64_t mask, uint64_t expected)
{
	struct trap trap;
	uint64_t value;

	trap_begin();
	value = access(address);
	if (trap_end(&trap)) {
		return report_trap(what, &trap, false);
	}
	if ((value & mask) != expected) {
		print("%s: 0x%lx WRONG, expected 0x%lx\n", what, value, expected);
		return 1;
	}
	print("%s: 0x%lx\n", what, value);
	return 0;
}

/* As expect_value, of a value that nobody can know: it is not printed. */
static unsigned expect_works(const char *what, probe *access, uint64_t address)
{
	struct trap trap;

	trap_begin();
	(void)access(address);
	if (trap_end(&trap)) {
		return report_trap(what, &trap, false);
	}
	print("%s: works\n", what);
	return 0;
}

static unsigned protected_space(const struct places *at)
{
	unsigned wrong = 0;

	wrong += expect_sea("load from EMPTY", probe_load64, at->empty, EC_DATA_ABORT);
	wrong += expect_sea("store to EMPTY", probe_store64, at->empty + 8, EC_DATA_ABORT);
	wrong += expect_sea("fetch from EMPTY", probe_fetch, at->empty + 16, EC_INSTRUCTION_ABORT);
	wrong += expect_works("load from untouched RAM", probe_load64, at->untouched);
	wrong += expect_beyond("load beyond the IPA space", at->beyond);
	return wrong;
}

/* A signed load must be the sign extension of the unsigned one of the same size, cut to 32 bits for a W register. */
static unsigned signed_loads(uint64_t id)
{
	uint64_t byte = probe_load8(id);
	uint64_t half = probe_load16(id);
	uint64_t word = probe_load32(id);
	unsigned wrong = 0;

	wrong += expect_value(
		"ldrsb x from a device", probe_load8_signed, id, UINT64_MAX, (uint64_t)(int64_t)(int8_t)byte);
	wrong += expect_value(
		"ldrsb w from a device", probe_load8_signed_word, id, UINT64_MAX, (uint32_t)(int32_t)(int8_t)byte);
	wrong += expect_value(
		"ldrsh x from a device", probe_load16_signed, id, UINT64_MAX, (uint64_t)(int64_t)(int16_t)half);
	wrong += expect_value(
		"ldrsw x from a device", probe_load32_signed, id, UINT64_MAX, (uint64_t)(int64_t)(int32_t)word);
	return wrong;
}

static unsigned unprotected_space(const struct places *at)
{
	uint64_t id = at->uart + PL011_PERIPHID0;
	unsigned wrong = 0;

	wrong += expect_value("ldrb from a device", probe_load8, id, UINT64_MAX, PERIPHID0_VALUE);
	wrong += expect_value("ldrh from a device", probe_load16, id, UINT64_MAX, PERIPHID0_VALUE);
	wrong += expect_value("ldr w from a device", probe_load32, id, UINT64_MAX, PERIPHID0_VALUE);
	wrong += expect_value("ldr x from a device", probe_load64, id, 0xff, PERIPHID0_VALUE);
	wrong += signed_loads(at->uart + PL011_PCELLID1);
	wrong += expect_sea("load with writeback from a device", probe_load32_writeback, id, EC_DATA_ABORT);
	wrong += expect_sea("load from a hole", probe_load32, at->hole, EC_DATA_ABORT);
	wrong += expect_sea("fetch from unprotected space", probe_fetch, at->uart, EC_INSTRUCTION_ABORT);
	return wrong;
}

static unsigned instructions(void)
{
	uint64_t status = call4(RSI_FID_BASE | FID_UNKNOWN, 0, 0, 0, 0).x[0];
	unsigned wrong = 0;

	wrong += expect_own("hvc", probe_hvc, EC_UNKNOWN, 0);
	wrong += expect_own("svc", probe_svc, EC_SVC, 0x51);
	wrong += expect_own("brk", probe_brk, EC_BRK, 0x52);
	print("unknown smc: %ld%s\n", (int64_t)status, status == UINT64_MAX ? "" : " WRONG");
	return wrong + (status == UINT64_MAX ? 0 : 1);
}

static void faults(const struct machine *machine)
{
	struct fdt_reg uart;
	struct places at = {
		.empty = IPA_EMPTY,
		.untouched = machine->ram.base + machine->ram.size - TOP_OFFSET,
		.beyond = UINT64_C(1) << machine->config->ipa_width,
		.hole = unprotected(machine, IPA_HOLE),
	};
	unsigned wrong;

	if (!fdt_find_compatible(&machine->fdt, "arm,pl011", 0, &uart)) {
		fail("the device tree has no PL011");
	}
	at.uart = uart.base;
	wrong = protected_space(&at);
	wrong += unprotected_space(&at);
	wrong += instructions();
	if (wrong != 0) {
		fail("%u outcomes are wrong", wrong);
	}
}

const struct program program = {"faults", faults};
