/* SPDX-License-Identifier: BSD-2-Clause */
/* conduit.c - looks at every call before and after the monitor has it. */
#include "tools/conduit.h"

#include <string.h>
#include <time.h>

/* Which argument of a command names what; 0: none. */
struct places {
	uint8_t rd;
	uint8_t rec;
};

static const struct places places_of[RMI_COMMAND_COUNT + 1] = {
	[RMI_DATA_CREATE] = {.rd = 1},
	[RMI_DATA_CREATE_UNKNOWN] = {.rd = 1},
	[RMI_DATA_DESTROY] = {.rd = 1},
	[RMI_REALM_ACTIVATE] = {.rd = 1},
	[RMI_REALM_CREATE] = {.rd = 1},
	[RMI_REALM_DESTROY] = {.rd = 1},
	[RMI_REC_CREATE] = {.rd = 1, .rec = 2},
	[RMI_REC_DESTROY] = {.rec = 1},
	[RMI_REC_ENTER] = {.rec = 1},
	[RMI_RTT_CREATE] = {.rd = 1},
	[RMI_RTT_DESTROY] = {.rd = 1},
	[RMI_RTT_MAP_UNPROTECTED] = {.rd = 1},
	[RMI_RTT_READ_ENTRY] = {.rd = 1},
	[RMI_RTT_UNMAP_UNPROTECTED] = {.rd = 1},
	[RMI_PSCI_COMPLETE] = {.rec = 1},
	[RMI_RTT_FOLD] = {.rd = 1},
	[RMI_REC_AUX_COUNT] = {.rd = 1},
	[RMI_RTT_INIT_RIPAS] = {.rd = 1},
	[RMI_RTT_SET_RIPAS] = {.rd = 1, .rec = 2},
};

static const uint64_t second_ns = 1000000000;
static const uint64_t us_ns = 1000;
static const uint64_t delay_slice_ns = 10000000; /* how late a run that is to stop notices it */

/* The call that this thread has on its way: the rules' seam has no argument for it. */
static _Thread_local struct trace_call *under_way;

uint64_t conduit_clock_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * second_ns + (uint64_t)now.tv_nsec;
}

static void digest(void *context, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	hosted_digest(context, algorithm, data, size, out);
}

/* The host's own granule at `pa`, or NULL when there is none or it is not the host's to read. */
static void *host_granule(struct conduit *conduit, uint64_t pa)
{
	struct reeve_model_granule granule;

	if (!reeve_is_aligned(pa, REEVE_GRANULE_SIZE) || !reeve_model_granule(conduit->model, pa, &granule) ||
		granule.state != GRANULE_UNDELEGATED) {
		return NULL;
	}
	return reeve_model_ns(conduit->model, pa);
}

/* What stands behind the rules. */

static void monitor_smc(void *context, uint64_t x[REEVE_SMC_REGISTERS])
{
	struct conduit *conduit = context;
	struct trace_call *call = under_way;

	call->condition = reeve_model_smc(conduit->model, call->cpu, x);
	memcpy(call->monitor, x, sizeof(call->monitor));
	call->fault = call->delay_us == 0 ? TRACE_FAULT_NONE : TRACE_FAULT_DELAYED;
}

static bool model_pages_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	const struct conduit *conduit = context;
	uint64_t found = reeve_model_pages_alloc(conduit->model, size);

	if (found == 0) {
		return false;
	}
	*pa = reeve_pa(found);
	return true;
}

/* Asked for when it is about to be altered. */
static void *run_page(void *context, struct reeve_pa pa)
{
	struct rmi_rec_run *run = host_granule(context, pa.value);

	if (run != NULL) {
		under_way->monitor_exit = run->exit;
		under_way->has_monitor_exit = true;
	}
	return run;
}

static void delay(void *context, uint64_t us)
{
	const struct conduit *conduit = context;
	uint64_t end_ns = conduit_clock_ns() + us * us_ns;

	under_way->delay_us = us;
	for (uint64_t now = conduit_clock_ns(); now < end_ns && !conduit->must_stop(conduit->context);
		now = conduit_clock_ns()) {
		uint64_t left_ns = end_ns - now < delay_slice_ns ? end_ns - now : delay_slice_ns;

		(void)nanosleep(&(struct timespec){.tv_nsec = (long)left_ns}, NULL);
	}
}

