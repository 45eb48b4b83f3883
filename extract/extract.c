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
	x->meta = x->notes = NULL;
}

static enum gk_status
refuse_type(struct gk_extracted *x, struct gk_err *err)
{
	snprintf(x->reason, sizeof x->reason, "type");
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "文件类型是 '%s'：本版本只能读取网页、纯文本和 Markdown 的正文",
		"its type is '%s': this version reads the text of HTML, plain text and Markdown only", x->type);
	gk_hint(err, "原件照常存档；以后的版本能读时再提取", "the original is archived all the same; a later version can extract it");
	return GK_REFUSED;
}

static enum gk_status
read_decoded(const struct gk_buf *clean, const void *raw, size_t raw_n, struct gk_extracted *x, struct gk_err *err)
{
	switch (gk_sniff_text(clean->p, clean->n, raw, raw_n, x->type)) {
	case GK_KIND_HTML:
		snprintf(x->source, sizeof x->source, "html");
		return gk_html(clean->p, clean->n, x, err);
	case GK_KIND_MARKDOWN:
		snprintf(x->source, sizeof x->source, "markdown");
		return gk_text(clean->p, clean->n, true, x, err);
	case GK_KIND_TEXT:
		snprintf(x->source, sizeof x->source, "text");
		return gk_text(clean->p, clean->n, false, x, err);
	case GK_KIND_OTHER:
		break;
	}
	return refuse_type(x, err);
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
	gk_read_marks(x);
	if (x->text.n == 0) {
		snprintf(x->reason, sizeof x->reason, "no_text");
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "文件里没有文字", "there is no text in it");
		gk_hint(err, "若正文是图片，请先做文字识别；原件照常存档", "if it holds images of text, recognise them first; the original is archived all the same");
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

enum gk_status
gk_extract(const void *p, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct gk_buf clean;
	enum gk_status st;

	*x = (struct gk_extracted){ .type = "application/x-empty" };
	gk_buf_init(&x->text, GK_TEXT_MAX);
	if (n == 0) {
		snprintf(x->reason, sizeof x->reason, "empty");
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "文件是空的", "the file is empty");
	}
	if (gk_sniff_bytes(p, n, x->type))
		return refuse_type(x, err);
	x->meta = json_object();
	x->notes = json_array();
	if (x->meta == NULL || x->notes == NULL || gk_fault("extract")) {
		empty(x);
		return gk_nomem(err);
	}
	st = gk_decode(p, n, x, &clean, err);
	if (st == GK_OK) {
		st = read_decoded(&clean, p, n, x, err);
		gk_buf_free(&clean);
	}
	if (st == GK_OK)
		st = look_again(x, err);
	if (st != GK_OK)
		empty(x);
	return st;
}
