/* SPDX-License-Identifier: BSD-2-Clause */
/* test_vcpu.c - the CPUs of a running realm, whose exits are written down here: interrupts, timers, waits, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reeve/field.h"
#include "vmm/vcpu.h"

#define HALF (UINT64_C(1) << 39)
#define UART (HALF | 0x09000000)
#define GICD (HALF | 0x08000000)
#define GICR (HALF | 0x080a0000)
#define NEVER UINT64_MAX

enum { CPUS = 3, LISTS = 4, SGI_FRAME = 0x10000, PENDING = 1, ACTIVE = 2 };
enum { CTLR = 0x000, WAKER = 0x014, IGROUPR = 0x080, ISENABLER = 0x100, ICENABLER = 0x180, ISACTIVER = 0x300 };
enum { TIMER_ENABLE = 1, TIMER_MASKED = 2 };
enum { UART_DR = 0x00, UART_IMSC = 0x38, UART_TX = 1 << 5 };

/* A system register write, by op2 of S3_0_C12_C11: ICC_DIR 1, ICC_SGI1R 5, ICC_SGI0R 7. */
#define SYSREG_WRITE(op2) \
	(FIELD_SET(0, ESR_SYSREG_OP0, 3) | FIELD_SET(0, ESR_SYSREG_CRN, 12) | FIELD_SET(0, ESR_SYSREG_CRM, 11) | \
		FIELD_SET(0, ESR_SYSREG_OP2, (op2)))

static struct {
	struct vcpus all;
	struct vgic gic;
	struct pl011 console;
	struct rmi_rec_run run; /* of the REC that is entered */
	struct reeve_exit exit; /* what it comes out with */
	bool is_refused;        /* the monitor does not let it in */
	uint64_t now;
	unsigned is_locked;
	unsigned started, woken, kicked; /* CPUs, a bit each */
	unsigned idles;
	uint64_t until; /* of the last */
	char printed[64];
	size_t printed_size;
} m;

/* ---- the seam ---- */

static void take(void *context)
{
	(void)context;
	assert_int_equal(m.is_locked++, 0);
}

static void release(void *context)
{
	(void)context;
	assert_int_equal(m.is_locked--, 1);
}

static bool start(void *context, struct vcpu *cpu, struct text *why)
{
	(void)context;
	(void)why;
	assert_int_equal(m.is_locked, 0);
	m.started |= 1U << cpu->index;
	return true;
}

static void await(void *context, struct vcpu *cpu)
{
	(void)context;
	(void)cpu;
	fail_msg("%s", "no test waits");
}

static void wake(void *context, struct vcpu *cpu)
{
	(void)context;
	assert_int_equal(m.is_locked, 0);
	m.woken |= 1U << cpu->index;
}

static void kick(void *context, struct vcpu *cpu)
{
	(void)context;
	assert_int_equal(m.is_locked, 0);
	m.kicked |= 1U << cpu->index;
}

static void idle(void *context, struct vcpu *cpu, uint64_t until)
{
	(void)context;
	(void)cpu;
	assert_int_equal(m.is_locked, 0);
	m.idles++;
	m.until = until;
}

static uint64_t counter(void *context)
{
	(void)context;
	return m.now;
}

/* The library runs the REC: in with its interrupts, and out for the reason that is written down. */
static enum reeve_status make(void *context, struct vcpu *cpu, vcpu_call *call)
{
	(void)context;
	(void)call;
	vcpu_enter(cpu, &m.run);
	vcpu_exit(cpu, &m.run, !m.is_refused);
	cpu->exit = m.exit;
	return REEVE_OK;
}

static const struct vcpu_ops ops = {take, release, start, await, wake, kick, idle, counter, make};

static void print(void *context, const char *bytes, size_t size)
{
	(void)context;
	assert_true(size <= sizeof(m.printed) - m.printed_size);
	memcpy(m.printed + m.printed_size, bytes, size);
	m.printed_size += size;
}

/* ---- what tests do ---- */

