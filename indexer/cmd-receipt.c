/*
 * Both ends of a transfer after the package is made (transfer.h):
 *
 *   gongkai transfer check DIR       at the archive, which needs no gongkai archive of its own: is the package whole and what the sender
 *                                    sent?  With --number it writes the receipt.
 *   gongkai transfer receipt FILE    at the office: registers what the receipt says; or, of a receipt on paper, --to --number ID…
 *
 * A package comes from elsewhere: nothing in it is followed that a walk of the folder has not found, and only its lists are parsed.
 */
#include "base/digest.h"
#include "base/io.h"
#include "base/utf8.h"
#include "indexer/bag.h"
#include "indexer/cmd.h"
#include "indexer/four.h"
#include "indexer/keeping.h"
#include "indexer/transfer.h"
#include "record/field.h"
#include "record/history.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPT_NUMBER = 0x3480, OPT_AS, OPT_TO, OPT_YES, OPT_DATE, OPT_RESULT, LIST_MAX = 256 << 20, CHUNK = 1 << 16, FILES_MAX = 1000000 };

struct args {
	struct app *app;
	struct keeping_choice choice;
	const char *number, *as, *out, *date;
	bool yes;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case OPT_NUMBER:
		a->number = arg;
		return 0;
	case OPT_AS:
	case OPT_TO:
		a->as = arg;
		return 0;
	case OPT_DATE:
		a->date = arg;
		return 0;
	case OPT_YES:
		a->yes = true;
		return 0;
	case 'o':
		a->out = arg;
		return 0;
	case 'n':
		a->app->dry_run = true;
		return 0;
	case ARGP_KEY_ARG:
		if (!keeping_take(&a->choice, arg))
			argp_error(state, "%s", GK_T("编号太多", "too many ids"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- check: the folder ------------------------------------------------------------------------------------------ */

struct checking {
	const struct args *a;
	const char *root;
	struct four four;
	json_t *found;			/* every file: {name: {"sha256","sha512","bytes"}} */
	json_t *listed;			/* the names of the payload manifest read last */
	json_t *handover;
	char digest[7 + GK_SHA256_HEX + 1];
	struct gk_err err;
};

/* nftw has no argument of its own. */
static struct checking *walking;

static bool
digests(const char *path, json_t *into)
{
	crypto_hash_sha256_state s256;
	crypto_hash_sha512_state s512;
	unsigned char sum[crypto_hash_sha512_BYTES], *chunk = malloc(CHUNK);
	char hex[2 * crypto_hash_sha512_BYTES + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	json_int_t bytes = 0;
	ssize_t n = -1;

	crypto_hash_sha256_init(&s256);
	crypto_hash_sha512_init(&s512);
	while (fd >= 0 && chunk != NULL && ((n = read(fd, chunk, CHUNK)) > 0 || (n < 0 && errno == EINTR))) {
		if (n < 0)
			continue;
		crypto_hash_sha256_update(&s256, chunk, (size_t)n);
		crypto_hash_sha512_update(&s512, chunk, (size_t)n);
		bytes += n;
	}
	free(chunk);
	if (fd >= 0)
		close(fd);
	if (n != 0)
		return false;
	crypto_hash_sha256_final(&s256, sum);
	json_object_set_new(into, "sha256", json_string(sodium_bin2hex(hex, sizeof hex, sum, crypto_hash_sha256_BYTES)));
	crypto_hash_sha512_final(&s512, sum);
	json_object_set_new(into, "sha512", json_string(sodium_bin2hex(hex, sizeof hex, sum, crypto_hash_sha512_BYTES)));
	json_object_set_new(into, "bytes", json_integer(bytes));
	return true;
}

static int
found(const char *path, const struct stat *sb, int type, struct FTW *where)
{
	struct checking *x = walking;
	const char *name = path + strlen(x->root);
	json_t *one;

	(void)where;
	while (*name == '/')
		name++;
	if (type == FTW_D)
		return 0;
	if (type != FTW_F || !S_ISREG(sb->st_mode) || gk_utf8_check(name, strlen(name)) != strlen(name) || json_object_size(x->found) >= FILES_MAX) {
		four_fail(&x->four, FOUR_S2, "%s 不是普通文件或目录", name);
		return 0;
	}
	one = json_object();
	if (!digests(path, one))
		four_fail(&x->four, FOUR_A4, "%s 读不出来：%s", name, strerror(errno));
	json_object_set_new(x->found, name, one);
	return 0;
}

/* One manifest: every line is a digest and a name that was found, with this digest. */
static void
check_manifest(struct checking *x, const char *file, const char *algorithm, bool payload, size_t *n_listed)
{
	char *path = gk_path(x->root, file), *save = NULL;
	struct gk_buf b;

	gk_buf_init(&b, LIST_MAX);
	if (path == NULL || gk_read_file(path, LIST_MAX, &b, &x->err) != GK_OK || !gk_buf_putc(&b, '\0')) {
		four_fail(&x->four, FOUR_A4, "没有 %s", file);
		free(path);
		gk_buf_free(&b);
		return;
	}
	free(path);
	if (payload)
		json_object_clear(x->listed);
	for (char *line = strtok_r(b.p, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		char *name = strstr(line, "  ");
		const char *is;

		if (name == NULL || (payload && strncmp(name + 2, "data/", 5) != 0)) {
			four_fail(&x->four, FOUR_A4, "%s 有一行读不懂", file);
			continue;
		}
		*name = '\0';
		name += 2;
		is = json_str(json_object_get(x->found, name), algorithm);
		if (*is == '\0')
			four_fail(&x->four, FOUR_A4, "%.120s 列在 %s，但不在包里", name, file);
		else if (strcmp(is, line) != 0)
			four_fail(&x->four, FOUR_A4, "%.120s 与 %s 不符", name, file);
		if (payload)
			json_object_set_new(x->listed, name, json_true());
		else
			json_object_set_new(json_object_get(x->found, name), "tag", json_true());
	}
	if (payload && *n_listed != 0 && *n_listed != json_object_size(x->listed))
		four_fail(&x->four, FOUR_A4, "两份清单列的文件数不同：%zu 和 %zu", *n_listed, json_object_size(x->listed));
	*n_listed = json_object_size(x->listed);
	gk_buf_free(&b);
}

/* What is in the folder and on no list is foreign. */
static void
check_foreign(struct checking *x)
{
	const char *name;
	json_t *one;

	json_object_foreach(x->found, name, one)
		if (json_object_get(x->listed, name) == NULL && json_object_get(one, "tag") == NULL && strcmp(name, "tagmanifest-sha256.txt") != 0 && strcmp(name, "tagmanifest-sha512.txt") != 0)
			four_fail(&x->four, FOUR_S2, "%.120s 不在清单上", name);
}

/* --- check: the list ------------------------------------------------------------------------------------------------ */

static void
check_item(struct checking *x, const json_t *item, json_t *codes, size_t *files)
{
	const char *id = json_str(item, "id"), *refcode = json_str(item, "refcode"), *digest = json_str(item, "digest");
	bool metadata = false, content = false;
	const json_t *f;
	size_t i;

	if (!gk_id_valid(id) || *refcode == '\0' || *json_str(item, "title") == '\0')
		four_fail(&x->four, FOUR_C1, "%.60s 缺编号、档号或题名", id);
	if (json_object_get(codes, refcode) != NULL)
		four_fail(&x->four, FOUR_C2, "档号 %.100s 列了两次", refcode);
	json_object_set_new(codes, refcode, json_true());
	json_array_foreach(json_object_get(item, "files"), i, f) {
		const char *name = json_str(f, "name"), *is = json_str(f, "digest");
		const json_t *there = json_object_get(x->found, name);

		if (json_object_get(x->listed, name) == NULL || strncmp(is, "sha256:", 7) != 0 || strcmp(json_str(there, "sha256"), is + 7) != 0 ||
		    json_integer_value(json_object_get(there, "bytes")) != json_integer_value(json_object_get(f, "bytes")))
			four_fail(&x->four, FOUR_A2, "%.120s 与移交目录所记不符", name);
		content = content || (*digest != '\0' && strcmp(is, digest) == 0);
		metadata = metadata || (strlen(name) > 13 && strcmp(name + strlen(name) - 13, "/metadata.xml") == 0);
		++*files;
	}
	if (!metadata)
		four_fail(&x->four, FOUR_A3, "%.60s 没有元数据", id);
	if (!content)
		four_fail(&x->four, FOUR_C3, "%.60s 没有内容", id);
}

static bool
read_handover(struct checking *x)
{
	char *path = gk_path(x->root, "data/handover.json");
	struct gk_buf b;

	gk_buf_init(&b, LIST_MAX);
	if (path != NULL && gk_read_file(path, LIST_MAX, &b, &x->err) == GK_OK)
		x->handover = json_loadb(b.p == NULL ? "" : b.p, b.n, JSON_REJECT_DUPLICATES, NULL);
	free(path);
	gk_buf_free(&b);
	return json_integer_value(json_object_get(x->handover, "gongkai_transfer")) == TRANSFER_FORMAT && json_is_array(json_object_get(x->handover, "items"));
}

static size_t
lines_of(struct checking *x, const char *name)
{
	char *path = gk_path(x->root, name);
	struct gk_buf b;
	size_t n = 0;
	bool quoted = false;

	gk_buf_init(&b, LIST_MAX);
	if (path != NULL && gk_read_file(path, LIST_MAX, &b, &x->err) == GK_OK)
		for (size_t i = 0; i < b.n; i++) {
			quoted ^= b.p[i] == '"';
			n += b.p[i] == '\n' && !quoted;
		}
	free(path);
	gk_buf_free(&b);
	return n;
}

static void
check_list(struct checking *x)
{
	static const char *const tables[] = { "data/catalogue.csv", "data/disclosure.csv", "data/opening.csv", "data/secrecy.csv" };
	const json_t *items, *one;
	json_t *codes;
	size_t i, files = 1 + sizeof tables / sizeof *tables;

	if (!read_handover(x)) {
		four_fail(&x->four, FOUR_U1, "data/handover.json 读不懂");
		return;
	}
	items = json_object_get(x->handover, "items");
	codes = json_object();
	json_array_foreach(items, i, one)
		check_item(x, one, codes, &files);
	json_decref(codes);
	for (i = 0; i < sizeof tables / sizeof *tables; i++)
		if (lines_of(x, tables[i]) != json_array_size(items) + 1)
			four_fail(&x->four, FOUR_C4, "%s 的行数不是 %zu", tables[i], json_array_size(items) + 1);
	if (files != json_object_size(x->listed))
		four_fail(&x->four, FOUR_C4, "移交目录列 %zu 个文件，包里 %zu 个", files, json_object_size(x->listed));
}

static void
begin_checks(struct four *f)
{
	static const enum four_id made[] = { FOUR_A2, FOUR_A3, FOUR_A4, FOUR_C1, FOUR_C2, FOUR_C3, FOUR_C4, FOUR_U1, FOUR_S2 };
	static const struct { enum four_id id; const char *why; } others[] = {
		{ FOUR_A1, "见移交时的检测" }, { FOUR_A5, "没有电子签名" }, { FOUR_U2, "见移交时的检测" }, { FOUR_U3, "见移交时的检测" }, { FOUR_U4, "见移交时的检测" },
		{ FOUR_S1, "请以杀毒软件检测" }, { FOUR_S3, "请检测载体" }, { FOUR_S4, "见移交时的检测" }, { FOUR_S5, "见各件的 events.jsonl" },
	};

	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		four_made(f, made[i], NULL);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		four_not(f, others[i].id, others[i].why);
}

static enum gk_status
check_package(struct checking *x, struct gk_err *err)
{
	struct stat sb;
	const char *own;
	size_t n_listed = 0;

	if (lstat(x->root, &sb) < 0 || !S_ISDIR(sb.st_mode))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有目录 '%s'", "there is no folder '%s'", x->root);
	begin_checks(&x->four);
	walking = x;
	if (nftw(x->root, found, 32, FTW_PHYS) != 0)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能读 '%s'：%s", "cannot read '%s': %s", x->root, strerror(errno));
	own = json_str(json_object_get(x->found, "tagmanifest-sha256.txt"), "sha256");
	if (json_object_get(x->found, "bagit.txt") == NULL || *own == '\0') {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 不是移交包：没有 bagit.txt 和 tagmanifest-sha256.txt", "'%s' is no package: no bagit.txt and tagmanifest-sha256.txt in it", x->root);
		gk_hint(err, "给出 gongkai transfer 写的目录", "name the folder that gongkai transfer has written");
		return GK_REFUSED;
	}
	snprintf(x->digest, sizeof x->digest, "sha256:%s", own);
	check_manifest(x, "tagmanifest-sha256.txt", "sha256", false, &n_listed);
	check_manifest(x, "tagmanifest-sha512.txt", "sha512", false, &n_listed);
	check_manifest(x, "manifest-sha512.txt", "sha512", true, &n_listed);
	check_manifest(x, "manifest-sha256.txt", "sha256", true, &n_listed);
	check_foreign(x);
	check_list(x);
	return GK_OK;
}

/* --- check: the receipt ------------------------------------------------------------------------------------------------ */

static enum gk_status
write_receipt(struct checking *x, struct gk_err *err)
{
	const json_t *items = json_object_get(x->handover, "items"), *one;
	json_t *out = json_array(), *receipt;
	char day[12], *dump;
	size_t i;
	enum gk_status st;

	gk_date_format(gk_date_today(), day);
	json_array_foreach(items, i, one)
		json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:s}", "id", json_str(one, "id"), "refcode", json_str(one, "refcode"), "digest", json_str(one, "digest"),
						     "archive_refcode", ""));
	receipt = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "gongkai_receipt", RECEIPT_FORMAT, "package", json_str(x->handover, "package"), "digest", x->digest, "from",
			    json_str(x->handover, "from"), "to", x->a->as != NULL ? x->a->as : json_str(x->handover, "to"), "receipt", x->a->number, "date", day, "result",
			    four_passed(&x->four) ? "PASS" : "FAIL", "checks", four_json(&x->four), "items", out);
	dump = receipt == NULL ? NULL : json_dumps(receipt, JSON_INDENT(1) | JSON_SORT_KEYS);
	st = dump == NULL ? gk_nomem(err) : gk_replace_file(x->a->out, 0644, dump, strlen(dump), err);
	free(dump);
	json_decref(receipt);
	return st;
}

static int
tell_check(struct checking *x)
{
	const char *package = json_str(x->handover, "package");
	bool passed = four_passed(&x->four);

	if (x->a->app->json) {
		app_json(json_pack("{s:s, s:s, s:s, s:I, s:I, s:o}", "result", passed ? "PASS" : "FAIL", "package", package, "digest", x->digest, "documents",
				   (json_int_t)json_array_size(json_object_get(x->handover, "items")), "files", (json_int_t)json_object_size(x->listed), "checks", four_json(&x->four)));
		return passed ? 0 : 1;
	}
	printf("%s", GK_T("移交包 ", "package "));
	print_text(package);
	printf("%s", GK_T("：", ": "));
	print_text(json_str(x->handover, "from"));
	printf("%s", GK_T(" 移交 ", " to "));
	print_text(json_str(x->handover, "to"));
	printf(GK_T("，%zu 件，%zu 个文件\n", ", %zu documents, %zu files\n"), json_array_size(json_object_get(x->handover, "items")), json_object_size(x->listed));
	printf(GK_T("四性检测（接收）%s\n", "four-property test on receipt: %s\n"), passed ? GK_T("合格", "passed") : GK_T("不合格", "failed"));
	four_print(&x->four);
	printf(GK_T("移交包摘要 %s\n", "digest of the package %s\n"), x->digest);
	if (x->a->out != NULL)
		printf(GK_T("回执写到 %s\n", "the receipt is in %s\n"), x->a->out);
	return passed ? 0 : 1;
}

static int
run_check(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = {
		{ "number", OPT_NUMBER, "TEXT", 0, GK_T("接收回执的编号：写回执", "number of the receipt: write one"), 1 },
		{ "as", OPT_AS, "NAME", 0, GK_T("接收单位（默认包里所写）", "who takes it (default: as the package says)"), 1 },
		{ "output", 'o', "FILE", 0, GK_T("回执写到这个文件（默认 回执.json）", "write the receipt here (default 回执.json)"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct args a = { .app = app };
	struct checking x = { .a = &a, .err = GK_ERR_INIT };
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st = GK_OK;
	int status;

	app_parse(app, &cmd_transfer_check, argc, argv, options, parse, &a);
	if (a.choice.n_refs != 1) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "transfer check 要一个目录", "transfer check needs a folder");
		gk_hint(&err, "例如：gongkai transfer check 移交包 --number 云档接〔2026〕3号", "for example: gongkai transfer check package --number 3");
		return app_error(app, &err);
	}
	if (a.number != NULL && a.out == NULL)
		a.out = "回执.json";
	x.root = a.choice.ref[0];
	x.found = json_object();
	x.listed = json_object();
	st = check_package(&x, &err);
	if (st == GK_OK && a.number != NULL)
		st = write_receipt(&x, &err);
	else
		a.out = NULL;
	status = st == GK_OK ? tell_check(&x) : app_error(app, &err);
	json_decref(x.found);
	json_decref(x.listed);
	json_decref(x.handover);
	return status;
}

const struct cmd cmd_transfer_check = { "transfer check", "目录", "DIR", "接收单位：核对移交包，写回执", "At the archive: check a package, write the receipt", run_check };

/* --- receipt ------------------------------------------------------------------------------------------------------------- */

struct receiving { const struct args *a; struct store store; struct keeping_act *acts; size_t n, failed; };

static void
failed_item(struct receiving *x, struct gk_err *err)
{
	app_error(x->a->app, err);
	*err = (struct gk_err)GK_ERR_INIT;
	x->failed++;
}

/* Does the record hold what the receipt says was received?  Any of its versions: a newer one may have come since. */
static enum gk_status
same_content(const struct store_history *h, const char *id, const char *refcode, const char *digest, struct gk_err *err)
{
	struct gk_retention_of k = gk_retention_at(h->events, h->n, GK_NO_DATE, NULL);
	const char *own = k.filed == NULL ? "" : gk_event_act(k.filed, "refcode");

	if (strcmp(own, refcode) != 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "回执与档案不符：'%s' 的档号是 '%.100s'，回执写 '%.100s'", "the receipt does not fit: the reference code of '%s' is '%.100s', not '%.100s'", id, own, refcode);
		return GK_REFUSED;
	}
	for (size_t i = 0; i < h->n; i++)
		if (*digest != '\0' && strcmp(json_str(json_object_get(h->events[i].json, "content"), "digest"), digest) == 0)
			return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "回执与档案不符：'%s' 没有摘要为 %.80s 的内容", "the receipt does not fit: '%s' has no content with digest %.80s", id, digest);
	return GK_REFUSED;
}

