/*
 * Transfer and delivery packages that stand below ARCHIVE/outgoing/ (jobs.c makes them): a list of them, and each as one tar file for who carries it to the
 * archives or to a reading point.  Who took which, and when, stands in the desk's ledger (views.c):
 *
 *   { "type": "package_taken", "package", "kind", "digest": "sha256:…" (of its tagmanifest-sha256.txt, which covers all of it), "bytes", "address", "actor", "seq", "recorded_at" }
 *
 * The tar file (POSIX ustar) is made anew for each who asks, in a file without a name beside the packages, and is gone with the answer.
 */
#include "desk/desk.h"

#include "archive/ledger.h"
#include "base/digest.h"
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PACKAGES_MAX = 200, PACKAGE_NAME_MAX = 64, INFO_MAX = 64 * 1024, MANIFEST_MAX = 64 * 1024 * 1024, BLOCK = 512, RECORD = 20 * BLOCK, PIECE = 64 * 1024, MEMBER_NAME = 100, MEMBER_PREFIX = 155 };

/* ---- what there is ---- */

static bool
is_package_name(const char *s)
{
	return *s != '\0' && strlen(s) <= PACKAGE_NAME_MAX && s[strspn(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-")] == '\0';
}

/* The value of "Label: value" in bag-info.txt; "" if it does not say. */
static const char *
info_value(const char *info, const char *label, char out[256])
{
	size_t n = strlen(label);

	out[0] = '\0';
	for (const char *line = info; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, label, n) == 0 && line[n] == ':') {
			snprintf(out, 256, "%.*s", (int)strcspn(line + n + 1 + (line[n + 1] == ' '), "\r\n"), line + n + 1 + (line[n + 1] == ' '));
			break;
		}
	}
	return out;
}

static char *
path_in(const char *folder, const char *name)
{
	return folder == NULL ? NULL : gk_path(folder, name);
}

/* sha256 of the list that covers every other file; "" of a package that is not whole. */
static void
digest_of(const char *folder, char out[GK_SHA256_HEX + 8])
{
	char *path = path_in(folder, "tagmanifest-sha256.txt"), hex[GK_SHA256_HEX + 1];
	struct gk_buf b;

	out[0] = '\0';
	if (path != NULL && gk_read_file(path, MANIFEST_MAX, &b, NULL) == GK_OK) {
		gk_sha256_hex(b.n == 0 ? "" : b.p, b.n, hex);
		snprintf(out, GK_SHA256_HEX + 8, "sha256:%s", hex);
		gk_buf_free(&b);
	}
	free(path);
}

/* NULL: that folder is no package. */
static json_t *
package_json(const char *outgoing, const char *name)
{
	char *folder = path_in(outgoing, name), *info_path = path_in(folder, "bag-info.txt"), *note = path_in(folder, "delivery.note");
	char digest[GK_SHA256_HEX + 8], date[256], says[256], oxum[256];
	struct gk_buf info;
	json_t *out = NULL;

	if (note != NULL && gk_read_file(info_path, INFO_MAX, &info, NULL) == GK_OK) {
		unsigned long long bytes = 0, files = 0;

		gk_buf_putc(&info, '\0');
		digest_of(folder, digest);
		if (!info.failed && digest[0] != '\0') {
			sscanf(info_value(info.p, "Payload-Oxum", oxum), "%llu.%llu", &bytes, &files);
			out = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s}", "package", name, "kind", access(note, F_OK) == 0 ? "delivery" : "transfer", "made", info_value(info.p, "Bagging-Date", date),
					"says", info_value(info.p, "External-Description", says), "bytes", (json_int_t)bytes, "files", (json_int_t)files, "digest", digest);
		}
		gk_buf_free(&info);
	}
	free(note);
	free(info_path);
	free(folder);
	return out;
}

static int
is_candidate(const struct dirent *e)
{
	return is_package_name(e->d_name);
}

/* The newest first: names begin with a year or a kind, and end with the time. */
static int
newest_first(const void *a, const void *b)
{
	const json_t *const *x = a, *const *y = b;
	int c = strcmp(str(*y, "made"), str(*x, "made"));

	return c != 0 ? c : strcmp(str(*y, "package"), str(*x, "package"));
}

