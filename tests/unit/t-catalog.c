/*
 * The catalog, written with catalog/put.h and asked with catalog/catalog.h, without an archive.
 * Oracles: a reading of every text for what must be found (naive_* below knows nothing of
 * terms, canon or posting lists), Xapian's own matcher for sets and weights.
 */
#include "base/fault.h"
#include "base/io.h"
#include "base/utf8.h"
#include "catalog/catalog.h"
#include "catalog/parameters.h"
#include "catalog/put.h"
#include "catalog/schema.h"
#include "catalog/textstore-format.h"
#include "catalog/textstore.h"
#include "xapianc/xapianc.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { DOCS = 300, MOST = 1000 };

static unsigned
last_number(struct gk_put_writer *w, int year)
{
	unsigned last = 0;

	assert_int_equal(gk_put_last_number(w, year, &last, NULL), GK_OK);
	return last;
}

static uint64_t state = 7;

static uint32_t
number(uint32_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

/* --- documents ------------------------------------------------------------------------- */

struct doc {
	char title[256], body[2048];
	char plain_title[512], plain_body[4096];	/* as phrases see it, made by the naive rule */
	const char *category, *issuer, *status;
	int year;
	struct gk_date published;
	unsigned digest;
};

static struct doc docs[MOST + 1];

/* None of them folds: asked literally they are looked for as they stand (tests/cli asks for those that do). */
static const char *const words[] = {
	"安", "全", "生", "产", "安全", "生产", "消防", "养狗", "办法", "通知", "安全生产", "abc", "x", "2021", "𠮷", "𠮷安", "アイ", "안전",
};
static const char *const gaps[] = { "", "", "", "", "，", "。", " ", "\n", "（", "、 " };

static void
random_text(char *out, size_t size, size_t most)
{
	size_t n = 0, want = number((uint32_t)most + 1);

	for (size_t i = 0; i < want; i++) {
		const char *w = words[number(sizeof words / sizeof *words)], *g = gaps[number(sizeof gaps / sizeof *gaps)];

		if (n + strlen(w) + strlen(g) >= size)
			break;
		n += (size_t)sprintf(out + n, "%s%s", w, g);
	}
	out[n] = '\0';
}

static bool
is_letter(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 0x3040 && c < 0x3100) || (c >= 0x3400 && c < 0xA000) || (c >= 0xAC00 && c < 0xD800) || c >= 0x20000;
}

/* What is no letter is one blank; none at either end.  typed: nothing is folded but ASCII letters. */
static void
naive_plain(const char *s, bool typed, char *out, size_t size)
{
	struct gk_folded f = { .n = strlen(s) };
	size_t n = 0;
	bool gap = false;

	if (typed) {
		f.text = strdup(s);
		for (char *c = f.text; *c != '\0'; c++)
			*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
	} else {
		assert_true(gk_fold(s, strlen(s), false, &f));
	}
	assert_true(f.n + 2 < size);
	for (size_t at = 0, len; at < f.n; at += len) {
		uint32_t c;

		len = gk_utf8_decode(f.text + at, f.n - at, &c);
		if (!is_letter(c)) {
			gap = n > 0;
			continue;
		}
		if (gap)
			out[n++] = ' ';
		gap = false;
		memcpy(out + n, f.text + at, len);
		n += len;
	}
	out[n] = '\0';
	gk_folded_free(&f);
}

static bool
is_latin(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

/* Does it stand there, a Latin word only as a whole? */
static bool
naive_stands(const char *text, const char *needle)
{
	size_t k = strlen(needle);

	if (k == 0)
		return false;
	for (const char *at = text; (at = strstr(at, needle)) != NULL; at++)
		if (!(is_latin(needle[0]) && at > text && is_latin(at[-1])) && !(is_latin(needle[k - 1]) && is_latin(at[k])))
			return true;
	return false;
}

static void
make_doc(struct doc *d)
{
	static const char *const categories[] = { NULL, "政策法规", "通知公告", "财政预决算" };
	static const char *const issuers[] = { NULL, "妈妈镇人民政府", "大竹县人民政府", "大竹县财政局" };
	static const char *const states[] = { NULL, NULL, "in_force", "abolished" };

	*d = (struct doc){ .digest = number(1u << 30) };
	do
		random_text(d->title, sizeof d->title, 6);
	while (d->title[0] == '\0');
	random_text(d->body, sizeof d->body, 40);
	/* Two that never stand near each other in a text of any length. */
	if (number(8) == 0 && strlen(d->body) > 200) {
		memmove(d->body + strlen("甲乙，"), d->body, strlen(d->body) + 1);
		memcpy(d->body, "甲乙，", strlen("甲乙，"));
		strcat(d->body, "，丙丁");
	}
	naive_plain(d->title, false, d->plain_title, sizeof d->plain_title);
	naive_plain(d->body, false, d->plain_body, sizeof d->plain_body);
	d->category = categories[number(4)];
	d->issuer = issuers[number(4)];
	d->status = states[number(4)];
	d->year = number(5) == 0 ? 0 : 2015 + (int)number(8);
	if (d->year != 0)
		d->published = (struct gk_date){ (int16_t)d->year, (uint8_t)(1 + number(12)), (uint8_t)(1 + number(3)) };
}

/* --- writing ------------------------------------------------------------------------------ */

static void
set(json_t *meta, const char *key, const char *value)
{
	struct gk_err err = GK_ERR_INIT;

	if (value != NULL && gk_meta_set(meta, gk_field_find(key, strlen(key)), value, strlen(value), &err) != GK_OK)
		fail_msg("%s: %s", key, err.what_en);
}

static struct gk_event
event_of(uint32_t docid, const struct doc *d)
{
	char id[64], event[32], digest[80], day[12];
	json_t *meta = json_object();
	struct gk_event e;
	struct gk_err err = GK_ERR_INIT;

	gk_id_make("dz", 2021, docid, id);
	snprintf(event, sizeof event, "e-%06u", docid);
	snprintf(digest, sizeof digest, "sha256:%08x%056x", d->digest, 0);
	json_object_set_new(meta, "title", json_string(d->title));
	set(meta, "column", d->category);
	set(meta, "issuer", d->issuer);
	set(meta, "status", d->status);
	if (d->published.year != 0) {
		gk_date_format(d->published, day);
		set(meta, "published_at", day);
	}
	if (gk_event_of(json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:o, s:{s:s, s:s, s:s}}", "gongkai", 1, "event", event, "id", id, "type", "import_public",
				  "recorded_at", "2022-01-01T00:00:00Z", "actor", "test", "meta", meta, "source", "kind", "file", "id", id, "digest", digest),
			&e, &err) != GK_OK)
		fail_msg("%s", err.what_en);
	return e;
}

/* No assertion inside: it also runs in a thread and with faults. */
static enum gk_status
prepare(struct gk_prepared *p, const struct doc *d, const struct gk_event *e, struct gk_record *r, struct gk_err *err)
{
	enum gk_status st = gk_record_fold(e, 1, r, err);

	return st == GK_OK ? gk_prepare(p, d->title, strlen(d->title), d->body, strlen(d->body), strlen(d->body), err) : st;
}

/* What the index has of a number that it has is docs[docid]: that is changed only after the commit. */
static enum gk_status
put(struct gk_put_writer *w, struct gk_prepared *p, uint32_t docid, const struct doc *d, struct gk_event *e, struct gk_err *err)
{
	struct gk_place place = { 1, docid, docid * 100 };
	struct gk_record r = { .meta = NULL }, before = { .meta = NULL };
	struct gk_prepared former_words = { .cut = false };
	struct gk_event event = event_of(docid, &docs[docid]);
	const struct gk_put_doc former = { .docid = docid, .record = &before, .events = &event, .n_events = 1, .prepared = &former_words };
	struct gk_put_doc doc = { .docid = docid, .record = &r, .events = e, .places = &place, .n_events = 1, .prepared = p };
	enum gk_status st = prepare(p, d, e, &r, err);

	if (st == GK_OK && docid <= gk_put_records(w)) {
		doc.former = &former;
		st = gk_prepare_init(&former_words, err);
		if (st == GK_OK)
			st = prepare(&former_words, &docs[docid], &event, &before, err);
	}
	if (st == GK_OK)
		st = gk_put_record(w, &doc, err);
	if (st == GK_OK)
		gk_put_saw_event(w, e);
	gk_prepare_free(&former_words);
	gk_event_free(&event);
	gk_record_free(&before);
	gk_record_free(&r);
	return st;
}

static void
put_well(struct gk_put_writer *w, struct gk_prepared *p, uint32_t docid, const struct doc *d)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_event e = event_of(docid, d);

	if (put(w, p, docid, d, &e, &err) != GK_OK)
		fail_msg("document %u: %s", docid, err.what_en);
	gk_event_free(&e);
}

static void
must(enum gk_status st, const struct gk_err *err)
{
	if (st != GK_OK)
		fail_msg("status %d: %s", st, err->what_en);
}

static char dir[64];

static void
open_writer(const char *generation, struct gk_put_writer **w, struct gk_prepared *p)
{
	struct gk_err err = GK_ERR_INIT;

	must(gk_put_open(dir, generation, w, &err), &err);
	must(gk_prepare_init(p, &err), &err);
}

static void
close_writer(struct gk_put_writer *w, struct gk_prepared *p)
{
	gk_put_close(w);
	gk_prepare_free(p);
}

/* As a rebuild does, from the odd ones of docs[1..n]: so there are units that the table lacks. */
static void
learn(const char *generation, uint32_t n)
{
	uint16_t *sample = malloc(GK_SYMBOLS_SAMPLE * sizeof *sample);
	struct gk_err err = GK_ERR_INIT;
	size_t k = 0;

	assert_non_null(sample);
	for (uint32_t d = 1; d <= n; d += 2)
		k += gk_canon(docs[d].plain_body, strlen(docs[d].plain_body), sample + k);
	must(gk_put_learn(dir, generation, sample, k, &err), &err);
	free(sample);
}

/* A generation of docs[1..n], in use. */
static void
build(uint32_t n, char generation[GK_GENERATION])
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_put_writer *w;
	struct gk_prepared p;

	must(gk_generation_new(dir, generation, &err), &err);
	learn(generation, n);
	open_writer(generation, &w, &p);
	for (uint32_t d = 1; d <= n; d++)
		put_well(w, &p, d, &docs[d]);
	must(gk_put_commit(w, (struct gk_place){ 3, 4, 5 }, &err), &err);
	close_writer(w, &p);
	must(gk_generation_use(dir, generation, &err), &err);
}

static char generation[GK_GENERATION];

static int
setup(void **unused)
{
	(void)unused;
	snprintf(dir, sizeof dir, "/tmp/t-catalog-XXXXXX");
	assert_non_null(mkdtemp(dir));
	state = 7;
	for (uint32_t d = 1; d <= MOST; d++)
		make_doc(&docs[d]);
	build(DOCS, generation);
	return 0;
}

static int
teardown(void **unused)
{
	(void)unused;
	return gk_remove_tree(dir, NULL) == GK_OK ? 0 : -1;
}

static struct gk_catalog *
open_catalog(void)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_catalog *c;

	must(gk_catalog_open(dir, &c, &err), &err);
	must(gk_catalog_refresh(c, NULL, &err), &err);
	return c;
}

/* A collection of a test's own: fixtures, so that the common one comes back even if the test fails. */
static struct { char dir[sizeof dir], generation[GK_GENERATION]; struct doc docs[MOST + 1]; } common;

