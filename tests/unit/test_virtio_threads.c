/* SPDX-License-Identifier: BSD-2-Clause */
/* test_virtio_threads.c - a device that gives a chain back while the driver, on another CPU, asks for interrupts again. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vmm/virtio_queue.h"

enum { MEMORY = 0x3000, AVAILABLE = 0x1000, USED = 0x2000, USED_INDEX = USED + 2, TURNS = 300000 };

struct ring {
	_Alignas(16) uint8_t memory[MEMORY];
	atomic_uint begun;  /* turns that the device has begun */
	atomic_uint looked; /* turns in which the driver has looked */
	uint16_t seen;      /* the index it found */
};

static void *ring_reach(void *context, uint64_t address, uint64_t size)
{
	struct ring *ring = context;

	return address < MEMORY && size <= MEMORY - address ? ring->memory + address : NULL;
}

static uint16_t *word_at(struct ring *ring, uint64_t address)
{
	return ring_reach(ring, address, sizeof(uint16_t));
}

static void await(atomic_uint *counter, unsigned value)
{
	for (unsigned i = 1; atomic_load(counter) != value; i++) {
		if (i % 1024 == 0) {
			(void)sched_yield();
		}
	}
}

/* VIRTIO 1.2, section 2.7.14: clears the flag, then looks once more whether a chain came back. */
static void *driver(void *context)
{
	struct ring *ring = context;

	for (unsigned turn = 1; turn <= TURNS; turn++) {
		await(&ring->begun, turn);
		__atomic_store_n(word_at(ring, AVAILABLE), 0, __ATOMIC_RELAXED);
		__sync_synchronize();
		ring->seen = __atomic_load_n(word_at(ring, USED_INDEX), __ATOMIC_RELAXED);
		atomic_store(&ring->looked, turn);
	}
	return NULL;
}

/* The device sees that an interrupt is wanted, or the driver sees the chain; else nobody ever looks at it. */
static void no_interrupt_is_lost(void **state)
{
	static struct ring ring;
	const struct virtio_memory memory = {ring_reach, &ring};
	struct virtio_queue queue = {
		.memory = &memory, .driver = AVAILABLE, .device = USED, .size = 8, .is_ready = true};
	const struct virtio_chain chain = {.head = 0};
	pthread_t thread;
	unsigned lost = 0;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, driver, &ring), 0);
	for (unsigned turn = 1; turn <= TURNS; turn++) {
		bool is_quiet;

		__atomic_store_n(word_at(&ring, AVAILABLE), 1, __ATOMIC_SEQ_CST);
		atomic_store(&ring.begun, turn);
		assert_true(virtio_queue_give(&queue, &chain, 0));
		is_quiet = virtio_queue_is_quiet(&queue);
		await(&ring.looked, turn);
		lost += is_quiet && ring.seen != (uint16_t)turn;
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(lost, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_interrupt_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
