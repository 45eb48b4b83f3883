/*
 * Any bytes as a checkpoint, a key, or what a witness answers.  What is taken has one spelling: changed in any one byte of what is read, it
 * is refused or reads differently.  The first byte chooses.  Build and run with devel/fuzz.
 */
/* For: archive/note.c */
#include "archive/note.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static struct gk_note_secret ours, witness;
static const char head[] = "gongkai/dzmm\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
static struct gk_buf sound;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const unsigned char seed[32] = { 1 };

	(void)argc;
	(void)argv;
	gk_note_secret_make("gongkai/dzmm", GK_NOTE_ED25519, seed, &ours);
	gk_note_secret_make("witness.example/w1", GK_NOTE_COSIGNATURE, seed, &witness);
	gk_buf_init(&sound, 65536);
	MUST(gk_buf_add(&sound, head, strlen(head)) && gk_buf_putc(&sound, '\n') && gk_note_sign_line(&ours, head, strlen(head), 0, &sound));
	return 0;
}

static void
note(const char *p, size_t n)
{
	static struct gk_note parsed;
	struct gk_checkpoint c;
	struct gk_err err = GK_ERR_INIT;
	uint64_t when;
	enum gk_status st;

	if (gk_note_parse(p, n, &parsed, &err) != GK_OK) {
		MUST(err.what[0] != '\0');
		return;
	}
	MUST(parsed.n_lines >= 1 && parsed.n_lines <= GK_NOTE_LINES && parsed.text == p && parsed.text_n < n && parsed.text[parsed.text_n - 1] == '\n');
	for (size_t i = 0; i < parsed.n_lines; i++)
		MUST(gk_note_name_ok(parsed.lines[i].name, strlen(parsed.lines[i].name)));
	if (gk_checkpoint_parse(parsed.text, parsed.text_n, &c, &err) == GK_OK)
		MUST(gk_note_name_ok(c.origin, strlen(c.origin)));
	/* Nobody here has signed anything but `head`. */
	st = gk_note_verify(&parsed, &ours.key, &when, &err);
	MUST(st != GK_OK || (parsed.text_n == strlen(head) && memcmp(parsed.text, head, parsed.text_n) == 0));
	MUST(gk_note_verify(&parsed, &witness.key, &when, &err) != GK_OK);
}

static void
key(const char *p, size_t n)
{
	struct gk_note_key k, again;
	struct gk_note_secret s;
	struct gk_err err = GK_ERR_INIT;
	char out[GK_NOTE_KEY_MAX];

	if (gk_note_key_parse(p, n, &k, &err) == GK_OK) {
		gk_note_key_format(&k, out);
		MUST(gk_note_key_parse(out, strlen(out), &again, &err) == GK_OK && gk_note_key_equal(&k, &again));
		MUST(n >= strlen(out) && memcmp(p, out, strlen(out)) == 0 && n <= strlen(out) + 1);
	}
	if (gk_note_secret_parse(p, n, &s, &err) == GK_OK)
		gk_note_secret_wipe(&s);
}

static void
answer(const char *p, size_t n)
{
	struct gk_buf out;
	struct gk_err err = GK_ERR_INIT;
	size_t added = 0;
	static struct gk_note parsed;

	gk_buf_init(&out, 4 << 20);
	if (gk_note_attach(sound.p, sound.n, p, n, NULL, &out, &added, &err) == GK_OK)
		MUST(gk_note_parse(out.p, out.n, &parsed, &err) == GK_OK && parsed.n_lines == 1 + added);
	gk_buf_reset(&out);
	MUST(gk_note_attach(sound.p, sound.n, p, n, &witness.key, &out, &added, &err) != GK_OK || added == 0);
	gk_buf_reset(&out);
	gk_checkpoint_note(p, n, &out, &err);
	gk_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n == 0 || n > 1 << 16)
		return 0;
	switch (data[0] % 3) {
	case 0:
		note((const char *)data + 1, n - 1);
		break;
	case 1:
		key((const char *)data + 1, n - 1);
		break;
	default:
		answer((const char *)data + 1, n - 1);
		break;
	}
	return 0;
}