static int
enter_own(void **unused)
{
	(void)unused;
	memcpy(common.dir, dir, sizeof dir);
	memcpy(common.generation, generation, sizeof generation);
	memcpy(common.docs, docs, sizeof docs);
	snprintf(dir, sizeof dir, "/tmp/t-catalog-XXXXXX");
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static int
leave_own(void **unused)
{
	enum gk_status st = gk_remove_tree(dir, NULL);

	(void)unused;
	memcpy(dir, common.dir, sizeof dir);
	memcpy(generation, common.generation, sizeof generation);
	memcpy(docs, common.docs, sizeof docs);
	return st == GK_OK ? 0 : -1;
}

/* --- asking ------------------------------------------------------------------------------------ */

static const struct gk_date today = { 2023, 1, 1 };

static void
parse(const char *s, bool literal, struct gk_query *q)
{
	struct gk_err err = GK_ERR_INIT;

	if (gk_query_parse(s, strlen(s), literal, q, &err) != GK_OK)
		fail_msg("'%s': %s", s, err.what_en);
}

static void
ask(struct gk_catalog *c, const struct gk_request *r, struct gk_results *out)
{
	struct gk_err err = GK_ERR_INIT;

	if (gk_search(c, r, out, &err) != GK_OK)
		fail_msg("'%s': %s", r->query->typed, err.what_en);
}

static uint32_t
total_of(struct gk_catalog *c, const char *s, bool literal)
{
	struct gk_query q;
	struct gk_request r = { .query = &q, .as_of = today, .size = 1 };
	struct gk_results out;
	uint32_t total;

	parse(s, literal, &q);
	ask(c, &r, &out);
	total = out.total;
	gk_results_free(&out);
	gk_query_free(&q);
	return total;
}

/* --- the oracle: every document read for every leaf ------------------------------------------------ */

static enum gk_validity
naive_status(const struct doc *d)
{
	struct gk_event e = event_of(1, d);
	struct gk_status_of s = gk_validity_at(&e, 1, today, NULL);

	gk_event_free(&e);
	return s.code;
}

static bool
naive_leaf(const struct doc *d, const struct gk_node *node, bool typed)
{
	char plain[8192], title[8192], body[8192];
	uint32_t day = d->published.year == 0 ? 0 : gk_date_first_day(d->published);

	switch (node->kind) {
	case GK_N_RUN:
	case GK_N_PHRASE:
	case GK_N_TITLE:
		naive_plain(node->text, typed, plain, sizeof plain);
		naive_plain(d->title, typed, title, sizeof title);
		naive_plain(d->body, typed, body, sizeof body);
		return naive_stands(title, plain) || (node->kind != GK_N_TITLE && naive_stands(body, plain));
	case GK_N_CATEGORY:
		return d->category != NULL && strstr(d->category, node->text) != NULL;
	case GK_N_ISSUER:
		return d->issuer != NULL && strstr(d->issuer, node->text) != NULL;
	case GK_N_YEAR:
		return d->year != 0 && d->year >= node->year_from && d->year <= node->year_to;
	case GK_N_DATE:
		return day != 0 && day >= (node->from.year == 0 ? 0 : gk_date_first_day(node->from)) && (node->to.year == 0 || day <= gk_date_last_day(node->to));
	case GK_N_STATUS:
		return node->status >> naive_status(d) & 1;
	default:
		return true;
	}
}

static bool
naive_matches(const struct doc *d, const struct gk_query *q)
{
	bool stack[GK_QUERY_NODES];
	size_t top = 0;

	for (size_t i = 0; i < q->n; i++) {
		const struct gk_node *node = &q->node[i];

		if (node->kind == GK_N_NOT) {
			stack[top - 1] = !stack[top - 1];
		} else if (node->kind == GK_N_AND || node->kind == GK_N_OR) {
			top--;
			stack[top - 1] = node->kind == GK_N_AND ? stack[top - 1] && stack[top] : stack[top - 1] || stack[top];
		} else {
			stack[top++] = naive_leaf(d, node, q->literal);
		}
	}
	return q->n == 0 || stack[0];
}

static void
assert_same_documents(const struct gk_results *found, const bool *want, uint32_t n, const char *typed)
{
	bool have[MOST + 1] = { false };
	uint32_t wanted = 0;

	for (size_t i = 0; i < found->n; i++) {
		if (found->hits[i].docid == 0 || found->hits[i].docid > n || have[found->hits[i].docid])
			fail_msg("'%s': hit %u twice, or no document", typed, found->hits[i].docid);
		have[found->hits[i].docid] = true;
	}
	for (uint32_t d = 1; d <= n; d++) {
		wanted += want[d];
		if (have[d] != want[d])
			fail_msg("'%s': document %u is %s\n%s\n%s", typed, d, want[d] ? "missing" : "too much", docs[d].title, docs[d].body);
	}
	assert_int_equal(found->total, wanted);
	assert_int_equal(found->n, wanted);
}

static void
assert_as_read(struct gk_catalog *c, const char *typed, bool literal, uint32_t n)
{
	struct gk_query q;
	struct gk_request r = { .query = &q, .as_of = today, .size = MOST };
	struct gk_results out;
	bool want[MOST + 1] = { false };

	parse(typed, literal, &q);
	for (uint32_t d = 1; d <= n; d++)
		want[d] = naive_matches(&docs[d], &q);
	ask(c, &r, &out);
	assert_same_documents(&out, want, n, typed);
	gk_results_free(&out);
	gk_query_free(&q);
}

/* A row of words as they stand in texts: with gaps that are one blank and without. */
static void
random_run(char *out, size_t size)
{
	size_t n = 0;

	for (uint32_t k = 1 + number(3); k > 0; k--)
		n += (size_t)snprintf(out + n, size - n, "%s%s", words[number(sizeof words / sizeof *words)], k > 1 && number(4) == 0 ? "，" : "");
}

static void
random_query(char *out, size_t size)
{
	static const char *const filters[] = { "年:2018", "年:2017..2019", "类别:通知", "机关:大竹县", "日期:2018-03..2019-06", "is:废止", "is:in_force", "标题:安全", "标题:x", "标题:安" };
	static const char *const joins[] = { " ", " ", " OR ", " -", " NOT ", " OR -" };
	size_t n = number(6) == 0 ? (size_t)snprintf(out, size, "-") : 0;

	for (uint32_t k = 1 + number(4); k > 0; k--) {
		char run[128];
		bool open = k > 1 && number(5) == 0;

		random_run(run, sizeof run);
		n += (size_t)snprintf(out + n, size - n, "%s%s%s", open ? "(" : "", number(4) == 0 ? filters[number(sizeof filters / sizeof *filters)] : run,
				      k > 1 ? joins[number(sizeof joins / sizeof *joins)] : "");
	}
}

/* --- claims ----------------------------------------------------------------------------------------- */

static void
what_is_found_is_what_reading_everything_finds(void **unused)
{
	struct gk_catalog *c = open_catalog();
	char typed[1024];

	(void)unused;
	for (int i = 0; i < 600; i++) {
		random_query(typed, sizeof typed);
		assert_as_read(c, typed, true, DOCS);
	}
	gk_catalog_close(c);
}

static void
a_quoted_phrase_is_found_as_it_stands_only(void **unused)
{
	struct gk_catalog *c = open_catalog();
	char run[128], typed[256];

	(void)unused;
	for (int i = 0; i < 200; i++) {
		random_run(run, sizeof run);
		snprintf(typed, sizeof typed, "\"%s\"", run);
		assert_as_read(c, typed, false, DOCS);
	}
	gk_catalog_close(c);
}

static void
a_single_character_finds_every_document_that_has_it(void **unused)
{
	static const char *const chars[] = { "安", "全", "生", "产", "產", "消", "防", "狗", "法", "知", "𠮷", "ア", "イ", "안", "전", "龘" };
	struct gk_catalog *c = open_catalog();

	(void)unused;
	for (size_t i = 0; i < sizeof chars / sizeof *chars; i++) {
		char title[32];

		assert_as_read(c, chars[i], true, DOCS);
		snprintf(title, sizeof title, "标题:%s", chars[i]);
		assert_as_read(c, title, true, DOCS);
	}
	gk_catalog_close(c);
}

/* Is there a stretch of the text, of that many UTF-16 units, that has all the parts? */
static bool
naive_near(const char *text, const char *const *part, size_t parts, size_t window)
{
	for (const char *from = text; *from != '\0'; from++) {
		size_t units = 0, n = 0, k = 0;
		char stretch[600];

		if (((unsigned char)*from & 0xC0) == 0x80)
			continue;
		while (from[n] != '\0') {
			size_t len = 1, wide;

			while (((unsigned char)from[n + len] & 0xC0) == 0x80)
				len++;
			wide = len == 4 ? 2 : 1;
			if (units + wide > window)
				break;
			units += wide;
			n += len;
		}
		assert_true(n < sizeof stretch);
		memcpy(stretch, from, n);
		stretch[n] = '\0';
		while (k < parts && strstr(stretch, part[k]) != NULL)
			k++;
		if (k == parts)
			return true;
	}
	return false;
}

/* Brackets and blanks aside, is it the title? */
static bool
naive_is_title(const char *title, const char *const *part, size_t parts)
{
	char run[256] = "", bare[512];
	size_t n = 0;

	for (size_t k = 0; k < parts; k++)
		strcat(run, part[k]);
	for (; *title != '\0'; title++)
		if (*title != ' ')
			bare[n++] = *title;
	bare[n] = '\0';
	return strcmp(run, bare) == 0;
}

/* Do the characters of the run, blanks apart, stand in the title in their order?  Four of them at the least. */
static bool
naive_abbreviates(const char *title, const char *const *part, size_t parts)
{
	char run[256] = "";

	for (size_t k = 0; k < parts; k++)
		strcat(run, part[k]);
	if (parts < 2)
		return false;
	for (const char *c = run; *c != '\0'; title++) {
		size_t len = 1;

		while (((unsigned char)c[len] & 0xC0) == 0x80)
			len++;
		while (*title != '\0' && strncmp(title, c, len) != 0)
			title++;
		if (*title == '\0')
			return false;
		title += len - 1;
		c += len;
	}
	return true;
}

/* Level near: every pair of the run close together, or all its characters in a title in their order; all: anywhere.  Only when the run itself stands nowhere. */
static void
a_run_is_loosened_only_when_it_stands_nowhere(void **unused)
{
	static const char *const pairs[] = { "安全", "消防", "养狗", "办法", "通知", "生产", "𠮷安", "甲乙", "丙丁", "龘龘" };
	struct gk_catalog *c = open_catalog();
	size_t seen[GK_LEVEL_SOME + 1] = { 0 };

	(void)unused;
	for (int i = 0; i < 600; i++) {
		char typed[96] = "";
		const char *part[7];
		size_t parts = 1 + number(7);
		struct gk_query q;
		struct gk_request r = { .query = &q, .as_of = today, .size = MOST };
		struct gk_results out;
		bool whole[MOST + 1] = { false }, near[MOST + 1] = { false }, loose[MOST + 1] = { false }, any = false, any_near = false, any_loose = false;
		size_t window = 2 * (3 * parts - 1);	/* twice two units a part and a blank between */

		/* Apart from each other, so that the pairs of the run are just these. */
		for (size_t k = 0; k < parts; k++) {
			part[k] = pairs[number(100) == 0 ? 9 : number(9)];
			sprintf(typed + strlen(typed), "%s%s", k > 0 ? "，" : "", part[k]);
			window += strcmp(part[k], "𠮷安") == 0 ? 2 : 0;
		}
		parse(typed, false, &q);
		for (uint32_t d = 1; d <= DOCS; d++) {
			whole[d] = naive_matches(&docs[d], &q) || naive_is_title(docs[d].plain_title, part, parts);
			loose[d] = true;
			for (size_t k = 0; k < parts; k++)
				loose[d] = loose[d] && (naive_stands(docs[d].plain_title, part[k]) || naive_stands(docs[d].plain_body, part[k]));
			near[d] = naive_near(docs[d].plain_title, part, parts, window) || naive_near(docs[d].plain_body, part, parts, window) ||
				  naive_abbreviates(docs[d].plain_title, part, parts);
			any = any || whole[d];
			any_near = any_near || near[d];
			any_loose = any_loose || loose[d];
		}
		ask(c, &r, &out);
		if (any || any_loose) {
			assert_int_equal(out.level, any ? GK_LEVEL_PHRASE : any_near ? GK_LEVEL_NEAR : GK_LEVEL_ALL);
			assert_same_documents(&out, any ? whole : any_near ? near : loose, DOCS, typed);
		} else {
			assert_true(out.level == GK_LEVEL_SOME || out.level == GK_LEVEL_NONE);
			assert_true(out.total <= GK_SOME_MOST);
			assert_int_equal(out.level == GK_LEVEL_NONE, out.total == 0);
		}
		seen[out.level]++;
		gk_results_free(&out);
		gk_query_free(&q);
	}
	assert_true(seen[GK_LEVEL_PHRASE] > 0 && seen[GK_LEVEL_NEAR] > 0 && seen[GK_LEVEL_ALL] > 0 && seen[GK_LEVEL_SOME] > 0);
	gk_catalog_close(c);
}

/* Of several runs only those documents are looked at that have the ones before; who is told how many each has gets the same answer without that. */
static void
what_other_runs_leave_out_changes_nothing(void **unused)
{
	static const char *const part[] = { "安全", "消防", "养狗", "办法", "安全生产", "丙丁", "龘龘", "甲乙", "2021年", "《安全》", "消防安全", "条列", "安全生產" };
	struct gk_catalog *c = open_catalog();
	size_t seen[GK_LEVEL_SOME + 1] = { 0 };

	(void)unused;
	for (int i = 0; i < 800; i++) {
		char typed[160] = "";
		size_t parts = 2 + number(3);
		struct gk_query q;
		struct gk_request r = { .query = &q, .as_of = today, .size = MOST, .facets = number(2) == 0, .fill = number(6) == 0 };
		struct gk_results out[2];

		for (size_t k = 0; k < parts; k++) {
			const char *one = part[number(sizeof part / sizeof *part)], *quote = number(3) == 0 && strchr(one, '\xE3') == NULL ? "\"" : "";

			sprintf(typed + strlen(typed), "%s%s%s%s%s", k == 0 ? "" : number(12) == 0 ? " OR " : " ", number(12) == 0 && k > 0 ? "-" : "", quote, one, quote);
		}
		parse(typed, number(5) == 0, &q);
		for (int k = 0; k < 2; k++) {
			r.explain = k == 1;
			ask(c, &r, &out[k]);
		}
		if (out[0].level != out[1].level || out[0].total != out[1].total || out[0].n != out[1].n)
			fail_msg("'%s': level %d and %d, %u and %u documents", typed, out[0].level, out[1].level, out[0].total, out[1].total);
		for (size_t k = 0; k < out[0].n; k++) {
			assert_int_equal(out[0].hits[k].docid, out[1].hits[k].docid);
			assert_true(out[0].hits[k].score == out[1].hits[k].score);
		}
		seen[out[0].level]++;
		gk_results_free(&out[0]);
		gk_results_free(&out[1]);
		gk_query_free(&q);
	}
	assert_true(seen[GK_LEVEL_PHRASE] > 50 && seen[GK_LEVEL_ALL] > 0 && seen[GK_LEVEL_SOME] > 0);
	gk_catalog_close(c);
}

/* Whatever is cut out of a text finds the text, at whatever level. */
static void
any_piece_of_a_text_finds_it(void **unused)
{
	struct gk_catalog *c = open_catalog();
	size_t asked = 0;

	(void)unused;
	for (int i = 0; i < 600; i++) {
		uint32_t d = 1 + number(DOCS);
		const char *text = number(4) == 0 ? docs[d].plain_title : docs[d].plain_body;
		size_t from = 0, n = 0, chars = 0, want = 2 + number(19), length = strlen(text);
		char typed[128];
		struct gk_query q;
		struct gk_request r = { .query = &q, .as_of = today, .size = MOST };
		struct gk_results out;
		bool found = false;

		if (length == 0)
			continue;
		from = number((uint32_t)length);
		while (from > 0 && ((unsigned char)text[from] & 0xC0) == 0x80)
			from--;
		/* Latin words are found as wholes. */
		while (from > 0 && is_latin(text[from]) && is_latin(text[from - 1]))
			from--;
		while (text[from + n] != '\0' && (chars < want || ((unsigned char)text[from + n] & 0xC0) == 0x80 || (n > 0 && is_latin(text[from + n]) && is_latin(text[from + n - 1]))))
			chars += ((unsigned char)text[from + n++] & 0xC0) != 0x80;
		if (n >= sizeof typed || gk_utf8_count(text + from, n) < 2)
			continue;
		memcpy(typed, text + from, n);
		typed[n] = '\0';
		parse(typed, false, &q);
		ask(c, &r, &out);
		for (size_t k = 0; k < out.n; k++)
			found |= out.hits[k].docid == d;
		/* 生 生 全 is read as one run, and that is said. */
		if (q.n > 0 && !found && !(q.slips & GK_SLIP_SPACES))
			fail_msg("'%s' does not find document %u (level %s)\n%s", typed, d, gk_level_code[out.level], text);
		asked++;
		gk_results_free(&out);
		gk_query_free(&q);
	}
	assert_true(asked > 300);
	gk_catalog_close(c);
}

/* As long as no run had to be loosened further, one run more never finds more. */
static void
one_run_more_never_finds_more(void **unused)
{
	struct gk_catalog *c = open_catalog();
	size_t compared = 0;

	(void)unused;
	for (int i = 0; i < 300; i++) {
		char typed[3][640];
		struct gk_query q[3];
		struct gk_results out[3];

		random_run(typed[0], 100);
		random_run(typed[1], 100);
		snprintf(typed[2], sizeof typed[2], "%.300s %.300s", typed[0], typed[1]);
		for (int k = 0; k < 3; k++) {
			struct gk_request r = { .query = &q[k], .as_of = today, .size = MOST };

			parse(typed[k], false, &q[k]);
			ask(c, &r, &out[k]);
		}
		if (q[0].n == 1 && q[1].n == 1 && q[2].n == 3 && out[0].level == out[1].level && out[2].level == out[0].level && out[2].level < GK_LEVEL_SOME) {
			if (out[2].total > out[0].total || out[2].total > out[1].total)
				fail_msg("'%s' finds %u, '%s' %u and '%s' %u", typed[2], out[2].total, typed[0], out[0].total, typed[1], out[1].total);
			compared++;
		}
		for (int k = 0; k < 3; k++) {
			gk_results_free(&out[k]);
			gk_query_free(&q[k]);
		}
	}
	assert_true(compared > 30);
	gk_catalog_close(c);
}

/* --- filters and facets --- */

static bool
one_of(const char *value, const char *const *list, size_t n)
{
	for (size_t i = 0; value != NULL && i < n; i++)
		if (strcmp(value, list[i]) == 0)
			return true;
	return false;
}

static uint32_t
counted(const struct gk_facet_list *list, const char *value, int code)
{
	for (size_t i = 0; i < list->n; i++)
		if (value != NULL ? list->item[i].value != NULL && strcmp(list->item[i].value, value) == 0 : list->item[i].number == code)
			return list->item[i].count;
	return 0;
}

static uint32_t
sum(const struct gk_facet_list *list)
{
	uint32_t n = 0;

	/* What stands below another value is in its figure already. */
	for (size_t i = 0; i < list->n; i++)
		n += list->item[i].depth == 0 ? list->item[i].count : 0;
	return n;
}

enum { F_CATEGORY = 1, F_YEAR = 2, F_STATUS = 4, F_ISSUER = 8 };

static unsigned
naive_fails(const struct doc *d, const struct gk_filters *f)
{
	return (f->n_category > 0 && !one_of(d->category, f->category, f->n_category) ? F_CATEGORY : 0) |
	       (f->n_issuer > 0 && !one_of(d->issuer, f->issuer, f->n_issuer) ? F_ISSUER : 0) |
	       (f->n_year > 0 && !(d->year >= f->year[0].from && d->year <= f->year[0].to) ? F_YEAR : 0) |
	       (f->status != 0 && !(f->status >> naive_status(d) & 1) ? F_STATUS : 0);
}

/* Who wants no facets is spared looking at what the filters leave out, and must not see it by anything else. */
static void
same_without_facets(struct gk_catalog *c, const struct gk_request *with, const struct gk_results *expected)
{
	struct gk_request r = *with;
	struct gk_results out;

	r.facets = false;
	ask(c, &r, &out);
	assert_int_equal(out.level, expected->level);
	assert_int_equal(out.total, expected->total);
	assert_int_equal(out.n, expected->n);
	for (size_t i = 0; i < out.n; i++) {
		assert_int_equal(out.hits[i].docid, expected->hits[i].docid);
		assert_true(out.hits[i].score == expected->hits[i].score);
	}
	gk_results_free(&out);
}

static void
facets_count_what_choosing_their_value_gives(void **unused)
{
	static const char *const category[] = { "通知公告", "政策法规" }, *const issuer[] = { "大竹县人民政府" };
	static const char *const queries[] = { "", "安全", "安全 OR 消防", "-生产", "安全生产", "安全 生产", "安全生产 -消防" };
	struct gk_catalog *c = open_catalog();

	(void)unused;
	for (unsigned mask = 0; mask < 16; mask++)
		for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
			struct gk_query q;
			struct gk_request r = { .query = &q, .as_of = today, .size = MOST, .facets = true };
			struct gk_results out;
			uint32_t count[4][16] = { { 0 } }, total = 0, unfiltered = 0, sums[4] = { 0 };
			static const char *const categories[] = { "政策法规", "通知公告", "财政预决算" };

			parse(queries[i], true, &q);
			r.filters = (struct gk_filters){ .category = category, .n_category = mask & F_CATEGORY ? 2 : 0, .issuer = issuer, .n_issuer = mask & F_ISSUER ? 1 : 0,
							 .n_year = mask & F_YEAR ? 1 : 0, .status = mask & F_STATUS ? 1u << GK_V_ABOLISHED | 1u << GK_V_IN_FORCE : 0 };
			r.filters.year[0].from = 2017;
			r.filters.year[0].to = 2019;
			ask(c, &r, &out);
			for (uint32_t d = 1; d <= DOCS; d++) {
				unsigned fails = naive_fails(&docs[d], &r.filters);

				if (!naive_matches(&docs[d], &q))
					continue;
				unfiltered++;
				total += fails == 0;
				for (size_t k = 0; k < 3; k++)
					count[0][k] += (fails & ~(unsigned)F_CATEGORY) == 0 && docs[d].category != NULL && strcmp(docs[d].category, categories[k]) == 0;
				if ((fails & ~(unsigned)F_YEAR) == 0 && docs[d].year != 0)
					count[1][docs[d].year - 2015]++, sums[1]++;
				if ((fails & ~(unsigned)F_STATUS) == 0)
					count[2][naive_status(&docs[d])]++, sums[2]++;
				sums[3] += (fails & ~(unsigned)F_ISSUER) == 0 && docs[d].issuer != NULL;
			}
			assert_int_equal(out.total, total);
			assert_int_equal(out.n, total);
			assert_int_equal(out.unfiltered, unfiltered);
			for (int k = 0; k < 3; k++)
				assert_int_equal(counted(&out.category, categories[k], 0), count[0][k]);
			for (int k = 0; k < 8; k++)
				assert_int_equal(counted(&out.year, NULL, 2015 + k), count[1][k]);
			for (int k = 0; k < GK_V_COUNT; k++)
				assert_int_equal(counted(&out.status, NULL, k), count[2][k]);
			assert_int_equal(sum(&out.year), sums[1]);
			assert_int_equal(sum(&out.status), sums[2]);
			assert_int_equal(sum(&out.issuer), sums[3]);
			for (size_t k = 0; k < out.category.n; k++)
				assert_int_equal(out.category.item[k].selected, (mask & F_CATEGORY) != 0 && one_of(out.category.item[k].value, category, 2));
			same_without_facets(c, &r, &out);
			gk_results_free(&out);
			gk_query_free(&q);
		}
	gk_catalog_close(c);
}

