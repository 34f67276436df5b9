/* SPDX-License-Identifier: BSD-2-Clause */
/* clock.c - the generic timer (Arm ARM D12): CNTPCT counts, CNTHP raises the alarm. */
#include "machine/qemu/host/clock.h"

#include "machine/qemu/bare/sysreg.h"
#include "reeve/field.h"

static const uint64_t second_ns = 1000000000;

static uint64_t begin;
static uint64_t frequency;

uint64_t clock_counter(void)
{
	isb();
	return sysreg_read(CNTPCT_EL0);
}

bool clock_begin(void)
{
	frequency = sysreg_read(CNTFRQ_EL0);
	begin = clock_counter();
	return frequency != 0;
}

static uint64_t ns_of(uint64_t ticks)
{
	/* For who says that there is no clock. */
	if (frequency == 0) {
		return 0;
	}
	return ticks / frequency * second_ns + ticks % frequency * second_ns / frequency;
}

uint64_t clock_ns(void)
{
	return ns_of(clock_counter() - begin);
}

uint64_t clock_until_ns(uint64_t counter)
{
	uint64_t now = clock_counter();

	/* Rounded up: who sleeps that long is not early. */
	return now >= counter ? 0 : ns_of(counter - now) + 1;
}

void clock_alarm(uint64_t at_ns)
{
	if (at_ns == 0) {
		sysreg_write(CNTHP_CTL_EL2, 0);
		isb();
		return;
	}
	sysreg_write(CNTHP_CVAL_EL2, begin + at_ns / second_ns * frequency + at_ns % second_ns * frequency / second_ns);
	sysreg_write(CNTHP_CTL_EL2, FIELD_MASK(CNT_CTL_ENABLE));
	isb();
}
