/*
 * All records in order, over all segments, while a writer may be appending.
 *
 * What a reader may rely on without any lock: a segment grows only at its end,
 * and once the next one exists it grows no more.  So "is there a next one?" is
 * asked before the end of a segment is believed, and the end is then read once again.
 *
 * Behind a damaged record the scan goes on where the record's own length says
 * (gzmember.c), or where its deflate data end.  It never searches for something
 * that looks like a record: an archived file may contain just that.
 */
#include "archive/warc-private.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct gk_scan {
	struct gk_archive *a;
	uint32_t segment;
	int fd;			/* of `segment`; -1 if not open */
	uint64_t offset, size;
	bool closed;		/* a later segment exists: size is final */
	bool torn;
	struct gk_gzin in;
};

static const struct gk_flaw cut_short = {
	GK_CAUSE_DAMAGED, "段在一条记录中间结束", "the segment ends in the middle of a record"
};
static const struct gk_flaw behind_end = {
	GK_CAUSE_DAMAGED, "所记位置在段尾之后：档案比索引旧", "the place noted is behind the end of the segment: the archive is older than the index"
};

enum gk_status
gk_scan_open(struct gk_archive *a, struct gk_loc from, struct gk_scan **out, struct gk_err *err)
{
	struct gk_scan *s = calloc(1, sizeof *s);
	enum gk_status st = GK_OK;
	struct stat sb;

	if (s == NULL)
		return gk_nomem(err);
	s->a = a;
	s->fd = s->in.fd = -1;
	s->segment = from.segment == 0 ? 1 : from.segment;
	s->offset = from.segment == 0 ? 0 : from.offset;
	if (s->offset > 0) {
		st = gk_segment_open(a, s->segment, &s->fd, err);
		if (st == GK_OK && fstat(s->fd, &sb) < 0)
			st = gk_warc_unread(err, s->segment, s->offset);
		else if (st == GK_OK && s->offset > (uint64_t)sb.st_size)
			st = gk_warc_damaged(err, s->segment, s->offset, "", &behind_end);
	}
	if (st != GK_OK) {
		gk_scan_close(s);
		return st;
	}
	*out = s;
	return GK_OK;
}

void
gk_scan_close(struct gk_scan *s)
{
	if (s == NULL)
		return;
	if (s->fd >= 0)
		close(s->fd);
	gk_gzin_free(&s->in);
	free(s);
}

bool
gk_scan_torn(const struct gk_scan *s, struct gk_loc *where)
{
	uint64_t left = s->size - s->offset;

	if (!s->torn)
		return false;
	*where = (struct gk_loc){ .segment = s->segment, .offset = s->offset,
				  .length = left < UINT32_MAX ? (uint32_t)left : UINT32_MAX };
	return true;
}

static void
next_segment(struct gk_scan *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	s->segment++;
	s->offset = s->size = 0;
	s->closed = false;
}

static void
where(const struct gk_scan *s, struct gk_loc *at)
{
	*at = (struct gk_loc){ .segment = s->segment, .offset = s->offset };
}

/* Have s->fd and a size that may be believed; GK_END if the segment is not there and no later one is. */
static enum gk_status
look(struct gk_scan *s, struct gk_err *err)
{
	enum gk_status st;
	struct stat sb;
	uint32_t last;

	if (!s->closed) {
		st = gk_segment_last(gk_archive_warc(s->a), &last, err);
		if (st != GK_OK)
			return st;
		if (last < s->segment)
			return GK_END;
		s->closed = last > s->segment;
	}
	if (s->fd < 0) {
		st = gk_segment_open(s->a, s->segment, &s->fd, err);
		if (st != GK_OK)
			return st;
	}
	if (fstat(s->fd, &sb) < 0)
		return gk_warc_unread(err, s->segment, s->offset);
	s->size = (uint64_t)sb.st_size;
	gk_gzin_forget(&s->in);	/* what was read behind a whole record may have been cut off and written anew */
	s->in.fd = s->fd;
	return GK_OK;
}

static enum gk_status
refuse(struct gk_scan *s, const struct gk_taken *taken, const struct gk_flaw *flaw, struct gk_loc *at, struct gk_err *err)
{
	gk_warc_damaged(err, s->segment, s->offset, taken->id, flaw);
	if (taken->next > s->offset)
		s->offset = taken->next;
	else if (s->closed)
		next_segment(s);
	else
		s->offset = s->size;	/* whatever is appended later begins there */
	where(s, at);
	return GK_REFUSED;
}

/* One step: GK_RETRY when the segment was looked at anew, or left behind. */
static enum gk_status
step(struct gk_scan *s, bool *looked, struct gk_warc_rec *rec, struct gk_loc *at, struct gk_err *err)
{
	struct gk_taken taken = { .next = 0 };
	enum gk_take take = GK_TAKE_SHORT;
	const bool believed = *looked && s->closed;
	enum gk_status st;

	if (s->fd >= 0 && s->offset < s->size)
		take = gk_warc_take(&s->in, s->offset, s->size, rec, &taken);
	switch (take) {
	case GK_TAKE_OK:
		rec->loc.segment = s->segment;
		s->offset = taken.next;
		where(s, at);
		return GK_OK;
	case GK_TAKE_BAD:
		if (*looked)
			return refuse(s, &taken, taken.flaw, at, err);
		break;
	case GK_TAKE_FAILED:
		return gk_warc_unread(err, s->segment, s->offset);
	case GK_TAKE_SHORT:
		break;
	}
	if (!*looked) {
		st = look(s, err);
		*looked = true;
		if (st == GK_REFUSED) {		/* the segment is missing, or newer than we are */
			next_segment(s);
			where(s, at);
		}
		return st == GK_OK ? GK_RETRY : st;
	}
	if (believed) {
		if (s->offset < s->size)
			return refuse(s, &taken, &cut_short, at, err);
		next_segment(s);
		*looked = false;
		return GK_RETRY;
	}
	s->torn = s->offset < s->size;
	return GK_END;
}

enum gk_status
gk_scan_next(struct gk_scan *s, struct gk_warc_rec *rec, struct gk_loc *at, struct gk_err *err)
{
	enum gk_status st;
	bool looked = false;

	s->torn = false;
	do
		st = step(s, &looked, rec, at, err);
	while (st == GK_RETRY);
	return st;
}
