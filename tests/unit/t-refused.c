/*
 * Every allocation refused in turn, then every operation of a file (base/fault.h), then every look at one (stat, access, open, …: a device that does not answer),
 * under what the libraries are asked to do.  What
 * was asked for is refused with a cause and words in both languages, or it is done, and then nothing of it is missing: its answer is that of
 * a run that was not refused anything.  Never half an answer, never a crash; the sanitizers watch what is not given back.
 *
 * malloc, the calls of the system and their relatives are wrapped by the linker for the rooms' own calls.  jansson gets what the programs give it: memory that is
 * there, or the end (base/memory.h), and the end comes back here by a long jump.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "archive/append-private.h"
#include "archive/append.h"
#include "archive/checkpoints.h"
#include "archive/destroy.h"
#include "archive/import.h"
#include "archive/key.h"
#include "archive/leaves.h"
#include "archive/ledger.h"
#include "archive/order.h"
#include "archive/replicate.h"
#include "archive/verify.h"
#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/io.h"
#include "base/memory.h"
#include "cjk/cjk.h"
#include "cjk/thesaurus.h"
#include "cjk/traditional.h"
#include "record/act.h"
#include "record/application.h"
#include "record/article.h"
#include "record/config.h"
#include "record/difference.h"
#include "record/life.h"
#include "record/listing.h"
#include "record/paper.h"
#include "record/proposal.h"
#include "record/users.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- the world that refuses --- */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);

