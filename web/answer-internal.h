/* What the files of answer*.c share; not for others. */
#ifndef GK_ANSWER_INTERNAL_H
#define GK_ANSWER_INTERNAL_H

#include "archive/warc.h"
#include "catalog/catalog.h"
#include "record/config.h"
#include "record/field.h"
#include "record/record.h"
#include "web/answer.h"

struct gk_site {
	char *dir;
	struct gk_config config;
	struct gk_archive *archive;
	struct gk_catalog *catalog;
	uint64_t generation;
	bool staff;			/* may see what is not public */
};

/* --- answer-record.c: one record from the archive, every byte of it checked ---------- */

struct site_record {
	struct gk_event *events;
	size_t n;
	struct gk_record record;
};
enum gk_status site_record_read(struct gk_site *s, uint32_t docid, struct site_record *out, struct gk_err *err);
void site_record_free(struct site_record *r);
/* NOT_FOUND if there is no such id. */
enum gk_status site_record_find(struct gk_site *s, const char *id, struct site_record *out, struct gk_err *err);
/* The block of the record's text or original; an empty one if there is no text. */
enum gk_status site_block(struct gk_site *s, const struct gk_record *r, const char *which, struct gk_warc_rec *out, struct gk_err *err);
/* {"code","label","label_en","sign","since","by","as_of","badge","badge_en"} */
json_t *site_status(struct gk_site *s, const struct site_record *r, struct gk_date as_of);
json_t *site_dates(const struct gk_record *r);
/* The part of a hit that does not depend on the question. */
json_t *site_hit(struct gk_site *s, const struct site_record *r, struct gk_date as_of);
json_t *json_date(struct gk_date d);
/* A string that is not empty, else null. */
json_t *json_text(const char *s);

/* --- answer-url.c ------------------------------------------------------------------------- */

/* path?a=b&c=d of the parameters, percent-encoded; names in `without` (NULL-terminated) left out, then one more added (add may be NULL). */
json_t *url_of(const char *path, const struct gk_param *p, size_t n, const char *const *without, const char *add, const char *value);
/* The same without one pair name=value. */
json_t *url_minus(const char *path, const struct gk_param *p, size_t n, const char *name, const char *value);

#endif
