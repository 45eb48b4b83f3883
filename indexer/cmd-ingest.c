/*
 * gongkai ingest: files, folders and JSON Lines into the archive.
 *
 *   walk ──▶ unchanged since it was taken (taken.h)? ──▶ extract on all cores (ahead.h) ──▶ indexer/document.h: dictionary ──▶ intake ──▶ commit every batch
 *   read line ────────────────────────────────────────────────────────────────────────────▶
 *
 * A bad file or line costs itself: it is named, counted, and the rest goes on (exit 3).  With --watch each time files are complete (watch.h) is a run
 * of its own: between them the archive is not locked.
 */
#include "indexer/ahead.h"
#include "indexer/attach.h"
#include "indexer/cmd.h"
#include "indexer/document.h"
#include "indexer/jsonl.h"
#include "indexer/metalist.h"
#include "indexer/proposals.h"
#include "indexer/taken.h"
#include "indexer/watch.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATHS = 4096, OPT_AUTO_CONFIRM = 0x3100, OPT_META, OPT_WATCH, OPT_POLL, OPT_REREAD, POLL_MAX = 86400 };

struct args {
	const char *jsonl, *map, *meta;
	char *paths[MAX_PATHS];
	size_t n_paths;
	bool watch, reread;
	unsigned poll;
};

struct ingest {
	struct app *app;
	struct args args;
	bool auto_confirm;
	struct taking taking;
	struct metalist *meta;		/* of --meta; NULL: none */
	struct taken *taken;
	struct ahead *ahead;
	struct attach *attach;
	struct watch *watch;		/* NULL: not watching */
	char **complete;		/* paths that the watch gave, owned */
	size_t n_complete, room;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct ingest *in = state->input;
	struct args *a = &in->args;
	char *end;

