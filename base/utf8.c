/* UTF-8, one character at a time. */
#include "base/utf8.h"

#include <string.h>

size_t
gk_utf8_decode(const char *s, size_t n, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t c = p[0], least;
	size_t len;

	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	*cp = GK_UTF8_BAD;
	if (c < 0xC2 || c > 0xF4)
		return 1;
	if (c < 0xE0) {
		len = 2, c &= 0x1F, least = 0x80;
	} else if (c < 0xF0) {
		len = 3, c &= 0x0F, least = 0x800;
	} else {
		len = 4, c &= 0x07, least = 0x10000;
	}
	if (n < len)
		return 1;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 1;
		c = c << 6 | (p[i] & 0x3F);
	}
	if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 1;
	*cp = c;
	return len;
}

size_t
gk_utf8_encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		if (c >= 0xD800 && c <= 0xDFFF)
			return 0;
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	if (c > 0x10FFFF)
		return 0;
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

size_t
gk_utf8_check(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		const unsigned char *u = (const unsigned char *)p + i;
		uint32_t cp;
		size_t len;

		/* Nearly all of it: ASCII, and three bytes that need no second look (neither overlong nor a surrogate). */
		if (u[0] < 0x80) {
			uint64_t eight;

			i++;
			while (n - i >= sizeof eight && (memcpy(&eight, p + i, sizeof eight), (eight & 0x8080808080808080u) == 0))
				i += sizeof eight;
			continue;
		}
		if (u[0] > 0xE0 && u[0] < 0xED && n - i > 2 && (u[1] & 0xC0) == 0x80 && (u[2] & 0xC0) == 0x80) {
			i += 3;
			continue;
		}
		len = gk_utf8_decode(p + i, n - i, &cp);

		if (cp == GK_UTF8_BAD)
			return i;
		i += len;
	}
	return n;
}

size_t
gk_utf8_count(const char *p, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; count++) {
		const unsigned char *u = (const unsigned char *)p + i;
		uint32_t cp;

		if (u[0] < 0x80)
			i++;
		else if (u[0] > 0xE0 && u[0] < 0xED && n - i > 2 && (u[1] & 0xC0) == 0x80 && (u[2] & 0xC0) == 0x80)
			i += 3;
		else
			i += gk_utf8_decode(p + i, n - i, &cp);
	}
	return count;
}

size_t
gk_utf8_cut(const char *p, size_t n)
{
	size_t back = 0;

	while (back < 3 && back < n && ((unsigned char)p[n - 1 - back] & 0xC0) == 0x80)
		back++;
	if (back < n) {
		uint32_t cp;

		/* A lead byte alone has length 1 too, but is bad. */
		if (gk_utf8_decode(p + n - 1 - back, back + 1, &cp) != back + 1 || cp == GK_UTF8_BAD)
			return n - 1 - back;
	}
	return n;
}

void
gk_utf8_clean(const char *s, char *out, size_t size)
{
	size_t n = 0, used = 0;

	while (s[n] != '\0')
		n++;
	for (size_t at = 0, len; at < n; at += len) {
		uint32_t cp;
		char one[4];
		size_t k;

		len = gk_utf8_decode(s + at, n - at, &cp);
		if (cp == GK_UTF8_BAD || cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
			cp = 0xFFFD;
		k = gk_utf8_encode(cp, one);
		if (used + k >= size)
			break;
		for (size_t i = 0; i < k; i++)
			out[used++] = one[i];
	}
	if (size > 0)
		out[used] = '\0';
}
