/*
 * The tree against the definitions of RFC 9162 written down as they stand there, by recursion over arrays, and
 * against the eight entries and roots that implementations of certificate transparency have shared since RFC 6962.
 */
#include "archive/merkle.h"

#include "base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 130 };

static struct gk_hash leaves[MOST];

/* --- the oracle: section 2.1.1, 2.1.3.1, 2.1.4.1, word for word ------------------------------------------------------ */

static void
oracle_hash(unsigned char kind, const void *a, size_t an, const void *b, size_t bn, struct gk_hash *out)
{
	unsigned char bytes[1 + 2 * GK_HASH + 64];

	bytes[0] = kind;
	memcpy(bytes + 1, a, an);
	memcpy(bytes + 1 + an, b, bn);
	gk_sha256(bytes, 1 + an + bn, out->b);
}

static size_t
oracle_k(size_t n)
{
	size_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

static void
oracle_root(const struct gk_hash *d, size_t n, struct gk_hash *out)
{
	struct gk_hash l, r;

	if (n == 0) {
		gk_sha256("", 0, out->b);
	} else if (n == 1) {
		*out = d[0];
	} else {
		oracle_root(d, oracle_k(n), &l);
		oracle_root(d + oracle_k(n), n - oracle_k(n), &r);
		oracle_hash(1, l.b, GK_HASH, r.b, GK_HASH, out);
	}
}

static size_t
oracle_path(const struct gk_hash *d, size_t m, size_t n, struct gk_hash *out)
{
	size_t k = oracle_k(n), count;

	if (n == 1)
		return 0;
	if (m < k) {
		count = oracle_path(d, m, k, out);
		oracle_root(d + k, n - k, &out[count]);
	} else {
		count = oracle_path(d + k, m - k, n - k, out);
		oracle_root(d, k, &out[count]);
	}
	return count + 1;
}

static size_t
oracle_subproof(const struct gk_hash *d, size_t m, size_t n, bool b, struct gk_hash *out)
{
	size_t k = oracle_k(n), count;

	if (m == n) {
		if (!b)
			oracle_root(d, n, out);
		return b ? 0 : 1;
	}
	if (m <= k) {
		count = oracle_subproof(d, m, k, b, out);
		oracle_root(d + k, n - k, &out[count]);
	} else {
		count = oracle_subproof(d + k, m - k, n - k, false, out);
		oracle_root(d, k, &out[count]);
	}
	return count + 1;
}

/* --- the tree under test, stored as an array --------------------------------------------------------------------------- */

static bool
read_subtree(void *arg, unsigned level, uint64_t index, struct gk_hash *out)
{
	size_t n = *(size_t *)arg;

	/* Only complete subtrees may be asked for: others are stored nowhere. */
	if (level > 10 || ((index + 1) << level) > n)
		fail_msg("asked for subtree %u,%ju of %zu leaves", level, (uintmax_t)index, n);
	oracle_root(leaves + (index << level), (size_t)1 << level, out);
	return true;
}

static bool
read_nothing(void *arg, unsigned level, uint64_t index, struct gk_hash *out)
{
	(void)arg, (void)level, (void)index, (void)out;
	return false;
}

static void
assert_hash(const struct gk_hash *have, const struct gk_hash *want)
{
	assert_memory_equal(have->b, want->b, GK_HASH);
}

static int
make_leaves(void **state)
{
	(void)state;
	for (int i = 0; i < MOST; i++) {
		char entry[32];

		snprintf(entry, sizeof entry, "entry %d", i);
		gk_merkle_leaf(entry, strlen(entry), &leaves[i]);
	}
	return 0;
}

/* --- tests ------------------------------------------------------------------------------------------------------------------- */

static void
shared_vectors_have_their_known_roots(void **state)
{
	static const struct { const char *entry, *root; } rows[] = {
		{ "", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
		{ "00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
		{ "10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
		{ "2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
		{ "3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
		{ "40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
		{ "5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
		{ "606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
	};
	struct gk_merkle_edge edge = { .size = 0 };
	struct gk_hash root, want, leaf, made[GK_LEVELS + 1];
	unsigned char entry[16];

	(void)state;
	gk_merkle_edge_root(&edge, &root);
	assert_true(gk_hex_to_bytes("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 64, want.b, GK_HASH));
	assert_hash(&root, &want);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t n = strlen(rows[i].entry) / 2;

		assert_true(n == 0 || gk_hex_to_bytes(rows[i].entry, n * 2, entry, n));
		gk_merkle_leaf(entry, n, &leaf);
		gk_merkle_add(&edge, &leaf, made);
		gk_merkle_edge_root(&edge, &root);
		assert_true(gk_hex_to_bytes(rows[i].root, 64, want.b, GK_HASH));
		assert_hash(&root, &want);
	}
}

static void
roots_of_all_sizes_are_those_of_the_definition(void **state)
{
	struct gk_merkle_edge edge = { .size = 0 };
	struct gk_hash want, have, made[GK_LEVELS + 1];

	(void)state;
	for (size_t n = 0; n <= MOST; n++) {
		oracle_root(leaves, n, &want);
		gk_merkle_edge_root(&edge, &have);
		assert_hash(&have, &want);
		assert_true(gk_merkle_root(read_subtree, &n, n, &have));
		assert_hash(&have, &want);
		if (n < MOST)
			gk_merkle_add(&edge, &leaves[n], made);
	}
}

static void
each_leaf_finishes_the_subtrees_that_end_with_it(void **state)
{
	struct gk_merkle_edge edge = { .size = 0 };
	struct gk_hash want, made[GK_LEVELS + 1];

	(void)state;
	for (size_t i = 0; i < MOST; i++) {
		unsigned n = gk_merkle_add(&edge, &leaves[i], made);

		assert_int_equal(n, 1 + (unsigned)__builtin_ctzll(i + 1));
		for (unsigned level = 0; level < n; level++) {
			oracle_root(leaves + (i + 1 - ((size_t)1 << level)), (size_t)1 << level, &want);
			assert_hash(&made[level], &want);
		}
	}
}

static void
inclusion_proofs_of_all_sizes_are_those_of_the_definition_and_hold(void **state)
{
	struct gk_hash want[GK_PATH_MAX], have[GK_PATH_MAX], root;
	size_t count, n_want;

	(void)state;
	for (size_t n = 1; n <= MOST; n++) {
		oracle_root(leaves, n, &root);
		for (size_t m = 0; m < n; m++) {
			n_want = oracle_path(leaves, m, n, want);
			assert_true(gk_merkle_inclusion(read_subtree, &n, m, n, have, &count));
			assert_int_equal(count, n_want);
			assert_memory_equal(have, want, count * sizeof *have);
			assert_true(gk_merkle_included(&leaves[m], m, n, have, count, &root));
		}
	}
}

static void
consistency_proofs_of_all_sizes_are_those_of_the_definition_and_hold(void **state)
{
	struct gk_hash want[GK_PATH_MAX], have[GK_PATH_MAX], old, root;
	size_t count, n_want;

	(void)state;
	for (size_t n = 1; n <= MOST; n++) {
		oracle_root(leaves, n, &root);
		for (size_t m = 1; m <= n; m++) {
			oracle_root(leaves, m, &old);
			n_want = oracle_subproof(leaves, m, n, true, want);
			assert_true(gk_merkle_consistency(read_subtree, &n, m, n, have, &count));
			assert_int_equal(count, n_want);
			assert_memory_equal(have, want, count * sizeof *have);
			assert_true(gk_merkle_consistent(m, n, &old, &root, have, count));
		}
	}
}

static void
an_inclusion_proof_holds_for_nothing_else(void **state)
{
	struct gk_hash path[GK_PATH_MAX], root, other;
	size_t count;

	(void)state;
	for (size_t n = 1; n <= 67; n++) {
		oracle_root(leaves, n, &root);
		for (size_t m = 0; m < n; m++) {
			assert_true(gk_merkle_inclusion(read_subtree, &n, m, n, path, &count));
			for (size_t wrong = 0; wrong <= n + 1; wrong++)
				if (wrong != m)
					assert_false(gk_merkle_included(&leaves[m], wrong, n, path, count, &root));
			assert_false(gk_merkle_included(&leaves[(m + 1) % MOST], m, n, path, count, &root));
			other = root;
			other.b[m % GK_HASH] ^= 0x10;
			assert_false(gk_merkle_included(&leaves[m], m, n, path, count, &other));
			for (size_t i = 0; i < count; i++) {
				path[i].b[(m + i) % GK_HASH] ^= 1;
				assert_false(gk_merkle_included(&leaves[m], m, n, path, count, &root));
				path[i].b[(m + i) % GK_HASH] ^= 1;
			}
			if (count > 0)
				assert_false(gk_merkle_included(&leaves[m], m, n, path, count - 1, &root));
			path[count] = leaves[0];
			assert_false(gk_merkle_included(&leaves[m], m, n, path, count + 1, &root));
		}
	}
}

static void
a_consistency_proof_holds_for_nothing_else(void **state)
{
	struct gk_hash path[GK_PATH_MAX], root, old, other;
	size_t count;

	(void)state;
	for (size_t n = 2; n <= 67; n++) {
		oracle_root(leaves, n, &root);
		for (size_t m = 1; m < n; m++) {
			oracle_root(leaves, m, &old);
			assert_true(gk_merkle_consistency(read_subtree, &n, m, n, path, &count));
			assert_false(gk_merkle_consistent(m, n, &root, &old, path, count));
			assert_false(gk_merkle_consistent(0, n, &old, &root, path, count));
			assert_false(gk_merkle_consistent(n + 1, n, &old, &root, path, count));
			assert_false(gk_merkle_consistent(m, n * 4, &old, &root, path, count));
			oracle_root(leaves, m - 1, &other);
			assert_false(gk_merkle_consistent(m, n, &other, &root, path, count));
			oracle_root(leaves + 1, m, &other);
			assert_false(gk_merkle_consistent(m, n, &other, &root, path, count));
			for (size_t i = 0; i < count; i++) {
				path[i].b[i % GK_HASH] ^= 0x80;
				assert_false(gk_merkle_consistent(m, n, &old, &root, path, count));
				path[i].b[i % GK_HASH] ^= 0x80;
			}
			if (count > 0)
				assert_false(gk_merkle_consistent(m, n, &old, &root, path, count - 1));
			path[count] = leaves[0];
			assert_false(gk_merkle_consistent(m, n, &old, &root, path, count + 1));
		}
		assert_false(gk_merkle_consistent(n, n, &root, &root, path, 1));
		assert_true(gk_merkle_consistent(n, n, &root, &root, path, 0));
	}
}

static void
numbers_out_of_range_are_refused(void **state)
{
	struct gk_hash path[GK_PATH_MAX] = { 0 }, root = leaves[0];
	size_t count, n = 7;

	(void)state;
	assert_false(gk_merkle_inclusion(read_subtree, &n, 7, 7, path, &count));
	assert_false(gk_merkle_inclusion(read_subtree, &n, 0, 0, path, &count));
	assert_false(gk_merkle_inclusion(read_subtree, &n, 0, UINT64_MAX, path, &count));
	assert_false(gk_merkle_consistency(read_subtree, &n, 0, 7, path, &count));
	assert_false(gk_merkle_consistency(read_subtree, &n, 8, 7, path, &count));
	assert_false(gk_merkle_root(read_subtree, &n, UINT64_MAX, &root));
	assert_false(gk_merkle_included(&leaves[0], 0, 0, path, 0, &root));
	for (size_t many = 0; many <= GK_PATH_MAX; many++) {
		assert_false(gk_merkle_included(&leaves[0], UINT64_MAX - 1, UINT64_MAX, path, many, &root));
		assert_false(gk_merkle_consistent(UINT64_MAX - 1, UINT64_MAX, &root, &root, path, many));
	}
}

static void
what_cannot_be_read_makes_no_proof(void **state)
{
	struct gk_hash path[GK_PATH_MAX], root;
	size_t count;

	(void)state;
	assert_false(gk_merkle_root(read_nothing, NULL, 5, &root));
	assert_false(gk_merkle_inclusion(read_nothing, NULL, 2, 5, path, &count));
	assert_false(gk_merkle_consistency(read_nothing, NULL, 3, 5, path, &count));
}

/* Else the bytes of two nodes could be shown as an entry. */
static void
a_node_is_never_a_leaf(void **state)
{
	struct gk_hash node, leaf;
	unsigned char both[2 * GK_HASH];

	(void)state;
	memcpy(both, leaves[0].b, GK_HASH);
	memcpy(both + GK_HASH, leaves[1].b, GK_HASH);
	gk_merkle_node(&leaves[0], &leaves[1], &node);
	gk_merkle_leaf(both, sizeof both, &leaf);
	assert_false(gk_hash_equal(&node, &leaf));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shared_vectors_have_their_known_roots),
		cmocka_unit_test(roots_of_all_sizes_are_those_of_the_definition),
		cmocka_unit_test(each_leaf_finishes_the_subtrees_that_end_with_it),
		cmocka_unit_test(inclusion_proofs_of_all_sizes_are_those_of_the_definition_and_hold),
		cmocka_unit_test(consistency_proofs_of_all_sizes_are_those_of_the_definition_and_hold),
		cmocka_unit_test(an_inclusion_proof_holds_for_nothing_else),
		cmocka_unit_test(a_consistency_proof_holds_for_nothing_else),
		cmocka_unit_test(numbers_out_of_range_are_refused),
		cmocka_unit_test(what_cannot_be_read_makes_no_proof),
		cmocka_unit_test(a_node_is_never_a_leaf),
	};

	return cmocka_run_group_tests(tests, make_leaves, NULL);
}
