/* SPDX-License-Identifier: BSD-2-Clause */
/* show.c - a token as lines that people read. */
#include "tools/token/show.h"

#include <inttypes.h>
#include <string.h>

#include "attest/cbor.h"
#include "attest/cose.h"
#include "tools/token/hex.h"
#include "tools/token/item.h"

enum { LABEL_COLUMN = 9, NAME_COLUMN = 33, DETAIL_COLUMN = 44 };

const char *const part_names[REEVE_TOKEN_PARTS] = {"platform", "realm"};

#define MEMBER(name, label, type, member) \
	{ \
		name, label, REEVE_CLAIM_##type, offsetof(struct reeve_component, member) \
	}
const struct component_member component_members[COMPONENT_MEMBERS] = {
	MEMBER("type", 1, TEXT, type),
	MEMBER("version", 4, TEXT, version),
	MEMBER("measurement", 2, BYTES, measurement),
	MEMBER("signer", 5, BYTES, signer),
	MEMBER("hash_algorithm", 6, TEXT, hash_algorithm),
	MEMBER("live_activation", 7, ITEM, live_activation),
	MEMBER("countersigners", 8, ITEM, countersigners),
};
#undef MEMBER

struct reeve_span component_member(const struct reeve_component *component, size_t member)
{
	return *(const struct reeve_span *)((const char *)component + component_members[member].offset);
}

struct claim_key claim_key(enum reeve_claim claim)
{
	struct claim_key key = {""};

	(void)snprintf(key.text, sizeof(key.text), "%s", reeve_claim_info(claim)->name);
	for (char *c = key.text; *c != '\0'; c++) {
		if (*c == ' ') {
			*c = '_';
		}
	}
	return key;
}

/* A token must not steer a terminal. */
static void text_print(struct reeve_span text, FILE *to)
{
	for (size_t i = 0; i < text.size; i++) {
		(void)fputc(text.bytes[i] >= ' ' && text.bytes[i] < 0x7F ? text.bytes[i] : '?', to);
	}
}

/* ---- One claim ---- */

static void component_print(unsigned index, const struct reeve_component *component, FILE *to)
{
	for (size_t m = 0; m < COMPONENT_MEMBERS; m++) {
		struct reeve_span member = component_member(component, m);

		if (member.bytes == NULL) {
			continue;
		}
		fprintf(to, "%*s%u %-16s", LABEL_COLUMN + 2, "", index, component_members[m].name);
		if (component_members[m].type == REEVE_CLAIM_TEXT) {
			text_print(member, to);
		} else if (component_members[m].type == REEVE_CLAIM_ITEM) {
			item_print(member, to);
		} else {
			hex_print(member, to);
		}
		fprintf(to, "\n");
	}
}

static void components_print(const struct reeve_token *token, FILE *to)
{
	struct reeve_component component;

	for (unsigned i = 0; reeve_token_component(token, i, &component); i++) {
		component_print(i, &component, to);
	}
}

static void rems_print(const struct reeve_token *token, FILE *to)
{
	for (unsigned i = 0; i < token->rem_count; i++) {
		fprintf(to, "%*srem%u ", LABEL_COLUMN + 2, "", i);
		hex_print(token->rems[i], to);
		fprintf(to, "\n");
	}
}

static void number_print(enum reeve_claim claim, uint64_t number, FILE *to)
{
	const char *name = claim == REEVE_CLAIM_LIFECYCLE ? reeve_token_lifecycle_name(number) : NULL;

	if (claim == REEVE_CLAIM_LIFECYCLE) {
		fprintf(to, "0x%04" PRIx64 " (%s)\n", number, name == NULL ? "no state" : name);
	} else if (claim == REEVE_CLAIM_MEC_POLICY && number <= 1) {
		fprintf(to, "%" PRIu64 " (%s)\n", number, number == 0 ? "shared" : "private");
	} else {
		fprintf(to, "%" PRIu64 "\n", number);
	}
}

