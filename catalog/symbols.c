/* Reading a table of symbols, and text through it. */
#include "catalog/symbols.h"

#include "base/digest.h"
#include "base/io.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 16, FILE_MOST = HEAD + GK_SYMBOLS_MOST * (1 + GK_SYMBOL_UNITS * 2) };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct gk_symbols *all;		/* that are open */

static void
free_symbols(struct gk_symbols *s)
{
	free(s->symbol);
	free(s->length);
	free(s->first);
	free(s->holder);
	free(s);
}

/* --- the file ----------------------------------------------------------------------------------- */

static struct gk_symbols *
room_for(size_t held)
{
	struct gk_symbols *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->symbol = calloc(GK_CODES, sizeof *s->symbol);
	s->length = calloc(GK_CODES, 1);
	/* Not touched before it is needed. */
	s->first = malloc((GK_CODES + 1) * sizeof *s->first);
	s->holder = malloc((held + 1) * sizeof *s->holder);
	if (s->symbol != NULL && s->length != NULL && s->first != NULL && s->holder != NULL) {
		memset(s->length + GK_LOWER_HALF, 1, GK_CODES - GK_LOWER_HALF);
		return s;
	}
	free_symbols(s);
	return NULL;
}

static bool
rises(const uint16_t *a, size_t n, const uint16_t *b, size_t k)
{
	size_t i = 0;

	while (i < n && i < k && a[i] == b[i])
		i++;
	return i == n ? n < k : i < k && a[i] < b[i];
}

/* Fills in the symbols; false if that is not what a writer writes. */
static bool
unfold(struct gk_symbols *s, const unsigned char *p, const unsigned char *end)
{
	static const struct gk_symbol none;
	const struct gk_symbol *before = &none;
	size_t had = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		size_t shared, length;
		struct gk_symbol *now = &s->symbol[i];

		if (p == end)
			return false;
		shared = *p >> 4;
		length = *p++ & 15;
		if (length == 0 || length > GK_SYMBOL_UNITS || shared >= length || shared > had || (size_t)(end - p) < (length - shared) * 2)
			return false;
		memcpy(now->unit, before->unit, shared * 2);
		memcpy(now->unit + shared, p, (length - shared) * 2);
		if (i > 0 && !rises(before->unit, had, now->unit, length))
			return false;
		p += (length - shared) * 2;
		s->length[i] = (unsigned char)length;
		s->held += length;
		before = now;
		had = length;
	}
	return p == end;
}

enum gk_status
gk_symbols_read(const char *p, size_t n, const char *name, struct gk_symbols **out, struct gk_err *err)
{
	uint32_t count = 0, crc = 0;
	struct gk_symbols *s;
	bool sound = n >= HEAD && n <= FILE_MOST && memcmp(p, "GKSYMB01", 8) == 0;

	if (sound) {
		memcpy(&count, p + 8, 4);
		memcpy(&crc, p + 12, 4);
		sound = count <= GK_SYMBOLS_MOST && gk_crc32(0, p + HEAD, n - HEAD) == crc;
	}
	if (sound) {
		s = room_for((size_t)count * GK_SYMBOL_UNITS);
		if (s == NULL)
			return gk_nomem(err);
		s->count = count;
		s->id = crc == 0 ? 1 : crc;
		if (unfold(s, (const unsigned char *)p + HEAD, (const unsigned char *)p + n)) {
			*out = s;
			return GK_OK;
		}
		free_symbols(s);
	}
	gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引的字符表损坏：'%s'", "the table of symbols of the index is damaged: '%s'", name);
	gk_hint(err, "档案完好；运行 gongkai index rebuild 重建索引", "the archive is intact; run gongkai index rebuild");
	return GK_DEAD;
}

static enum gk_status
read_file(const char *path, struct gk_symbols **out, struct gk_err *err)
{
	struct gk_buf file;
	enum gk_status st = gk_read_file(path, FILE_MOST, &file, err);

	if (st == GK_OK) {
		st = gk_symbols_read(file.p == NULL ? "" : file.p, file.n, path, out, err);
	} else if (err != NULL && (err->cause == GK_CAUSE_NO_ACCESS || err->cause == GK_CAUSE_LIMIT)) {
		err->cause = GK_CAUSE_DAMAGED;
		gk_hint(err, "档案完好；运行 gongkai index rebuild 重建索引", "the archive is intact; run gongkai index rebuild");
	}
	gk_buf_free(&file);
	return st == GK_OK ? GK_OK : GK_DEAD;
}

