/* SPDX-License-Identifier: BSD-2-Clause */
/* shares.c - gives memory to aliases of RAM, block by block where it fits. */
#include "vmm/shares.h"

#include "reeve/field.h"

enum { TAKEN = 1, CLOSING_MAX = 64 };

static const uint64_t block_size = UINT64_C(2) << 20;

static const struct reeve_host_config *host_of(const struct shares *shares)
{
	return &shares->realm->host->config;
}

/* The least power of two of at least a page that holds `size` bytes. */
static uint64_t run_size(uint64_t size, uint64_t page)
{
	uint64_t run = page;

	while (run < size) {
		run *= 2;
	}
	return run;
}

bool shares_init(struct shares *shares, struct reeve_realm *realm, struct reeve_ipa_range ram, unsigned ipa_bits)
{
	const struct reeve_host_config *host = &realm->host->config;
	uint64_t page = host->page_size == 0 ? REEVE_GRANULE_SIZE : host->page_size;
	uint64_t words = (ram.top.value - ram.base.value) / page;
	struct reeve_pa pa;

	*shares = (struct shares){.table_size = run_size(words * sizeof(uint64_t), page)};
	if (!host->ops->pages_alloc(host->context, shares->table_size, &pa)) {
		return false;
	}
	shares->realm = realm;
	shares->ram = ram;
	shares->half = UINT64_C(1) << (ipa_bits - 1);
	shares->page = page;
	shares->table_pa = pa;
	shares->table = host->ops->pointer(host->context, pa);
	return true;
}

/* The word of a page; `ipa` lies in the RAM. */
static _Atomic uint64_t *word_of(const struct shares *shares, uint64_t ipa)
{
	return &shares->table[(ipa - shares->ram.base.value) / shares->page];
}

/* Take the word of each page of [base, base + size) up to the first that holds something. Returns the bytes taken. */
static uint64_t words_take_some(const struct shares *shares, uint64_t base, uint64_t size)
{
	uint64_t none = 0;
	uint64_t at = 0;

	while (at < size && atomic_compare_exchange_strong(word_of(shares, base + at), &none, TAKEN)) {
		at += shares->page;
	}
	return at;
}

/* Take the word of each page if all of them hold nothing. False, none taken, otherwise. */
static bool words_take(const struct shares *shares, uint64_t base, uint64_t size)
{
	uint64_t taken = words_take_some(shares, base, size);

	for (uint64_t at = 0; taken < size && at < taken; at += shares->page) {
		atomic_store(word_of(shares, base + at), 0);
	}
	return taken == size;
}

static void words_set(struct shares *shares, uint64_t base, uint64_t size, uint64_t pa)
{
	for (uint64_t at = 0; at < size; at += shares->page) {
		atomic_store(word_of(shares, base + at), pa == 0 ? 0 : pa + at);
	}
	if (pa != 0) {
		atomic_fetch_add(&shares->page_count, size / shares->page);
	}
}

/* Give `size` bytes at `base` memory. False when there is none, or somebody has part of it; nothing has changed then. */
static bool part_open(struct shares *shares, uint64_t base, uint64_t size)
{
	const struct reeve_host_config *host = host_of(shares);
	uint64_t alias = base | shares->half;
	struct reeve_ipa_range range = {reeve_ipa(alias), reeve_ipa(alias + size)};
	struct reeve_pa pa;
	bool is_done = false;

	if (!words_take(shares, base, size)) {
		return false;
	}
	if (host->ops->pages_alloc(host->context, size, &pa)) {
		is_done = reeve_realm_share(shares->realm, range, pa) == REEVE_OK;
		if (!is_done) {
			host->ops->pages_free(host->context, pa, size);
		}
	}
	words_set(shares, base, size, is_done ? pa.value : 0);
	return is_done;
}

/* What of a range lies in the RAM, in whole pages. */
static struct reeve_ipa_range clip(const struct shares *shares, struct reeve_ipa_range range)
{
	uint64_t base = range.base.value > shares->ram.base.value ? range.base.value : shares->ram.base.value;
	uint64_t top = range.top.value < shares->ram.top.value ? range.top.value : shares->ram.top.value;

	base = reeve_align_down(base + shares->page - 1, shares->page);
	top = reeve_align_down(top, shares->page);
	return (struct reeve_ipa_range){reeve_ipa(base), reeve_ipa(base < top ? top : base)};
}

