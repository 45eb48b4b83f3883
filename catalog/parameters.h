/*
 * The numbers of the ranking, all in one place, each with where it comes from.
 * Measured on the development halves of two judged sets (known items, questions
 * to single articles of law) with tests/bench/quality; none was tuned to a query.
 */
#ifndef GK_PARAMETERS_H
#define GK_PARAMETERS_H

/* Robertson's BM25; b 0.9 instead of the customary 0.75 gave +0.005 MRR@10 on the questions. */
#define GK_BM25_K1 1.2
#define GK_BM25_B 0.9

/* Title terms beside those of the body: helps names (S@1 +0.003), costs questions as little. */
#define GK_TITLE_WEIGHT 0.05
/* Single characters beside pairs, for the best hits only. */
#define GK_CHARACTER_WEIGHT 1.5
/* Query like title: share of the query's whole weight. */
#define GK_LIKENESS_WEIGHT 2.0
/* Share of the query that must stand in the title for that. */
#define GK_LIKENESS_LEAST 0.5
/* A title with parts left out: how much of the query must stand in it in order, of queries of so many characters. */
#define GK_ABBREVIATION_LEAST 0.8
#define GK_ABBREVIATION_CHARS 4
/* The very title was typed. */
#define GK_SAME_TITLE_WEIGHT 10.0
/* The number was typed: full at the head of a document, half at 100 characters. */
#define GK_NUMBER_WEIGHT 40.0
/* A year typed alone is the document's year. */
#define GK_YEAR_WEIGHT 8.0
/* experience.md 4: weight by validity, not when number or title are named. */
#define GK_WEIGHT_UNSURE 0.9
#define GK_WEIGHT_NOT_YET 0.8
#define GK_WEIGHT_ENDED 0.5
/* A new document before an old one that fits as well. */
#define GK_DATE_WEIGHT 0.003
/* A correction is run, not only offered, if its documents (weighed by the kind of slip) are so many times those of the next one … */
#define GK_CORRECT_AHEAD 2.0
/* … and so many times those that know the rarest of the words that were typed, if they are words. */
#define GK_CORRECT_AGAINST 0.05
/* … more for a run of so few characters, of which three that stand together prove little, unless it sounds alike. */
#define GK_CORRECT_SHORT 4
#define GK_CORRECT_AGAINST_SHORT 0.2
/* Letters are searched as the phrase that is used so many times as often as the next one they spell. */
#define GK_PINYIN_AHEAD 1.5
/* A title that has the corrected text counts as so many documents more. */
#define GK_CORRECT_TITLE 20
/* How many hits are looked at closely. */
#define GK_FINE_HITS 300
/* Level `some`: least share of the known weight, and most documents (experience.md 4). */
#define GK_SOME_SHARE 0.3
#define GK_SOME_MOST 50

/*
 * Questions (question.c).  Learned on the 926 questions of the development set, as a linear model with a softmax over the candidates of each
 * question, in five folds by question: every figure of doc/quality.md is of folds that were not learned from.  Given here as ratios to the weight
 * of single characters.
 */
#define GK_RELATED_WEIGHT 0.25
#define GK_SHARE_WEIGHT 0.46
#define GK_WORK_WEIGHT 0.02
#define GK_CITED_WEIGHT 0.037
#define GK_KIND_CODE 0.155
#define GK_KIND_LAW 0.042
#define GK_KIND_INTERPRETATION 0.066
#define GK_BESIDE_WEIGHT 0.14
#define GK_BEST_WEIGHT 0.07
/* Whole documents on the scale of articles; their order among themselves does not depend on it. */
#define GK_WHOLE_WEIGHT 0.66
/*
 * How many are looked at: so many, or until so much text was read.  With six times as much text not one judged known item or question changed its place among the
 * first ten; with half of it two of twenty questions over 100,000 notices lost one.  Articles are so short that all of them are looked at.
 */
#define GK_QUESTION_HITS 1500
#define GK_QUESTION_UNITS 500000
/* How many of them say in which work to look. */
#define GK_WORK_HITS 1000

#endif
