/* 繁體: words first, then characters. */
#include "cjk/traditional.h"

#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

#include "cjk/traditional-table.h"

enum { CHARS = sizeof char_from / sizeof *char_from, WORDS = sizeof words / sizeof *words };

/* The character in traditional writing, or itself. */
static uint32_t
single(uint32_t c)
{
	size_t low = 0, high = CHARS;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (char_from[mid] < c)
			low = mid + 1;
		else
			high = mid;
	}
	return low < CHARS && char_from[low] == c ? char_to[low] : c;
}

/* Of the words that begin with c the longest that stands here; WORDS if none does. */
static size_t
word_at(uint32_t c, const char *s, size_t n)
{
	size_t low = 0, high = WORDS;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (words[mid].first < c)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < WORDS && words[low].first == c; low++) {
		size_t len = strlen(words[low].from);

		if (len <= n && memcmp(s, words[low].from, len) == 0)
			return low;
	}
	return WORDS;
}

bool
gk_traditional(const char *s, size_t n, struct gk_buf *out)
{
	size_t at = 0;

	while (at < n) {
		uint32_t c;
		size_t len = gk_utf8_decode(s + at, n - at, &c), word = c < 0x3000 ? WORDS : word_at(c, s + at, n - at);
		char to[4];

		if (word < WORDS) {
			gk_buf_puts(out, words[word].to);
			len = strlen(words[word].from);
		} else if (c < 0x3000 || c > 0xFFFF || single(c) == c) {
			gk_buf_add(out, s + at, len);
		} else {
			gk_buf_add(out, to, gk_utf8_encode(single(c), to));
		}
		at += len;
	}
	return !out->failed;
}
