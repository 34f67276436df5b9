/* SPDX-License-Identifier: BSD-2-Clause */
/* test_monitor_smoke.c - granules, realms, tables, data and RIPAS on a bare machine: a life with refusals, then random calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/sha.h>

#include "monitor/platform.h"
#include "reeve/monitor.h"

enum { GRANULES = 64, USED = 13 /* by random calls */, CPU = 0 };
#define BASE UINT64_C(0x40000000)
#define G(n) (BASE + (uint64_t)(n)*REEVE_GRANULE_SIZE)
#define MIB2 UINT64_C(0x200000)

struct machine {
	uint8_t (*memory)[REEVE_GRANULE_SIZE];
	bool is_realm[GRANULES];
	bool is_secure[GRANULES];
	void *monitor_memory;
	size_t monitor_size;
	struct reeve_monitor *monitor;
	unsigned invalidations;
};

static unsigned number_of(struct reeve_pa pa)
{
	assert_in_range(pa.value, BASE, G(GRANULES) - 1);
	return (unsigned)((pa.value - BASE) / REEVE_GRANULE_SIZE);
}

static void *realm_granule(void *context, struct reeve_pa pa)
{
	struct machine *w = context;

	assert_true(w->is_realm[number_of(pa)]);
	return w->memory[number_of(pa)];
}

static bool ns_read(void *context, struct reeve_pa pa, void *to, size_t size)
{
	struct machine *w = context;
	unsigned n = number_of(pa);

	if (w->is_realm[n] || w->is_secure[n]) {
		return false;
	}
	memcpy(to, w->memory[n] + pa.value % REEVE_GRANULE_SIZE, size);
	return true;
}

static bool ns_write(void *context, struct reeve_pa pa, const void *from, size_t size)
{
	struct machine *w = context;
	unsigned n = number_of(pa);

	if (w->is_realm[n] || w->is_secure[n]) {
		return false;
	}
	memcpy(w->memory[n] + pa.value % REEVE_GRANULE_SIZE, from, size);
	return true;
}

static bool granule_delegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	struct machine *w = context;
	unsigned n = number_of(pa);

	(void)cpu;
	assert_false(w->is_realm[n]);
	w->is_realm[n] = !w->is_secure[n];
	return w->is_realm[n];
}

static void granule_undelegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	struct machine *w = context;

	(void)cpu;
	assert_true(w->is_realm[number_of(pa)]);
	w->is_realm[number_of(pa)] = false;
}

static void digest(
	void *context, unsigned cpu, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	(void)context;
	(void)cpu;
	if (algorithm == RMI_HASH_SHA_256) {
		SHA256(data, size, out);
	} else {
		SHA512(data, size, out);
	}
}

static void stage2_invalidate(void *context, const struct stage2 *stage2, struct reeve_ipa base, uint64_t size)
{
	struct machine *w = context;

	(void)stage2;
	assert_true(size != 0 && reeve_is_aligned(base.value | size, REEVE_GRANULE_SIZE));
	w->invalidations++;
}

static void stage2_destroy(void *context, const struct stage2 *stage2)
{
	(void)context;
	(void)stage2;
}

static void rec_run(void *context, unsigned cpu, struct rec_cpu *rec, struct rec_trap *trap)
{
	(void)context;
	(void)cpu;
	(void)rec;
	*trap = (struct rec_trap){.kind = REC_TRAP_IRQ};
}

static void rec_destroy(void *context, struct reeve_pa rec)
{
	(void)context;
	(void)rec;
}

static const struct monitor_platform platform = {
	.realm_granule = realm_granule,
	.ns_read = ns_read,
	.ns_write = ns_write,
	.granule_delegate = granule_delegate,
	.granule_undelegate = granule_undelegate,
	.digest = digest,
	.stage2_invalidate = stage2_invalidate,
	.stage2_destroy = stage2_destroy,
	.rec_run = rec_run,
	.rec_destroy = rec_destroy,
};

static struct reeve_monitor_config config_default(void)
{
	struct reeve_monitor_config config = {.region_count = 1, .cpu_count = 1, .vmid_bits = 8, .pa_bits = 48};
	uint64_t f = FIELD_SET(0, FEATURE0_S2SZ, 48);

