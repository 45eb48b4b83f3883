/* SHA-256 (FIPS 180-4) through libsodium, and hex. */
#ifndef GK_DIGEST_H
#define GK_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

enum { GK_SHA256 = 32, GK_SHA256_HEX = 64 };

void gk_sha256(const void *p, size_t n, unsigned char out[GK_SHA256]);
/* Lower-case hex with a NUL. */
void gk_sha256_hex(const void *p, size_t n, char out[GK_SHA256_HEX + 1]);
/* 64 hex digits of either case to bytes; false if it is anything else. */
bool gk_hex_to_bytes(const char *hex, size_t n, unsigned char *out, size_t want);

#endif
