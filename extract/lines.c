/*
 * The one way in which text is written here: characters that are safe to store
 * and show, blanks collapsed, one paragraph a line, no empty lines.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <string.h>

uint32_t
gk_clean_char(uint32_t c)
{
	if (c < 0x20)
		return c == '\t' ? '\t' : c == '\n' || c == '\r' || c == '\f' || c == '\v' ? '\n' : ' ';
	if (c < 0x7F)
		return c;
	if (c < 0xA0)
		return c == 0x85 ? '\n' : ' ';
	switch (c) {
	case 0x00AD: case 0x200B: case 0x2060: case 0xFEFF:	/* unseen, and they cut words apart */
	case 0x200E: case 0x200F: case 0x061C:
		return 0;
	case 0x2028: case 0x2029:
		return '\n';
	}
	/* Overrides of direction make a line read as something it does not say. */
	if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
		return 0;
	if ((c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE)
		return ' ';
	return c;
}

void
gk_clean(struct gk_buf *b)
{
	size_t to = 0;

	for (size_t at = 0; at < b->n;) {
		uint32_t c, was;
		size_t len = gk_utf8_decode(b->p + at, b->n - at, &was);

		c = was == GK_UTF8_BAD ? ' ' : gk_clean_char(was);
		if (was == '\r' && at + 1 < b->n && b->p[at + 1] == '\n')
			c = 0;
		if (c == was) {
			memmove(b->p + to, b->p + at, len);
			to += len;
		} else if (c != 0) {
			b->p[to++] = (char)c;	/* a space or a new line */
		}
		at += len;
	}
	b->n = to;
	if (b->p != NULL)
		b->p[to] = '\0';
}

bool
gk_is_han(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == 0x3007 ||
	       (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

size_t
gk_han_count(const char *s, size_t n)
{
	size_t han = 0;

	for (size_t at = 0; at < n;) {
		uint32_t c;

		at += gk_utf8_decode(s + at, n - at, &c);
		han += c != GK_UTF8_BAD && gk_is_han(c);
	}
	return han;
}

/* Characters that are written without blanks between them: Han, and the punctuation of full width. */
static bool
is_wide(uint32_t c)
{
	return gk_is_han(c) || (c >= 0x3001 && c <= 0x303F) || (c >= 0xFF01 && c <= 0xFF60) || c == 0x201C || c == 0x201D;
}

void
gk_lines_start(struct gk_lines *l, struct gk_buf *to)
{
	*l = (struct gk_lines){ .to = to };
}

void
gk_lines_gap(struct gk_lines *l, enum gk_gap gap)
{
	if (gap > l->gap)
		l->gap = gap;
}

static void
fill_gap(struct gk_lines *l, uint32_t next)
{
	enum gk_gap gap = l->gap;

	l->gap = GK_GAP_NONE;
	/* A cell that begins a line still says that there was an empty one, but nobody reads that. */
	if (l->last == 0)
		return;
	switch (gap) {
	case GK_GAP_NONE:
		break;
	case GK_GAP_EDGE:
		if (l->edges)
			gk_buf_putc(l->to, GK_EDGE);
		break;
	case GK_GAP_WRAP:
		if (is_wide(l->last) && is_wide(next) && !l->edges)
			break;
		/* fall through */
	case GK_GAP_SPACE:
		gk_buf_putc(l->to, ' ');
		break;
	case GK_GAP_WIDE:
		gk_buf_puts(l->to, "　");
		break;
	case GK_GAP_CELL:
		gk_buf_putc(l->to, '\t');
		break;
	case GK_GAP_BR:
	case GK_GAP_LINE:
		gk_buf_putc(l->to, '\n');
		break;
	}
}

void
gk_lines_put(struct gk_lines *l, const char *s, size_t n, bool hard)
{
	for (size_t at = 0; at < n;) {
		uint32_t c;
		size_t len = gk_utf8_decode(s + at, n - at, &c);

		if (c == GK_EDGE) {
			gk_lines_gap(l, GK_GAP_EDGE);
			at += len;
			continue;
		}
		c = c == GK_UTF8_BAD ? ' ' : gk_clean_char(c);
		if (c == ' ' || c == 0xA0) {
			gk_lines_gap(l, GK_GAP_SPACE);
		} else if (c == '\n') {
			gk_lines_gap(l, hard ? GK_GAP_LINE : GK_GAP_WRAP);
		} else if (c == '\t') {
			gk_lines_gap(l, hard ? GK_GAP_CELL : GK_GAP_SPACE);
		} else if (c == 0x3000) {
			gk_lines_gap(l, GK_GAP_WIDE);
		} else if (c != 0) {
			if (l->gap != GK_GAP_NONE)
				fill_gap(l, c);
			gk_buf_add(l->to, s + at, len);
			l->last = c;
		}
		at += len;
	}
}

void
gk_lines_end(struct gk_lines *l)
{
	if (l->last != 0)
		gk_buf_putc(l->to, '\n');
	l->last = 0;
	l->gap = GK_GAP_NONE;
}
