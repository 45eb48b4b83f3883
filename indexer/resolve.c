/* One record or a question: numbers first, then titles, then what is close. */
#include "indexer/resolve.h"

#include "base/io.h"
#include "base/utf8.h"
#include "catalog/prepare.h"
#include "catalog/query.h"
#include "catalog/schema.h"
#include "cjk/cjk.h"
#include "indexer/act.h"
#include "record/docno.h"
#include "record/field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const resolve_word[] = { "none", "near", "ask", "title", "number" };

enum { MANY = 64, CHARS = 160, QUERY_CHARS = 60 };

enum gk_status
store_open_reading(const char *dir, struct store *s, struct gk_err *err)
{
	char *conf = gk_path(dir, "gongkai.conf");
	enum gk_status st;

	memset(s, 0, sizeof *s);
	s->dir = strdup(dir);
	s->index_dir = gk_path(dir, "index/public");
	st = conf == NULL || s->dir == NULL || s->index_dir == NULL ? gk_nomem(err) : gk_archive_open(dir, &s->archive, err);
	if (st == GK_OK)
		st = gk_config_read(conf, &s->config, err);
	if (st == GK_OK)
		st = gk_catalog_open(s->index_dir, &s->seen, err);
	free(conf);
	if (st != GK_OK)
		store_close(s);
	return st;
}

/* --- how far apart ------------------------------------------------------------------------------------------ */

static size_t
characters(const char *s, uint32_t out[CHARS])
{
	size_t n = strlen(s), k = 0;

	for (size_t i = 0; i < n && k < CHARS; )
		i += gk_utf8_decode(s + i, n - i, &out[k++]);
	return k;
}

/* Characters of two numbers or titles that differ (added, left out, changed, or two neighbours swapped); at most max + 1. */
static unsigned
resolve_distance(const char *a, const char *b, unsigned max)
{
	uint32_t x[CHARS], y[CHARS];
	unsigned row[3][CHARS + 1], *before = row[0], *last = row[1], *now = row[2];
	size_t n = characters(a, x), m = characters(b, y);

	if (n > m + max || m > n + max)
		return max + 1;
	for (size_t j = 0; j <= m; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned least = now[0] = (unsigned)i, *spare;

		for (size_t j = 1; j <= m; j++) {
			unsigned d = last[j - 1] + (x[i - 1] != y[j - 1]);

			d = last[j] + 1 < d ? last[j] + 1 : d;
			d = now[j - 1] + 1 < d ? now[j - 1] + 1 : d;
			if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1] && before[j - 2] + 1 < d)
				d = before[j - 2] + 1;
			now[j] = d;
			least = d < least ? d : least;
		}
		if (least > max)
			return max + 1;
		spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[m] > max ? max + 1 : last[m];
}

/* What is left of a title for comparing: folded, no signs, no spaces. False when memory ends. */
static bool
bare(const char *title, char out[RESOLVE_TITLE_BYTES])
{
	struct gk_folded f;
	size_t k = 0;

	if (!gk_fold(title, strlen(title), false, &f))
		return false;
	for (size_t i = 0; i < f.n && k + 5 < RESOLVE_TITLE_BYTES; ) {
		uint32_t cp;
		size_t n = gk_utf8_decode(f.text + i, f.n - i, &cp);

		/* Letters, digits and Han; the signs of a title are 《》〈〉（）、 and the like. */
		if ((cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || (cp >= 0x3400 && cp < 0xA000) || cp >= 0x20000) {
			memcpy(out + k, f.text + i, n);
			k += n;
		}
		i += n;
	}
	out[k] = '\0';
	gk_folded_free(&f);
	return true;
}

/*
 * Could both be names of one text?  One holds the other (关于印发《甲办法》的通知), or most pairs of characters are shared: titles are
 * shortened and misspelled.  A wrong number is another text altogether.
 */
static bool
same_matter(const char *a, const char *b)
{
	char one[RESOLVE_TITLE_BYTES], two[RESOLVE_TITLE_BYTES];
	uint32_t x[CHARS], y[CHARS];
	size_t n, m, shared = 0;

	if (*a == '\0' || *b == '\0' || !bare(a, one) || !bare(b, two) || strstr(one, two) != NULL || strstr(two, one) != NULL)
		return true;
	n = characters(one, x);
	m = characters(two, y);
	if (n < 2 || m < 2)
		return true;
	for (size_t i = 0; i + 1 < n; i++)
		for (size_t j = 0; j + 1 < m; j++)
			if (x[i] == y[j] && x[i + 1] == y[j + 1]) {
				shared++;
				break;
			}
	return shared * 2 >= (n < m ? n : m) - 1;
}

/* --- candidates -------------------------------------------------------------------------------------------------- */

static uint32_t
day(struct gk_date d)
{
	return d.year == 0 ? 0 : gk_date_first_day(d);
}

static struct gk_date
made(const struct gk_record *r)
{
	static const char *const keys[] = { "promulgated_date", "issued_date", "formed_date", "adopted_date", "published_at", "effective_date" };
	struct gk_date d;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *s = gk_meta_get(r->meta, keys[i]);

		if (*s != '\0' && gk_date_parse(s, strlen(s), &d))
			return d;
	}
	return GK_NO_DATE;
}

