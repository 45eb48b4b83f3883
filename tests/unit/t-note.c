/*
 * Signed notes against notes that others signed: the key and note of the documentation of golang.org/x/mod/sumdb/note, and the
 * public key of sum.golang.org.  What we sign is verified with libsodium directly, over bytes put together here.
 */
#include "archive/note.h"

#include <sodium.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define DASH "\xE2\x80\x94 "

static const char go_key[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char go_secret[] = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
static const char go_text[] = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
static const char go_line[] = DASH "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

static struct gk_note_secret mine, witness;

static int
make_keys(void **state)
{
	unsigned char seed[32];

	(void)state;
	if (sodium_init() < 0)
		return -1;
	memset(seed, 7, sizeof seed);
	gk_note_secret_make("gongkai/dzmm", GK_NOTE_ED25519, seed, &mine);
	memset(seed, 9, sizeof seed);
	gk_note_secret_make("witness.example/w1", GK_NOTE_COSIGNATURE, seed, &witness);
	return 0;
}

/* A checkpoint of ours, with `witnesses` cosignatures; yours to free. */
static struct gk_buf
our_note(unsigned witnesses)
{
	struct gk_checkpoint c = { .origin = "gongkai/dzmm", .size = 20852 };
	struct gk_buf text, out;

	memset(c.root.b, 0x5A, sizeof c.root.b);
	gk_buf_init(&text, GK_NOTE_MAX);
	gk_buf_init(&out, GK_NOTE_MAX);
	assert_true(gk_checkpoint_text(&c, &text));
	assert_true(gk_buf_add(&out, text.p, text.n));
	assert_true(gk_buf_putc(&out, '\n'));
	assert_true(gk_note_sign_line(&mine, text.p, text.n, 0, &out));
	for (unsigned i = 0; i < witnesses; i++)
		assert_true(gk_note_sign_line(&witness, text.p, text.n, 1679315147 + i, &out));
	gk_buf_free(&text);
	return out;
}

static enum gk_status
judge(const char *p, size_t n, const struct gk_note_key *key, uint64_t *when)
{
	struct gk_note note;
	struct gk_checkpoint c;
	enum gk_status st = gk_note_parse(p, n, &note, NULL);

	if (st == GK_OK)
		st = gk_checkpoint_parse(note.text, note.text_n, &c, NULL);
	return st == GK_OK ? gk_note_verify(&note, key, when, NULL) : st;
}

/* --- keys ---------------------------------------------------------------------------------------------------------------- */

static void
keys_of_others_are_read_and_written_back(void **state)
{
	static const char *const keys[] = { go_key, "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8" };
	char again[GK_NOTE_KEY_MAX];
	struct gk_note_secret s;
	struct gk_note_key key;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(gk_note_key_parse(keys[i], strlen(keys[i]), &key, NULL), GK_OK);
		gk_note_key_format(&key, again);
		assert_string_equal(again, keys[i]);
	}
	assert_int_equal(gk_note_secret_parse(go_secret, strlen(go_secret), &s, NULL), GK_OK);
	gk_note_secret_format(&s, again);
	assert_string_equal(again, go_secret);
	assert_int_equal(gk_note_key_parse(go_key, strlen(go_key), &key, NULL), GK_OK);
	assert_true(gk_note_key_equal(&s.key, &key));
}

static void
every_changed_character_of_a_key_is_refused(void **state)
{
	struct gk_note_secret s;
	struct gk_note_key key;
	char copy[GK_NOTE_KEY_MAX];

	(void)state;
	for (size_t i = 0; i < strlen(go_key); i++) {
		strcpy(copy, go_key);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		assert_int_equal(gk_note_key_parse(copy, strlen(copy), &key, NULL), GK_REFUSED);
		assert_int_equal(gk_note_key_parse(go_key, i, &key, NULL), GK_REFUSED);
	}
	for (size_t i = 0; i < strlen(go_secret); i++) {
		strcpy(copy, go_secret);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		assert_int_equal(gk_note_secret_parse(copy, strlen(copy), &s, NULL), GK_REFUSED);
		assert_int_equal(gk_note_secret_parse(go_secret, i, &s, NULL), GK_REFUSED);
		assert_true(sodium_is_zero((unsigned char *)&s, sizeof s));
	}
	assert_int_equal(gk_note_key_parse("", 0, &key, NULL), GK_REFUSED);
}

