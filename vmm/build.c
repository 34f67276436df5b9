/* SPDX-License-Identifier: BSD-2-Clause */
/* build.c - the phases in which a Realm comes to be. */
#include "vmm/build.h"

#include <string.h>

static enum reeve_status answered(struct build *build, enum reeve_status status, struct reeve_error *error)
{
	if (status != REEVE_OK) {
		*error = reeve_realm_error(build->realm);
	}
	return status;
}

static enum reeve_status create(struct build *build, struct vcpus *vcpus, struct reeve_error *error)
{
	(void)vcpus;
	return answered(build, reeve_realm_ensure_created(build->realm), error);
}

static enum reeve_status ram(struct build *build, struct vcpus *vcpus, struct reeve_error *error)
{
	enum reeve_status status = REEVE_OK;

	(void)vcpus;
	for (unsigned i = 0; status == REEVE_OK && i < build->plan->ram_count; i++) {
		status = answered(build, reeve_realm_add_ram(build->realm, build->plan->ram[i]), error);
	}
	return status;
}

static enum reeve_status populate(struct build *build, struct vcpus *vcpus, struct reeve_error *error)
{
	enum reeve_status status = REEVE_OK;

	(void)vcpus;
	for (size_t i = 0; status == REEVE_OK && i < build->plan->segment_count; i++) {
		const struct build_segment *segment = &build->plan->segments[i];

		status = answered(build,
			reeve_realm_populate(
				build->realm, segment->ipa, segment->content, segment->size, segment->is_measured),
			error);
	}
	return status;
}

static uint64_t shared_size(const struct build *build)
{
	return build->plan->shared.top.value - build->plan->shared.base.value;
}

static enum reeve_status share(struct build *build, struct vcpus *vcpus, struct reeve_error *error)
{
	const struct build_plan *plan = build->plan;
	const struct reeve_host_config *host = &build->realm->host->config;

	if (shared_size(build) == 0) {
		return REEVE_OK;
	}
	if (!host->ops->pages_alloc(host->context, shared_size(build), &build->shared)) {
		build->shared = reeve_pa(0);
		*error = (struct reeve_error){.status = REEVE_NO_MEMORY, .step = REEVE_STEP_SHARE};
		return REEVE_NO_MEMORY;
	}
	vcpus->mailbox.shared = host->ops->pointer(host->context, build->shared);
	vcpus->mailbox.shared_size = shared_size(build);
	if (plan->shared_content_size != 0) {
		memcpy(vcpus->mailbox.shared, plan->shared_content, plan->shared_content_size);
	}
	return answered(build, reeve_realm_share(build->realm, plan->shared, build->shared), error);
}

static enum reeve_status recs(struct build *build, struct vcpus *vcpus, struct reeve_error *error)
{
	static const struct reeve_rec_config waiting = {.runnable = false};
	enum reeve_status status = REEVE_OK;

	for (unsigned i = 0; status == REEVE_OK && i < vcpus->count; i++) {
		status = answered(build,
			reeve_rec_create(build->realm, i == 0 ? &build->plan->first : &waiting, &vcpus->cpu[i].rec),
			error);
	}
	return status;
}

static enum reeve_status activate(struct build *build, struct vcpus *vcpus, struct reeve_error *error)
{
	(void)vcpus;
	return answered(build, reeve_realm_activate(build->realm), error);
}

enum reeve_status build_phase(struct build *build, enum phase phase, struct vcpus *vcpus, struct reeve_error *error)
{
	static enum reeve_status (*const phases[PHASE_RUN])(
		struct build * build, struct vcpus * vcpus, struct reeve_error * error) = {
		[PHASE_CREATE] = create,
		[PHASE_RAM] = ram,
		[PHASE_POPULATE] = populate,
		[PHASE_SHARE] = share,
		[PHASE_RECS] = recs,
		[PHASE_ACTIVATE] = activate,
	};

	return phases[phase](build, vcpus, error);
}

enum reeve_status build_destroy(struct build *build)
{
	const struct reeve_host_config *host = &build->realm->host->config;
	enum reeve_status status = reeve_realm_destroy(build->realm);

	if (build->shared.value != 0 && status == REEVE_OK) {
		host->ops->pages_free(host->context, build->shared, shared_size(build));
		build->shared = reeve_pa(0);
	}
	return status;
}