/* One turn of `cpu`. */
static void turn(unsigned cpu)
{
	assert_true(vcpu_turn(&m.all.cpu[cpu]));
}

static void exits(unsigned cpu, enum reeve_exit_reason reason)
{
	m.exit = (struct reeve_exit){.reason = reason};
	turn(cpu);
}

static void writes_sysreg(unsigned cpu, unsigned op2, uint64_t value)
{
	m.exit = (struct reeve_exit){.reason = REEVE_EXIT_SYSREG, .fault.esr = SYSREG_WRITE(op2), .fault.value = value};
	turn(cpu);
}

static void writes(unsigned cpu, uint64_t ipa, uint64_t value)
{
	m.exit = (struct reeve_exit){
		.reason = REEVE_EXIT_MMIO_WRITE, .mmio.ipa = {ipa}, .mmio.size = 4, .mmio.value = value};
	turn(cpu);
}

static uint64_t reads(unsigned cpu, uint64_t ipa)
{
	m.exit = (struct reeve_exit){.reason = REEVE_EXIT_MMIO_READ, .mmio.ipa = {ipa}, .mmio.size = 4};
	turn(cpu);
	return m.all.cpu[cpu].exit.mmio.value;
}

/* The state of the interrupt in the list registers that the last entry had. */
static unsigned entered_with(unsigned number)
{
	for (unsigned i = 0; i < LISTS; i++) {
		if (FIELD_GET(m.run.enter.gicv3_lrs[i], ICH_LR_VINTID) == number) {
			return (unsigned)FIELD_GET(m.run.enter.gicv3_lrs[i], ICH_LR_STATE);
		}
	}
	return 0;
}

static void nobody_told(void)
{
	m.woken = 0;
	m.kicked = 0;
}

static void told(unsigned cpus)
{
	assert_int_equal(m.woken, cpus);
	assert_int_equal(m.kicked, cpus);
	nobody_told();
}

/* CPU 0 is on, the others are switched on as a CPU_ON would. All interrupts are of group 1 and enabled. */
static int begin(void **state)
{
	(void)state;
	memset(&m, 0, sizeof(m));
	m.run.exit.gicv3_vmcr = 0xff000003; /* everything is let through */
	pl011_init(&m.console, print, NULL);
	vcpus_init(&m.all, &ops, NULL, &m.console, UART, HALF, CPUS);
	vgic_init(&m.gic, CPUS, LISTS);
	assert_true(vcpus_gic(&m.all, &m.gic, GICD, GICR));
	gicd_write(&m.gic, CTLR, 4, 2);
	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		gicr_write(&m.gic, cpu * GICR_SIZE + WAKER, 4, 0);
		gicr_write(&m.gic, cpu * GICR_SIZE + SGI_FRAME + IGROUPR, 4, UINT32_MAX);
		gicr_write(&m.gic, cpu * GICR_SIZE + SGI_FRAME + ISENABLER, 4, UINT32_MAX);
	}
	gicd_write(&m.gic, IGROUPR + 4, 4, UINT32_MAX);
	gicd_write(&m.gic, ISENABLER + 4, 4, UINT32_MAX);
	(void)vgic_changed_take(&m.gic);
	vcpus_begin(&m.all);
	assert_int_equal(m.started, 1);
	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		if (cpu != 0) {
			atomic_fetch_add(&m.all.running, 1);
			atomic_fetch_add(&m.all.cpu[cpu].starts, 1);
		}
		exits(cpu, REEVE_EXIT_INTERRUPTED);
	}
	nobody_told();
	return 0;
}

/* ---- interrupts of the realm's own ---- */

