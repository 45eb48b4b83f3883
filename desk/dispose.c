/*
 * Destruction by two persons: the register of all that is approved, what of it would go, and done once a second person has given his own
 * password and the digest of the printed register was typed by hand.
 */
#include "desk/desk.h"

#include "base/digest.h"
#include "base/io.h"
#include "indexer/act.h"
#include "indexer/destroying.h"
#include "indexer/keeping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
pass_over(void *arg, const struct gk_err *err)
{
	(void)arg, (void)err;
}

/* The register of what is approved now, kept in ARCHIVE/registers under its digest: it is what people print and sign.  path: yours. */
static enum gk_status
write_register(struct call *c, struct store *s, char **path, size_t *n)
{
	struct destroying_register w;
	struct gk_buf name;
	char hex[GK_SHA256_HEX + 1], *dir = gk_path(c->desk->archive, "registers");
	enum gk_status st;

	destroying_register_begin(&w);
	st = dir == NULL ? gk_nomem(&c->err) : keeping_walk(s, destroying_write_one, pass_over, &w, &c->err);
	*n = w.n;
	if (st == GK_OK && w.n == 0)
		st = gk_fail(&c->err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有批准销毁的文件", "nothing is approved for destruction");
	if (st == GK_OK)
		st = w.out.failed ? gk_nomem(&c->err) : gk_make_dir(dir, 0755, &c->err);
	if (st == GK_OK) {
		gk_sha256_hex(w.out.p, w.out.n, hex);
		gk_buf_init(&name, 4096);
		gk_buf_printf(&name, "%s/register-%.16s.csv", dir, hex);
		*path = gk_buf_take(&name, &(size_t){ 0 });
		st = *path == NULL ? gk_nomem(&c->err) : access(*path, F_OK) == 0 ? GK_OK : gk_replace_file(*path, 0644, w.out.p, w.out.n, &c->err);
	}
	gk_buf_free(&w.out);
	free(dir);
	return st;
}

static json_t *
lines_json(const struct destroying *x)
{
	json_t *out = json_array();

	for (size_t i = 0; i < x->reg.n; i++) {
		const struct destroying_line *l = &x->line[i];

		json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:b, s:s, s:s}", "id", l->id, "title", x->reg.row[i].cell[REG_TITLE], "refcode", x->reg.row[i].cell[REG_REFCODE], "goes",
						     l->why.cause == GK_CAUSE_NONE, "message", l->why.cause == GK_CAUSE_NONE ? "" : l->why.what, "message_en",
						     l->why.cause == GK_CAUSE_NONE ? "" : l->why.what_en));
	}
	return out;
}

/* Who he is, and that the register in his hand is this one. */
static enum gk_status
check_second(struct call *c, const struct destroying *x)
{
	const char *name, *password;
	enum gk_status st = call_need_fresh(c);

	if (st == GK_OK)
		st = in_need(c, "second", &name);
	if (st == GK_OK)
		st = in_need(c, "second_password", &password);
	if (st == GK_OK)
		st = destroying_persons(c->who.name, name, &c->err);
	if (st == GK_OK && !destroying_typed(x, in(c, "digest"))) {
		c->param = "digest";
		st = gk_fail(&c->err, GK_REFUSED, GK_CAUSE_USAGE, "摘要不是这份清册的前八位，什么也没有销毁", "those are not the first eight digits of this register's digest: nothing was destroyed");
		gk_hint(&c->err, "照打印、签字的清册输入", "type them from the register that was printed and signed");
	}
	if (st == GK_OK)
		st = sessions_second(c->desk->sessions, name, password, in(c, "second_code"), c->address, GK_ROLE_ARCHIVIST | GK_ROLE_ADMIN, &c->wait, &c->err);
	if (st != GK_OK && c->err.cause == GK_CAUSE_NO_ACCESS && c->status != 403)
		c->status = 422;
	return st;
}

static enum gk_status
work(struct call *c, struct store *s, struct destroying *x)
{
	char *path = NULL;
	size_t n = 0;
	unsigned removed, unread;
	json_t *lines;
	enum gk_status st = write_register(c, s, &path, &n);

	if (st == GK_OK)
		st = register_read(path, &x->reg, &c->err);
	free(path);
	if (st == GK_OK)
		st = destroying_check(x, &c->err);
	if (st != GK_OK)
		return st;
	lines = lines_json(x);
	c->out = json_pack("{s:s, s:o, s:i}", "register", x->reg.digest, "lines", lines, "goes", (int)x->n);
	if (c->dry)
		return GK_OK;
	st = check_second(c, x);
	if (st == GK_OK && x->n == 0)
		st = gk_fail(&c->err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "清册中没有可以销毁的", "nothing in the register can be destroyed");
	if (st == GK_OK)
		st = destroying_run(x, &removed, &unread, &c->err);
	if (st == GK_OK) {
		json_object_set_new(c->out, "destroyed", json_integer((json_int_t)x->n));
		json_object_set_new(c->out, "approved_by", json_string(c->who.name));
		json_object_set_new(c->out, "second", json_string(x->second));
		c->status = 201;
	}
	return st;
}

