/*
 * The header block of a WARC record (ISO 28500:2017, clause 4), ours and other
 * tools' (WARC/0.x and 1.0 too).
 *
 *   head    = version CRLF *( field CRLF )                a blank line follows, then the block
 *   version = "WARC/" ( "0" | "1" ) "." 1*2DIGIT          we write WARC/1.1
 *   field   = name ":" value *( CRLF 1*( SP | TAB ) value )      names in any case; a fold reads as one space
 *
 *   WARC/1.1
 *   WARC-Type: metadata
 *   WARC-Record-ID: <urn:uuid:0d4bfc7e-6e0e-4c53-a9c5-3a7b1f6dd9b1>
 *   WARC-Date: 2026-11-23T15:49:07.123Z
 *   Content-Type: application/json
 *   Content-Length: 318
 *
 * The first four fields and Content-Length must stand there, and no field that we
 * use may stand twice (but for WARC-Concurrent-To, of which the first counts): two
 * readers that choose differently would see two different records.
 */
#include "archive/warc-private.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum slot { TYPE, ID, DATE, LENGTH, REFERS, CONCURRENT, BLOCK, PAYLOAD, URI, CONTENT, DESTROYED, SLOTS };
enum { REQUIRED = 1 << TYPE | 1 << ID | 1 << DATE | 1 << LENGTH };

static const char *const names[SLOTS] = {
	[TYPE] = "WARC-Type",
	[ID] = "WARC-Record-ID",
	[DATE] = "WARC-Date",
	[LENGTH] = "Content-Length",
	[REFERS] = "WARC-Refers-To",
	[CONCURRENT] = "WARC-Concurrent-To",
	[BLOCK] = "WARC-Block-Digest",
	[PAYLOAD] = "WARC-Payload-Digest",
	[URI] = "WARC-Target-URI",
	[CONTENT] = "Content-Type",
	[DESTROYED] = GK_DESTROYED_FIELD,
};

const struct gk_flaw gk_flaw_nomem = { GK_CAUSE_MEMORY, "内存不足", "out of memory" };
static const struct gk_flaw no_version = { GK_CAUSE_DAMAGED, "不以 WARC/1.x 开头", "it does not begin with WARC/1.x" };
static const struct gk_flaw bad_line = { GK_CAUSE_DAMAGED, "头部有一行不成“名称: 值”", "a header line is not 'name: value'" };
static const struct gk_flaw long_line = { GK_CAUSE_LIMIT, "头部有一行超过 8 KiB", "a header line is longer than 8 KiB" };
static const struct gk_flaw twice = { GK_CAUSE_DAMAGED, "头部有一项重复", "a header field stands twice" };
static const struct gk_flaw missing = {
	GK_CAUSE_DAMAGED, "头部缺少 WARC-Type、WARC-Record-ID、WARC-Date 或 Content-Length",
	"WARC-Type, WARC-Record-ID, WARC-Date or Content-Length is missing"
};
static const struct gk_flaw bad_length = { GK_CAUSE_DAMAGED, "Content-Length 不是数字", "Content-Length is not a number" };
static const struct gk_flaw huge = { GK_CAUSE_LIMIT, "Content-Length 超过 1 GiB", "Content-Length is more than 1 GiB" };
static const struct gk_flaw long_id = { GK_CAUSE_LIMIT, "记录标识超过 55 字节", "a record id is longer than 55 bytes" };
static const struct gk_flaw bad_tombstone = { GK_CAUSE_DAMAGED, "销毁标记不成“段 偏移”，或其后有内容", "a mark of destruction is not 'segment offset', or has a block" };
static const struct gk_flaw bad_date = { GK_CAUSE_DAMAGED, "WARC-Date 不成日期", "WARC-Date is no date" };

static enum gk_warc_type
type_of(const char *name)
{
	static const char *const types[] = {
		[GK_WARC_INFO] = "warcinfo", [GK_WARC_RESOURCE] = "resource", [GK_WARC_CONVERSION] = "conversion",
		[GK_WARC_METADATA] = "metadata", [GK_WARC_REVISIT] = "revisit",
	};

	for (int i = 0; i < GK_WARC_OTHER; i++)
		if (strcasecmp(name, types[i]) == 0)
			return i;
	return GK_WARC_OTHER;
}

