/* SPDX-License-Identifier: BSD-2-Clause */
/* rec_machine.c - the scripted machine: its seam to the monitor, and the realm that tests of RECs start from. */
#include "tests/unit/support/rec_machine.h"

#include <stdlib.h>
#include <string.h>

uint64_t pa_of(unsigned g)
{
	return BASE + (uint64_t)g * REEVE_GRANULE_SIZE;
}

static unsigned granule_of(struct reeve_pa pa)
{
	return (unsigned)((pa.value - BASE) / REEVE_GRANULE_SIZE);
}

static void *fake_granule(void *context, struct reeve_pa pa)
{
	struct machine *w = context;

	assert_in_range(pa.value, BASE, pa_of(GRANULES) - 1);
	return w->memory[granule_of(pa)];
}

static uint8_t *ns_bytes(struct machine *w, struct reeve_pa pa)
{
	if (w->is_realm[granule_of(pa)] || w->ns_is_secure) {
		return NULL;
	}
	return w->memory[granule_of(pa)] + pa.value % REEVE_GRANULE_SIZE;
}

static bool fake_ns_read(void *context, struct reeve_pa pa, void *to, size_t size)
{
	struct machine *w = context;
	const uint8_t *from = ns_bytes(w, pa);

	w->ns_reads++;
	if (from == NULL) {
		return false;
	}
	memcpy(to, from, size);
	return true;
}

static bool fake_ns_write(void *context, struct reeve_pa pa, const void *from, size_t size)
{
	uint8_t *to = ns_bytes(context, pa);

	if (to == NULL) {
		return false;
	}
	memcpy(to, from, size);
	return true;
}

static bool fake_delegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	struct machine *w = context;

	(void)cpu;
	w->is_realm[granule_of(pa)] = true;
	return true;
}

static void fake_undelegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	struct machine *w = context;

	(void)cpu;
	w->is_realm[granule_of(pa)] = false;
}

/* Not a cryptographic hash: enough to see that something was extended. */
static void fake_digest(
	void *context, unsigned cpu, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	const uint8_t *bytes = data;
	uint64_t sum = size + 1;
	struct machine *w = context;

	w->hashed += size;
	(void)cpu;
	for (size_t i = 0; i < size; i++) {
		sum = sum * 31 + bytes[i];
	}
	for (size_t i = 0; i < rmi_hash_size(algorithm); i++) {
		out[i] = (uint8_t)(sum >> (i % 8 * 8));
	}
}

static void fake_invalidate(void *context, const struct stage2 *stage2, struct reeve_ipa base, uint64_t size)
{
	struct machine *w = context;

	(void)stage2;
	w->invalidations++;
	w->invalidated = base;
	w->invalidated_size = size;
	w->watched_then = w->watched != NULL ? *w->watched : 0;
}

static void fake_stage2_destroy(void *context, const struct stage2 *stage2)
{
	struct machine *w = context;

	w->stage2s_destroyed++;
	w->stage2_destroyed = *stage2;
}

static void fake_rec_run(void *context, unsigned cpu, struct rec_cpu *rec, struct rec_trap *trap)
{
	struct machine *w = context;
	const struct step *step = &w->steps[w->step];

	void (*during)(struct machine *) = w->during;

	(void)cpu;
	w->runs++;
	w->during = NULL;
	if (during != NULL) {
		during(w);
	}
	w->seen[w->step] = *rec;
	if (w->step == STEPS || (step->trap.kind == REC_TRAP_SYNC && step->trap.esr == 0)) {
		*trap = (struct rec_trap){REC_TRAP_IRQ, 0, 0, 0};
		return;
	}
	if (step->sets_x) {
		memcpy(rec->gprs, step->x, sizeof(step->x));
	}
	*trap = step->trap;
	w->step += w->repeats ? 0 : 1;
}

static void fake_rec_destroy(void *context, struct reeve_pa rec)
{
	struct machine *w = context;

	(void)rec;
	w->recs_destroyed++;
}

static bool fake_public_key(void *context, unsigned cpu, uint8_t point[PLATFORM_POINT_SIZE])
{
	const struct machine *w = context;

	(void)cpu;
	if (w->has_no_key) {
		return false;
	}
	memset(point, 0x50, PLATFORM_POINT_SIZE);
	return true;
}

