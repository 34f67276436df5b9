/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_order.c - of two things wrong with one call, the one is told that section 6 lists first (section 9 for REC_ENTER). */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

/* What a fault changes: an argument of the call, or a field of the page that it names. */
enum field {
	ARGUMENT_0,
	ARGUMENT_1,
	ARGUMENT_2,
	ARGUMENT_3,
	ARGUMENT_4,
	REALM_HASH,
	REALM_BREAKPOINTS,
	REALM_ROOT,
	REALM_ROOT_COUNT,
	REALM_VMID,
	REC_AUX_NUMBER,
	REC_AUX_0,
	REC_AUX_1,
	REC_MPIDR,
	ENTER_GIC,
	ENTER_FLAGS
};

struct attempt {
	struct call call;
	struct rmi_realm_params realm;
	struct rmi_rec_params rec;
	struct rmi_rec_enter enter;
	size_t size; /* of the operand; it goes to `page` */
	const void *operand;
	uint64_t page;
};

struct fault {
	enum field field;
	uint64_t value;
	struct expectation expected;
};

#define LEVEL_3_OF_33_BITS (UINT64_C(1) << 32 | 3)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
/* The three faults of a granule, in their order; `wrong` is one in another state. */
#define GRANULE(field, good, wrong, align, bound, state) \
	{field, (good) + 8, INPUT(align)}, {field, WORLD_TOP, INPUT(bound)}, \
	{ \
		field, wrong, INPUT(state) \
	}
#define RD(w, good) GRANULE(ARGUMENT_0, good, (w)->sample[GRANULE_DATA], rd_align, rd_bound, rd_state)

static void set(struct attempt *a, enum field field, uint64_t value)
{
	switch (field) {
	case ARGUMENT_0:
	case ARGUMENT_1:
	case ARGUMENT_2:
	case ARGUMENT_3:
	case ARGUMENT_4:
		a->call.a[field] = value;
		return;
	case REALM_HASH:
		a->realm.hash_algo = (uint8_t)value;
		return;
	case REALM_BREAKPOINTS:
		a->realm.num_bps = (uint8_t)value;
		return;
	case REALM_ROOT:
		a->realm.rtt_base = value;
		return;
	case REALM_ROOT_COUNT:
		a->realm.rtt_num_start = (uint32_t)value;
		return;
	case REALM_VMID:
		a->realm.vmid = (uint16_t)value;
		return;
	case REC_AUX_NUMBER:
		a->rec.num_aux = value;
		return;
	case REC_AUX_0:
		a->rec.aux[0] = value;
		return;
	case REC_AUX_1:
		a->rec.aux[1] = value;
		return;
	case REC_MPIDR:
		a->rec.mpidr = value;
		return;
	case ENTER_GIC:
		a->enter.gicv3_hcr = value;
		return;
	case ENTER_FLAGS:
		a->enter.flags = value;
		return;
	}
}

/* Both faults at once, unless they are of one field; the first is what is told. */
static void try_both(struct place place, struct world *w, const struct attempt *good, const struct fault *first,
	const struct fault *second)
{
	struct attempt a = *good;
	struct reply reply;

	if (second != first && second->field == first->field) {
		return;
	}
	set(&a, second->field, second->value);
	set(&a, first->field, first->value);
	if (a.size != 0) {
		const char *operand = good->operand;

		memcpy(world_at(w, a.page), (const char *)&a + (operand - (const char *)good), a.size);
	}
	reply = world_call(place, w, a.call);
	if (reply.condition != first->expected.condition ||
		reply.word != (first->expected.status | (uint64_t)first->expected.index << 8)) {
		print_error("%s: not %s, with or before %s\n", rmi_condition_name(reply.condition),
			rmi_condition_name(first->expected.condition), rmi_condition_name(second->expected.condition));
		_fail(place.file, place.line);
	}
}

/* Each fault alone, and with each later one of another field. */
static void in_order(
	struct place place, struct world *w, const struct attempt *good, const struct fault *faults, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = i; j < count; j++) {
			try_both(place, w, good, &faults[i], &faults[j]);
		}
	}
}

#define IN_ORDER(w, faults, name, ...) \
	in_order(HERE, w, &(struct attempt){.call = CALL(name, __VA_ARGS__)}, faults, COUNT(faults))

