/*
 * Encodings: every sentence comes back character by character, in whatever
 * encoding it was written, whatever the page says of it.
 */
#include "extract/inside.h"

#include "base/utf8.h"

#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifdef GK_FAULTS
#include "base/fault.h"
#endif

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *const sentences[] = {
	"为进一步规范镇区道路停车秩序，现就有关事项通告如下。",
	"凡在本镇行政区域内从事秸秆露天焚烧的，由镇综合执法队依法处理。",
	"请各村民委员会于本月二十日前将防汛物资清点情况报镇应急管理办公室。",
	"经镇党委会议研究决定，任命王建国同志为农业服务中心副主任，试用期一年。",
	"本办法自2021年3月1日起施行，有效期五年，原暂行办法同时废止。",
	"根据气象台预报，今天夜间到明天白天有中到大雨，局部地区有雷电大风。",
	"河道采砂许可证的有效期为一年，期满需要延续的应当提前三十日提出申请。",
	"今年以来全镇共受理群众来信来访八十六件，办结八十一件，满意率百分之九十五。",
	"幼儿园收费标准实行政府指导价，具体标准由价格主管部门会同教育部门制定。",
	"请符合条件的困难家庭携带户口簿和身份证到便民服务大厅办理临时救助手续。",
	"项目总投资三千二百万元，建设内容包括道路硬化、雨污分流和路灯安装。",
	"各单位要严格落实值班制度，遇有突发情况立即报告，不得迟报、漏报、瞒报。",
	"对非法占用耕地建设住宅的行为，责令限期拆除并恢复土地原状。",
	"公示期为五个工作日，公示期内如有异议，请以书面形式向镇纪委反映。",
	"疫苗接种点设在卫生院门诊楼一层，每天上午八点至十一点半开放。",
	"本次招聘岗位为公益性岗位，聘用人员签订劳动合同并依法缴纳社会保险。",
	"高龄津贴按季度发放，直接打入本人银行账户，任何人不得代领克扣。",
	"全镇森林防火期为每年十一月一日至次年五月三十一日。",
	"水费征收实行阶梯价格，居民用水第一级每立方米二元八角。",
	"对长期闲置的集体资产，应当通过公开竞价的方式出租，租金纳入村级账户管理。",
	"烟花爆竹零售点应当与学校、医院、加油站保持一百米以上的安全距离。",
	"我们接到您的来电后，第二天就派人到现场看了，水管已经修好。",
	"申请人对本决定不服的，可以自收到之日起六十日内申请行政复议。",
	"文件起草部门应当在提请审议前完成公平竞争审查和合法性审核。",
	"农村危房改造补助资金实行专款专用，严禁截留、挤占和挪用。",
	"春耕期间，农资打假专项行动共检查门店四十二家，立案查处三起。",
	"养犬人应当为犬只接种狂犬病疫苗，携犬出户时使用牵引绳。",
	"镇政府办公楼一楼会议室，时间为星期三下午两点三十分，请准时参加。",
	"关于印发安全生产大检查工作方案的通知已经下发，请认真贯彻执行。",
	"企业年报公示截止日期为六月三十日，逾期未报的列入经营异常名录。",
	"经查，该店销售的食用油标签不符合规定，没收违法所得并处罚款五千元。",
	"自来水厂计划检修，届时北街、东关和南河湾将停水八小时，请提前储水。",
	"拟征收土地位于柳林村西侧，四至范围东至河堤，南至公路，面积二十五亩。",
	"学前教育资助名单经评审确定，共有一百一十七名儿童符合条件。",
	"凭票入场，一人一票，儿童须由监护人陪同，禁止携带易燃易爆物品。",
	"各窗口要做到首问负责、一次告知、限时办结，让群众少跑腿。",
	"退役军人优待证的申领、补办和换发由退役军人服务站负责。",
	"严禁在饮用水水源保护区内从事网箱养殖、旅游、游泳和垂钓。",
	"联系人：李爱华；联系电话：见镇政府网站首页；传真同上。",
	"特此通知，请遵照执行，并将办理结果于年底前书面反馈。",
};

