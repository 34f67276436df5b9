/* SPDX-License-Identifier: BSD-2-Clause */
/* report.c - see report.h. */
#include "guest/runtime/report.h"

#include "guest/runtime/print.h"
#include "guest/runtime/program.h"

struct name {
	int64_t status;
	const char *text;
};

#define RSI_STATUS(name, value, text) {value, #name},
static const struct name rsi_names[] = {
#include "spec/rsi_statuses.def"
	{-1, "NOT_SUPPORTED"},
};
#undef RSI_STATUS

#define PSCI_STATUS(name, value, text) {value, #name},
static const struct name psci_names[] = {
#include "spec/psci.def"
};

static unsigned wrong;

static void line(const char *what, int64_t status, int64_t expected, const struct name *names, unsigned count)
{
	const char *text = "an unknown status";

	for (unsigned i = 0; i < count; i++) {
		if (names[i].status == status) {
			text = names[i].text;
		}
	}
	print("%s: %s%s\n", what, text, status == expected ? "" : " WRONG");
	wrong += status == expected ? 0 : 1;
}

void report_rsi(const char *what, struct call call, uint64_t expected)
{
	line(what, (int64_t)call.x[0], (int64_t)expected, rsi_names, sizeof(rsi_names) / sizeof(rsi_names[0]));
}

/* A 32-bit function answers in W0. */
void report_psci(const char *what, struct call call, int64_t expected)
{
	line(what, (int32_t)call.x[0], expected, psci_names, sizeof(psci_names) / sizeof(psci_names[0]));
}

void report_value(const char *what, uint64_t value, uint64_t expected)
{
	if (value == expected) {
		print("%s: 0x%lx\n", what, value);
		return;
	}
	print("%s: 0x%lx WRONG, expected 0x%lx\n", what, value, expected);
	wrong++;
}

void report_end(void)
{
	if (wrong != 0) {
		fail("%u answers are wrong", wrong);
	}
}
