/*
 * gongkai import: the pages of a WARC file (wget --warc-file, other recorders, our own export) into the archive.
 *
 *   record ──▶ response: HTTP off ──▶ 2xx and text? ──▶ indexer/document.h, as a file would
 *              resource: the block as it stands
 *              ours (urn:gongkai:…): original, text and event put together again
 *
 * What is no document (pictures, redirects, requests) is passed over and counted by reason; what is damaged is named with
 * its offset and costs itself (exit 3); what is only odd is taken, with a warning.
 */
#include "base/http-payload.h"
#include "archive/import.h"
#include "base/digest.h"
#include "base/io.h"
#include "base/utf8.h"
#include "catalog/schema.h"
#include "indexer/act.h"
#include "indexer/cmd.h"
#include "indexer/document.h"
#include "indexer/newtext.h"
#include "record/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_FILES = 1024, URI_MAX = GK_FIELD_MAX, HTTP_ROOM = 1024 * 1024 };

/* Why a record that could have been a document is none. */
enum reason { NOT_2XX, NOT_TEXT, NO_TYPE, NOT_HTTP, EMPTY, TRUNCATED, SEGMENTED, REVISIT, REASONS };
static const struct { const char *code, *zh, *en; } reasons[REASONS] = {
	{ "status", "状态不是 2xx", "status is not 2xx" },
	{ "type", "不是网页或文本", "neither a page nor text" },
	{ "no_type", "没有写明类型", "no type stated" },
	{ "not_http", "不是网站上的内容", "not from a web site" },
	{ "empty", "没有内容", "empty" },
	{ "truncated", "抓取时被截断", "cut off when it was recorded" },
	{ "segmented", "分成几条的记录", "spread over several records" },
	{ "revisit", "与先前相同（revisit）", "same as before (revisit)" },
};

/* Our own export brings a document as several records: what has come of it so far. */
struct held {
	struct gk_foreign_rec original, text;
	bool has_original, has_text;
};

struct import {
	struct app *app;
	char *files[MAX_FILES];
	size_t n_files;
	const char *file;		/* the one being read */
	struct taking taking;
	struct held held;
	size_t passed[REASONS], others, warnings, events;
	size_t limit;
	/* The document of ours that was taken last: further texts of it follow. */
	char foreign_id[64], foreign_event[32], source_digest[GK_SHA256_HEX + 1];
	json_t *numbers;		/* its events that brought texts: number there -> number here */
};

/* --- telling ---------------------------------------------------------------------------------------------------- */

static void
pass(struct import *im, enum reason why, const char *uri)
{
	im->passed[why]++;
	if (im->app->json)
		app_json(json_pack("{s:s, s:s, s:s, s:s, s:s}", "result", "passed", "reason", reasons[why].code, "uri", uri, "message", reasons[why].zh, "message_en",
				   reasons[why].en));
}

static void
warn(struct import *im, const char *uri, const char *code, const char *zh, const char *en)
{
	im->warnings++;
	progress_end(&im->taking.progress);
	if (im->app->json)
		app_json(json_pack("{s:s, s:s, s:s, s:s, s:s}", "result", "warning", "warning", code, "uri", uri, "message", zh, "message_en", en));
	app_note(im->app, "警告（%s）  %s    %s%.0s", "warning (%s)  %s    %.0s%s", code, uri, zh, en);
}

static void
failed_at(struct import *im, const struct gk_err *err)
{
	taking_failed(&im->taking, im->file, 0, err);
}

/* --- addresses ---------------------------------------------------------------------------------------------------- */

/* The address as it is stored: bytes that no URI may have are written %XX, as a browser does. False if it is too long. */
static bool
clean_uri(const char *uri, char out[URI_MAX])
{
	size_t n = strlen(uri), k = 0;

	for (size_t at = 0, len; at < n; at += len) {
		uint32_t cp;

		len = gk_utf8_decode(uri + at, n - at, &cp);
		if (k + 3 * len + 1 > URI_MAX)
			return false;
		if (cp == GK_UTF8_BAD || cp <= ' ' || cp == 0x7F)
			snprintf(out + k, URI_MAX - k, "%%%02X", (unsigned char)uri[at]);
		else
			memcpy(out + k, uri + at, len);
		k += cp == GK_UTF8_BAD || cp <= ' ' || cp == 0x7F ? 3 : len;
	}
	out[k] = '\0';
	return true;
}