int __wrap_asprintf(char **out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int __wrap___asprintf_chk(char **out, int flag, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int __real_open(const char *path, int flags, ...);
int __real_fstat(int fd, struct stat *sb);
int __real_stat(const char *path, struct stat *sb);
int __real_lstat(const char *path, struct stat *sb);
int __real_access(const char *path, int how);
int __real_ftruncate(int fd, off_t n);
int __real_truncate(const char *path, off_t n);
int __real_fchmod(int fd, mode_t mode);
int __real_unlink(const char *path);
off_t __real_lseek(int fd, off_t at, int from);
DIR *__real_opendir(const char *path);
int __wrap_open(const char *path, int flags, ...);
int __wrap_fstat(int fd, struct stat *sb);
int __wrap_stat(const char *path, struct stat *sb);
int __wrap_lstat(const char *path, struct stat *sb);
int __wrap_access(const char *path, int how);
int __wrap_ftruncate(int fd, off_t n);
int __wrap_truncate(const char *path, off_t n);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_unlink(const char *path);
off_t __wrap_lseek(int fd, off_t at, int from);
DIR *__wrap_opendir(const char *path);

static unsigned asked;		/* allocations so far */
static unsigned left;		/* allocations until the one that is refused; 0: none will be */
static bool refused, ever_after;
static const char *fault_hit;	/* kept by who looks at what came of it */
static unsigned point_wanted;	/* the fault point that is armed; 0: none */
static jmp_buf ended;

static bool
refuse(void)
{
	asked++;
	if (left == 0 || --left > 0)
		return false;
	if (ever_after)
		left = 1;
	refused = true;
	errno = ENOMEM;
	return true;
}

void *__wrap_malloc(size_t n) { return refuse() ? NULL : __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t size) { return refuse() ? NULL : __real_calloc(n, size); }
void *__wrap_realloc(void *p, size_t n) { return refuse() ? NULL : __real_realloc(p, n); }
char *__wrap_strdup(const char *s) { return refuse() ? NULL : __real_strdup(s); }
char *__wrap_strndup(const char *s, size_t n) { return refuse() ? NULL : __real_strndup(s, n); }

int
__wrap_asprintf(char **out, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (refuse())
		return -1;
	va_start(ap, fmt);
	n = vasprintf(out, fmt, ap);
	va_end(ap);
	return n;
}

int
__wrap___asprintf_chk(char **out, int flag, const char *fmt, ...)
{
	va_list ap;
	int n;

	(void)flag;
	if (refuse())
		return -1;
	va_start(ap, fmt);
	n = vasprintf(out, fmt, ap);
	va_end(ap);
	return n;
}

/* The device does not answer: which call it was. */
static unsigned calls_left;
static const char *call_refused;

static bool
device(const char *call)
{
	if (calls_left == 0 || --calls_left > 0)
		return false;
	call_refused = call;
	errno = EIO;
	return true;
}

int
__wrap_open(const char *path, int flags, ...)
{
	va_list ap;
	int mode;

	va_start(ap, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(ap, int) : 0;
	va_end(ap);
	return device("open") ? -1 : __real_open(path, flags, mode);
}

int __wrap_fstat(int fd, struct stat *sb) { return device("fstat") ? -1 : __real_fstat(fd, sb); }
int __wrap_stat(const char *path, struct stat *sb) { return device("stat") ? -1 : __real_stat(path, sb); }
int __wrap_lstat(const char *path, struct stat *sb) { return device("lstat") ? -1 : __real_lstat(path, sb); }
int __wrap_access(const char *path, int how) { return device("access") ? -1 : __real_access(path, how); }
int __wrap_ftruncate(int fd, off_t n) { return device("ftruncate") ? -1 : __real_ftruncate(fd, n); }
int __wrap_truncate(const char *path, off_t n) { return device("truncate") ? -1 : __real_truncate(path, n); }
int __wrap_fchmod(int fd, mode_t mode) { return device("fchmod") ? -1 : __real_fchmod(fd, mode); }
int __wrap_unlink(const char *path) { return device("unlink") ? -1 : __real_unlink(path); }
off_t __wrap_lseek(int fd, off_t at, int from) { return device("lseek") ? -1 : __real_lseek(fd, at, from); }
DIR *__wrap_opendir(const char *path) { return device("opendir") ? NULL : __real_opendir(path); }

static void
come_back(void)
{
	longjmp(ended, 1);
}

/* --- what is asked of the libraries --- */

static char scratch[40], dir[64], copy[64];
static char said[1 << 16];	/* the answer, as text */
static size_t said_n;

static void
say(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(said + said_n, sizeof said - said_n, fmt, ap);
	va_end(ap);
	assert_true(n >= 0 && said_n + (size_t)n < sizeof said);
	said_n += (size_t)n;
}

static void
say_json(const json_t *json)
{
	said_n += json_dumpb(json, said + said_n, sizeof said - said_n - 1, JSON_SORT_KEYS);
	assert_true(said_n < sizeof said);
	said[said_n] = '\0';
}

static enum gk_status
memory(bool there, struct gk_err *err)
{
	return there ? GK_OK : gk_nomem(err);
}

static const char decision[] =
	"云溪县人民政府关于废止部分规范性文件的决定\n云政发〔2021〕7号\n各镇人民政府，县政府各部门：\n"
	"根据《云溪县规范性文件管理办法》（云政发〔2010〕3号）第十二条，经研究，决定：\n"
	"一、废止《云溪县养犬管理办法》（云政发〔2001〕1号）、《云溪县集市收费办法》（2003年5月6日云溪县人民政府发布）第三条、第五条。\n"
	"二、本决定自2021年3月1日起施行，《云溪县临时摊位规定》同时废止。\n三、与本决定不一致的，以本决定为准。\n"
	"附件：废止的文件目录\n1\t云溪县禁烧秸秆的通知\t云政办发〔2005〕12号\t2005-06-01\n2\t云溪县义务植树规定\t云政办发〔2006〕30号\t2006-07-01\n"
	"云溪县人民政府\n2021年2月10日\n抄送：县委各部门，县人大常委会办公室。\n云溪县人民政府办公室　2021年2月11日印发\n";

static enum gk_status
lists(struct gk_err *err)
{
	static const char csv[] = "序号,文件名称,文号,清理结果\n1,\"关于甲、乙的\"\"若干\"\"规定\",云政发〔2001〕1号,废止\n2,关于丙的通知,云政发〔2002〕2号,继续有效\n3,关于丁的意见,,拟修改\n";
	static const char text[] = "附件1\n继续有效的文件目录\n1\t甲办法\t云政发〔2001〕1号\n2\t乙办法\t云政发〔2002〕2号\n附件2\n废止的文件目录\n一、《丙规定》（1999年1月2日云溪县人民政府发布）\n二、丁规定（云政发〔2003〕5号）\n";
	static const struct { const char *text; enum gk_listing_form form; enum gk_fate fate; } all[] = {
		{ csv, GK_LISTING_CSV, GK_FATE_NONE }, { text, GK_LISTING_TEXT, GK_FATE_NONE }, { decision, GK_LISTING_ANNEX, GK_FATE_NONE },
		{ "云政发〔2001〕1号\n甲办法\n", GK_LISTING_TEXT, GK_FATE_ABOLISH },
	};
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < sizeof all / sizeof *all; i++) {
		struct gk_arena arena;
		struct gk_listing list;

		gk_arena_init(&arena, 1 << 20);
		st = gk_listing_read(all[i].text, strlen(all[i].text), all[i].form, all[i].fate, &arena, &list, err);
		for (size_t k = 0; st == GK_OK && k < list.n; k++)
			say("%d %.*s %.*s|", list.item[k].fate, (int)list.item[k].name.n, list.item[k].name.p == NULL ? "" : list.item[k].name.p, (int)list.item[k].docno.n,
			    list.item[k].docno.p == NULL ? "" : list.item[k].docno.p);
		gk_arena_free(&arena);
	}
	return st;
}

static enum gk_status
clauses(struct gk_err *err)
{
	struct gk_arena arena;
	struct gk_clauses c;
	struct gk_clause_target *cited = NULL;
	size_t n = 0;
	enum gk_status st;

	gk_arena_init(&arena, 1 << 20);
	st = gk_clauses_find(decision, sizeof decision - 1, "关于废止部分规范性文件的决定", &arena, &c, err);
	for (size_t i = 0; st == GK_OK && i < c.n; i++)
		for (size_t k = 0; k < c.item[i].n; k++)
			say("%.*s|", (int)c.item[i].target[k].name.n, c.item[i].target[k].name.p);
	if (st == GK_OK)
		st = gk_citations_find(decision, sizeof decision - 1, &arena, &cited, &n, err);
	for (size_t i = 0; st == GK_OK && i < n; i++)
		say("%.*s+", (int)cited[i].name.n, cited[i].name.p == NULL ? "" : cited[i].name.p);
	gk_arena_free(&arena);
	return st;
}

static enum gk_status
articles(struct gk_err *err)
{
	static const char old[] = "办法\n第一章　总则\n第一条　为了规范，制定本办法。\n第二条　养犬应当登记。\n第三条　登记每年一次，收费五十元。\n第四条　自发布之日起施行。\n";
	static const char new[] = "办法\n第一章　总则\n第一条　为了规范管理，制定本办法。\n第二条　养犬应当登记。\n第二条之一　登记不收费。\n第四条　自2021年3月1日起施行。\n";
	struct gk_article *list = NULL;
	struct gk_difference d = { 0 };
	size_t n = 0;
	enum gk_status st = gk_articles(old, sizeof old - 1, &list, &n, err);

	if (st == GK_OK)
		say("%zu articles ", n);
	free(list);
	if (st == GK_OK && (st = gk_difference_of(old, sizeof old - 1, new, sizeof new - 1, &d, err)) == GK_OK) {
		json_t *json = gk_difference_json(&d, old, new);

		st = memory(json != NULL, err);
		if (st == GK_OK)
			say_json(json);
		json_decref(json);
		gk_difference_free(&d);
	}
	return st;
}

static const char the_config[] =
	"organisation = \"云溪县青石镇人民政府\"\ncode = \"qsz\"\ncategory \"政策法规\" { article20 = \"20.1\" }\nfonds = \"Z109\"\n"
	"schedule \"2026-1\" { approval = \"云档发〔2026〕3号\"  from = \"2026-01-01\"\n  rule \"公示公告\" { retention = \"D10\"  text = \"1.3\" } }\n"
	"validity_policy \"青石镇人民政府\" { adopted = \"青石府发〔2024〕1号\"  general = 5  trial = 2  notice = 1 }\ngates = { \"初审\", \"签发\" }\n";

static enum gk_status
config(struct gk_err *err)
{
	char path[96];
	struct gk_config c = { 0 };
	enum gk_status st;

	snprintf(path, sizeof path, "%s/gongkai.conf", dir);
	st = gk_config_read(path, &c, err);
	if (st == GK_OK) {
		say("%s %zu %zu %zu %zu", c.organisation, c.n_categories, c.n_schedules, c.n_policies, c.n_gates);
		gk_config_free(&c);
	}
	return st;
}

static enum gk_status
users(struct gk_err *err)
{
	struct gk_users u = { 0 };
	char key[GK_KEY_TEXT], roles[64];
	enum gk_status st = gk_users_read(dir, &u, err);

	if (st != GK_OK)
		return st;
	st = gk_users_set(&u, "zhang", GK_ROLE_EDITOR | GK_ROLE_ARCHIVIST, NULL, err);
	if (st == GK_OK)
		st = gk_users_key(&u, "zhang", "公文系统", 30, key, err);
	if (st == GK_OK)
		st = gk_users_write(&u, err);
	if (st == GK_OK) {
		const char *owner = gk_users_key_owner(&u, key);

		gk_roles_text(gk_users_roles(&u, "zhang"), GK_ZH, roles, sizeof roles);
		say("%s %s", roles, owner == NULL ? "nobody" : owner);
		/* A key that nobody knows it was kept would be a door that cannot be shut. */
		assert_true(owner != NULL);
	}
	gk_users_free(&u);
	return st;
}

/* Folds: what they would end the program for. */
static enum gk_status
folds(struct gk_err *err)
{
	static const char *const lines[] = {
		"{\"gongkai\":1,\"event\":\"e-000001\",\"id\":\"qsz-2019-000001\",\"type\":\"publish\",\"effective_date\":\"2019-05-01\",\"recorded_at\":\"2019-05-02T01:00:00Z\",\"meta\":{\"title\":\"办法\",\"expiry_date\":\"2024-04-30\"}}",
		"{\"gongkai\":1,\"event\":\"e-000002\",\"id\":\"qsz-2019-000001\",\"type\":\"abolish_articles\",\"effective_date\":\"2020-05-01\",\"recorded_at\":\"2020-05-02T01:00:00Z\",\"act\":{\"articles\":[\"第三条\",\"第五条\"],\"by_text\":\"《决定》\"}}",
		"{\"gongkai\":1,\"event\":\"e-000003\",\"id\":\"qsz-2019-000001\",\"type\":\"renew\",\"effective_date\":\"2024-04-01\",\"recorded_at\":\"2024-04-02T01:00:00Z\",\"meta\":{\"expiry_date\":\"2029-04-30\"}}",
		"{\"gongkai\":1,\"event\":\"e-000004\",\"id\":\"qsz-2019-000001\",\"type\":\"abolish\",\"effective_date\":\"2025-01-01\",\"recorded_at\":\"2025-01-02T01:00:00Z\",\"act\":{\"by_text\":\"《决定》\"}}",
	};
	struct gk_event events[4];
	enum gk_status st = GK_OK;
	size_t n;

	for (n = 0; st == GK_OK && n < 4; n++)
		st = gk_event_parse(lines[n], strlen(lines[n]), &events[n], err);
	if (st == GK_OK) {
		json_t *life = gk_life(events, 4, NULL);

		say_json(life);
		json_decref(life);
		life = gk_life_parts(events, 3, (struct gk_date){ 2021, 1, 1 }, NULL);
		say_json(life);
		json_decref(life);
		st = gk_act_check(events, 3, &events[3], err);
	} else {
		n--;
	}
	while (n > 0)
		gk_event_free(&events[--n]);
	return st;
}

static enum gk_status
applications(struct gk_err *err)
{
	struct gk_workdays *w = NULL;
	struct gk_application *list = NULL;
	size_t n = 0;
	json_t *events = json_pack("[{s:i,s:s,s:s,s:s,s:s,s:s},{s:i,s:s,s:s,s:s,s:s},{s:i,s:s,s:s,s:s}]", "seq", 1, "app", "A-1", "type", "receive", "date", "2021-03-01", "rule", "online", "class", "person",
				   "seq", 2, "app", "A-1", "type", "answer", "date", "2021-03-20", "outcome", "granted", "seq", 3, "app", "A-2", "type", "receive", "date", "2021-03-02");
	enum gk_status st = memory(events != NULL, err);

	if (st == GK_OK)
		st = gk_workdays_open(NULL, &w, err);
	if (st == GK_OK)
		gk_applications(events, NULL, w, &list, &n);
	for (size_t i = 0; i < n; i++)
		say("%s %d %u|", list[i].app, list[i].outcome, list[i].due);
	free(list);
	gk_workdays_close(w);
	json_decref(events);
	return st;
}

static enum gk_status
proposals(struct gk_err *err)
{
	json_t *meta = json_pack("{s:s, s:s}", "title", "关于废止部分规范性文件的决定", "publish_date", "2021-02-12"), *act = NULL;
	struct gk_date effective;
	enum gk_status st = memory(meta != NULL, err);

	if (st == GK_OK)
		st = gk_propose(decision, sizeof decision - 1, meta, &act, &effective, err);
	if (st == GK_OK)
		say_json(act);
	json_decref(act);
	json_decref(meta);
	return st;
}

static enum gk_status
paper(struct gk_err *err)
{
	json_t *meta = json_object(), *from = meta == NULL ? NULL : gk_paper_infer(decision, sizeof decision - 1, meta);
	enum gk_status st = memory(meta != NULL && from != NULL, err);

	if (st == GK_OK)
		say_json(meta);
	json_decref(from);
	json_decref(meta);
	return st;
}

static enum gk_status
ledger(struct gk_err *err)
{
	json_t *events = NULL, *all = NULL;
	char id[17], who[17], *person = NULL;
	enum gk_status st = gk_person_seal(dir, "张三 13800000000", id, who, err);

	if (st == GK_OK) {
		events = json_pack("[{s:s,s:s,s:s,s:s}]", "app", "A-1", "type", "receive", "date", "2021-03-01", "person", id);
		st = events == NULL ? gk_nomem(err) : gk_ledger_append(dir, GK_LEDGER_APPLICATIONS, events, err);
	}
	if (st == GK_OK)
		st = gk_ledger_read(dir, GK_LEDGER_APPLICATIONS, &all, err);
	if (st == GK_OK)
		st = gk_person_open(dir, id, &person, err);
	if (st == GK_OK)
		say("%zu %s", json_array_size(all), person);
	if (st == GK_OK)
		st = gk_person_remove(dir, id, err);
	free(person);
	json_decref(all);
	json_decref(events);
	return st;
}

static enum gk_status
keys(struct gk_err *err)
{
	struct gk_note_secret secret;
	struct gk_note_key public;
	bool made;
	enum gk_status st = gk_key_secret(dir, "test.example", &secret, &made, err);

	if (st == GK_OK) {
		gk_note_secret_wipe(&secret);
		st = gk_key_public(dir, &public, err);
	}
	if (st == GK_OK)
		say("%s", public.name);
	return st;
}

static enum gk_status
checkpoints(struct gk_err *err)
{
	static const struct gk_checkpoint empty = { .size = 0 };
	struct gk_note_secret secret;
	struct gk_checkpoint c = empty, back;
	struct gk_buf text, read;
	struct gk_note note;
	uint64_t newest = 0;
	unsigned char seed[32] = { 7 };
	enum gk_status st = GK_OK;

	gk_buf_init(&text, 1 << 16);
	gk_buf_init(&read, 1 << 16);
	gk_note_secret_make("test.example", GK_NOTE_ED25519, seed, &secret);
	snprintf(c.origin, sizeof c.origin, "test.example");
	c.size = 12;
	if (!gk_checkpoint_text(&c, &text) || !gk_note_sign_line(&secret, text.p, text.n, 0, &read) || !gk_buf_putc(&text, '\n') || !gk_buf_add(&text, read.p, read.n))
		st = gk_nomem(err);
	if (st == GK_OK)
		st = gk_checkpoint_store(dir, 12, &text, err);
	if (st == GK_OK)
		st = gk_checkpoint_newest(dir, &newest, err);
	if (st == GK_OK) {
		gk_buf_free(&read);
		st = gk_checkpoint_load(dir, newest, &read, &note, &back, err);
	}
	if (st == GK_OK)
		say("%ju %ju", (uintmax_t)newest, (uintmax_t)back.size);
	gk_buf_free(&read);
	gk_buf_free(&text);
	return st;
}

static enum gk_status
append(struct gk_err *err)
{
	struct gk_append *w = NULL;
	struct gk_loc loc = { 0 }, end;
	struct gk_put put = { .type = GK_WARC_RESOURCE, .content_type = "text/plain", .target_uri = "urn:test:2", .block = "第二件\n", .n = 10 };
	enum gk_status st = gk_append_open(dir, 0, (struct gk_loc){ 0 }, &w, NULL, err);

	if (st == GK_OK)
		st = gk_append_reserve(w, 1000, err);
	if (st == GK_OK)
		st = gk_append_record(w, &put, &loc, err);
	if (st == GK_OK)
		st = gk_append_sync(w, &end, err);
	if (st == GK_OK)
		say("%s", put.digest);
	gk_append_close(w);
	return st;
}

static enum gk_status
reads(struct gk_err *err)
{
	struct gk_archive *a = NULL;
	struct gk_scan *s = NULL;
	struct gk_leaves *l = NULL;
	struct gk_loc at;
	enum gk_status st = gk_archive_open(dir, &a, err);

	if (st != GK_OK)
		return st;
	st = gk_scan_open(a, (struct gk_loc){ 0 }, &s, err);
	while (st == GK_OK) {
		struct gk_warc_rec rec = { 0 };

		st = gk_scan_next(s, &rec, &at, err);
		if (st == GK_OK)
			say("%u %zu|", at.segment, rec.block.n);
		gk_warc_rec_free(&rec);
	}
	gk_scan_close(s);
	st = st == GK_END ? gk_leaves_rebuild(a, dir, true, 0, &l, err) : st;
	if (st == GK_OK)
		say(" %ju leaves", (uintmax_t)gk_leaves_size(l));
	gk_leaves_close(l);
	gk_archive_close(a);
	return st;
}

static void
found(void *arg, const struct gk_finding *f)
{
	(void)arg;
	(void)f;
}

static enum gk_status
no_event(void *arg, const struct gk_warc_rec *rec, struct gk_event_says *out, struct gk_err *err)
{
	(void)arg;
	(void)rec;
	(void)out;
	(void)err;
	return GK_END;
}

static enum gk_status
verifies(struct gk_err *err)
{
	struct gk_archive *a = NULL;
	struct gk_verify v = { .hooks = { .found = found, .event = no_event } };
	enum gk_status st = gk_archive_open(dir, &a, err);

	if (st == GK_OK)
		st = gk_verify(a, &v, err);
	gk_archive_close(a);
	/* What it could not read is a finding: that is its way of refusing. */
	if (st == GK_OK && v.totals.bad > 0)
		return gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "有发现", "found something");
	if (st == GK_OK)
		say("%ju records", (uintmax_t)v.totals.records);
	return st;
}

static enum gk_status
replicates(struct gk_err *err)
{
	struct gk_replicated out = { 0 };
	enum gk_status st = gk_replicate(dir, copy, 0, &out, err);

	/* How long the records are when compressed depends on their random ids; so it is asked whether all came. */
	if (st == GK_OK) {
		struct gk_archive *a = NULL, *b = NULL;
		uint64_t here = 0, there = 0;
		uint32_t segments;
		struct gk_err why = GK_ERR_INIT;

		left = calls_left = 0;
#ifdef GK_FAULTS
		fault_hit = gk_fault_hit();
		gk_fault_arm(0);
#endif
		assert_int_equal(gk_archive_open(dir, &a, &why), GK_OK);
		assert_int_equal(gk_archive_open(copy, &b, &why), GK_OK);
		gk_archive_size(a, &segments, &here, &why);
		gk_archive_size(b, &segments, &there, &why);
		gk_archive_close(a);
		gk_archive_close(b);
		say("%d %d", out.bytes > 0, here == there);
	}
	return st;
}

/* What comes before that which is asked is not refused anything. */
struct held { unsigned left, calls; };

static struct held
hold(void)
{
	struct held p = { left, calls_left };

	left = calls_left = 0;
#ifdef GK_FAULTS
	gk_fault_arm(0);
#endif
	return p;
}

static void
go_on(struct held p)
{
	asked = 0;
	left = p.left;
	calls_left = p.calls;
#ifdef GK_FAULTS
	gk_fault_arm(point_wanted);
#endif
}

/* What the archive has got since, and a segment that is another file there: all but the first step is refused in turn. */
static enum gk_status
follows(struct gk_err *err)
{
	struct held p = hold();
	struct gk_replicated out = { 0 };
	struct gk_append *w = NULL;
	struct gk_buf b;
	struct gk_loc loc;
	struct gk_err why = GK_ERR_INIT;
	struct gk_put put = { .type = GK_WARC_RESOURCE, .content_type = "text/plain", .target_uri = "urn:test:2", .block = "又一件\n", .n = 10 };
	char path[96];
	enum gk_status st;

	assert_int_equal(gk_replicate(dir, copy, 0, &out, &why), GK_OK);
	snprintf(path, sizeof path, "%s/warc/000001.warc.gz", dir);
	assert_int_equal(gk_read_file(path, 1 << 20, &b, &why), GK_OK);
	assert_int_equal(gk_replace_file(path, 0644, b.p, b.n, &why), GK_OK);
	gk_buf_free(&b);
	assert_int_equal(gk_append_open(dir, 0, (struct gk_loc){ 0 }, &w, NULL, &why), GK_OK);
	assert_int_equal(gk_append_record(w, &put, &loc, &why), GK_OK);
	assert_int_equal(gk_append_sync(w, NULL, &why), GK_OK);
	gk_append_close(w);
	go_on(p);
	st = gk_replicate(dir, copy, 0, &out, err);
	if (st == GK_OK)
		st = gk_replicate_rebuilt(copy, err);
	if (st == GK_OK)
		say("%d %u %d", out.bytes > 0, out.rewritten, out.rebuild);
	return st;
}

static enum gk_status
imports(struct gk_err *err)
{
	char path[96];
	struct gk_foreign *f = NULL;
	enum gk_status st;

	snprintf(path, sizeof path, "%s/warc/000001.warc.gz", dir);
	st = gk_foreign_open(path, 1 << 20, &f, err);
	while (st == GK_OK) {
		struct gk_foreign_rec rec = { .kind = "" };

		st = gk_foreign_next(f, &rec, err);
		if (st == GK_OK)
			say("%s %zu|", rec.kind, rec.rec.block.n);
		if (st == GK_OK)
			gk_warc_rec_free(&rec.rec);
	}
	gk_foreign_close(f);
	return st == GK_END ? GK_OK : st;
}

static enum gk_status find_victim(struct gk_archive *a, struct gk_victim *victim, struct gk_err *err);

/* How much there is, and how much of it somebody has not read. */
static enum gk_status
sizes(struct gk_err *err)
{
	struct gk_archive *a = NULL;
	uint32_t segments = 0;
	uint64_t all = 0, behind = 0, rest = 0;
	enum gk_status st = gk_archive_open(dir, &a, err);

	if (st == GK_OK)
		st = gk_archive_size(a, &segments, &all, err);
	if (st == GK_OK)
		st = gk_archive_behind(a, (struct gk_loc){ 0 }, &behind, err);
	if (st == GK_OK)
		st = gk_archive_behind(a, (struct gk_loc){ .segment = 2, .offset = 0, .length = 100 }, &rest, err);
	if (st == GK_OK)
		say("%u %d %d", segments, all == behind, rest > 0 && rest < all);
	gk_archive_close(a);
	return st;
}

/* Tails that were cut off once, and what they may still hold. */
static enum gk_status
removes_torn(struct gk_err *err)
{
	struct held p = hold();
	struct gk_err why = GK_ERR_INIT;
	struct gk_buf b;
	struct gk_archive *a = NULL;
	struct gk_victim victim = { .loc = { 0 } };
	struct gk_warc_rec rec = { 0 };
	char path[120], digests[1][GK_WARC_DIGEST];
	unsigned removed = 0, unread = 0;
	enum gk_status st;

	assert_int_equal(gk_archive_open(dir, &a, &why), GK_OK);
	assert_int_equal(find_victim(a, &victim, &why), GK_OK);
	assert_int_equal(gk_archive_read(a, victim.loc, &rec, &why), GK_OK);
	snprintf(digests[0], sizeof digests[0], "%s", rec.block_digest);
	gk_warc_rec_free(&rec);
	gk_archive_close(a);
	snprintf(path, sizeof path, "%s/warc/000001.warc.gz", dir);
	assert_int_equal(gk_read_file(path, 1 << 20, &b, &why), GK_OK);
	snprintf(path, sizeof path, "%s/warc/torn", dir);
	assert_int_equal(gk_make_dir(path, 0755, &why), GK_OK);
	snprintf(path, sizeof path, "%s/warc/torn/000001-400", dir);
	assert_int_equal(gk_replace_file(path, 0644, b.p + victim.loc.offset, victim.loc.length, &why), GK_OK);
	snprintf(path, sizeof path, "%s/warc/torn/000001-500", dir);
	assert_int_equal(gk_replace_file(path, 0644, "noise", 5, &why), GK_OK);
	gk_buf_free(&b);
	go_on(p);
	st = gk_destroy_torn(dir, digests, 1, &removed, &unread, err);
	/* One that could not be read is counted, and the caller says so: that is its way of refusing. */
	if (st == GK_OK && unread != 1)
		return gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "有读不了的", "one could not be read");
	if (st == GK_OK)
		say("%u", removed);
	return st;
}

