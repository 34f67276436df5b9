/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - BL33: brings each CPU to where it can work, and says what an exception was. */
#include "machine/qemu/bare/mmu.h"
#include "machine/qemu/host/clock.h"
#include "machine/qemu/host/host.h"
#include "machine/qemu/host/interrupts.h"
#include "machine/qemu/host/output.h"

/* image.ld */
extern char image_start[];
extern char image_text_end[];
extern char image_rodata_end[];
extern char image_end[];

enum {
	TABLES = 16,
	ESR_EC_DATA_ABORT = 0x25,
	ESR_EC_FETCH_ABORT = 0x21,
	FSC_GRANULE_PROTECTION = 0x28,
	FSC_EXTERNAL = 0x10
};

#define DEVICES_BASE UINT64_C(0x08000000)
#define DEVICES_SIZE UINT64_C(0x02000000)

static struct mmu_table tables[TABLES];
static struct mmu mmu = {tables, TABLES, 0};
static struct host host;

struct host *host_get(void)
{
	return &host;
}

static uint64_t address(const char *symbol)
{
	return (uintptr_t)symbol;
}

static bool map(uint64_t base, uint64_t top, enum mmu_kind kind)
{
	return mmu_map(&mmu, base, base, top - base, kind);
}

/* All of NS memory and the devices, each to itself. */
static bool memory_map(void)
{
	return map(HOST_MEMORY_BASE, address(image_start), MMU_DATA) &&
		map(address(image_start), address(image_text_end), MMU_CODE) &&
		map(address(image_text_end), address(image_rodata_end), MMU_CONSTANT) &&
		map(address(image_rodata_end), HOST_MEMORY_TOP, MMU_DATA) &&
		map(DEVICES_BASE, DEVICES_BASE + DEVICES_SIZE, MMU_DEVICE);
}

/* TF-A and monitor take the machine to have 3 GiB, whatever it has: the last word shows it before anything is lent out that is not there. */
static void memory_probe(void)
{
	(void)*(volatile const uint64_t *)(uintptr_t)(HOST_MEMORY_TOP - sizeof(uint64_t));
}

static void panic(const char *what, uint64_t value)
{
	struct text text = {.length = 0};

	text_put(&text, "the machine's host, CPU ");
	text_decimal(&text, cpu_number());
	text_put(&text, ": ");
	text_put(&text, what);
	text_hex(&text, value);
	output_panic(&text);
}

static void boot(void)
{
	output_begin();
	if (!memory_map()) {
		machine_off(); /* before the MMU is on nothing can be said */
	}
	mmu_enable(&mmu);
	if (!clock_begin()) {
		panic("the firmware does not say how fast the counter counts: CNTFRQ_EL0 is ", 0);
	}
	memory_probe();
	host.machine_cpus = interrupts_begin(NS_CPUS_MAX);
	if (host.machine_cpus == 0 || !interrupts_cpu_begin()) {
		panic("there is no GICv3 at 0x8000000: start QEMU with gic-version=3; PIDR2 is not ", 0);
	}
	host_job(&host);
}

void host_cpu(unsigned number)
{
	if (number == 0) {
		boot();
	}
	mmu_enable(&mmu);
	if (!interrupts_cpu_begin()) {
		panic("there is no redistributor for this CPU, number ", number);
	}
	atomic_fetch_add(&host.cpus_up, 1);
	host_vcpu(&host, number);
	clock_alarm(0);
	interrupts_cpu_end();
	atomic_fetch_add(&host.cpus_out, 1);
}

/* ---- exceptions ---- */

static bool is_granule_protection(uint64_t esr)
{
	uint64_t class = FIELD_GET(esr, ESR_EC);

	return (class == ESR_EC_DATA_ABORT || class == ESR_EC_FETCH_ABORT) &&
		FIELD_GET(esr, ESR_ABORT_FSC) == FSC_GRANULE_PROTECTION;
}

/* What the library's books say of a granule. */
struct found {
	uint64_t granule;
	bool is_there;
	struct reeve_ledger_entry entry;
};

