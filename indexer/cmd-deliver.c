/*
 * gongkai deliver: what is public and new since a day, for the reading points of Art. 25 (libraries, archives): a BagIt folder whose payload is
 * an archive of its own, with its index, that gongkai-searchd opens without a network.
 *
 *   DIR/bagit.txt bag-info.txt manifest-*.txt tagmanifest-*.txt checkpoint.pub
 *   DIR/data/archive/{gongkai.conf,warc/…,index/…}
 *   DIR/delivery.note        the digest of tagmanifest-sha256.txt, which covers everything else, signed by the archive's key (archive/note.h)
 *
 * Documents keep their ids and all their events; originals and texts are the same bytes.  Only where they stand is written anew.
 */
#include "archive/key.h"
#include "base/digest.h"
#include "base/io.h"
#include "indexer/cmd.h"
#include "indexer/deliveries.h"
#include "indexer/export.h"
#include "indexer/keeping.h"
#include "record/access.h"
#include "record/history.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPT_SINCE = 0x5000, OPT_TO, OPT_CHECK, OPT_KEY, OPT_RECEIPT, OPT_AS, OPT_DELIVERY, OPT_ON, OPT_LIST, LINE_BYTES = 64 * 1024, NOTE_BYTES = 64 * 1024, PIECE = 1024 * 1024 };

struct args {
	const char *dir, *since, *to, *check, *key, *output;
	struct delivery_receipt receipt;
	bool list;
};

struct deliver {
	struct app *app;
	const struct args *a;
	struct store from;
	struct gk_append *to;
	uint32_t since;
	json_t *events;			/* of the documents to deliver */
	size_t n;
	struct bag bag;
	char *work, *partial;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case OPT_SINCE:
		a->since = arg;
		return 0;
	case OPT_TO:
		a->to = arg;
		return 0;
	case OPT_CHECK:
		a->check = arg;
		return 0;
	case OPT_KEY:
		a->key = arg;
		return 0;
	case OPT_RECEIPT:
		a->receipt.file = arg;
		return 0;
	case OPT_AS:
		a->receipt.by = arg;
		return 0;
	case OPT_DELIVERY:
		a->receipt.delivery = arg;
		return 0;
	case OPT_ON:
		a->receipt.on = arg;
		return 0;
	case OPT_LIST:
		a->list = true;
		return 0;
	case 'o':
		a->output = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->dir != NULL)
			return ARGP_ERR_UNKNOWN;
		a->dir = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- copying a document ---------------------------------------------------------------------------------------------- */

/* The record that content[which] names, appended; the place and id of the copy are written in its stead. */
static enum gk_status
copy_part(struct deliver *d, json_t *content, const char *which, struct gk_err *err)
{
	json_t *part = json_object_get(content, which);
	struct gk_warc_rec rec;
	struct gk_put put;
	struct gk_loc loc, at;
	enum gk_status st;

	if (!bag_loc(content, which, &loc))
		return GK_OK;
	st = gk_archive_read(d->from.archive, loc, &rec, err);
	if (st != GK_OK)
		return st;
	put = (struct gk_put){ .type = rec.type, .target_uri = *rec.target_uri == '\0' ? NULL : rec.target_uri, .content_type = rec.content_type, .block = rec.block.p, .n = rec.block.n };
	st = gk_append_record(d->to, &put, &at, err);
	gk_warc_rec_free(&rec);
	if (st != GK_OK)
		return st;
	json_object_set_new(part, "record", json_string(put.id));
	json_object_set_new(part, "loc", json_pack("[I, I, I]", (json_int_t)at.segment, (json_int_t)at.offset, (json_int_t)at.length));
	return GK_OK;
}

