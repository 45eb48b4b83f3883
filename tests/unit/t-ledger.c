/* Ledgers that were changed, a line at a time, and by whoever makes the chain anew; persons that were sealed; orders of destruction that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "archive/append.h"
#include "archive/destroy.h"
#include "archive/key.h"
#include "archive/ledger.h"
#include "archive/order.h"
#include "base/digest.h"
#include "base/io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "t-ledger.XXXXXX", path[96], head[96];
static struct gk_err err;

static void
put(const char *to, const char *text, size_t n)
{
	assert_int_equal(gk_replace_file(to, 0600, text, n, &err), GK_OK);
}

static struct gk_buf
get(const char *from)
{
	struct gk_buf b;

	assert_int_equal(gk_read_file(from, 1 << 20, &b, &err), GK_OK);
	return b;
}

static enum gk_status
reading(size_t *n)
{
	json_t *all = NULL;
	enum gk_status st = gk_ledger_read(dir, GK_LEDGER_APPLICATIONS, &all, &err);

	if (n != NULL)
		*n = json_array_size(all);
	json_decref(all);
	return st;
}

static void
append(int from, int n)
{
	for (int i = from; i < from + n; i++) {
		json_t *events = json_pack("[{s:s++, s:s, s:s}]", "app", "A-", i % 2 ? "1" : "2", "", "type", "receive", "date", "2021-03-01");

		assert_int_equal(gk_ledger_append(dir, GK_LEDGER_APPLICATIONS, events, &err), GK_OK);
		json_decref(events);
	}
}

static int
fresh(void **state)
{
	(void)state;
	gk_remove_tree(dir, &err);
	assert_int_equal(gk_archive_create(dir, &err), GK_OK);
	append(0, 3);
	return 0;
}

static void
is_damaged(const char *word)
{
	assert_int_equal(reading(NULL), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	if (strstr(err.what_en, word) == NULL)
		fail_msg("'%s' has no '%s'", err.what_en, word);
}

/* Any byte of any line: found, with its line; a torn end is left out, and cut off by the next writer. */
static void
test_every_byte(void **state)
{
	struct gk_buf b = get(path), h = get(head);
	size_t n;

	(void)state;
	for (size_t i = 0; i < b.n; i++) {
		b.p[i] ^= 1;
		put(path, b.p, b.n);
		is_damaged("");
		b.p[i] ^= 1;
	}
	put(path, b.p, b.n);
	assert_int_equal(reading(&n), GK_OK);
	assert_int_equal(n, 3);
	for (size_t cut = 1; cut < 40; cut++) {
		put(path, b.p, b.n - cut);
		is_damaged("missing at the end");
	}
	/* Behind what the head counts: half a line of a crash. */
	{
		char *more = malloc(b.n + 20);

		assert_non_null(more);
		memcpy(more, b.p, b.n);
		memcpy(more + b.n, "{\"seq\":4,\"prev", 14);
		put(path, more, b.n + 14);
		free(more);
		assert_int_equal(reading(&n), GK_OK);
		assert_int_equal(n, 3);
		append(3, 1);
		assert_int_equal(reading(&n), GK_OK);
		assert_int_equal(n, 4);
	}
	/* A head that is of other lines, is none, or is away. */
	put(path, b.p, b.n);
	put(head, "2 0000000000000000000000000000000000000000000000000000000000000000\n", 67);
	is_damaged("digest");
	put(head, "9 x\n", 4);
	is_damaged("head");
	put(head, "", 0);
	is_damaged("head");
	{
		char huge[400];

		memset(huge, '7', sizeof huge);
		put(head, huge, sizeof huge);
		is_damaged("head");
	}
	unlink(head);
	is_damaged("head");
	put(head, h.p, h.n);
	assert_int_equal(reading(&n), GK_OK);
	unlink(path);
	is_damaged("missing");
	gk_buf_free(&b);
	gk_buf_free(&h);
}

