/* Bounded growing buffers. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
gk_buf_init(struct gk_buf *b, size_t max)
{
	*b = (struct gk_buf){ .max = max };
}

void
gk_buf_free(struct gk_buf *b)
{
	free(b->p);
	gk_buf_init(b, b->max);
}

void
gk_buf_reset(struct gk_buf *b)
{
	b->n = 0;
	b->failed = false;
	if (b->p != NULL)
		b->p[0] = '\0';
}

char *
gk_buf_room(struct gk_buf *b, size_t n)
{
	if (b->failed || n > b->max || b->n > b->max - n) {
		b->failed = true;
		return NULL;
	}
	if (b->p == NULL || b->n + n + 1 > b->cap) {
		size_t cap = b->cap < 128 ? 128 : b->cap + b->cap / 2;
		char *p;

		if (cap < b->n + n + 1)
			cap = b->n + n + 1;
		p = realloc(b->p, cap);
		if (p == NULL) {
			b->failed = true;
			return NULL;
		}
		b->p = p;
		b->cap = cap;
	}
	return b->p + b->n;
}

bool
gk_buf_add(struct gk_buf *b, const void *p, size_t n)
{
	char *to = gk_buf_room(b, n);

	if (to == NULL)
		return false;
	if (n > 0)
		memcpy(to, p, n);
	b->n += n;
	b->p[b->n] = '\0';
	return true;
}

bool
gk_buf_puts(struct gk_buf *b, const char *s)
{
	return gk_buf_add(b, s, strlen(s));
}

bool
gk_buf_putc(struct gk_buf *b, char c)
{
	return gk_buf_add(b, &c, 1);
}

bool
gk_buf_printf(struct gk_buf *b, const char *fmt, ...)
{
	/* Where there is room already, once is enough. */
	const size_t room = b->failed || b->p == NULL ? 0 : b->cap - b->n;
	va_list ap, again;
	int n;
	char *to;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(room > 0 ? b->p + b->n : NULL, room, fmt, ap);
	va_end(ap);
	to = n < 0 ? NULL : gk_buf_room(b, (size_t)n);
	if (to != NULL) {
		if ((size_t)n >= room)
			vsnprintf(to, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	} else {
		b->failed = true;
		if (room > 0)
			b->p[b->n] = '\0';
	}
	va_end(again);
	return to != NULL;
}

char *
gk_buf_take(struct gk_buf *b, size_t *n)
{
	char *p = NULL;

	if (!b->failed && gk_buf_room(b, 0) != NULL) {
		p = b->p;
		p[b->n] = '\0';
		*n = b->n;
		gk_buf_init(b, b->max);
	}
	return p;
}