static enum gk_status
list_packages(const struct call *c, const char *outgoing, json_t *list, struct gk_err *err)
{
	struct dirent **found = NULL;
	json_t *item[PACKAGES_MAX];
	size_t k = 0;
	int n = scandir(outgoing, &found, is_candidate, alphasort);

	(void)c;
	if (n < 0)
		return errno == ENOENT ? GK_OK : gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能读 '%s'：%s", "cannot read '%s': %s", outgoing, strerror(errno));
	for (int i = n - 1; i >= 0; i--) {
		if (k < PACKAGES_MAX && (item[k] = package_json(outgoing, found[i]->d_name)) != NULL)
			k++;
		free(found[i]);
	}
	free(found);
	qsort(item, k, sizeof *item, newest_first);
	for (size_t i = 0; i < k; i++)
		json_array_append_new(list, item[i]);
	return GK_OK;
}

/* Each package with who took it last. */
static enum gk_status
add_taken(const struct call *c, json_t *list, struct gk_err *err)
{
	json_t *events, *one;
	const json_t *e;
	size_t i, k;
	enum gk_status st = gk_ledger_read(c->desk->archive, GK_LEDGER_DESK, &events, err);

	if (st != GK_OK)
		return st;
	json_array_foreach(list, i, one) {
		json_int_t times = 0;

		json_array_foreach(events, k, e) {
			if (strcmp(str(e, "type"), "package_taken") != 0 || strcmp(str(e, "digest"), str(one, "digest")) != 0)
				continue;
			times++;
			json_object_set(one, "taken_by", json_object_get(e, "actor"));
			json_object_set(one, "taken_at", json_object_get(e, "recorded_at"));
		}
		json_object_set_new(one, "taken", json_integer(times));
	}
	json_decref(events);
	return GK_OK;
}

enum gk_status
packages_answer(struct call *c)
{
	char *outgoing = gk_path(c->desk->archive, "outgoing");
	json_t *list = json_array();
	enum gk_status st = outgoing == NULL || list == NULL ? gk_nomem(&c->err) : list_packages(c, outgoing, list, &c->err);

	if (st == GK_OK)
		st = add_taken(c, list, &c->err);
	if (st == GK_OK)
		c->out = json_pack("{s:O}", "packages", list);
	json_decref(list);
	free(outgoing);
	return st;
}

/* ---- one of them as a tar file ---- */

struct tar { int fd; uint64_t n; const char *where; struct gk_err *err; };

