/*
 * Questions to an archive and their answers as JSON, in exactly the shapes of experience.md 6.  The
 * command line prints these objects with --json, searchd sends them as .json, and HTML pages are
 * written from the same objects, so the three cannot disagree.  Knows neither HTTP nor HTML.
 */
#ifndef GK_ANSWER_H
#define GK_ANSWER_H

#include "base/buf.h"
#include "base/status.h"
#include "gate/finding.h"

#include <jansson.h>

/* One open archive with its public index, for reading.  One thread at a time; open one per thread. */
struct gk_site;
enum gk_status gk_site_open(const char *archive, struct gk_site **out, struct gk_err *err);
/* For the office's own people at the command line: documents that are not public are answered too. */
void gk_site_for_staff(struct gk_site *s);
/* As configured, "" if it is not; borrowed from the site. */
const char *gk_site_public_url(const struct gk_site *s);
/* Search and what is similar answer without the shards of the index that do not, and say so ("complete": false, a notice); else that is an error (BUSY). */
void gk_site_tolerate(struct gk_site *s);
/* Reads now what the first question would wait for (catalog.h): for who answers many. */
enum gk_status gk_site_load(struct gk_site *s, struct gk_err *err);
void gk_site_close(struct gk_site *s);
/* Nobody asks at the moment: gives back memory that the next question gets again in little time. */
void gk_site_rest(struct gk_site *s);
/* Look for a newer state of the index (microseconds when there is none); call before each question. *generation changes with every commit: for ETags. */
enum gk_status gk_site_refresh(struct gk_site *s, uint64_t *generation, struct gk_err *err);

/* Parameters as the URL has them, decoded, valid UTF-8, in order; names may repeat (OR). */
struct gk_param { const char *name, *value; };

/*
 * GK_REFUSED with BAD_QUERY, BAD_DATE, USAGE (bad or unknown parameter), NOT_FOUND: show as an error answer.
 * *bad_param (may be NULL) is set to the name of the parameter to blame, or NULL.
 * strict: unknown parameters are refused (.json); else they become a notice (HTML).
 */
enum gk_status gk_answer_search(struct gk_site *s, const struct gk_param *params, size_t n, bool strict,
				json_t **out, const char **bad_param, struct gk_err *err);
/*
 * The same for a table, strict: all hits in their order, without facets and passages. Of more than 10,000, or with cursor, so many in the order of coming, and
 * links.next goes on behind them; with page or size only those.
 */
enum gk_status gk_answer_table(struct gk_site *s, const struct gk_param *params, size_t n, json_t **out, const char **bad_param, struct gk_err *err);
/*
 * One query of a batch run: the best `size` documents by their source's own id (or ours), and behind
 * the hits of the level reached the looser ones.  each is called in order.
 */
typedef void gk_run_fn(void *arg, const char *id, double score);
enum gk_status gk_answer_run(struct gk_site *s, const char *query, size_t size, gk_run_fn *each, void *arg, struct gk_err *err);
/*
 * {"id","url","title","number","org","category","dates":{…},"status":{code,label,label_en,sign,since,by,as_of,badge,badge_en,parts},
 *  "type","bytes","text_source","digest","source":{…},"fields":[{"key","label","value"}…],"text":"…"(with_text),
 *  as_of: the day whose validity counts (NULL: today); known_at: what was known then (NULL: now).
 *  "history":[{"date","type","label","note","by":{…}|null,"event","state","ahead"}…] (record/life.h),
 *  "texts":[{"state":"amended"|"current"|"not_yet_effective","from":date|null,"until":date|null,"url","shown","current","corrected","event","by":{…}|null}…] (record/text.h), oldest first; text, type,
 *   bytes and digest are those of the one that is shown: that of the day as_of,
 *  "articles":[{"label":"第二十条","anchor":"a20","number","sub","offset","length","chapter","notice":{"type":"abolished"|"amended","label","label_en","since",
 *   "by","event","whole"}|null}…] (with_text; record/article.h; places in code points of the text),
 *  "transferred":{"to","date","refcode"}|null,
 *  "destroyed":{"date","authority","refcode"} (only for staff, and only of what was destroyed),"links":{"self","html","text","original"}}
 */
enum gk_status gk_answer_document(struct gk_site *s, const char *id, const char *as_of, const char *known_at, bool with_text, json_t **out, struct gk_err *err);
/*
 * Adds to a document with its text where the words of the parameters `mark` stand in it (folded as in a search; nothing without such a parameter):
 * "marks":{"words":["…"…],"places":[[start,end)… in code points of the text],"total"}.  Of more than 2,000 places the first are listed, and of a text the first 4 MiB looked through.
 */
