/* What could not be looked at because a shard of the index does not answer (catalog/away.h), said where it counts. */
#include "web/answer-internal.h"

#include <stdio.h>

static json_t *
ranges(const struct gk_missing *m)
{
	json_t *out = json_array();

	for (size_t i = 0; i < m->n; i++)
		json_array_append_new(out, json_pack("[I, I]", (json_int_t)m->range[i].first, (json_int_t)m->range[i].last));
	return out;
}

bool
site_note_missing(const struct gk_missing *m, json_t *answer, json_t *notices)
{
	char zh[400], en[400];

	if (m->documents == 0)
		return true;
	snprintf(zh, sizeof zh, "索引有 %zu 个分片没有应答，其中的 %u 件（第 %u 号起）这次查不到：所列不全，件数只是下限。稍后再查", m->n, m->documents, m->range[0].first);
	snprintf(en, sizeof en, "%zu shards of the index do not answer: %u documents (from number %u on) could not be looked at, so this is not all, and counts are only at least so many. Try again later",
		 m->n, m->documents, m->range[0].first);
	json_object_set_new(answer, "complete", json_false());
	return json_array_append_new(notices, json_pack("{s:s, s:s, s:s, s:I, s:o}", "code", "shard_missing", "message", zh, "message_en", en, "documents", (json_int_t)m->documents,
							"ranges", ranges(m))) == 0;
}
