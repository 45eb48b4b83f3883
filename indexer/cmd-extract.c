/*
 * gongkai extract: what would be taken in of a file, without an archive.
 *
 *   one file ──▶ gongkai-extract (child process) ──▶ the dictionary of record/field.h, each value with what stated it
 *
 * A file that is refused costs itself: its reason is said, the rest goes on (exit 3).
 */
#include "indexer/cmd.h"
#include "indexer/document.h"
#include "indexer/peek.h"

#include "record/field.h"
#include "record/paper.h"

#include <stdlib.h>
#include <string.h>

/* What is known of one file. */
struct found {
	const struct gk_reply *reply;
	json_t *meta, *evidence, *fields, *notes;
};

/* --- describing ------------------------------------------------------------------------------------------------ */

/* One thing that the file states, by the dictionary; if it counts, under which name and in which words it stood there. */
static void
describe_one(struct found *f, const char *key, json_t *value)
{
	const struct gk_field *field = gk_field_find(key, strlen(key));
	json_t *one = json_pack("{s:O}", key, value), *was = field == NULL ? NULL : json_deep_copy(json_object_get(f->meta, field->key)), *now;

	taking_describe(one, f->meta, f->fields, f->notes);
	now = field == NULL ? NULL : json_object_get(f->meta, field->key);
	if (now != NULL && was == NULL)
		json_object_set_new(f->evidence, field->key, json_pack("{s:s, s:O}", "from", key, "found", value));
	json_decref(was);
	json_decref(one);
}

/* What only the layout of the text says: with its place there. */
static void
infer(struct found *f)
{
	const struct gk_buf *text = &f->reply->text;
	json_t *inferred = gk_paper_infer(text->p == NULL ? "" : text->p, text->n, f->meta), *one;
	const char *key;

	json_object_foreach(inferred, key, one) {
		json_object_set_new(one, "from", json_string(json_object_get(one, "from") == NULL ? "text" : json_str(one, "from")));
		json_object_set_new(one, "inferred", json_true());
		json_object_set(one, "found", json_object_get(one, "value"));
		json_object_del(one, "value");
		json_object_set(f->evidence, key, one);
	}
	json_decref(inferred);
}

static void
describe(struct found *f, const char *path)
{
	const char *key;
	json_t *value;

	json_object_foreach(f->reply->meta, key, value)
		describe_one(f, key, value);
	if (*gk_meta_get(f->meta, "title") == '\0') {
		taking_title_of(path, f->meta);
		json_object_set_new(f->evidence, "title", json_pack("{s:s, s:s}", "from", "file name", "found", gk_meta_get(f->meta, "title")));
	}
	infer(f);
}

/* --- saying ---------------------------------------------------------------------------------------------------- */

static json_t *
as_json(const struct found *f, const char *name)
{
	const struct gk_reply *r = f->reply;
	json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:O, s:O, s:O, s:O, s:O, s:o}", "file", name, "title", gk_meta_get(f->meta, "title"), "type", r->type,
				"encoding", r->charset, "source", r->source, "meta", f->meta, "evidence", f->evidence, "fields", f->fields, "notes", f->notes,
				"parts", r->parts, "text", json_stringn(r->text.p == NULL ? "" : r->text.p, r->text.n));

	return out;
}

static void
print_pair(const char *label, const json_t *value, const char *from)
{
	json_t *item;
	size_t i;

	printf("  ");
	print_column(label, 16);
	printf(" ");
	if (json_is_string(value))
		print_text(json_string_value(value));
	else if (json_is_integer(value))
		printf("%lld", (long long)json_integer_value(value));
	json_array_foreach(value, i, item) {
		printf("%s", i > 0 ? GK_T("；", "; ") : "");
		print_text(json_is_string(item) ? json_string_value(item) : "");
	}
	if (*from != '\0') {
		printf("  <- ");
		print_text(from);
	}
	putchar('\n');
}

static void
print_lines(const struct gk_buf *text)
{
	for (size_t at = 0; at < text->n;) {
		const char *nl = memchr(text->p + at, '\n', text->n - at);
		size_t n = (nl == NULL ? text->n : (size_t)(nl - text->p)) - at;
		char *line = strndup(text->p + at, n);

		print_text(line == NULL ? "" : line);
		free(line);
		putchar('\n');
		at += n + 1;
	}
}

static void
print_found(const struct found *f, const char *name)
{
	const char *key;
	json_t *value;
	size_t i;

	printf("== %s\n", name);
	printf("  %s  %s  %s  ", f->reply->type, f->reply->charset[0] != '\0' ? f->reply->charset : "-", f->reply->source);
	printf(GK_T("正文 %zu 字节\n", "%zu bytes of text\n"), f->reply->text.n);
	json_object_foreach(f->meta, key, value) {
		const struct gk_field *field = gk_field_find(key, strlen(key));

		print_pair(field == NULL ? key : GK_T(field->label, field->label_en), value, json_str(json_object_get(f->evidence, key), "from"));
	}
	json_object_foreach(f->fields, key, value)
		print_pair(key, value, "");
	json_array_foreach(f->notes, i, value)
		print_pair(GK_T("备注", "note"), value, "");
	putchar('\n');
	print_lines(&f->reply->text);
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

static void
one_file(struct app *app, const char *name, struct gk_reply *reply, void *arg)
{
	struct found f = { .reply = reply, .meta = json_object(), .evidence = json_object(), .fields = json_object(), .notes = json_array() };

	(void)arg;
	json_array_extend(f.notes, reply->notes);
	describe(&f, name);
	if (app->json)
		app_json(as_json(&f, name));
	else
		print_found(&f, name);
	json_decref(f.meta);
	json_decref(f.evidence);
	json_decref(f.fields);
	json_decref(f.notes);
}

static int
run(struct app *app, int argc, char **argv)
{
	return peek_files(app, &cmd_extract, argc, argv, one_file, NULL);
}

const struct cmd cmd_extract = {
	.name = "extract",
	.args_zh = "文件…",
	.args_en = "FILE…",
	.doc_zh = "看一个文件会怎样收入",
	.doc_en = "What would be taken in of a file",
	.run = run,
};
