/* What may be shown of a number. */
#include "gate/finding.h"

#include "base/utf8.h"

#include <string.h>

enum {
	AROUND = 10,		/* characters of an excerpt on each side */
	LONG = 5		/* digits beside a finding that might be a part of another number */
};

/* ASCII and full width; letters belong to the numbers of passports and, one x, of citizens. */
static bool
is_digit(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19);
}

static bool
is_part(uint32_t c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A);
}

struct keep { size_t first, last; };

static struct keep
kept(enum gk_rule rule)
{
	switch (rule) {
	case GK_P1:
	case GK_P2:
		return (struct keep){ 2, 3 };
	case GK_P3:
		return (struct keep){ 3, 4 };
	default:
		return (struct keep){ 0, 4 };
	}
}

static bool
is_number(enum gk_rule rule)
{
	return rule >= GK_P1 && rule <= GK_P5;
}

static bool
mask(const char *p, size_t n, struct keep keep, struct gk_buf *to)
{
	size_t parts = 0, seen = 0;
	uint32_t cp;

	for (size_t i = 0, k; i < n; i += k) {
		k = gk_utf8_decode(p + i, n - i, &cp);
		parts += is_part(cp);
	}
	for (size_t i = 0, k; i < n; i += k) {
		k = gk_utf8_decode(p + i, n - i, &cp);
		seen += is_part(cp);
		if (is_part(cp) && seen > keep.first && seen + keep.last <= parts)
			gk_buf_putc(to, '*');
		else
			gk_buf_add(to, p + i, k);
	}
	return !to->failed;
}

bool
gk_mask_numbers(const char *text, size_t n, const struct gk_findings *f, struct gk_buf *to)
{
	size_t at = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct gk_finding *x = &f->item[i];

		if (!is_number(x->rule) || x->start < at)
			continue;
		gk_buf_add(to, text + at, x->start - at);
		mask(text + x->start, x->end - x->start, kept(x->rule), to);
		at = x->end;
	}
	return gk_buf_add(to, text + at, n - at);
}

/* --- excerpts --------------------------------------------------------------------------------------------------------- */

static size_t
back(const char *text, size_t at, size_t characters)
{
	while (characters-- > 0 && at > 0 && text[at - 1] != '\n') {
		at--;
		while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
			at--;
	}
	return at;
}

static size_t
forth(const char *text, size_t n, size_t at, size_t characters)
{
	uint32_t cp;

	while (characters-- > 0 && at < n && text[at] != '\n')
		at += gk_utf8_decode(text + at, n - at, &cp);
	return at;
}

/* Bytes of the run of digits at p, single spaces and hyphens within it, and how many digits. */
static size_t
digits_at(const char *p, size_t n, size_t *digits)
{
	size_t i = 0, end = 0;

	*digits = 0;
	while (i < n) {
		uint32_t cp;
		size_t k = gk_utf8_decode(p + i, n - i, &cp);

		if (is_digit(cp)) {
			++*digits;
			end = i + k;
		} else if (*digits == 0 || (cp != ' ' && cp != '-') || i != end) {
			break;
		}
		i += k;
	}
	return end;
}

static void
add_neighbours(const char *p, size_t n, struct gk_buf *to)
{
	for (size_t i = 0; i < n;) {
		size_t digits, k = digits_at(p + i, n - i, &digits);
		uint32_t cp;

		if (digits >= LONG) {
			mask(p + i, k, (struct keep){ 0, 0 }, to);
		} else {
			k = k > 0 ? k : gk_utf8_decode(p + i, n - i, &cp);
			if (k == 1 && (unsigned char)p[i] < ' ')
				gk_buf_putc(to, ' ');
			else
				gk_buf_add(to, p + i, k);
		}
		i += k;
	}
}

void
gk_finding_excerpt(const char *text, size_t n, const struct gk_finding *f, char out[GK_EXCERPT])
{
	size_t from = back(text, f->start, AROUND), to = forth(text, n, f->end, AROUND), k;
	struct gk_buf b;

	gk_buf_init(&b, 64 * 1024);
	add_neighbours(text + from, f->start - from, &b);
	if (is_number(f->rule))
		mask(text + f->start, f->end - f->start, kept(f->rule), &b);
	else
		add_neighbours(text + f->start, f->end - f->start, &b);
	add_neighbours(text + f->end, to - f->end, &b);
	k = b.failed || b.p == NULL ? 0 : gk_utf8_cut(b.p, b.n < GK_EXCERPT - 1 ? b.n : GK_EXCERPT - 1);
	memcpy(out, k > 0 ? b.p : "", k);
	out[k] = '\0';
	gk_buf_free(&b);
}
