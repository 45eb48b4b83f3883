/* How much what was typed looks like a title: by pairs of characters, and by characters in their order. */
#include "catalog/internal.h"
#include "catalog/parameters.h"

enum { PAIR_UNITS = 256 };	/* the rest of either is not looked at */

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

void
gk_name_begin(struct gk_name *name, const struct gk_columns *col, const uint16_t *p, size_t n)
{
	*name = (struct gk_name){ .p = p, .n = n < GK_NAME_UNITS ? n : GK_NAME_UNITS };
	for (size_t i = 0; i < name->n; i++)
		name->whole += name->weight[i] = character_weight(col, p[i]);
}

/* Can so much of the name stand in the title?  Most titles lack characters of it, whatever their order. */
static bool
may_stand_in(const struct gk_name *name, const uint16_t *title, size_t n, double least)
{
	double missing = 0;

	for (size_t i = 0; i < name->n && name->whole - missing >= least; i++) {
		size_t at = 0;

		while (at < n && title[at] != name->p[i])
			at++;
		missing += at == n ? name->weight[i] : 0;
	}
	return name->whole - missing >= least;
}

/* The weight of the heaviest common subsequence. */
static double
in_order(const struct gk_name *name, const uint16_t *title, size_t n)
{
	double best[GK_NAME_UNITS + 1] = { 0 };	/* of what was seen of the title, with the first j of the name */

	for (size_t i = 0; i < n; i++) {
		double diagonal = 0;

		for (size_t j = 1; j <= name->n; j++) {
			double above = best[j], with = title[i] == name->p[j - 1] ? diagonal + name->weight[j - 1] : 0;

			best[j] = above > best[j - 1] ? above : best[j - 1];
			best[j] = with > best[j] ? with : best[j];
			diagonal = above;
		}
	}
	return best[name->n];
}

/*
 * A title is often typed with parts left out (仲裁法解释 for 最高人民法院关于适用《中华人民共和国仲裁法》若干问题的解释):
 * the characters stand there in their order, though not side by side.  What is common to all titles hardly counts.
 */
double
gk_abbreviation(const struct gk_columns *col, const struct gk_name *name, const uint16_t *title, size_t n)
{
	const double least = GK_ABBREVIATION_LEAST * name->whole;
	double common, of_title = 0;

	n = n < GK_NAME_UNITS ? n : GK_NAME_UNITS;
	/* Sums in another order differ by their rounding. */
	if (name->n < GK_ABBREVIATION_CHARS || name->whole <= 0 || !may_stand_in(name, title, n, least * 0.9999))
		return 0;
	common = in_order(name, title, n);
	for (size_t i = 0; i < n; i++)
		of_title += character_weight(col, title[i]);
	return of_title <= 0 || common < least ? 0 : 2 * common / (name->whole + of_title);
}
