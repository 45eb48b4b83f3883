/* The folder ARCHIVE/checkpoints. */
#include "archive/checkpoints.h"

#include "base/fault.h"
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "checkpoints"

enum { NAME = 12 + 5 };

static char *
path_of(const char *dir, uint64_t size)
{
	char *path;

	return asprintf(&path, "%s/" FOLDER "/%012" PRIu64 ".note", dir, size) < 0 ? NULL : path;
}

static bool
size_of_name(const char *name, uint64_t *size)
{
	if (strlen(name) != NAME || strspn(name, "0123456789") != 12 || strcmp(name + 12, ".note") != 0)
		return false;
	*size = strtoull(name, NULL, 10);
	return true;
}

enum gk_status
gk_checkpoint_newest(const char *dir, uint64_t *size, struct gk_err *err)
{
	char *path = gk_path(dir, FOLDER);
	enum gk_status st = GK_END;
	struct dirent *e;
	uint64_t n;
	DIR *d;

	if (path == NULL)
		return gk_nomem(err);
	d = gk_fault("open") ? NULL : opendir(path);
	if (d == NULL && errno != ENOENT)
		st = gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能打开文件夹 '%s'：%s", "cannot open folder '%s': %s", path, strerror(errno));
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (!size_of_name(e->d_name, &n) || (st == GK_OK && n < *size))
			continue;
		*size = n;
		st = GK_OK;
	}
	if (d != NULL)
		closedir(d);
	free(path);
	return st;
}

static enum gk_status
parse(const char *path, uint64_t size, const struct gk_buf *text, struct gk_note *note, struct gk_checkpoint *out, struct gk_err *err)
{
	enum gk_status st = gk_note_parse(text->p == NULL ? "" : text->p, text->n, note, NULL);

	if (st == GK_OK)
		st = gk_checkpoint_parse(note->text, note->text_n, out, NULL);
	if (st == GK_OK && out->size == size)
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "'%s' 不是 %" PRIu64 " 条记录的检查点", "'%s' is no checkpoint of %" PRIu64 " records", path, size);
	gk_hint(err, "用别处保存的同一检查点换回它", "put back the same checkpoint from where else it was kept");
	return GK_REFUSED;
}

enum gk_status
gk_checkpoint_load(const char *dir, uint64_t size, struct gk_buf *text, struct gk_note *note, struct gk_checkpoint *out, struct gk_err *err)
{
	char *path = path_of(dir, size);
	enum gk_status st;

	gk_buf_init(text, GK_NOTE_MAX);
	if (path == NULL)
		return gk_nomem(err);
	if (access(path, F_OK) < 0 && errno == ENOENT) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有 %" PRIu64 " 条记录的检查点", "there is no checkpoint of %" PRIu64 " records", size);
	} else {
		st = gk_read_file(path, GK_NOTE_MAX, text, err);
		if (st == GK_OK)
			st = parse(path, size, text, note, out, err);
	}
	if (st != GK_OK)
		gk_buf_free(text);
	free(path);
	return st;
}

enum gk_status
gk_checkpoint_store(const char *dir, uint64_t size, const struct gk_buf *text, struct gk_err *err)
{
	char *path = path_of(dir, size), *folder = gk_path(dir, FOLDER);
	enum gk_status st = path == NULL || folder == NULL ? gk_nomem(err) : gk_make_dir(folder, 0755, err);

	/* The folder's own name must be on the device before anything is said of what is in it. */
	if (st == GK_OK)
		st = gk_sync_dir(dir, err);
	if (st == GK_OK)
		st = gk_replace_file(path, 0644, text->p, text->n, err);
	free(folder);
	free(path);
	return st;
}
