/* The detectors, line by line; what depends on a whole table is settled when it ends. */
#include "gate/finding.h"

#include "base/utf8.h"
#include "cjk/cjk.h"
#include "gate/numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct gk_rule_name gk_rule_names[GK_RULES] = {
	[GK_S1] = { "S1", "密级标志", "secrecy marking", "涉密文件不得公开；误标的先改正", "secret papers are not published; mend a wrong marking first" },
	[GK_S2] = { "S2", "密级标志（单独成行）", "secrecy marking on a line of its own", "涉密文件不得公开；误标的先改正", "secret papers are not published; mend a wrong marking first" },
	[GK_S4] = { "S4", "内部标志", "internal use marking", "确认可以公开", "confirm that it may be published" },
	[GK_S5] = { "S5", "不公开标志", "marked as not to be disclosed", "此件标明不公开或依申请公开", "it says of itself that it is not disclosed, or on application only" },
	[GK_S6] = { "S6", "疑似份号", "looks like a copy number", "有份号的多为涉密文件，请核对", "papers with a copy number are mostly secret: check" },
	[GK_S7] = { "S7", "过程性材料", "process material", "过程性信息可以不公开（条例第十六条）", "information of a process may be withheld (Regulation Art. 16)" },
	[GK_P1] = { "P1", "身份证号码", "citizen number", "保留前 2 位和后 3 位，其余用 *", "keep the first 2 and last 3 digits, * for the rest" },
	[GK_P2] = { "P2", "疑似旧身份证号码", "looks like an old citizen number", "保留前 2 位和后 3 位，其余用 *", "keep the first 2 and last 3 digits, * for the rest" },
	[GK_P3] = { "P3", "手机号码", "mobile telephone", "个人的手机号码用 138****1234", "mask a person's as 138****1234" },
	[GK_P4] = { "P4", "银行卡号", "bank card", "只留后 4 位", "keep the last 4 digits only" },
	[GK_P5] = { "P5", "护照、通行证号码", "passport or permit number", "只留后 4 位", "keep the last 4 digits only" },
	[GK_P6] = { "P6", "个人住址", "home address", "住址只写到乡镇、街道", "give addresses down to the township only" },
	[GK_P7] = { "P7", "敏感个人信息", "sensitive personal information", "姓名与残疾、低保、病种等同列：只公示必需的项", "names beside health or poverty: publish only what is required" },
	[GK_P8] = { "P8", "已遮盖的号码", "masked number", "已处理", "nothing to do" },
	[GK_M1] = { "M1", "隐藏的工作表", "hidden sheet", "公众能打开它；删去或取消隐藏", "the public can open it: take it out, or show it" },
};

const char *const gk_severity_codes[3] = { "treated", "warn", "block" };

enum {
	HEAD_LINES = 15,	/* lines with text in which a marking stands alone */
	HEAD_ROWS = 3,		/* of a table in which heads of columns stand */
	COLUMNS = 64,
	WORDS = 16,		/* at most in one list */
	MARK_CHARS = 20,	/* a line longer than this speaks about it */
	NEAR = 20,		/* characters: a passport's word beside its number */
	PHONES = 3		/* in one column are a list of persons */
};

enum column { PERSON = 1, ACCOUNT = 2, ADDRESS = 4 };

/* A character of the folded text and where it came from. */
struct unit { uint32_t cp, at, end; };

struct scan {
	struct gk_findings *out;
	struct gk_err *err;
	struct unit *line, *tight;	/* with spaces, and without; tight keeps tabs */
	size_t n, tight_n, room;
	uint32_t number;		/* of the line */
	unsigned filled;		/* lines with text so far */
	bool process;			/* S7 is said once */
	/* The table, if the lines before this one were rows. */
	unsigned rows, column[COLUMNS], phones[COLUMNS];
	bool sensitive;			/* P7 is said once a table */
	size_t first;			/* finding of the table */
};

/* --- findings ---------------------------------------------------------------------------------------------------- */

static enum gk_status
add(struct scan *s, enum gk_rule rule, enum gk_severity severity, size_t start, size_t end, uint32_t cell)
{
	struct gk_findings *f = s->out;

	if (f->n == f->room) {
		size_t room = f->room == 0 ? 16 : f->room * 2;
		struct gk_finding *grown = realloc(f->item, room * sizeof *grown);

		if (grown == NULL)
			return gk_nomem(s->err);
		f->item = grown;
		f->room = room;
	}
	f->item[f->n++] = (struct gk_finding){ rule, severity, start, end, s->number, cell };
	return GK_OK;
}

