/*
 * The Merkle tree of RFC 9162 (the same as RFC 6962): SHA-256, leaf and node hashes kept apart by one byte before
 * them.  Only arithmetic: no file, no memory of its own.
 *
 *   leaf hash   SHA-256(00 entry)
 *   node hash   SHA-256(01 left right)
 *   n leaves    left half: the largest power of two below n; the rest is the right half
 *
 *                          root of 7
 *                   ┌─────────┴─────────┐
 *                 2,0                   ·          "level,index": a complete subtree, over the leaves
 *              ┌───┴───┐            ┌───┴──┐        [index << level, (index + 1) << level)
 *             1,0     1,1          1,2     │
 *            ┌─┴─┐   ┌─┴─┐        ┌─┴─┐    │
 *           0,0 0,1 0,2 0,3      0,4 0,5  0,6
 *
 * A complete subtree never changes again when leaves are added.  So a tree is handed over as a function that reads
 * complete subtrees, and every root and every proof needs only some log2(n) of them.
 */
#ifndef GK_MERKLE_H
#define GK_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	GK_HASH = 32,
	GK_LEVELS = 63,			/* a tree has less than 2^63 leaves */
	GK_PATH_MAX = GK_LEVELS + 1,	/* hashes in a proof, at most */
};

struct gk_hash { unsigned char b[GK_HASH]; };

void gk_merkle_leaf(const void *entry, size_t n, struct gk_hash *out);
void gk_merkle_node(const struct gk_hash *left, const struct gk_hash *right, struct gk_hash *out);
bool gk_hash_equal(const struct gk_hash *a, const struct gk_hash *b);

/* --- a tree that grows: its right edge is all one must remember --- */

struct gk_merkle_edge {
	uint64_t size;
	struct gk_hash left[GK_LEVELS];	/* [k]: the complete subtree of 2^k leaves, where bit k of size is set */
};

/* Start from { .size = 0 }.  made[0] is the leaf, made[k] the complete subtree of level k that it finished; returns how many. */
unsigned gk_merkle_add(struct gk_merkle_edge *edge, const struct gk_hash *leaf, struct gk_hash made[GK_LEVELS + 1]);
/* The root of what was added; of no leaves: SHA-256 of nothing. */
void gk_merkle_edge_root(const struct gk_merkle_edge *edge, struct gk_hash *out);

/* --- roots and proofs of a stored tree --- */

/* Read one complete subtree; false if that cannot be done: then the call below it fails too. */
typedef bool gk_merkle_read(void *arg, unsigned level, uint64_t index, struct gk_hash *out);

bool gk_merkle_root(gk_merkle_read *read, void *arg, uint64_t size, struct gk_hash *out);
/* That leaf `index` is in the tree of `size` leaves (index < size). */
bool gk_merkle_inclusion(gk_merkle_read *read, void *arg, uint64_t index, uint64_t size, struct gk_hash path[GK_PATH_MAX], size_t *count);
/* That the tree of `size` begins with the tree of `old` (0 < old <= size). */
bool gk_merkle_consistency(gk_merkle_read *read, void *arg, uint64_t old, uint64_t size, struct gk_hash path[GK_PATH_MAX], size_t *count);

/* --- judging proofs of others: any numbers, any path --- */

bool gk_merkle_included(const struct gk_hash *leaf, uint64_t index, uint64_t size, const struct gk_hash *path, size_t count,
			const struct gk_hash *root);
bool gk_merkle_consistent(uint64_t old, uint64_t size, const struct gk_hash *old_root, const struct gk_hash *root, const struct gk_hash *path,
			  size_t count);

#endif