static const char *const traditional[] = {
	"為加強公共場所的衛生管理，現將有關規定公布如下，請各機關遵照辦理。",
	"申請人應當於收到通知書之日起三十日內繳納規費，逾期不予受理。",
	"本條例所稱主管機關，在中央為內政部，在地方為各級人民政府。",
	"市民如對上述建議有任何意見，可於六個星期內以書面提出。",
	"學校應當訂定學生輔導計畫，並報教育局備查後實施。",
	"颱風期間請民眾儘量留在室內，不要到海邊觀看風浪。",
	"各單位應按照預算執行，不得擅自變更用途或者超支。",
	"凡違反前條規定者，處新臺幣三萬元以上十五萬元以下罰鍰。",
	"土地登記簿謄本之申請，得以郵寄或者網路方式辦理。",
	"本次會議討論了道路工程的進度以及排水系統的改善方案。",
};

/* Independent of the code under test: the C library's converter, from UTF-8. */
static char *
encode(const char *s, size_t n, const char *to, size_t *out_n)
{
	iconv_t cd = iconv_open(to, "UTF-8");
	size_t left = n, room = n * 4 + 64;
	char *out = malloc(room), *at = out, *in = (char *)s;
	size_t size = room;

	assert_true(cd != (iconv_t)-1);
	assert_non_null(out);
	if (iconv(cd, &in, &left, &at, &room) == (size_t)-1)
		fail_msg("the test itself: '%s' cannot be written in %s", s, to);
	iconv(cd, NULL, NULL, &at, &room);
	iconv_close(cd);
	*out_n = size - room;
	return out;
}

/* Text through gk_extract; true if it gave exactly `want` as one line, read as `charset` (NULL: any). */
static void
expect(const char *what, const void *p, size_t n, const char *want, const char *charset)
{
	struct gk_extracted x;
	struct gk_err err = GK_ERR_INIT;
	/* Not NUL-terminated: reading past the end shows under a sanitizer. */
	char *tight = malloc(n);

	assert_non_null(tight);
	memcpy(tight, p, n);
	if (gk_extract(tight, n, &x, &err) != GK_OK)
		fail_msg("%s: refused: %s", what, err.what_en);
	if (x.text.n != strlen(want) + 1 || memcmp(x.text.p, want, strlen(want)) != 0)
		fail_msg("%s: read as %s:\n%s\nwant\n%s", what, x.charset, x.text.p, want);
	if (charset != NULL)
		assert_string_equal(x.charset, charset);
	gk_extracted_free(&x);
	free(tight);
}

static void
plain(const char *s, const char *encoding, const char *charset)
{
	size_t n;
	char *p = encode(s, strlen(s), encoding, &n);

	expect(encoding, p, n, s, charset);
	free(p);
}

static void
page(const char *s, const char *encoding, const char *declared, const char *charset)
{
	char html[2048], what[64];
	size_t n;
	char *p;

	snprintf(html, sizeof html, "<html><head>%s%s%s</head><body><p>%s</p></body></html>", declared == NULL ? "" : "<meta http-equiv=Content-Type content=\"text/html; charset=",
		 declared == NULL ? "" : declared, declared == NULL ? "" : "\">", s);
	p = encode(html, strlen(html), encoding, &n);
	snprintf(what, sizeof what, "%s declared %s", encoding, declared == NULL ? "nothing" : declared);
	expect(what, p, n, s, charset);
	free(p);
}

static const struct { const char *encoding, *charset; } ways[] = {
	{ "UTF-8", "utf-8" }, { "GB18030", "gb18030" }, { "GBK", "gb18030" }, { "UTF-16LE", "utf-16le" }, { "UTF-16BE", "utf-16be" },
};
static const char *const declarations[] = { NULL, "utf-8", "gb2312", "GBK", "gb18030", "big5", "iso-8859-1", "no-such-charset", "UTF-16" };

static void
one_plain_sentence_is_enough(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sentences); i++)
		for (size_t k = 0; k < COUNT(ways); k++)
			plain(sentences[i], ways[k].encoding, ways[k].charset);
}

static void
no_declaration_can_mislead(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sentences); i++)
		for (size_t k = 0; k < COUNT(ways); k++)
			for (size_t d = 0; d < COUNT(declarations); d++)
				page(sentences[i], ways[k].encoding, declarations[d], ways[k].charset);
}

static void
big5_is_told_from_gbk(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(traditional); i++) {
		plain(traditional[i], "BIG5", "big5-hkscs");
		plain(traditional[i], "UTF-8", "utf-8");
		plain(traditional[i], "GB18030", "gb18030");
		for (size_t d = 0; d < COUNT(declarations); d++)
			page(traditional[i], "BIG5", declarations[d], "big5-hkscs");
	}
}

