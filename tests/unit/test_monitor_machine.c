/* SPDX-License-Identifier: BSD-2-Clause */
/* test_monitor_machine.c - what the monitor asks of its machine and when: reads, TLB, what is gone; and machines that offer less. */
#include "tests/unit/support/rec_machine.h"

#include <string.h>

#define MIB2 UINT64_C(0x200000)

/* Each host page is read once: what is judged is what is used, whatever the host writes meanwhile. */
static void operands_are_read_once(void **state)
{
	struct reeve_monitor_config config = machine_config();
	struct machine *w = machine_new(&config);

	machine_realm_params(w);
	assert_int_equal(w->ns_reads, 0);
	assert_int_equal(SMC(w, RMI_FID(REALM_CREATE), pa_of(G_RD), pa_of(G_NS)), 0);
	assert_int_equal(w->ns_reads, 1);
	assert_int_equal(SMC(w, RMI_FID(RTT_CREATE), pa_of(G_RD), pa_of(G_RTT), 0, 3), 0);
	assert_int_equal(w->ns_reads, 1);
	assert_int_equal(SMC(w, RMI_FID(DATA_CREATE), pa_of(G_RD), pa_of(G_DATA), 0x1000, pa_of(G_NS), 1), 0);
	assert_int_equal(w->ns_reads, 2);
	assert_int_equal(rec_create(w, G_REC0, G_AUX0, 0, true), 0);
	assert_int_equal(w->ns_reads, 3);
	assert_int_equal(SMC(w, RMI_FID(REALM_ACTIVATE), pa_of(G_RD)), 0);
	ENTER(w, rec_idle());
	assert_int_equal(w->ns_reads, 4);
	*state = w;
	machine_teardown(state);
}

/* A page that is no longer Non-secure when it is read: section 6, src_pas, params_pas; section 9, run_pas. */
static void operands_may_be_unreadable(void **state)
{
	struct machine *w = *state;

	assert_int_equal(rec_create(w, G_REC0, G_AUX0, 0, true), 0);
	w->ns_is_secure = true;
	EXPECT(w, params_pas, RMI_ERROR_INPUT, RMI_FID(REALM_CREATE), pa_of(G_DATA + 2), pa_of(G_NS));
	EXPECT(w, src_pas, RMI_ERROR_INPUT, RMI_FID(DATA_CREATE), pa_of(G_RD), pa_of(G_DATA + 2), 0x3000, pa_of(G_NS),
		1);
	EXPECT(w, params_pas, RMI_ERROR_INPUT, RMI_FID(REC_CREATE), pa_of(G_RD), pa_of(G_REC1), pa_of(G_NS));
	EXPECT(w, run_pas, RMI_ERROR_INPUT, RMI_FID(REC_ENTER), pa_of(G_REC0), pa_of(G_RUN));
}

static void invalidated(const struct machine *w, unsigned times, uint64_t base, uint64_t size)
{
	assert_int_equal(w->invalidations, times);
	assert_int_equal(w->invalidated.value, base);
	assert_int_equal(w->invalidated_size, size);
	assert_int_equal(w->watched_then, 0);
}

/* Arm ARM D8, break before make: an entry is invalid while its translations are dropped, all that it covered. */
static void entries_break_before_they_are_made(void **state)
{
	struct machine *w = *state;
	const uint64_t *root = (const uint64_t *)w->memory[G_ROOT];
	const uint64_t *table = (const uint64_t *)w->memory[G_RTT];

	w->invalidations = 0;
	w->watched = &table[1];
	assert_int_equal(SMC(w, RMI_FID(DATA_DESTROY), pa_of(G_RD), 0x1000), 0);
	invalidated(w, 1, 0x1000, REEVE_GRANULE_SIZE);
	w->watched = &table[2];
	assert_int_equal(SMC(w, RMI_FID(DATA_DESTROY), pa_of(G_RD), 0x2000), 0);
	invalidated(w, 2, 0x2000, REEVE_GRANULE_SIZE);
	w->watched = &root[0];
	assert_int_equal(SMC(w, RMI_FID(RTT_DESTROY), pa_of(G_RD), 0, 3), 0);
	invalidated(w, 3, 0, MIB2);
	w->watched = (const uint64_t *)w->memory[G_ROOT + 2];
	assert_int_equal(SMC(w, RMI_FID(RTT_MAP_UNPROTECTED), pa_of(G_RD), UNPROTECTED, 2, BASE | 0xD8), 0);
	assert_int_equal(w->invalidations, 3);
	assert_int_equal(SMC(w, RMI_FID(RTT_UNMAP_UNPROTECTED), pa_of(G_RD), UNPROTECTED, 2), 0);
	invalidated(w, 4, UNPROTECTED, MIB2);
}

