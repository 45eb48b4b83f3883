/* What a file is, in the words of people: 网页, PDF; from the type that was found in its bytes. */
#ifndef GK_FORMAT_H
#define GK_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

enum gk_format { GK_F_OTHER, GK_F_HTML, GK_F_TEXT, GK_F_PDF, GK_F_OFD, GK_F_WORD, GK_F_SHEET, GK_F_SLIDES, GK_F_IMAGE, GK_F_COUNT };

struct gk_format_name { const char *code, *label, *label_en; };
extern const struct gk_format_name gk_format_names[GK_F_COUNT];

/* Of a media type ("text/html; charset=…"); GK_F_OTHER if it is none of these. */
enum gk_format gk_format_of(const char *type);
/* A code, label, file extension or media type, as it is typed (folded). */
bool gk_format_find(const char *p, size_t n, enum gk_format *out);

#endif