static enum gk_status
read_candidate(struct store *s, uint32_t docid, const struct resolve_wanted *w, struct resolve_candidate *c, struct gk_err *err)
{
	struct store_history h;
	struct gk_record r;
	const char *source;
	enum gk_status st = act_read(s, docid, &h, &r, err);

	if (st != GK_OK)
		return st;
	*c = (struct resolve_candidate){ .docid = docid, .made = made(&r), .now = gk_validity_at(h.events, h.n, gk_date_today(), NULL).code };
	snprintf(c->id, sizeof c->id, "%s", r.id);
	gk_utf8_clean(gk_meta_get(r.meta, "title"), c->title, sizeof c->title);
	gk_utf8_clean(gk_meta_get(r.meta, "docno"), c->docno, sizeof c->docno);
	source = json_string_value(json_object_get(r.source, "id"));
	gk_utf8_clean(source == NULL ? "" : source, c->source_id, sizeof c->source_id);
	c->later = w->end.year != 0 && c->made.year != 0 && day(c->made) > gk_date_last_day(w->end);
	gk_record_free(&r);
	store_history_free(&h);
	return GK_OK;
}

/* Those under one term, the naming document itself left out. Full is full: eight of one name are a question anyway. */
static enum gk_status
collect(struct store *s, const char *prefix, const char *value, const struct resolve_wanted *w, struct resolved *out, struct gk_err *err)
{
	uint32_t docids[MANY];
	size_t n = 0;
	enum gk_status st = gk_catalog_list_by(s->seen, prefix, value, docids, MANY, &n, err);

	if (st != GK_OK)
		return st == GK_END ? GK_OK : st;
	for (size_t i = 0; i < n && out->n < RESOLVE_MAX; i++) {
		size_t k = 0;

		while (k < out->n && out->c[k].docid != docids[i])
			k++;
		if (docids[i] == w->self || k < out->n)
			continue;
		st = read_candidate(s, docids[i], w, &out->c[out->n], err);
		if (st == GK_REFUSED)
			continue;	/* a damaged record is nobody's target */
		if (st != GK_OK)
			return st;
		out->n++;
	}
	return GK_OK;
}

/* The key of the number that was stated, in whatever bracket or words. */
static bool
number_key(const char *docno, char key[GK_DOCNO_KEY])
{
	struct gk_docno no;
	size_t at = 0;

	if (*docno == '\0')
		return false;
	if (!gk_docno_parse(docno, strlen(docno), &no) && !gk_docno_next(docno, strlen(docno), &at, &no))
		return false;
	snprintf(key, GK_DOCNO_KEY, "%s", no.key);
	return true;
}

static enum gk_status
collect_title(struct store *s, const char *issuer, const struct resolve_wanted *w, struct resolved *out, struct gk_err *err)
{
	char full[RESOLVE_TITLE_BYTES * 2], key[65];

	snprintf(full, sizeof full, "%s%s", issuer, w->name);
	return gk_title_key(full, strlen(full), key, err) ? collect(s, GK_X_TITLEKEY, key, w, out, err) : GK_OK;
}

static void
keep(struct resolved *out, bool (*good)(const struct resolve_candidate *c, const struct resolve_wanted *w), const struct resolve_wanted *w)
{
	size_t kept = 0;

	for (size_t i = 0; i < out->n; i++)
		if (good(&out->c[i], w))
			out->c[kept++] = out->c[i];
	/* If none passes, the test says nothing. */
	if (kept > 0)
		out->n = kept;
}

static bool
on_that_day(const struct resolve_candidate *c, const struct resolve_wanted *w)
{
	return w->date.year == 0 || (c->made.year != 0 && day(c->made) >= day(w->date) && day(c->made) <= gk_date_last_day(w->date));
}

static bool
of_that_title(const struct resolve_candidate *c, const struct resolve_wanted *w)
{
	char a[65], b[65];

	return gk_title_key(c->title, strlen(c->title), a, NULL) && gk_title_key(w->name, strlen(w->name), b, NULL) && strcmp(a, b) == 0;
}

static bool
of_that_matter(const struct resolve_candidate *c, const struct resolve_wanted *w)
{
	return same_matter(c->title, w->name);
}

