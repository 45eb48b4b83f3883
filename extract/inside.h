/*
 * What the files of this room share; other rooms include extract.h or client.h only.
 *
 *   extract.c    one file from first byte to text: asks the others in turn
 *   sniff.c      what kind of file is it
 *   encoding.c   which encoding is it, and strictly to UTF-8
 *   html.c       pages: tree, main content, titles, meta tags
 *   box.c        label and value pairs of the metadata box
 *   text.c       plain text and Markdown
 *   lines.c      the one way in which text is written: clean characters, one paragraph a line
 *   meta.c       the dictionary and the notes, bounded; labels; marks of status and disclosure
 *   confine.c    what the child gives up before it reads a byte
 */
#ifndef GK_EXTRACT_INSIDE_H
#define GK_EXTRACT_INSIDE_H

#include "extract/extract.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	GK_META_VALUE_MAX = 4096,	/* L30: one value */
	GK_META_TOTAL_MAX = 96 * 1024,	/* all keys and values; in JSON at most twice that, below the 256 KiB of L30 */
	GK_META_KEY_MAX = 120,
	GK_NOTES_MAX = 32,
	GK_DECODED_MAX = 256 * 1024 * 1024,	/* of one file as UTF-8, with its markup */
};

/* --- sniff.c ------------------------------------------------------------- */

enum gk_kind { GK_KIND_OTHER = 0, GK_KIND_HTML, GK_KIND_MARKDOWN, GK_KIND_TEXT };

/* True if the bytes cannot be text of any encoding; type is then their MIME type. */
bool gk_sniff_bytes(const char *p, size_t n, char type[96]);
/* The kind of a file that could be decoded; type is set. s is UTF-8; the raw bytes are for libmagic. */
enum gk_kind gk_sniff_text(const char *s, size_t n, const void *raw, size_t raw_n, char type[96]);

/* --- encoding.c ------------------------------------------------------------ */

/* The file as clean UTF-8 (see gk_clean) in *text, initialised here; x->charset, x->type (if refused) and notes are filled. */
enum gk_status gk_decode(const char *p, size_t n, struct gk_extracted *x, struct gk_buf *text, struct gk_err *err);
/* Of the characters beyond ASCII and punctuation, how many of a thousand are everyday Han characters. 1000 if there are none. */
unsigned gk_everyday_share(const char *s, size_t n);

/* --- html.c, text.c ---------------------------------------------------------- */

enum gk_status gk_html(const char *s, size_t n, struct gk_extracted *x, struct gk_err *err);
enum gk_status gk_text(const char *s, size_t n, bool markdown, struct gk_extracted *x, struct gk_err *err);

/* --- lines.c ------------------------------------------------------------------- */

/* What stands between two pieces of text; of several the greatest counts. */
enum gk_gap {
	GK_GAP_NONE,
	GK_GAP_EDGE,	/* a tag began or ended: nothing to see */
	GK_GAP_SPACE,
	GK_GAP_WRAP,	/* the source began a new line: nothing between two Han characters, else a space */
	GK_GAP_WIDE,	/* U+3000 */
	GK_GAP_CELL,	/* a tab */
	GK_GAP_BR,	/* a new line, by <br> */
	GK_GAP_LINE,	/* a new line */
};

struct gk_lines {
	struct gk_buf *to;
	enum gk_gap gap;	/* owed before the next character */
	uint32_t last;		/* the last character written; 0 at the start of a line */
	bool edges;		/* write GK_GAP_EDGE as GK_EDGE: for the reader of the box */
};

enum { GK_EDGE = 0x1F };

/*
 * What becomes of a character: itself, 0 (dropped: zero width, direction overrides),
 * ' ' or '\n'.  After it there are no control characters but \t and \n, and
 * nothing that a parser takes for the end of the text.
 */
uint32_t gk_clean_char(uint32_t cp);
/* The whole buffer, in place; it only gets shorter. \r\n and \r become \n. */
void gk_clean(struct gk_buf *b);
bool gk_is_han(uint32_t cp);
void gk_lines_start(struct gk_lines *l, struct gk_buf *to);
void gk_lines_gap(struct gk_lines *l, enum gk_gap gap);
/* Running text: white space of any kind is one gap. A new line is a wrap, or with hard a new line; a tab is a space, or with hard a cell. */
void gk_lines_put(struct gk_lines *l, const char *s, size_t n, bool hard);
/* Ends the last line. */
void gk_lines_end(struct gk_lines *l);

/* --- meta.c -------------------------------------------------------------------- */

void gk_note(struct gk_extracted *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Add a value: a second, different one makes a list. Trimmed; nothing happens if empty. False only when memory ends. */
bool gk_meta_add(struct gk_extracted *x, const char *key, size_t key_n, const char *value, size_t n);
/* The first value of a key, NULL if there is none. */
const char *gk_meta_first(const struct gk_extracted *x, const char *key);

struct gk_label {
	const char *name;	/* 发文字号: without the blanks that pages put in */
	bool common;		/* an everyday word (名称, 来源): alone it proves no box */
	bool stop;		/* 浏览次数: ends the value before it, is no metadata */
};

/*
 * The label that begins at s, NULL if none. *used bytes stand for it, with its colon
 * or closing bracket if it has one, which *colon says.
 */
const struct gk_label *gk_label_at(const char *s, size_t n, size_t *used, bool *colon);

/* 【已失效】 and its like at the start or end of a title: cut off, and kept as asserted_status. Returns the new length. */
size_t gk_cut_status(struct gk_extracted *x, const char **title, size_t n);
/* Does the whole line say that the document is no longer valid?  Then keep that as asserted_status. */
bool gk_take_banner(struct gk_extracted *x, const char *line, size_t n);
/* Choose the title, once: later calls do nothing. */
bool gk_set_title(struct gk_extracted *x, const char *title, size_t n);
/* Over the finished text: banners and status marks out, disclosure mark read. */
void gk_read_marks(struct gk_extracted *x);
/* White space of ASCII, U+00A0, U+3000 and GK_EDGE off both ends. Returns the new length. */
size_t gk_trim(const char **s, size_t n);

/* --- box.c ------------------------------------------------------------------------ */

/* A line of a page with its tabs between cells and GK_EDGE where a tag began or ended. */
struct gk_box_line {
	const char *s;
	size_t n;
	bool main;	/* stands in the main content */
	bool box;	/* out: is surely part of the metadata box, not of the document */
};

/* Reads pairs of label and value into x->meta. False when memory ends. */
bool gk_box_read(struct gk_box_line *lines, size_t count, struct gk_extracted *x);

/* --- confine.c ------------------------------------------------------------------ */

/* Before the first byte of input is read (safety.md 5). */
enum gk_status gk_confine(struct gk_err *err);

#endif
