/* Pages that hold words of our own only: help, about this site, accessibility. */
#include "web/frame.h"

struct words { const char *anchor, *zh, *en; };		/* an anchor begins a section, and then the words are its heading */

static void
write_words(struct frame *f, const struct words *w, size_t n)
{
	bool open = false;

	for (size_t i = 0; i < n; i++) {
		if (w[i].anchor != NULL) {
			if (open)
				page_close(f->p);
			page_open(f->p, "section", "class", "card words", "id", w[i].anchor, NULL);
			page_element(f->p, "h2", NULL, W(f, w[i].zh, w[i].en));
			open = true;
		} else {
			page_element(f->p, "p", NULL, W(f, w[i].zh, w[i].en));
		}
	}
	if (open)
		page_close(f->p);
}

static bool
page_of_words(const struct gk_view *v, const char *zh, const char *en, const struct words *w, size_t n, void (*more)(struct frame *f), struct gk_buf *out)
{
	struct frame f;

	if (!frame_begin(&f, v)) {
		page_free(f.p);
		return false;
	}
	frame_head(&f, W(&f, zh, en), "", "#main");
	page_element(f.p, "h1", "title", W(&f, zh, en));
	write_words(&f, w, n);
	if (more != NULL)
		more(&f);
	return frame_end(&f, out);
}

/* ---- help ---- */

/* Examples that can be tried at once. */
static void
write_examples(struct frame *f)
{
	static const struct { const char *q, *zh, *en; } examples[] = {
		{ "低保", "一个词；也查文件里的说法“最低生活保障”", "a word; what documents call it is looked for too" },
		{ "\"安全生产责任\"", "加引号：原样的一串字", "in quotation marks: exactly these characters" },
		{ "补贴 -农机", "减号：不要这个词", "minus: without this word" },
		{ "47号文", "文号可只写一部分，括号不拘", "a number may be given in part, with any brackets" },
		{ "标题:通知", "只在标题里找", "in titles only" },
		{ "机关:人民政府 年份:2021..2022", "按机关和年份", "by issuer and year" },
		{ "is:已废止", "按时效", "by validity" },
		{ "安全生產", "繁体、全角照样能查", "traditional and full-width characters find the same" },
		{ "dibao", "拼音也可以", "so does pinyin" },
	};
	struct page *p = f->p;

	page_open(p, "section", "class", "card words", "id", "examples", NULL);
	page_element(p, "h2", NULL, W(f, "试一试", "Examples to try"));
	page_open(p, "dl", "class", "fields half-terms", NULL);
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		page_open(p, "div", NULL);
		page_open(p, "dt", "lang", ZH(f), NULL);
		page_open(p, "a", "href", frame_search_url(f, NULL, NULL, "q", examples[i].q), NULL);
		page_text(p, examples[i].q);
		page_close(p);
		page_close(p);
		page_element(p, "dd", NULL, W(f, examples[i].zh, examples[i].en));
		page_close(p);
	}
	page_close(p);
	page_close(p);
}

