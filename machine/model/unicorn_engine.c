/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_engine.c - see unicorn_engine.h. */
#include "machine/model/unicorn_engine.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "machine/model/decode.h"
#include "machine/model/unicorn_registers.h"
#include "machine/model/unicorn_timers.h"
#include "reeve/field.h"

/* Opening engines at once on several threads is not promised to be safe by Unicorn. */
static pthread_mutex_t open_mutex = PTHREAD_MUTEX_INITIALIZER;

static void stop_with(struct engine *engine, struct engine_stop stop)
{
	if (!engine->stopped) {
		engine->stopped = true;
		engine->stop = stop;
		uc_emu_stop(engine->uc);
	}
}

static bool is_at_wfe(const struct engine *engine, uint64_t pc)
{
	const uint32_t *word = window_at(engine->window, pc);

	return word != NULL && decode_is_wfe(*word);
}

/* At a look: the front waits no longer, the back until the slice is over. Shorter slices were slower: they end in a switch of threads. */
static bool gives_turn(const struct engine *engine)
{
	return turn_waiting(engine->turn, TURN_FRONT) != 0 ||
		(engine->looks == ENGINE_SLICE_LOOKS && turn_waiting(engine->turn, TURN_BACK) != 0);
}

/* Before each instruction. Once stopped nothing is recorded: Unicorn may call once more for the next instruction. */
static void on_instruction(uc_engine *uc, uint64_t pc, uint32_t size, void *context)
{
	struct engine *engine = context;

	(void)uc;
	(void)size;
	if (engine->stopped) {
		return;
	}
	engine->pc = pc;
	if (atomic_load_explicit(engine->kicked, memory_order_relaxed)) {
		stop_with(engine, (struct engine_stop){.kind = ENGINE_KICKED});
		return;
	}
	if (engine->running->trap_wfe && is_at_wfe(engine, pc)) {
		stop_with(engine, (struct engine_stop){.kind = ENGINE_WFE});
		return;
	}
	if (--engine->left != 0) {
		return;
	}
	engine->left = ENGINE_LOOK;
	if (engine->looks < ENGINE_SLICE_LOOKS) {
		engine->looks++;
	}
	if (engine->steps || gives_turn(engine)) {
		stop_with(engine, (struct engine_stop){.kind = ENGINE_TURN});
		return;
	}
	if (++engine->alone == ENGINE_SLICE_LOOKS) {
		engine->alone = 0;
		(void)sched_yield();
	}
}

static void on_exception(uc_engine *uc, uint32_t number, void *context)
{
	(void)uc;
	stop_with(context, (struct engine_stop){.kind = ENGINE_EXCEPTION, .number = number});
}

static unsigned need_of(uc_mem_type type)
{
	if (type == UC_MEM_WRITE_UNMAPPED || type == UC_MEM_WRITE_PROT) {
		return WINDOW_WRITE;
	}
	if (type == UC_MEM_FETCH_UNMAPPED || type == UC_MEM_FETCH_PROT) {
		return WINDOW_EXECUTE;
	}
	return WINDOW_READ;
}

/* The first report of an instruction is the one that counts: an access that straddles reports its bytes one by one. */
static bool on_fault(uc_engine *uc, uc_mem_type type, uint64_t address, int size, int64_t value, void *context)
{
	struct engine *engine = context;
	unsigned need = need_of(type);

	(void)uc;
	(void)value;
	if (need == WINDOW_EXECUTE) {
		engine->pc = address;
	}
	stop_with(engine,
		(struct engine_stop){.kind = ENGINE_FAULT, .address = address, .size = (uint64_t)size, .need = need});
	return false;
}

/* CRm and op2 of identification registers: op0 3, op1 0, CRn 0. */
enum { MPIDR_CRM = 0, MPIDR_OP2 = 5, PFR0_CRM = 4, PFR0_OP2 = 0, PFR0_SVE_SHIFT = 32, PFR0_SVE_WIDTH = 4 };

static bool is_id_register(const uc_arm64_cp_reg *reg, uint32_t crm, uint32_t op2)
{
	return reg->op0 == 3 && reg->op1 == 0 && reg->crn == 0 && reg->crm == crm && reg->op2 == op2;
}

