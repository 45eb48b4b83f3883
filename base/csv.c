/* Cells of tables. */
#include "base/csv.h"

#include <string.h>

/* -12.5 is a number to everybody; -12+A1 is not. */
static bool
plain_number(const char *s)
{
	size_t digits;

	s += *s == '-' || *s == '+';
	digits = strspn(s, "0123456789");
	s += digits;
	if (*s == '.') {
		size_t more = strspn(s + 1, "0123456789");

		digits += more;
		s += 1 + more;
	}
	return digits > 0 && *s == '\0';
}

/* Would a spreadsheet take the cell for a formula? (safety.md 6) */
static bool
formula(const char *s)
{
	static const char *const marks[] = { "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠" };
	static const char *const spaces[] = { " ", "\xC2\xA0", "\xE3\x80\x80", "\xEF\xBB\xBF" };

	for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
		if (strncmp(s, spaces[i], strlen(spaces[i])) == 0) {
			s += strlen(spaces[i]);
			i = (size_t)-1;
		}
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (strncmp(s, marks[i], strlen(marks[i])) == 0)
			return !plain_number(s);
	return false;
}

void
gk_csv_cell(struct gk_buf *b, const char *s, bool last)
{
	bool quote = strpbrk(s, ",\"\r\n") != NULL || *s == ' ';

	if (quote)
		gk_buf_putc(b, '"');
	if (formula(s))
		gk_buf_putc(b, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			gk_buf_putc(b, '"');
		gk_buf_putc(b, *s);
	}
	if (quote)
		gk_buf_putc(b, '"');
	gk_buf_puts(b, last ? "\r\n" : ",");
}
