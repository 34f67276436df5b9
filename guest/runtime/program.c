/* SPDX-License-Identifier: BSD-2-Clause */
/* program.c - from the first C instruction to SYSTEM_OFF. */
#include "guest/runtime/program.h"

#include <stdalign.h>
#include <stdarg.h>

#include "guest/runtime/print.h"
#include "guest/runtime/services.h"

enum { GRANULE_BYTES = 4096, FDT_BYTES_MAX = 2 * 1024 * 1024 };

extern char image_end[]; /* link.ld */

static alignas(GRANULE_BYTES) struct rsi_realm_config config;
static volatile uint64_t console; /* 0: none was found */
static volatile bool has_failed;

_Noreturn void fail(const char *format, ...)
{
	va_list arguments;

	/* Without a console, or when printing itself fails, only another end than SYSTEM_OFF tells. */
	if (console == 0 || has_failed) {
		psci_system_reset();
	}
	has_failed = true;
	console_use(console);
	va_start(arguments, format);
	print("%s: FAILED: ", program.name);
	print_arguments(format, arguments);
	print("\n");
	va_end(arguments);
	psci_system_off();
}

uint64_t unprotected(const struct machine *machine, uint64_t ipa)
{
	return UINT64_C(1) << (machine->config->ipa_width - 1) | ipa;
}

unsigned hash_length(const struct machine *machine)
{
	switch (machine->config->hash_algo) {
	case 0:
		return 32;
	case 1:
		return 64;
	default:
		fail("hash algorithm %u is unknown", machine->config->hash_algo);
	}
}

uint64_t image_end_address(void)
{
	return (uintptr_t)image_end;
}

_Noreturn void boot(uint64_t fdt_address)
{
	struct machine machine = {.config = &config};
	struct fdt_reg uart;
	uint64_t status;

	/* NOLINTNEXTLINE(performance-no-int-to-ptr): the address comes in a register */
	if (!fdt_open(&machine.fdt, (const void *)fdt_address, FDT_BYTES_MAX) ||
		!fdt_find_compatible(&machine.fdt, "arm,pl011", 0, &uart)) {
		fail("no console");
	}
	console = uart.base;
	if (!fdt_has_text(&machine.fdt, "chosen", "bootargs", "quiet")) {
		console_use(console);
	}
	if (!fdt_find_named(&machine.fdt, "memory", 0, &machine.ram)) {
		fail("the device tree has no memory node");
	}
	status = rsi_realm_config(&config);
	if (status != RSI_SUCCESS) {
		fail("RSI_REALM_CONFIG gives %lu", status);
	}
	program.run(&machine);
	console_use(console);
	print("%s: ok\n", program.name);
	psci_system_off();
}
