/*
 * Memory for one unit of work: one document, one request.  Everything taken
 * from an arena lives until the arena is reset or freed, and goes at once.
 * Every allocation is zeroed.  NULL when memory or the arena's maximum ends.
 */
#ifndef GK_ARENA_H
#define GK_ARENA_H

#include <stddef.h>

struct gk_arena_block;
struct gk_arena {
	struct gk_arena_block *blocks;
	size_t used, max;	/* bytes handed out, and how many may be */
};

void gk_arena_init(struct gk_arena *a, size_t max);
void gk_arena_free(struct gk_arena *a);
void *gk_arena_alloc(struct gk_arena *a, size_t n);
/* A NUL-terminated copy of n bytes; NULL if s is NULL or memory ends. */
char *gk_arena_copy(struct gk_arena *a, const char *s, size_t n);

#endif
