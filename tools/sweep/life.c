/* SPDX-License-Identifier: BSD-2-Clause */
/* life.c - see life.h. */
#include "tools/sweep/life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "reeve/field.h"

enum { CALLS_FIRST = 32, LOCK_WAIT_S = 10, CPUS = 4, REC_AUX = 2, US_PER_S = 1000000, NS_PER_US = 1000 };

/* What a thread is at. */
struct here {
	unsigned cpu;
	bool is_reached; /* the call it makes reached the monitor */
	bool is_given;   /* the allocation it makes reached the machine */
	uint64_t real[LIFE_ANSWERS];
	sigjmp_buf *place; /* where to go when memory was touched that is not the host's; NULL: nowhere */
	struct reeve_model_gpf touched;
};

static _Thread_local struct here here;

/* A machine, and the life it has now. */
struct life_machine {
	struct reeve_model *model;
	struct life *life;
	uint64_t memory; /* bytes */
	bool runs_code;  /* its RECs are programs */
	pid_t process;
};

/* The machine of a life that is over, switched off (L3). */
static struct life_machine *spare;

void life_use_cpu(unsigned cpu)
{
	here.cpu = cpu;
}

uint64_t life_granules(const struct life *life)
{
	return life->scenario->memory / REEVE_GRANULE_SIZE;
}

uint64_t life_granule(uint64_t index)
{
	return REEVE_MODEL_DRAM_BASE + index * REEVE_GRANULE_SIZE;
}

uint64_t life_acted(const struct life *life)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < life->fault.plan.count; i++) {
		sum += reeve_fault_acted(&life->fault, i);
	}
	return sum;
}

void life_complain(struct life *life, const char *format, ...)
{
	va_list arguments;

	pthread_mutex_lock(&life->lock);
	if (life->wrong.text[0] == '\0') {
		va_start(arguments, format);
		(void)vsnprintf(life->wrong.text, sizeof(life->wrong.text), format, arguments);
		va_end(arguments);
	}
	pthread_mutex_unlock(&life->lock);
	atomic_store(&life->is_over, true);
}

/* ---- calls ---- */

/* Room for one more of `size` bytes in an array of `count`, doubled when it is full. There is no going on without. */
static void *room(void *array, size_t count, size_t *have, size_t size)
{
	void *more = array;

	if (count < *have) {
		return array;
	}
	*have = *have == 0 ? CALLS_FIRST : *have * 2;
	more = realloc(array, *have * size);
	if (more == NULL) {
		abort();
	}
	return more;
}

/* The Realm whose RD is at `rd`; 0: a free place. NULL: none. */
static struct life_realm *realm_of(struct life *life, uint64_t rd)
{
	for (unsigned i = 0; i < LIFE_REALMS; i++) {
		if (life->realms[i].rd == rd) {
			return &life->realms[i];
		}
	}
	return NULL;
}

/* Keep what a call that the monitor carried out did to the Realms there are, and to their tables. */
static void realms_follow(struct life *life, enum rmi_command command, uint64_t rd, uint16_t vmid)
{
	struct life_realm *realm;

	pthread_mutex_lock(&life->lock);
	realm = realm_of(life, command == RMI_REALM_CREATE ? 0 : rd);
	if (realm != NULL && command == RMI_REALM_CREATE) {
		*realm = (struct life_realm){.rd = rd, .vmid = vmid};
	}
	if (realm != NULL && command == RMI_REALM_ACTIVATE) {
		realm->is_active = true;
	}
	if (realm != NULL && command == RMI_REALM_DESTROY) {
		*realm = (struct life_realm){0};
	}
	life->tables += command == RMI_RTT_CREATE;
	life->tables -= command == RMI_RTT_DESTROY || command == RMI_RTT_FOLD;
	life->tables_most = life->tables > life->tables_most ? life->tables : life->tables_most;
	pthread_mutex_unlock(&life->lock);
}

/* Behind the conduit. */
static void monitor_smc(void *context, uint64_t x[18])
{
	struct life *life = context;
	enum rmi_command command = rmi_command_of_fid(x[0]);
	uint64_t rd = x[1];
	uint16_t vmid = 0;

	if (command == RMI_REALM_CREATE) {
		const struct rmi_realm_params *params = reeve_model_ns(life->model, x[2]);

		vmid = params->vmid;
	}
	(void)reeve_model_smc(life->model, here.cpu, x);
	here.is_reached = true;
	memcpy(here.real, x, sizeof(here.real));
	if (x[0] != RMI_SUCCESS) {
		return;
	}
	realms_follow(life, command, rd, vmid);
}

