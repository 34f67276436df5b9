/* SPDX-License-Identifier: BSD-2-Clause */
/* output.h - the host's frames on the UART, whole ones when several CPUs speak, and the end of the job. */
#ifndef QEMU_HOST_OUTPUT_H
#define QEMU_HOST_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/qemu/frame.h"
#include "vmm/end.h"
#include "vmm/text.h"

void output_begin(void);

/* Each sends one frame. */
void output_console(void *context, const char *bytes, size_t size); /* a pl011_sink; longer than a payload: several */
void output_message(const struct text *text);
void output_call(const struct frame_call *call);
void output_measured(const struct frame_measured *measured);
void output_phase(enum phase phase, uint64_t begin_ns);                      /* by clock_ns; it ends now */
void output_fact(enum frame_fact_kind kind, unsigned index, uint64_t value); /* zero is not sent */
void output_token(const uint8_t *token, size_t size);                        /* several frames when it is long */
void output_leak(const struct frame_leak *leak);
void output_map(const struct frame_map *map);
void output_map_error(const struct text *text);

/* The next byte that came in on the UART. False, *byte untouched, when there is none. By one CPU at a time. */
bool output_input(uint8_t *byte);

/* Whether the UART interrupts when there is one. */
void output_input_interrupt(bool is_wanted);

/* From here on there is a realm, which the end is of. */
void output_realm(void);

/* Send the last frame and switch the machine off. */
_Noreturn void output_end(enum end end);

/* What went wrong beneath everything else: say it and switch the machine off, whatever this or another CPU is doing. */
_Noreturn void output_panic(const struct text *text);

#endif
