/*
 * From bytes to text and metadata: pages, plain text, Markdown, the metadata box;
 * the true files of ../shared/corpus/formats; and the parent's side, against
 * children that crash, lie, flood and hang.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/fault.h"
#include "base/io.h"
#include "base/utf8.h"
#include "extract/client.h"
#include "extract/extract.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Values of one key, in order, with " | " between; "" if there are none. */
static const char *
values(const json_t *meta, const char *key)
{
	static char all[8192];
	json_t *v = json_object_get(meta, key), *item;
	size_t i, n = 0;

	all[0] = '\0';
	if (json_is_string(v))
		return json_string_value(v);
	json_array_foreach(v, i, item)
		n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", i == 0 ? "" : " | ", json_string_value(item));
	return all;
}

static void
extract(const char *name, const char *bytes, size_t n, struct gk_extracted *x)
{
	struct gk_err err = GK_ERR_INIT;
	char *tight = malloc(n + (n == 0));
	enum gk_status st;

	assert_non_null(tight);
	memcpy(tight, bytes, n);
	st = gk_extract(tight, n, x, &err);
	free(tight);
	if (st != GK_OK)
		fail_msg("%s: refused (%s): %s", name, x->reason, err.what_en);
}

/* --- tables --------------------------------------------------------------------- */

/* want: the whole text, NULL to leave it; meta: "key=value;key=value", a missing value says that there must be none. */
struct row { const char *name, *file, *want, *meta; };

static void
check_meta(const char *name, const json_t *meta, const char *wanted)
{
	char copy[4096], *save = NULL;

	snprintf(copy, sizeof copy, "%s", wanted);
	for (char *pair = strtok_r(copy, ";", &save); pair != NULL; pair = strtok_r(NULL, ";", &save)) {
		char *eq = strchr(pair, '=');

		assert_non_null(eq);
		*eq = '\0';
		if (strcmp(values(meta, pair), eq + 1) != 0)
			fail_msg("%s: %s is '%s', want '%s'", name, pair, values(meta, pair), eq + 1);
	}
}

static void
check_rows(const struct row *rows, size_t count, const char *source)
{
	for (size_t i = 0; i < count; i++) {
		struct gk_extracted x;

		extract(rows[i].name, rows[i].file, strlen(rows[i].file), &x);
		if (rows[i].want != NULL && strcmp(x.text.p, rows[i].want) != 0)
			fail_msg("%s: text is\n%swant\n%s", rows[i].name, x.text.p, rows[i].want);
		if (rows[i].meta != NULL)
			check_meta(rows[i].name, x.meta, rows[i].meta);
		assert_string_equal(x.source, source);
		gk_extracted_free(&x);
	}
}

#define P "<html><body>"
/* Long enough (more than 50 characters) that a box beside it is known for a box. */
#define BODY_TEXT "为进一步规范镇区道路停车秩序，改善镇容镇貌，保障道路安全畅通，根据有关法律法规的规定，结合我镇实际，现就道路停车有关事项通告如下。"
#define BODY "<div id=\"zoom\"><p>" BODY_TEXT "</p></div>"

static void
pages_become_lines(void **state)
{
	static const struct row rows[] = {
		{ "paragraphs are lines", P "<p>第一条</p><p>第二条</p>", "第一条\n第二条\n", NULL },
		{ "inline elements join", P "<p>根据<b>《条</b><i>例》</i>第<span>三</span>条</p>", "根据《条例》第三条\n", NULL },
		{ "br is a line", P "<p>第一条<br>第二条<br/>第三条</p>", "第一条\n第二条\n第三条\n", NULL },
		{ "a wrapped source line joins Han", P "<p>各村民\n    委员会 二字</p>", "各村民委员会 二字\n", NULL },
		{ "a wrapped source line parts Latin", P "<p>GB\n18030</p>", "GB 18030\n", NULL },
		{ "blanks of every kind collapse", P "<p>&nbsp;&nbsp;　　第一章　 总则 &nbsp;</p>", "第一章　总则\n", NULL },
		{ "pre keeps its lines", P "<pre>甲\n乙</pre>", "甲\n乙\n", NULL },
		{ "cells are parted by tabs", P "<table><tr><td>甲</td><td>乙</td></tr>\n<tr><td>丙</td>\n<td>丁</td></tr></table>", "甲\t乙\n丙\t丁\n", NULL },
		{ "scripts, styles, comments and noscript are no text",
		  P "<script>document.write('脚本')</script><style>p{}</style><!-- 注释 --><noscript>请打开脚本</noscript><p>正文</p>", "正文\n", NULL },
		{ "a condition comment is a comment", P "<!--[if IE]><p>旧浏览器</p><![endif]--><p>正文</p>", "正文\n", NULL },
		{ "select and button are no text", P "<select><option>请选择</option></select><button>提交</button><p>正文</p>", "正文\n", NULL },
		{ "references", P "<p>&lt;&#31532;&#x4e00;&#26465;&gt; &amp;</p>", "<第一条> &\n", NULL },
		{ "zero width and direction marks go", P "<p>第\u200b一\ufeff条\u202e文</p>", "第一条文\n", NULL },
		{ "unclosed tags", P "<p>第一条<p>第二条<div><font>第三条", "第一条\n第二条\n第三条\n", NULL },
		{ "no html tag at all", "<p>第一条为了加强管理</p><p>第二条</p>", "第一条为了加强管理\n第二条\n", NULL },
		{ "text before the page", "服务器脚本残留\n<html><body><p>第一条</p>", "服务器脚本残留\n第一条\n", NULL },
		{ "XHTML", "<?xml version=\"1.0\" encoding=\"utf-8\"?><!DOCTYPE html><html xmlns=\"http://www.w3.org/1999/xhtml\"><body><p>正文</p></body></html>", "正文\n", NULL },
		{ "no entity of the file's own is expanded", "<!DOCTYPE html [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><html><body><p>甲&x;乙</p>", NULL, NULL },
		{ "UTF-8 stays, rare too", P "<p>朱镕基 喆 㐀 𠮷</p>", "朱镕基 喆 㐀 𠮷\n", NULL },
	};

	(void)state;
	check_rows(rows, COUNT(rows), "html");
}

