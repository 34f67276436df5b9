/* SPDX-License-Identifier: BSD-2-Clause */
/* test_model_memory.c - the model's two views of memory: what the host may touch, and what it is told when it touches more. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "machine/model/machine.h"
#include "reeve/model.h"

enum { PAGE = REEVE_GRANULE_SIZE, SIZE = 1 << 20, CPU = 3 };

static const uint64_t base = REEVE_MODEL_DRAM_BASE;

/* Layout of the realm that some tests make: one root table of a 32-bit IPA space, start level 2 with 4 tables. */
static const uint64_t params_pa = REEVE_MODEL_DRAM_BASE + 0x1000;
static const uint64_t rd_pa = REEVE_MODEL_DRAM_BASE + 0x2000;
static const uint64_t root_pa = REEVE_MODEL_DRAM_BASE + 0x4000;
enum { ROOTS = 4 };

struct caught {
	sigjmp_buf back;
	struct reeve_model_gpf fault;
};

static void catch (void *context, const struct reeve_model_gpf *fault)
{
	struct caught *caught = context;

	caught->fault = *fault;
	siglongjmp(caught->back, 1);
}

static struct reeve_model *open_model(const struct reeve_model_config *given)
{
	struct reeve_model_config config = *given;
	struct reeve_model *model;

	if (config.region_count == 0) {
		config.region_count = 1;
		config.regions[0] = (struct reeve_model_region){base, SIZE, NULL};
	}
	model = reeve_model_new(&config);
	assert_non_null(model);
	return model;
}

static uint64_t call(struct reeve_model *model, uint64_t fid, uint64_t a, uint64_t b)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {fid, a, b};

	(void)reeve_model_smc(model, CPU, x);
	return x[0];
}

static void delegate(struct reeve_model *model, uint64_t pa)
{
	assert_int_equal(call(model, RMI_FID(GRANULE_DELEGATE), pa, 0), RMI_SUCCESS);
}

static void undelegate(struct reeve_model *model, uint64_t pa)
{
	assert_int_equal(call(model, RMI_FID(GRANULE_UNDELEGATE), pa, 0), RMI_SUCCESS);
}

static void create_realm(struct reeve_model *model)
{
	struct rmi_realm_params *params = reeve_model_ns(model, params_pa);

	memset(params, 0, sizeof(*params));
	params->s2sz = 32;
	params->num_bps = 1;
	params->num_wps = 1;
	params->rtt_base = root_pa;
	params->rtt_level_start = 2;
	params->rtt_num_start = ROOTS;
	params->vmid = 1;
	delegate(model, rd_pa);
	for (uint64_t i = 0; i < ROOTS; i++) {
		delegate(model, root_pa + i * PAGE);
	}
	assert_int_equal(call(model, RMI_FID(REALM_CREATE), rd_pa, params_pa), RMI_SUCCESS);
}

static uint8_t touch(struct reeve_model *model, uint64_t pa, bool write)
{
	volatile uint8_t *byte = reeve_model_ns(model, pa);

	if (write) {
		*byte = 1;
	}
	return *byte;
}

