/* SPDX-License-Identifier: BSD-2-Clause */
/* fdt.c - writes the device tree with libfdt, front to back.
 *
 * libfdt's sequential writer refuses every call after one has failed, so only the last result is looked at. */
#include "tools/fdt.h"

#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/qemu/job.h"
#include "vmm/pl011.h"
#include "vmm/vgic.h"
#include "vmm/virtio_mmio.h"

enum {
	FDT_FIXED_BYTES = 4096,
	FDT_CPU_BYTES = 256,
	NODE_NAME_MAX = 40,
	UART_CLOCK_HZ = 24000000,
	PHANDLE_CLOCK = 1,
	PHANDLE_GIC
};

/* Cells of an interrupt: kind, number within it, trigger (Linux devicetree binding arm,gic-v3). */
enum { INTERRUPT_SPI, INTERRUPT_PPI, TRIGGER_LEVEL_HIGH = 4 };

static void put_string(void *fdt, const char *name, const char *text)
{
	(void)fdt_property(fdt, name, text, (int)strlen(text) + 1);
}

/* `count` strings that follow each other in `text`, `size` bytes with all their ends. */
static void put_strings(void *fdt, const char *name, const char *text, size_t size)
{
	(void)fdt_property(fdt, name, text, (int)size);
}

static void put_reg(void *fdt, uint64_t base, uint64_t size)
{
	fdt64_t cells[2] = {cpu_to_fdt64(base), cpu_to_fdt64(size)};

	(void)fdt_property(fdt, "reg", cells, sizeof(cells));
}

static void begin_at(void *fdt, const char *name, uint64_t address)
{
	char text[NODE_NAME_MAX];

	(void)snprintf(text, sizeof(text), "%s@%" PRIx64, name, address);
	(void)fdt_begin_node(fdt, text);
}

static void put_chosen(void *fdt, const struct layout *layout, const struct fdt_chosen *chosen)
{
	char path[NODE_NAME_MAX];

	(void)snprintf(path, sizeof(path), "/pl011@%" PRIx64, layout->uart);
	(void)fdt_begin_node(fdt, "chosen");
	put_string(fdt, "stdout-path", path);
	put_string(fdt, "bootargs", chosen == NULL || chosen->bootargs == NULL ? "" : chosen->bootargs);
	if (chosen != NULL && chosen->initrd_top != 0) {
		(void)fdt_property_u64(fdt, "linux,initrd-start", chosen->initrd_base);
		(void)fdt_property_u64(fdt, "linux,initrd-end", chosen->initrd_top);
	}
	(void)fdt_end_node(fdt);
}

static void put_memory(void *fdt, const struct layout *layout)
{
	begin_at(fdt, "memory", layout->ram_base);
	put_string(fdt, "device_type", "memory");
	put_reg(fdt, layout->ram_base, layout->ram_top - layout->ram_base);
	(void)fdt_end_node(fdt);
}

static void put_cpus(void *fdt, const struct layout *layout)
{
	(void)fdt_begin_node(fdt, "cpus");
	(void)fdt_property_u32(fdt, "#address-cells", 2);
	(void)fdt_property_u32(fdt, "#size-cells", 0);
	for (unsigned i = 0; i < layout->cpus; i++) {
		begin_at(fdt, "cpu", layout_mpidr(i));
		put_string(fdt, "device_type", "cpu");
		put_string(fdt, "compatible", "arm,armv8");
		(void)fdt_property_u64(fdt, "reg", layout_mpidr(i));
		put_string(fdt, "enable-method", "psci");
		(void)fdt_end_node(fdt);
	}
	(void)fdt_end_node(fdt);
	(void)fdt_begin_node(fdt, "psci");
	put_string(fdt, "compatible", "arm,psci-1.0");
	put_string(fdt, "method", "smc");
	(void)fdt_end_node(fdt);
}

/* Secure, physical, virtual and hypervisor timer, in the binding's order; a realm has the second and third. */
static void put_interrupts(void *fdt, const struct layout *layout)
{
	static const uint32_t timers[] = {29, GIC_TIMER_PHYSICAL, GIC_TIMER_VIRTUAL, 26};
	fdt64_t regs[4] = {cpu_to_fdt64(layout->gicd), cpu_to_fdt64(GICD_SIZE), cpu_to_fdt64(layout->gicr),
		cpu_to_fdt64((uint64_t)GICR_SIZE * layout->cpus)};
	fdt32_t cells[3 * (sizeof(timers) / sizeof(timers[0]))];

	begin_at(fdt, "interrupt-controller", layout->gicd);
	put_string(fdt, "compatible", "arm,gic-v3");
	(void)fdt_property_u32(fdt, "#interrupt-cells", 3);
	(void)fdt_property(fdt, "interrupt-controller", NULL, 0);
	(void)fdt_property(fdt, "reg", regs, sizeof(regs));
	(void)fdt_property_u32(fdt, "phandle", PHANDLE_GIC);
	(void)fdt_end_node(fdt);
	for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
		cells[3 * i] = cpu_to_fdt32(INTERRUPT_PPI);
		cells[3 * i + 1] = cpu_to_fdt32(timers[i] - GIC_SGIS);
		cells[3 * i + 2] = cpu_to_fdt32(TRIGGER_LEVEL_HIGH);
	}
	(void)fdt_begin_node(fdt, "timer");
	put_string(fdt, "compatible", "arm,armv8-timer");
	(void)fdt_property(fdt, "interrupts", cells, sizeof(cells));
	(void)fdt_property(fdt, "always-on", NULL, 0);
	(void)fdt_end_node(fdt);
}

