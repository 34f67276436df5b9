/* SPDX-License-Identifier: BSD-2-Clause */
/* vmm.c - the life of one Realm on a model machine, from the host's side. */
#include "tools/vmm.h"

#include <stdlib.h>
#include <string.h>

#include "tools/boot.h"
#include "tools/leaks.h"
#include "tools/map.h"

enum {
	REALM_NUMBER = 1, /* the conduit's number of the only realm */
	MACHINE_MEMORY_LEAST = 256 << 20,
	MACHINE_MEMORY_ALIGN = 2 << 20,
	MACHINE_MEMORY_BESIDE = 64 << 20, /* descriptors, RECs, records */
	MACHINE_MEMORY_TABLES = 16,       /* and a sixteenth of the RAM for tables and records of it */
};

static const char shared_message[] = "reeve-host-hello";

static bool must_stop(void *context)
{
	struct vmm *vmm = context;

	return !vmm->is_destroying && atomic_load(&vmm->vcpus.end) != END_NONE;
}

/* Keep the cause of a failed call on the realm. Returns false. */
static bool realm_failed(struct vmm *vmm, const struct reeve_error *error)
{
	if (atomic_load(&vmm->vcpus.end) == END_NONE) {
		(void)reeve_error_format(error, vmm->summary.error.text, sizeof(vmm->summary.error.text));
		vcpus_stop(&vmm->vcpus, END_ERROR);
	}
	return false;
}

static bool realm_answered(struct vmm *vmm, enum reeve_status status)
{
	struct reeve_error error;

	if (status == REEVE_OK) {
		return true;
	}
	error = reeve_realm_error(&vmm->realm);
	return realm_failed(vmm, &error);
}

static bool error_say(const struct reeve_error *error, struct message *why)
{
	(void)reeve_error_format(error, why->text, sizeof(why->text));
	return false;
}

/* As error_say, with the option that sets what is wrong where there is one. */
static bool config_error_say(const struct reeve_error *error, struct message *why)
{
	unsigned long long value = error->value;
	unsigned long long limit = error->limit;

	if (error->field == NULL || strcmp(error->field, "ipa_bits") != 0) {
		return error_say(error, why);
	}
	if (value < limit) {
		return message_set(why, "--ipa-bits: %llu is below the minimum %llu", value, limit);
	}
	return message_set(why, "--ipa-bits: %llu is above this monitor's maximum %llu", value, limit);
}

static struct reeve_model *machine_new(const struct run_options *options)
{
	uint64_t beside = options->ram / MACHINE_MEMORY_TABLES + MACHINE_MEMORY_BESIDE;
	uint64_t size = reeve_align_down(options->ram + beside + MACHINE_MEMORY_ALIGN - 1, MACHINE_MEMORY_ALIGN);
	struct reeve_model_config config = {
		.regions = {{REEVE_MODEL_DRAM_BASE, size < MACHINE_MEMORY_LEAST ? MACHINE_MEMORY_LEAST : size, NULL}},
		.region_count = 1,
		.cpu_count = options->cpus,
	};

	return reeve_model_new(&config);
}

/* Find the monitor and check the realm's configuration against it. */
static bool realm_configure(struct vmm *vmm, struct message *why)
{
	const struct run_options *options = vmm->options;
	struct reeve_host_config host = {
		.ops = &vmm->seam.ops,
		.context = &vmm->seam,
		.lock = &vmm->host_lock,
		.page_size = options->page_size,
	};
	struct reeve_realm_config realm = boot_config(options);
	struct reeve_error error;

	if (reeve_host_init(&vmm->host, &host, &error) != REEVE_OK) {
		return error_say(&error, why);
	}
	reeve_realm_init(&vmm->realm, &vmm->host, &vmm->realm_lock);
	if (reeve_realm_configure(&vmm->realm, &realm) != REEVE_OK) {
		error = reeve_realm_error(&vmm->realm);
		reeve_host_fini(&vmm->host);
		return config_error_say(&error, why);
	}
	if (!layout_make(&vmm->layout, options->ipa_bits, options->ram, options->cpus, why)) {
		reeve_host_fini(&vmm->host);
		return false;
	}
	return true;
}

bool vmm_open(struct vmm *vmm, const struct run_options *options, FILE *console, FILE *trace, FILE *progress,
	struct message *why)
{
	memset(vmm, 0, sizeof(*vmm));
	vmm->options = options;
	vmm->summary.hash = options->hash;
	vmm->summary.plan = &options->plan;
	memcpy(vmm->summary.rpv, options->rpv, sizeof(options->rpv));
	vmm->model = machine_new(options);
	if (vmm->model == NULL) {
		return message_set(why, "no machine with that much memory: %s", reeve_model_error());
	}
	if (!conduit_init(&vmm->conduit, vmm->model, trace, trace_format_of(options->trace_kind), options->cpus)) {
		reeve_model_free(vmm->model);
		return message_set(why, "libcrypto does not offer SHA-256, SHA-384 and SHA-512");
	}
	if (!conduit_load(&vmm->conduit, &options->plan, must_stop, vmm, why)) {
		conduit_fini(&vmm->conduit);
		reeve_model_free(vmm->model);
		return false;
	}
	pthread_mutex_init(&vmm->host_lock, NULL);
	pthread_mutex_init(&vmm->realm_lock, NULL);
	pl011_init(&vmm->console, console);
	seam_init(&vmm->seam, &vmm->conduit, progress, must_stop, vmm);
	if (!realm_configure(vmm, why)) {
		conduit_fini(&vmm->conduit);
		reeve_model_free(vmm->model);
		return false;
	}
	vcpus_init(&vmm->vcpus, vmm->model, &vmm->console, vmm->layout.uart, UINT64_C(1) << (options->ipa_bits - 1),
		options->cpus);
	return true;
}

