/* Blocks, their pairs, and the characters within a pair. */
#include "record/difference.h"

#include "record/scan.h"

#include <limits.h>
#include <stdlib.h>

const struct gk_diff_name gk_diff_names[] = {
	[GK_BLOCK_SAME] = { "same", "未变", "unchanged" }, [GK_BLOCK_CHANGED] = { "changed", "修改", "changed" }, [GK_BLOCK_RENUMBERED] = { "renumbered", "条号变动", "renumbered" },
	[GK_BLOCK_REMOVED] = { "removed", "删去", "removed" }, [GK_BLOCK_ADDED] = { "added", "增加", "added" }, [GK_BLOCK_MOVED_AWAY] = { "moved_away", "移出", "moved away" },
	[GK_BLOCK_MOVED_HERE] = { "moved_here", "移入", "moved here" },
};

enum { SKETCH = 128, CELLS = 100000, MOST_EDITS = 1200, LINES = 20000, CELL_STEPS = 32 };

/* ---- blocks ---- */

struct block {
	size_t start, end;		/* the whole, with the indent of its first line */
	size_t body, body_end;		/* its wording: without number, without blanks around */
	bool article;
	struct gk_article a;
	uint64_t hash;			/* of the wording */
	uint8_t sketch[SKETCH];		/* how often pairs of characters occur */
	unsigned pairs;			/* the sum of it */
};

struct side { const char *p; size_t n; struct block *b; size_t count, lines; };

static void
look_at_wording(const struct side *s, struct block *b)
{
	struct text t = { s->p, b->end };
	uint64_t h = 1469598103934665603u;
	size_t last = 0, k;
	uint32_t before = 0;

	b->body = b->article ? b->a.body : b->start;
	b->body = skip_space(t, b->body);
	b->body_end = b->body;
	for (size_t i = b->body; i < b->end; i += k) {
		uint32_t c = 0;

		k = space_at(t, i);
		if (k > 0)
			continue;
		k = step_of((unsigned char)s->p[i]);
		k = k > b->end - i ? b->end - i : k;
		for (size_t j = 0; j < k; j++) {
			c = c << 8 | (unsigned char)s->p[i + j];
			h = (h ^ (unsigned char)s->p[i + j]) * 1099511628211u;
		}
		if (last > 0) {
			uint8_t *slot = &b->sketch[(before * 2654435761u + c * 40503u) >> 7 & (SKETCH - 1)];

			if (*slot < 255) {
				*slot += 1;
				b->pairs++;
			}
		}
		before = c;
		last = i;
		b->body_end = i + k;
	}
	b->hash = h;
}

static void
add_block(struct side *s, size_t start, size_t end, const struct gk_article *a)
{
	struct block *b = &s->b[s->count];

	if (start >= end)
		return;
	*b = (struct block){ .start = start, .end = end, .article = a != NULL };
	if (a != NULL)
		b->a = *a;
	look_at_wording(s, b);
	s->count++;
}

/*
 * What stands between articles is a block a line: headings of chapters pair one by one.  Behind so many lines the rest up to the
 * next article is one block.
 */
static size_t
lines_in(const char *p, size_t n)
{
	size_t k = 1;

	for (const char *nl = p; n > 0 && k < LINES && (nl = memchr(nl, '\n', (size_t)(p + n - nl))) != NULL; nl++)
		k++;
	return k;
}

static void
add_between(struct side *s, size_t start, size_t end)
{
	while (start < end) {
		const char *nl = s->lines < LINES ? memchr(s->p + start, '\n', end - start) : NULL;
		size_t stop = nl == NULL ? end : (size_t)(nl - s->p) + 1;

		add_block(s, start, stop, NULL);
		s->lines++;
		start = stop;
	}
}

static enum gk_status
cut(struct side *s, struct gk_err *err)
{
	struct gk_article *a;
	size_t n, at = 0;
	enum gk_status st = gk_articles(s->p, s->n, &a, &n, err);

	if (st != GK_OK)
		return st;
	s->b = malloc((2 * n + lines_in(s->p, s->n) + 2) * sizeof *s->b);
	if (s->b == NULL) {
		free(a);
		return gk_nomem(err);
	}
	for (size_t i = 0; i < n; i++) {
		size_t line = a[i].start;

		while (line > at && s->p[line - 1] != '\n')
			line--;
		add_between(s, at, line);
		add_block(s, line, a[i].end, &a[i]);
		at = a[i].end;
	}
	add_between(s, at, s->n);
	free(a);
	return GK_OK;
}

