/* SPDX-License-Identifier: BSD-2-Clause */
/* ledger.c - the radix tree of granules, and its own nodes in it. */
#include "host/ledger.h"

/* A leaf entry; 0: not ours. IPA overlaps WAS..RETURNED, which only LEAKED granules have. An inner entry is the child's address and a flag. */
enum ledger_field {
	ENTRY_USE_SHIFT = 0, /* plus one */
	ENTRY_USE_WIDTH = 4,
	ENTRY_VMID_SHIFT = 4,
	ENTRY_VMID_WIDTH = 8,
	ENTRY_ORDER_SHIFT = 12,
	ENTRY_ORDER_WIDTH = 4,
	ENTRY_IPA_SHIFT = 16,
	ENTRY_IPA_WIDTH = 40,
	ENTRY_WAS_SHIFT = 16,
	ENTRY_WAS_WIDTH = 4,
	ENTRY_COMMAND_SHIFT = 20,
	ENTRY_COMMAND_WIDTH = 5,
	ENTRY_RETURNED_SHIFT = 25,
	ENTRY_RETURNED_WIDTH = 39,
	CHILD_VALID_SHIFT = 0,
	CHILD_VALID_WIDTH = 1,
	CHILD_PAGE_SHIFT = 12,
	CHILD_PAGE_WIDTH = 40,
};

_Static_assert((int)REEVE_USE_COUNT < (1 << ENTRY_USE_WIDTH), "uses fit their field");
_Static_assert((int)RMI_COMMAND_COUNT <= (1 << ENTRY_COMMAND_WIDTH), "commands fit their field");
_Static_assert((int)REEVE_VMID_COUNT <= (1 << ENTRY_VMID_WIDTH), "VMIDs fit their field");

enum { PA_BITS = 52, WORD_SHIFT = 3 };

static uint64_t entry_pack(const struct ledger_note *note)
{
	uint64_t entry = FIELD_SET(0, ENTRY_USE, (uint64_t)note->use + 1);

	entry = FIELD_SET(entry, ENTRY_VMID, note->vmid);
	entry = FIELD_SET(entry, ENTRY_ORDER, note->order);
	if (note->use != REEVE_USE_LEAKED) {
		return FIELD_SET(entry, ENTRY_IPA, note->ipa.value >> REEVE_GRANULE_SHIFT);
	}
	entry = FIELD_SET(entry, ENTRY_WAS, note->was);
	entry = FIELD_SET(entry, ENTRY_COMMAND, note->command);
	return FIELD_SET(entry, ENTRY_RETURNED, note->returned);
}

static uint64_t returned_unpack(uint64_t entry)
{
	uint64_t value = FIELD_GET(entry, ENTRY_RETURNED);
	bool is_negative = value >> (ENTRY_RETURNED_WIDTH - 1) != 0;

	return is_negative ? value | ~reeve_bits_mask(0, ENTRY_RETURNED_WIDTH) : value;
}

static struct ledger_note entry_unpack(uint64_t entry)
{
	struct ledger_note note = {
		.use = (enum reeve_use)(FIELD_GET(entry, ENTRY_USE) - 1),
		.order = (unsigned)FIELD_GET(entry, ENTRY_ORDER),
		.vmid = (uint16_t)FIELD_GET(entry, ENTRY_VMID),
	};

	if (note.use != REEVE_USE_LEAKED) {
		note.ipa = reeve_ipa(FIELD_GET(entry, ENTRY_IPA) << REEVE_GRANULE_SHIFT);
		return note;
	}
	note.was = (enum reeve_use)FIELD_GET(entry, ENTRY_WAS);
	note.command = (enum rmi_command)FIELD_GET(entry, ENTRY_COMMAND);
	note.returned = returned_unpack(entry);
	return note;
}

static unsigned node_bits(const struct reeve_host *host)
{
	return ledger_page_order(host) + REEVE_GRANULE_SHIFT - WORD_SHIFT;
}

static uint64_t *node_at(struct reeve_host *host, struct reeve_pa pa)
{
	return (uint64_t *)host->config.ops->pointer(host->config.context, pa);
}

static struct reeve_pa child_pa(uint64_t entry)
{
	return reeve_pa(FIELD_GET(entry, CHILD_PAGE) << REEVE_GRANULE_SHIFT);
}

