/* SPDX-License-Identifier: BSD-2-Clause */
/* job.c - does the job that was loaded: a realm's life from its configuration to its summary. */
#include "machine/qemu/job.h"

#include <string.h>

#include "machine/qemu/host/clock.h"
#include "machine/qemu/host/host.h"
#include "machine/qemu/host/interrupts.h"
#include "machine/qemu/host/output.h"
#include "machine/qemu/host/simd.h"

/* How long another CPU may take from PSCI CPU_ON to its first word, and from the end of the run out of the realm. */
static const uint64_t cpu_wait_ns = 2000000000;
static const uint64_t look_ns = 1000000;
static const uint64_t looks_max = 2000;

/* image.ld */
extern char image_start[];

/* Say why there is no run. */
static _Noreturn void refuse(const struct text *why)
{
	output_message(why);
	output_end(END_ERROR);
}

static _Noreturn void refuse_error(const struct reeve_error *error)
{
	struct text why = {.length = 0};

	text_error(&why, error);
	refuse(&why);
}

static void job_find(struct host *host)
{
	const void *file = (const void *)(uintptr_t)JOB_ADDRESS;
	uint64_t room = HOST_MEMORY_TOP - JOB_ADDRESS;
	struct text why = {.length = 0};
	uint64_t value = 0;
	unsigned cpus = host->machine_cpus < VCPUS_MAX ? host->machine_cpus : VCPUS_MAX;
	enum job_fault fault = job_open(file, room, cpus, &host->job, &value);

	if (fault != JOB_GOOD) {
		text_put(&why, job_fault_text(fault));
		text_put(&why, " (");
		text_hex(&why, value);
		text_put(&why, ")");
		refuse(&why);
	}
	pages_init(&host->pages, HOST_MEMORY_BASE, HOST_MEMORY_TOP - HOST_MEMORY_BASE);
	pages_reserve(&host->pages, (uintptr_t)image_start, JOB_ADDRESS + host->job->size);
}

static void rules_load(struct host *host)
{
	const struct job_header *job = host->job;
	struct reeve_fault_error error;
	struct text why = {.length = 0};

	if (job->plan_size == 0 ||
		(reeve_fault_plan_parse(job_bytes(job, job->plan_offset), job->plan_size, &host->rules, &error) &&
			reeve_fault_load(&host->conduit.fault, &host->rules, &error))) {
		return;
	}
	text_put(&why, "rule ");
	text_decimal(&why, error.line);
	text_put(&why, " of the plan: ");
	text_put(&why, error.text);
	refuse(&why);
}

static void realm_configure(struct host *host)
{
	const struct job_realm *wanted = &host->job->realm;
	struct reeve_host_config library = {
		.ops = &host->ops,
		.context = host,
		.lock = &host->library_lock,
		.page_size = host->job->page_size,
		.fault_size = host->job->fault_size,
	};
	struct reeve_realm_config config = {
		.ipa_bits = wanted->ipa_bits,
		.hash = (enum rmi_hash_algorithm)wanted->hash,
		.lpa2 = (wanted->flags & JOB_REALM_LPA2) != 0,
		.sve = (wanted->flags & JOB_REALM_SVE) != 0,
		.sve_vl = wanted->sve_vl,
		.pmu = (wanted->flags & JOB_REALM_PMU) != 0,
		.pmu_counters = wanted->pmu_counters,
		.breakpoints = wanted->breakpoints,
		.watchpoints = wanted->watchpoints,
	};
	struct reeve_error error;

	memcpy(config.rpv, wanted->rpv, sizeof(config.rpv));
	if (reeve_host_init(&host->library, &library, &error) != REEVE_OK) {
		refuse_error(&error);
	}
	reeve_realm_init(&host->realm, &host->library, &host->realm_lock);
	if (reeve_realm_configure(&host->realm, &config) != REEVE_OK) {
		error = reeve_realm_error(&host->realm);
		refuse_error(&error);
	}
}

static void plan_make(struct host *host)
{
	const struct job_header *job = host->job;
	struct build_plan *plan = &host->plan;

	for (unsigned i = 0; i < job->ram_count; i++) {
		plan->ram[i] = (struct reeve_ipa_range){
			reeve_ipa(job->ram[i].base), reeve_ipa(job->ram[i].base + job->ram[i].size)};
	}
	plan->ram_count = job->ram_count;
	for (unsigned i = 0; i < job->segment_count; i++) {
		const struct job_segment *segment = &job->segments[i];

		host->segments[i] = (struct build_segment){reeve_ipa(segment->ipa), job_bytes(job, segment->offset),
			segment->size, (segment->flags & JOB_SEGMENT_MEASURED) != 0};
	}
	plan->segments = host->segments;
	plan->segment_count = job->segment_count;
	plan->shared = (struct reeve_ipa_range){reeve_ipa(job->shared), reeve_ipa(job->shared + job->shared_size)};
	plan->shared_content = job_bytes(job, job->shared_offset);
	plan->shared_content_size = job->shared_content;
	plan->first = (struct reeve_rec_config){.pc = job->entry, .runnable = true};
	memcpy(plan->first.gprs, job->gprs, sizeof(plan->first.gprs));
	host->build = (struct build){.realm = &host->realm, .plan = plan};
}