/* Two pages that were there and one that was not: the translations of all three are dropped. */
static void memory_given_up_is_out_of_reach(void **state)
{
	struct machine *w = *state;

	ENTER(w, smc_of(RSI_FID(IPA_STATE_SET), 0x1000, 0x4000, RIPAS_EMPTY, 0));
	w->invalidations = 0;
	assert_int_equal(SMC(w, RMI_FID(RTT_SET_RIPAS), pa_of(G_RD), pa_of(G_REC0), 0x1000, 0x4000), 0);
	invalidated(w, 1, 0x1000, 0x3000);
}

/* The machine forgets a realm with the stage 2 that it had, and a REC. */
static void what_is_gone_is_forgotten(void **state)
{
	struct machine *w = *state;

	ENTER(w, rec_idle());
	memset(w->memory[G_AUX0 + 1], 0x5A, REEVE_GRANULE_SIZE); /* what a machine keeps there */
	assert_int_equal(SMC(w, RMI_FID(REC_DESTROY), pa_of(G_REC0)), 0);
	assert_int_equal(w->memory[G_AUX0 + 1][REEVE_GRANULE_SIZE - 1], 0);
	assert_int_equal(SMC(w, RMI_FID(REC_DESTROY), pa_of(G_REC1)), 0);
	assert_int_equal(w->recs_destroyed, 2);
	assert_int_equal(SMC(w, RMI_FID(DATA_DESTROY), pa_of(G_RD), 0x1000), 0);
	assert_int_equal(SMC(w, RMI_FID(DATA_DESTROY), pa_of(G_RD), 0x2000), 0);
	assert_int_equal(SMC(w, RMI_FID(RTT_DESTROY), pa_of(G_RD), 0, 3), 0);
	assert_int_equal(w->stage2s_destroyed, 0);
	assert_int_equal(SMC(w, RMI_FID(REALM_DESTROY), pa_of(G_RD)), 0);
	assert_int_equal(w->stage2s_destroyed, 1);
	assert_int_equal(w->stage2_destroyed.rd.value, pa_of(G_RD));
	assert_int_equal(w->stage2_destroyed.root.value, pa_of(G_ROOT));
	assert_int_equal(w->stage2_destroyed.vmid, w->seen[0].stage2.vmid);
}

/* A CPU is told what RmiRealmParams promised. */
static void features_reach_the_cpu(void **state)
{
	struct reeve_monitor_config config = machine_config();
	struct rmi_realm_params *params;
	struct machine *w;

	config.features0 |= FIELD_MASK(FEATURE0_SVE_EN) | FIELD_SET(0, FEATURE0_SVE_VL, 7) |
		FIELD_MASK(FEATURE0_PMU_EN) | FIELD_SET(0, FEATURE0_PMU_NUM_CTRS, 6);
	w = machine_new(&config);
	params = machine_realm_params(w);
	params->flags = FIELD_MASK(REALM_FLAG_SVE) | FIELD_MASK(REALM_FLAG_PMU);
	params->sve_vl = 5;
	params->num_bps = 4;
	params->num_wps = 3;
	params->pmu_num_ctrs = 2;
	assert_int_equal(SMC(w, RMI_FID(REALM_CREATE), pa_of(G_RD), pa_of(G_NS)), 0);
	assert_int_equal(rec_create(w, G_REC0, G_AUX0, 0, true), 0);
	assert_int_equal(SMC(w, RMI_FID(REALM_ACTIVATE), pa_of(G_RD)), 0);
	ENTER(w, rec_idle());
	assert_int_equal(w->seen[0].features.flags, FIELD_MASK(REALM_FLAG_SVE) | FIELD_MASK(REALM_FLAG_PMU));
	assert_int_equal(w->seen[0].features.sve_vl, 5);
	assert_int_equal(w->seen[0].features.num_bps, 4);
	assert_int_equal(w->seen[0].features.num_wps, 3);
	assert_int_equal(w->seen[0].features.pmu_num_ctrs, 2);
	*state = w;
	machine_teardown(state);
}

/* Section 6: a VMID has as many bits as are implemented. */
static void vmids_of_8_bits(void **state)
{
	struct reeve_monitor_config config = machine_config();
	struct rmi_realm_params *params;
	struct machine *w;

	config.vmid_bits = 8;
	w = machine_new(&config);
	params = machine_realm_params(w);
	params->vmid = 256;
	EXPECT(w, vmid_valid, RMI_ERROR_INPUT, RMI_FID(REALM_CREATE), pa_of(G_RD), pa_of(G_NS));
	params->vmid = 255;
	EXPECT(w, NONE, 0, RMI_FID(REALM_CREATE), pa_of(G_RD), pa_of(G_NS));
	*state = w;
	machine_teardown(state);
}

/* Section 5: a start level of 0 needs 44 bits of PA. */
static void level_0_needs_44_bits(void **state)
{
	for (unsigned bits = 43; bits <= 44; bits++) {
		struct reeve_monitor_config config = machine_config();
		struct rmi_realm_params *params;
		struct machine *w;

		config.pa_bits = bits;
		w = machine_new(&config);
		params = machine_realm_params(w);
		params->s2sz = 40;
		params->rtt_level_start = 0;
		params->rtt_num_start = 1;
		if (bits < 44) {
			EXPECT(w, rtt_num_level, RMI_ERROR_INPUT, RMI_FID(REALM_CREATE), pa_of(G_RD), pa_of(G_NS));
		} else {
			EXPECT(w, NONE, 0, RMI_FID(REALM_CREATE), pa_of(G_RD), pa_of(G_NS));
		}
		*state = w;
		machine_teardown(state);
	}
}

