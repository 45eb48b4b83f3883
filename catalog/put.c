/* Records into Xapian documents; what stands where is in schema.h. */
#include "catalog/put.h"

#include "base/digest.h"
#include "base/io.h"
#include "base/utf8.h"
#include "catalog/layers-write.h"
#include "catalog/layers.h"
#include "catalog/schema.h"
#include "catalog/textstore.h"
#include "record/access.h"
#include "record/docno.h"
#include "record/format.h"
#include "record/history.h"
#include "record/retention.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { YEARS = 400, FIRST_YEAR = 1800, NAME_MAX_BYTES = 512 };

/* A dictionary of names (categories, issuers): number from 1 in order of first sight. */
struct names {
	char **name;
	size_t n, cap;
	uint32_t *slot;		/* open addressing over 2 * cap places: numbers, 0 free */
	const char *prefix, *count_key;
	size_t saved;		/* how many the index has already */
	uint32_t most;		/* what the slot can hold */
};

struct gk_put_writer {
	char *base;		/* the generation's folder */
	struct gk_layers *layers;
	struct gk_textstore_writer *text;
	struct gk_place mark;
	uint32_t records, events;
	uint64_t puts;
	unsigned sequence[YEARS];
	bool sequence_read[YEARS], sequence_new[YEARS];
	struct names categories, issuers, themes, codes;
};

/* --- metadata as decimal text ----------------------------------------------------- */

static enum gk_status
read_number(struct gk_put_writer *w, const char *key, uint64_t *out, struct gk_err *err)
{
	char *p;
	size_t n;
	enum gk_status st = gk_layers_metadata(w->layers, key, &p, &n, err);

	if (st != GK_OK)
		return st;
	*out = n == 0 ? 0 : strtoull(p, NULL, 10);
	free(p);
	return GK_OK;
}

static enum gk_status
write_number(struct gk_put_writer *w, const char *key, uint64_t v, struct gk_err *err)
{
	char text[24];
	int n = snprintf(text, sizeof text, "%" PRIu64, v);

	return gk_layers_set_metadata(w->layers, key, text, (size_t)n, err);
}

/* --- dictionaries ------------------------------------------------------------------- */

static uint32_t *
slot_of(const struct names *d, const char *name, size_t n)
{
	uint64_t h = 1469598103934665603u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)name[i]) * 1099511628211u;
	for (size_t at = (h ^ h >> 29) & (2 * d->cap - 1);; at = (at + 1) & (2 * d->cap - 1)) {
		const char *other = d->slot[at] == 0 ? NULL : d->name[d->slot[at] - 1];

		if (other == NULL || (strncmp(other, name, n) == 0 && other[n] == '\0'))
			return &d->slot[at];
	}
}

static enum gk_status
grow_names(struct names *d, struct gk_err *err)
{
	size_t cap = d->cap == 0 ? 64 : d->cap * 2;
	char **grown = realloc(d->name, cap * sizeof *grown);
	uint32_t *slot = calloc(2 * cap, sizeof *slot);

	if (grown != NULL)
		d->name = grown;
	if (grown == NULL || slot == NULL) {
		free(slot);
		return gk_nomem(err);
	}
	free(d->slot);
	d->slot = slot;
	d->cap = cap;
	for (size_t i = 0; i < d->n; i++)
		*slot_of(d, d->name[i], strlen(d->name[i])) = (uint32_t)i + 1;
	return GK_OK;
}

static enum gk_status
add_name(struct names *d, const char *name, size_t n, struct gk_err *err)
{
	enum gk_status st = d->n == d->cap ? grow_names(d, err) : GK_OK;
	char *own;

	if (st != GK_OK)
		return st;
	own = strndup(name, n);
	if (own == NULL)
		return gk_nomem(err);
	*slot_of(d, own, strlen(own)) = (uint32_t)d->n + 1;
	d->name[d->n++] = own;
	return GK_OK;
}

static enum gk_status
read_names(struct gk_put_writer *w, struct names *d, struct gk_err *err)
{
	uint64_t count;
	enum gk_status st = read_number(w, d->count_key, &count, err);

	for (uint64_t i = 1; st == GK_OK && i <= count; i++) {
		char key[32], *p;
		size_t n;

		snprintf(key, sizeof key, "%s%" PRIu64, d->prefix, i);
		st = gk_layers_metadata(w->layers, key, &p, &n, err);
		if (st == GK_OK) {
			st = add_name(d, p, n, err);
			free(p);
		}
	}
	d->saved = d->n;
	return st;
}

