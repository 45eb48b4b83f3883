/*
 * gongkai verify: reads every byte of the archive again, or that part of it which was asked for.  What is checked and
 * under which code stands in archive/verify.c; here an event is explained to it, and what it finds is told and kept.
 */
#include "archive/leaves.h"
#include "archive/ledger.h"
#include "archive/verify.h"
#include "base/io.h"
#include "catalog/catalog.h"
#include "indexer/cmd.h"
#include "indexer/store.h"
#include "indexer/disposal.h"
#include "indexer/verify-log.h"
#include "record/glance.h"

#include <ctype.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	KEPT_MAX = 10000,		/* findings in the report; all of them are printed and counted */
	INFOS_SHOWN = 20,
	MILLION = 1000000,
	FIRST_YEAR = 1900,		/* in --range, smaller numbers are segments */
	AGAINST_MAX = 1024 * 1024,
};

/* What is to be read: all of it is kept for --resume. */
struct part {
	uint32_t sample;		/* of a million; 0: all */
	uint64_t seed;
	bool seeded;
	int64_t older;			/* seconds; -1: not asked */
	unsigned year_from, year_to, segment_from, segment_to;	/* 0: not asked */
	json_t *ids;			/* array; empty: all */
};

struct check {
	struct app *app;
	struct part part;
	double budget;			/* seconds; 0: no end */
	bool resume, no_report;
	const char *against;
	/* At work. */
	struct gk_verify v;
	struct verify_log log;
	struct gk_archive *archive;
	struct progress progress;
	double started, before;		/* seconds of former parts */
	uint64_t total;			/* bytes of all segments */
	uint64_t steps;
	json_t *findings, *infos, *rules;
	uint64_t shown, left_out;
	struct gk_ledger_head ledgers[GK_LEDGERS];
	bool ledgers_done;
	unsigned parts;
	bool unread, against_done, index_damaged, index_unread;
	struct gk_err index_err;
	/* Of the report. */
	char report[VERIFY_REPORT_NAME];
	bool is_signed;
};

/* --- what an event says ------------------------------------------------------------------------------------- */

static void
add_reference(struct gk_event_says *says, const char *what, const json_t *ref, const char *digest)
{
	const json_t *loc = json_object_get(ref, "loc");
	json_int_t segment = json_integer_value(json_array_get(loc, 0)), offset = json_integer_value(json_array_get(loc, 1)),
		   length = json_integer_value(json_array_get(loc, 2));

	if (ref == NULL)
		return;
	says->refs[says->n].what = what;
	snprintf(says->refs[says->n].record, GK_WARC_ID, "%s", json_str(ref, "record"));
	snprintf(says->refs[says->n].digest, GK_WARC_DIGEST, "%s", digest);
	if (json_array_size(loc) == 3 && segment > 0 && segment <= UINT32_MAX && offset >= 0 && length > 0 && length <= UINT32_MAX)
		says->refs[says->n].loc = (struct gk_loc){ .segment = (uint32_t)segment, .offset = (uint64_t)offset, .length = (uint32_t)length };
	says->n++;
}

static void
copy_text(struct gk_seen_text text, char *out, size_t size)
{
	size_t n = text.n < size ? text.n : size - 1;

	if (n > 0)
		memcpy(out, text.p, n);
	out[n] = '\0';
}

static void
glance_reference(struct gk_event_says *says, const char *what, const struct gk_glance_ref *ref, struct gk_seen_text digest)
{
	const uint64_t *loc = ref->loc;

	if (!ref->there)
		return;
	says->refs[says->n].what = what;
	copy_text(ref->record, says->refs[says->n].record, GK_WARC_ID);
	copy_text(digest, says->refs[says->n].digest, GK_WARC_DIGEST);
	if (loc[0] > 0 && loc[0] <= UINT32_MAX && loc[2] > 0 && loc[2] <= UINT32_MAX)
		says->refs[says->n].loc = (struct gk_loc){ .segment = (uint32_t)loc[0], .offset = loc[1], .length = (uint32_t)loc[2] };
	says->n++;
}

static bool
is_text(struct gk_seen_text text, const char *word)
{
	return text.n == strlen(word) && memcmp(text.p, word, text.n) == 0;
}

/* What nearly all events are: canonical and sound. */
static void
explain_glance(const struct gk_glance *g, struct gk_event_says *says)
{
	char number[20];

	copy_text((struct gk_seen_text){ g->event.p + 2, g->event.n - 2 }, number, sizeof number);
	says->number = strtoull(number, NULL, 10);
	copy_text(g->id, says->id, sizeof says->id);
	says->first = (is_text(g->type, "import_public") || is_text(g->type, "publish")) && !g->version;
	glance_reference(says, "original", &g->original, g->digest);
	glance_reference(says, "text", &g->text, g->text.digest);
}

