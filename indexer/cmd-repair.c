/*
 * gongkai repair --from COPY: puts whole segments of a copy where ours are damaged or missing.
 *
 * What is taken must prove itself, from the last segment to the first, so that each one repaired vouches for the one before:
 *
 *   segment n, n + 1 is readable   the copy's file has exactly the digest that our n + 1 states
 *   the last one, or n + 1 is lost every record of the copy's is sound, every sound record of ours stands in it byte for byte, and
 *                                  where the copy has n + 1, it states this digest too.  If ours has grown since the copy was made,
 *                                  the sound records that came later are put behind it
 *
 * Nothing else is changed: no record is written anew, nothing of ours is deleted (the damaged file stays as
 * warc/damaged-SEGMENT-TIME), and at no instant is the segment's name without a file.
 */
#include "archive/append.h"
#include "archive/order.h"
#include "archive/verify.h"
#include "base/digest.h"
#include "base/fault.h"
#include "base/io.h"
#include "catalog/catalog.h"
#include "indexer/cmd.h"
#include "record/config.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	SEGMENTS_MAX = 1000000,
	CHUNK = 256 * 1024,
	DEFAULT_WAIT = 10,
};

enum {
	DAMAGED = 1,		/* or missing */
	BY_CHAIN, BY_RECORDS,	/* replaced (in a dry run: would be), and how that was proved */
};

struct mend {
	struct app *app;
	const char *from;
	bool dry_run;
	struct gk_archive *ours, *copy;
	int lock;
	uint32_t last, copy_last;	/* highest numbers */
	unsigned char *bad;		/* [segment]: one of the below, 0 if all is well */
	size_t found;			/* segments */
	struct gk_loc *places;		/* of damaged records, in order */
	size_t n_places;
	bool nomem;
	json_t *repaired, *failed;
};

/* What will be put there. */
struct plan {
	uint32_t segment;
	uint64_t copy_bytes;		/* from the copy's file */
	uint64_t tail_from, tail_to;	/* then these of our own; nothing if equal */
	char digest[GK_WARC_DIGEST];	/* of the copy's part */
	bool chained;			/* proved by the next segment */
};

static char *
segment_path(const char *archive, uint32_t segment)
{
	char *s;

	return asprintf(&s, "%s/warc/%06u.warc.gz", archive, segment) < 0 ? NULL : s;
}

static enum gk_status
failed(struct gk_err *err, const char *zh, const char *en, const char *path)
{
	int e = errno;

	return gk_fail(err, GK_DEAD, gk_cause_of_errno(e), "%s%.0s '%s'：%s", "%.0s%s '%s': %s", zh, en, path, strerror(e));
}

/* --- the lock ------------------------------------------------------------------------------------------------------------ */

static int
patience(const struct mend *m)
{
	char *path = gk_path(m->app->archive, "gongkai.conf");
	struct gk_config config;
	int wait = m->app->wait;

	if (wait < 0 && path != NULL && gk_config_read(path, &config, NULL) == GK_OK) {
		wait = (int)config.wait;
		gk_config_free(&config);
	}
	free(path);
	return wait < 0 ? DEFAULT_WAIT : wait;
}

/* --- what is wrong with ours -------------------------------------------------------------------------------------------- */

static enum gk_status
no_event(void *arg, const struct gk_warc_rec *rec, struct gk_event_says *out, struct gk_err *err)
{
	(void)arg, (void)rec, (void)out, (void)err;
	return GK_END;
}

static void
mark(struct mend *m, uint32_t segment)
{
	if (segment == 0 || segment >= SEGMENTS_MAX || m->bad[segment])
		return;
	m->bad[segment] = DAMAGED;
	m->found++;
}

static void
remember(struct mend *m, struct gk_loc loc)
{
	/* Room is taken by doubling: at 1, 2, 4, 8 … */
	if ((m->n_places & (m->n_places - 1)) == 0) {
		struct gk_loc *more = realloc(m->places, (m->n_places == 0 ? 1 : 2 * m->n_places) * sizeof *more);

		m->nomem = m->nomem || more == NULL;
		if (more == NULL)
			return;
		m->places = more;
	}
	m->places[m->n_places++] = loc;
}

