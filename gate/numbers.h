/* Is it a number of that kind?  Digits as ASCII; nothing here allocates. */
#ifndef GK_NUMBERS_H
#define GK_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>

/* 18 characters, the last a digit or x: region, day of birth and check character (GB 11643-1999, ISO 7064 MOD 11-2). */
bool gk_is_citizen(const char d[18]);
/* 15 digits: region, day of birth in this century's predecessor. */
bool gk_is_old_citizen(const char d[15]);
/* 11 digits: 1, then 3 to 9. */
bool gk_is_mobile(const char d[11]);
/* 16 to 19 digits: issuer's prefix and Luhn's check digit. */
bool gk_is_card(const char *d, size_t n);

#endif
