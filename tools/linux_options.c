/* SPDX-License-Identifier: BSD-2-Clause */
/* linux_options.c - the options of a Linux kernel as a Realm's program. */
#include "tools/linux_options.h"

#include "tools/options.h"

static struct linux_files *files_of(void *options)
{
	return &((struct run_options *)options)->linux_files;
}

bool linux_set_kernel(void *options, const char *value, struct message *why)
{
	return option_path("--kernel", value, &files_of(options)->kernel, why);
}

bool linux_set_initrd(void *options, const char *value, struct message *why)
{
	return option_path("--initrd", value, &files_of(options)->initrd, why);
}

bool linux_set_dtb(void *options, const char *value, struct message *why)
{
	return option_path("--dtb", value, &files_of(options)->dtb, why);
}

bool linux_set_bootargs(void *options, const char *value, struct message *why)
{
	(void)why;
	files_of(options)->bootargs = value;
	return true;
}

bool linux_set_disk(void *options, const char *value, struct message *why)
{
	return option_path("--disk", value, &files_of(options)->disk, why);
}

bool linux_set_disk_out(void *options, const char *value, struct message *why)
{
	return option_path("--disk-out", value, &files_of(options)->disk_out, why);
}

bool linux_options_check(const struct linux_files *files, struct message *why)
{
	const struct {
		const char *value;
		const char *option;
	} kernels[] = {{files->initrd, "--initrd"}, {files->dtb, "--dtb"}, {files->bootargs, "--append"}};

	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		if (files->kernel == NULL && kernels[i].value != NULL) {
			return message_set(why, "%s goes with --kernel: add that", kernels[i].option);
		}
	}
	if (files->disk == NULL && files->disk_out != NULL) {
		return message_set(why, "--disk-out without --disk: there is no disk");
	}
	if (files->dtb != NULL && files->bootargs != NULL) {
		return message_set(why, "--append: the device tree of --dtb has its own command line");
	}
	return true;
}
