/* What the answers share: the archive, refusals, the one who came second, and what was answered before. */
#include "desk/desk.h"

#include "base/io.h"
#include "indexer/act.h"
#include "indexer/resolve.h"
#include "record/history.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAST_MAX = 512, PAST_HASH = 32 };

enum gk_status
call_refuse(struct call *c, const char *param, const char *zh, const char *en)
{
	c->param = param;
	gk_fail(&c->err, GK_REFUSED, GK_CAUSE_USAGE, "%s%.0s", "%2$s%1$.0s", zh, en);
	return GK_REFUSED;
}

/* ---- the archive ---- */

enum gk_status
call_read(struct call *c, struct store *s)
{
	return store_open_reading(c->desk->archive, s, &c->err);
}

/* A preview writes nothing: it does not wait for whoever writes, and nobody waits for it. */
enum gk_status
call_write(struct call *c, struct store *s)
{
	enum gk_status st;

	if (c->dry)
		return call_read(c, s);
	pthread_mutex_lock(&c->desk->writer);
	st = store_open(c->desk->archive, c->desk->wait, s, &c->err);
	if (st != GK_OK)
		pthread_mutex_unlock(&c->desk->writer);
	return st;
}

void
call_close(struct call *c, struct store *s)
{
	store_close(s);
	if (!c->dry)
		pthread_mutex_unlock(&c->desk->writer);
}

/* ---- two people at one record ---- */

/* What it was as far as the event `n - 1`. */
static json_t *
version(const struct gk_event *events, size_t n)
{
	struct gk_status_of v = gk_validity_at(events, n, gk_date_today(), NULL);
	struct gk_record r;
	json_t *out;
	char badge_zh[1024], badge_en[1024];

	if (gk_record_fold(events, n, &r, NULL) != GK_OK)
		return json_object();
	gk_validity_badge(&v, GK_ZH, badge_zh, sizeof badge_zh);
	gk_validity_badge(&v, GK_EN, badge_en, sizeof badge_en);
	out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:O}", "event", events[n - 1].event, "code", gk_validity_names[v.code].code, "badge", badge_zh, "badge_en", badge_en, "access",
			gk_access_names[gk_access_at(events, n, NULL).code].code, "meta", r.meta);
	gk_record_free(&r);
	return out;
}

enum gk_status
call_check_base(struct call *c, const struct store_history *h)
{
	const char *base = in(c, "base");
	json_t *since;
	size_t seen = 0;

	if (base == NULL || strcmp(h->events[h->n - 1].event, base) == 0)
		return GK_OK;
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->events[i].event, base) == 0)
			seen = i + 1;
	if (seen == 0)
		return call_refuse(c, "base", "base 不是这件文件的登记号", "base is no event of this document");
	since = json_array();
	for (size_t i = seen; i < h->n; i++)
		json_array_append(since, h->events[i].json);
	json_decref(c->out);
	c->out = json_pack("{s:{s:s, s:o, s:o, s:o}}", "conflict", "id", h->events[0].id, "seen", version(h->events, seen), "now", version(h->events, h->n), "since", since);
	c->status = 409;
	gk_fail(&c->err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 在你看过之后又有登记（%s），没有登记", "'%s' has changed since you looked (%s): nothing was registered", h->events[0].id,
		h->events[h->n - 1].event);
	gk_hint(&c->err, "看过现在的状态后再来", "look at how it is now, then decide again");
	return GK_REFUSED;
}

bool
call_may_see(const struct call *c, const struct store_history *h)
{
	return (c->who.roles & (GK_ROLE_REVIEWER | GK_ROLE_ARCHIVIST | GK_ROLE_ADMIN)) != 0 || gk_access_at(h->events, h->n, NULL).code != GK_A_SEALED;
}