static enum gk_status
take_item(struct receiving *x, const json_t *receipt, const json_t *item, struct gk_date day, struct gk_err *err)
{
	const char *id = json_str(item, "id");
	struct store_history h;
	uint32_t docid;
	json_t *act;
	enum gk_status st = act_find(&x->store, id, &docid, err);

	if (st == GK_OK)
		st = store_history(&x->store, docid, &h, err);
	if (st != GK_OK)
		return st;
	st = same_content(&h, id, json_str(item, "refcode"), json_str(item, "digest"), err);
	store_history_free(&h);
	if (st != GK_OK)
		return st;
	act = json_object();
	keeping_set(act, "to", json_str(receipt, "to"));
	keeping_set(act, "receipt", json_str(receipt, "receipt"));
	keeping_set(act, "result", json_str(receipt, "result"));
	keeping_set(act, "package", json_str(receipt, "digest"));
	if (*json_str(item, "archive_refcode") != '\0')
		keeping_set(act, "refcode", json_str(item, "archive_refcode"));
	x->acts[x->n++] = (struct keeping_act){ docid, "transfer", day, act, NULL };
	return GK_OK;
}

static enum gk_status
read_receipt(const char *path, json_t **out, struct gk_date *day, struct gk_err *err)
{
	static const char *const needed[] = { "digest", "to", "receipt", "date", "result" };
	json_error_t where;
	struct gk_buf b;
	enum gk_status st;

	gk_buf_init(&b, LIST_MAX);
	st = gk_read_file(path, LIST_MAX, &b, err);
	*out = st == GK_OK ? json_loadb(b.p == NULL ? "" : b.p, b.n, JSON_REJECT_DUPLICATES, &where) : NULL;
	gk_buf_free(&b);
	if (st != GK_OK)
		return st;
	if (*out == NULL)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 第 %d 行不是 JSON：%.100s", "'%s' line %d is no JSON: %.100s", path, where.line, where.text);
	if (json_integer_value(json_object_get(*out, "gongkai_receipt")) != RECEIPT_FORMAT || !json_is_array(json_object_get(*out, "items"))) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 不是移交回执", "'%s' is no receipt of a transfer", path);
		gk_hint(err, "接收单位用 gongkai transfer check 移交包 --number … 写回执；纸质回执：--to … --number … 编号…",
			"the archive writes one with gongkai transfer check DIR --number …; of one on paper: --to … --number … ID…");
		return GK_REFUSED;
	}
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (*json_str(*out, needed[i]) == '\0')
			return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "回执 '%s' 缺 '%s'", "the receipt '%s' lacks '%s'", path, needed[i]);
	if (strcmp(json_str(*out, "result"), "PASS") != 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "回执说接收检测不合格（%.40s），没有登记移交", "the receipt says that the test on receipt failed (%.40s): nothing was registered", json_str(*out, "result"));
		gk_hint(err, "看回执的 checks，改正后重做移交包", "see its checks, mend, and make the package again");
		return GK_REFUSED;
	}
	return gk_date_parse(json_str(*out, "date"), strlen(json_str(*out, "date")), day) ? GK_OK
		: gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "回执的日期不是日期：%.40s", "the date of the receipt is no date: %.40s", json_str(*out, "date"));
}

