/* SPDX-License-Identifier: BSD-2-Clause */
/* svg.h - the few shapes of SVG that maps are drawn with; texts are escaped, coordinates are in pixels. */
#ifndef TOOLS_SVG_H
#define TOOLS_SVG_H

#include <stdio.h>

/* Text with its baseline at (x, y), in the style of `class`. Valid UTF-8 without control characters. */
__attribute__((format(printf, 5, 6))) void svg_text(
	FILE *to, double x, double y, const char *class, const char *format, ...);

/* A rectangle. */
void svg_box(FILE *to, double x, double y, double width, double height, const char *class);

/* One that says more under the pointer. */
__attribute__((format(printf, 7, 8))) void svg_box_tip(
	FILE *to, double x, double y, double width, double height, const char *class, const char *format, ...);

/* `text` as it may stand between tags. */
void svg_escape(FILE *to, const char *text);

#endif
