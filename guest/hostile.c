/* SPDX-License-Identifier: BSD-2-Clause */
/* hostile.c - a realm that draws garbage for all that its host and its monitor offer it, and is there at the end to say so.
 *
 * The first eight bytes of the RPV are the seed: the same seed draws the same. The ninth says how it ends (enum ending), the
 * tenth how often each CPU draws, in hundreds. With a second CPU both draw at once. What it leaves alone is what would end it: PSCI's ways off, its own code, protected addresses that are no RAM. */
#include <stddef.h>

#include "guest/runtime/bytes.h"
#include "guest/runtime/draw.h"
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"
#include "guest/runtime/trap.h"
#include "reeve/rmi.h"

enum {
	DRAWS = 1000, /* of each CPU when the RPV says nothing */
	HUNDRED = 100,
	RPV_ENDING = 8,
	RPV_DRAWS = 9,
	WINDOW_BYTES = 64 * 1024,
	BUFFERS = 0x3000, /* in the window, behind the three areas of the queue */
	PARTS = 126,      /* of a chain, beside its header and its status */
	SCRATCH_BYTES = 4 << 20,
	GIC_INTERRUPT_LIMIT = 16, /* taken one after the other before the CPU's interface is closed */
	IPA_HOLE = 0x0b000000,
};

/* RPV[RPV_ENDING]. */
enum ending {
	END_OFF,     /* as every program */
	END_EMPTY,   /* all RAM is given up, the code with it: it can only be ended */
	END_CPU_OFF, /* the last CPU */
	END_SHARED,  /* off, after all RAM behind the first 4 MiB was given up: the host finds as much again for it */
	END_RESET,
};

static const uint64_t granule_bytes = 4096;

static uint64_t half; /* added to an IPA, it is unprotected */
static uint64_t distributor;
static uint64_t redistributors;
static uint64_t uart;
static uint64_t disk;    /* 0: none */
static uint64_t window;  /* protected address of what is shared with the disk */
static uint64_t scratch; /* RAM that nothing stands in */
static uint64_t ram_base;
static uint64_t ram_top;
static struct drawer first;
static enum ending ending;
static unsigned draws;
static unsigned taken;  /* interrupts of the first CPU, one after the other */
static uint64_t served; /* chains, by the disk, as the first CPU read the rings */

/* ---- what is drawn ---- */

/* An address that a call may be given: none of them is this program's. */
static uint64_t place(struct drawer *d)
{
	const uint64_t places[] = {0, scratch + below(d, SCRATCH_BYTES), d->memory, window, half | window,
		half | scratch, distributor, uart, IPA_HOLE, half | IPA_HOLE, half << 1, (half << 1) - granule_bytes,
		ram_top, ram_top - granule_bytes, UINT64_C(1) << 48, UINT64_C(1) << 52, ~UINT64_C(0), draw(d)};
	uint64_t at = places[below(d, sizeof(places) / sizeof(places[0]))];

	return below(d, 4) == 0 ? at + below(d, 2 * granule_bytes) : at & ~(granule_bytes - 1);
}

/* ---- what there is to attack ---- */

/* Registers of the distributor that say something, more often than the holes between them. */
static void at_distributor(struct drawer *d)
{
	static const uint16_t starts[] = {
		0x000, 0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380, 0x400, 0xc00, 0x6000, 0x6100};

	if (below(d, 8) == 0) {
		access(d, distributor, 0x10000);
		return;
	}
	access(d, distributor + starts[below(d, sizeof(starts) / sizeof(starts[0]))], 0x80);
}

static void at_redistributors(struct drawer *d)
{
	uint64_t own = redistributors + below(d, 3) * 0x20000; /* the third is nobody's where there are two CPUs */

	access(d, own + below(d, 2) * 0x10000 + below(d, 4) * 0x100, 0x1000);
}

