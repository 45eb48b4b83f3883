/* The routes as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0), made from the table of routes.h. */
#ifndef GK_OPENAPI_H
#define GK_OPENAPI_H

#include "searchd/question.h"

/* Yours to json_decref(). */
json_t *openapi(const struct server *s);

#endif
