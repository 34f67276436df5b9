/* SPDX-License-Identifier: BSD-2-Clause */
/* summary.c - prints a summary. */
#include "tools/summary.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "tools/json.h"

enum { NAME_MAX_LENGTH = 32, LINE_MAX_ITEMS = 4 };

static const double ms_ns = 1e6;

/* The use's name in small letters, in text[0..NAME_MAX_LENGTH). */
static const char *use_name(unsigned use, char text[NAME_MAX_LENGTH])
{
	const char *name = reeve_use_name(use);
	size_t i;

	for (i = 0; i + 1 < NAME_MAX_LENGTH && name[i] != '\0'; i++) {
		text[i] = (char)tolower((unsigned char)name[i]);
	}
	text[i] = '\0';
	return text;
}

static void print_hex(const char *head, const uint8_t *bytes, size_t size, FILE *to)
{
	fputs(head, to);
	for (size_t i = 0; i < size; i++) {
		fprintf(to, "%02x", bytes[i]);
	}
	fputc('\n', to);
}

static void print_calls(const struct summary *summary, FILE *to)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		total += summary->calls[i];
	}
	fprintf(to, "rmi calls %" PRIu64 "\n", total);
	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		if (summary->calls[i] != 0) {
			fprintf(to, "  %8" PRIu64 " %s\n", summary->calls[i],
				rmi_command_info((enum rmi_command)i)->name);
		}
	}
}

static void print_granules(const struct summary *summary, FILE *to)
{
	fputs("granules  ", to);
	for (unsigned i = 0; i < REEVE_USE_COUNT; i++) {
		char name[NAME_MAX_LENGTH];

		fprintf(to, "%s%s %" PRIu64, i == 0 ? "" : ", ", use_name(i, name), summary->granules[i]);
	}
	fputc('\n', to);
}

static void print_leaks(const struct summary *summary, FILE *to)
{
	fputs("leaked    ", to);
	if (summary->leak_count == 0) {
		fputs("none\n", to);
		return;
	}
	fprintf(to, "%zu granules\n", summary->leak_count);
	for (size_t i = 0; i < summary->leak_count; i++) {
		const struct leak *leak = &summary->leaks[i];

		fprintf(to, "  0x%" PRIx64 " %s", leak->pa, leak->was);
		if (leak->command != NULL) {
			fprintf(to, ": %s returned 0x%" PRIx64, leak->command, leak->returned);
		}
		fputc('\n', to);
	}
}

static void print_faults(const struct summary *summary, FILE *to)
{
	char rule[SUMMARY_RULE_MAX];

	fputs("rules acted\n", to);
	for (unsigned i = 0; i < summary->plan->count; i++) {
		(void)reeve_fault_rule_format(&summary->plan->rules[i], rule, sizeof(rule));
		fprintf(to, "  %8" PRIu64 " %s\n", summary->acted[i], rule);
	}
}

static bool has_faults(const struct summary *summary)
{
	return summary->plan != NULL && summary->plan->count != 0;
}

void summary_print(const struct summary *summary, FILE *to)
{
	fprintf(to, "end       %s: %s\n", end_name(summary->end), end_text(summary->end));
	if (summary->has_rim) {
		fprintf(to, "hash      %s\n", rmi_hash_name(summary->hash));
		print_hex("rim       ", summary->rim, rmi_hash_size(summary->hash), to);
	}
	print_hex("rpv       ", summary->rpv, sizeof(summary->rpv), to);
	print_calls(summary, to);
	print_granules(summary, to);
	fputs("time      ", to);
	for (unsigned i = 0; i < PHASE_COUNT; i++) {
		fprintf(to, "%s%s %.2f ms", i == 0 ? "" : ", ", phase_name((enum phase)i),
			(double)summary->phases_ns[i] / ms_ns);
	}
	fputc('\n', to);
	if (has_faults(summary)) {
		print_faults(summary, to);
	}
	print_leaks(summary, to);
}