static bool
same_wording(const struct block *a, const struct block *b)
{
	return a->article == b->article && a->hash == b->hash && a->pairs == b->pairs && a->body < a->body_end;
}

static bool
same_bytes(const struct side *x, const struct block *a, const struct side *y, const struct block *b)
{
	return a->end - a->start == b->end - b->start && memcmp(x->p + a->start, y->p + b->start, a->end - a->start) == 0;
}

static bool
same_number(const struct block *a, const struct block *b)
{
	return a->article && b->article && a->a.number == b->a.number && a->a.sub == b->a.sub && a->a.part == b->a.part;
}

/* Twice what they share of what they have, 0 to 1000. */
static int
likeness(const struct block *a, const struct block *b)
{
	unsigned shared = 0;

	for (size_t i = 0; i < SKETCH; i++)
		shared += a->sketch[i] < b->sketch[i] ? a->sketch[i] : b->sketch[i];
	return a->pairs + b->pairs == 0 ? 0 : (int)(2000 * shared / (a->pairs + b->pairs));
}

/* ---- pairs ---- */

enum { NONE = -1 };

struct work {
	struct side old, new;
	int *pair;			/* of each old block: its partner, or NONE */
	int *back;			/* of each new one */
	size_t steps;			/* left of GK_DIFF_STEPS */
	struct gk_difference *d;
	size_t room_pieces;
};

static void
marry(struct work *w, size_t i, size_t j)
{
	w->pair[i] = (int)j;
	w->back[j] = (int)i;
}

struct ranked { uint64_t hash; size_t at; };

static int
by_hash(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;

	return a->hash != b->hash ? (a->hash < b->hash ? -1 : 1) : a->at < b->at ? -1 : a->at > b->at;
}

/* Wordings that stand once in each text and in the same order are the anchors: the longest such row. */
static bool
anchor(struct work *w, size_t i0, size_t i1, size_t j0, size_t j1)
{
	size_t n = i1 - i0, m = j1 - j0, k = 0, piles = 0;
	struct ranked *r = malloc((n + m + 1) * sizeof *r), *q = r == NULL ? NULL : r + n;
	size_t *mate = malloc((3 * n + 1) * sizeof *mate), *top = mate == NULL ? NULL : mate + n, *under = mate == NULL ? NULL : mate + 2 * n;

	if (r == NULL || mate == NULL) {
		free(r);
		free(mate);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		r[i] = (struct ranked){ w->old.b[i0 + i].hash, i };
		mate[i] = SIZE_MAX;
	}
	for (size_t j = 0; j < m; j++)
		q[j] = (struct ranked){ w->new.b[j0 + j].hash, j };
	qsort(r, n, sizeof *r, by_hash);
	qsort(q, m, sizeof *q, by_hash);
	for (size_t i = 0; i < n; i++) {
		bool once = (i == 0 || r[i - 1].hash != r[i].hash) && (i + 1 == n || r[i + 1].hash != r[i].hash);

		while (k < m && q[k].hash < r[i].hash)
			k++;
		if (once && k < m && q[k].hash == r[i].hash && (k + 1 == m || q[k + 1].hash != q[k].hash) &&
		    same_wording(&w->old.b[i0 + r[i].at], &w->new.b[j0 + q[k].at]))
			mate[r[i].at] = q[k].at;
	}
	for (size_t i = 0; i < n; i++) {
		size_t low = 0, high = piles;

		if (mate[i] == SIZE_MAX)
			continue;
		while (low < high) {
			size_t mid = (low + high) / 2;

			if (mate[top[mid]] < mate[i])
				low = mid + 1;
			else
				high = mid;
		}
		under[i] = low > 0 ? top[low - 1] : SIZE_MAX;
		top[low] = i;
		piles += low == piles;
	}
	for (size_t i = piles > 0 ? top[piles - 1] : SIZE_MAX; i != SIZE_MAX; i = under[i])
		marry(w, i0 + i, j0 + mate[i]);
	free(r);
	free(mate);
	return true;
}

