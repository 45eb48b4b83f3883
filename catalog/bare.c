/* Copying what a document has beside its words. */
#include "catalog/bare.h"

#include "catalog/copies.h"
#include "catalog/schema.h"

#include <stdlib.h>
#include <string.h>

static const struct { unsigned slot; size_t width; } fixed[] = {
	{ GK_SLOT_YEAR, 2 }, { GK_SLOT_CATEGORY, 2 }, { GK_SLOT_ISSUER, 4 }, { GK_SLOT_DATE, 4 }, { GK_SLOT_STATUS, GK_STATUS_WIDTH },
	{ GK_SLOT_TEXT, GK_TEXT_WIDTH }, { GK_SLOT_KNOWN, GK_KNOWN_WIDTH }, { GK_SLOT_LIKENESS, GK_LIKENESS_WIDTH },
	{ GK_SLOT_THEME, 2 }, { GK_SLOT_NUMBER, GK_NUMBER_WIDTH },
};
enum { FIXED = sizeof fixed / sizeof *fixed };

/* The slots of all documents, as they stand in the lower layer. */
struct slots { unsigned char *column[FIXED]; struct gk_buf past; size_t at; };

static bool
keep_past(void *arg, uint32_t doc, const unsigned char *value, size_t n)
{
	struct gk_buf *past = arg;
	uint32_t len = (uint32_t)n;

	return gk_buf_add(past, &doc, sizeof doc) && gk_buf_add(past, &len, sizeof len) && gk_buf_add(past, value, n);
}

static enum gk_status
read_slots(struct gk_glass *from, uint32_t last, struct slots *out, struct gk_err *err)
{
	enum gk_status st = GK_OK;
	bool stopped = false;

	gk_buf_init(&out->past, (size_t)1 << 31);
	for (size_t i = 0; st == GK_OK && i < FIXED; i++) {
		out->column[i] = malloc(((size_t)last + 1) * fixed[i].width);
		st = out->column[i] == NULL ? gk_nomem(err) : gk_glass_column(from, fixed[i].slot, fixed[i].width, out->column[i], last, err);
	}
	if (st == GK_OK)
		st = gk_glass_values(from, GK_SLOT_PAST, keep_past, &out->past, &stopped, err);
	return st == GK_OK && stopped ? gk_nomem(err) : st;
}

static void
free_slots(struct slots *s)
{
	for (size_t i = 0; i < FIXED; i++)
		free(s->column[i]);
	gk_buf_free(&s->past);
}

static size_t
leading_zeros(const unsigned char *p, size_t n)
{
	size_t k = 0;

	while (k < n && p[k] == 0)
		k++;
	return k;
}

/* Zeros in front of a value are as good as none to whoever reads columns, and so is a value of zeros. */
static enum gk_status
set_slots(struct slots *s, uint32_t d, struct xc_doc *doc, struct gk_err *err)
{
	enum gk_status st = GK_OK;
	uint32_t head[2];

	for (size_t i = 0; st == GK_OK && i < FIXED; i++) {
		const unsigned char *p = s->column[i] + (size_t)d * fixed[i].width;
		const size_t lead = leading_zeros(p, fixed[i].width);

		if (lead < fixed[i].width)
			st = xc_doc_value(doc, fixed[i].slot, p + lead, fixed[i].width - lead, err);
	}
	if (st != GK_OK || s->at == s->past.n)
		return st;
	memcpy(head, s->past.p + s->at, sizeof head);
	if (head[0] != d)
		return GK_OK;
	st = xc_doc_value(doc, GK_SLOT_PAST, s->past.p + s->at + sizeof head, head[1], err);
	s->at += sizeof head + head[1];
	return st;
}

static enum gk_status
copy_one(struct gk_glass *from, struct slots *slots, uint32_t d, struct xc_doc *doc, struct xc_writer *to, struct gk_err *err)
{
	char *data;
	size_t n;
	enum gk_status st = gk_glass_doc_data(from, d, &data, &n, err);

	if (st == GK_END)
		return GK_OK;
	if (st != GK_OK)
		return st;
	xc_doc_clear(doc);
	st = set_slots(slots, d, doc, err);
	if (st == GK_OK)
		st = xc_doc_set_data(doc, data, n, err);
	free(data);
	return st == GK_OK ? xc_writer_put(to, d, doc, err) : st;
}

enum gk_status
gk_bare_copy(struct gk_glass *from, uint32_t first, uint32_t last, struct xc_writer *to, struct gk_err *err)
{
	struct slots slots = { .at = 0 };
	struct xc_doc *doc = NULL;
	enum gk_status st = read_slots(from, last, &slots, err);

	if (st == GK_OK)
		st = xc_doc_new(&doc, err);
	for (uint32_t d = first; st == GK_OK && d <= last; d++)
		st = copy_one(from, &slots, d, doc, to, err);
	xc_doc_free(doc);
	free_slots(&slots);
	return st;
}
