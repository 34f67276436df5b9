/* SPDX-License-Identifier: BSD-2-Clause */
/* psci.c - PSCI as a realm calls it: answered here, or handed to the host. */
#include <string.h>

#include "monitor/rec.h"

enum { WORD_BITS = 32 };

typedef enum rec_action psci_handler(struct running *r, const struct psci_request *request);

static enum rec_action answer(struct running *r, int64_t result)
{
	r->rec->cpu.gprs[0] = (uint64_t)result;
	return REC_RESUME;
}

struct psci_request psci_request_of(const struct rec_cpu *cpu)
{
	uint64_t fid = reeve_bits_get(FIELD_SET(cpu->gprs[0], SMC_SVE_HINT, 0), 0, WORD_BITS);
	bool is_smc64 = FIELD_GET(fid, SMC_64) != 0;
	struct psci_request request = {psci_function_of_fid(fid), fid, {0}};

	for (unsigned i = 0; i < PSCI_ARGUMENT_MAX; i++) {
		request.args[i] = reeve_bits_get(cpu->gprs[i + 1], 0, is_smc64 ? 2 * WORD_BITS : WORD_BITS);
	}
	return request;
}

/* Tell the host of the call: its number and the `count` arguments that it has. */
static enum rec_action host_told(struct running *r, const struct psci_request *request, unsigned count)
{
	r->exit->exit_reason = RMI_EXIT_PSCI;
	r->exit->gprs[0] = request->fid;
	memcpy(&r->exit->gprs[1], request->args, count * sizeof(request->args[0]));
	return REC_EXIT;
}

static enum rec_action psci_version(struct running *r, const struct psci_request *request)
{
	(void)request;
	return answer(r, (int64_t)PSCI_VERSION_1_1);
}

/* The host may have the CPU sleep; whenever it enters the REC again the call has succeeded. */
static enum rec_action psci_cpu_suspend(struct running *r, const struct psci_request *request)
{
	r->rec->cpu.gprs[0] = PSCI_STATUS_SUCCESS;
	return host_told(r, request, 3);
}

static enum rec_action psci_cpu_off(struct running *r, const struct psci_request *request)
{
	r->goes_off = true;
	return host_told(r, request, 0);
}

/* True, and *index set, when the realm has had such a REC. */
static bool target_exists(const struct running *r, uint64_t mpidr_el1, uint32_t *index)
{
	return rec_mpidr_el1_index(mpidr_el1, index) && *index < r->realm->rec_next;
}

static enum rec_action psci_cpu_on(struct running *r, const struct psci_request *request)
{
	uint32_t target;

	if (!realm_is_protected(r->realm, request->args[1], 1)) {
		return answer(r, PSCI_STATUS_INVALID_ADDRESS);
	}
	if (!target_exists(r, request->args[0], &target)) {
		return answer(r, PSCI_STATUS_INVALID_PARAMETERS);
	}
	if (target == r->rec->index) {
		return answer(r, PSCI_STATUS_ALREADY_ON);
	}
	r->awaits_psci = true;
	return host_told(r, request, 3);
}

static enum rec_action psci_affinity_info(struct running *r, const struct psci_request *request)
{
	uint32_t target;

	if (request->args[1] != 0 || !target_exists(r, request->args[0], &target)) {
		return answer(r, PSCI_STATUS_INVALID_PARAMETERS);
	}
	if (target == r->rec->index) {
		return answer(r, PSCI_AFFINITY_ON);
	}
	r->awaits_psci = true;
	return host_told(r, request, 2);
}

/* SYSTEM_OFF and SYSTEM_RESET. Two RECs may ask at once: the second finds the realm off, which is a move too. */
static enum rec_action psci_system_off(struct running *r, const struct psci_request *request)
{
	granule_lock(&r->m->granules, r->rec->rd);
	realm_set_state(r->realm, REALM_SYSTEM_OFF);
	granule_unlock(&r->m->granules, r->rec->rd);
	return host_told(r, request, 0);
}

static psci_handler psci_features;

static const struct {
	psci_handler *handler;
	bool is_feature; /* PSCI_FEATURES knows of it */
} functions[PSCI_FUNCTION_COUNT] = {
	[PSCI_VERSION] = {psci_version, false},
	[PSCI_CPU_SUSPEND] = {psci_cpu_suspend, true},
	[PSCI_CPU_OFF] = {psci_cpu_off, true},
	[PSCI_CPU_ON] = {psci_cpu_on, true},
	[PSCI_AFFINITY_INFO] = {psci_affinity_info, true},
	[PSCI_SYSTEM_OFF] = {psci_system_off, true},
	[PSCI_SYSTEM_RESET] = {psci_system_off, true},
	[PSCI_FEATURES] = {psci_features, true},
};

static enum rec_action psci_features(struct running *r, const struct psci_request *request)
{
	enum psci_function asked = psci_function_of_fid(request->args[0]);
	bool known = asked != PSCI_FUNCTION_COUNT ? functions[asked].is_feature : request->args[0] == SMCCC_FID_VERSION;

	return answer(r, known ? PSCI_STATUS_SUCCESS : PSCI_STATUS_NOT_SUPPORTED);
}

enum rec_action psci_call(struct running *r, const struct psci_request *request)
{
	return functions[request->function].handler(r, request);
}