static bool
is_web(const char *uri)
{
	return strncasecmp(uri, "http://", 7) == 0 || strncasecmp(uri, "https://", 8) == 0;
}

static int
hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* The last part of the path with its %XX read, for a page that has no title; the host, if the path has none. */
static void
name_in_uri(const char *uri, char out[256])
{
	const char *host = strstr(uri, "://"), *end, *p;
	size_t k = 0;

	host = host == NULL ? uri : host + 3;
	end = host + strcspn(host, "?#");
	while (end > host && end[-1] == '/')
		end--;
	for (p = end; p > host && p[-1] != '/'; p--)
		;
	for (; p < end && k < 254; p++) {
		const int high = *p == '%' && end - p > 2 ? hex(p[1]) : -1, low = high >= 0 ? hex(p[2]) : -1;

		out[k++] = low >= 0 ? (char)(high << 4 | low) : *p;
		p += low >= 0 ? 2 : 0;
	}
	out[k] = '\0';
	if (k == 0 || gk_utf8_check(out, k) != k || memchr(out, '\0', k) != NULL || strchr(out, '/') != NULL)
		snprintf(out, 256, "%.*s", (int)(strcspn(host, "/?#") < 250 ? strcspn(host, "/?#") : 250), host);
}

/* --- one page ------------------------------------------------------------------------------------------------------ */

