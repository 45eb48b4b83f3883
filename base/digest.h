/*
 * SHA-256 (FIPS 180-4), hex, and the checksum of gzip (CRC-32, RFC 1952 8).  By libsodium; built with nettle (configure --with-nettle), SHA-256 is nettle's, which uses
 * the instructions that processors have for it (libsodium 1.0.18 has plain C only): the same digests, some four times as fast.
 */
#ifndef GK_DIGEST_H
#define GK_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GK_SHA256 = 32, GK_SHA256_HEX = 64 };

/* Of bytes that come in pieces: init, add …, end.  It may be copied at any point, and needs no freeing. */
struct gk_sha256_sum { uint64_t opaque[16]; };

void gk_sha256_init(struct gk_sha256_sum *s);
void gk_sha256_add(struct gk_sha256_sum *s, const void *p, size_t n);
void gk_sha256_end(struct gk_sha256_sum *s, unsigned char out[GK_SHA256]);

void gk_sha256(const void *p, size_t n, unsigned char out[GK_SHA256]);
/* Lower-case hex with a NUL. */
void gk_sha256_hex(const void *p, size_t n, char out[GK_SHA256_HEX + 1]);
/* 64 hex digits of either case to bytes; false if it is anything else. */
bool gk_hex_to_bytes(const char *hex, size_t n, unsigned char *out, size_t want);

/* Of bytes that go on behind those whose sum this is; begin with 0.  By libdeflate where it is there, ten times as fast as by zlib. */
uint32_t gk_crc32(uint32_t sum, const void *p, size_t n);

#endif
