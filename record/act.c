/* The table of acts, and what an act on a given history would do. */
#include "record/act.h"

#include "record/field.h"
#include "record/history.h"
#include "record/record.h"
#include "record/retention.h"
#include "record/review.h"
#include "record/text.h"

#include <stdlib.h>
#include <string.h>

static const struct gk_act_kind kinds[] = {
	{ "amend_text", "修改（新文本）", "amendment (new text)", GK_AXIS_VALIDITY, 0 },
	{ "amend_articles", "修改", "amendment", GK_AXIS_LOG, GK_ACT_BY | GK_ACT_ARTICLES },
	{ "abolish_articles", "部分废止", "abolition in part", GK_AXIS_VALIDITY, GK_ACT_BY | GK_ACT_ARTICLES },
	{ "abolish", "废止", "abolition", GK_AXIS_VALIDITY, GK_ACT_BY },
	{ "replace", "被取代", "replacement", GK_AXIS_VALIDITY, GK_ACT_BY },
	{ "renew", "延长有效期", "renewal", GK_AXIS_VALIDITY, GK_ACT_EXPIRY },
	{ "lapse", "宣布失效", "declaration of lapse", GK_AXIS_VALIDITY, GK_ACT_BY },
	{ "conditional_lapse", "附条件失效", "conditional lapse", GK_AXIS_VALIDITY, GK_ACT_BY | GK_ACT_LAPSE_DATE },
	{ "confirm_valid", "继续有效", "confirmation", GK_AXIS_VALIDITY, 0 },
	{ "suspend", "暂停执行", "suspension", GK_AXIS_VALIDITY, 0 },
	{ "resume", "恢复施行", "resumption", GK_AXIS_VALIDITY, 0 },
	{ "revoke", "撤销", "annulment", GK_AXIS_VALIDITY, GK_ACT_BY },
	{ "reinstate", "恢复效力", "reinstatement", GK_AXIS_VALIDITY, GK_ACT_BY },
	{ "assert_status", "来源站标注", "label of the source", GK_AXIS_VALIDITY, GK_ACT_STATUS },
	{ "annul_event", "更正登记", "correction of the register", GK_AXIS_LOG, GK_ACT_TARGET | GK_ACT_REASON },
	{ "correct_text", "更正文本", "correction of the text", GK_AXIS_TEXT, GK_ACT_TEXT | GK_ACT_REASON },
	{ "correct_metadata", "更正", "correction", GK_AXIS_TEXT, GK_ACT_META },
	{ "submit", "送审", "submission", GK_AXIS_ACCESS, 0 },		/* what the acts of a review need: record/review.h */
	{ "gate_pass", "审查通过", "gate passed", GK_AXIS_ACCESS, 0 },
	{ "gate_return", "退回", "return", GK_AXIS_ACCESS, GK_ACT_REASON },
	{ "refer", "报请确定", "referral", GK_AXIS_ACCESS, GK_ACT_REASON },
	{ "refuse", "不予公开", "refusal", GK_AXIS_ACCESS, GK_ACT_GROUND },
	{ "release", "重新审查", "another review", GK_AXIS_ACCESS, GK_ACT_REASON },
	{ "publish", "公布", "publication", GK_AXIS_ACCESS, 0 },
	{ "withdraw", "下线", "withdrawal", GK_AXIS_ACCESS, GK_ACT_CLASS },
	{ "restore", "恢复公开", "restoration", GK_AXIS_ACCESS, GK_ACT_REASON },
	{ "seal", "封存", "sealing", GK_AXIS_ACCESS, GK_ACT_REASON },
	{ "file", "归档", "filing", GK_AXIS_RETENTION, 0 },		/* what these need: record/retention.h */
	{ "appraise_keep", "鉴定续存", "appraisal: keep", GK_AXIS_RETENTION, 0 },
	{ "appraise_destroy", "鉴定销毁", "appraisal: destroy", GK_AXIS_RETENTION, 0 },
	{ "destroy", "销毁", "destruction", GK_AXIS_RETENTION, 0 },
	{ "cancel_destroy", "撤销销毁", "destruction called off", GK_AXIS_RETENTION, 0 },
	{ "transfer", "移交", "transfer", GK_AXIS_RETENTION, 0 },
	{ "hold_on", "停止处置", "hold", GK_AXIS_RETENTION, 0 },
	{ "hold_off", "解除停止处置", "release of a hold", GK_AXIS_RETENTION, 0 },
	{ "open", "开放", "opening", GK_AXIS_RETENTION, 0 },
	{ "reclassify", "改划期限", "another term", GK_AXIS_RETENTION, 0 },
};

