/* What acts and proposals say at a terminal. */
#include "indexer/act.h"
#include "indexer/cmd.h"
#include "indexer/disposal.h"
#include "indexer/proposals.h"

#include <stdio.h>
#include <string.h>

/* --- opening ---------------------------------------------------------------------------------------------------- */

void
store_notes(const struct app *app, const struct store *s)
{
	if (s->torn_bytes > 0)
		app_note(app, "说明：上次中断留下的 %llu 字节已移到 warc/torn/，已登记的文件都在", "note: %llu bytes of an interrupted batch were moved to warc/torn/; nothing acknowledged is lost",
			 (unsigned long long)s->torn_bytes);
	if (s->rebuilt)
		app_note(app, "说明：索引不能用，已由档案重建", "note: the index could not be used and was rebuilt from the archive");
	else if (s->caught_up > 0)
		app_note(app, "说明：索引补读了 %u 条登记", "note: the index read %u events it had missed", s->caught_up);
	if (s->disposal == DISPOSAL_NOTHING_HAPPENED)
		app_note(app, "说明：上次的销毁在开始前中断，什么也没有销毁", "note: the last destruction was interrupted before it began: nothing was destroyed");
	if (s->disposal == DISPOSAL_COMPLETED)
		app_note(app, "说明：上次的销毁中断了，现已补完：%zu 件已销毁", "note: the last destruction was interrupted and is completed now: %zu documents are destroyed", s->disposed);
}

/* --- the preview of an act ------------------------------------------------------------------------------------------ */

static const char *
badge_of(const json_t *state)
{
	const char *badge = json_str(state, gk_lang == GK_EN ? "badge_en" : "badge");

	return *badge != '\0' ? badge : GK_T("无时效", "no legal effect");
}

static const char *const report_keys[] = { "issued", "ended", "inforce" };

/* The year after a, with the same change. */
static bool
follows(const json_t *a, const json_t *b)
{
	if (json_integer_value(json_object_get(a, "year")) + 1 != json_integer_value(json_object_get(b, "year")))
		return false;
	for (size_t k = 0; k < 3; k++)
		if (json_integer_value(json_object_get(a, report_keys[k])) != json_integer_value(json_object_get(b, report_keys[k])))
			return false;
	return strcmp(json_str(a, "row"), json_str(b, "row")) == 0;
}

/* Years in which the same happens are one line: what was abolished in 2003 is missing from every table since. */
static void
print_report(const json_t *report)
{
	const char *labels[] = { GK_T("本年制发", "issued"), GK_T("本年废止", "abolished"), GK_T("现行有效", "in force") };
	size_t n = json_array_size(report);

	for (size_t i = 0, to; i < n; i = to + 1) {
		const json_t *one = json_array_get(report, i);
		long long first = json_integer_value(json_object_get(one, "year")), last;

		for (to = i; to + 1 < n && follows(json_array_get(report, to), json_array_get(report, to + 1)); to++)
			;
		last = json_integer_value(json_object_get(json_array_get(report, to), "year"));
		if (last > first)
			printf(GK_T("  %lld 至 %lld 年年报", "  annual reports %lld to %lld"), first, last);
		else
			printf(GK_T("  %lld 年年报", "  annual report %lld"), first);
		printf(GK_T("表二（%s）：", ", table 2 (%s): "), strcmp(json_str(one, "row"), "rule") == 0 ? GK_T("规章", "rules") : GK_T("规范性文件", "normative documents"));
		for (size_t k = 0, said = 0; k < 3; k++)
			if (json_integer_value(json_object_get(one, report_keys[k])) != 0)
				printf("%s%s %+lld", said++ > 0 ? GK_T("，", ", ") : "", labels[k], (long long)json_integer_value(json_object_get(one, report_keys[k])));
		printf("\n");
	}
}

void
act_print_preview(const json_t *v)
{
	const json_t *before = json_object_get(v, "before"), *after = json_object_get(v, "after"), *between = json_object_get(v, "between");

	printf(GK_T("将登记：%s ", "to be registered: %s "), json_str(v, gk_lang == GK_EN ? "label_en" : "label"));
	print_text(json_str(v, "id"));
	printf(" ");
	print_text(json_str(v, "title"));
	if (*json_str(v, "number") != '\0') {
		printf("（");
		print_text(json_str(v, "number"));
		printf("）");
	}
	printf("\n");
	if (*json_str(v, "effective") != '\0')
		printf(GK_T("  自 %s 起\n", "  from %s on\n"), json_str(v, "effective"));
	printf(GK_T("  现为：%s\n", "  now: %s\n"), badge_of(before));
	if (json_is_object(between))
		printf(GK_T("  当时：%s\n", "  on that day: %s\n"), badge_of(between));
	printf(*json_str(v, "from") != '\0' ? GK_T("  届时：%s\n", "  then: %s\n") : GK_T("  变为：%s\n", "  will be: %s\n"), badge_of(after));
	if (strcmp(json_str(before, "access"), json_str(after, "access")) != 0)
		printf(GK_T("  公开状态：%s → %s\n", "  access: %s -> %s\n"), json_str(before, "access"), json_str(after, "access"));
	print_report(json_object_get(v, "report"));
}

