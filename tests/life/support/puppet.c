/* SPDX-License-Identifier: BSD-2-Clause */
/* puppet.c - see puppet.h. */
#include "tests/life/support/puppet.h"

#include <stdlib.h>
#include <string.h>

enum {
	WORD_BYTES = 4,
	WORDS_START = 0x80, /* the instructions, each with a branch to DONE */
	DONE = 0x2C,
	VECTOR_SYNC = 0x200, /* current EL with SPx */
	VECTOR_WORDS = 6,
	MAIL_STEP = 0x10000,  /* from one REC's mailbox to the next */
	DOORBELL = 0x4000,    /* behind the mailbox */
	NS_ATTRIBUTES = 0xD8, /* normal memory, read and write */
};

/* X28 is the mailbox from the first instruction on. */
static const uint32_t loop[] = {
	0xAA0003FC, /* mov x28, x0 */
	0x10007FE9, /* adr x9, .+0xffc: PUPPET_VECTORS */
	0xD518C009, /* msr vbar_el1, x9 */
	0xA9400780, /* ldp x0, x1, [x28] */
	0xA9410F82, /* ldp x2, x3, [x28, #16] */
	0xA9421784, /* ldp x4, x5, [x28, #32] */
	0xA9431F86, /* ldp x6, x7, [x28, #48] */
	0xA9442788, /* ldp x8, x9, [x28, #64] */
	0xF9402B8A, /* ldr x10, [x28, #80] */
	0xF940339B, /* ldr x27, [x28, #96] */
	0xD61F0360, /* br x27 */
	0xA9000780, /* DONE: stp x0, x1, [x28] */
	0xA9010F82, /* stp x2, x3, [x28, #16] */
	0xA9021784, /* stp x4, x5, [x28, #32] */
	0xA9031F86, /* stp x6, x7, [x28, #48] */
	0xA9042788, /* stp x8, x9, [x28, #64] */
	0xF9002B8A, /* str x10, [x28, #80] */
	0xF920039F, /* str xzr, [x28, #DOORBELL] */
	0x17FFFFF1, /* b to the first ldp */
};

static const uint32_t vector[VECTOR_WORDS] = {
	0xD5385218, /* mrs x24, esr_el1 */
	0xD5386019, /* mrs x25, far_el1 */
	0xA9086798, /* stp x24, x25, [x28, #128] */
	0xD5384038, /* mrs x24, elr_el1 */
	0xD5384019, /* mrs x25, spsr_el1 */
	0xA9096798, /* stp x24, x25, [x28, #144] */
};

static const uint32_t words[PUPPET_WORDS] = {
	[P_SMC] = 0xD4000003,
	[P_LDRB_W] = 0x39400001,
	[P_LDRSB_W] = 0x39C00001,
	[P_LDRSB_X] = 0x39800001,
	[P_LDRH_W] = 0x79400001,
	[P_LDRSH_W] = 0x79C00001,
	[P_LDRSH_X] = 0x79800001,
	[P_LDR_W] = 0xB9400001,
	[P_LDRSW_X] = 0xB9800001,
	[P_LDR_X] = 0xF9400001,
	[P_LDRB_WZR] = 0x3940001F,
	[P_LDRSB_WZR] = 0x39C0001F,
	[P_LDRSB_XZR] = 0x3980001F,
	[P_LDRH_WZR] = 0x7940001F,
	[P_LDRSH_WZR] = 0x79C0001F,
	[P_LDRSH_XZR] = 0x7980001F,
	[P_LDR_WZR] = 0xB940001F,
	[P_LDRSW_XZR] = 0xB980001F,
	[P_LDR_XZR] = 0xF940001F,
	[P_STRB_W] = 0x39000001,
	[P_STRH_W] = 0x79000001,
	[P_STR_W] = 0xB9000001,
	[P_STR_X] = 0xF9000001,
	[P_STRB_WZR] = 0x3900001F,
	[P_STRH_WZR] = 0x7900001F,
	[P_STR_WZR] = 0xB900001F,
	[P_STR_XZR] = 0xF900001F,
	[P_LDR_WRITEBACK] = 0xF8408401,
	[P_WFI] = 0xD503207F,
	[P_WFE] = 0xD503205F,
	[P_WRITE_CNTP_CTL] = 0xD51BE221,
	[P_WRITE_CNTP_CVAL] = 0xD51BE241,
	[P_WRITE_CNTP_TVAL] = 0xD51BE201,
	[P_WRITE_CNTV_CTL] = 0xD51BE321,
	[P_WRITE_CNTV_CVAL] = 0xD51BE341,
	[P_WRITE_CNTV_TVAL] = 0xD51BE301,
	[P_READ_CNTP_CTL] = 0xD53BE221,
	[P_READ_CNTP_CVAL] = 0xD53BE241,
	[P_READ_CNTP_TVAL] = 0xD53BE201,
	[P_READ_CNTV_CTL] = 0xD53BE321,
	[P_READ_CNTV_CVAL] = 0xD53BE341,
	[P_READ_CNTV_TVAL] = 0xD53BE301,
	[P_READ_CNTVCT] = 0xD53BE041,
};

static uint32_t branch(uint64_t from, uint64_t to)
{
	return 0x14000000 | ((uint32_t)((int64_t)(to - from) / WORD_BYTES) & 0x3FFFFFF);
}

uint64_t puppet_address(enum puppet_word word)
{
	return PUPPET_CODE + WORDS_START + (uint64_t)word * 2 * WORD_BYTES;
}