void
gk_event_label(const char *type, const char **zh, const char **en)
{
	static const struct { const char *type, *zh, *en; } begin[] = {
		{ "import_public", "收入", "taken in" }, { "publish", "公布", "published" }, { "seen_again", "又见于另一来源", "seen at a further source" },
	};
	const struct gk_act_kind *kind = gk_act_kind(type);

	*zh = kind == NULL ? type : kind->label;
	*en = kind == NULL ? type : kind->label_en;
	for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
		if (strcmp(begin[i].type, type) == 0) {
			*zh = begin[i].zh;
			*en = begin[i].en;
		}
}

const struct gk_act_kind *
gk_act_kind(const char *type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].type, type) == 0)
			return &kinds[i];
	return NULL;
}

json_t *
gk_act_json(const char *id, const char *type, struct gk_date effective, const char *recorded_at, const char *actor, json_t *act, json_t *meta)
{
	char date[12];
	json_t *out = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s}", "gongkai", GK_EVENT_FORMAT, "event", "e-0", "id", id, "type", type,
				"recorded_at", recorded_at, "actor", actor);
	int bad = out == NULL;

	gk_date_format(effective, date);
	if (!bad && date[0] != '\0')
		bad |= json_object_set_new(out, "effective_date", json_string(date));
	if (!bad && act != NULL && json_object_size(act) > 0)
		bad |= json_object_set(out, "act", act);
	if (!bad && meta != NULL && json_object_size(meta) > 0)
		bad |= json_object_set(out, "meta", meta);
	json_decref(act);
	json_decref(meta);
	if (!bad)
		return out;
	json_decref(out);
	return NULL;
}

/* --- is all there that the kind needs? ------------------------------------------------------------------- */

static bool
has_act(const struct gk_event *e, const char *key)
{
	const json_t *v = json_object_get(json_object_get(e->json, "act"), key);

	return json_is_array(v) ? json_array_size(v) > 0 : json_is_string(v) && json_string_length(v) > 0;
}

static bool
dated(const char *s)
{
	struct gk_date d;

	return gk_date_parse(s, strlen(s), &d);
}

static enum gk_status
check_needs(const struct gk_act_kind *kind, const struct gk_event *e, struct gk_err *err)
{
	const json_t *meta = json_object_get(e->json, "meta");
	const struct { unsigned need; bool there; const char *zh, *en, *hint, *hint_en; } table[] = {
		{ GK_ACT_BY, has_act(e, "by") || has_act(e, "by_text"), "依据文件", "the document that did it", "--by-doc 编号，或 --by-text '《…》（文号）'", "--by-doc ID, or --by-text '《…》(number)'" },
		{ GK_ACT_ARTICLES, has_act(e, "articles") || has_act(e, "subject"), "条款", "the articles", "--part 第七条", "--part 第七条" },
		{ GK_ACT_EXPIRY, dated(gk_meta_get(meta, "expiry_date")), "新的有效期", "the new end of its term", "--until 2027-12-31", "--until 2027-12-31" },
		{ GK_ACT_LAPSE_DATE, dated(gk_event_act(e, "lapse_date")), "失效的日期", "the day of the lapse", "--unless-replaced-by 2021-01-01", "--unless-replaced-by 2021-01-01" },
		{ GK_ACT_CLASS, gk_withdraw_class(gk_event_act(e, "class")) != NULL, "下线理由的类别", "the class of the reason", "--class 涉密|个人隐私|内容有误|第三方权益|上级要求", "--class secrecy|privacy|error|third_party|order" },
		{ GK_ACT_REASON, has_act(e, "reason"), "理由", "a reason", "--reason '…'", "--reason '…'" },
		{ GK_ACT_GROUND, has_act(e, "ground"), "不予公开的理由", "the ground", "--ground 国家秘密|个人隐私|商业秘密|过程性信息|内部事务信息", "--ground state_secret|privacy|trade_secret|process|internal" },
		{ GK_ACT_TARGET, has_act(e, "target"), "要撤销的登记", "the event to undo", "gongkai log 编号 列出登记", "gongkai log ID lists the events" },
		{ GK_ACT_META, json_object_size(meta) > 0, "要更正的字段", "a field to correct", "gongkai correct 编号 施行日期=2021-05-01", "gongkai correct ID effective_date=2021-05-01" },
		{ GK_ACT_TEXT, json_object_get(e->json, "content") != NULL, "文本", "the text", "--text 文件", "--text FILE" },
		{ GK_ACT_STATUS, has_act(e, "status"), "标注的时效", "the status", "--status 有效", "--status in_force" },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if ((kind->needs & table[i].need) == 0 || table[i].there)
			continue;
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "%s '%s' 缺少%s%.0s%.0s", "%.0s'%s': %.0sthe %s lacks %s", kind->label, e->id, table[i].zh, kind->label_en, table[i].en);
		gk_hint(err, "%s%.0s", "%.0s%s", table[i].hint, table[i].hint_en);
		return GK_REFUSED;
	}
	return GK_OK;
}

