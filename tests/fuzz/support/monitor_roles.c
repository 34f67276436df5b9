/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_roles.c - the book of granules: which call moves which, as fact sheet sections 4 and 6 say, against the monitor's. */
#include <string.h>

#include "tests/fuzz/support/monitor_machine.h"

static struct machine_role *role_at(struct machine *machine, uint64_t pa)
{
	unsigned g = 0;

	machine_check(machine_granule(pa, &g) && machine_pa(g) == pa, "a call that succeeded named granules");
	return &machine->roles[g];
}

/* `pa` goes `from` one state `to` another. */
static struct machine_role *move(
	struct machine *machine, uint64_t pa, enum rmi_granule_state from, enum rmi_granule_state to, uint64_t owner)
{
	struct machine_role *role = role_at(machine, pa);

	machine_check(role->state == from, "a call that succeeded found its granules as it wants them");
	memset(role, 0, sizeof(*role));
	role->state = to;
	role->owner = owner;
	return role;
}

static void take(struct machine *machine, uint64_t pa, enum rmi_granule_state to, uint64_t owner)
{
	(void)move(machine, pa, GRANULE_DELEGATED, to, owner);
}

static void give_back(struct machine *machine, uint64_t pa, enum rmi_granule_state from)
{
	(void)move(machine, pa, from, GRANULE_DELEGATED, 0);
}

/* By the parameters as the monitor was given them. */
static void realm_created(struct machine *machine, uint64_t rd, const struct rmi_realm_params *params)
{
	struct machine_role *role = move(machine, rd, GRANULE_DELEGATED, GRANULE_RD, rd);

	role->root = params->rtt_base;
	role->root_count = params->rtt_num_start;
	for (unsigned i = 0; i < role->root_count; i++) {
		take(machine, role->root + i * MACHINE_PAGE, GRANULE_RTT, rd);
	}
}

static void realm_destroyed(struct machine *machine, uint64_t rd)
{
	struct machine_role role = *role_at(machine, rd);

	for (unsigned i = 0; i < role.root_count; i++) {
		give_back(machine, role.root + i * MACHINE_PAGE, GRANULE_RTT);
	}
	give_back(machine, rd, GRANULE_RD);
	for (unsigned g = 0; g < MACHINE_GRANULES; g++) {
		machine_check(machine->roles[g].owner != rd, "a realm that is gone owns nothing");
	}
}

static void rec_created(struct machine *machine, uint64_t rd, uint64_t rec, const struct rmi_rec_params *params)
{
	struct machine_role *role = move(machine, rec, GRANULE_DELEGATED, GRANULE_REC, rd);

	machine_check(params->num_aux == MACHINE_AUX, "as many auxiliary granules as asked for");
	role->aux_count = MACHINE_AUX;
	for (unsigned i = 0; i < MACHINE_AUX; i++) {
		role->aux[i] = params->aux[i];
		take(machine, params->aux[i], GRANULE_REC_AUX, rd);
	}
}

static void rec_destroyed(struct machine *machine, uint64_t rec)
{
	struct machine_role role = *role_at(machine, rec);

	for (unsigned i = 0; i < role.aux_count; i++) {
		give_back(machine, role.aux[i], GRANULE_REC_AUX);
	}
	give_back(machine, rec, GRANULE_REC);
}

/* What the realm gets is what the host gave, or nothing that was anybody's. */
static void data_created(struct machine *machine, const uint64_t *x, const uint8_t *content)
{
	static const uint8_t zeroes[REEVE_GRANULE_SIZE];
	unsigned g = 0;

	take(machine, x[2], GRANULE_DATA, x[1]);
	machine_check(machine_granule(x[2], &g) &&
			memcmp(machine->memory[g], content != NULL ? content : zeroes, REEVE_GRANULE_SIZE) == 0,
		"a new page holds what the host gave, or zeroes");
}

void machine_roles_move(struct machine *machine, enum rmi_command command, const uint64_t x[REEVE_SMC_REGISTERS],
	const uint8_t copy[REEVE_GRANULE_SIZE], const uint64_t *out)
{
	switch ((unsigned)command) {
	case RMI_GRANULE_DELEGATE:
		(void)move(machine, x[1], GRANULE_UNDELEGATED, GRANULE_DELEGATED, 0);
		return;
	case RMI_GRANULE_UNDELEGATE:
		(void)move(machine, x[1], GRANULE_DELEGATED, GRANULE_UNDELEGATED, 0);
		return;
	case RMI_REALM_CREATE:
		realm_created(machine, x[1], (const void *)copy);
		return;
	case RMI_REALM_DESTROY:
		realm_destroyed(machine, x[1]);
		return;
	case RMI_REC_CREATE:
		rec_created(machine, x[1], x[2], (const void *)copy);
		return;
	case RMI_REC_DESTROY:
		rec_destroyed(machine, x[1]);
		return;
	case RMI_DATA_CREATE:
		data_created(machine, x, copy);
		return;
	case RMI_DATA_CREATE_UNKNOWN:
		data_created(machine, x, NULL);
		return;
	case RMI_DATA_DESTROY:
		give_back(machine, out[0], GRANULE_DATA);
		return;
	case RMI_RTT_CREATE:
		take(machine, x[2], GRANULE_RTT, x[1]);
		return;
	case RMI_RTT_DESTROY:
	case RMI_RTT_FOLD:
		give_back(machine, out[0], GRANULE_RTT);
		return;
	default:
		return;
	}
}

void machine_roles_check(const struct machine *machine)
{
	for (unsigned g = 0; g < MACHINE_GRANULES; g++) {
		const struct machine_role *role = &machine->roles[g];
		struct reeve_granule_info info;

		machine_check(reeve_monitor_granule(machine->monitor, reeve_pa(machine_pa(g)), &info),
			"the monitor knows the granule");
		machine_check(info.state == role->state && info.owner.value == role->owner,
			"the granule is where the book says");
		machine_check(machine->is_realm[g] == (info.state != GRANULE_UNDELEGATED),
			"what is not the host's is in the Realm world");
	}
}
