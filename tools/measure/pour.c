/* SPDX-License-Identifier: BSD-2-Clause */
/* pour.c - hashes the granules of one event on every core, and extends the chain behind them.
 *
 *   batches:  next ... (hashed by whoever is free) ... chained (by whoever is free, one at a time, in order)
 *
 * A granule costs its own hash, which can be done anywhere, and a hash of 256 bytes, which needs the one before it. No thread has a part of its
 * own: whoever is free extends the chain if the next batch is ready, and hashes another one otherwise. A ring of batches bounds how far hashing
 * can be ahead. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "machine/hosted/digest.h"
#include "tools/measure/lanes.h"
#include "tools/measure/meter.h"

enum {
	BATCH_BYTES = 512 << 10,
	BATCHES_A_JOB = 4,
};

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 /* Linux 5.14; older ones refuse it, and fault page by page */
#endif

struct pour {
	struct meter *meter;
	const struct event *event;
	const struct lanes *lanes; /* NULL: libcrypto hashes each granule by itself */
	uint64_t batch;            /* granules of a batch */
	uint64_t count;            /* batches */
	uint64_t ring;             /* batches that may be under way */
	uint8_t *digests;          /* ring * batch slots */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Under the lock: */
	uint64_t next;    /* the batch to be hashed next */
	uint64_t chained; /* those before it are in the chain */
	bool is_chaining;
	bool *is_ready; /* of each place in the ring */
};

struct worker {
	struct pour *pour;
	unsigned number;
	pthread_t thread;
};

static uint8_t *slot(const struct pour *pour, uint64_t batch, uint64_t i)
{
	return pour->digests + ((batch % pour->ring) * pour->batch + i) * RMI_MEASUREMENT_SIZE;
}

static uint64_t batch_ipa(const struct pour *pour, uint64_t batch)
{
	return pour->event->data.content.ipa + batch * pour->batch * pour->meter->chain.granule;
}

/* Granules of the batch: the last one may be shorter. */
static uint64_t batch_size(const struct pour *pour, uint64_t batch)
{
	const struct extent *content = &pour->event->data.content;
	uint64_t left = (content->ipa + content->size - batch_ipa(pour, batch)) / pour->meter->chain.granule;

	return left < pour->batch ? left : pour->batch;
}

/* Have what is mapped read in one go: a fault for every few pages costs more. Only whole pages of the piece; memory that is no file is there. */
static void piece_populate(const uint8_t *data, uint64_t size)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t ahead = -(uintptr_t)data & (page - 1);

	if (size > ahead + page) {
		(void)madvise((void *)(data + ahead), (size - ahead) & ~(page - 1), MADV_POPULATE_READ);
	}
}

static void populate(const struct extent *content, uint64_t ipa, uint64_t size)
{
	for (size_t i = 0; i < content->piece_count; i++) {
		const struct piece *piece = &content->pieces[i];
		uint64_t from = piece->ipa > ipa ? piece->ipa : ipa;
		uint64_t end = piece->ipa + piece->size < ipa + size ? piece->ipa + piece->size : ipa + size;

		if (from < end) {
			piece_populate(piece->data + (from - piece->ipa), end - from);
		}
	}
}

/* Digests of `count` granules from `ipa` on, as many as the lanes have or one, into the slots at `out`. */
static void granules_hash(
	const struct pour *pour, uint64_t ipa, size_t count, struct meter_thread *thread, uint8_t *out)
{
	const struct reeve_chain *chain = &pour->meter->chain;
	const uint8_t *bytes[LANES_MAX];

	for (size_t i = 0; i < count; i++) {
		bytes[i] = meter_granule(&pour->event->data.content, ipa + i * chain->granule, chain->granule,
			thread->scratch + i * chain->granule);
	}
	if (count == 1) {
		hosted_digest(thread->engine, chain->algorithm, bytes[0], chain->granule, out);
	} else {
		pour->lanes->digest(chain->algorithm, bytes, chain->granule, (uint8_t(*)[RMI_MEASUREMENT_SIZE])out);
	}
}

