/*
 * Containers (OFD, OOXML, ODF are zip files; bundles are zip, tar, 7z), read by libarchive out of memory.
 *
 * L25 is kept by what comes out, never by what a header promises: entries, bytes unpacked over all levels,
 * and their ratio to the bytes of the file.
 */
#include "extract/inside.h"

#include "base/fault.h"
#include "base/utf8.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum gk_status
gk_refuse(struct gk_extracted *x, const char *reason, struct gk_err *err, const char *zh, const char *en)
{
	bool limit = strcmp(reason, "bomb") == 0 || strcmp(reason, "output") == 0;

	snprintf(x->reason, sizeof x->reason, "%s", reason);
	gk_fail(err, GK_REFUSED, limit ? GK_CAUSE_LIMIT : GK_CAUSE_BAD_DATA, "%s%.0s", "%.0s%s", zh, en);
	gk_hint(err, "原件照常存档", "the original is archived all the same");
	return GK_REFUSED;
}

static enum gk_status
bomb(struct gk_extracted *x, struct gk_err *err, const char *zh, const char *en)
{
	return gk_refuse(x, "bomb", err, zh, en);
}

enum gk_status
gk_refuse_damaged(struct gk_extracted *x, struct gk_err *err)
{
	gk_refuse(x, "damaged", err, "文件已损坏或不完整", "the file is damaged or not complete");
	gk_hint(err, "向来文单位再要一份完整的；原件照常存档", "ask for a whole copy; the original is archived all the same");
	return GK_REFUSED;
}

bool
gk_pack_charge(struct gk_extracted *x, size_t n)
{
	struct gk_budget *b = &x->budget;

	b->unpacked += n;
	return b->unpacked <= GK_UNPACKED_MAX && (b->unpacked <= GK_RATIO_FREE || (b->unpacked - GK_RATIO_FREE) / GK_RATIO <= b->file);
}

static enum gk_status
read_entry(struct archive *a, struct gk_extracted *x, struct gk_buf *out, struct gk_err *err)
{
	const void *block;
	size_t n;
	la_int64_t offset;
	int r;

	gk_buf_init(out, GK_UNPACKED_MAX);
	while ((r = archive_read_data_block(a, &block, &n, &offset)) == ARCHIVE_OK || r == ARCHIVE_WARN) {
		/* Holes of a sparse file would come out as nothing. */
		if (!gk_pack_charge(x, n) || (offset > 0 && (uint64_t)offset > out->n && !gk_pack_charge(x, (size_t)offset - out->n)))
			return bomb(x, err, "压缩比或解压后的大小超过上限 (L25)", "it unpacks to more than the limit of size or ratio allows (L25)");
		if (!gk_buf_add(out, block, n))
			return gk_nomem(err);
	}
	return r == ARCHIVE_EOF ? GK_OK : gk_refuse_damaged(x, err);
}

/* A name of a member as clean UTF-8: said to be UTF-8, valid as such, else GB18030. Yours to free(). */
static char *
name_of(struct archive_entry *e)
{
	const char *raw = archive_entry_pathname(e);
	struct gk_extracted none = { .type = "" };
	struct gk_buf name;
	size_t n;
	char *out;

	if (raw == NULL)
		raw = archive_entry_pathname_utf8(e);
	if (raw == NULL)
		raw = "?";
	if (gk_utf8_check(raw, strlen(raw)) == strlen(raw) || gk_decode(raw, strlen(raw), &none, &name, NULL) != GK_OK) {
		gk_buf_init(&name, 65536);
		gk_buf_puts(&name, raw);
	}
	gk_clean(&name);
	out = gk_buf_take(&name, &n);
	gk_buf_free(&name);
	/* Windows programs write backslashes; a leading slash or ./ means nothing. */
	for (char *p = out; p != NULL && *p != '\0'; p++)
		if (*p == '\\' || *p == '\n' || *p == '\t')
			*p = *p == '\\' ? '/' : ' ';
	while (out != NULL && (*out == '/' || strncmp(out, "./", 2) == 0))
		memmove(out, out + 1, strlen(out));
	return out;
}

static struct archive *
open_archive(const char *p, size_t n, enum gk_packing packing)
{
	struct archive *a;

	/* Names said to be UTF-8 are given to us in the encoding of the locale. */
	setlocale(LC_CTYPE, "C.UTF-8");
	a = gk_fault("pack") ? NULL : archive_read_new();
	if (a == NULL)
		return NULL;
	if (packing == GK_PACK_ZIP) {
		/* Only by its directory: a file cut short has none, and is refused. */
		archive_read_support_format_zip_seekable(a);
	} else {
		archive_read_support_format_tar(a);
		archive_read_support_format_7zip(a);
		archive_read_support_filter_gzip(a);
		archive_read_support_filter_bzip2(a);
		archive_read_support_filter_xz(a);
	}
	if (archive_read_open_memory(a, p, n) == ARCHIVE_OK)
		return a;
	archive_read_free(a);
	return NULL;
}

