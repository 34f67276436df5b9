/* SPDX-License-Identifier: BSD-2-Clause */
/* account.c - reads the host's frames, a function for each kind. */
#include "tools/qemu/account.h"

#include <stdlib.h>
#include <string.h>

enum {
	REALM_NUMBER = 1,
	LEAKS_MAX = 1 << 20, /* granules of the machine, and more */
	TOKEN_MAX = 1 << 20,
};

static void digest(void *context, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	hosted_digest(context, algorithm, data, size, out);
}

bool account_open(struct account *account, const struct run_options *options, const struct qemu_job *job, FILE *console,
	FILE *trace, struct summary *summary, struct message *why)
{
	struct hosted_digest *engine = hosted_digest_new();

	if (engine == NULL) {
		return message_set(why, "libcrypto offers no SHA-256 and SHA-512");
	}
	*account = (struct account){
		.options = options,
		.job = job,
		.console = console,
		.trace = trace,
		.digest = engine,
		.hasher = {digest, engine},
		.summary = summary,
	};
	summary->hash = options->hash;
	summary->plan = &options->plan;
	memcpy(summary->rpv, options->rpv, sizeof(options->rpv));
	summary->has_maps = options->map_path != NULL;
	account->maps = summary->has_maps ? map_record_new() : NULL;
	if (summary->has_maps && account->maps == NULL) {
		hosted_digest_free(engine);
		*account = (struct account){0};
		return message_set(why, "there is not enough memory for the map");
	}
	if (trace != NULL) {
		trace_format_of(options->trace_kind)->begin(trace, options->cpus);
	}
	return true;
}

void account_trace_end(struct account *account)
{
	if (account->trace != NULL) {
		trace_format_of(account->options->trace_kind)->end(account->trace);
	}
	account->trace = NULL;
}

void account_close(struct account *account)
{
	account_trace_end(account);
	free(account->token);
	map_record_free(account->maps);
	hosted_digest_free(account->digest);
}

/* The digest of what a DATA_CREATE measured: the job's content for that IPA. */
static void content_note(const struct account *account, struct trace_call *call)
{
	const void *granule = qemu_job_granule(account->job, call->in[3]);

	if (call->command != RMI_DATA_CREATE || granule == NULL || FIELD_GET(call->in[5], DATA_FLAG_MEASURE) == 0) {
		return;
	}
	reeve_rim_content(&account->hasher, account->options->hash, granule, call->content.digest);
	call->content.size = rmi_hash_size(account->options->hash);
	call->extra = TRACE_EXTRA_CONTENT;
}

static void extra_note(const struct account *account, const struct frame_call *said, struct trace_call *call)
{
	uint64_t level = 0;

	switch (said->extra) {
	case FRAME_EXTRA_REALM_PARAMS:
		frame_sparse_to(&said->sparse, &call->realm_params, sizeof(call->realm_params));
		call->extra = TRACE_EXTRA_REALM_PARAMS;
		break;
	case FRAME_EXTRA_REC_PARAMS:
		frame_sparse_to(&said->sparse, &call->rec_params, sizeof(call->rec_params));
		call->extra = TRACE_EXTRA_REC_PARAMS;
		break;
	case FRAME_EXTRA_ENTRIES:
		frame_sparse_to(&said->sparse, &level, sizeof(level));
		call->entry_level = (int)(int64_t)level;
		call->extra = TRACE_EXTRA_ENTRIES;
		break;
	case FRAME_EXTRA_EXIT:
		frame_sparse_to(&said->sparse, &call->exit, sizeof(call->exit));
		call->extra = TRACE_EXTRA_EXIT;
		break;
	case FRAME_EXTRA_NONE:
	case FRAME_EXTRA_COUNT:
		content_note(account, call);
		break;
	}
}

/* What a plan of faults did to the call. */
static void fault_take(const struct frame_call *said, struct trace_call *call)
{
	static const enum trace_fault faults[FRAME_FAULT_COUNT] = {
		[FRAME_FAULT_REFUSED] = TRACE_FAULT_REFUSED,
		[FRAME_FAULT_MISREPORTED] = TRACE_FAULT_MISREPORTED,
		[FRAME_FAULT_ALTERED] = TRACE_FAULT_ALTERED,
		[FRAME_FAULT_DELAYED] = TRACE_FAULT_DELAYED,
	};
	bool is_changed = said->fault == FRAME_FAULT_MISREPORTED || said->fault == FRAME_FAULT_ALTERED;

	call->fault = faults[said->fault];
	call->delay_us = said->delay_us;
	memcpy(call->monitor, is_changed ? said->monitor : said->out, sizeof(call->monitor));
	call->has_monitor_exit = said->has_monitor_exit;
	if (said->has_monitor_exit) {
		frame_sparse_to(&said->monitor_exit, &call->monitor_exit, sizeof(call->monitor_exit));
	}
}

