/*
 * A growing run of bytes that was born with a maximum, because every byte we
 * take in was written by someone else.  After the first failure (memory, or
 * the maximum) later calls do nothing and `failed` stays set: build the whole,
 * then look once.
 */
#ifndef GK_BUF_H
#define GK_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct gk_buf {
	char *p;	/* always ends with a NUL that is not counted, once anything was added */
	size_t n;	/* bytes in use */
	size_t cap, max;
	bool failed;
};

void gk_buf_init(struct gk_buf *b, size_t max);
void gk_buf_free(struct gk_buf *b);		/* b stays usable, empty */
void gk_buf_reset(struct gk_buf *b);		/* keeps the memory */
bool gk_buf_add(struct gk_buf *b, const void *p, size_t n);
bool gk_buf_puts(struct gk_buf *b, const char *s);
bool gk_buf_putc(struct gk_buf *b, char c);
bool gk_buf_printf(struct gk_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Room for n more bytes at the returned place, which the caller fills and then
 * claims with b->n += used; NULL on failure. */
char *gk_buf_room(struct gk_buf *b, size_t n);
/* The bytes are yours (free()); b is empty after.  NULL if it failed. */
char *gk_buf_take(struct gk_buf *b, size_t *n);

#endif
