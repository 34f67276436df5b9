/* SPDX-License-Identifier: BSD-2-Clause */
/* where.c - reads QEMU's registers. */
#include "tools/qemu/where.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/qemu/qmp.h"

/* As the machine's memory map has it (machine/qemu/job.h, TF-A's plat/qemu). */
static const struct {
	uint64_t base;
	uint64_t top;
	const char *name;
} places[] = {
	{0x40100000, 0x41900000, "the monitor"},
	{0x60000000, 0x64000000, "the host"},
};

const char *where_world(unsigned level, uint64_t pc)
{
	if (level == 3) {
		return "the firmware";
	}
	if (level < 2) {
		return "the Realm";
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (pc >= places[i].base && pc < places[i].top) {
			return places[i].name;
		}
	}
	return "no image's code";
}

/* Each "CPU#n … PC=… EL…" of `info registers -a`, told in *where. */
static void registers_tell(const char *text, struct message *where)
{
	size_t used = 0;

	where->text[0] = '\0';
	for (const char *at = strstr(text, "CPU#"); at != NULL; at = strstr(at + 1, "CPU#")) {
		const char *pc = strstr(at, "PC=");
		const char *level = strstr(at, " EL");
		unsigned cpu;
		uint64_t address;
		unsigned el;

		if (pc == NULL || level == NULL || sscanf(at, "CPU#%u", &cpu) != 1 ||
			sscanf(pc, "PC=%" SCNx64, &address) != 1 || sscanf(level, " EL%1u", &el) != 1 ||
			used >= sizeof(where->text)) {
			return;
		}
		used += (size_t)snprintf(where->text + used, sizeof(where->text) - used,
			"%scpu %u in %s (EL%u, PC 0x%" PRIx64 ")", used == 0 ? "" : ", ", cpu, where_world(el, address),
			el, address);
	}
}

void where_ask(int qmp, struct message *where)
{
	char *told = qmp_human(qmp, "info registers -a");

	(void)message_set(where, "QEMU does not say what its CPUs are doing");
	if (told != NULL) {
		registers_tell(told, where);
	}
	free(told);
}
