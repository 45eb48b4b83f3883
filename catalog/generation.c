/*
 * Generations of an index: a folder g000001, g000002 … and a symbolic link
 * "current" that one rename moves from one to the next.
 */
#include "base/fault.h"
#include "base/io.h"
#include "catalog/layers.h"
#include "catalog/put.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ASIDE "damaged-"

static bool
is_generation(const char *name, unsigned *number)
{
	char end;

	return name[0] == 'g' && strlen(name) == 7 && sscanf(name + 1, "%6u%c", number, &end) == 1;
}

enum gk_status
gk_generation_current(const char *dir, char out[GK_GENERATION], struct gk_err *err)
{
	char *link = gk_path(dir, "current");
	char target[GK_GENERATION];
	unsigned number;
	ssize_t n;
	enum gk_status st = GK_OK;

	if (link == NULL)
		return gk_nomem(err);
	n = readlink(link, target, sizeof target - 1);
	if (n < 0 && errno == ENOENT) {
		st = GK_END;
	} else if (n < 0) {
		st = gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能读取 '%s'：%s", "cannot read '%s': %s", link, strerror(errno));
	} else {
		target[n] = '\0';
		if (is_generation(target, &number))
			memcpy(out, target, (size_t)n + 1);
		else
			st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "'%s' 不指向索引", "'%s' does not point to an index", link);
	}
	free(link);
	return st;
}

enum gk_status
gk_generation_new(const char *dir, char out[GK_GENERATION], struct gk_err *err)
{
	unsigned number, last = 0;
	char *path;
	DIR *d = opendir(dir);
	const struct dirent *e;
	enum gk_status st;

	if (d == NULL)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能打开文件夹 '%s'：%s", "cannot open folder '%s': %s", dir, strerror(errno));
	while ((e = readdir(d)) != NULL) {
		const char *name = strncmp(e->d_name, ASIDE, strlen(ASIDE)) == 0 ? e->d_name + strlen(ASIDE) : e->d_name;

		/* A name is never given twice: a reader that is open knows the old one by it. */
		if (is_generation(name, &number) && number > last)
			last = number;
	}
	closedir(d);
	/* Nor the one that readers are sent to, even if its folder is gone: they must not find a half-built one there. */
	if (gk_generation_current(dir, out, NULL) == GK_OK && is_generation(out, &number) && number > last)
		last = number;
	/* Behind the last number of all comes the first one that is free. */
	do {
		struct stat sb;

		last = (last + 1) % 1000000;
		snprintf(out, GK_GENERATION, "g%06u", last);
		path = gk_path(dir, out);
		if (path == NULL)
			return gk_nomem(err);
		if (lstat(path, &sb) != 0)
			break;
		free(path);
	} while (true);
	st = gk_make_dir(path, 0755, err);
	free(path);
	return st == GK_OK ? gk_sync_dir(dir, err) : st;
}

bool
gk_generation_foreign(const char *path)
{
	return gk_index_foreign(path);
}

/* Both a server that is still the former program and one that is asked at this moment read from it. */
static bool
is_foreign(const char *dir, const char *generation)
{
	char *path = generation[0] != '\0' ? gk_path(dir, generation) : NULL;
	bool foreign = path != NULL && gk_index_foreign(path);

	free(path);
	return foreign;
}

/*
 * All other generations are removed: also what a killed rebuild left behind.  But the one that was in use before, if it is of another version of
 * the program: a server that has not been started anew still answers from it.  It goes with the next one.
 */
static enum gk_status
remove_others(const char *dir, const char *keep, const char *former, struct gk_err *err)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	unsigned number;
	enum gk_status st = GK_OK;

	if (d == NULL)
		return GK_OK;
	while (st == GK_OK && (e = readdir(d)) != NULL) {
		char *path;

		if (!is_generation(e->d_name, &number) || strcmp(e->d_name, keep) == 0 || strcmp(e->d_name, former) == 0)
			continue;
		path = gk_path(dir, e->d_name);
		st = path == NULL ? gk_nomem(err) : gk_remove_tree(path, err);
		free(path);
	}
	closedir(d);
	return st;
}

enum gk_status
gk_generation_use(const char *dir, const char *generation, struct gk_err *err)
{
	char *link = gk_path(dir, "current"), *fresh = gk_path(dir, "current.new");
	char former[GK_GENERATION] = "";
	enum gk_status st = GK_OK;

	if (gk_generation_current(dir, former, NULL) != GK_OK || !is_foreign(dir, former))
		former[0] = '\0';

	if (link == NULL || fresh == NULL)
		st = gk_nomem(err);
	if (st == GK_OK && unlink(fresh) < 0 && errno != ENOENT)
		st = gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能删除 '%s'：%s", "cannot remove '%s': %s", fresh, strerror(errno));
	if (st == GK_OK && (symlink(generation, fresh) < 0 || gk_fault("rename") || rename(fresh, link) < 0))
		st = gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能启用索引 '%s'：%s", "cannot put index '%s' in place: %s", generation, strerror(errno));
	if (st == GK_OK)
		st = gk_sync_dir(dir, err);
	if (st == GK_OK)
		st = remove_others(dir, generation, former, err);
	free(link);
	free(fresh);
	return st;
}

enum gk_status
gk_generation_set_aside(const char *dir, const char *generation, struct gk_err *err)
{
	char name[GK_GENERATION + 16];
	char *from = gk_path(dir, generation), *to;
	enum gk_status st = GK_OK;

	snprintf(name, sizeof name, ASIDE "%s", generation);
	to = gk_path(dir, name);
	if (from == NULL || to == NULL)
		st = gk_nomem(err);
	if (st == GK_OK)
		st = gk_remove_tree(to, err);
	/* A link to nowhere leaves nothing to set aside. */
	if (st == GK_OK && rename(from, to) < 0 && errno != ENOENT)
		st = gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能移开索引 '%s'：%s", "cannot set index '%s' aside: %s", generation, strerror(errno));
	if (st == GK_OK)
		st = gk_sync_dir(dir, err);
	free(from);
	free(to);
	return st;
}
