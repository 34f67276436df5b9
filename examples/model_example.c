/* SPDX-License-Identifier: BSD-2-Clause */
/* model_example.c - the model machine in one page: ask the monitor for its version, delegate a granule, look, take it back.
 *
 *   cc model_example.c $(pkg-config --cflags --libs reeve-model) -o model_example */
#include <inttypes.h>
#include <stdio.h>

#include "reeve/model.h"

/* One SMC on CPU 0. Prints the status word, and the name of the condition that refused the call when one did. */
static void call(struct reeve_model *model, uint64_t fid, uint64_t argument, uint64_t x[REEVE_SMC_REGISTERS])
{
	const struct rmi_command_info *command = rmi_command_info(rmi_command_of_fid(fid));
	enum rmi_condition refused;

	x[0] = fid;
	x[1] = argument;
	refused = reeve_model_smc(model, 0, x);
	printf("%s(0x%" PRIx64 ") = %s (%s)\n", command->name, argument, rmi_status_name((unsigned)x[0] & 0xFF),
		rmi_condition_name(refused));
}

int main(void)
{
	const uint64_t granule = REEVE_MODEL_DRAM_BASE;
	struct reeve_model_granule seen = {0};
	uint64_t x[REEVE_SMC_REGISTERS] = {0};

	/* A zeroed configuration: 256 MiB of memory at REEVE_MODEL_DRAM_BASE, 8 CPUs. */
	struct reeve_model *model = reeve_model_new(&(struct reeve_model_config){0});
	if (model == NULL) {
		fprintf(stderr, "no model: %s\n", reeve_model_error());
		return 1;
	}

	call(model, RMI_FID(VERSION), RMI_VERSION_1_0, x);
	printf("  the monitor speaks RMI %" PRIu64 ".%" PRIu64 "\n", x[1] >> 16, x[1] & 0xFFFF);

	/* The host's own memory is plain memory until it is delegated. */
	*(char *)reeve_model_ns(model, granule) = 'x';
	call(model, RMI_FID(GRANULE_DELEGATE), granule, x);
	call(model, RMI_FID(GRANULE_DELEGATE), granule, x); /* refused: it is delegated */

	/* Touching it now would be a granule protection fault. The machine knows who did that: */
	if (reeve_model_granule(model, granule, &seen)) {
		printf("  granule 0x%" PRIx64 " is %s since call %" PRIu64 "\n", granule,
			rmi_granule_state_name(seen.state), seen.delegated_by_call);
	}

	call(model, RMI_FID(GRANULE_UNDELEGATE), granule, x);
	printf("  and comes back wiped: %d\n", *(char *)reeve_model_ns(model, granule));
	reeve_model_free(model);
	return 0;
}
