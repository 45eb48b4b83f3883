/*
 * gongkai ingest: files, folders and JSON Lines into the archive.
 *
 *   walk or read line ──▶ extract (child process) or parse ──▶ dictionary ──▶ intake ──▶ commit every batch ──▶ acknowledge
 *
 * A bad file or line costs itself: it is named, counted, and the rest goes on (exit 3).
 */
#include "base/digest.h"
#include "base/io.h"
#include "extract/client.h"
#include "indexer/cmd.h"
#include "indexer/intake.h"
#include "indexer/jsonl.h"
#include "web/answer.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A batch is what one commit makes visible: large enough that flushes do not count, small enough to hold. */
enum { BATCH_DOCUMENTS = 5000, BATCH_BYTES = 256 * 1024 * 1024, MAX_PATHS = 4096, RESERVE = 64 * 1024 * 1024 };

struct args {
	const char *category, *jsonl, *map;
	char *paths[MAX_PATHS];
	size_t n_paths;
};

/* What is acknowledged after the next commit. */
struct pending { json_t *line; };

struct ingest {
	struct app *app;
	struct args args;
	struct store store;
	struct intake *intake;
	char *extractor;
	size_t added, versions, duplicates, failed, done;
	size_t batch_documents, batch_bytes;
	json_t *acknowledge;		/* lines for --json */
	struct progress progress;
	struct gk_err fatal;
	bool dead;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct ingest *in = state->input;
	struct args *a = &in->args;