/* Registers by name: op1, CRn, the first CRm and how many follow. Those of the interrupt controller first. */
static const struct register_row {
	uint8_t op1;
	uint8_t crn;
	uint8_t crm;
	uint8_t count;
} registers[] = {
	{0, 12, 8, 5},
	{0, 4, 6, 1},
	{4, 12, 8, 8},
	{6, 12, 8, 5},
	{0, 9, 12, 3},
	{3, 9, 12, 3},
	{3, 14, 8, 8},
	{0, 5, 3, 3},
	{0, 10, 4, 3},
	{3, 13, 2, 14},
	{0, 15, 0, 16},
	{3, 15, 0, 16},
	{0, 11, 0, 16},
	{3, 11, 0, 16},
	{0, 0, 0, 8},
	{1, 0, 0, 8},
};
enum { REGISTER_ROWS = sizeof(registers) / sizeof(registers[0]), OP2_COUNT = 8, IMMEDIATE_BITS = 16 };

static uint32_t register_move(const struct register_row *row, unsigned crm, unsigned op2, bool is_write)
{
	/* mrs x0, S3_…; msr S3_…, x1 */
	return (is_write ? 0xd5180001 : 0xd5380000) | (uint32_t)row->op1 << 16 | (uint32_t)row->crn << 12 |
		(uint32_t)(row->crm + crm) << 8 | (uint32_t)op2 << 5;
}

static void at_system_registers(struct drawer *d)
{
	const struct register_row *row = &registers[below(d, 2) == 0 ? 0 : below(d, REGISTER_ROWS)];
	unsigned crm = (unsigned)below(d, row->count);
	unsigned op2 = (unsigned)below(d, OP2_COUNT);

	carry_out(register_move(row, crm, op2, below(d, 2) == 0), 0, number(d));
}

/* HVC or SMC; the immediate has one bit, or none. */
static uint32_t conduit(bool is_hvc, unsigned bit)
{
	return (is_hvc ? 0xd4000002 : 0xd4000003) | (bit == IMMEDIATE_BITS ? 0 : 1U << bit) << 5;
}

static void instructions_prepare(void)
{
	accesses_prepare();
	for (unsigned row = 0; row < REGISTER_ROWS; row++) {
		for (unsigned i = 0; i < registers[row].count * (unsigned)OP2_COUNT; i++) {
			instruction_prepare(register_move(&registers[row], i / OP2_COUNT, i % OP2_COUNT, false));
			instruction_prepare(register_move(&registers[row], i / OP2_COUNT, i % OP2_COUNT, true));
		}
	}
	for (unsigned bit = 0; bit <= IMMEDIATE_BITS; bit++) {
		instruction_prepare(conduit(false, bit));
		instruction_prepare(conduit(true, bit));
	}
}

/* Timers that fire now, later or never, and SGIs to whoever there is or is not. */
static void at_timers(struct drawer *d)
{
	uint64_t now;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(now));
	now = below(d, 2) == 0 ? now + below(d, 100000) : number(d);
	switch (below(d, 5)) {
	case 0:
		__asm__ volatile("msr cntv_cval_el0, %0" ::"r"(now));
		break;
	case 1:
		__asm__ volatile("msr cntv_ctl_el0, %0\n\tisb" ::"r"(number(d)));
		break;
	case 2:
		__asm__ volatile("msr cntp_cval_el0, %0" ::"r"(now));
		break;
	case 3:
		__asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" ::"r"(number(d)));
		break;
	default:
		carry_out(0xd518cba1, 0, number(d)); /* ICC_SGI1R_EL1 */
		break;
	}
}

static void at_console(struct drawer *d)
{
	access(d, uart, below(d, 4) == 0 ? granule_bytes : 0x80);
}

