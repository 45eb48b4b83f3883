/*
 * Going through an archive and judging what is there.  The rules, their codes and what each of them can see:
 *
 *   a record      V01 its member's checksum    V02 V03 its digests    V04 its head    V05 its lengths    V08 bytes too many
 *                 V15 its gzip header, which no checksum covers: the bytes that are always the same, and that the
 *                     distance goes on from the record before
 *   a segment     V06 is there    V07 has the digest that the next one states: every byte of a closed segment hangs on it
 *                 V17 begins with a warcinfo that has its name    V14 ends in a whole record (the last segment)
 *   an event      V09 can be read    V10 V11 the records it speaks of stand where it says and have the digests it states
 *                 V12 is there for every original and text    V13 its number and its document's id are new
 *   a destruction V20 a tombstone has its order in the archive    V21 what was ordered to go is gone (archive/destroy.h)
 *   the device    V18
 *   the archive   V16 reaches as far as somebody else knows it did: the index, a former reading    V19 agrees with a checkpoint
 *                 (the caller's to judge)
 *
 * V13 sees a number of an event, an id of a document or (among the last GK_SEEN_MAX records) an id of a record that comes twice: so it
 * sees a segment, or a batch, that stands in the archive twice.
 */
#include "archive/verify.h"

#include "archive/order.h"
#include "archive/seen.h"
#include "archive/verify-batch.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 256 * 1024 };

static const struct gk_rule_text texts[GK_V_RULES] = {
	[GK_V_CRC] = { "V01", "record-crc", false, "记录的压缩数据或校验和不对", "a record's compressed data or their checksum are wrong" },
	[GK_V_BLOCK] = { "V02", "block-digest", false, "记录的内容与其 WARC-Block-Digest 不符", "a record's block does not have its WARC-Block-Digest" },
	[GK_V_PAYLOAD] = { "V03", "payload-digest", false, "记录的内容与其 WARC-Payload-Digest 不符", "a record's block does not have its WARC-Payload-Digest" },
	[GK_V_HEAD] = { "V04", "header", false, "记录的头部不合格式", "a record's head is not well formed" },
	[GK_V_LENGTH] = { "V05", "length", false, "记录的长度与其标明的不符", "a record does not have the length it states" },
	[GK_V_MISSING] = { "V06", "segment-missing", false, "缺少段文件", "a segment is missing" },
	[GK_V_SEGMENT] = { "V07", "segment-digest", false, "段与下一段所记的摘要不符", "a segment does not have the digest that the next one states" },
	[GK_V_TRAILING] = { "V08", "trailing-bytes", false, "有不属于任何记录的字节", "there are bytes that belong to no record" },
	[GK_V_EVENT] = { "V09", "event-json", false, "登记不能读懂", "an event cannot be read" },
	[GK_V_REFERENCE] = { "V10", "event-reference", false, "登记所说的记录不在所说之处", "an event speaks of a record that is not where it says" },
	[GK_V_STATED] = { "V11", "event-text-digest", false, "登记所记的原件或文字的摘要与档案不符", "an event states another digest of its original or text than the archive has" },
	[GK_V_ORPHAN] = { "V12", "orphan", true, "有原件或文字没有任何登记提到", "an original or text of which no event speaks" },
	[GK_V_TWICE] = { "V13", "id-duplicate", false, "编号、登记号或记录标识出现两次", "an id of a document, event or record is given twice" },
	[GK_V_TORN] = { "V14", "torn-tail", true, "最后一段末尾有一条未写完的记录", "the last segment ends in a record that was never finished" },
	[GK_V_GZIP] = { "V15", "gzip-header", false, "记录的 gzip 头部已改变", "a record's gzip header has changed" },
	[GK_V_SHORTER] = { "V16", "archive-shorter", false, "档案比索引所读过的短", "the archive ends before the place up to which the index has read it" },
	[GK_V_NAME] = { "V17", "segment-name", false, "段的第一条记录不是写有段名的 warcinfo", "a segment does not begin with a warcinfo that has its name" },
	[GK_V_CHECKPOINT] = { "V19", "checkpoint", false, "档案与先前的检查点不符", "the archive is not what a checkpoint says it was" },
	[GK_V_TOMBSTONE] = { "V20", "tombstone", false, "有销毁标记，却没有销毁它的登记", "a record is marked as destroyed, and nothing in the archive ordered it" },
	[GK_V_UNDESTROYED] = { "V21", "not-destroyed", false, "已依规销毁的内容又在档案中", "what was destroyed under authority is in the archive again" },
	[GK_V_LEDGER] = { "V22", "ledger", false, "台账（申请、交付）被改动", "a ledger (applications, deliveries) was changed" },
	[GK_V_UNREAD] = { "V18", "unreadable", false, "设备不能读出", "the device cannot read it" },
};

const struct gk_rule_text *
gk_rule_text(enum gk_rule rule)
{
	return &texts[rule < GK_V_RULES ? rule : 0];
}