static enum gk_status
explain(void *arg, const struct gk_warc_rec *rec, struct gk_event_says *says, struct gk_err *err)
{
	const json_t *content;
	struct gk_glance g;
	struct gk_event e;
	enum gk_status st;

	(void)arg;
	if (strncmp(rec->content_type, STORE_EVENT_TYPE, strlen(STORE_EVENT_TYPE)) != 0)
		return GK_END;
	if (rec->block.p != NULL && gk_event_glance(rec->block.p, rec->block.n, &g)) {
		explain_glance(&g, says);
		return GK_OK;
	}
	st = gk_event_parse(rec->block.p == NULL ? "" : rec->block.p, rec->block.n, &e, err);
	if (st != GK_OK)
		return st;
	says->number = strtoull(e.event + 2, NULL, 10);
	snprintf(says->id, sizeof says->id, "%s", e.id);
	says->first = (strcmp(e.type, "import_public") == 0 || strcmp(e.type, "publish") == 0) && json_object_get(e.json, "version") == NULL;
	content = json_object_get(e.json, "content");
	add_reference(says, "original", json_object_get(content, "original"), json_str(content, "digest"));
	add_reference(says, "text", json_object_get(content, "text"), json_str(json_object_get(content, "text"), "digest"));
	gk_event_free(&e);
	return GK_OK;
}

/* --- findings -------------------------------------------------------------------------------------------------- */

/* Of a record of ours, the document; of others, the record. */
static const char *
id_of(const struct gk_finding *f)
{
	size_t n = strlen(STORE_URI);

	return strncmp(f->uri, STORE_URI, n) == 0 && gk_id_valid(f->uri + n) ? f->uri + n : f->record;
}

static void
print_finding(struct check *c, const struct gk_finding *f, const char *id)
{
	const struct gk_rule_text *rule = gk_rule_text(f->rule);

	if (c->app->json || f->rule == GK_V_TORN || (rule->info && ++c->shown > INFOS_SHOWN))
		return;
	progress_end(&c->progress);
	printf(rule->info ? GK_T("  注  段 %06u 位置 %llu  %s  %s %s：%s\n", "  info  segment %06u offset %llu  %s  %s %s: %s\n")
			  : GK_T("  坏  段 %06u 位置 %llu  %s  %s %s：%s\n", "  bad  segment %06u offset %llu  %s  %s %s: %s\n"),
	       f->loc.segment, (unsigned long long)f->loc.offset, *id != '\0' ? id : "-", rule->code, rule->name, gk_err_what(&f->err));
}

static void
found(void *arg, const struct gk_finding *f)
{
	const struct gk_rule_text *rule = gk_rule_text(f->rule);
	struct check *c = arg;
	json_t *list = rule->info ? c->infos : c->findings;
	const char *id = id_of(f);

	c->unread = c->unread || f->rule == GK_V_UNREAD;
	json_object_set_new(c->rules, rule->code, json_integer(json_integer_value(json_object_get(c->rules, rule->code)) + 1));
	if (json_array_size(list) < KEPT_MAX)
		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:I, s:s, s:s, s:s, s:s}", "code", rule->code, "rule", rule->name, "segment",
						      (json_int_t)f->loc.segment, "offset", (json_int_t)f->loc.offset, "length", (json_int_t)f->loc.length, "id", id,
						      "record", f->record, "message", f->err.what, "message_en", f->err.what_en));
	else
		c->left_out++;
	print_finding(c, f, id);
}

/* A finding that is not of one record: ours, not the reader's. */
static void
found_here(struct check *c, enum gk_rule rule, struct gk_loc loc, const struct gk_err *err)
{
	struct gk_finding f = { .rule = rule, .loc = loc, .err = *err };

	c->v.totals.bad++;
	found(c, &f);
}

/* --- what to read -------------------------------------------------------------------------------------------------- */

static uint64_t
segment_size(const struct check *c, uint32_t segment)
{
	struct stat sb = { .st_size = 0 };
	char *path;

	if (asprintf(&path, "%s/warc/%06u.warc.gz", c->app->archive, segment) < 0)
		return 0;
	if (stat(path, &sb) < 0)
		sb.st_size = 0;
	free(path);
	return (uint64_t)sb.st_size;
}

static bool
want_segment(void *arg, uint32_t segment)
{
	struct check *c = arg;

	if (c->part.segment_from != 0 && (segment < c->part.segment_from || segment > c->part.segment_to))
		return false;
	/* Where a budget ended, the rest of the segment is not fresh whatever the date says. */
	if (c->part.older >= 0 && !(c->v.from.segment == segment && c->v.from.offset > 0))
		return !verify_log_fresh(&c->log, segment, segment_size(c, segment), c->part.older);
	return true;
}