	switch (key) {
	case 'c':
		a->category = arg;
		return 0;
	case 'j':
		a->jsonl = arg;
		return 0;
	case 'm':
		a->map = arg;
		return 0;
	case 'n':
		in->app->dry_run = true;
		return 0;
	case ARGP_KEY_ARG:
		if (a->n_paths == MAX_PATHS)
			argp_error(state, GK_T("路径过多：上限 %d", "too many paths: at most %d"), MAX_PATHS);
		a->paths[a->n_paths++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- telling ------------------------------------------------------------------------------------------------- */

static void
tell_failed(struct ingest *in, const char *name, size_t line, const struct gk_err *err)
{
	in->failed++;
	progress_end(&in->progress);
	if (in->app->json) {
		json_t *one = gk_answer_error(err, NULL, "", NULL);

		json_object_set_new(one, "result", json_string("failed"));
		json_object_set_new(one, "file", json_string_nocheck(name));
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

static void
die(struct ingest *in, const struct gk_err *err)
{
	if (!in->dead)
		in->fatal = *err;
	in->dead = true;
}

/* --- batches --------------------------------------------------------------------------------------------------- */

static void
commit(struct ingest *in)
{
	struct gk_err err = GK_ERR_INIT;
	size_t i;
	json_t *line;

	if (in->dead || (in->batch_documents == 0 && json_array_size(in->acknowledge) == 0))
		return;
	if (intake_commit(in->intake, &err) != GK_OK) {
		die(in, &err);
		return;
	}
	/* Only now: what is printed here is on the disk and can be found. */
	json_array_foreach(in->acknowledge, i, line)
		app_json(json_incref(line));
	json_array_clear(in->acknowledge);
	in->batch_documents = in->batch_bytes = 0;
}

/* Safety's 3.4: refuse before anything is written, not half way. */
static bool
reserve(struct ingest *in, uint64_t bytes)
{
	struct gk_err err = GK_ERR_INIT;

	if (gk_append_reserve(in->store.append, bytes, &err) == GK_OK)
		return true;
	die(in, &err);
	return false;
}

static void
take(struct ingest *in, const struct intake_doc *doc)
{
	static const char *const words[] = { "new", "version", "duplicate" };
	enum intake_result result;
	struct gk_err err = GK_ERR_INIT;
	char id[64] = "";
	enum gk_status st;

	if (in->batch_documents == 0 && !reserve(in, doc->original_n + doc->text_n > RESERVE ? doc->original_n + doc->text_n : RESERVE))
		return;
	st = intake_add(in->intake, doc, &result, id, &err);
	if (st == GK_REFUSED) {
		tell_failed(in, doc->name, doc->line, &err);
		return;
	}
	if (st != GK_OK) {
		die(in, &err);
		return;
	}
	*(result == INTAKE_NEW ? &in->added : result == INTAKE_VERSION ? &in->versions : &in->duplicates) += 1;
	if (in->app->json) {
		json_t *one = json_pack("{s:s, s:s, s:s}", "result", words[result], "id", id, "file", doc->name);

		if (one != NULL && doc->line > 0)
			json_object_set_new(one, "line", json_integer((json_int_t)doc->line));
		if (one != NULL && doc->source_id != NULL)
			json_object_set_new(one, "source_id", json_string(doc->source_id));
		json_array_append_new(in->acknowledge, one);
	}
	in->batch_documents++;
	in->batch_bytes += doc->original_n + doc->text_n;
	if (in->batch_documents >= BATCH_DOCUMENTS || in->batch_bytes >= BATCH_BYTES)
		commit(in);
}

/* --- files ---------------------------------------------------------------------------------------------------------- */

/* What the child found, key by key; a value that cannot be read is kept as the source's own and noted. */
static void
describe(const json_t *found, json_t *meta, json_t *fields, json_t *notes)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)found, key, value) {
		const struct gk_field *f = gk_field_find(key, strlen(key));
		size_t n = json_is_array(value) ? json_array_size(value) : 1;

		for (size_t i = 0; i < n; i++) {
			const char *s = json_string_value(json_is_array(value) ? json_array_get(value, i) : value);
			struct gk_err err = GK_ERR_INIT;

			if (s == NULL)
				continue;
			/* The first that states a thing counts; a list takes all. */
			if (f != NULL && (f->type == GK_FT_LIST || *gk_meta_get(meta, f->key) == '\0')) {
				if (gk_meta_set(meta, f, s, strlen(s), &err) == GK_OK)
					continue;
				json_array_append_new(notes, json_string(err.what));
			}
			json_object_set_new(fields, key, json_string(s));
		}
	}
}

static void
file_name_hint(const char *path, json_t *meta)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path, *dot = strrchr(name, '.');
	const struct gk_field *f = gk_field_find("title", 5);

	gk_meta_set(meta, f, name, dot != NULL && dot > name ? (size_t)(dot - name) : strlen(name), NULL);
}

static enum gk_status
open_file(const struct ingest *in, const char *path, struct gk_buf *bytes, int *fd, struct gk_err *err)
{
	size_t limit = (size_t)in->store.config.file_limit_mib << 20;
	struct stat sb;

	gk_buf_init(bytes, limit);
	*fd = -1;
	if (stat(path, &sb) == 0 && S_ISREG(sb.st_mode) && (uintmax_t)sb.st_size > limit) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "文件过大（file_too_large）：%jd 字节，上限 %zu", "the file is too large (file_too_large): %jd bytes, at most %zu",
			(intmax_t)sb.st_size, limit);
		gk_hint(err, "在 gongkai.conf 中提高 file_limit", "raise file_limit in gongkai.conf");
		return GK_REFUSED;
	}
	if (gk_read_file(path, limit, bytes, err) != GK_OK) {
		if (err->cause == GK_CAUSE_NO_ACCESS)
			gk_hint(err, "检查文件权限：ls -l", "check its permissions: ls -l");
		return GK_REFUSED;
	}
	if (bytes->n == 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "文件是空的", "the file is empty");
		gk_hint(err, "补上内容后再收", "fill it and ingest it again");
		return GK_REFUSED;
	}
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	return *fd >= 0 ? GK_OK : gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "不能打开：%s", "cannot open: %s", strerror(errno));
}