static bool entry_visit(void *context, const struct reeve_ledger_entry *entry)
{
	struct found *found = context;

	if (entry->pa.value == found->granule) {
		found->is_there = true;
		found->entry = *entry;
	}
	return !found->is_there;
}

/* The exception may have come with the books locked: they are not waited for. */
static struct found entry_of(uint64_t granule)
{
	struct found found = {.granule = granule};

	if (host.library.config.ops != NULL && !atomic_load(&host.library_lock.is_taken)) {
		reeve_host_ledger_visit(&host.library, entry_visit, &found);
	}
	return found;
}

/* The state that a granule of that use has. */
static const char *state_of(const struct reeve_ledger_entry *entry)
{
	static const enum rmi_granule_state states[REEVE_USE_COUNT] = {
		[REEVE_USE_SPARE] = GRANULE_DELEGATED,
		[REEVE_USE_RD] = GRANULE_RD,
		[REEVE_USE_RTT] = GRANULE_RTT,
		[REEVE_USE_REC] = GRANULE_REC,
		[REEVE_USE_REC_AUX] = GRANULE_REC_AUX,
		[REEVE_USE_DATA] = GRANULE_DATA,
	};

	return rmi_granule_state_name(states[entry->use == REEVE_USE_LEAKED ? entry->was : entry->use]);
}

/* As the model reports it (machine/model/gpf.c), but for the state, which is the one that the library's books imply. */
static void entry_put(struct text *text, const struct reeve_ledger_entry *entry)
{
	text_put(text, ": state ");
	text_put(text, state_of(entry));
	for (const struct reeve_realm *realm = host.library.realms; realm != NULL; realm = realm->next) {
		if (entry->vmid != 0 && realm->vmid == entry->vmid) {
			text_put(text, ", owner RD ");
			text_hex(text, realm->rd.value);
		}
	}
	text_put(text, ", delegated by call #");
	text_decimal(text, conduit_delegation(entry->pa.value));
}

static void granule_protection_fault(const struct exception_frame *frame)
{
	struct text text = {.length = 0};
	struct found found = entry_of(reeve_align_down(frame->far, REEVE_GRANULE_SIZE));

	text_put(&text, "granule protection fault: host ");
	text_put(&text, FIELD_GET(frame->esr, ESR_ABORT_WNR) != 0 ? "write of " : "read of ");
	text_hex(&text, frame->far);
	text_put(&text, ": granule ");
	text_hex(&text, found.granule);
	if (found.is_there) {
		entry_put(&text, &found.entry);
	}
	text_put(&text, ", by CPU ");
	text_decimal(&text, cpu_number());
	text_put(&text, " at ");
	text_hex(&text, frame->elr);
	output_panic(&text);
}

/* An external abort on an access of the host's own: there is no memory. */
static void external_abort(const struct exception_frame *frame)
{
	struct text text = {.length = 0};

	text_put(&text, "the machine has no memory at ");
	text_hex(&text, frame->far);
	text_put(&text, ": start QEMU with -m 3G");
	output_panic(&text);
}

void host_exception(struct exception_frame *frame)
{
	struct text text = {.length = 0};

	if (is_granule_protection(frame->esr)) {
		granule_protection_fault(frame);
	}
	if (FIELD_GET(frame->esr, ESR_EC) == ESR_EC_DATA_ABORT &&
		FIELD_GET(frame->esr, ESR_ABORT_FSC) == FSC_EXTERNAL) {
		external_abort(frame);
	}
	text_put(&text, "the machine's host took an exception on CPU ");
	text_decimal(&text, cpu_number());
	text_put(&text, ": vector ");
	text_decimal(&text, frame->vector);
	text_put(&text, ", ESR ");
	text_hex(&text, frame->esr);
	text_put(&text, ", ELR ");
	text_hex(&text, frame->elr);
	text_put(&text, ", FAR ");
	text_hex(&text, frame->far);
	text_put(&text, ", x30 ");
	text_hex(&text, frame->x[30]);
	output_panic(&text);
}
