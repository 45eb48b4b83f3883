/*
 * Foreign bytes in, plain UTF-8 and metadata out; trusts nothing.  This
 * library is linked only into gongkai-extract, the child process: the indexer talks to that
 * through extract/client.h and never parses a foreign format itself (safety.md 5).
 */
#ifndef GK_EXTRACT_H
#define GK_EXTRACT_H

#include "base/buf.h"
#include "base/status.h"

#include <jansson.h>

enum { GK_TEXT_MAX = 64 * 1024 * 1024 };	/* L24: output of one extraction */

/* What all levels of a container may cost together (L25). */
struct gk_budget {
	size_t file, unpacked, entries;
	unsigned depth;
};

struct gk_extracted {
	char type[96];		/* MIME type without parameters: text/html, text/plain, text/markdown, application/octet-stream … */
	char charset[32];	/* the encoding it was read as: utf-8, gb18030, big5-hkscs, utf-16le …; "" if none */
	char source[16];	/* what made the text: "html" "text" "markdown" "docx" "xlsx" "pptx" "odf" "ofd" "pdf" "doc" "xls" "ppt" "rtf" "csv" "mail" "ocr" "bundle"; "" if there is no text */
	struct gk_buf text;	/* UTF-8, lines end with \n, no control characters but \n and \t; paragraphs are lines */
	json_t *meta;		/* dictionary keys (record/field.h names as text values or lists of texts; not yet normalised): raw label/value pairs as found, {"ArticleTitle": "…", "发文字号": "…"} */
	json_t *notes;		/* array of strings: what was odd ("charset gb2312 declared, read as gb18030") */
	json_t *parts;		/* array of files inside: {name, type, charset, source, title?, start, end} (bytes of text), or a reason why it was not read */
	char reason[24];	/* after a refusal, one word for the event: empty, type, encoding, no_text, output, memory, bomb, xml, damaged, encrypted */
	struct gk_budget budget;
};

/*
 * p[0..n) is the whole file; name hints (extension) are not given and not trusted. GK_REFUSED: BAD_DATA (empty, binary, no text), LIMIT.
 * Unless it is GK_OK only type and reason of *out are filled; gk_extracted_free is right in every case.
 *
 * Keys of meta, besides what the page itself names: "title" (our choice among ArticleTitle, 标题 of the box, h1, <title>, the first
 * line), "asserted_status" (【已失效】 of a title or （该文件已废止） of a banner, without the brackets: both are taken out of title and
 * text), "disclosure_mark" (此件公开发布, from the end of the text, where it stays).
 */
enum gk_status gk_extract(const void *p, size_t n, struct gk_extracted *out, struct gk_err *err);
/*
 * The same file as lines and rows of tables (rows.c has the form of them); of meta only what <meta> says.  For who reads the numbers of a
 * table and must know an empty cell from a missing one.
 */
enum gk_status gk_extract_rows(const void *p, size_t n, struct gk_extracted *out, struct gk_err *err);
void gk_extracted_free(struct gk_extracted *x);

#endif
