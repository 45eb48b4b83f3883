/*
 * A file brought by hand: read in the box of gongkai-extract, what it states shown beside the sentence that states it, corrected by a person, taken in.
 *
 *   file ──▶ gongkai-extract (child, safety.md 5) ──▶ guesses with evidence ──▶ waits half an hour ──▶ confirmed ──▶ intake
 */
#include "desk/desk.h"

#include "base/date.h"
#include "base/digest.h"
#include "base/io.h"
#include "extract/client.h"
#include "gate/finding.h"
#include "indexer/act.h"
#include "indexer/describe.h"
#include "indexer/intake.h"
#include "record/clause.h"
#include "record/field.h"
#include "record/paper.h"
#include "record/proposal.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { WAITING_MAX = 8, WAITING_S = 1800, SENTENCE = 300, TEXT_SHOWN = 20000, CLAUSES_MEMORY = 64 << 20, WAITING_BYTES = 256 << 20 };

/* One file that was read. */
struct paper {
	char token[33], owner[GK_USER_NAME], name[256], digest[65];
	time_t since;
	struct gk_buf bytes;
	struct gk_reply reply;
	json_t *meta, *evidence, *fields, *notes;
};

struct waiting { pthread_mutex_t lock; struct paper item[WAITING_MAX]; };

static void
paper_free(struct paper *p)
{
	gk_buf_free(&p->bytes);
	gk_reply_free(&p->reply);
	json_decref(p->meta);
	json_decref(p->evidence);
	json_decref(p->fields);
	json_decref(p->notes);
	memset(p, 0, sizeof *p);
}

struct waiting *
waiting_new(void)
{
	struct waiting *w = calloc(1, sizeof *w);

	if (w != NULL)
		pthread_mutex_init(&w->lock, NULL);
	return w;
}

void
waiting_free(struct waiting *w)
{
	for (size_t i = 0; w != NULL && i < WAITING_MAX; i++)
		paper_free(&w->item[i]);
	free(w);
}

/* A free place (since 0), or the one that waits longest. */
static struct paper *
find_place(struct waiting *w, bool free_one)
{
	struct paper *place = NULL;

	for (size_t i = 0; i < WAITING_MAX; i++) {
		struct paper *p = &w->item[i];

		if ((p->since == 0) == free_one && (place == NULL || p->since < place->since))
			place = p;
	}
	return place;
}

static size_t
bytes_waiting(const struct waiting *w)
{
	size_t n = 0;

	for (size_t i = 0; i < WAITING_MAX; i++)
		n += w->item[i].bytes.n;
	return n;
}

/* Takes p over; what waits longest makes room. */
static void
put_away(struct waiting *w, struct paper *p)
{
	struct paper *place;

	pthread_mutex_lock(&w->lock);
	while ((place = find_place(w, false)) != NULL && (find_place(w, true) == NULL || bytes_waiting(w) + p->bytes.n > WAITING_BYTES))
		paper_free(place);
	*find_place(w, true) = *p;
	pthread_mutex_unlock(&w->lock);
}

/* Only who brought it may go on with it. */
static bool
take_out(struct waiting *w, const char *token, const char *owner, struct paper *out)
{
	bool found = false;

	pthread_mutex_lock(&w->lock);
	for (size_t i = 0; i < WAITING_MAX && !found; i++) {
		struct paper *p = &w->item[i];

		if (p->since == 0 || strlen(token) != 32 || sodium_memcmp(p->token, token, 32) != 0 || strcmp(p->owner, owner) != 0 || time(NULL) - p->since > WAITING_S)
			continue;
		*out = *p;
		memset(p, 0, sizeof *p);
		found = true;
	}
	pthread_mutex_unlock(&w->lock);
	return found;
}

/* ---- reading it ---- */

