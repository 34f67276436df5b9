/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.c - a realm that gives memory up, takes it back, and shares a buffer with its host.
 *
 * The last eighth of the RAM behind the image, at most 4 MiB, holds what is changed; of 4 MiB, and of less in proportion:
 *   | big: 2 MiB, aligned to 2 MiB | 512 KiB | small: 64 KiB | the rest | */
#include "guest/runtime/bytes.h"
#include "guest/runtime/mmio.h"
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"
#include "guest/runtime/trap.h"
#include "reeve/rmi.h"

enum {
	KIB = 1024,
	MIB = 1024 * KIB,
	PAGE_BYTES = 4 * KIB,
	REGION_BYTES_MAX = 4 * MIB,
	REGION_BYTES_MIN = 64 * KIB,
	REGION_SHARE = 8, /* of the RAM behind the image */
	STEP_BYTES = 64,  /* from one word that is written to the next */
	MESSAGE_BYTES = 16,
};

static const char host_message[] = "reeve-host-hello";
static const char realm_message[] = "reeve-realm-hi!!";

struct range {
	const char *name;
	uint64_t base;
	uint64_t top;
};

static uint64_t load(uint64_t address)
{
	return probe_load64(address);
}

static void store(uint64_t address, uint64_t value)
{
	__asm__ volatile("str %0, [%1]" : : "r"(value), "r"(address) : "memory");
}

static void fill(const struct range *range)
{
	for (uint64_t at = range->base; at < range->top; at += STEP_BYTES) {
		store(at, ~at);
	}
}

/* Fail unless [base, top) holds what fill() wrote. */
static void check_filled(const char *when, uint64_t base, uint64_t top)
{
	for (uint64_t at = base; at < top; at += STEP_BYTES) {
		if (load(at) != ~at) {
			fail("%s: 0x%lx at 0x%lx", when, load(at), at);
		}
	}
}

static void check_aborts(const struct range *range, uint64_t address)
{
	struct trap trap;

	trap_begin();
	(void)probe_load64(address);
	if (!trap_end(&trap)) {
		fail("%s is EMPTY and a load from 0x%lx works", range->name, address);
	}
	if (trap_class(&trap) != EC_DATA_ABORT || trap_fault(&trap) != FSC_SEA || trap.far != address) {
		fail("load from EMPTY 0x%lx: ESR 0x%lx FAR 0x%lx", address, trap.esr, trap.far);
	}
}

static void set(const struct range *range, uint64_t ripas, const char *ripas_name)
{
	if (!rsi_ipa_state_set(range->base, range->top, ripas)) {
		fail("%s cannot be set to %s", range->name, ripas_name);
	}
	if (!rsi_ipa_state_is(range->base, range->top, ripas)) {
		fail("%s was set to %s and is not", range->name, ripas_name);
	}
	print("%s 0x%lx-0x%lx: %s\n", range->name, range->base, range->top, ripas_name);
}

/* RAM -> EMPTY -> RAM, with the neighbours' content untouched. */
static void give_and_take(const struct range *region, const struct range *range)
{
	set(range, RIPAS_EMPTY, "EMPTY");
	check_aborts(range, range->base);
	check_aborts(range, range->top - 8);
	print("%s: a load ends in a synchronous external abort\n", range->name);
	if (range->base > region->base) {
		check_filled("below an EMPTY range", range->base - STEP_BYTES, range->base);
	}
	if (range->top < region->top) {
		check_filled("above an EMPTY range", range->top, range->top + STEP_BYTES);
	}
	set(range, RIPAS_RAM, "RAM");
	fill(range);
	check_filled("after its return", range->base, range->top);
	print("%s: written and read again\n", range->name);
}

static void exchange(const struct machine *machine)
{
	char text[MESSAGE_BYTES + 1] = {0};
	struct fdt_reg shared;

	if (!fdt_find_compatible(&machine->fdt, "reeve,shared-buffer", 0, &shared)) {
		fail("the device tree has no shared buffer");
	}
	if (shared.base != unprotected(machine, shared.base) || shared.size < (uint64_t)2 * MESSAGE_BYTES) {
		fail("shared buffer 0x%lx, %lu bytes: protected or too small", shared.base, shared.size);
	}
	for (unsigned i = 0; i < MESSAGE_BYTES; i++) {
		text[i] = (char)mmio_read8(shared.base + i);
	}
	print("the host says %s\n", text);
	if (memcmp(text, host_message, MESSAGE_BYTES) != 0) {
		fail("the host's message is not %s", host_message);
	}
	for (unsigned i = 0; i < MESSAGE_BYTES; i++) {
		mmio_write8(shared.base + MESSAGE_BYTES + i, (uint8_t)realm_message[i]);
	}
	for (unsigned i = 0; i < MESSAGE_BYTES; i++) {
		if (mmio_read8(shared.base + MESSAGE_BYTES + i) != (uint8_t)realm_message[i]) {
			fail("the shared buffer does not keep what is written");
		}
	}
	print("the realm says %s\n", realm_message);
}

/* The largest power of two that is no more than the region's share of `room`, and within its limits. */
static uint64_t region_bytes(uint64_t room)
{
	uint64_t bytes = REGION_BYTES_MAX;

	while (bytes > REGION_BYTES_MIN && bytes > room / REGION_SHARE) {
		bytes /= 2;
	}
	return bytes;
}

static void memory(const struct machine *machine)
{
	uint64_t ram_top = machine->ram.base + machine->ram.size;
	uint64_t bytes = region_bytes(ram_top - image_end_address());
	uint64_t big_bytes = bytes / 2;
	uint64_t small_bytes = bytes / 64 < PAGE_BYTES ? PAGE_BYTES : bytes / 64;
	struct range region = {"region", ram_top - bytes, ram_top};
	struct range big = {"big", (region.base + big_bytes - 1) & ~(big_bytes - 1), 0};
	struct range small = {"small", 0, 0};

	big.top = big.base + big_bytes;
	small.base = big.top + bytes / 8;
	small.top = small.base + small_bytes;
	if (machine->ram.size < bytes || region.base < image_end_address() || small.top > ram_top) {
		fail("too little RAM, or its end is not aligned to 0x%lx: 0x%lx", big_bytes, ram_top);
	}
	if (!rsi_ipa_state_is(machine->ram.base, ram_top, RIPAS_RAM)) {
		fail("RAM has not RIPAS RAM everywhere");
	}
	print("RAM 0x%lx-0x%lx: RAM\n", machine->ram.base, ram_top);
	fill(&region);
	check_filled("first use", region.base, region.top);
	print("region 0x%lx-0x%lx: written and read\n", region.base, region.top);
	give_and_take(&region, &small);
	give_and_take(&region, &big);
	check_filled("at the end", region.base, region.top);
	exchange(machine);
}

const struct program program = {"memory", memory};