static void
one_file(struct ingest *in, const char *path)
{
	struct gk_buf bytes;
	struct gk_reply reply;
	struct gk_err err = GK_ERR_INIT;
	struct intake_doc doc = { .kind = "file", .name = path, .tool = "gongkai-extract " GK_VERSION };
	json_t *meta = json_object(), *fields = json_object(), *notes;
	int fd;
	enum gk_status st;

	in->done++;
	progress_show(&in->progress, in->done, strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path);
	memset(&reply, 0, sizeof reply);
	st = open_file(in, path, &bytes, &fd, &err);
	if (st == GK_OK)
		st = gk_extract_run(in->extractor, fd, &reply, &err);
	if (fd >= 0)
		close(fd);
	if (st == GK_DEAD) {
		die(in, &err);
	} else if (st != GK_OK) {
		tell_failed(in, path, 0, &err);
	} else {
		notes = reply.notes != NULL ? json_incref(reply.notes) : json_array();
		describe(reply.meta, meta, fields, notes);
		if (*gk_meta_get(meta, "title") == '\0')
			file_name_hint(path, meta);
		if (in->args.category != NULL && *gk_meta_get(meta, "column") == '\0')
			gk_meta_set(meta, gk_field_find("column", 6), in->args.category, strlen(in->args.category), NULL);
		gk_sha256_hex(bytes.p, bytes.n, doc.digest);
		doc.meta = meta;
		doc.fields = fields;
		doc.notes = notes;
		doc.original = bytes.p;
		doc.original_n = bytes.n;
		doc.type = *reply.type != '\0' ? reply.type : "application/octet-stream";
		doc.text = reply.text.p != NULL ? reply.text.p : "";
		doc.text_n = reply.text.n;
		doc.text_source = reply.source;
		take(in, &doc);
		json_decref(notes);
	}
	gk_reply_free(&reply);
	gk_buf_free(&bytes);
	json_decref(meta);
	json_decref(fields);
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Calls each for every regular file, in the order of names; hidden ones are left out. */
static void
walk(struct ingest *in, void (*each)(struct ingest *in, const char *path), bool tell)
{
	char *paths[MAX_PATHS + 1];
	FTS *fts;
	FTSENT *e;

	memcpy(paths, in->args.paths, in->args.n_paths * sizeof *paths);
	paths[in->args.n_paths] = NULL;
	fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, by_name);
	while (fts != NULL && !in->dead && (e = fts_read(fts)) != NULL) {
		struct gk_err err = GK_ERR_INIT;

		if (e->fts_level > 0 && e->fts_name[0] == '.') {
			fts_set(fts, e, FTS_SKIP);
			continue;
		}
		switch (e->fts_info) {
		case FTS_F:
			each(in, e->fts_path);
			break;
		case FTS_DNR:
		case FTS_ERR:
		case FTS_NS:
			if (!tell)
				break;
			gk_fail(&err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "不能读取：%s", "cannot be read: %s", strerror(e->fts_errno));
			gk_hint(&err, "检查路径和权限", "check the path and its permissions");
			tell_failed(in, e->fts_path, 0, &err);
			break;
		default:
			break;
		}
	}
	if (fts != NULL)
		fts_close(fts);
}

static void
count_file(struct ingest *in, const char *path)
{
	(void)path;
	in->progress.total++;
}

/* --- JSON Lines --------------------------------------------------------------------------------------------------------- */

static bool
one_line(void *arg, const struct jsonl_doc *line, const struct gk_err *refused)
{
	struct ingest *in = arg;
	struct intake_doc doc = { .kind = "jsonl", .name = in->args.jsonl, .line = line->number, .type = "text/plain; charset=utf-8", .text_source = "jsonl",
				  .tool = "gongkai " GK_VERSION };

	in->done++;
	progress_show(&in->progress, in->done, NULL);
	if (refused != NULL) {
		tell_failed(in, in->args.jsonl, line->number, refused);
		return true;
	}
	if (in->args.category != NULL && *gk_meta_get(line->meta, "column") == '\0')
		gk_meta_set(line->meta, gk_field_find("column", 6), in->args.category, strlen(in->args.category), NULL);
	memcpy(doc.digest, line->digest, sizeof doc.digest);
	doc.source_id = line->source_id;
	doc.meta = line->meta;
	doc.fields = line->fields;
	doc.original = doc.text = line->text;
	doc.original_n = doc.text_n = line->text_n;
	take(in, &doc);
	return !in->dead;
}

/* --- the whole ------------------------------------------------------------------------------------------------------------ */

static void
note_recovery(const struct ingest *in)
{
	const struct store *s = &in->store;

	if (s->torn_bytes > 0)
		app_note(in->app, "说明：上次中断留下的 %llu 字节已移到 warc/torn/，已登记的文件都在", "note: %llu bytes of an interrupted batch were moved to warc/torn/; nothing acknowledged is lost",
			 (unsigned long long)s->torn_bytes);
	if (s->rebuilt)
		app_note(in->app, "说明：索引不能用，已由档案重建", "note: the index could not be used and was rebuilt from the archive");
	else if (s->caught_up > 0)
		app_note(in->app, "说明：索引补读了 %u 条登记", "note: the index read %u events it had missed", s->caught_up);
}