/*
 * What an event says of the record is what a person could have said by `gongkai correct`: a field of the dictionary, with a value
 * that the dictionary takes.  An act has its new term, if it has one, and nothing else.
 */
static enum gk_status
check_field(const struct gk_field *f, const json_t *value, struct gk_err *err)
{
	json_t *scratch = json_object();
	const json_t *item;
	size_t i;
	bool fits = f->type == GK_FT_LIST ? json_is_array(value) : f->type == GK_FT_INT ? json_is_integer(value) : json_is_string(value);
	enum gk_status st = scratch == NULL ? gk_nomem(err) : GK_OK;

	json_array_foreach(value, i, item)
		fits = fits && json_is_string(item);
	if (st == GK_OK && fits && json_is_string(value)) {
		st = gk_meta_set(scratch, f, json_string_value(value), json_string_length(value), err);
		fits = json_equal(json_object_get(scratch, f->key), value);
	}
	if (st == GK_OK && !fits) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "字段 '%s' 的值写得不对", "the value of field '%s' is not written as it has to be", f->key);
		gk_hint(err, "写成%s%.100s", "write %s%.100s", *gk_meta_get(scratch, f->key) != '\0' ? "" : f->type == GK_FT_LIST ? "[…]" : f->type == GK_FT_INT ? "1" : "\"…\"",
			gk_meta_get(scratch, f->key));
		st = GK_REFUSED;
	}
	json_decref(scratch);
	return st;
}

static enum gk_status
check_meta(const struct gk_event *e, struct gk_err *err)
{
	const char *key;
	json_t *value;
	enum gk_status st = GK_OK;

	json_object_foreach(json_object_get(e->json, "meta"), key, value) {
		const struct gk_field *f = gk_field_find(key, strlen(key));
		bool term = gk_event_brings_term(e->type) && strcmp(key, "expiry_date") == 0;

		if (f == NULL || strcmp(f->key, key) != 0 || !(gk_event_describes(e) || term)) {
			gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "登记 '%s' 的 meta 不能有字段 '%.100s'", "the meta of an event '%s' cannot have a field '%.100s'", e->type, key);
			gk_hint(err, "字段用 correct_metadata 更正", "fields are corrected by correct_metadata");
			return GK_REFUSED;
		}
		if (!json_is_null(value))
			st = check_field(f, value, err);
		if (st != GK_OK)
			return st;
	}
	return GK_OK;
}

/* --- would it change anything? ------------------------------------------------------------------------------- */

static bool
corrects(const struct gk_event *events, size_t n, const struct gk_event *act)
{
	struct gk_record r;
	const char *key;
	json_t *value;
	bool differs = false;

	if (gk_record_fold(events, n, &r, NULL) != GK_OK)
		return true;
	json_object_foreach(json_object_get(act->json, "meta"), key, value) {
		const json_t *now = json_object_get(r.meta, key);

		differs = differs || (json_is_null(value) ? now != NULL : now == NULL || !json_equal(now, value));
	}
	gk_record_free(&r);
	return differs;
}