static void
titles_are_chosen_in_order(void **state)
{
	static const struct row rows[] = {
		{ "ArticleTitle first", "<html><head><title>网站</title><meta name=ArticleTitle content=\"甲通知\"></head><body><h1>乙通知</h1><p>文</p>", NULL,
		  "title=甲通知;ArticleTitle=甲通知" },
		{ "ArticleTitle of any case", "<html><head><meta name=articletitle content=\"甲通知\"></head><body><h1>乙通知</h1><p>文</p>", NULL,
		  "title=甲通知;articletitle=甲通知" },
		{ "then the box", P "<table><tr><td>标　　题：</td><td>丙通知</td><td>索引号：</td><td>1</td></tr></table><h1>乙通知</h1>" BODY, NULL, "title=丙通知;标题=丙通知" },
		{ "then h1", "<html><head><title>某市人民政府</title></head><body><h1>乙<br>通知</h1><p>文</p>", NULL, "title=乙通知" },
		{ "an unclosed h1 holds the page", P "<h1>乙通知\n<div>正文很长</div>", NULL, "title=乙通知" },
		{ "then the longest part of title", "<html><head><title>关于道路停车的通告_通知公告_妈妈镇</title></head><body><p>文</p>", NULL, "title=关于道路停车的通告" },
		{ "no title is no key", P "<p>文</p>", NULL, "title=" },
		{ "an empty ArticleTitle is none", "<html><head><meta name=ArticleTitle content=\" \"><title>丁通知</title></head><body><p>文</p>", NULL, "title=丁通知;ArticleTitle=" },
	};

	(void)state;
	check_rows(rows, COUNT(rows), "html");
}

static void
meta_tags_are_kept_as_found(void **state)
{
	static const struct row rows[] = {
		{ "names and values as they are",
		  "<html><head><meta name=\"SiteName\" content=\"妈妈镇人民政府\"><meta name=PubDate content=\"2021-03-05 15:34\"><meta name=ColumnType content=\"信息公开，政策文件\">"
		  "</head><body><p>文</p>", NULL, "SiteName=妈妈镇人民政府;PubDate=2021-03-05 15:34;ColumnType=信息公开，政策文件" },
		{ "twice with other values is a list", "<html><head><meta name=Keywords content=甲><meta name=Keywords content=乙><meta name=Keywords content=甲></head><body><p>文</p>", NULL,
		  "Keywords=甲 | 乙" },
		{ "empty ones are dropped", "<html><head><meta name=Url content=\"\"></head><body><p>文</p>", NULL, "Url=" },
		{ "entities are decoded", "<html><head><meta name=Author content=\"&#30002;&amp;乙\"></head><body><p>文</p>", NULL, "Author=甲&乙" },
		{ "meta tags in the body count", P "<meta name=ColumnName content=栏目><p>文</p>", NULL, "ColumnName=栏目" },
		{ "words for browsers do not", "<html><head><meta name=viewport content=\"width=1\"></head><body><p>文</p>", NULL, "viewport=" },
	};

	(void)state;
	check_rows(rows, COUNT(rows), "html");
}

#define BOX_META "索引号=014/2021-3;发文机关=妈妈镇人民政府;发文字号=妈府发〔2021〕3号;成文日期=2021年3月1日"

static void
the_metadata_box_is_read_however_it_is_built(void **state)
{
	static const struct row rows[] = {
		{ "a table, one pair a row", P "<table><tr><th>索 引 号：</th><td>014/2021-3</td></tr><tr><th>发文机关：</th><td>妈妈镇人民政府</td></tr>"
		  "<tr><th>发文字号：</th><td>妈府发〔2021〕3号</td></tr><tr><th>成文日期：</th><td>2021年3月1日</td></tr></table>" BODY, BODY_TEXT "\n", BOX_META },
		{ "a table, two pairs a row, no colons", P "<table><tr><td>索引号</td><td>014/2021-3</td><td>发文机关</td><td>妈妈镇人民政府</td></tr>"
		  "<tr><td>发文字号</td><td>妈府发〔2021〕3号</td><td>成文日期</td><td>2021年3月1日</td></tr></table>" BODY, BODY_TEXT "\n", BOX_META },
		{ "a table with paragraphs in its cells", P "<table><tr><td><p>索引号：</p></td><td><p>014/2021-3</p></td></tr><tr><td><p>发文机关：</p></td><td><p>妈妈镇人民政府</p></td></tr>"
		  "<tr><td><p>发文字号：</p></td><td><p>妈府发〔2021〕3号</p></td></tr><tr><td><p>成文日期：</p></td><td><p>2021年3月1日</p></td></tr></table>" BODY, BODY_TEXT "\n", BOX_META },
		{ "label and value in one cell", P "<table><tr><td><b>索引号：</b>014/2021-3</td><td><b>发文机关：</b>妈妈镇人民政府</td></tr>"
		  "<tr><td><b>发文字号：</b>妈府发〔2021〕3号</td><td><b>成文日期：</b>2021年3月1日</td></tr></table>" BODY, BODY_TEXT "\n", BOX_META },
		{ "a list", P "<ul><li>索 引 号：014/2021-3</li><li>发文机关：妈妈镇人民政府</li><li><span>发文字号</span>：妈府发〔2021〕3号</li><li>成文日期:2021年3月1日</li></ul>" BODY,
		  BODY_TEXT "\n", BOX_META },
		{ "dl", P "<dl><dt>索引号</dt><dd>014/2021-3</dd><dt>发文机关</dt><dd>妈妈镇人民政府</dd><dt>发文字号</dt><dd>妈府发〔2021〕3号</dd><dt>成文日期</dt><dd>2021年3月1日</dd></dl>" BODY,
		  BODY_TEXT "\n", BOX_META },
		{ "divs", P "<div><div>索引号：</div><div>014/2021-3</div></div><div><div>发文机关：</div><div>妈妈镇人民政府</div></div>"
		  "<div><div>发文字号：</div><div>妈府发〔2021〕3号</div></div><div><div>成文日期：</div><div>2021年3月1日</div></div>" BODY, BODY_TEXT "\n", BOX_META },
		{ "spans", P "<div><span>索引号：</span><span>014/2021-3</span><span>发文机关：</span><span>妈妈镇人民政府</span></div>"
		  "<div><span>发文字号：</span><span>妈府发〔2021〕3号</span><span>成文日期：</span><span>2021年3月1日</span></div>" BODY, BODY_TEXT "\n", BOX_META },
		{ "one line of text", P "<p>索引号：014/2021-3　发文机关：妈妈镇人民政府&nbsp;发文字号：妈府发〔2021〕3号 成文日期：2021年3月1日</p>" BODY, BODY_TEXT "\n", BOX_META },
		{ "brackets", P "<p>【索引号】014/2021-3</p><p>【发文机关】妈妈镇人民政府</p><p>【发文字号】妈府发〔2021〕3号</p><p>【成文日期】2021年3月1日</p>" BODY, BODY_TEXT "\n", BOX_META },
		{ "inside the content block", P "<div class=\"content\"><table><tr><td>索引号：</td><td>014/2021-3</td></tr><tr><td>发文机关：</td><td>妈妈镇人民政府</td></tr>"
		  "<tr><td>发文字号：</td><td>妈府发〔2021〕3号</td></tr><tr><td>成文日期：</td><td>2021年3月1日</td></tr></table><p>" BODY_TEXT "</p></div>", BODY_TEXT "\n", BOX_META },
		{ "an empty value takes no other's", P "<table><tr><td>索引号：</td><td>014/2021-3</td></tr><tr><td>发文字号：</td><td></td></tr><tr><td>主题词：</td><td></td></tr></table>"
		  "<h1>道路停车通告</h1>" BODY, NULL, "索引号=014/2021-3;发文字号=;主题词=" },
		{ "an empty last item is not the title", P "<ul><li>索引号：014/2021-3</li><li>发文机关：妈妈镇</li><li>主题词：</li></ul><h1>道路停车通告</h1>" BODY, NULL, "主题词=;title=道路停车通告" },
		{ "a bar beside the title", P "<h1>道路停车通告</h1><p>来源：镇政府办 发布时间：2021-03-05 15:34 浏览次数：12 次 【字体：大 中 小】</p>" BODY, BODY_TEXT "\n",
		  "来源=镇政府办;发布时间=2021-03-05 15:34;浏览次数=;字体=" },
		{ "a page that is nothing but a box keeps it", P "<p>索引号：014/2021-3</p><p>发文机关：妈妈镇人民政府</p><p>发文字号：妈府发〔2021〕3号</p><p>成文日期：2021年3月1日</p>",
		  "索引号：014/2021-3\n发文机关：妈妈镇人民政府\n发文字号：妈府发〔2021〕3号\n成文日期：2021年3月1日\n", BOX_META },
		{ "the head of a list of documents is no box", P "<table><tr><td>索引号</td><td>名称</td><td>发布日期</td></tr><tr><td>1</td><td>甲通知</td><td>2020-01-01</td></tr></table>", NULL,
		  "索引号=;名称=;发布日期=" },
		{ "everyday words in a text are no labels", P "<p>名称：某某项目</p><p>" BODY_TEXT "</p>", "名称：某某项目\n" BODY_TEXT "\n", "名称=" },
		{ "a form in the text is no box", P "<div id=zoom><p>" BODY_TEXT "</p>" "<p>文件名称：</p><p>发文机关：____</p></div>", NULL, "发文机关=;文件名称=" },
	};

	(void)state;
	check_rows(rows, COUNT(rows), "html");
}