/* A table never changes; a file that does is another one. */
static bool
is_of(const struct gk_symbols *s, const struct stat *file)
{
	return s->file.st_dev == file->st_dev && s->file.st_ino == file->st_ino && s->file.st_size == file->st_size &&
	       s->file.st_mtim.tv_sec == file->st_mtim.tv_sec && s->file.st_mtim.tv_nsec == file->st_mtim.tv_nsec &&
	       s->file.st_ctim.tv_sec == file->st_ctim.tv_sec && s->file.st_ctim.tv_nsec == file->st_ctim.tv_nsec;
}

enum gk_status
gk_symbols_open(const char *path, struct gk_symbols **out, struct gk_err *err)
{
	struct stat file;
	struct gk_symbols *s = NULL;
	enum gk_status st = GK_OK;

	/* What cannot be looked at cannot be read either, and the reading says why. */
	if (stat(path, &file) < 0)
		return read_file(path, out, err);
	pthread_mutex_lock(&lock);
	for (s = all; s != NULL && !is_of(s, &file); s = s->next)
		;
	if (s == NULL && (st = read_file(path, &s, err)) == GK_OK) {
		s->file = file;
		s->next = all;
		all = s;
	}
	if (st == GK_OK)
		s->users++;
	pthread_mutex_unlock(&lock);
	if (st == GK_OK)
		*out = s;
	return st;
}

static bool
is_last_user(struct gk_symbols *s)
{
	struct gk_symbols **at = &all;
	bool last;

	pthread_mutex_lock(&lock);
	/* One that was read from memory is nobody else's. */
	last = s->users <= 1;
	if (s->users == 1) {
		while (*at != s)
			at = &(*at)->next;
		*at = s->next;
	}
	s->users -= s->users > 0;
	pthread_mutex_unlock(&lock);
	return last;
}

void
gk_symbols_close(struct gk_symbols *s)
{
	if (s != NULL && is_last_user(s))
		free_symbols(s);
}

/* --- text ------------------------------------------------------------------------------------------ */

static bool
is_whole_unit(const uint16_t *code, size_t n, size_t i)
{
	return code[i] >= GK_UPPER_HALF && code[i] < GK_LOWER_HALF && i + 1 < n && code[i + 1] >= GK_LOWER_HALF;
}

size_t
gk_symbols_decode(const struct gk_symbols *s, const uint16_t *code, size_t n, uint16_t *out, size_t most)
{
	size_t k = 0;

	for (size_t i = 0; i < n && k < most; i++) {
		if (code[i] < GK_UPPER_HALF) {
			/* All eight at once; what is too much is written over by the next. */
			memcpy(out + k, s->symbol[code[i]].unit, sizeof s->symbol->unit);
			k += s->length[code[i]];
		} else if (is_whole_unit(code, n, i)) {
			out[k++] = (uint16_t)((code[i] & 0xFF) << 8 | (code[i + 1] & 0xFF));
			i++;
		}
	}
	return k < most ? k : most;
}

size_t
gk_symbols_units(const struct gk_symbols *s, const uint16_t *code, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		k += s->length[code[i]];
	return k;
}

/* --- which symbols hold a unit ------------------------------------------------------------------------ */

static void
order(struct gk_symbols *s)
{
	memset(s->first, 0, (GK_CODES + 1) * sizeof *s->first);
	for (uint32_t i = 0; i < s->count; i++)
		for (size_t j = 0; j < s->length[i]; j++)
			s->first[s->symbol[i].unit[j] + 1]++;
	for (size_t u = 0; u < GK_CODES; u++)
		s->first[u + 1] += s->first[u];
	/* Filled from behind, first[] moves to where it belongs. */
	for (uint32_t i = s->count; i-- > 0;)
		for (size_t j = s->length[i]; j-- > 0;)
			s->holder[--s->first[s->symbol[i].unit[j] + 1]] = (uint16_t)i;
	memmove(s->first, s->first + 1, GK_CODES * sizeof *s->first);
	s->first[GK_CODES] = (uint32_t)s->held;
	s->ordered = true;
}

const uint16_t *
gk_symbols_holding(struct gk_symbols *s, uint16_t unit, size_t *n)
{
	if (!s->ordered) {
		pthread_mutex_lock(&lock);
		if (!s->ordered)
			order(s);
		pthread_mutex_unlock(&lock);
	}
	*n = s->first[unit + 1] - s->first[unit];
	return s->holder + s->first[unit];
}
