/* Looking at the seals of parts. */
#include "catalog/seal.h"

#include "base/digest.h"
#include "base/fault.h"
#include "base/io.h"
#include "catalog/dense.h"
#include "catalog/glass.h"
#include "catalog/schema.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1024 * 1024, SEAL_MAX = 4096 };

static enum gk_status
cannot(struct gk_err *err, const char *path)
{
	return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能读取 '%s'：%s", "cannot read '%s': %s", path, strerror(errno));
}

static enum gk_status
damaged(struct gk_err *err, const char *path)
{
	gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引文件 '%s' 已损坏：与写成时不同", "the index file '%s' is damaged: it is not as it was written", path);
	gk_hint(err, "档案不受影响；用 'gongkai index rebuild' 重建索引", "the archive is not touched by this; 'gongkai index rebuild' builds the index again");
	return GK_DEAD;
}

static enum gk_status
sum_of(const char *path, uint64_t *size, uint32_t *sum, struct gk_err *err)
{
	char *piece = malloc(PIECE);
	int fd = gk_fault("open") ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	struct stat sb;
	enum gk_status st = piece == NULL ? gk_nomem(err) : fd < 0 || fstat(fd, &sb) < 0 ? cannot(err, path) : GK_OK;

	*sum = 0;
	*size = st == GK_OK ? (uint64_t)sb.st_size : 0;
	for (uint64_t at = 0; st == GK_OK && at < *size;) {
		const size_t n = *size - at < PIECE ? (size_t)(*size - at) : PIECE;

		if (!gk_pread_all(fd, piece, n, (off_t)at))
			st = cannot(err, path);
		else
			*sum = gk_crc32(*sum, piece, n);
		at += n;
	}
	if (fd >= 0)
		close(fd);
	free(piece);
	return st;
}

/* Xapian's tables and what says which of their blocks count; not its lock, nor ours. */
static bool
is_sealed(const char *name)
{
	const size_t n = strlen(name), k = strlen("glass");

	return n >= k && strcmp(name + n - k, "glass") == 0;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
pick(const struct dirent *e)
{
	return is_sealed(e->d_name);
}

enum gk_status
gk_seal_of(const char *folder, struct gk_buf *out, struct gk_err *err)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, pick, by_name);
	enum gk_status st = n < 0 ? cannot(err, folder) : GK_OK;

	gk_buf_init(out, SEAL_MAX);
	for (int i = 0; i < n; i++) {
		char *path = gk_path(folder, names[i]->d_name);
		uint64_t size = 0;
		uint32_t sum = 0;

		if (st == GK_OK)
			st = path == NULL ? gk_nomem(err) : sum_of(path, &size, &sum, err);
		if (st == GK_OK && !gk_buf_printf(out, "%s %llu %08x\n", names[i]->d_name, (unsigned long long)size, sum))
			st = gk_nomem(err);
		free(path);
		free(names[i]);
	}
	free(names);
	if (st != GK_OK)
		gk_buf_free(out);
	return st;
}

/* The first file by which the two differ. */
static enum gk_status
differs(const char *folder, const char *was, const char *is, struct gk_err *err)
{
	const char *line = was;
	char *name, *path;
	enum gk_status st;

	for (size_t i = 0; was[i] != '\0' && was[i] == is[i]; i++)
		if (was[i] == '\n')
			line = was + i + 1;
	/* Behind the last line of what was, something came that is more. */
	name = strndup(*line == '\0' ? GK_SEAL : line, *line == '\0' ? strlen(GK_SEAL) : strcspn(line, " \n"));
	path = name == NULL ? NULL : gk_path(folder, name);
	st = path == NULL ? gk_nomem(err) : damaged(err, path);
	free(name);
	free(path);
	return st;
}

enum gk_status
gk_seal_check(const char *folder, struct gk_err *err)
{
	char *path = gk_path(folder, GK_SEAL);
	struct gk_buf was, is;
	enum gk_status st = path == NULL ? gk_nomem(err) : access(path, F_OK) < 0 && errno == ENOENT ? GK_END : gk_read_file(path, SEAL_MAX, &was, err);

	if (st == GK_REFUSED)
		st = damaged(err, path);
	if (st != GK_OK) {
		free(path);
		return st;
	}
	st = gk_seal_of(folder, &is, err);
	if (st == GK_OK) {
		if (was.n != is.n || (was.n > 0 && memcmp(was.p, is.p, was.n) != 0))
			st = differs(folder, was.p == NULL ? "" : was.p, is.p == NULL ? "" : is.p, err);
		gk_buf_free(&is);
	}
	gk_buf_free(&was);
	free(path);
	return st;
}

/* Only what is dense is never written to again. */
static enum gk_status
check_part(const char *base, uint32_t first, struct gk_err *err)
{
	char name[GK_GLASS_NAME], *folder;
	struct xc_db *db = NULL;
	bool dense = false;
	enum gk_status st;

	gk_glass_name(first, name);
	folder = gk_path(base, name);
	st = folder == NULL ? gk_nomem(err) : gk_seal_check(folder, err);
	if (st == GK_END) {
		st = xc_db_open(folder, &db, err);
		if (st == GK_OK)
			st = gk_dense_is(db, &dense, err);
		xc_db_close(db);
		if (st == GK_OK && dense) {
			char *seal = gk_path(folder, GK_SEAL);

			st = seal == NULL ? gk_nomem(err) : damaged(err, seal);
			free(seal);
		}
	}
	free(folder);
	return st;
}

static enum gk_status
read_parts(const char *base, uint32_t **firsts, size_t *n, uint32_t *records, struct gk_err *err)
{
	char *changes = gk_path(base, GK_CHANGES), *parts = NULL, *last = NULL;
	struct xc_db *db = NULL;
	size_t len;
	enum gk_status st = changes == NULL ? gk_nomem(err) : xc_db_open(changes, &db, err);

	if (st == GK_OK)
		st = xc_metadata(db, GK_M_SHARDS, &parts, &len, err);
	if (st == GK_OK)
		st = xc_metadata(db, GK_M_RECORDS, &last, &len, err);
	if (st == GK_OK) {
		*records = (uint32_t)strtoul(last, NULL, 10);
		st = gk_glass_firsts(parts, firsts, n, err);
	}
	xc_db_close(db);
	free(parts);
	free(last);
	free(changes);
	return st;
}

enum gk_status
gk_seal_check_all(const char *base, struct gk_err *err)
{
	uint32_t *firsts = NULL, records = 0;
	size_t n = 0;
	enum gk_status st = read_parts(base, &firsts, &n, &records, err);

	/* A part behind the last record is of a commit that is not completed. */
	for (size_t i = 0; st == GK_OK && i < n && firsts[i] <= records; i++)
		st = check_part(base, firsts[i], err);
	free(firsts);
	return st;
}