/* The first document: where it stands. */
static enum gk_status
find_victim(struct gk_archive *a, struct gk_victim *victim, struct gk_err *err)
{
	struct gk_scan *s = NULL;
	struct gk_loc at;
	enum gk_status st = gk_scan_open(a, (struct gk_loc){ 0 }, &s, err);

	while (st == GK_OK) {
		struct gk_warc_rec rec = { 0 };

		st = gk_scan_next(s, &rec, &at, err);
		if (st == GK_OK && rec.type == GK_WARC_RESOURCE && victim->loc.segment == 0) {
			victim->loc = rec.loc;
			snprintf(victim->id, sizeof victim->id, "%s", rec.id);
		}
		gk_warc_rec_free(&rec);
	}
	gk_scan_close(s);
	return st == GK_END ? GK_OK : st;
}

/* An order that is prepared, and one that is given; *loc is where it stands. */
static enum gk_status
order_of(bool give, json_t **order, struct gk_loc *loc, struct gk_err *err)
{
	struct gk_append *w = NULL;
	struct gk_archive *a = NULL;
	struct gk_destruction *d = NULL;
	struct gk_victim victim = { .loc = { 0 } };
	struct gk_put put = { .type = GK_WARC_METADATA };
	enum gk_status st;

	/* Longer than a tombstone has room for, with a line end in it. */
	static char authority[900];

	for (size_t i = 0; i + 22 < sizeof authority; i += 22)
		memcpy(authority + i, "青石镇人民政府\n", 23);
	*order = json_pack("{s:i, s:s, s:s, s:s, s:[]}", "gongkai", 1, "authority", authority, "date", "2026-11-27", "register", "sha256:00", "documents");
	st = *order == NULL ? gk_nomem(err) : gk_append_open(dir, 0, (struct gk_loc){ 0 }, &w, NULL, err);
	if (st == GK_OK)
		st = gk_archive_open(dir, &a, err);
	if (st == GK_OK)
		st = find_victim(a, &victim, err);
	if (st == GK_OK)
		st = gk_destroy_prepare(w, a, dir, &victim, 1, *order, &d, err);
	if (st == GK_OK && give)
		st = gk_destroy_order(w, d, &put, loc, err);
	if (st == GK_OK && give)
		st = gk_append_sync(w, NULL, err);
	gk_destroy_free(d);
	gk_archive_close(a);
	gk_append_close(w);
	return st;
}

