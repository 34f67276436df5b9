/* SPDX-License-Identifier: BSD-2-Clause */
/* test_model_script.c - a realm whose code is a C function: entries, traps, registers kept over exits, and kicks. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "reeve/field.h"
#include "reeve/host.h"
#include "reeve/model.h"
#include "reeve/psci.h"

enum { AUX = 2, ROOTS = 4, START_LEVEL = 2, CPU = 1, ESR_EC_WFX = 0x01, ESR_EC_SMC64 = 0x17 };

/* What the realm's code does at each call, and what it saw. */
struct script {
	const struct reeve_model_trap *traps;
	unsigned trap_count;
	unsigned calls;
	unsigned kick_at; /* 1 + the call that kicks its own CPU */
	struct reeve_model *model;
	uint64_t seen_x19;
	uint64_t seen_pc;
	uint64_t seen_mpidr;
};

struct world {
	struct script script;
	struct reeve_model *model;
	struct reeve_host_ops ops;
	uint64_t rd;
	uint64_t roots;
	uint64_t params;
	uint64_t rec;
	uint64_t run;
};

static const uint64_t entry_pc = 0x80001000;

static void realm_code(
	void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap)
{
	struct script *script = context;

	assert_true(script->calls < script->trap_count);
	*trap = script->traps[script->calls++];
	script->seen_x19 = x[19];
	script->seen_pc = *pc;
	script->seen_mpidr = mpidr;
	x[19]++;
	x[0] = PSCI_FID32_SYSTEM_OFF;
	*pc += 4;
	if (script->kick_at == script->calls) {
		reeve_model_kick(script->model, CPU);
	}
}

/* An SMC that must succeed, out of the door that the host library uses. */
static void call(struct world *w, uint64_t fid, uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {fid, a, b, c};

	w->ops.smc(w->model, x);
	assert_int_equal(x[0], RMI_SUCCESS);
}

static uint64_t page(struct world *w, size_t size)
{
	struct reeve_pa pa;

	assert_true(w->ops.pages_alloc(w->model, size, &pa));
	return pa.value;
}

static uint64_t delegated(struct world *w, size_t size)
{
	uint64_t pa = page(w, size);

	for (uint64_t at = pa; at < pa + size; at += REEVE_GRANULE_SIZE) {
		call(w, RMI_FID(GRANULE_DELEGATE), at, 0, 0);
	}
	return pa;
}

static void create_realm(struct world *w)
{
	struct rmi_realm_params *params = w->ops.pointer(w->model, reeve_pa(w->params));

	w->roots = delegated(w, ROOTS * REEVE_GRANULE_SIZE);
	w->rd = delegated(w, REEVE_GRANULE_SIZE);
	params->s2sz = 32;
	params->num_bps = 1;
	params->num_wps = 1;
	params->rtt_base = w->roots;
	params->rtt_level_start = START_LEVEL;
	params->rtt_num_start = ROOTS;
	params->vmid = 1;
	call(w, RMI_FID(REALM_CREATE), w->rd, w->params, 0);
}

static void create_rec(struct world *w)
{
	struct rmi_rec_params *params = w->ops.pointer(w->model, reeve_pa(w->params));

	memset(params, 0, sizeof(*params));
	params->flags = FIELD_SET(0, REC_FLAG_RUNNABLE, 1);
	params->pc = entry_pc;
	params->num_aux = AUX;
	for (unsigned i = 0; i < AUX; i++) {
		params->aux[i] = delegated(w, REEVE_GRANULE_SIZE);
	}
	w->rec = delegated(w, REEVE_GRANULE_SIZE);
	call(w, RMI_FID(REC_CREATE), w->rd, w->rec, w->params);
}

static void open_world(struct world *w, const struct reeve_model_trap *traps, unsigned count)
{
	*w = (struct world){.script = {.traps = traps, .trap_count = count}};
	w->model = reeve_model_new(
		&(struct reeve_model_config){.rec_aux_count = AUX, .rec_code = realm_code, .context = &w->script});
	assert_non_null(w->model);
	w->script.model = w->model;
	reeve_model_host_ops(w->model, &w->ops);
	reeve_model_use_cpu(CPU);
	w->params = page(w, REEVE_GRANULE_SIZE);
	w->run = page(w, REEVE_GRANULE_SIZE);
	create_realm(w);
	create_rec(w);
	call(w, RMI_FID(REALM_ACTIVATE), w->rd, 0, 0);
}

static const struct rmi_rec_exit *enter(struct world *w)
{
	struct rmi_rec_run *run = w->ops.pointer(w->model, reeve_pa(w->run));

	call(w, RMI_FID(REC_ENTER), w->rec, w->run, 0);
	return &run->exit;
}

/* Take the realm apart: every granule comes back, and the monitor finds nothing amiss. */
static void close_world(struct world *w)
{
	call(w, RMI_FID(REC_DESTROY), w->rec, 0, 0);
	call(w, RMI_FID(REALM_DESTROY), w->rd, 0, 0);
	assert_null(reeve_monitor_valid(reeve_model_monitor(w->model)));
	call(w, RMI_FID(GRANULE_UNDELEGATE), w->rec, 0, 0);
	call(w, RMI_FID(GRANULE_UNDELEGATE), w->rd, 0, 0);
	w->ops.pages_free(w->model, reeve_pa(w->rd), REEVE_GRANULE_SIZE);
	reeve_model_free(w->model);
}