/* "<urn:uuid:…>" without the <>; false if it does not fit. */
static bool
put_id(char out[GK_WARC_ID], const char *value, size_t n)
{
	if (n >= 2 && value[0] == '<' && value[n - 1] == '>') {
		value++;
		n -= 2;
	}
	if (n >= GK_WARC_ID)
		return false;
	memcpy(out, value, n);
	out[n] = '\0';
	return true;
}

/* A digest we could not check anyway may be of any length: it is left to those who read head. */
static void
put_digest(char out[GK_WARC_DIGEST], const char *value, size_t n)
{
	if (n >= GK_WARC_DIGEST)
		return;
	memcpy(out, value, n + 1);
	if (n == 7 + 64 && strncasecmp(value, "sha256:", 7) == 0)
		for (size_t i = 0; i < n; i++)
			out[i] = (char)tolower((unsigned char)out[i]);
}

static const struct gk_flaw *
put_length(uint64_t *out, const char *value, size_t n)
{
	uint64_t v = 0;

	if (n == 0 || strspn(value, "0123456789") != n)
		return &bad_length;
	for (size_t i = 0; i < n; i++) {
		v = v * 10 + (uint64_t)(value[i] - '0');
		if (v > GK_WARC_BLOCK_MAX)
			return &huge;
	}
	*out = v;
	return NULL;
}

/* "2 8192": segment and offset of the order. */
static bool
put_order(struct gk_loc *out, const char *value)
{
	char *end;
	unsigned long segment = strtoul(value, &end, 10);
	unsigned long long offset = *end == ' ' ? strtoull(end, &end, 10) : 0;

	if (value[0] < '0' || value[0] > '9' || *end != '\0' || segment == 0 || segment > GK_SEGMENT_LAST || offset == 0)
		return false;
	*out = (struct gk_loc){ .segment = (uint32_t)segment, .offset = offset };
	return true;
}

/* `to` is the free place behind the header lines; as much room as the lines take is there. */
static const struct gk_flaw *
put_field(struct gk_warc_rec *rec, enum slot slot, const char *value, size_t n, uint64_t *length, char **to)
{
	switch (slot) {
	case TYPE:
		rec->type = type_of(value);
		return NULL;
	case ID:
		return n == 0 ? &missing : put_id(rec->id, value, n) ? NULL : &long_id;
	case REFERS:
		return put_id(rec->refers_to, value, n) ? NULL : &long_id;
	case CONCURRENT:
		return put_id(rec->concurrent_to, value, n) ? NULL : &long_id;
	case DATE:
		if (n < 4 || n >= sizeof rec->date || strspn(value, "0123456789-:.TZ+") != n)
			return &bad_date;
		memcpy(rec->date, value, n + 1);
		return NULL;
	case LENGTH:
		return put_length(length, value, n);
	case DESTROYED:
		return put_order(&rec->destroyed, value) ? NULL : &bad_tombstone;
	case BLOCK:
		put_digest(rec->block_digest, value, n);
		return NULL;
	case PAYLOAD:
		put_digest(rec->payload_digest, value, n);
		return NULL;
	case URI:
		if (n >= 2 && value[0] == '<' && value[n - 1] == '>') {	/* as WARC 1.0 had it */
			value++;
			n -= 2;
		}
		rec->target_uri = *to;
		break;
	default:
		rec->content_type = *to;
		break;
	}
	memcpy(*to, value, n);
	(*to)[n] = '\0';
	*to += n + 1;
	return NULL;
}