/* 0 for no name. */
static enum gk_status
number_of(struct names *d, const char *name, uint32_t *out, struct gk_err *err)
{
	enum gk_status st;
	size_t n;

	*out = 0;
	if (name == NULL || *name == '\0')
		return GK_OK;
	n = gk_utf8_cut(name, strnlen(name, NAME_MAX_BYTES));
	if (d->n > 0)
		*out = *slot_of(d, name, n);
	if (*out > 0)
		return GK_OK;
	if (d->n == d->most)
		return gk_fail(err, GK_DEAD, GK_CAUSE_LIMIT, "类别过多：上限 %u", "too many categories: at most %u", d->most);
	st = add_name(d, name, n, err);
	*out = (uint32_t)d->n;
	return st;
}

static enum gk_status
save_names(struct gk_put_writer *w, struct names *d, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (; st == GK_OK && d->saved < d->n; d->saved++) {
		char key[32];

		snprintf(key, sizeof key, "%s%zu", d->prefix, d->saved + 1);
		st = gk_layers_set_metadata(w->layers, key, d->name[d->saved], strlen(d->name[d->saved]), err);
	}
	return st == GK_OK ? write_number(w, d->count_key, d->n, err) : st;
}

static void
free_names(struct names *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->name[i]);
	free(d->name);
	free(d->slot);
}

/* --- open and close -------------------------------------------------------------------- */

static enum gk_status
read_state(struct gk_put_writer *w, uint64_t *text_end, struct gk_err *err)
{
	uint64_t v = 0;
	char *p;
	size_t n;
	enum gk_status st = gk_layers_metadata(w->layers, GK_M_VERSION, &p, &n, err);
	char want[GK_INDEX_VERSION];

	if (st != GK_OK)
		return st;
	gk_index_version(want);
	if (n == 0) {
		st = gk_layers_set_metadata(w->layers, GK_M_VERSION, want, strlen(want), err);
	} else if (!gk_index_version_fits(p)) {
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引的版本是 %s，本程序要 %s", "the index has version %s, this program wants %s", p, want);
		gk_hint(err, "运行 gongkai index rebuild", "run gongkai index rebuild");
	}
	free(p);
	if (st == GK_OK)
		st = gk_layers_metadata(w->layers, GK_M_MARK, &p, &n, err);
	if (st != GK_OK)
		return st;
	if (n > 0 && sscanf(p, "%" SCNu32 " %" SCNu64 " %" SCNu32, &w->mark.segment, &w->mark.offset, &w->mark.length) != 3)
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引的标记不可读", "the index's mark cannot be read");
	free(p);
	if (st == GK_OK)
		st = read_number(w, GK_M_TEXT_END, text_end, err);
	if (st == GK_OK)
		st = read_number(w, GK_M_RECORDS, &v, err);
	w->records = (uint32_t)v;
	if (st == GK_OK)
		st = read_number(w, GK_M_EVENTS, &v, err);
	w->events = (uint32_t)v;
	if (st == GK_OK)
		st = read_number(w, GK_M_PUTS, &w->puts, err);
	if (st == GK_OK)
		st = read_names(w, &w->categories, err);
	if (st == GK_OK)
		st = read_names(w, &w->issuers, err);
	if (st == GK_OK)
		st = read_names(w, &w->themes, err);
	if (st == GK_OK)
		st = read_names(w, &w->codes, err);
	return st;
}

enum gk_status
gk_put_learn(const char *dir, const char *generation, const uint16_t *sample, size_t n, struct gk_err *err)
{
	char *base = gk_path(dir, generation), *text = base == NULL ? NULL : gk_path(base, "text");
	enum gk_status st = text == NULL ? gk_nomem(err) : gk_textstore_learn(text, sample, n, err);

	free(base);
	free(text);
	return st;
}