/* The whole of a destruction, from the order to the tombstone. */
static enum gk_status
destroys(struct gk_err *err)
{
	struct gk_archive *a = NULL;
	struct gk_loc loc = { 0 };
	json_t *order = NULL;
	enum gk_status st = order_of(true, &order, &loc, err);

	if (st == GK_OK)
		st = gk_archive_open(dir, &a, err);
	if (st == GK_OK)
		st = gk_destroy_carry_out(a, dir, order, loc, err);
	if (st == GK_OK)
		st = gk_destroy_done(dir, err);
	if (st == GK_OK)
		say("destroyed");
	gk_archive_close(a);
	json_decref(order);
	return st;
}

/* One that was interrupted behind its order, found and carried out. */
static enum gk_status
finishes(struct gk_err *err)
{
	struct held p = hold();
	struct gk_archive *a = NULL;
	struct gk_loc loc = { 0 }, found_at = { 0 };
	struct gk_err why = GK_ERR_INIT;
	json_t *order = NULL, *pending = NULL;
	enum gk_status st;

	assert_int_equal(order_of(true, &order, &loc, &why), GK_OK);
	json_decref(order);
	go_on(p);
	st = gk_archive_open(dir, &a, err);
	if (st == GK_OK)
		st = gk_destroy_pending(a, dir, &pending, &found_at, err);
	if (st == GK_OK)
		st = gk_destroy_carry_out(a, dir, pending, found_at, err);
	if (st == GK_OK)
		st = gk_destroy_done(dir, err);
	if (st == GK_OK)
		say("%d", found_at.segment == loc.segment && found_at.offset == loc.offset);
	json_decref(pending);
	gk_archive_close(a);
	return st;
}