enum gk_status gk_answer_marks(const struct gk_param *params, size_t n, json_t *document, struct gk_err *err);
/* The anchor of the place that begins at this code point, on the page of the document. */
#define GK_MARK_ANCHOR "m%zu"
/*
 * What else there is of a document, as of today; each of the lists has {"id","url","title","number","org","date","status":{"code","label","label_en","sign","ended"}}:
 * {"id","attachments":[…] and "attachment_of":[…] (files that a page links to, and the page),"similar":[… with "likeness" 0 to 1],"cites":[…],"cited_by":[…],"cited_by_total","reprints":[…],"reprints_total","links":{"self","html"}}
 * cites: what its text names, by number or in 《》, in that order; cited_by: the newest; reprints: documents with the same text (catalog/copies.h).
 */
enum gk_status gk_answer_related(struct gk_site *s, const char *id, json_t **out, struct gk_err *err);
/*
 * Table 二 of the annual report of this body (issuer NULL: the configured one; several with new lines between are added up), as known at a time (NULL: now):
 * {"year","organisation","known_at","table2":{"rule"|"norm":{"label","issued":{"value","ids"},"abolished":{…},"inforce":{…},"abolished_by_cause":{code:n},
 *  "not_yet_effective":n}},"published":{"value","ids"},"by_category","by_item":{name:[id…]} of the published,"titles":{id:{"title","number"}},"identities":[{"id":"A6","row","holds","former","issued","abolished","inforce","residual","explained_by":{code:n}}],
 *  "other_issuers":n,"damaged":["…"]}
 */
enum gk_status gk_answer_report(struct gk_site *s, int year, const char *issuer, const char *known_at, json_t **out, struct gk_err *err);
/*
 * The numbers of a yearly report as they were published (ARCHIVE/reports/YEAR.json): {"year","organisation","published_at","published","cells":{name:value},
 *  "tables":[…](indexer/annual.h, without lists),"categories":[{"value","count"}]}.  NOT_FOUND if none was.
 */
enum gk_status gk_answer_published(struct gk_site *s, int year, json_t **out, struct gk_err *err);
/* {"total","years","categories","states":[{"value","label","count","url"}],"reports":[year…],"coverage"} */
enum gk_status gk_answer_stats(struct gk_site *s, json_t **out, struct gk_err *err);
/*
 * The guide of Art. 12 para. 2 (公开指南), from gongkai.conf and what is public:
 * {"organisation","public_url","apply_address": string|null,"sections":[{"id","heading","heading_en","paragraphs":[{"text","text_en"}…]}…] in the order of the law,
 *  "categories":[{"value","items":[{"item","label"}…] of articles 20 and 21,"count","url"}…],"office":[{"key","label","label_en","value"|null}…],
 *  "places":["…"] (Art. 25),"missing":[{"key","label","label_en"}…] what the office must still say; key as in gongkai.conf, guide|phone inside the section}
 */
enum gk_status gk_answer_guide(struct gk_site *s, json_t **out, struct gk_err *err);
/* The last of these alone. */
struct gk_config;
json_t *gk_guide_missing(const struct gk_config *c);
/*
 * What to offer while somebody types (catalog/suggest.h), at most ten:
 * [{"text","kind":"number"|"phrase"|"title","url","count", and of a document "id","title","number","status":{"code","label","label_en","sign","ended"}|null}…]
 * patient: wait until the titles of this commit are in order.  *current is false where they were not: a later answer may have more.
 */
enum gk_status gk_answer_suggest(struct gk_site *s, const char *typed, bool patient, json_t **out, bool *current, struct gk_err *err);
/* {"titles","phrases","bytes","left_out","seconds"}: what they take, and took to be put in order; all 0 if they are not. NULL when memory ends. */
json_t *gk_answer_suggest_size(struct gk_site *s);
/* Begin to put them in order; returns at once. */
void gk_answer_suggest_prepare(struct gk_site *s);
/* The same as OpenSearch wants it: [typed, [text…], [description…], [url…]]; site_url stands before each url. */
json_t *gk_answer_opensearch(const char *typed, const char *site_url, const json_t *suggestions);
/* {"organisation","total","status":{code:count},"categories":[{"value","count","url"}],"years":[{"value","count","url"}],"newest":[hit…],"coverage":{"from","to","updated","unchecked"}} */
enum gk_status gk_answer_home(struct gk_site *s, json_t **out, struct gk_err *err);
/* {"status":"ok","documents":n,"generation":n}, and where shards stand on other machines "shards":{"away":n,"down":n} */
enum gk_status gk_answer_health(struct gk_site *s, json_t **out, struct gk_err *err);
/*
 * What who runs the server wants to know (/metrics): {"documents","events","generation","archive_bytes","segments","behind" (bytes of the archive that the index has
 * not read),"index_bytes","shards_away","shards_down","verified_at","checkpoint_at" (seconds since 1970 of the last verify and checkpoint; null if there was
 * none, or it may not be read)}
 */