/* The entry for granule number `granule` in a node `level` levels above the leaves. */
static uint64_t *node_slot(struct reeve_host *host, struct reeve_pa node, unsigned level, uint64_t granule)
{
	return node_at(host, node) + reeve_bits_get(granule, level * node_bits(host), node_bits(host));
}

static bool covers(const struct reeve_host *host, unsigned levels, uint64_t granule)
{
	unsigned bits = levels * node_bits(host);

	return levels > 0 && (bits >= 64 || granule >> bits == 0);
}

/* The leaf slot of a granule, or NULL when there is no node for it. */
static uint64_t *slot_find(struct reeve_host *host, struct reeve_pa pa)
{
	uint64_t granule = pa.value >> REEVE_GRANULE_SHIFT;
	struct reeve_pa node = host->ledger.root;

	if (!covers(host, host->ledger.levels, granule)) {
		return NULL;
	}
	for (unsigned level = host->ledger.levels - 1; level > 0; level--) {
		uint64_t child = *node_slot(host, node, level, granule);

		if (FIELD_GET(child, CHILD_VALID) == 0) {
			return NULL;
		}
		node = child_pa(child);
	}
	return node_slot(host, node, 0, granule);
}

static void count(struct reeve_host *host, enum reeve_use use, uint64_t granules, bool more)
{
	host->ledger.counts.granules[use] += more ? granules : -granules;
}

/* Nodes that are being added; either all stay or none. An allocator that scatters more than this is not followed. */
enum { JOURNAL_MAX = 32 };

struct journal {
	struct reeve_pa root; /* before */
	unsigned levels;
	unsigned count;
	struct {
		struct reeve_pa pa;
		uint64_t *slot; /* where it hangs; NULL: it was put on top */
	} nodes[JOURNAL_MAX];
};

/* Hang a new node at `slot`, or nowhere yet when that is NULL. */
static bool node_new(struct reeve_host *host, struct journal *journal, uint64_t *slot, struct reeve_pa *node)
{
	if (journal->count == JOURNAL_MAX || !ledger_pages(host, ledger_page_order(host), node)) {
		return false;
	}
	if (slot != NULL) {
		*slot = FIELD_SET(node->value, CHILD_VALID, 1);
	}
	journal->nodes[journal->count].pa = *node;
	journal->nodes[journal->count].slot = slot;
	journal->count++;
	return true;
}

/* Put roots on top until the tree covers `granule`. */
static bool grow(struct reeve_host *host, struct journal *journal, uint64_t granule)
{
	struct reeve_pa node;

	if (host->ledger.levels == 0) {
		if (!node_new(host, journal, NULL, &node)) {
			return false;
		}
		host->ledger.root = node;
		while (!covers(host, host->ledger.levels, granule)) {
			host->ledger.levels++;
		}
	}
	while (!covers(host, host->ledger.levels, granule)) {
		if (!node_new(host, journal, NULL, &node)) {
			return false;
		}
		*node_at(host, node) = FIELD_SET(host->ledger.root.value, CHILD_VALID, 1);
		host->ledger.root = node;
		host->ledger.levels++;
	}
	return true;
}

/* Add the nodes that are missing on the way to a granule's leaf slot. */
static bool path_make(struct reeve_host *host, struct journal *journal, struct reeve_pa pa)
{
	uint64_t granule = pa.value >> REEVE_GRANULE_SHIFT;
	struct reeve_pa node;

	if (!grow(host, journal, granule)) {
		return false;
	}
	node = host->ledger.root;
	for (unsigned level = host->ledger.levels - 1; level > 0; level--) {
		uint64_t *slot = node_slot(host, node, level, granule);

		if (FIELD_GET(*slot, CHILD_VALID) == 0 && !node_new(host, journal, slot, &node)) {
			return false;
		}
		node = child_pa(*slot);
	}
	return true;
}

static void slots_fill(uint64_t *slot, uint64_t entry, unsigned order)
{
	for (uint64_t i = 0; i < UINT64_C(1) << order; i++) {
		slot[i] = entry;
	}
}

