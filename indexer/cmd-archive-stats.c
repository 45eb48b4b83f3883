/* gongkai archive stats: what the documents of each category take in the archive, and how well they compress. */
#include "archive/warc.h"
#include "indexer/cmd.h"
#include "indexer/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ORIGINAL, TEXT, EVENT, KINDS };

struct sums { uint64_t raw[KINDS], stored[KINDS]; };

struct row { char *category; size_t documents; struct sums sums; };

struct table { struct row *row; size_t n; };

static struct row *
row_of(struct table *t, const char *category)
{
	struct row *grown;

	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->row[i].category, category) == 0)
			return &t->row[i];
	grown = realloc(t->row, (t->n + 1) * sizeof *grown);
	if (grown == NULL)
		return NULL;
	t->row = grown;
	t->row[t->n] = (struct row){ .category = strdup(category) };
	return t->row[t->n].category == NULL ? NULL : &t->row[t->n++];
}

static void
add(struct sums *to, const struct sums *from)
{
	for (size_t k = 0; k < KINDS; k++) {
		to->raw[k] += from->raw[k];
		to->stored[k] += from->stored[k];
	}
}

/* Original and text stand before the event that speaks of them. */
static enum gk_status
take(struct table *t, const struct gk_warc_rec *rec, struct sums *pending, struct gk_err *err)
{
	size_t kind = rec->type == GK_WARC_RESOURCE ? ORIGINAL : rec->type == GK_WARC_CONVERSION ? TEXT : EVENT;
	struct gk_event e;
	struct row *row;

	pending->raw[kind] += rec->block.n;
	pending->stored[kind] += rec->loc.length;
	if (rec->type != GK_WARC_METADATA || strncmp(rec->content_type, STORE_EVENT_TYPE, strlen(STORE_EVENT_TYPE)) != 0 ||
	    gk_event_parse(rec->block.p == NULL ? "" : rec->block.p, rec->block.n, &e, err) != GK_OK)
		return GK_OK;
	row = row_of(t, gk_meta_get(json_object_get(e.json, "meta"), "column"));
	if (row != NULL) {
		row->documents += json_object_get(e.json, "content") != NULL;
		add(&row->sums, pending);
		memset(pending, 0, sizeof *pending);
	}
	gk_event_free(&e);
	return row == NULL ? gk_nomem(err) : GK_OK;
}

static uint64_t
total(const uint64_t v[KINDS])
{
	return v[ORIGINAL] + v[TEXT] + v[EVENT];
}

static double
ratio(uint64_t stored, uint64_t raw)
{
	return raw == 0 ? 0 : (double)stored / (double)raw;
}

static int
largest_first(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	uint64_t m = total(x->sums.stored), n = total(y->sums.stored);

	return m != n ? (m > n ? -1 : 1) : strcmp(x->category, y->category);
}

static json_t *
row_json(const char *category, size_t documents, const struct sums *s)
{
	return json_pack("{s:s, s:I, s:{s:I, s:I, s:I}, s:{s:I, s:I, s:I}, s:f}", "category", category, "documents", (json_int_t)documents, "raw", "original",
			 (json_int_t)s->raw[ORIGINAL], "text", (json_int_t)s->raw[TEXT], "events", (json_int_t)s->raw[EVENT], "stored", "original",
			 (json_int_t)s->stored[ORIGINAL], "text", (json_int_t)s->stored[TEXT], "events", (json_int_t)s->stored[EVENT], "ratio",
			 ratio(total(s->stored), total(s->raw)));
}

static void
print_row(const char *category, size_t documents, const struct sums *s)
{
	print_column(category, 28);
	printf(" %9zu  %11.2f  %11.2f   %.3f\n", documents, (double)total(s->raw) / 1e6, (double)total(s->stored) / 1e6, ratio(total(s->stored), total(s->raw)));
}

static void
print_table(const struct app *app, const struct table *t)
{
	struct sums all = { { 0 }, { 0 } };
	size_t documents = 0;
	json_t *rows = json_array();

	for (size_t i = 0; i < t->n; i++) {
		add(&all, &t->row[i].sums);
		documents += t->row[i].documents;
		json_array_append_new(rows, row_json(t->row[i].category, t->row[i].documents, &t->row[i].sums));
	}
	if (app->json) {
		app_json(json_pack("{s:o, s:o}", "total", row_json("", documents, &all), "categories", rows));
		return;
	}
	json_decref(rows);
	print_column(GK_T("类别", "category"), 28);
	printf("%s\n", GK_T("      件数      原始 MB      入档 MB   比率", " documents       raw MB    stored MB   ratio"));
	for (size_t i = 0; i < t->n; i++)
		print_row(*t->row[i].category != '\0' ? t->row[i].category : GK_T("（无类别）", "(none)"), t->row[i].documents, &t->row[i].sums);
	print_row(GK_T("合计", "all"), documents, &all);
	printf(GK_T("其中 原件 %.3f，文字 %.3f，登记 %.3f（入档/原始）\n", "of these: originals %.3f, texts %.3f, events %.3f (stored/raw)\n"),
	       ratio(all.stored[ORIGINAL], all.raw[ORIGINAL]), ratio(all.stored[TEXT], all.raw[TEXT]), ratio(all.stored[EVENT], all.raw[EVENT]));
}

static int
run(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = { { NULL, 0, NULL, 0, NULL, 0 } };
	struct table t = { NULL, 0 };
	struct sums pending = { { 0 }, { 0 } };
	struct gk_loc at = { 0, 0, 0 };
	struct gk_err err = GK_ERR_INIT;
	struct gk_archive *a = NULL;
	struct gk_scan *scan = NULL;
	struct gk_warc_rec rec;
	enum gk_status st;

	app_parse(app, &cmd_archive_stats, argc, argv, options, no_options, NULL);
	st = gk_archive_open(app->archive, &a, &err);
	if (st == GK_OK)
		st = gk_scan_open(a, at, &scan, &err);
	while (scan != NULL && (st == GK_OK || st == GK_REFUSED)) {
		st = gk_scan_next(scan, &rec, &at, &err);
		if (st != GK_OK)
			continue;
		st = take(&t, &rec, &pending, &err);
		gk_warc_rec_free(&rec);
	}
	gk_scan_close(scan);
	gk_archive_close(a);
	if (st == GK_END) {
		if (t.n > 0)
			qsort(t.row, t.n, sizeof *t.row, largest_first);
		print_table(app, &t);
	}
	for (size_t i = 0; i < t.n; i++)
		free(t.row[i].category);
	free(t.row);
	return st == GK_END ? 0 : app_error(app, &err);
}

const struct cmd cmd_archive_stats = {
	.name = "archive stats",
	.args_zh = "",
	.args_en = "",
	.doc_zh = "各类别在档案里占多少",
	.doc_en = "What each category takes in the archive",
	.run = run,
};
