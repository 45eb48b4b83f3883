/* Files and folders. */
#include "base/io.h"

#include "base/fault.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* A file system that counts late finds only now that there is no room. */
static enum gk_status
unflushed(struct gk_err *err, const char *path)
{
	const int e = errno;

	return gk_fail(err, GK_DEAD, gk_cause_of_errno(e) == GK_CAUSE_NO_SPACE ? GK_CAUSE_NO_SPACE : GK_CAUSE_DEVICE,
		       "设备拒绝写盘：'%s'：%s", "the device refused to flush '%s': %s", path, strerror(e));
}

static enum gk_status
failed(struct gk_err *err, const char *zh, const char *en, const char *path)
{
	int e = errno;
	char reason[128];

	/* strerror_r of GNU may use its own string. */
	snprintf(reason, sizeof reason, "%s", strerror(e));
	return gk_fail(err, GK_DEAD, gk_cause_of_errno(e),
		       "%s%.0s '%s'：%s", "%.0s%s '%s': %s", zh, en, path, reason);
}

enum gk_status
gk_read_file(const char *path, size_t max, struct gk_buf *out, struct gk_err *err)
{
	enum gk_status st = GK_OK;
	struct stat sb;
	int fd;

	gk_buf_init(out, max);
	fd = gk_fault("open") ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return failed(err, "不能打开", "cannot open", path);
	if (fstat(fd, &sb) < 0 || !S_ISREG(sb.st_mode)) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "'%s' 不是普通文件", "'%s' is not a regular file", path);
		goto out;
	}
	if ((uintmax_t)sb.st_size > max) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "'%s' 有 %jd 字节，超过上限 %zu", "'%s' has %jd bytes, more than the limit of %zu",
			     path, (intmax_t)sb.st_size, max);
		goto out;
	}
	for (;;) {
		char *to = gk_buf_room(out, out->n < (size_t)sb.st_size ? (size_t)sb.st_size - out->n : (out->max > out->n ? 1 : 0));
		ssize_t got;

		if (to == NULL) {
			st = gk_nomem(err);
			goto out;
		}
		got = gk_fault("read") ? -1 : read(fd, to, out->cap - out->n - 1 < out->max - out->n ? out->cap - out->n - 1 : out->max - out->n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			st = failed(err, "不能读取", "cannot read", path);
			goto out;
		}
		if (got == 0)
			break;
		out->n += (size_t)got;
	}
	if (out->p != NULL)
		out->p[out->n] = '\0';
out:
	close(fd);
	if (st != GK_OK)
		gk_buf_free(out);
	return st;
}

