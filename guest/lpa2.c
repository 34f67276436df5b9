/* SPDX-License-Identifier: BSD-2-Clause */
/* lpa2.c - a realm at addresses that take more than 48 bits: its own memory, what it shares with the host, and where nothing is.
 *
 * A realm whose addresses are narrower, or whose RAM ends below 2^48, only says so. All with stage 1 off: an address is the IPA itself. */
#include "guest/runtime/mmio.h"
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"
#include "guest/runtime/trap.h"
#include "reeve/field.h"
#include "reeve/rmi.h"

enum { PAGE_BYTES = 4096, BITS_WITHOUT_LPA2 = 48, MMFR0_TGRAN4_SHIFT = 28, MMFR0_TGRAN4_WIDTH = 4 };

static const uint64_t high = UINT64_C(1) << BITS_WITHOUT_LPA2;
static const uint64_t high_word = 0x52ad52ad52ad52ad;
static const uint64_t low_word = 0x48ad48ad48ad48ad;

static void store(uint64_t address, uint64_t value)
{
	(void)probe_store64_value(address, value);
}

/* 1: stage 1 can have addresses of 52 bits with 4 KiB granules; 0: it cannot. */
static unsigned granule_4k(void)
{
	uint64_t mmfr0;

	__asm__ volatile("mrs %0, id_aa64mmfr0_el1" : "=r"(mmfr0));
	return (unsigned)reeve_bits_get(mmfr0, MMFR0_TGRAN4_SHIFT, MMFR0_TGRAN4_WIDTH);
}

/* Two pages whose addresses differ in bit 48 alone are two pages. */
static void memory(uint64_t low)
{
	store(high | low, high_word);
	store(low, low_word);
	if (probe_load64(high | low) != high_word || probe_load64(low) != low_word) {
		fail("0x%lx has 0x%lx, 0x%lx has 0x%lx", high | low, probe_load64(high | low), low, probe_load64(low));
	}
	print("0x%lx and 0x%lx: two pages\n", high | low, low);
}

static void empty(uint64_t page)
{
	struct trap trap;

	if (!rsi_ipa_state_set(page, page + PAGE_BYTES, RIPAS_EMPTY) ||
		!rsi_ipa_state_is(page, page + PAGE_BYTES, RIPAS_EMPTY)) {
		fail("0x%lx cannot be made EMPTY", page);
	}
	trap_begin();
	(void)probe_load64(page);
	if (!trap_end(&trap)) {
		fail("0x%lx is EMPTY and a load from it works", page);
	}
	if (trap_class(&trap) != EC_DATA_ABORT || trap_fault(&trap) != FSC_SEA || trap.far != page) {
		fail("load from EMPTY 0x%lx: ESR 0x%lx FAR 0x%lx", page, trap.esr, trap.far);
	}
	if (!rsi_ipa_state_set(page, page + PAGE_BYTES, RIPAS_RAM) || probe_load64(page) != 0) {
		fail("0x%lx does not come back as zeroes", page);
	}
	print("0x%lx: EMPTY aborts, RAM is back\n", page);
}

/* The shared buffer and the console are above half of the address space. */
static void outside(const struct machine *machine)
{
	struct fdt_reg shared;
	struct fdt_reg uart;
	uint64_t word;

	if (!fdt_find_compatible(&machine->fdt, "reeve,shared-buffer", 0, &shared) ||
		!fdt_find_compatible(&machine->fdt, "arm,pl011", 0, &uart)) {
		fail("the device tree has no shared buffer, or no PL011");
	}
	word = probe_load64(shared.base);
	store(shared.base + PAGE_BYTES, ~word);
	if (word == 0 || probe_load64(shared.base + PAGE_BYTES) != ~word || probe_load64(shared.base) != word) {
		fail("the shared buffer at 0x%lx does not keep what is written", shared.base);
	}
	print("0x%lx: shared with the host\n0x%lx: this console\n", shared.base, uart.base);
}

static void lpa2(const struct machine *machine)
{
	uint64_t low = image_end_address();
	unsigned width = (unsigned)machine->config->ipa_width;

	print("IPA width %u, TGran4 %u\n", width, granule_4k());
	if (width <= BITS_WITHOUT_LPA2) {
		return;
	}
	outside(machine);
	if (machine->ram.base + machine->ram.size < (high | low) + PAGE_BYTES) {
		print("RAM ends at 0x%lx\n", machine->ram.base + machine->ram.size);
		return;
	}
	memory(low);
	empty(high | low);
	if (probe_load64(low) != low_word) {
		fail("0x%lx has 0x%lx since 0x%lx was EMPTY", low, probe_load64(low), high | low);
	}
}

const struct program program = {"lpa2", lpa2};