/* Not a signature: the first bytes of the message. */
static bool fake_sign(
	void *context, unsigned cpu, const void *message, size_t size, uint8_t signature[PLATFORM_SIGNATURE_SIZE])
{
	const struct machine *w = context;

	(void)cpu;
	assert_in_range(size, PLATFORM_SIGNATURE_SIZE, REEVE_GRANULE_SIZE);
	if (w->has_no_signature) {
		return false;
	}
	memcpy(signature, message, PLATFORM_SIGNATURE_SIZE);
	return true;
}

/* Not a token: some bytes, longer than a page. */
static bool fake_token(
	void *context, unsigned cpu, const uint8_t challenge[PLATFORM_CHALLENGE_SIZE], struct reeve_span *token)
{
	static const uint8_t bytes[REEVE_GRANULE_SIZE + 5] = {1, 2, 3, 4, 5, 6, 7, 8};
	const struct machine *w = context;

	(void)cpu;
	(void)challenge;
	if (w->has_no_token) {
		return false;
	}
	*token = reeve_span(bytes, sizeof(bytes));
	return true;
}

static const struct monitor_platform fake_platform = {
	.realm_granule = fake_granule,
	.ns_read = fake_ns_read,
	.ns_write = fake_ns_write,
	.granule_delegate = fake_delegate,
	.granule_undelegate = fake_undelegate,
	.digest = fake_digest,
	.stage2_invalidate = fake_invalidate,
	.stage2_destroy = fake_stage2_destroy,
	.rec_run = fake_rec_run,
	.rec_destroy = fake_rec_destroy,
	.realm_public_key = fake_public_key,
	.realm_sign = fake_sign,
	.platform_token = fake_token,
};

uint64_t smc_on(struct machine *w, unsigned cpu, const uint64_t args[6], enum rmi_condition *condition)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {0};

	memcpy(x, args, 6 * sizeof(x[0]));
	w->hashed = 0;
	*condition = reeve_monitor_smc(w->monitor, cpu, x);
	if (w->hashed > w->hashed_most[rmi_command_of_fid(args[0])]) {
		w->hashed_most[rmi_command_of_fid(args[0])] = w->hashed;
	}
	return x[0];
}

uint64_t smc_why(struct machine *w, const uint64_t args[6], enum rmi_condition *condition)
{
	uint64_t status = smc_on(w, 0, args, condition);

	assert_null(reeve_monitor_valid(w->monitor));
	return status;
}

void expect(struct machine *w, enum rmi_condition want, uint64_t status, const uint64_t args[6])
{
	enum rmi_condition got;

	assert_int_equal(smc_why(w, args, &got), status);
	assert_string_equal(rmi_condition_name(got), rmi_condition_name(want));
}

static void delegate(struct machine *w, unsigned first, unsigned count)
{
	for (unsigned g = first; g < first + count; g++) {
		assert_int_equal(SMC(w, RMI_FID(GRANULE_DELEGATE), pa_of(g)), 0);
	}
}

struct rmi_rec_run *run_page(struct machine *w)
{
	return (struct rmi_rec_run *)w->memory[G_RUN];
}

uint64_t rec_create(struct machine *w, unsigned g, unsigned aux, uint64_t mpidr, bool runnable)
{
	struct rmi_rec_params *params = (struct rmi_rec_params *)w->memory[G_NS];

	memset(params, 0, sizeof(*params));
	params->flags = runnable;
	params->mpidr = mpidr;
	params->pc = 0x1000;
	params->gprs[7] = 77;
	params->num_aux = AUX;
	for (unsigned i = 0; i < AUX; i++) {
		params->aux[i] = pa_of(aux + i);
	}
	return SMC(w, RMI_FID(REC_CREATE), pa_of(G_RD), pa_of(g), pa_of(G_NS));
}

struct rmi_realm_params *machine_realm_params(struct machine *w)
{
	struct rmi_realm_params *params = (struct rmi_realm_params *)w->memory[G_NS];

	params->s2sz = 32;
	params->num_bps = 1;
	params->num_wps = 1;
	params->rtt_base = pa_of(G_ROOT);
	params->rtt_level_start = 2;
	params->rtt_num_start = 4;
	params->rpv[0] = 0x5A;
	delegate(w, G_RD, 1);
	delegate(w, G_ROOT, G_NS - G_ROOT);
	return params;
}

/* A NEW realm of 32 IPA bits: level 2 roots, one level 3 table at 0; IPAs 0x1000 and 0x2000 are RAM and there,
 * 0x3000 is RAM and missing, all else is EMPTY. */
