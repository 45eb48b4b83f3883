/* What must not get out with a text, for those who decide: rules, places, masked excerpts. */
#include "web/answer.h"

json_t *
gk_answer_findings(const char *text, size_t n, const struct gk_findings *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->n; i++) {
		const struct gk_finding *x = &f->item[i];
		const struct gk_rule_name *rule = &gk_rule_names[x->rule];
		char excerpt[GK_EXCERPT];
		json_t *one;

		gk_finding_excerpt(text, n, x, excerpt);
		one = json_pack("{s:s, s:s, s:s, s:s, s:i, s:n, s:i, s:i, s:s, s:s, s:s}", "rule", rule->code, "label", rule->label, "label_en", rule->label_en,
				"severity", gk_severity_codes[x->severity], "line", (int)x->line, "cell", "start", (int)x->start, "end", (int)x->end,
				"excerpt", excerpt, "advice", rule->advice, "advice_en", rule->advice_en);
		if (x->cell > 0)
			json_object_set_new(one, "cell", json_integer(x->cell));
		json_array_append_new(list, one);
	}
	return json_pack("{s:o, s:I, s:I, s:I}", "findings", list, "block", (json_int_t)f->of[GK_BLOCK], "warn", (json_int_t)f->of[GK_WARN],
			 "treated", (json_int_t)f->of[GK_TREATED]);
}
