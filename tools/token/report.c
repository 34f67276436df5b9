/* SPDX-License-Identifier: BSD-2-Clause */
/* report.c - an appraisal in lines: outcome, check, reason code, and what was found in words. */
#include "tools/token/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "tools/token/hex.h"

enum { CHECK_COLUMN = 20, FINDING_COLUMN = 22, HEX_SHOWN = 8, TEXT_SHOWN = 80 };

static const char *const outcome_words[REEVE_OUTCOME_COUNT] = {
	[REEVE_OUTCOME_NOT_MADE] = "-",
	[REEVE_OUTCOME_PASSED] = "pass",
	[REEVE_OUTCOME_REFUSED] = "REFUSED",
};

/* Add to what the message says. */
__attribute__((format(printf, 2, 3))) static void say(struct message *m, const char *format, ...)
{
	size_t used = strlen(m->text);
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(m->text + used, sizeof(m->text) - used, format, arguments);
	va_end(arguments);
}

/* The beginning of a value, enough to tell it from another. */
static void say_bytes(struct message *m, struct reeve_span bytes)
{
	for (size_t i = 0; i < bytes.size && i < HEX_SHOWN; i++) {
		say(m, "%02x", bytes.bytes[i]);
	}
	say(m, "%s", bytes.size > HEX_SHOWN ? "…" : "");
}

/* A text of the token: what is no printable ASCII is shown as ?, so that a token cannot steer a terminal. */
static void say_text(struct message *m, struct reeve_span text)
{
	for (size_t i = 0; i < text.size && i < TEXT_SHOWN; i++) {
		say(m, "%c", text.bytes[i] >= ' ' && text.bytes[i] < 0x7F ? text.bytes[i] : '?');
	}
	say(m, "%s", text.size > TEXT_SHOWN ? "…" : "");
}

static const struct reeve_reference *reference_of(const struct report *r)
{
	return &r->expected->references[r->appraisal->reference];
}

/* "(the token has 1234…, file 5678…)": the two values that differ. */
static void say_difference(struct message *m, const struct report *r, struct reeve_span found, struct reeve_span wanted)
{
	say(m, " (the token has ");
	say_bytes(m, found);
	say(m, ", %s ", reference_of(r)->name);
	say_bytes(m, wanted);
	say(m, ")");
}

/* ---- What findings add to their text, by the word in spec/findings.def ---- */

typedef void (*say_fn)(struct message *m, const struct report *r, enum reeve_check check);

static const struct reeve_check_result *result_of(const struct report *r, enum reeve_check check)
{
	return &r->appraisal->checks[check];
}

static void say_nothing(struct message *m, const struct report *r, enum reeve_check check)
{
	(void)m;
	(void)r;
	(void)check;
}

static void say_claim(struct message *m, const struct report *r, enum reeve_check check)
{
	const struct reeve_claim_info *info = reeve_claim_info(result_of(r, check)->claim);

	say(m, ": claim %" PRId64 ", %s", info->label, info->name);
}

static void say_quote(struct message *m, const struct report *r, enum reeve_check check)
{
	struct reeve_span text = r->token->claims[result_of(r, check)->claim].bytes;

	say(m, ": '");
	say_text(m, text);
	say(m, "'");
}

static void say_lifecycle(struct message *m, const struct report *r, enum reeve_check check)
{
	uint64_t lifecycle = r->token->claims[result_of(r, check)->claim].number;
	const char *name = reeve_token_lifecycle_name(lifecycle);

	say(m, ": 0x%04" PRIx64 "%s%s", lifecycle, name == NULL ? "" : ", ", name == NULL ? "" : name);
}

static void say_index(struct message *m, const struct report *r, enum reeve_check check)
{
	say(m, ": %u", result_of(r, check)->index);
}

static void say_rem(struct message *m, const struct report *r, enum reeve_check check)
{
	unsigned index = result_of(r, check)->index;

	say(m, ": REM %u", index);
	say_difference(m, r, r->token->rems[index], reference_of(r)->rems[index]);
}

static void say_rpv(struct message *m, const struct report *r, enum reeve_check check)
{
	(void)check;
	say_difference(m, r, r->token->claims[REEVE_CLAIM_RPV].bytes, reference_of(r)->rpv);
}

static void say_rim(struct message *m, const struct report *r, enum reeve_check check)
{
	(void)check;
	say_difference(m, r, r->token->claims[REEVE_CLAIM_RIM].bytes, reference_of(r)->rim);
}

static void say_rules(struct message *m, const struct report *r, enum reeve_check check)
{
	const struct reeve_reference *reference = reference_of(r);

	say(m, ": RIM is that of rule set %s, you gave %s", reference->other[result_of(r, check)->index].rules,
		reference->rules == NULL ? "another" : reference->rules);
}

static void say_padded(struct message *m, const struct report *r, enum reeve_check check)
{
	unsigned bits = reeve_token_hash_bits(r->token->claims[REEVE_CLAIM_REALM_HASH_ALGORITHM].bytes);

	if (check == REEVE_CHECK_RIM && result_of(r, check)->finding == REEVE_FINDING_RIM_PADDED) {
		bits = (unsigned)reference_of(r)->rim.size * 8;
	}
	say(m, ": SHA-%u digest padded to 64 bytes", bits);
}

static const say_fn details[REEVE_FINDING_COUNT] = {
#define FINDING(id, outcome, detail, name, text) [REEVE_FINDING_##id] = say_##detail,
#include "spec/findings.def"
#undef FINDING
};

struct message report_text(const struct report *report, enum reeve_check check)
{
	const struct reeve_check_result *result = result_of(report, check);
	struct message m = {""};

	if (result->finding != REEVE_FINDING_OK) {
		say(&m, "%s", reeve_finding_info(result->finding)->text);
		details[result->finding](&m, report, check);
		return m;
	}
	say(&m, "%s", reeve_check_info(check)->text);
	if (check == REEVE_CHECK_PLATFORM_SIGNATURE) {
		say(&m, ": %s", report->anchors->names[result->index]);
	}
	return m;
}

void report_print(const struct report *report, FILE *to)
{
	const char *separator = "; not compared:";

	for (unsigned i = 0; i < REEVE_CHECK_COUNT; i++) {
		const struct reeve_finding_info *finding = reeve_finding_info(report->appraisal->checks[i].finding);
		struct message text = report_text(report, (enum reeve_check)i);

		fprintf(to, "%-8s%-*s%-*s%s\n", outcome_words[finding->outcome], CHECK_COLUMN,
			reeve_check_info((enum reeve_check)i)->name, FINDING_COLUMN, finding->name, text.text);
	}
	fprintf(to, "verdict: %s", report->appraisal->verdict == REEVE_VERDICT_AFFIRMED ? "affirmed" : "refused");
	/* Whoever reads only the last line shall know what it does not say. */
	for (unsigned i = 0; i < REEVE_CHECK_COUNT; i++) {
		if (report->appraisal->checks[i].finding == REEVE_FINDING_NOT_ASKED) {
			fprintf(to, "%s %s", separator, reeve_check_info((enum reeve_check)i)->name);
			separator = ",";
		}
	}
	fprintf(to, "\n");
}
