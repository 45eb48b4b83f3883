/* A BagIt folder: files, lists of digests, tags; and a document's files in it. */
#include "indexer/bag.h"

#include "base/io.h"
#include "indexer/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum gk_status
bag_unwritten(const char *path, struct gk_err *err)
{
	int e = errno;

	gk_fail(err, GK_DEAD, gk_cause_of_errno(e), "不能写 '%s'：%s", "cannot write '%s': %s", path, strerror(e));
	if (gk_cause_of_errno(e) == GK_CAUSE_NO_SPACE)
		gk_hint(err, "腾出空间，或写到另一处", "make room, or write to another place");
	else
		gk_hint(err, "检查路径和权限", "check the path and its permissions");
	return GK_DEAD;
}

enum gk_status
bag_put_in_place(const char *partial, const char *out, struct gk_err *err)
{
	char *parent = strdup(out), *slash;
	enum gk_status st = parent == NULL ? gk_nomem(err) : rename(partial, out) < 0 ? bag_unwritten(out, err) : GK_OK;

	slash = parent == NULL ? NULL : strrchr(parent, '/');
	if (slash != NULL)
		slash[slash == parent] = '\0';
	if (st == GK_OK)
		st = gk_sync_dir(slash != NULL ? parent : ".", err);
	free(parent);
	return st;
}

void
bag_line_value(struct gk_buf *out, const char *s)
{
	for (; *s != '\0'; s++)
		gk_buf_putc(out, (unsigned char)*s < ' ' || *s == 0x7F ? ' ' : *s);
}

/* --- files with digests --------------------------------------------------------------------------------------- */

enum gk_status
tally_open(struct bag *b, struct tally *t, const char *name, struct gk_err *err)
{
	t->path = gk_path(b->root, name);
	if (t->path == NULL)
		return gk_nomem(err);
	t->bytes = 0;
	crypto_hash_sha256_init(&t->s256);
	crypto_hash_sha512_init(&t->s512);
	t->f = fopen(t->path, "wbxe");
	return t->f == NULL ? bag_unwritten(t->path, err) : GK_OK;
}

enum gk_status
tally_put(struct tally *t, const void *p, size_t n, struct gk_err *err)
{
	crypto_hash_sha256_update(&t->s256, p, n);
	crypto_hash_sha512_update(&t->s512, p, n);
	t->bytes += n;
	return n == 0 || fwrite(p, 1, n, t->f) == n ? GK_OK : bag_unwritten(t->path, err);
}

void
tally_drop(struct tally *t)
{
	if (t->f != NULL)
		fclose(t->f);
	free(t->path);
	t->f = NULL;
	t->path = NULL;
}

static void
hex_of(const unsigned char *p, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", p[i]);
}

/* Close it; its digests in hex. */
static enum gk_status
tally_close(struct tally *t, char hex256[65], char hex512[129], struct gk_err *err)
{
	unsigned char sum[crypto_hash_sha512_BYTES];
	bool ok = fclose(t->f) == 0;

	t->f = NULL;
	crypto_hash_sha256_final(&t->s256, sum);
	hex_of(sum, 32, hex256);
	crypto_hash_sha512_final(&t->s512, sum);
	hex_of(sum, 64, hex512);
	return ok ? GK_OK : bag_unwritten(t->path, err);
}

static enum gk_status
list_file(struct tally *list256, struct tally *list512, const char *hex256, const char *hex512, const char *name, struct gk_err *err)
{
	char line[512];
	enum gk_status st = tally_put(list256, line, (size_t)snprintf(line, sizeof line, "%s  %s\n", hex256, name), err);

	return st == GK_OK ? tally_put(list512, line, (size_t)snprintf(line, sizeof line, "%s  %s\n", hex512, name), err) : st;
}

/* --- the payload -------------------------------------------------------------------------------------------------- */

enum gk_status
bag_dir(struct bag *b, const char *name, struct gk_err *err)
{
	char *path = gk_path(b->root, name);
	enum gk_status st = path == NULL ? gk_nomem(err) : gk_make_dir(path, 0755, err);

	free(path);
	return st;
}

enum gk_status
bag_open(struct bag *b, const char *root, struct gk_err *err)
{
	enum gk_status st;

	memset(b, 0, sizeof *b);
	b->root = strdup(root);
	if (b->root == NULL)
		return gk_nomem(err);
	st = mkdir(root, 0755) < 0 ? bag_unwritten(root, err) : bag_dir(b, "data", err);
	if (st == GK_OK)
		st = tally_open(b, &b->list256, "manifest-sha256.txt", err);
	return st == GK_OK ? tally_open(b, &b->list512, "manifest-sha512.txt", err) : st;
}