/* Each event of a boot as a call of the host library: false when it did not come to its end. */

static bool event_create(struct vmm *vmm, const struct event *event)
{
	(void)event;
	return realm_answered(vmm, reeve_realm_ensure_created(&vmm->realm));
}

static bool event_ram(struct vmm *vmm, const struct event *event)
{
	struct reeve_ipa_range ram = {reeve_ipa(event->ripas.base), reeve_ipa(event->ripas.top)};

	return realm_answered(vmm, reeve_realm_add_ram(&vmm->realm, ram));
}

static bool event_populate(struct vmm *vmm, const struct event *event)
{
	const struct extent *extent = &event->data.content;
	bool is_measured = FIELD_GET(event->data.flags, DATA_FLAG_MEASURE) != 0;
	uint8_t *content = extent_content(extent);
	bool is_good;

	if (content == NULL) {
		(void)message_set(&vmm->summary.error, "there is not enough memory for the image");
		vcpus_stop(&vmm->vcpus, END_ERROR);
		return false;
	}
	is_good = realm_answered(
		vmm, reeve_realm_populate(&vmm->realm, reeve_ipa(extent->ipa), content, extent->size, is_measured));
	free(content);
	seam_progress_clear(&vmm->seam);
	return is_good;
}

static bool event_rec(struct vmm *vmm, const struct event *event)
{
	struct reeve_rec_config config = {
		.pc = event->rec.pc, .runnable = FIELD_GET(event->rec.flags, REC_FLAG_RUNNABLE) != 0};

	memcpy(config.gprs, event->rec.gprs, sizeof(config.gprs));
	return realm_answered(vmm, reeve_rec_create(&vmm->realm, &config, &vmm->vcpus.cpu[vmm->realm.rec_count].rec));
}

static bool event_activate(struct vmm *vmm, const struct event *event)
{
	(void)event;
	return realm_answered(vmm, reeve_realm_activate(&vmm->realm));
}

/* The shared buffer is not measured, so it is no event. */
static bool share(struct vmm *vmm)
{
	struct reeve_ipa_range range = {
		reeve_ipa(vmm->layout.shared), reeve_ipa(vmm->layout.shared + LAYOUT_SHARED_SIZE)};

	if (!vmm->seam.ops.pages_alloc(&vmm->seam, LAYOUT_SHARED_SIZE, &vmm->shared)) {
		vmm->shared = reeve_pa(0);
		(void)message_set(&vmm->summary.error, "the machine has no memory left for the shared buffer");
		vcpus_stop(&vmm->vcpus, END_ERROR);
		return false;
	}
	memcpy(vmm->seam.ops.pointer(&vmm->seam, vmm->shared), shared_message, sizeof(shared_message) - 1);
	return realm_answered(vmm, reeve_realm_share(&vmm->realm, range, vmm->shared));
}

/* The phases of building and the events that each carries out; SHARE has none. */
static const struct {
	enum phase phase;
	enum event_kind kind;
	bool (*carry_out)(struct vmm *vmm, const struct event *event);
} steps[] = {
	{PHASE_CREATE, EVENT_CREATE, event_create},
	{PHASE_RAM, EVENT_RIPAS, event_ram},
	{PHASE_POPULATE, EVENT_DATA, event_populate},
	{PHASE_SHARE, EVENT_KIND_COUNT, NULL},
	{PHASE_RECS, EVENT_REC, event_rec},
	{PHASE_ACTIVATE, EVENT_ACTIVATE, event_activate},
};

/* The events of step i, which begin at *next; *next is moved behind them. */
static bool step_take(struct vmm *vmm, size_t i, const struct boot *boot, size_t *next)
{
	if (steps[i].phase == PHASE_SHARE) {
		return share(vmm);
	}
	while (*next < boot->count && boot->events[*next].kind == steps[i].kind) {
		if (!steps[i].carry_out(vmm, &boot->events[*next])) {
			return false;
		}
		(*next)++;
	}
	return true;
}