static void note(struct life *life, const struct sweep_call *call, bool is_notable, bool is_false)
{
	pthread_mutex_lock(&life->lock);
	if (life->record != NULL) {
		life->record->calls =
			room(life->record->calls, life->record->count, &life->record_room, sizeof(struct sweep_call));
		life->record->calls[life->record->count++] = *call;
	}
	if (is_notable) {
		struct life_call *at;

		life->calls = room(life->calls, life->call_count, &life->call_room, sizeof(struct life_call));
		at = &life->calls[life->call_count++];
		*at = (struct life_call){
			.call = *call,
			.is_reached = here.is_reached,
			.is_false = is_false,
			.attempt = life->attempt,
		};
		memcpy(at->real, here.real, sizeof(at->real));
	}
	pthread_mutex_unlock(&life->lock);
}

static void host_smc(void *context, uint64_t x[18])
{
	struct life *life = context;
	struct sweep_call call = {.command = rmi_command_of_fid(x[0]), .step = life->step};
	uint64_t acted = life_acted(life);
	bool is_false;
	bool is_notable;

	memcpy(call.in, x, sizeof(call.in));
	pthread_mutex_lock(&life->lock);
	life->smcs++;
	call.allocations = life->allocations;
	pthread_mutex_unlock(&life->lock);
	here.is_reached = false;
	memset(here.real, 0, sizeof(here.real));
	reeve_fault_smc(&life->fault, x);
	memcpy(call.out, x, sizeof(call.out));
	/* A rule may have changed the run page alone. */
	is_false = !here.is_reached || memcmp(here.real, x, sizeof(here.real)) != 0 || life_acted(life) != acted;
	is_notable = x[0] != RMI_SUCCESS || is_false;
	if (!is_notable && life->record == NULL) {
		return;
	}
	if (call.command == RMI_REC_ENTER && x[0] == RMI_SUCCESS && here.is_reached) {
		const struct rmi_rec_run *run = reeve_model_ns(life->model, call.in[2]);

		call.exit_reason = run->exit.exit_reason;
	}
	note(life, &call, is_notable, is_false);
}

static void delay(void *context, uint64_t us)
{
	struct timespec left = {(time_t)(us / US_PER_S), (long)(us % US_PER_S * NS_PER_US)};

	(void)context;
	(void)nanosleep(&left, NULL);
}

static void *run_page(void *context, struct reeve_pa pa)
{
	struct life *life = context;

	return reeve_model_ns(life->model, pa.value);
}

/* ---- pages ---- */

static unsigned order_of(size_t size)
{
	unsigned order = 0;

	while (((size_t)REEVE_GRANULE_SIZE << order) < size) {
		order++;
	}
	return order;
}

static bool machine_pages(void *context, size_t size, struct reeve_pa *pa)
{
	struct life *life = context;

	here.is_given = true;
	return life->machine.pages_alloc(life->model, size, pa);
}

static bool host_pages_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	struct life *life = context;
	bool is_got;

	here.is_given = false;
	is_got = reeve_fault_pages_alloc(&life->fault, size, pa);
	pthread_mutex_lock(&life->lock);
	life->allocations++;
	life->refused_allocations += !here.is_given;
	if (is_got) {
		life->given[(pa->value - REEVE_MODEL_DRAM_BASE) / REEVE_GRANULE_SIZE] = (uint8_t)(order_of(size) + 1);
		life->granules_out += size / REEVE_GRANULE_SIZE;
	}
	pthread_mutex_unlock(&life->lock);
	return is_got;
}

/* The machine takes back only what is whole: anything else is a complaint. */
static void host_pages_free(void *context, struct reeve_pa pa, size_t size)
{
	struct life *life = context;
	uint64_t index = (pa.value - REEVE_MODEL_DRAM_BASE) / REEVE_GRANULE_SIZE;
	bool was_given;

	pthread_mutex_lock(&life->lock);
	was_given = index < life_granules(life) && life->given[index] == order_of(size) + 1;
	if (was_given) {
		life->given[index] = 0;
		life->granules_out -= size / REEVE_GRANULE_SIZE;
	}
	pthread_mutex_unlock(&life->lock);
	if (!was_given) {
		life_complain(life, "H9: %zu bytes at 0x%llx are given back to the allocator, which gave no such run",
			size, (unsigned long long)pa.value);
		return;
	}
	for (uint64_t at = pa.value; at < pa.value + size; at += REEVE_GRANULE_SIZE) {
		struct reeve_granule_info info = {.state = GRANULE_UNDELEGATED};

		(void)reeve_monitor_granule(reeve_model_monitor(life->model), reeve_pa(at), &info);
		if (info.state != GRANULE_UNDELEGATED) {
			life_complain(life, "H4: granule 0x%llx goes back to the allocator and is %s at the monitor",
				(unsigned long long)at, rmi_granule_state_name(info.state));
			return;
		}
	}
	life->machine.pages_free(life->model, pa, size);
}