	f = FIELD_SET(FIELD_SET(f, FEATURE0_NUM_BPS, 5), FEATURE0_NUM_WPS, 3);
	f = FIELD_SET(FIELD_SET(f, FEATURE0_HASH_SHA_256, 1), FEATURE0_HASH_SHA_512, 1);
	config.features0 = FIELD_SET(f, FEATURE0_MAX_RECS_ORDER, 4);
	assert_true(reeve_pa_range(BASE, (uint64_t)GRANULES * REEVE_GRANULE_SIZE, &config.regions[0]));
	return config;
}

static void machine_make(struct machine *w, const struct reeve_monitor_config *config)
{
	memset(w, 0, sizeof(*w));
	w->memory = calloc(GRANULES, REEVE_GRANULE_SIZE);
	w->monitor_size = reeve_monitor_size(config);
	assert_true(w->monitor_size > 0);
	w->monitor_memory = aligned_alloc(4096, (w->monitor_size + 4095) & ~(size_t)4095);
	assert_non_null(w->memory);
	assert_int_equal(reeve_monitor_init(w->monitor_memory, w->monitor_size, config, &platform, w, &w->monitor),
		REEVE_MONITOR_OK);
}

static void machine_free(struct machine *w)
{
	free(w->memory);
	free(w->monitor_memory);
}

static int setup(void **state)
{
	struct machine *w = malloc(sizeof(*w));
	struct reeve_monitor_config config = config_default();

	machine_make(w, &config);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	machine_free(*state);
	free(*state);
	return 0;
}

/* Results of the last call. */
struct answer {
	uint64_t x[REEVE_SMC_REGISTERS];
	enum rmi_condition condition;
};

static struct answer smc(struct machine *w, uint64_t fid, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	struct answer answer = {.x = {fid, a, b, c, d, e, 6, 7, 8}};

	answer.condition = reeve_monitor_smc(w->monitor, CPU, answer.x);
	assert_int_equal(answer.x[5], e);
	assert_int_equal(answer.x[8], 8);
	return answer;
}

static void assert_valid(const struct machine *w)
{
	const char *broken = reeve_monitor_valid(w->monitor);

	if (broken != NULL) {
		print_error("invariant: %s\n", broken);
	}
	assert_null(broken);
}

#define CALL(w, command, a, b, c, d, e) smc(w, RMI_FID(command), a, b, c, d, e)

static void expect(struct machine *w, struct answer answer, unsigned status, int index, enum rmi_condition condition)
{
	assert_string_equal(rmi_condition_name(answer.condition), rmi_condition_name(condition));
	assert_int_equal(answer.x[0], status | (uint64_t)(uint8_t)index << 8);
	assert_valid(w);
}

#define OK(w, answer) expect(w, answer, RMI_SUCCESS, 0, CONDITION_NONE)
#define INPUT(w, answer, condition) expect(w, answer, RMI_ERROR_INPUT, 0, CONDITION_##condition)

static void delegate(struct machine *w, unsigned first, unsigned count)
{
	for (unsigned i = first; i < first + count; i++) {
		OK(w, CALL(w, GRANULE_DELEGATE, G(i), 0, 0, 0, 0));
	}
}

static struct rmi_realm_params params_of(unsigned s2sz, int level, unsigned count, uint64_t root)
{
	struct rmi_realm_params p = {.s2sz = (uint8_t)s2sz, .num_bps = 1, .num_wps = 1, .rtt_base = root, .vmid = 7};

	p.rtt_level_start = level;
	p.rtt_num_start = count;
	return p;
}

/* Granules: 0 RD, 1 root, 2.. tables and data, 50 host page. 40 bits from level 1 would be 2 roots; 39 is one. */
static void realm_make(struct machine *w)
{
	struct rmi_realm_params p = params_of(39, 1, 1, G(1));

	delegate(w, 0, 8);
	memcpy(w->memory[50], &p, sizeof(p));
	OK(w, CALL(w, REALM_CREATE, G(0), G(50), 0, 0, 0));
}

static void test_version(void **state)
{
	struct machine *w = *state;
	struct answer a = CALL(w, VERSION, RMI_VERSION_1_0, 0, 0, 0, 0);

	OK(w, a);
	assert_int_equal(a.x[1], RMI_VERSION_1_0);
	a = CALL(w, VERSION, 0x20000, 0, 0, 0, 0);
	INPUT(w, a, version_req);
	assert_int_equal(a.x[2], RMI_VERSION_1_0);
	a = CALL(w, FEATURES, 0, 0, 0, 0, 0);
	assert_int_equal(a.x[1], config_default().features0);
	a = CALL(w, FEATURES, 1, 0, 0, 0, 0);
	assert_int_equal(a.x[1], 0);
	a = smc(w, RMI_FID(VERSION) | 1 << 16, RMI_VERSION_1_0, 0, 0, 0, 0);
	assert_int_equal(a.x[0], RMI_SUCCESS);
	for (uint64_t fid = 0xC4000100; fid < 0xC4000200; fid++) {
		if (rmi_command_of_fid(fid) == RMI_COMMAND_COUNT) {
			a = smc(w, fid, 1, 2, 3, 4, 5);
			assert_true(a.x[0] == SMCCC_NOT_SUPPORTED && a.x[1] == 1 && a.x[4] == 4);
		}
	}
}

