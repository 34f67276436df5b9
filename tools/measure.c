/* SPDX-License-Identifier: BSD-2-Clause */
/* measure.c - reeve measure: says what the RIM of a realm will be, of what it is made, and where two of them part. */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/measure/diff.h"
#include "tools/measure/explain.h"
#include "tools/measure/input.h"
#include "tools/measure/options.h"
#include "tools/measure/out.h"
#include "tools/rpv.h"
#include "tools/verb.h"

static int refused(const struct message *why, const struct streams *streams)
{
	fprintf(streams->err, "reeve measure: %s\n", why->text);
	return EXIT_REFUSED;
}

/* A file that is cut off while it is mapped. */
static void cut_off(int signal_number)
{
	static const char text[] = "reeve measure: a file was cut off, or could not be read, while it was measured\n";

	(void)signal_number;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(EXIT_REFUSED);
}

static unsigned jobs_of(const struct measure_options *options)
{
	cpu_set_t set;
	int count = 1;

	if (options->jobs != 0) {
		return options->jobs;
	}
	if (sched_getaffinity(0, sizeof(set), &set) == 0) {
		count = CPU_COUNT(&set);
	}
	return count < METER_JOBS_MAX ? (unsigned)count : METER_JOBS_MAX;
}

/* Measure all events of the source. False with *why set, saying where. */
static bool events_measure(struct meter *meter, struct source *source, struct message *why)
{
	struct event event;
	struct message what = {""};
	enum values_result result = source_next(source, &event, why);
	bool is_good = true;

	while (result == VALUES_ONE && is_good) {
		is_good = meter_event(meter, &event, &what);
		if (is_good) {
			result = source_next(source, &event, why);
		}
	}
	meter_progress_clear(meter);
	if (!is_good && event.line != 0) {
		return message_set(why, "%s:%" PRIu64 ": %.400s", source->values.name, event.line, what.text);
	}
	if (!is_good) {
		*why = what;
		return false;
	}
	if (result == VALUES_END && !meter->check.is_created) {
		return message_set(why, "%s: no realm is created in it", source->values.name);
	}
	return result == VALUES_END;
}

/* Measure an open input, told to `step` unless NULL. On success the meter is to be closed. */
static bool input_measure(struct input *input, const struct measure_options *options, struct meter *meter,
	const struct streams *streams, struct message *why)
{
	void (*step)(void *, const struct meter *, const struct meter_step *) = meter->step;
	void *context = meter->context;

	if (!meter_open(meter, options->rules, options->granule, jobs_of(options), why)) {
		return false;
	}
	meter->step = step;
	meter->context = context;
	meter->total = input->total;
	meter->progress = isatty(fileno(streams->err)) ? streams->err : NULL;
	if (!events_measure(meter, &input->source, why)) {
		meter_close(meter);
		return false;
	}
	return true;
}

/* Who is told of each step: the explanation, the list of events, or both. */
struct tellers {
	FILE *explanation; /* NULL: none */
	FILE *events;      /* NULL: none */
};

static void tell(void *context, const struct meter *meter, const struct meter_step *step)
{
	const struct tellers *tellers = context;

	if (tellers->explanation != NULL) {
		explain_step(tellers->explanation, meter, step);
	}
	if (tellers->events != NULL) {
		format_event(tellers->events, meter, step);
	}
}

/* Measure the same by every other rule set that has the hash and the granule. False with *why set. */
static bool others_measure(
	struct meter *meter, const struct measure_options *options, const struct streams *streams, struct message *why)
{
	size_t count;
	const struct reeve_rules *rules = reeve_rules(&count);

	for (size_t i = 0; i < count && meter->other_count < METER_OTHERS_MAX; i++) {
		struct measure_options by_other = *options;
		struct meter other = {.step = NULL};
		struct input input;
		bool is_good;

		if (&rules[i] == options->rules || (rules[i].hashes >> meter->chain.algorithm & 1) == 0 ||
			(rules[i].granules & options->granule) == 0) {
			continue;
		}
		by_other.rules = &rules[i];
		if (!input_open(&input, &by_other, why)) {
			return false;
		}
		is_good = input_measure(&input, &by_other, &other, streams, why);
		input_close(&input);
		if (!is_good) {
			return false;
		}
		meter->others[meter->other_count].rules = &rules[i];
		memcpy(meter->others[meter->other_count++].rim, other.chain.rim, sizeof(other.chain.rim));
		meter_close(&other);
	}
	return true;
}

