/*
 * The guide to information (公开指南) of Art. 12 para. 2: how it is classified and arranged, how it is obtained, and the office for disclosure.
 * What only the office can say comes from gongkai.conf; what it has not said is named as missing, never left out in silence.
 */
#include "web/answer-internal.h"

#include <string.h>

struct paragraph { const char *section, *zh, *en; };

/* In the order of the law; the words are ours, the numbers those of the Regulation (国务院令第711号). */
static const struct { const char *id, *zh, *en; } sections[] = {
	{ "classes", "政府信息的分类", "How information is classified" },
	{ "arrangement", "编排体系", "How it is arranged" },
	{ "public", "获取方式：主动公开", "How to obtain what is public" },
	{ "apply", "获取方式：依申请公开", "How to apply for other information" },
	{ "office", "政府信息公开工作机构", "The office for disclosure" },
	{ "remedy", "监督和救济", "Complaints" },
};
static const struct paragraph words[] = {
	{ "classes", "本机关主动公开的信息按栏目分类，各栏目所对应的《政府信息公开条例》第二十条、第二十一条的项目列在下表。", "What the office publishes is classified by category; the table names the items of articles 20 and 21 that each stands for." },
	{ "arrangement", "公开目录的每一条载明索引、名称、内容概述和生成日期，按栏目排列，同一栏目内新的在前。", "Each entry of the catalogue has index, name, abstract and date of creation; it goes by category, the newest first." },
	{ "arrangement", "每份文件有不变的编号和网址，并注明发文机关、发文字号、索引号和时效；已废止、失效的文件仍可查阅，写明依据。", "Each document has an id and an address that stay, and says issuer, number, index number and validity; what was abolished can still be read, with what ended it." },
	{ "public", "在本网站可以检索、查阅、下载全部主动公开的信息。", "On this site everything that is public can be searched, read and downloaded." },
	{ "public", "主动公开的信息自形成或者变更之日起 20 个工作日内公开；法律、法规另有规定的，从其规定（第二十六条）。", "It is published within 20 working days of its creation or change, unless a law says otherwise (Art. 26)." },
	{ "apply", "主动公开以外的信息，公民、法人和其他组织可以申请获取（第二十七条）。申请写明姓名或者名称、身份证明、联系方式，所要信息的名称、文号或者便于查找的特征，以及希望得到的形式（第二十九条）。", "Anybody may apply for what is not published (Art. 27), stating name, proof of identity, contact, the name, number or marks of what is wanted, and the form (Art. 29)." },
	{ "apply", "能当场答复的当场答复；不能当场答复的，自收到申请之日起 20 个工作日内答复，确需延长的，延长不超过 20 个工作日并告知（第三十三条）。申请内容不明确的，7 个工作日内一次告知补正（第三十条）。", "It is answered at once or within 20 working days, extended by at most 20 more with notice (Art. 33); what is unclear is asked about once, within 7 working days (Art. 30)." },
	{ "apply", "获取信息不收费；申请的数量、频次明显超过合理范围的，可以收取信息处理费（第四十二条）。", "It is free; a processing fee may be charged where number or frequency is clearly beyond what is reasonable (Art. 42)." },
	{ "remedy", "认为没有按要求主动公开、没有依法答复申请的，可以向政府信息公开工作主管部门提出（第四十七条）；认为合法权益受到侵犯的，可以投诉、举报，也可以依法申请行政复议或者提起行政诉讼（第五十一条）。", "Who finds that something was not published or answered as it must be may turn to the supervising department (Art. 47); who finds his rights violated may complain, ask for reconsideration or go to court (Art. 51)." },
};

/* The items that "20.11/20.13" names, with their labels. */
static json_t *
items_of(const char *article20)
{
	const struct gk_field *f = gk_field_find("art20_item", strlen("art20_item"));
	json_t *list = json_array();

	for (const char *s = article20; *s != '\0'; s += s[strcspn(s, "/")] == '/' ? strcspn(s, "/") + 1 : strlen(s))
		for (const char *const *pair = f->values; *pair != NULL; pair += 2)
			if (strlen(pair[0]) == strcspn(s, "/") && strncmp(pair[0], s, strlen(pair[0])) == 0) {
				json_array_append_new(list, json_pack("{s:s, s:s}", "item", pair[0], "label", pair[1]));
				break;
			}
	return list;
}

