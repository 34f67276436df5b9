/* SPDX-License-Identifier: BSD-2-Clause */
/* rsi.c - a realm that makes each RSI call, wrong in every way it can be and then right, a line each.
 *
 * (spec: rmm-v1.0 s7.) The two of attestation tokens are left to attest.c. */
#include <stdalign.h>

#include "guest/runtime/bytes.h"
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/report.h"
#include "guest/runtime/trap.h"
#include "reeve/rmi.h"

enum {
	PAGE_BYTES = 4096,
	IPA_EMPTY = 0x20000000, /* below RAM: nobody ever made it RAM */
	CALL_OTHER = 0x4321,    /* a host call that the host answers with what it was given */
	FID_BEFORE = 0x18f,     /* of the first RSI function, and behind the last */
	FID_BEHIND = 0x19a,
};

static alignas(PAGE_BYTES) uint8_t buffer[2 * PAGE_BYTES];

/* Places that a call must refuse, and one it must take. */
struct places {
	uint64_t good; /* a page of the realm's */
	uint64_t half; /* the first unprotected address */
	uint64_t end;  /* of the IPA space */
};

static void call(const char *what, uint64_t expected, uint64_t function, uint64_t x1, uint64_t x2)
{
	report_rsi(what, call4(RSI_FID_BASE | function, x1, x2, 0, 0), expected);
}

static void version(void)
{
	struct call other = call4(RSI_FID(VERSION), RSI_VERSION_1_0 + 1, 0, 0, 0);

	report_rsi("VERSION 1.1", other, RSI_ERROR_INPUT);
	report_value("VERSION 1.1, lower", other.x[1], RSI_VERSION_1_0);
	report_value("VERSION 1.1, higher", other.x[2], RSI_VERSION_1_0);
	call("VERSION 0.65535", RSI_ERROR_INPUT, RSI_FID_VERSION, 0xffff, 0);
	call("VERSION 2.0", RSI_ERROR_INPUT, RSI_FID_VERSION, 0x20000, 0);
	call("VERSION 1.0", RSI_SUCCESS, RSI_FID_VERSION, RSI_VERSION_1_0, 0);
	other = call4(RSI_FID(FEATURES), 0, 1, 2, 3);
	report_rsi("FEATURES 0", other, RSI_SUCCESS);
	report_value("FEATURES 0, value", other.x[1], 0);
	call("FEATURES of the last", RSI_SUCCESS, RSI_FID_FEATURES, UINT64_MAX, 0);
}

static void measurements(void)
{
	uint8_t before[RMI_MEASUREMENT_SIZE];
	uint8_t after[RMI_MEASUREMENT_SIZE];

	call("MEASUREMENT_READ 5", RSI_ERROR_INPUT, RSI_FID_MEASUREMENT_READ, RMI_MEASUREMENT_COUNT, 0);
	call("MEASUREMENT_READ of the last", RSI_ERROR_INPUT, RSI_FID_MEASUREMENT_READ, UINT64_MAX, 0);
	call("MEASUREMENT_READ 0", RSI_SUCCESS, RSI_FID_MEASUREMENT_READ, 0, 0);
	call("MEASUREMENT_READ 4", RSI_SUCCESS, RSI_FID_MEASUREMENT_READ, RMI_MEASUREMENT_COUNT - 1, 0);
	(void)rsi_measurement_read(0, before);
	call("MEASUREMENT_EXTEND RIM", RSI_ERROR_INPUT, RSI_FID_MEASUREMENT_EXTEND, 0, 8);
	(void)rsi_measurement_read(0, after);
	report_value("RIM differs", memcmp(before, after, sizeof(before)) != 0, 0);
	(void)rsi_measurement_read(3, before);
	call("MEASUREMENT_EXTEND 5", RSI_ERROR_INPUT, RSI_FID_MEASUREMENT_EXTEND, RMI_MEASUREMENT_COUNT, 8);
	call("MEASUREMENT_EXTEND 3, 65 bytes", RSI_ERROR_INPUT, RSI_FID_MEASUREMENT_EXTEND, 3, 65);
	call("MEASUREMENT_EXTEND 3, all bytes", RSI_ERROR_INPUT, RSI_FID_MEASUREMENT_EXTEND, 3, UINT64_MAX);
	(void)rsi_measurement_read(3, after);
	report_value("REM 3 differs", memcmp(before, after, sizeof(before)) != 0, 0);
	call("MEASUREMENT_EXTEND 3, 64 bytes", RSI_SUCCESS, RSI_FID_MEASUREMENT_EXTEND, 3, 64);
	(void)rsi_measurement_read(3, after);
	report_value("REM 3 differs", memcmp(before, after, sizeof(before)) != 0, 1);
}

/* The two calls that take the address of a structure. */
static void structures(const struct places *at, uint64_t function, uint64_t alignment)
{
	print("%s\n", function == RSI_FID_REALM_CONFIG ? "REALM_CONFIG" : "HOST_CALL");
	call(" a byte further", RSI_ERROR_INPUT, function, at->good + 1, 0);
	call(" half its alignment further", RSI_ERROR_INPUT, function, at->good + alignment / 2, 0);
	call(" the first unprotected", RSI_ERROR_INPUT, function, at->half, 0);
	call(" the page from the other side", RSI_ERROR_INPUT, function, at->half | at->good, 0);
	call(" beyond the IPA space", RSI_ERROR_INPUT, function, at->end, 0);
	call(" the last page there is", RSI_ERROR_INPUT, function, UINT64_MAX - 0xfff, 0);
	call(" EMPTY", RSI_ERROR_INPUT, function, IPA_EMPTY, 0);
	call(" the last protected page, EMPTY", RSI_ERROR_INPUT, function, at->half - PAGE_BYTES, 0);
	call(" right", RSI_SUCCESS, function, at->good, 0);
}

