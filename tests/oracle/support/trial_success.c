/* SPDX-License-Identifier: BSD-2-Clause */
/* trial_success.c - what must be true after a call that succeeded. */
#include <inttypes.h>
#include <string.h>

#include "reeve/rsi.h"
#include "tests/oracle/support/loader.h"
#include "tests/oracle/support/reader.h"
#include "tests/oracle/support/trial.h"

static bool is_zero(const uint8_t *bytes, size_t size)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* Whether the command may write to a granule that it does not move: RD, RECs and tables of the realm it names. */
static bool is_of_call(const struct world_granule *g, uint64_t rd)
{
	return g->owner == rd && (g->state == GRANULE_RD || g->state == GRANULE_REC || g->state == GRANULE_RTT);
}

/* The RD of the realm that the call is about; 0 when it is about none. Its first argument names the RD, or a REC. */
static uint64_t realm_of_call(const struct trial *t)
{
	const struct world_granule *g = world_granule_const(&t->before, t->call.x[1]);

	return g != NULL ? g->owner : 0;
}

static bool only_its_own_changed(struct trial *t)
{
	uint64_t rd = realm_of_call(t);

	for (unsigned i = 0; i < t->before.granule_count; i++) {
		const struct world_granule *a = &t->before.granules[i];
		const struct world_granule *b = &t->after.granules[i];
		bool moved = a->state != b->state;

		if ((a->owner == 0 && b->owner == 0 && !moved) || machine_granule_is_kept(&t->machine, i)) {
			continue;
		}
		if (!moved && !is_of_call(a, rd)) {
			return trial_fails(t,
				"granule 0x%" PRIx64 " (%s) changed, which the call has nothing to do with",
				world_granule_pa(&t->before, i), rmi_granule_state_name(a->state));
		}
	}
	return true;
}

/* Contents that the specification speaks of. */
static bool contents_are_right(struct trial *t)
{
	unsigned index;

	if (t->prediction.command == RMI_GRANULE_UNDELEGATE && machine_index(&t->machine, t->call.x[1], &index) &&
		!is_zero(machine_bytes(&t->machine, index), REEVE_GRANULE_SIZE)) {
		return trial_fails(t, "the host does not find zeroes in what it got back");
	}
	if (t->prediction.command == RMI_DATA_CREATE && machine_index(&t->machine, t->call.x[2], &index) &&
		memcmp(machine_bytes(&t->machine, index), t->call.page, REEVE_GRANULE_SIZE) != 0) {
		return trial_fails(t, "the data is not what was in the source");
	}
	if (t->call.has_page && machine_index(&t->machine, t->call.page_pa, &index) &&
		!machine_granule_is_kept(&t->machine, index)) {
		return trial_fails(t, "the host's page changed");
	}
	return true;
}

static bool monitor_is_valid(struct trial *t)
{
	const char *broken = reader_read(&t->machine, &t->after);

	if (broken == NULL) {
		broken = loader_valid(&t->machine);
	}
	return broken == NULL || trial_fails(t, "%s", broken);
}

static bool world_is_predicted(struct trial *t)
{
	char message[160] = "";

	return world_equal(&t->after, &t->prediction.next, message, sizeof(message)) ||
		trial_fails(t, "found and predicted: %s", message);
}

/* REC_ENTER that ran. */

