/* Sitemap and OAI-PMH, as XML. */
#include "web/feed.h"

#include "web/frame.h"

#include <stdio.h>
#include <string.h>

/* Without public_url there is no whole address to give. */
static void
address(struct page *p, const char *element, const struct gk_view *v, const char *path)
{
	page_open(p, element, NULL);
	page_text(p, v->public_url);
	page_text(p, path);
	page_close(p);
}

static bool
finish(struct page *p, struct gk_buf *out)
{
	bool ok = page_finish(p, out);

	page_free(p);
	return ok;
}

/* ---- sitemap ---- */

bool
gk_feed_sitemap(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	static const char *const fixed[] = { "/", "/browse", "/stats", "/guide", "/help", "/about", "/accessibility" };
	const json_t *parts = json_object_get(answer, "parts"), *one;
	bool index = parts != NULL;
	struct page *p = page_new_xml();
	size_t i;

	if (p == NULL)
		return false;
	page_open(p, index ? "sitemapindex" : "urlset", "xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9", NULL);
	json_array_foreach(parts, i, one) {
		page_open(p, "sitemap", NULL);
		address(p, "loc", v, str(one, "url"));
		page_close(p);
	}
	for (i = 0; !index && strcmp(v->path, "/sitemap-1.xml") == 0 && i < sizeof fixed / sizeof *fixed; i++) {
		page_open(p, "url", NULL);
		address(p, "loc", v, fixed[i]);
		page_close(p);
	}
	json_array_foreach(json_object_get(answer, "addresses"), i, one) {
		page_open(p, "url", NULL);
		address(p, "loc", v, str(one, "url"));
		page_element(p, "lastmod", NULL, str(one, "updated"));
		page_close(p);
	}
	page_close(p);
	return finish(p, out);
}

/* ---- OAI-PMH ---- */

/* The part of the address that names the host, for identifiers. */
static void
identifier(struct page *p, const struct gk_view *v, const char *id)
{
	const char *host = strstr(v->public_url, "://");
	int n = host == NULL ? 0 : (int)strcspn(host + 3, ":/");

	page_open(p, "identifier", NULL);
	page_printf(p, "oai:%.*s:%s", n > 0 ? n : 7, n > 0 ? host + 3 : "gongkai", id);
	page_close(p);
}

static void
header(struct page *p, const struct gk_view *v, const json_t *r)
{
	page_open(p, "header", "status", json_is_true(json_object_get(r, "deleted")) ? "deleted" : NULL, NULL);
	identifier(p, v, str(r, "id"));
	page_element(p, "datestamp", NULL, str(r, "updated"));
	if (str(r, "set")[0] != '\0')
		page_element(p, "setSpec", NULL, str(r, "set"));
	page_close(p);
}

static void
element(struct page *p, const char *name, const char *value)
{
	if (value[0] != '\0')
		page_element(p, name, NULL, value);
}

/* Unqualified Dublin Core, as https://www.dublincore.org/specifications/dublin-core/dces/ has it. */
static void
dublin_core(struct page *p, const struct gk_view *v, const json_t *r)
{
	const json_t *dates = json_object_get(r, "dates"), *status = json_object_get(r, "status");

	page_open(p, "metadata", NULL);
	page_open(p, "oai_dc:dc", "xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/", "xmlns:dc", "http://purl.org/dc/elements/1.1/", "xmlns:xsi",
		  "http://www.w3.org/2001/XMLSchema-instance", "xsi:schemaLocation", "http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd", NULL);
	element(p, "dc:title", str(r, "title"));
	element(p, "dc:creator", str(r, "org"));
	element(p, "dc:subject", str(r, "category"));
	element(p, "dc:description", str(status, "badge"));
	element(p, "dc:publisher", v->organisation);
	element(p, "dc:date", str(dates, "published")[0] != '\0' ? str(dates, "published") : str(dates, "made"));
	element(p, "dc:type", "Text");
	element(p, "dc:format", str(r, "type"));
	address(p, "dc:identifier", v, str(r, "url"));
	element(p, "dc:identifier", str(r, "number"));
	element(p, "dc:language", "zh");
	page_close(p);
	page_close(p);
}

static void
record(struct page *p, const struct gk_view *v, const json_t *r)
{
	page_open(p, "record", NULL);
	header(p, v, r);
	if (!json_is_true(json_object_get(r, "deleted")))
		dublin_core(p, v, r);
	page_close(p);
}