#define NAV_BAR "<div class=\"nav\"><a href=/>首页</a> <a href=/zwgk>政务公开</a> <a href=/fw>政务服务</a> <a href=/hd>互动交流</a></div>"

static void
menus_go_and_text_stays(void **state)
{
	static const struct row rows[] = {
		{ "named content is taken", P NAV_BAR "<h1>通告</h1>" BODY "<div class=footer>主办：某镇人民政府</div>", BODY_TEXT "\n", NULL },
		{ "TRS_Editor", P NAV_BAR "<div class=\"TRS_Editor x\"><p>" BODY_TEXT "</p></div><p>扫一扫</p>", BODY_TEXT "\n", NULL },
		{ "without a name all text stays, menus go", P NAV_BAR "<p>甲</p><div><p>" BODY_TEXT "</p></div><p>妈妈镇人民政府</p><div class=footer>主办：某镇人民政府</div>",
		  "甲\n" BODY_TEXT "\n妈妈镇人民政府\n", NULL },
		{ "a list of links without a name goes", P "<p>" BODY_TEXT BODY_TEXT "</p><ul><li><a href=1>相关新闻一</a><li><a href=2>相关新闻二</a><li><a href=3>相关新闻三</a><li><a href=4>相关新闻四</a></ul>",
		  BODY_TEXT BODY_TEXT "\n", NULL },
		{ "an unclosed menu does not swallow the page", P "<div class=nav>首页<p>" BODY_TEXT "</p>", "首页\n" BODY_TEXT "\n", NULL },
		{ "content by name, but the text is elsewhere", P "<div class=content>" BODY_TEXT "</div><div>" BODY_TEXT BODY_TEXT BODY_TEXT "</div>",
		  BODY_TEXT "\n" BODY_TEXT BODY_TEXT BODY_TEXT "\n", NULL },
		{ "a notice and its annex in two blocks", P "<div class=TRS_Editor>" BODY_TEXT "</div><div class=TRS_Editor>附则一条</div>", BODY_TEXT "\n附则一条\n", NULL },
		{ "attachments behind the content stay", P BODY "<p><a href=\"P1.pdf\">附件：停车场一览表.pdf</a></p><p>打印本页</p>", BODY_TEXT "\n附件：停车场一览表.pdf\n", NULL },
		{ "a page of links only keeps them", P "<ul><li><a href=1>甲通知</a><li><a href=2>乙通知</a><li><a href=3>丙通知</a><li><a href=4>丁通知</a></ul>", "甲通知\n乙通知\n丙通知\n丁通知\n", NULL },
	};

	(void)state;
	check_rows(rows, COUNT(rows), "html");
}

static void
marks_of_status_and_disclosure_are_read(void **state)
{
	static const struct row pages[] = {
		{ "in the title", "<html><head><meta name=ArticleTitle content=\"【已失效】关于停车的通告\"></head><body><p>文</p>", NULL, "title=关于停车的通告;asserted_status=已失效" },
		{ "at the end of the title", P "<h1>关于停车的通告（已废止）</h1><p>文</p>", NULL, "title=关于停车的通告;asserted_status=已废止" },
		{ "a list of the abolished is not abolished", P "<h1>规范性文件目录（废止）</h1><p>文</p>", NULL, "title=规范性文件目录（废止）;asserted_status=" },
		{ "a banner in the page", P "<p>（该文件已废止）</p>" BODY, BODY_TEXT "\n", "asserted_status=该文件已废止" },
		{ "a banner in the content", P "<div id=zoom><p>（该文件已废止）</p><p>" BODY_TEXT "</p></div>", BODY_TEXT "\n", "asserted_status=该文件已废止" },
		{ "a sentence is no banner", P "<p>原办法已废止，按新办法执行。</p>", "原办法已废止，按新办法执行。\n", "asserted_status=" },
		{ "cleared for publication", P "<p>文</p><p>（此件公开发布）</p>", "文\n（此件公开发布）\n", "disclosure_mark=此件公开发布" },
		{ "on application", P "<p>文</p><p>(此件依申请公开)</p>", NULL, "disclosure_mark=此件依申请公开" },
		{ "closed", P "<p>文</p><p>（此件不予公开）</p>", NULL, "disclosure_mark=此件不予公开" },
		{ "the last mark counts", P "<p>（此件公开发布）</p><p>文</p><p>（此件不公开）</p>", NULL, "disclosure_mark=此件不公开" },
		{ "behind named content", P BODY "<p>（此件主动公开）</p>", BODY_TEXT "\n（此件主动公开）\n", "disclosure_mark=此件主动公开" },
	};
	static const struct row texts[] = {
		{ "text: title line", "【已失效】关于停车的通告\n各村民委员会请遵照执行", "关于停车的通告\n各村民委员会请遵照执行\n", "title=关于停车的通告;asserted_status=已失效" },
		{ "text: banner before the title", "该文件已废止\n关于停车的通告各村民委员会\n正文", "关于停车的通告各村民委员会\n正文\n", "title=关于停车的通告各村民委员会;asserted_status=该文件已废止" },
	};

	(void)state;
	check_rows(pages, COUNT(pages), "html");
	check_rows(texts, COUNT(texts), "text");
}

