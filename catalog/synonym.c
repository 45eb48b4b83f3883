/*
 * A run with words of the thesaurus in place of those that were typed: each in
 * turn, then all at once.
 *
 *   养狗登记    养犬登记
 *   人社局公告  人力资源和社会保障局公告
 */
#include "catalog/internal.h"

#include <string.h>

enum { SPOTS = 16, TEXT_MOST = 4 * GK_QUERY_BYTES };

struct spot {			/* a word of the run that others may stand for */
	size_t start, n, count;
	const struct gk_synonym *to;	/* of them only those that are the same stand for it */
};

static size_t
find_spots(const struct gk_thesaurus *t, const char *run, size_t n, struct spot *spot)
{
	size_t found = 0, word_n = 0, count = 0;

	for (size_t at = 0; at < n && found < SPOTS;) {
		const struct gk_synonym *to = gk_thesaurus_find(t, run + at, n - at, &word_n, &count);
		size_t same = 0;

		for (size_t i = 0; to != NULL && i < count; i++)
			same += to[i].same;
		if (same > 0) {
			spot[found++] = (struct spot){ at, word_n, count, to };
			at += word_n;
			continue;
		}
		do
			at++;
		while (at < n && ((unsigned char)run[at] & 0xC0) == 0x80);
	}
	return found;
}

/* The run with others[i] in the place of spot i, where there is one. */
static bool
write_text(const char *run, size_t n, const struct spot *spot, size_t spots, const struct gk_synonym *const *others, struct gk_arena *memory,
	   struct gk_leaf_text *out)
{
	struct gk_buf text;
	size_t at = 0;

	gk_buf_init(&text, TEXT_MOST);
	for (size_t i = 0; i < spots; i++) {
		if (others[i] == NULL)
			continue;
		gk_buf_add(&text, run + at, spot[i].start - at);
		gk_buf_add(&text, others[i]->p, others[i]->n);
		at = spot[i].start + spot[i].n;
	}
	gk_buf_add(&text, run + at, n - at);
	*out = (struct gk_leaf_text){ text.failed ? NULL : gk_arena_copy(memory, text.p, text.n), text.n };
	gk_buf_free(&text);
	return out->p != NULL;
}

static const struct gk_synonym *
first_same(const struct spot *s)
{
	size_t i = 0;

	while (!s->to[i].same)
		i++;
	return &s->to[i];
}

bool
gk_synonym_texts(const struct gk_thesaurus *t, const char *run, size_t n, struct gk_arena *memory, struct gk_leaf_text out[GK_LEAF_TEXTS], size_t *count)
{
	struct spot spot[SPOTS];
	size_t spots = find_spots(t, run, n, spot);
	const struct gk_synonym *others[SPOTS] = { NULL };

	*count = 0;
	for (size_t i = 0; i < spots; i++) {
		for (size_t k = 0; k < spot[i].count && *count < GK_LEAF_TEXTS; k++) {
			if (!spot[i].to[k].same)
				continue;
			others[i] = &spot[i].to[k];
			if (!write_text(run, n, spot, spots, others, memory, &out[(*count)++]))
				return false;
		}
		others[i] = NULL;
	}
	if (spots < 2 || *count == GK_LEAF_TEXTS)
		return true;
	for (size_t i = 0; i < spots; i++)
		others[i] = first_same(&spot[i]);
	return write_text(run, n, spot, spots, others, memory, &out[(*count)++]);
}