/* What the realm must find when it runs again (fact sheet section 9), of what a world shows. */
static void expect_completion(const struct trial *t, const struct world_rec *before, struct world_rec *expected)
{
	const struct world_rec *after = world_rec_const(&t->after, before->pa);

	switch (before->pending) {
	case WORLD_PENDING_NONE:
		return;
	case WORLD_PENDING_RIPAS:
		expected->gprs[0] = RSI_SUCCESS;
		expected->gprs[1] = before->ripas_addr;
		expected->gprs[2] = after->gprs[2] == RSI_REJECT ? RSI_REJECT : RSI_ACCEPT;
		break;
	case WORLD_PENDING_HOST_CALL:
		expected->pending = after->pending; /* it waits on when its page is gone */
		expected->host_call_ipa = after->pending == WORLD_PENDING_HOST_CALL ? before->host_call_ipa : 0;
		expected->gprs[0] = after->gprs[0];
		return;
	case WORLD_PENDING_MMIO:
	case WORLD_PENDING_SEA:
	case WORLD_PENDING_SYSREG: /* emulated, aborted or made again */
		memcpy(expected->gprs, after->gprs, sizeof(expected->gprs));
		expected->pc = after->pc;
		break;
	case WORLD_PENDING_PSCI: /* is refused */
	case WORLD_PENDING_COUNT:
		break;
	}
	expected->pending = WORLD_PENDING_NONE;
	expected->ripas_addr = expected->ripas_top = 0;
	expected->ripas_value = RIPAS_EMPTY;
	expected->ripas_destroyed = false;
}

/* The exit page: written whole, an interrupt unless the host call could not be completed. The host's half is as it was. */
static bool exit_is_right(struct trial *t, bool ran)
{
	const struct rmi_rec_run *run;
	unsigned index;

	if (!machine_index(&t->machine, t->call.page_pa, &index)) {
		return trial_fails(t, "no run page");
	}
	run = (const void *)machine_bytes(&t->machine, index);
	if (memcmp(&run->enter, t->call.page, sizeof(run->enter)) != 0) {
		return trial_fails(t, "the host's half of the run page changed");
	}
	if (run->exit.exit_reason != (ran ? RMI_EXIT_IRQ : RMI_EXIT_SYNC) || run->exit.imm != 0 ||
		!is_zero(run->exit.pad_001, sizeof(run->exit.pad_001)) ||
		!is_zero((const uint8_t *)run->exit.gprs, sizeof(run->exit.gprs)) ||
		!is_zero(run->exit.pad_701, sizeof(run->exit.pad_701))) {
		return trial_fails(t, "the exit is not that of an interrupt");
	}
	return !ran || (run->exit.esr | run->exit.far | run->exit.hpfar) == 0 ||
		trial_fails(t, "an interrupt has no syndrome");
}

/* Nothing but the REC, its run page and the page of its host call. */
static bool only_the_rec_changed(struct trial *t, const struct world_rec *rec)
{
	const struct world_realm *realm = world_realm_const(&t->before, rec->rd);
	uint64_t called = 0;

	if (rec->pending == WORLD_PENDING_HOST_CALL) {
		struct world_walk walk = world_walk(&t->before, realm, rec->host_call_ipa, RMI_LEVEL_LAST);

		called = walk.entry.pa + reeve_align_down(rec->host_call_ipa - walk.ipa, REEVE_GRANULE_SIZE);
	}
	for (unsigned i = 0; i < t->owned_count; i++) {
		uint64_t pa = world_granule_pa(&t->before, t->owned[i]);

		if (pa != rec->pa && pa != called && !machine_granule_is_kept(&t->machine, t->owned[i])) {
			return trial_fails(t, "granule 0x%" PRIx64 " changed while a REC ran", pa);
		}
	}
	return true;
}

static bool ran_well(struct trial *t)
{
	const struct world_rec *before = world_rec_const(&t->before, t->call.x[1]);
	bool ran = t->machine.runs > 0;

	t->machine.runs = 0;
	world_copy(&t->prediction.next, &t->before);
	if (world_rec_const(&t->after, before->pa) != NULL) {
		expect_completion(t, before, world_rec(&t->prediction.next, before->pa));
	}
	if (!ran && before->pending != WORLD_PENDING_HOST_CALL) {
		return trial_fails(t, "the REC did not run");
	}
	return world_is_predicted(t) && only_the_rec_changed(t, before) && exit_is_right(t, ran);
}

bool trial_success(struct trial *t)
{
	if (!monitor_is_valid(t)) {
		return false;
	}
	if (t->prediction.ran) {
		return ran_well(t);
	}
	return world_is_predicted(t) && only_its_own_changed(t) && contents_are_right(t);
}
