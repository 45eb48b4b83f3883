/*
 * gongkai verify: reads every byte of the archive again.  Each record's digest is checked by the reader; here it is
 * also checked that every event finds the records it speaks of, and that the index has read them all.
 */
#include "archive/warc.h"
#include "catalog/catalog.h"
#include "base/io.h"
#include "indexer/cmd.h"
#include "indexer/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct check {
	struct app *app;
	size_t records, events, documents, bad;
	uint64_t bytes;
	json_t *findings;
};

static void
finding(struct check *c, struct gk_loc loc, const char *id, const struct gk_err *err)
{
	c->bad++;
	json_array_append_new(c->findings, json_pack("{s:I, s:I, s:s, s:s, s:s}", "segment", (json_int_t)loc.segment, "offset", (json_int_t)loc.offset, "id", id,
						     "message", err->what, "message_en", err->what_en));
	if (!c->app->json)
		printf(GK_T("  坏  段 %06u 位置 %llu  %s  %s\n", "  bad  segment %06u offset %llu  %s  %s\n"), loc.segment, (unsigned long long)loc.offset, id, gk_err_what(err));
}

/* What an event says of a record must be what the archive has there. */
static void
check_reference(struct check *c, struct gk_archive *a, const struct gk_event *e, const char *which, struct gk_loc at)
{
	const json_t *content = json_object_get(e->json, "content"), *ref = json_object_get(content, which), *loc = json_object_get(ref, "loc");
	const char *digest = json_string_value(json_object_get(strcmp(which, "text") == 0 ? ref : content, "digest"));
	struct gk_loc to;
	struct gk_warc_rec rec;
	struct gk_err err = GK_ERR_INIT;

	if (ref == NULL)
		return;
	to = (struct gk_loc){ .segment = (uint32_t)json_integer_value(json_array_get(loc, 0)), .offset = (uint64_t)json_integer_value(json_array_get(loc, 1)),
			      .length = (uint32_t)json_integer_value(json_array_get(loc, 2)) };
	if (json_array_size(loc) != 3 || digest == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_DAMAGED, "登记 %s 没有写明 %s 的位置", "event %s does not say where its %s is", e->event, which);
		finding(c, at, e->id, &err);
		return;
	}
	if (gk_archive_read(a, to, &rec, &err) != GK_OK) {
		finding(c, to, e->id, &err);
		return;
	}
	if (strcmp(rec.payload_digest, digest) != 0) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_DAMAGED, "登记 %s 的 %s 摘要与档案不符", "event %s states another digest of its %s than the archive", e->event, which);
		finding(c, to, e->id, &err);
	}
	gk_warc_rec_free(&rec);
}

static void
check_event(struct check *c, struct gk_archive *a, const struct gk_warc_rec *rec)
{
	struct gk_event e;
	struct gk_err err = GK_ERR_INIT;

	if (gk_event_parse(rec->block.p == NULL ? "" : rec->block.p, rec->block.n, &e, &err) != GK_OK) {
		finding(c, rec->loc, "", &err);
		return;
	}
	c->events++;
	if (strcmp(e.type, "import_public") == 0 || strcmp(e.type, "publish") == 0)
		c->documents += json_object_get(e.json, "version") == NULL;
	check_reference(c, a, &e, "original", rec->loc);
	check_reference(c, a, &e, "text", rec->loc);
	gk_event_free(&e);
}

static enum gk_status
scan_all(struct check *c, struct gk_archive *a, struct gk_loc *torn, bool *is_torn, struct gk_err *err)
{
	struct gk_loc at = { 0, 0, 0 };
	struct gk_scan *scan;
	struct gk_warc_rec rec;
	struct progress p;
	enum gk_status st = gk_scan_open(a, at, &scan, err);

	if (st != GK_OK)
		return st;
	progress_start(&p, c->app, 0);
	while ((st = gk_scan_next(scan, &rec, &at, err)) != GK_END && st != GK_DEAD) {
		if (st == GK_REFUSED) {
			finding(c, at, "", err);
			continue;
		}
		c->records++;
		c->bytes += rec.block.n;
		if (rec.type == GK_WARC_METADATA && strncmp(rec.content_type, STORE_EVENT_TYPE, strlen(STORE_EVENT_TYPE)) == 0)
			check_event(c, a, &rec);
		gk_warc_rec_free(&rec);
		progress_show(&p, c->records, NULL);
	}
	progress_end(&p);
	*is_torn = gk_scan_torn(scan, torn);
	gk_scan_close(scan);
	return st == GK_DEAD ? st : GK_OK;
}

