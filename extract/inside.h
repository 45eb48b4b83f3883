/*
 * What the files of this room share; other rooms include extract.h or client.h only.
 *
 *   extract.c    one file from first byte to text: asks the others in turn
 *   sniff.c      what kind of file is it
 *   encoding.c   which encoding is it, and strictly to UTF-8
 *   html.c       pages: tree, main content, titles, meta tags
 *   box.c        label and value pairs of the metadata box
 *   text.c       plain text and Markdown
 *   pack.c       containers out of memory, within L25
 *   xml.c        XML as events, within L26
 *   ooxml.c      DOCX, PPTX;  xlsx.c  XLSX;  odf.c  ODT, ODS, ODP;  ofd.c  OFD (GB/T 33190)
 *   flow.c       lines on pages back into paragraphs;  bundle.c  files inside of a file
 *   sheet.c      tables as rows of cells;  props.c  properties and the choice of a title;  heading.c  the title of a text
 *   warc.c       captures of sites
 *   rows.c       lines and rows of tables, for --rows
 *   lines.c      the one way in which text is written: clean characters, one paragraph a line
 *   meta.c       the dictionary and the notes, bounded; labels; marks of status and disclosure
 *   ole.c        the container of Office 97;  doc.c  Word and PowerPoint 97;  xls.c  Excel 97;  rtf.c  RTF;  csv.c  CSV;  mail.c  mail and .mht
 *   pdf.c        PDF, by pdftotext;  tools.c  foreign programs and the broker that starts them;  ocr.c  images and scans, by tesseract
 *   forks.c      a child for each file, forked from one that is ready
 *   confine.c    what the child gives up before it reads a byte;  jail.c  files and system calls
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

/* --- sniff.c ------------------------------------------------------------- */

	GK_ENTRIES_MAX = 20000,		/* L25: entries, of all levels together */
	GK_UNPACKED_MAX = 256 * 1024 * 1024,
	GK_RATIO = 200,			/* beyond the first … */
	GK_RATIO_FREE = 1024 * 1024,
	GK_DEPTH_MAX = 3,
	GK_PARTS_MAX = 200,		/* files inside that are read */
};

enum gk_kind {
	GK_KIND_OTHER = 0,	/* nothing we read */
	GK_KIND_UNDECIDED,	/* may be text of some encoding */
	GK_KIND_HTML, GK_KIND_MARKDOWN, GK_KIND_TEXT,
	GK_KIND_DOCX, GK_KIND_XLSX, GK_KIND_PPTX, GK_KIND_ODF, GK_KIND_OFD, GK_KIND_PDF, GK_KIND_RTF, GK_KIND_OLE, GK_KIND_CSV, GK_KIND_MAIL, GK_KIND_IMAGE, GK_KIND_ZIP, GK_KIND_BUNDLE, GK_KIND_WARC,
};

/* What the bytes are; unless it is UNDECIDED, type is then their MIME type. */
enum gk_kind gk_sniff_bytes(const char *p, size_t n, char type[96]);
/* The kind of a file that could be decoded; type is set. s is UTF-8; the raw bytes are for libmagic. */
enum gk_kind gk_sniff_text(const char *s, size_t n, const void *raw, size_t raw_n, char type[96]);

/* --- encoding.c ------------------------------------------------------------ */

/* The file as clean UTF-8 (see gk_clean) in *text, initialised here; x->charset, x->type (if refused) and notes are filled. */
enum gk_status gk_decode(const char *p, size_t n, struct gk_extracted *x, struct gk_buf *text, struct gk_err *err);
/* Append these bytes, read in an encoding of which we know that it was meant, as UTF-8; U+FFFD for each byte that is wrong in it. Only names of our own. */
void gk_convert(const char *charset, const char *p, size_t n, struct gk_buf *out);

/* --- html.c, text.c ---------------------------------------------------------- */

enum gk_status gk_html(const char *s, size_t n, struct gk_extracted *x, struct gk_err *err);
/* The tree, xmlFreeDoc() it; NULL of a page without an element. *whole: read to its end; *memory: there was enough. */
struct _xmlDoc *gk_html_parse(const char *s, size_t n, bool *whole, bool *memory);
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
size_t gk_han_count(const char *s, size_t n);
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

/* --- pack.c ---------------------------------------------------------------------- */

/* GK_REFUSED with that reason and both words; the original is archived all the same. */
enum gk_status gk_refuse(struct gk_extracted *x, const char *reason, struct gk_err *err, const char *zh, const char *en);
enum gk_status gk_refuse_damaged(struct gk_extracted *x, struct gk_err *err);

