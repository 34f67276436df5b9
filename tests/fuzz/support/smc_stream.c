/* SPDX-License-Identifier: BSD-2-Clause */
/* smc_stream.c - SMCs as the input says: a command, a CPU, and for each argument a granule of the right role, an edge, or any word. */
#include <string.h>

#include "tests/fuzz/support/monitor_machine.h"

/* Arguments by letter: d DELEGATED, r RD, c REC, h a page of the host; p, q, u, s pages filled with RmiRealmParams, RmiRecParams, RmiRecRun,
 * any content; i IPA, n IPA most often unprotected, t top after the IPA before it, l level, f small number, m NS mapping. */
static const char *const arguments[RMI_COMMAND_COUNT] = {
	[RMI_VERSION] = "v",
	[RMI_GRANULE_DELEGATE] = "h",
	[RMI_GRANULE_UNDELEGATE] = "d",
	[RMI_DATA_CREATE] = "rdisf",
	[RMI_DATA_CREATE_UNKNOWN] = "rdi",
	[RMI_DATA_DESTROY] = "ri",
	[RMI_REALM_ACTIVATE] = "r",
	[RMI_REALM_CREATE] = "dp",
	[RMI_REALM_DESTROY] = "r",
	[RMI_REC_CREATE] = "rdq",
	[RMI_REC_DESTROY] = "c",
	[RMI_REC_ENTER] = "cu",
	[RMI_RTT_CREATE] = "rdil",
	[RMI_RTT_DESTROY] = "ril",
	[RMI_RTT_MAP_UNPROTECTED] = "rnlm",
	[RMI_RTT_READ_ENTRY] = "ril",
	[RMI_RTT_UNMAP_UNPROTECTED] = "rnl",
	[RMI_PSCI_COMPLETE] = "ccz",
	[RMI_FEATURES] = "f",
	[RMI_RTT_FOLD] = "ril",
	[RMI_REC_AUX_COUNT] = "r",
	[RMI_RTT_INIT_RIPAS] = "rit",
	[RMI_RTT_SET_RIPAS] = "rcit",
};

enum { HOW_EDGE = 224, HOW_ANY = 248 };

/* Not the granule that was meant: moved off its alignment, of another role, where there is no memory, where sums wrap. */
static uint64_t edge_address(struct smc_stream *stream, uint64_t meant, unsigned how)
{
	static const uint64_t nowhere[] = {0, MACHINE_BASE - MACHINE_PAGE, MACHINE_BASE + MACHINE_FIRST * MACHINE_PAGE,
		UINT64_C(1) << 48, UINT64_C(1) << 63, UINT64_MAX - 0xFFF, UINT64_MAX};

	switch (how % 4) {
	case 0:
		return meant + (UINT64_C(1) << bytes_pick(&stream->in, 12));
	case 1:
		return machine_pa(bytes_pick(&stream->in, MACHINE_GRANULES));
	case 2:
		return meant + MACHINE_PAGE;
	default:
		return BYTES_PICK_OF(&stream->in, nowhere);
	}
}

static uint64_t granule(struct smc_stream *stream, enum rmi_granule_state state)
{
	unsigned how = bytes_next(&stream->in);
	uint64_t meant = machine_pick(&stream->machine, state, how);

	if (how >= HOW_ANY) {
		return bytes_word(&stream->in);
	}
	return how >= HOW_EDGE ? edge_address(stream, meant, how) : meant;
}

static uint64_t operand(struct smc_stream *stream, char letter)
{
	struct bytes *in = &stream->in;
	uint64_t pa = granule(stream, GRANULE_UNDELEGATED);
	uint8_t *page = machine_page(&stream->machine, reeve_align_down(pa, MACHINE_PAGE));

	if (page == NULL) {
		return pa;
	}
	switch (letter) {
	case 'p':
		realm_params_fill(&stream->machine, in, (void *)page);
		break;
	case 'q':
		rec_params_fill(&stream->machine, in, (void *)page);
		break;
	case 'u':
		machine_enter_fill((void *)page, in);
		break;
	default:
		memset(page, bytes_next(in), REEVE_GRANULE_SIZE);
		break;
	}
	return pa;
}

static uint64_t ipa(struct smc_stream *stream, bool is_unprotected)
{
	static const uint64_t both[] = {MACHINE_PAGE, 2 * MACHINE_PAGE, 3 * MACHINE_PAGE, 0, 4 * MACHINE_PAGE,
		UINT64_C(1) << 21, UINT64_C(1) << 30, UINT64_C(1) << 31, UINT64_C(1) << 32, UINT64_C(1) << 38,
		(UINT64_C(1) << 38) + (UINT64_C(1) << 30), UINT64_C(1) << 33, (UINT64_C(1) << 31) - MACHINE_PAGE,
		(UINT64_C(1) << 31) + (UINT64_C(1) << 21), MACHINE_UNPROTECTED + MACHINE_PAGE,
		512 * MACHINE_PAGE * 512};
	static const uint64_t upper[] = {MACHINE_UNPROTECTED, MACHINE_UNPROTECTED + MACHINE_PAGE,
		MACHINE_UNPROTECTED + 2 * MACHINE_PAGE, MACHINE_UNPROTECTED + (UINT64_C(1) << 21), UINT64_C(1) << 38,
		UINT64_C(1) << 33, MACHINE_UNPROTECTED + (UINT64_C(1) << 30), UINT64_C(1) << 47};
	unsigned how = bytes_next(&stream->in);
	uint64_t meant = is_unprotected ? upper[how % 8] : both[how % 16];

	if (how >= HOW_ANY) {
		return bytes_word(&stream->in);
	}
	return how >= HOW_EDGE ? meant - (UINT64_C(1) << bytes_pick(&stream->in, 64)) : meant;
}

