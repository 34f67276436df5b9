/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_machine.c - the machine's start in stages, and a call with its checks. */
#include "tests/fuzz/support/monitor_machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/monitor.h"

bool machine_is_traced(void)
{
	return getenv("FUZZ_TRACE") != NULL;
}

void machine_check(bool holds, const char *what)
{
	if (!holds) {
		(void)fprintf(stderr, "monitor: not so: %s\n", what);
		abort();
	}
}

uint64_t machine_pa(unsigned granule)
{
	return granule < MACHINE_FIRST ? MACHINE_BASE + granule * MACHINE_PAGE
				       : MACHINE_SECOND_BASE + (granule - MACHINE_FIRST) * MACHINE_PAGE;
}

bool machine_granule(uint64_t pa, unsigned *granule)
{
	for (unsigned g = 0; g < MACHINE_GRANULES; g++) {
		if (pa - machine_pa(g) < MACHINE_PAGE) {
			*granule = g;
			return true;
		}
	}
	return false;
}

uint8_t *machine_page(struct machine *machine, uint64_t pa)
{
	unsigned g;

	return machine_granule(pa, &g) && !machine->is_realm[g] ? machine->memory[g] : NULL;
}

/* ---- a call ---- */

static void trace(const uint64_t before[REEVE_SMC_REGISTERS], const uint64_t after[REEVE_SMC_REGISTERS], unsigned cpu,
	enum rmi_condition condition)
{
	enum rmi_command command = rmi_command_of_fid(before[0]);

	(void)fprintf(stderr, "  cpu %u %s(0x%llx, 0x%llx, 0x%llx, 0x%llx, 0x%llx) = 0x%llx %s\n", cpu,
		command == RMI_COMMAND_COUNT ? "no command" : rmi_command_info(command)->name,
		(unsigned long long)before[1], (unsigned long long)before[2], (unsigned long long)before[3],
		(unsigned long long)before[4], (unsigned long long)before[5], (unsigned long long)after[0],
		rmi_condition_name(condition));
}

/* A status of the interface, an index only where there is one, and registers beyond the results left alone (fact sheet section 1). */
static void reply_check(enum rmi_command command, const uint64_t before[REEVE_SMC_REGISTERS],
	const uint64_t after[REEVE_SMC_REGISTERS], enum rmi_condition condition)
{
	uint64_t status = FIELD_GET(after[0], RMI_RETURN_STATUS);
	uint64_t index = FIELD_GET(after[0], RMI_RETURN_INDEX);

	if (command == RMI_COMMAND_COUNT) {
		machine_check(after[0] == SMCCC_NOT_SUPPORTED &&
				memcmp(after + 1, before + 1, (REEVE_SMC_REGISTERS - 1) * sizeof(*after)) == 0,
			"what is no command answers NOT_SUPPORTED and changes nothing else");
		return;
	}
	machine_check(after[0] >> 16 == 0 && status < RMI_STATUS_COUNT, "the reply is a status and an index");
	machine_check((status == RMI_SUCCESS) == (condition == CONDITION_NONE), "a refusal has its condition");
	machine_check(index == 0 || status == RMI_ERROR_RTT || (status == RMI_ERROR_REALM && command == RMI_REC_ENTER),
		"an index comes with the errors that have one");
	machine_check(memcmp(after + 1 + RMI_RESULT_MAX, before + 1 + RMI_RESULT_MAX,
			      (REEVE_SMC_REGISTERS - 1 - RMI_RESULT_MAX) * sizeof(*after)) == 0,
		"registers beyond the results are left alone");
}

static void note(enum rmi_command command, const uint64_t after[REEVE_SMC_REGISTERS], enum rmi_condition condition)
{
	if (command != RMI_COMMAND_COUNT) {
		reached(after[0] == RMI_SUCCESS ? REACHED_RMI_DONE : REACHED_RMI_REFUSED, command);
		reached(REACHED_RMI_CONDITION, condition);
	}
}

/* The monitor's own words for the granules, and the VMIDs in use. */
struct books {
	uint64_t words[MACHINE_GRANULES];
	uint64_t vmids[(1 << 16) / 64];
};

