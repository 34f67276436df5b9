/* SPDX-License-Identifier: BSD-2-Clause */
/* help.c - what the monitor's shell says of its language. */
#include <string.h>

#include "tools/rmi/shell.h"

static const struct {
	const char *form;
	const char *text;
} forms[] = {
	{"COMMAND argument=NUMBER ...", "a command of the RMI: help COMMAND"},
	{"COMMAND params={field=VALUE ...}", "with a structure in a granule of the shell's own"},
	{"on cpu NUMBER COMMAND ...", "on another CPU than 0"},
	{"SMC X0 [X1 ...]", "any registers"},
	{"$name = NUMBER", "NUMBER is a sum of 12, 0xC, 64K, $name, and names such as RUNNABLE, sha256, RSI_VERSION"},
	{"$name = granule [align=SIZE] [delegated]", "a granule of the host's, or of the Realm world"},
	{"$name = granules NUMBER [align=SIZE] [delegated]", "so many, side by side"},
	{"$name = STRUCTURE {field=VALUE ...}", "a granule with a structure: help STRUCTURE"},
	{"write ADDRESS STRUCTURE {field=VALUE ...}", "the same, there"},
	{"write ADDRESS u8|u16|u32|u64 = NUMBER", "host memory, little-endian"},
	{"fill ADDRESS = BYTE", "a whole granule"},
	{"read ADDRESS u8|u16|u32|u64", "what the host sees there"},
	{"show [ADDRESS]", "state and owner of the granule, or of all variables"},
	{"program REC {STEP; ...}",
		"what the REC does: smc X0 ..., load IPA, store IPA NUMBER, wfi, wfe, irq, fiq, serror"},
	{"expect STATUS[(INDEX)] [condition] [result=NUMBER ...]", "of the last call"},
	{"expect NOT_SUPPORTED", "the last call was no command"},
	{"expect X0=NUMBER ...", "its registers"},
	{"expect exit REASON [field=NUMBER ...]", "of the last REC_ENTER"},
	{"expect realm X0=NUMBER ...", "registers behind the realm's last step"},
	{"expect state ADDRESS STATE [owner=RD]", "of a granule"},
	{"expect read ADDRESS u8|u16|u32|u64 = NUMBER", "host memory"},
	{"expect valid", "every invariant of the monitor holds"},
	{"machine setting=NUMBER ...",
		"before the first call: memory, base, cpus, aux, lenient, features, S2SZ, LPA2, ..."},
	{"help [NAME]", "this, or a command or structure"},
	{"quit", "end"},
};

static void help_names(const struct shell *shell)
{
	const char *name;

	fputs("Commands:", shell->out);
	for (size_t i = 0; (name = names_commands.at(i)) != NULL; i++) {
		fprintf(shell->out, "%s%s", i % 5 == 0 ? "\n  " : " ", name);
	}
	fputs("\nStructures:", shell->out);
	for (size_t i = 0; (name = names_structures.at(i)) != NULL; i++) {
		fprintf(shell->out, " %s", name);
	}
	fputc('\n', shell->out);
}

static void help_command(const struct shell *shell, enum rmi_command command)
{
	const struct rmi_command_info *info = rmi_command_info(command);

	fprintf(shell->out, "%s", names_commands.at(command));
	for (unsigned i = 0; info->in[i] != NULL; i++) {
		enum structure structure = structure_of_argument(command, i);

		fprintf(shell->out, " %s=%s%s", info->in[i], structure == STRUCTURE_COUNT ? "NUMBER" : "ADDRESS|",
			structure == STRUCTURE_COUNT ? "" : names_structures.at(structure));
	}
	for (unsigned i = 0; info->out[i] != NULL; i++) {
		fprintf(shell->out, "%s%s", i == 0 ? " -> " : " ", info->out[i]);
	}
	fprintf(shell->out, "\n  %s\n", info->text);
}

static void help_structure(const struct shell *shell, enum structure structure)
{
	const struct member *member;

	fprintf(shell->out, "%s\n", names_structures.at(structure));
	for (size_t i = 0; (member = structure_member(structure, i)) != NULL; i++) {
		fprintf(shell->out, "  0x%03x %s", member->offset, member->name);
		if (member->count > 1) {
			fprintf(shell->out, "[%u]", member->count);
		}
		fprintf(shell->out, " u%u\n", member->width * 8);
	}
}

static void help_all(const struct shell *shell)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		fprintf(shell->out, "%s\n    %s\n", forms[i].form, forms[i].text);
	}
	help_names(shell);
}

void report_help(const struct shell *shell, const struct span *topic)
{
	enum rmi_command command = statement_command(topic);
	size_t structure = 0;

	if (topic->size == 0) {
		help_all(shell);
	} else if (command != RMI_COMMAND_COUNT) {
		help_command(shell, command);
	} else if (name_find(&names_structures, topic, &structure)) {
		help_structure(shell, (enum structure)structure);
	} else {
		fprintf(shell->out, "There is no help on '%.*s'.\n", (int)topic->size, topic->at);
		help_names(shell);
	}
}
