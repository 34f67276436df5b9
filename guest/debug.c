/* SPDX-License-Identifier: BSD-2-Clause */
/* debug.c - a realm that debugs itself: a breakpoint and a watchpoint at EL1, kept while the realm is left and entered again. */
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/trap.h"
#include "reeve/field.h"

/* Exception classes of the same level (Arm ARM D17, ESR_EL1). */
enum { EC_BREAKPOINT = 0x31, EC_WATCHPOINT = 0x35 };

static const uint64_t mdscr_kde = UINT64_C(1) << 13;
static const uint64_t mdscr_mde = UINT64_C(1) << 15;
static const uint64_t bcr_el1 = 0x1e3;        /* E, PMC EL1, all of the instruction */
static const uint64_t wcr_el1_store = 0x1ff3; /* E, PAC EL1, stores, eight bytes */

#define read(name) \
	__extension__({ \
		uint64_t read_value; \
		__asm__ volatile("mrs %0, " #name : "=r"(read_value)); \
		read_value; \
	})
#define write(name, value) __asm__ volatile("msr " #name ", %0\n\tisb" ::"r"((uint64_t)(value)) : "memory")

static uint64_t watched = 1;

static void expect(const char *what, bool is_taken, unsigned class, const struct trap *trap)
{
	if (!is_taken) {
		fail("%s: no exception", what);
	}
	if (trap_class(trap) != class) {
		fail("%s: EC 0x%x instead of 0x%x", what, trap_class(trap), class);
	}
	print("%s: EC 0x%x\n", what, class);
}

static void breakpoint(void)
{
	struct trap trap;
	bool is_taken;

	write(dbgbvr1_el1, (uintptr_t)probe_load64);
	write(dbgbcr1_el1, bcr_el1);
	trap_begin();
	(void)probe_load64((uintptr_t)&watched);
	is_taken = trap_end(&trap);
	expect("breakpoint", is_taken, EC_BREAKPOINT, &trap);
	if (trap.elr != (uintptr_t)probe_load64) {
		fail("breakpoint: at 0x%lx instead of 0x%lx", trap.elr, (uintptr_t)probe_load64);
	}
	write(dbgbcr1_el1, 0);
	trap_begin();
	(void)probe_load64((uintptr_t)&watched);
	if (trap_end(&trap)) {
		fail("breakpoint: taken although it is off");
	}
}

static void watchpoint(void)
{
	struct trap trap;
	bool is_taken;

	write(dbgwvr0_el1, (uintptr_t)&watched);
	write(dbgwcr0_el1, wcr_el1_store);
	trap_begin();
	(void)probe_load64((uintptr_t)&watched);
	if (trap_end(&trap)) {
		fail("watchpoint: a load is no store");
	}
	trap_begin();
	(void)probe_store64_value((uintptr_t)&watched, 2);
	is_taken = trap_end(&trap);
	expect("watchpoint", is_taken, EC_WATCHPOINT, &trap);
	if (*(volatile uint64_t *)&watched != 1) {
		fail("watchpoint: the store was made");
	}
	write(dbgwcr0_el1, 0);
}

/* What was written is there again, after some exits. */
static void registers(void)
{
	uint64_t dfr0 = read(id_aa64dfr0_el1);

	if (read(dbgbvr1_el1) != (uintptr_t)probe_load64 || read(dbgbcr1_el1) != 0 ||
		read(dbgwvr0_el1) != (uintptr_t)&watched || read(mdscr_el1) != (mdscr_mde | mdscr_kde)) {
		fail("a debug register is not what was written");
	}
	print("breakpoints %lu, watchpoints %lu\n", (dfr0 >> 12 & 0xf) + 1, (dfr0 >> 20 & 0xf) + 1);
}

static void debug(const struct machine *machine)
{
	(void)machine;
	if ((read(mdscr_el1) & (mdscr_kde | mdscr_mde)) != 0) {
		fail("debugging is on before anybody turned it on");
	}
	write(oslar_el1, 0);
	write(mdscr_el1, mdscr_mde | mdscr_kde);
	__asm__ volatile("msr daifclr, #8" ::: "memory");
	breakpoint();
	watchpoint();
	registers();
	write(mdscr_el1, 0);
}

const struct program program = {"debug", debug};