static void test_granules(void **state)
{
	struct machine *w = *state;
	struct reeve_granule_info info;

	w->is_secure[9] = true;
	memset(w->memory[3], 0x77, REEVE_GRANULE_SIZE);
	INPUT(w, CALL(w, GRANULE_DELEGATE, G(3) + 1, 0, 0, 0, 0), addr_align);
	INPUT(w, CALL(w, GRANULE_DELEGATE, G(GRANULES), 0, 0, 0, 0), addr_bound);
	INPUT(w, CALL(w, GRANULE_DELEGATE, G(9), 0, 0, 0, 0), gran_gpt);
	INPUT(w, CALL(w, GRANULE_UNDELEGATE, G(3), 0, 0, 0, 0), gran_state);
	OK(w, CALL(w, GRANULE_DELEGATE, G(3), 0, 0, 0, 0));
	INPUT(w, CALL(w, GRANULE_DELEGATE, G(3), 0, 0, 0, 0), gran_state);
	assert_true(reeve_monitor_granule(w->monitor, reeve_pa(G(3) + 8), &info));
	assert_int_equal(info.state, GRANULE_DELEGATED);
	OK(w, CALL(w, GRANULE_UNDELEGATE, G(3), 0, 0, 0, 0));
	assert_int_equal(w->memory[3][5], 0);
	assert_false(reeve_monitor_granule(w->monitor, reeve_pa(G(GRANULES)), &info));
}

static void expect_entry(
	struct machine *w, uint64_t ipa, uint64_t level, uint64_t at, uint64_t entry, uint64_t desc, uint64_t ripas)
{
	struct answer a = CALL(w, RTT_READ_ENTRY, G(0), ipa, level, 0, 0);

	OK(w, a);
	assert_int_equal(a.x[1], at);
	assert_int_equal(a.x[2], entry);
	assert_int_equal(a.x[3], desc);
	assert_int_equal(a.x[4], ripas);
}

