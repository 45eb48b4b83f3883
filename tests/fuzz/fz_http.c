/*
 * What comes over the wire and is ours to take apart: the target of a request, a form, If-None-Match, and the answer of another server in a
 * capture.  The first byte chooses.  Build and run with devel/fuzz.
 */
/* For: web/request.c base/http-payload.c */
#include "base/http-payload.h"
#include "base/utf8.h"
#include "web/http.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static void
text(const char *s, bool lines)
{
	MUST(s != NULL && gk_utf8_check(s, strlen(s)) == strlen(s));
	for (; *s != '\0'; s++)
		MUST(((unsigned char)*s >= 0x20 && *s != 0x7F) || *s == '\t' || (lines && *s == '\n'));
}

static void
params(const struct gk_param *p, size_t n, size_t most, bool lines)
{
	MUST(n <= most);
	for (size_t i = 0; i < n; i++) {
		text(p[i].name, lines);
		text(p[i].value, lines);
	}
}

static void
refusal(const struct gk_refusal *why)
{
	MUST(why->status >= 400 && why->code[0] != '\0' && why->zh[0] != '\0' && why->hint[0] != '\0');
}

static void
target(const char *raw, struct gk_arena *mem)
{
	struct gk_request req = { .n_params = 0 };
	const struct gk_refusal *why = gk_http_parse(raw, mem, &req);

	if (why != NULL) {
		refusal(why);
		return;
	}
	text(req.path, false);
	MUST(req.path[0] == '/' && strchr(req.path, '\\') == NULL && strstr(req.path, "//") == NULL && strstr(req.path, "/../") == NULL);
	params(req.params, req.n_params, GK_HTTP_PARAMS_MAX, false);
}

static void
form(const char *p, size_t n, struct gk_arena *mem)
{
	const struct gk_param *fields = NULL;
	size_t count = 0;
	const struct gk_refusal *why = gk_http_parse_form(p, n, mem, &fields, &count);

	if (why != NULL)
		refusal(why);
	else
		params(fields, count, GK_HTTP_FIELDS_MAX, true);
}

static void
payload(const char *p, size_t n)
{
	struct gk_http_head head;
	struct gk_buf out;
	struct gk_err err = GK_ERR_INIT;

	if (gk_http_head_read(p, n, &head, &err) != GK_OK) {
		MUST(err.what[0] != '\0');
		return;
	}
	MUST(head.body <= n && strlen(head.type) < sizeof head.type);
	switch (gk_http_payload(p, n, 1 << 20, &head, &out, &err)) {
	case GK_OK:
		MUST(out.n <= 1 << 20);
		break;
	default:
		MUST(err.what[0] != '\0');
		break;
	}
	gk_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct gk_arena mem;
	char *raw;

	if (n == 0)
		return 0;
	gk_arena_init(&mem, 8 << 20);
	raw = strndup((const char *)data + 1, n - 1);
	MUST(raw != NULL);
	switch (data[0] & 3) {
	case 0:
		target(raw, &mem);
		break;
	case 1:
		form((const char *)data + 1, n - 1, &mem);
		break;
	case 2:
		gk_http_etag_listed(raw, "\"1f-2\"");
		break;
	default:
		payload((const char *)data + 1, n - 1);
		break;
	}
	free(raw);
	gk_arena_free(&mem);
	return 0;
}
