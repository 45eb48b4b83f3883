/*
 * gongkai export: documents out of the archive, in forms that need no gongkai.
 *
 *   warc    every version's original and text, every event: the archive's own records, byte for byte, a gzip member each
 *   bag     the same as files in a BagIt folder (RFC 8493), with a catalogue for people: for handing over
 *   jsonl   metadata and text, a line a document, in the keys that gongkai ingest --jsonl takes back
 *   csv     the catalogue that the law wants (索引号 名称 内容概述 生成日期) and five columns more
 *
 *   query ──▶ numbers ──▶ events and bytes (digests checked) ──▶ OUT.partial-PID ──▶ fsync ──▶ OUT
 *
 * The forms are in export-table.c, export-warc.c and export-bag.c.  Takes no lock: a writer may be at work.  What is at OUT is whole, or is not there.
 */
#include "base/io.h"
#include "base/utf8.h"
#include "indexer/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- options ---------------------------------------------------------------------------------------------------- */

static enum gk_status
read_years(struct gk_filters *f, const char *s, struct gk_err *err)
{
	const char *dots = strstr(s, "..");
	size_t a = dots == NULL ? strlen(s) : (size_t)(dots - s);
	struct gk_date from = { 1, 0, 0 }, to = { 9999, 0, 0 };

	if ((a > 0 && (!gk_date_parse(s, a, &from) || from.month != 0)) || (a == 0 && (dots == NULL || dots[2] == '\0')) ||
	    (dots != NULL && dots[2] != '\0' && (!gk_date_parse(dots + 2, strlen(dots + 2), &to) || to.month != 0)) || f->n_year == EXPORT_VALUES) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "--year 不能是 '%.80s'", "--year cannot be '%.80s'", s);
		gk_hint(err, "写成 2021 或 2019..2021", "write 2021 or 2019..2021");
		return GK_REFUSED;
	}
	f->year[f->n_year].from = from.year;
	f->year[f->n_year++].to = dots == NULL ? from.year : to.year;
	return GK_OK;
}

static enum gk_status
read_date(const char *name, const char *s, struct gk_date *out, struct gk_err *err)
{
	if (gk_date_parse(s, strlen(s), out))
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "--%s 不是日期：'%.80s'", "--%s is not a date: '%.80s'", name, s);
	gk_hint(err, "写成 2021-12-01", "write it as 2021-12-01");
	return GK_REFUSED;
}

static enum gk_status
read_status(struct gk_filters *f, const char *s, struct gk_err *err)
{
	enum gk_validity v;

	if (!gk_validity_find(s, strlen(s), &v)) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "--status 不能是 '%.80s'", "--status cannot be '%.80s'", s);
		gk_hint(err, "例如 in_force、abolished，或 现行有效、已废止", "for example in_force or abolished");
		return GK_REFUSED;
	}
	f->status |= 1u << v;
	return GK_OK;
}

static enum gk_status
read_name(const char **list, size_t *n, const char *s, struct gk_err *err)
{
	if (*n == EXPORT_VALUES)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "取值过多（too_many_filters）：上限 %d", "too many values (too_many_filters): at most %d", EXPORT_VALUES);
	list[(*n)++] = s;
	return GK_OK;
}

static const struct form *find_form(const char *name);