static int
worth(const struct block *a, const struct block *b)
{
	int like;

	if (a->article != b->article)
		return 0;
	like = a->hash == b->hash ? 1000 : likeness(a, b);
	return like >= 400 ? like + (same_number(a, b) ? 100 : 0) : same_number(a, b) ? 50 + like : 0;
}

/* Between anchors: the pairs, in order, that are worth most together. */
static bool
pair_gap(struct work *w, size_t i0, size_t i1, size_t j0, size_t j1)
{
	size_t n = i1 - i0, m = j1 - j0, row = m + 1;
	int *best;

	if (n == 0 || m == 0)
		return true;
	if (n > CELLS / (m + 1) || w->steps < n * m * CELL_STEPS) {
		/* Too many to look at each pair: by number, which rises in both. */
		for (size_t i = i0, j = j0; i < i1; i++) {
			size_t k = j;

			while (k < j1 && !same_number(&w->old.b[i], &w->new.b[k]))
				k++;
			if (k == j1 || !w->old.b[i].article)
				continue;
			marry(w, i, k);
			j = k + 1;
		}
		w->d->coarse = true;
		return true;
	}
	w->steps -= n * m * CELL_STEPS;
	best = calloc((n + 1) * row, sizeof *best);
	if (best == NULL)
		return false;
	for (size_t i = n; i-- > 0; )
		for (size_t j = m; j-- > 0; ) {
			int v = worth(&w->old.b[i0 + i], &w->new.b[j0 + j]), most = best[(i + 1) * row + j];

			most = best[i * row + j + 1] > most ? best[i * row + j + 1] : most;
			if (v > 0 && v + best[(i + 1) * row + j + 1] > most)
				most = v + best[(i + 1) * row + j + 1];
			best[i * row + j] = most;
		}
	for (size_t i = 0, j = 0; i < n && j < m; ) {
		int v = worth(&w->old.b[i0 + i], &w->new.b[j0 + j]);

		if (v > 0 && best[i * row + j] == v + best[(i + 1) * row + j + 1])
			marry(w, i0 + i++, j0 + j++);
		else if (best[i * row + j] == best[(i + 1) * row + j])
			i++;
		else
			j++;
	}
	free(best);
	return true;
}

static bool
pair_all(struct work *w)
{
	size_t n = w->old.count, m = w->new.count, head = 0, tail = 0, j0;

	for (size_t i = 0; i < n; i++)
		w->pair[i] = NONE;
	for (size_t j = 0; j < m; j++)
		w->back[j] = NONE;
	for (; head < n && head < m && same_bytes(&w->old, &w->old.b[head], &w->new, &w->new.b[head]); head++)
		marry(w, head, head);
	for (; head + tail < n && head + tail < m && same_bytes(&w->old, &w->old.b[n - 1 - tail], &w->new, &w->new.b[m - 1 - tail]); tail++)
		marry(w, n - 1 - tail, m - 1 - tail);
	if (!anchor(w, head, n - tail, head, m - tail))
		return false;
	j0 = head;
	for (size_t i = head, i0 = head; i <= n - tail; i++) {
		size_t j1 = i < n - tail ? (size_t)w->pair[i] : m - tail;

		if (i < n - tail && w->pair[i] == NONE)
			continue;
		if (!pair_gap(w, i0, i, j0, j1))
			return false;
		i0 = i + 1;
		j0 = j1 + 1;
	}
	return true;
}

/* ---- pieces ---- */

static bool
add_piece(struct work *w, enum gk_diff_op op, size_t old_at, size_t new_at, size_t n)
{
	struct gk_difference *d = w->d;
	struct gk_diff_piece *last = d->n_pieces > 0 && d->block[d->n].n_pieces > 0 ? &d->piece[d->n_pieces - 1] : NULL;

	if (n == 0)
		return true;
	if (last != NULL && last->op == op && (op == GK_DIFF_ADDED || last->old_at + last->n == old_at) && (op == GK_DIFF_REMOVED || last->new_at + last->n == new_at)) {
		last->n += n;
		return true;
	}
	if (d->n_pieces == w->room_pieces) {
		struct gk_diff_piece *more = realloc(d->piece, (w->room_pieces * 2 + 64) * sizeof *more);

		if (more == NULL)
			return false;
		d->piece = more;
		w->room_pieces = w->room_pieces * 2 + 64;
	}
	d->piece[d->n_pieces++] = (struct gk_diff_piece){ op, op == GK_DIFF_ADDED ? 0 : old_at, op == GK_DIFF_REMOVED ? 0 : new_at, n };
	d->block[d->n].n_pieces++;
	return true;
}

