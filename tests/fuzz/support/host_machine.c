/* SPDX-License-Identifier: BSD-2-Clause */
/* host_machine.c - the seam of a fuzzed host, and what must hold after each of its calls and in the end. */
#include "tests/fuzz/support/host_machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/support/ledger_check.h"

enum { CONTENT_SIZE = (2 << 20) + 4096, TEXT = 400 };

/* Made once: one input after another has them, a machine that is reset and content that nobody writes to. */
static struct reeve_model *machine;
static struct fuzz *of_machine;
static uint8_t content[CONTENT_SIZE];

bool fuzz_is_traced(void)
{
	return getenv("FUZZ_TRACE") != NULL;
}

void fuzz_check(bool holds, const char *what)
{
	if (holds) {
		return;
	}
	(void)fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

/* ---- the seam ---- */

static void smc(void *context, uint64_t x[18])
{
	struct fuzz *fuzz = context;
	enum rmi_command command = rmi_command_of_fid(x[0]);
	uint64_t in[RMI_ARGUMENT_MAX] = {x[1], x[2], x[3], x[4], x[5]};

	fuzz->smc_count++;
	reeve_fault_smc(&fuzz->fault, x);
	reached(x[0] == RMI_SUCCESS ? REACHED_COMMAND_DONE : REACHED_COMMAND_REFUSED, command);
	if (fuzz_is_traced() && command < RMI_COMMAND_COUNT) {
		(void)fprintf(stderr, "    %s(%llx, %llx, %llx, %llx) -> %llx; %llx\n", rmi_command_info(command)->name,
			(unsigned long long)in[0], (unsigned long long)in[1], (unsigned long long)in[2],
			(unsigned long long)in[3], (unsigned long long)x[0], (unsigned long long)x[1]);
	}
}

static void smc_behind(void *context, uint64_t x[18])
{
	struct fuzz *fuzz = context;

	(void)reeve_model_smc(fuzz->model, 0, x);
}

static bool pages_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	return reeve_fault_pages_alloc(&((struct fuzz *)context)->fault, size, pa);
}

static bool pages_alloc_behind(void *context, size_t size, struct reeve_pa *pa)
{
	struct fuzz *fuzz = context;
	uint64_t got = reeve_model_pages_alloc(fuzz->model, size);

	*pa = reeve_pa(got);
	fuzz->allocated += got != 0 ? size : 0;
	return got != 0;
}

static void pages_free(void *context, struct reeve_pa pa, size_t size)
{
	struct fuzz *fuzz = context;

	reeve_model_pages_free(fuzz->model, pa.value, size);
	fuzz->allocated -= size;
}

static void *pointer(void *context, struct reeve_pa pa)
{
	return reeve_model_ns(((struct fuzz *)context)->model, pa.value);
}

static void lock(void *context, void *held)
{
	struct fuzz *fuzz = context;
	bool *is_held = held;

	fuzz_check(!*is_held, "a lock that is held is not taken again");
	fuzz_check(is_held == &fuzz->is_held[FUZZ_REALMS] || !fuzz->is_held[FUZZ_REALMS],
		"no realm's lock is taken under the host's");
	*is_held = true;
}

static void unlock(void *context, void *held)
{
	bool *is_held = held;

	(void)context;
	fuzz_check(*is_held, "only what is held is released");
	*is_held = false;
}

static bool progress(void *context, enum reeve_step step, uint64_t done, uint64_t total)
{
	struct fuzz *fuzz = context;

	fuzz_check(step < REEVE_STEP_COUNT && done <= total, "progress is within what there is to do");
	if (fuzz->progress_left == 0) {
		return false;
	}
	fuzz->progress_left--;
	return true;
}

static void no_delay(void *context, uint64_t us)
{
	(void)context;
	(void)us;
}

static void on_gpf(void *context, const struct reeve_model_gpf *fault)
{
	(void)context;
	(void)fprintf(stderr, "the host touched granule 0x%llx, %s\n", (unsigned long long)fault->pa,
		rmi_granule_state_name(fault->state));
	abort();
}

