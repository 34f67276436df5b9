/* SPDX-License-Identifier: BSD-2-Clause */
/* judge.c - the rules, each a function. */
#include "tools/sweep/judge.h"

#include <inttypes.h>
#include <string.h>

/* The state that the monitor has a granule in, by the use it is in at the host. */
static const enum rmi_granule_state uses[REEVE_USE_COUNT] = {
	[REEVE_USE_FREE] = GRANULE_UNDELEGATED,
	[REEVE_USE_BOOKS] = GRANULE_UNDELEGATED,
	[REEVE_USE_PARAMS] = GRANULE_UNDELEGATED,
	[REEVE_USE_SPARE] = GRANULE_DELEGATED,
	[REEVE_USE_RD] = GRANULE_RD,
	[REEVE_USE_RTT] = GRANULE_RTT,
	[REEVE_USE_REC] = GRANULE_REC,
	[REEVE_USE_REC_AUX] = GRANULE_REC_AUX,
	[REEVE_USE_DATA] = GRANULE_DATA,
	[REEVE_USE_LEAKED] = GRANULE_STATE_COUNT, /* any but UNDELEGATED */
};

/* H12: so many calls more than without faults, for a salvage that reads every entry of every table; BUSY is asked again 16 times. */
enum { SMCS_MORE = 16384, SMCS_TIMES = 20, TEXT_MAX = 512 };

/* A table that is not folded keeps the one above it. */
enum { TABLES_KEPT = 2 };

/* ---- granules ---- */

struct comparison {
	struct life *life;
	struct message *why;
	uint64_t visited[REEVE_USE_COUNT];
	uint64_t lent; /* of the visited, by the monitor */
	bool is_wrong;
};

static enum rmi_granule_state state_of(const struct life *life, struct reeve_pa pa)
{
	struct reeve_granule_info info = {.state = GRANULE_STATE_COUNT};

	(void)reeve_monitor_granule(reeve_model_monitor(life->model), pa, &info);
	return info.state;
}

/* A leak is told as it was: the host asked for the granule, or for the object in it, and was refused with that. */
static bool is_leak_told(const struct life *life, const struct reeve_ledger_entry *entry)
{
	for (size_t i = 0; i < life->call_count; i++) {
		const struct sweep_call *call = &life->calls[i].call;

		if (call->command == entry->command && call->out[0] == entry->returned &&
			entry->returned != RMI_SUCCESS && call->in[1] == entry->pa.value) {
			return true;
		}
	}
	return false;
}

static bool complain(struct comparison *c, const char *what, const struct reeve_ledger_entry *entry)
{
	enum rmi_granule_state state = state_of(c->life, entry->pa);

	c->is_wrong = true;
	return message_set(c->why,
		"%s: granule 0x%" PRIx64 " is %s at the host and %s at the monitor (was %s; %s, 0x%" PRIx64 ")", what,
		entry->pa.value, reeve_use_name(entry->use),
		state == GRANULE_STATE_COUNT ? "no memory" : rmi_granule_state_name(state), reeve_use_name(entry->was),
		entry->command < RMI_COMMAND_COUNT ? rmi_command_info(entry->command)->name : "no call",
		entry->returned);
}

/* Whether the host cannot know that a granule never left: DELEGATE was refused when it was lent, and again when it was asked about. */
static bool is_unknowable(const struct life *life, uint64_t pa)
{
	unsigned count = 0;

	for (size_t i = 0; i < life->call_count; i++) {
		const struct life_call *call = &life->calls[i];

		count += call->call.command == RMI_GRANULE_DELEGATE && call->is_false && call->call.in[1] == pa;
	}
	return count >= 2;
}

static bool leak_compare(struct comparison *c, const struct reeve_ledger_entry *entry, enum rmi_granule_state state)
{
	if (state == GRANULE_UNDELEGATED && !is_unknowable(c->life, entry->pa.value)) {
		return complain(c, "H4: a granule is leaked that could have been returned", entry);
	}
	return is_leak_told(c->life, entry) || complain(c, "H4: a leak is not told as it was", entry);
}