bool conduit_init(struct conduit *conduit, struct reeve_model *model, FILE *trace, const struct trace_format *format,
	unsigned cpus)
{
	struct hosted_digest *engine = hosted_digest_new();
	struct reeve_fault_config behind = {monitor_smc, model_pages_alloc, run_page, delay, conduit};

	if (engine == NULL) {
		return false;
	}
	*conduit = (struct conduit){
		.model = model,
		.trace = trace,
		.format = format,
		.digest = engine,
		.hasher = {digest, engine},
		.started_ns = conduit_clock_ns(),
	};
	reeve_fault_init(&conduit->fault, &behind);
	pthread_mutex_init(&conduit->lock, NULL);
	if (trace != NULL) {
		format->begin(trace, cpus);
	}
	return true;
}

bool conduit_load(struct conduit *conduit, const struct reeve_fault_plan *plan, bool (*must_stop)(void *context),
	void *context, struct message *why)
{
	struct reeve_fault_error error;

	if (!reeve_fault_load(&conduit->fault, plan, &error)) {
		return message_set(why, "rule %u of the plan: %s", error.line, error.text);
	}
	conduit->must_stop = must_stop;
	conduit->context = context;
	return true;
}

void conduit_trace_move(struct conduit *conduit, FILE *trace)
{
	pthread_mutex_lock(&conduit->lock);
	conduit->trace = trace;
	pthread_mutex_unlock(&conduit->lock);
}

void conduit_trace_end(struct conduit *conduit)
{
	pthread_mutex_lock(&conduit->lock);
	if (conduit->trace != NULL) {
		conduit->format->end(conduit->trace);
	}
	conduit->trace = NULL;
	pthread_mutex_unlock(&conduit->lock);
}

void conduit_fini(struct conduit *conduit)
{
	conduit_trace_end(conduit);
	hosted_digest_free(conduit->digest);
	pthread_mutex_destroy(&conduit->lock);
}

static struct conduit_realm *realm_of_rd(struct conduit *conduit, uint64_t rd)
{
	for (unsigned i = 0; rd != 0 && i < CONDUIT_REALMS; i++) {
		if (conduit->realms[i].rd == rd) {
			return &conduit->realms[i];
		}
	}
	return NULL;
}

static unsigned realm_of_rec(const struct conduit *conduit, uint64_t rec)
{
	for (unsigned i = 0; rec != 0 && i < CONDUIT_RECS; i++) {
		if (conduit->recs[i].rec == rec) {
			return conduit->recs[i].realm;
		}
	}
	return 0;
}

/* The realm a call is about. The lock is held. */
static unsigned realm_of_call(struct conduit *conduit, const struct trace_call *call)
{
	const struct places *places = &places_of[call->command];
	const struct conduit_realm *realm = NULL;

	if (places->rd != 0) {
		realm = realm_of_rd(conduit, call->in[places->rd]);
		return realm == NULL ? 0 : realm->number;
	}
	return places->rec == 0 ? 0 : realm_of_rec(conduit, call->in[places->rec]);
}

static void content_note(struct conduit *conduit, struct trace_call *call)
{
	const void *source = host_granule(conduit, call->in[4]);
	const struct conduit_realm *realm;

	if (source == NULL || FIELD_GET(call->in[5], DATA_FLAG_MEASURE) == 0) {
		return;
	}
	pthread_mutex_lock(&conduit->lock);
	realm = realm_of_rd(conduit, call->in[1]);
	if (realm != NULL) {
		reeve_rim_content(&conduit->hasher, realm->hash, source, call->content.digest);
		call->content.size = rmi_hash_size(realm->hash);
		call->extra = TRACE_EXTRA_CONTENT;
	}
	pthread_mutex_unlock(&conduit->lock);
}