static enum gk_status
from_file(struct receiving *x, struct gk_err *err)
{
	json_t *receipt = NULL;
	const json_t *items, *one;
	struct gk_date day = GK_NO_DATE;
	size_t i;
	enum gk_status st = read_receipt(x->a->choice.ref[0], &receipt, &day, err);

	items = json_object_get(receipt, "items");
	if (st == GK_OK && (json_array_size(items) == 0 || json_array_size(items) > KEEPING_MAX))
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "回执列了 %zu 件；一次 1 至 %d 件", "the receipt lists %zu documents; 1 to %d at a time", json_array_size(items), KEEPING_MAX);
	json_array_foreach(items, i, one) {
		if (st != GK_OK)
			break;
		st = take_item(x, receipt, one, day, err);
		if (st != GK_REFUSED)
			continue;
		failed_item(x, err);
		st = GK_OK;
	}
	json_decref(receipt);
	return st;
}

/* A receipt on paper: the clerk types what it says. */
static enum gk_status
from_paper(struct receiving *x, struct gk_err *err)
{
	uint32_t *docids = NULL;
	size_t n = 0;
	struct gk_date day;
	enum gk_status st = keeping_date("--date", x->a->date, &day, err);

	if (st == GK_OK)
		st = keeping_find(x->a->app, &x->store, &x->a->choice, &docids, &n, &x->failed, err);
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		json_t *act = json_object();

		keeping_set(act, "to", x->a->as);
		keeping_set(act, "receipt", x->a->number);
		keeping_set(act, "result", "PASS");
		x->acts[x->n++] = (struct keeping_act){ docids[i], "transfer", day.year != 0 ? day : gk_date_today(), act, NULL };
	}
	free(docids);
	return st;
}

