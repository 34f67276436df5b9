/* SPDX-License-Identifier: BSD-2-Clause */
/* svg.c - writes shapes of SVG. */
#include "tools/svg.h"

#include <stdarg.h>

enum { TEXT_MAX = 1024 };

void svg_escape(FILE *to, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", to);
			break;
		case '<':
			fputs("&lt;", to);
			break;
		case '>':
			fputs("&gt;", to);
			break;
		default:
			fputc(*text, to);
		}
	}
}

/* A coordinate to a tenth of a pixel, without a decimal that says nothing. */
static void number(FILE *to, const char *name, double value)
{
	long long tenths = (long long)(value * 10 + (value < 0 ? -0.5 : 0.5));

	if (tenths % 10 == 0) {
		fprintf(to, " %s=\"%lld\"", name, tenths / 10);
	} else {
		fprintf(to, " %s=\"%lld.%lld\"", name, tenths / 10, tenths % 10);
	}
}

static void escaped(FILE *to, const char *format, va_list arguments)
{
	char text[TEXT_MAX];

	(void)vsnprintf(text, sizeof(text), format, arguments);
	svg_escape(to, text);
}

void svg_text(FILE *to, double x, double y, const char *class, const char *format, ...)
{
	va_list arguments;

	fputs("<text", to);
	number(to, "x", x);
	number(to, "y", y);
	fprintf(to, " class=\"%s\">", class);
	va_start(arguments, format);
	escaped(to, format, arguments);
	va_end(arguments);
	fputs("</text>\n", to);
}

static void box_open(FILE *to, double x, double y, double width, double height, const char *class)
{
	fputs("<rect", to);
	number(to, "x", x);
	number(to, "y", y);
	number(to, "width", width);
	number(to, "height", height);
	fprintf(to, " class=\"%s\"", class);
}

void svg_box(FILE *to, double x, double y, double width, double height, const char *class)
{
	box_open(to, x, y, width, height, class);
	fputs("/>\n", to);
}

void svg_box_tip(FILE *to, double x, double y, double width, double height, const char *class, const char *format, ...)
{
	va_list arguments;

	box_open(to, x, y, width, height, class);
	fputs("><title>", to);
	va_start(arguments, format);
	escaped(to, format, arguments);
	va_end(arguments);
	fputs("</title></rect>\n", to);
}