static uint64_t number(struct smc_stream *stream, const uint64_t values[8])
{
	unsigned how = bytes_next(&stream->in);

	return how >= HOW_ANY ? bytes_word(&stream->in) : values[how % 8];
}

/* `before` is the argument before it. */
static uint64_t argument(struct smc_stream *stream, char letter, uint64_t before)
{
	static const uint64_t levels[] = {3, 2, 1, 3, 0, 4, UINT64_MAX, 2};
	static const uint64_t flags[] = {0, 1, 0, 1, 2, 3, UINT64_MAX, 0};
	static const uint64_t versions[] = {RMI_VERSION_1_0, RMI_VERSION_1_0 + 1, 0, UINT64_MAX, 0x20000, 1, 2, 3};
	static const uint64_t sizes[] = {1, 2, 3, 512, 0, 512 * 512, 4, 1024};
	static const uint64_t psci[] = {0, 0, (uint64_t)PSCI_STATUS_DENIED, 1, (uint64_t)PSCI_STATUS_INVALID_PARAMETERS,
		(uint64_t)PSCI_STATUS_ALREADY_ON, UINT64_MAX, 0};

	switch (letter) {
	case 'd':
		return granule(stream, GRANULE_DELEGATED);
	case 'r':
		return granule(stream, GRANULE_RD);
	case 'c':
		return granule(stream, GRANULE_REC);
	case 'h':
		return granule(stream, GRANULE_UNDELEGATED);
	case 'i':
	case 'n':
		return ipa(stream, letter == 'n');
	case 't':
		return before + number(stream, sizes) * MACHINE_PAGE;
	case 'l':
		return number(stream, levels);
	case 'f':
		return number(stream, flags);
	case 'v':
		return number(stream, versions);
	case 'z':
		return number(stream, psci);
	case 'm':
		return reeve_align_down(granule(stream, GRANULE_UNDELEGATED),
			       UINT64_C(1) << (12 + 9 * bytes_pick(&stream->in, 3))) |
			(uint64_t)bytes_pick(&stream->in, 4) << S2_S2AP_SHIFT;
	default:
		return operand(stream, letter);
	}
}

/* What other CPUs do while a REC runs. */
static void meanwhile(struct machine *machine, void *context)
{
	struct smc_stream *stream = context;

	(void)machine;
	for (unsigned n = 1 + bytes_pick(&stream->in, 3); n > 0; n--) {
		smc_stream_call(stream);
	}
}

/* What is no command, and what is one with bits about it. */
static uint64_t odd_fid(struct smc_stream *stream)
{
	const uint64_t fids[] = {RMI_FID_BASE | 0x156, RMI_FID_BASE | 0x14F, RMI_FID_BASE | 0x16A,
		RMI_FID(VERSION) | 1 << 16, RMI_FID(VERSION) | UINT64_C(1) << 32, 0x84000150, UINT64_MAX,
		RSI_FID(VERSION)};

	return number(stream, fids);
}

void smc_stream_call(struct smc_stream *stream)
{
	unsigned choice = bytes_next(&stream->in);
	enum rmi_command command = (enum rmi_command)(choice % (RMI_COMMAND_COUNT + 1));
	/* A CPU is used by one call at a time. */
	unsigned cpu = 2 * stream->machine.depth + (choice >= 128);
	uint64_t x[REEVE_SMC_REGISTERS];

	if (stream->calls_left == 0) {
		return;
	}
	stream->calls_left--;
	memset(x, 0x5A, sizeof(x));
	if (command == RMI_COMMAND_COUNT) {
		x[0] = odd_fid(stream);
	} else {
		x[0] = rmi_command_info(command)->fid;
		for (unsigned i = 0; arguments[command][i] != '\0'; i++) {
			x[i + 1] = argument(stream, arguments[command][i], x[i]);
		}
	}
	if (command == RMI_REC_ENTER && stream->machine.depth == 0) {
		machine_steps_load(&stream->machine, &stream->in, bytes_pick(&stream->in, 4));
		stream->machine.context = stream;
		stream->machine.during = bytes_pick(&stream->in, 4) == 3 ? meanwhile : NULL;
	}
	(void)machine_smc(&stream->machine, cpu, x);
	stream->machine.during = stream->machine.depth == 0 ? NULL : stream->machine.during;
}
