/* SPDX-License-Identifier: BSD-2-Clause */
/* map_record.h - makes maps of QEMU's machine from what its host tells: calls, its ledger, and table entries.
 *
 *   FRAME_CALL ... -> states of granules;  FRAME_MAP BEGIN, rows, END -> struct map
 *
 * R1: nobody tells the state of a granule: RMI has no call for it. It is what the monitor's answers so far mean (rmm-v1.0 s2): a call that it
 *     carried out moves the granules that it names. On the model the monitor itself is asked.
 * R2: rows are bounded; those beyond make the map fail, which is said. */
#ifndef TOOLS_QEMU_MAP_RECORD_H
#define TOOLS_QEMU_MAP_RECORD_H

#include <stdbool.h>

#include "machine/qemu/frame.h"
#include "tools/summary.h"

struct map_record;

/* NULL: no memory. */
struct map_record *map_record_new(void);
void map_record_free(struct map_record *record);

/* A call came back to the host. */
void map_record_call(struct map_record *record, const struct frame_call *call);

/* Take a row of a map; at its end the map goes to the summary. False when it makes no sense, or there is no memory. */
bool map_record_row(struct map_record *record, const struct frame_map *row, struct summary *summary);

/* Take the error that the next map shows. */
void map_record_error(struct map_record *record, const char *text, size_t size);

#endif