static bool boot_take(struct vmm *vmm, const struct boot *boot)
{
	bool is_good = true;
	size_t next = 0;

	for (size_t i = 0; is_good && i < sizeof(steps) / sizeof(steps[0]); i++) {
		const char *name = phase_name(steps[i].phase);
		uint64_t begin_ns = conduit_phase_begin(&vmm->conduit, name);

		is_good = step_take(vmm, i, boot, &next);
		vmm->summary.phases_ns[steps[i].phase] = conduit_phase(&vmm->conduit, name, REALM_NUMBER, begin_ns);
	}
	return is_good;
}

bool vmm_build(struct vmm *vmm, const struct image *image)
{
	struct boot boot;
	bool is_good = boot_make(&boot, vmm->options, &vmm->layout, image, &vmm->summary.error);

	if (is_good) {
		is_good = boot_take(vmm, &boot);
		boot_free(&boot);
	} else {
		vcpus_stop(&vmm->vcpus, END_ERROR);
	}
	vmm->summary.end = (enum end)atomic_load(&vmm->vcpus.end);
	return is_good;
}

void vmm_run(struct vmm *vmm)
{
	uint64_t begin_ns = conduit_phase_begin(&vmm->conduit, phase_name(PHASE_RUN));

	vmm->summary.end = vcpus_run(&vmm->vcpus);
	if (vmm->summary.end == END_ERROR || vmm->summary.end == END_FAULT || vmm->summary.end == END_SERROR) {
		vmm->summary.error = vmm->vcpus.error;
	}
	pl011_flush(&vmm->console);
	vmm->summary.phases_ns[PHASE_RUN] = conduit_phase(&vmm->conduit, phase_name(PHASE_RUN), REALM_NUMBER, begin_ns);
}

static void take_apart(struct vmm *vmm)
{
	struct reeve_ledger_counts counts = reeve_host_ledger_counts(&vmm->host);
	uint64_t begin_ns = conduit_phase_begin(&vmm->conduit, phase_name(PHASE_DESTROY));
	enum reeve_status status;

	memcpy(vmm->summary.granules, counts.granules, sizeof(counts.granules));
	vmm->is_destroying = true;
	status = reeve_realm_destroy(&vmm->realm);
	if (status != REEVE_OK && status != REEVE_LEAKED) {
		struct reeve_error error = reeve_realm_error(&vmm->realm);

		vmm->summary.end = END_ERROR;
		(void)error_say(&error, &vmm->summary.error);
	}
	if (vmm->shared.value != 0 && status == REEVE_OK) {
		vmm->seam.ops.pages_free(&vmm->seam, vmm->shared, LAYOUT_SHARED_SIZE);
	}
	seam_progress_clear(&vmm->seam);
	vmm->summary.phases_ns[PHASE_DESTROY] =
		conduit_phase(&vmm->conduit, phase_name(PHASE_DESTROY), REALM_NUMBER, begin_ns);
	leaks_find(&vmm->host, vmm->model, &vmm->summary);
	vmm->summary.has_rim = conduit_rim(&vmm->conduit, REALM_NUMBER, &vmm->summary.hash, vmm->summary.rim);
	memcpy(vmm->summary.calls, vmm->conduit.counts, sizeof(vmm->summary.calls));
	for (unsigned i = 0; i < vmm->options->plan.count; i++) {
		vmm->summary.acted[i] = reeve_fault_acted(&vmm->conduit.fault, i);
	}
}

/* Keep a map of what is now, if one was asked for. */
static void map_keep(struct vmm *vmm, const char *title)
{
	struct summary *summary = &vmm->summary;
	struct map *map;

	if (vmm->options->map_path == NULL) {
		return;
	}
	summary->has_maps = true;
	map = map_take(vmm->model, &vmm->host, &vmm->realm, title);
	if (map != NULL) {
		summary->maps[summary->map_count++] = map;
	} else if (summary->error.text[0] == '\0') {
		summary->end = END_ERROR;
		(void)message_set(&summary->error, "there is not enough memory for the map");
	}
}

void vmm_destroy(struct vmm *vmm)
{
	map_keep(vmm, "Before the realm was destroyed");
	take_apart(vmm);
	if (vmm->summary.leak_count != 0) {
		map_keep(vmm, "After the realm was destroyed: not everything came back");
	} else if (vmm->summary.end != END_SYSTEM_OFF) {
		map_keep(vmm, "After the realm was destroyed: everything came back");
	}
}

void vmm_close(struct vmm *vmm)
{
	reeve_host_fini(&vmm->host);
	vcpus_fini(&vmm->vcpus);
	conduit_fini(&vmm->conduit);
	reeve_model_free(vmm->model);
	pthread_mutex_destroy(&vmm->realm_lock);
	pthread_mutex_destroy(&vmm->host_lock);
	for (size_t i = 0; i < vmm->summary.map_count; i++) {
		map_free(vmm->summary.maps[i]);
	}
	vmm->summary.map_count = 0;
	free(vmm->summary.leaks);
	vmm->summary.leaks = NULL;
	vmm->summary.leak_count = 0;
}

void vmm_stop(struct vmm *vmm, enum end end)
{
	vcpus_stop(&vmm->vcpus, end);
}