static bool
want_record(void *arg, const struct gk_warc_rec *head)
{
	const struct check *c = arg;
	const size_t n = strlen(STORE_URI);
	const char *id = head->target_uri + n, *dash;
	const json_t *one;
	size_t i;

	if (strncmp(head->target_uri, STORE_URI, n) != 0 || !gk_id_valid(id))
		return false;
	dash = strchr(id, '-');
	if (c->part.year_from != 0) {
		unsigned long year = strtoul(dash + 1, NULL, 10);

		if (year < c->part.year_from || year > c->part.year_to)
			return false;
	}
	json_array_foreach(c->part.ids, i, one)
		if (strcmp(json_string_value(one), id) == 0)
			return true;
	return json_array_size(c->part.ids) == 0;
}

static void
segment_done(void *arg, const struct gk_verified *v)
{
	struct check *c = arg;

	verify_log_segment(&c->log, v);
}

static void
show_progress(struct check *c, const struct gk_verify_totals *t, struct gk_loc at)
{
	struct progress *p = &c->progress;
	double now, speed;
	unsigned bar;

	if (!p->on)
		return;
	now = seconds_now();
	if (now - p->shown < 0.1 || c->total == 0)
		return;
	p->shown = now;
	speed = now > p->started ? (double)t->packed / (now - p->started) : 0;
	bar = t->packed < c->total ? (unsigned)(t->packed * 20 / c->total) : 20;
	fputs("\r\033[K[", stderr);
	for (unsigned i = 0; i < 20; i++)
		fputs(i < bar ? "█" : "─", stderr);
	fprintf(stderr, GK_T("] %3u%%  %.0f/%.0f MB  %.0f MB/秒  坏 %llu  段 %06u", "] %3u%%  %.0f/%.0f MB  %.0f MB/s  bad %llu  segment %06u"), bar * 5, (double)t->packed / 1e6,
		(double)c->total / 1e6, speed / 1e6, (unsigned long long)t->bad, at.segment);
	if (speed > 0 && t->packed < c->total)
		fprintf(stderr, GK_T("  余 %.0f 秒", "  %.0f s left"), (double)(c->total - t->packed) / speed);
	fflush(stderr);
}

static bool
go_on(void *arg, const struct gk_verify_totals *t, struct gk_loc at)
{
	struct check *c = arg;

	show_progress(c, t, at);
	/* One record at least each time, or a small budget would never come to an end. */
	return c->budget == 0 || c->steps++ == 0 || seconds_now() - c->started < c->budget;
}

static bool
partial(const struct part *p)
{
	return p->sample != 0 || p->older >= 0 || p->year_from != 0 || p->segment_from != 0 || json_array_size(p->ids) > 0;
}

/* --- going on where a budget ended -------------------------------------------------------------------------------------- */

static json_t *
part_json(const struct part *p)
{
	char seed[24];

	snprintf(seed, sizeof seed, "%llu", (unsigned long long)p->seed);
	return json_pack("{s:I, s:s, s:I, s:[i, i], s:[i, i], s:O}", "sample_per_million", (json_int_t)p->sample, "seed", seed, "older_seconds", (json_int_t)p->older, "years",
			 (int)p->year_from, (int)p->year_to, "segments", (int)p->segment_from, (int)p->segment_to, "ids", p->ids);
}

static void
part_of_json(struct part *p, const json_t *json)
{
	const json_t *years = json_object_get(json, "years"), *segments = json_object_get(json, "segments"), *ids = json_object_get(json, "ids"), *one;
	size_t i;

	p->sample = (uint32_t)json_integer_value(json_object_get(json, "sample_per_million"));
	p->seed = strtoull(json_str(json, "seed"), NULL, 10);
	p->older = json_is_integer(json_object_get(json, "older_seconds")) ? (int64_t)json_integer_value(json_object_get(json, "older_seconds")) : -1;
	p->year_from = (unsigned)json_integer_value(json_array_get(years, 0));
	p->year_to = (unsigned)json_integer_value(json_array_get(years, 1));
	p->segment_from = (unsigned)json_integer_value(json_array_get(segments, 0));
	p->segment_to = (unsigned)json_integer_value(json_array_get(segments, 1));
	json_array_clear(p->ids);
	json_array_foreach(ids, i, one)
		if (json_is_string(one))
			json_array_append(p->ids, (json_t *)one);
}

