/* One line a thing that happens; see log.h. */
#include "web/log.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STRING_MAX = 1000 };	/* of one value: four of them fit */

/* What jansson would write as it is, and a terminal or a person would take for something else: C1 controls, line and paragraph ends, turns of direction. */
static bool
misleads(uint32_t c)
{
	return (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || (c >= 0x200E && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static json_t *
tame(const char *s)
{
	char out[STRING_MAX + 8];
	size_t n = strlen(s), k = 0, at = 0;

	while (at < n && k < STRING_MAX - 4) {
		uint32_t c;
		size_t used = gk_utf8_decode(s + at, n - at, &c);

		if (c == GK_UTF8_BAD || misleads(c)) {
			out[k++] = '?';
		} else {
			memcpy(out + k, s + at, used);
			k += used;
		}
		at += used;
	}
	if (at < n) {
		memcpy(out + k, "…", strlen("…"));
		k += strlen("…");
	}
	return json_stringn_nocheck(out, k);
}

static void
tame_all(json_t *fields)
{
	const char *key;
	json_t *v;
	void *next;

	json_object_foreach_safe(fields, next, key, v)
		if (json_is_string(v))
			json_object_set_new_nocheck(fields, key, tame(json_string_value(v)));
}

static size_t
put(json_t *line, char out[GK_LOG_LINE + 1])
{
	size_t n = line == NULL ? 0 : json_dumpb(line, out, GK_LOG_LINE - 8, JSON_COMPACT);

	if (n == 0 || n > GK_LOG_LINE - 8)
		return 0;
	out[n] = '\n';
	out[n + 1] = '\0';
	return n + 1;
}

size_t
gk_log_line(const char *time, const char *event, json_t *fields, char out[GK_LOG_LINE + 1])
{
	json_t *line = json_pack("{s:s, s:s}", "time", time, "event", event);
	size_t n;

	if (fields != NULL) {
		tame_all(fields);
		json_object_update(line, fields);
	}
	n = put(line, out);
	if (n == 0) {	/* too long for a line: what it was about stays */
		json_t *request = json_incref(json_object_get(fields, "request"));

		json_object_clear(line);
		json_object_set_new(line, "time", json_string(time));
		json_object_set_new(line, "event", json_string(event));
		if (request != NULL)
			json_object_set_new(line, "request", request);
		json_object_set_new(line, "cut", json_true());
		n = put(line, out);
	}
	json_decref(line);
	json_decref(fields);
	return n;
}

void
gk_log(int priority, const char *event, const char *fmt, ...)
{
	char line[GK_LOG_LINE + 1 + 4], now[40];
	struct timespec t;
	struct tm tm;
	va_list ap;
	json_t *fields;
	size_t n;

	va_start(ap, fmt);
	fields = json_vpack_ex(NULL, 0, fmt, ap);
	va_end(ap);
	clock_gettime(CLOCK_REALTIME, &t);
	gmtime_r(&t.tv_sec, &tm);
	n = strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(now + n, sizeof now - n, ".%03dZ", (int)(t.tv_nsec / 1000000));
	memcpy(line, (char[]){ '<', (char)('0' + priority), '>' }, 3);
	n = gk_log_line(now, event, fields, line + 3);
	/* One write: lines of two threads do not mix.  If it fails there is nobody to tell. */
	if (n > 0)
		(void)!write(STDERR_FILENO, line, n + 3);
}
