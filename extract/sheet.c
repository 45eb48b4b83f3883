/*
 * Tables as rows of cells with tabs between them, whatever format they came in: empty cells inside a row keep
 * their tab, those at its end and empty rows do not.
 */
#include "extract/inside.h"

#include <stdlib.h>
#include <string.h>

/* A cell at the far end of a sheet would be preceded by sixteen thousand tabs. */
enum { GAP_MAX = 64, STRINGS_MAX = 8 * 1024 * 1024 };

void
gk_sheet_start(struct gk_sheet *s, struct gk_buf *to)
{
	*s = (struct gk_sheet){ .to = to };
}

void
gk_sheet_cell(struct gk_sheet *s, size_t column, const char *text, size_t n)
{
	struct gk_lines l;
	size_t before = s->to->n, gap = column > s->column ? column - s->column : 0;

	n = gk_trim(&text, n);
	if (n == 0)
		return;
	for (size_t i = 0; i < (gap < GAP_MAX ? gap : GAP_MAX); i++)
		gk_buf_putc(s->to, '\t');
	gk_lines_start(&l, s->to);
	gk_lines_put(&l, text, n, false);
	/* Nothing that is seen: then there was no cell. */
	if (l.last == 0) {
		s->to->n = before;
		return;
	}
	s->column = column > s->column ? column : s->column;
	s->any = true;
}

void
gk_sheet_row(struct gk_sheet *s)
{
	if (s->any)
		gk_buf_putc(s->to, '\n');
	s->column = 0;
	s->any = false;
}

void
gk_sheet_name(struct gk_extracted *x, const char *name, bool hidden)
{
	struct gk_lines l;

	gk_lines_start(&l, &x->text);
	gk_lines_put(&l, "工作表：", strlen("工作表："), false);
	gk_lines_put(&l, name, strlen(name), false);
	if (hidden) {
		gk_lines_put(&l, "（隐藏）", strlen("（隐藏）"), false);
		gk_note(x, "hidden sheet: %s", name);
	}
	gk_lines_end(&l);
}

bool
gk_strings_end(struct gk_strings *s)
{
	if (s->n + 1 >= s->room) {
		size_t room = s->room == 0 ? 1024 : s->room * 2;
		uint32_t *p = room > STRINGS_MAX ? NULL : realloc(s->starts, room * sizeof *p);

		if (p == NULL)
			return false;
		s->starts = p;
		s->room = room;
	}
	if (s->n == 0)
		s->starts[0] = 0;
	s->starts[++s->n] = (uint32_t)s->text.n;
	return true;
}

void
gk_strings_cell(struct gk_sheet *sheet, size_t column, const struct gk_strings *s, size_t i)
{
	/* All of them may be empty: then there is no text. */
	if (i < s->n)
		gk_sheet_cell(sheet, column, s->text.p == NULL ? "" : s->text.p + s->starts[i], s->starts[i + 1] - s->starts[i]);
}

void
gk_strings_free(struct gk_strings *s)
{
	free(s->starts);
	gk_buf_free(&s->text);
}
