/* Posting lists as runs of bytes. */
#include "catalog/packed.h"

#include "base/digest.h"

#include <string.h>

enum { BLOCK = 128, CRC = 4, MOST = 1 << 30 };
enum { SHORT = 3 };	/* bytes of the longest short entry: a gap of two bytes and a count of one */

bool
gk_varint_add(struct gk_buf *b, uint32_t v)
{
	char bytes[5];
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		bytes[n++] = (char)(unsigned char)(v | 0x80);
	bytes[n++] = (char)(unsigned char)v;
	return gk_buf_add(b, bytes, n);
}

bool
gk_varint_take(const unsigned char **at, const unsigned char *end, uint32_t *v)
{
	uint64_t value = 0;

	for (unsigned shift = 0; *at < end && shift < 35; shift += 7) {
		unsigned char c = *(*at)++;

		value |= (uint64_t)(c & 0x7F) << shift;
		if (c < 0x80) {
			*v = (uint32_t)value;
			return value <= UINT32_MAX;
		}
	}
	return false;
}

/* --- writing ---------------------------------------------------------------------------------- */

void
gk_packer_init(struct gk_packer *p)
{
	*p = (struct gk_packer){ .n = 0 };
	gk_buf_init(&p->block, MOST);
	gk_buf_init(&p->blocks, MOST);
	gk_buf_init(&p->out, MOST);
}

void
gk_packer_free(struct gk_packer *p)
{
	gk_buf_free(&p->block);
	gk_buf_free(&p->blocks);
	gk_buf_free(&p->out);
}

void
gk_packer_begin(struct gk_packer *p)
{
	gk_buf_reset(&p->block);
	gk_buf_reset(&p->blocks);
	gk_buf_reset(&p->out);
	p->n = p->count = p->last = p->block_last = 0;
}

static void
end_block(struct gk_packer *p)
{
	gk_varint_add(&p->blocks, p->last - p->block_last);
	gk_varint_add(&p->blocks, (uint32_t)p->block.n);
	gk_buf_add(&p->blocks, p->block.p, p->block.n);
	p->blocks.failed = p->blocks.failed || p->block.failed;
	gk_buf_reset(&p->block);
	p->block_last = p->last;
	p->n = 0;
}

void
gk_packer_add(struct gk_packer *p, uint32_t doc, uint32_t wdf)
{
	/* Numbers are below 2^30 (layers.h). */
	gk_varint_add(&p->block, (doc - p->last) << 1 | (wdf != 1));
	if (wdf != 1)
		gk_varint_add(&p->block, wdf);
	p->last = doc;
	p->count++;
	if (++p->n == BLOCK)
		end_block(p);
}

const struct gk_buf *
gk_packer_bare(const struct gk_packer *p)
{
	return p->count == p->n && !p->block.failed ? &p->block : NULL;
}

bool
gk_packer_end(struct gk_packer *p)
{
	unsigned char crc[CRC];
	uint32_t sum;

	if (p->n > 0)
		end_block(p);
	if (p->count == 0 || p->blocks.failed)
		return !p->blocks.failed;
	sum = gk_crc32(0, p->blocks.p, p->blocks.n);
	for (int i = 0; i < CRC; i++)
		crc[i] = (unsigned char)(sum >> 8 * i);
	gk_varint_add(&p->out, p->count);
	gk_buf_add(&p->out, crc, CRC);
	return gk_buf_add(&p->out, p->blocks.p, p->blocks.n);
}

/* --- reading ---------------------------------------------------------------------------------- */

static enum gk_status
damaged(struct gk_packed *l, struct gk_err *err)
{
	l->damaged = true;
	return gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "一个检索词的文件表已损坏", "the list of a term is damaged");
}

uint32_t
gk_packed_count(const char *p, size_t n)
{
	const unsigned char *at = (const unsigned char *)p;
	uint32_t count;

	return gk_varint_take(&at, at + n, &count) ? count : 0;
}

enum gk_status
gk_packed_open(struct gk_packed *l, const char *p, size_t n, struct gk_err *err)
{
	const unsigned char *at = (const unsigned char *)p, *end = at + n;
	uint32_t count, sum = 0;

	*l = (struct gk_packed){ .damaged = false };
	if (!gk_varint_take(&at, end, &count) || end - at < CRC)
		return damaged(l, err);
	for (int i = 0; i < CRC; i++)
		sum |= (uint32_t)at[i] << 8 * i;
	at += CRC;
	if (sum != gk_crc32(0, at, (size_t)(end - at)))
		return damaged(l, err);
	l->at = l->block_end = at;
	l->end = end;
	return GK_OK;
}

