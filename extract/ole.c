/*
 * The container of Office 97 to 2003 and of WPS (MS-CFB): a file system in a file, of sectors in chains.
 *
 *   header ─▶ DIFAT ─▶ FAT: which sector follows which;  directory: name, first sector, size of each stream;  small streams in a stream of their own
 *
 * Chains of a hostile file run in circles: none is followed for more sectors than the file has.
 */
#include "extract/inside.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FREE = 0xFFFFFFFFu, LAST = 0xFFFFFFFCu, HEADER = 512, ENTRY = 128, IN_HEADER = 109 };

/* The bytes of a sector, NULL if the file ends before. */
static const char *
sector(const struct gk_ole *o, uint32_t i)
{
	uint64_t at = ((uint64_t)i + 1) << o->shift;

	return at + ((uint64_t)1 << o->shift) > o->n ? NULL : o->p + at;
}

static uint32_t
next(const struct gk_ole *o, uint32_t i)
{
	uint32_t per = (uint32_t)1 << (o->shift - 2);
	const char *s = i / per < o->n_fat ? sector(o, o->fat[i / per]) : NULL;

	return s == NULL ? FREE : gk_u32(s + 4 * (i % per));
}

static bool
add_fat(struct gk_ole *o, uint32_t i)
{
	uint32_t *more;

	if (i >= LAST || o->n_fat >= o->n >> o->shift)
		return true;
	if ((o->n_fat & (o->n_fat - 1)) == 0) {
		more = realloc(o->fat, (o->n_fat == 0 ? 1 : o->n_fat * 2) * sizeof *more);
		if (more == NULL)
			return false;
		o->fat = more;
	}
	o->fat[o->n_fat++] = i;
	return true;
}

static bool
read_difat(struct gk_ole *o)
{
	uint32_t per = (uint32_t)1 << (o->shift - 2), at = gk_u32(o->p + 68);
	uint64_t left = o->n >> o->shift;
	bool done = true;

	for (unsigned i = 0; i < IN_HEADER && done; i++)
		done = add_fat(o, gk_u32(o->p + 76 + 4 * i));
	while (at < LAST && left-- > 0 && done) {
		const char *s = sector(o, at);

		if (s == NULL)
			break;
		for (uint32_t i = 0; i + 1 < per && done; i++)
			done = add_fat(o, gk_u32(s + 4 * i));
		at = gk_u32(s + 4 * (per - 1));
	}
	return done;
}

/* The chain from `at`, at most max bytes of it. */
static bool
read_chain(const struct gk_ole *o, uint32_t at, uint64_t max, struct gk_buf *out)
{
	uint64_t left = o->n >> o->shift;
	size_t size = (size_t)1 << o->shift;

	while (at < LAST && left-- > 0 && out->n < max) {
		const char *s = sector(o, at);

		if (s == NULL)
			break;
		if (!gk_buf_add(out, s, max - out->n < size ? (size_t)(max - out->n) : size))
			return false;
		at = next(o, at);
	}
	return true;
}

/* Names are UTF-16 and, here, ASCII. */
static bool
is_named(const char *entry, const char *name)
{
	size_t n = strlen(name);

	if (gk_u16(entry + 64) != 2 * (n + 1))
		return false;
	for (size_t i = 0; i < n; i++)
		if (toupper((int)gk_u16(entry + 2 * i)) != toupper((unsigned char)name[i]))
			return false;
	return true;
}

static const char *
find(const struct gk_ole *o, const char *name)
{
	for (size_t at = 0; at + ENTRY <= o->directory.n; at += ENTRY)
		if (o->directory.p[at + 66] == 2 && is_named(o->directory.p + at, name))
			return o->directory.p + at;
	return NULL;
}

bool
gk_ole_open(struct gk_ole *o, const char *p, size_t n)
{
	*o = (struct gk_ole){ .p = p, .n = n };
	gk_buf_init(&o->directory, 16 * 1024 * 1024);
	gk_buf_init(&o->small, GK_UNPACKED_MAX);
	gk_buf_init(&o->small_fat, 64 * 1024 * 1024);
	if (n < HEADER + 512)
		return false;
	o->shift = gk_u16(p + 30);
	o->small_shift = gk_u16(p + 32);
	if ((o->shift != 9 && o->shift != 12) || o->small_shift != 6 || !read_difat(o) || !read_chain(o, gk_u32(p + 48), 16 * 1024 * 1024, &o->directory) || o->directory.n < ENTRY)
		return false;
	/* The root's stream holds the small ones. */
	return read_chain(o, gk_u32(p + 60), 64 * 1024 * 1024, &o->small_fat) && read_chain(o, gk_u32(o->directory.p + 116), gk_u32(o->directory.p + 120), &o->small);
}

void
gk_ole_close(struct gk_ole *o)
{
	free(o->fat);
	gk_buf_free(&o->directory);
	gk_buf_free(&o->small);
	gk_buf_free(&o->small_fat);
	o->fat = NULL;
}

bool
gk_ole_has(const struct gk_ole *o, const char *name)
{
	return find(o, name) != NULL;
}

bool
gk_ole_stream(const struct gk_ole *o, const char *name, struct gk_buf *out)
{
	const char *entry = find(o, name);
	uint32_t at, size;
	uint64_t left = o->small.n >> 6;

	gk_buf_init(out, GK_UNPACKED_MAX);
	if (entry == NULL)
		return false;
	at = gk_u32(entry + 116);
	size = gk_u32(entry + 120);
	if (size >= gk_u32(o->p + 56))
		return read_chain(o, at, size, out) && out->n > 0;
	while (at < LAST && left-- > 0 && out->n < size && ((uint64_t)at + 1) << 6 <= o->small.n) {
		if (!gk_buf_add(out, o->small.p + ((size_t)at << 6), size - out->n < 64 ? size - out->n : 64))
			return false;
		at = 4 * ((uint64_t)at + 1) <= o->small_fat.n ? gk_u32(o->small_fat.p + 4 * (size_t)at) : FREE;
	}
	return out->n > 0;
}