static enum gk_status
copy_event(struct deliver *d, const json_t *event, struct gk_err *err)
{
	struct gk_event copy;
	struct gk_put put = { .type = GK_WARC_METADATA, .content_type = STORE_EVENT_TYPE };
	struct gk_loc original, text, at;
	char uri[GK_FIELD_MAX];
	char *bytes = NULL;
	json_t *json = json_deep_copy(event), *content = json_object_get(json, "content");
	bool same = bag_loc(content, "original", &original) && bag_loc(content, "text", &text) && bag_same_place(original, text);
	enum gk_status st = json == NULL ? gk_nomem(err) : copy_part(d, content, "original", err);

	if (st == GK_OK && same) {
		/* Text that was text already stands only once. */
		json_object_set(json_object_get(content, "text"), "record", json_object_get(json_object_get(content, "original"), "record"));
		json_object_set(json_object_get(content, "text"), "loc", json_object_get(json_object_get(content, "original"), "loc"));
	} else if (st == GK_OK) {
		st = copy_part(d, content, "text", err);
	}
	if (st != GK_OK) {
		json_decref(json);
		return st;
	}
	st = gk_event_of(json, &copy, err);
	if (st != GK_OK)
		return st;
	snprintf(uri, sizeof uri, STORE_URI "%s", copy.id);
	put.target_uri = uri;
	put.concurrent_to = json_string_value(json_object_get(json_object_get(json_object_get(copy.json, "content"), "original"), "record"));
	bytes = gk_event_dump(&copy, &put.n, err);
	put.block = bytes;
	st = bytes == NULL ? GK_DEAD : gk_append_record(d->to, &put, &at, err);
	free(bytes);
	gk_event_free(&copy);
	return st;
}

static enum gk_status
one_document(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct deliver *d = arg;
	bool fresh = false;

	(void)docid;
	(void)r;
	(void)err;
	for (size_t i = 0; i < h->n; i++)
		fresh |= gk_date_first_day(gk_event_day(&h->events[i])) >= d->since;
	if (!fresh || gk_access_at(h->events, h->n, NULL).code != GK_A_PUBLIC || gk_retention_destroyed(h->events, h->n))
		return GK_OK;
	for (size_t i = 0; i < h->n; i++)
		json_array_append(d->events, h->events[i].json);
	d->n++;
	return GK_OK;
}

/* e-000918 before e-001000: an archive has its events in the order of their numbers, over all documents. */
static int
by_number(const void *x, const void *y)
{
	const char *a = json_str(*(json_t *const *)x, "event"), *b = json_str(*(json_t *const *)y, "event");
	size_t n = strlen(a), m = strlen(b);

	return n != m ? (n > m) - (n < m) : strcmp(a, b);
}

static enum gk_status
copy_events(struct deliver *d, struct gk_err *err)
{
	size_t n = json_array_size(d->events);
	json_t **in_order = calloc(n + 1, sizeof *in_order);
	enum gk_status st = in_order == NULL ? gk_nomem(err) : GK_OK;

	for (size_t i = 0; st == GK_OK && i < n; i++)
		in_order[i] = json_array_get(d->events, i);
	if (st == GK_OK)
		qsort(in_order, n, sizeof *in_order, by_number);
	for (size_t i = 0; st == GK_OK && i < n; i++)
		st = copy_event(d, in_order[i], err);
	free(in_order);
	return st;
}

/* --- the archive in it --------------------------------------------------------------------------------------------------- */

static enum gk_status
make_archive(struct deliver *d, struct gk_err *err)
{
	char *conf = gk_path(d->work, "gongkai.conf"), *text = gk_config_template(d->from.config.organisation, d->from.config.code);
	const struct gk_loc nothing = { 0, 0, 0 };
	struct store made;
	enum gk_status st = conf == NULL || text == NULL ? gk_nomem(err) : gk_make_dir(d->work, 0755, err);

	if (st == GK_OK)
		st = gk_archive_create(d->work, err);
	if (st == GK_OK)
		st = gk_replace_file(conf, 0644, text, strlen(text), err);
	if (st == GK_OK)
		st = gk_append_open(d->work, 10, nothing, &d->to, NULL, err);
	if (st == GK_OK) {
		struct gk_loc end;

		st = keeping_each(d->app, &d->from, one_document, d, err);
		if (st == GK_OK)
			st = copy_events(d, err);
		if (st == GK_OK)
			st = gk_append_sync(d->to, &end, err);
		gk_append_close(d->to);
	}
	if (st == GK_OK && (st = store_open_anew(d->work, 10, &made, err)) == GK_OK) {
		st = store_commit(&made, err);
		store_close(&made);
	}
	free(conf);
	free(text);
	return st;
}

/* --- the bag ---------------------------------------------------------------------------------------------------------------- */

