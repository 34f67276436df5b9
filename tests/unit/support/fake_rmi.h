/* SPDX-License-Identifier: BSD-2-Clause */
/* fake_rmi.h - a monitor that knows whose each granule is and nothing else, and that refuses or lies when told; and an embedder of 8 MiB. */
#ifndef TESTS_UNIT_SUPPORT_FAKE_RMI_H
#define TESTS_UNIT_SUPPORT_FAKE_RMI_H

#include "reeve/host.h"

enum { FAKE_GRANULES = 2048, FAKE_REFUSALS = 4 };
#define FAKE_BASE UINT64_C(0x40000000)

/* The nth call of a command (from 1; 0: none) is not carried out, and X0 is `returned`. */
struct fake_refusal {
	enum rmi_command command;
	unsigned nth;
	uint64_t returned;
};

struct fake {
	struct reeve_host_ops ops;
	uint8_t *memory;
	uint8_t pages[FAKE_GRANULES]; /* allocated: size of the run in granules, at its first; else 0 */
	bool is_allocated[FAKE_GRANULES];
	bool is_delegated[FAKE_GRANULES];
	bool is_object[FAKE_GRANULES]; /* delegated, and in an object of the monitor */
	uint64_t calls[RMI_COMMAND_COUNT];
	struct fake_refusal refusals[FAKE_REFUSALS];
	uint64_t version[3]; /* X0..X2 of RMI_VERSION */
	uint64_t features0;
	uint64_t aux_count;
	struct rmi_realm_params params; /* of the last REALM_CREATE */
	unsigned params_dirty;          /* bytes of it that no field explains */
	uint64_t scatter;               /* runs of one page come from far apart, this many granules */
	unsigned pages_left;
};

struct fake *fake_open(void);
void fake_close(struct fake *fake);
/* A host on it; asserts that it is found. */
void fake_host(struct fake *fake, struct reeve_host *host, size_t page_size);
/* Number of granules of the embedder's that the library holds, and of those that are delegated. */
unsigned fake_allocated(const struct fake *fake);
unsigned fake_delegated(const struct fake *fake);

#endif