enum { REWRITES_MAX = 256 };	/* of one segment: yearly, for longer than paper lasts */

struct run {
	struct gk_archive *a;
	struct gk_verify *v;
	struct gk_seen *seen;
	struct gk_ids *ids;
	struct gk_pool *pool;
	struct gk_batch *batch;		/* at hand, or NULL */
	size_t batch_at;		/* the next of its records */
	uint64_t ahead;			/* where the next batch is to be read */
	int unread;			/* errno: it could not be, and whoever is taken next will be told to be unreadable */
	struct gk_slot slow, far;
	unsigned char *chunk;
	struct gk_sha256_sum sum;	/* of the segment's bytes before `hashed` */
	struct gk_gzin in, far_in;
	uint32_t far_segment;		/* that far_in has open */
	/* The segment at hand. */
	uint32_t segment;
	int fd;
	uint64_t size, at, hashed;
	bool closed, begun_whole;
	uint64_t bad_before;
	/* Orders of destruction: the last one that a tombstone named, and which digests of this segment took the place of which. */
	json_t *order;
	struct gk_loc order_at;
	struct { char old[GK_WARC_DIGEST], new[GK_WARC_DIGEST]; } rewrite[REWRITES_MAX];
	size_t rewrites;
	uint64_t expect, expect_at;	/* the distance that a member at expect_at has if it is not the first of its batch */
};

static bool
everything(const struct gk_verify *v)
{
	return v->sample == 0 && v->hooks.record == NULL;
}

/* --- findings ------------------------------------------------------------------------------------------------ */

static void
report(struct run *r, enum gk_rule rule, struct gk_loc loc, const char *record, const char *uri, const struct gk_err *err)
{
	struct gk_finding f = { .rule = rule, .loc = loc, .err = *err };
	size_t n = strnlen(uri, sizeof f.uri - 1);

	memcpy(f.record, record, strnlen(record, sizeof f.record - 1));
	memcpy(f.uri, uri, n);
	if (texts[rule].info)
		r->v->totals.infos++;
	else
		r->v->totals.bad++;
	r->v->hooks.found(r->v->hooks.arg, &f);
}

/* A finding about the record in s. */
static void
blame(struct run *r, const struct gk_slot *s, enum gk_rule rule, const struct gk_err *err)
{
	struct gk_loc loc = s->loc;

	if (s->next == 0)
		loc.length = r->size - loc.offset < UINT32_MAX ? (uint32_t)(r->size - loc.offset) : UINT32_MAX;
	report(r, rule, loc, s->rec.id, s->parsed ? s->rec.target_uri : "", err);
}

static void
blame_flaw(struct run *r, const struct gk_slot *s, enum gk_rule rule, const char *zh, const char *en)
{
	struct gk_err err = GK_ERR_INIT;

	gk_fail(&err, GK_REFUSED, rule == GK_V_UNREAD ? GK_CAUSE_DEVICE : GK_CAUSE_DAMAGED, "%s%.0s%s%.0s", "%.0s%s%.0s%s", zh, en,
		s->next == 0 ? "；本段其后的部分无法读取" : "", s->next == 0 ? "; the rest of this segment cannot be read" : "");
	blame(r, s, rule, &err);
}

/* --- what events say -------------------------------------------------------------------------------------------- */

static bool
never(void *arg, const struct gk_warc_rec *head)
{
	(void)arg, (void)head;
	return false;
}

/* Have far_in on that segment, and its size. */
static bool
far_open(struct run *r, uint32_t segment, uint64_t *size)
{
	struct stat sb;
	int fd;

	if (segment == 0 || segment > GK_SEGMENT_LAST)
		return false;
	if (r->far_segment != segment) {
		if (gk_segment_open(r->a, segment, &fd, NULL) != GK_OK)
			return false;
		if (r->far_segment != 0)
			close(r->far_in.fd);
		gk_gzin_forget(&r->far_in);
		r->far_in.fd = fd;
		r->far_segment = segment;
	}
	if (fstat(r->far_in.fd, &sb) < 0)
		return false;
	*size = (uint64_t)sb.st_size;
	return true;
}

/* The head of a record that went by long ago, or was not to be read; NULL if there is none. */
static const struct gk_warc_rec *
far_head(struct run *r, struct gk_loc loc)
{
	const struct gk_want want = { .record = never };
	uint64_t size;

	if (!far_open(r, loc.segment, &size) || loc.offset >= size)
		return NULL;
	gk_slot_take(&r->far, &r->far_in, loc.segment, loc.offset, size, &want);
	if (!r->far.parsed || r->far.rule != 0 || r->far.error != 0 || r->far.next != loc.offset + loc.length)
		return NULL;
	return &r->far.rec;
}

