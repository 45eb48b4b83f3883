/* What was sent: parameters, a form, a form with a file, or a JSON object, all read by the same names. */
#include "desk/front.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { JSON_DEPTH = 32 };

/* ---- fields ---- */

static bool
add(struct call *c, const char *name, const char *value)
{
	json_t *old = json_object_get(c->in, name), *list;

	if (old == NULL)
		return json_object_set_new(c->in, name, json_string(value)) == 0;
	if (json_is_array(old))
		return json_array_append_new(old, json_string(value)) == 0;
	list = json_pack("[O, s]", old, value);
	return list != NULL && json_object_set_new(c->in, name, list) == 0;
}

const char *
in_nth(const struct call *c, const char *name, size_t i)
{
	const json_t *v = json_object_get(c->in, name);
	const char *s = json_string_value(json_is_array(v) ? json_array_get(v, i) : i == 0 ? v : NULL);

	return s != NULL && *s != '\0' ? s : NULL;
}

const char *
in(const struct call *c, const char *name)
{
	return in_nth(c, name, 0);
}

bool
in_is(const struct call *c, const char *name, const char *value)
{
	const char *s = in(c, name);

	return s != NULL && strcmp(s, value) == 0;
}

enum gk_status
in_need(struct call *c, const char *name, const char **out)
{
	*out = in(c, name);
	if (*out != NULL)
		return GK_OK;
	c->param = name;
	return gk_fail(&c->err, GK_REFUSED, GK_CAUSE_USAGE, "没有填写 %s", "%s is missing", name);
}

/* Between articles people write 、 ， , ; or begin a new line. */
static size_t
mark_at(const char *p)
{
	static const char *const marks[] = { "、", "，", "；", ",", ";", "\n" };

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (strncmp(p, marks[i], strlen(marks[i])) == 0)
			return strlen(marks[i]);
	return 0;
}

size_t
in_list(struct call *c, const char *name, const char **out, size_t most)
{
	size_t n = 0;
	const char *s;

	for (size_t i = 0; (s = in_nth(c, name, i)) != NULL; i++)
		while (*s != '\0' && n < most) {
			const char *end = s;

			while (*end != '\0' && mark_at(end) == 0)
				end++;
			s += strspn(s, " ");
			if (end > s && (out[n] = gk_arena_copy(&c->mem, s, (size_t)(end - s))) != NULL)
				n++;
			s = *end != '\0' ? end + mark_at(end) : end;
		}
	return n;
}

/* ---- a form with a file (RFC 7578) ---- */

/* The next line of a part's head, ended by CRLF; NULL if there is none. */
static const char *
line_end(const char *p, const char *end)
{
	for (; p + 1 < end; p++)
		if (p[0] == '\r' && p[1] == '\n')
			return p;
	return NULL;
}

/* name="value" of a head line; browsers write a quote in a name as %22. */
static char *
head_value(struct call *c, const char *p, const char *end, const char *name)
{
	size_t n = strlen(name);

	for (; p + n + 2 < end; p++) {
		const char *from = p + n + 2, *to;

		if ((p[-1] != ' ' && p[-1] != ';') || strncasecmp(p, name, n) != 0 || p[n] != '=' || p[n + 1] != '"')
			continue;
		to = memchr(from, '"', (size_t)(end - from));
		return to == NULL ? NULL : gk_arena_copy(&c->mem, from, (size_t)(to - from));
	}
	return NULL;
}

static enum gk_status
bad_form(struct call *c)
{
	return call_refuse(c, NULL, "表单读不懂", "the form makes no sense");
}

static bool
is_text(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)s[i] < 0x20 && s[i] != '\t' && s[i] != '\n' && s[i] != '\r') || s[i] == 0x7F)
			return false;
	return gk_utf8_check(s, n) == n;
}

/* One part: its head lines, an empty line, its bytes. */
static enum gk_status
take_part(struct call *c, const char *p, const char *end)
{
	char *name = NULL, *file = NULL, *value;
	const char *eol;

	while ((eol = line_end(p, end)) != NULL && eol != p) {
		if (strncasecmp(p, "Content-Disposition:", 20) == 0) {
			name = head_value(c, p + 20, eol, "name");
			file = head_value(c, p + 20, eol, "filename");
		}
		p = eol + 2;
	}
	if (eol == NULL || name == NULL || !is_text(name, strlen(name)))
		return bad_form(c);
	p = eol + 2;
	if (file != NULL) {
		/* L31: stored as text only. */
		if (!is_text(file, strlen(file)) || strlen(file) > 255)
			return call_refuse(c, "file", "文件名不行：255 字节以内的文字", "the file name will not do: text of at most 255 bytes");
		if (*file != '\0')
			c->file = (struct upload){ file, p, (size_t)(end - p) };
		return GK_OK;
	}
	if (!is_text(p, (size_t)(end - p)))
		return bad_form(c);
	value = gk_arena_copy(&c->mem, p, (size_t)(end - p));
	return value != NULL && add(c, name, value) ? GK_OK : gk_nomem(&c->err);
}

