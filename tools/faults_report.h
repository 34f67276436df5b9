/* SPDX-License-Identifier: BSD-2-Clause */
/* faults_report.h - what a sweep came to, scenario by scenario, as a table or as JSON. */
#ifndef TOOLS_FAULTS_REPORT_H
#define TOOLS_FAULTS_REPORT_H

#include <stdio.h>

#include "tools/sweep/campaign.h"

/* A scenario's part of a sweep. */
struct faults_part {
	const struct scenario *scenario;
	struct campaign_tally tally;
	struct campaign_verdict *verdicts; /* malloc'd; failures and leaks */
	size_t count;
	size_t room;
	bool is_lossy; /* there was no memory for all verdicts */
};

void faults_part_free(struct faults_part *part);

/* campaign_run's `tell`; the context is the part. */
void faults_part_tell(void *context, const struct campaign_verdict *verdict);

/* Put the verdicts in order. */
void faults_part_sort(struct faults_part *part);

void faults_table_head(FILE *to);
/* The scenario's row of the table, and the line of each failure that repeats it. */
void faults_part_print(const struct faults_part *part, FILE *to);
/* The sum of all rows. */
void faults_sum_print(const struct faults_part *parts, size_t count, FILE *to);

/* `why` is why it was not run to its end; "": it was. */
void faults_json(const struct faults_part *parts, size_t count, const struct campaign_options *options,
	const struct message *why, FILE *to);

#endif
