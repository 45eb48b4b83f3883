/* SHA-256 and hex, both by libsodium. */
#include "base/digest.h"

#include <sodium.h>

void
gk_sha256(const void *p, size_t n, unsigned char out[GK_SHA256])
{
	crypto_hash_sha256(out, p, n);
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
	size_t got = 0;
	const char *end = hex;

	return n == want * 2 && sodium_hex2bin(out, want, hex, n, NULL, &got, &end) == 0 && got == want && end == hex + n;
}