/* Where nothing is: loads, stores and fetches, which the realm takes an abort for. */
static void at_hole(struct drawer *d)
{
	uint64_t hole = below(d, 2) == 0 ? IPA_HOLE : half | IPA_HOLE;
	struct trap trap;

	if (below(d, 4) != 0) {
		access(d, hole, 1 << 20);
		return;
	}
	trap_begin();
	(void)probe_fetch(hole + (below(d, 1 << 20) & ~UINT64_C(3)));
	(void)trap_end(&trap);
}

/* ---- calls ---- */

/* Whether the call would end the realm, or this CPU, or start one in the midst of nothing. */
static bool is_end(const uint64_t x[18])
{
	uint64_t fid = x[0] & UINT32_MAX & ~UINT64_C(0x40000000);

	return fid == PSCI_FID32_CPU_OFF || fid == PSCI_FID32_SYSTEM_OFF || fid == PSCI_FID32_SYSTEM_RESET ||
		fid == PSCI_FID32_CPU_ON;
}

static void call(struct drawer *d, uint64_t fid)
{
	d->call[0] = fid;
	for (unsigned i = 1; i < sizeof(d->call) / sizeof(d->call[0]); i++) {
		d->call[i] = below(d, 3) == 0 ? number(d) : place(d);
	}
	if (!is_end(d->call)) {
		smc(d->call);
	}
}

/* CPU_ON with a target that is not there, is on, or makes no sense, or an entry that no CPU can begin at. */
static void cpu_on(struct drawer *d)
{
	static const uint64_t targets[] = {0, 0x10, 0xf, 0x100, 0xffff0f, UINT64_C(0x100000000)};
	bool is_target_bad = below(d, 2) == 0;
	uint64_t target = is_target_bad ? targets[below(d, sizeof(targets) / sizeof(targets[0]))] : below(d, 2);
	uint64_t entry = is_target_bad ? place(d) : half | place(d);

	(void)call4(PSCI_FID64_CPU_ON, target, entry, number(d), number(d));
}

static void at_psci(struct drawer *d)
{
	static const uint32_t bases[] = {0x84000000, 0xc4000000, 0x80000000, 0xc0000000};

	if (below(d, 4) == 0) {
		cpu_on(d);
		return;
	}
	call(d, bases[below(d, sizeof(bases) / sizeof(bases[0]))] + below(d, 32));
}

static void at_rsi(struct drawer *d)
{
	uint64_t fid = 0xc4000190 + below(d, 12);

	/* A token takes the monitor a second to sign: now and then. */
	if (fid == RSI_FID(ATTESTATION_TOKEN_CONTINUE) && below(d, 8) != 0) {
		fid = RSI_FID(IPA_STATE_SET);
	}
	call(d, fid);
}

/* A host call that is well formed, with what is no call of the host's, or a wrong size. */
static void at_host(struct drawer *d)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): RAM of this drawer's own */
	struct rsi_host_call *page = (struct rsi_host_call *)d->memory;

	page->imm = (uint16_t)(below(d, 2) == 0 ? HOST_CALL_CHALLENGE + below(d, 4) : number(d));
	for (unsigned i = 0; i < RSI_HOST_CALL_GPRS; i++) {
		page->gprs[i] = number(d);
	}
	(void)rsi_host_call(page);
}

/* Calls by any number, by any way: the monitor's own, the firmware's, the host's, HVC. */
static void at_conduits(struct drawer *d)
{
	uint32_t word = conduit(below(d, 2) == 0, (unsigned)below(d, IMMEDIATE_BITS + 1));
	uint64_t x[18] = {below(d, 2) == 0 ? 0xc4000150 + below(d, 48) : draw(d)};

	if (below(d, 2) == 0) {
		call(d, x[0]);
	} else if (!is_end(x)) {
		carry_out(word, x[0], number(d));
	}
}

/* ---- memory and the disk ---- */

/* Pages change sides: RAM, shared, RAM again. */
static void at_shares(struct drawer *d)
{
	uint64_t base = window + below(d, WINDOW_BYTES / granule_bytes) * granule_bytes;
	uint64_t size = (1 + below(d, 4)) * granule_bytes;

	if (below(d, 16) == 0) {
		base = scratch;
		size = SCRATCH_BYTES;
	}
	(void)rsi_ipa_state_set(base, base + size, below(d, 3) == 0 ? RIPAS_RAM : RIPAS_EMPTY);
}