/* One that was prepared, and no order was given. */
static enum gk_status
forgets(struct gk_err *err)
{
	struct held p = hold();
	struct gk_archive *a = NULL;
	struct gk_loc loc = { 0 };
	struct gk_err why = GK_ERR_INIT;
	json_t *order = NULL, *pending = NULL;
	enum gk_status st;

	assert_int_equal(order_of(false, &order, &loc, &why), GK_OK);
	json_decref(order);
	go_on(p);
	st = gk_archive_open(dir, &a, err);
	if (st == GK_OK)
		st = gk_destroy_pending(a, dir, &pending, &loc, err);
	if (st == GK_OK)
		st = gk_destroy_drop(dir, err);
	if (st == GK_OK)
		say("%d", pending == NULL);
	json_decref(pending);
	gk_archive_close(a);
	return st;
}

/* What verify says of an archive with a tombstone, and what a closed segment's digest has become. */
static enum gk_status
verifies_destroyed(struct gk_err *err)
{
	struct held p = hold();
	struct gk_archive *a = NULL;
	struct gk_err why = GK_ERR_INIT;
	char digest[GK_WARC_DIGEST] = "", before[GK_WARC_DIGEST];
	enum gk_status st;

	assert_int_equal(gk_archive_open(dir, &a, &why), GK_OK);
	assert_int_equal(gk_verify_stated(a, 2, digest, &why), GK_OK);
	gk_archive_close(a);
	assert_int_equal(destroys(&why), GK_OK);
	said_n = 0;
	go_on(p);
	snprintf(before, sizeof before, "%s", digest);
	a = NULL;
	st = verifies(err);
	if (st == GK_OK)
		st = gk_archive_open(dir, &a, err);
	if (st == GK_OK)
		st = gk_orders_follow(a, 1, digest, err);
	if (st == GK_OK)
		say(" %d", strcmp(before, digest) != 0);
	gk_archive_close(a);
	return st;
}

