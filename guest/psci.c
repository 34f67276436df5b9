/* SPDX-License-Identifier: BSD-2-Clause */
/* psci.c - a realm that makes each PSCI call that brings it back, wrong in every way it can be and then right, a line each.
 *
 * (spec: rmm-v1.0 s10.) What switches CPUs on and off is in smp.c. */
#include "guest/runtime/cpus.h"
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/report.h"

static const uint64_t mpidr_nowhere = 0xffff0f; /* well formed, and more CPUs than a realm can have */
static const uint64_t mpidr_malformed = 0x10;   /* Aff0 has four bits */

enum {
	FID_MIGRATE = 0x84000005,       /* functions that are not implemented */
	FID_SYSTEM_RESET2 = 0x84000012, /* (PSCI 1.1, DEN0022) */
	FID_SMC64 = 0x40000000,
};

static void features(const char *what, uint64_t fid, int64_t expected)
{
	print("FEATURES of ");
	report_psci(what, call4(PSCI_FID32_FEATURES, fid, 0, 0, 0), expected);
}

static void versions(void)
{
	report_value("VERSION", call4(PSCI_FID32_VERSION, 0, 0, 0, 0).x[0], PSCI_VERSION_1_1);
	report_value("SMCCC_VERSION", call4(SMCCC_FID_VERSION, 0, 0, 0, 0).x[0], SMCCC_VERSION_1_2);
	features("CPU_SUSPEND", PSCI_FID32_CPU_SUSPEND, PSCI_STATUS_SUCCESS);
	features("CPU_SUSPEND, 64 bits", PSCI_FID64_CPU_SUSPEND, PSCI_STATUS_SUCCESS);
	features("CPU_OFF", PSCI_FID32_CPU_OFF, PSCI_STATUS_SUCCESS);
	features("CPU_OFF, 64 bits", PSCI_FID32_CPU_OFF | FID_SMC64, PSCI_STATUS_NOT_SUPPORTED);
	features("CPU_ON", PSCI_FID32_CPU_ON, PSCI_STATUS_SUCCESS);
	features("CPU_ON, 64 bits", PSCI_FID64_CPU_ON, PSCI_STATUS_SUCCESS);
	features("AFFINITY_INFO", PSCI_FID32_AFFINITY_INFO, PSCI_STATUS_SUCCESS);
	features("AFFINITY_INFO, 64 bits", PSCI_FID64_AFFINITY_INFO, PSCI_STATUS_SUCCESS);
	features("SYSTEM_OFF", PSCI_FID32_SYSTEM_OFF, PSCI_STATUS_SUCCESS);
	features("SYSTEM_RESET", PSCI_FID32_SYSTEM_RESET, PSCI_STATUS_SUCCESS);
	features("FEATURES", PSCI_FID32_FEATURES, PSCI_STATUS_SUCCESS);
	features("SMCCC_VERSION", SMCCC_FID_VERSION, PSCI_STATUS_SUCCESS);
	features("MIGRATE", FID_MIGRATE, PSCI_STATUS_NOT_SUPPORTED);
	features("SYSTEM_RESET2", FID_SYSTEM_RESET2, PSCI_STATUS_NOT_SUPPORTED);
	features("RSI_VERSION", RSI_FID(VERSION), PSCI_STATUS_NOT_SUPPORTED);
	report_psci("MIGRATE", call4(FID_MIGRATE, 0, 0, 0, 0), PSCI_STATUS_NOT_SUPPORTED);
	report_psci("SYSTEM_RESET2", call4(FID_SYSTEM_RESET2, 0, 0, 0, 0), PSCI_STATUS_NOT_SUPPORTED);
	report_psci("CPU_OFF, 64 bits", call4(PSCI_FID32_CPU_OFF | FID_SMC64, 0, 0, 0, 0), PSCI_STATUS_NOT_SUPPORTED);
}

/* Each wrong argument of CPU_ON and AFFINITY_INFO, by the function with 32 or with 64 bits. */
static void targets(const struct machine *machine, uint64_t on, uint64_t info)
{
	uint64_t entry = (uintptr_t)secondary_start;
	uint64_t self = own_affinity();

	print("%s\n", on == PSCI_FID64_CPU_ON ? "64 bits" : "32 bits");
	report_psci(" CPU_ON of this CPU", call4(on, self, entry, 0, 0), PSCI_STATUS_ALREADY_ON);
	report_psci(" CPU_ON of no CPU", call4(on, mpidr_nowhere, entry, 0, 0), PSCI_STATUS_INVALID_PARAMETERS);
	report_psci(" CPU_ON, malformed", call4(on, mpidr_malformed, entry, 0, 0), PSCI_STATUS_INVALID_PARAMETERS);
	if (on == PSCI_FID64_CPU_ON) {
		report_psci(" CPU_ON at an unprotected entry", call4(on, self, unprotected(machine, entry), 0, 0),
			PSCI_STATUS_INVALID_ADDRESS);
		report_psci(" CPU_ON beyond the IPA space",
			call4(on, self, UINT64_C(1) << machine->config->ipa_width, 0, 0), PSCI_STATUS_INVALID_ADDRESS);
	}
	report_psci(" AFFINITY_INFO of this CPU", call4(info, self, 0, 0, 0), PSCI_AFFINITY_ON);
	report_psci(" AFFINITY_INFO of no CPU", call4(info, mpidr_nowhere, 0, 0, 0), PSCI_STATUS_INVALID_PARAMETERS);
	report_psci(" AFFINITY_INFO, malformed", call4(info, mpidr_malformed, 0, 0, 0), PSCI_STATUS_INVALID_PARAMETERS);
	report_psci(" AFFINITY_INFO of a cluster", call4(info, self, 1, 0, 0), PSCI_STATUS_INVALID_PARAMETERS);
}

/* The host may let the CPU sleep; it comes back with 0, and the other registers as they were. */
static void suspend(const char *what, uint64_t fid)
{
	struct call call = call4(fid, 1, 2, 3, 4);

	report_psci(what, call, PSCI_STATUS_SUCCESS);
	report_value(" X4 afterwards", call.x[4], 4);
}

static void psci(const struct machine *machine)
{
	versions();
	targets(machine, PSCI_FID32_CPU_ON, PSCI_FID32_AFFINITY_INFO);
	targets(machine, PSCI_FID64_CPU_ON, PSCI_FID64_AFFINITY_INFO);
	suspend("CPU_SUSPEND", PSCI_FID32_CPU_SUSPEND);
	suspend("CPU_SUSPEND, 64 bits", PSCI_FID64_CPU_SUSPEND);
	report_end();
}

const struct program program = {"psci", psci};
