/* Buckets of tokens; see rate.h. */
#include "web/rate.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { SETS = 2048, WAYS = 4, BURST = 4, WHOLE = 1000 };	/* a token is 1000 parts: one comes in a millisecond at one a second */

struct bucket {
	unsigned char key[8];		/* of an address; all 0: nobody's */
	uint64_t last;			/* when it was last asked */
	uint32_t all, files;		/* parts of tokens that are left */
	bool exporting;
};

struct gk_rate {
	pthread_mutex_t lock;
	uint64_t seed;			/* nobody outside can choose addresses that share a set */
	unsigned per_second, files_per_second;
	struct bucket set[SETS][WAYS];
};

struct gk_rate *
gk_rate_new(unsigned per_second)
{
	struct gk_rate *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	pthread_mutex_init(&r->lock, NULL);
	r->per_second = per_second;
	r->files_per_second = per_second * 3 / 10 > 0 ? per_second * 3 / 10 : 1;
	if (getrandom(&r->seed, sizeof r->seed, GRND_NONBLOCK) != (ssize_t)sizeof r->seed)
		r->seed = (uint64_t)(uintptr_t)r;
	return r;
}

void
gk_rate_free(struct gk_rate *r)
{
	if (r == NULL)
		return;
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* An IPv4 address whole, also where it comes as ::ffff:…; of an IPv6 address what a reader has all of. */
static void
key_of(const char *address, unsigned char key[8])
{
	unsigned char six[16];
	struct in_addr four;

	memset(key, 0, 8);
	if (strncmp(address, "::ffff:", 7) == 0 && strchr(address, '.') != NULL)
		address += 7;
	if (inet_pton(AF_INET, address, &four) == 1) {
		memcpy(key, &four, 4);
		key[7] = 4;
	} else if (inet_pton(AF_INET6, address, six) == 1) {
		memcpy(key, six, 8);
	}
	/* Nobody's is all 0; who cannot be told from one another share one. */
	if (memcmp(key, (unsigned char[8]){ 0 }, 8) == 0)
		key[6] = 1;
}

static struct bucket *
set_of(struct gk_rate *r, const unsigned char key[8])
{
	uint64_t h = r->seed;

	for (int i = 0; i < 8; i++)
		h = (h ^ key[i]) * 0x9E3779B97F4A7C15u;
	return r->set[(h >> 40) % SETS];
}

static struct bucket *
bucket_of(struct gk_rate *r, const unsigned char key[8], uint64_t now)
{
	struct bucket *set = set_of(r, key), *oldest = &set[0];

	for (int i = 0; i < WAYS; i++) {
		if (memcmp(set[i].key, key, 8) == 0)
			return &set[i];
		if (set[i].last < oldest->last)
			oldest = &set[i];
	}
	*oldest = (struct bucket){ .last = now, .all = r->per_second * BURST * WHOLE, .files = r->files_per_second * BURST * WHOLE };
	memcpy(oldest->key, key, 8);
	return oldest;
}

static uint32_t
filled(uint32_t have, unsigned per_second, uint64_t ms)
{
	uint64_t most = (uint64_t)per_second * BURST * WHOLE, sum = have + (ms < 1000000 ? ms : 1000000) * per_second;

	return (uint32_t)(sum < most ? sum : most);
}

bool
gk_rate_take(struct gk_rate *r, const char *address, bool file, uint64_t now_ms)
{
	unsigned char key[8];
	struct bucket *b;
	bool may;

	key_of(address, key);
	pthread_mutex_lock(&r->lock);
	b = bucket_of(r, key, now_ms);
	/* Another thread may have come with a later time. */
	if (now_ms > b->last) {
		b->all = filled(b->all, r->per_second, now_ms - b->last);
		b->files = filled(b->files, r->files_per_second, now_ms - b->last);
		b->last = now_ms;
	}
	may = b->all >= WHOLE && (!file || b->files >= WHOLE);
	if (may) {
		b->all -= WHOLE;
		b->files -= file ? WHOLE : 0;
	}
	pthread_mutex_unlock(&r->lock);
	return may;
}

bool
gk_rate_begin(struct gk_rate *r, const char *address, uint64_t now_ms)
{
	unsigned char key[8];
	struct bucket *b;
	bool may;

	key_of(address, key);
	pthread_mutex_lock(&r->lock);
	b = bucket_of(r, key, now_ms);
	may = !b->exporting;
	b->exporting = true;
	pthread_mutex_unlock(&r->lock);
	return may;
}

void
gk_rate_end(struct gk_rate *r, const char *address)
{
	unsigned char key[8];

	key_of(address, key);
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < WAYS; i++) {
		struct bucket *b = &set_of(r, key)[i];

		if (memcmp(b->key, key, 8) == 0)
			b->exporting = false;
	}
	pthread_mutex_unlock(&r->lock);
}
