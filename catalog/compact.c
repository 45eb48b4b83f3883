/*
 * Writing a generation anew without gaps.  B-trees that grew are two thirds full, and posting lists of many commits lie in
 * many small pieces.  Of the parts of the lower layer that belong to one shard one is made, which is dense (catalog/dense.h), and behind the last an
 * empty one for what comes: both layers shrink, and lists are read faster.  Nothing else changes, so every answer stays as it is.
 */
#include "base/fault.h"
#include "base/io.h"
#include "base/threads.h"
#include "catalog/away.h"
#include "catalog/dense-write.h"
#include "catalog/dense.h"
#include "catalog/generation-copy.h"
#include "catalog/glass.h"
#include "catalog/grams.h"
#include "catalog/put.h"
#include "catalog/schema.h"
#include "catalog/seal.h"
#include "xapianc/write.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DRAFT "draft"
#define GROWN "grown"
/* To look at the texts of so many documents costs a fraction of a millisecond; of a large archive one in a hundred, so that the table takes the same share of a compaction. */
enum { GRAMS_LEAST = 1000, GRAMS_SHARE = 100 };
#define NOTE "compacted"	/* how many records there were when it was done, as decimal text */

static enum gk_status
cannot(struct gk_err *err, const char *path)
{
	return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能复制 '%s'：%s", "cannot copy '%s': %s", path, strerror(errno));
}

static enum gk_status
copy_bytes(int from, int to, const char *path, struct gk_err *err)
{
	enum { PIECE = 1024 * 1024 };
	char *piece = malloc(PIECE);
	struct stat sb;
	enum gk_status st = piece == NULL ? gk_nomem(err) : fstat(from, &sb) < 0 ? cannot(err, path) : GK_OK;

	for (off_t at = 0; st == GK_OK && at < sb.st_size;) {
		size_t n = sb.st_size - at < PIECE ? (size_t)(sb.st_size - at) : PIECE;

		if (!gk_pread_all(from, piece, n, at) || !gk_write_all(to, piece, n))
			st = cannot(err, path);
		at += (off_t)n;
	}
	if (st == GK_OK && (gk_fault("fdatasync") || fdatasync(to) < 0))
		st = cannot(err, path);
	free(piece);
	return st;
}

static enum gk_status
copy_one(const char *from, const char *to, const char *name, struct gk_err *err)
{
	char *old = gk_path(from, name), *fresh = gk_path(to, name);
	struct stat sb;
	enum gk_status st = old == NULL || fresh == NULL ? gk_nomem(err) : GK_OK;

	if (st == GK_OK && lstat(old, &sb) == 0 && S_ISREG(sb.st_mode)) {
		int in = gk_fault("open") ? -1 : open(old, O_RDONLY | O_CLOEXEC), out = in < 0 ? -1 : open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

		st = out < 0 ? cannot(err, old) : copy_bytes(in, out, old, err);
		if (out >= 0 && close(out) < 0 && st == GK_OK)
			st = cannot(err, old);
		if (in >= 0)
			close(in);
	}
	free(old);
	free(fresh);
	return st;
}

