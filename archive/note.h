/*
 * Signed notes (c2sp.org/signed-note), the checkpoints written in them (c2sp.org/tlog-checkpoint) and what
 * an outside witness adds to them (c2sp.org/tlog-cosignature).  Ed25519 by libsodium.  No files.
 *
 *   gongkai/dzmm                                       origin              ┐
 *   20852                                              number of records   │ text
 *   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=       root of their tree  ┘
 *                                                      (an empty line)
 *   — gongkai/dzmm Az3grlgtzPICa5OS8npVmf1Myq/5I...    base64( key id, signature of the text )
 *   — witness.example/w1 jWbPPwAAAABkGFDLEZMHwSR...    more of them, in any order; of keys we know nothing about too
 *
 * A key's name and its id (4 bytes of a hash over name, algorithm and public key) find the lines it made.
 * In writing a public key is  NAME+IDHEX+base64( algorithm, 32 bytes ),  a secret one
 * PRIVATE+KEY+NAME+IDHEX+base64( algorithm, 32 bytes of seed ).
 */
#ifndef GK_NOTE_H
#define GK_NOTE_H

#include "archive/merkle.h"
#include "base/buf.h"
#include "base/status.h"

enum {
	GK_NOTE_MAX = 1024 * 1024,	/* bytes of a note */
	GK_NOTE_LINES = 32,		/* signatures on it */
	GK_NOTE_NAME = 128,
	GK_NOTE_KEY_MAX = 256,		/* a key in writing */
};

/* --- keys --- */

enum gk_note_alg {
	GK_NOTE_ED25519 = 0x01,		/* signs the text */
	GK_NOTE_COSIGNATURE = 0x04,	/* a witness's: signs "cosignature/v1", the time, and the text */
};

struct gk_note_key {
	char name[GK_NOTE_NAME];
	enum gk_note_alg alg;
	uint32_t id;
	unsigned char pub[32];
};

struct gk_note_secret {
	struct gk_note_key key;
	unsigned char secret[64];	/* in memory only; gk_note_secret_wipe it */
};

/* No '+', no white space, no control character, at most 127 bytes of UTF-8. */
bool gk_note_name_ok(const char *name, size_t n);
/* GK_REFUSED, BAD_DATA.  One line break behind the key is allowed. The id must be the one that name and key have. */
enum gk_status gk_note_key_parse(const char *p, size_t n, struct gk_note_key *out, struct gk_err *err);
void gk_note_key_format(const struct gk_note_key *key, char out[GK_NOTE_KEY_MAX]);
bool gk_note_key_equal(const struct gk_note_key *a, const struct gk_note_key *b);

/* A new pair from the system's random numbers, or from a seed of 32 bytes (NULL: random). */
void gk_note_secret_make(const char *name, enum gk_note_alg alg, const unsigned char *seed, struct gk_note_secret *out);
enum gk_status gk_note_secret_parse(const char *p, size_t n, struct gk_note_secret *out, struct gk_err *err);
void gk_note_secret_format(const struct gk_note_secret *s, char out[GK_NOTE_KEY_MAX]);
void gk_note_secret_wipe(struct gk_note_secret *s);

/* --- notes --- */

/* One signature line.  A kind that is unknown here has other lengths; it is kept and never judged. */
struct gk_note_line {
	const char *p;			/* the whole line with its line break, borrowed from the note */
	size_t n;
	char name[GK_NOTE_NAME];
	uint32_t id;
	unsigned char sig[72];		/* what stands behind the id */
	size_t sig_n;			/* its true length, also if it is longer than sig */
};

struct gk_note {
	const char *text;		/* borrowed; with its last line break */
	size_t text_n;
	struct gk_note_line lines[GK_NOTE_LINES];
	size_t n_lines;
};

/* GK_REFUSED, BAD_DATA with what is wrong. A note parsed is not a note believed. */
enum gk_status gk_note_parse(const char *p, size_t n, struct gk_note *out, struct gk_err *err);
/*
 * GK_OK: a line of this key is there and holds; *when (may be NULL) is the time that a witness states, in seconds since
 * 1970, else 0.  GK_END: no line of this key.  GK_REFUSED: there is one and it does not hold.
 */
enum gk_status gk_note_verify(const struct gk_note *note, const struct gk_note_key *key, uint64_t *when, struct gk_err *err);
/* One signature line over text, appended to out.  when: for a witness's key. */
bool gk_note_sign_line(const struct gk_note_secret *s, const char *text, size_t n, uint64_t when, struct gk_buf *out);
/*
 * To `note` add the lines of `other` that it has not, into out.  other is a note over the same text, byte for byte, or only
 * signature lines, as a witness answers.  With a witness's key only its line is taken, and only if it holds; bare
 * lines need that key: nothing else tells which text they belong to.  *added: how many.
 */
enum gk_status gk_note_attach(const char *note, size_t n, const char *other, size_t other_n, const struct gk_note_key *witness,
			      struct gk_buf *out, size_t *added, struct gk_err *err);

/* --- checkpoints --- */

struct gk_checkpoint {
	char origin[GK_NOTE_NAME];
	uint64_t size;
	struct gk_hash root;
};

/* From a note's text.  Lines behind the third are allowed, are signed, and mean nothing to us. */
enum gk_status gk_checkpoint_parse(const char *text, size_t n, struct gk_checkpoint *out, struct gk_err *err);
bool gk_checkpoint_text(const struct gk_checkpoint *c, struct gk_buf *out);
/* The one line for paper and page footers: "ORIGIN SIZE ROOT SIGNATURE".  GK_REFUSED: the note has more than fits in it. */
enum gk_status gk_checkpoint_line(const struct gk_note *note, const struct gk_note_key *key, struct gk_buf *out, struct gk_err *err);
/* The note that such a line stands for; anything with a line break inside is taken for a note and copied. */
enum gk_status gk_checkpoint_note(const char *p, size_t n, struct gk_buf *out, struct gk_err *err);

/* base64 of RFC 4648, with '=', one way to write each value: all others are refused.  out has room for n / 4 * 3. */
bool gk_base64_decode(const char *p, size_t n, unsigned char *out, size_t max, size_t *len);
bool gk_base64_add(struct gk_buf *out, const void *p, size_t n);

#endif
