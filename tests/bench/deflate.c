/*
 * What compressors make of records, one by one: for the curve in doc/sizes.md; tests/bench/sizes builds and runs it.
 *
 *   deflate RECORDS [DICTIONARY]     RECORDS: the records, each followed by a NUL byte
 *
 * One line for each: name, ratio, MB/s out, MB/s in, by CPU time of this process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>
#ifdef LIBDEFLATE
#include <libdeflate.h>
#endif

enum { ROOM = 64 * 1024 * 1024 };

static char *text, *back, *dict;
static unsigned char *packed;
static size_t text_n, dict_n;

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static char *
slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *p = malloc(1u << 30);

	if (f == NULL || p == NULL) {
		perror(path);
		exit(2);
	}
	*n = fread(p, 1, 1u << 30, f);
	fclose(f);
	return p;
}

struct codec {
	const char *name;
	int level;
	size_t (*pack)(void *state, const char *p, size_t n);
	size_t (*unpack)(void *state, size_t n);
	void *state;
};

struct z { z_stream out, in; const char *dict; size_t dict_n; };

static size_t
z_pack(void *state, const char *p, size_t n)
{
	struct z *z = state;

	deflateReset(&z->out);
	if (z->dict != NULL)
		deflateSetDictionary(&z->out, (const Bytef *)z->dict, (uInt)z->dict_n);
	z->out.next_in = (Bytef *)p;
	z->out.avail_in = (uInt)n;
	z->out.next_out = packed;
	z->out.avail_out = ROOM;
	deflate(&z->out, Z_FINISH);
	return z->out.total_out;
}

static size_t
z_unpack(void *state, size_t n)
{
	struct z *z = state;

	inflateReset(&z->in);
	if (z->dict != NULL)
		inflateSetDictionary(&z->in, (const Bytef *)z->dict, (uInt)z->dict_n);
	z->in.next_in = packed;
	z->in.avail_in = (uInt)n;
	z->in.next_out = (Bytef *)back;
	z->in.avail_out = ROOM;
	inflate(&z->in, Z_FINISH);
	return z->in.total_out;
}

#ifdef LIBDEFLATE
struct d { struct libdeflate_compressor *c; struct libdeflate_decompressor *d; };

static size_t
d_pack(void *state, const char *p, size_t n)
{
	return libdeflate_gzip_compress(((struct d *)state)->c, p, n, packed, ROOM);
}

static size_t
d_unpack(void *state, size_t n)
{
	size_t got = 0;

	libdeflate_gzip_decompress(((struct d *)state)->d, packed, n, back, ROOM, &got);
	return got;
}
#endif

static void
measure(const struct codec *c)
{
	double out = 0, in = 0, t;
	size_t sum = 0, raw = 0;

	for (size_t at = 0; at < text_n; ) {
		size_t n = strlen(text + at), m;

		t = seconds();
		m = c->pack(c->state, text + at, n);
		out += seconds() - t;
		t = seconds();
		if (c->unpack(c->state, m) != n || memcmp(back, text + at, n) != 0) {
			fprintf(stderr, "%s %d does not give back what it was given\n", c->name, c->level);
			exit(1);
		}
		in += seconds() - t;
		sum += m;
		raw += n;
		at += n + 1;
	}
	printf("%s %d\t%.4f\t%.0f\t%.0f\n", c->name, c->level, (double)sum / (double)raw, (double)raw / 1e6 / out, (double)raw / 1e6 / in);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	text = slurp(argv[1], &text_n);
	packed = malloc(ROOM);
	back = malloc(ROOM);
	if (packed == NULL || back == NULL)
		return 2;
	for (int level = 1; level <= 9; level++) {
		struct z z = { .dict = NULL };

		deflateInit2(&z.out, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
		inflateInit2(&z.in, 31);
		measure(&(struct codec){ "zlib", level, z_pack, z_unpack, &z });
	}
#ifdef LIBDEFLATE
	for (int level = 1; level <= 12; level++) {
		struct d d = { libdeflate_alloc_compressor(level), libdeflate_alloc_decompressor() };

		measure(&(struct codec){ "libdeflate", level, d_pack, d_unpack, &d });
	}
#endif
	if (argc > 2) {
		struct z z = { .dict = NULL };

		dict = slurp(argv[2], &dict_n);
		z.dict = dict_n > 32768 ? dict + dict_n - 32768 : dict;
		z.dict_n = dict_n > 32768 ? 32768 : dict_n;
		/* Raw deflate: only that takes a dictionary on both sides without more ado; 18 bytes less than a gzip member. */
		deflateInit2(&z.out, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
		inflateInit2(&z.in, -15);
		measure(&(struct codec){ "zlib+dictionary", 6, z_pack, z_unpack, &z });
	}
	return 0;
}