static void
rare_characters_survive_gb18030(void **state)
{
	static const char *const names[] = {
		"朱镕基同志和任长喆同志出席了会议，并对下一步工作提出要求。",
		"㐀字和㙟头村、䶮镇、𠮷家洼村的名称用字应当准确。",
		"关于同意设立𬭚湾社区居民委员会的批复，联系人张𬎆、李㛃。",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		plain(names[i], "GB18030", "gb18030");
		page(names[i], "GB18030", "gb2312", "gb18030");
		page(names[i], "GB18030", "utf-8", "gb18030");
		page(names[i], "UTF-8", "gb2312", "utf-8");
	}
}

static void
marks_decide(void **state)
{
	static const char text[] = "\xEF\xBB\xBF第一条　为了加强管理，制定本办法。";
	static const struct { const char *encoding, *charset; } rows[] = {
		{ "UTF-8", "utf-8" }, { "UTF-16LE", "utf-16le" }, { "UTF-16BE", "utf-16be" }, { "UTF-32LE", "utf-32le" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n;
		char *p = encode(text, sizeof text - 1, rows[i].encoding, &n);

		expect(rows[i].encoding, p, n, text + 3, rows[i].charset);
		free(p);
	}
}

/* 联通 in GBK is valid UTF-8, the classic trap. */
static void
valid_utf8_by_chance_is_weighed(void **state)
{
	(void)state;
	plain("联通公司", "GBK", "gb18030");
	page("联通", "GBK", NULL, "gb18030");
	page("联通", "GBK", "gb2312", "gb18030");
}

static void
an_ascii_file_is_utf8(void **state)
{
	(void)state;
	plain("Notice of the office: the road is closed on Monday.", "ASCII", "utf-8");
}

struct refusal { const char *name; const char *bytes; size_t n; const char *reason; };
#define B(s) s, sizeof s - 1

static void
what_is_no_text_is_refused(void **state)
{
	static const struct refusal rows[] = {
		{ "empty", B(""), "empty" },
		{ "blanks only", B(" \r\n\t　"), "no_text" },
		{ "NUL bytes", B("ab\0\0cd\0\0\0\001\002\003"), "type" },
		{ "a stray NUL in a text", B("第一条\0为了x"), "type" },
		{ "control characters", B("\001\002\003\004\005\006\007\016\017\020\021\022\023\024"), "type" },
		{ "0xFF is no GB18030", B("\xB5\xDA\xD2\xBB\xCC\xF5\xFF\xFF\xCE\xAA\xC1\xCB"), "encoding" },
		{ "cut inside a character", B("\xB5\xDA\xD2\xBB\xCC\xF5\xB5"), "encoding" },
		{ "UTF-16 cut at an odd byte", B("\xFF\xFE\x2C\x7B\x00"), "encoding" },
		{ "unpaired surrogate", B("\xFF\xFE\x2C\x7B\x00\xD8\x2C\x7B"), "encoding" },
		{ "PDF, where no program may help", B("%PDF-1.4\n%\xE2\xE3\xCF\xD3"), "tool" },
		{ "zip", B("PK\003\004\024\0\0\0\010\0"), "damaged" },
		{ "XML", B("<?xml version=\"1.0\"?><a>第一条</a>"), "type" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_extracted x;
		struct gk_err err = GK_ERR_INIT;
		char *tight = malloc(rows[i].n + (rows[i].n == 0));
		enum gk_status st;

		assert_non_null(tight);
		memcpy(tight, rows[i].bytes, rows[i].n);
		st = gk_extract(tight, rows[i].n, &x, &err);
		if (st != GK_REFUSED || strcmp(x.reason, rows[i].reason) != 0)
			fail_msg("%s: status %d, reason '%s', %s", rows[i].name, st, x.reason, err.what_en);
		assert_int_equal(err.cause, GK_CAUSE_BAD_DATA);
		assert_true(err.what[0] != '\0' && err.what_en[0] != '\0' && x.type[0] != '\0');
		assert_null(x.meta);
		gk_extracted_free(&x);
		free(tight);
	}
}

static void
the_byte_that_is_wrong_is_named(void **state)
{
	static const char bytes[] = "\xB5\xDA\xD2\xBB\xCC\xF5\n\xFF\xFF\xCE\xAA";
	struct gk_extracted x;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	assert_int_equal(gk_extract(bytes, sizeof bytes - 1, &x, &err), GK_REFUSED);
	assert_non_null(strstr(err.what_en, "at byte 7"));
	assert_non_null(strstr(err.what, "第 7 字节"));
	gk_extracted_free(&x);
}

static void
a_wrong_declaration_is_noted(void **state)
{
	size_t n;
	static const char html[] = "<html><head><meta charset=gb2312></head><body><p>为进一步规范镇区道路停车秩序。</p></body></html>";
	char *p = encode(html, sizeof html - 1, "UTF-8", &n);
	struct gk_extracted x;

	(void)state;
	assert_int_equal(gk_extract(p, n, &x, NULL), GK_OK);
	assert_int_equal(json_array_size(x.notes), 1);
	assert_string_equal(json_string_value(json_array_get(x.notes, 0)), "charset gb2312 declared, read as utf-8");
	gk_extracted_free(&x);
	free(p);
}

static void
a_page_of_two_encodings_is_read_line_by_line(void **state)
{
	static const char head[] = "<html><head><meta charset=utf-8><title>关于道路停车的通告</title></head><body>\n<p>各村民委员会：</p>\n";
	static const char rest[] = "<p>请各村民委员会于本月二十日前将防汛物资清点情况报镇应急管理办公室。</p>\n</body></html>";
	size_t n;
	char *p = encode(rest, sizeof rest - 1, "GBK", &n), *both = malloc(sizeof head - 1 + n);
	struct gk_extracted x;

	(void)state;
	memcpy(both, head, sizeof head - 1);
	memcpy(both + sizeof head - 1, p, n);
	assert_int_equal(gk_extract(both, sizeof head - 1 + n, &x, NULL), GK_OK);
	assert_string_equal(x.charset, "utf-8+gb18030");
	assert_string_equal(json_string_value(json_object_get(x.meta, "title")), "关于道路停车的通告");
	assert_string_equal(x.text.p, "各村民委员会：\n请各村民委员会于本月二十日前将防汛物资清点情况报镇应急管理办公室。\n");
	assert_int_equal(json_array_size(x.notes), 1);
	gk_extracted_free(&x);
	free(both);
	free(p);
}

/* Any bytes: an answer or a refusal, and what is answered is clean UTF-8. */
static void
garbage_is_refused_or_clean(void **state)
{
	uint32_t seed = 20210305;
	unsigned char bytes[400];

	(void)state;
	for (unsigned round = 0; round < 1500; round++) {
		struct gk_extracted x;
		size_t n = seed % sizeof bytes;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = (unsigned char)(seed >> 24);
			/* Text-like bytes get further than noise. */
			if (round % 3 == 0 && bytes[i] < 0x20)
				bytes[i] |= 0xA0;
		}
		seed = seed * 1664525 + 1013904223;
		if (gk_extract(bytes, n, &x, NULL) == GK_OK) {
			assert_int_equal(gk_utf8_check(x.text.p, x.text.n), x.text.n);
			for (size_t i = 0; i < x.text.n; i++)
				assert_true((unsigned char)x.text.p[i] >= 0x20 || x.text.p[i] == '\n' || x.text.p[i] == '\t');
		}
		gk_extracted_free(&x);
	}
}

#ifdef GK_FAULTS
static void
every_refusal_of_the_system_is_survived(void **state)
{
	static const char *const files[] = { "\xB5\xDA\xD2\xBB\xCC\xF5\xCE\xAA\xC1\xCB", "<html><p>第一条</p></html>", "plain ASCII", "\x89PNG\r\n\x1a\n" };

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++)
		for (unsigned n = 1;; n++) {
			struct gk_extracted x;
			struct gk_err err = GK_ERR_INIT;

			gk_fault_arm(n);
			gk_extract(files[i], strlen(files[i]), &x, &err);
			gk_extracted_free(&x);
			if (gk_fault_hit() == NULL)
				break;
		}
	gk_fault_arm(0);
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_plain_sentence_is_enough),
		cmocka_unit_test(no_declaration_can_mislead),
		cmocka_unit_test(big5_is_told_from_gbk),
		cmocka_unit_test(rare_characters_survive_gb18030),
		cmocka_unit_test(marks_decide),
		cmocka_unit_test(valid_utf8_by_chance_is_weighed),
		cmocka_unit_test(an_ascii_file_is_utf8),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(the_byte_that_is_wrong_is_named),
		cmocka_unit_test(a_wrong_declaration_is_noted),
		cmocka_unit_test(a_page_of_two_encodings_is_read_line_by_line),
		cmocka_unit_test(garbage_is_refused_or_clean),
#ifdef GK_FAULTS
		cmocka_unit_test(every_refusal_of_the_system_is_survived),
#endif
	};

	return cmocka_run_group_tests_name("encoding", tests, NULL, NULL);
}