bool
gk_page_help(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	static const struct words words[] = {
		{ "q", "输入什么", "What to type" },
		{ NULL, "标题、发文字号、正文中的词，或者一个完整的问题，都写在同一个框里。几个词之间用空格隔开，表示都要有。", "A title, a number, words of the text or a whole question: all go into the one box. Words apart by a space must all be there." },
		{ NULL, "没有完全相同的，会依次放宽：同义词、改正错字、相邻、都有、有一些。放宽到哪一步，结果上方都会写明，并可一步退回原样。", "Where nothing matches as typed, the search is loosened step by step: synonyms, corrected slips, words near each other, all words, some words. Which step it came to is said above the results, with a way back." },
		{ "status", "时效怎么看", "Validity" },
		{ NULL, "每份文件都注明时效：✓ 现行有效，◐ 部分有效，◷ 尚未生效，✗ 已废止，? 时效待核；画着沙漏的是有效期届满失效。时效由登记的事实算出，写明自哪天起、依据哪份文件；没有查清的写“时效待核”，不猜。勾选“只看现行有效”，只列现行有效和部分有效的，并说明另有多少件已废止或失效。", "Every document says whether it is in force: ✓ in force, ◐ partly, ◷ not yet, ✗ abolished, an hourglass: expired, ? not checked. It is computed from what was registered, with the day and the document that did it; what is not known is said to be so. The box “Only what is in force” lists what is in force, whole or in part, and says how much more has ended." },
		{ "as_of", "查某一天", "As of a day" },
		{ NULL, "在检索框下填“时效截至日期”，就按那一天的时效显示和筛选；打开文件看到的也是那一天的文本。日期写成 2019-06-01，也可只写年月。", "With a date below the box, validity is that of the day, and documents open with the text of the day. Dates are written 2019-06-01; year and month alone will do." },
		{ "known_at", "按当时所知", "As known then" },
		{ NULL, "网址参数 known_at 按某一时刻已经登记的情况回答，以便核对当年的统计。", "The parameter known_at answers by what was registered at an earlier time, so that old statistics can be checked." },
		{ "filter", "筛选、排序、导出", "Filters, order, export" },
		{ NULL, "左侧可按时效、类别、年份、机关、格式筛选，可多选；数字就是选中后的件数。任何检索结果都能导出 CSV、JSON，或用 Atom 订阅。", "Results can be filtered by validity, category, year, issuer and kind of file; each number is what choosing it gives. Every result can be exported as CSV or JSON, or subscribed to as Atom." },
		{ "place", "到原文此处", "To the place in the text" },
		{ NULL, "每段摘录后的“看原文此处”打开文件，停在摘录所在的地方，并标出所查的词；文件里说明共有几处，也可以不标。", "“See it in the text” behind a passage opens the document at that place, with the words marked; the document says how often they are there, and can be read without marks." },
		{ "keys", "键盘", "Keys" },
		{ NULL, "/ 到检索框，j k 上一条下一条（文件里是标出的上一处下一处），回车打开，n p 翻页。不用键盘快捷键也能做完一切。", "/ goes to the box, j and k to the next and former hit (in a document: to the next and former marked place), Enter opens, n and p turn pages. Nothing needs them." },
		{ "zero", "查不到怎么办", "Nothing found" },
		{ NULL, "换一个词，或去掉筛选；仍查不到的信息，可以向本机关依申请公开（《政府信息公开条例》第二十七条）。", "Try another word or fewer filters; what is not published may be applied for (Regulation on Open Government Information, Art. 27)." },
	};

	(void)answer;
	return page_of_words(v, "检索帮助", "Help", words, sizeof words / sizeof *words, write_examples, out);
}

/* ---- about ---- */

static void
write_address(struct frame *f)
{
	const char *address = f->v->apply_address;
	struct page *p = f->p;

	page_open(p, "section", "class", "card words", "id", "apply", NULL);
	page_element(p, "h2", NULL, W(f, "依申请公开", "To apply for information"));
	if (address[0] == '\0')
		page_element(p, "p", NULL, W(f, "本机关没有填写受理地址，请向本机关办公室询问。", "The office has not said where to apply; ask it."));
	else
		page_element(p, "p", NULL, address);
	page_open(p, "p", NULL);
	frame_a(f, NULL, "/guide", W(f, "公开指南：怎样获取信息、向谁申请 ›", "The guide: how to obtain information, whom to apply to ›"));
	page_close(p);
	page_close(p);
	page_open(p, "section", "class", "card words", "id", "machines", NULL);
	page_element(p, "h2", NULL, W(f, "供程序使用", "For programs"));
	page_open(p, "ul", "class", "way", NULL);
	{
		static const struct { const char *url, *zh, *en; } ways[] = {
			{ "/api/openapi.json", "接口说明（OpenAPI）", "The interface (OpenAPI)" }, { "/oai?verb=Identify", "收割（OAI-PMH 2.0）", "Harvesting (OAI-PMH 2.0)" },
			{ "/sitemap.xml", "网站地图", "Sitemap" }, { "/search.atom?sort=new", "新公开（Atom）", "Newest documents (Atom)" }, { "/opensearch.xml", "浏览器搜索栏（OpenSearch）", "A browser's own box (OpenSearch)" },
		};

		for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
			page_open(p, "li", NULL);
			page_open(p, "a", "href", ways[i].url, NULL);
			page_text(p, W(f, ways[i].zh, ways[i].en));
			page_close(p);
			page_close(p);
		}
	}
	page_close(p);
	page_close(p);
}