static void
check_reference(struct run *r, const struct gk_slot *s, const struct gk_event_says *says, size_t i)
{
	const struct gk_loc to = says->refs[i].loc;
	const char *what = says->refs[i].what, *id, *digest;
	struct gk_seen_rec *near = to.segment == 0 ? NULL : gk_seen_at(r->seen, to.segment, to.offset);
	const struct gk_warc_rec *far = near == NULL ? far_head(r, to) : NULL;
	struct gk_err err = GK_ERR_INIT;

	if (near != NULL) {
		near->used = true;
		/* It was named when it went by, if its head could be read and was right. */
		if (near->bad && strcmp(near->id, says->refs[i].record) == 0 && near->uri == gk_seen_hash(s->rec.target_uri))
			return;
	}
	id = near != NULL && !near->bad && near->loc.length == to.length ? near->id : far != NULL ? far->id : "";
	digest = near != NULL ? near->digest : far != NULL ? far->payload_digest : "";
	if (to.segment == 0) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_DAMAGED, "%s 的登记没有写明 %s 在何处", "the event of %s does not say where its %s is", says->id, what);
		blame(r, s, GK_V_REFERENCE, &err);
	} else if (id[0] == '\0' || (says->refs[i].record[0] != '\0' && strcmp(says->refs[i].record, id) != 0)) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_DAMAGED, "%s 的 %s 应在段 %06u 偏移 %ju 处，那里没有这条完好的记录",
			"the %2$s of %1$s should stand in segment %3$06u at offset %4$ju, and no such sound record is there", says->id, what, to.segment,
			(uintmax_t)to.offset);
		blame(r, s, GK_V_REFERENCE, &err);
	} else if (strcmp(says->refs[i].digest, digest) != 0) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_DAMAGED, "%s 的登记所记 %s 的摘要与段 %06u 偏移 %ju 处的记录不符",
			"the event of %s states another digest of its %s than the record in segment %06u at offset %ju has", says->id, what, to.segment,
			(uintmax_t)to.offset);
		blame(r, s, GK_V_STATED, &err);
	}
}

/* False: it was blamed. */
static bool
explain(struct run *r, struct gk_slot *s)
{
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;

	if (s->explained)
		return true;
	st = r->v->hooks.event(r->v->hooks.arg, &s->rec, &s->says, &err);
	s->event = st == GK_OK;
	if (st != GK_OK && st != GK_END)
		blame(r, s, GK_V_EVENT, &err);
	return st == GK_OK || st == GK_END;
}

/* --- destruction --------------------------------------------------------------------------------------------------- */

/* The order at this place; NULL if none stands there. */
static const json_t *
order_at(struct run *r, struct gk_loc at)
{
	struct gk_warc_rec rec;
	struct gk_taken taken;
	uint64_t size;

	if (r->order != NULL && r->order_at.segment == at.segment && r->order_at.offset == at.offset)
		return r->order;
	if (!far_open(r, at.segment, &size) || at.offset >= size)
		return NULL;
	if (gk_warc_take(&r->far_in, at.offset, size, &rec, &taken) != GK_TAKE_OK)
		return NULL;
	json_decref(r->order);
	r->order = gk_order_of(&rec);
	r->order_at = at;
	gk_warc_rec_free(&rec);
	return r->order;
}

static void
note_rewrite(struct run *r, const json_t *order)
{
	const json_t *part = gk_order_segment(order, r->segment);
	const char *old = json_string_value(json_object_get(part, "old")), *new = json_string_value(json_object_get(part, "new"));

	for (size_t i = 0; i < r->rewrites; i++)
		if (strcmp(r->rewrite[i].new, new) == 0)
			return;
	if (r->rewrites == REWRITES_MAX)
		return;
	snprintf(r->rewrite[r->rewrites].old, GK_WARC_DIGEST, "%s", old);
	snprintf(r->rewrite[r->rewrites++].new, GK_WARC_DIGEST, "%s", new);
}

/* A tombstone is as good as its order. */
static bool
check_tombstone(struct run *r, const struct gk_slot *s)
{
	const json_t *order = order_at(r, s->rec.destroyed);

	if (order == NULL || !gk_order_names(order, s->loc, s->rec.id))
		return false;
	note_rewrite(r, order);
	r->v->totals.destroyed++;
	return true;
}

/* An order is carried out: else the bytes came back, out of an old copy perhaps. */
static void
check_order(struct run *r, const struct gk_slot *s)
{
	json_t *order = gk_order_of(&s->rec);
	const json_t *part, *one;
	size_t i, k;

	if (order == NULL)
		return;
	json_array_foreach(json_object_get(order, "segments"), i, part)
		json_array_foreach(json_object_get(part, "records"), k, one) {
			struct gk_loc loc = { .segment = (uint32_t)json_integer_value(json_object_get(part, "segment")), .offset = (uint64_t)json_integer_value(json_array_get(one, 1)),
					      .length = (uint32_t)json_integer_value(json_array_get(one, 2)) };
			const char *id = json_string_value(json_array_get(one, 0));
			const struct gk_warc_rec *head = far_head(r, loc);
			struct gk_err err = GK_ERR_INIT;

			if (head == NULL || head->destroyed.segment != 0 || strcmp(head->id, id) != 0)
				continue;
			gk_fail(&err, GK_REFUSED, GK_CAUSE_DAMAGED, "段 %06u 偏移 %ju 处的内容曾依规销毁，又在档案中（旧副本？）",
				"what stood in segment %06u at offset %ju was destroyed under authority, and is there again (an old copy?)", loc.segment, (uintmax_t)loc.offset);
			report(r, GK_V_UNDESTROYED, loc, id, head->target_uri, &err);
		}
	json_decref(order);
}