static void
plain_text_keeps_its_lines(void **state)
{
	static const struct row rows[] = {
		{ "every line end", "关于停车秩序的通告\r\n第一条\r第二条\n\n\f第三条\n", "关于停车秩序的通告\n第一条\n第二条\n第三条\n", "title=关于停车秩序的通告" },
		{ "labels at the head", "标题：关于停车秩序的通告\n发文字号：妈府发〔2021〕3号\n发文机关：妈妈镇人民政府\n成文日期：2021年3月1日\n发布日期：2021-03-05\n施行日期：2021-04-01\n"
		  "有效期至：2026-03-31\n废止日期：\n废止依据：妈府发〔2025〕1号\n栏目：政策法规\n有效性：有效\n\n第一条　为了管理。\n", "第一条　为了管理。\n",
		  "title=关于停车秩序的通告;标题=关于停车秩序的通告;发文字号=妈府发〔2021〕3号;发文机关=妈妈镇人民政府;成文日期=2021年3月1日;发布日期=2021-03-05;施行日期=2021-04-01;"
		  "有效期至=2026-03-31;废止日期=;废止依据=妈府发〔2025〕1号;栏目=政策法规;有效性=有效" },
		{ "title line, then labels", "关于停车秩序的通告\n发文字号：妈府发〔2021〕3号\n成文日期：2021年3月1日\n\n第一条　为了管理。", "关于停车秩序的通告\n第一条　为了管理。\n",
		  "title=关于停车秩序的通告;发文字号=妈府发〔2021〕3号" },
		{ "one label alone stays in the text", "关于停车秩序的通告\n发布日期：2021-03-05\n第一条　为了管理。", "关于停车秩序的通告\n发布日期：2021-03-05\n第一条　为了管理。\n", "发布日期=2021-03-05" },
		{ "labels further down are text", "关于停车秩序的通告\n第一条　为了管理。\n发文字号：甲\n成文日期：乙\n", NULL, "发文字号=;成文日期=" },
		{ "tabs stay", "序号\t文件名称\t清理结果\n1\t停车通告\t继续有效", "序号\t文件名称\t清理结果\n1\t停车通告\t继续有效\n", "title=" },
	};

	(void)state;
	check_rows(rows, COUNT(rows), "text");
}

static void
markdown_loses_marks_and_keeps_words(void **state)
{
	static const struct row rows[] = {
		{ "heading is the title", "# 停车通告\n\n第一条", "停车通告\n第一条\n", "title=停车通告" },
		{ "emphasis, code and links", "# 题\n**第一条** 按[《条例》](http://a/b_c.html)与*附件*`表1`办理，见![印章](a.png)。", "题\n第一条 按《条例》与附件表1办理，见印章。\n", NULL },
		{ "lists, quotes, rules", "# 题\n- 甲\n* 乙\n1. 丙\n> 丁\n---\n戊", "题\n甲\n乙\n1. 丙\n丁\n戊\n", NULL },
		{ "tables", "# 题\n| 序号 | 名称 |\n|---|:--|\n| 1 | 停车 |", "题\n序号\t名称\n1\t停车\n", NULL },
		{ "comments", "# 题\n<!-- INFO END -->\n第一条\n<!-- 甲\n乙 -->\n第二条", "题\n第一条\n第二条\n", NULL },
		{ "code keeps its marks", "# 题\n```\n# 不是标题\n```\n", "题\n# 不是标题\n", "title=题" },
		{ "escapes", "# 题\n2\\*3 \\# 号", "题\n2*3 # 号\n", NULL },
		{ "front matter", "---\ntitle: \"停车通告\"\n发文字号: 妈府发〔2021〕3号\ncategory:\n  - 政策法规\n  - 公示公告\nkeywords: [停车, '道路']\nempty:\n---\n\n## 第一章\n第一条",
		  "第一章\n第一条\n", "title=停车通告;发文字号=妈府发〔2021〕3号;category=政策法规 | 公示公告;keywords=停车 | 道路;empty=" },
		{ "front matter's title before the heading", "---\n标题: 甲\n---\n# 乙\n文", "乙\n文\n", "title=甲" },
		{ "headings below the first line", "前言一行字\n## 第一章\n文\n## 第二章\n文", "前言一行字\n第一章\n文\n第二章\n文\n", NULL },
	};

	(void)state;
	check_rows(rows, COUNT(rows), "markdown");
}

static void
long_values_are_cut_at_a_character(void **state)
{
	size_t n = 3 * 5000, at;
	char *page = malloc(n + 200);
	struct gk_extracted x;

	(void)state;
	at = (size_t)sprintf(page, "<html><head><meta name=Description content=\"a");
	for (size_t i = 0; i < 5000; i++, at += 3)
		memcpy(page + at, "文", 3);
	at += (size_t)sprintf(page + at, "\"></head><body><p>文</p>");
	extract("long", page, at, &x);
	/* 1 + 3 * 1365 = 4096 */
	assert_int_equal(strlen(values(x.meta, "Description")), 4096);
	assert_int_equal(gk_utf8_check(values(x.meta, "Description"), 4096), 4096);
	assert_int_equal(json_array_size(x.notes), 1);
	gk_extracted_free(&x);
	free(page);
}

static void
deep_pages_are_read_to_the_end(void **state)
{
	enum { DEPTH = 30000 };
	char *page = malloc(DEPTH * 6 + 100);
	size_t at = (size_t)sprintf(page, "<html><body>");
	struct gk_extracted x;

	(void)state;
	for (size_t i = 0; i < DEPTH; i++, at += 6)
		memcpy(page + at, i % 2 == 0 ? "<font>" : "<span>", 6);
	at += (size_t)sprintf(page + at, "深处的文字");
	extract("deep", page, at, &x);
	assert_string_equal(x.text.p, "深处的文字\n");
	gk_extracted_free(&x);
	free(page);
}

/* --- the true files --------------------------------------------------------------- */

static bool
folder_of_formats(char *to, size_t size)
{
	const char *top = getenv("top_srcdir");
	struct stat sb;

	snprintf(to, size, "%s/../shared/corpus/formats", top == NULL ? "." : top);
	return stat(to, &sb) == 0;
}

static void
squeeze(const struct gk_buf *from, struct gk_buf *to)
{
	gk_buf_init(to, from->n + 1);
	for (size_t i = 0; i < from->n;) {
		uint32_t c;
		size_t len = gk_utf8_decode(from->p + i, from->n - i, &c);

		if (c != ' ' && c != '\n' && c != '\t' && c != 0x3000)
			gk_buf_add(to, from->p + i, len);
		i += len;
	}
}

