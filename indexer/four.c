/* 四性检测: the checks by name, and their results. */
#include "indexer/four.h"

#include "base/status.h"
#include "base/utf8.h"
#include "indexer/cmd.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct { const char *property, *property_en, *code, *what, *what_en; } names[FOUR_COUNT] = {
	[FOUR_A1] = { "真实性", "authenticity", "A1", "元数据的类型、长度、值域", "metadata types, lengths, ranges" },
	[FOUR_A2] = { "真实性", "authenticity", "A2", "电子属性与实际一致", "electronic attributes as they are" },
	[FOUR_A3] = { "真实性", "authenticity", "A3", "元数据与内容关联", "metadata and content belong together" },
	[FOUR_A4] = { "真实性", "authenticity", "A4", "移交信息包与发出时一致", "the package is what was sent" },
	[FOUR_A5] = { "真实性", "authenticity", "A5", "电子签名", "signature" },
	[FOUR_C1] = { "完整性", "completeness", "C1", "必填元数据齐全", "mandatory metadata present" },
	[FOUR_C2] = { "完整性", "completeness", "C2", "件号连续", "no gaps in running numbers" },
	[FOUR_C3] = { "完整性", "completeness", "C3", "目录与内容一一对应", "each entry has content, and the other way round" },
	[FOUR_C4] = { "完整性", "completeness", "C4", "件数与移交目录相符", "counts equal the list" },
	[FOUR_U1] = { "可用性", "usability", "U1", "元数据可读", "metadata readable" },
	[FOUR_U2] = { "可用性", "usability", "U2", "内容可按所称格式打开", "content opens in the declared format" },
	[FOUR_U3] = { "可用性", "usability", "U3", "格式在接收清单内", "format on the accepted list" },
	[FOUR_U4] = { "可用性", "usability", "U4", "没有加密和私有压缩", "no encryption or private compression" },
	[FOUR_S1] = { "安全性", "safety", "S1", "没有恶意程序", "no malware" },
	[FOUR_S2] = { "安全性", "safety", "S2", "没有无关文件", "no foreign files" },
	[FOUR_S3] = { "安全性", "safety", "S3", "载体完好", "medium sound" },
	[FOUR_S4] = { "安全性", "safety", "S4", "没有涉密标志", "no secrecy marking" },
	[FOUR_S5] = { "安全性", "safety", "S5", "过程可追溯", "process traceable" },
};

void
four_made(struct four *f, enum four_id id, const char *remark)
{
	f->check[id].made = true;
	if (remark != NULL && f->check[id].failed == 0)
		snprintf(f->check[id].detail, FOUR_DETAIL, "%s", remark);
}

void
four_not(struct four *f, enum four_id id, const char *why)
{
	f->check[id].made = false;
	snprintf(f->check[id].detail, FOUR_DETAIL, "%s", why);
}

void
four_fail(struct four *f, enum four_id id, const char *fmt, ...)
{
	enum { TOLD = 5 };
	char *detail = f->check[id].detail;
	size_t n = f->check[id].failed == 0 ? 0 : strlen(detail);
	va_list ap;

	f->check[id].made = true;
	if (f->check[id].failed++ >= TOLD)
		return;
	detail[n] = '\0';
	if (n > 0)
		n += (size_t)snprintf(detail + n, FOUR_DETAIL - n, "；");
	if (n < FOUR_DETAIL) {
		va_start(ap, fmt);
		vsnprintf(detail + n, FOUR_DETAIL - n, fmt, ap);
		va_end(ap);
	}
	detail[gk_utf8_cut(detail, strlen(detail))] = '\0';
	for (char *c = detail; *c != '\0'; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
}

void
four_codes(const struct four *f, char *out, size_t size)
{
	snprintf(out, size, "%s", four_passed(f) ? "PASS" : "");
	for (size_t i = 0, n = 0; i < FOUR_COUNT && n < size; i++)
		if (f->check[i].failed > 0)
			n += (size_t)snprintf(out + n, size - n, "%s%s", n > 0 ? " " : "", names[i].code);
}

bool
four_passed(const struct four *f)
{
	for (size_t i = 0; i < FOUR_COUNT; i++)
		if (f->check[i].failed > 0)
			return false;
	return true;
}

static const char *
result(const struct four *f, size_t i)
{
	return f->check[i].failed > 0 ? "FAIL" : f->check[i].made ? "PASS" : "N/A";
}

void
four_table(const struct four *f, struct gk_buf *out)
{
	gk_buf_puts(out, "性质\t编号\t检查项\t结果\t说明\n");
	for (size_t i = 0; i < FOUR_COUNT; i++) {
		gk_buf_printf(out, "%s\t%s\t%s\t%s\t%s", names[i].property, names[i].code, names[i].what, result(f, i), f->check[i].detail);
		if (f->check[i].failed > 1)
			gk_buf_printf(out, "（共 %zu 处）", f->check[i].failed);
		gk_buf_putc(out, '\n');
	}
}

json_t *
four_json(const struct four *f)
{
	json_t *out = json_array();

	for (size_t i = 0; i < FOUR_COUNT; i++)
		json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "property", names[i].property, "property_en", names[i].property_en, "code", names[i].code,
						     "check", names[i].what, "check_en", names[i].what_en, "result", result(f, i), "detail", f->check[i].detail, "failed",
						     (json_int_t)f->check[i].failed));
	return out;
}

void
four_print(const struct four *f)
{
	for (size_t i = 0; i < FOUR_COUNT; ) {
		const char *property = names[i].property;
		size_t end = i, failed = 0, not_made = 0;

		for (; end < FOUR_COUNT && strcmp(names[end].property, property) == 0; end++) {
			failed += f->check[end].failed > 0;
			not_made += !f->check[end].made;
		}
		printf("  %s  %s", GK_T(property, names[i].property_en), failed > 0 ? GK_T("不合格", "failed") : GK_T("合格", "passed"));
		if (not_made > 0)
			printf(GK_T("（%zu 项未检）", " (%zu not made)"), not_made);
		printf("\n");
		for (; i < end; i++) {
			if (f->check[i].failed == 0)
				continue;
			printf("    %s %s  ", names[i].code, GK_T(names[i].what, names[i].what_en));
			print_text(f->check[i].detail);
			if (f->check[i].failed > 1)
				printf(GK_T("（共 %zu 处）", " (%zu in all)"), f->check[i].failed);
			printf("\n");
		}
	}
}
