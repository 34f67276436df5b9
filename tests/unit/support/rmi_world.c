/* SPDX-License-Identifier: BSD-2-Clause */
/* rmi_world.c - the machine under test and its checked calls. */
#include "tests/unit/support/rmi_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CANARY = 0x5EED };

/* What a refused call must leave as it is. Zero for granules not handed out. */
struct snapshot {
	uint64_t content[WORLD_GRANULES];
	uint64_t owner[WORLD_GRANULES];
	enum rmi_granule_state state[WORLD_GRANULES];
};

static void wrong(struct place place, const struct call *call, const char *what)
{
	enum rmi_command command = rmi_command_of_fid(call->fid);

	print_error("%s(0x%llx, 0x%llx, 0x%llx, 0x%llx, 0x%llx): %s\n",
		command == RMI_COMMAND_COUNT ? "no command" : rmi_command_info(command)->name,
		(unsigned long long)call->a[0], (unsigned long long)call->a[1], (unsigned long long)call->a[2],
		(unsigned long long)call->a[3], (unsigned long long)call->a[4], what);
	_fail(place.file, place.line);
}

static void run_step(
	void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap)
{
	struct world *world = context;
	unsigned n = world->seen_count;
	const struct step *step;

	*trap = (struct reeve_model_trap){.kind = REEVE_MODEL_TRAP_IRQ};
	if (n > WORLD_STEPS) {
		return;
	}
	world->seen[n] = (struct seen){.mpidr = mpidr, .pc = *pc};
	memcpy(world->seen[n].x, x, sizeof(world->seen[n].x));
	world->seen_count++;
	if (n >= world->step_count) {
		return;
	}
	step = &world->steps[n];
	if (step->inside != NULL) {
		step->inside(world);
	}
	if (step->sets) {
		memcpy(x, step->x, sizeof(step->x));
	}
	*trap = step->trap;
}

/* One granule of each state, in a realm that the test leaves alone. */
static void make_samples(struct world *world)
{
	struct realm *other = &world->other;
	const struct rec *rec;

	realm_new(world, other, 32);
	world->sample[GRANULE_UNDELEGATED] = world_pages(world, 1);
	world->sample[GRANULE_DELEGATED] = world_delegated(world, 1);
	world->sample[GRANULE_RD] = other->rd;
	world->sample[GRANULE_RTT] = realm_tables(world, other, 0, 3);
	world->sample[GRANULE_DATA] = realm_data(world, other, 0, 0x33);
	rec = realm_rec(world, other, true);
	world->sample[GRANULE_REC] = rec->pa;
	world->sample[GRANULE_REC_AUX] = rec->params.aux[0];
}

static struct world *world_start(struct reeve_model_config config, bool is_scripted)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	config.regions[0] = (struct reeve_model_region){.base = WORLD_BASE, .size = WORLD_SIZE};
	config.region_count = config.region_count == 0 ? 1 : config.region_count;
	config.rec_code = is_scripted ? run_step : NULL;
	config.context = world;
	world->model = reeve_model_new(&config);
	if (world->model == NULL) {
		print_error("no model: %s\n", reeve_model_error());
		fail();
	}
	world->monitor = reeve_model_monitor(world->model);
	world->next = WORLD_BASE;
	world->vmid = 1;
	world->params = world_pages(world, 1);
	world->source = world_pages(world, 1);
	world->spare = world_pages(world, 1);
	make_samples(world);
	return world;
}

struct world *world_new_with(struct reeve_model_config config)
{
	return world_start(config, true);
}

struct world *world_new_unicorn(void)
{
	return world_start((struct reeve_model_config){.lenient = true}, false);
}

/* Lenient: the tests look into realm memory through the NS view. */
struct world *world_new(uint64_t features0)
{
	return world_new_with((struct reeve_model_config){.features0 = features0, .lenient = true});
}

void world_free(struct world *world)
{
	reeve_model_free(world->model);
	free(world);
}

int world_setup(void **state)
{
	*state = world_new(0);
	return 0;
}

int world_teardown(void **state)
{
	world_free(*state);
	return 0;
}

uint64_t world_pages(struct world *world, unsigned count)
{
	uint64_t size = count * WORLD_PAGE;
	uint64_t pa = (world->next + size - 1) / size * size;

	world->next = pa + size;
	assert_true(world->next <= WORLD_TOP);
	return pa;
}

uint64_t world_delegated(struct world *world, unsigned count)
{
	uint64_t pa = world_pages(world, count);

	for (unsigned i = 0; i < count; i++) {
		OK(world, GRANULE_DELEGATE, pa + i * WORLD_PAGE);
	}
	return pa;
}

void *world_at(const struct world *world, uint64_t pa)
{
	void *pointer = reeve_model_ns(world->model, pa);

	assert_non_null(pointer);
	return pointer;
}

static struct reeve_granule_info info_of(const struct world *world, uint64_t pa)
{
	struct reeve_granule_info info;

	assert_true(reeve_monitor_granule(world->monitor, reeve_pa(pa), &info));
	return info;
}

