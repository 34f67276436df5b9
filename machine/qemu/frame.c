/* SPDX-License-Identifier: BSD-2-Clause */
/* frame.c - lines of the UART: written, told apart from other people's, read. */
#include "machine/qemu/frame.h"

#include <string.h>

static const char letters[FRAME_KIND_COUNT + 1] = "?CTMPFLKGHEX";
static const char digits[] = "0123456789abcdef";

enum { DIGIT_BITS = 4, BYTE_BITS = 8, CRC_DIGITS = 8, WORD_DIGITS = 16 };

static const uint32_t crc_polynomial = 0xedb88320;

/* ---- a line ---- */

static uint32_t crc_add(uint32_t crc, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		crc ^= (uint8_t)text[i];
		for (unsigned bit = 0; bit < BYTE_BITS; bit++) {
			crc = (crc >> 1) ^ ((crc & 1) != 0 ? crc_polynomial : 0);
		}
	}
	return crc;
}

static uint32_t crc_of(const char *text, size_t size)
{
	return ~crc_add(UINT32_MAX, text, size);
}

/* The shortest number, or `least` digits. Returns how many there are. */
static size_t hex_write(char *to, uint64_t value, unsigned least)
{
	unsigned count = WORD_DIGITS;

	while (count > least && value >> (DIGIT_BITS * (count - 1)) == 0) {
		count--;
	}
	for (unsigned i = 0; i < count; i++) {
		to[i] = digits[(value >> (DIGIT_BITS * (count - 1 - i))) & 0xf];
	}
	return count;
}