/* Lines that no writer makes, with a chain and a head that fit them: what is wrong is in the line itself. */
static void
test_lines(void **state)
{
	static const char zero[] = "0000000000000000000000000000000000000000000000000000000000000000";
	static const struct { const char *line, *word; } rows[] = {
		{ "[]", "no event" }, { "x", "no event" }, { "", "no event" }, { "{\"seq\":1,\"seq\":1}", "no event" },
		{ "{\"seq\":2,\"prev\":\"0000000000000000000000000000000000000000000000000000000000000000\"}", "does not follow" },
		{ "{\"prev\":\"0000000000000000000000000000000000000000000000000000000000000000\"}", "does not follow" },
		{ "{\"seq\":1}", "digest" }, { "{\"seq\":1,\"prev\":1}", "digest" }, { "{\"seq\":1,\"prev\":\"00\"}", "digest" },
	};
	char text[512], digest[GK_SHA256_HEX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int n = snprintf(text, sizeof text, "%s\n", rows[i].line);

		put(path, text, (size_t)n);
		gk_sha256_hex(rows[i].line, strlen(rows[i].line), digest);
		n = snprintf(text, sizeof text, "1 %s\n", digest);
		put(head, text, (size_t)n);
		is_damaged(rows[i].word);
	}
	/* A line beyond the maximum, and an event that would be one. */
	{
		char *big = malloc(80000);
		json_t *events;

		assert_non_null(big);
		memset(big, ' ', 79999);
		snprintf(big, 200, "{\"seq\":1,\"prev\":\"%s\"}", zero);
		big[strlen(big)] = ' ';
		big[79998] = '\n';
		put(path, big, 79999);
		is_damaged("no event");
		fresh(NULL);
		memset(big, 'x', 79999);
		big[79999] = '\0';
		events = json_pack("[{s:s, s:s}]", "app", "A-1", "note", big);
		assert_int_not_equal(gk_ledger_append(dir, GK_LEDGER_APPLICATIONS, events, &err), GK_OK);
		assert_int_equal(err.cause, GK_CAUSE_LIMIT);
		json_decref(events);
		free(big);
		assert_int_equal(reading(NULL), GK_OK);
	}
}

/* Whoever makes chain and head anew has not the signature. */
static void
test_signed(void **state)
{
	struct gk_note_secret secret, other;
	struct gk_ledger_head heads[GK_LEDGERS];
	char note[128];
	struct gk_buf b;
	bool made;

	(void)state;
	assert_int_equal(gk_key_secret(dir, "test.example", &secret, &made, &err), GK_OK);
	assert_int_equal(gk_ledgers_sign(dir, &secret, heads, &made, &err), GK_OK);
	assert_true(made);
	assert_int_equal(heads[GK_LEDGER_APPLICATIONS].lines, 3);
	assert_int_equal(gk_ledgers_sign(dir, &secret, heads, &made, &err), GK_OK);
	assert_false(made);
	assert_int_equal(gk_ledgers_check(dir, NULL, heads, &err), GK_OK);
	append(3, 2);
	assert_int_equal(gk_ledgers_check(dir, NULL, heads, &err), GK_OK);
	/* Another key signed it, says the reader. */
	gk_note_secret_make("test.example", GK_NOTE_ED25519, NULL, &other);
	assert_int_equal(gk_ledgers_check(dir, &other.key, heads, &err), GK_DEAD);
	assert_non_null(strstr(err.what_en, "signature does not hold"));
	/* Ledgers with fewer lines, and with others, each whole in itself. */
	snprintf(note, sizeof note, "%s/ledgers", dir);
	unlink(path);
	unlink(head);
	append(0, 2);
	assert_int_equal(gk_ledgers_check(dir, NULL, heads, &err), GK_DEAD);
	assert_non_null(strstr(err.what_en, "missing at the end"));
	append(7, 1);
	assert_int_equal(gk_ledgers_check(dir, NULL, heads, &err), GK_DEAD);
	assert_non_null(strstr(err.what_en, "was changed"));
	/* Notes of something else, signed by the right key. */
	{
		static const char *const texts[] = { "test.example\n3\nAAAA\n", "gongkai ledgers\n", "gongkai ledgers\napplications x\n", "gongkai ledgers\ndeliveries 0 00\napplications 0 00\n", "gongkai ledgers\napplications 1 00\ndeliveries 0 00\n" };

		snprintf(note, sizeof note, "%s/ledgers/000000000003-000000000000.note", dir);
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
			gk_buf_init(&b, 1 << 16);
			assert_true(gk_buf_puts(&b, texts[i]) && gk_buf_putc(&b, '\n') && gk_note_sign_line(&secret, texts[i], strlen(texts[i]), 0, &b));
			put(note, b.p, b.n);
			gk_buf_free(&b);
			assert_int_equal(gk_ledgers_check(dir, NULL, heads, &err), GK_DEAD);
			assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
		}
		put(note, "", 0);
		assert_int_equal(gk_ledgers_check(dir, NULL, heads, &err), GK_DEAD);
		unlink(note);
		assert_int_equal(gk_ledgers_check(dir, NULL, heads, &err), GK_OK);
	}
	gk_note_secret_wipe(&secret);
	gk_note_secret_wipe(&other);
}