static const json_t *
counted(const json_t *counts, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(counts, i, one)
		if (strcmp(json_string_value(json_object_get(one, "value")), name) == 0)
			return one;
	return NULL;
}

/* Those that are configured, in that order, then what else was met at ingest. */
static json_t *
categories_of(const struct gk_config *c, const json_t *counts)
{
	json_t *list = json_array(), *one;
	size_t i, k;

	for (k = 0; k < c->n_categories; k++) {
		const json_t *has = counted(counts, c->categories[k].name);

		json_array_append_new(list, json_pack("{s:s, s:o, s:I, s:o}", "value", c->categories[k].name, "items", items_of(c->categories[k].article20), "count",
						      has == NULL ? (json_int_t)0 : (json_int_t)json_integer_value(json_object_get(has, "count")), "url",
						      url_of("/search", NULL, 0, NULL, "cat", c->categories[k].name)));
	}
	json_array_foreach(counts, i, one) {
		for (k = 0; k < c->n_categories && strcmp(c->categories[k].name, json_string_value(json_object_get(one, "value"))) != 0; k++)
			;
		if (k == c->n_categories)
			json_array_append_new(list, json_pack("{s:O, s:[], s:O, s:O}", "value", json_object_get(one, "value"), "items", "count", json_object_get(one, "count"), "url", json_object_get(one, "url")));
	}
	return list;
}

static void
miss(json_t *missing, const char *key, const char *zh, const char *en)
{
	json_array_append_new(missing, json_pack("{s:s, s:s, s:s}", "key", key, "label", zh, "label_en", en));
}

json_t *
gk_guide_missing(const struct gk_config *c)
{
	json_t *missing = json_array();

	if (*c->organisation == '\0')
		miss(missing, "organisation", "机关名称", "name of the office");
	if (*c->apply_address == '\0')
		miss(missing, "apply_address", "依申请公开的受理地址", "where to apply");
	for (size_t i = 0; i < GK_GUIDE_ITEMS; i++)
		if (*c->guide.item[i] == '\0') {
			char key[32];

			snprintf(key, sizeof key, "guide|%s", gk_guide_names[i].key);
			miss(missing, key, gk_guide_names[i].zh, gk_guide_names[i].en);
		}
	return missing;
}

static json_t *
sections_of(void)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		json_t *paragraphs = json_array();

		for (size_t k = 0; k < sizeof words / sizeof *words; k++)
			if (strcmp(words[k].section, sections[i].id) == 0)
				json_array_append_new(paragraphs, json_pack("{s:s, s:s}", "text", words[k].zh, "text_en", words[k].en));
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o}", "id", sections[i].id, "heading", sections[i].zh, "heading_en", sections[i].en, "paragraphs", paragraphs));
	}
	return list;
}

enum gk_status
gk_answer_guide(struct gk_site *s, json_t **out, struct gk_err *err)
{
	const struct gk_config *c = &s->config;
	json_t *home, *office = json_array(), *places = json_array();
	enum gk_status st = gk_answer_home(s, &home, err);

	if (st != GK_OK) {
		json_decref(office);
		json_decref(places);
		return st;
	}
	for (size_t i = 0; i < GK_GUIDE_ITEMS; i++)
		json_array_append_new(office, json_pack("{s:s, s:s, s:s, s:o}", "key", gk_guide_names[i].key, "label", gk_guide_names[i].zh, "label_en", gk_guide_names[i].en, "value", json_text(c->guide.item[i])));
	for (size_t i = 0; i < c->guide.n_places; i++)
		json_array_append_new(places, json_string(c->guide.places[i]));
	*out = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "organisation", json_text(c->organisation), "public_url", json_text(c->public_url), "apply_address", json_text(c->apply_address), "sections",
			 sections_of(), "categories", categories_of(c, json_object_get(home, "categories")), "office", office, "places", places, "missing", gk_guide_missing(c));
	json_decref(home);
	return *out == NULL ? gk_nomem(err) : GK_OK;
}
