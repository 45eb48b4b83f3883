/* A register checked against the archive, line by line, and carried out. */
#include "indexer/destroying.h"

#include "base/io.h"
#include "base/utf8.h"
#include "indexer/keeping.h"
#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REGISTER_MAX = 16 * 1024 * 1024 };

/* --- writing a register ----------------------------------------------------------------------------------------------- */

enum gk_status
destroying_write_one(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct destroying_register *w = arg;
	struct gk_retention_of k = gk_retention_at(h->events, h->n, GK_NO_DATE, NULL);
	char no[24], year[16], kept[16], pages[64];
	const char *stated = gk_meta_get(r->meta, "secrecy");
	const char *cell[REG_COLUMNS] = { NULL };

	(void)docid, (void)err;
	if (k.state != GK_R_APPROVED_DESTROY)
		return GK_OK;
	snprintf(no, sizeof no, "%zu", ++w->n);
	snprintf(year, sizeof year, "%d", gk_record_year(r));
	snprintf(kept, sizeof kept, "%d", gk_record_year(r) == 0 ? 0 : gk_date_today().year - gk_record_year(r));
	snprintf(pages, sizeof pages, "%lld/1", (long long)json_integer_value(json_object_get(r->meta, "pages")));
	cell[REG_NO] = no;
	cell[REG_REFCODE] = keeping_refcode(&k);
	cell[REG_TITLE] = gk_meta_get(r->meta, "title");
	cell[REG_YEAR] = year;
	cell[REG_TERM] = gk_keep_names[k.keep].label;
	cell[REG_KEPT] = kept;
	cell[REG_PAGES] = json_integer_value(json_object_get(r->meta, "pages")) > 0 ? pages : "—/1";
	cell[REG_SECRECY] = *stated == '\0' || strcmp(stated, "none") == 0 ? "无" : stated;
	cell[REG_OPINION] = gk_event_act(k.by, "report");
	cell[REG_REASON] = gk_event_act(k.by, "reason");
	cell[REG_HEAD] = gk_event_act(k.by, "approved_by");
	cell[REG_ARCHIVIST] = gk_event_act(k.by, "archivist");
	cell[REG_NOTE] = r->id;
	register_put(&w->out, cell);
	return GK_OK;
}

void
destroying_register_begin(struct destroying_register *w)
{
	w->n = 0;
	gk_buf_init(&w->out, REGISTER_MAX);
	/* The BOM is for the spreadsheets that guess. */
	gk_buf_puts(&w->out, "\xEF\xBB\xBF");
	register_put(&w->out, register_columns);
}

/* --- reading one ------------------------------------------------------------------------------------------------------ */

static enum gk_status
note_code(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct destroying *x = arg;

	(void)r, (void)err;
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->events[i].type, "file") == 0 && gk_event_act(&h->events[i], "refcode")[0] != '\0')
			json_object_set_new(x->by_refcode, gk_event_act(&h->events[i], "refcode"), json_integer(docid));
	return GK_OK;
}

/* "王五、赵六": any of the usual marks between them. */
static json_t *
supervisors_of(const struct destroying *x, const char *cell)
{
	static const char *const marks[] = { "、", "，", ",", ";", "；", "/", " " };
	json_t *out = json_array();
	const char *p = cell;

	while (*p != '\0') {
		const char *next = p + strlen(p);
		size_t mark = 0;

		for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
			const char *at = strstr(p, marks[m]);

			if (at != NULL && at < next) {
				next = at;
				mark = strlen(marks[m]);
			}
		}
		if (next > p)
			json_array_append_new(out, json_stringn(p, (size_t)(next - p)));
		p = next + mark;
	}
	if (json_array_size(out) == 0) {
		json_array_append_new(out, json_string(x->approved_by));
		json_array_append_new(out, json_string(x->second));
	}
	return out;
}

static json_t *
act_of(const struct destroying *x, const struct register_row *row)
{
	json_t *act = json_object();
	const char *opinion = row->cell[REG_OPINION];

	keeping_set(act, "register", x->reg.digest);
	json_object_set_new(act, "supervisors", supervisors_of(x, row->cell[REG_SUPERVISORS]));
	keeping_set(act, "approved_by", x->approved_by);
	keeping_set(act, "method", row->cell[REG_METHOD][0] != '\0' ? row->cell[REG_METHOD] : x->method);
	keeping_set(act, "place", row->cell[REG_PLACE][0] != '\0' ? row->cell[REG_PLACE] : x->place);
	keeping_set(act, "refcode", row->cell[REG_REFCODE]);
	keeping_set(act, "authority", x->authority != NULL ? x->authority : opinion[0] != '\0' ? opinion : x->approved_by);
	return act;
}