/* Wait until `count` of the other CPUs have got there. False when they have not in two seconds. */
static bool cpus_await(struct host *host, const atomic_uint *there, unsigned count)
{
	uint64_t until_ns = clock_ns() + cpu_wait_ns;

	for (uint64_t i = 0; i < looks_max && atomic_load(there) < count && clock_ns() < until_ns; i++) {
		clock_alarm(clock_ns() + look_ns);
		wait_for_interrupt();
		host_look(host);
	}
	clock_alarm(0);
	return atomic_load(there) >= count;
}

/* Bring up as many CPUs as the realm has, one after the other. */
static void cpus_up(struct host *host)
{
	for (unsigned i = 1; i < host->job->cpus; i++) {
		struct text why = {.length = 0};
		int64_t status = cpu_on(i, interrupts_mpidr(i));

		if (status == 0 && cpus_await(host, &host->cpus_up, i)) {
			continue;
		}
		text_put(&why, "CPU ");
		text_decimal(&why, i);
		text_put(&why,
			status == 0 ? " did not come up in two seconds after PSCI CPU_ON"
				    : " does not come up: PSCI CPU_ON of it returned ");
		if (status != 0) {
			text_hex(&why, (uint64_t)status);
		}
		refuse(&why);
	}
}

/* Keep the cause of a failed call on the realm, unless the run has ended before. */
static void fail(struct host *host, const struct reeve_error *error)
{
	if (vcpus_end(&host->vcpus) != END_NONE) {
		return;
	}
	host->vcpus.error.length = 0;
	text_error(&host->vcpus.error, error);
	vcpus_stop(&host->vcpus, END_ERROR);
}

/* Build the other realm, if there is to be one. */
static bool neighbour_join(struct host *host)
{
	struct reeve_error error;

	if (neighbour_build(host, &error) != REEVE_OK) {
		fail(host, &error);
		return false;
	}
	conduit_flush(&host->conduit);
	return true;
}

static bool build(struct host *host)
{
	for (unsigned i = 0; i < PHASE_RUN; i++) {
		uint64_t begin_ns = clock_ns();
		struct reeve_error error;
		enum reeve_status status;

		reeve_fault_phase(&host->conduit.fault, phase_name((enum phase)i));
		status = build_phase(&host->build, (enum phase)i, &host->vcpus, &error);
		conduit_flush(&host->conduit);
		output_phase((enum phase)i, begin_ns);
		if (status != REEVE_OK) {
			fail(host, &error);
			return false;
		}
	}
	return neighbour_join(host);
}

/* Run the RECs of this CPU, by turns when there are two. */
static void recs_run(struct host *host, unsigned number)
{
	struct vcpu *cpu = &host->vcpus.cpu[number];

	while (!host_is_over(host)) {
		bool has_turned = vcpu_turn(cpu);

		if (!neighbour_turn(host, number) && !has_turned) {
			host_vcpu_ops.wait(host, cpu);
		}
	}
	(void)vcpu_turn(cpu);
	(void)neighbour_turn(host, number);
}

void host_vcpu(struct host *host, unsigned number)
{
	uint64_t changed;

	simd_fill(simd_number(number));
	recs_run(host, number);
	changed = simd_changed(simd_number(number));
	if (changed != 0) {
		struct text why = {.length = 0};

		text_put(&why, "the monitor, or the realm through it, changed SIMD registers of the host's CPU ");
		text_decimal(&why, number);
		text_put(&why, ": halves ");
		text_decimal(&why, changed);
		output_panic(&why);
	}
}

static void run(struct host *host)
{
	uint64_t begin_ns = clock_ns();

	reeve_fault_phase(&host->conduit.fault, phase_name(PHASE_RUN));
	if ((host->job->flags & JOB_FLAG_TOUCH) != 0) {
		(void)*(volatile const uint64_t *)(uintptr_t)host->realm.rd.value;
	}
	output_input_interrupt((host->job->flags & JOB_FLAG_INPUT) != 0);
	vcpus_begin(&host->vcpus);
	neighbour_begin(host);
	host_vcpu(host, 0);
	if (!cpus_await(host, &host->cpus_out, host->job->cpus - 1)) {
		struct text why = {.length = 0};

		text_put(&why, "a CPU of the machine did not come out of the realm in two seconds after the run's end");
		output_panic(&why);
	}
	output_input_interrupt(false);
	pl011_flush(&host->console);
	output_phase(PHASE_RUN, begin_ns);
}

