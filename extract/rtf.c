/*
 * RTF 1.9: groups in braces, control words, and between them text: \u with its fallback, \'hh in the code page of the font.
 *
 * Groups nest as deep as a file likes: states stand on a stack of bounded height, deeper ones share the last.  Destinations that are no
 * text (fonts, styles, pictures, instructions of fields, anything marked \* that is not known) are passed over.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { STATES_MAX = 256, FONTS_MAX = 4096, BYTES_MAX = 4096 };

enum where { BODY, SKIP, FONTS, TITLE, AUTHOR, SUBJECT, KEYWORDS, COMPANY, PROP_NAME, PROP_VALUE, NOTE };

struct state {
	enum where where;
	unsigned font, uc;
	bool deleted, hidden;
};

struct rtf {
	struct gk_extracted *x;
	struct state s[STATES_MAX];
	size_t depth, over;		/* over: groups deeper than the stack */
	const char *charset[FONTS_MAX];
	unsigned font_at_hand;
	const char *ansi;
	char bytes[BYTES_MAX];		/* in the charset of the font at hand, not yet decoded */
	size_t n_bytes;
	const char *bytes_charset;
	struct gk_lines out, notes;
	struct gk_buf notes_text, value, name;
	unsigned skip;			/* characters of the fallback of \u still to leave out */
	uint32_t high;
	bool cells;			/* inside of a row */
};

static struct state *
top(struct rtf *r)
{
	return &r->s[r->depth];
}

static const char *
charset_of(unsigned fcharset)
{
	switch (fcharset) {
	case 134: return "GB18030";
	case 136: return "BIG5-HKSCS";
	default: return NULL;
	}
}

/* Text in UTF-8 to where it belongs now. */
static void
emit(struct rtf *r, const char *s, size_t n)
{
	const struct state *t = top(r);

	if (t->deleted)
		return;
	switch (t->where) {
	case BODY:
		gk_lines_put(&r->out, s, n, false);
		break;
	case NOTE:
		gk_lines_put(&r->notes, s, n, false);
		break;
	case SKIP:
	case FONTS:
		break;
	default:
		if (r->value.n < 65536)
			gk_buf_add(&r->value, s, n);
	}
}

static void
flush(struct rtf *r)
{
	struct gk_buf text;

	if (r->n_bytes == 0)
		return;
	gk_buf_init(&text, 16 * BYTES_MAX);
	gk_convert(r->bytes_charset, r->bytes, r->n_bytes, &text);
	r->n_bytes = 0;
	emit(r, text.p == NULL ? "" : text.p, text.n);
	gk_buf_free(&text);
}

static void
put_byte(struct rtf *r, unsigned char c)
{
	const struct state *t = top(r);
	const char *charset = t->font < FONTS_MAX && r->charset[t->font] != NULL ? r->charset[t->font] : r->ansi;

	if (r->skip > 0) {
		r->skip--;
		return;
	}
	if (r->n_bytes > 0 && (r->bytes_charset != charset || r->n_bytes == BYTES_MAX))
		flush(r);
	r->bytes_charset = charset;
	r->bytes[r->n_bytes++] = (char)c;
}

static void
put_unicode(struct rtf *r, uint32_t c)
{
	char utf8[4];

	flush(r);
	if (c >= 0xD800 && c < 0xDC00) {
		r->high = c;
		return;
	}
	if (c >= 0xDC00 && c < 0xE000)
		c = r->high == 0 ? 0xFFFD : 0x10000 + ((r->high - 0xD800) << 10) + (c - 0xDC00);
	r->high = 0;
	emit(r, utf8, gk_utf8_encode(c == 0 ? ' ' : c, utf8));
}

static void
gap(struct rtf *r, enum gk_gap g)
{
	flush(r);
	if (top(r)->where == BODY)
		gk_lines_gap(&r->out, g);
	else if (top(r)->where == NOTE)
		gk_lines_gap(&r->notes, g == GK_GAP_CELL ? GK_GAP_SPACE : g);
	else if (g >= GK_GAP_BR && top(r)->where > FONTS)
		emit(r, " ", 1);
}

/* --- groups ------------------------------------------------------------------------------------------------------ */

static void
open_group(struct rtf *r)
{
	flush(r);
	r->skip = 0;
	if (r->depth + 1 == STATES_MAX) {
		r->over++;
		return;
	}
	r->s[r->depth + 1] = r->s[r->depth];
	r->depth++;
}

static void
end_value(struct rtf *r, enum where was)
{
	static const char *const names[] = { [TITLE] = "title", [AUTHOR] = "author", [SUBJECT] = "subject", [KEYWORDS] = "keywords", [COMPANY] = "company" };

	if (was == PROP_NAME) {
		gk_buf_reset(&r->name);
		gk_buf_add(&r->name, r->value.p, r->value.n);
	} else if (was == PROP_VALUE && r->name.n > 0) {
		gk_meta_add(r->x, r->name.p, r->name.n, r->value.p == NULL ? "" : r->value.p, r->value.n);
	} else if (was >= TITLE && was <= COMPANY) {
		gk_prop(r->x, names[was], r->value.p == NULL ? "" : r->value.p, r->value.n);
	}
	gk_buf_reset(&r->value);
}