static const struct { const char *key; size_t at; } counts[] = {
	{ "segments", offsetof(struct gk_verify_totals, segments) }, { "records", offsetof(struct gk_verify_totals, records) },
	{ "events", offsetof(struct gk_verify_totals, events) }, { "documents", offsetof(struct gk_verify_totals, documents) },
	{ "bytes", offsetof(struct gk_verify_totals, bytes) }, { "packed", offsetof(struct gk_verify_totals, packed) },
	{ "skipped", offsetof(struct gk_verify_totals, skipped) }, { "destroyed", offsetof(struct gk_verify_totals, destroyed) }, { "bad", offsetof(struct gk_verify_totals, bad) },
	{ "infos", offsetof(struct gk_verify_totals, infos) }, { "last_event", offsetof(struct gk_verify_totals, last_event) },
};

enum { COUNTS = sizeof counts / sizeof *counts };

static uint64_t *
count_at(struct gk_verify_totals *t, size_t i)
{
	return (uint64_t *)(void *)((char *)t + counts[i].at);
}

static json_t *
resume_json(struct check *c)
{
	json_t *totals = json_object(), *out;

	for (size_t i = 0; i < COUNTS; i++)
		json_object_set_new(totals, counts[i].key, json_integer((json_int_t)*count_at(&c->v.totals, i)));
	out = json_pack("{s:[I, I], s:I, s:o, s:o, s:O, s:O, s:O, s:I, s:i, s:f, s:s}", "from", (json_int_t)c->v.end.segment, (json_int_t)c->v.end.offset, "expect",
			(json_int_t)c->v.expect, "part", part_json(&c->part), "totals", totals, "findings", c->findings, "info", c->infos, "rules", c->rules, "left_out", (json_int_t)c->left_out, "parts", (int)c->parts, "seconds",
			c->before + seconds_now() - c->started, "report", c->report);
	return out;
}

static void
copy_list(json_t *to, const json_t *from)
{
	if (json_is_array(from))
		json_array_extend(to, (json_t *)from);
}

static void
resume_from(struct check *c, const json_t *resume)
{
	const json_t *from = json_object_get(resume, "from"), *totals = json_object_get(resume, "totals");

	part_of_json(&c->part, json_object_get(resume, "part"));
	c->v.from = (struct gk_loc){ .segment = (uint32_t)json_integer_value(json_array_get(from, 0)), .offset = (uint64_t)json_integer_value(json_array_get(from, 1)) };
	for (size_t i = 0; i < COUNTS; i++)
		*count_at(&c->v.totals, i) = (uint64_t)json_integer_value(json_object_get(totals, counts[i].key));
	c->v.expect = (uint64_t)json_integer_value(json_object_get(resume, "expect"));
	copy_list(c->findings, json_object_get(resume, "findings"));
	copy_list(c->infos, json_object_get(resume, "info"));
	if (json_is_object(json_object_get(resume, "rules")))
		json_object_update(c->rules, json_object_get(resume, "rules"));
	c->left_out = (uint64_t)json_integer_value(json_object_get(resume, "left_out"));
	c->parts = (unsigned)json_integer_value(json_object_get(resume, "parts"));
	c->before = json_number_value(json_object_get(resume, "seconds"));
	app_note(c->app, "从段 %06u 位置 %llu 接着核验（此前已用 %.0f 秒，坏 %llu）", "going on at segment %06u offset %llu (%.0f seconds so far, bad %llu)", c->v.from.segment,
		 (unsigned long long)c->v.from.offset, c->before, (unsigned long long)c->v.totals.bad);
}

/* --- what the index and others know --------------------------------------------------------------------------------------- */

/* The index has read up to `mark`: an archive that ends before it has lost what somebody was told is safe. */
static void
compare_mark(struct check *c, struct gk_place mark)
{
	struct gk_err err = GK_ERR_INIT;
	uint64_t size = segment_size(c, mark.segment);

	if (mark.segment == 0 || mark.offset <= size)
		return;
	gk_fail(&err, GK_REFUSED, GK_CAUSE_DAMAGED, "索引读到过段 %06u 偏移 %llu 处，而此段只到 %llu：末尾缺了记录",
		"the index has read segment %06u up to offset %llu, and it ends at %llu: records are missing at its end", mark.segment, (unsigned long long)mark.offset,
		(unsigned long long)size);
	found_here(c, GK_V_SHORTER, (struct gk_loc){ .segment = mark.segment, .offset = size }, &err);
}

static void
ask_whether_whole(struct check *c, struct gk_catalog *catalog)
{
	if (gk_catalog_whole(catalog, &c->index_err) != GK_DEAD)
		return;
	/* What the disk does not give now may be whole. */
	c->index_unread = c->index_err.cause == GK_CAUSE_DEVICE;
	c->index_damaged = !c->index_unread;
}