enum gk_packing { GK_PACK_ZIP, GK_PACK_OTHER };	/* OTHER: tar, 7z; also compressed by gzip, bzip2, xz */

/*
 * Called twice for each regular member: with bytes NULL, and if that gives GK_OK with its bytes, which it may take (gk_buf_init what is left).
 * Another status of the second call ends the walk.
 */
typedef enum gk_status gk_pack_each(void *arg, const char *name, struct gk_buf *bytes, struct gk_err *err);
/* Charges n more bytes that came out of a file; false: more than L25 allows. */
bool gk_pack_charge(struct gk_extracted *x, size_t n);
enum gk_status gk_pack_walk(const char *p, size_t n, enum gk_packing packing, struct gk_extracted *x, gk_pack_each *each, void *arg, struct gk_err *err);

struct gk_member {
	char *name;
	struct gk_buf bytes;
};

struct gk_pack {
	struct gk_member *m;
	size_t n, cap;
	bool (*wanted)(const char *name);
};

/* All wanted members (NULL: all) of a zip file. Nothing to close unless it is GK_OK. */
enum gk_status gk_pack_open(struct gk_pack *pack, const char *p, size_t n, bool (*wanted)(const char *name), struct gk_extracted *x, struct gk_err *err);
void gk_pack_close(struct gk_pack *pack);
/* By name, without a leading slash, case of ASCII letters apart; NULL if there is none. */
const struct gk_buf *gk_pack_find(const struct gk_pack *pack, const char *name);
/* The name to which ref leads from the member `base`. Yours to free(), NULL when memory ends. */
char *gk_pack_resolve(const char *base, const char *ref);

/* --- xml.c ------------------------------------------------------------------------- */

enum gk_xml_event { GK_XML_END, GK_XML_OPEN, GK_XML_CLOSE, GK_XML_TEXT, GK_XML_BAD };

struct gk_xml {
	struct _xmlTextReader *r;
	struct gk_buf own;
	const char *name, *text;	/* local name of OPEN and CLOSE; TEXT */
	const struct _xmlNode *node;
	bool empty;
};

/* p stays borrowed until the close. False: cannot be read (gk_refuse_xml); gk_xml_close is right in every case. */
bool gk_xml_open(struct gk_xml *in, const char *p, size_t n);
void gk_xml_close(struct gk_xml *in);
enum gk_xml_event gk_xml_next(struct gk_xml *in);
bool gk_xml_is(const struct gk_xml *in, const char *name);
/* An attribute by its local name after OPEN; NULL if there is none. Good until the next event. */
const char *gk_xml_attr(const struct gk_xml *in, const char *name);
/* The same, but one with a prefix (r:id beside id). */
const char *gk_xml_attr_ns(const struct gk_xml *in, const char *name);
/* After OPEN: past the matching CLOSE. Returns GK_XML_CLOSE, or what stopped it. */
enum gk_xml_event gk_xml_skip(struct gk_xml *in);
/* The same, with all text inside in *out (reset before, never NULL after). */
bool gk_xml_text(struct gk_xml *in, struct gk_buf *out);
enum gk_status gk_refuse_xml(struct gk_extracted *x, struct gk_err *err);

/* --- ooxml.c, xlsx.c, odf.c, ofd.c ---------------------------------------------------- */

enum gk_status gk_docx(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);
enum gk_status gk_pptx(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);
enum gk_status gk_xlsx(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);
enum gk_status gk_odf(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);
enum gk_status gk_ofd(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);
/* docProps/ of OOXML. */
void gk_ooxml_props(const struct gk_pack *pack, struct gk_extracted *x);
/* Where the relation `id` of a member leads. Yours to free(), NULL if nowhere. */
char *gk_ooxml_target(const struct gk_pack *pack, const char *member, const char *id);

/* --- flow.c ---------------------------------------------------------------------------- */

struct gk_flow {
	struct gk_flow_line *l;
	size_t n, cap;
	struct gk_buf text;
};

void gk_flow_start(struct gk_flow *f);
/* One line as it stands on a page (from 1), its edges and the width of a Han character in any unit; a tab in it parts columns. False when memory ends. */
bool gk_flow_add(struct gk_flow *f, unsigned page, double left, double right, double unit, const char *s, size_t n);
/* All of them as paragraphs, without the numbers of pages. */
void gk_flow_write(struct gk_flow *f, struct gk_buf *to);
void gk_flow_end(struct gk_flow *f);

