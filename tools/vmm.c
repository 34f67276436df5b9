/* SPDX-License-Identifier: BSD-2-Clause */
/* vmm.c - the life of one Realm on a model machine, from the host's side. */
#include "tools/vmm.h"

#include <stdlib.h>
#include <string.h>

#include "tools/boot.h"
#include "tools/leaks.h"
#include "tools/map.h"
#include "tools/platform_key.h"

enum {
	REALM_NUMBER = 1, /* the conduit's number of the only realm */
	MACHINE_MEMORY_LEAST = 256 << 20,
	MACHINE_MEMORY_ALIGN = 2 << 20,
	MACHINE_MEMORY_BESIDE = 64 << 20, /* descriptors, RECs, records */
	MACHINE_MEMORY_TABLES = 16,       /* and a sixteenth of the RAM for tables and records of it */
};

static const char shared_message[] = "reeve-host-hello";

static void console_write(void *context, const char *bytes, size_t size)
{
	FILE *console = context;

	(void)fwrite(bytes, 1, size, console);
	(void)fflush(console);
}

static bool must_stop(void *context)
{
	struct vmm *vmm = context;

	return !vmm->is_destroying && atomic_load(&vmm->threads.all.end) != END_NONE;
}

/* Keep the cause of a failed call on the realm. Returns false. */
static bool realm_failed(struct vmm *vmm, const struct reeve_error *error)
{
	if (atomic_load(&vmm->threads.all.end) == END_NONE) {
		(void)reeve_error_format(error, vmm->summary.error.text, sizeof(vmm->summary.error.text));
		threads_stop(&vmm->threads, END_ERROR);
	}
	return false;
}

static bool error_say(const struct reeve_error *error, struct message *why)
{
	(void)reeve_error_format(error, why->text, sizeof(why->text));
	return false;
}

/* As error_say, with the option that sets what is wrong where there is one. */
static bool config_error_say(const struct reeve_error *error, const struct run_options *options, struct message *why)
{
	const char *field = error->field == NULL ? "" : error->field;
	unsigned long long value = error->value;
	unsigned long long limit = error->limit;

	if (strcmp(field, "lpa2") == 0) {
		return message_set(why, "--lpa2: this monitor has no LPA2 for Realms");
	}
	if (strcmp(field, "sve") == 0) {
		return message_set(why, "--sve-vl %u: this monitor has no SVE for Realms", options->features.sve_bits);
	}
	if (strcmp(field, "ipa_bits") != 0) {
		return error_say(error, why);
	}
	if (value < limit) {
		return message_set(why, "--ipa-bits: %llu is below the minimum %llu", value, limit);
	}
	return message_set(why, "--ipa-bits: %llu is above this monitor's maximum %llu", value, limit);
}

/* reeve_model_platform.key; the context is the vmm. */
static bool key_load(void *context, uint8_t key[REEVE_MODEL_KEY_SIZE])
{
	struct vmm *vmm = context;
	const char *path = vmm->options->attest.key_path;

	return path != NULL ? platform_key_read(path, key, &vmm->key_error) : platform_key_keep(key, &vmm->key_error);
}

/* What the options say of the platform. False with *why set. */
static bool platform_prepare(struct vmm *vmm, struct message *why)
{
	const struct attest_options *options = &vmm->options->attest;

	vmm->platform.token_form = options->form;
	vmm->platform.context = vmm;
	if (options->seed != NULL) {
		vmm->platform.seed = reeve_span(options->seed, strlen(options->seed));
	} else {
		vmm->platform.key = key_load;
	}
	return options->platform_path == NULL ||
		platform_file_load(&vmm->platform_file, options->platform_path, &vmm->platform, why);
}

/* What the options want of tokens, before anything is built: a key that cannot be had is told now. */
static bool attest_prepare(struct vmm *vmm, struct message *why)
{
	const struct attest_options *options = &vmm->options->attest;
	struct mailbox *mailbox = &vmm->threads.all.mailbox;
	uint8_t point[REEVE_MODEL_POINT_SIZE];

	if (options->token_path == NULL && options->anchor_path == NULL) {
		return true;
	}
	if (!reeve_model_anchor(vmm->model, point)) {
		*why = vmm->key_error;
		return why->text[0] != '\0' ? false : message_set(why, "libcrypto cannot make the platform's keys");
	}
	mailbox->challenge = options->has_challenge ? options->challenge : NULL;
	mailbox->token = options->token_path == NULL ? NULL : malloc(LAYOUT_SHARED_SIZE);
	mailbox->token_room = LAYOUT_SHARED_SIZE;
	return options->token_path == NULL || mailbox->token != NULL ||
		message_set(why, "there is not enough memory for a token");
}

