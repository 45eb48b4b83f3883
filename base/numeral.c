/*
 * Chinese numerals.
 *
 *   row     = 1*8 digit                           二〇二一
 *   place   = [section "万" ["零"]] section        一万二千, 十万零五百
 *   section = digits with 千 百 十, largest first; 零 stands for a gap, 十 alone is 10,
 *             廿 and 卅 are 20 and 30             一千零五, 一百一十, 一百廿三
 */
#include "base/numeral.h"

#include "base/utf8.h"

#include <string.h>

enum { VALUE_MAX = 99999999 };

/* 0 to 9 for a digit, 10 100 1000 10000 for a unit, 20 30 40 for 廿 卅 卌, -1 for anything else. */
static int
worth(uint32_t cp)
{
	static const struct { uint16_t cp, worth; } table[] = {
		{ 0x3007, 0 }, { 0x25CB, 0 }, { 0x25EF, 0 }, { 0x96F6, 0 },	/* 〇 ○ ◯ 零 */
		{ 0x4E00, 1 }, { 0x4E8C, 2 }, { 0x4E24, 2 }, { 0x4E09, 3 }, { 0x56DB, 4 }, { 0x4E94, 5 },	/* 一二两三四五 */
		{ 0x516D, 6 }, { 0x4E03, 7 }, { 0x516B, 8 }, { 0x4E5D, 9 },	/* 六七八九 */
		{ 0x5341, 10 }, { 0x767E, 100 }, { 0x5343, 1000 }, { 0x4E07, 10000 },	/* 十百千万 */
		{ 0x5EFF, 20 }, { 0x5345, 30 }, { 0x534C, 40 },	/* 廿卅卌 */
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].cp == cp)
			return table[i].worth;
	return -1;
}

/* Both return the length in bytes, 0 if none.  *huge: a row of digits that is too long to be a number. */
static size_t
scan_row(const char *p, size_t n, uint32_t *value, bool *huge)
{
	uint64_t sum = 0;
	size_t at = 0;

	while (at < n) {
		uint32_t cp;
		size_t len = gk_utf8_decode(p + at, n - at, &cp);
		int w = worth(cp);

		if (w < 0 || w > 9)
			break;
		sum = sum * 10 + (unsigned)w;
		*huge = sum > VALUE_MAX;
		if (*huge)
			return 0;
		at += len;
	}
	*value = (uint32_t)sum;
	return at;
}

struct place {
	uint32_t high;		/* what stood before 万, times 10,000 */
	uint32_t section;	/* the finished part below it */
	uint32_t least;		/* its smallest unit so far; the next one must be smaller */
	int digit;		/* a digit that waits for its unit, or -1 */
	bool gap;		/* 零 was read and waits for what follows it */
};

/* True if the numeral may end here. 一百五 may not: people mean 150, laws never write it. */
static bool
complete(const struct place *s)
{
	if (s->digit < 0)
		return !s->gap && (s->section > 0 || s->high > 0);
	return s->gap || s->least == 10 || (s->section == 0 && s->high == 0);
}

static bool
take(struct place *s, int w)
{
	bool begun = s->section > 0 || s->high > 0;

	if (w == 0) {
		if (!begun || s->digit >= 0 || s->gap || s->least == 10)
			return false;
		s->gap = true;
	} else if (w < 10) {
		if (s->digit >= 0)
			return false;
		s->digit = w;
	} else if (w == 10000) {
		if (s->high > 0 || !complete(s))
			return false;
		*s = (struct place){ (s->section + (s->digit > 0 ? (uint32_t)s->digit : 0)) * 10000, 0, 10000, -1, false };
	} else {
		bool twenty = w == 20 || w == 30 || w == 40;
		uint32_t unit = twenty ? 10 : (uint32_t)w;

		/* A gap leaves out at least one unit: 一千零二十, never 一百零二十. */
		if (unit >= s->least || (s->gap && unit * 10 >= s->least))
			return false;
		if (twenty ? s->digit >= 0 : s->digit < 0 && w != 10)
			return false;
		s->section += twenty ? (uint32_t)w : unit * (s->digit < 0 ? 1 : (uint32_t)s->digit);
		s->least = unit;
		s->digit = -1;
		s->gap = false;
	}
	return true;
}

static size_t
scan_place(const char *p, size_t n, uint32_t *value)
{
	struct place s = { 0, 0, 10000, -1, false };
	size_t at = 0, best = 0;

	while (at < n) {
		uint32_t cp;
		size_t len = gk_utf8_decode(p + at, n - at, &cp);
		int w = worth(cp);

		if (w < 0 || !take(&s, w))
			break;
		at += len;
		if (complete(&s)) {
			best = at;
			*value = s.high + s.section + (s.digit > 0 ? (uint32_t)s.digit : 0);
		}
	}
	return best;
}

size_t
gk_numeral_scan(const char *p, size_t n, uint32_t *value)
{
	static const char yi[] = "亿";
	uint32_t row = 0, place = 0;
	bool huge = false;
	size_t row_n = scan_row(p, n, &row, &huge), place_n = scan_place(p, n, &place);
	size_t len = row_n > place_n ? row_n : place_n;

	/* 一亿 is a number too large, not the number 1. */
	if (len == 0 || huge || (n - len >= sizeof yi - 1 && memcmp(p + len, yi, sizeof yi - 1) == 0))
		return 0;
	*value = row_n > place_n ? row : place;
	return len;
}

static char *
put(char *to, const char *s)
{
	size_t n = strlen(s);

	memcpy(to, s, n);
	return to + n;
}

/* gap: something larger was written and 零 is due if the next digit is not the next unit. */
static char *
put_section(char *to, uint32_t v, bool first)
{
	static const char *const digits[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
	static const struct { uint32_t unit; const char *name; } units[] = { { 1000, "千" }, { 100, "百" }, { 10, "十" }, { 1, "" } };
	bool gap = false, begun = !first;

	for (size_t i = 0; i < 4; i++) {
		uint32_t d = v / units[i].unit % 10;

		if (d == 0) {
			gap = begun;
			continue;
		}
		if (gap)
			to = put(to, "零");
		/* 十五, but 一百一十五. */
		if (begun || units[i].unit != 10 || d != 1)
			to = put(to, digits[d]);
		to = put(to, units[i].name);
		gap = false;
		begun = true;
	}
	return to;
}

size_t
gk_numeral_format(uint32_t value, char out[64])
{
	char *to = out;

	if (value > VALUE_MAX)
		to = out;
	else if (value == 0)
		to = put(to, "零");
	else {
		if (value >= 10000) {
			to = put_section(to, value / 10000, true);
			to = put(to, "万");
		}
		to = put_section(to, value % 10000, value < 10000);
	}
	*to = '\0';
	return (size_t)(to - out);
}
