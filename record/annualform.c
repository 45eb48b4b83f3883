/* The form of the yearly report: nothing but tables. */
#include "record/annualform.h"

#define BY(...) (const char *const[]){ __VA_ARGS__, NULL }
#define REFUSED "（三）不予公开"
#define UNABLE "（四）无法提供"
#define UNHANDLED "（五）不予处理"
#define OTHERS "（六）其他处理"

const struct gk_t3_form gk_t3_form[GK_T3_ROWS] = {
	[GK_T3_NEW] = { "r1", "new", NULL, "一、本年新收政府信息公开申请数量", BY("本年新收", "本年度新收"), true, true },
	[GK_T3_CARRIED] = { "r2", "carried", NULL, "二、上年结转政府信息公开申请数量", BY("上年结转", "上年度结转"), true, true },
	[GK_T3_GRANTED] = { "r3.1", "granted", NULL, "（一）予以公开", BY("予以公开"), true, true },
	[GK_T3_PARTLY] = { "r3.2", "partly_granted", NULL, "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", BY("部分公开"), true, true },
	[GK_T3_STATE_SECRET] = { "r3.3.1", "state_secret", REFUSED, "1.属于国家秘密", BY("属于国家秘密", "国家秘密"), true, true },
	[GK_T3_LAW_FORBIDS] = { "r3.3.2", "law_forbids", REFUSED, "2.其他法律行政法规禁止公开", BY("法律行政法规禁止", "其他法律行政法规", "法律法规禁止"), true, true },
	[GK_T3_THREE_SAFETY] = { "r3.3.3", "three_safety", REFUSED, "3.危及“三安全一稳定”", BY("三安全一稳定", "安全一稳定"), true, true },
	[GK_T3_THIRD_PARTY] = { "r3.3.4", "third_party", REFUSED, "4.保护第三方合法权益", BY("第三方合法权益", "保护第三方"), true, true },
	[GK_T3_INTERNAL] = { "r3.3.5", "internal_affairs", REFUSED, "5.属于三类内部事务信息", BY("三类内部事务", "内部事务信息"), true, true },
	[GK_T3_PROCESS] = { "r3.3.6", "process_info", REFUSED, "6.属于四类过程性信息", BY("四类过程性", "过程性信息"), true, true },
	[GK_T3_ENFORCEMENT] = { "r3.3.7", "enforcement_file", REFUSED, "7.属于行政执法案卷", BY("行政执法案卷"), true, true },
	[GK_T3_ADMIN_QUERY] = { "r3.3.8", "admin_query", REFUSED, "8.属于行政查询事项", BY("行政查询事项"), true, true },
	[GK_T3_NOT_HELD] = { "r3.4.1", "not_held", UNABLE, "1.本机关不掌握相关政府信息", BY("不掌握相关", "本机关不掌握"), true, true },
	[GK_T3_TO_BE_MADE] = { "r3.4.2", "to_be_made", UNABLE, "2.没有现成信息需要另行制作", BY("没有现成信息", "需要另行制作", "需另行制作"), true, true },
	[GK_T3_UNCLEAR] = { "r3.4.3", "unclear", UNABLE, "3.补正后申请内容仍不明确", BY("补正后申请内容", "仍不明确"), true, true },
	[GK_T3_PETITION] = { "r3.5.1", "petition", UNHANDLED, "1.信访举报投诉类申请", BY("信访举报投诉"), true, true },
	[GK_T3_REPEATED] = { "r3.5.2", "repeated", UNHANDLED, "2.重复申请", BY("重复申请"), true, true },
	[GK_T3_PUBLICATION] = { "r3.5.3", "publication", UNHANDLED, "3.要求提供公开出版物", BY("公开出版物"), true, true },
	[GK_T3_EXCESSIVE] = { "r3.5.4", "excessive", UNHANDLED, "4.无正当理由大量反复申请", BY("大量反复申请", "大量反复"), true, true },
	[GK_T3_RECONFIRM] = { "r3.5.5", "reconfirm", UNHANDLED, "5.要求行政机关确认或重新出具已获取信息", BY("确认或重新出具", "重新出具"), true, true },
	[GK_T3_NOT_COMPLETED] = { "r3.6.1", "not_completed", OTHERS, "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", BY("逾期不补正", "逾期不补"), false, true },
	[GK_T3_FEE_UNPAID] = { "r3.6.2", "fee_unpaid", OTHERS, "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", BY("收费通知", "逾期未按"), false, true },
	[GK_T3_ELSE] = { "r3.6.3", "other", OTHERS, "3.其他", BY("=其他", "=六其他处理其他"), false, true },
	[GK_T3_OTHER] = { "r3.6", "other_2019", NULL, OTHERS, BY("=六其他处理", "=其他处理"), true, false },
	[GK_T3_TOTAL] = { "r3.7", "results", NULL, "（七）总计", BY("七总计", "=总计", "三本年度办理结果总计"), true, true },
	[GK_T3_NEXT] = { "r4", "next", NULL, "四、结转下年度继续办理", BY("结转下年度", "结转下年", "结转下一年"), true, true },
};

