/* gongkai doctor: is everything as it must be?  One line a check, with the next step where it is not. */
#include "archive/warc.h"
#include "base/io.h"
#include "catalog/catalog.h"
#include "extract/client.h"
#include "indexer/cmd.h"
#include "indexer/disposal.h"
#include "record/config.h"
#include "record/event.h"
#include "cjk/thesaurus.h"
#include "record/workdays.h"
#include "web/answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

enum verdict { GOOD, WARN, BAD };

struct doctor { struct app *app; json_t *list; int bad; };

static void tell(struct doctor *d, enum verdict v, const char *what, const char *next, const char *zh, const char *en, ...) __attribute__((format(printf, 5, 7), format(printf, 6, 7)));

static void
tell(struct doctor *d, enum verdict v, const char *what, const char *next, const char *zh, const char *en, ...)
{
	static const char *const signs[] = { "✓", "!", "✗" }, *const codes[] = { "good", "warning", "bad" };
	char text[1024];
	va_list ap;

	va_start(ap, en);
	vsnprintf(text, sizeof text, GK_T(zh, en), ap);
	va_end(ap);
	d->bad += v == BAD;
	if (d->app->json)
		json_array_append_new(d->list, json_pack("{s:s, s:s, s:s, s:s}", "check", what, "result", codes[v], "message", text, "next", next));
	else
		printf(*next != '\0' ? " %s %s     → %s\n" : " %s %s%s\n", signs[v], text, next);
}

/* What the guide must say by Art. 12 and only the office knows. */
static void
check_guide(struct doctor *d, const struct gk_config *conf)
{
	json_t *missing = gk_guide_missing(conf), *one;
	char list[512] = "";
	size_t i, n = 0;

	json_array_foreach(missing, i, one)
		n += (size_t)snprintf(list + n, n < sizeof list ? sizeof list - n : 0, "%s%s", i == 0 ? "" : GK_T("、", ", "), json_str(one, GK_T("label", "label_en")));
	if (i == 0)
		tell(d, GOOD, "guide", "", "公开指南的各项都已填写", "the guide says all that it must");
	else
		tell(d, WARN, "guide", GK_T("在 gongkai.conf 的 guide { } 填写", "state it in guide { } of gongkai.conf"), "公开指南（第十二条）缺：%s", "the guide (Art. 12) lacks: %s", list);
	json_decref(missing);
}

static void
check_config(struct doctor *d)
{
	char *path = gk_path(d->app->archive, "gongkai.conf");
	struct gk_config conf;
	struct gk_err err = GK_ERR_INIT;

	if (path != NULL && gk_config_read(path, &conf, &err) == GK_OK) {
		tell(d, GOOD, "config", "", "配置可读（%s，前缀 %s）", "the configuration is readable (%s, prefix %s)", conf.organisation, conf.code);
		check_guide(d, &conf);
		gk_config_free(&conf);
	} else {
		tell(d, BAD, "config", gk_err_hint(&err), "%s", "%s", gk_err_what(&err));
	}
	free(path);
}

static size_t
documents_in(struct gk_archive *a, bool *torn, size_t *damaged)
{
	struct gk_loc at = { 0, 0, 0 };
	struct gk_scan *scan;
	struct gk_warc_rec rec;
	struct gk_event e;
	size_t n = 0;
	enum gk_status st;

	*torn = false;
	*damaged = 0;
	if (gk_scan_open(a, at, &scan, NULL) != GK_OK)
		return 0;
	while ((st = gk_scan_next(scan, &rec, &at, NULL)) != GK_END && st != GK_DEAD) {
		if (st == GK_REFUSED) {
			++*damaged;
			continue;
		}
		if (rec.type == GK_WARC_METADATA && rec.block.p != NULL && gk_event_parse(rec.block.p, rec.block.n, &e, NULL) == GK_OK) {
			n += (strcmp(e.type, "import_public") == 0 || strcmp(e.type, "publish") == 0) && json_object_get(e.json, "version") == NULL;
			gk_event_free(&e);
		}
		gk_warc_rec_free(&rec);
	}
	*torn = gk_scan_torn(scan, &at);
	gk_scan_close(scan);
	return n;
}