/* --- order and paging --- */

static bool
in_order(const struct gk_hit *a, const struct gk_hit *b, enum gk_sort sort)
{
	uint32_t x = docs[a->docid].published.year == 0 ? 0 : gk_date_first_day(docs[a->docid].published);
	uint32_t y = docs[b->docid].published.year == 0 ? 0 : gk_date_first_day(docs[b->docid].published);

	if (sort == GK_SORT_RELEVANCE && a->score != b->score)
		return a->score > b->score;
	if (x == y)
		return a->docid < b->docid;
	/* Without a date: last. */
	return y == 0 || (x != 0 && (sort == GK_SORT_OLDEST ? x < y : x > y));
}

static void
order_is_total_and_pages_are_slices_of_it(void **unused)
{
	static const char *const queries[] = { "", "安全", "安全 生产", "生产 OR 消防 OR x", "-安全", "年:2018", "2018年" };
	struct gk_catalog *c = open_catalog();

	(void)unused;
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
		for (int sort = GK_SORT_RELEVANCE; sort < GK_SORTS; sort++) {
			struct gk_query q;
			struct gk_request r = { .query = &q, .as_of = today, .sort = (enum gk_sort)sort, .size = MOST };
			struct gk_results all, page;

			parse(queries[i], false, &q);
			ask(c, &r, &all);
			assert_true(all.total > 10);
			for (size_t k = 1; k < all.n; k++)
				if (!in_order(&all.hits[k - 1], &all.hits[k], r.sort))
					fail_msg("'%s' sort %d: %u before %u", queries[i], sort, all.hits[k - 1].docid, all.hits[k].docid);
			r.size = 7;
			for (r.offset = 0; r.offset < all.total + 14; r.offset += 7) {
				size_t rest = r.offset < all.total ? all.total - r.offset : 0;

				ask(c, &r, &page);
				assert_int_equal(page.total, all.total);
				assert_int_equal(page.n, rest < 7 ? rest : 7);
				for (size_t k = 0; k < page.n; k++) {
					assert_int_equal(page.hits[k].docid, all.hits[r.offset + k].docid);
					assert_true(page.hits[k].score == all.hits[r.offset + k].score);
				}
				gk_results_free(&page);
			}
			gk_results_free(&all);
			gk_query_free(&q);
		}
	gk_catalog_close(c);
}

