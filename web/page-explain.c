/* The page's words for explain=1: how the answer was come to. */
#include "web/frame.h"

#include <string.h>

static void
cells(struct frame *f, const char *element, const char *const text[], size_t n)
{
	page_open(f->p, "tr", NULL);
	for (size_t i = 0; i < n; i++)
		page_element(f->p, element, NULL, text[i]);
	page_close(f->p);
}

static void
begin_table(struct frame *f, const char *caption, const char *const head[], size_t n)
{
	page_open(f->p, "table", NULL);
	page_element(f->p, "caption", NULL, caption);
	cells(f, "th", head, n);
}

static void
write_runs(struct frame *f, const json_t *runs)
{
	const char *const head[] = { W(f, "查的", "Words"), W(f, "怎样查到", "How they were found"), W(f, "件数", "Documents") };
	const json_t *run;
	size_t i;

	begin_table(f, W(f, "各词", "Each run of words"), head, 3);
	json_array_foreach(runs, i, run) {
		char count[24];

		snprintf(count, sizeof count, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(run, "documents")));
		cells(f, "td", (const char *const[]){ str(run, "text"), W(f, str(run, "label"), str(run, "label_en")), count }, 3);
	}
	page_close(f->p);
}

static void
write_terms(struct frame *f, const json_t *terms)
{
	const char *const head[] = { W(f, "词", "Term"), W(f, "件数", "Documents"), W(f, "权重", "Weight") };
	const json_t *term;
	size_t i;

	begin_table(f, W(f, "权重：越少见越重", "Weights: the rarer, the more"), head, 3);
	json_array_foreach(terms, i, term) {
		char count[24], weight[24];

		snprintf(count, sizeof count, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(term, "documents")));
		snprintf(weight, sizeof weight, "%.3f", json_real_value(json_object_get(term, "idf")));
		cells(f, "td", (const char *const[]){ str(term, "term"), count, weight }, 3);
	}
	page_close(f->p);
}

static void
write_scores(struct frame *f, const json_t *hits)
{
	static const char *const keys[] = { "words", "characters", "likeness", "same_title", "number", "year", "factor" };
	const char *const head[] = { W(f, "文件", "Document"), W(f, "得分", "Score"), W(f, "词", "Words"), W(f, "单字", "Characters"), W(f, "像题名", "Like the title"),
				     W(f, "就是题名", "Is the title"), W(f, "文号", "Number"), W(f, "年份", "Year"), W(f, "× 时效与日期", "× status, date") };
	const json_t *hit;
	size_t i;

	begin_table(f, W(f, "得分", "Scores"), head, 9);
	json_array_foreach(hits, i, hit) {
		char number[8][24];
		const char *text[9] = { str(hit, "title") };

		snprintf(number[0], sizeof *number, "%.3f", json_real_value(json_object_get(hit, "score")));
		for (size_t k = 0; k < 7; k++)
			snprintf(number[k + 1], sizeof *number, "%.3f", json_real_value(json_object_get(json_object_get(hit, "explain"), keys[k])));
		for (size_t k = 0; k < 8; k++)
			text[k + 1] = number[k];
		cells(f, "td", text, 9);
	}
	page_close(f->p);
}

void
frame_explain(struct frame *f, const json_t *answer)
{
	const json_t *e = json_object_get(answer, "explain"), *hits = json_object_get(answer, "hits");

	if (!json_is_object(e))
		return;
	page_open(f->p, "section", "class", "explain", "id", "explain", NULL);
	page_element(f->p, "h2", NULL, W(f, "这次搜索怎样得来", "How this answer was come to"));
	page_open(f->p, "p", NULL);
	page_printf(f->p, W(f, "理解为：%s。放宽到：%s。", "Understood: %s. Loosened to: %s."), W(f, str(e, "words"), str(e, "words_en")), W(f, str(e, "label"), str(e, "label_en")));
	page_close(f->p);
	if (json_array_size(json_object_get(e, "runs")) > 0)
		write_runs(f, json_object_get(e, "runs"));
	if (json_array_size(json_object_get(e, "terms")) > 0)
		write_terms(f, json_object_get(e, "terms"));
	if (json_array_size(hits) > 0 && json_array_size(json_object_get(e, "terms")) > 0)
		write_scores(f, hits);
	page_close(f->p);
}
