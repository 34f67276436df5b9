/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_input.c - sums that wrap, and pages that two realms have a claim to: each call right but for that (sections 1, 4, 6). */
#include "reeve/field.h"
#include "tests/unit/support/rmi_world.h"

/* The last granule, table and block of a 64-bit address space: one more byte would be 0. */
#define LAST_PAGE (UINT64_MAX - WORLD_PAGE + 1)
#define LAST_2M (UINT64_MAX - WORLD_2M + 1)
#define LAST_1G (UINT64_MAX - WORLD_1G + 1)
#define NS_ATTRIBUTES (FIELD_SET(0, S2_NS_MEMATTR, 7) | FIELD_MASK(S2_S2AP))

enum { LEVELS_ODD = 4 };

static const uint64_t odd_levels[LEVELS_ODD] = {
	UINT64_C(1) << 63, (UINT64_C(1) << 63) - 1, (UINT64_C(1) << 63) + 4, UINT64_C(1) << 32 | 3};

static void ranges_wrap(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;

	realm_new(w, &realm, 32);
	rec = realm_rec(w, &realm, true);
	REFUSED(w, INPUT(size_valid), RTT_INIT_RIPAS, realm.rd, LAST_PAGE, 0);
	REFUSED(w, INPUT(size_valid), RTT_INIT_RIPAS, realm.rd, LAST_PAGE, WORLD_PAGE);
	REFUSED(w, INPUT(top_gran_align), RTT_INIT_RIPAS, realm.rd, 0, UINT64_MAX);
	REFUSED(w, INPUT(top_bound), RTT_INIT_RIPAS, realm.rd, 0, LAST_PAGE);
	REFUSED(w, INPUT(top_bound), RTT_INIT_RIPAS, realm.rd, LAST_PAGE - WORLD_PAGE, LAST_PAGE);
	REFUSED(w, INPUT(size_valid), RTT_SET_RIPAS, realm.rd, rec->pa, LAST_PAGE, 0);
	REFUSED(w, INPUT2(base_bound, top_bound), RTT_SET_RIPAS, realm.rd, rec->pa, LAST_PAGE - WORLD_PAGE, LAST_PAGE);
	REFUSED(w, INPUT2(top_bound, top_gran_align), RTT_SET_RIPAS, realm.rd, rec->pa, 0, UINT64_MAX);
}

/* The end of the entry, of the table or of the block that the address begins would be 0. */
static void addresses_wrap(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t granule;

	realm_new(w, &realm, 32);
	granule = world_delegated(w, 1);
	realm_tables(w, &realm, 0, 3);
	REFUSED(w, INPUT(ipa_bound), DATA_CREATE, realm.rd, granule, LAST_PAGE, w->source, 1);
	REFUSED(w, INPUT(ipa_bound), DATA_CREATE_UNKNOWN, realm.rd, granule, LAST_PAGE);
	REFUSED(w, INPUT(ipa_bound), DATA_DESTROY, realm.rd, LAST_PAGE);
	REFUSED(w, INPUT(ipa_bound), RTT_CREATE, realm.rd, granule, LAST_2M, 3);
	REFUSED(w, INPUT(ipa_bound), RTT_DESTROY, realm.rd, LAST_2M, 3);
	REFUSED(w, INPUT(ipa_bound), RTT_FOLD, realm.rd, LAST_2M, 3);
	REFUSED(w, INPUT(ipa_bound), RTT_READ_ENTRY, realm.rd, LAST_PAGE, 3);
	REFUSED(w, INPUT(ipa_bound), RTT_READ_ENTRY, realm.rd, LAST_2M, 2);
	for (uint64_t level = 2; level <= 3; level++) {
		uint64_t last = level == 2 ? LAST_2M : LAST_PAGE;

		REFUSED(w, INPUT(ipa_bound), RTT_MAP_UNPROTECTED, realm.rd, last, level, NS_ATTRIBUTES);
		REFUSED(w, INPUT(ipa_bound), RTT_UNMAP_UNPROTECTED, realm.rd, last, level);
	}
	REFUSED(w, INPUT2(level_bound, ipa_bound), RTT_MAP_UNPROTECTED, realm.rd, LAST_1G, 1, NS_ATTRIBUTES);
	REFUSED(w, INPUT2(attr_valid, addr_bound), RTT_MAP_UNPROTECTED, realm.rd, realm_half(&realm), 3,
		LAST_PAGE | NS_ATTRIBUTES);
}

