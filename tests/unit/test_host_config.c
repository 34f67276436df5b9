/* SPDX-License-Identifier: BSD-2-Clause */
/* test_host_config.c - geometry of every IPA width, probing, inputs of creation, address ranges, and the texts of errors. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "tests/unit/support/fake_rmi.h"

/* Width, start level, root tables: spec: rmm-v1.0 s5. From 49 on with LPA2 only. */
static const struct {
	unsigned ipa_bits;
	int start_level;
	unsigned root_count;
} geometries[] = {
	{32, 2, 4},
	{33, 2, 8},
	{34, 2, 16},
	{35, 1, 1},
	{36, 1, 1},
	{37, 1, 1},
	{38, 1, 1},
	{39, 1, 1},
	{40, 1, 2},
	{41, 1, 4},
	{42, 1, 8},
	{43, 1, 16},
	{44, 0, 1},
	{45, 0, 1},
	{46, 0, 1},
	{47, 0, 1},
	{48, 0, 1},
	{49, 0, 2},
	{50, 0, 4},
	{51, 0, 8},
	{52, 0, 16},
};

static void test_geometry(void **state)
{
	(void)state;
	assert_int_equal(sizeof(geometries) / sizeof(geometries[0]), 52 - 32 + 1);
	for (unsigned i = 0; i < 21; i++) {
		int level = -9;
		unsigned count = 99;
		bool is_base = geometries[i].ipa_bits <= 48;

		assert_true(reeve_root_geometry(geometries[i].ipa_bits, true, &level, &count));
		assert_int_equal(level, geometries[i].start_level);
		assert_int_equal(count, geometries[i].root_count);
		level = -9;
		count = 99;
		assert_int_equal(reeve_root_geometry(geometries[i].ipa_bits, false, &level, &count), is_base);
		assert_int_equal(level, is_base ? geometries[i].start_level : -9);
		assert_int_equal(count, is_base ? geometries[i].root_count : 99);
	}
}

static void test_geometry_refused(void **state)
{
	const unsigned widths[] = {0, 1, 8, 31, 53, 64, 255, UINT32_MAX};
	int level = -9;
	unsigned count = 99;

	(void)state;
	for (unsigned i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		assert_false(reeve_root_geometry(widths[i], true, &level, &count));
		assert_false(reeve_root_geometry(widths[i], false, &level, &count));
	}
	assert_int_equal(level, -9);
	assert_int_equal(count, 99);
}

/* What the monitor says about itself, and what becomes of it. */
static const struct {
	uint64_t version[3];
	uint64_t features0;
	enum reeve_status status;
	const char *field;
} probes[] = {
	{{RMI_SUCCESS, 0x10000, 0x10000}, 0x100000030, REEVE_OK, NULL},
	{{RMI_SUCCESS, 0x10000, 0x10001}, 0x200000020, REEVE_OK, NULL},
	{{SMCCC_NOT_SUPPORTED, 0, 0}, 0, REEVE_NO_MONITOR, NULL},
	{{RMI_ERROR_INPUT, 0x20000, 0x20000}, 0x100000030, REEVE_NO_MONITOR, "lower"},
	{{RMI_SUCCESS, 0x20000, 0x20000}, 0x100000030, REEVE_BROKEN, "lower"},
	{{RMI_SUCCESS, 0x10000, 0}, 0x100000030, REEVE_BROKEN, "higher"},
	{{RMI_SUCCESS, 0x10000, UINT64_C(1) << 31}, 0x100000030, REEVE_BROKEN, "higher"},
	{{RMI_ERROR_REC, 0, 0}, 0x100000030, REEVE_REFUSED, NULL},
	{{77, 0, 0}, 0x100000030, REEVE_BROKEN, NULL},
	{{RMI_SUCCESS, 0x10000, 0x10000}, 0x10000001F, REEVE_BROKEN, "S2SZ"},
	{{RMI_SUCCESS, 0x10000, 0x10000}, 0x100000031, REEVE_BROKEN, "S2SZ"},
	{{RMI_SUCCESS, 0x10000, 0x10000}, 0x100000134, REEVE_OK, NULL},
	{{RMI_SUCCESS, 0x10000, 0x10000}, 0x30, REEVE_BROKEN, "hash algorithms"},
};

static void test_probe(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		struct fake *fake = fake_open();
		struct reeve_host host;
		struct reeve_host_config config = {.ops = &fake->ops, .context = fake};
		struct reeve_error error = {0};

		memcpy(fake->version, probes[i].version, sizeof(fake->version));
		fake->features0 = probes[i].features0;
		assert_int_equal(reeve_host_init(&host, &config, &error), probes[i].status);
		assert_int_equal(error.status, probes[i].status);
		if (probes[i].field != NULL) {
			assert_string_equal(error.field, probes[i].field);
		}
		assert_int_equal(fake_allocated(fake), 0);
		fake_close(fake);
	}
}

