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
		st = sessions_login(c->desk->sessions, name, password, in(c, "code"), c->address, token, &c->wait, &c->err);
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
	static const struct field name = { "name", "用户名", "Name", "text", "", NULL, NULL, true }, password = { "password", "密码", "Password", "password", "", NULL, NULL, true },
				  code = { "code", "动态码", "Code", "text", "", "设了第二因素的才填：手机上的六位数", "Only if you have a second factor: the six digits on your phone", false };

	desk_head(c, f, W(f, "登录", "Log in"));
	page_open(f->p, "div", "class", "card narrow", NULL);
	page_element(f->p, "h1", NULL, W(f, "登录工作台", "Log in to the desk"));
	desk_error(c, f);
	form_begin(c, f, "/staff/login", "stack");
	form_field(c, f, &name);
	form_field(c, f, &password);
	form_field(c, f, &code);
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

/* ---- the second factor ---- */

enum gk_status
factor_answer(struct call *c)
{
	unsigned char secret[GK_TOTP_SECRET];
	char text[GK_TOTP_TEXT], uri[GK_FACTOR_URI];
	const char *code;
	enum gk_status st;

	if (c->token == NULL)
		return call_refuse(c, NULL, "密钥没有第二因素", "a key has no second factor");
	/* A desk that somebody left alone must not lock him out. */
	if (!c->who.fresh || (c->who.factor && !in_is(c, "op", "confirm"))) {
		c->status = 403;
		gk_fail(&c->err, GK_REFUSED, GK_CAUSE_NO_ACCESS, c->who.factor ? "已经设了第二因素" : "先再输一次密码（五分钟内有效）", c->who.factor ? "there is a second factor already" : "give your password once more (good for five minutes)");
		gk_hint(&c->err, c->who.factor ? "换手机请管理员运行 gongkai user factor" : "在“我的账号”里输入：/staff/again", c->who.factor ? "for another phone the administrator runs gongkai user factor" : "at /staff/again");
		return GK_REFUSED;
	}
	if (in_is(c, "op", "confirm")) {
		st = in_need(c, "code", &code);
		if (st == GK_OK)
			st = sessions_factor_finish(c->desk->sessions, c->token, code, &c->err);
		if (st == GK_OK) {
			sessions_find(c->desk->sessions, c->token, &c->who);
			c->out = json_pack("{s:s}", "result", "ok");
		}
		return st;
	}
	st = sessions_factor_begin(c->desk->sessions, c->token, secret, &c->err);
	if (st == GK_OK) {
		gk_totp_write_secret(secret, text);
		gk_factor_uri(c->desk->organisation, c->who.name, secret, uri);
		c->out = json_pack("{s:s, s:s}", "secret", text, "uri", uri);
	}
	return st;
}

/* The secret in groups of four, to be typed; a phone that shows this page opens its program by the link. */
static void
write_secret(struct call *c, struct frame *f)
{
	static const struct field code = { "code", "动态码", "Code", "text", "", "输入后程序显示的六位数", "The six digits that the program shows then", true };
	const char *secret = str(c->out, "secret");
	char groups[2 * GK_TOTP_TEXT];
	size_t n = 0;

	for (size_t i = 0; secret[i] != '\0' && n + 2 < sizeof groups; i++) {
		if (i > 0 && i % 4 == 0)
			groups[n++] = ' ';
		groups[n++] = secret[i];
	}
	groups[n] = '\0';
	page_element(f->p, "p", NULL, W(f, "在手机的动态码程序里新建一项（按时间、六位、30 秒），输入这个密钥。它只显示这一次。",
					"Make a new entry in the program on your phone (by time, six digits, 30 seconds) and type this secret. It is shown this once."));
	page_open(f->p, "p", "class", "sentence", NULL);
	page_element(f->p, "code", NULL, groups);
	page_close(f->p);
	page_open(f->p, "p", NULL);
	/* An address of our own making, and the only one that leads away. */
	page_open(f->p, "a", "href", str(c->out, "uri"), NULL);
	page_text(f->p, W(f, "在这台设备的程序里打开", "Open in a program of this device"));
	page_close(f->p);
	page_close(f->p);
	form_begin(c, f, "/staff/factor", "stack");
	form_hidden(f, "op", "confirm");
	form_field(c, f, &code);
	form_button(f, NULL, NULL, "设定", "Set it", false);
	form_end(f);
}

static void
write_factor(struct call *c, struct frame *f)
{
	page_element(f->p, "h2", NULL, W(f, "第二因素", "Second factor"));
	if (c->who.admin_waits)
		page_element(f->p, "p", "notice", W(f, "管理员要有第二因素：设好之前只能查阅。", "An admin needs a second factor: until there is one you only look on."));
	if (c->who.factor) {
		page_element(f->p, "p", "done", W(f, "✓ 已设。登录时除密码外还要手机上的六位数。", "✓ It is set: logging in takes the six digits on your phone besides the password."));
		page_element(f->p, "p", "hint", W(f, "换手机：请管理员运行 gongkai user factor。", "For another phone the administrator runs gongkai user factor."));
	} else if (str(c->out, "secret")[0] != '\0') {
		write_secret(c, f);
	} else {
		page_element(f->p, "p", NULL, W(f, "只凭密码，谁知道它谁就能登录。加上手机上每半分钟一换的六位数，偷到密码也没有用。",
						"By a password alone whoever knows it gets in. With six digits on your phone that change every half minute a stolen password is of no use."));
		form_begin(c, f, "/staff/factor", "stack");
		form_button(f, "op", "begin", "设第二因素", "Set a second factor", true);
		form_end(f);
	}
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
	page_open(f->p, "div", "class", "card narrow", NULL);
	write_factor(c, f);
	page_close(f->p);
}
