/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn.c - the CPU seam (cpu.h) over Unicorn: RECs run AArch64 code, those of one realm in turn, realms in parallel. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "machine/model/cpu.h"
#include "machine/model/unicorn_exception.h"
#include "machine/model/unicorn_realm.h"

/* After so many WFIs in a row that nobody traps the host gets the CPU back: there is nothing that would wake the REC. */
enum { WFI_MAX = 64 };

struct unicorn_cpus {
	struct reeve_model *model;
	pthread_mutex_t mutex; /* of the two lists; taken last, nothing is waited for under it */
	struct realm *realms;
	unsigned cpu_count;
	atomic_bool kicked[];
};

static void *unicorn_create(struct reeve_model *model, unsigned cpu_count)
{
	struct unicorn_cpus *cpus = calloc(1, sizeof(*cpus) + cpu_count * sizeof(cpus->kicked[0]));

	if (cpus == NULL) {
		return NULL;
	}
	cpus->model = model;
	cpus->cpu_count = cpu_count;
	pthread_mutex_init(&cpus->mutex, NULL);
	return cpus;
}

static void unicorn_destroy(void *context)
{
	struct unicorn_cpus *cpus = context;

	while (cpus->realms != NULL) {
		struct realm *realm = cpus->realms;

		cpus->realms = realm->next;
		realm_close(realm);
	}
	pthread_mutex_destroy(&cpus->mutex);
	free(cpus);
}

static struct realm **realm_link(struct unicorn_cpus *cpus, struct reeve_pa rd)
{
	struct realm **link = &cpus->realms;

	while (*link != NULL && (*link)->rd.value != rd.value) {
		link = &(*link)->next;
	}
	return link;
}

static struct realm *realm_find(struct unicorn_cpus *cpus, struct reeve_pa rd)
{
	struct realm *realm;

	pthread_mutex_lock(&cpus->mutex);
	realm = *realm_link(cpus, rd);
	pthread_mutex_unlock(&cpus->mutex);
	return realm;
}

static struct realm *realm_find_or_open(struct unicorn_cpus *cpus, struct reeve_pa rd)
{
	struct realm **link;
	struct realm *realm;

	pthread_mutex_lock(&cpus->mutex);
	link = realm_link(cpus, rd);
	if (*link == NULL) {
		*link = realm_open(rd);
	}
	realm = *link;
	pthread_mutex_unlock(&cpus->mutex);
	return realm;
}

static struct engine **engine_link(struct realm *realm, struct reeve_pa rec)
{
	struct engine **link = &realm->engines;

	while (*link != NULL && (*link)->rec.value != rec.value) {
		link = &(*link)->next;
	}
	return link;
}

/* A realm's list of engines changes with the turn and the mutex, so either is enough to read it. Opening takes a millisecond, and the turn: a
 * REC that was switched on is waited for by the one that did it, as a rule, and that would turn in circles all the while. */
static struct engine *engine_find_or_open(struct unicorn_cpus *cpus, struct realm *realm, struct reeve_pa rec)
{
	struct engine *engine;

	pthread_mutex_lock(&cpus->mutex);
	engine = *engine_link(realm, rec);
	pthread_mutex_unlock(&cpus->mutex);
	if (engine != NULL) {
		return engine;
	}
	turn_take(&realm->turn, TURN_FRONT);
	engine = engine_open(rec, &realm->window, &realm->turn);
	if (engine != NULL) {
		pthread_mutex_lock(&cpus->mutex);
		engine->next = realm->engines;
		realm->engines = engine;
		pthread_mutex_unlock(&cpus->mutex);
	}
	turn_give(&realm->turn);
	return engine;
}

/* One REC on its way through run. */
struct visit {
	struct unicorn_cpus *cpus;
	struct realm *realm;
	struct engine *engine;
	struct rec_cpu *rec;
	struct rec_trap *trap;
	atomic_bool *kicked;
	unsigned wfi_count;
};

static bool ends_with_irq(struct visit *visit)
{
	*visit->trap = (struct rec_trap){.kind = REC_TRAP_IRQ};
	return true;
}

