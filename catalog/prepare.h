/*
 * From a title and a body to what the index stores of them: term counts and
 * canon.  Pure: no index, no file, so that it can run on another core than the
 * one that writes.
 */
#ifndef GK_PREPARE_H
#define GK_PREPARE_H

#include "base/buf.h"
#include "base/status.h"
#include "catalog/copies.h"
#include "catalog/symbols.h"

#include <string.h>

/* By which tables of terms find them; nothing on the disk depends on it. */
static inline uint32_t
gk_term_hash(const char *p, size_t n)
{
	uint64_t h = 0x9E3779B97F4A7C15u ^ n, word = 0;

	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&word, p, 8);
		h = (h ^ word) * 0xD6E8FEB86659FD93u;
		h ^= h >> 32;
	}
	word = 0;
	memcpy(&word, p, n);
	h = (h ^ word) * 0xD6E8FEB86659FD93u;
	return (uint32_t)(h ^ h >> 32);
}

/* Reuse one from document to document: it keeps its memory. One per thread. */
struct gk_prepared {
	/* Terms as xc_doc_terms takes them: one behind the other, lengths, counts. */
	struct gk_buf bytes, lens, wdfs;	/* wdfs holds uint32_t */
	size_t count;
	struct gk_buf title, body;		/* canon, uint16_t units */
	struct gk_buf typed_title, typed_body;	/* the canon before folding; both empty where it is the same */
	struct gk_buf codes, typed_codes;	/* gk_prepare_encode: the two bodies by a table of symbols; empty where that is not shorter */
	bool encoded;				/* it was called */
	struct gk_buf origin;			/* the way back from the body's canon (catalog/origin.h); empty without a text */
	unsigned char likeness[GK_LIKENESS_WIDTH];	/* of the body; all 0: none */
	struct gk_term_table *table;		/* scratch memory of gk_prepare; NULL: it must be passed on before */
	bool cut;				/* the body was longer than L27: the rest is not searchable */
};

enum { GK_BODY_MAX_CHARS = 4000000 };		/* L27 */

enum gk_status gk_prepare_init(struct gk_prepared *p, struct gk_err *err);
void gk_prepare_free(struct gk_prepared *p);
/* Without scratch memory: a thread that fills many keeps one for all of them, which then stays in its core's cache. */
void gk_prepare_init_bare(struct gk_prepared *p);
void gk_prepare_pass(struct gk_prepared *from, struct gk_prepared *to);
/* Empty it, and give back the memory that only a large document wants. */
void gk_prepare_trim(struct gk_prepared *p);
/*
 * title and body are UTF-8 as shown; replaces what p held. The first `own` bytes of the body are the record's newest text, of which passages are
 * shown; the rest is only found.  GK_DEAD only when memory ends.
 */
enum gk_status gk_prepare(struct gk_prepared *p, const char *title, size_t title_n, const char *body, size_t body_n, size_t own, struct gk_err *err);
/* What of the text store's work needs no writer: the bodies by its table (gk_textstore_encoder).  False when memory ends. */
bool gk_prepare_encode(struct gk_prepared *p, const struct gk_encoder *e);
/* Forget all terms and text, as if there were none. */
void gk_prepare_clear(struct gk_prepared *p);
/* Add a boolean term (wdf 0): prefix and value, cut and hashed when longer than L28. */
bool gk_prepare_flag(struct gk_prepared *p, const char *prefix, const char *value, size_t n);

/* The canon of a text as it was typed: not folded but for ASCII letters. Replaces what out held. */
bool gk_typed_canon(const char *text, size_t n, struct gk_buf *out);

/*
 * The key under which a title is the same title: folded, without brackets, quotes, spaces, without a
 * 中华人民共和国 anywhere; as sha256 hex.  False if nothing is left.
 */
bool gk_title_key(const char *title, size_t n, char out[65], struct gk_err *err);
/* The same from the canon of a title; only the first GK_TITLE_KEY_UNITS of it count. */
enum { GK_TITLE_KEY_UNITS = 4096 };
bool gk_title_key_of(const uint16_t *canon, size_t n, char out[65]);

/*
 * The key of an index number (domain.md 5.3): folded, all dashes -, all strokes /, without spaces.  It means nothing to us.
 * *k is 0 if there is no digit in it, it is shorter than six bytes, or longer than the room.  False only when memory ends.
 */
enum { GK_INDEXNO_KEY = 128 };
bool gk_indexno_key(const char *p, size_t n, char out[GK_INDEXNO_KEY], size_t *k);

#endif