/* Keep what the command will read from host memory. */
static void before(struct conduit *conduit, struct trace_call *call)
{
	const void *params;

	if (call->command == RMI_DATA_CREATE) {
		content_note(conduit, call);
	}
	if (call->command == RMI_REALM_CREATE) {
		params = host_granule(conduit, call->in[2]);
		if (params != NULL) {
			memcpy(&call->realm_params, params, sizeof(call->realm_params));
			call->extra = TRACE_EXTRA_REALM_PARAMS;
		}
	}
	if (call->command == RMI_REC_CREATE) {
		params = host_granule(conduit, call->in[3]);
		if (params != NULL) {
			memcpy(&call->rec_params, params, sizeof(call->rec_params));
			call->extra = TRACE_EXTRA_REC_PARAMS;
		}
	}
}

/* Add what only the outcome shows. */
static void after(struct conduit *conduit, struct trace_call *call)
{
	if (!trace_was_done(call)) {
		return;
	}
	if (call->command == RMI_REC_ENTER) {
		const struct rmi_rec_run *run = host_granule(conduit, call->in[2]);

		if (run != NULL) {
			memcpy(&call->exit, &run->exit, sizeof(call->exit));
			call->extra = TRACE_EXTRA_EXIT;
		}
	}
	if (call->command == RMI_RTT_INIT_RIPAS) {
		uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(RTT_READ_ENTRY), call->in[1], call->in[2], RMI_LEVEL_LAST};

		if (reeve_model_smc(conduit->model, call->cpu, x) == CONDITION_NONE && x[0] == RMI_SUCCESS) {
			call->entry_level = (int)(int64_t)x[1];
			call->extra = TRACE_EXTRA_ENTRIES;
		}
	}
}

/* A slot for a new realm: one never used, else one of a realm that is gone. */
static struct conduit_realm *realm_slot(struct conduit *conduit)
{
	struct conduit_realm *gone = NULL;

	for (unsigned i = 0; i < CONDUIT_REALMS; i++) {
		if (conduit->realms[i].number == 0) {
			return &conduit->realms[i];
		}
		if (conduit->realms[i].rd == 0) {
			gone = &conduit->realms[i];
		}
	}
	return gone;
}

static void realm_created(struct conduit *conduit, struct trace_call *call)
{
	struct conduit_realm *realm = realm_slot(conduit);

	conduit->realm_count++;
	if (realm == NULL || call->extra != TRACE_EXTRA_REALM_PARAMS ||
		call->realm_params.hash_algo >= RMI_HASH_COUNT) {
		return;
	}
	*realm = (struct conduit_realm){
		.number = conduit->realm_count,
		.rd = call->in[1],
		.hash = (enum rmi_hash_algorithm)call->realm_params.hash_algo,
	};
	reeve_rim_realm(&conduit->hasher, &call->realm_params, realm->rim);
	call->realm = realm->number;
}

static void rec_note(struct conduit *conduit, uint64_t from, uint64_t to, unsigned realm)
{
	for (unsigned i = 0; i < CONDUIT_RECS; i++) {
		if (conduit->recs[i].rec == from) {
			conduit->recs[i].rec = to;
			conduit->recs[i].realm = realm;
			return;
		}
	}
}

static void rim_extend(const struct conduit *conduit, struct conduit_realm *realm, const struct trace_call *call)
{
	const struct reeve_hasher *hasher = &conduit->hasher;

	if (call->command == RMI_DATA_CREATE) {
		reeve_rim_data(hasher, realm->hash, realm->rim, call->in[3], call->in[5],
			call->extra == TRACE_EXTRA_CONTENT ? call->content.digest : NULL);
	}
	if (call->extra == TRACE_EXTRA_REC_PARAMS && FIELD_GET(call->rec_params.flags, REC_FLAG_RUNNABLE) != 0) {
		reeve_rim_rec(hasher, realm->hash, realm->rim, &call->rec_params);
	}
	if (call->extra == TRACE_EXTRA_ENTRIES) {
		uint64_t size = trace_level_size(call->entry_level);

		for (uint64_t base = call->in[2]; base < trace_monitor(call)[1]; base += size) {
			reeve_rim_ripas(hasher, realm->hash, realm->rim, base, base + size);
		}
	}
}