static void *host_pointer(void *context, struct reeve_pa pa)
{
	struct life *life = context;

	return life->machine.pointer(life->model, pa);
}

/* ---- locks: waits are bounded, and a life that is over needs none ---- */

static void lock_take(void *context, void *lock)
{
	struct life *life = context;
	struct timespec until;

	if (atomic_load(&life->is_over) || pthread_mutex_trylock(lock) == 0) {
		return;
	}
	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += LOCK_WAIT_S;
	if (pthread_mutex_timedlock(lock, &until) != 0) {
		life_complain(life, "a lock was not free for %d seconds: deadlock", LOCK_WAIT_S);
	}
}

static void lock_release(void *context, void *lock)
{
	struct life *life = context;

	if (!atomic_load(&life->is_over)) {
		pthread_mutex_unlock(lock);
	}
}

/* ---- the life ---- */

static void on_gpf(void *context, const struct reeve_model_gpf *fault)
{
	(void)context;
	if (here.place != NULL) {
		here.touched = *fault;
		siglongjmp(*here.place, 1);
	}
}

/* Whether an access to `ipa` would fault: RAM that has no memory. A CPU makes the access again until it does not. */
static bool is_faulting(struct life *life, uint64_t ipa)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {
		rmi_command_info(RMI_RTT_READ_ENTRY)->fid, life->realm.rd.value, ipa, RMI_LEVEL_LAST};

	(void)reeve_model_smc(life->model, here.cpu, x);
	return x[0] == RMI_SUCCESS && x[2] == RTTE_UNASSIGNED && x[4] == RIPAS_RAM;
}

static void on_rec(
	void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap)
{
	const struct life_machine *machine = context;
	struct life *life = machine->life;
	struct script *script = &life->scripts[mpidr % LIFE_RECS];
	const struct script_line *last = script->at == 0 ? NULL : &script->lines[script->at - 1];
	bool is_access = last != NULL && (last->kind == SCRIPT_LOAD || last->kind == SCRIPT_STORE);

	(void)pc;
	if (is_access && is_faulting(life, last->x[0])) {
		script_again(script, x, trap);
		return;
	}
	script_turn(script, x, trap);
}

enum reeve_status life_guarded(
	struct life *life, enum reeve_status (*call)(struct life *life, void *context), void *context)
{
	sigjmp_buf *volatile outer = here.place;
	enum reeve_status status;
	sigjmp_buf place;

	if (sigsetjmp(place, 0) != 0) {
		here.place = outer;
		life_complain(life, "H4: the host %s 0x%llx, a granule that is %s",
			here.touched.write ? "wrote to" : "read", (unsigned long long)here.touched.pa,
			rmi_granule_state_name(here.touched.state));
		return REEVE_INTERNAL;
	}
	here.place = &place;
	status = call(life, context);
	here.place = outer;
	return status;
}

enum reeve_status life_answered(struct life *life, enum reeve_status status)
{
	if (status != REEVE_OK) {
		life->error = reeve_realm_error(&life->realm);
	}
	return status;
}

enum reeve_status life_share_memory(struct life *life, size_t size)
{
	uint64_t got = life->shared.value != 0 ? life->shared.value : reeve_model_pages_alloc(life->model, size);

	life->shared = reeve_pa(got);
	life->shared_size = size;
	if (got == 0) {
		life->error = (struct reeve_error){.status = REEVE_NO_MEMORY, .step = REEVE_STEP_SHARE};
		return REEVE_NO_MEMORY;
	}
	return REEVE_OK;
}

enum reeve_status life_begin(struct life *life)
{
	struct reeve_host_config config = {
		.ops = &life->ops,
		.context = life,
		.lock = &life->host_lock,
		.page_size = life->scenario->page_size,
	};
	enum reeve_status status = reeve_host_init(&life->host, &config, &life->error);