/* A NEW and an ACTIVE realm of 40 bits with a page at 0 and tables there. */
static void two_realms(struct world *w, struct realm *realm, struct realm *active)
{
	realm_new(w, realm, 40);
	realm_data(w, realm, 0, 1);
	realm_new(w, active, 40);
	realm_data(w, active, 0, 1);
	realm_activate(w, active);
}

static void data(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct realm active;
	uint64_t page = world_delegated(w, 1);
	uint64_t half;

	two_realms(w, &realm, &active);
	half = realm_half(&realm);
	const struct fault create[] = {{ARGUMENT_4, 2, INPUT(flags_valid)},
		GRANULE(ARGUMENT_3, w->source, w->sample[GRANULE_DELEGATED], src_align, src_bound, src_pas),
		GRANULE(ARGUMENT_1, page, w->sample[GRANULE_RD], data_align, data_bound, data_state), RD(w, realm.rd),
		{ARGUMENT_0, active.rd, EXPECT(RMI_ERROR_REALM, 0, realm_state)},
		{ARGUMENT_2, half + 8, INPUT(ipa_bound)}, {ARGUMENT_2, WORLD_1G + 8, INPUT(ipa_align)},
		{ARGUMENT_2, WORLD_1G, RTT(1, rtt_walk)}, {ARGUMENT_2, 0, RTT(3, rtte_state)}};
	const struct fault unknown[] = {
		GRANULE(ARGUMENT_1, page, w->sample[GRANULE_RD], data_align, data_bound, data_state), RD(w, realm.rd),
		{ARGUMENT_2, half + 8, INPUT(ipa_bound)}, {ARGUMENT_2, WORLD_1G + 8, INPUT(ipa_align)},
		{ARGUMENT_2, WORLD_1G, RTT(1, rtt_walk)}, {ARGUMENT_2, 0, RTT(3, rtte_state)}};
	const struct fault destroy[] = {RD(w, realm.rd), {ARGUMENT_1, WORLD_1G + 8, INPUT(ipa_align)},
		{ARGUMENT_1, half, INPUT(ipa_bound)}, {ARGUMENT_1, WORLD_1G, RTT(1, rtt_walk)},
		{ARGUMENT_1, WORLD_PAGE, RTT(3, rtte_state)}};

	IN_ORDER(w, create, DATA_CREATE, realm.rd, page, WORLD_PAGE, w->source, 1);
	IN_ORDER(w, unknown, DATA_CREATE_UNKNOWN, realm.rd, page, WORLD_PAGE);
	IN_ORDER(w, destroy, DATA_DESTROY, realm.rd, 0);
}

static void tables(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct realm active;
	uint64_t table = world_delegated(w, 1);
	uint64_t end;

	two_realms(w, &realm, &active);
	end = 2 * realm_half(&realm);
	const struct fault create[] = {
		GRANULE(ARGUMENT_1, table, w->sample[GRANULE_RD], rtt_align, rtt_bound, rtt_state), RD(w, realm.rd),
		{ARGUMENT_3, 1, INPUT(level_bound)}, {ARGUMENT_3, 4, INPUT(level_bound)},
		{ARGUMENT_3, LEVEL_3_OF_33_BITS, INPUT(level_bound)}, {ARGUMENT_2, end + WORLD_PAGE, INPUT(ipa_align)},
		{ARGUMENT_2, end, INPUT(ipa_bound)}, {ARGUMENT_2, WORLD_1G, RTT(1, rtt_walk)},
		{ARGUMENT_2, 0, RTT(2, rtte_state)}};
	const struct fault destroy[] = {RD(w, realm.rd), {ARGUMENT_2, 1, INPUT(level_bound)},
		{ARGUMENT_2, 4, INPUT(level_bound)}, {ARGUMENT_2, LEVEL_3_OF_33_BITS, INPUT(level_bound)},
		{ARGUMENT_1, end + WORLD_PAGE, INPUT(ipa_align)}, {ARGUMENT_1, end, INPUT(ipa_bound)},
		{ARGUMENT_1, WORLD_1G, RTT(1, rtt_walk)}, {ARGUMENT_1, WORLD_2M, RTT(2, rtte_state)}};
	const struct fault read[] = {RD(w, realm.rd), {ARGUMENT_2, 0, INPUT(level_bound)},
		{ARGUMENT_2, 4, INPUT(level_bound)}, {ARGUMENT_2, LEVEL_3_OF_33_BITS, INPUT(level_bound)},
		{ARGUMENT_1, end + 8, INPUT(ipa_align)}, {ARGUMENT_1, end, INPUT(ipa_bound)}};

	IN_ORDER(w, create, RTT_CREATE, realm.rd, table, WORLD_2M, 3);
	IN_ORDER(w, destroy, RTT_DESTROY, realm.rd, 0, 3);
	IN_ORDER(w, destroy, RTT_FOLD, realm.rd, 0, 3);
	IN_ORDER(w, read, RTT_READ_ENTRY, realm.rd, 0, 3);
}

