/*
 * gongkai.conf (libconfuse): what the office configures.  Every key has a
 * default; an unknown key is an error with its line and the nearest known key ("是否 …？").
 *
 *   organisation = "大妈镇人民政府"     shown at the head of pages
 *   code = "dmz"                        prefix of ids, [0-9A-Za-z]{1,16}; never changed once documents are in
 *   language = "zh"
 *   public_url = ""                     absolute links only from here
 *   apply_address = ""                  where to send 依申请公开 applications; shown when nothing was found
 *   category "政策法规" { article20 = "20.1" }     the seven of domain.md 10.1 by default; others met at ingest are added by themselves
 *   fonds = "Z109"                      全宗号
 *   refcode_template = "{fonds}-WS·{year}-{retention}-{office}-{item}"   档号 (domain.md 7.3)
 *   level = "county"                    central province city county town: when records go to the archive (20 or 10 years)
 *   schedule "2026-1" { approval = "云档发〔2026〕3号"  from = "2026-01-01"      the approved 归档范围和保管期限表; the one in
 *     rule "公示公告" { retention = "D10"  text = "1.3 一般性公示公告" } }       force on a day is that with the latest `from`
 *   validity_policy "青石镇人民政府" { adopted = "青石府发〔2024〕1号"  general = 5  trial = 2  notice = 1 }   off unless adopted
 *   guide { office = "云溪镇党政综合办公室"  address = "…"  hours = "…"  phone = "…"  fax = "…"  contact = "…"       公开指南 (条例 Art. 12): what only
 *     places = { "县档案馆：…" } }        the office can say; places: where else published information may be read (Art. 25)
 *   wait = 10                           seconds a writer waits for the lock
 *   file_limit = 512                    MiB, L23
 *   shard_documents = 0                 documents of one shard of the index, 1000 at least; 0: it is not divided
 *   gates = { "法规处初审", "保密委密审", "领导审签" }     what a document passes before the public sees it, in this order (record/review.h); {}: none,
 *                                       for archives of what was published already
 *   propose = true                      at ingest, read which documents a text says are abolished, as proposals
 */
#ifndef GK_CONFIG_H
#define GK_CONFIG_H

#include "base/date.h"
#include "base/status.h"
#include "record/retention.h"
#include "record/review.h"

struct gk_category { const char *name, *article20; };

struct gk_keep_rule { const char *category, *text; enum gk_keep keep; };

struct gk_schedule {
	const char *version, *approval;
	struct gk_date from;		/* GK_NO_DATE: always */
	struct gk_keep_rule *rules;
	size_t n;
};

/* Terms of normative documents that state none (domain.md 4.5 a), in years; 0: none.  Only where `adopted` names the act. */
struct gk_policy { const char *issuer, *adopted; long general, trial, notice; };

/* What the guide must name of the office for disclosure (条例 Art. 12 para. 2), in the order of the law. */
enum gk_guide_item { GK_G_OFFICE, GK_G_ADDRESS, GK_G_HOURS, GK_G_PHONE, GK_G_FAX, GK_G_CONTACT, GK_GUIDE_ITEMS };
enum { GK_GUIDE_PLACES = 20 };
struct gk_guide {
	const char *item[GK_GUIDE_ITEMS];	/* "" if not configured */
	const char *places[GK_GUIDE_PLACES];
	size_t n_places;
};
extern const struct gk_guide_name { const char *key, *zh, *en; } gk_guide_names[GK_GUIDE_ITEMS];

struct gk_config {
	const char *organisation, *code, *language, *public_url, *apply_address;
	struct gk_category *categories;
	size_t n_categories;
	long wait, file_limit_mib, shard_documents;
	bool propose;
	const char *gates[GK_GATES];
	size_t n_gates;
	const char *fonds, *refcode_template, *level;
	struct gk_schedule *schedules;
	size_t n_schedules;
	struct gk_policy *policies;
	size_t n_policies;
	struct gk_guide guide;
	void *cfg;			/* owns the strings */
};

/* GK_DEAD with USAGE (file, line, key, nearest key) or NO_ACCESS. */
enum gk_status gk_config_read(const char *path, struct gk_config *out, struct gk_err *err);
void gk_config_free(struct gk_config *c);
/* The schedule in force on a day; NULL if there is none. */
const struct gk_schedule *gk_config_schedule(const struct gk_config *c, struct gk_date day);
/* Its row for a category; NULL if it has none. */
const struct gk_keep_rule *gk_schedule_rule(const struct gk_schedule *s, const char *category);
/* 20 or 10 years, 实施条例 Art. 20; 0 if the level is not configured. */
int gk_config_transfer_years(const struct gk_config *c);
/* The policy that an issuer has adopted; NULL if none. */
const struct gk_policy *gk_config_policy(const struct gk_config *c, const char *issuer);
/* The text of a new gongkai.conf, every key commented in both languages; yours to free(). */
char *gk_config_template(const char *organisation, const char *code);

#endif
