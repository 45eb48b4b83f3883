/*
 * What stands in the index: every term prefix, value slot and metadata key,
 * once, each with its reason.  The catalog is a view: change anything here,
 * raise GK_SCHEMA_VERSION, and the index is rebuilt from the archive.
 *
 * One Xapian document is one record; its number is the ordinal of the record's
 * first event in the archive, so that a rebuild gives the same numbers.
 *
 *   ARCHIVE/index/public/current -> g000001     swapped by rename
 *   ARCHIVE/index/public/g000001/glass/         Xapian: posting lists, slots, record places, as each record first came
 *   ARCHIVE/index/public/g000001/glass-250001/  the records from that number on: since the last compaction, or where it is divided (catalog/glass.h)
 *   ARCHIVE/index/public/g000001/changes/       Xapian: what changed since, and all metadata (catalog/layers.h)
 *   ARCHIVE/index/public/g000001/text           the canon of every document and the way back to its text (catalog/textstore.h)
 *   ARCHIVE/index/public/g000001/text.symbols   the table by which its bodies are written (catalog/symbols.h)
 *   ARCHIVE/index/public/g000001/text.grams     which documents lack a frequent string though they have its pairs, made by a compaction (catalog/grams.h)
 */
#ifndef GK_SCHEMA_H
#define GK_SCHEMA_H

#include "cjk/cjk.h"

#include <stddef.h>
#include <string.h>

#define GK_SCHEMA_VERSION 18

/*
 * Terms.  Text terms are UTF-8 of the folded text as it stands; a folded text
 * never holds a capital letter, so a capital prefix cannot meet a text term.
 */
#define GK_X_TEXT ""		/* pair or word of title and body (the newest text, and the lines that only older ones have), wdf = count; the last character of each
				 * CJK run alone, wdf 1: with the pairs that begin with it, it finds every
				 * document that has a character (index-design.md 3 has no unigrams: +46 % index) */
#define GK_X_TITLE "S"		/* the same of the title only */
#define GK_X_ID "Q"		/* record id, of what everybody may know of: public now, or withdrawn since */
#define GK_X_HIDDEN "XH"	/* record id, of all others: who asks for the public does not look here, so that such an id is looked up like one that was never given */
#define GK_X_DIGEST "XD"	/* sha256 (hex) of the bytes as they came: the same again is no new document */
#define GK_X_URL "XU"		/* sha256 of the source's url or own id: the same place again is a new version */
#define GK_X_DOCNO "XN"		/* key of the document's own number */
#define GK_X_PART "XE"		/* of the document's own number its code alone (国办发), and "#" with its sequence (#47): who knows only so much */
#define GK_X_INDEXNO "XJ"	/* key of the index number (索引号) */
#define GK_X_FORMAT "XF"	/* code of record/format.h of what its text was read from */
#define GK_X_NUMBER "XM"	/* sha256 of the lead issuer and that key: the same number of the same body is a new version */
#define GK_X_CITES "XR"		/* key of each number in the text */
#define GK_X_CITES_TITLE "XL"	/* first GK_CITED_TITLE letters of the sha256 of the key of each title that the text names in 《》: who cites a document is a posting list */
#define GK_X_ALL "XA"		/* every record: its posting list is the list of all */
#define GK_X_TITLEKEY "XK"	/* sha256 of the title's key: the whole title typed finds it at once */
#define GK_X_PROPOSES "XP"	/* alone: the record's text proposes the end of others; with "N" and the key of a number, or "K" and sha256 of
				 * a title's key: of these, so that an old text that arrives late meets what was said of it */

/* Of changes/ alone (catalog/layers.h); no record of glass/ has a term that begins so. */
#define GK_X_OWN "Z"
#define GK_X_FULL "ZF"		/* the record stands here anew */
#define GK_X_PATCH "ZP"		/* slots and data stand here, the words in glass/ */
#define GK_X_GONE "ZG"		/* with a term: the record had it in glass/ and stands anew here */

#define GK_GLASS "glass"
#define GK_CHANGES "changes"

