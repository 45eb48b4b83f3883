/*
 * Documents as a BagIt folder (RFC 8493), for handing over.
 *
 *   bagit.txt bag-info.txt manifest-sha256.txt manifest-sha512.txt tagmanifest-sha256.txt tagmanifest-sha512.txt
 *   data/catalogue.csv                       for people
 *   data/2021/dzmm-2021-000123/v1-original.html v1-text.txt v2-… events.jsonl
 */
#include "base/io.h"
#include "indexer/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum gk_status
tally_open(struct export *x, struct tally *t, const char *name, struct gk_err *err)
{
	t->path = gk_path(x->partial, name);
	if (t->path == NULL)
		return gk_nomem(err);
	crypto_hash_sha256_init(&t->s256);
	crypto_hash_sha512_init(&t->s512);
	t->f = fopen(t->path, "wbxe");
	return t->f == NULL ? export_unwritten(t->path, err) : GK_OK;
}

static enum gk_status
tally_put(struct tally *t, const void *p, size_t n, struct gk_err *err)
{
	crypto_hash_sha256_update(&t->s256, p, n);
	crypto_hash_sha512_update(&t->s512, p, n);
	return n == 0 || fwrite(p, 1, n, t->f) == n ? GK_OK : export_unwritten(t->path, err);
}

void
export_tally_drop(struct tally *t)
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
	return ok ? GK_OK : export_unwritten(t->path, err);
}

/* Names are our own: ids, digits and ASCII letters, so that no %-escape is needed. */
static enum gk_status
list_file(struct tally *list256, struct tally *list512, const char *hex256, const char *hex512, const char *name, struct gk_err *err)
{
	char line[512];
	enum gk_status st = tally_put(list256, line, (size_t)snprintf(line, sizeof line, "%s  %s\n", hex256, name), err);

	return st == GK_OK ? tally_put(list512, line, (size_t)snprintf(line, sizeof line, "%s  %s\n", hex512, name), err) : st;
}

/* A file of the payload. */
static enum gk_status
bag_file(struct export *x, const char *name, const void *p, size_t n, struct gk_err *err)
{
	unsigned char sum[crypto_hash_sha512_BYTES];
	char hex256[65], hex512[129], *path = gk_path(x->partial, name);
	int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	enum gk_status st = path == NULL ? gk_nomem(err) : GK_OK;
	bool ok = fd >= 0 && (n == 0 || gk_write_all(fd, p, n));

	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	if (st == GK_OK && !ok)
		st = export_unwritten(path, err);
	free(path);
	if (st != GK_OK)
		return st;
	crypto_hash_sha256(sum, p, n);
	hex_of(sum, 32, hex256);
	crypto_hash_sha512(sum, p, n);
	hex_of(sum, 64, hex512);
	x->files++;
	x->bytes += n;
	return list_file(&x->list256, &x->list512, hex256, hex512, name, err);
}

static enum gk_status
bag_dir(struct export *x, const char *name, struct gk_err *err)
{
	char *path = gk_path(x->partial, name);
	enum gk_status st = path == NULL ? gk_nomem(err) : gk_make_dir(path, 0755, err);

	free(path);
	return st;
}

static enum gk_status
bag_begin(struct export *x, struct gk_err *err)
{
	static const char bom[] = "\xEF\xBB\xBF";
	enum gk_status st = mkdir(x->partial, 0755) < 0 ? export_unwritten(x->partial, err) : bag_dir(x, "data", err);

	if (st == GK_OK)
		st = tally_open(x, &x->list256, "manifest-sha256.txt", err);
	if (st == GK_OK)
		st = tally_open(x, &x->list512, "manifest-sha512.txt", err);
	if (st == GK_OK)
		st = tally_open(x, &x->catalogue, "data/catalogue.csv", err);
	if (st == GK_OK && x->bom)
		st = tally_put(&x->catalogue, bom, 3, err);
	if (st == GK_OK && x->bom)
		x->bytes += 3;
	x->bytes += strlen(export_csv_head);
	return st == GK_OK ? tally_put(&x->catalogue, export_csv_head, strlen(export_csv_head), err) : st;
}

static const char *
extension(const char *type)
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
bag_block(struct export *x, struct gk_loc loc, const char *name, struct gk_err *err)
{
	struct gk_warc_rec rec;
	enum gk_status st = gk_archive_read(x->store.archive, loc, &rec, err);

	if (st != GK_OK)
		return st;
	st = bag_file(x, name, rec.block.n > 0 ? rec.block.p : "", rec.block.n, err);
	gk_warc_rec_free(&rec);
	return st;
}

/* v1-original.html, v1-text.txt, v2-… of every version, oldest first. */
static enum gk_status
bag_versions(struct export *x, const struct store_history *h, const char *dir, struct gk_err *err)
{
	unsigned version = 0;
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < h->n; i++) {
		const json_t *content = json_object_get(h->events[i].json, "content");
		struct gk_loc original, text;
		char name[256];

		if (!export_loc(content, "original", &original))
			continue;
		version++;
		snprintf(name, sizeof name, "%s/v%u-original.%s", dir, version, extension(json_str(content, "type")));
		st = bag_block(x, original, name, err);
		if (st == GK_OK && export_loc(content, "text", &text) && !export_same_place(original, text)) {
			snprintf(name, sizeof name, "%s/v%u-text.txt", dir, version);
			st = bag_block(x, text, name, err);
		}
	}
	return st;
}

