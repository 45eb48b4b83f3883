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
 *   wait = 10                           seconds a writer waits for the lock
 *   file_limit = 512                    MiB, L23
 *   propose = true                      at ingest, read which documents a text says are abolished, as proposals
 */
#ifndef GK_CONFIG_H
#define GK_CONFIG_H

#include "base/status.h"

struct gk_category { const char *name, *article20; };

struct gk_config {
	const char *organisation, *code, *language, *public_url, *apply_address;
	struct gk_category *categories;
	size_t n_categories;
	long wait, file_limit_mib;
	bool propose;
	void *cfg;			/* owns the strings */
};

/* GK_DEAD with USAGE (file, line, key, nearest key) or NO_ACCESS. */
enum gk_status gk_config_read(const char *path, struct gk_config *out, struct gk_err *err);
void gk_config_free(struct gk_config *c);
/* The text of a new gongkai.conf, every key commented in both languages; yours to free(). */
char *gk_config_template(const char *organisation, const char *code);

#endif
