/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_mmio.c - what the next REC_ENTER does about an abort at an unprotected address: MMIO completion, injected abort (section 9). */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

struct access {
	unsigned size; /* SAS: 1 << size bytes */
	bool sign;
	bool wide; /* SF */
	bool write;
	unsigned rt;
};

static uint64_t esr_of_access(const struct access *access)
{
	return esr_of(EC_DATA,
		FIELD_MASK(ESR_ABORT_ISV) | FIELD_SET(0, ESR_ABORT_SAS, access->size) |
			FIELD_SET(0, ESR_ABORT_SSE, access->sign) | FIELD_SET(0, ESR_ABORT_SRT, access->rt) |
			FIELD_SET(0, ESR_ABORT_SF, access->wide) | FIELD_SET(0, ESR_ABORT_WNR, access->write) | 0x06);
}

/* Registers before the access: each its own value. */
static void fill(uint64_t x[RMI_GPR_COUNT])
{
	for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
		x[i] = UINT64_C(0xA5A5A5A5C0000000) + i;
	}
}

/* Run into the access; the exit is an emulatable abort. */
static void access_exit(struct world *w, const struct realm *realm, const struct rec *rec, const struct access *access)
{
	struct step *step;

	script_clear(w);
	step = script_trap(w, esr_of_access(access), 0x10, realm_half(realm));
	step->sets = true;
	fill(step->x);
	assert_int_equal(ENTER(w, rec)->exit_reason, RMI_EXIT_SYNC);
}

/* Enter again with `flags` and gprs[0], gprs[1..30] full of rubbish; what the REC sees is in seen[0]. */
static void complete(struct world *w, const struct rec *rec, uint64_t flags, uint64_t value)
{
	struct rmi_rec_enter *enter = &rec_run(w, rec)->enter;

	enter->flags = flags;
	memset(enter->gprs, 0xDD, sizeof(enter->gprs));
	enter->gprs[0] = value;
	script_clear(w);
	ENTER(w, rec);
	enter->flags = 0;
}

/* Section 9: masked to the size, sign-extended if SSE, truncated to 32 bits if SF = 0. */
static uint64_t loaded(const struct access *access, uint64_t value)
{
	unsigned bits = 8U << access->size;
	uint64_t mask = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;

	value &= mask;
	if (access->sign && (value >> (bits - 1) & 1) != 0) {
		value |= ~mask;
	}
	return access->wide ? value : value & UINT32_MAX;
}

/* Every size, sign and width, with a top bit set and clear; then XZR. */
static void reads(void **state)
{
	static const uint64_t values[] = {UINT64_C(0x8182838485868788), UINT64_C(0x0112233445566778), 0, UINT64_MAX};
	static const unsigned targets[] = {0, 7, 30, 31};
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	for (unsigned mix = 0; mix < 16 * 16; mix++) {
		struct access access = {mix & 3, mix >> 2 & 1, mix >> 3 & 1, false, targets[mix >> 6 & 3]};
		uint64_t value = values[mix >> 4 & 3];
		uint64_t want[RMI_GPR_COUNT];
		uint64_t pc;

		access_exit(w, &realm, rec, &access);
		pc = w->seen[0].pc;
		fill(want);
		if (access.rt != 31) {
			want[access.rt] = loaded(&access, value);
		}
		complete(w, rec, FIELD_MASK(ENTER_FLAG_EMUL_MMIO), value);
		assert_int_equal(w->seen[0].pc, pc + 4);
		assert_memory_equal(w->seen[0].x, want, sizeof(want));
	}
}