/* How taking a realm apart went; a failure is the end of the job. */
static void apart(struct host *host, enum reeve_status status, struct reeve_realm *realm)
{
	struct reeve_error error;

	if (status == REEVE_OK || status == REEVE_LEAKED) {
		return;
	}
	error = reeve_realm_error(realm);
	host->vcpus.error.length = 0;
	text_error(&host->vcpus.error, &error);
	atomic_store(&host->vcpus.end, END_ERROR);
}

static void destroy(struct host *host)
{
	uint64_t begin_ns = clock_ns();
	struct reeve_ledger_counts counts = reeve_host_ledger_counts(&host->library);
	enum reeve_status status;

	for (unsigned i = 0; i < REEVE_USE_COUNT; i++) {
		output_fact(FRAME_FACT_GRANULES, i, counts.granules[i]);
	}
	host->is_destroying = true;
	reeve_fault_phase(&host->conduit.fault, phase_name(PHASE_DESTROY));
	apart(host, neighbour_destroy(host), &host->neighbour.realm);
	status = build_destroy(&host->build);
	shares_fini(&host->shares, status == REEVE_OK);
	apart(host, status, &host->realm);
	output_phase(PHASE_DESTROY, begin_ns);
}

#define HOST_USE(name, delegated, text) [REEVE_USE_##name] = (delegated) != 0,
static const bool is_delegated[REEVE_USE_COUNT] = {
#include "spec/host_uses.def"
};
#undef HOST_USE

/* Count the granules that did not come back. */
static bool leak_count(void *context, const struct reeve_ledger_entry *entry)
{
	*(uint64_t *)context += is_delegated[entry->use];
	return true;
}

/* As the model: what is left is of interest when something is, or when the realm did not switch itself off. */
static void map_after(struct host *host)
{
	uint64_t leaks = 0;

	reeve_host_ledger_visit(&host->library, leak_count, &leaks);
	if (leaks != 0) {
		host_map(host, FRAME_MAP_AFTER_SOME);
	} else if (vcpus_end(&host->vcpus) != END_SYSTEM_OFF) {
		host_map(host, FRAME_MAP_AFTER_ALL);
	}
}

static bool leak_visit(void *context, const struct reeve_ledger_entry *entry)
{
	struct frame_leak leak = {entry->pa.value, entry->use, RMI_COMMAND_COUNT, 0};

	(void)context;
	if (!is_delegated[entry->use]) {
		return true;
	}
	if (entry->use == REEVE_USE_LEAKED) {
		leak = (struct frame_leak){entry->pa.value, entry->was, entry->command, entry->returned};
	}
	output_leak(&leak);
	return true;
}

static void summarise(struct host *host)
{
	for (unsigned i = 0; i <= RMI_COMMAND_COUNT; i++) {
		output_fact(FRAME_FACT_CALLS, i, host->conduit.counts[i]);
	}
	for (unsigned i = 0; i < REEVE_EXIT_REASON_COUNT; i++) {
		uint64_t total = 0;

		for (unsigned cpu = 0; cpu < host->vcpus.count; cpu++) {
			total += host->vcpus.cpu[cpu].exits[i];
		}
		output_fact(FRAME_FACT_EXITS, i, total);
	}
	for (unsigned i = 0; i < host->rules.count; i++) {
		output_fact(FRAME_FACT_ACTED, i, reeve_fault_acted(&host->conduit.fault, i));
	}
	output_fact(FRAME_FACT_CPUS, 0, host->job->cpus);
	reeve_host_ledger_visit(&host->library, leak_visit, NULL);
	output_token(host->token, host->vcpus.mailbox.token_size);
	if (host->vcpus.error.length != 0) {
		output_message(&host->vcpus.error);
	}
}

void host_job(struct host *host)
{
	enum end end;

	job_find(host);
	host_seam_init(host);
	rules_load(host);
	realm_configure(host);
	plan_make(host);
	pl011_init(&host->console, output_console, NULL);
	host->console.is_driven = (host->job->flags & JOB_FLAG_DRIVEN) != 0;
	vcpus_init(&host->vcpus, &host_vcpu_ops, host, &host->console, host->job->uart,
		UINT64_C(1) << (host->realm.config.ipa_bits - 1), host->job->cpus);
	if (!host_devices_give(host)) {
		struct text why = {.length = 0};

		text_put(&why,
			"there is no memory for a list of the realm's pages, which its devices need: give less --ram");
		refuse(&why);
	}
	cpus_up(host);
	output_realm();
	if (build(host)) {
		run(host);
	}
	host_map(host, FRAME_MAP_BEFORE);
	destroy(host);
	end = neighbour_end(host);
	if (vcpus_end(&host->vcpus) != END_SYSTEM_OFF) {
		end = vcpus_end(&host->vcpus);
	}
	map_after(host);
	summarise(host);
	output_end(end);
}
