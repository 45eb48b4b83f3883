/* gongkai-searchd, whole: a client has one connection, which stays open.  DIR is 127.0.0.1:PORT. */
#include "load.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 1 << 20 };

struct connection { int fd; const char *address; char in[ROOM]; };

static int
connect_to(const char *address)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const char *colon = strchr(address, ':');
	int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

	if (colon == NULL)
		stop(address, "wants 127.0.0.1:PORT");
	to.sin_port = htons((uint16_t)atoi(colon + 1));
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
		stop(address, "nobody answers");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	return fd;
}

void *
engine_open(const char *dir)
{
	struct connection *c = malloc(sizeof *c);

	if (c == NULL)
		stop(dir, "out of memory");
	c->address = dir;
	c->fd = connect_to(dir);
	return c;
}

static size_t
escape(char *out, size_t room, const char *text)
{
	size_t n = 0;

	for (; *text != '\0' && n + 4 < room; text++)
		n += (size_t)snprintf(out + n, room - n, "%%%02X", (unsigned char)*text);
	return n;
}

static size_t
write_request(char *out, size_t room, const struct question *q)
{
	char text[512];
	size_t n = (size_t)snprintf(out, room, "GET /search.json?q=");

	snprintf(text, sizeof text, q->ranked ? "%s" : q->word[1] != NULL ? "\"%s\" \"%s\"" : "\"%s\"", q->word[0], q->word[1]);
	n += escape(out + n, room - n, text);
	if (q->category[0] != '\0') {
		n += (size_t)snprintf(out + n, room - n, "&cat=");
		n += escape(out + n, room - n, q->category);
	}
	if (q->year != 0)
		n += (size_t)snprintf(out + n, room - n, "&year=%d", q->year);
	if (q->as_of != 0)
		n += (size_t)snprintf(out + n, room - n, "&as_of=%04d-%02d-%02d", q->as_of / 10000, q->as_of / 100 % 100, q->as_of % 100);
	n += (size_t)snprintf(out + n, room - n, "%s&page=%d&facets=%d HTTP/1.1\r\nHost: %s\r\n\r\n", q->newest ? "&sort=new" : "", q->offset / 10 + 1, q->facets, "localhost");
	return n;
}

/* Reads one answer with its length given; returns where its body begins, NULL if the connection ended. */
static char *
read_answer(struct connection *c)
{
	size_t n = 0, whole = 0;
	char *body = NULL;

	while (body == NULL || n < whole) {
		ssize_t got = n < ROOM - 1 ? read(c->fd, c->in + n, ROOM - 1 - n) : 0;
		char *length;

		if (got <= 0)
			return NULL;
		n += (size_t)got;
		c->in[n] = '\0';
		if (body != NULL || (body = strstr(c->in, "\r\n\r\n")) == NULL)
			continue;
		body += 4;
		length = strcasestr(c->in, "\r\nContent-Length:");
		if (length == NULL)
			stop(c->address, "an answer without its length");
		whole = (size_t)(body - c->in) + strtoul(length + 17, NULL, 10);
	}
	return body;
}

long
engine_ask(void *handle, const struct question *q)
{
	struct connection *c = handle;
	char request[4096];
	size_t n = write_request(request, sizeof request, q);

	for (int tries = 0; tries < 3; tries++) {
		char *body = write(c->fd, request, n) == (ssize_t)n ? read_answer(c) : NULL, *total;

		if (body != NULL) {
			total = strstr(body, "\"total\":");
			return strncmp(c->in, "HTTP/1.1 200", 12) == 0 && total != NULL ? strtol(total + 8, NULL, 10) : -2;
		}
		close(c->fd);	/* the server may end a connection after so many requests */
		c->fd = connect_to(c->address);
	}
	return -2;
}

void
engine_index(const char *dir, FILE *docs)
{
	(void)docs;
	stop(dir, "an archive is made by gongkai ingest");
}