void
gk_packed_open_bare(struct gk_packed *l, const char *p, size_t n)
{
	*l = (struct gk_packed){ .at = (const unsigned char *)p, .block_last = UINT32_MAX };
	l->block_end = l->end = l->at + n;
}

/* To the head of the next block; GK_END behind the last. */
static enum gk_status
next_block(struct gk_packed *l, struct gk_err *err)
{
	uint32_t gap, bytes;

	l->doc = l->block_last;
	if (l->at == l->end)
		return GK_END;
	if (!gk_varint_take(&l->at, l->end, &gap) || !gk_varint_take(&l->at, l->end, &bytes) || bytes > (size_t)(l->end - l->at))
		return damaged(l, err);
	l->block_last += gap;
	l->block_end = l->at + bytes;
	return GK_OK;
}

/* Nearly all entries are a gap of one byte or two, and a count of one byte if any.  Returns how long such a one is, 0 if it is longer; SHORT bytes are there. */
static inline size_t
short_entry(const unsigned char *at, uint32_t *gap, uint32_t *wdf)
{
	uint32_t v = at[0];
	size_t k = 1;

	if (v >= 0x80) {
		if (at[1] >= 0x80)
			return 0;
		v = (v & 0x7F) | (uint32_t)at[k++] << 7;
	}
	*wdf = 1;
	if ((v & 1) != 0 && (*wdf = at[k++]) >= 0x80)
		return 0;
	*gap = v >> 1;
	return k;
}

/* As many of them as stand here one behind the other. */
static size_t
take_short(struct gk_packed *l, uint32_t *docs, uint32_t *wdfs, size_t max)
{
	const unsigned char *at = l->at;
	uint32_t doc = l->doc, gap, wdf;
	size_t n = 0, k;

	for (; n < max && l->block_end - at >= SHORT && (k = short_entry(at, &gap, &wdf)) > 0; at += k) {
		doc += gap;
		docs[n] = doc;
		if (wdfs != NULL)
			wdfs[n] = wdf;
		n++;
	}
	l->at = at;
	l->doc = doc;
	return n;
}

/* Over them to the entry of `doc` or the first behind it, as far as there are any. */
static void
pass_short(struct gk_packed *l, uint32_t doc)
{
	const unsigned char *at = l->at;
	uint32_t now = l->doc, gap, wdf;
	size_t k;

	for (; now < doc && l->block_end - at >= SHORT && (k = short_entry(at, &gap, &wdf)) > 0; at += k) {
		now += gap;
		l->wdf = wdf;
		l->given = true;
	}
	l->at = at;
	l->doc = now;
}

static bool
take_entry(struct gk_packed *l)
{
	uint32_t v;

	if (!gk_varint_take(&l->at, l->block_end, &v))
		return false;
	l->doc += v >> 1;
	l->wdf = 1;
	return (v & 1) == 0 || gk_varint_take(&l->at, l->block_end, &l->wdf);
}

enum gk_status
gk_packed_next(struct gk_packed *l, uint32_t *docs, uint32_t *wdfs, size_t max, size_t *got, struct gk_err *err)
{
	size_t n = 0;
	enum gk_status st = GK_OK;

	if (l->damaged)
		return damaged(l, err);
	l->given = false;
	while (n < max) {
		if (l->at == l->block_end && (st = next_block(l, err)) != GK_OK)
			break;
		n += take_short(l, docs + n, wdfs == NULL ? NULL : wdfs + n, max - n);
		if (n == max || l->at == l->block_end)
			continue;
		if (!take_entry(l))
			return damaged(l, err);
		docs[n] = l->doc;
		if (wdfs != NULL)
			wdfs[n] = l->wdf;
		n++;
	}
	*got = n;
	return n > 0 && st <= GK_END ? GK_OK : st;
}

enum gk_status
gk_packed_seek(struct gk_packed *l, uint32_t doc, uint32_t *at, uint32_t *wdf, struct gk_err *err)
{
	enum gk_status st;

	if (l->damaged)
		return damaged(l, err);
	while (!l->given || l->doc < doc) {
		/* Blocks that end before it are not looked into. */
		if (l->block_last < doc)
			l->at = l->block_end;
		if (l->at == l->block_end) {
			/* Nor behind the last is there an entry that a later call could be given. */
			l->given = false;
			if ((st = next_block(l, err)) != GK_OK)
				return st;
			continue;
		}
		pass_short(l, doc);
		if (l->given && l->doc >= doc)
			break;
		if (l->at == l->block_end)
			continue;
		if (!take_entry(l))
			return damaged(l, err);
		l->given = true;
	}
	*at = l->doc;
	if (wdf != NULL)
		*wdf = l->wdf;
	return GK_OK;
}