static bool
not_later(const struct resolve_candidate *c, const struct resolve_wanted *w)
{
	(void)w;
	return !c->later;
}

static void
ask(struct resolved *out, const char *zh, const char *en)
{
	out->verdict = RESOLVE_ASK;
	out->why = zh;
	out->why_en = en;
}

static void
judge_number(const struct resolve_wanted *w, struct resolved *out)
{
	for (size_t i = 0; i < out->n; i++)
		out->c[i].by_number = true;
	if (out->n > 1)
		keep(out, of_that_title, w);
	if (out->n > 1)
		keep(out, of_that_matter, w);
	if (out->n > 1)
		keep(out, on_that_day, w);
	if (out->n > 1)
		ask(out, "这个文号不止一件", "several documents bear this number");
	else if (!same_matter(out->c[0].title, w->name))
		ask(out, "文号对，题名不同", "the number is the same, the title another");
	else if (out->c[0].later)
		ask(out, "比废止之日还晚", "made after the day of the abolition");
	else
		out->verdict = RESOLVE_NUMBER;
}

static void
judge_title(const struct resolve_wanted *w, bool has_number, struct resolved *out)
{
	char a[65], b[65];
	bool own = *w->self_title != '\0' && gk_title_key(w->self_title, strlen(w->self_title), a, NULL) && gk_title_key(w->name, strlen(w->name), b, NULL) &&
		   strcmp(a, b) == 0;
	size_t kept = 0;

	for (size_t i = 0; i < out->n; i++) {
		out->c[i].by_title = true;
		/* Its own title: what came with it or after it is not what it replaced. */
		if (own && (w->self_made.year == 0 || out->c[i].made.year == 0 || day(out->c[i].made) >= day(w->self_made)))
			continue;
		out->c[kept++] = out->c[i];
	}
	out->n = kept;
	if (kept == 0)
		return;
	if (out->n > 1)
		keep(out, on_that_day, w);
	if (out->n > 1)
		keep(out, not_later, w);
	if (out->n > 1)
		ask(out, "同名的不止一件", "several documents have this title");
	else if (out->c[0].later)
		ask(out, "比废止之日还晚，可能是同名的新文件", "made after the day of the abolition: perhaps a newer text of the same title");
	else if (has_number && *out->c[0].docno != '\0')
		ask(out, "题名对，文号不同", "the title is the same, the number another");
	else
		out->verdict = RESOLVE_TITLE;
}

/* --- close ones ------------------------------------------------------------------------------------------------------ */

struct nearest {
	const char *key;
	unsigned max;
	struct { char key[GK_DOCNO_KEY]; unsigned distance; } best[RESOLVE_MAX];
	size_t n;
};

static bool
near_number(void *arg, const char *value, size_t n)
{
	struct nearest *x = arg;
	char key[GK_DOCNO_KEY];
	unsigned d;
	size_t at;

	if (n >= sizeof key)
		return true;
	memcpy(key, value, n);
	key[n] = '\0';
	d = resolve_distance(x->key, key, x->max);
	if (d > x->max)
		return true;
	for (at = x->n; at > 0 && x->best[at - 1].distance > d; at--)
		if (at < RESOLVE_MAX)
			x->best[at] = x->best[at - 1];
	if (at < RESOLVE_MAX) {
		memcpy(x->best[at].key, key, n + 1);
		x->best[at].distance = d;
		x->n += x->n < RESOLVE_MAX;
	}
	return true;
}

static enum gk_status
near_numbers(struct store *s, const char *key, const struct resolve_wanted *w, struct resolved *out, struct gk_err *err)
{
	struct nearest x = { .key = key, .max = gk_utf8_count(key, strlen(key)) >= 10 ? 2 : 1 };
	enum gk_status st = gk_catalog_each(s->seen, GK_X_DOCNO, near_number, &x, err);

	for (size_t i = 0; st == GK_OK && i < x.n && out->n < RESOLVE_MAX; i++) {
		size_t before = out->n;

		st = collect(s, GK_X_DOCNO, x.best[i].key, w, out, err);
		for (size_t k = before; k < out->n; k++)
			out->c[k].distance = x.best[i].distance;
	}
	return st;
}