void
gk_findings_free(struct gk_findings *f)
{
	free(f->item);
	*f = (struct gk_findings){ .item = NULL };
}

/* --- characters ---------------------------------------------------------------------------------------------------- */

static bool
is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_han(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c >= 0x20000;
}

/* Does the word (folded UTF-8) stand at u[i]?  Its length in characters, or 0. */
static size_t
word_at(const struct unit *u, size_t n, size_t i, const char *word)
{
	size_t k = 0, left = strlen(word);

	while (left > 0) {
		uint32_t cp;
		size_t bytes = gk_utf8_decode(word, left, &cp);

		if (i + k >= n || u[i + k].cp != cp)
			return 0;
		word += bytes;
		left -= bytes;
		k++;
	}
	return k;
}

/* One of the words, a list that NULL ends, in u[from..n); its place or n.  Every character of every document passes here: first characters are compared first. */
static size_t
find_word(const struct unit *u, size_t n, size_t from, const char *const *words, size_t *length)
{
	uint32_t first[WORDS];
	size_t count = 0;

	for (; count < WORDS && words[count] != NULL; count++)
		gk_utf8_decode(words[count], strlen(words[count]), &first[count]);
	for (size_t i = from; i < n; i++)
		for (size_t w = 0; w < count; w++) {
			size_t k = u[i].cp == first[w] ? word_at(u, n, i, words[w]) : 0;

			if (k > 0) {
				if (length != NULL)
					*length = k;
				return i;
			}
		}
	return n;
}

static bool
has_word(const struct unit *u, size_t n, const char *const *words)
{
	return find_word(u, n, 0, words, NULL) < n;
}

/* --- markings: seen without spaces ------------------------------------------------------------------------------------ */

static const char *const LEVELS[] = { "绝密", "机密", "秘密", NULL };
static const char *const INSIDE[] = { "内部资料", "内部文件", "内部使用", "内部参阅", "注意保存", "工作秘密", "不得外传", "供领导参阅", "供参阅", NULL };
static const char *const CLOSED[] = { "此件依申请公开", "此件不公开", "此件不予公开", NULL };
static const char *const PROCESS[] = { "征求意见稿", "送审稿", "讨论稿", "代拟稿", "会议记录", NULL };

static bool
is_star(uint32_t c)
{
	return c == 0x2605 || c == 0x2606 || c == 0x2B50 || c == '*';
}

static size_t
term_at(const struct unit *u, size_t n, size_t i)
{
	size_t k = i, w;

	while (k < n && k - i < 2 && is_digit(u[k].cp))
		k++;
	if (k > i && ((w = word_at(u, n, k, "年")) > 0 || (w = word_at(u, n, k, "个月")) > 0 || (w = word_at(u, n, k, "月")) > 0))
		return k + w - i;
	return word_at(u, n, i, "长期");
}

/* S1: level and star stand together, and nothing else looks like that. */
static enum gk_status
find_level(struct scan *s)
{
	const struct unit *u = s->tight;
	size_t n = s->tight_n, k;
	enum gk_status st = GK_OK;

	for (size_t i = find_word(u, n, 0, LEVELS, &k); st == GK_OK && i < n; i = find_word(u, n, i + 1, LEVELS, &k))
		if (i + k < n && is_star(u[i + k].cp)) {
			size_t end = i + k + 1 + term_at(u, n, i + k + 1);

			st = add(s, GK_S1, GK_BLOCK, u[i].at, u[end - 1].end, 0);
		}
	return st;
}

static enum gk_status
find_in_head(struct scan *s)
{
	const struct unit *u = s->tight;
	size_t n = s->tight_n, k, digits = 0;

	for (const char *const *w = LEVELS; *w != NULL; w++)
		if ((k = word_at(u, n, 0, *w)) > 0 && (k == n || k + term_at(u, n, k) == n))
			return add(s, GK_S2, GK_BLOCK, u[0].at, u[n - 1].end, 0);
	while (digits < n && is_digit(u[digits].cp))
		digits++;
	if (digits == n && n == 6 && s->filled == 1)
		return add(s, GK_S6, GK_WARN, u[0].at, u[n - 1].end, 0);
	return GK_OK;
}