/* -1: there is no index that opens. */
static long
indexed(const char *archive)
{
	char *dir = gk_path(archive, "index/public");
	struct gk_catalog *c;
	struct gk_totals t;
	long n = -1;

	if (dir != NULL && gk_catalog_open(dir, &c, NULL) == GK_OK) {
		if (gk_catalog_totals(c, false, &t, NULL) == GK_OK)
			n = (long)t.records;
		gk_catalog_close(c);
	}
	free(dir);
	return n;
}

static int
report(struct check *c, bool torn, struct gk_loc where, double took)
{
	long n = indexed(c->app->archive);
	bool behind = n >= 0 && (size_t)n != c->documents;

	if (c->app->json) {
		json_t *out = json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:o, s:f}", "clean", c->bad == 0, "documents", (json_int_t)c->documents, "records",
					(json_int_t)c->records, "events", (json_int_t)c->events, "bytes", (json_int_t)c->bytes, "bad", (json_int_t)c->bad, "findings",
					json_incref(c->findings), "seconds", took);

		json_object_set_new(out, "indexed", n < 0 ? json_null() : json_integer(n));
		json_object_set_new(out, "torn", torn ? json_pack("[I, I]", (json_int_t)where.segment, (json_int_t)where.offset) : json_null());
		app_json(out);
	} else {
		printf(GK_T("核验 %zu 件（%zu 条记录，%.1f MB）  坏 %zu  用时 %.1f 秒\n", "verified %zu documents (%zu records, %.1f MB)  bad %zu  in %.1f s\n"), c->documents,
		       c->records, (double)c->bytes / 1e6, c->bad, took);
	}
	if (torn)
		app_note(c->app, "说明：段 %06u 末尾有一条未写完的记录（位置 %llu），从未登记；下一次 ingest 会把它移到 warc/torn/",
			 "note: segment %06u ends in a record that was never finished (offset %llu) and never acknowledged; the next ingest moves it to warc/torn/",
			 where.segment, (unsigned long long)where.offset);
	if (n < 0)
		app_note(c->app, "说明：没有可用的索引；运行 gongkai index rebuild", "note: there is no usable index; run gongkai index rebuild");
	else if (behind)
		app_note(c->app, "说明：索引有 %ld 件，档案有 %zu 件；下一次 ingest 或 index rebuild 会补上", "note: the index has %ld documents, the archive %zu; the next ingest or index rebuild makes up for it",
			 n, c->documents);
	return c->bad > 0 ? 4 : 0;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = { { NULL, 0, NULL, 0, NULL, 0 } };
	struct check c = { .app = app, .findings = json_array() };
	struct gk_err err = GK_ERR_INIT;
	struct gk_archive *a;
	struct gk_loc where = { 0, 0, 0 };
	bool torn = false;
	double started = seconds_now();
	int status;

	app_parse(app, &cmd_verify, argc, argv, options, no_options, NULL);
	if (gk_archive_open(app->archive, &a, &err) != GK_OK) {
		status = app_error(app, &err);
	} else {
		status = scan_all(&c, a, &where, &torn, &err) == GK_OK ? report(&c, torn, where, seconds_now() - started) : app_error(app, &err);
		gk_archive_close(a);
	}
	json_decref(c.findings);
	return status;
}

const struct cmd cmd_verify = {
	.name = "verify",
	.args_zh = "",
	.args_en = "",
	.doc_zh = "核验档案的每一个字节",
	.doc_en = "Check every byte of the archive",
	.run = run,
};