static struct reeve_model *machine_new(const struct run_options *options, const struct reeve_model_platform *platform)
{
	uint64_t beside = options->ram / MACHINE_MEMORY_TABLES + MACHINE_MEMORY_BESIDE;
	uint64_t size = reeve_align_down(options->ram + beside + MACHINE_MEMORY_ALIGN - 1, MACHINE_MEMORY_ALIGN);
	struct reeve_model_config config = {
		.regions = {{REEVE_MODEL_DRAM_BASE, size < MACHINE_MEMORY_LEAST ? MACHINE_MEMORY_LEAST : size, NULL}},
		.region_count = 1,
		.cpu_count = options->cpus,
		.platform = platform,
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
		return config_error_say(&error, options, why);
	}
	if (!layout_make(&vmm->layout, options->ipa_bits, options->ram, options->cpus, why)) {
		reeve_host_fini(&vmm->host);
		return false;
	}
	return true;
}

/* Give back what vmm_open took, as far as it came. */
static void machine_close(struct vmm *vmm)
{
	reeve_model_free(vmm->model);
	platform_file_close(&vmm->platform_file);
}

static bool machine_open(struct vmm *vmm, FILE *trace, struct message *why)
{
	const struct run_options *options = vmm->options;

	if (!platform_prepare(vmm, why)) {
		return false;
	}
	vmm->model = machine_new(options, &vmm->platform);
	if (vmm->model == NULL) {
		machine_close(vmm);
		return message_set(why, "no machine with that much memory: %s", reeve_model_error());
	}
	if (!conduit_init(&vmm->conduit, vmm->model, trace, trace_format_of(options->trace_kind), options->cpus)) {
		machine_close(vmm);
		return message_set(why, "libcrypto does not offer SHA-256, SHA-384 and SHA-512");
	}
	if (!conduit_load(&vmm->conduit, &options->plan, must_stop, vmm, why)) {
		conduit_fini(&vmm->conduit);
		machine_close(vmm);
		return false;
	}
	return true;
}

bool vmm_open(struct vmm *vmm, const struct run_options *options, FILE *console, FILE *trace, FILE *progress,
	struct message *why)
{
	memset(vmm, 0, sizeof(*vmm));
	vmm->options = options;
	vmm->build.realm = &vmm->realm;
	vmm->summary.hash = options->hash;
	vmm->summary.plan = &options->plan;
	memcpy(vmm->summary.rpv, options->rpv, sizeof(options->rpv));
	if (!machine_open(vmm, trace, why)) {
		return false;
	}
	pthread_mutex_init(&vmm->host_lock, NULL);
	pthread_mutex_init(&vmm->realm_lock, NULL);
	pl011_init(&vmm->console, console_write, console);
	seam_init(&vmm->seam, &vmm->conduit, progress, must_stop, vmm);
	if (!realm_configure(vmm, why)) {
		conduit_fini(&vmm->conduit);
		machine_close(vmm);
		return false;
	}
	threads_init(&vmm->threads, vmm->model, &vmm->console, vmm->layout.uart, UINT64_C(1) << (options->ipa_bits - 1),
		options->cpus);
	vgic_init(&vmm->gic, options->cpus, RMI_GIC_LR_COUNT);
	if (!vcpus_gic(&vmm->threads.all, &vmm->gic, vmm->layout.gicd, vmm->layout.gicr)) {
		vmm_close(vmm);
		return message_set(why, "there is no room for the interrupt controller");
	}
	if (!attest_prepare(vmm, why)) {
		vmm_close(vmm);
		return false;
	}
	return true;
}

/* One run of bytes for an extent: those that are there, if no zeroes are between and behind them, or a copy. False: no memory. */
static bool segment_take(struct vmm *vmm, const struct event *event)
{
	const struct extent *extent = &event->data.content;
	const struct piece *piece = extent->pieces;
	bool is_whole = extent->piece_count == 1 && piece->ipa == extent->ipa && piece->size == extent->size;
	size_t n = vmm->plan.segment_count++;

	vmm->copies[n] = is_whole ? NULL : extent_content(extent);
	vmm->segments[n] = (struct build_segment){
		.ipa = reeve_ipa(extent->ipa),
		.content = is_whole ? piece->data : vmm->copies[n],
		.size = extent->size,
		.is_measured = FIELD_GET(event->data.flags, DATA_FLAG_MEASURE) != 0,
	};
	return vmm->segments[n].content != NULL;
}

/* What of the plan each event of the boot gives. */
static bool plan_take(struct vmm *vmm, const struct event *event)
{
	struct build_plan *plan = &vmm->plan;

	switch (event->kind) {
	case EVENT_RIPAS:
		plan->ram[plan->ram_count++] =
			(struct reeve_ipa_range){reeve_ipa(event->ripas.base), reeve_ipa(event->ripas.top)};
		return true;
	case EVENT_DATA:
		return segment_take(vmm, event);
	case EVENT_REC:
		if (FIELD_GET(event->rec.flags, REC_FLAG_RUNNABLE) != 0) {
			plan->first.pc = event->rec.pc;
			plan->first.runnable = true;
			memcpy(plan->first.gprs, event->rec.gprs, sizeof(plan->first.gprs));
		}
		return true;
	case EVENT_CREATE:
	case EVENT_UNKNOWN:
	case EVENT_ACTIVATE:
	case EVENT_REM:
	case EVENT_KIND_COUNT:
		break;
	}
	return true;
}

