/* SPDX-License-Identifier: BSD-2-Clause */
/* params_pages.c - parameter pages of REALM_CREATE and REC_CREATE: valid ones, changed where the input says. */
#include <stddef.h>
#include <string.h>

#include "tests/fuzz/support/monitor_machine.h"

uint64_t machine_pick(const struct machine *machine, enum rmi_granule_state state, unsigned n)
{
	unsigned count = 0;

	for (unsigned g = 0; g < MACHINE_GRANULES; g++) {
		count += machine->roles[g].state == state;
	}
	if (count == 0) {
		return UINT64_C(0x123456789000);
	}
	n %= count;
	for (unsigned g = 0;; g++) {
		if (machine->roles[g].state == state && n-- == 0) {
			return machine_pa(g);
		}
	}
}

/* Address of the first `count` DELEGATED granules in a row, aligned to their size; 0 when there are none. */
static uint64_t pick_row(const struct machine *machine, unsigned count)
{
	for (unsigned g = 0; g + count <= MACHINE_GRANULES; g += count) {
		unsigned n = 0;

		while (n < count && machine->roles[g + n].state == GRANULE_DELEGATED) {
			n++;
		}
		if (n == count) {
			return machine_pa(g);
		}
	}
	return 0;
}

/* Some members of a page get other values, of edges or any. */
static void change(struct bytes *in, uint8_t *page, const uint16_t *offsets, unsigned count)
{
	static const uint64_t values[] = {0, 1, 2, 3, 4, 16, 17, UINT64_MAX, UINT64_C(1) << 63, UINT64_C(1) << 48,
		MACHINE_SECOND_BASE - MACHINE_PAGE, UINT64_MAX - 0xFFF, MACHINE_BASE + 0x800, 33, 52, 0xFF};

	for (unsigned n = bytes_pick(in, 8); n > 4; n--) {
		unsigned how = bytes_next(in);
		uint64_t value = how >= 240 ? bytes_word(in) : values[how % 16];

		memcpy(page + offsets[bytes_pick(in, count)], &value, sizeof(value));
	}
}

void realm_params_fill(const struct machine *machine, struct bytes *in, struct rmi_realm_params *params)
{
	static const uint16_t offsets[] = {offsetof(struct rmi_realm_params, flags),
		offsetof(struct rmi_realm_params, s2sz), offsetof(struct rmi_realm_params, sve_vl),
		offsetof(struct rmi_realm_params, num_bps), offsetof(struct rmi_realm_params, num_wps),
		offsetof(struct rmi_realm_params, hash_algo), offsetof(struct rmi_realm_params, vmid),
		offsetof(struct rmi_realm_params, rtt_base), offsetof(struct rmi_realm_params, rtt_level_start),
		offsetof(struct rmi_realm_params, rtt_num_start), offsetof(struct rmi_realm_params, pad_440)};
	static const struct {
		uint8_t s2sz, level, count;
	} shapes[] = {{39, 1, 1}, {32, 2, 4}, {34, 2, 16}, {40, 1, 2}, {48, 0, 1}};
	unsigned how = bytes_next(in);
	unsigned shape = how % (sizeof(shapes) / sizeof(shapes[0]));

	memset(params, 0, sizeof(*params));
	params->s2sz = shapes[shape].s2sz;
	params->num_bps = 1;
	params->num_wps = 1;
	params->vmid = (uint16_t)(how / 8);
	params->rtt_level_start = shapes[shape].level;
	params->rtt_num_start = shapes[shape].count;
	params->rtt_base = pick_row(machine, shapes[shape].count);
	change(in, (uint8_t *)params, offsets, sizeof(offsets) / sizeof(offsets[0]));
}

void rec_params_fill(const struct machine *machine, struct bytes *in, struct rmi_rec_params *params)
{
	static const uint16_t offsets[] = {offsetof(struct rmi_rec_params, flags),
		offsetof(struct rmi_rec_params, mpidr), offsetof(struct rmi_rec_params, pc),
		offsetof(struct rmi_rec_params, num_aux), offsetof(struct rmi_rec_params, aux),
		offsetof(struct rmi_rec_params, aux) + sizeof(uint64_t)};
	unsigned how = bytes_next(in);

	memset(params, 0, sizeof(*params));
	params->flags = how & 1;
	params->mpidr = how >> 1 & 3;
	params->num_aux = MACHINE_AUX;
	params->aux[0] = machine_pick(machine, GRANULE_DELEGATED, how >> 3);
	params->aux[1] = machine_pick(machine, GRANULE_DELEGATED, (how >> 3) + 1);
	change(in, (uint8_t *)params, offsets, sizeof(offsets) / sizeof(offsets[0]));
}
