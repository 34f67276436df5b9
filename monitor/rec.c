/* SPDX-License-Identifier: BSD-2-Clause */
/* rec.c - the REC as an object: where it lies, its names in three forms, its registers. */
#include "monitor/rec.h"

#include <string.h>

#include "monitor/assert.h"

/* Bit from * REC_STATE_COUNT + to: the move is allowed. */
#define REC_TRANSITION(from, to, by) | UINT64_C(1) << (REC_##from * REC_STATE_COUNT + REC_##to)
static const uint64_t moves = 0
#include "spec/transitions.def"
	;

enum { INSTRUCTION_SIZE = 4 };

/* PSTATE at reset: EL1h, everything masked (spec: rmm-v1.0 s6 REC_CREATE, s10). */
#define PSTATE_RESET UINT64_C(0x3C5)

/* An affinity value in the four pieces both forms of MPIDR are made of. */
struct affinity {
	uint64_t aff0, aff1, aff2, aff3;
};

static const uint64_t el1_reset[EL1_REGISTER_COUNT] = {
#define EL1_REGISTER(name, op0, op1, crn, crm, op2, reset) [EL1_##name] = (reset),
#include "spec/el1_registers.def"
#undef EL1_REGISTER
};

/* Indices count Aff0 fastest: each piece stands above the ones before it (spec: rmm-v1.0 s3). */
static uint32_t affinity_index(struct affinity a)
{
	unsigned shift1 = REC_MPIDR_AFF0_WIDTH;
	unsigned shift2 = shift1 + REC_MPIDR_AFF1_WIDTH;
	unsigned shift3 = shift2 + REC_MPIDR_AFF2_WIDTH;

	return (uint32_t)(a.aff0 | a.aff1 << shift1 | a.aff2 << shift2 | a.aff3 << shift3);
}

static struct affinity affinity_of_mpidr(uint64_t mpidr)
{
	return (struct affinity){FIELD_GET(mpidr, REC_MPIDR_AFF0), FIELD_GET(mpidr, REC_MPIDR_AFF1),
		FIELD_GET(mpidr, REC_MPIDR_AFF2), FIELD_GET(mpidr, REC_MPIDR_AFF3)};
}

bool rec_mpidr_index(uint64_t mpidr, uint32_t *index)
{
	uint64_t fields = FIELD_MASK(REC_MPIDR_AFF0) | FIELD_MASK(REC_MPIDR_AFF1) | FIELD_MASK(REC_MPIDR_AFF2) |
		FIELD_MASK(REC_MPIDR_AFF3);

	if ((mpidr & ~fields) != 0) {
		return false;
	}
	*index = affinity_index(affinity_of_mpidr(mpidr));
	return true;
}

bool rec_mpidr_el1_index(uint64_t mpidr_el1, uint32_t *index)
{
	uint64_t fields = FIELD_MASK(REC_MPIDR_AFF0) | FIELD_MASK(MPIDR_AFF1) | FIELD_MASK(MPIDR_AFF2) |
		FIELD_MASK(MPIDR_RES1) | FIELD_MASK(MPIDR_AFF3);

	if ((mpidr_el1 & ~fields) != 0) {
		return false;
	}
	*index = affinity_index((struct affinity){FIELD_GET(mpidr_el1, REC_MPIDR_AFF0),
		FIELD_GET(mpidr_el1, MPIDR_AFF1), FIELD_GET(mpidr_el1, MPIDR_AFF2), FIELD_GET(mpidr_el1, MPIDR_AFF3)});
	return true;
}

uint64_t rec_mpidr_el1(uint64_t mpidr)
{
	struct affinity a = affinity_of_mpidr(mpidr);
	uint64_t el1 = FIELD_MASK(MPIDR_RES1);

	el1 = FIELD_SET(el1, MPIDR_AFF0, a.aff0);
	el1 = FIELD_SET(el1, MPIDR_AFF1, a.aff1);
	el1 = FIELD_SET(el1, MPIDR_AFF2, a.aff2);
	return FIELD_SET(el1, MPIDR_AFF3, a.aff3);
}