static void unprotected(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct realm active;
	uint64_t half;

	two_realms(w, &realm, &active);
	half = realm_half(&realm);
	realm_tables(w, &realm, half, 3);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, half, 3, w->spare | 0xD8);
	const struct fault map[] = {{ARGUMENT_2, 0, INPUT(level_bound)}, {ARGUMENT_2, 4, INPUT(level_bound)},
		{ARGUMENT_2, LEVEL_3_OF_33_BITS, INPUT(level_bound)}, RD(w, realm.rd),
		{ARGUMENT_3, UINT64_C(1) << 63 | 1 << 10, INPUT(attr_valid)},
		{ARGUMENT_3, WORLD_BASE | 0xD0, INPUT(attr_valid)},
		{ARGUMENT_3, UINT64_C(1) << 48 | 0xD8, INPUT(addr_bound)}, {ARGUMENT_1, WORLD_1G + 8, INPUT(ipa_align)},
		{ARGUMENT_1, 2 * half, INPUT(ipa_bound)}, {ARGUMENT_1, half + WORLD_1G, RTT(1, rtt_walk)},
		{ARGUMENT_1, half, RTT(3, rtte_state)}};
	const struct fault block[] = {RD(w, realm.rd), {ARGUMENT_3, w->spare, INPUT(addr_align)},
		{ARGUMENT_1, WORLD_2M + WORLD_PAGE, INPUT(ipa_align)}, {ARGUMENT_1, WORLD_2M, INPUT(ipa_bound)},
		{ARGUMENT_1, half + WORLD_1G, RTT(1, rtt_walk)}, {ARGUMENT_1, half, RTT(2, rtte_state)}};
	const struct fault unmap[] = {{ARGUMENT_2, 0, INPUT(level_bound)}, {ARGUMENT_2, 4, INPUT(level_bound)},
		{ARGUMENT_2, LEVEL_3_OF_33_BITS, INPUT(level_bound)}, RD(w, realm.rd),
		{ARGUMENT_1, WORLD_1G + 8, INPUT(ipa_align)}, {ARGUMENT_1, 2 * half, INPUT(ipa_bound)},
		{ARGUMENT_1, half + WORLD_1G, RTT(1, rtt_walk)}, {ARGUMENT_1, half + WORLD_PAGE, RTT(3, rtte_state)}};

	IN_ORDER(w, map, RTT_MAP_UNPROTECTED, realm.rd, half + WORLD_PAGE, 3, w->spare | 0xD8);
	IN_ORDER(w, block, RTT_MAP_UNPROTECTED, realm.rd, half + WORLD_2M, 2, WORLD_BASE | 0xD8);
	IN_ORDER(w, unmap, RTT_UNMAP_UNPROTECTED, realm.rd, half, 3);
}

