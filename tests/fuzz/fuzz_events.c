/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_events.c - any bytes as a list of events or a trace: what is measured is written as a list of the same RIM, by the same rules.
 *
 * The first byte says which rules. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tools/measure/format.h"
#include "tools/measure/source.h"

enum { STEPS_MAX = 2000, NAME_MAX_BYTES = 32 };

static void check(bool is_so, const char *what)
{
	if (!is_so) {
		(void)fprintf(stderr, "fuzz_events: not so: %s\n", what);
		abort();
	}
}

static bool is_readable(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ') {
			return false;
		}
	}
	return true;
}

/* Measure the file; what happened is written to `list` unless NULL. */
static bool measure(const char *name, const struct reeve_rules *rules, struct meter *meter, FILE *list)
{
	struct message why = {""};
	struct event event;
	struct source source;
	enum values_result result;
	bool is_good = true;

	check(meter_open(meter, rules, REEVE_GRANULE_SIZE, 1, &why), "there is memory");
	check(source_open(&source, name, 1, REEVE_GRANULE_SIZE, &why), "the file is there");
	meter->steps_max = STEPS_MAX;
	meter->step = list == NULL ? NULL : format_event;
	meter->context = list;
	while (is_good && (result = source_next(&source, &event, &why)) == VALUES_ONE) {
		is_good = meter_event(meter, &event, &why);
	}
	is_good = is_good && result == VALUES_END && meter->check.is_created;
	check(is_good || meter->check.is_created || why.text[0] != '\0' || result == VALUES_END, "a refusal says why");
	check(is_readable(why.text), "a message is one line");
	source_close(&source);
	return is_good;
}

/* What was written gives the same. A trace may do what a list may not, so that it is refused proves nothing. */
static void again(FILE *list, const struct reeve_rules *rules, const struct meter *first)
{
	char name[NAME_MAX_BYTES];
	struct meter second;

	check(fflush(list) == 0, "the list is written");
	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fileno(list));
	if (measure(name, rules, &second, NULL)) {
		check(memcmp(first->chain.rim, second.chain.rim, sizeof(second.chain.rim)) == 0, "the RIM is the same");
		check(memcmp(first->chain.rem, second.chain.rem, sizeof(second.chain.rem)) == 0,
			"the REMs are the same");
	}
	meter_close(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count;
	const struct reeve_rules *rules = reeve_rules(&count);
	char name[NAME_MAX_BYTES];
	struct meter meter;
	FILE *list;
	int fd;

	if (size == 0) {
		return 0;
	}
	rules += data[0] % count;
	fd = memfd_create("events", MFD_CLOEXEC);
	list = fdopen(memfd_create("list", MFD_CLOEXEC), "w");
	check(fd >= 0 && list != NULL && write(fd, data + 1, size - 1) == (ssize_t)(size - 1), "there is memory");
	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	if (measure(name, rules, &meter, list)) {
		again(list, rules, &meter);
	}
	meter_close(&meter);
	(void)fclose(list);
	(void)close(fd);
	return 0;
}