/* What a call that the monitor carried out changed. The lock is held. */
static void learn(struct conduit *conduit, struct trace_call *call)
{
	struct conduit_realm *realm = realm_of_rd(conduit, places_of[call->command].rd == 0 ? 0 : call->in[1]);

	if (call->command == RMI_REALM_CREATE) {
		realm_created(conduit, call);
	}
	if (call->command == RMI_REC_CREATE) {
		rec_note(conduit, 0, call->in[2], call->realm);
	}
	if (call->command == RMI_REC_DESTROY) {
		rec_note(conduit, call->in[1], 0, 0);
	}
	if (realm == NULL) {
		return;
	}
	rim_extend(conduit, realm, call);
	if (call->command == RMI_REALM_DESTROY) {
		realm->rd = 0;
	}
}

/* Tell from what came back what became of it on the way. */
static void fault_note(struct trace_call *call)
{
	if (call->fault == TRACE_FAULT_REFUSED) {
		return;
	}
	if (call->out[0] != call->monitor[0]) {
		call->fault = TRACE_FAULT_MISREPORTED;
		return;
	}
	if (call->has_monitor_exit || memcmp(call->out, call->monitor, sizeof(call->out)) != 0) {
		call->fault = TRACE_FAULT_ALTERED;
	}
}

void conduit_smc(struct conduit *conduit, unsigned cpu, uint64_t x[REEVE_SMC_REGISTERS])
{
	struct trace_call call;
	uint64_t begin_ns;

	call.cpu = cpu;
	call.command = rmi_command_of_fid(x[0]);
	call.condition = CONDITION_NONE;
	call.fault = TRACE_FAULT_REFUSED; /* until the monitor has it */
	call.delay_us = 0;
	call.has_monitor_exit = false;
	call.extra = TRACE_EXTRA_NONE;
	memcpy(call.in, x, sizeof(call.in));
	before(conduit, &call);
	under_way = &call;
	begin_ns = conduit_clock_ns();
	reeve_fault_smc(&conduit->fault, x);
	call.dur_ns = conduit_clock_ns() - begin_ns;
	under_way = NULL;
	call.t_ns = begin_ns - conduit->started_ns;
	memcpy(call.out, x, sizeof(call.out));
	fault_note(&call);
	after(conduit, &call);
	pthread_mutex_lock(&conduit->lock);
	call.n = ++conduit->n;
	call.realm = realm_of_call(conduit, &call);
	conduit->counts[call.command]++;
	if (trace_was_done(&call)) {
		learn(conduit, &call);
	}
	if (conduit->trace != NULL) {
		conduit->format->call(conduit->trace, &call);
	}
	pthread_mutex_unlock(&conduit->lock);
}

bool conduit_pages_alloc(struct conduit *conduit, size_t size, struct reeve_pa *pa)
{
	return reeve_fault_pages_alloc(&conduit->fault, size, pa);
}

uint64_t conduit_phase_begin(struct conduit *conduit, const char *name)
{
	reeve_fault_phase(&conduit->fault, name);
	return conduit_clock_ns();
}

uint64_t conduit_phase(struct conduit *conduit, const char *name, unsigned realm, uint64_t begin_ns)
{
	struct trace_phase phase = {
		.name = name,
		.realm = realm,
		.t_ns = begin_ns - conduit->started_ns,
		.dur_ns = conduit_clock_ns() - begin_ns,
	};

	pthread_mutex_lock(&conduit->lock);
	if (conduit->trace != NULL) {
		conduit->format->phase(conduit->trace, &phase);
	}
	pthread_mutex_unlock(&conduit->lock);
	return phase.dur_ns;
}

bool conduit_rim(
	struct conduit *conduit, unsigned number, enum rmi_hash_algorithm *hash, uint8_t rim[RMI_MEASUREMENT_SIZE])
{
	bool is_found = false;

	pthread_mutex_lock(&conduit->lock);
	for (unsigned i = 0; number != 0 && i < CONDUIT_REALMS; i++) {
		if (conduit->realms[i].number == number) {
			*hash = conduit->realms[i].hash;
			memcpy(rim, conduit->realms[i].rim, RMI_MEASUREMENT_SIZE);
			is_found = true;
		}
	}
	pthread_mutex_unlock(&conduit->lock);
	return is_found;
}
