/*
 * 经过: the life of a document in law as one reads it, every state it came into and every act that left the state as it was
 * (a second part abolished, an amendment, a confirmation, a longer term).  Reading only; the states are those of record/validity.h.
 */
#ifndef GK_LIFE_H
#define GK_LIFE_H

#include "record/validity.h"

/*
 * [{"date":"2023-06-01"|null, "type": code of the state, or type of the act, "label","label_en",
 *   "note","note_en":   what the words leave out ("关于收费的规定", "有效期至 2024-02-28"); absent if nothing,
 *   "event": what decided; "" for clocks and for what the document says of itself,
 *   "state": true: the document was in this state from that day; false: an act that left it in the state it was in,
 *   "ahead": true if the day has not come}…] in the order of days.
 * known_at as in gk_validity_at.  Without memory the program ends (base/memory.h).
 */
json_t *gk_life(const struct gk_event *events, size_t n, const char *known_at);

/* What does not live on in a document that is partly in force on that day: ["第七条","关于收费的规定"]; [] of every other. */
json_t *gk_life_parts(const struct gk_event *events, size_t n, struct gk_date as_of, const char *known_at);

/* The list as one phrase, "第七条、关于收费的规定"; cut at whole characters. */
void gk_life_join(const json_t *list, char *out, size_t size);

#endif