	life->has_host = status == REEVE_OK;
	if (life->has_host) {
		reeve_realm_init(&life->realm, &life->host, &life->realm_lock);
	}
	return status;
}

static void machine_free(struct life_machine *on)
{
	if (on != NULL) {
		reeve_model_free(on->model);
		free(on);
	}
}

/* The spare machine when it is like those of this scenario. What a process has from the one that forked it is that one's memory as well. */
static struct life_machine *machine_again(const struct scenario *scenario)
{
	struct life_machine *on = spare;

	spare = NULL;
	if (on != NULL && on->process == getpid() && on->memory == scenario->memory &&
		on->runs_code == (scenario->program != NULL) && reeve_model_reset(on->model)) {
		return on;
	}
	machine_free(on);
	return NULL;
}

static struct life_machine *machine_new(const struct scenario *scenario)
{
	struct life_machine *on = calloc(1, sizeof(*on));
	struct reeve_model_config config = {
		.regions = {{REEVE_MODEL_DRAM_BASE, scenario->memory, NULL}},
		.region_count = 1,
		.cpu_count = CPUS,
		.lazy = true,
		.rec_aux_count = REC_AUX,
		.on_gpf = on_gpf,
		.rec_code = scenario->program == NULL ? on_rec : NULL,
		.context = on,
	};

	if (on == NULL) {
		return NULL;
	}
	*on = (struct life_machine){
		.memory = scenario->memory, .runs_code = scenario->program != NULL, .process = getpid()};
	on->model = reeve_model_new(&config);
	if (on->model == NULL) {
		free(on);
		return NULL;
	}
	return on;
}

static bool machine_open(struct life *life)
{
	life->on = machine_again(life->scenario);
	if (life->on == NULL) {
		life->on = machine_new(life->scenario);
	}
	if (life->on == NULL) {
		return false;
	}
	life->on->life = life;
	life->model = life->on->model;
	reeve_model_host_ops(life->model, &life->machine);
	return true;
}

/* After a life that went wrong nobody knows who is in the machine still. */
static void machine_close(struct life *life)
{
	machine_free(spare);
	spare = life->on;
	if (atomic_load(&life->is_over)) {
		machine_free(spare);
		spare = NULL;
	}
}

static bool parts_open(struct life *life, const struct reeve_fault_plan *plan)
{
	struct reeve_fault_config config = {
		.smc = monitor_smc,
		.pages_alloc = machine_pages,
		.pointer = run_page,
		.delay = delay,
		.context = life,
	};
	struct reeve_fault_error error;

	life->given = calloc(life_granules(life), sizeof(*life->given));
	life->text = open_memstream(&life->text_bytes, &life->text_size);
	if (life->given == NULL || life->text == NULL || !machine_open(life)) {
		return false;
	}
	for (unsigned i = 0; i < LIFE_RECS; i++) {
		life->scripts[i] = (struct script){.lines = life->scenario->scripts[i], .text = life->text};
	}
	if (life->scenario->program != NULL) {
		life->guest = life_guest_new(life, life->scenario);
		if (life->guest == NULL) {
			return false;
		}
	}
	reeve_fault_init(&life->fault, &config);
	if (!reeve_fault_load(&life->fault, plan, &error)) {
		life_complain(life, "the plan makes no sense: rule %u: %s: %s", error.line, error.word, error.text);
	}
	return true;
}

bool life_open(struct life *life, const struct scenario *scenario, const struct reeve_fault_plan *plan,
	struct sweep_record *record)
{
	*life = (struct life){
		.scenario = scenario,
		.ops = {host_smc, host_pages_alloc, host_pages_free, host_pointer, lock_take, lock_release, NULL},
		.record = record,
		.step = "",
	};
	pthread_mutex_init(&life->lock, NULL);
	pthread_mutex_init(&life->host_lock, NULL);
	pthread_mutex_init(&life->realm_lock, NULL);
	here = (struct here){0};
	if (parts_open(life, plan)) {
		return true;
	}
	life_close(life);
	return false;
}

void life_close(struct life *life)
{
	life_guest_free(life->guest);
	machine_close(life);
	if (life->text != NULL) {
		(void)fclose(life->text);
	}
	free(life->text_bytes);
	free(life->calls);
	free(life->given);
	pthread_mutex_destroy(&life->lock);
	pthread_mutex_destroy(&life->host_lock);
	pthread_mutex_destroy(&life->realm_lock);
}
