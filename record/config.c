/* gongkai.conf: libconfuse reads it, this file says what may stand in it and what is wrong with it. */
#include "record/config.h"

#include "base/buf.h"
#include "base/io.h"
#include "record/field.h"

#include <confuse.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONFIG_MAX = 64 * 1024, KEY_MAX = 64, WAIT_MAX = 3600, FILE_MAX = 4096, SHARD_LEAST = 1000, SHARD_MAX = 1000000000 };

/* domain.md 10.1 */
static const struct gk_category seven[] = {
	{ "重点项目", "20.10" }, { "政策法规", "20.1" }, { "党务政务", "20.15" }, { "机构职能", "20.2" },
	{ "办事流程", "20.5" }, { "公示公告", "20.11/20.13/20.14" }, { "气象信息", "20.12" },
};
enum { SEVEN = sizeof seven / sizeof *seven };

/* libconfuse gives its error function no place for ours. */
static _Thread_local struct { const char *path; struct gk_err *err; bool failed; } reading;

static size_t
least(size_t a, size_t b, size_t c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

/* How many letters must be added, taken away or changed to make b of a. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[KEY_MAX + 1], n = strlen(b);

	if (n > KEY_MAX)
		return KEY_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1, corner + (a[i - 1] != b[j - 1]));
			corner = above;
		}
	}
	return row[n];
}

/* The known key that is most like `name`, NULL if none is like it; *known if it is one. */
static const char *
nearest_key(const char *name, bool *known)
{
	static const char *const keys[] = {
		"organisation", "code", "language", "public_url", "apply_address", "category", "article20", "wait", "file_limit", "shard_documents", "propose", "gates",
		"fonds", "refcode_template", "level", "schedule", "approval", "from", "rule", "retention", "text", "validity_policy", "adopted", "general", "trial", "notice",
		"guide", "office", "address", "hours", "phone", "fax", "contact", "places",
	};
	const char *best = NULL;
	size_t least_far = strlen(name) / 3 + 2;

	*known = false;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		size_t far = distance(keys[i], name);

		*known = *known || far == 0;
		if (far < least_far) {
			least_far = far;
			best = keys[i];
		}
	}
	return best;
}

/* 'name' out of "no such option 'name'", whatever the language of the sentence. */
static bool
quoted_name(const char *message, char to[KEY_MAX])
{
	const char *open = strchr(message, '\''), *close = open == NULL ? NULL : strchr(open + 1, '\'');
	size_t n = close == NULL ? 0 : (size_t)(close - open - 1);

	if (n == 0 || n >= KEY_MAX)
		return false;
	memcpy(to, open + 1, n);
	to[n] = '\0';
	return true;
}

static void
complain(int line, const char *zh, const char *en)
{
	reading.failed = true;
	gk_fail(reading.err, GK_DEAD, GK_CAUSE_USAGE, "'%s' 第 %d 行：%s%.0s", "'%s' line %d: %.0s%s", reading.path, line, zh, en);
}

static void __attribute__((format(printf, 2, 0)))
on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char message[256], name[KEY_MAX];
	const char *like;
	bool known = true;

	if (reading.failed)
		return;		/* the first complaint is the cause of the others */
	vsnprintf(message, sizeof message, fmt, ap);
	like = quoted_name(message, name) ? nearest_key(name, &known) : NULL;
	if (known) {
		complain(cfg->line, message, message);
		return;
	}
	snprintf(message, sizeof message, "没有 '%s' 这一项", name);
	{
		char en[KEY_MAX + 32];

		snprintf(en, sizeof en, "there is no key '%s'", name);
		complain(cfg->line, message, en);
	}
	if (like != NULL)
		gk_hint(reading.err, "是否 '%s'？", "did you mean '%s'?", like);
}