static void runs_until_it_switches_itself_off(void **state)
{
	const struct reeve_model_trap traps[] = {
		{.kind = REEVE_MODEL_TRAP_IRQ},
		{.kind = REEVE_MODEL_TRAP_FIQ},
		{.kind = REEVE_MODEL_TRAP_SYNC, .esr = FIELD_SET(FIELD_MASK(ESR_IL), ESR_EC, ESR_EC_SMC64)},
	};
	struct world w;

	(void)state;
	open_world(&w, traps, 3);
	assert_int_equal(enter(&w)->exit_reason, RMI_EXIT_IRQ);
	assert_int_equal(w.script.seen_pc, entry_pc);
	assert_int_equal(w.script.seen_mpidr, 0);
	assert_int_equal(enter(&w)->exit_reason, RMI_EXIT_FIQ);
	assert_int_equal(w.script.seen_pc, entry_pc + 4);
	assert_int_equal(w.script.seen_x19, 1);
	assert_int_equal(enter(&w)->exit_reason, RMI_EXIT_PSCI);
	assert_int_equal(w.script.seen_x19, 2);
	assert_int_equal(w.script.calls, 3);
	close_world(&w);
}

static void a_kick_is_one_irq_exit(void **state)
{
	const struct reeve_model_trap traps[] = {{.kind = REEVE_MODEL_TRAP_FIQ}, {.kind = REEVE_MODEL_TRAP_FIQ}};
	struct world w;

	(void)state;
	open_world(&w, traps, 2);
	reeve_model_kick(w.model, CPU);
	reeve_model_kick(w.model, CPU);
	reeve_model_kick(w.model, CPU + 1);
	assert_int_equal(enter(&w)->exit_reason, RMI_EXIT_IRQ);
	assert_int_equal(w.script.calls, 0);
	w.script.kick_at = 1;
	assert_int_equal(enter(&w)->exit_reason, RMI_EXIT_FIQ);
	assert_int_equal(enter(&w)->exit_reason, RMI_EXIT_IRQ);
	assert_int_equal(w.script.calls, 1);
	assert_int_equal(enter(&w)->exit_reason, RMI_EXIT_FIQ);
	assert_int_equal(w.script.calls, 2);
	close_world(&w);
}

/* A kind that is none ends the process with a message; the machine never runs on with a trap that it made up. */
static void a_stop_of_no_kind_is_said(void **state)
{
	const struct reeve_model_trap traps[] = {{.kind = (enum reeve_model_trap_kind)1234567}};
	char text[512] = "";
	struct world w;
	int channel[2];
	int status;
	pid_t child;

	(void)state;
	open_world(&w, traps, 1);
	assert_int_equal(pipe(channel), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(channel[1], STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		(void)enter(&w);
		_exit(0);
	}
	close(channel[1]);
	assert_true(read(channel[0], text, sizeof(text) - 1) >= 0);
	close(channel[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_string_equal(
		text, "reeve-model: rec_code stopped with a kind that is no enum reeve_model_trap_kind: 0x12d687\n");
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	/* Realm memory is shared with the child, so the REC runs for ever here. */
	reeve_model_free(w.model);
}

/* SVE and a PMU: Unicorn's CPUs have neither, of a C function the machine does not know. */
static void features_are_those_of_who_runs_recs(void **state)
{
	const uint64_t lacking[] = {FIELD_MASK(FEATURE0_SVE_EN), FIELD_MASK(FEATURE0_PMU_EN),
		FIELD_MASK(FEATURE0_SVE_EN) | FIELD_MASK(FEATURE0_PMU_EN)};
	const uint64_t plain = FIELD_SET(0, FEATURE0_S2SZ, 48) | FIELD_SET(0, FEATURE0_NUM_BPS, 5) |
		FIELD_SET(0, FEATURE0_NUM_WPS, 3) | FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 2) |
		FIELD_MASK(FEATURE0_HASH_SHA_256);
	struct reeve_model_config config = {.features0 = plain};
	struct reeve_model *model = reeve_model_new(&config);

	(void)state;
	assert_non_null(model);
	reeve_model_free(model);
	for (size_t i = 0; i < sizeof(lacking) / sizeof(lacking[0]); i++) {
		config = (struct reeve_model_config){.features0 = plain | lacking[i]};
		assert_null(reeve_model_new(&config));
		assert_non_null(strstr(reeve_model_error(), "SVE_EN or PMU_EN"));
		config.rec_code = realm_code;
		model = reeve_model_new(&config);
		assert_non_null(model);
		reeve_model_free(model);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_until_it_switches_itself_off),
		cmocka_unit_test(a_kick_is_one_irq_exit),
		cmocka_unit_test(a_stop_of_no_kind_is_said),
		cmocka_unit_test(features_are_those_of_who_runs_recs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