uint64_t puppet_context(unsigned n)
{
	return (UINT64_C(1) << 31) + (uint64_t)n * MAIL_STEP;
}

/* The world's source page becomes the realm's page at `ipa`. */
static uint64_t put_page(struct puppet *p, uint64_t ipa)
{
	uint64_t pa = world_delegated(p->world, 1);

	OK(p->world, DATA_CREATE, p->realm.rd, pa, ipa, p->world->source, 1);
	return pa;
}

static void put_code(struct puppet *p)
{
	uint32_t *page = world_at(p->world, p->world->source);
	uint32_t *handler = page + VECTOR_SYNC / WORD_BYTES;

	memset(page, 0, REEVE_GRANULE_SIZE);
	memcpy(page, loop, sizeof(loop));
	for (unsigned i = 0; i < PUPPET_WORDS; i++) {
		uint32_t *at = page + WORDS_START / WORD_BYTES + (size_t)2 * i;

		at[0] = words[i];
		at[1] = branch(puppet_address((enum puppet_word)i) + WORD_BYTES, PUPPET_CODE + DONE);
	}
	put_page(p, PUPPET_CODE);
	memset(page, 0, REEVE_GRANULE_SIZE);
	memcpy(handler, vector, sizeof(vector));
	handler[VECTOR_WORDS] = branch(PUPPET_VECTORS + VECTOR_SYNC + sizeof(vector), PUPPET_CODE + DONE);
	put_page(p, PUPPET_VECTORS);
	memset(page, 0, REEVE_GRANULE_SIZE);
	p->buffer_pa = put_page(p, PUPPET_BUFFER);
}

static void put_rec(struct puppet *p, unsigned n)
{
	uint64_t mail_pa = world_pages(p->world, 1);
	struct rec *rec = realm_rec_prepare(p->world, &p->realm, n == 0);

	rec->params.pc = PUPPET_CODE;
	rec->params.gprs[0] = puppet_context(n);
	memcpy(world_at(p->world, p->world->params), &rec->params, sizeof(rec->params));
	OK(p->world, REC_CREATE, p->realm.rd, rec->pa, p->world->params);
	p->realm.rec_count++;
	p->mail[n] = world_at(p->world, mail_pa);
	OK(p->world, RTT_MAP_UNPROTECTED, p->realm.rd, puppet_context(n), 3, mail_pa | NS_ATTRIBUTES);
}

int puppet_setup(void **state)
{
	struct puppet *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	p->world = world_new_unicorn();
	realm_new(p->world, &p->realm, 32);
	realm_tables(p->world, &p->realm, 0, 3);
	realm_tables(p->world, &p->realm, puppet_context(0), 3);
	realm_ram(p->world, &p->realm, 0, PUPPET_RAM_TOP);
	put_code(p);
	for (unsigned n = 0; n < PUPPET_RECS_MAX; n++) {
		put_rec(p, n);
	}
	realm_activate(p->world, &p->realm);
	*state = p;
	return 0;
}

int puppet_teardown(void **state)
{
	struct puppet *p = *state;

	world_free(p->world);
	free(p);
	return 0;
}

static bool is_doorbell(const struct rmi_rec_exit *exit, unsigned n)
{
	return exit->exit_reason == RMI_EXIT_SYNC && FIELD_GET(exit->esr, ESR_EC) == EC_DATA &&
		FIELD_GET(exit->hpfar, HPFAR_FIPA) == (puppet_context(n) + DOORBELL) >> REEVE_GRANULE_SHIFT;
}

const struct rmi_rec_exit *puppet_enter(struct place place, struct puppet *p, unsigned n, uint64_t flags)
{
	const struct rec *rec = &p->realm.recs[n];
	struct rmi_rec_enter *enter = &rec_run(p->world, rec)->enter;
	const struct rmi_rec_exit *exit;

	enter->flags = flags | (p->rang[n] ? FIELD_MASK(ENTER_FLAG_EMUL_MMIO) : 0);
	exit = rec_enter(place, p->world, rec);
	enter->flags = 0;
	p->rang[n] = is_doorbell(exit, n);
	return exit;
}

const struct rmi_rec_exit *puppet_run(
	struct place place, struct puppet *p, unsigned n, enum puppet_word word, const uint64_t x[PUPPET_GPRS])
{
	memcpy(p->mail[n]->x, x, sizeof(p->mail[n]->x));
	p->mail[n]->code = puppet_address(word);
	memset(&p->mail[n]->esr, 0, 4 * sizeof(uint64_t));
	return puppet_enter(place, p, n, 0);
}

static const uint64_t *finished(struct place place, const struct puppet *p, unsigned n, const struct rmi_rec_exit *exit)
{
	if (!p->rang[n]) {
		print_error("REC %u exits with reason %u esr 0x%llx hpfar 0x%llx\n", n, exit->exit_reason,
			(unsigned long long)exit->esr, (unsigned long long)exit->hpfar);
		_fail(place.file, place.line);
	}
	return p->mail[n]->x;
}

const uint64_t *puppet_finish(struct place place, struct puppet *p, unsigned n, uint64_t flags)
{
	return finished(place, p, n, puppet_enter(place, p, n, flags));
}

const uint64_t *puppet_smc(struct place place, struct puppet *p, unsigned n, const uint64_t x[PUPPET_GPRS])
{
	return finished(place, p, n, puppet_run(place, p, n, P_SMC, x));
}
