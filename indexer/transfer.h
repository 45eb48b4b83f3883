/*
 * 移交: the package for the archive, and its receipt (档案法 Art. 39, 实施条例 Art. 30; domain.md 7.1, 7.5, 7.6; experience.md 9).
 *
 * A package is a bag (indexer/bag.h):
 *
 *   data/catalogue.csv      移交目录: what is handed over, a line a document
 *   data/disclosure.csv     政府信息公开情况: when, where and how each was made public, withdrawn, shown again
 *   data/opening.csv        到期开放意见
 *   data/secrecy.csv        密级变更情况
 *   data/handover.json      the same list for programs, with every file and its digest:
 *     {"gongkai_transfer":1, "package":"qs-20261126-01", "from":…, "to":…, "fonds":…, "date":…,
 *      "items":[{"id","refcode","title","retention","digest": of the newest original, "dir","files":[{"name","bytes","digest"}…]}…]}
 *   data/2012/ID/…          every version, its text, its events, and metadata.xml (DA/T 46)
 *   four-property.tsv       四性检测 on handing over (a tag file)
 *
 * The receipt, which `transfer check` writes at the archive and `transfer receipt` registers at the office:
 *
 *     {"gongkai_receipt":1, "package":…, "digest":"sha256:…" of tagmanifest-sha256.txt, "from":…, "to":…, "receipt": its number, "date":…,
 *      "result":"PASS"|"FAIL", "checks":[…], "items":[{"id","refcode","digest","archive_refcode"}…]}
 */
#ifndef GK_TRANSFER_H
#define GK_TRANSFER_H

#include "base/buf.h"
#include "indexer/store.h"
#include "record/record.h"
#include "record/retention.h"

enum { TRANSFER_FORMAT = 1, RECEIPT_FORMAT = 1 };

/* metadata.xml of a record: the elements of DA/T 46-2009 by name and number. files: [{"name","bytes","digest"}…]; false when memory ends. */
bool transfer_metadata(const struct gk_config *c, const struct store_history *h, const struct gk_record *r, const struct gk_retention_of *k, const json_t *files,
		       struct gk_buf *out);

/* What a code of an enumerated field is called, "主动公开" of "proactive"; the code itself if it has no name. */
const char *transfer_label(const char *key, const char *code);

/* "Z109-WS·2012-D10-BGS-0001" into what stands before the last hyphen and the number behind it; false if it ends in no number. */
bool transfer_refcode(const char *code, char *series, size_t size, unsigned *item);

#endif