static void sgis_wake_others(void **state)
{
	(void)state;
	writes_sysreg(0, 5, 5U << 24 | 0x7);
	told(0x6); /* itself it needs not tell */
	for (unsigned cpu = 0; cpu < CPUS; cpu++) {
		exits(cpu, REEVE_EXIT_IDLE);
		assert_int_equal(entered_with(5), PENDING);
	}
	/* Of group 0 only to whom it is that. A read is none. */
	writes_sysreg(0, 7, 6U << 24 | 0x6);
	told(0);
	gicr_write(&m.gic, GICR_SIZE + SGI_FRAME + IGROUPR, 4, ~(1U << 6));
	(void)vgic_changed_take(&m.gic);
	writes_sysreg(0, 7, 6U << 24 | 0x6);
	told(0x2);
	writes_sysreg(0, 5, 6U << 24 | 0x6);
	told(0x6);
	m.exit.fault.esr = SYSREG_WRITE(5) | FIELD_MASK(ESR_SYSREG_READ);
	m.exit.fault.value = 7U << 24 | 0x2;
	turn(0);
	told(0);
}

/* EOImode: what one CPU has active another deactivates, and it comes again as long as its line is up. */
static void deactivation_by_number(void **state)
{
	(void)state;
	m.run.exit.gicv3_lrs[0] = 0;
	vcpus_line(&m.all, 0, 40, true);
	told(0x1);
	m.run.exit.gicv3_lrs[0] = FIELD_SET(40, ICH_LR_STATE, ACTIVE);
	exits(0, REEVE_EXIT_INTERRUPTED);
	assert_int_equal(entered_with(40), PENDING);
	exits(0, REEVE_EXIT_INTERRUPTED);
	assert_int_equal(entered_with(40), ACTIVE);
	m.run.exit.gicv3_lrs[0] = 0;
	nobody_told();
	writes_sysreg(1, 1, 40);
	told(0x1);
	m.run.exit.gicv3_lrs[0] = FIELD_SET(40, ICH_LR_STATE, PENDING);
	exits(0, REEVE_EXIT_INTERRUPTED);
	assert_int_equal(entered_with(40), PENDING);
}

/* A REC that could not be entered has its interrupts still. */
static void a_refused_entry(void **state)
{
	(void)state;
	writes_sysreg(0, 5, 5U << 24 | 0x2);
	m.is_refused = true;
	m.run.exit.cntv_ctl = TIMER_ENABLE; /* of a page that says nothing */
	exits(1, REEVE_EXIT_INTERRUPTED);
	m.is_refused = false;
	m.run.exit.cntv_ctl = 0;
	exits(1, REEVE_EXIT_INTERRUPTED);
	assert_int_equal(entered_with(5), PENDING);
	assert_int_equal(entered_with(GIC_TIMER_VIRTUAL), 0);
}

/* The UART's interrupt follows its registers, whichever CPU writes them. Where no device is, an access is an abort. */
static void devices(void **state)
{
	(void)state;
	writes(1, UART + UART_DR, 'a');
	writes(1, UART + UART_DR, '\n');
	assert_int_equal(m.printed_size, 2);
	assert_memory_equal(m.printed, "a\n", 2);
	told(0);
	writes(1, UART + UART_IMSC, UART_TX);
	told(0x1);
	exits(0, REEVE_EXIT_INTERRUPTED);
	assert_int_equal(entered_with(GIC_UART), PENDING);
	writes(1, UART + UART_IMSC, 0);
	told(0x1);
	exits(0, REEVE_EXIT_INTERRUPTED);
	assert_int_equal(entered_with(GIC_UART), 0);
	assert_int_equal(reads(2, UART + UART_IMSC), 0);
	assert_int_equal(reads(2, GICD + CTLR), 0x52);
	assert_int_equal(reads(2, GICR + 2 * GICR_SIZE + 12), 2);
	assert_false(m.all.cpu[2].exit.mmio.refuse);
	(void)reads(2, GICR + CPUS * GICR_SIZE);
	assert_true(m.all.cpu[2].exit.mmio.refuse);
	writes(2, GICD - 4, 1);
	assert_true(m.all.cpu[2].exit.mmio.refuse);
	(void)reads(2, GICD & ~HALF);
	assert_true(m.all.cpu[2].exit.mmio.refuse);
}

/* ---- timers and waits ---- */