/* Lay down what is to be where. False when there is no memory for it. */
static bool plan_make(struct vmm *vmm, const struct boot_parts *parts)
{
	const struct layout *layout = &vmm->layout;
	bool is_good = true;
	struct boot boot;

	if (!boot_make(&boot, vmm->options, layout, parts, &vmm->summary.error)) {
		threads_stop(&vmm->threads, END_ERROR);
		return false;
	}
	vmm->segments = calloc(boot.count, sizeof(*vmm->segments));
	vmm->copies = calloc(boot.count, sizeof(*vmm->copies));
	vmm->plan = (struct build_plan){
		.segments = vmm->segments,
		.shared = {reeve_ipa(layout->shared), reeve_ipa(layout->shared + LAYOUT_SHARED_SIZE)},
		.shared_content = shared_message,
		.shared_content_size = sizeof(shared_message) - 1,
	};
	vmm->build = (struct build){.realm = &vmm->realm, .plan = &vmm->plan};
	is_good = vmm->segments != NULL && vmm->copies != NULL;
	for (size_t i = 0; is_good && i < boot.count; i++) {
		is_good = plan_take(vmm, &boot.events[i]);
	}
	boot_free(&boot);
	if (!is_good) {
		(void)message_set(&vmm->summary.error, "there is not enough memory for the image");
		threads_stop(&vmm->threads, END_ERROR);
	}
	return is_good;
}

static void plan_free(struct vmm *vmm)
{
	for (size_t i = 0; i < vmm->plan.segment_count; i++) {
		free(vmm->copies[i]);
	}
	free(vmm->copies);
	free(vmm->segments);
}

static bool phase_build(struct vmm *vmm, enum phase phase)
{
	uint64_t begin_ns = conduit_phase_begin(&vmm->conduit, phase_name(phase));
	struct reeve_error error;
	enum reeve_status status = build_phase(&vmm->build, phase, &vmm->threads.all, &error);

	seam_progress_clear(&vmm->seam);
	vmm->summary.phases_ns[phase] = conduit_phase(&vmm->conduit, phase_name(phase), REALM_NUMBER, begin_ns);
	return status == REEVE_OK || realm_failed(vmm, &error);
}

bool vmm_build(struct vmm *vmm, const struct boot_parts *parts)
{
	bool is_good = plan_make(vmm, parts);

	for (unsigned i = 0; is_good && i < PHASE_RUN; i++) {
		is_good = phase_build(vmm, (enum phase)i);
	}
	vmm->summary.end = vcpus_end(&vmm->threads.all);
	return is_good;
}

void vmm_run(struct vmm *vmm)
{
	uint64_t begin_ns = conduit_phase_begin(&vmm->conduit, phase_name(PHASE_RUN));

	vmm->summary.end = threads_run(&vmm->threads);
	if (vmm->summary.end == END_ERROR || vmm->summary.end == END_FAULT || vmm->summary.end == END_SERROR) {
		(void)message_set(&vmm->summary.error, "%s", vmm->threads.all.error.at);
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
	status = build_destroy(&vmm->build);
	if (status != REEVE_OK && status != REEVE_LEAKED) {
		struct reeve_error error = reeve_realm_error(&vmm->realm);

		vmm->summary.end = END_ERROR;
		(void)error_say(&error, &vmm->summary.error);
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
static void map_keep(struct vmm *vmm, enum map_moment moment)
{
	struct summary *summary = &vmm->summary;
	struct map *map;

	if (vmm->options->map_path == NULL) {
		return;
	}
	summary->has_maps = true;
	map = map_take(vmm->model, &vmm->host, &vmm->realm, map_moment_text(moment));
	if (map != NULL) {
		summary->maps[summary->map_count++] = map;
	} else if (summary->error.text[0] == '\0') {
		summary->end = END_ERROR;
		(void)message_set(&summary->error, "there is not enough memory for the map");
	}
}

void vmm_destroy(struct vmm *vmm)
{
	map_keep(vmm, MAP_BEFORE);
	take_apart(vmm);
	if (vmm->summary.leak_count != 0) {
		map_keep(vmm, MAP_AFTER_SOME);
	} else if (vmm->summary.end != END_SYSTEM_OFF) {
		map_keep(vmm, MAP_AFTER_ALL);
	}
}

void vmm_close(struct vmm *vmm)
{
	reeve_host_fini(&vmm->host);
	threads_fini(&vmm->threads);
	conduit_fini(&vmm->conduit);
	machine_close(vmm);
	free(vmm->threads.all.mailbox.token);
	pthread_mutex_destroy(&vmm->realm_lock);
	pthread_mutex_destroy(&vmm->host_lock);
	for (size_t i = 0; i < vmm->summary.map_count; i++) {
		map_free(vmm->summary.maps[i]);
	}
	vmm->summary.map_count = 0;
	plan_free(vmm);
	free(vmm->summary.leaks);
	vmm->summary.leaks = NULL;
	vmm->summary.leak_count = 0;
}

void vmm_stop(struct vmm *vmm, enum end end)
{
	threads_stop(&vmm->threads, end);
}
