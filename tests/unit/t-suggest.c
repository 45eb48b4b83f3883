/*
 * Suggestions from a catalog that is written to: what was withdrawn, retitled or abolished is not offered, or not first,
 * whichever set of titles answers.  What is found in titles at all is t-titles' matter.
 */
#include "base/io.h"
#include "base/utf8.h"
#include "catalog/put.h"
#include "catalog/suggest.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 64 };

struct doc { const char *title, *docno, *status; int year; bool withdrawn; };

static char dir[64], generation[GK_GENERATION];
static struct doc docs[MOST];
static uint32_t n_docs;

static void
must(enum gk_status st, const struct gk_err *err)
{
	if (st != GK_OK)
		fail_msg("status %d: %s", st, err->what_en);
}

static void
set(json_t *meta, const char *key, const char *value)
{
	struct gk_err err = GK_ERR_INIT;

	if (value != NULL)
		must(gk_meta_set(meta, gk_field_find(key, strlen(key)), value, strlen(value), &err), &err);
}

static struct gk_event
came(uint32_t docid, const struct doc *d)
{
	char id[64], event[32], digest[80], day[12];
	json_t *meta = json_object();
	struct gk_event e;
	struct gk_err err = GK_ERR_INIT;

	gk_id_make("dz", 2021, docid, id);
	snprintf(event, sizeof event, "e-%06u", docid);
	snprintf(digest, sizeof digest, "sha256:%08x%056x", docid, 0);
	snprintf(day, sizeof day, "%d-03-01", d->year);
	set(meta, "title", d->title);
	set(meta, "docno", d->docno);
	set(meta, "status", d->status);
	set(meta, "published_at", day);
	must(gk_event_of(json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:o, s:{s:s, s:s, s:s}}", "gongkai", 1, "event", event, "id", id, "type", "import_public", "recorded_at",
				   "2022-01-01T00:00:00Z", "actor", "test", "meta", meta, "source", "kind", "file", "id", id, "digest", digest), &e, &err), &err);
	return e;
}

static struct gk_event
went(uint32_t docid)
{
	char id[64], event[32];
	struct gk_event e;
	struct gk_err err = GK_ERR_INIT;

	gk_id_make("dz", 2021, docid, id);
	snprintf(event, sizeof event, "e-%06u", 1000 + docid);
	must(gk_event_of(json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s}}", "gongkai", 1, "event", event, "id", id, "type", "withdraw", "recorded_at",
				   "2022-02-01T00:00:00Z", "actor", "test", "effective_from", "2022-02-01", "act", "class", "personal"), &e, &err), &err);
	return e;
}

static struct doc written[MOST];	/* what the generation has of each number */
static uint32_t n_written;

struct made { struct gk_event e[2]; struct gk_place places[2]; struct gk_record record; struct gk_prepared prepared; struct gk_put_doc doc; };

static void
make(struct made *m, uint32_t d, const struct doc *doc)
{
	struct gk_err err = GK_ERR_INIT;

	*m = (struct made){ .e = { came(d, doc), went(d) }, .places = { { 1, d, d * 100 }, { 1, d, d * 100 + 50 } } };
	m->doc = (struct gk_put_doc){ .docid = d, .record = &m->record, .events = m->e, .places = m->places, .n_events = doc->withdrawn ? 2 : 1, .prepared = &m->prepared };
	must(gk_prepare_init(&m->prepared, &err), &err);
	must(gk_record_fold(m->e, m->doc.n_events, &m->record, &err), &err);
	must(gk_prepare(&m->prepared, doc->title, strlen(doc->title), "正文", strlen("正文"), strlen("正文"), &err), &err);
}

static void
unmake(struct made *m)
{
	gk_record_free(&m->record);
	gk_event_free(&m->e[0]);
	gk_event_free(&m->e[1]);
	gk_prepare_free(&m->prepared);
}

/* Writes docs[from - 1 .. to) and commits. */
static void
write_docs(uint32_t from, uint32_t to)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_put_writer *w;

	must(gk_put_open(dir, generation, &w, &err), &err);
	for (uint32_t d = from; d <= to; d++) {
		struct made now, before;
		bool again = d <= n_written;

		make(&now, d, &docs[d - 1]);
		if (again) {
			make(&before, d, &written[d - 1]);
			now.doc.former = &before.doc;
		}
		must(gk_put_record(w, &now.doc, &err), &err);
		unmake(&now);
		if (again)
			unmake(&before);
		written[d - 1] = docs[d - 1];
		n_written = d > n_written ? d : n_written;
	}
	must(gk_put_commit(w, (struct gk_place){ 3, 4, 5 }, &err), &err);
	gk_put_close(w);
}

