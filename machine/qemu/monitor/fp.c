/* SPDX-License-Identifier: BSD-2-Clause */
/* fp.c - the host's FP, SIMD and SVE registers saved and given back. */
#include "machine/qemu/monitor/fp.h"

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/sysreg.h"
#include "machine/qemu/monitor/cpu.h"

/* ZCR_EL2 and SVCR. */
#define ZCR_EL2 S3_4_C1_C2_0
#define SVCR S3_3_C4_C2_2

/* In streaming mode vectors have another length, and FFR is not to be had; a realm runs outside of it. */
static void streaming_leave(struct fp_ns *ns)
{
	ns->svcr = cpu_features()->sme ? sysreg_read(SVCR) : 0;
	if (FIELD_GET(ns->svcr, SVCR_SM) != 0) {
		sve_save(ns->vectors);
		sve_predicates_save(ns->predicates);
		sysreg_write(SVCR, FIELD_SET(ns->svcr, SVCR_SM, 0));
		isb();
	}
}

static void streaming_return(const struct fp_ns *ns)
{
	sysreg_write(SVCR, ns->svcr);
	isb();
	sve_load(ns->vectors);
	sve_predicates_load(ns->predicates);
}

void fp_take(struct fp_ns *ns)
{
	ns->fpcr = sysreg_read(FPCR);
	ns->fpsr = sysreg_read(FPSR);
	streaming_leave(ns);
	if (!cpu_features()->sve) {
		fp_save(ns->vectors);
		return;
	}
	ns->zcr = sysreg_read(ZCR_EL2);
	sysreg_write(ZCR_EL2, FIELD_MASK(ZCR_LEN));
	isb();
	if (FIELD_GET(ns->svcr, SVCR_SM) == 0) {
		sve_save(ns->vectors);
	}
}

void fp_give(const struct fp_ns *ns)
{
	if (!cpu_features()->sve) {
		fp_load(ns->vectors);
	} else if (FIELD_GET(ns->svcr, SVCR_SM) != 0) {
		sysreg_write(ZCR_EL2, ns->zcr);
		streaming_return(ns);
	} else {
		sve_load(ns->vectors);
		sysreg_write(ZCR_EL2, ns->zcr);
	}
	sysreg_write(FPCR, ns->fpcr);
	sysreg_write(FPSR, ns->fpsr);
	isb();
}
