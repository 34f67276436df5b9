/* SPDX-License-Identifier: BSD-2-Clause */
/* hello.c - a realm that says what it is. */
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"
#include "reeve/field.h"

enum { RPV_SHOWN = 8 };

static void hello(const struct machine *machine)
{
	struct call version = call4(RSI_FID(VERSION), RSI_VERSION_1_0, 0, 0, 0);

	print("Hello from a realm\n");
	if (version.x[0] != RSI_SUCCESS) {
		fail("RSI_VERSION gives %lu, the monitor has 0x%lx to 0x%lx", version.x[0], version.x[1], version.x[2]);
	}
	print("RSI version %lu.%lu\n", FIELD_GET(version.x[1], RMI_VERSION_MAJOR),
		FIELD_GET(version.x[1], RMI_VERSION_MINOR));
	print("IPA width %lu bits\n", machine->config->ipa_width);
	print("hash algorithm sha-%u\n", 8 * hash_length(machine));
	print("RPV ");
	print_bytes(machine->config->rpv, RPV_SHOWN);
	print("...\n");
}

const struct program program = {"hello", hello};
