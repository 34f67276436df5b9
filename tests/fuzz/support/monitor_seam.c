/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_seam.c - the fuzzed monitor's platform: it watches what the monitor reads, writes and gives back. */
#include <stdatomic.h>
#include <string.h>

#include "tests/fuzz/support/monitor_machine.h"

enum { WORD = sizeof(uint64_t) };

static unsigned granule_at(struct reeve_pa pa, size_t size)
{
	unsigned g = 0;

	machine_check(machine_granule(pa.value, &g), "the monitor reaches for memory that there is");
	machine_check(size > 0 && pa.value - machine_pa(g) + size <= REEVE_GRANULE_SIZE, "within one granule");
	return g;
}

static void *realm_granule(void *context, struct reeve_pa pa)
{
	struct machine *machine = context;
	unsigned g = granule_at(pa, REEVE_GRANULE_SIZE);

	machine_check(machine->is_realm[g], "a granule the monitor reaches for is in the Realm world");
	return machine->memory[g];
}

static bool is_ns(const struct machine *machine, unsigned g)
{
	return !machine->is_realm[g] && g != MACHINE_SECURE;
}

/* Another CPU writes, whole words at any time: the host's memory is read as such. */
static uint64_t ns_word(const uint8_t *at)
{
	return atomic_load_explicit((const _Atomic uint64_t *)(const void *)at, memory_order_relaxed);
}

static void ns_flip(uint8_t *page, uint8_t by)
{
	for (size_t i = 0; i < REEVE_GRANULE_SIZE; i += WORD) {
		uint64_t word = ns_word(page + i) ^ by * UINT64_C(0x0101010101010101);

		atomic_store_explicit((_Atomic uint64_t *)(void *)(page + i), word, memory_order_relaxed);
	}
}

/* The page may change in the middle of the copy and after it: whoever reads it twice sees two pages. */
static bool ns_read(void *context, struct reeve_pa pa, void *to, size_t size)
{
	struct machine *machine = context;
	unsigned g = granule_at(pa, size);
	uint8_t *page = machine->memory[g];

	if (!is_ns(machine, g)) {
		return false;
	}
	machine_check(pa.value % WORD == 0 && size % WORD == 0, "whole words are read");
	machine->call->reads[g]++;
	for (size_t i = 0; i < size; i += WORD) {
		uint64_t word = ns_word(page + pa.value % REEVE_GRANULE_SIZE + i);

		memcpy((uint8_t *)to + i, &word, WORD);
		if (machine->changes && i == machine->flip_at) {
			ns_flip(page, machine->flip);
		}
	}
	memcpy(machine->call->copy, to, size);
	if (machine->changes) {
		ns_flip(page, machine->flip);
	}
	return true;
}

/* What the host is told on purpose: registers of calls and stores. The rest must not hold what only the realm knows. */
static void exit_secret_check(const struct machine *machine, const struct rmi_rec_exit *exit)
{
	struct rmi_rec_exit rest = *exit;
	const uint8_t *bytes = (const uint8_t *)&rest;

	if (rest.exit_reason == RMI_EXIT_HOST_CALL) {
		rest.imm = 0;
		memset(rest.gprs, 0, sizeof(rest.gprs));
	} else if (rest.exit_reason == RMI_EXIT_SYNC) {
		rest.gprs[0] = 0;
	}
	for (size_t i = 0; i + WORD <= sizeof(rest); i++) {
		uint64_t word;

		memcpy(&word, bytes + i, WORD);
		machine_check(word != machine->canary, "the host is not told what only the realm knows");
	}
}

