/* SPDX-License-Identifier: BSD-2-Clause */
/* qmp.h - the little that is said to a running QEMU beside its UART (QEMU Machine Protocol). */
#ifndef TOOLS_QEMU_QMP_H
#define TOOLS_QEMU_QMP_H

#include <stdbool.h>

/* Have QEMU take commands from now on. It need not have started: what is said waits for it. False: nobody is there. */
bool qmp_begin(int qmp);

/* Press the machine's power button. Its host hears of it as an interrupt, or does not listen. False: nobody is there. */
bool qmp_power_button(int qmp);

/* The text that QEMU's human monitor answers `command` with, malloc'd; NULL when there is none within two seconds. */
char *qmp_human(int qmp, const char *command);

#endif