static void
summary(const struct ingest *in)
{
	double took = seconds_now() - in->progress.started;

	if (in->app->json) {
		app_json(json_pack("{s:s, s:I, s:I, s:I, s:I, s:f}", "result", "done", "new", (json_int_t)in->added, "versions", (json_int_t)in->versions, "duplicates",
				   (json_int_t)in->duplicates, "failed", (json_int_t)in->failed, "seconds", took));
		return;
	}
	printf(GK_T("收入 %zu 件", "%zu documents in"), in->added);
	if (in->versions > 0)
		printf(GK_T("，新版本 %zu 件", ", %zu new versions"), in->versions);
	if (in->duplicates > 0)
		printf(GK_T("，重复 %zu 件（内容相同，未再存）", ", %zu duplicates (same bytes, not stored again)"), in->duplicates);
	if (in->failed > 0)
		printf(GK_T("，失败 %zu 件", ", %zu failed"), in->failed);
	printf(GK_T("。用时 %.1f 秒\n", ".  Took %.1f s\n"), took);
}

static enum gk_status
check_args(const struct ingest *in, struct gk_err *err)
{
	if (in->args.jsonl == NULL && in->args.n_paths == 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有指定文件、目录或 --jsonl", "no file, folder or --jsonl was given");
		gk_hint(err, "例如：gongkai ingest inbox/", "for example: gongkai ingest inbox/");
		return GK_REFUSED;
	}
	for (size_t i = 0; i < in->args.n_paths; i++)
		if (access(in->args.paths[i], F_OK) < 0) {
			gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有 '%s'：%s", "there is no '%s': %s", in->args.paths[i], strerror(errno));
			gk_hint(err, "检查路径：ls", "check the path: ls");
			return GK_REFUSED;
		}
	return GK_OK;
}

static int
finish(struct ingest *in)
{
	int status;

	commit(in);
	progress_end(&in->progress);
	if (in->dead) {
		status = app_error(in->app, &in->fatal);
	} else {
		summary(in);
		status = in->failed > 0 ? 3 : 0;
	}
	intake_close(in->intake);
	store_close(&in->store);
	free(in->extractor);
	json_decref(in->acknowledge);
	free(in);
	return status;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct ingest *in = calloc(1, sizeof *in);
	struct argp_option options[] = {
		{ "category", 'c', "COLUMN", 0, GK_T("没有栏目的文件归入这里", "column for documents that state none"), 1 },
		{ "jsonl", 'j', "FILE", 0, GK_T("每行一个 JSON 对象（可为 .gz）", "one JSON object a line (may be .gz)"), 1 },
		{ "map", 'm', "title=name,…", 0, GK_T("字段对应：本系统=来源", "field names: ours=theirs"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;

	if (in == NULL)
		return 70;
	in->app = app;
	app_parse(app, &cmd_ingest, argc, argv, options, parse, in);
	st = check_args(in, &err);
	in->acknowledge = json_array();
	in->extractor = gk_extract_program();
	if (st == GK_OK)
		st = store_open(app->archive, app->wait, &in->store, &err);
	if (st == GK_OK)
		st = intake_open(&in->store, app->actor, &in->intake, &err);
	progress_start(&in->progress, app, 0);
	if (st != GK_OK) {
		die(in, &err);
		return finish(in);
	}
	note_recovery(in);
	if (in->args.n_paths > 0) {
		if (in->progress.on)
			walk(in, count_file, false);
		walk(in, one_file, true);
	}
	if (in->args.jsonl != NULL && !in->dead) {
		st = jsonl_read(in->args.jsonl, in->args.map, one_line, in, &err);
		if (st != GK_OK && !in->dead)
			die(in, &err);
	}
	return finish(in);
}

const struct cmd cmd_ingest = {
	.name = "ingest",
	.args_zh = "目录或文件…",
	.args_en = "DIR or FILE…",
	.doc_zh = "收入文件：HTML、文本、Markdown，或 --jsonl",
	.doc_en = "Take documents in: HTML, text, Markdown, or --jsonl",
	.run = run,
};
