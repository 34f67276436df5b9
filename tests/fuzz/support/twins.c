/* SPDX-License-Identifier: BSD-2-Clause */
/* twins.c - a call on a machine whose pages change and then, with what was copied there, on the one whose pages do not. */
#include "tests/fuzz/support/twins.h"

#include <string.h>

#include "monitor/rec.h"

void twins_start(struct twins *twins, enum machine_stage stage, const uint8_t *data, size_t size)
{
	machine_start(&twins->changing, stage, data, size);
	machine_start(&twins->still, stage, data, size);
	twins->changing.changes = true;
	twins->changing.flip_at = REEVE_GRANULE_SIZE;
}

/* What the monitor keeps of a realm; the RIM holds the rest of the parameters. Padding may differ, so member by member. */
static bool realms_are_same(const void *a, const void *b)
{
	const struct realm *left = a;
	const struct realm *right = b;

	return left->state == right->state && left->rec_count == right->rec_count &&
		left->rec_next == right->rec_next && left->hash == right->hash &&
		memcmp(left->rpv, right->rpv, sizeof(left->rpv)) == 0 &&
		memcmp(left->measurements, right->measurements, sizeof(left->measurements)) == 0;
}

static bool recs_are_same(const void *a, const void *b)
{
	const struct rec *left = a;
	const struct rec *right = b;

	return left->state == right->state && left->runnable == right->runnable && left->pending == right->pending &&
		left->index == right->index && left->mpidr == right->mpidr && left->cpu.pc == right->cpu.pc &&
		left->cpu.trap_wfi == right->cpu.trap_wfi && left->cpu.trap_wfe == right->cpu.trap_wfe &&
		left->cpu.gicv3_hcr == right->cpu.gicv3_hcr &&
		memcmp(left->cpu.gicv3_lrs, right->cpu.gicv3_lrs, sizeof(left->cpu.gicv3_lrs)) == 0 &&
		memcmp(left->cpu.gprs, right->cpu.gprs, sizeof(left->cpu.gprs)) == 0;
}

static bool granules_are_same(const struct machine *a, const struct machine *b, unsigned g)
{
	if (a->is_realm[g] != b->is_realm[g] || a->monitor->granules.words[g] != b->monitor->granules.words[g]) {
		return false;
	}
	if (a->roles[g].state == GRANULE_RD) {
		return realms_are_same(a->memory[g], b->memory[g]);
	}
	if (a->roles[g].state == GRANULE_REC) {
		return recs_are_same(a->memory[g], b->memory[g]);
	}
	return !a->is_realm[g] || memcmp(a->memory[g], b->memory[g], REEVE_GRANULE_SIZE) == 0;
}

static void same_check(const struct twins *twins)
{
	const struct machine *a = &twins->changing;
	const struct machine *b = &twins->still;

	for (unsigned g = 0; g < MACHINE_GRANULES; g++) {
		machine_check(granules_are_same(a, b, g), "granules are what the first copy made them");
	}
	machine_check(memcmp(a->monitor->vmids, b->monitor->vmids, sizeof(a->monitor->vmids)) == 0,
		"VMIDs are what the first copy made them");
	machine_check(a->last.runs == b->last.runs, "the REC ran as often as the first copy says");
}

enum rmi_condition twins_smc(struct twins *twins, uint64_t x[REEVE_SMC_REGISTERS])
{
	uint64_t again[REEVE_SMC_REGISTERS];
	enum rmi_condition condition;

	memcpy(again, x, sizeof(again));
	condition = machine_smc(&twins->changing, 0, x);
	memcpy(twins->still.memory[AT_PARAMS], twins->changing.last.copy, REEVE_GRANULE_SIZE);
	machine_check(machine_smc(&twins->still, 0, again) == condition && memcmp(again, x, sizeof(again)) == 0,
		"the reply is that to the first copy");
	same_check(twins);
	return condition;
}

/* What the call before left can be made again. */
static void undo(struct twins *twins, struct bytes *in)
{
	uint64_t data[] = {RMI_FID(DATA_DESTROY), machine_pa(AT_RD), bytes_pick(in, 5) * MACHINE_PAGE};
	uint64_t x[REEVE_SMC_REGISTERS] = {0};

	memcpy(x, data, sizeof(data));
	switch (bytes_pick(in, 4)) {
	case 0:
		x[0] = RMI_FID(REC_DESTROY);
		x[1] = machine_pick(&twins->changing, GRANULE_REC, bytes_next(in));
		break;
	case 1:
		x[0] = RMI_FID(REALM_DESTROY);
		x[1] = machine_pick(&twins->changing, GRANULE_RD, bytes_next(in));
		break;
	case 2:
		x[0] = RMI_FID(REALM_ACTIVATE);
		x[1] = machine_pick(&twins->changing, GRANULE_RD, bytes_next(in));
		break;
	default:
		break;
	}
	(void)twins_smc(twins, x);
}

static void enter_load(struct twins *twins, struct bytes *in, uint8_t *page)
{
	struct bytes same;

	machine_enter_fill((void *)page, in);
	same = *in;
	machine_steps_load(&twins->changing, in, 3);
	machine_steps_load(&twins->still, &same, 3);
}

void twins_call(struct twins *twins, struct bytes *in)
{
	const struct machine *machine = &twins->changing;
	uint8_t *page = twins->changing.memory[AT_PARAMS];
	uint64_t x[REEVE_SMC_REGISTERS] = {0};
	unsigned choice = bytes_pick(in, 5);
	unsigned how = bytes_next(in);
	uint64_t rd = machine_pick(machine, GRANULE_RD, how >> 6);
	uint64_t spare = machine_pick(machine, GRANULE_DELEGATED, how);

	switch (choice) {
	case 0:
		realm_params_fill(machine, in, (void *)page);
		memcpy(x, (uint64_t[]){RMI_FID(REALM_CREATE), spare, machine_pa(AT_PARAMS)}, 3 * sizeof(*x));
		break;
	case 1:
		rec_params_fill(machine, in, (void *)page);
		memcpy(x, (uint64_t[]){RMI_FID(REC_CREATE), rd, spare, machine_pa(AT_PARAMS)}, 4 * sizeof(*x));
		break;
	case 2:
		memset(page, bytes_next(in), REEVE_GRANULE_SIZE);
		memcpy(x,
			(uint64_t[]){RMI_FID(DATA_CREATE), rd, spare, bytes_pick(in, 5) * MACHINE_PAGE,
				machine_pa(AT_PARAMS), how & 1},
			6 * sizeof(*x));
		break;
	case 3:
		enter_load(twins, in, page);
		x[0] = RMI_FID(REC_ENTER);
		x[1] = machine_pick(machine, GRANULE_REC, how);
		x[2] = machine_pa(AT_PARAMS);
		break;
	default:
		undo(twins, in);
		return;
	}
	(void)twins_smc(twins, x);
}