static void batch_hash(const struct pour *pour, uint64_t batch, unsigned worker)
{
	const struct meter *meter = pour->meter;
	size_t granule = meter->chain.granule;
	uint64_t ipa = batch_ipa(pour, batch);
	uint64_t count = batch_size(pour, batch);
	size_t step;

	populate(&pour->event->data.content, ipa, count * granule);
	for (uint64_t i = 0; i < count; i += step) {
		step = pour->lanes != NULL && count - i >= pour->lanes->count ? pour->lanes->count : 1;
		granules_hash(pour, ipa + i * granule, step, &meter->threads[worker], slot(pour, batch, i));
	}
}

static void batch_chain(const struct pour *pour, uint64_t batch, unsigned worker)
{
	struct meter *meter = pour->meter;
	size_t granule = meter->chain.granule;
	uint64_t count = batch_size(pour, batch);

	meter->chain.hasher.context = meter->threads[worker].engine;
	for (uint64_t i = 0; i < count; i++) {
		meter_data(meter, pour->event, batch_ipa(pour, batch) + i * granule, slot(pour, batch, i));
	}
	meter_progress(meter, count * granule);
}

/* Do what can be done next. Called and returns with the lock held. False: all is done. */
static bool work(struct pour *pour, unsigned worker)
{
	uint64_t batch;

	if (pour->chained == pour->count) {
		return false;
	}
	if (!pour->is_chaining && pour->is_ready[pour->chained % pour->ring]) {
		batch = pour->chained;
		pour->is_chaining = true;
		pthread_mutex_unlock(&pour->lock);
		batch_chain(pour, batch, worker);
		pthread_mutex_lock(&pour->lock);
		pour->is_ready[batch % pour->ring] = false;
		pour->is_chaining = false;
		pour->chained++;
		pthread_cond_broadcast(&pour->changed);
		return true;
	}
	if (pour->next < pour->count && pour->next - pour->chained < pour->ring) {
		batch = pour->next++;
		pthread_mutex_unlock(&pour->lock);
		batch_hash(pour, batch, worker);
		pthread_mutex_lock(&pour->lock);
		pour->is_ready[batch % pour->ring] = true;
		pthread_cond_broadcast(&pour->changed);
		return true;
	}
	pthread_cond_wait(&pour->changed, &pour->lock);
	return true;
}

static void *work_all(void *context)
{
	const struct worker *worker = context;

	pthread_mutex_lock(&worker->pour->lock);
	while (work(worker->pour, worker->number)) {
	}
	pthread_mutex_unlock(&worker->pour->lock);
	return NULL;
}

/* The caller works as well. A thread that cannot be had is done without. */
static void run(struct pour *pour, struct worker *workers, unsigned count)
{
	unsigned started = 1;

	while (started < count) {
		workers[started] = (struct worker){.pour = pour, .number = started};
		if (pthread_create(&workers[started].thread, NULL, work_all, &workers[started]) != 0) {
			break;
		}
		started++;
	}
	workers[0] = (struct worker){.pour = pour};
	(void)work_all(&workers[0]);
	for (unsigned i = 1; i < started; i++) {
		pthread_join(workers[i].thread, NULL);
	}
	pour->meter->chain.hasher.context = pour->meter->threads[0].engine;
}

bool meter_pour(struct meter *meter, const struct event *event, struct message *why)
{
	uint64_t batch =
		BATCH_BYTES / meter->chain.granule > LANES_MAX ? BATCH_BYTES / meter->chain.granule : LANES_MAX;
	uint64_t granules = event->data.content.size / meter->chain.granule;
	struct pour pour = {
		.meter = meter,
		.event = event,
		.lanes = lanes_find(meter->chain.algorithm),
		.batch = batch,
		.count = (granules + batch - 1) / batch,
		.ring = (uint64_t)meter->jobs * BATCHES_A_JOB,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER,
	};
	unsigned jobs = pour.count < meter->jobs ? (unsigned)pour.count : meter->jobs;
	struct worker *workers = calloc(meter->jobs, sizeof(*workers));
	bool is_good;

	pour.digests = calloc(pour.ring * batch, RMI_MEASUREMENT_SIZE);
	pour.is_ready = calloc(pour.ring, sizeof(*pour.is_ready));
	is_good = workers != NULL && pour.digests != NULL && pour.is_ready != NULL;
	if (is_good) {
		run(&pour, workers, jobs);
	} else {
		(void)message_set(why, "there is not enough memory for %u threads", meter->jobs);
	}
	free(workers);
	free(pour.digests);
	free(pour.is_ready);
	return is_good;
}