static int
as_file(const struct upload *u)
{
	int fd = memfd_create("upload", MFD_CLOEXEC);

	if (fd >= 0 && (!gk_write_all(fd, u->bytes, u->n) || lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static enum gk_status
extract(struct call *c, struct paper *p)
{
	char *program = gk_extract_program();
	int fd = as_file(&c->file);
	enum gk_status st = program == NULL || fd < 0 ? gk_nomem(&c->err) : gk_extract_self_test(program, &c->err);

	if (st == GK_OK)
		st = gk_extract_run(program, fd, &p->reply, &c->err);
	if (st == GK_REFUSED)
		c->param = "file";
	if (fd >= 0)
		close(fd);
	free(program);
	return st;
}

/* What stated it: the label in the file, or for what the layout says the line. */
static void
note_stated(struct paper *p)
{
	const char *key;
	json_t *value;

	json_object_foreach(p->reply.meta, key, value) {
		const struct gk_field *field = gk_field_find(key, strlen(key));

		if (field != NULL && json_object_get(p->evidence, field->key) == NULL)
			json_object_set_new(p->evidence, field->key, json_pack("{s:s}", "from", key));
	}
}

static json_t *
slice(const struct gk_buf *t, size_t from, size_t to)
{
	json_t *s;

	while (from < to && ((unsigned char)t->p[from] & 0xC0) == 0x80)
		from++;
	while (to > from && to < t->n && ((unsigned char)t->p[to] & 0xC0) == 0x80)
		to--;
	s = json_stringn(t->p + from, to - from);
	return s != NULL ? s : json_string("");
}

/* The line around a place of the text. */
static json_t *
line_at(const struct gk_buf *t, size_t at)
{
	size_t from = at < t->n ? at : t->n, to = from;

	while (from > 0 && t->p[from - 1] != '\n' && at - from < SENTENCE)
		from--;
	while (to < t->n && t->p[to] != '\n' && to - at < SENTENCE)
		to++;
	return slice(t, from, to);
}

/* 2021-03-05 stands in a text as 2021年3月5日. */
static const char *
find_value(const struct gk_buf *t, const char *value)
{
	char written[48];
	struct gk_date d;
	const char *at = t->n > 0 && *value != '\0' ? strstr(t->p, value) : NULL;

	if (at != NULL || t->n == 0 || !gk_date_parse(value, strlen(value), &d) || d.day == 0)
		return at;
	snprintf(written, sizeof written, "%d年%d月%d日", d.year, d.month, d.day);
	return strstr(t->p, written);
}

static void
add_sentences(struct paper *p)
{
	const struct gk_buf *t = &p->reply.text;
	const char *key;
	json_t *value, *e;

	json_object_foreach(p->meta, key, value) {
		const char *at = find_value(t, gk_meta_get(p->meta, key));

		e = json_object_get(p->evidence, key);
		if (e == NULL)
			json_object_set_new(p->evidence, key, e = json_object());
		if (json_is_integer(json_object_get(e, "at")))
			json_object_set_new(e, "sentence", line_at(t, (size_t)num(e, "at")));
		else if (at != NULL)
			json_object_set_new(e, "sentence", line_at(t, (size_t)(at - t->p)));
	}
}

static void
guess_date(struct paper *p, const char *key, struct gk_date d, const char *where)
{
	const struct gk_field *field = gk_field_find(key, strlen(key));
	char text[12];

	gk_date_format(d, text);
	if (d.year == 0 || *gk_meta_get(p->meta, key) != '\0' || gk_meta_set(p->meta, field, text, strlen(text), NULL) != GK_OK)
		return;
	json_object_set_new(p->evidence, key, where == NULL ? json_object() : json_pack("{s:I}", "at", (json_int_t)(where - p->reply.text.p)));
}

/* From when, and up to when: 本办法自2026年1月1日起施行，有效期五年. */
static enum gk_status
guess_term(struct call *c, struct paper *p)
{
	const struct gk_buf *t = &p->reply.text;
	struct gk_arena mem;
	struct gk_clauses found;
	struct gk_term_of_validity term;
	enum gk_status st;

	if (t->n == 0)
		return GK_OK;
	gk_arena_init(&mem, CLAUSES_MEMORY);
	st = gk_clauses_find(t->p, t->n, gk_meta_get(p->meta, "title"), &mem, &found, &c->err);
	if (st == GK_OK && found.begins == GK_BEGINS_ON)
		guess_date(p, "effective_date", found.effective, strstr(t->p, "起施行"));
	if (st == GK_OK && gk_term_find(t->p, t->n, &term)) {
		const char *begins = gk_meta_get(p->meta, "effective_date");
		struct gk_date from, until = term.until;

		if (until.year == 0 && term.years > 0 && gk_date_parse(begins, strlen(begins), &from))
			until = gk_date_term_end(from, (int)term.years);
		guess_date(p, "expiry_date", until, t->p + term.start);
	}
	gk_arena_free(&mem);
	return st;
}

static enum gk_status
read_paper(struct call *c, struct paper *p)
{
	unsigned char random[16];
	json_t *inferred;
	enum gk_status st;

	gk_buf_init(&p->bytes, DESK_UPLOAD_MAX);
	p->meta = json_object(), p->evidence = json_object(), p->fields = json_object(), p->notes = json_array();
	p->since = time(NULL);
	snprintf(p->owner, sizeof p->owner, "%s", c->who.name);
	snprintf(p->name, sizeof p->name, "%s", c->file.name);
	randombytes_buf(random, sizeof random);
	sodium_bin2hex(p->token, sizeof p->token, random, sizeof random);
	if (!gk_buf_add(&p->bytes, c->file.bytes, c->file.n))
		return gk_nomem(&c->err);
	gk_sha256_hex(c->file.bytes, c->file.n, p->digest);
	st = extract(c, p);
	if (st != GK_OK)
		return st;
	if (p->reply.notes != NULL)
		json_array_extend(p->notes, p->reply.notes);
	taking_describe(p->reply.meta, p->meta, p->fields, p->notes);
	note_stated(p);
	inferred = gk_paper_infer(p->reply.text.p == NULL ? "" : p->reply.text.p, p->reply.text.n, p->meta);
	json_object_update(p->evidence, inferred);
	json_decref(inferred);
	if (*gk_meta_get(p->meta, "title") == '\0') {
		taking_title_of(p->name, p->meta);
		json_object_set_new(p->evidence, "title", json_pack("{s:s}", "from", "file name"));
	}
	st = guess_term(c, p);
	add_sentences(p);
	return st;
}

/* ---- saying it ---- */

static json_t *
guesses(const struct paper *p)
{
	static const char *const asked[] = { "title", "docno", "issuer", "formed_date", "published_at", "effective_date", "expiry_date", "column", "genre", "norm_level" };
	json_t *out = json_array();

	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		const struct gk_field *field = gk_field_find(asked[i], strlen(asked[i]));
		const json_t *e = json_object_get(p->evidence, asked[i]);

		if (field != NULL)
			json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "key", field->key, "label", field->label, "label_en", field->label_en, "value",
							     gk_meta_get(p->meta, field->key), "from", str(e, "from"), "sentence", str(e, "sentence")));
	}
	return out;
}