static enum gk_status
put_file(struct deliver *d, const char *from, const char *name, struct gk_err *err)
{
	struct tally t = { .f = NULL };
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	char *piece = malloc(PIECE);
	enum gk_status st = fd < 0 || piece == NULL ? gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能读 '%s'：%s", "cannot read '%s': %s", from, strerror(errno)) : tally_open(&d->bag, &t, name, err);
	ssize_t got = 0;

	while (st == GK_OK && (got = read(fd, piece, PIECE)) > 0)
		st = tally_put(&t, piece, (size_t)got, err);
	if (st == GK_OK && got < 0)
		st = gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能读 '%s'：%s", "cannot read '%s': %s", from, strerror(errno));
	if (st == GK_OK)
		st = bag_take(&d->bag, &t, name, err);
	else
		tally_drop(&t);
	free(piece);
	if (fd >= 0)
		close(fd);
	return st;
}

/* "current" points to the index in use: a medium may have no links, so the bag has a file that holds the name. */
static enum gk_status
put_link(struct deliver *d, const char *from, const char *name, struct gk_err *err)
{
	char to[64];
	ssize_t n = readlink(from, to, sizeof to - 1);

	if (n < 0)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能读 '%s'：%s", "cannot read '%s': %s", from, strerror(errno));
	return bag_file(&d->bag, name, to, (size_t)n, err);
}

/* The folder is our own, just made: as deep as an archive is. */
static enum gk_status
put_folder(struct deliver *d, const char *from, const char *name, unsigned depth, struct gk_err *err)
{
	struct dirent **names;
	enum gk_status st = bag_dir(&d->bag, name, err);
	int n = st == GK_OK && depth < 8 ? scandir(from, &names, NULL, alphasort) : 0;

	if (n < 0)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能读 '%s'：%s", "cannot read '%s': %s", from, strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *s = names[i]->d_name;
		char *path = gk_path(from, s), *in_bag = gk_path(name, s);
		struct stat sb;

		if (path == NULL || in_bag == NULL)
			st = gk_nomem(err);
		else if (st == GK_OK && strcmp(s, ".") != 0 && strcmp(s, "..") != 0 && strcmp(s, "lock") != 0 && lstat(path, &sb) == 0)
			st = S_ISDIR(sb.st_mode) ? put_folder(d, path, in_bag, depth + 1, err) : S_ISREG(sb.st_mode) ? put_file(d, path, in_bag, err) : S_ISLNK(sb.st_mode) ? put_link(d, path, in_bag, err) : GK_OK;
		free(path);
		free(in_bag);
		free(names[i]);
	}
	if (n > 0)
		free(names);
	return st;
}

static enum gk_status
make_bag(struct deliver *d, const struct gk_note_secret *secret, struct gk_err *err)
{
	struct gk_buf info;
	char now[32], pub[GK_NOTE_KEY_MAX];
	enum gk_status st = bag_open(&d->bag, d->partial, err);

	gk_buf_init(&info, BAG_INFO_MAX);
	gk_now_utc(now);
	gk_buf_puts(&info, "Source-Organization: ");
	bag_line_value(&info, d->from.config.organisation);
	gk_buf_printf(&info, "\nBagging-Date: %.10s\nExternal-Description: %zu documents, new since %s\n", now, d->n, d->a->since);
	gk_note_key_format(&secret->key, pub);
	if (st == GK_OK)
		st = put_folder(d, d->work, "data/archive", 0, err);
	if (st == GK_OK)
		st = bag_payload_done(&d->bag, err);
	if (st == GK_OK)
		st = bag_tag(&d->bag, "checkpoint.pub", pub, strlen(pub), err);
	if (st == GK_OK)
		st = bag_close(&d->bag, &info, err);
	gk_buf_free(&info);
	return st;
}

/* Behind the bag's own lists: its digest, signed. */
static enum gk_status
sign(struct deliver *d, const struct gk_note_secret *secret, struct gk_err *err)
{
	char *path = gk_path(d->partial, "delivery.note");
	struct gk_buf note;
	size_t n;
	enum gk_status st = path == NULL ? gk_nomem(err) : GK_OK;

	gk_buf_init(&note, NOTE_BYTES);
	gk_buf_printf(&note, "gongkai-delivery/1\n%zu documents since %s\n%s\n", d->n, d->a->since, d->bag.digest);
	n = note.n;
	gk_buf_putc(&note, '\n');
	if (st == GK_OK && (note.failed || !gk_note_sign_line(secret, note.p, n, 0, &note)))
		st = gk_nomem(err);
	if (st == GK_OK)
		st = gk_replace_file(path, 0644, note.p, note.n, err);
	gk_buf_free(&note);
	free(path);
	return st;
}

