/* A chain of blocks, each larger allocation in a block of its own. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct gk_arena_block {
	struct gk_arena_block *next;
	size_t used, size;
	alignas(max_align_t) char bytes[];
};

enum { BLOCK = 16 * 1024 };

void
gk_arena_init(struct gk_arena *a, size_t max)
{
	*a = (struct gk_arena){ .max = max };
}

void
gk_arena_free(struct gk_arena *a)
{
	struct gk_arena_block *b = a->blocks, *next;

	for (; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	gk_arena_init(a, a->max);
}

void *
gk_arena_alloc(struct gk_arena *a, size_t n)
{
	const size_t align = alignof(max_align_t);
	struct gk_arena_block *b = a->blocks;
	void *p;

	if (n > a->max || a->used > a->max - n)
		return NULL;
	n = (n + align - 1) / align * align;
	if (b == NULL || b->size - b->used < n) {
		size_t size = n > BLOCK / 4 ? n : BLOCK;

		b = calloc(1, sizeof *b + size);
		if (b == NULL)
			return NULL;
		b->size = size;
		/* A block made for one large piece is full: keep filling the one before it. */
		if (size != BLOCK && a->blocks != NULL) {
			b->next = a->blocks->next;
			a->blocks->next = b;
		} else {
			b->next = a->blocks;
			a->blocks = b;
		}
	}
	p = b->bytes + b->used;
	b->used += n;
	a->used += n;
	return p;
}

char *
gk_arena_copy(struct gk_arena *a, const char *s, size_t n)
{
	char *p = s == NULL ? NULL : gk_arena_alloc(a, n + 1);

	if (p != NULL)
		memcpy(p, s, n);
	return p;
}