/* The largest run for what is left: a power of two that reaches no further than the next block begins, so that blocks fit. */
static uint64_t run_fit(const struct shares *shares, struct reeve_ipa_range left)
{
	uint64_t room = block_size - left.base.value % block_size;
	uint64_t wanted = left.top.value - left.base.value < room ? left.top.value - left.base.value : room;
	uint64_t run = shares->page;

	while (run * 2 <= wanted) {
		run *= 2;
	}
	return run;
}

bool shares_open(struct shares *shares, struct reeve_ipa_range range)
{
	struct reeve_ipa_range left = clip(shares, range);
	bool is_good = true;

	while (left.base.value < left.top.value) {
		uint64_t size = run_fit(shares, left);
		bool is_open = false;

		/* Where part of a run is shared already, or memory is in pieces, a shorter one may do. */
		while (!is_open && size >= shares->page) {
			is_open = part_open(shares, left.base.value, size);
			size /= is_open ? 1 : 2;
		}
		if (!is_open) {
			size = shares->page;
			is_good &= atomic_load(word_of(shares, left.base.value)) != 0;
		}
		left.base.value += size;
	}
	return is_good;
}

/* Pages that are about to be shared no more; their words are TAKEN. */
struct closing {
	unsigned count;
	uint64_t ipa[CLOSING_MAX];
	uint64_t pa[CLOSING_MAX];
};

/* Take shared pages from *ipa on, below `top`, as many as there is room for. */
static void closing_take(const struct shares *shares, uint64_t *ipa, uint64_t top, struct closing *closing)
{
	closing->count = 0;
	for (; *ipa < top && closing->count < CLOSING_MAX; *ipa += shares->page) {
		uint64_t pa = atomic_load(word_of(shares, *ipa));

		if (pa > TAKEN && atomic_compare_exchange_strong(word_of(shares, *ipa), &pa, TAKEN)) {
			closing->ipa[closing->count] = *ipa;
			closing->pa[closing->count++] = pa;
		}
	}
}

/* Give the page back. What the monitor keeps stays shared. */
static void page_close(struct shares *shares, uint64_t ipa, uint64_t pa)
{
	const struct reeve_host_config *host = host_of(shares);
	uint64_t alias = ipa | shares->half;
	struct reeve_ipa_range range = {reeve_ipa(alias), reeve_ipa(alias + shares->page)};

	if (reeve_realm_unshare(shares->realm, range) == REEVE_OK) {
		host->ops->pages_free(host->context, reeve_pa(pa), shares->page);
		atomic_fetch_sub(&shares->page_count, 1);
		pa = 0;
	}
	atomic_store(word_of(shares, ipa), pa);
}

void shares_close(struct shares *shares, struct reeve_ipa_range range, void (*settle)(void *context), void *context)
{
	struct reeve_ipa_range left = clip(shares, range);
	struct closing closing;

	while (left.base.value < left.top.value) {
		closing_take(shares, &left.base.value, left.top.value, &closing);
		if (closing.count != 0) {
			settle(context);
		}
		for (unsigned i = 0; i < closing.count; i++) {
			page_close(shares, closing.ipa[i], closing.pa[i]);
		}
	}
}

void *shares_reach(void *context, uint64_t address, uint64_t size)
{
	const struct shares *shares = context;
	uint64_t base = address & ~shares->half;
	uint64_t page = reeve_align_down(base, shares->page);
	uint64_t first;

	if (size == 0 || base < shares->ram.base.value || base >= shares->ram.top.value ||
		size > shares->ram.top.value - base) {
		return NULL;
	}
	first = atomic_load(word_of(shares, page));
	for (uint64_t at = page; at < base + size; at += shares->page) {
		uint64_t pa = atomic_load(word_of(shares, at));

		if (pa <= TAKEN || pa != first + (at - page)) {
			return NULL;
		}
	}
	return (uint8_t *)host_of(shares)->ops->pointer(host_of(shares)->context, reeve_pa(first)) + (base - page);
}

void shares_fini(struct shares *shares, bool is_clean)
{
	const struct reeve_host_config *host;

	if (shares->table == NULL) {
		return;
	}
	host = host_of(shares);
	for (uint64_t ipa = shares->ram.base.value; is_clean && ipa < shares->ram.top.value; ipa += shares->page) {
		uint64_t pa = atomic_load(word_of(shares, ipa));

		if (pa > TAKEN) {
			host->ops->pages_free(host->context, reeve_pa(pa), shares->page);
		}
	}
	host->ops->pages_free(host->context, shares->table_pa, shares->table_size);
	shares->table = NULL;
}