enum rmi_granule_state world_state(const struct world *world, uint64_t pa)
{
	return info_of(world, pa).state;
}

uint64_t world_owner(const struct world *world, uint64_t pa)
{
	return info_of(world, pa).owner.value;
}

bool world_is_zero(const struct world *world, uint64_t pa)
{
	const unsigned char *bytes = world_at(world, pa);

	return bytes[0] == 0 && memcmp(bytes, bytes + 1, REEVE_GRANULE_SIZE - 1) == 0;
}

static uint64_t content_of(const struct world *world, uint64_t pa)
{
	const uint64_t *words = world_at(world, pa);
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < REEVE_GRANULE_SIZE / sizeof(*words); i++) {
		sum = (sum ^ words[i]) * UINT64_C(0x100000001b3);
	}
	return sum;
}

static struct snapshot *take_snapshot(const struct world *world)
{
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));

	assert_non_null(snapshot);
	for (uint64_t pa = WORLD_BASE; pa < world->next; pa += REEVE_GRANULE_SIZE) {
		size_t n = (pa - WORLD_BASE) / REEVE_GRANULE_SIZE;
		struct reeve_granule_info info = info_of(world, pa);

		snapshot->state[n] = info.state;
		snapshot->owner[n] = info.owner.value;
		snapshot->content[n] = content_of(world, pa);
	}
	return snapshot;
}

static void same_as_snapshot(
	struct place place, const struct world *world, const struct call *call, struct snapshot *before)
{
	struct snapshot *after = take_snapshot(world);
	bool same = memcmp(before, after, sizeof(*before)) == 0;

	for (size_t n = 0; n < WORLD_GRANULES && !same; n++) {
		if (before->content[n] != after->content[n] || before->state[n] != after->state[n] ||
			before->owner[n] != after->owner[n]) {
			print_error("granule 0x%zx is not what it was\n", WORLD_BASE + n * REEVE_GRANULE_SIZE);
		}
	}
	free(before);
	free(after);
	if (!same) {
		wrong(place, call, "a refused call changed something");
	}
}

struct reply world_call(struct place place, struct world *world, struct call call)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {call.fid};
	struct reply reply;
	const char *broken;

	for (unsigned i = 1; i < REEVE_SMC_REGISTERS; i++) {
		x[i] = i <= RMI_ARGUMENT_MAX ? call.a[i - 1] : CANARY + i;
	}
	reply.condition = reeve_model_smc(world->model, 0, x);
	reply.word = x[0];
	memcpy(reply.out, &x[1], sizeof(reply.out));
	broken = reeve_monitor_valid(world->monitor);
	if (broken != NULL) {
		wrong(place, &call, broken);
	}
	if (x[RMI_ARGUMENT_MAX] != call.a[RMI_ARGUMENT_MAX - 1]) {
		wrong(place, &call, "X5 changed");
	}
	for (unsigned i = RMI_ARGUMENT_MAX + 1; i < REEVE_SMC_REGISTERS; i++) {
		if (x[i] != CANARY + i) {
			wrong(place, &call, "a register beyond the results changed");
		}
	}
	return reply;
}

struct reply world_ok(struct place place, struct world *world, struct call call)
{
	struct reply reply = world_call(place, world, call);
	const struct rmi_command_info *info = rmi_command_info(rmi_command_of_fid(call.fid));
	unsigned results = 0;

	if (reply.word != 0 || reply.condition != CONDITION_NONE) {
		print_error("status 0x%llx, %s\n", (unsigned long long)reply.word, rmi_condition_name(reply.condition));
		wrong(place, &call, "refused");
	}
	while (info->out[results] != NULL) {
		results++;
	}
	for (unsigned i = results; i < RMI_RESULT_MAX; i++) {
		if (reply.out[i] != 0) {
			wrong(place, &call, "an unlisted result is not zero");
		}
	}
	return reply;
}

struct reply world_refused(struct place place, struct world *world, struct expectation expected, struct call call)
{
	struct snapshot *before = take_snapshot(world);
	struct reply reply = world_call(place, world, call);
	unsigned top = call.fid == RMI_FID(RTT_UNMAP_UNPROTECTED) ? 0 : 1;

	same_as_snapshot(place, world, &call, before);
	if (reply.word != ((uint64_t)expected.status | (uint64_t)(expected.index & 0xFF) << 8) ||
		reply.condition == CONDITION_NONE ||
		(reply.condition != expected.condition && reply.condition != expected.either)) {
		print_error("status 0x%llx %s, expected 0x%x index %u %s\n", (unsigned long long)reply.word,
			rmi_condition_name(reply.condition), expected.status, expected.index,
			rmi_condition_name(expected.condition));
		wrong(place, &call, "another outcome");
	}
	for (unsigned i = 0; i < RMI_RESULT_MAX; i++) {
		if (reply.out[i] != 0 && !(expected.has_top && i == top)) {
			wrong(place, &call, "a result of a refused call is not zero");
		}
	}
	return reply;
}

static void refused_with(struct place place, struct world *world, struct call call, unsigned n, uint64_t value,
	enum rmi_condition condition)
{
	enum rmi_condition either = CONDITION_NONE;