bool
gk_page_about(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	static const struct words words[] = {
		{ "what", "这里有什么", "What is here" },
		{ NULL, "本机关主动公开的文件，以及在本站集中公开的其他机关的文件。收录从哪年起、更新到哪天、多少件时效还没有核实，写在每页下方。", "Documents that the office publishes on its own account, and those of other offices that publish here. From which year, until when, and how many are not yet checked stands at the foot of every page." },
		{ "true", "凭什么相信", "Why to trust it" },
		{ NULL, "原件、文字和每一次登记都存进只增不改的档案（WARC，国际标准 ISO 28500），每条记录都有摘要，并收进签名的检查点。文件页的“引用与完整性”可下载证明，任何人不用本站也能核对。", "The file, its text and everything registered stand in an archive that is only added to (WARC, ISO 28500); every record has a digest and stands under a signed checkpoint. Each document has a proof to download, which anybody can check without this site." },
		{ "privacy", "不留痕迹", "No traces" },
		{ NULL, "查询不用登录，不设 Cookie，不跟踪；检索词不用来向别人提示。", "No login, no cookie, no tracking; what is typed is never offered to anybody else." },
	};

	(void)answer;
	return page_of_words(v, "关于本站", "About this site", words, sizeof words / sizeof *words, write_address, out);
}

bool
gk_page_accessibility(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	static const struct words words[] = {
		{ "bar", "按什么标准", "The bar" },
		{ NULL, "按 GB/T 37668-2019《信息技术 互联网内容无障碍可访问性技术要求与测试方法》和 WCAG 2.2 AA 级制作，并在浏览器里逐页检查。", "Made to GB/T 37668-2019 and WCAG 2.2 level AA, and checked page by page in a browser." },
		{ "how", "怎样使用", "How to use it" },
		{ NULL, "页面上方有大字版、高对比、繁體、English；选择会随每个链接带下去，不用 Cookie。文字可放大到四倍。全部功能可只用键盘，也不需要脚本。没有验证码、弹窗和动画。", "At the top of every page: large type, high contrast, traditional characters, English. The choice goes along with every link, without a cookie. Text can be enlarged four times. Everything works with the keyboard alone and without scripts. There is no captcha, no pop-up, nothing that moves." },
		{ NULL, "时效既有文字也有符号，不单靠颜色区分。图表都配有相同数字的表格。", "Validity is said in words and by a sign, never by colour alone. Every chart is a table with the same numbers." },
		{ "hant", "繁體字", "Traditional characters" },
		{ NULL, "繁體由程序逐字逐词转换，仅便于阅读；以发布的原文为准。", "The view in traditional characters is turned word by word by a program, for reading only; the text as published is the one that counts." },
		{ "paper", "原件", "Files" },
		{ NULL, "原件的格式由发文机关决定；每份文件都另有可朗读的文字版。扫描件的文字由识别得来，会注明。", "The kind of file is the issuer's choice; each has a text beside it that can be read aloud. Text that was recognised from a scan says so." },
	};

	(void)answer;
	return page_of_words(v, "无障碍说明", "Accessibility", words, sizeof words / sizeof *words, NULL, out);
}
