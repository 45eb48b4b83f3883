/* SHA-256 by nettle or libsodium, hex by libsodium, CRC-32 by libdeflate or zlib. */
#include "base/digest.h"

#include <sodium.h>

#ifdef GK_LIBDEFLATE
#include <libdeflate.h>
#else
#include <zlib.h>
#endif

#ifdef GK_NETTLE
#include <nettle/sha2.h>

typedef struct sha256_ctx state;

static void
begin(state *s)
{
	sha256_init(s);
}

static void
add(state *s, const void *p, size_t n)
{
	sha256_update(s, n, p);
}

static void
end(state *s, unsigned char out[GK_SHA256])
{
	sha256_digest(s, GK_SHA256, out);
}
#else
typedef crypto_hash_sha256_state state;

static void
begin(state *s)
{
	crypto_hash_sha256_init(s);
}

static void
add(state *s, const void *p, size_t n)
{
	crypto_hash_sha256_update(s, p, n);
}

static void
end(state *s, unsigned char out[GK_SHA256])
{
	crypto_hash_sha256_final(s, out);
}
#endif

_Static_assert(sizeof(state) <= sizeof(struct gk_sha256_sum), "the state does not fit in a struct gk_sha256_sum");

void
gk_sha256_init(struct gk_sha256_sum *s)
{
	begin((state *)(void *)s->opaque);
}

void
gk_sha256_add(struct gk_sha256_sum *s, const void *p, size_t n)
{
	if (n > 0)
		add((state *)(void *)s->opaque, p, n);
}

void
gk_sha256_end(struct gk_sha256_sum *s, unsigned char out[GK_SHA256])
{
	end((state *)(void *)s->opaque, out);
}

void
gk_sha256(const void *p, size_t n, unsigned char out[GK_SHA256])
{
	struct gk_sha256_sum s;

	gk_sha256_init(&s);
	gk_sha256_add(&s, p, n);
	gk_sha256_end(&s, out);
}

void
gk_sha256_hex(const void *p, size_t n, char out[GK_SHA256_HEX + 1])
{
	unsigned char bytes[GK_SHA256];

	gk_sha256(p, n, bytes);
	sodium_bin2hex(out, GK_SHA256_HEX + 1, bytes, sizeof bytes);
}

bool
gk_hex_to_bytes(const char *hex, size_t n, unsigned char *out, size_t want)
{
	/* Not sodium_hex2bin(), which takes ten times as long to keep secret what is none here; verify does it twice a record. */
	static const signed char digit[256] = {
		['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ['A'] = 11, 12, 13, 14, 15, 16, ['a'] = 11, 12, 13, 14, 15, 16,
	};

	if (n != want * 2)
		return false;
	for (size_t i = 0; i < want; i++) {
		int high = digit[(unsigned char)hex[2 * i]], low = digit[(unsigned char)hex[2 * i + 1]];

		if (high == 0 || low == 0)
			return false;
		out[i] = (unsigned char)((high - 1) << 4 | (low - 1));
	}
	return true;
}

uint32_t
gk_crc32(uint32_t sum, const void *p, size_t n)
{
#ifdef GK_LIBDEFLATE
	return libdeflate_crc32(sum, p, n);
#else
	return (uint32_t)crc32_z(sum, p, n);
#endif
}
