/* SPDX-License-Identifier: BSD-2-Clause */
/* shell.h - the monitor's shell: a model machine, variables, and what the last call answered.
 *
 *   line --statement_parse--> struct statement --shell_line--> SMCs, memory, output; expectations are counted
 *
 * H1: the machine is made by the first line that needs one; `machine` comes before.
 * H2: host memory is only touched while the granule is UNDELEGATED: the shell never takes a granule protection fault. */
#ifndef TOOLS_RMI_SHELL_H
#define TOOLS_RMI_SHELL_H

#include <stdio.h>

#include "reeve/model.h"
#include "tools/rmi/statement.h"
#include "tools/trace.h"

enum { SHELL_VARIABLES_MAX = 256, SHELL_PROGRAMS_MAX = 16, SHELL_GRANULES_MAX = 1 << 16 };

struct shell_variable {
	char name[STATEMENT_NAME_MAX + 1];
	uint64_t value;
};

/* What a REC does, and how far it came. */
struct shell_step {
	enum step_kind kind;
	uint64_t x[STATEMENT_STEP_REGISTERS];
};
struct shell_program {
	uint64_t rec;
	struct shell_step steps[STATEMENT_STEPS_MAX];
	unsigned count;
	unsigned at;
	bool is_waiting; /* the step before `at` has not told its outcome */
};

struct shell {
	FILE *out;
	FILE *err;
	bool json;
	const char *source; /* what messages call the input */
	unsigned line;
	struct reeve_model_config config; /* of the machine, or of the one to be made */
	struct reeve_model *model;        /* NULL: not made yet */
	struct shell_variable variables[SHELL_VARIABLES_MAX];
	unsigned variable_count;
	uint64_t scratch[STRUCTURE_COUNT]; /* granules for { }; 0: none yet */
	bool has_call;
	struct trace_call call; /* the last one that a line made */
	struct shell_program programs[SHELL_PROGRAMS_MAX];
	unsigned program_count;
	struct shell_program *running; /* of the REC that is entered; NULL: it has none */
	bool has_realm;
	uint64_t realm_x[RMI_GPR_COUNT]; /* as the realm saw its registers last */
	unsigned passed;
	unsigned failed;
	bool is_over; /* `quit` */
};

/* A shell without a machine, or NULL when there is no memory. */
struct shell *shell_new(FILE *out, FILE *err);
void shell_free(struct shell *shell);

/* Carry out a line. True when it was understood and could be; what the monitor answers, or an expectation that does not
 * hold, makes it no less true. False: *error says why, and nothing but the calls before was done. */
bool shell_line(struct shell *shell, const char *line, size_t size, struct line_error *error);

/* Say on `err` what is wrong with a line, with the line and a mark below. */
void shell_complain(
	const struct shell *shell, unsigned number, const char *line, size_t size, const struct line_error *error);

/* machine.c. Take a machine's settings from the statement's fields: memory=, base=, cpus=, aux=, lenient=, features=, and each
 * field of feature register 0 by its name. */
bool machine_set(struct shell *shell, const struct statement *statement, struct line_error *error);
/* Make the machine if there is none. */
bool shell_machine(struct shell *shell, struct line_error *error);
extern const struct name_list names_settings;

/* store.c: variables and host memory. */
bool variable_set(struct shell *shell, const struct span *name, uint64_t value, struct line_error *error);
bool number_of(const struct shell *shell, const struct statement *statement, const struct value *value,
	uint64_t *number, struct line_error *error);
/* Host memory of `size` bytes within a granule, or NULL with the error set. */
uint8_t *host_memory(const struct shell *shell, uint64_t pa, uint64_t size, unsigned column, struct line_error *error);
/* Granules side by side, aligned to their size, rounded up to a power of two; from then on the shell's caller's. */
bool granules_new(struct shell *shell, uint64_t count, uint64_t align, bool is_delegated, unsigned column, uint64_t *pa,
	struct line_error *error);
/* Write a structure at `pa`; what is not named is zero, or as docs/rmi-shell.md says. */
bool structure_write(struct shell *shell, const struct statement *statement, const struct value *fields, uint64_t pa,
	struct line_error *error);

/* call.c: SMCs. */
bool call_make(struct shell *shell, const struct statement *statement, struct line_error *error);
/* An SMC on CPU `cpu`, noted in *call. */
void call_send(struct shell *shell, unsigned cpu, const uint64_t x[REEVE_SMC_REGISTERS], struct trace_call *call);

/* program.c: what RECs do. */
bool program_set(struct shell *shell, const struct statement *statement, struct line_error *error);
struct shell_program *program_of(struct shell *shell, uint64_t rec);
/* reeve_model_config.rec_code; the context is the shell. */
void program_turn(
	void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap);

/* expect.c. Count whether what the statement expects is so, and say on `err` when it is not. */
bool expectation_check(struct shell *shell, const struct statement *statement, struct line_error *error);

/* report.c: what is printed. */
void report_call(const struct shell *shell);
void report_step(const struct shell *shell, const struct shell_step *step, const uint64_t x[RMI_GPR_COUNT]);
void report_read(const struct shell *shell, uint64_t pa, uint64_t value);
void report_granule(const struct shell *shell, const char *name, uint64_t pa);
void report_help(const struct shell *shell, const struct span *topic);
/* "4 passed, 1 failed", when anything was expected. */
void report_sum(const struct shell *shell);
/* An expectation and what was there instead. */
void report_expectation(const struct shell *shell, const struct statement *statement, bool holds, const char *got);
/* The call's status, condition and results as a line has them, without a newline. */
void call_print(const struct trace_call *call, FILE *to);

#endif
