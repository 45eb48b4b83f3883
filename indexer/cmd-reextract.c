/*
 * gongkai reextract: texts taken out of their originals again, by the extractor that is installed now.  Where the text differs, it is registered as a
 * correct_text of the same bytes: the original stays the record it is, the former text stays in the archive, and from now on the new one is shown and found.
 *
 * Only texts that gongkai-extract made: a line of JSON brought its own, and what was blackened is never read from the original again.
 */
#include "base/io.h"
#include "indexer/act.h"
#include "indexer/cmd.h"
#include "indexer/keeping.h"
#include "indexer/newtext.h"
#include "indexer/screen.h"
#include "record/text.h"

#include "extract/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { OPT_ALL = 0x5400, OPT_FAILED, OPT_OLDER, BATCH = 64 };

static const char tool[] = "gongkai-extract ";

struct args { struct app *app; struct keeping_choice choice; const char *older; bool failed; };

struct job {
	struct app *app;
	const struct args *a;
	struct store store;
	struct gk_extractor *extractor;
	struct progress progress;
	json_t *told;			/* of texts whose event is not committed yet */
	size_t texts, changed, same, failed, waiting;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	unsigned v[3];

	switch (key) {
	case OPT_ALL:
		a->choice.all = true;
		return 0;
	case OPT_FAILED:
		a->failed = a->choice.all = true;
		return 0;
	case OPT_OLDER:
		if (sscanf(arg, "%u.%u.%u", &v[0], &v[1], &v[2]) != 3)
			argp_error(state, GK_T("--older-than 要版本号，如 0.1.0，不能是 '%s'", "--older-than wants a version such as 0.1.0, not '%s'"), arg);
		a->older = arg;
		a->choice.all = true;
		return 0;
	case 'n':
		a->app->dry_run = true;
		return 0;
	case 'c':
		a->choice.category = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (!keeping_take(&a->choice, arg))
			argp_error(state, GK_T("一次最多 1000 件", "at most 1000 documents at a time"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- which ----------------------------------------------------------------------------------------------------------- */

/* "gongkai-extract 0.1.0": was it made before this version? */
static bool
is_older(const char *made, const char *version)
{
	return strverscmp(made + sizeof tool - 1, version) < 0;
}

static bool
is_wanted(const struct args *a, const json_t *content)
{
	const json_t *text = json_object_get(content, "text");

	if (strncmp(json_str(text, "tool"), tool, sizeof tool - 1) != 0 || strcmp(json_str(text, "source"), "jsonl") == 0)
		return false;
	if (a->older != NULL && !is_older(json_str(text, "tool"), a->older))
		return false;
	return !a->failed || json_integer_value(json_object_get(text, "bytes")) == 0 || json_array_size(json_object_get(content, "notes")) > 0;
}

/* --- one text ---------------------------------------------------------------------------------------------------------- */

static void
refused(struct job *j, const char *id, const struct gk_err *err)
{
	j->failed++;
	progress_end(&j->progress);
	if (j->app->json)
		json_array_append_new(j->told, json_pack("{s:s, s:s, s:s, s:s}", "result", "failed", "id", id, "message", err->what, "message_en", err->what_en));
	else
		fprintf(stderr, GK_T("  失败  %s  %s\n", "  failed  %s  %s\n"), id, gk_err_what(err));
}

/* The bytes as a file without a name: the child reads one, and no path is its business. */
static enum gk_status
extract(const struct job *j, const struct gk_buf *original, struct gk_reply *reply, struct gk_err *err)
{
	int fd = memfd_create("original", MFD_CLOEXEC);
	enum gk_status st;

	if (fd < 0 || !gk_write_all(fd, original->p == NULL ? "" : original->p, original->n) || lseek(fd, 0, SEEK_SET) < 0)
		st = gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能准备原件：%s", "cannot prepare the original: %s", strerror(errno));
	else
		st = gk_extractor_run(j->extractor, fd, reply, err);
	if (fd >= 0)
		close(fd);
	return st;
}

static void
add_content(json_t *content, const struct gk_reply *reply, const struct gk_put *put, struct gk_loc at)
{
	json_t *text = json_pack("{s:s, s:s, s:[I, I, I], s:I, s:s, s:s}", "record", put->id, "digest", put->digest, "loc", (json_int_t)at.segment, (json_int_t)at.offset, (json_int_t)at.length, "bytes",
				 (json_int_t)reply->text.n, "source", reply->source, "tool", "gongkai-extract " GK_VERSION);

	json_object_set_new(content, "text", text);
	if (json_array_size(reply->notes) > 0)
		json_object_set(content, "notes", reply->notes);
	else
		json_object_del(content, "notes");
	/* Of the former text: what was read from its layout, with the places there. */
	json_object_del(content, "inferred");
}

/* The text of a public document is public at once: what must not be goes no further than this. */
static enum gk_status
screen(struct job *j, const struct store_history *h, const struct gk_reply *reply, json_t **findings, struct gk_err *err)
{
	enum screen_holds holds;
	enum gk_status st = screen_text(&j->store, reply->text.p == NULL ? "" : reply->text.p, reply->text.n, reply->meta, NULL, false, findings, &holds, err);

	return st == GK_OK ? screen_new_text(h->events, h->n, *findings, holds, err) : st;
}

/* The new text and its event, appended. */
static enum gk_status
record(struct job *j, uint32_t docid, const struct store_history *h, const struct gk_text_of *t, const struct gk_reply *reply, char number[32], struct gk_err *err)
{
	char now[32], reason[128];
	json_t *content = json_deep_copy(t->content), *findings = NULL, *json, *act;
	struct gk_put put = { .type = GK_WARC_CONVERSION, .content_type = "text/plain; charset=utf-8", .block = reply->text.p, .n = reply->text.n };
	char uri[96], original[GK_WARC_ID];
	struct store_history former;
	struct gk_loc at;
	enum gk_status st = content == NULL ? gk_nomem(err) : screen(j, h, reply, &findings, err);

	if (st != GK_OK) {
		json_decref(content);
		json_decref(findings);
		return st;
	}
	snprintf(uri, sizeof uri, STORE_URI "%s", h->events[0].id);
	snprintf(original, sizeof original, "%s", json_str(json_object_get(content, "original"), "record"));
	put.target_uri = uri;
	put.refers_to = original;
	st = gk_append_reserve(j->store.append, GK_EVENT_MAX + reply->text.n, err);
	if (st == GK_OK)
		st = gk_append_record(j->store.append, &put, &at, err);
	if (st != GK_OK) {
		json_decref(content);
		json_decref(findings);
		return st;
	}
	add_content(content, reply, &put, at);
	gk_now_utc(now);
	snprintf(number, 32, "e-%06u", j->store.events + 1);
	snprintf(reason, sizeof reason, "重新提取文字：%.40s → gongkai-extract " GK_VERSION, json_str(json_object_get(t->content, "text"), "tool"));
	act = json_pack("{s:s, s:s}", "corrects", t->began->event, "reason", reason);
	json = gk_act_json(h->events[0].id, "correct_text", GK_NO_DATE, now, j->app->actor, act, NULL);
	if (json == NULL) {
		json_decref(content);
		json_decref(findings);
		return gk_nomem(err);
	}
	json_object_set_new(json, "event", json_string(number));
	json_object_set_new(json, "content", content);
	if (findings != NULL)
		json_object_set_new(json, "findings", findings);
	st = store_history(&j->store, docid, &former, err);
	if (st != GK_OK) {
		json_decref(json);
		return st;
	}
	store_date(json, &former);
	return store_event(&j->store, json, original, docid, &former, reply->text.p == NULL ? "" : reply->text.p, reply->text.n, err);
}

static void
tell_changed(struct job *j, const char *id, const char *event, const struct gk_buf *was, const struct gk_buf *is)
{
	json_array_append_new(j->told, json_pack("{s:s, s:s, s:s, s:I, s:I}", "result", j->app->dry_run ? "would" : "reextracted", "id", id, "event", event, "bytes_before", (json_int_t)was->n, "bytes", (json_int_t)is->n));
	j->changed++;
}

static void
print_told(struct job *j)
{
	json_t *one;
	size_t i;

	json_array_foreach(j->told, i, one)
		if (j->app->json)
			app_json(json_incref(one));
		else if (j->app->dry_run)
			printf(GK_T("  会变  %s  %lld → %lld 字节\n", "  would change  %s  %lld → %lld bytes\n"), json_str(one, "id"), (long long)json_integer_value(json_object_get(one, "bytes_before")),
			       (long long)json_integer_value(json_object_get(one, "bytes")));
		else
			printf(GK_T("  更新  %s  %s  %lld → %lld 字节\n", "  new text  %s  %s  %lld → %lld bytes\n"), json_str(one, "id"), json_str(one, "event"), (long long)json_integer_value(json_object_get(one, "bytes_before")),
			       (long long)json_integer_value(json_object_get(one, "bytes")));
	json_array_clear(j->told);
	j->waiting = 0;
}

static enum gk_status
commit(struct job *j, struct gk_err *err)
{
	enum gk_status st = j->waiting == 0 ? GK_OK : store_commit(&j->store, err);

	if (st == GK_OK) {
		progress_end(&j->progress);
		print_told(j);
	}
	return st;
}

/* GK_REFUSED costs this text only. */
static enum gk_status
one_text(struct job *j, uint32_t docid, const struct store_history *h, const struct gk_text_of *t, struct gk_err *err)
{
	const json_t *loc = json_object_get(json_object_get(t->content, "original"), "loc");
	struct gk_loc at = { .segment = (uint32_t)json_integer_value(json_array_get(loc, 0)), .offset = (uint64_t)json_integer_value(json_array_get(loc, 1)), .length = (uint32_t)json_integer_value(json_array_get(loc, 2)) };
	struct gk_warc_rec original, text;
	struct gk_reply reply = { .meta = NULL };
	char number[32] = "";
	enum gk_status st = gk_archive_read(j->store.archive, at, &original, err);

	if (st != GK_OK)
		return GK_REFUSED;
	st = extract(j, &original.block, &reply, err);
	gk_warc_rec_free(&original);
	if (st == GK_OK)
		st = stored_text(j->store.archive, t->content, &text, err);
	if (st != GK_OK) {
		gk_reply_free(&reply);
		return st;
	}
	if (text.block.n == reply.text.n && (reply.text.n == 0 || memcmp(text.block.p, reply.text.p, reply.text.n) == 0)) {
		j->same++;
	} else {
		if (!j->app->dry_run) {
			st = record(j, docid, h, t, &reply, number, err);
			j->waiting += st == GK_OK;
		}
		if (st == GK_OK)
			tell_changed(j, h->events[0].id, number, &text.block, &reply.text);
	}
	gk_warc_rec_free(&text);
	gk_reply_free(&reply);
	return st;
}

/* --- one document ---------------------------------------------------------------------------------------------------------- */

static enum gk_status
one_document(struct job *j, uint32_t docid, struct gk_err *err)
{
	struct store_history h;
	struct gk_text_of *texts;
	size_t n;
	enum gk_status st = store_history(&j->store, docid, &h, err);

	if (st != GK_OK)
		return st;
	texts = calloc(h.n + 1, sizeof *texts);
	n = texts == NULL || gk_retention_destroyed(h.events, h.n) ? 0 : gk_texts(h.events, h.n, NULL, texts);
	if (texts == NULL)
		st = gk_nomem(err);
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		struct gk_err why = GK_ERR_INIT;

		if (json_object_get(texts[i].content, "original") == NULL || !is_wanted(j->a, texts[i].content))
			continue;
		j->texts++;
		/* Another text of this record is not committed: its history would lack that event. */
		if (store_touched(&j->store, docid))
			st = commit(j, err);
		if (st != GK_OK)
			break;
		switch (one_text(j, docid, &h, &texts[i], &why)) {
		case GK_OK:
			break;
		case GK_REFUSED:
			refused(j, h.events[0].id, &why);
			break;
		default:
			*err = why;
			st = GK_DEAD;
		}
	}
	free(texts);
	store_history_free(&h);
	return st == GK_OK && j->waiting >= BATCH ? commit(j, err) : st;
}

/* All that may have to be read, before the first of them is written to. */
struct chosen { const char *category; uint32_t *docids; size_t n, room; };

static enum gk_status
choose(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct chosen *c = arg;

	(void)h;
	if (c->category != NULL && strcmp(gk_meta_get(r->meta, "column"), c->category) != 0)
		return GK_OK;
	if (c->n == c->room) {
		uint32_t *more = realloc(c->docids, (c->room * 2 + 1024) * sizeof *more);

		if (more == NULL)
			return gk_nomem(err);
		c->docids = more;
		c->room = c->room * 2 + 1024;
	}
	c->docids[c->n++] = docid;
	return GK_OK;
}

static enum gk_status
find_documents(struct job *j, uint32_t **docids, size_t *n, struct gk_err *err)
{
	struct chosen c = { .category = j->a->choice.category };
	enum gk_status st;

	if (j->a->choice.n_refs > 0)
		return keeping_find(j->app, &j->store, &j->a->choice, docids, n, &j->failed, err);
	st = keeping_each(j->app, &j->store, choose, &c, err);
	*docids = c.docids;
	*n = c.n;
	return st;
}

static enum gk_status
all_documents(struct job *j, struct gk_err *err)
{
	uint32_t *docids = NULL;
	size_t n = 0;
	enum gk_status st = find_documents(j, &docids, &n, err);

	progress_start(&j->progress, j->app, n);
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		progress_show(&j->progress, i, "");
		st = one_document(j, docids[i], err);
	}
	if (st == GK_OK)
		st = commit(j, err);
	progress_end(&j->progress);
	print_told(j);
	free(docids);
	return st;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { .app = app };
	struct argp_option options[] = {
		{ "all", OPT_ALL, NULL, 0, GK_T("全部文件", "all documents"), 1 },
		{ "failed", OPT_FAILED, NULL, 0, GK_T("没有取出文字的，或取出时有说明的", "whose text is empty, or came with remarks"), 1 },
		{ "older-than", OPT_OLDER, "VERSION", 0, GK_T("文字由更早版本的 gongkai-extract 取出的", "whose text an older gongkai-extract took out"), 1 },
		{ "dry-run", 'n', NULL, 0, GK_T("只说明会怎样，不登记", "say what would change, register nothing"), 1 },
		{ "category", 'c', "NAME", 0, GK_T("哪个栏目", "of that category"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	struct job j = { .app = app, .a = &a };
	char *program;
	enum gk_status st;

	app_parse(app, &cmd_reextract, argc, argv, options, parse, &a);
	if (a.choice.n_refs == 0 && !a.choice.all && a.choice.category == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "reextract 要说明哪些文件：编号、--all、--failed 或 --older-than", "reextract needs to be told which documents: IDs, --all, --failed or --older-than");
		gk_hint(&err, "例如：gongkai reextract --older-than 0.2.0 --dry-run", "for example: gongkai reextract --older-than 0.2.0 --dry-run");
		return app_error(app, &err);
	}
	j.told = json_array();
	program = gk_extract_program();
	st = program == NULL ? gk_nomem(&err) : gk_extract_self_test(program, &err);
	if (st == GK_OK)
		st = gk_extractor_open(program, &j.extractor, &err);
	if (st == GK_OK)
		st = store_open(app->archive, app->wait, &j.store, &err);
	if (st == GK_OK) {
		store_notes(app, &j.store);
		st = all_documents(&j, &err);
		store_close(&j.store);
	}
	json_decref(j.told);
	gk_extractor_close(j.extractor);
	free(program);
	if (st != GK_OK)
		return app_error(app, &err);
	if (app->json)
		app_json(json_pack("{s:s, s:I, s:I, s:I, s:I}", "result", "done", "texts", (json_int_t)j.texts, "changed", (json_int_t)j.changed, "same", (json_int_t)j.same, "failed", (json_int_t)j.failed));
	else
		printf(GK_T("重新提取 %zu 份：%zu 份有变化，%zu 份相同，失败 %zu 份\n", "%zu texts taken out again: %zu differ, %zu are the same, %zu failed\n"), j.texts, j.changed, j.same, j.failed);
	return j.failed > 0 ? 3 : 0;
}

const struct cmd cmd_reextract = {
	.name = "reextract", .args_zh = "[编号|文号|题名…]", .args_en = "[ID|NUMBER|TITLE...]", .doc_zh = "用现在的提取程序重新取出文字", .doc_en = "Take texts out of their originals again", .run = run,
};
