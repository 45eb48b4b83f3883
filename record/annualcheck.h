/*
 * The identities that a yearly report must satisfy (domain.md 3.5), A1 to A12: those of the form itself, those with the report of the
 * year before, and those with the reports it adds up.
 *
 *   error     the report is wrong
 *   warning   it may be wrong, or the numbers stand where this reader was not sure of their columns
 *   info      it could not be checked (empty cells), or is worth a look
 */
#ifndef GK_ANNUALCHECK_H
#define GK_ANNUALCHECK_H

#include "record/annualread.h"

/*
 * former: the year before, or NULL; children: what the report adds up, n may be 0.
 *
 *   { "errors": 1, "warnings": 0,
 *     "identities": [ { "id": "A1", "what", "what_en", "checked": 7, "failed": 1 } … all twelve ],
 *     "findings": [ { "id": "A1", "severity": "error", "cells": ["T3.r1.c1", …], "left": "3", "right": "2", "message", "message_en" } ] }
 */
json_t *gk_annual_check(const struct gk_annual *a, const struct gk_annual *former, const struct gk_annual *children, size_t n);
/* "T3.r3.3.1.c2" → 0 or "" … as an object of all cells that the report has: numbers, null where empty, a string where it is no number. */
json_t *gk_annual_cells(const struct gk_annual *a);

#endif