/* -1: there is no index that opens. */
static long
ask_index(struct check *c)
{
	char *dir = gk_path(c->app->archive, "index/public");
	struct gk_catalog *catalog;
	struct gk_totals t;
	long n = -1;

	if (dir != NULL && gk_catalog_open(dir, &catalog, NULL) == GK_OK) {
		if (gk_catalog_totals(catalog, false, &t, NULL) == GK_OK) {
			n = (long)t.last;	/* documents that are not public, or are destroyed, are no less known */
			/* Of a reading in parts, the last one asks. */
			if (!c->v.stopped)
				compare_mark(c, t.mark);
		}
		if (!c->v.stopped && !partial(&c->part))
			ask_whether_whole(c, catalog);
		gk_catalog_close(catalog);
	}
	free(dir);
	return n;
}

/* A file, or the one line itself. */
static enum gk_status
compare_checkpoint(struct check *c, struct gk_err *err)
{
	struct gk_buf note;
	enum gk_status st;

	if (access(c->against, F_OK) < 0 && strchr(c->against, ' ') != NULL) {
		st = gk_check_against(c->archive, c->app->archive, c->against, strlen(c->against), err);
	} else {
		st = gk_read_file(c->against, AGAINST_MAX, &note, err);
		if (st != GK_OK)
			return st;
		st = gk_check_against(c->archive, c->app->archive, note.p == NULL ? "" : note.p, note.n, err);
		gk_buf_free(&note);
	}
	c->against_done = true;
	if (st == GK_REFUSED && err->cause == GK_CAUSE_DAMAGED) {
		found_here(c, GK_V_CHECKPOINT, (struct gk_loc){ .segment = 0 }, err);
		return GK_OK;
	}
	return st;
}

/* Beside the segments; of a few documents or years nothing is said about them, and of a reading in parts the last one looks. */
static void
check_ledgers(struct check *c)
{
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;

	if (c->v.stopped || c->part.year_from != 0 || c->part.segment_from != 0 || json_array_size(c->part.ids) > 0)
		return;
	st = gk_ledgers_check(c->app->archive, NULL, c->ledgers, &err);
	c->ledgers_done = st == GK_OK;
	if (st != GK_OK && err.cause == GK_CAUSE_NO_ACCESS)
		app_note(c->app, "说明：台账没有核验：%s", "note: the ledgers were not checked: %s", gk_err_what(&err));
	else if (st != GK_OK)
		found_here(c, err.cause == GK_CAUSE_DAMAGED ? GK_V_LEDGER : GK_V_UNREAD, (struct gk_loc){ .segment = 0 }, &err);
}

static json_t *
ledgers_json(const struct check *c)
{
	return !c->ledgers_done ? json_null() : json_pack("{s:I, s:I}", "applications", (json_int_t)c->ledgers[GK_LEDGER_APPLICATIONS].lines, "deliveries", (json_int_t)c->ledgers[GK_LEDGER_DELIVERIES].lines);
}

/* --- the report ------------------------------------------------------------------------------------------------------------- */

static json_t *
report_json(struct check *c, long indexed, double took)
{
	struct gk_verify_totals *t = &c->v.totals;
	json_t *out = json_pack("{s:b, s:b, s:O, s:O, s:O, s:I, s:f, s:i}", "clean", t->bad == 0, "complete", !c->v.stopped, "findings", c->findings, "info", c->infos, "rules",
				c->rules, "left_out", (json_int_t)c->left_out, "seconds", took, "parts", (int)c->parts);

	for (size_t i = 0; i < COUNTS; i++)
		json_object_set_new(out, counts[i].key, json_integer((json_int_t)*count_at(t, i)));
	json_object_set_new(out, "indexed", indexed < 0 ? json_null() : json_integer(indexed));
	json_object_set_new(out, "index_damaged", c->index_damaged ? json_string(gk_err_what(&c->index_err)) : json_null());
	json_object_set_new(out, "torn", c->v.torn ? json_pack("[I, I]", (json_int_t)c->v.torn_at.segment, (json_int_t)c->v.torn_at.offset) : json_null());
	json_object_set_new(out, "end", json_pack("[I, I]", (json_int_t)c->v.end.segment, (json_int_t)c->v.end.offset));
	json_object_set_new(out, "against", c->against_done ? json_string(c->against) : json_null());
	json_object_set_new(out, "ledgers", ledgers_json(c));
	json_object_set_new(out, "part", partial(&c->part) ? part_json(&c->part) : json_null());
	return out;
}