static void journal_undo(struct reeve_host *host, const struct journal *journal)
{
	unsigned order = ledger_page_order(host);

	for (unsigned i = 0; i < journal->count; i++) {
		uint64_t *slot = slot_find(host, journal->nodes[i].pa);

		if (slot != NULL) {
			slots_fill(slot, 0, order);
		}
	}
	for (unsigned i = journal->count; i > 0; i--) {
		if (journal->nodes[i - 1].slot != NULL) {
			*journal->nodes[i - 1].slot = 0;
		}
	}
	host->ledger.root = journal->root;
	host->ledger.levels = journal->levels;
	for (unsigned i = 0; i < journal->count; i++) {
		host->config.ops->pages_free(
			host->config.context, journal->nodes[i].pa, (size_t)ledger_order_size(order));
	}
}

/* The nodes for `pa`, and for the nodes themselves, each entered. On failure the tree is as it was. */
static bool nodes_make(struct reeve_host *host, struct reeve_pa pa)
{
	struct journal journal = {.root = host->ledger.root, .levels = host->ledger.levels};
	struct ledger_note books = {.use = REEVE_USE_BOOKS, .order = ledger_page_order(host)};
	bool is_made = path_make(host, &journal, pa);

	for (unsigned i = 0; is_made && i < journal.count; i++) {
		is_made = path_make(host, &journal, journal.nodes[i].pa);
		if (is_made) {
			slots_fill(slot_find(host, journal.nodes[i].pa), entry_pack(&books), books.order);
		}
	}
	if (!is_made) {
		journal_undo(host, &journal);
		return false;
	}
	count(host, books.use, (uint64_t)journal.count << books.order, true);
	host->ledger.counts.pages_held += journal.count;
	return true;
}

bool ledger_enter(struct reeve_host *host, struct reeve_pa pa, const struct ledger_note *note)
{
	if (!nodes_make(host, pa)) {
		return false;
	}
	slots_fill(slot_find(host, pa), entry_pack(note), note->order);
	count(host, note->use, UINT64_C(1) << note->order, true);
	host->ledger.counts.pages_held += UINT64_C(1) << (note->order - ledger_page_order(host));
	return true;
}

void ledger_strike(struct reeve_host *host, struct reeve_pa pa, unsigned order)
{
	uint64_t *slot = slot_find(host, pa);
	uint64_t granules = UINT64_C(1) << order;

	for (uint64_t i = 0; i < granules; i++) {
		count(host, entry_unpack(slot[i]).use, 1, false);
		slot[i] = 0;
	}
	host->ledger.counts.pages_held -= granules >> ledger_page_order(host);
}

bool ledger_find(struct reeve_host *host, struct reeve_pa pa, struct ledger_note *note)
{
	const uint64_t *slot = slot_find(host, pa);

	if (slot == NULL || *slot == 0) {
		return false;
	}
	*note = entry_unpack(*slot);
	return true;
}

/* Granules that the node which has no child for `granule` leaves out, `granule` the first of them; 0: there is a leaf slot. */
static uint64_t hole_at(struct reeve_host *host, uint64_t granule, uint64_t **slot)
{
	struct reeve_pa node = host->ledger.root;

	for (unsigned level = host->ledger.levels - 1; level > 0; level--) {
		uint64_t child = *node_slot(host, node, level, granule);
		uint64_t span = UINT64_C(1) << (level * node_bits(host));

		if (FIELD_GET(child, CHILD_VALID) == 0) {
			return span - granule % span;
		}
		node = child_pa(child);
	}
	*slot = node_slot(host, node, 0, granule);
	return 0;
}

bool ledger_next(struct reeve_host *host, struct reeve_pa *pa, struct ledger_note *note)
{
	uint64_t granule = pa->value >> REEVE_GRANULE_SHIFT;

	while (covers(host, host->ledger.levels, granule)) {
		uint64_t *slot = NULL;
		uint64_t hole = hole_at(host, granule, &slot);

		if (hole == 0 && *slot != 0 && entry_unpack(*slot).use != REEVE_USE_FREE) {
			*pa = reeve_pa(granule << REEVE_GRANULE_SHIFT);
			*note = entry_unpack(*slot);
			return true;
		}
		granule += hole == 0 ? 1 : hole;
	}
	return false;
}

