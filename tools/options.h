/* SPDX-License-Identifier: BSD-2-Clause */
/* options.h - the command line of each verb as one struct.
 *
 *   argv --options_parse, rows--> struct run_options | struct info_options
 *
 * O1: parsing is pure: no file is opened, nothing is printed, argv stays as it is and is pointed into.
 * O2: of an option given twice the last one counts. `--name value` and `--name=value` are the same; `--` ends the options. */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/fault.h"
#include "reeve/rmi.h"
#include "tools/attest_options.h"
#include "tools/feature_options.h"
#include "tools/linux_options.h"
#include "tools/message.h"

struct option_row {
	const char *name;  /* "--ram" */
	const char *value; /* "SIZE", or NULL for an option without one */
	const char *text;
	/* Put the value (NULL when there is none) into the verb's struct. False with *why set when it is not valid. */
	bool (*set)(void *options, const char *value, struct message *why);
};

struct option_table {
	const struct option_row *rows;
	size_t count;
};

enum trace_kind { TRACE_TEXT, TRACE_JSON, TRACE_CHROME, TRACE_KIND_COUNT };

enum { CPUS_MAX = 64 };

enum machine_kind { MACHINE_MODEL, MACHINE_QEMU, MACHINE_KIND_COUNT };

struct run_options {
	bool help; /* the rest is not checked */
	bool json;
	unsigned ipa_bits;
	struct feature_options features;
	uint64_t ram; /* bytes */
	unsigned cpus;
	enum rmi_hash_algorithm hash;
	uint8_t rpv[RMI_RPV_SIZE];
	const char *rpv_path; /* NULL: rpv is meant */
	size_t page_size;
	const char *trace_path; /* NULL: no trace; "-": standard error */
	enum trace_kind trace_kind;
	bool has_trace_kind;
	const char *map_path;         /* NULL: no picture */
	uint64_t timeout_ns;          /* 0: none */
	const char *fault_path;       /* NULL: none; else its rules come before those of plan */
	struct reeve_fault_plan plan; /* of --rule */
	enum machine_kind machine;
	const char *machine_log; /* QEMU's only; NULL: the raw UART is not kept */
	const char *rmm_path;    /* QEMU's only; NULL: our own */
	const char *nt_fw_path;  /* likewise */
	bool is_touching;        /* QEMU's only: the host reads what is the Realm's */
	bool has_neighbour;      /* QEMU's only: a second Realm on the same CPUs */
	struct attest_options attest;
	struct linux_files linux_files; /* instead of an image */
	const char *dump_dtb_path;      /* NULL: the device tree is not written */
	const char *image_path;         /* NULL: linux_files is meant */
};

struct info_options {
	bool help;
	bool json;
};

extern const struct option_table run_option_table;
extern const struct option_table info_option_table;

/* For the options of a verb that stand elsewhere: read argv[1..argc) by the rows, up to --help, which sets *help; the only operand goes to
 * *operand (NULL: there is none). */
bool option_words_parse(const struct option_table *table, int argc, char *const argv[], void *options, bool *help,
	const char **operand, struct message *why);
/* The whole text as a decimal number of [least, most]. *number is untouched when it is none. */
bool option_number(const char *text, uint64_t least, uint64_t most, uint64_t *number);

/* A file's name, which is not empty, into *path. */
bool option_path(const char *option, const char *value, const char **path, struct message *why);

/* 4k, 16k or 64k as bytes into *size. */
bool option_page(const char *option, const char *value, size_t *size, struct message *why);

/* Setters of the options that say what realm is built, for verbs whose struct begins with a struct run_options. */
bool option_set_ipa_bits(void *options, const char *value, struct message *why);
bool option_set_ram(void *options, const char *value, struct message *why);
bool option_set_cpus(void *options, const char *value, struct message *why);
bool option_set_rpv(void *options, const char *value, struct message *why);
bool option_set_page_size(void *options, const char *value, struct message *why);

/* What is meant when nothing is given. */
struct run_options run_options_default(void);

/* Read argv[1..argc). True and *options set, or false with *why saying what is wrong; *options is then not to be used. */
bool run_options_parse(int argc, char *const argv[], struct run_options *options, struct message *why);
bool info_options_parse(int argc, char *const argv[], struct info_options *options, struct message *why);

#endif