static int
by_place(const void *a, const void *b)
{
	const struct gk_loc *x = a, *y = b;

	if (x->segment != y->segment)
		return x->segment < y->segment ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static bool
is_damaged(const struct mend *m, struct gk_loc loc)
{
	return m->n_places > 0 && bsearch(&loc, m->places, m->n_places, sizeof loc, by_place) != NULL;
}

/* Bytes that are not what they were; an event that says something odd in sound bytes is no matter for a copy. */
static void
found(void *arg, const struct gk_finding *f)
{
	static const bool bytes[GK_V_RULES] = {
		[GK_V_CRC] = true, [GK_V_BLOCK] = true, [GK_V_PAYLOAD] = true, [GK_V_HEAD] = true, [GK_V_LENGTH] = true, [GK_V_MISSING] = true,
		[GK_V_SEGMENT] = true, [GK_V_TRAILING] = true, [GK_V_GZIP] = true, [GK_V_NAME] = true, [GK_V_UNREAD] = true,
	};

	if (!bytes[f->rule])
		return;
	mark(arg, f->loc.segment);
	if (f->rule != GK_V_MISSING && f->rule != GK_V_SEGMENT)
		remember(arg, f->loc);
}

static void
show(void *arg, const struct gk_finding *f)
{
	(void)arg, (void)f;
}

static uint32_t
last_of(const char *archive)
{
	uint32_t last = 0;

	/* Segments may be missing anywhere: the highest number that is there. */
	for (uint32_t n = 1, gap = 0; n < SEGMENTS_MAX && gap < 1000; n++) {
		char *path = segment_path(archive, n);

		gap = path != NULL && access(path, F_OK) == 0 ? 0 : gap + 1;
		if (gap == 0)
			last = n;
		free(path);
	}
	return last;
}

static uint64_t
size_of(const char *archive, uint32_t segment)
{
	char *path = segment_path(archive, segment);
	struct stat sb = { .st_size = 0 };

	if (path == NULL || stat(path, &sb) < 0)
		sb.st_size = 0;
	free(path);
	return (uint64_t)sb.st_size;
}

/* The index has read further than the archive reaches: its end was cut off. */
static void
ask_index(struct mend *m)
{
	char *dir = gk_path(m->app->archive, "index/public");
	struct gk_catalog *c;
	struct gk_place p;

	if (dir != NULL && gk_catalog_open(dir, &c, NULL) == GK_OK) {
		if (gk_catalog_mark(c, &p, NULL) == GK_OK && p.segment != 0 && p.offset > size_of(m->app->archive, p.segment))
			mark(m, p.segment);
		gk_catalog_close(c);
	}
	free(dir);
}

struct one { uint32_t segment; struct gk_verified *out; };

static bool
only(void *arg, uint32_t segment)
{
	return segment == ((struct one *)arg)->segment;
}

static void
only_done(void *arg, const struct gk_verified *v)
{
	*((struct one *)arg)->out = *v;
}

/* Read one segment of an archive through: its digest, and whether all its records are sound.  *end: behind the last whole one. */
static enum gk_status
read_segment(struct gk_archive *a, uint32_t segment, struct gk_verified *out, uint64_t *end, struct gk_err *err)
{
	struct one one = { segment, out };
	struct gk_verify v = {
		.hooks = { .arg = &one, .found = show, .event = no_event, .segment = only, .segment_done = only_done },
		.from = { .segment = segment },
	};
	enum gk_status st;

	memset(out, 0, sizeof *out);
	st = gk_verify(a, &v, err);
	*end = v.end.segment == segment ? v.end.offset : 0;
	return st;
}

static enum gk_status
diagnose(struct mend *m, struct gk_err *err)
{
	struct gk_verify v = { .hooks = { .arg = m, .found = found, .event = no_event } };
	enum gk_status st = gk_verify(m->ours, &v, err);

	if (st == GK_OK && m->nomem)
		st = gk_nomem(err);
	if (st != GK_OK)
		return st;
	if (m->n_places > 0)
		qsort(m->places, m->n_places, sizeof *m->places, by_place);
	ask_index(m);
	m->last = last_of(m->app->archive);
	m->copy_last = last_of(m->from);
	return GK_OK;
}

/* --- may this one be taken? ------------------------------------------------------------------------------------------------ */

static enum gk_status
refuse(struct gk_err *err, const char *zh, const char *en)
{
	return gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "%s%.0s", "%.0s%s", zh, en);
}