static enum gk_status
tell(struct call *c, const struct paper *p)
{
	const struct gk_buf *t = &p->reply.text;
	struct gk_findings found;
	struct gk_date from;
	json_t *act = NULL;
	enum gk_status st = gk_findings_of(t->p == NULL ? "" : t->p, t->n, &found, &c->err);

	if (st != GK_OK)
		return st;
	if (t->n > 0 && gk_may_propose(t->p, t->n) && gk_propose(t->p, t->n, p->meta, &act, &from, &c->err) == GK_DEAD)
		st = GK_DEAD;
	c->out = json_pack("{s:s, s:s, s:s, s:I, s:s, s:o, s:O, s:o, s:o, s:o}", "token", p->token, "file", p->name, "type", p->reply.type, "bytes", (json_int_t)p->bytes.n, "digest", p->digest,
			   "guesses", guesses(p), "notes", p->notes, "findings", gk_answer_findings(t->p == NULL ? "" : t->p, t->n, &found), "proposals",
			   act != NULL ? json_deep_copy(json_object_get(act, "proposals")) : json_array(), "text", t->n > 0 ? slice(t, 0, t->n < TEXT_SHOWN ? t->n : TEXT_SHOWN) : json_string(""));
	json_decref(act);
	gk_findings_free(&found);
	return c->out == NULL ? gk_nomem(&c->err) : st;
}

/* ---- taking it in ---- */

/* What the person wrote counts before what the file states; an emptied field is taken away. */
static enum gk_status
correct(struct call *c, struct paper *p)
{
	const struct gk_field *table;
	const json_t *said;
	size_t n;

	table = gk_fields(&n);
	for (size_t i = 0; i < n; i++) {
		enum gk_status st = GK_OK;

		said = json_object_get(c->in, table[i].key);
		if (said == NULL || strcmp(gk_meta_get(p->meta, table[i].key), json_string_value(said) != NULL ? json_string_value(said) : "") == 0)
			continue;
		json_object_del(p->meta, table[i].key);
		if (in(c, table[i].key) != NULL)
			st = gk_meta_set(p->meta, &table[i], in(c, table[i].key), strlen(in(c, table[i].key)), &c->err);
		if (st != GK_OK) {
			c->param = table[i].key;
			return st;
		}
	}
	return *gk_meta_get(p->meta, "title") != '\0' ? GK_OK : call_refuse(c, "title", "要有题名", "a title is wanted");
}

