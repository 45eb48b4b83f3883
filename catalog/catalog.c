/*
 * An open index: which generation, which commit, its columns and dictionaries.
 * The columns come with the first question that needs them: who only looks up a record (every act does) pays nothing for the size of the archive.
 */
#include "catalog/catalog.h"

#include "base/io.h"
#include "catalog/internal.h"
#include "catalog/seal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { OPEN_TRIES = 5, LEAST_TRIES = 6, LEAST_MS = 3000 };

bool
gk_try_again(struct gk_tries *t)
{
	struct timespec now;
	long long ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = now.tv_sec * 1000LL + now.tv_nsec / 1000000;
	if (t->n++ == 0)
		t->since = ms;
	return t->n <= LEAST_TRIES || ms - t->since < LEAST_MS;
}

enum gk_status
gk_too_fast(struct gk_err *err)
{
	return gk_fail(err, GK_DEAD, GK_CAUSE_BUSY, "索引变化太快，请再试", "the index changes too fast, try again");
}

static void
free_names(char **name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(name[i]);
	free(name);
}

static void
close_generation(struct gk_catalog *c)
{
	gk_columns_drop(c->col);
	gk_textstore_close(c->text);
	gk_index_close(c->db);
	gk_tree_free(&c->category_tree);
	gk_tree_free(&c->issuer_tree);
	gk_tree_free(&c->theme_tree);
	free_names(c->categories, c->n_categories);
	free_names(c->issuers, c->n_issuers);
	free_names(c->themes, c->n_themes);
	free_names(c->codes, c->n_codes);
	gk_grams_close(c->grams);
	c->grams = NULL;
	c->asked_grams = false;
	c->col = NULL;
	c->text = NULL;
	c->db = NULL;
	c->categories = c->issuers = c->themes = c->codes = NULL;
	c->n_categories = c->n_issuers = c->n_themes = c->n_codes = 0;
	c->generation[0] = '\0';
}

/*
 * An index whose files are missing or unreadable is damaged, whatever the system called
 * it; a forbidden one is not.
 */
static enum gk_status
damaged_hint(enum gk_status st, struct gk_err *err)
{
	if (st == GK_DEAD && err != NULL && err->cause == GK_CAUSE_NO_ACCESS && strstr(err->what_en, strerror(EACCES)) == NULL) {
		err->cause = GK_CAUSE_DAMAGED;
		err->hint[0] = '\0';
	}
	if (st == GK_DEAD && err != NULL && err->cause == GK_CAUSE_DAMAGED && err->hint[0] == '\0')
		gk_hint(err, "档案完好；运行 gongkai index rebuild 重建索引", "the archive is intact; run gongkai index rebuild");
	return st;
}

static enum gk_status
read_count(struct gk_catalog *c, const char *key, uint64_t *out, struct gk_err *err)
{
	char *p;
	size_t n;
	enum gk_status st = gk_index_metadata(c->db, key, &p, &n, err);

	if (st != GK_OK)
		return st;
	*out = n == 0 ? 0 : strtoull(p, NULL, 10);
	free(p);
	return GK_OK;
}

static enum gk_status
read_names(struct gk_catalog *c, const char *count_key, const char *prefix, char ***names, size_t *n, struct gk_err *err)
{
	uint64_t count = 0;
	enum gk_status st = read_count(c, count_key, &count, err);
	char **fresh;

	/* Names are only added: the number tells whether there is anything new. */
	if (st != GK_OK || count == *n)
		return st;
	if (count > UINT32_MAX || (fresh = calloc(count, sizeof *fresh)) == NULL)
		return gk_nomem(err);
	for (uint64_t i = 0; st == GK_OK && i < count; i++) {
		char key[32];
		size_t len;

		snprintf(key, sizeof key, "%s%" PRIu64, prefix, i + 1);
		st = gk_index_metadata(c->db, key, &fresh[i], &len, err);
	}
	if (st != GK_OK) {
		free_names(fresh, count);
		return st;
	}
	free_names(*names, *n);
	*names = fresh;
	*n = count;
	return GK_OK;
}