static void
check_event(struct run *r, struct gk_slot *s)
{
	struct gk_verify_totals *t = &r->v->totals;
	const struct gk_event_says *says = &s->says;
	struct gk_err err;

	if (!explain(r, s) || !s->event)
		return;
	t->events++;
	t->documents += says->first;
	if (says->number != 0 && says->number <= t->last_event) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_DAMAGED, "登记号 %ju 不大于其前的 %ju：登记出现两次或次序颠倒",
			"event number %ju is not above %ju before it: an event stands here twice, or out of order", (uintmax_t)says->number, (uintmax_t)t->last_event);
		blame(r, s, GK_V_TWICE, &err);
	} else if (says->first && gk_ids_meet(r->ids, says->id)) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_DAMAGED, "编号 %s 给了两件文件", "the id %s is given to two documents", says->id);
		blame(r, s, GK_V_TWICE, &err);
	}
	if (says->number > t->last_event)
		t->last_event = says->number;
	for (size_t i = 0; i < says->n; i++)
		check_reference(r, s, says, i);
}

/* --- records -------------------------------------------------------------------------------------------------------- */

static void
orphan(struct run *r, const struct gk_seen_rec *old)
{
	struct gk_err err = GK_ERR_INIT;

	if (old->loc.segment == 0 || old->bad || old->used || !old->payload || r->v->sample != 0)
		return;
	gk_fail(&err, GK_OK, GK_CAUSE_NONE, "%s", "%s", texts[GK_V_ORPHAN].zh);
	memcpy(err.what_en, texts[GK_V_ORPHAN].en, strlen(texts[GK_V_ORPHAN].en) + 1);
	report(r, GK_V_ORPHAN, old->loc, old->id, "", &err);
}

static void
remember(struct run *r, const struct gk_slot *s)
{
	struct gk_seen_rec old, *rec;

	rec = gk_seen_add(r->seen, s->loc, s->rec.id, &old);
	orphan(r, &old);
	memcpy(rec->digest, s->rec.payload_digest, sizeof rec->digest);
	rec->uri = gk_seen_hash(s->parsed ? s->rec.target_uri : "");
	rec->bad = s->rule != 0;
	rec->payload = s->ours && (s->rec.type == GK_WARC_RESOURCE || s->rec.type == GK_WARC_CONVERSION);
}

/* -1: a sha256 digest that is not that of the block; 0: none of this kind; 1: the right one. */
static int
compare_digest(const char *stated, const unsigned char have[GK_SHA256])
{
	unsigned char want[GK_SHA256];

	if (strncmp(stated, "sha256:", 7) != 0 || !gk_hex_to_bytes(stated + 7, strlen(stated + 7), want, sizeof want))
		return 0;
	return memcmp(want, have, sizeof want) == 0 ? 1 : -1;
}

static void
check_digests(struct gk_slot *s)
{
	int block = compare_digest(s->rec.block_digest, s->have);
	bool same = s->rec.type == GK_WARC_RESOURCE || s->rec.type == GK_WARC_CONVERSION || s->rec.type == GK_WARC_METADATA;

	if (block < 0) {
		s->rule = GK_V_BLOCK;
		s->zh = "内容与 WARC-Block-Digest 不符";
		s->en = "the block does not match its WARC-Block-Digest";
	} else if (block == 0 && s->ours) {
		s->rule = GK_V_HEAD;
		s->zh = "头部缺少 WARC-Block-Digest";
		s->en = "WARC-Block-Digest is missing";
	} else if (same && s->ours && compare_digest(s->rec.payload_digest, s->have) != 1) {
		s->rule = GK_V_PAYLOAD;
		s->zh = "内容与 WARC-Payload-Digest 不符";
		s->en = "the block does not match its WARC-Payload-Digest";
	}
}

/* What no checksum covers; see gzmember.c for `distance`. */
static void
check_gzip(struct run *r, const struct gk_slot *s)
{
	bool known = s->loc.offset == 0 || s->loc.offset == r->expect_at;
	uint64_t most = s->loc.offset == 0 ? 0 : r->expect < UINT32_MAX ? r->expect : UINT32_MAX;

	if (!s->ours)
		return;
	if (!s->exact)
		blame_flaw(r, s, GK_V_GZIP, "gzip 头部有字节已改变（内容完好）", "bytes of its gzip header have changed (its content is sound)");
	else if (known && s->distance != 0 && s->distance != most)
		blame_flaw(r, s, GK_V_GZIP, "gzip 头部的 distance 不接前一条记录（内容完好）",
			   "the distance in its gzip header does not go on from the record before (its content is sound)");
}