enum gk_status
gk_put_open(const char *dir, const char *generation, struct gk_put_writer **out, struct gk_err *err)
{
	struct gk_put_writer *w = calloc(1, sizeof *w);
	char *base = gk_path(dir, generation), *text = NULL;
	uint64_t text_end = 0;
	enum gk_status st = GK_OK;

	if (w == NULL || base == NULL || (text = gk_path(base, "text")) == NULL)
		st = gk_nomem(err);
	if (st == GK_OK) {
		w->categories = (struct names){ .prefix = "cat.", .count_key = GK_M_CATEGORIES, .most = UINT16_MAX };
		w->issuers = (struct names){ .prefix = "org.", .count_key = GK_M_ISSUERS, .most = UINT32_MAX };
		w->themes = (struct names){ .prefix = "theme.", .count_key = GK_M_THEMES, .most = UINT16_MAX };
		w->codes = (struct names){ .prefix = "code.", .count_key = GK_M_CODES, .most = UINT16_MAX };
		/* The folder was made by gk_generation_new; without it there is nothing to add to, only to build again. */
		if (access(base, F_OK) < 0 && errno == ENOENT)
			st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "没有索引文件夹 '%s'", "there is no index folder '%s'", base);
		else
			st = gk_layers_open(base, &w->layers, err);
	}
	if (st == GK_OK)
		st = read_state(w, &text_end, err);
	if (st == GK_OK)
		st = gk_textstore_append_open(text, text_end, &w->text, err);
	if (w != NULL)
		w->base = base;
	else
		free(base);
	free(text);
	if (st != GK_OK) {
		gk_put_close(w);
		return st;
	}
	*out = w;
	return GK_OK;
}

enum gk_status
gk_put_divide(struct gk_put_writer *w, uint32_t records, struct gk_err *err)
{
	char plain[GK_INDEX_VERSION], version[GK_INDEX_VERSION + 16];
	enum gk_status st = gk_layers_divide(w->layers, records, err);

	gk_index_version(plain);
	snprintf(version, sizeof version, "%s%s", plain, records > 0 ? GK_SHARDED : "");
	return st == GK_OK ? gk_layers_set_metadata(w->layers, GK_M_VERSION, version, strlen(version), err) : st;
}

void
gk_put_close(struct gk_put_writer *w)
{
	if (w == NULL)
		return;
	gk_layers_close(w->layers);
	gk_textstore_append_close(w->text);
	free_names(&w->categories);
	free_names(&w->issuers);
	free_names(&w->themes);
	free_names(&w->codes);
	free(w->base);
	free(w);
}

struct gk_place
gk_put_mark(const struct gk_put_writer *w)
{
	return w->mark;
}

uint32_t
gk_put_records(const struct gk_put_writer *w)
{
	return w->records;
}

uint32_t
gk_put_events(const struct gk_put_writer *w)
{
	return w->events;
}

/* --- numbers of ids --------------------------------------------------------------------- */

static enum gk_status
sequence_of(struct gk_put_writer *w, int year, unsigned **last, struct gk_err *err)
{
	size_t i;

	if (year < FIRST_YEAR || year >= FIRST_YEAR + YEARS)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "没有 %d 年的编号", "there are no ids of the year %d", year);
	i = (size_t)(year - FIRST_YEAR);
	if (!w->sequence_read[i]) {
		char key[32];
		uint64_t v;
		enum gk_status st;

		snprintf(key, sizeof key, GK_M_SEQUENCE "%d", year);
		st = read_number(w, key, &v, err);
		if (st != GK_OK)
			return st;
		w->sequence_read[i] = true;
		w->sequence[i] = (unsigned)v;
	}
	*last = &w->sequence[i];
	return GK_OK;
}

enum gk_status
gk_put_last_number(struct gk_put_writer *w, int year, unsigned *last, struct gk_err *err)
{
	unsigned *at = NULL;
	enum gk_status st = sequence_of(w, year, &at, err);

	if (st == GK_OK)
		*last = *at;
	return st;
}

/* The last two parts of dzmm-2021-000123. */
static enum gk_status
saw_id(struct gk_put_writer *w, const char *id, struct gk_err *err)
{
	const char *dash = strchr(id, '-');
	int year;
	unsigned number, *last = NULL;
	enum gk_status st;

	if (dash == NULL || sscanf(dash, "-%d-%u", &year, &number) != 2 || gk_id_apart(number))
		return GK_OK;
	st = sequence_of(w, year, &last, err);
	if (st == GK_OK && number > *last) {
		*last = number;
		w->sequence_new[year - FIRST_YEAR] = true;
	}
	return st;
}