static bool
same_bytes(int a, int b, uint64_t from, uint64_t to)
{
	char *one = malloc(CHUNK), *two = malloc(CHUNK);
	bool same = one != NULL && two != NULL;

	for (uint64_t at = from; same && at < to; at += CHUNK) {
		size_t n = to - at < CHUNK ? (size_t)(to - at) : CHUNK;

		same = gk_pread_all(a, one, n, (off_t)at) && gk_pread_all(b, two, n, (off_t)at) && memcmp(one, two, n) == 0;
	}
	free(one);
	free(two);
	return same;
}

/*
 * Every sound record of ours before `end` must stand in the copy too, byte for byte; and all of ours behind it must be sound, for that
 * is kept.  ours is open on our file, theirs on the copy's.
 */
static enum gk_status
compare_records(struct mend *m, uint32_t segment, int ours, int theirs, uint64_t end, struct gk_err *err)
{
	struct gk_loc at = { .segment = segment };
	struct gk_warc_rec rec;
	struct gk_scan *scan;
	enum gk_status st = gk_scan_open(m->ours, at, &scan, err);
	bool same = true, sound = true, ours_still = true;

	if (st != GK_OK)
		return st;
	while (same && sound && ours_still) {
		uint64_t from = at.offset;

		st = gk_scan_next(scan, &rec, &at, err);
		if (st == GK_END || st == GK_DEAD)
			break;
		if (st == GK_REFUSED) {
			sound = from < end;
			ours_still = at.segment == segment;
			continue;
		}
		ours_still = rec.loc.segment == segment;
		/* What can still be read may be damaged all the same: in its gzip header, or its payload digest. */
		if (ours_still && is_damaged(m, rec.loc))
			sound = rec.loc.offset < end;
		else if (ours_still && rec.loc.offset < end)
			same = rec.loc.offset + rec.loc.length <= end && same_bytes(ours, theirs, rec.loc.offset, rec.loc.offset + rec.loc.length);
		gk_warc_rec_free(&rec);
	}
	gk_scan_close(scan);
	if (st == GK_DEAD)
		return st;
	if (!same)
		return refuse(err, "副本里没有我们的一条完好记录：两者在此段分开过", "the copy lacks a sound record of ours: the two have gone different ways in this segment");
	return sound ? GK_OK : refuse(err, "副本较旧，而它之后的记录中也有损坏", "the copy is older, and among the records that came later there is damage too");
}

/* Does a sound record of ours begin just where the copy ends? */
static enum gk_status
check_joint(struct mend *m, uint32_t segment, uint64_t end, struct gk_err *err)
{
	struct gk_loc at = { .segment = segment, .offset = end };
	struct gk_warc_rec rec;
	struct gk_scan *scan;
	enum gk_status st = gk_scan_open(m->ours, at, &scan, err);

	if (st != GK_OK)
		return st;
	st = gk_scan_next(scan, &rec, &at, err);
	if (st == GK_OK)
		gk_warc_rec_free(&rec);
	gk_scan_close(scan);
	if (st == GK_REFUSED)
		return refuse(err, "副本较旧，它的末尾不是我们一条记录的开头", "the copy is older, and no sound record of ours begins where it ends");
	return st == GK_END ? GK_OK : st;
}

/* Nothing of ours says what this segment was: it must prove itself by its records. */
static enum gk_status
prove_by_records(struct mend *m, struct plan *p, const struct gk_verified *copy, uint64_t end, struct gk_err *err)
{
	char *ours = segment_path(m->app->archive, p->segment), *theirs = segment_path(m->from, p->segment);
	uint64_t size = size_of(m->app->archive, p->segment);
	int a = -1, b = -1;
	enum gk_status st = ours == NULL || theirs == NULL ? gk_nomem(err) : GK_OK;

	/* (Also when it has not the digest that the copy's own next segment states.) */
	if (st == GK_OK && (copy->bad > 0 || !copy->whole))
		st = refuse(err, "副本的此段也有损坏", "the copy's segment is damaged too");
	/* A tail that was being written when the copy was made is left out. */
	p->copy_bytes = end;
	if (st == GK_OK && size > 0) {
		a = open(ours, O_RDONLY | O_CLOEXEC);
		b = open(theirs, O_RDONLY | O_CLOEXEC);
		if (a < 0 || b < 0)
			st = failed(err, "不能打开", "cannot open", a < 0 ? ours : theirs);
		else
			st = compare_records(m, p->segment, a, b, end, err);
	}
	if (st == GK_OK && size > end) {
		st = check_joint(m, p->segment, end, err);
		p->tail_from = end;
		p->tail_to = size;
	}
	if (a >= 0)
		close(a);
	if (b >= 0)
		close(b);
	free(ours);
	free(theirs);
	return st;
}