static void
check_name(struct run *r, const struct gk_slot *s)
{
	char line[64] = "\r\nWARC-Filename: ";
	size_t n = strlen(line);

	gk_segment_name(s->loc.segment, line + n);
	memcpy(line + n + GK_SEGMENT_NAME - 1, "\r\n", 3);
	if (s->loc.offset == 0 && s->ours && (s->rec.type != GK_WARC_INFO || memmem(s->rec.head.p, s->rec.head.n, line, strlen(line)) == NULL))
		blame_flaw(r, s, GK_V_NAME, "不是写有此段名的 warcinfo：文件改过名，或段前部缺失",
			   "it is no warcinfo with the name of this segment: the file was renamed, or its beginning is missing");
}

static void
judge(struct run *r, struct gk_slot *s)
{
	struct gk_verify_totals *t = &r->v->totals;
	const struct gk_seen_rec *twin;

	t->packed += (s->next != 0 ? s->next : r->size) - s->loc.offset;
	if (s->skipped) {
		t->skipped++;
		return;
	}
	if (s->error != 0 && s->rule == 0) {
		s->rule = GK_V_UNREAD;
		s->zh = "设备不能读出";
		s->en = "the device cannot read it";
	}
	if (s->rule == 0 && s->rec.destroyed.segment == 0) {
		check_digests(s);
	} else if (s->rule == 0 && !check_tombstone(r, s)) {
		s->rule = GK_V_TOMBSTONE;
		s->zh = "有销毁标记，却没有销毁它的登记";
		s->en = "it is marked as destroyed, and nothing in the archive ordered it";
	}
	if (s->rule != 0) {
		blame_flaw(r, s, s->rule, s->zh, s->en);
		remember(r, s);
		return;
	}
	check_gzip(r, s);
	check_name(r, s);
	r->expect = (uint64_t)s->distance + s->loc.length;
	r->expect_at = s->ours ? s->next : UINT64_MAX;
	t->records++;
	t->bytes += s->length;
	twin = gk_seen_id(r->seen, s->rec.id);
	if (twin != NULL && !twin->bad) {
		blame_flaw(r, s, GK_V_TWICE, "不久前已有同一标识的记录", "a record with the same id went by shortly before");
		return;
	}
	remember(r, s);
	if (s->rec.type == GK_WARC_METADATA) {
		check_event(r, s);
		check_order(r, s);
	}
}

/* --- which records ----------------------------------------------------------------------------------------------------- */

/* A number that looks random and hangs on seed and place only. */
static bool
in_sample(const struct gk_verify *v, uint32_t segment, uint64_t offset)
{
	uint64_t h = v->seed ^ (uint64_t)segment * 0x9E3779B97F4A7C15u ^ offset * 0xBF58476D1CE4E5B9u;

	h = (h ^ h >> 30) * 0xBF58476D1CE4E5B9u;
	h = (h ^ h >> 27) * 0x94D049BB133111EBu;
	return (h ^ h >> 31) % 1000000 < v->sample;
}

static void
take(struct run *r, struct gk_slot *s)
{
	const struct gk_want want = {
		.hop = r->v->sample != 0 && !in_sample(r->v, r->segment, r->at),
		.record = r->v->hooks.record, .arg = r->v->hooks.arg,
	};

	gk_slot_take(s, &r->in, r->segment, r->at, r->size, &want);
}

/* --- segments ------------------------------------------------------------------------------------------------------------ */

/* The size that may be believed, and whether the segment is closed; see scan.c for why in this order. */
static enum gk_status
look(struct run *r, struct gk_err *err)
{
	enum gk_status st;
	struct stat sb;
	uint32_t last;

	st = gk_segment_last(gk_archive_warc(r->a), &last, err);
	if (st != GK_OK)
		return st;
	r->closed = last > r->segment;
	if (fstat(r->fd, &sb) < 0)
		return gk_warc_unread(err, r->segment, r->at);
	if ((uint64_t)sb.st_size != r->size)
		gk_gzin_forget(&r->in);
	r->in.fd = r->fd;
	r->size = (uint64_t)sb.st_size;
	return GK_OK;
}

/* GK_OK: a record was taken.  GK_END: there is none, or only a torn one. */
static enum gk_status
next_record(struct run *r, struct gk_slot *s, struct gk_err *err)
{
	const bool was_closed = r->closed;
	enum gk_status st;

	if (r->at < r->size)
		take(r, s);
	/* Before anything bad is said of a segment that may be growing, look once more. */
	if (r->at >= r->size || (s->rule != 0 && !was_closed)) {
		st = look(r, err);
		if (st != GK_OK)
			return st;
		if (r->at >= r->size)
			return GK_END;
		gk_gzin_forget(&r->in);
		take(r, s);
	}
	if (s->error == ENOMEM)
		return gk_nomem(err);
	return s->cut && !r->closed ? GK_END : GK_OK;
}