static bool call_take(struct account *account, const struct frame *frame)
{
	struct frame_call said;
	struct trace_call call = {0};

	if (!frame_call_read(frame, &said)) {
		return false;
	}
	if (account->maps != NULL) {
		map_record_call(account->maps, &said);
	}
	if (account->trace == NULL) {
		return true;
	}
	call.n = said.n;
	call.cpu = (unsigned)said.cpu;
	call.t_ns = said.t_ns;
	call.dur_ns = said.dur_ns;
	memcpy(call.in, said.in, sizeof(call.in));
	memcpy(call.out, said.out, sizeof(call.out));
	call.command = rmi_command_of_fid(call.in[0]);
	fault_take(&said, &call);
	call.realm = realms_of_call(&account->realms, &call);
	call.condition = refusals_find(&account->refusals, &said);
	extra_note(account, &said, &call);
	trace_format_of(account->options->trace_kind)->call(account->trace, &call);
	return true;
}

/* Granules of one run are measured one by one, each with its content when the flag says so. */
static bool data_measure(struct account *account, const struct frame_measured *said)
{
	struct summary *summary = account->summary;
	bool has_content = FIELD_GET(said->flags, DATA_FLAG_MEASURE) != 0;

	for (uint64_t ipa = said->base; ipa < said->top; ipa += REEVE_GRANULE_SIZE) {
		const void *granule = qemu_job_granule(account->job, ipa);
		uint8_t content[RMI_MEASUREMENT_SIZE];

		if (granule == NULL) {
			return false;
		}
		if (has_content) {
			reeve_rim_content(&account->hasher, summary->hash, granule, content);
		}
		reeve_rim_data(
			&account->hasher, summary->hash, summary->rim, ipa, said->flags, has_content ? content : NULL);
	}
	return true;
}

static bool ripas_measure(struct account *account, const struct frame_measured *said)
{
	struct summary *summary = account->summary;

	if (said->size == 0 || !reeve_is_aligned(said->size, REEVE_GRANULE_SIZE) || said->top < said->base ||
		said->top - said->base > account->options->ram) {
		return false;
	}
	for (uint64_t done = 0; done < said->top - said->base; done += said->size) {
		reeve_rim_ripas(&account->hasher, summary->hash, summary->rim, said->base + done,
			said->base + done + said->size);
	}
	return true;
}

static bool measured_take(struct account *account, const struct frame *frame)
{
	struct summary *summary = account->summary;
	struct frame_measured said;
	struct rmi_realm_params realm;
	struct rmi_rec_params rec;

	if (!frame_measured_read(frame, &said)) {
		return false;
	}
	switch (said.what) {
	case FRAME_MEASURE_REALM:
		frame_sparse_to(&said.sparse, &realm, sizeof(realm));
		if (realm.hash_algo >= RMI_HASH_COUNT) {
			return false;
		}
		summary->hash = (enum rmi_hash_algorithm)realm.hash_algo;
		summary->has_rim = true;
		reeve_rim_realm(&account->hasher, &realm, summary->rim);
		return true;
	case FRAME_MEASURE_RIPAS:
		return ripas_measure(account, &said);
	case FRAME_MEASURE_DATA:
		return data_measure(account, &said);
	case FRAME_MEASURE_REC:
		frame_sparse_to(&said.sparse, &rec, sizeof(rec));
		reeve_rim_rec(&account->hasher, summary->hash, summary->rim, &rec);
		return true;
	case FRAME_MEASURE_COUNT:
		break;
	}
	return false;
}

static bool phase_take(struct account *account, const struct frame *frame)
{
	struct frame_phase said;

	if (!frame_phase_read(frame, &said) || said.phase >= PHASE_COUNT) {
		return false;
	}
	account->summary->phases_ns[said.phase] = said.dur_ns;
	if (account->trace != NULL) {
		const struct trace_phase phase = {
			phase_name((enum phase)said.phase), REALM_NUMBER, said.t_ns, said.dur_ns};

		trace_format_of(account->options->trace_kind)->phase(account->trace, &phase);
	}
	return true;
}

/* Set numbers[index]. */
static bool number_take(uint64_t *numbers, size_t count, const struct frame_fact *said)
{
	if (said->index >= count) {
		return false;
	}
	numbers[said->index] = said->value;
	return true;
}

