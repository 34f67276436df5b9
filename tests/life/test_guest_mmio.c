/* SPDX-License-Identifier: BSD-2-Clause */
/* test_guest_mmio.c - loads and stores of real code that the host emulates or aborts, and its WFI and WFE (sections 4 and 9). */
#include "tests/life/support/puppet.h"

#include <string.h>

/* What the monitor must tell of an instruction, and what its register must hold afterwards. */
struct form {
	enum puppet_word word;
	unsigned size; /* SAS: 1 << size bytes */
	bool sign;
	bool wide; /* an X register */
	bool to_zero;
	bool write;
};

static const struct form forms[] = {
	{P_LDRB_W, 0, false, false, false, false},
	{P_LDRSB_W, 0, true, false, false, false},
	{P_LDRSB_X, 0, true, true, false, false},
	{P_LDRH_W, 1, false, false, false, false},
	{P_LDRSH_W, 1, true, false, false, false},
	{P_LDRSH_X, 1, true, true, false, false},
	{P_LDR_W, 2, false, false, false, false},
	{P_LDRSW_X, 2, true, true, false, false},
	{P_LDR_X, 3, false, true, false, false},
	{P_LDRB_WZR, 0, false, false, true, false},
	{P_LDRSB_WZR, 0, true, false, true, false},
	{P_LDRSB_XZR, 0, true, true, true, false},
	{P_LDRH_WZR, 1, false, false, true, false},
	{P_LDRSH_WZR, 1, true, false, true, false},
	{P_LDRSH_XZR, 1, true, true, true, false},
	{P_LDR_WZR, 2, false, false, true, false},
	{P_LDRSW_XZR, 2, true, true, true, false},
	{P_LDR_XZR, 3, false, true, true, false},
	{P_STRB_W, 0, false, false, false, true},
	{P_STRH_W, 1, false, false, false, true},
	{P_STR_W, 2, false, false, false, true},
	{P_STR_X, 3, false, true, false, true},
	{P_STRB_WZR, 0, false, false, true, true},
	{P_STRH_WZR, 1, false, false, true, true},
	{P_STR_WZR, 2, false, false, true, true},
	{P_STR_XZR, 3, false, true, true, true},
};

enum { FORMS = sizeof(forms) / sizeof(forms[0]), OFFSET = 0x128 };
#define BEFORE UINT64_C(0x8899AABBCCDDEEFF) /* X1 going in */

static uint64_t mask_of(const struct form *form)
{
	return form->size == 3 ? UINT64_MAX : (UINT64_C(1) << (8U << form->size)) - 1;
}

/* The exit, byte for byte: section 9, emulatable. IL is left open (section 13). */
static void access_is(struct place place, const struct form *form, const struct rmi_rec_exit *exit)
{
	struct rmi_rec_exit want = {
		.exit_reason = RMI_EXIT_SYNC, .far = OFFSET, .hpfar = FIELD_SET(0, HPFAR_FIPA, PUPPET_DEVICE >> 12)};

	want.esr = FIELD_SET(0, ESR_EC, EC_DATA) | FIELD_MASK(ESR_ABORT_ISV) | FIELD_SET(0, ESR_ABORT_SAS, form->size) |
		FIELD_SET(0, ESR_ABORT_SF, form->wide) | FIELD_SET(0, ESR_ABORT_WNR, form->write) |
		(exit->esr & (FIELD_MASK(ESR_IL) | FIELD_MASK(ESR_ABORT_FSC)));
	want.gprs[0] = form->write && !form->to_zero ? BEFORE & mask_of(form) : 0;
	exit_is(place, exit, &want);
}

static uint64_t loaded(const struct form *form, uint64_t value)
{
	uint64_t mask = mask_of(form);

	value &= mask;
	if (form->sign && (value & (mask ^ mask >> 1)) != 0) {
		value |= ~mask;
	}
	return form->wide ? value : value & UINT32_MAX;
}

/* The address of PUPPET_DEVICE + OFFSET in X0, BEFORE in X1; the access is told rightly. */
static void try_form(struct place place, struct puppet *p, const struct form *form)
{
	access_is(place, form,
		puppet_run(place, p, 0, form->word, (const uint64_t[PUPPET_GPRS]){PUPPET_DEVICE + OFFSET, BEFORE, 2}));
}

static void emulated(void **state)
{
	static const uint64_t values[] = {UINT64_C(0x8182838485868788), UINT64_C(0x0112233445566778), 0, UINT64_MAX};
	struct puppet *p = *state;
	struct rmi_rec_enter *enter = &rec_run(p->world, &p->realm.recs[0])->enter;

	for (size_t i = 0; i < FORMS * 4; i++) {
		const struct form *form = &forms[i / 4];
		bool is_loaded = !form->write && !form->to_zero;
		const uint64_t *x;

		try_form(HERE, p, form);
		memset(enter->gprs, 0xDD, sizeof(enter->gprs));
		enter->gprs[0] = values[i % 4];
		x = puppet_finish(HERE, p, 0, FIELD_MASK(ENTER_FLAG_EMUL_MMIO));
		assert_int_equal(x[0], PUPPET_DEVICE + OFFSET);
		assert_int_equal(x[1], is_loaded ? loaded(form, values[i % 4]) : BEFORE);
		assert_int_equal(x[2], 2);
		assert_int_equal(p->mail[0]->esr, 0);
	}
}

/* Neither flag: the instruction is run again, and tells the same again. */
static void made_again(void **state)
{
	struct puppet *p = *state;

	for (size_t i = 0; i < FORMS; i++) {
		try_form(HERE, p, &forms[i]);
		access_is(HERE, &forms[i], puppet_enter(HERE, p, 0, 0));
		assert_int_equal(puppet_finish(HERE, p, 0, FIELD_MASK(ENTER_FLAG_EMUL_MMIO))[2], 2);
	}
}