static void
close_group(struct rtf *r)
{
	enum where was = top(r)->where;

	flush(r);
	r->skip = 0;
	if (r->over > 0) {
		r->over--;
		return;
	}
	if (r->depth == 0)
		return;
	r->depth--;
	if (was > FONTS && was != NOTE && top(r)->where != was)
		end_value(r, was);
	if (was == NOTE && top(r)->where != NOTE)
		gk_lines_gap(&r->notes, GK_GAP_LINE);
}

/* --- control words ------------------------------------------------------------------------------------------------- */

static const struct { const char *word; enum where where; } destinations[] = {
	{ "fonttbl", FONTS }, { "colortbl", SKIP }, { "stylesheet", SKIP }, { "pict", SKIP }, { "object", SKIP }, { "objdata", SKIP }, { "info", SKIP }, { "title", TITLE },
	{ "author", AUTHOR }, { "subject", SUBJECT }, { "keywords", KEYWORDS }, { "company", COMPANY }, { "userprops", SKIP }, { "propname", PROP_NAME }, { "staticval", PROP_VALUE },
	{ "header", SKIP }, { "headerl", SKIP }, { "headerr", SKIP }, { "headerf", SKIP }, { "footer", SKIP }, { "footerl", SKIP }, { "footerr", SKIP }, { "footerf", SKIP },
	{ "footnote", NOTE }, { "fldinst", SKIP }, { "listtable", SKIP }, { "listoverridetable", SKIP }, { "revtbl", SKIP }, { "themedata", SKIP }, { "colorschememapping", SKIP },
	{ "datastore", SKIP }, { "generator", SKIP }, { "xmlnstbl", SKIP }, { "rsidtbl", SKIP }, { "latentstyles", SKIP }, { "annotation", SKIP }, { "atnid", SKIP },
	{ "atnauthor", SKIP }, { "bkmkstart", SKIP }, { "bkmkend", SKIP }, { "listtext", BODY }, { "shptxt", BODY }, { "nonshppict", SKIP }, { "pntext", BODY },
	{ "filetbl", SKIP }, { "private", SKIP }, { "comment", SKIP }, { "doccomm", SKIP }, { "operator", SKIP }, { "sp", SKIP }, { "creatim", SKIP }, { "revtim", SKIP },
};

static const struct { const char *word; uint32_t is; } characters[] = {
	{ "emdash", 0x2014 }, { "endash", 0x2013 }, { "lquote", 0x2018 }, { "rquote", 0x2019 }, { "ldblquote", 0x201C }, { "rdblquote", 0x201D }, { "bullet", 0x2022 },
};

static const struct { const char *word; enum gk_gap gap; } gaps[] = {
	{ "par", GK_GAP_LINE }, { "line", GK_GAP_BR }, { "page", GK_GAP_LINE }, { "sect", GK_GAP_LINE }, { "row", GK_GAP_LINE }, { "nestrow", GK_GAP_LINE }, { "tab", GK_GAP_SPACE },
	{ "cell", GK_GAP_CELL }, { "nestcell", GK_GAP_SPACE }, { "emspace", GK_GAP_SPACE }, { "enspace", GK_GAP_SPACE }, { "softline", GK_GAP_BR },
};

static bool
go_to_destination(struct rtf *r, const char *word, bool star)
{
	struct state *t = top(r);

	for (size_t i = 0; i < sizeof destinations / sizeof *destinations; i++) {
		if (strcmp(destinations[i].word, word) != 0)
			continue;
		flush(r);
		/* What is inside of something that is passed over stays so, but for the values of info and of userprops. */
		if (t->where != SKIP || destinations[i].where >= TITLE)
			t->where = destinations[i].where == BODY ? t->where : destinations[i].where;
		if (t->where > FONTS && t->where != NOTE)
			gk_buf_reset(&r->value);
		return true;
	}
	if (star) {
		flush(r);
		t->where = SKIP;
		return true;
	}
	return false;
}

static bool
put_character(struct rtf *r, const char *word)
{
	for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
		if (strcmp(characters[i].word, word) == 0) {
			put_unicode(r, characters[i].is);
			return true;
		}
	return false;
}

static bool
put_gap(struct rtf *r, const char *word)
{
	for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
		if (strcmp(gaps[i].word, word) == 0) {
			/* A paragraph inside a cell does not end its row.  What is not decoded yet stands before this gap, behind the one that waits. */
			if (strcmp(word, "cell") == 0 || strcmp(word, "row") == 0) {
				flush(r);
				r->out.gap = GK_GAP_NONE;
			}
			gap(r, strcmp(word, "par") == 0 && r->cells ? GK_GAP_WRAP : gaps[i].gap);
			return true;
		}
	return false;
}

