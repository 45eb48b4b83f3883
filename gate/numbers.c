#include "gate/numbers.h"

#include "base/date.h"

#include <string.h>

/* GB/T 2260: the first two digits of a region. */
static bool
is_region(const char *d)
{
	static const char known[] = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91 ";

	for (const char *p = known; *p != '\0'; p += 3)
		if (p[0] == d[0] && p[1] == d[1])
			return true;
	return false;
}

static bool
is_day(const char d[8])
{
	struct gk_date day;

	/* Eight digits are one form of a date; the calendar decides. */
	return gk_date_parse(d, 8, &day) && day.day != 0;
}

bool
gk_is_citizen(const char d[18])
{
	static const int weight[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;

	if (!is_region(d) || (memcmp(d + 6, "18", 2) != 0 && memcmp(d + 6, "19", 2) != 0 && memcmp(d + 6, "20", 2) != 0) || !is_day(d + 6))
		return false;
	for (int i = 0; i < 17; i++)
		sum += weight[i] * (d[i] - '0');
	return d[17] == "10x98765432"[sum % 11];
}

bool
gk_is_old_citizen(const char d[15])
{
	char day[8] = { '1', '9' };

	memcpy(day + 2, d + 6, 6);
	return is_region(d) && is_day(day);
}

bool
gk_is_mobile(const char d[11])
{
	return d[0] == '1' && d[1] >= '3';
}

bool
gk_is_card(const char *d, size_t n)
{
	int sum = 0;

	if (n < 16 || n > 19 || (d[0] != '3' && d[0] != '4' && d[0] != '5' && memcmp(d, "62", 2) != 0 && memcmp(d, "60", 2) != 0))
		return false;
	for (size_t i = 0; i < n; i++) {
		int x = d[n - 1 - i] - '0';

		sum += i % 2 == 0 ? x : x < 5 ? 2 * x : 2 * x - 9;
	}
	return sum % 10 == 0;
}
