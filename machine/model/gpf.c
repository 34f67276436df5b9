/* SPDX-License-Identifier: BSD-2-Clause */
/* gpf.c - turns a host's touch of a delegated granule into a granule protection fault: a report, or a call of the embedder.
 *
 * One handler for the process, put in place with each strict machine that, new or reset, finds another one there, and never removed: others may have
 * chained to it. Faults that are not in an NS view go to the handler it found. Everything reached from it is async-signal-safe. */
#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "machine/model/machine.h"
#include "reeve/address.h"
#include "reeve/field.h"

enum { WATCHED_MAX = 256, REPORT_MAX = 512 };

/* The NS view of one region. `model` is written last and cleared first. */
struct watched {
	_Atomic uintptr_t start;
	_Atomic uintptr_t end;
	struct reeve_model *_Atomic model;
};

static struct watched watched[WATCHED_MAX];
static pthread_mutex_t watched_lock = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction previous;
/* In uc_link of a signal that was passed on already. The kernel, which is who makes that frame, has no use for the field but to clear it
 * in each new one: so the mark lives exactly as long as its signal, whether the handler returns or jumps. */
static ucontext_t passed_on;

/* What the CPU says of the access. */
struct access {
	bool write;
	bool fetch;
};

#if defined(__x86_64__)
static struct access access_of(const ucontext_t *at, uintptr_t address)
{
	enum { PAGE_FAULT_WRITE = 2 };

	return (struct access){
		.write = (at->uc_mcontext.gregs[REG_ERR] & PAGE_FAULT_WRITE) != 0,
		.fetch = (uintptr_t)at->uc_mcontext.gregs[REG_RIP] == address,
	};
}
#elif defined(__aarch64__)
static struct access access_of(const ucontext_t *at, uintptr_t address)
{
	const uint8_t *record = (const uint8_t *)at->uc_mcontext.__reserved;
	struct access access = {.fetch = at->uc_mcontext.pc == address};
	struct _aarch64_ctx head;
	struct esr_context syndrome;

	for (memcpy(&head, record, sizeof(head)); head.magic != 0; memcpy(&head, record, sizeof(head))) {
		if (head.magic == ESR_MAGIC) {
			memcpy(&syndrome, record, sizeof(syndrome));
			access.write = FIELD_GET(syndrome.esr, ESR_ABORT_WNR) != 0;
		}
		record += head.size;
	}
	return access;
}
#else
#error "gpf.c: say how this CPU tells a read from a write"
#endif

struct text {
	char bytes[REPORT_MAX];
	size_t length;
};

static void put(struct text *text, const char *word)
{
	size_t length = strlen(word);

	if (length > sizeof(text->bytes) - text->length) {
		length = sizeof(text->bytes) - text->length;
	}
	memcpy(text->bytes + text->length, word, length);
	text->length += length;
}

static void put_number(struct text *text, uint64_t number, unsigned radix)
{
	char digits[24];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = "0123456789abcdef"[number % radix];
		number /= radix;
	} while (number != 0);
	put(text, radix == 16 ? "0x" : "");
	put(text, digits + at);
}

static void report(const struct reeve_model_gpf *fault)
{
	struct text text = {.length = 0};

	put(&text, "granule protection fault: host ");
	put(&text, fault->write ? "write of " : "read of ");
	put_number(&text, fault->pa, 16);
	put(&text, "\ngranule ");
	put_number(&text, reeve_align_down(fault->pa, REEVE_GRANULE_SIZE), 16);
	put(&text, ": state ");
	put(&text, rmi_granule_state_name(fault->state));
	if (fault->owner != 0) {
		put(&text, ", owner RD ");
		put_number(&text, fault->owner, 16);
	}
	put(&text, ", delegated by call #");
	put_number(&text, fault->delegated_by_call, 10);
	put(&text, " of CPU ");
	put_number(&text, fault->delegated_by_cpu, 10);
	put(&text, "\n");
	for (size_t done = 0; done < text.length;) {
		ssize_t written = write(STDERR_FILENO, text.bytes + done, text.length - done);

		if (written <= 0) {
			return;
		}
		done += (size_t)written;
	}
}

static struct reeve_model *find_watched(uintptr_t address)
{
	for (unsigned i = 0; i < WATCHED_MAX; i++) {
		struct reeve_model *model = atomic_load(&watched[i].model);

		if (model != NULL && address >= atomic_load(&watched[i].start) &&
			address < atomic_load(&watched[i].end) && atomic_load(&watched[i].model) == model) {
			return model;
		}
	}
	return NULL;
}