static void test_life(void **state)
{
	struct machine *w = *state;
	struct answer a;

	realm_make(w);
	INPUT(w, CALL(w, REALM_CREATE, G(0), G(50), 0, 0, 0), rtt_state);
	a = CALL(w, REC_AUX_COUNT, G(0), 0, 0, 0, 0);
	assert_int_equal(a.x[1], 0);
	expect_entry(w, 0, 3, 1, RTTE_UNASSIGNED, 0, RIPAS_EMPTY);
	expect_entry(w, UINT64_C(1) << 38, 3, 1, RTTE_UNASSIGNED, 0, 0);
	expect(w, CALL(w, DATA_CREATE, G(0), G(4), 0, G(51), 1), RMI_ERROR_RTT, 1, CONDITION_rtt_walk);
	expect(w, CALL(w, RTT_CREATE, G(0), G(3), 0, 3, 0), RMI_ERROR_RTT, 1, CONDITION_rtt_walk);
	OK(w, CALL(w, RTT_CREATE, G(0), G(2), 0, 2, 0));
	expect(w, CALL(w, RTT_CREATE, G(0), G(3), 0, 2, 0), RMI_ERROR_RTT, 1, CONDITION_rtte_state);
	OK(w, CALL(w, RTT_CREATE, G(0), G(3), 0, 3, 0));
	INPUT(w, CALL(w, RTT_CREATE, G(0), G(0), MIB2, 3, 0), rtt_state);
	for (uint64_t base = 0; base < MIB2; base += 16 * REEVE_GRANULE_SIZE) {
		a = CALL(w, RTT_INIT_RIPAS, G(0), base, MIB2, 0, 0);
		OK(w, a);
		assert_int_equal(a.x[1], base + 16 * REEVE_GRANULE_SIZE);
	}
	memset(w->memory[51], 0x42, REEVE_GRANULE_SIZE);
	INPUT(w, CALL(w, DATA_CREATE, G(0), G(4), 0x1000, G(51), 2), flags_valid);
	INPUT(w, CALL(w, DATA_CREATE, G(0), G(4), 0x1000, G(5), 1), src_pas);
	OK(w, CALL(w, DATA_CREATE, G(0), G(4), 0x1000, G(51), 1));
	assert_memory_equal(w->memory[4], w->memory[51], REEVE_GRANULE_SIZE);
	OK(w, CALL(w, DATA_CREATE_UNKNOWN, G(0), G(5), 0x3000, 0, 0));
	expect(w, CALL(w, DATA_CREATE_UNKNOWN, G(0), G(6), 0x3000, 0, 0), RMI_ERROR_RTT, 3, CONDITION_rtte_state);
	expect_entry(w, 0x3000, 3, 3, RTTE_ASSIGNED, G(5), RIPAS_RAM);
	expect(w, CALL(w, REALM_DESTROY, G(0), 0, 0, 0, 0), RMI_ERROR_REALM, 0, CONDITION_realm_live);
	OK(w, CALL(w, REALM_ACTIVATE, G(0), 0, 0, 0, 0));
	expect(w, CALL(w, REALM_ACTIVATE, G(0), 0, 0, 0, 0), RMI_ERROR_REALM, 0, CONDITION_realm_state);
	expect(w, CALL(w, DATA_CREATE, G(0), G(6), 0x2000, G(51), 1), RMI_ERROR_REALM, 0, CONDITION_realm_state);
	a = CALL(w, DATA_DESTROY, G(0), 0, 0, 0, 0);
	expect(w, a, RMI_ERROR_RTT, 3, CONDITION_rtte_state);
	assert_int_equal(a.x[2], 0x1000);
	a = CALL(w, DATA_DESTROY, G(0), 0x1000, 0, 0, 0);
	OK(w, a);
	assert_int_equal(a.x[1], G(4));
	assert_int_equal(a.x[2], 0x3000);
	expect_entry(w, 0x1000, 3, 3, RTTE_UNASSIGNED, 0, RIPAS_DESTROYED);
	a = CALL(w, RTT_DESTROY, G(0), 0, 3, 0, 0);
	expect(w, a, RMI_ERROR_RTT, 3, CONDITION_rtt_live);
	a = CALL(w, DATA_DESTROY, G(0), 0x3000, 0, 0, 0);
	assert_int_equal(a.x[2], MIB2);
	a = CALL(w, RTT_DESTROY, G(0), 0, 3, 0, 0);
	OK(w, a);
	assert_int_equal(a.x[1], G(3));
	assert_int_equal(a.x[2], UINT64_C(0x40000000));
	OK(w, CALL(w, RTT_DESTROY, G(0), 0, 2, 0, 0));
	OK(w, CALL(w, REALM_DESTROY, G(0), 0, 0, 0, 0));
	for (unsigned i = 0; i < 8; i++) {
		OK(w, CALL(w, GRANULE_UNDELEGATE, G(i), 0, 0, 0, 0));
	}
}

static void test_unprotected(void **state)
{
	struct machine *w = *state;
	const uint64_t half = UINT64_C(1) << 38;
	const uint64_t desc = UINT64_C(0x80000000) | 6 << 2 | 3 << 6;
	struct answer a;

	realm_make(w);
	OK(w, CALL(w, RTT_CREATE, G(0), G(2), half, 2, 0));
	INPUT(w, CALL(w, RTT_MAP_UNPROTECTED, G(0), half, 2, desc | 1, 0), attr_valid);
	INPUT(w, CALL(w, RTT_MAP_UNPROTECTED, G(0), half, 2, desc ^ 2 << 2, 0), attr_valid);
	INPUT(w, CALL(w, RTT_MAP_UNPROTECTED, G(0), half, 2, desc | 0x1000, 0), addr_align);
	INPUT(w, CALL(w, RTT_MAP_UNPROTECTED, G(0), half, 2, desc | UINT64_C(1) << 48, 0), addr_bound);
	INPUT(w, CALL(w, RTT_MAP_UNPROTECTED, G(0), 0, 2, desc, 0), ipa_bound);
	INPUT(w, CALL(w, RTT_MAP_UNPROTECTED, G(0), half, 0, desc, 0), level_bound);
	OK(w, CALL(w, RTT_MAP_UNPROTECTED, G(0), half, 2, desc, 0));
	expect_entry(w, half, 3 - 1, 2, RTTE_ASSIGNED, desc, 0);
	/* Split into pages and folded again it says the same. */
	OK(w, CALL(w, RTT_CREATE, G(0), G(3), half, 3, 0));
	expect_entry(w, half + 0x5000, 3, 3, RTTE_ASSIGNED, desc + 0x5000, 0);
	OK(w, CALL(w, RTT_FOLD, G(0), half, 3, 0, 0));
	expect_entry(w, half, 3 - 1, 2, RTTE_ASSIGNED, desc, 0);
	a = CALL(w, RTT_UNMAP_UNPROTECTED, G(0), half, 3, 0, 0);
	expect(w, a, RMI_ERROR_RTT, 2, CONDITION_rtt_walk);
	assert_int_equal(a.x[1], half);
	a = CALL(w, RTT_UNMAP_UNPROTECTED, G(0), half, 2, 0, 0);
	OK(w, a);
	assert_int_equal(a.x[1], half + 512 * MIB2);
	OK(w, CALL(w, RTT_MAP_UNPROTECTED, G(0), half, 2, desc, 0));
	OK(w, CALL(w, RTT_DESTROY, G(0), half, 2, 0, 0));
	expect_entry(w, half, 1, 1, RTTE_UNASSIGNED, 0, 0);
	OK(w, CALL(w, REALM_DESTROY, G(0), 0, 0, 0, 0));
}

