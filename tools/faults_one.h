/* SPDX-License-Identifier: BSD-2-Clause */
/* faults_one.h - one run of a scenario under given rules: how it ended, what the host said, and its calls. */
#ifndef TOOLS_FAULTS_ONE_H
#define TOOLS_FAULTS_ONE_H

#include "tools/faults_options.h"
#include "tools/verb.h"

/* Run options->scenarios[0] under the rules of --fault and --rule. Returns an exit code. */
int faults_one(const struct faults_options *options, const struct streams *streams);

#endif