void
gk_put_saw_event(struct gk_put_writer *w, const struct gk_event *e)
{
	unsigned number;

	if (sscanf(e->event, "e-%u", &number) == 1 && number > w->events)
		w->events = number;
}

/* --- looking up ------------------------------------------------------------------------- */

enum gk_status
gk_put_find(struct gk_put_writer *w, const char *prefix, const char *value, uint32_t *docid, struct gk_err *err)
{
	struct gk_buf term;
	enum gk_status st;

	gk_buf_init(&term, GK_TERM_MAX);
	if (!gk_buf_puts(&term, prefix) || !gk_buf_puts(&term, value)) {
		gk_buf_free(&term);
		return GK_END;		/* longer than any term that we write */
	}
	st = gk_layers_find(w->layers, term.p, term.n, docid, err);
	gk_buf_free(&term);
	return st;
}

enum gk_status
gk_put_places(struct gk_put_writer *w, uint32_t docid, struct gk_place **places, size_t *n, struct gk_err *err)
{
	char *p;
	size_t len;
	enum gk_status st = gk_layers_doc_data(w->layers, docid, &p, &len, err);

	if (st != GK_OK)
		return st;
	st = gk_places_decode(p, len, docid, places, n, err);
	free(p);
	return st;
}

enum gk_status
gk_put_find_id(struct gk_put_writer *w, const char *id, uint32_t *docid, struct gk_err *err)
{
	enum gk_status st = gk_put_find(w, GK_X_ID, id, docid, err);

	return st == GK_END ? gk_put_find(w, GK_X_HIDDEN, id, docid, err) : st;
}

bool
gk_source_key(const json_t *meta, const json_t *source, char out[65])
{
	const char *url = gk_meta_get(meta, "source_url"), *id = json_string_value(json_object_get(source, "id"));
	char key[1100];

	if (*url != '\0')
		snprintf(key, sizeof key, "%.1024s", url);
	else if (id != NULL && *id != '\0')
		snprintf(key, sizeof key, "id:%.1024s", id);
	else
		return false;
	gk_sha256_hex(key, strlen(key), out);
	return true;
}

bool
gk_number_key(const char *issuer, const char *docno_key, char out[65])
{
	char key[1100];

	snprintf(key, sizeof key, "%.900s|%.150s", issuer, docno_key);
	gk_sha256_hex(key, strlen(key), out);
	return true;
}

/* --- one record ---------------------------------------------------------------------------- */

/* What its text proposes, by number and by title: clauses of abolition wait for texts that come later. */
static bool
flag_proposals(struct gk_prepared *p, const struct gk_event *e)
{
	const json_t *list = json_object_get(json_object_get(e->json, "act"), "proposals"), *one;
	bool ok = gk_prepare_flag(p, GK_X_PROPOSES, "", 0);
	size_t i;

	json_array_foreach(list, i, one) {
		const char *docno = json_string_value(json_object_get(one, "docno")), *name = json_string_value(json_object_get(one, "name"));
		char key[GK_DOCNO_KEY + 2];
		struct gk_docno no;

		if (ok && docno != NULL && gk_docno_parse(docno, strlen(docno), &no))
			ok = gk_prepare_flag(p, GK_X_PROPOSES, key, (size_t)snprintf(key, sizeof key, "N%s", no.key));
		key[0] = 'K';
		if (ok && name != NULL && gk_title_key(name, strlen(name), key + 1, NULL))
			ok = gk_prepare_flag(p, GK_X_PROPOSES, key, GK_SHA256_HEX + 1);
	}
	return ok;
}

/* A number whole, and as far as somebody may know it. */
static bool
flag_number(struct gk_prepared *p, const struct gk_docno *no)
{
	char seq[16];
	struct gk_folded code;
	bool ok = gk_prepare_flag(p, GK_X_DOCNO, no->key, strlen(no->key)) &&
		  gk_prepare_flag(p, GK_X_PART, seq, (size_t)snprintf(seq, sizeof seq, "#%u", no->seq));

	/* The code of an order is the name of who issued it, which is no number. */
	if (!ok || no->year == 0 || no->code[0] == '\0')
		return ok;
	ok = gk_fold(no->code, strlen(no->code), false, &code);
	ok = ok && gk_prepare_flag(p, GK_X_PART, code.text, code.n);
	gk_folded_free(&code);
	return ok;
}