/* --- properties (MS-OLEPS) ---------------------------------------------------------------------------------- */

struct set {
	const char *p;
	size_t n;
	unsigned codepage;
};

const char *
gk_codepage(unsigned codepage)
{
	switch (codepage) {
	case 936: case 54936: case 10008: return "GB18030";
	case 950: case 10002: return "BIG5-HKSCS";
	case 1200: return "UTF-16LE";
	case 65001: return "UTF-8";
	default: return "WINDOWS-1252";
	}
}

static void
put_string(struct gk_extracted *x, const char *name, const char *p, size_t n, const char *charset)
{
	struct gk_buf text;

	gk_buf_init(&text, 1024 * 1024);
	gk_convert(charset, p, n, &text);
	while (text.n > 0 && text.p[text.n - 1] == '\0')
		text.n--;
	if (text.n > 0)
		gk_prop(x, name, text.p, text.n);
	gk_buf_free(&text);
}

/* A property's value if it is text. */
static void
put_value(struct gk_extracted *x, const struct set *s, size_t at, const char *name)
{
	uint32_t type, n;

	if (at + 8 > s->n)
		return;
	type = gk_u32(s->p + at);
	n = gk_u32(s->p + at + 4);
	if (type == 0x1E && n <= s->n - at - 8)
		put_string(x, name, s->p + at + 8, n, gk_codepage(s->codepage));
	else if (type == 0x1F && n <= (s->n - at - 8) / 2)
		put_string(x, name, s->p + at + 8, 2 * (size_t)n, "UTF-16LE");
}

static void
read_known(struct gk_extracted *x, const struct set *s, bool summary)
{
	static const struct { unsigned id; const char *name; } names[] = { { 2, "title" }, { 3, "subject" }, { 4, "author" }, { 5, "keywords" }, { 6, "description" } },
		more[] = { { 2, "category" }, { 15, "company" } };
	uint32_t count = gk_u32(s->p + 4);

	for (uint32_t i = 0; i < count && 16 + 8 * (size_t)i <= s->n; i++)
		for (size_t k = 0; k < (summary ? sizeof names / sizeof *names : sizeof more / sizeof *more); k++)
			if (gk_u32(s->p + 8 + 8 * i) == (summary ? names : more)[k].id)
				put_value(x, s, gk_u32(s->p + 12 + 8 * i), (summary ? names : more)[k].name);
}

/* The user's own: a dictionary (property 0) gives their names. */
static void
read_own(struct gk_extracted *x, const struct set *s)
{
	uint32_t count = gk_u32(s->p + 4), words = 0;
	size_t at = 0;

	for (uint32_t i = 0; i < count && 16 + 8 * (size_t)i <= s->n; i++)
		if (gk_u32(s->p + 8 + 8 * i) == 0)
			at = gk_u32(s->p + 12 + 8 * i);
	if (at == 0 || at + 4 > s->n)
		return;
	words = gk_u32(s->p + at);
	at += 4;
	for (uint32_t w = 0; w < words && w < 1000 && at + 8 <= s->n; w++) {
		uint32_t id = gk_u32(s->p + at), n = gk_u32(s->p + at + 4);
		size_t bytes = s->codepage == 1200 ? 2 * (size_t)n : n;
		struct gk_buf name;

		at += 8;
		if (bytes > s->n - at)
			return;
		gk_buf_init(&name, 4096);
		gk_convert(gk_codepage(s->codepage), s->p + at, bytes, &name);
		while (name.n > 0 && name.p[name.n - 1] == '\0')
			name.n--;
		for (uint32_t i = 0; name.n > 0 && i < count && 16 + 8 * (size_t)i <= s->n; i++)
			if (gk_u32(s->p + 8 + 8 * i) == id && gk_buf_putc(&name, '\0'))
				put_value(x, s, gk_u32(s->p + 12 + 8 * i), name.p);
		gk_buf_free(&name);
		at += s->codepage == 1200 ? (bytes + 3) & ~(size_t)3 : bytes;
	}
}

/* The section's code page is its property 1. */
static unsigned
codepage_of(const struct set *s)
{
	uint32_t count = gk_u32(s->p + 4);

	for (uint32_t i = 0; i < count && 16 + 8 * (size_t)i <= s->n; i++)
		if (gk_u32(s->p + 8 + 8 * i) == 1 && (size_t)gk_u32(s->p + 12 + 8 * i) + 6 <= s->n)
			return gk_u16(s->p + gk_u32(s->p + 12 + 8 * i) + 4);
	return 1252;
}

void
gk_ole_props(const struct gk_ole *o, struct gk_extracted *x)
{
	static const char *const streams[] = { "\005SummaryInformation", "\005DocumentSummaryInformation" };

	for (size_t i = 0; i < 2; i++) {
		struct gk_buf b;

		if (gk_ole_stream(o, streams[i], &b) && b.n >= 48)
			for (unsigned k = 0; k < gk_u32(b.p + 24) && k < 2 && 48 + 20 * k <= b.n; k++) {
				size_t at = gk_u32(b.p + 44 + 20 * k);
				struct set s;

				if (at + 16 > b.n)
					break;
				s = (struct set){ b.p + at, b.n - at, 0 };
				s.codepage = codepage_of(&s);
				if (k == 0)
					read_known(x, &s, i == 0);
				else
					read_own(x, &s);
			}
		gk_buf_free(&b);
	}
}
