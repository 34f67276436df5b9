/* SPDX-License-Identifier: BSD-2-Clause */
/* statement.h - a line of the monitor's shell, understood: text in, a statement or an error out.
 *
 *   machine memory=16M aux=2            $rd = granule delegated         $p = RmiRealmParams {s2sz=40}
 *   REALM_CREATE rd=$rd params={...}    SMC 0xC4000150 0x10000          on cpu 1 REC_ENTER rec=$rec run={}
 *   write $p+8 u16 = 5                  fill $src = 0xab                read $p+8 u16          show $rd
 *   program $rec {smc RSI_VERSION 0x10000; wfi}                         expect ERROR_RTT(2) rtt_walk top=0x8000
 *
 * S1: parsing is pure and bounded; the line is pointed into, and has to outlive the statement.
 * S2: names of the interface are looked up here; variables are the shell's (shell.h), when the statement is carried out. */
#ifndef TOOLS_RMI_STATEMENT_H
#define TOOLS_RMI_STATEMENT_H

#include "reeve/rmi.h"
#include "tools/rmi/structures.h"
#include "tools/rmi/words.h"

enum {
	STATEMENT_BYTES_MAX = 1024,
	STATEMENT_NAME_MAX = 31,
	STATEMENT_TERMS_MAX = 128,
	STATEMENT_ITEMS_MAX = 128,
	STATEMENT_FIELDS_MAX = 48,
	STATEMENT_STEPS_MAX = 32,
	STATEMENT_REGISTERS = 18, /* X0.. of an SMC */
	STATEMENT_STEP_REGISTERS = 8,
};

/* A number or a variable; numbers are sums of these. */
struct term {
	struct span variable; /* size 0: it is the number */
	uint64_t number;
	bool is_minus;
};

enum value_kind { VALUE_NONE, VALUE_NUMBER, VALUE_LIST, VALUE_TEXT, VALUE_FIELDS };

/* [first, first + count) of the statement's terms (NUMBER), items (LIST) or fields (FIELDS). */
struct value {
	enum value_kind kind;
	unsigned first;
	unsigned count;
	struct span span; /* TEXT: the text; else where it begins */
};

/* name=value, or name[index]=value. */
struct field {
	struct span name;
	bool has_index;
	unsigned index;
	const struct member *member; /* of a structure; NULL elsewhere */
	struct value value;
};

enum step_kind {
	STEP_SMC,
	STEP_LOAD,
	STEP_STORE,
	STEP_WFI,
	STEP_WFE,
	STEP_IRQ,
	STEP_FIQ,
	STEP_SERROR,
	STEP_KIND_COUNT
};
extern const struct name_list names_steps; /* by enum step_kind */

/* What a REC does next; items [first, first + count) are its numbers. */
struct step {
	enum step_kind kind;
	unsigned first;
	unsigned count;
};

enum statement_kind {
	STATEMENT_EMPTY,
	STATEMENT_MACHINE,   /* fields */
	STATEMENT_ASSIGN,    /* variable = number */
	STATEMENT_GRANULES,  /* variable = granules count [align=] [delegated] */
	STATEMENT_STRUCTURE, /* variable = structure fields */
	STATEMENT_COMMAND,   /* command, args by position */
	STATEMENT_SMC,       /* args: X0.. */
	STATEMENT_WRITE,     /* address, width, number */
	STATEMENT_WRITE_STRUCTURE,
	STATEMENT_FILL, /* address, number */
	STATEMENT_READ, /* address, width */
	STATEMENT_SHOW, /* address, if any */
	STATEMENT_PROGRAM,
	STATEMENT_EXPECT,
	STATEMENT_HELP, /* topic, if any */
	STATEMENT_QUIT,
	STATEMENT_KIND_COUNT
};
extern const struct name_list names_keywords; /* what a line may begin with, beside commands and variables */

enum expect_kind {
	EXPECT_STATUS,        /* status, index, condition, results */
	EXPECT_NOT_SUPPORTED, /* X0 of no command */
	EXPECT_REGISTERS,     /* results only */
	EXPECT_STATE,         /* address, state, owner= */
	EXPECT_VALID,
	EXPECT_EXIT,  /* reason, fields of RmiRecExit */
	EXPECT_REALM, /* X0.. as the realm saw them last */
	EXPECT_READ,  /* address, width, number */
	EXPECT_KIND_COUNT
};
extern const struct name_list names_expects; /* what may follow `expect`, beside statuses and registers */

struct expectation {
	enum expect_kind kind;
	unsigned status;
	bool has_index;
	unsigned index;
	enum rmi_condition condition; /* NONE: any, or none */
	enum rmi_granule_state state;
	unsigned reason;
};

struct statement {
	enum statement_kind kind;
	struct span span; /* without comment and blanks around it */
	bool has_cpu;
	struct value cpu;
	struct span variable;
	enum rmi_command command;
	enum structure structure;
	unsigned width;
	bool is_delegated;
	struct value align;
	struct value address;
	struct value number;
	struct span topic;
	struct expectation expect;
	struct value args[STATEMENT_REGISTERS];
	unsigned arg_count;
	struct value fields; /* of a structure, a machine, an expectation */

	struct term terms[STATEMENT_TERMS_MAX];
	struct value items[STATEMENT_ITEMS_MAX];
	struct field field[STATEMENT_FIELDS_MAX];
	struct step steps[STATEMENT_STEPS_MAX];
	unsigned term_count;
	unsigned item_count;
	unsigned field_count;
	unsigned step_count;
};

/* Read the line, which has no newline in it. True and *statement set, or false and *error set. */
bool statement_parse(const char *line, size_t size, struct statement *statement, struct line_error *error);

/* The command that the name, with RMI_ or without, stands for; RMI_COMMAND_COUNT: none. */
enum rmi_command statement_command(const struct span *name);

#endif