/* What else a record is known by: the number it was registered under, the index number, the format. */
static bool
flag_names(struct gk_prepared *p, const struct gk_record *r, const char *own_key)
{
	const char *reg = gk_meta_get(r->meta, "reg_no"), *index = gk_meta_get(r->meta, "index_no"), *type = json_string_value(json_object_get(r->content, "type"));
	const char *format = gk_format_names[gk_format_of(type == NULL ? "" : type)].code;
	char key[GK_INDEXNO_KEY];
	struct gk_docno no;
	size_t n;

	return gk_indexno_key(index, strlen(index), key, &n) && gk_prepare_flag(p, GK_X_FORMAT, format, strlen(format)) && (n == 0 || gk_prepare_flag(p, GK_X_INDEXNO, key, n)) &&
	       (*reg == '\0' || !gk_docno_parse(reg, strlen(reg), &no) || strcmp(no.key, own_key) == 0 || flag_number(p, &no));
}

/* May everybody know that there is, or was, such a document?  Else its id stands where only the office looks. */
static bool
is_known(const struct gk_put_doc *d)
{
	enum gk_access a = gk_access_at(d->events, d->n_events, NULL).code;

	return a == GK_A_PUBLIC || a == GK_A_WITHDRAWN;
}

static bool
add_flags(struct gk_prepared *p, const struct gk_put_doc *d, bool shown)
{
	struct gk_err why = GK_ERR_INIT;
	const struct gk_record *r = d->record;
	const char *title = gk_meta_get(r->meta, "title"), *docno = gk_meta_get(r->meta, "docno");
	char key[GK_SHA256_HEX + 1];
	struct gk_docno no = { .key = "" };
	bool ok = gk_prepare_flag(p, is_known(d) ? GK_X_ID : GK_X_HIDDEN, r->id, strlen(r->id)) && (!shown || gk_prepare_flag(p, GK_X_ALL, "", 0));

	/* Every version's bytes and places: an older version seen again is no new document. */
	for (size_t i = 0; ok && i < d->n_events; i++) {
		const json_t *source = json_object_get(d->events[i].json, "source"), *stated = json_object_get(d->events[i].json, "meta");
		const char *digest = json_string_value(json_object_get(source, "digest"));

		if (digest != NULL && strncmp(digest, "sha256:", 7) == 0)
			ok = gk_prepare_flag(p, GK_X_DIGEST, digest + 7, strlen(digest + 7));
		if (ok && source != NULL && gk_source_key(stated != NULL ? stated : r->meta, source, key))
			ok = gk_prepare_flag(p, GK_X_URL, key, GK_SHA256_HEX);
		if (ok && shown && strcmp(d->events[i].type, "propose") == 0)
			ok = flag_proposals(p, &d->events[i]);
	}
	if (ok && *docno != '\0' && gk_docno_parse(docno, strlen(docno), &no)) {
		const char *issuer = gk_meta_get(r->meta, "issuer");

		ok = !shown || flag_number(p, &no);
		if (ok && *issuer != '\0' && gk_number_key(issuer, no.key, key))
			ok = gk_prepare_flag(p, GK_X_NUMBER, key, GK_SHA256_HEX);
	}
	if (!shown)
		return ok;
	ok = ok && flag_names(p, r, no.key);
	if (ok && gk_title_key(title, strlen(title), key, &why))
		return gk_prepare_flag(p, GK_X_TITLEKEY, key, GK_SHA256_HEX);
	/* No key because nothing is left of the title is well; because memory ended is not. */
	return ok && why.cause == GK_CAUSE_NONE;
}

static struct gk_body
body_of(const struct gk_buf *canon, const struct gk_buf *codes)
{
	const struct gk_buf *b = codes->n > 0 ? codes : canon;

	return (struct gk_body){ .p = (const uint16_t *)(const void *)b->p, .n = b->n / 2, .units = canon->n / 2 };
}

