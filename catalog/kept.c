/* Lists of the question at hand. */
#include "catalog/kept.h"

#include "catalog/prepare.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 2 * GK_KEPT_TERMS, BYTES_MOST = 16 * 1024 * 1024 };

static bool
grow(struct gk_kept *k)
{
	size_t room = k->room == 0 ? 32 : k->room * 2;
	struct gk_kept_list *grown = room > GK_KEPT_TERMS ? NULL : realloc(k->item, room * sizeof *grown);

	if (grown == NULL)
		return false;
	k->item = grown;
	k->room = room;
	return true;
}

struct gk_kept_list *
gk_kept_of(struct gk_kept *k, size_t part, const char *term, size_t n)
{
	size_t at = (gk_term_hash(term, n) + part) % SLOTS;
	char *copy;

	/* Half of the slots stay empty. */
	for (; k->slot[at] != 0; at = (at + 1) % SLOTS) {
		struct gk_kept_list *l = &k->item[k->slot[at] - 1];

		if (l->part == part && l->n == n && memcmp(l->term, term, n) == 0)
			return l;
	}
	if ((k->n == k->room && !grow(k)) || (copy = malloc(n + 1)) == NULL)
		return NULL;
	memcpy(copy, term, n);
	k->item[k->n] = (struct gk_kept_list){ .part = part, .n = n, .term = copy };
	k->slot[at] = (uint16_t)++k->n;
	return &k->item[k->n - 1];
}

bool
gk_kept_add(struct gk_kept *k, struct gk_kept_list *of, const struct gk_packed *list, char *bytes)
{
	size_t n = bytes == NULL ? 0 : (size_t)((const char *)list->end - bytes);

	if (k->bytes + n > BYTES_MOST)
		return false;
	k->bytes += n;
	of->opened = true;
	of->none = bytes == NULL;
	of->bytes = bytes;
	if (bytes != NULL)
		of->list = *list;
	return true;
}

void
gk_kept_forget(struct gk_kept *k)
{
	if (k->item == NULL)
		return;
	for (size_t i = 0; i < k->n; i++) {
		free(k->item[i].term);
		free(k->item[i].bytes);
	}
	free(k->item);
	memset(k, 0, sizeof *k);
}