static enum gk_status
read_option(struct export *x, int key, const char *arg, struct gk_err *err)
{
	switch (key) {
	case 'F':
		x->form = find_form(arg);
		if (x->form != NULL)
			return GK_OK;
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有格式 '%.80s'", "there is no format '%.80s'", arg);
		gk_hint(err, "可用：warc bag jsonl csv", "known: warc bag jsonl csv");
		return GK_REFUSED;
	case 'y':
		return read_years(&x->filters, arg, err);
	case 's':
		return read_status(&x->filters, arg, err);
	case 'c':
		return read_name(x->categories, &x->filters.n_category, arg, err);
	case 'o':
		return read_name(x->issuers, &x->filters.n_issuer, arg, err);
	case 'f':
		return read_date("from", arg, &x->filters.from, err);
	case 't':
		return read_date("to", arg, &x->filters.to, err);
	default:
		return read_date("as-of", arg, &x->as_of, err);
	}
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct export *x = state->input;
	struct gk_err err = GK_ERR_INIT;

	switch (key) {
	case 'Q':
		x->query = arg;
		return 0;
	case 'l':
		x->literal = true;
		return 0;
	case 'O':
		x->force = true;
		return 0;
	case 'b':
		x->bom = true;
		return 0;
	case 'F':
	case 'y':
	case 's':
	case 'c':
	case 'o':
	case 'f':
	case 't':
	case 'a':
		if (read_option(x, key, arg, &err) != GK_OK)
			exit(app_error(x->app, &err));
		return 0;
	case ARGP_KEY_ARG:
		if (x->out != NULL)
			argp_error(state, "%s", GK_T("只写到一处", "one place to write to, not two"));
		x->out = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- which documents --------------------------------------------------------------------------------------------- */

static int
by_number(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static enum gk_status
all_documents(struct export *x, uint32_t records, struct gk_err *err)
{
	x->docids = calloc((size_t)records + 1, sizeof *x->docids);
	if (x->docids == NULL)
		return gk_nomem(err);
	for (x->n = 0; x->n < records; x->n++)
		x->docids[x->n] = (uint32_t)x->n + 1;
	return GK_OK;
}

static void
note_level(const struct export *x, enum gk_level level)
{
	if (level == GK_LEVEL_SYNONYM || level == GK_LEVEL_CORRECTED)
		app_note(x->app, "没有原样的文件；导出用同义的词或更正后的词查到的。只按原文查：--literal", "no document has the words as typed; exported are those found by words of the same meaning or corrected ones.  For the literal query: --literal");
	if (level == GK_LEVEL_NEAR || level == GK_LEVEL_ALL)
		app_note(x->app, "没有原样连写的文件；导出含有其中所有的词的文件。只按原文查：--literal", "no document has the words as typed; exported are those that have all of them.  For the literal query: --literal");
	if (level == GK_LEVEL_SOME)
		app_note(x->app, "没有含全部词的文件；导出可能相关的。只按原文查：--literal", "no document has all the words; exported are possibly related ones.  For the literal query: --literal");
}

static enum gk_status
search(struct export *x, const struct gk_query *query, uint32_t records, struct gk_err *err)
{
	struct gk_request request = { .query = query, .filters = x->filters, .as_of = x->as_of, .sort = GK_SORT_OLDEST, .size = records > 0 ? records : 1 };
	struct gk_results found;
	enum gk_status st;

	st = gk_search(x->store.seen, &request, &found, err);
	if (st != GK_OK)
		return st;
	x->docids = calloc(found.n + 1, sizeof *x->docids);
	if (x->docids == NULL)
		st = gk_nomem(err);
	for (size_t i = 0; st == GK_OK && i < found.n; i++)
		x->docids[x->n++] = found.hits[i].docid;
	if (st == GK_OK)
		note_level(x, found.level);
	gk_results_free(&found);
	return st;
}

/* In the order in which they came into the archive: the same question gives the same file. */
static enum gk_status
choose(struct export *x, struct gk_err *err)
{
	const struct gk_filters *f = &x->filters;
	bool narrow = f->n_category + f->n_issuer + f->n_year > 0 || f->status != 0 || f->from.year != 0 || f->to.year != 0;
	struct gk_query *query;
	struct gk_totals t;
	enum gk_status st = gk_catalog_totals(x->store.seen, false, &t, err);

	if (st != GK_OK)
		return st;
	if (!narrow && *x->query == '\0')
		return all_documents(x, t.last, err);
	query = calloc(1, sizeof *query);
	if (query == NULL)
		return gk_nomem(err);
	st = gk_query_parse(x->query, strlen(x->query), x->literal, query, err);
	if (st == GK_OK) {
		if (query->slips != 0)
			app_note(x->app, "说明：查询写法有出入，按 %s 处理了多余的符号", "note: signs in the query that have no partner were left out: %s", x->query);
		st = search(x, query, t.records, err);
		gk_query_free(query);
	}
	free(query);
	if (st == GK_OK)
		qsort(x->docids, x->n, sizeof *x->docids, by_number);
	return st;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

enum gk_status
export_put(struct export *x, FILE *f, const void *p, size_t n, struct gk_err *err)
{
	if (n > 0 && fwrite(p, 1, n, f) != n)
		return bag_unwritten(x->out, err);
	x->bytes += n;
	return GK_OK;
}

enum gk_status
export_open(struct export *x, struct gk_err *err)
{
	if (strcmp(x->out, "-") == 0) {
		x->f = stdout;
		return GK_OK;
	}
	x->f = fopen(x->partial, "wbxe");
	return x->f == NULL ? bag_unwritten(x->partial, err) : GK_OK;
}

enum gk_status
export_close(struct export *x, struct gk_err *err)
{
	bool ok = fflush(x->f) == 0;

	if (x->f == stdout)
		return ok ? GK_OK : bag_unwritten(x->out, err);
	ok = ok && fsync(fileno(x->f)) == 0;
	ok = fclose(x->f) == 0 && ok;
	x->f = NULL;
	return ok ? GK_OK : bag_unwritten(x->partial, err);
}

/* --- the forms ----------------------------------------------------------------------------------------------------------- */

static const struct form *const forms[] = { &export_warc, &export_bag, &export_jsonl, &export_csv };

static const struct form *
find_form(const char *name)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (strcmp(forms[i]->name, name) == 0)
			return forms[i];
	return NULL;
}

/* --- one after another ------------------------------------------------------------------------------------------------------ */

static void
tell_failed(struct export *x, uint32_t docid, const struct gk_err *err)
{
	x->failed++;
	progress_end(&x->progress);
	fprintf(stderr, GK_T("  失败  第 %u 件    %s", "  failed  document %u    %s"), docid, gk_err_what(err));
	fprintf(stderr, *gk_err_hint(err) != '\0' ? "；%s\n" : "%s\n", gk_err_hint(err));
}

static enum gk_status
one_document(struct export *x, uint32_t docid, struct gk_err *err)
{
	struct store_history h;
	struct gk_record r;
	enum gk_status st = store_history(&x->store, docid, &h, err);

	if (st != GK_OK)
		return st;
	/* What was destroyed is in no copy made afterwards. */
	if (gk_retention_destroyed(h.events, h.n)) {
		store_history_free(&h);
		x->destroyed++;
		return GK_OK;
	}
	st = gk_record_fold(h.events, h.n, &r, err);
	if (st == GK_OK) {
		progress_show(&x->progress, x->done, r.id);
		st = x->form->one(x, &h, &r, err);
		gk_record_free(&r);
	}
	store_history_free(&h);
	return st;
}

static enum gk_status
all(struct export *x, struct gk_err *err)
{
	enum gk_status st = x->form->begin(x, err);

	progress_start(&x->progress, x->app, x->n);
	for (size_t i = 0; st == GK_OK && i < x->n; i++) {
		st = one_document(x, x->docids[i], err);
		if (st == GK_REFUSED) {
			tell_failed(x, x->docids[i], err);
			st = GK_OK;
		} else if (st == GK_OK) {
			x->done++;
		}
	}
	progress_end(&x->progress);
	return st == GK_OK ? x->form->end(x, err) : st;
}

/* --- the place ---------------------------------------------------------------------------------------------------------------- */

static bool
looks_like_bag(const char *dir)
{
	char *path = gk_path(dir, "bagit.txt");
	bool yes = path != NULL && access(path, F_OK) == 0;

	free(path);
	return yes;
}

static enum gk_status
check_place(struct export *x, struct gk_err *err)
{
	bool folder = x->form->folder;
	struct stat sb;

	if (strcmp(x->out, "-") == 0) {
		if (!folder)
			return GK_OK;
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "bag 是文件夹，不能写到标准输出", "a bag is a folder and cannot go to standard output");
		gk_hint(err, "例如：gongkai export --format bag 移交包/", "for example: gongkai export --format bag handover/");
		return GK_REFUSED;
	}
	if (lstat(x->out, &sb) < 0)
		return GK_OK;
	if (!x->force) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "'%s' 已存在", "'%s' exists", x->out);
		gk_hint(err, "换一个名字，或用 --force 替换它", "choose another name, or replace it with --force");
		return GK_REFUSED;
	}
	/* --force replaces what export has made, never a folder of something else. */
	if (folder ? S_ISDIR(sb.st_mode) && looks_like_bag(x->out) : S_ISREG(sb.st_mode))
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, folder ? "'%s' 不是 BagIt 文件夹，不替换它" : "'%s' 不是普通文件，不替换它",
		folder ? "'%s' is no bag and is not replaced" : "'%s' is not a regular file and is not replaced", x->out);
	gk_hint(err, "换一个名字", "choose another name");
	return GK_REFUSED;
}