/* The dictionaries.  A tree is of all its names, so it goes when there are more of them. */
static enum gk_status
load_names(struct gk_catalog *c, struct gk_err *err)
{
	const size_t categories = c->n_categories, issuers = c->n_issuers, themes = c->n_themes;
	enum gk_status st = read_names(c, GK_M_CATEGORIES, "cat.", &c->categories, &c->n_categories, err);

	if (st == GK_OK)
		st = read_names(c, GK_M_ISSUERS, "org.", &c->issuers, &c->n_issuers, err);
	if (st == GK_OK)
		st = read_names(c, GK_M_THEMES, "theme.", &c->themes, &c->n_themes, err);
	if (st == GK_OK)
		st = read_names(c, GK_M_CODES, "code.", &c->codes, &c->n_codes, err);
	if (c->n_categories != categories)
		gk_tree_free(&c->category_tree);
	if (c->n_issuers != issuers)
		gk_tree_free(&c->issuer_tree);
	if (c->n_themes != themes)
		gk_tree_free(&c->theme_tree);
	return st;
}

const struct gk_grams *
gk_catalog_grams(struct gk_catalog *c)
{
	char *base, *path;

	if (c->asked_grams)
		return c->grams;
	c->asked_grams = true;
	base = gk_path(c->dir, c->generation);
	path = base == NULL ? NULL : gk_path(base, GK_GRAMS_FILE);
	/* Whoever verifies the index says what is wrong with it. */
	if (path == NULL || gk_grams_open(path, c->text, &c->grams, NULL) != GK_OK)
		c->grams = NULL;
	free(path);
	free(base);
	return c->grams;
}

enum gk_status
gk_catalog_trees(struct gk_catalog *c, struct gk_err *err)
{
	bool ok = c->category_tree.name != NULL || gk_tree_of_paths(c->categories, c->n_categories, &c->category_tree);

	ok = ok && (c->issuer_tree.name != NULL || gk_tree_of_bodies(c->issuers, c->n_issuers, &c->issuer_tree));
	ok = ok && (c->theme_tree.name != NULL || gk_tree_of_paths(c->themes, c->n_themes, &c->theme_tree));
	return ok ? GK_OK : gk_nomem(err);
}

/* Dictionaries of the commit that db stands at, and its columns if those of the last one were wanted. */
static enum gk_status
load_commit(struct gk_catalog *c, bool columns, struct gk_err *err)
{
	const struct gk_columns *col = NULL;
	uint64_t revision;
	enum gk_status st = gk_index_revision(c->db, &revision, err);

	if (st != GK_OK || (c->loaded && revision == c->revision && (c->col != NULL || !columns)))
		return st;
	st = load_names(c, err);
	if (st == GK_OK && columns)
		st = gk_columns_get(c->db, c->text, c->dir, c->generation, revision, &col, err);
	if (st != GK_OK)
		return st;
	gk_columns_drop(c->col);
	c->col = col;
	c->revision = revision;
	c->loaded = true;
	return GK_OK;
}

enum gk_status
gk_catalog_columns(struct gk_catalog *c, struct gk_err *err)
{
	return c->col != NULL ? GK_OK : gk_columns_get(c->db, c->text, c->dir, c->generation, c->revision, &c->col, err);
}

static enum gk_status
load_all(struct gk_catalog *c, struct gk_err *err)
{
	const uint32_t *copy;
	enum gk_status st = gk_catalog_columns(c, err);

	return st == GK_OK ? gk_columns_copies(c->col, c->db, c->text, &copy, err) : st;
}

enum gk_status
gk_catalog_load(struct gk_catalog *c, struct gk_err *err)
{
	enum gk_status st;

	GK_RETRYING(c, st, err, load_all(c, err));
	return st;
}

static enum gk_status
check_version(struct gk_catalog *c, struct gk_err *err)
{
	char *p, want[GK_INDEX_VERSION];
	size_t n;
	enum gk_status st = gk_index_metadata(c->db, GK_M_VERSION, &p, &n, err);

	if (st != GK_OK)
		return st;
	gk_index_version(want);
	if (!gk_index_version_fits(p)) {
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引的版本是 '%s'，本程序要 '%s'", "the index has version '%s', this program wants '%s'", p, want);
		gk_hint(err, "运行 gongkai index rebuild", "run gongkai index rebuild");
	}
	free(p);
	return st;
}