static void timers_are(uint64_t virtual_ctl, uint64_t virtual_cval, uint64_t physical_ctl, uint64_t physical_cval)
{
	m.run.exit.cntv_ctl = virtual_ctl;
	m.run.exit.cntv_cval = virtual_cval;
	m.run.exit.cntp_ctl = physical_ctl;
	m.run.exit.cntp_cval = physical_cval;
}

/* A timer that is met is pending at the next entry; one that is off, masked or not met is not. */
static void timers_interrupt(void **state)
{
	(void)state;
	m.now = 1000;
	timers_are(TIMER_ENABLE, 1001, TIMER_ENABLE | TIMER_MASKED, 1000);
	exits(1, REEVE_EXIT_INTERRUPTED);
	exits(1, REEVE_EXIT_INTERRUPTED);
	assert_int_equal(entered_with(GIC_TIMER_VIRTUAL), 0);
	assert_int_equal(entered_with(GIC_TIMER_PHYSICAL), 0);
	m.now = 1001; /* between exit and entry */
	exits(1, REEVE_EXIT_INTERRUPTED);
	assert_int_equal(entered_with(GIC_TIMER_VIRTUAL), PENDING);
	timers_are(0, 1001, TIMER_ENABLE, 1001);
	exits(1, REEVE_EXIT_INTERRUPTED);
	exits(1, REEVE_EXIT_INTERRUPTED);
	assert_int_equal(entered_with(GIC_TIMER_VIRTUAL), 0);
	assert_int_equal(entered_with(GIC_TIMER_PHYSICAL), PENDING);
	/* It is this CPU's alone, and nobody else hears of it. */
	exits(2, REEVE_EXIT_INTERRUPTED);
	timers_are(0, 0, 0, 0);
	exits(2, REEVE_EXIT_INTERRUPTED);
	exits(2, REEVE_EXIT_INTERRUPTED);
	assert_int_equal(entered_with(GIC_TIMER_PHYSICAL), 0);
	told(0);
}

/* A CPU that waits, by WFI or CPU_SUSPEND, does so until its next timer, unless an interrupt is there. */
static void waits_end(void **state)
{
	static const enum reeve_exit_reason reasons[] = {REEVE_EXIT_IDLE, REEVE_EXIT_CPU_SUSPEND};

	(void)state;
	m.now = 1000;
	for (unsigned i = 0; i < 2; i++) {
		m.idles = 0;
		timers_are(0, 0, 0, 0);
		exits(1, reasons[i]);
		assert_int_equal(m.idles, 1);
		assert_int_equal(m.until, NEVER);
		timers_are(TIMER_ENABLE, 3000, TIMER_ENABLE, 2000);
		exits(1, reasons[i]);
		assert_int_equal(m.idles, 2);
		assert_int_equal(m.until, 2000);
		timers_are(TIMER_ENABLE, 3000, TIMER_ENABLE | TIMER_MASKED, 2000);
		exits(1, reasons[i]);
		assert_int_equal(m.idles, 3);
		assert_int_equal(m.until, 3000);
		timers_are(TIMER_ENABLE, 1000, 0, 0);
		exits(1, reasons[i]);
		assert_int_equal(m.idles, 3);
		/* So for whatever another sends. */
		timers_are(0, 0, 0, 0);
		writes_sysreg(0, 5, 5U << 24 | 0x2);
		exits(1, reasons[i]);
		assert_int_equal(m.idles, 4); /* it had that in a list register, and took it */
		vcpus_line(&m.all, 1, 20, true);
		m.run.exit.gicv3_lrs[0] = FIELD_SET(20, ICH_LR_STATE, PENDING);
		exits(1, reasons[i]);
		assert_int_equal(m.idles, 4);
		/* Not for what the CPU masks. */
		m.run.exit.gicv3_vmcr = 0;
		exits(1, reasons[i]);
		assert_int_equal(m.idles, 5);
		m.run.exit.gicv3_vmcr = 0xff000003;
		vcpus_line(&m.all, 1, 20, false);
		m.run.exit.gicv3_lrs[0] = 0;
	}
}