/* An item of a list, or a sentence. */
static bool
is_clause(const struct unit *u, size_t n)
{
	return u[n - 1].cp == 0x3002 || u[n - 1].cp == ';' || u[n - 1].cp == ',' || u[n - 1].cp == 0x3001;
}

/* Markings are lines of their own; a sentence speaks about them. */
static enum gk_status
find_markings(struct scan *s)
{
	const struct unit *u = s->tight;
	size_t n = s->tight_n, at, k;
	enum gk_status st = find_level(s);

	if (st == GK_OK && s->filled <= HEAD_LINES)
		st = find_in_head(s);
	for (at = find_word(u, n, 0, CLOSED, &k); st == GK_OK && at < n; at = find_word(u, n, at + 1, CLOSED, &k))
		st = add(s, GK_S5, GK_BLOCK, u[at].at, u[at + k - 1].end, 0);
	if (st == GK_OK && n <= MARK_CHARS && !is_clause(u, n) && (at = find_word(u, n, 0, INSIDE, &k)) < n)
		st = add(s, GK_S4, GK_WARN, u[at].at, u[at + k - 1].end, 0);
	if (st == GK_OK && n > 4 && n <= 3 * MARK_CHARS && word_at(u, n, n - 4, "(隐藏)") == 4)
		st = add(s, GK_M1, GK_WARN, u[0].at, u[n - 1].end, 0);
	if (st == GK_OK && !s->process && s->filled <= HEAD_LINES && n <= 3 * MARK_CHARS && !is_clause(u, n)) {
		bool asks = s->filled <= 3 && n > 3 && word_at(u, n, n - 3, "的请示") > 0;

		at = asks ? n - 2 : find_word(u, n, 0, PROCESS, &k);
		if (at < n) {
			s->process = true;
			st = add(s, GK_S7, GK_WARN, u[at].at, u[asks ? n - 1 : at + k - 1].end, 0);
		}
	}
	return st;
}

/* --- numbers --------------------------------------------------------------------------------------------------------- */

/* Digits from u[i] on, one space (or hyphen) between two of them passed over; the last of 18 may be an x. */
struct digits { char d[20]; size_t n, end, gaps; bool even; };	/* even: gaps after every four only */

static struct digits
digits_at(const struct unit *u, size_t n, size_t i, size_t most, bool gaps)
{
	struct digits x = { .n = 0, .even = true };

	while (i < n && x.n < most) {
		if (is_digit(u[i].cp) || (x.n == 17 && u[i].cp == 'x')) {
			x.d[x.n++] = (char)u[i].cp;
			x.end = ++i;
			continue;
		}
		if (!gaps || x.n == 0 || i + 1 >= n || (u[i].cp != ' ' && u[i].cp != '-') || !(is_digit(u[i + 1].cp) || (x.n == 17 && u[i + 1].cp == 'x')))
			break;
		x.even &= x.n % 4 == 0;
		x.gaps++;
		i++;
	}
	return x;
}

static bool
ends_there(const struct unit *u, size_t n, size_t end)
{
	return end >= n || !is_digit(u[end].cp);
}

/* The common family names; two thirds of a percent of all people have another. */
static bool
is_family_name(uint32_t c)
{
	static const char names[] =
		"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎"
		"阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戈莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁"
		"冉骆蓝路游辛靳管柴蒙鲍华喻祁房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝";

	for (const char *p = names; *p != '\0'; p += 3) {
		uint32_t cp;

		gk_utf8_decode(p, 3, &cp);
		if (cp == c)
			return true;
	}
	return false;
}

/* Two to four characters that may be a person, just before u[i] (punctuation and a word like 电话 between them aside). */
static bool
person_before(const struct unit *u, size_t i)
{
	static const char *const between[] = { "手机号码", "联系方式", "手机号", "手机", "电话", NULL };
	static const char *const roles[] = { "姓名", "申请人", "当事人", "户主", "居民", "村民", "业主", "学生", "家长", "患者", "被处罚人", "法定代表人", NULL };
	size_t end = i, from;
	bool again = true;

	while (again) {
		again = false;
		while (end > 0 && !is_han(u[end - 1].cp) && u[end - 1].cp != '\t' && !is_digit(u[end - 1].cp))
			end--;
		for (const char *const *w = between; *w != NULL; w++) {
			size_t k = gk_utf8_count(*w, strlen(*w));

			if (end >= k && word_at(u, end, end - k, *w) == k) {
				end -= k;
				again = true;
				break;
			}
		}
	}
	for (from = end; from > 0 && is_han(u[from - 1].cp); from--)
		;
	/* 申请人李小明: what stands before the name says that it is one. */
	for (const char *const *w = roles; *w != NULL; w++) {
		size_t k = word_at(u, end, from, *w);

		if (k > 0 && end - from - k >= 2) {
			from += k;
			break;
		}
	}
	return end - from >= 2 && end - from <= 4 && is_family_name(u[from].cp);
}