/* --- every byte into the segment's digest ------------------------------------------------------------------------------ */

/* Those before `to`, out of the file. */
static bool
hash_file(struct run *r, uint64_t to)
{
	while (r->hashed < to) {
		size_t n = to - r->hashed < CHUNK ? (size_t)(to - r->hashed) : CHUNK;

		if (!gk_pread_all(r->fd, r->chunk, n, (off_t)r->hashed))
			return false;
		gk_sha256_add(&r->sum, r->chunk, n);
		r->hashed += n;
	}
	return true;
}

/* Those of a batch that is done with. */
static void
hash_batch(struct run *r, const struct gk_batch *b)
{
	if (!r->begun_whole || r->hashed < b->from || r->hashed >= b->to)
		return;
	gk_sha256_add(&r->sum, b->raw + (r->hashed - b->from), (size_t)(b->to - r->hashed));
	r->hashed = b->to;
}

/* --- records in batches ------------------------------------------------------------------------------------------------- */

static void
drop_batches(struct run *r)
{
	gk_pool_clear(r->pool);
	r->batch = NULL;
	r->ahead = r->at;
}

static void
read_ahead(struct run *r)
{
	struct gk_batch *b;

	while (r->unread == 0 && r->ahead < r->size && (b = gk_pool_room(r->pool)) != NULL &&
	       gk_batch_read(b, r->fd, r->segment, r->ahead, r->size, &r->unread)) {
		r->ahead = b->to;
		gk_pool_give(r->pool, b);
	}
}

/* The record at r->at, if it is sound and was taken in a batch; NULL: it is to be taken step by step. */
static struct gk_slot *
quick_record(struct run *r)
{
	if (!everything(r->v))
		return NULL;
	if (r->batch != NULL && r->batch_at == r->batch->n) {
		hash_batch(r, r->batch);
		r->batch = NULL;
		gk_pool_drop(r->pool);
	}
	/* Behind a record that was not what its length said, what was read ahead is of no use. */
	if (r->batch != NULL && r->batch->slots[r->batch_at].loc.offset != r->at)
		drop_batches(r);
	if (r->batch == NULL) {
		read_ahead(r);
		r->batch = gk_pool_next(r->pool);
		r->batch_at = 0;
		if (r->batch != NULL && r->batch->from != r->at) {
			drop_batches(r);
			return NULL;
		}
	}
	if (r->batch == NULL)
		return NULL;
	return r->batch->quick[r->batch_at++] ? &r->batch->slots[r->batch_at - 1] : NULL;
}

static enum gk_status
slow_record(struct run *r, struct gk_err *err)
{
	enum gk_status st = next_record(r, &r->slow, err);
	uint64_t next = r->slow.next != 0 ? r->slow.next : r->size;

	if (st != GK_OK)
		return st;
	/* A device that fails and then does not is no sound one. */
	if (r->slow.error == 0)
		r->slow.error = r->unread;
	r->unread = 0;
	gk_slot_hash(&r->slow);
	if (r->begun_whole && !hash_file(r, next) && r->slow.error == 0)
		r->slow.error = errno != 0 ? errno : EIO;
	return GK_OK;
}

/* All records from r->at on, and the verdict on each. */
static enum gk_status
go_through(struct run *r, struct gk_err *err)
{
	struct gk_verify *v = r->v;
	enum gk_status st = GK_OK;

	r->ahead = r->at;
	for (;;) {
		struct gk_loc here = { .segment = r->segment, .offset = r->at };
		struct gk_slot *s;

		if (v->hooks.go_on != NULL && !v->hooks.go_on(v->hooks.arg, &v->totals, here)) {
			v->stopped = true;
			break;
		}
		s = quick_record(r);
		if (s == NULL) {
			s = &r->slow;
			st = slow_record(r, err);
		}
		if (st != GK_OK)
			break;
		r->at = s->next != 0 ? s->next : r->size;
		judge(r, s);
	}
	drop_batches(r);
	v->end = (struct gk_loc){ .segment = r->segment, .offset = r->at };
	v->expect = r->expect_at == r->at ? r->expect : 0;
	return st == GK_END ? GK_OK : st;
}

static void
note_torn(struct run *r)
{
	struct gk_err err = GK_ERR_INIT;
	uint64_t left = r->size - r->at;

	r->v->torn = true;
	r->v->torn_at = (struct gk_loc){ .segment = r->segment, .offset = r->at, .length = left < UINT32_MAX ? (uint32_t)left : UINT32_MAX };
	gk_fail(&err, GK_OK, GK_CAUSE_NONE, "末尾有一条未写完的记录，从未登记；下一次 ingest 会把它移到 warc/torn/",
		"it ends in a record that was never finished and never acknowledged; the next ingest moves it to warc/torn/");
	report(r, GK_V_TORN, r->v->torn_at, "", "", &err);
}