/* The bytes that the new ones would take the place of, or follow. */
static const json_t *
bytes_before(const struct gk_event *events, size_t n, const struct gk_event *act, struct gk_text_of *room)
{
	size_t k = gk_texts(events, n, NULL, room);
	const char *which = gk_event_act(act, "corrects");
	struct gk_text_of then;

	if (strcmp(act->type, "amend_text") == 0)
		return gk_text_at(events, n, act->effective.year != 0 ? act->effective : gk_date_today(), NULL, &then) ? then.content : NULL;
	for (size_t i = 0; i < k; i++)
		if (strcmp(room[i].began->event, which) == 0 || strcmp(room[i].bytes->event, which) == 0)
			return room[i].content;
	return k > 0 && *which == '\0' ? room[k - 1].content : NULL;
}

static enum gk_status
check_text(const struct gk_event *events, size_t n, const struct gk_event *act, struct gk_err *err)
{
	struct gk_text_of *room = calloc(n, sizeof *room);
	const json_t *before = room == NULL ? NULL : bytes_before(events, n, act, room), *digest = json_object_get(json_object_get(act->json, "content"), "digest");
	enum gk_status st = GK_OK;

	if (room == NULL)
		return gk_nomem(err);
	free(room);
	if (before == NULL && strcmp(act->type, "correct_text") == 0) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 没有可更正的文本", "'%s' has no text to correct", act->id);
		gk_hint(err, "gongkai show %s 列出它的历史版本", "gongkai show %s lists its texts", act->id);
	} else if (before != NULL && digest != NULL && json_equal(json_object_get(before, "digest"), digest)) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 那一天的文本已经是这样，逐字节相同", "the text of '%s' on that day is this already, byte for byte", act->id);
		gk_hint(err, "核对文件和 --effective 的日期", "check the file, and the day of --effective");
	}
	return st;
}

/* What stands in the way, in words: the present state and who brought it. */
static enum gk_status
no_effect(const struct gk_act_kind *kind, const struct gk_event *events, size_t n, const struct gk_event *act, struct gk_err *err)
{
	const char *id = act->id;
	char zh[512], en[512];

	if (kind->axis == GK_AXIS_ACCESS) {
		struct gk_access_of a = gk_access_at(events, n, NULL);

		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不能登记%s%.0s '%s'：它现在%s%.0s（%s）", "%.0scannot register the %s of '%s': %.0sit is %s now (%s)", kind->label,
			kind->label_en, id, gk_access_names[a.code].label, gk_access_names[a.code].label_en, a.event);
	} else {
		struct gk_date day = act->effective.year != 0 ? act->effective : gk_date_today();
		struct gk_status_of now = gk_validity_at(events, n, day, NULL);

		gk_validity_badge(&now, GK_ZH, zh, sizeof zh);
		gk_validity_badge(&now, GK_EN, en, sizeof en);
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不能登记%s%.0s '%s'：到那一天它是“%.200s”%.0s", "%.0scannot register the %s of '%s': %.0son that day it is '%.200s'", kind->label,
			kind->label_en, id, *zh != '\0' ? zh : "无时效", *en != '\0' ? en : "without legal effect");
	}
	if (strcmp(act->type, "renew") == 0 && !json_is_true(json_object_get(json_object_get(act->json, "act"), "late")) &&
	    gk_validity_at(events, n, act->effective.year != 0 ? act->effective : gk_date_today(), NULL).code == GK_V_EXPIRED)
		gk_hint(err, "有效期已过才延长的，加 --late", "to renew what has expired, add --late");
	else
		gk_hint(err, "gongkai log %s 列出它的全部登记", "gongkai log %s lists all its events", id);
	return GK_REFUSED;
}

struct effects { bool *validity, *access, *retention; };

static void
effects_of(const struct gk_event *events, size_t n, struct effects *e)
{
	gk_validity_applied(events, n, NULL, e->validity);
	gk_access_applied(events, n, NULL, e->access);
	gk_retention_applied(events, n, GK_NO_DATE, NULL, e->retention);
}