static enum gk_status
put(struct tar *t, const void *p, size_t n)
{
	for (const char *at = p; n > 0; ) {
		ssize_t k = write(t->fd, at, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return gk_fail(t->err, GK_DEAD, gk_cause_of_errno(errno), "不能在 '%s' 里写打包文件：%s", "cannot write the tar file in '%s': %s", t->where, strerror(errno));
		at += k;
		n -= (size_t)k;
		t->n += (uint64_t)k;
	}
	return GK_OK;
}

static enum gk_status
fill(struct tar *t, size_t to)
{
	static const char zeros[RECORD];

	return t->n % to == 0 ? GK_OK : put(t, zeros, to - t->n % to);
}

/* ustar: the name in two parts, split at a stroke. */
static bool
split_name(const char *name, char head[BLOCK])
{
	size_t n = strlen(name), cut = 0;

	if (n > MEMBER_NAME) {
		for (size_t i = n - MEMBER_NAME - 1; i < n && i <= MEMBER_PREFIX; i++)
			if (name[i] == '/') {
				cut = i + 1;
				break;
			}
		if (cut == 0)
			return false;
		memcpy(head + 345, name, cut - 1);
	}
	memcpy(head, name + cut, n - cut);
	return true;
}

static enum gk_status
put_head(struct tar *t, const char *name, const struct stat *s)
{
	const bool folder = S_ISDIR(s->st_mode);
	char head[BLOCK] = "";
	unsigned sum = 0;

	if (!split_name(name, head) || s->st_size > 077777777777LL)
		return gk_fail(t->err, GK_REFUSED, GK_CAUSE_LIMIT, "'%s' 的名称或长度放不进 tar 文件", "'%s' has a name or length that a tar file cannot hold", name);
	memcpy(head + 100, folder ? "0000755" : "0000644", 8);
	memcpy(head + 108, "0000000", 8);
	memcpy(head + 116, "0000000", 8);
	snprintf(head + 124, 12, "%011llo", folder ? 0ULL : (unsigned long long)s->st_size);
	snprintf(head + 136, 12, "%011llo", (unsigned long long)s->st_mtime & 077777777777ULL);
	memset(head + 148, ' ', 8);
	head[156] = folder ? '5' : '0';
	memcpy(head + 257, "ustar\00000", 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += (unsigned char)head[i];
	snprintf(head + 148, 8, "%06o", sum);
	return put(t, head, sizeof head);
}

static enum gk_status
put_file(struct tar *t, const char *path, const char *name)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *piece = malloc(PIECE);
	struct stat s;
	ssize_t n = 1;
	uint64_t left;
	enum gk_status st = piece == NULL ? gk_nomem(t->err) : fd < 0 || fstat(fd, &s) < 0 ? gk_fail(t->err, GK_DEAD, gk_cause_of_errno(errno), "不能读 '%s'：%s", "cannot read '%s': %s", name, strerror(errno)) : put_head(t, name, &s);

	for (left = st == GK_OK ? (uint64_t)s.st_size : 0; st == GK_OK && left > 0 && (n = read(fd, piece, left < PIECE ? left : PIECE)) > 0; left -= (uint64_t)n)
		st = put(t, piece, (size_t)n);
	if (st == GK_OK && left > 0)
		st = gk_fail(t->err, GK_DEAD, n < 0 ? gk_cause_of_errno(errno) : GK_CAUSE_DAMAGED, "'%s' 没有读完", "'%s' could not be read whole", name);
	if (st == GK_OK)
		st = fill(t, BLOCK);
	if (fd >= 0)
		close(fd);
	free(piece);
	return st;
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Below its own name, so that it unpacks into one folder. */
static enum gk_status
put_folder(struct tar *t, char *folder, const char *name)
{
	char *roots[] = { folder, NULL }, member[600];
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	enum gk_status st = walk == NULL ? gk_nomem(t->err) : GK_OK;

	for (FTSENT *e; st == GK_OK && (e = fts_read(walk)) != NULL; ) {
		if (e->fts_info == FTS_DP)
			continue;
		if ((e->fts_info != FTS_F && e->fts_info != FTS_D) || snprintf(member, sizeof member, "%s%s%s", name, e->fts_path + strlen(folder), e->fts_info == FTS_D ? "/" : "") >= (int)sizeof member)
			st = gk_fail(t->err, GK_REFUSED, GK_CAUSE_BAD_DATA, "包里的 '%s' 不是文件", "'%s' in the package is no file", e->fts_name);
		else
			st = e->fts_info == FTS_D ? put_head(t, member, e->fts_statp) : put_file(t, e->fts_path, member);
	}
	if (walk != NULL)
		fts_close(walk);
	/* Two empty blocks end it; programs read whole records. */
	if (st == GK_OK)
		st = put(t, (const char[2 * BLOCK]){ 0 }, 2 * BLOCK);
	return st == GK_OK ? fill(t, RECORD) : st;
}

static enum gk_status
log_taken(struct call *c, const json_t *package, uint64_t bytes)
{
	json_t *event = json_pack("{s:s, s:O, s:O, s:O, s:I, s:s, s:s}", "type", "package_taken", "package", json_object_get(package, "package"), "kind", json_object_get(package, "kind"), "digest",
				  json_object_get(package, "digest"), "bytes", (json_int_t)bytes, "address", c->address != NULL ? c->address : "", "actor", c->who.name);
	int lock = -1;
	enum gk_status st = event == NULL ? gk_nomem(&c->err) : desk_ledger_lock(c, &lock);

	if (st == GK_OK) {
		st = desk_ledger_append(c, event);
		desk_ledger_unlock(c, lock);
	}
	json_decref(event);
	return st;
}

static enum gk_status
make_tar(struct call *c, const char *outgoing, const json_t *package)
{
	const char *name = str(package, "package");
	char *folder = path_in(outgoing, name);
	struct tar t = { open(outgoing, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600), 0, outgoing, &c->err };
	enum gk_status st = folder == NULL ? gk_nomem(&c->err) : GK_OK;

	if (st == GK_OK && t.fd < 0)
		st = gk_fail(&c->err, GK_DEAD, gk_cause_of_errno(errno), "不能在 '%s' 里写打包文件：%s", "cannot write the tar file in '%s': %s", outgoing, strerror(errno));
	if (st == GK_OK)
		st = put_folder(&t, folder, name);
	free(folder);
	/* Known before a byte is given away. */
	if (st == GK_OK)
		st = log_taken(c, package, t.n);
	if (st == GK_OK && asprintf(&c->disposition, "attachment; filename=\"%s.tar\"", name) < 0) {
		c->disposition = NULL;
		st = gk_nomem(&c->err);
	}
	if (st != GK_OK) {
		if (t.fd >= 0)
			close(t.fd);
		return st;
	}
	c->type = "application/x-tar";
	c->outfile = t.fd;
	c->outfile_n = t.n;
	c->has_outfile = true;
	return GK_OK;
}

/* The object for programs that ask for NAME.json; else the file. */
enum gk_status
package_answer(struct call *c)
{
	const char *name;
	char *outgoing = gk_path(c->desk->archive, "outgoing");
	json_t *package = NULL;
	enum gk_status st = outgoing == NULL ? gk_nomem(&c->err) : in_need(c, "id", &name);

	if (st == GK_OK && (package = is_package_name(name) ? package_json(outgoing, name) : NULL) == NULL) {
		st = gk_fail(&c->err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有名为 '%.80s' 的包", "there is no package '%.80s'", name);
		gk_hint(&c->err, "清单在 /staff/archive/packages", "/staff/archive/packages lists them");
	}
	if (st == GK_OK && c->api)
		c->out = json_pack("{s:O}", "package", package);
	else if (st == GK_OK)
		st = make_tar(c, outgoing, package);
	json_decref(package);
	free(outgoing);
	return st;
}

/* ---- the page ---- */

const char *
package_words(const struct frame *f, const char *kind)
{
	return strcmp(kind, "delivery") == 0 ? W(f, "送交包", "Delivery package") : W(f, "移交包", "Transfer package");
}

/* What bag-info.txt says of it; of a delivery it says so in English alone (indexer/cmd-deliver.c). */
static void
write_content(struct frame *f, const json_t *one)
{
	unsigned documents;
	char day[16];

	page_open(f->p, "td", NULL);
	if (f->v->lang == GK_ZH && sscanf(str(one, "says"), "%u documents, new since %10[0-9-]", &documents, day) == 2)
		page_printf(f->p, "%s 起公开的 %u 件", day, documents);
	else
		page_text(f->p, str(one, "says"));
	page_close(f->p);
}

void
packages_page(struct call *c, struct frame *f)
{
	static const char *const heads[] = { "下载", "Download", "种类", "Kind", "日期", "Date", "内容", "Content", "兆字节", "MB", "上次取走", "Last taken", NULL, NULL };
	const json_t *list = json_object_get(c->out, "packages"), *one;
	char text[128], url[160];
	size_t i;

	desk_head(c, f, W(f, "移交和送交的包", "Packages"));
	page_element(f->p, "h1", NULL, W(f, "移交和送交的包", "Packages to hand over"));
	page_element(f->p, "p", "lead", W(f, "每个包是一个 tar 文件，里面是 BagIt 文件夹；对方用 gongkai transfer check 或 gongkai deliver --check 核对。谁何时取走都有登记。",
					"Each is a tar file with a BagIt folder in it, to be checked by gongkai transfer check or gongkai deliver --check. Who took it, and when, is recorded."));
	desk_error(c, f);
	page_open(f->p, "p", "class", "acts", NULL);
	frame_a(f, "button plain", "/staff/archive", W(f, "回到档案", "Back to the archive"));
	page_close(f->p);
	if (json_array_size(list) == 0) {
		page_element(f->p, "p", "card", W(f, "还没有包。在“档案”页上做一个。", "None yet. The page of the archive makes one."));
		return;
	}
	table_begin(f, W(f, "移交和送交的包", "Packages"), heads);
	json_array_foreach(list, i, one) {
		page_open(f->p, "tr", NULL);
		/* In the first column, which a phone shows without scrolling. */
		page_open(f->p, "td", NULL);
		snprintf(url, sizeof url, "/staff/archive/packages/%.64s", str(one, "package"));
		page_open(f->p, "a", "class", "record", "href", url, NULL);
		page_printf(f->p, "%s.tar", str(one, "package"));
		page_close(f->p);
		page_close(f->p);
		cell(f, package_words(f, str(one, "kind")));
		cell(f, str(one, "made"));
		write_content(f, one);
		snprintf(text, sizeof text, "%.1f", (double)num(one, "bytes") / 1e6);
		cell(f, text);
		snprintf(text, sizeof text, "%.60s %.10s", str(one, "taken_by"), str(one, "taken_at"));
		cell(f, num(one, "taken") > 0 ? text : "");
		page_close(f->p);
	}
	table_end(f);
}