static enum gk_status
bag_events(struct export *x, const struct store_history *h, const char *dir, struct gk_err *err)
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
		st = bag_file(x, name, b.p, b.n, err);
	gk_buf_free(&b);
	return st;
}

static enum gk_status
bag_one(struct export *x, struct store_history *h, struct gk_record *r, struct gk_err *err)
{
	const char *year = strchr(r->id, '-');
	char dir[128];
	struct gk_buf row;
	enum gk_status st;

	/* By year: a folder with a million names is nobody's friend. */
	snprintf(dir, sizeof dir, "data/%.4s", year == NULL ? "0000" : year + 1);
	st = bag_dir(x, dir, err);
	snprintf(dir, sizeof dir, "data/%.4s/%.80s", year == NULL ? "0000" : year + 1, r->id);
	if (st == GK_OK)
		st = bag_dir(x, dir, err);
	if (st == GK_OK)
		st = bag_versions(x, h, dir, err);
	if (st == GK_OK)
		st = bag_events(x, h, dir, err);
	if (st == GK_OK)
		st = export_csv_row(x, h, r, &row, err);
	if (st != GK_OK)
		return st;
	x->bytes += row.n;
	st = tally_put(&x->catalogue, row.p, row.n, err);
	gk_buf_free(&row);
	return st;
}

static enum gk_status
bag_info(struct export *x, struct gk_buf *b, struct gk_err *err)
{
	char day[32];

	gk_now_utc(day);
	gk_buf_init(b, EXPORT_TEXT_MAX);
	gk_buf_puts(b, "Source-Organization: ");
	export_line_value(b, x->config.organisation);
	gk_buf_printf(b, "\nBagging-Date: %.10s\nBag-Software-Agent: gongkai/" GK_VERSION "\nExternal-Description: %zu documents", day, x->done);
	if (*x->query != '\0') {
		gk_buf_puts(b, ", query: ");
		export_line_value(b, x->query);
	}
	gk_buf_printf(b, "\nPayload-Oxum: %ju.%zu\n", (uintmax_t)x->bytes, x->files);
	return b->failed ? gk_nomem(err) : GK_OK;
}

/* A tag file, listed in both tag manifests. */
static enum gk_status
tag_file(struct export *x, struct tally *tags256, struct tally *tags512, const char *name, const void *p, size_t n, struct gk_err *err)
{
	struct tally t = { .f = NULL };
	char hex256[65], hex512[129];
	enum gk_status st = tally_open(x, &t, name, err);

	if (st == GK_OK)
		st = tally_put(&t, p, n, err);
	if (st == GK_OK)
		st = tally_close(&t, hex256, hex512, err);
	export_tally_drop(&t);
	return st == GK_OK ? list_file(tags256, tags512, hex256, hex512, name, err) : st;
}

static enum gk_status
bag_tags(struct export *x, struct tally *tags256, struct tally *tags512, struct gk_err *err)
{
	static const char declaration[] = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
	char hex256[65], hex512[129];
	struct gk_buf info;
	enum gk_status st = tally_close(&x->list256, hex256, hex512, err);

	if (st == GK_OK)
		st = list_file(tags256, tags512, hex256, hex512, "manifest-sha256.txt", err);
	if (st == GK_OK)
		st = tally_close(&x->list512, hex256, hex512, err);
	if (st == GK_OK)
		st = list_file(tags256, tags512, hex256, hex512, "manifest-sha512.txt", err);
	if (st == GK_OK)
		st = tag_file(x, tags256, tags512, "bagit.txt", declaration, sizeof declaration - 1, err);
	if (st == GK_OK && (st = bag_info(x, &info, err)) == GK_OK) {
		st = tag_file(x, tags256, tags512, "bag-info.txt", info.p, info.n, err);
		gk_buf_free(&info);
	}
	return st;
}

static enum gk_status
bag_end(struct export *x, struct gk_err *err)
{
	struct tally tags256 = { .f = NULL }, tags512 = { .f = NULL };
	char hex256[65], hex512[129];
	enum gk_status st = tally_close(&x->catalogue, hex256, hex512, err);
	int fd;

	if (st == GK_OK)
		st = list_file(&x->list256, &x->list512, hex256, hex512, "data/catalogue.csv", err);
	x->files++;
	if (st == GK_OK)
		st = tally_open(x, &tags256, "tagmanifest-sha256.txt", err);
	if (st == GK_OK)
		st = tally_open(x, &tags512, "tagmanifest-sha512.txt", err);
	if (st == GK_OK)
		st = bag_tags(x, &tags256, &tags512, err);
	if (st == GK_OK)
		st = tally_close(&tags256, hex256, hex512, err);
	if (st == GK_OK)
		st = tally_close(&tags512, hex256, hex512, err);
	export_tally_drop(&tags256);
	export_tally_drop(&tags512);
	/* Thousands of small files: one flush of the file system, not one for each. */
	fd = st == GK_OK ? open(x->partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (st == GK_OK && (fd < 0 || syncfs(fd) < 0))
		st = export_unwritten(x->partial, err);
	if (fd >= 0)
		close(fd);
	return st;
}

const struct form export_bag = { "bag", true, bag_begin, bag_one, bag_end };