static void
test_persons(void **state)
{
	char id[17], again[17], who[17], who2[17], file[128], long_one[5000], *text = NULL;
	struct gk_buf b;

	(void)state;
	assert_int_equal(gk_person_seal(dir, "张三 13800000000", id, who, &err), GK_OK);
	assert_int_equal(gk_person_seal(dir, "张三 13800000000", again, who2, &err), GK_OK);
	assert_string_equal(who, who2);
	assert_string_not_equal(id, again);
	assert_int_equal(gk_person_open(dir, id, &text, &err), GK_OK);
	assert_string_equal(text, "张三 13800000000");
	free(text);
	memset(long_one, 'x', sizeof long_one - 1);
	long_one[sizeof long_one - 1] = '\0';
	assert_int_equal(gk_person_seal(dir, long_one, again, who2, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_LIMIT);
	for (size_t i = 0; i < 3; i++) {
		static const char *const bad[] = { "", "../../etc/passwd", "0123456789abcdeg" };

		assert_int_equal(gk_person_open(dir, bad[i], &text, &err), GK_REFUSED);
		assert_int_equal(err.cause, GK_CAUSE_NOT_FOUND);
		assert_int_equal(gk_person_remove(dir, bad[i], &err), GK_REFUSED);
	}
	/* What was sealed was changed, or cut off. */
	snprintf(file, sizeof file, "%s/applications/persons/%s", dir, id);
	b = get(file);
	b.p[b.n / 2] ^= 1;
	put(file, b.p, b.n);
	assert_int_equal(gk_person_open(dir, id, &text, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	put(file, b.p, 10);
	assert_int_equal(gk_person_open(dir, id, &text, &err), GK_REFUSED);
	gk_buf_free(&b);
	assert_int_equal(gk_person_remove(dir, id, &err), GK_OK);
	assert_int_equal(gk_person_remove(dir, id, &err), GK_OK);
	assert_int_equal(gk_person_open(dir, id, &text, &err), GK_REFUSED);
	assert_non_null(strstr(err.what_en, "was removed"));
	/* Another's eyes, a key that is none, and one that is kept elsewhere. */
	assert_int_equal(gk_person_seal(dir, "李四", id, who, &err), GK_OK);
	snprintf(file, sizeof file, "%s/keys/applicants.key", dir);
	chmod(file, 0644);
	assert_int_not_equal(gk_person_open(dir, id, &text, &err), GK_OK);
	b = get(file);
	put(file, "zz", 2);
	assert_int_not_equal(gk_person_open(dir, id, &text, &err), GK_OK);
	memset(b.p, 'z', b.n);
	put(file, b.p, b.n);
	assert_int_not_equal(gk_person_open(dir, id, &text, &err), GK_OK);
	gk_buf_free(&b);
	unlink(file);
	assert_int_equal(gk_person_open(dir, id, &text, &err), GK_REFUSED);
	assert_non_null(strstr(err.what_en, "not on this machine"));
}

#define PART(segment, old, new, records) "{\"segment\":" segment ",\"old\":" old ",\"new\":" new ",\"records\":" records "}"
#define ORDER(parts) "{\"gongkai\":1,\"segments\":[" parts "]}"

static void
test_orders(void **state)
{
	static const struct { const char *text; bool good; } rows[] = {
		{ ORDER(PART("1", "\"a\"", "\"b\"", "[[\"<x>\",10,5],[\"<y>\",20,5]]")), true }, { ORDER(""), true }, { ORDER(PART("1", "\"a\"", "\"b\"", "[]")), true },
		{ "", false }, { "x", false }, { "[]", false }, { "{}", false }, { "{\"gongkai\":2,\"segments\":[]}", false }, { "{\"gongkai\":1,\"segments\":{}}", false }, { "{\"gongkai\":1,\"gongkai\":1,\"segments\":[]}", false },
		{ ORDER("7"), false }, { ORDER(PART("\"1\"", "\"a\"", "\"b\"", "[]")), false }, { ORDER(PART("1", "1", "\"b\"", "[]")), false }, { ORDER(PART("1", "\"a\"", "null", "[]")), false }, { ORDER(PART("1", "\"a\"", "\"b\"", "{}")), false },
		{ ORDER(PART("1", "\"a\"", "\"b\"", "[7]")), false }, { ORDER(PART("1", "\"a\"", "\"b\"", "[[1,10,5]]")), false }, { ORDER(PART("1", "\"a\"", "\"b\"", "[[\"<x>\",10,0]]")), false },
		{ ORDER(PART("1", "\"a\"", "\"b\"", "[[\"<x>\",20,5],[\"<y>\",10,5]]")), false }, { ORDER(PART("1", "\"a\"", "\"b\"", "[[\"<x>\",0,5]]")), false },
	};
	json_t *order;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_warc_rec rec = { .type = GK_WARC_METADATA, .content_type = GK_DESTRUCTION_TYPE };

		rec.block.p = (char *)(uintptr_t)rows[i].text;
		rec.block.n = strlen(rows[i].text);
		order = gk_order_of(&rec);
		if ((order != NULL) != rows[i].good)
			fail_msg("%s", rows[i].text);
		json_decref(order);
		rec.type = GK_WARC_RESOURCE;
		assert_null(gk_order_of(&rec));
		rec.type = GK_WARC_METADATA;
		rec.content_type = "text/plain";
		assert_null(gk_order_of(&rec));
	}
	order = json_loads(rows[0].text, 0, NULL);
	assert_non_null(gk_order_segment(order, 1));
	assert_null(gk_order_segment(order, 2));
	assert_true(gk_order_names(order, (struct gk_loc){ .segment = 1, .offset = 10, .length = 5 }, "<x>"));
	assert_true(gk_order_names(order, (struct gk_loc){ .segment = 1, .offset = 20, .length = 5 }, "<y>"));
	assert_false(gk_order_names(order, (struct gk_loc){ .segment = 1, .offset = 10, .length = 5 }, "<y>"));
	assert_false(gk_order_names(order, (struct gk_loc){ .segment = 1, .offset = 10, .length = 6 }, "<x>"));
	assert_false(gk_order_names(order, (struct gk_loc){ .segment = 1, .offset = 15, .length = 5 }, "<x>"));
	assert_false(gk_order_names(order, (struct gk_loc){ .segment = 2, .offset = 10, .length = 5 }, "<x>"));
	json_decref(order);
}

static int
teardown(void **state)
{
	(void)state;
	return gk_remove_tree(dir, &err) == GK_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		{ "every byte of a ledger", test_every_byte, fresh, NULL, NULL },
		{ "lines that no writer makes", test_lines, fresh, NULL, NULL },
		{ "ledgers that were signed", test_signed, fresh, NULL, NULL },
		{ "persons", test_persons, fresh, NULL, NULL },
		{ "orders of destruction", test_orders, NULL, NULL, NULL },
	};

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/applications/ledger.jsonl", dir);
	snprintf(head, sizeof head, "%s/applications/ledger.jsonl.head", dir);
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, teardown);
}
