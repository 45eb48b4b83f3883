/* The proof of a document: what leads from its records to a signed checkpoint. */
#include "web/proof.h"

#include "archive/checkpoints.h"
#include "archive/key.h"
#include "archive/leaves.h"
#include "base/io.h"
#include "record/event.h"
#include "record/field.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct gk_prover {
	const char *dir;
	struct gk_archive *archive;
	struct gk_catalog *catalog;
	struct gk_leaves *leaves;
	bool rebuilt;			/* the leaves were read from the archive, all of them */
	struct gk_note_key key;
	struct gk_buf text;
	struct gk_note note;
	struct gk_checkpoint head;
	bool chosen;			/* by --at: what came later is left out, not missed */
	bool public;			/* without events */
};

/* --- the checkpoint, and a tree that leads to it ---------------------------------------------------------------------- */

static enum gk_status
no_checkpoint(struct gk_err *err)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "还没有检查点，无从证明", "there is no checkpoint yet, so nothing to prove against");
	gk_hint(err, "先运行 gongkai checkpoint", "run gongkai checkpoint first");
	return GK_REFUSED;
}

static enum gk_status
load_checkpoint(struct gk_prover *p, const char *at, struct gk_err *err)
{
	uint64_t size = 0;
	char *end;
	enum gk_status st = GK_OK;

	if (at == NULL) {
		st = gk_checkpoint_newest(p->dir, &size, err);
	} else {
		size = strtoull(at, &end, 10);
		p->chosen = true;
		if (*at < '0' || *at > '9' || *end != '\0')
			return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "--at 要检查点的记录数，不能是 '%s'", "--at wants the number of records of a checkpoint, not '%s'", at);
	}
	if (st == GK_END)
		return no_checkpoint(err);
	if (st == GK_OK)
		st = gk_checkpoint_load(p->dir, size, &p->text, &p->note, &p->head, err);
	if (st == GK_OK)
		st = gk_key_public(p->dir, &p->key, err);
	if (st == GK_OK)
		st = gk_note_verify(&p->note, &p->key, NULL, err);
	if (st == GK_END)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "已存的检查点（%" PRIu64 " 条）不是用本档案的密钥签的", "the stored checkpoint of %" PRIu64 " records is not signed with this archive's key", size);
	return st;
}

static bool
leads_to(struct gk_leaves *l, const struct gk_checkpoint *c)
{
	struct gk_hash root;

	return gk_leaves_size(l) >= c->size && gk_merkle_root(gk_leaves_read, l, c->size, &root) && gk_hash_equal(&root, &c->root);
}

static enum gk_status
rebuild(struct gk_prover *p, struct gk_err *err)
{
	enum gk_status st;

	gk_leaves_close(p->leaves);
	p->leaves = NULL;
	p->rebuilt = true;
	st = gk_leaves_rebuild(p->archive, p->dir, false, p->head.size, &p->leaves, err);
	if (st != GK_OK || leads_to(p->leaves, &p->head))
		return st;
	gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "档案与检查点（%" PRIu64 " 条记录）不符，不能证明", "the archive does not fit the checkpoint of %" PRIu64 " records: nothing can be proven", p->head.size);
	gk_hint(err, "gongkai verify --against %s/checkpoints/%012" PRIu64 ".note 说明何处不同", "gongkai verify --against %s/checkpoints/%012" PRIu64 ".note tells where", p->dir, p->head.size);
	return GK_REFUSED;
}

static enum gk_status
open_leaves(struct gk_prover *p, struct gk_err *err)
{
	enum gk_status st = gk_leaves_open(p->archive, p->dir, false, p->head.size, &p->leaves, err);

	if (st != GK_OK)
		return st;
	return leads_to(p->leaves, &p->head) ? GK_OK : rebuild(p, err);
}

/* --- one record of the archive -------------------------------------------------------------------------------------------- */

static json_t *
path_json(const struct gk_hash *path, size_t count)
{
	json_t *out = json_array();
	struct gk_buf b;

	gk_buf_init(&b, 64);
	for (size_t i = 0; i < count; i++) {
		gk_buf_reset(&b);
		gk_base64_add(&b, path[i].b, GK_HASH);
		json_array_append_new(out, json_string(b.p == NULL ? "" : b.p));
	}
	gk_buf_free(&b);
	return out;
}