/* Slots: fixed width, big-endian; each is a column in memory when reading.  In glass/ zeros in front of a value are left out, but for those of GK_SLOT_PAST. */
enum {
	GK_SLOT_YEAR = 0,	/* 2 bytes; 0 unknown */
	GK_SLOT_CATEGORY = 1,	/* 2 bytes: number in the dictionary "cat.<n>"; 0 none */
	GK_SLOT_ISSUER = 2,	/* 4 bytes: number in the dictionary "org.<n>"; 0 none */
	GK_SLOT_DATE = 3,	/* 4 bytes: published, else formed date, in days; for order and date filters; 0 unknown */
	GK_SLOT_STATUS = 4,	/* 4 x 4 bytes, the last first: the newest periods of validity, day << 4 | code, every bit turned: unused ones are zero, and few records have more than one */
	GK_SLOT_TEXT = 5,	/* 8 bytes offset in the text store, 4 bytes units of it, 2 bytes units of the title: lengths for ranking */
	GK_SLOT_PAST = 6,	/* n x 4 bytes: the periods before those of GK_SLOT_STATUS, oldest first; few records have any */
	GK_SLOT_KNOWN = 7,	/* 2 x 4 bytes: how many seconds the last event was recorded behind the first, and when that was, in seconds since 1970, UTC: a
				 * question "as known on a day" reads the events only of what has changed since */
	GK_SLOT_LIKENESS = 8,	/* 8 + 4 * 4 bytes: hashes of the body (catalog/copies.h), by which reprints are found; none if it is too short */
	GK_SLOT_THEME = 9,	/* 2 bytes: number in the dictionary "theme.<n>"; 0 none */
	GK_SLOT_NUMBER = 10,	/* 2 bytes number in the dictionary "code.<n>" (国办发), 2 bytes year, 4 bytes sequence: the order by document number, made
				 * when somebody asks for it; none without a number that is whole */
};
enum { GK_CITED_TITLE = 20 };
enum { GK_STATUS_PERIODS = 4, GK_STATUS_WIDTH = 16, GK_TEXT_WIDTH = 14, GK_KNOWN_WIDTH = 8, GK_NUMBER_WIDTH = 8 };

/*
 * Document data: where the record's events stand in the archive, oldest first.
 *   data  = count:u32 *( segment:u32 length:u32 offset:u64 )     big-endian
 */

/* User metadata, all of it in changes/, whose commit is that of the documents. */
#define GK_M_VERSION "version"	/* "<schema>.<tokenizer>", and GK_SHARDED behind it where programs that know no shards would see but a part; in the parts of glass/ a word of catalog/dense.h, that says that it is whole, and of what kind */
#define GK_SHARDED "+shards"
#define GK_SHIPPED "+away"	/* likewise, of one whose words stand on other machines (catalog/away.h) */
#define GK_M_SHARDS "shards"	/* the first numbers of the parts of glass/ behind the first one, apart by spaces */
#define GK_M_SHARD_SIZE "shard"	/* how many records a part holds before the next one is begun; 0: there is only one */
#define GK_M_MARK "mark"	/* "segment offset length" of the last record that was read */
#define GK_M_TEXT_END "text"	/* bytes of the text store that count */
#define GK_M_CATEGORIES "cats"	/* how many; names under "cat.<n>", from 1 */
#define GK_M_ISSUERS "orgs"	/* likewise "org.<n>" */
#define GK_M_THEMES "themes"	/* likewise "theme.<n>" */
#define GK_M_CODES "codes"	/* likewise "code.<n>" */
#define GK_M_RECORDS "records"	/* how many records, so the last docid */
#define GK_M_PUTS "puts"	/* how often a record was put, new or anew: where it stands still, only slots of state have changed */
#define GK_M_EVENTS "events"	/* number of the last event */
#define GK_M_SEQUENCE "seq."	/* + year: last number given to an id of that year */

enum { GK_TERM_MAX = 240 };	/* L28 */

/* As the index keeps them: byte by byte, the shorter first. */
static inline int
gk_term_order(const char *a, size_t n, const char *b, size_t k)
{
	int c = memcmp(a, b, n < k ? n : k);

	return c != 0 ? c : (n > k) - (n < k);
}

/*
 * A sha256 is written and asked for by its letters, and stands in the index as bytes, and not as all of them: each record has four, and whole they were a
 * fifth of an index of short documents.  128 bits tell whether bytes came before, so that nobody can make two documents that are one; 96 find a place, and 80 a
 * number or a title.  No byte is NUL, for keys end with one: it stands as 01 01, and 01 as 01 02.
 */
enum { GK_KEPT_MAX = 40 };

static inline size_t
gk_hash_letters(const char *term, size_t n, size_t *lead)
{
	if (n < 3 || term[0] != 'X')
		return 0;
	*lead = term[1] == 'P' ? 3 : 2;
	switch (term[1]) {
	case 'D':
		return 32;
	case 'U':
		return 24;
	case 'M':
	case 'K':
	case 'L':
		return GK_CITED_TITLE;
	case 'P':
		return term[2] == 'K' ? GK_CITED_TITLE : 0;
	default:
		return 0;
	}
}

static inline unsigned
gk_letter_value(char c)
{
	return c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

/* As the term stands in the index: itself, or what was made of it in kept. */
static inline const char *
gk_term_kept(const char *term, size_t *n, char kept[GK_KEPT_MAX])
{
	size_t lead = 0, to;
	const size_t letters = gk_hash_letters(term, *n, &lead);

	if (letters == 0 || *n < lead + letters)
		return term;
	memcpy(kept, term, lead);
	to = lead;
	for (size_t i = lead; i < lead + letters; i += 2) {
		const unsigned high = gk_letter_value(term[i]), low = gk_letter_value(term[i + 1]), byte = high << 4 | low;

		if (high > 15 || low > 15)
			return term;
		if (byte < 2)
			kept[to++] = 1;
		kept[to++] = (char)(unsigned char)(byte < 2 ? byte + 1 : byte);
	}
	*n = to;
	return kept;
}

#endif
