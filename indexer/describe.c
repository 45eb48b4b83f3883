/* What a source states about a document, and what the dictionary makes of it. */
#include "indexer/describe.h"

#include "base/utf8.h"
#include "record/field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A value as text: what gk_meta_set takes. NULL if the dictionary could not hold it. */
static const char *
as_text(const json_t *v, char number[32])
{
	if (json_is_integer(v)) {
		snprintf(number, 32, "%lld", (long long)json_integer_value(v));
		return number;
	}
	return json_string_value(v);
}

void
taking_describe(const json_t *found, json_t *meta, json_t *fields, json_t *notes)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)found, key, value) {
		const struct gk_field *f = gk_field_find(key, strlen(key));
		/* `links` is for who takes the page in (indexer/attach.h), and no statement about it. */
		size_t n = strcmp(key, "links") == 0 ? 0 : json_is_array(value) ? json_array_size(value) : 1;

		for (size_t i = 0; i < n; i++) {
			char number[32];
			const char *s = as_text(json_is_array(value) ? json_array_get(value, i) : value, number);
			struct gk_err err = GK_ERR_INIT;

			if (s == NULL)
				continue;
			/* The first that states a thing counts; a list takes all. */
			if (f != NULL && (f->type == GK_FT_LIST || *gk_meta_get(meta, f->key) == '\0')) {
				if (gk_meta_set(meta, f, s, strlen(s), &err) == GK_OK)
					continue;
				json_array_append_new(notes, json_string(err.what));
			}
			json_object_set_new(fields, key, json_string(s));
		}
	}
}

void
taking_title_of(const char *path, json_t *meta)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path, *dot = strrchr(name, '.');
	const struct gk_field *f = gk_field_find("title", 5);

	gk_meta_set(meta, f, name, dot != NULL && dot > name ? (size_t)(dot - name) : strlen(name), NULL);
}

char *
taking_name(const char *name)
{
	size_t n = strlen(name), len, k = 0;
	char *out = malloc(4 * n + 1);

	for (size_t at = 0; out != NULL && at < n; at += len) {
		uint32_t cp;

		len = gk_utf8_decode(name + at, n - at, &cp);
		if (cp == GK_UTF8_BAD)
			k += (size_t)snprintf(out + k, 5, "\\x%02X", (unsigned char)name[at]);
		else
			memcpy(out + k, name + at, len);
		k += cp == GK_UTF8_BAD ? 0 : len;
	}
	if (out != NULL)
		out[k] = '\0';
	return out;
}