/* Sixteen roots of which memory has twelve: the first that is not right names the condition (decisions, 2). */
static void test_roots(void **state)
{
	struct rmi_realm_params p = params_of(34, 2, 16, G(48));
	struct reeve_monitor_config config = config_default();
	struct machine w;

	(void)state;
	config.regions[0].top.value = G(60);
	machine_make(&w, &config);
	memcpy(w.memory[20], &p, sizeof(p));
	INPUT(&w, CALL(&w, REALM_CREATE, G(0), G(20), 0, 0, 0), rtt_state);
	delegate(&w, 48, 12);
	INPUT(&w, CALL(&w, REALM_CREATE, G(0), G(20), 0, 0, 0), rtt_bound);
	machine_free(&w);
}

struct geometry {
	bool lpa2;
	unsigned s2sz;
	int level;
	unsigned count;
};

/* One REALM_CREATE and, if it succeeded, REALM_DESTROY; true when it did. */
static bool geometry_is_accepted(struct machine *w, struct geometry geometry)
{
	struct rmi_realm_params p = params_of(geometry.s2sz, geometry.level, geometry.count, G(16));
	struct answer a;

	p.flags = geometry.lpa2;
	memcpy(w->memory[50], &p, sizeof(p));
	a = CALL(w, REALM_CREATE, G(0), G(50), 0, 0, 0);
	if (a.x[0] != RMI_SUCCESS) {
		assert_true(a.condition == CONDITION_rtt_num_level || a.condition == CONDITION_rtt_align);
		return false;
	}
	assert_valid(w);
	OK(w, CALL(w, REALM_DESTROY, G(0), 0, 0, 0, 0));
	return true;
}

/* Every start level and number of roots for some widths: a width has one legal number of roots at a level, or none. */
static void test_geometry(void **state)
{
	static const struct geometry legal[] = {
		{false, 32, 2, 4},
		{false, 33, 2, 8},
		{false, 34, 2, 16},
		{false, 32, 1, 1},
		{false, 39, 1, 1},
		{false, 40, 1, 2},
		{false, 42, 1, 8},
		{false, 43, 1, 16},
		{false, 40, 0, 1},
		{false, 48, 0, 1},
		{true, 49, 0, 2},
		{true, 52, 0, 16},
		{true, 49, -1, 1},
		{true, 52, -1, 1},
		{true, 48, 0, 1},
		{true, 40, 1, 2},
	};
	struct reeve_monitor_config config = config_default();
	struct machine w;

	(void)state;
	config.pa_bits = 52;
	config.features0 = FIELD_SET(FIELD_SET(config.features0, FEATURE0_LPA2, 1), FEATURE0_S2SZ, 52);
	machine_make(&w, &config);
	delegate(&w, 0, 1);
	delegate(&w, 16, 16);
	for (size_t i = 0; i < sizeof(legal) / sizeof(legal[0]); i++) {
		struct geometry g = legal[i];

		assert_true(geometry_is_accepted(&w, g));
		g.level = -2;
		assert_false(geometry_is_accepted(&w, g));
		g.level = 3;
		assert_false(geometry_is_accepted(&w, g));
		g.level = legal[i].level;
		for (g.count = 0; g.count <= 17; g.count++) {
			assert_int_equal(geometry_is_accepted(&w, g), g.count == legal[i].count);
		}
	}
	machine_free(&w);
}

