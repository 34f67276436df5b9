/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_account.c - frames of any host on QEMU's machine, a line each: a letter for the kind, and the payload.
 *
 * No maps: one looks at 780000 granules (tests/unit/test_qemu_map.c has their rows).
 * FUZZ_TRACE=1 in the environment shows the trace, the console and what did not make sense. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/qemu/account.h"

static const char letters[] = "CTMPFLKGHEX"; /* as of frame.c, FRAME_CONSOLE first */

static struct run_options options;
static struct qemu_job job;

/* A job of one page, once. */
static void begin(void)
{
	static uint8_t content[REEVE_GRANULE_SIZE];
	char *argv[] = {"run", "--machine", "qemu", "image"};
	struct bytes file = {content, sizeof(content)};
	struct image image;
	struct boot_parts parts = {.image = &image, .names = {"image", "image"}, .granule = REEVE_GRANULE_SIZE};
	struct message why;

	if (job.header != NULL) {
		return;
	}
	if (!run_options_parse(sizeof(argv) / sizeof(argv[0]), argv, &options, &why) ||
		!image_load(&file, "image", 0x40200000, 0x44000000, &image, &why) ||
		!qemu_job_make(&options, &parts, &job, &why)) {
		abort();
	}
	image_free(&image);
}

static void end(struct account *account, struct summary *summary)
{
	if (getenv("FUZZ_TRACE") != NULL) {
		(void)fprintf(stderr, "%llu frames made no sense\n", (unsigned long long)account->bad);
	}
	account_close(account);
	summary_json(summary, account->console);
	free(summary->leaks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *to = fopen(getenv("FUZZ_TRACE") == NULL ? "/dev/null" : "/dev/stderr", "we");
	struct summary summary = {0};
	struct account account;
	struct message why;

	begin();
	if (to == NULL || !account_open(&account, &options, &job, to, to, &summary, &why)) {
		abort();
	}
	while (size != 0) {
		const uint8_t *stop = memchr(data, '\n', size);
		size_t length = stop == NULL ? size : (size_t)(stop - data);
		const char *letter = length == 0 || data[0] == '\0' ? NULL : strchr(letters, data[0]);
		struct frame frame = {.size = 0};

		if (letter != NULL && length - 1 <= FRAME_PAYLOAD_MAX) {
			frame.kind = (enum frame_kind)(FRAME_NONE + 1 + (letter - letters));
			frame.size = length - 1;
			memcpy(frame.payload, data + 1, frame.size);
			account_take(&account, &frame);
		}
		data += length + (stop != NULL);
		size -= length + (stop != NULL);
	}
	end(&account, &summary);
	(void)fclose(to);
	return 0;
}
