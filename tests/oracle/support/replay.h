/* SPDX-License-Identifier: BSD-2-Clause */
/* replay.h - the world a trial is in, moved into a model machine, and the language of `reeve rmi` there.
 *
 *   trial --replay_open--> shell whose model is in that world; replay_lines: the call of the trial, and what the oracle says of it
 *
 * The model is lenient: granules of the Realm world stay visible. Secure granules are taken from the host, as delegated ones are. */
#ifndef TESTS_ORACLE_REPLAY_H
#define TESTS_ORACLE_REPLAY_H

#include <stdio.h>

#include "tests/oracle/support/trial.h"
#include "tools/rmi/shell.h"

/* A shell in the world that the trial is in before its call (trial_draw). NULL, and said on `err`, when there can be no such machine.
 * shell_free gives it and its machine back. */
struct shell *replay_open(const struct trial *t, FILE *out, FILE *err);

/* Write the lines that make the trial's call and expect the oracle's answer. */
void replay_lines(const struct trial *t, FILE *out);

/* Carry out the lines of `in`. True when each was understood and every expectation held. */
bool replay_run(struct shell *shell, FILE *in);

#endif
