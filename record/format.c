/* The formats and their names. */
#include "record/format.h"

#include <string.h>

const struct gk_format_name gk_format_names[GK_F_COUNT] = {
	[GK_F_OTHER] = { "other", "其他", "Other" }, [GK_F_HTML] = { "html", "网页", "Web page" }, [GK_F_TEXT] = { "text", "文本", "Text" },
	[GK_F_PDF] = { "pdf", "PDF", "PDF" }, [GK_F_OFD] = { "ofd", "OFD", "OFD" }, [GK_F_WORD] = { "word", "文档", "Word" },
	[GK_F_SHEET] = { "sheet", "表格", "Spreadsheet" }, [GK_F_SLIDES] = { "slides", "演示文稿", "Slides" }, [GK_F_IMAGE] = { "image", "图片", "Image" },
};

/* Media types by their beginning; the longer ones first. */
static const struct { const char *type; enum gk_format format; } types[] = {
	{ "text/html", GK_F_HTML }, { "application/xhtml", GK_F_HTML }, { "text/rtf", GK_F_WORD }, { "application/rtf", GK_F_WORD }, { "text/csv", GK_F_SHEET },
	{ "text/", GK_F_TEXT }, { "application/pdf", GK_F_PDF }, { "application/ofd", GK_F_OFD }, { "image/", GK_F_IMAGE },
	{ "application/msword", GK_F_WORD }, { "application/vnd.openxmlformats-officedocument.wordprocessingml", GK_F_WORD },
	{ "application/vnd.oasis.opendocument.text", GK_F_WORD }, { "application/vnd.ms-excel", GK_F_SHEET },
	{ "application/vnd.openxmlformats-officedocument.spreadsheetml", GK_F_SHEET }, { "application/vnd.oasis.opendocument.spreadsheet", GK_F_SHEET },
	{ "application/vnd.ms-powerpoint", GK_F_SLIDES }, { "application/vnd.openxmlformats-officedocument.presentationml", GK_F_SLIDES },
	{ "application/vnd.oasis.opendocument.presentation", GK_F_SLIDES },
};

static const struct { const char *name; enum gk_format format; } others[] = {
	{ "htm", GK_F_HTML }, { "txt", GK_F_TEXT }, { "md", GK_F_TEXT }, { "doc", GK_F_WORD }, { "docx", GK_F_WORD }, { "wps", GK_F_WORD }, { "rtf", GK_F_WORD },
	{ "odt", GK_F_WORD }, { "xls", GK_F_SHEET }, { "xlsx", GK_F_SHEET }, { "et", GK_F_SHEET }, { "csv", GK_F_SHEET }, { "ods", GK_F_SHEET }, { "excel", GK_F_SHEET },
	{ "ppt", GK_F_SLIDES }, { "pptx", GK_F_SLIDES }, { "dps", GK_F_SLIDES }, { "odp", GK_F_SLIDES }, { "jpg", GK_F_IMAGE }, { "jpeg", GK_F_IMAGE }, { "png", GK_F_IMAGE },
	{ "tif", GK_F_IMAGE }, { "tiff", GK_F_IMAGE }, { "扫描件", GK_F_IMAGE },
};

enum gk_format
gk_format_of(const char *type)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strncmp(type, types[i].type, strlen(types[i].type)) == 0)
			return types[i].format;
	return GK_F_OTHER;
}

static bool
is(const char *p, size_t n, const char *name)
{
	return strlen(name) == n && strncasecmp(p, name, n) == 0;
}

bool
gk_format_find(const char *p, size_t n, enum gk_format *out)
{
	char type[128];

	for (size_t i = 0; i < GK_F_COUNT; i++)
		if (is(p, n, gk_format_names[i].code) || is(p, n, gk_format_names[i].label)) {
			*out = (enum gk_format)i;
			return true;
		}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (is(p, n, others[i].name)) {
			*out = others[i].format;
			return true;
		}
	if (n >= sizeof type || memchr(p, '/', n) == NULL)
		return false;
	memcpy(type, p, n);
	type[n] = '\0';
	*out = gk_format_of(type);
	return *out != GK_F_OTHER;
}