/* Bytes as the child's standard input: a file in memory that nobody can change any more. */
static int
memory_file(const struct gk_buf *b, struct gk_err *err)
{
	int fd = memfd_create("payload", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd >= 0 && gk_write_all(fd, b->p, b->n) && lseek(fd, 0, SEEK_SET) == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0)
		return fd;
	gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能为解析程序备好内容：%s", "cannot hand the payload to the extractor: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool
wanted_type(const char *type)
{
	return strcmp(type, "text/html") == 0 || strcmp(type, "text/plain") == 0 || strcmp(type, "text/markdown") == 0;
}

static void
set(struct import *im, json_t *meta, const char *uri, const char *key, const char *value)
{
	struct gk_err err = GK_ERR_INIT;

	if (gk_meta_set(meta, gk_field_find(key, strlen(key)), value, strlen(value), &err) != GK_OK)
		warn(im, uri, key, err.what, err.what_en);
}

static void
take_page(struct import *im, const struct gk_foreign_rec *r, const char *uri, const struct gk_buf *payload, unsigned odd)
{
	struct intake_doc doc = { .kind = "warc", .name = uri, .original = payload->p, .original_n = payload->n, .notes = json_array() };
	json_t *meta = json_object(), *fields = json_object(), *notes = doc.notes;
	struct gk_err err = GK_ERR_INIT;
	char hint[256];
	int fd = memory_file(payload, &err);

	for (int i = 0; i < GK_HTTP_ODDITIES; i++)
		if (odd & 1u << i) {
			warn(im, uri, gk_http_odd_names[i].code, gk_http_odd_names[i].zh, gk_http_odd_names[i].en);
			json_array_append_new(notes, json_string(gk_http_odd_names[i].code));
		}
	set(im, meta, uri, "source_url", uri);
	set(im, meta, uri, "captured_at", r->rec.date);
	json_object_set_new(fields, "WARC-Record-ID", json_string(r->rec.id));
	gk_sha256_hex(payload->p, payload->n, doc.digest);
	name_in_uri(uri, hint);
	if (fd < 0)
		taking_die(&im->taking, &err);
	else
		taking_bytes(&im->taking, &doc, fd, meta, fields, hint);
	if (fd >= 0)
		close(fd);
	json_decref(notes);
	json_decref(meta);
	json_decref(fields);
}

static void
take_response(struct import *im, const struct gk_foreign_rec *r, const char *uri)
{
	const char *block = r->rec.block.p == NULL ? "" : r->rec.block.p;
	struct gk_http_head head;
	struct gk_buf payload;
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st = gk_http_head_read(block, r->rec.block.n, &head, &err);

	if (st != GK_OK) {
		taking_failed(&im->taking, uri, 0, &err);
		return;
	}
	/* 206 is a piece of a document, not one. */
	if (head.status < 200 || head.status > 299 || head.status == 206) {
		pass(im, NOT_2XX, uri);
		return;
	}
	if (!wanted_type(head.type)) {
		pass(im, head.type[0] == '\0' ? NO_TYPE : NOT_TEXT, uri);
		return;
	}
	st = gk_http_payload(block, r->rec.block.n, im->limit, &head, &payload, &err);
	if (st == GK_REFUSED)
		taking_failed(&im->taking, uri, 0, &err);
	else if (st != GK_OK)
		taking_die(&im->taking, &err);
	else if (payload.n == 0)
		pass(im, EMPTY, uri);
	else
		take_page(im, r, uri, &payload, head.odd);
	gk_buf_free(&payload);
}

static void
take_resource(struct import *im, const struct gk_foreign_rec *r, const char *uri)
{
	char type[64];
	size_t n = 0;

	for (const char *p = r->rec.content_type; *p != '\0' && strchr("; \t", *p) == NULL && n < sizeof type - 1; p++)
		type[n++] = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
	type[n] = '\0';
	if (!wanted_type(type))
		pass(im, n == 0 ? NO_TYPE : NOT_TEXT, uri);
	else if (r->rec.block.n == 0)
		pass(im, EMPTY, uri);
	else
		take_page(im, r, uri, &r->rec.block, 0);
}

/* --- what gongkai export wrote ---------------------------------------------------------------------------------------- */

static void
drop_held(struct held *h)
{
	if (h->has_original)
		gk_warc_rec_free(&h->original.rec);
	if (h->has_text)
		gk_warc_rec_free(&h->text.rec);
	*h = (struct held){ .has_original = false };
}

/* Is "sha256:…" what the block is? A digest in the record's own header would prove nothing. */
static bool
is_digest(const char *digest, const struct gk_warc_rec *rec)
{
	char have[GK_SHA256_HEX + 1];

	gk_sha256_hex(rec->block.n > 0 ? rec->block.p : "", rec->block.n, have);
	return strncmp(digest, "sha256:", 7) == 0 && strcmp(digest + 7, have) == 0;
}

static bool
refers(const json_t *content, const char *which, const struct gk_warc_rec *rec)
{
	return strcmp(json_str(json_object_get(content, which), "record"), rec->id) == 0;
}

/* The text is shown as it stands: it must be the one that was extracted, and text. */
static bool
fits_together(const struct gk_event *e, const struct gk_warc_rec *original, const struct gk_warc_rec *text)
{
	const json_t *content = json_object_get(e->json, "content");
	const char *digest = json_str(json_object_get(e->json, "source"), "digest");

	return is_digest(json_str(content, "digest"), original) && is_digest(json_str(json_object_get(content, "text"), "digest"), text) &&
	       gk_utf8_check(text->block.n > 0 ? text->block.p : "", text->block.n) == text->block.n && strncmp(digest, "sha256:", 7) == 0 && strlen(digest) == 7 + GK_SHA256_HEX;
}

static void
remember_document(struct import *im, const struct gk_event *e, const char *digest)
{
	snprintf(im->foreign_id, sizeof im->foreign_id, "%s", e->id);
	snprintf(im->foreign_event, sizeof im->foreign_event, "%s", e->event);
	memcpy(im->source_digest, digest, sizeof im->source_digest);
	json_decref(im->numbers);
	im->numbers = json_object();
}

/* What the act says that means something here too: words, not ids. */
static json_t *
act_of_text(const struct import *im, const struct gk_event *e, const struct store_history *h)
{
	static const char *const keys[] = { "by_text", "reason", "articles" };
	const char *corrects = gk_event_act(e, "corrects"), *here = json_str(im->numbers, corrects);
	json_t *out = json_object();

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		json_t *v = json_object_get(json_object_get(e->json, "act"), keys[i]);

		if (v != NULL)
			json_object_set(out, keys[i], v);
	}
	if (strcmp(corrects, im->foreign_event) == 0)
		here = h->events[0].event;
	if (*here != '\0')
		json_object_set_new(out, "corrects", json_string(here));
	return out;
}