/* Measure and write. False with *why set. */
static bool measure_write(struct input *input, const struct measure_options *options, struct out *out,
	const struct streams *streams, struct message *why)
{
	bool is_events = options->format == FORMAT_EVENTS;
	struct tellers tellers = {options->is_explained ? streams->out : NULL, NULL};
	struct meter meter = {.context = &tellers};

	if (is_events) {
		if (!out_open(out, why)) {
			return false;
		}
		tellers.events = out->stream;
	}
	meter.step = options->is_explained || is_events ? tell : NULL;
	if (!input_measure(input, options, &meter, streams, why)) {
		return false;
	}
	if (options->has_other_rules && !others_measure(&meter, options, streams, why)) {
		meter_close(&meter);
		return false;
	}
	if (is_events || out_open(out, why)) {
		format_write(&meter, options->format, out->stream);
		meter_close(&meter);
		return out_close(out, why);
	}
	meter_close(&meter);
	return false;
}

static int measure_one(const struct measure_options *options, const struct streams *streams)
{
	struct out out = {.path = options->out_path,
		.standard = streams->out,
		.inputs = {options->run.image_path, options->events_path, options->run.linux_files.kernel,
			options->run.linux_files.initrd, options->run.linux_files.dtb, options->run.rpv_path}};
	struct message why = {""};
	struct input input;
	bool is_good;

	if (format_is_binary(options->format) && options->out_path == NULL && isatty(fileno(streams->out))) {
		(void)message_set(&why, "--format %s is no text: name a file with --out", format_name(options->format));
		return refused(&why, streams);
	}
	if (!input_open(&input, options, &why)) {
		return refused(&why, streams);
	}
	is_good = measure_write(&input, options, &out, streams, &why);
	input_close(&input);
	out_drop(&out);
	return is_good ? EXIT_DONE : refused(&why, streams);
}

/* Measure the file by the given teller. */
static bool path_measure(const struct measure_options *options, const char *path,
	void (*step)(void *, const struct meter *, const struct meter_step *), struct diff *diff,
	const struct streams *streams, struct message *why)
{
	struct meter meter = {.step = step, .context = diff};
	struct input input;
	bool is_good;

	if (!input_open_path(&input, options, path, why)) {
		return false;
	}
	is_good = input_measure(&input, options, &meter, streams, why);
	if (is_good) {
		meter_close(&meter);
	}
	input_close(&input);
	return is_good;
}

static int measure_diff(const struct measure_options *options, const struct streams *streams)
{
	struct message why = {""};
	struct diff diff;
	bool is_same = false;

	if (!diff_open(&diff, &why)) {
		return refused(&why, streams);
	}
	if (path_measure(options, options->diff_path, diff_record, &diff, streams, &why)) {
		diff_turn(&diff);
		if (path_measure(options, options->run.image_path, diff_compare, &diff, streams, &why)) {
			is_same = diff_report(&diff, options->rules, streams->out, &why);
		}
	}
	diff_close(&diff);
	if (why.text[0] != '\0') {
		return refused(&why, streams);
	}
	return is_same ? EXIT_DONE : EXIT_REFUSED;
}

static int measure(int argc, char *const argv[], const struct streams *streams)
{
	struct measure_options options;
	struct message why = {""};

	if (!measure_options_parse(argc, argv, &options, &why)) {
		return verb_misused(&verb_measure, &why, streams->err);
	}
	if (options.run.help) {
		verb_usage(&verb_measure, streams->out);
		return EXIT_DONE;
	}
	if (!rpv_read(&options.run, &why)) {
		return refused(&why, streams);
	}
	(void)signal(SIGBUS, cut_off);
	return options.diff_path == NULL ? measure_one(&options, streams) : measure_diff(&options, streams);
}

const struct verb verb_measure = {
	"measure", "[IMAGE]", "Say what the RIM of a Realm will be, without a Realm", &measure_option_table, measure};
