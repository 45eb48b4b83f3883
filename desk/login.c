/* Logging in, out, and giving the password once more. */
#include "desk/desk.h"

#include "web/metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
set_cookie(struct call *c, const char *token, bool over)
{
	char text[256];

	snprintf(text, sizeof text, "__Host-gongkai=%s; Path=/; Secure; HttpOnly; SameSite=Strict%s", token, over ? "; Max-Age=0" : "");
	free(c->cookie);
	c->cookie = strdup(text);
}

enum gk_status
login_answer(struct call *c)
{
	const char *name, *password;
	char token[SESSION_TOKEN];
	enum gk_status st = in_need(c, "name", &name);

	if (st == GK_OK)
		st = in_need(c, "password", &password);
	if (st == GK_OK)
		st = sessions_login(c->desk->sessions, name, password, c->address, token, &c->wait, &c->err);
	gk_metrics_count(c->desk->metrics, st == GK_OK ? GK_COUNT_LOGINS : GK_COUNT_LOGINS_REFUSED);
	if (st != GK_OK) {
		c->status = c->err.cause == GK_CAUSE_NO_ACCESS ? 422 : 0;
		return st;
	}
	/* A session that was there before does not live on under another name. */
	if (c->token != NULL)
		sessions_end(c->desk->sessions, c->token);
	set_cookie(c, token, false);
	c->redirect = "/staff/";
	c->out = json_pack("{s:s}", "result", "ok");
	return GK_OK;
}

enum gk_status
logout_answer(struct call *c)
{
	if (c->token != NULL)
		sessions_end(c->desk->sessions, c->token);
	set_cookie(c, "", true);
	c->redirect = "/staff/login";
	c->out = json_pack("{s:s}", "result", "ok");
	return GK_OK;
}

void
login_page(struct call *c, struct frame *f)
{
	static const struct field name = { "name", "用户名", "Name", "text", "", NULL, NULL, true }, password = { "password", "密码", "Password", "password", "", NULL, NULL, true };

	desk_head(c, f, W(f, "登录", "Log in"));
	page_open(f->p, "div", "class", "card narrow", NULL);
	page_element(f->p, "h1", NULL, W(f, "登录工作台", "Log in to the desk"));
	desk_error(c, f);
	form_begin(c, f, "/staff/login", "stack");
	form_field(c, f, &name);
	form_field(c, f, &password);
	form_button(f, NULL, NULL, "登录", "Log in", false);
	form_end(f);
	page_element(f->p, "p", "hint", W(f, "没有账号，或忘了密码：请管理员运行 gongkai user add 或 gongkai user passwd。", "No account, or the password forgotten: ask the administrator (gongkai user add, gongkai user passwd)."));
	page_close(f->p);
}

enum gk_status
again_answer(struct call *c)
{
	const char *password;
	enum gk_status st = in_need(c, "password", &password);

	if (st == GK_OK && c->token == NULL)
		st = call_refuse(c, NULL, "密钥不需要再输密码", "a key needs no password");
	if (st == GK_OK)
		st = sessions_again(c->desk->sessions, c->token, password, c->address, &c->wait, &c->err);
	if (st != GK_OK) {
		c->status = c->err.cause == GK_CAUSE_NO_ACCESS ? 422 : 0;
		return st;
	}
	c->who.fresh = true;
	c->out = json_pack("{s:s}", "result", "ok");
	return GK_OK;
}

void
again_page(struct call *c, struct frame *f)
{
	static const struct field password = { "password", "密码", "Password", "password", "", "下线、封存、销毁前要再输一次，五分钟内有效。", "Wanted once more before withdrawing, sealing or destroying; good for five minutes.", true };
	char roles[128];

	desk_head(c, f, W(f, "我的账号", "My account"));
	page_open(f->p, "div", "class", "card narrow", NULL);
	page_element(f->p, "h1", NULL, W(f, "我的账号", "My account"));
	desk_error(c, f);
	gk_roles_text(c->who.roles, f->v->lang, roles, sizeof roles);
	page_open(f->p, "p", NULL);
	page_printf(f->p, W(f, "%s，角色：%s。", "%s, roles: %s."), c->who.name, roles);
	page_close(f->p);
	if (c->who.fresh)
		page_element(f->p, "p", "done", W(f, "✓ 密码刚刚核对过，现在可以下线、封存、销毁。", "✓ Your password was just checked: you may withdraw, seal and destroy now."));
	form_begin(c, f, "/staff/again", "stack");
	form_field(c, f, &password);
	form_button(f, NULL, NULL, "确认身份", "Confirm it is me", false);
	form_end(f);
	page_close(f->p);
}
