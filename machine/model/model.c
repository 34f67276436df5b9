/* SPDX-License-Identifier: BSD-2-Clause */
/* model.c - makes a model machine from its configuration, takes it apart, and carries the host's SMCs to the monitor. */
#include "reeve/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "machine/model/machine.h"
#include "reeve/address.h"
#include "reeve/field.h"

enum {
	DEFAULT_SIZE = 256 << 20,
	PA_BITS = 48,
	PA_BITS_LPA2 = 52,
	VMID_BITS = 16,
	/* What the default feature register 0 says. */
	DEFAULT_S2SZ = 48,
	DEFAULT_BREAKPOINTS = 6,
	DEFAULT_WATCHPOINTS = 4,
	DEFAULT_LIST_REGISTERS = 16,
	DEFAULT_MAX_RECS_ORDER = 8,
};

static _Thread_local const char *last_error = "";

void *model_reserve(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

void model_unreserve(void *reserved, size_t size)
{
	if (reserved != NULL) {
		munmap(reserved, size);
	}
}

void model_misuse(const char *what, uint64_t pa)
{
	fprintf(stderr, "reeve-model: %s: 0x%llx\n", what, (unsigned long long)pa);
	abort();
}

static uint64_t default_features0(void)
{
	uint64_t features = FIELD_SET(0, FEATURE0_S2SZ, DEFAULT_S2SZ);

	features = FIELD_SET(features, FEATURE0_NUM_BPS, DEFAULT_BREAKPOINTS - 1);
	features = FIELD_SET(features, FEATURE0_NUM_WPS, DEFAULT_WATCHPOINTS - 1);
	features = FIELD_SET(features, FEATURE0_HASH_SHA_256, 1);
	features = FIELD_SET(features, FEATURE0_HASH_SHA_512, 1);
	features = FIELD_SET(features, FEATURE0_GICV3_NUM_LRS, DEFAULT_LIST_REGISTERS - 1);
	return FIELD_SET(features, FEATURE0_MAX_RECS_ORDER, DEFAULT_MAX_RECS_ORDER);
}

static struct reeve_model_config with_defaults(const struct reeve_model_config *given)
{
	struct reeve_model_config config = *given;

	if (config.region_count == 0) {
		config.region_count = 1;
		config.regions[0] = (struct reeve_model_region){REEVE_MODEL_DRAM_BASE, DEFAULT_SIZE, NULL};
	}
	if (config.cpu_count == 0) {
		config.cpu_count = REEVE_MODEL_CPUS_DEFAULT;
	}
	if (config.rec_aux_count == 0) {
		config.rec_aux_count = REEVE_MODEL_REC_AUX_DEFAULT;
	}
	if (config.rec_aux_count < 0) {
		config.rec_aux_count = 0;
	}
	if (config.features0 == 0) {
		config.features0 = default_features0();
	}
	return config;
}

/* Shape of the regions only: whether the monitor can live with them it says itself. */
static const char *regions_fault(const struct reeve_model_config *config)
{
	uint64_t top = 0;

	if (config->region_count > REEVE_MONITOR_REGIONS_MAX) {
		return "there are more regions than REEVE_MONITOR_REGIONS_MAX";
	}
	for (unsigned i = 0; i < config->region_count; i++) {
		const struct reeve_model_region *region = &config->regions[i];
		struct reeve_pa_range range;

		if (!reeve_is_aligned(region->base | region->size | (uintptr_t)region->shared, REEVE_GRANULE_SIZE)) {
			return "a region's base, size or memory is not aligned to 4 KiB";
		}
		if (!reeve_pa_range(region->base, region->size, &range)) {
			return "a region is empty or reaches beyond the last address";
		}
		if (region->base < top) {
			return "regions overlap or are not in ascending order";
		}
		top = range.top.value;
	}
	return NULL;
}

/* What the feature register promises to realms, whoever runs them must have. A C function says itself what it has. */
static const char *features_fault(const struct reeve_model_config *config)
{
	const uint64_t beyond_unicorn = FIELD_MASK(FEATURE0_SVE_EN) | FIELD_MASK(FEATURE0_PMU_EN);

	if (config->rec_code == NULL && (config->features0 & beyond_unicorn) != 0) {
		return "features0 has SVE_EN or PMU_EN, and RECs that run on Unicorn have neither: clear them, or give rec_code";
	}
	return NULL;
}

static struct reeve_monitor_config monitor_config(const struct reeve_model *model)
{
	const struct reeve_model_config *config = &model->config;
	bool lpa2 = FIELD_GET(config->features0, FEATURE0_LPA2) != 0;
	struct reeve_monitor_config monitor = {
		.region_count = config->region_count,
		.cpu_count = config->cpu_count,
		.rec_aux_count = (unsigned)config->rec_aux_count,
		.vmid_bits = VMID_BITS,
		.pa_bits = lpa2 ? PA_BITS_LPA2 : PA_BITS,
		.features0 = config->features0,
		.token_form = model->platform.token_form,
	};

	for (unsigned i = 0; i < config->region_count; i++) {
		uint64_t base = config->regions[i].base;

		monitor.regions[i] = (struct reeve_pa_range){reeve_pa(base), reeve_pa(base + config->regions[i].size)};
	}
	return monitor;
}

static const char *open_monitor(struct reeve_model *model)
{
	struct reeve_monitor_config config = monitor_config(model);
	size_t size = reeve_monitor_size(&config);
	enum reeve_monitor_error error;

	if (size > 0 && model->monitor_memory == NULL) {
		model->monitor_memory = model_reserve(size);
		model->monitor_size = size;
	}
	if (size > 0 && model->monitor_memory == NULL) {
		return "there is no memory for the monitor";
	}
	/* With size 0 the configuration is refused, and this says why. */
	error = reeve_monitor_init(model->monitor_memory, size, &config, &model_platform, model, &model->monitor);
	return error == REEVE_MONITOR_OK ? NULL : reeve_monitor_error_text(error);
}

static const char *open_engines(struct reeve_model *model)
{
	model->cpus = model->cpu_ops->create(model, model->config.cpu_count);
	return model->cpus == NULL ? "there is no memory for the CPUs" : NULL;
}

static const char *open_cpus(struct reeve_model *model)
{
	for (unsigned i = 0; i < model->config.cpu_count; i++) {
		model->cpu[i].digest = hosted_digest_new();
		if (model->cpu[i].digest == NULL) {
			return "libcrypto has no SHA-256 or SHA-512 to offer";
		}
	}
	model->cpu_ops = model->config.rec_code != NULL ? &model_script : &model_unicorn;
	return open_engines(model);
}

static const char *watch(struct reeve_model *model)
{
	bool is_watched = !model->protection.strict || gpf_watch(model);

	return is_watched ? NULL : "too many strict machines are in this process";
}

/* Build all parts; what was built before a failure is for reeve_model_free. */
static const char *open_parts(struct reeve_model *model)
{
	const char *why = regions_fault(&model->config);

	if (why == NULL) {
		why = features_fault(&model->config);
	}
	if (why != NULL) {
		return why;
	}
	if (!model_memory_open(&model->memory, model->config.regions, model->config.region_count, &why)) {
		return why;
	}
	if (!protection_open(&model->protection, &model->memory, !model->config.lenient, model->config.lazy)) {
		return "there is no memory for the protection table";
	}
	if (!model_pages_open(&model->pages, &model->memory)) {
		return "there is no memory for the page allocator";
	}
	why = platform_fault(&model->platform);
	if (why != NULL) {
		return why;
	}
	if (!attest_open(model)) {
		return "there is no lock for the keys";
	}
	why = open_monitor(model);
	if (why != NULL) {
		return why;
	}
	why = open_cpus(model);
	if (why != NULL) {
		return why;
	}
	return watch(model);
}

struct reeve_model *reeve_model_new(const struct reeve_model_config *config)
{
	struct reeve_model *model = aligned_alloc(alignof(struct reeve_model), sizeof(*model));

	if (model == NULL) {
		last_error = "there is no memory for the machine";
		return NULL;
	}
	*model = (struct reeve_model){.config = with_defaults(config)};
	if (config->platform != NULL) {
		model->platform = *config->platform;
	}
	last_error = open_parts(model);
	if (last_error != NULL) {
		reeve_model_free(model);
		return NULL;
	}
	last_error = "";
	return model;
}

bool reeve_model_reset(struct reeve_model *model)
{
	model->cpu_ops->destroy(model->cpus);
	gpf_unwatch(model);
	protection_reset(&model->protection, &model->memory);
	model_pages_reset(&model->pages);
	atomic_store(&model->has_run, false);
	for (unsigned i = 0; i < model->config.cpu_count; i++) {
		model->cpu[i].call = 0;
	}
	last_error = open_engines(model);
	if (last_error == NULL) {
		last_error = open_monitor(model);
	}
	if (last_error == NULL) {
		last_error = watch(model);
	}
	if (last_error != NULL) {
		return false;
	}
	last_error = "";
	return true;
}

void reeve_model_free(struct reeve_model *model)
{
	if (model == NULL) {
		return;
	}
	gpf_unwatch(model);
	if (model->cpus != NULL) {
		model->cpu_ops->destroy(model->cpus);
	}
	for (unsigned i = 0; i < REEVE_MONITOR_CPUS_MAX; i++) {
		hosted_digest_free(model->cpu[i].digest);
	}
	attest_close(model);
	model_unreserve(model->monitor_memory, model->monitor_size);
	model_pages_close(&model->pages);
	protection_close(&model->protection);
	model_memory_close(&model->memory);
	free(model);
}

const char *reeve_model_error(void)
{
	return last_error;
}

enum rmi_condition reeve_model_smc(struct reeve_model *model, unsigned cpu, uint64_t x[REEVE_SMC_REGISTERS])
{
	if (cpu >= model->config.cpu_count) {
		model_misuse("there is no CPU of this number", cpu);
	}
	model->cpu[cpu].call++;
	return reeve_monitor_smc(model->monitor, cpu, x);
}

void *reeve_model_ns(struct reeve_model *model, uint64_t pa)
{
	return model_memory_ns(&model->memory, pa);
}

bool model_pa_of(const struct reeve_model *model, uintptr_t pointer, uint64_t *pa)
{
	for (unsigned i = 0; i < model->memory.region_count; i++) {
		const struct model_region *region = &model->memory.regions[i];

		if (pointer - (uintptr_t)region->ns < region->size) {
			*pa = region->base + (pointer - (uintptr_t)region->ns);
			return true;
		}
	}
	return false;
}

bool reeve_model_pa(const struct reeve_model *model, const void *pointer, uint64_t *pa)
{
	return model_pa_of(model, (uintptr_t)pointer, pa);
}

void reeve_model_kick(struct reeve_model *model, unsigned cpu)
{
	if (cpu < model->config.cpu_count) {
		model->cpu_ops->kick(model->cpus, cpu);
	}
}

bool reeve_model_granule(const struct reeve_model *model, uint64_t pa, struct reeve_model_granule *granule)
{
	struct reeve_granule_info info;
	struct reeve_model_granule found = {0};

	if (!reeve_monitor_granule(model->monitor, reeve_pa(reeve_align_down(pa, REEVE_GRANULE_SIZE)), &info)) {
		return false;
	}
	found.state = info.state;
	found.owner = info.owner.value;
	(void)protection_delegated_by(model, pa, &found.delegated_by_call, &found.delegated_by_cpu);
	*granule = found;
	return true;
}

struct reeve_monitor *reeve_model_monitor(struct reeve_model *model)
{
	return model->monitor;
}

const struct model_memory *model_memory_of(const struct reeve_model *model)
{
	return &model->memory;
}

struct reeve_monitor *model_monitor_of(const struct reeve_model *model)
{
	return model->monitor;
}

const struct reeve_model_config *model_config_of(const struct reeve_model *model)
{
	return &model->config;
}
