/*
 * Text cut the plain way for engines that have no tokenizer for Chinese: every two neighbouring Han characters, a Han character
 * that stands alone, and runs of Latin letters and digits.  `broken` says that something stood between a token and the one before it.
 */
#ifndef BENCH_PAIRS_H
#define BENCH_PAIRS_H

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>

static inline bool
is_han(const char *p, size_t left)
{
	return left >= 3 && (unsigned char)p[0] >= 0xe3 && (unsigned char)p[0] <= 0xe9 && !((unsigned char)p[0] == 0xe3 && (unsigned char)p[1] < 0x90);
}

struct pairs { const char *text; size_t n, at; bool after_han; };
struct pair { const char *p; size_t n; bool broken; };

static inline bool
next_pair(struct pairs *c, struct pair *out)
{
	const char *t = c->text;

	while (c->at < c->n) {
		size_t i = c->at, end = i;

		if (is_han(t + i, c->n - i)) {
			bool two = is_han(t + i + 3, c->n - i > 3 ? c->n - i - 3 : 0), alone = !two && !c->after_han;

			*out = (struct pair){ t + i, two ? 6u : 3u, !c->after_han };
			c->at = i + 3;
			c->after_han = two;
			if (two || alone)
				return true;
			continue;
		}
		c->after_han = false;
		while (end < c->n && isalnum((unsigned char)t[end]))
			end++;
		c->at = end > i ? end : i + 1;
		*out = (struct pair){ t + i, end - i, true };
		if (end > i && end - i <= 200)
			return true;
	}
	return false;
}

#endif