uint64_t rec_gpr(const struct rec_cpu *cpu, unsigned number)
{
	return number < RMI_GPR_COUNT ? cpu->gprs[number] : 0;
}

void rec_gpr_set(struct rec_cpu *cpu, unsigned number, uint64_t value)
{
	if (number < RMI_GPR_COUNT) {
		cpu->gprs[number] = value;
	}
}

void rec_advance(struct rec_cpu *cpu)
{
	cpu->pc += INSTRUCTION_SIZE;
}

void rec_reset(struct rec_cpu *cpu, uint64_t pc, uint64_t x0)
{
	uint64_t mpidr_el1 = cpu->mpidr_el1;
	struct stage2 stage2 = cpu->stage2;
	struct realm_features features = cpu->features;
	struct reeve_pa rec = cpu->rec;
	struct reeve_pa aux[RMI_REC_AUX_MAX];

	memcpy(aux, cpu->aux, sizeof(aux));
	memset(cpu, 0, sizeof(*cpu));
	cpu->mpidr_el1 = mpidr_el1;
	cpu->stage2 = stage2;
	cpu->features = features;
	cpu->rec = rec;
	memcpy(cpu->aux, aux, sizeof(aux));
	memcpy(cpu->el1, el1_reset, sizeof(el1_reset));
	cpu->pstate = PSTATE_RESET;
	cpu->pc = pc;
	cpu->gprs[0] = x0;
}

struct rec *rec_at(const struct reeve_monitor *m, struct granule_index g)
{
	return granule_bytes(m, g);
}

void rec_set_state(struct rec *rec, enum rmi_rec_state next)
{
	uint32_t now = rec->state;

	MONITOR_ASSERT(now < REC_STATE_COUNT && (moves >> (now * REC_STATE_COUNT + next) & 1) != 0);
	rec->state = next;
}

/* E4, and sizes that the steps of rsi_token.c can rely on. */
static bool token_is_valid(const struct rec_token *token)
{
	static const struct rec_token none;

	if (token->state == REC_TOKEN_NONE) {
		return memcmp(token, &none, sizeof(none)) == 0;
	}
	return token->state < REC_TOKEN_STATE_COUNT && token->size <= sizeof(token->bytes) &&
		token->claims_size < token->size && token->platform.size != 0 &&
		(token->state == REC_TOKEN_SIGNED || token->sent == 0);
}

const char *rec_valid(const struct reeve_monitor *m, struct granule_index g)
{
	const struct rec *rec = rec_at(m, g);
	uint32_t index;

	if (rec->state >= REC_STATE_COUNT || rec->pending >= REC_PENDING_COUNT) {
		return "REC: state";
	}
	if (granule_state(&m->granules, rec->rd) != GRANULE_RD ||
		granule_owner(&m->granules, g).value != rec->rd.value) {
		return "REC: belongs to a realm";
	}
	if (!rec_mpidr_index(rec->mpidr, &index) || index != rec->index || index >= realm_at(m, rec->rd)->rec_next) {
		return "REC: MPIDR names its index";
	}
	if (rec->cpu.mpidr_el1 != rec_mpidr_el1(rec->mpidr) ||
		rec->cpu.rec.value != granule_pa(&m->granules, g).value) {
		return "REC: the machine's names for it";
	}
	if (rec->aux_count != m->config.rec_aux_count) {
		return "REC: number of auxiliary granules";
	}
	for (unsigned i = 0; i < rec->aux_count; i++) {
		if (granule_state(&m->granules, rec->aux[i]) != GRANULE_REC_AUX ||
			granule_owner(&m->granules, rec->aux[i]).value != rec->rd.value) {
			return "REC: auxiliary granules are REC_AUX";
		}
	}
	if (rec->ripas_addr > rec->ripas_top || (rec->pending == REC_PENDING_RIPAS) != (rec->ripas_top != 0)) {
		return "REC: a RIPAS request stands while it is pending";
	}
	if (!token_is_valid(&rec->token)) {
		return "E4: an attestation token is none, or whole so far";
	}
	return NULL;
}