/* Also where the hits that are looked at closely end and those that are not begin. */
static void
scores_fall_over_the_whole_list(void **unused)
{
	struct gk_catalog *c;
	struct gk_query q;
	struct gk_request r = { .query = &q, .as_of = today, .size = MOST };
	struct gk_results out;

	(void)unused;
	for (uint32_t d = 1; d <= GK_FINE_HITS + 100; d++)
		snprintf(docs[d].title, sizeof docs[d].title, d % 10 != 0 ? "放假通知" : "关于放假通知的说明");
	build(GK_FINE_HITS + 100, generation);
	c = open_catalog();
	parse("放假通知", false, &q);
	ask(c, &r, &out);
	assert_int_equal(out.n, GK_FINE_HITS + 100);
	for (size_t i = 0; i < out.n; i++) {
		assert_true(out.hits[i].score < 1000);
		if (i > 0 && out.hits[i].score > out.hits[i - 1].score)
			fail_msg("hit %zu weighs %.3f, more than %.3f before it", i, out.hits[i].score, out.hits[i - 1].score);
	}
	gk_results_free(&out);
	gk_query_free(&q);
	gk_catalog_close(c);
}

/* Runs it in a child, for what must not crash even when it is answered with an error. */
static int
in_a_child(void (*body)(void))
{
	int status = -1;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		/* A crash that is looked for need not fill the log. */
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(2);
		body();
		_exit(0);
	}
	return waitpid(child, &status, 0) == child ? status : -1;
}

static void
ask_for_everything(void)
{
	static const size_t sizes[] = { SIZE_MAX, SIZE_MAX / 16, SIZE_MAX - 3, (size_t)1 << 40 };
	struct gk_catalog *c;
	struct gk_query q;

	if (gk_catalog_open(dir, &c, NULL) != GK_OK || gk_query_parse("安全", 6, false, &q, NULL) != GK_OK)
		_exit(3);
	for (size_t i = 0; i < 8; i++) {
		struct gk_request r = { .query = &q, .as_of = today, .size = sizes[i / 2], .offset = i % 2 };
		struct gk_results out;

		if (gk_search(c, &r, &out, NULL) != GK_OK)
			_exit(4);
		if (out.n + i % 2 != out.total)
			_exit(5);
		gk_results_free(&out);
	}
	gk_query_free(&q);
	gk_catalog_close(c);
}

static void
a_page_of_any_size_ends_with_the_last_hit(void **unused)
{
	(void)unused;
	assert_int_equal(in_a_child(ask_for_everything), 0);
}

/* --- one record --- */

static void
a_record_is_found_by_its_keys(void **unused)
{
	struct gk_catalog *c = open_catalog();
	struct gk_place mark, *places;
	struct gk_totals totals;
	struct gk_err err = GK_ERR_INIT;

	(void)unused;
	for (uint32_t d = 1; d <= DOCS; d += 37) {
		char id[64], hex[80];
		uint32_t docid = 0;
		size_t n;

		gk_id_make("dz", 2021, d, id);
		snprintf(hex, sizeof hex, "%08x%056x", docs[d].digest, 0);
		must(gk_catalog_find(c, id, &docid, &err), &err);
		assert_int_equal(docid, d);
		must(gk_catalog_find_by(c, GK_X_DIGEST, hex, &docid, &err), &err);
		assert_int_equal(docs[docid].digest, docs[d].digest);
		must(gk_catalog_places(c, d, &places, &n, &err), &err);
		assert_int_equal(n, 1);
		assert_true(places->segment == 1 && places->length == d && places->offset == d * 100);
		free(places);
	}
	assert_int_equal(gk_catalog_find(c, "dz-2021-999999", &(uint32_t){ 0 }, &err), GK_END);
	assert_int_equal(gk_catalog_find(c, "", &(uint32_t){ 0 }, &err), GK_END);
	assert_int_equal(gk_catalog_places(c, DOCS + 1, &places, &(size_t){ 0 }, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_NOT_FOUND);
	must(gk_catalog_mark(c, &mark, &err), &err);
	assert_true(mark.segment == 3 && mark.length == 4 && mark.offset == 5);
	/* So far nothing was read of all documents; then it is known that nothing was recorded so late. */
	assert_true(gk_catalog_changed_after(c, 1, UINT32_MAX));
	must(gk_catalog_load(c, &err), &err);
	assert_false(gk_catalog_changed_after(c, 1, UINT32_MAX));
	must(gk_catalog_totals(c, true, &totals, &err), &err);
	assert_int_equal(totals.records, DOCS);
	assert_int_equal(totals.events, DOCS);
	assert_true(totals.terms > DOCS && totals.text_bytes > 8 && totals.index_bytes > totals.text_bytes);
	gk_catalog_close(c);
}

/* Read back from what stands in the index: lead, then bytes, of which 01 is the first of two. */
static void
a_hash_stands_as_bytes_and_says_the_same(void **unused)
{
	static const struct { const char *prefix; size_t letters; } kinds[] = { { "XD", 32 }, { "XU", 24 }, { "XM", 20 }, { "XK", 20 }, { "XPK", 20 }, { "XL", 20 } };
	static const char *const hashes[] = {
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "0000000000000000000000000000000000000000000000000000000000000000",
		"0101010101010101010101010101010101010101010101010101010101010101", "0001020001fffe010200010002000100020001000200010002000100020001ff",
		"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0",
	};

	(void)unused;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		for (size_t h = 0; h < sizeof hashes / sizeof *hashes; h++) {
			const size_t lead = strlen(kinds[k].prefix);
			char term[80], kept[GK_KEPT_MAX], letters[70];
			size_t n = (size_t)snprintf(term, sizeof term, "%s%s", kinds[k].prefix, hashes[h]), back = 0;

			assert_ptr_equal(gk_term_kept(term, &n, kept), kept);
			assert_true(n <= sizeof kept && memcmp(kept, term, lead) == 0 && memchr(kept, '\0', n) == NULL);
			for (size_t i = lead; i < n; i++) {
				const bool two = kept[i] == 1;

				i += two;
				back += (size_t)snprintf(letters + back, sizeof letters - back, "%02x", (unsigned)(unsigned char)kept[i] - two);
			}
			assert_int_equal(back, kinds[k].letters);
			assert_memory_equal(letters, hashes[h], back);
		}
	/* What is no hash stands as it is. */
	for (const char *const *other = (const char *const[]){ "XN国办发2021:47", "XDnone", "XL0123456789ABCDEF0123", "政府", "Qabc-2021-000001", "XPN国办发2021:47", NULL }; *other != NULL; other++) {
		char kept[GK_KEPT_MAX];
		size_t n = strlen(*other);

		assert_ptr_equal(gk_term_kept(*other, &n, kept), *other);
		assert_int_equal(n, strlen(*other));
	}
}

static void
title_keys_agree_where_titles_are_the_same(void **unused)
{
	static const char *const same[][2] = {
		{ "土地管理法", "《土地管理法》" }, { "土地管理法", "中华人民共和国土地管理法" }, { "土地管理法", "《中华人民共和国土地管理法》" },
		{ "土地管理法", " 土地 管理法 " }, { "ABC通知", "ａｂｃ通知" },
	};
	char a[65], b[65];

	(void)unused;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		assert_true(gk_title_key(same[i][0], strlen(same[i][0]), a, NULL));
		assert_true(gk_title_key(same[i][1], strlen(same[i][1]), b, NULL));
		if (strcmp(a, b) != 0)
			fail_msg("'%s' and '%s' have different keys", same[i][0], same[i][1]);
	}
	assert_false(gk_title_key("《》，", strlen("《》，"), a, NULL));
	assert_true(gk_title_key("中华人民共和国", strlen("中华人民共和国"), a, NULL));
}

/* --- changes -------------------------------------------------------------------------------------------- */

static void
check_all(struct gk_catalog *c, uint32_t n)
{
	static const char *const queries[] = { "", "安全", "生产 -安全", "标题:消防", "安", "年:2018", "类别:通知", "x OR abc" };

	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
		assert_as_read(c, queries[i], true, n);
}

static void
what_is_not_committed_is_not_seen_and_what_is_replaced_is_gone(void **unused)
{
	struct gk_catalog *c = open_catalog();
	struct gk_put_writer *w;
	struct gk_prepared p;
	struct gk_err err = GK_ERR_INIT;
	struct doc before[4], after[4];
	uint64_t first, second;

	(void)unused;
	must(gk_catalog_refresh(c, &first, &err), &err);
	open_writer(generation, &w, &p);
	assert_int_equal(gk_put_records(w), DOCS);
	assert_int_equal(gk_put_events(w), DOCS);
	assert_int_equal(last_number(w, 2021) + 1, DOCS + 1);
	assert_int_equal(last_number(w, 2020) + 1, 1);
	for (uint32_t i = 0; i < 4; i++) {
		uint32_t d = i == 3 ? DOCS + 1 : 11 * (i + 1), docid;
		char id[64];

		before[i] = docs[d];
		make_doc(&after[i]);
		put_well(w, &p, d, &after[i]);
		gk_id_make("dz", 2021, d, id);
		/* The writer itself sees it already. */
		must(gk_put_find(w, GK_X_ID, id, &docid, &err), &err);
		assert_int_equal(docid, d);
	}
	must(gk_catalog_refresh(c, &second, &err), &err);
	assert_true(first == second);
	check_all(c, DOCS);
	must(gk_put_commit(w, (struct gk_place){ 6, 7, 8 }, &err), &err);
	must(gk_catalog_refresh(c, &second, &err), &err);
	assert_true(first != second);
	for (uint32_t i = 0; i < 4; i++)
		docs[i == 3 ? DOCS + 1 : 11 * (i + 1)] = after[i];
	check_all(c, DOCS + 1);
	/* Dropped when it is closed. */
	put_well(w, &p, 1, &before[0]);
	put_well(w, &p, DOCS + 2, &before[0]);
	close_writer(w, &p);
	open_writer(generation, &w, &p);
	assert_int_equal(gk_put_records(w), DOCS + 1);
	assert_int_equal(gk_put_mark(w).segment, 6);
	must(gk_put_commit(w, gk_put_mark(w), &err), &err);
	close_writer(w, &p);
	must(gk_catalog_refresh(c, NULL, &err), &err);
	check_all(c, DOCS + 1);
	gk_catalog_close(c);
}

/* An index that grew and one that was built at once answer alike, to the last bit of a score. */
static void
a_rebuilt_generation_takes_over_under_an_open_reader(void **unused)
{
	struct gk_catalog *c = open_catalog();
	char *old = gk_path(dir, generation);
	struct gk_query q;
	struct gk_request r = { .query = &q, .as_of = today, .size = MOST };
	struct gk_results grown, rebuilt;
	struct gk_err err = GK_ERR_INIT;
	uint64_t first, second;

	(void)unused;
	parse("安全 OR 生产 OR x", false, &q);
	must(gk_catalog_refresh(c, &first, &err), &err);
	ask(c, &r, &grown);
	build(DOCS + 1, generation);
	/* Not refreshed yet: the old one is open and still answers, or a search finds the new one by itself. */
	assert_int_equal(total_of(c, "安全", true), total_of(c, "安全", true));
	must(gk_catalog_refresh(c, &second, &err), &err);
	assert_true(second > first);
	ask(c, &r, &rebuilt);
	assert_int_equal(rebuilt.n, grown.n);
	for (size_t i = 0; i < grown.n; i++)
		if (grown.hits[i].docid != rebuilt.hits[i].docid || fabs(grown.hits[i].score - rebuilt.hits[i].score) > 1e-9)
			fail_msg("hit %zu: %u %.9f, rebuilt %u %.9f", i, grown.hits[i].docid, grown.hits[i].score, rebuilt.hits[i].docid, rebuilt.hits[i].score);
	check_all(c, DOCS + 1);
	assert_int_equal(access(old, F_OK), -1);
	gk_results_free(&grown);
	gk_results_free(&rebuilt);
	gk_query_free(&q);
	gk_catalog_close(c);
	free(old);
}