const struct gk_t2_form gk_t2_form[GK_T2_ROWS] = {
	{ "rule", "规章", "第二十条第（一）项", { "issued", "abolished", "inforce" }, { "made", "newly_public", "public_total" }, 3, 3 },
	{ "norm", "行政规范性文件", "第二十条第（一）项", { "issued", "abolished", "inforce" }, { "made", "newly_public", "public_total" }, 3, 3 },
	{ "license", "行政许可", "第二十条第（五）项", { "decisions", NULL, NULL }, { "items", "change", "decisions" }, 1, 3 },
	{ "service", "其他对外管理服务事项", "第二十条第（五）项", { NULL, NULL, NULL }, { "items", "change", "decisions" }, 0, 3 },
	{ "penalty", "行政处罚", "第二十条第（六）项", { "decisions", NULL, NULL }, { "items", "change", "decisions" }, 1, 3 },
	{ "coercion", "行政强制", "第二十条第（六）项", { "decisions", NULL, NULL }, { "items", "change", "decisions" }, 1, 3 },
	{ "fee", "行政事业性收费", "第二十条第（八）项", { "amount", NULL, NULL }, { "items", "change", NULL }, 1, 2 },
	{ "purchase", "政府集中采购", "第二十条第（九）项", { NULL, NULL, NULL }, { "items", "amount", NULL }, 0, 2 },
};

const char *const gk_t3_column_label[GK_T3_COLUMNS] = { "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计" };
const char *const gk_t3_column_code[GK_T3_COLUMNS] = { "person", "company", "research", "charity", "legal", "other", "total" };
const char *const gk_t4_group[GK_T4_GROUPS] = { "reconsider", "suit_direct", "suit_after" };
const char *const gk_t4_group_label[GK_T4_GROUPS] = { "行政复议", "未经复议直接起诉", "复议后起诉" };
const char *const gk_t4_column[GK_T4_COLUMNS] = { "upheld", "corrected", "other", "pending", "total" };
const char *const gk_t4_column_label[GK_T4_COLUMNS] = { "结果维持", "结果纠正", "其他结果", "尚未审结", "总计" };
const char *const gk_section[GK_SECTIONS] = {
	"总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项",
};
const char *const gk_section_numeral[GK_SECTIONS] = { "一", "二", "三", "四", "五", "六" };
const char *const *const gk_section_variants[GK_SECTIONS] = {
	BY("政府信息公开总体情况"),
	BY("行政机关主动公开政府信息情况"),
	BY("行政机关收到和处理政府信息公开申请情况"),
	BY("因政府信息公开工作被申请行政复议、提起行政诉讼情况", "政府信息公开行政复议和行政诉讼情况"),
	BY("政府信息公开工作存在的主要问题及改进情况", "政府信息公开工作中存在的主要问题及改进情况"),
	BY("其他需要报告的情况", "需要报告的其他事项"),
};

bool
gk_t3_is_result(enum gk_t3_row row, bool of_2019)
{
	return row >= GK_T3_GRANTED && row <= GK_T3_OTHER && (of_2019 ? gk_t3_form[row].of_2019 : gk_t3_form[row].of_2021);
}
