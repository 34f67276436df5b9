/* SPDX-License-Identifier: BSD-2-Clause */
/* input.c - opens images, lists and traces to be measured. */
#include "tools/measure/input.h"

#include "tools/layout.h"
#include "tools/program.h"

static void list_ready(struct input *input)
{
	input->is_list = true;
	source_list(&input->source, input->boot.events, input->boot.count);
	for (size_t i = 0; i < input->boot.count; i++) {
		if (input->boot.events[i].kind == EVENT_DATA) {
			input->total += input->boot.events[i].data.content.size;
		}
	}
}

static bool image_open(
	struct input *input, const struct measure_options *options, const char *path, struct message *why)
{
	const struct run_options *run = &options->run;
	const struct fdt_chosen chosen = {.has_disk = run->linux_files.disk != NULL};
	struct boot_parts parts = {
		.image = &input->image, .names = {path, path}, .chosen = &chosen, .granule = options->granule};
	struct layout layout = {0};

	if (!program_layout(run, &layout, why) || !bytes_map(path, UINT64_MAX, &input->file, why)) {
		return false;
	}
	if (!image_load_granules(
		    &input->file, path, LAYOUT_IMAGE_BASE, layout.ram_top, options->granule, &input->image, why)) {
		bytes_unmap(&input->file);
		return false;
	}
	if (!boot_make(&input->boot, run, &layout, &parts, why)) {
		image_free(&input->image);
		bytes_unmap(&input->file);
		return false;
	}
	list_ready(input);
	return true;
}

static bool kernel_open(struct input *input, const struct measure_options *options, struct message *why)
{
	const struct linux_files *files = &options->run.linux_files;
	struct layout layout = {0};
	struct boot_parts parts;

	if (!program_layout(&options->run, &layout, why) ||
		!linux_boot_open(&input->kernel, files, &layout, options->granule, why)) {
		return false;
	}
	parts = (struct boot_parts){
		.image = &input->kernel.image,
		.names = {files->kernel, files->initrd},
		.dtb = input->kernel.dtb,
		.chosen = &input->kernel.chosen,
		.granule = options->granule,
	};
	if (!boot_make(&input->boot, &options->run, &layout, &parts, why)) {
		linux_boot_close(&input->kernel);
		return false;
	}
	list_ready(input);
	return true;
}

static bool events_open(
	struct input *input, const struct measure_options *options, const char *path, struct message *why)
{
	return source_open(&input->source, path, options->realm, options->granule, why);
}

bool input_open(struct input *input, const struct measure_options *options, struct message *why)
{
	*input = (struct input){0};
	if (options->events_path != NULL) {
		return events_open(input, options, options->events_path, why);
	}
	if (options->run.linux_files.kernel != NULL) {
		return kernel_open(input, options, why);
	}
	return image_open(input, options, options->run.image_path, why);
}

bool input_open_path(struct input *input, const struct measure_options *options, const char *path, struct message *why)
{
	*input = (struct input){0};
	return source_is_json(path) ? events_open(input, options, path, why) : image_open(input, options, path, why);
}

void input_close(struct input *input)
{
	if (!input->is_list) {
		source_close(&input->source);
		return;
	}
	boot_free(&input->boot);
	linux_boot_close(&input->kernel);
	image_free(&input->image);
	bytes_unmap(&input->file);
}