/* Every size, width and register, XZR too: what is stored is in the exit, masked; no register changes, whatever the host answers. */
static void writes(void **state)
{
	static const unsigned sources[] = {0, 3, 30, 31};
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	for (unsigned mix = 0; mix < 4 * 2 * 4; mix++) {
		struct access access = {mix & 3, false, mix >> 2 & 1, true, sources[mix >> 3]};
		uint64_t mask = access.size == 3 ? UINT64_MAX : (UINT64_C(1) << (8U << access.size)) - 1;
		uint64_t want[RMI_GPR_COUNT];
		uint64_t pc;

		access_exit(w, &realm, rec, &access);
		pc = w->seen[0].pc;
		fill(want);
		assert_int_equal(rec_run(w, rec)->exit.gprs[0], access.rt == 31 ? 0 : want[access.rt] & mask);
		complete(w, rec, FIELD_MASK(ENTER_FLAG_EMUL_MMIO), 0xBAD);
		assert_int_equal(w->seen[0].pc, pc + 4);
		assert_memory_equal(w->seen[0].x, want, sizeof(want));
	}
}

/* Neither flag: the realm runs the access again, and its exit is done with. */
static void again(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	struct access access = {3, false, true, false, 1};
	uint64_t want[RMI_GPR_COUNT];

	fill(want);
	access_exit(w, &realm, rec, &access);
	complete(w, rec, 0, 0xBAD);
	assert_int_equal(w->seen[0].pc, rec->params.pc);
	assert_memory_equal(w->seen[0].x, want, sizeof(want));
	rec_run(w, rec)->enter.flags = FIELD_MASK(ENTER_FLAG_EMUL_MMIO);
	REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_mmio), REC_ENTER, rec->pa, rec->run);
	rec_run(w, rec)->enter.flags = FIELD_MASK(ENTER_FLAG_INJECT_SEA);
	REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_sea), REC_ENTER, rec->pa, rec->run);
}

/* A refused entry loses nothing: the completion still works afterwards. */
static void refused_between(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	struct access access = {2, false, false, false, 1};

	access_exit(w, &realm, rec, &access);
	rec_run(w, rec)->enter.gicv3_hcr = 1;
	REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_gicv3), REC_ENTER, rec->pa, rec->run);
	rec_run(w, rec)->enter.gicv3_hcr = 0;
	complete(w, rec, FIELD_MASK(ENTER_FLAG_EMUL_MMIO), 0x12345678);
	assert_int_equal(w->seen[0].x[1], 0x12345678);
}

/* The realm takes a synchronous external abort, of whatever access; with both flags the abort wins. */
static void injected(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	struct access access = {3, false, true, false, 1};
	uint64_t want[RMI_GPR_COUNT];

	fill(want);
	for (unsigned mix = 0; mix < 4 * 2 * 2 * 2; mix++) {
		struct access each = {mix & 3, mix >> 2 & 1, mix >> 3 & 1, mix >> 4 & 1, mix & 1 ? 31 : 1};

		access_exit(w, &realm, rec, &each);
		complete(w, rec, FIELD_MASK(ENTER_FLAG_INJECT_SEA), 0xBAD);
		assert_int_equal(w->seen[0].pc, WORLD_VECTOR);
		assert_memory_equal(w->seen[0].x, want, sizeof(want));
	}
	access_exit(w, &realm, rec, &access);
	complete(w, rec, FIELD_MASK(ENTER_FLAG_INJECT_SEA) | FIELD_MASK(ENTER_FLAG_EMUL_MMIO), 0xBAD);
	assert_int_equal(w->seen[0].pc, WORLD_VECTOR);
	assert_memory_equal(w->seen[0].x, want, sizeof(want));
}

/* After an abort without ISV the host can inject, not emulate. */
static void injected_without_isv(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);

	script_clear(w);
	script_trap(w, esr_of(EC_DATA, 0x06), 0x10, realm_half(&realm));
	ENTER(w, rec);
	rec_run(w, rec)->enter.flags = FIELD_MASK(ENTER_FLAG_EMUL_MMIO);
	REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_mmio), REC_ENTER, rec->pa, rec->run);
	complete(w, rec, FIELD_MASK(ENTER_FLAG_INJECT_SEA), 0);
	assert_int_equal(w->seen[0].pc, WORLD_VECTOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(writes, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(again, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(refused_between, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(injected, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(injected_without_isv, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
