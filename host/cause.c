/* SPDX-License-Identifier: BSD-2-Clause */
/* cause.c - the cause of a failure, and the one line of text that tells it. */
#include "host/cause.h"

enum reeve_status cause_plain(
	struct reeve_error *error, enum reeve_status status, enum reeve_step step, uint64_t address)
{
	*error = (struct reeve_error){.status = status, .step = step, .address = address};
	return status;
}

enum reeve_status cause_field(struct reeve_error *error, enum reeve_status status, enum reeve_step step,
	const char *field, uint64_t value, uint64_t limit)
{
	*error = (struct reeve_error){.status = status, .step = step, .field = field, .value = value, .limit = limit};
	return status;
}

static enum reeve_status status_of(const struct call_reply *reply)
{
	if (call_is_busy(reply)) {
		return REEVE_BUSY;
	}
	return call_is_refusal(reply) ? REEVE_REFUSED : REEVE_BROKEN;
}

enum reeve_status cause_reply(
	struct reeve_error *error, enum reeve_step step, const struct call_reply *reply, uint64_t address)
{
	*error = (struct reeve_error){
		.status = status_of(reply),
		.step = step,
		.from_monitor = true,
		.command = reply->command,
		.returned = reply->returned,
		.address = address,
	};
	return error->status;
}

enum reeve_status cause_output(struct reeve_error *error, enum reeve_step step, const struct call_reply *reply,
	const char *field, uint64_t value, uint64_t limit)
{
	*error = (struct reeve_error){
		.status = REEVE_BROKEN,
		.step = step,
		.from_monitor = true,
		.command = reply->command,
		.returned = reply->returned,
		.field = field,
		.value = value,
		.limit = limit,
	};
	return REEVE_BROKEN;
}

/* A line being written: counts on when the room is used up. */
struct line {
	char *text;
	size_t size;
	size_t length;
};

static void put(struct line *line, const char *words)
{
	for (; *words != '\0'; words++) {
		if (line->length + 1 < line->size) {
			line->text[line->length] = *words;
		}
		line->length++;
	}
}

static void put_number(struct line *line, uint64_t value, unsigned base)
{
	char digits[24];
	size_t at = sizeof(digits);

	digits[--at] = '\0';
	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	put(line, &digits[at]);
}

/* Small numbers read best in decimal, addresses and words in hexadecimal. */
static void put_value(struct line *line, uint64_t value)
{
	bool is_small = value < 4096;

	put(line, is_small ? "" : "0x");
	put_number(line, value, is_small ? 10 : 16);
}

static void put_returned(struct line *line, const struct reeve_error *error)
{
	const struct rmi_command_info *info = rmi_command_info(error->command);
	struct call_reply reply = {.command = error->command, .returned = error->returned};
	unsigned status = (unsigned)FIELD_GET(error->returned, RMI_RETURN_STATUS);
	bool is_below_0 = status == RMI_ERROR_RTT && call_level(&reply) < 0;

	put(line, info != NULL ? info->name : "unknown command");
	if (call_is_busy(&reply)) {
		put(line, " returned BUSY each time");
		return;
	}
	if (!call_is_success(&reply) && !call_is_refusal(&reply)) {
		put(line, " returned 0x");
		put_number(line, error->returned, 16);
		put(line, ", which is no RMI status");
		return;
	}
	put(line, " returned ");
	put(line, rmi_status_name(status));
	put(line, is_below_0 ? "(-" : "(");
	put_number(line, is_below_0 ? (uint64_t)-call_level(&reply) : FIELD_GET(error->returned, RMI_RETURN_INDEX), 10);
	put(line, "): ");
	put(line, rmi_status_text(status));
}

size_t reeve_error_format(const struct reeve_error *error, char *text, size_t size)
{
	struct line line = {.text = text, .size = size};

	if (error->step != REEVE_STEP_NONE) {
		put(&line, reeve_step_text(error->step));
		put(&line, ": ");
	}
	if (error->from_monitor) {
		put_returned(&line, error);
		put(&line, "; ");
	}
	put(&line, reeve_status_text(error->status));
	if (error->field != NULL) {
		put(&line, "; ");
		put(&line, error->field);
		put(&line, " is ");
		put_value(&line, error->value);
		put(&line, ", limit ");
		put_value(&line, error->limit);
	}
	if (error->address != 0) {
		put(&line, "; at 0x");
		put_number(&line, error->address, 16);
	}
	if (size > 0) {
		text[line.length < size ? line.length : size - 1] = '\0';
	}
	return line.length;
}
