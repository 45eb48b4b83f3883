/*
 * A list of hits for machines and spreadsheets: Atom (RFC 4287) and CSV, from the object that /search.json sends
 * (experience.md 1.7, 6).  Both have the status of each document, so a feed of ?status=abolished is the feed of abolitions.
 */
#ifndef GK_FEED_H
#define GK_FEED_H

#include "web/pages.h"

/* Each appends a whole document; false when memory ended. */
bool gk_feed_atom(const struct gk_view *v, const json_t *answer, struct gk_buf *out);
/* Begins with a byte order mark: without it spreadsheets in Chinese read UTF-8 as something else. */
bool gk_feed_csv(const struct gk_view *v, const json_t *answer, struct gk_buf *out);

/* How a browser puts this search into its own box: OpenSearch 1.1, with suggestions. answer is not looked at. */
bool gk_feed_opensearch(const struct gk_view *v, const json_t *answer, struct gk_buf *out);

/* One hit a line, as .json has it: application/x-ndjson. */
bool gk_feed_jsonl(const struct gk_view *v, const json_t *answer, struct gk_buf *out);
/* Of gk_answer_sitemap: sitemaps.org 0.9, an index for part 0. (feed-harvest.c) */
bool gk_feed_sitemap(const struct gk_view *v, const json_t *answer, struct gk_buf *out);
/* Of gk_answer_oai: an OAI-PMH 2.0 response with unqualified Dublin Core. (feed-harvest.c) */
bool gk_feed_oai(const struct gk_view *v, const json_t *answer, struct gk_buf *out);

/* Of gk_answer_proof, written in the one way that gongkai check-proof takes. */
bool gk_feed_proof(const struct gk_view *v, const json_t *answer, struct gk_buf *out);

#endif
