/* SPDX-License-Identifier: BSD-2-Clause */
/* fault_world.c - what stands behind the conduit of a test. */
#include "tests/unit/support/fault_world.h"

#include <stdlib.h>
#include <string.h>

void fault_behind_smc(void *context, uint64_t x[18])
{
	struct fault_world *w = context;

	w->calls++;
	memcpy(w->seen, x, sizeof(w->seen));
	x[0] = w->answer;
	for (unsigned r = 1; r <= RMI_RESULT_MAX; r++) {
		x[r] = BEHIND(r);
	}
	for (unsigned r = LEFT_FIRST; r < REGISTERS; r++) {
		x[r] = BEHIND(r);
	}
}

static bool behind_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	struct fault_world *w = context;

	w->allocs++;
	if (!w->has_no_memory) {
		*pa = reeve_pa(size);
	}
	return !w->has_no_memory;
}

static void *behind_pointer(void *context, struct reeve_pa pa)
{
	struct fault_world *w = context;

	return pa.value == RUN_PAGE && !w->has_no_page ? &w->page : NULL;
}

static void behind_delay(void *context, uint64_t us)
{
	struct fault_world *w = context;

	w->delay += us;
	w->delayed_at = w->calls;
}

int fault_world_setup(void **state)
{
	struct fault_world *w = calloc(1, sizeof(*w));
	const struct reeve_fault_config config = {.smc = fault_behind_smc,
		.pages_alloc = behind_alloc,
		.pointer = behind_pointer,
		.delay = behind_delay,
		.context = w};

	if (w != NULL) {
		reeve_fault_init(&w->fault, &config);
	}
	*state = w;
	return w == NULL;
}

int fault_world_teardown(void **state)
{
	free(*state);
	return 0;
}

void fault_load(struct fault_world *w, const char *text)
{
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;

	if (!reeve_fault_plan_parse(text, strlen(text), &plan, &error) || !reeve_fault_load(&w->fault, &plan, &error)) {
		fail_msg("%s\n  %u: \"%s\": %s", text, error.line, error.word, error.text);
	}
}

uint64_t fault_call(struct fault_world *w, uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3)
{
	for (unsigned r = 0; r < REGISTERS; r++) {
		w->x[r] = BEFORE(r);
	}
	w->x[0] = fid;
	w->x[1] = x1;
	w->x[2] = x2;
	w->x[3] = x3;
	reeve_fault_smc(&w->fault, w->x);
	return w->x[0];
}

/* Is the call refused? One that is does not come through, and every other does. */
static bool is_refused(struct fault_world *w, uint64_t fid)
{
	unsigned calls = w->calls;
	bool is_refusal = fault_call(w, fid, 1, 2, 3) != RMI_SUCCESS;

	assert_int_equal(w->calls - calls, is_refusal ? 0 : 1);
	return is_refusal;
}

void expect_refusals(struct fault_world *w, uint64_t fid, const char *acts)
{
	for (unsigned i = 0; acts[i] != '\0'; i++) {
		assert_int_equal(is_refused(w, fid), acts[i] == 'R');
	}
}