static enum gk_status
near_titles(struct store *s, const struct resolve_wanted *w, struct resolved *out, struct gk_err *err)
{
	char words[RESOLVE_TITLE_BYTES], wanted[RESOLVE_TITLE_BYTES], one[RESOLVE_TITLE_BYTES];
	struct gk_query *q;
	struct gk_request r = { .size = RESOLVE_MAX * 2, .as_of = gk_date_today(), .fill = true };
	struct gk_results found;
	unsigned max;
	size_t chars;
	enum gk_status st;

	if (!bare(w->name, wanted) || *wanted == '\0')
		return GK_OK;
	chars = gk_utf8_count(wanted, strlen(wanted));
	max = chars / 6 > 2 ? (unsigned)(chars / 6) : chars < 6 ? 1 : 2;
	snprintf(words, sizeof words, "%s", wanted);
	if (chars > QUERY_CHARS)
		words[gk_utf8_cut(words, QUERY_CHARS * 3)] = '\0';
	q = calloc(1, sizeof *q);
	if (q == NULL)
		return gk_nomem(err);
	st = gk_query_parse(words, strlen(words), false, q, err);
	if (st == GK_OK) {
		r.query = q;
		st = gk_search(s->seen, &r, &found, err);
		for (size_t i = 0; st == GK_OK && i < found.n && out->n < RESOLVE_MAX; i++) {
			struct resolve_candidate *c = &out->c[out->n];
			size_t k = 0;

			while (k < out->n && out->c[k].docid != found.hits[i].docid)
				k++;
			if (k < out->n || found.hits[i].docid == w->self || read_candidate(s, found.hits[i].docid, w, c, NULL) != GK_OK || !bare(c->title, one))
				continue;
			c->distance = resolve_distance(wanted, one, max);
			if (c->distance <= max || strstr(one, wanted) != NULL)
				out->n++;
		}
		if (st == GK_OK)
			gk_results_free(&found);
		gk_query_free(q);
	}
	free(q);
	/* What cannot be asked as a query has no close ones. */
	return st == GK_REFUSED ? GK_OK : st;
}

/* 〔2015〕4O号: a letter that was typed for a digit.  Good enough to look for near ones, never to say that this is it. */
static bool
letters_for_digits(const char *docno, char key[GK_DOCNO_KEY])
{
	char mended[160];
	size_t n = strlen(docno);

	if (n == 0 || n >= sizeof mended)
		return false;
	for (size_t i = 0; i <= n; i++)
		mended[i] = docno[i] == 'O' || docno[i] == 'o' ? '0' : docno[i] == 'l' || docno[i] == 'I' ? '1' : docno[i];
	return strcmp(mended, docno) != 0 && number_key(mended, key);
}

/* 〔2025〕4好, 〔2025〕4: one other character at the end, or none, where 号 belongs; behind a digit, and with a year in brackets. */
static bool
no_end(const char *text, char key[GK_DOCNO_KEY])
{
	char mended[164];
	size_t n = strlen(text), digits = n;
	const char *year = strstr(text, "20");

	if (year == NULL || year == text || n == 0 || n + 4 > sizeof mended)
		return false;
	while (digits > 0 && !(text[digits - 1] >= '0' && text[digits - 1] <= '9'))
		digits--;
	if (digits == 0 || gk_utf8_count(text + digits, n - digits) > 1 || year + 4 >= text + digits)
		return false;
	snprintf(mended, sizeof mended, "%.*s号", (int)digits, text);
	return strcmp(mended, text) != 0 && number_key(mended, key);
}

/* --- the whole ------------------------------------------------------------------------------------------------------- */

enum gk_status
resolve(struct store *s, const struct resolve_wanted *w, struct resolved *out, struct gk_err *err)
{
	char key[GK_DOCNO_KEY];
	bool has_number = number_key(w->docno, key), slip = !has_number && w->near && (letters_for_digits(w->docno, key) || no_end(*w->docno != '\0' ? w->docno : w->name, key));
	enum gk_status st = GK_OK;

	*out = (struct resolved){ .why = "", .why_en = "" };
	if (has_number) {
		st = collect(s, GK_X_DOCNO, key, w, out, err);
		if (st != GK_OK)
			return st;
		if (out->n > 0) {
			judge_number(w, out);
			return GK_OK;
		}
	}
	if (*w->name != '\0') {
		st = collect_title(s, "", w, out, err);
		/* 最高人民法院《关于甲的解释》: the office is part of the title. */
		if (st == GK_OK && out->n == 0 && *w->issuer != '\0') {
			st = collect_title(s, w->issuer, w, out, err);
			/* Put together from two pieces, the title itself is a guess: a text that is too young is not even a question. */
			out->n = out->n == 1 && out->c[0].later ? 0 : out->n;
		}
		if (st != GK_OK)
			return st;
		if (out->n > 0)
			judge_title(w, has_number, out);
		if (out->n > 0)
			return GK_OK;
	}
	if (!w->near)
		return GK_OK;
	if (has_number || slip)
		st = near_numbers(s, key, w, out, err);
	for (size_t i = 0; slip && i < out->n; i++)
		out->c[i].distance++;
	if (st == GK_OK && *w->name != '\0' && out->n < RESOLVE_MAX)
		st = near_titles(s, w, out, err);
	if (out->n > 0)
		out->verdict = RESOLVE_NEAR;
	return st;
}