/* A tail that a power cut tore. */
static enum gk_status
mends(struct gk_err *err)
{
	struct held p = hold();
	struct gk_append *w = NULL;
	char path[96];
	uint64_t torn = 0;
	FILE *f;
	enum gk_status st;

	snprintf(path, sizeof path, "%s/warc/000002.warc.gz", dir);
	f = fopen(path, "ae");
	assert_non_null(f);
	fputs("half a record", f);
	fclose(f);
	go_on(p);
	st = gk_append_open(dir, 0, (struct gk_loc){ 0 }, &w, &torn, err);
	if (st == GK_OK)
		say("%ju", (uintmax_t)torn);
	gk_append_close(w);
	return st;
}

/* Leaves that were kept, and a record more; then a checkpoint of them against the archive. */
static enum gk_status
leaves_again(struct gk_err *err)
{
	struct held p = hold();
	struct gk_err why = GK_ERR_INIT;
	struct gk_archive *a = NULL;
	struct gk_leaves *l = NULL;
	struct gk_note_secret secret;
	struct gk_checkpoint c = { .size = 0 };
	struct gk_append *w = NULL;
	struct gk_loc loc;
	struct gk_put put = { .type = GK_WARC_RESOURCE, .content_type = "text/plain", .target_uri = "urn:test:2", .block = "又一件\n", .n = 10 };
	struct gk_buf text, line;
	bool made;
	enum gk_status st;

	gk_buf_init(&text, 1 << 16);
	gk_buf_init(&line, 1 << 16);
	assert_int_equal(gk_key_secret(dir, "test.example", &secret, &made, &why), GK_OK);
	assert_int_equal(gk_archive_open(dir, &a, &why), GK_OK);
	assert_int_equal(gk_leaves_rebuild(a, dir, true, 0, &l, &why), GK_OK);
	snprintf(c.origin, sizeof c.origin, "test.example");
	c.size = gk_leaves_size(l);
	assert_true(gk_merkle_root(gk_leaves_read, l, c.size, &c.root));
	assert_true(gk_checkpoint_text(&c, &text) && gk_note_sign_line(&secret, text.p, text.n, 0, &line) && gk_buf_putc(&text, '\n') && gk_buf_add(&text, line.p, line.n));
	gk_note_secret_wipe(&secret);
	gk_leaves_close(l);
	gk_archive_close(a);
	assert_int_equal(gk_append_open(dir, 0, (struct gk_loc){ 0 }, &w, NULL, &why), GK_OK);
	assert_int_equal(gk_append_record(w, &put, &loc, &why), GK_OK);
	assert_int_equal(gk_append_sync(w, NULL, &why), GK_OK);
	gk_append_close(w);
	a = NULL;
	l = NULL;
	go_on(p);
	st = gk_archive_open(dir, &a, err);
	if (st == GK_OK)
		st = gk_leaves_open(a, dir, true, 0, &l, err);
	if (st == GK_OK)
		say("%ju leaves", (uintmax_t)gk_leaves_size(l));
	gk_leaves_close(l);
	if (st == GK_OK)
		st = gk_check_against(a, dir, text.p, text.n, err);
	gk_archive_close(a);
	gk_buf_free(&text);
	gk_buf_free(&line);
	return st;
}

/* Ledgers, signed and compared with what was signed. */
static enum gk_status
signs(struct gk_err *err)
{
	struct held p = hold();
	struct gk_err why = GK_ERR_INIT;
	struct gk_note_secret secret;
	struct gk_ledger_head heads[GK_LEDGERS];
	json_t *events = json_pack("[{s:s,s:s,s:s}]", "app", "A-1", "type", "receive", "date", "2021-03-01");
	bool made, fresh = false;
	enum gk_status st;

	assert_int_equal(gk_key_secret(dir, "test.example", &secret, &made, &why), GK_OK);
	assert_int_equal(gk_ledger_append(dir, GK_LEDGER_APPLICATIONS, events, &why), GK_OK);
	json_decref(events);
	go_on(p);
	st = gk_ledgers_sign(dir, &secret, heads, &fresh, err);
	if (st == GK_OK)
		st = gk_ledgers_check(dir, &secret.key, heads, err);
	if (st == GK_OK)
		say("%d %ju", fresh, (uintmax_t)heads[GK_LEDGER_APPLICATIONS].lines);
	gk_note_secret_wipe(&secret);
	return st;
}

/* Lines of a witness to a note, and the note of a line. */
static enum gk_status
notes(struct gk_err *err)
{
	struct gk_note_secret secret, witness;
	struct gk_checkpoint c = { .size = 12 };
	struct gk_buf text, line, more, out, back;
	struct gk_note note;
	unsigned char seed[32] = { 7 };
	size_t added = 0;
	enum gk_status st;

	gk_buf_init(&text, 1 << 16);
	gk_buf_init(&line, 1 << 16);
	gk_buf_init(&more, 1 << 16);
	gk_buf_init(&out, 1 << 16);
	gk_buf_init(&back, 1 << 16);
	snprintf(c.origin, sizeof c.origin, "test.example");
	gk_note_secret_make("test.example", GK_NOTE_ED25519, seed, &secret);
	seed[0]++;
	gk_note_secret_make("witness.example", GK_NOTE_COSIGNATURE, seed, &witness);
	st = memory(gk_checkpoint_text(&c, &text) && gk_note_sign_line(&secret, text.p, text.n, 0, &line) && gk_note_sign_line(&witness, text.p, text.n, 1700000000, &more) &&
		    gk_buf_putc(&text, '\n') && gk_buf_add(&text, line.p, line.n), err);
	if (st == GK_OK)
		st = gk_note_attach(text.p, text.n, more.p, more.n, &witness.key, &out, &added, err);
	if (st == GK_OK)
		st = gk_note_parse(out.p, out.n, &note, err);
	if (st == GK_OK)
		st = gk_note_verify(&note, &witness.key, NULL, err);
	gk_buf_free(&line);
	gk_buf_init(&line, 1 << 16);
	if (st == GK_OK)
		st = gk_checkpoint_line(&note, &secret.key, &line, err);
	if (st == GK_OK)
		st = gk_checkpoint_note(line.p, line.n, &back, err);
	if (st == GK_OK)
		say("%zu %d", added, back.n == text.n && memcmp(back.p, text.p, text.n) == 0);
	gk_buf_free(&text);
	gk_buf_free(&line);
	gk_buf_free(&more);
	gk_buf_free(&out);
	gk_buf_free(&back);
	return st;
}

