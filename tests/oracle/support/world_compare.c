/* SPDX-License-Identifier: BSD-2-Clause */
/* world_compare.c - worlds compared, member by member, and printed. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "tests/oracle/support/world.h"

/* Where the first difference goes. */
struct difference {
	char *message;
	size_t size;
};

static bool differs(const struct difference *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool differs(const struct difference *d, const char *format, ...)
{
	va_list arguments;

	if (d->size > 0) {
		va_start(arguments, format);
		(void)vsnprintf(d->message, d->size, format, arguments);
		va_end(arguments);
	}
	return false;
}

/* A member of two objects called `what` at `at`: said when it is not the same. */
static bool same(const struct difference *d, const char *what, uint64_t at, const char *member, uint64_t a, uint64_t b)
{
	return a == b || differs(d, "%s 0x%" PRIx64 ": %s is 0x%" PRIx64 " and 0x%" PRIx64, what, at, member, a, b);
}

#define SAME(what, at, member) same(d, what, at, #member, (uint64_t)a->member, (uint64_t)b->member)

static bool granules_equal(const struct world *wa, const struct world *wb, const struct difference *d)
{
	for (unsigned i = 0; i < wa->granule_count; i++) {
		const struct world_granule *a = &wa->granules[i];
		const struct world_granule *b = &wb->granules[i];

		if (a->state != b->state || a->owner != b->owner || a->gpt != b->gpt) {
			uint64_t pa = world_granule_pa(wa, i);

			return SAME("granule", pa, state) && SAME("granule", pa, owner) && SAME("granule", pa, gpt);
		}
	}
	return true;
}

static bool realm_equal(const struct world_realm *a, const struct world_realm *b, const struct difference *d)
{
	bool plain = SAME("realm", a->rd, rd) && SAME("realm", a->rd, state) && SAME("realm", a->rd, lpa2) &&
		SAME("realm", a->rd, sve) && SAME("realm", a->rd, pmu) && SAME("realm", a->rd, s2sz) &&
		SAME("realm", a->rd, sve_vl) && SAME("realm", a->rd, num_bps) && SAME("realm", a->rd, num_wps) &&
		SAME("realm", a->rd, pmu_num_ctrs) && SAME("realm", a->rd, hash_algo) && SAME("realm", a->rd, vmid) &&
		SAME("realm", a->rd, rtt_base) && SAME("realm", a->rd, rtt_level_start) &&
		SAME("realm", a->rd, rtt_num_start) && SAME("realm", a->rd, rec_next);

	if (!plain) {
		return false;
	}
	if (memcmp(a->rpv, b->rpv, sizeof(a->rpv)) != 0) {
		return differs(d, "realm 0x%" PRIx64 ": rpv", a->rd);
	}
	for (unsigned i = 0; i < RMI_MEASUREMENT_COUNT; i++) {
		if (memcmp(a->measurements[i], b->measurements[i], sizeof(a->measurements[i])) != 0) {
			return differs(d, "realm 0x%" PRIx64 ": measurement %u", a->rd, i);
		}
	}
	return true;
}

#define EL1_REGISTER(name, op0, op1, crn, crm, op2, reset) #name,
static const char *const el1_names[WORLD_EL1_COUNT] = {
#include "spec/el1_registers.def"
};
#undef EL1_REGISTER

static bool rec_equal(const struct world_rec *a, const struct world_rec *b, const struct difference *d)
{
	bool plain = SAME("REC", a->pa, pa) && SAME("REC", a->pa, rd) && SAME("REC", a->pa, mpidr) &&
		SAME("REC", a->pa, state) && SAME("REC", a->pa, runnable) && SAME("REC", a->pa, pending) &&
		SAME("REC", a->pa, ripas_addr) && SAME("REC", a->pa, ripas_top) && SAME("REC", a->pa, ripas_value) &&
		SAME("REC", a->pa, ripas_destroyed) && SAME("REC", a->pa, host_call_ipa) && SAME("REC", a->pa, esr) &&
		SAME("REC", a->pa, far) && SAME("REC", a->pa, pc) && SAME("REC", a->pa, pstate) &&
		SAME("REC", a->pa, sp_el0) && SAME("REC", a->pa, sp_el1);

	if (!plain) {
		return false;
	}
	for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
		if (a->gprs[i] != b->gprs[i]) {
			return differs(d, "REC 0x%" PRIx64 ": x%u is 0x%" PRIx64 " and 0x%" PRIx64, a->pa, i,
				a->gprs[i], b->gprs[i]);
		}
	}
	for (unsigned i = 0; i < WORLD_EL1_COUNT; i++) {
		if (a->el1[i] != b->el1[i]) {
			return differs(d, "REC 0x%" PRIx64 ": %s is 0x%" PRIx64 " and 0x%" PRIx64, a->pa, el1_names[i],
				a->el1[i], b->el1[i]);
		}
	}
	for (unsigned i = 0; i < RMI_REC_AUX_MAX; i++) {
		if (a->aux[i] != b->aux[i]) {
			return differs(d, "REC 0x%" PRIx64 ": aux %u is 0x%" PRIx64 " and 0x%" PRIx64, a->pa, i,
				a->aux[i], b->aux[i]);
		}
	}
	return true;
}

