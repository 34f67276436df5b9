/* SPDX-License-Identifier: BSD-2-Clause */
/* trace_json.c - an object a line for each call; its schema is docs/trace.schema.json. */
#include <jansson.h>

#include "tools/json.h"
#include "tools/trace.h"

static void json_begin(FILE *to, unsigned cpus)
{
	(void)to;
	(void)cpus;
}

static json_t *realm_params(const struct rmi_realm_params *params)
{
	json_t *object = json_object();

	json_put_number(object, "flags", (int64_t)params->flags);
	json_put_number(object, "s2sz", params->s2sz);
	json_put_number(object, "sve_vl", params->sve_vl);
	json_put_number(object, "num_bps", params->num_bps);
	json_put_number(object, "num_wps", params->num_wps);
	json_put_number(object, "pmu_num_ctrs", params->pmu_num_ctrs);
	json_put_number(object, "hash_algo", params->hash_algo);
	json_put_bytes(object, "rpv", params->rpv, sizeof(params->rpv));
	json_put_number(object, "vmid", params->vmid);
	json_put_word(object, "rtt_base", params->rtt_base);
	json_put_number(object, "rtt_level_start", params->rtt_level_start);
	json_put_number(object, "rtt_num_start", params->rtt_num_start);
	return object;
}

static json_t *rec_params(const struct rmi_rec_params *params)
{
	json_t *object = json_object();
	json_t *gprs = json_array();

	for (unsigned i = 0; i < RMI_REC_PARAMS_GPRS; i++) {
		(void)json_array_append_new(gprs, json_word(params->gprs[i]));
	}
	json_put_number(object, "flags", (int64_t)params->flags);
	json_put_word(object, "mpidr", params->mpidr);
	json_put_word(object, "pc", params->pc);
	(void)json_object_set_new(object, "gprs", gprs);
	json_put_number(object, "num_aux", (int64_t)params->num_aux);
	return object;
}

/* Entries of one call lie in one table, so they have one level; each is measured on its own. */
static json_t *ripas_entries(const struct trace_call *call)
{
	json_t *array = json_array();
	uint64_t size = trace_level_size(call->entry_level);

	for (uint64_t base = call->in[2]; base < trace_monitor(call)[1]; base += size) {
		json_t *entry = json_object();

		json_put_word(entry, "base", base);
		json_put_word(entry, "out_top", base + size);
		json_put_number(entry, "level", call->entry_level);
		(void)json_array_append_new(array, entry);
	}
	return array;
}

static json_t *rec_exit(const struct rmi_rec_exit *exit)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "reason", json_string(rmi_exit_reason_name(exit->exit_reason)));
	switch ((enum rmi_exit_reason)exit->exit_reason) {
	case RMI_EXIT_SYNC:
	case RMI_EXIT_SERROR:
		json_put_word(object, "esr", exit->esr);
		json_put_word(object, "far", exit->far);
		json_put_word(object, "hpfar", exit->hpfar);
		break;
	case RMI_EXIT_PSCI:
		json_put_word(object, "fid", exit->gprs[0]);
		break;
	case RMI_EXIT_RIPAS_CHANGE:
		json_put_word(object, "ripas_base", exit->ripas_base);
		json_put_word(object, "ripas_top", exit->ripas_top);
		json_put_number(object, "ripas_value", exit->ripas_value);
		break;
	case RMI_EXIT_HOST_CALL:
		json_put_number(object, "imm", exit->imm);
		break;
	case RMI_EXIT_IRQ:
	case RMI_EXIT_FIQ:
	case RMI_EXIT_REASON_COUNT:
		break;
	}
	return object;
}

static void extra_put(json_t *object, const struct trace_call *call)
{
	switch (call->extra) {
	case TRACE_EXTRA_REALM_PARAMS:
		(void)json_object_set_new(object, "params", realm_params(&call->realm_params));
		break;
	case TRACE_EXTRA_REC_PARAMS:
		(void)json_object_set_new(object, "params", rec_params(&call->rec_params));
		break;
	case TRACE_EXTRA_CONTENT:
		json_put_bytes(object, "content", call->content.digest, call->content.size);
		break;
	case TRACE_EXTRA_ENTRIES:
		(void)json_object_set_new(object, "entries", ripas_entries(call));
		break;
	case TRACE_EXTRA_EXIT:
		(void)json_object_set_new(object, "exit", rec_exit(&call->exit));
		break;
	case TRACE_EXTRA_NONE:
	case TRACE_EXTRA_COUNT:
		break;
	}
}

