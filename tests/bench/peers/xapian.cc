/*
 * Xapian as its manual has it, in DIR/xapian.  Built twice by speed.py:
 *   OWN_NGRAMS=0   pairs of characters with positions, a phrase is OP_PHRASE of its pairs
 *   OWN_NGRAMS=1   the n-gram switch of its TermGenerator and QueryParser
 */
#include "../speed/load.h"
#include "pairs.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>
#include <xapian.h>

enum { PUBLISHED, FIRST, LAST, CATEGORY, YEAR };

static std::string
day(int number)
{
	char out[16];

	snprintf(out, sizeof out, "%08d", number);
	return out;
}

static std::vector<std::string>
pairs_of(const char *text)
{
	std::vector<std::string> out;
	struct pairs c = { text, strlen(text), 0, false };
	struct pair p;

	while (next_pair(&c, &p))
		out.emplace_back(p.p, p.n);
	return out;
}

static void
add_text(Xapian::Document &doc, Xapian::TermGenerator &cutter, const char *text)
{
	if (OWN_NGRAMS) {
		cutter.set_document(doc);
		cutter.set_termpos(0);
		cutter.index_text(text);
		return;
	}
	struct pairs c = { text, strlen(text), 0, false };
	struct pair p;
	Xapian::termpos at = 0;

	while (next_pair(&c, &p))
		doc.add_posting(std::string(p.p, p.n), at += p.broken ? 2 : 1);
}

static void
fill(Xapian::WritableDatabase &db, FILE *docs)
{
	Xapian::TermGenerator cutter;
	struct document d;

	if (OWN_NGRAMS)
		cutter.set_flags(Xapian::TermGenerator::FLAG_CJK_NGRAM);
	while (next_document(docs, &d)) {
		Xapian::Document doc;

		add_text(doc, cutter, d.text);
		doc.add_value(PUBLISHED, day(d.published));
		doc.add_value(FIRST, day(d.from));
		doc.add_value(LAST, day(d.to));
		doc.add_value(CATEGORY, d.category);
		doc.add_value(YEAR, std::to_string(d.year));
		doc.add_boolean_term("Y" + std::to_string(d.year));
		doc.add_boolean_term(std::string("XC") + d.category);
		db.add_document(doc);
	}
	db.commit();
}

void
engine_index(const char *dir, FILE *docs)
{
	try {
		Xapian::WritableDatabase db(std::string(dir) + "/xapian", Xapian::DB_CREATE_OR_OVERWRITE);

		fill(db, docs);
	} catch (const Xapian::Error &e) {
		stop(dir, e.get_msg().c_str());
	}
}

void *
engine_open(const char *dir)
{
	try {
		return new Xapian::Database(std::string(dir) + "/xapian");
	} catch (const Xapian::Error &e) {
		stop(dir, e.get_msg().c_str());
	}
}

static Xapian::Query
words(const struct question *q)
{
	if (OWN_NGRAMS) {
		Xapian::QueryParser parser;
		std::string text = q->ranked ? q->word[0] : std::string("\"") + q->word[0] + "\"";

		if (q->word[1] != nullptr)
			text += std::string(" \"") + q->word[1] + "\"";
		parser.set_default_op(q->ranked ? Xapian::Query::OP_OR : Xapian::Query::OP_AND);
		return parser.parse_query(text, Xapian::QueryParser::FLAG_CJK_NGRAM | Xapian::QueryParser::FLAG_PHRASE);
	}
	std::vector<std::string> first = pairs_of(q->word[0]);

	if (q->ranked)
		return Xapian::Query(Xapian::Query::OP_OR, first.begin(), first.end());
	Xapian::Query out(Xapian::Query::OP_PHRASE, first.begin(), first.end(), static_cast<Xapian::termcount>(first.size()));

	if (q->word[1] != nullptr) {
		std::vector<std::string> second = pairs_of(q->word[1]);

		out = Xapian::Query(Xapian::Query::OP_AND, out, Xapian::Query(Xapian::Query::OP_PHRASE, second.begin(), second.end(), static_cast<Xapian::termcount>(second.size())));
	}
	return out;
}

static Xapian::Query
whole(const struct question *q)
{
	Xapian::Query out = words(q);

	if (q->year != 0)
		out = Xapian::Query(Xapian::Query::OP_FILTER, out, Xapian::Query("Y" + std::to_string(q->year)) & Xapian::Query(std::string("XC") + q->category));
	if (q->as_of != 0)
		out = Xapian::Query(Xapian::Query::OP_FILTER, out, Xapian::Query(Xapian::Query::OP_VALUE_RANGE, FIRST, day(1), day(q->as_of)) &
								   Xapian::Query(Xapian::Query::OP_VALUE_GE, LAST, day(q->as_of)));
	return out;
}

static long
ask(Xapian::Database &db, const struct question *q)
{
	Xapian::Enquire enquire(db);
	Xapian::ValueCountMatchSpy by_category(CATEGORY), by_year(YEAR);

	enquire.set_query(whole(q));
	if (q->newest)
		enquire.set_sort_by_value(PUBLISHED, true);
	if (q->facets) {
		enquire.add_matchspy(&by_category);
		enquire.add_matchspy(&by_year);
	}
	Xapian::MSet found = enquire.get_mset(static_cast<Xapian::doccount>(q->offset), 10, q->ranked ? 0 : db.get_doccount());

	return static_cast<long>(found.get_matches_estimated());
}

long
engine_ask(void *handle, const struct question *q)
{
	try {
		return ask(*static_cast<Xapian::Database *>(handle), q);
	} catch (const Xapian::Error &e) {
		stop(q->word[0], e.get_msg().c_str());
	}
}