static json_t *leaks_json(const struct summary *summary)
{
	json_t *array = json_array();

	for (size_t i = 0; i < summary->leak_count; i++) {
		const struct leak *leak = &summary->leaks[i];
		json_t *object = json_object();

		json_put_word(object, "pa", leak->pa);
		(void)json_object_set_new(object, "was", json_string(leak->was));
		(void)json_object_set_new(
			object, "command", leak->command == NULL ? json_null() : json_string(leak->command));
		json_put_word(object, "returned", leak->returned);
		(void)json_array_append_new(array, object);
	}
	return array;
}

static json_t *faults_json(const struct summary *summary)
{
	json_t *array = json_array();
	char rule[SUMMARY_RULE_MAX];

	for (unsigned i = 0; i < summary->plan->count; i++) {
		json_t *object = json_object();

		(void)reeve_fault_rule_format(&summary->plan->rules[i], rule, sizeof(rule));
		(void)json_object_set_new(object, "rule", json_string(rule));
		json_put_number(object, "acted", (int64_t)summary->acted[i]);
		(void)json_array_append_new(array, object);
	}
	return array;
}

/* A file's name is bytes; what is no UTF-8 in it JSON cannot say. */
static json_t *token_json(const struct summary_token *token)
{
	json_t *object = json_object();
	json_t *path = json_string(token->path);

	(void)json_object_set_new(object, "path", path == NULL ? json_null() : path);
	json_put_number(object, "size", (int64_t)token->size);
	if (token->challenge == NULL) {
		(void)json_object_set_new(object, "challenge", json_null());
	} else {
		json_put_bytes(object, "challenge", token->challenge, CHALLENGE_SIZE);
	}
	return object;
}

void summary_json(const struct summary *summary, FILE *to)
{
	json_t *object = json_object();
	json_t *calls = json_object();
	json_t *granules = json_object();
	json_t *times = json_object();

	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		if (summary->calls[i] != 0) {
			json_put_number(calls, rmi_command_info((enum rmi_command)i)->name, (int64_t)summary->calls[i]);
		}
	}
	for (unsigned i = 0; i < REEVE_USE_COUNT; i++) {
		char name[NAME_MAX_LENGTH];

		json_put_number(granules, use_name(i, name), (int64_t)summary->granules[i]);
	}
	for (unsigned i = 0; i < PHASE_COUNT; i++) {
		json_put_number(times, phase_name((enum phase)i), (int64_t)summary->phases_ns[i]);
	}
	(void)json_object_set_new(object, "end", json_string(end_name(summary->end)));
	if (summary->error.text[0] != '\0') {
		(void)json_object_set_new(object, "error", json_string(summary->error.text));
	}
	(void)json_object_set_new(object, "hash", json_string(rmi_hash_name(summary->hash)));
	if (summary->has_rim) {
		json_put_bytes(object, "rim", summary->rim, rmi_hash_size(summary->hash));
	} else {
		(void)json_object_set_new(object, "rim", json_null());
	}
	json_put_bytes(object, "rpv", summary->rpv, sizeof(summary->rpv));
	(void)json_object_set_new(object, "rmi_calls", calls);
	(void)json_object_set_new(object, "granules", granules);
	(void)json_object_set_new(object, "phases_ns", times);
	(void)json_object_set_new(object, "leaked", leaks_json(summary));
	if (summary->token.path != NULL) {
		(void)json_object_set_new(object, "token", token_json(&summary->token));
	}
	if (has_faults(summary)) {
		(void)json_object_set_new(object, "faults", faults_json(summary));
	}
	if (summary->has_maps) {
		(void)json_object_set_new(object, "maps", json_maps(summary->maps, summary->map_count));
	}
	json_line(object, to);
}

static void end_json(enum end end, const struct message *why, FILE *to)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "end", json_string(end_name(end)));
	(void)json_object_set_new(object, "error", json_string(why->text));
	json_line(object, to);
}

void summary_refusal_json(const struct message *why, FILE *to)
{
	end_json(END_ERROR, why, to);
}

void summary_cut_short(enum end end, const struct message *why, bool is_json, FILE *to)
{
	if (is_json) {
		end_json(end, why, to);
		return;
	}
	fprintf(to, "end       %s: %s\n", end_name(end), end_text(end));
}
