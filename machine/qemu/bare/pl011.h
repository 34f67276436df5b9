/* SPDX-License-Identifier: BSD-2-Clause */
/* pl011.h - writing to a PL011 UART that somebody else has set up (Arm DDI 0183). */
#ifndef QEMU_BARE_PL011_H
#define QEMU_BARE_PL011_H

#include <stdint.h>

/* Where pl011_put writes: the UART's registers as this image maps them. 0: nothing is written. */
void pl011_use(uint64_t base);
void pl011_put(char c);

#endif
