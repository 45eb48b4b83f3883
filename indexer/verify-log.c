/* Reports and memory of verifications; see verify-log.h. */
#include "indexer/verify-log.h"

#include "archive/key.h"
#include "base/digest.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	FORMAT = 1,
	STATE_MAX = 64 * 1024 * 1024,
	NAMES_MAX = 100000,		/* reports of one day */
};

enum gk_status
verify_log_open(const char *archive, struct verify_log *log, struct gk_err *err)
{
	char *path;
	struct gk_buf b;

	*log = (struct verify_log){ .archive = strdup(archive), .dir = gk_path(archive, "verify") };
	path = log->dir == NULL ? NULL : gk_path(log->dir, "state.json");
	if (log->archive == NULL || path == NULL) {
		free(path);
		verify_log_close(log);
		return gk_nomem(err);
	}
	if (gk_read_file(path, STATE_MAX, &b, NULL) == GK_OK) {
		log->state = json_loadb(b.p == NULL ? "" : b.p, b.n, 0, NULL);
		gk_buf_free(&b);
	}
	free(path);
	if (json_integer_value(json_object_get(log->state, "format")) != FORMAT) {
		json_decref(log->state);
		log->state = json_pack("{s:i, s:{}}", "format", FORMAT, "segments");
	}
	return GK_OK;
}

void
verify_log_close(struct verify_log *log)
{
	free(log->archive);
	free(log->dir);
	json_decref(log->state);
	*log = (struct verify_log){ NULL, NULL, NULL };
}

bool
verify_log_fresh(const struct verify_log *log, uint32_t segment, uint64_t bytes, int64_t seconds)
{
	const json_t *one;
	char key[16];
	int64_t age;

	snprintf(key, sizeof key, "%u", segment);
	one = json_object_get(json_object_get(log->state, "segments"), key);
	/* A clock that was set back must not hide a segment for ever: what was verified in the future was not. */
	age = (int64_t)time(NULL) - (int64_t)json_integer_value(json_object_get(one, "at"));
	return one != NULL && age >= 0 && age < seconds && json_integer_value(json_object_get(one, "bad")) == 0 &&
	       (uint64_t)json_integer_value(json_object_get(one, "bytes")) == bytes;
}

void
verify_log_segment(struct verify_log *log, const struct gk_verified *v)
{
	json_t *segments = json_object_get(log->state, "segments");
	char key[16];

	if (!v->whole)
		return;
	if (!json_is_object(segments)) {
		segments = json_object();
		json_object_set_new(log->state, "segments", segments);
	}
	snprintf(key, sizeof key, "%u", v->segment);
	json_object_set_new(segments, key, json_pack("{s:I, s:I, s:I, s:s}", "at", (json_int_t)time(NULL), "bytes", (json_int_t)v->bytes, "bad", (json_int_t)v->bad,
						     "digest", v->digest));
}

const json_t *
verify_log_resume(const struct verify_log *log)
{
	const json_t *resume = json_object_get(log->state, "resume");

	return json_array_size(json_object_get(resume, "from")) == 2 ? resume : NULL;
}

void
verify_log_stop(struct verify_log *log, json_t *resume)
{
	if (resume == NULL)
		json_object_del(log->state, "resume");
	else
		json_object_set_new(log->state, "resume", resume);
}

static enum gk_status
write_json(const char *path, const json_t *json, int flags, struct gk_err *err)
{
	char *text = json_dumps(json, JSON_SORT_KEYS | flags);
	enum gk_status st = text == NULL ? gk_nomem(err) : gk_replace_file(path, 0644, text, strlen(text), err);

	free(text);
	return st;
}

enum gk_status
verify_log_save(struct verify_log *log, struct gk_err *err)
{
	char *path = gk_path(log->dir, "state.json");
	enum gk_status st = path == NULL || log->state == NULL ? gk_nomem(err) : gk_make_dir(log->dir, 0755, err);

	if (st == GK_OK)
		st = write_json(path, log->state, JSON_COMPACT, err);
	free(path);
	return st;
}

/* The first name of the day that is free, and make it ours: two verifications may run at once. */
static enum gk_status
claim_name(const struct verify_log *log, char name[VERIFY_REPORT_NAME], char **path, struct gk_err *err)
{
	char now[32];
	int fd = -1;

	gk_now_utc(now);
	*path = NULL;
	for (int k = 1; fd < 0 && k < NAMES_MAX; k++) {
		if (k == 1)
			snprintf(name, VERIFY_REPORT_NAME, "verify-%.10s.json", now);
		else
			snprintf(name, VERIFY_REPORT_NAME, "verify-%.10s-%d.json", now, k);
		free(*path);
		*path = gk_path(log->dir, name);
		if (*path == NULL)
			return gk_nomem(err);
		fd = open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能写入 '%s'：%s", "cannot write '%s': %s", *path, strerror(errno));
	close(fd);
	return GK_OK;
}

/*
 * The text that is signed.  It can never be taken for a checkpoint: the second line of one is a number.
 *
 *   gongkai verify report
 *   verify-2026-11-23.json
 *   sha256:…
 */
static enum gk_status
sign(const struct verify_log *log, const char *path, const char *name, const char *text, size_t n, bool *is_signed, struct gk_err *err)
{
	struct gk_note_secret secret;
	struct gk_note_key pub;
	struct gk_buf note;
	char hex[GK_SHA256_HEX + 1], *note_path = NULL;
	enum gk_status st;
	bool made = false;

	*is_signed = false;
	/* Only a key that is there: to make one is for those who hold the writer's lock. */
	if (gk_key_public(log->archive, &pub, NULL) != GK_OK || gk_key_secret(log->archive, pub.name, &secret, &made, NULL) != GK_OK)
		return GK_OK;
	gk_sha256_hex(text, n, hex);
	gk_buf_init(&note, 4096);
	gk_buf_printf(&note, "gongkai verify report\n%s\nsha256:%s\n", name, hex);
	n = note.n;
	if (!note.failed) {
		char *copy = strdup(note.p);

		gk_buf_putc(&note, '\n');
		if (copy == NULL || !gk_note_sign_line(&secret, copy, n, 0, &note))
			note.failed = true;
		free(copy);
	}
	gk_note_secret_wipe(&secret);
	if (asprintf(&note_path, "%.*s.note", (int)(strlen(path) - strlen(".json")), path) < 0)
		note_path = NULL;
	st = note.failed || note_path == NULL ? gk_nomem(err) : gk_replace_file(note_path, 0644, note.p, note.n, err);
	*is_signed = st == GK_OK;
	gk_buf_free(&note);
	free(note_path);
	return st;
}

enum gk_status
verify_log_report(struct verify_log *log, const json_t *report, char name[VERIFY_REPORT_NAME], bool *is_signed, struct gk_err *err)
{
	char *path = NULL, *text = json_dumps(report, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(12));
	enum gk_status st = text == NULL ? gk_nomem(err) : gk_make_dir(log->dir, 0755, err);

	*is_signed = false;
	if (st == GK_OK)
		st = claim_name(log, name, &path, err);
	if (st == GK_OK)
		st = gk_replace_file(path, 0644, text, strlen(text), err);
	if (st == GK_OK)
		st = sign(log, path, name, text, strlen(text), is_signed, err);
	free(path);
	free(text);
	return st;
}