static void
a_refused_secret_leaves_no_trace_in_the_message(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_note_secret s;
	char copy[GK_NOTE_KEY_MAX];

	(void)state;
	strcpy(copy, go_secret);
	copy[30] ^= 1;
	assert_int_equal(gk_note_secret_parse(copy, strlen(copy), &s, &err), GK_REFUSED);
	assert_null(strstr(err.what, "AYEKFALV"));
	assert_null(strstr(err.what_en, "AYEKFALV"));
}

static void
names_have_no_blank_and_no_plus(void **state)
{
	static const struct { const char *name; bool ok; } rows[] = {
		{ "gongkai/dzmm", true }, { "公开/大竹", true }, { "a", true }, { "", false }, { "a b", false }, { "a+b", false }, { "a\tb", false },
		{ "a\nb", false }, { "a\xC2\xA0" "b", false }, { "a\xE3\x80\x80" "b", false }, { "a\xE2\x80\x89" "b", false }, { "a\x7F", false }, { "a\xFF", false },
	};
	char long_name[GK_NOTE_NAME + 1];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (gk_note_name_ok(rows[i].name, strlen(rows[i].name)) != rows[i].ok)
			fail_msg("row %zu", i);
	memset(long_name, 'a', sizeof long_name);
	assert_true(gk_note_name_ok(long_name, GK_NOTE_NAME - 1));
	assert_false(gk_note_name_ok(long_name, GK_NOTE_NAME));
}

static void
base64_has_one_spelling(void **state)
{
	static const struct { const char *p; int n; } rows[] = {
		{ "AA==", 1 }, { "AAA=", 2 }, { "AAAA", 3 }, { "/+8=", 2 }, { "", -1 }, { "AA", -1 }, { "AA=", -1 }, { "AB==", -1 }, { "AAB=", -1 },
		{ "AA==\n", -1 }, { " AA==", -1 }, { "_-8=", -1 }, { "A===", -1 }, { "====", -1 }, { "AA==AAAA", -1 }, { "AA=A", -1 },
	};
	unsigned char out[16];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool ok = gk_base64_decode(rows[i].p, strlen(rows[i].p), out, sizeof out, &n);

		if (ok != (rows[i].n >= 0) || (ok && n != (size_t)rows[i].n))
			fail_msg("row %zu", i);
	}
	assert_false(gk_base64_decode("AAAAAAAA", 8, out, 5, &n));
}

/* --- notes ------------------------------------------------------------------------------------------------------------------- */

static void
a_note_that_another_program_signed_holds_and_is_signed_alike(void **state)
{
	struct gk_note_secret s;
	struct gk_note_key key;
	struct gk_note note;
	struct gk_buf b;

	(void)state;
	gk_buf_init(&b, GK_NOTE_MAX);
	gk_buf_printf(&b, "%s\n%s", go_text, go_line);
	assert_int_equal(gk_note_key_parse(go_key, strlen(go_key), &key, NULL), GK_OK);
	assert_int_equal(gk_note_parse(b.p, b.n, &note, NULL), GK_OK);
	assert_int_equal(note.text_n, strlen(go_text));
	assert_int_equal(gk_note_verify(&note, &key, NULL, NULL), GK_OK);
	assert_int_equal(gk_note_verify(&note, &mine.key, NULL, NULL), GK_END);
	gk_buf_reset(&b);
	assert_int_equal(gk_note_secret_parse(go_secret, strlen(go_secret), &s, NULL), GK_OK);
	assert_true(gk_note_sign_line(&s, go_text, strlen(go_text), 0, &b));
	assert_string_equal(b.p, go_line);
	gk_buf_free(&b);
}