static enum gk_status
check_row(struct destroying *x, size_t i, struct gk_err *err)
{
	const struct register_row *row = &x->reg.row[i];
	struct disposal_document *doc = &x->doc[x->n];
	const json_t *docid = json_object_get(x->by_refcode, row->cell[REG_REFCODE]);
	struct gk_record r;
	struct gk_event event;
	char now[32];
	enum gk_status st;

	if (docid == NULL)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有档号 '%.100s'", "there is no reference code '%.100s'", row->cell[REG_REFCODE]);
	for (size_t k = 0; k < x->n; k++)
		if (x->doc[k].docid == (uint32_t)json_integer_value(docid))
			return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "档号 '%.100s' 列了两次", "the reference code '%.100s' is listed twice", row->cell[REG_REFCODE]);
	doc->docid = (uint32_t)json_integer_value(docid);
	st = act_read(x->store, doc->docid, &doc->history, &r, err);
	if (st != GK_OK)
		return st;
	snprintf(x->line[i].id, sizeof x->line[i].id, "%s", r.id);
	gk_utf8_clean(gk_meta_get(r.meta, "title"), x->line[i].title, sizeof x->line[i].title);
	/* The line must mean the record that has its code: a slip in the sheet must not cost another one. */
	if (strcmp(row->cell[REG_TITLE], gk_meta_get(r.meta, "title")) != 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "题名与档号不符：档案中是《%.200s》", "title and reference code do not agree: in the archive it is 《%.200s》", x->line[i].title);
	gk_now_utc(now);
	doc->act = act_of(x, row);
	if (st == GK_OK)
		st = gk_event_of(gk_act_json(r.id, "destroy", GK_NO_DATE, now, x->actor, json_incref(doc->act), NULL), &event, err);
	if (st == GK_OK) {
		st = gk_retention_check(doc->history.events, doc->history.n, &event, err);
		gk_event_free(&event);
	}
	gk_record_free(&r);
	if (st == GK_OK) {
		x->n++;
		return GK_OK;
	}
	store_history_free(&doc->history);
	json_decref(doc->act);
	memset(doc, 0, sizeof *doc);
	return st;
}

/* A record that cannot be read has no code that anybody could mean: its line is passed over as one without. */
static void
pass_over(void *arg, const struct gk_err *err)
{
	(void)arg, (void)err;
}

enum gk_status
destroying_check(struct destroying *x, struct gk_err *err)
{
	enum gk_status st;

	x->line = calloc(x->reg.n + 1, sizeof *x->line);
	x->doc = calloc(x->reg.n + 1, sizeof *x->doc);
	x->by_refcode = json_object();
	st = x->line == NULL || x->doc == NULL || x->by_refcode == NULL ? gk_nomem(err) : keeping_walk(x->store, note_code, pass_over, x, err);


	for (size_t i = 0; st == GK_OK && i < x->reg.n; i++) {
		st = check_row(x, i, &x->line[i].why);
		if (st == GK_OK)
			x->line[i].why.cause = GK_CAUSE_NONE;
		else if (st == GK_REFUSED)
			st = GK_OK;
		else
			*err = x->line[i].why;
	}
	return st;
}

/* --- doing ------------------------------------------------------------------------------------------------------------- */

enum gk_status
destroying_persons(const char *approved_by, const char *second, struct gk_err *err)
{
	if (approved_by == NULL || second == NULL || *approved_by == '\0' || *second == '\0') {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "要写明两个人：--approved-by 批准人 --second 第二人", "two persons must be named: --approved-by NAME --second NAME");
		return GK_REFUSED;
	}
	if (strcmp(approved_by, second) == 0)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "两人不能是同一人：'%s'", "the two must not be the same person: '%s'", approved_by);
	return GK_OK;
}

bool
destroying_typed(const struct destroying *x, const char *given)
{
	if (given != NULL && strncmp(given, "sha256:", 7) == 0)
		given += 7;
	return given != NULL && strlen(given) >= DESTROYING_TYPED && strncmp(given, x->reg.digest + 7, strlen(given)) == 0;
}

enum gk_status
destroying_run(struct destroying *x, unsigned *removed, unsigned *unread, struct gk_err *err)
{
	char date[12];
	json_t *words = json_object();

	gk_date_format(gk_date_today(), date);
	keeping_set(words, "authority", json_string_value(json_object_get(x->doc[0].act, "authority")));
	keeping_set(words, "date", date);
	keeping_set(words, "register", x->reg.digest);
	keeping_set(words, "approved_by", x->approved_by);
	keeping_set(words, "second", x->second);
	return disposal_run(x->store, x->doc, x->n, x->actor, words, removed, unread, err);
}

void
destroying_free(struct destroying *x)
{
	for (size_t i = 0; i < x->n; i++) {
		store_history_free(&x->doc[i].history);
		json_decref(x->doc[i].act);
	}
	json_decref(x->by_refcode);
	free(x->line);
	free(x->doc);
	register_free(&x->reg);
}