enum {
	VIRTIO_FEATURES_SELECT = 0x024,
	VIRTIO_FEATURES = 0x020,
	VIRTIO_QUEUE_SELECT = 0x030,
	VIRTIO_QUEUE_SIZE = 0x038,
	VIRTIO_READY = 0x044,
	VIRTIO_NOTIFY = 0x050,
	VIRTIO_STATUS = 0x070,
	VIRTIO_AREAS = 0x080,
	VIRTIO_LIVE = 0xf,
	VIRTIO_MUST = 3, /* VERSION_1 and ACCESS_PLATFORM, of the upper word */
};

static void disk_store(uint64_t offset, uint64_t value)
{
	carry_out(0xb9000001, disk + offset, value); /* str w1, [x0] */
}

/* A word of the window, by its alias; not there when its page is not shared now. */
static void window_store(uint64_t offset, uint64_t value)
{
	carry_out(0xf9000001, (half | window) + offset, value); /* str x1, [x0] */
}

/* The driver's way to a live device with one queue of `size`, whose areas are nearly always where they can be. */
static void disk_areas(struct drawer *d, uint64_t size)
{
	disk_store(VIRTIO_STATUS, 0);
	disk_store(VIRTIO_FEATURES_SELECT, 1);
	disk_store(VIRTIO_FEATURES, below(d, 16) == 0 ? number(d) : VIRTIO_MUST);
	disk_store(VIRTIO_STATUS, VIRTIO_LIVE & ~4U);
	disk_store(VIRTIO_QUEUE_SELECT, below(d, 16) == 0 ? number(d) : 0);
	disk_store(VIRTIO_QUEUE_SIZE, size);
	for (unsigned area = 0; area < 3; area++) {
		uint64_t at = below(d, 16) == 0 ? place(d) : (half | window) + area * granule_bytes;

		disk_store(VIRTIO_AREAS + 0x10 * area, at);
		disk_store(VIRTIO_AREAS + 0x10 * area + 4, at >> 32);
	}
	disk_store(VIRTIO_READY, 1);
	disk_store(VIRTIO_STATUS, VIRTIO_LIVE);
}

/* Descriptors that look like requests, and those that do not. */
static void rings_fill(struct drawer *d)
{
	for (uint64_t i = 0; i < 8; i++) {
		bool is_good = below(d, 8) != 0;
		uint64_t buffer = (half | window) + BUFFERS + below(d, 8) * 0x1000;
		uint64_t size = i % 3 == 0 ? 16 : i % 3 == 2 ? 1 : 512 * (1 + below(d, 4));
		uint64_t flags = (i % 3 == 2 ? 0 : 1) | (i % 3 != 0 && below(d, 3) != 0 ? 2 : 0);
		uint64_t next = is_good ? i + 1 : below(d, 300);

		size = is_good ? size : number(d) & UINT32_MAX;
		flags = is_good ? flags : number(d) & 0xffff;
		window_store(UINT64_C(16) * i, is_good ? buffer : place(d));
		window_store(16 * i + 8, size | flags << 32 | next << 48);
		window_store(BUFFERS + below(d, 8) * 0x1000, below(d, 8) == 0 ? number(d) : below(d, 2));
		window_store(BUFFERS + below(d, 8) * 0x1000 + 8, below(d, 4) == 0 ? number(d) : below(d, 64));
	}
	/* flags, index, three heads */
	window_store(granule_bytes, below(d, 2) | below(d, 4) << 16 | (below(d, 3) * 3) << 32 | below(d, 8) << 48);
}