bool
gk_write_all(int fd, const void *p, size_t n)
{
	const char *at = p;

	if (gk_fault("write"))
		return false;
	gk_fault_tear(fd, p, n);
	while (n > 0) {
		ssize_t put = write(fd, at, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		at += put;
		n -= (size_t)put;
	}
	return true;
}

bool
gk_pread_all(int fd, void *p, size_t n, off_t offset)
{
	char *at = p;

	if (gk_fault("read"))
		return false;
	while (n > 0) {
		ssize_t got = pread(fd, at, n, offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			if (got == 0)
				errno = 0;
			return false;
		}
		at += got;
		n -= (size_t)got;
		offset += got;
	}
	return true;
}

enum gk_status
gk_sync_dir(const char *path, struct gk_err *err)
{
	enum gk_status st = GK_OK;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return failed(err, "不能打开文件夹", "cannot open folder", path);
	if (gk_fault("fsync") || fsync(fd) < 0)
		st = unflushed(err, path);
	close(fd);
	return st;
}

enum gk_status
gk_replace_file(const char *path, mode_t mode, const void *p, size_t n, struct gk_err *err)
{
	enum gk_status st = GK_OK;
	size_t len = strlen(path);
	char *tmp = malloc(len + 8), *slash;
	int fd;

	if (tmp == NULL)
		return gk_nomem(err);
	memcpy(tmp, path, len);
	memcpy(tmp + len, ".XXXXXX", 8);
	fd = gk_fault("open") ? -1 : mkostemp(tmp, O_CLOEXEC);
	if (fd < 0) {
		st = failed(err, "不能写入", "cannot write", path);
		free(tmp);
		return st;
	}
	if (fchmod(fd, mode) < 0 || !gk_write_all(fd, p, n))
		st = failed(err, "不能写入", "cannot write", path);
	else if (gk_fault("fsync") || fsync(fd) < 0)
		st = unflushed(err, path);
	close(fd);
	if (st == GK_OK && (gk_fault("rename") || rename(tmp, path) < 0))
		st = failed(err, "不能改名为", "cannot rename to", path);
	if (st != GK_OK) {
		unlink(tmp);
		free(tmp);
		return st;
	}
	memcpy(tmp, path, len + 1);
	slash = strrchr(tmp, '/');
	if (slash == tmp)
		slash[1] = '\0';
	else if (slash != NULL)
		*slash = '\0';
	st = gk_sync_dir(slash == NULL ? "." : tmp, err);
	free(tmp);
	return st;
}

enum gk_status
gk_make_dir(const char *path, mode_t mode, struct gk_err *err)
{
	struct stat sb;

	if (gk_fault("mkdir"))
		return failed(err, "不能建立文件夹", "cannot make folder", path);
	if (mkdir(path, mode) == 0)
		return GK_OK;
	if (errno == EEXIST && stat(path, &sb) == 0) {
		if (S_ISDIR(sb.st_mode))
			return GK_OK;
		errno = ENOTDIR;
	}
	return failed(err, "不能建立文件夹", "cannot make folder", path);
}

char *
gk_path(const char *dir, const char *name)
{
	char *s;

	return asprintf(&s, "%s/%s", dir, name) < 0 ? NULL : s;
}

static int
remove_one(const char *path, const struct stat *sb, int flag, struct FTW *ftw)
{
	(void)sb, (void)flag, (void)ftw;
	return remove(path);
}

enum gk_status
gk_remove_tree(const char *path, struct gk_err *err)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
		return failed(err, "不能删除", "cannot remove", path);
	return GK_OK;
}

void
gk_now_utc(char out[32])
{
	struct timespec ts;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	n = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + n, 32 - n, ".%03dZ", (int)(ts.tv_nsec / 1000000));
}

enum gk_status
gk_no_space(struct gk_err *err, enum gk_status st, const char *folder, uint64_t need)
{
	struct statvfs vfs = { .f_frsize = 0 };
	uint64_t space;
	char before[200] = "", before_en[200] = "", above[4096];

	/* A folder that could not be made is to stand on the file system of the one above it. */
	snprintf(above, sizeof above, "%s", folder);
	if (strrchr(above, '/') != NULL)
		strrchr(above, '/')[1] = '\0';
	if (statvfs(folder, &vfs) < 0 && statvfs(above, &vfs) < 0)
		vfs.f_bavail = 0;
	space = (uint64_t)vfs.f_bavail * vfs.f_frsize;
	if (err != NULL && err->cause == GK_CAUSE_NO_SPACE && err->what[0] != '\0') {
		snprintf(before, sizeof before - 8, "%.180s", err->what);
		before[gk_utf8_cut(before, strlen(before))] = '\0';
		strcat(before, "；");
		snprintf(before_en, sizeof before_en - 8, "%.180s", err->what_en);
		before_en[gk_utf8_cut(before_en, strlen(before_en))] = '\0';
		strcat(before_en, "; ");
	}
	gk_fail(err, st, GK_CAUSE_NO_SPACE, "%s%.0s'%s' 所在文件系统空间不足：需要 %ju 字节，剩余 %ju 字节",
		"%.0s%sno space on the file system of '%s': %ju bytes needed, %ju free", before, before_en, folder, (uintmax_t)need, (uintmax_t)space);
	gk_hint(err, "腾出空间（或放宽配额）后重复同一命令：已确认的都在，其余的没有留下半份",
		"free some space (or raise the quota) and repeat the same command: all that was acknowledged is there, nothing is there by half");
	return st;
}
