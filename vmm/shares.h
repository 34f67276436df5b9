/* SPDX-License-Identifier: BSD-2-Clause */
/* shares.h - memory that a Realm shares with its host of its own accord: pages of its RAM whose RIPAS it makes EMPTY, reached by their alias.
 *
 *   none -shares_open (RIPAS to EMPTY)-> shared -shares_close (RIPAS to RAM)-> none
 *
 * S1: a page that is shared has memory of the host at its unprotected alias, zero at first; nothing else of the RAM does.
 * S2: shares_reach gives memory of S1 only, so a device that uses it touches nothing else, whatever a realm writes.
 * S3: what shares_reach gave stays the realm's memory until `settle` of shares_close returns.
 * So a realm's buffers are there before it touches them: its access need not be made again, which the run loop of the host library cannot.
 * Pages that the embedder gave as one run go back to it one by one. Several CPUs may call at once. Deliberately elsewhere: the shared buffer that the realm is built with (build.h). */
#ifndef VMM_SHARES_H
#define VMM_SHARES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "reeve/host.h"

struct shares {
	struct reeve_realm *realm;
	struct reeve_ipa_range ram;
	uint64_t half;               /* what the alias adds */
	uint64_t page;               /* size of the host's pages */
	struct reeve_pa table_pa;    /* of table, in the embedder's memory */
	uint64_t table_size;         /* bytes */
	_Atomic uint64_t *table;     /* a word a page of the RAM: its physical address; 0: none; 1: somebody is at it */
	_Atomic uint64_t page_count; /* that are shared */
};

/* For the RAM of a configured realm: `ipa_bits` of its configuration, RAM in whole pages of the host. False, nothing kept, without memory. */
REEVE_MUST_CHECK bool shares_init(
	struct shares *shares, struct reeve_realm *realm, struct reeve_ipa_range ram, unsigned ipa_bits);

/* Share [base, top) of the RAM: what of it is shared stays so. False when there is no memory for it or the monitor refuses; then less is shared. */
bool shares_open(struct shares *shares, struct reeve_ipa_range range);

/* Share [base, top) no more; what of it was not shared stays as it is. `settle` returns when nobody is at work any more with what shares_reach
 * gave before: only then does the memory go back. */
void shares_close(struct shares *shares, struct reeve_ipa_range range, void (*settle)(void *context), void *context);

/* The host's pointer to [address, address + size), by address or by alias; NULL when not all of it is shared, and in one piece. As the member of
 * struct virtio_memory; `context` is the struct shares. */
void *shares_reach(void *context, uint64_t address, uint64_t size);

/* After the realm was destroyed: give all memory back to the embedder. `is_clean`: the monitor kept nothing. Otherwise only the table is. */
void shares_fini(struct shares *shares, bool is_clean);

#endif