static enum gk_status
put_in_place(struct export *x, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	if (strcmp(x->out, "-") == 0)
		return GK_OK;
	if (x->form->folder && access(x->out, F_OK) == 0)
		st = gk_remove_tree(x->out, err);
	return st == GK_OK ? bag_put_in_place(x->partial, x->out, err) : st;
}

static void
clean_up(struct export *x, bool failed)
{
	if (x->f != NULL && x->f != stdout)
		fclose(x->f);
	tally_drop(&x->catalogue);
	bag_drop(&x->bag);
	if (failed && x->partial != NULL && access(x->partial, F_OK) == 0) {
		if (x->form != NULL && x->form->folder)
			gk_remove_tree(x->partial, NULL);
		else
			unlink(x->partial);
	}
	gk_gzout_free(&x->gz);
	gk_buf_free(&x->member);
	gk_config_free(&x->config);
	gk_catalog_close(x->store.seen);
	gk_archive_close(x->store.archive);
	free(x->docids);
	free(x->partial);
	free(x);
}

/* --- the whole ------------------------------------------------------------------------------------------------------------------ */

static enum gk_status
check_args(const struct export *x, struct gk_err *err)
{
	if (x->form != NULL && x->out != NULL && *x->out != '\0')
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, x->form == NULL ? "没有说明格式（--format）" : "没有说明写到哪里", x->form == NULL ? "no format was given (--format)" : "no place to write to was given");
	gk_hint(err, "例如：gongkai export --format csv 目录.csv；格式有 warc bag jsonl csv", "for example: gongkai export --format csv list.csv; formats are warc bag jsonl csv");
	return GK_REFUSED;
}

