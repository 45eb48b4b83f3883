/* HMAC by nettle or libsodium; the rest of RFC 6238 is a few shifts. */
#include "base/totp.h"

#include <sodium.h>
#include <string.h>

#ifdef GK_NETTLE
#include <nettle/hmac.h>
#endif

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

bool
gk_totp_has(enum gk_totp_hash hash)
{
#ifdef GK_NETTLE
	return hash == GK_TOTP_SHA1 || hash == GK_TOTP_SHA256;
#else
	return hash == GK_TOTP_SHA256;
#endif
}

/* Returns the length of the digest. */
static size_t
hmac(enum gk_totp_hash hash, const unsigned char *key, size_t n, const unsigned char message[8], unsigned char out[crypto_auth_hmacsha256_BYTES])
{
	crypto_auth_hmacsha256_state s;

#ifdef GK_NETTLE
	if (hash == GK_TOTP_SHA1) {
		struct hmac_sha1_ctx x;

		hmac_sha1_set_key(&x, n, key);
		hmac_sha1_update(&x, 8, message);
		hmac_sha1_digest(&x, SHA1_DIGEST_SIZE, out);
		return SHA1_DIGEST_SIZE;
	}
#endif
	(void)hash;
	crypto_auth_hmacsha256_init(&s, key, n);
	crypto_auth_hmacsha256_update(&s, message, 8);
	crypto_auth_hmacsha256_final(&s, out);
	return crypto_auth_hmacsha256_BYTES;
}

uint32_t
gk_totp(enum gk_totp_hash hash, const unsigned char *secret, size_t n, uint64_t step, unsigned digits)
{
	unsigned char message[8], digest[crypto_auth_hmacsha256_BYTES];
	uint32_t value = 0, limit = 1;
	size_t length, at;

	for (int i = 7; i >= 0; i--, step >>= 8)
		message[i] = (unsigned char)step;
	length = hmac(hash, secret, n, message, digest);
	at = digest[length - 1] & 15;
	for (size_t i = 0; i < 4; i++)
		value = value << 8 | digest[at + i];
	while (digits-- > 0)
		limit *= 10;
	return (value & 0x7FFFFFFF) % limit;
}

void
gk_totp_write_secret(const unsigned char secret[GK_TOTP_SECRET], char out[GK_TOTP_TEXT])
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	for (size_t i = 0; i < GK_TOTP_SECRET; i++) {
		bits = bits << 8 | secret[i];
		for (have += 8; have >= 5; have -= 5)
			out[n++] = letters[bits >> (have - 5) & 31];
	}
	out[n] = '\0';
}

bool
gk_totp_read_secret(const char *text, unsigned char out[GK_TOTP_SECRET])
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	if (strlen(text) != GK_TOTP_TEXT - 1)
		return false;
	for (; *text != '\0'; text++) {
		const char *at = strchr(letters, *text);

		if (at == NULL)
			return false;
		bits = bits << 5 | (uint32_t)(at - letters);
		have += 5;
		if (have >= 8) {
			have -= 8;
			out[n++] = (unsigned char)(bits >> have);
		}
	}
	return n == GK_TOTP_SECRET;
}
