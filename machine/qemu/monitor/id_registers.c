/* SPDX-License-Identifier: BSD-2-Clause */
/* id_registers.c - the ID registers as a realm reads them. */
#include "machine/qemu/monitor/id_registers.h"

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/sysreg.h"
#include "machine/qemu/monitor/fp.h"

enum { EC_SYSREG = 0x18, XZR = 31, INSTRUCTION_BYTES = 4, PARANGE_48 = 5 };

enum id_register {
#define ID_REGISTER(name, crm, op2) ID_##name,
#define ID_PASS(name, shift, width, most)
#define ID_SET(name, shift, width, value)
#include "machine/qemu/monitor/id_registers.def"
	ID_REGISTER_COUNT
};
#undef ID_REGISTER
#undef ID_PASS
#undef ID_SET

static const struct {
	uint8_t crm;
	uint8_t op2;
} places[ID_REGISTER_COUNT] = {
#define ID_REGISTER(name, crm, op2) [ID_##name] = {crm, op2},
#define ID_PASS(name, shift, width, most)
#define ID_SET(name, shift, width, value)
#include "machine/qemu/monitor/id_registers.def"
};
#undef ID_REGISTER
#undef ID_PASS
#undef ID_SET

enum id_rule_kind { RULE_PASS, RULE_SET };

static const struct id_rule {
	uint8_t id;
	uint8_t kind; /* enum id_rule_kind */
	uint8_t shift;
	uint8_t width;
	uint8_t value;
} rules[] = {
#define ID_REGISTER(name, crm, op2)
#define ID_PASS(name, shift, width, most) {ID_##name, RULE_PASS, shift, width, most},
#define ID_SET(name, shift, width, value) {ID_##name, RULE_SET, shift, width, value},
#include "machine/qemu/monitor/id_registers.def"
};
#undef ID_REGISTER
#undef ID_PASS
#undef ID_SET

static uint64_t hardware(enum id_register id)
{
	switch (id) {
#define ID_REGISTER(name, crm, op2) \
	case ID_##name: \
		return sysreg_read(S3_0_C0_C##crm##_##op2);
#define ID_PASS(name, shift, width, most)
#define ID_SET(name, shift, width, value)
#include "machine/qemu/monitor/id_registers.def"
	case ID_REGISTER_COUNT:
		break;
	}
	return 0;
}

static uint64_t ruled(enum id_register id)
{
	uint64_t from = hardware(id);
	uint64_t value = 0;

	for (unsigned i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct id_rule *rule = &rules[i];
		uint64_t field = rule->value;

		if (rule->id != id) {
			continue;
		}
		if (rule->kind == RULE_PASS && reeve_bits_get(from, rule->shift, rule->width) < field) {
			field = reeve_bits_get(from, rule->shift, rule->width);
		}
		value = reeve_bits_set(value, rule->shift, rule->width, field);
	}
	return value;
}

/* A realm has what its parameters say, no more. */
static uint64_t value_for(const struct rec_cpu *rec, enum id_register id)
{
	uint64_t value = ruled(id);

	if (id == ID_ZFR0 && !fp_has_sve(rec)) {
		return 0;
	}
	if (id == ID_PFR0 && !fp_has_sve(rec)) {
		return FIELD_SET(value, PFR0_SVE, 0);
	}
	if (id == ID_DFR0) {
		value = FIELD_SET(value, DFR0_BRPS, rec->features.num_bps);
		value = FIELD_SET(value, DFR0_WRPS, rec->features.num_wps);
	}
	if (id == ID_MMFR0 && !rec->stage2.lpa2) {
		value = FIELD_SET(value, MMFR0_TGRAN4, 0);
		if (FIELD_GET(value, MMFR0_PARANGE) > PARANGE_48) {
			value = FIELD_SET(value, MMFR0_PARANGE, PARANGE_48);
		}
	}
	return value;
}

/* ID_REGISTER_COUNT when the trap is of something else. */
static enum id_register id_of(uint64_t esr)
{
	bool is_read = FIELD_GET(esr, ESR_SYSREG_READ) != 0;
	unsigned id = 0;

	if (FIELD_GET(esr, ESR_EC) != EC_SYSREG || !is_read || FIELD_GET(esr, ESR_SYSREG_OP0) != 3 ||
		FIELD_GET(esr, ESR_SYSREG_OP1) != 0 || FIELD_GET(esr, ESR_SYSREG_CRN) != 0) {
		return ID_REGISTER_COUNT;
	}
	while (id < ID_REGISTER_COUNT &&
		(FIELD_GET(esr, ESR_SYSREG_CRM) != places[id].crm ||
			FIELD_GET(esr, ESR_SYSREG_OP2) != places[id].op2)) {
		id++;
	}
	return (enum id_register)id;
}

bool id_registers_emulate(struct rec_cpu *rec, uint64_t esr)
{
	enum id_register id = id_of(esr);
	unsigned rt = (unsigned)FIELD_GET(esr, ESR_SYSREG_RT);

	if (id == ID_REGISTER_COUNT) {
		return false;
	}
	if (rt != XZR) {
		rec->gprs[rt] = value_for(rec, id);
	}
	rec->pc += INSTRUCTION_BYTES;
	return true;
}