static void
ask_a_lost_index(void)
{
	struct gk_catalog *c;
	struct gk_query q;
	struct gk_request r = { .query = &q, .as_of = today, .size = 5 };
	struct gk_results out;
	struct gk_totals totals;
	uint32_t docid;
	char *link = gk_path(dir, "current");

	if (gk_catalog_open(dir, &c, NULL) != GK_OK || gk_query_parse("安全", 6, false, &q, NULL) != GK_OK)
		_exit(3);
	if (unlink(link) != 0 || symlink("g999999", link) != 0)
		_exit(4);
	if (gk_catalog_refresh(c, NULL, NULL) == GK_OK)
		_exit(5);
	/* Whatever they answer. */
	if (gk_search(c, &r, &out, NULL) == GK_OK)
		gk_results_free(&out);
	gk_catalog_find(c, "dz-2021-000001", &docid, NULL);
	gk_catalog_totals(c, false, &totals, NULL);
	if (unlink(link) != 0 || symlink(generation, link) != 0)
		_exit(6);
	if (gk_catalog_refresh(c, NULL, NULL) != GK_OK || gk_search(c, &r, &out, NULL) != GK_OK)
		_exit(7);
	gk_results_free(&out);
	gk_query_free(&q);
	gk_catalog_close(c);
	free(link);
}

static void
a_reader_outlives_an_index_that_is_gone_for_a_while(void **unused)
{
	char *link = gk_path(dir, "current");
	int status = in_a_child(ask_a_lost_index);

	(void)unused;
	/* The child leaves the link as it was; if it did not, the others must not suffer. */
	unlink(link);
	assert_int_equal(symlink(generation, link), 0);
	free(link);
	assert_int_equal(status, 0);
}

/* --- generations --- */

static void
a_generation_that_is_gone_is_damage_so_that_it_is_built_again(void **unused)
{
	struct gk_put_writer *w = NULL;
	struct gk_err err = GK_ERR_INIT;

	(void)unused;
	/* What a power cut leaves between setting a damaged index aside and having built the new one. */
	assert_int_equal(gk_put_open(dir, "g888888", &w, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
}

static void
a_name_that_readers_know_is_not_given_again(void **unused)
{
	char here[] = "/tmp/t-catalog-XXXXXX", first[GK_GENERATION], second[GK_GENERATION], third[GK_GENERATION];
	struct gk_err err = GK_ERR_INIT;
	char *folder;

	(void)unused;
	/* A reader that has the old one open tells generations apart by their names. */
	assert_non_null(mkdtemp(here));
	must(gk_generation_new(here, first, &err), &err);
	must(gk_generation_use(here, first, &err), &err);
	must(gk_generation_set_aside(here, first, &err), &err);
	must(gk_generation_new(here, second, &err), &err);
	must(gk_generation_use(here, second, &err), &err);
	/* Somebody removed it, or a crash came in between: that costs time, not a person. */
	folder = gk_path(here, second);
	must(gk_remove_tree(folder, &err), &err);
	free(folder);
	must(gk_generation_set_aside(here, second, &err), &err);
	must(gk_generation_new(here, third, &err), &err);
	must(gk_remove_tree(here, &err), &err);
	assert_string_not_equal(first, second);
	assert_string_not_equal(second, third);
}

/* --- reader and writer at once --------------------------------------------------------------------------------- */

enum { COMMITS = 50 };

struct writing {
	struct gk_event events[COMMITS], again[COMMITS];
	enum gk_status st;
	struct gk_err err;
	volatile bool done;
};

static void *
write_on(void *arg)
{
	struct writing *x = arg;
	struct gk_put_writer *w = NULL;
	struct gk_prepared p = { .cut = false };
	uint32_t from = DOCS + 2;

	x->st = gk_prepare_init(&p, &x->err);
	if (x->st == GK_OK)
		x->st = gk_put_open(dir, generation, &w, &x->err);
	for (uint32_t i = 0; x->st == GK_OK && i < COMMITS; i++) {
		x->st = put(w, &p, from + i, &docs[from + i], &x->events[i], &x->err);
		if (x->st == GK_OK)
			x->st = put(w, &p, 1 + i, &docs[1 + i], &x->again[i], &x->err);
		if (x->st == GK_OK)
			x->st = gk_put_commit(w, (struct gk_place){ 9, i, i }, &x->err);
	}
	gk_put_close(w);
	gk_prepare_free(&p);
	__atomic_store_n(&x->done, true, __ATOMIC_RELEASE);
	return NULL;
}

static void
a_reader_is_never_disturbed_by_fifty_commits(void **unused)
{
	struct writing *x = calloc(1, sizeof *x);
	struct gk_catalog *c = open_catalog(), *other = open_catalog();
	uint32_t last = 0, rounds = 0;
	uint64_t generation_now = 0, generation_before = 0;
	pthread_t thread;
	bool done = false;

	(void)unused;
	assert_non_null(x);
	for (uint32_t i = 0; i < COMMITS; i++) {
		x->events[i] = event_of(DOCS + 2 + i, &docs[DOCS + 2 + i]);
		x->again[i] = event_of(1 + i, &docs[1 + i]);
	}
	assert_int_equal(pthread_create(&thread, NULL, write_on, x), 0);
	while (!done) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_query q;
		struct gk_request r = { .query = &q, .as_of = today, .size = 20, .facets = true };
		struct gk_results out;

		done = __atomic_load_n(&x->done, __ATOMIC_ACQUIRE);
		must(gk_catalog_refresh(c, &generation_now, &err), &err);
		assert_true(generation_now >= generation_before);
		generation_before = generation_now;
		parse("", false, &q);
		ask(c, &r, &out);
		if (out.total < last)
			fail_msg("%u documents after %u", out.total, last);
		last = out.total;
		gk_results_free(&out);
		gk_query_free(&q);
		/* The other one is never refreshed from outside. */
		assert_true(total_of(rounds % 2 == 0 ? c : other, "安全 OR 生产", true) > 0);
		rounds++;
	}
	pthread_join(thread, NULL);
	must(x->st, &x->err);
	assert_true(rounds > 1);
	assert_int_equal(last, DOCS + 1 + COMMITS);
	check_all(c, DOCS + 1 + COMMITS);
	for (uint32_t i = 0; i < COMMITS; i++) {
		gk_event_free(&x->events[i]);
		gk_event_free(&x->again[i]);
	}
	free(x);
	gk_catalog_close(c);
	gk_catalog_close(other);
}

/* --- readers in threads, writer and compaction at once: what handles of a process share (columns, maps of texts) ---- */

enum { READERS = 3, IN_BATCH = 8 };
static const char *const shared_queries[] = { "", "安全", "\"安全生产\"", "标题:消防", "年:2018 安", "养狗 办法", "x OR abc", "生产 -安全" };
enum { SHARED_QUERIES = sizeof shared_queries / sizeof *shared_queries };

struct reading {
	pthread_t thread;
	struct writing *writer;
	uint32_t total[SHARED_QUERIES];	/* of the last round */
	uint32_t rounds, fewer;		/* fewer: how often there was less than before */
	enum gk_status st;
	struct gk_err err;
};

static void *
write_and_compact(void *arg)
{
	struct writing *x = arg;
	struct gk_put_writer *w = NULL;
	struct gk_prepared p = { .cut = false };
	char now[GK_GENERATION], next[GK_GENERATION] = "";
	uint32_t from = DOCS + 1;

	memcpy(now, generation, sizeof now);
	x->st = gk_prepare_init(&p, &x->err);
	if (x->st == GK_OK)
		x->st = gk_put_open(dir, now, &w, &x->err);
	for (uint32_t i = 0; x->st == GK_OK && i < COMMITS; i++) {
		x->st = put(w, &p, from + i, &docs[from + i], &x->events[i], &x->err);
		if (x->st == GK_OK && (i + 1) % (COMMITS / IN_BATCH) == 0)
			x->st = gk_put_commit(w, (struct gk_place){ 9, i, i }, &x->err);
		if (x->st != GK_OK || (i + 1) % (COMMITS / IN_BATCH * 2) != 0)
			continue;
		/* Without gaps, in its place; the readers have the former one open. */
		gk_put_close(w);
		w = NULL;
		x->st = gk_generation_compact(dir, now, from + i, next, &x->err);
		if (x->st == GK_OK)
			x->st = gk_generation_use(dir, next, &x->err);
		if (x->st == GK_OK)
			x->st = gk_put_open(dir, next, &w, &x->err);
		memcpy(now, next, sizeof now);
	}
	if (x->st == GK_OK)
		x->st = gk_put_commit(w, (struct gk_place){ 10, 0, 0 }, &x->err);
	gk_put_close(w);
	gk_prepare_free(&p);
	__atomic_store_n(&x->done, true, __ATOMIC_RELEASE);
	return NULL;
}

/* No assertion inside: it runs in a thread. */
static enum gk_status
read_round(struct gk_catalog *c, struct reading *r)
{
	enum gk_status st = gk_catalog_refresh(c, NULL, &r->err);

	for (size_t i = 0; st == GK_OK && i < SHARED_QUERIES; i++) {
		struct gk_query q;
		struct gk_request request = { .query = &q, .as_of = today, .size = 20, .facets = true };
		struct gk_results out;

		st = gk_query_parse(shared_queries[i], strlen(shared_queries[i]), true, &q, &r->err);
		if (st != GK_OK)
			break;
		st = gk_search(c, &request, &out, &r->err);
		if (st == GK_OK) {
			/* Nothing is taken away meanwhile, and what is left out here (-) is not. */
			r->fewer += out.total < r->total[i];
			r->total[i] = out.total;
			gk_results_free(&out);
		}
		gk_query_free(&q);
	}
	return st;
}

static void *
read_on(void *arg)
{
	struct reading *r = arg;
	struct gk_catalog *c = NULL;
	bool done = false;

	r->st = gk_catalog_open(dir, &c, &r->err);
	for (; r->st == GK_OK && !done; r->rounds++) {
		done = __atomic_load_n(&r->writer->done, __ATOMIC_ACQUIRE);
		r->st = read_round(c, r);
	}
	if (c != NULL)
		gk_catalog_close(c);
	return NULL;
}

static void
readers_in_threads_see_the_same_while_one_writes_and_compacts(void **unused)
{
	struct writing *x = calloc(1, sizeof *x);
	struct reading *readers = calloc(READERS, sizeof *readers);
	struct gk_catalog *c;
	pthread_t thread;

	(void)unused;
	assert_non_null(x);
	assert_non_null(readers);
	build(DOCS, generation);
	for (uint32_t i = 0; i < COMMITS; i++)
		x->events[i] = event_of(DOCS + 1 + i, &docs[DOCS + 1 + i]);
	for (size_t i = 0; i < READERS; i++) {
		readers[i].writer = x;
		assert_int_equal(pthread_create(&readers[i].thread, NULL, read_on, &readers[i]), 0);
	}
	assert_int_equal(pthread_create(&thread, NULL, write_and_compact, x), 0);
	pthread_join(thread, NULL);
	for (size_t i = 0; i < READERS; i++)
		pthread_join(readers[i].thread, NULL);
	must(x->st, &x->err);
	c = open_catalog();
	check_all(c, DOCS + COMMITS);
	for (size_t i = 0; i < READERS; i++) {
		must(readers[i].st, &readers[i].err);
		assert_true(readers[i].rounds > 0);
		assert_int_equal(readers[i].fewer, 0);
		assert_int_equal(readers[i].total[0], DOCS + COMMITS);
		for (size_t q = 0; q < SHARED_QUERIES; q++)
			assert_int_equal(readers[i].total[q], total_of(c, shared_queries[q], true));
	}
	gk_catalog_close(c);
	for (uint32_t i = 0; i < COMMITS; i++)
		gk_event_free(&x->events[i]);
	free(readers);
	free(x);
}

/* --- Xapian's own matcher ------------------------------------------------------------------------------------------ */

static struct xc_db *
open_xapian(void)
{
	struct gk_err err = GK_ERR_INIT;
	char *base = gk_path(dir, generation), *glass = gk_path(base, "glass");
	struct xc_db *db;

	must(xc_db_open(glass, &db, &err), &err);
	free(base);
	free(glass);
	return db;
}

static void
xapians_matcher_finds_the_same_documents(void **unused)
{
	static const char *const pairs[] = { "安全", "生产", "消防", "养狗", "办法", "通知", "全生", "abc", "x", "2021" };
	struct gk_catalog *c;
	struct xc_db *db;

	(void)unused;
	/* It reads one layer: all must stand in that. */
	build(DOCS + 1 + COMMITS, generation);
	c = open_catalog();
	db = open_xapian();
	for (int i = 0; i < 200; i++) {
		bool or = i % 2 != 0, want[MOST + 1] = { false };
		const char *term[3];
		size_t n = 1 + number(3), len[3], got;
		char typed[128] = "";
		uint32_t found[MOST], total;
		double weight[MOST];
		struct gk_query q;
		struct gk_request r = { .query = &q, .as_of = today, .size = MOST };
		struct gk_results out;
		struct gk_err err = GK_ERR_INIT;

		for (size_t k = 0; k < n; k++) {
			term[k] = pairs[number(sizeof pairs / sizeof *pairs)];
			len[k] = strlen(term[k]);
			sprintf(typed + strlen(typed), "%s%s", k == 0 ? "" : or ? " OR " : " ", term[k]);
		}
		must(xc_match(db, or ? XC_OR : XC_AND, term, len, n, GK_BM25_K1, GK_BM25_B, MOST, found, weight, &got, &total, &err), &err);
		for (size_t k = 0; k < got; k++)
			want[found[k]] = true;
		parse(typed, true, &q);
		ask(c, &r, &out);
		assert_int_equal(out.total, total);
		assert_same_documents(&out, want, DOCS + 1 + COMMITS, typed);
		gk_results_free(&out);
		gk_query_free(&q);
	}
	xc_db_close(db);
	gk_catalog_close(c);
}

/*
 * Weights.  Three things keep the two from being equal, and the collection is made so that each of them is out of play
 * or known:
 *
 *   length   ours is canon units of title and body, Xapian's the sum of all counts.  Here a body is n words with one
 *            blank between them, one of two letters and the others of one, and a title has no letter: 2 n units,
 *            n counts, so the share of the mean is the same.
 *   floor    Xapian takes a document for half the mean length at least; none here is that short.
 *   idf      ours is log(1 + x), Xapian's log(x), or log(1 + x / 2) for x below 2, with x = (N - df + 1/2) / (df + 1/2).
 *            So its weight of each term is multiplied by the quotient.
 *
 * Only hits behind the first 300 show bare BM25: those are looked at more closely.
 */
enum { LETTERS = 8, ALIKE = 900 };

static double
idf_quotient(double n, double df)
{
	double x = (n - df + 0.5) / (df + 0.5);

	return log(1 + x) / log(x < 2 ? 1 + x / 2 : x);
}

static void
make_words(struct doc *d)
{
	size_t n = 2, want = 20 + number(20);

	*d = (struct doc){ .digest = number(1u << 30) };
	snprintf(d->title, sizeof d->title, "——");
	memcpy(d->body, "zz", 3);
	for (size_t i = 1; i < want; i++)
		/* Low letters often, high ones seldom. */
		n += (size_t)sprintf(d->body + n, " %c", number(3) == 0 ? 'a' + (int)number(1 + number(LETTERS)) : 'm' + (int)number(12));
}

static void
weights_agree_with_xapians_where_they_must(void **unused)
{
	static const char *const queries[] = { "a", "b", "c", "a b", "a OR b", "a OR c OR d", "a OR b OR c OR d OR e OR f", "b OR h" };
	struct gk_catalog *c;
	struct xc_db *db;
	size_t compared = 0;

	(void)unused;
	for (uint32_t d = 1; d <= ALIKE; d++)
		make_words(&docs[d]);
	build(ALIKE, generation);
	c = open_catalog();
	db = open_xapian();
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		struct gk_query q;
		struct gk_request r = { .query = &q, .as_of = today, .size = MOST };
		struct gk_results out;
		double want[MOST + 1] = { 0 };
		struct gk_err err = GK_ERR_INIT;

		parse(queries[i], true, &q);
		for (size_t k = 0; k < q.n; k++) {
			const char *term = q.node[k].folded;
			size_t len = q.node[k].folded_n, got;
			uint32_t found[MOST], total, df;
			double weight[MOST];

			if (q.node[k].kind != GK_N_RUN)
				continue;
			must(xc_term_freq(db, term, len, &df, &err), &err);
			must(xc_match(db, XC_OR, &term, &len, 1, GK_BM25_K1, GK_BM25_B, MOST, found, weight, &got, &total, &err), &err);
			for (size_t m = 0; m < got; m++)
				want[found[m]] += weight[m] * idf_quotient(ALIKE, df);
		}
		ask(c, &r, &out);
		for (size_t k = GK_FINE_HITS; k < out.n; k++, compared++)
			if (fabs(out.hits[k].score - want[out.hits[k].docid]) > 1e-4 * want[out.hits[k].docid])
				fail_msg("'%s': document %u weighs %.6f, not %.6f", queries[i], out.hits[k].docid, out.hits[k].score, want[out.hits[k].docid]);
		gk_results_free(&out);
		gk_query_free(&q);
	}
	assert_true(compared > 1000);
	xc_db_close(db);
	gk_catalog_close(c);
}

