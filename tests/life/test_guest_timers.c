/* SPDX-License-Identifier: BSD-2-Clause */
/* test_guest_timers.c - the timers that real code sets, as it reads them back and as every exit reports them (section 9; Arm ARM D17.11). */
#include "tests/life/support/puppet.h"

enum { ENABLE = 1, IMASK = 2, ISTATUS = 4 };
#define NEVER UINT64_MAX

/* One timer: its registers, and where an exit has it. */
struct timer {
	enum puppet_word write_ctl;
	enum puppet_word write_cval;
	enum puppet_word write_tval;
	enum puppet_word read_ctl;
	enum puppet_word read_cval;
	enum puppet_word read_tval;
	size_t ctl;
	size_t cval;
};

static const struct timer timers[] = {
	{P_WRITE_CNTP_CTL, P_WRITE_CNTP_CVAL, P_WRITE_CNTP_TVAL, P_READ_CNTP_CTL, P_READ_CNTP_CVAL, P_READ_CNTP_TVAL,
		offsetof(struct rmi_rec_exit, cntp_ctl), offsetof(struct rmi_rec_exit, cntp_cval)},
	{P_WRITE_CNTV_CTL, P_WRITE_CNTV_CVAL, P_WRITE_CNTV_TVAL, P_READ_CNTV_CTL, P_READ_CNTV_CVAL, P_READ_CNTV_TVAL,
		offsetof(struct rmi_rec_exit, cntv_ctl), offsetof(struct rmi_rec_exit, cntv_cval)},
};

static uint64_t word_of(const struct rmi_rec_exit *exit, size_t offset)
{
	return *(const uint64_t *)(const void *)((const char *)exit + offset);
}

static const struct rmi_rec_exit *set(struct puppet *p, enum puppet_word word, uint64_t value)
{
	const struct rmi_rec_exit *exit = RUN(p, 0, word, 0, value);

	assert_true(p->rang[0]);
	assert_int_equal(p->mail[0]->esr, 0);
	return exit;
}

static uint64_t get(struct puppet *p, enum puppet_word word)
{
	RUN(p, 0, word, 0, 0xBAD);
	assert_true(p->rang[0]);
	assert_int_equal(p->mail[0]->esr, 0);
	return p->mail[0]->x[1];
}

/* Enabled, masked or neither, with a compare value that was reached long ago or never will be: ISTATUS says which, if enabled. */
static void control(void **state)
{
	struct puppet *p = *state;

	for (unsigned mix = 0; mix < 2 * 2 * 4; mix++) {
		const struct timer *timer = &timers[mix & 1];
		uint64_t cval = mix & 2 ? NEVER : 0;
		uint64_t ctl = mix >> 2;
		uint64_t want = ctl | (cval == 0 && (ctl & ENABLE) != 0 ? ISTATUS : 0);
		const struct rmi_rec_exit *exit;

		set(p, timer->write_cval, cval);
		exit = set(p, timer->write_ctl, ctl | ~UINT64_C(3)); /* only ENABLE and IMASK can be written */
		assert_int_equal(word_of(exit, timer->ctl), want);
		assert_int_equal(word_of(exit, timer->cval), cval);
		assert_int_equal(get(p, timer->read_ctl), want);
		assert_int_equal(get(p, timer->read_cval), cval);
	}
}

/* Each is its own, and an exit for whatever reason has both. */
static void both(void **state)
{
	struct puppet *p = *state;
	const struct rmi_rec_exit *exit;

	set(p, P_WRITE_CNTP_CVAL, NEVER - 1);
	set(p, P_WRITE_CNTP_CTL, ENABLE | IMASK);
	set(p, P_WRITE_CNTV_CVAL, 7);
	set(p, P_WRITE_CNTV_CTL, ENABLE);
	for (unsigned i = 0; i < 4; i++) {
		static const uint64_t calls[][4] = {
			{RSI_FID(IPA_STATE_SET), PUPPET_EMPTY, PUPPET_EMPTY + 0x1000, RIPAS_RAM},
			{RSI_FID(HOST_CALL), PUPPET_BUFFER}, {0xC4000001}, {RSI_FID(REALM_CONFIG), PUPPET_MISSING}};
		static const uint8_t reasons[] = {
			RMI_EXIT_RIPAS_CHANGE, RMI_EXIT_HOST_CALL, RMI_EXIT_PSCI, RMI_EXIT_SYNC};

		exit = RUN(p, 0, P_SMC, calls[i][0], calls[i][1], calls[i][2], calls[i][3]);
		assert_int_equal(exit->exit_reason, reasons[i]);
		assert_int_equal(exit->cntp_ctl, ENABLE | IMASK);
		assert_int_equal(exit->cntp_cval, NEVER - 1);
		assert_int_equal(exit->cntv_ctl, ENABLE | ISTATUS);
		assert_int_equal(exit->cntv_cval, 7);
		if (i < 3) {
			puppet_finish(HERE, p, 0, 0);
		}
	}
}

/* TVAL is CVAL less the counter, a signed word: what was set lies between what the counter says before and after. */
static void relative(void **state)
{
	struct puppet *p = *state;

	for (unsigned i = 0; i < 2; i++) {
		const struct timer *timer = &timers[i];
		uint64_t before = get(p, P_READ_CNTVCT);
		uint64_t cval;

		set(p, timer->write_tval, 0x7FFFFFFF);
		cval = get(p, timer->read_cval);
		assert_in_range(cval - 0x7FFFFFFF, before, get(p, P_READ_CNTVCT));
		set(p, timer->write_tval, UINT32_MAX); /* -1: just over */
		assert_int_equal(word_of(set(p, timer->write_ctl, ENABLE), timer->ctl), ENABLE | ISTATUS);
		set(p, timer->write_cval, 0);
		before = get(p, P_READ_CNTVCT);
		cval = get(p, timer->read_tval);
		assert_int_equal(cval >> 32, 0);
		assert_true((uint32_t)(-cval - before) <= (uint32_t)(get(p, P_READ_CNTVCT) - before));
	}
}

/* Another REC has its own timers, which are off. */
static void of_each_rec(void **state)
{
	struct puppet *p = *state;
	const struct rmi_rec_exit *exit;

	set(p, P_WRITE_CNTV_CVAL, 7);
	set(p, P_WRITE_CNTV_CTL, ENABLE);
	RUN(p, 0, P_SMC, PSCI_FID64_CPU_ON, 1, PUPPET_CODE, puppet_context(1));
	OK(p->world, PSCI_COMPLETE, p->realm.recs[0].pa, p->realm.recs[1].pa, 0);
	exit = RUN(p, 1, P_READ_CNTV_CTL, 0, 0xBAD);
	assert_int_equal(p->mail[1]->x[1], 0);
	assert_int_equal(exit->cntv_ctl, 0);
	assert_int_equal(exit->cntv_cval, 0);
	puppet_finish(HERE, p, 0, 0);
	assert_int_equal(get(p, P_READ_CNTV_CTL), ENABLE | ISTATUS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, puppet_setup, puppet_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(control),
		TEST(both),
		TEST(relative),
		TEST(of_each_rec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