static void
check_true_file(const json_t *want, const struct gk_extracted *x)
{
	static const char *const forbidden[] = { "此处脚本文字不得入库", "注释文字不得入库", "document.write", "text-indent", "allow_copy" };
	const char *file = json_string_value(json_object_get(want, "file")), *title = json_string_value(json_object_get(want, "title"));
	const char *date = json_string_value(json_object_get(want, "pub_date")), *got = values(x->meta, "PubDate");
	json_t *phrase;
	size_t i;
	struct gk_buf flat;

	squeeze(&x->text, &flat);
	json_array_foreach(json_object_get(want, "phrases"), i, phrase) {
		const struct gk_buf said = { .p = (char *)json_string_value(phrase), .n = json_string_length(phrase) };
		struct gk_buf wanted;

		squeeze(&said, &wanted);
		if (strstr(flat.p, wanted.p) == NULL)
			fail_msg("%s: '%s' is not in the text", file, json_string_value(phrase));
		gk_buf_free(&wanted);
	}
	for (i = 0; i < COUNT(forbidden); i++)
		if (strstr(flat.p, forbidden[i]) != NULL)
			fail_msg("%s: '%s' is in the text", file, forbidden[i]);
	gk_buf_free(&flat);
	if (*title != '\0' && strcmp(values(x->meta, "title"), title) != 0)
		fail_msg("%s: title '%s', want '%s'", file, values(x->meta, "title"), title);
	if (*date != '\0' && strncmp(got, date, 10) != 0 && strcmp(got, "2020年08月02日") != 0)
		fail_msg("%s: PubDate '%s', want '%s'", file, got, date);
	if (strcmp(file, "hd-gov-cn-article.html") == 0)
		check_meta(file, x->meta, "SiteName=邯郸市人民政府;ContentSource=邯郸市教育局;索引号=000014348/2020-35147;发布机构=邯郸市教育局;主题词=;成文日期=");
}

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && strcmp(s + n - k, end) == 0;
}

static void
true_files_give_their_phrases(void **state)
{
	char folder[4096];
	struct gk_buf list, file;
	struct gk_err err = GK_ERR_INIT;
	size_t checked = 0, refused = 0;
	char *path, *line, *save = NULL;

	(void)state;
	if (!folder_of_formats(folder, sizeof folder))
		skip();
	path = gk_path(folder, "expected.jsonl");
	assert_int_equal(gk_read_file(path, 1 << 20, &list, &err), GK_OK);
	free(path);
	for (line = strtok_r(list.p, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		json_t *want = json_loads(line, 0, NULL);
		const char *name = json_string_value(json_object_get(want, "file"));
		struct gk_extracted x;
		enum gk_status st;

		path = gk_path(folder, name);
		assert_int_equal(gk_read_file(path, 1 << 24, &file, &err), GK_OK);
		free(path);
		st = gk_extract(file.p, file.n, &x, &err);
		if (strcmp(name, "broken-empty.html") == 0 || strcmp(name, "broken-truncated.docx") == 0) {
			assert_int_equal(st, GK_REFUSED);
			assert_string_equal(x.reason, file.n == 0 ? "empty" : "damaged");
			refused++;
		} else if (st == GK_OK) {
			check_true_file(want, &x);
			checked++;
		} else if (!(ends_with(name, ".pdf") || ends_with(name, ".doc") || ends_with(name, ".wps") || ends_with(name, ".xls") || ends_with(name, ".rtf"))) {
			fail_msg("%s: %s", name, err.what_en);
		}
		gk_extracted_free(&x);
		gk_buf_free(&file);
		json_decref(want);
	}
	gk_buf_free(&list);
	assert_true(checked >= 33 && refused == 2);
}

/* --- the parent's side ------------------------------------------------------------- */

static char room[256];

static int
make_room(void **state)
{
	(void)state;
	snprintf(room, sizeof room, "%s/gk-extract-XXXXXX", getenv("TMPDIR") == NULL ? "/tmp" : getenv("TMPDIR"));
	return mkdtemp(room) == NULL;
}

static int
drop_room(void **state)
{
	(void)state;
	return gk_remove_tree(room, NULL) != GK_OK;
}

/* A program that does what a broken extractor would. */
static char *
make_program(const char *body)
{
	char *path = gk_path(room, "child");
	char script[2048];
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);

	assert_true(fd >= 0);
	snprintf(script, sizeof script, "#!/bin/sh\n%s\n", body);
	assert_true(gk_write_all(fd, script, strlen(script)));
	close(fd);
	return path;
}

static int
file_with(const char *bytes, size_t n)
{
	char *path = gk_path(room, "file");
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0 && gk_write_all(fd, bytes, n));
	close(fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	assert_true(fd >= 0);
	return fd;
}

static size_t
open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static long
ms_since(const struct timespec *from)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - from->tv_sec) * 1000 + (now.tv_nsec - from->tv_nsec) / 1000000;
}

#define LINE(meta, notes, bytes) "echo '{\"type\":\"text/html\",\"charset\":\"utf-8\",\"source\":\"html\",\"text_bytes\":" bytes ",\"meta\":" meta ",\"notes\":" notes "}'\n"