/* What the code's own handler reads after an injected abort: from EL1, of this access, at this address, registers as before. */
static void aborted(struct place place, const struct puppet *p, enum puppet_word word, bool write)
{
	const struct puppet_mail *mail = p->mail[0];
	uint64_t esr = FIELD_SET(0, ESR_EC, 0x25) | FIELD_MASK(ESR_ABORT_EA) | FIELD_SET(0, ESR_ABORT_WNR, write) |
		FSC_EXTERNAL | (mail->esr & FIELD_MASK(ESR_IL));

	if (mail->esr != esr || mail->far != PUPPET_DEVICE + OFFSET || mail->elr != puppet_address(word) ||
		(mail->spsr & 0x3CF) != 0x3C5 || mail->x[0] != PUPPET_DEVICE + OFFSET || mail->x[1] != BEFORE) {
		print_error("esr 0x%llx, not 0x%llx; far 0x%llx elr 0x%llx spsr 0x%llx x0 0x%llx x1 0x%llx\n",
			(unsigned long long)mail->esr, (unsigned long long)esr, (unsigned long long)mail->far,
			(unsigned long long)mail->elr, (unsigned long long)mail->spsr, (unsigned long long)mail->x[0],
			(unsigned long long)mail->x[1]);
		_fail(place.file, place.line);
	}
}

static void injected(void **state)
{
	struct puppet *p = *state;

	for (size_t i = 0; i < FORMS; i++) {
		try_form(HERE, p, &forms[i]);
		puppet_finish(HERE, p, 0, FIELD_MASK(ENTER_FLAG_INJECT_SEA));
		aborted(HERE, p, forms[i].word, forms[i].write);
	}
}

/* An access without a syndrome can only be aborted. */
static void injected_without_syndrome(void **state)
{
	struct puppet *p = *state;
	const struct rec *rec = &p->realm.recs[0];
	const struct rmi_rec_exit *exit = RUN(p, 0, P_LDR_WRITEBACK, PUPPET_DEVICE + OFFSET, BEFORE);

	EXIT_IS(exit, .exit_reason = RMI_EXIT_SYNC, .hpfar = FIELD_SET(0, HPFAR_FIPA, PUPPET_DEVICE >> 12),
		.esr = FIELD_SET(0, ESR_EC, EC_DATA) | (exit->esr & (FIELD_MASK(ESR_IL) | FIELD_MASK(ESR_ABORT_FSC))));
	rec_run(p->world, rec)->enter.flags = FIELD_MASK(ENTER_FLAG_EMUL_MMIO);
	REFUSED(p->world, EXPECT(RMI_ERROR_REC, 0, rec_mmio), REC_ENTER, rec->pa, rec->run);
	puppet_finish(HERE, p, 0, FIELD_MASK(ENTER_FLAG_INJECT_SEA));
	aborted(HERE, p, P_LDR_WRITEBACK, false);
}

/* With the flag of WFI or of WFE the one traps and the other does not; it is over by then. */
static void waits(void **state)
{
	static const enum puppet_word kinds[] = {P_WFI, P_WFE};
	const uint64_t flags[] = {FIELD_MASK(ENTER_FLAG_TRAP_WFI), FIELD_MASK(ENTER_FLAG_TRAP_WFE)};
	struct puppet *p = *state;

	GUEST_SMC(p, 0, RSI_FID(VERSION), RSI_VERSION_1_0);
	for (unsigned mix = 0; mix < 8; mix++) {
		unsigned kind = mix & 1;
		uint64_t set = (mix & 2 ? flags[0] : 0) | (mix & 4 ? flags[1] : 0);
		const struct rmi_rec_exit *exit;

		p->mail[0]->x[3] = mix;
		p->mail[0]->code = puppet_address(kinds[kind]);
		exit = puppet_enter(HERE, p, 0, set);
		if ((set & flags[kind]) != 0) {
			EXIT_IS(exit, .exit_reason = RMI_EXIT_SYNC, .esr = FIELD_SET(0, ESR_EC, EC_WFX) | kind);
			exit = puppet_enter(HERE, p, 0, set);
		}
		assert_true(p->rang[0]);
		assert_int_equal(p->mail[0]->x[3], mix);
		assert_int_equal(FIELD_GET(exit->esr, ESR_EC), EC_DATA);
	}
}

/* The code's own handler takes what section 4 says of EMPTY memory, with no exit of it. */
static void empty_memory(void **state)
{
	struct puppet *p = *state;

	RUN(p, 0, P_LDR_X, PUPPET_EMPTY, BEFORE);
	assert_true(p->rang[0]);
	assert_int_equal(p->mail[0]->far, PUPPET_EMPTY);
	assert_int_equal(FIELD_GET(p->mail[0]->esr, ESR_EC), 0x25);
	assert_int_equal(FIELD_GET(p->mail[0]->esr, ESR_ABORT_FSC), FSC_EXTERNAL);
	RUN(p, 0, P_STRB_W, PUPPET_EMPTY + 0xFFF, BEFORE);
	assert_int_equal(p->mail[0]->far, PUPPET_EMPTY + 0xFFF);
	assert_int_equal(FIELD_GET(p->mail[0]->esr, ESR_ABORT_WNR), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, puppet_setup, puppet_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(emulated),
		TEST(made_again),
		TEST(injected),
		TEST(injected_without_syndrome),
		TEST(waits),
		TEST(empty_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
