/* SPDX-License-Identifier: BSD-2-Clause */
/* boot.c - from EL3's call to a monitor that serves RMI calls. Source: RMM-EL3 interface 0.x, fact sheet qemu-rme-machine s4. */
#include "machine/qemu/monitor/boot.h"

#include <stdatomic.h>
#include <string.h>

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/pointer.h"
#include "machine/qemu/bare/print.h"
#include "machine/qemu/bare/sysreg.h"
#include "machine/qemu/monitor/cpu.h"
#include "machine/qemu/monitor/el3.h"
#include "machine/qemu/monitor/layout.h"
#include "machine/qemu/monitor/platform.h"
#include "machine/qemu/monitor/refusals.h"

enum { INTERFACE_MAJOR = 0, MAX_RECS_ORDER = 9, IPA_BITS = 48, IPA_BITS_LPA2 = 52, VECTOR_UNIT = 16 };

/* __builtin_trap (monitor/assert.h) is BRK #1000: ESR_EL2 of that (Arm ARM D17). */
static const uint64_t esr_of_assert = 0xf20003e8;

const char image_name[] = "reeve-rmm";

/* start.S */
extern uint32_t is_up;
extern const uint64_t token_form; /* in the head of the image */

static struct reeve_monitor *monitor;
static unsigned cpus_served; /* the monitor's cpu_count */

/* A CPU met what cannot be: the state of the realms is not to be trusted any more, and nothing more is done with it. */
static atomic_bool is_broken;

void image_stopped(void)
{
	atomic_store(&is_broken, true);
}

void own_exception(struct exception_frame *frame)
{
	if (!platform_fixup(frame)) {
		exception_stop(frame->esr == esr_of_assert ? "an assert failed" : "unexpected exception in the monitor",
			frame);
	}
}

/* One RMI call. */
static void call(unsigned cpu, uint64_t x[EL3_RMI_REGISTERS])
{
	uint64_t in[RMM_REFUSAL_REGISTERS];
	enum rmi_condition condition;

	if (atomic_load_explicit(&is_broken, memory_order_relaxed)) {
		x[0] = SMCCC_NOT_SUPPORTED;
		return;
	}
	memcpy(in, x, sizeof(in));
	condition = reeve_monitor_smc(monitor, cpu, x);
	if (condition != CONDITION_NONE) {
		refusals_note(cpu, in, x[0], condition);
	}
}

/* RMI calls of this CPU, for ever. */
static _Noreturn void serve(unsigned cpu, enum boot_result result)
{
	uint64_t x[EL3_RMI_REGISTERS] = {0};

	el3_boot_complete(result, x);
	if (result != BOOT_OK) {
		stop("EL3 goes on although the monitor did not boot");
	}
	for (;;) {
		call(cpu, x);
		el3_rmi_complete(x);
	}
}

static _Noreturn void give_up(unsigned cpu, enum boot_result result)
{
	is_up = 0;
	serve(cpu, result);
}

static uint64_t features0(const struct cpu_features *has)
{
	uint64_t features = FIELD_SET(0, FEATURE0_S2SZ, has->lpa2 ? IPA_BITS_LPA2 : IPA_BITS);

	features = FIELD_SET(features, FEATURE0_LPA2, has->lpa2);
	features = FIELD_SET(features, FEATURE0_SVE_EN, has->sve);
	features = FIELD_SET(features, FEATURE0_SVE_VL, has->sve ? has->vector_bytes / VECTOR_UNIT - 1 : 0);
	features = FIELD_SET(features, FEATURE0_NUM_BPS, has->breakpoints - 1);
	features = FIELD_SET(features, FEATURE0_NUM_WPS, has->watchpoints - 1);
	features = FIELD_SET(features, FEATURE0_HASH_SHA_256, 1);
	features = FIELD_SET(features, FEATURE0_HASH_SHA_512, 1);
	features = FIELD_SET(features, FEATURE0_GICV3_NUM_LRS, has->list_registers - 1);
	return FIELD_SET(features, FEATURE0_MAX_RECS_ORDER, MAX_RECS_ORDER);
}

/* Make the monitor's object; why not, or NULL. */
static const char *make_monitor(const struct manifest *manifest, unsigned cpu_count)
{
	const struct cpu_features *has = cpu_features();
	struct reeve_monitor_config config = {
		.cpu_count = cpu_count,
		.rec_aux_count = RMI_REC_AUX_MAX,
		.vmid_bits = has->vmid_bits,
		.pa_bits = has->pa_bits,
		.features0 = features0(has),
		.token_form = (enum reeve_token_form)token_form,
	};
	uint64_t room;
	void *memory = layout_room(&room);
	enum reeve_monitor_error error;

	config.region_count = layout_regions(manifest, config.regions);
	error = reeve_monitor_init(memory, room, &config, &qemu_platform, NULL, &monitor);
	return error == REEVE_MONITOR_OK ? NULL : reeve_monitor_error_text(error);
}

