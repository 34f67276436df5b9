/* SPDX-License-Identifier: BSD-2-Clause */
/* host_world.h - a model machine, a host and one realm whose RECs are scripts, for tests of the host library's life cycle. */
#ifndef TESTS_LIFE_SUPPORT_HOST_WORLD_H
#define TESTS_LIFE_SUPPORT_HOST_WORLD_H

#include "reeve/host.h"
#include "reeve/model.h"

#define RAM_BASE UINT64_C(0x80000000)
#define BLOCK UINT64_C(0x200000)
#define RAM_SIZE (4 * BLOCK)
#define KIB UINT64_C(1024)

enum { STEPS_MAX = 24, RECS = 2 };

/* Something realm code does. */
struct step {
	enum {
		STEP_END,
		STEP_SMC,
		STEP_LOAD,
		STEP_STORE,
		STEP_FETCH,
		STEP_WFI,
		STEP_IRQ,
		STEP_SERROR,
		STEP_EXTERNAL
	} kind;
	uint64_t x[5]; /* SMC: X0..; LOAD, STORE: IPA, and the value stored */
};

struct world {
	struct reeve_model *model;
	struct reeve_host_ops ops;
	struct reeve_host host;
	struct reeve_realm realm;
	struct reeve_rec recs[RECS];
	struct step script[RECS][STEPS_MAX];
	unsigned at[RECS];
	uint64_t seen[RECS][STEPS_MAX][5]; /* X0..X4 when a step begins */
	uint64_t calls[RMI_COMMAND_COUNT];
	uint64_t pages_left; /* the allocator refuses after so many */
	unsigned progress_left;
	uint64_t refuse_at; /* the nth call from now is not carried out, and X0 is refuse_with; 0: none */
	uint64_t refuse_with;
	uint64_t odd_at;              /* the nth call from now is carried out, yet X0 is refuse_with; 0: none */
	enum rmi_command lie_command; /* the next success of this command has lie_value in X lie_result; 0: the truth */
	unsigned lie_result;
	uint64_t lie_value;
	uint64_t leaks_allowed; /* when it closes */
};

extern struct world *world; /* of the running test: the seam's context is the model */

void life_open(size_t page_size);
/* The realm is gone, so everything must be back. */
void life_close(void);

/* What holds after every call: the monitor's invariants, conservation, and a ledger that agrees with its counts. */
void life_check(void);
/* The call succeeded, and life_check. */
void life_ok(enum reeve_status status);
uint64_t life_in_use(enum reeve_use use);

struct reeve_ipa_range life_range(uint64_t base, uint64_t size);
/* RAM, three measured pages full of 0x5A, two RECs of which the first is on; active. */
void life_make_realm(void);
/* The RIPAS of the page at `ipa` as the monitor tells it. */
enum rmi_ripas life_ripas(uint64_t ipa);
enum reeve_exit_reason life_run(unsigned rec, struct reeve_exit *exit);

/* The command was called so often since it was asked last. */
void life_expect_calls(enum rmi_command command, uint64_t count);
void life_expect_no_more_calls(void);

#endif
