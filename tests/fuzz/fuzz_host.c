/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_host.c - random calls of the host library's API in any order, with random faults between it and the monitor.
 *
 * The input chooses the page size, the faults, the calls and their arguments, and what realm code does. After each call the ledger is
 * conserved and agrees with the monitor granule by granule, the monitor is valid and a failure has its cause; at the end everything comes
 * back. FUZZ_TRACE=1 in the environment says what is called, for one input. */
#include "tests/fuzz/support/host_machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint64_t page_sizes[] = {4096, 16384, 65536, 0, 5};
	struct fuzz fuzz;

	fuzz_open(&fuzz, data, size);
	fuzz_load_plan(&fuzz);
	fuzz_host_start(&fuzz, (size_t)BYTES_PICK_OF(&fuzz.in, page_sizes));
	for (unsigned i = 0; i < FUZZ_CALLS && fuzz.in.left > 0; i++) {
		fuzz_call(&fuzz);
	}
	fuzz_close(&fuzz);
	return 0;
}

bool fuzz_corpus_is_whole(void)
{
	return fuzz_host_is_whole();
}
