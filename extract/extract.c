/* One file from its first byte to text: sniff, decode, read by kind, read the marks. */
#include "extract/inside.h"

#include "base/fault.h"

#include <stdio.h>
#include <string.h>

void
gk_extracted_free(struct gk_extracted *x)
{
	gk_buf_free(&x->text);
	json_decref(x->meta);
	json_decref(x->notes);
	json_decref(x->parts);
	x->meta = x->notes = x->parts = NULL;
}

static enum gk_status
refuse_type(struct gk_extracted *x, struct gk_err *err)
{
	snprintf(x->reason, sizeof x->reason, "type");
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "文件类型是 '%s'：不能读取它的正文",
		"its type is '%s': its text cannot be read", x->type);
	gk_hint(err, "换成 DOCX、OFD 或 PDF 再收；原件照常存档", "convert it to DOCX, OFD or PDF; the original is archived all the same");
	return GK_REFUSED;
}

static enum gk_status
read_decoded(const struct gk_buf *clean, const void *raw, size_t raw_n, struct gk_extracted *x, struct gk_err *err)
{
	const char *s = clean->p == NULL ? "" : clean->p;

	switch (gk_sniff_text(s, clean->n, raw, raw_n, x->type)) {
	case GK_KIND_HTML:
		snprintf(x->source, sizeof x->source, "html");
		return gk_html(s, clean->n, x, err);
	case GK_KIND_MARKDOWN:
		snprintf(x->source, sizeof x->source, "markdown");
		return gk_text(s, clean->n, true, x, err);
	case GK_KIND_TEXT:
		snprintf(x->source, sizeof x->source, "text");
		return gk_text(s, clean->n, false, x, err);
	case GK_KIND_CSV:
		snprintf(x->source, sizeof x->source, "csv");
		return gk_csv(s, clean->n, x, err);
	case GK_KIND_MAIL:
		snprintf(x->source, sizeof x->source, "mail");
		return gk_mail(raw, raw_n, x, err);
	default:
		return refuse_type(x, err);
	}
}

/* Of the formats that are no text themselves: what reads them, and what the text is said to be made from. */
static enum gk_status
read_kind(enum gk_kind kind, const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	static const struct {
		enum gk_kind kind;
		const char *source;
		enum gk_status (*read)(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);
	} readers[] = {
		{ GK_KIND_DOCX, "docx", gk_docx }, { GK_KIND_XLSX, "xlsx", gk_xlsx }, { GK_KIND_PPTX, "pptx", gk_pptx }, { GK_KIND_ODF, "odf", gk_odf },
		{ GK_KIND_OFD, "ofd", gk_ofd }, { GK_KIND_PDF, "pdf", gk_pdf },
		{ GK_KIND_IMAGE, "ocr", gk_image }, { GK_KIND_RTF, "rtf", gk_rtf }, { GK_KIND_OLE, "", gk_office97 },
	};

	snprintf(x->charset, sizeof x->charset, "utf-8");
	if (kind == GK_KIND_ZIP || kind == GK_KIND_BUNDLE) {
		snprintf(x->source, sizeof x->source, "bundle");
		return gk_bundle(p, n, kind == GK_KIND_ZIP ? GK_PACK_ZIP : GK_PACK_OTHER, x, err);
	}
	if (kind == GK_KIND_WARC) {
		snprintf(x->source, sizeof x->source, "warc");
		return gk_warc(p, n, x, err);
	}
	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
		if (readers[i].kind == kind) {
			snprintf(x->source, sizeof x->source, "%s", readers[i].source);
			return readers[i].read(p, n, x, err);
		}
	return refuse_type(x, err);
}

/* Is there a file inside that only a foreign program reads? */
static bool
part_waits(const struct gk_extracted *x)
{
	json_t *part;
	size_t i;

	json_array_foreach(x->parts, i, part) {
		const char *reason = json_string_value(json_object_get(part, "reason"));

		if (reason != NULL && strcmp(reason, "tool") == 0)
			return true;
	}
	return false;
}

/* What is wrong with a text that was read without an error. */
static enum gk_status
look_again(struct gk_extracted *x, struct gk_err *err)
{
	if (x->text.failed && x->text.n > x->text.max / 4) {
		snprintf(x->reason, sizeof x->reason, "output");
		return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "正文超过上限 %d 字节", "its text is larger than the limit of %d bytes", GK_TEXT_MAX);
	}
	if (x->text.failed)
		return gk_nomem(err);
	/* Marks are taken out of the text, and files inside have their places in it: with those it was done before. */
	if (json_array_size(x->parts) == 0)
		gk_read_marks(x);
	if (x->text.n == 0 && part_waits(x))
		return gk_tool_refuse(GK_TOOL_LATER, "", x, err);
	if (x->text.n == 0) {
		snprintf(x->reason, sizeof x->reason, "no_text");
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "文件里没有文字", "there is no text in it");
		gk_hint(err, "若正文是图片：apt install tesseract-ocr tesseract-ocr-chi-sim；原件照常存档", "if it holds images of text: apt install tesseract-ocr tesseract-ocr-chi-sim; the original is archived all the same");
		return GK_REFUSED;
	}
	return GK_OK;
}

/* Only what a refusal may tell stays. */
static void
empty(struct gk_extracted *x)
{
	gk_extracted_free(x);
	x->charset[0] = x->source[0] = '\0';
}

/* Bytes that may be text: which encoding, then by kind. */
static enum gk_status
read_text(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct gk_buf clean;
	enum gk_status st = gk_decode(p, n, x, &clean, err);

	if (st != GK_OK)
		return st;
	st = read_decoded(&clean, p, n, x, err);
	gk_buf_free(&clean);
	return st;
}

enum gk_status
gk_extract_inside(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	enum gk_kind kind;
	enum gk_status st;

	snprintf(x->type, sizeof x->type, "application/x-empty");
	gk_buf_init(&x->text, GK_TEXT_MAX);
	if (n == 0) {
		snprintf(x->reason, sizeof x->reason, "empty");
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "文件是空的", "the file is empty");
	}
	kind = gk_sniff_bytes(p, n, x->type);
	if (kind == GK_KIND_OTHER)
		return refuse_type(x, err);
	x->meta = json_object();
	x->notes = json_array();
	x->parts = json_array();
	if (x->meta == NULL || x->notes == NULL || x->parts == NULL || gk_fault("extract")) {
		empty(x);
		return gk_nomem(err);
	}
	st = kind == GK_KIND_UNDECIDED ? read_text(p, n, x, err) : read_kind(kind, p, n, x, err);
	if (st == GK_OK)
		st = look_again(x, err);
	if (st != GK_OK)
		empty(x);
	return st;
}

enum gk_status
gk_extract(const void *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	*x = (struct gk_extracted){ .type = "", .budget = { .file = n } };
	return gk_extract_inside(p, n, x, err);
}
