/* SPDX-License-Identifier: BSD-2-Clause */
/* descriptor.h - an entry of a world as the 64 bits that stand for it in a table, and back; written a second time, beside monitor/rtt.c.
 *
 * What the hardware may use is as the Arm ARM has it (D8.3, FEAT_S2FWB): pages and blocks of a realm's memory read-write, Normal
 * write-back; those of the host's with its attributes, never executed. The rest is the monitor's own (monitor/rtt.h T1). */
#ifndef TESTS_ORACLE_DESCRIPTOR_H
#define TESTS_ORACLE_DESCRIPTOR_H

#include "tests/oracle/support/world.h"

/* The descriptor of an entry of a table of `level`. For a TABLE `ns` tells which half it lies in. */
uint64_t descriptor_of(const struct world_entry *entry, int level, bool lpa2);

/* True and *entry the entry that has this descriptor, or false when there is none. `ns`: the half that the entry lies in. */
bool descriptor_entry(uint64_t descriptor, int level, bool lpa2, bool ns, struct world_entry *entry);

#endif