/* A timer that was met long ago, and does not interrupt, is not waited for: the CPU would never sleep. */
static void what_is_met_is_no_end(void **state)
{
	(void)state;
	gicr_write(&m.gic, GICR_SIZE + SGI_FRAME + ICENABLER, 4, 1U << GIC_TIMER_VIRTUAL);
	m.now = 1000;
	timers_are(TIMER_ENABLE, 500, 0, 0);
	exits(1, REEVE_EXIT_IDLE);
	assert_int_equal(m.idles, 1);
	assert_int_equal(m.until, NEVER);
	timers_are(TIMER_ENABLE, 500, TIMER_ENABLE, 1001);
	exits(1, REEVE_EXIT_IDLE);
	assert_int_equal(m.idles, 2);
	assert_int_equal(m.until, 1001);
	timers_are(TIMER_ENABLE, 1001, TIMER_ENABLE, 1002);
	exits(1, REEVE_EXIT_IDLE);
	assert_int_equal(m.until, 1001);
}

/* ---- on and off ---- */

/* A CPU that is switched on again begins with its timers off, whatever it left behind. */
static void on_again(void **state)
{
	(void)state;
	m.now = 1000;
	timers_are(TIMER_ENABLE, 500, 0, 0);
	exits(1, REEVE_EXIT_CPU_OFF);
	assert_false(m.all.cpu[1].is_on);
	assert_int_equal(vcpus_end(&m.all), END_NONE);
	assert_false(vcpu_turn(&m.all.cpu[1]));
	atomic_fetch_add(&m.all.running, 1);
	atomic_fetch_add(&m.all.cpu[1].starts, 1);
	timers_are(0, 0, 0, 0);
	exits(1, REEVE_EXIT_INTERRUPTED);
	assert_true(m.all.cpu[1].is_on);
	assert_int_equal(entered_with(GIC_TIMER_VIRTUAL), 0);
}

/* Switched on before it had said that it was off: it goes on, and the run too. */
static void on_before_it_is_off(void **state)
{
	(void)state;
	exits(1, REEVE_EXIT_CPU_OFF);
	exits(2, REEVE_EXIT_CPU_OFF);
	atomic_fetch_add(&m.all.running, 1);
	atomic_fetch_add(&m.all.cpu[0].starts, 1);
	exits(0, REEVE_EXIT_CPU_OFF);
	assert_int_equal(vcpus_end(&m.all), END_NONE);
	exits(0, REEVE_EXIT_CPU_OFF);
	assert_int_equal(vcpus_end(&m.all), END_CPUS_OFF);
	assert_false(vcpu_turn(&m.all.cpu[0]));
}

/* The first end counts, and everybody hears of it. */
static void one_end(void **state)
{
	(void)state;
	exits(1, REEVE_EXIT_SYSTEM_RESET);
	assert_int_equal(vcpus_end(&m.all), END_SYSTEM_RESET);
	told(0x7);
	vcpus_stop(&m.all, END_TIMEOUT);
	assert_int_equal(vcpus_end(&m.all), END_SYSTEM_RESET);
	told(0);
	/* The others leave without another entry. */
	m.exit = (struct reeve_exit){.reason = REEVE_EXIT_SYSTEM_OFF};
	turn(0);
	turn(2);
	assert_int_equal(vcpus_end(&m.all), END_SYSTEM_RESET);
	assert_int_equal(m.all.cpu[0].exits[REEVE_EXIT_SYSTEM_OFF], 0);
	assert_int_equal(atomic_load(&m.all.running), 0);
	assert_false(vcpu_turn(&m.all.cpu[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(sgis_wake_others, begin),
		cmocka_unit_test_setup(deactivation_by_number, begin),
		cmocka_unit_test_setup(a_refused_entry, begin),
		cmocka_unit_test_setup(devices, begin),
		cmocka_unit_test_setup(timers_interrupt, begin),
		cmocka_unit_test_setup(waits_end, begin),
		cmocka_unit_test_setup(what_is_met_is_no_end, begin),
		cmocka_unit_test_setup(on_again, begin),
		cmocka_unit_test_setup(on_before_it_is_off, begin),
		cmocka_unit_test_setup(one_end, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