	if (condition == CONDITION_rtt_bound && value >> 48 != 0) {
		either = CONDITION_rtt_bound2;
	}
	if (condition == CONDITION_data_bound && value >> 48 != 0) {
		either = CONDITION_data_bound2;
	}
	call.a[n] = value;
	world_refused(place, world, (struct expectation){RMI_ERROR_INPUT, 0, condition, either, false}, call);
}

void world_refused_granule(struct place place, struct world *world, struct call call, unsigned n,
	enum rmi_granule_state right, struct granule_conditions names)
{
	static const uint64_t odd[] = {1, 8, 0x800, 0xFFF};
	static const uint64_t nowhere[] = {0, REEVE_MODEL_PL011_BASE, WORLD_BASE - WORLD_PAGE, WORLD_TOP,
		UINT64_C(1) << 40, UINT64_C(1) << 52, UINT64_C(1) << 63, UINT64_MAX - 0xFFF};
	uint64_t good = call.a[n];

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		refused_with(place, world, call, n, good + odd[i], names.align);
	}
	for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
		refused_with(place, world, call, n, nowhere[i], names.bound);
	}
	for (unsigned state = 0; state < GRANULE_STATE_COUNT; state++) {
		if (state != right) {
			refused_with(place, world, call, n, world->sample[state], names.state);
		}
	}
}

void script_clear(struct world *world)
{
	memset(world->steps, 0, sizeof(world->steps));
	world->step_count = 0;
	world->seen_count = 0;
}

struct step *script_trap(struct world *world, uint64_t esr, uint64_t far, uint64_t ipa)
{
	struct step *step = &world->steps[world->step_count++];

	assert_true(world->step_count < WORLD_STEPS);
	step->trap = (struct reeve_model_trap){.kind = REEVE_MODEL_TRAP_SYNC,
		.esr = esr,
		.far = far,
		.hpfar = FIELD_SET(0, HPFAR_FIPA, ipa >> REEVE_GRANULE_SHIFT)};
	return step;
}

struct step *script_smc(struct world *world, uint64_t fid, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	struct step *step = script_trap(world, esr_of(EC_SMC, 0), 0, 0);

	step->sets = true;
	step->x[0] = fid;
	step->x[1] = a;
	step->x[2] = b;
	step->x[3] = c;
	step->x[4] = d;
	return step;
}

uint64_t esr_of(unsigned class, uint64_t iss)
{
	return FIELD_SET(0, ESR_EC, class) | FIELD_MASK(ESR_IL) | iss;
}

struct rmi_rec_run *rec_run(const struct world *world, const struct rec *rec)
{
	return world_at(world, rec->run);
}

const struct rmi_rec_exit *rec_enter(struct place place, struct world *world, const struct rec *rec)
{
	struct rmi_rec_run *run = rec_run(world, rec);

	memset(&run->exit, 0xA5, sizeof(run->exit));
	world_ok(place, world, CALL(REC_ENTER, rec->pa, rec->run));
	return &run->exit;
}

void exit_is(struct place place, const struct rmi_rec_exit *exit, const struct rmi_rec_exit *expected)
{
	struct rmi_rec_exit want = *expected;
	const unsigned char *a = (const unsigned char *)exit;
	const unsigned char *b = (const unsigned char *)&want;

	want.gicv3_hcr = exit->gicv3_hcr;
	memcpy(want.gicv3_lrs, exit->gicv3_lrs, sizeof(want.gicv3_lrs));
	want.gicv3_misr = exit->gicv3_misr;
	want.gicv3_vmcr = exit->gicv3_vmcr;
	want.cntp_ctl = exit->cntp_ctl;
	want.cntp_cval = exit->cntp_cval;
	want.cntv_ctl = exit->cntv_ctl;
	want.cntv_cval = exit->cntv_cval;
	for (size_t i = 0; i < sizeof(want); i++) {
		if (a[i] != b[i]) {
			print_error("exit + 0x%zx is 0x%02x, expected 0x%02x (reason %u, esr 0x%llx)\n", i, a[i], b[i],
				exit->exit_reason, (unsigned long long)exit->esr);
			_fail(place.file, place.line);
		}
	}
}

const uint64_t *rec_smc(struct place place, struct world *world, const struct rec *rec, uint64_t fid, uint64_t a,
	uint64_t b, uint64_t c, uint64_t d)
{
	const struct rmi_rec_exit *exit;

	script_clear(world);
	script_smc(world, fid, a, b, c, d);
	exit = rec_enter(place, world, rec);
	if (exit->exit_reason != RMI_EXIT_IRQ || world->seen_count != 2 || world->seen[1].pc != world->seen[0].pc + 4) {
		print_error("reason %u esr 0x%llx, called %u times, pc 0x%llx then 0x%llx\n", exit->exit_reason,
			(unsigned long long)exit->esr, world->seen_count, (unsigned long long)world->seen[0].pc,
			(unsigned long long)world->seen[1].pc);
		_fail(place.file, place.line);
	}
	return world->seen[1].x;
}