static bool entry_compare(void *context, const struct reeve_ledger_entry *entry)
{
	struct comparison *c = context;
	enum rmi_granule_state state = state_of(c->life, entry->pa);

	c->visited[entry->use]++;
	c->lent += state != GRANULE_UNDELEGATED;
	if (entry->use == REEVE_USE_LEAKED) {
		return leak_compare(c, entry, state);
	}
	if (state == uses[entry->use]) {
		return true;
	}
	if (uses[entry->use] == GRANULE_UNDELEGATED) {
		return complain(c, "H4: the host uses a granule that is not its own", entry);
	}
	return judge_is_excused(c->life, entry->pa.value, state) || complain(c, "H4: the books differ", entry);
}

static uint64_t lent_by_the_monitor(const struct life *life)
{
	uint64_t lent = 0;

	for (uint64_t i = 0; i < life_granules(life); i++) {
		lent += state_of(life, reeve_pa(life_granule(i))) != GRANULE_UNDELEGATED;
	}
	return lent;
}

static bool granules_agree(struct life *life, const struct judge_step *step, struct message *why)
{
	struct comparison c = {.life = life, .why = why};
	struct reeve_ledger_counts counts = reeve_host_ledger_counts(&life->host);
	uint64_t lent = lent_by_the_monitor(life);
	uint64_t sum = 0;

	(void)step;
	reeve_host_ledger_visit(&life->host, entry_compare, &c);
	if (c.is_wrong) {
		return false;
	}
	for (unsigned use = 0; use < REEVE_USE_COUNT; use++) {
		sum += counts.granules[use];
		if (c.visited[use] != counts.granules[use]) {
			return message_set(why, "H4: %" PRIu64 " granules are %s and %" PRIu64 " are counted",
				c.visited[use], reeve_use_name(use), counts.granules[use]);
		}
	}
	if (sum != life->granules_out || sum != counts.pages_held * (life->scenario->page_size / REEVE_GRANULE_SIZE)) {
		return message_set(why,
			"H4: %" PRIu64 " granules have a use, %" PRIu64 " pages are held, %" PRIu64
			" granules were given",
			sum, counts.pages_held, life->granules_out);
	}
	return c.lent == lent ||
		message_set(
			why, "H4: the monitor has %" PRIu64 " granules, and the host knows of %" PRIu64, lent, c.lent);
}

uint64_t judge_leaked(struct life *life)
{
	return life->has_host ? reeve_host_ledger_counts(&life->host).granules[REEVE_USE_LEAKED] : 0;
}

/* ---- realms ---- */

static bool vmid_is_taken(const struct life *life, uint16_t vmid)
{
	return reeve_bits_get(life->host.vmids[vmid / 64], vmid % 64, 1) != 0;
}

static bool vmids_are_true(struct life *life, const struct judge_step *step, struct message *why)
{
	(void)step;
	for (unsigned i = 0; i < LIFE_REALMS; i++) {
		const struct life_realm *realm = &life->realms[i];

		if (realm->rd != 0 && !vmid_is_taken(life, realm->vmid)) {
			return message_set(
				why, "H6: VMID %u is free, and the monitor has a realm with it", realm->vmid);
		}
	}
	return true;
}

/* The use of the granule at `pa`. */
struct use_search {
	uint64_t pa;
	enum reeve_use use;
};

static bool use_found(void *context, const struct reeve_ledger_entry *entry)
{
	struct use_search *search = context;

	if (entry->pa.value == search->pa) {
		search->use = entry->use;
	}
	return entry->pa.value != search->pa;
}

static enum reeve_use use_of(struct life *life, uint64_t pa)
{
	struct use_search search = {pa, REEVE_USE_FREE};

	reeve_host_ledger_visit(&life->host, use_found, &search);
	return search.use;
}

static bool creation_is_once(struct life *life, const struct judge_step *step, struct message *why)
{
	unsigned count = 0;

	(void)step;
	for (unsigned i = 0; i < LIFE_REALMS; i++) {
		uint64_t rd = life->realms[i].rd;

		count += rd != 0 && use_of(life, rd) != REEVE_USE_LEAKED;
	}
	return count <= 1 || message_set(why, "H1: the monitor has %u realms of one", count);
}

/* What the monitor has of the host's realm: NONE, NEW or ACTIVE. */
static enum reeve_realm_state real_state(const struct life *life)
{
	for (unsigned i = 0; i < LIFE_REALMS; i++) {
		if (life->realms[i].rd != 0 && life->realms[i].rd == life->realm.rd.value) {
			return life->realms[i].is_active ? REEVE_REALM_ACTIVE : REEVE_REALM_NEW;
		}
	}
	return REEVE_REALM_NONE;
}

