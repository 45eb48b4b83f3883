/* Building the trees, once for each commit, and asking them. */
#include "catalog/tree.h"

#include <stdlib.h>
#include <string.h>

/* A sorted view of the names, to find one. */
struct entry { const char *name; uint32_t node; };

static int
by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c != 0 ? c : x->node < y->node ? -1 : x->node > y->node;
}

static const struct entry *
find(const struct entry *e, size_t n, const char *name)
{
	struct entry key = { name, 0 };
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (by_name(&e[mid], &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && strcmp(e[low].name, name) == 0 ? &e[low] : NULL;
}

static struct entry *
sorted(char **names, size_t n)
{
	struct entry *e = calloc(n + 1, sizeof *e);

	for (size_t i = 0; e != NULL && i < n; i++)
		e[i] = (struct entry){ names[i], (uint32_t)i };
	if (e != NULL)
		qsort(e, n, sizeof *e, by_name);
	return e;
}

static bool
start(char **names, size_t n, size_t room, struct gk_tree *out)
{
	*out = (struct gk_tree){ calloc(room + 1, sizeof *out->name), calloc(room + 1, sizeof *out->parent), calloc(room + 1, sizeof *out->inner), n, n, 0 };
	if (out->name == NULL || out->parent == NULL || out->inner == NULL) {
		gk_tree_free(out);
		return false;
	}
	if (n > 0)
		memcpy(out->name, names, n * sizeof *names);
	for (size_t i = 0; i < n; i++)
		if (names[i][0] == '\0')
			out->nameless = i + 1;
	return true;
}

static void
mark_inner(struct gk_tree *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->parent[i] > 0)
			t->inner[t->parent[i] - 1] = true;
}

/* The node of a path that may be there only because something is below it. */
static bool
node_of(struct gk_tree *t, const struct entry *e, const char *path, size_t *node)
{
	const struct entry *known = find(e, t->names, path);

	if (known != NULL) {
		*node = known->node;
		return true;
	}
	for (*node = t->names; *node < t->n; ++*node)
		if (strcmp(t->name[*node], path) == 0)
			return true;
	t->name[t->n] = strdup(path);
	return t->name[t->n++] != NULL;
}

bool
gk_tree_of_paths(char **names, size_t n, struct gk_tree *out)
{
	struct entry *e = sorted(names, n);
	size_t strokes = 0;
	bool ok = e != NULL;

	for (size_t i = 0; i < n; i++)
		for (const char *s = names[i]; *s != '\0'; s++)
			strokes += *s == '/';
	ok = ok && start(names, n, n + strokes, out);
	for (size_t i = 0; ok && i < out->n; i++) {
		const char *stroke = strrchr(out->name[i], '/');
		char *above;
		size_t node;

		/* Not a stroke at an end: there is no name on one side of it. */
		if (stroke == NULL || stroke == out->name[i] || stroke[1] == '\0')
			continue;
		above = strndup(out->name[i], (size_t)(stroke - out->name[i]));
		ok = above != NULL && node_of(out, e, above, &node);
		free(above);
		if (ok)
			out->parent[i] = (uint32_t)node + 1;
	}
	free(e);
	if (ok)
		mark_inner(out);
	return ok;
}

bool
gk_tree_of_bodies(char **names, size_t n, struct gk_tree *out)
{
	static const char government[] = "人民政府";
	enum { LEAST = 6 };	/* bytes of a stem: two characters */
	struct entry *e = sorted(names, n);
	bool ok = e != NULL && start(names, n, n, out);

	for (size_t i = 0; ok && i < n; i++) {
		size_t len = strlen(names[i]);
		char *above = malloc(len + sizeof government);

		ok = above != NULL;
		/* The longest name above it: the nearest one. */
		for (size_t k = len; ok && k-- > LEAST && out->parent[i] == 0; ) {
			const struct entry *known;

			if (((unsigned char)names[i][k] & 0xC0) == 0x80)
				continue;
			memcpy(above, names[i], k);
			memcpy(above + k, government, sizeof government);
			known = find(e, n, above);
			if (known != NULL && strcmp(known->name, names[i]) != 0)
				out->parent[i] = known->node + 1;
		}
		free(above);
	}
	free(e);
	if (ok)
		mark_inner(out);
	return ok;
}

void
gk_tree_free(struct gk_tree *t)
{
	for (size_t i = t->names; t->name != NULL && i < t->n; i++)
		free(t->name[i]);
	free(t->name);
	free(t->parent);
	free(t->inner);
	*t = (struct gk_tree){ NULL, NULL, NULL, 0, 0, 0 };
}

/* Length of the value's name; *below if it asks for what is below as well. */
static size_t
name_of(const char *value, bool *below)
{
	size_t n = strlen(value);

	*below = n > 1 && value[n - 1] == '/';
	return n - *below;
}

static bool
stands_under(const struct gk_tree *t, size_t node, const char *name, size_t n, bool below)
{
	for (size_t at = node + 1; at != 0; at = below ? t->parent[at - 1] : 0)
		if (strlen(t->name[at - 1]) == n && memcmp(t->name[at - 1], name, n) == 0)
			return true;
	return false;
}

bool
gk_tree_asks(const struct gk_tree *t, const char *value, size_t node)
{
	bool below;
	size_t n = name_of(value, &below);

	/* First as it stands: a name may end with a stroke itself. */
	return strcmp(t->name[node], value) == 0 || stands_under(t, node, value, n, below);
}

bool
gk_tree_related(const struct gk_tree *t, const char *a, const char *b)
{
	bool a_below, b_below;
	size_t a_n = name_of(a, &a_below), b_n = name_of(b, &b_below);

	if (strcmp(a, b) == 0)
		return true;
	for (size_t i = 0; i < t->n; i++) {
		if (a_below && strlen(t->name[i]) == b_n && memcmp(t->name[i], b, b_n) == 0 && stands_under(t, i, a, a_n, true))
			return true;
		if (b_below && strlen(t->name[i]) == a_n && memcmp(t->name[i], a, a_n) == 0 && stands_under(t, i, b, b_n, true))
			return true;
	}
	return false;
}

unsigned
gk_tree_depth(const struct gk_tree *t, size_t node)
{
	unsigned depth = 0;

	for (size_t at = t->parent[node]; at != 0; at = t->parent[at - 1])
		depth++;
	return depth;
}