static enum gk_status
deliver(struct deliver *d, struct gk_err *err)
{
	struct gk_note_secret secret = { .key = { .name = "" } };
	bool made;
	int lock = -1;
	enum gk_status st = keeping_open(d->app, &d->from, err);

	if (st != GK_OK)
		return st;
	st = gk_writer_lock(d->app->archive, d->app->wait < 0 ? 10 : d->app->wait, &lock, err);
	if (st == GK_OK)
		st = gk_key_secret(d->app->archive, d->from.config.code, &secret, &made, err);
	if (st == GK_OK)
		st = make_archive(d, err);
	if (st == GK_OK && d->n == 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "%s 以来没有新公开的文件", "nothing is new since %s", d->a->since);
	if (st == GK_OK)
		st = make_bag(d, &secret, err);
	if (st == GK_OK)
		st = sign(d, &secret, err);
	if (st == GK_OK)
		st = bag_put_in_place(d->partial, d->a->dir, err);
	if (st == GK_OK)
		st = delivery_log(d->app, d->a->to, d->a->since, d->bag.digest, d->n, err);
	gk_note_secret_wipe(&secret);
	gk_writer_unlock(lock);
	bag_drop(&d->bag);
	if (d->work != NULL)
		gk_remove_tree(d->work, NULL);
	if (st != GK_OK && d->partial != NULL && access(d->partial, F_OK) == 0)
		gk_remove_tree(d->partial, NULL);
	keeping_close(&d->from);
	return st;
}

/* --- checking one -------------------------------------------------------------------------------------------------------------- */

static enum gk_status
digest_file(const char *path, char hex[GK_SHA256_HEX + 1])
{
	struct gk_sha256_sum sum;
	unsigned char bin[GK_SHA256];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *piece = malloc(PIECE);
	ssize_t got = -1;

	gk_sha256_init(&sum);
	while (fd >= 0 && piece != NULL && (got = read(fd, piece, PIECE)) > 0)
		gk_sha256_add(&sum, piece, (size_t)got);
	gk_sha256_end(&sum, bin);
	sodium_bin2hex(hex, GK_SHA256_HEX + 1, bin, sizeof bin);
	free(piece);
	if (fd >= 0)
		close(fd);
	return fd >= 0 && got == 0 ? GK_OK : GK_REFUSED;
}

/* Each line of a list: digest, two blanks, name.  Returns how many do not hold, and prints them. */
static size_t
check_list(const struct args *a, const char *list, size_t *files)
{
	char *path = gk_path(a->check, list), *save = NULL;
	struct gk_buf b;
	size_t bad = 0;

	if (path == NULL || gk_read_file(path, 256 * 1024 * 1024, &b, NULL) != GK_OK) {
		printf(GK_T("  缺少  %s\n", "  missing  %s\n"), list);
		free(path);
		return 1;
	}
	free(path);
	gk_buf_putc(&b, '\0');
	for (char *line = strtok_r(b.p, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		char *name = strlen(line) > GK_SHA256_HEX + 1 ? line + GK_SHA256_HEX : NULL, hex[GK_SHA256_HEX + 1] = "", *file;

		if (name != NULL)
			name += strspn(name, " *");
		if (name == NULL || *name == '/' || strstr(name, "..") != NULL) {
			bad++;
			continue;
		}
		file = gk_path(a->check, name);
		++*files;
		if (file == NULL || digest_file(file, hex) != GK_OK || strncmp(hex, line, GK_SHA256_HEX) != 0) {
			printf(GK_T("  不符  %s\n", "  changed  %s\n"), name);
			bad++;
		}
		free(file);
	}
	gk_buf_free(&b);
	return bad;
}

static enum gk_status
check_note(const struct args *a, char digest[GK_SHA256_HEX + 8], struct gk_err *err)
{
	char *tags = gk_path(a->check, "tagmanifest-sha256.txt"), *path = gk_path(a->check, "delivery.note"), *inside = gk_path(a->check, "checkpoint.pub"), hex[GK_SHA256_HEX + 1] = "";
	struct gk_buf key_bytes, bytes;
	struct gk_note_key key;
	struct gk_note note;
	enum gk_status st = tags == NULL || path == NULL || inside == NULL ? gk_nomem(err) : gk_read_file(a->key != NULL ? a->key : inside, GK_NOTE_KEY_MAX, &key_bytes, err);

	if (st == GK_OK) {
		st = gk_note_key_parse(key_bytes.p == NULL ? "" : key_bytes.p, key_bytes.n, &key, err);
		gk_buf_free(&key_bytes);
	}
	if (st == GK_OK)
		st = gk_read_file(path, NOTE_BYTES, &bytes, err);
	if (st == GK_OK) {
		st = gk_note_parse(bytes.p == NULL ? "" : bytes.p, bytes.n, &note, err);
		if (st == GK_OK)
			st = gk_note_verify(&note, &key, NULL, err);
		if (st == GK_END)
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "签名不是这把密钥的", "the signature is not of this key");
		if (st == GK_OK && (digest_file(tags, hex) != GK_OK || memmem(note.text, note.text_n, hex, GK_SHA256_HEX) == NULL))
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "签名所说的摘要不是这个包的", "the digest that was signed is not this bag's");
		gk_buf_free(&bytes);
	}
	snprintf(digest, GK_SHA256_HEX + 8, "sha256:%s", hex);
	free(tags);
	free(path);
	free(inside);
	return st;
}

