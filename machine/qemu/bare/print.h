/* SPDX-License-Identifier: BSD-2-Clause */
/* print.h - lines to the UART, whole ones when several CPUs print. */
#ifndef QEMU_BARE_PRINT_H
#define QEMU_BARE_PRINT_H

/* %s, %c, %u, %d, %x and %lu, %ld, %lx, %%; \n becomes \r\n. Needs the MMU: it takes a lock. */
__attribute__((format(printf, 1, 2))) void print(const char *format, ...);

#endif