static enum gk_status
read_multipart(struct call *c, const struct gk_request *req, const char *type)
{
	const char *b = strstr(type, "boundary="), *p = req->body, *end = p + req->body_n, *next;
	char mark[80];
	size_t n;

	if (b == NULL)
		return bad_form(c);
	b += 9;
	b += *b == '"';
	n = strcspn(b, "\"; ");
	if (n == 0 || n > 70)
		return bad_form(c);
	mark[0] = '\r', mark[1] = '\n', mark[2] = '-', mark[3] = '-';
	memcpy(mark + 4, b, n);
	n += 4;
	/* The first one has no line before it. */
	if ((size_t)(end - p) < n || memcmp(p, mark + 2, n - 2) != 0)
		return bad_form(c);
	p += n - 2;
	while (end - p >= 2 && p[0] == '\r' && p[1] == '\n') {
		enum gk_status st;

		p += 2;
		next = memmem(p, (size_t)(end - p), mark, n);
		if (next == NULL)
			return bad_form(c);
		st = take_part(c, p, next);
		if (st != GK_OK)
			return st;
		p = next + n;
	}
	return GK_OK;
}

/* ---- JSON ---- */

/* Numbers and truth are text like everything else here; objects stay what they are. */
static json_t *
as_text(json_t *v)
{
	char number[32];

	if (json_is_true(v) || json_is_false(v))
		return json_string(json_is_true(v) ? "1" : "");
	if (!json_is_integer(v))
		return json_incref(v);
	snprintf(number, sizeof number, "%lld", (long long)json_integer_value(v));
	return json_string(number);
}

static bool
clean(const json_t *v, unsigned depth)
{
	const char *key;
	json_t *one;
	size_t i;

	if (depth > JSON_DEPTH)
		return false;
	if (json_is_string(v))
		return is_text(json_string_value(v), json_string_length(v));
	json_array_foreach(v, i, one)
		if (!clean(one, depth + 1))
			return false;
	json_object_foreach((json_t *)v, key, one)
		if (!clean(one, depth + 1))
			return false;
	return true;
}

static enum gk_status
read_json(struct call *c, const struct gk_request *req)
{
	json_error_t where;
	json_t *o = json_loadb(req->body, req->body_n, JSON_REJECT_DUPLICATES, &where), *v;
	const char *key;

	if (!json_is_object(o) || !clean(o, 0)) {
		json_decref(o);
		return gk_fail(&c->err, GK_REFUSED, GK_CAUSE_USAGE, "正文不是 JSON 对象（第 %d 行第 %d 列）", "the body is no JSON object (line %d, column %d)", where.line, where.column);
	}
	json_object_foreach(o, key, v)
		json_object_set_new(c->in, key, as_text(v));
	json_decref(o);
	return GK_OK;
}

enum gk_status
input_read(struct call *c, const struct gk_request *req)
{
	const char *type = req->content_type != NULL ? req->content_type : "";
	const struct gk_param *p = NULL;
	size_t n = 0;

	for (size_t i = 0; i < req->n_params; i++)
		if (!add(c, req->params[i].name, req->params[i].value))
			return gk_nomem(&c->err);
	if (strcmp(req->method, "POST") != 0)
		return GK_OK;
	if (strncasecmp(type, "multipart/form-data", 19) == 0)
		return read_multipart(c, req, type);
	if (strncasecmp(type, "application/json", 16) == 0)
		return read_json(c, req);
	if (strncasecmp(type, "application/x-www-form-urlencoded", 33) != 0 && req->body_n > 0)
		return call_refuse(c, NULL, "只接受表单或 JSON", "forms or JSON only");
	if (gk_http_parse_form(req->body, req->body_n, &c->mem, &p, &n) != NULL)
		return bad_form(c);
	for (size_t i = 0; i < n; i++)
		if (!add(c, p[i].name, p[i].value))
			return gk_nomem(&c->err);
	return GK_OK;
}
