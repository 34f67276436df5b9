/* SPDX-License-Identifier: BSD-2-Clause */
/* fields.h - fields of the registers of NS-EL2, for FIELD_GET and its like (reeve/field.h). */
#ifndef QEMU_HOST_FIELDS_H
#define QEMU_HOST_FIELDS_H

#include "reeve/field.h"

enum host_field_place {
#define FIELD(name, shift, width) name##_SHIFT = (shift), name##_WIDTH = (width),
#include "machine/qemu/host/fields.def"
#undef FIELD
};

#endif