static enum gk_status
words(struct gk_err *err)
{
	static const char text[] = "云溪縣養犬管理辦法，自二〇二一年起施行。犬只登記每年一次。";
	struct gk_thesaurus *t = NULL;
	struct gk_err bad = GK_ERR_INIT;
	struct gk_folded f;
	struct gk_snippet s;
	const struct gk_needle needles[] = { { "养犬", 6, 1 }, { "登记", 6, 1 } };
	char own[96];
	struct gk_buf trad;
	size_t n = 0, word_n;
	enum gk_status st;

	snprintf(own, sizeof own, "%s/synonyms.tsv", dir);
	st = gk_thesaurus_open(own, &t, &bad);
	/* A list of the office's own that cannot be read is told; the words that are built in stay. */
	if (st != GK_OK || bad.cause != GK_CAUSE_NONE) {
		gk_thesaurus_close(t);
		*err = bad;
		return st != GK_OK ? st : GK_REFUSED;
	}
	say("%d ", gk_thesaurus_find(t, "摊位证", 9, &word_n, &n) != NULL);
	gk_thesaurus_close(t);
	if (!gk_fold(text, sizeof text - 1, true, &f))
		return gk_nomem(err);
	say("%s ", f.text);
	gk_folded_free(&f);
	if (!gk_snippet(text, sizeof text - 1, needles, 2, &s))
		return gk_nomem(err);
	say("%zu-%zu %zu ", s.start, s.end, s.marks);
	gk_buf_init(&trad, 1 << 10);
	st = memory(gk_traditional("养犬管理办法", 18, &trad), err);
	if (st == GK_OK)
		say("%.*s", (int)trad.n, trad.p);
	gk_buf_free(&trad);
	return st;
}

static enum gk_status
cells(struct gk_err *err)
{
	struct gk_buf b;
	enum gk_status st;
	static const char *const cell[] = { "甲", "a,b", "\"引\"", "=SUM(1)", "  +1", "-12.5", "＝1", "\tx", "", "两\n行", "@x", "－3" };

	gk_buf_init(&b, 1 << 12);
	for (size_t i = 0; i < sizeof cell / sizeof *cell; i++)
		gk_csv_cell(&b, cell[i], i % 4 == 3);
	st = memory(!b.failed, err);
	if (st == GK_OK)
		say("%.*s", (int)b.n, b.p);
	gk_buf_free(&b);
	return st;
}

/* --- fresh ground --- */

static void
write_to(const char *name, const char *text, mode_t mode)
{
	char path[160];
	struct gk_err err = GK_ERR_INIT;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	assert_int_equal(gk_replace_file(path, mode, text, strlen(text), &err), GK_OK);
}

static void
fresh_archive(void)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_append *w = NULL;
	struct gk_loc loc;
	static char block[4000];
	uint64_t noise = 7;
	struct gk_put put = { .type = GK_WARC_RESOURCE, .content_type = "text/plain", .target_uri = "urn:test:1", .block = block, .n = sizeof block };

	gk_remove_tree(dir, &err);
	gk_remove_tree(copy, &err);
	assert_int_equal(gk_archive_create(dir, &err), GK_OK);
	assert_int_equal(gk_append_open(dir, 0, (struct gk_loc){ 0 }, &w, NULL, &err), GK_OK);
	for (size_t i = 0; i < sizeof block; i++) {
		noise = noise * 6364136223846793005u + 1442695040888963407u;
		block[i] = (char)(' ' + (noise >> 33) % 90);
	}
	/* Two of them fill a segment. */
	gk_append_limit(w, 5000);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(gk_append_record(w, &put, &loc, &err), GK_OK);
		assert_int_equal(gk_append_sync(w, NULL, &err), GK_OK);
	}
	assert_int_equal(gk_append_sync(w, NULL, &err), GK_OK);
	gk_append_close(w);
	write_to("gongkai.conf", the_config, 0644);
	write_to("synonyms.tsv", "摊位证\t=\t临时摊位许可\n小狗\t~\t犬只\n", 0644);
	write_to("users", "{\"format\":1,\"users\":[{\"name\":\"zhang\",\"roles\":[\"reader\"],\"hash\":\"$argon2id$none\",\"since\":\"2026-11-27T00:00:00Z\",\"keys\":[]}]}", 0600);
}

/* --- the loops --- */

struct ask {
	const char *name;
	enum gk_status (*of)(struct gk_err *err);
	bool writes;		/* wants fresh ground each time */
	bool ends;		/* where memory ends the program: the long jump leaks, which the sanitizer would count */
};

static const struct ask asks[] = {
	{ "a thesaurus, folding, a passage, traditional characters", words, false, false },
	{ "cells of a table", cells, false, false },
	{ "lists of documents", lists, false, false },
	{ "clauses of a decision", clauses, false, false },
	{ "articles and a difference", articles, false, true },
	{ "the configuration", config, false, false },
	{ "users and a key", users, true, true },
	{ "life of a record", folds, false, true },
	{ "applications", applications, false, true },
	{ "proposals", proposals, false, true },
	{ "a paper", paper, false, true },
	{ "the ledger", ledger, true, true },
	{ "the key of checkpoints", keys, true, false },
	{ "checkpoints", checkpoints, true, false },
	{ "appending", append, true, false },
	{ "reading and leaves", reads, true, false },
	{ "verifying", verifies, false, false },
	{ "a replica", replicates, true, false },
	{ "a replica that follows", follows, true, false },
	{ "a file of another tool", imports, false, false },
	{ "a destruction", destroys, true, true },
	{ "a destruction that was interrupted", finishes, true, true },
	{ "a destruction without an order", forgets, true, true },
	{ "verifying what was destroyed", verifies_destroyed, true, true },
	{ "how much there is", sizes, false, false },
	{ "tails that were cut off", removes_torn, true, false },
	{ "a torn tail", mends, true, false },
	{ "leaves that were kept", leaves_again, true, false },
	{ "signed ledgers", signs, true, true },
	{ "a note and its witness", notes, false, false },
};
enum { ASKS = sizeof asks / sizeof *asks, MOST = 20000 };