/* What the next segment states, and whether that is our own word or only the copy's. */
static enum gk_status
next_states(struct mend *m, uint32_t segment, char stated[GK_WARC_DIGEST], bool *our_word, struct gk_err *err)
{
	const unsigned char next = segment + 1 < SEGMENTS_MAX ? m->bad[segment + 1] : 0;

	/* A dry run has put nothing there. */
	if (gk_verify_stated(next >= BY_CHAIN && m->dry_run ? m->copy : m->ours, segment + 1, stated, NULL) != GK_OK)
		stated[0] = '\0';
	*our_word = next != BY_RECORDS;
	/* A copy from before a destruction would bring back what was destroyed. */
	return stated[0] == '\0' ? GK_OK : gk_orders_follow(m->ours, segment, stated, err);
}

static enum gk_status
prove(struct mend *m, struct plan *p, struct gk_err *err)
{
	char stated[GK_WARC_DIGEST];
	struct gk_verified copy;
	uint64_t end;
	bool our_word;
	enum gk_status st;

	if (size_of(m->from, p->segment) == 0)
		return refuse(err, "副本里没有此段", "the copy has no such segment");
	st = read_segment(m->copy, p->segment, &copy, &end, err);
	if (st != GK_OK)
		return err->cause == GK_CAUSE_MEMORY ? st : GK_REFUSED;
	memcpy(p->digest, copy.digest, sizeof p->digest);
	p->copy_bytes = copy.bytes;
	st = next_states(m, p->segment, stated, &our_word, err);
	if (st != GK_OK)
		return st;
	if (stated[0] != '\0' && strcasecmp(stated, copy.digest) != 0)
		return refuse(err, "副本的此段不是下一段所记的那一份（摘要不同）", "the copy's segment is not the one that the next one states (its digest differs)");
	p->chained = stated[0] != '\0' && our_word;
	return p->chained ? GK_OK : prove_by_records(m, p, &copy, end, err);
}

/*
 * The copy goes on where ours ends.  Its later segments are missing in ours only if ours, or what ours was before it was damaged, is
 * what they were begun upon; else the two have gone different ways.
 */
static enum gk_status
ask_copy(struct mend *m, struct gk_err *err)
{
	char stated[GK_WARC_DIGEST];
	struct gk_verified last;
	struct plan p = { .segment = m->last };
	struct gk_err why;
	uint64_t end;
	bool follows;
	enum gk_status st;

	if (m->copy_last <= m->last || gk_verify_stated(m->copy, m->last + 1, stated, NULL) != GK_OK)
		return GK_OK;
	st = read_segment(m->bad[m->last] ? m->copy : m->ours, m->last, &last, &end, err);
	if (st != GK_OK)
		return st == GK_REFUSED ? GK_OK : st;
	follows = stated[0] != '\0' && strcasecmp(last.digest, stated) == 0;
	if (follows && m->bad[m->last])
		follows = prove_by_records(m, &p, &last, end, &why) == GK_OK && p.tail_to == p.tail_from;
	for (uint32_t n = m->last + 1; follows && n <= m->copy_last; n++)
		mark(m, n);
	return GK_OK;
}

/* --- putting it there ---------------------------------------------------------------------------------------------------------- */

/* Append [from, to) of fd to `out`, which writes to path. */
static enum gk_status
pour(int fd, const char *source, uint64_t from, uint64_t to, int out, const char *path, struct gk_sha256_sum *sum, struct gk_err *err)
{
	char *buf = malloc(CHUNK);
	enum gk_status st = buf == NULL ? gk_nomem(err) : GK_OK;

	for (uint64_t at = from; st == GK_OK && at < to; ) {
		size_t n = to - at < CHUNK ? (size_t)(to - at) : CHUNK;

		if (!gk_pread_all(fd, buf, n, (off_t)at)) {
			st = failed(err, "不能读取", "cannot read", source);
		} else if (!gk_write_all(out, buf, n)) {
			st = failed(err, "不能写入", "cannot write", path);
		} else if (sum != NULL) {
			gk_sha256_add(sum, buf, n);
		}
		at += n;
	}
	free(buf);
	return st;
}