/* A row of tokens (characters or sentences): where each begins, and one behind; equal tokens have equal hashes. */
struct tokens { size_t *at; uint64_t *hash; size_t n; };

static bool
ends_sentence(const char *p, size_t k)
{
	return k == 1 ? *p == '\n' : k == 3 && (memcmp(p, "。", 3) == 0 || memcmp(p, "；", 3) == 0 || memcmp(p, "：", 3) == 0 || memcmp(p, "，", 3) == 0);
}

static bool
tokenise(const char *p, size_t from, size_t to, bool sentences, struct tokens *t)
{
	size_t k;
	uint64_t h = 1469598103934665603u;

	t->n = 0;
	t->at = malloc((to - from + 2) * sizeof *t->at);
	t->hash = malloc((to - from + 1) * sizeof *t->hash);
	if (t->at == NULL || t->hash == NULL)
		return false;
	t->at[0] = from;
	for (size_t i = from; i < to; i += k) {
		k = step_of((unsigned char)p[i]);
		k = k > to - i ? to - i : k;
		for (size_t j = 0; j < k; j++)
			h = (h ^ (unsigned char)p[i + j]) * 1099511628211u;
		if (sentences && !ends_sentence(p + i, k) && i + k < to)
			continue;
		t->hash[t->n++] = h;
		t->at[t->n] = i + k;
		h = 1469598103934665603u;
	}
	return true;
}

static void
free_tokens(struct tokens *t)
{
	free(t->at);
	free(t->hash);
}

/*
 * Myers: the shortest way from a[0..n) to b[0..m), greedy over diagonals. keep[i] is the b that a[i] is kept as, or NONE.  False if it
 * takes more than MOST_EDITS edits or the steps that are left; *memory is set if memory ended.
 */
static bool
shortest(struct work *w, const uint64_t *a, size_t n, const uint64_t *b, size_t m, int *keep, bool *memory)
{
	int most = (int)(n + m < MOST_EDITS ? n + m : MOST_EDITS), d, found = -1;
	int *v = malloc((size_t)(2 * most + 3) * sizeof *v), **trace = calloc((size_t)most + 1, sizeof *trace), *mid = v == NULL ? NULL : v + most + 1;
	size_t x, y;

	*memory = v == NULL || trace == NULL;
	for (d = 0; !*memory && d <= most && found < 0; d++) {
		trace[d] = malloc((size_t)(2 * d + 1) * sizeof **trace);
		if (trace[d] == NULL) {
			*memory = true;
			break;
		}
		for (int k = -d; k <= d && found < 0; k += 2) {
			size_t start;

			x = d == 0 ? 0 : k == -d || (k != d && mid[k - 1] < mid[k + 1]) ? (size_t)mid[k + 1] : (size_t)mid[k - 1] + 1;
			start = x;
			y = (size_t)((long)x - k);
			while (x < n && y < m && a[x] == b[y])
				x++, y++;
			mid[k] = (int)x;
			w->steps -= w->steps < x - start + 1 ? w->steps : x - start + 1;
			if (x >= n && y >= m)
				found = d;
		}
		memcpy(trace[d], mid - d, (size_t)(2 * d + 1) * sizeof **trace);
		if (w->steps == 0)
			break;
	}
	if (found >= 0) {
		x = n;
		y = m;
		for (d = found; d >= 0; d--) {
			long k = (long)x - (long)y;
			size_t from_x = 0, from_y = 0;

			if (d > 0) {
				const int *t = trace[d - 1] + (d - 1);
				bool down = k == -d || (k != d && t[k - 1] < t[k + 1]);
				long from = down ? k + 1 : k - 1;

				from_x = (size_t)t[from];
				from_y = (size_t)((long)from_x - from);
			}
			while (x > from_x && y > from_y && a[x - 1] == b[y - 1]) {
				x--, y--;
				keep[x] = (int)y;
			}
			x = from_x;
			y = from_y;
		}
	}
	for (d = 0; trace != NULL && d <= most; d++)
		free(trace[d]);
	free(trace);
	free(v);
	return found >= 0;
}