/* Shards on other machines: each is asked what it is. */
static void
check_shards(struct doctor *d, struct gk_catalog *c)
{
	for (size_t i = 0; i < gk_catalog_away(c); i++) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_away_shown s;

		if (gk_catalog_away_check(c, i, &s, &err) == GK_OK)
			tell(d, GOOD, "shard", "", "分片 %u–%u（%s）有应答", "the shard of documents %u to %u (%s) answers", s.first, s.last, s.where);
		else
			tell(d, BAD, "shard", GK_T("看那里的 xapian-tcpsrv", "look at xapian-tcpsrv there"), "分片 %u–%u（%s）：%s", "the shard of documents %u to %u (%s): %s", s.first, s.last, s.where,
			     gk_err_what(&err));
	}
}

static void
check_archive(struct doctor *d)
{
	struct gk_archive *a;
	struct gk_catalog *c;
	struct gk_totals t;
	struct gk_err err = GK_ERR_INIT;
	char *dir = gk_path(d->app->archive, "index/public");
	size_t n, damaged;
	bool torn;

	if (gk_archive_open(d->app->archive, &a, &err) != GK_OK) {
		tell(d, BAD, "archive", gk_err_hint(&err), "%s", "%s", gk_err_what(&err));
		free(dir);
		return;
	}
	n = documents_in(a, &torn, &damaged);
	gk_archive_close(a);
	if (access(d->app->archive, W_OK) == 0)
		tell(d, GOOD, "archive", "", "档案可读写（%zu 件）", "the archive can be read and written (%zu documents)", n);
	else
		tell(d, WARN, "archive", GK_T("以档案的主人运行", "run as the archive's owner"), "档案只读（%zu 件）", "the archive can only be read (%zu documents)", n);
	if (disposal_pending(d->app->archive))
		tell(d, WARN, "destruction", "gongkai retention set --dry-run --all", "有一次销毁被中断", "a destruction was interrupted");
	if (damaged > 0)
		tell(d, BAD, "records", "gongkai verify", "%zu 条记录损坏", "%zu records are damaged", damaged);
	if (torn)
		tell(d, WARN, "tail", "gongkai index rebuild", "末尾有一条未写完的记录（从未登记）", "an unfinished record stands at the end (never acknowledged)");
	if (dir == NULL || gk_catalog_open(dir, &c, &err) != GK_OK) {
		tell(d, BAD, "index", "gongkai index rebuild", "%s", "%s", gk_err_what(&err));
	} else {
		if (gk_catalog_totals(c, false, &t, &err) == GK_OK && t.last == n)
			tell(d, GOOD, "index", "", "索引与档案一致（%u = %zu）", "index and archive agree (%u = %zu)", t.last, n);
		else
			tell(d, WARN, "index", "gongkai index rebuild", "索引与档案不一致（%u ≠ %zu）", "index and archive differ (%u ≠ %zu)", t.last, n);
		if (gk_catalog_whole(c, &err) == GK_DEAD)
			tell(d, BAD, "index", "gongkai index rebuild", "%s", "%s", gk_err_what(&err));
		check_shards(d, c);
		gk_catalog_close(c);
	}
	free(dir);
}

static void
check_sandbox(struct doctor *d, const char *extract)
{
	struct gk_err err = GK_ERR_INIT;

	if (gk_extract_self_test(extract, &err) != GK_OK)
		tell(d, BAD, "sandbox", gk_err_hint(&err), "%s", "%s", gk_err_what(&err));
	else if (gk_extract_degraded())
		tell(d, WARN, "sandbox", GK_T("启用 Landlock（内核参数 lsm=landlock,…）", "enable Landlock (kernel parameter lsm=landlock,...)"),
		     "sandbox=degraded：没有 Landlock，只有 seccomp，PDF 和扫描件读不了", "sandbox=degraded: no Landlock, seccomp alone; PDF and scans cannot be read");
	else
		tell(d, GOOD, "sandbox", "", "提取进程的隔离起作用（Landlock、seccomp）", "the sandbox of extraction holds (Landlock, seccomp)");
}