static void
new_generation(void)
{
	struct gk_err err = GK_ERR_INIT;

	must(gk_generation_new(dir, generation, &err), &err);
	n_written = 0;
	write_docs(1, n_docs);
	must(gk_generation_use(dir, generation, &err), &err);
}

static const struct doc town[] = {
	{ "安全生产管理办法", "妈府发〔2019〕7号", "in_force", 2019, false },
	{ "关于加强安全生产工作的通知", "妈府发〔2021〕3号", "in_force", 2021, false },
	{ "安全生产责任制规定", "妈府发〔2015〕12号", "abolished", 2022, false },
	{ "关于印发《安全用电须知》的通知", "妈府办发〔2021〕3号", NULL, 2021, false },
	{ "2021年度部门决算", NULL, NULL, 2021, false },
	{ "2021年度部门决算", NULL, NULL, 2022, false },
	{ "粮食安全省长责任制考核办法", "妈府发〔2021〕31号", "in_force", 2020, false },
	{ "市人民政府令的说明", "市人民政府令第20号", "in_force", 2020, false },
	{ "重名文号甲", "财发〔2020〕1号", "abolished", 2021, false },
	{ "重名文号乙", "财发〔2020〕1号", "in_force", 2020, false },
};

static int
setup(void **unused)
{
	(void)unused;
	snprintf(dir, sizeof dir, "/tmp/t-suggest-XXXXXX");
	assert_non_null(mkdtemp(dir));
	memcpy(docs, town, sizeof town);
	n_docs = sizeof town / sizeof *town;
	new_generation();
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
	return c;
}

static struct gk_suggestions
ask(struct gk_catalog *c, const char *typed, bool patient)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_suggestions s;

	must(gk_suggest(c, typed, strlen(typed), gk_date_today(), patient, &s, &err), &err);
	assert_true(s.n <= GK_SUGGESTIONS);
	return s;
}

static const struct gk_suggestion *
offered(const struct gk_suggestions *s, enum gk_suggestion_kind kind, uint32_t docid, const char *text)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->item[i].kind == kind && s->item[i].docid == docid && strcmp(s->item[i].text, text) == 0)
			return &s->item[i];
	return NULL;
}

static size_t
place_of(const struct gk_suggestions *s, uint32_t docid)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->item[i].kind == GK_SUGGEST_TITLE && s->item[i].docid == docid)
			return i;
	fail_msg("document %u is not offered", docid);
	return 0;
}

static void
titles_in_force_come_first_and_ended_ones_say_so(void **state)
{
	struct gk_catalog *c = open_catalog();
	struct gk_suggestions s = ask(c, "安全生产", true);

	(void)state;
	assert_true(s.current);
	/* Begins with it; then it stands inside. The abolished one is newer and begins with it, but comes behind those in force. */
	assert_true(place_of(&s, 1) < place_of(&s, 2));
	assert_true(place_of(&s, 2) < place_of(&s, 3));
	assert_int_equal(s.item[place_of(&s, 3)].status, GK_V_ABOLISHED);
	assert_int_equal(s.item[place_of(&s, 1)].status, GK_V_IN_FORCE);
	gk_catalog_close(c);
}

static void
a_title_that_two_documents_bear_is_one_suggestion(void **state)
{
	struct gk_catalog *c = open_catalog();
	struct gk_suggestions s = ask(c, "2021年度", true);
	const struct gk_suggestion *one = offered(&s, GK_SUGGEST_TITLE, 6, "");

	(void)state;
	assert_non_null(one);
	assert_int_equal(one->count, 2);
	assert_null(offered(&s, GK_SUGGEST_TITLE, 5, ""));
	gk_catalog_close(c);
}

static void
phrases_of_titles_complete_what_was_begun(void **state)
{
	struct gk_catalog *c = open_catalog();
	struct gk_suggestions s = ask(c, "安", true);
	const struct gk_suggestion *one = offered(&s, GK_SUGGEST_PHRASE, 0, "安全生产");

	(void)state;
	assert_non_null(one);
	assert_int_equal(one->count, 3);
	one = offered(&s, GK_SUGGEST_PHRASE, 0, "安全");
	assert_non_null(one);
	assert_int_equal(one->count, 5);
	gk_catalog_close(c);
}

static void
pinyin_gives_phrases_and_their_titles(void **state)
{
	static const char *const typed[] = { "anquan", "anq", "aq", "an'quan", "an quan", "AnQuan" };
	struct gk_catalog *c = open_catalog();

	(void)state;
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
		struct gk_suggestions s = ask(c, typed[i], true);

		if (offered(&s, GK_SUGGEST_PHRASE, 0, "安全") == NULL || offered(&s, GK_SUGGEST_PHRASE, 0, "安全生产") == NULL || offered(&s, GK_SUGGEST_TITLE, 1, "") == NULL)
			fail_msg("%s: 安全, 安全生产 and a title with it are not all there", typed[i]);
	}
	assert_int_equal(ask(c, "a", true).n, 0);
	assert_int_equal(ask(c, "xyz", true).n, 0);
	gk_catalog_close(c);
}