static void
the_last_empty_line_parts_text_from_signatures(void **state)
{
	struct gk_note note;
	struct gk_buf b;

	(void)state;
	gk_buf_init(&b, GK_NOTE_MAX);
	gk_buf_printf(&b, "one\n\ntwo\n\n%s", go_line);
	assert_int_equal(gk_note_parse(b.p, b.n, &note, NULL), GK_OK);
	assert_int_equal(note.text_n, strlen("one\n\ntwo\n"));
	gk_buf_free(&b);
}

static void
what_is_no_note_is_refused(void **state)
{
	static const char good[] = DASH "a AAAAAAAA\n";
	static const char *const rows[] = {
		"", "\n", "\n\n", "text\n", "text\n\n", "text\n" DASH "a AAAAAAAA\n", "text\n\n- a AAAAAAAA\n", "text\n\n" DASH "a AAAAAAAA", "text\n\n" DASH "a AAAA\n",
		"text\n\n" DASH "a AAAAAAA\n", "text\n\n" DASH "a  AAAAAAAA\n", "text\n\n" DASH "a+b AAAAAAAA\n", "text\n\n" DASH " AAAAAAAA\n", "text\n\n" DASH "a AAAAAAAA \n",
		"te\txt\n\n" DASH "a AAAAAAAA\n", "te\x7Fxt\n\n" DASH "a AAAAAAAA\n", "te\xFFxt\n\n" DASH "a AAAAAAAA\n", "text\r\n\n" DASH "a AAAAAAAA\n", "text\n\n\xE2\x80\x93 a AAAAAAAA\n",
		"\n" DASH "a AAAAAAAA\n", "text\n\n" DASH "a AAAAAAAA\n\n",
	};
	struct gk_note note;
	struct gk_buf b;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (gk_note_parse(rows[i], strlen(rows[i]), &note, NULL) != GK_REFUSED)
			fail_msg("row %zu: '%s'", i, rows[i]);
	assert_int_equal(gk_note_parse("te\0xt\n\n" DASH "a AAAAAAAA\n", 7 + sizeof good - 1, &note, NULL), GK_REFUSED);
	for (size_t lines = 1; lines <= GK_NOTE_LINES + 1; lines++) {
		gk_buf_init(&b, GK_NOTE_MAX);
		gk_buf_puts(&b, "text\n\n");
		for (size_t i = 0; i < lines; i++)
			gk_buf_puts(&b, good);
		assert_int_equal(gk_note_parse(b.p, b.n, &note, NULL), lines <= GK_NOTE_LINES ? GK_OK : GK_REFUSED);
		gk_buf_free(&b);
	}
}

static void
a_note_cut_at_any_byte_is_refused(void **state)
{
	struct gk_buf b = our_note(0);

	(void)state;
	for (size_t n = 0; n < b.n; n++) {
		/* Exactly as long as it is, so that reading past the end is seen. */
		char *copy = malloc(n + 1);

		memcpy(copy, b.p, n);
		assert_int_not_equal(judge(copy, n, &mine.key, NULL), GK_OK);
		free(copy);
	}
	gk_buf_free(&b);
}

static void
no_bit_of_a_checkpoint_can_be_changed(void **state)
{
	struct gk_buf b = our_note(0);

	(void)state;
	assert_int_equal(judge(b.p, b.n, &mine.key, NULL), GK_OK);
	for (size_t i = 0; i < b.n; i++)
		for (int bit = 0; bit < 8; bit++) {
			b.p[i] ^= (char)(1 << bit);
			if (judge(b.p, b.n, &mine.key, NULL) == GK_OK)
				fail_msg("byte %zu bit %d", i, bit);
			b.p[i] ^= (char)(1 << bit);
		}
	gk_buf_free(&b);
}

