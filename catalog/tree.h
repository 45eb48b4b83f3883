/*
 * Categories and issuers as trees, for facets and filters.
 *
 *   政策法规/规范性文件 stands below 政策法规, whether any document is of 政策法规 itself or not
 *   大竹县妈妈镇人民政府 and 大竹县教育局 stand below 大竹县人民政府: their names begin with its name without 人民政府
 *
 * A value X asks for what is of X itself; X/ for that and for all below it.
 */
#ifndef GK_TREE_H
#define GK_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gk_tree {
	char **name;		/* of the nodes: first the `names` of the dictionary, then those that are only above others */
	uint32_t *parent;	/* node + 1; 0: none */
	bool *inner;		/* has something below it */
	size_t n, names, nameless;	/* nameless: node + 1 of the empty name, which is listed nowhere; 0: none */
};

/* names[0..n) stay the caller's and must outlive the tree.  False only when memory ends. */
bool gk_tree_of_paths(char **names, size_t n, struct gk_tree *out);
bool gk_tree_of_bodies(char **names, size_t n, struct gk_tree *out);
void gk_tree_free(struct gk_tree *t);

/* Does the value ask for the node? */
bool gk_tree_asks(const struct gk_tree *t, const char *value, size_t node);
/* Is all that the one value asks for asked for by the other too, or the other way round? */
bool gk_tree_related(const struct gk_tree *t, const char *a, const char *b);
/* How many nodes are above it. */
unsigned gk_tree_depth(const struct gk_tree *t, size_t node);

#endif