static void test_seam(void **state)
{
	const size_t sizes[] = {1, 4095, 8192, 32768, 131072};
	/* Less than a page, no powers of two, more than a block. */
	const size_t fault_sizes[] = {4096, 65537, 3 << 16, 4 << 20};
	struct fake *fake = fake_open();
	struct reeve_host host;
	struct reeve_error error = {0};
	struct reeve_host_config config = {.ops = &fake->ops, .context = fake};

	(void)state;
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		config.page_size = sizes[i];
		assert_int_equal(reeve_host_init(&host, &config, &error), REEVE_INPUT);
		assert_string_equal(error.field, "page_size");
		assert_int_equal(error.value, sizes[i]);
	}
	config.page_size = 65536;
	for (unsigned i = 0; i < sizeof(fault_sizes) / sizeof(fault_sizes[0]); i++) {
		config.fault_size = fault_sizes[i];
		assert_int_equal(reeve_host_init(&host, &config, &error), REEVE_INPUT);
		assert_string_equal(error.field, "fault_size");
		assert_int_equal(error.value, fault_sizes[i]);
	}
	config.page_size = 0;
	config.fault_size = 0;
	fake->ops.pointer = NULL;
	assert_int_equal(reeve_host_init(&host, &config, &error), REEVE_INPUT);
	assert_string_equal(error.field, "ops");
	assert_int_equal(fake->calls[RMI_VERSION], 0);
	fake_close(fake);
}

/* One input against the fake's features (48 bits, no LPA2, SVE or PMU, 6 breakpoints, 4 watchpoints). */
static const struct {
	struct reeve_realm_config config;
	enum reeve_status status;
	const char *field;
	uint64_t value;
	uint64_t limit;
} inputs[] = {
	{{0}, REEVE_OK, NULL, 0, 0},
	{{.ipa_bits = 32, .hash = RMI_HASH_SHA_512, .breakpoints = 6, .watchpoints = 4}, REEVE_OK, NULL, 0, 0},
	{{.ipa_bits = 48}, REEVE_OK, NULL, 0, 0},
	{{.ipa_bits = 31}, REEVE_INPUT, "ipa_bits", 31, 32},
	{{.ipa_bits = 49}, REEVE_INPUT, "ipa_bits", 49, 48},
	{{.ipa_bits = 40, .lpa2 = true}, REEVE_UNSUPPORTED, "lpa2", 1, 0},
	{{.hash = RMI_HASH_COUNT}, REEVE_INPUT, "hash", 2, 1},
	{{.sve = true}, REEVE_UNSUPPORTED, "sve", 1, 0},
	{{.sve_vl = 3}, REEVE_INPUT, "sve_vl", 3, 0},
	{{.pmu = true}, REEVE_UNSUPPORTED, "pmu", 1, 0},
	{{.pmu_counters = 4}, REEVE_INPUT, "pmu_counters", 4, 0},
	{{.breakpoints = 1}, REEVE_INPUT, "breakpoints", 1, 2},
	{{.breakpoints = 7}, REEVE_UNSUPPORTED, "breakpoints", 7, 6},
	{{.watchpoints = 5}, REEVE_UNSUPPORTED, "watchpoints", 5, 4},
};

static void test_configure(void **state)
{
	struct fake *fake = fake_open();
	struct reeve_host host;
	struct reeve_realm realm;

	(void)state;
	fake_host(fake, &host, 0);
	reeve_realm_init(&realm, &host, NULL);
	for (unsigned i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		struct reeve_realm_config before = realm.config;

		assert_int_equal(reeve_realm_configure(&realm, &inputs[i].config), inputs[i].status);
		if (inputs[i].status == REEVE_OK) {
			continue;
		}
		assert_memory_equal(&realm.config, &before, sizeof(before));
		assert_string_equal(reeve_realm_error(&realm).field, inputs[i].field);
		assert_int_equal(reeve_realm_error(&realm).value, inputs[i].value);
		assert_int_equal(reeve_realm_error(&realm).limit, inputs[i].limit);
	}
	assert_int_equal(fake->calls[RMI_GRANULE_DELEGATE], 0);
	fake_close(fake);
}

