/* How an answer was come to: what was understood, how far it had to be loosened, and what each hit's score is made of. */
#include "web/answer-internal.h"

#include <string.h>

static const struct { const char *zh, *en; } level_words[] = {
	[GK_LEVEL_NONE] = { "没有文件", "no document" },
	[GK_LEVEL_PHRASE] = { "原样", "as it was typed" },
	[GK_LEVEL_SYNONYM] = { "换成近义的说法", "another word for it" },
	[GK_LEVEL_CORRECTED] = { "改正一个字", "one character corrected" },
	[GK_LEVEL_NEAR] = { "各字挨近", "its characters close together" },
	[GK_LEVEL_ALL] = { "各字都有，不必相连", "all of its characters, anywhere" },
	[GK_LEVEL_SOME] = { "有其中一些", "some of it" },
};

static double
rounded(double v)
{
	return (double)(long)(v * 1000 + (v < 0 ? -0.5 : 0.5)) / 1000;
}

static json_t *
runs_json(const struct gk_explained *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->runs; i++) {
		const struct gk_explained_run *run = &e->run[i];
		json_t *searched = json_array();

		for (size_t k = 0; k < run->n_searched; k++)
			json_array_append_new(searched, json_string(run->searched[k]));
		json_array_append_new(list, json_pack("{s:s, s:b, s:s, s:s, s:s, s:o, s:I}", "text", run->text, "negative", (int)run->negative, "level", gk_level_code[run->level],
						      "label", level_words[run->level].zh, "label_en", level_words[run->level].en, "searched", searched, "documents",
						      (json_int_t)run->documents));
	}
	return list;
}

static json_t *
terms_json(const struct gk_explained *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->terms; i++)
		json_array_append_new(list, json_pack("{s:s, s:I, s:f, s:I}", "term", e->term[i].term, "documents", (json_int_t)e->term[i].documents, "idf", rounded(e->term[i].idf),
						      "times", (json_int_t)e->term[i].times));
	return list;
}

json_t *
site_explain(const struct gk_query *q, const struct gk_results *found)
{
	const struct gk_explained *e = found->explained;
	char zh[2400], en[2400];

	gk_query_say(q, true, zh, sizeof zh);
	gk_query_say(q, false, en, sizeof en);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o}", "words", zh, "words_en", en, "level", gk_level_code[found->level], "label", level_words[found->level].zh,
			 "label_en", level_words[found->level].en, "documents", (json_int_t)e->documents, "runs", runs_json(e), "terms", terms_json(e));
}

json_t *
site_explain_hit(const struct gk_explained *e, uint32_t docid)
{
	for (size_t i = 0; i < e->scores; i++) {
		const struct gk_score *s = &e->score[i];

		if (s->docid == docid)
			return json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "words", rounded(s->words), "characters", rounded(s->characters), "likeness", rounded(s->likeness),
					 "same_title", rounded(s->same_title), "number", rounded(s->number), "year", rounded(s->year), "factor", rounded(s->factor));
	}
	return json_null();
}
