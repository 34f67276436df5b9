/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tools_trace.c - how a call reads in each trace format, and what the conduit and the leak list make of calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tools/conduit.h"
#include "tools/leaks.h"
#include "tools/seam.h"

/* What the format makes of one call; the caller frees it. */
static char *written(const struct trace_format *format, const struct trace_call *call)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	assert_non_null(to);
	format->call(to, call);
	assert_int_equal(fclose(to), 0);
	return text;
}

static struct trace_call call_refused(void)
{
	struct trace_call call;

	memset(&call, 0, sizeof(call));
	call.n = 7;
	call.cpu = 3;
	call.realm = 1;
	call.t_ns = 12345678;
	call.dur_ns = 1234;
	call.command = RMI_RTT_DESTROY;
	call.in[0] = RMI_FID(RTT_DESTROY);
	call.in[1] = 0x40001000;
	call.in[2] = 0x80000000;
	call.in[3] = (uint64_t)-1;
	call.out[0] = RMI_ERROR_RTT | 2 << 8;
	call.out[2] = 0x80200000;
	call.condition = CONDITION_rtt_walk;
	return call;
}

static void text_of_a_refused_call(void **state)
{
	struct trace_call call = call_refused();
	char *text = written(&trace_text, &call);

	(void)state;
	assert_string_equal(text,
		"[cpu3 realm1 +12.346ms] RMI_RTT_DESTROY(rd=0x40001000, ipa=0x80000000, level=-1) = "
		"ERROR_RTT(2) rtt_walk top=0x80200000 <1.2us>\n");
	free(text);
}

static void json_of_a_refused_call(void **state)
{
	struct trace_call call = call_refused();
	char *text = written(&trace_json, &call);

	(void)state;
	assert_string_equal(text,
		"{\"n\":7,\"cpu\":3,\"realm\":1,\"t_ns\":12345678,\"dur_ns\":1234,\"cmd\":\"RMI_RTT_DESTROY\","
		"\"args\":{\"rd\":\"0x40001000\",\"ipa\":\"0x80000000\",\"level\":-1},\"status\":\"ERROR_RTT\",\"index\":2,"
		"\"condition\":\"rtt_walk\",\"out\":{\"rtt\":\"0x0\",\"top\":\"0x80200000\"}}\n");
	free(text);
}

static void a_number_that_is_no_command(void **state)
{
	struct trace_call call;
	char *text;

	(void)state;
	memset(&call, 0, sizeof(call));
	call.command = RMI_COMMAND_COUNT;
	call.in[0] = 0xC4000156;
	call.out[0] = SMCCC_NOT_SUPPORTED;
	text = written(&trace_text, &call);
	assert_string_equal(text, "[cpu0 +0.000ms] unknown(fid=0xc4000156) = NOT_SUPPORTED(0) <0.0us>\n");
	free(text);
}

/* Level 1 entries span 1 GiB. */
static void entries_of_init_ripas(void **state)
{
	struct trace_call call;
	json_t *object;
	json_t *entries;
	char *text;

	(void)state;
	memset(&call, 0, sizeof(call));
	call.command = RMI_RTT_INIT_RIPAS;
	call.in[2] = 0x40000000;
	call.in[3] = 0xd0000000;
	call.out[1] = 0xc0000000;
	call.extra = TRACE_EXTRA_ENTRIES;
	call.entry_level = 1;
	text = written(&trace_json, &call);
	object = json_loads(text, 0, NULL);
	entries = json_object_get(object, "entries");
	assert_int_equal(json_array_size(entries), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(entries, 1), "base")), "0x80000000");
	assert_string_equal(json_string_value(json_object_get(json_array_get(entries, 1), "out_top")), "0xc0000000");
	assert_int_equal(json_integer_value(json_object_get(json_array_get(entries, 1), "level")), 1);
	json_decref(object);
	free(text);
}

/* A machine behind a conduit, and its memory handed out page by page. */
struct bench {
	struct reeve_model *model;
	struct conduit conduit;
};

static int bench_begin(void **state)
{
	struct bench *bench = malloc(sizeof(*bench));

	assert_non_null(bench);
	bench->model = reeve_model_new(&(struct reeve_model_config){0});
	assert_non_null(bench->model);
	assert_true(conduit_init(&bench->conduit, bench->model, NULL, &trace_text, 1));
	*state = bench;
	return 0;
}

static int bench_end(void **state)
{
	struct bench *bench = *state;

	conduit_fini(&bench->conduit);
	reeve_model_free(bench->model);
	free(bench);
	return 0;
}

static uint64_t call3(struct bench *bench, uint64_t fid, uint64_t first, uint64_t second, uint64_t third)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {fid, first, second, third};

	conduit_smc(&bench->conduit, 0, x);
	return x[0];
}

static uint64_t granule_delegated(struct bench *bench)
{
	uint64_t pa = reeve_model_pages_alloc(bench->model, REEVE_GRANULE_SIZE);

	assert_int_not_equal(pa, 0);
	assert_int_equal(call3(bench, RMI_FID(GRANULE_DELEGATE), pa, 0, 0), RMI_SUCCESS);
	return pa;
}

