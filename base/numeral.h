/*
 * Chinese numerals, as laws count: 第二十条, 第一百零三条, 二〇二一, 廿三, 〇.
 */
#ifndef GK_NUMERAL_H
#define GK_NUMERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The longest numeral at p: a place-value one (二百八十二, 一千零五, 十, 廿三, 一万二千) or a
 * row of digits (二〇二一, 二○○八).  Returns its length in bytes, 0 if none; *value up
 * to 99,999,999.  Never reads past p + n.
 */
size_t gk_numeral_scan(const char *p, size_t n, uint32_t *value);
/* The way laws write it: 20 is 二十, 103 is 一百零三, 0 is 零.  Returns bytes written
 * (no NUL counted, NUL written); out has room for 64. */
size_t gk_numeral_format(uint32_t value, char out[64]);

#endif
