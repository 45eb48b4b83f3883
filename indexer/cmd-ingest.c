/*
 * gongkai ingest: files, folders and JSON Lines into the archive.
 *
 *   walk or read line ──▶ indexer/document.h: extract (child process) or parse ──▶ dictionary ──▶ intake ──▶ commit every batch
 *
 * A bad file or line costs itself: it is named, counted, and the rest goes on (exit 3).
 */
#include "base/digest.h"
#include "base/io.h"
#include "indexer/cmd.h"
#include "indexer/document.h"
#include "indexer/jsonl.h"
#include "indexer/proposals.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATHS = 4096, OPT_AUTO_CONFIRM = 0x3100 };

struct args {
	const char *jsonl, *map;
	char *paths[MAX_PATHS];
	size_t n_paths;
};

struct ingest {
	struct app *app;
	struct args args;
	bool auto_confirm;
	struct taking taking;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct ingest *in = state->input;
	struct args *a = &in->args;

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
	case OPT_AUTO_CONFIRM:
		in->auto_confirm = true;
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

static enum gk_status
open_file(const struct ingest *in, const char *path, struct gk_buf *bytes, int *fd, struct gk_err *err)
{
	size_t limit = (size_t)in->taking.store.config.file_limit_mib << 20;
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
	struct gk_err err = GK_ERR_INIT;
	char *name = taking_name(path);
	struct intake_doc doc = { .kind = "file", .name = name };
	json_t *meta = json_object(), *fields = json_object();
	int fd;

	if (name == NULL) {
		gk_nomem(&err);
		taking_die(&in->taking, &err);
		json_decref(meta);
		json_decref(fields);
		return;
	}
	taking_progress(&in->taking, strrchr(name, '/') != NULL ? strrchr(name, '/') + 1 : name);
	if (open_file(in, path, &bytes, &fd, &err) != GK_OK) {
		taking_failed(&in->taking, name, 0, &err);
	} else {
		gk_sha256_hex(bytes.p, bytes.n, doc.digest);
		doc.original = bytes.p;
		doc.original_n = bytes.n;
		taking_bytes(&in->taking, &doc, fd, meta, fields, name);
	}
	if (fd >= 0)
		close(fd);
	gk_buf_free(&bytes);
	json_decref(meta);
	json_decref(fields);
	free(name);
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
	/* Both give NULL when memory ends, fts_read() also at the end: only errno tells. */
	while (fts != NULL && !in->taking.dead && (errno = 0, e = fts_read(fts)) != NULL) {
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
count_file(struct ingest *in, const char *path)
{
	(void)path;
	in->taking.progress.total++;
}

/* --- JSON Lines --------------------------------------------------------------------------------------------------------- */

static bool
one_line(void *arg, const struct jsonl_doc *line, const struct gk_err *refused)
{
	struct ingest *in = arg;
	struct intake_doc doc = { .kind = "jsonl", .name = in->args.jsonl, .line = line->number, .type = "text/plain; charset=utf-8", .text_source = "jsonl",
				  .tool = "gongkai " GK_VERSION };

	taking_progress(&in->taking, NULL);
	if (refused != NULL) {
		taking_failed(&in->taking, in->args.jsonl, line->number, refused);
		return true;
	}
	memcpy(doc.digest, line->digest, sizeof doc.digest);
	doc.source_id = line->source_id;
	doc.meta = line->meta;
	doc.fields = line->fields;
	doc.original = doc.text = line->text;
	doc.original_n = doc.text_n = line->text_n;
	taking_add(&in->taking, &doc, line->meta);
	return !in->taking.dead;
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

static int
run(struct app *app, int argc, char **argv)
{
	struct ingest *in = calloc(1, sizeof *in);
	struct argp_option options[] = {
		{ "category", 'c', "COLUMN", 0, GK_T("没有栏目的文件归入这里", "column for documents that state none"), 1 },
		{ "jsonl", 'j', "FILE", 0, GK_T("每行一个 JSON 对象（可为 .gz）", "one JSON object a line (may be .gz)"), 1 },
		{ "map", 'm', "title=name,…", 0, GK_T("字段对应：本系统=来源", "field names: ours=theirs"), 1 },
		{ "auto-confirm", OPT_AUTO_CONFIRM, NULL, 0, GK_T("正文说废止、文号又完全相符的，直接登记", "register at once what a text abolishes by an exact number"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	json_t *more = NULL;
	char words[160] = "";
	int status;

	if (in == NULL)
		return 70;
	in->app = app;
	app_parse(app, &cmd_ingest, argc, argv, options, parse, in);
	if (check_args(in, &err) != GK_OK) {
		status = app_error(app, &err);
		free(in);
		return status;
	}
	if (taking_open(&in->taking, app, "file") == GK_OK) {
		uint32_t before = in->taking.store.records;

		if (in->args.n_paths > 0) {
			if (in->taking.progress.on)
				walk(in, count_file, false);
			walk(in, one_file, true);
		}
		if (in->args.jsonl != NULL && !in->taking.dead && jsonl_read(in->args.jsonl, in->args.map, one_line, in, &err) != GK_OK)
			taking_die(&in->taking, &err);
		if (in->auto_confirm)
			confirm(in, before, &more, words, sizeof words);
	}
	status = taking_finish(&in->taking, more, words);
	free(in);
	return status;
}

const struct cmd cmd_ingest = {
	.name = "ingest",
	.args_zh = "目录或文件…",
	.args_en = "DIR or FILE…",
	.doc_zh = "收入文件：HTML、文本、Markdown，或 --jsonl",
	.doc_en = "Take documents in: HTML, text, Markdown, or --jsonl",
	.run = run,
};
