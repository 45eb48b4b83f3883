/*
 * The whole yearly report (国办公开办函〔2021〕30号) as one object, and as HTML, DOCX, CSV.
 *
 *   documents (gk_answer_report)  +  applications (the ledger)  +  figures from elsewhere   →   cells   →   identities, tables, prose
 *
 * { …as gk_answer_report, "cells": { "T3.r1.c1": { "value": 3, "of": "documents"|"applications"|"reviews"|"figures", "ids": [ … ], "query": "gongkai report annual 2021 --cell T3.r1.c1" } … },
 *   "tables": [ 二, 三, 四: [ row: [ { "t": text, "cell": name or null, "c": colspan, "r": rowspan, "h": heading? } … ] … ] … ],
 *   "sections": [ { "heading": "一、总体情况", "text": [ … ] } … six ], "checks": record/annualcheck.h, "changed": [ { "cell", "was", "is", "added", "removed" } … ] }
 *
 * A cell's ids are what it counts: whoever follows its query sees the same list, because it is this one.
 */
#ifndef GK_ANNUAL_H
#define GK_ANNUAL_H

#include "base/buf.h"
#include "indexer/applications.h"
#include "web/answer.h"

struct annual_ask {
	const char *archive;
	int year;
	const char *issuers;		/* NULL: the configured one; several with new lines between */
	const char *known_at;		/* as on the command line; NULL: now */
	const char *against;		/* compare with what was known then; NULL: the end of the 31 January after it */
	bool cells_only;		/* no checks, no prose, no comparison */
};

enum gk_status annual_build(struct gk_site *site, const struct annual_ask *ask, json_t **out, struct gk_err *err);

/* Each appends the whole file; public_url goes before addresses of documents. */
enum gk_status annual_html(const json_t *report, const char *public_url, bool plain, struct gk_buf *out, struct gk_err *err);
enum gk_status annual_docx(const json_t *report, struct gk_buf *out, struct gk_err *err);
enum gk_status annual_csv(const json_t *report, struct gk_buf *out, struct gk_err *err);

#endif
