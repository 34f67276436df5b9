/* SPDX-License-Identifier: BSD-2-Clause */
/* measure.c - a realm that reads its measurements and extends those that are its own.
 *
 * REM n is extended once, by the first sizes[n] bytes of 0x01, 0x02, 0x03, ...; whoever reads the lines can compute
 * what must come out (spec: rmm-v1.0 s8). */
#include "guest/runtime/bytes.h"
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"

enum { REM_COUNT = 4, MEASUREMENT_BYTES = 64, FIRST_REM = 1 };

static const uint8_t sizes[REM_COUNT] = {0, 1, 32, 64};

static void read_measurement(const struct machine *machine, unsigned index, uint8_t value[MEASUREMENT_BYTES])
{
	uint64_t status = rsi_measurement_read(index, value);

	if (status != RSI_SUCCESS) {
		fail("RSI_MEASUREMENT_READ of %u gives %lu", index, status);
	}
	for (unsigned i = hash_length(machine); i < MEASUREMENT_BYTES; i++) {
		if (value[i] != 0) {
			fail("measurement %u is not zero beyond its length", index);
		}
	}
}

static void print_rem(const struct machine *machine, unsigned n, const char *mark, const uint8_t *value)
{
	print("REM%u%s ", n, mark);
	print_bytes(value, hash_length(machine));
	print("\n");
}

static void extend(const struct machine *machine, unsigned n)
{
	uint8_t value[MEASUREMENT_BYTES];
	uint8_t before[MEASUREMENT_BYTES];
	uint8_t after[MEASUREMENT_BYTES];
	uint64_t status;

	for (unsigned i = 0; i < MEASUREMENT_BYTES; i++) {
		value[i] = (uint8_t)(i + 1);
	}
	read_measurement(machine, FIRST_REM + n, before);
	status = rsi_measurement_extend(FIRST_REM + n, value, sizes[n]);
	if (status != RSI_SUCCESS) {
		fail("extending REM%u by %u bytes gives %lu", n, sizes[n], status);
	}
	read_measurement(machine, FIRST_REM + n, after);
	if (memcmp(before, after, sizeof(before)) == 0) {
		fail("extending REM%u by %u bytes changed nothing", n, sizes[n]);
	}
	print_rem(machine, n, "'", after);
}

static void refused(const char *what, uint64_t status)
{
	if (status != RSI_ERROR_INPUT) {
		fail("%s: status %lu", what, status);
	}
	print("%s: ERROR_INPUT\n", what);
}

static void measure(const struct machine *machine)
{
	uint8_t value[MEASUREMENT_BYTES];
	uint8_t rim[MEASUREMENT_BYTES];

	read_measurement(machine, 0, rim);
	print("RIM  ");
	print_bytes(rim, hash_length(machine));
	print("\n");
	for (unsigned n = 0; n < REM_COUNT; n++) {
		read_measurement(machine, FIRST_REM + n, value);
		print_rem(machine, n, "", value);
	}
	for (unsigned n = 0; n < REM_COUNT; n++) {
		extend(machine, n);
	}
	read_measurement(machine, 0, value);
	if (memcmp(value, rim, sizeof(rim)) != 0) {
		fail("the RIM changed");
	}
	refused("read of index 5", rsi_measurement_read(FIRST_REM + REM_COUNT, value));
	refused("extend of index 0", rsi_measurement_extend(0, rim, 1));
	refused("extend of index 5", rsi_measurement_extend(FIRST_REM + REM_COUNT, rim, 1));
	refused("extend by 65 bytes", rsi_measurement_extend(FIRST_REM, rim, MEASUREMENT_BYTES + 1));
}

const struct program program = {"measure", measure};