/* A single character kept between two changes is chance: 的 in 甲的乙. */
static void
drop_islands(int *keep, size_t n, size_t m)
{
	for (size_t i = 0, j = 0; i < n; ) {
		size_t run = 0;
		bool before, after;

		if (keep[i] == NONE) {
			i++;
			continue;
		}
		while (i + run < n && keep[i + run] == keep[i] + (int)run)
			run++;
		before = (i > 0 && keep[i - 1] == NONE) || (size_t)keep[i] > j;
		j = (size_t)keep[i] + run;
		after = (i + run < n && keep[i + run] == NONE) || (i + run < n ? keep[i + run] > (int)j : j < m);
		if (run == 1 && before && after && i > 0 && i + run < n)
			keep[i] = NONE;
		i += run;
	}
}

/* Two stretches that differ at both ends. */
static bool
compare(struct work *w, size_t i0, size_t i1, size_t j0, size_t j1, bool sentences)
{
	struct tokens a = { NULL, NULL, 0 }, b = { NULL, NULL, 0 };
	int *keep = NULL;
	bool ok = false, memory = false, found = false;
	size_t j = 0;

	if (i0 == i1 || j0 == j1)
		return add_piece(w, GK_DIFF_REMOVED, i0, 0, i1 - i0) && add_piece(w, GK_DIFF_ADDED, 0, j0, j1 - j0);
	if (tokenise(w->old.p, i0, i1, sentences, &a) && tokenise(w->new.p, j0, j1, sentences, &b) && a.n < INT_MAX / 4 && b.n < INT_MAX / 4 &&
	    (keep = malloc((a.n + 1) * sizeof *keep)) != NULL) {
		for (size_t i = 0; i < a.n; i++)
			keep[i] = NONE;
		found = w->steps > 0 && shortest(w, a.hash, a.n, b.hash, b.n, keep, &memory);
		ok = !memory;
	}
	if (ok && !found && !sentences) {
		free(keep);
		free_tokens(&a);
		free_tokens(&b);
		w->d->coarse = true;
		return compare(w, i0, i1, j0, j1, true);
	}
	if (ok && !sentences)
		drop_islands(keep, a.n, b.n);
	for (size_t i = 0; ok && i <= a.n; ) {
		size_t gone = i, kept, to;

		while (i < a.n && keep[i] == NONE)
			i++;
		to = i < a.n ? (size_t)keep[i] : b.n;
		ok = add_piece(w, GK_DIFF_REMOVED, a.at[gone], 0, a.at[i] - a.at[gone]) && add_piece(w, GK_DIFF_ADDED, 0, b.at[j], b.at[to] - b.at[j]);
		j = to;
		if (i == a.n)
			break;
		for (kept = i; i < a.n && keep[i] == (int)j; i++)
			j++;
		ok = ok && add_piece(w, GK_DIFF_SAME, a.at[kept], b.at[to], a.at[i] - a.at[kept]);
	}
	free(keep);
	free_tokens(&a);
	free_tokens(&b);
	return ok;
}

static bool
boundary(const char *p, size_t n, size_t i)
{
	return i >= n || ((unsigned char)p[i] & 0xC0) != 0x80;
}

static bool
compare_blocks(struct work *w, const struct block *a, const struct block *b)
{
	size_t i0 = a->start, j0 = b->start, i1 = a->end, j1 = b->end, head = 0, tail = 0;
	const char *p = w->old.p, *q = w->new.p;

	while (i0 + head < i1 && j0 + head < j1 && p[i0 + head] == q[j0 + head])
		head++;
	while (head > 0 && !(boundary(p, w->old.n, i0 + head) && boundary(q, w->new.n, j0 + head)))
		head--;
	while (i0 + head < i1 - tail && j0 + head < j1 - tail && p[i1 - 1 - tail] == q[j1 - 1 - tail])
		tail++;
	while (tail > 0 && !(boundary(p, w->old.n, i1 - tail) && boundary(q, w->new.n, j1 - tail)))
		tail--;
	return add_piece(w, GK_DIFF_SAME, i0, j0, head) && compare(w, i0 + head, i1 - tail, j0 + head, j1 - tail, false) &&
	       add_piece(w, GK_DIFF_SAME, i1 - tail, j1 - tail, tail);
}

