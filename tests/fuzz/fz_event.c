/*
 * Any bytes as an event out of the archive, or as a file of JSON Lines.  An event that is taken has all that every event has, and comes
 * out of its canonical form the same.  The first byte chooses.  Build and run with devel/fuzz.
 */
/* For: record/event.c indexer/jsonl.c */
#include "base/utf8.h"
#include "indexer/jsonl.h"
#include "record/event.h"
#include "record/field.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static void
event(const char *p, size_t n)
{
	struct gk_event e, again;
	struct gk_err err = GK_ERR_INIT;
	char *canonical;
	size_t len;

	if (gk_event_parse(p, n, &e, &err) != GK_OK) {
		MUST(err.what[0] != '\0');
		return;
	}
	MUST(gk_event_word_good("event", e.event) && gk_id_valid(e.id) && gk_event_word_good("type", e.type) && gk_event_word_good("recorded_at", e.recorded_at));
	canonical = gk_event_dump(&e, &len, &err);
	/* Numbers and escapes may be longer in it than they came. */
	MUST(canonical != NULL || n > GK_EVENT_MAX / 8);
	if (canonical != NULL) {
		MUST(gk_event_parse(canonical, len, &again, &err) == GK_OK && json_equal(e.json, again.json));
		gk_event_free(&again);
	}
	free(canonical);
	gk_event_free(&e);
}

static bool
line(void *arg, const struct jsonl_doc *doc, const struct gk_err *refused)
{
	size_t *last = arg;

	MUST(doc->number > *last);
	*last = doc->number;
	if (refused != NULL) {
		MUST(refused->what[0] != '\0');
		return true;
	}
	MUST(strlen(doc->digest) == 64 && doc->text != NULL && gk_utf8_check(doc->text, doc->text_n) == doc->text_n);
	MUST(json_is_object(doc->meta) && json_is_object(doc->fields) && *gk_meta_get(doc->meta, "title") != '\0');
	return true;
}

static void
lines(const char *p, size_t n)
{
	static int fd = -1;
	static char path[64];
	struct gk_err err = GK_ERR_INIT;
	size_t last = 0;
	const struct jsonl_way way = { .each = line, .arg = &last };

	if (fd < 0) {
		fd = memfd_create("lines", 0);
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	}
	MUST(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, p, n, 0) == (ssize_t)n);
	if (jsonl_read(path, "title=name", &way, &err) != GK_OK)
		MUST(err.what[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n == 0)
		return 0;
	if ((data[0] & 1) == 0)
		event((const char *)data + 1, n - 1);
	else
		lines((const char *)data + 1, n - 1);
	return 0;
}
