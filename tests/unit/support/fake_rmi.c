/* SPDX-License-Identifier: BSD-2-Clause */
/* fake_rmi.c - the fake monitor and embedder: granules and refusals. */
#include "tests/unit/support/fake_rmi.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

static unsigned index_of(uint64_t pa)
{
	assert_true(pa >= FAKE_BASE && pa < FAKE_BASE + (uint64_t)FAKE_GRANULES * 4096 && pa % 4096 == 0);
	return (unsigned)((pa - FAKE_BASE) / 4096);
}

static bool fits(const struct fake *fake, unsigned first, unsigned count)
{
	for (unsigned i = first; i < first + count; i++) {
		if (fake->is_allocated[i]) {
			return false;
		}
	}
	return true;
}

static bool pages_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	struct fake *fake = context;
	unsigned count = (unsigned)(size / 4096);
	unsigned stride = fake->scatter > count ? (unsigned)fake->scatter : count;

	if (fake->pages_left == 0) {
		return false;
	}
	for (unsigned i = 0; i < FAKE_GRANULES / count; i++) {
		/* With a stride, one of each far-off place first, then the next of each. */
		unsigned per_round = FAKE_GRANULES / stride;
		unsigned first = i % per_round * stride + i / per_round * count;

		if (first + count > FAKE_GRANULES || !fits(fake, first, count)) {
			continue;
		}
		memset(fake->is_allocated + first, 1, count);
		memset(fake->memory + (size_t)first * 4096, 0, size);
		fake->pages[first] = (uint8_t)(count > 255 ? 255 : count);
		fake->pages_left--;
		*pa = reeve_pa(FAKE_BASE + (uint64_t)first * 4096);
		return true;
	}
	return false;
}

static void pages_free(void *context, struct reeve_pa pa, size_t size)
{
	struct fake *fake = context;
	unsigned first = index_of(pa.value);
	unsigned count = (unsigned)(size / 4096);

	assert_int_equal(fake->pages[first], count > 255 ? 255 : count);
	for (unsigned i = first; i < first + count; i++) {
		assert_true(fake->is_allocated[i]);
		assert_false(fake->is_delegated[i]);
		fake->is_allocated[i] = false;
	}
	fake->pages[first] = 0;
}

static void *pointer(void *context, struct reeve_pa pa)
{
	struct fake *fake = context;
	unsigned i = index_of(reeve_align_down(pa.value, 4096));

	assert_true(fake->is_allocated[i]);
	assert_false(fake->is_delegated[i]);
	return fake->memory + (size_t)i * 4096 + pa.value % 4096;
}

static uint64_t delegate(struct fake *fake, uint64_t pa, bool on)
{
	unsigned i = index_of(pa);

	if (fake->is_delegated[i] == on || fake->is_object[i]) {
		return RMI_ERROR_INPUT;
	}
	fake->is_delegated[i] = on;
	memset(fake->memory + (size_t)i * 4096, 0, 4096);
	return RMI_SUCCESS;
}

static uint64_t object(struct fake *fake, uint64_t pa, bool on)
{
	unsigned i = index_of(pa);

	if (!fake->is_delegated[i] || fake->is_object[i] == on) {
		return RMI_ERROR_INPUT;
	}
	fake->is_object[i] = on;
	return RMI_SUCCESS;
}

/* Every byte that is set must belong to a field. */
static unsigned dirty_bytes(struct rmi_realm_params params)
{
	const uint8_t *bytes = (const uint8_t *)&params;
	unsigned dirty = 0;

	params.flags = 0;
	params.s2sz = params.sve_vl = params.num_bps = params.num_wps = params.pmu_num_ctrs = params.hash_algo = 0;
	memset(params.rpv, 0, sizeof(params.rpv));
	params.vmid = 0;
	params.rtt_base = 0;
	params.rtt_level_start = 0;
	params.rtt_num_start = 0;
	for (size_t i = 0; i < sizeof(params); i++) {
		dirty += bytes[i] != 0;
	}
	return dirty;
}

static uint64_t realm_create(struct fake *fake, uint64_t *x)
{
	memcpy(&fake->params, pointer(fake, reeve_pa(x[2])), sizeof(fake->params));
	fake->params_dirty = dirty_bytes(fake->params);
	for (unsigned i = 0; i < fake->params.rtt_num_start; i++) {
		assert_int_equal(object(fake, fake->params.rtt_base + (uint64_t)i * 4096, true), RMI_SUCCESS);
	}
	return object(fake, x[1], true);
}