static enum gk_status
append_text(struct gk_put_writer *w, const struct gk_put_doc *d, uint64_t *offset, struct gk_err *err)
{
	const struct gk_prepared *p = d->prepared;
	struct gk_text t = { .title = (const uint16_t *)(const void *)p->title.p, .title_n = p->title.n / 2, .body = body_of(&p->body, &p->codes),
			     .origin = p->origin.p, .origin_n = p->origin.n };

	if (p->typed_title.n + p->typed_body.n > 0) {
		t.typed_title = (const uint16_t *)(const void *)p->typed_title.p;
		t.typed_body = body_of(&p->typed_body, &p->typed_codes);
		t.typed_title_n = p->typed_title.n / 2;
	}
	return gk_textstore_append(w->text, d->docid, &t, offset, err);
}

/* --- what acts change: the slots that depend on the events alone, not on text or metadata --- */

enum { STATE_SLOTS = 3 };
static const unsigned state_slots[STATE_SLOTS] = { GK_SLOT_STATUS, GK_SLOT_PAST, GK_SLOT_KNOWN };

struct state {
	unsigned char status[GK_STATUS_WIDTH], past[(GK_PERIODS_MAX - GK_STATUS_PERIODS) * 4], known[GK_KNOWN_WIDTH];
	const void *p[STATE_SLOTS];
	size_t n[STATE_SLOTS];
};

static void
known_of(const struct gk_put_doc *d, unsigned char known[GK_KNOWN_WIDTH])
{
	uint32_t first = UINT32_MAX, last = 0;

	for (size_t i = 0; i < d->n_events; i++) {
		uint32_t s = gk_instant_seconds(d->events[i].recorded_at);

		first = i == 0 ? s : first;
		last = s > last ? s : last;
	}
	gk_put_be(known, last - first, 4);
	gk_put_be(known + 4, first, 4);
}

static void
state_of(const struct gk_put_doc *d, struct state *s)
{
	struct gk_period period[GK_PERIODS_MAX];
	size_t periods, first;

	gk_validity_periods(d->events, d->n_events, NULL, period, &periods);
	first = periods > GK_STATUS_PERIODS ? periods - GK_STATUS_PERIODS : 0;
	memset(s->status, 0, sizeof s->status);
	for (size_t i = 0; i < periods; i++) {
		const uint32_t at = period[i].from << 4 | period[i].code;

		gk_put_be(i < first ? s->past + i * 4 : s->status + (GK_STATUS_PERIODS - 1 - (i - first)) * 4, i < first ? at : ~at, 4);
	}
	known_of(d, s->known);
	s->p[0] = s->status;
	s->p[1] = s->past;
	s->p[2] = s->known;
	s->n[0] = sizeof s->status;
	s->n[1] = first * 4;
	s->n[2] = sizeof s->known;
}

/* By which documents are put in the order of their numbers. */
static enum gk_status
set_number(struct gk_put_writer *w, struct xc_doc *doc, const struct gk_record *r, struct gk_err *err)
{
	const char *s = gk_meta_get(r->meta, "docno");
	unsigned char number[GK_NUMBER_WIDTH];
	struct gk_docno no;
	uint32_t code;
	enum gk_status st;

	if (!gk_docno_parse(s, strlen(s), &no))
		return GK_OK;
	st = number_of(&w->codes, no.code, &code, err);
	if (st != GK_OK)
		return st;
	gk_put_be(number, code, 2);
	gk_put_be(number + 2, (uint64_t)no.year, 2);
	gk_put_be(number + 4, no.seq, 4);
	return xc_doc_value(doc, GK_SLOT_NUMBER, number, sizeof number, err);
}

