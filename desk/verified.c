/* What verification left behind (ARCHIVE/verify/): its signed reports to be taken away, and how much of the archive was read lately. */
#include "desk/desk.h"

#include "base/io.h"
#include "desk/meaning.h"
#include "record/event.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FINDINGS_SHOWN = 500, REPORT_MAX = 15 * 1024 * 1024, STATE_MAX = 16 * 1024 * 1024, LATELY_DAYS = 90 };

/* Bytes of all segments; 0 if there are none to be seen. */
static double
archive_bytes(const char *archive)
{
	char *folder = gk_path(archive, "warc");
	DIR *d = folder == NULL ? NULL : opendir(folder);
	double sum = 0;

	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL; ) {
		struct stat s;

		if (strlen(e->d_name) == 14 && strcmp(e->d_name + 6, ".warc.gz") == 0 && fstatat(dirfd(d), e->d_name, &s, AT_SYMLINK_NOFOLLOW) == 0)
			sum += (double)s.st_size;
	}
	if (d != NULL)
		closedir(d);
	free(folder);
	return sum;
}

/* verify/state.json says of each segment up to where, and when, it was last read; NULL if there is none. */
static json_t *
read_state(const char *archive)
{
	char *path = gk_path(archive, "verify/state.json");
	struct gk_buf b;
	json_t *state = NULL;

	if (path != NULL && gk_read_file(path, STATE_MAX, &b, NULL) == GK_OK) {
		state = json_loadb(b.n == 0 ? "" : b.p, b.n, 0, NULL);
		gk_buf_free(&b);
	}
	free(path);
	return state;
}

/* The earliest day on which one of the segments was last read so far; 0: one of them never was. */
static json_int_t
read_at(const json_t *state, json_t *reach)
{
	const char *segment;
	json_t *end;
	json_int_t first = 0;

	json_object_foreach(reach, segment, end) {
		const json_t *one = json_object_get(json_object_get(state, "segments"), segment);

		if (one == NULL || num(one, "bytes") < json_integer_value(end) || num(one, "at") <= 0)
			return 0;
		first = first == 0 || num(one, "at") < first ? num(one, "at") : first;
	}
	return first;
}

void
verified_rows(const char *archive, json_t *rows)
{
	json_t *state = read_state(archive), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		time_t at = (time_t)read_at(state, json_object_get(row, "reach"));
		char day[16] = "";
		struct tm tm;

		if (at > 0 && gmtime_r(&at, &tm) != NULL)
			strftime(day, sizeof day, "%Y-%m-%d", &tm);
		json_object_set_new(row, "verified", at > 0 ? json_string(day) : json_null());
		json_object_del(row, "reach");
	}
	json_decref(state);
}

json_t *
verified_share(const char *archive)
{
	double all = archive_bytes(archive), lately = 0;
	json_t *state = read_state(archive), *one;
	const char *number;

	json_object_foreach(json_object_get(state, "segments"), number, one)
		if (num(one, "at") >= (json_int_t)time(NULL) - LATELY_DAYS * 86400)
			lately += (double)num(one, "bytes");
	json_decref(state);
	return json_pack("{s:i, s:f, s:f, s:i}", "days", LATELY_DAYS, "bytes", lately, "of", all, "percent", all > 0 ? (int)(100 * (lately < all ? lately / all : 1)) : 0);
}

/* A report is "verify-2026-11-23" or "verify-2026-11-23-2"; the address may have .json behind it, or .note, which is the signature. */
static bool
is_report_name(const char *s)
{
	size_t n = strspn(s, "0123456789abcdefghijklmnopqrstuvwxyz-");

	return strncmp(s, "verify-", 7) == 0 && n < 48 && (s[n] == '\0' || strcmp(s + n, ".note") == 0);
}

