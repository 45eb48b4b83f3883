/* From bytes to an acknowledged record: extraction, metadata, batches. */
#include "indexer/document.h"

#include "extract/client.h"
#include "record/paper.h"
#include "web/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A batch is what one commit makes visible: large enough that commits do not count, small enough to hold. */
enum { BATCH_DOCUMENTS = 5000, BATCH_MOST = 20000, BATCH_BYTES = 256 * 1024 * 1024, RESERVE = 64 * 1024 * 1024 };

/* --- telling ------------------------------------------------------------------------------------------------- */

void
taking_progress(struct taking *t, const char *now)
{
	t->done++;
	progress_show(&t->progress, t->done, now);
}

void
taking_failed(struct taking *t, const char *name, size_t line, const struct gk_err *err)
{
	t->failed++;
	progress_end(&t->progress);
	if (t->app->json) {
		json_t *one = gk_answer_error(err, NULL, "", NULL);

		json_object_set_new(one, "result", json_string("failed"));
		json_object_set_new(one, t->name_key, json_string_nocheck(name));
		if (line > 0)
			json_object_set_new(one, "line", json_integer((json_int_t)line));
		app_json(one);
	}
	if (line > 0)
		fprintf(stderr, GK_T("  失败  %s 第 %zu 行    %s", "  failed  %s line %zu    %s"), name, line, gk_err_what(err));
	else
		fprintf(stderr, GK_T("  失败  %s    %s", "  failed  %s    %s"), name, gk_err_what(err));
	fprintf(stderr, *gk_err_hint(err) != '\0' ? "；%s\n" : "%s\n", gk_err_hint(err));
}

void
taking_die(struct taking *t, const struct gk_err *err)
{
	if (!t->dead)
		t->fatal = *err;
	t->dead = true;
}

/* --- opening --------------------------------------------------------------------------------------------------- */

enum gk_status
taking_open(struct taking *t, struct app *app, const char *name_key)
{
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;
	bool large;

	t->app = app;
	t->name_key = name_key;
	t->acknowledge = json_array();
	t->extractor = gk_extract_program();
	st = t->extractor == NULL ? gk_nomem(&err) : gk_extract_self_test(t->extractor, &err);
	if (st == GK_OK)
		st = store_open(app->archive, app->wait, &t->store, &err);
	if (st == GK_OK)
		st = intake_open(&t->store, app->actor, &t->intake, &err);
	progress_start(&t->progress, app, 0);
	if (st != GK_OK)
		taking_die(t, &err);
	else
		store_notes(app, &t->store);
	if (st == GK_OK && store_index_size(&t->store, &large, &err) == GK_OK && large)
		app_note(app, "警告：索引的大小已是正文的 %d 倍以上（%d 倍时不再收入）。重建：gongkai index rebuild", "warning: the index is more than %d times as large as its texts (at %d times nothing more is taken in). Build it anew: gongkai index rebuild",
			 STORE_INDEX_WARN, STORE_INDEX_STOP);
	if (st == GK_OK && gk_extract_degraded())
		app_note(app, "警告：sandbox=degraded：这个内核没有 Landlock，提取进程只由 seccomp 限制，PDF 和扫描件读不了", "warning: sandbox=degraded: this kernel has no Landlock; extraction is held by seccomp alone, PDF and scans cannot be read");
	return st;
}

/* --- batches --------------------------------------------------------------------------------------------------- */

/* Only now: what is printed here is on the disk and can be found. */
static void
tell(struct taking *t, const json_t *lines)
{
	struct gk_err err = GK_ERR_INIT;
	size_t i;
	json_t *line;
	bool large;

	json_array_foreach(lines, i, line)
		app_json(json_incref(line));
	if (t->committed != NULL)
		t->committed(t->committed_arg);
	if (store_index_size(&t->store, &large, &err) != GK_OK)
		taking_die(t, &err);
}

/* Of the batch that is being committed, if it is by now. */
static void
settle(struct taking *t, bool wait)
{
	struct gk_err err = GK_ERR_INIT;
	json_t *lines = t->committing;
	enum gk_status st = lines == NULL ? GK_END : intake_committed(t->intake, wait, &err);

	if (st == GK_END)
		return;
	t->committing = NULL;
	if (st == GK_OK)
		tell(t, lines);
	else
		taking_die(t, &err);
	json_decref(lines);
}

void
taking_commit(struct taking *t)
{
	struct gk_err err = GK_ERR_INIT;

	settle(t, true);
	if (t->dead || (t->batch_documents == 0 && json_array_size(t->acknowledge) == 0))
		return;
	if (intake_commit(t->intake, &err) != GK_OK) {
		taking_die(t, &err);
		return;
	}
	tell(t, t->acknowledge);
	json_array_clear(t->acknowledge);
	t->batch_documents = t->batch_bytes = 0;
}

