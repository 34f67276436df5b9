/* SPDX-License-Identifier: BSD-2-Clause */
/* trial_success.c - what must be true after a call that succeeded. */
#include <inttypes.h>
#include <string.h>

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
uint64_t trial_realm(const struct trial *t)
{
	const struct world_granule *g = world_granule_const(&t->before, t->call.x[1]);

	return g != NULL ? g->owner : 0;
}

static bool only_its_own_changed(struct trial *t)
{
	uint64_t rd = trial_realm(t);

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

bool trial_success(struct trial *t)
{
	if (!monitor_is_valid(t) || !world_is_predicted(t)) {
		return false;
	}
	return t->prediction.ran ? trial_ran(t) : only_its_own_changed(t) && contents_are_right(t) && trial_drops(t);
}
