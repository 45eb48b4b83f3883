/*
 * RFC 9162, section 2.1, without recursion.  The definitions there halve a range of leaves again and again;
 * each range they arrive at begins at a multiple of a power of two not smaller than its length, so
 * it is a row of complete subtrees, the widest first.
 */
#include "archive/merkle.h"

#include "base/digest.h"

#include <string.h>

static void
hash3(unsigned char kind, const void *a, size_t an, const void *b, size_t bn, struct gk_hash *out)
{
	struct gk_sha256_sum s;

	gk_sha256_init(&s);
	gk_sha256_add(&s, &kind, 1);
	gk_sha256_add(&s, a, an);
	gk_sha256_add(&s, b, bn);
	gk_sha256_end(&s, out->b);
}

void
gk_merkle_leaf(const void *entry, size_t n, struct gk_hash *out)
{
	hash3(0, n > 0 ? entry : "", n, "", 0, out);
}

void
gk_merkle_node(const struct gk_hash *left, const struct gk_hash *right, struct gk_hash *out)
{
	hash3(1, left->b, GK_HASH, right->b, GK_HASH, out);
}

bool
gk_hash_equal(const struct gk_hash *a, const struct gk_hash *b)
{
	return memcmp(a->b, b->b, GK_HASH) == 0;
}

/* --- growing -------------------------------------------------------------------------------------------------- */

unsigned
gk_merkle_add(struct gk_merkle_edge *edge, const struct gk_hash *leaf, struct gk_hash made[GK_LEVELS + 1])
{
	unsigned level = 0;

	/* Adding one to a binary number: each carry joins two subtrees of equal width. */
	made[0] = *leaf;
	for (; edge->size >> level & 1; level++)
		gk_merkle_node(&edge->left[level], &made[level], &made[level + 1]);
	edge->left[level] = made[level];
	edge->size++;
	return level + 1;
}

void
gk_merkle_edge_root(const struct gk_merkle_edge *edge, struct gk_hash *out)
{
	bool first = true;

	if (edge->size == 0)
		gk_sha256("", 0, out->b);
	for (unsigned level = 0; level < GK_LEVELS; level++) {
		if (!(edge->size >> level & 1))
			continue;
		if (first)
			*out = edge->left[level];
		else
			gk_merkle_node(&edge->left[level], out, out);
		first = false;
	}
}

/* --- a stored tree ----------------------------------------------------------------------------------------------- */

/* The hash over leaves [from, to), one of the ranges of the comment at the top; to > from. */
static bool
range(gk_merkle_read *read, void *arg, uint64_t from, uint64_t to, struct gk_hash *out)
{
	struct gk_merkle_edge row = { .size = to - from };

	for (unsigned level = GK_LEVELS; level-- > 0; ) {
		if (!(row.size >> level & 1))
			continue;
		if (!read(arg, level, from >> level, &row.left[level]))
			return false;
		from += (uint64_t)1 << level;
	}
	gk_merkle_edge_root(&row, out);
	return true;
}

/* The largest power of two that is smaller than n; n > 1. */
static uint64_t
split(uint64_t n)
{
	uint64_t k = 1;

	while (k < n - k)
		k <<= 1;
	return k;
}

static void
reverse(struct gk_hash *path, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct gk_hash swap = path[i];

		path[i] = path[count - 1 - i];
		path[count - 1 - i] = swap;
	}
}

static bool
size_ok(uint64_t size)
{
	return size >> GK_LEVELS == 0;
}

bool
gk_merkle_root(gk_merkle_read *read, void *arg, uint64_t size, struct gk_hash *out)
{
	struct gk_merkle_edge none = { .size = 0 };

	if (size > 0)
		return size_ok(size) && range(read, arg, 0, size, out);
	gk_merkle_edge_root(&none, out);
	return true;
}

bool
gk_merkle_inclusion(gk_merkle_read *read, void *arg, uint64_t index, uint64_t size, struct gk_hash path[GK_PATH_MAX], size_t *count)
{
	uint64_t from = 0, to = size;

	*count = 0;
	if (index >= size || !size_ok(size))
		return false;
	/* From the root down; a path is written from the leaf up. */
	while (to - from > 1) {
		uint64_t middle = from + split(to - from);
		bool left = index < middle;

		if (!range(read, arg, left ? middle : from, left ? to : middle, &path[(*count)++]))
			return false;
		if (left)
			to = middle;
		else
			from = middle;
	}
	reverse(path, *count);
	return true;
}

bool
gk_merkle_consistency(gk_merkle_read *read, void *arg, uint64_t old, uint64_t size, struct gk_hash path[GK_PATH_MAX], size_t *count)
{
	uint64_t from = 0, to = size;

	*count = 0;
	if (old == 0 || old > size || !size_ok(size))
		return false;
	/* Down to the range that ends where the old tree ended. */
	while (to > old) {
		uint64_t middle = from + split(to - from);
		bool left = old <= middle;

		if (!range(read, arg, left ? middle : from, left ? to : middle, &path[(*count)++]))
			return false;
		if (left)
			to = middle;
		else
			from = middle;
	}
	/* Who has the old root has this range already if it is the whole old tree. */
	if (from > 0 && !range(read, arg, from, to, &path[(*count)++]))
		return false;
	reverse(path, *count);
	return true;
}

/* --- judging ------------------------------------------------------------------------------------------------------- */

bool
gk_merkle_included(const struct gk_hash *leaf, uint64_t index, uint64_t size, const struct gk_hash *path, size_t count, const struct gk_hash *root)
{
	uint64_t last = size - 1;
	struct gk_hash hash = *leaf;

	if (index >= size)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (last == 0)
			return false;
		if (index & 1 || index == last) {
			gk_merkle_node(&path[i], &hash, &hash);
			/* On the right edge a subtree without a right neighbour rises until it has a left one. */
			for (; !(index & 1) && index != 0; index >>= 1)
				last >>= 1;
		} else {
			gk_merkle_node(&hash, &path[i], &hash);
		}
		index >>= 1;
		last >>= 1;
	}
	return last == 0 && gk_hash_equal(&hash, root);
}

bool
gk_merkle_consistent(uint64_t old, uint64_t size, const struct gk_hash *old_root, const struct gk_hash *root, const struct gk_hash *path, size_t count)
{
	uint64_t index = old - 1, last = size - 1;
	struct gk_hash before, now;
	size_t i = 0;

	if (old == 0 || old > size)
		return false;
	if (old == size)
		return count == 0 && gk_hash_equal(old_root, root);
	for (; index & 1; index >>= 1)
		last >>= 1;
	/* Where the old tree is one complete subtree, its root is the beginning; else the proof brings it. */
	if (index == 0)
		before = *old_root;
	else if (count > 0)
		before = path[i++];
	else
		return false;
	now = before;
	for (; i < count; i++) {
		if (last == 0)
			return false;
		if (index & 1 || index == last) {
			gk_merkle_node(&path[i], &before, &before);
			gk_merkle_node(&path[i], &now, &now);
			for (; !(index & 1) && index != 0; index >>= 1)
				last >>= 1;
		} else {
			gk_merkle_node(&now, &path[i], &now);
		}
		index >>= 1;
		last >>= 1;
	}
	return last == 0 && gk_hash_equal(&before, old_root) && gk_hash_equal(&now, root);
}