static void config(const struct places *at, const struct machine *machine)
{
	const struct rsi_realm_config *written = (const struct rsi_realm_config *)buffer;

	structures(at, RSI_FID_REALM_CONFIG, PAGE_BYTES);
	report_value(" IPA width", written->ipa_width, machine->config->ipa_width);
	report_value(" RPV differs", memcmp(written->rpv, machine->config->rpv, sizeof(written->rpv)) != 0, 0);
}

static void host_call(const struct places *at)
{
	struct rsi_host_call *structure = (struct rsi_host_call *)buffer;

	memset(buffer, 0, sizeof(buffer));
	structure->imm = CALL_OTHER;
	structure->gprs[0] = 0x1234;
	structure->gprs[RSI_HOST_CALL_GPRS - 1] = 0x5678;
	structures(at, RSI_FID_HOST_CALL, RSI_HOST_CALL_ALIGN);
	report_value(" imm", structure->imm, CALL_OTHER);
	report_value(" X0", structure->gprs[0], 0x1234);
	report_value(" X30", structure->gprs[RSI_HOST_CALL_GPRS - 1], 0x5678);
}

static void range(const char *what, uint64_t function, uint64_t base, uint64_t top)
{
	report_rsi(what, call4(RSI_FID_BASE | function, base, top, RIPAS_RAM, 0), RSI_ERROR_INPUT);
}

static void bad_ranges(const struct places *at, uint64_t function)
{
	uint64_t top = at->good + PAGE_BYTES;

	print("%s\n", function == RSI_FID_IPA_STATE_GET ? "IPA_STATE_GET" : "IPA_STATE_SET");
	range(" base a byte further", function, at->good + 1, top);
	range(" top a byte further", function, at->good, top + 1);
	range(" nothing", function, at->good, at->good);
	range(" top below base", function, top, at->good);
	range(" across the half", function, at->half - PAGE_BYTES, at->half + PAGE_BYTES);
	range(" unprotected", function, at->half, at->half + PAGE_BYTES);
	range(" beyond the IPA space", function, at->end, at->end + PAGE_BYTES);
	range(" round the end of numbers", function, UINT64_MAX - 0xfff, PAGE_BYTES);
}

/* A page of RAM to EMPTY and back; between the two an access ends in an abort, and afterwards it does not. */
static void round_trip(uint64_t page)
{
	struct trap trap;

	report_value(" a page to EMPTY", rsi_ipa_state_set(page, page + PAGE_BYTES, RIPAS_EMPTY), true);
	report_value(" its RIPAS", call4(RSI_FID(IPA_STATE_GET), page, page + PAGE_BYTES, 0, 0).x[2], RIPAS_EMPTY);
	trap_begin();
	(void)probe_load64(page);
	report_value(" a load traps", trap_end(&trap) && trap_fault(&trap) == FSC_SEA && trap.far == page, true);
	report_value(" a page to RAM", rsi_ipa_state_set(page, page + PAGE_BYTES, RIPAS_RAM), true);
	report_value(" its RIPAS", call4(RSI_FID(IPA_STATE_GET), page, page + PAGE_BYTES, 0, 0).x[2], RIPAS_RAM);
	trap_begin();
	(void)probe_load64(page);
	report_value(" a load traps", trap_end(&trap), false);
}

static void ranges(const struct places *at)
{
	static const struct {
		const char *name;
		uint64_t ripas;
	} wrong[] = {
		{" to DESTROYED", RIPAS_DESTROYED}, {" to 3", 3}, {" to 256", 0x100}, {" to the last", UINT64_MAX}};
	uint64_t last = (uintptr_t)buffer + PAGE_BYTES;
	struct call get;

	bad_ranges(at, RSI_FID_IPA_STATE_GET);
	get = call4(RSI_FID(IPA_STATE_GET), at->good, at->good + PAGE_BYTES, 0, 0);
	report_rsi(" right", get, RSI_SUCCESS);
	report_value(" pages", (get.x[1] - at->good) / PAGE_BYTES, 1);
	report_value(" RIPAS", get.x[2], RIPAS_RAM);
	bad_ranges(at, RSI_FID_IPA_STATE_SET);
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		report_rsi(wrong[i].name,
			call4(RSI_FID(IPA_STATE_SET), at->good, at->good + PAGE_BYTES, wrong[i].ripas, 0),
			RSI_ERROR_INPUT);
	}
	round_trip(last);
}

static void rsi(const struct machine *machine)
{
	struct places at = {
		.good = (uintptr_t)buffer,
		.half = unprotected(machine, 0),
		.end = UINT64_C(1) << machine->config->ipa_width,
	};

	version();
	measurements();
	config(&at, machine);
	host_call(&at);
	ranges(&at);
	call("before the first function", UINT64_MAX, FID_BEFORE, 0, 0);
	call("behind the last function", UINT64_MAX, FID_BEHIND, 0, 0);
	report_end();
}

const struct program program = {"rsi", rsi};