static void realm_code(
	void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap)
{
	(void)context;
	fuzz_realm_code(of_machine, mpidr, x, pc, trap);
}

static bool machine_start(void)
{
	const struct reeve_model_config config = {.regions = {{.base = REEVE_MODEL_DRAM_BASE, .size = FUZZ_MEMORY}},
		.region_count = 1,
		.cpu_count = 1,
		.lazy = true,
		.on_gpf = on_gpf,
		.rec_code = realm_code};

	if (machine != NULL) {
		return reeve_model_reset(machine);
	}
	memset(content, 0xA5, sizeof(content));
	machine = reeve_model_new(&config);
	return machine != NULL;
}

void fuzz_open(struct fuzz *fuzz, const uint8_t *data, size_t size)
{
	struct reeve_fault_config fault = {.smc = smc_behind,
		.pages_alloc = pages_alloc_behind,
		.pointer = pointer,
		.delay = no_delay,
		.context = fuzz};

	*fuzz = (struct fuzz){.in = {data, size}, .progress_left = UINT32_MAX, .last_ipa = FUZZ_RAM};
	fuzz_check(machine_start(), "there is memory for a machine");
	of_machine = fuzz;
	fuzz->model = machine;
	fuzz->content = content;
	reeve_fault_init(&fuzz->fault, &fault);
	fuzz->ops = (struct reeve_host_ops){.smc = smc,
		.pages_alloc = pages_alloc,
		.pages_free = pages_free,
		.pointer = pointer,
		.lock = lock,
		.unlock = unlock,
		.progress = progress};
}

/* ---- what must hold ---- */

static void no_faults(struct fuzz *fuzz)
{
	struct reeve_fault_plan plan = {.count = 0};
	struct reeve_fault_error error;

	fuzz_check(reeve_fault_load(&fuzz->fault, &plan, &error), "an empty plan is taken");
	fuzz->is_faulty = false;
	fuzz->progress_left = UINT32_MAX;
}

/* H7. */
static void check_error(enum reeve_status status, const struct reeve_error *error)
{
	char text[TEXT];
	char small[8];
	size_t length = reeve_error_format(error, text, sizeof(text));

	if (fuzz_is_traced()) {
		(void)fprintf(stderr, "  %s\n", text);
	}
	fuzz_check(error->status == status, "the cause has the status that was returned");
	fuzz_check(length > 0 && length < sizeof(text) && strlen(text) == length, "a cause has a text");
	fuzz_check(reeve_error_format(error, small, sizeof(small)) == length && strlen(small) < sizeof(small),
		"a text that is cut says its length");
	fuzz_check(!error->from_monitor || strstr(text, rmi_command_info(error->command)->name) != NULL,
		"a cause from the monitor names the command");
}

static unsigned vmids_in_use(const struct reeve_host *host)
{
	unsigned count = 0;

	for (unsigned i = 0; i < sizeof(host->vmids) / sizeof(host->vmids[0]); i++) {
		count += (unsigned)__builtin_popcountll(host->vmids[i]);
	}
	return count;
}

/* H5, H6: a realm that is NONE holds nothing, its VMID neither, unless an RD that leaked may still be a realm. */
static void check_realms(struct fuzz *fuzz)
{
	struct reeve_ledger_counts counts = reeve_host_ledger_counts(&fuzz->host);
	unsigned vmids = vmids_in_use(&fuzz->host);
	unsigned made = 1; /* VMID 0 is nobody's */

	for (unsigned i = 0; i < FUZZ_REALMS; i++) {
		made += reeve_realm_state(&fuzz->realms[i]) != REEVE_REALM_NONE;
	}
	fuzz_check(fuzz->may_lie || (vmids >= made && vmids <= made + counts.granules[REEVE_USE_LEAKED]),
		"a VMID for each realm that is made");
	for (unsigned use = 0; made == 1 && use < REEVE_USE_COUNT; use++) {
		fuzz_check(counts.granules[use] == 0 || use == REEVE_USE_FREE || use == REEVE_USE_BOOKS ||
				use == REEVE_USE_LEAKED,
			"no granule has a use when no realm is made");
	}
}