static void granules_wrap(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;

	rec = realm_running(w, &realm);
	REFUSED(w, INPUT(addr_bound), GRANULE_DELEGATE, LAST_PAGE);
	REFUSED(w, INPUT(addr_bound), GRANULE_UNDELEGATE, LAST_PAGE);
	REFUSED(w, INPUT(src_bound), DATA_CREATE, realm.rd, world_delegated(w, 1), 0, LAST_PAGE, 1);
	REFUSED(w, INPUT2(data_bound, data_bound2), DATA_CREATE_UNKNOWN, realm.rd, LAST_PAGE, 0);
	REFUSED(w, INPUT2(rtt_bound, rtt_bound2), RTT_CREATE, realm.rd, LAST_PAGE, WORLD_2M, 3);
	REFUSED(w, INPUT(params_bound), REALM_CREATE, world_delegated(w, 1), LAST_PAGE);
	REFUSED(w, INPUT(params_bound), REC_CREATE, realm.rd, world_delegated(w, 1), LAST_PAGE);
	REFUSED(w, INPUT(run_bound), REC_ENTER, rec->pa, LAST_PAGE);
	REFUSED(w, INPUT(rec_bound), REC_ENTER, LAST_PAGE, rec->run);
}

/* Levels whose neighbours do not fit in 64 or 32 bits. */
static void levels_wrap(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t granule;

	realm_new(w, &realm, 32);
	granule = world_delegated(w, 1);
	for (unsigned i = 0; i < LEVELS_ODD; i++) {
		REFUSED(w, INPUT(level_bound), RTT_CREATE, realm.rd, granule, 0, odd_levels[i]);
		REFUSED(w, INPUT(level_bound), RTT_DESTROY, realm.rd, 0, odd_levels[i]);
		REFUSED(w, INPUT(level_bound), RTT_FOLD, realm.rd, 0, odd_levels[i]);
		REFUSED(w, INPUT(level_bound), RTT_READ_ENTRY, realm.rd, 0, odd_levels[i]);
		REFUSED(w, INPUT(level_bound), RTT_MAP_UNPROTECTED, realm.rd, realm_half(&realm), odd_levels[i],
			NS_ATTRIBUTES);
		REFUSED(w, INPUT(level_bound), RTT_UNMAP_UNPROTECTED, realm.rd, realm_half(&realm), odd_levels[i]);
	}
}

/* Numbers in the host's pages whose product or sum with something is small again. */
static void pages_wrap(void **state)
{
	static const uint64_t aux_counts[] = {
		17, UINT64_C(1) << 32, (UINT64_C(1) << 61) + 1, UINT64_C(1) << 63, UINT64_MAX};
	struct world *w = *state;
	struct realm realm;
	struct realm good;
	struct rec *rec;

	realm_prepare(w, &good, 32);
	realm = good;
	realm.params.rtt_base =
		UINT64_MAX - 4 * WORLD_PAGE + 1; /* four roots, the last byte of which is the last there is */
	realm_params_write(w, &realm);
	REFUSED(w, INPUT2(rtt_bound, rtt_bound2), REALM_CREATE, realm.rd, w->params);
	realm = good;
	realm.params.rtt_base = world_delegated(w, 4);                       /* behind the RD, which is no alias then */
	realm.params.rtt_num_start = (1 << 20) + realm.params.rtt_num_start; /* pages: more by 2^32 bytes */
	realm_params_write(w, &realm);
	REFUSED(w, INPUT2(rtt_num_level, rtt_align), REALM_CREATE, realm.rd, w->params);
	realm_create(w, &good);
	rec = realm_rec_prepare(w, &good, true);
	for (unsigned i = 0; i < sizeof(aux_counts) / sizeof(aux_counts[0]); i++) {
		struct rmi_rec_params params = rec->params;

		params.num_aux = aux_counts[i];
		*(struct rmi_rec_params *)world_at(w, w->params) = params;
		REFUSED(w, INPUT(aux_count), REC_CREATE, good.rd, rec->pa, w->params);
	}
	*(struct rmi_rec_params *)world_at(w, w->params) = rec->params;
	((struct rmi_rec_params *)world_at(w, w->params))->aux[0] = LAST_PAGE;
	REFUSED(w, INPUT(aux_bound), REC_CREATE, good.rd, rec->pa, w->params);
	*(struct rmi_rec_params *)world_at(w, w->params) = rec->params;
	OK(w, REC_CREATE, good.rd, rec->pa, w->params);
}

