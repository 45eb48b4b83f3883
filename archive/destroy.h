/*
 * Destruction under authority: the payload goes, the proof stays (domain.md 7.4).
 *
 * A record is replaced, in its place and with its length, by a tombstone: the same record id, type, date, target URI and digests, no
 * block.  So no place in the archive moves, every leaf of the tree (archive/leaves.h) and every proof stays what it was, and a
 * copy of the segment made afterwards is byte for byte the same.
 *
 *   tombstone = head CRLF CRLF CRLF            a gzip member filled up to the old length with empty deflate blocks
 *   head      = the fields above, "Gongkai-Destroyed: " segment SP offset   where the order stands
 *               [ "WARC-Truncated: unspecified" ] [ "Gongkai-Destroyed-On: " date ]                       where there is room
 *               [ "Gongkai-Authority: " text ] [ "Gongkai-Length: " digits ]                              and more room
 *               "Content-Length: 0"
 *   order     = metadata record, application/vnd.gongkai.destruction+json:
 *               { "gongkai": 1, "authority": "…", "date": "2032-03-01", …the caller's keys…,
 *                 "segments": [ { "segment": 1, "old": "sha256:…", "new": "sha256:…", "records": [ ["urn:uuid:…", offset, length], … ] }, … ] }
 *
 * The order comes first, so that there is never a tombstone without one.  Only closed segments are rewritten: if the last one is
 * concerned, the next is begun.  The warcinfo of the next segment goes on stating the old digest; the order says which digest takes its place.
 *
 *   gk_destroy_prepare    new segments beside the old ones (warc/000001.warc.gz.new), ARCHIVE/destroy.pending   nothing has happened
 *   gk_destroy_order      appends the order; the caller appends its events
 *   gk_append_sync        from here on everything will happen, whatever breaks
 *   gk_destroy_carry_out  renames, flushes
 *   gk_destroy_done       removes destroy.pending, when the index is built anew
 *
 * Whoever opens the archive for writing and finds destroy.pending asks gk_destroy_pending: no order, nothing happened
 * (gk_destroy_drop); or the order is there, and the rest is done from what it says.
 */
#ifndef GK_DESTROY_H
#define GK_DESTROY_H

#include "archive/append.h"

#include <jansson.h>

#define GK_DESTRUCTION_TYPE "application/vnd.gongkai.destruction+json"
enum { GK_DESTROY_MAX = 100000 };	/* records of one order */

struct gk_victim {
	struct gk_loc loc;
	char id[GK_WARC_ID];
};

struct gk_destruction;

/*
 * order is borrowed and gets "segments"; "authority" and "date" must stand in it.  GK_REFUSED: DAMAGED (a record is not there, or is not
 * the one named), BAD_DATA (a record has no room for a tombstone; a segment of another tool), NO_SPACE.
 */
enum gk_status gk_destroy_prepare(struct gk_append *w, struct gk_archive *a, const char *dir, struct gk_victim *victims, size_t n, json_t *order,
				  struct gk_destruction **out, struct gk_err *err);
/* Append the order, before anything else is appended. */
enum gk_status gk_destroy_order(struct gk_append *w, struct gk_destruction *d, struct gk_put *put, struct gk_loc *loc, struct gk_err *err);
void gk_destroy_free(struct gk_destruction *d);

/* GK_END: nothing is pending.  GK_OK: *order is the order that was given, yours to free; NULL if none was. */
enum gk_status gk_destroy_pending(struct gk_archive *a, const char *dir, json_t **order, struct gk_loc *loc, struct gk_err *err);
/* No order was given: forget what was prepared. */
enum gk_status gk_destroy_drop(const char *dir, struct gk_err *err);
/*
 * Put the new segments in place; may be called again after any interruption.  GK_REFUSED, DAMAGED: a segment is neither what it was nor what it
 * is to be.
 */
enum gk_status gk_destroy_carry_out(struct gk_archive *a, const char *dir, const json_t *order, struct gk_loc loc, struct gk_err *err);
enum gk_status gk_destroy_done(const char *dir, struct gk_err *err);
/*
 * Tails that were once cut off (warc/torn) may hold the same bytes: remove those files in which a record with one of these digests begins.
 * *removed says how many, *unread how many cannot be read at all and were left.
 */
enum gk_status gk_destroy_torn(const char *dir, char (*digests)[GK_WARC_DIGEST], size_t n, unsigned *removed, unsigned *unread, struct gk_err *err);

#endif