static void
end_digest(struct gk_sha256_sum *sum, char out[GK_WARC_DIGEST])
{
	unsigned char have[GK_SHA256];

	gk_sha256_end(sum, have);
	memcpy(out, "sha256:", 7);
	sodium_bin2hex(out + 7, GK_WARC_DIGEST - 7, have, sizeof have);
}

/* SHA-256 of the first n bytes, as the device gives them. */
static enum gk_status
sum_of(int fd, const char *path, uint64_t n, char out[GK_WARC_DIGEST], struct gk_err *err)
{
	struct gk_sha256_sum sum;
	unsigned char *buf = malloc(CHUNK);

	if (buf == NULL)
		return gk_nomem(err);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	gk_sha256_init(&sum);
	for (uint64_t at = 0; at < n; ) {
		size_t some = n - at < CHUNK ? (size_t)(n - at) : CHUNK;

		if (!gk_pread_all(fd, buf, some, (off_t)at)) {
			free(buf);
			return failed(err, "写入后不能读回", "cannot read back", path);
		}
		gk_sha256_add(&sum, buf, some);
		at += some;
	}
	free(buf);
	end_digest(&sum, out);
	return GK_OK;
}

/* All bytes beside, flushed and read back.  tmp is a name that the next writer sweeps away if we die here. */
static enum gk_status
write_beside(const struct plan *p, const char *ours, const char *theirs, char *tmp, struct gk_err *err)
{
	struct gk_sha256_sum sum, judged;
	char want[GK_WARC_DIGEST], have[GK_WARC_DIGEST], copied[GK_WARC_DIGEST];
	int out = mkostemp(tmp, O_CLOEXEC), copy = open(theirs, O_RDONLY | O_CLOEXEC), tail = p->tail_to > p->tail_from ? open(ours, O_RDONLY | O_CLOEXEC) : -1;
	enum gk_status st = GK_OK;

	gk_sha256_init(&sum);
	if (out < 0 || copy < 0 || (p->tail_to > p->tail_from && tail < 0))
		st = failed(err, "不能打开", "cannot open", out < 0 ? tmp : copy < 0 ? theirs : ours);
	if (st == GK_OK && fchmod(out, 0644) < 0)
		st = failed(err, "不能写入", "cannot write", tmp);
	if (st == GK_OK)
		st = pour(copy, theirs, 0, p->copy_bytes, out, tmp, &sum, err);
	judged = sum;
	if (st == GK_OK && tail >= 0)
		st = pour(tail, ours, p->tail_from, p->tail_to, out, tmp, &sum, err);
	if (st == GK_OK && (gk_fault("fsync") || fsync(out) < 0))
		st = failed(err, "设备拒绝写盘", "the device refused to flush", tmp);
	end_digest(&judged, copied);
	end_digest(&sum, want);
	if (st == GK_OK)
		st = sum_of(out, tmp, p->copy_bytes + (p->tail_to - p->tail_from), have, err);
	/* What was judged before must be what was copied, and what was copied must be what stands there. */
	if (st == GK_OK && (strcmp(want, have) != 0 || strcasecmp(copied, p->digest) != 0))
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "读回的与副本的不同：'%s'", "what was read back is not what the copy has: '%s'", tmp);
	if (out >= 0)
		close(out);
	if (copy >= 0)
		close(copy);
	if (tail >= 0)
		close(tail);
	return st;
}

/* Give the damaged file a second name.  Where links are not known it is renamed: then for an instant the segment is missing. */
static enum gk_status
keep_damaged(const char *warc, const char *ours, uint32_t segment, char name[64], struct gk_err *err)
{
	char now[32], *path = NULL;
	enum gk_status st = GK_OK;

	gk_now_utc(now);
	for (int k = 0; k < 1000; k++) {
		snprintf(name, 64, "damaged-%06u-%.4s%.2s%.2sT%.2s%.2s%.2sZ", segment, now, now + 5, now + 8, now + 11, now + 14, now + 17);
		if (k > 0)
			snprintf(name + strlen(name), 8, "-%d", k);
		free(path);
		path = gk_path(warc, name);
		if (path == NULL)
			return gk_nomem(err);
		if ((!gk_fault("link") && link(ours, path) == 0) || errno == ENOENT)
			break;
		if (errno == EEXIST)
			continue;
		if (access(path, F_OK) == 0 || rename(ours, path) < 0)
			st = failed(err, "不能留存", "cannot keep", ours);
		break;
	}
	if (access(path, F_OK) < 0)
		name[0] = '\0';		/* there was nothing to keep */
	free(path);
	return st;
}