enum gk_status
verified_answer(struct call *c)
{
	const char *name;
	char file[80];
	char *folder = gk_path(c->desk->archive, "verify"), *path = NULL;
	struct gk_buf b;
	enum gk_status st = folder == NULL ? gk_nomem(&c->err) : in_need(c, "id", &name);

	if (st == GK_OK && !is_report_name(name))
		st = GK_END;
	if (st == GK_OK) {
		snprintf(file, sizeof file, "%.60s%s", name, strchr(name, '.') == NULL ? ".json" : "");
		path = gk_path(folder, file);
		st = path == NULL ? gk_nomem(&c->err) : access(path, F_OK) < 0 ? GK_END : gk_read_file(path, REPORT_MAX, &b, &c->err);
	}
	if (st == GK_END) {
		st = gk_fail(&c->err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有这份核验报告", "there is no such report of a verification");
		gk_hint(&c->err, "最近一份在 /staff/archive", "the last one is on /staff/archive");
	} else if (st == GK_OK) {
		gk_buf_add(&c->file_out, b.n == 0 ? "" : b.p, b.n);
		gk_buf_free(&b);
		c->type = strchr(name, '.') == NULL ? "application/json; charset=utf-8" : "text/plain; charset=utf-8";
		if (asprintf(&c->disposition, "attachment; filename=\"%s\"", file) < 0)
			c->disposition = NULL;
		if (c->file_out.failed || c->disposition == NULL)
			st = gk_nomem(&c->err);
	}
	free(path);
	free(folder);
	return st;
}

/* ---- what the last one found ---- */

enum gk_status
findings_answer(struct call *c)
{
	static const char *const told[] = { "file", "signed", "ended_at", "clean", "complete", "documents", "events", "bad", "left_out" };
	json_t *last = last_verification(c->desk->archive), *brief = json_object(), *one;
	json_t *findings = last != NULL && json_is_array(json_object_get(last, "findings")) ? json_incref(json_object_get(last, "findings")) : json_array();
	size_t i;

	json_array_foreach(findings, i, one) {
		const char *zh = "", *en = "";

		verified_meaning(str(one, "code"), &zh, &en);
		json_object_set_new(one, "meaning", json_string(zh));
		json_object_set_new(one, "meaning_en", json_string(en));
	}
	for (i = 0; i < sizeof told / sizeof *told; i++)
		if (json_object_get(last, told[i]) != NULL)
			json_object_set(brief, told[i], json_object_get(last, told[i]));
	c->out = json_pack("{s:o, s:o}", "verified", last != NULL ? json_incref(brief) : json_null(), "findings", findings);
	json_decref(brief);
	json_decref(last);
	return c->out != NULL ? GK_OK : gk_nomem(&c->err);
}

static void
write_finding(struct frame *f, const json_t *one)
{
	const char *id = str(one, "id");

	page_open(f->p, "tr", NULL);
	page_open(f->p, "td", NULL);
	page_element(f->p, "strong", "ask", desk_words(f, one, "meaning"));
	page_printf(f->p, "（%s %s）", str(one, "code"), str(one, "rule"));
	page_close(f->p);
	page_open(f->p, "td", NULL);
	/* Of what cannot be read, not even which document it was. */
	if (gk_id_valid(id))
		record_link(f, id, id, "");
	else
		page_text(f->p, W(f, "不明", "unknown"));
	page_close(f->p);
	page_open(f->p, "td", "class", "n", NULL);
	page_printf(f->p, W(f, "段 %06lld 位置 %lld", "segment %06lld offset %lld"), (long long)num(one, "segment"), (long long)num(one, "offset"));
	page_close(f->p);
	cell(f, desk_words(f, one, "message"));
	page_close(f->p);
}

void
findings_page(struct call *c, struct frame *f)
{
	static const char *const heads[] = { "什么不对", "What is wrong", "文件", "Document", "在档案里的位置", "Where in the archive", "说明", "What exactly", NULL };
	const json_t *v = json_object_get(c->out, "verified"), *list = json_object_get(c->out, "findings"), *one;
	size_t i;

	desk_head(c, f, W(f, "核验发现", "What verification found"));
	page_element(f->p, "h1", NULL, W(f, "核验发现的不一致", "What the last verification found"));
	desk_error(c, f);
	page_open(f->p, "p", "class", "lead", NULL);
	if (!json_is_object(v)) {
		page_text(f->p, W(f, "还没有核验过。", "It was never verified."));
	} else {
		page_printf(f->p, W(f, "%.10s 核验了 %lld 件、%lld 条登记，不一致 %lld 处。", "%.10s: %lld documents, %lld events, %lld failures. "), str(v, "ended_at"), (long long)num(v, "documents"),
			    (long long)num(v, "events"), (long long)num(v, "bad"));
		if (!json_is_true(json_object_get(v, "complete")))
			page_text(f->p, W(f, "没有核完。", "It did not go through all. "));
		if (num(v, "left_out") > 0)
			page_printf(f->p, W(f, "另有 %lld 处没有列出。", "%lld more are not listed."), (long long)num(v, "left_out"));
	}
	page_close(f->p);
	if (json_array_size(list) > 0) {
		page_element(f->p, "p", "notice", W(f, "先不要动档案，请管理员用完好的副本修复：gongkai repair --from 副本。修好之前，坏的记录读不出来，不影响其余。",
						    "Leave the archive as it is and let the administrator repair it from a good copy: gongkai repair --from COPY. Until then what is damaged cannot be read; all else can."));
		table_begin(f, W(f, "不一致", "Failures"), heads);
		json_array_foreach(list, i, one)
			if (i < FINDINGS_SHOWN)
				write_finding(f, one);
		table_end(f);
	}
	page_open(f->p, "p", "class", "acts", NULL);
	if (json_array_size(list) > 0)
		frame_a(f, "button plain", "/staff/archive/verified.csv", W(f, "导出表格", "As a table"));
	frame_a(f, "button plain", "/staff/archive", W(f, "回到保管", "Back to the archive"));
	page_close(f->p);
}
