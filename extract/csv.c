/* CSV (RFC 4180): rows of cells with tabs between them; a quoted cell may hold commas, quotes and new lines. */
#include "extract/inside.h"

#include <string.h>

enum { LOOK = 64 * 1024, ROWS = 20 };

/* One record from s: its cells are handed over, its length is returned. */
static size_t
read_row(const char *s, size_t n, size_t *cells, struct gk_sheet *to, struct gk_buf *cell)
{
	size_t at = 0;
	bool quoted = false;

	*cells = 1;
	gk_buf_reset(cell);
	for (; at < n; at++) {
		if (s[at] == '"') {
			if (quoted && at + 1 < n && s[at + 1] == '"')
				gk_buf_putc(cell, s[at++]);
			else if (quoted || cell->n == 0)
				quoted = !quoted;
			else
				gk_buf_putc(cell, '"');
		} else if (s[at] == ',' && !quoted) {
			if (to != NULL)
				gk_sheet_cell(to, *cells - 1, cell->p == NULL ? "" : cell->p, cell->n);
			++*cells;
			gk_buf_reset(cell);
		} else if (s[at] == '\n' && !quoted) {
			break;
		} else {
			gk_buf_putc(cell, s[at]);
		}
	}
	if (to != NULL) {
		gk_sheet_cell(to, *cells - 1, cell->p == NULL ? "" : cell->p, cell->n);
		gk_sheet_row(to);
	}
	return at + (at < n);
}

/* The same number of cells, two or more, in nine of ten of the first rows, and at least two of them. */
bool
gk_is_csv(const char *s, size_t n)
{
	size_t first = 0, same = 0, rows = 0, cells;
	struct gk_buf cell;

	n = n < LOOK ? n : LOOK;
	gk_buf_init(&cell, LOOK + 1);
	for (size_t at = 0; at < n && rows < ROWS;) {
		const char *line = s + at;
		size_t len = read_row(line, n - at, &cells, NULL, &cell), blank = len;

		at += len;
		/* The last may be cut. */
		if (at == n && n == LOOK)
			break;
		if (gk_trim(&line, blank) == 0)
			continue;
		rows++;
		first = first == 0 ? cells : first;
		same += cells == first;
	}
	gk_buf_free(&cell);
	return first >= 2 && rows >= 2 && same * 10 >= rows * 9;
}

enum gk_status
gk_csv(const char *s, size_t n, struct gk_extracted *x, struct gk_err *err)
{
	struct gk_sheet sheet;
	struct gk_buf cell;
	size_t cells;
	bool failed;

	gk_buf_init(&cell, GK_TEXT_MAX);
	gk_sheet_start(&sheet, &x->text);
	for (size_t at = 0; at < n;)
		at += read_row(s + at, n - at, &cells, &sheet, &cell);
	failed = cell.failed;
	gk_buf_free(&cell);
	return failed ? gk_nomem(err) : GK_OK;
}