static void claim_print(const struct reeve_token *token, enum reeve_claim claim, FILE *to)
{
	const struct reeve_claim_info *info = reeve_claim_info(claim);
	const struct reeve_claim_value *value = &token->claims[claim];

	fprintf(to, "%*" PRId64 "  %-*s", LABEL_COLUMN, info->label, NAME_COLUMN, info->name);
	switch (info->type) {
	case REEVE_CLAIM_BYTES:
		hex_print(value->bytes, to);
		fprintf(to, "\n");
		break;
	case REEVE_CLAIM_ITEM:
		item_print(value->bytes, to);
		fprintf(to, "\n");
		records_print(claim, value->bytes, LABEL_COLUMN + 2, to);
		break;
	case REEVE_CLAIM_TEXT:
		text_print(value->bytes, to);
		fprintf(to, "\n");
		break;
	case REEVE_CLAIM_UINT:
		number_print(claim, value->number, to);
		break;
	case REEVE_CLAIM_UINT_OR_TEXT:
		if (value->is_text) {
			text_print(value->bytes, to);
			fprintf(to, "\n");
		} else {
			number_print(claim, value->number, to);
		}
		break;
	case REEVE_CLAIM_COMPONENTS:
		fprintf(to, "%" PRIu64 "\n", value->number);
		components_print(token, to);
		break;
	case REEVE_CLAIM_MEASUREMENTS:
		fprintf(to, "%" PRIu64 "\n", value->number);
		rems_print(token, to);
		break;
	case REEVE_CLAIM_TYPE_COUNT:
		break;
	}
	if (claim == REEVE_CLAIM_RAK) {
		fprintf(to, "%*s%s, %s\n", LABEL_COLUMN + 2, "",
			cose_algorithm_info(cose_algorithm_of(token->rak.algorithm))->curve,
			token->is_rak_raw ? "a bare point" : "COSE_Key");
	}
}

/* ---- A part, in the order that its claims stand in ---- */

static void claims_print(const struct reeve_token *token, enum reeve_token_part_id part, FILE *to)
{
	struct reeve_span in = token->parts[part].payload;
	struct cbor_cursor c = cbor_begin(in);
	struct cbor_item map = {.value = 0};
	struct cbor_item key;
	struct cbor_item value;

	(void)cbor_next(&c, &map);
	c = cbor_enter(in, &map);
	while (cbor_next(&c, &key) && cbor_next(&c, &value)) {
		enum reeve_claim claim;
		int64_t label = 0;

		(void)cbor_int(&key, &label);
		claim = reeve_claim_of(part, label);
		if (claim != REEVE_CLAIM_COUNT) {
			claim_print(token, claim, to);
			continue;
		}
		fprintf(to, "%*" PRId64 "  %-*s", LABEL_COLUMN, label, NAME_COLUMN, "(unknown)");
		item_print(cbor_raw(in, &value), to);
		fprintf(to, "\n");
	}
}

void show_print(struct reeve_span in, const struct reeve_token *token, FILE *to)
{
	enum reeve_token_profile profile = reeve_token_profile_of(token);

	fprintf(to, "CCA token: %zu bytes, tag %" PRIu64 ", profile %s\n", in.size, token->tag,
		profile == REEVE_PROFILE_COUNT ? "unknown" : reeve_profile_info(profile)->name);
	for (unsigned i = 0; i < REEVE_TOKEN_PARTS; i++) {
		const struct reeve_token_part *part = &token->parts[i];
		const char *algorithm = reeve_token_algorithm_name(part->algorithm);

		fprintf(to, "%s token (%" PRIu64 "): %zu bytes, ", part_names[i],
			reeve_token_part_label((enum reeve_token_part_id)i), part->message.size);
		if (algorithm == NULL) {
			fprintf(to, "algorithm %" PRId64 " (unknown)", part->algorithm);
		} else {
			fprintf(to, "%s", algorithm);
		}
		fprintf(to, ", claims %zu bytes, signature %zu bytes\n", part->payload.size, part->signature.size);
		claims_print(token, (enum reeve_token_part_id)i, to);
	}
}