static enum gk_status
answer(struct call *c, bool dry)
{
	struct store s;
	struct destroying x = { .store = &s, .actor = c->who.name, .approved_by = c->who.name, .second = in(c, "second") != NULL ? in(c, "second") : "", .method = in(c, "method"),
				.place = in(c, "place"), .authority = in(c, "authority") };
	enum gk_status st;

	c->dry |= dry;
	/* Until the second one is named, what would go is shown as if he were somebody. */
	if (c->dry && *x.second == '\0')
		x.second = "—";
	if (x.method == NULL)
		x.method = "覆盖删除";
	st = call_write(c, &s);
	if (st != GK_OK)
		return st;
	st = work(c, &s, &x);
	destroying_free(&x);
	call_close(c, &s);
	if (st == GK_REFUSED && c->err.cause == GK_CAUSE_NOT_FOUND && c->dry && !c->api) {
		c->err = (struct gk_err)GK_ERR_INIT;
		c->out = json_pack("{s:[]}", "lines");
		return GK_OK;
	}
	return st;
}

enum gk_status
dispose_answer(struct call *c)
{
	return answer(c, true);
}

enum gk_status
dispose_act_answer(struct call *c)
{
	return answer(c, false);
}

/* The register as a file, to be printed. */
enum gk_status
dispose_register_answer(struct call *c)
{
	struct store s;
	char *path = NULL;
	size_t n;
	struct gk_buf file;
	enum gk_status st = call_read(c, &s);

	if (st != GK_OK)
		return st;
	st = write_register(c, &s, &path, &n);
	store_close(&s);
	if (st == GK_OK)
		st = gk_read_file(path, 16 << 20, &file, &c->err);
	if (st == GK_OK) {
		c->type = "text/csv; charset=utf-8";
		c->disposition = strdup("attachment; filename=\"register.csv\"");
		gk_buf_add(&c->file_out, file.p, file.n);
		gk_buf_free(&file);
	}
	free(path);
	return st;
}

/* ---- the page ---- */

/* 证明: what is printed, signed and kept when it is done. */
static void
write_certificate(struct frame *f, const json_t *o)
{
	page_open(f->p, "div", "class", "done", "role", "status", NULL);
	page_open(f->p, "p", "class", "strong", NULL);
	page_printf(f->p, W(f, "✓ 已销毁 %lld 件", "✓ %lld records are destroyed"), (long long)num(o, "destroyed"));
	page_close(f->p);
	page_open(f->p, "p", NULL);
	page_printf(f->p, W(f, "批准人 %s，第二人 %s，清册摘要 %s。本页可打印存档；清册与鉴定报告永久保存。", "Approved by %s, second person %s, digest of the register %s. Print this page; keep register and report for ever."),
		    str(o, "approved_by"), str(o, "second"), str(o, "register"));
	page_close(f->p);
	page_close(f->p);
}

static void
write_lines(struct frame *f, const json_t *lines)
{
	static const char *const heads[] = { "档号", "Code", "题名", "Title", "结果", "What becomes of it", NULL };
	const json_t *one;
	size_t i;

	table_begin(f, W(f, "清册", "The register"), heads);
	json_array_foreach(lines, i, one) {
		page_open(f->p, "tr", NULL);
		cell(f, str(one, "refcode"));
		cell(f, str(one, "title"));
		cell(f, json_is_true(json_object_get(one, "goes")) ? W(f, "销毁", "destroyed") : desk_words(f, one, "message"));
		page_close(f->p);
	}
	table_end(f);
}

static void
write_form(struct call *c, struct frame *f)
{
	static const struct field fields[] = {
		{ "digest", "清册摘要的前八位（照纸质清册输入）", "First eight digits of the register's digest, from the paper", "text", "", NULL, NULL, true },
		{ "second", "第二人的用户名", "Name of the second person", "text", "", "另一位档案员，当面输入自己的密码", "Another archivist, who types his own password", true },
		{ "second_password", "第二人的密码", "Password of the second person", "password", "", NULL, NULL, true },
		{ "second_code", "第二人的动态码", "Code of the second person", "text", "", "设了第二因素的才填", "Only with a second factor", false },
		{ "method", "销毁方式", "Method", "text", "覆盖删除", NULL, NULL, false }, { "place", "地点", "Place", "text", "", NULL, NULL, false },
	};

	page_open(f->p, "p", NULL);
	frame_a(f, "button plain", "/staff/archive/register.csv", W(f, "下载清册，打印、签字", "Download the register, print and sign it"));
	page_close(f->p);
	form_begin(c, f, "/staff/archive/dispose", "grid card");
	form_hidden(f, "confirm", "1");
	page_element(f->p, "h2", NULL, W(f, "执行", "Do it"));
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		form_field(c, f, &fields[i]);
	page_open(f->p, "p", "class", "acts", NULL);
	form_button(f, NULL, NULL, "销毁", "Destroy", false);
	frame_a(f, "button plain", "/staff/archive", W(f, "取消", "Cancel"));
	page_close(f->p);
	form_end(f);
}

void
dispose_page(struct call *c, struct frame *f)
{
	const json_t *o = c->out, *lines = json_object_get(o, "lines");

	desk_head(c, f, W(f, "销毁", "Disposal"));
	page_element(f->p, "h1", NULL, W(f, "按清册销毁", "Destruction by register"));
	desk_error(c, f);
	if (json_object_get(o, "destroyed") != NULL)
		write_certificate(f, o);
	else
		page_element(f->p, "p", "lead", W(f, "销毁后内容不能恢复；档案中留下记录、依据和日期。要两个人，并要先在“我的账号”里再输一次密码。",
						      "Content cannot be brought back; record, authority and date stay. It takes two persons, and your password once more under My account."));
	if (json_array_size(lines) == 0) {
		page_element(f->p, "p", "card", W(f, "没有批准销毁的文件。先在到期清单里鉴定。", "Nothing is approved for destruction. Appraise what is due first."));
		return;
	}
	write_lines(f, lines);
	if (json_object_get(o, "destroyed") == NULL)
		write_form(c, f);
}
