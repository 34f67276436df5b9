/* SPDX-License-Identifier: BSD-2-Clause */
/* life_guest.c - a life whose Realm is a program, built and run as `reeve run` does it, but quiet: of its console only the last line. */
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/fdt.h"
#include "tools/image.h"
#include "tools/layout.h"
#include "tools/sweep/life.h"
#include "tools/threads.h"
#include "vmm/pl011.h"

/* A realm has the default address space; a run without an end is ended after so long. One page is shared: each is mapped like the next. */
enum { IPA_BITS = 40, RUN_LIMIT_S = 3, SHARED_SIZE = REEVE_GRANULE_SIZE };

/* What programs expect to find in the shared buffer; their answer is as long, and follows it. */
static const char greeting[] = "reeve-host-hello";

struct life_guest {
	struct life *life;
	struct image image;
	struct layout layout;
	void *fdt;
	size_t fdt_size;
	struct pl011 console;
	struct threads threads;
	pthread_mutex_t lock;     /* guards error */
	struct reeve_error error; /* the first of this try; status REEVE_OK: none */
};

/* ---- calls of a CPU ---- */

struct made {
	struct vcpu *cpu;
	vcpu_call *call;
};

static enum reeve_status make_it(struct life *life, void *context)
{
	const struct made *made = context;

	(void)life;
	return made->call(made->cpu);
}

static enum reeve_status make(void *context, struct vcpu *cpu, vcpu_call *call)
{
	struct life_guest *guest = context;
	struct made made = {cpu, call};
	enum reeve_status status;

	life_use_cpu(cpu->index);
	status = life_guarded(guest->life, make_it, &made);
	if (status != REEVE_OK) {
		struct reeve_error error = reeve_rec_error(&cpu->rec);

		pthread_mutex_lock(&guest->lock);
		if (guest->error.status == REEVE_OK) {
			guest->error = error;
		}
		pthread_mutex_unlock(&guest->lock);
	}
	return status;
}

/* ---- a run without an end ---- */

struct watch {
	struct threads *threads;
	sem_t over;
};

static void *watch(void *context)
{
	struct watch *w = context;
	struct timespec until;
	int wrong;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += RUN_LIMIT_S;
	do {
		wrong = sem_timedwait(&w->over, &until) == 0 ? 0 : errno;
	} while (wrong == EINTR);
	if (wrong != 0) {
		threads_stop(w->threads, END_TIMEOUT);
	}
	return NULL;
}

/* Run until there is an end, which a watch sees to. END_NONE, with a complaint, when there is no thread for it. */
static enum end watched_run(struct life *life, enum end (*run)(struct threads *threads))
{
	struct watch w = {.threads = &life->guest->threads};
	enum end end = END_NONE;
	pthread_t thread;

	(void)sem_init(&w.over, 0, 0);
	if (pthread_create(&thread, NULL, watch, &w) == 0) {
		end = run(w.threads);
		(void)sem_post(&w.over);
		pthread_join(thread, NULL);
	} else {
		life_complain(life, "there is no thread to watch the run");
	}
	(void)sem_destroy(&w.over);
	return end;
}

/* ---- steps ---- */

enum reeve_status life_guest_ram(struct life *life)
{
	const struct layout *layout = &life->guest->layout;
	struct reeve_ipa_range ram = {reeve_ipa(layout->ram_base), reeve_ipa(layout->ram_top)};

	return life_answered(life, reeve_realm_add_ram(&life->realm, ram));
}

static enum reeve_status put(struct life *life, uint64_t ipa, const void *content, size_t size)
{
	enum reeve_status status = reeve_realm_populate(&life->realm, reeve_ipa(ipa), content, size, true);

	life->at += status == REEVE_OK;
	return life_answered(life, status);
}

enum reeve_status life_guest_populate(struct life *life)
{
	const struct life_guest *guest = life->guest;
	enum reeve_status status = REEVE_OK;

	if (life->at == 0) {
		status = put(life, guest->layout.ram_base, guest->fdt, guest->fdt_size);
	}
	while (status == REEVE_OK && life->at <= guest->image.count) {
		const struct extent *extent = &guest->image.extents[life->at - 1];
		uint8_t *content = extent_content(extent);

		if (content == NULL) {
			life_complain(life, "there is not enough memory for the program");
			return REEVE_INTERNAL;
		}
		status = put(life, extent->ipa, content, extent->size);
		free(content);
	}
	return status;
}

