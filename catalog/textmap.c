/* Maps of text stores that the handles of a process share. */
#include "catalog/textmap.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { PER_BIT = 16, PER_BYTE = PER_BIT * 8 };

struct shared {
	struct gk_textmap map;		/* first: what the users hold */
	struct shared *next;
	dev_t dev;			/* which file it is: as long as it is mapped no other gets its number */
	ino_t ino;
	unsigned users;
	size_t bytes;
	_Atomic unsigned char seen[];	/* a bit for each PER_BIT bytes */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct shared *all;		/* of each file the newest first */

static struct shared *
shared_of(const struct gk_textmap *map)
{
	return (struct shared *)(uintptr_t)map;
}

static void
drop(struct shared *s)
{
	struct shared **at = &all;

	if (s == NULL || --s->users > 0)
		return;
	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	munmap((void *)(uintptr_t)s->map.p, s->map.n);
	free(s);
}

/* NULL, with errno, if it cannot be mapped. */
static struct shared *
make(int fd, const struct stat *sb, const struct shared *before)
{
	const size_t bytes = (size_t)sb->st_size / PER_BYTE + 1;
	struct shared *s = calloc(1, sizeof *s + bytes);
	void *p;

	if (s == NULL)
		return NULL;
	p = mmap(NULL, (size_t)sb->st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED) {
		free(s);
		return NULL;
	}
	s->map = (struct gk_textmap){ p, (size_t)sb->st_size };
	s->dev = sb->st_dev;
	s->ino = sb->st_ino;
	s->bytes = bytes;
	/* Of one that was longer nothing is known: what it had found may be gone. */
	for (size_t i = 0; before != NULL && before->bytes <= bytes && i < before->bytes; i++)
		atomic_store_explicit(&s->seen[i], atomic_load_explicit(&before->seen[i], memory_order_relaxed), memory_order_relaxed);
	s->next = all;
	all = s;
	return s;
}

enum gk_status
gk_textmap_take(int fd, const struct gk_textmap **map, struct gk_err *err)
{
	struct stat sb;
	struct shared *s;
	int why;

	pthread_mutex_lock(&lock);
	if (fstat(fd, &sb) < 0) {
		why = errno;
		pthread_mutex_unlock(&lock);
		return gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "不能读取索引正文：%s", "cannot read the index text: %s", strerror(why));
	}
	if (sb.st_size <= 0 || (*map != NULL && (size_t)sb.st_size <= (*map)->n)) {
		pthread_mutex_unlock(&lock);
		return GK_OK;
	}
	for (s = all; s != NULL && (s->dev != sb.st_dev || s->ino != sb.st_ino); s = s->next)
		;
	/* Of a file that was cut off the end of an older map cannot be read. */
	if (s == NULL || s->map.n != (size_t)sb.st_size)
		s = make(fd, &sb, s);
	why = errno;
	if (s != NULL) {
		s->users++;
		drop(shared_of(*map));
		*map = &s->map;
	}
	pthread_mutex_unlock(&lock);
	return s != NULL ? GK_OK : gk_fail(err, GK_DEAD, gk_cause_of_errno(why), "不能映射索引正文：%s", "cannot map the index text: %s", strerror(why));
}

void
gk_textmap_drop(const struct gk_textmap *map)
{
	pthread_mutex_lock(&lock);
	drop(shared_of(map));
	pthread_mutex_unlock(&lock);
}

bool
gk_textmap_is_sound(const struct gk_textmap *map, uint64_t offset)
{
	return atomic_load_explicit(&shared_of(map)->seen[offset / PER_BYTE], memory_order_relaxed) >> offset / PER_BIT % 8 & 1;
}

void
gk_textmap_found_sound(const struct gk_textmap *map, uint64_t offset)
{
	atomic_fetch_or_explicit(&shared_of(map)->seen[offset / PER_BYTE], (unsigned char)(1u << offset / PER_BIT % 8), memory_order_relaxed);
}

void
gk_textmap_expect(const struct gk_textmap *map, uint64_t offset)
{
	__builtin_prefetch((const void *)(uintptr_t)&shared_of(map)->seen[offset / PER_BYTE]);
}