/* Its path, tried before it is given out.  GK_END: the kept hashes do not know this record, or wrongly. */
static enum gk_status
path_of(struct gk_prover *p, struct gk_loc loc, const struct gk_buf *entry, uint64_t *index, json_t **path)
{
	struct gk_hash leaf, hashes[GK_PATH_MAX];
	size_t count;

	gk_leaf_hash(entry, &leaf);
	if (!gk_leaves_find(p->leaves, loc, index) || !gk_merkle_inclusion(gk_leaves_read, p->leaves, *index, p->head.size, hashes, &count) ||
	    !gk_merkle_included(&leaf, *index, p->head.size, hashes, count, &p->head.root))
		return GK_END;
	*path = path_json(hashes, count);
	return GK_OK;
}

static enum gk_status
record_json(struct gk_prover *p, const struct gk_warc_rec *rec, bool event, json_t **out, struct gk_err *err)
{
	struct gk_buf entry;
	json_t *path = NULL;
	uint64_t index = 0;
	enum gk_status st = GK_OK;

	gk_buf_init(&entry, GK_LEAF_MAX);
	if (!gk_leaf_entry(rec, &entry))
		st = gk_nomem(err);
	if (st == GK_OK)
		st = path_of(p, rec->loc, &entry, &index, &path);
	if (st == GK_END && !p->rebuilt) {
		st = rebuild(p, err);
		if (st == GK_OK)
			st = path_of(p, rec->loc, &entry, &index, &path);
	}
	if (st == GK_END)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "记录 %s 不在检查点的树里", "record %s is not in the tree of the checkpoint", rec->id);
	if (st == GK_OK) {
		*out = json_pack("{s:I, s:s%, s:o}", "index", (json_int_t)index, "leaf", entry.p, entry.n, "path", path);
		if (*out != NULL && event)
			json_object_set_new(*out, "event", json_stringn(rec->block.p == NULL ? "" : rec->block.p, rec->block.n));
		if (*out == NULL || (event && json_object_get(*out, "event") == NULL))
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "记录 %s 不是 UTF-8", "record %s is not UTF-8", rec->id);
	}
	gk_buf_free(&entry);
	return st;
}

/* --- one document ------------------------------------------------------------------------------------------------------------- */

static bool
loc_of_json(const json_t *json, struct gk_loc *out)
{
	out->segment = (uint32_t)json_integer_value(json_array_get(json, 0));
	out->offset = (uint64_t)json_integer_value(json_array_get(json, 1));
	out->length = (uint32_t)json_integer_value(json_array_get(json, 2));
	return json_array_size(json) == 3 && out->segment > 0;
}

static json_int_t
index_of(const json_t *record)
{
	return json_integer_value(json_object_get(record, "index"));
}

/* Into the array at its place in archive order, unless it is there already (text and original may be one record).  Takes the reference. */
static void
insert(json_t *records, json_t *record)
{
	size_t at = json_array_size(records);

	while (at > 0 && index_of(json_array_get(records, at - 1)) > index_of(record))
		at--;
	if (at > 0 && index_of(json_array_get(records, at - 1)) == index_of(record))
		json_decref(record);
	else
		json_array_insert_new(records, at, record);
}

/* Original or text that an event names. */
static enum gk_status
add_payload(struct gk_prover *p, const json_t *content, const char *which, json_t *records, struct gk_err *err)
{
	struct gk_warc_rec rec = { .type = GK_WARC_OTHER };
	struct gk_loc loc;
	json_t *one = NULL;
	enum gk_status st;

	if (!loc_of_json(json_object_get(json_object_get(content, which), "loc"), &loc))
		return GK_OK;
	st = gk_archive_read(p->archive, loc, &rec, err);
	if (st != GK_OK)
		return st;
	st = record_json(p, &rec, false, &one, err);
	gk_warc_rec_free(&rec);
	if (st == GK_OK)
		insert(records, one);
	return st;
}

/* Is the record behind the last one that the checkpoint counts? */
static bool
later(struct gk_prover *p, struct gk_loc loc)
{
	struct gk_loc last;

	if (p->head.size == 0 || !gk_leaves_place(p->leaves, p->head.size - 1, &last))
		return true;
	return loc.segment > last.segment || (loc.segment == last.segment && loc.offset > last.offset);
}