enum reeve_status life_guest_share(struct life *life)
{
	uint64_t ipa = life->guest->layout.shared;
	struct reeve_ipa_range range = {reeve_ipa(ipa), reeve_ipa(ipa + SHARED_SIZE)};
	enum reeve_status status = life_share_memory(life, SHARED_SIZE);

	if (status != REEVE_OK) {
		return status;
	}
	memcpy(reeve_model_ns(life->model, life->shared.value), greeting, sizeof(greeting) - 1);
	return life_answered(life, reeve_realm_share(&life->realm, range, life->shared));
}

enum reeve_status life_guest_recs(struct life *life)
{
	struct life_guest *guest = life->guest;
	enum reeve_status status = REEVE_OK;

	while (status == REEVE_OK && life->at < guest->threads.all.count) {
		struct reeve_rec_config config = {0};

		if (life->at == 0) {
			config = (struct reeve_rec_config){
				.pc = guest->image.entry, .gprs = {guest->layout.ram_base}, .runnable = true};
		}
		status = reeve_rec_create(&life->realm, &config, &guest->threads.all.cpu[life->at].rec);
		life->at += status == REEVE_OK;
	}
	return life_answered(life, status);
}

/* Write down what a program leaves in the shared buffer, if there is one. */
static void account(struct life *life)
{
	const size_t length = sizeof(greeting) - 1;

	if (life->shared.value != 0) {
		fprintf(life->text, "%.*s\n", (int)(2 * length),
			(const char *)reeve_model_ns(life->model, life->shared.value));
	}
}

enum reeve_status life_guest_run(struct life *life)
{
	struct life_guest *guest = life->guest;
	enum end end;

	guest->error = (struct reeve_error){0};
	end = watched_run(life, life->at == 0 ? threads_run : threads_resume);
	life->at = 1;
	pl011_flush(&guest->console);
	if (end == END_SYSTEM_OFF) {
		account(life);
		return REEVE_OK;
	}
	if (end == END_NONE) {
		return REEVE_INTERNAL;
	}
	if (end == END_TIMEOUT) {
		life_complain(life, "the program runs without an end, for %d seconds", RUN_LIMIT_S);
		return REEVE_INTERNAL;
	}
	/* Nothing failed at the host, and the realm ended some other way. */
	if (guest->error.status == REEVE_OK) {
		guest->error = (struct reeve_error){.status = REEVE_STATE, .step = REEVE_STEP_RUN};
	}
	life->error = guest->error;
	return life->error.status;
}

/* ---- the program ---- */

static void console_write(void *context, const char *bytes, size_t size)
{
	(void)fwrite(bytes, 1, size, context);
	(void)fflush(context);
}

struct life_guest *life_guest_new(struct life *life, const struct scenario *scenario)
{
	const size_t size = (size_t)(scenario->program_end - scenario->program);
	const struct bytes file = {(uint8_t *)scenario->program, size};
	const struct fdt_chosen chosen = {.bootargs = "quiet"};
	struct life_guest *guest = calloc(1, sizeof(*guest));
	struct message why = {""};

	if (guest == NULL) {
		return NULL;
	}
	guest->life = life;
	pthread_mutex_init(&guest->lock, NULL);
	pl011_init(&guest->console, console_write, life->text);
	threads_init(&guest->threads, life->model, &guest->console, 0, UINT64_C(1) << (IPA_BITS - 1), scenario->recs);
	guest->threads.make = make;
	guest->threads.context = guest;
	if (!layout_make(&guest->layout, IPA_BITS, scenario->ram, scenario->recs, &why) ||
		!image_load(&file, scenario->name, LAYOUT_IMAGE_BASE, guest->layout.ram_top, &guest->image, &why)) {
		life_complain(life, "%s", why.text);
	}
	guest->layout.shared_size = SHARED_SIZE;
	guest->threads.all.devices[0].ipa = guest->layout.uart;
	guest->fdt = fdt_make(&guest->layout, &chosen, &guest->fdt_size);
	if (guest->fdt == NULL) {
		life_guest_free(guest);
		return NULL;
	}
	return guest;
}

void life_guest_free(struct life_guest *guest)
{
	if (guest == NULL) {
		return;
	}
	threads_fini(&guest->threads);
	pthread_mutex_destroy(&guest->lock);
	image_free(&guest->image);
	free(guest->fdt);
	free(guest);
}
