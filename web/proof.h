/*
 * Proofs: everything that somebody needs to see, without the archive and in many years, that a document stood in it.  gongkai proof
 * writes them, /d/ID/proof.json gives them to the public, gongkai check-proof judges them.
 *
 *   file    = 1*proof                         one proof per document
 *   proof   = JSON LF                         keys sorted, no white space: only one way to write it, so no byte can be changed
 *
 *   { "checkpoint": "gongkai/dzmm\n20852\n…",    the signed head of the tree, as it was published (archive/note.h)
 *     "gongkai_proof": 1,                       format; a larger one is refused
 *     "id": "dzmm-2021-000123",
 *     "key": "gongkai/dzmm+…+…",                public key that made the signature; to be compared with one known otherwise
 *     "public": true,                           made for everybody: only original and text, no events; absent otherwise
 *     "records": [                              in archive order:
 *       { "index": 17,                          which leaf of the tree
 *         "leaf": "gongkai leaf 1\nid: …",      the entry (archive/leaves.h): its digest is that of the bytes
 *         "path": ["base64", …],                hashes from the leaf to the root (RFC 9162, 2.1.3)
 *         "event": "{…}" } ] }                  of an event: its bytes; absent for original and text, of which the digest is enough
 *
 * The events name original and text by record id and digest; so one who holds the original sees that it is the one.  A proof shows what was in
 * the archive; that nothing else was there about the document no proof can show.
 */
#ifndef GK_PROOF_H
#define GK_PROOF_H

#include "archive/warc.h"
#include "catalog/catalog.h"

#include <jansson.h>

struct gk_prover;
/*
 * Against the checkpoint of `at` records, in digits (NULL: the newest).  dir, archive and catalog stay the caller's and must outlive it.
 * public: for everybody.  Then no event is in a proof, for each says who registered it and where the file came from, which is the office's own
 * business; the entries of original and text name the document.  What came after the checkpoint is left out.
 * NOT_FOUND: there is no checkpoint yet; DAMAGED: the archive does not fit it.
 */
enum gk_status gk_prover_open(const char *dir, struct gk_archive *archive, struct gk_catalog *catalog, const char *at, bool public, struct gk_prover **out, struct gk_err *err);
/* One document; yours to json_decref().  It is to be written compact with sorted keys.  NOT_FOUND: no such document, or it is newer than the checkpoint. */
enum gk_status gk_prover_prove(struct gk_prover *p, const char *id, json_t **out, struct gk_err *err);
void gk_prover_close(struct gk_prover *p);

#endif