static const struct { const char *name, *typed; uint32_t docids[4]; } numbers[] = {
	{ "as it is written", "妈府发〔2021〕3号", { 2 } },
	{ "square brackets", "妈府发[2021]3", { 2, 7 } },
	{ "full width", "妈府发［２０２１］３", { 2, 7 } },
	{ "round brackets", "妈府发(2021)31", { 7 } },
	{ "no brackets", "妈府发 2021 3", { 2, 7 } },
	{ "a year begun: newest year and number first", "妈府发〔20", { 7, 2, 1, 3 } },
	{ "a whole year", "妈府发[2021]", { 7, 2 } },
	{ "a code alone, the exact one first", "妈府发", { 7, 2, 1 } },
	{ "a code begun", "妈府办", { 4 } },
	{ "an order", "市人民政府令第2", { 8 } },
	{ "a whole order", "市人民政府令第2号", { 0 } },
	{ "an order without 第", "市人民政府令20", { 8 } },
	{ "of two documents the one in force", "财发〔2020〕1", { 10 } },
	{ "one character is too little", "妈", { 0 } },
	{ "words", "安全生产", { 0 } },
	{ "a number that is not there", "妈府发〔2021〕9", { 0 } },
	{ "more behind the number", "妈府发〔2021〕3号关于", { 0 } },
	{ "three rows of digits", "妈府发 2021 3 1", { 0 } },
	{ "too many digits", "妈府发 20210000", { 0 } },
};

static void
numbers_are_found_from_their_beginning_in_any_form(void **state)
{
	struct gk_catalog *c = open_catalog();

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct gk_suggestions s = ask(c, numbers[i].typed, true);
		size_t n = 0;

		for (; n < s.n && s.item[n].kind == GK_SUGGEST_NUMBER; n++)
			if (n == 4 || s.item[n].docid != numbers[i].docids[n])
				fail_msg("%s: number %zu is of document %u", numbers[i].name, n, s.item[n].docid);
		if (n < 4 && numbers[i].docids[n] != 0)
			fail_msg("%s: %zu numbers, document %u is not there", numbers[i].name, n, numbers[i].docids[n]);
	}
	assert_int_equal(ask(c, "财发〔2020〕1", true).item[0].count, 2);
	gk_catalog_close(c);
}

/* The set of titles is older than the commit: what it knows is held against what is public now. */
static void
what_was_withdrawn_is_offered_by_no_set(void **state)
{
	struct gk_catalog *c = open_catalog();
	struct gk_suggestions s = ask(c, "安全生产", true);
	size_t older = 0;

	(void)state;
	assert_non_null(offered(&s, GK_SUGGEST_TITLE, 2, ""));
	docs[1].withdrawn = docs[2].withdrawn = true;
	write_docs(2, 3);
	assert_int_equal(gk_catalog_refresh(c, NULL, NULL), GK_OK);
	for (int i = 0; i < 50; i++) {
		s = ask(c, "安全", false);
		older += !s.current;
		assert_null(offered(&s, GK_SUGGEST_TITLE, 2, ""));
		assert_null(offered(&s, GK_SUGGEST_TITLE, 3, ""));
		assert_non_null(offered(&s, GK_SUGGEST_TITLE, 1, ""));
		/* One title is left that has it: it is no phrase of titles any more. */
		assert_null(offered(&s, GK_SUGGEST_PHRASE, 0, "安全生产"));
		s = ask(c, "妈府发〔2021〕3", false);
		assert_null(offered(&s, GK_SUGGEST_NUMBER, 2, ""));
		s = ask(c, "加强", false);
		assert_int_equal(s.n, 0);
		s = ask(c, "安", false);
		assert_non_null(offered(&s, GK_SUGGEST_PHRASE, 0, "安全"));
		assert_int_equal(offered(&s, GK_SUGGEST_PHRASE, 0, "安全")->count, 3);
	}
	/* The older one did answer; else nothing was tested. */
	assert_true(older > 0);
	s = ask(c, "安全生产", true);
	assert_true(s.current);
	assert_null(offered(&s, GK_SUGGEST_TITLE, 2, ""));
	gk_catalog_close(c);
	memcpy(docs, town, sizeof town);
	write_docs(2, 3);
}