static enum boot_result read_manifest(uint64_t shared, struct manifest *manifest)
{
	enum manifest_fault fault = manifest_read(pointer_at(shared), shared, manifest);

	if (fault == MANIFEST_OK) {
		return BOOT_OK;
	}
	print("%s: the boot manifest %u.%u at 0x%lx is refused: %s\n", image_name, manifest->major, manifest->minor,
		shared, manifest_fault_text(fault));
	return fault == MANIFEST_BAD_VERSION ? BOOT_MANIFEST_VERSION : BOOT_MANIFEST_DATA;
}

static bool is_served(uint64_t cpu)
{
	if (cpu >= cpus_served) {
		print("%s: CPU %lu is refused: the first CPU was told of %u\n", image_name, cpu, cpus_served);
	}
	return cpu < cpus_served;
}

/* What EL3 passes in registers. */
static enum boot_result check_arguments(uint64_t cpu, uint64_t version, uint64_t cpu_count, uint64_t shared)
{
	if (FIELD_GET(version, MANIFEST_VERSION_MAJOR) != INTERFACE_MAJOR) {
		print("%s: the RMM-EL3 interface 0x%lx is refused: only 0.x is known\n", image_name, version);
		return BOOT_VERSION;
	}
	if (cpu_count == 0 || cpu_count > CPUS_MAX) {
		print("%s: %lu CPUs are refused: 1 to %u are possible\n", image_name, cpu_count, (unsigned)CPUS_MAX);
		return BOOT_CPU_COUNT;
	}
	cpus_served = (unsigned)cpu_count;
	if (!is_served(cpu)) {
		return BOOT_CPU_ID;
	}
	if (!layout_accepts(shared)) {
		print("%s: the shared page 0x%lx is refused: it must be aligned, behind the image and near it\n",
			image_name, shared);
		return BOOT_SHARED_BUFFER;
	}
	return BOOT_OK;
}

static void say_ready(uint64_t version, const struct manifest *manifest)
{
	const struct cpu_features *has = cpu_features();

	print("%s: RMM 1.0, EL3 interface %u.%u, manifest %u.%u%s, %u-bit PA%s\n", image_name,
		(unsigned)FIELD_GET(version, MANIFEST_VERSION_MAJOR),
		(unsigned)FIELD_GET(version, MANIFEST_VERSION_MINOR), manifest->major, manifest->minor,
		manifest->console_name_left_out ? " (console checksum without its name)" : "", has->pa_bits,
		has->lpa2 ? ", LPA2" : "");
}

static enum boot_result prepare(uint64_t cpu, uint64_t version, uint64_t cpu_count, uint64_t shared)
{
	struct manifest manifest;
	enum boot_result result = check_arguments(cpu, version, cpu_count, shared);
	const char *why;

	if (result == BOOT_OK) {
		result = read_manifest(shared, &manifest);
	}
	if (result != BOOT_OK) {
		return result;
	}
	if (!layout_map(&manifest)) {
		print("%s: the memory banks are refused: none is delegable, or one is so large or so high that 47-bit addresses or the tables do not reach it\n",
			image_name);
		return BOOT_MANIFEST_DATA;
	}
	if (!layout_console(&manifest)) {
		print("%s: the console 0x%lx is refused: no PL011 answers there\n", image_name, manifest.console);
		return BOOT_MANIFEST_DATA;
	}
	why = make_monitor(&manifest, (unsigned)cpu_count);
	if (why != NULL) {
		print("%s: no monitor: %s\n", image_name, why);
		return BOOT_UNKNOWN;
	}
	attest_start((unsigned)FIELD_GET(version, MANIFEST_VERSION_MINOR));
	say_ready(version, &manifest);
	return BOOT_OK;
}

void boot_cold(uint64_t cpu, uint64_t version, uint64_t cpu_count, uint64_t shared)
{
	enum boot_result result = BOOT_UNKNOWN;
	const char *why = cpu_detect();

	layout_start(shared);
	cpu_prepare((unsigned)cpu);
	if (why == NULL) {
		result = prepare(cpu, version, cpu_count, shared);
	} else {
		print("%s: %s\n", image_name, why);
	}
	if (result != BOOT_OK) {
		give_up((unsigned)cpu, result);
	}
	is_up = 1;
	cache_clean(&is_up, sizeof(is_up));
	serve((unsigned)cpu, BOOT_OK);
}

void boot_warm(uint64_t cpu)
{
	layout_join();
	cpu_prepare((unsigned)cpu);
	serve((unsigned)cpu, is_served(cpu) ? BOOT_OK : BOOT_CPU_ID);
}