/* An archive on a medium that nobody can write to is verified all the same. */
static void
keep_report(struct check *c, const json_t *result)
{
	struct gk_err err = GK_ERR_INIT;
	json_t *report = json_copy((json_t *)result);
	char now[32];
	bool full = !partial(&c->part);
	enum gk_status st;

	gk_now_utc(now);
	json_object_set_new(report, "format", json_integer(1));
	json_object_set_new(report, "tool", json_string("gongkai/" GK_VERSION));
	json_object_set_new(report, "archive", json_string(c->app->archive));
	json_object_set_new(report, "ended_at", json_string(now));
	json_object_set_new(report, "by", json_string(c->app->actor));
	st = c->no_report ? GK_END : verify_log_report(&c->log, report, c->report, &c->is_signed, &err);
	json_decref(report);
	if (c->v.stopped)
		verify_log_stop(&c->log, resume_json(c));
	else if (full || c->resume)
		verify_log_stop(&c->log, NULL);
	if (st == GK_OK || st == GK_END)
		st = verify_log_save(&c->log, &err);
	if (st != GK_OK)
		app_note(c->app, "说明：报告或进度没有写下：%s", "note: the report or the state was not written: %s", gk_err_what(&err));
}

static void
print_result(struct check *c, double took)
{
	const struct gk_verify_totals *t = &c->v.totals;

	printf(GK_T("核验 %llu 件（%llu 条记录，%.1f MB）  坏 %llu  用时 %.1f 秒", "verified %llu documents (%llu records, %.1f MB)  bad %llu  in %.1f s"), (unsigned long long)t->documents,
	       (unsigned long long)t->records, (double)t->bytes / 1e6, (unsigned long long)t->bad, took);
	if (t->destroyed > 0)
		printf(GK_T("  依规销毁 %llu 条", "  destroyed under authority %llu"), (unsigned long long)t->destroyed);
	if (c->report[0] != '\0')
		printf(GK_T("   报告 %s（%s）", "   report %s (%s)"), c->report, c->is_signed ? GK_T("已签名", "signed") : GK_T("未签名", "unsigned"));
	putchar('\n');
	if (c->ledgers_done && c->ledgers[GK_LEDGER_APPLICATIONS].lines + c->ledgers[GK_LEDGER_DELIVERIES].lines > 0)
		printf(GK_T("台账完好：申请 %llu 条登记，交付 %llu 条\n", "ledgers whole: %llu events of applications, %llu of deliveries\n"), (unsigned long long)c->ledgers[GK_LEDGER_APPLICATIONS].lines,
		       (unsigned long long)c->ledgers[GK_LEDGER_DELIVERIES].lines);
	if (c->part.sample != 0)
		printf(GK_T("抽查 %g%%，另有 %llu 条未读；同样的抽查：--sample %g%% --seed %llu\n", "a sample of %g%%, %llu records not read; the same sample: --sample %g%% --seed %llu\n"),
		       (double)c->part.sample / 10000, (unsigned long long)t->skipped, (double)c->part.sample / 10000, (unsigned long long)c->part.seed);
}

static void
print_notes(struct check *c, long indexed)
{
	struct app *app = c->app;
	bool all = !c->v.stopped && !partial(&c->part);

	if (!app->json && c->shown > INFOS_SHOWN)
		app_note(app, "说明：另有 %llu 处可注意，见报告或 --json", "note: %llu more things of note, see the report or --json", (unsigned long long)(c->shown - INFOS_SHOWN));
	if (disposal_pending(app->archive))
		app_note(app, "说明：有一次销毁被中断；下一个写入的命令会说明它没有开始，或把它补完", "note: a destruction was interrupted; the next command that writes says that it never began, or completes it");
	if (c->v.torn)
		app_note(app, "说明：段 %06u 末尾有一条未写完的记录（位置 %llu），从未登记；下一次 ingest 会把它移到 warc/torn/",
			 "note: segment %06u ends in a record that was never finished (offset %llu) and never acknowledged; the next ingest moves it to warc/torn/",
			 c->v.torn_at.segment, (unsigned long long)c->v.torn_at.offset);
	if (c->v.stopped)
		app_note(app, "说明：到了时限，停在段 %06u 位置 %llu；接着核验：gongkai verify --resume",
			 "note: the time is up at segment %06u offset %llu; to go on: gongkai verify --resume", c->v.end.segment, (unsigned long long)c->v.end.offset);
	if (!c->no_report && c->report[0] != '\0' && !c->is_signed)
		app_note(app, "说明：没有可用的密钥，报告未签名；gongkai checkpoint 会建立密钥", "note: there is no key to sign with, the report is unsigned; 'gongkai checkpoint' makes one");
	if (c->index_damaged)
		app_note(app, "警告：%s（档案不受影响）；运行 gongkai index rebuild", "warning: %s (the archive is not touched by this); run gongkai index rebuild", gk_err_what(&c->index_err));
	if (c->index_unread)
		app_note(app, "警告：%s；先检查磁盘和内核日志", "warning: %s; check the disk and the kernel log first", gk_err_what(&c->index_err));
	if (indexed < 0)
		app_note(app, "说明：没有可用的索引；运行 gongkai index rebuild", "note: there is no usable index; run gongkai index rebuild");
	else if (all && (uint64_t)indexed != c->v.totals.documents)
		app_note(app, "说明：索引有 %ld 件，档案有 %llu 件；下一次 ingest 或 index rebuild 会补上",
			 "note: the index has %ld documents, the archive %llu; the next ingest or index rebuild makes up for it", indexed, (unsigned long long)c->v.totals.documents);
	if (c->v.totals.bad > 0)
		app_note(app, "提示：有副本时用 gongkai repair --from 副本 恢复", "hint: with a copy at hand, 'gongkai repair --from COPY' restores it");
}