/* --- the text store --------------------------------------------------------------------------------------------------- */

static const uint16_t title[] = { 0x5B89, 0x5168, 0x751F }, body[] = { 0x6D88, 0x9632, ' ', 0x0061, 0x6D88 };

static void
flip(const char *path, off_t at)
{
	int fd = open(path, O_RDWR);
	char c;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &c, 1, at), 1);
	c ^= 0x10;
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

static struct gk_body
plain(const uint16_t *units, size_t n)
{
	return (struct gk_body){ .p = units, .n = n, .units = n };
}

/* Three entries: odd, even and without a letter. */
static char *
make_store(uint64_t offset[3], uint64_t *end)
{
	char *path = gk_path(dir, "store");
	struct gk_textstore_writer *w;
	struct gk_err err = GK_ERR_INIT;

	must(gk_textstore_append_open(path, 0, &w, &err), &err);
	must(gk_textstore_append(w, 1, &(struct gk_text){ .title = title, .title_n = 3, .body = plain(body, 4) }, &offset[0], &err), &err);
	must(gk_textstore_append(w, 2, &(struct gk_text){ .title = title, .title_n = 1, .body = plain(body, 5) }, &offset[1], &err), &err);
	must(gk_textstore_append(w, 3, &(struct gk_text){ .title = title, .title_n = 0, .body = plain(body, 0) }, &offset[2], &err), &err);
	must(gk_textstore_sync(w, end, &err), &err);
	gk_textstore_append_close(w);
	return path;
}

static void
text_comes_back_as_it_was_and_the_map_grows_with_the_file(void **unused)
{
	uint64_t offset[3], end, more, now;
	char *path = make_store(offset, &end);
	struct gk_textstore *t;
	struct gk_textstore_writer *w;
	struct gk_text text;
	struct gk_err err = GK_ERR_INIT;

	(void)unused;
	must(gk_textstore_open(path, &t, &err), &err);
	for (int again = 0; again < 2; again++) {
		must(gk_textstore_get(t, offset[0], 1, &text, &err), &err);
		assert_true(text.title_n == 3 && text.body.units == 4);
		assert_memory_equal(text.title, title, sizeof title);
		assert_memory_equal(text.body.p, body, 4 * sizeof *body);
		must(gk_textstore_get(t, offset[2], 3, &text, &err), &err);
		assert_true(text.title_n == 0 && text.body.units == 0);
	}
	must(gk_textstore_append_open(path, end, &w, &err), &err);
	must(gk_textstore_append(w, 4, &(struct gk_text){ .title = title, .title_n = 3 }, &more, &err), &err);
	assert_true(more == end && more % 4 == 0);
	must(gk_textstore_sync(w, &now, &err), &err);
	gk_textstore_append_close(w);
	/* A document with a title and no text, in a reader that was open before. */
	must(gk_textstore_get(t, more, 4, &text, &err), &err);
	assert_true(text.title_n == 3 && text.body.units == 0);
	gk_textstore_close(t);
	/* What was not committed is cut off. */
	must(gk_textstore_append_open(path, end, &w, &err), &err);
	gk_textstore_append_close(w);
	must(gk_textstore_open(path, &t, &err), &err);
	assert_int_equal(gk_textstore_get(t, more, 4, &text, &err), GK_REFUSED);
	gk_textstore_close(t);
	free(path);
}

static void
a_damaged_entry_is_refused_and_the_others_are_not(void **unused)
{
	uint64_t offset[3], end;
	char *path = make_store(offset, &end);
	struct stat sb;

	(void)unused;
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_size, (off_t)end);
	/* Each byte of the first entry; its last two are filling. */
	for (uint64_t at = offset[0]; at < offset[1] - 2; at++) {
		struct gk_textstore *t;
		struct gk_text text;
		struct gk_err err = GK_ERR_INIT;

		flip(path, (off_t)at);
		must(gk_textstore_open(path, &t, &err), &err);
		if (gk_textstore_get(t, offset[0], 1, &text, &err) != GK_REFUSED)
			fail_msg("byte %zu of the entry is not guarded", (size_t)(at - offset[0]));
		assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
		assert_true(err.hint[0] != '\0');
		must(gk_textstore_get(t, offset[1], 2, &text, &err), &err);
		/* Still damaged when it is asked for again. */
		assert_int_equal(gk_textstore_get(t, offset[0], 1, &text, &err), GK_REFUSED);
		gk_textstore_close(t);
		flip(path, (off_t)at);
	}
	free(path);
}

static void
ask_wild_offsets(void)
{
	char *path = gk_path(dir, "store");
	struct gk_textstore *t;
	struct gk_text text;

	if (gk_textstore_open(path, &t, NULL) != GK_OK)
		_exit(3);
	for (int shift = 0; shift < 64; shift++)
		for (int less = -24; less < 24; less++)
			if (gk_textstore_get(t, ((uint64_t)1 << shift) + (uint64_t)(int64_t)less, 0x7FFFFFFF, &text, NULL) != GK_REFUSED)
				_exit(4);
	for (uint64_t back = 0; back < 64; back++)
		if (gk_textstore_get(t, UINT64_MAX - back, 0x7FFFFFFF, &text, NULL) != GK_REFUSED)
			_exit(5);
	gk_textstore_close(t);
	free(path);
}

static void
no_offset_reads_outside_of_the_store(void **unused)
{
	uint64_t offset[3], end;
	char *path = make_store(offset, &end);
	struct gk_textstore *t;
	struct gk_text text;
	struct gk_err err = GK_ERR_INIT;

	(void)unused;
	must(gk_textstore_open(path, &t, &err), &err);
	for (uint64_t at = 0; at < end + 40; at++)
		for (uint32_t docid = 1; docid <= 3; docid++)
			if (at != offset[docid - 1])
				assert_int_equal(gk_textstore_get(t, at, docid, &text, &err), GK_REFUSED);
	gk_textstore_close(t);
	free(path);
	assert_int_equal(in_a_child(ask_wild_offsets), 0);
}

enum { GROWN = 1400, GROWN_UNITS = 2000 };

/* Of a few words, so that there is something to learn. */
static void
grown_body(uint32_t d, uint16_t units[GROWN_UNITS])
{
	static const uint16_t word[][4] = { { 0x5B89, 0x5168, 0x751F, 0x4EA7 }, { 0x6D88, 0x9632, ' ', 0x529E }, { 'a', 'b', 0xD842, 0xDFB7 }, { 0x901A, 0x77E5, '2', '0' } };

	for (uint32_t i = 0; i < GROWN_UNITS / 4; i++)
		memcpy(units + i * 4, word[(i * 7 + d * (i / 5)) % 4], sizeof *word);
	units[d % GROWN_UNITS] = (uint16_t)(0x3400 + d);
}