static void books_of(const struct machine *machine, struct books *books)
{
	for (unsigned g = 0; g < MACHINE_GRANULES; g++) {
		books->words[g] = machine->monitor->granules.words[g];
	}
	memcpy(books->vmids, machine->monitor->vmids, sizeof(books->vmids));
}

static void unchanged_check(const struct machine *machine, unsigned depth, const struct books *before)
{
	struct books after;

	books_of(machine, &after);
	machine_check(memcmp(machine->memory, machine->before[depth], sizeof(machine->memory)) == 0,
		"a refused call has changed no byte of memory");
	machine_check(memcmp(&after, before, sizeof(after)) == 0, "a refused call has changed no granule, no VMID");
}

static void reads_check(const struct machine_call *call)
{
	for (unsigned g = 0; g < MACHINE_GRANULES; g++) {
		machine_check(call->reads[g] <= 1, "an NS page is read once at most");
	}
}

enum rmi_condition machine_smc(struct machine *machine, unsigned cpu, uint64_t x[REEVE_SMC_REGISTERS])
{
	struct machine_call *outer = machine->call;
	struct machine_call call;
	struct books books;
	uint64_t before[REEVE_SMC_REGISTERS];
	enum rmi_command command = rmi_command_of_fid(x[0]);
	enum rmi_condition condition;
	const char *wrong;

	memset(&call, 0, sizeof(call));
	memcpy(before, x, sizeof(before));
	if (!machine->changes) {
		memcpy(machine->before[machine->depth], machine->memory, sizeof(machine->memory));
	}
	books_of(machine, &books);
	machine->call = &call;
	machine->depth++;
	condition = reeve_monitor_smc(machine->monitor, cpu, x);
	machine->depth--;
	machine->call = outer;
	if (machine_is_traced()) {
		trace(before, x, cpu, condition);
	}
	machine->last = call;
	reply_check(command, before, x, condition);
	reads_check(&call);
	if (x[0] == RMI_SUCCESS && command != RMI_COMMAND_COUNT) {
		machine_roles_move(machine, command, before, call.copy, x + 1);
	}
	if (x[0] != RMI_SUCCESS && !call.ran && !machine->changes) {
		unchanged_check(machine, machine->depth, &books);
	} else if (machine->depth == 0) {
		wrong = reeve_monitor_valid(machine->monitor);
		machine_check(wrong == NULL, wrong);
	}
	machine_roles_check(machine);
	note(command, x, condition);
	return condition;
}

/* ---- the start ---- */

/* FNV-1a of the input: what no input can be made to hold. */
static uint64_t hash_of(const uint8_t *data, size_t size)
{
	uint64_t hash = UINT64_C(0xCBF29CE484222325);

	for (size_t i = 0; i < size; i++) {
		hash = (hash ^ data[i]) * UINT64_C(0x100000001B3);
	}
	return hash | UINT64_C(0x8080808080808080);
}

static void monitor_start(struct machine *machine)
{
	struct reeve_monitor_config config = {.region_count = 2,
		.cpu_count = MACHINE_CPUS,
		.rec_aux_count = MACHINE_AUX,
		.vmid_bits = 8,
		.pa_bits = 48};
	uint64_t features0 = FIELD_SET(0, FEATURE0_S2SZ, 48) | FIELD_MASK(FEATURE0_HASH_SHA_256);

	machine_check(reeve_pa_range(MACHINE_BASE, MACHINE_FIRST * MACHINE_PAGE, &config.regions[0]) &&
			reeve_pa_range(MACHINE_SECOND_BASE, (MACHINE_GRANULES - MACHINE_FIRST) * MACHINE_PAGE,
				&config.regions[1]),
		"the regions are ranges");
	features0 = FIELD_SET(features0, FEATURE0_NUM_BPS, 5);
	features0 = FIELD_SET(features0, FEATURE0_NUM_WPS, 3);
	features0 = FIELD_SET(features0, FEATURE0_GICV3_NUM_LRS, MACHINE_LRS - 1);
	config.features0 = FIELD_SET(features0, FEATURE0_MAX_RECS_ORDER, 2);
	machine_check(reeve_monitor_init(machine->monitor_memory, sizeof(machine->monitor_memory), &config,
			      &machine_platform, machine, &machine->monitor) == REEVE_MONITOR_OK,
		"the monitor starts");
}

