/* SPDX-License-Identifier: BSD-2-Clause */
/* run_files.c - compares the files of a run by what they are. */
#include "tools/run_files.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

enum { RUN_FILES = 19 };

struct run_file {
	const char *option;
	const char *path; /* NULL: none */
	bool is_written;
};

static void run_files_list(const struct run_options *options, struct run_file files[static RUN_FILES])
{
	const struct linux_files *kernel = &options->linux_files;
	const struct attest_options *attest = &options->attest;
	bool has_trace_file = options->trace_path != NULL && strcmp(options->trace_path, "-") != 0;
	const struct run_file all[RUN_FILES] = {
		{"--trace", has_trace_file ? options->trace_path : NULL, true},
		{"--map", options->map_path, true},
		{"--token", attest->token_path, true},
		{"--anchor", attest->anchor_path, true},
		{"--dump-dtb", options->dump_dtb_path, true},
		{"--disk-out", kernel->disk_out, true},
		{"--machine-log", options->machine_log, true},
		{NULL, options->image_path, false},
		{"--kernel", kernel->kernel, false},
		{"--initrd", kernel->initrd, false},
		{"--dtb", kernel->dtb, false},
		{"--disk", kernel->disk, false},
		{"--rpv", options->rpv_path, false},
		{"--fault", options->fault_path, false},
		{"--challenge", attest->challenge_path, false},
		{"--platform", attest->platform_path, false},
		{"--platform-key", attest->key_path, false},
		{"--rmm", options->rmm_path, false},
		{"--nt-fw", options->nt_fw_path, false},
	};

	memcpy(files, all, sizeof(all));
}

static bool is_same_inode(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The last part of a path, and what its folder is. False when there is no such folder. */
static bool place_find(const char *path, const char **name, struct stat *folder)
{
	const char *slash = strrchr(path, '/');
	char before[PATH_MAX] = ".";

	*name = slash == NULL ? path : slash + 1;
	if (slash != NULL) {
		size_t size = (size_t)(*name - path);

		if (size >= sizeof(before)) {
			return false;
		}
		memcpy(before, path, size);
		before[size] = '\0';
	}
	return stat(before, folder) == 0;
}

/* Whether both paths are one file, or would be if they were made. */
static bool is_same(const char *a, const char *b)
{
	struct stat first;
	struct stat second;
	bool is_first = stat(a, &first) == 0;
	bool is_second = stat(b, &second) == 0;
	const char *first_name;
	const char *second_name;

	if (is_first && is_second) {
		return is_same_inode(&first, &second) && (S_ISREG(first.st_mode) || S_ISBLK(first.st_mode));
	}
	return !is_first && !is_second && place_find(a, &first_name, &first) && place_find(b, &second_name, &second) &&
		is_same_inode(&first, &second) && strcmp(first_name, second_name) == 0;
}

/* False with *why set when what is written there is the other file. */
static bool is_other(const struct run_options *options, const struct run_file *written, const struct run_file *other,
	struct message *why)
{
	bool is_disk = written->path == options->linux_files.disk_out && other->path == options->linux_files.disk;

	if (written->path == NULL || other->path == NULL || is_disk || !is_same(written->path, other->path)) {
		return true;
	}
	return message_set(why, "%s %s is %s%s; name another file", written->option, written->path,
		other->option == NULL ? "the image" : "the file of ", other->option == NULL ? "" : other->option);
}

/* The same for file `written` and all behind it. */
static bool is_alone(const struct run_options *options, const struct run_file files[static RUN_FILES], size_t written,
	struct message *why)
{
	for (size_t i = written + 1; i < RUN_FILES; i++) {
		if (!is_other(options, &files[written], &files[i], why)) {
			return false;
		}
	}
	return true;
}

bool run_files_check(const struct run_options *options, struct message *why)
{
	struct run_file files[RUN_FILES];

	run_files_list(options, files);
	for (size_t i = 0; i < RUN_FILES && files[i].is_written; i++) {
		if (!is_alone(options, files, i, why)) {
			return false;
		}
	}
	return true;
}