static enum gk_status
take_in(struct call *c, struct paper *p)
{
	static const char *const words[] = { "new", "version", "duplicate" };
	struct intake_doc doc = { .kind = "file", .name = p->name, .fields = p->fields, .meta = p->meta, .original = p->bytes.p, .original_n = p->bytes.n, .type = p->reply.type,
				  .text = p->reply.text.p != NULL ? p->reply.text.p : "", .text_n = p->reply.text.n, .text_source = p->reply.source, .tool = "gongkai-extract " GK_VERSION, .notes = p->notes };
	struct intake *take = NULL;
	enum intake_result result;
	struct store s;
	char id[64];
	enum gk_status st = correct(c, p);

	if (st == GK_OK)
		st = call_write(c, &s);
	if (st != GK_OK)
		return st;
	memcpy(doc.digest, p->digest, sizeof doc.digest);
	st = gk_append_reserve(s.append, 2 * (doc.original_n + doc.text_n), &c->err);
	if (st == GK_OK)
		st = intake_open(&s, c->who.name, &take, &c->err);
	if (st == GK_OK)
		st = intake_add(take, &doc, &result, id, &c->err);
	if (st == GK_OK)
		st = intake_commit(take, &c->err);
	if (st == GK_OK) {
		json_decref(c->out);
		c->out = json_pack("{s:s, s:s, s:s}", "result", words[result], "id", id, "title", gk_meta_get(p->meta, "title"));
		c->status = 201;
	}
	intake_close(take);
	call_close(c, &s);
	return st;
}

bool
upload_box_degraded(void)
{
	return gk_extract_degraded();
}

enum gk_status
upload_form_answer(struct call *c)
{
	c->out = json_object();
	return GK_OK;
}

enum gk_status
upload_answer(struct call *c)
{
	struct paper p = { .since = 0 };
	enum gk_status st;

	if (c->file.bytes == NULL)
		return call_refuse(c, "file", "没有选文件", "no file was chosen");
	st = read_paper(c, &p);
	/* A program that knows what it brings takes it in at once. */
	if (st == GK_OK)
		st = c->api && !c->dry ? take_in(c, &p) : tell(c, &p);
	if (st == GK_OK && !(c->api && !c->dry))
		put_away(c->desk->waiting, &p);
	else
		paper_free(&p);
	return st;
}

enum gk_status
upload_confirm_answer(struct call *c)
{
	const char *token;
	struct paper p;
	enum gk_status st = in_need(c, "token", &token);

	if (st != GK_OK)
		return st;
	c->dry = false;
	if (!take_out(c->desk->waiting, token, c->who.name, &p))
		return call_refuse(c, "token", "这个文件已不在等候（半小时内有效），请重新选择", "this file waits no more (it does for half an hour): choose it again");
	st = take_in(c, &p);
	if (st == GK_REFUSED && tell(c, &p) == GK_OK)
		put_away(c->desk->waiting, &p);
	else
		paper_free(&p);
	return st;
}

/* ---- the page ---- */

static void
write_choose(struct call *c, struct frame *f)
{
	page_element(f->p, "p", "lead", W(f, "选一个文件：PDF、Word、Excel、OFD、WPS、网页、文本都可以。先看读出了什么，再收入。",
					      "Choose a file: PDF, Word, Excel, OFD, WPS, HTML or text. You see first what was read, then take it in."));
	page_open(f->p, "form", "method", "post", "action", "/staff/documents", "enctype", "multipart/form-data", "class", "stack card", NULL);
	form_hidden(f, "csrf", c->who.csrf);
	frame_hidden_view(f);
	page_open(f->p, "div", "class", "field", NULL);
	page_open(f->p, "label", "for", "f-file", NULL);
	page_text(f->p, W(f, "文件", "File"));
	page_close(f->p);
	page_void(f->p, "input", "type", "file", "id", "f-file", "name", "file", "required", "required", NULL);
	page_close(f->p);
	form_button(f, NULL, NULL, "读文件", "Read the file", false);
	page_close(f->p);
}