static const struct gk_event *
has_bytes(const struct store_history *h, const char *digest)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(json_str(json_object_get(h->events[i].json, "content"), "digest"), digest) == 0)
			return &h->events[i];
	return NULL;
}

/* A further text of the document before it: an amendment or a correction, registered here as what it is. */
static enum gk_status
register_text(struct import *im, const struct gk_event *e, const struct new_text *t, struct gk_err *err)
{
	struct taking *taking = &im->taking;
	struct store_history h;
	struct act_plan plan;
	const struct gk_event *known;
	char key[GK_SHA256_HEX + 8], now[32], number[32];
	uint32_t docid;
	json_t *json;
	enum gk_status st;

	snprintf(key, sizeof key, GK_X_DIGEST "%s", im->source_digest);
	st = gk_catalog_find_by(taking->store.seen, "", key, &docid, err);
	if (st == GK_OK)
		st = store_history(&taking->store, docid, &h, err);
	if (st != GK_OK)
		return st;
	known = has_bytes(&h, json_str(json_object_get(e->json, "content"), "digest"));
	if (known != NULL) {
		json_object_set_new(im->numbers, e->event, json_string(known->event));
		taking->duplicates++;
		store_history_free(&h);
		return GK_OK;
	}
	gk_now_utc(now);
	json = gk_act_json(h.events[0].id, e->type, e->effective, now, im->app->actor, act_of_text(im, e, &h), NULL);
	store_history_free(&h);
	if (json == NULL)
		return gk_nomem(err);
	json_object_set_new(json, "content", new_text_content(t));
	st = act_plan(&taking->store, docid, json, &plan, err);
	if (st != GK_OK)
		return st;
	plan.text = t;
	st = act_append(&taking->store, &plan, number, err);
	act_plan_free(&plan);
	if (st == GK_OK)
		st = intake_commit(taking->intake, err);
	if (st == GK_OK) {
		json_object_set_new(im->numbers, e->event, json_string(number));
		taking->versions++;
	}
	return st;
}

/* A text that was brought along had been registered wrongly: so it is here. */
static void
take_annulment(struct import *im, const struct gk_event *e)
{
	const char *here = json_str(im->numbers, gk_event_act(e, "target")), *reason = gk_event_act(e, "reason");
	struct act_plan plan;
	struct gk_event target;
	struct gk_err err = GK_ERR_INIT;
	char now[32], number[32];
	uint32_t docid;
	json_t *json;
	enum gk_status st = act_find_event(&im->taking.store, here, &docid, &target, &err);

	if (st == GK_OK) {
		gk_now_utc(now);
		json = gk_act_json(target.id, "annul_event", GK_NO_DATE, now, im->app->actor, json_pack("{s:s, s:s}", "target", here, "reason", reason), NULL);
		gk_event_free(&target);
		st = json == NULL ? gk_nomem(&err) : act_plan(&im->taking.store, docid, json, &plan, &err);
	}
	if (st == GK_OK) {
		st = act_append(&im->taking.store, &plan, number, &err);
		act_plan_free(&plan);
	}
	if (st == GK_OK)
		st = intake_commit(im->taking.intake, &err);
	/* Refused: it was annulled when the file was imported before. */
	if (st != GK_OK && st != GK_REFUSED)
		taking_die(&im->taking, &err);
}