/* Touch pa in a child; what it prints must be `report`, and the signal its end. */
static void dies_with(struct reeve_model *model, uint64_t pa, bool write, const char *report)
{
	char text[512] = "";
	int channel[2];
	int status;
	pid_t child;

	assert_int_equal(pipe(channel), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(channel[1], STDERR_FILENO);
		_exit(touch(model, pa, write) != 0);
	}
	close(channel[1]);
	assert_true(read(channel[0], text, sizeof(text) - 1) >= 0);
	close(channel[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_string_equal(text, report);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

static void reports_a_fault_and_dies(void **state)
{
	struct reeve_model *model = open_model(&(struct reeve_model_config){0});

	(void)state;
	create_realm(model);
	delegate(model, base + 0x10000);
	dies_with(model, base + 0x10008, false,
		"granule protection fault: host read of 0x40010008\n"
		"granule 0x40010000: state DELEGATED, delegated by call #7 of CPU 3\n");
	dies_with(model, root_pa + PAGE + 0xABC, true,
		"granule protection fault: host write of 0x40005abc\n"
		"granule 0x40005000: state RTT, owner RD 0x40002000, delegated by call #3 of CPU 3\n");
	dies_with(model, rd_pa, false,
		"granule protection fault: host read of 0x40002000\n"
		"granule 0x40002000: state RD, owner RD 0x40002000, delegated by call #1 of CPU 3\n");
	reeve_model_free(model);
}

/* Whether touching pa faults; the fault is in *caught then. */
static bool faults(struct reeve_model *model, struct caught *caught, uint64_t pa, bool write)
{
	if (sigsetjmp(caught->back, 1) != 0) {
		return true;
	}
	(void)touch(model, pa, write);
	return false;
}

static void calls_on_gpf_and_goes_on(void **state)
{
	struct caught caught;
	struct reeve_model *model = open_model(&(struct reeve_model_config){.on_gpf = catch, .context = &caught});

	(void)state;
	assert_false(faults(model, &caught, base, true));
	delegate(model, base);
	for (unsigned round = 0; round < 3; round++) {
		assert_true(faults(model, &caught, base + 0xFFF, round == 1));
		assert_int_equal(caught.fault.pa, base + 0xFFF);
		assert_int_equal(caught.fault.write, round == 1);
		assert_int_equal(caught.fault.state, GRANULE_DELEGATED);
		assert_int_equal(caught.fault.owner, 0);
		assert_int_equal(caught.fault.delegated_by_call, 1);
		assert_int_equal(caught.fault.delegated_by_cpu, CPU);
	}
	assert_false(faults(model, &caught, base + PAGE, true));
	reeve_model_free(model);
}

static void undelegating_gives_back_zeroes(void **state)
{
	static const uint8_t zero[PAGE];
	struct caught caught;
	struct reeve_model *model = open_model(&(struct reeve_model_config){.on_gpf = catch, .context = &caught});

	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		memset(reeve_model_ns(model, base), 0x5A, PAGE);
		delegate(model, base);
		assert_true(faults(model, &caught, base, false));
		undelegate(model, base);
		assert_memory_equal(reeve_model_ns(model, base), zero, PAGE);
	}
	reeve_model_free(model);
}

/* What gpf.c does for a granule that is NS and yet not in the view: undelegation ran out of mappings, or just happened. */
static void a_granule_given_back_late_is_shown(void **state)
{
	struct caught caught;
	struct reeve_model *model = open_model(&(struct reeve_model_config){.on_gpf = catch, .context = &caught});

	(void)state;
	assert_true(model_memory_hide_ns(&model->memory, base));
	assert_false(faults(model, &caught, base, true));
	reeve_model_free(model);
}

static void lenient_leaves_the_view_alone(void **state)
{
	struct reeve_model *model = open_model(&(struct reeve_model_config){.lenient = true});
	struct reeve_model_granule granule;

	(void)state;
	delegate(model, base);
	(void)touch(model, base, true);
	assert_true(reeve_model_granule(model, base + 5, &granule));
	assert_int_equal(granule.state, GRANULE_DELEGATED);
	assert_int_equal(granule.delegated_by_call, 1);
	assert_int_equal(granule.delegated_by_cpu, CPU);
	/* The monitor still refuses what is not Non-secure. */
	assert_int_not_equal(call(model, RMI_FID(REALM_CREATE), base, base), RMI_SUCCESS);
	undelegate(model, base);
	assert_true(reeve_model_granule(model, base, &granule));
	assert_int_equal(granule.state, GRANULE_UNDELEGATED);
	assert_int_equal(granule.delegated_by_call, 0);
	reeve_model_free(model);
}

static void memory_may_be_the_callers(void **state)
{
	struct caught caught;
	struct reeve_model_config config = {.region_count = 1, .on_gpf = catch, .context = &caught};
	uint8_t *mine = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct reeve_model *model;
	uint64_t pa;

	(void)state;
	assert_ptr_not_equal(mine, MAP_FAILED);
	memset(mine, 0x77, SIZE);
	config.regions[0] = (struct reeve_model_region){base, SIZE, mine};
	model = open_model(&config);
	assert_ptr_equal(reeve_model_ns(model, base + 0x1234), mine + 0x1234);
	create_realm(model);
	assert_int_equal(mine[SIZE - 1], 0x77);
	assert_true(faults(model, &caught, rd_pa, true));
	assert_int_equal(caught.fault.state, GRANULE_RD);
	pa = reeve_model_pages_alloc(model, PAGE);
	assert_int_not_equal(pa, 0);
	assert_int_equal(((uint8_t *)reeve_model_ns(model, pa))[PAGE - 1], 0);
	reeve_model_free(model);
	mine[rd_pa - base] = 1;
	assert_int_equal(munmap(mine, SIZE), 0);
}

static void two_regions_are_one_memory(void **state)
{
	const uint64_t low = 0x1000000, high = UINT64_C(0x800000000);
	struct caught caught;
	struct reeve_model *model = open_model(&(struct reeve_model_config){
		.regions = {{low, SIZE, NULL}, {high, SIZE, NULL}},
		.region_count = 2,
		.on_gpf = catch,
		.context = &caught,
	});
	struct reeve_model_granule granule = {.owner = 42};
	uint64_t pa = 42;

	(void)state;
	assert_null(reeve_model_ns(model, low - 1));
	assert_null(reeve_model_ns(model, low + SIZE));
	assert_null(reeve_model_ns(model, high + SIZE));
	assert_false(reeve_model_granule(model, low + SIZE, &granule));
	assert_false(reeve_model_pa(model, &pa, &pa));
	assert_int_equal(granule.owner, 42);
	assert_int_equal(pa, 42);
	assert_true(reeve_model_pa(model, (uint8_t *)reeve_model_ns(model, high) + 0x1001, &pa));
	assert_int_equal(pa, high + 0x1001);
	delegate(model, low);
	delegate(model, high + SIZE - PAGE);
	assert_true(faults(model, &caught, low, false));
	assert_int_equal(caught.fault.pa, low);
	assert_true(faults(model, &caught, high + SIZE - 1, false));
	assert_int_equal(caught.fault.delegated_by_call, 2);
	assert_int_not_equal(call(model, RMI_FID(GRANULE_DELEGATE), low + SIZE, 0), RMI_SUCCESS);
	assert_false(faults(model, &caught, high, true));
	/* An allocation that the first region has no room for (one page of it is delegated) comes from the second. */
	for (unsigned i = 0; i < SIZE / PAGE - 1; i++) {
		pa = reeve_model_pages_alloc(model, PAGE);
	}
	assert_int_equal(pa, low + SIZE - PAGE);
	assert_int_equal(reeve_model_pages_alloc(model, PAGE), high);
	reeve_model_free(model);
}

static void machines_do_not_mix(void **state)
{
	struct caught caught[2];
	struct reeve_model *models[2];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		models[i] = open_model(&(struct reeve_model_config){.on_gpf = catch, .context = &caught[i]});
	}
	delegate(models[1], base);
	assert_false(faults(models[0], &caught[0], base, true));
	assert_true(faults(models[1], &caught[1], base, true));
	reeve_model_free(models[0]);
	assert_true(faults(models[1], &caught[1], base, false));
	reeve_model_free(models[1]);
}

static void says_what_is_wrong_with_a_configuration(void **state)
{
	void *private = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const struct {
		struct reeve_model_config config;
		const char *says;
	} rows[] = {
		{{.regions = {{base, 100, NULL}}, .region_count = 1}, "aligned to 4 KiB"},
		{{.regions = {{base, 0, NULL}}, .region_count = 1}, "empty"},
		{{.regions = {{UINT64_MAX - 0xFFF, 0x2000, NULL}}, .region_count = 1}, "beyond the last address"},
		{{.regions = {{base, SIZE, NULL}, {base + PAGE, SIZE, NULL}}, .region_count = 2}, "overlap"},
		{{.region_count = REEVE_MONITOR_REGIONS_MAX + 1}, "more regions"},
		{{.regions = {{base, SIZE, private}}, .region_count = 1}, "shared mapping"},
		{{.cpu_count = REEVE_MONITOR_CPUS_MAX + 1}, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_null(reeve_model_new(&rows[i].config));
		assert_non_null(strstr(reeve_model_error(), rows[i].says));
		assert_true(strlen(reeve_model_error()) > 0);
	}
	munmap(private, SIZE);
}

/* A child with a strict machine and `handler` before it ends as `wanted` when it touches nothing of the machine's, or is sent the signal. */
static void foreign_fault_ends(void (*handler)(int), bool send, int wanted_signal, int wanted_exit)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGSEGV, handler);
		(void)open_model(&(struct reeve_model_config){0});
		if (send) {
			raise(SIGSEGV);
			_exit(2);
		}
		_exit(*(volatile uint8_t *)mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WIFSIGNALED(status) ? WTERMSIG(status) : 0, wanted_signal);
	assert_int_equal(WIFEXITED(status) ? WEXITSTATUS(status) : 0, wanted_exit);
}