static enum gk_status
add_event(struct gk_prover *p, struct gk_loc loc, json_t *records, struct gk_err *err)
{
	struct gk_warc_rec rec = { .type = GK_WARC_OTHER };
	struct gk_event event;
	json_t *one = NULL;
	const json_t *content;
	enum gk_status st = gk_archive_read(p->archive, loc, &rec, err);

	if (st == GK_OK)
		st = gk_event_parse(rec.block.p == NULL ? "" : rec.block.p, rec.block.n, &event, err);
	if (st != GK_OK) {
		gk_warc_rec_free(&rec);
		return st;
	}
	content = json_object_get(event.json, "content");
	if (p->public && content == NULL) {
		gk_event_free(&event);
		gk_warc_rec_free(&rec);
		return GK_OK;
	}
	if (!p->public)
		st = record_json(p, &rec, true, &one, err);
	gk_warc_rec_free(&rec);
	if (st != GK_OK) {
		gk_event_free(&event);
		return st;
	}
	if (one != NULL)
		insert(records, one);
	st = add_payload(p, content, "original", records, err);
	if (st == GK_OK)
		st = add_payload(p, content, "text", records, err);
	gk_event_free(&event);
	return st;
}

static enum gk_status
too_new(const struct gk_prover *p, const char *id, struct gk_err *err)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "'%.80s' 有登记晚于检查点（%" PRIu64 " 条记录），还不能证明", "'%.80s' has events later than the checkpoint of %" PRIu64 " records: it cannot be proven yet", id, p->head.size);
	gk_hint(err, "先运行 gongkai checkpoint，再取证明", "run gongkai checkpoint, then ask again");
	return GK_REFUSED;
}

static enum gk_status
places_of(struct gk_prover *p, const char *id, struct gk_place **places, size_t *n, struct gk_err *err)
{
	uint32_t docid;
	enum gk_status st = !gk_id_valid(id) ? GK_END : p->public ? gk_catalog_find_public(p->catalog, id, &docid, err) : gk_catalog_find(p->catalog, id, &docid, err);

	if (st == GK_END) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有编号为 '%.80s' 的文件", "there is no document '%.80s'", id);
		gk_hint(err, "编号见 gongkai search", "ids come from gongkai search");
		return GK_REFUSED;
	}
	return st == GK_OK ? gk_catalog_places(p->catalog, docid, places, n, err) : st;
}

enum gk_status
gk_prover_prove(struct gk_prover *p, const char *id, json_t **out, struct gk_err *err)
{
	json_t *records = json_array();
	struct gk_place *places = NULL;
	char key[GK_NOTE_KEY_MAX];
	size_t n = 0;
	enum gk_status st = records == NULL ? gk_nomem(err) : places_of(p, id, &places, &n, err);

	for (size_t i = 0; st == GK_OK && i < n; i++) {
		struct gk_loc loc = { .segment = places[i].segment, .length = places[i].length, .offset = places[i].offset };

		if (!later(p, loc))
			st = add_event(p, loc, records, err);
		else if (!(p->chosen || p->public) || json_array_size(records) == 0)
			st = too_new(p, id, err);
		else
			break;
	}
	free(places);
	if (st == GK_OK) {
		gk_note_key_format(&p->key, key);
		*out = json_pack("{s:i, s:s, s:s%, s:s, s:O}", "gongkai_proof", 1, "id", id, "checkpoint", p->text.p, p->text.n, "key", key, "records", records);
		if (*out != NULL && p->public)
			json_object_set_new(*out, "public", json_true());
		if (*out == NULL)
			st = gk_nomem(err);
	}
	json_decref(records);
	return st;
}

/* --- opening ---------------------------------------------------------------------------------------------------------------- */

enum gk_status
gk_prover_open(const char *dir, struct gk_archive *archive, struct gk_catalog *catalog, const char *at, bool public, struct gk_prover **out, struct gk_err *err)
{
	struct gk_prover *p = calloc(1, sizeof *p);
	enum gk_status st;

	if (p == NULL)
		return gk_nomem(err);
	*p = (struct gk_prover){ .dir = dir, .archive = archive, .catalog = catalog, .public = public };
	st = load_checkpoint(p, at, err);
	if (st == GK_OK)
		st = open_leaves(p, err);
	if (st == GK_OK)
		*out = p;
	else
		gk_prover_close(p);
	return st;
}

void
gk_prover_close(struct gk_prover *p)
{
	if (p == NULL)
		return;
	gk_leaves_close(p->leaves);
	gk_buf_free(&p->text);
	free(p);
}