/* Create the smallest realm; returns its RD. */
static uint64_t realm_create(struct bench *bench, enum rmi_hash_algorithm hash, uint16_t vmid)
{
	uint64_t params_pa = reeve_model_pages_alloc(bench->model, REEVE_GRANULE_SIZE);
	struct rmi_realm_params *params = reeve_model_ns(bench->model, params_pa);
	uint64_t rd = granule_delegated(bench);

	*params = (struct rmi_realm_params){
		.s2sz = 40,
		.num_bps = 1,
		.num_wps = 1,
		.hash_algo = (uint8_t)hash,
		.vmid = vmid,
		.rtt_level_start = 1,
		.rtt_num_start = 2,
	};
	params->rtt_base = reeve_model_pages_alloc(bench->model, (size_t)2 * REEVE_GRANULE_SIZE);
	assert_int_equal(call3(bench, RMI_FID(GRANULE_DELEGATE), params->rtt_base, 0, 0), RMI_SUCCESS);
	assert_int_equal(
		call3(bench, RMI_FID(GRANULE_DELEGATE), params->rtt_base + REEVE_GRANULE_SIZE, 0, 0), RMI_SUCCESS);
	assert_int_equal(call3(bench, RMI_FID(REALM_CREATE), rd, params_pa, 0), RMI_SUCCESS);
	return rd;
}

static void conduit_numbers_realms(void **state)
{
	struct bench *bench = *state;
	enum rmi_hash_algorithm hash = RMI_HASH_COUNT;
	uint8_t rim[3][RMI_MEASUREMENT_SIZE];
	uint64_t first = realm_create(bench, RMI_HASH_SHA_512, 1);

	(void)realm_create(bench, RMI_HASH_SHA_256, 2);
	assert_true(conduit_rim(&bench->conduit, 1, &hash, rim[0]));
	assert_int_equal(hash, RMI_HASH_SHA_512);
	assert_true(conduit_rim(&bench->conduit, 2, &hash, rim[1]));
	assert_int_equal(hash, RMI_HASH_SHA_256);
	assert_memory_not_equal(rim[0], rim[1], 32);
	assert_false(conduit_rim(&bench->conduit, 3, &hash, rim[2]));
	assert_false(conduit_rim(&bench->conduit, 0, &hash, rim[2]));
	/* A realm that is gone keeps its RIM; the next one is a new number even at the same address. */
	assert_int_equal(call3(bench, RMI_FID(REALM_DESTROY), first, 0, 0), RMI_SUCCESS);
	(void)realm_create(bench, RMI_HASH_SHA_512, 1);
	assert_true(conduit_rim(&bench->conduit, 1, &hash, rim[1]));
	assert_memory_equal(rim[0], rim[1], RMI_MEASUREMENT_SIZE);
	assert_true(conduit_rim(&bench->conduit, 3, &hash, rim[2]));
	assert_memory_equal(rim[0], rim[2], RMI_MEASUREMENT_SIZE);
}

/* Arguments that name a granule the host may not touch are the monitor's to refuse: the conduit does not look there. */
static void conduit_keeps_off_delegated_memory(void **state)
{
	struct bench *bench = *state;
	uint64_t rd = realm_create(bench, RMI_HASH_SHA_256, 1);
	uint64_t spare = granule_delegated(bench);
	uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(DATA_CREATE), rd, spare, 0x40000000, spare, 1};
	uint8_t before[RMI_MEASUREMENT_SIZE];
	uint8_t after[RMI_MEASUREMENT_SIZE];
	enum rmi_hash_algorithm hash;

	assert_true(conduit_rim(&bench->conduit, 1, &hash, before));
	conduit_smc(&bench->conduit, 0, x);
	assert_int_equal(x[0], RMI_ERROR_INPUT);
	assert_int_equal(call3(bench, RMI_FID(REALM_CREATE), spare, rd, 0), RMI_ERROR_INPUT);
	assert_int_equal(call3(bench, RMI_FID(REC_CREATE), rd, spare, rd), RMI_ERROR_INPUT);
	assert_int_equal(call3(bench, RMI_FID(REALM_CREATE), spare, 0x1001, 0), RMI_ERROR_INPUT);
	assert_true(conduit_rim(&bench->conduit, 1, &hash, after));
	assert_memory_equal(before, after, sizeof(before));
	assert_int_equal(bench->conduit.counts[RMI_REALM_CREATE], 3);
	assert_int_equal(bench->conduit.realm_count, 1);
}

static bool never(void *context)
{
	(void)context;
	return false;
}

/* The machine's own books are asked: a granule that the host's ledger never saw is found. */
static void leaks_are_found(void **state)
{
	struct bench *bench = *state;
	struct summary summary = {0};
	struct reeve_error error;
	struct reeve_host host;
	struct seam seam;
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct reeve_host_config config = {.ops = &seam.ops, .context = &seam, .lock = &lock};
	uint64_t leaked;

	seam_init(&seam, &bench->conduit, NULL, never, NULL);
	assert_int_equal(reeve_host_init(&host, &config, &error), REEVE_OK);
	leaks_find(&host, bench->model, &summary);
	assert_int_equal(summary.leak_count, 0);
	leaked = granule_delegated(bench);
	leaks_find(&host, bench->model, &summary);
	assert_int_equal(summary.leak_count, 1);
	assert_int_equal(summary.leaks[0].pa, leaked);
	assert_string_equal(summary.leaks[0].was, "DELEGATED");
	assert_null(summary.leaks[0].command);
	free(summary.leaks);
	reeve_host_fini(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_of_a_refused_call),
		cmocka_unit_test(json_of_a_refused_call),
		cmocka_unit_test(a_number_that_is_no_command),
		cmocka_unit_test(entries_of_init_ripas),
		cmocka_unit_test_setup_teardown(conduit_numbers_realms, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(conduit_keeps_off_delegated_memory, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(leaks_are_found, bench_begin, bench_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
