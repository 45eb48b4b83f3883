/* One-time codes against the vectors of RFC 6238, appendix B, and base32 against RFC 4648. */
#include "base/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const unsigned char seed[] = "12345678901234567890123456789012";

static void
codes_are_those_of_the_standard(void **unused)
{
	static const struct { uint64_t time; uint32_t sha1, sha256; } rows[] = {
		{ 59, 94287082, 46119246 }, { 1111111109, 7081804, 68084774 }, { 1111111111, 14050471, 67062674 }, { 1234567890, 89005924, 91819424 },
		{ 2000000000, 69279037, 90698825 }, { 20000000000, 65353130, 77737706 },
	};

	(void)unused;
	assert_true(gk_totp_has(GK_TOTP_SHA256));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint64_t step = rows[i].time / GK_TOTP_STEP;

		assert_int_equal(gk_totp(GK_TOTP_SHA256, seed, 32, step, 8), rows[i].sha256);
		if (gk_totp_has(GK_TOTP_SHA1)) {
			assert_int_equal(gk_totp(GK_TOTP_SHA1, seed, 20, step, 8), rows[i].sha1);
			/* Fewer digits are the last ones. */
			assert_int_equal(gk_totp(GK_TOTP_SHA1, seed, 20, step, GK_TOTP_DIGITS), rows[i].sha1 % 1000000);
		}
	}
}

static void
secrets_are_written_and_read(void **unused)
{
	static const char *const bad[] = { "", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQA", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ=" };
	unsigned char all[GK_TOTP_SECRET], back[GK_TOTP_SECRET];
	char text[GK_TOTP_TEXT];

	(void)unused;
	gk_totp_write_secret(seed, text);
	assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	for (unsigned b = 0; b < 256; b++) {
		for (size_t i = 0; i < sizeof all; i++)
			all[i] = (unsigned char)(b + i * 37);
		gk_totp_write_secret(all, text);
		assert_true(gk_totp_read_secret(text, back));
		assert_memory_equal(all, back, sizeof all);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(gk_totp_read_secret(bad[i], back));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(codes_are_those_of_the_standard), cmocka_unit_test(secrets_are_written_and_read) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
