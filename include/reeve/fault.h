/* SPDX-License-Identifier: BSD-2-Clause */
/* fault.h - a conduit for SMCs that makes calls fail on request, for tests of any host against any monitor.
 *
 *   host --reeve_fault_smc--> the rules of a plan --> the SMC function behind it (a monitor's, a model's, a real SMC)
 *
 * A plan is a text: a rule a line, or several on one with `;` between them; `#` begins a comment that ends with the line.
 *
 *   refuse    COMMAND [CONDITION]... status=STATUS   the call is not passed on; X0 is STATUS, results are zero
 *   misreport COMMAND [CONDITION]... status=STATUS   the call is carried out; X0 is STATUS all the same
 *   alter     COMMAND [CONDITION]... RESULT=VALUE... a call that succeeded returns other results
 *   delay     COMMAND [CONDITION]... us=NUMBER       the call is passed on after that many microseconds
 *   refuse    alloc   [CONDITION]...                 the embedder's allocator has no page
 *
 * COMMAND   a name of spec/rmi_commands.def ("RMI_DATA_CREATE", or "DATA_CREATE"), or `any` RMI command.
 * CONDITION nth=N: from the Nth call that meets the other conditions [1];  times=N or times=all: for so many of these [1];
 *           realm=N: calls about the Nth realm created through this conduit, from 1; a creation is about the realm it would make, a
 *           granule's delegation about none;  phase=NAME: while reeve_fault_phase says so;
 *           ARGUMENT=NUMBER or ARGUMENT=LOW..HIGH (inclusive, -1..2 too): an argument by its name in spec/rmi_commands.def (`ipa`, `level`),
 *           or by its register, `x1` to `x5`: for `any`, and for RMI_PSCI_COMPLETE's status, whose name is taken.
 * STATUS    a name of spec/rmi_statuses.def, ERROR_RTT(2) or ERROR_REALM(1) with an index; NOT_SUPPORTED (what SMCCC says of an unknown
 *           function); BUSY (what RMI v2.0 says of a call to be made again); or X0 as a number.
 * RESULT    a result by its name (`top`, `aux_count`), or exit.MEMBER of the run page of a RMI_REC_ENTER (spec/structures.def: `exit.esr`;
 *           one of an array by its index: `exit.gprs[0]`).
 * VALUE     a number, or an argument or result of the call by its name, plus or minus a number: `top-4096`, `base`, `0x40`.
 *
 * F1: with no plan loaded a call costs one test more.
 * F2: of the rules whose turn a call is, the first acts, alone. Every rule counts every call that meets its conditions: its turn are the Nth
 *     and those after it, `times` in all, whether or not it came to act. So what a plan does depends on the calls alone, and not on other rules.
 * F3: a call that a rule refuses never reaches the function behind the conduit.
 * F4: alter acts on a call that succeeded (X0 is SUCCESS); one that failed behind the conduit is its turn all the same, and it has not acted.
 * F5: of a call that is refused or misreported X1 to X4 are zero, as a monitor leaves them; alter writes the registers it names. All others
 *     are as the function behind the conduit left them, or, refused, as the caller did.
 * Realms are counted while a plan is loaded: without one nothing is looked at (F1). A realm, or a REC, beyond those that can be told apart is about none.
 * Freestanding: no allocation, no libc but mem*, no globals. Thread-safe: smc and pages_alloc by any number of threads at once. */
#ifndef REEVE_FAULT_H
#define REEVE_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/address.h"
#include "reeve/rmi.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	REEVE_FAULT_RULES = 16,
	REEVE_FAULT_SETS = 4,       /* results one rule changes */
	REEVE_FAULT_PHASE_MAX = 16, /* bytes of a phase's name with its end */
	REEVE_FAULT_REALMS = 16,    /* that can be told apart */
	REEVE_FAULT_RECS = 64,
	REEVE_FAULT_REGISTERS = 18,
	REEVE_FAULT_ANY = RMI_COMMAND_COUNT, /* a rule's command: any RMI command */
	REEVE_FAULT_ALLOC,                   /* the allocator */
};

enum reeve_fault_action {
	REEVE_FAULT_REFUSE,
	REEVE_FAULT_MISREPORT,
	REEVE_FAULT_ALTER,
	REEVE_FAULT_DELAY,
	REEVE_FAULT_ACTION_COUNT
};

/* A number, or a register of the call and a distance from it. */
enum reeve_fault_value_kind { REEVE_FAULT_NUMBER, REEVE_FAULT_ARGUMENT, REEVE_FAULT_RESULT };

struct reeve_fault_value {
	enum reeve_fault_value_kind kind;
	uint8_t x;     /* register, for an argument (as it went in) or a result (as it came back) */
	uint64_t more; /* the number, or what is added, modulo 2^64 */
};

/* Where a value goes: register `x`, or `size` bytes at `offset` of the run page's exit part when x is 0. */
struct reeve_fault_set {
	uint8_t x;
	uint8_t size;
	uint16_t offset;
	struct reeve_fault_value value;
};