static void ripas(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct realm active;
	struct realm running;
	const struct rec *rec;

	two_realms(w, &realm, &active);
	rec = realm_running(w, &running);
	script_clear(w);
	script_smc(w, RSI_FID(IPA_STATE_SET), 2 * WORLD_PAGE, 4 * WORLD_PAGE, RIPAS_EMPTY, 0);
	ENTER(w, rec);
	const struct fault init[] = {{ARGUMENT_2, 0, INPUT(size_valid)}, RD(w, realm.rd),
		{ARGUMENT_1, 8, INPUT(top_gran_align)}, {ARGUMENT_2, realm_half(&realm) + 8, INPUT(top_gran_align)},
		{ARGUMENT_2, realm_half(&realm) + WORLD_PAGE, INPUT(top_bound)},
		{ARGUMENT_0, active.rd, EXPECT(RMI_ERROR_REALM, 0, realm_state)}, {ARGUMENT_1, 0, RTT(3, no_progress)}};
	const struct fault change[] = {{ARGUMENT_3, 0, INPUT(size_valid)}, RD(w, running.rd),
		GRANULE(ARGUMENT_1, rec->pa, w->sample[GRANULE_RD], rec_align, rec_bound, rec_gran_state),
		{ARGUMENT_0, active.rd, EXPECT(RMI_ERROR_REC, 0, rec_owner)},
		{ARGUMENT_2, 3 * WORLD_PAGE, INPUT(base_bound)}, {ARGUMENT_3, 5 * WORLD_PAGE + 8, INPUT(top_bound)},
		{ARGUMENT_3, 4 * WORLD_PAGE - 8, INPUT(top_gran_align)}};

	IN_ORDER(w, init, RTT_INIT_RIPAS, realm.rd, WORLD_PAGE, 2 * WORLD_PAGE);
	IN_ORDER(w, change, RTT_SET_RIPAS, running.rd, rec->pa, 2 * WORLD_PAGE, 4 * WORLD_PAGE);
}

static void realm_parameters(void **state)
{
	struct world *w = *state;
	struct attempt good = {.size = sizeof(good.realm), .page = w->params};
	struct realm realm;

	realm_prepare(w, &realm, 40);
	world_pages(w, 1);
	realm.rd = world_delegated(w, 1); /* not just behind the tables */
	good.call = CALL(REALM_CREATE, realm.rd, w->params);
	good.realm = realm.params;
	good.operand = &good.realm;
	const struct fault faults[] = {
		GRANULE(ARGUMENT_1, w->params, w->sample[GRANULE_DELEGATED], params_align, params_bound, params_pas),
		{REALM_HASH, 7, INPUT(params_valid)}, {REALM_BREAKPOINTS, 0, INPUT(params_supp)},
		{REALM_ROOT, realm.params.rtt_base + WORLD_PAGE + 8, INPUT(rtt_align)},
		{REALM_ROOT_COUNT, 1, INPUT(rtt_num_level)},
		{REALM_ROOT, reeve_align_down(w->sample[GRANULE_RD], 2 * WORLD_PAGE), INPUT(rtt_state)},
		{REALM_VMID, w->other.params.vmid, INPUT(vmid_valid)}, RD(w, realm.rd)};
	/* The RD is the first root table, and more is wrong. */
	const struct fault with_alias[] = {{REALM_HASH, 7, INPUT(params_valid)},
		{REALM_BREAKPOINTS, 0, INPUT(params_supp)}, {ARGUMENT_4, 0, INPUT(alias)},
		{REALM_ROOT_COUNT, 1, INPUT(alias)}, {REALM_VMID, w->other.params.vmid, INPUT(alias)}};

	in_order(HERE, w, &good, faults, COUNT(faults));
	good.call.a[0] = realm.params.rtt_base + 8;
	good.realm.rtt_base += 8;
	in_order(HERE, w, &good, with_alias, COUNT(with_alias));
}

static void rec_parameters(void **state)
{
	struct world *w = *state;
	struct attempt good = {.size = sizeof(good.rec), .page = w->params};
	struct realm realm;
	struct realm active;
	const struct rec *rec;

	two_realms(w, &realm, &active);
	rec = realm_rec_prepare(w, &realm, true);
	good.call = CALL(REC_CREATE, realm.rd, rec->pa, w->params);
	good.rec = rec->params;
	good.operand = &good.rec;
	const struct fault faults[] = {
		GRANULE(ARGUMENT_2, w->params, w->sample[GRANULE_DELEGATED], params_align, params_bound, params_pas),
		{REC_AUX_NUMBER, RMI_REC_AUX_MAX + 1, INPUT(aux_count)}, {REC_AUX_0, 8, INPUT(aux_align)},
		{REC_AUX_0, WORLD_TOP, INPUT(aux_bound)}, {REC_AUX_0, w->source, INPUT(aux_state)},
		{REC_AUX_1, rec->params.aux[0], INPUT(aux_alias)},
		GRANULE(ARGUMENT_1, rec->pa, w->sample[GRANULE_RD], rec_align, rec_bound, rec_gran_state),
		RD(w, realm.rd), {ARGUMENT_0, active.rd, EXPECT(RMI_ERROR_REALM, 0, realm_state)},
		{REC_MPIDR, 1, INPUT(mpidr_index)}, {REC_AUX_NUMBER, rec->params.num_aux - 1, INPUT(aux_count)}};

	in_order(HERE, w, &good, faults, COUNT(faults));
}