static void test_configure_features(void **state)
{
	struct fake *fake = fake_open();
	struct reeve_host host;
	struct reeve_realm realm;
	struct reeve_realm_config narrow = {.ipa_bits = 41};
	struct reeve_realm_config hash = {.ipa_bits = 32};
	struct reeve_realm_config uncounted = {.ipa_bits = 32, .hash = RMI_HASH_SHA_512, .pmu = true};
	struct reeve_realm_config counted = {.ipa_bits = 32, .hash = RMI_HASH_SHA_512, .pmu = true, .pmu_counters = 1};
	struct reeve_realm_config vector = {.ipa_bits = 32, .hash = RMI_HASH_SHA_512, .sve = true, .sve_vl = 5};

	(void)state;
	fake->features0 = FIELD_SET(0, FEATURE0_S2SZ, 40) | FIELD_SET(0, FEATURE0_HASH_SHA_512, 1) |
		FIELD_SET(0, FEATURE0_SVE_EN, 1) | FIELD_SET(0, FEATURE0_SVE_VL, 4) | FIELD_SET(0, FEATURE0_PMU_EN, 1) |
		FIELD_SET(0, FEATURE0_PMU_NUM_CTRS, 4) | FIELD_SET(0, FEATURE0_NUM_BPS, 1) |
		FIELD_SET(0, FEATURE0_NUM_WPS, 1);
	fake_host(fake, &host, 0);
	reeve_realm_init(&realm, &host, NULL);
	assert_int_equal(reeve_realm_configure(&realm, &narrow), REEVE_UNSUPPORTED);
	assert_int_equal(reeve_realm_error(&realm).limit, 40);
	assert_int_equal(reeve_realm_configure(&realm, &hash), REEVE_UNSUPPORTED);
	assert_string_equal(reeve_realm_error(&realm).field, "hash");
	assert_int_equal(reeve_realm_configure(&realm, &vector), REEVE_UNSUPPORTED);
	assert_string_equal(reeve_realm_error(&realm).field, "sve_vl");
	assert_int_equal(reeve_realm_error(&realm).limit, 4);
	assert_int_equal(reeve_realm_configure(&realm, &uncounted), REEVE_INPUT);
	assert_string_equal(reeve_realm_error(&realm).field, "pmu_counters");
	assert_int_equal(reeve_realm_error(&realm).limit, 1);
	assert_int_equal(reeve_realm_configure(&realm, &counted), REEVE_OK);
	reeve_realm_init(&realm, &host, NULL);
	/* The default hash is refused at creation as well, before anything is delegated. */
	assert_int_equal(reeve_realm_ensure_created(&realm), REEVE_UNSUPPORTED);
	assert_int_equal(fake_allocated(fake), 0);
	fake_close(fake);
}

static void test_ranges(void **state)
{
	struct reeve_ipa_range ipa = {{1}, {2}};
	struct reeve_pa_range pa = {{1}, {2}};

	(void)state;
	assert_false(reeve_ipa_range(4096, 0, &ipa));
	assert_false(reeve_ipa_range(UINT64_MAX - 4095, 4097, &ipa));
	assert_false(reeve_pa_range(4096, 0, &pa));
	assert_false(reeve_pa_range(UINT64_MAX, 2, &pa));
	assert_true(ipa.base.value == 1 && ipa.top.value == 2 && pa.base.value == 1 && pa.top.value == 2);
	assert_true(reeve_ipa_range(4096, 4096, &ipa));
	assert_true(ipa.base.value == 4096 && ipa.top.value == 8192);
	assert_true(reeve_pa_range(0, UINT64_MAX, &pa));
	assert_int_equal(pa.top.value, UINT64_MAX);
}

/* Ranges that operations refuse before they do anything; the realm has 40 bits. */
static void test_ranges_refused(void **state)
{
	const uint64_t half = UINT64_C(1) << 39;
	const struct reeve_ipa_range bad[] = {{{0}, {0}}, {{8192}, {4096}}, {{1}, {4096}}, {{0}, {4097}},
		{{half - 4096}, {half + 4096}}, {{half * 2}, {half * 2 + 4096}}};
	struct fake *fake = fake_open();
	struct reeve_host host;
	struct reeve_realm realm;

	(void)state;
	fake_host(fake, &host, 0);
	reeve_realm_init(&realm, &host, NULL);
	assert_int_equal(reeve_realm_ensure_created(&realm), REEVE_OK);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(reeve_realm_add_ram(&realm, bad[i]), REEVE_INPUT);
		assert_int_equal(reeve_realm_provide(&realm, bad[i]), REEVE_INPUT);
		assert_int_equal(reeve_realm_discard(&realm, bad[i]), REEVE_INPUT);
		assert_int_equal(reeve_realm_share(&realm, bad[i], reeve_pa(0)), REEVE_INPUT);
		assert_int_equal(reeve_realm_unshare(&realm, bad[i]), REEVE_INPUT);
	}
	assert_int_equal(reeve_realm_populate(&realm, reeve_ipa(0), "", 0, true), REEVE_INPUT);
	assert_int_equal(reeve_realm_populate(&realm, reeve_ipa(0), "", SIZE_MAX, true), REEVE_INPUT);
	assert_int_equal(reeve_realm_populate(&realm, reeve_ipa(UINT64_MAX - 4095), "", 1, true), REEVE_INPUT);
	assert_int_equal(reeve_realm_destroy(&realm), REEVE_OK);
	reeve_host_fini(&host);
	assert_int_equal(fake_allocated(fake), 0);
	fake_close(fake);
}