/* A queue full of heads, all of them one chain that reads the disk into the same page many times over. */
static void greedy(struct drawer *d)
{
	uint64_t buffer = (half | window) + BUFFERS;

	disk_areas(d, 256);
	window_store(BUFFERS, 0);
	window_store(BUFFERS + 8, 0);
	window_store(0, buffer);
	window_store(8, 16 | UINT64_C(1) << 32 | UINT64_C(1) << 48);
	for (uint64_t i = 1; i <= PARTS; i++) {
		window_store(16 * i, buffer + granule_bytes);
		window_store(16 * i + 8, granule_bytes | UINT64_C(3) << 32 | (i + 1) << 48);
	}
	window_store(UINT64_C(16) * (PARTS + 1), buffer + 16);
	window_store(16 * (PARTS + 1) + 8, 1 | UINT64_C(2) << 32);
	window_store(granule_bytes, 256 << 16);
	disk_store(VIRTIO_NOTIFY, 0);
}

static void at_disk(struct drawer *d)
{
	if (disk == 0) {
		return;
	}
	if (below(d, 4) != 0) {
		(void)rsi_ipa_state_set(window, window + WINDOW_BYTES, RIPAS_EMPTY);
	}
	window_store(2 * granule_bytes, 0);
	switch (below(d, 8)) {
	case 0:
		access(d, disk, 0x200);
		return;
	case 1:
		disk_store(below(d, 0x40) * 4, number(d));
		return;
	case 2:
		window_store(below(d, WINDOW_BYTES) & ~UINT64_C(7), draw(d));
		return;
	case 3:
		greedy(d);
		break;
	default:
		disk_areas(d, below(d, 16) == 0 ? number(d) : UINT64_C(1) << below(d, 9));
		rings_fill(d);
		disk_store(VIRTIO_NOTIFY, below(d, 8) == 0 ? number(d) : 0);
		break;
	}
	/* How many chains the device gave back. */
	served += load_or_zero((half | window) + 2 * granule_bytes + 2);
}

/* ---- interrupts ---- */

/* Taken, and ended or not, by the right number or another one. Too many: the interface is closed. */
static void on_irq(void)
{
	struct drawer *d = &first;
	uint64_t number_taken;
	uint64_t mpidr;

	__asm__ volatile("mrs %0, mpidr_el1" : "=r"(mpidr));
	__asm__ volatile("mrs %0, S3_0_C12_C12_0" : "=r"(number_taken)); /* ICC_IAR1_EL1 */
	if ((mpidr & 0xff) != 0 || ++taken > GIC_INTERRUPT_LIMIT) {
		__asm__ volatile("msr S3_0_C12_C12_7, xzr\n\tisb" ::: "memory"); /* ICC_IGRPEN1_EL1 */
		return;
	}
	__asm__ volatile("msr S3_0_C12_C12_1, %0\n\tisb" ::"r"(below(d, 4) == 0 ? number(d) : number_taken) : "memory");
}

static void at_interrupts(struct drawer *d)
{
	(void)d;
	taken = 0;
	__asm__ volatile("msr daifclr, #2\n\tisb\n\tmsr daifset, #2\n\tisb" ::: "memory");
	/* Open it again, as far as it was: priorities, enables and groups are what was drawn. */
	carry_out(0xd518cce1, 0, 1);    /* ICC_IGRPEN1_EL1 */
	carry_out(0xd5184601, 0, 0xff); /* ICC_PMR_EL1 */
}

/* ---- all of it ---- */

static const struct {
	const char *name;
	void (*attack)(struct drawer *d);
} attacks[] = {
	{"distributor", at_distributor},
	{"redistributors", at_redistributors},
	{"system registers", at_system_registers},
	{"timers", at_timers},
	{"interrupts", at_interrupts},
	{"console", at_console},
	{"hole", at_hole},
	{"PSCI", at_psci},
	{"RSI", at_rsi},
	{"host calls", at_host},
	{"conduits", at_conduits},
	{"shares", at_shares},
	{"disk", at_disk},
};
enum { ATTACKS = sizeof(attacks) / sizeof(attacks[0]) };

