/*
 * What changed between two texts, article by article and within an article by characters.
 *
 * A text is a row of blocks: its articles (record/article.h), and what stands between them (head, headings of chapters, the end). Blocks of the
 * two rows are paired in order: first those whose wording is the same, whatever their number; between them the likest, and of equally
 * unlike ones those of the same number.  What has no partner was removed or added; the same wording at another place was moved.
 *
 * The pieces are the difference: those that are the same or removed, one behind the other, are the old text byte for byte, and those
 * that are the same or added are the new one.  So it can be applied, and reversed, without either text.
 *
 * Cost is bounded: beyond GK_DIFF_STEPS only whole sentences are compared, and beyond that whole articles.  Nothing is lost by that but detail.
 */
#ifndef GK_DIFFERENCE_H
#define GK_DIFFERENCE_H

#include "record/article.h"

#include <jansson.h>

enum { GK_DIFF_STEPS = 60000000 };

enum gk_diff_op { GK_DIFF_SAME, GK_DIFF_REMOVED, GK_DIFF_ADDED };
struct gk_diff_piece {
	enum gk_diff_op op;
	size_t old_at, new_at, n;	/* bytes of the old text (same, removed) and of the new one (same, added); whole characters */
};

enum gk_diff_kind { GK_BLOCK_SAME, GK_BLOCK_CHANGED, GK_BLOCK_RENUMBERED, GK_BLOCK_REMOVED, GK_BLOCK_ADDED, GK_BLOCK_MOVED_AWAY, GK_BLOCK_MOVED_HERE };
extern const struct gk_diff_name { const char *code, *label, *label_en; } gk_diff_names[];	/* by kind: "changed", "修改", "changed" */

struct gk_diff_block {
	enum gk_diff_kind kind;
	bool has_old, has_new;		/* articles: else it is what stands between */
	struct gk_article before, after;	/* where has_old, has_new */
	size_t piece, n_pieces;
	size_t other;			/* moved: the block where it went, or came from */
};

struct gk_difference {
	struct gk_diff_block *block;
	size_t n;
	struct gk_diff_piece *piece;
	size_t n_pieces;
	bool coarse;			/* the bound was met: some parts are told as a whole */
};

/* Both UTF-8.  GK_REFUSED only when memory ends. */
enum gk_status gk_difference_of(const char *old, size_t old_n, const char *new, size_t new_n, struct gk_difference *out, struct gk_err *err);
void gk_difference_free(struct gk_difference *d);

/*
 * {"same":n,"changed":n,"renumbered":n,"removed":n,"added":n,"moved":n,     articles of each kind; moved ones once
 *  "other":n,                        blocks that are no articles and not the same
 *  "coarse":false,
 *  "blocks":[{"kind","label","label_en": of the kind, "article":"第二条"|null, "was":"第三条"|null (its number before, if another),
 *             "anchor":"a2"|null, "anchor_old","moved":"第五条" (moved_away: where it is now; moved_here: where it was)|null,
 *             "pieces":[{"op":"same"|"removed"|"added","text"}…]}…]}          same blocks without pieces
 */
json_t *gk_difference_json(const struct gk_difference *d, const char *old, const char *new);

#endif