/* What an argument has to be: from low upwards to high, inclusive; as unsigned or as signed numbers low is not above high. */
struct reeve_fault_match {
	uint8_t x; /* 0: no condition */
	uint64_t low;
	uint64_t high;
};

/* A rule; a zeroed one with a command refuses its first call with SUCCESS. nth and times: 0 means 1. */
struct reeve_fault_rule {
	enum reeve_fault_action action;
	unsigned command; /* enum rmi_command, REEVE_FAULT_ANY or REEVE_FAULT_ALLOC */
	uint64_t nth;
	uint64_t times;                    /* UINT64_MAX: all */
	unsigned realm;                    /* 0: any, or none */
	char phase[REEVE_FAULT_PHASE_MAX]; /* "": any */
	struct reeve_fault_match match[RMI_ARGUMENT_MAX];
	uint64_t status;                              /* refuse, misreport: X0 */
	struct reeve_fault_set set[REEVE_FAULT_SETS]; /* alter */
	unsigned set_count;
	uint64_t delay_us; /* delay */
};

struct reeve_fault_plan {
	struct reeve_fault_rule rules[REEVE_FAULT_RULES];
	unsigned count;
};

/* Why a text is no plan: the line from 1 (0: the plan as a whole; of reeve_fault_load: the rule), what is wrong, and the word it is about. Read as
 * line, word, text: `3: "nth=0": calls are counted from 1: nth=1 is the first`. */
struct reeve_fault_error {
	unsigned line;
	const char *text;
	char word[32]; /* as it stands in the text, cut when longer, ? for control bytes; "" when it is about no word */
};

/* Read the `size` bytes at `text`. True and *plan set, or false, *plan untouched and *error filled. An empty plan is one. nth and times are 1
 * where the text says nothing. */
bool reeve_fault_plan_parse(
	const char *text, size_t size, struct reeve_fault_plan *plan, struct reeve_fault_error *error);

/* Write the rule as the line of a plan, without its end, into text[0..size), always terminated when size > 0. Of a rule that makes sense the line
 * is a plan that makes the same rule; the same line, each time. Returns the length the whole line has, like snprintf. */
size_t reeve_fault_rule_format(const struct reeve_fault_rule *rule, char *text, size_t size);

/* What stands behind the conduit. `context` is given to each. */
struct reeve_fault_config {
	/* Issue the SMC in x, as reeve_host_ops.smc does (reeve/host.h). */
	void (*smc)(void *context, uint64_t x[18]);
	/* As reeve_host_ops.pages_alloc. NULL: allocations do not pass here, and a plan with `refuse alloc` is not taken. */
	bool (*pages_alloc)(void *context, size_t size, struct reeve_pa *pa);
	/* The caller's pointer to the run page at `pa`, or NULL when there is none. NULL function: a plan that alters exit.MEMBER is not taken. */
	void *(*pointer)(void *context, struct reeve_pa pa);
	/* Let that many microseconds pass. NULL: a plan with `delay` is not taken. */
	void (*delay)(void *context, uint64_t us);
	void *context;
};

/* A conduit. Its members are private; all memory it ever needs. */
struct reeve_fault {
	struct reeve_fault_config config;
	struct reeve_fault_plan plan;
	uint64_t met[REEVE_FAULT_RULES];   /* calls that met a rule's conditions */
	uint64_t acted[REEVE_FAULT_RULES]; /* calls a rule acted on */
	const char *phase;
	uint64_t realm_count;
	uint64_t rds[REEVE_FAULT_REALMS]; /* RD of realm i + 1 modulo the number of slots; 0: gone */
	uint64_t recs[REEVE_FAULT_RECS];  /* 0: free */
	uint64_t rec_realms[REEVE_FAULT_RECS];
};

/* Make a conduit that passes everything on. Cannot fail. */
void reeve_fault_init(struct reeve_fault *fault, const struct reeve_fault_config *config);

/* Follow `plan` from the next call on, counting anew; an empty one passes everything on. Realms keep their numbers from one plan to the next,
 * and an empty plan forgets them. Not while a call is under way.
 * False, nothing changed and *error filled, when config lacks what a rule needs or a rule makes no sense. */
bool reeve_fault_load(struct reeve_fault *fault, const struct reeve_fault_plan *plan, struct reeve_fault_error *error);

/* Name what the host is doing now, for phase=NAME; `name` must outlive its use. NULL: nothing. */
void reeve_fault_phase(struct reeve_fault *fault, const char *name);

/* The SMC in x, through the rules. Signature of reeve_host_ops.smc with the conduit as context. */
void reeve_fault_smc(void *fault, uint64_t x[18]);

/* An allocation, through the rules. Signature of reeve_host_ops.pages_alloc with the conduit as context. */
bool reeve_fault_pages_alloc(void *fault, size_t size, struct reeve_pa *pa);

/* How often rule `index` of the plan has acted so far (F4); 0 when there is no such rule. */
uint64_t reeve_fault_acted(const struct reeve_fault *fault, unsigned index);

#ifdef __cplusplus
}
#endif
#endif
