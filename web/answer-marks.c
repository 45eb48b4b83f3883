/* The words of a search in the text of a document, so that who comes from a hit stands where it was found. */
#include "web/answer-internal.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS = 12, WORDS_BYTES = 600, MARKS = 2000, LOOK = 4 * 1024 * 1024 };	/* of a text so much is looked through; L20 */

json_t *
site_marks_url(const char *page, const struct gk_needle *needles, size_t n, size_t at)
{
	struct gk_param word[WORDS];
	char text[WORDS_BYTES + WORDS];
	size_t k = 0, room = WORDS_BYTES, used = 0;
	json_t *url, *out;

	for (size_t i = 0; i < n && k < WORDS && needles[i].n <= room; i++) {
		memcpy(text + used, needles[i].p, needles[i].n);
		text[used + needles[i].n] = '\0';
		word[k++] = (struct gk_param){ "mark", text + used };
		used += needles[i].n + 1;
		room -= needles[i].n;
	}
	if (k == 0)
		return json_null();
	url = url_of(page, word, k, NULL, NULL, NULL);
	out = json_sprintf("%s#" GK_MARK_ANCHOR, json_string_value(url), at);
	json_decref(url);
	return out;
}

enum gk_status
gk_answer_marks(const struct gk_param *params, size_t n, json_t *document, struct gk_err *err)
{
	const json_t *text = json_object_get(document, "text");
	const char *s = json_string_value(text);
	size_t length = json_string_length(text), words = 0, marks = 0, all = 0, room = WORDS_BYTES, at = 0, chars = 0;
	struct gk_folded folded[WORDS];
	struct gk_needle needle[WORDS];
	struct gk_mark *found = NULL;
	json_t *said = json_array(), *list = json_array();
	bool ok = true;

	for (size_t i = 0; ok && i < n && words < WORDS; i++) {
		size_t bytes = strlen(params[i].value);

		if (strcmp(params[i].name, "mark") != 0 || bytes == 0 || bytes > room)
			continue;
		ok = gk_fold(params[i].value, bytes, true, &folded[words]);
		if (!ok)
			break;
		needle[words] = (struct gk_needle){ folded[words].text, folded[words].n, 1 };
		words++;
		room -= bytes;
		json_array_append_new(said, json_string(params[i].value));
	}
	if (length > LOOK)
		length = gk_utf8_cut(s, LOOK);
	if (ok && words > 0 && length > 0)
		ok = (found = gk_marks_all(s, length, needle, words, MARKS, &marks, &all)) != NULL;
	for (size_t i = 0; i < marks; i++) {
		size_t long_ = gk_utf8_count(s + found[i].start, found[i].end - found[i].start);

		chars += gk_utf8_count(s + at, found[i].start - at);
		json_array_append_new(list, json_pack("[I, I]", (json_int_t)chars, (json_int_t)(chars + long_)));
		chars += long_;
		at = found[i].end;
	}
	for (size_t i = 0; i < words; i++)
		gk_folded_free(&folded[i]);
	free(found);
	if (!ok || words == 0) {
		json_decref(said);
		json_decref(list);
		return ok ? GK_OK : gk_nomem(err);
	}
	json_object_set_new(document, "marks", json_pack("{s:o, s:o, s:I}", "words", said, "places", list, "total", (json_int_t)all));
	return GK_OK;
}
