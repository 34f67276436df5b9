/* SPDX-License-Identifier: BSD-2-Clause */
/* host_machine.h - the machine a fuzzed host lives on: its realms, the faults between it and the monitor, and what must hold. */
#ifndef TESTS_FUZZ_SUPPORT_HOST_MACHINE_H
#define TESTS_FUZZ_SUPPORT_HOST_MACHINE_H

#include "reeve/fault.h"
#include "reeve/host.h"
#include "reeve/model.h"
#include "tests/fuzz/support/bytes.h"
#include "tests/fuzz/support/reached.h"

#define FUZZ_RAM UINT64_C(0x80000000)

enum {
	FUZZ_REALMS = 3,
	FUZZ_RECS = 4,
	FUZZ_MEMORY = 8 << 20,
	FUZZ_CALLS = 60, /* of the host's API, an input */
};

/* Kinds of what is to be reached (reached.h). */
enum host_reached {
	REACHED_STATUS,          /* enum reeve_status of a call of the API */
	REACHED_EXIT,            /* enum reeve_exit_reason */
	REACHED_COMMAND_DONE,    /* enum rmi_command that succeeded */
	REACHED_COMMAND_REFUSED, /* and that did not */
	REACHED_CALL_DONE,       /* a call about a realm, by fuzz_realm_call_name */
	REACHED_CALL_FAILED,
	HOST_REACHED_KIND_COUNT
};

struct fuzz {
	struct bytes in;
	struct reeve_model *model;
	struct reeve_fault fault;
	struct reeve_host_ops ops; /* what the host is given */
	struct reeve_host_ops machine;
	struct reeve_host host;
	struct reeve_realm realms[FUZZ_REALMS];
	struct reeve_rec recs[FUZZ_RECS];
	struct reeve_exit exits[FUZZ_RECS];
	bool is_held[FUZZ_REALMS + 1]; /* locks: the host's is the last */
	bool may_lie;                  /* a plan was loaded that tells the host what is not so */
	bool is_faulty;                /* a plan is loaded */
	uint64_t allocated;            /* bytes */
	unsigned progress_left;        /* calls until progress says stop */
	unsigned steps_left;           /* of realm code in this run */
	uint64_t smc_count;
	uint64_t checked_at; /* smc_count when the monitor was looked at */
	uint64_t last_ipa;   /* used before */
	const uint8_t *content;
};

/* A machine without a host: that of the input before, reset. */
void fuzz_open(struct fuzz *fuzz, const uint8_t *data, size_t size);
/* Start a host with this page size. What the faults let through is looked at: in the end there is a host. */
void fuzz_host_start(struct fuzz *fuzz, size_t page_size);
/* reclaim_all, and reeve_host_fini when that gave everything back; then true. */
bool fuzz_host_end(struct fuzz *fuzz);
/* Faults end, everything comes back (H13), and another host can make a realm. */
void fuzz_close(struct fuzz *fuzz);

/* What holds after every call. `error`: what the call left as its cause; NULL: it has none. */
void fuzz_check_call(struct fuzz *fuzz, enum reeve_status status, const struct reeve_error *error);
/* Say what does not hold, and abort, unless it does. */
void fuzz_check(bool holds, const char *what);
/* Whether to say on stderr what is called: FUZZ_TRACE is in the environment. */
bool fuzz_is_traced(void);

/* Load a plan that the input describes, or none (fault_bytes.c). */
void fuzz_load_plan(struct fuzz *fuzz);
/* An address a realm may use, most often one on an edge (host_calls.c). */
uint64_t fuzz_ipa(struct fuzz *fuzz);
/* The next trap of realm code (realm_code.c). */
void fuzz_realm_code(
	void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap);
/* One call of the API as the input says, and its checks (host_calls.c). */
void fuzz_call(struct fuzz *fuzz);
/* The call about a realm number `call`; NULL: there are no more (host_calls.c). */
const char *fuzz_realm_call_name(unsigned call);

/* True when all inputs so far have reached what a host can do (host_reached.c). */
bool fuzz_host_is_whole(void);

#endif
