/* SPDX-License-Identifier: BSD-2-Clause */
/* device.c - loads and stores of every size, sign and width at devices, the same where no device is, and the waits WFI and WFE.
 *
 * (spec: rmm-v1.0 s9, emulation completion.) The device is a PL011: IBRD keeps 16 bits, ILPR 8, and PCellID1 reads 0xf0. The host
 * aborts every access to the hole at 0x0A00_0000. */
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/report.h"
#include "guest/runtime/trap.h"

enum {
	IPA_HOLE = 0x0a000000,
	PL011_IBRD = 0x024,
	PL011_PCELLID1 = 0xff4,
	WAITS = 3,
};

static const uint64_t stored =
	UINT64_C(0x7766554433228899); /* its bytes and halves differ, and most have their sign set */

typedef uint64_t load(uint64_t address);
typedef uint64_t store(uint64_t address, uint64_t value);

static const struct {
	const char *name;
	load *access;
	uint64_t from_ibrd; /* what it makes of 0x8899 */
	uint64_t from_id;   /* what it makes of 0xf0 */
} loads[] = {
	{"ldrb w", probe_load8, 0x99, 0xf0},
	{"ldrsb w", probe_load8_signed_word, 0xffffff99, 0xfffffff0},
	{"ldrsb x", probe_load8_signed, UINT64_C(0xffffffffffffff99), UINT64_C(0xfffffffffffffff0)},
	{"ldrh w", probe_load16, 0x8899, 0xf0},
	{"ldrsh w", probe_load16_signed_word, 0xffff8899, 0xf0},
	{"ldrsh x", probe_load16_signed, UINT64_C(0xffffffffffff8899), 0xf0},
	{"ldr w", probe_load32, 0x8899, 0xf0},
	{"ldrsw x", probe_load32_signed, 0x8899, 0xf0},
	{"ldr x", probe_load64, 0x8899, 0xf0},
};

static const struct {
	const char *name;
	store *access;
	uint64_t kept; /* what IBRD reads afterwards */
} stores[] = {
	{"strb w", probe_store8_value, 0x99},
	{"strh w", probe_store16_value, 0x8899},
	{"str w", probe_store32_value, 0x8899},
	{"str x", probe_store64_value, 0x8899},
	{"strb wzr", probe_store8_zero, 0},
	{"strh wzr", probe_store16_zero, 0},
	{"str wzr", probe_store32_zero, 0},
	{"str xzr", probe_store64_zero, 0},
};

static const struct {
	const char *name;
	load *access;
} discards[] = {
	{"ldrb wzr", probe_load8_discard},
	{"ldrsh xzr", probe_load16_discard},
	{"ldr xzr", probe_load64_discard},
};

enum {
	LOADS = sizeof(loads) / sizeof(loads[0]),
	STORES = sizeof(stores) / sizeof(stores[0]),
	DISCARDS = sizeof(discards) / sizeof(discards[0]),
};

static void device(uint64_t uart)
{
	for (unsigned i = 0; i < STORES; i++) {
		(void)probe_store32_value(uart + PL011_IBRD, 0x5555);
		(void)stores[i].access(uart + PL011_IBRD, stored);
		report_value(stores[i].name, probe_load32(uart + PL011_IBRD), stores[i].kept);
	}
	(void)probe_store16_value(uart + PL011_IBRD, stored);
	for (unsigned i = 0; i < LOADS; i++) {
		report_value(loads[i].name, loads[i].access(uart + PL011_IBRD), loads[i].from_ibrd);
		report_value(loads[i].name, loads[i].access(uart + PL011_PCELLID1), loads[i].from_id);
	}
	for (unsigned i = 0; i < DISCARDS; i++) {
		report_value(discards[i].name, discards[i].access(uart + PL011_IBRD), uart + PL011_IBRD);
	}
}

/* The access must have ended in an external abort of a load or a store at that address, and changed no register. */
static void aborts(const char *name, uint64_t address, bool is_store, uint64_t value)
{
	struct trap trap = {0};
	bool is_right =
		trap_end(&trap) && trap_class(&trap) == EC_DATA_ABORT && trap.far == address && value == address;

	report_value(name, is_right ? trap_fault(&trap) : 0, FSC_SEA);
	report_value(" is a write", trap_is_write(&trap), is_store);
}

static void hole(uint64_t address)
{
	print("at the hole\n");
	for (unsigned i = 0; i < LOADS; i++) {
		uint64_t value;

		trap_begin();
		value = loads[i].access(address);
		aborts(loads[i].name, address, false, value);
	}
	for (unsigned i = 0; i < STORES; i++) {
		uint64_t value;

		trap_begin();
		value = stores[i].access(address, stored);
		aborts(stores[i].name, address, true, value);
	}
}

/* A CPU may wait or not; it goes on, with nothing changed. */
static void waits(void)
{
	for (unsigned i = 0; i < WAITS; i++) {
		report_value("wfi", probe_wfi(i), i);
		report_value("wfe", probe_wfe(i), i);
	}
}

static void devices(const struct machine *machine)
{
	struct fdt_reg uart;

	if (!fdt_find_compatible(&machine->fdt, "arm,pl011", 0, &uart)) {
		fail("the device tree has no PL011");
	}
	device(uart.base);
	hole(unprotected(machine, IPA_HOLE));
	waits();
	report_end();
}

const struct program program = {"device", devices};
