/* SPDX-License-Identifier: BSD-2-Clause */
/* machine.c - starts QEMU, listens, and ends it. */
#include "tools/qemu/machine.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tools/conduit.h"
#include "tools/qemu/child.h"
#include "tools/qemu/flash.h"
#include "tools/qemu/qmp.h"
#include "tools/qemu/signals.h"
#include "tools/qemu/where.h"
#include "tools/stop.h"

enum {
	ARGUMENT_MAX = 128,
	WORDS_MAX = 256,
	READ_MAX = 1 << 16,
	MS_NS = 1000000,
	LOOK_MS = 1000, /* one wait, so that an absence is noticed */
};

/* QEMU virt's DRAM as TF-A describes it: 3 GiB from 1 GiB on. */
#define DRAM_SIZE (INT64_C(3) << 30)
static const uint64_t dram_base = UINT64_C(1) << 30;
static const int64_t job_place = (int64_t)JOB_ADDRESS - (INT64_C(1) << 30);

static const uint64_t second_ns = 1000000000;
static const uint64_t first_frame_s = 30;
static const uint64_t end_grace_s = 10;
static const uint64_t destroyed_per_s = 1 << 20; /* bytes of a realm's memory that are taken apart, at the slowest */
static const uint64_t power_off_s = 5;
static const uint64_t stopped_s = 5; /* for the host to see that a CPU has stopped, and to end */
static const uint64_t back_s = 5;    /* to hear what the machine said while nobody listened */

/* What a running QEMU consists of, on this side. -1: not there. */
struct machine {
	struct child qemu;
	int flash;
	int memory;   /* all of the machine's DRAM, shared with it: the job is in it before it starts */
	int qmp;      /* our end */
	int qmp_qemu; /* QEMU's */
	struct signals signals;
};

static void machine_close(struct machine *machine)
{
	(void)close(machine->flash);
	(void)close(machine->memory);
	(void)close(machine->qmp);
	(void)close(machine->qmp_qemu);
	signals_end(&machine->signals);
}

static bool files_make(
	struct machine *machine, const struct qemu_parts *parts, const struct qemu_job *job, struct message *why)
{
	int pair[2];

	if (!qemu_flash_make(parts, &machine->flash, why)) {
		return false;
	}
	machine->memory = child_file("memory", why);
	if (machine->memory < 0) {
		return false;
	}
	if (ftruncate(machine->memory, DRAM_SIZE) != 0 || lseek(machine->memory, job_place, SEEK_SET) != job_place) {
		return message_set(why, "there is no memory for a machine of 3 GiB: %s", strerror(errno));
	}
	if (!child_file_write(machine->memory, job->header, job->size, why)) {
		return false;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
		return message_set(why, "there is no socket to QEMU: %s", strerror(errno));
	}
	machine->qmp = pair[0];
	machine->qmp_qemu = pair[1];
	return qmp_begin(machine->qmp) || message_set(why, "QEMU cannot be spoken to: %s", strerror(errno));
}

/* The machine's command line: the fact sheet's, with the crypto that TCG is quick at. Memory is what TF-A's tables describe. Linux takes much
 * memory, and every call for a page is a tenth quicker on a CPU without SVE and PMU. */
static bool qemu_start(struct machine *machine, const struct run_options *options, struct message *why)
{
	bool is_lean = options->linux_files.kernel != NULL && options->features.sve_bits == 0;
	char bios[ARGUMENT_MAX];
	char memory[ARGUMENT_MAX];
	char smp[ARGUMENT_MAX];
	char qmp[ARGUMENT_MAX];
	char *const argv[] = {"qemu-system-aarch64", "-M",
		"virt,virtualization=on,secure=on,gic-version=3,memory-backend=dram", "-object", memory, "-cpu",
		is_lean ? "max,x-rme=on,sme=off,sve=off,pmu=off,pauth-impdef=on"
			: "max,x-rme=on,sme=off,pauth-impdef=on",
		"-m", "3G", "-smp", smp, "-nic", "none", "-display", "none", "-no-reboot", "-monitor", "none",
		"-serial", "stdio", "-bios", bios, "-chardev", qmp, "-mon", "chardev=qmp,mode=control", NULL};

	(void)snprintf(bios, sizeof(bios), "/dev/fd/%d", machine->flash);
	(void)snprintf(memory, sizeof(memory), "memory-backend-file,id=dram,share=on,size=%lld,mem-path=/dev/fd/%d",
		(long long)DRAM_SIZE, machine->memory);
	(void)snprintf(smp, sizeof(smp), "%u", options->cpus);
	(void)snprintf(qmp, sizeof(qmp), "socket,id=qmp,fd=%d", machine->qmp_qemu);
	return child_start(&machine->qemu, argv, "qemu-system-arm", why);
}