static int
run_receipt(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = {
		{ "to", OPT_TO, "NAME", 0, GK_T("纸质回执：接收单位", "of a receipt on paper: who took it"), 1 },
		{ "number", OPT_NUMBER, "TEXT", 0, GK_T("纸质回执：回执的编号", "of a receipt on paper: its number"), 1 },
		{ "date", OPT_DATE, "DATE", 0, GK_T("纸质回执：接收日期（默认今天）", "of a receipt on paper: the day (default today)"), 1 },
		{ "dry-run", 'n', NULL, 0, GK_T("只看后果，不登记", "show what would happen, do nothing"), 1 },
		{ "yes", OPT_YES, NULL, 0, GK_T("不再询问", "do not ask"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct args a = { .app = app };
	struct receiving x = { .a = &a };
	struct gk_err err = GK_ERR_INIT;
	bool paper;
	int status;
	enum gk_status st;

	app_parse(app, &cmd_transfer_receipt, argc, argv, options, parse, &a);
	paper = a.as != NULL || a.number != NULL;
	if (a.choice.n_refs == 0 || (paper && (a.as == NULL || a.number == NULL)) || (!paper && a.choice.n_refs != 1)) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "transfer receipt 要一份回执，或 --to、--number 和编号", "transfer receipt needs a receipt, or --to, --number and ids");
		gk_hint(&err, "例如：gongkai transfer receipt 回执.json", "for example: gongkai transfer receipt 回执.json");
		return app_error(app, &err);
	}
	if (store_open(app->archive, app->wait, &x.store, &err) != GK_OK)
		return app_error(app, &err);
	store_notes(app, &x.store);
	x.acts = calloc(KEEPING_MAX, sizeof *x.acts);
	st = x.acts == NULL ? gk_nomem(&err) : paper ? from_paper(&x, &err) : from_file(&x, &err);
	if (st == GK_OK && x.n == 0)
		status = x.failed > 0 ? 3 : 1;
	else
		status = st == GK_OK ? keeping_register(app, &x.store, x.acts, x.n, x.failed, a.yes, &err) : app_error(app, &err);
	for (size_t i = 0; st != GK_OK && i < x.n; i++)
		json_decref(x.acts[i].act);
	free(x.acts);
	store_close(&x.store);
	return status;
}

const struct cmd cmd_transfer_receipt = { "transfer receipt", "回执 | --to 档案馆 --number 号 编号…", "RECEIPT | --to ARCHIVE --number N ID…", "登记移交：档案馆的回执", "Register a transfer: the archive's receipt", run_receipt };