static bool tables_equal(const struct world *wa, const struct world *wb, const struct difference *d)
{
	for (unsigned i = 0; i < wa->table_count; i++) {
		const struct world_table *a = &wa->tables[i];
		const struct world_table *b = &wb->tables[i];

		if (!SAME("table of IPA", a->ipa, rd) || !SAME("table of IPA", a->ipa, level) ||
			!SAME("table of IPA", a->ipa, ipa) || !SAME("table of IPA", a->ipa, pa)) {
			return false;
		}
	}
	return true;
}

static bool runs_equal(const struct world *wa, const struct world *wb, const struct difference *d)
{
	for (unsigned i = 0; i < wa->run_count; i++) {
		const struct world_run *a = &wa->runs[i];
		const struct world_run *b = &wb->runs[i];

		if (!SAME("run at IPA", a->ipa, rd) || !SAME("run at IPA", a->ipa, level) ||
			!SAME("run at IPA", a->ipa, ipa) || !SAME("run at IPA", a->ipa, first.state) ||
			!SAME("run at IPA", a->ipa, first.ripas) || !SAME("run at IPA", a->ipa, first.ns) ||
			!SAME("run at IPA", a->ipa, first.attributes) || !SAME("run at IPA", a->ipa, first.pa) ||
			!SAME("run at IPA", a->ipa, count)) {
			return false;
		}
	}
	return true;
}

static bool config_equal(const struct world *wa, const struct world *wb, const struct difference *d)
{
	const struct reeve_monitor_config *a = &wa->config;
	const struct reeve_monitor_config *b = &wb->config;

	if (!SAME("config", 0, region_count) || !SAME("config", 0, rec_aux_count) || !SAME("config", 0, vmid_bits) ||
		!SAME("config", 0, pa_bits) || !SAME("config", 0, features0)) {
		return false;
	}
	for (unsigned i = 0; i < a->region_count; i++) {
		if (!SAME("config", i, regions[i].base.value) || !SAME("config", i, regions[i].top.value)) {
			return false;
		}
	}
	return true;
}

bool world_equal(const struct world *wa, const struct world *wb, char *message, size_t size)
{
	const struct difference where = {message, size};
	const struct difference *d = &where;

	if (!config_equal(wa, wb, d) || !granules_equal(wa, wb, d)) {
		return false;
	}
	for (unsigned i = 0; i < wa->realm_count && i < wb->realm_count; i++) {
		if (!realm_equal(&wa->realms[i], &wb->realms[i], d)) {
			return false;
		}
	}
	for (unsigned i = 0; i < wa->rec_count && i < wb->rec_count; i++) {
		if (!rec_equal(&wa->recs[i], &wb->recs[i], d)) {
			return false;
		}
	}
	if (!same(d, "world", 0, "realm_count", wa->realm_count, wb->realm_count) ||
		!same(d, "world", 0, "rec_count", wa->rec_count, wb->rec_count) ||
		!same(d, "world", 0, "table_count", wa->table_count, wb->table_count)) {
		return false;
	}
	return tables_equal(wa, wb, d) && same(d, "world", 0, "run_count", wa->run_count, wb->run_count) &&
		runs_equal(wa, wb, d);
}

