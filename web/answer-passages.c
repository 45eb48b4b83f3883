/*
 * What a hit shows of its text: the title's marks, the best passage (snippet) and up to three of a long text, each
 * with its article, from the text of the day that is asked for.
 */
#include "web/answer-internal.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

static size_t
chars_before(const char *text, size_t from, size_t to)
{
	return gk_utf8_count(text + from, to - from);
}

/* Marks in code points of the string beside them. */
static json_t *
marks_of(const char *text, const struct gk_snippet *s)
{
	json_t *out = json_array();

	for (size_t i = 0; i < s->marks; i++)
		json_array_append_new(out, json_pack("[I, I]", (json_int_t)chars_before(text, s->start, s->mark[i].start),
						     (json_int_t)chars_before(text, s->start, s->mark[i].end)));
	return out;
}

/* One piece of a text with its marks; the text need not be there whole. */
struct piece {
	struct gk_buf own;		/* holds it, if it is not in the record's text */
	const char *p;
	size_t n, at, chars;		/* bytes and characters of the text before p */
	struct gk_snippet cut;
};

/* Where a hit is shown from. */
struct passage {
	const struct gk_text_of *text;	/* NULL: the record has one text only */
	bool of_day, current;		/* it is the text of the day that is asked for; of today */
	struct gk_warc_rec rec;		/* the text; empty where the index keeps a copy of it */
	struct piece piece[GK_PASSAGES];
	size_t pieces;
	size_t found;			/* how many needles stand in it */
	bool kept;
	struct gk_passages where;	/* kept: with the articles of the text */
};

static void
passage_free(struct passage *p)
{
	for (size_t i = 0; i < p->pieces; i++)
		gk_buf_free(&p->piece[i].own);
	gk_warc_rec_free(&p->rec);
}

static enum gk_status
read_text(struct gk_site *s, struct site_record *r, struct passage *p, struct gk_err *err)
{
	const json_t *content = r->record.content;
	enum gk_status st;

	if (p->text != NULL)
		r->record.content = p->text->content;
	st = site_block(s, &r->record, "text", &p->rec, err);
	r->record.content = content;
	return st;
}

/* A text that the index knows nothing of is looked through from its beginning. */
static enum gk_status
cut_whole(const struct gk_results *found, bool count, struct passage *p, struct gk_err *err)
{
	const char *body = p->rec.block.p == NULL ? "" : p->rec.block.p;

	p->piece[0] = (struct piece){ .p = body, .n = p->rec.block.n };
	if (!gk_snippet(body, p->rec.block.n, found->needles, found->n_needles, &p->piece[0].cut))
		return gk_nomem(err);
	p->pieces = p->rec.block.n > 0;
	for (size_t i = 0; count && i < found->n_needles; i++) {
		struct gk_snippet one;

		if (!gk_snippet(body, p->rec.block.n, &found->needles[i], 1, &one))
			return gk_nomem(err);
		p->found += one.marks > 0;
	}
	return GK_OK;
}

/* The newest text: the index tells where to look, and keeps long texts, so that no more than that is read. */
static enum gk_status
cut_places(struct gk_site *s, struct site_record *r, uint32_t docid, const struct gk_results *found, bool count, struct passage *p, struct gk_err *err)
{
	enum gk_status st = gk_catalog_passages(s->catalog, docid, found->needles, found->n_needles, &p->where, err);

	p->kept = st == GK_OK && p->where.origin.pieces > 0;
	if (st != GK_OK && st != GK_END)
		return st;
	if (!p->kept) {
		enum gk_status read = read_text(s, r, p, err);

		if (read != GK_OK)
			return read;
		if (st == GK_END || p->where.origin.bytes != p->rec.block.n)
			return cut_whole(found, count, p, err);
	}
	p->found = p->where.needles;
	for (size_t i = 0; i < p->where.n; i++) {
		const struct gk_window *w = &p->where.window[i];
		struct piece *one = &p->piece[i];

		*one = (struct piece){ .p = p->kept ? NULL : p->rec.block.p + w->at, .n = w->end - w->at, .at = w->at, .chars = w->chars };
		gk_buf_init(&one->own, p->where.origin.bytes);
		p->pieces++;
		if (p->kept && gk_origin_text(&p->where.origin, w->at, w->end, &one->own))
			one->p = one->own.p;
		if (one->p == NULL || !gk_snippet_at(one->p, w->end - w->at, found->needles, found->n_needles, p->where.place[i], &one->cut))
			return gk_nomem(err);
	}
	return GK_OK;
}

static enum gk_status
cut_passage(struct gk_site *s, struct site_record *r, uint32_t docid, bool newest, const struct gk_results *found, bool count, struct passage *p,
	    struct gk_err *err)
{
	enum gk_status st;

