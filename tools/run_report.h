/* SPDX-License-Identifier: BSD-2-Clause */
/* run_report.h - how a run is reported on the error stream, whatever machine it was on. */
#ifndef TOOLS_RUN_REPORT_H
#define TOOLS_RUN_REPORT_H

#include "tools/late_file.h"
#include "tools/options.h"
#include "tools/summary.h"
#include "tools/verb.h"

/* "reeve run: " and the text. */
void run_say(const struct message *why, const struct streams *streams);

/* Say why there was no run, as the last thing on the error stream. Returns EXIT_REFUSED. */
int run_refused(const struct run_options *options, const struct message *why, const struct streams *streams);

/* The summary of a run that came to an end the host told of, as the last thing on the error stream. */
void run_report(const struct run_options *options, const struct summary *summary, const struct streams *streams);

/* Write the summary's maps into the file of --map, if there is one. False with *why set when not all of it was written. */
bool run_map_write(struct late_file *file, const struct summary *summary, struct message *why);

#endif