/* An event may be undone while no later one has its effect only because of it. */
static enum gk_status
check_undo(const struct gk_event *events, size_t n, const struct gk_event *act, struct gk_event *with, bool *room, struct gk_err *err)
{
	struct effects before = { room, room + n + 1, room + 2 * (n + 1) }, after = { room + 3 * (n + 1), room + 4 * (n + 1), room + 5 * (n + 1) };
	bool *counts = room + 6 * (n + 1);
	const char *target = gk_event_act(act, "target");
	size_t at = n;

	for (size_t i = 0; i < n; i++)
		if (strcmp(events[i].event, target) == 0)
			at = i;
	if (at == n || at == 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, at == 0 ? "不能撤销 '%2$s'：它是 '%1$s' 的第一条登记，文件就是由它来的" : "'%s' 没有登记 '%s'",
			at == 0 ? "cannot undo '%2$s': it is the first event of '%1$s', the record itself" : "'%s' has no event '%s'", act->id, target);
		gk_hint(err, at == 0 ? "要使公众看不到它：gongkai withdraw %s" : "gongkai log %s 列出它的全部登记",
			at == 0 ? "to take it from public view: gongkai withdraw %s" : "gongkai log %s lists all its events", act->id);
		return GK_REFUSED;
	}
	gk_history_counting(events, n, NULL, counts);
	if (!counts[at]) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 的登记 '%s' 已经撤销", "of '%s', event '%s' is undone already", act->id, target);
		gk_hint(err, "gongkai log %s 列出它的全部登记", "gongkai log %s lists all its events", act->id);
		return GK_REFUSED;
	}
	/* The bytes are gone, whatever the log says afterwards. */
	if (strcmp(events[at].type, "destroy") == 0)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不能撤销 '%s'：销毁不可逆", "cannot undo '%s': a destruction cannot be undone", target);
	effects_of(events, n, &before);
	effects_of(with, n + 1, &after);
	for (size_t i = at + 1; i < n; i++)
		if ((before.validity[i] && !after.validity[i]) || (before.access[i] && !after.access[i]) ||
		    (before.retention[i] && !after.retention[i])) {
			gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不能撤销 '%s'：后来的登记 '%s'（%s）以它为前提", "cannot undo '%s': the later event '%s' (%s) rests on it", target,
				events[i].event, events[i].type);
			gk_hint(err, "先撤销后一条：gongkai undo %s", "undo the later one first: gongkai undo %s", events[i].event);
			return GK_REFUSED;
		}
	return GK_OK;
}

enum gk_status
gk_act_check(const struct gk_event *events, size_t n, const struct gk_event *act, struct gk_err *err)
{
	const struct gk_act_kind *kind = gk_act_kind(act->type);
	struct gk_event *with;
	bool *room;
	struct effects e;
	enum gk_status st;

	if (kind == NULL)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有登记种类 '%s'", "there is no kind of act '%s'", act->type);
	st = check_needs(kind, act, err);
	if (st == GK_OK)
		st = check_meta(act, err);
	if (st != GK_OK)
		return st;
	if (kind->axis == GK_AXIS_RETENTION)
		return gk_retention_check(events, n, act, err);
	st = gk_review_check(events, n, act, err);
	if (st != GK_OK)
		return st;
	if (json_object_get(act->json, "content") != NULL || strcmp(act->type, "correct_text") == 0) {
		st = check_text(events, n, act, err);
		if (st != GK_OK || strcmp(act->type, "correct_text") == 0)
			return st;
		/* A guide or a list of duties has its texts too, though nothing of it is in force (domain.md 2.2, 20.2 and 20.5). */
		if (gk_validity_at(events, n, act->effective.year != 0 ? act->effective : gk_date_today(), NULL).code == GK_V_NOT_APPLICABLE)
			return GK_OK;
	}
	if (kind->axis == GK_AXIS_TEXT)
		return corrects(events, n, act) ? GK_OK
			: gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 的字段已经是这样，没有可更正的", "the fields of '%s' are like that already: nothing to correct", act->id);
	with = calloc(n + 1, sizeof *with);
	room = calloc(7 * (n + 1), sizeof *room);
	if (with == NULL || room == NULL) {
		st = gk_nomem(err);
	} else {
		memcpy(with, events, n * sizeof *with);
		with[n] = *act;
		e = (struct effects){ room, room + n + 1, room + 2 * (n + 1) };
		if (strcmp(act->type, "annul_event") == 0) {
			st = check_undo(events, n, act, with, room, err);
		} else if (kind->axis != GK_AXIS_LOG) {
			effects_of(with, n + 1, &e);
			st = (kind->axis == GK_AXIS_ACCESS ? e.access : e.validity)[n] ? GK_OK : no_effect(kind, events, n, act, err);
		}
	}
	free(with);
	free(room);
	return st;
}