static void
take_text(struct import *im, const struct gk_event *e)
{
	const json_t *content = json_object_get(e->json, "content"), *source = json_object_get(e->json, "source");
	const struct gk_warc_rec *original = &im->held.original.rec, *text = original;
	struct new_text t = { .doc = { .kind = "warc", .name = original->target_uri } };
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;

	/* Its document was not taken: alone it is a text of nothing. */
	if (strcmp(im->foreign_id, e->id) != 0) {
		im->events++;
		return;
	}
	if (!refers(content, "text", original) && im->held.has_text && refers(content, "text", &im->held.text.rec))
		text = &im->held.text.rec;
	if (!fits_together(e, original, text)) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_BAD_DATA, "导出的记录不全或互不相符", "the exported records are incomplete or do not fit together");
		taking_failed(&im->taking, original->target_uri, 0, &err);
		return;
	}
	taking_commit(&im->taking);
	if (im->taking.dead)
		return;
	memcpy(t.doc.digest, json_str(source, "digest") + 7, sizeof t.doc.digest);
	t.doc.original = original->block.p == NULL ? "" : original->block.p;
	t.doc.original_n = original->block.n;
	t.doc.type = json_str(content, "type");
	t.doc.text = text->block.p == NULL ? "" : text->block.p;
	t.doc.text_n = text->block.n;
	t.doc.text_source = json_str(json_object_get(content, "text"), "source");
	t.doc.tool = json_str(json_object_get(content, "text"), "tool");
	st = register_text(im, e, &t, &err);
	/* The document itself could not be taken, which was said. */
	if (st == GK_END)
		im->events++;
	else if (st == GK_REFUSED)
		taking_failed(&im->taking, original->target_uri, 0, &err);
	else if (st != GK_OK)
		taking_die(&im->taking, &err);
}

/*
 * The event that brought the held original: its metadata and its source's own digest, so that a document that is here
 * already is known again.  The record gets a number of this archive.
 */
static void
take_own(struct import *im, const struct gk_event *e)
{
	const json_t *content = json_object_get(e->json, "content"), *source = json_object_get(e->json, "source");
	const struct gk_warc_rec *original = &im->held.original.rec, *text = original;
	const char *digest = json_str(source, "digest");
	struct intake_doc doc = { .kind = "warc", .name = original->target_uri, .source_id = json_string_value(json_object_get(source, "id")) };
	json_t *meta = json_object(), *fields = json_object(), *notes = json_array();
	struct gk_err err = GK_ERR_INIT;

	if (json_is_object(json_object_get(source, "fields")))
		json_object_update(fields, json_object_get(source, "fields"));
	if (json_is_array(json_object_get(content, "notes")))
		json_array_extend(notes, json_object_get(content, "notes"));
	taking_describe(json_object_get(e->json, "meta"), meta, fields, notes);
	if (!refers(content, "text", original) && im->held.has_text && refers(content, "text", &im->held.text.rec))
		text = &im->held.text.rec;
	if (!fits_together(e, original, text) || *gk_meta_get(meta, "title") == '\0') {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_BAD_DATA, "导出的记录不全或互不相符", "the exported records are incomplete or do not fit together");
		taking_failed(&im->taking, original->target_uri, 0, &err);
	} else {
		memcpy(doc.digest, digest + 7, sizeof doc.digest);
		remember_document(im, e, doc.digest);
		doc.meta = meta;
		doc.fields = fields;
		doc.notes = notes;
		doc.original = original->block.p == NULL ? "" : original->block.p;
		doc.original_n = original->block.n;
		doc.type = json_str(content, "type");
		doc.text = text->block.p == NULL ? "" : text->block.p;
		doc.text_n = text->block.n;
		doc.text_source = json_str(json_object_get(content, "text"), "source");
		doc.tool = json_str(json_object_get(content, "text"), "tool");
		taking_add(&im->taking, &doc, meta);
	}
	json_decref(meta);
	json_decref(fields);
	json_decref(notes);
}

/* An event of ours: with the original before it, it is a document; others speak of ids that mean nothing here. */
static void
take_event(struct import *im, const struct gk_foreign_rec *r)
{
	struct gk_event e;
	struct gk_err err = GK_ERR_INIT;

	if (gk_event_parse(r->rec.block.p == NULL ? "" : r->rec.block.p, r->rec.block.n, &e, &err) != GK_OK) {
		failed_at(im, &err);
		return;
	}
	if (im->held.has_original && refers(json_object_get(e.json, "content"), "original", &im->held.original.rec)) {
		taking_progress(&im->taking, NULL);
		if (gk_event_begins(&e))
			take_own(im, &e);
		else
			take_text(im, &e);
	} else if (strcmp(e.type, "annul_event") == 0 && strcmp(im->foreign_id, e.id) == 0 && json_object_get(im->numbers, gk_event_act(&e, "target")) != NULL) {
		take_annulment(im, &e);
	} else {
		im->events++;
	}
	gk_event_free(&e);
	drop_held(&im->held);
}