/* Until the first body was written short there is no table; from there on everybody sees it. */
static void
a_store_that_grows_learns_a_table_once(void **unused)
{
	char *path = gk_path(dir, "growing"), *table = gk_path(dir, "growing.symbols");
	static uint64_t offset[GROWN + 1];
	static uint16_t units[GROWN_UNITS];
	struct gk_units room = { NULL, 0 };
	struct gk_textstore_writer *w = NULL;
	struct gk_textstore *t = NULL;
	struct gk_text text;
	struct gk_err err = GK_ERR_INIT;
	struct stat sb;
	uint64_t end = 0;
	uint32_t by_table = 0;

	(void)unused;
	for (uint32_t d = 1; d <= GROWN; d++) {
		/* Now and then it is opened anew. */
		if (d % 300 == 1)
			must(gk_textstore_append_open(path, end, &w, &err), &err);
		grown_body(d, units);
		must(gk_textstore_append(w, d, &(struct gk_text){ .title = title, .title_n = 3, .body = plain(units, GROWN_UNITS), .typed_title = title, .typed_title_n = 2,
								    .typed_body = plain(units, 7), .origin = "origin", .origin_n = 6 }, &offset[d], &err), &err);
		if (d % 300 == 0 || d == GROWN) {
			must(gk_textstore_sync(w, &end, &err), &err);
			gk_textstore_append_close(w);
			assert_int_equal(stat(table, &sb) == 0, end >= GK_TEXT_LEARN);
		}
		/* This reader was there before the table. */
		if (d == 300)
			must(gk_textstore_open(path, &t, &err), &err);
	}
	assert_non_null(t);
	for (uint32_t d = 1; d <= GROWN; d++) {
		const uint16_t *got;
		size_t n;

		must(gk_textstore_get(t, offset[d], d, &text, &err), &err);
		grown_body(d, units);
		assert_true(gk_body_units(&text.body, &room, SIZE_MAX, &got, &n));
		assert_int_equal(n, GROWN_UNITS);
		assert_memory_equal(got, units, sizeof units);
		assert_true(gk_body_units(&text.typed_body, &room, SIZE_MAX, &got, &n));
		assert_int_equal(n, 7);
		assert_memory_equal(got, units, 7 * sizeof *got);
		assert_true(text.typed_title_n == 2 && text.origin_n == 6 && memcmp(text.origin, "origin", 6) == 0 && text.title_n == 3);
		/* Once the table is there it stays in use. */
		assert_true(by_table == 0 || text.body.symbols != NULL);
		by_table += text.body.symbols != NULL;
	}
	assert_int_equal(by_table, GROWN - 1200);
	gk_textstore_close(t);
	/* Without the table, or with another, the store is damaged; so it is for the writer. */
	for (int other = 0; other < 2; other++) {
		if (other)
			must(gk_textstore_learn(path, units, GROWN_UNITS, &err), &err);
		else
			assert_int_equal(unlink(table), 0);
		err = (struct gk_err)GK_ERR_INIT;
		assert_int_equal(gk_textstore_open(path, &t, &err), GK_DEAD);
		assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
		assert_non_null(strstr(err.hint_en, "index rebuild"));
		err = (struct gk_err)GK_ERR_INIT;
		assert_int_equal(gk_textstore_append_open(path, end, &w, &err), GK_DEAD);
		assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
		assert_non_null(strstr(err.hint_en, "index rebuild"));
	}
	free(room.p);
	free(path);
	free(table);
}