static enum gk_status
install(struct mend *m, const struct plan *p, char kept[64], struct gk_err *err)
{
	char *warc = gk_path(m->app->archive, "warc"), *ours = segment_path(m->app->archive, p->segment), *theirs = segment_path(m->from, p->segment), *tmp = NULL;
	enum gk_status st = GK_OK;

	kept[0] = '\0';
	if (warc == NULL || ours == NULL || theirs == NULL || asprintf(&tmp, "%s.XXXXXX", ours) < 0)
		st = gk_nomem(err);
	if (st == GK_OK) {
		st = write_beside(p, ours, theirs, tmp, err);
		if (st == GK_OK)
			st = keep_damaged(warc, ours, p->segment, kept, err);
		if (st == GK_OK && (gk_fault("rename") || rename(tmp, ours) < 0))
			st = failed(err, "不能改名为", "cannot rename to", ours);
		if (st == GK_OK)
			st = gk_sync_dir(warc, err);
		else
			unlink(tmp);
	}
	free(warc);
	free(ours);
	free(theirs);
	free(tmp);
	return st;
}

/* --- one after the other ---------------------------------------------------------------------------------------------------------- */

static void
tell_repaired(struct mend *m, const struct plan *p, const char *kept)
{
	json_array_append_new(m->repaired, json_pack("{s:I, s:s, s:s, s:I, s:I, s:s}", "segment", (json_int_t)p->segment, "proof", p->chained ? "chain" : "records", "digest",
						     p->digest, "bytes", (json_int_t)p->copy_bytes, "own_tail", (json_int_t)(p->tail_to - p->tail_from), "kept", kept));
	if (m->app->json)
		return;
	printf(m->dry_run ? GK_T("  可换  段 %06u  %s", "  could be replaced  segment %06u  %s") : GK_T("  已换  段 %06u  %s", "  replaced  segment %06u  %s"), p->segment,
	       p->chained ? GK_T("摘要与下一段所记相符", "its digest is the one that the next segment states")
			  : GK_T("各条记录完好，并含我们所有完好的记录", "all its records are sound, and all sound ones of ours are in it"));
	if (p->tail_to > p->tail_from)
		printf(GK_T("；其后接我们自己的 %llu 字节", "; behind it %llu bytes of our own"), (unsigned long long)(p->tail_to - p->tail_from));
	if (*kept != '\0')
		printf(GK_T("；损坏的留作 warc/%s", "; the damaged one is kept as warc/%s"), kept);
	putchar('\n');
}

static void
tell_failed(struct mend *m, uint32_t segment, const struct gk_err *err)
{
	json_array_append_new(m->failed, json_pack("{s:I, s:s, s:s}", "segment", (json_int_t)segment, "message", err->what, "message_en", err->what_en));
	if (!m->app->json)
		printf(GK_T("  未修  段 %06u  %s\n", "  not repaired  segment %06u  %s\n"), segment, gk_err_what(err));
}

static enum gk_status
repair_one(struct mend *m, uint32_t segment, struct gk_err *err)
{
	struct plan p = { .segment = segment };
	char kept[64] = "";
	enum gk_status st = prove(m, &p, err);

	if (st == GK_OK && !m->dry_run)
		st = install(m, &p, kept, err);
	if (st == GK_OK) {
		m->bad[segment] = p.chained ? BY_CHAIN : BY_RECORDS;
		tell_repaired(m, &p, kept);
	} else if (st == GK_REFUSED) {
		tell_failed(m, segment, err);
		st = GK_OK;
	}
	return st;
}