static enum gk_status
open_reading(struct export *x, struct gk_err *err)
{
	char *conf = gk_path(x->app->archive, "gongkai.conf"), *index = gk_path(x->app->archive, "index/public");
	enum gk_status st = conf == NULL || index == NULL ? gk_nomem(err) : gk_archive_open(x->app->archive, &x->store.archive, err);

	if (st == GK_OK)
		st = gk_config_read(conf, &x->config, err);
	if (st == GK_OK)
		st = gk_catalog_open(index, &x->store.seen, err);
	free(conf);
	free(index);
	return st;
}

static enum gk_status
name_partial(struct export *x, struct gk_err *err)
{
	size_t n = strlen(x->out);

	while (n > 1 && x->out[n - 1] == '/')
		n--;
	if (asprintf(&x->partial, "%.*s.partial-%ld", (int)n, x->out, (long)getpid()) < 0) {
		x->partial = NULL;
		return gk_nomem(err);
	}
	return GK_OK;
}

static int
tell(struct export *x)
{
	double took = seconds_now() - x->progress.started;

	if (x->app->json && strcmp(x->out, "-") != 0)
		app_json(json_pack("{s:s, s:s, s:I, s:I, s:I, s:s, s:f}", "result", "done", "format", x->form->name, "documents", (json_int_t)x->done, "failed",
				   (json_int_t)x->failed, "bytes", (json_int_t)x->bytes, "output", x->out, "seconds", took));
	else
		app_note(x->app, "导出 %zu 件，失败 %zu 件：%s，%llu 字节。用时 %.1f 秒", "%zu documents exported, %zu failed: %s, %llu bytes.  Took %.1f s", x->done,
			 x->failed, x->out, (unsigned long long)x->bytes, took);
	return x->failed > 0 ? 4 : 0;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct export *x = calloc(1, sizeof *x);
	struct argp_option options[] = {
		{ "format", 'F', "warc|bag|jsonl|csv", 0, GK_T("格式", "format"), 1 },
		{ "query", 'Q', "QUERY", 0, GK_T("只要符合查询的（写法同 search）", "only what matches (written as for search)"), 1 },
		{ "cat", 'c', "CATEGORY", 0, GK_T("只要这个类别（可重复）", "only this category (may repeat)"), 1 },
		{ "year", 'y', "YEAR", 0, GK_T("2021 或 2019..2021（可重复）", "2021 or 2019..2021 (may repeat)"), 1 },
		{ "status", 's', "STATUS", 0, GK_T("现行有效、已废止、in_force …", "in_force, abolished …"), 1 },
		{ "org", 'o', "ISSUER", 0, GK_T("发文机关全称", "whole name of the issuer"), 1 },
		{ "from", 'f', "DATE", 0, GK_T("发布不早于", "published on or after"), 1 },
		{ "to", 't', "DATE", 0, GK_T("发布不晚于", "published on or before"), 1 },
		{ "as-of", 'a', "DATE", 0, GK_T("按这一天的时效", "validity on this day"), 1 },
		{ "literal", 'l', NULL, 0, GK_T("只按原文查", "as typed, nothing else"), 1 },
		{ "bom", 'b', NULL, 0, GK_T("CSV 以 BOM 开头（供 Excel 识别）", "begin CSV with a BOM (for Excel)"), 2 },
		{ "force", 'O', NULL, 0, GK_T("替换已有的输出", "replace an output that exists"), 2 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;
	int status = 0;

	if (x == NULL)
		return 70;
	x->app = app;
	x->query = "";
	x->as_of = gk_date_today();
	x->filters.category = x->categories;
	x->filters.issuer = x->issuers;
	app_parse(app, &cmd_export, argc, argv, options, parse, x);
	st = check_args(x, &err);
	if (st == GK_OK)
		st = check_place(x, &err);
	if (st == GK_OK)
		st = name_partial(x, &err);
	if (st == GK_OK)
		st = open_reading(x, &err);
	if (st == GK_OK)
		st = choose(x, &err);
	if (st == GK_OK && x->n == 0) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有符合条件的文件，没有写 '%s'", "no document matches; '%s' was not written", x->out);
		gk_hint(&err, "先用 gongkai search 试一试条件", "try the conditions with gongkai search first");
		st = GK_REFUSED;
	}
	if (st == GK_OK)
		st = all(x, &err);
	if (st == GK_OK)
		st = put_in_place(x, &err);
	status = st == GK_OK ? tell(x) : app_error(app, &err);
	clean_up(x, st != GK_OK);
	return status;
}

const struct cmd cmd_export = {
	.name = "export",
	.args_zh = "文件或目录（- 为标准输出）",
	.args_en = "FILE or DIR (- is standard output)",
	.doc_zh = "导出：WARC、BagIt、JSON Lines、CSV 目录",
	.doc_en = "Write out: WARC, BagIt, JSON Lines, CSV",
	.run = run,
};