static void
check_machine(struct doctor *d)
{
	struct statvfs fs;
	char *extract = gk_extract_program();
	time_t now = time(NULL);

	/* Before this program was written, or a century later: events would carry a wrong day. */
	if (now < 1767225600 || now > 4102444800)
		tell(d, BAD, "clock", "timedatectl set-ntp true", "时钟不对：%lld", "the clock is wrong: %lld", (long long)now);
	else
		tell(d, GOOD, "clock", "", "时钟合理", "the clock is plausible");
	if (statvfs(d->app->archive, &fs) == 0) {
		double free_gb = (double)fs.f_bavail * (double)fs.f_frsize / 1e9;

		tell(d, free_gb < 1 ? WARN : GOOD, "space", free_gb < 1 ? GK_T("腾出空间", "free some space") : "", "磁盘余 %.1f GB", "%.1f GB free", free_gb);
	}
	if (extract != NULL && access(extract, X_OK) == 0)
		tell(d, GOOD, "extract", "", "有 gongkai-extract", "gongkai-extract is there");
	else
		tell(d, BAD, "extract", GK_T("重新安装 gongkai", "install gongkai again"), "没有 gongkai-extract（%s）", "there is no gongkai-extract (%s)", extract == NULL ? "?" : extract);
	if (extract != NULL && access(extract, X_OK) == 0)
		check_sandbox(d, extract);
	free(extract);
}

/* The calendar of a year is announced in the autumn before: from December on its lack is felt. */
static void
check_calendars(struct doctor *d)
{
	char *folder = gk_path(d->app->archive, "workdays");
	struct gk_workdays *w;
	struct gk_err err = GK_ERR_INIT;
	struct gk_date today = gk_date_today();

	if (gk_workdays_open(folder, &w, &err) != GK_OK) {
		tell(d, BAD, "workdays", gk_err_hint(&err), "%s", "%s", gk_err_what(&err));
		free(folder);
		return;
	}
	for (int year = today.year; year <= today.year + (today.month == 12); year++) {
		char next[64];

		snprintf(next, sizeof next, GK_T("把 %d.tsv 放进档案的 workdays/", "put %d.tsv into workdays/ of the archive"), year);
		if (gk_workdays_known(w, year))
			tell(d, GOOD, "workdays", "", "有 %d 年的工作日历", "there is a calendar of working days for %d", year);
		else
			tell(d, WARN, "workdays", next, "没有 %d 年的工作日历，二十个工作日只能按周末计算", "there is no calendar of working days for %d: only weekends can be counted", year);
	}
	gk_workdays_close(w);
	free(folder);
}

/* The office's own words; what is shipped needs no check. */
static void
check_synonyms(struct doctor *d)
{
	char *own = gk_path(d->app->archive, GK_SYNONYMS_FILE);
	struct gk_thesaurus *t = NULL;
	struct gk_err bad = GK_ERR_INIT;

	if (own != NULL && gk_thesaurus_open(own, &t, &bad) == GK_OK && bad.cause == GK_CAUSE_NONE)
		tell(d, GOOD, "synonyms", "", "同义词表可用", "the thesaurus can be used");
	else
		tell(d, WARN, "synonyms", gk_err_hint(&bad), "%s", "%s", gk_err_what(&bad));
	gk_thesaurus_close(t);
	free(own);
}

static int
run(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = { { NULL, 0, NULL, 0, NULL, 0 } };
	struct doctor d = { app, json_array(), 0 };

	app_parse(app, &cmd_doctor, argc, argv, options, no_options, NULL);
	check_config(&d);
	check_archive(&d);
	check_machine(&d);
	check_calendars(&d);
	check_synonyms(&d);
	if (app->json)
		app_json(json_pack("{s:b, s:o}", "good", d.bad == 0, "checks", json_incref(d.list)));
	json_decref(d.list);
	return d.bad > 0 ? 1 : 0;
}

const struct cmd cmd_doctor = {
	.name = "doctor",
	.args_zh = "",
	.args_en = "",
	.doc_zh = "检查档案、索引、配置和环境",
	.doc_en = "Check archive, index, configuration and machine",
	.run = run,
};