static uint64_t realm_destroy(struct fake *fake, uint64_t *x)
{
	for (unsigned i = 0; i < fake->params.rtt_num_start; i++) {
		assert_int_equal(object(fake, fake->params.rtt_base + (uint64_t)i * 4096, false), RMI_SUCCESS);
	}
	return object(fake, x[1], false);
}

static uint64_t do_version(struct fake *fake, uint64_t *x)
{
	x[1] = fake->version[1];
	x[2] = fake->version[2];
	return fake->version[0];
}

static uint64_t do_features(struct fake *fake, uint64_t *x)
{
	x[1] = fake->features0;
	return RMI_SUCCESS;
}

static uint64_t do_delegate(struct fake *fake, uint64_t *x)
{
	return delegate(fake, x[1], true);
}

static uint64_t do_undelegate(struct fake *fake, uint64_t *x)
{
	return delegate(fake, x[1], false);
}

static uint64_t do_aux_count(struct fake *fake, uint64_t *x)
{
	x[1] = fake->aux_count;
	return RMI_SUCCESS;
}

static uint64_t do_rec_create(struct fake *fake, uint64_t *x)
{
	return object(fake, x[2], true);
}

static uint64_t do_rec_destroy(struct fake *fake, uint64_t *x)
{
	return object(fake, x[1], false);
}

/* The fake knows no more. */
static uint64_t (*const handlers[RMI_COMMAND_COUNT])(struct fake *fake, uint64_t *x) = {
	[RMI_VERSION] = do_version,
	[RMI_FEATURES] = do_features,
	[RMI_GRANULE_DELEGATE] = do_delegate,
	[RMI_GRANULE_UNDELEGATE] = do_undelegate,
	[RMI_REALM_CREATE] = realm_create,
	[RMI_REALM_DESTROY] = realm_destroy,
	[RMI_REC_AUX_COUNT] = do_aux_count,
	[RMI_REC_CREATE] = do_rec_create,
	[RMI_REC_DESTROY] = do_rec_destroy,
};

static void smc(void *context, uint64_t x[18])
{
	struct fake *fake = context;
	enum rmi_command command = rmi_command_of_fid(x[0]);

	assert_in_range(command, 0, RMI_COMMAND_COUNT - 1);
	fake->calls[command]++;
	for (unsigned i = 0; i < FAKE_REFUSALS; i++) {
		const struct fake_refusal *refusal = &fake->refusals[i];

		if (refusal->nth != 0 && refusal->command == command && refusal->nth == fake->calls[command]) {
			x[0] = refusal->returned;
			return;
		}
	}
	assert_non_null(handlers[command]);
	x[0] = handlers[command](fake, x);
}

struct fake *fake_open(void)
{
	struct fake *fake = calloc(1, sizeof(*fake));

	assert_non_null(fake);
	fake->memory = calloc(FAKE_GRANULES, 4096);
	assert_non_null(fake->memory);
	fake->ops = (struct reeve_host_ops){
		.smc = smc, .pages_alloc = pages_alloc, .pages_free = pages_free, .pointer = pointer};
	fake->version[1] = fake->version[2] = RMI_VERSION_1_0;
	fake->features0 = FIELD_SET(0, FEATURE0_S2SZ, 48) | FIELD_SET(0, FEATURE0_NUM_BPS, 5) |
		FIELD_SET(0, FEATURE0_NUM_WPS, 3) | FIELD_SET(0, FEATURE0_HASH_SHA_256, 1) |
		FIELD_SET(0, FEATURE0_HASH_SHA_512, 1) | FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 9);
	fake->aux_count = 2;
	fake->pages_left = UINT32_MAX;
	return fake;
}

void fake_close(struct fake *fake)
{
	free(fake->memory);
	free(fake);
}

void fake_host(struct fake *fake, struct reeve_host *host, size_t page_size)
{
	struct reeve_host_config config = {.ops = &fake->ops, .context = fake, .page_size = page_size};
	struct reeve_error error;

	assert_int_equal(reeve_host_init(host, &config, &error), REEVE_OK);
}

static unsigned sum(const bool *flags)
{
	unsigned total = 0;

	for (unsigned i = 0; i < FAKE_GRANULES; i++) {
		total += flags[i];
	}
	return total;
}

unsigned fake_allocated(const struct fake *fake)
{
	return sum(fake->is_allocated);
}

unsigned fake_delegated(const struct fake *fake)
{
	return sum(fake->is_delegated);
}