/* Section 5, addr_bound: the host maps no address that the machine does not have. */
static void addresses_of_40_bits(void **state)
{
	static const uint64_t end = UINT64_C(1) << 40;
	struct reeve_monitor_config config = machine_config();
	struct machine *w;

	config.pa_bits = 40;
	w = machine_new(&config);
	machine_realm_params(w);
	EXPECT(w, NONE, 0, RMI_FID(REALM_CREATE), pa_of(G_RD), pa_of(G_NS));
	EXPECT(w, addr_bound, RMI_ERROR_INPUT, RMI_FID(RTT_MAP_UNPROTECTED), pa_of(G_RD), UNPROTECTED, 2, end | 0xD8);
	EXPECT(w, NONE, 0, RMI_FID(RTT_MAP_UNPROTECTED), pa_of(G_RD), UNPROTECTED, 2, (end - MIB2) | 0xD8);
	*state = w;
	machine_teardown(state);
}

static struct stage2_translation translation;

static void keep(void *context, const struct stage2_translation *t)
{
	(void)context;
	translation = *t;
}

static const struct stage2_translation *at(struct machine *w, uint64_t ipa)
{
	const struct stage2 *stage2 = &w->seen[0].stage2;

	memset(&translation, 0xA5, sizeof(translation));
	monitor_stage2_translate(w->monitor, stage2, reeve_ipa(ipa), keep, NULL);
	return &translation;
}

static void reach(struct machine *w, uint64_t ipa, const char *rights, uint64_t pa)
{
	const struct stage2_translation *t = at(w, ipa);

	assert_true(t->mapped);
	assert_int_equal(t->can_read, strchr(rights, 'r') != NULL);
	assert_int_equal(t->can_write, strchr(rights, 'w') != NULL);
	assert_int_equal(t->can_execute, strchr(rights, 'x') != NULL);
	assert_int_equal(t->ns, ipa >= UNPROTECTED);
	assert_int_equal(t->base.value, ipa);
	assert_int_equal(t->pa.value, pa);
}

static void reach_nothing(struct machine *w, uint64_t ipa, int level)
{
	assert_false(at(w, ipa)->mapped);
	assert_int_equal(translation.level, level);
}

/* What a machine without a table walker is told: only assigned RAM and what the host mapped, as the host mapped it. */
static void translations(void **state)
{
	struct machine *w = *state;

	ENTER(w, smc_of(RSI_FID(IPA_STATE_SET), 0x2000, 0x3000, RIPAS_EMPTY, 0));
	assert_int_equal(SMC(w, RMI_FID(RTT_SET_RIPAS), pa_of(G_RD), pa_of(G_REC0), 0x2000, 0x3000), 0);
	assert_int_equal(SMC(w, RMI_FID(RTT_MAP_UNPROTECTED), pa_of(G_RD), UNPROTECTED, 2, BASE | 0xD8), 0);
	assert_int_equal(SMC(w, RMI_FID(RTT_MAP_UNPROTECTED), pa_of(G_RD), UNPROTECTED + MIB2, 2, BASE | 0x58), 0);
	assert_int_equal(SMC(w, RMI_FID(RTT_MAP_UNPROTECTED), pa_of(G_RD), UNPROTECTED + 2 * MIB2, 2, BASE | 0x98), 0);
	reach(w, 0x1000, "rwx", pa_of(G_DATA));
	reach_nothing(w, 0x2000, 3); /* given up, still assigned */
	reach_nothing(w, 0x3000, 3);
	reach_nothing(w, MIB2, 2);
	reach(w, UNPROTECTED, "rw", BASE);
	reach(w, UNPROTECTED + MIB2, "r", BASE);
	reach(w, UNPROTECTED + 2 * MIB2, "w", BASE);
	reach_nothing(w, UNPROTECTED + 3 * MIB2, 2);
	reach_nothing(w, UINT64_C(1) << 32, 2);
	reach_nothing(w, UINT64_C(1) << 47 | 0x1000, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operands_are_read_once),
		cmocka_unit_test_setup_teardown(operands_may_be_unreadable, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(entries_break_before_they_are_made, machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(
			memory_given_up_is_out_of_reach, machine_setup_active, machine_teardown),
		cmocka_unit_test_setup_teardown(what_is_gone_is_forgotten, machine_setup_active, machine_teardown),
		cmocka_unit_test(features_reach_the_cpu),
		cmocka_unit_test(vmids_of_8_bits),
		cmocka_unit_test(level_0_needs_44_bits),
		cmocka_unit_test(addresses_of_40_bits),
		cmocka_unit_test_setup_teardown(translations, machine_setup_active, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
