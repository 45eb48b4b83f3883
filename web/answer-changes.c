/*
 * Notices of what was searched instead of what was typed, and of what might have
 * been meant (experience.md 1, rule 2: never a silent wrong answer).
 *
 *   {"code":"corrected"|"pinyin"|"synonym","from","to","mend","wrong","right","message","message_en","undo"}
 *   {"code":"related","message","message_en","words":[{"from","to"}],"undo"}
 *   {"code":"offered","from","message","message_en","choices":[{"text","mend","wrong","right","url"}]}
 */
#include "web/answer-internal.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum { MESSAGE = 768, PART = 160 };

/* As much of a run as a sentence bears, in whole characters. */
static int
cut(const char *s)
{
	size_t n = strlen(s);

	return (int)(n < PART ? n : gk_utf8_cut(s, PART));
}

/* %1$s: the character that was typed, %2$s the one that was meant; one of them is empty where none was replaced. */
static const struct { const char *zh, *en; } mend_words[] = {
	[GK_MEND_NONE] = { "", "" },
	[GK_MEND_SOUND] = { "（%1$s→%2$s，同音）", " (%1$s→%2$s, same sound)" },
	[GK_MEND_NEAR_SOUND] = { "（%1$s→%2$s，音近）", " (%1$s→%2$s, similar sound)" },
	[GK_MEND_LOOK] = { "（%1$s→%2$s，形近）", " (%1$s→%2$s, looks alike)" },
	[GK_MEND_CHARACTER] = { "（%1$s→%2$s）", " (%1$s→%2$s)" },
	[GK_MEND_SWAP] = { "（换了次序）", " (in another order)" },
	[GK_MEND_MISSING] = { "（补“%1$s%2$s”）", " (with %1$s%2$s)" },
	[GK_MEND_PINYIN] = { "（拼音）", " (pinyin)" },
	[GK_MEND_EXTRA] = { "（去“%1$s%2$s”）", " (without %1$s%2$s)" },
};

static void
say_how(const struct gk_change *c, bool en, char out[PART])
{
	snprintf(out, PART, en ? mend_words[c->mend].en : mend_words[c->mend].zh, c->wrong == NULL ? "" : c->wrong, c->right == NULL ? "" : c->right);
}

static json_t *
describe(const struct gk_change *c)
{
	return json_pack("{s:s, s:s*, s:s*}", "mend", gk_mend_code[c->mend], "wrong", c->wrong, "right", c->right);
}

static json_t *
corrected(const struct gk_change *c, const struct gk_param *params, size_t n)
{
	static const char *const without[] = { "literal", "page", "cursor", NULL };
	char how[PART], how_en[PART], zh[MESSAGE], en[MESSAGE];
	json_t *one;

	say_how(c, false, how);
	say_how(c, true, how_en);
	snprintf(zh, sizeof zh, "没有“%.*s”。以下是“%.*s”的结果%s。", cut(c->from), c->from, cut(c->to), c->to, how);
	snprintf(en, sizeof en, "No document has '%.*s'. These are results for '%.*s'%s.", cut(c->from), c->from, cut(c->to), c->to, how_en);
	one = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "code", c->mend == GK_MEND_PINYIN ? "pinyin" : gk_level_code[c->level], "from", c->from, "to", c->to, "message", zh, "message_en", en,
			"undo", url_of("/search", params, n, without, "literal", "1"));
	if (one != NULL && c->level == GK_LEVEL_CORRECTED)
		json_object_update_new(one, describe(c));
	return one;
}

/* The question with the run replaced where it stands first. */
static json_t *
url_with(const char *q, const struct gk_change *c, const struct gk_param *params, size_t n)
{
	static const char *const without[] = { "q", "literal", "page", "cursor", NULL };
	const char *at = strstr(q, c->from);
	struct gk_buf changed;
	json_t *url;

	gk_buf_init(&changed, 16 * 1024);
	gk_buf_add(&changed, q, at == NULL ? 0 : (size_t)(at - q));
	gk_buf_puts(&changed, c->to);
	gk_buf_puts(&changed, at == NULL ? "" : at + strlen(c->from));
	url = changed.failed ? NULL : url_of("/search", params, n, without, "q", changed.p);
	gk_buf_free(&changed);
	return url;
}

/* All offers for one run: c[0..k) have the same `from`. */
static json_t *
offered(const char *q, const struct gk_change *c, size_t k, const struct gk_param *params, size_t n)
{
	char zh[MESSAGE], en[MESSAGE];
	json_t *choices = json_array();

	snprintf(zh, sizeof zh, "没有“%.*s”。是不是要找：", cut(c->from), c->from);
	snprintf(en, sizeof en, "No document has '%.*s'. Did you mean: ", cut(c->from), c->from);
	for (size_t i = 0; i < k; i++) {
		json_t *one = json_pack("{s:s, s:o}", "text", c[i].to, "url", url_with(q, &c[i], params, n));

		if (one != NULL)
			json_object_update_new(one, describe(&c[i]));
		json_array_append_new(choices, one);
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:o}", "code", "offered", "from", c->from, "message", zh, "message_en", en, "choices", choices);
}

/* The words of documents that were looked for beside those of a question: c[0..k). */
static json_t *
related(const struct gk_change *c, size_t k, const struct gk_param *params, size_t n)
{
	static const char *const without[] = { "literal", "page", "cursor", NULL };
	json_t *words = json_array(), *one = NULL;
	struct gk_buf list;

	gk_buf_init(&list, 16 * 1024);
	for (size_t i = 0; i < k; i++) {
		json_array_append_new(words, json_pack("{s:s, s:s}", "from", c[i].from, "to", c[i].to));
		gk_buf_printf(&list, "%s%s→%s", i > 0 ? "、" : "", c[i].from, c[i].to);
	}
	if (!list.failed)
		one = json_pack("{s:s, s:s+, s:s+, s:o, s:o}", "code", "related", "message", "也找了文件的用语：", list.p, "message_en", "Also looked for the words of documents: ", list.p,
				"words", words, "undo", url_of("/search", params, n, without, "literal", "1"));
	else
		json_decref(words);
	gk_buf_free(&list);
	return one;
}

void
site_note_changes(const char *q, const struct gk_results *found, const struct gk_param *params, size_t n, json_t *notices)
{
	for (size_t i = 0; i < found->n_changes; ) {
		const struct gk_change *c = &found->changes[i];
		size_t k = 1;

		if (c->level == GK_LEVEL_SOME) {
			json_array_append_new(notices, related(c, found->n_changes - i, params, n));
			return;
		}
		while (c->offered && i + k < found->n_changes && c[k].offered && strcmp(c[k].from, c->from) == 0)
			k++;
		json_array_append_new(notices, c->offered ? offered(q, c, k, params, n) : corrected(c, params, n));
		i += k;
	}
}