static void check_machine(struct fuzz *fuzz)
{
	struct ledger_view view = {fuzz->model, &fuzz->host, REEVE_MODEL_DRAM_BASE, FUZZ_MEMORY};
	char text[LEDGER_TEXT];
	const char *wrong;

	for (unsigned i = 0; i <= FUZZ_REALMS; i++) {
		fuzz_check(!fuzz->is_held[i], "no lock is held after a call");
	}
	if (fuzz->checked_at != fuzz->smc_count) {
		wrong = reeve_monitor_valid(reeve_model_monitor(fuzz->model));
		fuzz_check(wrong == NULL, wrong);
	}
	wrong = ledger_check(&view, fuzz->may_lie ? LEDGER_SAFE : LEDGER_EXACT, text);
	fuzz_check(wrong == NULL, wrong);
	fuzz->checked_at = fuzz->smc_count;
	fuzz_check(fuzz->allocated == reeve_host_ledger_counts(&fuzz->host).pages_held * fuzz->host.config.page_size,
		"what was allocated and not freed is held");
	check_realms(fuzz);
}

void fuzz_check_call(struct fuzz *fuzz, enum reeve_status status, const struct reeve_error *error)
{
	fuzz_check(status < REEVE_STATUS_COUNT, "a status is one of the table");
	fuzz_check(status != REEVE_INTERNAL, "the library has no fault of its own");
	reached(REACHED_STATUS, status);
	if (status != REEVE_OK && error != NULL) {
		check_error(status, error);
	}
	check_machine(fuzz);
}

/* ---- begin and end ---- */

void fuzz_host_start(struct fuzz *fuzz, size_t page_size)
{
	struct reeve_host_config config = {
		.ops = &fuzz->ops, .context = fuzz, .lock = &fuzz->is_held[FUZZ_REALMS], .page_size = page_size};
	struct reeve_error error = {0};
	enum reeve_status status;

	while ((status = reeve_host_init(&fuzz->host, &config, &error)) != REEVE_OK) {
		check_error(status, &error);
		reached(REACHED_STATUS, status);
		fuzz_check(config.page_size != 0 || fuzz->is_faulty, "a good host starts");
		if (config.page_size == 0) {
			no_faults(fuzz);
		}
		config.page_size = 0;
	}
	for (unsigned i = 0; i < FUZZ_REALMS; i++) {
		reeve_realm_init(&fuzz->realms[i], &fuzz->host, &fuzz->is_held[i]);
	}
	memset(fuzz->recs, 0, sizeof(fuzz->recs));
	memset(fuzz->exits, 0, sizeof(fuzz->exits));
}

bool fuzz_host_end(struct fuzz *fuzz)
{
	struct ledger_view view = {fuzz->model, &fuzz->host, REEVE_MODEL_DRAM_BASE, FUZZ_MEMORY};
	enum reeve_status status = reeve_host_reclaim_all(&fuzz->host);

	fuzz_check_call(fuzz, status, NULL);
	if (status != REEVE_OK) {
		return false;
	}
	fuzz_check(ledger_delegated(&view) == 0, "nothing is delegated when everything is back");
	reeve_host_fini(&fuzz->host);
	fuzz_check(fuzz->allocated == 0 && reeve_host_ledger_counts(&fuzz->host).pages_held == 0,
		"no page is held when everything is back");
	return true;
}

void fuzz_close(struct fuzz *fuzz)
{
	enum reeve_status status;

	no_faults(fuzz);
	fuzz_check(fuzz_host_end(fuzz), "everything is given back in the end");
	fuzz_host_start(fuzz, 0);
	status = reeve_realm_ensure_created(&fuzz->realms[0]);
	fuzz_check_call(fuzz, status, NULL);
	fuzz_check(status == REEVE_OK, "a realm can be made in the end");
	fuzz_check(fuzz_host_end(fuzz), "everything is given back in the very end");
}
