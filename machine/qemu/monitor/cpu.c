/* SPDX-License-Identifier: BSD-2-Clause */
/* cpu.c - the CPUs the monitor runs on: features detected, EL2 prepared. */
#include "machine/qemu/monitor/cpu.h"

#include <stddef.h>

#include "machine/qemu/bare/exception.h"
#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/sysreg.h"
#include "machine/qemu/monitor/controls.h"

enum { FIELD_NONE = 0xF, PMU_NONE = 0xF, TGRAN4_2_SAME = 0, TGRAN4_2_LPA2 = 3, TGRAN4_LPA2 = 1, VMID_16 = 2 };
enum { PA_BITS_NO_LPA2 = 48, PREBITS_OF_ONE = 5 };

/* ID_AA64MMFR0_EL1.PARange */
static const uint8_t pa_ranges[] = {32, 36, 40, 42, 44, 48, 52};

static struct cpu_features features;
static struct cpu cpus[CPUS_MAX];

static bool has_pauth(void)
{
	uint64_t isar1 = sysreg_read(ID_AA64ISAR1_EL1);
	uint64_t isar2 = sysreg_read(S3_0_C0_C6_2);

	return FIELD_GET(isar1, ISAR1_APA) != 0 || FIELD_GET(isar1, ISAR1_API) != 0 ||
		FIELD_GET(isar2, ISAR2_APA3) != 0;
}

static bool has_lpa2(uint64_t mmfr0)
{
	uint64_t stage2 = FIELD_GET(mmfr0, MMFR0_TGRAN4_2);

	return stage2 == TGRAN4_2_SAME ? FIELD_GET(mmfr0, MMFR0_TGRAN4) == TGRAN4_LPA2 : stage2 == TGRAN4_2_LPA2;
}

static unsigned pa_bits(uint64_t mmfr0, bool lpa2)
{
	uint64_t range = FIELD_GET(mmfr0, MMFR0_PARANGE);
	unsigned bits = range < sizeof(pa_ranges) ? pa_ranges[range] : PA_BITS_NO_LPA2;

	return !lpa2 && bits > PA_BITS_NO_LPA2 ? PA_BITS_NO_LPA2 : bits;
}

/* What is only to be had once EL2's controls let it. */
static void detect_more(void)
{
	uint64_t vtr = sysreg_read(ICH_VTR_EL2);
	unsigned bits = (unsigned)FIELD_GET(vtr, VTR_PREBITS) + 1;

	features.list_registers = (unsigned)FIELD_GET(vtr, VTR_LISTREGS) + 1;
	features.active_registers = bits > PREBITS_OF_ONE ? 1U << (bits - PREBITS_OF_ONE) : 1;
	if (features.list_registers > RMI_GIC_LR_COUNT) {
		features.list_registers = RMI_GIC_LR_COUNT;
	}
	if (features.active_registers > GIC_ACTIVE_MAX) {
		features.active_registers = GIC_ACTIVE_MAX;
	}
	features.vector_bytes = features.sve ? fp_vector_bytes() : 0;
}

const char *cpu_detect(void)
{
	uint64_t mmfr0 = sysreg_read(ID_AA64MMFR0_EL1);
	uint64_t dfr0 = sysreg_read(ID_AA64DFR0_EL1);
	uint64_t pmu = FIELD_GET(dfr0, DFR0_PMUVER);

	if (FIELD_GET(sysreg_read(ID_AA64MMFR2_EL1), MMFR2_FWB) == 0) {
		return "the CPU has no FEAT_S2FWB, which realms need";
	}
	if (FIELD_GET(sysreg_read(HCR_EL2), HCR_E2H) != 0) {
		return "the CPU cannot clear HCR_EL2.E2H, which this monitor needs";
	}
	features.always = true;
	features.pauth = has_pauth();
	features.sve = FIELD_GET(sysreg_read(ID_AA64PFR0_EL1), PFR0_SVE) != 0;
	features.sme = FIELD_GET(sysreg_read(ID_AA64PFR1_EL1), PFR1_SME) != 0;
	features.fgt = FIELD_GET(mmfr0, MMFR0_FGT) != 0;
	features.hcx = FIELD_GET(sysreg_read(ID_AA64MMFR1_EL1), MMFR1_HCX) != 0;
	features.pmu = pmu != 0 && pmu != PMU_NONE;
	features.lpa2 = has_lpa2(mmfr0);
	features.pa_bits = pa_bits(mmfr0, features.lpa2);
	features.vmid_bits = FIELD_GET(sysreg_read(ID_AA64MMFR1_EL1), MMFR1_VMIDBITS) == VMID_16 ? 16 : 8;
	features.breakpoints = (unsigned)FIELD_GET(dfr0, DFR0_BRPS) + 1;
	features.watchpoints = (unsigned)FIELD_GET(dfr0, DFR0_WRPS) + 1;
	return NULL;
}

const struct cpu_features *cpu_features(void)
{
	return &features;
}

void cpu_prepare(unsigned index)
{
	sysreg_write(TPIDR_EL2, index);
	controls_prepare();
	if (features.list_registers == 0) {
		detect_more();
	}
}

struct cpu *cpu_at(unsigned index)
{
	return &cpus[index];
}

unsigned image_cpu(void)
{
	return (unsigned)sysreg_read(TPIDR_EL2);
}
