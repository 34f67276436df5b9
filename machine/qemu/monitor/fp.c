/* SPDX-License-Identifier: BSD-2-Clause */
/* fp.c - FP, SIMD and SVE registers of the host and of RECs. */
#include "machine/qemu/monitor/fp.h"

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/pointer.h"
#include "machine/qemu/bare/sysreg.h"
#include "machine/qemu/monitor/cpu.h"

#define ZCR_EL2 S3_4_C1_C2_0
#define SVCR S3_3_C4_C2_2

/* Which of a REC's auxiliary granules holds what. */
enum { AUX_LOW, AUX_HIGH, AUX_PREDICATES };

_Static_assert(FP_HALF *FP_VECTOR_BYTES <= REEVE_GRANULE_SIZE, "half of the vectors fit a granule");
_Static_assert((FP_HALF + 1) * FP_PREDICATE_BYTES <= REEVE_GRANULE_SIZE, "the predicates and FFR fit a granule");

/* fp_registers.S: 32 vectors of 16 bytes; sixteen vectors, sixteen predicates, FFR of the length that is set. */
void fp_save(void *vectors);
void fp_load(const void *vectors);
void sve_low_save(void *vectors);
void sve_low_load(const void *vectors);
void sve_high_save(void *vectors);
void sve_high_load(const void *vectors);
void sve_predicates_save(void *predicates);
void sve_predicates_load(const void *predicates);
void sve_ffr_save(void *ffr);
void sve_ffr_load(const void *ffr);
unsigned sve_length(void);

static void length_set(uint64_t zcr)
{
	sysreg_write(ZCR_EL2, zcr);
	isb();
}

static void ns_vectors_save(struct fp_ns *ns)
{
	sve_low_save(ns->low);
	sve_high_save(ns->high);
	sve_predicates_save(ns->predicates);
}

static void ns_vectors_load(const struct fp_ns *ns)
{
	sve_low_load(ns->low);
	sve_high_load(ns->high);
	sve_predicates_load(ns->predicates);
}

static bool is_streaming(const struct fp_ns *ns)
{
	return FIELD_GET(ns->svcr, SVCR_SM) != 0;
}

/* In streaming mode vectors have a length of their own and there is no FFR; leaving it clears all of them. */
static void streaming_leave(struct fp_ns *ns)
{
	ns->svcr = cpu_features()->sme ? sysreg_read(SVCR) : 0;
	if (is_streaming(ns)) {
		ns_vectors_save(ns);
		sysreg_write(SVCR, FIELD_SET(ns->svcr, SVCR_SM, 0));
		isb();
	}
}

static void streaming_return(const struct fp_ns *ns)
{
	sysreg_write(SVCR, ns->svcr);
	isb();
	ns_vectors_load(ns);
}

void fp_take(struct fp_ns *ns)
{
	ns->fpcr = sysreg_read(FPCR);
	ns->fpsr = sysreg_read(FPSR);
	streaming_leave(ns);
	if (!cpu_features()->sve) {
		fp_save(ns->low);
		return;
	}
	ns->zcr = sysreg_read(ZCR_EL2);
	length_set(FIELD_MASK(ZCR_LEN));
	if (!is_streaming(ns)) {
		ns_vectors_save(ns);
		sve_ffr_save(ns->ffr);
	}
}

void fp_give(const struct fp_ns *ns)
{
	if (!cpu_features()->sve) {
		fp_load(ns->low);
	} else if (is_streaming(ns)) {
		length_set(ns->zcr);
		streaming_return(ns);
	} else {
		length_set(FIELD_MASK(ZCR_LEN));
		sve_ffr_load(ns->ffr);
		ns_vectors_load(ns);
		length_set(ns->zcr);
	}
	sysreg_write(FPCR, ns->fpcr);
	sysreg_write(FPSR, ns->fpsr);
	isb();
}

bool fp_has_sve(const struct rec_cpu *rec)
{
	return FIELD_GET(rec->features.flags, REALM_FLAG_SVE) != 0;
}

static uint8_t *aux(const struct rec_cpu *rec, unsigned i)
{
	return pointer_at(rec->aux[i].value);
}

static uint8_t *aux_ffr(const struct rec_cpu *rec)
{
	return aux(rec, AUX_PREDICATES) + (size_t)FP_HALF * FP_PREDICATE_BYTES;
}

void fp_enter(struct rec_cpu *rec)
{
	struct rec_machine *machine = rec_machine(rec);

	if (fp_has_sve(rec)) {
		length_set(FIELD_SET(0, ZCR_LEN, rec->features.sve_vl));
		sve_ffr_load(aux_ffr(rec));
		sve_low_load(aux(rec, AUX_LOW));
		sve_high_load(aux(rec, AUX_HIGH));
		sve_predicates_load(aux(rec, AUX_PREDICATES));
	} else {
		fp_load(machine->vectors);
	}
	sysreg_write(FPCR, machine->fpcr);
	sysreg_write(FPSR, machine->fpsr);
}

void fp_leave(struct rec_cpu *rec)
{
	struct rec_machine *machine = rec_machine(rec);

	machine->fpcr = sysreg_read(FPCR);
	machine->fpsr = sysreg_read(FPSR);
	if (fp_has_sve(rec)) {
		sve_low_save(aux(rec, AUX_LOW));
		sve_high_save(aux(rec, AUX_HIGH));
		sve_predicates_save(aux(rec, AUX_PREDICATES));
		sve_ffr_save(aux_ffr(rec));
	} else {
		fp_save(machine->vectors);
	}
}

unsigned fp_vector_bytes(void)
{
	uint64_t kept = sysreg_read(ZCR_EL2);
	unsigned bytes;

	length_set(FIELD_MASK(ZCR_LEN));
	bytes = sve_length();
	length_set(kept);
	return bytes;
}
