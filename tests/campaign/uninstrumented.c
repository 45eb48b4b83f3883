/*
 * For MemorySanitizer (tests/campaign/uninitialized): what libraries that were compiled without it have written counts as written.  Linked with --wrap for each
 * function here; whatever else of a library wrote would be reported, not missed.
 */
#include <sanitizer/msan_interface.h>
#include <sodium.h>
#include <zlib.h>

int __real_crypto_hash_sha256_final(crypto_hash_sha256_state *state, unsigned char *out);
int __wrap_crypto_hash_sha256_final(crypto_hash_sha256_state *state, unsigned char *out);
int __real_crypto_auth_hmacsha256_final(crypto_auth_hmacsha256_state *state, unsigned char *out);
int __wrap_crypto_auth_hmacsha256_final(crypto_auth_hmacsha256_state *state, unsigned char *out);
char *__real_sodium_bin2hex(char *hex, size_t room, const unsigned char *p, size_t n);
char *__wrap_sodium_bin2hex(char *hex, size_t room, const unsigned char *p, size_t n);
int __real_inflate(z_stream *z, int flush);
int __wrap_inflate(z_stream *z, int flush);

int
__wrap_crypto_hash_sha256_final(crypto_hash_sha256_state *state, unsigned char *out)
{
	const int r = __real_crypto_hash_sha256_final(state, out);

	__msan_unpoison(out, crypto_hash_sha256_BYTES);
	return r;
}

int
__wrap_crypto_auth_hmacsha256_final(crypto_auth_hmacsha256_state *state, unsigned char *out)
{
	const int r = __real_crypto_auth_hmacsha256_final(state, out);

	__msan_unpoison(out, crypto_auth_hmacsha256_BYTES);
	return r;
}

char *
__wrap_sodium_bin2hex(char *hex, size_t room, const unsigned char *p, size_t n)
{
	__real_sodium_bin2hex(hex, room, p, n);
	__msan_unpoison(hex, 2 * n + 1);
	return hex;
}

/* inflate() moves next_out itself, and says so in the stream, which it has written too. */
int
__wrap_inflate(z_stream *z, int flush)
{
	unsigned char *from = z->next_out;
	const int r = __real_inflate(z, flush);

	__msan_unpoison(z, sizeof *z);
	__msan_unpoison(from, (size_t)(z->next_out - from));
	return r;
}
