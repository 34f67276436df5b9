/* SPDX-License-Identifier: BSD-2-Clause */
/* neighbour.c - a second realm of the job. */
#include "machine/qemu/host/neighbour.h"

#include "machine/qemu/host/host.h"
#include "machine/qemu/host/output.h"

static const char mark[] = "neighbour: ";

/* Whole lines, as the console of pl011.h gives them, and what stands behind the last at the end. */
static void console(void *context, const char *bytes, size_t size)
{
	struct neighbour *neighbour = context;

	if (!neighbour->is_in_line) {
		output_console(NULL, mark, sizeof(mark) - 1);
	}
	output_console(NULL, bytes, size);
	neighbour->is_in_line = size != 0 && bytes[size - 1] != '\n';
}

static bool devices_give(struct host *host)
{
	struct neighbour *neighbour = &host->neighbour;
	const struct job_header *job = host->job;

	pl011_init(&neighbour->console, console, neighbour);
	vcpus_init(
		&neighbour->vcpus, &host_vcpu_ops, host, &neighbour->console, job->uart, host->vcpus.half, job->cpus);
	if (job->gicd == 0) {
		return true;
	}
	vgic_init(&neighbour->gic, job->cpus, (unsigned)REEVE_FEATURE(&host->library, GICV3_NUM_LRS) + 1);
	return vcpus_gic(&neighbour->vcpus, &neighbour->gic, job->gicd, job->gicr);
}

bool neighbour_is_there(struct host *host)
{
	return atomic_load(&host->neighbour.is_there);
}

enum reeve_status neighbour_build(struct host *host, struct reeve_error *error)
{
	struct neighbour *neighbour = &host->neighbour;
	enum reeve_status status;

	/* Who ended the run did so once, and the button that was pressed is no longer: a realm that came now would not hear of it. */
	if ((host->job->flags & JOB_FLAG_NEIGHBOUR) == 0 || vcpus_end(&host->vcpus) != END_NONE) {
		return REEVE_OK;
	}
	neighbour->build = (struct build){.realm = &neighbour->realm, .plan = &host->plan};
	reeve_realm_init(&neighbour->realm, &host->library, &neighbour->realm_lock);
	status = reeve_realm_configure(&neighbour->realm, &host->realm.config);
	if (status != REEVE_OK || !devices_give(host)) {
		*error = status != REEVE_OK
			? reeve_realm_error(&neighbour->realm)
			: (struct reeve_error){.status = REEVE_NO_MEMORY, .step = REEVE_STEP_CONFIGURE};
		return error->status;
	}
	atomic_store(&neighbour->is_there, true);
	for (unsigned i = 0; status == REEVE_OK && i < PHASE_RUN; i++) {
		status = build_phase(&neighbour->build, (enum phase)i, &neighbour->vcpus, error);
	}
	return status;
}

void neighbour_begin(struct host *host)
{
	if (neighbour_is_there(host)) {
		vcpus_begin(&host->neighbour.vcpus);
	}
}

bool neighbour_turn(struct host *host, unsigned number)
{
	return neighbour_is_there(host) && vcpu_turn(&host->neighbour.vcpus.cpu[number]);
}

struct vcpu *neighbour_vcpu(struct host *host, unsigned number, const struct rmi_rec_run *run)
{
	struct vcpu *cpu = &host->neighbour.vcpus.cpu[number];

	return neighbour_is_there(host) && reeve_rec_run_page(&cpu->rec) == run ? cpu : NULL;
}

void neighbour_stop(struct host *host, enum end end)
{
	if (neighbour_is_there(host)) {
		vcpus_stop(&host->neighbour.vcpus, end);
	}
}

bool neighbour_is_over(struct host *host)
{
	return !neighbour_is_there(host) || vcpus_end(&host->neighbour.vcpus) != END_NONE;
}

enum end neighbour_end(struct host *host)
{
	struct neighbour *neighbour = &host->neighbour;
	struct text *error = &host->vcpus.error;

	if (!neighbour_is_there(host)) {
		return END_SYSTEM_OFF;
	}
	if (error->length == 0 && neighbour->vcpus.error.length != 0) {
		text_put(error, mark);
		text_put(error, neighbour->vcpus.error.at);
	}
	return vcpus_end(&neighbour->vcpus);
}

enum reeve_status neighbour_destroy(struct host *host)
{
	if (!neighbour_is_there(host)) {
		return REEVE_OK;
	}
	pl011_flush(&host->neighbour.console);
	return build_destroy(&host->neighbour.build);
}
