/* SPDX-License-Identifier: BSD-2-Clause */
/* fault.c - the conduit: which rule a call's turn is, and what becomes of the call. */
#include "reeve/fault.h"

#include <string.h>

#include "fault/check.h"
#include "fault/words.h"

/* What the rules know of a call, taken before it is made: its registers come back changed. */
struct call {
	unsigned command;
	uint64_t in[RMI_ARGUMENT_MAX + 1];
	uint64_t realm; /* it is about; 0: none that is known */
};

/* How an address stands in a slot: no address is 0, and 0 is a free slot. */
static uint64_t key_of(uint64_t address)
{
	return address + 1;
}

/* Put `to` where `from` stands. False: it stands nowhere. */
static bool slot_change(uint64_t *slots, unsigned count, uint64_t from, uint64_t to, unsigned *slot)
{
	for (unsigned i = 0; i < count; i++) {
		uint64_t expected = from;

		if (__atomic_compare_exchange_n(&slots[i], &expected, to, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
			*slot = i;
			return true;
		}
	}
	return false;
}

static bool slot_find(const uint64_t *slots, unsigned count, uint64_t address, unsigned *slot)
{
	for (unsigned i = 0; i < count; i++) {
		if (__atomic_load_n(&slots[i], __ATOMIC_ACQUIRE) == key_of(address)) {
			*slot = i;
			return address != UINT64_MAX;
		}
	}
	return false;
}

/* The number of the realm at `rd`: the newest of those that its slot had. */
static uint64_t realm_of_rd(const struct reeve_fault *fault, uint64_t rd)
{
	uint64_t count = __atomic_load_n(&fault->realm_count, __ATOMIC_ACQUIRE);
	unsigned slot = 0;

	if (!slot_find(fault->rds, REEVE_FAULT_REALMS, rd, &slot) || count <= slot) {
		return 0;
	}
	return count - (count - 1 - slot) % REEVE_FAULT_REALMS;
}

static uint64_t realm_of_rec(const struct reeve_fault *fault, uint64_t rec)
{
	unsigned slot = 0;

	return slot_find(fault->recs, REEVE_FAULT_RECS, rec, &slot)
		? __atomic_load_n(&fault->rec_realms[slot], __ATOMIC_ACQUIRE)
		: 0;
}

static uint64_t realm_of_call(const struct reeve_fault *fault, const struct call *call)
{
	switch (command_about(call->command)) {
	case ABOUT_RD:
		return realm_of_rd(fault, call->in[1]);
	case ABOUT_REC:
		return realm_of_rec(fault, call->in[1]);
	case ABOUT_NEW:
		return __atomic_load_n(&fault->realm_count, __ATOMIC_ACQUIRE) + 1;
	case ABOUT_NONE:
	case ABOUT_COUNT:
		break;
	}
	return 0;
}

/* A call that succeeded behind the conduit made or unmade a realm or a REC. */
static void learn(struct reeve_fault *fault, const struct call *call)
{
	uint64_t number;
	unsigned slot;

	if (call->command == RMI_REALM_CREATE) {
		number = __atomic_add_fetch(&fault->realm_count, 1, __ATOMIC_ACQ_REL);
		__atomic_store_n(&fault->rds[(number - 1) % REEVE_FAULT_REALMS], key_of(call->in[1]), __ATOMIC_RELEASE);
	}
	if (call->command == RMI_REALM_DESTROY) {
		(void)slot_change(fault->rds, REEVE_FAULT_REALMS, key_of(call->in[1]), 0, &slot);
	}
	if (call->command == RMI_REC_CREATE && call->realm != 0 &&
		slot_change(fault->recs, REEVE_FAULT_RECS, 0, key_of(call->in[2]), &slot)) {
		__atomic_store_n(&fault->rec_realms[slot], call->realm, __ATOMIC_RELEASE);
	}
	if (call->command == RMI_REC_DESTROY) {
		(void)slot_change(fault->recs, REEVE_FAULT_RECS, key_of(call->in[1]), 0, &slot);
	}
}

static bool phase_is(const struct reeve_fault *fault, const char *wanted)
{
	const char *phase = __atomic_load_n(&fault->phase, __ATOMIC_ACQUIRE);

	return wanted[0] == '\0' || (phase != NULL && name_is(phase, wanted));
}

static bool meets(const struct reeve_fault *fault, const struct reeve_fault_rule *rule, const struct call *call)
{
	bool is_command = rule->command == call->command ||
		(rule->command == REEVE_FAULT_ANY && call->command != REEVE_FAULT_ALLOC);

	if (!is_command || (rule->realm != 0 && rule->realm != call->realm) || !phase_is(fault, rule->phase)) {
		return false;
	}
	for (unsigned i = 0; i < RMI_ARGUMENT_MAX; i++) {
		const struct reeve_fault_match *match = &rule->match[i];

		/* Modulo 2^64, so that -1..2 is the four numbers it looks like. */
		if (match->x != 0 && call->in[match->x] - match->low > match->high - match->low) {
			return false;
		}
	}
	return true;
}

/* Count the call at every rule that it meets; the first whose turn it is, or NULL (F2). */
static const struct reeve_fault_rule *turn_of(struct reeve_fault *fault, const struct call *call)
{
	const struct reeve_fault_rule *first = NULL;

	for (unsigned i = 0; i < fault->plan.count; i++) {
		const struct reeve_fault_rule *rule = &fault->plan.rules[i];
		uint64_t n;

		if (!meets(fault, rule, call)) {
			continue;
		}
		n = __atomic_add_fetch(&fault->met[i], 1, __ATOMIC_RELAXED);
		if (first == NULL && n >= rule->nth && n - rule->nth < rule->times) {
			first = rule;
		}
	}
	return first;
}

static void note_acted(struct reeve_fault *fault, const struct reeve_fault_rule *rule)
{
	(void)__atomic_add_fetch(&fault->acted[rule - fault->plan.rules], 1, __ATOMIC_RELAXED);
}

static uint64_t value_of(const struct reeve_fault_value *value, const struct call *call, const uint64_t x[static 18])
{
	switch (value->kind) {
	case REEVE_FAULT_NUMBER:
		break;
	case REEVE_FAULT_ARGUMENT:
		return call->in[value->x] + value->more;
	case REEVE_FAULT_RESULT:
		return x[value->x] + value->more;
	}
	return value->more;
}

/* Little-endian, as a monitor leaves a member, whatever this machine is. */
static void write_exit(uint8_t *page, const struct reeve_fault_set *set, uint64_t value)
{
	uint8_t *member = page + offsetof(struct rmi_rec_run, exit) + set->offset;

	for (unsigned byte = 0; byte < set->size; byte++) {
		member[byte] = (uint8_t)reeve_bits_get(value, byte * 8, 8);
	}
}

/* All values are of the call as it came back, whatever is changed first. False, nothing changed, when the run page is not there. */
static bool alter(const struct reeve_fault *fault, const struct reeve_fault_rule *rule, const struct call *call,
	uint64_t x[static 18])
{
	uint64_t values[REEVE_FAULT_SETS];
	uint8_t *page = NULL;

	if (rule_alters_exit(rule)) {
		page = fault->config.pointer(fault->config.context, reeve_pa(call->in[2]));
		if (page == NULL) {
			return false;
		}
	}
	for (unsigned i = 0; i < rule->set_count; i++) {
		values[i] = value_of(&rule->set[i].value, call, x);
	}
	for (unsigned i = 0; i < rule->set_count; i++) {
		const struct reeve_fault_set *set = &rule->set[i];

		if (set->x != 0) {
			x[set->x] = values[i];
		} else if (page != NULL) {
			write_exit(page, set, values[i]);
		}
	}
	return true;
}

static void pass(struct reeve_fault *fault, const struct call *call, uint64_t x[static 18])
{
	fault->config.smc(fault->config.context, x);
	if (x[0] == RMI_SUCCESS) {
		learn(fault, call);
	}
}

/* The answer of a monitor that says `status`: no results. */
static void answer(uint64_t x[static 18], uint64_t status)
{
	x[0] = status;
	memset(&x[1], 0, RMI_RESULT_MAX * sizeof(x[1]));
}

static void carry_out(
	struct reeve_fault *fault, const struct reeve_fault_rule *rule, const struct call *call, uint64_t x[static 18])
{
	switch (rule->action) {
	case REEVE_FAULT_REFUSE:
		answer(x, rule->status);
		break;
	case REEVE_FAULT_MISREPORT:
		pass(fault, call, x);
		answer(x, rule->status);
		break;
	case REEVE_FAULT_ALTER:
		pass(fault, call, x);
		if (x[0] != RMI_SUCCESS || !alter(fault, rule, call, x)) {
			return;
		}
		break;
	case REEVE_FAULT_DELAY:
		fault->config.delay(fault->config.context, rule->delay_us);
		pass(fault, call, x);
		break;
	case REEVE_FAULT_ACTION_COUNT:
		return;
	}
	note_acted(fault, rule);
}

/* Apart from reeve_fault_smc, which then saves no registers when there is no plan (F1). */
__attribute__((noinline)) static void follow(struct reeve_fault *fault, uint64_t x[static 18])
{
	struct call call = {.command = rmi_command_of_fid(x[0])};
	const struct reeve_fault_rule *rule;

	if (call.command == RMI_COMMAND_COUNT) {
		fault->config.smc(fault->config.context, x);
		return;
	}
	memcpy(call.in, x, sizeof(call.in));
	call.realm = realm_of_call(fault, &call);
	rule = turn_of(fault, &call);
	if (rule == NULL) {
		pass(fault, &call, x);
		return;
	}
	carry_out(fault, rule, &call, x);
}

/* What the conduit lacks to follow the rule: the member of its config, or NULL. */
static const char *lacks(const struct reeve_fault_config *config, const struct reeve_fault_rule *rule)
{
	if (rule->command == REEVE_FAULT_ALLOC && config->pages_alloc == NULL) {
		return "pages_alloc";
	}
	if (rule->action == REEVE_FAULT_DELAY && config->delay == NULL) {
		return "delay";
	}
	return rule_alters_exit(rule) && config->pointer == NULL ? "pointer" : NULL;
}

/* Why the conduit cannot follow the plan's rule `index`. True: it can. */
static bool load_check(const struct reeve_fault_config *config, const struct reeve_fault_rule *rule, unsigned index,
	struct reeve_fault_error *error)
{
	const char *problem = rule_problem(rule);
	const char *missing;

	if (problem != NULL) {
		*error = (struct reeve_fault_error){.line = index + 1, .text = problem};
		return false;
	}
	missing = lacks(config, rule);
	if (missing == NULL) {
		return true;
	}
	*error = (struct reeve_fault_error){
		.line = index + 1, .text = "the rule needs that function in struct reeve_fault_config"};
	for (unsigned i = 0; missing[i] != '\0'; i++) {
		error->word[i] = missing[i];
	}
	return false;
}

void reeve_fault_init(struct reeve_fault *fault, const struct reeve_fault_config *config)
{
	memset(fault, 0, sizeof(*fault));
	fault->config = *config;
}

bool reeve_fault_load(struct reeve_fault *fault, const struct reeve_fault_plan *plan, struct reeve_fault_error *error)
{
	if (plan->count > REEVE_FAULT_RULES) {
		*error = (struct reeve_fault_error){.text = "a plan has at most 16 rules"};
		return false;
	}
	for (unsigned i = 0; i < plan->count; i++) {
		if (!load_check(&fault->config, &plan->rules[i], i, error)) {
			return false;
		}
	}
	fault->plan = *plan;
	for (unsigned i = 0; i < plan->count; i++) {
		struct reeve_fault_rule *rule = &fault->plan.rules[i];

		rule->nth = rule->nth == 0 ? 1 : rule->nth;
		rule->times = rule->times == 0 ? 1 : rule->times;
	}
	memset(fault->met, 0, sizeof(fault->met));
	memset(fault->acted, 0, sizeof(fault->acted));
	if (plan->count == 0) {
		/* Nothing is watched from here on, so what was seen would grow old. */
		fault->realm_count = 0;
		memset(fault->rds, 0, sizeof(fault->rds));
		memset(fault->recs, 0, sizeof(fault->recs));
		memset(fault->rec_realms, 0, sizeof(fault->rec_realms));
	}
	return true;
}

void reeve_fault_phase(struct reeve_fault *fault, const char *name)
{
	__atomic_store_n(&fault->phase, name, __ATOMIC_RELEASE);
}

void reeve_fault_smc(void *fault, uint64_t x[18])
{
	struct reeve_fault *conduit = fault;

	if (conduit->plan.count == 0) {
		conduit->config.smc(conduit->config.context, x);
		return;
	}
	follow(conduit, x);
}

bool reeve_fault_pages_alloc(void *fault, size_t size, struct reeve_pa *pa)
{
	struct reeve_fault *conduit = fault;
	const struct reeve_fault_rule *rule = turn_of(conduit, &(struct call){.command = REEVE_FAULT_ALLOC});

	if (rule != NULL) {
		note_acted(conduit, rule);
		return false;
	}
	return conduit->config.pages_alloc != NULL && conduit->config.pages_alloc(conduit->config.context, size, pa);
}

uint64_t reeve_fault_acted(const struct reeve_fault *fault, unsigned index)
{
	return index < fault->plan.count ? __atomic_load_n(&fault->acted[index], __ATOMIC_RELAXED) : 0;
}