static enum gk_status
set_slots(struct gk_put_writer *w, struct xc_doc *doc, const struct gk_put_doc *d, struct gk_err *err)
{
	static const unsigned char none[GK_LIKENESS_WIDTH];
	const struct gk_record *r = d->record;
	unsigned char year[2], category[2], theme[2], issuer[4], date[4], text[GK_TEXT_WIDTH];
	struct state state;
	char subject[GK_THEME_BYTES];
	uint32_t cat, org, about;
	uint64_t offset;
	struct gk_date day = r->published.year != 0 ? r->published : r->formed;
	enum gk_status st = number_of(&w->categories, gk_record_column(r), &cat, err);

	if (st == GK_OK)
		st = number_of(&w->issuers, gk_meta_get(r->meta, "issuer"), &org, err);
	gk_record_theme(r, subject);
	if (st == GK_OK)
		st = number_of(&w->themes, subject, &about, err);
	if (st == GK_OK)
		st = append_text(w, d, &offset, err);
	if (st != GK_OK)
		return st;
	state_of(d, &state);
	gk_put_be(year, (uint64_t)gk_record_year(r), sizeof year);
	gk_put_be(category, cat, sizeof category);
	gk_put_be(theme, about, sizeof theme);
	gk_put_be(issuer, org, sizeof issuer);
	gk_put_be(date, day.year == 0 ? 0 : gk_date_first_day(day), sizeof date);
	gk_put_be(text, offset, 8);
	gk_put_be(text + 8, d->prepared->title.n / 2 + d->prepared->body.n / 2, 4);
	gk_put_be(text + 12, d->prepared->title.n / 2 > UINT16_MAX ? UINT16_MAX : d->prepared->title.n / 2, 2);
	st = xc_doc_value(doc, GK_SLOT_YEAR, year, sizeof year, err);
	if (st == GK_OK)
		st = xc_doc_value(doc, GK_SLOT_CATEGORY, category, sizeof category, err);
	if (st == GK_OK)
		st = xc_doc_value(doc, GK_SLOT_ISSUER, issuer, sizeof issuer, err);
	if (st == GK_OK)
		st = xc_doc_value(doc, GK_SLOT_DATE, date, sizeof date, err);
	if (st == GK_OK && about > 0)
		st = xc_doc_value(doc, GK_SLOT_THEME, theme, sizeof theme, err);
	if (st == GK_OK)
		st = set_number(w, doc, r, err);
	for (size_t i = 0; st == GK_OK && i < STATE_SLOTS; i++)
		if (state.n[i] > 0)
			st = xc_doc_value(doc, state_slots[i], state.p[i], state.n[i], err);
	if (st == GK_OK && memcmp(d->prepared->likeness, none, sizeof none) != 0)
		st = xc_doc_value(doc, GK_SLOT_LIKENESS, d->prepared->likeness, GK_LIKENESS_WIDTH, err);
	return st == GK_OK ? xc_doc_value(doc, GK_SLOT_TEXT, text, sizeof text, err) : st;
}

static enum gk_status
places_of(const struct gk_put_doc *d, struct gk_buf *data, struct gk_err *err)
{
	gk_buf_init(data, 64 * 1024);
	/* L29: more than fit (the writer refuses before, L32; an archive of others may have them) cost the oldest but the first, not the whole index. */
	if (d->n_events > GK_PLACES_MAX) {
		struct gk_place *some = calloc(GK_PLACES_MAX, sizeof *some);

		if (some != NULL) {
			some[0] = d->places[0];
			memcpy(some + 1, d->places + d->n_events - (GK_PLACES_MAX - 1), (GK_PLACES_MAX - 1) * sizeof *some);
			gk_places_encode(some, GK_PLACES_MAX, data);
		}
		free(some);
	} else {
		gk_places_encode(d->places, d->n_events, data);
	}
	return data->failed || data->n == 0 ? gk_nomem(err) : GK_OK;
}

static enum gk_status
set_places(struct xc_doc *doc, const struct gk_put_doc *d, struct gk_err *err)
{
	struct gk_buf data;
	enum gk_status st = places_of(d, &data, err);

	if (st == GK_OK)
		st = xc_doc_set_data(doc, data.p, data.n, err);
	gk_buf_free(&data);
	return st;
}

static enum gk_status
counted(struct gk_put_writer *w, const struct gk_put_doc *d, struct gk_err *err)
{
	if (d->docid > w->records)
		w->records = d->docid;
	return saw_id(w, d->record->id, err);
}

/* What is not public leaves nothing here but the way to its events (safety.md 7): no word, no slot, no length. */
static bool
is_shown(const struct gk_put_doc *d)
{
	return gk_access_at(d->events, d->n_events, NULL).code == GK_A_PUBLIC && !gk_retention_destroyed(d->events, d->n_events);
}

/* All terms of the record: those of its words are there. */
static bool
complete(const struct gk_put_doc *d)
{
	const bool shown = is_shown(d);

	if (!shown)
		gk_prepare_clear(d->prepared);
	return add_flags(d->prepared, d, shown);
}

enum gk_status
gk_put_compose(const struct gk_put_doc *d, struct gk_err *err)
{
	return complete(d) ? GK_OK : gk_nomem(err);
}