/* What is known of a running machine, and when it was. */
struct watch {
	const struct run_options *options;
	struct uart *uart;
	const struct account *account;
	uint64_t began_ns;
	uint64_t last_ns;    /* something came */
	uint64_t at_work;    /* as the account had it at work_ns */
	uint64_t work_ns;    /* the host said last that it takes the realm apart; 0: never */
	uint64_t asked_ns;   /* a signal asked for the end; 0: none did */
	uint64_t stopped_ns; /* an image stopped one of its CPUs; 0: none did */
	uint64_t due_ns;     /* when this program is to go on, at the latest */
	uint64_t back_ns;    /* when it did so late: it was stopped, or could not write; 0: it never did */
	struct typed *typed;
	FILE *err; /* what is said to who types */
};

/* Until when a host that is to end may go on: as long as it says that it takes its realm apart, within reason. */
static uint64_t grace(const struct watch *watch, uint64_t since_ns)
{
	uint64_t heard_ns = watch->work_ns > since_ns ? watch->work_ns : since_ns;
	uint64_t until_ns = heard_ns + end_grace_s * second_ns;
	uint64_t most_ns = since_ns + (end_grace_s + watch->options->ram / destroyed_per_s) * second_ns;

	return until_ns < most_ns ? until_ns : most_ns;
}

/* Until when the machine may go on as it stands, if it was listened to. UINT64_MAX: for ever. */
static uint64_t machine_deadline(const struct watch *watch)
{
	const struct run_options *options = watch->options;
	uint64_t first_ns = watch->began_ns + first_frame_s * second_ns;
	uint64_t until_ns = UINT64_MAX;

	if (watch->account->has_end) {
		return watch->last_ns + power_off_s * second_ns;
	}
	if (watch->stopped_ns != 0) {
		return watch->stopped_ns + stopped_s * second_ns;
	}
	if (watch->asked_ns != 0) {
		return grace(watch, watch->asked_ns);
	}
	if (options->timeout_ns != 0) {
		until_ns = grace(watch, watch->began_ns + options->timeout_ns);
	}
	if (watch->uart->frames == 0 && options->nt_fw_path == NULL && first_ns < until_ns) {
		until_ns = first_ns;
	}
	return until_ns;
}

/* A machine that was not listened to has said what is not known yet, or waits to say it. */
static uint64_t deadline(const struct watch *watch)
{
	uint64_t until_ns = machine_deadline(watch);
	uint64_t heard_ns = watch->back_ns == 0 ? 0 : watch->back_ns + back_s * second_ns;

	return until_ns > heard_ns ? until_ns : heard_ns;
}

/* This program goes on; it is to be back here in that time. */
static void presence_note(struct watch *watch, int wait_ms)
{
	uint64_t now_ns = conduit_clock_ns();

	if (now_ns > watch->due_ns + second_ns) {
		watch->back_ns = now_ns;
	}
	watch->due_ns = now_ns + (uint64_t)wait_ms * MS_NS;
}

/* A signal came. True: the machine is to be stopped now. The first one is the host's to obey, if it is one that says anything. */
static bool is_to_stop(struct watch *watch, int qmp)
{
	uint64_t now_ns = conduit_clock_ns();

	if (watch->asked_ns != 0) {
		return now_ns - watch->asked_ns >= STOP_INSISTENT_NS;
	}
	watch->asked_ns = now_ns;
	return watch->uart->frames == 0 || !qmp_power_button(qmp);
}