static void put_devices(void *fdt, const struct layout *layout)
{
	static const char uart[] = "arm,pl011\0arm,primecell";
	static const char clocks[] = "uartclk\0apb_pclk";
	fdt32_t interrupt[3] = {
		cpu_to_fdt32(INTERRUPT_SPI), cpu_to_fdt32(GIC_UART - GIC_PRIVATE), cpu_to_fdt32(TRIGGER_LEVEL_HIGH)};
	fdt32_t clock[2] = {cpu_to_fdt32(PHANDLE_CLOCK), cpu_to_fdt32(PHANDLE_CLOCK)};

	(void)fdt_begin_node(fdt, "clock");
	put_string(fdt, "compatible", "fixed-clock");
	(void)fdt_property_u32(fdt, "#clock-cells", 0);
	(void)fdt_property_u32(fdt, "clock-frequency", UART_CLOCK_HZ);
	(void)fdt_property_u32(fdt, "phandle", PHANDLE_CLOCK);
	(void)fdt_end_node(fdt);
	begin_at(fdt, "pl011", layout->uart);
	put_strings(fdt, "compatible", uart, sizeof(uart));
	put_reg(fdt, layout->uart, PL011_SIZE);
	(void)fdt_property(fdt, "clocks", clock, sizeof(clock));
	put_strings(fdt, "clock-names", clocks, sizeof(clocks));
	(void)fdt_property(fdt, "interrupts", interrupt, sizeof(interrupt));
	(void)fdt_end_node(fdt);
}

static void put_virtio(void *fdt, const struct layout *layout, enum job_virtio which)
{
	uint64_t base = layout->virtio + (uint64_t)which * VIRTIO_MMIO_SIZE;
	fdt32_t interrupt[3] = {cpu_to_fdt32(INTERRUPT_SPI),
		cpu_to_fdt32(JOB_VIRTIO_INTERRUPT - GIC_PRIVATE + (uint32_t)which), cpu_to_fdt32(TRIGGER_LEVEL_HIGH)};

	begin_at(fdt, "virtio_mmio", base);
	put_string(fdt, "compatible", "virtio,mmio");
	put_reg(fdt, base, VIRTIO_MMIO_SIZE);
	(void)fdt_property(fdt, "interrupts", interrupt, sizeof(interrupt));
	(void)fdt_property(fdt, "dma-coherent", NULL, 0);
	(void)fdt_end_node(fdt);
}

static void put_shared(void *fdt, const struct layout *layout)
{
	begin_at(fdt, "reeve-shared", layout->shared);
	put_string(fdt, "compatible", "reeve,shared-buffer");
	put_reg(fdt, layout->shared, layout->shared_size);
	(void)fdt_end_node(fdt);
}

/* The devices at their addresses without the bit that makes these unprotected. */
static struct layout below_half(const struct layout *layout)
{
	struct layout told = *layout;

	told.gicd -= layout->half;
	told.gicr -= layout->half;
	told.uart -= layout->half;
	told.virtio -= layout->half;
	return told;
}

void *fdt_make(const struct layout *layout, const struct fdt_chosen *chosen, size_t *size)
{
	bool is_linux = chosen != NULL && chosen->is_linux;
	struct layout told = is_linux ? below_half(layout) : *layout;
	size_t text = chosen == NULL || chosen->bootargs == NULL ? 0 : strlen(chosen->bootargs);
	int room = text > LAYOUT_FDT_SPACE ? 0 : FDT_FIXED_BYTES + (int)layout->cpus * FDT_CPU_BYTES + (int)text;
	void *fdt = room == 0 ? NULL : calloc(1, (size_t)room);

	if (fdt == NULL) {
		return NULL;
	}
	(void)fdt_create(fdt, room);
	(void)fdt_finish_reservemap(fdt);
	(void)fdt_begin_node(fdt, "");
	(void)fdt_property_u32(fdt, "#address-cells", 2);
	(void)fdt_property_u32(fdt, "#size-cells", 2);
	put_string(fdt, "compatible", "reeve,realm");
	put_string(fdt, "model", "reeve realm");
	(void)fdt_property_u32(fdt, "interrupt-parent", PHANDLE_GIC);
	put_chosen(fdt, &told, chosen);
	put_memory(fdt, layout);
	put_cpus(fdt, layout);
	put_interrupts(fdt, &told);
	put_devices(fdt, &told);
	if (!is_linux) {
		put_shared(fdt, layout);
	}
	if (chosen != NULL && chosen->has_disk) {
		put_virtio(fdt, &told, JOB_VIRTIO_DISK);
	}
	if (chosen != NULL && chosen->has_virtio_console) {
		put_virtio(fdt, &told, JOB_VIRTIO_CONSOLE);
	}
	(void)fdt_end_node(fdt);
	if (fdt_finish(fdt) != 0 || fdt_totalsize(fdt) > LAYOUT_FDT_SPACE) {
		free(fdt);
		return NULL;
	}
	*size = fdt_totalsize(fdt);
	return fdt;
}

const char *fdt_bootargs(const void *fdt)
{
	int size = 0;
	const char *text = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "bootargs", &size);

	return text != NULL && size > 0 && text[size - 1] == '\0' ? text : NULL;
}