/* --- bundle.c ---------------------------------------------------------------------------- */

/* Read a file inside of x: its text behind that of x, an entry in x->parts. GK_REFUSED: a bomb. */
enum gk_status gk_part(struct gk_extracted *x, const char *name, const char *p, size_t n, struct gk_err *err);
enum gk_status gk_bundle(const char *p, size_t n, enum gk_packing packing, struct gk_extracted *x, struct gk_err *err);
/* gk_extract, but for a file inside of another: x->budget goes on. x needs no other preparation; gk_extracted_free after GK_OK. */
enum gk_status gk_extract_inside(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);

/* --- sheet.c --------------------------------------------------------------------------- */

struct gk_sheet;

/* The strings that cells refer to by number, one behind the other. */
struct gk_strings {
	struct gk_buf text;
	uint32_t *starts;	/* of string i in text; n + 1 of them */
	size_t n, room;
};
/* What was added to text since the last call is one string.  False: too many, or no memory. */
bool gk_strings_end(struct gk_strings *s);
void gk_strings_cell(struct gk_sheet *sheet, size_t column, const struct gk_strings *s, size_t i);
void gk_strings_free(struct gk_strings *s);

struct gk_sheet {
	struct gk_buf *to;
	size_t column;
	bool any;
};

void gk_sheet_start(struct gk_sheet *s, struct gk_buf *to);
/* Columns from 0, rising within a row. */
void gk_sheet_cell(struct gk_sheet *s, size_t column, const char *text, size_t n);
void gk_sheet_row(struct gk_sheet *s);
/* A line that names the sheet that follows. */
void gk_sheet_name(struct gk_extracted *x, const char *name, bool hidden);

/* Is a number in this built-in format, or in one of this code, a day? */
bool gk_sheet_is_day_format(unsigned id);
bool gk_sheet_is_day_code(const char *code);
/* A day by its number as YYYY-MM-DD, a number as a sheet shows it: its length; 0 if it is no day. */
size_t gk_sheet_day(double days, bool from_1904, char out[32]);
size_t gk_sheet_number(double v, char out[32]);

/* --- props.c, heading.c ------------------------------------------------------------------ */

/* A property by the name that its format gives it. */
void gk_prop(struct gk_extracted *x, const char *name, const char *value, size_t n);
/* After the text: the title by the properties or by its head. */
void gk_choose_title(struct gk_extracted *x);
/* The title by the head of the text, if there is none yet. */
void gk_heading(struct gk_extracted *x);
/* The same, but only one that can be nothing else: 关于……的通知, or what stands below a red head. */
void gk_heading_surely(struct gk_extracted *x);
/* A first line that is neither part of a paper's head nor looks like a title of one: what a text without a form begins with. */
bool gk_heading_is_plain(const char *s, size_t n);
/* …的通知, …办法（试行） */
bool gk_heading_ends_as_title(const char *s, size_t n);
/* A value that says that there is none: 无, 暂无, -, —. */
bool gk_is_no_value(const char *s, size_t n);

/* --- ole.c, doc.c, xls.c, rtf.c, csv.c, mail.c ------------------------------------------------- */