static void
no_child_can_harm_its_parent(void **state)
{
	static const struct { const char *name, *body; enum gk_status st; const char *reason; } rows[] = {
		{ "a good answer", LINE("{\"a\":\"b\",\"c\":[\"d\",\"e\"]}", "[\"n\"]", "4") "printf '文\\n'", GK_OK, "" },
		{ "an answer after closing its input", "exec <&-\n" LINE("{}", "[]", "4") "printf '文\\n'", GK_OK, "" },
		{ "crashes at once", "kill -SEGV $$", GK_REFUSED, "crash" },
		{ "crashes after half an answer", LINE("{}", "[]", "4") "printf '文'; kill -ABRT $$", GK_REFUSED, "crash" },
		{ "is out of processor time", "kill -XCPU $$", GK_REFUSED, "cpu" },
		{ "is killed", "kill -KILL $$", GK_REFUSED, "crash" },
		{ "says nothing", "exit 0", GK_REFUSED, "crash" },
		{ "says nothing that is JSON", "echo garbage", GK_REFUSED, "crash" },
		{ "leaves out the new line", "printf '{}'", GK_REFUSED, "crash" },
		{ "an array", "echo '[]'", GK_REFUSED, "crash" },
		{ "no text", LINE("{}", "[]", "4"), GK_REFUSED, "crash" },
		{ "too little text", LINE("{}", "[]", "9") "printf '文\\n'", GK_REFUSED, "crash" },
		{ "too much text", LINE("{}", "[]", "2") "printf '文\\n'", GK_REFUSED, "crash" },
		{ "a negative length", LINE("{}", "[]", "-4") "printf '文\\n'", GK_REFUSED, "crash" },
		{ "an enormous length", LINE("{}", "[]", "9223372036854775807"), GK_REFUSED, "crash" },
		{ "a length that is no number", LINE("{}", "[]", "\"4\"") "printf '文\\n'", GK_REFUSED, "crash" },
		{ "text that is no UTF-8", LINE("{}", "[]", "2") "printf '\\300\\n'", GK_REFUSED, "crash" },
		{ "an escape sequence in the text", LINE("{}", "[]", "4") "printf '\\033[m\\n'", GK_REFUSED, "crash" },
		{ "an escape sequence in a value", LINE("{\"a\":\"\\\\u001b[m\"}", "[]", "0"), GK_REFUSED, "crash" },
		{ "a value that is a number", LINE("{\"a\":1}", "[]", "0"), GK_REFUSED, "crash" },
		{ "a value that is an object", LINE("{\"a\":{\"b\":\"c\"}}", "[]", "0"), GK_REFUSED, "crash" },
		{ "notes that are none", LINE("{}", "{}", "0"), GK_REFUSED, "crash" },
		{ "a key twice", LINE("{\"a\":\"b\",\"a\":\"c\"}", "[]", "0"), GK_REFUSED, "crash" },
		{ "ten thousand brackets", "awk 'BEGIN { for (i = 0; i < 10000; i++) printf \"[\"; print \"\" }'", GK_REFUSED, "crash" },
		{ "a value beyond 4 KiB", "awk 'BEGIN { s = sprintf(\"%5000s\", \"\"); gsub(/ /, \"a\", s); printf \"{\\\"type\\\":\\\"t\\\",\\\"charset\\\":\\\"\\\",\\\"source\\\":\\\"\\\",\\\"text_bytes\\\":0,\\\"meta\\\":{\\\"a\\\":\\\"%s\\\"},\\\"notes\\\":[]}\\n\", s }'",
		  GK_REFUSED, "crash" },
		{ "a line without end", "exec yes 'no new line' | tr -d '\\n'", GK_REFUSED, "output" },
		{ "text without end", LINE("{}", "[]", "4") "exec yes", GK_REFUSED, "output" },
		{ "hangs silently", "exec sleep 1000", GK_REFUSED, "time" },
		{ "hangs after closing its output", "exec >&-; exec sleep 1000", GK_REFUSED, "time" },
		{ "ignores what can be ignored", "trap '' TERM INT HUP; exec sleep 1000", GK_REFUSED, "time" },
		{ "refuses politely", "echo '{\"error\":{\"reason\":\"type\",\"type\":\"application/pdf\",\"message\":\"中\",\"message_en\":\"en\",\"hint\":\"\",\"hint_en\":\"\"}}'; exit 3", GK_REFUSED, "type" },
		{ "gives a reason of its own", "echo '{\"error\":{\"reason\":\"because\",\"type\":\"a/b\",\"message\":\"中\"}}'; exit 3", GK_REFUSED, "crash" },
		{ "an error and text", "echo '{\"error\":{\"reason\":\"type\",\"type\":\"a/b\"}}'; echo more", GK_REFUSED, "crash" },
		{ "cannot confine itself", "echo '{\"error\":{\"reason\":\"sandbox\",\"type\":\"\",\"message\":\"中\",\"message_en\":\"en\"}}'; exit 8", GK_DEAD, "sandbox" },
	};
	size_t before = open_files();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *program = make_program(rows[i].body);
		struct gk_reply r;
		struct gk_err err = GK_ERR_INIT;
		struct timespec from;
		int fd = file_with("x", 1);
		bool hangs = strcmp(rows[i].reason, "time") == 0;
		enum gk_status st;

		clock_gettime(CLOCK_MONOTONIC, &from);
		st = gk_extract_run_within(program, fd, hangs ? 300 : 20000, &r, &err);
		if (st != rows[i].st || strcmp(r.reason, rows[i].reason) != 0)
			fail_msg("%s: status %d, reason '%s', %s", rows[i].name, st, r.reason, err.what_en);
		assert_true(st == GK_OK || (err.what[0] != '\0' && err.what_en[0] != '\0'));
		if (hangs)
			assert_true(ms_since(&from) < 10000);
		if (st == GK_OK)
			assert_string_equal(r.text.p, "文\n");
		else
			assert_null(r.meta);
		gk_reply_free(&r);
		close(fd);
		/* No zombie, and no child that lives on. */
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
		assert_int_equal(errno, ECHILD);
		free(program);
	}
	assert_int_equal(open_files(), before);
}

static void
on_alarm(int sig)
{
	(void)sig;
}

static void
signals_to_the_parent_do_not_matter(void **state)
{
	char *program = make_program("sleep 0.3\n" LINE("{}", "[]", "4") "printf '文\\n'");
	struct sigaction sa = { .sa_handler = on_alarm }, old;
	/* Without SA_RESTART: every system call is interrupted. */
	timer_t timer;
	struct itimerspec every = { { 0, 5000000 }, { 0, 5000000 } };
	struct gk_reply r;
	int fd = file_with("x", 1);

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &sa, &old), 0);
	assert_int_equal(timer_create(CLOCK_MONOTONIC, NULL, &timer), 0);
	assert_int_equal(timer_settime(timer, 0, &every, NULL), 0);
	assert_int_equal(gk_extract_run(program, fd, &r, NULL), GK_OK);
	timer_delete(timer);
	sigaction(SIGALRM, &old, NULL);
	assert_string_equal(r.text.p, "文\n");
	gk_reply_free(&r);
	close(fd);
	free(program);
}

static void
a_program_that_is_not_there_is_named(void **state)
{
	struct gk_reply r;
	struct gk_err err = GK_ERR_INIT;
	int fd = file_with("x", 1);

	(void)state;
	assert_int_equal(gk_extract_run("/no/such/gongkai-extract", fd, &r, &err), GK_DEAD);
	assert_non_null(strstr(err.what_en, "/no/such/gongkai-extract"));
	assert_true(err.hint[0] != '\0');
	gk_reply_free(&r);
	close(fd);
}

static void
the_environment_of_the_child_is_clean(void **state)
{
	char *program = make_program("n=$(env | grep -v -e ^LANG=C.UTF-8 -e ^PATH= -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD= | wc -l)\n"
				     "[ $n -eq 0 ] || exit 1\n[ -e /proc/$$/fd/9 ] && exit 1\n" LINE("{}", "[]", "4") "printf '文\\n'");
	struct gk_reply r;
	struct gk_err err = GK_ERR_INIT;
	int fd = file_with("x", 1), extra = fcntl(fd, F_DUPFD_CLOEXEC, 9);

	(void)state;
	setenv("GK_SECRET", "1", 1);
	if (gk_extract_run(program, fd, &r, &err) != GK_OK)
		fail_msg("%s", err.what_en);
	unsetenv("GK_SECRET");
	gk_reply_free(&r);
	close(fd);
	close(extra);
	free(program);
}

