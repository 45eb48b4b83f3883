/*
 * What all pages share: head, search box, foot, links that carry the view,
 * badges, and reading JSON that may lack a member.
 */
#ifndef GK_FRAME_H
#define GK_FRAME_H

#include "base/arena.h"
#include "record/validity.h"
#include "web/page.h"
#include "web/pages.h"

/* One page being written. */
struct frame {
	const struct gk_view *v;
	struct page *p;
	struct gk_arena mem;	/* addresses */
	bool failed;
};

/* The words of the interface stand where they are used, in both languages, Chinese first. */
#define W(f, zh, en) ((f)->v->lang == GK_EN ? (en) : (zh))
/* For lang= on text that is Chinese whatever the interface is. */
#define ZH(f) ((f)->v->lang == GK_EN ? "zh-Hans" : NULL)

bool frame_begin(struct frame *f, const struct gk_view *v);
/* Down to the opening of <main>.  q is what stands in the box (NULL: no box); big: that of the home page. */
void frame_head(struct frame *f, const char *title, const char *q, const char *skip_to);
/*
 * What the pages of both servers begin with: the links of <head>; then, at the head of <body>, where the reader may skip to, in words, and the brand with
 * where it leads.  The header is left open.
 */
void frame_meta(struct frame *f);
void frame_brand(struct frame *f, const char *skip_to, const char *words, const char *home, const char *name);
/* BOX_HOME: large, and may ask for what is in force only; BOX_RESULTS: that too, and the day that counts. */
enum box_kind { BOX_BARE, BOX_HOME, BOX_RESULTS };
void frame_search_box(struct frame *f, const char *q, enum box_kind kind);
/* Does this page list only what is in force, whole or in part? */
bool frame_only_living(const struct gk_view *v);
/* Closes <main>, writes the foot, appends the page to out and frees everything. */
bool frame_end(struct frame *f, struct gk_buf *out);

/* True for an address that stays on this server, however a browser reads it. */
bool frame_is_local(const char *url);
/* An address of ours with the reader's choices added.  Anything that is not local becomes "#". */
const char *frame_link(struct frame *f, const char *url);
/* One row a value ({"value","label","count","url"}): name, bar, count.  The table is the chart, so the numbers are never only a picture. (page-home.c) */
void frame_bars(struct frame *f, const json_t *values, const char *title, const char *head, size_t most);
/* explain=1: nothing if the answer has no such part. */
void frame_explain(struct frame *f, const json_t *answer);
void frame_a(struct frame *f, const char *class_, const char *url, const char *text);
/* "/search" with the parameters of this page, without those named `drop` (of these, only the one whose value is `value`,
 * unless value is NULL) and always without page; then name=set if set is not NULL. */
/* Behind an address: name=value with everything but unreserved characters as %XX. */
void frame_add_param(struct gk_buf *b, const char *name, const char *value);
const char *frame_search_url(struct frame *f, const char *drop, const char *value, const char *name, const char *set);
/* Hidden inputs for ui and lang. */
void frame_hidden_view(struct frame *f);
void frame_hidden(struct frame *f, const char *name, const char *value);
const char *frame_param(const struct gk_view *v, const char *name);	/* first value, or NULL */

/* Sign, words, since when and by which document: experience.md 3.  Nothing for documents without effect in law. */
void frame_badge(struct frame *f, const json_t *status, const json_t *dates);
/* 《题名》（文号） of another document, as a link, or what of it is known. */
void frame_by(struct frame *f, const json_t *by);
/* 本条已废止 · 自…起 · 依据《…》 */
void frame_article_notice(struct frame *f, const json_t *notice);
/* 含有：甲、乙.  Nothing for an empty list. */
void frame_words(struct frame *f, const json_t *words);
/* "ended", "live", "future", "held" or "open": the class of a validity code, for colours. */
const char *frame_kind(const char *code);
const char *frame_label(const struct frame *f, const char *code, const char *otherwise);
/* The sign before a status; what holds it is hidden from who listens. */
void frame_sign(struct frame *f, const struct gk_validity_name *n);
/* One hit of a list (search, newest). level: 2 or 3, of its heading. */
void frame_hit(struct frame *f, const json_t *hit, int level);

const char *str(const json_t *o, const char *key);		/* "" if absent or null */
json_int_t num(const json_t *o, const char *key);		/* 0 if absent */
const char *type_name(const struct frame *f, const char *type);	/* "PDF" */
void frame_size(struct frame *f, json_int_t bytes);		/* "178 KB" */

#endif