enum gk_status
bag_file(struct bag *b, const char *name, const void *p, size_t n, struct gk_err *err)
{
	unsigned char sum[crypto_hash_sha512_BYTES];
	char hex256[65], hex512[129], *path = gk_path(b->root, name);
	int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	enum gk_status st = path == NULL ? gk_nomem(err) : GK_OK;
	bool ok = fd >= 0 && (n == 0 || gk_write_all(fd, p, n));

	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	if (st == GK_OK && !ok)
		st = bag_unwritten(path, err);
	free(path);
	if (st != GK_OK)
		return st;
	crypto_hash_sha256(sum, p, n);
	hex_of(sum, 32, hex256);
	crypto_hash_sha512(sum, p, n);
	hex_of(sum, 64, hex512);
	b->files++;
	b->bytes += n;
	if (b->collect != NULL)
		json_array_append_new(b->collect, json_pack("{s:s, s:I, s:s+}", "name", name, "bytes", (json_int_t)n, "digest", "sha256:", hex256));
	return list_file(&b->list256, &b->list512, hex256, hex512, name, err);
}

enum gk_status
bag_take(struct bag *b, struct tally *t, const char *name, struct gk_err *err)
{
	char hex256[65], hex512[129];
	enum gk_status st = tally_close(t, hex256, hex512, err);

	b->files++;
	b->bytes += t->bytes;
	tally_drop(t);
	return st == GK_OK ? list_file(&b->list256, &b->list512, hex256, hex512, name, err) : st;
}

/* --- tags ------------------------------------------------------------------------------------------------------------ */

enum gk_status
bag_payload_done(struct bag *b, struct gk_err *err)
{
	static const char *const names[] = { "manifest-sha256.txt", "manifest-sha512.txt" };
	struct tally *lists[] = { &b->list256, &b->list512 };
	enum gk_status st = tally_open(b, &b->tags256, "tagmanifest-sha256.txt", err);

	if (st == GK_OK)
		st = tally_open(b, &b->tags512, "tagmanifest-sha512.txt", err);
	for (size_t i = 0; st == GK_OK && i < 2; i++) {
		char hex256[65], hex512[129];

		st = tally_close(lists[i], hex256, hex512, err);
		if (st == GK_OK)
			st = list_file(&b->tags256, &b->tags512, hex256, hex512, names[i], err);
	}
	return st;
}

enum gk_status
bag_tag(struct bag *b, const char *name, const void *p, size_t n, struct gk_err *err)
{
	struct tally t = { .f = NULL };
	char hex256[65], hex512[129];
	enum gk_status st = tally_open(b, &t, name, err);

	if (st == GK_OK)
		st = tally_put(&t, p, n, err);
	if (st == GK_OK)
		st = tally_close(&t, hex256, hex512, err);
	tally_drop(&t);
	return st == GK_OK ? list_file(&b->tags256, &b->tags512, hex256, hex512, name, err) : st;
}

static enum gk_status
write_info(struct bag *b, const struct gk_buf *info, struct gk_err *err)
{
	struct gk_buf all;
	enum gk_status st;

	gk_buf_init(&all, BAG_INFO_MAX);
	gk_buf_add(&all, info->p, info->n);
	gk_buf_printf(&all, "Bag-Software-Agent: gongkai/" GK_VERSION "\nPayload-Oxum: %ju.%zu\n", (uintmax_t)b->bytes, b->files);
	st = all.failed ? gk_nomem(err) : bag_tag(b, "bag-info.txt", all.p, all.n, err);
	gk_buf_free(&all);
	return st;
}

