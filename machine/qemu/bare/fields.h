/* SPDX-License-Identifier: BSD-2-Clause */
/* fields.h - fields of the registers that only a machine of hardware has, for FIELD_GET and its like (reeve/field.h). */
#ifndef QEMU_BARE_FIELDS_H
#define QEMU_BARE_FIELDS_H

#include "reeve/field.h"

enum bare_field_place {
#define FIELD(name, shift, width) name##_SHIFT = (shift), name##_WIDTH = (width),
#include "machine/qemu/bare/fields.def"
#undef FIELD
};

#endif