static bool
is_office_line(const struct unit *u, size_t n)
{
	static const char *const words[] = { "联系人", "联系电话", "监督电话", "举报", "咨询", "投诉", "值班", "服务电话", "办公电话", "经办人", "传真", NULL };

	return has_word(u, n, words);
}

static enum gk_status
found_phone(struct scan *s, size_t i, const struct digits *x, uint32_t cell)
{
	const struct unit *u = s->line;
	unsigned c = cell > 0 ? cell - 1 : 0;
	bool office = is_office_line(u, s->n), person;

	if (cell > 0 && c < COLUMNS && s->phones[c] < PHONES)
		s->phones[c]++;
	if (cell > 0) {
		person = false;
		for (unsigned k = 0; k < COLUMNS; k++)
			person |= (s->column[k] & PERSON) != 0;
	} else {
		person = person_before(u, i);
	}
	return add(s, GK_P3, person && !office ? GK_BLOCK : GK_WARN, u[i].at, u[x->end - 1].end, cell);
}

static enum gk_status
found_card(struct scan *s, size_t i, const struct digits *x, uint32_t cell)
{
	static const char *const words[] = { "账号", "卡号", "账户", "开户行", "一卡通", "银行卡", NULL };
	bool account = cell > 0 && cell <= COLUMNS ? (s->column[cell - 1] & ACCOUNT) != 0 : false;
	size_t from = i > NEAR ? i - NEAR : 0;

	account |= has_word(s->line + from, i - from, words);
	return add(s, GK_P4, account ? GK_BLOCK : GK_WARN, s->line[i].at, s->line[x->end - 1].end, cell);
}

/* 3-4-4, or all in one. */
static bool
is_phone_spacing(const struct unit *u, size_t i, const struct digits *x)
{
	return x->gaps == 0 || (x->gaps == 2 && !is_digit(u[i + 3].cp) && !is_digit(u[i + 8].cp));
}

/* What kind of number begins at u[i]?  *end is behind it; i if none does. */
static enum gk_status
find_number(struct scan *s, size_t i, uint32_t cell, size_t *end)
{
	const struct unit *u = s->line;
	size_t n = s->n;
	struct digits x = digits_at(u, n, i, 18, true);
	struct digits plain = digits_at(u, n, i, 20, false);

	*end = i;
	if (x.n == 18 && ends_there(u, n, x.end) && gk_is_citizen(x.d)) {
		*end = x.end;
		return add(s, GK_P1, GK_BLOCK, u[i].at, u[x.end - 1].end, cell);
	}
	if (!(plain.n >= 16 && plain.n <= 19)) {
		plain = digits_at(u, n, i, 20, true);
		if (!plain.even || plain.gaps < 3)
			plain.n = 0;
	}
	if (plain.n >= 16 && plain.n <= 19 && plain.d[plain.n - 1] != 'x' && ends_there(u, n, plain.end) && gk_is_card(plain.d, plain.n)) {
		*end = plain.end;
		return found_card(s, i, &plain, cell);
	}
	x = digits_at(u, n, i, 11, true);
	if (x.n == 11 && ends_there(u, n, x.end) && gk_is_mobile(x.d) && is_phone_spacing(u, i, &x)) {
		*end = x.end;
		return found_phone(s, i, &x, cell);
	}
	x = digits_at(u, n, i, 15, false);
	if (x.n == 15 && ends_there(u, n, x.end) && gk_is_old_citizen(x.d)) {
		*end = x.end;
		return add(s, GK_P2, GK_WARN, u[i].at, u[x.end - 1].end, cell);
	}
	return GK_OK;
}