static void
identify(struct page *p, const struct gk_view *v, const json_t *answer)
{
	page_element(p, "repositoryName", NULL, v->organisation[0] != '\0' ? v->organisation : "gongkai");
	address(p, "baseURL", v, "/oai");
	page_element(p, "protocolVersion", NULL, "2.0");
	/* The protocol wants an address for mail; the office is written to by another way, which stands in the about page. */
	page_element(p, "adminEmail", NULL, "noreply@invalid.invalid");
	page_element(p, "earliestDatestamp", NULL, str(answer, "earliest"));
	page_element(p, "deletedRecord", NULL, "persistent");
	page_element(p, "granularity", NULL, "YYYY-MM-DDThh:mm:ssZ");
}

static void
format(struct page *p)
{
	page_open(p, "metadataFormat", NULL);
	page_element(p, "metadataPrefix", NULL, "oai_dc");
	page_element(p, "schema", NULL, "http://www.openarchives.org/OAI/2.0/oai_dc.xsd");
	page_element(p, "metadataNamespace", NULL, "http://www.openarchives.org/OAI/2.0/oai_dc/");
	page_close(p);
}

static void
sets(struct page *p, const json_t *list)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		page_open(p, "set", NULL);
		page_element(p, "setSpec", NULL, str(one, "spec"));
		page_element(p, "setName", NULL, str(one, "name"));
		page_close(p);
	}
}

/* Empty behind the last part of a list that came in parts. */
static void
token(struct page *p, const json_t *answer)
{
	const char *token = str(answer, "token");
	json_int_t cursor = json_integer_value(json_object_get(answer, "cursor"));
	char before[24];

	if (token[0] == '\0' && cursor == 0)
		return;
	snprintf(before, sizeof before, "%lld", (long long)cursor);
	page_open(p, "resumptionToken", "cursor", before, NULL);
	page_text(p, token);
	page_close(p);
}

static void
request(struct page *p, const struct gk_view *v, const json_t *answer)
{
	const char *code = str(json_object_get(answer, "error"), "code");
	const json_t *a = json_object_get(answer, "args");
	/* What was asked wrongly is not repeated. */
	bool echo = strcmp(code, "badVerb") != 0 && strcmp(code, "badArgument") != 0;

#define ARG(name) name, echo && json_object_get(a, name) != NULL ? str(a, name) : NULL
	page_open(p, "request", ARG("verb"), ARG("identifier"), ARG("metadataPrefix"), ARG("set"), ARG("from"), ARG("until"), ARG("resumptionToken"), NULL);
#undef ARG
	page_text(p, v->public_url);
	page_text(p, "/oai");
	page_close(p);
}

static void
answer_of_verb(struct page *p, const struct gk_view *v, const json_t *answer)
{
	const char *verb = str(answer, "verb");
	const json_t *one;
	size_t i;

	page_open(p, verb, NULL);
	if (strcmp(verb, "Identify") == 0)
		identify(p, v, answer);
	else if (strcmp(verb, "ListMetadataFormats") == 0)
		format(p);
	else if (strcmp(verb, "ListSets") == 0)
		sets(p, json_object_get(answer, "sets"));
	else
		json_array_foreach(json_object_get(answer, "records"), i, one)
			if (strcmp(verb, "ListIdentifiers") == 0)
				header(p, v, one);
			else
				record(p, v, one);
	token(p, answer);
	page_close(p);
}

bool
gk_feed_oai(const struct gk_view *v, const json_t *answer, struct gk_buf *out)
{
	const json_t *error = json_object_get(answer, "error");
	struct page *p = page_new_xml();

	if (p == NULL)
		return false;
	page_open(p, "OAI-PMH", "xmlns", "http://www.openarchives.org/OAI/2.0/", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance", "xsi:schemaLocation",
		  "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd", NULL);
	page_element(p, "responseDate", NULL, str(answer, "now"));
	request(p, v, answer);
	if (json_is_object(error)) {
		page_open(p, "error", "code", str(error, "code"), NULL);
		page_text(p, str(error, "message"));
		page_close(p);
	} else {
		answer_of_verb(p, v, answer);
	}
	page_close(p);
	return finish(p, out);
}