/* The true program, if it has been built. */
static char *
true_program(void)
{
	const char *top = getenv("top_builddir");
	char *path = gk_path(top == NULL ? "." : top, "gongkai-extract");

	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static void
the_program_answers_as_the_library_does(void **state)
{
	static const char page[] = "<html><head><meta charset=gb2312><meta name=ArticleTitle content=\"\xCD\xA8\xD6\xAA\"></head><body><p>\xB5\xDA\xD2\xBB\xCC\xF5 \xCE\xAA\xC1\xCB</p></body></html>";
	char *program = true_program();
	struct gk_reply r;
	struct gk_err err = GK_ERR_INIT;
	int fd;

	(void)state;
	if (program == NULL)
		skip();
	fd = file_with(page, sizeof page - 1);
	/* The whole file is read wherever the offset stands. */
	lseek(fd, 20, SEEK_SET);
	if (gk_extract_run(program, fd, &r, &err) != GK_OK)
		fail_msg("%s", err.what_en);
	assert_string_equal(r.text.p, "第一条 为了\n");
	assert_string_equal(r.type, "text/html");
	assert_string_equal(r.charset, "gb18030");
	assert_string_equal(r.source, "html");
	assert_string_equal(values(r.meta, "title"), "通知");
	assert_int_equal(json_array_size(r.notes), 1);
	assert_int_equal(r.text.n, strlen(r.text.p));
	gk_reply_free(&r);
	close(fd);

	fd = file_with("%PDF-1.7\n", 9);
	assert_int_equal(gk_extract_run(program, fd, &r, &err), GK_REFUSED);
	assert_string_equal(r.type, "application/pdf");
	assert_string_equal(r.reason, access("/usr/bin/pdftotext", X_OK) == 0 ? "damaged" : "no_tool");
	gk_reply_free(&r);
	close(fd);

	fd = file_with("", 0);
	assert_int_equal(gk_extract_run(program, fd, &r, &err), GK_REFUSED);
	assert_string_equal(r.reason, "empty");
	gk_reply_free(&r);
	close(fd);

	/* One byte beyond L23, without writing it. */
	fd = file_with("x", 1);
	close(fd);
	{
		char *path = gk_path(room, "file");

		assert_int_equal(truncate(path, 512LL * 1024 * 1024 + 1), 0);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		assert_int_equal(gk_extract_run(program, fd, &r, &err), GK_REFUSED);
		assert_string_equal(r.reason, "file_too_large");
		assert_int_equal(err.cause, GK_CAUSE_LIMIT);
		gk_reply_free(&r);
		close(fd);
		assert_int_equal(truncate(path, 1), 0);
		free(path);
	}
	free(program);
}

/* --- forked for each file ------------------------------------------------------------ */

struct one_thread {
	struct gk_extractor *forks;
	pthread_t thread;
	unsigned wrong;
};

static void *
reads_files(void *arg)
{
	struct one_thread *t = arg;

	for (int i = 0; i < 10; i++) {
		char text[64];
		struct gk_reply r;
		int fd = memfd_create("file", MFD_CLOEXEC), n = snprintf(text, sizeof text, "第%d件文件的正文。\n", i);

		if (write(fd, text, (size_t)n) != n || gk_extractor_run(t->forks, fd, &r, NULL) != GK_OK || r.text.n != (size_t)n || memcmp(r.text.p, text, r.text.n) != 0)
			t->wrong++;
		gk_reply_free(&r);
		close(fd);
	}
	return NULL;
}

static void
same_answer(const char *program, struct gk_extractor *forks, const void *bytes, size_t n)
{
	struct gk_reply a, b;
	struct gk_err err_a = GK_ERR_INIT, err_b = GK_ERR_INIT;
	int fd = file_with(bytes, n);

	assert_int_equal(gk_extract_run(program, fd, &a, &err_a), gk_extractor_run(forks, fd, &b, &err_b));
	assert_string_equal(a.type, b.type);
	assert_string_equal(a.charset, b.charset);
	assert_string_equal(a.reason, b.reason);
	assert_string_equal(err_a.what, err_b.what);
	assert_int_equal(a.text.n, b.text.n);
	assert_true(a.text.n == 0 || memcmp(a.text.p, b.text.p, a.text.n) == 0);
	assert_true(json_equal(a.meta, b.meta) || (a.meta == NULL && b.meta == NULL));
	gk_reply_free(&a);
	gk_reply_free(&b);
	close(fd);
}

/* The processes that this one started and that live. */
static size_t
children(pid_t *first)
{
	char path[64], line[256] = "";
	FILE *f;
	size_t n = 0;

	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)gettid());
	f = fopen(path, "re");
	if (f != NULL && fgets(line, sizeof line, f) != NULL)
		*first = (pid_t)strtol(line, NULL, 10);
	for (size_t i = 0; line[i] != '\0'; i++)
		n += line[i] == ' ';
	if (f != NULL)
		fclose(f);
	return n;
}