/* A number of which some digits are stars already. */
static size_t
masked_at(const struct unit *u, size_t n, size_t i)
{
	size_t first = i, stars, last;

	while (first < n && is_digit(u[first].cp))
		first++;
	for (stars = first; stars < n && u[stars].cp == '*'; stars++)
		;
	for (last = stars; last < n && (is_digit(u[last].cp) || u[last].cp == 'x'); last++)
		;
	return first - i >= 2 && first - i <= 6 && last - stars >= 2 && ((stars - first == 4 && last - stars == 4) || stars - first >= 6) ? last - i : 0;
}

/* One or two letters and seven or eight digits, a word of passports near by. */
static size_t
passport_at(const struct unit *u, size_t n, size_t i)
{
	static const char *const words[] = { "护照", "通行证", NULL };
	size_t k = i, digits = 0, from = i > NEAR ? i - NEAR : 0, to;

	if (strchr("egdsph", (int)u[i].cp) == NULL || (i > 0 && u[i - 1].cp < 0x80 && u[i - 1].cp > ' '))
		return 0;
	k++;
	if (k < n && u[k].cp >= 'a' && u[k].cp <= 'z')
		k++;
	while (k < n && is_digit(u[k].cp) && digits < 9) {
		digits++;
		k++;
	}
	to = k + NEAR < n ? k + NEAR : n;
	return (digits == 7 || digits == 8) && has_word(u + from, to - from, words) ? k - i : 0;
}

static enum gk_status
find_numbers(struct scan *s)
{
	const struct unit *u = s->line;
	uint32_t cell = s->rows > 0;
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < s->n;) {
		size_t end = i, k;
		bool begins = i == 0 || !is_digit(u[i - 1].cp);

		cell += u[i].cp == '\t' && s->rows > 0;
		if (is_digit(u[i].cp) && begins) {
			if ((k = masked_at(u, s->n, i)) > 0) {
				st = add(s, GK_P8, GK_TREATED, u[i].at, u[i + k - 1].end, cell);
				end = i + k;
			} else {
				st = find_number(s, i, cell, &end);
			}
		} else if (u[i].cp < 0x80 && u[i].cp >= 'a' && (k = passport_at(u, s->n, i)) > 0) {
			st = add(s, GK_P5, GK_WARN, u[i].at, u[i + k - 1].end, cell);
			end = i + k;
		}
		i = end > i ? end : i + 1;
	}
	return st;
}

/* --- tables ------------------------------------------------------------------------------------------------------------ */

static const char *const PERSONS[] = { "姓名", "户主", "申请人", "当事人", "持证人", "领取人", "受益人", "负责人", NULL };
static const char *const ACCOUNTS[] = { "账号", "卡号", "账户", "一卡通", NULL };
static const char *const HOMES[] = { "住址", "户籍地", "家庭地址", "居住地", NULL };
static const char *const SENSITIVE[] = { "残疾", "艾滋", "精神障碍", "精神病", "低保", "特困", "孕", "病种", "病情", "未成年", "贫困", NULL };
static const char *const PLACES[] = { "村", "组", "号楼", "单元", "室", "弄", "小区", NULL };

/* What the heads of the columns say, in the first rows. */
static void
read_heads(struct scan *s)
{
	const struct unit *u = s->tight;
	unsigned column = 0;

	for (size_t from = 0, i = 0; i <= s->tight_n && column < COLUMNS; i++) {
		if (i < s->tight_n && u[i].cp != '\t')
			continue;
		if (i - from <= MARK_CHARS) {
			s->column[column] |= (has_word(u + from, i - from, PERSONS) ? PERSON : 0) | (has_word(u + from, i - from, ACCOUNTS) ? ACCOUNT : 0) |
					     (has_word(u + from, i - from, HOMES) ? ADDRESS : 0);
		}
		from = i + 1;
		column++;
	}
}

static unsigned
columns_of(const struct scan *s, unsigned kind)
{
	unsigned n = 0;

	for (unsigned i = 0; i < COLUMNS; i++)
		n += (s->column[i] & kind) != 0;
	return n;
}

/* P6 and P7: beside the column of persons. */
static enum gk_status
find_of_persons(struct scan *s)
{
	const struct unit *u = s->line;
	uint32_t cell = 1;
	enum gk_status st = GK_OK;
	size_t at, k;

	if (columns_of(s, PERSON) == 0)
		return GK_OK;
	if (!s->sensitive && (at = find_word(u, s->n, 0, SENSITIVE, &k)) < s->n) {
		s->sensitive = true;
		st = add(s, GK_P7, GK_WARN, u[at].at, u[at + k - 1].end, 0);
	}
	for (size_t from = 0, i = 0; st == GK_OK && i <= s->n; i++) {
		if (i < s->n && u[i].cp != '\t')
			continue;
		if (s->rows > 1 && cell <= COLUMNS && (s->column[cell - 1] & ADDRESS) != 0 && i > from && has_word(u + from, i - from, PLACES) && !has_word(u + from, i - from, HOMES))
			st = add(s, GK_P6, GK_WARN, u[from].at, u[i - 1].end, cell);
		from = i + 1;
		cell++;
	}
	return st;
}