static int
tell(struct check *c)
{
	double took = c->before + seconds_now() - c->started;
	long indexed = ask_index(c);
	json_t *result = report_json(c, indexed, took);

	keep_report(c, result);
	if (c->app->json) {
		json_object_set_new(result, "report", c->report[0] == '\0' ? json_null() : json_string(c->report));
		json_object_set_new(result, "signed", json_boolean(c->is_signed));
		app_json(json_incref(result));
	} else {
		print_result(c, took);
	}
	json_decref(result);
	print_notes(c, indexed);
	return c->unread || c->index_unread ? gk_exit_of(GK_CAUSE_DEVICE) : c->v.totals.bad > 0 || c->index_damaged ? gk_exit_of(GK_CAUSE_DAMAGED) : 0;
}

/* --- options -------------------------------------------------------------------------------------------------------------------- */

/* "90d", "20min": a number and a unit; -1 if it is anything else. */
static double
duration(const char *s)
{
	static const struct { const char *name; double seconds; } units[] = {
		{ "s", 1 }, { "min", 60 }, { "h", 3600 }, { "d", 86400 }, { "w", 7 * 86400 }, { "y", 365 * 86400 },
	};
	char *end;
	double n;

	if (!isdigit((unsigned char)*s))
		return -1;
	n = strtod(s, &end);
	for (size_t i = 0; n < 1e6 && i < sizeof units / sizeof *units; i++)
		if (strcmp(end, units[i].name) == 0)
			return n * units[i].seconds;
	return -1;
}

static bool
percent(const char *s, uint32_t *of_a_million)
{
	char *end;
	double n;

	if (!isdigit((unsigned char)*s))
		return false;
	n = strtod(s, &end);
	if (n <= 0 || n > 100 || (*end != '\0' && strcmp(end, "%") != 0))
		return false;
	*of_a_million = n >= 100 ? 0 : (uint32_t)(n * 10000 + 0.5);
	return n >= 100 || *of_a_million > 0;
}

/* 2015..2017, 2015, 3..7, segments:3..7 */
static bool
range(const char *s, struct part *p)
{
	static const char word[] = "segments:";
	bool segments = strncmp(s, word, sizeof word - 1) == 0;
	unsigned long from, to;
	char *end;

	if (segments)
		s += sizeof word - 1;
	if (!isdigit((unsigned char)*s))
		return false;
	from = to = strtoul(s, &end, 10);
	if (strncmp(end, "..", 2) == 0 && isdigit((unsigned char)end[2]))
		to = strtoul(end + 2, &end, 10);
	if (*end != '\0' || from == 0 || from > to || to > 999999)
		return false;
	if (!segments && from >= FIRST_YEAR) {
		p->year_from = (unsigned)from;
		p->year_to = (unsigned)to;
		return to <= 9999;
	}
	p->segment_from = (unsigned)from;
	p->segment_to = (unsigned)to;
	return segments || to < FIRST_YEAR;
}