static enum gk_status
open_generation(struct gk_catalog *c, const char *name, bool columns, struct gk_err *err)
{
	char *base = gk_path(c->dir, name), *text = NULL;
	enum gk_status st = GK_OK;

	if (base == NULL || (text = gk_path(base, "text")) == NULL)
		st = gk_nomem(err);
	if (st == GK_OK) {
		snprintf(c->generation, sizeof c->generation, "%s", name);
		st = gk_index_open(base, &c->db, err);
		if (st == GK_OK && c->tolerant)
			gk_index_tolerate(c->db);
	}
	if (st == GK_OK)
		st = check_version(c, err);
	if (st == GK_OK)
		st = gk_textstore_open(text, &c->text, err);
	if (st == GK_OK)
		st = load_commit(c, columns, err);
	free(base);
	free(text);
	if (st != GK_OK)
		close_generation(c);
	return st;
}

/* A copy on a medium without links (gongkai deliver) has a file that holds the name. */
static ssize_t
name_in_file(const char *path, char out[16])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : read(fd, out, 15);

	if (fd >= 0)
		close(fd);
	for (ssize_t i = 0; i < n; i++)
		if (out[i] == '\n')
			n = i;
	return n <= 0 || memchr(out, '/', (size_t)n) != NULL || out[0] == '.' ? -1 : n;
}

static enum gk_status
current_name(const char *dir, char out[16], struct gk_err *err)
{
	char *link = gk_path(dir, "current");
	ssize_t n;

	if (link == NULL)
		return gk_nomem(err);
	n = readlink(link, out, 15);
	if (n < 0 && errno == EINVAL)
		n = name_in_file(link, out);
	free(link);
	if (n < 0) {
		gk_fail(err, GK_DEAD, errno == ENOENT ? GK_CAUSE_DAMAGED : gk_cause_of_errno(errno), "没有索引：'%s'", "there is no index: '%s'", dir);
		gk_hint(err, "运行 gongkai index rebuild 由档案重建", "run gongkai index rebuild to build it from the archive");
		return GK_DEAD;
	}
	out[n] = '\0';
	return GK_OK;
}

/* A rebuild may remove the generation between reading its name and opening it. */
static enum gk_status
open_current(struct gk_catalog *c, bool columns, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (int i = 0; i < OPEN_TRIES; i++) {
		char name[16];

		st = current_name(c->dir, name, err);
		if (st != GK_OK)
			return st;
		st = open_generation(c, name, columns, err);
		if (st == GK_OK || st == GK_REFUSED)
			return st;
		usleep(1000u << i);
	}
	return st == GK_RETRY ? GK_DEAD : st;
}

enum gk_status
gk_catalog_open(const char *dir, struct gk_catalog **out, struct gk_err *err)
{
	struct gk_catalog *c = calloc(1, sizeof *c);
	enum gk_status st;

	if (c == NULL || (c->dir = strdup(dir)) == NULL) {
		free(c);
		return gk_nomem(err);
	}
	st = damaged_hint(open_current(c, false, err), err);
	if (st != GK_OK) {
		gk_catalog_close(c);
		return st;
	}
	*out = c;
	return GK_OK;
}

enum gk_status
gk_catalog_whole(struct gk_catalog *c, struct gk_err *err)
{
	char *base = gk_path(c->dir, c->generation), *grams = base == NULL ? NULL : gk_path(base, GK_GRAMS_FILE), now[16];
	enum gk_status st = grams == NULL ? gk_nomem(err) : gk_seal_check_all(base, err);

	if (st == GK_OK)
		st = gk_grams_check(grams, c->text, err);
	free(grams);
	/* There need be none. */
	st = st == GK_END ? GK_OK : st;

	/* One that was replaced is removed while it is read. */
	if (st != GK_OK && current_name(c->dir, now, NULL) == GK_OK && strcmp(now, c->generation) != 0)
		st = GK_END;
	free(base);
	return st;
}

void
gk_catalog_rest(struct gk_catalog *c)
{
	if (c->text != NULL)
		gk_textstore_rest(c->text);
}