/* The line of a warcinfo of ours; false: the warcinfo is not ours, or there is none. */
static bool
stated_in(const struct gk_warc_rec *rec, char out[GK_WARC_DIGEST])
{
	static const char name[] = "gongkai-previous-segment-digest:";
	const char *p = rec->block.p, *end = p + rec->block.n;
	bool ours = false;

	out[0] = '\0';
	while (rec->type == GK_WARC_INFO && p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p)), *eol = lf == NULL ? end : lf, *value = p + sizeof name - 1;

		if (eol - p > 15 && strncasecmp(p, "gongkai-format:", 15) == 0)
			ours = true;
		if (value < eol && strncasecmp(p, name, sizeof name - 1) == 0) {
			size_t n;

			while (value < eol && *value == ' ')
				value++;
			n = (size_t)(eol - value);
			while (n > 0 && (value[n - 1] == '\r' || value[n - 1] == ' '))
				n--;
			if (n < GK_WARC_DIGEST) {
				memcpy(out, value, n);
				out[n] = '\0';
			}
		}
		p = eol + 1;
	}
	return ours;
}

static enum gk_status
stated(struct gk_archive *a, uint32_t segment, bool *ours, char out[GK_WARC_DIGEST], struct gk_err *err)
{
	struct gk_gzin in = { .fd = -1 };
	struct gk_warc_rec rec;
	struct gk_taken taken;
	struct stat sb;
	enum gk_take got;
	enum gk_status st = gk_segment_open(a, segment, &in.fd, err);
	int fd = in.fd;

	out[0] = '\0';
	*ours = false;
	if (st != GK_OK)
		return st;
	/* Ours is a few hundred bytes; another tool's may be long and states nothing. */
	got = fstat(fd, &sb) < 0 ? GK_TAKE_FAILED : gk_warc_take(&in, 0, sb.st_size < 1024 * 1024 ? (uint64_t)sb.st_size : 1024 * 1024, &rec, &taken);
	if (got == GK_TAKE_OK) {
		*ours = stated_in(&rec, out);
		gk_warc_rec_free(&rec);
	} else if (got == GK_TAKE_FAILED) {
		st = gk_warc_unread(err, segment, 0);
	} else if (got == GK_TAKE_BAD || sb.st_size < 1024 * 1024) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "段 %06u 的第一条记录已损坏", "the first record of segment %06u is damaged", segment);
	}
	gk_gzin_free(&in);
	close(fd);
	return st;
}

enum gk_status
gk_verify_stated(struct gk_archive *a, uint32_t segment, char out[GK_WARC_DIGEST], struct gk_err *err)
{
	bool ours;

	return stated(a, segment, &ours, out, err);
}

static void
check_chain(struct run *r, const char *digest)
{
	struct gk_loc all = { .segment = r->segment, .length = r->size < UINT32_MAX ? (uint32_t)r->size : UINT32_MAX };
	struct gk_err err = GK_ERR_INIT;
	char next[GK_WARC_DIGEST];
	bool ours;

	/* The next one's own damage is its own finding. */
	if (stated(r->a, r->segment + 1, &ours, next, NULL) != GK_OK || (!ours && next[0] == '\0'))
		return;
	/* From the digest that it was closed with to that of each rewriting under authority. */
	for (size_t i = 0; i < r->rewrites; i++)
		for (size_t k = 0; k < r->rewrites && strcasecmp(next, digest) != 0; k++)
			if (strcasecmp(r->rewrite[k].old, next) == 0) {
				memcpy(next, r->rewrite[k].new, sizeof next);
				break;
			}
	if (strcasecmp(next, digest) == 0)
		return;
	if (next[0] == '\0')
		gk_fail(&err, GK_REFUSED, GK_CAUSE_DAMAGED, "段 %06u 的第一条记录没有写明本段的摘要", "the first record of segment %06u does not state the digest of this segment",
			r->segment + 1);
	else
		gk_fail(&err, GK_REFUSED, GK_CAUSE_DAMAGED, "本段摘要 %.23s… 与段 %06u 所记 %.23s… 不符", "its digest %1$.23s… is not %3$.23s…, which segment %2$06u states", digest,
			r->segment + 1, next);
	report(r, GK_V_SEGMENT, all, "", "", &err);
}

static void
end_segment(struct run *r)
{
	struct gk_verified done = { .segment = r->segment, .bytes = r->at, .closed = r->closed };

	done.whole = r->begun_whole && r->hashed == r->at;
	if (done.whole) {
		unsigned char sum[GK_SHA256];

		gk_sha256_end(&r->sum, sum);
		memcpy(done.digest, "sha256:", 7);
		sodium_bin2hex(done.digest + 7, sizeof done.digest - 7, sum, sizeof sum);
		if (r->closed)
			check_chain(r, done.digest);
	}
	done.bad = r->v->totals.bad - r->bad_before;
	r->v->totals.segments++;
	if (r->v->hooks.segment_done != NULL)
		r->v->hooks.segment_done(r->v->hooks.arg, &done);
}

