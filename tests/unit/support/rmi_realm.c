/* SPDX-License-Identifier: BSD-2-Clause */
/* rmi_realm.c - realms for tests, built by bare RMI calls. */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

uint64_t span_of(int level)
{
	return UINT64_C(1) << (12 + 9 * (3 - level));
}

int start_level_of(unsigned ipa_bits)
{
	return 4 - ((int)ipa_bits - 8) / 9;
}

unsigned root_count_of(unsigned ipa_bits, int start_level)
{
	int one_table = 9 * (3 - start_level) + 21;

	return (int)ipa_bits <= one_table ? 1 : 1U << ((int)ipa_bits - one_table);
}

void realm_prepare(struct world *world, struct realm *realm, unsigned ipa_bits)
{
	struct rmi_realm_params *params = &realm->params;

	memset(realm, 0, sizeof(*realm));
	params->s2sz = (uint8_t)ipa_bits;
	params->num_bps = 1;
	params->num_wps = 1;
	params->vmid = world->vmid++;
	params->rtt_level_start = start_level_of(ipa_bits);
	params->rtt_num_start = root_count_of(ipa_bits, start_level_of(ipa_bits));
	for (size_t i = 0; i < RMI_RPV_SIZE; i++) {
		params->rpv[i] = (uint8_t)(i + 1);
	}
	params->rtt_base = world_delegated(world, params->rtt_num_start);
	realm->rd = world_delegated(world, 1);
}

void realm_params_write(struct world *world, const struct realm *realm)
{
	memcpy(world_at(world, world->params), &realm->params, sizeof(realm->params));
}

void realm_create(struct world *world, struct realm *realm)
{
	realm_params_write(world, realm);
	OK(world, REALM_CREATE, realm->rd, world->params);
}

void realm_new(struct world *world, struct realm *realm, unsigned ipa_bits)
{
	realm_prepare(world, realm, ipa_bits);
	realm_create(world, realm);
}

void realm_activate(struct world *world, const struct realm *realm)
{
	OK(world, REALM_ACTIVATE, realm->rd);
}

uint64_t realm_half(const struct realm *realm)
{
	return UINT64_C(1) << (realm->params.s2sz - 1);
}

uint64_t realm_tables(struct world *world, const struct realm *realm, uint64_t ipa, int level)
{
	uint64_t table = 0;

	for (int at = (int)realm->params.rtt_level_start; at < level; at++) {
		uint64_t start = reeve_align_down(ipa, span_of(at));

		if (realm_entry(world, realm, start, at).state != RTTE_TABLE) {
			table = world_delegated(world, 1);
			OK(world, RTT_CREATE, realm->rd, table, start, (uint64_t)(at + 1));
		}
	}
	return table;
}

uint64_t realm_data(struct world *world, const struct realm *realm, uint64_t ipa, uint8_t fill)
{
	uint64_t data;

	realm_tables(world, realm, ipa, 3);
	data = world_delegated(world, 1);
	memset(world_at(world, world->source), fill, REEVE_GRANULE_SIZE);
	OK(world, DATA_CREATE, realm->rd, data, ipa, world->source, 1);
	return data;
}

uint64_t realm_data_unknown(struct world *world, const struct realm *realm, uint64_t ipa)
{
	uint64_t data = world_delegated(world, 1);

	OK(world, DATA_CREATE_UNKNOWN, realm->rd, data, ipa);
	return data;
}

void realm_ram(struct world *world, const struct realm *realm, uint64_t base, uint64_t top)
{
	while (base < top) {
		struct reply reply = OK(world, RTT_INIT_RIPAS, realm->rd, base, top);

		assert_true(reply.out[0] > base && reply.out[0] <= top);
		base = reply.out[0];
	}
}

/* Section 3: index = aff0 | aff1 << 4 | aff2 << 12 | aff3 << 20, with Aff0 of 4 bits in a byte of its own. */
static uint64_t mpidr_of(unsigned index)
{
	return (index & 0xF) | (uint64_t)(index >> 4 & 0xFF) << 8;
}

struct rec *realm_rec_prepare(struct world *world, struct realm *realm, bool runnable)
{
	struct rec *rec = &realm->recs[realm->rec_count];
	uint64_t aux_count = OK(world, REC_AUX_COUNT, realm->rd).out[0];

	assert_true(realm->rec_count < WORLD_REALM_RECS && aux_count <= RMI_REC_AUX_MAX);
	memset(rec, 0, sizeof(*rec));
	rec->params.flags = runnable ? 1 : 0;
	rec->params.mpidr = mpidr_of(realm->rec_count);
	rec->params.pc = 0x1000;
	for (unsigned i = 0; i < RMI_REC_PARAMS_GPRS; i++) {
		rec->params.gprs[i] = 0x100 + i;
	}
	rec->params.num_aux = aux_count;
	for (unsigned i = 0; i < aux_count; i++) {
		rec->params.aux[i] = world_delegated(world, 1);
	}
	rec->pa = world_delegated(world, 1);
	rec->run = world_pages(world, 1);
	memcpy(world_at(world, world->params), &rec->params, sizeof(rec->params));
	return rec;
}

struct rec *realm_rec(struct world *world, struct realm *realm, bool runnable)
{
	struct rec *rec = realm_rec_prepare(world, realm, runnable);

	OK(world, REC_CREATE, realm->rd, rec->pa, world->params);
	realm->rec_count++;
	return rec;
}

struct rec *realm_running(struct world *world, struct realm *realm)
{
	struct rec *rec;

	realm_new(world, realm, 32);
	realm_tables(world, realm, 0, 3);
	realm_ram(world, realm, 0, WORLD_2M);
	rec = realm_rec(world, realm, true);
	realm_activate(world, realm);
	return rec;
}

struct entry realm_entry(struct world *world, const struct realm *realm, uint64_t ipa, int level)
{
	struct reply reply = OK(world, RTT_READ_ENTRY, realm->rd, ipa, (uint64_t)level);

	return (struct entry){(int)(int64_t)reply.out[0], (enum rmi_rtte_state)reply.out[1],
		(enum rmi_ripas)reply.out[3], reply.out[2]};
}

void entry_is(struct place place, struct world *world, const struct realm *realm, uint64_t ipa, int level,
	struct entry expected)
{
	struct entry entry = realm_entry(world, realm, ipa, level);

	if (entry.level != expected.level || entry.state != expected.state || entry.ripas != expected.ripas ||
		entry.desc != expected.desc) {
		print_error("entry of 0x%llx at %d: level %d %s %s desc 0x%llx, expected level %d %s %s desc 0x%llx\n",
			(unsigned long long)ipa, level, entry.level, rmi_rtte_state_name(entry.state),
			rmi_ripas_name(entry.ripas), (unsigned long long)entry.desc, expected.level,
			rmi_rtte_state_name(expected.state), rmi_ripas_name(expected.ripas),
			(unsigned long long)expected.desc);
		_fail(place.file, place.line);
	}
}