	if (newest) {
		st = cut_places(s, r, docid, found, count, p, err);
	} else {
		st = read_text(s, r, p, err);
		if (st == GK_OK)
			st = cut_whole(found, count, p, err);
	}
	if (st != GK_OK)
		passage_free(p);
	return st;
}

/*
 * The passage out of the text of the day; out of another text of the record where that has more of what was asked for, the newest
 * first.  *all (yours to free()) holds the texts that the passage points into.
 */
static enum gk_status
find_passage(struct gk_site *s, struct site_record *r, uint32_t docid, struct gk_date day, const struct gk_results *found, struct gk_text_of **all, struct passage *out,
	     struct gk_err *err)
{
	struct gk_text_of then = { .content = NULL }, today = { .content = NULL };
	size_t k;
	enum gk_status st;

	*out = (struct passage){ .text = NULL };
	*all = r->n < 2 ? NULL : gk_calloc_or_end(r->n, sizeof **all);
	k = *all == NULL ? 0 : gk_texts(r->events, r->n, s->known_at, *all);
	if (k > 0) {
		gk_text_at(r->events, r->n, day, s->known_at, &then);
		gk_text_at(r->events, r->n, gk_date_today(), s->known_at, &today);
	}
	for (size_t i = 0; i < k; i++)
		if ((*all)[i].bytes == then.bytes)
			out->text = &(*all)[i];
	/* What the index keeps is the newest text of all that is known now. */
	st = cut_passage(s, r, docid, s->known_at == NULL && (k < 2 || out->text == &(*all)[k - 1]), found, k > 1, out, err);
	for (size_t i = k; st == GK_OK && k > 1 && out->found < found->n_needles && i-- > 0; ) {
		struct passage other = { .text = &(*all)[i] };

		if ((*all)[i].bytes == then.bytes)
			continue;
		st = cut_passage(s, r, docid, s->known_at == NULL && i + 1 == k, found, true, &other, err);
		/* A damaged older text costs what it alone has. */
		if (st == GK_REFUSED) {
			st = GK_OK;
			continue;
		}
		if (st == GK_OK && other.found > out->found) {
			passage_free(out);
			*out = other;
		} else if (st == GK_OK) {
			passage_free(&other);
		}
	}
	out->of_day = out->text == NULL || out->text->bytes == then.bytes;
	out->current = out->text == NULL || out->text->bytes == today.bytes;
	return st;
}

/* 历史版本: which days it held, and where to read it. */
static void
add_version(const struct site_record *r, const struct passage *p, json_t *snippet)
{
	char url[96];

	if (p->of_day)
		return;
	site_text_url(r->record.id, p->text, url);
	json_object_set_new(snippet, "version", json_pack("{s:o, s:o, s:s, s:s, s:s}", "from", json_date(p->text->from), "until", json_date(p->text->until), "url", url, "label",
							  p->current ? "现在的文本" : "历史版本", "label_en", p->current ? "the text of today" : "another version"));
}

/* The articles of the text that its pieces stand in, none where it has no articles there. */
static enum gk_status
find_articles(const struct passage *p, struct gk_article out[GK_PASSAGES], bool has[GK_PASSAGES], struct gk_err *err)
{
	struct gk_article *a = NULL;
	size_t n = 0;
	enum gk_status st = p->kept ? GK_OK : gk_articles(p->rec.block.p == NULL ? "" : p->rec.block.p, p->rec.block.n, &a, &n, err);

	for (size_t i = 0; st == GK_OK && i < p->pieces; i++) {
		const struct gk_snippet *cut = &p->piece[i].cut;
		size_t at = p->piece[i].at + (cut->marks > 0 ? cut->mark[0].start : cut->start);
		const struct gk_origin_article *known = p->kept ? gk_origin_article(&p->where.origin, at) : NULL;

		has[i] = known != NULL;
		if (known != NULL)
			out[i] = (struct gk_article){ .number = known->number, .sub = known->sub, .part = known->part, .start = known->at, .end = known->end };
		for (size_t k = 0; k < n && !has[i]; k++)
			if (at >= a[k].start && at < a[k].end) {
				out[i] = a[k];
				has[i] = true;
			}
	}
	free(a);
	return st;
}

/* The page of the text. */
static void
page_of(const struct site_record *r, const struct passage *p, char out[96])
{
	if (p->text == NULL || p->current)
		snprintf(out, 96, "/d/%.64s", r->record.id);
	else
		site_text_url(r->record.id, p->text, out);
}

/* {"label","url","notice"}: the article, and what became of it. */
static json_t *
article_json(struct gk_site *s, const struct site_record *r, const struct passage *p, const struct site_acts *acts, const struct gk_article *a)
{
	char label[GK_ARTICLE_LABEL], anchor[GK_ARTICLE_ANCHOR], url[192], page[96];

	gk_article_label(a->number, a->sub, label);
	gk_article_anchor(a, anchor);
	page_of(r, p, page);
	snprintf(url, sizeof url, "%s#%s", page, anchor);
	return json_pack("{s:s, s:s, s:o}", "label", label, "url", url, "notice", site_article_notice(s, acts, a));
}