static void
set_state(struct rtf *r, const char *word, bool has, long value)
{
	struct state *t = top(r);

	if (strcmp(word, "f") == 0 && has) {
		flush(r);
		t->font = (unsigned)value;
		if (t->where == FONTS)
			r->font_at_hand = (unsigned)value;
	} else if (strcmp(word, "fcharset") == 0 && t->where == FONTS && r->font_at_hand < FONTS_MAX) {
		r->charset[r->font_at_hand] = charset_of((unsigned)value);
	} else if (strcmp(word, "ansicpg") == 0) {
		r->ansi = gk_codepage((unsigned)value);
	} else if (strcmp(word, "uc") == 0) {
		t->uc = value < 0 ? 0 : (unsigned)value;
	} else if (strcmp(word, "deleted") == 0) {
		flush(r);
		t->deleted = !has || value != 0;
	} else if (strcmp(word, "plain") == 0) {
		flush(r);
		t->deleted = false;
	} else if (strcmp(word, "intbl") == 0) {
		r->cells = true;
	} else if (strcmp(word, "pard") == 0 || strcmp(word, "trowd") == 0) {
		r->cells = false;
	}
}

/* The control word at p (behind its backslash): what it is done with. Returns the bytes used, and with \bin those that follow it. */
static size_t
control(struct rtf *r, const char *p, size_t n, bool *star)
{
	char word[32];
	size_t at = 0, len = 0;
	bool has = false, minus = false;
	long value = 0;

	while (at < n && isalpha((unsigned char)p[at])) {
		if (len + 1 < sizeof word)
			word[len++] = p[at];
		at++;
	}
	word[len] = '\0';
	if (at + 1 < n && p[at] == '-' && isdigit((unsigned char)p[at + 1])) {
		minus = true;
		at++;
	}
	for (; at < n && isdigit((unsigned char)p[at]); at++, has = true)
		value = value < 100000000 ? value * 10 + (p[at] - '0') : value;
	value = minus ? -value : value;
	at += at < n && p[at] == ' ';
	if (strcmp(word, "bin") == 0)
		return value > 0 && (size_t)value < n - at ? at + (size_t)value : n;
	if (strcmp(word, "u") == 0) {
		r->skip = 0;
		put_unicode(r, (uint32_t)(value < 0 ? value + 65536 : value) & 0x1FFFFF);
		r->skip = top(r)->uc;
	} else if (r->skip > 0) {
		r->skip--;
	} else if (!go_to_destination(r, word, *star) && !put_character(r, word) && !put_gap(r, word)) {
		set_state(r, word, has, value);
	}
	*star = false;
	return at;
}

static int
hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* What a backslash begins. */
static size_t
escape(struct rtf *r, const char *p, size_t n, bool *star)
{
	if (n == 0)
		return 0;
	if (isalpha((unsigned char)*p))
		return control(r, p, n, star);
	if (*p == '\'' && n >= 3 && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
		put_byte(r, (unsigned char)(hex(p[1]) * 16 + hex(p[2])));
		return 3;
	}
	if (*p == '*')
		*star = true;
	else if (*p == '~')
		gap(r, GK_GAP_SPACE);
	else if (*p == '_')
		put_byte(r, '-');
	else if (*p == '\\' || *p == '{' || *p == '}')
		put_byte(r, (unsigned char)*p);
	else if (*p == '\n' || *p == '\r')
		gap(r, GK_GAP_LINE);
	return 1;
}

static void
read_all(struct rtf *r, const char *p, size_t n)
{
	bool star = false;

	for (size_t at = 0; at < n;) {
		char c = p[at++];

		if (c == '\\') {
			at += escape(r, p + at, n - at, &star);
		} else if (c == '{') {
			open_group(r);
		} else if (c == '}') {
			close_group(r);
			star = false;
		} else if (c != '\r' && c != '\n' && c != '\0') {
			put_byte(r, (unsigned char)c);
		}
	}
	flush(r);
}

enum gk_status
gk_rtf(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct rtf *r = calloc(1, sizeof *r);

	if (r == NULL)
		return gk_nomem(err);
	r->x = x;
	r->ansi = "WINDOWS-1252";
	r->s[0].uc = 1;
	gk_buf_init(&r->notes_text, GK_TEXT_MAX);
	gk_buf_init(&r->value, 128 * 1024);
	gk_buf_init(&r->name, 128 * 1024);
	gk_lines_start(&r->out, &x->text);
	gk_lines_start(&r->notes, &r->notes_text);
	read_all(r, p, n);
	gk_lines_gap(&r->out, GK_GAP_LINE);
	if (r->notes_text.n > 0)
		gk_lines_put(&r->out, r->notes_text.p, r->notes_text.n, true);
	gk_lines_end(&r->out);
	gk_choose_title(x);
	gk_buf_free(&r->notes_text);
	gk_buf_free(&r->value);
	gk_buf_free(&r->name);
	free(r);
	return GK_OK;
}
