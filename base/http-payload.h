/*
 * The payload of a WARC `response` record: what a browser would have been
 * shown, out of the bytes that came over the wire (RFC 9110, 9112).
 *
 *   block   = *interim status-line *( field CRLF ) CRLF body
 *   body    -> transfer coding off (chunked) -> content coding off (gzip, deflate) -> payload
 *
 * Recorders disagree: some keep the codings, some take them off and leave the
 * fields standing.  So a coding is taken off only where the bytes have it, and what
 * did not fit is told in `odd`, for a warning.  The bytes are hostile: nothing is read past
 * the end, and what is unpacked has a maximum and a ratio (safety.md 4, L23 and L25).
 */
#ifndef GK_HTTP_PAYLOAD_H
#define GK_HTTP_PAYLOAD_H

#include "base/buf.h"
#include "base/status.h"

enum gk_http_odd {
	GK_HTTP_NOT_CHUNKED = 1,	/* the header says chunked, the body is not */
	GK_HTTP_NOT_ENCODED = 2,	/* the header names a content coding, the body has none */
	GK_HTTP_LONGER = 4,		/* the body is longer than Content-Length; all of it is taken */
	GK_HTTP_TRAILING = 8,		/* bytes behind the compressed data were dropped */
	GK_HTTP_BARE_LF = 16,		/* header lines end with LF alone */
	GK_HTTP_ODDITIES = 5
};
/* Of one bit: its name for programs ("not_chunked"), and words for people. */
struct gk_http_odd_name { const char *code, *zh, *en; };
extern const struct gk_http_odd_name gk_http_odd_names[GK_HTTP_ODDITIES];

enum gk_http_coding { GK_HTTP_IDENTITY, GK_HTTP_GZIP, GK_HTTP_DEFLATE, GK_HTTP_UNKNOWN };

struct gk_http_head {
	unsigned status;
	char type[64];			/* media type, lower case, without parameters; "" if none */
	enum gk_http_coding coding;
	bool chunked, odd_transfer;	/* odd_transfer: a transfer coding we do not know */
	bool has_length;
	uint64_t length;
	size_t body;			/* where the body begins */
	unsigned odd;
};

/* GK_REFUSED with BAD_DATA: it is no HTTP/1 response. */
enum gk_status gk_http_head_read(const char *p, size_t n, struct gk_http_head *out, struct gk_err *err);
/*
 * The payload, at most max bytes, into *out, which is initialised here and yours to free.
 * GK_REFUSED: BAD_DATA (cut short, a broken or unknown coding) or LIMIT.  GK_DEAD: memory.
 */
enum gk_status gk_http_payload(const char *p, size_t n, size_t max, struct gk_http_head *head, struct gk_buf *out, struct gk_err *err);

#endif