/* The batch is full: the next begins while it is committed. */
static void
begin_commit(struct taking *t)
{
	struct gk_err err = GK_ERR_INIT;
	json_t *lines = json_array();

	settle(t, true);
	if (t->dead || lines == NULL || intake_commit_begin(t->intake, &err) != GK_OK) {
		json_decref(lines);
		if (!t->dead)
			taking_die(t, lines == NULL ? (gk_nomem(&err), &err) : &err);
		return;
	}
	t->committing = t->acknowledge;
	t->acknowledge = lines;
	t->batch_documents = t->batch_bytes = 0;
}

/* Safety's 3.4: refuse before anything is written, not half way. */
static bool
reserve(struct taking *t, uint64_t bytes)
{
	struct gk_err err = GK_ERR_INIT;

	if (gk_append_reserve(t->store.append, bytes, &err) == GK_OK)
		return true;
	taking_die(t, &err);
	return false;
}

static void
acknowledge(struct taking *t, const struct intake_doc *doc, const char *word, const char *id)
{
	json_t *one = json_pack("{s:s, s:s, s:s}", "result", word, "id", id, t->name_key, doc->name);

	if (one != NULL && doc->line > 0)
		json_object_set_new(one, "line", json_integer((json_int_t)doc->line));
	if (one != NULL && doc->source_id != NULL)
		json_object_set_new(one, "source_id", json_string(doc->source_id));
	json_array_append_new(t->acknowledge, one);
}

/*
 * Each batch leaves a part of the index that a later compaction reads again.  Of what comes quickly as many may be lost with a crash, and are taken again
 * then, as this run has taken before.
 */
static bool
is_full(const struct taking *t)
{
	const size_t before = t->added + t->versions + t->duplicates - t->batch_documents;
#ifdef GK_FAULTS
	/* With fault points a test can have batches of a few documents. */
	const char *other = getenv("GONGKAI_BATCH");

	if (other != NULL)
		return t->batch_documents >= strtoul(other, NULL, 10);
#endif
	const size_t most = !t->quick || before < BATCH_DOCUMENTS ? BATCH_DOCUMENTS : before < BATCH_MOST ? before : BATCH_MOST;

	return t->batch_documents >= most || t->batch_bytes >= BATCH_BYTES;
}

/* That of documents which state none. */
static void
set_category(const struct taking *t, json_t *meta)
{
	if (t->category != NULL && *gk_meta_get(meta, "column") == '\0')
		gk_meta_set(meta, gk_field_find("column", 6), t->category, strlen(t->category), NULL);
}

struct intake_look *
taking_look(const struct taking *t, const struct intake_doc *doc, json_t *meta)
{
	struct intake_look *look = malloc(sizeof *look);

	if (look != NULL) {
		set_category(t, meta);
		intake_look(&t->store, doc, look);
	}
	return look;
}

void
taking_add(struct taking *t, const struct intake_doc *doc, json_t *meta)
{
	static const char *const words[] = { "new", "version", "duplicate" };
	enum intake_result result;
	struct gk_err err = GK_ERR_INIT;
	char id[64] = "";
	enum gk_status st;

	t->last_id[0] = '\0';
	settle(t, false);
	if (t->dead)
		return;
	set_category(t, meta);
	if (t->batch_documents == 0 && !reserve(t, doc->original_n + doc->text_n > RESERVE ? doc->original_n + doc->text_n : RESERVE))
		return;
	st = intake_add(t->intake, doc, &result, id, &err);
	if (st == GK_REFUSED) {
		taking_failed(t, doc->name, doc->line, &err);
		return;
	}
	if (st != GK_OK) {
		taking_die(t, &err);
		return;
	}
	memcpy(t->last_id, id, sizeof t->last_id);
	*(result == INTAKE_NEW ? &t->added : result == INTAKE_VERSION ? &t->versions : &t->duplicates) += 1;
	if (t->app->json)
		acknowledge(t, doc, words[result], id);
	t->batch_documents++;
	t->batch_bytes += doc->original_n + doc->text_n;
	if (is_full(t) && t->overlaps)
		begin_commit(t);
	else if (is_full(t))
		taking_commit(t);
}

/* --- extracting ------------------------------------------------------------------------------------------------------- */

static void
take_reply(struct taking *t, struct intake_doc *doc, const struct gk_reply *reply, json_t *meta, json_t *fields, const char *hint)
{
	json_t *notes = doc->notes != NULL ? json_copy(doc->notes) : json_array();
	const char *text = reply->text.p != NULL ? reply->text.p : "";

	if (reply->notes != NULL)
		json_array_extend(notes, reply->notes);
	taking_describe(reply->meta, meta, fields, notes);
	if (*gk_meta_get(meta, "title") == '\0')
		taking_title_of(hint, meta);
	doc->inferred = gk_paper_infer(text, reply->text.n, meta);
	doc->tool = "gongkai-extract " GK_VERSION;
	doc->meta = meta;
	doc->fields = fields;
	doc->notes = notes;
	doc->type = *reply->type != '\0' ? reply->type : "application/octet-stream";
	doc->text = text;
	doc->text_n = reply->text.n;
	doc->text_source = reply->source;
	taking_add(t, doc, meta);
	json_decref(notes);
	json_decref(doc->inferred);
	doc->notes = doc->inferred = NULL;
}