#if defined(__SANITIZE_ADDRESS__)
enum { WATCHED = 1 };
#else
enum { WATCHED = 0 };
#endif

static enum gk_status
once(const struct ask *ask, unsigned allocation, unsigned point, unsigned call, struct gk_err *err)
{
	volatile enum gk_status st;

	if (ask->writes)
		fresh_archive();
	said_n = 0;
	said[0] = '\0';
	refused = false;
	fault_hit = NULL;
#ifdef GK_FAULTS
	gk_fault_arm(point);
#endif
	point_wanted = point;
	asked = 0;
	call_refused = NULL;
	left = allocation;
	calls_left = call;
	if (setjmp(ended) == 0)
		st = ask->of(err);
	else
		st = gk_nomem(err);
	left = calls_left = 0;
	return st;
}

/* Refused with a reason in both languages, or done as if nothing had been. */
static void
judge(const struct ask *ask, unsigned n, const char *what, enum gk_status st, const struct gk_err *err, const char *plain)
{
	if (st == GK_OK && strcmp(said, plain) == 0)
		return;
	if (st == GK_OK || err->cause == GK_CAUSE_NONE || err->what[0] == '\0' || err->what_en[0] == '\0') {
		print_message("%s, %s %u: status %d, cause %d '%s'\n  got  %.300s\n  want %.300s\n", ask->name, what, n, st, err->cause, err->what_en, said, plain);
		fail();
	}
}

static void
test_memory(void **state)
{
	const struct ask *ask = *state;
	static char plain[sizeof said];
	struct gk_err err = GK_ERR_INIT;
	unsigned n, refusals = 0, all;

	if (WATCHED && ask->ends)
		skip();
	fresh_archive();
	if (once(ask, 0, 0, 0, &err) != GK_OK)
		fail_msg("%s: %s", ask->name, err.what_en);
	memcpy(plain, said, said_n + 1);
	all = asked;
	/* A list of thousands of words is thousands of times the same: some of them, and all at the end. */
	for (int on = 0; on < 2; on++)
		for (n = 1; n < MOST; n += all > 5000 && n > 50 && n + 120 < all ? all / 60 : 1) {
			enum gk_status st;

			err = (struct gk_err)GK_ERR_INIT;
			ever_after = on == 1;
			st = once(ask, n, 0, 0, &err);
			ever_after = false;
			if (!refused)
				break;
			refusals += st != GK_OK;
			judge(ask, n, "allocation", st, &err, plain);
			if (st != GK_OK && ask->of != verifies && ask->of != verifies_destroyed && ask->of != config && ask->of != removes_torn)
				assert_int_equal(err.cause, GK_CAUSE_MEMORY);
		}
	assert_true(n < MOST);
	assert_true(refusals > 0);
	print_message("# %s: %u refused\n", ask->name, refusals);
}

#ifdef GK_FAULTS
static void
test_files(void **state)
{
	const struct ask *ask = *state;
	static char plain[sizeof said];
	struct gk_err err = GK_ERR_INIT;
	unsigned n, all;

	fresh_archive();
	if (once(ask, 0, 0, 0, &err) != GK_OK)
		fail_msg("%s: %s", ask->name, err.what_en);
	memcpy(plain, said, said_n + 1);
	all = asked;
	for (n = 1; n < MOST; n += all > 5000 && n > 50 && n + 120 < all ? all / 60 : 1) {
		enum gk_status st;
		const char *hit;

		err = (struct gk_err)GK_ERR_INIT;
		st = once(ask, 0, n, 0, &err);
		hit = fault_hit != NULL ? fault_hit : gk_fault_hit();
		gk_fault_arm(0);
		if (hit == NULL)
			break;
		judge(ask, n, hit, st, &err, plain);
		if (st != GK_OK && err.cause == GK_CAUSE_BAD_DATA)
			print_message("%s, %s %u: %s\n", ask->name, hit, n, err.what_en);
		if (st != GK_OK)
			assert_true(err.cause == GK_CAUSE_MEMORY || err.cause == GK_CAUSE_DEVICE || err.cause == GK_CAUSE_NO_ACCESS || err.cause == GK_CAUSE_DAMAGED ||
				    err.cause == GK_CAUSE_NO_SPACE || err.cause == GK_CAUSE_NOT_FOUND || err.cause == GK_CAUSE_BUSY || err.cause == GK_CAUSE_USAGE);
	}
	assert_true(n < MOST);
}
#endif

static void
test_calls(void **state)
{
	const struct ask *ask = *state;
	static char plain[sizeof said];
	struct gk_err err = GK_ERR_INIT;
	unsigned n;

	fresh_archive();
	if (once(ask, 0, 0, 0, &err) != GK_OK)
		fail_msg("%s: %s", ask->name, err.what_en);
	memcpy(plain, said, said_n + 1);
	for (n = 1; n < MOST; n++) {
		enum gk_status st;

		err = (struct gk_err)GK_ERR_INIT;
		st = once(ask, 0, 0, n, &err);
		if (call_refused == NULL)
			break;
		judge(ask, n, call_refused, st, &err, plain);
	}
	assert_true(n < MOST);
}

static int
teardown(void **state)
{
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	return gk_remove_tree(scratch, &err) == GK_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	static struct CMUnitTest tests[3 * ASKS];
	static char names[3 * ASKS][96];
	size_t n = 0;

	/* Thousands of archives are made here; what a flush costs is no matter of this test. */
	snprintf(scratch, sizeof scratch, "%st-refused.XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm/" : "");
	if (mkdtemp(scratch) == NULL)
		return 1;
	snprintf(dir, sizeof dir, "%s/a", scratch);
	snprintf(copy, sizeof copy, "%s/b", scratch);
	gk_when_memory_ends(come_back);
	json_set_alloc_funcs(gk_malloc_or_end, free);
	for (size_t i = 0; i < ASKS; i++) {
		/* A word of its name: that one alone. */
		if (argc > 1 && strstr(asks[i].name, argv[1]) == NULL)
			continue;
		snprintf(names[n], sizeof names[n], "memory is refused: %s", asks[i].name);
		tests[n] = (struct CMUnitTest){ .name = names[n], .test_func = test_memory, .initial_state = (void *)&asks[i] };
		n++;
#ifdef GK_FAULTS
		snprintf(names[n], sizeof names[n], "files are refused: %s", asks[i].name);
		tests[n] = (struct CMUnitTest){ .name = names[n], .test_func = test_files, .initial_state = (void *)&asks[i] };
		n++;
#endif
		snprintf(names[n], sizeof names[n], "calls are refused: %s", asks[i].name);
		tests[n] = (struct CMUnitTest){ .name = names[n], .test_func = test_calls, .initial_state = (void *)&asks[i] };
		n++;
	}
	return _cmocka_run_group_tests("refused", tests, n, NULL, teardown);
}