static int
check(struct app *app, const struct args *a)
{
	struct gk_err err = GK_ERR_INIT;
	char digest[GK_SHA256_HEX + 8] = "";
	size_t files = 0, bad = check_list(a, "manifest-sha256.txt", &files) + check_list(a, "tagmanifest-sha256.txt", &files);

	if (check_note(a, digest, &err) != GK_OK) {
		app_error(app, &err);
		bad++;
	}
	printf(GK_T("核对 %zu 个文件，不符 %zu 处\n", "%zu files checked, %zu do not hold\n"), files, bad);
	if (bad > 0)
		return 4;
	if (a->output == NULL)
		return 0;
	if (a->receipt.by == NULL)
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "签收要写明是谁：--as 名称", "a receipt says whose it is: --as NAME");
	else if (delivery_write_receipt(a->output, digest, a->receipt.by, files, &err) == GK_OK)
		return 0;
	return app_error(app, &err);
}

/* --- what was delivered ---------------------------------------------------------------------------------------------------------- */

static void
print_delivery(const json_t *d)
{
	const json_t *r;
	size_t i;

	printf(GK_T("%4lld  %.10s  %s  %lld 件（%s 以来）  %s\n", "%4lld  %.10s  %s  %lld documents (since %s)  %s\n"), (long long)json_integer_value(json_object_get(d, "delivery")), json_str(d, "recorded_at"),
	       *json_str(d, "to") == '\0' ? "-" : json_str(d, "to"), (long long)json_integer_value(json_object_get(d, "documents")), json_str(d, "since"), json_str(d, "digest"));
	json_array_foreach(json_object_get(d, "receipts"), i, r)
		printf(GK_T("      已签收：%s  %s  %s\n", "      received: %s  %s  %s\n"), json_str(r, "by"), json_str(r, "date"), json_is_true(json_object_get(r, "checked")) ? GK_T("已逐个核对", "every file checked") : GK_T("凭据", "on paper"));
	if (i == 0)
		printf("%s", GK_T("      尚未签收\n", "      no receipt yet\n"));
}

static int
list(struct app *app)
{
	struct gk_err err = GK_ERR_INIT;
	json_t *all, *d;
	size_t i;
	bool any;

	if (delivery_list(app, &all, &err) != GK_OK)
		return app_error(app, &err);
	any = json_array_size(all) > 0;
	if (app->json) {
		app_json(all);
		return any ? 0 : 1;
	}
	json_array_foreach(all, i, d)
		print_delivery(d);
	if (!any)
		app_note(app, "还没有交付过", "nothing was delivered yet");
	json_decref(all);
	return any ? 0 : 1;
}