static void
write_guess(struct call *c, struct frame *f, const json_t *g)
{
	bool date = strstr(str(g, "key"), "date") != NULL || strcmp(str(g, "key"), "published_at") == 0;
	const struct field x = { str(g, "key"), str(g, "label"), str(g, "label_en"), "text", str(g, "value"), date ? "写成 2021-12-01" : NULL, date ? "write it as 2021-12-01" : NULL, strcmp(str(g, "key"), "title") == 0 };

	page_open(f->p, "div", "class", "guess", NULL);
	form_field(c, f, &x);
	page_open(f->p, "div", "class", "evidence", "lang", ZH(f), NULL);
	if (*str(g, "sentence") != '\0')
		page_element(f->p, "blockquote", "sentence", str(g, "sentence"));
	else if (*str(g, "from") != '\0')
		page_printf(f->p, "%s", str(g, "from"));
	else
		page_text(f->p, W(f, "文件没有写明", "not stated in the file"));
	page_close(f->p);
	page_close(f->p);
}

static void
write_taken(struct frame *f, const json_t *o)
{
	char url[128];

	page_open(f->p, "div", "class", "done", "role", "status", NULL);
	page_open(f->p, "p", "class", "strong", NULL);
	page_printf(f->p, W(f, "✓ 已收入 %s", "✓ Taken in as %s"), str(o, "id"));
	if (strcmp(str(o, "result"), "version") == 0)
		page_text(f->p, W(f, "（已有这件文件，存为新文本）", " (a new text of a document that was there)"));
	if (strcmp(str(o, "result"), "duplicate") == 0)
		page_text(f->p, W(f, "（内容相同，没有再存）", " (the same bytes were there)"));
	page_close(f->p);
	page_close(f->p);
	page_open(f->p, "p", "class", "acts", NULL);
	snprintf(url, sizeof url, "/staff/review/%s", str(o, "id"));
	frame_a(f, "button", url, W(f, "去审查", "Go to its review"));
	frame_a(f, "button plain", "/staff/documents", W(f, "再收一件", "Another file"));
	page_close(f->p);
}

static void
write_read(struct call *c, struct frame *f, const json_t *o)
{
	const json_t *found = json_object_get(o, "findings"), *one;
	size_t i;

	page_open(f->p, "p", "class", "lead", NULL);
	page_printf(f->p, W(f, "%s，%s，%lld 字节。右边是原文中的依据；不对就改。", "%s, %s, %lld bytes. Beside each field is the sentence it comes from; correct what is wrong."), str(o, "file"),
		    type_name(f, str(o, "type")), (long long)num(o, "bytes"));
	page_close(f->p);
	if (num(found, "block") + num(found, "warn") > 0) {
		page_open(f->p, "p", "class", "problem", NULL);
		page_printf(f->p, W(f, "发现不得公开的 %lld 处、请核对的 %lld 处：收入后等待审查，公众看不到。", "%lld things block, %lld are to be checked: it will wait for its review, unseen by the public."),
			    (long long)num(found, "block"), (long long)num(found, "warn"));
		page_close(f->p);
	}
	form_begin(c, f, "/staff/documents/confirm", "card");
	form_hidden(f, "token", str(o, "token"));
	form_hidden(f, "confirm", "1");
	json_array_foreach(json_object_get(o, "guesses"), i, one)
		write_guess(c, f, one);
	json_array_foreach(json_object_get(o, "proposals"), i, one) {
		if (i == 0)
			page_element(f->p, "h2", NULL, W(f, "正文中说要废止的（收入后在“废止建议”里定）", "What it says is abolished (to be decided under Proposals)"));
		page_element(f->p, "blockquote", "sentence", str(one, "sentence"));
	}
	page_open(f->p, "p", "class", "acts", NULL);
	form_button(f, NULL, NULL, "收入", "Take it in", false);
	frame_a(f, "button plain", "/staff/documents", W(f, "取消", "Cancel"));
	page_close(f->p);
	form_end(f);
	page_element(f->p, "h2", NULL, W(f, "读出的正文", "The text that was read"));
	page_open(f->p, "div", "class", "card plaintext", "lang", ZH(f), "tabindex", "0", "role", "region", "aria-label", W(f, "读出的正文", "The text that was read"), NULL);
	page_text(f->p, str(o, "text"));
	page_close(f->p);
}

void
upload_page(struct call *c, struct frame *f)
{
	const json_t *o = c->out;

	desk_head(c, f, W(f, "收文", "Upload"));
	page_element(f->p, "h1", NULL, W(f, "收文", "Bring in a document"));
	desk_error(c, f);
	if (*str(o, "id") != '\0')
		write_taken(f, o);
	else if (*str(o, "token") != '\0')
		write_read(c, f, o);
	else
		write_choose(c, f);
}