void
taking_extracted(struct taking *t, struct intake_doc *doc, enum gk_status st, const struct gk_reply *reply, const struct gk_err *why, json_t *meta, json_t *fields, const char *hint)
{
	if (t->dead)
		return;
	if (st == GK_DEAD)
		taking_die(t, why);
	else if (st != GK_OK)
		taking_failed(t, doc->name, 0, why);
	else
		take_reply(t, doc, reply, meta, fields, hint);
}

void
taking_bytes(struct taking *t, struct intake_doc *doc, int fd, json_t *meta, json_t *fields, const char *hint)
{
	struct gk_reply reply;
	struct gk_err err = GK_ERR_INIT;

	if (t->dead)
		return;
	memset(&reply, 0, sizeof reply);
	taking_extracted(t, doc, gk_extract_run(t->extractor, fd, &reply, &err), &reply, &err, meta, fields, hint);
	gk_reply_free(&reply);
}

void
taking_known(struct taking *t, const char *name, const char *id)
{
	const struct intake_doc doc = { .name = name };

	t->duplicates++;
	if (t->app->json)
		acknowledge(t, &doc, "duplicate", id);
}

/* --- the end ------------------------------------------------------------------------------------------------------------ */

static void
summary(const struct taking *t, json_t *more, const char *words)
{
	double took = seconds_now() - t->progress.started;

	if (t->app->json) {
		json_t *sum = json_pack("{s:s, s:I, s:I, s:I, s:I, s:f}", "result", "done", "new", (json_int_t)t->added, "versions", (json_int_t)t->versions,
					"duplicates", (json_int_t)t->duplicates, "failed", (json_int_t)t->failed, "seconds", took);

		if (gk_extract_degraded())
			json_object_set_new(sum, "sandbox", json_string("degraded"));

		if (more != NULL)
			json_object_update(sum, more);
		app_json(sum);
		return;
	}
	printf(GK_T("收入 %zu 件", "%zu documents in"), t->added);
	if (t->versions > 0)
		printf(GK_T("，新版本 %zu 件", ", %zu new versions"), t->versions);
	if (t->duplicates > 0)
		printf(GK_T("，重复 %zu 件（内容相同，未再存）", ", %zu duplicates (same bytes, not stored again)"), t->duplicates);
	if (t->failed > 0)
		printf(GK_T("，失败 %zu 件", ", %zu failed"), t->failed);
	printf(GK_T("%s。用时 %.1f 秒\n", "%s.  Took %.1f s\n"), words, took);
}

static void
note_later_dates(const struct taking *t)
{
	const char *id;
	size_t n = intake_later_dates(t->intake, &id);

	if (n > 0)
		app_note(t->app, "提示：%zu 件新版本的施行日期比原来的晚（如 %s）。如系修订，撤销这一版本，再用 gongkai amend 编号 --text 文件 登记",
			 "note: %zu new versions state a later effective date than before (such as %s). If it is an amendment, undo this version and register it by gongkai amend ID --text FILE", n, id);
}

static void
note_held(const struct taking *t)
{
	const char *id;
	size_t blocked, n = intake_held(t->intake, &id, &blocked);

	if (n == 0)
		return;
	if (blocked > 0)
		app_note(t->app, "提示：%zu 件没有公开，其中 %zu 件有不得公开的内容（如 %s）。查看：gongkai review list", "note: %zu are not public, %zu of them because of what must not be published (such as %s). See: gongkai review list",
			 n, blocked, id);
	else
		app_note(t->app, "提示：%zu 件待审查，审查后公开（如 %s）。查看：gongkai review list", "note: %zu wait for their review before they are public (such as %s). See: gongkai review list", n, id);
}

/* All is in by now; an index that could not be made smaller is as right as before. */
static void
shrink(struct taking *t)
{
	struct gk_err err = GK_ERR_INIT;

	t->store.rebuilt = false;
	if (store_compact_if_grown(&t->store, &err) == GK_OK && t->store.rebuilt)
		app_note(t->app, "说明：索引已损坏，已由档案重建", "note: the index was damaged and was rebuilt from the archive");
	else if (err.cause != GK_CAUSE_NONE)
		app_note(t->app, "说明：文件都已收入，但索引没有压实：%s", "note: all documents are in, but the index was not compacted: %s", GK_T(err.what, err.what_en));
}

int
taking_finish(struct taking *t, json_t *more, const char *words)
{
	int status;

	taking_commit(t);
	if (!t->dead)
		shrink(t);
	progress_end(&t->progress);
	if (t->dead) {
		status = app_error(t->app, &t->fatal);
	} else {
		summary(t, more, words);
		note_later_dates(t);
		note_held(t);
		status = t->failed > 0 ? 3 : 0;
	}
	json_decref(more);
	intake_close(t->intake);
	store_close(&t->store);
	free(t->extractor);
	json_decref(t->acknowledge);
	json_decref(t->committing);
	return status;
}
