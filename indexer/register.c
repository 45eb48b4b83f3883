/* Registers of destruction: CSV (RFC 4180), with or without a BOM, LF or CRLF. */
#include "indexer/register.h"

#include "base/digest.h"
#include "base/io.h"

#include <stdlib.h>
#include <string.h>

enum { REGISTER_MAX = 16 * 1024 * 1024, ROWS_MAX = 10000 };

const char *const register_columns[REG_COLUMNS] = {
	"序号", "档号", "题名", "年度", "保管期限", "已保管年限", "页数/份数", "密级", "鉴定意见", "销毁原因", "批准人", "档案人员", "监销人", "销毁方式", "销毁时间", "地点", "备注",
};

void
register_put(struct gk_buf *b, const char *const cell[REG_COLUMNS])
{
	for (int c = 0; c < REG_COLUMNS; c++) {
		const char *s = cell[c] == NULL ? "" : cell[c];

		if (c > 0)
			gk_buf_putc(b, ',');
		if (strpbrk(s, ",\"\r\n") == NULL) {
			gk_buf_puts(b, s);
			continue;
		}
		gk_buf_putc(b, '"');
		for (; *s != '\0'; s++) {
			if (*s == '"')
				gk_buf_putc(b, '"');
			gk_buf_putc(b, *s);
		}
		gk_buf_putc(b, '"');
	}
	gk_buf_puts(b, "\r\n");
}

/* One cell at *p, unquoted in place; *end is ',' or '\n' or '\0' behind it, *p stands behind that. */
static char *
take_cell(char **p, char *end, size_t *line)
{
	char *start = *p, *to = *p, *at = *p;
	bool quoted = *at == '"';

	for (at += quoted; *at != '\0'; at++) {
		*line += *at == '\n' && quoted;
		if (quoted && *at == '"') {
			if (at[1] != '"') {
				quoted = false;
				continue;
			}
			at++;
		} else if (!quoted && (*at == ',' || *at == '\n')) {
			break;
		}
		*to++ = *at;
	}
	*end = *at;
	*p = *at == '\0' ? at : at + 1;
	if (to > start && to[-1] == '\r' && *end != ',')
		to--;
	*to = '\0';
	return start;
}

static enum gk_status
bad(struct gk_err *err, const char *path, size_t line, const char *zh, const char *en)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "清册 '%s' 第 %zu 行：%s%.0s", "register '%s' line %zu: %.0s%s", path, line, zh, en);
	gk_hint(err, "清册由 gongkai dispose --register 清册.csv 写出", "registers are written by gongkai dispose --register FILE.csv");
	return GK_REFUSED;
}

static enum gk_status
take_rows(struct destruction_register *r, char *p, const char *path, struct gk_err *err)
{
	size_t line = 1;

	for (bool head = true; *p != '\0'; head = false) {
		struct register_row row = { .line = line };
		char end = ',';
		int c = 0;

		for (; c < REG_COLUMNS && end == ','; c++)
			row.cell[c] = take_cell(&p, &end, &line);
		line++;
		if (c == 1 && row.cell[0][0] == '\0')
			continue;	/* a blank line */
		if (c != REG_COLUMNS || end == ',')
			return bad(err, path, row.line, "应有 17 栏", "there must be 17 columns");
		for (int k = 0; head && k < REG_COLUMNS; k++)
			if (strcmp(row.cell[k], register_columns[k]) != 0)
				return bad(err, path, row.line, "栏目不是销毁清册的栏目", "the columns are not those of a register of destruction");
		if (head)
			continue;
		if (r->n == ROWS_MAX)
			return bad(err, path, row.line, "最多一万件", "at most ten thousand records");
		r->row[r->n++] = row;
	}
	return GK_OK;
}

enum gk_status
register_read(const char *path, struct destruction_register *out, struct gk_err *err)
{
	struct gk_buf text;
	struct destruction_register r = { .row = calloc(ROWS_MAX, sizeof *r.row), .digest = "sha256:" };
	enum gk_status st = r.row == NULL ? gk_nomem(err) : gk_read_file(path, REGISTER_MAX, &text, err);

	if (st != GK_OK) {
		free(r.row);
		return st == GK_DEAD ? GK_REFUSED : st;
	}
	gk_sha256_hex(text.p == NULL ? "" : text.p, text.n, r.digest + 7);
	r.memory = text.p;
	if (text.n == 0 || strlen(text.p) != text.n)
		st = bad(err, path, 1, "不是清册", "it is no register");
	else
		st = take_rows(&r, text.p + (strncmp(text.p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0), path, err);
	if (st != GK_OK) {
		register_free(&r);
		return st;
	}
	*out = r;
	return GK_OK;
}

void
register_free(struct destruction_register *r)
{
	free(r->row);
	free(r->memory);
	*r = (struct destruction_register){ .row = NULL };
}