static int
report(struct mend *m)
{
	size_t repaired = json_array_size(m->repaired), failures = json_array_size(m->failed);

	if (m->app->json)
		app_json(json_pack("{s:O, s:O, s:b, s:b}", "repaired", m->repaired, "failed", m->failed, "dry_run", m->dry_run, "clean", failures == 0));
	else if (m->found == 0)
		printf("%s\n", GK_T("没有要修的段", "no segment needs repair"));
	else
		printf(m->dry_run ? GK_T("可修 %zu 段，不能修 %zu 段（演练，什么都没有改）\n", "%zu segments could be repaired, %zu could not (dry run, nothing was changed)\n")
				  : GK_T("修复 %zu 段，未修 %zu 段\n", "%zu segments repaired, %zu not\n"), repaired, failures);
	if (repaired > 0 && !m->dry_run)
		app_note(m->app, "提示：再运行 gongkai verify；如果损坏期间重建过索引，再运行 gongkai index rebuild；正在运行的 gongkai-searchd 要重启",
			 "hint: run 'gongkai verify' again; 'gongkai index rebuild' if the index was rebuilt meanwhile; restart gongkai-searchd if it runs");
	if (failures > 0)
		app_note(m->app, "提示：换一份副本再试：gongkai repair --from 另一副本", "hint: try another copy: gongkai repair --from ANOTHER");
	return failures > 0 ? gk_exit_of(GK_CAUSE_DAMAGED) : 0;
}

static enum gk_status
open_both(struct mend *m, struct gk_err *err)
{
	char *a = gk_path(m->app->archive, "warc"), *b = gk_path(m->from, "warc");
	struct stat one, two;
	enum gk_status st = a == NULL || b == NULL ? gk_nomem(err) : gk_archive_open(m->app->archive, &m->ours, err);

	if (st == GK_OK)
		st = gk_archive_open(m->from, &m->copy, err);
	if (st == GK_OK && stat(a, &one) == 0 && stat(b, &two) == 0 && one.st_dev == two.st_dev && one.st_ino == two.st_ino)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "副本 '%s' 就是档案自己", "the copy '%s' is the archive itself", m->from);
	m->bad = calloc(SEGMENTS_MAX, 1);
	if (st == GK_OK && m->bad == NULL)
		st = gk_nomem(err);
	free(a);
	free(b);
	return st;
}

static int
repair(struct mend *m)
{
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st = open_both(m, &err);

	if (st == GK_OK)
		st = gk_writer_lock(m->app->archive, patience(m), &m->lock, &err);
	if (st == GK_OK)
		st = diagnose(m, &err);
	if (st == GK_OK)
		st = ask_copy(m, &err);
	/* From the end: what is repaired vouches for what is before it. */
	for (uint32_t n = SEGMENTS_MAX - 1; st == GK_OK && n > 0; n--)
		if (m->bad[n])
			st = repair_one(m, n, &err);
	return st == GK_OK ? report(m) : app_error(m->app, &err);
}

/* --- options ---------------------------------------------------------------------------------------------------------------------- */

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct mend *m = state->input;

	switch (key) {
	case 'f':
		m->from = arg;
		return 0;
	case 'n':
		m->dry_run = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int
run(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = {
		{ "from", 'f', "COPY", 0, GK_T("副本：另一个档案文件夹", "the copy: another archive folder"), 1 },
		{ "dry-run", 'n', NULL, 0, GK_T("只说会做什么", "only say what would be done"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct mend m = { .app = app, .lock = -1, .repaired = json_array(), .failed = json_array() };
	struct gk_err err = GK_ERR_INIT;
	int status;

	app_parse(app, &cmd_repair, argc, argv, options, parse, &m);
	if (m.from == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "repair 需要 --from 副本", "repair needs --from COPY");
		gk_hint(&err, "副本是档案文件夹的一份拷贝，例如：gongkai repair --from /backup/gongkai", "a copy of the archive's folder, for example: gongkai repair --from /backup/gongkai");
		status = app_error(app, &err);
	} else {
		status = repair(&m);
	}
	gk_writer_unlock(m.lock);
	gk_archive_close(m.ours);
	gk_archive_close(m.copy);
	free(m.bad);
	free(m.places);
	json_decref(m.repaired);
	json_decref(m.failed);
	return status;
}

const struct cmd cmd_repair = {
	.name = "repair",
	.args_zh = "--from 副本",
	.args_en = "--from COPY",
	.doc_zh = "用副本换下损坏或缺失的段",
	.doc_en = "Replace damaged or missing segments by those of a copy",
	.run = run,
};
