/* How much what was typed looks like a title: by pairs of characters, and by characters in their order. */
#include "catalog/internal.h"
#include "catalog/parameters.h"

enum { PAIR_UNITS = 256, ORDER_UNITS = 128 };	/* the rest of either is not looked at */

static bool
pair_in(const uint16_t *text, size_t n, const uint16_t *pair)
{
	for (size_t i = 0; i + 1 < n; i++)
		if (text[i] == pair[0] && text[i + 1] == pair[1])
			return true;
	return false;
}

/* Share of the pairs of a that stand in b. */
static double
covered(const uint16_t *a, size_t n, const uint16_t *b, size_t k)
{
	size_t pairs = 0, found = 0;

	for (size_t i = 0; i + 1 < n; i++) {
		if (a[i] == ' ' || a[i + 1] == ' ')
			continue;
		pairs++;
		found += pair_in(b, k, a + i);
	}
	return pairs == 0 ? 0 : (double)found / (double)pairs;
}

/*
 * How much the query looks like the title, 0 to 1: the harmonic mean of the
 * share of the one in the other.  A citizen who types a name wants that document;
 * a question that merely touches a title does not, so less than half is nothing.
 */
double
gk_likeness(const uint16_t *query, size_t k, const uint16_t *title, size_t n)
{
	double in_title, in_query;

	n = n < PAIR_UNITS ? n : PAIR_UNITS;
	k = k < PAIR_UNITS ? k : PAIR_UNITS;
	in_title = covered(query, k, title, n);
	if (in_title < GK_LIKENESS_LEAST)
		return 0;
	in_query = covered(title, n, query, k);
	return 2 * in_title * in_query / (in_title + in_query);
}

/* How much a character tells: hardly anything where every document has it (最高人民法院关于…的规定). */
static double
character_weight(const struct gk_columns *col, uint16_t u)
{
	return u == ' ' ? 0 : 0.05 + gk_char_idf(col, u);
}

static double
whole_weight(const struct gk_columns *col, const uint16_t *t, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += character_weight(col, t[i]);
	return sum;
}

/* The weight of the heaviest common subsequence. */
static double
in_order(const struct gk_columns *col, const uint16_t *a, size_t n, const uint16_t *b, size_t k)
{
	double best[ORDER_UNITS + 1] = { 0 };	/* of what was seen of a, with the first j of b */

	for (size_t i = 0; i < n; i++) {
		double w = character_weight(col, a[i]), diagonal = 0;

		for (size_t j = 1; j <= k; j++) {
			double above = best[j], with = a[i] == b[j - 1] ? diagonal + w : 0;

			best[j] = above > best[j - 1] ? above : best[j - 1];
			best[j] = with > best[j] ? with : best[j];
			diagonal = above;
		}
	}
	return best[k];
}

/*
 * A title is often typed with parts left out (仲裁法解释 for 最高人民法院关于适用《中华人民共和国仲裁法》若干问题的解释):
 * the characters stand there in their order, though not side by side.  What is common to all titles hardly counts.
 */
double
gk_abbreviation(const struct gk_columns *col, const uint16_t *name, size_t k, const uint16_t *title, size_t n)
{
	double common, of_name, of_title;

	if (k < GK_ABBREVIATION_CHARS)
		return 0;
	n = n < ORDER_UNITS ? n : ORDER_UNITS;
	k = k < ORDER_UNITS ? k : ORDER_UNITS;
	common = in_order(col, title, n, name, k);
	of_name = whole_weight(col, name, k);
	of_title = whole_weight(col, title, n);
	if (of_name <= 0 || of_title <= 0 || common < GK_ABBREVIATION_LEAST * of_name)
		return 0;
	return 2 * common / (of_name + of_title);
}
