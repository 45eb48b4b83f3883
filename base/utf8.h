/*
 * UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above
 * U+10FFFF.  Nothing here reads past p + n.
 */
#ifndef GK_UTF8_H
#define GK_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GK_UTF8_BAD UINT32_MAX

/*
 * Decode the character at p (n >= 1 bytes are there).  Returns its length in
 * bytes, 1 to 4.  At bytes that are not UTF-8, *cp is GK_UTF8_BAD and the
 * length is 1: skip one byte and try again.
 */
size_t gk_utf8_decode(const char *p, size_t n, uint32_t *cp);
/* Write cp (a valid scalar value) to out[4]; returns its length, 0 if it is none. */
size_t gk_utf8_encode(uint32_t cp, char out[4]);
/* Offset of the first byte that is not UTF-8, or n if all is well. */
size_t gk_utf8_check(const char *p, size_t n);
/* A copy in out[size] of any NUL-terminated bytes as valid UTF-8 without control characters: each byte that is
 * none, and each control, is U+FFFD; cut at a whole character. */
void gk_utf8_clean(const char *s, char *out, size_t size);
/* Code points in p[0..n); a bad byte counts one. */
size_t gk_utf8_count(const char *p, size_t n);
/* The largest m <= n such that p[0..m) ends at a whole character of valid text. */
size_t gk_utf8_cut(const char *p, size_t n);

#endif
