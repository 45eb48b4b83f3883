/*
 * What a person asks to be registered, in his own words, as an event: what the commands, the pages of the desk and its API share.
 *
 *   acting_cause     "大妈府发〔2021〕7号" ──▶ the document that did it, its title, the day from which it counts
 *   acting_event     the ask + the cause ──▶ the event of one record
 *   acting_complete  what hangs on the record: the bytes that a gate looked at, how many articles live on
 *   act_plan, act_append (indexer/act.h)
 */
#ifndef GK_ACTING_H
#define GK_ACTING_H

#include "indexer/act.h"
#include "record/field.h"

/* Strings may be NULL or "" where nothing was said; all borrowed. */
struct acting_ask {
	const char *type;		/* of the event: "abolish"; with parts it becomes abolish_articles, with `unless` conditional_lapse */
	const char *reason, *subject, *until, *unless, *class_name, *gate, *ground;
	const char *target;		/* annul_event: the number of the event */
	const char *const *part;	/* articles */
	size_t n_parts;
	long remaining;			/* -1: not said */
	bool late;
	const json_t *fields;		/* correct_metadata */
};

/* What all events of one ask share. */
struct acting_cause {
	char id[64];			/* of the document that did it; "" if it is not in the archive */
	char text[GK_FIELD_MAX];	/* 《title》(number), or as stated */
	struct gk_date effective;
	const struct new_text *new_text;	/* NULL: none */
	char corrects[32];		/* the event of the text that is corrected */
};

/* by_doc: id, number or title; by_text: in words; day: "2021-12-01".  Each may be NULL. */
enum gk_status acting_cause(struct store *s, const char *by_doc, const char *by_text, const char *day, struct acting_cause *out, struct gk_err *err);
/* *out is yours. */
enum gk_status acting_event(const struct acting_ask *a, const struct acting_cause *c, const char *id, const char *actor, json_t **out, struct gk_err *err);
/* not_there: the first article that the text does not have, "" if all stand in it: to be said, no failure. */
enum gk_status acting_complete(struct store *s, const struct acting_ask *a, const struct store_history *h, json_t *event, char *not_there, size_t size, struct gk_err *err);
/* A date that a person wrote; name is what it is called there. GK_NO_DATE for NULL or "". */
enum gk_status acting_date(const char *name, const char *s, struct gk_date *out, struct gk_err *err);

#endif
