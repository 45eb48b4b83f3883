/*
 * The dictionary and the notes of one file, bounded; the labels of metadata
 * boxes (domain.md 6.2); marks of status and disclosure (domain.md 4, 6.3).
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

void
gk_note(struct gk_extracted *x, const char *fmt, ...)
{
	char note[256];
	va_list ap;
	int n;

	if (x->notes == NULL || json_array_size(x->notes) >= GK_NOTES_MAX)
		return;
	va_start(ap, fmt);
	n = vsnprintf(note, sizeof note, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	/* A note that cannot be kept (no memory) is no reason to lose the text. */
	json_array_append_new(x->notes, json_stringn(note, gk_utf8_cut(note, strlen(note))));
}

/* Bytes of one white space character at s, 0 if there is none. */
static size_t
blank_at(const char *s, size_t n)
{
	if (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r' || *s == GK_EDGE)
		return 1;
	if (n >= 2 && memcmp(s, "\xC2\xA0", 2) == 0)
		return 2;
	if (n >= 3 && memcmp(s, "　", 3) == 0)
		return 3;
	return 0;
}

size_t
gk_trim(const char **s, size_t n)
{
	size_t k;

	while (n > 0 && (k = blank_at(*s, n)) > 0)
		*s += k, n -= k;
	while (n > 0) {
		if (blank_at(*s + n - 1, 1))
			n--;
		else if (n >= 2 && blank_at(*s + n - 2, 2) == 2)
			n -= 2;
		else if (n >= 3 && blank_at(*s + n - 3, 3) == 3)
			n -= 3;
		else
			break;
	}
	return n;
}

/* --- the dictionary ------------------------------------------------------- */

static size_t
total(const json_t *meta)
{
	const char *key;
	json_t *value, *v;
	size_t sum = 0, i;

	json_object_foreach((json_t *)meta, key, value) {
		sum += strlen(key) + 8;
		sum += json_string_length(value);
		json_array_foreach(value, i, v)
			sum += json_string_length(v) + 3;
	}
	return sum;
}

static bool
holds(const json_t *have, const json_t *value)
{
	json_t *v;
	size_t i;

	json_array_foreach(have, i, v)
		if (json_equal(v, value))
			return true;
	return json_equal(have, value);
}

/* Steals value. */
static bool
put(json_t *meta, const char *key, json_t *value)
{
	json_t *have = json_object_get(meta, key), *list;

	if (value == NULL)
		return false;
	if (have == NULL)
		return json_object_set_new(meta, key, value) == 0;
	if (holds(have, value)) {
		json_decref(value);
		return true;
	}
	if (json_is_array(have))
		return json_array_append_new(have, value) == 0;
	list = json_pack("[O,o]", have, value);
	return list != NULL && json_object_set_new(meta, key, list) == 0;
}

bool
gk_meta_add(struct gk_extracted *x, const char *key, size_t key_n, const char *value, size_t n)
{
	char k[GK_META_KEY_MAX + 1];
	struct gk_buf v;
	struct gk_lines l;
	bool done;

	key_n = gk_trim(&key, key_n);
	if (key_n == 0 || key_n > GK_META_KEY_MAX || gk_utf8_check(key, key_n) != key_n || memchr(key, 0, key_n) != NULL)
		return true;
	memcpy(k, key, key_n);
	k[key_n] = '\0';
	/* The same cleaning as text gets; a value is one line. */
	gk_buf_init(&v, n + 1);
	gk_lines_start(&l, &v);
	gk_lines_put(&l, value, n, false);
	if (v.failed || v.n == 0) {
		done = !v.failed;
		goto out;
	}
	if (v.n > GK_META_VALUE_MAX) {
		v.n = gk_utf8_cut(v.p, GK_META_VALUE_MAX);
		gk_note(x, "value of %s cut from %zu to %zu bytes", k, n, v.n);
	}
	if (total(x->meta) + key_n + v.n + 16 > GK_META_TOTAL_MAX) {
		gk_note(x, "value of %s left out: metadata is larger than %d bytes", k, GK_META_TOTAL_MAX);
		done = true;
		goto out;
	}
	done = put(x->meta, k, json_stringn(v.p, v.n));
out:
	gk_buf_free(&v);
	return done;
}

const char *
gk_meta_first(const struct gk_extracted *x, const char *key)
{
	json_t *v = json_object_get(x->meta, key);

	return json_string_value(json_is_array(v) ? json_array_get(v, 0) : v);
}

/* --- labels ------------------------------------------------------------------- */

#define BOX false, false
#define COMMON true, false
#define STOP false, true

static const struct gk_label labels[] = {
	{ "索引号", BOX }, { "信息索引号", BOX }, { "索取号", BOX }, { "信息索取号", BOX },
	{ "主题分类", BOX }, { "信息分类", BOX }, { "主题导航", BOX }, { "组配分类", BOX }, { "体裁分类", BOX }, { "服务对象", BOX },
	{ "服务对象分类", BOX }, { "分类", COMMON }, { "类别", COMMON }, { "信息类别", BOX }, { "公文类别", BOX }, { "栏目", COMMON },
	{ "所属栏目", BOX }, { "类别/栏目", BOX }, { "所属主题", BOX },
	{ "发文机关", BOX }, { "发文机构", BOX }, { "发布机构", BOX }, { "发布机关", BOX }, { "发布单位", BOX }, { "制发机关", BOX },
	{ "制定机关", BOX }, { "发文单位", BOX }, { "公开主体", BOX }, { "公开责任部门", BOX }, { "责任部门", COMMON },
	{ "发文字号", BOX }, { "文号", BOX }, { "发文文号", BOX }, { "发布文号", BOX }, { "文件编号", BOX }, { "文件字号", BOX },
	{ "规范性文件统一编号", BOX }, { "统一编号", BOX }, { "统一登记号", BOX }, { "登记号", BOX }, { "备案号", COMMON },
	{ "标题", COMMON }, { "名称", COMMON }, { "信息名称", BOX }, { "文件名称", BOX }, { "公文名称", BOX }, { "文件标题", BOX },
	{ "成文日期", BOX }, { "成文时间", BOX }, { "生成日期", BOX }, { "生成时间", BOX }, { "发文日期", BOX }, { "发文时间", BOX },
	{ "产生日期", BOX }, { "制发日期", BOX }, { "印发日期", BOX }, { "签发日期", BOX },
	{ "发布日期", BOX }, { "发布时间", BOX }, { "公开日期", BOX }, { "公开时间", BOX }, { "颁布时间", BOX }, { "颁布日期", BOX },
	{ "公布日期", BOX }, { "公布时间", BOX },
	{ "生效日期", BOX }, { "生效时间", BOX }, { "施行日期", BOX }, { "施行时间", BOX }, { "实施日期", BOX }, { "实施时间", BOX },
	{ "有效期", COMMON }, { "有效期至", BOX }, { "有效期限", COMMON }, { "有效期截止", BOX }, { "失效日期", BOX }, { "失效时间", BOX },
	{ "废止日期", BOX }, { "废止时间", BOX }, { "废止依据", BOX }, { "废止文件", BOX },
	{ "有效性", BOX }, { "时效性", BOX }, { "时效", BOX }, { "公文时效", BOX }, { "效力状态", BOX }, { "效力", COMMON }, { "文件状态", BOX },
	{ "是否有效", BOX }, { "内容概述", BOX }, { "内容概览", BOX }, { "内容简述", BOX }, { "主题词", BOX }, { "关键词", COMMON }, { "关键字", COMMON },
	{ "体裁", BOX }, { "公文种类", BOX }, { "文种", BOX }, { "公文体裁", BOX },
	{ "公开方式", BOX }, { "公开形式", BOX }, { "公开范围", BOX }, { "公开属性", BOX }, { "公开类别", BOX }, { "公开类型", BOX }, { "公开时限", BOX },
	{ "公开程序", BOX }, { "信息格式", BOX }, { "载体类型", BOX }, { "记录形式", BOX }, { "语种", COMMON }, { "密级", COMMON },
	{ "来源", COMMON }, { "信息来源", COMMON }, { "文章来源", COMMON }, { "稿件来源", COMMON }, { "作者", COMMON },
	/* Beside the title of many pages: 来源：市府办 发布时间：2020-08-02 浏览次数：12 【字体：大 中 小】 */
	{ "浏览次数", STOP }, { "浏览量", STOP }, { "浏览", STOP }, { "点击数", STOP }, { "点击次数", STOP }, { "点击量", STOP }, { "点击率", STOP },
	{ "访问量", STOP }, { "访问次数", STOP }, { "阅读次数", STOP }, { "阅读量", STOP }, { "阅读", STOP }, { "字体", STOP }, { "字号", STOP },
	{ "字体大小", STOP }, { "分享", STOP }, { "分享到", STOP }, { "打印", STOP }, { "责任编辑", STOP }, { "编辑", STOP }, { "审核", STOP },
	{ "信息时间", STOP }, { "视力保护色", STOP }, { "保护视力色", STOP }, { "下载", STOP }, { "扫一扫", STOP },
};

static const char *const colons[] = { ":", "：", "∶", "﹕", "︰" };

/* Bytes of `name` at s, with blanks allowed between its characters; 0 if it is not there. */
static size_t
match(const char *name, const char *s, size_t n)
{
	size_t at = 0, blank;

	while (*name != '\0') {
		uint32_t c;
		size_t len = gk_utf8_decode(name, strlen(name), &c);

		while (at > 0 && at < n && (blank = blank_at(s + at, n - at)) > 0)
			at += blank;
		if (n - at < len || memcmp(name, s + at, len) != 0)
			return 0;
		at += len;
		name += len;
	}
	return at;
}

static size_t
skip_blanks(const char *s, size_t n, size_t at)
{
	size_t blank;

	while (at < n && (blank = blank_at(s + at, n - at)) > 0)
		at += blank;
	return at;
}

static size_t
any_of(const char *const *set, size_t count, const char *s, size_t n)
{
	for (size_t i = 0; i < count; i++) {
		size_t k = strlen(set[i]);

		if (n >= k && memcmp(s, set[i], k) == 0)
			return k;
	}
	return 0;
}

const struct gk_label *
gk_label_at(const char *s, size_t n, size_t *used, bool *colon)
{
	static const char *const opening[] = { "【", "[", "［" }, *const closing[] = { "】", "]", "］" };
	size_t open = any_of(opening, COUNT(opening), s, n), best = 0, longest = 0, at, k;

	for (size_t i = 0; i < COUNT(labels); i++) {
		size_t len = match(labels[i].name, s + open, n - open);

		if (len > longest) {
			longest = len;
			best = i;
		}
	}
	if (longest == 0)
		return NULL;
	at = skip_blanks(s, n, open + longest);
	*colon = false;
	if (open > 0 && (k = any_of(closing, COUNT(closing), s + at, n - at)) > 0) {
		*colon = true;
		at = skip_blanks(s, n, at + k);
	} else if (open > 0 && !labels[best].stop) {
		return NULL;
	}
	*used = open + longest;
	if (*colon)
		*used = at;
	if ((k = any_of(colons, COUNT(colons), s + at, n - at)) > 0) {
		*colon = true;
		*used = at + k;
	}
	return &labels[best];
}

bool
gk_is_no_value(const char *s, size_t n)
{
	static const char *const none[] = { "", "无", "暂无", "-", "--", "—", "——", "－", "/", "／", "空", "（无）" };

	n = gk_trim(&s, n);
	for (size_t i = 0; i < COUNT(none); i++)
		if (strlen(none[i]) == n && memcmp(none[i], s, n) == 0)
			return true;
	return false;
}

/* --- marks ----------------------------------------------------------------------- */

static const char *const ended[] = { "已失效", "已废止", "失效", "废止", "已宣布失效", "已被废止", "已停止执行", "全文失效", "全文废止", "部分失效",
	"条款失效", "已修改", "已作废", "作废" };
static const char *const open_marks[] = { "【", "[", "［", "（", "(", "〔" };
static const char *const close_marks[] = { "】", "]", "］", "）", ")", "〕" };

/* 【已失效】 at s: its length, and the words inside. */
static size_t
status_mark(const char *s, size_t n, const char **words, size_t *words_n)
{
	size_t open = any_of(open_marks, COUNT(open_marks), s, n), at, close;

	if (open == 0)
		return 0;
	for (size_t i = 0; i < COUNT(ended); i++) {
		size_t k = strlen(ended[i]);

		if (n - open < k || memcmp(s + open, ended[i], k) != 0)
			continue;
		at = open + k;
		close = any_of(close_marks, COUNT(close_marks), s + at, n - at);
		if (close > 0) {
			*words = s + open;
			*words_n = k;
			return at + close;
		}
	}
	return 0;
}

size_t
gk_cut_status(struct gk_extracted *x, const char **title, size_t n)
{
	const char *words;
	size_t words_n, k;

	n = gk_trim(title, n);
	while (n > 0 && (k = status_mark(*title, n, &words, &words_n)) > 0) {
		gk_meta_add(x, "asserted_status", strlen("asserted_status"), words, words_n);
		*title += k;
		n -= k;
		n = gk_trim(title, n);
	}
	/* …的通知（已废止）: the mark is at most 30 bytes long. Without 已 it may be part of the title: 文件目录（废止） lists what was abolished. */
	for (size_t at = n > 30 ? n - 30 : 1; at < n; at++)
		if (status_mark(*title + at, n - at, &words, &words_n) == n - at && memcmp(words, "已", 3) == 0) {
			gk_meta_add(x, "asserted_status", strlen("asserted_status"), words, words_n);
			return gk_trim(title, at);
		}
	return n;
}

bool
gk_take_banner(struct gk_extracted *x, const char *line, size_t n)
{
	static const char *const which[] = { "该", "本", "此" };
	static const char *const what[] = { "规范性文件", "文件", "通知", "办法", "规定", "意见", "公告", "文", "件" };
	static const char *const is[] = { "已失效", "已废止", "已被废止", "已经废止", "已经失效", "已宣布失效", "已停止执行", "已作废" };
	const char *inner;
	size_t at, inner_n, k;

	n = gk_trim(&line, n);
	if (n == 0 || n > 60)
		return false;
	at = any_of(open_marks, COUNT(open_marks), line, n);
	inner = line + at;
	k = any_of(which, COUNT(which), inner, n - at);
	if (k == 0)
		return false;
	at += k;
	at += any_of(what, COUNT(what), line + at, n - at);
	k = any_of(is, COUNT(is), line + at, n - at);
	if (k == 0)
		return false;
	at += k;
	inner_n = (size_t)(line + at - inner);
	at += any_of(close_marks, COUNT(close_marks), line + at, n - at);
	if (at < n && (line[at] == '!' || line[at] == '.'))
		at++;
	else if (n - at == 3 && (memcmp(line + at, "！", 3) == 0 || memcmp(line + at, "。", 3) == 0))
		at += 3;
	if (at != n)
		return false;
	gk_meta_add(x, "asserted_status", strlen("asserted_status"), inner, inner_n);
	return true;
}

bool
gk_set_title(struct gk_extracted *x, const char *title, size_t n)
{
	if (json_object_get(x->meta, "title") != NULL)
		return true;
	n = gk_cut_status(x, &title, n);
	return gk_meta_add(x, "title", strlen("title"), title, n);
}

/* （此件公开发布）, （此件依申请公开）, （此件不予公开）: the words without the brackets. */
static bool
disclosure(const char *line, size_t n, const char **words, size_t *words_n)
{
	static const char must[] = "公开";
	const char *p = line;
	size_t left = n;

	while (left > 0) {
		size_t open = any_of(open_marks, COUNT(open_marks), p, left), end;

		if (open == 0 || left - open < 6 || (memcmp(p + open, "此件", 6) != 0 && memcmp(p + open, "本件", 6) != 0)) {
			p++, left--;
			continue;
		}
		for (end = open; end < left && end < open + 48; end++)
			if (any_of(close_marks, COUNT(close_marks), p + end, left - end) > 0)
				break;
		if (end < left && end < open + 48 && memmem(p + open, end - open, must, strlen(must)) != NULL) {
			*words = p + open;
			*words_n = end - open;
			return true;
		}
		p += open, left -= open;
	}
	return false;
}

/* Banners stand at the top, disclosure marks at the end: no more lines than these are looked at. */
enum { TOP_LINES = 20 };

void
gk_read_marks(struct gk_extracted *x)
{
	struct gk_buf *b = &x->text;
	size_t at = 0, to = 0;
	const char *words;
	size_t words_n;

	for (unsigned i = 0; at < b->n && i < TOP_LINES; i++) {
		char *nl = memchr(b->p + at, '\n', b->n - at);
		size_t len = (nl == NULL ? b->n : (size_t)(nl - b->p)) - at, cut = len;
		const char *line = b->p + at, *kept = line;

		at += len + (nl != NULL);
		if (gk_take_banner(x, line, len))
			continue;
		if (i == 0 || len < 300)
			cut = status_mark(line, len, &words, &words_n) > 0 ? gk_cut_status(x, &kept, len) : len;
		memmove(b->p + to, kept, cut);
		to += cut;
		if (nl != NULL && cut > 0)
			b->p[to++] = '\n';
	}
	if (at < b->n)
		memmove(b->p + to, b->p + at, b->n - at);
	b->n = to + (b->n - at);
	if (b->p != NULL)
		b->p[b->n] = '\0';

	/* The mark of the document itself is the last one: annexes before it may quote others. */
	for (size_t end = b->n; end > 0;) {
		char *nl;
		size_t start;

		if (b->p[end - 1] == '\n')
			end--;
		nl = end == 0 ? NULL : memrchr(b->p, '\n', end);
		start = nl == NULL ? 0 : (size_t)(nl - b->p) + 1;
		if (disclosure(b->p + start, end - start, &words, &words_n)) {
			gk_meta_add(x, "disclosure_mark", strlen("disclosure_mark"), words, words_n);
			break;
		}
		end = start;
	}
}