/* What a realm has is taken for nothing of another one's, by any command. */
static void taken(struct world *w, const struct realm *realm, uint64_t granule)
{
	struct realm third;
	struct rmi_rec_params params = {.mpidr = 0x1, .num_aux = 0};

	REFUSED(w, INPUT(gran_state), GRANULE_DELEGATE, granule);
	REFUSED(w, INPUT(gran_state), GRANULE_UNDELEGATE, granule);
	REFUSED(w, INPUT(data_state), DATA_CREATE, realm->rd, granule, 0, w->source, 1);
	REFUSED(w, INPUT(src_pas), DATA_CREATE, realm->rd, world_delegated(w, 1), 0, granule, 1);
	REFUSED(w, INPUT(data_state), DATA_CREATE_UNKNOWN, realm->rd, granule, 0);
	REFUSED(w, INPUT(rtt_state), RTT_CREATE, realm->rd, granule, WORLD_2M, 3);
	REFUSED(w, INPUT(params_pas), REALM_CREATE, world_delegated(w, 1), granule);
	*(struct rmi_rec_params *)world_at(w, w->params) = params;
	REFUSED(w, INPUT(rec_gran_state), REC_CREATE, realm->rd, granule, w->params);
	params.num_aux = 1;
	params.aux[0] = granule;
	*(struct rmi_rec_params *)world_at(w, w->params) = params;
	REFUSED(w, INPUT(aux_state), REC_CREATE, realm->rd, world_delegated(w, 1), w->params);
	realm_prepare(w, &third, 40);
	realm_params_write(w, &third);
	REFUSED(w, INPUT(rd_state), REALM_CREATE, granule, w->params);
	third.params.rtt_base = granule;
	third.params.rtt_num_start = 1;
	third.params.rtt_level_start = 0;
	realm_params_write(w, &third);
	REFUSED(w, INPUT(rtt_state), REALM_CREATE, third.rd, w->params);
	REFUSED(w, INPUT(run_pas), REC_ENTER, realm->recs[0].pa, granule);
}

/* RD, root, table, data, REC and auxiliary granule of one realm, each given to another. */
static void granules_of_two_realms(void **state)
{
	struct world *w = *state;
	struct realm one;
	struct realm two;
	struct rec *rec;

	realm_new(w, &one, 32);
	realm_new(w, &two, 32);
	rec = realm_rec(w, &one, true);
	(void)realm_rec(w, &two, true);
	realm_tables(w, &two, 0, 3);
	taken(w, &two, one.rd);
	taken(w, &two, one.params.rtt_base);
	taken(w, &two, realm_data(w, &one, 0, 0x5A));
	taken(w, &two, realm_entry(w, &one, 0, 2).desc);
	taken(w, &two, rec->pa);
	taken(w, &two, rec->params.aux[0]);
	REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_owner), RTT_SET_RIPAS, two.rd, rec->pa, 0, WORLD_PAGE);
}

/* The host's page in two realms, twice in one of them, and then no longer the host's: it is theirs only as long as each maps it. */
static void page_of_the_host_in_two_realms(void **state)
{
	struct world *w = *state;
	struct realm one;
	struct realm two;
	uint64_t page = world_pages(w, 1);
	uint64_t desc = page | NS_ATTRIBUTES;

	realm_new(w, &one, 32);
	realm_new(w, &two, 40);
	realm_tables(w, &one, realm_half(&one), 3);
	realm_tables(w, &two, realm_half(&two), 3);
	OK(w, RTT_MAP_UNPROTECTED, one.rd, realm_half(&one), 3, desc);
	OK(w, RTT_MAP_UNPROTECTED, one.rd, realm_half(&one) + WORLD_PAGE, 3, desc);
	OK(w, RTT_MAP_UNPROTECTED, two.rd, realm_half(&two), 3, desc);
	OK(w, RTT_UNMAP_UNPROTECTED, one.rd, realm_half(&one), 3);
	ENTRY(w, &one, realm_half(&one) + WORLD_PAGE, 3, 3, ASSIGNED, EMPTY, desc);
	ENTRY(w, &two, realm_half(&two), 3, 3, ASSIGNED, EMPTY, desc);
	OK(w, GRANULE_DELEGATE, page);
	realm_tables(w, &two, 0, 3);
	OK(w, DATA_CREATE_UNKNOWN, two.rd, page, 0);
	OK(w, RTT_UNMAP_UNPROTECTED, one.rd, realm_half(&one) + WORLD_PAGE, 3);
	OK(w, RTT_UNMAP_UNPROTECTED, two.rd, realm_half(&two), 3);
	assert_int_equal(world_state(w, page), GRANULE_DATA);
	assert_int_equal(world_owner(w, page), two.rd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ranges_wrap),
		TEST(addresses_wrap),
		TEST(granules_wrap),
		TEST(levels_wrap),
		TEST(pages_wrap),
		TEST(granules_of_two_realms),
		TEST(page_of_the_host_in_two_realms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