/* The words of x[1].. by their names. */
static json_t *values(const char *const names[], const uint64_t *words)
{
	json_t *object = json_object();

	for (unsigned i = 0; names[i] != NULL; i++) {
		if (trace_is_number(names[i])) {
			json_put_number(object, names[i], (int64_t)words[i + 1]);
			continue;
		}
		json_put_word(object, names[i], words[i + 1]);
	}
	return object;
}

json_t *trace_json_args(const struct trace_call *call)
{
	static const char *const unknown[] = {NULL};
	const struct rmi_command_info *info = rmi_command_info(call->command);
	json_t *object = values(info == NULL ? unknown : info->in, call->in);

	if (info == NULL) {
		json_put_word(object, "fid", call->in[0]);
	}
	return object;
}

static json_t *results(const struct trace_call *call, const uint64_t x[REEVE_SMC_REGISTERS])
{
	static const char *const unknown[] = {NULL};
	const struct rmi_command_info *info = rmi_command_info(call->command);

	return values(info == NULL ? unknown : info->out, x);
}

json_t *trace_json_out(const struct trace_call *call)
{
	return results(call, call->out);
}

json_t *trace_json_status(uint64_t x0)
{
	const char *name = trace_status_name(x0);

	return name == NULL ? json_word(x0) : json_string(name);
}

static json_t *monitor(const struct trace_call *call)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "status", trace_json_status(call->monitor[0]));
	json_put_number(object, "index", trace_status_index(call->monitor[0]));
	(void)json_object_set_new(object, "out", results(call, call->monitor));
	if (call->has_monitor_exit) {
		(void)json_object_set_new(object, "exit", rec_exit(&call->monitor_exit));
	}
	return object;
}

void trace_json_put_fault(json_t *object, const struct trace_call *call)
{
	if (call->fault == TRACE_FAULT_NONE) {
		return;
	}
	(void)json_object_set_new(object, "fault", json_string(trace_fault_name(call)));
	if (call->fault == TRACE_FAULT_MISREPORTED || call->fault == TRACE_FAULT_ALTERED) {
		(void)json_object_set_new(object, "monitor", monitor(call));
	}
	if (call->fault == TRACE_FAULT_DELAYED) {
		json_put_number(object, "delay_us", (int64_t)call->delay_us);
	}
}

json_t *trace_json_condition(const struct trace_call *call)
{
	return call->condition == CONDITION_NONE ? json_null() : json_string(rmi_condition_name(call->condition));
}

static void json_call(FILE *to, const struct trace_call *call)
{
	json_t *object = json_object();

	json_put_number(object, "n", (int64_t)call->n);
	json_put_number(object, "cpu", call->cpu);
	json_put_number(object, "realm", call->realm);
	json_put_number(object, "t_ns", (int64_t)call->t_ns);
	json_put_number(object, "dur_ns", (int64_t)call->dur_ns);
	(void)json_object_set_new(object, "cmd", json_string(trace_command_name(call)));
	(void)json_object_set_new(object, "args", trace_json_args(call));
	(void)json_object_set_new(object, "status", trace_json_status(call->out[0]));
	json_put_number(object, "index", trace_status_index(call->out[0]));
	(void)json_object_set_new(object, "condition", trace_json_condition(call));
	(void)json_object_set_new(object, "out", trace_json_out(call));
	trace_json_put_fault(object, call);
	extra_put(object, call);
	json_line(object, to);
}

static void json_phase(FILE *to, const struct trace_phase *phase)
{
	(void)to;
	(void)phase;
}

static void json_end(FILE *to)
{
	(void)to;
}

const struct trace_format trace_json = {json_begin, json_call, json_phase, json_end};