void
gk_catalog_close(struct gk_catalog *c)
{
	if (c == NULL)
		return;
	close_generation(c);
	gk_thesaurus_close(c->thesaurus);
	free(c->units.p);
	free(c->dir);
	free(c);
}

void
gk_catalog_tolerate(struct gk_catalog *c)
{
	c->tolerant = true;
	gk_index_tolerate(c->db);
}

size_t
gk_catalog_away(const struct gk_catalog *c)
{
	return gk_index_away(c->db);
}

size_t
gk_catalog_away_down(const struct gk_catalog *c)
{
	return gk_index_away_down(c->db);
}

void
gk_catalog_missing(const struct gk_catalog *c, struct gk_missing *out)
{
	uint64_t missing = gk_index_missing(c->db);

	*out = (struct gk_missing){ .n = 0 };
	for (size_t i = 0; i < gk_index_away(c->db); i++) {
		uint32_t first, last;

		if ((missing >> i & 1) == 0)
			continue;
		gk_index_away_range(c->db, i, &first, &last);
		out->range[out->n].first = first;
		out->range[out->n++].last = last;
		for (uint32_t d = first; c->col != NULL && d <= last && d <= c->col->last; d++)
			out->documents += c->col->units[d] != 0;
	}
}

enum gk_status
gk_catalog_away_check(struct gk_catalog *c, size_t i, struct gk_away_shown *out, struct gk_err *err)
{
	return gk_index_away_check(c->db, i, &out->first, &out->last, &out->where, err);
}

enum gk_status
gk_catalog_thesaurus(struct gk_catalog *c, const struct gk_thesaurus **out, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	if (c->thesaurus == NULL) {
		char *own = gk_path(c->dir, "../../" GK_SYNONYMS_FILE);
		struct gk_err bad = GK_ERR_INIT;

		/* A bad line of the office's own list costs itself; gongkai doctor tells of it. */
		st = own == NULL ? gk_nomem(err) : gk_thesaurus_open(own, &c->thesaurus, &bad);
		if (own != NULL && st != GK_OK)
			*err = bad;
		free(own);
	}
	*out = c->thesaurus;
	return st;
}

static bool
is_foreign(const struct gk_catalog *c, const char *name)
{
	char *base = gk_path(c->dir, name);
	bool foreign = base != NULL && gk_index_foreign(base);

	free(base);
	return foreign;
}

enum gk_status
gk_catalog_refresh(struct gk_catalog *c, uint64_t *generation, struct gk_err *err)
{
	char name[16];
	unsigned number = 0;
	enum gk_status st = current_name(c->dir, name, err);

	if (st != GK_OK)
		return st;
	if (strcmp(name, c->foreign) == 0) {
		st = GK_OK;
	} else if (strcmp(name, c->generation) != 0) {
		struct gk_catalog fresh = { .dir = c->dir, .tolerant = c->tolerant };

		/* The old one is kept until the new one is open: a handle always has something to answer from. */
		st = open_current(&fresh, c->col != NULL, err);
		if (st == GK_OK) {
			fresh.units = c->units;
			close_generation(c);
			gk_thesaurus_close(c->thesaurus);
			*c = fresh;
		} else if (is_foreign(c, name)) {
			/* A newer program has built its own: we were asked before it came, and answer from ours until we are started anew. */
			snprintf(c->foreign, sizeof c->foreign, "%s", name);
			if (err != NULL)
				*err = (struct gk_err)GK_ERR_INIT;
			st = GK_OK;
		}
	} else {
		struct gk_tries tries = { 0 };

		st = GK_RETRY;
		while (st == GK_RETRY && gk_try_again(&tries)) {
			st = gk_index_reopen(c->db, err);
			if (st == GK_OK)
				st = load_commit(c, c->col != NULL, err);
		}
		if (st == GK_RETRY)
			st = gk_too_fast(err);
	}
	if (st == GK_OK && generation != NULL) {
		sscanf(c->generation, "g%u", &number);
		*generation = (uint64_t)number << 40 | c->revision;
	}
	return damaged_hint(st, err);
}

/* --- one record --------------------------------------------------------------------- */