/* 0 to 15, or -1 for what is no digit. */
static int digit_of(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_plain(uint8_t byte)
{
	return byte >= ' ' && byte <= '~' && byte != '@' && byte != '\\' && byte != '*';
}

size_t frame_encode(
	enum frame_kind kind, uint64_t sequence, const void *payload, size_t size, char line[static FRAME_LINE_MAX])
{
	const uint8_t *bytes = payload;
	size_t at = 0;

	size = size < FRAME_PAYLOAD_MAX ? size : FRAME_PAYLOAD_MAX;
	line[at++] = '@';
	line[at++] = letters[kind];
	line[at++] = ' ';
	at += hex_write(line + at, sequence, 1);
	line[at++] = ':';
	for (size_t i = 0; i < size; i++) {
		if (is_plain(bytes[i])) {
			line[at++] = (char)bytes[i];
			continue;
		}
		line[at++] = '\\';
		at += hex_write(line + at, bytes[i], 2);
	}
	line[at] = '*';
	at += 1 + hex_write(line + at + 1, crc_of(line + 1, at - 1), CRC_DIGITS);
	line[at++] = '\n';
	return at;
}

/* A part of a line being read. */
struct reader {
	const char *at;
	const char *end;
};

/* One to sixteen digits. */
static bool hex_read(struct reader *reader, uint64_t *value)
{
	unsigned count = 0;

	*value = 0;
	while (reader->at < reader->end && digit_of(*reader->at) >= 0 && count < WORD_DIGITS) {
		*value = *value << DIGIT_BITS | (unsigned)digit_of(*reader->at);
		reader->at++;
		count++;
	}
	return count != 0;
}

static bool mark_read(struct reader *reader, char mark)
{
	if (reader->at == reader->end || *reader->at != mark) {
		return false;
	}
	reader->at++;
	return true;
}

static bool kind_read(struct reader *reader, enum frame_kind *kind)
{
	for (unsigned i = FRAME_NONE + 1; i < FRAME_KIND_COUNT; i++) {
		if (mark_read(reader, letters[i])) {
			*kind = (enum frame_kind)i;
			return true;
		}
	}
	return false;
}

/* Take the bytes up to the reader's end. */
static bool payload_read(struct reader *reader, struct frame *frame)
{
	while (reader->at < reader->end && frame->size < FRAME_PAYLOAD_MAX) {
		int high;
		int low;

		if (*reader->at != '\\') {
			frame->payload[frame->size++] = (uint8_t)*reader->at++;
			continue;
		}
		if (reader->end - reader->at < 3) {
			return false;
		}
		high = digit_of(reader->at[1]);
		low = digit_of(reader->at[2]);
		if (high < 0 || low < 0) {
			return false;
		}
		frame->payload[frame->size++] = (uint8_t)(high << DIGIT_BITS | low);
		reader->at += 3;
	}
	frame->payload[frame->size] = 0;
	return reader->at == reader->end;
}

/* The last place of `c` in text[0..length), or NULL. */
static const char *last_of(const char *text, size_t length, char c)
{
	while (length > 0) {
		length--;
		if (text[length] == c) {
			return text + length;
		}
	}
	return NULL;
}

/* Read what stands between `@` and `*`, and the CRC behind it. */
static bool parts_read(const char *at, const char *star, const char *end, struct frame *frame)
{
	struct reader reader = {at, star};
	struct reader tail = {star + 1, end};
	uint64_t crc;

	if (end - star != 1 + CRC_DIGITS || !hex_read(&tail, &crc) || tail.at != end) {
		return false;
	}
	if (crc != crc_of(at, (size_t)(star - at)) || !kind_read(&reader, &frame->kind)) {
		return false;
	}
	return mark_read(&reader, ' ') && hex_read(&reader, &frame->sequence) && mark_read(&reader, ':') &&
		payload_read(&reader, frame);
}

/* Read what begins at `start`, the last `@`, and goes up to `end`. */
static bool frame_read(const char *start, const char *end, struct frame *frame)
{
	const char *star = last_of(start, (size_t)(end - start), '*');

	return star != NULL && parts_read(start + 1, star, end, frame);
}

void frame_decode(const char *line, size_t length, struct frame *frame)
{
	const char *start;
	const char *end;

	while (length > 0 && line[length - 1] == '\r') {
		length--;
	}
	end = line + length;
	start = last_of(line, length, '@');
	frame->kind = FRAME_NONE;
	frame->size = 0;
	frame->foreign = length;
	if (start == NULL || !frame_read(start, end, frame)) {
		frame->kind = FRAME_NONE;
		frame->size = 0;
		frame->payload[0] = 0;
		return;
	}
	frame->foreign = (size_t)(start - line);
}

/* ---- payloads ---- */

struct writer {
	uint8_t *to;
	size_t size;
};

static void put(struct writer *writer, uint64_t word)
{
	char text[WORD_DIGITS];
	size_t length = hex_write(text, word, 1);

	if (writer->size + length + 1 > FRAME_PAYLOAD_MAX) {
		return;
	}
	memcpy(writer->to + writer->size, text, length);
	writer->to[writer->size + length] = ' ';
	writer->size += length + 1;
}

static void put_words(struct writer *writer, const uint64_t *words, unsigned count)
{
	while (count > 0 && words[count - 1] == 0) {
		count--;
	}
	put(writer, count);
	for (unsigned i = 0; i < count; i++) {
		put(writer, words[i]);
	}
}

static void put_sparse(struct writer *writer, const struct frame_sparse *sparse)
{
	put(writer, sparse->count);
	for (unsigned i = 0; i < sparse->count; i++) {
		put(writer, sparse->words[i].index);
		put(writer, sparse->words[i].word);
	}
}

static struct reader reader_of(const struct frame *frame)
{
	const char *text = (const char *)frame->payload;

	return (struct reader){text, text + frame->size};
}

static bool get(struct reader *reader, uint64_t *word)
{
	return hex_read(reader, word) && mark_read(reader, ' ');
}

/* A number of an enum or count that is below `bound`. */
static bool get_below(struct reader *reader, uint64_t bound, unsigned *number)
{
	uint64_t word;

	if (!get(reader, &word) || word >= bound) {
		return false;
	}
	*number = (unsigned)word;
	return true;
}

static bool get_words(struct reader *reader, uint64_t *words, unsigned most)
{
	unsigned count;

	memset(words, 0, most * sizeof(*words));
	if (!get_below(reader, (uint64_t)most + 1, &count)) {
		return false;
	}
	for (unsigned i = 0; i < count; i++) {
		if (!get(reader, &words[i])) {
			return false;
		}
	}
	return true;
}

static bool get_sparse(struct reader *reader, struct frame_sparse *sparse)
{
	unsigned index;

	if (!get_below(reader, FRAME_SPARSE_MAX + 1, &sparse->count)) {
		return false;
	}
	for (unsigned i = 0; i < sparse->count; i++) {
		if (!get_below(reader, UINT16_MAX + 1, &index) || !get(reader, &sparse->words[i].word)) {
			return false;
		}
		sparse->words[i].index = (uint16_t)index;
	}
	return true;
}

static bool is_at_end(const struct reader *reader)
{
	return reader->at == reader->end;
}

void frame_sparse_of(const void *structure, size_t size, struct frame_sparse *sparse)
{
	sparse->count = 0;
	for (size_t i = 0; i < size / sizeof(uint64_t) && sparse->count < FRAME_SPARSE_MAX; i++) {
		uint64_t word;

		memcpy(&word, (const uint8_t *)structure + i * sizeof(word), sizeof(word));
		if (word != 0) {
			sparse->words[sparse->count].index = (uint16_t)i;
			sparse->words[sparse->count].word = word;
			sparse->count++;
		}
	}
}

void frame_sparse_to(const struct frame_sparse *sparse, void *structure, size_t size)
{
	memset(structure, 0, size);
	for (unsigned i = 0; i < sparse->count; i++) {
		size_t offset = sparse->words[i].index * sizeof(uint64_t);

		if (size >= sizeof(uint64_t) && offset <= size - sizeof(uint64_t)) {
			memcpy((uint8_t *)structure + offset, &sparse->words[i].word, sizeof(uint64_t));
		}
	}
}

static bool is_changed(const struct frame_call *call)
{
	return call->fault == FRAME_FAULT_MISREPORTED || call->fault == FRAME_FAULT_ALTERED;
}

size_t frame_call_write(const struct frame_call *call, uint8_t payload[static FRAME_PAYLOAD_MAX])
{
	struct writer writer = {payload, 0};

	put(&writer, call->n);
	put(&writer, call->cpu);
	put(&writer, call->t_ns);
	put(&writer, call->dur_ns);
	put_words(&writer, call->in, FRAME_REGISTERS);
	put_words(&writer, call->out, FRAME_REGISTERS);
	put(&writer, call->extra);
	put_sparse(&writer, &call->sparse);
	put(&writer, call->fault);
	if (call->fault == FRAME_FAULT_DELAYED) {
		put(&writer, call->delay_us);
	}
	if (is_changed(call)) {
		put_words(&writer, call->monitor, FRAME_REGISTERS);
		put(&writer, call->has_monitor_exit);
	}
	if (is_changed(call) && call->has_monitor_exit) {
		put_sparse(&writer, &call->monitor_exit);
	}
	return writer.size;
}

/* What a plan of faults did to the call. */
static bool fault_read(struct reader *reader, struct frame_call *call)
{
	unsigned number;

	if (!get_below(reader, FRAME_FAULT_COUNT, &number)) {
		return false;
	}
	call->fault = (enum frame_fault)number;
	if (call->fault == FRAME_FAULT_DELAYED) {
		return get(reader, &call->delay_us);
	}
	if (!is_changed(call)) {
		return true;
	}
	if (!get_words(reader, call->monitor, FRAME_REGISTERS) || !get_below(reader, 2, &number)) {
		return false;
	}
	call->has_monitor_exit = number != 0;
	return !call->has_monitor_exit || get_sparse(reader, &call->monitor_exit);
}

bool frame_call_read(const struct frame *frame, struct frame_call *call)
{
	struct reader reader = reader_of(frame);
	unsigned extra;

	call->delay_us = 0;
	call->has_monitor_exit = false;
	memset(call->monitor, 0, sizeof(call->monitor));
	call->monitor_exit.count = 0;
	if (frame->kind != FRAME_CALL || !get(&reader, &call->n) || !get(&reader, &call->cpu) ||
		!get(&reader, &call->t_ns) || !get(&reader, &call->dur_ns) ||
		!get_words(&reader, call->in, FRAME_REGISTERS) || !get_words(&reader, call->out, FRAME_REGISTERS) ||
		!get_below(&reader, FRAME_EXTRA_COUNT, &extra) || !get_sparse(&reader, &call->sparse)) {
		return false;
	}
	call->extra = (enum frame_extra)extra;
	return fault_read(&reader, call) && is_at_end(&reader);
}

size_t frame_measured_write(const struct frame_measured *measured, uint8_t payload[static FRAME_PAYLOAD_MAX])
{
	struct writer writer = {payload, 0};

	put(&writer, measured->what);
	put(&writer, measured->base);
	put(&writer, measured->top);
	put(&writer, measured->size);
	put(&writer, measured->flags);
	put_sparse(&writer, &measured->sparse);
	return writer.size;
}

bool frame_measured_read(const struct frame *frame, struct frame_measured *measured)
{
	struct reader reader = reader_of(frame);
	unsigned what;

	if (frame->kind != FRAME_MEASURED || !get_below(&reader, FRAME_MEASURE_COUNT, &what) ||
		!get(&reader, &measured->base) || !get(&reader, &measured->top) || !get(&reader, &measured->size) ||
		!get(&reader, &measured->flags) || !get_sparse(&reader, &measured->sparse)) {
		return false;
	}
	measured->what = (enum frame_measure)what;
	return is_at_end(&reader);
}

/* Structures that are nothing but words. */
static size_t write_all(const void *structure, size_t size, uint8_t payload[static FRAME_PAYLOAD_MAX])
{
	struct writer writer = {payload, 0};

	for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, (const uint8_t *)structure + at, sizeof(word));
		put(&writer, word);
	}
	return writer.size;
}