/* Any realm the monitor has is on the leak list. */
static bool all_are_leaked(struct life *life)
{
	for (unsigned i = 0; i < LIFE_REALMS; i++) {
		if (life->realms[i].rd != 0 && use_of(life, life->realms[i].rd) != REEVE_USE_LEAKED) {
			return false;
		}
	}
	return true;
}

static bool state_is_true(struct life *life, const struct judge_step *step, struct message *why)
{
	enum reeve_realm_state state = reeve_realm_state(&life->realm);
	enum reeve_realm_state real = real_state(life);
	bool is_true = false;

	(void)step;
	switch (state) {
	case REEVE_REALM_NONE:
		is_true = all_are_leaked(life);
		break;
	case REEVE_REALM_NEW:
		is_true = real == REEVE_REALM_NEW || judge_was_lied_to_about(life, RMI_REALM_ACTIVATE) ||
			judge_was_lied_to_about(life, RMI_REALM_CREATE);
		break;
	case REEVE_REALM_ACTIVE:
		is_true = real == REEVE_REALM_ACTIVE || judge_was_lied_to_about(life, RMI_REALM_ACTIVATE) ||
			judge_was_lied_to_about(life, RMI_REALM_CREATE);
		break;
	case REEVE_REALM_DYING:
	case REEVE_REALM_DEAD:
		is_true = real != REEVE_REALM_NONE || judge_was_lied_to_about(life, RMI_REALM_CREATE) ||
			judge_was_lied_to_about(life, RMI_REALM_DESTROY);
		break;
	case REEVE_REALM_STATE_COUNT:
		break;
	}
	return is_true ||
		message_set(why, "state: the realm is %s at the host, and %s at the monitor",
			reeve_realm_state_name(state), reeve_realm_state_name(real));
}

/* The host was told in this try that `command` failed. */
static bool was_refused(const struct life *life, enum rmi_command command)
{
	for (size_t i = 0; i < life->call_count; i++) {
		const struct life_call *call = &life->calls[i];

		if (call->call.command == command && call->call.out[0] != RMI_SUCCESS &&
			call->attempt == life->attempt) {
			return true;
		}
	}
	return false;
}

static bool failed_creation_is_undone(struct life *life, const struct judge_step *step, struct message *why)
{
	enum reeve_realm_state state = reeve_realm_state(&life->realm);

	if (step->status == REEVE_OK || strcmp(life->step, "create") != 0 || state == REEVE_REALM_NONE) {
		return true;
	}
	return (state == REEVE_REALM_DEAD && was_refused(life, RMI_REALM_DESTROY)) ||
		message_set(why, "H5: creation failed, RMI_REALM_DESTROY did not, and the realm is %s",
			reeve_realm_state_name(state));
}

static bool broken_is_the_end(struct life *life, const struct judge_step *step, struct message *why)
{
	enum reeve_realm_state state = life->has_host ? reeve_realm_state(&life->realm) : REEVE_REALM_NONE;

	return step->status != REEVE_BROKEN || state == REEVE_REALM_NONE || state == REEVE_REALM_DEAD ||
		message_set(why, "H8: the monitor broke its word, and the realm is %s", reeve_realm_state_name(state));
}

/* ---- what is said ---- */

/* The call that the error names was made in this try, and answered so. In a life without lies nothing but a fault can be a cause. */
static bool is_cause(const struct life *life, const struct reeve_error *error)
{
	/* A realm is live because of what was refused before: that is told as it is. */
	bool is_any = judge_was_lied_to(life) || error->command == RMI_REALM_DESTROY;

	for (size_t i = 0; i < life->call_count; i++) {
		const struct life_call *call = &life->calls[i];

		if (call->attempt == life->attempt && call->call.command == error->command &&
			call->call.out[0] == error->returned && (is_any || call->is_false)) {
			return true;
		}
	}
	return false;
}

static bool names_all(const struct reeve_error *error, const char *text)
{
	const char *command = rmi_command_info(error->command)->name;
	unsigned status = (unsigned)FIELD_GET(error->returned, RMI_RETURN_STATUS);
	bool is_status = status < RMI_STATUS_COUNT && error->status == REEVE_REFUSED;

	return strstr(text, command) != NULL && (!is_status || strstr(text, rmi_status_name(status)) != NULL) &&
		(error->status != REEVE_BUSY || strstr(text, "BUSY") != NULL) &&
		(error->field == NULL || strstr(text, error->field) != NULL);
}