/* A call of the start: without the checks of each, for speed. */
static void start_call(struct machine *machine, enum rmi_command command, const uint64_t arguments[RMI_ARGUMENT_MAX])
{
	struct machine_call call;
	uint64_t x[REEVE_SMC_REGISTERS] = {rmi_command_info(command)->fid};
	uint64_t before[REEVE_SMC_REGISTERS];

	memset(&call, 0, sizeof(call));
	machine->call = &call;
	memcpy(x + 1, arguments, RMI_ARGUMENT_MAX * sizeof(*x));
	memcpy(before, x, sizeof(before));
	(void)reeve_monitor_smc(machine->monitor, 0, x);
	machine_check(x[0] == RMI_SUCCESS, "the start succeeds");
	machine_roles_move(machine, command, before, call.copy, x + 1);
	machine->call = NULL;
}

#define START(machine, name, ...) start_call(machine, RMI_##name, (const uint64_t[RMI_ARGUMENT_MAX]){__VA_ARGS__})

static void start_rec(struct machine *machine, unsigned rec, unsigned aux, uint64_t mpidr)
{
	struct rmi_rec_params *params = (void *)machine->memory[AT_PARAMS];

	memset(params, 0, sizeof(*params));
	params->flags = mpidr == 0;
	params->mpidr = mpidr;
	params->num_aux = MACHINE_AUX;
	params->aux[0] = machine_pa(aux);
	params->aux[1] = machine_pa(aux + 1);
	START(machine, REC_CREATE, machine_pa(AT_RD), machine_pa(rec), machine_pa(AT_PARAMS));
}

/* 32 bits of addresses, four root tables of level 2. */
static void start_realm(struct machine *machine)
{
	struct rmi_realm_params *params = (void *)machine->memory[AT_PARAMS];
	uint64_t rd = machine_pa(AT_RD);
	uint64_t mapped = MACHINE_UNPROTECTED + MACHINE_PAGE;

	params->s2sz = 32;
	params->num_bps = 1;
	params->num_wps = 1;
	params->rtt_base = machine_pa(AT_ROOT);
	params->rtt_level_start = 2;
	params->rtt_num_start = 4;
	START(machine, REALM_CREATE, rd, machine_pa(AT_PARAMS));
	START(machine, RTT_CREATE, rd, machine_pa(AT_TABLE), 0, 3);
	START(machine, RTT_CREATE, rd, machine_pa(AT_NS_TABLE), MACHINE_UNPROTECTED, 3);
	START(machine, RTT_INIT_RIPAS, rd, MACHINE_PAGE, 4 * MACHINE_PAGE);
	START(machine, DATA_CREATE, rd, machine_pa(AT_DATA), MACHINE_PAGE, machine_pa(AT_PARAMS), 1);
	START(machine, DATA_CREATE_UNKNOWN, rd, machine_pa(AT_DATA + 1), 2 * MACHINE_PAGE);
	START(machine, RTT_MAP_UNPROTECTED, rd, mapped, 3, machine_pa(AT_MAPPED) | FIELD_MASK(S2_S2AP));
	start_rec(machine, AT_REC0, AT_AUX0, 0);
	start_rec(machine, AT_REC1, AT_AUX1, 1);
}

void machine_start(struct machine *machine, enum machine_stage stage, const uint8_t *data, size_t size)
{
	/* `before` is written before it is read, and the monitor clears its own memory. */
	memset(machine->memory, 0, sizeof(machine->memory));
	memset(&machine->monitor, 0, sizeof(*machine) - offsetof(struct machine, monitor));
	machine->canary = hash_of(data, size);
	monitor_start(machine);
	for (unsigned g = 0; g < AT_SPARE_END && stage >= STAGE_DELEGATED; g++) {
		START(machine, GRANULE_DELEGATE, machine_pa(g));
	}
	if (stage >= STAGE_NEW) {
		start_realm(machine);
	}
	if (stage >= STAGE_ACTIVE) {
		START(machine, REALM_ACTIVATE, machine_pa(AT_RD));
	}
	memset(machine->memory[AT_PARAMS], 0, REEVE_GRANULE_SIZE);
}
