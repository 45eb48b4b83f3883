/*
 * The archive's own key for checkpoints.
 *
 *   ARCHIVE/keys/checkpoint.key   the secret one, mode 0600, one line (archive/note.h); nobody but its owner may read it
 *   ARCHIVE/keys/checkpoint.pub   the public one, one line, to be given to everybody
 *
 * The secret is never an argument, never in a message, and wiped from memory by gk_note_secret_wipe.
 */
#ifndef GK_KEY_H
#define GK_KEY_H

#include "archive/note.h"

/*
 * The secret key, made now if there was never one (*made; only for the holder of the writer's lock).  name is for a new key.
 * GK_REFUSED: others may read the file, it holds no key, it does not fit checkpoint.pub, or only checkpoint.pub is there (the secret
 * was moved away: a new one would not be believed by those who know the old).
 */
enum gk_status gk_key_secret(const char *dir, const char *name, struct gk_note_secret *out, bool *made, struct gk_err *err);
/* The public key.  GK_REFUSED, NOT_FOUND: there is none yet. */
enum gk_status gk_key_public(const char *dir, struct gk_note_key *out, struct gk_err *err);
/* A public key as a person gives it: the key itself, or the file that holds it. */
enum gk_status gk_key_given(const char *key_or_path, struct gk_note_key *out, struct gk_err *err);

#endif