static bool
write_block(struct work *w, const struct block *a, const struct block *b)
{
	struct gk_diff_block *out = &w->d->block[w->d->n];
	bool ok;

	*out = (struct gk_diff_block){ .piece = w->d->n_pieces, .has_old = a != NULL && a->article, .has_new = b != NULL && b->article };
	if (out->has_old)
		out->before = a->a;
	if (out->has_new)
		out->after = b->a;
	if (a == NULL) {
		/* Blank lines are nobody's change. */
		out->kind = b->body < b->body_end ? GK_BLOCK_ADDED : GK_BLOCK_SAME;
		ok = add_piece(w, GK_DIFF_ADDED, 0, b->start, b->end - b->start);
	} else if (b == NULL) {
		out->kind = a->body < a->body_end ? GK_BLOCK_REMOVED : GK_BLOCK_SAME;
		ok = add_piece(w, GK_DIFF_REMOVED, a->start, 0, a->end - a->start);
	} else if (same_bytes(&w->old, a, &w->new, b)) {
		out->kind = GK_BLOCK_SAME;
		ok = add_piece(w, GK_DIFF_SAME, a->start, b->start, a->end - a->start);
	} else {
		bool wording = same_wording(a, b) || (a->body == a->body_end && b->body == b->body_end);

		out->kind = !wording ? GK_BLOCK_CHANGED : a->article && !same_number(a, b) ? GK_BLOCK_RENUMBERED : GK_BLOCK_SAME;
		ok = compare_blocks(w, a, b);
	}
	w->d->n++;
	return ok;
}

/* The same wording removed here and added there, once each: it was moved. */
static bool
find_moves(struct work *w, const size_t *old_of, const size_t *new_of)
{
	struct gk_difference *d = w->d;

	for (size_t i = 0; i < d->n; i++) {
		const struct block *a;

		if (d->block[i].kind != GK_BLOCK_REMOVED || !d->block[i].has_old || w->steps < d->n)
			continue;
		w->steps -= d->n;
		a = &w->old.b[old_of[i]];
		for (size_t k = 0; k < d->n; k++)
			if (d->block[k].kind == GK_BLOCK_ADDED && d->block[k].has_new && same_wording(a, &w->new.b[new_of[k]])) {
				d->block[i].kind = GK_BLOCK_MOVED_AWAY;
				d->block[i].other = k;
				d->block[k].kind = GK_BLOCK_MOVED_HERE;
				d->block[k].other = i;
				break;
			}
	}
	return true;
}

static bool
write_all(struct work *w)
{
	size_t n = w->old.count, m = w->new.count, i = 0, j = 0;
	size_t *of = malloc((2 * (n + m) + 2) * sizeof *of), *old_of = of, *new_of = of == NULL ? NULL : of + n + m + 1;
	bool ok = of != NULL;

	w->d->block = calloc(n + m + 1, sizeof *w->d->block);
	ok = ok && w->d->block != NULL;
	while (ok && (i < n || j < m)) {
		bool gone = i < n && w->pair[i] == NONE, here = j < m && w->back[j] == NONE;

		old_of[w->d->n] = i;
		new_of[w->d->n] = j;
		if (gone) {
			ok = write_block(w, &w->old.b[i++], NULL);
		} else if (here) {
			ok = write_block(w, NULL, &w->new.b[j++]);
		} else {
			ok = write_block(w, &w->old.b[i], &w->new.b[j]);
			i++, j++;
		}
	}
	ok = ok && find_moves(w, old_of, new_of);
	free(of);
	return ok;
}