/* Which failures need no monitor for a cause. */
static bool is_own_cause(struct life *life, const struct reeve_error *error)
{
	switch (error->status) {
	case REEVE_NO_MEMORY:
		return life->refused_allocations > 0;
	case REEVE_LEAKED:
		return judge_leaked(life) > 0;
	case REEVE_STATE:
		return !judge_is_recoverable(life);
	case REEVE_NO_MONITOR:
	case REEVE_INPUT:
	case REEVE_BUSY:
	case REEVE_UNSUPPORTED:
	case REEVE_BROKEN:
		return judge_was_lied_to(life);
	case REEVE_OK:
	case REEVE_REFUSED:
	case REEVE_INTERNAL:
	case REEVE_STATUS_COUNT:
		break;
	}
	return false;
}

static bool cause_is_told(struct life *life, const struct judge_step *step, struct message *why)
{
	const struct reeve_error *error = &life->error;
	char text[TEXT_MAX];

	if (step->status == REEVE_OK) {
		return true;
	}
	(void)reeve_error_format(error, text, sizeof(text));
	if (error->status != step->status) {
		return message_set(
			why, "H7: %s was answered, and the error says: %s", reeve_status_name(step->status), text);
	}
	if (error->step == REEVE_STEP_NONE || strstr(text, reeve_step_text(error->step)) == NULL) {
		return message_set(why, "H7: no step is named: %s", text);
	}
	if (!error->from_monitor) {
		return is_own_cause(life, error) ||
			message_set(why, "H7: nothing happened that could cause this: %s", text);
	}
	if (!names_all(error, text)) {
		return message_set(why, "H7: command, status or field is not named: %s", text);
	}
	return is_cause(life, error) || message_set(why, "H7: no such answer was given, or it was true: %s", text);
}

/* ---- inputs are refused before anything is done ---- */

static bool inputs_are_refused(struct life *life, const struct judge_step *step, struct message *why)
{
	const struct reeve_realm_config config = {.ipa_bits = 99};
	const struct reeve_ipa_range nothing = {{SCENARIO_RAM_BASE}, {SCENARIO_RAM_BASE}};
	const struct reeve_ipa_range across = {{0}, {UINT64_MAX - REEVE_GRANULE_SIZE + 1}};
	uint64_t smcs = life->smcs;
	uint64_t allocations = life->allocations;
	bool is_refused;

	bool is_made = reeve_realm_state(&life->realm) != REEVE_REALM_NONE;
	struct reeve_error error = life->realm.error; /* the life's own is what a picture is to show */

	(void)step;
	is_refused = reeve_realm_configure(&life->realm, &config) != REEVE_OK &&
		reeve_realm_discard(&life->realm, nothing) != REEVE_OK;
	if (is_made) {
		is_refused = reeve_realm_share(&life->realm, across, reeve_pa(REEVE_MODEL_DRAM_BASE)) != REEVE_OK &&
			is_refused;
	}
	life->realm.error = error;
	if (!is_refused) {
		return message_set(why, "H2: a configuration, or H11: a range, that makes no sense was taken");
	}
	return (smcs == life->smcs && allocations == life->allocations) ||
		message_set(why,
			"H2, H11: %" PRIu64 " calls and %" PRIu64 " allocations were made for what makes no sense",
			life->smcs - smcs, life->allocations - allocations);
}

/* ---- how much ---- */

static bool is_kept_use(unsigned use)
{
	return use != REEVE_USE_FREE && use != REEVE_USE_BOOKS && use != REEVE_USE_PARAMS && use != REEVE_USE_LEAKED;
}

/* Tables that could not be folded, because of the fault or of what is in them, and such as were asked for without need. */
static uint64_t tables_excused(const struct life *life)
{
	uint64_t count = 0;

	for (size_t i = 0; i < life->call_count; i++) {
		const struct sweep_call *call = &life->calls[i].call;
		bool is_walk = FIELD_GET(call->out[0], RMI_RETURN_STATUS) == RMI_ERROR_RTT;
		bool is_asking = is_walk && (call->command == RMI_RTT_INIT_RIPAS || call->command == RMI_RTT_SET_RIPAS);
		bool is_kept = (call->command == RMI_RTT_FOLD && call->out[0] != RMI_SUCCESS) ||
			(call->command == RMI_RTT_UNMAP_UNPROTECTED && judge_is_lie(&life->calls[i]));

		count += life->calls[i].is_false && (is_asking || is_kept);
	}
	return count;
}

