/* SPDX-License-Identifier: BSD-2-Clause */
/* rpv.c - reads a realm personalisation value from a file. */
#include "tools/rpv.h"

#include <string.h>

#include "tools/image.h"

bool rpv_read(struct run_options *options, struct message *why)
{
	uint8_t rpv[RMI_RPV_SIZE + 1]; /* with a byte to see that there is more */
	size_t size = 0;

	if (options->rpv_path == NULL) {
		return true;
	}
	if (!bytes_peek(options->rpv_path, rpv, sizeof(rpv), &size, why)) {
		return false;
	}
	if (size == 0 || size > RMI_RPV_SIZE) {
		return message_set(why, "--rpv @%s: the file is %s; a personalisation value has 1 to %d bytes",
			options->rpv_path, size == 0 ? "empty" : "longer", RMI_RPV_SIZE);
	}
	memset(options->rpv, 0, sizeof(options->rpv));
	memcpy(options->rpv, rpv, size);
	return true;
}