static bool ns_write(void *context, struct reeve_pa pa, const void *from, size_t size)
{
	struct machine *machine = context;
	unsigned g = granule_at(pa, size);

	if (!is_ns(machine, g)) {
		return false;
	}
	machine_check(
		size == sizeof(struct rmi_rec_exit) && pa.value % REEVE_GRANULE_SIZE == sizeof(struct rmi_rec_enter),
		"the host's memory is written at the exit area only");
	exit_secret_check(machine, from);
	for (size_t i = 0; i < size; i += WORD) {
		uint64_t word;

		memcpy(&word, (const uint8_t *)from + i, WORD);
		atomic_store_explicit(
			(_Atomic uint64_t *)(void *)(machine->memory[g] + sizeof(struct rmi_rec_enter) + i), word,
			memory_order_relaxed);
	}
	reached(REACHED_REC_EXIT, ((const struct rmi_rec_exit *)from)->exit_reason);
	return true;
}

static bool granule_delegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	struct machine *machine = context;
	unsigned g = granule_at(pa, REEVE_GRANULE_SIZE);

	machine_check(cpu < MACHINE_CPUS && !machine->is_realm[g], "a granule is delegated once");
	machine->is_realm[g] = g != MACHINE_SECURE;
	return machine->is_realm[g];
}

static void granule_undelegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	struct machine *machine = context;
	unsigned g = granule_at(pa, REEVE_GRANULE_SIZE);
	const uint8_t *bytes = machine->memory[g];

	machine_check(cpu < MACHINE_CPUS && machine->is_realm[g], "a granule comes back once");
	machine_check(bytes[0] == 0 && memcmp(bytes, bytes + 1, REEVE_GRANULE_SIZE - 1) == 0, "it comes back wiped");
	machine->is_realm[g] = false;
}

/* Cheap; another input gives another digest. */
static void digest(
	void *context, unsigned cpu, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	const uint8_t *bytes = data;
	uint64_t sum = size + 1;

	(void)context;
	machine_check(cpu < MACHINE_CPUS, "a CPU there is");
	for (size_t i = 0; i < size; i++) {
		sum = sum * 31 + bytes[i];
	}
	for (size_t i = 0; i < rmi_hash_size(algorithm); i++) {
		out[i] = (uint8_t)(sum >> (i % WORD * WORD));
	}
}

static void stage2_invalidate(void *context, const struct stage2 *stage2, struct reeve_ipa base, uint64_t size)
{
	(void)context;
	machine_check(size > 0 && base.value + size - 1 >= base.value && base.value >> stage2->ipa_bits == 0,
		"what is invalidated lies in the realm's addresses");
}

static void stage2_destroy(void *context, const struct stage2 *stage2)
{
	(void)context;
	(void)granule_at(stage2->rd, REEVE_GRANULE_SIZE);
}

static void rec_destroy(void *context, struct reeve_pa rec)
{
	(void)realm_granule(context, rec);
}

/* Secrets: all realm memory but what the REC hands out in a host call, and the registers it hands out in no call. */
static void secrets_fill(struct machine *machine, struct rec_cpu *rec)
{
	enum { FIRST_SECRET = 8 };

	for (unsigned g = 0; g < MACHINE_GRANULES; g++) {
		for (size_t i = 0; i < REEVE_GRANULE_SIZE && machine->roles[g].state == GRANULE_DATA; i += WORD) {
			memcpy(machine->memory[g] + i, &machine->canary, WORD);
		}
	}
	for (unsigned i = FIRST_SECRET; i < RMI_GPR_COUNT; i++) {
		rec->gprs[i] = machine->canary;
	}
	rec->sp_el0 = machine->canary;
	rec->sp_el1 = machine->canary;
	rec->el1[EL1_TPIDR_EL1] = machine->canary;
}

/* GIC and timers as a REC and its CPU may leave them: any bits. */
static void noise_leave(struct rec_cpu *rec, uint64_t noise)
{
	if (noise == 0) {
		return;
	}
	rec->gicv3_hcr ^= noise;
	rec->gicv3_misr = noise * 3;
	rec->gicv3_vmcr = noise * 5;
	for (unsigned i = 0; i < RMI_GIC_LR_COUNT; i++) {
		rec->gicv3_lrs[i] ^= noise * (7 + i);
	}
	rec->cntp_ctl = noise * 11;
	rec->cntp_cval = noise * 13;
	rec->cntv_ctl = noise * 17;
	rec->cntv_cval = noise * 19;
}