enum gk_status
gk_pack_walk(const char *p, size_t n, enum gk_packing packing, struct gk_extracted *x, gk_pack_each *each, void *arg, struct gk_err *err)
{
	struct archive *a;
	struct archive_entry *e;
	enum gk_status st = GK_OK;
	int r = ARCHIVE_OK;

	/* A zip of nothing but the end of its directory. */
	if (packing == GK_PACK_ZIP && n == 22 && memcmp(p, "PK\005\006", 4) == 0)
		return GK_OK;
	a = open_archive(p, n, packing);
	if (a == NULL)
		return gk_refuse_damaged(x, err);
	while (st == GK_OK && ((r = archive_read_next_header(a, &e)) == ARCHIVE_OK || r == ARCHIVE_WARN)) {
		struct gk_buf bytes = { .n = 0 };
		char *name;

		if (++x->budget.entries > GK_ENTRIES_MAX) {
			st = bomb(x, err, "容器里的条目超过 20,000 个 (L25)", "more than 20,000 entries (L25)");
			break;
		}
		if (archive_entry_filetype(e) != AE_IFREG)
			continue;
		if (archive_entry_is_encrypted(e)) {
			st = gk_refuse(x, "encrypted", err, "文件加了密码", "it is protected by a password");
			break;
		}
		name = name_of(e);
		if (name == NULL)
			st = gk_nomem(err);
		else if (each(arg, name, NULL, err) == GK_OK)
			st = read_entry(a, x, &bytes, err);
		else
			bytes.failed = true;
		if (st == GK_OK && !bytes.failed)
			st = each(arg, name, &bytes, err);
		gk_buf_free(&bytes);
		free(name);
	}
	if (st == GK_OK && r != ARCHIVE_EOF)
		st = gk_refuse_damaged(x, err);
	archive_read_free(a);
	return st;
}

/* --- all of a document's parts at once --------------------------------------------------------- */

static enum gk_status
keep(void *arg, const char *name, struct gk_buf *bytes, struct gk_err *err)
{
	struct gk_pack *pack = arg;
	struct gk_member *m;

	if (bytes == NULL)
		return pack->wanted == NULL || pack->wanted(name) ? GK_OK : GK_END;
	if (pack->n == pack->cap) {
		size_t cap = pack->cap == 0 ? 32 : pack->cap * 2;

		m = realloc(pack->m, cap * sizeof *m);
		if (m == NULL)
			return gk_nomem(err);
		pack->m = m;
		pack->cap = cap;
	}
	m = &pack->m[pack->n];
	m->name = strdup(name);
	if (m->name == NULL)
		return gk_nomem(err);
	m->bytes = *bytes;
	pack->n++;
	gk_buf_init(bytes, 0);
	return GK_OK;
}

enum gk_status
gk_pack_open(struct gk_pack *pack, const char *p, size_t n, bool (*wanted)(const char *name), struct gk_extracted *x, struct gk_err *err)
{
	enum gk_status st;

	*pack = (struct gk_pack){ .wanted = wanted };
	st = gk_pack_walk(p, n, GK_PACK_ZIP, x, keep, pack, err);
	if (st != GK_OK)
		gk_pack_close(pack);
	return st;
}

void
gk_pack_close(struct gk_pack *pack)
{
	for (size_t i = 0; i < pack->n; i++) {
		free(pack->m[i].name);
		gk_buf_free(&pack->m[i].bytes);
	}
	free(pack->m);
	*pack = (struct gk_pack){ .n = 0 };
}

const struct gk_buf *
gk_pack_find(const struct gk_pack *pack, const char *name)
{
	while (*name == '/')
		name++;
	for (size_t i = 0; i < pack->n; i++)
		if (strcasecmp(pack->m[i].name, name) == 0)
			return &pack->m[i].bytes;
	return NULL;
}

char *
gk_pack_resolve(const char *base, const char *ref)
{
	const char *slash = strrchr(base, '/');
	size_t n = ref[0] == '/' || slash == NULL ? 0 : (size_t)(slash - base) + 1;
	char *out = malloc(n + strlen(ref) + 1), *up;

	if (out == NULL)
		return NULL;
	memcpy(out, base, n);
	memcpy(out + n, ref[0] == '/' ? ref + 1 : ref, strlen(ref) + (ref[0] != '/'));
	while ((up = strstr(out, "../")) != NULL) {
		char *from = up;

		if (from > out)
			from--;
		while (from > out && from[-1] != '/')
			from--;
		memmove(from, up + 3, strlen(up + 3) + 1);
	}
	while (strncmp(out, "./", 2) == 0)
		memmove(out, out + 2, strlen(out + 2) + 1);
	return out;
}
