/* Statuses, errors in two languages, the causes behind exit statuses. */
#include "base/status.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum gk_lang gk_lang = GK_ZH;

/* vsnprintf cuts at a byte; a message must end at a whole character. */
static void
cut_at_character(char *s, size_t size)
{
	size_t n = strlen(s), back = 0;

	if (n + 1 < size)
		return;
	while (back < 4 && n > back && ((unsigned char)s[n - 1 - back] & 0xC0) == 0x80)
		back++;
	if (n > back && (unsigned char)s[n - 1 - back] >= 0xC0) {
		unsigned char lead = (unsigned char)s[n - 1 - back];
		size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;

		if (back + 1 < want)
			s[n - 1 - back] = '\0';
	}
}

void
gk_words(char *to, size_t size, const char *fmt, va_list ap)
{
	va_list copy;

	va_copy(copy, ap);
	vsnprintf(to, size, fmt, copy);
	va_end(copy);
	cut_at_character(to, size);
	/* %.80s cuts at a byte, and a file's name may be anything: what is said must be UTF-8, or it cannot be JSON. */
	for (size_t n = strlen(to), bad; (bad = gk_utf8_check(to, n)) < n; n--)
		memmove(to + bad, to + bad + 1, n - bad);
}

enum gk_status
gk_fail(struct gk_err *err, enum gk_status st, enum gk_cause cause,
	const char *zh, const char *en, ...)
{
	va_list ap;

	if (err == NULL)
		return st;
	err->cause = cause;
	err->hint[0] = err->hint_en[0] = '\0';
	va_start(ap, en);
	gk_words(err->what, sizeof err->what, zh, ap);
	gk_words(err->what_en, sizeof err->what_en, en, ap);
	va_end(ap);
	return st;
}

void
gk_hint(struct gk_err *err, const char *zh, const char *en, ...)
{
	va_list ap;

	if (err == NULL)
		return;
	va_start(ap, en);
	gk_words(err->hint, sizeof err->hint, zh, ap);
	gk_words(err->hint_en, sizeof err->hint_en, en, ap);
	va_end(ap);
}

enum gk_cause
gk_cause_of_errno(int e)
{
	switch (e) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return GK_CAUSE_NO_SPACE;
	case EIO:
		return GK_CAUSE_DEVICE;
	case ENOMEM:
		return GK_CAUSE_MEMORY;
	default:
		return GK_CAUSE_NO_ACCESS;
	}
}

enum gk_status
gk_nomem(struct gk_err *err)
{
	gk_fail(err, GK_DEAD, GK_CAUSE_MEMORY, "内存不足", "out of memory");
	gk_hint(err, "关闭别的程序，或减小一批的件数后再试", "close other programs or use smaller batches, then try again");
	return GK_DEAD;
}

int
gk_exit_of(enum gk_cause cause)
{
	static const unsigned char exits[] = {
		[GK_CAUSE_NONE] = 0,
		[GK_CAUSE_NOT_FOUND] = 1,
		[GK_CAUSE_GONE] = 1,
		[GK_CAUSE_USAGE] = 2,
		[GK_CAUSE_UNKNOWN_PARAM] = 2,
		[GK_CAUSE_BAD_QUERY] = 2,
		[GK_CAUSE_BAD_DATE] = 2,
		[GK_CAUSE_NO_ACCESS] = 2,
		[GK_CAUSE_BAD_DATA] = 3,
		[GK_CAUSE_LIMIT] = 3,
		[GK_CAUSE_DAMAGED] = 4,
		[GK_CAUSE_NEWER] = 4,
		[GK_CAUSE_BUSY] = 5,
		[GK_CAUSE_NO_SPACE] = 6,
		[GK_CAUSE_DEVICE] = 7,
		[GK_CAUSE_SANDBOX] = 8,
		[GK_CAUSE_MEMORY] = 70,
		[GK_CAUSE_BUG] = 70,
	};

	return (size_t)cause < sizeof exits ? exits[cause] : 70;
}

void
gk_lang_set(const char *name)
{
	static const char *const from[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; (name == NULL || *name == '\0') && i < sizeof from / sizeof *from; i++)
		name = getenv(from[i]);
	gk_lang = name != NULL && strncmp(name, "en", 2) == 0 ? GK_EN : GK_ZH;
}

const char *
gk_err_what(const struct gk_err *err)
{
	return GK_T(err->what, err->what_en);
}

const char *
gk_err_hint(const struct gk_err *err)
{
	return GK_T(err->hint, err->hint_en);
}
