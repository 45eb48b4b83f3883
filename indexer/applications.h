/* The ledger of applications, read for the commands and the yearly report (indexer/ only). */
#ifndef GK_APPLICATIONS_H
#define GK_APPLICATIONS_H

#include "record/application.h"

struct applications {
	json_t *events;
	struct gk_workdays *workdays;
	struct gk_application *all;
	size_t n;
};

/* known_at: a UTC time, NULL for now.  No ledger: none. */
enum gk_status applications_open(const char *archive, const char *known_at, struct applications *out, struct gk_err *err);
void applications_close(struct applications *a);
const struct gk_application *applications_find(const struct applications *a, const char *app);
/* What a table or a program may see of one: no name. on: the day that "days" counts from. */
json_t *application_json(const struct gk_application *a, struct gk_date on);

#endif
