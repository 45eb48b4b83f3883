/* What a code of gongkai verify means.  By itself, because the gate has findings of its own by the same name. */
#include "desk/meaning.h"

#include "archive/verify.h"

#include <string.h>

bool
verified_meaning(const char *code, const char **zh, const char **en)
{
	for (int rule = GK_V_CRC; rule < GK_V_RULES; rule++) {
		const struct gk_rule_text *t = gk_rule_text((enum gk_rule)rule);

		if (strcmp(t->code, code) == 0) {
			*zh = t->zh;
			*en = t->en;
			return true;
		}
	}
	return false;
}