static void
missing(struct run *r, uint32_t segment)
{
	struct gk_err err = GK_ERR_INIT;

	gk_fail(&err, GK_REFUSED, GK_CAUSE_DAMAGED, "缺少此段文件", "the segment is missing");
	report(r, GK_V_MISSING, (struct gk_loc){ .segment = segment }, "", "", &err);
}

/* The last reading came further than the file goes now. */
static void
shorter(struct run *r)
{
	struct gk_err err = GK_ERR_INIT;

	gk_fail(&err, GK_REFUSED, GK_CAUSE_DAMAGED, "上次读到偏移 %ju，现在此段只有 %ju 字节", "it was read up to offset %ju before, and has only %ju bytes now",
		(uintmax_t)r->at, (uintmax_t)r->size);
	report(r, GK_V_SHORTER, (struct gk_loc){ .segment = r->segment, .offset = r->size }, "", "", &err);
	r->at = r->size;
	r->begun_whole = false;
}

static enum gk_status
verify_segment(struct run *r, uint32_t segment, uint64_t from, struct gk_err *err)
{
	enum gk_status st = gk_segment_open(r->a, segment, &r->fd, err);

	if (st == GK_REFUSED && err->cause == GK_CAUSE_DAMAGED) {
		missing(r, segment);
		return GK_OK;
	}
	if (st != GK_OK)
		return st;
	r->segment = segment;
	r->at = from;
	r->size = r->hashed = 0;
	r->bad_before = r->v->totals.bad;
	r->rewrites = 0;
	r->expect = r->v->expect;
	r->expect_at = from > 0 && r->expect > 0 ? from : UINT64_MAX;
	r->begun_whole = everything(r->v);
	gk_sha256_init(&r->sum);
	gk_gzin_forget(&r->in);
	posix_fadvise(r->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	st = look(r, err);
	if (st == GK_OK && from > r->size)
		shorter(r);
	/* Bytes before the place where a former reading stopped are hashed again: what that one had was not kept. */
	if (st == GK_OK && r->begun_whole)
		r->begun_whole = hash_file(r, r->at);
	if (st == GK_OK)
		st = go_through(r, err);
	if (st == GK_OK && !r->v->stopped) {
		if (r->at < r->size)
			note_torn(r);
		end_segment(r);
	}
	close(r->fd);
	r->in.fd = -1;
	return st;
}

static enum gk_status
all_segments(struct run *r, struct gk_err *err)
{
	struct gk_verify *v = r->v;
	uint32_t last = 0;
	enum gk_status st = gk_segment_last(gk_archive_warc(r->a), &last, err);

	v->end = v->from.segment != 0 ? v->from : (struct gk_loc){ .segment = 1 };
	for (uint32_t n = v->end.segment; st == GK_OK && n <= last && !v->stopped; n++) {
		if (v->hooks.segment == NULL || v->hooks.segment(v->hooks.arg, n))
			st = verify_segment(r, n, n == v->from.segment ? v->from.offset : 0, err);
		if (st == GK_OK)
			st = gk_segment_last(gk_archive_warc(r->a), &last, err);
	}
	return st;
}

/* Threads beside this one: it works too. */
static unsigned
helpers(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 1 ? (unsigned)(n - 1 < GK_POOL_THREADS ? n - 1 : GK_POOL_THREADS) : 0;
}

enum gk_status
gk_verify(struct gk_archive *a, struct gk_verify *v, struct gk_err *err)
{
	struct run *r = calloc(1, sizeof *r);
	enum gk_status st = GK_OK;
	struct gk_err own;

	if (r == NULL)
		return gk_nomem(err);
	r->a = a;
	r->v = v;
	r->in.fd = r->far_in.fd = -1;
	r->seen = gk_seen_new();
	r->ids = gk_ids_new();
	r->chunk = malloc(CHUNK);
	r->pool = gk_pool_new(&v->hooks, helpers());
	if (r->seen == NULL || r->ids == NULL || r->chunk == NULL || r->pool == NULL || !gk_slot_open(&r->slow) || !gk_slot_open(&r->far))
		st = gk_nomem(err);
	v->stopped = v->torn = false;
	if (st == GK_OK)
		st = all_segments(r, err != NULL ? err : &own);
	for (size_t i = 0; st == GK_OK && !v->stopped && gk_seen_nth(r->seen, i) != NULL; i++)
		orphan(r, gk_seen_nth(r->seen, i));
	gk_pool_free(r->pool);
	free(r->chunk);
	gk_slot_close(&r->slow);
	gk_slot_close(&r->far);
	if (r->far_segment != 0)
		close(r->far_in.fd);
	gk_gzin_free(&r->in);
	gk_gzin_free(&r->far_in);
	gk_seen_free(r->seen);
	gk_ids_free(r->ids);
	json_decref(r->order);
	free(r);
	return st;
}