static bool
seed(const char *s, struct part *p)
{
	char *end;

	errno = 0;
	p->seed = strtoull(s, &end, 10);
	p->seeded = true;
	return isdigit((unsigned char)*s) && *end == '\0' && errno == 0;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct check *c = state->input;
	const char *zh = NULL, *en = NULL;
	double seconds;

	switch (key) {
	case 's':
		if (!percent(arg, &c->part.sample))
			zh = "--sample 要百分数，如 5%，不能是 '%s'", en = "--sample wants a percentage such as 5%, not '%s'";
		break;
	case 'S':
		if (!seed(arg, &c->part))
			zh = "--seed 要一个数，不能是 '%s'", en = "--seed wants a number, not '%s'";
		break;
	case 'o':
		seconds = duration(arg);
		c->part.older = (int64_t)seconds;
		if (seconds < 0)
			zh = "--older 要时长，如 90d（单位 s min h d w y），不能是 '%s'", en = "--older wants a time such as 90d (units s min h d w y), not '%s'";
		break;
	case 'r':
		if (!range(arg, &c->part))
			zh = "--range 要年份（2015..2017）或段（3..7），不能是 '%s'", en = "--range wants years (2015..2017) or segments (3..7), not '%s'";
		break;
	case 'b':
		c->budget = duration(arg);
		if (c->budget <= 0)
			zh = "--budget 要时长，如 20min（单位 s min h d w y），不能是 '%s'", en = "--budget wants a time such as 20min (units s min h d w y), not '%s'";
		break;
	case 'R':
		c->resume = true;
		break;
	case 'a':
		c->against = arg;
		break;
	case 'n':
		c->no_report = true;
		break;
	case ARGP_KEY_ARG:
		if (!gk_id_valid(arg))
			zh = "'%s' 不是编号（如 dzmm-2021-000123）", en = "'%s' is no id (such as dzmm-2021-000123)";
		else
			json_array_append_new(c->part.ids, json_string(arg));
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	if (zh != NULL)
		argp_error(state, GK_T(zh, en), arg);
	return 0;
}

/* --- all of it -------------------------------------------------------------------------------------------------------------------- */

static enum gk_status
prepare(struct check *c, struct gk_err *err)
{
	const json_t *resume;
	uint32_t segments;
	enum gk_status st = gk_archive_open(c->app->archive, &c->archive, err);

	if (st == GK_OK)
		st = gk_archive_size(c->archive, &segments, &c->total, err);
	if (st == GK_OK)
		st = verify_log_open(c->app->archive, &c->log, err);
	if (st != GK_OK)
		return st;
	resume = c->resume ? verify_log_resume(&c->log) : NULL;
	if (resume != NULL)
		resume_from(c, resume);
	else if (c->resume)
		app_note(c->app, "没有可接着核验的，从头开始", "there is nothing to go on with: from the beginning");
	if (c->part.sample != 0 && resume == NULL && !c->part.seeded)
		c->part.seed = randombytes_random();
	c->v.sample = c->part.sample;
	c->v.seed = c->part.seed;
	c->v.hooks = (struct gk_verify_hooks){ .arg = c, .found = found, .event = explain, .segment = want_segment, .segment_done = segment_done, .go_on = go_on };
	if (c->part.year_from != 0 || json_array_size(c->part.ids) > 0)
		c->v.hooks.record = want_record;
	return GK_OK;
}

static int
verify(struct check *c)
{
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st = prepare(c, &err);

	if (st == GK_OK) {
		c->parts++;
		progress_start(&c->progress, c->app, 0);
		st = gk_verify(c->archive, &c->v, &err);
		progress_end(&c->progress);
	}
	if (st == GK_OK && c->against != NULL && !c->v.stopped)
		st = compare_checkpoint(c, &err);
	if (st == GK_OK)
		check_ledgers(c);
	return st == GK_OK ? tell(c) : app_error(c->app, &err);
}

static int
run(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = {
		{ "sample", 's', "P%", 0, GK_T("只抽查这么多记录，如 5%", "only so many of the records, such as 5%"), 1 },
		{ "seed", 'S', "N", 0, GK_T("重复同一次抽查", "take the same sample again"), 1 },
		{ "older", 'o', "AGE", 0, GK_T("只核验这么久没核验过的段，如 90d", "only segments not verified for so long, such as 90d"), 1 },
		{ "range", 'r', "A..B", 0, GK_T("只核验这些年份（2015..2017）或段（3..7）", "only these years (2015..2017) or segments (3..7)"), 1 },
		{ "budget", 'b', "TIME", 0, GK_T("到时就停，如 20min，记下停在何处", "stop after so long, such as 20min, and remember where"), 2 },
		{ "resume", 'R', NULL, 0, GK_T("从上次停下之处接着核验", "go on where the last one stopped"), 2 },
		{ "against", 'a', "FILE", 0, GK_T("再与一个检查点（文件或一行）比对", "compare with a checkpoint too (a file, or its line)"), 3 },
		{ "no-report", 'n', NULL, 0, GK_T("不写报告", "write no report"), 3 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct check c = { .app = app, .part = { .older = -1 }, .findings = json_array(), .infos = json_array(), .rules = json_object() };
	int status;

	c.part.ids = json_array();
	app_parse(app, &cmd_verify, argc, argv, options, parse, &c);
	c.started = seconds_now();
	status = verify(&c);
	gk_archive_close(c.archive);
	verify_log_close(&c.log);
	json_decref(c.part.ids);
	json_decref(c.findings);
	json_decref(c.infos);
	json_decref(c.rules);
	return status;
}

const struct cmd cmd_verify = {
	.name = "verify",
	.args_zh = "[编号 …]",
	.args_en = "[ID …]",
	.doc_zh = "核验档案的每一个字节",
	.doc_en = "Check every byte of the archive",
	.run = run,
};