static bool ends_wfi(struct visit *visit)
{
	if (visit->rec->trap_wfi) {
		visit->rec->pc -= 4;
		exception_trap_wfx(false, visit->trap);
		return true;
	}
	if (++visit->wfi_count == WFI_MAX) {
		return ends_with_irq(visit);
	}
	sched_yield();
	return false;
}

static bool ends_exception(struct visit *visit, uint32_t number)
{
	uint64_t pc = visit->rec->pc - exception_pc_beyond(number);

	return exception_take(visit->rec, number, realm_word(visit->realm, pc), visit->trap) == EXCEPTION_TRAPS;
}

/* Does the visit end here? */
static bool ends(struct visit *visit, const struct engine_stop *stop)
{
	if (stop->kind != ENGINE_WFI && stop->kind != ENGINE_TURN) {
		visit->wfi_count = 0;
	}
	switch (stop->kind) {
	case ENGINE_TURN:
	case ENGINE_KICKED:
		return false;
	case ENGINE_WFI:
		return ends_wfi(visit);
	case ENGINE_WFE:
		exception_trap_wfx(true, visit->trap);
		return true;
	case ENGINE_EXCEPTION:
		return ends_exception(visit, stop->number);
	case ENGINE_FAULT:
		return realm_resolve(visit->realm, visit->engine, visit->cpus->model, visit->rec, stop, visit->trap) ==
			REALM_TRAPPED;
	case ENGINE_BROKEN:
		exception_trap_serror(visit->trap);
		return true;
	}
	return true;
}

/* A REC that left with a fault and comes back to the same instruction has its page now, as a rule: without this it would fault again. */
static void resolve_fault_again(struct visit *visit)
{
	struct rec_trap trap;
	struct engine_stop stop;

	if (engine_left_with_fault(visit->engine, visit->rec->pc, &stop)) {
		(void)realm_resolve(visit->realm, visit->engine, visit->cpus->model, visit->rec, &stop, &trap);
	}
}

/* Where a REC waits that goes on after `stop`. */
static enum turn_queue queue_after(const struct engine_stop *stop)
{
	return stop->kind == ENGINE_TURN || stop->kind == ENGINE_WFI ? TURN_BACK : TURN_FRONT;
}

static void visit_run(struct visit *visit)
{
	enum turn_queue queue = TURN_FRONT;
	struct engine_stop stop;

	resolve_fault_again(visit);
	do {
		if (atomic_exchange(visit->kicked, false)) {
			(void)ends_with_irq(visit);
			return;
		}
		turn_take(&visit->realm->turn, queue);
		stop = engine_run(visit->engine, visit->rec, visit->kicked);
		turn_give(&visit->realm->turn);
		queue = queue_after(&stop);
	} while (!ends(visit, &stop));
}

static void unicorn_run(void *context, unsigned cpu, struct rec_cpu *rec, struct rec_trap *trap)
{
	struct unicorn_cpus *cpus = context;
	struct visit visit = {.cpus = cpus, .rec = rec, .trap = trap, .kicked = &cpus->kicked[cpu]};

	visit.realm = realm_find_or_open(cpus, rec->stage2.rd);
	if (visit.realm != NULL) {
		visit.engine = engine_find_or_open(cpus, visit.realm, rec->rec);
	}
	if (visit.engine == NULL) {
		exception_trap_serror(trap);
		return;
	}
	visit_run(&visit);
}

static void unicorn_kick(void *context, unsigned cpu)
{
	struct unicorn_cpus *cpus = context;

	if (cpu < cpus->cpu_count) {
		atomic_store(&cpus->kicked[cpu], true);
	}
}

static void unicorn_invalidate(void *context, const struct stage2 *stage2, struct reeve_ipa base, uint64_t size)
{
	struct realm *realm = realm_find(context, stage2->rd);

	if (realm != NULL) {
		realm_invalidate(realm, base.value, size);
	}
}