enum gk_status
gk_copy_files(const char *from, const char *to, struct gk_err *err)
{
	DIR *d = opendir(from);
	const struct dirent *e;
	enum gk_status st = GK_OK;

	if (d == NULL)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能打开文件夹 '%s'：%s", "cannot open folder '%s': %s", from, strerror(errno));
	while (st == GK_OK && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' && strcmp(e->d_name, NOTE) != 0)
			st = copy_one(from, to, e->d_name, err);
	closedir(d);
	return st;
}

/*
 * Xapian does not look at what fdatasync says of the files it compacts into: so they are only a draft, and what counts
 * is a copy of it that we have written and seen reach the disk.
 */
enum gk_status
gk_copy_layer(const char *from, const char *to, const char *name, struct gk_err *err)
{
	char *old = gk_path(from, name), *fresh = gk_path(to, name), *draft = gk_path(to, DRAFT);
	enum gk_status st = old == NULL || fresh == NULL || draft == NULL ? gk_nomem(err) : xc_compact(old, draft, err);

	if (st == GK_OK)
		st = gk_make_dir(fresh, 0755, err);
	if (st == GK_OK)
		st = gk_copy_files(draft, fresh, err);
	if (st == GK_OK)
		st = gk_sync_dir(fresh, err);
	if (st == GK_OK)
		st = gk_remove_tree(draft, err);
	free(old);
	free(fresh);
	free(draft);
	return st;
}

/* A metadatum of one of the generation's indexes. */
static enum gk_status
metadata_of(const char *base, const char *name, const char *key, char **value, struct gk_err *err)
{
	char *path = gk_path(base, name);
	struct xc_db *db = NULL;
	size_t n;
	enum gk_status st = path == NULL ? gk_nomem(err) : xc_db_open(path, &db, err);

	*value = NULL;
	if (st == GK_OK)
		st = xc_metadata(db, key, value, &n, err);
	xc_db_close(db);
	free(path);
	return st;
}

enum gk_status
gk_copy_metadata(const char *base, const char *key, char **value, struct gk_err *err)
{
	return metadata_of(base, GK_CHANGES, key, value, err);
}

enum gk_status
gk_copy_parts(const char *base, uint32_t **firsts, size_t *n, struct gk_err *err)
{
	char *text;
	enum gk_status st = gk_copy_metadata(base, GK_M_SHARDS, &text, err);

	if (st == GK_OK)
		st = gk_glass_firsts(text, firsts, n, err);
	free(text);
	return st;
}

/* --- the lower layer ---------------------------------------------------------------------------- */

static enum gk_status
copy_folder(const char *from, const char *to, const char *name, struct gk_err *err)
{
	char *old = gk_path(from, name), *fresh = gk_path(to, name);
	enum gk_status st = old == NULL || fresh == NULL ? gk_nomem(err) : gk_make_dir(fresh, 0755, err);

	if (st == GK_OK)
		st = gk_copy_files(old, fresh, err);
	if (st == GK_OK)
		st = gk_sync_dir(fresh, err);
	free(old);
	free(fresh);
	return st;
}

/* Is that what a compaction has left? */
static enum gk_status
is_compacted(const char *base, const char *name, bool *compacted, struct gk_err *err)
{
	char *word;
	enum gk_status st = metadata_of(base, name, GK_M_VERSION, &word, err);

	*compacted = st == GK_OK && strcmp(word, GK_DENSE) == 0;
	free(word);
	return st;
}

/* In a folder of its own, because the draft that is compacted from it is to have its name. */
static enum gk_status
make_dense(const char *from, const char *to, const uint32_t *firsts, size_t n, uint32_t last, const char *name, struct gk_err *err)
{
	char *grown = gk_path(to, GROWN), *path = grown == NULL ? NULL : gk_path(grown, name);
	enum gk_status st = path == NULL ? gk_nomem(err) : gk_make_dir(grown, 0755, err);

	if (st == GK_OK)
		st = gk_dense_write(from, firsts, n, last, path, err);
	if (st == GK_OK)
		st = gk_copy_layer(grown, to, name, err);
	if (st == GK_OK)
		st = gk_remove_tree(grown, err);
	free(path);
	path = st == GK_OK ? gk_path(to, name) : NULL;
	if (st == GK_OK)
		st = path == NULL ? gk_nomem(err) : gk_seal_write(path, err);
	free(grown);
	free(path);
	return st;
}

/* One part of those of a shard, which hold the records up to `last`. */
static enum gk_status
copy_shard(const char *from, const char *to, const uint32_t *firsts, size_t n, uint32_t last, struct gk_err *err)
{
	char name[GK_GLASS_NAME];
	bool compacted = false;
	enum gk_status st = GK_OK;

	gk_glass_name(firsts[0], name);
	if (n == 1)
		st = is_compacted(from, name, &compacted, err);
	if (st != GK_OK)
		return st;
	return compacted ? copy_folder(from, to, name, err) : make_dense(from, to, firsts, n, last, name, err);
}

enum gk_status
gk_copy_tail(const char *base, uint32_t first, struct gk_err *err)
{
	char name[GK_GLASS_NAME], *path;
	struct xc_writer *w = NULL;
	enum gk_status st;

	gk_glass_name(first, name);
	path = gk_path(base, name);
	st = path == NULL ? gk_nomem(err) : xc_writer_open(path, XC_ONLY_ADDS, true, &w, err);
	if (st == GK_OK)
		st = xc_writer_set_metadata(w, GK_M_VERSION, GK_DENSE_NOT, sizeof GK_DENSE_NOT - 1, err);
	if (st == GK_OK)
		st = xc_writer_commit(w, err);
	xc_writer_close(w);
	free(path);
	return st;
}

enum gk_status
gk_copy_name_parts(struct xc_writer *changes, const uint32_t *firsts, size_t n, struct gk_err *err)
{
	struct gk_buf text;
	enum gk_status st;

	/* The first one always begins with 1. */
	gk_buf_init(&text, n * 12);
	for (size_t i = 1; i < n; i++)
		gk_buf_printf(&text, i == 1 ? "%u" : " %u", firsts[i]);
	st = text.failed ? gk_nomem(err) : xc_writer_set_metadata(changes, GK_M_SHARDS, text.p, text.n, err);
	gk_buf_free(&text);
	return st;
}

struct lower { uint32_t *firsts, *kept; size_t n, n_kept; uint32_t shard; bool away; };

static enum gk_status
read_lower(const char *base, struct lower *l, struct gk_err *err)
{
	char *text = NULL, *file = gk_path(base, GK_AWAY_FILE);
	enum gk_status st = file == NULL ? gk_nomem(err) : gk_copy_parts(base, &l->firsts, &l->n, err);

	if (st == GK_OK)
		st = gk_copy_metadata(base, GK_M_SHARD_SIZE, &text, err);
	if (st == GK_OK) {
		l->shard = (uint32_t)strtoul(text, NULL, 10);
		l->away = access(file, F_OK) == 0;
		l->kept = calloc(l->n + 1, sizeof *l->kept);
		st = l->kept == NULL ? gk_nomem(err) : GK_OK;
	}
	free(text);
	free(file);
	return st;
}

/* What stands beyond the last record is of a commit that was not completed; such records come again. */
static enum gk_status
lower_layer(const char *from, const char *to, struct lower *l, uint32_t records, struct gk_err *err)
{
	enum gk_status st = GK_OK;
	size_t n = l->n;

	while (n > 0 && l->firsts[n - 1] > records)
		n--;
	/* Words that are away have none of this. */
	if (l->away && n > 0) {
		st = gk_copy_layer(from, to, GK_GLASS, err);
		l->kept[l->n_kept++] = 1;
	}
	for (size_t at = l->n_kept; st == GK_OK && at < n;) {
		size_t end = gk_glass_shard_end(l->firsts, n, l->shard, at);

		st = copy_shard(from, to, l->firsts + at, end - at, end < n ? l->firsts[end] - 1 : records, err);
		l->kept[l->n_kept++] = l->firsts[at];
		at = end;
	}
	if (st == GK_OK)
		st = gk_copy_tail(to, records + 1, err);
	l->kept[l->n_kept++] = records + 1;
	return st;
}

static enum gk_status
name_parts(const char *base, const struct lower *l, struct gk_err *err)
{
	char *path = gk_path(base, GK_CHANGES);
	struct xc_writer *w = NULL;
	enum gk_status st = path == NULL ? gk_nomem(err) : xc_writer_open(path, XC_REPLACES, false, &w, err);

	if (st == GK_OK)
		st = gk_copy_name_parts(w, l->kept, l->n_kept, err);
	if (st == GK_OK)
		st = xc_writer_commit(w, err);
	xc_writer_close(w);
	free(path);
	return st;
}

/* With fault points a test can have long grams of a few records. */
static uint32_t
grams_least(uint32_t records)
{
#ifdef GK_FAULTS
	const char *other = getenv("GONGKAI_GRAMS_LEAST");

	if (other != NULL)
		return (uint32_t)strtoul(other, NULL, 10);
#endif
	return records / GRAMS_SHARE > GRAMS_LEAST ? records / GRAMS_SHARE : GRAMS_LEAST;
}

/* --- what can be done on another core ----------------------------------------------------------- */

struct beside {
	enum gk_status (*work)(const struct beside *b, struct gk_err *err);
	const char *old, *fresh;
	uint32_t least;
	struct gk_err err;
	enum gk_status st;
	pthread_t thread;
	bool apart;
};

static enum gk_status
copy_text(const struct beside *b, struct gk_err *err)
{
	return gk_copy_files(b->old, b->fresh, err);
}

/* Nothing that the table depends on is changed by a compaction. */
static enum gk_status
make_grams(const struct beside *b, struct gk_err *err)
{
	return gk_grams_make(b->old, b->fresh, b->least, err);
}

/* Words that are away would all come over the network; what was known before still holds. */
static enum gk_status
keep_grams(const struct beside *b, struct gk_err *err)
{
	return gk_grams_keep(b->fresh, err);
}

static void *
working(void *arg)
{
	struct beside *b = arg;

	b->st = b->work(b, &b->err);
	return NULL;
}

static void
begin_beside(struct beside *b, enum gk_status (*work)(const struct beside *b, struct gk_err *err))
{
	b->work = work;
	b->apart = gk_threads(2) > 1 && pthread_create(&b->thread, NULL, working, b) == 0;
}

/* st: what became of the rest, whose error counts. */
static enum gk_status
end_beside(struct beside *b, enum gk_status st, struct gk_err *err)
{
	if (b->apart)
		pthread_join(b->thread, NULL);
	else if (st == GK_OK)
		working(b);
	if (st == GK_OK && b->st != GK_OK && err != NULL)
		*err = b->err;
	return st == GK_OK ? b->st : st;
}

static enum gk_status
compact(const char *old, const char *fresh, struct lower *lower, uint32_t records, struct gk_err *err)
{
	struct beside b = { .old = old, .fresh = fresh, .least = grams_least(records), .err = GK_ERR_INIT };
	enum gk_status st;

	/* What is damaged is not to have a new seal, and before that is known nothing is read as an index. */
	begin_beside(&b, copy_text);
	st = end_beside(&b, gk_seal_check_all(old, err), err);
	if (st == GK_OK)
		st = read_lower(old, lower, err);
	if (st != GK_OK)
		return st;
	begin_beside(&b, lower->away ? keep_grams : make_grams);
	st = lower_layer(old, fresh, lower, records, err);
	if (st == GK_OK)
		st = gk_copy_layer(old, fresh, GK_CHANGES, err);
	if (st == GK_OK)
		st = name_parts(fresh, lower, err);
	return end_beside(&b, st, err);
}

enum gk_status
gk_generation_compact(const char *dir, const char *from, uint32_t records, char out[GK_GENERATION], struct gk_err *err)
{
	char *old = gk_path(dir, from), *fresh = NULL, *note = NULL, text[16];
	struct lower lower = { .n = 0 };
	enum gk_status st = old == NULL ? gk_nomem(err) : gk_generation_new(dir, out, err);

	if (st == GK_OK && ((fresh = gk_path(dir, out)) == NULL || (note = gk_path(fresh, NOTE)) == NULL))
		st = gk_nomem(err);
	if (st == GK_OK)
		st = compact(old, fresh, &lower, records, err);
	if (st == GK_OK)
		st = gk_replace_file(note, 0644, text, (size_t)snprintf(text, sizeof text, "%u", records), err);
	if (st != GK_OK && fresh != NULL)
		gk_remove_tree(fresh, NULL);
	free(lower.firsts);
	free(lower.kept);
	free(old);
	free(fresh);
	free(note);
	return st;
}

uint32_t
gk_generation_compacted(const char *dir, const char *generation)
{
	char *base = gk_path(dir, generation), *note = base == NULL ? NULL : gk_path(base, NOTE);
	struct gk_buf text;
	uint32_t records = 0;

	if (note != NULL && gk_read_file(note, 16, &text, NULL) == GK_OK) {
		records = text.n == 0 ? 0 : (uint32_t)strtoul(text.p, NULL, 10);
		gk_buf_free(&text);
	}
	free(base);
	free(note);
	return records;
}