static bool fact_take(struct account *account, const struct frame *frame)
{
	struct summary *summary = account->summary;
	struct frame_fact said;

	if (!frame_fact_read(frame, &said)) {
		return false;
	}
	switch ((enum frame_fact_kind)said.kind) {
	case FRAME_FACT_CALLS:
		account->is_counted = true;
		/* One more row: no command of RMI v1.0, which no summary shows. */
		return said.index == RMI_COMMAND_COUNT || number_take(summary->calls, RMI_COMMAND_COUNT, &said);
	case FRAME_FACT_GRANULES:
		return number_take(summary->granules, REEVE_USE_COUNT, &said);
	case FRAME_FACT_ACTED:
		return number_take(summary->acted, REEVE_FAULT_RULES, &said);
	case FRAME_FACT_EXITS:
		account->rsi +=
			said.index == REEVE_EXIT_RIPAS_CHANGE || said.index == REEVE_EXIT_HOST_CALL ? said.value : 0;
		return true;
	case FRAME_FACT_CPUS:
		return true;
	case FRAME_FACT_AT_WORK:
		account->at_work++;
		return true;
	case FRAME_FACT_KIND_COUNT:
		break;
	}
	return false;
}

static bool leak_take(struct account *account, const struct frame *frame)
{
	struct summary *summary = account->summary;
	struct frame_leak said;
	struct leak *leaks;

	if (!frame_leak_read(frame, &said) || summary->leak_count == LEAKS_MAX) {
		return false;
	}
	leaks = realloc(summary->leaks, (summary->leak_count + 1) * sizeof(*leaks));
	if (leaks == NULL) {
		return false;
	}
	summary->leaks = leaks;
	leaks[summary->leak_count++] = (struct leak){
		.pa = said.pa,
		.was = reeve_use_name((unsigned)said.was),
		.command = said.command < RMI_COMMAND_COUNT ? rmi_command_info((enum rmi_command)said.command)->name
							    : NULL,
		.returned = said.returned,
	};
	return true;
}

static bool message_take(struct account *account, const struct frame *frame)
{
	return message_set(&account->summary->error, "%.*s", (int)frame->size, (const char *)frame->payload) || true;
}

static bool map_take_row(struct account *account, const struct frame *frame)
{
	struct frame_map row;

	return account->maps != NULL && frame_map_read(frame, &row) &&
		map_record_row(account->maps, &row, account->summary);
}

static bool map_take_error(struct account *account, const struct frame *frame)
{
	if (account->maps != NULL) {
		map_record_error(account->maps, (const char *)frame->payload, frame->size);
	}
	return account->maps != NULL;
}

static bool end_take(struct account *account, const struct frame *frame)
{
	struct frame_end said;

	if (!frame_end_read(frame, &said) || said.end >= END_COUNT) {
		return false;
	}
	account->summary->end = (enum end)said.end;
	account->is_begun = said.is_begun != 0;
	account->has_end = true;
	return true;
}

static bool token_take(struct account *account, const struct frame *frame)
{
	uint8_t *token;

	if (frame->size > TOKEN_MAX - account->token_size) {
		return false;
	}
	token = realloc(account->token, account->token_size + frame->size + 1);
	if (token == NULL) {
		return false;
	}
	memcpy(token + account->token_size, frame->payload, frame->size);
	account->token = token;
	account->token_size += frame->size;
	return true;
}

static bool console_take(struct account *account, const struct frame *frame)
{
	(void)fwrite(frame->payload, 1, frame->size, account->console);
	(void)fflush(account->console);
	last_lines_take(&account->said, (const char *)frame->payload, frame->size);
	return true;
}

void account_take(struct account *account, const struct frame *frame)
{
	static bool (*const takers[FRAME_KIND_COUNT])(struct account *, const struct frame *) = {
		[FRAME_CONSOLE] = console_take,
		[FRAME_CALL] = call_take,
		[FRAME_MEASURED] = measured_take,
		[FRAME_PHASE] = phase_take,
		[FRAME_FACT] = fact_take,
		[FRAME_LEAK] = leak_take,
		[FRAME_MESSAGE] = message_take,
		[FRAME_TOKEN] = token_take,
		[FRAME_MAP] = map_take_row,
		[FRAME_MAP_ERROR] = map_take_error,
		[FRAME_END] = end_take,
	};

	if (takers[frame->kind] != NULL && !takers[frame->kind](account, frame)) {
		account->bad++;
	}
}
