/* SPDX-License-Identifier: BSD-2-Clause */
/* vcpu_console.c - what a running Realm is typed, and what it printed without ending the line. */
#include "vmm/vcpu_interrupts.h"

enum { INPUT_AT_ONCE = 256 };

static size_t uart_room(void *context)
{
	const struct vcpus *all = context;

	return pl011_room(all->console);
}

static void uart_receive(void *context, const uint8_t *bytes, size_t size)
{
	struct vcpus *all = context;

	for (size_t i = 0; i < size; i++) {
		(void)pl011_receive(all->console, bytes[i]);
	}
	interrupts_console(all);
}

void console_begin(struct vcpus *all)
{
	all->input = (struct vcpu_input){uart_room, uart_receive, all};
}

bool vcpus_input(struct vcpus *all, bool (*next)(void *context, uint8_t *byte), void *context)
{
	uint8_t bytes[INPUT_AT_ONCE];
	size_t room;
	size_t count = 0;

	all->ops->lock(all->context);
	room = all->input.room(all->input.context);
	room = room < sizeof(bytes) ? room : sizeof(bytes);
	while (count < room && next(context, &bytes[count])) {
		count++;
	}
	if (count != 0) {
		all->input.receive(all->input.context, bytes, count);
	}
	all->ops->unlock(all->context);
	if (count != 0) {
		interrupts_tell(all, VCPUS_MAX);
	}
	return count < room;
}

void vcpus_flush(struct vcpus *all)
{
	all->ops->lock(all->context);
	pl011_flush(all->console);
	all->ops->unlock(all->context);
}