static void
forked_children_answer_as_those_started_alone(void **state)
{
	static const char page[] = "<html><head><meta charset=gb2312></head><body><p>\xB5\xDA\xD2\xBB\xCC\xF5 \xCE\xAA\xC1\xCB</p></body></html>";
	char *program = true_program();
	struct gk_extractor *forks;
	struct one_thread threads[4];
	size_t before = open_files();
	pid_t pid = 0;

	(void)state;
	if (program == NULL)
		skip();
	assert_int_equal(gk_extractor_open(program, &forks, NULL), GK_OK);
	assert_int_equal(children(&pid), 1);
	same_answer(program, forks, page, sizeof page - 1);
	same_answer(program, forks, "", 0);
	/* Strict box, then the one with pdftotext below it. */
	same_answer(program, forks, "%PDF-1.7\n", 9);
	same_answer(program, forks, "\x7F" "ELF\2\1\1\0\0\0\0\0\0", 13);
	memset(threads, 0, sizeof threads);
	for (size_t i = 0; i < COUNT(threads); i++) {
		threads[i].forks = forks;
		assert_int_equal(pthread_create(&threads[i].thread, NULL, reads_files, &threads[i]), 0);
	}
	for (size_t i = 0; i < COUNT(threads); i++) {
		pthread_join(threads[i].thread, NULL);
		assert_int_equal(threads[i].wrong, 0);
	}
	/* Gone, whoever ended it: files are read all the same. */
	assert_int_equal(children(&pid), 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	same_answer(program, forks, page, sizeof page - 1);
	assert_int_equal(children(&pid), 0);
	same_answer(program, forks, page, sizeof page - 1);
	gk_extractor_close(forks);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(open_files(), before);
	free(program);
}

static void
a_program_that_cannot_fork_is_started_for_each_file(void **state)
{
	char *program = make_program("[ $# -eq 0 ] || exit 2\n" LINE("{}", "[]", "4") "printf '文\n'");
	struct gk_extractor *forks;
	struct gk_err err = GK_ERR_INIT;
	struct gk_reply r;
	int fd = file_with("x", 1);

	(void)state;
	assert_int_equal(gk_extractor_open(program, &forks, NULL), GK_OK);
	assert_int_equal(gk_extractor_run(forks, fd, &r, NULL), GK_OK);
	assert_string_equal(r.text.p, "文\n");
	gk_reply_free(&r);
	gk_extractor_close(forks);
	/* One that stands between the true one and us is not passed by. */
	free(program);
	program = true_program();
	if (program != NULL) {
		char body[1000];
		int text = memfd_create("text", MFD_CLOEXEC);

		snprintf(body, sizeof body, "'%s' \"$@\" | sed s/防讯/防汛/", program);
		free(program);
		program = make_program(body);
		assert_int_equal(write(text, "关于防讯的通知\n", 22), 22);
		assert_int_equal(gk_extractor_open(program, &forks, NULL), GK_OK);
		assert_int_equal(gk_extractor_run(forks, text, &r, NULL), GK_OK);
		assert_string_equal(r.text.p, "关于防汛的通知\n");
		gk_reply_free(&r);
		gk_extractor_close(forks);
		close(text);
	}
	/* What is not there is named at the first file, as ever. */
	assert_int_equal(gk_extractor_open("/no/such/gongkai-extract", &forks, NULL), GK_OK);
	assert_int_equal(gk_extractor_run(forks, fd, &r, &err), GK_DEAD);
	assert_non_null(strstr(err.what_en, "/no/such/gongkai-extract"));
	gk_reply_free(&r);
	gk_extractor_close(forks);
	gk_extractor_close(NULL);
	close(fd);
	free(program);
}

static void
a_closed_pipe_ends_the_program(void **state)
{
	char *program = true_program(), command[2000];

	(void)state;
	if (program == NULL)
		skip();
	snprintf(command, sizeof command, "yes 一行文字 | head -c 3000000 | { '%s'; echo $? >&3; } 3>'%s/status' | head -c 10 >'%s/head'", program, room, room);
	{
		char *script = make_program(command);
		struct gk_reply r;
		int fd = file_with("x", 1);
		struct gk_buf status;
		char *path = gk_path(room, "status");

		/* Its answer is none, but it has ended, and not with 0. */
		assert_int_equal(gk_extract_run(script, fd, &r, NULL), GK_REFUSED);
		assert_int_equal(gk_read_file(path, 100, &status, NULL), GK_OK);
		assert_true(status.n > 0 && strcmp(status.p, "0\n") != 0);
		gk_buf_free(&status);
		gk_reply_free(&r);
		close(fd);
		free(path);
		free(script);
	}
	free(program);
}

static void
the_program_is_found(void **state)
{
	char *path;

	(void)state;
	setenv("GONGKAI_EXTRACT", "/a/b", 1);
	path = gk_extract_program();
	assert_string_equal(path, "/a/b");
	free(path);
	unsetenv("GONGKAI_EXTRACT");
	path = gk_extract_program();
	assert_non_null(path);
	assert_true(ends_with(path, "/gongkai-extract"));
	free(path);
}

#ifdef GK_FAULTS
static void
every_refusal_of_the_system_is_survived(void **state)
{
	static const char page[] = "<html><body><table><tr><td>索引号：</td><td>1</td></tr></table><p>第一条</p>";
	char *program = make_program(LINE("{}", "[]", "4") "printf '文\\n'");
	size_t before = open_files();

	(void)state;
	for (unsigned n = 1;; n++) {
		struct gk_extracted x;
		struct gk_err err = GK_ERR_INIT;
		enum gk_status st;

		gk_fault_arm(n);
		st = gk_extract(page, sizeof page - 1, &x, &err);
		gk_extracted_free(&x);
		if (gk_fault_hit() == NULL)
			break;
		assert_true(st == GK_OK || err.what[0] != '\0');
	}
	gk_fault_arm(0);
	for (unsigned n = 1;; n++) {
		struct gk_reply r;
		struct gk_err err = GK_ERR_INIT;
		int fd = file_with("x", 1);
		enum gk_status st;

		gk_fault_arm(n);
		st = gk_extract_run(program, fd, &r, &err);
		gk_reply_free(&r);
		close(fd);
		if (gk_fault_hit() == NULL)
			break;
		/* The next file is written by the test itself. */
		gk_fault_arm(0);
		assert_true(st == GK_DEAD && err.what[0] != '\0');
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	}
	gk_fault_arm(0);
	free(program);
	program = true_program();
	for (unsigned n = 1; program != NULL; n++) {
		struct gk_extractor *forks = NULL;
		struct gk_reply r = { .type = "" };
		struct gk_err err = GK_ERR_INIT;
		int fd = file_with("一行\n", 7);
		enum gk_status st;
		bool hit;

		gk_fault_arm(n);
		st = gk_extractor_open(program, &forks, &err);
		if (st == GK_OK)
			st = gk_extractor_run(forks, fd, &r, &err);
		hit = gk_fault_hit() != NULL;
		gk_fault_arm(0);
		assert_true(st == GK_OK ? strcmp(r.text.p, "一行\n") == 0 : err.what[0] != '\0');
		gk_reply_free(&r);
		gk_extractor_close(forks);
		close(fd);
		/* If its word was lost, the child that it spoke of is nobody's: it ends all the same. */
		while (waitpid(-1, NULL, 0) > 0)
			;
		if (!hit)
			break;
	}
	assert_int_equal(open_files(), before);
	free(program);
}
#endif

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_become_lines),
		cmocka_unit_test(titles_are_chosen_in_order),
		cmocka_unit_test(meta_tags_are_kept_as_found),
		cmocka_unit_test(the_metadata_box_is_read_however_it_is_built),
		cmocka_unit_test(menus_go_and_text_stays),
		cmocka_unit_test(marks_of_status_and_disclosure_are_read),
		cmocka_unit_test(plain_text_keeps_its_lines),
		cmocka_unit_test(markdown_loses_marks_and_keeps_words),
		cmocka_unit_test(long_values_are_cut_at_a_character),
		cmocka_unit_test(deep_pages_are_read_to_the_end),
		cmocka_unit_test(true_files_give_their_phrases),
		cmocka_unit_test(no_child_can_harm_its_parent),
		cmocka_unit_test(signals_to_the_parent_do_not_matter),
		cmocka_unit_test(a_program_that_is_not_there_is_named),
		cmocka_unit_test(the_environment_of_the_child_is_clean),
		cmocka_unit_test(the_program_answers_as_the_library_does),
		cmocka_unit_test(forked_children_answer_as_those_started_alone),
		cmocka_unit_test(a_program_that_cannot_fork_is_started_for_each_file),
		cmocka_unit_test(a_closed_pipe_ends_the_program),
		cmocka_unit_test(the_program_is_found),
#ifdef GK_FAULTS
		cmocka_unit_test(every_refusal_of_the_system_is_survived),
#endif
	};

	if (argc > 1) {
		static char pattern[256];

		snprintf(pattern, sizeof pattern, "*%s*", argv[1]);
		cmocka_set_test_filter(pattern);
	}
	return cmocka_run_group_tests_name("extract", tests, make_room, drop_room);
}