static void realm_create(struct machine *w)
{
	machine_realm_params(w);
	assert_int_equal(SMC(w, RMI_FID(REALM_CREATE), pa_of(G_RD), pa_of(G_NS)), 0);
	assert_int_equal(SMC(w, RMI_FID(RTT_CREATE), pa_of(G_RD), pa_of(G_RTT), 0, 3), 0);
	assert_int_equal(SMC(w, RMI_FID(RTT_INIT_RIPAS), pa_of(G_RD), 0x1000, 0x4000), 0);
	assert_int_equal(SMC(w, RMI_FID(DATA_CREATE), pa_of(G_RD), pa_of(G_DATA), 0x1000, pa_of(G_NS), 0), 0);
	assert_int_equal(SMC(w, RMI_FID(DATA_CREATE_UNKNOWN), pa_of(G_RD), pa_of(G_DATA + 1), 0x2000), 0);
}

struct reeve_monitor_config machine_config(void)
{
	struct reeve_monitor_config config = {
		.region_count = 1, .cpu_count = 2, .rec_aux_count = AUX, .vmid_bits = 8, .pa_bits = 48};

	assert_true(reeve_pa_range(BASE, GRANULES * REEVE_GRANULE_SIZE, &config.regions[0]));
	config.features0 = FIELD_SET(config.features0, FEATURE0_S2SZ, 48) | FIELD_MASK(FEATURE0_HASH_SHA_256);
	config.features0 = FIELD_SET(config.features0, FEATURE0_NUM_BPS, 5);
	config.features0 = FIELD_SET(config.features0, FEATURE0_NUM_WPS, 3);
	config.features0 = FIELD_SET(config.features0, FEATURE0_GICV3_NUM_LRS, 3);
	config.features0 = FIELD_SET(config.features0, FEATURE0_MAX_RECS_ORDER, 2);
	return config;
}

struct machine *machine_new(const struct reeve_monitor_config *config)
{
	struct machine *w = calloc(1, sizeof(*w));
	size_t size = reeve_monitor_size(config);

	assert_non_null(w);
	assert_true(size > 0);
	size = (size + REEVE_GRANULE_SIZE - 1) & ~(size_t)(REEVE_GRANULE_SIZE - 1);
	w->monitor_memory = aligned_alloc(REEVE_GRANULE_SIZE, size);
	w->memory = aligned_alloc(REEVE_GRANULE_SIZE, GRANULES * REEVE_GRANULE_SIZE);
	memset(w->memory, 0, GRANULES * REEVE_GRANULE_SIZE);
	assert_int_equal(
		reeve_monitor_init(w->monitor_memory, size, config, &fake_platform, w, &w->monitor), REEVE_MONITOR_OK);
	return w;
}

int machine_setup(void **state)
{
	struct reeve_monitor_config config = machine_config();
	struct machine *w = machine_new(&config);

	realm_create(w);
	*state = w;
	return 0;
}

int machine_teardown(void **state)
{
	struct machine *w = *state;

	free(w->monitor_memory);
	free(w->memory);
	free(w);
	return 0;
}

int machine_setup_active(void **state)
{
	struct machine *w;

	machine_setup(state);
	w = *state;
	assert_int_equal(rec_create(w, G_REC0, G_AUX0, 0, true), 0);
	assert_int_equal(rec_create(w, G_REC1, G_AUX1, 1, false), 0);
	assert_int_equal(SMC(w, RMI_FID(REALM_ACTIVATE), pa_of(G_RD)), 0);
	return 0;
}

struct step rec_idle(void)
{
	struct step step;

	memset(&step, 0, sizeof(step));
	return step;
}

struct step trap_of(uint64_t esr, uint64_t ipa)
{
	return (struct step){.trap = {REC_TRAP_SYNC, esr, ipa, ipa >> 12 << 4}};
}

struct step smc_of(uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3, uint64_t x4)
{
	return (struct step){.trap = {REC_TRAP_SYNC, EC(0x17), 0, 0}, .x = {fid, x1, x2, x3, x4}, .sets_x = true};
}

const struct rmi_rec_exit *enter(struct machine *w, unsigned count, const struct step *steps)
{
	memset(w->steps, 0, sizeof(w->steps));
	memcpy(w->steps, steps, count * sizeof(*steps));
	w->step = 0;
	assert_int_equal(SMC(w, RMI_FID(REC_ENTER), pa_of(G_REC0), pa_of(G_RUN)), 0);
	return &run_page(w)->exit;
}