/* True if the record is of ours and was kept for its event, or used. */
static bool
take_ours(struct import *im, struct gk_foreign_rec *r, bool *kept)
{
	struct held *h = &im->held;
	bool ours = strncmp(r->rec.target_uri, STORE_URI, strlen(STORE_URI)) == 0;

	*kept = false;
	if (!ours)
		return false;
	if (strcmp(r->kind, "resource") == 0) {
		drop_held(h);
		h->original = *r;
		h->has_original = *kept = true;
	} else if (strcmp(r->kind, "conversion") == 0 && h->has_original && !h->has_text && strcmp(r->rec.refers_to, h->original.rec.id) == 0) {
		h->text = *r;
		h->has_text = *kept = true;
	} else if (strcmp(r->kind, "metadata") == 0 && strncmp(r->rec.content_type, STORE_EVENT_TYPE, strlen(STORE_EVENT_TYPE)) == 0) {
		take_event(im, r);
	} else {
		im->others++;
	}
	return true;
}

/* --- one record --------------------------------------------------------------------------------------------------------- */

static bool
is_http(const struct gk_warc_rec *rec)
{
	return strncasecmp(rec->content_type, "application/http", 16) == 0;
}

static void
take_record(struct import *im, struct gk_foreign_rec *r)
{
	bool response = strcmp(r->kind, "response") == 0, resource = strcmp(r->kind, "resource") == 0;
	char uri[URI_MAX];
	struct gk_err err = GK_ERR_INIT;

	if (!response && !resource && strcmp(r->kind, "revisit") != 0) {
		im->others++;
		return;
	}
	if (!clean_uri(r->rec.target_uri, uri)) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_LIMIT, "偏移 %ju 处的网址过长（field_too_long）：上限 %d 字节", "the address at offset %ju is too long (field_too_long): at most %d bytes",
			(uintmax_t)r->offset, URI_MAX);
		failed_at(im, &err);
		return;
	}
	taking_progress(&im->taking, uri);
	if (r->loose_end)
		warn(im, uri, "loose_end", "记录之后没有两个换行", "two line ends are missing behind the record");
	if (!is_web(uri) || (response && !is_http(&r->rec)))
		pass(im, NOT_HTTP, uri);
	else if (strcmp(r->kind, "revisit") == 0)
		pass(im, REVISIT, uri);
	else if (r->segmented)
		pass(im, SEGMENTED, uri);
	else if (r->truncated)
		pass(im, TRUNCATED, uri);
	else if (!r->kept) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_LIMIT, "内容过大（file_too_large）：%ju 字节，上限 %zu", "the payload is too large (file_too_large): %ju bytes, at most %zu",
			(uintmax_t)r->length, im->limit);
		gk_hint(&err, "在 gongkai.conf 中提高 file_limit", "raise file_limit in gongkai.conf");
		taking_failed(&im->taking, uri, 0, &err);
	} else if (response)
		take_response(im, r, uri);
	else
		take_resource(im, r, uri);
}

static void
take_file(struct import *im, const char *path)
{
	struct gk_foreign *f;
	struct gk_foreign_rec r;
	struct gk_err err = GK_ERR_INIT;
	size_t records = 0;
	enum gk_status st = gk_foreign_open(path, im->limit + HTTP_ROOM, &f, &err);

	im->file = path;
	if (st != GK_OK) {
		taking_die(&im->taking, &err);
		return;
	}
	while (!im->taking.dead && (st = gk_foreign_next(f, &r, &err)) != GK_END) {
		bool kept = false;

		if (st == GK_REFUSED) {
			failed_at(im, &err);
			records++;
			continue;
		}
		if (st != GK_OK) {
			taking_die(&im->taking, &err);
			break;
		}
		records++;
		if (!r.kept || !take_ours(im, &r, &kept))
			take_record(im, &r);
		if (!kept)
			gk_warc_rec_free(&r.rec);
	}
	drop_held(&im->held);
	json_decref(im->numbers);
	im->numbers = NULL;
	im->foreign_id[0] = '\0';
	gk_foreign_close(f);
	if (records == 0 && !im->taking.dead) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_BAD_DATA, "文件里没有记录", "there is no record in the file");
		gk_hint(&err, "要一个 WARC 文件，例如 wget --warc-file 所存的 site.warc.gz", "a WARC file is wanted, for example the site.warc.gz of wget --warc-file");
		failed_at(im, &err);
	}
}