static const struct {
	struct reeve_error error;
	const char *text;
} lines[] = {
	{{.status = REEVE_OK}, "done"},
	{{.status = REEVE_REFUSED,
		 .step = REEVE_STEP_CREATE_REALM,
		 .from_monitor = true,
		 .command = RMI_REALM_CREATE,
		 .returned = RMI_ERROR_INPUT,
		 .address = 0x40001000},
		"creating the realm: RMI_REALM_CREATE returned ERROR_INPUT(0): an argument has a wrong value, or a granule is in the "
		"wrong state: correct the call; the monitor refused a command: see command, status and index; at 0x40001000"},
	{{.status = REEVE_UNSUPPORTED, .step = REEVE_STEP_CONFIGURE, .field = "ipa_bits", .value = 49, .limit = 48},
		"checking the configuration: the configuration asks for what this monitor does not offer; ipa_bits is 49, limit 48"},
	{{.status = REEVE_BROKEN,
		 .step = REEVE_STEP_DISCARD,
		 .from_monitor = true,
		 .command = RMI_DATA_DESTROY,
		 .returned = UINT64_MAX},
		"taking realm memory back: RMI_DATA_DESTROY returned 0xffffffffffffffff, which is no RMI status; the monitor answered "
		"what it must not; the realm is given up"},
	{{.status = REEVE_REFUSED,
		 .step = REEVE_STEP_POPULATE,
		 .from_monitor = true,
		 .command = RMI_RTT_CREATE,
		 .returned = RMI_ERROR_RTT | 0xFF00,
		 .field = "ipa",
		 .value = 0x1000},
		"populating realm memory: RMI_RTT_CREATE returned ERROR_RTT(-1): the walk met the wrong entry at the level given as "
		"index: add, split or remove a table there; the monitor refused a command: see command, status and index; "
		"ipa is 0x1000, limit 0"},
	{{.status = REEVE_BROKEN,
		 .step = REEVE_STEP_DISCARD,
		 .from_monitor = true,
		 .command = RMI_DATA_DESTROY,
		 .returned = 0x100},
		"taking realm memory back: RMI_DATA_DESTROY returned 0x100, which is no RMI status; the monitor answered "
		"what it must not; the realm is given up"},
};

static void test_error_lines(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char text[512];
		char little[8] = "xxxxxxx";
		size_t length = reeve_error_format(&lines[i].error, text, sizeof(text));

		assert_string_equal(text, lines[i].text);
		assert_int_equal(length, strlen(text));
		assert_int_equal(reeve_error_format(&lines[i].error, little, 5), length);
		assert_memory_equal(little, text, 4);
		assert_int_equal(little[4], '\0');
		assert_int_equal(little[5], 'x');
		assert_int_equal(reeve_error_format(&lines[i].error, NULL, 0), length);
	}
}

static void test_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < REEVE_STATUS_COUNT; i++) {
		assert_string_not_equal(reeve_status_name(i), "unknown");
		assert_string_not_equal(reeve_status_text(i), "unknown");
	}
	for (unsigned i = 0; i < REEVE_STEP_COUNT; i++) {
		assert_string_not_equal(reeve_step_text(i), "unknown");
	}
	for (unsigned i = 0; i < REEVE_USE_COUNT; i++) {
		assert_string_not_equal(reeve_use_name(i), "unknown");
	}
	for (unsigned i = 0; i < REEVE_EXIT_REASON_COUNT; i++) {
		assert_string_not_equal(reeve_exit_reason_name(i), "unknown");
	}
	assert_string_equal(reeve_realm_state_name(REEVE_REALM_DEAD), "DEAD");
	assert_string_equal(reeve_status_name(REEVE_STATUS_COUNT), "unknown");
	assert_string_equal(reeve_status_text(REEVE_STATUS_COUNT), "unknown");
	assert_string_equal(reeve_step_text(REEVE_STEP_COUNT), "unknown");
	assert_string_equal(reeve_use_name(REEVE_USE_COUNT), "unknown");
	assert_string_equal(reeve_exit_reason_name(REEVE_EXIT_REASON_COUNT), "unknown");
	assert_string_equal(reeve_realm_state_name(REEVE_REALM_STATE_COUNT), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_geometry),
		cmocka_unit_test(test_geometry_refused),
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_seam),
		cmocka_unit_test(test_configure),
		cmocka_unit_test(test_configure_features),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_ranges_refused),
		cmocka_unit_test(test_error_lines),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