static bool read_all(const struct frame *frame, enum frame_kind kind, void *structure, size_t size)
{
	struct reader reader = reader_of(frame);

	for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
		uint64_t word;

		if (!get(&reader, &word)) {
			return false;
		}
		memcpy((uint8_t *)structure + at, &word, sizeof(word));
	}
	return frame->kind == kind && is_at_end(&reader);
}

size_t frame_phase_write(const struct frame_phase *phase, uint8_t payload[static FRAME_PAYLOAD_MAX])
{
	return write_all(phase, sizeof(*phase), payload);
}

bool frame_phase_read(const struct frame *frame, struct frame_phase *phase)
{
	return read_all(frame, FRAME_PHASE, phase, sizeof(*phase));
}

size_t frame_fact_write(const struct frame_fact *fact, uint8_t payload[static FRAME_PAYLOAD_MAX])
{
	return write_all(fact, sizeof(*fact), payload);
}

bool frame_fact_read(const struct frame *frame, struct frame_fact *fact)
{
	return read_all(frame, FRAME_FACT, fact, sizeof(*fact)) && fact->kind < FRAME_FACT_KIND_COUNT;
}

size_t frame_leak_write(const struct frame_leak *leak, uint8_t payload[static FRAME_PAYLOAD_MAX])
{
	return write_all(leak, sizeof(*leak), payload);
}

bool frame_leak_read(const struct frame *frame, struct frame_leak *leak)
{
	return read_all(frame, FRAME_LEAK, leak, sizeof(*leak)) && leak->was < REEVE_USE_COUNT &&
		leak->command <= RMI_COMMAND_COUNT;
}

size_t frame_map_write(const struct frame_map *map, uint8_t payload[static FRAME_PAYLOAD_MAX])
{
	return write_all(map, sizeof(*map), payload);
}

bool frame_map_read(const struct frame *frame, struct frame_map *map)
{
	return read_all(frame, FRAME_MAP, map, sizeof(*map)) && map->kind < FRAME_MAP_KIND_COUNT;
}

size_t frame_end_write(const struct frame_end *end, uint8_t payload[static FRAME_PAYLOAD_MAX])
{
	return write_all(end, sizeof(*end), payload);
}

bool frame_end_read(const struct frame *frame, struct frame_end *end)
{
	return read_all(frame, FRAME_END, end, sizeof(*end));
}