const struct gk_encoder *
gk_put_encoder(const struct gk_put_writer *w)
{
	return gk_textstore_encoder(w->text);
}

enum gk_status
gk_put_record(struct gk_put_writer *w, const struct gk_put_doc *d, struct gk_err *err)
{
	struct xc_doc *doc = NULL;
	enum gk_status st = d->composed ? GK_OK : gk_put_compose(d, err);

	if (st == GK_OK && d->former != NULL)
		st = gk_put_compose(d->former, err);
	if (st == GK_OK)
		st = gk_layers_blank(w->layers, &doc, err);
	if (st == GK_OK)
		st = set_places(doc, d, err);
	if (st == GK_OK && is_shown(d))
		st = set_slots(w, doc, d, err);
	if (st == GK_OK)
		w->puts++;
	if (st == GK_OK)
		st = gk_layers_put(w->layers, d->docid, doc, d->prepared, d->former != NULL ? d->former->prepared : d->prepared, err);
	return st == GK_OK ? counted(w, d, err) : st;
}

enum gk_status
gk_put_state(struct gk_put_writer *w, const struct gk_put_doc *d, struct gk_err *err)
{
	struct gk_buf data;
	struct state state;
	enum gk_status st = places_of(d, &data, err);

	if (st == GK_OK) {
		state_of(d, &state);
		st = gk_layers_update(w->layers, d->docid, state_slots, state.p, state.n, STATE_SLOTS, data.p, data.n, err);
		if (st == GK_END)
			st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引里没有 '%s'", "the index has no '%s'", d->record->id);
	}
	gk_buf_free(&data);
	return st == GK_OK ? counted(w, d, err) : st;
}

/* Only meta of these depends on nothing but the events. */
bool
gk_put_state_suffices(const struct gk_event *events, size_t n)
{
	const struct gk_event *e = &events[n - 1];
	bool shown = gk_access_at(events, n, NULL).code == GK_A_PUBLIC;

	if (json_object_get(e->json, "content") != NULL || gk_event_begins(e) || gk_access_event(e->type) || strcmp(e->type, "annul_event") == 0 ||
	    strcmp(e->type, "correct_metadata") == 0 || strcmp(e->type, "propose") == 0 || strcmp(e->type, "destroy") == 0 || json_object_get(e->json, "source") != NULL)
		return false;
	return shown;
}

enum gk_status
gk_put_commit(struct gk_put_writer *w, struct gk_place mark, struct gk_err *err)
{
	uint64_t text_end;
	char text[64];
	int n = snprintf(text, sizeof text, "%" PRIu32 " %" PRIu64 " %" PRIu32, mark.segment, mark.offset, mark.length);
	enum gk_status st = gk_textstore_sync(w->text, &text_end, err);

	/* The names of text and glass/ in it, before anything says that they count. */
	if (st == GK_OK)
		st = gk_sync_dir(w->base, err);
	if (st == GK_OK)
		st = gk_layers_set_metadata(w->layers, GK_M_MARK, text, (size_t)n, err);
	if (st == GK_OK)
		st = write_number(w, GK_M_TEXT_END, text_end, err);
	if (st == GK_OK)
		st = write_number(w, GK_M_RECORDS, w->records, err);
	if (st == GK_OK)
		st = write_number(w, GK_M_EVENTS, w->events, err);
	if (st == GK_OK)
		st = write_number(w, GK_M_PUTS, w->puts, err);
	if (st == GK_OK)
		st = save_names(w, &w->categories, err);
	if (st == GK_OK)
		st = save_names(w, &w->issuers, err);
	if (st == GK_OK)
		st = save_names(w, &w->themes, err);
	if (st == GK_OK)
		st = save_names(w, &w->codes, err);
	for (int i = 0; st == GK_OK && i < YEARS; i++) {
		char key[32];

		if (!w->sequence_new[i])
			continue;
		snprintf(key, sizeof key, GK_M_SEQUENCE "%d", i + FIRST_YEAR);
		st = write_number(w, key, w->sequence[i], err);
		w->sequence_new[i] = false;
	}
	if (st == GK_OK)
		st = gk_layers_commit(w->layers, err);
	if (st == GK_OK)
		w->mark = mark;
	return st;
}