/* --- proposals --------------------------------------------------------------------------------------------------------- */

static const struct { const char *kind, *zh, *en; } kind_words[] = {
	{ "abolish", "废止", "abolishes" }, { "abolish_articles", "部分废止", "abolishes in part" }, { "lapse", "宣布失效", "declares lapsed" },
	{ "conditional_lapse", "附条件失效", "lets lapse, if nothing is done," }, { "confirm_valid", "继续有效", "confirms" }, { "term", "本件有效期", "states its own term:" },
};

static void
print_kind(const json_t *v)
{
	for (size_t i = 0; i < sizeof kind_words / sizeof *kind_words; i++)
		if (strcmp(kind_words[i].kind, json_str(v, "kind")) == 0)
			printf("%s", GK_T(kind_words[i].zh, kind_words[i].en));
}

static void
print_part(const json_t *v)
{
	const json_t *article;
	size_t i;

	json_array_foreach(json_object_get(v, "articles"), i, article) {
		printf(i == 0 ? " " : "、");
		print_text(json_string_value(article));
	}
	if (*json_str(v, "subject") != '\0') {
		printf(" ");
		print_text(json_str(v, "subject"));
	}
}

static void
print_targets(const json_t *v)
{
	static const struct { const char *verdict, *zh, *en; } words[] = {
		{ "number", "文号相符", "by its number" }, { "title", "题名相符", "by its title" }, { "ask", "待核", "to be checked" }, { "near", "相近", "close" },
	};
	const json_t *target;
	size_t i;

	if (strcmp(json_str(v, "kind"), "term") == 0)
		return;
	if (strcmp(json_str(v, "verdict"), "none") == 0)
		printf(GK_T("  档案里没有这件文件；收入后自动对上\n", "  not in the archive; it will be found when it comes\n"));
	json_array_foreach(json_object_get(v, "targets"), i, target) {
		printf("  → %s ", json_str(target, "id"));
		print_text(json_str(target, "title"));
		if (*json_str(target, "number") != '\0') {
			printf("（");
			print_text(json_str(target, "number"));
			printf("）");
		}
		for (size_t k = 0; k < sizeof words / sizeof *words; k++)
			if (strcmp(words[k].verdict, json_str(v, "verdict")) == 0)
				printf(" [%s]", GK_T(words[k].zh, words[k].en));
		if (*json_str(target, "status_label") != '\0')
			printf(" %s", json_str(target, gk_lang == GK_EN ? "status_label_en" : "status_label"));
		printf("\n");
	}
	if (*json_str(v, "why") != '\0')
		printf("  ? %s\n", json_str(v, gk_lang == GK_EN ? "why_en" : "why"));
}

void
proposal_print(const json_t *v)
{
	const json_t *by = json_object_get(v, "by"), *place = json_object_get(v, "place");

	if (*json_str(v, "proposal") != '\0')
		printf("%s  ", json_str(v, "proposal"));
	printf("%s ", json_str(by, "id"));
	print_text(json_str(by, "title"));
	printf("\n  ");
	print_kind(v);
	if (strcmp(json_str(v, "kind"), "term") == 0) {
		if (*json_str(v, "expiry_date") != '\0')
			printf(GK_T("至 %s", " up to %s"), json_str(v, "expiry_date"));
		else
			printf(GK_T(" %lld 年", " %lld years"), (long long)json_integer_value(json_object_get(v, "years")));
	}
	if (*json_str(v, "name") != '\0') {
		printf(" 《");
		print_text(json_str(v, "name"));
		printf("》");
	}
	if (*json_str(v, "docno") != '\0') {
		printf("（");
		print_text(json_str(v, "docno"));
		printf("）");
	}
	print_part(v);
	if (*json_str(v, "lapse_date") != '\0')
		printf(GK_T("  自 %s 起", "  from %s on"), json_str(v, "lapse_date"));
	else if (strcmp(json_str(v, "kind"), "term") != 0)
		printf(*json_str(v, "effective") != '\0' ? GK_T("  自 %s 起", "  from %s on") : GK_T("  自哪一天起待定%s", "  from a day to be found out%s"), json_str(v, "effective"));
	printf(GK_T("  把握 %.2f\n", "  confidence %.2f\n"), json_real_value(json_object_get(v, "confidence")));
	print_targets(v);
	printf(GK_T("  原文（%lld–%lld 字节）：", "  text (bytes %lld to %lld): "), (long long)json_integer_value(json_array_get(place, 0)), (long long)json_integer_value(json_array_get(place, 1)));
	print_text(json_str(v, "sentence"));
	printf("\n");
}
