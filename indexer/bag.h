/*
 * A BagIt folder (RFC 8493) being written: payload files first, then tag files, then it is closed.
 *
 *   bag_open ──▶ bag_dir, bag_file, tally_open … bag_take ──▶ bag_payload_done ──▶ bag_tag … ──▶ bag_close
 *
 *   bagit.txt bag-info.txt manifest-sha256.txt manifest-sha512.txt tagmanifest-sha256.txt tagmanifest-sha512.txt data/…
 *
 * Names are our own: ids, digits and ASCII letters, so that no %-escape is needed in a manifest.
 */
#ifndef GK_BAG_H
#define GK_BAG_H

#include "base/buf.h"
#include "indexer/store.h"

#include <sodium.h>
#include <stdint.h>
#include <stdio.h>

enum { BAG_DOCUMENT_DIR = 128, BAG_INFO_MAX = 256 * 1024 };

/* A file being written, with its digests for the bag's lists. */
struct tally {
	FILE *f;
	char *path;
	uint64_t bytes;
	crypto_hash_sha256_state s256;
	crypto_hash_sha512_state s512;
};

struct bag {
	char *root;
	struct tally list256, list512, tags256, tags512;
	size_t files;			/* of the payload */
	uint64_t bytes;
	json_t *collect;		/* an array, borrowed, or NULL: bag_file adds {"name","bytes","digest"} of each file */
	char digest[7 + 64 + 1];	/* after bag_close: "sha256:…" of tagmanifest-sha256.txt, which covers everything else */
};

/* For errno after a failed write; GK_DEAD. */
enum gk_status bag_unwritten(const char *path, struct gk_err *err);
/* What is finished under a name of its own gets the name that was asked for, and keeps it after a power cut. */
enum gk_status bag_put_in_place(const char *partial, const char *out, struct gk_err *err);

/* Make the folder and data/ in it; root must not exist. */
enum gk_status bag_open(struct bag *b, const char *root, struct gk_err *err);
/* A folder of the payload; no error if it is there. */
enum gk_status bag_dir(struct bag *b, const char *name, struct gk_err *err);
enum gk_status bag_file(struct bag *b, const char *name, const void *p, size_t n, struct gk_err *err);

/* A payload file that is written bit by bit; bag_take closes it and puts it on the lists. */
enum gk_status tally_open(struct bag *b, struct tally *t, const char *name, struct gk_err *err);
enum gk_status tally_put(struct tally *t, const void *p, size_t n, struct gk_err *err);
enum gk_status bag_take(struct bag *b, struct tally *t, const char *name, struct gk_err *err);
/* Close and forget a file that may be open. */
void tally_drop(struct tally *t);

/* The payload manifests are complete from here on. */
enum gk_status bag_payload_done(struct bag *b, struct gk_err *err);
enum gk_status bag_tag(struct bag *b, const char *name, const void *p, size_t n, struct gk_err *err);
/*
 * bag-info.txt is `info` (whole lines; "Payload-Oxum" and the software are added here).  Everything is on the disk
 * when this says GK_OK.
 */
enum gk_status bag_close(struct bag *b, const struct gk_buf *info, struct gk_err *err);
/* Forget it; files stay as they are. */
void bag_drop(struct bag *b);

/* The value of a tag line: whatever would end the line is a blank. */
void bag_line_value(struct gk_buf *out, const char *s);

/* --- a document in it --- */

/* "data/2021/dzmm-2021-000123": by year, for a folder with a million names is nobody's friend. */
void bag_document_dir(const char *id, char dir[BAG_DOCUMENT_DIR]);
/* v1-original.html v1-text.txt v2-… of every version, oldest first, and events.jsonl; makes the folders. */
enum gk_status bag_document(struct bag *b, struct gk_archive *archive, const struct store_history *h, const char *id, struct gk_err *err);
/* Where an event's "original" or "text" stands in the archive; false if it has none. */
bool bag_loc(const json_t *content, const char *which, struct gk_loc *out);
/* Text that was text already stands only once. */
bool bag_same_place(struct gk_loc a, struct gk_loc b);

#endif