/* The first `max` documents that have the term. */
static enum gk_status
list(struct gk_catalog *c, const char *prefix, const char *value, uint32_t *docids, size_t max, size_t *n, struct gk_err *err)
{
	struct gk_buf term;
	struct gk_postings *p;
	enum gk_status st = GK_END;

	gk_buf_init(&term, GK_TERM_MAX);
	if (gk_buf_puts(&term, prefix) && gk_buf_puts(&term, value)) {
		st = gk_postings_open(c->db, term.p, term.n, &p, err);
		if (st == GK_OK) {
			st = gk_postings_next(p, docids, NULL, max, n, err);
			gk_postings_close(p);
		}
	}
	gk_buf_free(&term);
	return st;
}

static enum gk_status
find(struct gk_catalog *c, const char *prefix, const char *value, uint32_t *docid, struct gk_err *err)
{
	size_t n;

	return list(c, prefix, value, docid, 1, &n, err);
}

enum gk_status
gk_catalog_list_by(struct gk_catalog *c, const char *prefix, const char *value, uint32_t *docids, size_t max, size_t *n, struct gk_err *err)
{
	enum gk_status st;

	GK_RETRYING(c, st, err, list(c, prefix, value, docids, max, n, err));
	return st;
}

struct walk { gk_value_fn *each; void *arg; size_t skip; };

static bool
one_term(void *arg, const char *term, size_t n, uint32_t df)
{
	struct walk *w = arg;

	(void)df;
	return w->each(w->arg, term + w->skip, n - w->skip);
}

enum gk_status
gk_catalog_each(struct gk_catalog *c, const char *prefix, gk_value_fn *each, void *arg, struct gk_err *err)
{
	struct walk w = { each, arg, strlen(prefix) };
	enum gk_status st;

	GK_RETRYING(c, st, err, gk_index_terms(c->db, prefix, w.skip, one_term, &w, err));
	return st;
}

enum gk_status
gk_catalog_find(struct gk_catalog *c, const char *id, uint32_t *docid, struct gk_err *err)
{
	enum gk_status st;

	GK_RETRYING(c, st, err, find(c, GK_X_ID, id, docid, err));
	if (st == GK_END)
		GK_RETRYING(c, st, err, find(c, GK_X_HIDDEN, id, docid, err));
	return st;
}

enum gk_status
gk_catalog_find_public(struct gk_catalog *c, const char *id, uint32_t *docid, struct gk_err *err)
{
	enum gk_status st;

	GK_RETRYING(c, st, err, find(c, GK_X_ID, id, docid, err));
	return st;
}

enum gk_status
gk_catalog_find_by(struct gk_catalog *c, const char *prefix, const char *value, uint32_t *docid, struct gk_err *err)
{
	enum gk_status st;

	GK_RETRYING(c, st, err, find(c, prefix, value, docid, err));
	return st;
}

static enum gk_status
mark(struct gk_catalog *c, struct gk_place *out, struct gk_err *err)
{
	char *p;
	size_t n;
	enum gk_status st = gk_index_metadata(c->db, GK_M_MARK, &p, &n, err);

	if (st != GK_OK)
		return st;
	if (sscanf(p, "%" SCNu32 " %" SCNu64 " %" SCNu32, &out->segment, &out->offset, &out->length) != 3)
		*out = (struct gk_place){ 0, 0, 0 };
	free(p);
	return GK_OK;
}

enum gk_status
gk_catalog_mark(struct gk_catalog *c, struct gk_place *out, struct gk_err *err)
{
	enum gk_status st;

	GK_RETRYING(c, st, err, mark(c, out, err));
	return st;
}

static enum gk_status
places(struct gk_catalog *c, uint32_t docid, struct gk_place **out, size_t *n, struct gk_err *err)
{
	char *p;
	size_t len;
	enum gk_status st = gk_index_doc_data(c->db, docid, &p, &len, err);

	if (st != GK_OK)
		return st == GK_END ? gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有文档 %u", "there is no document %u", docid) : st;
	st = gk_places_decode(p, len, docid, out, n, err);
	free(p);
	return st;
}

enum gk_status
gk_catalog_places(struct gk_catalog *c, uint32_t docid, struct gk_place **out, size_t *n, struct gk_err *err)
{
	enum gk_status st;

	GK_RETRYING(c, st, err, places(c, docid, out, n, err));
	return st;
}

