#include "web/write-json.h"

#include <string.h>

/* Bytes that may stand in a string as they are. */
static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

static void
put_escaped(unsigned char c, struct gk_buf *out)
{
	static const char known[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt", hex[] = "0123456789ABCDEF";
	const char *at = c == '\0' ? NULL : strchr(known, c);
	const char shorter[2] = { '\\', at == NULL ? '\0' : letter[at - known] }, longer[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

	if (at != NULL)
		gk_buf_add(out, shorter, sizeof shorter);
	else
		gk_buf_add(out, longer, sizeof longer);
}

static void
put_string(const char *s, size_t n, struct gk_buf *out)
{
	size_t from = 0;

	gk_buf_putc(out, '"');
	for (size_t i = 0; i < n; i++) {
		if (is_plain((unsigned char)s[i]))
			continue;
		gk_buf_add(out, s + from, i - from);
		put_escaped((unsigned char)s[i], out);
		from = i + 1;
	}
	gk_buf_add(out, s + from, n - from);
	gk_buf_putc(out, '"');
}

static void
put_integer(json_int_t v, struct gk_buf *out)
{
	char digits[24], *p = digits + sizeof digits;
	unsigned long long left = v < 0 ? 0 - (unsigned long long)v : (unsigned long long)v;

	do
		*--p = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (v < 0)
		*--p = '-';
	gk_buf_add(out, p, (size_t)(digits + sizeof digits - p));
}

/* Where the point stands, and when there is none, is jansson's business. */
static void
put_real(const json_t *v, struct gk_buf *out)
{
	char text[64];
	size_t n = json_dumpb(v, text, sizeof text, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));

	gk_buf_add(out, text, n);
}

static void put_value(const json_t *v, struct gk_buf *out);

static void
put_array(const json_t *list, struct gk_buf *out)
{
	size_t n = json_array_size(list);

	gk_buf_putc(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			gk_buf_putc(out, ',');
		put_value(json_array_get(list, i), out);
	}
	gk_buf_putc(out, ']');
}

static void
put_object(const json_t *object, struct gk_buf *out)
{
	json_t *o = (json_t *)object;	/* its iterators want it so, and change nothing */
	void *at = json_object_iter(o);

	gk_buf_putc(out, '{');
	for (bool first = true; at != NULL; first = false, at = json_object_iter_next(o, at)) {
		if (!first)
			gk_buf_putc(out, ',');
		put_string(json_object_iter_key(at), json_object_iter_key_len(at), out);
		gk_buf_putc(out, ':');
		put_value(json_object_iter_value(at), out);
	}
	gk_buf_putc(out, '}');
}

static void
put_value(const json_t *v, struct gk_buf *out)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		put_object(v, out);
		break;
	case JSON_ARRAY:
		put_array(v, out);
		break;
	case JSON_STRING:
		put_string(json_string_value(v), json_string_length(v), out);
		break;
	case JSON_INTEGER:
		put_integer(json_integer_value(v), out);
		break;
	case JSON_REAL:
		put_real(v, out);
		break;
	case JSON_TRUE:
		gk_buf_puts(out, "true");
		break;
	case JSON_FALSE:
		gk_buf_puts(out, "false");
		break;
	default:
		gk_buf_puts(out, "null");
		break;
	}
}

bool
gk_write_json(const json_t *value, struct gk_buf *out)
{
	if (value == NULL)
		return false;
	put_value(value, out);
	return !out->failed;
}