/* A line that says nothing of the matter: the title again, whom it is to, a line of a few characters. */
static bool
is_heading(const char *line, size_t n, const char *title)
{
	static const char colon[] = "：";
	enum { FEW = 24, ADDRESSEES = 240 };

	while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\r' || line[n - 1] == '\t'))
		n--;
	return n < FEW || (n == strlen(title) && memcmp(line, title, n) == 0) || (n < ADDRESSEES && (line[n - 1] == ':' || memcmp(line + n - 3, colon, 3) == 0));
}

/* Where nothing is to be marked, a document is shown from the first line that says something. */
static void
begin_with_matter(const char *title, struct piece *one)
{
	enum { SHOWN = 240 };
	struct gk_snippet *cut = &one->cut;
	size_t at = cut->start;
	const char *end;

	if (cut->marks > 0)
		return;
	while ((end = memchr(one->p + at, '\n', one->n - at)) != NULL && is_heading(one->p + at, (size_t)(end - one->p) - at, title))
		at = (size_t)(end - one->p) + 1;
	if (at == cut->start || at >= one->n)
		return;
	end = memchr(one->p + at, '\n', one->n - at);
	cut->start = at;
	cut->end = end != NULL ? (size_t)(end - one->p) : one->n;
	if (cut->end - at > SHOWN)
		cut->end = at + gk_utf8_cut(one->p + at, SHOWN);
}

/* Where it stands in the document; null where nothing is marked. */
static json_t *
place_url(const struct site_record *r, const struct passage *p, const struct piece *one, const struct gk_results *found)
{
	char page[96];

	if (one->cut.marks == 0)
		return json_null();
	page_of(r, p, page);
	return site_marks_url(page, found->needles, found->n_needles, one->chars + gk_utf8_count(one->p, one->cut.mark[0].start));
}

/* passages: every piece with its article and its place; snippet: the first of them, with its article if that was amended or abolished. */
static enum gk_status
add_passages(struct gk_site *s, const struct site_record *r, struct gk_date day, const struct gk_results *found, const struct passage *p, json_t *hit, struct gk_err *err)
{
	struct site_acts acts = { NULL, 0 };
	struct gk_article article[GK_PASSAGES];
	bool has[GK_PASSAGES] = { false };
	json_t *list = json_array(), *snippet = json_null();
	struct gk_date until = p->text != NULL ? p->text->until : GK_NO_DATE;
	enum gk_status st = find_articles(p, article, has, err);

	if (st == GK_OK && p->text != NULL)
		st = site_acts_of(s, r, p->text, until.year != 0 && gk_date_last_day(until) < gk_date_last_day(day) ? until : day, &acts, err);
	for (size_t i = 0; st == GK_OK && i < p->pieces; i++) {
		const struct piece *one = &p->piece[i];
		json_t *json = json_pack("{s:s%, s:o, s:I, s:o}", "text", one->p + one->cut.start, one->cut.end - one->cut.start, "marks", marks_of(one->p, &one->cut), "offset",
					 (json_int_t)(one->chars + gk_utf8_count(one->p, one->cut.start)), "url", place_url(r, p, one, found)), *a = has[i] ? article_json(s, r, p, &acts, &article[i]) : json_null();

		if (i == 0) {
			snippet = json_copy(json);
			add_version(r, p, snippet);
			if (!json_is_null(json_object_get(a, "notice")) && has[i])
				json_object_set(snippet, "article", a);
		}
		json_object_set_new(json, "article", a);
		json_array_append_new(list, json);
	}
	site_acts_free(&acts);
	json_object_set_new(hit, "snippet", snippet);
	json_object_set_new(hit, "passages", list);
	return st;
}

enum gk_status
site_add_passages(struct gk_site *s, struct site_record *r, uint32_t docid, struct gk_date day, const struct gk_results *found, json_t *hit, struct gk_err *err)
{
	struct passage p;
	struct gk_text_of *all;
	struct gk_snippet cut;
	const char *title = gk_meta_get(r->record.meta, "title");
	enum gk_status st = find_passage(s, r, docid, day, found, &all, &p, err);

	if (st != GK_OK) {
		free(all);
		return st;
	}
	if (!gk_marks(title, strlen(title), found->needles, found->n_needles, &cut) || json_object_set_new(hit, "title_marks", marks_of(title, &cut)) < 0)
		st = gk_nomem(err);
	else if (p.pieces > 0)
		begin_with_matter(title, &p.piece[0]);
	if (st == GK_OK)
		st = add_passages(s, r, day, found, &p, hit, err);
	passage_free(&p);
	free(all);
	return st;
}