enum gk_status
gk_catalog_changed_since(struct gk_catalog *c, uint32_t seconds, uint32_t **docids, size_t *n, struct gk_err *err)
{
	const struct gk_columns *col;
	enum gk_status st;
	uint32_t *out;

	GK_RETRYING(c, st, err, gk_catalog_columns(c, err));
	if (st != GK_OK)
		return st;
	col = c->col;
	if ((out = malloc(((size_t)col->last + 1) * sizeof *out)) == NULL)
		return gk_nomem(err);
	*n = 0;
	/* Within one second the fraction decides, which only the events have. */
	for (uint32_t d = 1; d <= col->last; d++)
		if (col->units[d] != 0 && col->known[d][0] <= seconds && col->known[d][1] >= seconds)
			out[(*n)++] = d;
	*docids = out;
	return GK_OK;
}

uint32_t
gk_catalog_last(const struct gk_catalog *c)
{
	return gk_index_records(c->db);
}

bool
gk_catalog_changed_after(const struct gk_catalog *c, uint32_t docid, uint32_t seconds)
{
	/* What is not shown has no columns. */
	return c->col == NULL || docid > c->col->last || c->col->units[docid] == 0 || c->col->known[docid][1] > seconds;
}

/* --- totals ------------------------------------------------------------------------------ */

static bool
count_one(void *arg, const char *term, size_t n, uint32_t df)
{
	(void)term, (void)n, (void)df;
	++*(uint32_t *)arg;
	return true;
}

/* Adds the sizes of the files of a generation, which has folders in it but none in those. */
static void
sizes_below(const char *dir, uint64_t *bytes)
{
	DIR *d = opendir(dir);
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		char *path = e->d_name[0] == '.' ? NULL : gk_path(dir, e->d_name);
		struct stat sb;

		if (path != NULL && lstat(path, &sb) == 0 && S_ISREG(sb.st_mode))
			*bytes += (uint64_t)sb.st_size;
		else if (path != NULL && S_ISDIR(sb.st_mode))
			sizes_below(path, bytes);
		free(path);
	}
	if (d != NULL)
		closedir(d);
}

void
gk_catalog_sizes(struct gk_catalog *c, uint64_t *text, uint64_t *index)
{
	char *base = gk_path(c->dir, c->generation);

	*text = *index = 0;
	for (size_t i = 0; base != NULL && i < 2; i++) {
		char *path = gk_path(base, i == 0 ? "text" : "text.symbols");
		struct stat sb;

		if (path != NULL && stat(path, &sb) == 0)
			*text += (uint64_t)sb.st_size;
		free(path);
	}
	if (base != NULL)
		sizes_below(base, index);
	free(base);
}

static enum gk_status
totals(struct gk_catalog *c, bool terms, struct gk_totals *out, struct gk_err *err)
{
	char version[GK_INDEX_VERSION];
	uint64_t events = 0;
	enum gk_status st = gk_catalog_columns(c, err);

	if (st != GK_OK)
		return st;
	*out = (struct gk_totals){ .records = c->col->docs, .last = c->col->last, .revision = c->revision };
	snprintf(out->generation, sizeof out->generation, "%s", c->generation);
	gk_index_version(version);
	snprintf(out->version, sizeof out->version, "%.*s", (int)sizeof out->version - 1, version);
	gk_index_changed(c->db, &out->anew, &out->patched);
	out->shards = (uint32_t)gk_index_shards(c->db);
	gk_catalog_sizes(c, &out->text_bytes, &out->index_bytes);
	st = read_count(c, GK_M_EVENTS, &events, err);
	out->events = (uint32_t)events;
	if (st == GK_OK && terms)
		st = gk_index_terms(c->db, "", 0, count_one, &out->terms, err);
	if (st == GK_OK || st == GK_END)
		st = mark(c, &out->mark, err);
	return st;
}

enum gk_status
gk_catalog_totals(struct gk_catalog *c, bool terms, struct gk_totals *out, struct gk_err *err)
{
	enum gk_status st;

	GK_RETRYING(c, st, err, totals(c, terms, out, err));
	return st;
}
