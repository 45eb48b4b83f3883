/*
 * 四性检测 (DA/T 70-2018, domain.md 7.6): one line a check, with the property it is about.
 *
 *   真实性 authenticity    A1 metadata types and ranges  A2 electronic attributes = actual  A3 metadata and content belong together
 *                         A4 the package is what the sender sent  A5 signature
 *   完整性 completeness    C1 mandatory metadata  C2 no gaps in running numbers  C3 each entry has content, and the other way round
 *                         C4 counts equal the list
 *   可用性 usability       U1 metadata readable  U2 content opens in the declared format  U3 format on the accepted list  U4 no encryption
 *   安全性 safety          S1 no malware  S2 no foreign files  S3 medium sound  S4 no secrecy marking  S5 process traceable
 *
 * A check passes until something fails it; one that nobody made is N/A, and says why.
 */
#ifndef GK_FOUR_H
#define GK_FOUR_H

#include "base/buf.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum four_id {
	FOUR_A1, FOUR_A2, FOUR_A3, FOUR_A4, FOUR_A5, FOUR_C1, FOUR_C2, FOUR_C3, FOUR_C4, FOUR_U1, FOUR_U2, FOUR_U3, FOUR_U4,
	FOUR_S1, FOUR_S2, FOUR_S3, FOUR_S4, FOUR_S5, FOUR_COUNT
};

enum { FOUR_DETAIL = 1200 };

struct four {
	struct {
		bool made;		/* somebody looked */
		size_t failed;
		char detail[FOUR_DETAIL];	/* of failures, else a remark */
	} check[FOUR_COUNT];
};

/* The check was made (and, so far, passed); remark may be NULL. */
void four_made(struct four *f, enum four_id id, const char *remark);
/* It was not made, and why. */
void four_not(struct four *f, enum four_id id, const char *why);
/* It failed: of what, and how.  The first few are told, all are counted. */
void four_fail(struct four *f, enum four_id id, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* "PASS", or the codes of what failed: "C1 U3". */
void four_codes(const struct four *f, char *out, size_t size);
bool four_passed(const struct four *f);
/* "性质\t编号\t检查项\t结果\t说明" and a line a check. */
void four_table(const struct four *f, struct gk_buf *out);
json_t *four_json(const struct four *f);
/* "真实性 合格，完整性 不合格（C2 …），…" on stdout, a line a property. */
void four_print(const struct four *f);

#endif
