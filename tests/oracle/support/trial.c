/* SPDX-License-Identifier: BSD-2-Clause */
/* trial.c - drawn calls made to a real monitor: made, refused, kept or taken back. */
#include "tests/oracle/support/trial.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tests/oracle/support/loader.h"

/* Of the successful calls, every fourth stays; the others are taken back, so that a world is not soon used up. */
enum {
	CHOSEN_PERCENT = 12,
	FOLD_PERCENT = 8,
	ENTER_PERCENT = 10,
	SET_RIPAS_PERCENT = 5,
	STAYS_EVERY = 4,
	EXIT_BYTE = 0xA5,
	SOIL_BYTE = 0x77
};

bool trial_fails(struct trial *t, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(t->message, sizeof(t->message), format, arguments);
	va_end(arguments);
	return false;
}

bool trial_open(struct trial *t)
{
	return machine_open(&t->machine);
}

void trial_close(struct trial *t)
{
	machine_close(&t->machine);
}

static void note_owned(struct trial *t)
{
	t->owned_count = 0;
	for (unsigned i = 0; i < t->before.granule_count; i++) {
		if (t->before.granules[i].owner != 0 && t->machine.dirty[i]) {
			t->owned[t->owned_count++] = i;
		}
	}
}

bool trial_begin(struct trial *t, uint64_t seed)
{
	const char *broken;

	t->seed = seed;
	t->step = 0;
	t->has_call = false;
	t->rng.state = ~seed;
	world_draw(&t->before, seed, UINT64_MAX);
	loader_build(&t->machine, &t->before);
	note_owned(t);
	broken = loader_valid(&t->machine);
	return broken == NULL || trial_fails(t, "the loaded monitor: %s", broken);
}

/* The host's memory as the call wants it: its page, and in a granule to delegate something that must not stay. */
static void put_host_memory(struct trial *t)
{
	unsigned index;

	if (t->call.has_page && machine_index(&t->machine, t->call.page_pa, &index)) {
		memcpy(machine_write(&t->machine, index), t->call.page, REEVE_GRANULE_SIZE);
		if (t->prediction.command == RMI_REC_ENTER) {
			memset(machine_write(&t->machine, index) + offsetof(struct rmi_rec_run, exit), EXIT_BYTE,
				sizeof(struct rmi_rec_exit));
		}
		machine_keep_granule(&t->machine, index);
	}
	if (t->prediction.command == RMI_GRANULE_DELEGATE && machine_index(&t->machine, t->call.x[1], &index) &&
		t->before.granules[index].state == GRANULE_UNDELEGATED) {
		machine_write(&t->machine, index)[0] = SOIL_BYTE;
		machine_write(&t->machine, index)[REEVE_GRANULE_SIZE - 1] = SOIL_BYTE;
		machine_keep_granule(&t->machine, index);
	}
}

static bool same_registers(struct trial *t, const uint64_t x[REEVE_SMC_REGISTERS])
{
	for (unsigned i = 0; i < REEVE_SMC_REGISTERS; i++) {
		if (x[i] != t->prediction.x[i]) {
			return trial_fails(t, "x%u is 0x%" PRIx64 ", should be 0x%" PRIx64 " (%s)", i, x[i],
				t->prediction.x[i], rmi_condition_name(t->prediction.condition));
		}
	}
	return true;
}

static bool nothing_changed(struct trial *t)
{
	unsigned index;

	if (!machine_state_is_kept(&t->machine)) {
		return trial_fails(t, "refused, but the monitor's state or the protection table changed");
	}
	for (unsigned i = 0; i < t->owned_count; i++) {
		if (!machine_granule_is_kept(&t->machine, t->owned[i])) {
			return trial_fails(t, "refused, but granule 0x%" PRIx64 " changed",
				world_granule_pa(&t->before, t->owned[i]));
		}
	}
	if (t->call.has_page && machine_index(&t->machine, t->call.page_pa, &index) &&
		!machine_granule_is_kept(&t->machine, index)) {
		return trial_fails(t, "refused, but the host's page changed");
	}
	return true;
}

static bool all_memory_is_kept(struct trial *t)
{
	unsigned index;

	return machine_memory_is_kept(&t->machine, &index) ||
		trial_fails(t, "granule 0x%" PRIx64 " changed, which the call has nothing to do with",
			world_granule_pa(&t->before, index));
}

/* A granule that a successful call may have changed: of a realm now or before, of another state, or the host's page. */
static bool may_differ(const struct trial *t, unsigned index)
{
	const struct world_granule *a = &t->before.granules[index];
	const struct world_granule *b = &t->after.granules[index];

	return a->owner != 0 || b->owner != 0 || a->state != b->state ||
		(t->call.has_page && world_granule_const(&t->before, t->call.page_pa) == a);
}

/* The call stays: what is now is what the next ones are compared with. Or it is taken back. */
static void keep_or_revert(struct trial *t, bool stays)
{
	for (unsigned i = 0; i < t->before.granule_count; i++) {
		if (!may_differ(t, i) || machine_granule_is_kept(&t->machine, i)) {
			continue;
		}
		if (stays) {
			machine_keep_granule(&t->machine, i);
		} else {
			machine_revert_granule(&t->machine, i);
		}
	}
	if (stays) {
		machine_keep_state(&t->machine);
		world_copy(&t->before, &t->after);
		note_owned(t);
	} else {
		machine_revert_state(&t->machine);
	}
}