/* Unicorn's CPU says that it has SVE, but nothing of it works at EL1, as CPTR_EL3 stays as it is reset. */
static uint64_t pfr0_without_sve(uc_engine *uc, uc_arm64_cp_reg pfr0)
{
	uc_reg_read(uc, UC_ARM64_REG_CP_REG, &pfr0);
	return reeve_bits_set(pfr0.val, PFR0_SVE_SHIFT, PFR0_SVE_WIDTH, 0);
}

/* MPIDR_EL1 and the timers are the REC's own, no realm has SVE; every other system register is Unicorn's. Non-zero: the read is done. */
static uint32_t on_mrs(uc_engine *uc, uc_arm64_reg to, const uc_arm64_cp_reg *from, void *context)
{
	struct engine *engine = context;
	uint64_t value = engine->running->mpidr_el1;

	if (is_id_register(from, PFR0_CRM, PFR0_OP2)) {
		value = pfr0_without_sve(uc, *from);
	} else if (!is_id_register(from, MPIDR_CRM, MPIDR_OP2) && !timers_read(uc, engine->running, from, &value)) {
		return 0;
	}
	uc_reg_write(uc, (int)to, &value);
	return 1;
}

/* DBGBCR<n>_EL1 and DBGWCR<n>_EL1. A breakpoint or watchpoint that is on makes Unicorn 2.0.1 jump to nowhere: they stay off. */
static bool is_debug_control(const uc_arm64_cp_reg *reg)
{
	enum { DEBUG_OP0 = 2, BREAKPOINT_CONTROL = 5, WATCHPOINT_CONTROL = 7 };

	return reg->op0 == DEBUG_OP0 && reg->op1 == 0 && reg->crn == 0 &&
		(reg->op2 == BREAKPOINT_CONTROL || reg->op2 == WATCHPOINT_CONTROL);
}

/* Non-zero: the write is done. */
static uint32_t on_msr(uc_engine *uc, uc_arm64_reg from, const uc_arm64_cp_reg *to, void *context)
{
	struct engine *engine = context;

	(void)from;
	return is_debug_control(to) || timers_write(uc, engine->running, to) ? 1 : 0;
}

static bool engine_hook(struct engine *engine)
{
	uc_hook hook;

	return uc_hook_add(engine->uc, &hook, UC_HOOK_CODE, (void *)on_instruction, engine, 1, 0) == UC_ERR_OK &&
		uc_hook_add(engine->uc, &hook, UC_HOOK_INTR, (void *)on_exception, engine, 1, 0) == UC_ERR_OK &&
		uc_hook_add(engine->uc, &hook, UC_HOOK_MEM_INVALID, (void *)on_fault, engine, 1, 0) == UC_ERR_OK &&
		uc_hook_add(engine->uc, &hook, UC_HOOK_INSN, (void *)on_mrs, engine, 1, 0, UC_ARM64_INS_MRS) ==
		UC_ERR_OK &&
		uc_hook_add(engine->uc, &hook, UC_HOOK_INSN, (void *)on_msr, engine, 1, 0, UC_ARM64_INS_MSR) ==
		UC_ERR_OK;
}

static bool engine_start(struct engine *engine)
{
	if (uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &engine->uc) != UC_ERR_OK) {
		return false;
	}
	if (uc_ctl_set_cpu_model(engine->uc, UC_CPU_ARM64_MAX) != UC_ERR_OK || !engine_hook(engine)) {
		return false;
	}
	registers_prepare(engine->uc);
	if (uc_context_alloc(engine->uc, &engine->reset) != UC_ERR_OK) {
		return false;
	}
	if (uc_context_save(engine->uc, engine->reset) != UC_ERR_OK) {
		return false;
	}
	registers_save(engine->uc, &engine->seen);
	return true;
}

struct engine *engine_open(struct reeve_pa rec, const struct window *window, struct turn *turn)
{
	struct engine *engine = calloc(1, sizeof(*engine));
	bool started;

	if (engine == NULL) {
		return NULL;
	}
	engine->rec = rec;
	engine->window = window;
	engine->turn = turn;
	pthread_mutex_lock(&open_mutex);
	started = engine_start(engine);
	pthread_mutex_unlock(&open_mutex);
	if (!started) {
		engine_close(engine);
		return NULL;
	}
	return engine;
}

