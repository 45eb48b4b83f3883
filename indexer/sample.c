/* Two goes: which events there are, and of every so many of them the text. */
#include "indexer/sample.h"

#include "catalog/symbols.h"
#include "cjk/cjk.h"
#include "indexer/newtext.h"
#include "indexer/store.h"
#include "record/access.h"
#include "record/history.h"

#include <stdlib.h>
#include <string.h>

enum {
	EVENTS = 16384,		/* so many are looked at, twice as many at most */
	UNIT_BYTES = 3,		/* of a Chinese character in UTF-8 */
};

/* Every `step`th event that was seen.  Whenever the room is full every second of them goes. */
struct spread { struct gk_loc loc[2 * EVENTS]; size_t n, seen, step; };

static void
note(struct spread *s, struct gk_loc loc)
{
	if (s->seen++ % s->step != 0)
		return;
	if (s->n == 2 * EVENTS) {
		s->n = EVENTS;
		s->step *= 2;
		for (size_t i = 0; i < s->n; i++)
			s->loc[i] = s->loc[2 * i];
	}
	s->loc[s->n++] = loc;
}

static enum gk_status
spread_events(struct gk_archive *a, struct spread *s, struct gk_err *err)
{
	struct gk_loc at = { .segment = 0 };
	struct gk_scan *scan;
	struct gk_warc_rec rec;
	enum gk_status st = gk_scan_open(a, at, &scan, err);

	if (st != GK_OK)
		return st;
	while ((st = gk_scan_next(scan, &rec, &at, err)) != GK_END && st != GK_DEAD)
		if (st == GK_OK) {
			if (store_is_event(&rec))
				note(s, rec.loc);
			gk_warc_rec_free(&rec);
		}
	gk_scan_close(scan);
	return st == GK_END ? GK_OK : st;
}

/* The event's text, if the event begins a record that is public; else an empty block. */
static enum gk_status
text_at(struct gk_archive *a, struct gk_loc loc, struct gk_warc_rec *text, struct gk_err *err)
{
	struct gk_warc_rec rec = { .type = GK_WARC_OTHER };
	struct gk_event e;
	enum gk_status st = gk_archive_read(a, loc, &rec, err);

	memset(text, 0, sizeof *text);
	if (st != GK_OK)
		return st;
	st = gk_event_parse(rec.block.p == NULL ? "" : rec.block.p, rec.block.n, &e, err);
	gk_warc_rec_free(&rec);
	if (st != GK_OK)
		return st;
	if (gk_event_begins(&e) && json_object_get(e.json, "version") == NULL && gk_access_at(&e, 1, NULL).code == GK_A_PUBLIC)
		st = stored_text(a, json_object_get(e.json, "content"), text, err);
	gk_event_free(&e);
	return st;
}

static bool
begins_character(char c)
{
	return ((unsigned char)c & 0xC0) != 0x80;
}

/* Adds the canon of at most `most` bytes of the text, the `i`th of the sample: in one its beginning, in another its end. */
static bool
add_stretch(const char *p, size_t n, size_t most, size_t i, uint16_t *units, size_t *have)
{
	size_t from = n > most ? i * 7919 % (n - most) : 0, end = n > most ? from + most : n;
	struct gk_folded f;

	while (from < end && !begins_character(p[from]))
		from++;
	while (end > from && end < n && !begins_character(p[end]))
		end--;
	if (!gk_fold(p + from, end - from, false, &f))
		return false;
	if (f.n <= GK_SYMBOLS_SAMPLE - *have)
		*have += gk_canon(f.text, f.n, units + *have);
	gk_folded_free(&f);
	return true;
}

enum gk_status
sample_archive(struct gk_archive *a, uint16_t **units, size_t *n, struct gk_err *err)
{
	struct spread *s = calloc(1, sizeof *s);
	size_t most;
	enum gk_status st;

	*n = 0;
	*units = malloc(GK_SYMBOLS_SAMPLE * sizeof **units);
	if (s == NULL || *units == NULL) {
		free(s);
		free(*units);
		return gk_nomem(err);
	}
	s->step = 1;
	st = spread_events(a, s, err);
	most = s->n == 0 ? 0 : (size_t)GK_SYMBOLS_SAMPLE * UNIT_BYTES / s->n;
	for (size_t i = 0; st == GK_OK && i < s->n; i++) {
		struct gk_warc_rec text;

		st = text_at(a, s->loc[i], &text, err);
		if (st == GK_OK && text.block.n > 0 && !add_stretch(text.block.p, text.block.n, most, i, *units, n))
			st = gk_nomem(err);
		gk_warc_rec_free(&text);
		st = st == GK_REFUSED ? GK_OK : st;
	}
	free(s);
	if (st != GK_OK)
		free(*units);
	return st;
}