static void entry(void **state)
{
	struct world *w = *state;
	struct attempt good = {.size = sizeof(good.enter)};
	struct realm fresh;
	struct realm realm;
	const struct rec *idle;
	const struct rec *rec;
	const struct rec *off;
	const struct rec *pending;

	realm_new(w, &fresh, 40);
	idle = realm_rec(w, &fresh, false);
	realm_new(w, &realm, 40);
	rec = realm_rec(w, &realm, true);
	off = realm_rec(w, &realm, false);
	pending = realm_rec(w, &realm, true);
	realm_activate(w, &realm);
	script_clear(w);
	script_smc(w, PSCI_FID64_CPU_ON, 1, 0x1000, 0, 0);
	ENTER(w, pending);
	good.call = CALL(REC_ENTER, rec->pa, rec->run);
	good.page = rec->run;
	good.operand = &good.enter;
	const struct fault faults[] = {
		GRANULE(ARGUMENT_1, rec->run, w->sample[GRANULE_DELEGATED], run_align, run_bound, run_pas),
		GRANULE(ARGUMENT_0, rec->pa, w->sample[GRANULE_RD], rec_align, rec_bound, rec_gran_state),
		{ARGUMENT_0, idle->pa, EXPECT(RMI_ERROR_REALM, 0, realm_new)},
		{ARGUMENT_0, off->pa, EXPECT(RMI_ERROR_REC, 0, rec_runnable)},
		{ARGUMENT_0, pending->pa, EXPECT(RMI_ERROR_REC, 0, rec_psci)},
		{ENTER_GIC, UINT64_C(1) << 20, EXPECT(RMI_ERROR_REC, 0, rec_gicv3)},
		{ENTER_FLAGS, FIELD_MASK(ENTER_FLAG_INJECT_SEA) | FIELD_MASK(ENTER_FLAG_EMUL_MMIO),
			EXPECT(RMI_ERROR_REC, 0, rec_sea)},
		{ENTER_FLAGS, FIELD_MASK(ENTER_FLAG_EMUL_MMIO), EXPECT(RMI_ERROR_REC, 0, rec_mmio)}};

	in_order(HERE, w, &good, faults, COUNT(faults));
}

static void completion(void **state)
{
	struct world *w = *state;
	struct realm realm;
	const struct rec *caller;
	const struct rec *target;
	const struct rec *third;
	const struct rec *fourth;

	realm_new(w, &realm, 40);
	caller = realm_rec(w, &realm, true);
	target = realm_rec(w, &realm, false);
	third = realm_rec(w, &realm, true);
	fourth = realm_rec(w, &realm, false);
	realm_activate(w, &realm);
	script_clear(w);
	script_smc(w, PSCI_FID64_CPU_ON, 1, 0x1000, 0, 0);
	ENTER(w, caller);
	const struct fault faults[] = {
		GRANULE(ARGUMENT_0, caller->pa, w->sample[GRANULE_RD], caller_align, caller_bound, caller_gran_state),
		{ARGUMENT_1, target->pa + 8, INPUT(target_align)},
		{ARGUMENT_1, WORLD_TOP + WORLD_PAGE, INPUT(target_bound)},
		{ARGUMENT_1, w->sample[GRANULE_DATA], INPUT(target_gran_state)},
		{ARGUMENT_0, third->pa, INPUT(pending)}, {ARGUMENT_1, w->sample[GRANULE_REC], INPUT(owner)},
		{ARGUMENT_1, fourth->pa, INPUT(target)}, {ARGUMENT_2, 1, INPUT(psci_status)}};

	const struct fault with_alias[] = {{ARGUMENT_2, 1, INPUT(alias)}};

	IN_ORDER(w, faults, PSCI_COMPLETE, caller->pa, target->pa, 0);
	IN_ORDER(w, with_alias, PSCI_COMPLETE, target->pa, target->pa, 0);
	IN_ORDER(w, with_alias, PSCI_COMPLETE, target->pa + 8, target->pa + 8, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(data, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(tables, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(unprotected, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(ripas, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(realm_parameters, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(rec_parameters, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(entry, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(completion, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
