/* SPDX-License-Identifier: BSD-2-Clause */
/* rmm.c - reads the head of the monitor's image, and writes into a copy of it. */
#include "tools/qemu/rmm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/image.h"
#include "tools/qemu/child.h"

enum { IMAGE_MAX = 32 << 20 };

/* False: the image has no head that we know. */
static bool head_read(const struct bytes *image, struct rmm_head *head)
{
	if (image->size < RMM_HEAD_OFFSET + sizeof(*head)) {
		return false;
	}
	memcpy(head, image->data + RMM_HEAD_OFFSET, sizeof(*head));
	return head->magic == RMM_HEAD_MAGIC && head->version == RMM_HEAD_VERSION && head->size == sizeof(*head);
}

static bool copy_make(struct qemu_rmm *rmm, struct qemu_parts *parts, const struct bytes *image, struct message *why)
{
	rmm->copy = child_file("rmm", why);
	if (rmm->copy < 0) {
		return false;
	}
	if (!child_file_write(rmm->copy, image->data, image->size, why)) {
		qemu_rmm_close(rmm);
		return false;
	}
	(void)snprintf(parts->rmm, sizeof(parts->rmm), "/dev/fd/%d", rmm->copy);
	return true;
}

bool qemu_rmm_open(struct qemu_rmm *rmm, struct qemu_parts *parts, enum reeve_token_form form, struct message *why)
{
	struct rmm_head head = {0};
	struct bytes image;
	bool is_ours;
	bool is_good = true;

	*rmm = (struct qemu_rmm){.copy = -1};
	if (!bytes_read(parts->rmm, IMAGE_MAX, &image, why)) {
		return false;
	}
	is_ours = head_read(&image, &head);
	rmm->refusals = is_ours ? head.refusals : 0;
	if (!is_ours && form != REEVE_TOKEN_2023) {
		is_good = message_set(why,
			"--token-form: the form is the monitor's, and %s is no image of reeve's that it can be set in; leave the option out",
			parts->rmm);
	}
	if (is_ours && head.token_form != (uint64_t)form) {
		head.token_form = form;
		memcpy(image.data + RMM_HEAD_OFFSET, &head, sizeof(head));
		is_good = copy_make(rmm, parts, &image, why);
	}
	free(image.data);
	return is_good;
}

void qemu_rmm_close(struct qemu_rmm *rmm)
{
	if (rmm->copy >= 0) {
		(void)close(rmm->copy);
	}
	rmm->copy = -1;
}