/* A translation that is valid leads to the realm's own data, or to memory it sees as Non-secure. */
static void translation_check(void *context, const struct stage2_translation *t)
{
	const struct machine *machine = context;
	unsigned g = 0;

	if (t->mapped && !t->ns) {
		machine_check(machine_granule(t->pa.value, &g) && machine->roles[g].state == GRANULE_DATA &&
				machine->roles[g].owner == machine->call->entered.stage2.rd.value,
			"realm addresses lead to the realm's data");
	}
	machine_check(!t->mapped || !t->ns || !t->can_execute, "NS memory is not executable");
}

static void rec_run(void *context, unsigned cpu, struct rec_cpu *rec, struct rec_trap *trap)
{
	struct machine *machine = context;
	struct machine_call *call = machine->call;
	const struct machine_step irq = {.trap = {REC_TRAP_IRQ, 0, 0, 0}, .kind = STEP_IRQ};
	const struct machine_step *step = machine->step < machine->step_count ? &machine->steps[machine->step++] : &irq;
	void (*during)(struct machine *, void *) = machine->during;

	machine_check(cpu < MACHINE_CPUS, "a CPU there is");
	if (!call->ran) {
		call->entered = *rec;
	}
	call->ran = true;
	call->runs++;
	machine->during = NULL;
	if (during != NULL) {
		during(machine, machine->context);
	}
	secrets_fill(machine, rec);
	if (step->sets) {
		memcpy(rec->gprs, step->x, sizeof(step->x));
	}
	noise_leave(rec, step->noise);
	monitor_stage2_translate(machine->monitor, &rec->stage2,
		reeve_ipa(FIELD_GET(step->trap.hpfar, HPFAR_FIPA) << REEVE_GRANULE_SHIFT), translation_check, machine);
	*trap = step->trap;
	call->last = step->trap;
	call->last_kind = step->kind;
	call->left = *rec;
}

/* No secret, and not its own: the point and the signature are any bytes. */
static bool realm_public_key(void *context, unsigned cpu, uint8_t point[PLATFORM_POINT_SIZE])
{
	(void)context;
	machine_check(cpu < MACHINE_CPUS, "a CPU there is");
	memset(point, 0x50, PLATFORM_POINT_SIZE);
	return true;
}

static bool realm_sign(
	void *context, unsigned cpu, const void *message, size_t size, uint8_t signature[PLATFORM_SIGNATURE_SIZE])
{
	const uint8_t *bytes = message;

	(void)context;
	machine_check(cpu < MACHINE_CPUS, "a CPU there is");
	machine_check(size > PLATFORM_SIGNATURE_SIZE, "what is signed holds all claims");
	memcpy(signature, bytes + size - PLATFORM_SIGNATURE_SIZE, PLATFORM_SIGNATURE_SIZE);
	return true;
}

/* A token that fills pages: slices go on for a while. */
static bool platform_token(
	void *context, unsigned cpu, const uint8_t challenge[PLATFORM_CHALLENGE_SIZE], struct reeve_span *token)
{
	static const uint8_t bytes[2 * REEVE_GRANULE_SIZE] = {0xD2};

	(void)context;
	(void)challenge;
	machine_check(cpu < MACHINE_CPUS, "a CPU there is");
	*token = reeve_span(bytes, sizeof(bytes));
	return true;
}

const struct monitor_platform machine_platform = {
	.realm_granule = realm_granule,
	.ns_read = ns_read,
	.ns_write = ns_write,
	.granule_delegate = granule_delegate,
	.granule_undelegate = granule_undelegate,
	.digest = digest,
	.stage2_invalidate = stage2_invalidate,
	.stage2_destroy = stage2_destroy,
	.rec_run = rec_run,
	.rec_destroy = rec_destroy,
	.realm_public_key = realm_public_key,
	.realm_sign = realm_sign,
	.platform_token = platform_token,
};