static void exit_7(int number)
{
	(void)number;
	_exit(7);
}

static void faults_elsewhere_go_to_the_handler_before(void **state)
{
	(void)state;
	foreign_fault_ends(SIG_DFL, false, SIGSEGV, 0);
	foreign_fault_ends(SIG_DFL, true, SIGSEGV, 0);
	foreign_fault_ends(SIG_IGN, false, SIGSEGV, 0);
	foreign_fault_ends(SIG_IGN, true, 0, 2);
	foreign_fault_ends(exit_7, false, 0, 7);
	foreign_fault_ends(exit_7, true, 0, 7);
}

static sigjmp_buf back;
static struct sigaction found;

static void jump_back(int number)
{
	(void)number;
	siglongjmp(back, 1);
}

static void pass_on(int number, siginfo_t *info, void *context)
{
	found.sa_sigaction(number, info, context);
}

static void fault_again(int number)
{
	(void)number;
	(void)*(volatile uint8_t *)mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* A fault of the program's own that its own handler jumps out of. */
static unsigned recover(void)
{
	if (sigsetjmp(back, 1) == 0) {
		fault_again(0);
		return 0;
	}
	return 1;
}

/* The same, each deeper in the stack than the one before. How many came back. */
static unsigned recover_deeper(unsigned depth)
{
	volatile uint8_t frame[PAGE] = {0};

	frame[depth] = (uint8_t)recover();
	return depth == 0 ? frame[0] : frame[depth] + recover_deeper(depth - 1);
}

static void the_handler_before_may_jump(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGSEGV, jump_back);
		(void)open_model(&(struct reeve_model_config){0});
		_exit((int)recover_deeper(4) + (int)recover_deeper(4));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 10);
}

