/*
 * What the public sees of the yearly reports: the numbers that were published (gongkai report annual --publish), from ARCHIVE/reports/YEAR.json.
 * They are not counted anew: a report stays as it was given out, and a request reads one small file.
 */
#include "web/answer-internal.h"

#include "base/io.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_MAX = 1024 * 1024 };

enum gk_status
gk_answer_published(struct gk_site *s, int year, json_t **out, struct gk_err *err)
{
	char name[32];
	char *path;
	struct gk_buf b;
	enum gk_status st;

	snprintf(name, sizeof name, "reports/%04d.json", year);
	path = gk_path(s->dir, name);
	if (path == NULL)
		return gk_nomem(err);
	st = gk_read_file(path, REPORT_MAX, &b, NULL);
	free(path);
	if (st != GK_OK)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有公布 %d 年的报告", "no report of %d was published", year);
	*out = json_loadb(b.p == NULL ? "" : b.p, b.n, JSON_REJECT_DUPLICATES, NULL);
	gk_buf_free(&b);
	if (json_is_object(*out))
		return GK_OK;
	json_decref(*out);
	return gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "%d 年的报告读不出来", "the report of %d cannot be read", year);
}

static int
newest_first(const void *a, const void *b)
{
	return *(const int *)b - *(const int *)a;
}

static json_t *
published_years(const struct gk_site *s)
{
	char *path = gk_path(s->dir, "reports");
	DIR *d = path == NULL ? NULL : opendir(path);
	const struct dirent *e;
	int years[200];
	size_t n = 0;
	json_t *list = json_array();

	while (d != NULL && (e = readdir(d)) != NULL && n < sizeof years / sizeof *years)
		if (strlen(e->d_name) == 9 && strspn(e->d_name, "0123456789") == 4 && strcmp(e->d_name + 4, ".json") == 0)
			years[n++] = atoi(e->d_name);
	if (d != NULL)
		closedir(d);
	free(path);
	qsort(years, n, sizeof *years, newest_first);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_integer(years[i]));
	return list;
}

enum gk_status
gk_answer_stats(struct gk_site *s, json_t **out, struct gk_err *err)
{
	json_t *home, *states = json_array(), *count;
	enum gk_status st = gk_answer_home(s, &home, err);

	if (st != GK_OK) {
		json_decref(states);
		return st;
	}
	for (size_t i = 0; i < GK_V_COUNT; i++) {
		char url[64];

		count = json_object_get(json_object_get(home, "status"), gk_validity_names[i].code);
		if (json_integer_value(count) == 0)
			continue;
		snprintf(url, sizeof url, "/search?status=%s", gk_validity_names[i].code);
		json_array_append_new(states, json_pack("{s:s, s:s, s:O, s:s}", "value", gk_validity_names[i].code, "label", i == GK_V_NOT_APPLICABLE ? "不涉及时效" : gk_validity_names[i].label, "count", count, "url", url));
	}
	*out = json_pack("{s:O, s:O, s:O, s:o, s:o, s:O}", "total", json_object_get(home, "total"), "years", json_object_get(home, "years"), "categories", json_object_get(home, "categories"), "states", states, "reports",
			 published_years(s), "coverage", json_object_get(home, "coverage"));
	json_decref(home);
	return *out == NULL ? gk_nomem(err) : GK_OK;
}