static unsigned counts[ATTACKS]; /* of the first CPU */

static void fight(struct drawer *d)
{
	for (unsigned i = 0; i < draws; i++) {
		uint64_t which = below(d, ATTACKS);

		attacks[which].attack(d);
		counts[which] += d == &first;
	}
}

static void second_run(struct secondary *self)
{
	struct drawer *d = (struct drawer *)self;

	fight(d);
	d->is_done = true;
	psci_cpu_off();
}

/* The second CPU, if there is one, draws as well. NULL: there is none. */
static struct drawer *second_start(const struct machine *machine)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): RAM behind the image */
	struct drawer *d = (struct drawer *)image_end_address();
	struct fdt_reg cpu;

	if (!fdt_find_named(&machine->fdt, "cpu", 1, &cpu)) {
		return NULL;
	}
	*d = (struct drawer){.start = {image_end_address() + 3 * granule_bytes, second_run},
		.state = first.state * 3 | 1,
		.memory = image_end_address() + 3 * granule_bytes};
	__asm__ volatile("dmb sy" ::: "memory");
	if (psci_cpu_on(cpu.base, (uintptr_t)secondary_start, (uintptr_t)d) != PSCI_STATUS_SUCCESS) {
		fail("CPU 1 cannot be switched on");
	}
	return d;
}

static void devices_find(const struct machine *machine)
{
	struct fdt_reg reg;

	if (!fdt_find_compatible(&machine->fdt, "arm,gic-v3", 0, &reg)) {
		fail("the device tree has no GICv3");
	}
	distributor = reg.base;
	redistributors = reg.base + 0xa0000;
	if (!fdt_find_compatible(&machine->fdt, "arm,pl011", 0, &reg)) {
		fail("the device tree has no PL011");
	}
	uart = reg.base;
	if (fdt_find_compatible(&machine->fdt, "virtio,mmio", 0, &reg)) {
		disk = reg.base;
	}
	half = unprotected(machine, 0);
	ram_base = machine->ram.base;
	ram_top = ram_base + machine->ram.size;
	scratch = ram_top - SCRATCH_BYTES;
	window = scratch + (2 << 20) - WINDOW_BYTES / 2; /* across a block's edge */
}

static void end(void)
{
	switch (ending) {
	case END_EMPTY:
		(void)rsi_ipa_state_set(ram_base, ram_top, RIPAS_EMPTY);
		break;
	case END_CPU_OFF:
		psci_cpu_off();
	case END_SHARED:
		if (!rsi_ipa_state_set(ram_base + SCRATCH_BYTES, ram_top, RIPAS_EMPTY)) {
			fail("not all of the RAM could be given up");
		}
		break;
	case END_RESET:
		psci_system_reset();
	case END_OFF:
		break;
	}
}

static void hostile(const struct machine *machine)
{
	struct drawer *second;

	memcpy(&first.state, machine->config->rpv, sizeof(first.state));
	ending = (enum ending)machine->config->rpv[RPV_ENDING];
	draws = machine->config->rpv[RPV_DRAWS] == 0 ? DRAWS : HUNDRED * machine->config->rpv[RPV_DRAWS];
	first.state = first.state * 2 | 1;
	first.memory = image_end_address() + 4 * granule_bytes;
	devices_find(machine);
	instructions_prepare();
	trap_irq(on_irq);
	second = second_start(machine);
	fight(&first);
	while (second != NULL && !second->is_done) {
		__asm__ volatile("yield" ::: "memory");
	}
	print("\n");
	for (unsigned i = 0; i < ATTACKS; i++) {
		print("%s: %u draws\n", attacks[i].name, counts[i]);
	}
	if (disk != 0) {
		print("the disk served %s\n", served == 0 ? "nothing" : "some");
	}
	end();
}

const struct program program = {"hostile", hostile};
