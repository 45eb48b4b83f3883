/* A request target as it was sent, taken apart: the half of the guard that needs no connection. */
#include "web/http.h"

#include "base/utf8.h"

#include <string.h>

static const struct gk_refusal bad_path = {
	400, "bad_param", "bad_path", "网址写法不对", "malformed address",
	"检查网址，或从首页开始：/", "check the address, or begin at the home page: /"
};
static const struct gk_refusal bad_text = {
	400, "bad_query", "bad_text", "参数不是完好的 UTF-8 文字，或含有控制字符", "a parameter is not well-formed UTF-8 or holds control characters",
	"参数用 UTF-8 编码并按 %XX 写，例如 /search?q=%E5%AE%89%E5%85%A8", "encode parameters as UTF-8 with %XX, e.g. /search?q=%E5%AE%89%E5%85%A8"
};
static const struct gk_refusal too_many = {
	400, "bad_param", "too_many_filters", "参数太多", "too many parameters",
	"去掉一些筛选条件", "remove some of the filters"
};
static const struct gk_refusal no_memory = {
	503, "busy", "busy", "服务器暂时没有内存", "the server is out of memory for now", "稍后再试", "try again later"
};

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum part { PATH, QUERY, FORM };

/* May the decoded byte stand there?  Lines end in forms alone. */
static bool
allowed(char c, enum part part)
{
	if (c == '\t')
		return part != PATH;
	if (c == '\n' || c == '\r')
		return part == FORM;
	return (unsigned char)c >= 0x20 && c != 0x7F;
}

/* %XX (strict) and, but for paths, + for a space.  NULL if malformed or no text; *why says which. */
static const char *
decode(const char *s, size_t n, enum part part, struct gk_arena *mem, const struct gk_refusal **why)
{
	bool query = part != PATH;
	char *out = gk_arena_alloc(mem, n + 1);
	size_t k = 0;

	*why = &no_memory;
	if (out == NULL)
		return NULL;
	*why = query ? &bad_text : &bad_path;
	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (c == '%') {
			int hi = -1, lo = -1;

			if (n - i > 2) {
				hi = hex(s[i + 1]);
				lo = hex(s[i + 2]);
			}
			if (hi < 0 || lo < 0)
				return NULL;
			c = (char)(hi << 4 | lo);
			i += 2;
			/* An encoded separator could mean two different paths to two programs. */
			if (!query && (c == '/' || c == '\\' || c == '%'))
				return NULL;
		} else if (c == '+' && query) {
			c = ' ';
		}
		if (!allowed(c, part))
			return NULL;
		if (c != '\r')
			out[k++] = c;
	}
	if (gk_utf8_check(out, k) != k)
		return NULL;
	*why = NULL;
	return out;
}

static bool
path_is_plain(const char *p)
{
	if (p[0] != '/' || strchr(p, '\\') != NULL || strstr(p, "//") != NULL)
		return false;
	for (const char *part = p; part != NULL; part = strchr(part, '/')) {
		size_t n;

		part++;
		n = strcspn(part, "/");
		if ((n == 1 && part[0] == '.') || (n == 2 && part[0] == '.' && part[1] == '.'))
			return false;
	}
	return true;
}

/* q ends with a NUL that is not of it. */
static const struct gk_refusal *
parse_params(const char *q, enum part part, size_t most, struct gk_arena *mem, const struct gk_param **out, size_t *n_out)
{
	struct gk_param *params;
	size_t room = 1, n = 0;

	for (const char *p = q; *p != '\0'; p++)
		room += *p == '&';
	if (room > most)
		return &too_many;
	params = gk_arena_alloc(mem, room * sizeof *params);
	if (params == NULL)
		return &no_memory;
	for (const char *p = q; ; p++) {	/* p stands at the begin of a name=value */
		size_t len = strcspn(p, "&"), name = 0;
		const struct gk_refusal *why;

		while (name < len && p[name] != '=')
			name++;
		if (len > 0) {
			params[n].name = decode(p, name, part, mem, &why);
			if (params[n].name == NULL)
				return why;
			params[n].value = name == len ? "" : decode(p + name + 1, len - name - 1, part, mem, &why);
			if (params[n].value == NULL)
				return why;
			n++;
		}
		p += len;
		if (*p == '\0')
			break;
	}
	*out = params;
	*n_out = n;
	return NULL;
}

const struct gk_refusal *
gk_http_parse_form(const char *p, size_t n, struct gk_arena *mem, const struct gk_param **params, size_t *n_params)
{
	const char *copy = memchr(p, '\0', n) == NULL ? gk_arena_copy(mem, p, n) : NULL;

	if (copy == NULL)
		return &bad_text;
	return parse_params(copy, FORM, GK_HTTP_FIELDS_MAX, mem, params, n_params);
}

const struct gk_refusal *
gk_http_parse(const char *raw, struct gk_arena *mem, struct gk_request *req)
{
	size_t n = strcspn(raw, "?");
	const struct gk_refusal *why;
	const char *path;

	req->raw = raw;
	req->path = "";
	req->json = n >= 5 && memcmp(raw + n - 5, ".json", 5) == 0;
	/* Raw UTF-8 is no URI, but people paste Chinese addresses and curl sends them so: it may stand. */
	if (strpbrk(raw, "# ") != NULL)
		return &bad_path;
	path = decode(raw, n, PATH, mem, &why);
	if (path == NULL)
		return why;
	if (!path_is_plain(path))
		return &bad_path;
	req->path = path;
	return raw[n] == '?' ? parse_params(raw + n + 1, QUERY, GK_HTTP_PARAMS_MAX, mem, &req->params, &req->n_params) : NULL;
}

bool
gk_http_etag_listed(const char *list, const char *etag)
{
	size_t n;

	if (list == NULL || etag[0] == '\0')
		return false;
	if (strncmp(etag, "W/", 2) == 0)
		etag += 2;
	n = strlen(etag);
	while (*list != '\0') {
		size_t len;

		list += strspn(list, " \t,");
		if (strncmp(list, "W/", 2) == 0)
			list += 2;
		len = strcspn(list, " \t,");
		if (len == n && memcmp(list, etag, n) == 0)
			return true;
		list += len;
	}
	return false;
}