enum gk_status
bag_close(struct bag *b, const struct gk_buf *info, struct gk_err *err)
{
	static const char declaration[] = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
	char hex256[65], hex512[129];
	enum gk_status st = bag_tag(b, "bagit.txt", declaration, sizeof declaration - 1, err);
	int fd;

	if (st == GK_OK)
		st = write_info(b, info, err);
	if (st == GK_OK)
		st = tally_close(&b->tags256, hex256, hex512, err);
	if (st == GK_OK)
		snprintf(b->digest, sizeof b->digest, "sha256:%s", hex256);
	if (st == GK_OK)
		st = tally_close(&b->tags512, hex256, hex512, err);
	/* Thousands of small files: one flush of the file system, not one for each. */
	fd = st == GK_OK ? open(b->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (st == GK_OK && (fd < 0 || syncfs(fd) < 0))
		st = bag_unwritten(b->root, err);
	if (fd >= 0)
		close(fd);
	return st;
}

void
bag_drop(struct bag *b)
{
	tally_drop(&b->list256);
	tally_drop(&b->list512);
	tally_drop(&b->tags256);
	tally_drop(&b->tags512);
	free(b->root);
	b->root = NULL;
}

/* --- a document ------------------------------------------------------------------------------------------------------- */

bool
bag_loc(const json_t *content, const char *which, struct gk_loc *out)
{
	const json_t *loc = json_object_get(json_object_get(content, which), "loc");

	*out = (struct gk_loc){ .segment = (uint32_t)json_integer_value(json_array_get(loc, 0)), .offset = (uint64_t)json_integer_value(json_array_get(loc, 1)),
				.length = (uint32_t)json_integer_value(json_array_get(loc, 2)) };
	return json_array_size(loc) == 3;
}

bool
bag_same_place(struct gk_loc a, struct gk_loc b)
{
	return a.segment == b.segment && a.offset == b.offset;
}

/* "html" of "text/html; charset=utf-8"; "bin" if unknown. */
static const char *
bag_extension(const char *type)
{
	static const struct { const char *type, *extension; } table[] = {
		{ "text/html", "html" }, { "text/plain", "txt" }, { "text/markdown", "md" }, { "application/pdf", "pdf" }, { "application/json", "json" },
		{ "application/xhtml+xml", "xhtml" }, { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx" },
		{ "application/msword", "doc" }, { "application/ofd", "ofd" },
	};
	size_t n = strcspn(type, "; ");

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strlen(table[i].type) == n && strncmp(type, table[i].type, n) == 0)
			return table[i].extension;
	return "bin";
}

static enum gk_status
bag_block(struct bag *b, struct gk_archive *archive, struct gk_loc loc, const char *name, struct gk_err *err)
{
	struct gk_warc_rec rec;
	enum gk_status st = gk_archive_read(archive, loc, &rec, err);

	if (st != GK_OK)
		return st;
	st = bag_file(b, name, rec.block.n > 0 ? rec.block.p : "", rec.block.n, err);
	gk_warc_rec_free(&rec);
	return st;
}

/* v1-original.html, v1-text.txt, v2-… of every version, oldest first. */
static enum gk_status
bag_versions(struct bag *b, struct gk_archive *archive, const struct store_history *h, const char *dir, struct gk_err *err)
{
	unsigned version = 0;
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < h->n; i++) {
		const json_t *content = json_object_get(h->events[i].json, "content");
		struct gk_loc original, text;
		char name[256];

		if (!bag_loc(content, "original", &original))
			continue;
		version++;
		snprintf(name, sizeof name, "%s/v%u-original.%s", dir, version, bag_extension(json_str(content, "type")));
		st = bag_block(b, archive, original, name, err);
		if (st == GK_OK && bag_loc(content, "text", &text) && !bag_same_place(original, text)) {
			snprintf(name, sizeof name, "%s/v%u-text.txt", dir, version);
			st = bag_block(b, archive, text, name, err);
		}
	}
	return st;
}

static enum gk_status
bag_events(struct bag *bag, const struct store_history *h, const char *dir, struct gk_err *err)
{
	struct gk_buf b;
	char name[256];
	enum gk_status st = GK_OK;

	gk_buf_init(&b, (size_t)1 << 30);
	for (size_t i = 0; st == GK_OK && i < h->n; i++) {
		size_t n;
		char *s = gk_event_dump(&h->events[i], &n, err);

		if (s == NULL)
			st = GK_REFUSED;
		else if (!gk_buf_add(&b, s, n) || !gk_buf_putc(&b, '\n'))
			st = gk_nomem(err);
		free(s);
	}
	snprintf(name, sizeof name, "%s/events.jsonl", dir);
	if (st == GK_OK)
		st = bag_file(bag, name, b.p, b.n, err);
	gk_buf_free(&b);
	return st;
}

void
bag_document_dir(const char *id, char dir[BAG_DOCUMENT_DIR])
{
	const char *year = strchr(id, '-');

	snprintf(dir, BAG_DOCUMENT_DIR, "data/%.4s/%.80s", year == NULL ? "0000" : year + 1, id);
}

enum gk_status
bag_document(struct bag *b, struct gk_archive *archive, const struct store_history *h, const char *id, struct gk_err *err)
{
	char dir[BAG_DOCUMENT_DIR], year[16];
	enum gk_status st;

	bag_document_dir(id, dir);
	snprintf(year, sizeof year, "%.9s", dir);
	st = bag_dir(b, year, err);
	if (st == GK_OK)
		st = bag_dir(b, dir, err);
	if (st == GK_OK)
		st = bag_versions(b, archive, h, dir, err);
	return st == GK_OK ? bag_events(b, h, dir, err) : st;
}
