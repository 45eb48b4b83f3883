/* 登记沿革: what was registered of a document, and when; what is undone stays readable. */
#include "web/frame.h"

#include "record/history.h"

#include <stdio.h>

/* By the office's clock; the instant itself is for programs. */
static void
write_instant(struct frame *f, const char *instant)
{
	char when[GK_OFFICE_TIME];

	gk_office_time(instant, when);
	page_open(f->p, "time", "datetime", instant, NULL);
	page_text(f->p, when);
	page_close(f->p);
}

static void
write_row(struct frame *f, const json_t *e)
{
	const json_t *by = json_object_get(e, "by");
	bool undone = json_is_true(json_object_get(e, "undone"));
	struct page *p = f->p;

	page_open(p, "tr", "class", undone ? "undone" : NULL, NULL);
	page_open(p, "td", NULL);
	page_element(p, "code", NULL, str(e, "event"));
	page_close(p);
	page_open(p, "td", NULL);
	write_instant(f, str(e, "recorded_at"));
	page_close(p);
	page_open(p, "td", NULL);
	page_text(p, W(f, str(e, "label"), str(e, "label_en")));
	if (undone)
		page_text(p, W(f, "（已撤销）", " (undone)"));
	page_close(p);
	page_element(p, "td", NULL, str(e, "date"));
	page_open(p, "td", NULL);
	if (json_is_object(by))
		frame_by(f, by);
	page_close(p);
	page_close(p);
}

bool
gk_page_history(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	static const struct { const char *zh, *en; } heads[] = { { "登记号", "Event" }, { "登记时间", "Registered" }, { "事项", "What" }, { "自何日起", "From" }, { "依据", "By" } };
	const json_t *events = json_object_get(answer, "events"), *one;
	struct frame f;
	char title[700];
	size_t i;

	if (!frame_begin(&f, v)) {
		page_free(f.p);
		return false;
	}
	snprintf(title, sizeof title, W(&f, "登记沿革：%.600s", "What was registered: %.600s"), str(answer, "title"));
	frame_head(&f, title, "", "#main");
	page_element(f.p, "h1", "title", W(&f, "登记沿革", "What was registered"));
	page_open(f.p, "p", NULL);
	page_open(f.p, "a", "href", frame_link(&f, str(answer, "url")), "lang", ZH(&f), NULL);
	page_text(f.p, str(answer, "title"));
	page_close(f.p);
	page_close(f.p);
	page_open(f.p, "div", "class", "card scroll", "tabindex", "0", "role", "region", "aria-label", W(&f, "登记沿革", "What was registered"), NULL);
	page_open(f.p, "table", "class", "list", NULL);
	page_open(f.p, "thead", NULL);
	page_open(f.p, "tr", NULL);
	for (i = 0; i < sizeof heads / sizeof *heads; i++) {
		page_open(f.p, "th", "scope", "col", NULL);
		page_text(f.p, W(&f, heads[i].zh, heads[i].en));
		page_close(f.p);
	}
	page_close(f.p);
	page_close(f.p);
	page_open(f.p, "tbody", NULL);
	json_array_foreach(events, i, one)
		write_row(&f, one);
	page_close(f.p);
	page_close(f.p);
	page_close(f.p);
	page_element(f.p, "p", "quiet", W(&f, "登记只增不改：撤销也是一次登记，原来的一条仍在。", "Nothing registered is ever changed: to undo is to register once more, and the entry stays."));
	return frame_end(&f, out);
}