static int
check_code(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getnstr(opt, 0);
	size_t n = strspn(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

	if (n >= 1 && n <= 16 && s[n] == '\0')
		return 0;
	complain(cfg->line, "code 只能是 1 到 16 个字母或数字", "code must be 1 to 16 letters or digits");
	return -1;
}

static int
check_language(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getnstr(opt, 0);

	if (strcmp(s, "zh") == 0 || strcmp(s, "en") == 0)
		return 0;
	complain(cfg->line, "language 只能是 zh 或 en", "language must be zh or en");
	return -1;
}

static int
check_url(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getnstr(opt, 0);

	if (s[0] == '\0' || strncmp(s, "http://", 7) == 0 || strncmp(s, "https://", 8) == 0)
		return 0;
	complain(cfg->line, "public_url 应以 http:// 或 https:// 开头", "public_url must begin with http:// or https://");
	return -1;
}

/* Ours begin with one. */
static void
trim_slashes(char *url)
{
	size_t n = url == NULL ? 0 : strlen(url);

	while (n > 0 && url[n - 1] == '/')
		url[--n] = '\0';
}

static int
check_range(cfg_t *cfg, cfg_opt_t *opt)
{
	bool wait = strcmp(cfg_opt_name(opt), "wait") == 0;
	long v = cfg_opt_getnint(opt, 0);

	if (wait ? v >= 0 && v <= WAIT_MAX : v >= 1 && v <= FILE_MAX)
		return 0;
	complain(cfg->line, wait ? "wait 应在 0 到 3600 秒之间" : "file_limit 应在 1 到 4096 MiB 之间",
		 wait ? "wait must be 0 to 3600 seconds" : "file_limit must be 1 to 4096 MiB");
	return -1;
}

static int
check_shard(cfg_t *cfg, cfg_opt_t *opt)
{
	long v = cfg_opt_getnint(opt, 0);

	if (v == 0 || (v >= SHARD_LEAST && v <= SHARD_MAX))
		return 0;
	complain(cfg->line, "shard_documents 应为 0，或在 1000 到 1000000000 之间", "shard_documents must be 0, or 1000 to 1000000000");
	return -1;
}

/* "20.11/20.13": each an item of article 20. */
static int
check_article20(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct gk_field *f = gk_field_find("art20_item", strlen("art20_item"));
	const char *s = cfg_opt_getnstr(opt, 0);

	while (*s != '\0') {
		size_t n = strcspn(s, "/");
		bool found = false;

		for (const char *const *pair = f->values; *pair != NULL && !found; pair += 2)
			found = strlen(pair[0]) == n && memcmp(pair[0], s, n) == 0;
		if (!found) {
			complain(cfg->line, "article20 不是条例第二十条的项目（20.1 … 20.15）", "article20 is no item of article 20 (20.1 … 20.15)");
			return -1;
		}
		s += n;
		s += *s == '/';
	}
	return 0;
}

static int
check_level(cfg_t *cfg, cfg_opt_t *opt)
{
	static const char *const levels[] = { "", "central", "province", "city", "county", "town" };

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (strcmp(cfg_opt_getnstr(opt, 0), levels[i]) == 0)
			return 0;
	complain(cfg->line, "level 只能是 central province city county town", "level must be central, province, city, county or town");
	return -1;
}

static int
check_from(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getnstr(opt, 0);
	struct gk_date d;

	if (*s == '\0' || gk_date_parse(s, strlen(s), &d))
		return 0;
	complain(cfg->line, "from 不是日期，写成 2026-01-01", "from is no date: write 2026-01-01");
	return -1;
}

static int
check_keep(cfg_t *cfg, cfg_opt_t *opt)
{
	if (gk_keep_find(cfg_opt_getnstr(opt, 0)) != GK_K_NONE)
		return 0;
	complain(cfg->line, "retention 只能是 Y D30 D10 CQ DQ N", "retention must be Y, D30, D10, CQ, DQ or N");
	return -1;
}

static int
check_template(cfg_t *cfg, cfg_opt_t *opt)
{
	if (strstr(cfg_opt_getnstr(opt, 0), "{item}") != NULL)
		return 0;
	complain(cfg->line, "refcode_template 要有 {item}，否则档号会重复", "refcode_template must have {item}: else codes would repeat");
	return -1;
}

static void
set_checks(cfg_t *cfg)
{
	static const struct { const char *key; cfg_validate_callback_t check; } checks[] = {
		{ "code", check_code }, { "language", check_language }, { "public_url", check_url }, { "wait", check_range },
		{ "file_limit", check_range }, { "shard_documents", check_shard }, { "category|article20", check_article20 }, { "level", check_level }, { "schedule|from", check_from },
		{ "schedule|rule|retention", check_keep }, { "refcode_template", check_template },
	};

	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
		cfg_set_validate_func(cfg, checks[i].key, checks[i].check);
}

static bool
take_categories(cfg_t *cfg, struct gk_config *c)
{
	unsigned n = cfg_size(cfg, "category");

	c->n_categories = n == 0 ? SEVEN : n;
	c->categories = calloc(c->n_categories, sizeof *c->categories);
	if (c->categories == NULL)
		return false;
	if (n == 0)
		memcpy(c->categories, seven, sizeof seven);
	for (unsigned i = 0; i < n; i++) {
		cfg_t *section = cfg_getnsec(cfg, "category", i);

		c->categories[i] = (struct gk_category){ cfg_title(section), cfg_getstr(section, "article20") };
	}
	return true;
}

const struct gk_guide_name gk_guide_names[GK_GUIDE_ITEMS] = {
	{ "office", "政府信息公开工作机构", "Office for disclosure" }, { "address", "办公地址", "Address" }, { "hours", "办公时间", "Hours" },
	{ "phone", "联系电话", "Telephone" }, { "fax", "传真号码", "Fax" }, { "contact", "互联网联系方式", "On the internet" },
};

static bool
take_guide(cfg_t *cfg, struct gk_config *c, struct gk_err *err)
{
	cfg_t *section = cfg_getsec(cfg, "guide");

	for (size_t i = 0; i < GK_GUIDE_ITEMS; i++)
		c->guide.item[i] = cfg_getstr(section, gk_guide_names[i].key);
	c->guide.n_places = cfg_size(section, "places");
	if (c->guide.n_places > GK_GUIDE_PLACES) {
		gk_fail(err, GK_DEAD, GK_CAUSE_USAGE, "gongkai.conf：guide 的 places 最多 %d 处", "gongkai.conf: at most %d places in guide", GK_GUIDE_PLACES);
		return false;
	}
	for (size_t i = 0; i < c->guide.n_places; i++)
		c->guide.places[i] = cfg_getnstr(section, "places", (unsigned)i);
	return true;
}

static bool
take_rules(cfg_t *cfg, struct gk_schedule *s)
{
	s->n = cfg_size(cfg, "rule");
	s->rules = calloc(s->n + 1, sizeof *s->rules);
	for (unsigned i = 0; s->rules != NULL && i < s->n; i++) {
		cfg_t *rule = cfg_getnsec(cfg, "rule", i);

		s->rules[i] = (struct gk_keep_rule){ cfg_title(rule), cfg_getstr(rule, "text"), gk_keep_find(cfg_getstr(rule, "retention")) };
	}
	return s->rules != NULL;
}

static bool
take_schedules(cfg_t *cfg, struct gk_config *c)
{
	bool ok;

	c->n_schedules = cfg_size(cfg, "schedule");
	c->schedules = calloc(c->n_schedules + 1, sizeof *c->schedules);
	ok = c->schedules != NULL;
	for (unsigned i = 0; ok && i < c->n_schedules; i++) {
		cfg_t *section = cfg_getnsec(cfg, "schedule", i);
		struct gk_schedule *s = &c->schedules[i];
		const char *from = cfg_getstr(section, "from");

		s->version = cfg_title(section);
		s->approval = cfg_getstr(section, "approval");
		gk_date_parse(from, strlen(from), &s->from);
		ok = take_rules(section, s);
	}
	return ok;
}

static bool
take_policies(cfg_t *cfg, struct gk_config *c)
{
	c->n_policies = cfg_size(cfg, "validity_policy");
	c->policies = calloc(c->n_policies + 1, sizeof *c->policies);
	for (unsigned i = 0; c->policies != NULL && i < c->n_policies; i++) {
		cfg_t *p = cfg_getnsec(cfg, "validity_policy", i);

		c->policies[i] = (struct gk_policy){ cfg_title(p), cfg_getstr(p, "adopted"), cfg_getint(p, "general"), cfg_getint(p, "trial"), cfg_getint(p, "notice") };
	}
	return c->policies != NULL;
}

static void
free_lists(struct gk_config *c)
{
	for (size_t i = 0; c->schedules != NULL && i < c->n_schedules; i++)
		free(c->schedules[i].rules);
	free(c->schedules);
	free(c->policies);
	free(c->categories);
}

const struct gk_schedule *
gk_config_schedule(const struct gk_config *c, struct gk_date day)
{
	const struct gk_schedule *best = NULL;

	for (size_t i = 0; i < c->n_schedules; i++) {
		const struct gk_schedule *s = &c->schedules[i];
		uint32_t from = s->from.year == 0 ? 0 : gk_date_first_day(s->from);

		if (from <= gk_date_last_day(day) && (best == NULL || from >= (best->from.year == 0 ? 0 : gk_date_first_day(best->from))))
			best = s;
	}
	return best;
}

const struct gk_keep_rule *
gk_schedule_rule(const struct gk_schedule *s, const char *category)
{
	for (size_t i = 0; s != NULL && i < s->n; i++)
		if (strcmp(s->rules[i].category, category) == 0)
			return &s->rules[i];
	return NULL;
}

int
gk_config_transfer_years(const struct gk_config *c)
{
	if (c->level[0] == '\0')
		return 0;
	return strcmp(c->level, "county") == 0 || strcmp(c->level, "town") == 0 ? 10 : 20;
}

const struct gk_policy *
gk_config_policy(const struct gk_config *c, const char *issuer)
{
	for (size_t i = 0; i < c->n_policies; i++)
		if (c->policies[i].adopted[0] != '\0' && strcmp(c->policies[i].issuer, issuer) == 0)
			return &c->policies[i];
	return NULL;
}

/*
 * A quotation mark where a key might stand, or a comment, that is open at the end has taken in all that came behind it, and libconfuse says nothing.  It then takes in
 * whatever it is given next, too.
 */
static bool
reads_on(cfg_t *cfg)
{
	const long wait = cfg_getint(cfg, "wait");
	bool reads;

	reading.failed = true;		/* what it says of this is not about the file */
	cfg_parse_buf(cfg, wait == 0 ? "wait = 1" : "wait = 0");
	reading.failed = false;
	reads = cfg_getint(cfg, "wait") != wait;
	cfg_setint(cfg, "wait", wait);
	return reads;
}

static enum gk_status
parse(cfg_t *cfg, const char *text, struct gk_config *out, struct gk_err *err)
{
	struct gk_config c = { .cfg = cfg };
	int line;

	set_checks(cfg);
	cfg_set_error_function(cfg, on_error);
	if (cfg_parse_buf(cfg, text) != CFG_SUCCESS || reading.failed) {
		if (!reading.failed)
			complain(cfg->line, "不能理解", "cannot be understood");
		return GK_DEAD;
	}
	line = cfg->line;
	if (!reads_on(cfg)) {
		complain(line, "到文件末尾，引号或注释 /* 还没有结束，其后的内容都未读入", "at the end of the file a quotation mark or a comment /* is still open, and nothing behind it was read");
		gk_hint(err, "找出只有一个引号的行，补上另一个", "look for a line with one quotation mark and add the other");
		return GK_DEAD;
	}
	c.organisation = cfg_getstr(cfg, "organisation");
	c.code = cfg_getstr(cfg, "code");
	c.language = cfg_getstr(cfg, "language");
	c.public_url = cfg_getstr(cfg, "public_url");
	trim_slashes(cfg_getstr(cfg, "public_url"));
	c.apply_address = cfg_getstr(cfg, "apply_address");
	c.wait = cfg_getint(cfg, "wait");
	c.file_limit_mib = cfg_getint(cfg, "file_limit");
	c.shard_documents = cfg_getint(cfg, "shard_documents");
	c.propose = cfg_getbool(cfg, "propose");
	c.n_gates = cfg_size(cfg, "gates");
	if (c.n_gates == 1 && strcmp(cfg_getnstr(cfg, "gates", 0), "none") == 0)	/* in words */
		c.n_gates = 0;
	if (c.n_gates > GK_GATES) {
		gk_fail(err, GK_DEAD, GK_CAUSE_USAGE, "gongkai.conf：gates 最多 %d 关", "gongkai.conf: at most %d gates", GK_GATES);
		gk_hint(err, "合并几关", "put some of them together");
		return GK_DEAD;
	}
	if (!take_guide(cfg, &c, err))
		return GK_DEAD;
	for (size_t i = 0; i < c.n_gates; i++)
		c.gates[i] = cfg_getnstr(cfg, "gates", (unsigned)i);
	c.fonds = cfg_getstr(cfg, "fonds");
	c.refcode_template = cfg_getstr(cfg, "refcode_template");
	c.level = cfg_getstr(cfg, "level");
	if (!take_categories(cfg, &c) || !take_schedules(cfg, &c) || !take_policies(cfg, &c)) {
		free_lists(&c);
		return gk_nomem(err);
	}
	*out = c;
	return GK_OK;
}

/*
 * Lines that are only a comment become empty ones: libconfuse 3.3 counts a comment's line
 * twice, and an error must name the line that the editor shows.
 */
static void
blank_comments(char *p)
{
	while (*p != '\0') {
		size_t n = strcspn(p, "\n");

		if (p[strspn(p, " \t")] == '#')
			memset(p, ' ', n);
		p += n + (p[n] == '\n');
	}
}

/* The lexer of libconfuse is one for the whole process, and cfg_free() frees it: one thread at a time in here. */
static pthread_mutex_t confuse = PTHREAD_MUTEX_INITIALIZER;

enum gk_status
gk_config_read(const char *path, struct gk_config *out, struct gk_err *err)
{
	cfg_opt_t category[] = { CFG_STR("article20", "20.15", CFGF_NONE), CFG_END() };
	cfg_opt_t rule[] = { CFG_STR("retention", "D10", CFGF_NONE), CFG_STR("text", "", CFGF_NONE), CFG_END() };
	cfg_opt_t schedule[] = { CFG_STR("approval", "", CFGF_NONE), CFG_STR("from", "", CFGF_NONE), CFG_SEC("rule", rule, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES), CFG_END() };
	cfg_opt_t policy[] = { CFG_STR("adopted", "", CFGF_NONE), CFG_INT("general", 5, CFGF_NONE), CFG_INT("trial", 2, CFGF_NONE), CFG_INT("notice", 0, CFGF_NONE), CFG_END() };
	cfg_opt_t guide[] = { CFG_STR("office", "", CFGF_NONE), CFG_STR("address", "", CFGF_NONE), CFG_STR("hours", "", CFGF_NONE), CFG_STR("phone", "", CFGF_NONE), CFG_STR("fax", "", CFGF_NONE),
		CFG_STR("contact", "", CFGF_NONE), CFG_STR_LIST("places", NULL, CFGF_NONE), CFG_END() };
	cfg_opt_t options[] = {
		CFG_SEC("guide", guide, CFGF_NONE),
		CFG_STR("fonds", "", CFGF_NONE), CFG_STR("refcode_template", "{fonds}-WS·{year}-{retention}-{office}-{item}", CFGF_NONE), CFG_STR("level", "", CFGF_NONE),
		CFG_SEC("schedule", schedule, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES), CFG_SEC("validity_policy", policy, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		CFG_STR("organisation", "", CFGF_NONE), CFG_STR("code", "gk", CFGF_NONE), CFG_STR("language", "zh", CFGF_NONE),
		CFG_STR("public_url", "", CFGF_NONE), CFG_STR("apply_address", "", CFGF_NONE),
		CFG_SEC("category", category, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		CFG_INT("wait", 10, CFGF_NONE), CFG_INT("file_limit", 512, CFGF_NONE), CFG_INT("shard_documents", 0, CFGF_NONE), CFG_BOOL("propose", cfg_true, CFGF_NONE), CFG_STR_LIST("gates", NULL, CFGF_NONE), CFG_END(),
	};
	struct gk_buf text;
	cfg_t *cfg;
	enum gk_status st = gk_read_file(path, CONFIG_MAX, &text, err);

	if (st != GK_OK)
		return GK_DEAD;
	pthread_mutex_lock(&confuse);
	reading.path = path;
	reading.err = err;
	reading.failed = false;
	cfg = cfg_init(options, CFGF_NONE);
	if (cfg == NULL)
		st = gk_nomem(err);
	else if (text.n > 0 && memchr(text.p, '\0', text.n) != NULL)
		st = gk_fail(err, GK_DEAD, GK_CAUSE_USAGE, "'%s' 不是文字文件", "'%s' is no text file", path);
	else {
		if (text.n > 0)
			blank_comments(text.p);
		st = parse(cfg, text.n == 0 ? "\n" : text.p, out, err);
	}
	if (st != GK_OK && cfg != NULL)
		cfg_free(cfg);
	reading.path = NULL;
	reading.err = NULL;
	pthread_mutex_unlock(&confuse);
	gk_buf_free(&text);
	return st;
}

void
gk_config_free(struct gk_config *c)
{
	if (c == NULL)
		return;
	free_lists(c);
	if (c->cfg != NULL) {
		pthread_mutex_lock(&confuse);
		cfg_free(c->cfg);
		pthread_mutex_unlock(&confuse);
	}
	*c = (struct gk_config){ .cfg = NULL };
}

/* A string as libconfuse reads it back: \ and " escaped, and $ too, which it would expand. */
static void
put_quoted(struct gk_buf *b, const char *s)
{
	gk_buf_putc(b, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\' || *s == '$')
			gk_buf_putc(b, '\\');
		if ((unsigned char)*s >= ' ')
			gk_buf_putc(b, *s);
	}
	gk_buf_putc(b, '"');
}

char *
gk_config_template(const char *organisation, const char *code)
{
	struct gk_buf b;
	size_t n;

	gk_buf_init(&b, CONFIG_MAX);
	gk_buf_puts(&b, "# gongkai.conf：本单位的设置 / settings of this office\n"
			"# 每一项都有默认值；删去一行即用默认值 / every key has a default: leave a line out to use it\n"
			"\n# 单位名称，显示在页眉 / name of the office, shown at the head of pages\norganisation = ");
	put_quoted(&b, organisation);
	gk_buf_puts(&b, "\n\n# 文件标识的前缀，1 到 16 个字母或数字；收入文件后不可再改\n"
			"# prefix of document ids, 1 to 16 letters or digits; never change it once documents are in\ncode = ");
	put_quoted(&b, code);
	gk_buf_puts(&b, "\n\n# 页面与消息的语言：zh 或 en / language of pages and messages: zh or en\nlanguage = \"zh\"\n"
			"\n# 对外网址，如 https://www.example.gov.cn/xxgk；空则不写绝对链接\n"
			"# public address; absolute links are made only from it\npublic_url = \"\"\n"
			"\n# 依申请公开的受理地址，找不到文件时显示 / where to send applications, shown when nothing was found\napply_address = \"\"\n"
			"\n# 公开指南要载明的（条例第十二条）：工作机构的名称、办公地址、办公时间、电话、传真、互联网联系方式；places：其他查阅场所\n"
			"# what the guide must name (Art. 12): the office for disclosure, address, hours, telephone, fax, how to reach it on the internet; places: where else to read\n"
			"guide {\n  office = \"\"\n  address = \"\"\n  hours = \"\"\n  phone = \"\"\n  fax = \"\"\n  contact = \"\"\n  places = {}\n}\n"
			"\n# 栏目及其对应的条例第二十条项目；收文时遇到的其他栏目会自动加入\n"
			"# columns, and the item of article 20 each stands for; others met at ingest are added by themselves\n");
	for (size_t i = 0; i < SEVEN; i++)
		gk_buf_printf(&b, "category \"%s\" { article20 = \"%s\" }\n", seven[i].name, seven[i].article20);
	gk_buf_puts(&b, "\n# 全宗号、档号的样式、本单位的级别（central province city county town：决定满 20 年还是 10 年移交）\n"
			"# fonds, pattern of reference codes, level of the office (decides whether records go to the archive after 20 or 10 years)\n"
			"fonds = \"\"\nrefcode_template = \"{fonds}-WS·{year}-{retention}-{office}-{item}\"\nlevel = \"\"\n"
			"\n# 经批准的归档范围和保管期限表：每次批准一个版本，去掉行首的 # 并改成批准的内容\n"
			"# the approved retention schedule, a section for each version: take off the # and write what was approved\n"
			"# schedule \"2026-1\" {\n#   approval = \"云档发〔2026〕3号\"\n#   from = \"2026-01-01\"\n"
			"#   rule \"政策法规\" { retention = \"Y\" text = \"1.1 本机关制定的规范性文件\" }\n"
			"#   rule \"公示公告\" { retention = \"D10\" text = \"1.3 一般性公示公告\" }\n# }\n"
			"\n# 规范性文件未写明有效期时的期限（年）；只有写明 adopted（采用的依据）才起作用\n"
			"# terms in years of normative documents that state none; without `adopted` (the act that adopted them) they are off\n"
			"# validity_policy \"青石镇人民政府\" { adopted = \"青石府发〔2024〕1号\" general = 5 trial = 2 notice = 1 }\n");
	gk_buf_puts(&b, "\n# 等待另一写入者的秒数 / seconds to wait for another writer\nwait = 10\n"
			"\n# 单个文件的上限，MiB / largest file taken in, MiB\nfile_limit = 512\n"
			"\n# 收文时读出正文所说的废止，列为建议，由人采纳 / at ingest, read which documents a text abolishes; people decide\npropose = true\n"
			"\n# 公开前的审查，依次：例如 gates = { \"法规处初审\", \"职能处室业务关\", \"保密委密审\", \"领导审签\" }；{}：不审查（收入的是已公开的文件）\n"
			"# gates before publication, in this order; {}: none (what is taken in was published already)\ngates = {}\n"
			"\n# 索引每个分片的文件数，0：不分片 / documents of one shard of the index; 0: it is not divided\nshard_documents = 0\n");
	n = b.n;
	if (b.failed) {
		gk_buf_free(&b);
		return NULL;
	}
	return gk_buf_take(&b, &n);
}