/* Read what there is, and write what becomes of it. False at the end of it. */
static bool uart_read(const struct machine *machine, struct uart *uart)
{
	char bytes[READ_MAX];
	ssize_t size = read(machine->qemu.out, bytes, sizeof(bytes));

	if (size > 0) {
		signals_writing_begin(&machine->signals);
		uart_take(uart, bytes, (size_t)size);
		signals_writing_end(&machine->signals);
	}
	return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Whether the machine listens: before that firmware could lose what it is sent. */
static bool is_listening(const struct watch *watch)
{
	return watch->account->summary->phases_ns[PHASE_ACTIVATE] != 0 ||
		(watch->options->nt_fw_path != NULL && watch->uart->frames == 0);
}

/* The machine's standard input while there is something for it, else -1. */
static int input_to(const struct machine *machine, const struct watch *watch)
{
	size_t size;

	(void)typed_bytes(watch->typed, &size);
	return size != 0 && is_listening(watch) ? machine->qemu.in : -1;
}

/* As much of it as there is room for. A machine that is gone takes everything. */
static void input_send(int to, struct typed *typed)
{
	size_t size;
	const uint8_t *bytes = typed_bytes(typed, &size);
	ssize_t sent = send(to, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (sent >= 0 || (errno != EAGAIN && errno != EINTR)) {
		typed_used(typed, sent < 0 ? size : (size_t)sent);
	}
}

/* Milliseconds until then for poll, a long time at most; 0 when it is over. */
static int milliseconds_until(uint64_t until_ns)
{
	uint64_t now_ns = conduit_clock_ns();
	uint64_t left_ms = until_ns <= now_ns ? 0 : (until_ns - now_ns) / MS_NS + 1;

	return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

/* Listen until one of the ends. */
static enum machine_end listen_to(struct machine *machine, struct watch *watch)
{
	watch->due_ns = conduit_clock_ns();
	for (;;) {
		struct pollfd fds[] = {{.fd = machine->qemu.out, .events = POLLIN},
			{.fd = machine->signals.fd, .events = POLLIN}, {.fd = typed_fd(watch->typed), .events = POLLIN},
			{.fd = input_to(machine, watch), .events = POLLOUT}};
		int left_ms;
		int wait_ms;

		presence_note(watch, 0);
		left_ms = milliseconds_until(deadline(watch));
		wait_ms = typed_wait_ms(watch->typed, left_ms < LOOK_MS ? left_ms : LOOK_MS);
		presence_note(watch, wait_ms);
		if (left_ms == 0 || (poll(fds, sizeof(fds) / sizeof(fds[0]), wait_ms) < 0 && errno != EINTR)) {
			return MACHINE_HUNG;
		}
		presence_note(watch, 0);
		if (fds[2].revents != 0 && !typed_read(watch->typed, watch->err)) {
			typed_leave();
		}
		if (fds[3].revents != 0) {
			input_send(machine->qemu.in, watch->typed);
		}
		watch->last_ns = fds[0].revents != 0 ? conduit_clock_ns() : watch->last_ns;
		if (fds[0].revents != 0 && !uart_read(machine, watch->uart)) {
			return MACHINE_OFF;
		}
		if (signals_read(&machine->signals) && is_to_stop(watch, machine->qmp)) {
			return MACHINE_INTERRUPTED;
		}
		if (watch->at_work != watch->account->at_work) {
			watch->at_work = watch->account->at_work;
			watch->work_ns = conduit_clock_ns();
		}
		if (watch->stopped_ns == 0 && watch->uart->stopped[0] != '\0') {
			watch->stopped_ns = conduit_clock_ns();
		}
	}
}

static void hang_say(const struct watch *watch, int qmp, struct message *why)
{
	struct message where;

	where_ask(qmp, &where);
	if (watch->account->has_end) {
		(void)message_set(why, "the machine did not switch itself off after the run: %s", where.text);
		return;
	}
	if (watch->stopped_ns != 0) {
		(void)message_set(why, "a CPU of the machine stopped, and no end came of it: %s", where.text);
		return;
	}
	if (watch->uart->frames == 0) {
		(void)message_set(why, "the machine's host never said a word: %s", where.text);
		return;
	}
	if (watch->asked_ns != 0) {
		(void)message_set(why,
			"the machine hangs: a signal asked for its end, and for %llu s there is no sign of one: %s",
			(unsigned long long)end_grace_s, where.text);
		return;
	}
	(void)message_set(why,
		"the machine hangs: the %.1f s of --timeout are over, and for %llu s there is no sign of an end: %s",
		(double)watch->options->timeout_ns / (double)second_ns, (unsigned long long)end_grace_s, where.text);
}

static enum machine_end qemu_live(struct machine *machine, struct watch *watch, struct message *why)
{
	char words[WORDS_MAX];
	enum machine_end end;
	struct child_end how;

	typed_open(watch->typed, watch->options->linux_files.kernel != NULL, watch->err);
	end = listen_to(machine, watch);
	typed_close(watch->typed);

	if (end == MACHINE_HUNG) {
		hang_say(watch, machine->qmp, why);
		end = watch->asked_ns == 0 ? MACHINE_HUNG : MACHINE_INTERRUPTED;
	} else if (end == MACHINE_INTERRUPTED) {
		(void)message_set(why, "a signal asked reeve to end: the machine was stopped with its Realm in it");
	}
	signals_writing_begin(&machine->signals);
	how = child_end(&machine->qemu, end != MACHINE_OFF, words, sizeof(words));
	uart_finish(watch->uart);
	signals_writing_end(&machine->signals);
	if (end != MACHINE_OFF) {
		return end;
	}
	if (how.signal != 0) {
		(void)message_set(why, "QEMU was ended by signal %d: %s", how.signal, words);
		return MACHINE_BROKEN;
	}
	if (how.code != 0) {
		(void)message_set(why,
			"QEMU ended with code %d: %s; the RME machine needs QEMU 8.2 or newer, and 3 GiB of memory",
			how.code, words);
		return MACHINE_BROKEN;
	}
	return MACHINE_OFF;
}

/* The disk as the realm left it, back into the job. False when not all of it could be read. */
static bool disk_read(const struct machine *machine, struct qemu_job *job)
{
	const struct job_header *header = job->header;
	uint8_t *disk = (uint8_t *)job->header + header->disk_offset;
	uint64_t done = 0;

	while (done < header->disk_size) {
		ssize_t got = pread(machine->memory, disk + done, header->disk_size - done,
			job_place + (int64_t)(header->disk_offset + done));

		if (got == 0 || (got < 0 && errno != EINTR)) {
			return false;
		}
		done += got > 0 ? (uint64_t)got : 0;
	}
	return true;
}

enum machine_end qemu_machine_run(const struct run_options *options, const struct qemu_parts *parts,
	struct qemu_job *job, const struct machine_traffic *traffic, struct message *why)
{
	struct watch watch = {.options = options,
		.uart = traffic->uart,
		.account = traffic->account,
		.typed = traffic->typed,
		.err = traffic->err};
	struct machine machine = {.flash = -1, .memory = -1, .qmp = -1, .qmp_qemu = -1, .signals = {.fd = -1}};
	enum machine_end end = MACHINE_BROKEN;

	if (signals_begin(&machine.signals, why) && files_make(&machine, parts, job, why) &&
		qemu_start(&machine, options, why)) {
		watch.began_ns = conduit_clock_ns();
		watch.last_ns = watch.began_ns;
		refusals_begin(&traffic->account->refusals, machine.memory, dram_base, traffic->refusals);
		end = qemu_live(&machine, &watch, why);
		refusals_end(&traffic->account->refusals);
		job->is_disk_back = disk_read(&machine, job);
	}
	machine_close(&machine);
	return end;
}