/* With the mutex. */
static bool is_listed(const struct unicorn_cpus *cpus, const struct realm *wanted)
{
	const struct realm *realm = cpus->realms;

	while (realm != NULL && realm != wanted) {
		realm = realm->next;
	}
	return realm != NULL;
}

static void unicorn_stage2_destroy(void *context, const struct stage2 *stage2)
{
	struct unicorn_cpus *cpus = context;
	struct realm **link;
	struct realm *realm;
	bool is_free = false;

	pthread_mutex_lock(&cpus->mutex);
	link = realm_link(cpus, stage2->rd);
	realm = *link;
	if (realm != NULL) {
		*link = realm->next;
		is_free = realm->user_count == 0; /* else the last user closes it */
	}
	pthread_mutex_unlock(&cpus->mutex);
	if (is_free) {
		realm_close(realm);
	}
}

/* The realm is used from here to realm_put: it may leave the list, but is not closed. */
static struct realm *realm_get(struct realm *realm)
{
	if (realm != NULL) {
		realm->user_count++;
	}
	return realm;
}

/* Done with `realm`, on to the next. One that left the list ends the walk early: its next may be gone as well. */
static struct realm *realm_put(struct unicorn_cpus *cpus, struct realm *realm, bool *was_listed)
{
	struct realm *next = NULL;
	bool closes;

	pthread_mutex_lock(&cpus->mutex);
	*was_listed = is_listed(cpus, realm);
	if (*was_listed) {
		next = realm_get(realm->next);
	}
	closes = --realm->user_count == 0 && !*was_listed;
	pthread_mutex_unlock(&cpus->mutex);
	if (closes) {
		realm_close(realm);
	}
	return next;
}

/* True when no realm left the list on the way: all were asked. */
static bool lose_in_all(struct unicorn_cpus *cpus, uint64_t pa)
{
	struct realm *realm;
	bool was_listed = true;

	pthread_mutex_lock(&cpus->mutex);
	realm = realm_get(cpus->realms);
	pthread_mutex_unlock(&cpus->mutex);
	while (realm != NULL) {
		realm_lose(realm, pa);
		realm = realm_put(cpus, realm, &was_listed);
	}
	return was_listed;
}

static void unicorn_lose(void *context, struct reeve_pa pa)
{
	while (!lose_in_all(context, pa.value)) {
	}
}

/* With the mutex: the realm that has an engine for `rec`. */
static struct realm *realm_of_rec(struct unicorn_cpus *cpus, struct reeve_pa rec)
{
	struct realm *realm = cpus->realms;

	while (realm != NULL && *engine_link(realm, rec) == NULL) {
		realm = realm->next;
	}
	return realm;
}

/* With the turn. NULL when there is none. */
static struct engine *engine_unlink(struct unicorn_cpus *cpus, struct realm *realm, struct reeve_pa rec)
{
	struct engine **link;
	struct engine *engine;

	pthread_mutex_lock(&cpus->mutex);
	link = engine_link(realm, rec);
	engine = *link;
	if (engine != NULL) {
		*link = engine->next;
	}
	pthread_mutex_unlock(&cpus->mutex);
	return engine;
}

static void unicorn_rec_destroy(void *context, struct reeve_pa rec)
{
	struct unicorn_cpus *cpus = context;
	struct engine *engine;
	struct realm *realm;

	pthread_mutex_lock(&cpus->mutex);
	realm = realm_of_rec(cpus, rec);
	pthread_mutex_unlock(&cpus->mutex);
	if (realm == NULL) {
		return;
	}
	turn_take(&realm->turn, TURN_FRONT);
	engine = engine_unlink(cpus, realm, rec);
	turn_give(&realm->turn);
	if (engine != NULL) {
		engine_close(engine);
	}
}

const struct model_cpu_ops model_unicorn = {
	.create = unicorn_create,
	.destroy = unicorn_destroy,
	.run = unicorn_run,
	.kick = unicorn_kick,
	.invalidate = unicorn_invalidate,
	.lose = unicorn_lose,
	.stage2_destroy = unicorn_stage2_destroy,
	.rec_destroy = unicorn_rec_destroy,
};