/* --- the whole ------------------------------------------------------------------------------------------------------------ */

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct import *im = state->input;

	switch (key) {
	case 'c':
		im->taking.category = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (im->n_files == MAX_FILES)
			argp_error(state, GK_T("文件过多：上限 %d", "too many files: at most %d"), MAX_FILES);
		im->files[im->n_files++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int
finish(struct import *im)
{
	struct gk_buf words;
	json_t *passed = json_object(), *more;
	size_t all = 0, named = 0;
	int status;

	for (int i = 0; i < REASONS; i++)
		all += im->passed[i];
	gk_buf_init(&words, 4096);
	if (all > 0)
		gk_buf_printf(&words, GK_T("，略过 %zu 件（", ", %zu passed over ("), all);
	for (int i = 0; i < REASONS; i++) {
		if (im->passed[i] == 0)
			continue;
		gk_buf_printf(&words, "%s%s %zu", named++ > 0 ? GK_T("，", ", ") : "", GK_T(reasons[i].zh, reasons[i].en), im->passed[i]);
		json_object_set_new(passed, reasons[i].code, json_integer((json_int_t)im->passed[i]));
	}
	if (all > 0)
		gk_buf_puts(&words, GK_T("）", ")"));
	if (im->warnings > 0)
		gk_buf_printf(&words, GK_T("，警告 %zu", ", %zu warnings"), im->warnings);
	if (im->events > 0)
		app_note(im->app, "说明：%zu 条后来的登记（废止、修改等）没有收入：它们说的是原档案的编号；要整个档案，请复制文件夹（doc/backup.md）",
			 "note: %zu later events (abolitions, amendments …) were not taken: they speak of the other archive's numbers; for a whole archive copy its folder (doc/backup.md)", im->events);
	more = json_pack("{s:o, s:I, s:I, s:I}", "passed", passed, "warnings", (json_int_t)im->warnings, "other_records", (json_int_t)im->others, "other_events",
			 (json_int_t)im->events);
	status = taking_finish(&im->taking, more, words.p == NULL ? "" : words.p);
	gk_buf_free(&words);
	return status;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct import *im = calloc(1, sizeof *im);
	struct argp_option options[] = {
		{ "category", 'c', "COLUMN", 0, GK_T("没有栏目的文件归入这里", "column for documents that state none"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	int status;

	if (im == NULL)
		return 70;
	im->app = app;
	app_parse(app, &cmd_import, argc, argv, options, parse, im);
	for (size_t i = 0; i < im->n_files && err.cause == GK_CAUSE_NONE; i++)
		if (access(im->files[i], R_OK) < 0)
			gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "不能打开 '%s'：%s", "cannot open '%s': %s", im->files[i], strerror(errno));
	if (im->n_files == 0)
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "没有指定 WARC 文件", "no WARC file was given");
	if (err.cause != GK_CAUSE_NONE) {
		gk_hint(&err, "例如：wget -r --warc-file=site http://… ，再 gongkai import site.warc.gz", "for example: wget -r --warc-file=site http://…, then gongkai import site.warc.gz");
		status = app_error(app, &err);
		free(im);
		return status;
	}
	if (taking_open(&im->taking, app, "uri") == GK_OK) {
		im->limit = (size_t)im->taking.store.config.file_limit_mib << 20;
		for (size_t i = 0; i < im->n_files && !im->taking.dead; i++)
			take_file(im, im->files[i]);
	}
	status = finish(im);
	free(im);
	return status;
}

const struct cmd cmd_import = {
	.name = "import",
	.args_zh = "文件.warc.gz…",
	.args_en = "FILE.warc.gz…",
	.doc_zh = "收入 WARC 文件里的网页（wget --warc-file 等所存）",
	.doc_en = "Take in the pages of a WARC file (wget --warc-file)",
	.run = run,
};