void ledger_change(struct reeve_host *host, struct reeve_pa pa, const struct ledger_note *note)
{
	uint64_t *slot = slot_find(host, pa);
	struct ledger_note was = entry_unpack(*slot);
	struct ledger_note next = *note;

	next.order = was.order;
	*slot = entry_pack(&next);
	count(host, was.use, 1, false);
	count(host, next.use, 1, true);
}

bool ledger_unit_is_free(struct reeve_host *host, struct reeve_pa pa, unsigned order)
{
	const uint64_t *slot = slot_find(host, pa);

	for (uint64_t i = UINT64_C(1) << order; i > 0; i--) {
		if (entry_unpack(slot[i - 1]).use != REEVE_USE_FREE) {
			return false;
		}
	}
	return true;
}

static void node_close(struct reeve_host *host, struct reeve_pa node, unsigned level)
{
	uint64_t *entries = node_at(host, node);

	for (uint64_t i = 0; level > 0 && i < UINT64_C(1) << node_bits(host); i++) {
		if (FIELD_GET(entries[i], CHILD_VALID) != 0) {
			node_close(host, child_pa(entries[i]), level - 1);
		}
	}
	host->config.ops->pages_free(host->config.context, node, ledger_order_size(ledger_page_order(host)));
	count(host, REEVE_USE_BOOKS, UINT64_C(1) << ledger_page_order(host), false);
	host->ledger.counts.pages_held--;
}

void ledger_close(struct reeve_host *host)
{
	if (host->ledger.levels > 0) {
		node_close(host, host->ledger.root, host->ledger.levels - 1);
	}
	host->ledger.root = reeve_pa(0);
	host->ledger.levels = 0;
}

bool ledger_pages(struct reeve_host *host, unsigned order, struct reeve_pa *pa)
{
	uint64_t size = ledger_order_size(order);
	struct reeve_pa got;

	if (!host->config.ops->pages_alloc(host->config.context, (size_t)size, &got)) {
		return false;
	}
	if (!reeve_is_aligned(got.value, size) || got.value >> PA_BITS != 0) {
		host->config.ops->pages_free(host->config.context, got, (size_t)size);
		return false;
	}
	*pa = got;
	return true;
}

unsigned ledger_page_order(const struct reeve_host *host)
{
	unsigned order = 0;

	while (ledger_order_size(order) < host->config.page_size) {
		order++;
	}
	return order;
}

static bool visit_leaf(struct reeve_host *host, struct reeve_pa node, uint64_t first,
	bool (*visit)(void *context, const struct reeve_ledger_entry *entry), void *context)
{
	const uint64_t *entries = node_at(host, node);

	for (uint64_t i = 0; i < UINT64_C(1) << node_bits(host); i++) {
		struct ledger_note note = entry_unpack(entries[i]);
		struct reeve_ledger_entry entry = {
			.pa = reeve_pa((first + i) << REEVE_GRANULE_SHIFT),
			.use = note.use,
			.vmid = note.vmid,
			.ipa = note.ipa,
			.was = note.was,
			.command = note.command,
			.returned = note.returned,
		};

		if (entries[i] != 0 && !visit(context, &entry)) {
			return false;
		}
	}
	return true;
}

static bool visit_node(struct reeve_host *host, struct reeve_pa node, unsigned level, uint64_t first,
	bool (*visit)(void *context, const struct reeve_ledger_entry *entry), void *context)
{
	const uint64_t *entries = node_at(host, node);

	if (level == 0) {
		return visit_leaf(host, node, first, visit, context);
	}
	for (uint64_t i = 0; i < UINT64_C(1) << node_bits(host); i++) {
		uint64_t below = first + (i << (level * node_bits(host)));

		if (FIELD_GET(entries[i], CHILD_VALID) != 0 &&
			!visit_node(host, child_pa(entries[i]), level - 1, below, visit, context)) {
			return false;
		}
	}
	return true;
}

void ledger_visit(
	struct reeve_host *host, bool (*visit)(void *context, const struct reeve_ledger_entry *entry), void *context)
{
	if (host->ledger.levels > 0) {
		(void)visit_node(host, host->ledger.root, host->ledger.levels - 1, 0, visit, context);
	}
}