	switch (key) {
	case 'c':
		in->taking.category = arg;
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
	case OPT_META:
		a->meta = arg;
		return 0;
	case OPT_AUTO_CONFIRM:
		in->auto_confirm = true;
		return 0;
	case OPT_WATCH:
		a->watch = true;
		return 0;
	case OPT_REREAD:
		a->reread = true;
		return 0;
	case OPT_POLL:
		a->poll = (unsigned)strtoul(arg, &end, 10);
		if (*arg < '0' || *arg > '9' || *end != '\0' || a->poll == 0 || a->poll > POLL_MAX)
			argp_error(state, GK_T("--poll 的秒数应在 1 到 %d 之间", "--poll takes 1 to %d seconds"), POLL_MAX);
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

/* --- files ---------------------------------------------------------------------------------------------------------- */

/* Watched: gone or changed since it was complete is no failure, it is looked at again. */
static bool
comes_again(struct ingest *in, const struct ahead_file *f)
{
	if (in->watch == NULL || f->st == GK_DEAD || (f->st != GK_RETRY && watch_is_same(in->watch, f->path, &f->sb) && access(f->path, F_OK) == 0))
		return false;
	watch_again(in->watch, f->path);
	return true;
}

static void
take_new(struct ingest *in, struct ahead_file *f, const char *name)
{
	struct intake_doc doc = { .kind = "file", .name = name, .original = f->bytes.p, .original_n = f->bytes.n };
	json_t *meta = json_object(), *fields = json_object();
	const json_t *row = in->meta == NULL ? NULL : metalist_row(in->meta, name);
	json_t *known = row == NULL ? NULL : json_array();	/* notes on the row of --meta */
	size_t failed = in->taking.failed;

	memcpy(doc.digest, f->digest, sizeof doc.digest);
	if (row != NULL)
		taking_describe(row, meta, fields, known);
	doc.notes = known;
	taking_extracted(&in->taking, &doc, f->st, &f->reply, &f->err, meta, fields, name);
	if (f->st == GK_OK && in->taking.failed == failed && !in->taking.dead) {
		taken_note(in->taken, f->path, &f->sb, f->digest);
		if (in->taking.last_id[0] != '\0')
			attach_took(in->attach, f->path, in->taking.last_id, f->digest, json_object_get(f->reply.meta, "links"));
	}
	json_decref(known);
	json_decref(meta);
	json_decref(fields);
}

/* In the order of the walk. */
static void
take_file(void *arg, struct ahead_file *f)
{
	struct ingest *in = arg;
	char *name = taking_name(f->path);
	struct gk_err err = GK_ERR_INIT;

	if (name == NULL) {
		gk_nomem(&err);
		taking_die(&in->taking, &err);
		return;
	}
	taking_progress(&in->taking, strrchr(name, '/') != NULL ? strrchr(name, '/') + 1 : name);
	if (in->taking.dead || comes_again(in, f)) {
		free(name);
		return;
	}
	if (f->known[0] != '\0')
		taking_known(&in->taking, name, f->known);
	else
		take_new(in, f, name);
	free(name);
}

static void
keep_taken(void *arg)
{
	taken_keep(((struct ingest *)arg)->taken);
}

/* The record that has the bytes of a file that is as it was; false: it must be read. "?" where nobody asks which. */
static bool
is_known(struct ingest *in, const char *path, const struct stat *sb, char id[64])
{
	const char *digest = in->args.reread ? NULL : taken_digest(in->taken, path, sb);

	strcpy(id, "?");
	return digest != NULL && intake_known(in->taking.intake, digest, in->app->json ? id : NULL, NULL) == GK_OK;
}

/* sb: NULL if it is not known what it is like. */
static void
one_file(struct ingest *in, const char *path, const struct stat *sb)
{
	struct gk_err err = GK_ERR_INIT;
	char id[64];
	bool known = sb != NULL && is_known(in, path, sb, id);

	if (ahead_put(in->ahead, path, sb, known ? id : NULL, &err) != GK_OK)
		taking_die(&in->taking, &err);
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Calls each for every regular file, in the order of names; hidden ones are left out. */
static void
walk(struct ingest *in, void (*each)(struct ingest *in, const char *path, const struct stat *sb), bool tell)
{
	char *paths[MAX_PATHS + 1];
	FTS *fts;
	FTSENT *e;

	memcpy(paths, in->args.paths, in->args.n_paths * sizeof *paths);
	paths[in->args.n_paths] = NULL;
	fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, by_name);
	/* Both give NULL when memory ends, fts_read() also at the end: only errno tells. */
	while (fts != NULL && !in->taking.dead && (errno = 0, e = fts_read(fts)) != NULL) {
		struct gk_err err = GK_ERR_INIT;

		if (e->fts_level > 0 && e->fts_name[0] == '.') {
			fts_set(fts, e, FTS_SKIP);
			continue;
		}
		switch (e->fts_info) {
		case FTS_F:
			each(in, e->fts_path, e->fts_statp);
			break;
		case FTS_DNR:
		case FTS_ERR:
		case FTS_NS:
			if (!tell)
				break;
			gk_fail(&err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "不能读取：%s", "cannot be read: %s", strerror(e->fts_errno));
			gk_hint(&err, "检查路径和权限", "check the path and its permissions");
			taking_failed(&in->taking, e->fts_path, 0, &err);
			break;
		case FTS_DEFAULT:
			/* In a folder a device or a pipe is no document; one that was named is owed a word. */
			if (!tell || e->fts_level > 0)
				break;
			gk_fail(&err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不是普通文件", "it is not a regular file");
			gk_hint(&err, "从管道收入：gongkai ingest --jsonl -", "to read a pipe: gongkai ingest --jsonl -");
			taking_failed(&in->taking, e->fts_path, 0, &err);
			break;
		default:
			break;
		}
	}
	if (tell && !in->taking.dead && (fts == NULL || errno != 0)) {
		struct gk_err err = GK_ERR_INIT;

		gk_fail(&err, GK_REFUSED, gk_cause_of_errno(errno), "文件夹没有读完：%s", "the folders were not read to the end: %s", strerror(errno));
		gk_hint(&err, "再运行一次；已收入的不会重复", "run it again; what is in already is not taken twice");
		taking_failed(&in->taking, paths[0], 0, &err);
	}
	if (fts != NULL)
		fts_close(fts);
}

static void
count_file(struct ingest *in, const char *path, const struct stat *sb)
{
	(void)path;
	(void)sb;
	in->taking.progress.total++;
}

/* --- JSON Lines --------------------------------------------------------------------------------------------------------- */

static struct intake_doc
doc_of(const struct ingest *in, const struct jsonl_doc *line)
{
	struct intake_doc doc = { .kind = "jsonl", .name = in->args.jsonl, .line = line->number, .type = "text/plain; charset=utf-8", .text_source = "jsonl",
				  .tool = "gongkai " GK_VERSION };

	memcpy(doc.digest, line->digest, sizeof doc.digest);
	doc.source_id = line->source_id;
	doc.meta = line->meta;
	doc.fields = line->fields;
	doc.original = doc.text = line->text;
	doc.original_n = doc.text_n = line->text_n;
	doc.look = line->seen;
	return doc;
}

/* In any thread: of what is taken in nothing is asked but what stays as it is. */
static void
look_at_line(void *arg, struct jsonl_doc *line)
{
	const struct ingest *in = arg;
	const struct intake_doc doc = doc_of(in, line);

	line->seen = taking_look(&in->taking, &doc, line->meta);
}

static void
forget_line(struct jsonl_doc *line)
{
	intake_look_free(line->seen);
	free(line->seen);
}

static bool
one_line(void *arg, const struct jsonl_doc *line, const struct gk_err *refused)
{
	struct ingest *in = arg;
	struct intake_doc doc;

	taking_progress(&in->taking, NULL);
	if (refused != NULL) {
		taking_failed(&in->taking, in->args.jsonl, line->number, refused);
		return true;
	}
	doc = doc_of(in, line);
	taking_add(&in->taking, &doc, line->meta);
	return !in->taking.dead;
}

static void
all_lines(struct ingest *in)
{
	const struct jsonl_way way = { .each = one_line, .look = look_at_line, .forget = forget_line, .arg = in };
	struct gk_err err = GK_ERR_INIT;

	/* Files come before lines: so keep_taken keeps of no batch that is still to be committed. */
	in->taking.overlaps = true;
	if (jsonl_read(in->args.jsonl, in->args.map, &way, &err) != GK_OK)
		taking_die(&in->taking, &err);
}

/* --- the whole ------------------------------------------------------------------------------------------------------------ */

static enum gk_status
check_args(const struct ingest *in, struct gk_err *err)
{
	if (in->args.jsonl == NULL && in->args.n_paths == 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有指定文件、目录或 --jsonl", "no file, folder or --jsonl was given");
		gk_hint(err, "例如：gongkai ingest inbox/", "for example: gongkai ingest inbox/");
		return GK_REFUSED;
	}
	if (in->args.watch ? in->args.n_paths == 0 || in->args.jsonl != NULL : in->args.poll > 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "--watch 要有目录，不与 --jsonl 同用；--poll 只与 --watch 同用", "--watch wants folders and goes without --jsonl; --poll goes with --watch only");
		gk_hint(err, "例如：gongkai ingest --watch --poll 10 inbox/", "for example: gongkai ingest --watch --poll 10 inbox/");
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

/* What an exact number settles, of the documents of this run and of those that waited for them. */
static void
confirm(struct ingest *in, uint32_t since, json_t **more, char *words, size_t size)
{
	struct gk_err err = GK_ERR_INIT;
	size_t done = 0, left = 0;

	taking_commit(&in->taking);
	if (in->taking.dead)
		return;
	if (proposals_auto_confirm(&in->taking.store, since, in->app->actor, &done, &left, &err) != GK_OK) {
		taking_die(&in->taking, &err);
		return;
	}
	*more = json_pack("{s:I, s:I}", "confirmed", (json_int_t)done, "proposals_left", (json_int_t)left);
	if (done + left > 0)
		snprintf(words, size, GK_T("，按文号登记废止 %zu 条，待定 %zu 条", ", %zu abolitions registered by number, %zu proposals left"), done, left);
}

/* A file of an earlier run, unchanged since; or bytes. */
static bool
was_taken(void *arg, const char *path, const char *digest, char id[64])
{
	struct ingest *in = arg;
	struct stat sb;

	if (path != NULL)
		digest = stat(path, &sb) == 0 ? taken_digest(in->taken, path, &sb) : NULL;
	return digest != NULL && intake_known(in->taking.intake, digest, id, NULL) == GK_OK;
}

/* Pages and the files beside them that they link to. */
static void
attach(struct ingest *in)
{
	struct gk_err err = GK_ERR_INIT;
	size_t n;

	taking_commit(&in->taking);
	if (in->taking.dead)
		return;
	if (attach_register(in->attach, &in->taking.store, in->app->actor, was_taken, in, &n, &err) != GK_OK)
		taking_die(&in->taking, &err);
	else if (n > 0)
		app_note(in->app, "网页和它链接的附件已互相标明（登记 %zu 条）", "pages and the attachments they link to say so of each other (%zu events)", n);
}

/* A row for which no file came is a slip in its name, more often than not. */
static void
note_unused(const struct ingest *in)
{
	size_t n;
	const char *first = in->meta == NULL ? NULL : metalist_unused(in->meta, &n);

	if (first != NULL)
		app_note(in->app, "说明：--meta 表中 %zu 行没有对应的文件（如 '%s'）", "note: %zu rows of --meta name no file that was taken in (such as '%s')", n, first);
}

/* Files or the lines of a list, then the sum: one run. */
static int
one_run(struct ingest *in, void (*all)(struct ingest *in))
{
	struct gk_err err = GK_ERR_INIT;
	json_t *more = NULL;
	char words[160] = "";
	struct app *app = in->app;
	int status;

	if (taking_open(&in->taking, app, "file") == GK_OK) {
		uint32_t before = in->taking.store.records;

		if (in->args.meta != NULL && metalist_read(in->taking.extractor, in->args.meta, &in->meta, &err) != GK_OK)
			taking_die(&in->taking, &err);
		else if ((in->attach = attach_open(app->archive)) == NULL)
			taking_die(&in->taking, (gk_nomem(&err), &err));
		else if (taken_open(app->archive, &in->taken, &err) != GK_OK ||
			 ahead_start(in->taking.extractor, (size_t)in->taking.store.config.file_limit_mib << 20, take_file, in, &in->ahead, &err) != GK_OK)
			taking_die(&in->taking, &err);
		in->taking.quick = in->args.jsonl != NULL;
		in->taking.committed = keep_taken;
		in->taking.committed_arg = in;
		if (!in->taking.dead)
			all(in);
		if (in->args.jsonl != NULL && !in->taking.dead)
			all_lines(in);
		if (in->attach != NULL)
			attach(in);
		if (in->auto_confirm)
			confirm(in, before, &more, words, sizeof words);
	}
	status = taking_finish(&in->taking, more, words);
	note_unused(in);
	metalist_free(in->meta);
	ahead_stop(in->ahead);
	taken_close(in->taken);
	attach_close(in->attach);
	in->attach = NULL;
	in->meta = NULL;
	in->ahead = NULL;
	in->taken = NULL;
	return status;
}

static void
all_files(struct ingest *in)
{
	if (in->args.n_paths == 0)
		return;
	if (in->taking.progress.on)
		walk(in, count_file, false);
	walk(in, one_file, true);
	if (!in->taking.dead)
		ahead_drain(in->ahead);
}

/* --- watching --------------------------------------------------------------------------------------------------------------- */

static void
is_complete(void *arg, const char *path)
{
	struct ingest *in = arg;

	if (in->n_complete == in->room) {
		size_t room = in->room == 0 ? 256 : in->room * 2;
		char **grown = realloc(in->complete, room * sizeof *grown);

		if (grown == NULL) {
			watch_again(in->watch, path);
			return;
		}
		in->complete = grown;
		in->room = room;
	}
	in->complete[in->n_complete] = strdup(path);
	if (in->complete[in->n_complete] == NULL)
		watch_again(in->watch, path);
	else
		in->n_complete++;
}

static void
complete_files(struct ingest *in)
{
	in->taking.progress.total = in->n_complete;
	for (size_t i = 0; i < in->n_complete && !in->taking.dead; i++) {
		struct stat sb;

		one_file(in, in->complete[i], stat(in->complete[i], &sb) == 0 ? &sb : NULL);
	}
	if (!in->taking.dead)
		ahead_drain(in->ahead);
}

/* Somebody else writes to the archive: that passes. */
static bool
passes(struct ingest *in, int status)
{
	if (status == 0 || status == 3)
		return true;
	if (status != gk_exit_of(GK_CAUSE_BUSY))
		return false;
	for (size_t i = 0; i < in->n_complete; i++)
		watch_again(in->watch, in->complete[i]);
	return true;
}

static int
watch(struct ingest *in)
{
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st = watch_open(in->args.paths, in->args.n_paths, in->args.poll, &in->watch, &err);
	int status = 0;

	if (st != GK_OK)
		return app_error(in->app, &err);
	app_note(in->app, "监视中；Ctrl-C 结束", "watching; Ctrl-C ends it");
	while ((st = watch_next(in->watch, is_complete, in, &err)) == GK_OK) {
		in->taking = (struct taking){ .category = in->taking.category };
		status = one_run(in, complete_files);
		fflush(stdout);
		if (!passes(in, status))
			break;
		status = 0;
		for (size_t i = 0; i < in->n_complete; i++)
			free(in->complete[i]);
		in->n_complete = 0;
	}
	if (st != GK_OK && st != GK_END)
		status = app_error(in->app, &err);
	for (size_t i = 0; i < in->n_complete; i++)
		free(in->complete[i]);
	free(in->complete);
	watch_close(in->watch);
	return status;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct ingest *in = calloc(1, sizeof *in);
	struct argp_option options[] = {
		{ "category", 'c', "COLUMN", 0, GK_T("没有栏目的文件归入这里", "column for documents that state none"), 1 },
		{ "jsonl", 'j', "FILE", 0, GK_T("每行一个 JSON 对象（可为 .gz）", "one JSON object a line (may be .gz)"), 1 },
		{ "meta", OPT_META, "FILE", 0, GK_T("各文件的元数据表：file,title,no,org,…", "a table of metadata: file,title,no,org,…"), 1 },
		{ "map", 'm', "title=name,…", 0, GK_T("字段对应：本系统=来源", "field names: ours=theirs"), 1 },
		{ "auto-confirm", OPT_AUTO_CONFIRM, NULL, 0, GK_T("正文说废止、文号又完全相符的，直接登记", "register at once what a text abolishes by an exact number"), 1 },
		{ "watch", OPT_WATCH, NULL, 0, GK_T("一直监视这些目录，写完的文件即收入", "go on watching the folders, take files in as they are complete"), 1 },
		{ "poll", OPT_POLL, "SECONDS", 0, GK_T("与 --watch：每隔几秒看一次（网络盘）", "with --watch: look every so many seconds (network disks)"), 1 },
		{ "reread", OPT_REREAD, NULL, 0, GK_T("没有改动的文件也重新读", "read files that did not change as well"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	int status;

	if (in == NULL)
		return 70;
	in->app = app;
	app_parse(app, &cmd_ingest, argc, argv, options, parse, in);
	if (check_args(in, &err) != GK_OK)
		status = app_error(app, &err);
	else
		status = in->args.watch ? watch(in) : one_run(in, all_files);
	free(in);
	return status;
}

const struct cmd cmd_ingest = {
	.name = "ingest",
	.args_zh = "目录或文件…",
	.args_en = "DIR or FILE…",
	.doc_zh = "收入文件、文件夹，或 --jsonl",
	.doc_en = "Take in files and folders, or --jsonl",
	.run = run,
};
