/* Any bytes as gongkai.conf: read, or refused with words.  Build and run with devel/fuzz. */
/* For: record/config.c */
#include "record/config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static int fd = -1;
static char path[64];

static void
put(const void *p, size_t n)
{
	if (fd < 0) {
		fd = memfd_create("conf", 0);
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	}
	MUST(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, p, n, 0) == (ssize_t)n);
}

/* What gongkai init writes for this office is read again, and is the same office. */
static void
begin_anew(const struct gk_config *c)
{
	char *text = gk_config_template(c->organisation, c->code);
	struct gk_config again;
	struct gk_err err = GK_ERR_INIT;
	const char *p = c->organisation;

	while (*p != '\0' && (unsigned char)*p >= ' ')
		p++;
	MUST(text != NULL);
	put(text, strlen(text));
	MUST(gk_config_read(path, &again, &err) == GK_OK);
	MUST(strcmp(again.code, c->code) == 0 && (*p != '\0' || strcmp(again.organisation, c->organisation) == 0));
	gk_config_free(&again);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct gk_schedule *schedule;
	struct gk_config c;
	struct gk_err err = GK_ERR_INIT;

	/* include() of libconfuse opens what it is told to: who writes gongkai.conf may read files, the fuzzer may not. */
	if (n > 1 << 16 || memmem(data, n, "include", 7) != NULL)
		return 0;
	put(data, n);
	if (gk_config_read(path, &c, &err) == GK_OK) {
		MUST(c.code != NULL && c.n_gates <= GK_GATES && c.guide.n_places <= GK_GUIDE_PLACES);
		for (size_t i = 0; i < c.n_categories; i++)
			MUST(c.categories[i].name != NULL);
		schedule = gk_config_schedule(&c, (struct gk_date){ 2021, 3, 5 });
		if (schedule != NULL)
			gk_schedule_rule(schedule, "公示公告");
		MUST(gk_config_transfer_years(&c) >= 0);
		begin_anew(&c);
		gk_config_policy(&c, "云溪镇人民政府");
		gk_config_free(&c);
	} else {
		MUST(err.what[0] != '\0');
	}
	return 0;
}