enum gk_status gk_answer_operation(struct gk_site *s, json_t **out, struct gk_err *err);
/* The last two of these alone, which need no index; NULL when memory ends. */
json_t *gk_answer_kept(const char *archive);
/* {"documents","events","terms","index":{…},"archive":{…},"mark":[…]}: walks the whole term list. */
enum gk_status gk_answer_totals(struct gk_site *s, json_t **out, struct gk_err *err);
/*
 * The id of what people call a document: its id, its number in any form, or its whole title.  For those who see everything (gk_site_for_staff).
 * NOT_FOUND; BAD_DATA if several are called so (some are named).
 */
enum gk_status gk_answer_id(struct gk_site *s, const char *ref, char id[64], struct gk_err *err);
/*
 * What was registered of a document that everybody may know, in the order of registering; who registered it is the office's own business:
 * {"id","title","number","url","events":[{"event","type","label","label_en","date" (from when it counts)|null,"recorded_at","by":{…}|null,"undone":bool}…],
 *  "links":{"self","html"}}
 */
enum gk_status gk_answer_registered(struct gk_site *s, const char *id, json_t **out, struct gk_err *err);
/* What gk_prover_prove (web/proof.h) makes for the public, against the newest checkpoint. */
enum gk_status gk_answer_proof(struct gk_site *s, const char *id, json_t **out, struct gk_err *err);
/*
 * Addresses for machines that take everything.  part 0: {"parts":[{"url"}…]}, one for so many numbers of the catalog as SITEMAP_PART says; part k from 1:
 * {"addresses":[{"url","updated"}…]}, what is public among the k-th lot.  NOT_FOUND past the last part.
 */
enum gk_status gk_answer_sitemap(struct gk_site *s, unsigned long part, json_t **out, struct gk_err *err);
/*
 * One request of OAI-PMH 2.0 (https://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm), its errors included:
 * {"verb","args":{…},"now","earliest","sets":[{"spec","name"}…] (ListSets, and of records),"error":{"code","message"} or
 *  "records":[{"id","updated","set":spec|null,"deleted":bool, and if it is not "title","number","org","dates","category","status","url","type"}…],"token":"…"|null,"cursor" (records of the parts before)}
 */
enum gk_status gk_answer_oai(struct gk_site *s, const struct gk_param *params, size_t n, json_t **out, struct gk_err *err);
/* The record's events as they stand in the archive, oldest first. */
enum gk_status gk_answer_events(struct gk_site *s, const char *id, json_t **out, struct gk_err *err);
/*
 * What changed between the text of one day and that of another, of the same record or of two.  A day that is NULL: the newest text
 * for the new side, and for the old side the text before that one.
 * {"old","new":{"id","title","number","day","from","until","url"},"identical":bool,"difference":{…}(record/difference.h),
 *  "texts":[…](of the new one, as in a document),"links":{"self","html"}}
 * NOT_FOUND if a record has but one text and no day was given; LIMIT for texts of more than GK_DIFF_BYTES.
 */
enum { GK_DIFF_BYTES = 4 * 1024 * 1024 };
enum gk_status gk_answer_difference(struct gk_site *s, const char *old_id, const char *old_day, const char *new_id, const char *new_day, json_t **out, const char **bad_param,
				    struct gk_err *err);
/* The checked bytes of the text of that day (NULL: today): text as UTF-8; original with its type and a file name to offer. *type and name are NUL-terminated. */
enum gk_status gk_answer_text(struct gk_site *s, const char *id, const char *as_of, struct gk_buf *out, struct gk_err *err);
enum gk_status gk_answer_original(struct gk_site *s, const char *id, const char *as_of, struct gk_buf *out, char type[96], char name[256], struct gk_err *err);
/*
 * What must not get out with a text: {"findings": [{"rule", "label", "severity": "block" "warn" "treated", "line", "cell", "start", "end" (bytes),
 * "excerpt" (masked), "advice"}], "block", "warn", "treated" (how many)}.
 */
json_t *gk_answer_findings(const char *text, size_t n, const struct gk_findings *f);

/* The error object of experience.md 6 and the HTTP status that goes with it. request may be "". */
json_t *gk_answer_error(const struct gk_err *err, const char *param, const char *request, int *http_status);

#endif