static int
receive(struct app *app, const struct args *a)
{
	struct gk_err err = GK_ERR_INIT;
	json_t *event;

	if (delivery_receive(app, &a->receipt, &event, &err) != GK_OK)
		return app_error(app, &err);
	if (app->json) {
		app_json(event);
		return 0;
	}
	printf(GK_T("已登记签收：第 %lld 次交付，%s，%s\n", "receipt recorded: delivery %lld, %s, %s\n"), (long long)json_integer_value(json_object_get(event, "delivery")), json_str(event, "by"), json_str(event, "date"));
	json_decref(event);
	return 0;
}

/* --- the whole -------------------------------------------------------------------------------------------------------------------- */

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { .dir = NULL };
	struct argp_option options[] = {
		{ "since", OPT_SINCE, "DATE", 0, GK_T("这一天以来公开或有变化的", "published or changed since that day"), 1 },
		{ "to", OPT_TO, "NAME", 0, GK_T("交给谁，记入 deliveries.jsonl", "to whom, for deliveries.jsonl"), 1 },
		{ "check", OPT_CHECK, "DIR", 0, GK_T("核对一个收到的包：摘要和签名", "check one that was received: digests and signature"), 1 },
		{ "key", OPT_KEY, "FILE", 0, GK_T("--check 用的公钥（默认包里的那把）", "the public key for --check (default: the one inside)"), 1 },
		{ "output", 'o', "FILE", 0, GK_T("--check 全部相符时写下签收，交回交付方", "with --check: write a receipt if all holds, for who delivered it"), 2 },
		{ "as", OPT_AS, "NAME", 0, GK_T("谁签收的", "whose receipt it is"), 2 },
		{ "receipt", OPT_RECEIPT, "FILE", 0, GK_T("登记一份签收：--check --output 写的，或签收单的扫描件", "record a receipt: what --check --output wrote, or a scan"), 3 },
		{ "delivery", OPT_DELIVERY, "NUMBER", 0, GK_T("签收的是哪一次（扫描件要写明；见 --list）", "of which delivery (for a scan; see --list)"), 3 },
		{ "on", OPT_ON, "DATE", 0, GK_T("哪天签收的", "the day of the receipt"), 3 },
		{ "list", OPT_LIST, NULL, 0, GK_T("列出历次交付和签收", "list deliveries and their receipts"), 3 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	struct gk_date since;
	struct deliver d = { .app = app, .a = &a };
	enum gk_status st;

	app_parse(app, &cmd_deliver, argc, argv, options, parse, &a);
	if (a.check != NULL)
		return check(app, &a);
	if (a.list)
		return list(app);
	if (a.receipt.file != NULL)
		return receive(app, &a);
	if (a.dir == NULL || a.since == NULL || !gk_date_parse(a.since, strlen(a.since), &since)) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "deliver 需要 --since 日期 和一个新文件夹", "deliver needs --since DATE and a new folder");
		gk_hint(&err, "例如：gongkai deliver --since 2026-10-01 --to 县图书馆 交付/", "for example: gongkai deliver --since 2026-10-01 --to library DELIVERY/");
		return app_error(app, &err);
	}
	if (access(a.dir, F_OK) == 0) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "'%s' 已存在", "'%s' exists", a.dir);
		return app_error(app, &err);
	}
	d.since = gk_date_first_day(since);
	if (asprintf(&d.work, "%s.work-%ld", a.dir, (long)getpid()) < 0 || asprintf(&d.partial, "%s.partial-%ld", a.dir, (long)getpid()) < 0)
		return 70;
	d.events = json_array();
	st = deliver(&d, &err);
	if (st != GK_OK)
		app_error(app, &err);
	else if (app->json)
		app_json(json_pack("{s:s, s:I, s:s}", "output", a.dir, "documents", (json_int_t)d.n, "digest", d.bag.digest));
	else
		printf(GK_T("交付 %zu 件：%s  %s\n", "%zu documents delivered: %s  %s\n"), d.n, a.dir, d.bag.digest);
	free(d.work);
	free(d.partial);
	json_decref(d.events);
	return st == GK_OK ? 0 : gk_exit_of(err.cause);
}

const struct cmd cmd_deliver = {
	.name = "deliver", .args_zh = "文件夹", .args_en = "DIR", .doc_zh = "向图书馆、档案馆查阅点交付新公开的文件", .doc_en = "Deliver what is new to reading points (Art. 25)", .run = run,
};