/* xorshift64*: the upper half, whose bits do not follow from those of the last draw. */
static uint64_t random_next(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * UINT64_C(0x2545F4914F6CDD1D) >> 32;
}

static uint64_t random_address(uint64_t *seed)
{
	uint64_t address = G(random_next(seed) % 12);
	uint64_t flaw = random_next(seed) % 32;

	return flaw == 0 ? address + 8 : flaw == 1 ? G(GRANULES) : address;
}

static uint64_t random_ipa(uint64_t *seed)
{
	static const uint64_t bases[] = {0, 0x1000, 0x2000, MIB2, UINT64_C(0x40000000), UINT64_C(1) << 38,
		(UINT64_C(1) << 38) + MIB2, UINT64_C(1) << 39, 0x801};

	return bases[random_next(seed) % (sizeof(bases) / sizeof(bases[0]))];
}

/* Any command with arguments near the interesting: a refusal changes not a byte, a success leaves every invariant true. */
static void test_random(void **state)
{
	struct machine *w = *state;
	struct rmi_realm_params p = params_of(39, 1, 1, G(1));
	uint8_t *before = malloc(w->monitor_size);
	uint8_t *memory = malloc((size_t)USED * REEVE_GRANULE_SIZE);
	uint64_t seed = 88172645463325252;
	unsigned done[RMI_COMMAND_COUNT] = {0};
	/* The CPUs' scratch pages are not state: they lie between the object and the granule words. */
	const size_t words = w->monitor_size - GRANULES * sizeof(uint64_t);

	memcpy(w->memory[50], &p, sizeof(p));
	for (unsigned i = 0; i < 150000; i++) {
		enum rmi_command command = (enum rmi_command)(random_next(&seed) % RMI_COMMAND_COUNT);
		uint64_t x[REEVE_SMC_REGISTERS] = {rmi_command_info(command)->fid};
		size_t object = words - REEVE_GRANULE_SIZE;
		bool is_rare = command == RMI_REALM_ACTIVATE || command == RMI_GRANULE_UNDELEGATE;

		if ((command >= RMI_REC_CREATE && command <= RMI_REC_ENTER) ||
			(is_rare && random_next(&seed) % 64 != 0)) {
			continue;
		}
		x[1] = command == RMI_REALM_CREATE || random_next(&seed) % 2 ? G(0) : random_address(&seed);
		x[2] = command == RMI_REALM_CREATE ? G(50)
			: random_next(&seed) % 2   ? random_address(&seed)
						   : random_ipa(&seed);
		x[3] = random_next(&seed) % 2 ? random_ipa(&seed) : random_next(&seed) % 5;
		x[4] = command == RMI_DATA_CREATE ? G(51) : random_next(&seed) % 5;
		x[5] = random_next(&seed) % 3;
		if (command == RMI_RTT_MAP_UNPROTECTED) {
			x[4] = UINT64_C(0x80000000) | 6 << 2;
		}
		memcpy(before, w->monitor_memory, w->monitor_size);
		memcpy(memory, w->memory, (size_t)USED * REEVE_GRANULE_SIZE);
		(void)reeve_monitor_smc(w->monitor, CPU, x);
		if (x[0] != RMI_SUCCESS) {
			assert_memory_equal(before, w->monitor_memory, object);
			assert_memory_equal(
				before + words, (uint8_t *)w->monitor_memory + words, w->monitor_size - words);
			assert_memory_equal(memory, w->memory, (size_t)USED * REEVE_GRANULE_SIZE);
			continue;
		}
		done[command]++;
		assert_valid(w);
	}
	free(before);
	free(memory);
	for (enum rmi_command c = 0; c < RMI_COMMAND_COUNT; c++) {
		bool needs_rec =
			(c >= RMI_REC_CREATE && c <= RMI_REC_ENTER) || c == RMI_PSCI_COMPLETE || c == RMI_RTT_SET_RIPAS;

		if (done[c] == 0 && !needs_rec && c != RMI_VERSION) {
			print_error("%s never succeeded\n", rmi_command_info(c)->name);
			fail();
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_version, setup, teardown),
		cmocka_unit_test_setup_teardown(test_granules, setup, teardown),
		cmocka_unit_test_setup_teardown(test_life, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unprotected, setup, teardown),
		cmocka_unit_test(test_roots),
		cmocka_unit_test(test_geometry),
		cmocka_unit_test_setup_teardown(test_random, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