static void
a_thousand_changed_checkpoints_fail(void **state)
{
	struct gk_buf b = our_note(0);
	unsigned seed = 20261123;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		size_t n = b.n, at, kind;
		char *copy = malloc(n + 2), *out = copy;

		seed = seed * 1103515245u + 12345u;
		at = (seed >> 8) % n;
		kind = (seed >> 4) % 3;
		memcpy(out, b.p, at);
		if (kind == 0) {			/* another byte */
			out[at] = (char)(b.p[at] ^ (1 + (seed >> 20) % 255));
			memcpy(out + at + 1, b.p + at + 1, n - at - 1);
		} else if (kind == 1) {			/* one less */
			memcpy(out + at, b.p + at + 1, n - at - 1);
			n--;
		} else {				/* one twice */
			out[at] = b.p[at];
			memcpy(out + at + 1, b.p + at, n - at);
			n++;
		}
		if (judge(out, n, &mine.key, NULL) == GK_OK)
			fail_msg("round %d: kind %zu at %zu", i, kind, at);
		free(copy);
	}
	gk_buf_free(&b);
}

static void
foreign_lines_are_kept_and_not_judged(void **state)
{
	struct gk_buf b = our_note(0);
	struct gk_note note;

	(void)state;
	/* Of our name but another id, of our id but another name, and of a kind with a long signature. */
	gk_buf_puts(&b, DASH "gongkai/dzmm AAAAAAAA\n" DASH "stranger AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
	assert_int_equal(gk_note_parse(b.p, b.n, &note, NULL), GK_OK);
	assert_int_equal(note.n_lines, 3);
	assert_true(note.lines[2].sig_n > sizeof note.lines[2].sig);
	assert_int_equal(gk_note_verify(&note, &mine.key, NULL, NULL), GK_OK);
	gk_buf_free(&b);
}

static void
one_bad_line_of_a_known_key_spoils_the_note(void **state)
{
	struct gk_buf b = our_note(0), other;
	struct gk_note note;

	(void)state;
	gk_buf_init(&other, GK_NOTE_MAX);
	assert_true(gk_note_sign_line(&mine, "something else\n", 15, 0, &other));
	assert_true(gk_buf_add(&b, other.p, other.n));
	assert_int_equal(gk_note_parse(b.p, b.n, &note, NULL), GK_OK);
	assert_int_equal(gk_note_verify(&note, &mine.key, NULL, NULL), GK_REFUSED);
	gk_buf_free(&other);
	gk_buf_free(&b);
}

/* --- witnesses -------------------------------------------------------------------------------------------------------------------- */

static void
a_cosignature_signs_version_time_and_text(void **state)
{
	struct gk_buf b = our_note(1);
	struct gk_note note;
	char message[512];
	uint64_t when = 0;
	int n;

	(void)state;
	assert_int_equal(gk_note_parse(b.p, b.n, &note, NULL), GK_OK);
	assert_int_equal(gk_note_verify(&note, &witness.key, &when, NULL), GK_OK);
	assert_int_equal(when, 1679315147);
	n = snprintf(message, sizeof message, "cosignature/v1\ntime 1679315147\n%.*s", (int)note.text_n, note.text);
	assert_int_equal(note.lines[1].sig_n, 72);
	assert_memory_equal(note.lines[1].sig, "\0\0\0\0\x64\x18\x50\xCB", 8);
	assert_int_equal(crypto_sign_verify_detached(note.lines[1].sig + 8, (unsigned char *)message, (unsigned long long)n, witness.key.pub), 0);
	gk_buf_free(&b);
}

/* Readers disagree on larger numbers. */
static void
a_time_beyond_63_bits_does_not_hold(void **state)
{
	static const struct { uint64_t when; enum gk_status st; } rows[] = { { 0, GK_OK }, { INT64_MAX, GK_OK }, { (uint64_t)INT64_MAX + 1, GK_REFUSED }, { UINT64_MAX, GK_REFUSED } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct gk_buf b = our_note(0), line;
		struct gk_note note;

		gk_buf_init(&line, GK_NOTE_MAX);
		assert_int_equal(gk_note_parse(b.p, b.n, &note, NULL), GK_OK);
		assert_true(gk_note_sign_line(&witness, note.text, note.text_n, rows[i].when, &line));
		assert_true(gk_buf_add(&b, line.p, line.n));
		assert_int_equal(judge(b.p, b.n, &witness.key, NULL), rows[i].st);
		gk_buf_free(&line);
		gk_buf_free(&b);
	}
}

static void
no_bit_of_a_cosignature_can_be_changed(void **state)
{
	struct gk_buf b = our_note(1);
	size_t from = b.n - 1;

	(void)state;
	while (b.p[from - 1] != '\n')
		from--;
	for (size_t i = from; i < b.n; i++)
		for (int bit = 0; bit < 8; bit++) {
			b.p[i] ^= (char)(1 << bit);
			if (judge(b.p, b.n, &witness.key, NULL) == GK_OK)
				fail_msg("byte %zu bit %d", i, bit);
			b.p[i] ^= (char)(1 << bit);
		}
	gk_buf_free(&b);
}

static void
a_cosignature_is_attached_once(void **state)
{
	struct gk_buf bare = our_note(0), signed_by = our_note(1), out;
	size_t added;

	(void)state;
	gk_buf_init(&out, GK_NOTE_MAX);
	assert_int_equal(gk_note_attach(bare.p, bare.n, signed_by.p, signed_by.n, &witness.key, &out, &added, NULL), GK_OK);
	assert_int_equal(added, 1);
	assert_int_equal(out.n, signed_by.n);
	assert_memory_equal(out.p, signed_by.p, out.n);
	gk_buf_reset(&out);
	assert_int_equal(gk_note_attach(signed_by.p, signed_by.n, signed_by.p, signed_by.n, NULL, &out, &added, NULL), GK_OK);
	assert_int_equal(added, 0);
	assert_int_equal(out.n, signed_by.n);
	gk_buf_free(&out);
	gk_buf_free(&bare);
	gk_buf_free(&signed_by);
}

static void
only_lines_over_the_same_checkpoint_are_attached(void **state)
{
	struct gk_buf note = our_note(0), other = our_note(1), line, out;
	struct gk_err err = GK_ERR_INIT;
	size_t added, from = other.n - 1;

	(void)state;
	gk_buf_init(&out, GK_NOTE_MAX);
	gk_buf_init(&line, GK_NOTE_MAX);
	while (other.p[from - 1] != '\n')
		from--;
	/* As a witness answers: lines only. */
	assert_int_equal(gk_note_attach(note.p, note.n, other.p + from, other.n - from, &witness.key, &out, &added, NULL), GK_OK);
	assert_int_equal(added, 1);
	assert_int_equal(gk_note_attach(note.p, note.n, other.p + from, other.n - from, NULL, &out, &added, &err), GK_REFUSED);
	assert_non_null(strstr(err.hint_en, "--witness"));
	assert_int_equal(gk_note_attach(note.p, note.n, other.p, other.n, &mine.key, &out, &added, NULL), GK_OK);
	assert_int_equal(added, 0);
	/* Signed, but something else. */
	assert_true(gk_note_sign_line(&witness, "something else\n", 15, 5, &line));
	assert_int_equal(gk_note_attach(note.p, note.n, line.p, line.n, &witness.key, &out, &added, NULL), GK_REFUSED);
	/* Another text in the note. */
	other.p[strlen("gongkai/dzmm\n")] = '3';
	assert_int_equal(gk_note_attach(note.p, note.n, other.p, other.n, NULL, &out, &added, NULL), GK_REFUSED);
	gk_buf_free(&out);
	gk_buf_free(&line);
	gk_buf_free(&note);
	gk_buf_free(&other);
}

/* --- checkpoints -------------------------------------------------------------------------------------------------------------------- */

static void
checkpoints_are_read_strictly(void **state)
{
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
	static const struct { const char *text; bool ok; } rows[] = {
		{ "example.com/behind-the-sofa\n20852163\n" ROOT, true }, { "a\n0\n" ROOT, true }, { "a\n1\n" ROOT "extension\nanother\n", true }, { "", false }, { "a\n1\n", false },
		{ "\n1\n" ROOT, false }, { "a b\n1\n" ROOT, false }, { "a\n01\n" ROOT, false }, { "a\n-1\n" ROOT, false }, { "a\n\n" ROOT, false }, { "a\n1 \n" ROOT, false },
		{ "a\n1234567890123456789\n" ROOT, false }, { "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n", false }, { "a\n1\n" ROOT "\n", false },
		{ "a\n1\n" ROOT "x\n\ny\n", false }, { "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", false },
	};
	struct gk_checkpoint c;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if ((gk_checkpoint_parse(rows[i].text, strlen(rows[i].text), &c, NULL) == GK_OK) != rows[i].ok)
			fail_msg("row %zu", i);
	assert_int_equal(gk_checkpoint_parse(rows[0].text, strlen(rows[0].text), &c, NULL), GK_OK);
	assert_string_equal(c.origin, "example.com/behind-the-sofa");
	assert_int_equal(c.size, 20852163);
	assert_int_equal(c.root.b[0], 0x0A);
#undef ROOT
}

static void
the_line_for_paper_is_the_same_checkpoint(void **state)
{
	struct gk_buf b = our_note(0), line, again;
	struct gk_note note;

	(void)state;
	gk_buf_init(&line, GK_NOTE_MAX);
	gk_buf_init(&again, GK_NOTE_MAX);
	assert_int_equal(gk_note_parse(b.p, b.n, &note, NULL), GK_OK);
	assert_int_equal(gk_checkpoint_line(&note, &mine.key, &line, NULL), GK_OK);
	assert_ptr_equal(memchr(line.p, '\n', line.n), line.p + line.n - 1);
	for (size_t cut = 0; cut < 2; cut++) {		/* with its line break, and without */
		gk_buf_reset(&again);
		assert_int_equal(gk_checkpoint_note(line.p, line.n - cut, &again, NULL), GK_OK);
		assert_int_equal(again.n, b.n);
		assert_memory_equal(again.p, b.p, b.n);
	}
	gk_buf_reset(&again);
	assert_int_equal(gk_checkpoint_note(b.p, b.n, &again, NULL), GK_OK);
	assert_memory_equal(again.p, b.p, b.n);
	assert_int_equal(gk_checkpoint_note("", 0, &again, NULL), GK_REFUSED);
	assert_int_equal(gk_checkpoint_note("a 1", 3, &again, NULL), GK_REFUSED);
	assert_int_equal(gk_checkpoint_line(&note, &witness.key, &line, NULL), GK_REFUSED);
	gk_buf_free(&line);
	gk_buf_free(&again);
	gk_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_others_are_read_and_written_back),
		cmocka_unit_test(every_changed_character_of_a_key_is_refused),
		cmocka_unit_test(a_refused_secret_leaves_no_trace_in_the_message),
		cmocka_unit_test(names_have_no_blank_and_no_plus),
		cmocka_unit_test(base64_has_one_spelling),
		cmocka_unit_test(a_note_that_another_program_signed_holds_and_is_signed_alike),
		cmocka_unit_test(the_last_empty_line_parts_text_from_signatures),
		cmocka_unit_test(what_is_no_note_is_refused),
		cmocka_unit_test(a_note_cut_at_any_byte_is_refused),
		cmocka_unit_test(no_bit_of_a_checkpoint_can_be_changed),
		cmocka_unit_test(a_thousand_changed_checkpoints_fail),
		cmocka_unit_test(foreign_lines_are_kept_and_not_judged),
		cmocka_unit_test(one_bad_line_of_a_known_key_spoils_the_note),
		cmocka_unit_test(a_cosignature_signs_version_time_and_text),
		cmocka_unit_test(a_time_beyond_63_bits_does_not_hold),
		cmocka_unit_test(no_bit_of_a_cosignature_can_be_changed),
		cmocka_unit_test(a_cosignature_is_attached_once),
		cmocka_unit_test(only_lines_over_the_same_checkpoint_are_attached),
		cmocka_unit_test(checkpoints_are_read_strictly),
		cmocka_unit_test(the_line_for_paper_is_the_same_checkpoint),
	};

	return cmocka_run_group_tests(tests, make_keys, NULL);
}