/* A handler that goes in circles with ours, or that faults itself, ends the process by the signal: neither silence nor an endless loop. */
static void endless_faults_end(void (*circle)(int, siginfo_t *, void *), void (*handler)(int))
{
	enum { TOO_LONG = 20 };
	struct sigaction chained = {.sa_sigaction = circle, .sa_flags = SA_SIGINFO | SA_NODEFER};
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		alarm(TOO_LONG);
		signal(SIGSEGV, handler);
		(void)open_model(&(struct reeve_model_config){0});
		if (circle != NULL) {
			sigaction(SIGSEGV, &chained, &found);
			(void)open_model(&(struct reeve_model_config){0});
		}
		fault_again(0);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
}

static void handlers_in_a_circle_end(void **state)
{
	(void)state;
	endless_faults_end(pass_on, SIG_DFL);
	endless_faults_end(NULL, fault_again);
}

/* Delegate every other granule until that is refused: each takes two mappings of the process. How many there were, 0: none was refused. */
static uint64_t delegate_until_refused(struct reeve_model *model, uint64_t granules)
{
	for (uint64_t g = 0; g < granules; g += 2) {
		if (call(model, RMI_FID(GRANULE_DELEGATE), base + g * PAGE, 0) != RMI_SUCCESS) {
			return g / 2;
		}
	}
	return 0;
}

/* The exit code of a process that runs out of mappings: 0 when the machine stays whole. */
static int run_out_of_mappings(uint64_t granules)
{
	struct reeve_model *model =
		open_model(&(struct reeve_model_config){.regions = {{base, granules * PAGE, NULL}}, .region_count = 1});
	uint64_t count = delegate_until_refused(model, granules);
	struct reeve_model_granule granule;

	if (count == 0) {
		return 1;
	}
	/* Refused: nothing has changed. */
	(void)touch(model, base + 2 * count * PAGE, true);
	if (!reeve_model_granule(model, base + 2 * count * PAGE, &granule) || granule.state != GRANULE_UNDELEGATED) {
		return 2;
	}
	/* The hole between the first two closes, and there is room again. */
	undelegate(model, base);
	undelegate(model, base + 2 * PAGE);
	(void)touch(model, base, true);
	(void)touch(model, base + 2 * PAGE, true);
	return call(model, RMI_FID(GRANULE_DELEGATE), base + 2 * count * PAGE, 0) == RMI_SUCCESS ? 0 : 3;
}

static void running_out_of_mappings_is_refused(void **state)
{
	FILE *file = fopen("/proc/sys/vm/max_map_count", "r");
	char text[512] = "";
	unsigned long limit = 0;
	int channel[2];
	int status;
	pid_t child;

	(void)state;
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%lu", &limit), 1);
	(void)fclose(file);
	assert_int_equal(pipe(channel), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(channel[1], STDERR_FILENO);
		_exit(run_out_of_mappings(limit + 64));
	}
	close(channel[1]);
	assert_true(read(channel[0], text, sizeof(text) - 1) >= 0);
	close(channel[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_non_null(strstr(text, "Raise vm.max_map_count"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_a_fault_and_dies),
		cmocka_unit_test(calls_on_gpf_and_goes_on),
		cmocka_unit_test(undelegating_gives_back_zeroes),
		cmocka_unit_test(a_granule_given_back_late_is_shown),
		cmocka_unit_test(lenient_leaves_the_view_alone),
		cmocka_unit_test(memory_may_be_the_callers),
		cmocka_unit_test(two_regions_are_one_memory),
		cmocka_unit_test(machines_do_not_mix),
		cmocka_unit_test(says_what_is_wrong_with_a_configuration),
		cmocka_unit_test(faults_elsewhere_go_to_the_handler_before),
		cmocka_unit_test(the_handler_before_may_jump),
		cmocka_unit_test(handlers_in_a_circle_end),
		cmocka_unit_test(running_out_of_mappings_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