static void
a_title_that_was_corrected_is_offered_under_the_new_one_only(void **state)
{
	struct gk_catalog *c = open_catalog();
	struct gk_suggestions s = ask(c, "粮食", true);

	(void)state;
	assert_non_null(offered(&s, GK_SUGGEST_TITLE, 7, ""));
	docs[6].title = "储备粮管理办法";
	write_docs(7, 7);
	assert_int_equal(gk_catalog_refresh(c, NULL, NULL), GK_OK);
	for (int i = 0; i < 20; i++) {
		s = ask(c, "粮食", false);
		assert_null(offered(&s, GK_SUGGEST_TITLE, 7, ""));
	}
	s = ask(c, "储备粮", true);
	assert_non_null(offered(&s, GK_SUGGEST_TITLE, 7, ""));
	gk_catalog_close(c);
	memcpy(docs, town, sizeof town);
	write_docs(7, 7);
}

static void
a_rebuilt_index_answers_the_same(void **state)
{
	static const char *const typed[] = { "安", "安全", "妈府发〔20", "2021年度", "关于印发安全" };
	struct gk_catalog *c = open_catalog();
	struct gk_suggestions before[5], after;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		before[i] = ask(c, typed[i], true);
	new_generation();
	assert_int_equal(gk_catalog_refresh(c, NULL, NULL), GK_OK);
	for (size_t i = 0; i < 5; i++) {
		after = ask(c, typed[i], true);
		assert_int_equal(after.n, before[i].n);
		assert_true(after.n > 0);
		assert_memory_equal(after.item, before[i].item, after.n * sizeof *after.item);
	}
	gk_catalog_close(c);
}

static void
other_texts_suggest_nothing_and_do_no_harm(void **state)
{
	static const char *const typed[] = { "", " ", "《》", "\xff\xfe", "\xe5\xae", "((((", "123456789012345678901234567890", "a", "第", "号", "〔2021〕", "安\xff" };
	struct gk_catalog *c = open_catalog();
	char longer[4 * GK_SUGGEST_TYPED];
	struct gk_suggestions s;

	(void)state;
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
		ask(c, typed[i], true);
	assert_int_equal(ask(c, "", true).n, 0);
	assert_int_equal(ask(c, "《》", true).n, 0);
	/* Longer than what is looked at. */
	for (size_t i = 0; i <= GK_SUGGEST_TYPED; i++)
		memcpy(longer + 3 * i, "安", 4);
	s = ask(c, longer, true);
	assert_int_equal(s.n, 0);
	gk_catalog_close(c);
}

struct asker { unsigned asked; bool *stop, bad; };

static void *
keep_asking(void *arg)
{
	struct asker *a = arg;
	struct gk_catalog *c = open_catalog();

	while (!__atomic_load_n(a->stop, __ATOMIC_RELAXED)) {
		struct gk_suggestions s;

		a->bad |= gk_catalog_refresh(c, NULL, NULL) != GK_OK || gk_suggest(c, "安全", strlen("安全"), gk_date_today(), false, &s, NULL) != GK_OK;
		/* The first document stays. */
		a->bad |= offered(&s, GK_SUGGEST_TITLE, 1, "") == NULL;
		a->asked++;
	}
	gk_catalog_close(c);
	return NULL;
}

static void
many_may_ask_while_one_writes(void **state)
{
	bool stop = false;
	struct asker a[3] = { { 0, &stop, false }, { 0, &stop, false }, { 0, &stop, false } };
	pthread_t thread[3];
	struct gk_catalog *c = open_catalog();

	(void)state;
	/* There is a set to begin with. */
	ask(c, "安全", true);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, keep_asking, &a[i]), 0);
	for (int i = 0; i < 20; i++) {
		docs[1].withdrawn = i % 2 == 0;
		write_docs(2, 2);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 3; i++) {
		pthread_join(thread[i], NULL);
		assert_false(a[i].bad);
		assert_true(a[i].asked > 0);
	}
	gk_catalog_close(c);
	memcpy(docs, town, sizeof town);
	write_docs(2, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(titles_in_force_come_first_and_ended_ones_say_so),
		cmocka_unit_test(a_title_that_two_documents_bear_is_one_suggestion),
		cmocka_unit_test(phrases_of_titles_complete_what_was_begun),
		cmocka_unit_test(pinyin_gives_phrases_and_their_titles),
		cmocka_unit_test(numbers_are_found_from_their_beginning_in_any_form),
		cmocka_unit_test(what_was_withdrawn_is_offered_by_no_set),
		cmocka_unit_test(a_title_that_was_corrected_is_offered_under_the_new_one_only),
		cmocka_unit_test(a_rebuilt_index_answers_the_same),
		cmocka_unit_test(other_texts_suggest_nothing_and_do_no_harm),
		cmocka_unit_test(many_may_ask_while_one_writes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