enum gk_status
gk_difference_of(const char *old, size_t old_n, const char *new, size_t new_n, struct gk_difference *out, struct gk_err *err)
{
	struct work w = { .old = { .p = old, .n = old_n }, .new = { .p = new, .n = new_n }, .steps = GK_DIFF_STEPS, .d = out };
	enum gk_status st;

	*out = (struct gk_difference){ .block = NULL };
	st = cut(&w.old, err);
	if (st == GK_OK)
		st = cut(&w.new, err);
	if (st == GK_OK) {
		w.pair = malloc((w.old.count + 1) * sizeof *w.pair);
		w.back = malloc((w.new.count + 1) * sizeof *w.back);
		if (w.pair == NULL || w.back == NULL || !pair_all(&w) || !write_all(&w))
			st = gk_nomem(err);
	}
	free(w.old.b);
	free(w.new.b);
	free(w.pair);
	free(w.back);
	if (st != GK_OK)
		gk_difference_free(out);
	return st;
}

void
gk_difference_free(struct gk_difference *d)
{
	free(d->block);
	free(d->piece);
	*d = (struct gk_difference){ .block = NULL };
}

/* ---- as JSON ---- */

static json_t *
label_of(bool has, const struct gk_article *a)
{
	char label[GK_ARTICLE_LABEL];

	if (!has)
		return json_null();
	gk_article_label(a->number, a->sub, label);
	return json_string(label);
}

static json_t *
anchor_of(bool has, const struct gk_article *a)
{
	char anchor[GK_ARTICLE_ANCHOR];

	if (!has)
		return json_null();
	gk_article_anchor(a, anchor);
	return json_string(anchor);
}

static json_t *
pieces_json(const struct gk_difference *d, const struct gk_diff_block *b, const char *old, const char *new)
{
	static const char *const ops[] = { "same", "removed", "added" };
	json_t *out = json_array();

	for (size_t i = 0; i < b->n_pieces; i++) {
		const struct gk_diff_piece *p = &d->piece[b->piece + i];

		json_array_append_new(out, json_pack("{s:s, s:s%}", "op", ops[p->op], "text", p->op == GK_DIFF_ADDED ? new + p->new_at : old + p->old_at, p->n));
	}
	return out;
}

static json_t *
block_json(const struct gk_difference *d, const struct gk_diff_block *b, const char *old, const char *new)
{
	const struct gk_diff_name *name = &gk_diff_names[b->kind];
	const struct gk_article *a = b->has_new ? &b->after : &b->before;
	bool renumbered = b->has_old && b->has_new && (b->before.number != b->after.number || b->before.sub != b->after.sub);
	json_t *moved = json_null();

	if (b->kind == GK_BLOCK_MOVED_AWAY)
		moved = label_of(true, &d->block[b->other].after);
	else if (b->kind == GK_BLOCK_MOVED_HERE)
		moved = label_of(true, &d->block[b->other].before);
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "kind", name->code, "label", name->label, "label_en", name->label_en, "article",
			 label_of(b->has_old || b->has_new, a), "was", label_of(renumbered, &b->before), "anchor", anchor_of(b->has_new, &b->after), "anchor_old",
			 anchor_of(b->has_old, &b->before), "moved", moved, "pieces", b->kind == GK_BLOCK_SAME ? json_array() : pieces_json(d, b, old, new));
}

json_t *
gk_difference_json(const struct gk_difference *d, const char *old, const char *new)
{
	size_t count[GK_BLOCK_MOVED_HERE + 1] = { 0 }, other = 0;
	json_t *blocks = json_array();

	for (size_t i = 0; i < d->n; i++) {
		if (d->block[i].has_old || d->block[i].has_new)
			count[d->block[i].kind]++;
		else
			other += d->block[i].kind != GK_BLOCK_SAME;
		json_array_append_new(blocks, block_json(d, &d->block[i], old, new));
	}
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:o}", "same", (json_int_t)count[GK_BLOCK_SAME], "changed", (json_int_t)count[GK_BLOCK_CHANGED], "renumbered",
			 (json_int_t)count[GK_BLOCK_RENUMBERED], "removed", (json_int_t)count[GK_BLOCK_REMOVED], "added", (json_int_t)count[GK_BLOCK_ADDED], "moved",
			 (json_int_t)count[GK_BLOCK_MOVED_HERE], "other", (json_int_t)other, "coarse", (int)d->coarse, "blocks", blocks);
}