static void
a_store_that_is_too_short_or_none_is_damaged(void **unused)
{
	uint64_t offset[3], end;
	char *path = make_store(offset, &end);
	struct gk_textstore_writer *w;
	struct gk_textstore *t;
	struct gk_text text;
	struct gk_err err = GK_ERR_INIT;

	(void)unused;
	assert_int_equal(gk_textstore_append_open(path, end + 1, &w, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	assert_int_equal(truncate(path, (off_t)end - 4), 0);
	assert_int_equal(gk_textstore_append_open(path, end, &w, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	for (off_t n = (off_t)offset[1] + 20; n >= (off_t)offset[1]; n--) {
		assert_int_equal(truncate(path, n), 0);
		must(gk_textstore_open(path, &t, &err), &err);
		assert_int_equal(gk_textstore_get(t, offset[1], 2, &text, &err), GK_REFUSED);
		gk_textstore_close(t);
	}
	for (off_t n = 7; n >= 0; n--) {
		assert_int_equal(truncate(path, n), 0);
		assert_int_equal(gk_textstore_open(path, &t, &err), GK_DEAD);
		assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(gk_textstore_open(path, &t, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	free(path);
}

/* Where the newest entry of a document begins, read from the file as the header describes it. */
static off_t
entry_of(const char *path, uint32_t docid)
{
	struct gk_buf file;
	struct gk_err err = GK_ERR_INIT;
	off_t found = -1;

	must(gk_read_file(path, (size_t)1 << 24, &file, &err), &err);
	for (size_t at = 16; at + 24 <= file.n;) {
		uint32_t head[9];
		size_t fixed = 24;

		memcpy(head, file.p + at, 24);
		if (head[0] == docid)
			found = (off_t)at;
		memset(head + 6, 0, 12);
		if (head[2] >> 31 != 0) {
			memcpy(head + 6, file.p + at + 24, 12);
			fixed = 36;
		}
		at += fixed + (((size_t)(head[2] & 0x7FFFFFFF) + head[4] + head[6] + head[8]) * 2 + 3) / 4 * 4 + (head[5] + 3) / 4 * 4;
	}
	gk_buf_free(&file);
	return found;
}

/* Damage in the index's text is told as damage, with the way out, and never as "nothing found". */
static void
a_search_over_damaged_text_says_so(void **unused)
{
	char *base = gk_path(dir, generation), *path = gk_path(base, "text");
	struct gk_query q;
	struct gk_request r = { .query = &q, .as_of = today, .size = 10 };
	struct gk_results out;
	struct gk_catalog *c;
	struct gk_err err = GK_ERR_INIT;
	uint32_t d = 1;
	enum gk_status st;

	(void)unused;
	while (!naive_stands(docs[d].plain_body, "安全生产"))
		d++;
	parse("\"安全生产\"", false, &q);
	flip(path, entry_of(path, d) + 25);
	c = open_catalog();
	st = gk_search(c, &r, &out, &err);
	flip(path, entry_of(path, d) + 25);
	assert_int_equal(st, GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	assert_true(err.hint[0] != '\0' && err.hint_en[0] != '\0');
	/* What was refused is looked at again, not remembered. */
	ask(c, &r, &out);
	gk_results_free(&out);
	gk_query_free(&q);
	gk_catalog_close(c);
	free(base);
	free(path);
}

/* --- the way back from the canon to the text ------------------------------------------------------------------------------ */

/* Articles of a text of about `bytes` bytes, each with its number in words; long ones have lines of signs between. */
static char *
make_code(size_t bytes, size_t *n)
{
	char *text = malloc(bytes + 4096), label[GK_ARTICLE_LABEL];

	assert_non_null(text);
	*n = 0;
	for (uint32_t i = 1; *n < bytes; i++) {
		gk_article_label(i, 0, label);
		*n += (size_t)sprintf(text + *n, "%s　本条所称第%u项是指㎡、Ａ類与㈠，由主管部门规定。\n", label, i * 7);
		if (i % 50 == 0)
			*n += (size_t)sprintf(text + *n, "————————————\n");
	}
	return text;
}

struct canon { const uint16_t *p; size_t n; };

static void
check_place(const struct gk_origin *o, const char *text, const struct canon *canon, struct gk_place_at place)
{
	struct gk_window w = gk_origin_window(o, place);
	struct gk_folded f;
	struct gk_buf piece;
	uint16_t *units;
	size_t k;

	assert_true(w.at <= w.end && w.end <= o->bytes && w.unit <= place.start);
	assert_int_equal(w.chars, gk_utf8_count(text, w.at));
	gk_buf_init(&piece, o->bytes);
	assert_true(gk_origin_text(o, w.at, w.end, &piece) == (o->pieces > 0));
	if (o->pieces > 0) {
		assert_int_equal(piece.n, w.end - w.at);
		assert_memory_equal(piece.p, text + w.at, piece.n);
	}
	gk_buf_free(&piece);
	assert_true(gk_fold(text + w.at, w.end - w.at, false, &f));
	units = calloc(f.n + 1, sizeof *units);
	assert_non_null(units);
	k = gk_canon(f.text, f.n, units);
	assert_true(w.unit + k <= canon->n && w.unit + k >= place.end);
	assert_memory_equal(units, canon->p + w.unit, k * sizeof *units);
	/* Room for a passage on both sides, unless the text is over. */
	assert_true(w.at == 0 || place.start - w.unit >= 120);
	assert_true(w.end == o->bytes || w.unit + k - place.end >= 120);
	free(units);
	gk_folded_free(&f);
}

static void
the_way_back_leads_to_the_text(void **unused)
{
	static const size_t sizes[] = { 1, 100, 2048, 5000, 32000, 33000, 70000, 400000 };

	(void)unused;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct gk_prepared p;
		struct gk_err err = GK_ERR_INIT;
		struct gk_origin o;
		size_t n, whole;
		char *text = make_code(sizes[i], &n);
		struct canon canon;
		struct gk_article *a = NULL;
		size_t articles;

		/* Behind it lines of an older text, which have no way back. */
		whole = n + (size_t)sprintf(text + n, "\n旧文的一行。");
		must(gk_prepare_init(&p, &err), &err);
		must(gk_prepare(&p, "题名", 6, text, whole, n, &err), &err);
		assert_true(gk_origin_read(p.origin.p, p.origin.n, &o));
		canon = (struct canon){ (const uint16_t *)(const void *)p.body.p, o.units };
		assert_int_equal(o.bytes, n);
		assert_int_equal(o.units, p.body.n / 2 - 6);
		assert_int_equal(o.pieces, n > GK_ORIGIN_COPY ? (n + GK_ORIGIN_PIECE - 1) / GK_ORIGIN_PIECE : 0);
		for (size_t k = 0; k < 200; k++) {
			size_t start = (size_t)((k * 2654435761u) % o.units);

			check_place(&o, text, &canon, (struct gk_place_at){ start, start + (start + 20 < o.units ? k % 20 : 0) });
		}
		must(gk_articles(text, n, &a, &articles, &err), &err);
		assert_int_equal(o.articles, o.pieces > 0 ? articles : 0);
		for (size_t at = 0; o.pieces > 0 && at < n; at += 37) {
			const struct gk_origin_article *found = gk_origin_article(&o, at);
			size_t k = 0;

			while (k < articles && !(at >= a[k].start && at < a[k].end))
				k++;
			assert_true((found == NULL) == (k == articles));
			assert_true(found == NULL || (found->number == a[k].number && found->at == a[k].start));
		}
		free(a);
		/* Cut anywhere it is refused or stays inside of what is there. */
		for (size_t cut = 0; cut < p.origin.n; cut += 1 + p.origin.n / 200) {
			char *part = malloc(cut + 1);
			struct gk_buf piece;

			assert_non_null(part);
			memcpy(part, p.origin.p, cut);
			gk_buf_init(&piece, n);
			if (gk_origin_read(part, cut, &o) && o.pieces > 0)
				assert_false(gk_origin_text(&o, 0, o.bytes, &piece));
			gk_buf_free(&piece);
			free(part);
		}
		gk_prepare_free(&p);
		free(text);
	}
}

/* --- names ---------------------------------------------------------------------------------------------------------------- */

static void
a_long_name_is_one_name(void **unused)
{
	char name[700];
	struct gk_catalog *c;
	struct gk_query q;
	struct gk_request r = { .query = &q, .as_of = today, .size = 10, .facets = true };
	struct gk_results out;
	const char *shown;

	(void)unused;
	for (size_t i = 0; i + 4 < sizeof name; i += 3)
		memcpy(name + i, "局", 4);
	for (uint32_t d = 1; d <= 3; d++)
		docs[d].issuer = name;
	build(3, generation);
	c = open_catalog();
	parse("", false, &q);
	ask(c, &r, &out);
	assert_int_equal(out.issuer.n, 1);
	assert_int_equal(out.issuer.item[0].count, 3);
	/* It becomes JSON. */
	shown = out.issuer.item[0].value;
	assert_int_equal(gk_utf8_check(shown, strlen(shown)), strlen(shown));
	gk_results_free(&out);
	gk_query_free(&q);
	gk_catalog_close(c);
}

/* --- refusals of the world -------------------------------------------------------------------------------------------------- */

#ifdef GK_FAULTS
static enum gk_status
one_change(uint32_t docid, const struct doc *d, struct gk_err *err)
{
	struct gk_put_writer *w = NULL;
	struct gk_prepared p;
	struct gk_event e = event_of(docid, d);
	enum gk_status st = gk_prepare_init(&p, err);

	if (st == GK_OK)
		st = gk_put_open(dir, generation, &w, err);
	if (st == GK_OK)
		st = put(w, &p, docid, d, &e, err);
	if (st == GK_OK)
		st = gk_put_commit(w, gk_put_mark(w), err);
	gk_put_close(w);
	gk_prepare_free(&p);
	gk_event_free(&e);
	return st;
}

static bool
holds(struct gk_catalog *c, uint32_t docid, const struct doc *d)
{
	char hex[80];
	uint32_t found;

	snprintf(hex, sizeof hex, "%08x%056x", d->digest, 0);
	return gk_catalog_find_by(c, GK_X_DIGEST, hex, &found, NULL) == GK_OK && found == docid;
}
#endif

static void
after_any_refusal_the_index_is_the_old_or_the_new_one(void **unused)
{
#ifdef GK_FAULTS
	unsigned hits = 0;

	(void)unused;
	for (unsigned n = 1; n < 100; n++) {
		struct gk_err err = GK_ERR_INIT;
		struct doc before;
		const char *point;
		struct gk_catalog *c;
		enum gk_status st;
		bool hit;

		before = docs[5];
		make_doc(&docs[5]);
		gk_fault_arm(n);
		st = one_change(5, &docs[5], &err);
		point = gk_fault_hit();
		hit = point != NULL;
		gk_fault_arm(0);
		hits += hit;
		if (hit && st == GK_OK)
			fail_msg("fault %u (%s) goes unnoticed", n, point);
		if (hit)
			assert_true(err.cause != GK_CAUSE_NONE && err.what[0] != '\0' && err.what_en[0] != '\0');
		c = open_catalog();
		/* The old or the new one: a commit may be on the disk although its last flush was refused. */
		if (st != GK_OK && !holds(c, 5, &docs[5])) {
			struct doc changed = docs[5];

			docs[5] = before;
			check_all(c, DOCS + 1 + COMMITS);
			docs[5] = changed;
		}
		gk_catalog_close(c);
		/* Repeating the same command makes it good. */
		if (st != GK_OK)
			must(one_change(5, &docs[5], &err), &err);
		c = open_catalog();
		check_all(c, DOCS + 1 + COMMITS);
		gk_catalog_close(c);
		if (!hit)
			break;
	}
	assert_true(hits >= 5);
#else
	(void)unused;
	skip();
#endif
}

/* --- what takes a short cut must not be seen to --- */

static void
write_doc(uint32_t d, const char *head, const char *text, const char *kind)
{
	snprintf(docs[d].title, sizeof docs[d].title, "%s", head);
	snprintf(docs[d].body, sizeof docs[d].body, "%s", text);
	naive_plain(docs[d].title, false, docs[d].plain_title, sizeof docs[d].plain_title);
	naive_plain(docs[d].body, false, docs[d].plain_body, sizeof docs[d].plain_body);
	docs[d].category = kind;
	docs[d].status = NULL;
}

/* Two runs stand together only where the filter leaves them out: that is no reason to look for them more loosely. */
static void
a_filter_does_not_loosen_a_question(void **unused)
{
	static const char *const category[] = { "政策法规" };
	static const char *const queries[] = { "消防安全 养狗办法", "\"消防安全\" \"养狗办法\"", "消防安全 年:2018" };
	struct gk_catalog *c;

	(void)unused;
	for (uint32_t d = 1; d <= 60; d++) {
		write_doc(d, "通知", d <= 5 ? "消防安全，养狗办法" : d <= 10 ? "消防安全" : d <= 15 ? "养狗办法" : d <= 30 ? "消防，防安，安全，养狗，狗办，办法" : "无关",
			  d <= 15 ? "通知公告" : "政策法规");
		docs[d].year = d <= 5 ? 2018 : 2019;
		docs[d].published = (struct gk_date){ (int16_t)docs[d].year, 1, 2 };
	}
	/* The first that is found outside must not be one of both. */
	write_doc(1, "通知", "消防安全", "通知公告");
	docs[1].year = 2019;
	docs[1].published.year = 2019;
	write_doc(2, "通知", "养狗办法", "通知公告");
	build(60, generation);
	c = open_catalog();
	for (int walk = 0; walk < 2; walk++)
		for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
			struct gk_query q;
			struct gk_request r = { .query = &q, .as_of = today, .size = MOST, .facets = true };
			struct gk_results with, without;

			parse(queries[i], false, &q);
			r.filters = (struct gk_filters){ .category = category, .n_category = 1 };
			ask(c, &r, &with);
			r.facets = false;
			r.walk = walk != 0;
			ask(c, &r, &without);
			assert_int_equal(with.level, GK_LEVEL_PHRASE);
			assert_int_equal(with.total, 0);
			assert_int_equal(without.level, GK_LEVEL_PHRASE);
			assert_int_equal(without.total, 0);
			assert_int_equal(without.n, 0);
			gk_results_free(&with);
			gk_results_free(&without);
			gk_query_free(&q);
		}
	gk_catalog_close(c);
}

/* What stands near each other are words, wherever among the documents. */
static void
near_is_the_same_for_the_last_as_for_the_first(void **unused)
{
	struct gk_query q;
	struct gk_request r = { .query = &q, .as_of = today, .size = MOST };
	struct gk_results out;
	struct gk_catalog *c;

	(void)unused;
	for (uint32_t d = 1; d <= 900; d++) {
		bool wrong = d == 700 || d == 800 || d == 20;

		write_doc(d, "通知", wrong ? "安全x通abz xabc生产" : "安全x通abc abc生产", NULL);
	}
	for (uint32_t d = 901; d <= 1000; d++)
		write_doc(d, "通知", "abc 安全 x", NULL);
	build(1000, generation);
	c = open_catalog();
	parse("安全x通abc生产", false, &q);
	ask(c, &r, &out);
	assert_int_equal(out.level, GK_LEVEL_NEAR);
	assert_int_equal(out.total, 897);
	gk_results_free(&out);
	gk_query_free(&q);
	gk_catalog_close(c);
}

/* A year that belongs to a longer row of digits is none, wherever among the documents. */
static void
a_year_is_the_same_for_the_last_as_for_the_first(void **unused)
{
	struct gk_catalog *c;

	(void)unused;
	for (uint32_t d = 1; d <= 1000; d++)
		write_doc(d, "通知", d > 950 ? "二〇二一年" : d == 20 || d == 800 ? "一二〇二一年安全" : "二〇二一年安全", NULL);
	build(1000, generation);
	c = open_catalog();
	assert_int_equal(total_of(c, "二〇二一年安全", false), 948);
	gk_catalog_close(c);
}

static void
a_store_that_was_cut_off_is_damaged_for_who_opens_it(void **unused)
{
	struct gk_textstore *old, *new;
	struct gk_err err = GK_ERR_INIT;
	struct gk_text t;
	char path[] = "/tmp/t-catalog-cut-XXXXXX";
	int fd = mkstemp(path);
	const struct gk_text_file head = { GK_TEXT_MAGIC, 0, 0 };

	(void)unused;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, &head, sizeof head), sizeof head);
	assert_int_equal(ftruncate(fd, 1 << 20), 0);
	must(gk_textstore_open(path, &old, &err), &err);
	assert_int_equal(ftruncate(fd, 4096), 0);
	must(gk_textstore_open(path, &new, &err), &err);
	assert_int_equal(gk_textstore_get(new, 500000, 7, &t, &err), GK_REFUSED);
	gk_textstore_close(old);
	gk_textstore_close(new);
	close(fd);
	unlink(path);
}

/* Who wants so many hits gets them, however long the texts are. */
static void
a_batch_run_is_filled_from_long_texts(void **unused)
{
	struct gk_query q;
	struct gk_request r = { .query = &q, .as_of = today, .size = MOST, .some_max = MOST, .fill = true };
	struct gk_results out;
	struct gk_catalog *c;
	char long_text[2000] = "";

	(void)unused;
	for (size_t n = 0; n + strlen("办法") < sizeof long_text; n += strlen("办法"))
		strcat(long_text, "办法");
	for (uint32_t d = 1; d <= MOST; d++) {
		write_doc(d, "通知", long_text, NULL);
		memcpy(docs[d].body, d % 3 == 0 ? "养狗，" : d % 3 == 1 ? "消防，" : "安全，", strlen("养狗，"));
	}
	build(MOST, generation);
	c = open_catalog();
	parse("养狗消防安全", false, &q);
	ask(c, &r, &out);
	assert_int_equal(out.n, MOST);
	gk_results_free(&out);
	gk_query_free(&q);
	gk_catalog_close(c);
}

int
main(void)
{
	/* In this order: some change the collection for those after them. */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_batch_run_is_filled_from_long_texts, enter_own, leave_own),
		cmocka_unit_test_setup_teardown(a_filter_does_not_loosen_a_question, enter_own, leave_own),
		cmocka_unit_test_setup_teardown(a_year_is_the_same_for_the_last_as_for_the_first, enter_own, leave_own),
		cmocka_unit_test_setup_teardown(near_is_the_same_for_the_last_as_for_the_first, enter_own, leave_own),
		cmocka_unit_test(a_store_that_was_cut_off_is_damaged_for_who_opens_it),
		cmocka_unit_test(what_is_found_is_what_reading_everything_finds),
		cmocka_unit_test(a_quoted_phrase_is_found_as_it_stands_only),
		cmocka_unit_test(a_single_character_finds_every_document_that_has_it),
		cmocka_unit_test(a_run_is_loosened_only_when_it_stands_nowhere),
		cmocka_unit_test(what_other_runs_leave_out_changes_nothing),
		cmocka_unit_test(any_piece_of_a_text_finds_it),
		cmocka_unit_test(one_run_more_never_finds_more),
		cmocka_unit_test(facets_count_what_choosing_their_value_gives),
		cmocka_unit_test(order_is_total_and_pages_are_slices_of_it),
		cmocka_unit_test_setup_teardown(scores_fall_over_the_whole_list, enter_own, leave_own),
		cmocka_unit_test(a_page_of_any_size_ends_with_the_last_hit),
		cmocka_unit_test(a_record_is_found_by_its_keys),
		cmocka_unit_test(a_hash_stands_as_bytes_and_says_the_same),
		cmocka_unit_test(title_keys_agree_where_titles_are_the_same),
		cmocka_unit_test(what_is_not_committed_is_not_seen_and_what_is_replaced_is_gone),
		cmocka_unit_test(a_rebuilt_generation_takes_over_under_an_open_reader),
		cmocka_unit_test(a_reader_outlives_an_index_that_is_gone_for_a_while),
		cmocka_unit_test(a_generation_that_is_gone_is_damage_so_that_it_is_built_again),
		cmocka_unit_test(a_name_that_readers_know_is_not_given_again),
		cmocka_unit_test(a_reader_is_never_disturbed_by_fifty_commits),
		cmocka_unit_test_setup_teardown(readers_in_threads_see_the_same_while_one_writes_and_compacts, enter_own, leave_own),
		cmocka_unit_test(xapians_matcher_finds_the_same_documents),
		cmocka_unit_test_setup_teardown(weights_agree_with_xapians_where_they_must, enter_own, leave_own),
		cmocka_unit_test(text_comes_back_as_it_was_and_the_map_grows_with_the_file),
		cmocka_unit_test(a_damaged_entry_is_refused_and_the_others_are_not),
		cmocka_unit_test(no_offset_reads_outside_of_the_store),
		cmocka_unit_test(a_store_that_grows_learns_a_table_once),
		cmocka_unit_test(a_store_that_is_too_short_or_none_is_damaged),
		cmocka_unit_test(the_way_back_leads_to_the_text),
		cmocka_unit_test(a_search_over_damaged_text_says_so),
		cmocka_unit_test_setup_teardown(a_long_name_is_one_name, enter_own, leave_own),
		cmocka_unit_test(after_any_refusal_the_index_is_the_old_or_the_new_one),
	};

	return cmocka_run_group_tests_name("catalog", tests, setup, teardown);
}
