/*
 * What a text says about the end of others, and about its own beginning (domain.md 4.4, 4.5).  Reading only: a clause found here is a
 * proposal, and changes nothing before a person, or an exact number, confirms it.
 *
 *   clause      = title-list [tail] verb              1987年…国务院发布的《甲办法》和《乙细则》（国发〔1987〕9号）同时废止
 *               / ("废止" / "宣布失效") title-list    only in a decision whose own title says 废止 or 失效
 *               / "下列…同时废止：" 1*line            one title a line
 *   title-list  = [before] title *( ("、" / "，" / "和" / "及" / "以及" / "与" / nothing) [before] title )
 *   title       = [number] "《" … "》" [number], nested 〈〉 《》 <> belong to it      云政发〔2010〕12号《甲办法》
 *   before      = date, issuer, "发布的" …            stands between titles as well
 *   tail        = bracket / "中关于…的规定" / "第三条" / "及其…" / "等…" / "自…起" / "都" …
 *
 * A title is left out of the list iff "(第N次)修正" or "修订", "修改" follows it: then it is only the basis of an earlier amendment.
 * A title followed by 中关于…的规定 or by articles is abolished in part.  A verb that no title leads up to (停止执行 of a penalty, the
 * expiry of a permit) is none of ours.
 */
#ifndef GK_CLAUSE_H
#define GK_CLAUSE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/status.h"

struct gk_span { const char *p; size_t n; };	/* borrowed from the text; p NULL: none */

struct gk_clause_target {
	struct gk_span name;		/* without 《》 */
	struct gk_span docno;		/* as stated in the bracket behind the title, without the bracket, or right before or behind it, or alone (name empty); or none */
	struct gk_span order;		/* of the order before the title by which it was made (市政府令第12号公布的《…》); or none */
	struct gk_span issuer;		/* as stated before the title; or none */
	struct gk_date date;		/* the first stated before the title; GK_NO_DATE if none */
	bool part;
	struct gk_span subject;		/* part: the provisions on what (关于Y的规定: "关于Y的规定"), or which articles (第三条、第五条) */
};

struct gk_clause {
	size_t start, end;		/* the sentence, bytes of the text */
	const char *verb;		/* "同时废止": of the table, not of the text */
	struct gk_date effective;	/* the clause's own day (自…起废止); GK_NO_DATE if it has none */
	bool on_publication;		/* 自本规定公布之日起，《…》废止 */
	struct gk_clause_target *target;
	size_t n;
};

enum gk_beginning { GK_BEGINS_UNSTATED, GK_BEGINS_ON, GK_BEGINS_ON_PUBLICATION, GK_BEGINS_AFTER_PUBLICATION };

struct gk_clauses {
	struct gk_clause *item;
	size_t n;
	/* When the text itself takes effect: as stated nearest to the first clause, else last in the text (4.4). */
	enum gk_beginning begins;
	struct gk_date effective;	/* GK_BEGINS_ON */
	uint32_t days_after;		/* GK_BEGINS_AFTER_PUBLICATION: 30 of 公布之日起三十日后 */
	bool overrides;			/* "与本办法不一致的，同时废止": names nothing, ends nothing; a relation only (overrides_conflicting) */
};

enum { GK_CLAUSES_MAX = 4096, GK_CLAUSE_TARGETS = 4096, GK_SENTENCE_TITLES = 512 };

/* title may be "" (then no decision is recognised).  Everything lives in the arena. GK_DEAD only when memory ends. */
enum gk_status gk_clauses_find(const char *text, size_t n, const char *title, struct gk_arena *arena, struct gk_clauses *out, struct gk_err *err);

/*
 * The text's own term of validity (4.5 f): only 本办法有效期五年, 本通知有效期至2025年12月31日, or 有效期… right behind …起施行; whatever
 * else has a 有效期 is a permit, a certificate, an offer.  Without allocation; false if none is stated.
 */
struct gk_term_of_validity {
	uint32_t years;			/* 0: a day is stated */
	struct gk_date until;		/* its last day; GK_NO_DATE: years count from the day of effect */
	size_t start, end;		/* bytes of the text */
};
bool gk_term_find(const char *text, size_t n, struct gk_term_of_validity *out);

/*
 * What the text rests on: the titles behind 根据, 依据, 按照 … up to the end of that sentence, with their numbers. Not those of a
 * history of amendments (根据2018年…《关于修改…的决定》修正).
 */
enum gk_status gk_citations_find(const char *text, size_t n, struct gk_arena *arena, struct gk_clause_target **out, size_t *count, struct gk_err *err);

#endif