void engine_close(struct engine *engine)
{
	pthread_mutex_lock(&open_mutex);
	if (engine->reset != NULL) {
		uc_context_free(engine->reset);
	}
	if (engine->uc != NULL) {
		uc_close(engine->uc);
	}
	pthread_mutex_unlock(&open_mutex);
	free(engine);
}

/* What ended uc_emu_start. Unicorn says nothing of WFI: it is the end that nobody asked for. */
static struct engine_stop stop_of(const struct engine *engine, uc_err error)
{
	if (engine->stopped) {
		return engine->stop;
	}
	return (struct engine_stop){.kind = error == UC_ERR_OK ? ENGINE_WFI : ENGINE_BROKEN};
}

/* Does on_instruction or on_fault know the PC of this stop better than Unicorn? */
static bool is_pc_kept(const struct engine_stop *stop)
{
	return stop->kind == ENGINE_FAULT || stop->kind == ENGINE_BROKEN ||
		(stop->kind == ENGINE_EXCEPTION && stop->number == ENGINE_DATA_ABORT);
}

/* From rec->pc until something stops the engine, at the latest before instruction number `left` when it steps. */
static struct engine_stop engine_go(struct engine *engine, struct rec_cpu *rec, uint32_t left)
{
	struct engine_stop stop;
	uc_err error;

	engine->left = left;
	engine->looks = 0;
	engine->pc = rec->pc;
	engine->stopped = false;
	error = uc_emu_start(engine->uc, rec->pc, UINT64_MAX, 0, 0);
	stop = stop_of(engine, error);
	registers_save(engine->uc, &engine->seen);
	if (is_pc_kept(&stop)) {
		engine->seen.pc = engine->pc;
	}
	registers_copy(rec, &engine->seen);
	return stop;
}

/* An abort while stage 1 is off: E4. A PC beyond any IPA is the realm's own fault. */
static bool may_be_beyond_pa_size(const struct rec_cpu *rec, const struct engine_stop *stop)
{
	if (stop->kind != ENGINE_EXCEPTION || FIELD_GET(rec->el1[EL1_SCTLR_EL1], SCTLR_M) != 0) {
		return false;
	}
	return stop->number == ENGINE_DATA_ABORT ||
		(stop->number == ENGINE_FETCH_ABORT && rec->pc >> ENGINE_IPA_BITS_MAX == 0);
}

/* The instruction at rec->pc, or only its fetch, without Unicorn's look at the size of the address. */
static struct engine_stop engine_step(struct engine *engine, struct rec_cpu *rec, bool only_fetch)
{
	struct engine_stop stop;

	registers_check_pa_size(engine->uc, false);
	engine->steps = true;
	stop = engine_go(engine, rec, only_fetch ? 1 : 2);
	engine->steps = false;
	registers_check_pa_size(engine->uc, true);
	return stop;
}

struct engine_stop engine_run(struct engine *engine, struct rec_cpu *rec, const atomic_bool *kicked)
{
	struct engine_stop stop;

	registers_load(engine->uc, engine->reset, rec, &engine->seen);
	engine->running = rec;
	engine->kicked = kicked;
	stop = engine_go(engine, rec, ENGINE_LOOK);
	if (may_be_beyond_pa_size(rec, &stop)) {
		stop = engine_step(engine, rec, stop.number == ENGINE_FETCH_ABORT);
	}
	timers_update(engine->uc, rec);
	return stop;
}

bool engine_left_with_fault(const struct engine *engine, uint64_t pc, struct engine_stop *stop)
{
	if (!engine->stopped || engine->stop.kind != ENGINE_FAULT || engine->seen.pc != pc) {
		return false;
	}
	*stop = engine->stop;
	return true;
}

bool engine_map(struct engine *engine, uint64_t ipa, unsigned need)
{
	return regions_map(&engine->regions, engine->uc, engine->window, ipa, need);
}

void engine_forget(struct engine *engine, uint64_t ipa, uint64_t size)
{
	regions_forget(&engine->regions, engine->uc, ipa, size);
}
