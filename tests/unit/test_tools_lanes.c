/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tools_lanes.c - every kind of lanes that this processor has gives libcrypto's digests, for each algorithm, size and place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine/hosted/digest.h"
#include "tools/measure/lanes.h"

enum { SIZE_MAX_HERE = 64 << 10, FILLER = 0xEE, SEED = 0x2545F491 };

/* Bytes for all lanes, no two of them alike. */
static uint8_t *noise(size_t size)
{
	uint8_t *bytes = malloc(size);
	uint64_t word = SEED;

	assert_non_null(bytes);
	for (size_t i = 0; i < size; i++) {
		word = word * 6364136223846793005 + 1442695040888963407;
		bytes[i] = (uint8_t)(word >> 56);
	}
	return bytes;
}

/* Each lane has a message of its own, none of them aligned; what lies behind a digest stays. */
static void row_is_right(const struct lanes *row, enum rmi_hash_algorithm algorithm, size_t size, const uint8_t *bytes)
{
	struct hosted_digest *engine = hosted_digest_new();
	const uint8_t *data[LANES_MAX];
	uint8_t out[LANES_MAX][RMI_MEASUREMENT_SIZE];
	uint8_t want[RMI_MEASUREMENT_SIZE];

	assert_non_null(engine);
	memset(out, FILLER, sizeof(out));
	for (size_t i = 0; i < row->count; i++) {
		data[i] = bytes + i * (size + 1);
	}
	row->digest(algorithm, data, size, out);
	for (size_t i = 0; i < LANES_MAX; i++) {
		memset(want, FILLER, sizeof(want));
		if (i < row->count) {
			hosted_digest(engine, algorithm, data[i], size, want);
		}
		assert_memory_equal(out[i], want, sizeof(want));
	}
	hosted_digest_free(engine);
}

static void gives_what_libcrypto_gives(void **state)
{
	static const size_t sizes[] = {
		0, LANES_BLOCK, 2 * LANES_BLOCK, 7 * LANES_BLOCK, 4 << 10, 16 << 10, SIZE_MAX_HERE};
	uint8_t *bytes = noise((size_t)LANES_MAX * (SIZE_MAX_HERE + 1));
	size_t count;
	const struct lanes *rows = lanes_rows(&count);

	(void)state;
	for (size_t i = 0; i < count * RMI_V2_HASH_COUNT; i++) {
		const struct lanes *row = &rows[i / RMI_V2_HASH_COUNT];
		enum rmi_hash_algorithm algorithm = (enum rmi_hash_algorithm)(i % RMI_V2_HASH_COUNT);

		if ((row->hashes >> algorithm & 1) == 0) {
			continue;
		}
		if (!row->is_here()) {
			print_message("report: lanes: not tried, this processor lacks it: %s\n", row->name);
			continue;
		}
		for (size_t j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
			row_is_right(row, algorithm, sizes[j], bytes);
		}
	}
	free(bytes);
}

/* The row that is found has the algorithm, runs here, and no row before it does. */
static void finds_the_first_that_runs_here(void **state)
{
	size_t count;
	const struct lanes *rows = lanes_rows(&count);

	(void)state;
	for (unsigned algorithm = 0; algorithm < RMI_V2_HASH_COUNT; algorithm++) {
		const struct lanes *found = lanes_find((enum rmi_hash_algorithm)algorithm);
		const struct lanes *want = NULL;

		for (size_t i = count; i > 0; i--) {
			bool is_for_it = (rows[i - 1].hashes >> algorithm & 1) != 0;

			want = is_for_it && rows[i - 1].is_here() ? &rows[i - 1] : want;
		}
		assert_ptr_equal(found, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_what_libcrypto_gives),
		cmocka_unit_test(finds_the_first_that_runs_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
