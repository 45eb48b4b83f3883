/* What the index and the query must both make alike: the keys of a title and of an index number, and the canon of what was typed. */
#include "catalog/prepare.h"

#include "base/digest.h"
#include "base/utf8.h"
#include "cjk/cjk.h"

#include <stdlib.h>
#include <string.h>

bool
gk_title_key_of(const uint16_t *canon, size_t n, char out[65])
{
	static const uint16_t state[] = { 0x4E2D, 0x534E, 0x4EBA, 0x6C11, 0x5171, 0x548C, 0x56FD };	/* 中华人民共和国 */
	const size_t state_n = sizeof state / sizeof *state;
	uint16_t units[GK_TITLE_KEY_UNITS];
	size_t m = 0;

	for (size_t i = 0; i < n && m < GK_TITLE_KEY_UNITS; i++) {
		if (canon[i] == ' ')
			continue;
		units[m++] = canon[i];
		/* People leave it out, at the beginning and within: 关于适用《公司法》若干问题的规定. */
		if (m >= state_n && memcmp(units + m - state_n, state, sizeof state) == 0)
			m -= state_n;
	}
	if (m == 0 && n > 0) {
		memcpy(units, state, sizeof state);
		m = state_n;
	}
	if (m > 0)
		gk_sha256_hex(units, m * sizeof *units, out);
	return m > 0;
}

bool
gk_title_key(const char *title, size_t n, char out[65], struct gk_err *err)
{
	struct gk_folded f;
	uint16_t *units;
	size_t k;
	bool found;

	if (!gk_fold(title, n, false, &f)) {
		gk_nomem(err);
		return false;
	}
	units = calloc(f.n + 1, sizeof *units);
	if (units == NULL) {
		gk_folded_free(&f);
		gk_nomem(err);
		return false;
	}
	k = gk_canon(f.text, f.n, units);
	found = gk_title_key_of(units, k, out);
	free(units);
	gk_folded_free(&f);
	return found;
}

bool
gk_indexno_key(const char *p, size_t n, char out[GK_INDEXNO_KEY], size_t *used)
{
	struct gk_folded f;
	size_t k = 0;
	bool digit = false;

	*used = 0;
	if (n < 6 || n >= GK_INDEXNO_KEY)
		return true;
	if (!gk_fold(p, n, false, &f))
		return false;
	for (size_t i = 0, len; i < f.n; i += len) {
		uint32_t cp;
		bool dash, stroke;

		len = gk_utf8_decode(f.text + i, f.n - i, &cp);
		if (cp == ' ' || cp == 0x3000)
			continue;
		dash = (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212 || cp == 0x30FC || cp == 0xFE63 || cp == '-';
		stroke = cp == 0x2044 || cp == 0x2215 || cp == '/';
		if (k + len >= GK_INDEXNO_KEY)
			break;
		if (dash || stroke) {
			out[k++] = dash ? '-' : '/';
		} else {
			memcpy(out + k, f.text + i, len);
			k += len;
		}
		digit |= cp >= '0' && cp <= '9';
	}
	gk_folded_free(&f);
	out[k] = '\0';
	*used = digit && k >= 6 ? k : 0;
	return true;
}

bool
gk_typed_canon(const char *text, size_t n, struct gk_buf *out)
{
	char *lower = malloc(n + 1), *room;

	gk_buf_reset(out);
	room = gk_buf_room(out, n * 2);
	if (lower == NULL || room == NULL) {
		free(lower);
		return false;
	}
	for (size_t i = 0; i < n; i++)
		lower[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
	out->n = gk_canon(lower, n, (uint16_t *)(void *)room) * 2;
	free(lower);
	return true;
}