/* Numbers of these formats are little-endian, at any place. */
static inline uint32_t
gk_u16(const char *p)
{
	return (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8;
}

static inline uint32_t
gk_u32(const char *p)
{
	return gk_u16(p) | gk_u16(p + 2) << 16;
}

struct gk_ole {
	const char *p;
	size_t n;
	unsigned shift, small_shift;	/* sizes of sectors are 1 << these */
	uint32_t *fat;			/* sectors of the FAT */
	size_t n_fat;
	struct gk_buf directory, small, small_fat;
};

/* p stays borrowed. gk_ole_close is right in every case. */
bool gk_ole_open(struct gk_ole *o, const char *p, size_t n);
void gk_ole_close(struct gk_ole *o);
bool gk_ole_has(const struct gk_ole *o, const char *name);
/* A stream by its name; out is initialised in every case, and empty if this is false. */
bool gk_ole_stream(const struct gk_ole *o, const char *name, struct gk_buf *out);
/* Summary, and what users added to it, into x->meta. */
void gk_ole_props(const struct gk_ole *o, struct gk_extracted *x);
/* Our name for a code page of Windows. */
const char *gk_codepage(unsigned codepage);

enum gk_status gk_doc(const struct gk_ole *o, struct gk_extracted *x, struct gk_err *err);
enum gk_status gk_ppt(const struct gk_ole *o, struct gk_extracted *x, struct gk_err *err);
enum gk_status gk_xls(const struct gk_ole *o, struct gk_extracted *x, struct gk_err *err);
/* Whichever of them the container holds; type and source are set. */
/* --- warc.c -------------------------------------------------------------------------------- */

/* Does the gzip data begin with a WARC record? */
bool gk_is_warc_gz(const char *p, size_t n);
enum gk_status gk_warc(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);

enum gk_status gk_office97(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);
enum gk_status gk_rtf(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);
bool gk_is_csv(const char *s, size_t n);
enum gk_status gk_csv(const char *s, size_t n, struct gk_extracted *x, struct gk_err *err);
/* The bytes as they came: each part has an encoding of its own. */
enum gk_status gk_mail(const char *s, size_t n, struct gk_extracted *x, struct gk_err *err);

/* --- pdf.c, tools.c ------------------------------------------------------------------------- */

enum gk_status gk_pdf(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);
/* Its lines as they are laid out, and its properties; the text is not written to x. */
enum gk_status gk_pdf_lines(const char *p, size_t n, struct gk_buf *text, struct gk_extracted *x, struct gk_err *err);

/* An image; a PDF without text, which may be one of images. */
enum gk_status gk_image(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);
enum gk_status gk_scan(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);

enum gk_tool { GK_TOOL_PDFTOTEXT, GK_TOOL_TESSERACT, GK_TOOL_PDFTOPPM };
/* LATER: there is no broker in this process; it must be started with --tools. */
enum gk_tool_end { GK_TOOL_DONE, GK_TOOL_LATER, GK_TOOL_MISSING, GK_TOOL_UNHELD, GK_TOOL_FAILED, GK_TOOL_CPU, GK_TOOL_TOO_MUCH };
enum { GK_TOOL_BYTES_MAX = 512 * 1024 * 1024 };

/* What the program writes when it reads these bytes, into *out (initialised). */
enum gk_tool_end gk_tool_run(enum gk_tool tool, const char *p, size_t n, struct gk_buf *out);
enum gk_status gk_tool_refuse(enum gk_tool_end end, const char *name, struct gk_extracted *x, struct gk_err *err);

struct gk_tools {
	int to, from;
	int parser;
	unsigned there;
};

/* Two processes come back: the parser, not yet confined, and the broker, confined, which calls gk_tools_serve and ends with what that returns. */
enum gk_status gk_tools_fork(bool *is_parser, struct gk_tools *t, struct gk_err *err);
int gk_tools_serve(const struct gk_tools *t);
/* In the parser: from now on gk_tool_run works. whole: the file that the broker has as its stdin, NULL if it has not. */
void gk_tools_on(int to, int from, const char *whole, size_t n, unsigned there);
/* In the parser: may it be asked? */
bool gk_tool_ready(enum gk_tool tool);

/* --- forks.c ------------------------------------------------------------------------------------- */

/*
 * True in each child that was forked, which has its file and its pipe at 0 and 1; *how: GK_HOW_… of forks.h.  False when there is nothing more to fork, or
 * (in a child) no way to give it its file.
 */
bool gk_forks_serve(unsigned *how);

/* --- confine.c, jail.c -------------------------------------------------------------------------- */

/* A sanitizer has files, threads and address space of its own: then neither those limits nor the boxes. */
#if defined(__SANITIZE_ADDRESS__)
#define GK_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define GK_SANITIZED 1
#endif
#endif
#ifndef GK_SANITIZED
#define GK_SANITIZED 0
#endif

/* Before the first byte of input is read (safety.md 5): limits and the like. tools: processes are still to be made. */
enum gk_status gk_confine(bool tools, struct gk_err *err);
/* The last of it, once no process is to come. */
enum gk_status gk_confine_processes(struct gk_err *err);

enum gk_box { GK_BOX_STRICT, GK_BOX_TOOLS };

/* No way back. programs: what may be executed, NULL-terminated (TOOLS). *locked: Landlock holds the files too. */
enum gk_status gk_jail(enum gk_box box, const char *const *programs, bool *locked, struct gk_err *err);
/* On top of the broker's: no new process. */
bool gk_jail_tool(void);
/* Has this kernel Landlock? */
bool gk_jail_holds_files(void);

/* What must be opened before: converters of encodings, the database of libmagic. */
void gk_decode_warm(void);
void gk_sniff_warm(void);

#endif
