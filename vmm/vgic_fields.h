/* SPDX-License-Identifier: BSD-2-Clause */
/* vgic_fields.h - fields of the interrupt controller's registers, for FIELD_GET and its like (reeve/field.h). */
#ifndef VMM_VGIC_FIELDS_H
#define VMM_VGIC_FIELDS_H

#include "reeve/field.h"

enum vgic_field_place {
#define FIELD(name, shift, width) name##_SHIFT = (shift), name##_WIDTH = (width),
#include "vmm/vgic_fields.def"
#undef FIELD
};

#endif
