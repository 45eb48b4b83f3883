/* What changed between two texts, as an answer. */
#include "web/answer-internal.h"

#include "record/difference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct side {
	struct site_record r;
	struct gk_text_of text;
	struct gk_date day;
	struct gk_warc_rec rec;
	json_t *texts;
	bool open;
};

static void
close_side(struct side *d)
{
	if (!d->open)
		return;
	gk_warc_rec_free(&d->rec);
	json_decref(d->texts);
	site_record_free(&d->r);
}

/* Without a day: the newest text, or the one before it. */
static enum gk_status
day_of_side(struct gk_site *s, struct side *d, const char *day, bool before, struct gk_err *err)
{
	struct gk_text_of *all;
	size_t k;

	if (day != NULL && *day != '\0') {
		if (gk_date_parse(day, strlen(day), &d->day))
			return GK_OK;
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "不是日期：%.80s", "not a date: %.80s", day);
		gk_hint(err, "写成 2021-12-01", "write it as 2021-12-01");
		return GK_REFUSED;
	}
	all = calloc(d->r.n, sizeof *all);
	if (all == NULL)
		return gk_nomem(err);
	k = gk_texts(d->r.events, d->r.n, s->known_at, all);
	d->day = k == 0 ? gk_date_today() : before ? (k > 1 ? all[k - 2].until : GK_NO_DATE) : all[k - 1].first > 0 ? gk_date_of_day(all[k - 1].first) : gk_date_today();
	free(all);
	if (d->day.year != 0)
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "'%.64s' 只有一个文本，没有可比的", "'%.64s' has but one text: nothing to compare", d->r.record.id);
	gk_hint(err, "存入新文本：gongkai amend 编号 --text 文件；或给两个编号", "a new text comes in with gongkai amend ID --text FILE; or name two documents");
	return GK_REFUSED;
}

static enum gk_status
open_side(struct gk_site *s, const char *id, const char *day, bool before, struct side *d, struct gk_err *err)
{
	enum gk_status st = site_record_find(s, id, &d->r, err);

	if (st != GK_OK)
		return st;
	st = day_of_side(s, d, day, before, err);
	if (st == GK_OK) {
		d->texts = site_texts(s, &d->r, d->day, &d->text);
		st = site_block(s, &d->r.record, "text", &d->rec, err);
	}
	if (st == GK_OK && d->rec.block.n > GK_DIFF_BYTES) {
		gk_warc_rec_free(&d->rec);
		gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "'%.64s' 的文本过长，不能比较：上限 %d 字节", "the text of '%.64s' is too long to compare: at most %d bytes", id, GK_DIFF_BYTES);
		gk_hint(err, "下载两个文本自行比较", "download both texts and compare them yourself");
		st = GK_REFUSED;
	}
	if (st != GK_OK) {
		json_decref(d->texts);
		site_record_free(&d->r);
		return st;
	}
	d->open = true;
	return GK_OK;
}

static json_t *
side_json(const struct side *d)
{
	const json_t *meta = d->r.record.meta;
	char url[96];

	if (d->text.content != NULL)
		site_text_url(d->r.record.id, &d->text, url);
	else
		snprintf(url, sizeof url, "/d/%.64s", d->r.record.id);
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:s}", "id", d->r.record.id, "title", gk_meta_get(meta, "title"), "number", json_text(gk_meta_get(meta, "docno")), "day",
			 json_date(d->day), "from", json_date(d->text.from), "until", json_date(d->text.until), "url", url);
}

static json_t *
links_json(const struct side *old, const struct side *new)
{
	char from[12], to[12], html[192], self[192];

	/* Two records have no page in common. */
	if (strcmp(old->r.record.id, new->r.record.id) != 0)
		return json_pack("{s:n, s:n}", "self", "html");
	gk_date_format(old->day, from);
	gk_date_format(new->day, to);
	snprintf(html, sizeof html, "/d/%.64s/diff?from=%s&to=%s", new->r.record.id, from, to);
	snprintf(self, sizeof self, "/d/%.64s/diff.json?from=%s&to=%s", new->r.record.id, from, to);
	return json_pack("{s:s, s:s}", "self", self, "html", html);
}

enum gk_status
gk_answer_difference(struct gk_site *s, const char *old_id, const char *old_day, const char *new_id, const char *new_day, json_t **out, const char **bad_param, struct gk_err *err)
{
	struct side old = { .open = false }, new = { .open = false };
	struct gk_difference d;
	const char *p, *q;
	enum gk_status st;

	s->known_at = NULL;
	*bad_param = "from";
	/* Two records: each as it is today. */
	st = open_side(s, old_id, old_day, strcmp(old_id, new_id) == 0, &old, err);
	if (st == GK_OK) {
		*bad_param = "to";
		st = open_side(s, new_id, new_day, false, &new, err);
	}
	if (st == GK_OK) {
		p = old.rec.block.p == NULL ? "" : old.rec.block.p;
		q = new.rec.block.p == NULL ? "" : new.rec.block.p;
		st = gk_difference_of(p, old.rec.block.n, q, new.rec.block.n, &d, err);
	}
	if (st == GK_OK) {
		*out = json_pack("{s:o, s:o, s:b, s:o, s:O, s:o}", "old", side_json(&old), "new", side_json(&new), "identical",
				 (int)(old.rec.block.n == new.rec.block.n && memcmp(p, q, new.rec.block.n) == 0), "difference", gk_difference_json(&d, p, q), "texts", new.texts,
				 "links", links_json(&old, &new));
		gk_difference_free(&d);
		st = *out == NULL ? gk_nomem(err) : GK_OK;
	}
	close_side(&old);
	close_side(&new);
	return st;
}