static bool nothing_piles_up(struct life *life, const struct judge_step *step, struct message *why)
{
	struct reeve_ledger_counts counts = reeve_host_ledger_counts(&life->host);
	uint64_t more = TABLES_KEPT * tables_excused(life);
	uint64_t tables = counts.granules[REEVE_USE_RTT];
	bool is_whole = step->status == REEVE_OK && judge_is_recoverable(life);

	if (step->norm == NULL) {
		return true;
	}
	if (tables > step->norm->tables_most + more) {
		return message_set(why, "H10: there are %" PRIu64 " tables, and %" PRIu64 " are needed", tables,
			step->norm->tables_most);
	}
	for (unsigned use = 0; is_whole && use < REEVE_USE_COUNT; use++) {
		uint64_t norm = step->norm->granules[use];
		bool is_same = counts.granules[use] == norm ||
			(use == REEVE_USE_RTT && counts.granules[use] > norm && counts.granules[use] <= norm + more);

		if (is_kept_use(use) && !is_same) {
			return message_set(why,
				"H10, H14: all went well, and %" PRIu64 " granules are %s where %" PRIu64
				" were needed",
				counts.granules[use], reeve_use_name(use), norm);
		}
	}
	return true;
}

static bool work_is_bounded(struct life *life, const struct judge_step *step, struct message *why)
{
	(void)life;
	return step->norm == NULL || step->smcs <= step->norm->smcs * SMCS_TIMES + SMCS_MORE ||
		message_set(why, "H12: %" PRIu64 " calls were made, and without faults %" PRIu64, step->smcs,
			step->norm->smcs);
}

static bool monitor_is_valid(struct life *life, const struct judge_step *step, struct message *why)
{
	const char *broken = reeve_monitor_valid(reeve_model_monitor(life->model));

	(void)step;
	return broken == NULL || message_set(why, "monitor: %s does not hold", broken);
}

/* ---- all of it ---- */

typedef bool rule(struct life *life, const struct judge_step *step, struct message *why);

/* Those that hold without a host, and those about one. */
static rule *const always[] = {monitor_is_valid, cause_is_told, broken_is_the_end, work_is_bounded};
static rule *const with_host[] = {granules_agree, vmids_are_true, creation_is_once, state_is_true,
	failed_creation_is_undone, nothing_piles_up, inputs_are_refused};

static bool life_is_well(const struct life *life, struct message *why)
{
	return life->wrong.text[0] == '\0' || message_set(why, "%s", life->wrong.text);
}

bool judge(struct life *life, const struct judge_step *step, struct message *why)
{
	bool is_good = life_is_well(life, why);

	for (size_t i = 0; is_good && i < sizeof(always) / sizeof(always[0]); i++) {
		is_good = always[i](life, step, why);
	}
	for (size_t i = 0; is_good && life->has_host && i < sizeof(with_host) / sizeof(with_host[0]); i++) {
		is_good = with_host[i](life, step, why);
	}
	return is_good && life_is_well(life, why);
}

bool judge_end(struct life *life, struct message *why)
{
	uint64_t lent = lent_by_the_monitor(life);

	if (!life_is_well(life, why) || !monitor_is_valid(life, NULL, why)) {
		return false;
	}
	if (lent != 0) {
		return message_set(why, "H13: all was reclaimed, and the monitor has %" PRIu64 " granules still", lent);
	}
	if (!life->has_host) {
		return life->granules_out == 0 ||
			message_set(why, "H4: there is no host, and %" PRIu64 " granules are not given back",
				life->granules_out);
	}
	for (unsigned vmid = 1; vmid < REEVE_VMID_COUNT; vmid++) {
		if (vmid_is_taken(life, (uint16_t)vmid)) {
			return message_set(why, "H6, H13: all was reclaimed, and VMID %u is in use", vmid);
		}
	}
	if (reeve_realm_state(&life->realm) != REEVE_REALM_NONE) {
		return message_set(why, "H13: all was reclaimed, and the realm is %s",
			reeve_realm_state_name(reeve_realm_state(&life->realm)));
	}
	reeve_host_fini(&life->host);
	life->has_host = false;
	return life->granules_out == 0 ||
		message_set(
			why, "H4: the host is gone, and %" PRIu64 " granules are not given back", life->granules_out);
}
