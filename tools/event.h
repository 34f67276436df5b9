/* SPDX-License-Identifier: BSD-2-Clause */
/* event.h - what is done to a realm before it runs, as values: the RMI calls that its measurements are made of.
 *
 *   options + image --boot--> events --vmm--> a realm
 *   options + image --boot--> events --\
 *   list, trace ------------> events ---- measure -> RIM, REMs */
#ifndef TOOLS_EVENT_H
#define TOOLS_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/rmi.h"
#include "tools/image.h"

enum event_kind {
	EVENT_CREATE,
	EVENT_RIPAS,
	EVENT_DATA,
	EVENT_UNKNOWN,
	EVENT_REC,
	EVENT_ACTIVATE,
	EVENT_REM,
	EVENT_KIND_COUNT
};

/* Entries as large as the alignment of what is left of the range allows. */
enum { EVENT_LEVEL_ANY = 127 };

struct event {
	enum event_kind kind;
	const char *origin; /* the file, or what else it comes from, for people */
	uint64_t line;      /* of a list; 0: none */
	bool was_done;      /* by a monitor: whether it was possible is not asked again */
	union {
		struct {
			struct rmi_realm_params params;
			bool has_rpv; /* params.rpv is meant */
		} create;
		struct {
			uint64_t base;
			uint64_t top;
			int level; /* of the entries */
		} ripas;
		/* DATA, UNKNOWN: a run of granules. */
		struct {
			struct extent content; /* DATA; of UNKNOWN and of a known digest, only ipa and size */
			uint64_t flags;        /* of RMI_DATA_CREATE */
			size_t digest_size;    /* not 0: only the digest of the one granule is known */
			uint8_t digest[RMI_MEASUREMENT_SIZE];
			const char *of; /* "kernel": what it is part of, for people; NULL: not known */
			const char
				*bootargs; /* the command line in it, if it is a device tree that has one; NULL: none */
		} data;
		struct rmi_rec_params rec;
		struct {
			unsigned index; /* 0..3 */
			size_t size;
			uint8_t value[RMI_MEASUREMENT_SIZE];
		} rem;
	};
};

#endif