enum gk_status
call_check_seen(struct call *c, const struct store_history *h, const char *ref)
{
	if (call_may_see(c, h))
		return GK_OK;
	return gk_fail(&c->err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有编号、文号或题名为 '%.200s' 的文件", "there is no document with the id, number or title '%.200s'", ref);
}

enum gk_status
call_about(struct call *c, tell_fn *tell)
{
	const char *id;
	struct store s;
	struct store_history h;
	uint32_t docid;
	enum gk_status st = in_need(c, "id", &id);

	if (st == GK_OK)
		st = call_read(c, &s);
	if (st != GK_OK)
		return st;
	st = act_find(&s, id, &docid, &c->err);
	if (st == GK_OK && (st = store_history(&s, docid, &h, &c->err)) == GK_OK) {
		st = call_check_seen(c, &h, id);
		if (st == GK_OK)
			st = tell(c, &s, &h);
		store_history_free(&h);
	}
	store_close(&s);
	return st;
}

enum gk_status
call_need_fresh(struct call *c)
{
	if (c->who.fresh || c->who.by_key || c->dry)
		return GK_OK;
	c->status = 403;
	gk_fail(&c->err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "下线和销毁要再输一次密码（五分钟内有效）", "to withdraw or destroy, give your password once more (good for five minutes)");
	gk_hint(&c->err, "在“我的账号”里输入密码：/staff/again", "give it at /staff/again");
	return GK_REFUSED;
}

/* ---- the same request again ---- */

struct answered { unsigned char hash[PAST_HASH]; int status; char *body; };
struct past {
	pthread_mutex_t lock;
	struct answered item[PAST_MAX];
	size_t next;
};

struct past *
past_new(void)
{
	struct past *p = calloc(1, sizeof *p);

	if (p != NULL)
		pthread_mutex_init(&p->lock, NULL);
	return p;
}

void
past_free(struct past *p)
{
	for (size_t i = 0; p != NULL && i < PAST_MAX; i++)
		free(p->item[i].body);
	free(p);
}

/* Of the person, the address, and the key, which may come in the header or in the form. */
static bool
past_hash(const struct call *c, unsigned char out[PAST_HASH])
{
	const char *key = c->key != NULL ? c->key : in(c, "key");
	const char *parts[] = { c->who.name, c->path, key };
	crypto_generichash_state s;

	if (key == NULL || c->dry || strcmp(c->method, "POST") != 0)
		return false;
	crypto_generichash_init(&s, NULL, 0, PAST_HASH);
	for (size_t i = 0; i < 3; i++)
		crypto_generichash_update(&s, (const unsigned char *)parts[i], strlen(parts[i]) + 1);
	crypto_generichash_final(&s, out, PAST_HASH);
	return true;
}

bool
call_answered(struct call *c)
{
	struct past *p = c->desk->past;
	unsigned char hash[PAST_HASH];
	bool found = false;

	if (!past_hash(c, hash))
		return false;
	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < PAST_MAX && !found; i++)
		if (p->item[i].body != NULL && memcmp(p->item[i].hash, hash, PAST_HASH) == 0) {
			c->out = json_loads(p->item[i].body, 0, NULL);
			c->status = p->item[i].status;
			found = c->out != NULL;
		}
	pthread_mutex_unlock(&p->lock);
	return found;
}

void
call_remember(struct call *c)
{
	struct past *p = c->desk->past;
	struct answered a = { .status = c->status };

	if (c->out == NULL || c->status >= 400 || !past_hash(c, a.hash))
		return;
	a.body = json_dumps(c->out, JSON_COMPACT);
	pthread_mutex_lock(&p->lock);
	free(p->item[p->next].body);
	p->item[p->next] = a;
	p->next = (p->next + 1) % PAST_MAX;
	pthread_mutex_unlock(&p->lock);
}

void
call_request_mark(const struct call *c, char out[REQUEST_MARK])
{
	unsigned char hash[PAST_HASH];

	out[0] = '\0';
	if (past_hash(c, hash))
		sodium_bin2hex(out, REQUEST_MARK, hash, (REQUEST_MARK - 1) / 2);
}

const char *
call_registered(const struct call *c, const struct store_history *h)
{
	char mark[REQUEST_MARK];

	call_request_mark(c, mark);
	for (size_t i = 0; mark[0] != '\0' && i < h->n; i++)
		if (strcmp(json_str(h->events[i].json, "request"), mark) == 0)
			return h->events[i].event;
	return NULL;
}