/* The instruction faults again when the handler returns, and this time the signal ends the process. */
static void die_by_signal(int number)
{
	struct sigaction fatal = {.sa_handler = SIG_DFL};

	sigaction(number, &fatal, NULL);
}

/* Call the handler found, with the signals blocked that its owner asked for: a fault within it ends the process unless it asked otherwise. */
static void call_previous(int number, siginfo_t *info, ucontext_t *at)
{
	sigset_t blocked = previous.sa_mask;
	sigset_t before;

	if ((previous.sa_flags & SA_NODEFER) == 0) {
		sigaddset(&blocked, number);
	}
	at->uc_link = &passed_on;
	pthread_sigmask(SIG_BLOCK, &blocked, &before);
	if ((previous.sa_flags & SA_SIGINFO) != 0) {
		previous.sa_sigaction(number, info, at);
	} else {
		previous.sa_handler(number);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	at->uc_link = NULL;
}

static void chain(int number, siginfo_t *info, ucontext_t *at)
{
	bool informed = (previous.sa_flags & SA_SIGINFO) != 0;
	bool sent = info->si_code <= 0;

	if (sent && !informed && previous.sa_handler == SIG_IGN) {
		return;
	}
	/* Passed on already: the handler found chains to ours, and a fault that is nobody's would go round for ever. */
	if (at->uc_link == &passed_on ||
		(!informed && (previous.sa_handler == SIG_DFL || previous.sa_handler == SIG_IGN))) {
		die_by_signal(number);
		/* What was sent does not happen again by itself. */
		if (sent) {
			raise(number);
		}
		return;
	}
	call_previous(number, info, at);
}

/* The NS view at `address` faulted. True when the access may be tried again or the process is to end by the signal. */
static bool handle(struct reeve_model *model, uintptr_t address, bool write, int number)
{
	struct reeve_model_gpf fault = {.write = write};
	struct reeve_granule_info granule;

	if (!model_pa_of(model, address, &fault.pa)) {
		return false;
	}
	if (!protection_delegated_by(model, fault.pa, &fault.delegated_by_call, &fault.delegated_by_cpu)) {
		/* Given back meanwhile, or it was not shown when it was. */
		return protection_show(model, fault.pa);
	}
	if (reeve_monitor_granule(model->monitor, reeve_pa(reeve_align_down(fault.pa, REEVE_GRANULE_SIZE)), &granule)) {
		fault.state = granule.state;
		fault.owner = granule.owner.value;
	}
	if (model->config.on_gpf != NULL) {
		model->config.on_gpf(model->config.context, &fault);
	}
	report(&fault);
	die_by_signal(number);
	return true;
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	uintptr_t address = (uintptr_t)info->si_addr;
	struct reeve_model *model = info->si_code == SEGV_ACCERR ? find_watched(address) : NULL;
	struct access access = access_of(context, address);

	if (model == NULL || access.fetch || !handle(model, address, access.write, number)) {
		chain(number, info, context);
	}
}

/* Put the handler in place unless it is there. A handler that was ours and lost its flags (signal() does that) is no one to chain to. */
static void install(void)
{
	/* SA_NODEFER: on_gpf may siglongjmp to a place that did not save the signal mask. */
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	struct sigaction now;

	sigaction(SIGSEGV, NULL, &now);
	if (now.sa_sigaction == on_signal && (now.sa_flags & SA_SIGINFO) != 0) {
		return;
	}
	if (now.sa_sigaction != on_signal) {
		previous = now;
	}
	sigemptyset(&action.sa_mask);
	sigaction(SIGSEGV, &action, NULL);
}

bool gpf_watch(struct reeve_model *model)
{
	unsigned region = 0;

	pthread_mutex_lock(&watched_lock);
	install();
	for (unsigned i = 0; i < WATCHED_MAX && region < model->memory.region_count; i++) {
		uintptr_t start = (uintptr_t)model->memory.regions[region].ns;

		if (atomic_load(&watched[i].model) != NULL) {
			continue;
		}
		atomic_store(&watched[i].start, start);
		atomic_store(&watched[i].end, start + model->memory.regions[region].size);
		atomic_store(&watched[i].model, model);
		region++;
	}
	pthread_mutex_unlock(&watched_lock);
	if (region < model->memory.region_count) {
		gpf_unwatch(model);
		return false;
	}
	return true;
}

void gpf_unwatch(struct reeve_model *model)
{
	pthread_mutex_lock(&watched_lock);
	for (unsigned i = 0; i < WATCHED_MAX; i++) {
		if (atomic_load(&watched[i].model) == model) {
			atomic_store(&watched[i].model, NULL);
		}
	}
	pthread_mutex_unlock(&watched_lock);
}