static bool make_call(struct trial *t)
{
	uint64_t x[REEVE_SMC_REGISTERS];
	enum rmi_condition condition;

	memcpy(x, t->call.x, sizeof(x));
	machine_forget(&t->machine);
	condition = reeve_monitor_smc(t->machine.monitor, t->step % t->before.config.cpu_count, x);
	if (t->machine.misuse != NULL) {
		return trial_fails(t, "%s", t->machine.misuse);
	}
	if (condition != t->prediction.condition) {
		return trial_fails(t, "condition %s, should be %s", rmi_condition_name(condition),
			rmi_condition_name(t->prediction.condition));
	}
	if (!same_registers(t, x)) {
		return false;
	}
	return t->prediction.changed ? trial_success(t) : nothing_changed(t);
}

/* A table of level 1 that could be folded is the rarest thing in a world, and RECs wait for many things: three commands get more
 * than their share. */
static void draw_one(struct trial *t, struct drawn_call *call)
{
	unsigned percent = (unsigned)rng_below(&t->rng, 100);

	if (percent < FOLD_PERCENT) {
		command_draw_of(&t->rng, &t->before, RMI_RTT_FOLD, call);
	} else if (percent < FOLD_PERCENT + ENTER_PERCENT) {
		command_draw_of(&t->rng, &t->before, RMI_REC_ENTER, call);
	} else if (percent < FOLD_PERCENT + ENTER_PERCENT + SET_RIPAS_PERCENT) {
		command_draw_of(&t->rng, &t->before, RMI_RTT_SET_RIPAS, call);
	} else {
		command_draw(&t->rng, &t->before, call);
	}
}

/* Calls that are wrong in several ways tell orders apart, and are rare: at times the one of a few with the most conditions. */
static void draw_call(struct trial *t)
{
	unsigned count = rng_percent(&t->rng, CHOSEN_PERCENT) ? TRIAL_CANDIDATES : 1;
	int most = -1;

	for (unsigned i = 0; i < count; i++) {
		struct drawn_call *call = &t->candidates[i];
		struct oracle_memory memory = drawn_memory(call);
		uint64_t held;

		draw_one(t, call);
		held = oracle_conditions(&t->before, call->x, &memory);
		if (__builtin_popcountll(held) > most) {
			most = __builtin_popcountll(held);
			t->held = held;
			t->call = *call;
		}
	}
}

void trial_draw(struct trial *t)
{
	struct oracle_memory memory = drawn_memory(&t->call);

	t->has_call = true;
	draw_call(t);
	oracle_predict(&t->before, t->call.x, &memory, &t->prediction);
	put_host_memory(t);
}

bool trial_make(struct trial *t)
{
	bool stays;

	t->calls++;
	if (!make_call(t)) {
		return false;
	}
	coverage_add(&t->coverage, t->prediction.command, t->held);
	if (t->prediction.changed) {
		stays = t->step % STAYS_EVERY == 0 && world_has_room(&t->after);
		keep_or_revert(t, stays);
	}
	return !t->thorough || all_memory_is_kept(t);
}

bool trial_step(struct trial *t)
{
	trial_draw(t);
	return trial_make(t);
}

bool trial_end(struct trial *t)
{
	return machine_state_is_kept(&t->machine) ? all_memory_is_kept(t)
						  : trial_fails(t, "the monitor's state changed");
}

static bool go_through(struct trial *t, uint64_t seed, unsigned last_step)
{
	if (!trial_begin(t, seed)) {
		return false;
	}
	for (unsigned step = 0; step <= last_step && step < TRIAL_CALLS; step++) {
		t->step = step;
		if (!trial_step(t)) {
			return false;
		}
	}
	return true;
}

bool trial_world(struct trial *t, uint64_t seed, unsigned last_step)
{
	if (go_through(t, seed, last_step) && trial_end(t)) {
		return true;
	}
	if (t->thorough) {
		return false;
	}
	t->thorough = true;
	machine_distrust(&t->machine);
	if (go_through(t, seed, last_step)) {
		(void)trial_fails(t, "failed, but not when the calls were made again");
	}
	return false;
}

void trial_complain(const struct trial *t, FILE *out)
{
	const struct rmi_command_info *info = rmi_command_info(t->prediction.command);

	fprintf(out, "tests/oracle/test_oracle_monitor --seed %" PRIu64, t->seed);
	if (t->has_call) {
		fprintf(out, " --step %u: %s x0..x5", t->step, info != NULL ? info->name : "no command");
		for (unsigned i = 0; i <= RMI_ARGUMENT_MAX; i++) {
			fprintf(out, " 0x%" PRIx64, t->call.x[i]);
		}
	}
	fprintf(out, ": %s%s\n", t->message, t->has_call ? " (--rmi behind it: in the shell of reeve rmi)" : "");
}