/* The line at p without its CRLF; NULL if there is none, or bytes in it that no line may have. */
static const char *
line_end(const char *p, const char *end)
{
	const char *lf = memchr(p, '\n', (size_t)(end - p));

	if (lf == NULL || lf == p || lf[-1] != '\r')
		return NULL;
	if (memchr(p, '\r', (size_t)(lf - 1 - p)) != NULL || memchr(p, '\0', (size_t)(lf - p)) != NULL)
		return NULL;
	return lf - 1;
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Add a line's text to value[*n], trimmed; false if it gets too long. */
static bool
join(char value[GK_WARC_LINE_MAX + 1], size_t *n, const char *p, const char *end)
{
	while (p < end && blank(*p))
		p++;
	while (end > p && blank(end[-1]))
		end--;
	if (p == end)
		return true;
	if (*n > 0)
		value[(*n)++] = ' ';
	if ((size_t)(end - p) >= GK_WARC_LINE_MAX - *n)
		return false;
	memcpy(value + *n, p, (size_t)(end - p));
	*n += (size_t)(end - p);
	return true;
}

static bool
name_ok(const char *p, const char *colon)
{
	for (; p < colon; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7F)
			return false;
	return true;
}

static enum slot
slot_of(const char *p, size_t n)
{
	for (int i = 0; i < SLOTS; i++)
		if (strlen(names[i]) == n && strncasecmp(names[i], p, n) == 0)
			return i;
	return SLOTS;
}

static bool
version_ok(const char *p, const char *eol)
{
	size_t n = (size_t)(eol - p);

	return (n == 8 || n == 9) && memcmp(p, "WARC/", 5) == 0 && (p[5] == '0' || p[5] == '1') && p[6] == '.' &&
	       isdigit((unsigned char)p[7]) && (n == 8 || isdigit((unsigned char)p[8]));
}

/* One field with its folds, from *at on; *at is moved behind it.  (The compiler clears every array it makes: so value is lent, not made.) */
static const struct gk_flaw *
take_field(struct gk_warc_rec *rec, const char **at, const char *end, unsigned *seen, uint64_t *length, char **to,
	   char value[GK_WARC_LINE_MAX + 1])
{
	const char *p = *at, *eol = line_end(p, end), *colon;
	enum slot slot;
	size_t n = 0;

	if (eol == NULL)
		return &bad_line;
	if (eol - p > GK_WARC_LINE_MAX)
		return &long_line;
	colon = memchr(p, ':', (size_t)(eol - p));
	if (colon == NULL || colon == p || !name_ok(p, colon))
		return &bad_line;
	slot = slot_of(p, (size_t)(colon - p));
	if (!join(value, &n, colon + 1, eol))
		return &long_line;
	for (p = eol + 2; p < end && blank(*p); p = eol + 2) {
		eol = line_end(p, end);
		if (eol == NULL)
			return &bad_line;
		if (eol - p > GK_WARC_LINE_MAX || !join(value, &n, p, eol))
			return &long_line;
	}
	*at = p;
	value[n] = '\0';
	if (slot == SLOTS)
		return NULL;
	if (*seen & 1u << slot)
		return slot == CONCURRENT ? NULL : &twice;
	*seen |= 1u << slot;
	return put_field(rec, slot, value, n, length, to);
}

const struct gk_flaw *
gk_warc_head_parse(struct gk_warc_rec *rec, uint64_t *length)
{
	const struct gk_flaw *flaw = NULL;
	const char *p, *end, *eol;
	/* Without the zeros that the build gives every variable: eight kilobytes for each record would cost as much as the rest. */
	char value[GK_WARC_LINE_MAX + 1] GK_NOT_CLEARED;
	char *to;
	unsigned seen = 0;

	/* Taken once and for all, so that the borrowed values stay where they are. */
	if (gk_buf_room(&rec->head, rec->head.n + 4) == NULL)
		return &gk_flaw_nomem;
	p = rec->head.p;
	end = p + rec->head.n;
	to = rec->head.p + rec->head.n;
	*to++ = '\0';
	rec->target_uri = rec->content_type = "";
	eol = line_end(p, end);
	if (eol == NULL || !version_ok(p, eol))
		return &no_version;
	for (p = eol + 2; flaw == NULL && p < end; )
		flaw = take_field(rec, &p, end, &seen, length, &to, value);
	if (flaw == NULL && (seen & REQUIRED) != REQUIRED)
		flaw = &missing;
	if (flaw == NULL && rec->destroyed.segment != 0 && *length != 0)
		flaw = &bad_tombstone;
	return flaw;
}
