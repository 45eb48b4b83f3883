/*
 * One-time codes of a clock (RFC 6238) and the way their secrets are written (base32, RFC 4648).
 *
 * The programs on people's phones know SHA-1; where the build has no library for it (configure --without-nettle) only SHA-256 is to be had, which many of them
 * know too.  Neither is asked to resist collisions here.
 */
#ifndef GK_TOTP_H
#define GK_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gk_totp_hash { GK_TOTP_SHA1, GK_TOTP_SHA256 };
enum { GK_TOTP_STEP = 30, GK_TOTP_DIGITS = 6, GK_TOTP_SECRET = 20, GK_TOTP_TEXT = 33 };	/* seconds; digits; bytes; bytes in base32 with the NUL */

/* Is it in this build? */
bool gk_totp_has(enum gk_totp_hash hash);
/* The code of `digits` (1 to 9) digits for a step: seconds since 1970 / GK_TOTP_STEP. */
uint32_t gk_totp(enum gk_totp_hash hash, const unsigned char *secret, size_t n, uint64_t step, unsigned digits);

void gk_totp_write_secret(const unsigned char secret[GK_TOTP_SECRET], char out[GK_TOTP_TEXT]);
/* False if it is none. */
bool gk_totp_read_secret(const char *text, unsigned char out[GK_TOTP_SECRET]);

#endif
