/* What verification left behind (ARCHIVE/verify/): its signed reports to be taken away, and how much of the archive was read lately. */
#include "desk/desk.h"

#include "base/io.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { REPORT_MAX = 15 * 1024 * 1024, STATE_MAX = 16 * 1024 * 1024, LATELY_DAYS = 90 };

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

/* verify/state.json says of each segment up to where, and when, it was last read. */
json_t *
verified_share(const char *archive)
{
	char *path = gk_path(archive, "verify/state.json");
	double all = archive_bytes(archive), lately = 0;
	struct gk_buf b;
	json_t *state = NULL, *one;
	const char *number;

	if (path != NULL && gk_read_file(path, STATE_MAX, &b, NULL) == GK_OK) {
		state = json_loadb(b.n == 0 ? "" : b.p, b.n, 0, NULL);
		gk_buf_free(&b);
	}
	free(path);
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