static void print_granules(const struct world *w, FILE *out)
{
	for (unsigned i = 0; i < w->granule_count;) {
		const struct world_granule *g = &w->granules[i];
		unsigned end = i + 1;

		while (end < w->granule_count && w->granules[end].state == g->state &&
			w->granules[end].owner == g->owner && w->granules[end].gpt == g->gpt) {
			end++;
		}
		fprintf(out, "granule 0x%" PRIx64 " +%u %s%s owner 0x%" PRIx64 "\n", world_granule_pa(w, i), end - i,
			rmi_granule_state_name(g->state), g->gpt == WORLD_GPT_SECURE ? " (Secure)" : "", g->owner);
		i = end;
	}
}

static void print_rec(const struct world_rec *r, FILE *out)
{
	static const char *const names[WORLD_PENDING_COUNT] = {
		"nothing", "mmio", "sea", "psci", "ripas", "host call", "sysreg read"};

	fprintf(out, "rec 0x%" PRIx64 " of 0x%" PRIx64 " mpidr 0x%" PRIx64 " %s%s pending %s", r->pa, r->rd, r->mpidr,
		rmi_rec_state_name(r->state), r->runnable ? " runnable" : "", names[r->pending]);
	if (r->pending == WORLD_PENDING_RIPAS) {
		fprintf(out, " [0x%" PRIx64 ", 0x%" PRIx64 ") %s%s", r->ripas_addr, r->ripas_top,
			rmi_ripas_name(r->ripas_value), r->ripas_destroyed ? " destroyed too" : "");
	}
	if (r->esr != 0) {
		fprintf(out, " esr 0x%" PRIx64 " far 0x%" PRIx64, r->esr, r->far);
	}
	fprintf(out, " x0..x3 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " pc 0x%" PRIx64 "\n", r->gprs[0],
		r->gprs[1], r->gprs[2], r->gprs[3], r->pc);
}

void world_print(const struct world *w, FILE *out)
{
	fprintf(out, "features0 0x%" PRIx64 " aux %u vmid_bits %u pa_bits %u\n", w->config.features0,
		w->config.rec_aux_count, w->config.vmid_bits, w->config.pa_bits);
	print_granules(w, out);
	for (unsigned i = 0; i < w->realm_count; i++) {
		const struct world_realm *r = &w->realms[i];

		fprintf(out,
			"realm 0x%" PRIx64 " %s s2sz %u%s start level %d roots %u at 0x%" PRIx64
			" vmid %u %s rec_next %u\n",
			r->rd, rmi_realm_state_name(r->state), r->s2sz, r->lpa2 ? " lpa2" : "", r->rtt_level_start,
			r->rtt_num_start, r->rtt_base, r->vmid, rmi_hash_name(r->hash_algo), r->rec_next);
	}
	for (unsigned i = 0; i < w->rec_count; i++) {
		print_rec(&w->recs[i], out);
	}
	for (unsigned i = 0; i < w->table_count; i++) {
		const struct world_table *t = &w->tables[i];

		fprintf(out, "table 0x%" PRIx64 " of 0x%" PRIx64 " level %d ipa 0x%" PRIx64 "\n", t->pa, t->rd,
			t->level, t->ipa);
	}
	for (unsigned i = 0; i < w->run_count; i++) {
		const struct world_run *r = &w->runs[i];

		fprintf(out,
			"run of 0x%" PRIx64 " level %d ipa 0x%" PRIx64 " +%u %s %s pa 0x%" PRIx64 " attributes 0x%x\n",
			r->rd, r->level, r->ipa, r->count, rmi_rtte_state_name(r->first.state),
			r->first.ns ? "NS" : rmi_ripas_name(r->first.ripas), r->first.pa, r->first.attributes);
	}
}
