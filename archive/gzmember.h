/*
 * One gzip member (RFC 1952): the envelope of one record.  What our own members
 * look like is written at the top of gzmember.c; any other member is read too.
 *
 *   gk_gzout   keeps one deflate state for all members it makes (a new one costs 268 KB of memset each)
 *   gk_gzin    reads members out of a file through one window, whatever their length
 *   gk_whole   inflates a member of ours that stands in memory, in one go
 *
 * Built with libdeflate (configure --with-libdeflate), members of up to GK_GZ_FLAT bytes are made by it, and gk_whole is its work.
 * They are the same kind of members, and either build reads what the other wrote; only speed and a hundredth of the size differ.
 */
#ifndef GK_GZMEMBER_H
#define GK_GZMEMBER_H

#include "base/buf.h"

#include <stdint.h>
#include <zlib.h>

enum {
	GK_GZ_EXTRA = 12,	/* bytes of our extra field */
	GK_GZ_HEADER = 24,	/* and of our whole header */
	GK_GZ_WINDOW = 256 * 1024,
	GK_GZ_TRAILER = 8,	/* CRC-32 and size */
	GK_GZ_FLAT = 16 * 1024 * 1024,
};

struct gk_piece {
	const void *p;
	size_t n;
};

struct gk_gzout {
	z_stream z;
	gz_header head;
	unsigned char extra[GK_GZ_EXTRA];
	bool ready;
	void *packer;		/* of libdeflate */
	struct gk_buf flat;	/* the pieces joined, for it */
};

/* Append one member holding the pieces to *out; false (memory, or out's maximum): *out is as before. */
bool gk_gzout_member(struct gk_gzout *gz, const struct gk_piece *pieces, size_t count, uint32_t distance,
		     struct gk_buf *out);
void gk_gzout_free(struct gk_gzout *gz);
/*
 * Append one member that holds the pieces (at most 64 KiB) and has exactly `length` bytes: what is left over is filled with deflate blocks
 * that hold nothing.  stored: not compressed, the same bytes with any zlib.  False if it does not fit (or cannot be filled
 * up: one byte over), or memory ends (errno is ENOMEM then): *out is as before.
 */
bool gk_gz_exact(const struct gk_piece *pieces, size_t count, bool stored, uint32_t length, uint32_t distance, struct gk_buf *out);

/* --- a member of ours that is in memory --- */

/* Start from { 0 }. */
struct gk_whole {
	void *unpacker;		/* of libdeflate */
	z_stream z;
	bool ready;
};

/* The header of the n bytes at p is ours and every byte of it that is always the same is right: *length is what it states. */
bool gk_whole_header(const unsigned char *p, size_t n, uint32_t *length, uint32_t *distance);
/* What the trailer of a member of n bytes says it inflates to. */
uint32_t gk_whole_size(const unsigned char *p, size_t n);
/*
 * Inflate the member of ours that is exactly the n bytes at p (n > GK_GZ_HEADER + GK_GZ_TRAILER) to exactly gk_whole_size
 * bytes at out.  False if anything is not as it should be, or memory ends: then ask gk_gzin, which can tell what.
 */
bool gk_whole_inflate(struct gk_whole *w, const unsigned char *p, size_t n, char *out);
void gk_whole_free(struct gk_whole *w);

enum gk_gz {
	GK_GZ_MORE,	/* the room is full, the member goes on */
	GK_GZ_DONE,	/* the member ended, its CRC and length are right */
	GK_GZ_SHORT,	/* the input ended before the member */
	GK_GZ_BAD,	/* no gzip member, or damaged */
	GK_GZ_FAILED,	/* errno: the device, or memory */
};

/* Start from { .fd = -1 }. */
struct gk_gzin {
	int fd;			/* -1: only what stands in the window */
	uint64_t at, end;	/* file offset of buf[0]; where the input ends */
	unsigned char *buf;
	size_t cap, n;
	z_stream z;
	gz_header head;
	unsigned char extra[64];
	bool ready;
	struct gk_whole whole;
};

/* Make the window at least n bytes; what it holds is forgotten.  False when memory ends. */
bool gk_gzin_window(struct gk_gzin *in, size_t n);
/* Forget what was read: the file may have changed, or another one comes. */
void gk_gzin_forget(struct gk_gzin *in);
/* Read from these bytes instead of a file.  False when memory ends. */
bool gk_gzin_memory(struct gk_gzin *in, const void *p, size_t n);
/* Stand at the first byte of a member; nothing at or behind `end` will be read.  False when memory ends. */
bool gk_gzin_begin(struct gk_gzin *in, uint64_t offset, uint64_t end);
/* Inflate at most n (1 to 2^30) bytes to p. */
enum gk_gz gk_gzin_read(struct gk_gzin *in, void *p, size_t n, size_t *got);
/* The file offset behind the last byte that was needed. */
uint64_t gk_gzin_offset(const struct gk_gzin *in);
/*
 * Right after gk_gzin_begin: have the first n bytes in the window.  GK_GZ_MORE: *p; GK_GZ_SHORT: the input ends before, or they do
 * not fit in the window; GK_GZ_FAILED.  The member can be read after it as if nothing had been asked.
 */
enum gk_gz gk_gzin_peek(struct gk_gzin *in, size_t n, const unsigned char **p);
/* Step over n bytes that were peeked at. */
void gk_gzin_skip(struct gk_gzin *in, size_t n);
/* What the member says of itself, if it is one of ours and its header was read. */
bool gk_gzin_claim(const struct gk_gzin *in, uint32_t *length, uint32_t *distance);
void gk_gzin_free(struct gk_gzin *in);

#endif