/* Three telephones in a column are a list of people, whatever stands above it. */
static void
end_table(struct scan *s)
{
	for (size_t i = s->first; i < s->out->n; i++) {
		struct gk_finding *f = &s->out->item[i];

		if (f->rule == GK_P3 && f->cell > 0 && f->cell <= COLUMNS && s->phones[f->cell - 1] >= PHONES)
			f->severity = GK_BLOCK;
	}
	s->rows = 0;
	s->sensitive = false;
	memset(s->column, 0, sizeof s->column);
	memset(s->phones, 0, sizeof s->phones);
}

/* --- lines ------------------------------------------------------------------------------------------------------------- */

static int
in_order(const void *a, const void *b)
{
	const struct gk_finding *x = a, *y = b;

	return x->start != y->start ? (x->start < y->start ? -1 : 1) : (int)x->rule - (int)y->rule;
}

static enum gk_status
look_at_line(struct scan *s)
{
	bool row = false;
	enum gk_status st;

	s->tight_n = 0;
	for (size_t i = 0; i < s->n; i++) {
		row |= s->line[i].cp == '\t';
		if (s->line[i].cp != ' ')
			s->tight[s->tight_n++] = s->line[i];
	}
	if (s->rows > 0 && !row)
		end_table(s);
	if (s->tight_n == 0)
		return GK_OK;
	s->filled++;
	if (row && s->rows++ == 0)
		s->first = s->out->n;
	if (row && s->rows <= HEAD_ROWS)
		read_heads(s);
	st = find_markings(s);
	if (st == GK_OK)
		st = find_numbers(s);
	return st == GK_OK && row ? find_of_persons(s) : st;
}

static bool
append(struct scan *s, struct unit u)
{
	if (s->n == s->room) {
		size_t room = s->room == 0 ? 256 : s->room * 2;
		struct unit *line = realloc(s->line, room * sizeof *line), *tight;

		if (line == NULL)
			return false;
		s->line = line;
		tight = realloc(s->tight, room * sizeof *tight);
		if (tight == NULL)
			return false;
		s->tight = tight;
		s->room = room;
	}
	s->line[s->n++] = u;
	return true;
}

static enum gk_status
look_at_lines(struct scan *s, const struct gk_folded *f)
{
	enum gk_status st = GK_OK;

	s->number = 1;
	for (size_t i = 0; st == GK_OK && i <= f->n;) {
		uint32_t cp = '\n';
		size_t k = i < f->n ? gk_utf8_decode(f->text + i, f->n - i, &cp) : 1;

		if (cp == '\n' || cp == '\f') {
			st = look_at_line(s);
			s->n = 0;
			s->number += cp == '\n';
		} else {
			size_t end = i + k;

			/* One character may have become several: they all end where it does. */
			while (end < f->n && f->at[end] == f->at[i])
				end++;
			if (!append(s, (struct unit){ cp == '\r' || cp == 0xA0 ? ' ' : cp, f->at[i], f->at[end] }))
				st = gk_nomem(s->err);
		}
		i += k;
	}
	end_table(s);
	return st;
}

enum gk_status
gk_findings_of(const char *text, size_t n, struct gk_findings *out, struct gk_err *err)
{
	struct scan *s = calloc(1, sizeof *s);
	struct gk_folded folded;
	enum gk_status st;

	*out = (struct gk_findings){ .item = NULL };
	if (s == NULL || !gk_fold(text, n, true, &folded)) {
		free(s);
		return gk_nomem(err);
	}
	s->out = out;
	s->err = err;
	st = look_at_lines(s, &folded);
	gk_folded_free(&folded);
	free(s->line);
	free(s->tight);
	free(s);
	if (out->n > 0)
		qsort(out->item, out->n, sizeof *out->item, in_order);
	for (size_t i = 0; i < out->n; i++)
		out->of[out->item[i].severity]++;
	return st;
}
